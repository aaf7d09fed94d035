//! Consultations, other requests, historical letters; calendars, corrections, links, undoing, erasing.

use crate::scene::*;
use rules::access::{Actor, Role};
use rules::case::command::{Command, WhyNot};
use rules::case::event::{Correction, Event, Matter, Outcome, Respondent};
use rules::case::next::next;
use rules::case::{Case, Stage};
use rules::clock::ClockState;
use rules::ids::{CaseId, FileId, Id};
use rules::law::{Kind, Party, Regime, TellBy, Termination};
use rules::money::Fen;

fn answer(told_by: Option<TellBy>) -> Command {
    Command::Answer { answer: sealed("answer"), channel: None, told_by, proof: None }
}

#[test]
fn a_consultation_is_answered_told_and_closed_in_one() {
    let mut s = Scene::new(Kind::Consultation, "2026-05-06T09:00");
    s.receive();
    let before = s.facts.len();
    s.ok(CLERK, answer(Some(TellBy::Phone)));
    assert_eq!((s.facts.len() - before, s.case.closed.unwrap().outcome), (3, Outcome::Answered));
    assert!(s.case.clocks.is_empty() && s.case.was_told(Matter::Answer, Party::Submitter));
    s.no(CLERK, answer(None), WhyNot::Over).no(CLERK, tell(Matter::Answer, Party::Submitter), WhyNot::Over);

    // Answered in writing first, told by telephone later; before the receipt is recorded even.
    let mut s = Scene::new(Kind::Other, "2026-05-06T09:00");
    s.ok(CLERK, answer(None)).at("2026-05-07T09:00").ok(CLERK, tell(Matter::Answer, Party::Submitter));
}

fn historical(kind: Kind) -> Scene {
    let mut r = registration(kind, None);
    r.historical = true;
    r.channel = "file:hotline".into();
    Scene::with(r, t("2026-11-23T09:00"), pack("shandong"))
}

#[test]
fn a_historical_import_has_no_clock_and_is_never_overdue() {
    for kind in Kind::ALL {
        let mut s = historical(*kind);
        s.at("2030-01-01T00:00").no(Actor::System, Command::Lapse, WhyNot::Nothing);
        s.receive().ok(CLERK, Command::Urgent { reason: sealed("reason") }).send(OFFICE).ok(OFFICER, Command::Open);
        assert_eq!((s.case.clocks.len(), s.case.regime), (0, Some(Regime::None)));
        s.ok(OFFICER, Command::Return { reason: sealed("reason") }).ok(CLERK, answer(None));
        assert_eq!((s.case.clocks.len(), s.case.stage()), (0, Stage::Closed));
    }
}

#[test]
fn an_imported_answer_keeps_its_own_date_and_the_import_can_be_undone() {
    let mut s = historical(Kind::Other);
    s.ok_effective(Actor::System, answer(Some(TellBy::Internet)), "2019-03-04T00:00");
    assert_eq!(s.case.closed.unwrap().at, t("2019-03-04T00:00"));
    s.ok(Actor::System, Command::ImportUndo);
    assert_eq!((s.case.stage(), next(&s.case)), (Stage::Undone, None));
    s.no(CLERK, Command::Note { note: sealed("note"), private: false }, WhyNot::Over).no(Actor::System, Command::ImportUndo, WhyNot::Over);
    s.ok(person(60, Role::SecurityAdmin, CENTRE), Command::Erase { reason: "撤销导入".into() });
}

#[test]
fn an_import_people_have_worked_on_is_not_undone() {
    let mut s = Scene::opened(Kind::Complaint, "2026-05-06T09:00");
    s.no(Actor::System, Command::ImportUndo, WhyNot::WorkedOn).no(CLERK, Command::ImportUndo, WhyNot::Role);
    let mut fresh = Scene::new(Kind::Complaint, "2026-05-06T09:00");
    fresh.receive().ok(Actor::System, Command::ImportUndo);
    assert!(matches!(fresh.clock("L1").state, ClockState::Void(_)));
}

#[test]
fn provisional_dates_are_recounted_when_the_notice_comes() {
    let mut s = Scene::accepted("2026-11-23T09:00", "2026-12-10T09:00");
    let before = s.clock("L2").clone();
    assert_eq!((s.due("L2").as_str(), before.due.provisional, before.calendar.as_str()), ("2027-02-09", true, "cn-2026"));
    s.no(Actor::System, Command::LoadCalendar, WhyNot::Nothing);
    s.calendar = &WITH_2027;
    s.no(OFFICER, Command::LoadCalendar, WhyNot::Role).ok(Actor::System, Command::LoadCalendar);
    let after = s.clock("L2");
    assert_eq!((s.due("L2").as_str(), after.due.provisional, after.calendar.as_str()), ("2027-02-12", false, "cn-2027"));
    assert_eq!(after.state, ClockState::Running);
    assert!(matches!(s.last(), Event::CalendarLoaded { calendar } if calendar == "cn-2027"));
    assert_eq!(s.clock("L1").calendar, "cn-2026", "what was met is left alone");
    s.no(Actor::System, Command::LoadCalendar, WhyNot::Nothing);
}

/// A complaint of January 2027 whose acceptance is told at `told`, withdrawn afterwards; then the notice comes.
fn told_before_the_notice(received: &str, told: &str) -> Scene {
    let mut s = Scene::opened(Kind::Complaint, received);
    s.at(told).ok(OFFICER, Command::Accept).tell(Matter::Acceptance, Party::Submitter);
    assert!(s.clock("L1").due.provisional);
    s
}

#[test]
fn what_was_in_time_by_a_provisional_date_is_late_by_the_final_one() {
    // Saturday 30 January becomes a working day.
    let mut s = told_before_the_notice("2027-01-21T09:00", "2027-02-01T09:00");
    assert_eq!((s.due("L1").as_str(), s.clock("L1").met(), s.clock("L1").lapsed), ("2027-02-01", Some(true), false));
    s.ok(Actor::Submitter, Command::Withdraw { reason: None, settled: false });
    s.tell(Matter::Termination, Party::Submitter).tell(Matter::Termination, Party::Respondent);
    s.ok(OFFICER, close(Outcome::Withdrawn));
    s.calendar = &WITH_2027;
    s.ok(Actor::System, Command::LoadCalendar);
    assert_eq!((s.due("L1").as_str(), s.clock("L1").met(), s.clock("L1").lapsed), ("2027-01-30", Some(false), true));
    assert!(!s.clock("L1").due.provisional, "the date is final");
    assert_eq!(s.case.stage(), Stage::Closed, "nothing else changes");
    s.no(Actor::System, Command::LoadCalendar, WhyNot::Nothing);
}

#[test]
fn what_was_late_by_a_provisional_date_is_in_time_by_the_final_one() {
    // The days off of the Spring Festival become more than the law's.
    let mut s = told_before_the_notice("2027-01-28T09:00", "2027-02-11T09:00");
    assert_eq!((s.due("L1").as_str(), s.clock("L1").met(), s.clock("L1").lapsed), ("2027-02-10", Some(false), true));
    s.calendar = &WITH_2027;
    s.ok(Actor::System, Command::LoadCalendar);
    assert_eq!((s.due("L1").as_str(), s.clock("L1").met(), s.clock("L1").lapsed), ("2027-02-12", Some(true), false));
    assert!(matches!(s.last(), Event::CalendarLoaded { .. }));
}

#[test]
fn a_clock_that_no_longer_applies_follows_no_notice() {
    let mut s = Scene::opened(Kind::Complaint, "2027-01-21T09:00");
    s.ok(Actor::Submitter, Command::Withdraw { reason: None, settled: false });
    s.calendar = &WITH_2027;
    s.no(Actor::System, Command::LoadCalendar, WhyNot::Nothing);
}

fn correct(correction: Correction) -> Command {
    Command::Correct { correction, reason: sealed("reason") }
}

#[test]
fn a_corrected_receipt_recounts_its_clocks_and_the_order() {
    let mut s = Scene::new(Kind::Complaint, "2026-04-15T09:00");
    s.receive().send(OFFICE).at("2026-04-20T09:00").ok(OFFICER, Command::Open);
    let at = |at: &str, regime| correct(Correction::OrganReceipt { at: t(at), regime });
    s.no(OFFICER, at("2026-04-14T09:00", Regime::Order121), WhyNot::AlreadyDecided);
    s.no(OFFICER, at("2026-04-21T09:00", Regime::Order121), WhyNot::Future);
    s.at("2026-04-28T09:00").no(OFFICER, at("2026-04-27T09:00", Regime::Order121), WhyNot::TooEarly);
    s.no(OFFICER, at("2026-04-15T09:00", Regime::Order121), WhyNot::Nothing);
    s.ok(Actor::System, Command::Lapse).ok(OFFICER, at("2026-04-17T09:00", Regime::Order121));
    assert_eq!((s.due("L1").as_str(), s.clock("L1").lapsed, s.clock("L1").is_open()), ("2026-04-28", false, true));
    s.ok(OFFICER, at("2026-04-14T09:00", Regime::Order20));
    assert_eq!((s.case.regime, s.due("L1").as_str()), (Some(Regime::Order20), "2026-04-23"));
    assert_eq!((s.clock("L1").basis.as_str(), s.clock("L1").lapsed), ("order20-14", true));
    s.ok(OFFICER, Command::Accept).no(OFFICER, at("2026-04-15T09:00", Regime::Order121), WhyNot::AlreadyDecided);
    s.tell(Matter::Acceptance, Party::Submitter);
    assert_eq!(s.clock("L1").met(), Some(false));
    s.ok(OFFICER, at("2026-04-13T09:00", Regime::Order20));
    assert_eq!((s.due("L1").as_str(), s.clock("L1").met()), ("2026-04-22", Some(false)));
}

#[test]
fn a_corrected_receipt_leaves_a_supplemented_clock_alone() {
    let mut s = Scene::verifying("2026-05-11T09:00");
    s.at("2026-05-21T09:00").ok(OFFICER, Command::Supplement { by: None, at: t("2026-05-20T09:00") });
    s.ok(OFFICER, correct(Correction::OrganReceipt { at: t("2026-05-08T09:00"), regime: Regime::Order121 }));
    assert_eq!(s.due("L5"), "2026-06-10");
}

#[test]
fn a_corrected_telling_moves_what_it_stopped() {
    let mut s = Scene::accepted("2026-05-06T09:00", "2026-05-07T09:00");
    let told = |matter, party, at: &str| correct(Correction::Told { matter, party, at: t(at) });
    s.at("2026-05-20T09:00").no(OFFICER, told(Matter::Acceptance, Party::Submitter, "2026-05-06T10:00"), WhyNot::TooEarly);
    s.no(OFFICER, told(Matter::Refusal, Party::Submitter, "2026-05-15T09:00"), WhyNot::NothingToTell);
    s.ok(OFFICER, told(Matter::Acceptance, Party::Submitter, "2026-05-15T09:00"));
    assert_eq!((s.clock("L1").met(), s.clock("L1").lapsed), (Some(false), true));
    s.ok(OFFICER, told(Matter::Acceptance, Party::Submitter, "2026-05-14T09:00"));
    assert_eq!((s.clock("L1").met(), s.clock("L1").lapsed), (Some(true), false));
    s.ok(OFFICER, terminate(Termination::NoAgreementPossible));
    s.at("2026-05-21T09:00").tell(Matter::Termination, Party::Submitter);
    s.at("2026-05-22T09:00").tell(Matter::Termination, Party::Respondent);
    s.at("2026-05-25T09:00").ok(OFFICER, told(Matter::Termination, Party::Submitter, "2026-05-23T09:00"));
    assert_eq!(s.clock("L3").state, ClockState::Stopped(t("2026-05-23T09:00")), "the later of both");
    s.ok(OFFICER, told(Matter::Termination, Party::Submitter, "2026-05-20T10:00"));
    assert_eq!(s.clock("L3").state, ClockState::Stopped(t("2026-05-22T09:00")));
}

#[test]
fn a_corrected_telling_moves_a_local_promise_only_if_it_was_the_first_word() {
    let at = t("2026-05-06T09:00");
    let mut s = Scene::with(registration(Kind::Complaint, Some(at)), at, pack("shandong")).open();
    s.at("2026-05-06T12:00").tell(Matter::Contact, Party::Submitter);
    s.at("2026-05-06T15:00").ok(OFFICER, Command::Accept).tell(Matter::Acceptance, Party::Submitter);
    let told = |matter, at: &str| correct(Correction::Told { matter, party: Party::Submitter, at: t(at) });
    s.at("2026-05-07T12:00").ok(OFFICER, told(Matter::Acceptance, "2026-05-06T16:00"));
    assert_eq!(s.clock("local:response").state, ClockState::Stopped(t("2026-05-06T12:00")));
    s.ok(OFFICER, told(Matter::Contact, "2026-05-07T10:00"));
    assert_eq!(s.clock("local:response").state, ClockState::Stopped(t("2026-05-06T16:00")));
}

#[test]
fn other_corrections_change_the_state_and_keep_the_entry() {
    let mut s = Scene::mediating("2026-05-06T09:00", "2026-05-06T09:00");
    let respondent = Respondent { name: "某某商行".into(), ..Respondent::default() };
    s.ok(OFFICER, correct(Correction::Respondent { respondent: respondent.clone() }));
    s.no(OFFICER, correct(Correction::Respondent { respondent }), WhyNot::Nothing);
    s.no(OFFICER, correct(Correction::Amount { amount: Some(Fen(-1)) }), WhyNot::Money);
    s.ok(OFFICER, correct(Correction::Amount { amount: Some(Fen(990)) }));
    s.no(OFFICER, correct(Correction::Recovered { recovered: Fen(1) }), WhyNot::NotClosed);
    s.ok(OFFICER, Command::Withdraw { reason: None, settled: true });
    s.tell(Matter::Termination, Party::Submitter).tell(Matter::Termination, Party::Respondent).ok(OFFICER, close(Outcome::Settled));
    s.ok(OFFICER, correct(Correction::Recovered { recovered: Fen(990) }));
    assert_eq!((s.case.closed.unwrap().recovered, s.case.registration.amount), (Fen(990), Some(Fen(990))));
    assert_eq!(s.case.registration.respondent.name, "某某商行");
    let Event::Registered(first) = &s.facts[0].1.event else { panic!() };
    assert_eq!(first.respondent.name, "某某超市", "the wrong entry stays");
}

#[test]
fn undoing_a_merge_equals_a_replay_without_it() {
    let into = CaseId(Id([70; 16]));
    let mut s = Scene::opened(Kind::Complaint, "2026-05-06T09:00");
    s.no(OFFICER, Command::Merge { into, same_person: false, same_kind: true }, WhyNot::OtherPerson);
    s.no(OFFICER, Command::Merge { into, same_person: true, same_kind: false }, WhyNot::OtherPerson);
    s.ok(OFFICER, Command::Merge { into, same_person: true, same_kind: true });
    assert_eq!((s.case.merged_into, s.clock("L1").is_open()), (Some(into), true), "clocks and receipt stay");
    s.no(OFFICER, Command::Merge { into, same_person: true, same_kind: true }, WhyNot::AlreadyMerged);
    s.ok(OFFICER, Command::Accept).ok(OFFICER, Command::Unmerge).no(OFFICER, Command::Unmerge, WhyNot::NotMerged);
    s.tell(Matter::Acceptance, Party::Submitter);
    let without = s.facts.iter().filter(|(_, f)| !matches!(f.event, Event::Merged { .. } | Event::Unmerged));
    let replayed = Case::replay(without.map(|(s, f)| (*s, f))).unwrap();
    assert_eq!(Case { seq: s.case.seq, ..replayed }, s.case);
}

#[test]
fn erased_after_closing_by_the_security_administrator_only() {
    let admin = person(60, Role::SecurityAdmin, CENTRE);
    let erase = || Command::Erase { reason: "个人信息保护法第47条".into() };
    let mut s = Scene::opened(Kind::Complaint, "2026-05-06T09:00");
    s.no(admin, erase(), WhyNot::NotClosed).no(LEAD, erase(), WhyNot::Role);
    s.ok(Actor::Submitter, Command::Withdraw { reason: None, settled: false }).ok(admin, erase()).no(admin, erase(), WhyNot::AlreadyDone);
    let evidence = Command::AddEvidence { files: vec![FileId(Id([5; 16]))], note: None };
    s.no(Actor::Submitter, evidence, WhyNot::Erased).no(OFFICER, Command::Note { note: sealed("note"), private: false }, WhyNot::Erased);
}

#[test]
fn evidence_and_notes_come_at_any_time() {
    let mut s = Scene::new(Kind::Complaint, "2026-05-06T09:00");
    let evidence = || Command::AddEvidence { files: vec![FileId(Id([5; 16]))], note: None };
    s.no(Actor::Submitter, Command::AddEvidence { files: vec![], note: None }, WhyNot::Nothing);
    s.ok(Actor::Submitter, evidence()).ok(CLERK, Command::Note { note: sealed("note"), private: false });
    s.ok(Actor::Submitter, Command::Withdraw { reason: None, settled: false }).ok(Actor::Submitter, evidence());
    s.no(Actor::Submitter, Command::Note { note: sealed("note"), private: false }, WhyNot::Role);
}
