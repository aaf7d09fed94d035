//! The facade's promises, each on both engines.

use super::migrate::Migration;
use super::*;
use crate::{args, both_engines, statements};
use futures_util::FutureExt as _;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

const SCHEMA: &[Migration] = &[Migration {
    name: "test",
    text: "CREATE TABLE parent (\n  locality BIGINT NOT NULL,\n  id BYTEA NOT NULL,\n  name TEXT,\n  PRIMARY KEY (locality, id)\n)/*clustered*/;
CREATE TABLE child (\n  locality BIGINT NOT NULL,\n  id BYTEA NOT NULL,\n  seq BIGINT NOT NULL,\n  ok BOOLEAN,\n  amount DOUBLE PRECISION,
  PRIMARY KEY (locality, id, seq),\n  FOREIGN KEY (locality, id) REFERENCES parent (locality, id)\n)/*clustered*/;
CREATE TABLE counter (id BIGINT PRIMARY KEY, n BIGINT NOT NULL CHECK (n >= 0));
INSERT INTO counter (id, n) VALUES (1, 0);
",
}];

statements! {
    CHECK = "SELECT integrity_check FROM pragma_integrity_check", postgres = "SELECT CAST('ok' AS TEXT)";
    PARENT = "INSERT INTO parent (locality, id, name) VALUES ($1, $2, $3)";
    PARENTS = "SELECT locality, id, name FROM parent WHERE locality = $1 ORDER BY id";
    // The placeholders stand out of order on purpose.
    RENAME = "UPDATE parent SET name = $3 WHERE id = $2 AND locality = $1";
    CHILD = "INSERT INTO child (locality, id, seq, ok, amount) VALUES ($1, $2, $3, $4, $5)";
    CHILDREN = "SELECT locality, id, seq, ok, amount FROM child WHERE locality = $1 AND id = $2 ORDER BY seq";
    COUNT = "SELECT CAST(COUNT(*) AS BIGINT), CAST(COALESCE(SUM(locality), 0) AS BIGINT) FROM parent";
    NEXT_SEQ = "SELECT COALESCE(MAX(seq), 0) + 1 FROM child WHERE locality = $1 AND id = $2";
    READ_N = "SELECT n FROM counter WHERE id = 1";
    SET_N = "UPDATE counter SET n = $2 WHERE id = 1 AND n = $1";
    RETURNING = "INSERT INTO counter (id, n) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET n = excluded.n RETURNING id, n";
}

fn id(n: u8) -> Id {
    Id([n; 16])
}
use rules::ids::{Id, Locality};
const L: Locality = Locality(371_425);

async fn count(db: &Db) -> i64 {
    db.read().await.unwrap().one(COUNT, &[]).await.unwrap().get(0).unwrap()
}

both_engines! { with SCHEMA;

async fn every_statement_prepares(db: TestDb) {
    let mut reader = db.read().await.unwrap();
    for sql in ALL.iter().chain(super::migrate::ALL) {
        reader.prepare(*sql).await.unwrap();
    }
    let plan = reader.explain(PARENTS, args![L]).await.unwrap();
    assert!(!plan.is_empty());
}

async fn values_come_back_as_they_went(db: TestDb) {
    let changed = db.write(async |tx| {
        tx.exec(PARENT, args![L, id(1), "㛃䶮𬭎 '\"%_"]).await?;
        tx.exec(PARENT, args![L, id(2), None::<&str>]).await?;
        tx.exec(CHILD, args![L, id(1), i64::MAX, true, 0.1]).await?;
        tx.exec(CHILD, args![L, id(1), i64::MIN, None::<bool>, None::<f64>]).await?;
        tx.exec(RENAME, args![L, id(2), "two"]).await
    }).await.unwrap();
    assert_eq!(changed, 1);
    let mut reader = db.read().await.unwrap();
    let rows = reader.all(PARENTS, args![L]).await.unwrap();
    assert_eq!(rows[0].get::<String>(2).unwrap(), "㛃䶮𬭎 '\"%_");
    assert_eq!((rows[1].get::<Locality>(0).unwrap(), rows[1].get::<Id>(1).unwrap()), (L, id(2)));
    assert_eq!(rows[1].get::<Option<String>>(2).unwrap().as_deref(), Some("two"));
    let rows = reader.all(CHILDREN, args![L, id(1)]).await.unwrap();
    assert_eq!((rows[0].get::<i64>(2).unwrap(), rows[0].get::<Option<bool>>(3).unwrap()), (i64::MIN, None));
    assert_eq!((rows[1].get::<bool>(3).unwrap(), rows[1].get::<f64>(4).unwrap()), (true, 0.1));
    let Error::Corrupt { table, column, .. } = rows[0].get::<bool>(3).unwrap_err() else { panic!() };
    assert_eq!((table.as_str(), column.as_str()), ("child", "ok"));
    let mut q = Query::new("SELECT seq FROM child WHERE locality = ?", args![L]);
    q.list(" AND seq IN (", [i64::MAX, 5, 6], ")").push(" ORDER BY seq LIMIT ?", args![10i64]);
    assert_eq!(reader.query(&q).await.unwrap().len(), 1);
    assert!(reader.opt(PARENTS, args![Locality(1)]).await.unwrap().is_none());
    assert!(matches!(reader.one(PARENTS, args![Locality(1)]).await, Err(Error::NotFound("PARENTS"))));
    assert!(matches!(reader.opt(PARENTS, args![L]).await, Err(Error::Internal(_))));
}

async fn a_reader_cannot_write(db: TestDb) {
    assert!(db.read().await.unwrap().all(RETURNING, args![7i64, 7i64]).await.is_err());
    assert!(db.snapshot().await.unwrap().all(RETURNING, args![7i64, 7i64]).await.is_err());
    let row = db.write(async |tx| tx.one(RETURNING, args![7i64, 8i64]).await).await.unwrap();
    assert_eq!(row.get::<i64>(1).unwrap(), 8);
}

async fn a_batch_keeps_its_order(db: TestDb) {
    let changed = db.write(async |tx| {
        let mut all = vec![];
        for n in 0..100u8 {
            all.push((PARENT, args![L, id(n), "p"].to_vec()));
            all.push((CHILD, args![L, id(n), 1i64, true, 1.0].to_vec()));
        }
        tx.batch(all).await
    }).await.unwrap();
    assert_eq!(changed, vec![1; 200]);
    assert_eq!(count(&db).await, 100);
}

/// The statements after the one that failed fail too, of the aborted transaction; the cause is told all the same.
async fn a_batch_tells_what_broke_it(db: TestDb) {
    db.write(async |tx| tx.exec(PARENT, args![L, id(1), "p"]).await).await.unwrap();
    let rivals = (0..400).map(|_| db.write(async |tx| {
        let twice = (PARENT, args![L, id(1), "again"].to_vec());
        tx.batch(std::iter::once(twice).chain((2..6).map(|n| (PARENT, args![L, id(n), "p"].to_vec()))).collect::<Vec<_>>()).await
    }));
    for broken in futures_util::future::join_all(rivals).await {
        let error = broken.unwrap_err();
        assert!(error.is_unique(), "{error:?}");
    }
    assert_eq!(count(&db).await, 1);
}

async fn a_failing_unit_leaves_nothing_and_hurts_nobody(db: TestDb) {
    let broken = db.write(async |tx| {
        tx.exec(PARENT, args![L, id(1), "x"]).await?;
        tx.exec(CHILD, args![L, id(9), 1i64, true, 1.0]).await
    });
    let fine = db.write(async |tx| tx.exec(PARENT, args![L, id(2), "y"]).await);
    let panics = db.write(async |tx| -> Result<()> {
        tx.exec(PARENT, args![L, id(3), "z"]).await?;
        panic!("in a unit")
    });
    let overlooks = db.write(async |tx| {
        let _ = tx.exec(CHILD, args![L, id(9), 1i64, true, 1.0]).await;
        tx.exec(PARENT, args![L, id(4), "z"]).await.ok();
        Ok(())
    });
    let nul = db.write(async |tx| tx.exec(PARENT, args![L, id(5), "a\0b"]).await);
    let (broken, fine, panics, overlooks, nul) = tokio::join!(broken, fine, panics, overlooks, nul);
    assert!(matches!(broken, Err(Error::Constraint { broken: Broken::ForeignKey, .. })), "{broken:?}");
    assert_eq!(fine.unwrap(), 1);
    assert_eq!(panics.unwrap_err().code(), "storage_internal");
    assert_eq!(overlooks.unwrap_err().code(), "storage_internal");
    assert!(matches!(nul, Err(Error::Constraint { broken: Broken::Value, .. })), "{nul:?}");
    assert_eq!(count(&db).await, 1);
    let twice = db.write(async |tx| tx.exec(PARENT, args![L, id(2), "y"]).await).await.unwrap_err();
    assert!(twice.is_unique(), "{twice:?}");
    let check = db.write(async |tx| tx.exec(SET_N, args![0i64, -1i64]).await).await.unwrap_err();
    assert!(matches!(check, Error::Constraint { broken: Broken::Value, .. }), "{check:?}");
}

async fn a_refusal_reaches_the_caller_and_rolls_back(db: TestDb) {
    #[derive(Debug, thiserror::Error, PartialEq)]
    #[error("not now")]
    struct NotNow(u8);
    let e = db.write(async |tx| -> Result<()> {
        tx.exec(PARENT, args![L, id(1), "x"]).await?;
        Err(Error::refuse(NotNow(3)))
    }).await.unwrap_err();
    assert_eq!(e.code(), "refused");
    assert_eq!(e.refusal::<NotNow>().unwrap(), NotNow(3));
    assert_eq!(count(&db).await, 0);
}

async fn rivals_lose_nothing(db: TestDb) {
    // 64 writers, each adding one by an optimistic check, and each inserting the next number of one stream.
    db.write(async |tx| tx.exec(PARENT, args![L, id(1), "stream"]).await).await.unwrap();
    let tries = Arc::new(AtomicUsize::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..64 {
        let (db, tries) = (db.db().clone(), tries.clone());
        tasks.spawn(async move {
            // A caller may have to come back when the retries are used up.
            loop {
                let tries = tries.clone();
                let done = db.write(async move |tx| {
                    tries.fetch_add(1, Ordering::Relaxed);
                    let n: i64 = tx.one(READ_N, &[]).await?.get(0)?;
                    let seq: i64 = tx.one(NEXT_SEQ, args![L, id(1)]).await?.get(0)?;
                    tx.exec(CHILD, args![L, id(1), seq, true, 0.0]).await?;
                    tx.exec_expect(SET_N, args![n, n + 1], 1).await?;
                    Ok(seq)
                }).await;
                match done {
                    Ok(seq) => return seq,
                    Err(e) => assert!(e.is_retryable() || e.is_unique(), "{e:?}"),
                }
            }
        });
    }
    let seqs: BTreeSet<i64> = tasks.join_all().await.into_iter().collect();
    assert_eq!(seqs, (1..=64).collect());
    let n: i64 = db.read().await.unwrap().one(READ_N, &[]).await.unwrap().get(0).unwrap();
    assert_eq!(n, 64);
    assert!(tries.load(Ordering::Relaxed) >= 64);
}

async fn a_snapshot_sees_one_moment(db: TestDb) {
    let mut snapshot = db.snapshot().await.unwrap();
    db.write(async |tx| tx.exec(PARENT, args![L, id(1), "x"]).await).await.unwrap();
    assert_eq!(snapshot.one(COUNT, &[]).await.unwrap().get::<i64>(0).unwrap(), 0);
    drop(snapshot);
    assert_eq!(db.snapshot().await.unwrap().one(COUNT, &[]).await.unwrap().get::<i64>(0).unwrap(), 1);
    assert_eq!(count(&db).await, 1);
}

async fn long_reads_do_not_hold_up_short_ones(db: TestDb) {
    let mut long = vec![];
    for _ in 0..2 {
        long.push(db.snapshot().await.unwrap());
    }
    assert_eq!(count(&db).await, 0);
    db.write(async |tx| tx.exec(PARENT, args![L, id(1), "x"]).await).await.unwrap();
    assert_eq!(count(&db).await, 1);
}

async fn an_abandoned_read_does_not_break_the_pool(db: TestDb) {
    for _ in 0..20 {
        let mut reader = db.read().await.unwrap();
        let mut read = Box::pin(reader.all(COUNT, &[]));
        let _ = (&mut read).now_or_never();
        drop(read);
        drop(reader);
    }
    for _ in 0..20 {
        assert_eq!(count(&db).await, 0);
    }
}

async fn a_lost_connection_comes_back(db: TestDb) {
    let mut held = db.read().await.unwrap();
    held.one(COUNT, &[]).await.unwrap();
    db.write(async |tx| tx.exec(PARENT, args![L, id(1), "x"]).await).await.unwrap();
    db.kill_connections().await;
    assert_eq!(held.one(COUNT, &[]).await.unwrap().get::<i64>(0).unwrap(), 1);
    db.write(async |tx| tx.exec(PARENT, args![L, id(2), "x"]).await).await.unwrap();
    assert_eq!(count(&db).await, 2);
    // In the middle of a unit: it runs again from its beginning.
    let (test, runs) = (db.clone(), Arc::new(AtomicUsize::new(0)));
    if db.engine() == Engine::Postgres {
        db.write(async move |tx| {
            tx.exec(PARENT, args![L, id(3), "x"]).await?;
            if runs.fetch_add(1, Ordering::Relaxed) == 0 {
                test.kill_connections().await;
            }
            tx.exec(PARENT, args![L, id(4), "x"]).await
        }).await.unwrap();
        assert_eq!(count(&db).await, 4);
    }
}

async fn the_schema_is_guarded(db: TestDb) {
    const CHANGED: &[Migration] = &[Migration { name: "test", text: "CREATE TABLE other (id BIGINT PRIMARY KEY);\n" }];
    let more: &'static [Migration] =
        vec![SCHEMA[0], Migration { name: "more", text: "CREATE TABLE more (id BIGINT PRIMARY KEY);\n" }].leak();
    let columns = db.columns().await.unwrap();
    assert!(columns.contains(&("child".into(), "amount".into())) && columns.contains(&("schema_version".into(), "sha256".into())));
    assert_eq!(columns.len(), 3 + 5 + 2 + 5);
    let e = Db::open(db.target(), CHANGED, crate::testing::NOW).await.unwrap_err();
    assert_eq!(e.code(), "schema_mismatch");
    // Two servers starting at once: one migrates, the other waits.
    let open = || Db::open(db.target(), more, crate::testing::NOW);
    let (a, b) = tokio::join!(open(), open());
    assert_eq!(a.unwrap().columns().await.unwrap().len(), columns.len() + 1);
    b.unwrap();
    let e = Db::open(db.target(), SCHEMA, crate::testing::NOW).await.unwrap_err();
    assert!(matches!(&e, Error::Schema(m) if m.contains("newer")), "{e:?}");
}

async fn closing_waits_for_what_was_taken(db: TestDb) {
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..50u8 {
        let db = db.db().clone();
        tasks.spawn(async move { db.write(async move |tx| tx.exec(PARENT, args![L, id(n), "x"]).await).await.is_ok() });
    }
    db.close().await;
    let kept = tasks.join_all().await.into_iter().filter(|ok| *ok).count() as i64;
    assert_eq!(count(&db.another().await).await, kept);
    assert_eq!(db.write(async |tx| tx.exec(PARENT, args![L, id(99), "x"]).await).await.unwrap_err().code(), "storage_unavailable");
}
}

mod sqlite_only {
    use super::*;
    use crate::testing::on_sqlite;

    #[test]
    fn a_full_disk_fails_cleanly_and_recovers() {
        on_sqlite(SCHEMA, async |db| {
            db.write(async |tx| tx.exec(PARENT, args![L, id(1), "before"]).await).await.unwrap();
            db.set_disk_full(true).await;
            let large = "字".repeat(200_000);
            let mut tasks = tokio::task::JoinSet::new();
            for n in 10..20u8 {
                let (db, large) = (db.db().clone(), large.clone());
                tasks.spawn(async move { db.write(async move |tx| tx.exec(PARENT, args![L, id(n), &large]).await).await });
            }
            for outcome in tasks.join_all().await {
                let e = outcome.unwrap_err();
                assert!(matches!(e, Error::Full(_)) && e.is_retryable(), "{e:?}");
            }
            assert_eq!(count(&db).await, 1);
            // What needs no room still works beside what does.
            let large_unit = db.write(async move |tx| tx.exec(PARENT, args![L, id(20), &large]).await);
            let small_unit = db.write(async |tx| tx.exec(RENAME, args![L, id(1), "during"]).await);
            let (large_unit, small_unit) = tokio::join!(large_unit, small_unit);
            assert!(large_unit.is_err());
            assert_eq!(small_unit.unwrap(), 1);
            db.set_disk_full(false).await;
            db.write(async |tx| tx.exec(PARENT, args![L, id(21), "after"]).await).await.unwrap();
            let ok = db.read().await.unwrap().all(CHECK, &[]).await.unwrap();
            assert_eq!(ok[0].get::<String>(0).unwrap(), "ok");
            assert_eq!(count(&db).await, 2);
        });
    }

    #[test]
    fn units_share_transactions_and_see_each_other() {
        on_sqlite(SCHEMA, async |db| {
            // A slow unit holds the writer while others queue up: they are then done in one transaction.
            let (release, held) = std::sync::mpsc::channel::<()>();
            let held = std::sync::Mutex::new(held);
            let slow = db.write(async move |tx| {
                held.lock().unwrap().recv().ok();
                tx.exec(SET_N, args![0i64, 1i64]).await
            });
            let mut slow = Box::pin(slow);
            assert!((&mut slow).now_or_never().is_none());
            let mut queued: Vec<_> =
                (1..=200i64).map(|n| Box::pin(db.write(async move |tx| tx.exec_expect(SET_N, args![n, n + 1], 1).await))).collect();
            for unit in &mut queued {
                assert!(unit.now_or_never().is_none());
            }
            release.send(()).unwrap();
            assert_eq!(slow.await.unwrap(), 1);
            for unit in queued {
                unit.await.unwrap();
            }
        });
    }

    /// A unit that wrote before it failed spoils the transaction it shares: nothing of it stays, all of its neighbours' does, once.
    #[test]
    fn what_a_failing_unit_wrote_goes_and_its_neighbours_stay() {
        on_sqlite(SCHEMA, async |db| {
            let (release, held) = std::sync::mpsc::channel::<()>();
            let held = std::sync::Mutex::new(held);
            let mut slow = Box::pin(db.write(async move |_| {
                held.lock().unwrap().recv().ok();
                Ok(())
            }));
            assert!((&mut slow).now_or_never().is_none());
            let unit = |n: u8| {
                let refusal = || Err(Error::refuse(std::fmt::Error));
                db.write(async move |tx| {
                    if n % 5 == 4 {
                        return refusal();
                    }
                    tx.exec(PARENT, args![L, id(n), "x"]).await?;
                    if n % 7 == 3 { refusal() } else { Ok(()) }
                })
            };
            let mut queued: Vec<_> = (1..=100).map(|n| (n, Box::pin(unit(n)))).collect();
            for (_, unit) in &mut queued {
                assert!(unit.now_or_never().is_none());
            }
            // Not sent but dropped: the slow one may run again.
            drop(release);
            slow.await.unwrap();
            let mut kept = 0;
            for (n, unit) in queued {
                let outcome = unit.await;
                assert_eq!(outcome.is_ok(), n % 5 != 4 && n % 7 != 3, "{n}: {outcome:?}");
                kept += i64::from(outcome.is_ok());
            }
            assert_eq!(count(&db).await, kept);
        });
    }

    #[test]
    fn a_unit_may_wait_for_nothing_else() {
        on_sqlite(SCHEMA, async |db| {
            let e = db.write(async |_| {
                tokio::task::yield_now().await;
                Ok(())
            });
            assert_eq!(e.await.unwrap_err().code(), "storage_internal");
        });
    }
}

/// A server that is not there is `Unavailable`, at once and not for ever.
#[tokio::test]
async fn a_database_that_is_not_there_is_unavailable() {
    for url in ["postgres://nobody@127.0.0.1:1/none", "not a url"] {
        let e = Db::open(&Target::Url(url.into()), SCHEMA, crate::testing::NOW).await.unwrap_err();
        assert!(e.code() == "storage_unavailable" && !e.to_string().contains("nobody"), "{e}");
    }
}

/// `write` can be called from spawned tasks, with closures that borrow across awaits and own what they need.
#[test]
fn the_future_of_write_is_send() {
    fn send<T: Send>(t: T) -> T {
        t
    }
    async fn helper(reader: &mut Reader, name: &str) -> Result<usize> {
        Ok(reader.all(PARENTS, args![L]).await?.len() + name.len())
    }
    fn with(db: Db, names: Vec<String>) -> impl Future<Output = Result<usize>> + Send {
        send(async move {
            let names = Arc::new(names);
            db.write(async move |tx| {
                let mut n = 0;
                for name in names.iter() {
                    n += helper(tx, name).await?;
                    tx.batch(vec![(PARENT, args![L, id(1), name].to_vec())]).await?;
                }
                Ok(n)
            })
            .await
        })
    }
    let _ = with;
}
