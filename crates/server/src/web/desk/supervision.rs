//! Today, for those who answer for others: what is late, due, near, not sent, waiting — by unit and by person. Every number opens exactly its
//! cases, which can be exported and given an order together.

use super::account::Asked;
use super::lists::{lines, selects};
use super::rows::{CAP, address, due, pager, tag, title_of};
use super::today::{as_file, export_links};
use crate::usecase::{absence, fields::Fields};
use crate::web::http::{Desk, Overseers, Web, page};
use crate::web::views::board::{Board, Cell, Pick, Row, Section, Table};
use crate::web::views::desk::Filter as FilterView;
use crate::web::views::parts::{Choice, CountLink, Link, Tag, Tone};
use axum::extract::Query;
use rules::access::Role;
use rules::case::Stage;
use rules::case::supervise::Grade;
use rules::ids::{Id, PersonId, UnitId};
use rules::time::Instant;
use store::engine::Error;
use store::queue::{self, Filter, Line};

const PATH: &str = "/desk/supervision";
const LIST: &str = "/desk/supervision/cases";
/// Units on a page of the table.
const UNITS: usize = 50;

/// What is counted, in the order of the columns, and how it is marked.
const COUNTED: [(&str, Tone); 8] = [
    ("late", Tone::Late),
    ("today", Tone::Soon),
    ("soon", Tone::Soon),
    ("undispatched", Tone::Act),
    ("sent", Tone::Plain),
    ("asked", Tone::Plain),
    ("approval", Tone::Plain),
    ("all", Tone::Plain),
];

/// The cases behind a number.
fn counted(d: &Desk<Overseers>, which: &str) -> Filter {
    let now = d.v.app.clock().now();
    let mut f = Filter { historical: Some(false), ..Filter::default() };
    match which {
        "soon" => {
            let soon = d.v.world.pack.supervision.soon(now, &d.v.world.calendar);
            let tomorrow = Instant::end_of(now.date());
            (f.due_from, f.due_before) = (Some(Instant(tomorrow.0 + 1)), Some(Instant(soon.0.max(tomorrow.0) + 1)));
        }
        "undispatched" => f.stages = vec![Stage::Intake.code()],
        "sent" => f.stages = vec![Stage::Sent.code()],
        "approval" => f.stages = vec![Stage::Approval.code()],
        "asked" => f.asked = true,
        which => due(&mut f, which, now),
    }
    f
}

/// One of the numbers, whatever an address says.
fn known(which: &str) -> &'static str {
    COUNTED.iter().map(|c| c.0).find(|c| *c == which).unwrap_or("all")
}

/// What an address narrows the list to.
fn asked_filter(d: &Desk<Overseers>, asked: &Fields) -> Filter {
    let text = |name: &str| Some(asked.get(name).trim().to_owned()).filter(|v| !v.is_empty());
    let id = |name: &str| Id::parse(asked.get(name));
    Filter {
        kind: text("kind"),
        channel: text("channel"),
        unit: id("unit").map(UnitId),
        handler: id("handler").map(PersonId),
        responsible: id("responsible").map(UnitId),
        ..counted(d, known(asked.get("what")))
    }
}

fn list_of(which: &str, unit: Option<UnitId>, handler: Option<PersonId>) -> String {
    let unit = unit.map_or_else(String::new, |u| format!("&unit={u}"));
    let handler = handler.map_or_else(String::new, |p| format!("&handler={p}"));
    format!("{LIST}?what={which}{unit}{handler}")
}

/// The numbers of a row, each with its list.
async fn cells(d: &Desk<Overseers>, unit: Option<UnitId>, handler: Option<PersonId>) -> Result<(Vec<Cell>, i64), Error> {
    let l = d.v.l.lang;
    let mut db = d.v.app.db().read().await?;
    let (mut out, mut all) = (Vec::new(), 0);
    for (which, tone) in COUNTED {
        let filter = Filter { unit, handler, ..counted(d, which) };
        let n = queue::count(&mut db, &d.scope, &filter, CAP).await?;
        all = n;
        let href = if n == 0 { String::new() } else { list_of(which, unit, handler) };
        let mark = if tone == Tone::Late && n > 0 { Tag::new(Tone::Late, l.t("late-word")) } else { Tag::default() };
        let text = if n >= CAP { format!("{}+", CAP - 1) } else { n.to_string() };
        out.push(Cell { text, href, tag: mark });
    }
    Ok((out, all))
}

fn columns(d: &Desk<Overseers>, first: &str) -> Vec<(String, bool)> {
    let l = d.v.l.lang;
    std::iter::once((l.t(first), false)).chain(COUNTED.iter().map(|(c, _)| (l.code("sup-count", c), true))).collect()
}

/// The table of the organ's units with open work, a page of it from a unit's code on.
async fn by_unit(d: &Desk<Overseers>, after: &str) -> Result<(Section, Option<String>), Error> {
    let l = d.v.l.lang;
    let organ = d.scope.grant().map(|(_, g)| g.organ);
    let mut db = d.v.app.db().read().await?;
    let with_cases = store::organisation::with_cases(&mut db, &d.scope).await?;
    drop(db);
    let units = with_cases.iter().filter_map(|id| d.v.world.directory.units.get(id));
    let mut units: Vec<_> = units.filter(|u| Some(u.organ) == organ && u.code.as_str() > after).collect();
    units.sort_by(|a, b| a.code.cmp(&b.code));
    let next = units.get(UNITS).map(|_| units[UNITS - 1].code.clone());
    let mut rows = Vec::new();
    for unit in units.into_iter().take(UNITS) {
        let (cells, all) = cells(d, Some(unit.id), None).await?;
        if all > 0 {
            let name = Cell::link(format!("{PATH}?unit={}", unit.id), unit.name.clone());
            rows.push(Row { cells: std::iter::once(name).chain(cells).collect(), ..Row::default() });
        }
    }
    let section = Section {
        id: "by-unit".into(),
        head: l.t("sup-by-unit"),
        table: Some(Table { columns: columns(d, "col-unit"), rows, pick: None }),
        empty: l.t("sup-none"),
        ..Section::default()
    };
    Ok((section, next))
}

/// The table of the people of a unit.
async fn by_person(d: &Desk<Overseers>, unit: UnitId) -> Result<Section, Error> {
    let l = d.v.l.lang;
    let mut rows = Vec::new();
    for person in absence::staff(&d.v.world, unit) {
        let name = d.v.world.directory.people.get(&person).map(|p| p.name.clone()).unwrap_or_default();
        let (cells, _) = cells(d, Some(unit), Some(person)).await?;
        rows.push(Row { cells: std::iter::once(Cell::text(name)).chain(cells).collect(), ..Row::default() });
    }
    Ok(Section {
        id: "by-person".into(),
        head: l.t("sup-by-person"),
        table: Some(Table { columns: columns(d, "col-name"), rows, pick: None }),
        empty: l.t("sup-nobody"),
        ..Section::default()
    })
}

pub(super) async fn show(d: Desk<Overseers>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let l = d.v.l.lang;
    let now = d.v.app.clock().now();
    let own = d.scope.grant().filter(|_| d.role == Role::Lead).map(|(_, g)| g.unit);
    let unit = own.or_else(|| Id::parse(asked.get("unit")).map(UnitId)).filter(|u| d.v.world.directory.units.contains_key(u));
    let mut links = vec![Link::new("/desk/orders", l.t("sup-orders"))];
    if d.role == Role::Supervisor {
        links.push(Link::new("/desk/inspections", l.t("sup-inspections")));
    }
    let mut counts = Vec::new();
    let mut db = d.v.app.db().read().await?;
    for (which, tone) in COUNTED {
        let filter = Filter { unit, ..counted(&d, which) };
        let n = queue::count(&mut db, &d.scope, &filter, CAP).await?.unsigned_abs();
        counts.push(CountLink { href: list_of(which, unit, None), label: l.code("sup-count", which), n, tone, current: false });
    }
    drop(db);
    let mut sections = Vec::new();
    match unit {
        Some(unit) => {
            sections.push(by_person(&d, unit).await?);
            if own.is_none() {
                links.insert(0, Link::new(PATH, l.t("sup-all-units")));
            }
        }
        None => {
            let (section, next) = by_unit(&d, asked.get("after")).await?;
            sections.push(section);
            links.extend(next.map(|code| Link::new(address(PATH, &asked, &[("after", code.as_str())]), l.t("sup-next-units"))));
        }
    }
    let mut notes = zero_note(&d).await?;
    notes.extend(super::forecast::note(&d).await?);
    let title = unit.filter(|_| own.is_none()).and_then(|u| d.v.world.directory.units.get(&u)).map(|u| u.name.clone());
    let view = Board {
        title: title.unwrap_or_else(|| l.t("sup-title")),
        lead: l.t2("sup-lead", "at", l.datetime(now), "soon", crate::web::timeline::clocks::span(l, d.v.world.pack.supervision.due_soon)),
        counts,
        notes,
        links,
        sections,
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

/// Whether the day's zero check (每日流转清零) was made, where the pack asks for it by an hour.
async fn zero_note(d: &Desk<Overseers>) -> Result<Vec<(Tone, String, Option<Link>)>, Error> {
    let l = d.v.l.lang;
    let Some(by) = d.v.world.pack.supervision.zero_check.filter(|_| d.role == Role::Supervisor) else { return Ok(Vec::new()) };
    let now = d.v.app.clock().now();
    let organ = d.scope.grant().map(|(_, g)| g.organ);
    let intake = d.v.world.directory.organs.values().find(|o| Some(o.id) == organ).and_then(|o| o.intake_unit);
    let Some(intake) = intake else { return Ok(Vec::new()) };
    let mut db = d.v.app.db().read().await?;
    let check = store::clerk::checks(&mut db, &d.scope, intake, now.date(), 1).await?.into_iter().find(|c| c.on == now.date());
    let hour = format!("{:02}:{:02}", by.hour(), by.minute());
    Ok(match check {
        Some(c) => vec![(Tone::Act, l.t2("sup-zero-made", "at", l.datetime(c.at), "n", c.left.len()), None)],
        None if now.civil().time() >= by => vec![(Tone::Late, l.t1("sup-zero-missing", "hour", hour), None)],
        None => vec![(Tone::Plain, l.t1("sup-zero-by", "hour", hour), None)],
    })
}

/// The cases behind a number, to be looked at, exported or given an order.
pub(super) async fn list(d: Desk<Overseers>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let l = d.v.l.lang;
    let which = known(asked.get("what"));
    let (found, next) = lines(&d, &asked_filter(&d, &asked), &asked).await?;
    let walk = pager(l, LIST, &asked, found.len(), next);
    let hidden = ["what", "unit", "handler", "responsible"].iter().map(|k| ((*k).to_owned(), asked.get(k).to_owned()));
    let mut links = vec![Link::new(PATH, l.t("sup-title"))];
    if !found.is_empty() {
        links.extend(export_links(l, &address("/desk/supervision/export", &asked, &[("after", ""), ("trail", ""), ("q", "")])));
    }
    links.extend(
        [(walk.prev.clone(), "pager-prev"), (walk.next.clone(), "pager-next")]
            .into_iter()
            .filter(|(h, _)| !h.is_empty())
            .map(|(h, k)| Link::new(h, l.t(k))),
    );
    let grades = Grade::ALL.iter().map(|g| Choice::new(g.code(), l.code("sup-grade", g.code()), Grade::Urge.code()));
    let pick = Pick {
        action: "/desk/orders/form".into(),
        name: "case".into(),
        hidden: Vec::new(),
        select: ("order_grade".into(), l.code("field", "order_grade")),
        choices: grades.collect(),
        submit: l.t("sup-order-chosen"),
        error: String::new(),
    };
    let columns = ["col-case", "col-clock", "col-number", "col-unit", "field-handler", "sup-responsible", "col-state"];
    let columns = columns.into_iter().map(|k| (l.t(k), false)).collect();
    let section = Section {
        id: "cases".into(),
        head: walk.shown.clone(),
        table: Some(Table { columns, rows: found.iter().map(|line| row(&d, line)).collect(), pick: Some(pick) }),
        empty: l.t("cases-none"),
        ..Section::default()
    };
    let unit = Id::parse(asked.get("unit")).and_then(|u| d.v.world.directory.units.get(&UnitId(u))).map(|u| u.name.clone());
    let view = Board {
        title: l.code("sup-count", which),
        lead: unit.unwrap_or_default(),
        links,
        narrow: Some(FilterView {
            action: LIST.into(),
            q: asked.get("q").to_owned(),
            selects: selects(l, &asked),
            hidden: hidden.filter(|(_, v)| !v.is_empty()).collect(),
        }),
        sections: vec![section],
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

fn row(d: &Desk<Overseers>, line: &Line) -> Row {
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let unit = |u: Option<UnitId>| u.and_then(|u| d.v.world.directory.units.get(&u)).map(|u| u.name.clone()).unwrap_or_default();
    let handler = line.handler.and_then(|p| d.v.world.directory.people.get(&p)).map(|p| p.name.clone()).unwrap_or_default();
    Row {
        value: line.token.clone(),
        cells: vec![
            Cell::link(format!("/desk/case/{}", line.token), title_of(l, line)),
            Cell::tag(tag(l, &d.v.world, line, now)),
            Cell::text(format!("{} {}", l.code("kind", &line.kind), line.number)),
            Cell::text(unit(line.unit)),
            Cell::text(handler),
            Cell::text(unit(line.responsible)),
            Cell::text(l.code("stage", &line.stage)),
        ],
        buttons: Vec::new(),
    }
}

/// The same list whole, as a file.
pub(super) async fn export(d: Desk<Overseers>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    as_file(&d, &asked_filter(&d, &asked), asked.get("as")).await
}
