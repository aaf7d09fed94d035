//! Figures: how far they lag behind while much comes in, and what the page of rates costs where a year of them stands.

use super::letters::letter;
use super::scene::{Scene, many};
use super::{Failed, median, page};
use crate::app::{App, Place};
use crate::clock::Clock;
use crate::usecase::fields::Fields;
use crate::usecase::people::{self, NewPerson};
use crate::usecase::submit::submit;
use crate::usecase::{Denied, act, tally as follower};
use crate::web::http::SESSION_COOKIE;
use crate::web::router::router;
use jiff::civil::Date;
use rules::access::Role;
use rules::case::Stage;
use rules::case::command::Action;
use rules::ids::{SubmissionId, UnitId};
use rules::jurisdiction::Basis;
use rules::law::Kind;
use rules::rate::Window;
use rules::time::Instant as Moment;
use std::collections::{BTreeSet, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use store::queue::{self, Filter};
use store::scope::{Reason, Scope};
use store::{cases, recount, tally};

/// Days the cases come in on: thirteen months, as many as a chart shows.
const DAYS: usize = 395;
const KINDS: [Kind; 3] = [Kind::Complaint, Kind::Report, Kind::Consultation];
/// Cases under way at once; every so many of them is watched until it is counted.
const AT_ONCE: usize = 64;
const WATCHED: usize = 20;
/// Pause between looks, of the follower as in service, and of who watches.
const FOLLOW: Duration = Duration::from_millis(300);
const WATCH: Duration = Duration::from_millis(10);
/// Times each page is asked for; the first do not count.
const TIMES: usize = 60;
const WARM: usize = 10;
const PASSWORD: &str = "only for measuring";

/// What was filed and waits to be counted, and how long others waited.
#[derive(Default)]
struct Watched {
    waiting: Mutex<VecDeque<(SubmissionId, Date, Instant)>>,
    lags: Mutex<Vec<Duration>>,
}

/// Fills a store of its own with `cases` over thirteen months, all units of the locality taking part, and prints lag and pages.
pub(super) async fn measure(dir: &Path, cases: usize) -> Result<(), Failed> {
    let from = jiff::civil::date(2025, 6, 2);
    let day = |n: usize| from.saturating_add(jiff::Span::new().days(i64::try_from(n).unwrap_or_default()));
    let app = App::open(&Place::data(dir), Clock::set(Moment::at(from.at(9, 0, 0, 0)))).await?;
    let scene = Scene::open(app.clone(), dir, None).await?;
    let world = app.world(scene.locality).ok_or(Denied::NotFound)?;
    let intake = scene.clerk.scope.grant().map(|(_, g)| g.unit).ok_or(Denied::NotFound)?;
    let office = world.directory.units.get(&scene.office).ok_or(Denied::NotFound)?;
    let alike = world.directory.units.values().filter(|u| u.organ == office.organ && u.kind == office.kind);
    let offices: Arc<Vec<UnitId>> = Arc::new(alike.map(|u| u.id).collect());
    let setup = Scope::system(scene.locality, Reason::Setup);
    let roles = vec![(Role::Supervisor, intake)];
    people::create(&app, &setup, NewPerson { login: "supervisor".into(), name: "supervisor".into(), password: PASSWORD.into(), roles })
        .await?;

    let watched = Arc::new(Watched::default());
    let counting = tokio::spawn(count(app.clone()));
    let watching = tokio::spawn(watch(app.clone(), Scope::system(scene.locality, Reason::Verify), intake, watched.clone()));
    let begun = Instant::now();
    let mut after = None;
    for n in 0..DAYS {
        app.clock().move_to(Moment::at(day(n).at(9, 0, 0, 0)));
        let first = cases * n / DAYS;
        let (app2, scope, seen) = (app.clone(), Scope::system(scene.locality, Reason::Submit), watched.clone());
        many(AT_ONCE, cases * (n + 1) / DAYS - first, move |i| {
            let (app, scope, seen, n) = (app2.clone(), scope.clone(), seen.clone(), first + i);
            async move {
                let mut letter = letter(n as u64, false, app.clock().now());
                letter.parts.iter_mut().for_each(|p| p.kind = Some(KINDS[n % KINDS.len()]));
                let receipt = submit(&app, &scope, &letter, None).await?;
                if n.is_multiple_of(WATCHED) {
                    locked(&seen.waiting).push_back((receipt.submission, app.clock().now().date(), Instant::now()));
                }
                Ok(())
            }
        })
        .await?;
        after = send(&app, &scene, &offices, after).await?;
    }
    let filled = begun.elapsed();
    while !locked(&watched.waiting).is_empty() && !watching.is_finished() {
        tokio::time::sleep(WATCH).await;
    }
    watching.abort();
    counting.abort();
    let mut lags = std::mem::take(&mut *locked(&watched.lags));
    lags.sort_unstable();
    let at = |share: usize| lags.get(lags.len() * share / 100).copied().unwrap_or_default().as_secs_f64();
    let speed = cases as f64 / filled.as_secs_f64();
    println!("figures of {cases} cases, {} units, {DAYS} days, filed and sent at {speed:.0} cases/s:", offices.len() + 1);
    println!("  behind bulk intake (goal p99 <= 2 s): median {:.2} s, p99 {:.2} s of {}", at(50), at(99), lags.len());
    follower::follow(&app).await?;
    pages(&app).await?;
    let mut different = 0;
    let mut db = app.db().snapshot().await?;
    let counted = recount::run(&mut db, &mut |_| different += 1).await?;
    drop(db);
    app.db().close().await;
    if different > 0 || counted < cases as u64 {
        return Err(Failed::Wrong(format!("{different} figures differ from a recount of {counted} cases")));
    }
    println!("  equal to a recount of {counted} cases");
    Ok(())
}

/// As in service: a look at the log several times a second.
async fn count(app: App) -> Result<(), Denied> {
    let mut tick = tokio::time::interval(FOLLOW);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        follower::follow(&app).await?;
    }
}

/// Looks whether the oldest of what is watched stands in the figures by now.
async fn watch(app: App, scope: Scope, intake: UnitId, watched: Arc<Watched>) -> Result<(), Denied> {
    loop {
        let next = locked(&watched.waiting).front().copied();
        if let Some((submission, day, filed)) = next {
            let mut db = app.db().read().await?;
            let ids: BTreeSet<_> = cases::of_submission(&mut db, &scope, submission).await?.into_iter().map(|c| c.id).collect();
            let mut counted = tally::entries_of(&mut db, &scope, Window { from: day, through: day }, intake, &ids).await?;
            drop(db);
            if counted.pop().is_some() {
                locked(&watched.lags).push(filed.elapsed());
                locked(&watched.waiting).pop_front();
                continue;
            }
        }
        tokio::time::sleep(WATCH).await;
    }
}

fn locked<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Sends what came in to the offices in turn.
async fn send(
    app: &App,
    scene: &Scene,
    offices: &Arc<Vec<UnitId>>,
    mut after: Option<queue::After>,
) -> Result<Option<queue::After>, Failed> {
    let waiting = Filter { stages: vec![Stage::Intake.code()], historical: Some(false), ..Filter::default() };
    loop {
        let mut db = app.db().read().await?;
        let lines = queue::page(&mut db, &scene.clerk.scope, &waiting, after, 2_000).await?;
        drop(db);
        let Some(last) = lines.last() else { return Ok(after) };
        after = Some((last.sort_at, last.id));
        let tokens: Vec<String> = lines.into_iter().map(|l| l.token).collect();
        let (app, scope, offices) = (app.clone(), scene.clerk.scope.clone(), offices.clone());
        many(AT_ONCE, tokens.len(), move |i| {
            let (app, scope, token) = (app.clone(), scope.clone(), tokens[i].clone());
            let form = [("to", offices[i % offices.len()].0.to_string()), ("basis", Basis::Internal.code().to_owned())];
            let fields: Fields = form.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
            async move { act::act(&app, &scope, &token, Action::Send, &fields, None).await }
        })
        .await?;
    }
}

/// The page of rates of a month, of a year, and the list behind a number.
async fn pages(app: &App) -> Result<(), Failed> {
    let cookie = format!("{SESSION_COOKIE}={}", people::sign_in(app, "supervisor", PASSWORD, "", "bench").await?);
    let router = router(app.clone());
    for (name, path) in [
        ("rates, a month (page)", "/desk/rates?period=month&on=2026-05-01"),
        ("rates, a year (page)", "/desk/rates?period=year&on=2026-05-01"),
        ("rates, any days of a year (page)", "/desk/rates?period=custom&on=2025-07-15&through=2026-05-20"),
        ("first 50 behind a number (page)", "/desk/rates/cases?period=year&on=2025-06-02&total=received"),
    ] {
        let mut times = Vec::new();
        for i in 0..TIMES {
            let begun = Instant::now();
            page::get(&router, path, &cookie).await?;
            times.extend((i >= WARM).then(|| begun.elapsed()));
        }
        println!("  {name:<36} {:>8.2} ms (goal <= 50 ms)", median(&mut times).as_secs_f64() * 1e3);
    }
    Ok(())
}
