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

/// Statements of committed transactions, with their arguments.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    transactions: Vec<Vec<Step>>,
    units: usize,
    /// The transaction in progress.
    open: Vec<Step>,
    open_units: usize,
}

#[derive(Clone, Debug)]
struct Step {
    text: String,
    args: Vec<Arg<'static>>,
}

impl Recording {
    pub(super) fn note(&mut self, text: &str, args: &[Arg<'_>]) {
        self.open.push(Step { text: text.to_owned(), args: args.iter().map(Arg::to_owned_arg).collect() });
    }

    /// Where the next unit begins.
    pub(super) fn mark(&self) -> usize {
        self.open.len()
    }

    /// The unit that began at `mark` ended; what it wrote stays or goes.
    pub(super) fn unit(&mut self, mark: usize, kept: bool) {
        if kept {
            self.open_units += 1;
        } else {
            self.open.truncate(mark);
        }
    }

    /// The transaction ended.
    pub(super) fn transaction(&mut self, committed: bool) {
        let (steps, units) = (std::mem::take(&mut self.open), std::mem::take(&mut self.open_units));
        if committed {
            self.transactions.push(steps);
            self.units += units;
        }
    }

    /// Units committed.
    #[must_use]
    pub fn units(&self) -> usize {
        self.units
    }

    /// Transactions committed, each with one fsync.
    #[must_use]
    pub fn transactions(&self) -> usize {
        self.transactions.len()
    }

    /// Statements run in them.
    #[must_use]
    pub fn statements(&self) -> usize {
        self.transactions.iter().map(Vec::len).sum()
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
        self.transactions.iter().flatten().flat_map(|s| &s.args).map(size).sum()
    }

    /// Runs the same statements in the same transactions on a new database in `dir`, set up as the store sets up its own, and returns
    /// the time from the first BEGIN to the last COMMIT. Preparing the statements is not counted.
    ///
    /// # Errors
    /// Those of the engine; a `dir` that holds a database already breaks a key.
    pub fn replay(&self, dir: &Path, migrations: &[Migration], now: Moment) -> Result<Duration> {
        std::fs::create_dir_all(dir)?;
        let path = dir.join("fangxin.db");
        let mut conn = sqlite::open_writer(&path)?;
        migrate::sqlite(&mut conn, migrations, now)?;
        drop(conn);
        let conn = sqlite::open_writer(&path)?;
        self.run(&conn).map_err(|e| sqlite::failure("replay", &e))
    }

    fn run(&self, conn: &rusqlite::Connection) -> rusqlite::Result<Duration> {
        let mut known: HashMap<&str, usize> = HashMap::new();
        let mut prepared = Vec::new();
        let mut plan = Vec::with_capacity(self.transactions.len());
        for steps in &self.transactions {
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
        for steps in &plan {
            begin.execute([])?;
            for (index, args) in steps {
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
