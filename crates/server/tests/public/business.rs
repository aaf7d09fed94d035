//! The business looked up on the public form without a script; the power of attorney sent where the agent is named, or later;
//! the place pointed at on the sketch of the locality.

use super::support::{Town, png};
use super::{COMPLAINT, file, with};
use fangxin::usecase::register;
use rules::access::Role;
use rules::pack::UnitKind;
use store::scope::{Reason, Scope};

const LIST: &str = "统一社会信用代码,名称,别名,地址\n91330100799655058B,清和县力量健身有限公司,力量健身（文昌店）,清和县文昌路9号\n";

#[tokio::test]
async fn without_a_script_it_is_looked_up_chosen_and_kept_until_it_is_renamed() {
    let town = Town::open().await;
    let scope = Scope::system(town.locality, Reason::Setup);
    register::bring(&town.app, &scope, "名录.csv", LIST.as_bytes().into(), true).await.unwrap().unwrap();
    let mut b = town.browser();
    b.get("/file").await.shows(200, &["在名录里查找这家", "name=\"uscc\""]);
    let asked = b.upload("/file", &with(&COMPLAINT, &[("respondent_name", "力量健"), ("find", "1")]), &[]).await;
    asked.shows(200, &["name=\"take\" value=\"91330100799655058B\"", "value=\"力量健\"", "关门，要求退还"]);
    let none = b.upload("/file", &with(&COMPLAINT, &[("respondent_name", "别的店名"), ("find", "1")]), &[]).await;
    none.shows(200, &["名录里没有找到"]);
    let taken = b.upload("/file", &with(&COMPLAINT, &[("respondent_name", "力量健"), ("take", "91330100799655058B")]), &[]).await;
    taken.shows(200, &["value=\"清和县力量健身有限公司\"", "name=\"uscc\" value=\"91330100799655058B\""]);
    // Under one of its names the code goes along; under another it does not.
    let fields = with(&COMPLAINT, &[("uscc", "91330100799655058B")]);
    b.upload("/file", &fields, &[]).await.shows(200, &["name=\"uscc\" value=\"91330100799655058B\""]);
    let renamed = with(&fields, &[("respondent_name", "另一家店")]);
    b.upload("/file", &renamed, &[]).await.shows(200, &["另一家店"]).hides(&["91330100799655058B"]);
    file(&mut b, &fields).await;
    let (number, _) = super::pair(&b);
    let case = town.submission(&number).await.1.remove(0);
    assert_eq!(case.case.registration.respondent.uscc.as_deref(), Some("91330100799655058B"));
}

const AGENT: [(&str, &str); 3] = [("agent_name", "孙代理"), ("agent_phone", "13911110001"), ("agent_powers", "special")];

#[tokio::test]
async fn a_power_of_attorney_is_sent_from_the_screen_that_names_the_agent() {
    let town = Town::open().await;
    let mut b = town.browser();
    let typed = with(&COMPLAINT, &AGENT);
    // What is no paper is said beside its field, and nothing typed is lost.
    let bad = b.upload("/file/contact", &typed, &[("病毒.exe", b"MZ\0\0not a paper".to_vec())]).await;
    bad.shows(422, &["id=\"f-power-e\"", "value=\"孙代理\""]);
    let sent = b.upload("/file/contact", &typed, &[("委托书.png", png())]).await;
    assert_eq!(sent.to(), "/receipt", "{}", sent.text());
    let case = town.submission(&super::pair(&b).0).await.1.remove(0);
    let registration = &case.case.registration;
    assert_eq!(registration.details.agent.as_ref().unwrap().power.as_ref(), registration.files.first());
    assert_eq!(registration.files.len(), 1);
    b.get("/track/case").await.hides(&["还没有收到授权委托书"]);
}

#[tokio::test]
async fn a_power_of_attorney_that_is_missing_is_seen_asked_for_and_sent_later() {
    let mut town = Town::open().await;
    let centre = town.unit(UnitKind::Centre);
    let cookie = town.person("clerk", Role::Clerk, centre).await;
    let mut desk = town.browser();
    desk.cookies.insert("fx-session".into(), cookie);
    let mut b = town.browser();
    file(&mut b, &with(&COMPLAINT, &AGENT)).await;
    let token = town.submission(&super::pair(&b).0).await.1.remove(0).case.registration.token;
    let case = format!("/desk/case/{token}");
    desk.get(&case).await.shows(200, &["未提交", "请投诉人补交", &format!("{case}/ask?question=")]);
    b.get("/track/case").await.shows(200, &["还没有收到授权委托书", "name=\"power\""]);
    // Any other paper is not the power.
    b.upload("/track/evidence", &[], &[("小票.png", png())]).await;
    b.get("/track/case").await.shows(200, &["还没有收到授权委托书"]);
    let mut other = png();
    other.push(7);
    b.upload("/track/evidence", &[("power", "1")], &[("委托书.png", other)]).await;
    b.get("/track/case").await.hides(&["还没有收到授权委托书"]);
    desk.get(&case).await.shows(200, &["授权委托书"]).hides(&["请投诉人补交"]);
}

#[tokio::test]
async fn a_place_is_chosen_from_the_list_or_pointed_at_without_a_script() {
    let mut town = Town::open().await;
    let centre = town.unit(UnitKind::Centre);
    let cookie = town.person("clerk", Role::Clerk, centre).await;
    let mut b = town.browser();
    b.get("/file").await.shows(200, &["柳溪镇", "type=\"image\"", "src=\"/map.svg\""]);
    let picture = b.get("/map.svg").await;
    picture.shows(200, &["<svg", "城关街道", "南屏镇"]);
    assert_eq!(picture.headers["content-type"], "image/svg+xml");
    let pointed = b.upload("/file", &with(&COMPLAINT, &[("map.x", "160"), ("map.y", "120")]), &[]).await;
    pointed.shows(200, &["关门，要求退还"]);
    let point = pointed.values("point").remove(0);
    let degrees: Vec<f64> = point.split(',').map(|d| d.parse().unwrap()).collect();
    assert!((120.41..=120.60).contains(&degrees[0]) && (29.32..=29.48).contains(&degrees[1]), "{point}");
    b.upload("/file", &with(&COMPLAINT, &[("division", "12345")]), &[]).await.shows(422, &["f-division"]);
    let fields = with(&COMPLAINT, &[("division", "990101100")]);
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("point", point.as_str())]).collect();
    file(&mut b, &fields).await;
    let token = town.submission(&super::pair(&b).0).await.1.remove(0).case.registration.token;
    let mut desk = town.browser();
    desk.cookies.insert("fx-session".into(), cookie);
    desk.get(&format!("/desk/case/{token}")).await.shows(200, &["柳溪镇", &point.replace(',', ", ")]);
}
