//! Lists of cases for desks: what a scope may see, filtered, in the order of what is due, page by page from a key. Rows carry no personal
//! value; a title is the imported letter's own and can be erased.

use crate::args;
use crate::engine::{Arg, Query, Reader, Result, Row};
use crate::scope::Scope;
use crate::search::{self, BUDGET, Find};
use rules::access::Role;
use rules::ids::{CaseId, Locality, PersonId, UnitId};
use rules::time::Instant;

/// One line of a list.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "columns of `cases`")]
pub struct Line {
    pub id: CaseId,
    pub token: String,
    pub number: String,
    pub kind: String,
    pub stage: String,
    pub urgent: bool,
    pub historical: bool,
    pub channel: String,
    pub series: Option<String>,
    pub unit: Option<UnitId>,
    pub handler: Option<PersonId>,
    pub platform_at: Option<Instant>,
    pub organ_at: Option<Instant>,
    pub registered_at: Instant,
    pub due_at: Option<Instant>,
    pub due_clock: Option<String>,
    pub provisional: bool,
    pub sort_at: Instant,
    pub respondent: String,
    pub demands: String,
    pub amount: Option<i64>,
    pub outcome: Option<String>,
    pub closed_at: Option<Instant>,
    pub title: Option<String>,
    pub locality: Locality,
}

/// What a list is narrowed to. Everything is optional.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Open work (default) or what is over.
    pub done: bool,
    /// Open work and what is over alike: for search, which finds a case wherever it stands.
    pub either: bool,
    /// Only letters kept for the record (`true`), or only live cases (`false`).
    pub historical: Option<bool>,
    /// Only cases that wait for someone else: for the head, or with their clock standing still.
    pub waiting: bool,
    /// Kind code.
    pub kind: Option<String>,
    /// Stage codes.
    pub stages: Vec<&'static str>,
    /// Channel code.
    pub channel: Option<String>,
    /// Series of a file.
    pub series: Option<String>,
    /// Unit, for those who see more than one.
    pub unit: Option<UnitId>,
    /// Handler.
    pub handler: Option<PersonId>,
    /// Due before this instant.
    pub due_before: Option<Instant>,
    /// Due at or after this instant.
    pub due_from: Option<Instant>,
    /// Cases found by search; an empty list finds nothing.
    pub only: Option<Vec<CaseId>>,
}

/// Where a page begins: after this line.
pub type After = (Instant, CaseId);

const COLUMNS: &str = "SELECT c.id, c.token, c.number, c.kind, c.stage, c.urgent, c.historical, c.channel, c.series, c.unit, c.handler,
    c.platform_at, c.organ_at, c.registered_at, c.due_at, c.due_clock, c.provisional, c.sort_at, c.respondent, c.demands, c.amount,
    c.outcome, c.closed_at, t.title, c.locality FROM cases c LEFT JOIN case_title t ON t.locality = c.locality AND t.case_id = c.id";

fn line(r: &Row) -> Result<Line> {
    Ok(Line {
        id: r.get(0)?,
        token: r.get(1)?,
        number: r.get(2)?,
        kind: r.get(3)?,
        stage: r.get(4)?,
        urgent: r.get(5)?,
        historical: r.get(6)?,
        channel: r.get(7)?,
        series: r.get(8)?,
        unit: r.get(9)?,
        handler: r.get(10)?,
        platform_at: r.get(11)?,
        organ_at: r.get(12)?,
        registered_at: r.get(13)?,
        due_at: r.get(14)?,
        due_clock: r.get(15)?,
        provisional: r.get(16)?,
        sort_at: r.get(17)?,
        respondent: r.get(18)?,
        demands: r.get(19)?,
        amount: r.get(20)?,
        outcome: r.get(21)?,
        closed_at: r.get(22)?,
        title: r.get(23)?,
        locality: r.get(24)?,
    })
}

/// The part of a query that keeps it inside a scope: the same rule as `cases::visible`, as SQL. `false` finds nothing. Letters kept for
/// the record were received by no organ: to a clerk they are those without an intake.
fn within(q: &mut Query, scope: &Scope, f: &Filter) -> bool {
    q.push(" WHERE c.locality = ?", args![scope.locality()]);
    let Some((person, grant)) = scope.grant() else { return scope.is_system() };
    match grant.role {
        Role::Clerk => match f.historical {
            Some(false) => q.push(" AND c.intake_organ = ?", args![grant.organ]),
            Some(true) => q.push(" AND c.intake_organ IS NULL", &[]),
            None => q.push(" AND (c.intake_organ = ? OR c.intake_organ IS NULL)", args![grant.organ]),
        },
        // Where the handler is asked for, the way in is by the handler: a unit may have many cases, a person has few. As a CASE the unit
        // only checks.
        Role::Officer | Role::Lead if f.handler.is_some() => {
            q.push(" AND CASE WHEN c.unit = ? THEN c.with_unit ELSE FALSE END", args![grant.unit])
        }
        Role::Officer | Role::Lead => q.push(" AND c.unit = ? AND c.with_unit", args![grant.unit]),
        Role::Supervisor => q.push(" AND c.organ = ?", args![grant.organ]),
        Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin => return false,
    };
    if grant.role == Role::Officer {
        q.push(" AND (c.kind <> 'report' OR c.handler IS NULL OR c.handler = ?)", args![person]);
    }
    true
}

fn narrow(q: &mut Query, f: &Filter) {
    if !f.either {
        q.push(" AND c.done = ?", args![f.done]);
    }
    if let Some(historical) = f.historical {
        q.push(" AND c.historical = ?", args![historical]);
    }
    if f.waiting {
        // In the words of the index `cases_waiting`.
        q.push(" AND (c.due_at IS NULL OR c.stage = 'approval')", &[]);
    }
    if let Some(kind) = &f.kind {
        q.push(" AND c.kind = ?", args![kind]);
    }
    if let Some(channel) = &f.channel {
        q.push(" AND c.channel = ?", args![channel]);
    }
    if let Some(series) = &f.series {
        q.push(" AND c.series = ?", args![series]);
    }
    if let Some(unit) = f.unit {
        q.push(" AND c.unit = ?", args![unit]);
    }
    if let Some(handler) = f.handler {
        q.push(" AND c.handler = ?", args![handler]);
    }
    // Open work is kept in the order of what is due, if anything is: the same bounds on that order keep the reading to them.
    let ordered = !f.done && !f.either;
    if let Some(before) = f.due_before {
        q.push(" AND c.due_at < ?", args![before]);
        if ordered {
            q.push(" AND c.sort_at < ?", args![before]);
        }
    }
    if let Some(from) = f.due_from {
        q.push(" AND c.due_at >= ?", args![from]);
        if ordered {
            q.push(" AND c.sort_at >= ?", args![from]);
        }
    }
    if let [stage] = f.stages[..] {
        q.push(" AND c.stage = ?", args![stage]);
    } else if !f.stages.is_empty() {
        q.list(" AND c.stage IN (", f.stages.iter().copied(), ")");
    }
    if let Some(only) = &f.only {
        if only.is_empty() {
            q.push(" AND 1 = 0", &[]);
        } else {
            q.list(" AND c.id IN (", only.iter().copied(), ")");
        }
    }
}

/// A page of a list: open work by what is due first, finished work by what was finished last.
///
/// # Errors
/// Those of reading.
pub async fn page(db: &mut Reader, scope: &Scope, filter: &Filter, after: Option<After>, limit: i64) -> Result<Vec<Line>> {
    let Some(q) = page_query(scope, filter, after, limit) else { return Ok(Vec::new()) };
    db.query(&q).await?.iter().map(line).collect()
}

/// The query behind [`page`], for the test of its plan; `None` where the scope sees no cases.
#[must_use]
pub fn page_query(scope: &Scope, filter: &Filter, after: Option<After>, limit: i64) -> Option<Query> {
    let mut q = Query::new(COLUMNS, &[]);
    if !within(&mut q, scope, filter) {
        return None;
    }
    narrow(&mut q, filter);
    if let Some((at, id)) = after {
        let args: &[Arg<'_>] = args![at, id];
        if filter.done {
            q.push(" AND (c.sort_at, c.id) < (?, ?)", args);
        } else {
            q.push(" AND (c.sort_at, c.id) > (?, ?)", args);
        }
    }
    q.push(if filter.done { " ORDER BY c.sort_at DESC, c.id DESC LIMIT ?" } else { " ORDER BY c.sort_at, c.id LIMIT ?" }, args![limit]);
    Some(q)
}

/// How many cases a filter finds, counted up to `cap`: a desk needs "more than 999", not a scan.
///
/// # Errors
/// Those of reading.
pub async fn count(db: &mut Reader, scope: &Scope, filter: &Filter, cap: i64) -> Result<i64> {
    let Some(q) = count_query(scope, filter, cap) else { return Ok(0) };
    db.query(&q).await?.first().map_or(Ok(0), |r| r.get(0))
}

/// The query behind [`count`], for the test of its plan; `None` where the scope sees no cases.
#[must_use]
pub fn count_query(scope: &Scope, filter: &Filter, cap: i64) -> Option<Query> {
    let mut q = Query::new("SELECT COUNT(*) FROM (SELECT 1 FROM cases c", &[]);
    if !within(&mut q, scope, filter) {
        return None;
    }
    narrow(&mut q, filter);
    // The order counts for nothing but leads SQLite to the index that has it; it would read the table through otherwise.
    q.push(" ORDER BY c.sort_at, c.id LIMIT ?) AS found", args![cap]);
    Some(q)
}

/// A page of what search found, newest first.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The lines.
    pub lines: Vec<Line>,
    /// Where to go on, if there may be more.
    pub more: Option<i64>,
}

/// Finds cases of a scope whose text contains `text`, newest first, further narrowed by the filter.
///
/// # Errors
/// Those of reading.
pub async fn search(db: &mut Reader, scope: &Scope, filter: &Filter, text: &str, before: Option<i64>, limit: usize) -> Result<Found> {
    let Some(q) = found_query(scope, filter) else { return Ok(Found::default()) };
    let find = Find { locality: scope.locality(), text, before, limit, filter: Some(&q), budget: BUDGET };
    let page = search::find(db, &find).await?;
    let lines = lines_of(db, scope, page.hits.iter().map(|h| h.case).collect()).await?;
    Ok(Found { lines, more: page.more })
}

/// What a case found by search must be besides: the condition given to [`search::find`]; `None` where the scope sees no cases. A value and
/// no `EXISTS`, of which PostgreSQL would make a table of all cases of the scope first.
#[must_use]
pub fn found_query(scope: &Scope, filter: &Filter) -> Option<Query> {
    let mut q = Query::new(" AND (SELECT TRUE FROM cases c", &[]);
    if !within(&mut q, scope, filter) {
        return None;
    }
    narrow(&mut q, filter);
    q.push(" AND c.id = s.case_id)", &[]);
    Some(q)
}

/// The lines of these cases as far as the scope sees them, in the order given.
///
/// # Errors
/// Those of reading.
pub async fn lines_of(db: &mut Reader, scope: &Scope, ids: Vec<CaseId>) -> Result<Vec<Line>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut q = Query::new(COLUMNS, &[]);
    if !within(&mut q, scope, &Filter::default()) {
        return Ok(Vec::new());
    }
    q.list(" AND c.id IN (", ids.iter().copied(), ")");
    let mut lines: Vec<Line> = db.query(&q).await?.iter().map(line).collect::<Result<_>>()?;
    let place = |l: &Line| ids.iter().position(|id| *id == l.id);
    lines.sort_by_key(place);
    Ok(lines)
}

/// Open cases of one unit by stage, each counted up to about `cap`: what a supervisor's table shows.
///
/// # Errors
/// Those of reading.
pub async fn by_stage(db: &mut Reader, scope: &Scope, unit: UnitId, cap: i64) -> Result<Vec<(String, i64)>> {
    let mut q = Query::new("SELECT found.stage, COUNT(*) FROM (SELECT c.stage FROM cases c", &[]);
    if !within(&mut q, scope, &Filter::default()) {
        return Ok(Vec::new());
    }
    q.push(" AND c.unit = ? AND c.done = ? ORDER BY c.sort_at, c.id LIMIT ?) AS found GROUP BY found.stage", args![unit, false, cap]);
    db.query(&q).await?.iter().map(|r| Ok((r.get(0)?, r.get(1)?))).collect()
}
