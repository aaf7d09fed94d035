//! Figures counted from the log. A follower reads the log by position, works out what each case added before and adds after the stretch
//! ([`rules::tally`]), and writes the differences with the position in one transaction. Within a stream the log keeps the order of the events,
//! so "before" is every event of the case ahead of its first in the stretch: nothing has to be remembered per case. What is counted is
//! a function of the log up to a position, whatever the stretches were.
//!
//! Sums stand by day and by month; behind them stands one narrow row for each entry — a case on a day at a unit, with the set of its measures —
//! by which a figure opens to exactly its cases.

use crate::cases::stamp;
use crate::chain::{self, Family, Recorded};
use crate::engine::{Arg, Batch, Error, Query, Reader, Result, Row, Tx};
use crate::scope::Scope;
use crate::{args, statements};
use jiff::civil::Date;
use rules::access::Role;
use rules::case::event;
use rules::ids::{CaseId, Id, Locality, UnitId};
use rules::law::Kind;
use rules::rate::{Counts, MEASURES, Sums, Window};
use rules::tally::{self, Contribution, Entry, Measure, Measures};
use rules::time::Instant;
use std::collections::{BTreeMap, BTreeSet};

statements! {
    POSITION = "SELECT pos, at FROM tally_position WHERE name = 'counted'";
    ADVANCE = "INSERT INTO tally_position (name, pos, at) VALUES ('counted', $1, $2)
        ON CONFLICT (name) DO UPDATE SET pos = excluded.pos, at = excluded.at WHERE tally_position.pos = $3";
    STRETCH = "SELECT l.pos, l.locality, l.stream, l.seq, e.family FROM log l LEFT JOIN event e
        ON NOT l.access AND e.locality = l.locality AND e.stream = l.stream AND e.seq = l.seq
        WHERE l.pos >= $1 AND l.pos < $2 ORDER BY l.pos";
    SET_ENTRY = "INSERT INTO tally_entry (locality, day, unit, case_id, measures, recovered) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (locality, day, unit, case_id) DO UPDATE SET measures = excluded.measures, recovered = excluded.recovered";
    DROP_ENTRY = "DELETE FROM tally_entry WHERE locality = $1 AND day = $2 AND unit = $3 AND case_id = $4";
    LATE = "INSERT INTO tally_late (locality, month, pos, case_id, day, unit, before, after) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT DO NOTHING";
    LATE_OF = "SELECT pos, case_id, day, unit, before, after FROM tally_late WHERE locality = $1 AND month = $2 AND pos > $3
        ORDER BY pos DESC, case_id, day, unit LIMIT $4";
    BEHIND = "SELECT t.case_id, t.measures, t.recovered, c.kind, c.channel FROM tally_entry t
        JOIN cases c ON c.locality = t.locality AND c.id = t.case_id
        WHERE t.locality = $1 AND t.day = $2 AND t.unit = $3 AND t.case_id > $4 AND (t.measures & $5) <> 0 ORDER BY t.case_id LIMIT $6";
    ADD = "INSERT INTO tally (locality, grain, period, unit, kind, channel, category,
        received, sent_in_2h, online, repeated, sent, sent_back, arrived, heard_in_24h, outside, outside_settled, check_due,
        check_in_time, accepted, mediation_ended, mediation_agreed, mediation_settled, concluded, concluded_in_time,
        concluded_agreed, concluded_settled, untrue, at_shop, at_station, at_district, at_above, recovering, verify_due,
        verify_in_time, filing_decided, filed, substantiated, filed_from_complaint, asked, asked_valid, satisfied, fair,
        dissatisfied, redone, reopened, solved_said, solved, concluded_outside, recovered)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
        $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50)
        ON CONFLICT (locality, grain, period, unit, kind, channel, category) DO UPDATE SET
        received = tally.received + excluded.received, sent_in_2h = tally.sent_in_2h + excluded.sent_in_2h,
        online = tally.online + excluded.online, repeated = tally.repeated + excluded.repeated,
        sent = tally.sent + excluded.sent, sent_back = tally.sent_back + excluded.sent_back,
        arrived = tally.arrived + excluded.arrived, heard_in_24h = tally.heard_in_24h + excluded.heard_in_24h,
        outside = tally.outside + excluded.outside, outside_settled = tally.outside_settled + excluded.outside_settled,
        check_due = tally.check_due + excluded.check_due, check_in_time = tally.check_in_time + excluded.check_in_time,
        accepted = tally.accepted + excluded.accepted, mediation_ended = tally.mediation_ended + excluded.mediation_ended,
        mediation_agreed = tally.mediation_agreed + excluded.mediation_agreed,
        mediation_settled = tally.mediation_settled + excluded.mediation_settled,
        concluded = tally.concluded + excluded.concluded,
        concluded_in_time = tally.concluded_in_time + excluded.concluded_in_time,
        concluded_agreed = tally.concluded_agreed + excluded.concluded_agreed,
        concluded_settled = tally.concluded_settled + excluded.concluded_settled, untrue = tally.untrue + excluded.untrue,
        at_shop = tally.at_shop + excluded.at_shop, at_station = tally.at_station + excluded.at_station,
        at_district = tally.at_district + excluded.at_district, at_above = tally.at_above + excluded.at_above,
        recovering = tally.recovering + excluded.recovering, verify_due = tally.verify_due + excluded.verify_due,
        verify_in_time = tally.verify_in_time + excluded.verify_in_time,
        filing_decided = tally.filing_decided + excluded.filing_decided, filed = tally.filed + excluded.filed,
        substantiated = tally.substantiated + excluded.substantiated,
        filed_from_complaint = tally.filed_from_complaint + excluded.filed_from_complaint, asked = tally.asked + excluded.asked,
        asked_valid = tally.asked_valid + excluded.asked_valid, satisfied = tally.satisfied + excluded.satisfied,
        fair = tally.fair + excluded.fair, dissatisfied = tally.dissatisfied + excluded.dissatisfied,
        redone = tally.redone + excluded.redone, reopened = tally.reopened + excluded.reopened,
        solved_said = tally.solved_said + excluded.solved_said, solved = tally.solved + excluded.solved,
        concluded_outside = tally.concluded_outside + excluded.concluded_outside,
        recovered = tally.recovered + excluded.recovered";
}

/// How far the log was counted, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The first position not counted yet.
    pub pos: u64,
    /// When the last stretch was counted.
    pub at: Instant,
}

/// How far the log was counted.
///
/// # Errors
/// Those of reading.
pub async fn counted(db: &mut Reader) -> Result<Counted> {
    let row = db.opt(POSITION, &[]).await?;
    row.map_or(Ok(Counted { pos: 0, at: Instant(0) }), |r| Ok(Counted { pos: r.get(0)?, at: r.get(1)? }))
}

/// Where a sum stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cell {
    pub locality: Locality,
    pub grain: &'static str,
    pub period: String,
    pub unit: UnitId,
    pub kind: Kind,
    pub channel: String,
    pub category: String,
}

/// Differences of sums.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells(pub BTreeMap<Cell, Sums>);

impl Cells {
    /// Adds an entry to its day and its month, or takes it away.
    pub fn add(&mut self, locality: Locality, of: &Contribution, day: Date, unit: UnitId, entry: Entry, times: i64) {
        let day = day.to_string();
        for (grain, period) in [("day", &day[..]), ("month", &day[..7])] {
            let (channel, category) = (of.channel.clone(), of.category.clone());
            let cell = Cell { locality, grain, period: period.to_owned(), unit, kind: of.kind, channel, category };
            let sums = self.0.entry(cell).or_default();
            for m in Measure::ALL.iter().filter(|m| entry.measures.has(**m)) {
                sums.entries[*m as usize] += times;
            }
            sums.recovered += times * entry.recovered.0;
        }
    }
}

/// The differences a stretch of the log makes.
pub struct Stretch {
    from: u64,
    to: u64,
    batch: Batch,
}

impl Stretch {
    /// Positions in it.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.to - self.from
    }
    /// Whether nothing is left to count.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.to == self.from
    }
}

/// Works out what the next stretch of at most `limit` positions changes; reads only. What changes in a month that is published is noted.
///
/// # Errors
/// Those of reading; an event this program cannot read.
pub async fn next(db: &mut Reader, limit: u64, is_published: impl Fn(Locality, &str) -> bool) -> Result<Stretch> {
    let from = counted(db).await?.pos;
    let rows = db.all(STRETCH, args![from as i64, (from + limit) as i64]).await?;
    let mut touched: BTreeMap<(Locality, Id), (u32, u32)> = BTreeMap::new();
    for r in &rows {
        if r.get::<Option<String>>(4)?.as_deref() == Some(Family::Case.code()) {
            let seq: u32 = r.get(3)?;
            touched.entry((r.get(1)?, r.get(2)?)).and_modify(|(_, last)| *last = seq).or_insert((seq, seq));
        }
    }
    let to = from + rows.len() as u64;
    let (mut cells, mut batch) = (Cells::default(), Batch::new());
    for ((locality, stream), (first, last)) in touched {
        let events = read(chain::stream(db, locality, stream).await?)?;
        let until = |seq: u32| tally::contribution(events.iter().filter(|(r, _)| r.seq <= seq).map(|(r, f)| (stamp(r), f)));
        let (before, Some(after)) = (until(first - 1), until(last)) else { continue };
        for (is_new, change) in tally::delta(before.as_ref(), &after) {
            let slice = if is_new { &after } else { before.as_ref().unwrap_or(&after) };
            for (entry, times) in [(change.before, -1), (change.after, 1)] {
                entry.into_iter().for_each(|e| cells.add(locality, slice, change.day, change.unit, e, times));
            }
            let (case, day, unit) = (CaseId(stream), change.day, change.unit);
            let of_month = month(day);
            if is_published(locality, &of_month) {
                let bits = |e: Option<Entry>| e.map_or(0, |e| e.measures.0) as i64;
                let (before, after) = (bits(change.before), bits(change.after));
                batch.push((LATE, args![locality, of_month, to as i64, case, day, unit, before, after].to_vec()));
            }
            match change.after {
                Some(e) => batch.push((SET_ENTRY, args![locality, day, unit, case, e.measures.0 as i64, e.recovered.0].to_vec())),
                None => batch.push((DROP_ENTRY, args![locality, day, unit, case].to_vec())),
            }
        }
    }
    let changed = cells.0.into_iter().filter(|(_, sums)| *sums != Sums::default());
    batch.extend(changed.map(|(cell, sums)| (ADD, add_args(cell, &sums))));
    Ok(Stretch { from, to, batch })
}

/// Writes a stretch. One that was counted meanwhile by another server is a conflict, and worked out anew.
///
/// # Errors
/// Those of writing.
pub async fn apply(tx: &mut Tx, stretch: &Stretch, now: Instant) -> Result<()> {
    tx.exec_expect(ADVANCE, args![stretch.to as i64, now, stretch.from as i64], 1).await?;
    tx.batch(&stretch.batch).await.map(|_| ())
}

fn add_args(cell: Cell, sums: &Sums) -> Vec<Arg<'static>> {
    let key = args![cell.locality, cell.grain, cell.period, cell.unit, cell.kind.code(), cell.channel, cell.category];
    key.iter().cloned().chain(sums.entries.iter().map(|n| Arg::from(*n))).chain([Arg::from(sums.recovered)]).collect()
}

pub(crate) fn read(recorded: Vec<Recorded>) -> Result<Vec<(Recorded, event::Fact)>> {
    let fact = |r: Recorded| {
        let fact = event::read(r.schema, &r.body).map_err(|e| Error::Corrupt {
            table: "event".into(),
            column: "body".into(),
            row: format!("case={} seq={}: {e}", r.stream, r.seq),
        })?;
        Ok((r, fact))
    };
    recorded.into_iter().map(fact).collect()
}

/// What a figure is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// One kind.
    pub kind: Option<Kind>,
    /// One channel.
    pub channel: Option<String>,
    /// One category.
    pub category: Option<String>,
}

/// Whether reports exist for a scope as far as figures go: for heads and supervisors. Officers know only those they have in hand themselves,
/// so no sum of theirs may hold one (Order 121 Art. 37).
#[must_use]
pub fn knows_reports(scope: &Scope) -> bool {
    scope.is_system() || scope.grant().is_some_and(|(_, g)| matches!(g.role, Role::Lead | Role::Supervisor))
}

fn narrow(q: &mut Query, scope: &Scope, filter: &Filter) {
    if !knows_reports(scope) {
        q.push(" AND kind <> 'report'", &[]);
    }
    if let Some(kind) = filter.kind {
        q.push(" AND kind = ?", args![kind.code()]);
    }
    if let Some(channel) = &filter.channel {
        q.push(" AND channel = ?", args![channel.clone()]);
    }
    if let Some(category) = &filter.category {
        q.push(" AND category = ?", args![category.clone()]);
    }
}

fn sums_query(scope: &Scope, grain: &'static str, first: &str, last: &str, filter: &Filter) -> Query {
    let mut q = Query::new("SELECT period, unit, kind", &[]);
    for m in Measure::ALL {
        q.push(", CAST(SUM(", &[]).push(m.code(), &[]).push(") AS BIGINT)", &[]);
    }
    q.push(", CAST(SUM(recovered) AS BIGINT) FROM tally WHERE locality = ? AND grain = ?", args![scope.locality(), grain]);
    q.push(" AND period >= ? AND period <= ?", args![first.to_owned(), last.to_owned()]);
    narrow(&mut q, scope, filter);
    q.push(" GROUP BY period, unit, kind ORDER BY period, unit, kind", &[]);
    q
}

fn sums_of(row: &Row) -> Result<(Kind, Sums)> {
    let kind = Kind::parse(&row.get::<String>(2)?).ok_or_else(|| Error::Internal("a tally of an unknown kind".into()))?;
    let mut sums = Sums::default();
    for (i, n) in sums.entries.iter_mut().enumerate() {
        *n = row.get(3 + i)?;
    }
    sums.recovered = row.get(3 + MEASURES)?;
    Ok((kind, sums))
}

/// Sums by unit over a window, as far as a scope may know them.
///
/// # Errors
/// Those of reading.
pub async fn by_unit(db: &mut Reader, scope: &Scope, window: Window, filter: &Filter) -> Result<BTreeMap<UnitId, Counts>> {
    let mut out: BTreeMap<UnitId, Counts> = BTreeMap::new();
    let (months, days) = window.pieces();
    let months = months.map(|(first, last)| ("month", month(first), month(last)));
    let days = days.into_iter().map(|(first, last)| ("day", first.to_string(), last.to_string()));
    for (grain, first, last) in months.into_iter().chain(days) {
        for row in db.query(&sums_query(scope, grain, &first, &last, filter)).await? {
            let (kind, sums) = sums_of(&row)?;
            out.entry(row.get(1)?).or_default().add(&Counts(BTreeMap::from([(kind, sums)])));
        }
    }
    Ok(out)
}

/// Sums by month and unit over whole months, the first and the last by any of their days.
///
/// # Errors
/// Those of reading.
pub async fn by_month(
    db: &mut Reader,
    scope: &Scope,
    first: Date,
    last: Date,
    filter: &Filter,
) -> Result<BTreeMap<String, BTreeMap<UnitId, Counts>>> {
    let mut out: BTreeMap<String, BTreeMap<UnitId, Counts>> = BTreeMap::new();
    for row in db.query(&sums_query(scope, "month", &month(first), &month(last), filter)).await? {
        let (kind, sums) = sums_of(&row)?;
        let by_unit = out.entry(row.get(0)?).or_default();
        by_unit.entry(row.get(1)?).or_default().add(&Counts(BTreeMap::from([(kind, sums)])));
    }
    Ok(out)
}

/// A month as it stands in the sums.
#[must_use]
pub fn month(day: Date) -> String {
    day.to_string()[..7].to_owned()
}

/// One entry behind a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Day it counts on.
    pub day: Date,
    /// Unit it counts at.
    pub unit: UnitId,
    /// The case.
    pub case: CaseId,
    /// What holds of it.
    pub measures: Measures,
    /// Money obtained, fen.
    pub recovered: i64,
}

/// Where a list of entries goes on: after this one.
pub type Place = (Date, UnitId, CaseId);

/// The entries behind a figure, newest day first, at most `limit` after `after`. Only days and units whose sums say that there are any are
/// looked at, so a rare figure over a long time costs no more than its cells.
///
/// # Errors
/// Those of reading.
#[expect(clippy::too_many_arguments, reason = "what a figure is: whose, when, where, what of which kinds, and which page of it")]
pub async fn lines(
    db: &mut Reader,
    scope: &Scope,
    window: Window,
    filter: &Filter,
    kinds: &[Kind],
    any_of: &[Measure],
    here: impl Fn(UnitId) -> bool,
    after: Option<Place>,
    limit: usize,
) -> Result<Vec<Line>> {
    let bits: u64 = any_of.iter().map(|m| Measures::bit(*m)).sum();
    let reports = knows_reports(scope);
    let mut out = Vec::new();
    let mut place = after;
    loop {
        let from = place.map(|(day, unit, _)| (day, unit));
        let cells = db.query(&cells_query(scope, window, filter, kinds, any_of, from)).await?;
        for row in &cells {
            let (day, unit): (Date, UnitId) = (row.get(0)?, row.get(1)?);
            let mut start = place.filter(|(d, u, _)| (*d, *u) == (day, unit)).map_or(CaseId(Id::default()), |(.., case)| case);
            place = Some((day, unit, CaseId(Id([u8::MAX; 16]))));
            if !here(unit) {
                continue;
            }
            loop {
                let page = db.all(BEHIND, args![scope.locality(), day, unit, start, bits as i64, PAGE]).await?;
                for r in &page {
                    start = r.get(0)?;
                    let (kind, channel): (String, String) = (r.get(3)?, r.get(4)?);
                    let kind = Kind::parse(&kind).filter(|k| kinds.contains(k) && (reports || *k != Kind::Report));
                    let fits = filter.kind.is_none_or(|k| Some(k) == kind) && filter.channel.as_ref().is_none_or(|c| *c == channel);
                    if kind.is_some() && fits {
                        out.push(Line { day, unit, case: start, measures: Measures(r.get::<i64>(1)? as u64), recovered: r.get(2)? });
                    }
                    if out.len() == limit {
                        return Ok(out);
                    }
                }
                if page.len() < PAGE as usize {
                    break;
                }
            }
        }
        if cells.len() < CELLS as usize {
            return Ok(out);
        }
    }
}

/// The entries of some cases at a unit in a month, each with its kind.
///
/// # Errors
/// Those of reading.
pub async fn entries_of(
    db: &mut Reader,
    scope: &Scope,
    month: Window,
    unit: UnitId,
    cases: &BTreeSet<CaseId>,
) -> Result<Vec<(Kind, Line)>> {
    let rows = db.query(&entries_query(scope, month, unit, cases)).await?;
    let mut out = Vec::with_capacity(rows.len());
    for r in &rows {
        let kind = Kind::parse(&r.get::<String>(4)?).filter(|k| *k != Kind::Report || knows_reports(scope));
        let line = Line { day: r.get(0)?, unit, case: r.get(1)?, measures: Measures(r.get::<i64>(2)? as u64), recovered: r.get(3)? };
        out.extend(kind.map(|k| (k, line)));
    }
    Ok(out)
}

/// Each day of the window and each case is one descent of the index.
fn entries_query(scope: &Scope, month: Window, unit: UnitId, cases: &BTreeSet<CaseId>) -> Query {
    let mut q = Query::new(
        "SELECT t.day, t.case_id, t.measures, t.recovered, c.kind FROM tally_entry t
        JOIN cases c ON c.locality = t.locality AND c.id = t.case_id WHERE t.locality = ? AND t.unit = ?",
        args![scope.locality(), unit],
    );
    q.list(" AND t.day IN (", month.days(), ")");
    q.list(" AND t.case_id IN (", cases.iter().copied(), ")");
    q.push(" ORDER BY t.day, t.case_id", &[]);
    q
}

/// An entry of a published month that came, went or changed afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Late {
    /// Position of the log at which it was counted.
    pub pos: u64,
    /// The case.
    pub case: CaseId,
    /// Day it counts on.
    pub day: Date,
    /// Unit it counts at.
    pub unit: UnitId,
    /// What held before.
    pub before: Measures,
    /// What holds after.
    pub after: Measures,
}

/// What changed in a month after a position, latest first, at most `limit`. Reports are among them: for scopes that may know them.
///
/// # Errors
/// Those of reading.
pub async fn late(db: &mut Reader, scope: &Scope, month: &str, after: u64, limit: i64) -> Result<Vec<Late>> {
    let late = |r: &Row| {
        let (before, after) = (Measures(r.get::<i64>(4)? as u64), Measures(r.get::<i64>(5)? as u64));
        Ok(Late { pos: r.get(0)?, case: r.get(1)?, day: r.get(2)?, unit: r.get(3)?, before, after })
    };
    db.all(LATE_OF, args![scope.locality(), month.to_owned(), after as i64, limit]).await?.iter().map(late).collect()
}

/// Entries and cells read at a time.
const PAGE: i64 = 200;
const CELLS: i64 = 200;

/// Days and units with any of the measures, newest day first; at `from` again, for a page may have ended within it.
fn cells_query(scope: &Scope, window: Window, filter: &Filter, kinds: &[Kind], any_of: &[Measure], from: Option<(Date, UnitId)>) -> Query {
    let mut q = Query::new("SELECT DISTINCT period, unit FROM tally WHERE locality = ? AND grain = 'day'", args![scope.locality()]);
    let last = from.map_or(window.through, |(day, _)| day);
    q.push(" AND period >= ? AND period <= ?", args![window.from, last]);
    if let Some((day, unit)) = from {
        q.push(" AND (period < ? OR unit >= ?)", args![day, unit]);
    }
    narrow(&mut q, scope, filter);
    q.list(" AND kind IN (", kinds.iter().map(|k| k.code()), ")");
    q.push(" AND (1 = 0", &[]);
    for m in any_of {
        q.push(" OR ", &[]).push(m.code(), &[]).push(" <> 0", &[]);
    }
    q.push(") ORDER BY period DESC, unit LIMIT ?", args![CELLS]);
    q
}
