//! The people of a simulated locality: who sits where, who is ill, and until when each is busy. Where the pack has no units beside the
//! intake, the same three offices are made each time.

use super::Failed;
use crate::app::App;
use crate::demo::words::{Dice, Words};
use crate::usecase::fields::Fields;
use crate::usecase::people::{self, NewPerson};
use crate::usecase::{Denied, organisation};
use rules::access::Role;
use rules::calendar::Calendar;
use rules::case::event::Seat;
use rules::ids::{Locality, UnitId};
use rules::pack::UnitKind;
use rules::time::{Instant, days_of};
use std::collections::BTreeMap;
use store::scope::{Reason, Scope};

/// Cases a working day that one officer of a unit can be given before a second one is needed.
const A_DAY: u64 = 5;
/// Offices of a locality whose pack names none.
const OFFICES: [(&str, &str); 3] = [("S01", "第一市场监督管理所"), ("S02", "第二市场监督管理所"), ("S03", "第三市场监督管理所")];
/// Working hours in minutes of the day.
const HOURS: [(i64, i64); 2] = [(8 * 60 + 30, 12 * 60), (13 * 60 + 30, 17 * 60 + 30)];

/// A person at work.
#[derive(Clone, Debug)]
struct Worker {
    login: String,
    /// Made by signing in, when there is first something to do.
    scope: Option<Scope>,
    busy_until: Instant,
}

/// A locality with its people.
#[derive(Debug)]
pub(super) struct Town {
    pub locality: Locality,
    prefix: String,
    password: String,
    /// The unified intake.
    pub centre: Seat,
    /// Offices of its organ, then stations, then units outside.
    offices: Vec<Seat>,
    stations: Vec<Seat>,
    trusted: Vec<Seat>,
    workers: BTreeMap<(UnitId, Role), Vec<Worker>>,
    seed: u64,
    /// Parts of 10,000 of all weeks in which somebody is ill.
    ill: u64,
}

impl Town {
    /// The people of a locality that is open, made where there are none yet. `a_day` is how many letters are expected on a working day.
    pub(super) async fn settle(app: &App, locality: Locality, staff: Staff<'_>, words: &mut Words) -> Result<Self, Failed> {
        if app.world(locality).is_some_and(|w| w.directory.units.len() < 2) {
            add_offices(app, locality).await?;
        }
        let world = app.world(locality).ok_or(Denied::NotFound)?;
        let centre = crate::usecase::submit::intake_seat(&world).ok_or(Denied::NotFound)?;
        let of = |kind: UnitKind| {
            let mut units: Vec<_> =
                world.directory.units.values().filter(|u| u.kind == kind && u.organ == centre.organ && !u.closed).collect();
            units.sort_by(|a, b| a.code.cmp(&b.code));
            units.into_iter().map(|u| Seat { unit: u.id, organ: u.organ }).collect::<Vec<_>>()
        };
        let mut workers: BTreeMap<(UnitId, Role), Vec<Worker>> = BTreeMap::new();
        let people = &world.directory.people;
        let mut held: Vec<_> = world.directory.roles.iter().filter_map(|(p, g)| Some((people.get(p)?.login.clone(), *g))).collect();
        held.sort_by(|a, b| a.0.cmp(&b.0));
        for (login, grant) in held {
            let all = workers.entry((grant.unit, grant.role)).or_default();
            all.push(Worker { login, scope: None, busy_until: Instant(0) });
        }
        let mut offices = of(UnitKind::Office);
        if offices.is_empty() {
            offices = of(UnitKind::Department);
        }
        let (prefix, password) = (staff.prefix.to_owned(), staff.password.to_owned());
        let (stations, trusted) = (of(UnitKind::Station), of(UnitKind::Trusted));
        let mut town = Self { locality, prefix, password, centre, offices, stations, trusted, workers, seed: staff.seed, ill: staff.ill };
        let mut dice = Dice::new(staff.seed);
        let clerks = 1 + staff.a_day / 60;
        let officers = 1 + staff.a_day / (town.offices.len().max(1) as u64 * A_DAY);
        town.employ(app, words, &mut dice, town.centre.unit, Role::Clerk, clerks).await?;
        town.employ(app, words, &mut dice, town.centre.unit, Role::Supervisor, 1).await?;
        for seat in town.offices.clone() {
            town.employ(app, words, &mut dice, seat.unit, Role::Officer, officers).await?;
            town.employ(app, words, &mut dice, seat.unit, Role::Lead, 1).await?;
        }
        Ok(town)
    }

    /// Makes people until a unit has `want` of a role.
    async fn employ(&mut self, app: &App, words: &mut Words, dice: &mut Dice, unit: UnitId, role: Role, want: u64) -> Result<(), Failed> {
        let have = self.workers.get(&(unit, role)).map_or(0, Vec::len) as u64;
        let Some(code) = app.world(self.locality).and_then(|w| w.directory.units.get(&unit).map(|u| u.code.to_lowercase())) else {
            return Ok(());
        };
        for n in have..want {
            let login = format!("{}-{code}-{}{}", self.prefix, role.code(), n + 1);
            let new =
                NewPerson { login: login.clone(), name: words.person(dice), password: self.password.clone(), roles: vec![(role, unit)] };
            people::create(app, &Scope::system(self.locality, Reason::Setup), new).await?;
            self.workers.entry((unit, role)).or_default().push(Worker { login, scope: None, busy_until: Instant(0) });
        }
        Ok(())
    }

    /// Where a case of these dice belongs: mostly an office; where the pack has stations and units of the network, some go there.
    pub(super) fn unit_for(&self, dice: &mut Dice, outside: bool) -> Seat {
        let part = dice.below(100);
        let among = match part {
            0..8 if outside && !self.trusted.is_empty() => &self.trusted,
            8..20 if outside && !self.stations.is_empty() => &self.stations,
            _ => &self.offices,
        };
        if among.is_empty() { self.centre } else { *dice.pick(among) }
    }

    /// Another office than this one, where there is one.
    pub(super) fn other_office(&self, dice: &mut Dice, than: Seat) -> Seat {
        let others: Vec<Seat> = self.offices.iter().copied().filter(|s| s.unit != than.unit).collect();
        if others.is_empty() { than } else { *dice.pick(&others) }
    }

    /// Who of a unit does it: whoever is free first, and when that is. Somebody is made where the unit has nobody of that role.
    pub(super) async fn free(
        &mut self,
        app: &App,
        words: &mut Words,
        unit: UnitId,
        role: Role,
        at: Instant,
    ) -> Result<(usize, Instant), Failed> {
        if !self.workers.contains_key(&(unit, role)) {
            let mut dice = Dice::new(self.seed ^ u64::from_be_bytes([unit.0.0[8], unit.0.0[9], unit.0.0[10], unit.0.0[11], 0, 0, 0, 1]));
            self.employ(app, words, &mut dice, unit, role, 1).await?;
        }
        let world = app.world(self.locality).ok_or(Denied::NotFound)?;
        let all = self.workers.get(&(unit, role)).map_or(&[][..], Vec::as_slice);
        let when = |w: &Worker| {
            let mut day = at.max(w.busy_until);
            // Nobody is ill for longer than this looks.
            for _ in 0..30 {
                day = at_work(&world.calendar, day);
                if !self.is_ill(&w.login, day) {
                    break;
                }
                day = Instant::end_of(day.date());
            }
            day
        };
        let first = all.iter().enumerate().map(|(i, w)| (when(w), i)).min();
        first.map(|(when, i)| (i, when)).ok_or_else(|| Denied::NotFound.into())
    }

    fn is_ill(&self, login: &str, at: Instant) -> bool {
        let week = (days_of(at.date()) / 7) as u64;
        let mix = login.bytes().fold(self.seed ^ week.wrapping_mul(0x9e37_79b9), |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        (Dice::new(mix).below(10_000) as u64) < self.ill
    }

    /// The scope of a worker, who signs in the first time, and is busy from now until `until`.
    pub(super) async fn scope(&mut self, app: &App, (unit, role, n): (UnitId, Role, usize), until: Instant) -> Result<Scope, Failed> {
        let worker = self.workers.get_mut(&(unit, role)).and_then(|all| all.get_mut(n)).ok_or(Denied::NotFound)?;
        worker.busy_until = until;
        if let Some(scope) = &worker.scope {
            return Ok(scope.clone());
        }
        let cookie = people::sign_in(app, &worker.login, &self.password, "", "").await?;
        let who = people::who(app, &cookie).await?.ok_or(Denied::NotFound)?;
        people::sign_out(app, who.token).await?;
        let fits = |s: &&Scope| s.grant().is_some_and(|(_, g)| g.unit == unit && g.role == role);
        let scope = who.scopes.iter().find(fits).cloned().ok_or(Denied::NotFound)?;
        worker.scope = Some(scope.clone());
        Ok(scope)
    }
}

/// What a town is staffed by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Staff<'a> {
    /// What the logins made begin with, and the password of everybody.
    pub prefix: &'a str,
    pub password: &'a str,
    /// Letters of a working day.
    pub a_day: u64,
    pub seed: u64,
    /// Parts of 10,000 of all weeks in which somebody is ill.
    pub ill: u64,
}

async fn add_offices(app: &App, locality: Locality) -> Result<(), Failed> {
    let world = app.world(locality).ok_or(Denied::NotFound)?;
    let organ = world.directory.organs.keys().next().ok_or(Denied::NotFound)?;
    for (code, name) in OFFICES {
        let typed =
            [("unit_name", name.to_owned()), ("code", code.to_owned()), ("unit_kind", "office".to_owned()), ("organ", organ.to_string())];
        let fields: Fields = typed.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        organisation::add_unit(app, &Scope::system(locality, Reason::Setup), &fields).await?;
    }
    Ok(())
}

/// The first moment at or after `at` at which offices work.
pub(super) fn at_work(calendar: &Calendar, at: Instant) -> Instant {
    let mut day = at.date();
    loop {
        if calendar.day_or_assumed(day).0.is_working() {
            let start = Instant::start_of(day);
            for (from, until) in HOURS {
                let (from, until) = (start.plus_minutes(from), start.plus_minutes(until));
                if at < until {
                    return at.max(from);
                }
            }
        }
        day = rules::time::date_from_days(days_of(day) + 1);
    }
}
