//! Orders (催办, 督办) and inspections as pages: given to many cases at once, listed by where they stand, answered on the case itself; and what
//! each inspection found and whom it told.

use super::account::{Asked, Sent};
use super::inbox::done;
use super::rows::{CAP, address, tag, title_of};
use super::today::export_links;
use super::{errors_of, export, label};
use crate::app::World;
use crate::usecase::fields::Fields;
use crate::usecase::{Denied, bulk, supervise};
use crate::web::http::{Cases, Desk, Orderers, Permit, Supervisors, Web, page, page_with};
use crate::web::i18n::Lang;
use crate::web::timeline::clocks::{clock_tag, span};
use crate::web::views::board::{Board, Cell, Item, Row, Section, Table};
use crate::web::views::desk::{ActionPage, Filter as FilterView};
use crate::web::views::parts::{ActionForm, Choice, Control, CountLink, Errors, Field, Group, Link, Tag, Tone};
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use rules::case::Case;
use rules::case::command::Action;
use rules::case::supervise::{Grade, OrderState};
use rules::ids::{CaseId, Id, UnitId};
use rules::time::Instant;
use store::engine::Error;
use store::queue::{self, Line};
use store::supervision::{self, Entry, Narrow, Record, What};

const PATH: &str = "/desk/orders";
/// Rows on a page.
const PAGE: i64 = 50;
/// Rows of an exported list.
const MOST: i64 = 5_000;
/// Inspections on a page: a month of two a day.
const INSPECTIONS: i64 = 60;

/// The periods an order may give.
pub(super) fn spans(l: Lang, world: &World, typed: &str) -> Vec<Group> {
    let all = world.pack.supervision.order_spans.iter().map(|s| Choice::new(s.to_string(), span(l, *s), typed));
    vec![Group { label: String::new(), choices: std::iter::once(Choice::new("", l.t("choose"), typed)).chain(all).collect() }]
}

/// Who answers for a case, and what it was ordered: what its page says of it.
pub(super) fn on_case(l: Lang, world: &World, case: &Case) -> Vec<(Tone, String, Option<Link>)> {
    let mut out = Vec::new();
    let unit = |u: UnitId| world.directory.units.get(&u).map(|u| u.name.clone()).unwrap_or_default();
    // Said where it is not whoever has it.
    if let Some(responsible) = case.responsible().filter(|u| case.seat.is_some_and(|s| s.unit != *u)) {
        out.push((Tone::Plain, l.t1("sup-case-responsible", "unit", unit(responsible)), None));
    }
    for (n, order) in case.watch.numbered().filter(|(_, o)| matches!(o.state, OrderState::Open | OrderState::Answered)) {
        let due = case.clock(&rules::case::supervise::order_clock(n)).map_or_else(String::new, |c| l.datetime(c.due.at));
        let grade = l.code("sup-grade", order.grade.code());
        let text = match order.state {
            OrderState::Open => l.t2("sup-case-open", "grade", grade, "due", due),
            _ => l.t1("sup-case-answered", "grade", grade),
        };
        out.push((Tone::Soon, text, None));
    }
    out
}

/// The form of an order for the cases chosen in a list.
pub(super) async fn form(d: Desk<Orderers>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    show_form(&d, &fields, Errors::default(), StatusCode::OK)
}

fn show_form(d: &Desk<Orderers>, fields: &Fields, errors: Errors, status: StatusCode) -> Web {
    let l = d.v.l.lang;
    let cases: Vec<&String> = fields.all("case").iter().filter(|t| !t.is_empty()).take(bulk::MOST).collect();
    let mut form = ActionForm::new(l, PATH, l.t1("sup-order-go", "n", cases.len()));
    form.hidden = cases.iter().map(|t| ("case".to_owned(), (*t).clone())).collect();
    let radio = |name: &'static str, family: &str, codes: &[&'static str]| {
        let choices = codes.iter().map(|c| Choice::new(*c, l.code(family, c), fields.get(name))).collect();
        Field::new(l, name, label(l, name), Control::Radio(choices)).required().errors(&errors)
    };
    let grades: Vec<&'static str> = Grade::ALL.iter().map(|g| g.code()).collect();
    form.fields = vec![
        radio("order_grade", "sup-grade", &grades),
        radio("order_owner", "sup-owner", &["handler", "unit"]),
        Field::new(l, "order_span", label(l, "order_span"), Control::Select(spans(l, &d.v.world, fields.get("order_span"))))
            .required()
            .errors(&errors),
        Field::area(l, "order_wanted", label(l, "order_wanted")).value(fields.get("order_wanted")).required().errors(&errors),
    ];
    form.back = PATH.into();
    form.errors = errors;
    let stop = if cases.is_empty() { l.t("sup-order-none") } else { String::new() };
    let view = ActionPage {
        case: l.t1("sup-order-cases", "n", cases.len()),
        title: l.code("action", Action::Order.code()),
        facts: Vec::new(),
        stop,
        form,
        l: d.layout(),
    };
    Ok(page_with(if cases.is_empty() { StatusCode::UNPROCESSABLE_ENTITY } else { status }, &view))
}

pub(super) async fn give(d: Desk<Orderers>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    match supervise::order(&d.v.app, &d.scope, &fields).await {
        Ok(each) => {
            let links = vec![Link::new(PATH, d.v.l.t("sup-orders"))];
            Ok(page(&done(&d, "sup-order-done", each, links).await?))
        }
        Err(Denied::Invalid(faults)) => show_form(&d, &fields, errors_of(d.v.l.lang, &faults), StatusCode::UNPROCESSABLE_ENTITY),
        Err(other) => Err(other.into()),
    }
}

/// What a list of orders is narrowed to: `late` are open ones past their end.
fn narrow(asked: &Fields, state: &str, now: Instant) -> Narrow {
    Narrow {
        state: OrderState::parse(state).map(|s| s.code().to_owned()),
        due_before: (state == "late").then_some(Instant(now.0 + 1)),
        grade: Grade::parse(asked.get("grade")).map(|g| g.code().to_owned()),
        ..Narrow::default()
    }
}

const STATES: [(&str, Tone); 5] =
    [("open", Tone::Act), ("late", Tone::Late), ("answered", Tone::Soon), ("accepted", Tone::Plain), ("ended", Tone::Plain)];

fn after(asked: &Fields) -> Option<supervision::After> {
    let mut parts = asked.get("after").split('.');
    let (at, id, n) = (parts.next()?.parse().ok()?, Id::parse(parts.next()?)?, parts.next()?.parse().ok()?);
    Some((Instant(at), CaseId(id), n))
}

pub(super) async fn list(d: Desk<Cases>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let state = STATES.iter().map(|s| s.0).find(|s| *s == asked.get("state")).unwrap_or("open");
    let mut db = d.v.app.db().read().await?;
    let entries = supervision::orders(&mut db, &d.scope, &narrow(&asked, state, now), after(&asked), PAGE).await?;
    let mut counts = Vec::new();
    for (code, tone) in STATES {
        let n = supervision::count_orders(&mut db, &d.scope, &narrow(&asked, code, now), CAP).await?.unsigned_abs();
        let href = address(PATH, &asked, &[("state", code), ("after", "")]);
        counts.push(CountLink { href, label: l.code("sup-state", code), n, tone, current: code == state });
    }
    drop(db);
    let mut links = Vec::new();
    if !entries.is_empty() {
        links.extend(export_links(l, &address("/desk/orders/export", &asked, &[("after", "")])));
    }
    if let Some(last) = entries.last().filter(|_| entries.len() as i64 == PAGE) {
        let cursor = format!("{}.{}.{}", last.due_at.0, last.case.0, last.n);
        links.push(Link::new(address(PATH, &asked, &[("after", &cursor)]), l.t("pager-next")));
    }
    let grades = std::iter::once(Choice::new("", l.t("filter-all"), asked.get("grade")));
    let grades = grades.chain(Grade::ALL.iter().map(|g| Choice::new(g.code(), l.code("sup-grade", g.code()), asked.get("grade"))));
    let view = Board {
        title: l.t("sup-orders"),
        lead: l.t("sup-orders-lead"),
        counts,
        links,
        narrow: Some(FilterView {
            action: PATH.into(),
            q: String::new(),
            selects: vec![("grade".into(), label(l, "order_grade"), grades.collect())],
            hidden: vec![("state".into(), state.to_owned())],
        }),
        sections: vec![Section {
            id: "orders".into(),
            head: l.code("sup-state", state),
            table: Some(table(&d, &entries).await?),
            empty: l.t("sup-orders-none"),
            ..Section::default()
        }],
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

/// The same list whole, as a file.
pub(super) async fn file(d: Desk<Cases>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let now = d.v.app.clock().now();
    let state = STATES.iter().map(|s| s.0).find(|s| *s == asked.get("state")).unwrap_or("open");
    let mut db = d.v.app.db().read().await?;
    let entries = supervision::orders(&mut db, &d.scope, &narrow(&asked, state, now), None, MOST).await?;
    drop(db);
    export::file_of(&export::of_board("orders", &table(&d, &entries).await?, now), asked.get("as"))
}

async fn lines_of<P: Permit>(d: &Desk<P>, entries: &[Entry]) -> Result<Vec<Line>, Error> {
    let mut ids: Vec<CaseId> = entries.iter().map(|e| e.case).collect();
    ids.dedup();
    let mut out = Vec::new();
    let mut db = d.v.app.db().read().await?;
    for some in ids.chunks(500) {
        out.extend(queue::lines_of(&mut db, &d.scope, some.to_vec()).await?);
    }
    Ok(out)
}

/// A person, or a unit.
fn owner<P: Permit>(d: &Desk<P>, id: Id) -> String {
    let directory = &d.v.world.directory;
    let person = directory.people.get(&rules::ids::PersonId(id)).map(|p| p.name.clone());
    person.or_else(|| directory.units.get(&UnitId(id)).map(|u| u.name.clone())).unwrap_or_default()
}

async fn table(d: &Desk<Cases>, entries: &[Entry]) -> Result<Table, Error> {
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let lines = lines_of(d, entries).await?;
    let row = |e: &Entry| {
        let line = lines.iter().find(|line| line.id == e.case)?;
        let open = e.state == OrderState::Open.code();
        let due = if open { clock_tag(l, e.due_at, false, now, &d.v.world.calendar) } else { Tag::new(Tone::Plain, l.datetime(e.due_at)) };
        Some(Row {
            value: line.token.clone(),
            cells: vec![
                Cell::link(format!("/desk/case/{}", line.token), title_of(l, line)),
                Cell::tag(due),
                Cell::text(format!("{} {}", l.code("kind", &line.kind), line.number)),
                Cell::text(l.code("sup-grade", &e.grade)),
                Cell::text(owner(d, e.owner)),
                Cell::text(e.issuer.map_or_else(String::new, |u| owner(d, u.0))),
                Cell::text(l.stamp(e.at)),
            ],
            buttons: Vec::new(),
        })
    };
    let columns = ["col-case", "col-clock", "col-number", "field-order-grade", "field-order-owner", "sup-from", "sup-given"];
    let columns = columns.into_iter().map(|k| (l.t(k), false)).collect();
    Ok(Table { columns, rows: entries.iter().filter_map(row).collect(), pick: None })
}

/// What waits for a person on their day: notices to be seen, orders to be answered.
pub(super) async fn sections<P: Permit>(d: &Desk<P>, few: i64) -> Result<Vec<Section>, Error> {
    let l = d.v.l.lang;
    let Some((me, grant)) = d.scope.grant() else { return Ok(Vec::new()) };
    let mut db = d.v.app.db().read().await?;
    let mut orders = supervision::waiting(&mut db, &d.scope, me.0, What::Order, few).await?;
    orders.extend(supervision::waiting(&mut db, &d.scope, grant.unit.0, What::Order, few).await?);
    let mut notices = supervision::waiting(&mut db, &d.scope, me.0, What::Notice, few).await?;
    drop(db);
    orders.sort_by_key(|e| (e.due_at, e.case));
    notices.dedup_by_key(|e| e.case);
    let mut out = Vec::new();
    for (id, head, what, entries) in
        [("orders", "sup-my-orders", What::Order, orders), ("notices", "sup-my-notices", What::Notice, notices)]
    {
        if entries.is_empty() {
            continue;
        }
        let lines = lines_of(d, &entries).await?;
        let items = entries.iter().filter_map(|e| lines.iter().find(|line| line.id == e.case).map(|line| item(d, what, e, line)));
        out.push(Section {
            id: id.into(),
            head: l.t(head),
            all: (what == What::Order).then(|| Link::new(PATH, l.t("sup-orders"))),
            items: items.collect(),
            ..Section::default()
        });
    }
    Ok(out)
}

fn item<P: Permit>(d: &Desk<P>, what: What, e: &Entry, line: &Line) -> Item {
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let (words, action, tag) = match what {
        What::Order => (l.code("sup-grade", &e.grade), Action::AnswerOrder, clock_tag(l, e.due_at, false, now, &d.v.world.calendar)),
        What::Notice => (l.t1("sup-notice-step", "n", e.grade.as_str()), Action::SeeNotice, tag(l, &d.v.world, line, now)),
    };
    Item {
        href: super::action::address(&line.token, action),
        title: title_of(l, line),
        line: format!("{} · {} · {words}", line.number, l.code("kind", &line.kind)),
        tag,
    }
}

/// The inspections of the organ, or the cases one of them told of.
pub(super) async fn inspections(d: Desk<Supervisors>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    match asked.get("at").parse().ok().map(Instant) {
        Some(at) => one(&d, at, &asked).await,
        None => all(&d, &asked).await,
    }
}

async fn all(d: &Desk<Supervisors>, asked: &Fields) -> Web {
    let l = d.v.l.lang;
    let (_, grant) = d.scope.grant().ok_or(Denied::NotFound)?;
    let before = asked.get("before").parse().map_or(Instant(i64::MAX), Instant);
    let mut db = d.v.app.db().read().await?;
    let records = supervision::inspections(&mut db, &d.scope, grant.organ, before, INSPECTIONS).await?;
    drop(db);
    let row = |r: &Record| {
        let made = if r.made_at >= r.at.plus_minutes(60) || !r.found.missed.is_empty() {
            Tag::new(Tone::Soon, l.t2("sup-made-late", "at", l.datetime(r.made_at), "n", r.found.missed.len()))
        } else {
            Tag::new(Tone::Good, l.t("sup-made-in-time"))
        };
        let n = |n: u32| Cell::text(n.to_string());
        let mut cells = vec![
            Cell::link(format!("/desk/inspections?at={}", r.at.0), l.datetime(r.at)),
            Cell::tag(made),
            n(r.found.undispatched),
            n(r.found.soon),
            n(r.found.late),
        ];
        cells.push(Cell::text(r.found.steps.iter().map(u32::to_string).collect::<Vec<_>>().join(" / ")));
        Row { cells, ..Row::default() }
    };
    let columns = [
        ("sup-inspection", false),
        ("col-state", false),
        ("sup-why-undispatched", true),
        ("sup-why-soon", true),
        ("sup-why-late", true),
        ("sup-steps", true),
    ];
    let columns = columns.into_iter().map(|(k, num)| (l.t(k), num)).collect();
    let times = &d.v.world.pack.supervision.inspections;
    let times = times.iter().map(|t| format!("{:02}:{:02}", t.hour(), t.minute())).collect::<Vec<_>>().join(&l.t("list-comma"));
    let table = Table { columns, rows: records.iter().map(row).collect(), pick: None };
    if !asked.get("as").is_empty() {
        return export::file_of(&export::of_board("inspections", &table, d.v.app.clock().now()), asked.get("as"));
    }
    let mut links = vec![Link::new("/desk/supervision", l.t("sup-title"))];
    if !records.is_empty() {
        links.extend(export_links(l, "/desk/inspections"));
    }
    if let Some(last) = records.last().filter(|_| records.len() as i64 == INSPECTIONS) {
        links.push(Link::new(format!("/desk/inspections?before={}", last.at.0), l.t("pager-next")));
    }
    let view = Board {
        title: l.t("sup-inspections"),
        lead: if times.is_empty() { l.t("sup-inspections-off") } else { l.t1("sup-inspections-lead", "times", times) },
        links,
        sections: vec![Section {
            id: "inspections".into(),
            head: l.t("sup-inspections"),
            table: Some(table),
            empty: l.t("sup-inspections-none"),
            ..Section::default()
        }],
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

async fn one(d: &Desk<Supervisors>, at: Instant, asked: &Fields) -> Web {
    let l = d.v.l.lang;
    let after = asked.get("after").split_once('.').and_then(|(id, n)| Some((CaseId(Id::parse(id)?), n.parse().ok()?)));
    let mut db = d.v.app.db().read().await?;
    let entries = supervision::told(&mut db, &d.scope, at, after, PAGE).await?;
    drop(db);
    let lines = lines_of(d, &entries).await?;
    let row = |e: &Entry| {
        let line = lines.iter().find(|line| line.id == e.case)?;
        let tone = if e.state == "seen" { Tone::Good } else { Tone::Plain };
        Some(Row {
            cells: vec![
                Cell::link(format!("/desk/case/{}", line.token), title_of(l, line)),
                Cell::text(format!("{} {}", l.code("kind", &line.kind), line.number)),
                Cell::text(l.t1("sup-notice-step", "n", e.grade.as_str())),
                Cell::text(owner(d, e.owner)),
                Cell::tag(Tag::new(tone, l.code("sup-notice-state", &e.state))),
            ],
            ..Row::default()
        })
    };
    let columns = ["col-case", "col-number", "sup-step", "sup-told", "col-state"].into_iter().map(|k| (l.t(k), false)).collect();
    let mut links = vec![Link::new("/desk/inspections", l.t("sup-inspections"))];
    if let Some(last) = entries.last().filter(|_| entries.len() as i64 == PAGE) {
        links.push(Link::new(format!("/desk/inspections?at={}&after={}.{}", at.0, last.case.0, last.n), l.t("pager-next")));
    }
    let view = Board {
        title: l.t1("sup-inspection-of", "at", l.datetime(at)),
        links,
        sections: vec![Section {
            id: "told".into(),
            head: l.t("sup-told-cases"),
            table: Some(Table { columns, rows: entries.iter().filter_map(row).collect(), pick: None }),
            empty: l.t("sup-told-none"),
            ..Section::default()
        }],
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}
