//! A clerk's day by the real router: entry by telephone and at the counter, the queue's tools, groups, the check at the end of the day.

use crate::town::{Browser, Page, Town, incoming};
use axum::http::StatusCode;
use rules::case::Stage;
use rules::case::command::Action;
use rules::case::event::Event;
use rules::law::{Channel, Kind};
use store::scope::{Reason, Scope};

fn shows(page: &Page, words: &[&str]) {
    let text = page.text();
    for word in words {
        assert!(text.contains(word), "{word:?} is not on the page ({}):\n{text}", page.status);
    }
}

fn hides(page: &Page, words: &[&str]) {
    let text = page.text();
    for word in words {
        assert!(!text.contains(word), "{word:?} is on the page:\n{text}");
    }
}

const TOLD: [(&str, &str); 7] = [
    ("by", "phone"),
    ("kind", "complaint"),
    ("phone", "13812346021"),
    ("name", "陈晓明"),
    ("respondent_name", "力量健身"),
    ("narrative", "办了年卡，店关了，要退钱。"),
    ("ask", "refund"),
];

/// A new form filled in and sent.
async fn enter(b: &mut Browser, told: &[(&str, &str)], more: &[(&str, &str)]) -> Page {
    let nonce = b.get("/desk/new").await.value("nonce");
    let mut fields = vec![("nonce", nonce.as_str())];
    fields.extend(told.iter().filter(|(k, _)| !more.iter().any(|(m, _)| m == k)));
    fields.extend(more);
    b.post("/desk/new", &fields).await
}

/// The token of the case a page leads to.
fn token_of(page: &Page) -> String {
    page.text().split("/desk/case/").nth(1).unwrap().chars().take_while(char::is_ascii_alphanumeric).collect()
}

async fn whole(town: &Town) {
    let verified = store::verify::run(town.app.db(), town.app.keyring(), None, &mut |_: &store::verify::Counts| {}).await.unwrap();
    assert!(verified.is_whole(), "{:?}", verified.findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_by_telephone() {
    let town = Town::new().await;
    let mut clerk = town.browser("clerk");
    let page = clerk.get("/desk/new").await;
    shows(&page, &["name=\"phone\"", "data-fkey=\"F9,Ctrl Enter\"", "1 "]);
    // What is missing is said, and what was typed stays.
    let page = enter(&mut clerk, &TOLD, &[("name", ""), ("ask", "")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&page, &["姓名：", "办了年卡", "13812346021"]);

    let nonce = page.value("nonce");
    let sent: Vec<_> = TOLD.iter().copied().chain([("nonce", nonce.as_str())]).collect();
    let page = clerk.post("/desk/new", &sent).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    shows(&page, &["id=\"no\"", "id=\"code\"", "打印投诉登记表", "/add-evidence", "/send"]);
    let token = token_of(&page);
    let loaded = town.load(&token).await;
    let r = &loaded.case.registration;
    assert_eq!((r.channel.as_str(), r.external_id.as_deref()), ("phone", None));
    assert_eq!(loaded.case.intake.map(|s| s.unit), Some(town.centre()), "received by the clerk's own intake");
    assert!(loaded.events[0].0.by.actor.is_some(), "who entered it is in the log");
    assert!(loaded.case.clocks.iter().any(|c| c.name.0 == "L1"));

    // The form sent again is the same submission, though the first one now looks like it.
    let again = clerk.post("/desk/new", &sent).await;
    shows(&again, &["没有重复登记"]);
    assert_eq!(
        (again.text().split("id=\"no\">").nth(1).map(|t| t[..12].to_owned())),
        page.text().split("id=\"no\">").nth(1).map(|t| t[..12].to_owned())
    );
    assert_eq!(token_of(&again), token);

    // The code that was read out opens the tracking page.
    let code = |page: &Page, id: &str| {
        let text = page.text();
        text.split(&format!("id=\"{id}\">")).nth(1).unwrap().split('<').next().unwrap().to_owned()
    };
    let mut caller = town.browser("nobody");
    let tracked = caller.post("/track", &[("receipt", &code(&page, "no")), ("secret", &code(&page, "code"))]).await;
    assert_eq!(tracked.status, StatusCode::SEE_OTHER, "{}", tracked.text());

    // Form 1 is printed, and comes back signed.
    shows(&clerk.get(&format!("/desk/case/{token}/paper/complaint")).await, &["投诉登记表", "陈晓明"]);
    let png = b"\x89PNG\r\n\x1a\n0000000000000000";
    let back = clerk.upload(&format!("/desk/case/{token}/evidence"), &[("note", "签名的登记表")], ("form1.png", png)).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text());
    whole(&town).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_calls_again_is_known_and_the_same_matter_is_seen_first() {
    let mut town = Town::new().await;
    let mut clerk = town.browser("clerk");
    let first = token_of(&enter(&mut clerk, &TOLD, &[]).await);
    let known = clerk.post("/desk/new/known", &[("phone", "138 1234 6021"), ("respondent_name", "")]).await;
    shows(&known, &[&first, "陈", "同一电话"]);
    hides(&known, &["13812346021", "陈晓明"]);
    // A part of a number finds nobody; another number neither.
    for other in ["1381234", "13812346022", ""] {
        hides(&clerk.post("/desk/new/known", &[("phone", other), ("respondent_name", "")]).await, &[&first]);
    }
    let same = clerk.post("/desk/new/known", &[("phone", "13900000000"), ("respondent_name", "力量健身")]).await;
    shows(&same, &[&first, "同一商家"]);
    let known_at = town.load(&first).await.id;
    let reader = town.scopes["clerk"].grant().unwrap().0;
    let mut db = town.app.db().read().await.unwrap();
    let log = store::access_log::of_case(&mut db, &Scope::system(town.locality, Reason::Verify), known_at, 50).await.unwrap();
    drop(db);
    assert!(log.iter().any(|a| a.purpose == "caller" && a.reader == reader.0), "looking a caller up is in the access log");

    // Without a script: a button looks, and nothing is saved before the like ones were seen.
    let looked = enter(&mut clerk, &TOLD, &[("look", "1"), ("narrative", "")]).await;
    assert_eq!(looked.status, StatusCode::OK);
    shows(&looked, &[&first, "可能是同一件事"]);
    let unseen = enter(&mut clerk, &TOLD, &[]).await;
    assert_eq!(unseen.status, StatusCode::CONFLICT);
    shows(&unseen, &[&first, "再保存一次", "办了年卡"]);
    let seen = unseen.value("seen");
    let second = enter(&mut clerk, &TOLD, &[("seen", &seen)]).await;
    assert_eq!(second.status, StatusCode::OK, "{}", second.text());
    assert_ne!(token_of(&second), first);

    // After thirty days it is an earlier case, no like one.
    town.pass(31 * 24 * 60);
    let centre = town.centre();
    town.person("clerk3", &[(rules::access::Role::Clerk, centre)]).await;
    let later = town.browser("clerk3").post("/desk/new/known", &[("phone", "13812346021"), ("respondent_name", "力量健身")]).await;
    shows(&later, &[&first]);
    hides(&later, &["可能是同一件事"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_earlier_says_why_it_is_entered_late() {
    let mut town = Town::new().await;
    town.pass(3 * 24 * 60);
    let centre = town.centre();
    town.person("clerk3", &[(rules::access::Role::Clerk, centre)]).await;
    let mut clerk = town.browser("clerk3");
    let early = [("received", "2026-06-01T10:00")];
    let page = enter(&mut clerk, &TOLD, &early).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&page, &["补录原因："]);
    let future = enter(&mut clerk, &TOLD, &[("received", "2026-06-09T10:00")]).await;
    assert_eq!(future.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = enter(&mut clerk, &TOLD, &[early[0], ("entered_late", "系统停电，先记在纸上")]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let loaded = town.load(&token_of(&page)).await;
    assert!(loaded.case.registration.details.entered_late.is_some());
    // Seven working days from the day it was received, not from the day it was typed.
    let l1 = loaded.case.clocks.iter().find(|c| c.name.0 == "L1").unwrap();
    assert_eq!(l1.due.on.to_string(), "2026-06-10");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_in_the_same_screen() {
    let town = Town::new().await;
    let mut clerk = town.browser("clerk");
    let asked = [("by", "counter"), ("kind", "consultation"), ("narrative", "预付卡能不能退？")];
    let page = enter(&mut clerk, &asked, &[("answer", "未消费的七日内可以退。")]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    shows(&page, &["已答复并办结"]);
    assert_eq!(town.load(&token_of(&page)).await.case.stage(), Stage::Closed);

    // Outside the rules (Art. 44): where to go is said and recorded, without a word typed.
    let page = enter(&mut clerk, &asked, &[("narrative", "我要申请信息公开"), ("proper_channel", "information")]).await;
    let loaded = town.load(&token_of(&page)).await;
    let answered = |e: &Event| matches!(e, Event::Answered { channel: Some(Channel::Information), .. });
    assert!(loaded.events.iter().any(|(_, f)| answered(&f.event)));
    assert_eq!(loaded.case.stage(), Stage::Closed);

    // Without an answer it waits in the queue.
    let page = enter(&mut clerk, &asked, &[("narrative", "电动车电池保修多久？")]).await;
    assert_eq!(town.load(&token_of(&page)).await.case.stage(), Stage::Intake);
    // A report without a name.
    let told = [("by", "phone"), ("kind", "report"), ("narrative", "仓库里有过期奶粉"), ("respondent_name", "福满园"), ("anonymous", "1")];
    let page = enter(&mut clerk, &told, &[]).await;
    assert!(town.load(&token_of(&page)).await.case.registration.anonymous, "{}", page.text());
    whole(&town).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_is_ordered_saved_exported_and_sent() {
    let town = Town::new().await;
    let mut clerk = town.browser("clerk");
    let mut tokens = Vec::new();
    for (name, amount) in [("甲店", 100), ("乙店", 900_000), ("=HYPERLINK(1)", 5_000)] {
        let mut complaint = incoming(Kind::Complaint);
        complaint.respondent.0 = name.into();
        complaint.parts[0].amount = Some(rules::money::Fen(amount));
        tokens.push(town.submit(complaint).await[0].1.clone());
        town.pass(5);
    }
    let order = async |b: &mut Browser, query: &str| {
        let text = b.get(&format!("/desk/queue?{query}")).await.text();
        let list = text.split("id=\"list\"").nth(1).unwrap().to_owned();
        let mut found: Vec<(usize, usize)> = (0..3).map(|i| (list.find(&tokens[i]).unwrap(), i)).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, i)| i).collect::<Vec<_>>()
    };
    assert_eq!(order(&mut clerk, "sort=newest").await, [2, 1, 0]);
    assert_eq!(order(&mut clerk, "sort=oldest").await, [0, 1, 2]);
    assert_eq!(order(&mut clerk, "sort=amount").await, [1, 2, 0]);

    // A view keeps how the list is narrowed and ordered, never the words that were typed.
    let saved =
        clerk.post("/desk/views", &[("name", "最新投诉"), ("query", "kind=complaint&sort=newest&q=%E9%99%88"), ("shared", "1")]).await;
    shows(&clerk.follow(saved).await, &["最新投诉", "/desk/queue?kind=complaint&#38;sort=newest", "视图已保存"]);
    let page = clerk.get("/desk/queue").await.text();
    assert!(!page.contains("E9%99%88"));
    let gone = format!("/desk/views/{}/drop", page.split("/desk/views/").nth(1).unwrap().split('/').next().unwrap());
    let dropped = clerk.post(&gone, &[]).await;
    hides(&clerk.follow(dropped).await, &["最新投诉"]);

    // As a file: what the list shows, no formula, in the access log.
    let csv = clerk.get("/desk/queue/export.csv?sort=amount").await;
    let text = csv.text();
    assert!(text.starts_with('\u{feff}') && text.lines().count() == 4, "{text}");
    assert!(text.contains("\"'=HYPERLINK(1)\"") && !text.contains("陈晓明") && !text.contains("13812346021"), "{text}");
    let xlsx = clerk.get("/desk/queue/export.xlsx").await;
    assert!(xlsx.body.starts_with(b"PK") && xlsx.headers["content-disposition"].to_str().unwrap().ends_with(".xlsx\""));
    let id = town.load(&tokens[0]).await.id;
    let mut db = town.app.db().read().await.unwrap();
    let log = store::access_log::of_case(&mut db, &Scope::system(town.locality, Reason::Verify), id, 50).await.unwrap();
    drop(db);
    assert_eq!(log.iter().filter(|a| a.purpose == "export").count(), 2);

    // Several at once: each with its own result.
    town.send(&tokens[2]).await;
    let office = town.office(0).to_string();
    let nothing = clerk.post("/desk/bulk/send", &[("to", &office)]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let unit = [("to", office.as_str()), ("basis", "internal")];
    let chosen = [("case", tokens[0].as_str()), ("case", tokens[1].as_str()), ("case", tokens[2].as_str()), ("case", "nosuchtoken")];
    let page = clerk.post("/desk/bulk/send", &[&unit[..], &chosen[..]].concat()).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    shows(&page, &["办成 2 件，没有办成 2 件"]);
    for token in &tokens {
        assert_eq!(town.load(token).await.case.stage(), Stage::Sent);
    }
    whole(&town).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_second_is_warned_and_not_locked_out() {
    let mut town = Town::new().await;
    let centre = town.centre();
    town.person("clerk2", &[(rules::access::Role::Clerk, centre)]).await;
    let (first, second) = (town.case(Kind::Complaint).await, town.case(Kind::Complaint).await);
    let (mut one, mut two) = (town.browser("clerk"), town.browser("clerk2"));
    let page = one.get(&format!("/desk/case/{first}")).await;
    hides(&page, &["正在看"]);
    shows(&page, &[&format!("data-claim=\"/desk/case/{first}/claim\""), &format!("/desk/case/{second}")]);
    shows(&two.get(&format!("/desk/case/{first}")).await, &["clerk先生从"]);
    shows(&two.get("/desk/queue").await, &["clerk先生正在看"]);
    // Going to the next, the second clerk is led past it.
    let next = two.get("/desk/next").await;
    assert_eq!(next.to(), format!("/desk/case/{second}"));
    // Warned, not locked.
    let office = town.office(0).to_string();
    let seen = two.get(&format!("/desk/case/{first}")).await.value("seen");
    let sent = two.post(&format!("/desk/case/{first}/send"), &[("seen", &seen), ("to", &office), ("basis", "internal")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    // It ends by itself, unless whoever is there says so again.
    let third = town.case(Kind::Complaint).await;
    one.get(&format!("/desk/case/{third}")).await;
    town.pass(8);
    assert_eq!(one.post(&format!("/desk/case/{third}/claim"), &[]).await.status, StatusCode::NO_CONTENT);
    town.pass(8);
    shows(&two.get(&format!("/desk/case/{third}")).await, &["clerk先生从"]);
    town.pass(11);
    hides(&two.get(&format!("/desk/case/{third}")).await, &["clerk先生从"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_has_one_answer_and_many_cases() {
    let town = Town::new().await;
    let mut clerk = town.browser("clerk");
    let (one, two, question) = (town.case(Kind::Complaint).await, town.case(Kind::Complaint).await, town.case(Kind::Consultation).await);
    let report = town.case(Kind::Report).await;
    let lone = clerk.post("/desk/bulk/group", &[("case", &one)]).await;
    assert_eq!(lone.status, StatusCode::UNPROCESSABLE_ENTITY);
    let all = [("case", one.as_str()), ("case", two.as_str()), ("case", question.as_str()), ("case", report.as_str())];
    let made = clerk.post("/desk/bulk/group", &all).await;
    let address = made.to().to_owned();
    shows(&clerk.follow(made).await, &[&one, &two, &question, &report, "共同答复"]);
    shows(&clerk.get(&format!("/desk/case/{one}")).await, &["属于一个群体", &address]);
    let clocks = town.load(&one).await.case.clocks;

    // The complaint's officer sees of the group what is theirs; of the report nothing.
    town.send(&one).await;
    town.act("officer", &one, Action::Open, &[]).await;
    let page = town.browser("officer").get(&address).await;
    shows(&page, &[&one]);
    hides(&page, &[&report, &two]);
    assert_eq!(town.browser("stranger").get(&address).await.status, StatusCode::NOT_FOUND);
    let loaded = town.load(&one).await;
    assert_eq!(clocks.iter().find(|c| c.name.0 == "L1"), loaded.case.clocks.iter().find(|c| c.name.0 == "L1"), "each keeps its clocks");

    let empty = clerk.post(&format!("{address}/answer"), &[("answer", ""), ("method", "phone")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told = clerk.post(&format!("{address}/answer"), &[("answer", "经营者已开通退款登记"), ("method", "phone")]).await;
    // What is with a unit the unit answers: the result says so, and its officer does it from the same page.
    shows(&told, &["办成 3 件，没有办成 1 件", "这件诉求在别的机构"]);
    let told = town.browser("officer").post(&format!("{address}/answer"), &[("answer", "经营者已开通退款登记"), ("method", "phone")]).await;
    shows(&told, &["办成 1 件，没有办成 0 件"]);
    assert_eq!(town.load(&question).await.case.stage(), Stage::Closed);
    for token in [&one, &two, &report] {
        let loaded = town.load(token).await;
        assert!(loaded.events.iter().any(|(_, f)| matches!(f.event, Event::Contacted { .. })), "an event of its own");
        assert!(loaded.case.closed.is_none());
    }
    // Out of it, and in again by its number.
    let out = clerk.post(&format!("{address}/out"), &[("case", &two)]).await;
    hides(&clerk.follow(out).await, &[&format!("name=\"case\" value=\"{two}\"")]);
    let number = town.load(&two).await.case.registration.number.to_lowercase();
    let wrong = clerk.post(&format!("{address}/add"), &[("member", "26-NOSUCH")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let added = clerk.post(&format!("{address}/add"), &[("member", &number)]).await;
    shows(&clerk.follow(added).await, &[&format!("name=\"case\" value=\"{two}\"")]);
    whole(&town).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_is_undone_exactly() {
    let town = Town::new().await;
    let (one, two) = (town.case(Kind::Complaint).await, town.case(Kind::Complaint).await);
    let before = town.load(&two).await.case;
    let number = town.load(&one).await.case.registration.number;
    town.act("clerk", &two, Action::Merge, &[("into", &number)]).await;
    let merged = town.load(&two).await;
    assert!(merged.case.merged_into.is_some());
    assert_eq!(merged.case.clocks, before.clocks, "the absorbed case keeps its clocks");
    shows(&town.browser("clerk").get(&format!("/desk/case/{two}")).await, &["并为一事"]);
    town.act("clerk", &two, Action::Unmerge, &[]).await;
    let after = town.load(&two).await.case;
    let without = |mut c: rules::case::Case| {
        c.seq = 0;
        c
    };
    assert_eq!(without(after), without(before));
    whole(&town).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_ends_with_zero_or_with_reasons() {
    let town = Town::new().await;
    let mut clerk = town.browser("clerk");
    shows(&clerk.get("/desk/zero").await, &["零", "没有遗留"]);
    let zero = clerk.post("/desk/zero", &[]).await;
    shows(&clerk.follow(zero).await, &["今天的清零已记录：零"]);

    let (one, two) = (town.case(Kind::Complaint).await, town.case(Kind::Complaint).await);
    town.send(&two).await;
    town.pass(60);
    let page = clerk.get("/desk/zero").await;
    shows(&page, &[&one, &two, "受理中心", "城关"]);
    // Every one that is left has a reason; what was chosen stays.
    let (why_one, why_two, note_one) = (format!("why_{one}"), format!("why_{two}"), format!("note_{one}"));
    let part = clerk.post("/desk/zero", &[(&why_one, "unclear_unit"), (&note_one, "与教育局确认中")]).await;
    assert_eq!(part.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&part, &["还有 1 件没有说明", "与教育局确认中", "value=\"unclear_unit\" selected"]);
    let all = clerk.post("/desk/zero", &[(&why_one, "unclear_unit"), (&note_one, "与教育局确认中"), (&why_two, "not_opened")]).await;
    assert_eq!(all.status, StatusCode::SEE_OTHER, "{}", all.text());
    let page = clerk.follow(all).await;
    let past = page.text().split("/desk/zero?on=").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    let check = clerk.get(&format!("/desk/zero?on={past}")).await;
    shows(&check, &[&one, &two, "承办机构待确认", "已分送，承办机构未打开", "data-print"]);
    assert!(town.load(&one).await.events.iter().any(|(_, f)| matches!(f.event, Event::Noted { private: false, .. })));

    // Another unit's clerk has a day of their own; nobody else has this page.
    assert_eq!(town.browser("officer").get("/desk/zero").await.status, StatusCode::NOT_FOUND);
    let office = town.office(0).to_string();
    clerk.post("/desk/bulk/send", &[("case", &one), ("to", &office), ("basis", "internal")]).await;
    for token in [&one, &two] {
        town.act("officer", token, Action::Open, &[]).await;
    }
    shows(&clerk.get("/desk/zero").await, &["没有遗留"]);
    whole(&town).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_loaded_beforehand_is_logged_as_that_and_claims_nothing() {
    let town = Town::new().await;
    let (first, second) = (town.case(Kind::Complaint).await, town.case(Kind::Complaint).await);
    let page = town.browser("clerk").get(&format!("/desk/case/{first}")).await;
    assert_eq!(page.headers["speculation-rules"], format!("\"/desk/ahead/{second}\""));
    let rules = town.browser("clerk").get(&format!("/desk/ahead/{second}")).await;
    assert_eq!(rules.headers["content-type"], "application/speculationrules+json");
    shows(&rules, &[&format!("\"/desk/case/{second}\"")]);
    let request = axum::http::Request::get(format!("/desk/case/{second}"))
        .header("host", "localhost")
        .header("sec-fetch-site", "same-origin")
        .header("sec-purpose", "prefetch")
        .header("cookie", format!("fx-session={}", town.browser("clerk").cookies["fx-session"]))
        .body(axum::body::Body::empty())
        .unwrap();
    let ahead = tower::ServiceExt::oneshot(town.service.clone(), request).await.unwrap();
    assert_eq!(ahead.status(), StatusCode::OK);
    assert!(!ahead.headers().contains_key("speculation-rules"), "one case ahead, no chain of them");
    let platform = Scope::system(town.locality, Reason::Verify);
    let id = town.load(&second).await.id;
    let mut db = town.app.db().read().await.unwrap();
    let log = store::access_log::of_case(&mut db, &platform, id, 50).await.unwrap();
    assert_eq!(log.iter().map(|a| a.purpose.as_str()).collect::<Vec<_>>(), ["preload"]);
    let on = store::clerk::claimed(&mut db, &platform, id, town.app.clock().now()).await.unwrap();
    assert_eq!(on, None, "nobody is on it yet");
}

/// More is left than the page lists: one reason for the rest, and the record names every one of them.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_beyond_the_page_at_the_end_of_a_day_is_named_too() {
    let town = Town::new().await;
    let mut tokens = Vec::new();
    for _ in 0..203 {
        tokens.push(town.case(Kind::Complaint).await);
    }
    let mut clerk = town.browser("clerk");
    let page = clerk.get("/desk/zero").await;
    shows(&page, &["这里列出最急的 200 件，另有 3 件"]);
    let own: Vec<String> = tokens.iter().map(|t| format!("why_{t}")).filter(|f| page.text().contains(f.as_str())).collect();
    assert_eq!(own.len(), 200);
    // Those the page does not list have a reason only by the common one.
    let listed: Vec<(&str, &str)> = own.iter().map(|f| (f.as_str(), "unclear_unit")).collect();
    let part = clerk.post("/desk/zero", &listed).await;
    assert_eq!(part.status, StatusCode::UNPROCESSABLE_ENTITY);
    let all = [&listed[..], &[("why_all", "too_many")]].concat();
    let done = clerk.post("/desk/zero", &all).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let mut db = town.app.db().read().await.unwrap();
    let day = town.app.clock().now().date();
    let check = store::clerk::checks(&mut db, &town.scopes["clerk"], town.centre(), day, 1).await.unwrap().remove(0);
    let why = |w: &str| check.left.iter().filter(|l| l.why == w).count();
    assert_eq!((check.open, why("unclear_unit"), why("too_many")), (203, 200, 3));
    let named: std::collections::BTreeSet<_> = check.left.iter().map(|l| l.case).collect();
    assert_eq!(named.len(), 203);
}
