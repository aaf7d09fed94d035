//! Whole ways through the desk, by the real router: what each page shows, what each action does, and what happens when it cannot.

use crate::town::{Browser, PASSWORD, Page, Town, incoming};
use axum::http::StatusCode;
use rules::case::Stage;
use rules::case::command::Action;
use rules::case::event::Outcome;
use rules::law::Kind;

fn shows(page: &Page, words: &[&str]) {
    let text = page.text();
    for word in words {
        assert!(text.contains(word), "{word:?} is not on the page ({}):\n{text}", page.status);
    }
}

/// Opens an action's form, fills it and sends it, as a browser does.
async fn act(b: &mut Browser, token: &str, action: &str, fields: &[(&str, &str)]) -> Page {
    let path = format!("/desk/case/{token}/{action}");
    let form = b.get(&path).await;
    assert_eq!(form.status, StatusCode::OK, "{action}: {}", form.text());
    let seen = form.value("seen");
    let mut all = vec![("seen", seen.as_str())];
    all.extend(fields);
    b.post(&path, &all).await
}

/// As [`act`], and it is done.
async fn done(b: &mut Browser, token: &str, action: &str, fields: &[(&str, &str)]) -> Page {
    let page = act(b, token, action, fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{action}: {}", page.text());
    b.follow(page).await
}

async fn stage(town: &Town, token: &str) -> Stage {
    town.load(token).await.case.stage()
}

const TOLD: [(&str, &str); 2] = [("method", "phone"), ("proof", "6月1日 10:00 通话")];

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_from_the_queue_to_agreement_and_closing() {
    let town = Town::new().await;
    let token = town.case(Kind::Complaint).await;
    let (mut clerk, mut officer) = (town.browser("clerk"), town.browser("officer"));
    let queue = clerk.get("/desk/queue").await;
    shows(&queue, &["力量健身", &format!("/desk/case/{token}"), "退还", "3,800.00"]);

    // Sent from the case's own page.
    let page = clerk.get(&format!("/desk/case/{token}")).await;
    shows(&page, &["十月八日", "陈", "现在可以做", "选择"]);
    let office = town.office(0).to_string();
    let sent =
        clerk.post(&format!("/desk/case/{token}/send"), &[("seen", &page.value("seen")), ("to", &office), ("basis", "internal")]).await;
    shows(&clerk.follow(sent).await, &["已办理", "城关"]);
    assert_eq!(stage(&town, &token).await, Stage::Sent);

    shows(&officer.get("/desk/mine?show=new").await, &[&token]);
    let page = officer.get(&format!("/desk/case/{token}")).await;
    shows(&page, &["138****6021", "显示（会留痕）"]);
    assert!(!page.text().contains("13812346021"), "masked until asked for");
    let opened = officer.post(&format!("/desk/case/{token}/open"), &[("seen", &page.value("seen"))]).await;
    shows(&officer.follow(opened).await, &["受理", "不予受理"]);
    shows(&officer.get("/desk/mine").await, &[&token]);

    // Deciding leads straight to telling, with matter and party filled in.
    let tell = done(&mut officer, &token, "accept", &[]).await;
    shows(&tell, &["请现在告知", "value=\"acceptance\" checked", "value=\"submitter\" checked"]);
    let fields = [&[("matter", "acceptance"), ("party", "submitter")], &TOLD[..]].concat();
    shows(&done(&mut officer, &token, "tell", &fields).await, &["已办理", "按时完成"]);
    shows(&officer.get(&format!("/desk/case/{token}/paper/acceptance")).await, &["投诉受理决定书", "〔2026〕", "陈晓明"]);
    shows(&officer.get(&format!("/desk/case/{token}/paper/complaint")).await, &["投诉登记表", "13812346021"]);

    // Mediation needs the consent of both (Art. 18): refused with the sentence, and with the typed text still there.
    let page = act(&mut officer, &token, "mediate", &[("mode", "phone"), ("entrusted_to", "某某消费者委员会")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    shows(&page, &["第十八条", "某某消费者委员会"]);
    done(&mut officer, &token, "consent", &[("party", "respondent"), ("consent", "mediation"), ("given", "yes")]).await;
    done(&mut officer, &token, "mediate", &[("mode", "phone")]).await;
    done(&mut officer, &token, "agree", &[("terms", "商家退还2600元"), ("amount", "2600"), ("performed", "1")]).await;
    // An agreement names the level at which it was settled.
    assert_eq!(act(&mut officer, &token, "close", &[("outcome", "agreed"), ("recovered", "2600")]).await.status, StatusCode::CONFLICT);
    let page = done(&mut officer, &token, "close", &[("outcome", "agreed"), ("level", "district"), ("recovered", "2600")]).await;
    shows(&page, &["办结", "2,600.00"]);
    let closed = town.load(&token).await.case.closed.unwrap();
    assert_eq!((closed.outcome, closed.recovered.0), (Outcome::Agreed, 260_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_names_its_ground_and_prints() {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    let mut officer = town.browser("officer");
    let empty = act(&mut officer, &token, "refuse", &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&empty, &["不予受理的情形：这一项要填", "理由：这一项要填"]);
    let page = act(&mut officer, &token, "refuse", &[("ground", "NA-2"), ("reason", "法院已经受理")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "NA-2 says which body");
    shows(&page, &["法院已经受理", "第十六条"]);
    let tell = done(&mut officer, &token, "refuse", &[("ground", "NA-2"), ("body", "court"), ("reason", "法院已经受理")]).await;
    shows(&tell, &["请现在告知", "value=\"refusal\" checked"]);
    done(&mut officer, &token, "tell", &[&[("matter", "refusal"), ("party", "submitter")], &TOLD[..]].concat()).await;
    assert_eq!(town.load(&token).await.case.closed.unwrap().outcome, Outcome::Refused);
    shows(&officer.get(&format!("/desk/case/{token}/paper/refusal")).await, &["投诉不予受理决定书", "☑", "第〔二〕项"]);
}

/// The clerk can refuse at the intake too: an organ without authority refuses and tells.
#[tokio::test(flavor = "multi_thread")]
async fn the_intake_refuses_what_the_organ_has_no_authority_for() {
    let town = Town::new().await;
    let token = town.case(Kind::Complaint).await;
    let mut clerk = town.browser("clerk");
    let fields = [("ground", "NA-1"), ("reason", "属于教育部门职责"), ("handed_to", "清和县教育局")];
    done(&mut clerk, &token, "refuse", &fields).await;
    done(&mut clerk, &token, "tell", &[&[("matter", "refusal"), ("party", "submitter")], &TOLD[..]].concat()).await;
    assert_eq!(stage(&town, &token).await, Stage::Closed);
}

/// Into mediation with both consents.
async fn mediating(town: &Town) -> String {
    let token = town.opened(Kind::Complaint).await;
    town.act("officer", &token, Action::Accept, &[]).await;
    let told = [&[("matter", "acceptance"), ("party", "submitter")], &TOLD[..]].concat();
    town.act("officer", &token, Action::Tell, &told).await;
    town.act("officer", &token, Action::Consent, &[("party", "respondent"), ("consent", "mediation"), ("given", "yes")]).await;
    town.act("officer", &token, Action::Mediate, &[("mode", "phone")]).await;
    token
}

#[tokio::test(flavor = "multi_thread")]
async fn mediation_ends_on_each_ground_and_both_are_told() {
    let town = Town::new().await;
    let mut officer = town.browser("officer");
    for ground in rules::law::Termination::ALL {
        let token = mediating(&town).await;
        if ground.code() == "TM-5" {
            let early = act(&mut officer, &token, "terminate", &[("termination", "TM-5"), ("reason", "期满")]).await;
            assert_eq!(early.status, StatusCode::CONFLICT, "sixty days have not passed");
            town.pass(61 * 24 * 60);
        }
        let mut fields = vec![("termination", ground.code()), ("reason", "双方意见差距太大")];
        if ground.code() == "TM-2" {
            fields.extend([("party", "respondent"), ("conduct", "refuses")]);
        }
        let mut officer = if ground.code() == "TM-5" { signed_in(&town, "officer").await } else { officer.clone() };
        let tell = done(&mut officer, &token, "terminate", &fields).await;
        shows(&tell, &["value=\"termination\" checked", "value=\"submitter\" checked"]);
        let second = done(&mut officer, &token, "tell", &[&[("matter", "termination"), ("party", "submitter")], &TOLD[..]].concat()).await;
        shows(&second, &["value=\"respondent\" checked"]);
        done(&mut officer, &token, "tell", &[&[("matter", "termination"), ("party", "respondent")], &TOLD[..]].concat()).await;
        let outcome = if ground.code() == "TM-1" { "settled" } else { "terminated" };
        done(&mut officer, &token, "close", &[("outcome", outcome)]).await;
        shows(&officer.get(&format!("/desk/case/{token}/paper/termination")).await, &["投诉终止调解决定书", "☑"]);
        if ground.code() == "TM-5" {
            return_to_start(&town);
        }
    }
}

/// The other cases of a test go on in the present.
fn return_to_start(town: &Town) {
    town.app.clock().move_to(crate::town::at(crate::town::START));
}

async fn signed_in(town: &Town, login: &str) -> Browser {
    let mut b = town.browser("nobody");
    let page = b.post("/desk/sign-in", &[("login", login), ("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    b
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawn_complaint_ends_and_a_withdrawn_report_does_not() {
    let town = Town::new().await;
    let mut officer = town.browser("officer");
    let token = town.opened(Kind::Complaint).await;
    done(&mut officer, &token, "withdraw", &[("reason", "已经退款"), ("settled", "1")]).await;
    assert_eq!(town.load(&token).await.case.closed.unwrap().outcome, Outcome::Settled);
    let token = town.opened(Kind::Report).await;
    shows(&done(&mut officer, &token, "withdraw", &[("reason", "不想追究")]).await, &["核查不因此停止"]);
    assert_eq!(stage(&town, &token).await, Stage::Deciding);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_verified_extended_and_decided_by_the_lead() {
    let town = Town::new().await;
    let token = town.opened(Kind::Report).await;
    let (mut officer, mut lead) = (town.browser("officer"), town.browser("lead"));
    done(&mut officer, &token, "verify", &[("note", "周三现场检查")]).await;
    done(&mut officer, &token, "propose", &[("proposal", "extend"), ("reason", "等检测结果")]).await;
    let waiting = lead.get("/desk/approvals").await;
    shows(&waiting, &["延长核查期限", "等检测结果", "officer先生"]);
    let page = lead.get(&format!("/desk/case/{token}/decide")).await;
    shows(&page, &["延长核查期限", "等检测结果"]);
    // Not approving needs a reason.
    assert_eq!(act(&mut lead, &token, "decide", &[("approved", "no")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    done(&mut lead, &token, "decide", &[("approved", "yes")]).await;
    assert!(town.load(&token).await.case.clocks.iter().any(|c| c.name.0 == "L5" && c.extension.is_some()));
    // A leniency ground names the item of the list.
    let page = act(&mut officer, &token, "propose", &[("proposal", "not_file"), ("not_filing", "NF20-1"), ("reason", "轻微")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    // A line of the list is claimed with all of its conditions, and only under its own ground.
    let page = officer.get(&format!("/desk/case/{token}/propose")).await;
    shows(&page, &["违法行为轻微并及时改正，没有造成危害后果", "（演示）网店首页未公示营业执照信息或链接", "检查当日已悬挂"]);
    let line = |ground: &'static str, id: &'static str, met: &[&'static str]| {
        let head = [("proposal", "not_file"), ("not_filing", ground), ("leniency", id), ("reason", "轻微，已改正")];
        head.into_iter().chain(met.iter().map(|m| ("leniency_met", *m))).collect::<Vec<_>>()
    };
    for (ground, id, met, why) in [
        ("NF20-1", "清单第3项", &["清单第3项/0"][..], "请选一项"),
        ("NF20-1", "law-minor", &["law-minor/0", "law-minor/2"], "条件没有全部成立"),
        // Conditions of another line do not count.
        ("NF20-1", "law-minor", &["law-first/0", "law-first/1", "law-first/2"], "条件没有全部成立"),
        ("NF20-2", "law-minor", &["law-minor/0", "law-minor/1", "law-minor/2"], "属于另一种理由"),
    ] {
        let page = act(&mut officer, &token, "propose", &line(ground, id, met)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{id}");
        shows(&page, &[why]);
    }
    let fields = line("NF20-1", "demo-licence-display", &["demo-licence-display/0", "demo-licence-display/1"]);
    done(&mut officer, &token, "propose", &fields).await;
    done(&mut lead, &token, "decide", &[("approved", "yes")]).await;
    let named = "演示清单第2项：（演示）未在店内醒目处悬挂营业执照";
    shows(&officer.get(&format!("/desk/case/{token}")).await, &[named]);
    done(&mut officer, &token, "close", &[("outcome", "not_filed")]).await;
    assert_eq!(town.load(&token).await.case.closed.unwrap().outcome, Outcome::NotFiled);
    shows(&officer.get(&format!("/desk/case/{token}/paper/report")).await, &["举报登记表"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lead_does_not_approve_their_own_proposal() {
    let town = Town::new().await;
    let token = town.case(Kind::Report).await;
    town.send(&token).await;
    let mut lead = town.browser("lead");
    done(&mut lead, &token, "open", &[]).await;
    done(&mut lead, &token, "verify", &[]).await;
    done(&mut lead, &token, "propose", &[("proposal", "file"), ("reason", "查实")]).await;
    let page = act(&mut lead, &token, "decide", &[("approved", "yes")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_answered_on_one_screen() {
    let town = Town::new().await;
    let token = town.case(Kind::Consultation).await;
    town.send(&token).await;
    let mut officer = town.browser("officer");
    let page = officer.get(&format!("/desk/case/{token}")).await;
    let opened = officer.post(&format!("/desk/case/{token}/open"), &[("seen", &page.value("seen"))]).await;
    let page = officer.follow(opened).await;
    shows(&page, &["f-answer"]);
    let fields = [("seen", page.value("seen")), ("answer", "七日无理由退货从签收次日起算。".into()), ("method", "phone".into())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let answered = officer.post(&format!("/desk/case/{token}/answer"), &fields).await;
    shows(&officer.follow(answered).await, &["答复", "七日无理由退货"]);
    assert_eq!(town.load(&token).await.case.closed.unwrap().outcome, Outcome::Answered);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_officers_at_once_the_second_sees_how_it_stands_and_loses_nothing() {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    let (mut one, mut two) = (town.browser("officer"), town.browser("colleague"));
    let (a, b) = (one.get(&format!("/desk/case/{token}/refuse")).await, two.get(&format!("/desk/case/{token}/urgent")).await);
    let first = two.post(&format!("/desk/case/{token}/urgent"), &[("seen", &b.value("seen")), ("reason", "有人受伤")]).await;
    assert_eq!(first.status, StatusCode::SEE_OTHER);
    let before = town.load(&token).await.head().seq;
    let fields = [("seen", a.value("seen")), ("ground", "NA-3".into()), ("reason", "打了很久的理由".into())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let page = one.post(&format!("/desk/case/{token}/refuse"), &fields).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    shows(&page, &["别人刚刚改动", "打了很久的理由", "value=\"NA-3\" checked"]);
    assert_eq!(town.load(&token).await.head().seq, before);
    // Sent again from the page that shows how it stands, it is done.
    let again = [("seen", page.value("seen")), ("ground", "NA-3".into()), ("reason", "打了很久的理由".into())];
    let again: Vec<(&str, &str)> = again.iter().map(|(k, v)| (*k, v.as_str())).collect();
    assert_eq!(one.post(&format!("/desk/case/{token}/refuse"), &again).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_does_it_once_and_says_so() {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    let mut officer = town.browser("officer");
    let seen = officer.get(&format!("/desk/case/{token}/accept")).await.value("seen");
    let path = format!("/desk/case/{token}/accept");
    let mut other = officer.clone();
    let fields = [("seen", seen.as_str())];
    let (a, b) = tokio::join!(officer.post(&path, &fields), other.post(&path, &fields));
    assert_eq!((a.status, b.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER), "{} {}", a.text(), b.text());
    let events = town.load(&token).await.events;
    assert_eq!(events.iter().filter(|(_, f)| f.event.name() == "Accepted").count(), 1);
    let third = officer.post(&path, &fields).await;
    shows(&officer.follow(third).await, &["已经提交过了"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_in_the_middle_of_a_form_loses_nothing() {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    let mut officer = town.browser("officer");
    let path = format!("/desk/case/{token}/refuse");
    let seen = officer.get(&path).await.value("seen");
    officer.cookies.remove("fx-session");
    let before = town.load(&token).await.head().seq;
    let page = officer.post(&path, &[("seen", &seen), ("ground", "NA-3"), ("reason", "写了半天\"<b>")]).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    shows(&page, &["登录已过期", "held.reason"]);
    let fields = [
        ("next", path.as_str()),
        ("login", "officer"),
        ("password", "wrong one, sorry"),
        ("held.reason", "写了半天\"<b>"),
        ("held.ground", "NA-3"),
        ("held.seen", &seen),
    ];
    let wrong = officer.post("/desk/sign-in", &fields).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&wrong, &["用户名或密码不对", "held.reason", "value=\"officer\""]);
    let mut right = fields;
    right[2].1 = PASSWORD;
    let back = officer.post("/desk/sign-in", &right).await;
    shows(&back, &["已重新登录", "name=\"resume\""]);
    let form = officer.post(&path, &[("resume", "1"), ("seen", &seen), ("ground", "NA-3"), ("reason", "写了半天\"<b>")]).await;
    assert_eq!(form.status, StatusCode::OK);
    shows(&form, &["写了半天", "value=\"NA-3\" checked"]);
    assert_eq!(town.load(&token).await.head().seq, before, "nothing was done on the way");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_units_case_does_not_exist() {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    let report = town.opened(Kind::Report).await;
    let mut stranger = town.browser("stranger");
    let unknown = stranger.get("/desk/case/0000000000000000").await;
    for path in ["", "/accept", "/tell", "/paper/complaint", "/evidence/00000000000000000000000000000000"] {
        let page = stranger.get(&format!("/desk/case/{token}{path}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        // The same page as for an address that was never made, but for the address itself in the language switch.
        let plain = |p: &Page| p.text().lines().filter(|l| !l.contains("back=")).collect::<String>();
        assert_eq!(plain(&page), plain(&unknown), "{path}");
    }
    let before = town.load(&token).await.head().seq;
    for action in ["accept", "note", "reveal", "send"] {
        let page = stranger.post(&format!("/desk/case/{token}/{action}"), &[("note", "x"), ("field", "phone")]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{action}");
    }
    assert_eq!(town.load(&token).await.head().seq, before);
    // A report in somebody's hands does not exist even for a colleague (Art. 37).
    assert_eq!(town.browser("colleague").get(&format!("/desk/case/{report}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.browser("colleague").get(&format!("/desk/case/{token}")).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_not_allowed_now_says_why() {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    let mut officer = town.browser("officer").english();
    let page = officer.get(&format!("/desk/case/{token}/mediate")).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    shows(&page, &["Art. 18"]);
    let page = officer.post(&format!("/desk/case/{token}/decide"), &[("approved", "yes")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    shows(&officer.get(&format!("/desk/case/{token}")).await, &["Not possible now", "Only after acceptance (Art. 18)."]);
    assert_eq!(officer.get(&format!("/desk/case/{token}/no-such-thing")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(officer.get(&format!("/desk/case/{token}/lapse")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_typed_is_shown_as_text() {
    let town = Town::new().await;
    let evil = "<script>alert(1)</script>'; DROP TABLE cases; -- =HYPERLINK(\"http://x\") 㛃䶮𬭎😀";
    let mut from = incoming(Kind::Complaint);
    from.respondent.0 = evil.into();
    from.parts[0].narrative = evil.into();
    let token = town.submit(from).await[0].1.clone();
    town.send(&token).await;
    town.act("officer", &token, Action::Open, &[]).await;
    let mut officer = town.browser("officer");
    shows(&done(&mut officer, &token, "note", &[("note", evil)]).await, &["㛃䶮𬭎😀"]);
    let search = format!("/desk/search?q={}", fangxin::web::http::encode("'; DROP TABLE"));
    let pages = [
        format!("/desk/case/{token}"),
        "/desk/mine".into(),
        search,
        format!("/desk/case/{token}/refuse"),
        format!("/desk/case/{token}/paper/complaint"),
    ];
    for path in pages {
        let page = officer.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.text().contains("<script>alert"), "{path}");
        assert!(page.text().contains("DROP TABLE"), "{path}");
    }
    for q in ["%", "_", "'", "\"", "%' OR 1=1 --", "\u{0}", "😀", "㛃"] {
        let page = officer.get(&format!("/desk/search?q={}", fangxin::web::http::encode(q))).await;
        assert_eq!(page.status, StatusCode::OK, "{q}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn absurd_values_come_back_with_their_sentence() {
    let town = Town::new().await;
    let token = mediating(&town).await;
    let mut officer = town.browser("officer");
    let long = "长".repeat(330_000);
    let page = act(&mut officer, &token, "find-clue", &[("what", &long)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&page, &["太长了", &long]);
    let too_much = "x".repeat(4 * 1024 * 1024);
    let page = officer.post(&format!("/desk/case/{token}/note"), &[("note", &too_much)]).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    for (amount, sentence) in [("-5", "不能是负数"), ("三块", "请写数字"), ("99999999999999999999", "太大"), ("1.234", "小数")]
    {
        let page = act(&mut officer, &token, "agree", &[("terms", "某某约定"), ("amount", amount)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{amount}");
        shows(&page, &[sentence, "某某约定", &format!("value=\"{amount}\"")]);
    }
    for day in ["2026-02-30", "昨天", "0001-01-01", "99999-01-01"] {
        let page = act(&mut officer, &token, "testing-out", &[("institution", "某检测院"), ("on", day)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{day}");
        shows(&page, &["正确的日期", "某检测院", day]);
    }
    for (day, why) in [("2026-12-31", "今天之后"), ("2026-01-01", "早于")] {
        let page = act(&mut officer, &token, "testing-out", &[("institution", "某检测院"), ("on", day)]).await;
        assert_eq!(page.status, StatusCode::CONFLICT, "{day} {why}");
    }
    let page = act(&mut officer, &token, "agree", &[("terms", "x"), ("effective", "2027-01-01T00:00")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "nothing is done tomorrow");
    assert_eq!(stage(&town, &token).await, Stage::Mediating);
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_is_saved_never_run() {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    let mut officer = town.browser("officer");
    let path = format!("/desk/case/{token}/evidence");
    for (name, bytes) in [
        ("a.html", &b"<html><script>alert(1)</script>"[..]),
        ("a.exe", b"MZ\x90\x00aaaa"),
        ("a.svg", b"<svg onload=alert(1)>"),
        ("empty.png", b""),
    ] {
        let page = officer.upload(&path, &[("note", "写了备注")], (name, bytes)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        shows(&page, &["写了备注"]);
    }
    let pdf = [&b"%PDF-1.7\n"[..], &[7u8; 300_000]].concat();
    let sent = officer.upload(&path, &[("note", "合同")], ("合同 \"1\".pdf", &pdf)).await;
    let page = officer.follow(sent).await.text();
    let file = page.split(&format!("{path}/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let got = officer.get(&format!("{path}/{file}")).await;
    assert_eq!(got.body, pdf);
    let header = |name: &str| got.headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert!(header("content-disposition").starts_with("attachment"));
    assert_eq!((header("content-type"), header("x-content-type-options")), ("application/octet-stream".into(), "nosniff".into()));
    assert!(header("content-security-policy").contains("sandbox"));
    assert_eq!(town.browser("stranger").get(&format!("{path}/{file}")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_revealed_is_in_the_access_log_first() {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    let number = town.load(&token).await.case.registration.number;
    let mut officer = town.browser("officer");
    let page = officer.post(&format!("/desk/case/{token}/reveal"), &[("field", "phone")]).await;
    shows(&page, &["13812346021", "陈*"]);
    let mut audit = town.browser("audit");
    shows(&audit.get("/desk/access?q=officer").await, &["显示个人信息", "电话", "officer先生", &number]);
    shows(&audit.get(&format!("/desk/access?q={number}")).await, &["显示个人信息"]);
    assert!(!audit.get("/desk/access?from=2030-01-01").await.text().contains(&number));
    assert_eq!(audit.get(&format!("/desk/case/{token}")).await.status, StatusCode::NOT_FOUND, "the auditor sees no case");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counter_finds_by_receipt_or_phone_and_renews_the_code() {
    let town = Town::new().await;
    let token = town.case(Kind::Complaint).await;
    let mut clerk = town.browser("clerk");
    let page = clerk.post("/desk/find", &[("words", "138-1234-6021")]).await;
    shows(&page, &[&token, "138****6021", "补发查询码"]);
    let renew = page.text().split("/desk/find/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let path = format!("/desk/find/{renew}");
    assert_eq!(clerk.get(&path).await.status, StatusCode::OK);
    assert_eq!(clerk.post(&path, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "identity is checked first");
    let page = clerk.post(&path, &[("checked", "1")]).await.text();
    let code = page.split("id=\"once\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let receipt = town_receipt(&town, &token).await.unwrap();
    assert!(page.contains(&receipt));
    let opened = fangxin::web::http::open_submission(&town.app, &receipt, &code, "192.0.2.9").await;
    assert!(opened.is_ok(), "the new code opens it");
    shows(&clerk.post("/desk/find", &[("words", &receipt)]).await, &[&token]);
    shows(&clerk.post("/desk/find", &[("words", "13800000000")]).await, &["没有找到"]);
    assert_eq!(clerk.post("/desk/find", &[("words", "陈")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn town_receipt(town: &Town, token: &str) -> Option<String> {
    let id = town.load(token).await.case.registration.submission;
    let scope = store::scope::Scope::system(town.locality, store::scope::Reason::Verify);
    let mut db = town.app.db().read().await.unwrap();
    store::submissions::load(&mut db, &scope, id).await.unwrap().map(|s| s.receipt)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_text_is_split_into_complaint_and_report() {
    let town = Town::new().await;
    let token = town.case(Kind::Complaint).await;
    let mut clerk = town.browser("clerk");
    let empty = act(&mut clerk, &token, "narrow", &[("narrative", "要求退款")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&empty, &["要求退款"]);
    let page = done(&mut clerk, &token, "narrow", &[("narrative", "要求退款"), ("other_narrative", "无证经营"), ("kind", "report")]).await;
    shows(&page, &["已分开办理", "同一来件的其他诉求", "举报"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_supervisor_sees_numbers_and_no_person() {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    let mut supervisor = town.browser("supervisor");
    let page = supervisor.get("/desk/overview").await;
    shows(&page, &["城关", "/desk/cases?unit="]);
    let list = supervisor.get(&format!("/desk/cases?unit={}&stage=deciding", town.office(0))).await;
    shows(&list, &[&token]);
    let case = supervisor.get(&format!("/desk/case/{token}")).await;
    for secret in ["十月八日", "陈", "6021", "显示（会留痕）"] {
        assert!(!case.text().contains(secret), "{secret}");
    }
    assert_eq!(supervisor.post(&format!("/desk/case/{token}/reveal"), &[("field", "phone")]).await.status, StatusCode::NOT_FOUND);
    done(&mut supervisor, &token, "urgent", &[("reason", "媒体关注")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_three_administrators_are_apart() {
    let town = Town::new().await;
    let (mut system, mut security) = (town.browser("sysadmin"), town.browser("secadmin"));
    let bad = system.post("/desk/people", &[("name", "李四"), ("login", "x")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&bad, &["李四", "3 至 40"]);
    let page = system.post("/desk/people", &[("name", "李四"), ("login", "lisi")]).await;
    let password = page.text().split("id=\"once\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let taken = system.post("/desk/people", &[("name", "李四"), ("login", "lisi")]).await;
    shows(&taken, &["已有人使用"]);
    let id = town.app.world(town.locality).unwrap().directory.people.values().find(|p| p.login == "lisi").unwrap().id.to_string();
    // Without a role there is nothing to see; the system administrator gives none.
    let path = format!("/desk/people/{id}/roles");
    assert_eq!(system.get(&path).await.status, StatusCode::NOT_FOUND);
    let office = town.office(1).to_string();
    let given = security.post(&path, &[("role", "officer"), ("unit", &office)]).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.text());
    let apart = security.post(&path, &[("held", &format!("officer.{office}")), ("role", "audit_admin"), ("unit", &office)]).await;
    assert_eq!(apart.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&apart, &["互相独立"]);
    let mut b = town.browser("nobody");
    let page = b.post("/desk/sign-in", &[("login", "lisi"), ("password", &password)]).await;
    shows(&b.follow(page).await, &["我的案件"]);
    // Their own password; other sessions end with it.
    let wrong =
        b.post("/desk/account/password", &[("old", "nonsense"), ("new", "a new long password"), ("again", "a new long password")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let changed =
        b.post("/desk/account/password", &[("old", &password), ("new", "a new long password"), ("again", "a new long password")]).await;
    assert_eq!(changed.to(), "/desk/account");
    assert_eq!(b.get("/desk/mine").await.status, StatusCode::OK);
    // Reset by the security administrator, shown once.
    let reset = security.post(&format!("/desk/people/{id}/password"), &[]).await;
    shows(&reset, &["lisi", "id=\"once\""]);
    // Taken away again; nobody changes their own.
    assert_eq!(security.post(&path, &[]).await.status, StatusCode::SEE_OTHER);
    let me = town.app.world(town.locality).unwrap().directory.people.values().find(|p| p.login == "secadmin").unwrap().id.to_string();
    assert_eq!(security.post(&format!("/desk/people/{me}/roles"), &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let organ = town.app.world(town.locality).unwrap().directory.organs.values().next().unwrap().id.to_string();
    let unit = [("unit_name", "新设所"), ("code", "S99"), ("unit_kind", "office"), ("organ", organ.as_str())];
    assert_eq!(system.post("/desk/units", &unit).await.status, StatusCode::SEE_OTHER);
    shows(&system.post("/desk/units", &unit).await, &["这个代码已经有了", "新设所"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holiday_notice_is_previewed_and_then_loaded() {
    let town = Town::new().await;
    let mut system = town.browser("sysadmin");
    let bad = system.post("/desk/notices", &[("text", "year = \"nonsense\"")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&bad, &["year = &#34;nonsense&#34;"]);
    shows(&system.get("/desk/notices").await, &["2026", "程序自带"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_in_is_throttled_and_goes_only_to_our_own_pages() {
    let town = Town::new().await;
    let mut b = town.browser("nobody");
    let page = b.post("/desk/sign-in", &[("login", "officer"), ("password", PASSWORD), ("next", "https://evil.example/")]).await;
    assert_eq!(page.to(), "/desk");
    let cookie = page.headers.get("set-cookie").unwrap().to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite"));
    let mut b = town.browser("nobody");
    for _ in 0..10 {
        let page = b.post("/desk/sign-in", &[("login", "clerk"), ("password", "wrong wrong wrong")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let page = b.post("/desk/sign-in", &[("login", "clerk"), ("password", PASSWORD)]).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    shows(&page, &["次数太多"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_two_roles_chooses_between_them() {
    let mut town = Town::new().await;
    let (centre, office) = (town.centre(), town.office(0));
    town.person("both", &[(rules::access::Role::Clerk, centre), (rules::access::Role::Officer, office)]).await;
    let mut b = town.browser("both");
    shows(&b.get("/desk/account").await, &["切换", "受理", "承办"]);
    let page = b.post("/desk/role", &[("role", &format!("officer.{office}"))]).await;
    assert_eq!(page.to(), "/desk/today");
    assert_eq!(b.get("/desk").await.to(), "/desk/today");
    assert_eq!(b.post("/desk/role", &[("role", &format!("lead.{office}"))]).await.status, StatusCode::NOT_FOUND);
    let end = b.get("/desk/account").await.text();
    assert!(end.contains("这台设备") || end.contains("本机"), "{end}");
    let out = b.post("/desk/sign-out", &[]).await;
    assert_eq!(out.to(), "/desk/sign-in");
    assert!(b.get("/desk/queue").await.to().starts_with("/desk/sign-in"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_passes_while_a_form_is_open_is_nobodys_change() {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    // Received on 1 June, to be decided by the end of 10 June.
    town.pass(9 * 24 * 60 + 14 * 60 + 50);
    fangxin::usecase::sweep::round(&town.app).await.unwrap();
    let mut officer = town.browser("nobody");
    // Signed in anew: a session does not last nine days.
    let cookie = fangxin::usecase::people::sign_in(&town.app, "officer", PASSWORD, "192.0.2.1", "test").await.unwrap();
    officer.cookies.insert("fx-session".into(), cookie);
    let form = officer.get(&format!("/desk/case/{token}/accept")).await;
    assert_eq!(form.status, StatusCode::OK);
    let (seen, before) = (form.value("seen"), town.load(&token).await.head().seq);
    town.pass(20);
    fangxin::usecase::sweep::round(&town.app).await.unwrap();
    assert!(town.load(&token).await.head().seq > before, "the limit passed");
    let page = officer.post(&format!("/desk/case/{token}/accept"), &[("seen", &seen)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    assert!(town.load(&token).await.case.decision.is_some());
    // What a person did meanwhile still counts.
    let seen = officer.get(&format!("/desk/case/{token}/tell")).await.value("seen");
    town.act("lead", &token, Action::Urgent, &[("reason", "多人不适")]).await;
    let told = [("seen", seen.as_str()), ("matter", "acceptance"), ("party", "submitter"), ("method", "phone")];
    assert_eq!(officer.post(&format!("/desk/case/{token}/tell"), &told).await.status, StatusCode::CONFLICT);
}
