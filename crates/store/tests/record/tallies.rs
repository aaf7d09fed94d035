//! Figures counted from the log equal a recount of it, wherever the stretches were cut; they open to exactly their cases; and reports stand in
//! no sum of who may not know them.

use crate::world::{Seeded, Who, World};
use rules::law::Kind;
use rules::rate::{Counts, Part, Window};
use rules::tally::Measure;
use rules::time::Instant;
use std::collections::BTreeMap;
use store::both_engines;
use store::engine::Tx;
use store::tally::{self, Filter};
use store::{recount, sequencer};

impl World {
    /// Counts what is in the log, cut into stretches of random length.
    async fn count(&mut self) -> u64 {
        let mut positions = 0;
        loop {
            let limit = 1 + self.rng.below(40) as u64;
            let mut db = self.db.read().await.unwrap();
            let stretch = tally::next(&mut db, limit, |_, _| true).await.unwrap();
            drop(db);
            if stretch.is_empty() {
                return positions;
            }
            positions += stretch.len();
            let now = self.now;
            self.db.write(async move |tx: &mut Tx| tally::apply(tx, &stretch, now).await).await.unwrap();
        }
    }

    async fn differences(&self) -> Vec<recount::Difference> {
        let mut found = Vec::new();
        let mut db = self.db.snapshot().await.unwrap();
        recount::run(&mut db, &mut |d| found.push(d)).await.unwrap();
        found
    }
}

async fn change(world: &World, sql: String) {
    assert!(world.db.change(vec![(sql, Vec::new())]).await.unwrap() > 0);
}

fn ever() -> Window {
    Window { from: jiff::civil::date(2020, 1, 15), through: jiff::civil::date(2035, 3, 20) }
}

fn total(by_unit: &BTreeMap<rules::ids::UnitId, Counts>) -> Counts {
    let mut all = Counts::default();
    by_unit.values().for_each(|c| all.add(c));
    all
}

both_engines! {

async fn tallies_equal_a_recount_and_open_to_their_cases(db: TestDb) {
    let mut world = World::full(db, 77).await;
    world.count().await;
    assert_eq!(world.differences().await, []);
    // The rest of the log comes in pieces, counted in pieces.
    for _ in 0..200 {
        let limit = 1 + world.rng.below(9) as i64;
        if world.sequence(limit).await == 0 {
            break;
        }
        world.count().await;
    }
    assert_eq!(world.differences().await, []);

    let place = world.places[0].clone();
    let system = place.system();
    let mut db = world.db.read().await.unwrap();
    assert_eq!(tally::counted(&mut db).await.unwrap().pos, sequencer::head(&mut db).await.unwrap().unwrap().size);
    let by_unit = tally::by_unit(&mut db, &system, ever(), &Filter::default()).await.unwrap();
    let all = total(&by_unit);
    let mut seen = 0;
    for measure in Measure::ALL {
        let part = Part { kinds: Kind::ALL, measures: std::slice::from_ref(measure) };
        let mut after = None;
        let mut lines = Vec::new();
        loop {
            let page = tally::lines(&mut db, &system, ever(), &Filter::default(), part.kinds, part.measures, |_| true, after, 3).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.day, last.unit, last.case));
            lines.extend(page);
        }
        assert_eq!(lines.len() as i64, all.of(&part), "{}", measure.code());
        assert!(lines.windows(2).all(|w| (std::cmp::Reverse(w[0].day), w[0].unit, w[0].case) < (std::cmp::Reverse(w[1].day), w[1].unit, w[1].case)));
        seen += usize::from(!lines.is_empty());
    }
    assert!(seen > 20, "the weeks show most of what is counted: {seen} of {}", Measure::ALL.len());

    // A window put together from months and days is the same as its days one by one.
    let by_day = {
        let mut sum = Counts::default();
        let first = world.now.date().saturating_sub(jiff::Span::new().days(75));
        for n in 0..75 {
            let day = first.saturating_add(jiff::Span::new().days(n));
            sum.add(&total(&tally::by_unit(&mut db, &system, Window { from: day, through: day }, &Filter::default()).await.unwrap()));
        }
        let whole = Window { from: first, through: first.saturating_add(jiff::Span::new().days(74)) };
        assert_eq!(total(&tally::by_unit(&mut db, &system, whole, &Filter::default()).await.unwrap()), sum);
        sum
    };
    assert!(by_day.0.values().any(|s| s.entries.iter().any(|n| *n > 0)));

    // Officers know no sum with a report in it; their head does.
    let of = async |db: &mut store::engine::Reader, who| {
        let scope = place.scope(who);
        let sums = total(&tally::by_unit(db, &scope, ever(), &Filter::default()).await.unwrap());
        let received = Part { kinds: Kind::ALL, measures: &[Measure::Received] };
        let lines = tally::lines(db, &scope, ever(), &Filter::default(), Kind::ALL, &[Measure::Received], |_| true, None, 10_000).await;
        assert_eq!(lines.unwrap().len() as i64, sums.of(&received));
        sums.0.contains_key(&Kind::Report)
    };
    assert!(!of(&mut db, Who::Officer).await && !of(&mut db, Who::Clerk).await);
    assert!(of(&mut db, Who::Lead).await && of(&mut db, Who::Supervisor).await);
}

async fn a_figure_that_was_changed_is_named(db: TestDb) {
    let mut world = World::full(db, 5).await;
    world.count().await;
    let seed = &mut Seeded(3);
    for (table, column) in [("tally", "received"), ("tally", "recovered"), ("tally_entry", "measures")] {
        let by = 1 + seed.below(5);
        change(&world, format!("UPDATE {table} SET {column} = {column} + {by}")).await;
        let found = world.differences().await;
        assert!(found.iter().any(|d| d.column == column && d.stands != d.counted), "{table}.{column}: {found:?}");
        change(&world, format!("UPDATE {table} SET {column} = {column} - {by}")).await;
        assert_eq!(world.differences().await, []);
    }
    // Exactly the cells of the first day, each by its place, what stands there and what the log gives.
    let first = "grain = 'day' AND period = (SELECT MIN(period) FROM tally WHERE grain = 'day')";
    let changed = world.db.change(vec![(format!("UPDATE tally SET received = received + 1 WHERE {first}"), Vec::new())]).await.unwrap();
    let found = world.differences().await;
    assert!(changed > 0 && found.len() as u64 == changed as u64, "{changed}: {found:?}");
    for d in &found {
        assert!(d.place.starts_with("day 20") && d.place.contains("unit ") && d.column == "received", "{d:?}");
        assert_eq!(d.stands, d.counted + 1);
    }
    change(&world, format!("UPDATE tally SET received = received - 1 WHERE {first}")).await;
    assert_eq!(world.differences().await, []);
    change(&world, "DELETE FROM tally_entry".into()).await;
    assert!(world.differences().await.iter().any(|d| d.place == "entries in all"));
    assert!(world.now > Instant(0));
}
}
