//! A bad review, from the call that hears it to the recorded correction that alone ends it; and what a check leaves on a case.

use crate::scene::*;
use rules::access::{Actor, Role};
use rules::case::command::{Command, WhyNot};
use rules::case::event::{Consent, Event, Matter, Mode, Outcome};
use rules::case::review::{Checked, Correction, Mechanism, Step, Verdict};
use rules::ids::Id;
use rules::law::{Kind, Party, Satisfaction, TellBy, Termination};
use rules::money::Fen;
use rules::pack::{Grade, LocalClock, Pack, Responsible, Review, Stop, Trigger};

const CALLER: Actor = person(50, Role::Clerk, CENTRE);
const OTHER: Actor = person(52, Role::Clerk, CENTRE);
const SUPERVISOR: Actor = person(51, Role::Supervisor, CENTRE);

/// The plain grade, and one that is the supervisor's, wants a visit, handling again and a correction within two working days.
pub fn two_grades() -> Review {
    let grave = Grade {
        id: "grave".into(),
        name: "严重不满意".into(),
        name_en: "Gravely dissatisfied".into(),
        responsible: Responsible::Supervisor,
        clock: Some("review".into()),
        visit: true,
        again: true,
    };
    let mut review = Review::default();
    review.grades.push(grave);
    review
}

fn graded() -> Pack {
    let limit = LocalClock {
        id: "review".into(),
        name: "差评整改".into(),
        name_en: "Correction after a bad review".into(),
        kinds: Kind::ALL.to_vec(),
        urgent_only: false,
        start: Trigger::Reviewed,
        stop: Stop::Corrected,
        span: "2wd".parse().unwrap(),
        source: "test".into(),
    };
    Pack { review: two_grades(), clocks: vec![limit], ..pack("national") }
}

fn closed(pack: Pack) -> Scene {
    let at = t("2026-05-06T09:00");
    let mut s = Scene::with(registration(Kind::Complaint, Some(at)), at, pack).open();
    s.ok(OFFICER, Command::Accept).tell(Matter::Acceptance, Party::Submitter);
    s.ok(OFFICER, respondent_consents(Consent::Mediation)).ok(OFFICER, Command::Mediate { mode: Mode::Phone, entrusted_to: None });
    s.ok(OFFICER, terminate(Termination::NoAgreementPossible));
    s.tell(Matter::Termination, Party::Submitter).tell(Matter::Termination, Party::Respondent);
    s.ok(OFFICER, close(Outcome::Terminated));
    s
}

fn followed(satisfaction: Satisfaction) -> Command {
    let reason = (satisfaction == Satisfaction::Dissatisfied).then(|| sealed("reason"));
    Command::FollowUp { by: TellBy::Phone, satisfaction: Some(satisfaction), solved: None, reason }
}

fn rectify() -> Command {
    Command::Rectify(Correction { wrong: sealed("wrong"), changed: sealed("changed"), who: "城关所".into() })
}

fn regrade(grade: &str) -> Command {
    Command::Regrade { grade: grade.into(), reason: sealed("reason") }
}

#[test]
fn a_satisfied_person_opens_no_review() {
    let mut s = closed(graded());
    s.ok(CALLER, followed(Satisfaction::Satisfied)).no(LEAD, rectify(), WhyNot::NoReview);
    assert!(s.case.reviews.is_empty());
    let mut s = closed(graded());
    s.ok(CALLER, followed(Satisfaction::Fair));
    assert!(s.case.reviews.is_empty());
}

#[test]
fn a_plain_bad_review_ends_with_a_second_call_by_somebody_else_and_a_correction() {
    let mut s = closed(graded());
    s.ok(CALLER, followed(Satisfaction::Dissatisfied));
    assert_eq!(s.case.review_step(), Some(Step::FollowUp));
    s.no(LEAD, rectify(), WhyNot::NotCalledAgain);
    s.no(CALLER, followed(Satisfaction::Satisfied), WhyNot::SameCaller).no(OFFICER, followed(Satisfaction::Satisfied), WhyNot::OwnCase);
    s.ok(OTHER, followed(Satisfaction::Satisfied)).no(OTHER, followed(Satisfaction::Satisfied), WhyNot::AlreadyDone);
    s.no(OFFICER, rectify(), WhyNot::Role).ok(LEAD, rectify());
    assert!(s.case.open_review().is_none() && s.case.reviews[0].end.is_some_and(|e| e.corrected));
    s.no(LEAD, rectify(), WhyNot::NoReview);
}

#[test]
fn what_the_person_says_on_their_page_opens_one_too() {
    let mut s = closed(graded());
    s.ok(Actor::Submitter, Command::Rate { satisfaction: Satisfaction::Dissatisfied, reason: None });
    assert!(s.case.open_review().is_some_and(|r| r.first_by.is_none()));
    s.ok(CALLER, followed(Satisfaction::Satisfied)).ok(LEAD, rectify());
}

#[test]
fn a_grave_one_is_visited_handled_again_and_corrected_by_the_supervisor_within_its_limit() {
    let mut s = closed(graded());
    s.ok(CALLER, followed(Satisfaction::Dissatisfied)).ok(SUPERVISOR, regrade("grave")).no(SUPERVISOR, regrade("grave"), WhyNot::Nothing);
    s.no(SUPERVISOR, regrade("unheard-of"), WhyNot::NoGrade);
    assert_eq!((s.due("local:review").as_str(), s.clock("local:review").is_open()), ("2026-05-08", true));
    s.no(SUPERVISOR, rectify(), WhyNot::NotVisited);
    let visit = |by| Command::Contact { party: Party::Submitter, by, reached: true, what: sealed("what") };
    s.ok(OFFICER, visit(TellBy::Phone)).no(SUPERVISOR, rectify(), WhyNot::NotVisited);
    s.ok(OFFICER, visit(TellBy::InPerson)).no(SUPERVISOR, rectify(), WhyNot::NotHandledAgain);
    s.ok(LEAD, Command::Reopen { reason: sealed("reason") }).no(SUPERVISOR, rectify(), WhyNot::NotHandledAgain);
    let again =
        Command::Close { outcome: Outcome::Terminated, untrue: false, level: None, recovered: Fen(0), summary: Some(sealed("summary")) };
    s.ok(OFFICER, again);
    assert!(s.clock("local:review").is_open(), "the correction is still due after the second closing");
    s.no(SUPERVISOR, rectify(), WhyNot::NotCalledAgain).ok(OTHER, followed(Satisfaction::Fair));
    s.no(LEAD, rectify(), WhyNot::NotResponsible).ok(SUPERVISOR, rectify());
    assert!(!s.clock("local:review").is_open() && s.clock("local:review").met() == Some(true));
}

#[test]
fn a_limit_that_passes_on_a_closed_case_lapses() {
    let mut s = closed(graded());
    s.ok(CALLER, followed(Satisfaction::Dissatisfied)).ok(LEAD, regrade("grave"));
    s.at("2026-05-11T09:00").ok(Actor::System, Command::Lapse);
    assert!(s.clock("local:review").lapsed);
}

#[test]
fn a_reason_why_no_correction_is_due_is_approved_by_somebody_else() {
    let mut s = closed(graded());
    s.ok(CALLER, followed(Satisfaction::Dissatisfied));
    s.no(SUPERVISOR, Command::DecideWaiver { granted: true, reason: None }, WhyNot::NoProposal);
    s.ok(SUPERVISOR, Command::AskWaiver { reason: sealed("reason") });
    s.no(SUPERVISOR, Command::DecideWaiver { granted: true, reason: None }, WhyNot::OwnProposal);
    s.no(LEAD, Command::DecideWaiver { granted: true, reason: None }, WhyNot::Role);
    let second = person(53, Role::Supervisor, CENTRE);
    s.ok(second, Command::DecideWaiver { granted: false, reason: Some(sealed("decision")) });
    assert_eq!(s.case.review_step(), Some(Step::FollowUp), "declined: the review goes on");
    s.ok(LEAD, Command::AskWaiver { reason: sealed("reason") }).ok(SUPERVISOR, Command::DecideWaiver { granted: true, reason: None });
    assert!(s.case.reviews[0].end.is_some_and(|e| !e.corrected));
}

#[test]
fn a_check_is_recorded_handled_again_where_it_says_so_and_answered_once() {
    let check = Id([80; 16]);
    let judged = |verdict| Command::Judge(Checked { check, verdict, unmet: vec!["told".into()], note: Some(sealed("check_note")) });
    let mut s = closed(graded());
    s.no(LEAD, judged(Verdict::Right), WhyNot::Role).ok(Actor::System, Command::TakeUp { by: check, mechanism: Mechanism::Check });
    s.ok(Actor::System, judged(Verdict::Right)).no(LEAD, Command::AnswerCheck { answer: sealed("a") }, WhyNot::NoCheck);
    s.ok(Actor::System, judged(Verdict::Again));
    assert!(s.case.closed.is_none() && matches!(s.last(), Event::Reopened { .. }));
    s.ok(LEAD, Command::AnswerCheck { answer: sealed("a") }).no(LEAD, Command::AnswerCheck { answer: sealed("a") }, WhyNot::NoCheck);
}
