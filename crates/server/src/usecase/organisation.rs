//! Units and roles: what the system administrator and the security administrator change.

use super::fields::{Fields, Reader};
use super::people::{change, change_person, compatible};
use super::{Answer, Denied};
use crate::app::App;
use crate::clock::new_id;
use rules::access::Role;
use rules::codes::TrackingCode;
use rules::ids::{Id, OrganId, PersonId, UnitId};
use rules::pack::UnitKind;
use store::personal::random;
use store::queue::{self, Filter};
use store::registry::{RegistryEvent, Unit};
use store::scope::{Grant, Reason, Scope};

/// Adds a unit from a form; it holds from today on.
///
/// # Errors
/// [`Denied::Invalid`] with what is wrong.
pub async fn add_unit(app: &App, scope: &Scope, fields: &Fields) -> Answer<()> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let directory = &world.directory;
    let mut r = Reader::new(fields);
    let name = r.need_line("unit_name", 100);
    let code = r.need_line("code", 40);
    if !code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')) {
        r.faults.add("code", "code_shape");
    } else if directory.tree.of_code(&code).is_some() {
        r.faults.add("code", "code_taken");
    }
    let kind = r.need_code("unit_kind", UnitKind::parse);
    let organ = r.need_code("organ", |s| Id::parse(s).map(OrganId).filter(|o| directory.organs.contains_key(o)));
    let above = r.line("parent_unit", 100);
    let above = if above.is_empty() { None } else { Some(super::units::named(directory, &above)) };
    match above {
        Some(None) => r.faults.add("parent_unit", "unit_unknown"),
        Some(Some(p)) if organ.is_some_and(|o| o != p.organ) => r.faults.add("parent_unit", "other_organ"),
        _ => {}
    }
    let parent = above.flatten().map(|p| p.id);
    let phone = r.line("phone", 40);
    let address = r.line("address", 200);
    let (Some(kind), Some(organ)) = (kind, organ) else { return r.done(()) };
    let now = app.clock().now();
    let id = UnitId(new_id(now, &mut app.random()));
    let unit = Unit { id, organ, parent, code, kind, name, phone, address, closed: false, merged_into: None, why: String::new() };
    r.done(())?;
    change(app, scope, vec![RegistryEvent::UnitSet { from: now.date(), unit }], None).await
}

/// Roles a person is to hold from now on, from a form: those ticked stay, one may be added. Nobody changes their own; the three
/// administrators are kept apart.
///
/// # Errors
/// [`Denied::Invalid`] with what is wrong.
pub async fn set_roles(app: &App, scope: &Scope, person: PersonId, fields: &Fields) -> Answer<()> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let directory = &world.directory;
    if !directory.people.contains_key(&person) {
        return Err(Denied::NotFound);
    }
    let mut r = Reader::new(fields);
    if scope.grant().is_some_and(|(me, _)| me == person) {
        r.faults.add("role", "own_roles");
        return r.done(());
    }
    let held: Vec<Grant> = directory.roles.iter().filter(|(p, _)| *p == person).map(|(_, g)| *g).collect();
    let stays = |g: &Grant| fields.all("held").iter().any(|h| *h == role_key(g));
    let kept: Vec<Grant> = held.iter().copied().filter(stays).collect();
    let mut events: Vec<RegistryEvent> =
        held.iter().filter(|g| !stays(g)).map(|g| RegistryEvent::RoleTaken { person, role: g.role, unit: g.unit }).collect();
    // Nothing is orphaned: who still has cases in a unit keeps handling them, or hands them over first.
    for gone in held.iter().filter(|g| !stays(g) && matches!(g.role, Role::Officer | Role::Lead | Role::Partner)) {
        let other = kept.iter().any(|g| g.unit == gone.unit && matches!(g.role, Role::Officer | Role::Lead | Role::Partner));
        let open = Filter { handler: Some(person), unit: Some(gone.unit), ..Filter::default() };
        let mut db = app.db().read().await?;
        if !other && queue::count(&mut db, &Scope::system(scope.locality(), Reason::Setup), &open, 1).await? > 0 {
            r.faults.add("held", "has_cases");
        }
    }
    let role = r.code("role", Role::parse);
    let of_id = |s: &str| Id::parse(s).map(UnitId).filter(|u| directory.units.get(u).is_some_and(|u| !u.closed));
    let unit = r.code("unit", |s| of_id(s).or_else(|| super::units::named(directory, s).map(|u| u.id)));
    // Outside an organ nobody decides, and who only answers for an organisation outside is of one.
    let outside = unit.and_then(|u| directory.units.get(&u)).is_some_and(|u| u.kind.is_outside());
    match (role, unit) {
        (Some(role), Some(_)) if outside != (role == Role::Partner) => r.faults.add("role", "role_outside"),
        (Some(role), Some(unit)) if compatible(&kept, role) => events.push(RegistryEvent::RoleGiven { person, role, unit }),
        (Some(_), Some(_)) => r.faults.add("role", "roles_apart"),
        (Some(_), None) => r.faults.add("unit", "required"),
        (None, Some(_)) => r.faults.add("role", "required"),
        (None, None) => {}
    }
    r.done(())?;
    if events.is_empty() { Ok(()) } else { change_person(app, scope, (person, [0; 32]), events, None).await }
}

/// A role of a person as a form carries it.
#[must_use]
pub fn role_key(g: &Grant) -> String {
    format!("{}.{}", g.role.code(), g.unit)
}

/// A password made for someone, told once and changed by them.
#[must_use]
pub fn new_password(app: &App) -> String {
    let half = || TrackingCode::from_random(random(&mut app.random()));
    format!("{}-{}", half().as_str(), half().as_str())
}
