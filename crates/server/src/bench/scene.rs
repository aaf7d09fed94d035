//! A locality with its people, and a store full of cases made through the use cases.

use super::Failed;
use super::letters::letter;
use crate::app::App;
use crate::usecase::fields::Fields;
use crate::usecase::people::{self, NewPerson};
use crate::usecase::setup::{NewLocality, open_locality};
use crate::usecase::submit::{Receipt, submit};
use crate::usecase::{Denied, act};
use rules::access::Role;
use rules::case::command::Action;
use rules::ids::{Locality, UnitId};
use rules::jurisdiction::Basis;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::queue::{self, Filter};
use store::scope::{Reason, Scope};

/// The shipped pack the scene is opened from, and its division code.
const PACK: (&str, &str) = ("demo-qinghe", "990101");
/// Cases under way at once while a store is filled.
const IN_FLIGHT: usize = 512;
/// Of so many cases one is sent to the office.
const SENT: usize = 4;
/// Letters of a store that hold the rare words.
const RARE: usize = 5;
const PASSWORD: &str = "only for measuring";

/// A person who signed in.
#[derive(Clone, Debug)]
pub struct Person {
    /// What they may reach.
    pub scope: Scope,
    /// Value of their session cookie.
    pub cookie: String,
}

/// A locality open for work.
#[derive(Debug)]
pub struct Scene {
    /// The application.
    pub app: App,
    /// Its directory.
    pub dir: PathBuf,
    /// Its PostgreSQL, if it has one.
    pub database: Option<String>,
    /// The locality.
    pub locality: Locality,
    /// The office cases are sent to.
    pub office: UnitId,
    /// Clerk of the intake.
    pub clerk: Person,
    /// Officer of the office.
    pub officer: Person,
    /// Head of the office.
    pub lead: Person,
    /// Receipts of some of what was filed.
    pub receipts: Vec<Receipt>,
    filed: usize,
}

impl Scene {
    /// Opens the locality of an application that has none yet, with a clerk, an officer and a head.
    ///
    /// # Errors
    /// Those of the use cases; a locality that is there already.
    pub async fn open(app: App, dir: &Path, database: Option<&str>) -> Result<Self, Failed> {
        let new = NewLocality { code: PACK.1.into(), name: "测试县".into(), pack_id: PACK.0.into(), ..NewLocality::default() };
        let locality = open_locality(&app, &new).await?;
        let world = app.world(locality).ok_or(Denied::NotFound)?;
        let organ = world.directory.organs.values().find(|o| o.intake_unit.is_some() && o.market_regulator).ok_or(Denied::NotFound)?;
        let intake = organ.intake_unit.ok_or(Denied::NotFound)?;
        let units = world.directory.units.values();
        let office = units.filter(|u| u.organ == organ.id && u.id != intake).map(|u| u.id).next().ok_or(Denied::NotFound)?;
        let scope = Scope::system(locality, Reason::Setup);
        let mut people = Vec::new();
        for (login, role, unit) in [("clerk", Role::Clerk, intake), ("officer", Role::Officer, office), ("head", Role::Lead, office)] {
            let new = NewPerson { login: login.into(), name: login.into(), password: PASSWORD.into(), roles: vec![(role, unit)] };
            people::create(&app, &scope, new).await?;
            people.push(sign_in(&app, login).await?);
        }
        let [clerk, officer, lead] = people.try_into().map_err(|_| Denied::NotFound)?;
        let (dir, database) = (dir.to_owned(), database.map(str::to_owned));
        Ok(Self { app, dir, database, locality, office, clerk, officer, lead, receipts: Vec::new(), filed: 0 })
    }

    /// Files letters until there are `cases`, many at a time, and sends every fourth to the office.
    ///
    /// # Errors
    /// Those of the use cases.
    pub async fn fill(&mut self, cases: usize) -> Result<(), Failed> {
        let (app, scope) = (self.app.clone(), Scope::system(self.locality, Reason::Submit));
        let every = (cases / RARE).max(1);
        let from = self.filed;
        let receipts = many(IN_FLIGHT, cases.saturating_sub(from), move |i| {
            let (app, scope) = (app.clone(), scope.clone());
            async move {
                let letter = letter((from + i) as u64, (from + i).is_multiple_of(every), app.clock().now());
                submit(&app, &scope, &letter, None).await
            }
        })
        .await?;
        self.filed = self.filed.max(cases);
        self.receipts.extend(receipts.into_iter().step_by(7));
        self.send(cases / SENT).await
    }

    /// Sends cases from the intake to the office until it has had `most`.
    async fn send(&self, most: usize) -> Result<(), Failed> {
        let there = {
            let mut db = self.app.db().read().await?;
            queue::count(&mut db, &self.lead.scope, &Filter::default(), i64::MAX).await?.unsigned_abs() as usize
        };
        let mut left = most.saturating_sub(there);
        while left > 0 {
            let mut db = self.app.db().read().await?;
            let waiting = Filter { stages: vec![rules::case::Stage::Intake.code()], historical: Some(false), ..Filter::default() };
            let lines = queue::page(&mut db, &self.clerk.scope, &waiting, None, left.min(2_000) as i64).await?;
            drop(db);
            if lines.is_empty() {
                return Err(Failed::Wrong("the queue is empty before all were sent".into()));
            }
            left -= lines.len();
            let tokens: Arc<Vec<String>> = Arc::new(lines.into_iter().map(|l| l.token).collect());
            let (app, scope, office) = (self.app.clone(), self.clerk.scope.clone(), self.office);
            let count = tokens.len();
            many(IN_FLIGHT, count, move |i| {
                let (app, scope, tokens) = (app.clone(), scope.clone(), tokens.clone());
                let form = [("to", office.0.to_string()), ("basis", Basis::Internal.code().to_owned())];
                let fields: Fields = form.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
                async move { act::act(&app, &scope, &tokens[i], Action::Send, &fields, None).await }
            })
            .await?;
        }
        Ok(())
    }
}

async fn sign_in(app: &App, login: &str) -> Result<Person, Failed> {
    let cookie = people::sign_in(app, login, PASSWORD, "", "bench").await?;
    let who = people::who(app, &cookie).await?.ok_or(Denied::NotFound)?;
    let scope = who.scopes.into_iter().next().ok_or(Denied::NotFound)?;
    Ok(Person { scope, cookie })
}

/// Does `count` things, `at_once` under way at a time on all cores, and gives what came of them in order.
///
/// # Errors
/// The first that failed.
pub async fn many<T, F>(at_once: usize, count: usize, thing: impl Fn(usize) -> F + Send + Sync + 'static) -> Result<Vec<T>, Failed>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Denied>> + Send + 'static,
{
    let (next, thing) = (Arc::new(AtomicUsize::new(0)), Arc::new(thing));
    let mut tasks = Vec::new();
    for _ in 0..at_once.min(count) {
        let (next, thing) = (next.clone(), thing.clone());
        tasks.push(tokio::spawn(async move {
            let mut done = Vec::new();
            loop {
                let i = next.fetch_add(1, Ordering::Relaxed);
                if i >= count {
                    return Ok::<_, Denied>(done);
                }
                done.push((i, thing(i).await?));
            }
        }));
    }
    let mut all = Vec::with_capacity(count);
    for task in tasks {
        all.extend(task.await.map_err(|e| Failed::Wrong(e.to_string()))??);
    }
    all.sort_unstable_by_key(|(i, _)| *i);
    Ok(all.into_iter().map(|(_, t)| t).collect())
}
