//! Letters from a file: each row a submission of its own, recognised when it is sent again, so that an import that was stopped — or killed
//! — is simply run again. Rows go in side by side, so that the store can put many into one commit.

mod csv;
pub mod draft;
pub mod job;
mod jsonl;
pub mod mapping;
pub mod row;
pub mod source;
pub mod table;
mod xlsx;

use super::submit::{self, Fate, Incoming};
use super::{Answer, Denied};
use crate::app::App;
use mapping::Mapping;
use row::Bad;
use rules::ids::{Id, SubmissionId};
use source::Record;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::engine::Reader;
use store::imports;
use store::scope::Scope;
use store::submissions::{self, Known};
use table::Table;
use tokio::task::JoinSet;

/// Submissions on their way to the store at a time: enough to fill a shared commit.
const IN_FLIGHT: usize = 128;

/// What became of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Stored, or in a dry run: would be.
    pub accepted: u64,
    /// Already here, the same.
    pub already_known: u64,
    /// Already here under this number with other words; nothing was replaced, the difference is in the record.
    pub changed: u64,
    /// Not taken.
    pub rejected: u64,
}

impl Counts {
    /// Rows counted.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.accepted + self.already_known + self.changed + self.rejected
    }

    fn add(&mut self, fate: Fate) {
        match fate {
            Fate::Accepted => self.accepted += 1,
            Fate::AlreadyKnown => self.already_known += 1,
            Fate::Changed => self.changed += 1,
        }
    }
}

/// Who hears how it goes.
pub trait Listener {
    /// A row was not taken.
    ///
    /// # Errors
    /// It could not be kept; the import stops then.
    fn rejected(&mut self, bad: &Bad, record: &Record) -> std::io::Result<()>;
    /// So many rows are done.
    fn progress(&mut self, counts: &Counts);
}

/// Why an import ended before its end. What was counted is in the store.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// Somebody asked it to.
    #[error("stopped")]
    Asked,
    /// The store could not go on.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A file could not be read or written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// Imports a file into the store. However it ends, the counts say what is in the store.
pub async fn run(
    app: &App,
    scope: &Scope,
    table: &mut Table,
    mapping: &Mapping,
    stop: &AtomicBool,
    listener: &mut impl Listener,
) -> (Counts, Result<(), Stopped>) {
    let mut counts = Counts::default();
    let mut flying: JoinSet<Answer<Fate>> = JoinSet::new();
    let mut outcome = Ok(());
    loop {
        if stop.load(Ordering::SeqCst) {
            outcome = Err(Stopped::Asked);
            break;
        }
        let record = match table.read() {
            Ok(Some(record)) => record,
            Ok(None) => break,
            Err(e) => {
                outcome = Err(e.into());
                break;
            }
        };
        match row::read(&record, table, mapping, app.clock().now()) {
            Ok(incoming) => {
                let (app, scope) = (app.clone(), scope.clone());
                flying.spawn(async move { send(&app, &scope, incoming, None).await });
            }
            Err(bad) => {
                counts.rejected += 1;
                if let Err(e) = listener.rejected(&bad, &record) {
                    outcome = Err(e.into());
                    break;
                }
            }
        }
        if flying.len() >= IN_FLIGHT
            && let Err(e) = land(&mut flying, &mut counts).await
        {
            outcome = Err(e.into());
            break;
        }
        listener.progress(&counts);
    }
    // What is on its way arrives before the counts are told.
    while !flying.is_empty() {
        if let Err(e) = land(&mut flying, &mut counts).await
            && outcome.is_ok()
        {
            outcome = Err(e.into());
        }
    }
    listener.progress(&counts);
    (counts, outcome)
}

async fn land(flying: &mut JoinSet<Answer<Fate>>, counts: &mut Counts) -> Answer<()> {
    match flying.join_next().await {
        None => Ok(()),
        Some(Ok(fate)) => fate.map(|f| counts.add(f)),
        Some(Err(e)) => Err(Denied::Store(store::engine::Error::internal(e))),
    }
}

/// Goes through a file as [`run`] does, but writes nothing: every row is checked and, where there is a store, looked up in it.
///
/// # Errors
/// See [`Stopped`].
pub async fn dry_run(
    store: Option<(&App, &Scope)>,
    table: &mut Table,
    mapping: &Mapping,
    now: rules::time::Instant,
    stop: &AtomicBool,
    listener: &mut impl Listener,
) -> (Counts, Result<(), Stopped>) {
    let mut counts = Counts::default();
    let outcome = look(store, table, mapping, now, stop, (&mut counts, listener)).await;
    (counts, outcome)
}

async fn look(
    store: Option<(&App, &Scope)>,
    table: &mut Table,
    mapping: &Mapping,
    now: rules::time::Instant,
    stop: &AtomicBool,
    (counts, listener): (&mut Counts, &mut impl Listener),
) -> Result<(), Stopped> {
    // Rows of this file that would be in the store by the time a later one comes.
    let mut seen = BTreeMap::new();
    let mut db = match store {
        Some((app, _)) => Some(app.db().snapshot().await.map_err(Denied::Store)?),
        None => None,
    };
    while let Some(record) = table.read()? {
        if stop.load(Ordering::SeqCst) {
            return Err(Stopped::Asked);
        }
        match row::read(&record, table, mapping, now) {
            Ok(incoming) => {
                let body = incoming.body(&[]);
                let before = seen.insert(incoming.external_id.clone(), body);
                let fate = match (before, &mut db, store) {
                    (Some(b), ..) if b == body => Fate::AlreadyKnown,
                    (Some(_), ..) => Fate::Changed,
                    (None, Some(db), Some((_, scope))) => fate(db, scope, incoming).await.map_err(Denied::Store)?,
                    _ => Fate::Accepted,
                };
                counts.add(fate);
            }
            Err(bad) => {
                counts.rejected += 1;
                listener.rejected(&bad, &record)?;
            }
        }
        listener.progress(counts);
    }
    Ok(())
}

/// Stores a row. What an import brought that was taken back counts as not there: the row comes in anew, in the next series.
async fn send(app: &App, scope: &Scope, mut incoming: Incoming, import: Option<Id>) -> Answer<Fate> {
    let series = incoming.series.clone();
    for n in 2.. {
        let receipt = submit::submit_row(app, scope, &incoming, import).await?;
        if receipt.fate == Fate::Accepted {
            break;
        }
        let mut db = app.db().read().await?;
        if !was_taken_back(&mut db, scope, receipt.submission).await? {
            return Ok(receipt.fate);
        }
        incoming.series = again(series.as_deref(), n);
    }
    Ok(Fate::Accepted)
}

/// What would become of a row.
async fn fate(db: &mut Reader, scope: &Scope, mut incoming: Incoming) -> store::engine::Result<Fate> {
    let series = incoming.series.clone();
    for n in 2.. {
        let named = incoming.series.as_deref().unwrap_or_default();
        let key = submissions::intake_key(scope.locality(), &incoming.channel, named, &incoming.external_id);
        let (fate, submission) = match incoming.body(&[]).known(db, &key).await? {
            Known::New => break,
            Known::Same(id) => (Fate::AlreadyKnown, id),
            Known::Changed(id) => (Fate::Changed, id),
        };
        if !was_taken_back(db, scope, submission).await? {
            return Ok(fate);
        }
        incoming.series = again(series.as_deref(), n);
    }
    Ok(Fate::Accepted)
}

fn again(series: Option<&str>, n: u32) -> Option<String> {
    Some(format!("{}~{n}", series.unwrap_or_default()))
}

async fn was_taken_back(db: &mut Reader, scope: &Scope, submission: SubmissionId) -> store::engine::Result<bool> {
    let brought = imports::brought_by(db, scope.locality(), submission).await?;
    Ok(matches!(brought, Some((_, imports::State::Undone))))
}

/// A flag that an import looks at between rows.
#[must_use]
pub fn stop_flag() -> Arc<AtomicBool> {
    Arc::new(AtomicBool::new(false))
}
