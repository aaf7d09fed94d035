//! The whole application on each engine: a complaint from the form to its closing; two servers on one PostgreSQL; a database that goes away and
//! comes back; a full disk; a clock that is set back.

use fangxin::app::{App, Place};
use fangxin::bench::letters::letter;
use fangxin::bench::scene::Scene;
use fangxin::clock::Clock;
use fangxin::usecase::fields::Fields;
use fangxin::usecase::submit::{Fate, Receipt, submit};
use fangxin::usecase::{Answer, Denied, act, read, sweep};
use fangxin::web::http::{open_submission, status_of};
use rules::case::Stage;
use rules::case::command::Action;
use rules::case::event::Event;
use rules::time::Instant;
use std::collections::BTreeSet;
use store::cases::Loaded;
use store::scope::{Reason, Scope};
use store::testing::{TestDb, disk_full, on_postgres, on_sqlite};

/// A Monday morning.
fn monday() -> Instant {
    Instant::at("2026-06-01T09:00".parse().unwrap())
}

/// A server on the database of a test. All servers of a test keep their keys in one place.
async fn server(db: &TestDb, clock: &Clock) -> App {
    App::open(&Place { target: db.target().clone(), dir: db.dir().to_owned() }, clock.clone()).await.unwrap()
}

/// Who does what, with which form.
type Step<'a> = (&'a Scope, Action, &'a [(&'a str, &'a str)]);

async fn scene(db: &TestDb, clock: &Clock) -> Scene {
    Scene::open(server(db, clock).await, db.dir(), None).await.unwrap()
}

fn platform(scene: &Scene, reason: Reason) -> Scope {
    Scope::system(scene.locality, reason)
}

async fn file(app: &App, scene: &Scene, n: u64) -> Answer<Receipt> {
    submit(app, &platform(scene, Reason::Submit), &letter(n, false, monday()), None).await
}

async fn case_of(app: &App, scene: &Scene, receipt: &Receipt) -> Loaded {
    let mut db = app.db().read().await.unwrap();
    let mut all = store::cases::of_submission(&mut db, &platform(scene, Reason::Verify), receipt.submission).await.unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

async fn act(app: &App, scope: &Scope, token: &str, action: Action, form: &[(&str, &str)]) -> Answer<Vec<&'static str>> {
    let fields: Fields = form.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    act::act(app, scope, token, action, &fields, None).await.map(|done| done.events)
}

/// Checks the record; gives the number of submissions.
async fn whole(app: &App) -> u64 {
    let report = store::verify::run(app.db(), app.keyring(), Some(app.files()), &mut |_| {}).await.unwrap();
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
    report.counts.submissions
}

store::both_engines! {
    /// Receipt, sending, opening, acceptance, telling, mediation, agreement, closing; the submitter sees each; the record is whole.
    async fn a_complaint_goes_its_whole_way(db: TestDb) {
        let clock = Clock::set(monday());
        let s = scene(&db, &clock).await;
        let receipt = file(&s.app, &s, 1).await.unwrap();
        let token = case_of(&s.app, &s, &receipt).await.case.registration.token;
        let office = s.office.0.to_string();
        let (clerk, officer) = (&s.clerk.scope, &s.officer.scope);
        let told = [("matter", "acceptance"), ("party", "submitter"), ("method", "phone")];
        let steps: [Step<'_>; 8] = [
            (clerk, Action::Send, &[("to", &office), ("basis", "internal")]),
            (officer, Action::Open, &[]),
            (officer, Action::Accept, &[]),
            (officer, Action::Tell, &told),
            (officer, Action::Consent, &[("party", "respondent"), ("consent", "mediation"), ("given", "yes")]),
            (officer, Action::Mediate, &[("mode", "phone")]),
            (officer, Action::Agree, &[("terms", "商家退还货款"), ("amount", "99.50"), ("performed", "1")]),
            (officer, Action::Close, &[("outcome", "agreed"), ("level", "station"), ("recovered", "99.50")]),
        ];
        for (n, (scope, action, form)) in steps.into_iter().enumerate() {
            clock.move_to(monday().plus_minutes(10 * (n as i64 + 1)));
            act(&s.app, scope, &token, action, form).await.unwrap_or_else(|e| panic!("{action:?}: {e:?}"));
        }
        let scope = open_submission(&s.app, &receipt.number, receipt.code.as_deref().unwrap(), "").await.unwrap();
        let (_, seen) = read::submission(&s.app, &scope, receipt.submission).await.unwrap();
        assert_eq!(seen[0].loaded.case.stage(), Stage::Closed);
        assert_eq!(seen[0].loaded.case.closed.unwrap().recovered.0, 9_950);
        sweep::round(&s.app).await.unwrap();
        assert_eq!(whole(&s.app).await, 1);
    }

    /// What the clock shows may go back, what is recorded may not.
    async fn a_clock_set_back_does_not_turn_the_record_back(db: TestDb) {
        let clock = Clock::set(monday());
        let s = scene(&db, &clock).await;
        let receipt = file(&s.app, &s, 1).await.unwrap();
        let token = case_of(&s.app, &s, &receipt).await.case.registration.token;
        for back in [60, 24 * 60, 5] {
            clock.move_to(monday().plus_minutes(-back));
            act(&s.app, &s.clerk.scope, &token, Action::Note, &[("note", "时钟被拨回")]).await.unwrap();
            read::open(&s.app, &s.clerk.scope, &token, &[], "test").await.unwrap();
        }
        // A submission that arrives meanwhile has the time the clock shows: nothing of it is earlier than itself.
        let other = file(&s.app, &s, 2).await.unwrap();
        for r in [&receipt, &other] {
            let loaded = case_of(&s.app, &s, r).await;
            let times: Vec<Instant> = loaded.events.iter().map(|(r, _)| r.recorded_at).collect();
            assert!(times.is_sorted_by(|a, b| a < b), "{times:?}");
        }
        let mut reader = s.app.db().read().await.unwrap();
        let (person, _) = s.clerk.scope.grant().unwrap();
        let log = store::access_log::of_reader(&mut reader, &platform(&s, Reason::Verify), person.0).await.unwrap();
        drop(reader);
        assert!(log.len() >= 3 && log.is_sorted_by(|a, b| a.at < b.at));
        sweep::round(&s.app).await.unwrap();
        assert_eq!(whole(&s.app).await, 2);
    }
}

/// Sends to one server or the other, and sweeps on both, at once. Each nonce goes to both servers.
#[test]
fn two_servers_share_one_postgresql() {
    on_postgres(store::MIGRATIONS, async |db| {
        const LETTERS: u64 = 60;
        let clock = Clock::set(monday());
        let s = scene(&db, &clock).await;
        let other = server(&db, &clock).await;
        assert_ne!(s.app.holder(), other.holder());
        let mut senders = tokio::task::JoinSet::new();
        for n in 0..LETTERS {
            for app in [s.app.clone(), other.clone()] {
                let scope = platform(&s, Reason::Submit);
                senders.spawn(async move {
                    // Two at once under one number: the slower one is told that it is known, if need be when it asks again.
                    loop {
                        match submit(&app, &scope, &letter(n, false, monday()), None).await {
                            Ok(receipt) => return receipt,
                            Err(Denied::Store(e)) if e.is_retryable() => {}
                            Err(e) => panic!("{e:?}"),
                        }
                    }
                });
            }
        }
        for _ in 0..5 {
            let (a, b) = tokio::join!(sweep::round(&s.app), sweep::round(&other));
            a.unwrap();
            b.unwrap();
        }
        let receipts = senders.join_all().await;
        let accepted = receipts.iter().filter(|r| r.fate == Fate::Accepted).count() as u64;
        let numbers: BTreeSet<&str> = receipts.iter().map(|r| r.number.as_str()).collect();
        assert_eq!((accepted, numbers.len() as u64, receipts.len() as u64), (LETTERS, LETTERS, 2 * LETTERS));

        // All clocks end. Each server holds the lease in turn; each ending is noted once.
        for months in [1, 2, 3] {
            clock.move_to(monday().plus_minutes(months * 31 * 24 * 60));
            let (a, b) = tokio::join!(sweep::round(&s.app), sweep::round(&other));
            a.unwrap();
            b.unwrap();
        }
        for receipt in receipts.iter().filter(|r| r.fate == Fate::Accepted) {
            let loaded = case_of(&other, &s, receipt).await;
            let sweeps = loaded.events.iter().filter(|(_, f)| f.event == Event::ClockLapsed);
            let lapsed: Vec<String> = sweeps.flat_map(|(_, f)| &f.clocks).map(|c| format!("{c:?}")).collect();
            let distinct: BTreeSet<&String> = lapsed.iter().collect();
            let ended = loaded.case.clocks.iter().filter(|c| c.lapsed).count();
            assert!(ended > 0);
            assert_eq!((lapsed.len(), distinct.len()), (ended, ended));
        }
        assert_eq!(whole(&other).await, LETTERS);
    });
}

/// Connections end under people's hands, again and again: each hears an error that says "later" or is served, and what was said holds.
#[test]
fn a_database_that_goes_and_comes_back_loses_nothing() {
    on_postgres(store::MIGRATIONS, async |db| {
        let clock = Clock::set(monday());
        let s = scene(&db, &clock).await;
        let mut said = Vec::new();
        for round in 0..4u64 {
            let mut senders = tokio::task::JoinSet::new();
            for n in 0..12 {
                let (app, scope, n) = (s.app.clone(), platform(&s, Reason::Submit), round * 12 + n);
                senders.spawn(async move { (n, submit(&app, &scope, &letter(n, false, monday()), None).await) });
            }
            db.kill_connections().await;
            for (n, outcome) in senders.join_all().await {
                match outcome {
                    Ok(receipt) => said.push((n, receipt.number)),
                    Err(e) => assert_eq!(status_of(&e).as_u16(), 503, "{e:?}"),
                }
            }
        }
        // Back again: within a few tries everybody is served, and whoever had a receipt has the same.
        for n in 0..48 {
            let mut receipt = file(&s.app, &s, n).await;
            for _ in 0..20 {
                if receipt.is_err() {
                    receipt = file(&s.app, &s, n).await;
                }
            }
            let receipt = receipt.unwrap();
            if let Some((_, first)) = said.iter().find(|(m, _)| *m == n) {
                assert_eq!((receipt.fate, &receipt.number), (Fate::AlreadyKnown, first));
            }
        }
        sweep::round(&s.app).await.unwrap();
        assert_eq!(whole(&s.app).await, 48);
    });
}

/// No room: 503, no receipt, nothing half written; with room it goes on.
#[test]
fn a_full_disk_gives_no_receipt_and_keeps_nothing() {
    on_sqlite(store::MIGRATIONS, async |db| {
        let clock = Clock::set(monday());
        let s = scene(&db, &clock).await;
        let first = file(&s.app, &s, 0).await.unwrap();
        let token = case_of(&s.app, &s, &first).await.case.registration.token;
        disk_full(s.app.db(), true).await;
        let mut refused = Vec::new();
        // Pages there already have room for a few.
        for n in 1..60 {
            match file(&s.app, &s, n).await {
                Ok(receipt) => assert_eq!(receipt.fate, Fate::Accepted),
                Err(e) => {
                    assert!(matches!(&e, Denied::Store(store::engine::Error::Full(_))) && status_of(&e).as_u16() == 503, "{e:?}");
                    refused.push(n);
                }
            }
        }
        assert!(refused.len() > 30, "{refused:?}");
        // What is there can still be read.
        assert_eq!(case_of(&s.app, &s, &first).await.case.registration.token, token);
        assert_eq!(whole(&s.app).await, 60 - refused.len() as u64);
        disk_full(s.app.db(), false).await;
        for n in &refused {
            assert_eq!(file(&s.app, &s, *n).await.unwrap().fate, Fate::Accepted, "{n} was said not to be kept");
        }
        sweep::round(&s.app).await.unwrap();
        assert_eq!(whole(&s.app).await, 60);
    });
}
