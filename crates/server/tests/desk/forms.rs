//! Forms of the desk: what a person means by a minute, what a mistake is called, who is offered, and what is read without being shown.

use crate::town::{Browser, Page, Town, at};
use axum::body::Body;
use axum::http::StatusCode;
use rules::case::command::Action;
use rules::law::Kind;
use rules::time::Instant;
use store::access_log;

#[track_caller]
fn shows(page: &Page, status: u16, words: &[&str], not: &[&str]) {
    let text = page.text();
    assert_eq!(page.status.as_u16(), status, "{text}");
    for word in words {
        assert!(text.contains(word), "{word:?} is not on the page:\n{text}");
    }
    for word in not {
        assert!(!text.contains(word), "{word:?} is on the page:\n{text}");
    }
}

async fn send(b: &mut Browser, token: &str, action: &str, fields: &[(&str, &str)]) -> Page {
    b.post(&format!("/desk/case/{token}/{action}"), fields).await
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_of_administration_forms_name_their_field_and_lead_to_it() {
    let town = Town::new().await;
    let mut system = town.browser("sysadmin");
    shows(&system.get("/desk/units").await, 200, &["<label for=\"f-unit_name\">机构名称</label>"], &["姓名"]);
    let page = system.post("/desk/units", &[("code", "甲"), ("phone", "0579-82190000")]).await;
    let wanted =
        ["<a href=\"#f-unit_name\">机构名称：这一项要填</a>", "#f-unit_kind", "#f-organ", "#f-code", "0579-82190000", "value=\"甲\""];
    shows(&page, 422, &wanted, &["真实姓名"]);
    let page = system.post("/desk/people", &[("name", ""), ("login", "x")]).await;
    shows(&page, 422, &["<a href=\"#f-name\">姓名：这一项要填</a>", "#f-login", "value=\"x\""], &["真实姓名"]);
    shows(&system.post("/desk/notices", &[("text", " ")]).await, 422, &["#f-text"], &[]);
    let long = format!("{}结尾", "放假".repeat(10_001));
    shows(&system.post("/desk/notices", &[("text", &long)]).await, 422, &["太长了", "结尾"], &[]);
    let mut security = town.browser("secadmin");
    let lead = town.app.world(town.locality).unwrap().directory.people.values().find(|p| p.login == "lead").unwrap().id;
    let page = security.post(&format!("/desk/people/{lead}/roles"), &[("role", "clerk")]).await;
    shows(&page, 422, &["<a href=\"#f-unit\">机构：这一项要填</a>"], &[]);
}

/// Half a minute past the full minute.
fn half(town: &Town) {
    town.app.clock().move_to(Instant(at("2026-06-01T09:00").0 + 30_000_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_minute_of_the_receipt_is_not_before_it() {
    let town = Town::new().await;
    half(&town);
    let report = town.opened(Kind::Report).await;
    let complaint = town.opened(Kind::Complaint).await;
    let mut officer = town.browser("officer");
    town.act("officer", &report, Action::Verify, &[]).await;
    // In the same minute the present is meant; what the case knows happened in a minute is not after it.
    let now = [("at", "2026-06-01T09:00")];
    assert_eq!(send(&mut officer, &report, "supplement", &now).await.status, StatusCode::SEE_OTHER);
    assert_eq!(send(&mut officer, &complaint, "accept", &[("effective", "2026-06-01T09:00")]).await.status, StatusCode::SEE_OTHER);
    town.pass(45);
    assert_eq!(send(&mut officer, &report, "supplement", &now).await.status, StatusCode::SEE_OTHER);
    let tell = |effective: &'static str| [("matter", "acceptance"), ("party", "submitter"), ("method", "phone"), ("effective", effective)];
    shows(&send(&mut officer, &complaint, "tell", &tell("2026-06-01T08:59")).await, 409, &["2026-06-01T08:59"], &[]);
    assert_eq!(send(&mut officer, &complaint, "tell", &tell("2026-06-01T09:00")).await.status, StatusCode::SEE_OTHER);
    let case = town.load(&complaint).await.case;
    let told = case.told.values().copied().max().unwrap();
    assert!(told > case.organ_at.unwrap() && told < at("2026-06-01T09:01"), "{told:?}");
    // A later minute is taken as it was typed, and one still to come is refused.
    assert_eq!(send(&mut officer, &report, "supplement", &[("at", "2026-06-01T09:20")]).await.status, StatusCode::SEE_OTHER);
    let l5 = town.load(&report).await.case.clocks.into_iter().find(|c| c.name.0 == "L5").unwrap();
    assert_eq!(l5.start, at("2026-06-01T09:20"));
    shows(&send(&mut officer, &report, "supplement", &[("at", "2026-06-01T09:46")]).await, 409, &["2026-06-01T09:46"], &[]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_the_harm_became_known_can_be_put_right_before_the_decision() {
    let town = Town::new().await;
    let complaint = town.opened(Kind::Complaint).await;
    let mut officer = town.browser("officer");
    let fields = |on: &'static str| [("correction", "knew_on"), ("knew_on", on), ("reason", "来电说明")];
    for (bad, word) in [("2026-06-02", "日期不能在今天之后"), ("1989-12-31", "日期太早"), ("", "知道权益受侵害之日：这一项要填")]
    {
        let page = send(&mut officer, &complaint, "correct", &fields(bad)).await;
        shows(&page, 422, &[word, "#f-knew_on", "来电说明"], &[]);
    }
    assert_eq!(send(&mut officer, &complaint, "correct", &fields("2023-05-20")).await.status, StatusCode::SEE_OTHER);
    let page = officer.get(&format!("/desk/case/{complaint}")).await;
    shows(&page, 200, &["知道权益受侵害之日更正为 2023年5月20日"], &[]);
    // Three years and some days: the ground of Art. 16(4) now holds.
    let refuse = [("ground", "NA-4"), ("reason", "超过三年")];
    assert_eq!(send(&mut officer, &complaint, "refuse", &refuse).await.status, StatusCode::SEE_OTHER);
    shows(&send(&mut officer, &complaint, "correct", &fields("2026-05-01")).await, 409, &[], &[]);
    let report = town.opened(Kind::Report).await;
    shows(&officer.get(&format!("/desk/case/{report}/correct")).await, 200, &[], &["value=\"knew_on\""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_not_handed_to_whoever_has_it() {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    let mut lead = town.browser("lead");
    let page = lead.get(&format!("/desk/case/{token}/assign")).await.text();
    let list = page.split("id=\"f-handler\"").nth(1).unwrap().split("</select>").next().unwrap();
    assert!(!list.contains("officer先生") && list.contains("colleague先生") && list.contains("lead先生"), "{list}");
    let me = town.load(&token).await.case.handler.unwrap().to_string();
    assert_eq!(send(&mut lead, &token, "assign", &[("handler", &me)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn asking_for_the_head_of_a_page_shows_nothing_and_leaves_no_line() {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    let id = town.load(&token).await.id;
    let lines = async || {
        let mut db = town.app.db().read().await.unwrap();
        access_log::of_case(&mut db, &town.scopes["audit"], id, 1_000).await.unwrap().len()
    };
    let before = lines().await;
    let path = format!("/desk/case/{token}");
    let head = town.browser("officer").ask("HEAD", &path, None, Body::empty()).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::METHOD_NOT_ALLOWED, 0));
    assert_eq!(head.headers["allow"], "GET");
    assert_eq!(lines().await, before);
    assert_eq!(town.browser("officer").get(&path).await.status, StatusCode::OK);
    assert_eq!(lines().await, before + 1);
    // What anybody may see can be asked for as usual.
    assert_eq!(town.browser("nobody").ask("HEAD", "/", None, Body::empty()).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_reads_tasks_and_the_submitter_promises() {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    let submitter = town.submitter();
    let path = format!("/desk/case/{token}");
    let desk = town.browser("officer").get(&path).await;
    shows(&desk, 200, &["决定是否受理，告知投诉人并说明理由"], &["您理由", "告诉您", "答复您"]);
    shows(&town.browser("officer").english().get(&path).await, 200, &["tell the complainant why"], &["You are told", "You get"]);
    shows(&submitter.clone().get("/track/case").await, 200, &["决定是否受理，并告诉您理由"], &[]);
    let question = town.opened(Kind::Consultation).await;
    shows(&town.browser("officer").get(&format!("/desk/case/{question}")).await, 200, &["答复来件人"], &["答复您"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_supervisor_may_not_see_is_said_and_not_shown_as_nothing() {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    town.act("officer", &token, Action::Note, &[("note", "电话无人接听")]).await;
    let page = town.browser("supervisor").get(&format!("/desk/case/{token}")).await;
    shows(&page, 200, &["您的身份不能查看"], &["还没有凭证", "还没有备注", "电话无人接听", "先生 ·"]);
    shows(&town.browser("officer").get(&format!("/desk/case/{token}")).await, 200, &["还没有凭证", "电话无人接听"], &[]);
}
