//! Two engines behind one facade. True inside this folder: it is the only place that knows two engines exist (search and the
//! queue's claim excepted), no statement is built from outside text, and no clock is read.
//!
//! ```text
//! let db = Db::open(&Target::Data("./data".into()), migrations(), now).await?;
//! let id = CaseId(Id::v7(now, random));
//! db.write(async move |tx| {                            // runs once or several times: it must only touch `tx`
//!     tx.exec(INSERT_CASE, args![locality, id, now]).await?;
//!     let n: i64 = tx.one(COUNT, args![locality]).await?.get(0)?;
//!     Ok(n)
//! }).await?;
//! let mut reader = db.read().await?;                   // one statement at a time, each seeing what is committed
//! let rows = reader.all(CASES, args![locality, 50i64]).await?;
//! ```
//!
//! A helper that only reads takes `&mut Reader`; a `&mut Tx` is one by dereferencing.

pub mod bulk;
mod error;
pub mod migrate;
mod postgres;
mod recording;
mod sql;
mod sqlite;
mod value;

pub use error::{Broken, Error, Result};
pub use recording::Recording;
#[doc(hidden)]
pub use sql::numbered;
pub use sql::{Batch, Query, Sql};
pub use value::{Arg, FromValue, Row, Value};

use futures_util::future::Either;
use migrate::Migration;
use rules::time::Instant;
use sql::SqlRef;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;

/// Where the data is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A data directory with an embedded SQLite database `fangxin.db`; made if missing.
    Data(PathBuf),
    /// A PostgreSQL URL, `postgres://user@host:port/database`.
    Url(String),
}

/// Which engine a handle talks to. Only `search` and the queue's claim may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Embedded SQLite.
    Sqlite,
    /// PostgreSQL or a compatible distributed engine.
    Postgres,
}

/// A database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Db(Backend);

#[derive(Clone, Debug)]
enum Backend {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
}

impl Db {
    /// Opens the database, bringing its schema up to date first (see [`migrate`]). `now` is recorded beside each migration applied.
    ///
    /// # Errors
    /// [`Error::Schema`] if the schema is newer than `migrations` or one of them was changed; [`Error::Unavailable`], [`Error::Full`].
    pub async fn open(target: &Target, migrations: &'static [Migration], now: Instant) -> Result<Self> {
        Self::open_as(target, migrations, Some(now)).await
    }

    /// The engine behind this handle.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match &self.0 {
            Backend::Sqlite(_) => Engine::Sqlite,
            Backend::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs a unit of work and returns once it is durable.
    ///
    /// `unit` may be run several times (on PostgreSQL after a conflict, on SQLite when a neighbour broke the shared transaction), so
    /// it takes ids and times made beforehand and changes nothing but `tx`. It must wait for nothing but `tx`. If it returns an
    /// error or panics, all it wrote is undone and only its own caller hears of it. A statement that failed cannot be
    /// overlooked: the unit fails even if it returns `Ok`.
    ///
    /// # Errors
    /// The unit's own; [`Error::Conflict`] when retries are used up; [`Error::Full`], [`Error::Unavailable`]. After `Unavailable` the unit
    /// may have been committed (the connection broke while the answer was on its way): units carry ids made beforehand so
    /// that sending them again is harmless.
    pub fn write<T, F>(&self, unit: F) -> impl Future<Output = Result<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
    {
        match &self.0 {
            Backend::Sqlite(db) => Either::Left(db.write(unit)),
            Backend::Postgres(db) => Either::Right(db.write(unit)),
        }
    }

    /// A handle for reading; each statement sees what is committed when it runs. Give it back (drop it) soon.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if no connection can be had.
    pub async fn read(&self) -> Result<Reader> {
        Ok(Reader::new(match &self.0 {
            Backend::Sqlite(db) => Conn::Pooled(db.read().await?),
            Backend::Postgres(db) => Conn::Pg(db.read().await?),
        }))
    }

    /// A handle for long reading — exports, `verify` — whose statements all see one moment. It has connections of its own, so
    /// that long reads do not hold up short ones.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if no connection can be had.
    pub async fn snapshot(&self) -> Result<Reader> {
        Ok(Reader::new(match &self.0 {
            Backend::Sqlite(db) => Conn::Pooled(db.snapshot().await?),
            Backend::Postgres(db) => Conn::Pg(db.snapshot().await?),
        }))
    }

    /// Every table and column of the schema in order, the search index's own tables excepted.
    ///
    /// # Errors
    /// Those of reading.
    pub async fn columns(&self) -> Result<Vec<(String, String)>> {
        let mut reader = self.read().await?;
        let rows = reader.all(migrate::COLUMNS, &[]).await?;
        rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
    }

    /// Stops taking units and, on SQLite, waits until the last is durable and the log is folded into the database file.
    pub async fn close(&self) {
        match &self.0 {
            Backend::Sqlite(db) => db.close().await,
            Backend::Postgres(db) => db.close(),
        }
    }

    /// Stops waiting for the disk: for a store that can be made again from its seed. Until it is opened the next time, what is committed
    /// may be lost when the machine stops; on PostgreSQL nothing changes.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn relax(&self) -> Result<()> {
        match &self.0 {
            Backend::Sqlite(db) => db.relax().await,
            Backend::Postgres(_) => Ok(()),
        }
    }

    /// From now on counts the units that commit and, with `keep`, keeps their statements for [`Recording::replay`].
    ///
    /// # Errors
    /// On PostgreSQL; when the store is closed.
    pub async fn record(&self, keep: bool) -> Result<()> {
        match &self.0 {
            Backend::Sqlite(db) => db.record(Some(Recording::new(keep))).await.map(|_| ()),
            Backend::Postgres(_) => Err(recording::unsupported()),
        }
    }

    /// Stops counting and keeping, and hands over what there is.
    ///
    /// # Errors
    /// As [`Db::record`].
    pub async fn recorded(&self) -> Result<Recording> {
        match &self.0 {
            Backend::Sqlite(db) => db.record(None).await,
            Backend::Postgres(_) => Err(recording::unsupported()),
        }
    }

    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn sqlite_hook(&self, hook: impl FnOnce(&rusqlite::Connection) + Send + 'static) {
        if let Backend::Sqlite(db) = &self.0 {
            db.hook(Box::new(hook));
        }
    }
}

/// Reads. Obtained from [`Db::read`] or [`Db::snapshot`], or from a [`Tx`] by dereferencing.
#[derive(Debug)]
pub struct Reader {
    conn: Conn,
    /// Inside a unit: a statement failed, so the unit must.
    failed: bool,
    /// Keeps what is asked, while somebody measures.
    recording: Option<Box<Recording>>,
    /// The plans of the built queries run, while a test watches.
    #[cfg(any(test, feature = "testing"))]
    plans: Option<Vec<Vec<String>>>,
}

#[derive(Debug)]
enum Conn {
    /// The writer thread's own connection, inside a unit.
    Writer(rusqlite::Connection),
    /// A read-only SQLite connection.
    Pooled(sqlite::ReadConn),
    /// A PostgreSQL connection, inside a unit or not.
    Pg(postgres::PgConn),
}

impl Reader {
    fn new(conn: Conn) -> Self {
        Self {
            conn,
            failed: false,
            recording: None,
            #[cfg(any(test, feature = "testing"))]
            plans: None,
        }
    }

    /// The engine behind this handle. Only `search` and the queue's claim may ask.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match &self.conn {
            Conn::Pg(_) => Engine::Postgres,
            _ => Engine::Sqlite,
        }
    }

    /// All rows.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn all(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<Vec<Row>> {
        self.rows(sql.as_ref(), args).await
    }

    /// The row, or none. More than one is a defect and an [`Error::Internal`].
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn opt(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<Option<Row>> {
        let mut rows = self.rows(sql.as_ref(), args).await?;
        if rows.len() > 1 {
            return Err(Error::Internal(format!("{}: {} rows where one was expected", sql.name(), rows.len())));
        }
        Ok(rows.pop())
    }

    /// The one row.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none.
    pub async fn one(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<Row> {
        self.opt(sql, args).await?.ok_or(Error::NotFound(sql.name()))
    }

    /// All rows of a built query.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn query(&mut self, query: &Query) -> Result<Vec<Row>> {
        #[cfg(any(test, feature = "testing"))]
        if self.plans.is_some() {
            let plan = self.explain_query(query).await?;
            self.plans.get_or_insert_default().push(plan);
        }
        let (sqlite, postgres) = query.texts();
        self.rows(SqlRef { name: "query", sqlite: &sqlite, postgres }, query.args()).await
    }

    /// Begins to keep the plan of every built query, and gives those kept so far.
    #[cfg(any(test, feature = "testing"))]
    pub fn watch_plans(&mut self) -> Vec<Vec<String>> {
        self.plans.replace(Vec::new()).unwrap_or_default()
    }

    async fn rows(&mut self, sql: SqlRef<'_>, args: &[Arg<'_>]) -> Result<Vec<Row>> {
        self.note(sql.sqlite, args);
        let result = match value::check_args(sql.name, args) {
            Err(e) => Err(e),
            Ok(()) => match &mut self.conn {
                Conn::Writer(conn) => sqlite::rows(conn, sql.name, sql.sqlite, args),
                Conn::Pooled(conn) => conn.rows(sql.name, sql.sqlite, args).await,
                Conn::Pg(conn) => conn.rows(sql.name, sql.postgres, args).await,
            },
        };
        self.failed |= result.is_err();
        result
    }

    fn note(&mut self, text: &str, args: &[Arg<'_>]) {
        if let Some(recording) = &mut self.recording {
            recording.note(text, args);
        }
    }

    /// Prepares a statement without running it, for the test that every constant is valid on both engines.
    ///
    /// # Errors
    /// The engine's complaint.
    #[cfg(any(test, feature = "testing"))]
    pub async fn prepare(&mut self, sql: Sql) -> Result<()> {
        match &mut self.conn {
            Conn::Writer(conn) => sqlite::prepare(conn, sql.name, sql.sqlite),
            Conn::Pooled(conn) => conn.prepare(sql.name, sql.sqlite).await,
            Conn::Pg(conn) => conn.prepare_only(sql.name, sql.postgres).await,
        }
    }

    /// The engine's plan for a statement, a line each, for tests that no request path scans a table.
    ///
    /// # Errors
    /// The engine's complaint.
    #[cfg(any(test, feature = "testing"))]
    pub async fn explain(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<Vec<String>> {
        self.explain_texts(SqlRef { name: sql.name, sqlite: sql.sqlite, postgres: sql.postgres }, args).await
    }

    /// As [`Reader::explain`], for a built query.
    ///
    /// # Errors
    /// The engine's complaint.
    #[cfg(any(test, feature = "testing"))]
    pub async fn explain_query(&mut self, query: &Query) -> Result<Vec<String>> {
        let (sqlite, postgres) = query.texts();
        self.explain_texts(SqlRef { name: "query", sqlite: &sqlite, postgres }, query.args()).await
    }

    #[cfg(any(test, feature = "testing"))]
    async fn explain_texts(&mut self, sql: SqlRef<'_>, args: &[Arg<'_>]) -> Result<Vec<String>> {
        let (sqlite, postgres) = (format!("EXPLAIN QUERY PLAN {}", sql.sqlite), format!("EXPLAIN {}", sql.postgres));
        let column = if self.engine() == Engine::Sqlite { 3 } else { 0 };
        let rows = self.rows(SqlRef { name: sql.name, sqlite: &sqlite, postgres: &postgres }, args).await?;
        rows.iter().map(|row| row.get(column)).collect()
    }
}

/// A unit of work in progress: reads (by dereferencing to [`Reader`]) and writes.
#[derive(Debug)]
pub struct Tx(Reader);

impl Deref for Tx {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.0
    }
}
impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Reader {
        &mut self.0
    }
}

impl Tx {
    /// Runs a statement and returns how many rows it changed.
    ///
    /// # Errors
    /// Those of the engine; the unit cannot succeed after one.
    pub async fn exec(&mut self, sql: Sql, args: &[Arg<'_>]) -> Result<u64> {
        self.run(sql.as_ref(), args).await
    }

    /// Runs a statement that must change exactly `rows` rows: the optimistic check.
    ///
    /// # Errors
    /// [`Error::Conflict`] if it changed another number.
    pub async fn exec_expect(&mut self, sql: Sql, args: &[Arg<'_>], rows: u64) -> Result<()> {
        match self.exec(sql, args).await? {
            n if n == rows => Ok(()),
            n => Err(Error::Conflict(format!("{}: {n} rows instead of {rows}", sql.name()))),
        }
    }

    /// Runs a built statement and returns how many rows it changed.
    ///
    /// # Errors
    /// Those of the engine; the unit cannot succeed after one.
    pub async fn exec_query(&mut self, query: &Query) -> Result<u64> {
        let (sqlite, postgres) = query.texts();
        self.run(SqlRef { name: "query", sqlite: &sqlite, postgres }, query.args()).await
    }

    /// Runs statements in order — on PostgreSQL sent together, without waiting for each answer — and returns how many rows
    /// each changed.
    ///
    /// # Errors
    /// The first one's; the unit cannot succeed after one.
    pub async fn batch<'a>(&mut self, statements: impl AsRef<[(Sql, Vec<Arg<'a>>)]>) -> Result<Vec<u64>> {
        let statements = statements.as_ref();
        for (sql, args) in statements {
            self.note(sql.sqlite, args);
            if let Err(e) = value::check_args(sql.name, args) {
                self.failed = true;
                return Err(e);
            }
        }
        let result = match &mut self.conn {
            Conn::Writer(conn) => statements.iter().map(|(sql, args)| sqlite::exec(conn, sql.name, sql.sqlite, args)).collect(),
            Conn::Pooled(_) => Err(Error::Internal("a write outside a unit".into())),
            Conn::Pg(conn) => conn.batch(statements).await,
        };
        self.failed |= result.is_err();
        result
    }

    async fn run(&mut self, sql: SqlRef<'_>, args: &[Arg<'_>]) -> Result<u64> {
        self.note(sql.sqlite, args);
        let result = match value::check_args(sql.name, args) {
            Err(e) => Err(e),
            Ok(()) => match &mut self.conn {
                Conn::Writer(conn) => sqlite::exec(conn, sql.name, sql.sqlite, args),
                Conn::Pooled(_) => Err(Error::Internal("a write outside a unit".into())),
                Conn::Pg(conn) => conn.exec(sql.name, sql.postgres, args).await,
            },
        };
        self.failed |= result.is_err();
        result
    }

    /// The unit's outcome once it returned: `Ok` only if no statement failed on the way.
    fn settle<T>(&self, outcome: Result<T>) -> Result<T> {
        match outcome {
            Ok(_) if self.failed => Err(Error::Internal("a unit went on after a statement had failed".into())),
            other => other,
        }
    }
}

/// What a panic inside a unit becomes. The message may hold anything, so it is not repeated.
fn panicked() -> Error {
    Error::Internal("a unit of work panicked".into())
}

#[cfg(test)]
mod tests;
