//! The queue of the intake and its tools: narrowing, order, saved views, the list as a file, several cases sent at once, and who is on which
//! case.

use super::account::{Asked, Sent};
use super::lists::{choices, lines, narrowed, selects, stage_select};
use super::rows::{CAP, address, due, pager, row};
use super::{destinations, errors_of, export};
use crate::usecase::fields::Fields;
use crate::usecase::{Denied, act, bulk, claim};
use crate::web::http::{Desk, Intake, Permit, Web, Workers, page, page_with, see_other, see_other_with};
use crate::web::i18n::Lang;
use crate::web::keys::{Place, key};
use crate::web::views::clerk::{BulkDone, Inbox, QueueRow, ViewLink};
use crate::web::views::desk::{Act, CasePage, Filter as FilterView};
use crate::web::views::parts::{Choice, CountLink, Empty, Errors, Group, Link, Tag, Tone};
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use rules::access::Role;
use rules::case::Stage;
use rules::ids::{Id, PersonId};
use rules::jurisdiction::Basis;
use store::cases::Loaded;
use store::clerk;
use store::queue::{self, Filter, Line, Sort};

const PATH: &str = "/desk/queue";
/// Stages a clerk looks for; without a choice the queue shows what is still to be sent.
const STAGES: [Stage; 8] =
    [Stage::Intake, Stage::Sent, Stage::Deciding, Stage::Telling, Stage::Mediating, Stage::Verifying, Stage::Closing, Stage::Closed];

/// What an address of the queue narrows it to.
fn filter(d: &Desk<Intake>, asked: &Fields) -> Filter {
    let mut filter = narrowed(asked, d.v.app.clock().now());
    filter.historical = Some(asked.ticked("historical"));
    filter.distributed = asked.ticked("below");
    filter.done = asked.get("stage") == Stage::Closed.code();
    filter.sort = Sort::parse(asked.get("sort")).unwrap_or_default();
    if asked.get("stage").is_empty() && !filter.distributed {
        filter.stages = vec![Stage::Intake.code()];
    }
    filter
}

pub(super) async fn queue(d: Desk<Intake>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let l = d.v.l.lang;
    let letters = asked.ticked("historical");
    let filter = filter(&d, &asked);
    let (found, next) = lines(&d, &filter, &asked).await?;
    let mut selects = selects(l, &asked);
    let mut stage = stage_select(l, &asked, &STAGES);
    stage.2.remove(0);
    selects.push(stage);
    if !filter.done {
        let orders = Sort::ALL.map(Sort::code);
        let mut order = choices(l, "sort", orders, filter.sort.code());
        order.remove(0);
        selects.push(("sort".into(), l.t("sort"), order));
    }
    let hidden = ["historical", "below", "due", "series"].iter().map(|k| ((*k).to_owned(), asked.get(k).to_owned()));
    let rows = rows(&d, &found).await?;
    let formats = [("csv", "export-csv"), ("xlsx", "export-xlsx")];
    let exports = formats.map(|(f, key)| {
        let path = format!("{PATH}/export.{f}");
        Link::new(address(&path, &asked, &[("after", ""), ("trail", "")]), l.t(key))
    });
    let view = Inbox {
        title: l.t(if letters { "queue-letters" } else { "nav-queue" }),
        counts: counts(&d, &asked, letters).await?,
        filter: FilterView {
            action: PATH.into(),
            q: asked.get("q").to_owned(),
            selects,
            hidden: hidden.filter(|(_, v)| !v.is_empty()).collect(),
        },
        views: views(&d).await?,
        query: bulk::kept(&asked),
        exports: if found.is_empty() { Vec::new() } else { exports.into() },
        // Where somebody is already, nobody needs to begin.
        first: rows.iter().find(|r| r.claim.is_empty()).map_or_else(String::new, |r| r.row.href.clone()),
        rows,
        units: units(&d),
        bases: Basis::ALL.iter().map(|b| Choice::new(b.code(), l.code("basis", b.code()), Basis::Internal.code())).collect(),
        pager: pager(l, PATH, &asked, found.len(), next),
        empty: if is_narrowed(&asked) {
            Empty { title: l.t("search-none"), text: l.t("search-none-text"), link: Some(Link::new(PATH, l.t("filter-clear"))) }
        } else {
            Empty { title: l.t("queue-none"), text: l.t("queue-none-text"), link: Some(Link::new("/desk/search", l.t("nav-search"))) }
        },
        l: d.layout(),
    };
    Ok(page(&view))
}

/// Whether the reader asked for less than the whole list.
fn is_narrowed(asked: &Fields) -> bool {
    ["q", "kind", "channel", "stage", "due", "below"].iter().any(|name| !asked.get(name).trim().is_empty())
}

/// The chips over the queue: to be sent, late among them, sent but not opened, and the letters kept for the record.
async fn counts(d: &Desk<Intake>, asked: &Fields, letters: bool) -> Result<Vec<CountLink>, store::engine::Error> {
    let (l, now) = (&d.v.l, d.v.app.clock().now());
    let mut db = d.v.app.db().read().await?;
    let intake = Filter { historical: Some(false), stages: vec![Stage::Intake.code()], ..Filter::default() };
    let mut late = intake.clone();
    due(&mut late, "late", now);
    let mut today = intake.clone();
    due(&mut today, "today", now);
    let sent = Filter { stages: vec![Stage::Sent.code()], ..intake.clone() };
    let kept = Filter { historical: Some(true), ..intake.clone() };
    let distributed = Filter { distributed: true, historical: Some(false), ..Filter::default() };
    let below = asked.ticked("below");
    let plain = !letters && !below && asked.get("stage").is_empty() && asked.get("due").is_empty();
    let mut chips = vec![
        (late, "/desk/queue?due=late", l.t("due-late"), Tone::Late, asked.get("due") == "late"),
        (today, "/desk/queue?due=today", l.t("due-today"), Tone::Soon, asked.get("due") == "today"),
        (intake, PATH, l.code("stage", "intake"), Tone::Act, plain),
        (sent, "/desk/queue?stage=sent", l.code("stage", "sent"), Tone::Plain, asked.get("stage") == "sent"),
        (kept, "/desk/queue?historical=1", l.t("queue-letters"), Tone::Plain, letters),
    ];
    let organ = d.scope.grant().map(|(_, g)| g.organ);
    if d.v.world.directory.organs.values().any(|o| o.parent.is_some() && o.parent == organ && o.intake_unit.is_some()) {
        chips.push((distributed, "/desk/queue?below=1", l.t("queue-distributed"), Tone::Plain, below));
    }
    let mut out = Vec::new();
    for (filter, href, label, tone, current) in chips {
        let n = queue::count(&mut db, &d.scope, &filter, CAP).await?.unsigned_abs();
        out.push(CountLink { href: href.into(), label, n, tone, current });
    }
    Ok(out)
}

/// Lines with who is on them and the group they belong to.
pub(super) async fn rows<P: Permit>(d: &Desk<P>, lines: &[Line]) -> Result<Vec<QueueRow>, store::engine::Error> {
    let now = d.v.app.clock().now();
    let ids: Vec<_> = lines.iter().map(|l| l.id).collect();
    let mut db = d.v.app.db().read().await?;
    let claims = clerk::claims(&mut db, &d.scope, &ids, now).await?;
    drop(db);
    let me = d.scope.grant().map(|(p, _)| p);
    let on = |line: &Line| claims.get(&line.id).filter(|p| Some(**p) != me).map_or_else(String::new, |p| on_it(d, *p));
    let view = |line: &Line| QueueRow {
        row: row(d.v.l.lang, &d.v.world, line, now),
        token: line.token.clone(),
        claim: on(line),
        group: line.group.map_or_else(String::new, |g| format!("/desk/group/{}", g.0)),
        result: Tag::default(),
    };
    Ok(lines.iter().map(view).collect())
}

/// That somebody is on a case.
fn on_it<P: Permit>(d: &Desk<P>, who: PersonId) -> String {
    let name = d.v.world.directory.people.get(&who).map_or_else(String::new, |p| p.name.clone());
    d.v.l.t1("claim-on", "name", name)
}

/// The views this person may use.
async fn views(d: &Desk<Intake>) -> Result<Vec<ViewLink>, store::engine::Error> {
    let me = d.scope.grant().map(|(p, _)| p);
    let mut db = d.v.app.db().read().await?;
    let all = clerk::views(&mut db, &d.scope).await?;
    let view = |v: store::registry::View| ViewLink {
        href: if v.query.is_empty() { PATH.into() } else { format!("{PATH}?{}", v.query) },
        drop: if Some(v.owner) == me { format!("/desk/views/{}/drop", v.id) } else { String::new() },
        name: v.name,
        shared: v.shared,
    };
    Ok(all.into_iter().map(view).collect())
}

/// Units the intake may send to; each case says for itself what may not go there.
fn units(d: &Desk<Intake>) -> Vec<Group> {
    let Some((_, grant)) = d.scope.grant() else { return Vec::new() };
    destinations::groups(d.v.l.lang, &d.v.world.directory, Some(grant.organ), Some(grant.unit), false, "")
}

pub(super) async fn export_csv(d: Desk<Intake>, Query(query): Asked) -> Web {
    let table = exported(&d, query).await?;
    Ok(export::csv(&table))
}

pub(super) async fn export_xlsx(d: Desk<Intake>, Query(query): Asked) -> Web {
    let table = exported(&d, query).await?;
    export::xlsx(&table)
}

async fn exported(d: &Desk<Intake>, query: Vec<(String, String)>) -> Result<export::Table, Denied> {
    let asked = Fields::from_iter(query);
    let lines = bulk::export(&d.v.app, &d.scope, &filter(d, &asked), asked.get("q").trim()).await?;
    Ok(export::table(d, &lines))
}

pub(super) async fn save_view(d: Desk<Intake>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let query: Vec<(String, String)> =
        fields.get("query").split('&').filter_map(|p| p.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    let back = |query: &str| if query.is_empty() { PATH.to_owned() } else { format!("{PATH}?{query}") };
    let query = Fields::from_iter(query);
    match bulk::save_view(&d.v.app, &d.scope, fields.get("name"), &query, fields.ticked("shared")).await {
        Ok(()) => Ok(see_other_with(&back(&bulk::kept(&query)), "flash-view")),
        Err(Denied::Invalid(_)) => Ok(see_other_with(&back(&bulk::kept(&query)), "bad-view-name")),
        Err(other) => Err(other.into()),
    }
}

pub(super) async fn drop_view(d: Desk<Intake>, Path(id): Path<String>) -> Web {
    let id = Id::parse(&id).ok_or(Denied::NotFound)?;
    match bulk::drop_view(&d.v.app, &d.scope, id).await {
        // Thrown away twice it is gone as well.
        Ok(()) | Err(Denied::NotFound) => Ok(see_other_with(PATH, "flash-view-gone")),
        Err(other) => Err(other.into()),
    }
}

/// What became of each case, as a page.
pub(super) async fn done<P: Permit>(
    d: &Desk<P>,
    title: &str,
    each: Vec<bulk::Each>,
    links: Vec<Link>,
) -> Result<BulkDone, store::engine::Error> {
    let l = d.v.l.lang;
    let ok = each.iter().filter(|e| e.result.is_ok()).count();
    let lines: Vec<Line> = each.iter().filter_map(|e| e.line.clone()).collect();
    let mut rows = rows(d, &lines).await?;
    for row in &mut rows {
        let result = each.iter().find(|e| e.token == row.token).map(|e| &e.result);
        row.result = match result {
            Some(Ok(())) => Tag::new(Tone::Good, l.t("bulk-ok")),
            Some(Err(why)) => Tag::new(Tone::Late, why_not(l, why)),
            None => Tag::default(),
        };
    }
    Ok(BulkDone {
        title: l.t(title),
        sentence: l.t2("bulk-done", "ok", ok, "not", each.len() - ok),
        rows,
        links,
        errors: Errors::default(),
        l: d.layout(),
    })
}

fn why_not(l: Lang, denied: &Denied) -> String {
    match denied {
        Denied::Rule(why) => l.code("whynot", why.code()),
        Denied::NotFound => l.t("bulk-not-found"),
        Denied::Stale => l.t("bad-stale"),
        Denied::Invalid(faults) => errors_of(l, faults).0.into_iter().map(|e| e.message).collect::<Vec<_>>().join(" "),
        other => other.code().to_owned(),
    }
}

fn nothing(d: &Desk<Intake>, title: &str, faults: &crate::usecase::fields::Faults) -> Response {
    let l = d.v.l.lang;
    let view = BulkDone {
        title: l.t(title),
        sentence: String::new(),
        rows: Vec::new(),
        links: vec![Link::new(PATH, l.t("bulk-back"))],
        // The fields are on the list, not here.
        errors: errors_of(l, faults).0.into_iter().fold(Errors::default(), |mut all, e| {
            all.add("", e.message);
            all
        }),
        l: d.layout(),
    };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
}

pub(super) async fn send(d: Desk<Intake>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    match bulk::send(&d.v.app, &d.scope, &fields).await {
        Ok(each) => {
            let back = vec![Link::new(PATH, d.v.l.t("bulk-back"))];
            Ok(page(&done(&d, "bulk-send", each, back).await?))
        }
        Err(Denied::Invalid(faults)) => Ok(nothing(&d, "bulk-send", &faults)),
        Err(other) => Err(other.into()),
    }
}

pub(super) async fn group(d: Desk<Intake>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    match bulk::group(&d.v.app, &d.scope, fields.all("case")).await {
        Ok(group) => Ok(see_other_with(&format!("/desk/group/{}", group.0), "flash-grouped")),
        Err(Denied::Invalid(faults)) => Ok(nothing(&d, "bulk-group", &faults)),
        Err(Denied::Rule(why)) => Ok(nothing_for(&d, why.code())),
        Err(other) => Err(other.into()),
    }
}

fn nothing_for(d: &Desk<Intake>, code: &str) -> Response {
    let mut errors = Errors::default();
    errors.add("", d.v.l.code("whynot", code));
    let links = vec![Link::new(PATH, d.v.l.t("bulk-back"))];
    let (title, l) = (d.v.l.t("bulk-group"), d.layout());
    page_with(StatusCode::CONFLICT, &BulkDone { title, sentence: String::new(), rows: Vec::new(), links, errors, l })
}

/// Whoever has a case open says so again now and then.
pub(super) async fn still_on(d: Desk<Workers>, Path(token): Path<String>) -> Web {
    let loaded = act::load(&d.v.app, &d.scope, &token).await?;
    if !loaded.case.is_over() {
        claim::take(&d.v.app, &d.scope, loaded.id).await?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The next case of the queue that nobody is on, after this one in the order of what is due.
pub(super) async fn next(d: Desk<Intake>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    match following(&d, asked.get("after")).await? {
        Some(token) => Ok(see_other(&format!("/desk/case/{token}"))),
        None => Ok(see_other_with(PATH, "flash-queue-done")),
    }
}

/// The token of that case.
pub(super) async fn following<P: Permit>(d: &Desk<P>, after: &str) -> Result<Option<String>, Denied> {
    let filter = Filter { historical: Some(false), stages: vec![Stage::Intake.code()], ..Filter::default() };
    let now = d.v.app.clock().now();
    let mut db = d.v.app.db().read().await?;
    let here = store::cases::id_of_token(&mut db, &d.scope, after).await?;
    let here = queue::lines_of(&mut db, &d.scope, here.into_iter().collect()).await?.pop().map(|l| (l.sort_at, l.id));
    let me = d.scope.grant().map(|(p, _)| p);
    for start in [here, None] {
        let lines = queue::page(&mut db, &d.scope, &filter, start, 20).await?;
        let ids: Vec<_> = lines.iter().map(|l| l.id).collect();
        let claims = clerk::claims(&mut db, &d.scope, &ids, now).await?;
        let free = lines.iter().find(|l| l.token != after && claims.get(&l.id).is_none_or(|p| Some(*p) == me));
        if let Some(line) = free {
            return Ok(Some(line.token.clone()));
        }
    }
    Ok(None)
}

/// Whether a browser asks for a page before anybody has opened it: the access log says so, and nobody is on the case yet.
pub(super) fn is_ahead(headers: &HeaderMap) -> bool {
    headers.get("sec-purpose").is_some_and(|v| v.as_bytes().starts_with(b"prefetch"))
}

/// Tells the browser which case comes next, so that it is there when it is opened. Rules by a header keep such a page in memory only: what
/// may not be stored is not stored.
pub(super) fn with_next(mut page: Response, next: Option<String>) -> Response {
    let rules = next.and_then(|token| HeaderValue::from_str(&format!("\"/desk/ahead/{token}\"")).ok());
    if let Some(rules) = rules {
        page.headers_mut().insert("speculation-rules", rules);
    }
    page
}

/// Those rules.
pub(super) async fn ahead(_: Desk<Intake>, Path(token): Path<String>) -> Web {
    let token: String = token.chars().filter(char::is_ascii_alphanumeric).collect();
    let rules = format!(r#"{{"prefetch":[{{"source":"list","urls":["/desk/case/{token}"],"eagerness":"immediate"}}]}}"#);
    Ok(([(CONTENT_TYPE, "application/speculationrules+json")], rules).into_response())
}

/// What a case's page says beside the case: who else is on it, the group it is in, and to the clerk the next of the queue, whose token is
/// returned. Whoever opens the case is on it; `ahead` of that nobody is.
pub(super) async fn beside<P: Permit>(d: &Desk<P>, loaded: &Loaded, view: &mut CasePage, ahead: bool) -> Result<Option<String>, Denied> {
    let l = d.v.l.lang;
    let case = &loaded.case;
    let token = &case.registration.token;
    if let Some(group) = case.group {
        view.notices.push((Tone::Plain, l.t("group-of"), Some(Link::new(format!("/desk/group/{}", group.0), l.t("group-open")))));
    }
    if matches!(d.role, Role::Clerk | Role::Officer | Role::Lead) && !case.is_over() && !case.registration.historical {
        let other = if ahead { None } else { claim::take(&d.v.app, &d.scope, loaded.id).await? };
        if let Some((who, since)) = other {
            let name = d.v.world.directory.people.get(&who).map_or_else(String::new, |p| p.name.clone());
            view.notices.insert(0, (Tone::Soon, l.t2("claim-since", "name", name, "at", l.stamp(since)), None));
        }
        view.claim = format!("/desk/case/{token}/claim");
    }
    if d.role == Role::Clerk {
        let Some(next) = following(d, token).await? else { return Ok(None) };
        let href = format!("/desk/case/{next}");
        view.acts.push(Act {
            href,
            label: l.t("case-next"),
            key: key(Place::Case, "next_case").into(),
            main: false,
            danger: false,
            head: String::new(),
        });
        return Ok(Some(next));
    }
    Ok(None)
}
