//! PostgreSQL: units run in parallel, each on a connection of its own at READ COMMITTED, and are run again on conflict. Pools for
//! units, for short and for long reads are apart, so that none starves another.
//!
//! Units run on a few threads of their own, not in the caller's task: so the future a unit makes need not be `Send` (which Rust
//! cannot yet say of an async closure), and a caller that goes away does not leave a unit half done.

use super::bulk::{Kind, NotEmpty, Table};
use super::error::{Broken, Error, Result};
use super::migrate::{self, Migration};
use super::sql::Sql;
use super::value::{Arg, Row, Shape, Value};
use super::{Conn, Reader, Tx, panicked};
use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime};
use futures_util::FutureExt as _;
use futures_util::future::{join, join_all};
use rules::time::Instant;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{NoTls, Statement, error::SqlState};

/// How often a unit is run before a conflict reaches its caller …
const ATTEMPTS: u32 = 16;
/// … when a unique key broke, which is mostly a defect or a real duplicate …
const ATTEMPTS_UNIQUE: u32 = 4;
/// … and when the connection had died before anything was committed.
const ATTEMPTS_LOST: u32 = 2;
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
// The snapshot is taken by the first query, hence the query at once.
const BEGIN_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1";

#[derive(Clone, Debug)]
pub(super) struct Postgres {
    threads: Arc<[mpsc::UnboundedSender<Box<dyn Job>>]>,
    turn: Arc<AtomicUsize>,
    units: Pool,
    short: Pool,
    long: Pool,
}

impl Postgres {
    /// Brings the schema up to date, or without a time only looks whether it is.
    pub async fn open(url: &str, migrations: &'static [Migration], now: Option<Instant>) -> Result<Self> {
        let mut config = configured(url)?;
        {
            let (mut client, connection) = config.connect(NoTls).await.map_err(|e| failure("connect", &e))?;
            let driver = tokio::spawn(connection);
            match now {
                Some(now) => migrate::postgres(&mut client, migrations, now).await?,
                None => migrate::postgres_is_current(&client, migrations).await?,
            }
            drop(client);
            let _ = driver.await;
        }
        let units = pool(&config, 16)?;
        let read_only = format!("{} -c default_transaction_read_only=on", config.get_options().unwrap_or_default());
        config.options(read_only);
        let threads = std::thread::available_parallelism().map_or(1, |n| n.get().min(4));
        let threads = (0..threads).map(|_| start_thread(units.clone())).collect::<Result<_>>()?;
        Ok(Self { threads, turn: Arc::default(), units, short: pool(&config, 12)?, long: pool(&config, 4)? })
    }

    pub fn write<T, F>(&self, unit: F) -> impl Future<Output = Result<T>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: AsyncFn(&mut Tx) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Box<dyn Job> = Box::new(Unit { unit, reply });
        let thread = self.threads[self.turn.fetch_add(1, Ordering::Relaxed) % self.threads.len()].clone();
        async move {
            // If the thread is gone the answer's sender goes with the unit, and that is reported here.
            let _ = thread.send(job);
            answer.await.unwrap_or_else(|_| Err(Error::Unavailable("the store is closed".into())))
        }
    }

    pub async fn read(&self) -> Result<PgConn> {
        PgConn::get(&self.short, State::Free).await
    }

    pub async fn snapshot(&self) -> Result<PgConn> {
        let conn = PgConn::get(&self.long, State::Snapshot).await?;
        conn.client()?.batch_execute(BEGIN_SNAPSHOT).await.map_err(|e| failure("snapshot", &e))?;
        Ok(conn)
    }

    pub fn close(&self) {
        for pool in [&self.units, &self.short, &self.long] {
            pool.close();
        }
    }
}

fn configured(url: &str) -> Result<tokio_postgres::Config> {
    let mut config: tokio_postgres::Config =
        url.parse().map_err(|_| Error::Unavailable("the database URL cannot be read (postgres://user@host:port/name)".into()))?;
    config.application_name("fangxin").connect_timeout(Duration::from_secs(10)).keepalives_idle(Duration::from_secs(60));
    Ok(config)
}

/// Removes the tables of a store that holds no event, or whose filling was not finished.
pub(super) async fn clear(url: &str, tables: &[Table]) -> Result<()> {
    let fail = |e: tokio_postgres::Error| failure("look", &e);
    let (client, connection) = configured(url)?.connect(NoTls).await.map_err(|e| failure("connect", &e))?;
    let driver = tokio::spawn(connection);
    let exists = "SELECT to_regclass('schema_version') IS NOT NULL AND to_regclass('event') IS NOT NULL";
    if client.query_one(exists, &[]).await.map_err(fail)?.get(0) {
        let record = "SELECT NOT EXISTS (SELECT 1 FROM schema_version WHERE length(sha256) = 0) AND EXISTS (SELECT 1 FROM event)";
        if client.query_one(record, &[]).await.map_err(fail)?.get(0) {
            return Err(Error::refuse(NotEmpty));
        }
    }
    let names: Vec<String> = tables.iter().map(|t| format!("\"{}\"", t.name)).collect();
    let drop_all = format!(
        "BEGIN; SET LOCAL client_min_messages = warning; DROP TABLE IF EXISTS {}, search_index; DROP SEQUENCE IF EXISTS search_doc; COMMIT",
        names.join(", ")
    );
    client.batch_execute(&drop_all).await.map_err(fail)?;
    drop(client);
    let _ = driver.await;
    Ok(())
}

// ---- units

trait Job: Send {
    /// Runs the unit, as often as it takes, and answers its caller.
    fn run(self: Box<Self>, pool: Pool) -> Pin<Box<dyn Future<Output = ()>>>;
}

struct Unit<F, T> {
    unit: F,
    reply: oneshot::Sender<Result<T>>,
}

impl<T: Send + 'static, F: AsyncFn(&mut Tx) -> Result<T> + Send + 'static> Job for Unit<F, T> {
    fn run(self: Box<Self>, pool: Pool) -> Pin<Box<dyn Future<Output = ()>>> {
        Box::pin(async move {
            // A caller that no longer waits is none of our business: the unit is done either way.
            let _ = self.reply.send(run(&pool, &self.unit).await);
        })
    }
}

/// A thread that runs units side by side until the last sender is gone.
fn start_thread(pool: Pool) -> Result<mpsc::UnboundedSender<Box<dyn Job>>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (send, mut jobs) = mpsc::unbounded_channel::<Box<dyn Job>>();
    std::thread::Builder::new().name("store-units".into()).spawn(move || {
        let local = tokio::task::LocalSet::new();
        local.spawn_local(async move {
            while let Some(job) = jobs.recv().await {
                tokio::task::spawn_local(job.run(pool.clone()));
            }
        });
        // Ends when the queue is closed and every unit done.
        runtime.block_on(local);
    })?;
    Ok(send)
}

async fn run<T>(pool: &Pool, unit: &impl AsyncFn(&mut Tx) -> Result<T>) -> Result<T> {
    let mut attempt = 0;
    loop {
        attempt += 1;
        let (error, committing) = match run_once(pool, unit).await {
            Ok(value) => return Ok(value),
            Err(failed) => failed,
        };
        let limit = match &error {
            Error::Conflict(_) => ATTEMPTS,
            e if e.is_unique() => ATTEMPTS_UNIQUE,
            // If the answer to COMMIT was lost nobody knows whether it happened: the caller sends it again by its ids.
            Error::Unavailable(_) if !committing => ATTEMPTS_LOST,
            _ => 0,
        };
        if attempt >= limit {
            return Err(error);
        }
        tokio::time::sleep(backoff(attempt)).await;
    }
}

/// Runs the unit once. With an error: whether COMMIT had been sent.
async fn run_once<T>(pool: &Pool, unit: &impl AsyncFn(&mut Tx) -> Result<T>) -> Result<T, (Error, bool)> {
    let conn = PgConn::get(pool, State::Unit { begun: false }).await.map_err(|e| (e, false))?;
    let mut tx = Tx(Reader::new(Conn::Pg(conn)));
    let outcome = AssertUnwindSafe(unit(&mut tx)).catch_unwind().await.unwrap_or_else(|_| Err(panicked()));
    let outcome = tx.settle(outcome);
    let Conn::Pg(mut conn) = tx.0.conn else {
        // The unit got `&mut Tx` and cannot have put another connection in.
        unreachable!("a PostgreSQL unit holds a PostgreSQL connection");
    };
    match outcome {
        Ok(value) => conn.end("COMMIT").await.map(|()| value).map_err(|e| (e, true)),
        Err(e) => {
            if matches!(e, Error::Unavailable(_)) {
                pool.retain(|_, _| false);
            } else {
                // If this fails the connection is dropped, which rolls back as well.
                let _ = conn.end("ROLLBACK").await;
            }
            Err((e, false))
        }
    }
}

// ---- connections

fn pool(config: &tokio_postgres::Config, size: usize) -> Result<Pool> {
    let manager = Manager::from_config(config.clone(), NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
    let ten_seconds = Some(Duration::from_secs(10));
    Pool::builder(manager)
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(ten_seconds)
        .create_timeout(ten_seconds)
        .build()
        .map_err(Error::internal)
}

/// Up to 2, 4, 8, … 64 ms, at random so that rivals part.
fn backoff(attempt: u32) -> Duration {
    let mut random = [0u8; 2];
    // Without randomness rivals only part later.
    let _ = getrandom::fill(&mut random);
    let most = 2_000u64 << attempt.min(6).saturating_sub(1);
    Duration::from_micros(most * u64::from(u16::from_be_bytes(random)) / 65_536)
}

#[derive(Debug, PartialEq)]
enum State {
    /// Each statement by itself.
    Free,
    /// A read-only transaction that sees one moment.
    Snapshot,
    /// A unit; BEGIN goes out with its first statement.
    Unit { begun: bool },
}

/// A connection on loan.
#[derive(Debug)]
pub(super) struct PgConn {
    client: Option<Object>,
    pool: Pool,
    state: State,
}

impl PgConn {
    async fn get(pool: &Pool, state: State) -> Result<Self> {
        let client = pool.get().await.map_err(|e| match e {
            PoolError::Backend(e) => failure("connect", &e),
            PoolError::Timeout(_) => Error::Unavailable("no connection became free in time".into()),
            PoolError::Closed => Error::Unavailable("the store is closed".into()),
            other => Error::internal(other),
        })?;
        Ok(Self { client: Some(client), pool: pool.clone(), state })
    }

    fn client(&self) -> Result<&Object> {
        self.client.as_ref().ok_or_else(|| Error::Internal("the connection is gone".into()))
    }

    async fn statement(&self, name: &str, text: &str) -> Result<Statement> {
        self.client()?.prepare_cached(text).await.map_err(|e| failure(name, &e))
    }

    /// Runs the statement; once more on a new connection if it stands alone and its connection had died.
    pub async fn rows(&mut self, name: &str, text: &str, args: &[Arg<'_>]) -> Result<Vec<Row>> {
        match self.rows_once(name, text, args).await {
            Err(Error::Unavailable(_)) if self.state == State::Free => {
                self.pool.retain(|_, _| false);
                self.client = None;
                self.client = Self::get(&self.pool, State::Free).await?.client.take();
                self.rows_once(name, text, args).await
            }
            other => other,
        }
    }

    async fn rows_once(&mut self, name: &str, text: &str, args: &[Arg<'_>]) -> Result<Vec<Row>> {
        let statement = self.statement(name, text).await?;
        let params = params(args);
        let begin = self.begin();
        let client = self.client()?;
        let run = client.query(&statement, &params);
        let rows = if begin {
            let (begun, rows) = join(client.batch_execute(BEGIN), run).await;
            begun.and(rows)
        } else {
            run.await
        };
        let rows = rows.map_err(|e| failure(name, &e))?;
        let shape = Shape::new(name, text, statement.columns().iter().map(|c| c.name().to_owned()).collect());
        rows.iter().map(|row| Ok(Row::new(shape.clone(), values(name, row)?))).collect()
    }

    pub async fn exec(&mut self, name: &str, text: &str, args: &[Arg<'_>]) -> Result<u64> {
        let statement = self.statement(name, text).await?;
        let params = params(args);
        let begin = self.begin();
        let client = self.client()?;
        let run = client.execute(&statement, &params);
        let changed = if begin {
            let (begun, changed) = join(client.batch_execute(BEGIN), run).await;
            begun.and(changed)
        } else {
            run.await
        };
        changed.map_err(|e| failure(name, &e))
    }

    /// Adds many rows at once.
    pub async fn copy_in(&mut self, table: &Table, rows: &[Vec<Arg<'_>>]) -> Result<()> {
        let fail = |e: tokio_postgres::Error| failure(&table.name, &e);
        let begin = self.begin();
        let client = self.client()?;
        if begin {
            client.batch_execute(BEGIN).await.map_err(fail)?;
        }
        let types: Vec<Type> = table.kinds().map(type_of).collect();
        let sink = client.copy_in(&table.copy_in()).await.map_err(fail)?;
        let mut writer = std::pin::pin!(BinaryCopyInWriter::new(sink, &types));
        for row in rows {
            writer.as_mut().write(&params(row)).await.map_err(fail)?;
        }
        writer.as_mut().finish().await.map(drop).map_err(fail)
    }

    pub async fn batch(&mut self, statements: &[(Sql, Vec<Arg<'_>>)]) -> Result<Vec<u64>> {
        let mut prepared = Vec::with_capacity(statements.len());
        for (sql, args) in statements {
            prepared.push((sql.name, self.statement(sql.name, sql.postgres).await?, params(args)));
        }
        let begin = self.begin();
        let client = self.client()?;
        // Each is sent when first polled, and they are polled in order. All answers are waited for: the first error in this order is the
        // cause, the others only say that the transaction is aborted, and may be heard first.
        let sent =
            prepared.iter().map(async |(name, statement, params)| client.execute(statement, params).await.map_err(|e| failure(name, &e)));
        let all = async { join_all(sent).await.into_iter().collect::<Result<Vec<u64>>>() };
        if begin {
            let (begun, changed) = join(client.batch_execute(BEGIN), all).await;
            begun.map_err(|e| failure("BEGIN", &e)).and(changed)
        } else {
            all.await
        }
    }

    #[cfg(any(test, feature = "testing"))]
    pub async fn prepare_only(&mut self, name: &str, text: &str) -> Result<()> {
        self.client()?.prepare(text).await.map(drop).map_err(|e| failure(name, &e))
    }

    /// Whether BEGIN must go out before the next statement; from then on it has.
    fn begin(&mut self) -> bool {
        match &mut self.state {
            State::Unit { begun } => !std::mem::replace(begun, true),
            _ => false,
        }
    }

    /// Ends the unit and gives the connection back.
    async fn end(&mut self, how: &str) -> Result<()> {
        if self.state == (State::Unit { begun: true }) {
            self.client()?.batch_execute(how).await.map_err(|e| failure(how, &e))?;
        }
        self.state = State::Free;
        Ok(())
    }
}

impl Drop for PgConn {
    fn drop(&mut self) {
        // A connection with an open transaction is not given back but closed; the server then rolls back.
        if matches!(self.state, State::Snapshot | State::Unit { begun: true })
            && let Some(client) = self.client.take()
        {
            drop(Object::take(client));
        }
    }
}

fn params<'a>(args: &'a [Arg<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    args.iter().map(|a| a as &(dyn ToSql + Sync)).collect()
}

fn type_of(kind: Kind) -> Type {
    match kind {
        Kind::Int => Type::INT8,
        Kind::Bool => Type::BOOL,
        Kind::Real => Type::FLOAT8,
        Kind::Text => Type::TEXT,
        Kind::Bytes => Type::BYTEA,
    }
}

impl ToSql for Arg<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Arg::Null => Ok(IsNull::Yes),
            Arg::Int(v) if *ty == Type::INT8 => v.to_sql(ty, out),
            Arg::Int(v) if *ty == Type::INT4 => i32::try_from(*v)?.to_sql(ty, out),
            Arg::Int(v) if *ty == Type::FLOAT8 => (*v as f64).to_sql(ty, out),
            Arg::Bool(v) if *ty == Type::BOOL => v.to_sql(ty, out),
            Arg::Real(v) if *ty == Type::FLOAT8 => v.to_sql(ty, out),
            Arg::Text(v) if <&str as ToSql>::accepts(ty) => v.as_ref().to_sql(ty, out),
            Arg::Bytes(v) if *ty == Type::BYTEA => v.as_ref().to_sql(ty, out),
            _ => Err(format!("the argument does not fit the column type {ty}").into()),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}

fn values(name: &str, row: &tokio_postgres::Row) -> Result<Vec<Value>> {
    let get = |i: usize, ty: &Type| -> Result<Option<Value>, tokio_postgres::Error> {
        Ok(match *ty {
            Type::INT8 => row.try_get::<_, Option<i64>>(i)?.map(Value::Int),
            Type::INT4 => row.try_get::<_, Option<i32>>(i)?.map(|v| Value::Int(v.into())),
            Type::BOOL => row.try_get::<_, Option<bool>>(i)?.map(Value::Bool),
            Type::FLOAT8 => row.try_get::<_, Option<f64>>(i)?.map(Value::Real),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(i)?.map(Value::Bytes),
            _ => row.try_get::<_, Option<String>>(i)?.map(Value::Text),
        })
    };
    let columns = row.columns().iter().enumerate();
    columns
        .map(|(i, column)| match get(i, column.type_()) {
            Ok(value) => Ok(value.unwrap_or(Value::Null)),
            Err(_) => {
                Err(Error::Internal(format!("{name}: column {} has type {}; cast it in the statement", column.name(), column.type_())))
            }
        })
        .collect()
}

/// PostgreSQL's complaint in our words; its detail, which may hold values, is left out.
pub(super) fn failure(name: &str, e: &tokio_postgres::Error) -> Error {
    let Some(db) = e.as_db_error() else {
        let words = format!("{name}: {e}");
        let lost = e.is_closed() || std::error::Error::source(e).is_some_and(|s| s.is::<std::io::Error>()) || words.contains("connect");
        return if lost { Error::Unavailable(words) } else { Error::Internal(words) };
    };
    let code = db.code();
    let constraint = |broken| {
        let place = db.constraint().or(db.column()).unwrap_or("?");
        Error::Constraint { broken, name: format!("{name}: {}.{place}", db.table().unwrap_or("?")) }
    };
    let words = || format!("{name}: {} ({})", db.message(), code.code());
    match code {
        c if *c == SqlState::T_R_SERIALIZATION_FAILURE || *c == SqlState::T_R_DEADLOCK_DETECTED || *c == SqlState::LOCK_NOT_AVAILABLE => {
            Error::Conflict(words())
        }
        c if *c == SqlState::UNIQUE_VIOLATION => constraint(Broken::Unique),
        c if *c == SqlState::FOREIGN_KEY_VIOLATION => constraint(Broken::ForeignKey),
        c if c.code().starts_with("23") => constraint(Broken::Value),
        c if *c == SqlState::DISK_FULL || *c == SqlState::CONFIGURATION_LIMIT_EXCEEDED => Error::Full(words()),
        c if *c == SqlState::DATA_CORRUPTED || *c == SqlState::INDEX_CORRUPTED => {
            Error::Corrupt { table: db.table().unwrap_or("?").into(), column: "?".into(), row: words() }
        }
        // 08 connection, 57P shutdown, 53 resources, 3D000 and 28 (no such database, not let in): the operator must act.
        c if ["08", "53", "57P", "28", "3D"].iter().any(|class| c.code().starts_with(class)) => Error::Unavailable(words()),
        _ => Error::Internal(words()),
    }
}
