//! Local promises of packs, side by side with the law.

use crate::scene::*;
use rules::access::Actor;
use rules::case::command::{Command, WhyNot};
use rules::case::event::{Consent, Matter, Mode, Proposal};
use rules::case::next::next;
use rules::clock::ClockState;
use rules::law::{Kind, Party, TellBy};

fn scene(id: &str, kind: Kind, at: &str) -> Scene {
    Scene::with(registration(kind, Some(t(at))), t(at), pack(id))
}

#[test]
fn v_62_response_in_24_hours_holidays_or_not() {
    let mut s = scene("shandong", Kind::Complaint, "2025-10-01T08:30");
    s.receive().at("2025-10-01T09:00").send(OFFICE);
    assert_eq!(s.clock("local:response").due.at, t("2025-10-02T09:00"));
    assert!(s.clock("local:response").basis.starts_with("pack:shandong@"));
    assert_eq!(next(&s.case).unwrap().clock.unwrap().name, name("local:response"), "work goes to the tighter clock");
    s.ok(OFFICER, Command::Open).tell(Matter::Contact, Party::Respondent);
    assert!(s.clock("local:response").is_open(), "the person is to be contacted, not the business");
    s.at("2025-10-02T08:59").tell(Matter::Contact, Party::Submitter);
    assert_eq!(s.clock("local:response").met(), Some(true));
}

#[test]
fn v_63_dispatch_in_two_hours_over_midnight() {
    let mut s = scene("shandong", Kind::Report, "2026-05-06T23:10");
    s.receive();
    assert_eq!(s.clock("local:dispatch").due.at, t("2026-05-07T01:10"));
    let mut late = s.clone();
    s.at("2026-05-07T01:09").send(OFFICE);
    assert_eq!(s.clock("local:dispatch").met(), Some(true));
    late.at("2026-05-07T01:10").ok(Actor::System, Command::Lapse).send(OFFICE);
    assert_eq!((late.clock("local:dispatch").met(), late.clock("L5").lapsed), (Some(false), false));
}

#[test]
fn v_64_hotline_and_immediate_handling() {
    let mut other = scene("shandong", Kind::Other, "2025-09-30T10:00");
    other.receive();
    let mut question = scene("shandong", Kind::Consultation, "2025-09-30T10:00");
    question.receive();
    assert_eq!((other.due("local:hotline").as_str(), question.due("local:immediate").as_str()), ("2025-10-11", "2025-10-09"));
    // Given back to the intake and sent again, the promise to the person runs on.
    other.send(OFFICE).ok(OFFICER, Command::Open).ok(OFFICER, Command::Return { reason: sealed("reason") });
    assert!(other.clock("local:hotline").is_open());
    for s in [&mut other, &mut question] {
        s.ok(CLERK, Command::Answer { answer: sealed("answer"), channel: None, told_by: Some(TellBy::Phone), proof: None });
    }
    assert_eq!((other.clock("local:hotline").met(), question.clock("local:immediate").met()), (Some(true), Some(true)));
}

#[test]
fn v_65_jindong_dispatch_in_one_working_day() {
    for (received, due) in [("2026-02-13", "2026-02-14"), ("2026-09-30", "2026-10-08")] {
        let mut s = scene("jindong", Kind::Complaint, &format!("{received}T10:00"));
        s.receive();
        assert_eq!(s.due("local:dispatch"), due);
    }
}

#[test]
fn back_at_the_intake_the_promise_to_send_starts_again() {
    let mut s = scene("shandong", Kind::Complaint, "2026-05-06T09:00").open();
    assert_eq!(s.clock("local:dispatch").met(), Some(true));
    s.at("2026-05-07T09:00").ok(OFFICER, Command::Return { reason: sealed("reason") });
    assert_eq!(s.clock("local:dispatch").due.at, t("2026-05-07T11:00"));
    assert!(matches!(s.clock("local:response").state, ClockState::Void(_)), "what the unit promised is void");
    let before = s.clock("local:dispatch").clone();
    s.at("2026-05-07T10:00").ok(CLERK, Command::Reclassify { kind: Kind::Report, reason: sealed("reason") });
    assert_eq!(*s.clock("local:dispatch"), before, "another kind, the same promise");
    s.send(SECOND_OFFICE);
    assert_eq!(s.clock("local:response").due.at, t("2026-05-08T10:00"));
}

#[test]
fn opening_in_another_organ_leaves_no_promise_to_send_running() {
    let mut s = scene("shandong", Kind::Complaint, "2026-05-06T09:00");
    s.receive().send(FAR_OFFICE).at("2026-05-06T20:00").ok(FAR_OFFICER, Command::Open);
    assert!(!s.clock("local:dispatch").is_open());
    assert_eq!(s.clock("local:dispatch").met(), Some(true));
}

#[test]
fn an_urgent_case_is_mediated_or_verified_in_24_hours() {
    let mut s = scene("shandong", Kind::Complaint, "2026-05-06T09:00").open();
    assert!(!s.has_clock("local:urgent"));
    s.at("2026-05-06T10:00").ok(CLERK, Command::Urgent { reason: sealed("reason") });
    assert_eq!(s.clock("local:urgent").due.at, t("2026-05-07T10:00"));
    s.ok(OFFICER, Command::Accept).tell(Matter::Acceptance, Party::Submitter).ok(OFFICER, respondent_consents(Consent::Mediation));
    assert_eq!(s.due("local:mediation"), "2026-06-16");
    s.ok(OFFICER, Command::Mediate { mode: Mode::Phone, entrusted_to: None });
    s.at("2026-05-06T18:00").ok(OFFICER, Command::Agree { terms: sealed("terms"), amount: rules::money::Fen(1), performed: true });
    assert_eq!((s.clock("local:urgent").met(), s.clock("local:mediation").met()), (Some(true), Some(true)));

    let mut report = scene("shandong", Kind::Report, "2026-05-06T09:00").open();
    report.ok(OFFICER, Command::Urgent { reason: sealed("reason") }).ok(OFFICER, Command::Verify { note: None });
    report.ok(OFFICER, Command::Propose(Proposal::File { reason: sealed("reason") }));
    report.ok(LEAD, Command::Decide { approved: true, reason: None });
    assert_eq!(report.clock("local:urgent").met(), Some(true));
}

#[test]
fn v_66_the_council_accepts_in_five_and_mediates_in_ten_working_days() {
    let mut s = scene("zhejiang", Kind::Complaint, "2026-04-29T10:00");
    s.receive();
    assert_eq!((s.due("local:council-accept").as_str(), s.due("L1").as_str()), ("2026-05-09", "2026-05-12"));
    s.send(OFFICE).ok(OFFICER, Command::Open).at("2026-05-09T10:00").ok(OFFICER, Command::Accept);
    assert!(s.clock("local:council-accept").is_open(), "decided, and not yet told");
    s.tell(Matter::Acceptance, Party::Submitter);
    assert_eq!(s.clock("local:council-accept").met(), Some(true));
    assert_eq!(s.due("local:council-mediate"), "2026-05-22");
}

#[test]
fn a_new_version_recounts_open_clocks_from_where_they_started() {
    let mut s = scene("haishu", Kind::Complaint, "2026-06-01T09:00");
    s.receive().at("2026-06-01T09:10").send(OFFICE);
    assert_eq!(s.clock("local:first-answer").due.at, t("2026-06-01T09:40"));
    s.no(Actor::System, Command::LoadPack, WhyNot::Nothing);
    // An hour, and the roll of the law's natural days is another.
    let mut next = pack("haishu");
    next.version += 1;
    next.clocks[0].span = rules::calendar::Span::Hours(1);
    let mut gone = next.clone();
    let next = next.after(&pack("haishu"));
    let mut keeps = s.clone();
    s.pack = next;
    s.no(OFFICER, Command::LoadPack, WhyNot::Role).ok(Actor::System, Command::LoadPack);
    assert_eq!(s.clock("local:first-answer").due.at, t("2026-06-01T10:10"));
    assert_eq!(s.clock("local:first-answer").basis, "pack:haishu@3");
    s.no(Actor::System, Command::LoadPack, WhyNot::Nothing);
    // Not recounted, it ends as it was promised, whatever the present version says.
    gone.clocks.clear();
    keeps.pack = gone.clone().after(&pack("haishu"));
    let mut void = keeps.clone();
    keeps.ok(OFFICER, Command::Open).tell(Matter::Contact, Party::Submitter);
    assert_eq!(keeps.clock("local:first-answer").met(), Some(true));
    void.ok(Actor::System, Command::LoadPack);
    assert!(matches!(void.clock("local:first-answer").state, ClockState::Void(_)));
}
