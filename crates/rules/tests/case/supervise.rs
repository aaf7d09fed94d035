//! The ladder of notices, orders, and who answers for a case.

use crate::scene::*;
use rules::calendar::{Calendar, Span};
use rules::case::command::{Command, WhyNot};
use rules::case::event::{Event, Seat};
use rules::case::supervise::{Grade, Inspection, OrderState, Owner, Supervised, Why, order_clock};
use rules::ids::{Id, PersonId};
use rules::law::Kind;
use rules::pack::Supervision;

const HANDLER: PersonId = PersonId(Id([32; 16]));
const HEAD: PersonId = PersonId(Id([33; 16]));
const SUPERVISOR: PersonId = PersonId(Id([39; 16]));
const AT_CENTRE: rules::access::Actor = person(39, rules::access::Role::Supervisor, CENTRE);

fn inspect(s: &mut Scene, at: &str) -> Option<(u32, Why, Vec<PersonId>)> {
    s.at(at);
    let registered_at = s.facts[0].0.recorded_at;
    let inspection = Inspection { at: t(at), made_up: false, registered_at, people: [vec![HANDLER], vec![HEAD], vec![SUPERVISOR]] };
    let before = s.facts.len();
    match s.run(rules::access::Actor::System, &Command::Inspect(Box::new(inspection))) {
        Ok(()) => {}
        Err(WhyNot::Nothing | WhyNot::Over) => return None,
        Err(other) => panic!("{at}: {other:?}"),
    }
    let Event::Supervised(Supervised::Noticed { step, why, to, .. }) = &s.facts[before].1.event else { panic!("no notice") };
    Some((*step, *why, to.clone()))
}

/// L1 of a complaint received on Monday 11 May 2026 ends on Wednesday 20 May.
#[test]
fn each_step_comes_in_its_time_and_only_if_the_one_before_did_not_help() {
    let mut s = Scene::opened(Kind::Complaint, "2026-05-11T10:00");
    assert_eq!(inspect(&mut s, "2026-05-15T09:00"), None, "three working days are left");
    assert_eq!(inspect(&mut s, "2026-05-18T09:00"), Some((1, Why::Soon, vec![HANDLER])));
    assert_eq!(inspect(&mut s, "2026-05-18T09:00"), None, "no inspection tells twice");
    assert_eq!(inspect(&mut s, "2026-05-18T16:00"), None, "the head is told only once it is late");
    assert_eq!(inspect(&mut s, "2026-05-21T09:00"), Some((2, Why::Late, vec![HEAD])));
    assert_eq!(inspect(&mut s, "2026-05-21T16:00"), None, "the supervisor one working day later");
    assert_eq!(inspect(&mut s, "2026-05-22T09:00"), None, "a day that begins with 24:00 is not over yet");
    assert_eq!(inspect(&mut s, "2026-05-25T09:00"), Some((3, Why::Late, vec![SUPERVISOR])));
    assert_eq!(inspect(&mut s, "2026-05-26T09:00"), None, "the ladder ends");
    s.pack.supervision.daily_urging = true;
    assert_eq!(inspect(&mut s, "2026-05-27T09:00"), Some((3, Why::Late, vec![SUPERVISOR])), "urged daily");
    assert_eq!(inspect(&mut s, "2026-05-27T16:00"), None, "but once a day");
}

#[test]
fn what_helped_ends_the_ladder_and_another_clock_begins_its_own() {
    let mut s = Scene::opened(Kind::Complaint, "2026-05-11T10:00");
    assert_eq!(inspect(&mut s, "2026-05-18T09:00"), Some((1, Why::Soon, vec![HANDLER])));
    s.ok(OFFICER, Command::Accept).tell(rules::case::event::Matter::Acceptance, rules::law::Party::Submitter);
    assert_eq!(inspect(&mut s, "2026-05-21T09:00"), None, "L1 was met");
    // Sixty days from acceptance on 18 May: the ladder begins again at its first step.
    assert_eq!(inspect(&mut s, "2026-07-16T09:00"), Some((1, Why::Soon, vec![HANDLER])));
}

#[test]
fn what_waits_at_the_intake_is_told_by_how_long_it_waits() {
    let mut s = Scene::new(Kind::Complaint, "2026-05-11T08:30");
    s.receive();
    assert_eq!(inspect(&mut s, "2026-05-11T09:00"), None, "half an hour is no delay");
    assert_eq!(inspect(&mut s, "2026-05-11T16:00"), Some((1, Why::Undispatched, vec![HANDLER])));
    assert_eq!(inspect(&mut s, "2026-05-12T16:00"), None);
    assert_eq!(inspect(&mut s, "2026-05-13T09:00"), Some((2, Why::Undispatched, vec![HEAD])));
    s.send(OFFICE);
    assert_eq!(inspect(&mut s, "2026-05-13T16:00"), None, "sent");
}

#[test]
fn where_there_is_nobody_the_next_above_is_told() {
    let mut s = Scene::opened(Kind::Complaint, "2026-05-11T10:00");
    s.at("2026-05-18T09:00");
    let people = [Vec::new(), Vec::new(), vec![SUPERVISOR]];
    let inspection = Inspection { at: s.now, made_up: true, registered_at: s.now, people };
    s.ok(rules::access::Actor::System, Command::Inspect(Box::new(inspection)));
    assert_eq!(s.case.watch.unseen(SUPERVISOR).collect::<Vec<_>>(), [1]);
    assert_eq!(s.run(OFFICER, &Command::SeeNotice), Err(WhyNot::NoNotice));
    s.ok(AT_CENTRE, Command::SeeNotice);
    assert_eq!(s.run(AT_CENTRE, &Command::SeeNotice), Err(WhyNot::NoNotice), "seen once");
}

#[test]
fn an_order_runs_is_answered_sent_back_and_accepted() {
    let mut s = Scene::opened(Kind::Complaint, "2026-05-11T10:00");
    let order = |owner| Command::Order { grade: Grade::Supervise, owner, span: Span::WorkingDays(1), wanted: sealed("wanted") };
    assert_eq!(s.run(OFFICER, &order(Owner::Unit(OFFICE.unit))), Err(WhyNot::Role));
    s.ok(AT_CENTRE, order(Owner::Person(HANDLER)));
    assert_eq!(s.case.tightest().map(|c| c.name.clone()), Some(order_clock(1)), "every list knows its end");
    s.at("2026-05-13T09:00").ok(rules::access::Actor::System, Command::Lapse);
    assert!(s.case.clock(&order_clock(1)).is_some_and(|c| c.lapsed), "late");
    assert_eq!(s.run(LEAD, &Command::AnswerOrder { order: 1, answer: sealed("answer") }), Err(WhyNot::NoOrder), "it is the handler's");
    s.ok(OFFICER, Command::AnswerOrder { order: 1, answer: sealed("answer") });
    assert_eq!(s.run(LEAD, &Command::SettleOrder { order: 1, back: None }), Err(WhyNot::NoOrder), "nobody accepts for another unit");
    s.ok(AT_CENTRE, Command::SettleOrder { order: 1, back: Some((sealed("reason"), Span::Hours(24))) });
    assert_eq!(s.case.watch.orders[0].state, OrderState::Open);
    // Another has the case: the order goes along.
    s.ok(LEAD, Command::Assign { handler: PersonId(Id([50; 16])) });
    assert_eq!(s.case.watch.orders[0].owner, Owner::Person(PersonId(Id([50; 16]))));
    let other = person(50, rules::access::Role::Officer, OFFICE);
    s.ok(other, Command::AnswerOrder { order: 1, answer: sealed("answer") });
    s.ok(AT_CENTRE, Command::SettleOrder { order: 1, back: None });
    assert_eq!(s.case.watch.orders[0].state, OrderState::Accepted);
    s.ok(CLERK, order(Owner::Unit(OFFICE.unit)));
    s.ok(OFFICER, Command::Withdraw { reason: None, settled: false });
    assert_eq!(s.case.watch.orders[1].state, OrderState::Ended, "nothing is left to be done");
}

#[test]
fn the_first_asked_answers_for_it_until_another_has_taken_it_on() {
    let mut s = Scene::new(Kind::Complaint, "2026-05-11T08:30");
    assert_eq!(s.case.responsible(), None);
    s.receive();
    let holds = |s: &Scene, seat: Seat| assert_eq!(s.case.responsible(), Some(seat.unit));
    holds(&s, CENTRE);
    s.send(OFFICE);
    holds(&s, CENTRE);
    s.ok(OFFICER, Command::Open);
    holds(&s, OFFICE);
    s.ok(OFFICER, Command::Return { reason: sealed("reason") });
    holds(&s, OFFICE);
    s.send(SECOND_OFFICE);
    holds(&s, OFFICE);
    s.ok(SECOND_OFFICER, Command::Open);
    holds(&s, SECOND_OFFICE);
    s.ok(rules::access::Actor::System, Command::Move { to: OFFICE, order: Id([90; 16]), handler: None });
    holds(&s, OFFICE);
    s.ok(OFFICER, Command::Open).ok(OFFICER, Command::Withdraw { reason: None, settled: false });
    assert_eq!(s.case.responsible(), None, "over");
}

#[test]
fn what_an_intake_distributed_stays_its_own_until_it_is_received_below() {
    let mut s = Scene::new(Kind::Complaint, "2026-05-11T08:30");
    s.receive().send(BELOW);
    assert_eq!(s.case.responsible(), Some(CENTRE.unit));
    let at = s.now;
    s.ok(BELOW_CLERK, Command::Receive { seat: BELOW, at });
    assert_eq!(s.case.responsible(), Some(BELOW.unit));
}

#[test]
fn inspections_missed_while_nothing_ran_are_found_in_order() {
    let at = |h| jiff::civil::time(h, 0, 0, 0);
    let section = Supervision { inspections: vec![at(9), at(16)], ..Supervision::default() };
    let between = |from, to, most| section.inspections_between(t(from), t(to), Calendar::builtin(), most);
    let friday = "2026-05-15T16:00";
    assert_eq!(between(friday, "2026-05-18T08:59", 9), [], "a weekend is no working day");
    assert_eq!(between(friday, "2026-05-18T16:30", 9), [t("2026-05-18T09:00"), t("2026-05-18T16:00")]);
    assert_eq!(between("2026-05-12T10:00", "2026-05-18T09:00", 2), [t("2026-05-15T16:00"), t("2026-05-18T09:00")], "the last ones");
    let daily = Supervision { working_days: false, ..section };
    assert_eq!(daily.inspections_between(t(friday), t("2026-05-17T09:00"), Calendar::builtin(), 9).len(), 3);
}
