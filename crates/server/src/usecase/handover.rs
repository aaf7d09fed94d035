//! Cases change hands: chosen ones at once, or all open cases of a person (交接) by an order that is carried out step by step. The order is a
//! record of the registry, each case an event of its own; whatever ends the program in between, a case is with the one or with the other,
//! and the next round goes on.

use super::absence::staff;
use super::fields::{Fields, Reader};
use super::people::change;
use super::{Answer, Denied, Refusal, denied};
use crate::app::{App, World};
use crate::clock::new_id;
use rules::case::command::{Command, WhyNot};
use rules::case::decide::{Context, decide};
use rules::ids::{CaseId, Id, Locality, PersonId, UnitId};
use std::sync::Arc;
use store::arrangement::{Arrangement, Handover};
use store::cases;
use store::engine::Tx;
use store::queue::{self, After, Filter, Line};
use store::registry::RegistryEvent;
use store::scope::Scope;

/// Cases that change hands in one transaction.
const BATCH: i64 = 100;
/// Batches of one round; the rest waits for the next, so that the platform's other work is not kept waiting.
const BATCHES: usize = 20;
/// Most open cases counted.
const MOST: i64 = 100_000;

fn open_of(person: PersonId) -> Filter {
    Filter { handler: Some(person), ..Filter::default() }
}

/// How many open cases a person has in the scope's unit.
///
/// # Errors
/// Those of reading.
pub async fn open_cases(app: &App, scope: &Scope, person: PersonId) -> Answer<i64> {
    let mut db = app.db().read().await?;
    Ok(queue::count(&mut db, scope, &open_of(person), MOST).await?)
}

/// The hand-overs of a unit, newest first.
#[must_use]
pub fn of_unit(world: &World, unit: UnitId) -> Vec<(Id, &Handover)> {
    let all = world.directory.arrangements.iter().filter_map(|(id, a)| match a {
        Arrangement::Handover(h) if h.unit == unit => Some((*id, h)),
        _ => None,
    });
    let mut out: Vec<_> = all.collect();
    out.sort_by_key(|(_, h)| std::cmp::Reverse(h.at));
    out
}

/// Orders that all open cases of a person go to others, from a form; by the head of the unit.
///
/// # Errors
/// [`Denied::Invalid`] with what is wrong.
pub async fn order(app: &App, scope: &Scope, fields: &Fields) -> Answer<()> {
    let (by, grant) = scope.grant().ok_or(Denied::NotFound)?;
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let staff = staff(&world, grant.unit);
    let mut r = Reader::new(fields);
    // Who has left may still have cases.
    let from = r.need_code("from_person", |s| Id::parse(s).map(PersonId).filter(|p| world.directory.people.contains_key(p)));
    let to = r.codes("to_person", |s| Id::parse(s).map(PersonId).filter(|p| staff.contains(p)));
    if to.is_empty() {
        r.faults.add("to_person", "required");
    } else if from.is_some_and(|from| to.contains(&from)) {
        r.faults.add("to_person", "to_itself");
    }
    let running = |h: &Handover| h.ended.is_none() && Some(h.from) == from;
    if of_unit(&world, grant.unit).iter().any(|(_, h)| running(h)) {
        r.faults.add("from_person", "handover_running");
    }
    let total = match from {
        Some(from) => open_cases(app, scope, from).await?,
        None => 0,
    };
    if total == 0 && from.is_some() {
        r.faults.add("from_person", "handover_none");
    }
    r.done(())?;
    let from = from.ok_or(Denied::NotFound)?;
    let at = app.clock().now();
    let handover = Handover { from, unit: grant.unit, to, by, at, total, ended: None, left: Vec::new() };
    let id = new_id(at, &mut app.random());
    change(app, scope, vec![RegistryEvent::Arranged { id, arrangement: Arrangement::Handover(handover) }], None).await
}

/// A head takes over an order whose own head is one no longer, so that it goes on.
///
/// # Errors
/// [`Denied::NotFound`] for an order of another unit, or one that is done.
pub async fn resume(app: &App, scope: &Scope, id: Id) -> Answer<()> {
    let (by, grant) = scope.grant().ok_or(Denied::NotFound)?;
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let known = of_unit(&world, grant.unit).into_iter().find(|(known, h)| *known == id && h.ended.is_none());
    let (_, handover) = known.ok_or(Denied::NotFound)?;
    let arrangement = Arrangement::Handover(Handover { by, ..handover.clone() });
    change(app, scope, vec![RegistryEvent::Arranged { id, arrangement }], None).await
}

/// One round of every order that is not done; the number of cases that changed hands.
///
/// # Errors
/// Those of the store; the next round goes on.
pub async fn round(app: &App) -> Answer<usize> {
    let mut moved = 0;
    for locality in app.localities() {
        let Some(world) = app.world(locality) else { continue };
        for (id, arrangement) in &world.directory.arrangements {
            if let Arrangement::Handover(h) = arrangement
                && h.ended.is_none()
            {
                moved += carry_out(app, &world, locality, *id, h, BATCHES).await?;
            }
        }
    }
    Ok(moved)
}

/// At most so many batches of an order.
///
/// # Errors
/// Those of the store.
pub async fn carry_out(app: &App, world: &Arc<World>, locality: Locality, id: Id, h: &Handover, batches: usize) -> Answer<usize> {
    debug_assert_eq!(world.directory.locality, locality);
    // Who ordered it is no head any more: it waits until another head takes it over.
    let Some(scope) = h.scope(&world.directory) else { return Ok(0) };
    let (mut moved, mut left, mut after) = (0, Vec::new(), None);
    for _ in 0..batches {
        let batch = batch(app, &scope, world, h, after).await?;
        moved += batch.moved;
        left.extend(batch.left);
        after = batch.last;
        if after.is_some() {
            continue;
        }
        // What cannot go over is looked at once more, as others may have come meanwhile.
        if open_cases(app, &scope, h.from).await? > i64::try_from(left.len()).unwrap_or(i64::MAX) {
            left.clear();
            continue;
        }
        let done = Handover { ended: Some(app.clock().now()), left, ..h.clone() };
        change(app, &scope, vec![RegistryEvent::Arranged { id, arrangement: Arrangement::Handover(done) }], None).await?;
        return Ok(moved);
    }
    Ok(moved)
}

#[derive(Debug, Default)]
struct Batch {
    moved: usize,
    left: Vec<String>,
    /// Where the next begins; none at the end of the list.
    last: Option<After>,
}

async fn batch(app: &App, scope: &Scope, world: &Arc<World>, h: &Handover, after: Option<After>) -> Answer<Batch> {
    let now = app.clock().now();
    let unit = Arc::new((scope.clone(), world.clone(), h.clone()));
    let work = async move |tx: &mut Tx| {
        let (scope, world, h) = &*unit;
        let lines = queue::page(tx, scope, &open_of(h.from), after, BATCH).await?;
        let mut out = Batch { last: lines.last().filter(|_| lines.len() as i64 == BATCH).map(|l| (l.sort_at, l.id)), ..Batch::default() };
        for (n, line) in lines.iter().enumerate() {
            let Some(to) = h.to.get(n % h.to.len().max(1)) else { break };
            match give(tx, scope, world, line.id, *to, now).await? {
                Ok(()) => out.moved += 1,
                Err(_) => out.left.push(line.number.clone()),
            }
        }
        Ok(out)
    };
    app.db().write(work).await.map_err(denied)
}

/// One case goes to a person; inside, why the rules say no.
async fn give(
    tx: &mut Tx,
    scope: &Scope,
    world: &World,
    id: CaseId,
    to: PersonId,
    now: rules::time::Instant,
) -> store::engine::Result<Result<(), WhyNot>> {
    let loaded = cases::load(tx, scope, id).await?.ok_or(Refusal(Denied::NotFound))?;
    let now = now.max(loaded.head().recorded_at);
    let ctx = Context { now, effective: now, actor: scope.actor(), calendar: &world.calendar, pack: &world.pack, number: None };
    match decide(&loaded.case, &Command::Assign { handler: to }, &ctx) {
        Ok(facts) => cases::append(tx, &loaded, facts, scope.by(), now, now).await.map(|_| Ok(())),
        Err(why) => Ok(Err(why)),
    }
}

/// What became of one case of a bulk reassignment.
#[derive(Clone, Debug)]
pub struct Given {
    /// The case as the list showed it.
    pub line: Line,
    /// Why it stayed where it was.
    pub stop: Option<WhyNot>,
}

/// Gives chosen cases to a person, each by itself: what the rules refuse stays and says why.
///
/// # Errors
/// [`Denied::Invalid`] where nothing or nobody was chosen.
pub async fn assign(app: &App, scope: &Scope, fields: &Fields) -> Answer<Vec<Given>> {
    let (_, grant) = scope.grant().ok_or(Denied::NotFound)?;
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let mut r = Reader::new(fields);
    let staff = staff(&world, grant.unit);
    let to = r.need_code("handler", |s| Id::parse(s).map(PersonId).filter(|p| staff.contains(p)));
    let ids: Vec<CaseId> = fields.all("case").iter().filter_map(|s| Id::parse(s)).map(CaseId).take(500).collect();
    if ids.is_empty() {
        r.faults.add("case", "none_chosen");
    }
    r.done(())?;
    let to = to.ok_or(Denied::NotFound)?;
    let mut db = app.db().read().await?;
    let lines = queue::lines_of(&mut db, scope, ids).await?;
    drop(db);
    let now = app.clock().now();
    let mut out = Vec::with_capacity(lines.len());
    for line in lines {
        let unit = Arc::new((scope.clone(), world.clone(), line.id));
        let work = async move |tx: &mut Tx| give(tx, &unit.0, &unit.1, unit.2, to, now).await;
        let stop = app.db().write(work).await.map_err(denied)?.err();
        out.push(Given { line, stop });
    }
    Ok(out)
}
