//! Five thousand open cases go over at once, and the server that moves them is killed in the middle, twice: afterwards each has gone over
//! exactly once, none is anywhere else, and the record is whole. Once from a person to two others, once from a unit that is closed.

#[path = "common/mod.rs"]
mod common;

use common::{Database, start};
use fangxin::app::{App, Place};
use fangxin::bench::letters::Dice;
use fangxin::clock::{Clock, new_id};
use fangxin::usecase::people::{self, NewPerson};
use fangxin::usecase::setup::{self, NewLocality};
use fangxin::usecase::{act, units};
use rules::access::Role;
use rules::case::command::{Command as Does, Relation};
use rules::case::decide::{Context, decide};
use rules::case::event::{Event, Registration, Seat};
use rules::case::{Case, Stamp};
use rules::ids::{CaseId, Id, Locality, PersonId, SubmissionId, UnitId};
use rules::law::Kind;
use rules::pack::UnitKind;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use store::arrangement::{Arrangement, Clearing, Handover};
use store::engine::{Target, Tx};
use store::personal::Envelope;
use store::queue::{self, Filter};
use store::registry::RegistryEvent;
use store::scope::{Reason, Scope};
use store::sessions::take_lease;
use store::{cases, projection};

const CASES: usize = 5_000;
/// A server that has moved nothing for so long will not.
const PATIENCE: Duration = Duration::from_secs(120);

struct Scene {
    locality: Locality,
    from: PersonId,
    to: Vec<PersonId>,
    head: PersonId,
    unit: UnitId,
    other: UnitId,
}

/// A county whose officer has five thousand open cases.
async fn scene(app: &App) -> Scene {
    let new = NewLocality { code: "990101".into(), name: "测试县".into(), pack_id: "demo-qinghe".into(), ..NewLocality::default() };
    let locality = setup::open_locality(app, &new).await.unwrap();
    let scope = Scope::system(locality, Reason::Setup);
    let world = app.world(locality).unwrap();
    let intake = fangxin::usecase::submit::intake_seat(&world).unwrap();
    let offices: Vec<_> = world.directory.units.values().filter(|u| u.kind == UnitKind::Office && u.organ == intake.organ).collect();
    let (unit, other) = (offices[0].id, offices[1].id);
    let mut made = Vec::new();
    for (login, role) in [("from", Role::Officer), ("one", Role::Officer), ("two", Role::Officer), ("head", Role::Lead)] {
        let person = NewPerson { login: login.into(), name: login.into(), password: "long enough 1".into(), roles: vec![(role, unit)] };
        made.push(people::create(app, &scope, person).await.unwrap());
    }
    let seat = Seat { unit, organ: intake.organ };
    let officer = rules::access::Actor::Person { id: made[0], role: Role::Officer, unit, organ: seat.organ };
    let clerk = rules::access::Actor::Person { id: made[3], role: Role::Clerk, unit: intake.unit, organ: intake.organ };
    let now = app.clock().now();
    let mut dice = Dice(7);
    let id = |dice: &mut Dice| Id(std::array::from_fn(|_| dice.below(256) as u8));
    for chunk in 0..CASES / 100 {
        let mut batch = Vec::new();
        for n in 0..100 {
            let number = format!("26-{:05}", chunk * 100 + n);
            let case_id = CaseId(id(&mut dice));
            let registration = Registration {
                submission: SubmissionId(case_id.0),
                kind: Kind::Complaint,
                token: format!("tok{number}"),
                number: number.clone(),
                channel: "web".into(),
                external_id: None,
                platform_at: Some(now),
                historical: false,
                anonymous: false,
                submitter: rules::case::event::Submitter::default(),
                respondent: rules::case::event::Respondent::default(),
                title: None,
                narrative: None,
                demands: Vec::new(),
                amount: None,
                knew_on: None,
                publish: false,
                entrust: false,
                files: Vec::new(),
                taken_from: None,
                details: rules::case::details::Details::default(),
            };
            let mut facts = vec![(rules::case::intake::register(registration.clone(), &world.calendar, &world.pack), now)];
            let mut case = Case::register(registration, &facts[0].0.clocks);
            let send = Does::Send { to: seat, relation: Relation::Same, basis: "internal".into(), note: None };
            for (actor, command) in [(clerk, Does::Receive { seat: intake, at: now }), (clerk, send), (officer, Does::Open)] {
                let ctx = Context { now, effective: now, actor, calendar: &world.calendar, pack: &world.pack, number: None };
                for fact in decide(&case, &command, &ctx).unwrap() {
                    case = case.evolve(Stamp { recorded_at: now, effective_at: now, actor: actor.person() }, &fact);
                    facts.push((fact, now));
                }
            }
            batch.extend(cases::create(locality, case_id, &facts, store::chain::By::default(), now).unwrap().1);
            let key = Envelope::new(app.keyring(), locality, case_id.0, &mut app.random());
            batch.extend(key.statements());
            let plain = projection::Plain { number: number.clone(), ..projection::Plain::default() };
            batch.extend(projection::insert(locality, case_id, &plain, &[], projection::search_text(&plain)));
        }
        app.db().write(async move |tx: &mut Tx| tx.batch(batch.clone()).await.map(|_| ())).await.unwrap();
    }
    Scene { locality, from: made[0], to: vec![made[1], made[2]], head: made[3], unit, other }
}

async fn arrange(app: &App, s: &Scene, arrangement: Arrangement) {
    let scope = Scope::system(s.locality, Reason::Setup);
    let event = RegistryEvent::Arranged { id: Id([9; 16]), arrangement };
    people::change(app, &scope, vec![event], None).await.unwrap();
}

/// Open cases that are still where they were.
async fn remaining(app: &App, locality: Locality, filter: &Filter) -> i64 {
    let mut db = app.db().read().await.unwrap();
    queue::count(&mut db, &Scope::system(locality, Reason::Setup), filter, 100_000).await.unwrap()
}

/// The server moves them and is killed twice on the way; this process only looks. How many had moved at each kill.
async fn moved_by_servers(place: &Place, args: &[&str], s: &Scene, filter: &Filter) -> Vec<i64> {
    let app = App::open(place, Clock::System).await.unwrap();
    let (total, began) = (CASES as i64, Instant::now());
    let mut kills = Vec::new();
    for until in [total / 5, total / 2, total] {
        let mut server = start(&[&["serve", "--listen", "127.0.0.1:0"], args].concat());
        loop {
            let moved = total - remaining(&app, s.locality, filter).await;
            if moved >= until {
                kills.push(moved);
                break;
            }
            assert!(began.elapsed() < PATIENCE, "{moved} of {total} moved, then nothing more");
            tokio::task::yield_now().await;
        }
        if until < total {
            server.kill9();
            // What the dead one had taken for itself would be free after two minutes; here it is at once.
            let now = app.clock().now();
            let (then, somebody) = (now.plus_minutes(5), new_id(now, &mut app.random()));
            let free = async move |tx: &mut Tx| take_lease(tx, "sweep", somebody, then, now).await;
            assert!(app.db().write(free).await.unwrap());
            continue;
        }
        // The order is done once the server says so.
        loop {
            app.refresh().await.unwrap();
            let world = app.world(s.locality).unwrap();
            let done = world.directory.arrangements.values().all(|a| match a {
                Arrangement::Handover(h) => h.ended.is_some() && h.left.is_empty(),
                Arrangement::Clearing(c) => c.ended.is_some() && c.left.is_empty(),
                _ => true,
            });
            if done {
                break;
            }
            assert!(began.elapsed() < PATIENCE, "the order does not end");
            tokio::task::yield_now().await;
        }
        server.kill9();
    }
    app.db().close().await;
    kills
}

/// Every case with its events: each has changed hands once.
async fn each_once(app: &App, s: &Scene, name: &str) -> BTreeMap<(UnitId, Option<PersonId>), usize> {
    let scope = Scope::system(s.locality, Reason::Verify);
    let mut found = BTreeMap::new();
    for n in 0..CASES {
        let loaded = act::load(app, &scope, &format!("tok26-{n:05}")).await.unwrap();
        let times = loaded.events.iter().filter(|(_, f)| f.event.name() == name).count();
        assert_eq!(times, 1, "case {n} changed hands {times} times");
        assert!(!loaded.case.is_over() && loaded.events.iter().all(|(_, f)| !matches!(f.event, Event::TakenBack { .. })));
        *found.entry((loaded.case.seat.unwrap().unit, loaded.case.handler)).or_default() += 1;
    }
    let report = store::verify::run(app.db(), app.keyring(), Some(app.files()), &mut |_| {}).await.unwrap();
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_persons_five_thousand_cases_go_to_two_others_though_the_server_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::data(dir.path());
    let app = App::open(&place, Clock::System).await.unwrap();
    let s = scene(&app).await;
    let at = app.clock().now();
    let order =
        Handover { from: s.from, unit: s.unit, to: s.to.clone(), by: s.head, at, total: CASES as i64, ended: None, left: Vec::new() };
    arrange(&app, &s, Arrangement::Handover(order)).await;
    app.db().close().await;
    let filter = Filter { handler: Some(s.from), ..Filter::default() };
    let kills = moved_by_servers(&place, &["--data", dir.path().to_str().unwrap()], &s, &filter).await;
    assert!(kills[0] < CASES as i64 && kills[1] < CASES as i64, "it was killed after everything was done: {kills:?}");
    let app = App::open(&place, Clock::System).await.unwrap();
    let found = each_once(&app, &s, "Assigned").await;
    assert_eq!(found.values().sum::<usize>(), CASES);
    let half: Vec<usize> = s.to.iter().map(|p| found[&(s.unit, Some(*p))]).collect();
    assert_eq!(half.iter().sum::<usize>(), CASES, "none with anybody else");
    assert!(half.iter().all(|n| *n > CASES / 3), "shared out in turn: {half:?}");
    app.db().close().await;
}

/// The same on both engines where a PostgreSQL is there.
async fn a_unit_is_cleared(place: Place, args: &[&str]) {
    let app = App::open(&place, Clock::System).await.unwrap();
    let s = scene(&app).await;
    let at = app.clock().now();
    let (unit, to, by) = (s.unit, s.other, s.head);
    let why = "撤所".to_owned();
    let order = Clearing { unit, to, merge: false, why, by, at, from: at.date(), total: CASES as i64, ended: None, left: Vec::new() };
    arrange(&app, &s, Arrangement::Clearing(order)).await;
    app.db().close().await;
    let filter = Filter { unit: Some(s.unit), ..Filter::default() };
    let kills = moved_by_servers(&place, args, &s, &filter).await;
    assert!(kills[0] < CASES as i64 && kills[1] < CASES as i64, "it was killed after everything was done: {kills:?}");
    let app = App::open(&place, Clock::System).await.unwrap();
    assert_eq!(each_once(&app, &s, "Moved").await, BTreeMap::from([((s.other, None), CASES)]));
    assert_eq!(units::open_cases(&app, s.locality, s.unit).await.unwrap(), 0);
    app.db().close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_units_five_thousand_cases_go_over_though_the_server_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    a_unit_is_cleared(Place::data(dir.path()), &["--data", dir.path().to_str().unwrap()]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_on_postgresql() {
    let Some(database) = Database::new("handed") else { return };
    let (dir, url) = (tempfile::tempdir().unwrap(), database.url());
    let place = Place { target: Target::Url(url.clone()), dir: dir.path().to_owned() };
    a_unit_is_cleared(place, &["--database", &url, "--keys", dir.path().to_str().unwrap()]).await;
}
