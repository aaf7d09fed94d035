use super::support::{Browser, Page, Town, png};
use super::{COMPLAINT, pair, with};
use rules::access::Role;
use rules::case::command::Action;
use rules::case::details::Powers;
use rules::pack::UnitKind;

const MORE: [(&str, &str); 16] = [
    ("platform", "某某购"),
    ("shop", "力量运动旗舰店"),
    ("order_number", "ORD-20261008-77"),
    ("bought_on", "2026-09-01"),
    ("place_address", "清和县临江小区3幢"),
    ("point", "120.123456,29.123456"),
    ("agent_name", "孙代理"),
    ("agent_phone", "13911110001"),
    ("agent_powers", "special"),
    ("agent_until", "2027-12-31"),
    ("joint", "5"),
    ("rep1_name", "周代表"),
    ("rep1_phone", "13911110002"),
    ("guardian_name", "吴监护"),
    ("guardian_phone", "13911110003"),
    ("division", ""),
];

fn all(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    with(&with(&COMPLAINT, &MORE), changes)
}

async fn sent(b: &mut Browser, fields: &[(&str, &str)]) -> Page {
    b.post("/file/contact", fields).await
}

/// A clerk's and an officer's own browsers beside their scopes.
async fn town() -> (Town, Browser) {
    let mut town = Town::open().await;
    let (centre, office) = (town.unit(UnitKind::Centre), town.unit(UnitKind::Office));
    town.person("clerk", Role::Clerk, centre).await;
    let cookie = town.person("officer", Role::Officer, office).await;
    town.person("lead", Role::Lead, office).await;
    let mut desk = town.browser();
    desk.cookies.insert("fx-session".into(), cookie);
    (town, desk)
}

#[tokio::test]
async fn all_of_it_is_kept_sealed_shown_masked_and_printed() {
    let (town, mut desk) = town().await;
    let mut b = town.browser();
    let first = b.upload("/file", &all(&[]), &[("授权委托书.png", png())]).await;
    first.shows(200, &["委托代理人", "授权委托书.png", "孙代理", "ORD-20261008-77"]);
    let kept = first.values("kept");
    // The file is chosen by its name; the page offers its id.
    let text = String::from_utf8(first.bytes.clone()).unwrap();
    let select = text.split("id=\"f-agent_power\"").nth(1).unwrap();
    let id = select.split("<option value=\"").nth(2).unwrap().split('"').next().unwrap().to_owned();
    let mut fields: Vec<(&str, &str)> = all(&[]);
    fields.extend([("kept", kept[0].as_str()), ("agent_power", id.as_str())]);
    assert_eq!(sent(&mut b, &fields).await.to(), "/receipt");
    let (number, code) = pair(&b);
    let (_, cases) = town.submission(&number).await;
    let r = &cases[0].case.registration;
    let agent = r.details.agent.clone().unwrap();
    assert_eq!((agent.powers, agent.power), (Powers::Special, Some(r.files[0])));
    assert_eq!((r.details.joint, r.details.representatives.len()), (5, 1));
    assert_eq!(r.details.place.as_ref().unwrap().point, Some((120_123_456, 29_123_456)));

    // The same sent once more, after a lost answer: the same receipt. Another order number is told.
    assert_eq!(sent(&mut b, &fields).await.to(), "/receipt");
    assert_eq!(pair(&b), (number.clone(), code.clone()));
    let mut other = fields.clone();
    other.iter_mut().filter(|(n, _)| *n == "order_number").for_each(|(_, v)| *v = "ORD-2");
    assert_eq!(sent(&mut b, &other).await.to(), "/receipt?again=1");

    let token = r.token.clone();
    town.to_office(&token).await;
    let page = desk.get(&format!("/desk/case/{token}")).await;
    page.shows(200, &["力量运动旗舰店", "ORD-20261008-77", "特别授权", "5 人", "120.123456", "代理人", "代表人一", "监护人"]);
    page.hides(&["13911110001", "13911110002", "13911110003", "孙代理", "临江小区3幢"]);
    desk.post(&format!("/desk/case/{token}/reveal"), &[("field", "agent_phone")])
        .await
        .shows(200, &["13911110001"])
        .hides(&["13911110002"]);
    let form = b.get(&format!("/track/paper/{token}/complaint")).await;
    form.shows(
        200,
        &[
            "委托代理人：孙代理，电话13911110001，特别授权，至2027年12月31日",
            "共同投诉5人",
            "代表人：周代表",
            "监护人：吴监护",
            "订单号：ORD-20261008-77",
        ],
    );
    // Nothing personal lies open in the store.
    for file in std::fs::read_dir(town.dir()).unwrap().filter_map(Result::ok).filter(|f| f.path().is_file()) {
        let bytes = std::fs::read(file.path()).unwrap();
        for word in ["孙代理", "13911110001", "周代表", "吴监护", "临江小区", "ORD-20261008-77"] {
            assert!(!bytes.windows(word.len()).any(|w| w == word.as_bytes()), "{word} in {:?}", file.path());
        }
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_the_fold_stands_open() {
    let town = Town::with_people().await;
    let mut b = town.browser();
    let first = b.upload("/file", &all(&[("point", "here"), ("bought_on", "2027-01-01")]), &[]).await;
    first.shows(422, &["120.123456,29.123456 这样", "<details class=\"more\" open>"]);
    let second = sent(&mut b, &all(&[("agent_phone", "12"), ("agent_powers", ""), ("agent_until", "2020-01-01"), ("joint", "1")])).await;
    second.shows(422, &["#f-agent_phone", "#f-agent_powers", "委托已到期", "至少 2 人", "open"]);
    sent(&mut b, &all(&[("joint", "")])).await.shows(422, &["#f-joint"]);
    assert_eq!(town.cases().await, 0);
}

#[tokio::test]
async fn a_report_names_no_agent_and_an_anonymous_one_nobody() {
    let town = Town::with_people().await;
    let mut b = town.browser();
    assert_eq!(sent(&mut b, &all(&[("ask", "report"), ("anonymous", "1")])).await.to(), "/receipt");
    let d = town.submission(&pair(&b).0).await.1[0].case.registration.details.clone();
    assert!(d.agent.is_none() && d.guardian.is_none() && d.representatives.is_empty() && d.joint == 0);
    assert_eq!((d.platform.as_str(), d.order.is_some()), ("某某购", true));
}

#[tokio::test]
async fn a_split_carries_all_of_it_over_under_its_own_key() {
    let (town, mut desk) = town().await;
    let mut b = town.browser();
    assert_eq!(sent(&mut b, &all(&[("ask", "report")])).await.to(), "/receipt");
    let (number, _) = pair(&b);
    let report = town.submission(&number).await.1[0].case.registration.clone();
    let fields = [("narrative", "无证经营。"), ("other_narrative", "要求退款。"), ("kind", "complaint")];
    let fields = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let parted = fangxin::usecase::split::split(&town.app, &town.scopes["clerk"], &report.token, &fields, None).await.unwrap();
    let (_, cases) = town.submission(&number).await;
    let new = cases.iter().find(|c| c.case.registration.token == parted.sibling).unwrap();
    let d = &new.case.registration.details;
    assert!(d.order.is_some() && d.guardian.is_some() && d.place.as_ref().unwrap().address.is_some());
    assert_ne!(d.order, report.details.order, "sealed anew");
    town.to_office(&parted.sibling).await;
    desk.get(&format!("/desk/case/{}", parted.sibling)).await.shows(200, &["ORD-20261008-77"]);
    town.act("officer", &parted.sibling, Action::Accept, &[]).await;
}
