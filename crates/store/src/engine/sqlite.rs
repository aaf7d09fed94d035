//! SQLite: one writer thread owns the only writing connection. Units that arrive together share one transaction and one COMMIT, hence one
//! fsync; each is answered after it. A unit that fails after it has written takes the transaction with it; its neighbours and itself then
//! run again, a savepoint each. (Savepoints for all would copy every page a unit touches: nearly half of the writer's time.) Readers are a
//! few read-only connections, used on blocking threads.

use super::bulk::NotEmpty;
use super::error::{Broken, Error, Result};
use super::migrate::{self, Migration};
use super::value::{Arg, Row, Shape, Value};
use super::{Conn, Reader, Recording, Tx, panicked};
use rules::time::Instant as Moment;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};
use std::collections::VecDeque;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

/// A shared transaction takes at most so many units …
const BATCH_UNITS: usize = 256;
/// … and no further one after so much work.
const BATCH_TIME: Duration = Duration::from_millis(20);
/// Units waiting for the writer before callers are held back.
const QUEUE: usize = 1024;
/// Prepared statements kept per connection.
const STATEMENTS: usize = 512;
const SHORT_READERS: usize = 4;
const LONG_READERS: usize = 2;

#[derive(Clone, Debug)]
pub(super) struct Sqlite {
    queue: mpsc::Sender<Message>,
    short: Arc<Readers>,
    long: Arc<Readers>,
}

impl Sqlite {
    /// Brings the schema up to date, or without a time only looks whether it is.
    pub async fn open(dir: PathBuf, migrations: &'static [Migration], now: Option<Moment>) -> Result<Self> {
        let (conn, path) = blocking(move || {
            create_private_dir(&dir)?;
            let path = dir.join("fangxin.db");
            let mut conn = open_writer(&path)?;
            match now {
                Some(now) => migrate::sqlite(&mut conn, migrations, now)?,
                None => migrate::sqlite_is_current(&conn, migrations)?,
            }
            // A fresh connection: no statement may know a schema from before.
            drop(conn);
            Ok((open_writer(&path)?, path))
        })
        .await?;
        let (queue, messages) = mpsc::channel(QUEUE);
        let writer = Writer { tx: Tx(Reader::new(Conn::Writer(conn))), path: path.clone(), messages, again: VecDeque::new(), careful: 0 };
        std::thread::Builder::new().name("store-writer".into()).spawn(move || writer.run())?;
        Ok(Self { queue, short: Readers::new(&path, SHORT_READERS), long: Readers::new(&path, LONG_READERS) })
    }

    pub fn write<T, F>(&self, unit: F) -> impl Future<Output = Result<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Box<dyn Job> = Box::new(Unit { unit, outcome: None, reply });
        let queue = self.queue.clone();
        async move {
            queue.send(Message::Job(job)).await.map_err(|_| stopped())?;
            // The unit comes back with the answer, so that what it holds is freed here and not by the writer.
            let (outcome, _unit) = answer.await.map_err(|_| stopped())?;
            outcome
        }
    }

    pub async fn read(&self) -> Result<ReadConn> {
        self.short.get(false).await
    }

    pub async fn snapshot(&self) -> Result<ReadConn> {
        self.long.get(true).await
    }

    pub async fn close(&self) {
        let (done, wait) = oneshot::channel();
        if self.queue.send(Message::Stop(done)).await.is_ok() {
            let _ = wait.await;
        }
    }

    /// Stops waiting for the disk, until the store is opened again.
    pub async fn relax(&self) -> Result<()> {
        self.queue.send(Message::Relax).await.map_err(|_| stopped())
    }

    /// Ends the recording, if there is one, and begins the next one; returns what was kept until now.
    pub async fn record(&self, next: Option<Recording>) -> Result<Recording> {
        let (reply, answer) = oneshot::channel();
        self.queue.send(Message::Record(next.map(Box::new), reply)).await.map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())
    }

    #[cfg(any(test, feature = "testing"))]
    pub fn hook(&self, hook: Box<dyn FnOnce(&Connection) + Send>) {
        // A test that fills the queue and hooks at once would be at fault itself.
        let _ = self.queue.try_send(Message::Hook(hook));
    }
}

fn stopped() -> Error {
    Error::Unavailable("the store is closed".into())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|_| panicked())?
}

/// Removes a database that holds no event, or whose filling was not finished.
pub(super) async fn clear(dir: &Path) -> Result<()> {
    let path = dir.join("fangxin.db");
    blocking(move || {
        if !path.exists() {
            return Ok(());
        }
        let conn = open_reader(&path)?;
        let count = |text: &str| conn.query_row(text, [], |row| row.get::<_, i64>(0)).map_err(|e| failure("look", &e));
        if count("SELECT COUNT(*) FROM sqlite_schema WHERE name IN ('event', 'schema_version')")? == 2
            && count("SELECT COUNT(*) FROM schema_version WHERE length(sha256) = 0")? == 0
            && count("SELECT EXISTS (SELECT 1 FROM event)")? != 0
        {
            return Err(Error::refuse(NotEmpty));
        }
        drop(conn);
        for name in ["fangxin.db", "fangxin.db-wal", "fangxin.db-shm"] {
            match std::fs::remove_file(path.with_file_name(name)) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(e.into()),
                _ => {}
            }
        }
        Ok(())
    })
    .await
}

/// Makes a directory only its owner can enter.
fn create_private_dir(dir: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    Ok(std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?)
}

pub(super) fn open_writer(path: &Path) -> Result<Connection> {
    let conn = Connection::open(path).map_err(|e| failure("open", &e))?;
    // `page_size` counts only for a new file: rows of a case are 1–2 KB and would overflow the default page of a clustered table.
    let pragmas = "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;
        PRAGMA busy_timeout=10000; PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=4000;
        PRAGMA journal_size_limit=67108864; PRAGMA secure_delete=ON;";
    conn.execute_batch(pragmas).map_err(|e| failure("open", &e))?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(conn)
}

fn open_reader(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(|e| failure("open", &e))?;
    let pragmas = "PRAGMA query_only=ON; PRAGMA busy_timeout=10000; PRAGMA cache_size=-8192; PRAGMA temp_store=MEMORY;";
    conn.execute_batch(pragmas).map_err(|e| failure("open", &e))?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(conn)
}

// ---- the writer thread

enum Message {
    Job(Box<dyn Job>),
    Stop(oneshot::Sender<()>),
    Record(Option<Box<Recording>>, oneshot::Sender<Recording>),
    Relax,
    #[cfg(any(test, feature = "testing"))]
    Hook(Box<dyn FnOnce(&Connection) + Send>),
}

trait Job: Send {
    /// Runs the unit and keeps its outcome; `true` if it succeeded.
    fn run(&mut self, tx: &mut Tx) -> bool;
    /// Tells the caller: the outcome kept, or `lost` in place of a success that was not committed.
    fn answer(self: Box<Self>, lost: Option<Error>);
}

struct Unit<F, T> {
    unit: F,
    outcome: Option<Result<T>>,
    reply: oneshot::Sender<(Result<T>, F)>,
}

impl<T: Send + 'static, F: AsyncFn(&mut Tx) -> Result<T> + Send + 'static> Job for Unit<F, T> {
    fn run(&mut self, tx: &mut Tx) -> bool {
        tx.failed = false;
        let unit = &self.unit;
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let future = std::pin::pin!(unit(tx));
            match future.poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(outcome) => outcome,
                Poll::Pending => Err(Error::Internal("a unit waited for something other than the database".into())),
            }
        }));
        let outcome = tx.settle(outcome.unwrap_or_else(|_| Err(panicked())));
        self.outcome.insert(outcome).is_ok()
    }

    fn answer(self: Box<Self>, lost: Option<Error>) {
        let outcome = match (self.outcome, lost) {
            (Some(Err(e)), _) | (_, Some(e)) => Err(e),
            (Some(Ok(value)), None) => Ok(value),
            (None, None) => Err(stopped()),
        };
        // A caller that no longer waits is none of our business: the unit is done either way.
        let _ = self.reply.send((outcome, self.unit));
    }
}

struct Writer {
    tx: Tx,
    path: PathBuf,
    messages: mpsc::Receiver<Message>,
    /// Units whose transaction was lost through a neighbour's failure: they run again, first.
    again: VecDeque<Box<dyn Job>>,
    /// So many of the next units run in a savepoint each, because one of them failed after it had written.
    careful: usize,
}

/// What became of the shared transaction when a unit had run.
enum After {
    /// It holds what the unit wrote, or nothing of it if the unit failed.
    Good,
    /// It holds writes of a unit that failed.
    Spoilt,
    /// It is gone.
    Lost(Error),
}

impl Writer {
    fn run(mut self) {
        loop {
            if let Some(job) = self.again.pop_front() {
                self.batch(job);
                continue;
            }
            match self.messages.blocking_recv() {
                Some(Message::Job(job)) => self.batch(job),
                Some(other) => {
                    if self.control(other) {
                        return;
                    }
                }
                None => return,
            }
        }
    }

    /// Handles what is not a unit; `true` to end the thread.
    fn control(&mut self, message: Message) -> bool {
        match message {
            Message::Job(job) => {
                self.again.push_back(job);
                false
            }
            Message::Stop(done) => {
                self.messages.close();
                while let Some(job) = self.again.pop_front() {
                    self.batch(job);
                }
                while let Ok(message) = self.messages.try_recv() {
                    if let Message::Job(job) = message {
                        self.batch(job);
                    }
                }
                if let Err(e) = self.conn().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)") {
                    tracing::warn!(code = "checkpoint_failed", error = %failure("checkpoint", &e));
                }
                let _ = done.send(());
                true
            }
            Message::Record(next, reply) => {
                let kept = std::mem::replace(&mut self.tx.recording, next);
                let _ = reply.send(kept.map(|r| *r).unwrap_or_default());
                false
            }
            Message::Relax => {
                if let Err(e) = self.conn().execute_batch("PRAGMA synchronous=OFF") {
                    tracing::warn!(code = "relax_failed", error = %failure("relax", &e));
                }
                false
            }
            #[cfg(any(test, feature = "testing"))]
            Message::Hook(hook) => {
                hook(self.conn());
                false
            }
        }
    }

    fn conn(&mut self) -> &mut Connection {
        match &mut self.tx.0.conn {
            Conn::Writer(conn) => conn,
            // `Writer` is only ever made with `Conn::Writer`, and no one else can reach its `tx`.
            _ => unreachable!("the writer holds the writing connection"),
        }
    }

    fn control_statement(&mut self, text: &str) -> Result<()> {
        self.conn().prepare_cached(text).and_then(|mut s| s.execute([])).map(drop).map_err(|e| failure(text, &e))
    }

    /// One shared transaction, beginning with `first` and taking whatever has arrived.
    fn batch(&mut self, first: Box<dyn Job>) {
        if let Err(e) = self.control_statement("BEGIN IMMEDIATE") {
            first.answer(Some(e));
            self.reset();
            return;
        }
        let begun = Instant::now();
        let mut done: Vec<Box<dyn Job>> = Vec::new();
        let mut next = Some(first);
        let mut after = None;
        while let Some(mut job) = next.take() {
            let after_job = self.run_one(&mut *job);
            if !matches!(after_job, After::Good) {
                self.note_end(false);
                self.reset();
                match after_job {
                    // The culprit hears why; the others run again without it.
                    After::Lost(e) => job.answer(Some(e)),
                    // Nobody to be kept apart from: it failed by itself, and all it wrote is undone.
                    _ if done.is_empty() => job.answer(None),
                    _ => {
                        self.careful = done.len() + 1;
                        done.push(job);
                    }
                }
                for job in done.into_iter().rev() {
                    self.again.push_front(job);
                }
                if let Some(message) = after {
                    self.control(message);
                }
                return;
            }
            done.push(job);
            if done.len() < BATCH_UNITS && begun.elapsed() < BATCH_TIME {
                next = self.again.pop_front();
                if next.is_none() {
                    match self.messages.try_recv() {
                        Ok(Message::Job(job)) => next = Some(job),
                        Ok(other) => after = Some(other),
                        Err(_) => {}
                    }
                }
            }
        }
        match self.control_statement("COMMIT") {
            Ok(()) => {
                self.note_end(true);
                done.into_iter().for_each(|job| job.answer(None));
            }
            Err(e) => {
                self.note_end(false);
                self.reset();
                tracing::warn!(code = e.code(), units = done.len(), error = %e, "a shared transaction could not be committed");
                done.into_iter().for_each(|job| job.answer(Some(again(&e))));
            }
        }
        if let Some(message) = after
            && self.control(message)
        {
            self.messages.close();
        }
    }

    /// Runs one unit.
    fn run_one(&mut self, job: &mut dyn Job) -> After {
        let guarded = self.careful > 0;
        self.careful = self.careful.saturating_sub(1);
        if guarded && let Err(e) = self.control_statement("SAVEPOINT unit") {
            return After::Lost(e);
        }
        let written = self.conn().total_changes();
        let kept = job.run(&mut self.tx);
        if let Some(recording) = &mut self.tx.recording {
            recording.unit(kept);
        }
        if !kept && self.conn().is_autocommit() {
            return After::Lost(Error::Internal("the shared transaction was rolled back".into()));
        }
        if guarded {
            let undone = if kept { Ok(()) } else { self.control_statement("ROLLBACK TO unit") };
            return undone.and_then(|()| self.control_statement("RELEASE unit")).map_or_else(After::Lost, |()| After::Good);
        }
        if kept || self.conn().total_changes() == written { After::Good } else { After::Spoilt }
    }

    fn note_end(&mut self, committed: bool) {
        if let Some(recording) = &mut self.tx.recording {
            recording.transaction(committed);
        }
    }

    /// Makes sure no transaction is open, with a new connection if need be.
    fn reset(&mut self) {
        if !self.conn().is_autocommit() && self.conn().execute_batch("ROLLBACK").is_err() && !self.conn().is_autocommit() {
            match open_writer(&self.path) {
                Ok(conn) => *self.conn() = conn,
                Err(e) => tracing::error!(code = e.code(), error = %e, "the writing connection cannot be opened anew"),
            }
        }
    }
}

/// The same error for another caller of a shared transaction.
fn again(e: &Error) -> Error {
    match e {
        Error::Full(m) => Error::Full(m.clone()),
        Error::Internal(m) => Error::Internal(m.clone()),
        other => Error::Unavailable(other.to_string()),
    }
}

// ---- readers

/// A few read-only connections, opened when first needed.
#[derive(Debug)]
struct Readers {
    path: PathBuf,
    free: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    fn new(path: &Path, size: usize) -> Arc<Self> {
        Arc::new(Self { path: path.to_owned(), free: Mutex::default(), permits: Arc::new(Semaphore::new(size)) })
    }

    async fn get(self: &Arc<Self>, snapshot: bool) -> Result<ReadConn> {
        let permit = self.permits.clone().acquire_owned().await.map_err(|_| stopped())?;
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let pool = self.clone();
        let conn = match free {
            Some(conn) if !snapshot => conn,
            free => {
                blocking(move || {
                    let conn = free.map_or_else(|| open_reader(&pool.path), Ok)?;
                    if snapshot {
                        // The snapshot is taken by the first read, hence the read at once.
                        conn.execute_batch("BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1;").map_err(|e| failure("snapshot", &e))?;
                    }
                    Ok(conn)
                })
                .await?
            }
        };
        Ok(ReadConn { conn: Some(conn), pool: self.clone(), _permit: permit })
    }
}

/// A read-only connection on loan.
#[derive(Debug)]
pub(super) struct ReadConn {
    /// `None` while a blocking thread has it (or had it when its caller went away).
    conn: Option<Connection>,
    pool: Arc<Readers>,
    _permit: OwnedSemaphorePermit,
}

impl ReadConn {
    pub async fn rows(&mut self, name: &str, text: &str, args: &[Arg<'_>]) -> Result<Vec<Row>> {
        let (name, text) = (name.to_owned(), text.to_owned());
        let args: Vec<Arg<'static>> = args.iter().map(Arg::to_owned_arg).collect();
        self.on_thread(move |conn| rows(conn, &name, &text, &args)).await
    }

    #[cfg(any(test, feature = "testing"))]
    pub async fn prepare(&mut self, name: &str, text: &str) -> Result<()> {
        let (name, text) = (name.to_owned(), text.to_owned());
        self.on_thread(move |conn| prepare(conn, &name, &text)).await
    }

    async fn on_thread<T: Send + 'static>(&mut self, work: impl FnOnce(&Connection) -> Result<T> + Send + 'static) -> Result<T> {
        let conn = self.conn.take().ok_or_else(|| Error::Internal("a read was abandoned".into()))?;
        let (conn, result) = blocking(move || {
            let result = work(&conn);
            Ok((conn, result))
        })
        .await?;
        self.conn = Some(conn);
        result
    }
}

impl Drop for ReadConn {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take()
            && (conn.is_autocommit() || conn.execute_batch("ROLLBACK").is_ok())
        {
            self.pool.free.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
        }
    }
}

// ---- statements

impl rusqlite::ToSql for Arg<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Arg::Null => ValueRef::Null,
            Arg::Int(v) => ValueRef::Integer(*v),
            Arg::Bool(v) => ValueRef::Integer((*v).into()),
            Arg::Real(v) => ValueRef::Real(*v),
            Arg::Text(v) => ValueRef::Text(v.as_bytes()),
            Arg::Bytes(v) => ValueRef::Blob(v),
        }))
    }
}

pub(super) fn exec(conn: &Connection, name: &str, text: &str, args: &[Arg<'_>]) -> Result<u64> {
    let run = || conn.prepare_cached(text)?.execute(rusqlite::params_from_iter(args));
    run().map(|n| n as u64).map_err(|e| failure(name, &e))
}

pub(super) fn rows(conn: &Connection, name: &str, text: &str, args: &[Arg<'_>]) -> Result<Vec<Row>> {
    let run = || {
        let mut statement = conn.prepare_cached(text)?;
        let width = statement.column_count();
        let mut out = Vec::new();
        let mut shape = None;
        let mut rows = statement.query(rusqlite::params_from_iter(args))?;
        while let Some(row) = rows.next()? {
            let shape = shape.get_or_insert_with(|| {
                let columns = row.as_ref().column_names().iter().map(ToString::to_string).collect();
                Shape::new(name, text, columns)
            });
            let values = (0..width).map(|i| row.get_ref(i).map(value)).collect::<rusqlite::Result<Vec<_>>>()?;
            out.push(Row::new(shape.clone(), values));
        }
        Ok(out)
    };
    run().map_err(|e| failure(name, &e))
}

/// A text that is not UTF-8 comes as bytes: whoever expects a text is told which row does not fit, and `verify` can go on.
fn value(v: ValueRef<'_>) -> Value {
    match v {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(v) => Value::Int(v),
        ValueRef::Real(v) => Value::Real(v),
        ValueRef::Text(v) => std::str::from_utf8(v).map_or_else(|_| Value::Bytes(v.to_vec()), |t| Value::Text(t.to_owned())),
        ValueRef::Blob(v) => Value::Bytes(v.to_vec()),
    }
}

#[cfg(any(test, feature = "testing"))]
pub(super) fn prepare(conn: &Connection, name: &str, text: &str) -> Result<()> {
    conn.prepare(text).map(drop).map_err(|e| failure(name, &e))
}

/// SQLite's complaint in our words.
pub(super) fn failure(name: &str, e: &rusqlite::Error) -> Error {
    let rusqlite::Error::SqliteFailure(cause, message) = e else {
        return Error::Internal(format!("{name}: {e}"));
    };
    let words = format!("{name}: {}", message.as_deref().unwrap_or("no message"));
    match cause.code {
        ErrorCode::DiskFull => Error::Full(words),
        ErrorCode::SystemIoFailure => match cause.extended_code {
            ffi::SQLITE_IOERR_WRITE | ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_TRUNCATE | ffi::SQLITE_IOERR_SHMSIZE => {
                Error::Full(words)
            }
            _ => Error::Unavailable(words),
        },
        ErrorCode::CannotOpen | ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::Unavailable(words),
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
            Error::Corrupt { table: "database".into(), column: "file".into(), row: words }
        }
        ErrorCode::ConstraintViolation => Error::Constraint {
            broken: match cause.extended_code {
                ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => Broken::Unique,
                ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Broken::ForeignKey,
                _ => Broken::Value,
            },
            name: words,
        },
        _ => Error::Internal(words),
    }
}
