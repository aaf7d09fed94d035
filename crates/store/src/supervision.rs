//! Notices of inspections and orders as rows, one for each who was told or has to act, made from the events of their case; and the record of
//! inspections. What is read is joined to the cases of the scope: of a case one may not know there is no notice and no order either.

use crate::cases::{Column, Loaded};
use crate::engine::{Batch, Query, Reader, Result, Row};
use crate::queue::{self, Filter};
use crate::scope::Scope;
use crate::{args, statements};
use rules::case::supervise::{OrderState, Owner, order_clock};
use rules::ids::{CaseId, Id, OrganId, UnitId};
use rules::time::Instant;
use serde::{Deserialize, Serialize};

statements! {
    SET = "INSERT INTO supervision (locality, case_id, what, n, owner, grade, state, at, due_at, issuer)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (locality, case_id, what, n, owner) DO UPDATE SET
        grade = excluded.grade, state = excluded.state, at = excluded.at, due_at = excluded.due_at, issuer = excluded.issuer";
    GONE = "DELETE FROM supervision WHERE locality = $1 AND case_id = $2 AND what = $3 AND n = $4 AND owner = $5";
    LAST = "SELECT at FROM inspection WHERE locality = $1 AND organ = $2 ORDER BY at DESC LIMIT 1";
    INSPECTIONS = "SELECT at, made_at, body FROM inspection WHERE locality = $1 AND organ = $2 AND at < $3 ORDER BY at DESC LIMIT $4";
}

/// A notice or an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Somebody was told by an inspection.
    Notice,
    /// Somebody has to act and answer.
    Order,
}

impl What {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::Order => "order",
        }
    }
}

/// The rows of `supervision` that a case makes. A notice is open until it was seen, an order until it was answered; what the end of the case
/// made pointless is ended.
pub(crate) fn rows(loaded: &Loaded) -> Vec<Vec<Column>> {
    let case = &loaded.case;
    let row = |what: What, n: usize, owner: Id, grade: String, state: &'static str, at: Instant, due: Instant, issuer: Option<UnitId>| {
        vec![
            ("locality", loaded.locality.into()),
            ("case_id", loaded.id.into()),
            ("what", what.code().into()),
            ("n", i64::try_from(n).unwrap_or(i64::MAX).into()),
            ("owner", owner.into()),
            ("grade", grade.into()),
            ("state", state.into()),
            ("at", at.into()),
            ("due_at", due.into()),
            ("issuer", issuer.into()),
        ]
    };
    let mut out = Vec::new();
    for (i, notice) in case.watch.notices.iter().enumerate() {
        for person in &notice.to {
            let state = match () {
                () if notice.seen.contains(person) => "seen",
                () if case.is_over() => OrderState::Ended.code(),
                () => OrderState::Open.code(),
            };
            out.push(row(What::Notice, i + 1, person.0, notice.step.to_string(), state, notice.inspection, notice.at, None));
        }
    }
    for (n, order) in case.watch.numbered() {
        let owner = match order.owner {
            Owner::Unit(u) => u.0,
            Owner::Person(p) => p.0,
        };
        let due = case.clock(&order_clock(n)).map_or(order.at, |c| c.due.at);
        let grade = order.grade.code().to_owned();
        out.push(row(What::Order, n as usize, owner, grade, order.state.code(), order.at, due, Some(order.from)));
    }
    out
}

/// The statements that bring the rows of a case up to date.
pub(crate) fn changes(before: &Loaded, after: &Loaded) -> Batch {
    if before.case.watch == after.case.watch && before.case.is_over() == after.case.is_over() && before.case.clocks == after.case.clocks {
        return Batch::new();
    }
    let (had, has) = (rows(before), rows(after));
    // The first five columns are the key.
    let key = |r: &[Column]| r[..5].to_vec();
    let gone = had.iter().filter(|h| !has.iter().any(|n| key(n) == key(h)));
    let mut batch: Batch = gone.map(|r| (GONE, key(r).into_iter().map(|(_, v)| v).collect())).collect();
    batch.extend(has.into_iter().filter(|r| !had.contains(r)).map(|r| (SET, r.into_iter().map(|(_, v)| v).collect())));
    batch
}

/// One line of a list of notices or orders.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of `supervision`")]
pub struct Entry {
    pub case: CaseId,
    pub n: u32,
    /// A person or a unit.
    pub owner: Id,
    /// Step of the ladder, or grade of the order.
    pub grade: String,
    pub state: String,
    pub at: Instant,
    pub due_at: Instant,
    pub issuer: Option<UnitId>,
}

fn entry(r: &Row) -> Result<Entry> {
    Ok(Entry {
        case: r.get(0)?,
        n: r.get(1)?,
        owner: r.get(2)?,
        grade: r.get(3)?,
        state: r.get(4)?,
        at: r.get(5)?,
        due_at: r.get(6)?,
        issuer: r.get::<Option<Id>>(7)?.map(UnitId),
    })
}

/// `CROSS JOIN` keeps SQLite to the order in which they are named.
const ENTRIES: &str = "SELECT w.case_id, w.n, w.owner, w.grade, w.state, w.at, w.due_at, w.issuer FROM supervision w CROSS JOIN cases c";

/// What a list of orders is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Narrow {
    /// State code; open ones without.
    pub state: Option<String>,
    /// Due before this instant.
    pub due_before: Option<Instant>,
    /// Due at or after this instant.
    pub due_from: Option<Instant>,
    /// Grade code.
    pub grade: Option<String>,
    /// Unit that gave it.
    pub issuer: Option<UnitId>,
}

/// Where a page begins: after this line.
pub type After = (Instant, CaseId, u32);

fn narrow(q: &mut Query, scope: &Scope, narrow: &Narrow) {
    let state = narrow.state.clone().unwrap_or_else(|| OrderState::Open.code().to_owned());
    q.push(" AND w.locality = ? AND w.what = 'order' AND w.state = ?", args![scope.locality(), state]);
    if let Some(before) = narrow.due_before {
        q.push(" AND w.due_at < ?", args![before]);
    }
    if let Some(from) = narrow.due_from {
        q.push(" AND w.due_at >= ?", args![from]);
    }
    if let Some(grade) = &narrow.grade {
        q.push(" AND w.grade = ?", args![grade]);
    }
    if let Some(issuer) = narrow.issuer {
        q.push(" AND w.issuer = ?", args![issuer]);
    }
    q.push(" AND c.id = w.case_id", &[]);
}

/// Orders on cases of the scope in one state, what is due first first.
///
/// # Errors
/// Those of reading.
pub async fn orders(db: &mut Reader, scope: &Scope, by: &Narrow, after: Option<After>, limit: i64) -> Result<Vec<Entry>> {
    let mut q = Query::new(ENTRIES, &[]);
    if !queue::within(&mut q, scope, &Filter::default()) {
        return Ok(Vec::new());
    }
    narrow(&mut q, scope, by);
    if let Some((at, case, n)) = after {
        q.push(" AND (w.due_at, w.case_id, w.n) > (?, ?, ?)", args![at, case, n]);
    }
    q.push(" ORDER BY w.due_at, w.case_id, w.n LIMIT ?", args![limit]);
    db.query(&q).await?.iter().map(entry).collect()
}

/// How many such orders there are, counted up to `cap`.
///
/// # Errors
/// Those of reading.
pub async fn count_orders(db: &mut Reader, scope: &Scope, by: &Narrow, cap: i64) -> Result<i64> {
    let mut q = Query::new("SELECT COUNT(*) FROM (SELECT 1 FROM supervision w CROSS JOIN cases c", &[]);
    if !queue::within(&mut q, scope, &Filter::default()) {
        return Ok(0);
    }
    narrow(&mut q, scope, by);
    q.push(" ORDER BY w.due_at, w.case_id, w.n LIMIT ?) AS found", args![cap]);
    db.query(&q).await?.first().map_or(Ok(0), |r| r.get(0))
}

/// What waits for these owners — a person, and the unit they act for —, the oldest first.
///
/// # Errors
/// Those of reading.
pub async fn waiting(db: &mut Reader, scope: &Scope, owner: Id, what: What, limit: i64) -> Result<Vec<Entry>> {
    let mut q = Query::new(ENTRIES, &[]);
    if !queue::within(&mut q, scope, &Filter::default()) {
        return Ok(Vec::new());
    }
    let args = args![scope.locality(), owner, what.code(), limit];
    q.push(" AND w.locality = ? AND w.owner = ? AND w.what = ?", &args[..3]);
    q.push(" AND w.state = 'open' AND c.id = w.case_id ORDER BY w.due_at, w.case_id LIMIT ?", &args[3..]);
    db.query(&q).await?.iter().map(entry).collect()
}

/// Whom an inspection told, by case; a page of it.
///
/// # Errors
/// Those of reading.
pub async fn told(db: &mut Reader, scope: &Scope, inspection: Instant, after: Option<(CaseId, u32)>, limit: i64) -> Result<Vec<Entry>> {
    let mut q = Query::new(ENTRIES, &[]);
    if !queue::within(&mut q, scope, &Filter::default()) {
        return Ok(Vec::new());
    }
    q.push(" AND w.locality = ? AND w.what = 'notice' AND w.at = ?", args![scope.locality(), inspection]);
    if let Some((case, n)) = after {
        q.push(" AND (w.case_id, w.n) > (?, ?)", args![case, n]);
    }
    q.push(" AND c.id = w.case_id ORDER BY w.case_id, w.n LIMIT ?", args![limit]);
    db.query(&q).await?.iter().map(entry).collect()
}

/// An inspection of an organ's open work, as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspected {
    /// Waiting at the intake.
    pub undispatched: u32,
    /// With a limit that is near.
    pub soon: u32,
    /// With a limit that has passed.
    pub late: u32,
    /// Cases of which somebody was told, by step from the first.
    pub steps: Vec<u32>,
    /// Inspections before this one that were not made, because nothing ran: this one stands for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<Instant>,
}

/// The record of an inspection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// When it was due.
    pub at: Instant,
    /// When it was made.
    pub made_at: Instant,
    /// What it found.
    pub found: Inspected,
}

/// When the last inspection of an organ was due.
///
/// # Errors
/// Those of reading.
pub async fn last(db: &mut Reader, scope: &Scope, organ: OrganId) -> Result<Option<Instant>> {
    db.opt(LAST, args![scope.locality(), organ]).await?.map(|r| r.get(0)).transpose()
}

/// The inspections of an organ before an instant, the latest first.
///
/// # Errors
/// Those of reading.
pub async fn inspections(db: &mut Reader, scope: &Scope, organ: OrganId, before: Instant, limit: i64) -> Result<Vec<Record>> {
    let record = |r: &Row| {
        let found = serde_json::from_str(&r.get::<String>(2)?).map_err(|_| r.corrupt(2, "not what an inspection found"))?;
        Ok(Record { at: r.get(0)?, made_at: r.get(1)?, found })
    };
    db.all(INSPECTIONS, args![scope.locality(), organ, before, limit]).await?.iter().map(record).collect()
}
