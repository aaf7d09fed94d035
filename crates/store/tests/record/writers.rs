//! Many at once: nothing lost, nothing doubled, chains whole, positions without gaps.

use crate::world::{Coming, LOCALITIES, Who, World};
use rules::access::Actor;
use rules::calendar::Calendar;
use rules::case::command::Command;
use rules::case::decide::{Context, decide};
use rules::case::event::Event;
use rules::ids::{CaseId, Id, SubmissionId};
use rules::law::Kind;
use rules::time::Instant;
use std::collections::BTreeSet;
use store::both_engines;
use store::cases::{self, Loaded};
use store::engine::{Db, Error, Result, Tx};
use store::personal::{Envelope, hex};
use store::scope::{Reason, Scope};
use store::submissions::{self, Known, SubmissionEvent};
use store::{access_log, numbers, sequencer, sessions};

const WRITERS: usize = 64;

/// Repeats a unit of work until it is through, as a use case does when the store's own retries are used up.
async fn through<T, F>(db: Db, unit: F) -> T
where
    T: Send + 'static,
    F: AsyncFn(&mut Tx) -> Result<T> + Clone + Send + 'static,
{
    loop {
        match db.write(unit.clone()).await {
            Ok(value) => return value,
            Err(e) => assert!(e.is_retryable() || e.is_unique(), "{e:?}"),
        }
    }
}

fn noted(case: &Loaded) -> Vec<String> {
    let notes =
        case.events.iter().filter_map(|(_, f)| if let Event::Noted { note, .. } = &f.event { Some(note.field.clone()) } else { None });
    notes.collect()
}

both_engines! {

/// 64 writers append notes to the same four cases and each to one of its own: every acknowledged note is there once.
async fn sixty_four_writers_lose_and_double_nothing(db: TestDb) {
    let mut world = World::empty(db, 7).await;
    let mut ids = Vec::new();
    for _ in 0..4 + WRITERS {
        ids.push(world.submit(0, &Coming::of(&[Kind::Complaint])).await[0]);
    }
    let (shared, own) = ids.split_at(4);
    let scope = world.places[0].system();
    let mut tasks = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        for case in [shared[writer % 4], own[writer]] {
            let (db, scope, keyring, mut rng) = (world.db.db().clone(), scope.clone(), world.keyring.clone(), world.rng.clone());
            rng.0 ^= writer as u64 + 1;
            let now = world.now;
            // Each note is a field of its own, so that none is mistaken for another.
            let mut envelope = Envelope::load(&mut db.read().await.unwrap(), &keyring, scope.locality(), case.0).await.unwrap();
            let note = envelope.seal(&format!("note{writer}"), "同时", &mut rng);
            let statements = envelope.statements();
            let pack = world.places[0].pack.clone();
            let actor = world.places[0].scope(Who::Clerk).actor();
            tasks.spawn(async move {
                through(db, async move |tx: &mut Tx| {
                    let loaded = cases::load(tx, &scope, case).await?.ok_or(Error::NotFound("case"))?;
                    let context =
                        Context { now, effective: now, actor, calendar: Calendar::builtin(), pack: &pack, number: None };
                    let facts = decide(&loaded.case, &Command::Note { note: note.clone(), private: false }, &context).map_err(|w| Error::internal(format!("{w:?}")))?;
                    cases::append(tx, &loaded, facts, scope.by(), now, now).await?;
                    tx.batch(statements.clone()).await.map(|_| ())
                })
                .await;
            });
        }
    }
    tasks.join_all().await;
    for (n, case) in shared.iter().enumerate() {
        let notes = noted(&world.loaded(0, *case).await);
        let expected: BTreeSet<String> = (0..WRITERS).filter(|w| w % 4 == n).map(|w| format!("note{w}")).collect();
        assert_eq!(notes.len(), expected.len());
        assert_eq!(notes.into_iter().collect::<BTreeSet<_>>(), expected);
    }
    for (n, case) in own.iter().enumerate() {
        assert_eq!(noted(&world.loaded(0, *case).await), [format!("note{n}")]);
    }
    while world.sequence(50).await > 0 {}
    world.assert_whole().await;
}

/// Who loaded an older state and writes without looking again is refused, and nothing of it is kept.
async fn an_older_state_is_refused(db: TestDb) {
    let mut world = World::empty(db, 8).await;
    let id = world.submit(0, &Coming::of(&[Kind::Complaint])).await[0];
    let stale = world.loaded(0, id).await;
    world.act(0, id, Who::Clerk, |e, r, _| Command::Note { note: e.seal("note", "先", r), private: false }).await;
    let (now, place) = (world.now, world.places[0].clone());
    let context = Context {
        now,
        effective: now,
        actor: Actor::System,
        calendar: Calendar::builtin(),
        pack: &place.pack,
        number: None,
    };
    let facts = decide(&stale.case, &Command::Merge { into: CaseId(Id([1; 16])), same_person: true, same_kind: true }, &context).unwrap();
    let before = stale.events.len();
    let scope = place.system();
    let refused = world
        .db
        .write(async move |tx: &mut Tx| cases::append(tx, &stale, facts.clone(), scope.by(), now, now).await.map(|_| ()))
        .await
        .unwrap_err();
    assert!(matches!(refused, Error::Conflict(_)) || refused.is_unique(), "{refused:?}");
    assert_eq!(world.loaded(0, id).await.events.len(), before + 1);
    world.assert_whole().await;
}

/// Sent twice at once: one is stored and the other told so. With another body: told, and the first is kept.
async fn the_same_key_is_one_submission(db: TestDb) {
    let mut world = World::empty(db, 9).await;
    let now = world.now;
    let (locality, scope) = (LOCALITIES[0], Scope::system(LOCALITIES[0], Reason::Submit));
    let key = submissions::intake_key(locality, "api", "s", "1");
    let (body, other) = ([1; 32], [2; 32]);
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..16 {
        let id = SubmissionId(world.rng.id(now));
        let (db, scope) = (world.db.db().clone(), scope.clone());
        let event = SubmissionEvent::Received {
            receipt: format!("R{n}"),
            code: None,
            channel: "api".into(),
            series: Some("s".into()),
            external_id: Some("1".into()),
            key: hex(&key),
            body: hex(&body),
            received_at: Some(now),
            cases: vec![],
            files: vec![],
        };
        tasks.spawn(async move {
            let kept = through(db, async move |tx: &mut Tx| {
                let known = submissions::known(tx, &key, &body).await?;
                if known == Known::New {
                    tx.batch(submissions::create(locality, id, &event, scope.by(), now)?.1).await?;
                }
                Ok(known)
            })
            .await;
            (id, kept)
        });
    }
    let all = tasks.join_all().await;
    let new: Vec<SubmissionId> = all.iter().filter(|(_, k)| *k == Known::New).map(|(id, _)| *id).collect();
    assert_eq!(new.len(), 1);
    assert!(all.iter().all(|(_, k)| matches!(k, Known::New) || *k == Known::Same(new[0])));
    let mut reader = world.db.read().await.unwrap();
    assert_eq!(submissions::known(&mut reader, &key, &other).await.unwrap(), Known::Changed(new[0]));
    drop(reader);
    world.assert_whole().await;
}

/// Two servers give positions at once, with and without the lease: no gap, no double, one tree.
async fn two_sequencers_leave_no_gap(db: TestDb) {
    let mut world = World::empty(db, 10).await;
    let second = world.db.another().await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..40 {
        world.submit(n % 2, &Coming::of(&[Kind::Complaint, Kind::Report])).await;
        if n % 10 == 9 {
            for db in [world.db.db().clone(), second.clone()] {
                let (keyring, now) = (world.keyring.clone(), world.now);
                tasks.spawn(async move { through(db, async move |tx: &mut Tx| sequencer::run(tx, &keyring, now, 25).await).await });
            }
        }
    }
    tasks.join_all().await;
    while world.sequence(1_000).await > 0 {}
    let counts = world.assert_whole().await;
    let events = counts.events;
    assert_eq!(counts.positions, events);
}

async fn a_lease_has_one_holder(db: TestDb) {
    let second = db.another().await;
    let (a, b, at) = (Id([1; 16]), Id([2; 16]), Instant(1_000));
    let take = async |db: &Db, holder: Id, now: i64, until: i64| {
        db.write(async move |tx: &mut Tx| sessions::take_lease(tx, "sequencer", holder, Instant(now), Instant(until)).await).await.unwrap()
    };
    assert!(take(&db, a, at.0, at.0 + 100).await);
    assert!(!take(&second, b, at.0 + 50, at.0 + 150).await, "it is taken");
    assert!(take(&db, a, at.0 + 60, at.0 + 200).await, "its holder renews it");
    assert!(!take(&second, b, at.0 + 150, at.0 + 250).await, "renewed");
    assert!(take(&second, b, at.0 + 200, at.0 + 300).await, "it has ended");
    assert!(!take(&db, a, at.0 + 210, at.0 + 310).await);
    let (first, other) = tokio::join!(take(&db, a, at.0 + 400, at.0 + 500), take(&second, b, at.0 + 400, at.0 + 500));
    assert!(first != other, "of two at once one gets it");
}

/// 64 at once draw numbers of one organ, form and year, some of them failing afterwards: without a gap and without a double.
async fn numbers_have_no_gaps(db: TestDb) {
    use rules::law::Form;
    let organ = rules::ids::OrganId(Id([3; 16]));
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..WRITERS {
        let db = db.db().clone();
        tasks.spawn(async move {
            let drawn = db.write(async move |tx: &mut Tx| {
                let drawn = numbers::next(tx, LOCALITIES[0], organ, Form::Acceptance, 2026).await?;
                if n % 4 == 0 { Err(Error::internal("the paper fails")) } else { Ok(drawn) }
            });
            drawn.await.ok()
        });
    }
    let drawn: BTreeSet<i64> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(drawn, (1..=(WRITERS - WRITERS / 4) as i64).collect());
}

/// One reader in many windows: a chain without forks. A submitter reads their case before their submission has its position.
async fn many_reads_make_one_chain(db: TestDb) {
    let mut world = World::empty(db, 11).await;
    let case = world.submit(0, &Coming::of(&[Kind::Complaint])).await[0];
    let second = world.submit(0, &Coming::of(&[Kind::Complaint])).await[0];
    world.read_by_submitter(1, second).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let (db, scope, now) = (world.db.db().clone(), world.places[0].scope(Who::Officer), world.now);
        tasks.spawn(async move {
            through(db, async move |tx: &mut Tx| access_log::note(tx, &scope, case, "name", "handling", now).await).await;
        });
    }
    tasks.join_all().await;
    world.sequence(1_000).await;
    let counts = world.assert_whole().await;
    assert_eq!(counts.access_entries, 33);
    assert_eq!(counts.positions, counts.events + 33);
}
}
