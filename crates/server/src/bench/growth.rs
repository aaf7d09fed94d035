//! Whether pages stay fast as a store grows: the same pages at 1,000 cases and at many, taken in turns, medians compared (goal: at most
//! 1.5 ×).

use super::letters::{ABSENT, COMMON, PAIRS, RARE};
use super::scene::{Person, Scene};
use super::{Failed, median, page};
use crate::usecase::{Denied, read};
use crate::web::http::{SESSION_COOKIE, TRACK_COOKIE, encode, open_submission};
use crate::web::router::router;
use axum::Router;
use rules::case::Stage;
use std::time::{Duration, Instant};
use store::queue::{self, Filter};

/// Times each page is asked for. The first ones are not counted: they warm caches.
const TIMES: usize = 120;
const WARM: usize = 20;
/// Lines of a list, and hits of a search.
const HITS: usize = 50;
/// How far desks count.
const CAP: i64 = 1_000;
/// Where a submitter sees their submission.
const TRACK: &str = "/track/case";

#[derive(Clone, Copy)]
enum Who {
    Clerk,
    Officer,
    /// The clerk of the smaller locality.
    Beside,
}

/// What is asked for.
#[derive(Clone, Copy)]
enum Step {
    Desk(&'static str, Who),
    Case,
    Tracking,
    /// Words, who asks, and whether anything is to be found.
    Search(&'static str, Who, bool),
    Lines(Who),
    Counts,
    OpenCase,
    OpenSubmission,
}

const STEPS: [(&str, Step); 23] = [
    ("desk, clerk's queue (page)", Step::Desk("/desk/queue", Who::Clerk)),
    ("desk, officer's own (page)", Step::Desk("/desk/mine", Who::Officer)),
    ("desk, officer's unit (page)", Step::Desk("/desk/mine?show=unit", Who::Officer)),
    ("desk, one case (page)", Step::Case),
    ("tracking (page)", Step::Tracking),
    ("search, common (page)", Step::Search(COMMON, Who::Clerk, true)),
    ("search, rare (page)", Step::Search(RARE, Who::Clerk, true)),
    ("search, absent (page)", Step::Search(ABSENT, Who::Clerk, false)),
    ("search, one character (page)", Step::Search("洗", Who::Clerk, true)),
    ("search, one rare character (page)", Step::Search("龘", Who::Clerk, true)),
    ("search, one absent character (page)", Step::Search("魑", Who::Clerk, false)),
    ("search, pairs but no hit (page)", Step::Search(PAIRS, Who::Clerk, false)),
    ("search, officer, common (page)", Step::Search(COMMON, Who::Officer, true)),
    ("search, officer, absent (page)", Step::Search(ABSENT, Who::Officer, false)),
    ("search, neighbour, common (page)", Step::Search(COMMON, Who::Beside, true)),
    ("search, neighbour, rare (page)", Step::Search(RARE, Who::Beside, true)),
    ("search, neighbour, absent (page)", Step::Search(ABSENT, Who::Beside, false)),
    ("search, neighbour, one char. (page)", Step::Search("洗", Who::Beside, true)),
    ("queue's first 50 (query)", Step::Lines(Who::Clerk)),
    ("unit's first 50 (query)", Step::Lines(Who::Officer)),
    ("queue's counts (queries)", Step::Counts),
    ("open a case (use case)", Step::OpenCase),
    ("open a submission (use case)", Step::OpenSubmission),
];

/// A store and what is asked of it.
struct Asked<'a> {
    scene: &'a Scene,
    router: Router,
    cases: Vec<String>,
    tracks: Vec<(String, String)>,
}

impl<'a> Asked<'a> {
    async fn of(scene: &'a Scene) -> Result<Self, Failed> {
        let mut db = scene.app.db().read().await?;
        let lines = queue::page(&mut db, &scene.officer.scope, &Filter::default(), None, HITS as i64).await?;
        drop(db);
        let tracks = scene.receipts.iter().take(HITS).filter_map(|r| Some((r.number.clone(), r.code.clone()?))).collect::<Vec<_>>();
        if lines.is_empty() || tracks.is_empty() {
            return Err(Failed::Wrong("the store has nothing to show".into()));
        }
        Ok(Self { scene, router: router(scene.app.clone()), cases: lines.into_iter().map(|l| l.token).collect(), tracks })
    }

    fn person(&self, who: Who) -> Result<&Person, Failed> {
        match who {
            Who::Clerk => Ok(&self.scene.clerk),
            Who::Officer => Ok(&self.scene.officer),
            Who::Beside => self.scene.beside.as_ref().ok_or_else(|| Failed::Wrong("no locality beside".into())),
        }
    }

    async fn get(&self, path: &str, who: Who) -> Result<Vec<u8>, Failed> {
        page::get(&self.router, path, &format!("{SESSION_COOKIE}={}", self.person(who)?.cookie)).await
    }

    /// Does one step once, the `i`-th time, and gives its duration.
    async fn step(&self, step: Step, i: usize) -> Result<Duration, Failed> {
        let (token, (receipt, code)) = (&self.cases[i % self.cases.len()], &self.tracks[i % self.tracks.len()]);
        let app = &self.scene.app;
        let begun = Instant::now();
        match step {
            Step::Desk(path, who) => drop(self.get(path, who).await?),
            Step::Case => drop(self.get(&format!("/desk/case/{token}"), Who::Officer).await?),
            Step::Tracking => drop(page::get(&self.router, TRACK, &format!("{TRACK_COOKIE}={receipt}.{code}")).await?),
            Step::Search(words, who, any) => {
                let html = self.get(&format!("/desk/search?q={}", encode(words)), who).await?;
                let took = begun.elapsed();
                if String::from_utf8_lossy(&html).contains("/desk/case/") != any {
                    return Err(Failed::Wrong(format!("the search for {words} found {}", if any { "nothing" } else { "something" })));
                }
                return Ok(took);
            }
            Step::Lines(who) => {
                let filter = Filter { historical: Some(false), ..Filter::default() };
                let mut db = app.db().read().await?;
                let n = queue::page(&mut db, &self.person(who)?.scope, &filter, None, HITS as i64).await?.len();
                if n != HITS {
                    return Err(Failed::Wrong(format!("{n} lines instead of {HITS}")));
                }
            }
            Step::Counts => {
                let intake = Filter { historical: Some(false), stages: vec![Stage::Intake.code()], ..Filter::default() };
                let late = Filter { due_before: Some(app.clock().now()), ..intake.clone() };
                let mut db = app.db().read().await?;
                for filter in [intake, late] {
                    queue::count(&mut db, &self.scene.clerk.scope, &filter, CAP).await?;
                }
            }
            Step::OpenCase => drop(read::open(app, &self.scene.officer.scope, token, &[], "bench").await?),
            Step::OpenSubmission => {
                let scope = open_submission(app, receipt, code, "").await?;
                let id = scope.submission().ok_or(Denied::NotFound)?;
                drop(read::submission(app, &scope, id).await?);
            }
        }
        Ok(begun.elapsed())
    }
}

/// Every step at both sizes in turns, a line each as it is done.
pub(super) async fn compare(small: &Scene, large: &Scene, engine: &str, cases: usize) -> Result<(), Failed> {
    let (a, b) = (Asked::of(small).await?, Asked::of(large).await?);
    println!("growth on {engine} from {} to {cases} cases (goal <= 1.5 x), medians of {}:", super::SMALL, TIMES - WARM);
    let mut worst = (0.0, "");
    for (name, step) in STEPS {
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for i in 0..TIMES {
            let (first, second) = (a.step(step, i).await?, b.step(step, i).await?);
            if i >= WARM {
                before.push(first);
                after.push(second);
            }
        }
        let (s, l) = (median(&mut before).as_secs_f64(), median(&mut after).as_secs_f64());
        println!("  {name:<36} {:>8.2} ms {:>8.2} ms {:>6.2} x", s * 1e3, l * 1e3, l / s);
        if l / s > worst.0 {
            worst = (l / s, name);
        }
    }
    println!("most growth on {engine}: {:.2} x, {}", worst.0, worst.1);
    Ok(())
}
