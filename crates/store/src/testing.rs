//! One body per storage test, run on both engines.
//!
//! ```text
//! store::both_engines! {
//!     /// What the test proves.
//!     async fn a_case_is_kept(db: TestDb) {
//!         db.write(async |tx: &mut Tx| tx.exec(INSERT, args![1i64]).await).await.unwrap();
//!     }
//! }
//! ```
//! makes the tests `a_case_is_kept::sqlite` and `a_case_is_kept::postgres`. With `with MIGRATIONS;` before the function the database has that
//! schema instead of the store's own. PostgreSQL is the throw-away server whose maintenance database `FANGXIN_TEST_PG` names
//! (`bin/pg start` prints it); each test has a database of its own there. Without it those tests fail when `CI=true` and
//! print `NOT RUN` elsewhere.

use crate::engine::migrate::Migration;
use crate::engine::{Arg, Db, Query, Result, Row, Target, Tx};
use futures_util::FutureExt as _;
use rules::time::Instant;
use std::future::Future;
use std::ops::Deref;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tokio_postgres::NoTls;

/// The time at which test databases are made.
pub const NOW: Instant = Instant(1_776_000_000_000_000);

/// A database of a test's own; dereferences to [`Db`].
#[derive(Clone, Debug)]
pub struct TestDb {
    db: Db,
    target: Target,
    migrations: &'static [Migration],
    /// A directory that lives as long as the test, for keys and files; on SQLite the data directory.
    dir: Arc<tempfile::TempDir>,
}

impl Deref for TestDb {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.db
    }
}

impl TestDb {
    async fn open(target: Option<Target>, migrations: &'static [Migration]) -> Self {
        let dir = Arc::new(tempfile::tempdir().expect("a temporary directory"));
        let target = target.unwrap_or_else(|| Target::Data(dir.path().to_owned()));
        let db = Db::open(&target, migrations, NOW).await.expect("the test database opens");
        Self { db, target, migrations, dir }
    }

    /// The handle itself, to be cloned into tasks.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Where the database is.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// A directory that lives as long as the test.
    #[must_use]
    pub fn dir(&self) -> &std::path::Path {
        self.dir.path()
    }

    /// Another handle on the same database, as a second server would have.
    ///
    /// # Panics
    /// If it does not open: a test cannot go on.
    pub async fn another(&self) -> Db {
        Db::open(&self.target, self.migrations, NOW).await.expect("the test database opens again")
    }

    /// Reads with a statement made up by the test.
    ///
    /// # Panics
    /// If it does not run: a test cannot go on.
    pub async fn rows(&self, sql: String) -> Vec<Row> {
        let query = Query::new(Box::leak(sql.into_boxed_str()), &[]);
        self.db.read().await.expect("a connection").query(&query).await.expect("the test's statement runs")
    }

    /// Changes rows behind the store's back, with statements made up by the test (`?` for the arguments), all or none. Passes nothing by
    /// but the store's own functions: constraints hold, and the engine writes as always.
    ///
    /// # Errors
    /// Those of the engine.
    pub async fn change(&self, statements: Vec<(String, Vec<Arg<'static>>)>) -> Result<u64> {
        let queries: Vec<Query> = statements.into_iter().map(|(sql, args)| Query::new(Box::leak(sql.into_boxed_str()), &args)).collect();
        let unit = async move |tx: &mut Tx| {
            let mut changed = 0;
            for query in &queries {
                changed += tx.exec_query(query).await?;
            }
            Ok(changed)
        };
        self.db.write(unit).await
    }

    /// Makes the disk look full to the SQLite writer (`true`) or roomy again. Does nothing on PostgreSQL.
    pub async fn set_disk_full(&self, full: bool) {
        disk_full(&self.db, full).await;
    }

    /// Ends every connection of this database as an administrator's restart would. Does nothing on SQLite.
    pub async fn kill_connections(&self) {
        if let Target::Url(url) = &self.target {
            let name = url.rsplit('/').next().unwrap_or_default().to_owned();
            let kill = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
            if let Some(admin) = admin_url() {
                administer(&admin, &kill).await;
            }
        }
    }
}

/// Makes the disk look full to the SQLite writer behind a handle (`true`) or roomy again. Does nothing on PostgreSQL.
pub async fn disk_full(db: &Db, full: bool) {
    let (done, wait) = tokio::sync::oneshot::channel();
    db.sqlite_hook(move |conn| {
        let pages: i64 = conn.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap_or(1);
        let limit = if full { pages } else { 1_073_741_823 };
        let _ = conn.query_row(&format!("PRAGMA max_page_count={limit}"), [], |_| Ok(()));
        let _ = done.send(());
    });
    let _ = wait.await;
}

fn admin_url() -> Option<String> {
    std::env::var("FANGXIN_TEST_PG").ok().filter(|url| !url.is_empty())
}

async fn administer(url: &str, statement: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("FANGXIN_TEST_PG answers");
    let driver = tokio::spawn(connection);
    client.batch_execute(statement).await.expect("the maintenance statement works");
    drop(client);
    let _ = driver.await;
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

/// Runs `body` on a new SQLite database.
///
/// # Panics
/// As `body` does.
pub fn on_sqlite<F: Future<Output = ()>>(migrations: &'static [Migration], body: impl FnOnce(TestDb) -> F) {
    runtime().block_on(async { body(TestDb::open(None, migrations).await).await });
}

/// Runs `body` on a new PostgreSQL database and drops it afterwards, or prints `NOT RUN: 1`.
///
/// # Panics
/// As `body` does; with `CI=true` also when there is no server.
pub fn on_postgres<F: Future<Output = ()>>(migrations: &'static [Migration], body: impl FnOnce(TestDb) -> F) {
    let Some(admin) = admin_url() else {
        assert!(std::env::var("CI").as_deref() != Ok("true"), "FANGXIN_TEST_PG is not set (bin/pg start prints it)");
        eprintln!("NOT RUN: 1 (FANGXIN_TEST_PG is not set; bin/pg start prints it)");
        return;
    };
    let mut random = [0u8; 8];
    getrandom::fill(&mut random).expect("randomness");
    let name = format!("fangxin_test_{:016x}", u64::from_be_bytes(random));
    let base = admin.rsplit_once('/').expect("FANGXIN_TEST_PG ends in /database").0;
    let target = Target::Url(format!("{base}/{name}"));
    runtime().block_on(async {
        administer(&admin, &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")).await;
        let test = async { body(TestDb::open(Some(target), migrations).await).await };
        let outcome = AssertUnwindSafe(test).catch_unwind().await;
        administer(&admin, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        if let Err(panic) = outcome {
            std::panic::resume_unwind(panic);
        }
    });
}

/// See the module's documentation.
#[macro_export]
macro_rules! both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident : TestDb) $body:block)+) => {
        $crate::both_engines! { with $crate::MIGRATIONS; $($(#[$meta])* async fn $name($db: TestDb) $body)+ }
    };
    (with $migrations:expr; $($(#[$meta:meta])* async fn $name:ident($db:ident : TestDb) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            use super::*;
            async fn body($db: $crate::testing::TestDb) $body
            #[test]
            fn sqlite() { $crate::testing::on_sqlite($migrations, body); }
            #[test]
            fn postgres() { $crate::testing::on_postgres($migrations, body); }
        }
    )+};
}
