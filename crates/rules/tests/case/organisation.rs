//! Distribution to an organ below with an intake of its own (Order 121 Art. 41), organisations outside, units that are closed while they hold
//! cases, and a request to handle again that is declined.

use crate::scene::*;
use rules::access::{Actor, Role, role_may};
use rules::case::Stage;
use rules::case::command::{Action, Command, Relation, WhyNot};
use rules::case::event::{Event, Matter, Outcome, Way};
use rules::case::next::{Step, next};
use rules::clock::ClockState;
use rules::ids::{Id, PersonId};
use rules::law::{Ground, Kind, Party};

fn reason() -> rules::case::event::Sealed {
    sealed("reason")
}

fn moved(to: rules::case::event::Seat, handler: Option<PersonId>) -> Command {
    Command::Move { to, order: Id([90; 16]), handler }
}

#[test]
fn an_organ_below_distributes_further_and_gives_back_to_the_one_above() {
    let mut s = Scene::new(Kind::Complaint, "2026-05-06T09:00");
    s.receive();
    let past = Command::Send { to: BELOW_OFFICE, relation: relation(&s.case, BELOW_OFFICE), basis: "territory".into(), note: None };
    s.no(CLERK, past, WhyNot::ItsIntake);
    s.at("2026-05-07T09:00").send(BELOW);
    assert_eq!((s.case.stage(), s.case.intake, s.case.seat), (Stage::Intake, Some(BELOW), Some(BELOW)));
    assert_eq!((s.case.above.clone(), s.case.organ_at, next(&s.case).unwrap().step), (vec![CENTRE], None, Step::Receive));
    assert!(matches!(s.clock("L1").state, ClockState::Void(_)), "the competent organ's own receipt counts");
    // Its own receipt, its own office, back to its own intake.
    let at = t("2026-05-08T09:00");
    s.at("2026-05-08T09:00").ok(BELOW_CLERK, Command::Receive { seat: BELOW, at });
    assert_eq!((s.clock("L1").start, s.due("L1").as_str()), (at, "2026-05-18"));
    s.no(CLERK, Command::TakeBack { reason: reason() }, WhyNot::AlreadyReceived);
    s.no(CLERK, Command::Send { to: OFFICE, relation: Relation::Same, basis: "x".into(), note: None }, WhyNot::OtherUnit);
    s.send(BELOW_OFFICE).at("2026-05-11T09:00").ok(BELOW_OFFICER, Command::Open);
    let l1 = s.clock("L1").clone();
    s.ok(BELOW_OFFICER, Command::Return { reason: reason() });
    assert_eq!((s.case.stage(), s.case.seat, s.case.intake), (Stage::Intake, Some(BELOW), Some(BELOW)));
    assert_eq!((s.case.organ_at, s.clock("L1")), (Some(at), &l1), "inside the organ nothing restarts");
    s.send(BELOW_OFFICE).ok(BELOW_CLERK, Command::TakeBack { reason: reason() });
    // The organ below gives it back: the one above records its own receipt again.
    s.no(CLERK, Command::Return { reason: reason() }, WhyNot::OtherUnit);
    s.ok(BELOW_CLERK, Command::Return { reason: reason() });
    assert_eq!((s.case.seat, s.case.intake, s.case.above.len(), s.case.organ_at), (Some(CENTRE), Some(CENTRE), 0, None));
    assert!(matches!(s.clock("L1").state, ClockState::Void(_)));
    s.no(CLERK, Command::Return { reason: reason() }, WhyNot::Role);
    s.receive().send(OFFICE).ok(OFFICER, Command::Open).ok(OFFICER, Command::Accept);
}

#[test]
fn until_the_organ_below_has_received_it_the_intake_above_may_have_it_back() {
    let mut s = Scene::new(Kind::Report, "2026-05-06T09:00");
    s.receive().send(BELOW);
    s.no(BELOW_CLERK, Command::TakeBack { reason: reason() }, WhyNot::OtherUnit);
    s.ok(CLERK, Command::TakeBack { reason: reason() });
    assert_eq!((s.case.seat, s.case.intake, s.case.above.len()), (Some(CENTRE), Some(CENTRE), 0));
    assert_eq!(next(&s.case).unwrap().step, Step::Receive);
}

#[test]
fn who_is_outside_answers_settles_or_returns_and_decides_nothing() {
    let mut s = Scene::new(Kind::Complaint, "2026-05-06T09:00");
    s.receive().send(BANK);
    assert!(matches!(s.last(), Event::Sent { way: Way::Outside, .. }) && s.case.outside);
    s.ok(PARTNER, Command::Open);
    assert_eq!(next(&s.case).unwrap().step, Step::SettleOrReturn);
    s.no(PARTNER, Command::Accept, WhyNot::Role).no(PARTNER, refuse(Ground::NoAuthority), WhyNot::Role);
    s.no(PARTNER, Command::Withdraw { reason: None, settled: false }, WhyNot::Role);
    assert!(s.clock("L1").is_open(), "the organ's time runs on");
    let mut returned = s.clone();
    returned.ok(PARTNER, Command::Return { reason: reason() });
    assert_eq!((returned.case.seat, returned.case.outside), (Some(CENTRE), false));
    s.ok(PARTNER, Command::Withdraw { reason: Some(reason()), settled: true });
    assert_eq!(s.case.closed.unwrap().outcome, Outcome::Settled);

    let mut question = Scene::new(Kind::Consultation, "2026-05-06T09:00");
    question.receive().send(BANK).ok(PARTNER, Command::Open);
    question.ok(PARTNER, Command::Answer { answer: sealed("answer"), channel: None, told_by: None, proof: None });
    assert_eq!(question.case.closed.unwrap().outcome, Outcome::Answered);

    let mut report = Scene::new(Kind::Report, "2026-05-06T09:00");
    report.receive();
    let out = Command::Send { to: BANK, relation: Relation::Outside, basis: "business".into(), note: None };
    report.no(CLERK, out, WhyNot::ReportStays);
    let of_law = [Action::Accept, Action::Refuse, Action::Tell, Action::Mediate, Action::Agree, Action::Terminate, Action::Verify];
    assert!(of_law.iter().chain(&[Action::Propose, Action::Decide, Action::Correct, Action::Close]).all(|a| !role_may(Role::Partner, *a)));
}

/// Where a case may stand when its unit goes, and who must do what there next.
#[test]
fn the_work_of_a_unit_goes_to_another_wherever_it_stands() {
    let sent = || {
        let mut s = Scene::new(Kind::Complaint, "2026-05-06T09:00");
        s.receive().send(OFFICE);
        s
    };
    let proposed = || {
        let mut s = Scene::verifying("2026-05-06T09:00");
        s.ok(OFFICER, Command::Propose(rules::case::event::Proposal::File { reason: reason() }));
        s
    };
    let table: [(&str, Scene, Step); 6] = [
        ("sent", sent(), Step::Open),
        ("opened", Scene::opened(Kind::Complaint, "2026-05-06T09:00"), Step::Open),
        ("accepted", Scene::accepted("2026-05-06T09:00", "2026-05-07T09:00"), Step::Open),
        ("mediating", Scene::mediating("2026-05-06T09:00", "2026-05-07T09:00"), Step::Open),
        ("verifying", Scene::verifying("2026-05-06T09:00"), Step::Open),
        ("proposed", proposed(), Step::Approve),
    ];
    for (name, mut s, step) in table {
        let (before, clocks) = (s.case.clone(), s.case.clocks.clone());
        s.no(OFFICER, moved(SECOND_OFFICE, None), WhyNot::Role).no(LEAD, moved(SECOND_OFFICE, None), WhyNot::Role);
        s.no(Actor::System, moved(OFFICE, None), WhyNot::Nothing).no(Actor::System, moved(FAR_OFFICE, None), WhyNot::Sideways);
        s.ok(Actor::System, moved(SECOND_OFFICE, None));
        assert_eq!((s.case.seat, s.case.handler, s.case.stage()), (Some(SECOND_OFFICE), None, before.stage()), "{name}");
        assert_eq!(s.case.clocks, clocks, "{name}: no clock changes");
        assert_eq!(next(&s.case).unwrap().step, step, "{name}");
        if step == Step::Open {
            s.at("2026-05-12T09:00").ok(SECOND_OFFICER, Command::Open);
            assert_eq!((s.case.handler, s.case.organ_at), (SECOND_OFFICER.person(), before.organ_at), "{name}");
            assert!(s.case.desk_at.is_some(), "{name}");
            s.no(SECOND_OFFICER, Command::Open, WhyNot::AlreadyOpened);
        }
    }
    // Whoever comes along goes on with it.
    let mut s = Scene::mediating("2026-05-06T09:00", "2026-05-07T09:00");
    s.ok(Actor::System, moved(SECOND_OFFICE, OFFICER.person()));
    assert_eq!((s.case.handler, next(&s.case).unwrap().step), (OFFICER.person(), Step::Mediate));
}

#[test]
fn back_to_the_intake_goes_only_what_is_undecided() {
    let mut s = Scene::opened(Kind::Complaint, "2026-05-06T09:00");
    s.ok(Actor::System, moved(CENTRE, None));
    assert_eq!((s.case.stage(), s.case.with_unit), (Stage::Intake, false));
    s.no(Actor::System, moved(OFFICE, None), WhyNot::NotWithUnit);
    s.send(SECOND_OFFICE);
    let mut decided = Scene::accepted("2026-05-06T09:00", "2026-05-07T09:00");
    decided.no(Actor::System, moved(CENTRE, None), WhyNot::AlreadyDecided);
}

#[test]
fn a_request_to_handle_again_is_declined_with_a_reason_and_not_asked_twice() {
    let mut s = Scene::opened(Kind::Complaint, "2026-05-06T09:00");
    s.no(LEAD, Command::DeclineReopen { reason: reason() }, WhyNot::NotAsked);
    s.ok(OFFICER, refuse(Ground::NoAuthority)).tell(Matter::Refusal, Party::Submitter);
    s.no(LEAD, Command::DeclineReopen { reason: reason() }, WhyNot::NotAsked);
    s.at("2026-05-08T09:00").ok(Actor::Submitter, Command::AskReopen { reason: reason() });
    s.no(OFFICER, Command::DeclineReopen { reason: reason() }, WhyNot::Role);
    s.ok(LEAD, Command::DeclineReopen { reason: reason() });
    assert!(s.last().shown_to_submitter() && !s.case.reopen_asked);
    s.no(Actor::Submitter, Command::AskReopen { reason: reason() }, WhyNot::Declined);
    // The head may still take it up, and then it counts anew.
    s.ok(LEAD, Command::Reopen { reason: reason() });
    assert!(!s.case.reopen_declined && s.case.closed.is_none());
}
