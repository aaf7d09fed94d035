//! Merging with what may be the same matter, parting a text by its sentences, papers added by several at once, and lists as files.

use crate::town::{Page, Town, incoming};
use axum::http::StatusCode;
use fangxin::usecase::submit::Incoming;
use rules::case::command::Action;
use rules::law::Kind;

fn shows(page: &Page, words: &[&str]) {
    let text = page.text();
    for word in words {
        assert!(text.contains(word), "{word:?} is not on the page ({}):\n{text}", page.status);
    }
}

async fn number(town: &Town, token: &str) -> String {
    town.load(token).await.case.registration.number
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_the_same_matter_is_offered_with_why() {
    let town = Town::new().await;
    let told = |narrative: &str, order: &str| {
        let mut it: Incoming = incoming(Kind::Complaint);
        it.parts[0].narrative = narrative.to_owned();
        it.more.order = order.to_owned();
        it
    };
    let first = town.submit(told("十月八日在门店办了年卡，关门了，要求退还剩余费用。", "ORD-77")).await[0].1.clone();
    let again = town.submit(told("年卡是十月八日在门店办的，店关门了，剩余费用要求退还。", "ord-77")).await[0].1.clone();
    let mut unlike = told("完全是另外一回事。", "");
    unlike.respondent.0 = "好邻居超市".into();
    let unlike = town.submit(unlike).await[0].1.clone();
    let mut stranger = told("十月八日在门店办了年卡，关门了，要求退还剩余费用。", "ORD-77");
    stranger.phone = "13900009999".into();
    let stranger = town.submit(stranger).await[0].1.clone();
    let report = town.case(Kind::Report).await;
    let (of_first, of_unlike) = (number(&town, &first).await, number(&town, &unlike).await);

    let mut clerk = town.browser("clerk");
    let page = clerk.get(&format!("/desk/case/{again}/merge")).await;
    shows(&page, &["可能是同一件", &of_first, "同一订单号", "文字相近", "同一电话"]);
    let text = page.text();
    let main = text.split("<main").nth(1).unwrap();
    let place = |n: &str| main.find(&format!("value=\"{n}\""));
    assert!(place(&of_first) < place(&of_unlike), "most in common first");
    for other in [number(&town, &stranger).await, number(&town, &report).await] {
        assert_eq!(place(&other), None, "another person's, or of another kind");
    }
    let seen = page.value("seen");
    let merged = clerk.post(&format!("/desk/case/{again}/merge"), &[("seen", &seen), ("candidate", &of_first)]).await;
    assert_eq!(merged.status, StatusCode::SEE_OTHER, "{}", merged.text());
    assert!(town.load(&again).await.case.merged_into.is_some());
    // Two clerks at once: the second is told that somebody was first.
    let into = town.load(&again).await.case.merged_into;
    town.pass(5);
    let late = clerk.post(&format!("/desk/case/{again}/merge"), &[("seen", &seen), ("candidate", &of_unlike)]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert_eq!(town.load(&again).await.case.merged_into, into);
    // Nothing is merged into what is merged itself.
    let chain = clerk.post(&format!("/desk/case/{unlike}/merge"), &[("into", &number(&town, &again).await)]).await;
    assert_eq!(chain.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&chain, &["已并入别的件"]);
    // One of another person is refused with a sentence.
    let page = clerk.post(&format!("/desk/case/{unlike}/merge"), &[("into", &number(&town, &stranger).await)]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    town.act("clerk", &again, Action::Unmerge, &[]).await;
    assert!(town.load(&again).await.case.merged_into.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_over_and_one_that_goes_on_are_not_merged() {
    let town = Town::new().await;
    let (over, open) = (town.case(Kind::Consultation).await, town.case(Kind::Consultation).await);
    let mut clerk = town.browser("clerk");
    shows(&clerk.get(&format!("/desk/case/{open}/merge")).await, &[&number(&town, &over).await]);
    town.act("clerk", &over, Action::Answer, &[("answer", "按规定七日内可退。"), ("method", "phone")]).await;
    assert!(town.load(&over).await.case.is_over());
    shows(&clerk.get(&format!("/desk/case/{open}/merge")).await, &["没有找到同一人的同类诉求"]);
    for (from, into) in [(&open, &over), (&over, &open)] {
        let page = clerk.post(&format!("/desk/case/{from}/merge"), &[("into", &number(&town, into).await)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        shows(&page, &["一件已经办结、一件还在办理"]);
        assert!(town.load(from).await.case.merged_into.is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_parted_by_its_sentences_and_each_part_is_seen_before_it_is_saved() {
    let town = Town::new().await;
    let mut letter = incoming(Kind::Complaint);
    letter.parts[0].narrative = "店关门了。要求退还余额。\n他们没有执照！".into();
    let token = town.submit(letter).await[0].1.clone();
    let mut clerk = town.browser("clerk");
    let address = format!("/desk/case/{token}/narrow");
    let page = clerk.get(&address).await;
    shows(&page, &["店关门了。</td>", "要求退还余额。", "他们没有执照！</td>", "name=\"stay\" value=\"2\""]);
    let seen = page.value("seen");
    let ticks = [("seen", seen.as_str()), ("stay", "0"), ("stay", "1"), ("go", "0"), ("go", "2"), ("go", "99"), ("kind", "report")];
    let mut compose = ticks.to_vec();
    compose.push(("compose", "1"));
    let parts = clerk.post(&address, &compose).await;
    assert_eq!(parts.status, StatusCode::OK);
    shows(&parts, &["店关门了。要求退还余额。</textarea>", "店关门了。他们没有执照！</textarea>"]);
    let text = parts.text();
    let ticked = |name: &str, n: u32| {
        text.split(&format!("name=\"{name}\" value=\"{n}\"")).nth(1).unwrap().split('>').next().unwrap().contains("checked")
    };
    assert!(ticked("stay", 0) && ticked("go", 0) && !ticked("stay", 2) && !ticked("go", 1), "what was ticked stays ticked");
    assert_eq!(town.load(&token).await.head().seq.to_string(), seen, "nothing is saved yet");
    let mut save = ticks.to_vec();
    save.extend([("narrative", "店关门了。要求退还余额。"), ("other_narrative", "店关门了。他们没有执照！")]);
    let saved = clerk.post(&address, &save).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    // Nothing ticked for the new case: it is said, nothing is saved.
    let none = clerk.post(&address, &[("seen", ""), ("narrative", "店关门了。"), ("other_narrative", ""), ("kind", "report")]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_added_at_one_moment_by_several_are_all_kept() {
    let town = Town::new().await;
    let token = town.case(Kind::Complaint).await;
    // The first brings the key of the submission's files; the others are sealed under it.
    let first = town.browser("clerk").upload(&format!("/desk/case/{token}/evidence"), &[], ("first.pdf", b"%PDF-1.7 first")).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.text());
    let add = |n: u32| {
        let (mut clerk, path) = (town.browser("clerk"), format!("/desk/case/{token}/evidence"));
        async move {
            let bytes = format!("%PDF-1.7 paper {n}");
            clerk.upload(&path, &[("note", "原件核对")], (&format!("{n}.pdf"), bytes.as_bytes())).await
        }
    };
    let (a, b, c, d) = tokio::join!(add(1), add(2), add(3), add(4));
    for page in [a, b, c, d] {
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    }
    let page = town.browser("clerk").get(&format!("/desk/case/{token}")).await;
    shows(&page, &["first.pdf", "1.pdf", "2.pdf", "3.pdf", "4.pdf"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_head_looks_at_can_be_narrowed_and_taken_along_as_a_file() {
    let town = Town::new().await;
    let report = town.opened(Kind::Report).await;
    town.act("officer", &report, Action::Verify, &[]).await;
    town.act("officer", &report, Action::Propose, &[("proposal", "file"), ("reason", "=1+1 查实")]).await;
    let mut lead = town.browser("lead");
    let page = lead.get("/desk/approvals").await;
    shows(&page, &[&number(&town, &report).await, "/desk/approvals/export?as=csv", "data-print"]);
    shows(&lead.get("/desk/approvals?kind=complaint").await, &["没有"]);
    let file = lead.get("/desk/approvals/export?as=csv").await;
    shows(&file, &["\"'=1+1 查实\"", &number(&town, &report).await]);
    assert!(!lead.get("/desk/approvals/export?kind=complaint&as=csv").await.text().contains("查实"));
    for path in [
        "/desk/approvals/export",
        "/desk/team/export",
        "/desk/reopen/export",
        "/desk/today/export?show=appointments",
        "/desk/follow-up/export",
    ] {
        let join = if path.contains('?') { '&' } else { '?' };
        for (kind, begins) in [("csv", &b"\xef\xbb\xbf"[..]), ("xlsx", &b"PK"[..])] {
            let file = lead.get(&format!("{path}{join}as={kind}")).await;
            assert_eq!(file.status, StatusCode::OK, "{path} {kind}");
            assert!(
                file.body.starts_with(begins) && file.headers["content-disposition"].to_str().unwrap().starts_with("attachment"),
                "{path}"
            );
        }
    }
    shows(&lead.get("/desk/team/export?as=csv").await, &["officer先生", "lead先生"]);
    assert_eq!(lead.get("/desk/today/export?show=nothing&as=csv").await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.browser("officer").get("/desk/approvals/export?as=csv").await.status, StatusCode::NOT_FOUND);
}
