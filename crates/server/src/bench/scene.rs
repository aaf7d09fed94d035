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
use rules::case::Stage;
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
/// Those of the locality beside it.
const BESIDE: (&str, &str) = ("demo-yunshan", "990202");
/// For so many cases of the locality the one beside it has one.
const SHARE: usize = 8;
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
    /// Clerk of a second, smaller locality in the same store, if there is one.
    pub beside: Option<Person>,
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
        let (locality, intake, office) = open(&app, PACK).await?;
        let scope = Scope::system(locality, Reason::Setup);
        let mut people = Vec::new();
        for (login, role, unit) in [("clerk", Role::Clerk, intake), ("officer", Role::Officer, office), ("head", Role::Lead, office)] {
            let new = NewPerson { login: login.into(), name: login.into(), password: PASSWORD.into(), roles: vec![(role, unit)] };
            people::create(&app, &scope, new).await?;
            people.push(sign_in(&app, login).await?);
        }
        let [clerk, officer, lead] = people.try_into().map_err(|_| Denied::NotFound)?;
        let (dir, database) = (dir.to_owned(), database.map(str::to_owned));
        Ok(Self { app, dir, database, locality, office, clerk, officer, lead, beside: None, receipts: Vec::new(), filed: 0 })
    }

    /// Opens a second locality in the store, which [`Scene::fill`] gives an eighth of what the first one has.
    ///
    /// # Errors
    /// Those of the use cases; a locality that is there already.
    pub async fn open_beside(&mut self) -> Result<(), Failed> {
        let (locality, intake, _) = open(&self.app, BESIDE).await?;
        let scope = Scope::system(locality, Reason::Setup);
        let new =
            NewPerson { login: "beside".into(), name: "beside".into(), password: PASSWORD.into(), roles: vec![(Role::Clerk, intake)] };
        people::create(&self.app, &scope, new).await?;
        self.beside = Some(sign_in(&self.app, "beside").await?);
        Ok(())
    }

    /// Files letters until there are `cases`, many at a time, and sends every fourth to the office. The locality beside gets its own among
    /// them, as letters come.
    ///
    /// # Errors
    /// Those of the use cases.
    pub async fn fill(&mut self, cases: usize) -> Result<(), Failed> {
        let (app, from) = (self.app.clone(), self.filed);
        let scope = Scope::system(self.locality, Reason::Submit);
        let beside = self.beside.as_ref().map(|b| Scope::system(b.scope.locality(), Reason::Submit));
        let (every, new) = ((cases / RARE).max(1), cases.saturating_sub(from));
        let all = if beside.is_some() { new + new / SHARE } else { new };
        let receipts = many(IN_FLIGHT, all, move |i| {
            let app = app.clone();
            let (scope, n, every, ours) = match &beside {
                Some(beside) if i % (SHARE + 1) == SHARE => (beside.clone(), from / SHARE + i / (SHARE + 1), every / SHARE, false),
                Some(_) => (scope.clone(), from + i - i / (SHARE + 1), every, true),
                None => (scope.clone(), from + i, every, true),
            };
            async move {
                let letter = letter(n as u64, n.is_multiple_of(every.max(1)), app.clock().now());
                Ok((submit(&app, &scope, &letter, None).await?, ours))
            }
        })
        .await?;
        self.filed = self.filed.max(cases);
        self.receipts.extend(receipts.into_iter().filter(|(_, ours)| *ours).map(|(receipt, _)| receipt).step_by(7));
        self.send(cases / SENT).await
    }

    /// Sends one case of four from the intake to the office.
    async fn send(&self, most: usize) -> Result<(), Failed> {
        let waiting = Filter { stages: vec![Stage::Intake.code()], historical: Some(false), ..Filter::default() };
        let (mut after, mut left) = (None, most);
        while left > 0 {
            let mut db = self.app.db().read().await?;
            let lines = queue::page(&mut db, &self.clerk.scope, &waiting, after, 8_000).await?;
            drop(db);
            let Some(last) = lines.last() else { return Err(Failed::Wrong("the queue is empty before all were sent".into())) };
            after = Some((last.sort_at, last.id));
            let tokens: Arc<Vec<String>> = Arc::new(lines.into_iter().step_by(SENT).take(left).map(|l| l.token).collect());
            left -= tokens.len();
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

/// Opens a locality; with it come the unit of its intake and an office.
async fn open(app: &App, (pack, code): (&str, &str)) -> Result<(Locality, UnitId, UnitId), Failed> {
    let new = NewLocality { code: code.into(), name: "测试县".into(), pack_id: pack.into(), ..NewLocality::default() };
    let locality = open_locality(app, &new).await?;
    let world = app.world(locality).ok_or(Denied::NotFound)?;
    let organ = world.directory.organs.values().find(|o| o.intake_unit.is_some() && o.market_regulator).ok_or(Denied::NotFound)?;
    let intake = organ.intake_unit.ok_or(Denied::NotFound)?;
    let units = world.directory.units.values();
    let office = units.filter(|u| u.organ == organ.id && u.id != intake).map(|u| u.id).next().ok_or(Denied::NotFound)?;
    Ok((locality, intake, office))
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
