//! Supervision by the real router: today's numbers and their lists, orders from giving to accepting, and two weeks of inspections played by
//! the clock (JD2 一日两查三通知).

use crate::town::{Browser, PASSWORD, Page, Town, at};
use axum::http::StatusCode;
use fangxin::usecase::{people, sweep};
use rules::case::command::Action;
use rules::case::supervise::{OrderState, Why};
use rules::law::Kind;
use store::registry::RegistryEvent;
use store::scope::{Reason, Scope};

const JD2: &str = r#"
id = "jd2-played"
version = 1
name = "一日两查"
name_en = "Two inspections a day"
source = "为测试而写"
valid_from = "2026-04-16"
based_on = "national"

[[clock]]
id = "dispatch"
name = "流转到基层所"
name_en = "Dispatch to the office"
kinds = ["complaint", "report", "consultation", "other"]
start = "organ"
stop = "sent"
span = "1wd"
source = "为测试而写"

[supervision]
inspections = ["09:00", "16:00"]
due_soon = "2wd"
zero_check = "17:30"
source = "为测试而写"

[[supervision.step]]
to = "handler"
since = "soon"
undispatched = "2h"

[[supervision.step]]
to = "head"
since = "late"
undispatched = "1wd"

[[supervision.step]]
to = "supervisor"
since = "late"
after = "1wd"
undispatched = "2wd"
"#;

fn shows(page: &Page, words: &[&str]) {
    let text = page.text();
    for word in words {
        assert!(text.contains(word), "{word:?} is not on the page ({}):\n{text}", page.status);
    }
}

/// A browser of somebody who signs in now: sessions end while the clock moves.
async fn desk(town: &Town, login: &str) -> Browser {
    let mut b = town.browser(login);
    let cookie = people::sign_in(&town.app, login, PASSWORD, "192.0.2.1", "test").await.unwrap();
    b.cookies.insert("fx-session".into(), cookie);
    b
}

async fn with_inspections(town: &Town) {
    let texts = [include_str!("../../../../data/packs/national.toml"), JD2];
    let set = RegistryEvent::PackSet {
        // Of the day on which the locality was opened: it takes the place of the pack it was opened with.
        from: jiff::civil::date(2026, 6, 1),
        pack_id: "jd2-played".into(),
        version: 1,
        texts: texts.map(str::to_owned).to_vec(),
    };
    people::change(&town.app, &Scope::system(town.locality, Reason::Setup), vec![set], None).await.unwrap();
    assert_eq!(town.app.world(town.locality).unwrap().pack.supervision.inspections.len(), 2);
}

/// What a case was told of: inspection, why, step, to whom.
async fn told(town: &Town, token: &str) -> Vec<(String, Why, u32, Vec<String>)> {
    let world = town.app.world(town.locality).unwrap();
    let login = |p: &rules::ids::PersonId| world.directory.people[p].login.clone();
    let case = town.load(token).await.case;
    let notice = |n: &rules::case::supervise::Given| {
        let c = n.inspection.civil();
        (format!("{} {:02}", c.date(), c.hour()), n.why, n.step, n.to.iter().map(login).collect())
    };
    case.watch.notices.iter().map(notice).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_weeks_of_jd2() {
    let town = Town::new().await;
    with_inspections(&town).await;
    let (waiting, unopened, done) =
        (town.case(Kind::Complaint).await, town.case(Kind::Complaint).await, town.opened(Kind::Complaint).await);
    town.send(&unopened).await;
    // Monday 1 June to Sunday 14 June; nothing runs on Thursday 4 June.
    for day in (1..=14).filter(|d| *d != 4) {
        for hour in ["09:05", "12:00", "16:05", "16:20"] {
            town.app.clock().move_to(at(&format!("2026-06-{day:02}T{hour}")));
            sweep::round(&town.app).await.unwrap();
        }
        if day == 2 {
            town.act("officer", &done, Action::Accept, &[]).await;
            let told = [("matter", "acceptance"), ("party", "submitter"), ("method", "phone")];
            town.act("officer", &done, Action::Tell, &told).await;
        }
    }
    let expected = |all: &[(&str, Why, u32, &str)]| {
        all.iter().map(|(at, why, step, who)| ((*at).to_owned(), *why, *step, vec![(*who).to_owned()])).collect::<Vec<_>>()
    };
    // At the intake: its clerks, then — it has no head — the supervisors. The promise to send within a working day is a ladder of its own.
    assert_eq!(
        told(&town, &waiting).await,
        expected(&[
            ("2026-06-01 16", Why::Undispatched, 1, "clerk"),
            ("2026-06-03 09", Why::Late, 1, "clerk"),
            ("2026-06-03 16", Why::Late, 2, "supervisor"),
            ("2026-06-05 09", Why::Late, 3, "supervisor"),
        ])
    );
    // Nobody has it in hand: its head is told first, too. Seven working days end with 10 June.
    assert_eq!(told(&town, &unopened).await, expected(&[("2026-06-08 09", Why::Soon, 1, "lead"), ("2026-06-11 09", Why::Late, 2, "lead")]));
    assert!(told(&town, &done).await.is_empty(), "what is done in time is told of to nobody");

    // Run again, nobody is told twice; a second server that starts now makes nothing up.
    let before = town.load(&unopened).await.head().seq;
    sweep::round(&town.app).await.unwrap();
    assert_eq!(town.load(&unopened).await.head().seq, before);

    let mut supervisor = desk(&town, "supervisor").await;
    let page = supervisor.get("/desk/inspections").await;
    shows(&page, &["按时", "补做", "此前漏 2 次", "2026"]);
    let missed = at("2026-06-05T09:00").0;
    shows(&supervisor.get(&format!("/desk/inspections?at={missed}")).await, &["supervisor先生", "未阅"]);
    shows(&supervisor.get("/desk/inspections?as=csv").await, &["未流转"]);
    assert_eq!(desk(&town, "lead").await.get("/desk/inspections").await.status, StatusCode::NOT_FOUND);

    // The head sees it on my day, opens it from there and says so, once.
    let mut lead = desk(&town, "lead").await;
    shows(&lead.get("/desk/today").await, &["巡查通知", &format!("/desk/case/{unopened}/see-notice")]);
    let form = lead.get(&format!("/desk/case/{unopened}/see-notice")).await;
    let seen = lead.post(&format!("/desk/case/{unopened}/see-notice"), &[("seen", &form.value("seen"))]).await;
    shows(&lead.follow(seen).await, &["已阅通知"]);
    assert!(!lead.get("/desk/today").await.text().contains("巡查通知"));
    let whole = store::verify::run(town.app.db(), town.app.keyring(), None, &mut |_| {}).await.unwrap();
    assert!(whole.is_whole(), "{:?}", whole.findings);
}

/// Late numbers, their list, an order for all of it, its answer, sent back, answered again, accepted.
#[tokio::test(flavor = "multi_thread")]
async fn the_numbers_open_their_cases_and_orders_run_to_their_end() {
    let town = Town::new().await;
    let (first, second) = (town.opened(Kind::Complaint).await, town.opened(Kind::Report).await);
    let outside = town.case(Kind::Complaint).await;
    town.pass(11 * 24 * 60);
    let office = town.office(0);
    let mut supervisor = desk(&town, "supervisor").await;
    let page = supervisor.get("/desk/supervision").await;
    shows(
        &page,
        &["今日督查", "逾期", "未流转", "等消费者", &format!("/desk/supervision?unit={office}"), "/desk/supervision/cases?what=late"],
    );
    shows(&supervisor.get(&format!("/desk/supervision?unit={office}")).await, &["officer先生"]);
    let list = supervisor.get(&format!("/desk/supervision/cases?what=late&unit={office}")).await;
    shows(&list, &[&first, "name=\"case\""]);
    assert!(!list.text().contains(&outside), "another unit's");
    shows(&supervisor.get("/desk/supervision/cases?what=undispatched").await, &[&outside]);
    let file = supervisor.get("/desk/supervision/export?what=late&as=csv").await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(desk(&town, "officer").await.get("/desk/supervision").await.status, StatusCode::NOT_FOUND);

    // What is missing is said beside its field, what was typed stays.
    let chosen = [("case", first.as_str()), ("case", second.as_str()), ("order_grade", "supervise")];
    shows(&supervisor.post("/desk/orders/form", &chosen).await, &["所选 2 件", &first]);
    let bare = [&chosen[..], &[("order_wanted", "请说明原因")]].concat();
    let page = supervisor.post("/desk/orders", &bare).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&page, &["请说明原因", "答复期限"]);
    let full = [&bare[..], &[("order_owner", "handler"), ("order_span", "24h")]].concat();
    let page = supervisor.post("/desk/orders", &full).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    shows(&supervisor.get("/desk/orders").await, &["督办", "officer先生"]);

    // Another officer of the unit knows of no report, nor of an order on it; another unit of none.
    let colleague = desk(&town, "colleague").await.get("/desk/orders").await.text();
    assert!(colleague.contains(&first) && !colleague.contains(&second));
    assert!(!desk(&town, "stranger").await.get("/desk/orders").await.text().contains(&first));

    let mut officer = desk(&town, "officer").await;
    shows(&officer.get("/desk/today").await, &["要答复的催办督办", &format!("/desk/case/{first}/answer-order")]);
    town.pass(2 * 24 * 60);
    (supervisor, officer) = (desk(&town, "supervisor").await, desk(&town, "officer").await);
    sweep::round(&town.app).await.unwrap();
    shows(&supervisor.get("/desk/orders?state=late").await, &[&first]);
    let form = officer.get(&format!("/desk/case/{first}/answer-order")).await;
    shows(&form, &["请说明原因"]);
    let answer = [("seen", form.value("seen")), ("order_answer", "已与商家约定周五退款".to_owned())];
    let answer: Vec<(&str, &str)> = answer.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let done = officer.post(&format!("/desk/case/{first}/answer-order"), &answer).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());

    // The supervisor reads the answer, not the case.
    shows(&supervisor.get("/desk/orders?state=answered").await, &[&first]);
    let form = supervisor.get(&format!("/desk/case/{first}/settle-order")).await;
    shows(&form, &["已与商家约定周五退款"]);
    let seen = form.value("seen");
    let path = format!("/desk/case/{first}/settle-order");
    let page = supervisor.post(&path, &[("seen", &seen), ("order_settled", "no")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "sent back says why and until when");
    let back = [("seen", seen.as_str()), ("order_settled", "no"), ("order_reason", "请写明金额"), ("order_span", "1wd")];
    assert_eq!(supervisor.post(&path, &back).await.status, StatusCode::SEE_OTHER);
    town.act("officer", &first, Action::AnswerOrder, &[("order_answer", "退款380元")]).await;
    town.act("supervisor", &first, Action::SettleOrder, &[("order_settled", "yes")]).await;
    let case = town.load(&first).await.case;
    assert_eq!(case.watch.orders[0].state, OrderState::Accepted);
    // The report is the handler's: its order, its history.
    town.act("officer", &second, Action::AnswerOrder, &[("order_answer", "正在核查")]).await;
    shows(&officer.get(&format!("/desk/case/{first}")).await, &["督办：officer先生", "答复退回", "答复认可"]);
}

/// First asked (首接负责): sent and not opened, it is still the intake's; opened and given back, it is still the unit's.
#[tokio::test(flavor = "multi_thread")]
async fn who_was_asked_first_answers_for_it() {
    let town = Town::new().await;
    let token = town.case(Kind::Complaint).await;
    town.send(&token).await;
    let (centre, office) = (town.centre(), town.office(0));
    let mut supervisor = town.browser("supervisor");
    let mut found =
        async |unit, token: &str| supervisor.get(&format!("/desk/supervision/cases?responsible={unit}")).await.text().contains(token);
    assert!(found(centre, &token).await && !found(office, &token).await);
    shows(&town.browser("lead").get(&format!("/desk/case/{token}")).await, &["首接负责"]);
    town.act("officer", &token, Action::Open, &[]).await;
    assert!(found(office, &token).await && !found(centre, &token).await);
    town.act("officer", &token, Action::Return, &[("reason", "不在辖区")]).await;
    assert!(found(office, &token).await, "until another has opened it");
    shows(&town.browser("clerk").get(&format!("/desk/case/{token}")).await, &["首接负责"]);
}
