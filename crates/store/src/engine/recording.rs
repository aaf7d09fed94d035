//! What committed units asked of SQLite, kept statement by statement, and the least that asking the same can cost: raw prepared statements on
//! one connection, without units, savepoints or checks. `fangxin bench` holds intake against this floor.

use super::migrate::{self, Migration};
use super::sqlite;
use super::value::Arg;
use super::{Error, Result};
use rules::time::Instant as Moment;
use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// Statements of committed units, with their arguments; or only how many units and transactions there were, which costs nothing.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    keep: bool,
    /// The statements of each unit.
    units: Vec<Vec<Step>>,
    committed: usize,
    transactions: usize,
    /// The unit and the transaction in progress.
    steps: Vec<Step>,
    open: Vec<Vec<Step>>,
    open_units: usize,
}

#[derive(Clone, Debug)]
struct Step {
    text: String,
    args: Vec<Arg<'static>>,
}

impl Recording {
    pub(super) fn new(keep: bool) -> Self {
        Self { keep, ..Self::default() }
    }

    pub(super) fn note(&mut self, text: &str, args: &[Arg<'_>]) {
        if self.keep {
            self.steps.push(Step { text: text.to_owned(), args: args.iter().map(Arg::to_owned_arg).collect() });
        }
    }

    /// A unit ended; what it wrote stays or goes.
    pub(super) fn unit(&mut self, kept: bool) {
        let steps = std::mem::take(&mut self.steps);
        if kept {
            self.open_units += 1;
            self.open.push(steps);
        }
    }

    /// The transaction ended.
    pub(super) fn transaction(&mut self, committed: bool) {
        let (units, count) = (std::mem::take(&mut self.open), std::mem::take(&mut self.open_units));
        if committed {
            self.units.extend(units);
            self.committed += count;
            self.transactions += 1;
        }
    }

    /// Units committed.
    #[must_use]
    pub fn units(&self) -> usize {
        self.committed
    }

    /// Transactions committed, each with one fsync.
    #[must_use]
    pub fn transactions(&self) -> usize {
        self.transactions
    }

    /// Statements run in them, where they were kept.
    #[must_use]
    pub fn statements(&self) -> usize {
        self.units.iter().map(Vec::len).sum()
    }

    /// Bytes of all arguments.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let size = |a: &Arg<'_>| match a {
            Arg::Null => 0,
            Arg::Bool(_) => 1,
            Arg::Int(_) | Arg::Real(_) => 8,
            Arg::Text(t) => t.len(),
            Arg::Bytes(b) => b.len(),
        };
        self.units.iter().flatten().flat_map(|s| &s.args).map(size).sum()
    }

    /// Runs the same statements, so many units to a transaction, on a new database in `dir`, set up as the store sets up its own, and
    /// returns the time from the first BEGIN to the last COMMIT. Preparing the statements is not counted.
    ///
    /// # Errors
    /// Those of the engine; a `dir` that holds a database already breaks a key.
    pub fn replay(&self, dir: &Path, units: usize, migrations: &[Migration], now: Moment) -> Result<Duration> {
        std::fs::create_dir_all(dir)?;
        let path = dir.join("fangxin.db");
        let mut conn = sqlite::open_writer(&path)?;
        migrate::sqlite(&mut conn, migrations, now)?;
        drop(conn);
        let conn = sqlite::open_writer(&path)?;
        self.run(&conn, units.max(1)).map_err(|e| sqlite::failure("replay", &e))
    }

    fn run(&self, conn: &rusqlite::Connection, units: usize) -> rusqlite::Result<Duration> {
        let mut known: HashMap<&str, usize> = HashMap::new();
        let mut prepared = Vec::new();
        let mut plan = Vec::with_capacity(self.units.len());
        for steps in &self.units {
            let mut planned = Vec::with_capacity(steps.len());
            for step in steps {
                let index = match known.get(step.text.as_str()) {
                    Some(index) => *index,
                    None => {
                        prepared.push(conn.prepare(&step.text)?);
                        known.insert(&step.text, prepared.len() - 1);
                        prepared.len() - 1
                    }
                };
                planned.push((index, &step.args));
            }
            plan.push(planned);
        }
        let (mut begin, mut commit) = (conn.prepare("BEGIN IMMEDIATE")?, conn.prepare("COMMIT")?);
        let begun = Instant::now();
        for transaction in plan.chunks(units) {
            begin.execute([])?;
            for (index, args) in transaction.iter().flatten() {
                let statement = &mut prepared[*index];
                for (i, arg) in args.iter().enumerate() {
                    statement.raw_bind_parameter(i + 1, arg)?;
                }
                let mut rows = statement.raw_query();
                while rows.next()?.is_some() {}
            }
            commit.execute([])?;
        }
        Ok(begun.elapsed())
    }
}

/// Only the embedded engine is recorded.
pub(super) fn unsupported() -> Error {
    Error::Internal("statements are recorded on SQLite only".into())
}
