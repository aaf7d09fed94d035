//! Damage of other kinds than a single value: files, keys that come back, a rewritten chain, a case taken out everywhere, a byte on the disk.

use crate::world::{Coming, Who, World};
use rules::case::command::Command;
use rules::ids::{CaseId, Id};
use rules::law::Kind;
use store::both_engines;
use store::chain;
use store::engine::{Arg, Engine};
use store::testing::on_sqlite;
use store::verify::{Finding, Report};

fn said(report: &Report) -> String {
    report.findings.iter().map(|f| format!("{f}\n")).collect()
}

#[track_caller]
fn named(report: &Report, table: &str, column: &str, stream: Option<Id>) {
    let fits = |f: &Finding| f.table == table && f.columns().any(|c| c == column) && (stream.is_none() || f.at.stream == stream);
    assert!(report.findings.iter().any(fits), "{table}.{column} is not named:\n{}", said(report));
}

async fn change(world: &World, sql: &str, args: Vec<Arg<'static>>) {
    world.db.change(vec![(sql.to_owned(), args)]).await.unwrap();
}

async fn small(db: store::testing::TestDb) -> (World, CaseId, Id) {
    let mut world = World::empty(db, 21).await;
    world.submit(0, &Coming { files: 2, ..Coming::of(&[Kind::Complaint, Kind::Report]) }).await;
    let id = world.submit(1, &Coming { files: 1, ..Coming::of(&[Kind::Complaint]) }).await[0];
    world.act(1, id, Who::Clerk, |e, r, _| Command::Note { note: e.seal("note", "记", r), private: false }).await;
    world.sequence(1_000).await;
    world.index(1_000).await;
    world.assert_whole().await;
    let submission = world.submissions[1].1.0;
    (world, id, submission)
}

both_engines! {

async fn files_are_held_against_their_events(db: TestDb) {
    let (world, _, submission) = small(db).await;
    let id: Id = world.db.rows(format!("SELECT id, locality FROM evidence WHERE locality = {}", world.places[1].locality.0)).await[0].get(0).unwrap();
    let name = id.to_string();
    let path = world.db.dir().join("files").join(&name[..2]).join(&name[2..]);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[60] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    named(&world.verify().await, "files", "content", Some(submission));
    std::fs::remove_file(&path).unwrap();
    named(&world.verify().await, "files", "content", Some(submission));
}

async fn what_was_erased_stays_erased(db: TestDb) {
    let (mut world, _, _) = small(db).await;
    let id = world.submit(0, &Coming::of(&[Kind::Consultation])).await[0];
    world.act(0, id, Who::Clerk, |e, r, _| Command::Answer { answer: e.seal("answer", "是", r), channel: None, told_by: None, proof: None }).await;
    let key = world.db.rows("SELECT locality, stream, wrapped FROM stream_key ORDER BY stream DESC LIMIT 1".into()).await;
    assert_eq!(key[0].get::<Id>(1).unwrap(), id.0);
    world.act(0, id, Who::Security, |_, _, _| Command::Erase { reason: "本人要求".into() }).await;
    let counts = world.assert_whole().await;
    assert!(counts.opened < counts.sealed, "what was erased cannot be opened");
    let back = key[0].values().iter().map(|v| match v {
        store::engine::Value::Int(i) => Arg::Int(*i),
        store::engine::Value::Bytes(b) => Arg::from(b.clone()),
        other => panic!("{other:?}"),
    });
    change(&world, "INSERT INTO stream_key (locality, stream, wrapped) VALUES (?, ?, ?)", back.collect()).await;
    named(&world.verify().await, "stream_key", "stream", Some(id.0));
}

/// Someone with the database, but not the log's tree, rewrites the end of a case so that its chain and its row fit again.
async fn a_rewritten_chain_is_told_by_the_log(db: TestDb) {
    let (world, id, _) = small(db).await;
    let locality = world.places[1].locality;
    let mut last = chain::stream(&mut world.db.read().await.unwrap(), locality, id.0).await.unwrap().pop().unwrap();
    last.effective_at.0 -= 1;
    let hash = last.computed_hash();
    let key: Vec<Arg<'static>> = vec![locality.into(), id.into()];
    let with = |first: Vec<Arg<'static>>| first.into_iter().chain(key.clone()).collect::<Vec<_>>();
    let event = format!("UPDATE event SET effective_at = ?, hash = ? WHERE locality = ? AND stream = ? AND seq = {}", last.seq);
    change(&world, &event, with(vec![last.effective_at.into(), hash.into()])).await;
    change(&world, "UPDATE cases SET head = ? WHERE locality = ? AND id = ?", with(vec![hash.into()])).await;
    let report = world.verify().await;
    named(&report, "event", "hash", Some(id.0));
}

/// A case taken out of every table that has its id, positions included.
async fn a_case_that_is_gone_everywhere_is_missed(db: TestDb) {
    let (mut world, _, _) = small(db).await;
    let fresh = world.submit(0, &Coming::of(&[Kind::Complaint])).await[0];
    let placed = world.cases[0].1;
    for (id, table) in [(fresh, "event"), (placed, "log")] {
        let tables = [
            ("event", "stream"),
            ("unsequenced", "stream"),
            ("log", "stream"),
            ("cases", "id"),
            ("clock", "case_id"),
            ("stream_key", "stream"),
            ("sealed", "stream"),
            ("blind", "case_id"),
            ("search_text", "case_id"),
        ];
        for (table, column) in tables {
            change(&world, &format!("DELETE FROM {table} WHERE {column} = ?"), vec![id.into()]).await;
        }
        let report = world.verify().await;
        named(&report, "event", "stream", Some(id.0));
        named(&report, table, if table == "log" { "pos" } else { "stream" }, None);
    }
}

async fn the_index_is_held_against_the_texts(db: TestDb) {
    let (world, id, _) = small(db).await;
    let doc: i64 = world.db.rows("SELECT doc, case_id FROM search_text ORDER BY doc DESC LIMIT 1".into()).await[0].get(0).unwrap();
    let other = "UPDATE search_text SET doc = doc + 1000 WHERE case_id = ?";
    change(&world, other, vec![id.into()]).await;
    named(&world.verify().await, "search_index", "tokens", Some(id.0));
    change(&world, "UPDATE search_text SET doc = doc - 1000 WHERE case_id = ?", vec![id.into()]).await;
    world.assert_whole().await;
    let forgotten = "UPDATE search_text SET indexed = FALSE WHERE case_id = ?";
    change(&world, forgotten, vec![id.into()]).await;
    named(&world.verify().await, "search_index", "tokens", Some(id.0));
    change(&world, "UPDATE search_text SET indexed = TRUE WHERE case_id = ?", vec![id.into()]).await;
    let left = match world.db.engine() {
        Engine::Sqlite => "INSERT INTO search_index (rowid, tokens) VALUES (?, 'l81mz a1')",
        Engine::Postgres => "INSERT INTO search_index (locality, doc, tokens) VALUES (990202, ?, array_to_tsvector(ARRAY['a1']))",
    };
    change(&world, left, vec![(doc + 77).into()]).await;
    named(&world.verify().await, "search_index", "tokens", None);
}
}

#[test]
fn values_of_another_kind_are_named() {
    on_sqlite(store::MIGRATIONS, async |db| {
        let (world, id, submission) = small(db).await;
        let fields = [
            ("cases", "id", "respondent", "CAST(X'ff41' AS TEXT)", id.0),
            ("cases", "id", "sort_at", "'soon'", id.0),
            ("event", "stream", "recorded_at", "'then'", id.0),
            ("event", "stream", "body", "X'00ff'", id.0),
            ("clock", "case_id", "due_at", "1.5", id.0),
            ("submission", "id", "recorded_at", "X'01'", submission),
        ];
        for (table, key, column, value, stream) in fields {
            let only_first = if table == "event" { " AND seq = 1" } else { "" };
            change(&world, &format!("CREATE TEMP TABLE kept AS SELECT * FROM {table}"), vec![]).await;
            change(&world, &format!("UPDATE {table} SET {column} = {value} WHERE {key} = ?{only_first}"), vec![stream.into()]).await;
            named(&world.verify().await, table, column, Some(stream));
            change(&world, &format!("DELETE FROM {table}"), vec![]).await;
            change(&world, &format!("INSERT INTO {table} SELECT * FROM kept"), vec![]).await;
            change(&world, "DROP TABLE kept", vec![]).await;
            world.assert_whole().await;
        }
    });
}

/// One byte of the database file, where the text of an event lies.
#[test]
fn one_changed_byte_on_the_disk_is_named() {
    on_sqlite(store::MIGRATIONS, async |db| {
        let (world, id, _) = small(db).await;
        let number = world.loaded(1, id).await.case.registration.number;
        world.db.close().await;
        let path = world.db.dir().join("fangxin.db");
        let mut bytes = std::fs::read(&path).unwrap();
        let told = format!("\"number\":\"{number}\"").into_bytes();
        let at = bytes.windows(told.len()).position(|w| w == told).expect("the event lies in the file");
        bytes[at + told.len() - 2] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        let reopened = world.db.another().await;
        let report = store::verify::run(&reopened, &world.keyring, Some(&world.files), &mut |_| {}).await.unwrap();
        named(&report, "event", "body", Some(id.0));
    });
}
