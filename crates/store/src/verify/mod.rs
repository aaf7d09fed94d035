//! `fangxin verify`: rebuilds every stream from its events and compares every row with what they make. True here: one snapshot, memory bounded
//! by the largest stream, nothing written, no stored value in a message.
//!
//! What can be told apart is told apart: a derived column is named exactly. Where an event no longer gives its hash, the columns that
//! could explain it are named — one, if putting a single value right makes the hash come out; else all that are left.

mod access;
mod blame;
mod registry;
mod rows;
mod streams;
mod tables;
mod tail;
mod tree;

pub use tables::ALL;

use crate::engine::{Db, Reader, Result};
use crate::files::Files;
use crate::seal::Keyring;
use rows::Cursor;
use rules::ids::{Id, Locality};
use std::fmt;

/// Findings kept in a report; of more only the number is.
pub const MOST_FINDINGS: usize = 10_000;
/// Rows read at a time.
const PAGE: i64 = 512;

/// Whose row it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct At {
    /// Locality; none for what belongs to the whole installation, or where the row's own is unreadable.
    pub locality: Option<Locality>,
    /// The case, submission, registry or reader.
    pub stream: Option<Id>,
}

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Table.
    pub table: String,
    /// Column; several, joined by `, `, where they cannot be told apart.
    pub column: String,
    /// Whose row.
    pub at: At,
    /// Key of the row.
    pub row: String,
    /// What is wrong, in words; never a stored value.
    pub what: String,
}

impl Finding {
    fn of(table: &str, column: &str, at: At, row: &str, what: impl Into<String>) -> Self {
        Self { table: table.into(), column: column.into(), at, row: row.into(), what: what.into() }
    }

    /// The columns it names.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.column.split(", ")
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.table, self.column)?;
        if let Some(locality) = self.at.locality {
            write!(f, " in {locality}")?;
        }
        if let Some(stream) = self.at.stream {
            let what =
                if matches!(self.table.as_str(), "cases" | "clock" | "marker" | "supervision" | "blind" | "case_title" | "search_text") {
                    "case"
                } else {
                    "stream"
                };
            write!(f, " of {what} {stream}")?;
        }
        write!(f, " ({}): {}", self.row, self.what)
    }
}

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each counts what it is named for")]
pub struct Counts {
    /// Events there are; for progress.
    pub events_total: u64,
    pub events: u64,
    pub cases: u64,
    pub submissions: u64,
    pub registries: u64,
    pub businesses: u64,
    /// Rows compared with what events make.
    pub rows: u64,
    /// Sealed values that events refer to.
    pub sealed: u64,
    /// Of these, found whole and opened; the rest are erased, or among the findings.
    pub opened: u64,
    pub access_entries: u64,
    /// Positions of the log.
    pub positions: u64,
    pub tree_nodes: u64,
    pub tree_heads: u64,
    /// Evidence files hashed.
    pub files: u64,
    /// Streams whose chain is damaged, so that their rows could not be judged.
    pub not_compared: u64,
}

/// What `verify` found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What was looked at.
    pub counts: Counts,
    /// What is not as it was written, at most [`MOST_FINDINGS`].
    pub findings: Vec<Finding>,
    /// Findings beyond those.
    pub more: u64,
}

impl Report {
    /// Whether everything is as it was written.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }
}

/// The report as it grows.
type Notes = Report;

impl Notes {
    fn push(&mut self, finding: Finding) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }
}

/// What one run works with.
struct Run<'a> {
    db: Reader,
    keyring: &'a Keyring,
    files: Option<&'a Files>,
    notes: Notes,
    progress: &'a mut (dyn FnMut(&Counts) + Send),
}

/// Verifies the whole store at one moment. `files` are compared where they are given. `progress` is called now and then.
///
/// # Errors
/// Those of reading; damage is not an error but a finding.
pub async fn run(db: &Db, keyring: &Keyring, files: Option<&Files>, progress: &mut (dyn FnMut(&Counts) + Send)) -> Result<Report> {
    let mut run = Run { db: db.snapshot().await?, keyring, files, notes: Notes::default(), progress };
    run.notes.counts.events_total = run.db.one(tables::EVENT_COUNT, &[]).await?.get(0)?;
    run.installation().await?;
    let tree = run.tree().await?;
    let ends = run.streams(&tree).await?;
    run.access(&tree).await?;
    run.ends(ends).await?;
    (run.progress)(&run.notes.counts);
    Ok(run.notes)
}

impl Run<'_> {
    /// The rows of a stream in a table.
    async fn take(&mut self, cursor: &mut Cursor, stream: &[crate::engine::Value]) -> Result<Vec<crate::engine::Row>> {
        cursor.take(&mut self.db, stream, &mut self.notes).await
    }
}
