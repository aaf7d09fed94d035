//! The people of the demonstration: for each locality a clerk, officers and heads, a supervisor and the three administrators.

use super::DemoError;
use super::words::{Dice, Words};
use crate::app::App;
use crate::usecase::people::{self, NewPerson};
use crate::usecase::setup::{self, NewLocality};
use rules::access::Role;
use rules::ids::{Locality, UnitId};
use rules::pack::UnitKind;
use std::collections::BTreeMap;
use store::scope::{Reason, Scope};

/// Everybody's password.
pub const PASSWORD: &str = "fangxin-demo";

/// The localities: pack, and what the logins begin with.
const PLACES: [(&str, &str); 2] = [("demo-qinghe", "qh"), ("demo-yunshan", "ys")];

/// A locality with the scopes of its people.
#[derive(Debug)]
pub(super) struct Cast {
    pub locality: Locality,
    /// What the logins begin with.
    pub prefix: &'static str,
    scopes: BTreeMap<(Role, UnitId), Scope>,
    /// Units by their code in the pack.
    pub units: BTreeMap<String, UnitId>,
    /// Codes of the units that handle cases, those of the first organ first.
    pub offices: Vec<String>,
    /// Code of the office of an organ below the first, where there is one.
    pub below: Option<String>,
    /// Unit of the intake of that organ.
    pub intake_below: Option<UnitId>,
    /// Unit of the unified intake.
    pub centre: UnitId,
}

impl Cast {
    /// The scope of somebody in a role in a unit.
    pub(super) fn scope(&self, role: Role, unit: UnitId) -> Option<&Scope> {
        self.scopes.get(&(role, unit))
    }
}

/// Opens the localities and makes their people.
pub(super) async fn assemble(app: &App, words: &mut Words, dice: &mut Dice) -> Result<Vec<Cast>, DemoError> {
    let mut all = Vec::new();
    for (pack, prefix) in PLACES {
        let text = setup::pack_texts(pack).unwrap_or_default();
        let pack = crate::app::pack_of(&text)?;
        let new = NewLocality {
            code: pack.division.map(|d| d.to_string()).unwrap_or_default(),
            name: pack.name.clone(),
            name_en: pack.name_en.clone(),
            pack_id: pack.id.clone(),
            ..NewLocality::default()
        };
        let locality = setup::open_locality(app, &new).await?;
        all.push(people_of(app, locality, prefix, words, dice).await?);
    }
    Ok(all)
}

async fn people_of(app: &App, locality: Locality, prefix: &'static str, words: &mut Words, dice: &mut Dice) -> Result<Cast, DemoError> {
    let world = app.world(locality).ok_or_else(|| missing("locality"))?;
    let d = &world.directory;
    let centre = crate::usecase::submit::intake_seat(&world).ok_or_else(|| missing("intake"))?;
    let mut logins: Vec<(String, Role, UnitId)> = Vec::new();
    let (mut offices, mut below, mut intake_below) = (Vec::new(), None, None);
    for unit in d.units.values() {
        let code = unit.code.to_lowercase();
        let own = unit.organ == centre.organ;
        let mut add = |login: String, role: Role| logins.push((format!("{prefix}-{login}"), role, unit.id));
        match unit.kind {
            UnitKind::Centre if unit.id == centre.unit => {
                for (login, role) in [
                    ("clerk", Role::Clerk),
                    ("clerk2", Role::Clerk),
                    ("supervisor", Role::Supervisor),
                    ("system", Role::SystemAdmin),
                    ("security", Role::SecurityAdmin),
                    ("audit", Role::AuditAdmin),
                ] {
                    add(login.to_owned(), role);
                }
            }
            UnitKind::Centre => {
                add(format!("{code}-clerk"), Role::Clerk);
                intake_below = Some(unit.id);
            }
            UnitKind::Office => {
                add(code.clone(), Role::Officer);
                add(format!("{code}-lead"), Role::Lead);
                if own { offices.push(unit.code.clone()) } else { below = Some(unit.code.clone()) }
            }
            // A department of an organ that has no intake of its own.
            UnitKind::Department if !own => add(code, Role::Officer),
            _ => {}
        }
    }
    let admin = Scope::system(locality, Reason::Setup);
    let mut scopes = BTreeMap::new();
    for (login, role, unit) in logins {
        let name = words.person(dice);
        let new = NewPerson { login: login.clone(), name, password: PASSWORD.to_owned(), roles: vec![(role, unit)] };
        people::create(app, &admin, new).await?;
        if scopes.contains_key(&(role, unit)) {
            continue;
        }
        let cookie = people::sign_in(app, &login, PASSWORD, "", "").await?;
        let who = people::who(app, &cookie).await?.ok_or_else(|| missing("session"))?;
        people::sign_out(app, who.token).await?;
        scopes.extend(who.scopes.into_iter().next().map(|s| ((role, unit), s)));
    }
    let units = d.units.values().map(|u| (u.code.clone(), u.id)).collect();
    Ok(Cast { locality, prefix, scopes, units, offices, below, intake_below, centre: centre.unit })
}

fn missing(what: &'static str) -> DemoError {
    DemoError::Store(store::engine::Error::NotFound(what))
}
