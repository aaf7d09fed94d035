//! The forecast by the real router: weeks of a unit that is quick with most and slow with some, said beforehand, and how it came out.

use crate::town::{Browser, PASSWORD, Town, at};
use axum::http::StatusCode;
use fangxin::usecase::{people, sweep};
use rules::case::command::Action;
use rules::law::Kind;

async fn desk(town: &Town, login: &str) -> Browser {
    let mut b = town.browser(login);
    let cookie = people::sign_in(&town.app, login, PASSWORD, "192.0.2.1", "test").await.unwrap();
    b.cookies.insert("fx-session".into(), cookie);
    b
}

async fn decide(town: &Town, token: &str) {
    town.act("officer", token, Action::Accept, &[]).await;
    town.act("officer", token, Action::Tell, &[("matter", "acceptance"), ("party", "submitter"), ("method", "phone")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_will_be_late_is_said_beforehand_and_the_hits_are_counted() {
    let town = Town::new().await;
    town.app.clock().move_to(at("2026-06-01T09:00"));
    sweep::round(&town.app).await.unwrap();
    let mut supervisor = desk(&town, "supervisor").await;
    let page = supervisor.get("/desk/forecast").await;
    assert!(page.text().contains("同类时限办结的还不到三十个") && page.text().contains("还没有到期见分晓"), "{}", page.text());

    // Thirty-two are decided the next day, three lie.
    let mut quick = Vec::new();
    for _ in 0..32 {
        quick.push(town.opened(Kind::Complaint).await);
    }
    let mut slow = Vec::new();
    for _ in 0..3 {
        slow.push(town.opened(Kind::Complaint).await);
    }
    town.app.clock().move_to(at("2026-06-02T10:00"));
    for token in &quick {
        decide(&town, token).await;
    }
    // Each working day a round; on the 5th a new one comes.
    let mut fresh = String::new();
    for day in 3..=9 {
        town.app.clock().move_to(at(&format!("2026-06-{day:02}T09:00")));
        sweep::round(&town.app).await.unwrap();
        if day == 5 {
            fresh = town.opened(Kind::Complaint).await;
        }
    }
    let mut supervisor = desk(&town, "supervisor").await;
    let page = supervisor.get("/desk/forecast").await;
    assert!(page.text().contains("预计逾期：按单位和到期日") && page.text().contains("due=2026-06-10"), "{}", page.text());
    assert!(supervisor.get("/desk/supervision").await.text().contains("今日预测"));
    let list = supervisor.get(&format!("/desk/forecast/cases?came=open&unit={}", town.office(0))).await.text();
    for token in &slow {
        assert!(list.contains(token.as_str()), "{list}");
    }
    let place = |token: &str| list.find(token).unwrap();
    assert!(slow.iter().all(|s| place(s) < place(&fresh)), "what lies is likelier to be late than what has just come");
    assert!(supervisor.get("/desk/forecast/export?came=open&as=csv").await.text().contains(" %"));

    // The others' officer sees none of it, another unit's head nothing of this unit.
    assert_eq!(desk(&town, "officer").await.get("/desk/forecast").await.status, StatusCode::NOT_FOUND);
    assert!(desk(&town, "lead").await.get("/desk/forecast/cases?came=open").await.text().contains(&slow[0]));

    // Seven working days end with the 10th; the fresh one is decided in time.
    town.app.clock().move_to(at("2026-06-10T09:00"));
    decide(&town, &fresh).await;
    for day in [11, 12, 15, 16, 17] {
        town.app.clock().move_to(at(&format!("2026-06-{day}T09:00")));
        sweep::round(&town.app).await.unwrap();
    }
    let mut supervisor = desk(&town, "supervisor").await;
    let page = supervisor.get("/desk/forecast").await.text();
    assert!(page.contains("命中率") && page.contains("漏报率"), "{page}");
    let came = supervisor.get("/desk/forecast/cases?came=late").await.text();
    assert!(slow.iter().all(|s| came.contains(s.as_str())) && !came.contains(&fresh), "{came}");
    assert!(supervisor.get("/desk/forecast/cases?came=kept").await.text().contains(&fresh));
}
