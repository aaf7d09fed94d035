use super::*;
use crate::both_engines;
use crate::engine::migrate::Migration;
use crate::engine::{Db, Value};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rules::ids::Id;

const SCHEMA: &[Migration] = &[
    Migration { name: "search", text: include_str!("../migrations/search.sql") },
    Migration { name: "places", text: include_str!("../migrations/0004.sql") },
];
const HERE: Locality = Locality(371_425);
const THERE: Locality = Locality(371_426);

fn case(n: usize) -> CaseId {
    let mut id = [0; 16];
    id[8..].copy_from_slice(&(n as u64).to_be_bytes());
    CaseId(Id(id))
}

async fn put(db: &Db, locality: Locality, n: usize, text: &str) {
    let folded = fold(text);
    db.write(async move |tx| replace(tx, locality, case(n), &folded).await).await.unwrap();
}

async fn index(db: &Db, most: usize) -> usize {
    db.write(async move |tx| index_pending(tx, most).await).await.unwrap()
}

/// All pages of a search, checking that they descend and end.
async fn all(db: &Db, locality: Locality, text: &str, limit: usize, budget: usize, filter: Option<&Query>) -> Vec<CaseId> {
    let mut reader = db.read().await.unwrap();
    let (mut hits, mut before, mut last) = (vec![], None, i64::MAX);
    loop {
        let page = find(&mut reader, &Find { locality, text, before, limit, filter, budget }).await.unwrap();
        assert!(page.hits.len() <= limit && (page.out_of_budget || page.more.is_none() || page.hits.len() == limit));
        for hit in page.hits {
            assert!(hit.doc < last, "newest first, none twice");
            last = hit.doc;
            hits.push(hit.case);
        }
        match page.more {
            None => return hits,
            Some(more) => {
                assert!(before.is_none_or(|b| more < b), "every page comes forward");
                before = Some(more);
            }
        }
    }
}

fn naive(texts: &[Option<String>], query: &str) -> Vec<CaseId> {
    let query = fold(query);
    let found = texts.iter().enumerate().rev().filter(|(_, t)| t.as_ref().is_some_and(|t| fold(t).contains(&query)));
    found.map(|(n, _)| case(n)).collect()
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[ab退货貨款𬭎😀'\"%_\\\\ ＡＢ、*&|!:()]{0,40}",
        1 => any::<String>().prop_map(|s| s.replace('\0', "")),
    ]
}

fn queries() -> Vec<&'static str> {
    vec![
        "",
        "退",
        "退款",
        "退貨",
        "货",
        "𬭎",
        "😀",
        "𬭎😀",
        "'",
        "\"",
        "%",
        "_",
        "%_",
        "\\",
        "a",
        "A",
        "Ａ",
        "ab",
        "b a",
        " ",
        "*",
        "a*",
        "& |",
        "!",
        ":*",
        "()",
        "') OR 1=1 --",
        "zzz",
        "7yldz",
        "7yldy10w0",
        "退款退款退款退款",
        "NOT a",
        "a AND b",
        "𠮷",
        "\u{301}",
        "a\0b",
    ]
}

both_engines! { with SCHEMA;

async fn statements_prepare(db: TestDb) {
    let mut reader = db.read().await.unwrap();
    for sql in ALL {
        reader.prepare(*sql).await.unwrap();
    }
}

/// Search equals `fold(text).contains(fold(query))` over hundreds of texts: indexed, waiting, replaced and erased ones.
async fn search_is_contains(db: TestDb) {
    let mut runner = TestRunner::deterministic();
    let mut texts: Vec<Option<String>> = vec![];
    for n in 0..700 {
        let text = text().new_tree(&mut runner).unwrap().current();
        put(&db, HERE, n, &text).await;
        if n % 7 == 0 {
            put(&db, THERE, 10_000 + n, &text).await;
        }
        texts.push(Some(text));
        if n % 100 == 99 {
            index(&db, 80).await;
        }
    }
    for n in (0..700).step_by(9) {
        db.write(async move |tx| remove(tx, HERE, case(n)).await).await.unwrap();
        texts[n] = None;
    }
    for n in (1..700).step_by(9) {
        let text = text().new_tree(&mut runner).unwrap().current();
        put(&db, HERE, n, &text).await;
        texts[n] = Some(text);
    }
    for round in 0..3 {
        for query in queries() {
            assert_eq!(all(&db, HERE, query, 50, BUDGET, None).await, naive(&texts, query), "{query:?} in round {round}");
        }
        for _ in 0..40 {
            let n = (0..texts.len()).new_tree(&mut runner).unwrap().current();
            let part = (0..40usize, 1..6usize).new_tree(&mut runner).unwrap().current();
            let query: String = texts[n].as_deref().unwrap_or("退").chars().skip(part.0 / 2).take(part.1).collect();
            assert_eq!(all(&db, HERE, &query, 7, 300, None).await, naive(&texts, &query), "{query:?} in round {round}");
        }
        // Round 1: half waiting; round 2: all indexed.
        index(&db, if round == 0 { 100 } else { 10_000 }).await;
    }
    assert_eq!(index(&db, 10).await, 0);
    assert_eq!(all(&db, THERE, "", 1000, BUDGET, None).await.len(), 100);
    // Erasing everything leaves nothing behind.
    for n in 0..700 {
        db.write(async move |tx| {
            remove(tx, HERE, case(n)).await?;
            remove(tx, THERE, case(10_000 + n)).await
        }).await.unwrap();
    }
    let mut reader = db.read().await.unwrap();
    for q in [Query::new("SELECT doc FROM search_text", &[]), match db.engine() {
        Engine::Sqlite => Query::new("SELECT rowid FROM search_index WHERE search_index MATCH ?", args![format!("{}z OR {}z", place(HERE), place(THERE))]),
        Engine::Postgres => Query::new("SELECT doc FROM search_index", &[]),
    }] {
        assert!(reader.query(&q).await.unwrap().is_empty());
    }
}

async fn old_texts_are_found_behind_many_new_ones(db: TestDb) {
    let filler = fold("这家店的预付卡不能退款,经营者失联");
    for start in (0..3000usize).step_by(500) {
        let filler = filler.clone();
        db.write(async move |tx| {
            let mut batch = vec![];
            let texts: Vec<String> = (start..start + 500).map(|n| if n == 3 { fold("只有这里说龘") } else { format!("{filler}{n}") }).collect();
            for (n, text) in (start..start + 500).zip(&texts) {
                batch.extend(insert(HERE, case(n), text));
            }
            tx.batch(batch).await.map(drop)
        }).await.unwrap();
    }
    assert_eq!(index(&db, 2900).await, 2900);
    for query in ["龘", "说龘", "只有这里说龘"] {
        assert_eq!(all(&db, HERE, query, 10, BUDGET, None).await, vec![case(3)]);
    }
    let mut reader = db.read().await.unwrap();
    // A page of something common comes without reading far.
    let page = find(&mut reader, &Find { locality: HERE, text: "退款", before: None, limit: 20, filter: None, budget: 1 }).await.unwrap();
    assert_eq!((page.hits.len(), page.hits[0].case, page.out_of_budget), (20, case(2999), false));
    assert_eq!(all(&db, HERE, "退款", 100, BUDGET, None).await.len(), 2999);
    // A filter that lets little through uses up the budget, says so, and goes on from there.
    let filter = Query::new(" AND s.case_id = ?", args![case(5)]);
    let page = find(&mut reader, &Find { locality: HERE, text: "退款", before: None, limit: 20, filter: Some(&filter), budget: 600 }).await.unwrap();
    assert!(page.hits.is_empty() && page.out_of_budget && page.more.is_some());
    assert_eq!(all(&db, HERE, "退款", 20, 600, Some(&filter)).await, vec![case(5)]);
}

async fn localities_are_apart(db: TestDb) {
    for n in 0..1200 {
        put(&db, if n % 3 == 0 { THERE } else { HERE }, n, if n < 9 { "很久以前的事" } else { "今天的事" }).await;
    }
    index(&db, 10_000).await;
    let old = |which: fn(&usize) -> bool| (0..9).rev().filter(which).map(case).collect::<Vec<_>>();
    assert_eq!(all(&db, HERE, "以前", 50, BUDGET, None).await, old(|n| n % 3 != 0));
    assert_eq!(all(&db, THERE, "以前", 50, BUDGET, None).await, old(|n| n % 3 == 0));
    assert_eq!(all(&db, Locality(1), "以前", 50, BUDGET, None).await, vec![]);
}

async fn replacing_keeps_the_place(db: TestDb) {
    for n in 0..3 {
        put(&db, HERE, n, "一二三").await;
    }
    index(&db, 10).await;
    put(&db, HERE, 0, "四五六").await;
    put(&db, HERE, 0, "四五六").await;
    assert_eq!(all(&db, HERE, "二", 10, BUDGET, None).await, vec![case(2), case(1)]);
    assert_eq!(all(&db, HERE, "五", 10, BUDGET, None).await, vec![case(0)]);
    index(&db, 10).await;
    assert_eq!(all(&db, HERE, "", 10, BUDGET, None).await, vec![case(2), case(1), case(0)]);
    db.write(async |tx| remove(tx, HERE, case(99)).await).await.unwrap();
}
}

#[test]
fn an_erased_text_leaves_no_bytes_in_the_sqlite_file() {
    crate::testing::on_sqlite(SCHEMA, async |db| {
        put(&db, HERE, 1, "这是要删除的文字").await;
        put(&db, HERE, 2, "别的").await;
        index(&db, 10).await;
        db.write(async |tx| remove(tx, HERE, case(1)).await).await.unwrap();
        // The index compresses what neighbours share, so a token is looked for by its second half.
        let token = bigram_tokens("要删")[1];
        let dump = Query::new("SELECT block FROM search_index_data", &[]);
        let blocks = db.read().await.unwrap().query(&dump).await.unwrap();
        for row in blocks {
            let Value::Bytes(block) = row.value(0) else { panic!() };
            assert!(!block.windows(4).any(|w| w == &token.as_str().as_bytes()[4..]));
        }
        db.close().await;
        let file = std::fs::read(db.dir().join("fangxin.db")).unwrap();
        assert!(!file.windows(12).any(|w| w == "要删除的".as_bytes()));
    });
}
