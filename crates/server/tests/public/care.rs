use super::support::{Browser, Town};
use super::{COMPLAINT, file, pair, with};
use rules::access::Role;
use rules::case::command::Action;
use rules::case::event::Mode;
use rules::law::Satisfaction;
use rules::pack::UnitKind;

async fn filed(town: &Town, fields: &[(&str, &str)]) -> (Browser, String, Vec<String>) {
    let mut b = town.browser();
    file(&mut b, fields).await;
    let (number, _) = pair(&b);
    let (_, cases) = town.submission(&number).await;
    (b, number, cases.iter().map(|c| c.case.registration.token.clone()).collect())
}

#[tokio::test]
async fn a_question_is_answered_where_it_is_read() {
    let town = Town::with_people().await;
    let (mut b, number, tokens) = filed(&town, &COMPLAINT).await;
    town.to_office(&tokens[0]).await;
    b.get("/track/case").await.shows(200, &[]).hides(&["办理人员想问您"]);
    town.act("officer", &tokens[0], Action::Ask, &[("question", "是用哪张卡付的款？")]).await;
    town.act("officer", &tokens[0], Action::Ask, &[("question", "有合同吗？")]).await;
    b.get("/track/case")
        .await
        .shows(200, &["办理人员想问您", "是用哪张卡付的款？", "有合同吗？", "name=\"reply-1-1\"", "name=\"reply-1-2\""]);
    let say = format!("/track/reply/{}", tokens[0]);
    let empty = b.post(&say, &[("at", "1-2"), ("question", "2"), ("reply-1-2", " ")]).await;
    empty.shows(422, &["请写下您的答复", "href=\"#f-reply-1-2\""]);
    let long = "长".repeat(5001);
    b.post(&say, &[("at", "1-2"), ("question", "2"), ("reply-1-2", &long)]).await.shows(422, &["太长了", &long]);
    let done = b.post(&say, &[("at", "1-2"), ("question", "2"), ("reply-1-2", "有，已上传。")]).await;
    assert_eq!(done.to(), "/track/case");
    b.get("/track/case").await.shows(200, &["已经收到您的答复", "有，已上传。", "name=\"reply-1-1\""]).hides(&["name=\"reply-1-2\""]);
    // Pressed twice is no error and says it once.
    assert_eq!(b.post(&say, &[("at", "1-2"), ("question", "2"), ("reply-1-2", "有，已上传。")]).await.to(), "/track/case");
    let (_, cases) = town.submission(&number).await;
    assert_eq!(cases[0].events.iter().filter(|(r, _)| r.name == "Replied").count(), 1);
    // Only what is theirs to say, and only to their own case.
    b.post(&format!("/track/accept/{}", tokens[0]), &[]).await.shows(404, &[]);
    let other = with(&COMPLAINT, &[("nonce", "ffffffffffffffffffffffffffffffff"), ("phone", "13900000001")]);
    let (mut stranger, _, _) = filed(&town, &other).await;
    stranger.post(&say, &[("reply", "x")]).await.shows(404, &[]);
    assert_eq!(b.get(&say).await.to(), "/track/case");
}

#[tokio::test]
async fn the_way_and_the_time_of_mediation_are_chosen_and_shown_with_form_7() {
    let town = Town::with_people().await;
    let (mut b, number, tokens) = filed(&town, &COMPLAINT).await;
    town.to_office(&tokens[0]).await;
    town.act("officer", &tokens[0], Action::Accept, &[]).await;
    let say = format!("/track/mode/{}", tokens[0]);
    b.get("/track/case").await.shows(200, &["您希望怎样调解", "value=\"video\""]).hides(&["value=\"online\""]);
    b.post(&say, &[("at", "1-mode"), ("mode-1-mode", "")]).await.shows(422, &["#f-mode-1-mode"]);
    for _ in 0..2 {
        assert_eq!(b.post(&say, &[("at", "1-mode"), ("mode-1-mode", "video")]).await.to(), "/track/case");
    }
    b.get("/track/case").await.shows(200, &["已经记下您希望的调解方式", "value=\"video\" checked"]);
    assert_eq!(town.submission(&number).await.1[0].case.preferred_mode, Some(Mode::Video));
    let consent = [("party", "respondent"), ("consent", "mediation"), ("given", "yes")];
    town.act("officer", &tokens[0], Action::Consent, &consent).await;
    town.act("officer", &tokens[0], Action::Mediate, &[("mode", "in_person")]).await;
    let day = town.app.clock().now().plus_minutes(5 * 24 * 60).civil();
    let at = day.strftime("%Y-%m-%dT14:30").to_string();
    let recusal = day.date().yesterday().unwrap().to_string();
    let fields = [
        ("appointed_at", at.as_str()),
        ("mode", "in_person"),
        ("place", "城关所调解室"),
        ("mediators", "王某、李某"),
        ("recusal_by", &recusal),
    ];
    town.act("officer", &tokens[0], Action::Appoint, &fields).await;
    let page = b.get("/track/case").await;
    page.shows(
        200,
        &["已定调解时间", "14:30", "城关所调解室", "王某、李某", "可以申请回避", &format!("/track/paper/{}/appointment", tokens[0])],
    );
    b.get(&format!("/track/paper/{}/appointment", tokens[0])).await.shows(200, &["投诉调解通知书", "城关所调解室"]);
    town.act("officer", &tokens[0], Action::EndAppointment, &[("attendance", "kept")]).await;
    b.get("/track/case").await.hides(&["已定调解时间"]);
}

#[tokio::test]
async fn after_closing_the_person_rates_and_asks_for_it_again() {
    let town = Town::with_people().await;
    let (mut b, number, tokens) = filed(&town, &COMPLAINT).await;
    town.to_office(&tokens[0]).await;
    b.get("/track/case").await.hides(&["您对办理满意吗", "申请再次办理"]);
    town.act("officer", &tokens[0], Action::Refuse, &[("ground", "NA-3"), ("factor", "no_purchase"), ("reason", "不是为生活消费需要。")])
        .await;
    let tell = [("matter", "refusal"), ("party", "submitter"), ("method", "phone"), ("proof", "9月25日通话")];
    town.act("officer", &tokens[0], Action::Tell, &tell).await;
    b.get("/track/case").await.shows(200, &["您对办理满意吗"]);
    let rate = format!("/track/rate/{}", tokens[0]);
    b.post(&rate, &[("at", "1-rate"), ("reason-1-rate", "慢")]).await.shows(422, &["请选择是否满意", "#f-satisfaction-1-rate", "慢"]);
    for _ in 0..2 {
        let sent = [("at", "1-rate"), ("satisfaction-1-rate", "dissatisfied"), ("reason-1-rate", "没有退钱")];
        assert_eq!(b.post(&rate, &sent).await.to(), "/track/case");
    }
    b.get("/track/case").await.shows(200, &["谢谢您的评价", "您的评价：不满意", "没有退钱"]).hides(&["您对办理满意吗"]);
    let again = format!("/track/again/{}", tokens[0]);
    b.post(&again, &[("at", "1-again"), ("reason-1-again", "")]).await.shows(422, &["#f-reason-1-again"]);
    for _ in 0..2 {
        assert_eq!(b.post(&again, &[("at", "1-again"), ("reason-1-again", "确是自家用的。")]).await.to(), "/track/case");
    }
    b.get("/track/case").await.shows(200, &["您已申请再次办理", "确是自家用的。"]);
    let case = &town.submission(&number).await.1[0].case;
    assert!(case.reopen_asked && case.satisfaction == Some(Satisfaction::Dissatisfied));
}

#[tokio::test]
async fn who_has_read_is_told_by_unit_and_role_and_never_by_name() {
    let mut town = Town::open().await;
    let (centre, office) = (town.unit(UnitKind::Centre), town.unit(UnitKind::Office));
    town.person("clerk", Role::Clerk, centre).await;
    let cookie = town.person("officer", Role::Officer, office).await;
    let (mut b, _, tokens) = filed(&town, &with(&COMPLAINT, &[("ask", "report"), ("publish", "")])).await;
    b.get("/track/case").await.shows(200, &["谁看过我的这件事", "还没有人看过"]);
    town.to_office(&tokens[0]).await;
    let mut desk = town.browser();
    desk.cookies.insert("fx-session".into(), cookie);
    for _ in 0..2 {
        desk.get(&format!("/desk/case/{}", tokens[0])).await.shows(200, &[]);
    }
    desk.post(&format!("/desk/case/{}/reveal", tokens[0]), &[("field", "phone")]).await.shows(200, &["13800006021"]);
    let page = b.get("/track/case").await;
    page.shows(200, &["城关市场监督管理所", "查看了您完整的姓名", "办理时查看 · 当天 2 次"]).hides(&[
        "王officer",
        "王clerk",
        "还没有人看过",
    ]);
    // Of a report not even the role, which could tell that a head has it.
    let part = page.text();
    let part = part.split("谁看过我的这件事").nth(1).unwrap().split("</details>").next().unwrap().to_owned();
    assert!(!part.contains("承办人") && !part.contains("负责人"), "{part}");
}
