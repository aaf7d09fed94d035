//! What leaders start, follow and close: one stream of events each, with a row for lists and links to the cases, units and people it is
//! about. Beside them the cases of a window of days, from which topics are proposed.

use crate::cases::Column;
use crate::chain::{self, Draft, Family, Head, Recorded};
use crate::engine::{Arg, Batch, Error, Reader, Result, Row, Sql, Tx};
use crate::scope::Scope;
use crate::{args, statements};
use jiff::civil::Date;
use rules::access::Role;
use rules::ids::{CaseId, Id, Locality, OrganId, UnitId};
use rules::time::Instant;
use rules::undertaking::{Brief, Event, Mechanism, Undertaking};
use std::collections::BTreeSet;

/// Schema version of these events.
const SCHEMA: u16 = 1;
/// Most cases of a window that are looked at.
pub const WINDOW: i64 = 10_000;
/// Most rows of a list for one unit or person.
const OF_ONE: i64 = 200;

statements! {
    SET = "INSERT INTO undertaking (locality, id, kind, organ, title, from_day, until_day, opened_at, done, closed_at, tasks, tasks_open,
        next_due, cases, unchecked) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        ON CONFLICT (locality, id) DO UPDATE SET done = excluded.done, closed_at = excluded.closed_at, tasks = excluded.tasks,
        tasks_open = excluded.tasks_open, next_due = excluded.next_due, cases = excluded.cases, unchecked = excluded.unchecked";
    INSERT_LINK = "INSERT INTO undertaking_link (locality, undertaking, what, target) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    DELETE_LINK = "DELETE FROM undertaking_link WHERE locality = $1 AND undertaking = $2 AND what = $3 AND target = $4";
    LIST = "SELECT id, kind, title, from_day, until_day, opened_at, closed_at, tasks, tasks_open, next_due, cases, unchecked
        FROM undertaking WHERE locality = $1 AND organ = $2 AND kind = $3 AND done = $4 AND (opened_at, id) < ($5, $6)
        ORDER BY opened_at DESC, id DESC LIMIT $7";
    LIST_OF = "SELECT u.id, u.kind, u.title, u.from_day, u.until_day, u.opened_at, u.closed_at, u.tasks, u.tasks_open, u.next_due, u.cases,
        u.unchecked FROM undertaking_link k JOIN undertaking u ON u.locality = k.locality AND u.id = k.undertaking
        WHERE k.locality = $1 AND k.what = $2 AND k.target = $3 AND u.kind = $4 AND u.done = $5 ORDER BY k.undertaking DESC LIMIT $6";
    OF_CASE = "SELECT u.id, u.kind, u.title, u.from_day, u.until_day, u.opened_at, u.closed_at, u.tasks, u.tasks_open, u.next_due, u.cases,
        u.unchecked FROM undertaking_link k JOIN undertaking u ON u.locality = k.locality AND u.id = k.undertaking
        WHERE k.locality = $1 AND k.what = 'case' AND k.target = $2 ORDER BY k.undertaking DESC LIMIT $3";
    BETWEEN = "SELECT c.id, c.registered_at, c.respondent, c.demands, c.unit, t.title FROM cases c
        LEFT JOIN case_title t ON t.locality = c.locality AND t.case_id = c.id
        WHERE c.locality = $1 AND c.organ = $2 AND c.registered_at >= $3 AND c.registered_at < $4 AND c.kind <> 'report'
        AND c.historical = $5 ORDER BY c.registered_at DESC LIMIT $6";
}

/// One in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "columns of `undertaking`")]
pub struct Listed {
    pub id: Id,
    pub kind: Mechanism,
    pub title: String,
    pub from: Date,
    pub until: Option<Date>,
    pub opened_at: Instant,
    pub closed_at: Option<Instant>,
    pub tasks: i64,
    pub tasks_open: i64,
    pub next_due: Option<Date>,
    pub cases: i64,
    pub unchecked: i64,
}

fn listed(r: &Row) -> Result<Listed> {
    let kind: String = r.get(1)?;
    Ok(Listed {
        id: r.get(0)?,
        kind: Mechanism::parse(&kind).ok_or_else(|| r.corrupt(1, "no such kind"))?,
        title: r.get(2)?,
        from: r.get(3)?,
        until: r.get(4)?,
        opened_at: r.get(5)?,
        closed_at: r.get(6)?,
        tasks: r.get(7)?,
        tasks_open: r.get(8)?,
        next_due: r.get(9)?,
        cases: r.get(10)?,
        unchecked: r.get(11)?,
    })
}

/// One with its events.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Locality.
    pub locality: Locality,
    /// Id.
    pub id: Id,
    /// Events as recorded, each with what its body says.
    pub events: Vec<(Recorded, Event)>,
    /// State after the last.
    pub state: Undertaking,
}

impl Loaded {
    fn head(&self) -> Head {
        self.events.last().map_or(Head::NEW, |(r, _)| Head { seq: r.seq, hash: r.hash, recorded_at: r.recorded_at })
    }
}

/// From recorded events; `None` for an empty stream.
pub(crate) fn from_events(locality: Locality, id: Id, recorded: &[Recorded]) -> Result<Option<Loaded>> {
    let mut events = Vec::with_capacity(recorded.len());
    for r in recorded {
        let event: Event = serde_json::from_str(&r.body).map_err(Error::internal)?;
        events.push((r.clone(), event));
    }
    let Some((first, Event::UndertakingOpened(opened))) = events.first() else { return Ok(None) };
    let organ = first.by.organ.unwrap_or(OrganId(Id([0; 16])));
    let start = Undertaking::begin((**opened).clone(), organ, first.recorded_at);
    let state = events.iter().fold(start, |state, (r, e)| state.evolve(e, r.recorded_at));
    Ok(Some(Loaded { locality, id, events, state }))
}

fn count(n: usize) -> Arg<'static> {
    i64::try_from(n).unwrap_or(i64::MAX).into()
}

/// The row of `undertaking` that its events make.
pub(crate) fn row(loaded: &Loaded) -> Vec<Column> {
    let s = &loaded.state;
    vec![
        ("locality", loaded.locality.into()),
        ("id", loaded.id.into()),
        ("kind", s.opened.kind.code().into()),
        ("organ", s.organ.into()),
        ("title", s.opened.title.clone().into()),
        ("from_day", s.opened.from.into()),
        ("until_day", s.opened.until.into()),
        ("opened_at", s.opened_at.into()),
        ("done", s.closed.is_some().into()),
        ("closed_at", s.closed.as_ref().map(|(at, _)| *at).into()),
        ("tasks", count(s.tasks.len())),
        ("tasks_open", count(s.tasks.iter().filter(|w| w.ended.is_none()).count())),
        ("next_due", s.next_due().into()),
        ("cases", count(s.cases.len())),
        ("unchecked", count(s.cases.iter().filter(|h| s.opened.kind == Mechanism::Check && h.checked.is_none()).count())),
    ]
}

fn links(s: &Undertaking) -> BTreeSet<(&'static str, Id)> {
    let cases = s.cases.iter().map(|h| ("case", h.taken.case.0));
    let units = s.units().into_iter().map(|u| ("unit", u.0));
    let people = s.cases.iter().filter_map(|h| h.reviewer).map(|p| ("person", p.0));
    cases.chain(units).chain(people).chain([("person", s.opened.owner.0)]).collect()
}

/// The rows of `undertaking_link` that its events make.
pub(crate) fn link_rows(loaded: &Loaded) -> Vec<Vec<Column>> {
    let row = |(what, target): (&'static str, Id)| {
        vec![("locality", loaded.locality.into()), ("undertaking", loaded.id.into()), ("what", what.into()), ("target", target.into())]
    };
    links(&loaded.state).into_iter().map(row).collect()
}

/// Whether one exists for a scope: supervisors see their organ's, heads what concerns their unit, whoever checks a case what they check.
#[must_use]
pub fn visible(scope: &Scope, state: &Undertaking) -> bool {
    let Some((me, grant)) = scope.grant() else { return scope.is_system() };
    let named = || state.opened.owner == me || state.cases.iter().any(|h| h.reviewer == Some(me));
    grant.organ == state.organ
        && match grant.role {
            Role::Supervisor => true,
            Role::Lead => named() || state.units().contains(&grant.unit),
            Role::Clerk => named(),
            _ => false,
        }
}

/// Loads one, if it exists for this scope.
///
/// # Errors
/// Those of reading.
pub async fn load(db: &mut Reader, scope: &Scope, id: Id) -> Result<Option<Loaded>> {
    let recorded = chain::stream(db, scope.locality(), id).await?;
    if recorded.first().is_none_or(|r| r.family != Family::Undertaking.code()) {
        return Ok(None);
    }
    Ok(from_events(scope.locality(), id, &recorded)?.filter(|l| visible(scope, &l.state)))
}

/// Appends events, to a new stream where `before` is `None`, and brings row and links up to date.
///
/// # Errors
/// [`Error::Conflict`] if someone else was first; those of writing.
pub async fn append(tx: &mut Tx, scope: &Scope, id: Id, before: Option<&Loaded>, events: &[Event], now: Instant) -> Result<Loaded> {
    let locality = scope.locality();
    let mut drafts = Vec::with_capacity(events.len());
    for e in events {
        let body = serde_json::to_string(e).map_err(Error::internal)?;
        drafts.push(Draft { name: e.name(), schema: SCHEMA, body, effective_at: now });
    }
    let recorded = chain::link(locality, Family::Undertaking, id, before.map_or(Head::NEW, Loaded::head), drafts, scope.by(), now);
    let mut batch: Batch = chain::store(&recorded);
    let mut all: Vec<Recorded> = before.map(|l| l.events.iter().map(|(r, _)| r.clone()).collect()).unwrap_or_default();
    all.extend(recorded);
    let after = from_events(locality, id, &all)?.ok_or_else(|| Error::Internal("it begins with being opened".into()))?;
    let (old, new) = (before.map(|l| links(&l.state)).unwrap_or_default(), links(&after.state));
    let link =
        |sql: Sql, (what, target): &(&'static str, Id)| -> (Sql, Vec<Arg<'static>>) { (sql, args![locality, id, *what, *target].to_vec()) };
    batch.extend(old.difference(&new).map(|k| link(DELETE_LINK, k)));
    batch.extend(new.difference(&old).map(|k| link(INSERT_LINK, k)));
    batch.push((SET, row(&after).into_iter().map(|(_, v)| v).collect()));
    tx.batch(batch).await?;
    Ok(after)
}

/// Those of a kind that exist for a scope, newest first: a supervisor's page by page, others' all at once.
///
/// # Errors
/// Those of reading.
pub async fn list(
    db: &mut Reader,
    scope: &Scope,
    kind: Mechanism,
    done: bool,
    after: Option<(Instant, Id)>,
    limit: i64,
) -> Result<Vec<Listed>> {
    let Some((me, grant)) = scope.grant() else { return Ok(Vec::new()) };
    let locality = scope.locality();
    if grant.role == Role::Supervisor {
        let (at, id) = after.unwrap_or((Instant(i64::MAX), Id([0xff; 16])));
        let args = args![locality, grant.organ, kind.code(), done, at, id, limit];
        return db.all(LIST, args).await?.iter().map(listed).collect();
    }
    let mut out: Vec<Listed> = Vec::new();
    let mut keys = vec![("person", me.0)];
    if grant.role == Role::Lead {
        keys.push(("unit", grant.unit.0));
    }
    for (what, target) in keys {
        for r in db.all(LIST_OF, args![locality, what, target, kind.code(), done, OF_ONE]).await? {
            let one = listed(&r)?;
            if out.iter().all(|o| o.id != one.id) {
                out.push(one);
            }
        }
    }
    out.sort_by_key(|l| std::cmp::Reverse((l.opened_at, l.id)));
    Ok(out)
}

/// Those a case was taken up in, newest first. Whoever sees the case learns that; opening one is decided by [`load`].
///
/// # Errors
/// Those of reading.
pub async fn of_case(db: &mut Reader, scope: &Scope, case: CaseId) -> Result<Vec<Listed>> {
    db.all(OF_CASE, args![scope.locality(), case, 20i64]).await?.iter().map(listed).collect()
}

/// The newest cases of an organ registered in a window, at most [`WINDOW`]; reports are never among them.
///
/// # Errors
/// Those of reading.
pub async fn between(db: &mut Reader, scope: &Scope, organ: OrganId, from: Instant, until: Instant) -> Result<Vec<Brief>> {
    let rows = db.all(BETWEEN, args![scope.locality(), organ, from, until, false, WINDOW]).await?;
    let brief = |r: &Row| -> Result<Brief> {
        let demands: String = r.get(3)?;
        Ok(Brief {
            case: r.get(0)?,
            at: r.get(1)?,
            respondent: r.get(2)?,
            demands: demands.split(',').filter(|d| !d.is_empty()).map(str::to_owned).collect(),
            unit: r.get::<Option<UnitId>>(4)?,
            title: r.get::<Option<String>>(5)?.unwrap_or_default(),
        })
    };
    rows.iter().map(brief).collect()
}
