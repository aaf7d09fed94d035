//! Intake: three receipts, sending, giving back, changing the kind. Nothing moves sideways and nothing inside an organ restarts the law.

use crate::scene::*;
use rules::access::{Actor, Role};
use rules::case::Stage;
use rules::case::command::{Command, Relation, WhyNot};
use rules::case::event::{Matter, Outcome};
use rules::case::next::{Step, next};
use rules::clock::ClockState;
use rules::law::{Ground, Kind, Party, Regime};

#[test]
fn three_receipts_are_kept_apart() {
    let mut s = Scene::new(Kind::Complaint, "2026-05-01T08:00");
    s.at("2026-05-06T09:00").ok(CLERK, Command::Receive { seat: CENTRE, at: t("2026-05-01T08:00") });
    s.at("2026-05-06T10:00").send(OFFICE).at("2026-05-07T11:00").ok(OFFICER, Command::Open);
    let case = &s.case;
    assert_eq!(case.registration.platform_at, Some(t("2026-05-01T08:00")));
    assert_eq!((case.organ_at, case.desk_at), (Some(t("2026-05-01T08:00")), Some(t("2026-05-07T11:00"))));
    assert_eq!((s.due("L1").as_str(), s.clock("L1").start), ("2026-05-13", t("2026-05-01T08:00")));
    s.no(CLERK, Command::Receive { seat: CENTRE, at: s.now }, WhyNot::OtherUnit);
}

#[test]
fn sending_inside_an_organ_never_restarts_l1() {
    let mut s = Scene::new(Kind::Complaint, "2026-05-06T09:00");
    let early = Command::Send { to: OFFICE, relation: Relation::Same, basis: "business".into(), note: None };
    s.no(CLERK, early.clone(), WhyNot::NotReceived).receive();
    let before = s.clock("L1").clone();
    s.at("2026-05-07T09:00").send(OFFICE).no(CLERK, early, WhyNot::OtherUnit);
    s.at("2026-05-08T09:00").ok(OFFICER, Command::Open).ok(OFFICER, Command::Return { reason: sealed("reason") });
    assert_eq!((s.case.seat, s.case.stage(), s.case.handler), (Some(CENTRE), Stage::Intake, None));
    s.send(SECOND_OFFICE).ok(SECOND_OFFICER, Command::Open);
    s.at("2026-05-11T09:00").ok(CLERK, Command::TakeBack { reason: sealed("reason") }).send(OFFICE).ok(OFFICER, Command::Open);
    assert_eq!(*s.clock("L1"), before);
    s.ok(OFFICER, Command::Accept).no(OFFICER, Command::Return { reason: sealed("reason") }, WhyNot::AlreadyDecided);
    s.no(CLERK, Command::TakeBack { reason: sealed("reason") }, WhyNot::AlreadyDecided);
}

#[test]
fn only_who_has_the_case_acts_on_it() {
    let mut s = Scene::opened(Kind::Complaint, "2026-05-06T09:00");
    for stranger in [SECOND_OFFICER, FAR_OFFICER] {
        s.no(stranger, Command::Accept, WhyNot::OtherUnit).no(
            stranger,
            Command::Note { note: sealed("note"), private: false },
            WhyNot::OtherUnit,
        );
    }
    s.no(person(51, Role::Clerk, FAR_OFFICE), Command::TakeBack { reason: sealed("reason") }, WhyNot::OtherUnit);
    s.no(person(52, Role::Supervisor, FAR_OFFICE), Command::Urgent { reason: sealed("reason") }, WhyNot::OtherUnit);
    s.no(Actor::System, Command::Accept, WhyNot::Role).no(Actor::Submitter, Command::Accept, WhyNot::Role);
    for admin in [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin] {
        s.no(person(53, admin, OFFICE), Command::Accept, WhyNot::Role);
    }
    s.ok(person(54, Role::Supervisor, CENTRE), Command::Urgent { reason: sealed("reason") });
    s.ok(LEAD, Command::Assign { handler: LEAD.person().unwrap() });
    s.no(LEAD, Command::Assign { handler: LEAD.person().unwrap() }, WhyNot::Nothing);
}

#[test]
fn the_intake_refuses_for_an_organ_without_authority() {
    let mut s = Scene::new(Kind::Complaint, "2026-05-06T09:00");
    s.no(CLERK, refuse(Ground::NoAuthority), WhyNot::NotReceived).receive();
    let handed_to = Some("农业农村局".to_owned());
    let refusal = Command::Refuse {
        ground: Ground::NoAuthority,
        body: None,
        factors: vec![],
        reason: sealed("reason"),
        handed_to: handed_to.clone(),
    };
    s.ok(CLERK, refusal).ok(CLERK, tell(Matter::Refusal, Party::Submitter));
    assert_eq!(s.case.closed.unwrap().outcome, Outcome::Refused);
}

#[test]
fn a_complaint_that_is_a_report_changes_its_clock() {
    let mut s = Scene::opened(Kind::Complaint, "2026-05-06T09:00");
    s.no(OFFICER, Command::Reclassify { kind: Kind::Report, reason: sealed("reason") }, WhyNot::Role);
    s.ok(OFFICER, Command::Return { reason: sealed("reason") });
    s.no(CLERK, Command::Reclassify { kind: Kind::Complaint, reason: sealed("reason") }, WhyNot::SameKind);
    s.at("2026-05-08T09:00").ok(CLERK, Command::Reclassify { kind: Kind::Report, reason: sealed("reason") });
    assert!(matches!(s.clock("L1").state, ClockState::Void(_)));
    assert_eq!((s.due("L5").as_str(), s.case.regime), ("2026-05-26", Some(Regime::Order121)), "counted from the organ's receipt");
    s.ok(CLERK, Command::Reclassify { kind: Kind::Consultation, reason: sealed("reason") });
    assert_eq!((s.case.regime, s.case.clocks.iter().any(rules::clock::Clock::is_open)), (Some(Regime::None), false));
    s.ok(CLERK, Command::Reclassify { kind: Kind::Complaint, reason: sealed("reason") });
    assert_eq!((s.due("L1").as_str(), s.clock("L1").is_open()), ("2026-05-14", true));
}

#[test]
fn a_report_returned_in_verification_starts_afresh_as_whatever_it_is() {
    let mut s = Scene::verifying("2026-05-06T09:00");
    s.ok(OFFICER, Command::TestingOut { institution: "院".into(), on: d("2026-05-06") });
    s.ok(OFFICER, Command::Return { reason: sealed("reason") });
    assert_eq!(next(&s.case).unwrap().step, Step::Send);
    let mut sent_on = s.clone();
    sent_on.send(SECOND_OFFICE).ok(SECOND_OFFICER, Command::Open);
    assert_eq!(next(&sent_on.case).unwrap().step, Step::AwaitTesting);
    s.ok(CLERK, Command::Reclassify { kind: Kind::Complaint, reason: sealed("reason") }).send(OFFICE).ok(OFFICER, Command::Open);
    assert_eq!(next(&s.case).unwrap().step, Step::Decide);
    s.ok(OFFICER, Command::Accept);
}
