//! Bad reviews (差评) and where each stands until its correction (整改) is recorded: by grade, unit and age, with what comes next, by whom;
//! and how many of those that ended were corrected.

use super::account::Asked;
use super::rows::{CAP, address, title_of};
use super::today::export_links;
use super::{action, export};
use crate::usecase::fields::Fields;
use crate::web::http::{Desk, Stewards, Web, page};
use crate::web::timeline::clocks::clock_tag;
use crate::web::timeline::review::grade_name;
use crate::web::views::board::{Board, Cell, Row, Section, Table};
use crate::web::views::desk::Filter as Narrow;
use crate::web::views::parts::{Choice, CountLink, Tag, Tone};
use axum::extract::Query;
use rules::access::{Role, role_may};
use rules::case::command::Action;
use rules::case::review::{Review, Step};
use rules::ids::{Id, UnitId};
use rules::law::Kind;
use rules::time::Instant;
use store::cases::{self, Loaded, Marker};
use store::engine::Error;
use store::queue::{self, Filter, Line};

/// Reviews of a state shown at a time; each case is read whole for it.
const MOST: i64 = 100;
/// The rate looks back so many days.
const BACK: i64 = 90;
/// How long ago a review was opened, or ended: code, from and until, days.
const AGES: [(&str, i64, i64); 3] = [("week", 0, 7), ("month", 7, 30), ("older", 30, 36_500)];
/// The states: code and marker.
const STATES: [(&str, Marker); 3] = [("open", Marker::Review), ("corrected", Marker::Corrected), ("waived", Marker::Waived)];

fn state(asked: &Fields) -> (&'static str, Marker) {
    STATES.into_iter().find(|(code, _)| *code == asked.get("state")).unwrap_or(STATES[0])
}

fn filter(asked: &Fields) -> Filter {
    Filter {
        kind: Some(asked.get("kind").to_owned()).filter(|k| Kind::parse(k).is_some()),
        unit: Id::parse(asked.get("unit")).map(UnitId),
        ..Filter::default()
    }
}

fn between(age: &str, now: Instant) -> (Instant, Instant) {
    let back = |days: i64| now.plus_minutes(-days * 24 * 60);
    match AGES.iter().find(|(code, ..)| *code == age) {
        Some((_, 0, until)) => (back(*until), Instant(i64::MAX)),
        Some((_, from, until)) => (back(*until), back(*from)),
        None => (Instant(i64::MIN), Instant(i64::MAX)),
    }
}

/// A review in a list: the line of its case, the case, its last review, and since when it is as it is.
type Shown = (Line, Loaded, Review, Instant);

async fn shown(d: &Desk<Stewards>, asked: &Fields) -> Result<Vec<Shown>, Error> {
    let now = d.v.app.clock().now();
    let mut db = d.v.app.db().read().await?;
    let (_, marker) = state(asked);
    let lines = queue::marked(&mut db, &d.scope, &filter(asked), marker, between(asked.get("age"), now), MOST).await?;
    let (grade, step) = (asked.get("grade"), Step::parse(asked.get("step")));
    let mut out = Vec::new();
    for (at, line) in lines {
        let Some(loaded) = cases::load(&mut db, &d.scope, line.id).await? else { continue };
        let Some(review) = loaded.case.reviews.last().cloned() else { continue };
        let fits = (grade.is_empty() || review.demanded.grade == grade) && (step.is_none() || loaded.case.review_step() == step);
        if fits {
            out.push((line, loaded, review, at));
        }
    }
    Ok(out)
}

/// The action that a step waits for, where the role may take it.
fn next(step: Step, role: Role) -> Option<Action> {
    let action = match step {
        Step::Visit => Action::Contact,
        Step::Again => Action::Reopen,
        Step::FollowUp => Action::FollowUp,
        Step::Rectify => Action::Rectify,
        Step::Approval => Action::DecideWaiver,
    };
    role_may(role, action).then_some(action)
}

fn table(d: &Desk<Stewards>, all: &[Shown]) -> Table {
    let (l, now, world) = (d.v.l.lang, d.v.app.clock().now(), &d.v.world);
    let row = |(line, loaded, review, at): &Shown| {
        let (case, scope) = (&loaded.case, d.scope.actor());
        let unit = line.unit.and_then(|u| world.directory.units.get(&u)).map(|u| u.name.clone()).unwrap_or_default();
        let since = format!("{} · {}", l.stamp(*at), l.elapsed((now.0 - at.0).max(0) / 60_000_000));
        let clock = review.demanded.clock.as_ref().and_then(|name| case.clock(name)).filter(|c| c.is_open());
        let due = clock.map_or_else(Tag::default, |c| clock_tag(l, c.due.at, c.due.provisional, now, &world.calendar));
        let stands = match (case.review_step(), review.end) {
            (Some(step), _) => Tag::new(Tone::Act, l.code("review-step", step.code())),
            (None, Some(end)) if end.corrected => Tag::new(Tone::Good, l.t("reviews-corrected")),
            _ => Tag::new(Tone::Plain, l.t("reviews-waived")),
        };
        let allowed = |a: &Action| rules::case::decide::may(case, *a, &scope).is_ok();
        let step = case.review_step().and_then(|s| next(s, d.role)).filter(allowed);
        let act = step.map_or_else(Cell::default, |a| Cell::link(action::address(&line.token, a), l.code("action", a.code())));
        Row {
            cells: vec![
                Cell::link(format!("/desk/case/{}", line.token), title_of(l, line)),
                Cell::text(format!("{} {}", l.code("kind", &line.kind), line.number)),
                Cell::text(grade_name(l, &world.pack, &review.demanded.grade)),
                Cell::text(l.code("responsible", review.demanded.responsible.code())),
                Cell::text(unit),
                Cell::text(since),
                Cell::tag(stands),
                Cell::tag(due),
                act,
            ],
            ..Row::default()
        }
    };
    let heads = ["col-case", "col-kind", "field-grade", "reviews-responsible", "col-unit", "reviews-since", "reviews-step", "col-clock"];
    let mut columns: Vec<(String, bool)> = heads.into_iter().map(|key| (l.t(key), false)).collect();
    columns.push((l.t("acts"), false));
    Table { columns, rows: all.iter().map(row).collect(), pick: None }
}

pub(super) async fn list(d: Desk<Stewards>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let l = d.v.l.lang;
    let all = shown(&d, &asked).await?;
    let (chosen, _) = state(&asked);
    let mut counts = Vec::new();
    let mut db = d.v.app.db().read().await?;
    for (code, marker) in STATES {
        let n = queue::marked(&mut db, &d.scope, &filter(&asked), marker, between(asked.get("age"), d.v.app.clock().now()), CAP).await?;
        let tone = if code == "open" && !n.is_empty() { Tone::Soon } else { Tone::Plain };
        let href = address("/desk/reviews", &asked, &[("state", code)]);
        counts.push(CountLink { href, label: l.t(&format!("reviews-{code}")), n: n.len() as u64, tone, current: code == chosen });
    }
    let since = d.v.app.clock().now().plus_minutes(-BACK * 24 * 60);
    let mut ended = Vec::new();
    for marker in [Marker::Corrected, Marker::Waived] {
        ended.push(queue::marked(&mut db, &d.scope, &filter(&asked), marker, (since, Instant(i64::MAX)), CAP).await?.len());
    }
    drop(db);
    let whole = ended[0] + ended[1];
    let rate = (whole > 0).then(|| {
        let percent = ended[0] * 100 / whole;
        (Tone::Plain, l.t2("reviews-rate", "part", format!("{} / {whole}", ended[0]), "percent", percent), None)
    });
    let section = Section {
        id: "reviews".into(),
        head: l.t(&format!("reviews-{chosen}")),
        table: Some(table(&d, &all)),
        empty: l.t("reviews-none"),
        ..Section::default()
    };
    let view = Board {
        title: l.t("reviews"),
        lead: l.t("reviews-lead"),
        links: export_links(l, &address("/desk/reviews/export", &asked, &[])),
        counts,
        notes: rate.into_iter().collect(),
        narrow: Some(narrow(&d, &asked)),
        sections: vec![section],
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

pub(super) async fn file(d: Desk<Stewards>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let table = table(&d, &shown(&d, &asked).await?);
    export::file_of(&export::of_board("reviews", &table, d.v.app.clock().now()), asked.get("as"))
}

fn narrow(d: &Desk<Stewards>, asked: &Fields) -> Narrow {
    let l = d.v.l.lang;
    let all =
        |name: &str, choices: Vec<Choice>| std::iter::once(Choice::new("", l.t("filter-all"), asked.get(name))).chain(choices).collect();
    let pack = &d.v.world.pack;
    let grades = pack.review.grades.iter().map(|g| Choice::new(g.id.as_str(), grade_name(l, pack, &g.id), asked.get("grade"))).collect();
    let steps = Step::ALL.iter().map(|s| Choice::new(s.code(), l.code("review-step", s.code()), asked.get("step"))).collect();
    let kinds = Kind::ALL.iter().map(|k| Choice::new(k.code(), l.code("kind", k.code()), asked.get("kind"))).collect();
    let ages = AGES.iter().map(|(a, ..)| Choice::new(*a, l.code("followup-age", a), asked.get("age"))).collect();
    let mut selects = vec![
        ("grade".to_owned(), l.t("field-grade"), all("grade", grades)),
        ("step".to_owned(), l.t("reviews-step"), all("step", steps)),
        ("kind".to_owned(), l.t("col-kind"), all("kind", kinds)),
        ("age".to_owned(), l.t("reviews-since"), all("age", ages)),
    ];
    if d.role != Role::Lead {
        let ours = |u: &store::registry::Unit| d.scope.grant().is_some_and(|(_, g)| g.organ == u.organ);
        let units = super::destinations::narrowing(&d.v.world.directory, ours, asked.get("unit"));
        selects.push(("unit".to_owned(), l.t("col-unit"), all("unit", units)));
    }
    let hidden = if asked.get("state").is_empty() { Vec::new() } else { vec![("state".to_owned(), asked.get("state").to_owned())] };
    Narrow { action: "/desk/reviews".into(), q: String::new(), selects, hidden }
}
