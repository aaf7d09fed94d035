//! What leaders start, follow and close, through the router: a bad review to its correction, a draw to its sheets, a meeting to its last
//! decision, a topic to its report.

use crate::town::{Browser, PASSWORD, Page, Town, incoming};
use axum::http::StatusCode;
use fangxin::usecase::people;
use rules::case::command::Action;
use rules::law::Kind;
use sha2::{Digest as _, Sha256};

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

async fn number(town: &Town, token: &str) -> String {
    town.load(token).await.case.registration.number
}

/// The address a form led to.
async fn made(b: &mut Browser, path: &str, fields: &[(&str, &str)]) -> String {
    let page = b.post(path, fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    page.to().to_owned()
}

/// A browser signed in anew: sessions end within days.
async fn again(town: &Town, login: &str) -> Browser {
    let cookie = people::sign_in(&town.app, login, PASSWORD, "192.0.2.1", "test").await.unwrap();
    let mut b = town.browser(login);
    b.cookies.insert("fx-session".into(), cookie);
    b
}

async fn closed(town: &Town) -> String {
    let token = town.opened(Kind::Complaint).await;
    town.act("officer", &token, Action::Withdraw, &[]).await;
    token
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_review_is_listed_until_its_correction_is_recorded() {
    let town = Town::new().await;
    let token = closed(&town).await;
    let mut lead = town.browser("lead");
    shows(&lead.get("/desk/reviews").await, &["这里没有不满意件"]);
    town.act("clerk", &token, Action::FollowUp, &[("method", "phone"), ("satisfaction", "dissatisfied"), ("reason", "没有退款")]).await;
    // The demonstration's pack handles it again at once.
    shows(&lead.get("/desk/reviews").await, &["不满意", "承办机构负责人", "待二次办理"]);
    let rectify = format!("/desk/case/{token}/rectify");
    assert_eq!(lead.post(&rectify, &[("wrong", "x"), ("changed", "y"), ("corrected_by", "z")]).await.status, StatusCode::CONFLICT);
    town.act("officer", &token, Action::Withdraw, &[]).await;
    shows(&lead.get("/desk/reviews?step=follow_up").await, &["待再次回访"]);
    town.act("supervisor", &token, Action::FollowUp, &[("method", "phone"), ("satisfaction", "fair")]).await;
    shows(&lead.get("/desk/reviews").await, &["待整改", &rectify]);
    let missing = lead.post(&rectify, &[("wrong", "未按承诺退款"), ("changed", ""), ("corrected_by", "")]).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&missing, &["未按承诺退款"]);
    let done = [("wrong", "未按承诺退款"), ("changed", "当面退款并道歉"), ("corrected_by", "城关所")];
    assert_eq!(lead.post(&rectify, &done).await.status, StatusCode::SEE_OTHER);
    let page = lead.get("/desk/reviews?state=corrected").await;
    shows(&page, &["已整改", "100%"]);
    shows(&lead.get(&format!("/desk/case/{token}")).await, &["已整改", "问题：未按承诺退款", "整改：当面退款并道歉"]);
    assert!(!town.submitter().get("/track").await.text().contains("当面退款并道歉"), "what was wrong inside is the desk's");
    shows(&lead.get("/desk/reviews/export?as=csv&state=corrected").await, &["已整改"]);
    let other = town.browser("clerk").get("/desk/reviews?state=corrected&grade=grave").await;
    assert!(!other.text().contains(&format!("/desk/case/{token}")), "another grade is another list");
    assert_eq!(town.browser("officer").get("/desk/reviews").await.status, StatusCode::NOT_FOUND);
    whole(&town).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draw_can_be_drawn_again_and_ends_when_every_case_is_checked() {
    let town = Town::new().await;
    let mut tokens = Vec::new();
    for _ in 0..6 {
        tokens.push(closed(&town).await);
    }
    let mut leader = town.browser("supervisor");
    shows(&leader.get("/desk/checks").await, &["还没有抽查", "开始抽查"]);
    let wrong = leader.post("/desk/led/new/check", &[("theme", "六月抽查"), ("wanted", "0")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&wrong, &["六月抽查", "填 1 到 200"]);
    let fields = [("theme", "六月抽查"), ("wanted", "3"), ("seed", "20260601"), ("state", "closed")];
    let at = made(&mut leader, "/desk/led/new/check", &fields).await;
    let page = leader.get(&at).await;
    shows(&page, &["20260601", "3 件，从 6 件中抽取", "填写检查表"]);
    // Drawn again from the numbers alone.
    let mut keyed = Vec::new();
    for token in &tokens {
        let n = number(&town, token).await;
        keyed.push((<[u8; 32]>::from(Sha256::digest(format!("20260601\n{n}"))), n, token.clone()));
    }
    keyed.sort();
    for (i, (_, n, _)) in keyed.iter().enumerate() {
        assert_eq!(page.text().contains(n.as_str()), i < 3, "{n}");
    }
    let close = format!("{at}/close");
    shows(&leader.post(&close, &[("report", "完")]).await, &["还有诉求没有检查"]);
    let (mut clerk, mut lead) = (town.browser("clerk"), town.browser("lead"));
    for (i, (_, _, token)) in keyed[..3].iter().enumerate() {
        let case = town.load(token).await.id.to_string();
        let path = format!("{at}/check?case={case}");
        // Whoever it was given to; the other sees no sheet to fill in.
        let mine = clerk.get(&at).await.text().contains(&path);
        let b = if mine { &mut clerk } else { &mut leader };
        shows(&b.get(&path).await, &["超过的时限", "不符合的方面"]);
        let post = format!("{at}/check");
        let bad = b.post(&post, &[("case", &case), ("verdict", "grave")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        let sheet = [("case", case.as_str()), ("verdict", "slight"), ("unmet", "told"), ("check_note", "没有告知结果")];
        let right = [("case", case.as_str()), ("verdict", "right")];
        let sent = if i == 0 { b.post(&post, &sheet).await } else { b.post(&post, &right).await };
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        if i == 0 {
            shows(&lead.get(&at).await, &["轻微问题", "告知", "答复"]);
            town.act("lead", token, Action::AnswerCheck, &[("check_answer", "已补告知")]).await;
            shows(&lead.get(&format!("/desk/case/{token}")).await, &["没有告知结果", "已补告知", "列入抽查复核"]);
        }
    }
    shows(&leader.get(&at).await, &["各机构结果", "66%"]);
    assert_eq!(leader.post(&close, &[("report", "告知要及时")]).await.status, StatusCode::SEE_OTHER);
    shows(&leader.get("/desk/checks?state=closed").await, &["六月抽查", "3 / 3"]);
    assert_eq!(town.browser("officer").get(&at).await.status, StatusCode::NOT_FOUND);
    whole(&town).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_is_followed_until_its_decisions_are_done() {
    let town = Town::new().await;
    let (a, b) = (town.opened(Kind::Complaint).await, town.opened(Kind::Report).await);
    let numbers = format!("{}\n{}", number(&town, &a).await, number(&town, &b).await);
    let mut leader = town.browser("supervisor");
    let unit = town.office(0).to_string();
    let unknown = leader.post("/desk/led/new/meeting", &[("theme", "预付卡退费"), ("case_numbers", "26-没有")]).await;
    shows(&unknown, &["没有这个编号的案件", "预付卡退费", "26-没有"]);
    let at = made(&mut leader, "/desk/led/new/meeting", &[("theme", "预付卡退费"), ("units", &unit), ("case_numbers", &numbers)]).await;
    shows(&leader.get(&at).await, &["预付卡退费", "诉求（2 件）", "还没有议定事项"]);
    let task = [("what_to_do", "逐件约见经营者"), ("task_unit", unit.as_str()), ("task_due", "2026-06-05")];
    assert_eq!(leader.post(&format!("{at}/task"), &task).await.status, StatusCode::SEE_OTHER);
    let past = [("what_to_do", "逐件约见经营者"), ("task_unit", unit.as_str()), ("task_due", "2026-05-05")];
    shows(&leader.post(&format!("{at}/task"), &past).await, &["日期不能在今天之前"]);
    shows(&leader.post(&format!("{at}/close"), &[("report", "完")]).await, &["还有事项没有办完"]);
    town.pass(5 * 24 * 60);
    let mut late = again(&town, "supervisor").await;
    shows(&late.get("/desk/meetings").await, &["已超期", "0 / 1"]);
    shows(&late.get("/desk/mechanisms").await, &["专题调度", "风险预警", "以后的版本提供"]);
    // The head of the unit sees the meeting and its task; a lead of another unit would not.
    let mut lead = again(&town, "lead").await;
    let page = lead.get(&at).await;
    shows(&page, &["逐件约见经营者", "登记结果"]);
    assert!(!page.text().contains(&format!("{at}/close")));
    let id = page.text().split("end?task=").nth(1).unwrap()[..32].to_owned();
    assert_eq!(lead.post(&format!("{at}/task"), &task).await.status, StatusCode::NOT_FOUND);
    let end = [("task", id.as_str()), ("ended", "done"), ("result_note", "已约见，三日内退费")];
    assert_eq!(lead.post(&format!("{at}/end"), &end).await.status, StatusCode::SEE_OTHER);
    shows(&late.post(&format!("{at}/close"), &[("report", "完")]).await, &["先写会议纪要"]);
    assert_eq!(
        late.post(&format!("{at}/minutes"), &[("minutes_text", "一、听取情况。\n二、议定一项。")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert_eq!(late.post(&format!("{at}/close"), &[("report", "全部退费")]).await.status, StatusCode::SEE_OTHER);
    shows(&late.get(&at).await, &["已约见，三日内退费", "二、议定一项。", "全部退费"]);
    assert_eq!(late.get(&format!("{at}/task")).await.status, StatusCode::NOT_FOUND, "a closed one has no more forms");
    shows(&lead.get(&format!("/desk/case/{a}")).await, &["列入专题调度"]);
    whole(&town).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_comes_from_the_numbers_and_counts_no_report() {
    let town = Town::new().await;
    for _ in 0..4 {
        town.opened(Kind::Complaint).await;
    }
    town.opened(Kind::Report).await;
    let mut leader = town.browser("supervisor");
    let page = leader.get("/desk/topics").await;
    shows(&page, &["力量健身", "前期没有", "以此立题", ">4<"]);
    assert!(!page.text().contains(">5<"), "a report is never counted");
    shows(&leader.get("/desk/led/recent?rule_respondent=%E5%8A%9B%E9%87%8F%E5%81%A5%E8%BA%AB").await, &["诉求（4 件）"]);
    let fields = [("theme", "健身退费"), ("rule_respondent", "力量健身"), ("from_day", "2026-06-01")];
    let at = made(&mut leader, "/desk/led/new/topic", &fields).await;
    shows(&leader.get(&at).await, &["健身退费", "又有 4 件新诉求没有列入"]);
    assert_eq!(leader.post(&format!("{at}/cases"), &[("by_rule", "1")]).await.status, StatusCode::SEE_OTHER);
    town.pass(3 * 24 * 60);
    let mut leader = again(&town, "supervisor").await;
    town.case(Kind::Complaint).await;
    let other = rules::law::Kind::Complaint;
    town.submit(fangxin::usecase::submit::Incoming {
        respondent: ("别家".into(), String::new(), None, String::new()), ..incoming(other)
    })
    .await;
    let page = leader.get(&at).await;
    shows(&page, &["诉求（4 件）", "又有 1 件新诉求没有列入", "开始前后各 3 天", "<svg", "/window/after"]);
    shows(&leader.get(&format!("{at}/window/after")).await, &["诉求（4 件）"]);
    shows(&leader.get(&format!("{at}?as=csv")).await, &["力量健身"]);
    assert_eq!(leader.post(&format!("{at}/close"), &[("report", "投诉减少")]).await.status, StatusCode::SEE_OTHER);
    shows(&leader.get("/desk/topics?state=closed").await, &["健身退费"]);
    whole(&town).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decision_about_an_open_case_is_an_order_until_its_answer_is_accepted() {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    let (case, unit) = (town.load(&token).await.id.to_string(), town.office(0).to_string());
    let mut leader = town.browser("supervisor");
    let number = number(&town, &token).await;
    let at = made(&mut leader, "/desk/led/new/meeting", &[("theme", "预付卡退费"), ("units", &unit), ("case_numbers", &number)]).await;
    let task = [("what_to_do", "约见经营者并答复"), ("task_unit", unit.as_str()), ("task_due", "2026-06-05"), ("case", case.as_str())];
    assert_eq!(leader.post(&format!("{at}/task"), &task).await.status, StatusCode::SEE_OTHER);
    let other = [("what_to_do", "通报情况"), ("task_unit", &town.centre().to_string()), ("task_due", "2026-06-05"), ("case", &case)];
    assert_eq!(leader.post(&format!("{at}/task"), &other).await.status, StatusCode::SEE_OTHER);
    let orders = town.load(&token).await.case.watch.orders;
    assert_eq!(orders.len(), 1, "what another unit has to do is no order to the unit of the case");
    let page = leader.get(&at).await;
    shows(&page, &["督办 · 待答复"]);
    shows(&leader.get("/desk/orders").await, &[&number]);
    shows(&leader.get("/desk/mechanisms").await, &["督查督办", "一日两查"]);
    // The head of the unit finds it on their day, answers, and only then it can be done.
    let mut lead = town.browser("lead");
    shows(&lead.get("/desk/today").await, &["约见经营者并答复", "要答复的催办督办"]);
    let id = page.text().split("end?task=").nth(1).unwrap()[..32].to_owned();
    let end = [("task", id.as_str()), ("ended", "done"), ("result_note", "已约见")];
    shows(&lead.post(&format!("{at}/end"), &end).await, &["督办的答复还没有认可"]);
    town.act("lead", &token, Action::AnswerOrder, &[("order_answer", "已约见经营者，三日内退费")]).await;
    shows(&leader.get(&at).await, &["督办 · 待确认"]);
    town.act("supervisor", &token, Action::SettleOrder, &[("order_settled", "yes")]).await;
    assert_eq!(lead.post(&format!("{at}/end"), &end).await.status, StatusCode::SEE_OTHER);
    shows(&leader.get(&at).await, &["督办 · 已认可", "已约见"]);
    whole(&town).await;
}
