//! The register of businesses from the list of an authority to the case that names one of them.

use crate::town::{Page, Town};
use axum::http::StatusCode;
use rules::case::command::Action;
use rules::law::Kind;
use store::queue::{self, Filter};
use store::scope::{Reason, Scope};

const LIST: &str = "统一社会信用代码,名称,别名,地址,状态\n\
    91330100799655058B,清和县力量健身有限公司,力量健身（文昌店）；力量游泳馆,清和县文昌路9号,存续\n\
    914403001922038216,清和县好邻居超市,=cmd.x,清和县建设街2号,存续\n\
    91110108717743469K,清和县旧日健身中心,,清和县新市街3号,注销\n";

fn shows(page: &Page, words: &[&str]) {
    let text = page.text();
    for word in words {
        assert!(text.contains(word), "{word:?} is not on the page ({}):\n{text}", page.status);
    }
}

async fn whole(town: &Town) {
    let mut progress = |_: &store::verify::Counts| {};
    let found = store::verify::run(town.app.db(), town.app.keyring(), Some(town.app.files()), &mut progress).await.unwrap();
    assert!(found.is_whole(), "{:?}", found.findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_checked_brought_in_and_taken_out_again() {
    let town = Town::new().await;
    let mut admin = town.browser("sysadmin");
    shows(&admin.get("/desk/register").await, &["名录里还没有经营主体", "统一社会信用代码、名称"]);
    let bad = format!("{LIST}91330100799655058A,错码店,,某路,存续\n,没有代码的店,,某路,存续\n");
    let page = admin.upload("/desk/register", &[("only_check", "1")], ("名录.csv", bad.as_bytes())).await;
    shows(&page, &["只检查，未写入", "新增 3", "有问题 2 行", "统一社会信用代码最后一位与前面对不上"]);
    shows(&admin.get("/desk/register").await, &["名录里还没有经营主体"]);
    let page = admin.upload("/desk/register", &[], ("名录.csv", bad.as_bytes())).await;
    shows(&page, &["已导入", "新增 3 · 更改 0 · 不变 0 · 有问题 2 行", "清和县力量健身有限公司", "已注销"]);
    // What comes out goes in again and changes nothing; a formula stays text on the way.
    let file = admin.get("/desk/register/export.csv").await;
    shows(&file, &["统一社会信用代码", "力量健身（文昌店）；力量游泳馆", "\"'=cmd.x\""]);
    assert_eq!(admin.get("/desk/register/export.xlsx").await.status, StatusCode::OK);
    let page = admin.upload("/desk/register", &[], ("register.csv", &file.body)).await;
    shows(&page, &["新增 0 · 更改 0 · 不变 3 · 有问题 0 行"]);
    let page = admin.upload("/desk/register", &[], ("名录.csv", LIST.replace("建设街2号", "建设街22号").as_bytes())).await;
    shows(&page, &["新增 0 · 更改 1 · 不变 2 · 有问题 0 行", "建设街22号"]);
    let found = admin.get("/desk/register?q=%E9%82%BB%E5%B1%85").await;
    shows(&found, &["清和县好邻居超市"]);
    assert!(!found.text().contains("力量健身"));
    for (name, bytes, why) in [
        ("名录.csv", "名称,地址\na,b\n".as_bytes(), "首行里没有“统一社会信用代码”"),
        ("名录.xlsx", b"PK\x03\x04nothing", "损坏"),
        ("空.csv", b"\n", "文件是空的"),
    ] {
        let page = admin.upload("/desk/register", &[], (name, bytes)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        shows(&page, &[why]);
    }
    assert_eq!(town.browser("clerk").get("/desk/register").await.status, StatusCode::NOT_FOUND);
    whole(&town).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_business_is_offered_while_it_is_named_and_its_code_stands_on_the_case() {
    let town = Town::new().await;
    town.browser("sysadmin").upload("/desk/register", &[], ("名录.csv", LIST.as_bytes())).await;
    let mut anybody = town.browser("nobody");
    let found = anybody.post("/business", &[("respondent_name", "健身")]).await;
    shows(&found, &["data-uscc=\"91330100799655058B\"", "data-name=\"清和县力量健身有限公司\"", "data-address=\"清和县文昌路9号\""]);
    assert!(!found.text().contains("旧日"), "what was cancelled is not offered");
    shows(&anybody.post("/business", &[("respondent_name", "游泳")]).await, &["力量游泳馆"]);
    assert!(!anybody.post("/business", &[("respondent_name", "健")]).await.text().contains("data-uscc"));

    // At the desk without a script: looked up, taken, saved.
    let mut clerk = town.browser("clerk");
    let form = clerk.get("/desk/new").await;
    let nonce = form.text().split("name=\"nonce\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let typed = |more: &[(&'static str, &'static str)]| {
        let mut all = vec![
            ("nonce", nonce.clone()),
            ("by", "phone".to_owned()),
            ("kind", "complaint".to_owned()),
            ("phone", "13800006021".to_owned()),
            ("name", "陈晓".to_owned()),
            ("narrative", "办了年卡，店关门了，要求退款。".to_owned()),
            ("ask", "refund".to_owned()),
        ];
        all.extend(more.iter().map(|(k, v)| (*k, (*v).to_owned())));
        all
    };
    let sent = typed(&[("respondent_name", "力量健"), ("look", "1")]);
    let sent: Vec<(&str, &str)> = sent.iter().map(|(k, v)| (*k, v.as_str())).collect();
    shows(&clerk.post("/desk/new", &sent).await, &["name=\"take\" value=\"91330100799655058B\"", "清和县力量健身有限公司"]);
    let sent = typed(&[("respondent_name", "力量健"), ("take", "91330100799655058B")]);
    let sent: Vec<(&str, &str)> = sent.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let page = clerk.post("/desk/new", &sent).await;
    shows(&page, &["value=\"清和县力量健身有限公司\"", "value=\"91330100799655058B\"", "value=\"清和县文昌路9号\""]);
    let seen = page.text().split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let mut sent = typed(&[("respondent_name", "清和县力量健身有限公司"), ("uscc", "91330100799655058B")]);
    sent.push(("seen", seen));
    let sent: Vec<(&str, &str)> = sent.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let saved = clerk.post("/desk/new", &sent).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
    let mut db = town.app.db().read().await.unwrap();
    let scope = Scope::system(town.locality, Reason::Verify);
    let token = queue::page(&mut db, &scope, &Filter::default(), None, 5).await.unwrap()[0].token.clone();
    drop(db);
    let respondent = town.load(&token).await.case.registration.respondent;
    assert_eq!((respondent.name.as_str(), respondent.uscc.as_deref()), ("清和县力量健身有限公司", Some("91330100799655058B")));

    // Put right to another business it has the other's code; under a new name without one it has none.
    let correct =
        [("correction", "respondent"), ("respondent_name", "清和县好邻居超市"), ("uscc", "914403001922038216"), ("reason", "写错店名")];
    town.act("clerk", &token, Action::Correct, &correct).await;
    assert_eq!(town.load(&token).await.case.registration.respondent.uscc.as_deref(), Some("914403001922038216"));
    town.act("clerk", &token, Action::Correct, &[("correction", "respondent"), ("respondent_name", "无名小店"), ("reason", "写错店名")])
        .await;
    assert_eq!(town.load(&token).await.case.registration.respondent.uscc, None);
    assert_eq!(town.load(&token).await.case.kind, Kind::Complaint);
    whole(&town).await;
}
