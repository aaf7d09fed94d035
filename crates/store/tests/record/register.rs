//! The register of businesses: what is typed finds every name that contains it, whatever changed before, and the log keeps each change.

use crate::world::{Seeded, World};
use jiff::civil::date;
use rules::codes::Uscc;
use rules::ids::Id;
use rules::text::fold;
use store::both_engines;
use store::chain;
use store::engine::Tx;
use store::register::{self, Business, Set, find, get, id_of, list};

const CODES: [&str; 7] = [
    "91330100799655058B",
    "9144030071526726XG",
    "914403001922038216",
    "91110108717743469K",
    "11100000MB0143028R",
    "11500000MB1730128J",
    "113204820141411706",
];
const LETTERS: [char; 7] = ['好', '邻', '居', '超', '市', 'A', '（'];

fn business(code: &str, name: &str, aliases: &[&str]) -> Business {
    Business {
        uscc: Uscc::parse(code).unwrap(),
        name: name.to_owned(),
        aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
        address: "文昌路1号".into(),
        division: String::new(),
        kind: String::new(),
        closed: false,
    }
}

fn letters(rng: &mut Seeded, least: usize, most: usize) -> String {
    (0..least + rng.below(most - least + 1)).map(|_| *rng.pick(&LETTERS)).collect()
}

both_engines! {

async fn a_business_is_found_by_any_part_of_its_names_and_by_the_head_of_its_code(db: TestDb) {
    let world = World::empty(db, 3).await;
    let scope = world.places[1].system();
    let other = world.places[0].system();
    let at = world.now;
    let long = "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸大药房有限公司";
    let all = [
        business(CODES[1], "好邻居超市有限公司", &["老街坊ＡＢ店"]),
        business(CODES[3], "东湖好邻居便利店", &[]),
        business(CODES[4], long, &[]),
    ];
    let s = scope.clone();
    let set = async move |tx: &mut Tx| {
        for b in &all {
            assert_eq!(register::set(tx, &s, b, date(2026, 5, 1), at).await?, Set::New);
        }
        // The same list again changes nothing.
        assert_eq!(register::set(tx, &s, &all[0], date(2026, 5, 2), at).await?, Set::Same);
        Ok(())
    };
    world.db.write(set).await.unwrap();
    let mut reader = world.db.read().await.unwrap();
    for (typed, names) in [
        ("好邻居", vec!["好邻居超市有限公司", "东湖好邻居便利店"]),
        ("邻居便", vec!["东湖好邻居便利店"]),
        ("坊ab", vec!["好邻居超市有限公司"]),
        (" 便利 ", vec!["东湖好邻居便利店"]),
        ("9144030071526726x", vec!["好邻居超市有限公司"]),
        ("大药房", vec![long]),
        ("三四五六七八九十甲乙丙丁戊己庚辛壬癸大药", vec![long]),
        ("三四五六七八九十甲乙丙丁戊己庚辛壬癸小药", vec![]),
        ("好", vec![]),
        ("", vec![]),
        ("没有", vec![]),
        ("%", vec![]),
        ("\0好邻", vec![]),
    ] {
        let found: Vec<String> = find(&mut reader, &scope, typed, 8).await.unwrap().into_iter().map(|b| b.name).collect();
        assert_eq!(found, names, "{typed:?}");
    }
    assert_eq!(find(&mut reader, &scope, "邻居", 1).await.unwrap().len(), 1, "no more than asked for");
    assert!(find(&mut reader, &other, "好邻居", 8).await.unwrap().is_empty(), "each locality has its own");
}

async fn what_changed_is_found_by_its_new_names_only_and_the_log_keeps_the_old(db: TestDb) {
    let world = World::empty(db, 3).await;
    let scope = world.places[0].system();
    let at = world.now;
    let uscc = Uscc::parse(CODES[1]).unwrap();
    for (step, (b, result)) in [
        (business(CODES[1], "老名字商店", &["甲店"]), Set::New),
        (business(CODES[1], "新名字商店", &["甲店"]), Set::Changed),
        (Business { closed: true, ..business(CODES[1], "新名字商店", &["甲店"]) }, Set::Changed),
        (business(CODES[1], "新名字商店", &[]), Set::Changed),
    ].into_iter().enumerate() {
        let s = scope.clone();
        let done = world.db.write(async move |tx: &mut Tx| register::set(tx, &s, &b, date(2026, 5, 1), at).await).await.unwrap();
        assert_eq!(done, result, "{step}");
        let mut reader = world.db.read().await.unwrap();
        let mut hits = async |typed| find(&mut reader, &scope, typed, 8).await.unwrap().len();
        let found = (hits("老名").await, hits("新名").await, hits("甲店").await, hits(CODES[1]).await);
        assert_eq!(found, [(1, 0, 1, 1), (0, 1, 1, 1), (0, 0, 0, 0), (0, 1, 0, 1)][step], "{step}");
    }
    let mut reader = world.db.read().await.unwrap();
    assert_eq!(get(&mut reader, &scope, &uscc).await.unwrap().unwrap().name, "新名字商店");
    assert_eq!(chain::stream(&mut reader, scope.locality(), id_of(scope.locality(), &uscc)).await.unwrap().len(), 4);
    let shown: Vec<String> = list(&mut reader, &scope, "", 50).await.unwrap().iter().map(|b| b.uscc.to_string()).collect();
    assert!(shown.is_sorted() && shown.contains(&CODES[1].to_owned()));
    assert_eq!(list(&mut reader, &scope, &shown[0], 1).await.unwrap()[0].uscc.as_str(), shown[1]);
    assert_ne!(id_of(scope.locality(), &uscc), Id([0; 16]));
    drop(reader);
    world.assert_whole().await;
}

/// Against the plain rule: a name contains what was typed.
async fn looking_up_equals_contains(db: TestDb) {
    let mut world = World::empty(db, 3).await;
    let scope = world.places[1].system();
    let at = world.now;
    for _ in 0..6 {
        let mut there = Vec::new();
        for code in CODES {
            let b = business(code, &letters(&mut world.rng, 2, 6), &[&letters(&mut world.rng, 2, 4)]);
            let (s, new) = (scope.clone(), b.clone());
            world.db.write(async move |tx: &mut Tx| register::set(tx, &s, &new, date(2026, 5, 1), at).await).await.unwrap();
            there.push(b);
        }
        let mut reader = world.db.read().await.unwrap();
        for _ in 0..40 {
            let typed = letters(&mut world.rng, 2, 3);
            let found: Vec<String> = find(&mut reader, &scope, &typed, 20).await.unwrap().iter().map(|b| b.uscc.to_string()).collect();
            let contains = |b: &&Business| [&b.name, &b.aliases[0]].iter().any(|n| fold(n).contains(&fold(&typed)));
            let mut wanted: Vec<String> = there.iter().filter(contains).map(|b| b.uscc.to_string()).collect();
            let mut sorted = found.clone();
            sorted.sort();
            wanted.sort();
            assert_eq!(sorted, wanted, "{typed}");
        }
    }
}
}
