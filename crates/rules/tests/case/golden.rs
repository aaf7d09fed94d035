//! One stored body per event and schema version, as written by the first program that wrote it. They must be readable for ever.

use crate::scene::*;
use rules::calendar::Calendar;
use rules::case::details::{Agent, Details, Place, Powers};
use rules::case::event::{
    Consent, Correction, Event, Fact, Matter, Mode, Origin, Outcome, Proposal, Registration, Respondent, SCHEMA, Submitter, Way, read,
};
use rules::case::review::{Checked, Correction as Rectification, Demanded, Mechanism, Verdict};
use rules::case::supervise::{Grade, Owner, Supervised, Why};
use rules::clock::{Clock, ClockChange, ClockState, Statutory};
use rules::ids::{CaseId, FileId, GroupId, Id, PersonId};
use rules::law::{
    Attendance, Body, Channel, Conduct, Demand, Factor, FeedbackLaw, Ground, Kind, Level, NotFiling, Party, Regime, Satisfaction, TellBy,
    Termination,
};
use rules::money::Fen;
use rules::pack::Responsible;
use std::collections::BTreeSet;
use std::path::PathBuf;

const CASE: CaseId = CaseId(Id([70; 16]));
const PERSON: PersonId = PersonId(Id([32; 16]));

fn ordered(grade: Grade, owner: Owner) -> Supervised {
    Supervised::Ordered { grade, owner, from: CENTRE.unit, wanted: sealed("wanted") }
}

fn registered() -> Registration {
    Registration {
        external_id: Some("20260506-17".into()),
        submitter: Submitter {
            name: Some(sealed("name")),
            phone: Some(sealed("phone")),
            address: Some(sealed("address")),
            id_number: Some(sealed("id_number")),
        },
        respondent: Respondent {
            name: "某某超市".into(),
            address: "某路1号".into(),
            uscc: Some("91330100799655058B".into()),
            phone: Some(sealed("respondent_phone")),
        },
        title: Some(sealed("title")),
        demands: vec![Demand::Refund, Demand::Compensation],
        amount: Some(Fen(380_000)),
        knew_on: Some(d("2026-05-01")),
        publish: true,
        entrust: true,
        files: vec![FileId(Id([5; 16]))],
        taken_from: Some(Origin::Split(CASE)),
        ..registration(Kind::Complaint, Some(t("2026-05-06T09:00")))
    }
}

/// One full sample of every event.
fn samples() -> Vec<Event> {
    let reason = || sealed("reason");
    let samples = vec![
        Event::Registered(Box::new(registered())),
        Event::ReceivedByOrgan { seat: CENTRE, at: t("2026-05-06T09:00"), regime: Regime::Order121 },
        Event::Sent { to: OFFICE, way: Way::Unit, basis: "business".into(), note: Some(sealed("note")) },
        Event::TakenBack { to: CENTRE, reason: reason() },
        Event::Returned { to: CENTRE, reason: reason() },
        Event::Moved { to: OFFICE, order: Id([90; 16]), handler: Some(PERSON) },
        Event::Opened { handler: PERSON },
        Event::Assigned { handler: PERSON },
        Event::MarkedUrgent { reason: reason() },
        Event::Reclassified { kind: Kind::Report, regime: Regime::Order121, reason: reason() },
        Event::Narrowed { narrative: sealed("narrative") },
        Event::IdentityAsked { number: "第1号".into(), by: d("2026-05-11"), materials: sealed("materials") },
        Event::IdentityProved,
        Event::Accepted { number: Some("第2号".into()) },
        Event::Refused {
            ground: Ground::AlreadyHandled,
            body: Some(Body::Court),
            factors: vec![Factor::Quantity],
            reason: reason(),
            handed_to: Some("农业农村局".into()),
            number: Some("第3号".into()),
        },
        Event::Told { matter: Matter::Refusal, party: Party::Submitter, by: TellBy::Letter, proof: Some(sealed("proof")) },
        Event::Consented { party: Party::Respondent, to: Consent::Entrust, given: false },
        Event::MediationStarted { mode: Mode::InPerson, entrusted_to: Some("消费者协会".into()) },
        Event::RecusalAsked { party: Party::Respondent, reason: reason() },
        Event::RecusalDecided { granted: true },
        Event::TestingOut { institution: "省质检院".into(), on: d("2026-05-20") },
        Event::TestingBack { on: d("2026-06-10"), result: sealed("result") },
        Event::Agreed { terms: sealed("terms"), amount: Fen(380_000), performed: true },
        Event::Terminated {
            ground: Termination::AbsentOrRefused,
            conduct: Some((Party::Respondent, Conduct::Refuses)),
            reason: Some(reason()),
            number: Some("第4号".into()),
        },
        Event::ClueFound { what: sealed("what") },
        Event::VerificationStarted { note: Some(sealed("note")) },
        Event::Proposed(Proposal::NotFile { ground: NotFiling::FirstOffence, leniency: Some("第3项".into()), reason: reason() }),
        Event::Decided {
            approved: true,
            proposal: Proposal::Extend { clock: name("L5"), reason: reason() },
            reason: Some(sealed("decision")),
        },
        Event::SentElsewhere { department: "卫生健康局".into(), handed_over: true, reason: reason() },
        Event::FoundDuplicate { of: CASE },
        Event::Supplemented { by: Some(CASE), at: t("2026-05-20T09:00") },
        Event::AuthorityDisputed { with: "邻区局".into(), reason: reason() },
        Event::AuthoritySettled { ours: true },
        Event::Answered { answer: sealed("answer"), channel: None },
        Event::EvidenceAdded { files: vec![FileId(Id([5; 16]))], note: Some(sealed("note")) },
        Event::Noted { note: sealed("note"), private: false },
        Event::Asked { question: sealed("question") },
        Event::Replied { question: 7, reply: sealed("reply") },
        Event::Contacted { party: Party::Respondent, by: TellBy::Phone, reached: true, what: sealed("what") },
        Event::ModePreferred { mode: Mode::Video },
        Event::Appointed {
            at: t("2026-05-12T14:00"),
            mode: Mode::InPerson,
            place: sealed("place"),
            mediators: "张三".into(),
            recusal_by: Some(d("2026-05-11")),
            number: Some("第2号".into()),
        },
        Event::AppointmentEnded { attendance: Attendance::Kept },
        Event::MinutesTaken { minutes: sealed("minutes"), signed: Party::ALL.to_vec(), files: vec![FileId(Id([5; 16]))] },
        Event::AgreementIssued { number: Some("第3号".into()), signed: Party::ALL.to_vec(), files: vec![FileId(Id([5; 16]))] },
        Event::MarkedAdvertising,
        Event::FeedbackIssued { law: FeedbackLaw::Advertising, result: sealed("result"), number: Some("第4号".into()) },
        Event::CopyShared { of: FileId(Id([5; 16])), copy: FileId(Id([6; 16])), with: Party::Respondent },
        Event::FollowedUp { by: TellBy::Phone, satisfaction: Some(Satisfaction::Dissatisfied), solved: None, reason: Some(reason()) },
        Event::Rated { satisfaction: Satisfaction::Satisfied, reason: Some(reason()) },
        Event::ReopenAsked { reason: reason() },
        Event::ReopenDeclined { reason: reason() },
        Event::Reopened { reason: reason() },
        Event::ReviewOpened(demanded()),
        Event::Regraded { demanded: demanded(), reason: reason() },
        Event::Rectified(Rectification { wrong: sealed("wrong"), changed: sealed("changed"), who: "城关所".into() }),
        Event::WaiverAsked { reason: reason() },
        Event::WaiverDecided { granted: true, reason: Some(reason()) },
        Event::TakenUp { by: Id([80; 16]), mechanism: Mechanism::Meeting },
        Event::Checked(Checked {
            check: Id([80; 16]),
            verdict: Verdict::Slight,
            unmet: vec!["told".into()],
            note: Some(sealed("check_note")),
        }),
        Event::CheckAnswered { answer: sealed("check_answer") },
        Event::Grouped { group: GroupId(Id([80; 16])) },
        Event::Ungrouped,
        Event::Supervised(Supervised::Noticed {
            inspection: t("2026-05-06T09:00"),
            made_up: true,
            why: Why::Late,
            clock: Some(name("L1")),
            step: 2,
            to: vec![PERSON],
        }),
        Event::Withdrawn { reason: Some(reason()), settled: true },
        Event::Closed {
            outcome: Outcome::Agreed,
            untrue: false,
            level: Some(Level::Station),
            recovered: Fen(380_000),
            summary: Some(sealed("summary")),
        },
        Event::ClockLapsed,
        Event::CalendarLoaded { calendar: "cn-2027".into() },
        Event::PackLoaded { pack: "national".into(), version: 2 },
        Event::Corrected { correction: Correction::OrganReceipt { at: t("2026-05-05T09:00"), regime: Regime::Order121 }, reason: reason() },
        Event::Merged { into: CASE },
        Event::Unmerged,
        Event::ImportUndone,
        Event::Erased { reason: "个人信息保护法第47条".into() },
    ];
    let names: BTreeSet<&str> = samples.iter().map(Event::name).collect();
    assert_eq!(names.len(), samples.len(), "one sample each");
    samples
}

fn demanded() -> Demanded {
    Demanded { grade: "grave".into(), responsible: Responsible::Supervisor, visit: true, again: true, clock: Some(name("local:review")) }
}

fn refusal() -> Proposal {
    Proposal::Refuse {
        ground: Ground::AlreadyHandled,
        body: Some(Body::Court),
        factors: vec![Factor::Quantity],
        reason: sealed("reason"),
        handed_to: Some("卫生健康局".into()),
    }
}

fn termination() -> Proposal {
    let conduct = Some((Party::Respondent, Conduct::Absent));
    Proposal::Terminate { ground: Termination::AbsentOrRefused, conduct, reason: sealed("reason") }
}

/// Everything a registration may say beyond the plain case.
fn details() -> Details {
    let named = |field: &str| Submitter { name: Some(sealed(field)), ..Submitter::default() };
    Details {
        agent: Some(Agent {
            who: named("agent_name"),
            powers: Powers::Special,
            until: Some(d("2026-12-31")),
            power: Some(FileId(Id([5; 16]))),
        }),
        guardian: Some(named("guardian_name")),
        representatives: vec![named("representative_1"), named("representative_2")],
        joint: 12,
        order: Some(sealed("order")),
        platform: "某某商城".into(),
        shop: "某某旗舰店".into(),
        bought_on: Some(d("2026-05-01")),
        place: Some(Place { address: Some(sealed("place")), division: Some("330703".into()), point: Some((119_684_000, 29_078_000)) }),
        entered_late: Some(sealed("entered_late")),
        email: None,
        lang: String::new(),
    }
}

/// Events whose body has shapes of its own below it: all of them.
fn variants() -> Vec<(&'static str, Event)> {
    let reason = || sealed("reason");
    let corrected = |correction| Event::Corrected { correction, reason: reason() };
    let respondent = Respondent { name: "某某商行".into(), ..Respondent::default() };
    vec![
        ("Registered-least", Event::Registered(Box::new(Registration { narrative: None, ..registration(Kind::Other, None) }))),
        ("Registered-clue", Event::Registered(Box::new(Registration { taken_from: Some(Origin::Clue(CASE)), ..registered() }))),
        ("Registered-details", Event::Registered(Box::new(Registration { details: details(), ..registered() }))),
        (
            "Registered-notices",
            Event::Registered(Box::new(Registration {
                details: Details { email: Some(sealed("email")), lang: "en".into(), ..Details::default() },
                ..registered()
            })),
        ),
        (
            "Supervised-undispatched",
            Event::Supervised(Supervised::Noticed {
                inspection: t("2026-05-06T09:00"),
                made_up: false,
                why: Why::Undispatched,
                clock: None,
                step: 1,
                to: vec![PERSON],
            }),
        ),
        ("Supervised-seen", Event::Supervised(Supervised::Seen { notice: 1 })),
        ("Supervised-ordered-unit", Event::Supervised(ordered(Grade::Urge, Owner::Unit(OFFICE.unit)))),
        ("Supervised-ordered-person", Event::Supervised(ordered(Grade::Supervise, Owner::Person(PERSON)))),
        ("Supervised-answered", Event::Supervised(Supervised::Answered { order: 1, answer: sealed("answer") })),
        ("Supervised-sent-back", Event::Supervised(Supervised::SentBack { order: 1, reason: reason() })),
        ("Supervised-accepted", Event::Supervised(Supervised::Accepted { order: 1 })),
        ("Sent-intake", Event::Sent { to: BELOW, way: Way::Intake, basis: "business".into(), note: None }),
        ("Sent-outside", Event::Sent { to: BANK, way: Way::Outside, basis: "business".into(), note: None }),
        ("Moved-nobody", Event::Moved { to: OFFICE, order: Id([90; 16]), handler: None }),
        ("Answered-channel", Event::Answered { answer: sealed("answer"), channel: Some(Channel::Petition) }),
        (
            "FollowedUp-solved",
            Event::FollowedUp { by: TellBy::Phone, satisfaction: Some(Satisfaction::Fair), solved: Some(true), reason: None },
        ),
        ("Noted-private", Event::Noted { note: sealed("note"), private: true }),
        ("Proposed-refuse", Event::Proposed(refusal())),
        ("Proposed-terminate", Event::Proposed(termination())),
        ("Proposed-file", Event::Proposed(Proposal::File { reason: reason() })),
        ("Proposed-extend", Event::Proposed(Proposal::Extend { clock: name("L5"), reason: reason() })),
        ("Corrected-respondent", corrected(Correction::Respondent { respondent })),
        ("Corrected-amount", corrected(Correction::Amount { amount: None })),
        ("Corrected-recovered", corrected(Correction::Recovered { recovered: Fen(1) })),
        ("Corrected-told", corrected(Correction::Told { matter: Matter::Contact, party: Party::Submitter, at: t("2026-05-06T09:00") })),
    ]
}

/// Every clock change and clock state in one body.
fn clocks() -> Vec<ClockChange> {
    let at = t("2026-05-06T09:00");
    let calendar = Calendar::builtin();
    let l5 = rules::clock::statutory(Statutory::L5, Regime::Order121, at, rules::calendar::Roll::default(), calendar).unwrap();
    let pause = rules::calendar::Exclusion { after: d("2026-05-08"), through: d("2026-05-12") };
    let extended = Clock { extension: Statutory::L5.extension(), exclusions: vec![pause], ..l5.clone() }.recounted(calendar);
    vec![
        ClockChange::Set(l5.clone()),
        ClockChange::Set(Clock { state: ClockState::Suspended(d("2026-05-08")), ..l5.clone() }),
        ClockChange::Set(extended),
        ClockChange::Set(Clock { state: ClockState::Stopped(at), lapsed: true, ..l5.clone() }),
        ClockChange::Set(Clock { state: ClockState::Void(at), roll: rules::calendar::Roll::StatutoryHolidayOnly, ..l5 }),
        ClockChange::Stop { name: name("L1"), at },
        ClockChange::Void { name: name("L5"), at },
        ClockChange::Lapse { name: name("local:response") },
    ]
}

fn bodies() -> Vec<(String, Fact)> {
    let plain = |name: &str, event| (name.to_owned(), Fact { event, clocks: Vec::new() });
    let mut all: Vec<_> = samples().into_iter().map(|e| plain(e.name(), e)).collect();
    all.extend(variants().into_iter().map(|(n, e)| plain(n, e)));
    all.push(("Opened-clocks".into(), Fact { event: Event::Opened { handler: PERSON }, clocks: clocks() }));
    all
}

fn folder(schema: u16) -> PathBuf {
    PathBuf::from(format!("{}/tests/golden/v{schema}", env!("CARGO_MANIFEST_DIR")))
}

#[test]
fn bodies_are_written_as_they_always_were() {
    let update = std::env::var_os("UPDATE_GENERATED").is_some();
    let folder = folder(SCHEMA);
    for (name, fact) in bodies() {
        let text = serde_json::to_string(&fact).unwrap();
        assert_eq!(read(SCHEMA, &text).unwrap(), fact, "{name}");
        let path = folder.join(format!("{name}.json"));
        if update {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, format!("{text}\n")).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{name}.json: {e}; write it with UPDATE_GENERATED=1"));
        assert_eq!(golden.trim_end(), text, "{name}: a changed shape is a new schema version with an upcaster");
    }
}

#[test]
fn every_body_ever_written_is_readable() {
    for schema in 1..=SCHEMA {
        let mut found = BTreeSet::new();
        for entry in std::fs::read_dir(folder(schema)).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let fact = read(schema, text.trim_end()).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            if schema == SCHEMA {
                assert_eq!(serde_json::to_string(&fact).unwrap(), text.trim_end(), "{}", path.display());
            }
            found.insert(fact.event.name());
        }
        let missing: Vec<_> = samples().iter().map(Event::name).filter(|n| schema == SCHEMA && !found.contains(n)).collect();
        assert!(missing.is_empty(), "no golden file for {missing:?}");
    }
}

/// The names in the source of `Event::name` against the samples: a new event without one fails.
#[test]
fn every_event_has_a_sample() {
    let source = include_str!("../../src/case/name.rs");
    let body = source.split("pub fn name(&self)").nth(1).and_then(|s| s.split("\n    }\n").next()).unwrap();
    let declared: BTreeSet<&str> = body.lines().filter_map(|l| l.split("=> \"").nth(1)?.split('"').next()).collect();
    let sampled: BTreeSet<&str> = samples().iter().map(Event::name).collect();
    assert_eq!(declared, sampled);
}

#[test]
fn what_this_program_does_not_know_is_refused() {
    assert!(read(SCHEMA + 1, r#"{"t":"Unmerged"}"#).is_err());
    assert!(read(0, r#"{"t":"Unmerged"}"#).is_err());
    assert!(read(SCHEMA, r#"{"t":"Vanished"}"#).is_err());
    assert!(read(SCHEMA, "{}").is_err() && read(SCHEMA, "").is_err());
    assert!(read(SCHEMA, r#"{"t":"Opened","handler":"short"}"#).is_err());
}
