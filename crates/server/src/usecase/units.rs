//! Units as the system administrator changes them: name and place, above whom, and their end — each from a day on, with a reason, as a version
//! of its own in the registry.

use super::fields::{Fields, Reader};
use super::people::change;
use super::{Answer, Denied};
use crate::app::{App, World};
use crate::clock::new_id;
use jiff::civil::Date;
use rules::ids::{Locality, UnitId};
use rules::law::Kind;
use rules::text::fold;
use store::arrangement::{Arrangement, Clearing};
use store::queue::{self, Filter};
use store::registry::{Directory, RegistryEvent, Unit};
use store::scope::{Reason, Scope};

/// Most open cases counted.
const MOST: i64 = 100_000;

/// What a change touches, shown before it is made.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The unit as it will be.
    pub after: Unit,
    /// From which day.
    pub from: Date,
    /// Who has its work afterwards, where it goes.
    pub to: Option<UnitId>,
    /// Whether its people go along.
    pub merge: bool,
    /// Units below it.
    pub below: usize,
    /// People with a role in it.
    pub people: usize,
    /// Open cases.
    pub cases: i64,
}

/// How many open cases a unit has.
///
/// # Errors
/// Those of reading.
pub async fn open_cases(app: &App, locality: Locality, unit: UnitId) -> Answer<i64> {
    let mut db = app.db().read().await?;
    let of_unit = Filter { unit: Some(unit), ..Filter::default() };
    Ok(queue::count(&mut db, &Scope::system(locality, Reason::Setup), &of_unit, MOST).await?)
}

/// How many of them whoever looks after units learns of: no reports (Art. 37).
///
/// # Errors
/// Those of reading.
pub async fn told_cases(app: &App, locality: Locality, unit: UnitId) -> Answer<i64> {
    let mut db = app.db().read().await?;
    let scope = Scope::system(locality, Reason::Setup);
    let reports = Filter { unit: Some(unit), kind: Some(Kind::Report.code().into()), ..Filter::default() };
    let reports = queue::count(&mut db, &scope, &reports, MOST).await?;
    drop(db);
    Ok((open_cases(app, locality, unit).await? - reports).max(0))
}

/// The open unit of a code, or the only one of a name.
#[must_use]
pub fn named<'a>(directory: &'a Directory, words: &str) -> Option<&'a Unit> {
    let name = fold(words.trim());
    let open = |id: UnitId| directory.units.get(&id).filter(|u| !u.closed);
    let mut of_name = directory.tree.found(words).filter_map(open).filter(|u| fold(&u.name) == name);
    let only = of_name.next().filter(|_| of_name.next().is_none());
    directory.tree.of_code(words).and_then(open).or(only)
}

/// Whether a unit stands below another, or is it.
fn is_below(directory: &Directory, unit: UnitId, above: UnitId) -> bool {
    unit == above || directory.path(unit).iter().any(|u| u.id == above)
}

fn from_day(r: &mut Reader<'_>, name: &str, today: Date) -> Date {
    let from = r.date(name).unwrap_or(today);
    if from < today {
        r.faults.add(name, "day_past");
    }
    from
}

/// Reads a change of name, place or parent; nothing is written.
///
/// # Errors
/// [`Denied::Invalid`] with what is wrong.
pub async fn plan_change(app: &App, scope: &Scope, unit: UnitId, fields: &Fields) -> Answer<Plan> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let directory = &world.directory;
    let before = directory.units.get(&unit).filter(|u| !u.closed).ok_or(Denied::NotFound)?;
    let mut r = Reader::new(fields);
    let name = r.need_line("unit_name", 100);
    let (phone, address) = (r.line("phone", 40), r.line("address", 200));
    let above = r.line("parent_unit", 100);
    let parent = if above.is_empty() { None } else { named(directory, &above) };
    match parent {
        None if !above.is_empty() => r.faults.add("parent_unit", "unit_unknown"),
        Some(p) if is_below(directory, p.id, unit) => r.faults.add("parent_unit", "below_itself"),
        // Its cases are the organ's: a unit does not change organs with them.
        Some(p) if p.organ != before.organ => r.faults.add("parent_unit", "other_organ"),
        _ => {}
    }
    let from = from_day(&mut r, "since_day", app.clock().now().date());
    let why = r.need_line("change_why", 200);
    let after = Unit { name, phone, address, parent: parent.map(|p| p.id), why: String::new(), ..before.clone() };
    if r.faults.is_empty() && after == (Unit { why: String::new(), ..before.clone() }) {
        r.faults.add("unit_name", "nothing_changed");
    }
    r.done(())?;
    let cases = open_cases(app, scope.locality(), unit).await?;
    let (below, people) = (directory.tree.below(Some(unit)).len(), directory.tree.staff(unit));
    Ok(Plan { after: Unit { why, ..after }, from, to: None, merge: false, below, people, cases })
}

/// Makes a change that was planned.
///
/// # Errors
/// Those of [`plan_change`].
pub async fn make_change(app: &App, scope: &Scope, unit: UnitId, fields: &Fields) -> Answer<()> {
    let plan = plan_change(app, scope, unit, fields).await?;
    change(app, scope, vec![RegistryEvent::UnitSet { from: plan.from, unit: plan.after }], None).await
}

/// Whether a unit is an organ's intake: its cases come in there, so it does not go.
#[must_use]
pub fn is_intake(directory: &Directory, unit: UnitId) -> bool {
    directory.organs.values().any(|o| o.intake_unit == Some(unit))
}

/// Reads the end of a unit: closed, or part of another; nothing is written. Somebody must be named who goes on with what it holds, or would
/// have got.
///
/// # Errors
/// [`Denied::Invalid`] with what is wrong.
pub async fn plan_end(app: &App, scope: &Scope, unit: UnitId, fields: &Fields) -> Answer<Plan> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let directory = &world.directory;
    let before = directory.units.get(&unit).filter(|u| !u.closed).ok_or(Denied::NotFound)?;
    let today = app.clock().now().date();
    let mut r = Reader::new(fields);
    let words = r.line("to_unit", 100);
    let to = if words.is_empty() { None } else { named(directory, &words) };
    let merge = fields.ticked("merge");
    let cases = open_cases(app, scope.locality(), unit).await?;
    if is_intake(directory, unit) {
        r.faults.add("to_unit", "is_intake");
    }
    match to {
        None if !words.is_empty() => r.faults.add("to_unit", "unit_unknown"),
        // Asked for whatever it holds: who ends units does not learn so that there is a report (Art. 37).
        None => r.faults.add("to_unit", "successor"),
        Some(t) if t.id == unit => r.faults.add("to_unit", "to_itself"),
        Some(t) if t.organ != before.organ => r.faults.add("to_unit", "other_organ"),
        // Cases of the organ do not end up with who decides nothing.
        Some(t) if t.kind.is_outside() && !before.kind.is_outside() => r.faults.add("to_unit", "to_outside"),
        // Who only answers does not become who decides.
        Some(t) if merge && t.kind.is_outside() != before.kind.is_outside() => r.faults.add("to_unit", "merge_outside"),
        Some(t) if merge && is_intake(directory, t.id) => r.faults.add("to_unit", "merge_intake"),
        _ => {}
    }
    if clearing_of(&world, unit).is_some_and(|(_, c)| c.ended.is_none()) {
        r.faults.add("to_unit", "clearing_runs");
    }
    let from = from_day(&mut r, "end_day", today);
    let why = r.need_line("end_why", 200);
    r.done(())?;
    let merged_into = to.filter(|_| merge).map(|t| t.id);
    let after = Unit { closed: true, merged_into, why, ..before.clone() };
    let (below, people) = (directory.tree.below(Some(unit)).len(), directory.tree.staff(unit));
    Ok(Plan { after, from, to: to.map(|t| t.id), merge, below, people, cases })
}

/// Ends a unit as planned: from its day on it takes nothing new, what stands below it stands below its successor, and its cases go over.
///
/// # Errors
/// Those of [`plan_end`].
pub async fn make_end(app: &App, scope: &Scope, unit: UnitId, fields: &Fields) -> Answer<()> {
    let plan = plan_end(app, scope, unit, fields).await?;
    let (by, _) = scope.grant().ok_or(Denied::NotFound)?;
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let directory = &world.directory;
    let (at, why) = (app.clock().now(), plan.after.why.clone());
    let mut events = Vec::new();
    for child in directory.tree.below(Some(unit)).iter().filter_map(|id| directory.units.get(id)) {
        // A successor from among its own takes its place.
        let parent =
            if plan.to.is_some_and(|t| is_below(directory, t, child.id)) { plan.after.parent } else { plan.to.or(plan.after.parent) };
        events.push(RegistryEvent::UnitSet { from: plan.from, unit: Unit { parent, why: why.clone(), ..child.clone() } });
    }
    events.push(RegistryEvent::UnitSet { from: plan.from, unit: plan.after });
    if let Some(to) = plan.to {
        let clearing =
            Clearing { unit, to, merge: plan.merge, why, by, at, from: plan.from, total: plan.cases, ended: None, left: Vec::new() };
        events.push(RegistryEvent::Arranged { id: new_id(at, &mut app.random()), arrangement: Arrangement::Clearing(clearing) });
    }
    change(app, scope, events, None).await
}

/// Hands what a closed unit still holds to another: what could not go where it was to go.
///
/// # Errors
/// [`Denied::Invalid`] with what is wrong.
pub async fn hand_on(app: &App, scope: &Scope, unit: UnitId, fields: &Fields) -> Answer<()> {
    let (by, _) = scope.grant().ok_or(Denied::NotFound)?;
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let directory = &world.directory;
    let closed = directory.units.get(&unit).filter(|u| u.closed).ok_or(Denied::NotFound)?;
    let mut r = Reader::new(fields);
    let words = r.need_line("to_unit", 100);
    let to = named(directory, &words).filter(|t| t.organ == closed.organ && t.id != unit);
    if to.is_none() && !words.is_empty() {
        r.faults.add("to_unit", "unit_unknown");
    }
    let why = r.need_line("end_why", 200);
    r.done(())?;
    let to = to.ok_or(Denied::NotFound)?.id;
    let at = app.clock().now();
    let total = open_cases(app, scope.locality(), unit).await?;
    let clearing = Clearing { unit, to, merge: false, why, by, at, from: at.date(), total, ended: None, left: Vec::new() };
    let event = RegistryEvent::Arranged { id: new_id(at, &mut app.random()), arrangement: Arrangement::Clearing(clearing) };
    change(app, scope, vec![event], None).await
}

/// The latest order to clear a unit.
#[must_use]
pub fn clearing_of(world: &World, unit: UnitId) -> Option<(rules::ids::Id, &Clearing)> {
    let all = world.directory.arrangements.iter().filter_map(|(id, a)| match a {
        Arrangement::Clearing(c) if c.unit == unit => Some((*id, c)),
        _ => None,
    });
    all.max_by_key(|(_, c)| c.at)
}
