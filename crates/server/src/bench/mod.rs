//! `fangxin bench`: absolute figures and ratios on this machine (see docs/PERFORMANCE.md). True inside this folder: everything measured goes
//! through the use cases or the router, as it does in service; figures that are compared come from the same run, taken in turns.

pub mod client;
mod figures;
mod growth;
mod intake;
pub mod letters;
mod page;
pub mod scene;
mod served;

use crate::app::{App, Place};
use crate::clock::Clock;
use crate::usecase::{Denied, sweep};
use rules::calendar::{Calendar, Roll, Span};
use rules::time::Instant as Moment;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use store::engine::{Error, Target};

/// What is measured, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// Directory for the stores made; they are left there.
    pub dir: PathBuf,
    /// Cases of the large store; the small one has 1,000.
    pub cases: usize,
    /// Submissions of a round of bulk intake.
    pub intake: usize,
    /// Two empty PostgreSQL databases, for the small store and the large one, to measure growth in as well.
    pub databases: Option<[String; 2]>,
}

/// Cases of the small store.
const SMALL: usize = 1_000;

/// Why a bench ends early.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// A use case said no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store could not.
    #[error(transparent)]
    Store(#[from] Error),
    /// A file, a process, a connection.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// What was measured did not do what it should, so its time means nothing.
    #[error("{0}")]
    Wrong(String),
}

/// Measures everything and prints it line by line.
///
/// # Errors
/// The first thing that failed.
pub async fn run(options: &Options) -> Result<(), Failed> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("fangxin bench, {cores} cores; stores in {}", options.dir.display());
    working_days()?;
    intake::compare(&options.dir, options.intake).await?;
    figures::measure(&options.dir.join("figures"), options.cases).await?;
    on("SQLite", options, [None, None]).await?;
    if let Some([small, large]) = &options.databases {
        on("PostgreSQL", options, [Some(small), Some(large)]).await?;
    }
    Ok(())
}

/// Growth on one engine, and the binary as a server of the large store.
async fn on(engine: &str, options: &Options, databases: [Option<&String>; 2]) -> Result<(), Failed> {
    let [small, large] = databases.map(|url| url.map(String::as_str));
    let dir = |size: &str| options.dir.join(format!("{engine}-{size}").to_lowercase());
    let small = filled(&dir("small"), small, SMALL).await?;
    let large = filled(&dir("large"), large, options.cases).await?;
    growth::compare(&small, &large, engine, options.cases).await?;
    if large.database.is_none() {
        page::first_visit(&large).await?;
    }
    small.app.db().close().await;
    large.app.db().close().await;
    served::measure(&large).await
}

/// A store with so many cases in one locality and some in a second one, ordered and indexed.
async fn filled(dir: &Path, database: Option<&str>, cases: usize) -> Result<scene::Scene, Failed> {
    let target = database.map_or_else(|| Target::Data(dir.to_owned()), |url| Target::Url(url.to_owned()));
    let app = App::open(&Place { target, dir: dir.to_owned() }, Clock::System).await?;
    let mut scene = scene::Scene::open(app, dir, database).await?;
    scene.open_beside().await?;
    let begun = Instant::now();
    scene.fill(cases).await?;
    let (filled, begun) = (begun.elapsed(), Instant::now());
    sweep::round(&scene.app).await?;
    let ordered = begun.elapsed();
    println!("store of {cases} cases: {:.1} s to file and send, {:.1} s to order and index", filled.as_secs_f64(), ordered.as_secs_f64());
    Ok(scene)
}

/// Working-day due dates, nanoseconds each (goal: 100).
fn working_days() -> Result<(), Failed> {
    const STARTS: i64 = 4_096;
    let calendar = Calendar::builtin();
    let starts: Vec<Moment> = (0..STARTS).map(|i| Moment(1_704_067_200_000_000 + i * 20_000_000_000)).collect();
    let mut best = Vec::new();
    for days in [7, 60] {
        let mut rounds = Vec::new();
        for _ in 0..50 {
            let begun = Instant::now();
            for start in &starts {
                let due = calendar.due(black_box(*start), Span::WorkingDays(black_box(days)), Roll::default(), &[]);
                black_box(due.map_err(|e| Failed::Wrong(e.to_string()))?);
            }
            rounds.push(begun.elapsed());
        }
        best.push(format!("{:.0} ns for {days} working days", median(&mut rounds).as_nanos() as f64 / STARTS as f64));
    }
    println!("due date (goal <= 100 ns): {}", best.join(", "));
    Ok(())
}

/// The middle of several durations.
pub(crate) fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
