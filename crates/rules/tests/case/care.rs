//! Questions, appointments, papers on agreements and results, approvals a pack asks for, follow-up and handling again.

use crate::scene::*;
use rules::access::{Actor, Role};
use rules::case::command::{Command, WhyNot};
use rules::case::event::{Consent, Event, Matter, Mode, Outcome, Proposal};
use rules::case::next::{Step, next};
use rules::case::{Decision, Stage};
use rules::clock::ClockState;
use rules::ids::{FileId, GroupId, Id};
use rules::law::{Attendance, FeedbackLaw, Form, Ground, Kind, NotFiling, Party, Satisfaction, TellBy, Termination};
use rules::money::Fen;
use rules::pack::{Approval, FollowUp, LocalClock, Pack, Stop, Trigger};

const CALLER: Actor = person(50, Role::Clerk, CENTRE);
const SUPERVISOR: Actor = person(51, Role::Supervisor, CENTRE);

fn step(s: &Scene) -> Option<Step> {
    next(&s.case).map(|n| n.step)
}

fn ask(about: &str) -> Command {
    Command::Ask { question: sealed(about) }
}

fn appoint(at: &str, mode: Mode) -> Command {
    Command::Appoint { at: t(at), mode, place: sealed("place"), mediators: "张三".into(), recusal_by: None }
}

fn followed(satisfaction: Option<Satisfaction>) -> Command {
    let reason = (satisfaction == Some(Satisfaction::Dissatisfied)).then(|| sealed("reason"));
    Command::FollowUp { by: TellBy::Phone, satisfaction, solved: None, reason }
}

fn closed_complaint(pack: Pack) -> Scene {
    let at = t("2026-05-06T09:00");
    let mut s = Scene::with(registration(Kind::Complaint, Some(at)), at, pack).open();
    s.ok(OFFICER, Command::Accept).tell(Matter::Acceptance, Party::Submitter);
    s.ok(OFFICER, respondent_consents(Consent::Mediation)).ok(OFFICER, Command::Mediate { mode: Mode::Phone, entrusted_to: None });
    s.ok(OFFICER, terminate(Termination::NoAgreementPossible));
    s.tell(Matter::Termination, Party::Submitter).tell(Matter::Termination, Party::Respondent);
    s.ok(OFFICER, close(Outcome::Terminated));
    s
}

fn with_second_handling() -> Pack {
    let second = LocalClock {
        id: "second".into(),
        name: "二次办理".into(),
        name_en: "Second handling".into(),
        kinds: vec![Kind::Complaint],
        urgent_only: false,
        start: Trigger::Reopened,
        stop: Stop::Closed,
        span: "3wd".parse().unwrap(),
        source: "test".into(),
    };
    Pack { follow_up: FollowUp { second_handling: true, rounds: 1, ..FollowUp::default() }, clocks: vec![second], ..pack("national") }
}

#[test]
fn a_question_is_answered_once_and_nothing_else_waits_for_it() {
    let mut s = Scene::opened(Kind::Complaint, "2026-05-06T09:00");
    s.ok(OFFICER, ask("receipt")).ok(OFFICER, ask("photo"));
    let reply = |question| Command::Reply { question, reply: sealed("reply") };
    s.ok(Actor::Submitter, reply(2)).no(Actor::Submitter, reply(2), WhyNot::NoQuestion).no(OFFICER, reply(3), WhyNot::NoQuestion);
    s.ok(OFFICER, reply(1)).no(OFFICER, reply(3), WhyNot::NoQuestion);
    s.ok(OFFICER, Command::Accept);
}

#[test]
fn mediation_on_site_is_notified_by_form_7_and_any_other_way_without_it() {
    let mut s = Scene::mediating("2026-05-06T09:00", "2026-05-07T09:00");
    s.ok(Actor::Submitter, Command::PreferMode { mode: Mode::InPerson }).no(
        OFFICER,
        Command::PreferMode { mode: Mode::Phone },
        WhyNot::Role,
    );
    assert_eq!(appoint("2026-05-12T14:00", Mode::InPerson).paper(&s.case), Some(Form::Appointment));
    assert_eq!(appoint("2026-05-12T14:00", Mode::Video).paper(&s.case), None);
    s.no(OFFICER, appoint("2026-05-01T14:00", Mode::Phone), WhyNot::TooEarly);
    let late = Command::Appoint {
        at: t("2026-05-12T14:00"),
        mode: Mode::InPerson,
        place: sealed("place"),
        mediators: "张三".into(),
        recusal_by: Some(d("2026-05-13")),
    };
    s.no(OFFICER, late, WhyNot::DayOutside);
    s.ok(OFFICER, appoint("2026-05-12T14:00", Mode::InPerson));
    assert!(matches!(s.last(), Event::Appointed { number: Some(_), .. }));
    s.at("2026-05-12T15:00").ok(OFFICER, Command::EndAppointment { attendance: Attendance::RespondentAbsent });
    s.no(OFFICER, Command::EndAppointment { attendance: Attendance::Kept }, WhyNot::NoAppointment);
}

#[test]
fn an_agreement_is_made_out_once_and_only_where_there_is_one() {
    let mut s = Scene::mediating("2026-05-06T09:00", "2026-05-07T09:00");
    let issue = || Command::IssueAgreement { signed: Party::ALL.to_vec(), files: Vec::new() };
    s.no(OFFICER, issue(), WhyNot::NoAgreement);
    s.ok(OFFICER, Command::Minutes { minutes: sealed("minutes"), signed: vec![Party::Submitter], files: vec![FileId(Id([5; 16]))] });
    s.ok(OFFICER, Command::Agree { terms: sealed("terms"), amount: Fen(38_000), performed: false });
    s.ok(OFFICER, issue()).no(OFFICER, issue(), WhyNot::AlreadyDone);
    // Under the earlier order its forms are not printed here: made out, without a number.
    let mut old = Scene::mediating("2026-04-10T09:00", "2026-04-13T09:00");
    old.ok(OFFICER, Command::Agree { terms: sealed("terms"), amount: Fen(0), performed: false }).ok(OFFICER, issue());
    assert!(matches!(old.last(), Event::AgreementIssued { number: None, .. }));
}

/// 广告法 Art. 53: seven working days from receipt, until it is handled and told. (Saturday 2026-05-09 is worked.)
#[test]
fn an_advertising_report_is_due_in_seven_working_days_and_its_result_is_told() {
    let mut s = Scene::verifying("2026-05-06T09:00");
    s.ok(OFFICER, Command::Advertising).no(OFFICER, Command::Advertising, WhyNot::AlreadyDone);
    assert_eq!(s.due("L20"), "2026-05-14");
    let feedback = || Command::Feedback { law: FeedbackLaw::Advertising, result: sealed("result") };
    s.no(OFFICER, feedback(), WhyNot::NoResult);
    s.ok(OFFICER, Command::Propose(Proposal::NotFile { ground: NotFiling::NoViolation, leniency: None, reason: sealed("reason") }));
    s.ok(LEAD, Command::Decide { approved: true, reason: None });
    assert_eq!(step(&s), Some(Step::Feedback));
    s.no(OFFICER, close(Outcome::NotFiled), WhyNot::Untold).ok(OFFICER, feedback());
    assert_eq!((step(&s), s.clock("L20").state), (Some(Step::Tell), ClockState::Running));
    s.at("2026-05-08T09:00").tell(Matter::Result, Party::Submitter);
    assert_eq!(s.clock("L20").met(), Some(true));
    s.ok(OFFICER, close(Outcome::NotFiled));

    // Marked at the intake before the organ's receipt is known: the receipt starts it.
    let mut s = Scene::new(Kind::Complaint, "2026-05-06T09:00");
    s.ok(CLERK, Command::Advertising);
    assert!(!s.has_clock("L20"));
    s.receive();
    assert_eq!(s.due("L20"), "2026-05-14");
}

#[test]
fn where_the_pack_wants_it_the_head_approves_a_refusal_and_a_termination() {
    let strict = || Pack { approvals: [Approval::Refuse, Approval::Terminate].into(), ..pack("national") };
    let at = t("2026-05-06T09:00");
    let propose = |p| Command::Propose(p);
    let refusal =
        || Proposal::Refuse { ground: Ground::NotConsumption, body: None, factors: Vec::new(), reason: sealed("reason"), handed_to: None };
    let mut s = Scene::with(registration(Kind::Complaint, Some(at)), at, strict()).open();
    s.no(OFFICER, refuse(Ground::NotConsumption), WhyNot::NeedsApproval);
    s.ok(OFFICER, propose(refusal())).no(OFFICER, Command::Accept, WhyNot::ProposalOpen);
    assert_eq!(step(&s), Some(Step::Approve));
    assert_eq!(next(&s.case).unwrap().clock.unwrap().name, name("L1"));
    s.ok(LEAD, Command::Decide { approved: false, reason: Some(sealed("reason")) }).ok(OFFICER, propose(refusal()));
    assert_eq!(Command::Decide { approved: true, reason: None }.paper(&s.case), Some(Form::Refusal));
    s.ok(LEAD, Command::Decide { approved: true, reason: None });
    assert!(matches!(s.last(), Event::Refused { number: Some(_), .. }));
    s.tell(Matter::Refusal, Party::Submitter);
    assert_eq!(s.case.stage(), Stage::Closed);

    let mut s = Scene::with(registration(Kind::Complaint, Some(at)), at, strict()).open();
    s.ok(OFFICER, Command::Accept).tell(Matter::Acceptance, Party::Submitter);
    let end = || Proposal::Terminate { ground: Termination::NoAgreementPossible, conduct: None, reason: sealed("reason") };
    s.no(OFFICER, terminate(Termination::NoAgreementPossible), WhyNot::NeedsApproval);
    s.no(OFFICER, propose(Proposal::File { reason: sealed("reason") }), WhyNot::OnlyReport);
    s.no(OFFICER, propose(refusal()), WhyNot::AlreadyDecided).ok(OFFICER, propose(end()));
    // The person need not wait for the head.
    s.ok(Actor::Submitter, Command::Withdraw { reason: None, settled: true });
    assert!(s.case.proposal.is_none());
    s.no(LEAD, Command::Decide { approved: true, reason: None }, WhyNot::NoProposal);
}

#[test]
fn somebody_else_than_the_handler_follows_up_and_a_dissatisfied_answer_is_handled_again() {
    let mut s = closed_complaint(with_second_handling());
    s.no(OFFICER, followed(None), WhyNot::OwnCase).ok(CALLER, followed(Some(Satisfaction::Dissatisfied)));
    assert_eq!((s.case.stage(), step(&s)), (Stage::Again, Some(Step::HandleAgain)));
    assert_eq!(s.due("local:second"), "2026-05-09");
    s.no(OFFICER, close(Outcome::Terminated), WhyNot::SummaryMissing).no(OFFICER, Command::Accept, WhyNot::AlreadyDecided);
    let again = |outcome| Command::Close { outcome, untrue: false, level: None, recovered: Fen(100), summary: Some(sealed("summary")) };
    s.at("2026-05-08T09:00").ok(OFFICER, again(Outcome::Settled));
    assert_eq!(s.case.closed.unwrap().outcome, Outcome::Settled);
    // The second follow-up, by somebody else; the pack's rounds are used up.
    let other = person(52, Role::Clerk, CENTRE);
    s.no(CALLER, followed(None), WhyNot::SameCaller).ok(other, followed(Some(Satisfaction::Dissatisfied)));
    assert_eq!(s.case.stage(), Stage::Closed);
    s.no(Actor::Submitter, Command::AskReopen { reason: sealed("reason") }, WhyNot::RoundsUsed);
    s.no(LEAD, Command::Reopen { reason: sealed("reason") }, WhyNot::RoundsUsed).no(CALLER, followed(None), WhyNot::AlreadyDone);
}

#[test]
fn the_person_rates_and_asks_and_the_head_decides_whether_to_handle_again() {
    let mut s = closed_complaint(pack("national"));
    s.ok(Actor::Submitter, Command::Rate { satisfaction: Satisfaction::Dissatisfied, reason: None });
    assert_eq!(s.case.stage(), Stage::Closed, "a word on the page is not yet a second handling");
    s.no(Actor::Submitter, Command::Rate { satisfaction: Satisfaction::Satisfied, reason: None }, WhyNot::AlreadyDone);
    s.ok(Actor::Submitter, Command::AskReopen { reason: sealed("reason") });
    s.no(Actor::Submitter, Command::AskReopen { reason: sealed("reason") }, WhyNot::AlreadyDone);
    let reopen = || Command::Reopen { reason: sealed("reason") };
    s.no(Actor::Submitter, reopen(), WhyNot::Role).no(OFFICER, reopen(), WhyNot::Role).ok(SUPERVISOR, reopen());
    assert_eq!((s.case.rounds, s.case.satisfaction, s.case.reopen_asked), (1, None, false));
}

#[test]
fn what_handling_again_takes_back_depends_on_how_the_case_ended() {
    let reopen = || Command::Reopen { reason: sealed("reason") };
    // A refusal is taken back: to be accepted or refused anew, told anew.
    let mut s = Scene::opened(Kind::Complaint, "2026-05-06T09:00");
    s.ok(OFFICER, refuse(Ground::NotConsumption)).tell(Matter::Refusal, Party::Submitter).ok(LEAD, reopen());
    assert_eq!((s.case.decision, step(&s)), (None, Some(Step::Decide)));
    s.at("2026-05-07T09:00").ok(OFFICER, Command::Accept).tell(Matter::Acceptance, Party::Submitter);
    assert!(matches!(s.case.decision, Some(Decision::Accepted(_))));

    // Withdrawn before anybody decided: the limit to decide runs anew from here.
    let mut s = Scene::opened(Kind::Complaint, "2026-05-06T09:00");
    s.ok(Actor::Submitter, Command::Withdraw { reason: None, settled: false });
    s.at("2026-05-08T09:00").ok(LEAD, reopen());
    assert_eq!((s.due("L1").as_str(), step(&s)), ("2026-05-18", Some(Step::Decide)));

    // Not filed: verified again. Filed: it goes on as a penalty case.
    for (proposal, filed) in [
        (Proposal::NotFile { ground: NotFiling::NoViolation, leniency: None, reason: sealed("reason") }, false),
        (Proposal::File { reason: sealed("reason") }, true),
    ] {
        let mut s = Scene::verifying("2026-05-06T09:00");
        s.ok(OFFICER, Command::Propose(proposal)).ok(LEAD, Command::Decide { approved: true, reason: None });
        s.ok(OFFICER, close(if filed { Outcome::Filed } else { Outcome::NotFiled }));
        if filed {
            s.no(LEAD, reopen(), WhyNot::PenaltyCase);
        } else {
            s.ok(LEAD, reopen());
            assert_eq!(step(&s), Some(Step::Propose));
        }
    }

    // A question is answered again.
    let mut s = Scene::opened(Kind::Consultation, "2026-05-06T09:00");
    let answer = || Command::Answer { answer: sealed("answer"), channel: None, told_by: Some(TellBy::Phone), proof: None };
    s.ok(OFFICER, answer()).ok(LEAD, reopen());
    assert_eq!(step(&s), Some(Step::Answer));
    s.ok(OFFICER, answer());
}

#[test]
fn a_group_moves_nothing_of_its_members() {
    let (first, second) = (GroupId(Id([80; 16])), GroupId(Id([81; 16])));
    let mut s = Scene::opened(Kind::Complaint, "2026-05-06T09:00");
    let clocks = s.case.clocks.clone();
    s.ok(CLERK, Command::Group { group: first }).no(CLERK, Command::Group { group: first }, WhyNot::InGroup);
    s.ok(CLERK, Command::Group { group: second }).ok(CLERK, Command::Ungroup).no(CLERK, Command::Ungroup, WhyNot::NoGroup);
    assert_eq!(s.case.clocks, clocks);
}

#[test]
fn a_copy_of_a_reports_papers_never_goes_to_the_business() {
    let share = |with| Command::ShareCopy { of: FileId(Id([5; 16])), copy: FileId(Id([6; 16])), with };
    let mut s = Scene::verifying("2026-05-06T09:00");
    s.no(OFFICER, share(Party::Respondent), WhyNot::OnlyComplaint).ok(OFFICER, share(Party::Submitter));
}
