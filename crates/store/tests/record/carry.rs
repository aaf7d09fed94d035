//! No table is forgotten when a store is copied, and what was copied is whole.

use crate::columns::classes;
use crate::world::World;
use std::collections::{BTreeMap, BTreeSet};
use store::backup::tables;
use store::both_engines;
use store::carry;
use store::engine::{Db, Target};
use store::testing::NOW;

both_engines! {

async fn a_copy_has_every_row_of_every_table_and_is_whole(db: TestDb) {
    let mut world = World::full(db, 20_261_123).await;
    world.sequence(10_000).await;
    let tables = tables().unwrap();
    let declared: BTreeSet<String> = classes().into_keys().map(|(table, _)| table).collect();
    let copied: BTreeSet<String> = tables.iter().map(|t| t.name.clone()).collect();
    assert_eq!(copied, declared, "a table that is not copied, or one that is not declared");
    let mut counts = BTreeMap::new();
    for table in &declared {
        let rows = world.db.rows(format!("SELECT COUNT(*) FROM {table}")).await;
        counts.insert(table.clone(), rows[0].get::<u64>(0).unwrap());
    }
    assert!(counts.values().filter(|n| **n > 0).count() > 30, "{counts:?}");

    let target = Target::Data(world.db.dir().join("copy"));
    let copy = Db::begin_filling(&target, store::MIGRATIONS, NOW).await.unwrap();
    let mut from = world.db.snapshot().await.unwrap();
    let read = carry::copy(&mut from, &copy, &tables, &mut |_, _| {}).await.unwrap();
    drop(from);
    for (table, sum) in &read {
        assert_eq!(sum.rows, counts[table], "{table}");
    }
    let written = carry::sums(&mut copy.snapshot().await.unwrap(), &tables, &mut |_, _| {}).await.unwrap();
    assert_eq!(read, written);
    let report = store::verify::run(&copy, &world.keyring, Some(&world.files), &mut |_| {}).await.unwrap();
    assert!(report.is_whole(), "{:#?}", report.findings);
    copy.close().await;
    let again = Db::begin_filling(&target, store::MIGRATIONS, NOW).await;
    assert!(again.is_err_and(|e| e.refusal::<store::engine::bulk::NotEmpty>().is_ok()), "a copy is not written over");
    Db::attach(&target, store::MIGRATIONS).await.unwrap();
}
}
