//! What those who work through lists keep beside the cases: who is on which case just now, saved views, the checks at the end of a day.

use crate::engine::{Reader, Result, Row, Tx};
use crate::registry::View;
use crate::scope::Scope;
use crate::{args, statements};
use jiff::civil::Date;
use rules::ids::{CaseId, Locality, PersonId, UnitId};
use rules::time::Instant;
use std::collections::BTreeMap;

statements! {
    CLAIM = "INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET holder = excluded.holder,
        until = excluded.until WHERE lease.holder = excluded.holder OR lease.until <= $4";
    CLAIMED = "SELECT holder, until FROM lease WHERE name = $1 AND until > $2";
    RELEASE = "DELETE FROM lease WHERE name = $1 AND holder = $2";
    PAST = "DELETE FROM lease WHERE name >= 'case/' AND name < 'case0' AND until <= $1";
    VIEWS = "SELECT id, owner, unit, shared, name, query FROM saved_view WHERE locality = $1 AND (owner = $2 OR (shared AND unit = $3))
        ORDER BY name, id";
    VIEWS_OF_UNIT = "SELECT id, owner, unit, shared, name, query FROM saved_view WHERE locality = $1 AND unit = $2 ORDER BY id";
    CHECKS = "SELECT on_day, checked_at, person, open_cases, left_over FROM day_check WHERE locality = $1 AND unit = $2 AND on_day <= $3
        ORDER BY on_day DESC, checked_at DESC LIMIT $4";
}

/// How long a claim lasts without a sign of whoever made it, minutes.
pub const CLAIM_MINUTES: i64 = 10;

fn name(locality: Locality, case: CaseId) -> String {
    format!("case/{locality}/{case}")
}

/// Somebody is on a case: for ten minutes, unless somebody else is. A claim warns, it locks nothing.
///
/// # Errors
/// Those of writing.
pub async fn claim(tx: &mut Tx, scope: &Scope, case: CaseId, now: Instant) -> Result<()> {
    let Some((person, _)) = scope.grant() else { return Ok(()) };
    tx.exec(PAST, args![now.plus_minutes(-60)]).await?;
    let until = now.plus_minutes(CLAIM_MINUTES);
    tx.exec(CLAIM, args![name(scope.locality(), case), person, until, now]).await.map(|_| ())
}

/// Gives a claim back.
///
/// # Errors
/// Those of writing.
pub async fn release(tx: &mut Tx, scope: &Scope, case: CaseId) -> Result<()> {
    let Some((person, _)) = scope.grant() else { return Ok(()) };
    tx.exec(RELEASE, args![name(scope.locality(), case), person]).await.map(|_| ())
}

/// Who is on a case just now, and until when without another sign of them.
///
/// # Errors
/// Those of reading.
pub async fn claimed(db: &mut Reader, scope: &Scope, case: CaseId, now: Instant) -> Result<Option<(PersonId, Instant)>> {
    let found = db.opt(CLAIMED, args![name(scope.locality(), case), now]).await?;
    found.map(|r| Ok((r.get(0)?, r.get(1)?))).transpose()
}

/// Who is on which of these cases.
///
/// # Errors
/// Those of reading.
pub async fn claims(db: &mut Reader, scope: &Scope, cases: &[CaseId], now: Instant) -> Result<BTreeMap<CaseId, PersonId>> {
    let mut out = BTreeMap::new();
    for case in cases {
        if let Some((person, _)) = claimed(db, scope, *case, now).await? {
            out.insert(*case, person);
        }
    }
    Ok(out)
}

fn view(r: &Row) -> Result<View> {
    Ok(View { id: r.get(0)?, owner: r.get(1)?, unit: r.get(2)?, shared: r.get(3)?, name: r.get(4)?, query: r.get(5)? })
}

/// The views a person may use: their own, and those of their unit that are shared.
///
/// # Errors
/// Those of reading.
pub async fn views(db: &mut Reader, scope: &Scope) -> Result<Vec<View>> {
    let Some((person, grant)) = scope.grant() else { return Ok(Vec::new()) };
    db.all(VIEWS, args![scope.locality(), person, grant.unit]).await?.iter().map(view).collect()
}

/// The views saved by those of a unit.
///
/// # Errors
/// Those of reading.
pub async fn views_of_unit(db: &mut Reader, scope: &Scope, unit: UnitId) -> Result<Vec<View>> {
    db.all(VIEWS_OF_UNIT, args![scope.locality(), unit]).await?.iter().map(view).collect()
}

/// The check of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayCheck {
    /// The day.
    pub on: Date,
    /// When it was made.
    pub at: Instant,
    /// By whom.
    pub by: Option<PersonId>,
    /// Open cases then.
    pub open: i64,
    /// What was left.
    pub left: Vec<crate::registry::Left>,
}

/// The checks of a unit up to a day, the latest first.
///
/// # Errors
/// Those of reading.
pub async fn checks(db: &mut Reader, scope: &Scope, unit: UnitId, until: Date, limit: i64) -> Result<Vec<DayCheck>> {
    let check = |r: &Row| {
        let left = serde_json::from_str(&r.get::<String>(4)?).map_err(|_| r.corrupt(4, "not a list of cases"))?;
        Ok(DayCheck { on: r.get(0)?, at: r.get(1)?, by: r.get(2)?, open: r.get(3)?, left })
    };
    db.all(CHECKS, args![scope.locality(), unit, until, limit]).await?.iter().map(check).collect()
}
