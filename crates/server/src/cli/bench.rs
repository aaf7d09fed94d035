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
    /// Cases of the large store
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    cases: usize,
    /// Submissions of one round of bulk intake
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    intake: usize,
    /// An empty PostgreSQL database, postgres://user@host:port/database, instead of SQLite
    #[arg(long, value_name = "URL")]
    database: Option<String>,
}

pub(super) async fn run(args: BenchArgs) -> Outcome {
    let passing = args.data.is_none();
    let dir = args.data.unwrap_or_else(|| std::env::temp_dir().join(format!("fangxin-bench-{}", std::process::id())));
    // Figures of a store that somebody uses would be nobody's figures, and the letters would stay in it.
    std::fs::create_dir(&dir).map_err(|e| Failure::new(format!("{}: {e}", dir.display())))?;
    let options = Options { dir: dir.clone(), cases: args.cases.max(1_000), intake: args.intake.max(1), database: args.database };
    let outcome = bench::run(&options).await;
    if passing {
        std::fs::remove_dir_all(&dir)?;
    }
    outcome.map(|()| 0).map_err(|e| Failure::new(e.to_string()))
}
