//! After closing: whom to call (回访), by age, kind and unit; and what people ask to be handled again, for the head to decide. Numbers are
//! shown one by one, each noted before it goes out.

use super::account::{Asked, Sent};
use super::rows::{CAP, address, after, cursor, pager, title_of};
use super::today::{as_file, export_links};
use super::{action, export};
use crate::usecase::fields::Fields;
use crate::usecase::{act, read};
use crate::web::http::{Cases, Desk, Permit, Web, Workers, encode, page, page_with, see_other};
use crate::web::views::board::{Board, Button, Cell, Row, Section, Table};
use crate::web::views::desk::{ActionPage, Fact, Filter as Narrow};
use crate::web::views::parts::{Choice, CountLink, Errors, Link, Tone};
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use rules::access::Role;
use rules::case::command::Action;
use rules::case::decide::may;
use rules::ids::{Id, UnitId};
use rules::law::Kind;
use rules::pack::Pack;
use rules::time::Instant;
use store::cases::Marker;
use store::engine::Error;
use store::queue::{self, Filter, Line};

/// Rows on a page.
const ROWS: i64 = 50;
/// How long ago a case was closed: code, from and until, days.
const AGES: [(&str, i64, i64); 3] = [("week", 0, 7), ("month", 7, 30), ("older", 30, 36_500)];

/// Whom to call: of the kinds the pack has followed up, and of an age; `due` are those whose days after closing are over.
fn filter(pack: &Pack, asked: &Fields, age: &str, now: Instant) -> Filter {
    let back = |days: i64| now.plus_minutes(-days * 24 * 60);
    let within = pack.follow_up.within_days.map(|days| ("due", i64::from(days), 36_500));
    let bounds = AGES.iter().copied().chain(within).find(|(code, ..)| *code == age);
    let kinds = &pack.follow_up.kinds;
    Filter {
        done: true,
        follow_up: true,
        kind: Some(asked.get("kind").to_owned()).filter(|k| Kind::parse(k).is_some()),
        unit: Id::parse(asked.get("unit")).map(UnitId),
        kinds: if kinds.len() < Kind::ALL.len() { kinds.iter().map(|k| k.code()).collect() } else { Vec::new() },
        ended_from: bounds.map(|(_, _, until)| back(until)),
        ended_before: bounds.filter(|(_, from, _)| *from > 0).map(|(_, from, _)| back(from)),
        ..Filter::default()
    }
}

pub(super) async fn list(d: Desk<Cases>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let mut db = d.v.app.db().read().await?;
    let lines = queue::page(&mut db, &d.scope, &filter(&d.v.world.pack, &asked, asked.get("age"), now), after(&asked), ROWS).await?;
    drop(db);
    let pager = pager(l, "/desk/follow-up", &asked, lines.len(), cursor(&lines));
    let mut notes = Vec::new();
    if !pager.next.is_empty() || !pager.prev.is_empty() {
        let link = |href: &str, word: &str| Link::new(href, l.t(word));
        notes.extend((!pager.prev.is_empty()).then(|| (Tone::Plain, pager.shown.clone(), Some(link(&pager.prev, "pager-prev")))));
        notes.extend((!pager.next.is_empty()).then(|| (Tone::Plain, pager.shown.clone(), Some(link(&pager.next, "pager-next")))));
    }
    let rows = lines.iter().map(|line| row(&d, line, now)).collect();
    let columns = [("col-case", false), ("followup-closed", false), ("col-kind", false), ("followup-how", false), ("field-handler", false)];
    let section = Section {
        id: "calls".into(),
        head: l.t("followup-list"),
        table: Some(Table { columns: columns.into_iter().map(|(key, num)| (l.t(key), num)).collect(), rows, pick: None }),
        empty: l.t("followup-none"),
        ..Section::default()
    };
    let view = Board {
        title: l.t("followup"),
        lead: lead(&d),
        links: export_links(l, &address_of(&asked)),
        counts: counts(&d, &asked, now).await?,
        notes,
        narrow: Some(narrow(&d, &asked)),
        sections: vec![section],
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

/// What the list is, and what the pack asks for.
fn lead(d: &Desk<Cases>) -> String {
    let (l, f) = (d.v.l.lang, &d.v.world.pack.follow_up);
    let mut out = vec![l.t("followup-lead")];
    if f.kinds.len() < Kind::ALL.len() {
        let kinds: Vec<String> = f.kinds.iter().map(|k| l.code("kind", k.code())).collect();
        out.push(l.t1("followup-kinds", "kinds", kinds.join(&l.t("list-comma"))));
    }
    out.extend(f.every.then(|| l.t("followup-every")));
    out.extend(f.within_days.map(|days| l.t1("followup-within", "n", days)));
    out.join(if l.is_chinese() { "" } else { " " })
}

/// Where the list as it is narrowed can be had as a file.
fn address_of(asked: &Fields) -> String {
    let pairs = ["age", "kind", "unit"].into_iter().filter(|k| !asked.get(k).is_empty());
    let query = pairs.map(|k| format!("{k}={}", encode(asked.get(k)))).collect::<Vec<_>>().join("&");
    if query.is_empty() { "/desk/follow-up/export".to_owned() } else { format!("/desk/follow-up/export?{query}") }
}

pub(super) async fn export(d: Desk<Cases>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let filter = filter(&d.v.world.pack, &asked, asked.get("age"), d.v.app.clock().now());
    as_file(&d, &filter, asked.get("as")).await
}

fn row(d: &Desk<Cases>, line: &Line, now: Instant) -> Row {
    let l = d.v.l.lang;
    let handler = line.handler.and_then(|p| d.v.world.directory.people.get(&p)).map(|p| p.name.clone()).unwrap_or_default();
    let closed =
        line.closed_at.map_or_else(String::new, |at| format!("{} · {}", l.stamp(at), l.elapsed((now.0 - at.0).max(0) / 60_000_000)));
    let mine = d.scope.grant().is_some_and(|(me, _)| line.handler == Some(me));
    // Whoever handled a case does not follow it up; a supervisor sees no number.
    let buttons = match () {
        () if mine || d.role == Role::Supervisor => Vec::new(),
        () => vec![Button {
            action: "/desk/follow-up/call".into(),
            hidden: vec![("token".into(), line.token.clone())],
            label: l.t("followup-call"),
        }],
    };
    Row {
        cells: vec![
            Cell::link(format!("/desk/case/{}", line.token), title_of(l, line)),
            Cell::text(closed),
            Cell::text(format!("{} {}", l.code("kind", &line.kind), line.number)),
            Cell::text(line.outcome.as_ref().map_or_else(String::new, |o| l.code("outcome", o))),
            Cell::text(if mine { l.t("followup-own") } else { handler }),
        ],
        buttons,
        ..Row::default()
    }
}

async fn counts(d: &Desk<Cases>, asked: &Fields, now: Instant) -> Result<Vec<CountLink>, Error> {
    let mut db = d.v.app.db().read().await?;
    let mut out = Vec::new();
    let within = d.v.world.pack.follow_up.within_days;
    for age in ["", "week", "month", "older"].into_iter().chain(within.map(|_| "due")) {
        let n = queue::count(&mut db, &d.scope, &filter(&d.v.world.pack, asked, age, now), CAP).await?.unsigned_abs();
        let href = if age.is_empty() { "/desk/follow-up".to_owned() } else { format!("/desk/follow-up?age={age}") };
        let tone = match age {
            "due" if n > 0 => Tone::Late,
            "older" if n > 0 => Tone::Soon,
            _ => Tone::Plain,
        };
        out.push(CountLink {
            href,
            label: match within.filter(|_| age == "due") {
                Some(days) => d.v.l.lang.t1("followup-past", "n", days),
                None => d.v.l.t(&format!("followup-age-{}", if age.is_empty() { "all" } else { age })),
            },
            n,
            tone,
            current: age == asked.get("age"),
        });
    }
    Ok(out)
}

fn narrow(d: &Desk<Cases>, asked: &Fields) -> Narrow {
    let l = d.v.l.lang;
    let all =
        |name: &str, choices: Vec<Choice>| std::iter::once(Choice::new("", l.t("filter-all"), asked.get(name))).chain(choices).collect();
    let kinds = Kind::ALL.iter().map(|k| Choice::new(k.code(), l.code("kind", k.code()), asked.get("kind"))).collect();
    let mut selects = vec![("kind".to_owned(), l.t("col-kind"), all("kind", kinds))];
    if matches!(d.role, Role::Clerk | Role::Supervisor) {
        let ours = |u: &store::registry::Unit| d.scope.grant().is_some_and(|(_, g)| g.organ == u.organ);
        let units = super::destinations::narrowing(&d.v.world.directory, ours, asked.get("unit"));
        selects.push(("unit".to_owned(), l.t("col-unit"), all("unit", units)));
    }
    let hidden = if asked.get("age").is_empty() { Vec::new() } else { vec![("age".to_owned(), asked.get("age").to_owned())] };
    Narrow { action: "/desk/follow-up".into(), q: String::new(), selects, hidden }
}

/// The call: name and number in full, what it was about and how it ended, and what the person says of it.
pub(super) async fn call(d: Desk<Workers>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let token = fields.get("token");
    if token.is_empty() {
        return Ok(see_other("/desk/follow-up"));
    }
    called(&d, token, &Fields::default(), Errors::default(), StatusCode::OK).await
}

/// The page of a call, with what was typed and what is wrong with it: who is on the line stays on the page, and each showing is noted.
pub(super) async fn called<P: Permit>(d: &Desk<P>, token: &str, typed: &Fields, errors: Errors, status: StatusCode) -> Web {
    let l = d.v.l.lang;
    let loaded = act::load(&d.v.app, &d.scope, token).await?;
    let stop = may(&loaded.case, Action::FollowUp, &d.scope.actor()).err();
    let own = d.scope.grant().is_some_and(|(me, _)| loaded.case.handler == Some(me));
    let stop = stop.or(own.then_some(rules::case::command::WhyNot::OwnCase));
    let reveal: &[&str] = if stop.is_some() || d.role == Role::Supervisor { &[] } else { &["name", "phone"] };
    let opened = read::open(&d.v.app, &d.scope, token, reveal, "follow_up").await?;
    let (case, r) = (&opened.loaded.case, &opened.loaded.case.registration);
    let fact = |name: &str, value: String| Fact { label: super::label(l, name), value, ..Fact::default() };
    let words = |sealed: Option<&rules::case::event::Sealed>| opened.text(sealed).to_owned();
    let closing = opened.loaded.events.iter().rev().find_map(|(_, f)| match &f.event {
        rules::case::event::Event::Closed { summary, .. } => Some(words(summary.as_ref())),
        _ => None,
    });
    let outcome = case.closed.map_or_else(String::new, |c| l.code("outcome", c.outcome.code()));
    let mut facts = vec![
        fact("name", words(r.submitter.name.as_ref())),
        fact("phone", words(r.submitter.phone.as_ref())),
        fact("respondent_name", r.respondent.name.clone()),
        fact("outcome", outcome),
        fact("summary", closing.unwrap_or_default()),
        fact("narrative", words(r.narrative.as_ref())),
    ];
    facts.retain(|f| !f.value.is_empty());
    let mut form = action::form_for(d, &opened.loaded, Action::FollowUp, typed, errors);
    form.back = "/desk/follow-up".into();
    form.hidden.push(("called".into(), "1".into()));
    let view = ActionPage {
        case: format!("{} {} · {}", l.code("kind", case.kind.code()), r.number, super::case::title(l, &opened)),
        title: l.code("action", "follow_up"),
        facts,
        stop: stop.map_or_else(String::new, |why| l.code("whynot", why.code())),
        form,
        l: d.layout(),
    };
    Ok(page_with(status, &view))
}

/// Requests to handle a closed case again.
pub(super) async fn reopen(d: Desk<Cases>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let l = d.v.l.lang;
    let section = Section {
        id: "requests".into(),
        head: l.t("reopen-list"),
        table: Some(reopen_table(&d, &asked, true).await?),
        empty: l.t("reopen-none"),
        ..Section::default()
    };
    let pairs = [("after", ""), ("trail", "")];
    let view = Board {
        title: l.t("reopen"),
        lead: l.t("reopen-lead"),
        links: export_links(l, &address("/desk/reopen/export", &asked, &pairs)),
        narrow: Some(Narrow { action: "/desk/reopen".into(), hidden: Vec::new(), ..narrow(&d, &asked) }),
        sections: vec![section],
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

/// The same as a file.
pub(super) async fn reopen_file(d: Desk<Cases>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let table = reopen_table(&d, &asked, false).await?;
    export::file_of(&export::of_board("reopen", &table, d.v.app.clock().now()), asked.get("as"))
}

async fn reopen_table(d: &Desk<Cases>, asked: &Fields, to_decide: bool) -> Result<Table, Error> {
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let filter = Filter {
        kind: Some(asked.get("kind").to_owned()).filter(|k| Kind::parse(k).is_some()),
        unit: Id::parse(asked.get("unit")).map(UnitId),
        ..Filter::default()
    };
    let mut db = d.v.app.db().read().await?;
    let all = (Instant(i64::MIN), Instant(i64::MAX));
    let lines = queue::marked(&mut db, &d.scope, &filter, Marker::Reopen, all, 200).await?;
    drop(db);
    let decides = to_decide && rules::access::role_may(d.role, Action::Reopen);
    let row = |(at, line): &(Instant, Line)| {
        let mut cells = vec![
            Cell::link(format!("/desk/case/{}", line.token), title_of(l, line)),
            Cell::text(format!("{} · {}", l.stamp(*at), l.elapsed((now.0 - at.0).max(0) / 60_000_000))),
            Cell::text(format!("{} {}", l.code("kind", &line.kind), line.number)),
            Cell::text(line.outcome.as_ref().map_or_else(String::new, |o| l.code("outcome", o))),
        ];
        if decides {
            cells.push(Cell::link(action::address(&line.token, Action::Reopen), l.code("action", Action::Reopen.code())));
            cells.push(Cell::link(action::address(&line.token, Action::DeclineReopen), l.code("action", Action::DeclineReopen.code())));
        }
        Row { cells, ..Row::default() }
    };
    let mut columns = vec!["col-case", "reopen-asked", "col-kind", "followup-how"];
    if decides {
        columns.extend(["col-decide", "reopen-decline"]);
    }
    let columns = columns.into_iter().map(|key| (l.t(key), false)).collect();
    Ok(Table { columns, rows: lines.iter().map(row).collect(), pick: None })
}
