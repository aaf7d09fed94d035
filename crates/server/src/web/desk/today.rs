//! My day: where officer and head begin. What is due next, appointments, what consumers have answered, what waits for others, what waits for
//! the head; each line opens its case, each number its list.

use super::account::Asked;
use super::export;
use super::lists::{mine_counts, mine_filter};
use super::rows::{CAP, due, side, title_of};
use crate::usecase::fields::Fields;
use crate::usecase::{Denied, absence, bulk};
use crate::web::http::{Desk, Handlers, Permit, Web, page};
use crate::web::i18n::Lang;
use crate::web::views::board::{Board, Item, Section};
use crate::web::views::parts::{Link, Tag, Tone};
use axum::extract::Query;
use rules::access::Role;
use rules::case::Stage;
use rules::time::Instant;
use store::cases::Marker;
use store::engine::Error;
use store::queue::{self, Filter, Line};

/// Lines of a section; its whole list has up to [`WHOLE`].
const FEW: i64 = 6;
const WHOLE: i64 = 200;
/// A day, microseconds.
const DAY: i64 = 86_400_000_000;

/// The sections that are reminded of by a marker: name, marker.
const MARKED: [(&str, Marker); 4] =
    [("appointments", Marker::Appointment), ("replied", Marker::Replied), ("asked", Marker::Asked), ("reopen", Marker::Reopen)];

pub(super) async fn today(d: Desk<Handlers>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let l = d.v.l.lang;
    let only = MARKED.iter().find(|(name, _)| *name == asked.get("show"));
    let mut sections = Vec::new();
    for (name, marker) in MARKED.iter().filter(|m| only.is_none_or(|o| o.0 == m.0)) {
        // A request to be handled again is the head's to decide.
        if *marker != Marker::Reopen || d.role == Role::Lead {
            sections.push(marked(&d, name, *marker, if only.is_some() { WHOLE } else { FEW }).await?);
        }
    }
    if only.is_none() {
        sections.insert(0, due_next(&d).await?);
        // What a supervisor waits for comes first.
        for (i, section) in super::orders::sections(&d, FEW).await?.into_iter().enumerate() {
            sections.insert(i, section);
        }
        sections.extend(super::undertaking::sections(&d, FEW).await?);
        sections.push(waiting(&d).await?);
        sections.push(approvals(&d).await?);
        sections.push(new(&d).await?);
    }
    let view = Board {
        title: only.map_or_else(|| l.t("today"), |(name, _)| l.code("today", name)),
        lead: l.day(d.v.app.clock().now().date()),
        counts: mine_counts(&d, "", "-").await?,
        notes: if only.is_none() { notes(&d) } else { Vec::new() },
        links: if let Some((name, _)) = only {
            let files = export_links(l, &format!("/desk/today/export?show={name}"));
            std::iter::once(Link::new("/desk/today", l.t("today"))).chain(files).collect()
        } else {
            export_links(l, "/desk/mine/export")
        },
        sections,
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

/// The list as a file, both ways.
pub(super) fn export_links(l: Lang, path: &str) -> Vec<Link> {
    let join = if path.contains('?') { '&' } else { '?' };
    [("csv", "export-csv"), ("xlsx", "export-xlsx")].map(|(kind, key)| Link::new(format!("{path}{join}as={kind}"), l.t(key))).to_vec()
}

/// A list as a file: what it shows and nothing more.
pub(super) async fn as_file<P: Permit>(d: &Desk<P>, filter: &Filter, kind: &str) -> Web {
    let lines = bulk::export(&d.v.app, &d.scope, filter, "").await?;
    let table = export::table(d, &lines);
    export::file_of(&table, kind)
}

/// One's own open cases as a file, narrowed as the list is.
pub(super) async fn export_mine(d: Desk<Handlers>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let mut filter = mine_filter(&d, asked.get("show"));
    due(&mut filter, asked.get("due"), d.v.app.clock().now());
    as_file(&d, &filter, asked.get("as")).await
}

/// One of the lists of a day as a file: appointments, what was answered, asked, or wished to be handled again.
pub(super) async fn export_marked(d: Desk<Handlers>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let l = d.v.l.lang;
    let wanted = Some(asked.get("show")).filter(|show| !show.is_empty()).unwrap_or(MARKED[0].0);
    let shown = MARKED.iter().find(|(name, marker)| *name == wanted && (*marker != Marker::Reopen || d.role == Role::Lead));
    let (name, marker) = shown.ok_or(Denied::NotFound)?;
    let section = marked(&d, name, *marker, WHOLE).await?;
    let heads = vec![l.t("col-case"), l.t("col-number"), l.code("today", name)];
    let rows = section.items.into_iter().map(|i| vec![i.title, i.line, i.tag.text]).collect();
    export::file_of(&export::Table::new(name, heads, rows, d.v.app.clock().now()), asked.get("as"))
}

/// Whom one stands in for, and who stands in for oneself.
fn notes(d: &Desk<Handlers>) -> Vec<(Tone, String, Option<Link>)> {
    let l = d.v.l.lang;
    let Some((me, grant)) = d.scope.grant() else { return Vec::new() };
    let directory = &d.v.world.directory;
    let name = |p| directory.people.get(&p).map(|p| p.name.clone()).unwrap_or_default();
    let today = d.v.app.clock().now().date();
    let mut out = Vec::new();
    for (_, a) in absence::of_unit(&d.v.world, grant.unit).into_iter().filter(|(_, a)| a.lasts(today)) {
        if a.deputy == me {
            let text = l.t2("today-deputy", "name", name(a.person), "until", l.date(a.through));
            let switch = (d.role != Role::Lead).then(|| Link::new("/desk/account", l.t("role-go")));
            out.push((Tone::Act, text, switch));
        } else if a.person == me {
            let text = l.t2("today-away", "name", name(a.deputy), "until", l.date(a.through));
            out.push((Tone::Act, text, Some(Link::new("/desk/absence", l.t("absence")))));
        }
    }
    out
}

fn item(d: &Desk<Handlers>, line: &Line) -> Item {
    let s = side(d.v.l.lang, &d.v.world, line, d.v.app.clock().now(), false);
    Item { href: s.href, title: s.title, line: format!("{} · {}", line.number, s.line), tag: s.clock }
}

fn counted(d: &Desk<Handlers>, href: &str, n: i64) -> Option<Link> {
    (n > 0).then(|| Link::new(href, d.v.l.t1("today-all", "n", n)))
}

async fn due_next(d: &Desk<Handlers>) -> Result<Section, Error> {
    let l = d.v.l.lang;
    let filter = mine_filter(d, "");
    let mut db = d.v.app.db().read().await?;
    // Where no clock runs nothing presses.
    let due = Filter { due_from: Some(Instant(i64::MIN)), ..filter.clone() };
    let lines = queue::page(&mut db, &d.scope, &due, None, FEW).await?;
    let n = queue::count(&mut db, &d.scope, &filter, CAP).await?;
    Ok(Section {
        id: "due".into(),
        head: l.t("today-due"),
        all: counted(d, "/desk/mine", n),
        items: lines.iter().map(|line| item(d, line)).collect(),
        empty: l.t("today-due-none"),
        ..Section::default()
    })
}

/// What a head is reminded of is the unit's; an officer's is their own.
fn of_desk(d: &Desk<Handlers>) -> Filter {
    if d.role == Role::Lead { Filter::default() } else { mine_filter(d, "") }
}

async fn marked(d: &Desk<Handlers>, name: &'static str, marker: Marker, most: i64) -> Result<Section, Error> {
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let (today, week) = (Instant::start_of(now.date()), Instant(Instant::end_of(now.date()).0 + 6 * DAY));
    // An appointment that is past and has not been ended still has to be.
    let until = if marker == Marker::Appointment { week } else { Instant(i64::MAX) };
    let mut db = d.v.app.db().read().await?;
    let lines = queue::marked(&mut db, &d.scope, &of_desk(d), marker, (Instant(i64::MIN), until), WHOLE).await?;
    let n = i64::try_from(lines.len()).unwrap_or(WHOLE);
    let most = usize::try_from(most).unwrap_or_default();
    let show = |(at, line): &(Instant, Line)| {
        let tag = match marker {
            Marker::Appointment if *at < today => Tag::new(Tone::Late, l.datetime(*at)),
            Marker::Appointment if at.date() == now.date() => Tag::new(Tone::Soon, l.t1("today-at", "at", clock_time(*at))),
            Marker::Appointment => Tag::new(Tone::Plain, l.datetime(*at)),
            _ => Tag::new(Tone::Plain, l.elapsed((now.0 - at.0).max(0) / 60_000_000)),
        };
        let handler = line.handler.and_then(|p| d.v.world.directory.people.get(&p)).map(|p| p.name.clone());
        let words = [Some(line.number.clone()), Some(l.code("kind", &line.kind)), handler];
        let words = words.into_iter().flatten().collect::<Vec<_>>().join(" · ");
        Item { href: format!("/desk/case/{}", line.token), title: title_of(l, line), line: words, tag }
    };
    Ok(Section {
        id: name.into(),
        head: l.code("today", name),
        all: counted(d, &format!("/desk/today?show={name}"), n),
        items: lines.iter().take(most).map(show).collect(),
        empty: l.t(&format!("today-{name}-none")),
        ..Section::default()
    })
}

fn clock_time(at: Instant) -> String {
    let c = at.civil();
    format!("{:02}:{:02}", c.hour(), c.minute())
}

async fn waiting(d: &Desk<Handlers>) -> Result<Section, Error> {
    let l = d.v.l.lang;
    let filter = Filter { waiting: true, ..mine_filter(d, "") };
    let mut db = d.v.app.db().read().await?;
    let lines = queue::page(&mut db, &d.scope, &filter, None, FEW).await?;
    let n = queue::count(&mut db, &d.scope, &filter, CAP).await?;
    Ok(Section {
        id: "waiting".into(),
        head: l.t("today-waiting"),
        all: counted(d, "/desk/mine?due=waiting", n),
        items: lines.iter().map(|line| item(d, line)).collect(),
        empty: l.t("today-waiting-none"),
        ..Section::default()
    })
}

/// What waits for the head: the unit's for the head, their own proposals for an officer.
async fn approvals(d: &Desk<Handlers>) -> Result<Section, Error> {
    let l = d.v.l.lang;
    let filter = Filter { stages: vec![Stage::Approval.code()], ..of_desk(d) };
    let mut db = d.v.app.db().read().await?;
    let lines = queue::page(&mut db, &d.scope, &filter, None, FEW).await?;
    let n = queue::count(&mut db, &d.scope, &filter, CAP).await?;
    let href = if d.role == Role::Lead { "/desk/approvals" } else { "/desk/mine?due=waiting" };
    Ok(Section {
        id: "approvals".into(),
        head: l.t(if d.role == Role::Lead { "approvals" } else { "today-proposed" }),
        all: counted(d, href, n),
        items: lines.iter().map(|line| item(d, line)).collect(),
        empty: l.t("approvals-none"),
        ..Section::default()
    })
}

async fn new(d: &Desk<Handlers>) -> Result<Section, Error> {
    let l = d.v.l.lang;
    let filter = mine_filter(d, "new");
    let mut db = d.v.app.db().read().await?;
    let lines = queue::page(&mut db, &d.scope, &filter, None, FEW).await?;
    let n = queue::count(&mut db, &d.scope, &filter, CAP).await?;
    Ok(Section {
        id: "new".into(),
        head: l.t("mine-new"),
        all: counted(d, "/desk/mine?show=new", n),
        items: lines.iter().map(|line| item(d, line)).collect(),
        empty: l.t("today-new-none"),
        ..Section::default()
    })
}
