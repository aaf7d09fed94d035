//! `kill -9` of the binary at random moments while it takes submissions, again and again: whatever it acknowledged is there once, and the
//! record is whole. Who acknowledges is the process that is killed; who remembers is this one.
//!
//! The moments are drawn from a seed that is printed; `FANGXIN_SEED` repeats a run as far as two processes can be repeated. With
//! `FANGXIN_RELEASE_BIN` it is the release binary that dies.

mod common;

use common::served::{Server, county, submit, whole};
use fangxin::app::{App, Place};
use fangxin::bench::letters::Dice;
use fangxin::clock::Clock;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// How often it is killed.
const KILLS: usize = 30;
/// Submitters at once.
const SUBMITTERS: usize = 8;
/// At most so many acknowledgements, then so many microseconds, between the start of submitting and the kill.
const MOST_ACKNOWLEDGED: u64 = 24;
const MOST_MICROSECONDS: u64 = 6_000;

/// Submits from all sides until the server is killed: a new submission, or now and then one whose fate is not known.
async fn one_life(server: Server, dice: &mut Dice, next: &Arc<AtomicU64>, acknowledged: &Arc<Mutex<BTreeMap<u64, String>>>) {
    let (wanted, microseconds) = (dice.below(MOST_ACKNOWLEDGED) as u32, dice.below(MOST_MICROSECONDS));
    let heard = Arc::new(Semaphore::new(0));
    let mut submitters = Vec::new();
    for _ in 0..SUBMITTERS {
        let (address, next, acknowledged, heard) = (server.address, next.clone(), acknowledged.clone(), heard.clone());
        submitters.push(tokio::spawn(async move {
            // Whoever hears nothing has met the end of the server.
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                let Some(receipt) = submit(address, n).await else { return };
                acknowledged.lock().unwrap().insert(n, receipt);
                heard.add_permits(1);
            }
        }));
    }
    drop(heard.acquire_many(wanted).await.unwrap());
    let moment = Instant::now();
    while moment.elapsed() < Duration::from_micros(microseconds) {
        tokio::task::yield_now().await;
    }
    server.kill9();
    for submitter in submitters {
        submitter.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_is_there_once_however_often_it_is_killed() {
    let mut drawn = [0u8; 8];
    getrandom::fill(&mut drawn).unwrap();
    let seed = std::env::var("FANGXIN_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or_else(|| u64::from_be_bytes(drawn));
    println!("FANGXIN_SEED={seed}");
    let mut dice = Dice(seed);
    let dir = tempfile::tempdir().unwrap();
    let place = Place::data(dir.path());
    county(&place).await;
    let next = Arc::new(AtomicU64::new(0));
    let acknowledged = Arc::new(Mutex::new(BTreeMap::new()));
    for _ in 0..KILLS {
        one_life(Server::start(&place), &mut dice, &next, &acknowledged).await;
    }
    let acknowledged = acknowledged.lock().unwrap().clone();
    let sent = next.load(Ordering::Relaxed);
    println!("killed {KILLS} times; {sent} sent, {} acknowledged", acknowledged.len());
    assert!(acknowledged.len() > KILLS, "it was killed before it did anything");

    // Every acknowledged one is there, and nothing is there that was not sent.
    let app = App::open(&place, Clock::System).await.unwrap();
    let mut db = app.db().read().await.unwrap();
    for (n, receipt) in &acknowledged {
        let number = receipt.split('.').next().unwrap();
        assert!(store::submissions::by_receipt(&mut db, number).await.unwrap().is_some(), "submission {n} was acknowledged and is gone");
    }
    drop(db);
    let there = whole(&app).await;
    assert!((acknowledged.len() as u64..=sent).contains(&there), "{there}");
    app.db().close().await;

    // Sent again, each has the receipt it had; afterwards each is there once.
    let server = Server::start(&place);
    let address = server.address;
    let again = Arc::new(AtomicUsize::new(0));
    let expected = Arc::new(acknowledged);
    let mut senders = Vec::new();
    for _ in 0..SUBMITTERS {
        let (again, expected) = (again.clone(), expected.clone());
        senders.push(tokio::spawn(async move {
            loop {
                let n = again.fetch_add(1, Ordering::Relaxed) as u64;
                if n >= sent {
                    return;
                }
                let receipt = submit(address, n).await.expect("nobody kills it now");
                assert!(expected.get(&n).is_none_or(|first| *first == receipt), "submission {n} has another receipt now");
            }
        }));
    }
    for sender in senders {
        sender.await.unwrap();
    }
    server.kill9();
    let app = App::open(&place, Clock::System).await.unwrap();
    assert_eq!(whole(&app).await, sent);
    app.db().close().await;
}
