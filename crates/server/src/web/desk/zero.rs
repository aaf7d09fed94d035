//! The check at the end of a day (每日流转清零): what is left, who must act and why; nothing is 零. Printed as it stands.

use super::account::{Asked, Sent};
use super::errors_of;
use super::rows::row;
use crate::usecase::Denied;
use crate::usecase::fields::Fields;
use crate::usecase::zero::{self, WHY};
use crate::web::http::{Desk, Intake, Web, page, page_with, see_other_with};
use crate::web::views::clerk::{CheckRow, LeftRow, Zero};
use crate::web::views::desk::CaseRow;
use crate::web::views::parts::{Choice, CountLink, Errors, Tone};
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use jiff::civil::Date;
use rules::case::Stage;
use rules::time::Instant;
use store::clerk::{self, DayCheck};
use store::queue::{self, Line};

/// Checks made before that are listed.
const PAST: i64 = 14;

pub(super) async fn show(d: Desk<Intake>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let past = asked.get("on").parse::<Date>().ok().zip(asked.get("at").parse().ok().map(Instant));
    match past {
        Some((on, at)) => Ok(page(&then(&d, on, at).await?)),
        None => Ok(page(&now(&d, &Fields::default(), Errors::default()).await?)),
    }
}

fn choices(d: &Desk<Intake>, chosen: &str) -> Vec<Choice> {
    let l = d.v.l.lang;
    let all = WHY.iter().map(|w| Choice::new(*w, l.code("zero-why", w), chosen));
    std::iter::once(Choice::new("", l.t("choose"), chosen)).chain(all).collect()
}

/// Who must act: the intake, or the unit it was sent to.
fn who(d: &Desk<Intake>, code: &str, line: Option<&Line>) -> String {
    let l = d.v.l.lang;
    let unit = line.and_then(|l| l.unit).filter(|_| code == "unit").and_then(|u| d.v.world.directory.units.get(&u));
    unit.map_or_else(|| l.code("zero-who", code), |u| u.name.clone())
}

fn by_who(rows: &[LeftRow]) -> Vec<(String, usize)> {
    let mut out: Vec<(String, usize)> = Vec::new();
    for r in rows {
        match out.iter_mut().find(|(w, _)| *w == r.who) {
            Some((_, n)) => *n += 1,
            None => out.push((r.who.clone(), 1)),
        }
    }
    out
}

/// What is left now.
async fn now(d: &Desk<Intake>, fields: &Fields, errors: Errors) -> Result<Zero, Denied> {
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let rest = zero::left(&d.v.app, &d.scope, false).await?;
    let counts = zero::counts(&d.v.app, &d.scope).await?;
    let left = |r: &zero::Rest| {
        let field = format!("why_{}", r.line.token);
        LeftRow {
            row: row(l, &d.v.world, &r.line, now),
            who: who(d, r.who, Some(&r.line)),
            why: choices(d, fields.get(&field)),
            reason: String::new(),
            note: fields.get(&format!("note_{}", r.line.token)).to_owned(),
            missing: errors.of(&field).is_some(),
            token: r.line.token.clone(),
        }
    };
    let rows: Vec<LeftRow> = rest.iter().map(left).collect();
    let total: i64 = counts.iter().map(|(_, n)| n).sum();
    let whole = |(stage, n): &(Stage, i64)| {
        let href = if *stage == Stage::Intake { "/desk/queue".to_owned() } else { format!("/desk/queue?stage={}", stage.code()) };
        CountLink { href, label: l.code("stage", stage.code()), n: n.unsigned_abs(), tone: Tone::Plain, current: false }
    };
    Ok(Zero {
        day: l.date(now.date()),
        checked: String::new(),
        by_who: by_who(&rows),
        total: total.unsigned_abs(),
        stages: counts.iter().map(whole).collect(),
        more: if total > rows.len() as i64 {
            l.t2("zero-more", "shown", rows.len(), "rest", total - rows.len() as i64)
        } else {
            String::new()
        },
        rows,
        why_all: choices(d, fields.get("why_all")),
        past: past(d).await?.iter().map(|c| check_row(d, c)).collect(),
        errors,
        l: d.layout(),
    })
}

async fn past(d: &Desk<Intake>) -> Result<Vec<DayCheck>, Denied> {
    let (_, grant) = d.scope.grant().ok_or(Denied::NotFound)?;
    let mut db = d.v.app.db().read().await?;
    Ok(clerk::checks(&mut db, &d.scope, grant.unit, d.v.app.clock().now().date(), PAST).await?)
}

fn about(d: &Desk<Intake>, check: &DayCheck) -> String {
    let who = check.by.and_then(|p| d.v.world.directory.people.get(&p)).map_or_else(String::new, |p| p.name.clone());
    format!("{} · {who}", d.v.l.datetime(check.at))
}

fn check_row(d: &Desk<Intake>, check: &DayCheck) -> CheckRow {
    CheckRow {
        href: format!("/desk/zero?on={}&at={}", check.on, check.at.0),
        day: d.v.l.date(check.on),
        about: about(d, check),
        left: check.left.len(),
    }
}

/// A check as it was made. The cases stand as they are now, what was said of them as it was said.
async fn then(d: &Desk<Intake>, on: Date, at: Instant) -> Result<Zero, Denied> {
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let (_, grant) = d.scope.grant().ok_or(Denied::NotFound)?;
    let mut db = d.v.app.db().read().await?;
    let of_day = clerk::checks(&mut db, &d.scope, grant.unit, on, 50).await?;
    let check = of_day.into_iter().find(|c| c.on == on && c.at == at).ok_or(Denied::NotFound)?;
    let lines = queue::lines_of(&mut db, &d.scope, check.left.iter().map(|x| x.case).collect()).await?;
    drop(db);
    let gone = || CaseRow { title: l.t("bulk-not-found"), ..CaseRow::default() };
    let left = |x: &store::registry::Left| {
        let line = lines.iter().find(|line| line.id == x.case);
        LeftRow {
            row: line.map_or_else(gone, |line| row(l, &d.v.world, line, now)),
            who: who(d, &x.who, line),
            reason: l.code("zero-why", &x.why),
            ..LeftRow::default()
        }
    };
    let rows: Vec<LeftRow> = check.left.iter().map(left).collect();
    Ok(Zero {
        day: l.date(on),
        checked: about(d, &check),
        by_who: by_who(&rows),
        total: rows.len() as u64,
        stages: Vec::new(),
        more: String::new(),
        rows,
        why_all: Vec::new(),
        past: Vec::new(),
        errors: Errors::default(),
        l: d.layout(),
    })
}

pub(super) async fn check(d: Desk<Intake>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    match zero::check(&d.v.app, &d.scope, &fields).await {
        Ok(0) => Ok(see_other_with("/desk/zero", "flash-zero")),
        Ok(_) => Ok(see_other_with("/desk/zero", "flash-checked")),
        Err(Denied::Invalid(faults)) => {
            let mut errors = errors_of(d.v.l.lang, &faults);
            // Many rows, one sentence each would hide the page.
            let sentence = d.v.l.t1("zero-missing", "n", errors.0.len());
            errors.0.iter_mut().for_each(|e| e.message.clone_from(&sentence));
            let view = now(&d, &fields, errors).await?;
            let first = view.errors.0.first().cloned();
            let view = Zero { errors: Errors(first.into_iter().collect()), ..view };
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &view))
        }
        Err(other) => Err(other.into()),
    }
}
