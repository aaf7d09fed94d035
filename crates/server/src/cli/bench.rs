//! `bench`: figures of this machine.

use super::{Failure, Outcome};
use crate::bench::{self, Options};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct BenchArgs {
    /// Directory for the stores it makes, which must not exist [default: one that is removed afterwards]
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Cases of the large store [default: 100000]
    #[arg(long, value_name = "N")]
    cases: Option<usize>,
    /// Submissions of one round of bulk intake [default: 10000]
    #[arg(long, value_name = "N")]
    intake: Option<usize>,
    /// Smaller defaults, to be done in a minute: 10000 cases, rounds of 1000
    #[arg(long)]
    quick: bool,
    /// Two empty PostgreSQL databases, postgres://user@host:port/database, for a small store and a large one, besides SQLite
    #[arg(long, value_name = "URL", num_args = 2)]
    database: Vec<String>,
}

pub(super) async fn run(args: BenchArgs) -> Outcome {
    let passing = args.data.is_none();
    let dir = args.data.unwrap_or_else(|| std::env::temp_dir().join(format!("fangxin-bench-{}", std::process::id())));
    // Figures of a store that somebody uses would be nobody's figures, and the letters would stay in it.
    std::fs::create_dir(&dir).map_err(|e| Failure::new(format!("{}: {e}", dir.display())))?;
    let (cases, intake) = if args.quick { (10_000, 1_000) } else { (100_000, 10_000) };
    let options = Options {
        dir: dir.clone(),
        cases: args.cases.unwrap_or(cases).max(1_000),
        intake: args.intake.unwrap_or(intake).max(1),
        databases: args.database.try_into().ok(),
    };
    let outcome = bench::run(&options).await;
    if passing {
        std::fs::remove_dir_all(&dir)?;
    }
    outcome.map(|()| 0).map_err(|e| Failure::new(e.to_string()))
}
