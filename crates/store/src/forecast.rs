//! Forecasts as rows: the waiting times they are made from, the chances of a day, and how they came out. What is read is joined to the cases
//! of the scope; sums are those of the reader's organ, and of their unit where they answer for one.

use crate::engine::{Query, Reader, Result, Row, Tx};
use crate::queue::{self, Filter};
use crate::scope::Scope;
use crate::{args, statements};
use jiff::civil::Date;
use rules::access::Role;
use rules::clock::ClockName;
use rules::forecast::{BANDS, Came, SAID_LATE, band};
use rules::ids::{CaseId, Id, Locality, OrganId, UnitId};
use rules::time::Instant;

statements! {
    ENDED = "SELECT k.name, k.start_at, k.state, k.state_at FROM
        (SELECT id FROM cases WHERE locality = $1 AND unit = $2 AND done = TRUE ORDER BY sort_at DESC, id DESC LIMIT $3) d
        CROSS JOIN clock k WHERE k.locality = $1 AND k.case_id = d.id";
    OPEN = "SELECT o.id, o.sort_at, o.organ, k.name, k.start_at, k.due_at, k.due_on, k.state, k.state_at FROM
        (SELECT id, sort_at, organ FROM cases WHERE locality = $1 AND unit = $2 AND done = FALSE AND (sort_at, id) > ($3, $4)
            ORDER BY sort_at, id LIMIT $5) o
        LEFT JOIN clock k ON k.locality = $1 AND k.case_id = o.id ORDER BY o.sort_at, o.id, k.name";
    PUT = "INSERT INTO forecast (locality, made_on, case_id, clock, organ, unit, due_at, due_on, chance, band, outcome)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open') ON CONFLICT (locality, made_on, case_id, clock) DO NOTHING";
    SUM = "INSERT INTO forecast_cell (locality, made_on, organ, unit, due_on, band, made, chances, known, known_chances, late)
        SELECT locality, made_on, organ, unit, due_on, band, COUNT(*), CAST(SUM(chance) AS BIGINT), 0, 0, 0
        FROM forecast WHERE locality = $1 AND made_on = $2 GROUP BY locality, made_on, organ, unit, due_on, band
        ON CONFLICT (locality, made_on, organ, unit, due_on, band) DO NOTHING";
    DUE = "SELECT f.made_on, f.case_id, f.clock, f.organ, f.unit, f.due_on, f.band, f.chance, f.due_at, k.due_at, k.state, k.state_at, k.lapsed
        FROM forecast f LEFT JOIN clock k ON k.locality = f.locality AND k.case_id = f.case_id AND k.name = f.clock
        WHERE f.locality = $1 AND f.outcome = 'open' AND f.due_at < $2 ORDER BY f.due_at, f.case_id LIMIT $3";
    CAME = "UPDATE forecast SET outcome = $5 WHERE locality = $1 AND made_on = $2 AND case_id = $3 AND clock = $4 AND outcome = 'open'";
    KNOWN = "UPDATE forecast_cell SET known = known + 1, known_chances = known_chances + $7, late = late + $8
        WHERE locality = $1 AND made_on = $2 AND organ = $3 AND unit = $4 AND due_on = $5 AND band = $6";
    FORGET = "DELETE FROM forecast WHERE locality = $1 AND made_on < $2";
    FORGET_SUMS = "DELETE FROM forecast_cell WHERE locality = $1 AND made_on < $2";
}

/// How a forecast came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Its clock has not ended yet.
    Open,
    /// Its clock ended unmet.
    Late,
    /// What its clock waited for came in time.
    Kept,
    /// Its clock no longer ends then: extended, suspended, void. It counts neither way.
    Moved,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Open, Self::Late, Self::Kept, Self::Moved];
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Late => "late",
            Self::Kept => "kept",
            Self::Moved => "moved",
        }
    }
    /// The outcome of this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.code() == code)
    }
}

/// Where a clock stands, as its row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs.
    Running,
    /// It stands still since.
    Suspended(Instant),
    /// What it waited for came.
    Stopped(Instant),
    /// It no longer applies.
    Void(Instant),
}

fn state(r: &Row, code: usize) -> Result<State> {
    let at = r.get::<Option<Instant>>(code + 1)?;
    match (r.get::<String>(code)?.as_str(), at) {
        ("running", _) => Ok(State::Running),
        ("suspended", Some(at)) => Ok(State::Suspended(at)),
        ("stopped", Some(at)) => Ok(State::Stopped(at)),
        ("void", Some(at)) => Ok(State::Void(at)),
        _ => Err(r.corrupt(code, "not a state of a clock")),
    }
}

/// A clock of a case that is over, or of an open one.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "columns of `clock`")]
pub struct Seen {
    pub name: ClockName,
    pub start: Instant,
    pub state: State,
}

/// The clocks of the cases a unit finished last, at most `cases` of them.
///
/// # Errors
/// Those of reading.
pub async fn ended(db: &mut Reader, scope: &Scope, unit: UnitId, cases: i64) -> Result<Vec<Seen>> {
    let seen = |r: &Row| Ok(Seen { name: ClockName(r.get(0)?), start: r.get(1)?, state: state(r, 2)? });
    db.all(ENDED, args![scope.locality(), unit, cases]).await?.iter().map(seen).collect()
}

/// A clock of an open case.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "columns of `cases` and `clock`")]
pub struct Open {
    pub case: CaseId,
    pub organ: Option<OrganId>,
    pub due_at: Instant,
    pub due_on: Date,
    pub clock: Seen,
}

/// Where a page of open cases ends: after this one.
pub type After = (Instant, CaseId);

/// The clocks of the open cases of a unit, `limit` cases at a time; and where to go on, if there may be more.
///
/// # Errors
/// Those of reading.
pub async fn open(db: &mut Reader, scope: &Scope, unit: UnitId, after: Option<After>, limit: i64) -> Result<(Vec<Open>, Option<After>)> {
    let (at, id) = after.unwrap_or((Instant(i64::MIN), CaseId(Id::default())));
    let rows = db.all(OPEN, args![scope.locality(), unit, at, id, limit]).await?;
    let mut out = Vec::new();
    let (mut cases, mut last) = (0, None);
    for r in &rows {
        let key: After = (r.get(1)?, r.get(0)?);
        cases += i64::from(last != Some(key));
        last = Some(key);
        if let Some(name) = r.get::<Option<String>>(3)? {
            let clock = Seen { name: ClockName(name), start: r.get(4)?, state: state(r, 7)? };
            out.push(Open { case: key.1, organ: r.get::<Option<Id>>(2)?.map(OrganId), due_at: r.get(5)?, due_on: r.get(6)?, clock });
        }
    }
    Ok((out, last.filter(|_| cases == limit)))
}

/// A chance to be written down.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "columns of `forecast`")]
pub struct Chance {
    pub case: CaseId,
    pub clock: ClockName,
    pub organ: OrganId,
    pub unit: UnitId,
    pub due_at: Instant,
    pub due_on: Date,
    /// Permille.
    pub chance: u16,
}

/// Writes chances of a day down; what stands already stays.
///
/// # Errors
/// Those of writing.
pub async fn put(tx: &mut Tx, locality: Locality, made_on: Date, chances: &[Chance]) -> Result<()> {
    let row = |c: &Chance| {
        let band = i64::try_from(band(c.chance)).unwrap_or_default();
        (PUT, args![locality, made_on, c.case, c.clock.0.clone(), c.organ, c.unit, c.due_at, c.due_on, i64::from(c.chance), band].to_vec())
    };
    tx.batch(chances.iter().map(row).collect::<Vec<_>>()).await.map(drop)
}

/// Sums a day that is written down whole, and forgets days before `keep` and sums of days before `keep_sums`.
///
/// # Errors
/// Those of writing.
pub async fn finish(tx: &mut Tx, locality: Locality, made_on: Date, keep: Date, keep_sums: Date) -> Result<()> {
    tx.exec(SUM, args![locality, made_on]).await?;
    tx.exec(FORGET, args![locality, keep]).await?;
    tx.exec(FORGET_SUMS, args![locality, keep_sums]).await?;
    Ok(())
}

/// Notes how forecasts came out whose clocks were to end before `now`, at most `limit`; how many there were.
///
/// # Errors
/// Those of the store.
pub async fn settle(tx: &mut Tx, locality: Locality, now: Instant, limit: i64) -> Result<usize> {
    let rows = tx.all(DUE, args![locality, now, limit]).await?;
    let mut batch = Vec::new();
    for r in &rows {
        let said: Instant = r.get(8)?;
        let outcome = match r.get::<Option<Instant>>(9)? {
            Some(due) if due == said => match state(r, 10)? {
                _ if r.get(12)? => Outcome::Late,
                State::Stopped(at) if at < said => Outcome::Kept,
                State::Stopped(_) | State::Running => Outcome::Late,
                State::Suspended(_) | State::Void(_) => Outcome::Moved,
            },
            _ => Outcome::Moved,
        };
        let (made_on, case, clock): (Date, CaseId, String) = (r.get(0)?, r.get(1)?, r.get(2)?);
        batch.push((CAME, args![locality, made_on, case, clock, outcome.code()].to_vec()));
        if outcome != Outcome::Moved {
            let (organ, unit, due_on): (Id, Id, Date) = (r.get(3)?, r.get(4)?, r.get(5)?);
            let (band, chance): (i64, i64) = (r.get(6)?, r.get(7)?);
            let late = i64::from(outcome == Outcome::Late);
            batch.push((KNOWN, args![locality, made_on, organ, unit, due_on, band, chance, late].to_vec()));
        }
    }
    tx.batch(batch).await?;
    Ok(rows.len())
}

/// Forecasts of a day for a unit and a day of ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "columns of `forecast_cell`")]
pub struct Sum {
    pub unit: UnitId,
    pub due_on: Date,
    /// Clocks.
    pub made: u64,
    /// Sum of their chances, permille.
    pub chances: u64,
}

/// Keeps sums to what a reader answers for; `false` where that is nothing.
fn own(q: &mut Query, scope: &Scope) -> bool {
    let Some((_, grant)) = scope.grant() else { return false };
    q.push(" AND organ = ?", args![grant.organ]);
    match grant.role {
        Role::Lead => q.push(" AND unit = ?", args![grant.unit]),
        Role::Supervisor => q,
        _ => return false,
    };
    true
}

/// The sums of a day, by unit and day of ending.
///
/// # Errors
/// Those of reading.
pub async fn sums(db: &mut Reader, scope: &Scope, made_on: Date) -> Result<Vec<Sum>> {
    let mut q = Query::new("SELECT unit, due_on, CAST(SUM(made) AS BIGINT), CAST(SUM(chances) AS BIGINT) FROM forecast_cell", &[]);
    q.push(" WHERE locality = ? AND made_on = ?", args![scope.locality(), made_on]);
    if !own(&mut q, scope) {
        return Ok(Vec::new());
    }
    q.push(" GROUP BY unit, due_on ORDER BY unit, due_on", &[]);
    let sum = |r: &Row| Ok(Sum { unit: UnitId(r.get(0)?), due_on: r.get(1)?, made: r.get(2)?, chances: r.get(3)? });
    db.query(&q).await?.iter().map(sum).collect()
}

/// How the forecasts made since a day came out, by band.
///
/// # Errors
/// Those of reading.
pub async fn hits(db: &mut Reader, scope: &Scope, since: Date) -> Result<[Came; BANDS]> {
    let mut out = [Came::default(); BANDS];
    let sums = "SELECT band, CAST(SUM(known) AS BIGINT), CAST(SUM(known_chances) AS BIGINT), CAST(SUM(late) AS BIGINT) FROM forecast_cell";
    let mut q = Query::new(sums, &[]);
    q.push(" WHERE locality = ? AND made_on >= ?", args![scope.locality(), since]);
    if !own(&mut q, scope) {
        return Ok(out);
    }
    q.push(" GROUP BY band", &[]);
    for r in db.query(&q).await? {
        if let Some(came) = out.get_mut(r.get::<u32>(0)? as usize) {
            *came = Came { known: r.get(1)?, chances: r.get(2)?, late: r.get(3)? };
        }
    }
    Ok(out)
}

/// One forecast.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "columns of `forecast`")]
pub struct Entry {
    pub made_on: Date,
    pub case: CaseId,
    pub clock: ClockName,
    pub unit: UnitId,
    pub due_at: Instant,
    /// Permille.
    pub chance: u16,
    pub outcome: Outcome,
}

fn entry(r: &Row) -> Result<Entry> {
    let outcome = Outcome::parse(&r.get::<String>(6)?).ok_or_else(|| r.corrupt(6, "not an outcome"))?;
    Ok(Entry {
        made_on: r.get(0)?,
        case: r.get(1)?,
        clock: ClockName(r.get(2)?),
        unit: UnitId(r.get(3)?),
        due_at: r.get(4)?,
        chance: r.get(5)?,
        outcome,
    })
}

/// `CROSS JOIN` keeps SQLite to the order in which they are named.
const ENTRIES: &str = "SELECT f.made_on, f.case_id, f.clock, f.unit, f.due_at, f.chance, f.outcome FROM forecast f CROSS JOIN cases c";

/// The forecasts of a day, the likeliest first, after the one given; of one unit, and for one day of ending.
///
/// # Errors
/// Those of reading.
pub async fn of_day(
    db: &mut Reader,
    scope: &Scope,
    made_on: Date,
    (unit, due_on): (Option<UnitId>, Option<Date>),
    after: Option<&Entry>,
    limit: i64,
) -> Result<Vec<Entry>> {
    let mut q = Query::new(ENTRIES, &[]);
    let Some((_, grant)) = scope.grant() else { return Ok(Vec::new()) };
    if !queue::within(&mut q, scope, &Filter::default()) {
        return Ok(Vec::new());
    }
    q.push(" AND f.locality = ? AND f.made_on = ?", args![scope.locality(), made_on]);
    // One of the two leads: each has its index in this order.
    match unit.or((grant.role != Role::Supervisor).then_some(grant.unit)) {
        Some(unit) => q.push(" AND f.unit = ?", args![unit]),
        None => q.push(" AND f.organ = ?", args![grant.organ]),
    };
    if let Some(on) = due_on {
        q.push(" AND f.due_on = ?", args![on]);
    }
    if let Some(e) = after {
        q.push(" AND (f.chance, f.case_id, f.clock) < (?, ?, ?)", args![i64::from(e.chance), e.case, e.clock.0.clone()]);
    }
    q.push(" AND c.id = f.case_id ORDER BY f.chance DESC, f.case_id DESC, f.clock DESC LIMIT ?", args![limit]);
    db.query(&q).await?.iter().map(entry).collect()
}

/// Forecasts that came out so, the latest first, after the one given; said to be late or not said.
///
/// # Errors
/// Those of reading.
pub async fn came(
    db: &mut Reader,
    scope: &Scope,
    outcome: Outcome,
    said: Option<bool>,
    after: Option<&Entry>,
    limit: i64,
) -> Result<Vec<Entry>> {
    let mut q = Query::new(ENTRIES, &[]);
    let Some((_, grant)) = scope.grant() else { return Ok(Vec::new()) };
    if !queue::within(&mut q, scope, &Filter::default()) {
        return Ok(Vec::new());
    }
    q.push(" AND f.locality = ? AND f.organ = ? AND f.outcome = ?", args![scope.locality(), grant.organ, outcome.code()]);
    if grant.role != Role::Supervisor {
        q.push(" AND f.unit = ?", args![grant.unit]);
    }
    match said {
        Some(true) => q.push(" AND f.chance >= ?", args![i64::from(SAID_LATE)]),
        Some(false) => q.push(" AND f.chance < ?", args![i64::from(SAID_LATE)]),
        None => &mut q,
    };
    if let Some(e) = after {
        let args = args![e.due_at, e.case, e.clock.0.clone(), e.made_on];
        q.push(" AND (f.due_at, f.case_id, f.clock, f.made_on) < (?, ?, ?, ?)", args);
    }
    q.push(" AND c.id = f.case_id ORDER BY f.due_at DESC, f.case_id DESC, f.clock DESC, f.made_on DESC LIMIT ?", args![limit]);
    db.query(&q).await?.iter().map(entry).collect()
}
