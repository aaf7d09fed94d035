//! Lists of cases for desks: what a scope may see, filtered, in the order of what is due, page by page from a key. Rows carry no personal
//! value; a title is the imported letter's own and can be erased.

use crate::args;
use crate::cases::Marker;
use crate::engine::{Arg, Query, Reader, Result, Row};
use crate::scope::Scope;
use crate::search::{self, BUDGET, Find};
use rules::access::Role;
use rules::ids::{CaseId, GroupId, Id, Locality, PersonId, UnitId};
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
    pub group: Option<GroupId>,
    /// The unit that answers for it while it is open.
    pub responsible: Option<UnitId>,
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
    /// Only what was closed and nobody has followed up yet (回访); goes with `done`.
    pub follow_up: bool,
    /// Only of these kinds; none for all.
    pub kinds: Vec<&'static str>,
    /// Only what was found untrue; goes with `done`.
    pub untrue: bool,
    /// Ended before this instant; goes with `done`.
    pub ended_before: Option<Instant>,
    /// Ended at or after this instant; goes with `done`.
    pub ended_from: Option<Instant>,
    /// Only cases that wait for an answer of the person.
    pub asked: bool,
    /// The unit that answers for it, for those who see more than one.
    pub responsible: Option<UnitId>,
    /// Cases found by search; an empty list finds nothing.
    pub only: Option<Vec<CaseId>>,
    /// The order of open work.
    pub sort: Sort,
    /// For a clerk: only what the intake distributed to organs below.
    pub distributed: bool,
}

/// The order of a list of open work; what is over stands by what was finished last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// What is due first.
    #[default]
    Due,
    /// What came last. As the next two it has its order from an index where an intake asks for the open work of one stage.
    Newest,
    /// What came first.
    Oldest,
    /// The largest amount.
    Amount,
}

impl Sort {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Due, Self::Newest, Self::Oldest, Self::Amount];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Amount => "amount",
        }
    }

    /// The order of this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// Where a line stands in this order: what a page begins after.
    #[must_use]
    pub fn key(self, line: &Line) -> After {
        let at = match self {
            Self::Due => line.sort_at,
            Self::Newest | Self::Oldest => line.registered_at,
            Self::Amount => Instant(line.amount.unwrap_or(-1)),
        };
        (at, line.id)
    }
}

/// Where a page begins: after this line.
pub type After = (Instant, CaseId);

const COLUMNS: &str = "SELECT c.id, c.token, c.number, c.kind, c.stage, c.urgent, c.historical, c.channel, c.series, c.unit, c.handler,
    c.platform_at, c.organ_at, c.registered_at, c.due_at, c.due_clock, c.provisional, c.sort_at, c.respondent, c.demands, c.amount,
    c.outcome, c.closed_at, t.title, c.locality, c.group_id, c.responsible FROM cases c LEFT JOIN case_title t ON t.locality = c.locality AND t.case_id = c.id";

/// The same, with the time of a marker. `CROSS JOIN` keeps SQLite to the order in which they are named.
const MARKED: &str = "SELECT c.id, c.token, c.number, c.kind, c.stage, c.urgent, c.historical, c.channel, c.series, c.unit, c.handler,
    c.platform_at, c.organ_at, c.registered_at, c.due_at, c.due_clock, c.provisional, c.sort_at, c.respondent, c.demands, c.amount,
    c.outcome, c.closed_at, t.title, c.locality, c.group_id, c.responsible, m.at FROM marker m CROSS JOIN cases c
    LEFT JOIN case_title t ON t.locality = c.locality AND t.case_id = c.id";

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
        group: r.get::<Option<Id>>(25)?.map(GroupId),
        responsible: r.get::<Option<Id>>(26)?.map(UnitId),
    })
}

/// The part of a query that keeps it inside a scope: the same rule as `cases::visible`, as SQL. `false` finds nothing. Letters kept for
/// the record were received by no organ: to a clerk they are those without an intake.
pub(crate) fn within(q: &mut Query, scope: &Scope, f: &Filter) -> bool {
    q.push(" WHERE c.locality = ?", args![scope.locality()]);
    let Some((person, grant)) = scope.grant() else { return scope.is_system() };
    match grant.role {
        Role::Clerk if f.distributed => q.push(" AND c.above_organ = ?", args![grant.organ]),
        Role::Clerk => match f.historical {
            Some(false) => q.push(" AND c.intake_organ = ?", args![grant.organ]),
            Some(true) => q.push(" AND c.intake_organ IS NULL", &[]),
            None => q.push(" AND (c.intake_organ = ? OR c.intake_organ IS NULL OR c.above_organ = ?)", args![grant.organ, grant.organ]),
        },
        // Where the handler is asked for, the way in is by the handler: a unit may have many cases, a person has few. As a CASE the unit
        // only checks.
        Role::Officer | Role::Lead | Role::Partner if f.handler.is_some() => {
            q.push(" AND CASE WHEN c.unit = ? THEN c.with_unit ELSE FALSE END", args![grant.unit])
        }
        Role::Officer | Role::Lead | Role::Partner => q.push(" AND c.unit = ? AND c.with_unit", args![grant.unit]),
        Role::Supervisor => q.push(" AND c.organ = ?", args![grant.organ]),
        Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin => return false,
    };
    if grant.role == Role::Partner {
        q.push(" AND c.kind <> 'report'", &[]);
    }
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
    if f.asked {
        // In the words of the index `cases_asked`.
        q.push(" AND c.asked = TRUE AND c.done = FALSE", &[]);
    }
    if let Some(unit) = f.responsible {
        q.push(" AND c.responsible = ? AND c.done = FALSE", args![unit]);
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
    if let (Some(before), true) = (f.ended_before, f.done) {
        q.push(" AND c.sort_at < ?", args![before]);
    }
    if let (Some(from), true) = (f.ended_from, f.done) {
        q.push(" AND c.sort_at >= ?", args![from]);
    }
    if f.follow_up {
        // A value and no `NOT EXISTS`, of which PostgreSQL would make a table of all markers first.
        q.push(" AND c.stage = 'closed' AND c.historical = ? AND c.erased = ?", args![false, false]);
        q.push(" AND (SELECT TRUE FROM marker m WHERE m.locality = c.locality AND m.case_id = c.id AND m.kind = 'followed') IS NULL", &[]);
    }
    if f.untrue {
        q.push(" AND c.untrue = ?", args![true]);
    }
    if !f.kinds.is_empty() {
        q.list(" AND c.kind IN (", f.kinds.iter().copied(), ")");
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
    if filter.sort != Sort::Due && !filter.done && !filter.either {
        // In the words of the indexes that have these orders.
        q.push(" AND c.done = FALSE", &[]);
    }
    if let Some((at, id)) = after {
        let args: &[Arg<'_>] = args![at, id];
        let beyond = match filter.sort {
            _ if filter.done => " AND (c.sort_at, c.id) < (?, ?)",
            Sort::Due => " AND (c.sort_at, c.id) > (?, ?)",
            Sort::Newest => " AND (c.registered_at, c.id) < (?, ?)",
            Sort::Oldest => " AND (c.registered_at, c.id) > (?, ?)",
            Sort::Amount => " AND (COALESCE(c.amount, -1), c.id) < (?, ?)",
        };
        q.push(beyond, args);
    }
    let order = match filter.sort {
        _ if filter.done => " ORDER BY c.sort_at DESC, c.id DESC LIMIT ?",
        Sort::Due => " ORDER BY c.sort_at, c.id LIMIT ?",
        Sort::Newest => " ORDER BY c.registered_at DESC, c.id DESC LIMIT ?",
        Sort::Oldest => " ORDER BY c.registered_at, c.id LIMIT ?",
        Sort::Amount => " ORDER BY COALESCE(c.amount, -1) DESC, c.id DESC LIMIT ?",
    };
    q.push(order, args![limit]);
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

/// The members of a group as far as the scope sees them, in the order they were registered; at most `limit`.
///
/// # Errors
/// Those of reading.
pub async fn of_group(db: &mut Reader, scope: &Scope, group: GroupId, limit: i64) -> Result<Vec<Line>> {
    let mut q = Query::new(COLUMNS, &[]);
    // Of a group each sees what exists for them, as in any list (Art. 37).
    if !within(&mut q, scope, &Filter::default()) {
        return Ok(Vec::new());
    }
    q.push(" AND c.group_id = ? ORDER BY c.id LIMIT ?", args![group.0, limit]);
    db.query(&q).await?.iter().map(line).collect()
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

/// Cases of a scope that a desk is reminded of between two instants, by time: each with the time it goes by.
///
/// # Errors
/// Those of reading.
pub async fn marked(
    db: &mut Reader,
    scope: &Scope,
    filter: &Filter,
    marker: Marker,
    between: (Instant, Instant),
    limit: i64,
) -> Result<Vec<(Instant, Line)>> {
    let mut q = Query::new(MARKED, &[]);
    if !within(&mut q, scope, filter) {
        return Ok(Vec::new());
    }
    if let Some(handler) = filter.handler {
        q.push(" AND c.handler = ?", args![handler]);
    }
    if let Some(kind) = &filter.kind {
        q.push(" AND c.kind = ?", args![kind]);
    }
    if let Some(unit) = filter.unit {
        q.push(" AND c.unit = ?", args![unit]);
    }
    q.push(" AND m.locality = ? AND m.kind = ?", args![scope.locality(), marker.code()]);
    q.push(" AND m.at >= ? AND m.at < ? AND c.id = m.case_id ORDER BY m.at, m.case_id LIMIT ?", args![between.0, between.1, limit]);
    db.query(&q).await?.iter().map(|r| Ok((r.get(27)?, line(r)?))).collect()
}
