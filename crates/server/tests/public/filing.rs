use super::support::{Town, png};
use super::{COMPLAINT, file, pair, with};
use rules::law::Kind;

#[tokio::test]
async fn a_complaint_on_two_screens_gives_a_receipt_with_its_dates() {
    let town = Town::open().await;
    let mut b = town.browser();
    let first = b.get("/file").await;
    first.shows(200, &["发生了什么"]);
    let nonce = first.values("nonce").remove(0);
    let mut typed: Vec<(&str, &str)> = COMPLAINT[1..6].to_vec();
    typed.push(("nonce", &nonce));
    let second = b.upload("/file", &typed, &[("合同.png", png()), ("", Vec::new())]).await;
    second.shows(200, &["怎么联系您", "《市场监督管理投诉举报处理办法》第十条", "合同.png", "个人信息保护说明"]);
    let kept = second.values("kept");
    assert_eq!(kept.len(), 1);
    let mut all: Vec<(&str, &str)> = typed.clone();
    all.extend([("kept", kept[0].as_str())]);
    all.extend(&COMPLAINT[6..]);
    let receipt = file(&mut b, &all).await;
    let (number, code) = pair(&b);
    // L1 of V-01: seven working days from 25 September 2026 over the holidays; dispatch within one.
    receipt.shows(200, &[&number, &code, "查询码只显示这一次", "第十五条", "60 日内", "受理以后", "凭证 1 件", "<svg"]);
    let (submission, cases) = town.submission(&number).await;
    assert_eq!(submission.files.len(), 1);
    assert_eq!(submission.files[0].0.media_type, "image/png");
    assert_eq!(cases.len(), 1);
    let case = &cases[0].case;
    assert_eq!((case.kind, case.registration.publish, case.registration.entrust), (Kind::Complaint, true, false));
    assert_eq!(case.registration.files, vec![submission.files[0].0.id]);
    assert_eq!(case.registration.amount.unwrap().0, 380_000);
    let due = case.clocks.iter().find(|c| c.name.0 == "L1").unwrap().due.on;
    receipt.shows(200, &[&format!("{}月{}日", due.month(), due.day())]);
    // It can be loaded again for some minutes; a browser without the cookie is sent away.
    b.get("/receipt").await.shows(200, &[&code]);
    assert_eq!(town.browser().get("/receipt").await.to(), "/track");
}

#[tokio::test]
async fn a_report_may_be_anonymous_and_is_followed_by_its_code_alone() {
    let town = Town::open().await;
    let mut b = town.browser();
    let typed = with(&COMPLAINT, &[("ask", "report"), ("anonymous", "1"), ("publish", "")]);
    let receipt = file(&mut b, &typed).await;
    receipt.shows(200, &["您没有留联系方式", "《行政处罚程序规定》第十八条"]).hides(&["受理以后"]);
    let (number, code) = pair(&b);
    let (_, cases) = town.submission(&number).await;
    let r = &cases[0].case.registration;
    assert_eq!((cases.len(), cases[0].case.kind, r.anonymous), (1, Kind::Report, true));
    // What was typed into the boxes of an anonymous report is not kept at all.
    assert!(r.submitter.name.is_none() && r.submitter.phone.is_none() && r.submitter.address.is_none());
    let mut other = town.browser();
    other.post("/track", &[("receipt", &number), ("secret", "13800006021")]).await.shows(422, &["对不上"]);
    assert_eq!(other.post("/track", &[("receipt", &number), ("secret", &code)]).await.to(), "/track/case");
    other.get("/track/case").await.shows(200, &["举报"]);
}

#[tokio::test]
async fn a_complaint_and_a_report_at_once_are_two_cases_that_know_nothing_of_each_other() {
    let town = Town::open().await;
    let mut b = town.browser();
    let mut typed = with(&COMPLAINT, &[("violation", "没有营业执照，也没有公示价格。")]);
    typed.push(("ask", "report"));
    let receipt = file(&mut b, &typed).await;
    receipt.shows(200, &["投诉：", "举报："]);
    let (number, _) = pair(&b);
    let (_, cases) = town.submission(&number).await;
    let kinds: Vec<Kind> = cases.iter().map(|c| c.case.kind).collect();
    assert_eq!(kinds, [Kind::Complaint, Kind::Report]);
    assert_ne!(cases[0].case.registration.number, cases[1].case.registration.number);
    let bodies: Vec<String> = cases[0].events.iter().map(|(r, _)| r.body.clone()).collect();
    assert!(!bodies.concat().contains(&cases[1].case.registration.number));
    // Only the submitter sees both.
    b.get("/track/case").await.shows(200, &["分成 2 件办理", &cases[0].case.registration.number, &cases[1].case.registration.number]);
    // The consents belong to the complaint alone.
    assert!(!cases[1].case.registration.publish);
}

#[tokio::test]
async fn a_question_needs_no_business() {
    let town = Town::open().await;
    let mut b = town.browser();
    let typed =
        with(&COMPLAINT, &[("ask", "consult"), ("respondent_name", ""), ("respondent_address", ""), ("amount", ""), ("publish", "")]);
    file(&mut b, &typed).await.shows(200, &["咨询"]);
    let (number, _) = pair(&b);
    let (_, cases) = town.submission(&number).await;
    assert_eq!(cases[0].case.kind, Kind::Consultation);
    b.get("/track/case").await.shows(200, &["答复您"]);
}

#[tokio::test]
async fn pressed_twice_it_is_one_submission_with_one_receipt() {
    let town = Town::open().await;
    let (mut a, mut b) = (town.browser(), town.browser());
    let (one, two) = tokio::join!(a.post("/file/contact", &COMPLAINT), b.post("/file/contact", &COMPLAINT));
    assert_eq!((one.to(), two.to()), ("/receipt", "/receipt"));
    assert_eq!(pair(&a), pair(&b));
    assert_eq!(town.cases().await, 1);
    // Changed and sent once more: the first counts, and the page says so.
    let changed = with(&COMPLAINT, &[("amount", "9999")]);
    let again = a.post("/file/contact", &changed).await;
    assert_eq!(again.to(), "/receipt?again=1");
    a.get(again.to()).await.shows(200, &["以第一次提交的内容为准"]);
    assert_eq!(town.cases().await, 1);
}

#[tokio::test]
async fn back_to_the_first_screen_keeps_both() {
    let town = Town::open().await;
    let mut b = town.browser();
    let mut typed = COMPLAINT.to_vec();
    typed.push(("go", "back"));
    let first = b.post("/file/contact", &typed).await;
    first.shows(200, &["10月8日办了3800元年卡", "力量健身（文昌店）"]);
    assert_eq!(first.values("phone"), ["13800006021"]);
    assert_eq!(first.values("publish"), ["1"]);
    let fields: Vec<(&str, &str)> = COMPLAINT.to_vec();
    b.upload("/file", &fields, &[]).await.shows(200, &["怎么联系您", "13800006021", "清和县城关街道1号"]);
    assert_eq!(town.cases().await, 0);
}

#[tokio::test]
async fn files_wait_for_the_form_and_can_be_taken_out() {
    let town = Town::open().await;
    let mut b = town.browser();
    let typed = &COMPLAINT[..6];
    let second = b.upload("/file", typed, &[("一.png", png()), ("二.png", png())]).await;
    let kept = second.values("kept");
    assert_eq!(kept.len(), 2);
    let mut fields = typed.to_vec();
    fields.extend([("kept", kept[0].as_str()), ("kept", kept[1].as_str()), ("drop", kept[0].as_str())]);
    let first = b.upload("/file", &fields, &[]).await;
    first.shows(200, &["二.png"]).hides(&["一.png"]);
    assert_eq!(first.values("kept").len(), 1);
    // A token that was tampered with, or waited for too long, is no file.
    let broken = format!("{}0", &kept[1][..kept[1].len() - 1]);
    let mut fields = COMPLAINT.to_vec();
    fields.push(("kept", &broken));
    if broken != kept[1] {
        b.post("/file/contact", &fields).await.shows(422, &["已经过期"]);
    }
    town.later(13 * 60);
    let mut fields = COMPLAINT.to_vec();
    fields.push(("kept", &kept[1]));
    b.post("/file/contact", &fields).await.shows(422, &["已经过期", "10月8日办了3800元年卡"]);
    assert_eq!(town.cases().await, 0);
}

#[tokio::test]
async fn languages_type_size_and_places_are_kept_by_the_browser() {
    let town = Town::open().await;
    let mut b = town.browser();
    let home = b.get("/").await;
    home.shows(200, &["清和县市场监督管理局", "1 个工作日内", "12315"]);
    assert!(home.bytes.len() < 20_000);
    assert_eq!(b.get("/prefs?lang=en&back=%2Ffile").await.to(), "/file");
    b.get("/file").await.shows(200, &["What happened?", "<html lang=\"en\""]);
    assert_eq!(b.get("/prefs?large=1&back=//evil.example").await.to(), "/");
    b.get("/").await.shows(200, &["class=\"lg\""]);
    b.get("/privacy").await.shows(200, &["Art"]);
}

#[tokio::test]
async fn an_empty_store_says_how_to_begin_and_its_link_works_once() {
    let town = Town::empty().await;
    let mut b = town.browser();
    b.get("/").await.shows(200, &["还没有设置", "一次性链接"]);
    b.get("/file").await.shows(503, &[]);
    let token = fangxin::usecase::setup::begin(&town.app).await.unwrap().unwrap();
    b.get("/setup/wrong").await.shows(404, &[]);
    let path = format!("/setup/{token}");
    // Nothing filled in: each mistake names its field, leads to it, and no sentence is borrowed from another form.
    let nothing = b.post(&path, &[("login", "Root User"), ("place_name", "清和县"), ("place_pack_id", "national")]).await;
    let wanted = [
        "href=\"#f-person_name\">您的姓名：这一项要填",
        "href=\"#f-place_code\">地区代码：",
        "href=\"#f-place_organ\">机关全称：这一项要填",
    ];
    nothing
        .shows(422, &wanted)
        .shows(422, &["href=\"#f-place_short\"", "href=\"#f-password\">密码：", "href=\"#f-login\"", "Root User", "清和县"]);
    nothing.hides(&["真实姓名", "机关全称<span class=\"opt\">"]);
    b.post(&path, &[("place_pack_id", "demo-qinghe")]).await.shows(422, &["机关全称<span class=\"opt\">"]);
    b.get(&path).await.shows(200, &["第一位管理员", "六位行政区划代码"]);
    let wrong = b.post(&path, &[("place_code", "12"), ("login", "ab"), ("password", "s3cr3t!!"), ("repeat", "other")]).await;
    wrong.shows(422, &["请写六位行政区划代码", "两次输入的密码不一样"]).hides(&["s3cr3t!!"]);
    let good = [
        ("place_code", "990101"),
        ("place_name", "清和县"),
        ("place_pack_id", "demo-qinghe"),
        ("person_name", "赵管理"),
        ("login", "admin"),
        ("password", "correct horse battery"),
        ("repeat", "correct horse battery"),
    ];
    assert_eq!(b.post(&path, &good).await.to(), "/desk/sign-in");
    b.get(&path).await.shows(404, &[]);
    b.get("/").await.shows(200, &["清和县市场监督管理局"]);
}

#[tokio::test]
async fn a_complaint_may_say_when_the_harm_became_known() {
    let town = Town::open().await;
    let mut b = town.browser();
    // Asked only where it matters, and not needed.
    let second = b.upload("/file", &COMPLAINT[..6], &[]).await;
    second.shows(200, &["name=\"knew_on\"", "<details class=\"more\">"]);
    let report = with(&COMPLAINT[..6], &[("ask", "report")]);
    b.upload("/file", &report, &[]).await.hides(&["name=\"knew_on\" type"]);
    for (bad, why) in [("2026-09-26", "日期不能在今天之后"), ("1989-12-31", "日期太早"), ("去年春天", "请写正确的日期")]
    {
        let page = b.post("/file/contact", &with(&COMPLAINT, &[("knew_on", bad)])).await;
        page.shows(422, &[why, "href=\"#f-knew_on\"", bad, "<details class=\"more\" open>"]);
    }
    let typed = with(&COMPLAINT, &[("knew_on", "2026-09-01")]);
    let back = with(&typed, &[("go", "back")]);
    b.post("/file/contact", &back).await.shows(200, &["name=\"knew_on\" value=\"2026-09-01\""]);
    file(&mut b, &typed).await;
    let (_, cases) = town.submission(&pair(&b).0).await;
    assert_eq!(cases[0].case.registration.knew_on, Some(jiff::civil::date(2026, 9, 1)));
}
