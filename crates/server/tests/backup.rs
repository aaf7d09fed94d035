//! Backup, restore and copy through the built binary: of a store that is being served, into an empty place only, with proof.

mod common;

use common::served::{Server, county, store_args, submit, whole};
use common::{Database, Run};
use fangxin::app::{App, Place};
use fangxin::clock::Clock;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use store::engine::Target;

fn run(words: &[&str], place: &Place) -> Run {
    let args = store_args(place);
    common::run(&[words, &args.iter().map(String::as_str).collect::<Vec<_>>()].concat())
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The line that a command printed about the tree head.
fn head_of(out: &str) -> &str {
    out.lines().find(|l| l.starts_with("tree head: ")).expect("it prints the tree head")
}

async fn with_cases(place: &Place, count: u64) {
    county(place).await;
    let server = Server::start(place);
    for n in 0..count {
        submit(server.address, n).await.expect("it is served");
    }
    server.stop();
    let app = App::open(place, Clock::System).await.unwrap();
    settle(&app).await;
    app.db().close().await;
}

/// Gives everything its position, as the server does every two seconds.
async fn settle(app: &App) {
    let (keyring, now) = (Arc::new(keys_of(app)), app.clock().now());
    app.db().write(async move |tx: &mut store::engine::Tx| store::sequencer::run(tx, &keyring, now, 10_000).await).await.unwrap();
}

fn keys_of(app: &App) -> store::seal::Keyring {
    store::seal::Keyring::open(&app.dir().join("keys"), store::seal::Suite::default()).unwrap()
}

/// A backup is made while people submit. Restored, it is whole, holds every submission acknowledged before it began, and is refused by
/// whatever is not what it was made for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_is_backed_up_while_it_is_served_and_restored_with_proof() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let place = Place::data(&at("data"));
    county(&place).await;
    let server = Server::start(&place);
    let (next, go_on, acknowledged) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(true)), Arc::new(Mutex::new(BTreeMap::new())));
    let mut submitters = Vec::new();
    for _ in 0..4 {
        let (address, next, go_on, acknowledged) = (server.address, next.clone(), go_on.clone(), acknowledged.clone());
        submitters.push(tokio::spawn(async move {
            while go_on.load(Ordering::SeqCst) {
                let n = next.fetch_add(1, Ordering::SeqCst);
                let receipt = submit(address, n).await.expect("a backup does not stand in the way");
                acknowledged.lock().unwrap().insert(n, receipt);
            }
        }));
    }
    while acknowledged.lock().unwrap().len() < 20 {
        tokio::task::yield_now().await;
    }
    let before = acknowledged.lock().unwrap().clone();
    let backup = at("backup");
    let (words_place, to) = (place.clone(), backup.clone());
    let made = tokio::task::spawn_blocking(move || run(&["backup", "--to", text(&to)], &words_place)).await.unwrap();
    go_on.store(false, Ordering::SeqCst);
    for submitter in submitters {
        submitter.await.unwrap();
    }
    drop(server);
    let made = made.success();
    assert!(made.contains("The keys are not in it."), "{made}");

    let again = run(&["backup", "--to", text(&backup)], &place);
    assert_eq!((again.code, again.stderr.contains("a finished backup")), (Some(2), true), "{}", again.stderr);

    let restored = Place::data(&at("restored"));
    let without = run(&["restore", text(&backup)], &restored);
    assert_eq!((without.code, without.stderr.contains("--saved-keys")), (Some(2), true), "{}", without.stderr);
    let keys = at("data/keys");
    let out = run(&["restore", text(&backup), "--saved-keys", text(&keys)], &restored).success();
    assert!(out.contains("every row of") && out.contains("restored: the tree head is the backup's"), "{out}");

    let app = App::open(&restored, Clock::System).await.unwrap();
    let there = whole(&app).await;
    assert!((before.len() as u64..=next.load(Ordering::SeqCst)).contains(&there), "{there}");
    let mut db = app.db().read().await.unwrap();
    for (n, receipt) in &before {
        let number = receipt.split('.').next().unwrap();
        assert!(store::submissions::by_receipt(&mut db, number).await.unwrap().is_some(), "submission {n} was acknowledged before");
    }
    drop(db);
    app.db().close().await;
    // It goes on where it was: served, it takes the next one.
    let server = Server::start(&restored);
    submit(server.address, 900_000).await.expect("the restored store is served");
    drop(server);

    let full = run(&["restore", text(&backup), "--saved-keys", text(&keys)], &restored);
    assert_eq!((full.code, full.stderr.contains("only an empty place")), (Some(2), true), "{}", full.stderr);
}

/// Nothing that is not the backup as it was written is restored, and nothing is left that could be served.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_foreign_or_unfinished_backup_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let place = Place::data(&at("data"));
    with_cases(&place, 3).await;
    let backup = at("backup");
    run(&["backup", "--with-keys", "--to", text(&backup)], &place).success();
    assert!(!std::fs::read(backup.join("rows/search_text")).unwrap().windows(9).any(|w| w == "电饭煲".as_bytes()), "rows are sealed");
    let refused = |word: &str, to: &str| {
        let run = run(&["restore", text(&backup)], &Place::data(&at(to)));
        assert!(run.code != Some(0) && run.stderr.contains(word), "{word}: {:?} {}", run.code, run.stderr);
    };
    let change = |name: &str, edit: &dyn Fn(&mut Vec<u8>)| {
        let path = backup.join(name);
        let good = std::fs::read(&path).unwrap();
        let mut bad = good.clone();
        edit(&mut bad);
        std::fs::write(&path, bad).unwrap();
        (path, good)
    };
    for (name, word) in [("rows/event", "is not the file"), ("manifest.toml", ""), ("files.list", "is not the file")] {
        let (path, good) = change(name, &|bytes| match bytes.last_mut() {
            Some(last) => *last ^= 1,
            None => bytes.push(b'x'),
        });
        refused(word, "refused");
        std::fs::write(path, good).unwrap();
    }
    // A manifest that agrees with the change is still not the one that was signed.
    let (path, good) = change("manifest.toml", &|bytes| bytes.extend(b"\n"));
    refused("not the keys of the installation", "resigned");
    std::fs::write(path, good).unwrap();
    // Other keys.
    let other = Place::data(&at("other"));
    county(&other).await;
    std::fs::create_dir(at("foreign")).unwrap();
    for name in std::fs::read_dir(at("other/keys")).unwrap() {
        let name = name.unwrap().file_name();
        std::fs::create_dir_all(at("foreign/keys")).unwrap();
        std::fs::copy(at("other/keys").join(&name), at("foreign/keys").join(&name)).unwrap();
    }
    refused("not the keys of the installation", "foreign");
    std::fs::write(backup.join("UNFINISHED"), "").unwrap();
    refused("was not finished", "unfinished");
    std::fs::remove_file(backup.join("UNFINISHED")).unwrap();
    // And as it was, it goes.
    run(&["restore", text(&backup)], &Place::data(&at("good"))).success();
    // A backup that was stopped is begun anew; a directory with something else in it is not touched.
    std::fs::create_dir_all(at("stopped/rows")).unwrap();
    std::fs::write(at("stopped/UNFINISHED"), "").unwrap();
    run(&["backup", "--to", text(&at("stopped"))], &place).success();
    std::fs::create_dir(at("mine")).unwrap();
    std::fs::write(at("mine/letter"), "mine").unwrap();
    let run = run(&["backup", "--to", text(&at("mine"))], &place);
    assert!(run.code == Some(2) && run.stderr.contains("is not empty") && at("mine/letter").exists(), "{}", run.stderr);
}

/// A head kept elsewhere proves that a store was cut back to an earlier, whole state.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_set_back_is_told_by_a_head_kept_elsewhere() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let place = Place::data(&at("data"));
    with_cases(&place, 2).await;
    run(&["backup", "--with-keys", "--to", text(&at("yesterday"))], &place).success();
    let early = run(&["head"], &place).success();
    std::fs::write(at("early"), &early).unwrap();
    let server = Server::start(&place);
    submit(server.address, 5).await.unwrap();
    drop(server);
    let app = App::open(&place, Clock::System).await.unwrap();
    settle(&app).await;
    app.db().close().await;
    std::fs::write(at("late"), run(&["head"], &place).success()).unwrap();
    for name in ["early", "late"] {
        let out = run(&["verify", "--against", text(&at(name))], &place).success();
        assert!(out.contains("are all here"), "{out}");
    }
    let back = Place::data(&at("back"));
    run(&["restore", text(&at("yesterday"))], &back).success();
    run(&["verify", "--against", text(&at("early"))], &back).success();
    let lost = run(&["verify", "--against", text(&at("late"))], &back);
    assert!(lost.code == Some(1) && lost.stdout.contains("LOST") && lost.stdout.contains("whole: "), "{}", lost.stdout);
    std::fs::write(at("early"), early.replace("size", "seize")).unwrap();
    assert_eq!(run(&["verify", "--against", text(&at("early"))], &back).code, Some(2));
}

/// After a change of the master key every case opens, by the new key alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_master_key_is_changed_under_every_case() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::data(&dir.path().join("data"));
    with_cases(&place, 3).await;
    let server = Server::start(&place);
    // A server says within its first round that it runs.
    let refused = loop {
        let app = App::open(&place, Clock::System).await.unwrap();
        let until = store::health::lease_until(&mut app.db().read().await.unwrap(), "sweep").await.unwrap();
        app.db().close().await;
        if until.is_some_and(|until| until > Clock::System.now()) {
            break common::run(&["keys", "rotate", "--data", text(&place.dir)]);
        }
    };
    assert!(refused.code == Some(1) && refused.stderr.contains("stop it"), "{}", refused.stderr);
    server.stop();
    let out = run(&["keys", "rotate"], &place).success();
    assert!(out.contains("master key 2") && out.contains("\n3 keys of cases"), "{out}");
    assert!(run(&["keys", "rotate", "--finish"], &place).success().contains("0 keys of cases"));
    // The old one is not needed for them any more.
    std::fs::rename(place.dir.join("keys/master-0001.key"), dir.path().join("old.key")).unwrap();
    run(&["verify"], &place).success();
    let server = Server::start(&place);
    submit(server.address, 9).await.unwrap();
}

/// SQLite → PostgreSQL → SQLite: the same rows in every table, the same tree head, whole at each end; an unfinished copy cannot be opened
/// and is begun anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_copied_to_the_other_engine_and_back_is_the_same() {
    let Some(database) = Database::new("copy") else { return };
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    let first = Place::data(&at("first"));
    with_cases(&first, 12).await;
    let url = database.url();
    let to = ["--to", &url, "--to-keys", text(&at("beside"))].map(str::to_owned);
    let copy = |words: &[&str]| common::run(&[&["copy"], words].concat());
    let there = copy(&["--from", text(&at("first")), &to[0], &to[1], &to[2], &to[3]]).success();
    let back = copy(&["--from", &url, "--from-keys", text(&at("beside")), "--to", text(&at("second"))]).success();
    let sums = |out: &str| out.lines().filter(|l| l.contains(" rows  ")).map(str::to_owned).collect::<Vec<_>>();
    assert!(sums(&there).len() > 40 && sums(&there) == sums(&back), "{there}\n{back}");
    assert_eq!(head_of(&there), head_of(&back));
    let verified = run(&["verify"], &first).success();
    assert_eq!(head_of(&verified), head_of(&back));

    let full = copy(&["--from", text(&at("first")), &to[0], &to[1], &to[2], &to[3]]);
    assert!(full.code == Some(2) && full.stderr.contains("only an empty place"), "{}", full.stderr);

    // Search finds on the other side what it found here, and the next case is taken.
    let second = Place::data(&at("second"));
    let server = Server::start(&second);
    submit(server.address, 77).await.unwrap();
    drop(server);
    let other = Place { target: Target::Url(url.clone()), dir: at("beside") };
    let server = Server::start(&other);
    submit(server.address, 78).await.unwrap();
    drop(server);
    for place in [&second, &other] {
        let app = App::open(place, Clock::System).await.unwrap();
        assert_eq!(whole(&app).await, 13);
        app.db().close().await;
        // Figures came over with the log they were counted from, and went on from there.
        let told = run(&["verify", "--tallies"], place).success();
        assert!(told.starts_with("whole: "), "{told}");
    }

    // An unfinished one: no program takes it for a store, and it is filled anew.
    for target in [Target::Data(at("third")), Target::Url(url.clone())] {
        let dir = at("third");
        if matches!(target, Target::Url(_)) {
            database.empty();
        }
        let db = store::engine::Db::begin_filling(&target, store::MIGRATIONS, Clock::System.now()).await.unwrap();
        db.close().await;
        let place = Place { target: target.clone(), dir: dir.clone() };
        let opened = App::open(&place, Clock::System).await;
        assert!(opened.is_err_and(|e| e.to_string().contains("was not finished")));
        let (to, beside) = match &target {
            Target::Data(dir) => (text(dir).to_owned(), vec![]),
            Target::Url(url) => (url.clone(), vec!["--to-keys", text(&dir)]),
        };
        copy(&[&["--from", text(&at("first")), "--to", &to], &beside[..]].concat()).success();
    }
}
