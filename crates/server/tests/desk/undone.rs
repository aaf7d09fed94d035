//! An import that was taken back stands in no list and no count: each is as it was, whatever the rows held. Only a search still finds its cases,
//! and says that they were taken back.

use crate::files::{job, press, sent, work};
use crate::town::Town;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use rules::law::Kind;
use store::imports::State;

/// What each role sees of the town.
const PAGES: [(&str, &[&str]); 3] = [
    ("clerk", &["/desk/queue", "/desk/queue?sort=newest", "/desk/queue?kind=report", "/desk/zero", "/desk/follow-up"]),
    ("supervisor", &["/desk/overview", "/desk/cases", "/desk/cases?q=健身"]),
    ("officer", &["/desk/today", "/desk/mine?show=unit"]),
];

async fn seen(town: &Town) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for (who, pages) in PAGES {
        let mut b = town.browser(who);
        for path in pages {
            let page = b.get(path).await;
            assert_eq!(page.status.as_u16(), 200, "{who} {path}");
            let text = page.text();
            out.push((format!("{who} {path}"), text.split("<main").nth(1).unwrap().to_owned()));
        }
    }
    out
}

/// Lines of a search that are not of an import that was taken back, and how many of them are.
async fn found(town: &Town) -> (Vec<String>, usize) {
    let page = town.browser("clerk").get("/desk/search?q=健身").await.text();
    let rows: Vec<&str> = page.split("<tr>").skip(2).collect();
    let (undone, others): (Vec<&str>, Vec<&str>) = rows.into_iter().partition(|r| r.contains("已撤销导入"));
    (others.into_iter().map(|r| r.split("</tr>").next().unwrap().to_owned()).collect(), undone.len())
}

/// Rows of every kind, with and without what a row may lack, some of them twice, some of them bad.
fn row() -> impl Strategy<Value = String> {
    let kind = prop::sample::select(vec!["投诉", "举报", "咨询", "其他", "闲聊"]);
    let shop = prop::sample::select(vec!["力量健身", "某店", ""]);
    let phone = prop::sample::select(vec!["13800000001", "13812346021", "", "12"]);
    (1..60_u32, kind, "[退卡㛃😀a-c]{0,8}", shop, phone, 1..28_u32)
        .prop_map(|(n, kind, text, shop, phone, day)| format!("GD-{n},{kind},{text},2026-05-{day:02} 09:00,{phone},{shop}\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_came_in_and_was_taken_back_leaves_every_list_as_it_was() {
    let town = Town::new().await;
    town.opened(Kind::Complaint).await;
    town.case(Kind::Report).await;
    let (before, searched) = (seen(&town).await, found(&town).await.0);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    for round in 0..4 {
        let rows = prop::collection::vec(row(), 1..90).new_tree(&mut runner).unwrap().current();
        let text = "编号,类型,内容,时间,来电号码,被反映单位\n".to_owned() + &rows.concat();
        let mut clerk = town.browser("clerk");
        let at = sent(&mut clerk, "r.csv", &text).await;
        let page = clerk.get(&at).await.text();
        let kinds = [("投诉", "complaint"), ("举报", "report"), ("咨询", "consultation"), ("其他", "other")];
        // Each value found is asked in a field of its own.
        let asked = |value: &str| {
            let rest = page.split(&format!("value=\"{value}\"")).nth(1)?;
            Some(rest.split("name=\"").nth(1)?.split('"').next()?.to_owned())
        };
        let meant: Vec<(String, &str)> = kinds.iter().filter_map(|(value, kind)| Some((asked(value)?, *kind))).collect();
        let mut changed: Vec<(&str, &str)> = meant.iter().map(|(n, k)| (n.as_str(), *k)).collect();
        let series = format!("round{round}");
        changed.push(("series", &series));
        let started = press(&mut clerk, &at, "start", &changed).await;
        assert_eq!(started.status.as_u16(), 303, "{}", started.text());
        work(&town).await;
        let done = job(&town, &at).await;
        assert_eq!(done.state, State::Done);
        let during = seen(&town).await;
        assert_eq!(during == before, done.accepted == 0, "what came in is seen: {} rows", done.accepted);
        clerk.post(&at, &[("do", "undo")]).await;
        work(&town).await;
        assert_eq!(job(&town, &at).await.state, State::Undone);
        for ((what, was), (_, is)) in before.iter().zip(seen(&town).await) {
            assert_eq!(*was, is, "{what}, round {round}, after taking back {} rows", done.accepted);
        }
        assert_eq!(found(&town).await.0, searched, "what is found besides");
    }
    assert!(found(&town).await.1 > 0, "what was taken back is found as that");
    let report = store::verify::run(town.app.db(), town.app.keyring(), Some(town.app.files()), &mut |_| {}).await.unwrap();
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
}
