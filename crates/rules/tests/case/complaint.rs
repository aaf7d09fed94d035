//! Complaints (投诉) under both orders, from receipt to closing.

use crate::scene::*;
use rstest::rstest;
use rules::access::Actor;
use rules::case::command::{Command, WhyNot};
use rules::case::event::{Consent, Event, Matter, Mode, Outcome};
use rules::case::next::{Step, awaits_identity, next};
use rules::case::{Decision, Settlement, Stage};
use rules::clock::ClockState;
use rules::law::{Body, Conduct, Factor, Ground, Kind, Level, Party, Regime, Termination};
use rules::money::Fen;

const ORDER_20: &str = "2026-03-02T09:00";
const ORDER_121: &str = "2026-05-06T09:00";

fn step(s: &Scene) -> Option<Step> {
    next(&s.case).map(|n| n.step)
}

#[test]
fn from_receipt_to_agreement() {
    let mut s = Scene::new(Kind::Complaint, ORDER_121);
    assert_eq!(step(&s), Some(Step::Receive));
    assert!(s.case.clocks.is_empty(), "no clock of law runs before the competent organ's receipt");
    s.receive();
    assert_eq!((step(&s), s.due("L1").as_str()), (Some(Step::Send), "2026-05-14"));
    s.send(OFFICE);
    assert_eq!(step(&s), Some(Step::Open));
    s.ok(OFFICER, Command::Open);
    assert_eq!((step(&s), s.case.handler), (Some(Step::Decide), OFFICER.person()));
    s.at("2026-05-07T10:00").ok(OFFICER, Command::Accept);
    assert_eq!(s.last(), &Event::Accepted { number: Some("第1号".into()) });
    assert!(s.clock("L1").is_open(), "L1 waits for telling");
    let asked = next(&s.case).unwrap();
    assert_eq!((asked.step, asked.tell), (Step::Tell, Some((Matter::Acceptance, Party::Submitter))));
    assert_eq!(asked.clock.unwrap().name, name("L1"));
    s.at("2026-05-08T10:00").tell(Matter::Acceptance, Party::Respondent);
    assert!(s.clock("L1").is_open(), "telling the respondent does not stop it");
    s.tell(Matter::Acceptance, Party::Submitter);
    assert_eq!(s.clock("L1").state, ClockState::Stopped(t("2026-05-08T10:00")));
    assert_eq!(s.due("L2"), "2026-07-06", "counted from acceptance");
    assert_eq!(step(&s), Some(Step::StartMediation));
    let mediate = Command::Mediate { mode: Mode::Phone, entrusted_to: None };
    s.no(OFFICER, mediate.clone(), WhyNot::NoConsent);
    s.ok(OFFICER, respondent_consents(Consent::Mediation)).ok(OFFICER, mediate);
    assert_eq!(step(&s), Some(Step::Mediate));
    s.at("2026-05-20T10:00").ok(OFFICER, Command::Agree { terms: sealed("terms"), amount: Fen(380_000), performed: true });
    assert_eq!(s.clock("L2").met(), Some(true));
    let close = |level, recovered| Command::Close { outcome: Outcome::Agreed, untrue: false, level, recovered, summary: None };
    s.no(OFFICER, close(None, Fen(380_000)), WhyNot::LevelMissing);
    s.no(OFFICER, close(Some(Level::Shop), Fen(-1)), WhyNot::Money);
    s.ok(OFFICER, close(Some(Level::Station), Fen(380_000)));
    let closing = s.case.closed.unwrap();
    assert_eq!((closing.level, closing.recovered, closing.outcome), (Some(Level::Station), Fen(380_000), Outcome::Agreed));
    assert_eq!((s.case.stage(), step(&s)), (Stage::Closed, None));
    s.ok(OFFICER, tell(Matter::Agreement, Party::Submitter)).no(OFFICER, tell(Matter::Contact, Party::Submitter), WhyNot::Over);
}

/// The regime follows the day of receipt by the organ and stays.
#[test]
fn v_12_v_13_the_day_of_receipt_decides_the_order() {
    for (received, regime, due) in [("2026-04-14", Regime::Order20, "2026-04-23"), ("2026-04-15", Regime::Order121, "2026-04-24")] {
        let mut s = Scene::new(Kind::Complaint, "2026-04-14T08:00");
        s.at(&format!("{received}T23:59")).receive();
        assert_eq!((s.case.regime, s.due("L1").as_str()), (Some(regime), due));
        s.at("2026-04-16T09:00").send(OFFICE).ok(OFFICER, Command::Open).ok(OFFICER, Command::Accept);
        assert_eq!(s.case.regime, Some(regime));
    }
}

#[rstest]
#[case::v_06("2025-09-26", "2025-10-13")]
#[case::v_07("2025-09-28", "2025-10-14")]
#[case::v_08("2025-10-01", "2025-10-16")]
#[case::v_09("2025-01-24", "2025-02-10")]
#[case::v_10("2024-02-08", "2024-02-23")]
#[case::v_11("2024-09-30", "2024-10-15")]
#[case::v_14("2026-04-30", "2026-05-13")]
#[case::v_15("2026-02-11", "2026-02-27")]
#[case::v_16("2026-02-14", "2026-03-03")]
#[case::v_17("2026-04-18", "2026-04-28")]
#[case::v_18("2026-09-30", "2026-10-15")]
#[case::v_19("2025-12-31", "2026-01-12")]
fn acceptance_is_due(#[case] received: &str, #[case] due: &str) {
    let mut s = Scene::new(Kind::Complaint, &format!("{received}T21:30"));
    s.receive();
    assert_eq!(s.due("L1"), due);
}

/// Mediation: L2, and beside it L2b under Order 20 where the Regulation was in force at acceptance.
#[rstest]
#[case::v_20("2025-01-10", "2025-03-20", Some("2025-03-11"))]
#[case::v_21("2024-03-01", "2024-05-08", None)]
#[case::v_22("2026-04-15", "2026-06-15", None)]
#[case::v_23("2026-04-20", "2026-06-22", None)]
#[case::v_24("2026-05-06", "2026-07-06", None)]
#[case::v_25("2026-08-04", "2026-10-08", None)]
#[case::v_26("2026-07-27", "2026-09-28", None)]
#[case::v_27("2026-08-10", "2026-10-09", None)]
fn mediation_is_due(#[case] accepted: &str, #[case] l2: &str, #[case] l2b: Option<&str>) {
    let day = format!("{accepted}T09:00");
    let s = Scene::accepted(&day, &day);
    assert_eq!(s.due("L2"), l2);
    assert_eq!(s.has_clock("L2b").then(|| s.due("L2b")).as_deref(), l2b);
    let tightest = next(&s.case).unwrap().clock.unwrap().due.on.to_string();
    assert_eq!(tightest, l2b.unwrap_or(l2), "work goes to the tighter of the two");
}

#[test]
fn statutory_holiday_only_is_the_packs_choice() {
    let mut pack = pack("national");
    pack.roll = rules::calendar::Roll::StatutoryHolidayOnly;
    let at = t(ORDER_121);
    let mut s = Scene::with(registration(Kind::Complaint, Some(at)), at, pack).open();
    s.ok(OFFICER, Command::Accept);
    assert_eq!(s.due("L2"), "2026-07-05");
}

#[rstest]
fn refused_with_each_ground(#[values(ORDER_20, ORDER_121)] received: &str, #[values(0, 1, 2, 3, 4, 5, 6)] nth: usize) {
    let mut s = Scene::opened(Kind::Complaint, received);
    let regime = s.case.regime.unwrap();
    let Some(ground) = Ground::of(regime).get(nth).copied() else {
        assert_eq!(regime, Regime::Order20, "Order 20 has six grounds");
        return;
    };
    assert_eq!(ground.number(regime), Some(nth as u8 + 1));
    let (mut body, mut factors) = (None, Vec::new());
    match ground {
        Ground::AlreadyHandled => body = Some(Body::Court),
        Ground::NotConsumption => factors.push(Factor::Quantity),
        Ground::Identity => {
            s.ok(OFFICER, Command::AskIdentity { by: s.now.date(), materials: sealed("materials") });
            s.at("2026-05-07T09:00");
        }
        _ => {}
    }
    s.ok(OFFICER, Command::Refuse { ground, body, factors, reason: sealed("reason"), handed_to: None });
    let Event::Refused { number, .. } = s.last() else { panic!("{:?}", s.last()) };
    assert_eq!(number.is_some(), regime == Regime::Order121, "Order 20 has no numbered forms here");
    assert_eq!((step(&s), s.clock("L1").is_open()), (Some(Step::Tell), true));
    s.no(OFFICER, close(Outcome::Refused), WhyNot::Untold);
    s.no(OFFICER, tell(Matter::Refusal, Party::Respondent), WhyNot::NothingToTell);
    s.tell(Matter::Refusal, Party::Submitter);
    assert_eq!(s.clock("L1").met(), Some(true));
    assert_eq!(s.case.closed.unwrap().outcome, Outcome::Refused);
}

#[test]
fn grounds_of_the_other_order_do_not_exist() {
    Scene::opened(Kind::Complaint, ORDER_20).no(OFFICER, refuse(Ground::Identity), WhyNot::NoSuchGround);
    let ask = Command::AskIdentity { by: d("2026-03-05"), materials: sealed("materials") };
    Scene::opened(Kind::Complaint, ORDER_20).no(OFFICER, ask, WhyNot::NoSuchGround);
    Scene::mediating(ORDER_20, ORDER_20).no(OFFICER, terminate(Termination::PartyGone), WhyNot::NoSuchGround);
}

#[test]
fn v_67_who_has_handled_it_decides_na_2() {
    let by = |body| Command::Refuse { ground: Ground::AlreadyHandled, body, factors: vec![], reason: sealed("reason"), handed_to: None };
    Scene::opened(Kind::Complaint, ORDER_121).no(OFFICER, by(Some(Body::OtherMediation)), WhyNot::BodyMissing);
    Scene::opened(Kind::Complaint, ORDER_20).ok(OFFICER, by(Some(Body::OtherMediation)));
    Scene::opened(Kind::Complaint, ORDER_121).no(OFFICER, by(None), WhyNot::BodyMissing).ok(OFFICER, by(Some(Body::ConsumerAssociation)));
    let stray =
        Command::Refuse { ground: Ground::Materials, body: Some(Body::Court), factors: vec![], reason: sealed("reason"), handed_to: None };
    Scene::opened(Kind::Complaint, ORDER_121).no(OFFICER, stray, WhyNot::NoSuchGround);
}

fn known_on(knew_on: &str, complained: &str, received: &str) -> Scene {
    let mut r = registration(Kind::Complaint, Some(t(complained)));
    r.knew_on = Some(d(knew_on));
    Scene::with(r, t(received), pack("national")).open()
}

#[test]
fn v_49_v_50_three_years_and_not_a_day_less() {
    known_on("2023-04-20", "2026-04-20T23:00", "2026-04-20T23:00").no(OFFICER, refuse(Ground::TooLate), WhyNot::NotTooLate);
    known_on("2023-04-20", "2026-04-21T00:00", "2026-04-21T00:00").ok(OFFICER, refuse(Ground::TooLate));
    // The last day lies in the May holiday.
    known_on("2023-05-02", "2026-05-06T12:00", "2026-05-06T12:00").no(OFFICER, refuse(Ground::TooLate), WhyNot::NotTooLate);
    known_on("2023-05-02", "2026-05-07T12:00", "2026-05-07T12:00").ok(OFFICER, refuse(Ground::TooLate));
    // Complained in time, received by the organ later: in time.
    known_on("2023-04-20", "2026-04-20T23:00", "2026-04-22T09:00").no(OFFICER, refuse(Ground::TooLate), WhyNot::NotTooLate);
}

#[test]
fn v_51_no_corresponding_day_and_no_notice_yet() {
    let due = rules::clock::last_day_to_complain(d("2024-02-29"), rules::calendar::Calendar::builtin());
    // 2027-02-28 is a Sunday; until the notice for 2027 it is assumed to be off.
    assert_eq!((due.on.to_string().as_str(), due.provisional), ("2027-03-01", true));
}

#[test]
fn identity_is_asked_for_proved_or_refused() {
    let mut s = Scene::opened(Kind::Complaint, ORDER_121);
    s.no(OFFICER, refuse(Ground::Identity), WhyNot::IdentityRunning);
    let ask = |by: &str| Command::AskIdentity { by: d(by), materials: sealed("materials") };
    s.no(OFFICER, ask("2026-05-05"), WhyNot::DayOutside).no(OFFICER, ask("2026-05-15"), WhyNot::DayOutside);
    s.ok(OFFICER, ask("2026-05-11"));
    assert_eq!(s.last(), &Event::IdentityAsked { number: "第1号".into(), by: d("2026-05-11"), materials: sealed("materials") });
    assert_eq!((s.due("L1").as_str(), awaits_identity(&s.case)), ("2026-05-14", true), "the notice stops nothing");
    s.ok(OFFICER, tell(Matter::IdentityNotice, Party::Submitter)).no(OFFICER, ask("2026-05-12"), WhyNot::IdentityAsked);
    s.at("2026-05-11T23:59").no(OFFICER, refuse(Ground::Identity), WhyNot::IdentityRunning);
    let mut proved = s.clone();
    proved.ok(OFFICER, Command::ProveIdentity).at("2026-05-12T09:00").no(OFFICER, refuse(Ground::Identity), WhyNot::IdentityRunning);
    proved.ok(OFFICER, Command::Accept);
    s.at("2026-05-12T09:00").ok(OFFICER, refuse(Ground::Identity));
    assert!(matches!(s.last(), Event::Refused { number: Some(n), .. } if n == "第2号"));
}

#[rstest]
fn terminated_with_each_ground(#[values(ORDER_20, ORDER_121)] received: &str, #[values(0, 1, 2, 3, 4, 5, 6, 7)] nth: usize) {
    let mut s = Scene::mediating(received, received);
    let regime = s.case.regime.unwrap();
    let Some(ground) = Termination::of(regime).get(nth).copied() else {
        assert_eq!((regime, nth), (Regime::Order20, 7));
        return;
    };
    let conduct = (ground == Termination::AbsentOrRefused).then_some((Party::Respondent, Conduct::Absent));
    let command = Command::Terminate { ground, conduct, reason: sealed("reason") };
    if ground == Termination::LimitPassed {
        s.no(OFFICER, command.clone(), WhyNot::LimitNotPassed);
        let last = s.case.clocks.iter().filter(|c| c.is_open()).map(|c| c.due.on).min().unwrap();
        s.at(&format!("{last}T23:59")).no(OFFICER, command.clone(), WhyNot::LimitNotPassed);
        s.now = rules::time::Instant::end_of(last);
        s.ok(Actor::System, Command::Lapse);
        assert_eq!(step(&s), Some(Step::MustTerminate));
    }
    s.ok(OFFICER, command);
    let Event::Terminated { number, .. } = s.last() else { panic!("{:?}", s.last()) };
    assert_eq!(number.is_some(), regime == Regime::Order121);
    assert_eq!(s.case.settlement, Some(Settlement::Terminated(ground)));
    assert!(!s.clock("L2").is_open() && s.clock("L3").is_open());
    s.no(OFFICER, close(Outcome::Terminated), WhyNot::Untold);
    s.tell(Matter::Termination, Party::Respondent);
    assert!(s.clock("L3").is_open(), "both parties must be told");
    s.tell(Matter::Termination, Party::Submitter);
    assert_eq!(s.clock("L3").met(), Some(true));
    s.no(OFFICER, close(Outcome::Agreed), WhyNot::WrongOutcome).ok(OFFICER, close(Outcome::Terminated));
}

#[rstest]
#[case::v_30("2026-06-23", "2026-07-02")]
#[case::v_31("2026-02-12", "2026-02-28")]
#[case::v_32("2026-09-29", "2026-10-14")]
fn telling_of_termination_is_due(#[case] terminated: &str, #[case] due: &str) {
    let day = format!("{terminated}T09:00");
    let mut s = Scene::mediating(&day, &day);
    s.ok(OFFICER, terminate(Termination::NoAgreementPossible));
    assert_eq!(s.due("L3"), due);
}

#[test]
fn the_later_of_the_two_tellings_stops_l3_whichever_is_entered_last() {
    let mut s = Scene::mediating(ORDER_121, ORDER_121);
    s.at("2026-05-20T09:00").ok(OFFICER, terminate(Termination::NoAgreementPossible));
    let (submitter, respondent) = (tell(Matter::Termination, Party::Submitter), tell(Matter::Termination, Party::Respondent));
    s.at("2026-05-25T09:00");
    let early = s.run_effective(OFFICER, &submitter, t("2026-05-19T09:00"));
    assert_eq!(early, Err(WhyNot::TooEarly), "nobody is told of what is not decided");
    s.ok(OFFICER, submitter).ok_effective(OFFICER, respondent, "2026-05-21T09:00");
    assert_eq!(s.clock("L3").state, ClockState::Stopped(t("2026-05-25T09:00")));
}

#[test]
fn v_68_whose_refusal_ends_mediation() {
    let by = |party, conduct| Command::Terminate {
        ground: Termination::AbsentOrRefused,
        conduct: Some((party, conduct)),
        reason: sealed("reason"),
    };
    let refused = by(Party::Submitter, Conduct::Refuses);
    Scene::mediating(ORDER_20, ORDER_20).no(OFFICER, refused.clone(), WhyNot::ConductMissing);
    Scene::mediating(ORDER_121, ORDER_121).ok(OFFICER, refused);
    for order in [ORDER_20, ORDER_121] {
        let mut s = Scene::accepted(order, order);
        s.no(OFFICER, terminate(Termination::AbsentOrRefused), WhyNot::ConductMissing);
        s.ok(OFFICER, by(Party::Respondent, Conduct::Refuses));
    }
}

#[test]
fn withdrawn_before_acceptance_closes_at_once() {
    for actor in [Actor::Submitter, OFFICER] {
        let mut s = Scene::opened(Kind::Complaint, ORDER_121);
        s.ok(actor, Command::Withdraw { reason: None, settled: false });
        assert_eq!(s.case.closed.unwrap().outcome, Outcome::Withdrawn);
        assert!(matches!(s.clock("L1").state, ClockState::Void(_)));
    }
    let mut unsent = Scene::new(Kind::Complaint, ORDER_121);
    unsent.ok(Actor::Submitter, Command::Withdraw { reason: None, settled: true });
    assert_eq!(unsent.case.closed.unwrap().outcome, Outcome::Settled);
}

#[test]
fn withdrawn_in_mediation_terminates_it_with_a_number() {
    let mut s = Scene::mediating(ORDER_121, ORDER_121);
    s.at("2026-05-12T09:00").ok(Actor::Submitter, Command::Withdraw { reason: Some(sealed("reason")), settled: true });
    let Event::Terminated { ground, number, .. } = s.last() else { panic!("{:?}", s.last()) };
    assert_eq!((*ground, number.as_deref()), (Termination::WithdrawnOrSettled, Some("第2号")));
    s.no(Actor::Submitter, Command::Withdraw { reason: None, settled: false }, WhyNot::AlreadyWithdrawn);
    s.tell(Matter::Termination, Party::Submitter).tell(Matter::Termination, Party::Respondent);
    s.no(OFFICER, close(Outcome::Terminated), WhyNot::WrongOutcome).ok(OFFICER, close(Outcome::Settled));
}

#[test]
fn withdrawn_while_testing_is_out_keeps_the_pause_uncounted() {
    let mut s = Scene::mediating(ORDER_121, ORDER_121);
    s.at("2026-06-30T09:00").ok(OFFICER, Command::TestingOut { institution: "省质检院".into(), on: d("2026-06-30") });
    s.at("2026-07-20T09:00").ok(Actor::Submitter, Command::Withdraw { reason: None, settled: false });
    assert_eq!((s.clock("L2").met(), s.due("L2").as_str()), (Some(true), "2026-07-27"));
}

#[test]
fn settled_by_the_parties_themselves_as_the_officer_hears() {
    let mut s = Scene::mediating(ORDER_121, ORDER_121);
    s.ok(OFFICER, terminate(Termination::WithdrawnOrSettled));
    s.tell(Matter::Termination, Party::Submitter).tell(Matter::Termination, Party::Respondent);
    let settled = Command::Close { outcome: Outcome::Settled, untrue: false, level: None, recovered: Fen(5_000), summary: None };
    s.ok(OFFICER, settled);
}

#[test]
fn v_28_appraisal_is_not_counted() {
    let mut s = Scene::accepted(ORDER_121, ORDER_121);
    s.at("2026-05-20T09:00").ok(OFFICER, Command::TestingOut { institution: "省质检院".into(), on: d("2026-05-20") });
    assert_eq!((step(&s), s.clock("L2").state), (Some(Step::AwaitTesting), ClockState::Suspended(d("2026-05-20"))));
    s.no(OFFICER, terminate(Termination::NoAgreementPossible), WhyNot::TestingOpen);
    s.at("2026-06-10T09:00").no(OFFICER, Command::TestingBack { on: d("2026-05-19"), result: sealed("result") }, WhyNot::TooEarly);
    s.no(OFFICER, Command::TestingBack { on: d("2026-06-11"), result: sealed("result") }, WhyNot::Future);
    s.ok(OFFICER, Command::TestingBack { on: d("2026-06-10"), result: sealed("result") });
    let clock = s.clock("L2");
    assert_eq!((s.due("L2").as_str(), clock.state), ("2026-07-27", ClockState::Running));
    assert!(!clock.proof(s.calendar).days.is_empty());
}

#[test]
fn appraisal_pauses_both_limits_of_order_20() {
    let mut s = Scene::accepted("2025-01-10T09:00", "2025-01-10T09:00");
    s.at("2025-02-10T09:00").ok(OFFICER, Command::TestingOut { institution: "院".into(), on: d("2025-02-10") });
    assert!(["L2", "L2b"].iter().all(|c| matches!(s.clock(c).state, ClockState::Suspended(_))));
    s.at("2025-02-20T09:00").ok(OFFICER, Command::TestingBack { on: d("2025-02-20"), result: sealed("result") });
    assert_eq!((s.due("L2").as_str(), s.due("L2b").as_str()), ("2025-04-01", "2025-03-21"));
}

#[test]
fn v_29_recusal_stops_mediation_but_not_the_clock() {
    let mut s = Scene::mediating(ORDER_121, ORDER_121);
    s.at("2026-05-11T09:00").ok(OFFICER, Command::AskRecusal { party: Party::Respondent, reason: sealed("reason") });
    assert_eq!((step(&s), s.due("L2").as_str()), (Some(Step::DecideRecusal), "2026-07-06"));
    s.no(OFFICER, Command::Agree { terms: sealed("terms"), amount: Fen(1), performed: false }, WhyNot::RecusalOpen);
    s.at("2026-05-14T09:00").ok(OFFICER, Command::DecideRecusal { granted: true });
    assert_eq!((s.due("L2").as_str(), s.clock("L2").state), ("2026-07-06", ClockState::Running));
}

#[test]
fn v_71_entrusted_mediation_needs_both() {
    let entrusted = || Command::Mediate { mode: Mode::InPerson, entrusted_to: Some("消费者协会".into()) };
    for (received, allowed) in [(ORDER_121, false), (ORDER_20, false), ("2024-07-01T09:00", false), ("2024-06-28T09:00", true)] {
        let mut s = Scene::accepted(received, received);
        s.ok(OFFICER, respondent_consents(Consent::Mediation));
        s.ok(Actor::Submitter, Command::Consent { party: Party::Submitter, to: Consent::Entrust, given: true });
        if allowed {
            s.ok(OFFICER, entrusted());
        } else {
            s.no(OFFICER, entrusted(), WhyNot::NoEntrustConsent);
            s.ok(OFFICER, respondent_consents(Consent::Entrust)).ok(OFFICER, entrusted());
        }
    }
}

#[test]
fn consents_are_each_partys_own() {
    let mut s = Scene::accepted(ORDER_121, ORDER_121);
    s.no(Actor::Submitter, respondent_consents(Consent::Mediation), WhyNot::Role);
    let given = Command::Consent { party: Party::Submitter, to: Consent::Mediation, given: true };
    s.no(Actor::Submitter, given, WhyNot::Nothing);
    s.ok(Actor::Submitter, Command::Consent { party: Party::Submitter, to: Consent::Mediation, given: false });
    s.ok(OFFICER, respondent_consents(Consent::Mediation));
    s.no(OFFICER, Command::Mediate { mode: Mode::Phone, entrusted_to: None }, WhyNot::NoConsent);
}

#[test]
fn a_clue_found_in_mediation_is_noted_and_hidden_from_the_parties() {
    let mut s = Scene::opened(Kind::Complaint, ORDER_121);
    let find = Command::FindClue { what: sealed("clue") };
    s.no(OFFICER, find.clone(), WhyNot::NotAccepted).ok(OFFICER, Command::Accept).ok(OFFICER, find);
    assert!(!s.last().shown_to_submitter());
}

#[test]
fn late_acts_miss_their_clock_and_late_entries_do_not() {
    let mut s = Scene::opened(Kind::Complaint, ORDER_121);
    s.ok(OFFICER, Command::Accept);
    s.at("2026-05-14T23:59").no(Actor::System, Command::Lapse, WhyNot::Nothing);
    s.at("2026-05-15T00:00").ok(Actor::System, Command::Lapse);
    assert!(s.clock("L1").lapsed);
    s.no(Actor::System, Command::Lapse, WhyNot::Nothing);
    let mut told_late = s.clone();
    told_late.tell(Matter::Acceptance, Party::Submitter);
    assert_eq!((told_late.clock("L1").met(), told_late.clock("L1").lapsed), (Some(false), true));
    // Told in time by telephone, entered a day later.
    s.ok_effective(OFFICER, tell(Matter::Acceptance, Party::Submitter), "2026-05-14T17:00");
    assert_eq!((s.clock("L1").met(), s.clock("L1").lapsed), (Some(true), false));
}

#[test]
fn effective_times_neither_lie_ahead_nor_before_what_they_follow() {
    let mut s = Scene::opened(Kind::Complaint, ORDER_121);
    s.at("2026-05-08T09:00");
    assert_eq!(s.run_effective(OFFICER, &Command::Accept, t("2026-05-09T09:00")), Err(WhyNot::Future));
    assert_eq!(s.run_effective(OFFICER, &Command::Accept, t("2026-05-05T09:00")), Err(WhyNot::TooEarly));
    s.ok_effective(OFFICER, Command::Accept, "2026-05-07T09:00");
    assert_eq!(s.case.decision, Some(Decision::Accepted(t("2026-05-07T09:00"))));
    assert_eq!(s.clock("L2").start, t("2026-05-07T09:00"));
    let told = tell(Matter::Acceptance, Party::Submitter);
    assert_eq!(s.run_effective(OFFICER, &told, t("2026-05-06T10:00")), Err(WhyNot::TooEarly));
    let ended = terminate(Termination::NoAgreementPossible);
    assert_eq!(s.run_effective(OFFICER, &ended, t("2026-05-06T10:00")), Err(WhyNot::TooEarly));
}
