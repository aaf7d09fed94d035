//! Packs in a running town: each locality's pack is loaded as the next version and its mechanism played through the use cases, as far as the
//! program has it; versions by date; the page, its checks, its look at open cases, the recount.

use crate::town::{Browser, Page, Town};
use axum::http::StatusCode;
use fangxin::usecase::{packs, setup, sweep};
use rules::access::Role;
use rules::case::command::Action;
use rules::law::Kind;
use rules::pack::Mechanism;
use std::collections::BTreeMap;
use store::cases::Loaded;
use store::scope::{Reason, Scope};

const DAY: i64 = 24 * 60;

fn text(id: &str) -> String {
    setup::pack_text(id).unwrap().to_owned()
}

/// The text becomes the pack from the next day on, and that day has come.
async fn holds(town: &Town, text: &str, recount: bool) {
    let scope = Scope::system(town.locality, Reason::Pack);
    let read = packs::read("pack.toml", text, &BTreeMap::new()).unwrap();
    let from = town.app.clock().now().date().tomorrow().unwrap();
    packs::make(&town.app, &scope, read, from, recount).await.unwrap();
    town.pass(DAY);
    town.app.refresh().await.unwrap();
}

/// A town under the pack of a locality.
async fn under(id: &str) -> Town {
    let town = Town::new().await;
    holds(&town, &text(id), false).await;
    assert_eq!(town.app.world(town.locality).unwrap().pack.id, id);
    town
}

fn due(case: &Loaded, clock: &str) -> String {
    let clock = case.case.clock(&rules::clock::ClockName(clock.to_owned())).unwrap_or_else(|| panic!("{clock}: {:?}", case.case.clocks));
    clock.due.at.civil().strftime("%m-%d %H:%M").to_string()
}

fn met(case: &Loaded, clock: &str) -> Option<bool> {
    case.case.clock(&rules::clock::ClockName(clock.to_owned())).and_then(rules::clock::Clock::met)
}

fn local(case: &Loaded) -> usize {
    case.case.clocks.iter().filter(|c| !c.name.is_statutory()).count()
}

/// Which are on: carried out, and only declared.
fn on(town: &Town, run: &[Mechanism], declared: &[Mechanism]) {
    let pack = &town.app.world(town.locality).unwrap().pack;
    for m in run {
        assert!(pack.runs(*m), "{} is on and carried out", m.code());
    }
    for m in declared {
        assert!(pack.mechanisms[m].on && !pack.mechanisms[m].source.is_empty(), "{} is declared", m.code());
        assert_eq!(pack.runs(*m), m.built(), "{}", m.code());
    }
}

async fn whole(town: &Town) {
    let report = store::verify::run(town.app.db(), town.app.keyring(), Some(town.app.files()), &mut |_| {}).await.unwrap();
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
}

#[tokio::test]
async fn jd2_a_complaint_is_at_its_office_within_a_working_day() {
    let town = under("jindong").await;
    let token = town.case(Kind::Complaint).await;
    assert_eq!(due(&town.load(&token).await, "local:dispatch"), "06-04 00:00", "the end of 3 June");
    town.pass(60);
    town.send(&token).await;
    assert_eq!(met(&town.load(&token).await, "local:dispatch"), Some(true));
    on(&town, &[Mechanism::OneIntake, Mechanism::LeniencyList, Mechanism::Stations, Mechanism::Inspections], &[Mechanism::Odr]);
    // 一日两查三通知: at nine and at four, three steps.
    let pack = &town.app.world(town.locality).unwrap().pack;
    assert_eq!((pack.supervision.inspections.len(), pack.supervision.steps.len()), (2, 3));
    let waiting = town.case(Kind::Complaint).await;
    town.pass(7 * 60 + 1);
    sweep::round(&town.app).await.unwrap();
    let told = town.load(&waiting).await.case.watch.notices;
    assert_eq!(told.iter().map(|n| n.step).collect::<Vec<_>>(), [1], "{told:?}");
}

#[tokio::test]
async fn bj2_eight_mechanisms_and_no_invented_limit() {
    let town = under("beijing").await;
    let token = town.case(Kind::Complaint).await;
    assert_eq!(local(&town.load(&token).await), 0, "only the law's limits");
    use Mechanism as M;
    let eight =
        [M::ThemeMeetings, M::Analysis, M::Warnings, M::FirstAsked, M::Conferences, M::SpecialActions, M::Supervision, M::Appraisal];
    on(&town, &[M::ThemeMeetings, M::SpecialActions, M::MonthlyTopic, M::Supervision, M::FirstAsked], &eight);
}

#[tokio::test]
async fn sd1_sent_in_two_hours_answered_in_twenty_four() {
    let town = under("shandong").await;
    let token = town.case(Kind::Report).await;
    assert_eq!(due(&town.load(&token).await, "local:dispatch"), "06-02 11:00");
    town.pass(121);
    sweep::round(&town.app).await.unwrap();
    town.send(&token).await;
    let case = town.load(&token).await;
    assert_eq!((met(&case, "local:dispatch"), due(&case, "local:response").as_str()), (Some(false), "06-03 11:01"));
}

#[tokio::test]
async fn sd3_shorter_limits_beside_the_laws() {
    let town = under("shandong").await;
    let token = town.opened(Kind::Complaint).await;
    town.act("officer", &token, Action::Accept, &[]).await;
    let case = town.load(&token).await;
    // 30 working days from 2 June end with 15 July, 60 natural days with 3 August (1 August is a Saturday).
    assert_eq!((due(&case, "local:mediation").as_str(), due(&case, "L2").as_str()), ("07-16 00:00", "08-04 00:00"));
    let other = town.case(Kind::Consultation).await;
    assert_eq!(due(&town.load(&other).await, "local:immediate"), "06-04 00:00");
    on(&town, &[Mechanism::ShorterLimits, Mechanism::SecondHandling], &[Mechanism::Appraisal]);
}

#[tokio::test]
async fn sh6_the_steps_are_declared_and_the_laws_limits_stand() {
    let town = under("shanghai").await;
    let token = town.case(Kind::Complaint).await;
    assert_eq!(local(&town.load(&token).await), 0);
    on(&town, &[Mechanism::SpotChecks, Mechanism::Supervision, Mechanism::FirstAsked], &[Mechanism::JointMediation]);
}

#[tokio::test]
async fn zj7_levels_and_the_councils_limits() {
    let town = under("zhejiang").await;
    let token = town.opened(Kind::Complaint).await;
    assert_eq!(due(&town.load(&token).await, "local:council-accept"), "06-10 00:00");
    town.act("officer", &token, Action::Accept, &[]).await;
    assert_eq!(due(&town.load(&token).await, "local:council-mediate"), "06-17 00:00");
    let pack = &town.app.world(town.locality).unwrap().pack;
    let of = |kind| pack.levels.of(kind).code();
    use rules::pack::UnitKind as K;
    assert_eq!([of(K::Trusted), of(K::Station), of(K::Office)], ["shop", "station", "district"]);
    on(&town, &[Mechanism::StepMessages], &[Mechanism::SettledLevels, Mechanism::VillageStations]);
}

#[tokio::test]
async fn cc3_any_organisation_can_handle_and_the_rest_is_declared() {
    let town = under("changchun").await;
    on(&town, &[Mechanism::WideNetwork], &[Mechanism::GreenChannel, Mechanism::CourtLink]);
}

#[tokio::test]
async fn jj1_what_the_park_and_the_linked_shops_do_is_declared() {
    let town = under("jinjiang").await;
    on(
        &town,
        &[Mechanism::Stations],
        &[Mechanism::ParkAgent, Mechanism::LinkedShops, Mechanism::ReturnAlliance, Mechanism::MediatorRosters],
    );
}

#[tokio::test]
async fn hs3_an_answer_within_thirty_minutes() {
    let town = under("haishu").await;
    let (kept, broken) = (town.case(Kind::Complaint).await, town.case(Kind::Complaint).await);
    town.send(&kept).await;
    town.send(&broken).await;
    assert_eq!(due(&town.load(&kept).await, "local:first-answer"), "06-02 09:30");
    town.act("officer", &kept, Action::Open, &[]).await;
    town.pass(29);
    town.act(
        "officer",
        &kept,
        Action::Contact,
        &[("party", "submitter"), ("reached", "yes"), ("said", "电话联系了消费者"), ("method", "phone")],
    )
    .await;
    town.pass(2);
    sweep::round(&town.app).await.unwrap();
    assert_eq!(met(&town.load(&kept).await, "local:first-answer"), Some(true));
    let late = town.load(&broken).await;
    assert!(late.case.clocks.iter().any(|c| c.name.0 == "local:first-answer" && c.lapsed), "{:?}", late.case.clocks);
}

#[tokio::test]
async fn hs2_every_case_is_followed_up() {
    let town = under("haishu").await;
    let pack = &town.app.world(town.locality).unwrap().pack;
    assert!(pack.follow_up.every && pack.follow_up.within_days.is_none(), "no number is given");
    assert!(pack.supervision.daily_urging && pack.supervision.zero_check.is_some());
    on(&town, &[Mechanism::FollowUpEveryCase, Mechanism::ZeroCheck, Mechanism::DailyUrging, Mechanism::BadReviews], &[]);
}

#[tokio::test]
async fn gx1_disclosure_is_declared_and_three_hours_are_no_limit() {
    let town = under("guangxi").await;
    let token = town.case(Kind::Complaint).await;
    assert_eq!(local(&town.load(&token).await), 0);
    on(&town, &[], &[Mechanism::Disclosure, Mechanism::Warnings, Mechanism::StarRating, Mechanism::Escrow]);
}

/// A locality nobody has heard of, made of text alone.
const TENTH: &str = r#"
id = "tenth"
version = 1
name = "某市"
name_en = "Some city"
source = "某市规定"
valid_from = "2026-06-01"
based_on = "national"
roll = "statutory_holiday_only"

[numbering]
document = "{organ}消〔{year}〕{class}{n:4}号"

[[clock]]
id = "send"
name = "转办"
name_en = "Pass on"
kinds = ["complaint"]
start = "organ"
stop = "sent"
span = "45min"
source = "某市规定第三条"

[[mechanism]]
id = "zero_check"
source = "某市规定第四条"
"#;

#[tokio::test]
async fn a_tenth_locality_needs_no_rust() {
    let town = Town::new().await;
    holds(&town, TENTH, false).await;
    let token = town.case(Kind::Complaint).await;
    assert_eq!(due(&town.load(&token).await, "local:send"), "06-02 09:45");
    town.send(&token).await;
    town.act("officer", &token, Action::Open, &[]).await;
    town.act("officer", &token, Action::Accept, &[]).await;
    // From 2 June sixty days end on Saturday, 1 August: no statutory holiday, so it stays.
    assert_eq!(due(&town.load(&token).await, "L2"), "08-02 00:00");
    let world = town.app.world(town.locality).unwrap();
    assert_eq!(world.pack.document.render("某", "受", 2026, 7), "某消〔2026〕受0007号");
    on(&town, &[Mechanism::ZeroCheck, Mechanism::LeniencyList], &[]);
    whole(&town).await;
}

#[track_caller]
fn shows(page: &Page, texts: &[&str]) {
    let all = page.text();
    let main = all.split("<main").nth(1).unwrap_or_default();
    for text in texts {
        assert!(main.contains(text), "{text} is not on the page:\n{main}");
    }
}

async fn check(b: &mut Browser, text: &str) -> Page {
    b.upload("/desk/pack/check", &[("text", text)], ("nothing", b"")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_checks_a_version_shows_what_it_moves_and_makes_it() {
    let mut town = Town::new().await;
    let token = town.case(Kind::Complaint).await;
    let number = town.load(&token).await.case.registration.number.clone();
    let mut admin = town.browser("sysadmin");
    shows(
        &admin.get("/desk/pack").await,
        &[
            "清和县（演示）",
            "流转到基层所",
            "1 个工作日",
            "已声明，系统尚不支持",
            "全国通用",
            "09:00、16:00",
            "一日两查三通知",
            "通知机构负责人",
            "责任人：监督人员",
        ],
    );
    let mut supervisor = town.browser("supervisor");
    let page = supervisor.get("/desk/pack").await;
    shows(&page, &["流转到基层所"]);
    assert!(!page.text().contains("/desk/pack/check"), "a supervisor reads");
    assert_eq!(supervisor.post("/desk/pack/recount", &[]).await.status, StatusCode::NOT_FOUND);

    // Faults line by line, and what was written stays.
    let own = town.app.world(town.locality).unwrap().directory.packs[0].1.last().unwrap().clone();
    let wrong =
        own.replace("kind = \"centre\"\norgan = \"990101\"", "kind = \"center\"\norgan = \"990101\"").replace("rounds = 2", "rounds = 20");
    let page = check(&mut admin, &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&page, &["follow_up.rounds", "unit.kind", "2 处要改", "没有“center”，可以写：centre", "“20”不合适，写 1–9"]);

    // The same version again is no new one; the next one moves the case's date.
    let changed = format!(
        "{own}\n[[clock]]\nid = \"dispatch\"\nname = \"流转\"\nname_en = \"Dispatch\"\nkinds = [\"complaint\"]\nstart = \"organ\"\nstop = \"sent\"\nspan = \"2h\"\nsource = \"试行\"\n"
    );
    shows(&check(&mut admin, &changed).await, &["版本号要比现在的大"]);
    let changed = changed.replacen("version = 2", "version = 3", 1);
    let page = check(&mut admin, &changed).await;
    assert_eq!(page.status, StatusCode::OK);
    shows(&page, &["检查通过", &number, "2 小时", "试行", "已看完"]);
    assert_eq!(due(&town.load(&token).await, "local:dispatch"), "06-03 00:00", "nothing was changed");

    let page = admin.post("/desk/pack", &[("text", &changed), ("from", "2026-06-01"), ("open", "recount")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&page, &["这天已经有版本"]);
    let page = admin.post("/desk/pack", &[("text", &changed), ("from", "2026-06-02"), ("open", "recount")]).await;
    assert_eq!(page.to(), "/desk/pack");
    sweep::round(&town.app).await.unwrap();
    assert_eq!(due(&town.load(&token).await, "local:dispatch"), "06-03 00:00", "its day has not come");
    shows(&admin.get("/desk/pack").await, &["到日生效", "第 3 版"]);
    town.pass(DAY);
    town.app.refresh().await.unwrap();
    sweep::round(&town.app).await.unwrap();
    let case = town.load(&token).await;
    assert_eq!(due(&case, "local:dispatch"), "06-01 11:00", "counted from where it started");
    assert_eq!(case.case.clocks.iter().find(|c| c.name.0 == "local:dispatch").unwrap().basis, "pack:demo-qinghe@3");
    // Yesterday's sessions are over.
    let centre = town.centre();
    town.person("sysadmin2", &[(Role::SystemAdmin, centre)]).await;
    town.person("clerk2", &[(Role::Clerk, centre)]).await;
    shows(&town.browser("sysadmin2").get("/desk/pack").await, &["已被取代", "现行", "完成"]);
    let mut clerk = town.browser("clerk2");
    assert!(clerk.get(&format!("/desk/case/{token}")).await.text().contains("按政策包新版本重算时限"));
    whole(&town).await;
}

#[tokio::test]
async fn a_version_for_new_cases_only_moves_nothing_and_can_be_recounted_later() {
    let town = Town::new().await;
    let old = town.case(Kind::Complaint).await;
    let before = due(&town.load(&old).await, "local:dispatch");
    holds(&town, &text("shandong"), false).await;
    sweep::round(&town.app).await.unwrap();
    assert_eq!(due(&town.load(&old).await, "local:dispatch"), before);
    let new = town.case(Kind::Complaint).await;
    assert_eq!(due(&town.load(&new).await, "local:dispatch"), "06-02 11:00");
    // What the old version promised still ends as it was promised.
    town.send(&old).await;
    assert_eq!(met(&town.load(&old).await, "local:dispatch"), Some(true));
    let scope = town.scopes["sysadmin"].clone();
    packs::order_recount(&town.app, &scope).await.unwrap();
    assert!(packs::order_recount(&town.app, &scope).await.is_err(), "one at a time");
    let id = packs::recounts(&town.app.world(town.locality).unwrap())[0].0;
    packs::stop(&town.app, &scope, id).await.unwrap();
    packs::order_recount(&town.app, &scope).await.unwrap();
    sweep::round(&town.app).await.unwrap();
    let world = town.app.world(town.locality).unwrap();
    let all = packs::recounts(&world);
    assert!(all.iter().all(|(_, r)| r.ended.is_some()) && all.iter().any(|(_, r)| r.stopped), "{all:?}");
    whole(&town).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_due_for_a_call_is_what_the_pack_says() {
    let mut town = Town::new().await;
    let rule = "\n[follow_up]\nkinds = [\"complaint\"]\nwithin_days = 2\nevery = true\nsource = \"某市规定第五条\"\n";
    let text = TENTH.replacen("\n[numbering]", &format!("{rule}\n[numbering]"), 1);
    holds(&town, &text, false).await;
    let (complaint, other) = (town.opened(Kind::Complaint).await, town.opened(Kind::Consultation).await);
    town.act("officer", &complaint, Action::Withdraw, &[]).await;
    town.act("officer", &other, Action::Withdraw, &[]).await;
    let centre = town.centre();
    town.person("caller", &[(Role::Clerk, centre)]).await;
    let page = town.browser("caller").get("/desk/follow-up").await;
    shows(&page, &["每件都要回访", "办结后 2 天内回访", "超过 2 天未回访 0", &complaint]);
    assert!(!page.text().contains(&other), "of another kind");
    town.pass(2 * DAY + 1);
    town.person("caller2", &[(Role::Clerk, centre)]).await;
    shows(&town.browser("caller2").get("/desk/follow-up?age=due").await, &["超过 2 天未回访 1", &complaint]);
}
