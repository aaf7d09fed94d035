//! Who has read a case, as its submitter may know it: unit and role, never a name; of a report the unit only, so that no step of its
//! verification shows in who looked (Order 121 Art. 37).

use super::{Answer, Denied};
use crate::app::App;
use crate::usecase::read::IDENTIFYING;
use rules::access::Role;
use rules::ids::{PersonId, UnitId};
use rules::law::Kind;
use rules::time::Instant;
use store::access_log::{self, Access};
use store::cases::Loaded;
use store::scope::Scope;

/// Entries of the access log that are looked at.
const ENTRIES: i64 = 500;

/// What was looked at, or for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The case, to work on it.
    Work,
    /// Name, phone, address in full.
    Contact,
    /// A paper.
    Paper,
    /// Evidence.
    Evidence,
    /// At a counter, for the person.
    Counter,
}

/// One look, or several alike on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// When; of several, the last.
    pub at: Instant,
    /// From which units, and in which role; no role where it could tell more than may be told.
    pub from: Vec<(UnitId, Option<Role>)>,
    /// For what.
    pub purpose: Purpose,
    /// How often on that day.
    pub times: u32,
}

/// Who has read a case of one's own submission, newest first.
///
/// # Errors
/// [`Denied::NotFound`] for the case of another.
pub async fn by_whom(app: &App, scope: &Scope, loaded: &Loaded) -> Answer<Vec<Look>> {
    if scope.submission() != Some(loaded.case.registration.submission) {
        return Err(Denied::NotFound);
    }
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let mut db = app.db().read().await?;
    let entries = access_log::of_case(&mut db, scope, loaded.id, ENTRIES).await?;
    drop(db);
    let secret = loaded.case.kind == Kind::Report || loaded.case.registration.kind == Kind::Report;
    let mut out: Vec<Look> = Vec::new();
    let shown = |unit: UnitId, role: Role| (unit, (!secret).then_some(role));
    for entry in entries.iter().filter(|e| e.is_person()) {
        // Lines from before the role was noted: what the reader is now.
        let now = || {
            let of_reader = world.directory.roles.iter().filter(|(p, g)| *p == PersonId(entry.reader) && works(g.role));
            of_reader.map(|(_, g)| shown(g.unit, g.role)).collect()
        };
        let mut from: Vec<_> = entry.acted_in().map_or_else(now, |(role, unit)| vec![shown(unit, role)]);
        from.dedup();
        let look = Look { at: entry.at, from, purpose: purpose(entry), times: 1 };
        let alike = |l: &&mut Look| l.at.date() == look.at.date() && l.from == look.from && l.purpose == look.purpose;
        match out.iter_mut().find(alike) {
            Some(earlier) => earlier.times += 1,
            None => out.push(look),
        }
    }
    Ok(out)
}

/// Roles in which cases are read.
fn works(role: Role) -> bool {
    matches!(role, Role::Clerk | Role::Officer | Role::Lead | Role::Partner)
}

fn purpose(entry: &Access) -> Purpose {
    match entry.purpose.as_str() {
        "reveal" if entry.fields.split(',').any(|f| IDENTIFYING.contains(&f)) => Purpose::Contact,
        "paper" => Purpose::Paper,
        "download" => Purpose::Evidence,
        "find" | "renew" => Purpose::Counter,
        _ => Purpose::Work,
    }
}
