//! `fangxin simulate`: a locality in which invented people write, decide and forget, from a seed.

use super::{Ending, Failure, Outcome, STOPPED};
use crate::app::{App, Place};
use crate::clock::Clock;
use crate::simulate::{self, Plan, Simulation};
use clap::Args;
use jiff::civil::Date;
use rules::time::{Instant, date_from_days, days_of};
use std::path::PathBuf;
use store::random::Source;

/// Days simulated where none are named.
const DAYS: i64 = 180;

#[derive(Debug, Args)]
pub(super) struct SimulateArgs {
    /// Policy pack of the locality
    #[arg(long, value_name = "PACK", default_value = "national")]
    pack: String,
    /// Cases to make
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    cases: u64,
    /// Everything random follows from this number: the same one makes the same store
    #[arg(long, value_name = "SEED", default_value_t = 1)]
    seed: u64,
    /// First day [default: 180 days before the last]
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Last day [default: today]
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// Directory of the new store
    #[arg(long, value_name = "DIR", default_value = "./fangxin-simulated")]
    data: PathBuf,
}

pub(super) async fn run(args: SimulateArgs) -> Outcome {
    let mut ending = Ending::listen()?;
    let to = args.to.unwrap_or_else(|| Clock::System.now().date());
    let from = args.from.unwrap_or_else(|| date_from_days(days_of(to) - DAYS));
    if from > to {
        return Err(Failure::usage(format!("{from} is after {to}: --from is the first day")));
    }
    if args.data.exists() && std::fs::read_dir(&args.data)?.next().is_some() {
        return Err(Failure::usage(format!("{} is not empty; name a new directory with --data", args.data.display())));
    }
    if crate::usecase::setup::pack_texts(&args.pack).is_none() {
        return Err(Failure::usage(format!("there is no pack {}; name one of data/packs", args.pack)));
    }
    let work = async {
        let app = App::open_with(&Place::data(&args.data), Clock::set(Instant::start_of(from)), Source::seeded(args.seed)).await?;
        let locality = simulate::open_place(&app, &args.pack).await.map_err(failed)?;
        let places = vec![(locality, 1, args.pack.clone())];
        let plan = Plan { places, cases: args.cases, seed: args.seed, from, to, password: crate::demo::PASSWORD.to_owned() };
        let mut simulation = Simulation::begin(&app, plan).await.map_err(failed)?;
        let mut told = std::time::Instant::now();
        let say = |done: u64, of: u64| {
            if told.elapsed().as_secs() >= 1 {
                told = std::time::Instant::now();
                eprintln!("{done}/{of} cases");
            }
        };
        simulation.until(Instant::end_of(to), say).await.map_err(failed)?;
        crate::usecase::sweep::round(&app).await?;
        let tally = simulation.tally().clone();
        let mut db = app.db().read().await?;
        let head = store::sequencer::head(&mut db).await?;
        drop(db);
        crate::usecase::sweep::let_go(&app).await?;
        app.db().close().await;
        let Some(head) = head else { return Err(Failure::new("nothing happened between these days")) };
        println!("{} cases of {} submissions, {} acts", tally.cases, tally.submissions, tally.acts);
        println!("tree head: {} entries, root {}", head.size, store::heads::hex(&head.root));
        for ((action, why), times) in &tally.refused {
            eprintln!("refused: {action} {why} {times}");
        }
        if tally.stuck > 0 {
            eprintln!("{} cases could not be brought further", tally.stuck);
        }
        eprintln!("keys derived from a seed: this store is for demonstration only; the password of everybody is {}", crate::demo::PASSWORD);
        Ok(0)
    };
    tokio::select! {
        done = work => done,
        () = ending.asked() => Ok(STOPPED),
    }
}

fn failed(e: simulate::Failed) -> Failure {
    match e {
        simulate::Failed::Denied(denied) => denied.into(),
        simulate::Failed::Store(e) => e.into(),
        words @ simulate::Failed::Words(_) => Failure::new(words.to_string()),
    }
}
