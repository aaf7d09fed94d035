//! The open cases of a unit that was closed or merged go over to another: an order in the registry, each case an event of its own. Whatever
//! ends the program in between, a case is with the one or with the other, and the next round goes on. A case that was sent there at the same
//! moment is moved after it, too.

use super::{Answer, Denied, Refusal, denied};
use crate::app::{App, World};
use rules::access::{Actor, Role};
use rules::case::command::Command;
use rules::case::decide::{Context, decide};
use rules::case::event::Seat;
use rules::ids::{CaseId, Id, PersonId};
use rules::time::Instant;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::arrangement::{Absence, Arrangement, Clearing, Handover, Owner, Phrase};
use store::cases;
use store::chain::By;
use store::clerk;
use store::engine::Tx;
use store::queue::{self, After, Filter};
use store::registry::{RegistryEvent, View};
use store::scope::{Reason, Scope};

/// Cases that go over in one transaction.
const BATCH: i64 = 100;
/// Batches of one round; the rest waits for the next.
const BATCHES: usize = 20;
/// How long after its end an order is looked at again, microseconds: a day, for what was sent at the same moment.
const AFTER: i64 = 86_400_000_000;

/// One round of every order whose day has come; the number of cases that went over.
///
/// # Errors
/// Those of the store; the next round goes on.
pub async fn round(app: &App) -> Answer<usize> {
    let mut moved = 0;
    for locality in app.localities() {
        let Some(world) = app.world(locality) else { continue };
        let now = app.clock().now();
        for (id, arrangement) in &world.directory.arrangements {
            let Arrangement::Clearing(c) = arrangement else { continue };
            if c.from > now.date() || c.ended.is_some_and(|ended| now.0 - ended.0 > AFTER) {
                continue;
            }
            if c.ended.is_none() || super::units::open_cases(app, locality, c.unit).await? > as_count(c.left.len()) {
                moved += carry_out(app, &world, *id, c, BATCHES).await?;
            }
        }
    }
    Ok(moved)
}

fn as_count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// At most so many batches of an order.
///
/// # Errors
/// Those of the store.
pub async fn carry_out(app: &App, world: &Arc<World>, id: Id, c: &Clearing, batches: usize) -> Answer<usize> {
    let locality = world.directory.locality;
    if c.merge && c.ended.is_none() {
        let events = coming_along(app, world, c).await?;
        record(app, world, events).await?;
    }
    let (mut moved, mut left, mut after) = (0, Vec::new(), None);
    for _ in 0..batches {
        let batch = batch(app, world, id, c, after).await?;
        moved += batch.moved;
        left.extend(batch.left);
        after = batch.last;
        if after.is_some() {
            continue;
        }
        // What cannot go over is looked at once more, as others may have come meanwhile.
        if super::units::open_cases(app, locality, c.unit).await? > as_count(left.len()) {
            left.clear();
            continue;
        }
        let mut events = if c.merge && left.is_empty() { leaving(world, c) } else { Vec::new() };
        let done = Clearing { ended: Some(app.clock().now()), left, ..c.clone() };
        events.push(RegistryEvent::Arranged { id, arrangement: Arrangement::Clearing(done) });
        record(app, world, events).await?;
        return Ok(moved);
    }
    Ok(moved)
}

/// Appends to the registry for the platform and reads it anew.
async fn record(app: &App, world: &World, events: Vec<RegistryEvent>) -> Answer<()> {
    if events.is_empty() {
        return Ok(());
    }
    super::people::change(app, &Scope::system(world.directory.locality, Reason::Setup), events, None).await
}

/// What goes along before the cases do: roles, absences, phrases, views.
async fn coming_along(app: &App, world: &World, c: &Clearing) -> Answer<Vec<RegistryEvent>> {
    let d = &world.directory;
    let has = |person: PersonId, role: Role| d.roles.iter().any(|(p, g)| *p == person && g.role == role && g.unit == c.to);
    let held = d.roles.iter().filter(|(p, g)| g.unit == c.unit && !has(*p, g.role));
    let mut events: Vec<_> = held.map(|(person, g)| RegistryEvent::RoleGiven { person: *person, role: g.role, unit: c.to }).collect();
    for (id, arrangement) in &d.arrangements {
        let arrangement = match arrangement {
            Arrangement::Absence(a) if a.unit == c.unit => Arrangement::Absence(Absence { unit: c.to, ..a.clone() }),
            Arrangement::Phrase(p) if p.owner == Owner::Unit(c.unit) => {
                Arrangement::Phrase(Phrase { owner: Owner::Unit(c.to), ..p.clone() })
            }
            Arrangement::Handover(h) if h.unit == c.unit && h.ended.is_none() => {
                Arrangement::Handover(Handover { unit: c.to, ..h.clone() })
            }
            _ => continue,
        };
        events.push(RegistryEvent::Arranged { id: *id, arrangement });
    }
    let mut db = app.db().read().await?;
    let views = clerk::views_of_unit(&mut db, &Scope::system(d.locality, Reason::Setup), c.unit).await?;
    events.extend(views.into_iter().map(|v| RegistryEvent::ViewSet { view: View { unit: c.to, ..v } }));
    Ok(events)
}

/// Once nothing is left there: nobody has a role in it any more.
fn leaving(world: &World, c: &Clearing) -> Vec<RegistryEvent> {
    let held = world.directory.roles.iter().filter(|(_, g)| g.unit == c.unit);
    held.map(|(person, g)| RegistryEvent::RoleTaken { person: *person, role: g.role, unit: c.unit }).collect()
}

#[derive(Debug, Default)]
struct Batch {
    moved: usize,
    left: Vec<String>,
    /// Where the next begins; none at the end of the list.
    last: Option<After>,
}

#[derive(Debug)]
struct Order {
    scope: Scope,
    world: Arc<World>,
    id: Id,
    clearing: Clearing,
    to: Seat,
    by: By,
    /// Who handles cases at the successor, and so goes on with their own.
    staff: BTreeSet<PersonId>,
}

async fn batch(app: &App, world: &Arc<World>, id: Id, c: &Clearing, after: Option<After>) -> Answer<Batch> {
    let now = app.clock().now();
    // The roles that came along are in the registry as it is now.
    let world = app.world(world.directory.locality).unwrap_or_else(|| world.clone());
    let d = &world.directory;
    let to = d.units.get(&c.to).ok_or(Denied::NotFound)?;
    let unit = d.units.get(&c.unit).ok_or(Denied::NotFound)?;
    let handles = |r: Role| matches!(r, Role::Officer | Role::Lead | Role::Partner);
    let staff = d.roles.iter().filter(|(_, g)| g.unit == c.to && handles(g.role)).map(|(p, _)| *p).collect();
    let order = Arc::new(Order {
        scope: Scope::system(d.locality, Reason::Setup),
        id,
        clearing: c.clone(),
        to: Seat { unit: to.id, organ: to.organ },
        by: By { actor: Some(c.by), unit: Some(unit.id), organ: Some(unit.organ) },
        staff,
        world: world.clone(),
    });
    let work = async move |tx: &mut Tx| {
        let of_unit = Filter { unit: Some(order.clearing.unit), ..Filter::default() };
        let lines = queue::page(tx, &order.scope, &of_unit, after, BATCH).await?;
        let mut out = Batch { last: lines.last().filter(|_| lines.len() as i64 == BATCH).map(|l| (l.sort_at, l.id)), ..Batch::default() };
        for line in &lines {
            if give(tx, &order, line.id, now).await? {
                out.moved += 1;
            } else {
                out.left.push(line.number.clone());
            }
        }
        Ok(out)
    };
    app.db().write(work).await.map_err(denied)
}

/// One case goes over, if the rules let it.
async fn give(tx: &mut Tx, order: &Order, id: CaseId, now: Instant) -> store::engine::Result<bool> {
    let loaded = cases::load(tx, &order.scope, id).await?.ok_or(Refusal(Denied::NotFound))?;
    let now = now.max(loaded.head().recorded_at);
    let world = &order.world;
    let ctx = Context { now, effective: now, actor: Actor::System, calendar: &world.calendar, pack: &world.pack, number: None };
    let handler = loaded.case.handler.filter(|p| order.staff.contains(p));
    match decide(&loaded.case, &Command::Move { to: order.to, order: order.id, handler }, &ctx) {
        Ok(facts) => cases::append(tx, &loaded, facts, order.by, now, now).await.map(|_| true),
        Err(_) => Ok(false),
    }
}

/// Where the work of a closed unit went, following mergers: what is handled again there begins at its successor.
#[must_use]
pub fn successor(world: &World, unit: rules::ids::UnitId) -> Option<(Id, Seat)> {
    let mut found: Option<(Id, Seat)> = None;
    let mut at = unit;
    for _ in 0..8 {
        if !world.directory.units.get(&at).is_some_and(|u| u.closed) {
            break;
        }
        let (id, c) = super::units::clearing_of(world, at)?;
        let to = world.directory.units.get(&c.to)?;
        found = Some((id, Seat { unit: to.id, organ: to.organ }));
        at = to.id;
    }
    found
}
