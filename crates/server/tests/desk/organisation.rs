//! The organisation through the router: an organ below that distributes further, organisations outside, the tree at the size of a city district,
//! units that change, merge and go while they hold cases.

use crate::town::{Browser, Page, Town};
use axum::http::StatusCode;
use fangxin::usecase::units;
use fangxin::usecase::{act, clearing};
use rules::access::Role;
use rules::case::Stage;
use rules::case::command::{Action, WhyNot};
use rules::case::event::Event;
use rules::case::next::{Step, next};
use rules::ids::UnitId;
use rules::law::Kind;
use store::access_log;
use store::registry::Unit;
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

fn unit(town: &Town, code: &str) -> Unit {
    let world = town.app.world(town.locality).unwrap();
    world.directory.units.values().find(|u| u.code == code).unwrap_or_else(|| panic!("no unit {code}")).clone()
}

async fn whole(town: &Town) {
    let report = store::verify::run(town.app.db(), town.app.keyring(), Some(town.app.files()), &mut |_| {}).await.unwrap();
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
}

async fn send(b: &mut Browser, token: &str, to: UnitId) -> Page {
    b.post(&format!("/desk/case/{token}/send"), &[("to", &to.to_string()), ("basis", "internal")]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organ_below_has_the_case_in_its_own_queue_and_gives_it_back() {
    let mut town = Town::new().await;
    let (centre, office) = (unit(&town, "F").id, unit(&town, "F1").id);
    town.person("below-clerk", &[(Role::Clerk, centre)]).await;
    town.person("below-officer", &[(Role::Officer, office)]).await;
    let token = town.case(Kind::Complaint).await;
    let mut clerk = town.browser("clerk");
    // The form offers the intake below and not what is behind it.
    let form = clerk.get(&format!("/desk/case/{token}/send")).await;
    shows(&form, &[&centre.to_string()]);
    hides(&form, &[&office.to_string()]);
    let past = send(&mut clerk, &token, office).await;
    assert_eq!(past.status, StatusCode::CONFLICT);
    shows(&past, &["请分送给该中心"]);
    assert_eq!(send(&mut clerk, &token, centre).await.status, StatusCode::SEE_OTHER);
    hides(&clerk.get("/desk/queue").await, &[&token]);
    shows(&clerk.get("/desk/queue?below=1").await, &[&token]);
    shows(&clerk.get(&format!("/desk/case/{token}")).await, &["收回"]);

    let mut below = town.browser("below-clerk");
    shows(&below.get("/desk/queue").await, &[&token]);
    let received = below.post(&format!("/desk/case/{token}/receive"), &[]).await;
    assert_eq!(received.status, StatusCode::SEE_OTHER, "{}", received.text());
    // What it has received, the one above sees and does not take back.
    hides(&clerk.get(&format!("/desk/case/{token}")).await, &[&format!("/desk/case/{token}/take-back")]);
    assert_eq!(send(&mut below, &token, office).await.status, StatusCode::SEE_OTHER);
    let mut officer = town.browser("below-officer");
    shows(&officer.get("/desk/mine?show=new").await, &[&token]);
    officer.post(&format!("/desk/case/{token}/open"), &[]).await;
    let l1 = town.load(&token).await.case.clock(&rules::clock::ClockName("L1".into())).cloned();
    officer.post(&format!("/desk/case/{token}/return"), &[("reason", "不在我所辖区")]).await;
    let case = town.load(&token).await.case;
    assert_eq!((case.stage(), case.seat.unwrap().unit, case.intake.unwrap().unit), (Stage::Intake, centre, centre));
    assert_eq!(case.clock(&rules::clock::ClockName("L1".into())).cloned(), l1);
    let mut own = town.submitter();
    shows(&own.get("/track/case").await, &[&unit(&town, "C").name[..3]]);
    let gone = below.post(&format!("/desk/case/{token}/return"), &[("reason", "不属开发区")]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.text());
    shows(&clerk.get("/desk/queue").await, &[&token]);
    hides(&below.get("/desk/queue").await, &[&token]);
    assert_eq!(below.get(&format!("/desk/case/{token}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(next(&town.load(&token).await.case).unwrap().step, Step::Receive);
    whole(&town).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_organisation_outside_is_made_in_the_browser_and_works_at_a_desk_of_its_own() {
    let mut town = Town::new().await;
    let mut admin = town.browser("sysadmin");
    let organ = unit(&town, "C").organ.to_string();
    let new = [("unit_name", "清和农商银行"), ("code", "BANK"), ("unit_kind", "outside"), ("organ", &organ), ("parent_unit", "C")];
    assert_eq!(admin.post("/desk/units", &new).await.to(), "/desk/units");
    let bank = unit(&town, "BANK").id;
    // Its people decide nothing of law: only contacts of it, and contacts nowhere else.
    let nobody = Scope::system(town.locality, Reason::Setup);
    let person = fangxin::usecase::people::NewPerson {
        login: "bank".into(),
        name: "周行员".into(),
        password: crate::town::PASSWORD.into(),
        roles: Vec::new(),
    };
    let id = fangxin::usecase::people::create(&town.app, &nobody, person).await.unwrap();
    let mut security = town.browser("secadmin");
    for (role, place) in [("officer", "BANK"), ("lead", "清和农商银行"), ("partner", "S01")] {
        let page = security.post(&format!("/desk/people/{id}/roles"), &[("role", role), ("unit", place)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{role}");
        shows(&page, &["只能是协作单位经办人"]);
    }
    assert_eq!(
        security.post(&format!("/desk/people/{id}/roles"), &[("role", "partner"), ("unit", "BANK")]).await.status,
        StatusCode::SEE_OTHER
    );
    town.person("partner", &[(Role::Partner, bank)]).await;

    let (complaint, question, report) =
        (town.case(Kind::Complaint).await, town.case(Kind::Consultation).await, town.case(Kind::Report).await);
    let mut clerk = town.browser("clerk");
    let refused = send(&mut clerk, &report, bank).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    shows(&refused, &["举报由市场监管部门核查"]);
    hides(&clerk.get(&format!("/desk/case/{report}/send")).await, &[&bank.to_string()]);
    for token in [&complaint, &question] {
        assert_eq!(send(&mut clerk, token, bank).await.status, StatusCode::SEE_OTHER);
    }
    let mut partner = town.browser("partner");
    assert_eq!(partner.get("/desk").await.to(), "/desk/today");
    let page = partner.get("/desk/mine?show=new").await;
    shows(&page, &[&complaint, &question]);
    for path in ["/desk/queue", "/desk/approvals", "/desk/team", "/desk/units", "/desk/overview"] {
        assert_eq!(partner.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(partner.get(&format!("/desk/case/{report}")).await.status, StatusCode::NOT_FOUND);
    for token in [&complaint, &question] {
        assert_eq!(partner.post(&format!("/desk/case/{token}/open"), &[]).await.status, StatusCode::SEE_OTHER);
    }
    let page = partner.get(&format!("/desk/case/{complaint}")).await;
    shows(&page, &["退回", "登记和解或退回"]);
    for action in ["accept", "refuse", "mediate", "close", "terminate", "correct"] {
        hides(&page, &[&format!("/desk/case/{complaint}/{action}\"")]);
        let tried = partner.post(&format!("/desk/case/{complaint}/{action}"), &[("ground", "NA-1"), ("reason", "x")]).await;
        assert_ne!(tried.status, StatusCode::SEE_OTHER, "{action}");
    }
    assert!(town.load(&complaint).await.case.decision.is_none());
    // The consumer sees it under its own name, and its answer.
    let mut own = town.submitter();
    let _ = own.get("/track/case").await;
    let answered = partner.post(&format!("/desk/case/{question}/answer"), &[("answer", "年费可以退。"), ("method", "phone")]).await;
    assert_eq!(answered.status, StatusCode::SEE_OTHER, "{}", answered.text());
    let unsettled = partner.post(&format!("/desk/case/{complaint}/withdraw"), &[("reason", "算了")]).await;
    assert_eq!(unsettled.status, StatusCode::CONFLICT);
    let settled = partner.post(&format!("/desk/case/{complaint}/withdraw"), &[("reason", "已退年费"), ("settled", "1")]).await;
    assert_eq!(settled.status, StatusCode::SEE_OTHER, "{}", settled.text());
    for token in [&complaint, &question] {
        assert_eq!(town.load(token).await.case.stage(), Stage::Closed);
    }
    let entry = access_of(&town, &complaint).await;
    assert_eq!(entry.last().copied(), Some((Role::Partner, bank)));
    whole(&town).await;
}

/// In which role of which unit a case was read, the latest first.
async fn access_of(town: &Town, token: &str) -> Vec<(Role, UnitId)> {
    let loaded = town.load(token).await;
    let mut db = town.app.db().read().await.unwrap();
    let scope = Scope::system(town.locality, Reason::Verify);
    access_log::of_case(&mut db, &scope, loaded.id, 100).await.unwrap().iter().filter_map(store::access_log::Access::acted_in).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_read_a_case_is_told_in_the_role_of_that_time() {
    let mut town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    let mut officer = town.browser("officer");
    officer.get(&format!("/desk/case/{token}")).await;
    let mut own = town.submitter();
    let office = unit(&town, "S01");
    shows(&own.get("/track/case").await, &[&format!("{} · 承办人", office.name)]);
    // Whatever becomes of the reader and the unit: the look was an officer's of the unit of that name.
    let mut security = town.browser("secadmin");
    let person = town.scopes["officer"].grant().unwrap().0;
    town.act("lead", &token, Action::Assign, &[("handler", &town.scopes["lead"].grant().unwrap().0.to_string())]).await;
    let page = security.post(&format!("/desk/people/{person}/roles"), &[("role", "lead"), ("unit", "S02")]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    next_day(&mut town).await;
    rename(&town, "S01", "城关中心所").await;
    assert_eq!(unit(&town, "S01").name, "城关中心所");
    shows(&own.get("/track/case").await, &[&format!("{} · 承办人", office.name)]);
    assert_eq!(access_of(&town, &token).await.last().copied(), Some((Role::Officer, office.id)));
}

/// The next morning; whoever works then has signed in again.
async fn next_day(town: &mut Town) {
    town.pass(24 * 60);
    let (centre, office) = (town.centre(), town.office(0));
    town.person("admin-2", &[(Role::SystemAdmin, centre)]).await;
    town.person("officer-2", &[(Role::Officer, office)]).await;
    town.person("security-2", &[(Role::SecurityAdmin, centre)]).await;
}

async fn rename(town: &Town, code: &str, name: &str) {
    let (u, mut admin) = (unit(town, code), town.browser("admin-2"));
    let day = town.app.clock().now().date().to_string();
    let path = format!("/desk/units/{}/change", u.id);
    let fields = [("unit_name", name), ("parent_unit", "C"), ("since_day", &day), ("change_why", "三定方案")];
    let preview = admin.post(&path, &fields).await;
    assert_eq!(preview.status, StatusCode::OK, "{}", preview.text());
    shows(&preview, &[name, "confirm"]);
    let done = admin.post(&path, &[&fields[..], &[("confirm", "1")]].concat()).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_case_keeps_the_names_of_its_days_and_a_unit_its_history() {
    let mut town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    let old = unit(&town, "S01");
    next_day(&mut town).await;
    rename(&town, "S01", "城关中心所").await;
    town.act("officer-2", &token, Action::Note, &[("note", "改名以后")]).await;
    let mut officer = town.browser("officer-2");
    let page = officer.get(&format!("/desk/case/{token}")).await;
    shows(&page, &[&format!("分送到{}", old.name), "城关中心所"]);
    let mut own = town.submitter();
    shows(&own.get("/track/case").await, &[&format!("分送到{}", old.name)]);
    let mut admin = town.browser("admin-2");
    let page = admin.get(&format!("/desk/units/{}", old.id)).await;
    shows(&page, &["城关中心所", &old.name, "三定方案", "沿革"]);
    // A change to come is told and changes nothing yet.
    let later = "2026-09-01";
    let path = format!("/desk/units/{}/change", old.id);
    let fields = [("unit_name", "城关二所"), ("parent_unit", "C"), ("since_day", later), ("change_why", "分所"), ("confirm", "1")];
    assert_eq!(admin.post(&path, &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(unit(&town, "S01").name, "城关中心所");
    shows(&admin.get(&format!("/desk/units/{}", old.id)).await, &["城关二所"]);
    for (field, value, said) in [
        ("since_day", "2026-01-01", "不能早于今天"),
        ("parent_unit", "Z01", "不能是它自己或它的下级"),
        ("parent_unit", "F1", "不属于同一机关"),
        ("parent_unit", "没有这个", "没有这个代码"),
    ] {
        let mut fields = vec![("unit_name", "x"), ("since_day", later), ("change_why", "y")];
        fields.retain(|f| f.0 != field);
        fields.push((field, value));
        let page = admin.post(&path, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={value}");
        shows(&page, &[said]);
    }
    assert_eq!(town.browser("security-2").post(&path, &fields).await.status, StatusCode::NOT_FOUND);
    whole(&town).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_holds_cases_goes_only_with_somebody_to_go_on_and_nothing_is_orphaned() {
    let mut town = Town::new().await;
    town.person("third", &[(Role::Officer, town.office(2))]).await;
    let (opened, sent) = (town.opened(Kind::Complaint).await, town.case(Kind::Report).await);
    town.send(&sent).await;
    let accepted = town.opened(Kind::Complaint).await;
    town.act("officer", &accepted, Action::Accept, &[]).await;
    let (s01, s03) = (unit(&town, "S01"), unit(&town, "S03"));
    let mut admin = town.browser("sysadmin");
    let path = format!("/desk/units/{}/end", s01.id);
    let day = town.app.clock().now().date().to_string();
    let page = admin.post(&path, &[("end_day", &day), ("end_why", "撤所")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (number, report) = (town.load(&opened).await.case.registration.number, town.load(&sent).await.case.registration.number);
    shows(&page, &["由哪个机构继续办理"]);
    for number in [&number, &report] {
        assert!(!page.text().contains(number), "whoever looks after units learns of no case");
    }
    // The same is asked of a unit that holds nothing: the answer does not tell what one holds.
    let empty = admin.post(&format!("/desk/units/{}/end", unit(&town, "S02").id), &[("end_day", &day), ("end_why", "撤所")]).await;
    let error = |page: &str| page.split("id=\"errors\"").nth(1).map(|t| t.split("</ul>").next().unwrap_or_default().to_owned());
    assert!(error(&page.text()).is_some() && error(&page.text()) == error(&empty.text()));
    // The intake itself does not go.
    let centre = format!("/desk/units/{}/end", town.centre());
    assert_eq!(
        admin.post(&centre, &[("end_day", &day), ("end_why", "x"), ("to_unit", "S02")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let fields = [("to_unit", "S03"), ("end_day", day.as_str()), ("end_why", "撤所")];
    shows(&admin.post(&path, &fields).await, &["在办件由"]);
    assert!(!unit(&town, "S01").closed, "a preview does nothing");
    // A form that was read while the unit was open is refused once it is closed.
    let late = town.case(Kind::Complaint).await;
    let done = admin.post(&path, &[&fields[..], &[("confirm", "1")]].concat()).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let refused = send(&mut town.browser("clerk"), &late, s01.id).await;
    assert_ne!(refused.status, StatusCode::SEE_OTHER);
    assert_eq!(unit(&town, "Z01").parent, Some(s03.id), "what stood below it stands below its successor");
    assert_eq!(clearing::round(&town.app).await.unwrap(), 3);
    for token in [&opened, &sent, &accepted] {
        let loaded = town.load(token).await;
        assert_eq!((loaded.case.seat.unwrap().unit, loaded.case.handler), (s03.id, None));
        assert_eq!(loaded.events.iter().filter(|(_, f)| matches!(f.event, Event::Moved { .. })).count(), 1);
    }
    assert_eq!(units::open_cases(&town.app, town.locality, s01.id).await.unwrap(), 0);
    shows(&admin.get(&format!("/desk/units/{}", s01.id)).await, &["已全部转出", "已撤销"]);
    // Whoever is there opens what came and goes on with it.
    let mut third = town.browser("third");
    shows(&third.get("/desk/mine?show=unit").await, &[&accepted]);
    assert_eq!(next(&town.load(&accepted).await.case).unwrap().step, Step::Open);
    assert_eq!(third.post(&format!("/desk/case/{accepted}/open"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(town.load(&accepted).await.case.handler, town.scopes["third"].grant().map(|g| g.0));
    shows(&third.get(&format!("/desk/case/{accepted}")).await, &[&format!("机构调整，由{}继续办理", s03.name)]);
    assert_eq!(clearing::round(&town.app).await.unwrap(), 0);
    whole(&town).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_at_the_same_moment_goes_over_too_or_is_refused() {
    let town = Town::new().await;
    let held = town.opened(Kind::Complaint).await;
    let s01 = unit(&town, "S01");
    let mut admin = town.browser("sysadmin");
    let day = town.app.clock().now().date().to_string();
    let fields = [("to_unit", "S02"), ("end_day", day.as_str()), ("end_why", "撤所"), ("confirm", "1")];
    let tokens = [town.case(Kind::Complaint).await, town.case(Kind::Complaint).await, town.case(Kind::Complaint).await];
    let ending = async { admin.post(&format!("/desk/units/{}/end", s01.id), &fields).await };
    let sending = async {
        let mut out = Vec::new();
        for token in &tokens {
            let form = [("to".to_owned(), s01.id.to_string()), ("basis".to_owned(), "internal".to_owned())].into_iter().collect();
            out.push(act::act(&town.app, &town.scopes["clerk"], token, Action::Send, &form, None).await.map(|_| ()));
        }
        out
    };
    let (ended, sent) = tokio::join!(ending, sending);
    assert_eq!(ended.status, StatusCode::SEE_OTHER, "{}", ended.text());
    clearing::round(&town.app).await.unwrap();
    for (token, sent) in tokens.iter().zip(sent) {
        let at = town.load(token).await.case.seat.unwrap().unit;
        match sent {
            Ok(()) => assert_eq!(at, town.office(1), "sent and moved"),
            Err(fangxin::usecase::Denied::Rule(WhyNot::UnitClosed) | fangxin::usecase::Denied::Invalid(_)) => assert_eq!(at, town.centre()),
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(town.load(&held).await.case.seat.unwrap().unit, town.office(1));
    // What another server's transaction brought there after the last look is moved by the next.
    let late = town.case(Kind::Complaint).await;
    forced(&town, &late, &s01).await;
    assert_eq!(units::open_cases(&town.app, town.locality, s01.id).await.unwrap(), 1);
    assert_eq!(clearing::round(&town.app).await.unwrap(), 1);
    assert_eq!(town.load(&late).await.case.seat.unwrap().unit, town.office(1));
    whole(&town).await;
}

/// A send that was decided before the unit was closed, and committed after.
async fn forced(town: &Town, token: &str, to: &Unit) {
    use rules::case::command::{Command, Relation};
    use rules::case::decide::{Context, decide};
    let world = town.app.world(town.locality).unwrap();
    let (now, seat) = (town.app.clock().now(), rules::case::event::Seat { unit: to.id, organ: to.organ });
    let (loaded, scope) = (town.load(token).await, town.scopes["clerk"].clone());
    let command = Command::Send { to: seat, relation: Relation::Same, basis: "internal".into(), note: None };
    let ctx = Context { now, effective: now, actor: scope.actor(), calendar: &world.calendar, pack: &world.pack, number: None };
    let facts = decide(&loaded.case, &command, &ctx).unwrap();
    let work =
        async move |tx: &mut store::engine::Tx| store::cases::append(tx, &loaded, facts.clone(), scope.by(), now, now).await.map(|_| ());
    town.app.db().write(work).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merged_units_people_go_along_and_keep_their_cases() {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    let (s01, s02) = (unit(&town, "S01"), unit(&town, "S02"));
    let mut lead = town.browser("lead");
    let (me, deputy) = (town.scopes["lead"].grant().unwrap().0.to_string(), town.scopes["colleague"].grant().unwrap().0.to_string());
    let absent = [("absent", me.as_str()), ("deputy", &deputy), ("from_day", "2026-06-01"), ("through_day", "2026-06-30")];
    assert_eq!(lead.post("/desk/absence", &absent).await.status, StatusCode::SEE_OTHER);
    let mut admin = town.browser("sysadmin");
    let fields = [("to_unit", "S02"), ("merge", "1"), ("end_day", "2026-06-01"), ("end_why", "合并"), ("confirm", "1")];
    let done = admin.post(&format!("/desk/units/{}/end", s01.id), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    clearing::round(&town.app).await.unwrap();
    let officer = town.scopes["officer"].grant().unwrap().0;
    assert_eq!((town.load(&token).await.case.seat.unwrap().unit, town.load(&token).await.case.handler), (s02.id, Some(officer)));
    // The session that was open goes on at the new unit.
    let mut b = town.browser("officer");
    shows(&b.get("/desk/mine").await, &[&token]);
    assert_eq!(b.post(&format!("/desk/case/{token}/note"), &[("note", "接着办")]).await.status, StatusCode::SEE_OTHER);
    let world = town.app.world(town.locality).unwrap();
    assert!(world.directory.roles.iter().all(|(_, g)| g.unit != s01.id));
    let deputies: Vec<_> = world.directory.deputies.iter().map(|(p, g)| (p.to_string(), g.unit)).collect();
    assert_eq!(deputies, [(deputy, s02.id)]);
    shows(&admin.get(&format!("/desk/units/{}", s01.id)).await, &[&format!("已并入{}", s02.name)]);
    whole(&town).await;
}

/// A district of 1 centre, 9 offices, 56 stations and 4,296 trusted businesses, as a list.
fn district() -> String {
    let mut list = String::from("代码,名称,类别,上级代码,电话,地址\n");
    for i in 1..=9 {
        list += &format!("H{i:02},海{i}市场监督管理所,office,C,0990-55{i:05},海{i}路{i}号\n");
    }
    for i in 1..=56 {
        list += &format!("HZ{i:03},第{i}消费维权站,消费维权站,H{:02},,\n", i % 9 + 1);
    }
    for i in 1..=4_296 {
        list += &format!("F{i:04},放心店{i},trusted,HZ{:03},,海街{i}号\n", i % 56 + 1);
    }
    list
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_of_four_thousand_units_is_brought_in_searched_and_every_leaf_has_its_desk() {
    let mut town = Town::new().await;
    let mut admin = town.browser("sysadmin");
    let list = district();
    let bad = format!("{list}F0001,又一个,office,C,,\nX1,没有类别,,C,,\nX2,没有上级,office,NOPE,,\n坏码,x,office,C,,\n");
    let tried = admin.upload("/desk/units/bring", &[("only_check", "1")], ("units.csv", bad.as_bytes())).await;
    assert_eq!(tried.status, StatusCode::OK, "{}", tried.text());
    shows(&tried, &["新增 4361", "有误 4", "代码在名单里重复", "没有这个代码"]);
    assert!(town.app.world(town.locality).unwrap().directory.units.values().all(|u| u.code != "F0001"), "a check brings nothing");
    let brought = admin.upload("/desk/units/bring", &[], ("units.csv", list.as_bytes())).await;
    shows(&brought, &["新增 4361", "有误 0"]);
    let again = admin.upload("/desk/units/bring", &[], ("units.csv", list.as_bytes())).await;
    shows(&again, &["新增 0", "变更 0", "不变 4361"]);
    // Out and in again nothing changes.
    let out = admin.get("/desk/units/export.csv").await;
    let again = admin.upload("/desk/units/bring", &[("only_check", "1")], ("units.csv", &out.body)).await;
    shows(&again, &["新增 0", "变更 0", "有误 0"]);

    // A page shows a page, whatever there is.
    let top = admin.get("/desk/units").await;
    hides(&top, &["放心店1<"]);
    let office = unit(&town, "H01");
    let station = unit(&town, "HZ009");
    assert_eq!(station.parent, Some(office.id));
    shows(&admin.get(&format!("/desk/units?at={}", office.id)).await, &["第9消费维权站"]);
    let level = admin.get(&format!("/desk/units?at={}", station.id)).await;
    assert!(level.text().matches("放心店").count() >= 50);
    assert!(level.body.len() < 100_000, "{}", level.body.len());
    let found = admin.get("/desk/units?q=放心店4296").await;
    shows(&found, &["F4296", "海"]);
    let many = admin.get("/desk/units?q=放心店").await;
    assert!(many.text().matches("data-l").count() < 7 * 51 && many.body.len() < 120_000, "{}", many.body.len());
    shows(&many, &["after=50"]);

    // A leaf has its desk.
    let leaf = unit(&town, "F4296").id;
    town.person("leaf", &[(Role::Partner, leaf)]).await;
    let (ours, other) = (town.case(Kind::Consultation).await, town.case(Kind::Consultation).await);
    let mut clerk = town.browser("clerk");
    let form = clerk.get(&format!("/desk/case/{ours}/send")).await;
    assert!(form.text().matches("<option").count() < 300, "the choice ends somewhere");
    shows(&form, &["to_other"]);
    let wrong = clerk.post(&format!("/desk/case/{ours}/send"), &[("to_other", "没有这家店"), ("basis", "internal")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&wrong, &["没有这个代码", "没有这家店"]);
    let sent = clerk.post(&format!("/desk/case/{ours}/send"), &[("to_other", "放心店4296"), ("basis", "internal")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    assert_eq!(
        clerk.post(&format!("/desk/case/{other}/send"), &[("to_other", "f4295"), ("basis", "internal")]).await.status,
        StatusCode::SEE_OTHER
    );
    let mut desk = town.browser("leaf");
    let page = desk.get("/desk/mine?show=new").await;
    shows(&page, &[&ours]);
    hides(&page, &[&other]);
    assert_eq!(desk.get(&format!("/desk/case/{other}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(desk.post(&format!("/desk/case/{ours}/open"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(clerk.get("/desk/queue").await.body.len() < 150_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_to_handle_again_is_declined_with_the_reason_and_other_ways() {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    let refusal = [("ground", "NA-1"), ("reason", "应向卫健部门投诉")];
    town.act("officer", &token, Action::Refuse, &refusal).await;
    town.act("officer", &token, Action::Tell, &[("matter", "refusal"), ("party", "submitter"), ("method", "phone")]).await;
    let mut own = town.submitter();
    let asked = own.post(&format!("/track/again/{token}"), &[("at", "1-again"), ("reason-1-again", "我不同意")]).await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text());
    let mut lead = town.browser("lead");
    shows(&lead.get("/desk/reopen").await, &[&format!("/desk/case/{token}/decline-reopen"), "不再次办理"]);
    let path = format!("/desk/case/{token}/decline-reopen");
    assert_eq!(town.browser("officer").post(&path, &[("reason", "x")]).await.status, StatusCode::CONFLICT);
    let empty = lead.post(&path, &[("reason", "")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = lead.post(&path, &[("reason", "该事项确不属我局职责。")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    hides(&lead.get("/desk/reopen").await, &[&token]);
    let page = own.get("/track/case").await;
    shows(&page, &["不再次办理", "该事项确不属我局职责。", "其他办法"]);
    hides(&page, &[&format!("/track/again/{token}")]);
    whole(&town).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dissatisfied_answer_is_handled_again_where_the_pack_says_so_and_not_asked_for_by_the_handler() {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    town.act("officer", &token, Action::Refuse, &[("ground", "NA-1"), ("reason", "应向卫健部门投诉")]).await;
    town.act("officer", &token, Action::Tell, &[("matter", "refusal"), ("party", "submitter"), ("method", "phone")]).await;
    let path = format!("/desk/case/{token}/follow-up");
    let said = [("method", "phone"), ("satisfaction", "dissatisfied"), ("reason", "没有人管")];
    let own = town.browser("officer").post(&path, &said).await;
    assert_eq!(own.status, StatusCode::CONFLICT);
    let done = town.browser("colleague").post(&path, &said).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    let case = town.load(&token).await.case;
    assert_eq!((case.rounds, case.closed), (1, None), "the demonstration's pack has it handled again");
}
