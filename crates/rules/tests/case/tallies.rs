//! What a case adds to the figures: on which day, at which unit; that parts stand with their wholes; and that deltas over any split of its
//! events come to what the whole adds.

use crate::scene::*;
use jiff::civil::Date;
use rules::access::Role;
use rules::case::command::Command;
use rules::case::event::{Correction, Matter, Outcome, Proposal};
use rules::ids::UnitId;
use rules::law::{Ground, Kind, Level, Party, Satisfaction, TellBy};
use rules::money::Fen;
use rules::rate::RATES;
use rules::tally::{Contribution, Entry, Measure, contribution, delta};
use std::collections::BTreeMap;

/// Rates whose parts stand apart from their wholes, in time or place.
const APART: [&str; 3] = ["resolved", "turned", "outside"];

impl Scene {
    fn adds(&self, upto: usize) -> Option<Contribution> {
        contribution(self.facts.iter().take(upto).map(|(s, f)| (*s, f)))
    }

    /// In every entry a numerator comes with its denominator.
    pub fn check_figures(&self) {
        let Some(c) = self.adds(self.facts.len()) else { panic!("a case adds something, if only nothing") };
        for ((day, unit), entry) in &c.entries {
            for r in RATES.iter().filter(|r| !APART.contains(&r.id)) {
                let has = |measures: &[Measure]| measures.iter().filter(|m| entry.measures.has(**m)).count();
                assert!(has(r.over.measures) <= has(r.under.measures), "{} on {day} at {unit}: {:?}", r.id, entry.measures);
            }
        }
        assert!(!self.case.undone || c.entries.is_empty(), "what was undone counts nothing");
    }
}

fn on(s: &Scene, measure: Measure) -> Vec<(String, UnitId)> {
    let c = s.adds(s.facts.len()).unwrap();
    c.entries.iter().filter(|(_, e)| e.measures.has(measure)).map(|((day, unit), _)| (day.to_string(), *unit)).collect()
}

fn has(s: &Scene, day: &str, seat: rules::case::event::Seat, measure: Measure) -> bool {
    on(s, measure).contains(&(day.to_owned(), seat.unit))
}

/// A complaint settled in the shop.
fn settled() -> Scene {
    let mut s = Scene::mediating("2026-05-06T09:00", "2026-05-08T10:00");
    s.at("2026-05-20T11:00").ok(OFFICER, Command::Agree { terms: sealed("terms"), amount: Fen(9_900), performed: true });
    let recovered = Fen(9_900);
    s.at("2026-05-21T11:00")
        .ok(OFFICER, Command::Close { outcome: Outcome::Agreed, untrue: false, level: Some(Level::Shop), recovered, summary: None });
    s
}

fn asked(satisfaction: Satisfaction) -> Command {
    Command::FollowUp {
        by: TellBy::Phone,
        satisfaction: Some(satisfaction),
        solved: Some(satisfaction != Satisfaction::Dissatisfied),
        reason: None,
    }
}

#[test]
fn a_complaint_counts_where_it_was_when_it_was_there() {
    let s = settled();
    assert!(has(&s, "2026-05-06", CENTRE, Measure::Received) && has(&s, "2026-05-06", CENTRE, Measure::SentIn2h));
    assert!(has(&s, "2026-05-06", CENTRE, Measure::Sent) && has(&s, "2026-05-06", OFFICE, Measure::Arrived));
    assert!(has(&s, "2026-05-08", OFFICE, Measure::CheckInTime) && has(&s, "2026-05-08", OFFICE, Measure::Accepted));
    assert!(has(&s, "2026-05-20", OFFICE, Measure::MediationAgreed));
    assert!(has(&s, "2026-05-21", OFFICE, Measure::ConcludedInTime) && has(&s, "2026-05-21", OFFICE, Measure::AtShop));
    assert!(on(&s, Measure::HeardIn24h).is_empty(), "told two days after it arrived");
    let c = s.adds(s.facts.len()).unwrap();
    assert_eq!(c.entries.values().map(|e| e.recovered.0).sum::<i64>(), 9_900);
}

#[test]
fn a_limit_counts_on_the_day_it_passed_once_that_is_noted() {
    let mut s = Scene::opened(Kind::Complaint, "2026-05-06T09:00");
    s.at("2026-06-01T09:00");
    assert!(on(&s, Measure::CheckDue).is_empty(), "nothing reads the clock");
    let due = s.due("L1");
    s.ok(rules::access::Actor::System, Command::Lapse);
    assert_eq!(on(&s, Measure::CheckDue), [(due.clone(), OFFICE.unit)]);
    assert!(on(&s, Measure::CheckInTime).is_empty());
    // Decided late: the day stays.
    s.ok(OFFICER, refuse(Ground::NotConsumption)).tell(Matter::Refusal, Party::Submitter);
    assert_eq!(on(&s, Measure::CheckDue), [(due, OFFICE.unit)]);
    // Told, a refusal closes by itself.
    assert!(has(&s, "2026-06-01", OFFICE, Measure::Concluded) && on(&s, Measure::ConcludedInTime).is_empty());
}

#[test]
fn what_is_entered_late_counts_on_its_day() {
    let mut s = Scene::opened(Kind::Complaint, "2026-05-06T09:00");
    s.at("2026-06-01T09:00").ok(rules::access::Actor::System, Command::Lapse);
    s.ok_effective(OFFICER, Command::Accept, "2026-05-07T10:00");
    s.ok_effective(OFFICER, tell(Matter::Acceptance, Party::Submitter), "2026-05-07T10:00");
    assert!(has(&s, "2026-05-07", OFFICE, Measure::CheckInTime) && has(&s, "2026-05-07", OFFICE, Measure::Accepted));
    assert_eq!(on(&s, Measure::CheckDue).len(), 1, "the note of overrun is taken back");
}

#[test]
fn a_return_counts_against_who_sent_it_and_a_report_as_a_report() {
    let mut s = Scene::opened(Kind::Report, "2026-05-06T09:00");
    s.at("2026-05-07T09:00").ok(OFFICER, Command::Return { reason: sealed("reason") });
    assert!(has(&s, "2026-05-06", CENTRE, Measure::SentBack));
    let lead = person(36, Role::Lead, SECOND_OFFICE);
    s.send(SECOND_OFFICE).ok(SECOND_OFFICER, Command::Open).ok(SECOND_OFFICER, Command::Verify { note: None });
    s.at("2026-05-12T09:00").ok(SECOND_OFFICER, Command::Propose(Proposal::File { reason: sealed("reason") }));
    s.ok(lead, Command::Decide { approved: true, reason: None });
    for measure in [Measure::VerifyInTime, Measure::FilingDecided, Measure::Filed, Measure::Substantiated] {
        assert!(has(&s, "2026-05-12", SECOND_OFFICE, measure), "{}", measure.code());
    }
    assert_eq!(on(&s, Measure::Sent).len(), 2);
    assert!(on(&s, Measure::CheckDue).is_empty());
}

#[test]
fn the_first_closing_counts_and_a_second_handling_redeems_a_bad_answer() {
    let mut s = settled();
    let colleague = person(37, Role::Officer, OFFICE);
    s.at("2026-05-25T09:00").ok(colleague, asked(Satisfaction::Dissatisfied));
    assert!(has(&s, "2026-05-25", OFFICE, Measure::Dissatisfied) && on(&s, Measure::Redone).is_empty());
    if s.case.closed.is_some() {
        s.ok(LEAD, Command::Reopen { reason: sealed("reason") });
    }
    assert!(has(&s, "2026-05-25", OFFICE, Measure::Reopened));
    assert_eq!(on(&s, Measure::Concluded), [("2026-05-21".to_owned(), OFFICE.unit)], "what was concluded was concluded");
    s.at("2026-06-02T09:00").ok(
        OFFICER,
        Command::Close {
            outcome: Outcome::Agreed,
            untrue: false,
            level: Some(Level::Shop),
            recovered: Fen(12_000),
            summary: Some(sealed("summary")),
        },
    );
    // Whoever heard that it was bad does not ask again.
    s.at("2026-06-03T09:00").ok(person(38, Role::Officer, OFFICE), asked(Satisfaction::Satisfied));
    assert!(has(&s, "2026-05-25", OFFICE, Measure::Redone) && has(&s, "2026-06-03", OFFICE, Measure::Satisfied));
    assert_eq!(on(&s, Measure::Concluded), [("2026-05-21".to_owned(), OFFICE.unit)]);
    s.ok(OFFICER, Command::Correct { correction: Correction::Recovered { recovered: Fen(11_000) }, reason: sealed("reason") });
    let c = s.adds(s.facts.len()).unwrap();
    assert_eq!(c.entries.values().map(|e| e.recovered.0).sum::<i64>(), 11_000, "as put right");
}

/// Deltas of the stretches between any cuts, applied to nothing, give what the whole adds.
#[test]
fn deltas_over_any_split_come_to_the_whole() {
    let mut s = settled();
    s.at("2026-05-25T09:00").ok(person(37, Role::Officer, OFFICE), asked(Satisfaction::Fair));
    let n = s.facts.len();
    let whole = s.adds(n).unwrap();
    for a in 1..n {
        for b in a..n {
            let mut entries: BTreeMap<(Date, UnitId), Entry> = BTreeMap::new();
            let mut before: Option<Contribution> = None;
            for cut in [a, b, n] {
                let after = s.adds(cut).unwrap();
                for (_, change) in delta(before.as_ref(), &after) {
                    let key = (change.day, change.unit);
                    assert_eq!(entries.get(&key).copied(), change.before, "cut at {a}, {b}");
                    match change.after {
                        Some(e) => entries.insert(key, e),
                        None => entries.remove(&key),
                    };
                }
                before = Some(after);
            }
            assert_eq!(entries, whole.entries, "cut at {a}, {b}");
        }
    }
    let mut other = whole.clone();
    other.kind = Kind::Report;
    let moved = delta(Some(&whole), &other);
    assert_eq!(moved.len(), 2 * whole.entries.len(), "what is reclassified goes and comes");
    assert!(delta(Some(&whole), &whole).is_empty());
}
