//! The simulated locality: the same seed makes the same store in every row, another seed another one; and a year of a district, or its
//! twentieth part, loses nothing.

use fangxin::app::{App, Place};
use fangxin::clock::Clock;
use fangxin::demo::PASSWORD;
use fangxin::simulate::{self, Plan, Simulation, Tally};
use jiff::civil::{Date, date};
use rules::case::Stage;
use rules::clock::ClockName;
use rules::ids::Locality;
use rules::law::{Kind, Satisfaction};
use rules::time::Instant;
use std::collections::BTreeMap;
use std::path::Path;
use store::cases;
use store::engine::Query;
use store::queue::{self, Filter, Line};
use store::random::Source;
use store::scope::{Reason, Scope};

async fn made(dir: &Path, pack: &str, cases: u64, seed: u64, (from, to): (Date, Date)) -> (App, Locality, Tally) {
    let app = App::open_with(&Place::data(dir), Clock::set(Instant::start_of(from)), Source::seeded(seed)).await.unwrap();
    let locality = simulate::open_place(&app, pack).await.unwrap();
    let plan = Plan { places: vec![(locality, 1, "sim".into())], cases, seed, from, to, password: PASSWORD.into() };
    let mut simulation = Simulation::begin(&app, plan).await.unwrap();
    simulation.until(Instant::end_of(to), |_, _| {}).await.unwrap();
    fangxin::usecase::sweep::round(&app).await.unwrap();
    let tally = simulation.tally().clone();
    (app, locality, tally)
}

/// Every row of every table, those behind the search index included.
async fn dump(app: &App) -> BTreeMap<String, Vec<String>> {
    let mut db = app.db().read().await.unwrap();
    let names =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name";
    let names = Query::new(names, &[]);
    let mut all = BTreeMap::new();
    for name in db.query(&names).await.unwrap() {
        let name: String = name.get(0).unwrap();
        let text: &'static str = Box::leak(format!("SELECT * FROM {name}").into_boxed_str());
        let mut rows: Vec<String> = db.query(&Query::new(text, &[])).await.unwrap().iter().map(|r| format!("{:?}", r.values())).collect();
        rows.sort_unstable();
        all.insert(name, rows);
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_makes_the_same_store_in_every_row() {
    let span = (date(2026, 9, 14), date(2026, 10, 16));
    let (one, two, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (a, _, tally) = made(one.path(), "demo-qinghe", 60, 7, span).await;
    let (b, _, again) = made(two.path(), "demo-qinghe", 60, 7, span).await;
    let (c, _, _) = made(other.path(), "demo-qinghe", 60, 8, span).await;
    assert_eq!((tally.cases, tally.stuck), (60, 0), "{tally:?}");
    assert!(tally.acts > 200, "{tally:?}");
    assert_eq!(tally, again);
    let head = async |app: &App| store::sequencer::head(&mut app.db().read().await.unwrap()).await.unwrap().unwrap();
    assert_eq!(head(&a).await, head(&b).await, "the signed head, its signature included");
    let (ours, theirs) = (dump(&a).await, dump(&b).await);
    assert!(ours.values().map(Vec::len).sum::<usize>() > 2_000);
    for (table, rows) in &ours {
        assert_eq!(Some(rows), theirs.get(table), "{table}");
    }
    assert_ne!(head(&a).await.root, head(&c).await.root, "another seed, another log");
    assert!(a.keyring().is_seeded());
    let whole = store::verify::run(a.db(), a.keyring(), Some(a.files()), &mut |_| {}).await.unwrap();
    assert!(whole.is_whole(), "{:?}", whole.findings);
}

/// A pack without units: offices are made, the same each time.
#[tokio::test(flavor = "multi_thread")]
async fn the_national_pack_has_people_too() {
    let dir = tempfile::tempdir().unwrap();
    let (app, locality, tally) = made(dir.path(), "national", 30, 1, (date(2026, 9, 14), date(2026, 10, 9))).await;
    assert_eq!((tally.cases, tally.stuck), (30, 0), "{tally:?}");
    assert!(app.world(locality).unwrap().directory.units.len() > 3);
}

async fn lines(app: &App, scope: &Scope) -> Vec<Line> {
    let mut db = app.db().read().await.unwrap();
    let mut all = Vec::new();
    for done in [false, true] {
        let (filter, mut after) = (Filter { done, ..Filter::default() }, None);
        loop {
            let page = queue::page(&mut db, scope, &filter, after, 500).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.sort_at, last.id));
            all.extend(page);
        }
    }
    all
}

/// A year with 38,464 cases (HS1); a twentieth of it unless FANGXIN_LONG is set.
#[tokio::test(flavor = "multi_thread")]
async fn a_year_of_a_district_loses_nothing() {
    let cases_of_year = if std::env::var_os("FANGXIN_LONG").is_some() { 38_464 } else { 38_464 / 20 };
    let dir = tempfile::tempdir().unwrap();
    // The year ends with its letters; what came last is still worked on for two months.
    let span = (date(2025, 8, 1), date(2026, 7, 31));
    let pack = if fangxin::usecase::setup::pack_texts("haishu").is_some() { "haishu" } else { "demo-qinghe" };
    let app = App::open_with(&Place::data(dir.path()), Clock::set(Instant::start_of(span.0)), Source::seeded(11)).await.unwrap();
    let locality = simulate::open_place(&app, pack).await.unwrap();
    let plan = Plan {
        places: vec![(locality, 1, "hs".into())],
        cases: cases_of_year,
        seed: 11,
        from: span.0,
        to: span.1,
        password: PASSWORD.into(),
    };
    let mut simulation = Simulation::begin(&app, plan).await.unwrap();
    let end = Instant::end_of(date(2026, 11, 20));
    simulation.until(end, |_, _| {}).await.unwrap();
    fangxin::usecase::sweep::round(&app).await.unwrap();
    let tally = simulation.tally().clone();
    assert_eq!((tally.cases, tally.stuck), (cases_of_year, 0), "{tally:?}");

    // Counts in = counts out: each is closed, or open with something to be done next.
    let scope = Scope::system(locality, Reason::Verify);
    let all = lines(&app, &scope).await;
    assert_eq!(all.len() as u64, cases_of_year, "nothing lost");
    let (mut closed, mut mediated, mut agreed, mut decided, mut in_time, mut heard, mut content) =
        (0u64, 0u64, 0u64, 0u64, 0u64, 0u64, 0u64);
    let mut db = app.db().read().await.unwrap();
    for line in &all {
        let case = cases::load(&mut db, &scope, line.id).await.unwrap().unwrap().case;
        if case.stage() == Stage::Closed {
            closed += 1;
        } else {
            assert!(rules::case::next::next(&case).is_some(), "{}", line.number);
        }
        for clock in &case.clocks {
            assert!(!clock.is_open() || clock.due.at > end || clock.lapsed, "{} {:?}: neither met nor noticed", line.number, clock.name);
        }
        if let Some(clock) = case.clock(&ClockName("L1".to_owned())).and_then(|c| c.met()) {
            (decided, in_time) = (decided + 1, in_time + u64::from(clock));
        }
        if case.kind == Kind::Complaint && case.mediation.is_some() && case.settlement.is_some() {
            (mediated, agreed) = (mediated + 1, agreed + u64::from(matches!(case.settlement, Some(rules::case::Settlement::Agreed(_)))));
        }
        if let Some(said) = case.satisfaction {
            (heard, content) = (heard + 1, content + u64::from(said != Satisfaction::Dissatisfied));
        }
    }
    drop(db);
    let share = |part: u64, of: u64| part * 1_000 / of.max(1);
    let told = (share(closed, cases_of_year), share(agreed, mediated), share(in_time, decided), share(content, heard));
    println!("closed {}‰, mediation {}‰, decided in time {}‰, satisfied {}‰ of {heard}", told.0, told.1, told.2, told.3);
    println!("{tally:?}");
    assert!(told.0 >= 980, "closed {told:?}");
    assert!((600..850).contains(&told.1), "mediation {told:?}");
    assert!(told.2 >= 900, "in time {told:?}");
    assert!(told.3 >= 970, "satisfied {told:?}");
    let whole = store::verify::run(app.db(), app.keyring(), Some(app.files()), &mut |_| {}).await.unwrap();
    assert!(whole.is_whole(), "{:?}", whole.findings);
    fangxin::usecase::tally::follow(&app).await.unwrap();
    let mut different = Vec::new();
    let counted = store::recount::run(&mut app.db().snapshot().await.unwrap(), &mut |d| different.push(d)).await.unwrap();
    assert!(counted >= cases_of_year && different.is_empty(), "{counted} of {cases_of_year}: {different:?}");
}
