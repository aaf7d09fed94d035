//! Absence of a head (负责人): from when until when, and who decides meanwhile. A record of the registry; the deputy holds the head's role
//! as long as it lasts, and nobody's own proposal.

use super::fields::{Fields, Reader};
use super::people::change;
use super::{Answer, Denied};
use crate::app::{App, World};
use crate::clock::new_id;
use rules::access::Role;
use rules::ids::{Id, PersonId, UnitId};
use store::arrangement::{Absence, Arrangement};
use store::registry::RegistryEvent;
use store::scope::Scope;

/// Heads of a unit who are active.
#[must_use]
pub fn heads(world: &World, unit: UnitId) -> Vec<PersonId> {
    holders(world, unit, |role| role == Role::Lead)
}

/// People of a unit who handle cases there and are active.
#[must_use]
pub fn staff(world: &World, unit: UnitId) -> Vec<PersonId> {
    holders(world, unit, |role| matches!(role, Role::Officer | Role::Lead))
}

fn holders(world: &World, unit: UnitId, fits: impl Fn(Role) -> bool) -> Vec<PersonId> {
    let active = |p: &PersonId| world.directory.people.get(p).is_some_and(|p| p.active);
    let held = world.directory.roles.iter().filter(|(_, g)| g.unit == unit && fits(g.role));
    let mut out: Vec<PersonId> = held.map(|(p, _)| *p).filter(active).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// The absences of a unit, those that end last first.
#[must_use]
pub fn of_unit(world: &World, unit: UnitId) -> Vec<(Id, &Absence)> {
    let all = world.directory.arrangements.iter().filter_map(|(id, a)| match a {
        Arrangement::Absence(a) if a.unit == unit => Some((*id, a)),
        _ => None,
    });
    let mut out: Vec<_> = all.collect();
    out.sort_by_key(|(_, a)| std::cmp::Reverse(a.through));
    out
}

/// Records an absence from a form, by a head of the unit.
///
/// # Errors
/// [`Denied::Invalid`] with what is wrong.
pub async fn set(app: &App, scope: &Scope, fields: &Fields) -> Answer<()> {
    let (_, grant) = scope.grant().ok_or(Denied::NotFound)?;
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let now = app.clock().now();
    let mut r = Reader::new(fields);
    let one_of = |people: Vec<PersonId>| move |s: &str| Id::parse(s).map(PersonId).filter(|p| people.contains(p));
    let person = r.need_code("absent", one_of(heads(&world, grant.unit)));
    let deputy = r.need_code("deputy", one_of(staff(&world, grant.unit)));
    let (from, through) = (r.need_date("from_day"), r.need_date("through_day"));
    if person.is_some() && person == deputy {
        r.faults.add("deputy", "own_deputy");
    }
    if from.zip(through).is_some_and(|(from, through)| through < from) {
        r.faults.add("through_day", "before_first");
    } else if through.is_some_and(|through| through < now.date()) {
        r.faults.add("through_day", "date_past");
    }
    r.done(())?;
    let (Some(person), Some(deputy), Some(from), Some(through)) = (person, deputy, from, through) else { return Err(Denied::NotFound) };
    let arrangement = Arrangement::Absence(Absence { person, unit: grant.unit, deputy, from, through });
    change(app, scope, vec![RegistryEvent::Arranged { id: new_id(now, &mut app.random()), arrangement }], None).await
}

/// Ends an absence of one's unit at once, or takes a coming one back.
///
/// # Errors
/// [`Denied::NotFound`] for one of another unit.
pub async fn end(app: &App, scope: &Scope, id: Id) -> Answer<()> {
    let (_, grant) = scope.grant().ok_or(Denied::NotFound)?;
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    if !of_unit(&world, grant.unit).iter().any(|(known, _)| *known == id) {
        return Err(Denied::NotFound);
    }
    change(app, scope, vec![RegistryEvent::ArrangementEnded { id }], None).await
}
