//! Reports (举报): verification, the head's decision, and what else may become of one.

use crate::scene::*;
use rstest::rstest;
use rules::access::{Actor, Role};
use rules::case::command::{Command, Relation, WhyNot};
use rules::case::event::{Event, Matter, Origin, Outcome, Proposal};
use rules::case::next::{Step, next};
use rules::case::{Case, Stage};
use rules::clock::ClockState;
use rules::ids::{CaseId, Id};
use rules::law::{Kind, NotFiling, Party, Regime};
use rules::time::Instant;

const OTHER_CASE: CaseId = CaseId(Id([77; 16]));

fn file() -> Command {
    Command::Propose(Proposal::File { reason: sealed("reason") })
}
fn not_file(ground: NotFiling, leniency: Option<&str>) -> Command {
    Command::Propose(Proposal::NotFile { ground, leniency: leniency.map(str::to_owned), reason: sealed("reason") })
}
fn extend(clock: &str) -> Command {
    Command::Propose(Proposal::Extend { clock: name(clock), reason: sealed("reason") })
}
fn approve() -> Command {
    Command::Decide { approved: true, reason: None }
}
fn step(case: &Case) -> Option<Step> {
    next(case).map(|n| n.step)
}

#[test]
fn verified_proposed_decided_closed() {
    let mut s = Scene::opened(Kind::Report, "2026-05-06T09:00");
    assert_eq!(step(&s.case), Some(Step::Verify));
    s.no(OFFICER, file(), WhyNot::NotVerifying);
    s.ok(OFFICER, Command::Verify { note: None }).no(OFFICER, Command::Verify { note: None }, WhyNot::AlreadyVerifying);
    assert_eq!((step(&s.case), s.clock("L5").is_open()), (Some(Step::Propose), true));
    s.ok(OFFICER, file()).no(OFFICER, file(), WhyNot::ProposalOpen);
    assert_eq!(step(&s.case), Some(Step::Approve));
    s.no(OFFICER, approve(), WhyNot::Role).no(CLERK, approve(), WhyNot::Role);
    s.ok(LEAD, Command::Decide { approved: false, reason: Some(sealed("reason")) });
    assert_eq!((step(&s.case), s.case.filed), (Some(Step::Propose), None));
    s.ok(OFFICER, not_file(NotFiling::NoViolation, None)).ok(LEAD, approve());
    assert_eq!((s.case.filed, s.clock("L5").met()), (Some(false), Some(true)));
    s.no(OFFICER, close(Outcome::Filed), WhyNot::WrongOutcome).ok(OFFICER, close(Outcome::NotFiled));
    assert_eq!(s.case.stage(), Stage::Closed);
}

#[test]
fn nobody_approves_their_own_proposal_but_may_take_it_back() {
    let mut s = Scene::verifying("2026-05-06T09:00");
    s.ok(LEAD, file()).no(LEAD, approve(), WhyNot::OwnProposal);
    let mut taken_back = s.clone();
    taken_back.ok(LEAD, Command::Decide { approved: false, reason: None }).ok(LEAD, file());
    let deputy = person(44, Role::Lead, OFFICE);
    s.ok(deputy, approve());
    assert_eq!(s.case.filed, Some(true));
    let mut far = Scene::verifying("2026-05-06T09:00");
    far.ok(OFFICER, file()).no(person(45, Role::Lead, SECOND_OFFICE), approve(), WhyNot::OtherUnit);
}

#[rstest]
fn every_ground_of_not_filing(#[values(0, 1, 2, 3, 4, 5, 6, 7)] nth: usize) {
    let ground = NotFiling::ALL[nth];
    let mut s = Scene::verifying("2026-05-06T09:00");
    let item = Some("首违不罚清单第3项");
    if ground.is_leniency() {
        s.no(OFFICER, not_file(ground, None), WhyNot::LeniencyMissing).no(OFFICER, not_file(ground, Some(" ")), WhyNot::LeniencyMissing);
        s.ok(OFFICER, not_file(ground, item));
    } else {
        s.no(OFFICER, not_file(ground, item), WhyNot::LeniencyMissing).ok(OFFICER, not_file(ground, None));
    }
    s.ok(LEAD, approve()).ok(OFFICER, close(Outcome::NotFiled));
}

#[rstest]
#[case::v_33("2026-04-15", "2026-05-09", "2026-05-29")]
#[case::v_34("2026-09-10", "2026-10-08", "2026-10-28")]
#[case::v_35("2026-09-21", "2026-10-19", "2026-11-09")]
#[case::v_36("2025-01-20", "2025-02-14", "2025-03-07")]
fn verification_is_due_and_extended_once(#[case] received: &str, #[case] due: &str, #[case] extended: &str) {
    let mut s = Scene::verifying(&format!("{received}T16:00"));
    assert_eq!(s.due("L5"), due);
    s.no(OFFICER, extend("L1"), WhyNot::NotExtendable).no(OFFICER, extend("local:x"), WhyNot::NotExtendable);
    s.ok(OFFICER, extend("L5"));
    assert_eq!(s.due("L5"), due, "only the head extends");
    s.ok(LEAD, approve());
    assert_eq!((s.due("L5").as_str(), s.case.filed), (extended, None));
    s.no(OFFICER, extend("L5"), WhyNot::NotExtendable);
}

#[test]
fn what_has_ended_is_not_extended_any_more() {
    let mut s = Scene::verifying("2026-04-15T09:00");
    s.ok(OFFICER, extend("L5"));
    s.at("2026-05-10T00:00").no(LEAD, approve(), WhyNot::NotExtendable);
    s.ok(LEAD, Command::Decide { approved: false, reason: None }).no(OFFICER, extend("L5"), WhyNot::NotExtendable);
    s.ok(OFFICER, file()).ok(LEAD, approve());
    assert_eq!((s.clock("L5").met(), s.clock("L5").lapsed), (Some(false), true));
}

#[test]
fn v_37_testing_is_not_counted() {
    let mut s = Scene::verifying("2026-06-01T09:00");
    assert_eq!(s.due("L5"), "2026-06-23");
    s.at("2026-06-08T15:00").ok(OFFICER, Command::TestingOut { institution: "检验所".into(), on: d("2026-06-08") });
    assert_eq!(step(&s.case), Some(Step::AwaitTesting));
    s.no(OFFICER, file(), WhyNot::TestingOpen);
    s.at("2026-06-23T23:00").no(Actor::System, Command::Lapse, WhyNot::Nothing);
    s.at("2026-06-24T15:00").no(Actor::System, Command::Lapse, WhyNot::Nothing);
    s.ok(OFFICER, Command::TestingBack { on: d("2026-06-24"), result: sealed("result") });
    assert_eq!(s.due("L5"), "2026-07-08");
}

#[test]
fn v_38_a_supplement_starts_the_clock_anew() {
    let mut s = Scene::verifying("2026-05-11T09:00");
    assert_eq!(s.due("L5"), "2026-06-01");
    let supplement = |at: &str| Command::Supplement { by: Some(OTHER_CASE), at: t(at) };
    s.at("2026-05-21T09:00").no(OFFICER, supplement("2026-05-10T09:00"), WhyNot::TooEarly);
    s.no(OFFICER, supplement("2026-05-22T09:00"), WhyNot::Future).ok(OFFICER, supplement("2026-05-20T09:00"));
    assert_eq!(s.due("L5"), "2026-06-10");
    s.no(OFFICER, supplement("2026-05-19T09:00"), WhyNot::TooEarly);
    assert_eq!(s.due("L5"), "2026-06-10");
}

#[test]
fn v_39_a_duplicate_is_not_handled_again() {
    let duplicate = |reporter, respondent, new_facts| Command::Duplicate {
        of: OTHER_CASE,
        same_reporter: reporter,
        same_respondent: respondent,
        new_facts,
    };
    let mut s = Scene::opened(Kind::Report, "2026-05-11T09:00");
    s.no(OFFICER, duplicate(false, true, false), WhyNot::NotDuplicate);
    s.no(OFFICER, duplicate(true, false, false), WhyNot::NotDuplicate);
    s.no(OFFICER, duplicate(true, true, true), WhyNot::NotDuplicate);
    s.ok(OFFICER, duplicate(true, true, false));
    assert_eq!(s.case.closed.unwrap().outcome, Outcome::Duplicate);
    assert!(s.case.clocks.iter().all(|c| matches!(c.state, ClockState::Void(_))), "no clock runs or was missed");
    s.ok(OFFICER, tell(Matter::Duplicate, Party::Submitter)).no(OFFICER, tell(Matter::Duplicate, Party::Submitter), WhyNot::Over);
}

#[test]
fn v_40_only_order_20_tells_of_filing_by_a_deadline() {
    let mut s = Scene::verifying("2026-01-20T09:00");
    s.ok(OFFICER, file()).at("2026-01-29T11:00").ok(LEAD, approve());
    assert_eq!((s.case.regime, s.due("L6").as_str(), step(&s.case)), (Some(Regime::Order20), "2026-02-05", Some(Step::Tell)));
    s.no(OFFICER, close(Outcome::Filed), WhyNot::Untold).tell(Matter::Filing, Party::Submitter).ok(OFFICER, close(Outcome::Filed));
    assert_eq!(s.clock("L6").met(), Some(true));

    let mut s = Scene::verifying("2026-04-20T09:00");
    s.ok(OFFICER, file()).ok(LEAD, approve());
    assert!(!s.has_clock("L6"));
    s.ok(OFFICER, close(Outcome::Filed)).ok(OFFICER, tell(Matter::Filing, Party::Submitter));
}

#[test]
fn an_anonymous_reporter_need_not_be_told() {
    for received in ["2026-01-20T09:00", "2026-05-06T09:00"] {
        let mut r = registration(Kind::Report, Some(t(received)));
        r.anonymous = true;
        let mut s = Scene::with(r, t(received), pack("national")).open();
        let mut elsewhere = s.clone();
        s.ok(OFFICER, Command::Verify { note: None }).ok(OFFICER, file()).ok(LEAD, approve());
        assert!(!s.has_clock("L6"));
        s.ok(OFFICER, close(Outcome::Filed));
        elsewhere.ok(CLERK_AT_OFFICE, send_elsewhere()).ok(OFFICER, close(Outcome::Elsewhere));
    }
}

const CLERK_AT_OFFICE: Actor = person(36, Role::Officer, OFFICE);

fn send_elsewhere() -> Command {
    Command::SendElsewhere { department: "卫生健康局".into(), handed_over: true, reason: sealed("reason") }
}

#[test]
fn a_report_for_another_department_is_told_and_closed() {
    let mut s = Scene::new(Kind::Report, "2026-05-06T09:00");
    s.receive().ok(CLERK, send_elsewhere());
    assert!(matches!(s.clock("L5").state, ClockState::Void(_)));
    assert_eq!(step(&s.case), Some(Step::Tell));
    s.ok(CLERK, tell(Matter::Elsewhere, Party::Submitter));
    assert_eq!(s.case.closed.unwrap().outcome, Outcome::Elsewhere);
}

#[test]
fn v_43_a_dispute_of_authority_has_seven_working_days() {
    let mut s = Scene::opened(Kind::Report, "2026-04-27T09:00");
    s.at("2026-04-28T09:00").ok(OFFICER, Command::Dispute { with: "邻区局".into(), reason: sealed("reason") });
    assert_eq!((s.due("L8").as_str(), step(&s.case)), ("2026-05-11", Some(Step::SettleDispute)));
    s.no(OFFICER, Command::Verify { note: None }, WhyNot::Disputed);
    s.at("2026-05-07T09:00").ok(OFFICER, Command::SettleDispute { ours: true });
    assert_eq!(s.clock("L8").met(), Some(true));
    s.ok(OFFICER, Command::Verify { note: None });
    // Disputed in the middle of verification: nothing is decided until it is settled, wherever the case lies meanwhile.
    s.ok(OFFICER, Command::Dispute { with: "邻区局".into(), reason: sealed("reason") }).no(OFFICER, file(), WhyNot::Disputed);
    s.ok(OFFICER, Command::Return { reason: sealed("reason") });
    assert_eq!(step(&s.case), Some(Step::SettleDispute));
    s.ok(CLERK, Command::SettleDispute { ours: true });
    assert_eq!(step(&s.case), Some(Step::Send));
}

#[test]
fn withdrawal_does_not_stop_verification() {
    let mut s = Scene::verifying("2026-05-06T09:00");
    s.ok(Actor::Submitter, Command::Withdraw { reason: None, settled: false });
    assert_eq!((s.clock("L5").is_open(), step(&s.case)), (true, Some(Step::Propose)));
    s.ok(OFFICER, file()).ok(LEAD, approve()).no(OFFICER, close(Outcome::Withdrawn), WhyNot::WrongOutcome);
    s.ok(OFFICER, close(Outcome::Filed));
}

#[test]
fn a_clue_is_verified_under_l4() {
    let at = t("2026-04-15T09:00");
    let mut r = registration(Kind::Report, Some(at));
    r.taken_from = Some(Origin::Clue(OTHER_CASE));
    r.anonymous = true;
    let mut s = Scene::with(r, at, pack("national")).open();
    assert_eq!((s.due("L4").as_str(), s.has_clock("L5")), ("2026-05-09", false));
    s.ok(OFFICER, Command::Verify { note: None }).ok(OFFICER, extend("L4")).ok(LEAD, approve());
    assert_eq!(s.due("L4"), "2026-05-29");
    s.ok(OFFICER, file()).ok(LEAD, approve()).ok(OFFICER, close(Outcome::Filed));
    assert_eq!(s.clock("L4").met(), Some(true));
}

#[test]
fn v_70_one_submission_two_cases_two_clocks() {
    let at = t("2026-05-06T09:00");
    let complaint = Scene::new(Kind::Complaint, "2026-05-06T09:00").open();
    let mut r = registration(Kind::Report, Some(at));
    r.taken_from = Some(Origin::Split(OTHER_CASE));
    let mut report = Scene::with(r, at, pack("national")).open();
    assert_eq!((complaint.due("L1").as_str(), complaint.has_clock("L5")), ("2026-05-14", false));
    assert_eq!((report.due("L5").as_str(), report.has_clock("L1")), ("2026-05-26", false));
    assert_eq!(complaint.case.registration.submission, report.case.registration.submission);
    report.no(CLERK, Command::Narrow { narrative: sealed("narrative") }, WhyNot::OtherUnit);
    let mut unsent = Scene::new(Kind::Report, "2026-05-06T09:00");
    unsent.ok(CLERK, Command::Narrow { narrative: sealed("narrative") });
    assert!(!unsent.last().shown_to_submitter());
}

#[test]
fn actions_of_complaints_are_not_for_reports() {
    let mut s = Scene::verifying("2026-05-06T09:00");
    s.no(OFFICER, Command::Accept, WhyNot::OnlyComplaint).no(OFFICER, tell(Matter::Contact, Party::Respondent), WhyNot::NothingToTell);
    s.no(OFFICER, Command::Answer { answer: sealed("answer"), channel: None, told_by: None, proof: None }, WhyNot::OnlyQuestion);
    s.ok(OFFICER, file());
    s.no(OFFICER, Command::Return { reason: sealed("reason") }, WhyNot::ProposalOpen);
    s.no(OFFICER, Command::TestingOut { institution: "院".into(), on: d("2026-05-06") }, WhyNot::ProposalOpen);
    assert!(!s.last().shown_to_submitter(), "what is proposed stays inside");
    assert!(matches!(s.last(), Event::Proposed(_)));
}

#[test]
fn another_organ_below_records_its_own_receipt() {
    let mut s = Scene::new(Kind::Report, "2026-04-14T09:00");
    s.receive();
    assert_eq!(s.case.regime, Some(Regime::Order20));
    let to_other = |relation| Command::Send { to: FAR_OFFICE, relation, basis: "violation".into(), note: None };
    s.no(CLERK, to_other(Relation::Other), WhyNot::Sideways).no(CLERK, to_other(Relation::Same), WhyNot::Sideways);
    s.at("2026-04-15T09:00").ok(CLERK, to_other(Relation::Below));
    assert!(matches!(s.clock("L5").state, ClockState::Void(_)));
    assert_eq!((s.case.organ_at, s.case.regime), (None, None));
    s.at("2026-04-16T09:00").ok(FAR_OFFICER, Command::Open);
    assert_eq!((s.case.regime, s.case.organ_at), (Some(Regime::Order121), Some(t("2026-04-16T09:00"))));
    assert_eq!((s.clock("L5").start, s.case.intake), (t("2026-04-16T09:00"), Some(CENTRE)));
    // Given back, the county's organ records its own receipt again.
    s.at("2026-04-17T09:00").ok(FAR_OFFICER, Command::Return { reason: sealed("reason") });
    assert_eq!((step(&s.case), s.case.seat), (Some(Step::Receive), Some(CENTRE)));
    assert!(matches!(s.clock("L5").state, ClockState::Void(_)));
    s.no(CLERK, Command::Receive { seat: FAR_OFFICE, at: Instant(0) }, WhyNot::OtherUnit);
    s.ok(CLERK, Command::Receive { seat: CENTRE, at: t("2026-04-14T09:00") });
    assert_eq!((s.case.regime, s.due("L5").as_str()), (Some(Regime::Order20), "2026-05-08"));
}
