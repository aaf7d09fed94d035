//! Rates through the router: each number opens to its cases, reports stand in no figure of an officer's, a published month stays, a score
//! is contested and decided in the open.

use crate::town::{Browser, PASSWORD, Page, Town};
use axum::http::StatusCode;
use fangxin::app::Place;
use rules::access::Role;
use rules::case::command::Action;
use rules::law::Kind;
use store::both_engines;
use store::testing::TestDb;

#[track_caller]
fn shows(page: &Page, texts: &[&str]) {
    let all = page.text();
    let main = all.split("<main").nth(1).unwrap_or_default();
    for text in texts {
        assert!(main.contains(text), "{text} is not on the page:\n{main}");
    }
}

#[track_caller]
fn hides(page: &Page, texts: &[&str]) {
    let text = page.text();
    let main = text.split("<main").nth(1).unwrap_or_default();
    texts.iter().for_each(|t| assert!(!main.contains(t), "{t} is on the page"));
}

async fn counted(town: &Town) {
    fangxin::usecase::sweep::round(&town.app).await.unwrap();
}

/// Somebody who signs in anew: sessions end while the clock moves on.
async fn signed_in(town: &Town, login: &str) -> Browser {
    let mut b = town.browser("nobody");
    let page = b.post("/desk/sign-in", &[("login", login), ("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    b
}

/// A complaint accepted, agreed and closed, with money for the consumer.
async fn agreed(town: &Town) -> String {
    let token = town.opened(Kind::Complaint).await;
    town.act("officer", &token, Action::Accept, &[]).await;
    town.act("officer", &token, Action::Tell, &[("matter", "acceptance"), ("party", "submitter"), ("method", "phone")]).await;
    town.act("officer", &token, Action::Consent, &[("party", "respondent"), ("consent", "mediation"), ("given", "yes")]).await;
    town.act("officer", &token, Action::Mediate, &[("mode", "phone")]).await;
    town.act("officer", &token, Action::Agree, &[("terms", "退款"), ("amount", "100"), ("performed", "yes")]).await;
    town.act("officer", &token, Action::Close, &[("outcome", "agreed"), ("level", "shop"), ("recovered", "100")]).await;
    token
}

/// The address behind the first link with this text after a mark.
#[track_caller]
fn link(page: &Page, after: &str, text: &str) -> String {
    let all = page.text();
    let rest = all.split_once(after).unwrap_or_else(|| panic!("{after} is not on the page:\n{all}")).1;
    let end = rest.find(&format!(">{text}<")).unwrap_or_else(|| panic!("no link {text} after {after}:\n{rest}"));
    let href = rest[..end].rsplit_once("href=\"").unwrap().1;
    href.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&")
}

async fn town(db: &TestDb) -> Town {
    Town::at(&Place { target: db.target().clone(), dir: db.dir().to_owned() }).await
}

async fn agreed_case(town: &Town, token: &str) -> String {
    town.load(token).await.id.to_string()
}

both_engines! {

async fn a_rate_opens_to_exactly_its_cases_and_reports_are_not_counted_for_officers(db: TestDb) {
    let town = town(&db).await;
    let mut supervisor = town.browser("supervisor");
    shows(&supervisor.get("/desk/rates").await, &["还没有统计", "这段时间没有数"]);
    let token = agreed(&town).await;
    let report = town.opened(Kind::Report).await;
    let waiting = town.case(Kind::Complaint).await;
    counted(&town).await;
    let page = supervisor.get("/desk/rates?period=month&on=2026-06-15").await;
    shows(&page, &["投诉按时初查率", "100.00 %", "达成协议或和解撤诉", "公式第 2 版", "按日志统计到第", "只有 1 件"]);
    let number = town.load(&token).await.case.registration.number;
    let list = supervisor.get(&link(&page, "投诉调解成功率<small>", "1")).await;
    shows(&list, &[&number, &format!("/desk/case/{token}"), "共 1 条", "达成协议"]);
    hides(&list, &[&waiting, &report]);
    let received = supervisor.get("/desk/rates/cases?period=month&on=2026-06-15&total=received").await;
    shows(&received, &["共 3 条", &token, &waiting, &report]);
    // The same as a file; a bad day says so and keeps what was typed.
    let file = supervisor.get("/desk/rates/export?period=month&on=2026-06-15&as=csv").await;
    assert!(file.text().contains("投诉按时初查率") && file.text().contains("100.00 %"));
    assert_eq!(supervisor.get("/desk/rates/cases/export?period=year&on=2026-06-15&total=received&as=csv").await.text().lines().count(), 4);
    let bad = supervisor.get("/desk/rates?period=custom&on=2026-06-15&through=gestern").await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&bad, &["请填写日期", "value=\"gestern\""]);

    // An officer knows no figure with a report in it, nor rates of reports; their head does.
    let mut officer = town.browser("officer");
    let arrived = "/desk/rates/cases?period=month&on=2026-06-15&total=arrived";
    hides(&officer.get("/desk/rates?period=month&on=2026-06-15").await, &["举报按时核查率", "value=\"report\""]);
    let list = officer.get(arrived).await;
    shows(&list, &["共 1 条", &token]);
    hides(&list, &[&report]);
    assert_eq!(officer.get("/desk/rates/cases?rate=verified&version=1&side=under").await.status, StatusCode::NOT_FOUND);
    let mut lead = town.browser("lead");
    shows(&lead.get(arrived).await, &["共 2 条", &report]);
    shows(&lead.get("/desk/rates?period=month&on=2026-06-15").await, &["举报"]);
    hides(&town.browser("stranger").get(arrived).await, &[&token]);
    // Nobody reaches another unit's by its address.
    let far = format!("{arrived}&unit={}", town.office(0));
    hides(&town.browser("stranger").get(&far).await, &[&token]);
    assert_eq!(town.browser("clerk").get("/desk/rates").await.status, StatusCode::NOT_FOUND);
}

async fn a_call_back_says_whether_it_is_solved_and_complaints_stand_beside_the_people(db: TestDb) {
    let town = town(&db).await;
    let solved = agreed(&town).await;
    let called = [("method", "phone"), ("satisfaction", "fair"), ("solved", "yes")];
    town.act("clerk", &solved, Action::FollowUp, &called).await;
    let not = agreed(&town).await;
    let called = [("method", "phone"), ("satisfaction", "dissatisfied"), ("solved", "no"), ("reason", "没有退款")];
    town.act("clerk", &not, Action::FollowUp, &called).await;
    let silent = agreed(&town).await;
    town.act("clerk", &silent, Action::FollowUp, &[("method", "phone"), ("satisfaction", "")]).await;
    counted(&town).await;
    let mut supervisor = town.browser("supervisor");
    let page = supervisor.get("/desk/rates?period=month&on=2026-06-15").await;
    let row = page.text().split("回访解决率").nth(1).unwrap().split("</tr>").next().unwrap().to_owned();
    assert!(row.contains("50.00 %"), "{row}");
    let cases = supervisor.get(&link(&page, "回访解决率", "1")).await;
    shows(&cases, &["共 1 条", &format!("/desk/case/{solved}"), "已解决"]);
    hides(&cases, &[&not, &silent]);
    // Three complaints of 482,600 people; only of all units together.
    shows(&page, &["每万人投诉量", "0.06", "482600"]);
    hides(&supervisor.get(&format!("/desk/rates?period=month&on=2026-06-15&unit={}", town.office(0))).await, &["每万人投诉量"]);
    hides(&town.browser("lead").get("/desk/rates?period=month&on=2026-06-15").await, &["每万人投诉量"]);
    // The case's own page and its timeline say so.
    shows(&town.browser("lead").get(&format!("/desk/case/{solved}")).await, &["已解决"]);
}

async fn a_business_of_the_network_is_active_in_the_month_it_concluded_a_complaint(db: TestDb) {
    let mut town = town(&db).await;
    let organ = town.scopes["clerk"].grant().unwrap().1.organ.to_string();
    let mut admin = town.browser("sysadmin");
    for (name, code) in [("放心商店", "T1"), ("放心餐厅", "T2")] {
        let new = [("unit_name", name), ("code", code), ("unit_kind", "trusted"), ("organ", &*organ), ("parent_unit", "C")];
        assert_eq!(admin.post("/desk/units", &new).await.to(), "/desk/units");
    }
    let shop = town.app.world(town.locality).unwrap().directory.units.values().find(|u| u.code == "T1").unwrap().id;
    town.person("partner", &[(Role::Partner, shop)]).await;
    let (token, waiting) = (town.case(Kind::Complaint).await, town.case(Kind::Complaint).await);
    for case in [&token, &waiting] {
        town.act("clerk", case, Action::Send, &[("to", &shop.to_string()), ("basis", "internal")]).await;
        town.act("partner", case, Action::Open, &[]).await;
    }
    town.act("partner", &token, Action::Withdraw, &[("reason", "已退款"), ("settled", "1")]).await;
    counted(&town).await;
    let mut supervisor = town.browser("supervisor");
    let page = supervisor.get("/desk/rates?period=month&on=2026-06-15").await;
    let of = |page: &Page, name: &str| page.text().split(name).nth(1).unwrap_or_else(|| panic!("{name}")).split("</tr>").next().unwrap().to_owned();
    let row = of(&page, "放心消费单位活跃度");
    assert!(row.contains("50.00 %") && row.contains("2 单位"), "one of two: {row}");
    assert!(of(&page, "自行和解率").contains("50.00 %"), "one of the two sent there");
    let list = supervisor.get(&link(&page, "放心消费单位活跃度", "1")).await;
    shows(&list, &["共 1 条", &format!("/desk/case/{token}")]);
    hides(&list, &[&waiting]);
    // Not of days that make no month, nor of a unit without businesses.
    hides(&supervisor.get("/desk/rates?period=week&on=2026-06-03").await, &["放心消费单位活跃度"]);
    hides(&town.browser("lead").get("/desk/rates?period=month&on=2026-06-15").await, &["放心消费单位活跃度"]);
}

async fn a_published_month_stays_and_what_comes_late_stands_beside_it(db: TestDb) {
    let town = town(&db).await;
    agreed(&town).await;
    let late = town.opened(Kind::Complaint).await;
    counted(&town).await;
    let mut supervisor = town.browser("supervisor");
    let june = "/desk/rates?period=month&on=2026-06-01";
    hides(&supervisor.get(june).await, &["公布这个月"]);
    assert_eq!(supervisor.post("/desk/rates/publish", &[("month", "2026-06")]).await.status, StatusCode::NOT_FOUND, "it is not over");
    town.app.clock().move_to(crate::town::at("2026-07-02T09:00"));
    let mut supervisor = signed_in(&town, "supervisor").await;
    shows(&supervisor.get(june).await, &["公布这个月"]);
    assert_eq!(signed_in(&town, "lead").await.post("/desk/rates/publish", &[("month", "2026-06")]).await.status, StatusCode::NOT_FOUND);
    let done = supervisor.post("/desk/rates/publish", &[("month", "2026-06")]).await;
    let page = supervisor.follow(done).await;
    shows(&page, &["公布的数不再变动"]);
    hides(&page, &["公布时为", "看引起变化的案件"]);
    // Only now the platform notes that nobody decided on a complaint by 10 June: that counts in June.
    counted(&town).await;
    let page = supervisor.get(june).await;
    shows(&page, &["公布时为 100.00 %（1 / 1）", "看引起变化的案件"]);
    let changed = supervisor.get("/desk/rates/late?period=month&on=2026-06-01").await;
    shows(&changed, &[&late, "增加：初查"]);
    assert_eq!(signed_in(&town, "officer").await.get("/desk/rates/late?period=month&on=2026-06-01").await.status, StatusCode::NOT_FOUND);
}

async fn a_score_opens_to_its_cases_is_contested_and_counted_again_in_the_open(db: TestDb) {
    let town = town(&db).await;
    let first = agreed(&town).await;
    // Nobody heard from the office for two days: that counts against it.
    let quiet = town.opened(Kind::Complaint).await;
    town.pass(2 * 24 * 60);
    counted(&town).await;
    let mut lead = signed_in(&town, "lead").await;
    let page = lead.get("/desk/appraisal?month=2026-06").await;
    shows(&page, &["50.00 % (1 / 2)", "没有异议"]);
    let unit = town.office(0);
    let cases = lead.get(&format!("/desk/appraisal/cases?month=2026-06&unit={unit}&rate=heard")).await;
    shows(&cases, &[&quiet, "未达到", "达到"]);
    let form = link(&cases, &quiet, "提出异议");
    let page = lead.get(&form).await;
    shows(&page, &["不合理诉求", "不要写姓名"]);
    let case = form.split("case=").nth(1).unwrap().to_owned();
    let empty = lead.post("/desk/appraisal/contest", &[("case", &case), ("month", "2026-06"), ("ground", "")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reason = "要求赔偿全年营业额，明显不合理";
    let sent = [("case", case.as_str()), ("month", "2026-06"), ("ground", "unreasonable"), ("reason", reason)];
    let done = lead.post("/desk/appraisal/contest", &sent).await;
    shows(&lead.follow(done).await, &[reason, "等待督导决定"]);
    assert_eq!(lead.post("/desk/appraisal/contest", &sent).await.status, StatusCode::NOT_FOUND, "once is enough");

    // A month is not published over an open contest.
    let then = town.app.clock().now();
    town.app.clock().move_to(crate::town::at("2026-07-01T09:00"));
    let mut supervisor = signed_in(&town, "supervisor").await;
    shows(&supervisor.get("/desk/rates?period=month&on=2026-06-01").await, &["还有 1 件异议没有决定"]);
    assert_eq!(supervisor.post("/desk/rates/publish", &[("month", "2026-06")]).await.status, StatusCode::NOT_FOUND);
    town.app.clock().move_to(then);

    let mut supervisor = signed_in(&town, "supervisor").await;
    let page = supervisor.get("/desk/appraisal?month=2026-06").await;
    let ruling = link(&page, reason, "决定");
    shows(&supervisor.get(&ruling).await, &[reason]);
    assert_eq!(lead.get(&ruling).await.status, StatusCode::NOT_FOUND);
    assert_eq!(supervisor.post(&ruling, &[("ruling", "out")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = supervisor.post(&ruling, &[("ruling", "out"), ("reason", "属实")]).await;
    let page = supervisor.follow(done).await;
    shows(&page, &["不计入考核", "100.00 % (1 / 1)", "→ 100.00"]);
    assert_eq!(supervisor.get(&ruling).await.status, StatusCode::NOT_FOUND, "decided is decided");
    assert_eq!(signed_in(&town, "stranger").await.get("/desk/appraisal?month=2026-06").await.status, StatusCode::NOT_FOUND);
    // Once published, score and figures stay as they were, whatever is entered late; what was left out stays left out.
    town.app.clock().move_to(crate::town::at("2026-07-02T09:00"));
    let mut supervisor = signed_in(&town, "supervisor").await;
    let done = supervisor.post("/desk/rates/publish", &[("month", "2026-06")]).await;
    shows(&supervisor.follow(done).await, &["公布的数不再变动"]);
    counted(&town).await;
    let page = supervisor.get("/desk/appraisal?month=2026-06").await;
    shows(&page, &["得分不再变动", "100.00 % (1 / 1)", "→ 100.00"]);
    shows(&supervisor.get("/desk/rates?period=month&on=2026-06-01").await, &["公布时为"]);
    let mut lead = signed_in(&town, "lead").await;
    let cases = lead.get(&format!("/desk/appraisal/cases?month=2026-06&unit={unit}&rate=heard")).await;
    shows(&cases, &["不计入考核"]);
    let other = [("case", &*agreed_case(&town, &first).await), ("month", "2026-06"), ("ground", "unreasonable"), ("reason", "太晚")];
    assert_eq!(lead.post("/desk/appraisal/contest", &other).await.status, StatusCode::NOT_FOUND, "the month is closed");
    hides(&cases, &["/desk/appraisal/contest?"]);
    let whole = store::verify::run(town.app.db(), town.app.keyring(), None, &mut |_| {}).await.unwrap();
    assert!(whole.is_whole(), "{:?}", whole.findings);
}
}
