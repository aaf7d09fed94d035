use super::support::{Browser, Town, png};
use super::{COMPLAINT, file, pair, with};
use rules::case::command::Action;
use rules::law::Kind;

async fn filed(town: &Town, fields: &[(&str, &str)]) -> (Browser, String, Vec<String>) {
    let mut b = town.browser();
    file(&mut b, fields).await;
    let (number, _) = pair(&b);
    let (_, cases) = town.submission(&number).await;
    (b, number, cases.iter().map(|c| c.case.registration.token.clone()).collect())
}

#[tokio::test]
async fn every_step_is_followed_from_filing_to_agreement() {
    let town = Town::with_people().await;
    let (mut b, number, tokens) = filed(&town, &COMPLAINT).await;
    let token = &tokens[0];
    b.get("/track/case").await.shows(200, &[&number, "待分送", "您提交了投诉", "为什么是这天", "分送到办理单位", "决定是否受理"]);
    town.to_office(token).await;
    b.get("/track/case").await.shows(200, &["分送到城关市场监督管理所", "经营者实际经营地", "城关市场监督管理所接收", "0990-5501201"]);
    town.act("officer", token, Action::Accept, &[]).await;
    let page = b.get("/track/case").await;
    page.shows(200, &["决定受理", "清和市监受〔2026〕第1号", "第十五条", &format!("/track/paper/{token}/acceptance")]);
    b.get(&format!("/track/paper/{token}/acceptance")).await.shows(200, &["投诉受理决定书", "清和市监受〔2026〕第1号", "陈晓"]);
    town.act(
        "officer",
        token,
        Action::Tell,
        &[("matter", "acceptance"), ("party", "submitter"), ("method", "phone"), ("proof", "9月25日通话")],
    )
    .await;
    town.act("officer", token, Action::Note, &[("note", "内部备注金丝雀")]).await;
    b.get("/track/case").await.shows(200, &["告知您：受理决定", "方式：电话", "9月25日通话", "还有"]).hides(&["内部备注金丝雀"]);
    town.act("officer", token, Action::Consent, &[("party", "respondent"), ("consent", "mediation"), ("given", "yes")]).await;
    town.act("officer", token, Action::Mediate, &[("mode", "phone")]).await;
    town.act("officer", token, Action::Agree, &[("terms", "商家退还2600元。"), ("amount", "2600"), ("performed", "1")]).await;
    town.act("officer", token, Action::Close, &[("outcome", "agreed"), ("level", "district"), ("recovered", "2600")]).await;
    let page = b.get("/track/case").await;
    page.shows(200, &["达成协议", "商家退还2600元。", "2,600.00 元", "办结：达成协议", "挽回", "已当场履行"]).hides(&["将要："]);
    b.lang = "en";
    b.get("/track/case").await.shows(200, &["Closed:", "You filed:", "recovered", "on the spot"]).hides(&["⟦"]);
}

#[tokio::test]
async fn a_refusal_shows_its_ground_reason_and_the_ways_that_remain() {
    let town = Town::with_people().await;
    let (mut b, _, tokens) = filed(&town, &COMPLAINT).await;
    town.to_office(&tokens[0]).await;
    let fields = [("ground", "NA-2"), ("body", "court"), ("reason", "清和县人民法院已于9月1日立案。")];
    town.act("officer", &tokens[0], Action::Refuse, &fields).await;
    let page = b.get("/track/case").await;
    page.shows(
        200,
        &[
            "决定不予受理",
            "第十六条第（二）项",
            "人民法院",
            "已于9月1日立案",
            "向人民法院提起诉讼",
            "第三十九条",
            "清和市监拒〔2026〕第1号",
        ],
    );
    b.get(&format!("/track/paper/{}/refusal", tokens[0])).await.shows(200, &["投诉不予受理决定书", "☑"]);
    // A paper that was not issued does not exist.
    b.get(&format!("/track/paper/{}/termination", tokens[0])).await.shows(404, &[]);
}

#[tokio::test]
async fn a_report_shows_no_investigation_and_no_head() {
    let town = Town::with_people().await;
    let (mut b, _, tokens) = filed(&town, &with(&COMPLAINT, &[("ask", "report"), ("publish", "")])).await;
    let token = &tokens[0];
    town.to_office(token).await;
    town.act("officer", token, Action::Verify, &[("note", "先暗访金丝雀")]).await;
    town.act("officer", token, Action::Propose, &[("proposal", "not_file"), ("not_filing", "NF19-1"), ("reason", "现场检查笔录金丝雀")])
        .await;
    b.get("/track/case").await.shows(200, &["核查中", "最迟在这天决定是否立案"]).hides(&["金丝雀", "待批准", "提请"]);
    town.act("lead", token, Action::Decide, &[("approved", "yes")]).await;
    let page = b.get("/track/case").await;
    page.shows(200, &["不予立案", "没有初步证据证明存在违法行为"]).hides(&["金丝雀", "消费者权益保护法》第三十九条"]);
}

#[tokio::test]
async fn what_is_others_does_not_exist() {
    let town = Town::with_people().await;
    let (mut mine, number, _) = filed(&town, &COMPLAINT).await;
    let other = with(&COMPLAINT, &[("nonce", "ffffffffffffffffffffffffffffffff"), ("phone", "13900000001"), ("name", "李四")]);
    let mut theirs = town.browser();
    let second = theirs.upload("/file", &other[..other.len()], &[("x.png", png())]).await;
    let kept = second.values("kept");
    let mut all: Vec<(&str, &str)> = other.clone();
    all.push(("kept", &kept[0]));
    file(&mut theirs, &all).await;
    let (their_number, _) = pair(&theirs);
    let (submission, cases) = town.submission(&their_number).await;
    let token = &cases[0].case.registration.token;
    let file = submission.files[0].0.id;
    for path in [
        format!("/track/withdraw/{token}"),
        format!("/track/paper/{token}/complaint"),
        format!("/track/evidence/{file}"),
        "/track/evidence/00000000000000000000000000000000".into(),
        "/track/withdraw/0000000000000000".into(),
    ] {
        mine.get(&path).await.shows(404, &["没有找到"]);
        let mut nobody = town.browser();
        assert_eq!(nobody.get(&path).await.to(), "/track", "{path}");
    }
    mine.post(&format!("/track/withdraw/{token}"), &[("reason", "x")]).await.shows(404, &[]);
    mine.post(&format!("/track/consent/{token}"), &[("consent", "publish"), ("given", "no")]).await.shows(404, &[]);
    assert!(!town.submission(&their_number).await.1[0].case.withdrawn);
    assert_ne!(number, their_number);
    // Their number with my phone or code opens nothing.
    mine.post("/track", &[("receipt", &their_number), ("secret", "13800006021")]).await.shows(422, &["对不上"]);
}

#[tokio::test]
async fn a_wrong_code_is_throttled_and_the_right_one_waits_too() {
    let town = Town::open().await;
    let (b, number, _) = filed(&town, &COMPLAINT).await;
    let code = pair(&b).1;
    let mut thief = town.browser();
    for _ in 0..10 {
        thief.post("/track", &[("receipt", &number), ("secret", "13700000000")]).await.shows(422, &["对不上", &number]);
    }
    thief.post("/track", &[("receipt", &number), ("secret", "13700000000")]).await.shows(429, &["尝试次数太多"]);
    thief.post("/track", &[("receipt", &number), ("secret", &code)]).await.shows(429, &[]);
    town.later(16);
    assert_eq!(thief.post("/track", &[("receipt", &number), ("secret", "138 0000 6021")]).await.to(), "/track/case");
    thief.get("/track/case").await.shows(200, &[&number]);
    assert_eq!(thief.post("/track/leave", &[]).await.to(), "/");
    assert_eq!(thief.get("/track/case").await.to(), "/track");
    thief.post("/track", &[("receipt", ""), ("secret", "")]).await.shows(422, &["请填写回执号", "请填写查询码"]);
    thief.get(&format!("/track?n={number}")).await.shows(200, &[&number]);
}

#[tokio::test]
async fn more_evidence_reaches_every_case_of_the_submission() {
    let town = Town::with_people().await;
    let mut both = COMPLAINT.to_vec();
    both.push(("ask", "report"));
    let (mut b, number, tokens) = filed(&town, &both).await;
    assert_eq!(tokens.len(), 2);
    let done = b.upload("/track/evidence", &[], &[("付款.png", png())]).await;
    assert_eq!(done.to(), "/track/case");
    b.get("/track/case").await.shows(200, &["已经收到您补充的凭证", "付款.png", "您补充了 1 件凭证"]);
    let (submission, cases) = town.submission(&number).await;
    assert_eq!(submission.files.len(), 1);
    for case in &cases {
        assert_eq!(case.events.last().unwrap().0.name, "EvidenceAdded");
    }
    // A second time, under the key that is there now; good and bad together keep the good.
    let page = b.upload("/track/evidence", &[], &[("病毒.exe", b"MZ\x90\0\x03".to_vec()), ("发票.png", png())]).await;
    page.shows(422, &["不能收这种文件", "发票.png"]);
    b.upload("/track/evidence", &[], &[("", Vec::new())]).await.shows(422, &["请选择文件"]);
    assert_eq!(town.submission(&number).await.0.files.len(), 2);
}

#[tokio::test]
async fn withdrawing_ends_a_complaint_and_not_a_report() {
    let town = Town::with_people().await;
    let mut both = COMPLAINT.to_vec();
    both.push(("ask", "report"));
    let (mut b, number, tokens) = filed(&town, &both).await;
    let path = |i: usize| format!("/track/withdraw/{}", tokens[i]);
    b.get(&path(0)).await.shows(200, &["确定撤回吗", "自行和解"]);
    b.get(&path(1)).await.shows(200, &["仍会继续核查"]);
    let long = "长".repeat(20_001);
    b.post(&path(0), &[("reason", &long)]).await.shows(422, &["太长了", &long]);
    assert_eq!(b.post(&path(0), &[("reason", "商家已退款"), ("settled", "1"), ("effective", "2020-01-01")]).await.to(), "/track/case");
    b.get("/track/case").await.shows(200, &["已经撤回", "商家已退款", "办结：自行和解"]);
    assert_eq!(b.post(&path(1), &[("reason", "")]).await.to(), "/track/case");
    let (_, cases) = town.submission(&number).await;
    let of = |kind: Kind| cases.iter().find(|c| c.case.kind == kind).unwrap();
    assert!(of(Kind::Complaint).case.closed.is_some());
    assert!(of(Kind::Report).case.withdrawn && of(Kind::Report).case.closed.is_none());
    // Pressed twice is no error.
    assert_eq!(b.post(&path(1), &[("reason", "")]).await.to(), "/track/case");
}

#[tokio::test]
async fn withdrawing_an_accepted_complaint_terminates_mediation_with_a_paper() {
    let town = Town::with_people().await;
    let (mut b, _, tokens) = filed(&town, &COMPLAINT).await;
    town.to_office(&tokens[0]).await;
    town.act("officer", &tokens[0], Action::Accept, &[]).await;
    b.post(&format!("/track/withdraw/{}", tokens[0]), &[("reason", "不想等了")]).await.shows(303, &[]);
    b.get("/track/case").await.shows(200, &["终止调解", "第二十三条第一款第（一）项", "终〔2026〕第1号", "不想等了"]);
    b.get(&format!("/track/paper/{}/termination", tokens[0])).await.shows(200, &["投诉终止调解决定书"]);
}

#[tokio::test]
async fn consents_can_be_changed_and_only_one_s_own() {
    let town = Town::with_people().await;
    let (mut b, number, tokens) = filed(&town, &COMPLAINT).await;
    b.get("/track/case").await.shows(200, &["您的意愿", "公示投诉信息"]);
    let path = format!("/track/consent/{}", tokens[0]);
    let to = b.post(&path, &[("party", "respondent"), ("consent", "entrust"), ("given", "yes")]).await.to().to_owned();
    assert_eq!(to, "/track/case");
    b.get("/track/case").await.shows(200, &["已经记下您的意愿", "您同意委托调解"]);
    let (_, cases) = town.submission(&number).await;
    use rules::case::event::Consent;
    use rules::law::Party;
    assert!(cases[0].case.consents_to(Party::Submitter, Consent::Entrust));
    assert!(!cases[0].case.consents_to(Party::Respondent, Consent::Entrust));
    assert_eq!(b.post(&path, &[("consent", "entrust"), ("given", "yes")]).await.to(), "/track/case");
}

#[tokio::test]
async fn a_lost_number_tells_the_page_nothing_and_the_intake_whom_to_call() {
    use fangxin::usecase::lost::{Request, look};
    let town = Town::open().await;
    let (_, number, _) = filed(&town, &COMPLAINT).await;
    let mut b = town.browser();
    let right = b.post("/lost", &[("name", "陈晓"), ("phone", "13800006021")]).await;
    let wrong = b.post("/lost", &[("name", "陈晓"), ("phone", "13800006022")]).await;
    right.shows(200, &["已经收到您的请求"]).hides(&[&number, "13800006021"]);
    assert_eq!(right.text(), wrong.text());
    b.post("/lost", &[("name", ""), ("phone", "1")]).await.shows(422, &["还差一点"]);
    for _ in 0..2 {
        b.post("/lost", &[("name", "陈晓"), ("phone", "13800006021")]).await.shows(200, &[]);
    }
    b.post("/lost", &[("name", "陈晓"), ("phone", "13800006021")]).await.shows(429, &["请过几分钟再试"]);
    // What happens after the answer, here awaited: one request for the intake, however often it is asked for that day.
    let ask = |phone: &str| Request {
        locality: town.locality,
        name: "陈晓".into(),
        phone: phone.into(),
        words: "请回电".into(),
        address: String::new(),
    };
    assert!(look(&town.app, &ask("13800006021")).await.unwrap());
    assert!(look(&town.app, &ask("13800006021")).await.unwrap());
    assert!(!look(&town.app, &ask("13800006022")).await.unwrap());
}

#[tokio::test]
async fn late_entries_and_overdue_dates_say_so() {
    let town = Town::with_people().await;
    let (mut b, _, tokens) = filed(&town, &COMPLAINT).await;
    town.to_office(&tokens[0]).await;
    town.later(60 * 24 * 3);
    town.act(
        "officer",
        &tokens[0],
        Action::Tell,
        &[("matter", "contact"), ("party", "submitter"), ("method", "phone"), ("effective", "2026-09-27T10:00")],
    )
    .await;
    b.get("/track/case").await.shows(200, &["告知您：首次联系", "09-27 10:00", "补录于 09-28"]);
    // Twelve working days late in the middle of the holidays.
    town.later(60 * 24 * 30);
    b.get("/track/case").await.shows(200, &["超期", "class=\"next late\""]);
}

#[tokio::test]
async fn testing_stops_the_clock_and_extension_moves_it() {
    let town = Town::with_people().await;
    let (mut b, _, tokens) = filed(&town, &with(&COMPLAINT, &[("ask", "report"), ("publish", "")])).await;
    town.to_office(&tokens[0]).await;
    town.act("officer", &tokens[0], Action::Verify, &[]).await;
    town.act("officer", &tokens[0], Action::TestingOut, &[("institution", "清和检测所"), ("on", "2026-09-25")]).await;
    b.get("/track/case").await.shows(200, &["暂停计时", "清和检测所", "等待鉴定、检测结果"]);
    town.later(60 * 24 * 4);
    town.act("officer", &tokens[0], Action::TestingBack, &[("on", "2026-09-29"), ("result", "合格金丝雀")]).await;
    b.get("/track/case").await.shows(200, &["恢复计时", "依法扣除，不计"]).hides(&["金丝雀"]);
    town.act("officer", &tokens[0], Action::Propose, &[("proposal", "extend"), ("reason", "案情复杂")]).await;
    town.act("lead", &tokens[0], Action::Decide, &[("approved", "yes")]).await;
    b.get("/track/case").await.shows(200, &["已批准：延长", "案情复杂", "30 个工作日"]);
}
