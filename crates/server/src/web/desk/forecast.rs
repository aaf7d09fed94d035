//! The forecast as pages: what will probably be late, by unit and day, each number opening its cases; and how earlier forecasts came out.

use super::account::Asked;
use super::export;
use super::rows::{PAGE, address, title_of};
use super::today::export_links;
use crate::usecase::fields::Fields;
use crate::usecase::forecast::made;
use crate::web::http::{Desk, Overseers, Web, page};
use crate::web::timeline::clocks::{clock_name, clock_tag};
use crate::web::views::board::{Board, Cell, Pick, Row, Section, Table};
use crate::web::views::parts::{Choice, Link, Tag, Tone};
use axum::extract::Query;
use jiff::civil::Date;
use rules::access::Role;
use rules::case::supervise::Grade;
use rules::clock::ClockName;
use rules::forecast::{BANDS, Came, Hits, SAID_LATE};
use rules::ids::{CaseId, Id, UnitId};
use rules::time::{Instant, date_from_days, days_of};
use store::engine::Error;
use store::forecast::{self, Entry, Outcome, Sum};
use store::{last_time, queue};

const PATH: &str = "/desk/forecast";
const LIST: &str = "/desk/forecast/cases";
/// Days looked back for the hit rate.
const BACK: i64 = 30;
/// Rows of an exported list.
const MOST: i64 = 5_000;

/// The day of the latest forecast.
async fn latest(d: &Desk<Overseers>) -> Result<Option<Instant>, Error> {
    let mut db = d.v.app.db().read().await?;
    Ok(last_time::of(&mut db, &made(d.scope.locality())).await?.map(|(at, _)| at))
}

/// `3.4 / 12`: so many of so many are expected to be late.
fn expected(chances: u64, made: u64) -> String {
    format!("{}.{} / {made}", chances / 1000, chances % 1000 / 100)
}

fn percent(part: u64, whole: u64) -> String {
    (part * 100 + whole / 2).checked_div(whole).map_or_else(|| "–".to_owned(), |n| format!("{n} %"))
}

/// What the page of today says of the forecast: expected, of how many.
pub(super) async fn note(d: &Desk<Overseers>) -> Result<Option<(Tone, String, Option<Link>)>, Error> {
    let l = d.v.l.lang;
    let Some(at) = latest(d).await? else { return Ok(None) };
    let mut db = d.v.app.db().read().await?;
    let sums = forecast::sums(&mut db, &d.scope, at.date()).await?;
    let (chances, made) = sums.iter().fold((0, 0), |(c, m), s| (c + s.chances, m + s.made));
    let text = l.t2("sup-forecast-note", "late", format!("{}.{}", chances / 1000, chances % 1000 / 100), "n", made);
    Ok(Some((Tone::Plain, text, Some(Link::new(PATH, l.t("sup-forecast"))))))
}

fn list_of(unit: Option<UnitId>, on: Option<Date>) -> String {
    let unit = unit.map_or_else(String::new, |u| format!("&unit={u}"));
    let on = on.map_or_else(String::new, |d| format!("&due={d}"));
    format!("{LIST}?came=open{unit}{on}")
}

/// Units by days of ending; the first row is all of them.
fn by_unit(d: &Desk<Overseers>, sums: &[Sum]) -> Table {
    let l = d.v.l.lang;
    let mut days: Vec<Date> = sums.iter().map(|s| s.due_on).collect();
    days.sort_unstable();
    days.dedup();
    let mut units: Vec<(&str, UnitId)> =
        sums.iter().map(|s| s.unit).filter_map(|u| Some((d.v.world.directory.units.get(&u)?.code.as_str(), u))).collect();
    units.sort_unstable();
    units.dedup();
    let cell = |unit: Option<UnitId>, on: Option<Date>| {
        let of = sums.iter().filter(|s| unit.is_none_or(|u| s.unit == u) && on.is_none_or(|d| s.due_on == d));
        match of.fold((0, 0), |(c, m), s| (c + s.chances, m + s.made)) {
            (_, 0) => Cell::text(""),
            (chances, made) => Cell::link(list_of(unit, on), expected(chances, made)),
        }
    };
    let row = |name: String, unit: Option<UnitId>| {
        let days = days.iter().map(|on| cell(unit, Some(*on)));
        let cells = std::iter::once(Cell::text(name)).chain(std::iter::once(cell(unit, None))).chain(days).collect();
        Row { cells, ..Row::default() }
    };
    let mut rows = Vec::new();
    if units.len() > 1 {
        rows.push(row(l.t("sup-all-units"), None));
    }
    rows.extend(units.iter().map(|(_, u)| row(d.v.world.directory.units.get(u).map(|u| u.name.clone()).unwrap_or_default(), Some(*u))));
    let mut columns = vec![(l.t("col-unit"), false), (l.t("sup-forecast-all"), true)];
    columns.extend(days.iter().map(|on| (l.date(*on), true)));
    Table { columns, rows, pick: None }
}

/// What was said and what came, by band of chance, the likeliest first.
fn by_band(d: &Desk<Overseers>, bands: &[Came; BANDS]) -> Table {
    let l = d.v.l.lang;
    let row = |(i, came): (usize, &Came)| Row {
        cells: vec![
            Cell::text(format!("{}–{} %", i * 10, i * 10 + if i == BANDS - 1 { 10 } else { 9 })),
            Cell::text(came.known.to_string()),
            Cell::text(format!("{}.{}", came.chances / 1000, came.chances % 1000 / 100)),
            Cell::text(came.late.to_string()),
            Cell::text(percent(came.late, came.known)),
        ],
        ..Row::default()
    };
    let columns = [
        ("sup-forecast-chance", false),
        ("sup-forecast-known", true),
        ("sup-forecast-expected", true),
        ("sup-forecast-late", true),
        ("sup-forecast-share", true),
    ];
    let rows = bands.iter().enumerate().rev().filter(|(_, c)| c.known > 0).map(row).collect();
    Table { columns: columns.map(|(k, num)| (l.t(k), num)).to_vec(), rows, pick: None }
}

pub(super) async fn show(d: Desk<Overseers>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let l = d.v.l.lang;
    let now = d.v.app.clock().now();
    let at = latest(&d).await?;
    let mut db = d.v.app.db().read().await?;
    let sums = match at {
        Some(at) => forecast::sums(&mut db, &d.scope, at.date()).await?,
        None => Vec::new(),
    };
    let bands = forecast::hits(&mut db, &d.scope, date_from_days(days_of(now.date()) - BACK)).await?;
    drop(db);
    let units = by_unit(&d, &sums);
    if !asked.get("as").is_empty() {
        return export::file_of(&export::of_board("forecast", &units, now), asked.get("as"));
    }
    let hits = Hits::of(&bands);
    let mut notes = Vec::new();
    let shares =
        [("sup-forecast-hit", hits.said_late, hits.said, "1"), ("sup-forecast-missed", hits.late - hits.said_late, hits.late, "0")];
    for (key, part, whole, said) in shares.into_iter().filter(|s| s.2 > 0) {
        let share = format!("{part} / {whole} = {}", percent(part, whole));
        let link = Link::new(format!("{LIST}?came=late&said={said}"), l.t("sup-forecast-open"));
        notes.push((Tone::Plain, l.t1(key, "share", share), Some(link)));
    }
    let mut links = vec![Link::new("/desk/supervision", l.t("sup-title"))];
    if !sums.is_empty() {
        links.extend(export_links(l, PATH));
    }
    let section = |id: &str, head: &str, table: Table, empty: &str| Section {
        id: id.into(),
        head: l.t(head),
        table: Some(table),
        empty: l.t(empty),
        ..Section::default()
    };
    let view = Board {
        title: l.t("sup-forecast"),
        lead: at.map_or_else(|| l.t("sup-forecast-never"), |at| l.t1("sup-forecast-lead", "at", l.datetime(at))),
        notes,
        links,
        sections: vec![
            section("by-unit", "sup-forecast-by-unit", units, "sup-forecast-none"),
            section("came", "sup-forecast-came", by_band(&d, &bands), "sup-forecast-unknown"),
        ],
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

/// Which forecasts an address asks for.
struct Asks {
    outcome: Outcome,
    said: Option<bool>,
    unit: Option<UnitId>,
    due: Option<Date>,
}

fn asks(d: &Desk<Overseers>, asked: &Fields) -> Asks {
    let unit = Id::parse(asked.get("unit")).map(UnitId).filter(|u| d.v.world.directory.units.contains_key(u));
    let said = match asked.get("said") {
        "1" => Some(true),
        "0" => Some(false),
        _ => None,
    };
    let own = d.scope.grant().filter(|_| d.role == Role::Lead).map(|(_, g)| g.unit);
    let outcome = Outcome::parse(asked.get("came")).unwrap_or(Outcome::Open);
    Asks { outcome, said, unit: own.or(unit), due: asked.get("due").parse().ok() }
}

async fn entries(d: &Desk<Overseers>, by: &Asks, after: Option<&Entry>, limit: i64) -> Result<Vec<Entry>, Error> {
    let at = latest(d).await?;
    let mut db = d.v.app.db().read().await?;
    match (by.outcome, at) {
        (Outcome::Open, Some(at)) => forecast::of_day(&mut db, &d.scope, at.date(), (by.unit, by.due), after, limit).await,
        (Outcome::Open, None) => Ok(Vec::new()),
        (outcome, _) => forecast::came(&mut db, &d.scope, outcome, by.said, after, limit).await,
    }
}

/// Where a page ends, as an address carries it; the name of a clock stands last, whatever is in it.
fn cursor(e: &Entry) -> String {
    format!("{}~{}~{}~{}~{}", e.made_on, e.chance, e.due_at.0, e.case, e.clock.0)
}

fn after(asked: &Fields) -> Option<Entry> {
    let mut parts = asked.get("after").splitn(5, '~');
    Some(Entry {
        made_on: parts.next()?.parse().ok()?,
        chance: parts.next()?.parse().ok()?,
        due_at: Instant(parts.next()?.parse().ok()?),
        case: CaseId(Id::parse(parts.next()?)?),
        clock: ClockName(parts.next()?.to_owned()),
        unit: UnitId(Id::default()),
        outcome: Outcome::Open,
    })
}

async fn table(d: &Desk<Overseers>, by: &Asks, entries: &[Entry]) -> Result<Table, Error> {
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let mut lines = Vec::new();
    let mut db = d.v.app.db().read().await?;
    for some in entries.chunks(500) {
        let mut ids: Vec<CaseId> = some.iter().map(|e| e.case).collect();
        ids.sort_unstable();
        ids.dedup();
        lines.extend(queue::lines_of(&mut db, &d.scope, ids).await?);
    }
    drop(db);
    let unit = |u: UnitId| d.v.world.directory.units.get(&u).map(|u| u.name.clone()).unwrap_or_default();
    let open = by.outcome == Outcome::Open;
    let row = |e: &Entry| {
        let line = lines.iter().find(|line| line.id == e.case)?;
        let handler = line.handler.and_then(|p| d.v.world.directory.people.get(&p)).map(|p| p.name.clone()).unwrap_or_default();
        let due = if open { clock_tag(l, e.due_at, false, now, &d.v.world.calendar) } else { Tag::new(Tone::Plain, l.datetime(e.due_at)) };
        let said = if e.chance >= SAID_LATE { Tone::Late } else { Tone::Plain };
        Some(Row {
            value: line.token.clone(),
            cells: vec![
                Cell::link(format!("/desk/case/{}", line.token), title_of(l, line)),
                Cell::tag(Tag::new(said, format!("{} %", (e.chance + 5) / 10))),
                Cell::tag(due),
                Cell::text(clock_name(l, &d.v.world.pack, &e.clock)),
                Cell::text(format!("{} {}", l.code("kind", &line.kind), line.number)),
                Cell::text(unit(e.unit)),
                Cell::text(handler),
                Cell::text(l.date(e.made_on)),
            ],
            buttons: Vec::new(),
        })
    };
    let columns = [
        "col-case",
        "sup-forecast-chance",
        "col-clock",
        "sup-forecast-clock",
        "col-number",
        "col-unit",
        "field-handler",
        "sup-forecast-made",
    ];
    let columns = columns.into_iter().map(|k| (l.t(k), k == "sup-forecast-chance")).collect();
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
    Ok(Table { columns, rows: entries.iter().filter_map(row).collect(), pick: open.then_some(pick) })
}

/// The cases behind a number, the likeliest first; or those of which it is known how they came out.
pub(super) async fn list(d: Desk<Overseers>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let l = d.v.l.lang;
    let by = asks(&d, &asked);
    let found = entries(&d, &by, after(&asked).as_ref(), PAGE).await?;
    let mut links = vec![Link::new(PATH, l.t("sup-forecast"))];
    if !found.is_empty() {
        links.extend(export_links(l, &address("/desk/forecast/export", &asked, &[("after", "")])));
    }
    if let Some(last) = found.last().filter(|_| found.len() as i64 == PAGE) {
        links.push(Link::new(address(LIST, &asked, &[("after", &cursor(last))]), l.t("pager-next")));
    }
    let head = match (by.outcome, by.said) {
        (Outcome::Open, _) => "sup-forecast-cases",
        (_, Some(false)) => "sup-forecast-cases-missed",
        _ => "sup-forecast-cases-came",
    };
    let unit = by.unit.and_then(|u| d.v.world.directory.units.get(&u)).map(|u| u.name.clone());
    let lead = [unit, by.due.map(|on| l.date(on))].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let view = Board {
        title: l.t(head),
        lead,
        links,
        sections: vec![Section {
            id: "cases".into(),
            head: l.t1("sup-forecast-shown", "n", found.len()),
            table: Some(table(&d, &by, &found).await?),
            empty: l.t("sup-forecast-none"),
            ..Section::default()
        }],
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

/// The same list whole, as a file.
pub(super) async fn export(d: Desk<Overseers>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let by = asks(&d, &asked);
    let found = entries(&d, &by, None, MOST).await?;
    export::file_of(&export::of_board("forecast", &table(&d, &by, &found).await?, d.v.app.clock().now()), asked.get("as"))
}
