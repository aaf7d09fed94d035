//! Officer and head at work: the day, absence with a deputy, load and reassigning, hand-over, follow-up, phrases.

use crate::town::{Page, Town, at};
use axum::http::StatusCode;
use fangxin::usecase::handover;
use rules::case::Stage;
use rules::case::command::Action;
use rules::law::Kind;
use store::arrangement::Arrangement;
use store::scope::{Reason, Scope};

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
    for text in texts {
        assert!(!main.contains(text), "{text} is on the page");
    }
}

fn id_of(town: &Town, login: &str) -> String {
    town.scopes[login].grant().unwrap().0.to_string()
}

/// Every line of a person's open work.
async fn open_of(town: &Town, login: &str) -> i64 {
    let scope = &town.scopes["lead"];
    handover::open_cases(&town.app, scope, town.scopes[login].grant().unwrap().0).await.unwrap()
}

async fn mediating(town: &Town) -> String {
    let token = town.opened(Kind::Complaint).await;
    town.act("officer", &token, Action::Accept, &[]).await;
    town.act("officer", &token, Action::Tell, &[("matter", "acceptance"), ("party", "submitter"), ("method", "phone")]).await;
    token
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_gathers_what_is_due_asked_answered_and_appointed() {
    let town = Town::new().await;
    let mut officer = town.browser("officer");
    shows(&officer.get("/desk/today").await, &["我的一天", "没有预约调解", "没有新到的案件"]);
    assert_eq!(officer.get("/desk").await.to(), "/desk/today");
    let token = mediating(&town).await;
    shows(&officer.get("/desk/today").await, &["接下来到期", &token, "/desk/mine\""]);
    town.act("officer", &token, Action::Ask, &[("question", "有没有办卡合同？")]).await;
    let page = officer.get("/desk/today?show=asked").await;
    shows(&page, &[&token, "等当事人答复"]);
    // The person answers: no longer waited for, but news until somebody does something.
    town.pass(30);
    let own = town.load(&token).await.case.registration.submission;
    let scope = submitter_scope(&town).await;
    assert_eq!(scope.submission(), Some(own));
    let fields = [("question", "1"), ("reply", "有，照片已上传")].map(|(k, v)| (k.to_owned(), v.to_owned()));
    fangxin::usecase::act::act(&town.app, &scope, &token, Action::Reply, &fields.into_iter().collect(), None).await.unwrap();
    hides(&officer.get("/desk/today?show=asked").await, &[&token]);
    shows(&officer.get("/desk/today?show=replied").await, &[&token]);
    town.act("officer", &token, Action::Note, &[("note", "已看")]).await;
    hides(&officer.get("/desk/today?show=replied").await, &[&token]);
    // An appointment of today and one beyond the week.
    let fields = [("appointed_at", "2026-06-01T15:00"), ("mode", "phone"), ("place", "电话"), ("mediators", "王强")];
    town.act("officer", &token, Action::Appoint, &fields).await;
    shows(&officer.get("/desk/today").await, &["今天 15:00"]);
    hides(&town.browser("colleague").get("/desk/today?show=appointments").await, &[&token]);
    shows(&town.browser("lead").get("/desk/today?show=appointments").await, &[&token, "officer先生"]);
    let fields = [("appointed_at", "2026-06-20T15:00"), ("mode", "phone"), ("place", "电话"), ("mediators", "王强")];
    town.act("officer", &token, Action::Appoint, &fields).await;
    hides(&officer.get("/desk/today?show=appointments").await, &[&token]);
}

async fn submitter_scope(town: &Town) -> Scope {
    let b = town.submitter();
    let (receipt, code) = b.cookies["fx-track"].split_once('.').unwrap();
    fangxin::web::http::open_submission(&town.app, receipt, code, "192.0.2.9").await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deputy_decides_while_the_head_is_away_but_not_their_own() {
    let town = Town::new().await;
    let report = |reason: &'static str| [("proposal", "file"), ("reason", reason)];
    let of_officer = town.opened(Kind::Report).await;
    town.act("officer", &of_officer, Action::Verify, &[]).await;
    town.act("officer", &of_officer, Action::Propose, &report("证据充分")).await;
    let of_colleague = town.case(Kind::Report).await;
    town.send(&of_colleague).await;
    town.act("colleague", &of_colleague, Action::Open, &[]).await;
    town.act("colleague", &of_colleague, Action::Verify, &[]).await;
    town.act("colleague", &of_colleague, Action::Propose, &report("违法事实清楚")).await;

    let mut colleague = town.browser("colleague");
    assert_eq!(colleague.get("/desk/approvals").await.status, StatusCode::NOT_FOUND);
    let mut lead = town.browser("lead");
    let wrong = lead.post("/desk/absence", &[("absent", &id_of(&town, "lead")), ("deputy", &id_of(&town, "lead"))]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&wrong, &["不能由本人代理", "第一天：这一项要填"]);
    let (me, deputy) = (id_of(&town, "lead"), id_of(&town, "colleague"));
    let days = |through| [("absent", me.as_str()), ("deputy", deputy.as_str()), ("from_day", "2026-06-01"), ("through_day", through)];
    shows(&lead.post("/desk/absence", &days("2026-05-01")).await, &["最后一天不能早于第一天"]);
    let page = lead.post("/desk/absence", &days("2026-06-03")).await;
    shows(&lead.follow(page).await, &["正在代理", "colleague先生", "提前结束"]);

    shows(&colleague.get("/desk/today").await, &["lead先生不在", "切换"]);
    let unit = town.office(0).to_string();
    assert_eq!(colleague.post("/desk/role", &[("role", &format!("lead.{unit}"))]).await.to(), "/desk/today");
    shows(&colleague.get("/desk/approvals").await, &["证据充分", "违法事实清楚"]);
    let own = colleague.post(&format!("/desk/case/{of_colleague}/decide"), &[("approved", "yes")]).await;
    assert_eq!(own.status, StatusCode::CONFLICT);
    let others = colleague.post(&format!("/desk/case/{of_officer}/decide"), &[("approved", "yes")]).await;
    assert_eq!(others.status, StatusCode::SEE_OTHER, "{}", others.text());
    let decided = town.load(&of_officer).await;
    assert_eq!(decided.case.filed, Some(true));
    assert_eq!(decided.events.last().unwrap().0.by.actor, town.scopes["colleague"].grant().map(|(p, _)| p));
    assert_eq!(town.load(&of_colleague).await.case.stage(), Stage::Approval);

    // It ends by itself with its last day.
    town.app.clock().move_to(at("2026-06-04T08:00"));
    town.app.refresh().await.unwrap();
    assert!(town.app.world(town.locality).unwrap().directory.deputies.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_are_counted_by_person_and_given_to_others_together() {
    let town = Town::new().await;
    let tokens = [town.opened(Kind::Complaint).await, town.opened(Kind::Complaint).await, town.opened(Kind::Report).await];
    let mut lead = town.browser("lead");
    let from = id_of(&town, "officer");
    shows(&lead.get("/desk/team").await, &["officer先生", &format!("/desk/team?person={from}&#38;due=\">3<")]);
    let list = lead.get(&format!("/desk/team?person={from}")).await;
    shows(&list, &[&tokens[0], &tokens[2], "转交选中的"]);
    let to = id_of(&town, "colleague");
    let none = lead.post("/desk/team/assign", &[("person", &from), ("handler", &to)]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&none, &["请先勾选案件"]);
    let mut ids = Vec::new();
    for token in &tokens[..2] {
        ids.push(town.load(token).await.id.to_string());
    }
    // A case of another unit is as if it were not there.
    let foreign = town.case(Kind::Complaint).await;
    let foreign = town.load(&foreign).await.id.to_string();
    let done = lead
        .post("/desk/team/assign", &[("person", &from), ("handler", &to), ("case", &ids[0]), ("case", &ids[1]), ("case", &foreign)])
        .await;
    shows(&done, &["已转交 2 件。", &tokens[2]]);
    assert_eq!((open_of(&town, "officer").await, open_of(&town, "colleague").await), (1, 2));
    // Whoever still has cases keeps the role to handle them.
    let office = town.office(0);
    let roles = format!("/desk/people/{from}/roles");
    let refused = town.browser("secadmin").post(&roles, &[("role", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&refused, &["请负责人先交接"]);
    let kept = town.browser("secadmin").post(&roles, &[("held", &format!("officer.{office}"))]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER);
    // To who is not of the unit: nobody to choose.
    let stranger = id_of(&town, "stranger");
    let wrong = lead.post("/desk/team/assign", &[("person", &from), ("handler", &stranger), ("case", &ids[0])]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// Stopped in the middle, every case is with the one or with the others; whoever starts again finishes it.
#[tokio::test(flavor = "multi_thread")]
async fn a_hand_over_goes_on_after_it_was_interrupted() {
    let town = Town::new().await;
    for _ in 0..230 {
        town.opened(Kind::Complaint).await;
    }
    let (from, to) = (id_of(&town, "officer"), id_of(&town, "colleague"));
    let mut lead = town.browser("lead");
    let empty = lead.post("/desk/handover", &[("from_person", &to)]).await;
    shows(&empty, &["没有在办的案件", "交给：这一项要填"]);
    let ordered = lead.post("/desk/handover", &[("from_person", &from), ("to_person", &to), ("to_person", &id_of(&town, "lead"))]).await;
    shows(&lead.follow(ordered).await, &["已转 0 / 230", "data-again"]);
    let twice = lead.post("/desk/handover", &[("from_person", &from), ("to_person", &to)]).await;
    shows(&twice, &["正在进行"]);

    // One batch, and the program is gone.
    let world = town.app.world(town.locality).unwrap();
    let orders: Vec<_> = world.directory.arrangements.iter().collect();
    let (id, Arrangement::Handover(order)) = orders[0] else { panic!("{orders:?}") };
    let moved = handover::carry_out(&town.app, &world, town.locality, *id, order, 1).await.unwrap();
    assert_eq!(moved, 100);
    shows(&lead.get("/desk/handover").await, &["已转 100 / 230"]);
    let all = [open_of(&town, "officer").await, open_of(&town, "colleague").await, open_of(&town, "lead").await];
    assert_eq!(all, [130, 50, 50]);

    town.app.refresh().await.unwrap();
    assert_eq!(handover::round(&town.app).await.unwrap(), 130);
    shows(&lead.get("/desk/handover").await, &["已全部转交（230 件）"]);
    let all = [open_of(&town, "officer").await, open_of(&town, "colleague").await, open_of(&town, "lead").await];
    assert_eq!(all, [0, 115, 115]);
    assert_eq!(handover::round(&town.app).await.unwrap(), 0, "done is done");
    let scope = Scope::system(town.locality, Reason::Verify);
    let mut db = town.app.db().read().await.unwrap();
    let open = store::queue::count(&mut db, &scope, &store::queue::Filter::default(), 1_000).await.unwrap();
    assert_eq!(open, 230, "nothing orphaned");
}

async fn closed(town: &Town) -> String {
    let token = mediating(town).await;
    town.act("officer", &token, Action::Consent, &[("party", "respondent"), ("consent", "mediation"), ("given", "yes")]).await;
    town.act("officer", &token, Action::Mediate, &[("mode", "phone")]).await;
    town.act("officer", &token, Action::Agree, &[("terms", "退还2600元"), ("amount", "2600")]).await;
    town.act("officer", &token, Action::Close, &[("outcome", "agreed"), ("level", "district"), ("recovered", "2600")]).await;
    token
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_called_after_closing_is_listed_and_called_by_someone_else() {
    let town = Town::new().await;
    let token = closed(&town).await;
    town.pass(60);
    let (mut officer, mut colleague) = (town.browser("officer"), town.browser("colleague"));
    shows(&officer.get("/desk/follow-up").await, &[&token, "请他人回访"]);
    let own = officer.post("/desk/follow-up/call", &[("token", &token)]).await;
    shows(&own, &["承办人不能回访自己办理的件"]);
    assert!(!own.text().contains("13812346021"));
    shows(&colleague.get("/desk/follow-up?age=week").await, &[&token]);
    hides(&colleague.get("/desk/follow-up?age=month").await, &[&token]);
    hides(&colleague.get("/desk/follow-up?kind=report").await, &[&token]);
    let file = colleague.get("/desk/follow-up/export?as=csv&age=week").await;
    let number = town.load(&token).await.case.registration.number;
    assert!(file.text().contains(&number) && file.headers["content-type"] == "text/csv; charset=utf-8", "{}", file.text());
    assert!(!file.text().contains("陈晓明") && !file.text().contains("13812346021"));
    let book = officer.get("/desk/mine/export?as=xlsx").await;
    assert!(book.status == StatusCode::OK && book.body.starts_with(b"PK"), "{}", book.status);
    let call = colleague.post("/desk/follow-up/call", &[("token", &token)]).await;
    shows(&call, &["13812346021", "陈晓明", "是否满意", &format!("/desk/case/{token}/follow-up")]);
    let mut db = town.app.db().read().await.unwrap();
    let case = town.load(&token).await.id;
    let looks = store::access_log::of_case(&mut db, &Scope::system(town.locality, Reason::Verify), case, 50).await.unwrap();
    assert!(looks.iter().any(|a| a.purpose == "follow_up" && a.fields.contains("phone")), "{looks:?}");
    // Something is missing: who is on the line stays on the page, with what was typed.
    let path = format!("/desk/case/{token}/follow-up");
    let seen = call.value("seen");
    let half = [("seen", seen.as_str()), ("called", "1"), ("satisfaction", "dissatisfied"), ("reason", "钱还没到")];
    let again = colleague.post(&path, &half).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&again, &["13812346021", "陈晓明", "钱还没到", "id=\"errors\""]);
    let looks = store::access_log::of_case(&mut db, &Scope::system(town.locality, Reason::Verify), case, 50).await.unwrap();
    assert_eq!(looks.iter().filter(|a| a.purpose == "follow_up" && a.fields.contains("phone")).count(), 2, "and is noted again");
    let not_theirs = officer.post(&path, &half).await;
    assert!(!not_theirs.text().contains("13812346021"), "who handled it sees no number");
    let above = town.browser("supervisor").post(&path, &half).await;
    assert!(!above.text().contains("13812346021"), "nor does who only looks on");
    let said =
        [("seen", call.value("seen")), ("method", "phone".into()), ("satisfaction", "satisfied".into()), ("reason", "已经处理".into())];
    let said: Vec<(&str, &str)> = said.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let page = colleague.post(&format!("/desk/case/{token}/follow-up"), &said).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    hides(&colleague.get("/desk/follow-up").await, &[&token]);
    // What the person asks is the head's to decide.
    let scope = submitter_scope(&town).await;
    let fields = [("reason".to_owned(), "还没有收到钱".to_owned())].into_iter().collect();
    fangxin::usecase::act::act(&town.app, &scope, &token, Action::AskReopen, &fields, None).await.unwrap();
    shows(&town.browser("lead").get("/desk/today").await, &["申请再次办理", &token]);
    shows(&town.browser("lead").get("/desk/reopen").await, &[&format!("/desk/case/{token}/reopen")]);
    shows(&colleague.get("/desk/reopen").await, &[&token]);
    hides(&colleague.get("/desk/reopen").await, &[&format!("/desk/case/{token}/reopen")]);
    town.act("lead", &token, Action::Reopen, &[("reason", "核实后确未到账")]).await;
    hides(&town.browser("lead").get("/desk/reopen").await, &[&token]);
}

#[tokio::test(flavor = "multi_thread")]
async fn phrases_are_ones_own_the_units_or_everybodys() {
    let town = Town::new().await;
    let save = async |who: &str, name: &str, text: &str, owner: &str| {
        town.browser(who).post("/desk/phrases", &[("phrase_name", name), ("phrase_text", text), ("phrase_owner", owner)]).await
    };
    assert_eq!(save("officer", "问候", "{name}您好，这里是{unit}。", "person").await.status, StatusCode::SEE_OTHER);
    assert_eq!(save("lead", "受理", "您的投诉{number}已受理。", "unit").await.status, StatusCode::SEE_OTHER);
    assert_eq!(save("clerk", "感谢", "感谢您的来电。", "all").await.status, StatusCode::SEE_OTHER);
    let wrong = save("officer", "全体", "{nobody}您好", "all").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&wrong, &["不认识的字段", "{nobody}您好"]);
    shows(&town.browser("officer").get("/desk/phrases").await, &["问候", "受理", "感谢"]);
    let colleague = town.browser("colleague").get("/desk/phrases").await;
    shows(&colleague, &["受理", "感谢"]);
    hides(&colleague, &["问候"]);
    hides(&town.browser("stranger").get("/desk/phrases").await, &["您的投诉{number}"]);
    // Beside a form they are filled from the case; what is personal stays masked.
    let token = town.opened(Kind::Complaint).await;
    let form = town.browser("officer").get(&format!("/desk/case/{token}/ask")).await;
    let number = town.load(&token).await.case.registration.number;
    shows(&form, &[&format!("data-phrase=\"您的投诉{number}已受理。\""), "感谢您的来电", "您好，这里是"]);
    hides(&form, &["陈晓明", "{name}"]);
    // Another's phrase cannot be removed, one's own can.
    let id = |text: &str| text.split("/desk/phrases?edit=").nth(1).and_then(|t| t.split('"').next()).unwrap().to_owned();
    let own = id(&town.browser("officer").get("/desk/phrases").await.text());
    assert_eq!(town.browser("colleague").post("/desk/phrases", &[("remove", &own)]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.browser("officer").post("/desk/phrases", &[("remove", &own)]).await.status, StatusCode::SEE_OTHER);
    hides(&town.browser("officer").get("/desk/phrases").await, &["问候"]);
}

/// A picture of one colour.
fn picture() -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(80, 60, image::Rgb([250, 250, 250])).write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_blacked_out_and_shown_and_the_original_stays() {
    let town = Town::new().await;
    let token = mediating(&town).await;
    let mut officer = town.browser("officer");
    let bytes = picture();
    assert_eq!(officer.upload(&format!("/desk/case/{token}/evidence"), &[], ("小票.png", &bytes)).await.status, StatusCode::SEE_OTHER);
    let page = officer.get(&format!("/desk/case/{token}")).await;
    shows(&page, &["遮盖：小票.png", "/sign\"", "/download\""]);
    let text = page.text();
    let file = text.split(&format!("/desk/case/{token}/redact/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let here = format!("/desk/case/{token}/redact/{file}");
    shows(&officer.get(&here).await, &["拖出要遮盖的部分", &format!("/desk/case/{token}/evidence/{file}"), "draw.js"]);
    let wrong = officer.post(&here, &[("boxes", "一块")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&wrong, &["每行写四个", "一块"]);
    let made = officer.post(&here, &[("boxes", "0,0,50,50")]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text());
    let to = made.to().to_owned();
    let copy = to.split("copy=").nth(1).unwrap().to_owned();
    let form = officer.get(&to).await;
    shows(&form, &[&format!("value=\"{copy}\" selected"), &format!("value=\"{file}\" selected"), "凭证1 · 小票.png", "小票（遮盖）."]);
    let shown = officer.get(&format!("/desk/case/{token}/evidence/{copy}")).await;
    let copy_of = image::load_from_memory(&shown.body).unwrap().to_rgb8();
    assert!(copy_of.get_pixel(10, 10).0.iter().all(|c| *c < 10) && copy_of.get_pixel(70, 50).0.iter().all(|c| *c > 240));
    let original = officer.get(&format!("/desk/case/{token}/evidence/{file}?original=1")).await;
    assert_eq!(original.body, bytes);
    let fields = [("seen", form.value("seen")), ("original", file.clone()), ("copy", copy), ("party", "respondent".into())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let done = officer.post(&format!("/desk/case/{token}/share-copy"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    assert_eq!(town.browser("stranger").get(&here).await.status, StatusCode::NOT_FOUND);
    shows(&officer.get(&format!("/desk/case/{token}/sign")).await, &["<canvas", "multipart/form-data"]);
}

/// What is in a packed file: names and texts.
fn unpacked(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut out = Vec::new();
    for n in 0..zip.len() {
        let mut file = zip.by_index(n).unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut bytes).unwrap();
        out.push((file.name().unwrap().into_owned(), bytes));
    }
    out
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_file_is_one_download_and_says_nothing_of_the_report() {
    let town = Town::new().await;
    let mut both = crate::town::incoming(Kind::Complaint);
    both.parts.push(crate::town::incoming(Kind::Report).parts.remove(0));
    both.parts[1].narrative = "店里无证经营的秘密线索".into();
    let cases = town.submit(both).await;
    let of = |kind| cases.iter().find(|(k, _)| *k == kind).unwrap().1.clone();
    let (complaint, report) = (of(Kind::Complaint), of(Kind::Report));
    for token in [&complaint, &report] {
        town.send(token).await;
        town.act("officer", token, Action::Open, &[]).await;
    }
    town.act("officer", &complaint, Action::Accept, &[]).await;
    town.act(
        "officer",
        &complaint,
        Action::Contact,
        &[("party", "respondent"), ("method", "phone"), ("reached", "yes"), ("said", "商家同意调解")],
    )
    .await;
    let mut officer = town.browser("officer");
    let bytes = picture();
    officer.upload(&format!("/desk/case/{complaint}/evidence"), &[], ("../小票?.png", &bytes)).await;
    shows(&officer.get(&format!("/desk/case/{complaint}")).await, &["商家同意调解", "询问与联系"]);
    let page = officer.get(&format!("/desk/case/{complaint}/download")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.headers["content-type"], "application/zip");
    let files = unpacked(&page.body);
    let names: Vec<&str> = files.iter().map(|(n, _)| n.as_str()).collect();
    assert_eq!(names[..3], ["index.html", "papers/complaint.html", "papers/acceptance.html"]);
    assert!(names.contains(&"app.css"), "{names:?}");
    let evidence: Vec<_> = files.iter().filter(|(n, _)| n.starts_with("evidence/")).collect();
    assert_eq!(evidence.len(), 1);
    assert!(evidence[0].1 == bytes && !evidence[0].0.contains("..") && !evidence[0].0.contains('?'), "{names:?}");
    let index = String::from_utf8(files[0].1.clone()).unwrap();
    for there in ["陈晓明", "13812346021", "商家同意调解", "papers/acceptance.html", "href=\"app.css\"", "officer先生"] {
        assert!(index.contains(there), "{there}: {index}");
    }
    assert!(!index.contains("<script") && !index.contains("/desk/"), "{index}");
    let secret = town.load(&report).await.case.registration.number;
    for (name, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("秘密线索") && !text.contains(&secret) && !text.contains(&report), "{name}");
    }
    let mut db = town.app.db().read().await.unwrap();
    let case = town.load(&complaint).await.id;
    let looks = store::access_log::of_case(&mut db, &Scope::system(town.locality, Reason::Verify), case, 50).await.unwrap();
    assert!(looks.iter().any(|a| a.purpose == "case_file" && a.fields.contains("narrative")), "{looks:?}");
    assert!(looks.iter().any(|a| a.fields.starts_with("evidence:")), "{looks:?}");
    assert_eq!(town.browser("supervisor").get(&format!("/desk/case/{complaint}/download")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.browser("stranger").get(&format!("/desk/case/{complaint}/download")).await.status, StatusCode::NOT_FOUND);
}

/// Others of the same person and about the same business, as far as they exist for the reader.
#[tokio::test(flavor = "multi_thread")]
async fn related_cases_are_those_the_reader_may_see() {
    let town = Town::new().await;
    let (first, second) = (town.opened(Kind::Complaint).await, town.opened(Kind::Complaint).await);
    let elsewhere = town.case(Kind::Complaint).await;
    let report = town.case(Kind::Report).await;
    town.send(&report).await;
    town.act("colleague", &report, Action::Open, &[]).await;
    let page = town.browser("officer").get(&format!("/desk/case/{first}")).await;
    let text = page.text();
    let related = text.split("可能有关的诉求").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(related.contains("同一电话") && related.contains(&second), "{related}");
    assert!(!related.contains(&elsewhere) && !related.contains(&report), "{related}");
    let clerk = town.browser("clerk").get(&format!("/desk/case/{elsewhere}")).await;
    shows(&clerk, &["可能有关的诉求", &first]);
}
