//! Random lives of cases: any command by anyone at any time moving forward. What holds after every step is checked by `Scene::check`:
//! replaying equals folding, bodies survive reading byte for byte, an open case has a possible next step, a closed one no open clock,
//! a stopped clock knows whether it was met. Here is what concerns whole sequences and who may act.

use crate::scene::*;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use rules::access::{Actor, Role, role_may, submitter_may};
use rules::calendar::Span;
use rules::case::Case;
use rules::case::command::{Action, Command, Relation};
use rules::case::decide::offers;
use rules::case::event::{Consent, Correction, Event, Matter, Mode, Origin, Outcome, Proposal, Seat};
use rules::case::next::next;
use rules::case::review::{Checked, Correction as Rectification, Mechanism, Step, Verdict};
use rules::case::supervise::{Grade, Inspection, Owner};
use rules::ids::{CaseId, FileId, GroupId, Id};
use rules::law::{
    Attendance, Body, Channel, Conduct, Factor, FeedbackLaw, Ground, Kind, Level, NotFiling, Party, Regime, Satisfaction, TellBy,
    Termination,
};
use rules::money::Fen;
use rules::pack::{Approval, FollowUp, Pack};
use rules::time::Instant;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What a random command is made of; instants and days are given as minutes or days before now.
#[derive(Clone, Debug)]
struct Draw {
    action: Action,
    who: usize,
    a: usize,
    b: usize,
    back: i64,
    flag: bool,
    other: bool,
    wait: i64,
    forward: bool,
}

fn draw() -> impl Strategy<Value = Draw> {
    let action = prop_oneof![2 => prop::sample::select(Action::ALL), 1 => prop::sample::select(MIDDLE)];
    let back = prop_oneof![4 => Just(0i64), 1 => 0..30_000i64, 1 => -3_000..0i64];
    let wait = prop_oneof![3 => 0..600i64, 2 => 0..15_000i64, 1 => 0..100_000i64];
    let who = 0..STAFF.len() + 3;
    (action, who, any::<usize>(), any::<usize>(), back, any::<bool>(), any::<bool>(), wait, prop::bool::weighted(0.25))
        .prop_map(|(action, who, a, b, back, flag, other, wait, forward)| Draw { action, who, a, b, back, flag, other, wait, forward })
}

/// What happens between a beginning and an end, and would be missed if lives ended too soon.
const MIDDLE: &[Action] = &[
    Action::AskIdentity,
    Action::ProveIdentity,
    Action::Consent,
    Action::Mediate,
    Action::AskRecusal,
    Action::TestingOut,
    Action::TestingBack,
    Action::Agree,
    Action::Supplement,
    Action::Ask,
    Action::Reply,
    Action::Appoint,
    Action::EndAppointment,
    Action::IssueAgreement,
    Action::Advertising,
    Action::Order,
    Action::AnswerOrder,
    Action::SettleOrder,
    Action::SeeNotice,
    Action::Correct,
    Action::LoadCalendar,
    Action::LoadPack,
    Action::Lapse,
];

/// What comes after closing: asking, and what a bad review leads to.
const AFTERWARDS: [Action; 10] = [
    Action::FollowUp,
    Action::Rate,
    Action::AskReopen,
    Action::DeclineReopen,
    Action::Reopen,
    Action::Regrade,
    Action::Rectify,
    Action::AskWaiver,
    Action::DecideWaiver,
    Action::Contact,
];

const STAFF: [Actor; 13] = [
    CLERK,
    OFFICER,
    LEAD,
    SECOND_OFFICER,
    FAR_OFFICER,
    person(36, Role::Lead, OFFICE),
    person(37, Role::Officer, CENTRE),
    person(38, Role::Lead, SECOND_OFFICE),
    person(39, Role::Supervisor, CENTRE),
    person(40, Role::SecurityAdmin, CENTRE),
    BELOW_CLERK,
    BELOW_OFFICER,
    PARTNER,
];

fn pick<T: Copy>(all: &[T], n: usize) -> T {
    all[n % all.len()]
}

/// Mostly somebody of the unit that has the case, so that lives get long; else anybody.
fn actor(draw: &Draw, case: &Case) -> Actor {
    let seat = case.seat.unwrap_or(CENTRE);
    match draw.who {
        n if n < STAFF.len() && draw.a.is_multiple_of(5) => STAFF[n],
        n if n == STAFF.len() && submitter_may(draw.action) => Actor::Submitter,
        _ if matches!(
            draw.action,
            Action::Lapse
                | Action::LoadCalendar
                | Action::LoadPack
                | Action::ImportUndo
                | Action::Move
                | Action::Inspect
                | Action::TakeUp
                | Action::Judge
        ) =>
        {
            Actor::System
        }
        _ if draw.action == Action::Erase => STAFF[9],
        n => {
            let inside = [Role::Lead, Role::Officer, Role::Clerk, Role::Supervisor];
            let at_intake = case.intake == Some(seat) && !case.with_unit && role_may(Role::Clerk, draw.action);
            let role = match () {
                () if case.outside => Role::Partner,
                () if at_intake => Role::Clerk,
                () => inside.into_iter().find(|r| role_may(*r, draw.action)).unwrap_or(Role::Officer),
            };
            person(60 + (n % 3) as u8, role, seat)
        }
    }
}

fn command(draw: &Draw, case: &Case, now: Instant) -> Command {
    let &Draw { a, b, flag, other, .. } = draw;
    let at = now.plus_minutes(-draw.back);
    let on = at.date();
    let reason = || sealed("reason");
    let id = CaseId(Id([70; 16]));
    match draw.action {
        Action::Receive => Command::Receive { seat: case.intake.unwrap_or(CENTRE), at },
        Action::Send => {
            let to: Seat = pick(&[OFFICE, OFFICE, SECOND_OFFICE, CENTRE, FAR_OFFICE, BELOW, BELOW, BELOW_OFFICE, BANK], a);
            let relation = if b.is_multiple_of(8) { Relation::Other } else { relation(case, to) };
            Command::Send { to, relation, basis: "business".into(), note: None }
        }
        Action::TakeBack => Command::TakeBack { reason: reason() },
        Action::Return => Command::Return { reason: reason() },
        Action::Open => Command::Open,
        Action::Assign => Command::Assign { handler: rules::ids::PersonId(Id([a as u8; 16])) },
        Action::Urgent => Command::Urgent { reason: reason() },
        Action::Reclassify => Command::Reclassify { kind: pick(Kind::ALL, a), reason: reason() },
        Action::Narrow => Command::Narrow { narrative: sealed("narrative") },
        Action::AskIdentity => Command::AskIdentity { by: now.plus_minutes(a as i64 % 8_000).date(), materials: reason() },
        Action::ProveIdentity => Command::ProveIdentity,
        Action::Accept => Command::Accept,
        Action::Refuse => {
            let ground = pick(Ground::ALL, a);
            let body = (ground == Ground::AlreadyHandled).then(|| pick(Body::ALL, b));
            let factors = if ground == Ground::NotConsumption { vec![pick(Factor::ALL, b)] } else { Vec::new() };
            Command::Refuse { ground, body, factors, reason: reason(), handed_to: None }
        }
        Action::Tell => {
            let due = case.untold();
            let (matter, party) = match due.first() {
                Some(first) if flag => *first,
                _ => (pick(Matter::ALL, a), pick(Party::ALL, b)),
            };
            Command::Tell { matter, party, by: pick(TellBy::ALL, a), proof: None }
        }
        Action::Consent => {
            let to = if flag { Consent::Mediation } else { pick(Consent::ALL, b) };
            Command::Consent { party: pick(Party::ALL, a), to, given: flag || other }
        }
        Action::Mediate => Command::Mediate { mode: pick(Mode::ALL, a), entrusted_to: (other && flag).then(|| "消费者协会".into()) },
        Action::AskRecusal => Command::AskRecusal { party: pick(Party::ALL, a), reason: reason() },
        Action::DecideRecusal => Command::DecideRecusal { granted: other },
        Action::TestingOut => Command::TestingOut { institution: "院".into(), on },
        Action::TestingBack => Command::TestingBack { on, result: reason() },
        Action::Agree => Command::Agree { terms: reason(), amount: Fen(b as i64 % 1_000_000), performed: other },
        Action::Terminate => {
            let ground = pick(Termination::ALL, a);
            let conduct = (ground == Termination::AbsentOrRefused)
                .then(|| (pick(Party::ALL, b), if other { Conduct::Absent } else { Conduct::Refuses }));
            Command::Terminate { ground, conduct, reason: reason() }
        }
        Action::FindClue => Command::FindClue { what: reason() },
        Action::Verify => Command::Verify { note: None },
        Action::Propose if case.kind == Kind::Complaint => Command::Propose(match a % 2 {
            0 => Proposal::Refuse { ground: pick(Ground::ALL, b), body: None, factors: Vec::new(), reason: reason(), handed_to: None },
            _ => Proposal::Terminate { ground: pick(Termination::ALL, b), conduct: None, reason: reason() },
        }),
        Action::Propose => Command::Propose(match a % 3 {
            0 => Proposal::File { reason: reason() },
            1 => {
                let ground = pick(NotFiling::ALL, b);
                Proposal::NotFile { ground, leniency: ground.is_leniency().then(|| "第3项".into()), reason: reason() }
            }
            _ => Proposal::Extend { clock: name(pick(&["L5", "L4", "L2"], b)), reason: reason() },
        }),
        Action::Decide => Command::Decide { approved: !other, reason: None },
        Action::SendElsewhere => Command::SendElsewhere { department: "局".into(), handed_over: other, reason: reason() },
        Action::Duplicate => Command::Duplicate { of: id, same_reporter: flag, same_respondent: true, new_facts: other },
        Action::Supplement => Command::Supplement { by: None, at },
        Action::Dispute => Command::Dispute { with: "邻区局".into(), reason: reason() },
        Action::SettleDispute => Command::SettleDispute { ours: other },
        Action::Answer => Command::Answer {
            answer: reason(),
            channel: flag.then_some(Channel::Information),
            told_by: other.then_some(TellBy::Phone),
            proof: None,
        },
        Action::AddEvidence => Command::AddEvidence { files: vec![FileId(Id([5; 16]))], note: None },
        Action::Note => Command::Note { note: sealed("note"), private: other },
        Action::Ask => Command::Ask { question: reason() },
        Action::Reply => {
            let open = case.open_questions().next().unwrap_or(1);
            Command::Reply { question: if flag { open } else { a as u32 % 9 }, reply: reason() }
        }
        Action::Contact => Command::Contact { party: pick(Party::ALL, a), by: TellBy::Phone, reached: other, what: reason() },
        Action::PreferMode => Command::PreferMode { mode: pick(Mode::ALL, a) },
        Action::Appoint => Command::Appoint {
            at: now.plus_minutes(a as i64 % 9_000),
            mode: pick(Mode::ALL, b),
            place: sealed("place"),
            mediators: "张三".into(),
            recusal_by: flag.then_some(on),
        },
        Action::EndAppointment => Command::EndAppointment { attendance: pick(Attendance::ALL, a) },
        Action::Minutes => Command::Minutes { minutes: sealed("minutes"), signed: Party::ALL.to_vec(), files: Vec::new() },
        Action::IssueAgreement => Command::IssueAgreement { signed: Vec::new(), files: Vec::new() },
        Action::Advertising => Command::Advertising,
        Action::Feedback => Command::Feedback { law: pick(FeedbackLaw::ALL, a), result: reason() },
        Action::ShareCopy => Command::ShareCopy { of: FileId(Id([5; 16])), copy: FileId(Id([6; 16])), with: pick(Party::ALL, a) },
        Action::FollowUp => Command::FollowUp {
            by: TellBy::Phone,
            satisfaction: flag.then(|| pick(Satisfaction::ALL, a)),
            solved: (a % 3 > 0).then_some(other),
            reason: other.then(reason),
        },
        Action::Rate => Command::Rate { satisfaction: pick(Satisfaction::ALL, a), reason: None },
        Action::AskReopen => Command::AskReopen { reason: reason() },
        Action::Reopen => Command::Reopen { reason: reason() },
        Action::DeclineReopen => Command::DeclineReopen { reason: reason() },
        Action::Regrade => Command::Regrade { grade: if flag { "grave" } else { "dissatisfied" }.into(), reason: reason() },
        Action::Rectify => Command::Rectify(Rectification { wrong: reason(), changed: reason(), who: "所长".into() }),
        Action::AskWaiver => Command::AskWaiver { reason: reason() },
        Action::DecideWaiver => Command::DecideWaiver { granted: flag, reason: None },
        Action::TakeUp => Command::TakeUp { by: Id([80; 16]), mechanism: pick(Mechanism::ALL, a) },
        Action::Judge => Command::Judge(Checked {
            check: Id([80; 16]),
            verdict: pick(Verdict::ALL, a),
            unmet: vec!["told".into()],
            note: flag.then(reason),
        }),
        Action::AnswerCheck => Command::AnswerCheck { answer: reason() },
        Action::Group => Command::Group { group: GroupId(Id([a as u8 % 3; 16])) },
        Action::Ungroup => Command::Ungroup,
        Action::Withdraw => Command::Withdraw { reason: None, settled: other },
        Action::Close => {
            let fit = rules::case::handling::possible_outcomes(case);
            let outcome = if fit.is_empty() { pick(Outcome::ALL, a) } else { pick(&fit, a) };
            Command::Close { outcome, untrue: flag, level: Some(pick(Level::ALL, b)), recovered: Fen(0), summary: None }
        }
        Action::Correct => Command::Correct {
            correction: match a % 4 {
                0 => Correction::OrganReceipt { at, regime: Regime::of(case.kind, on, case.registration.historical) },
                1 => Correction::Amount { amount: Some(Fen(b as i64 % 1_000)) },
                2 => Correction::Recovered { recovered: Fen(b as i64 % 1_000) },
                _ => {
                    let told: Vec<_> = case.told.keys().copied().collect();
                    let (matter, party) = if told.is_empty() { (pick(Matter::ALL, b), pick(Party::ALL, b)) } else { pick(&told, b) };
                    Correction::Told { matter, party, at }
                }
            },
            reason: reason(),
        },
        Action::Merge => Command::Merge { into: id, same_person: !other || flag, same_kind: true },
        Action::Unmerge => Command::Unmerge,
        Action::Erase => Command::Erase { reason: "个人信息保护法第47条".into() },
        Action::Lapse => Command::Lapse,
        Action::LoadCalendar => Command::LoadCalendar,
        Action::LoadPack => Command::LoadPack,
        Action::ImportUndo => Command::ImportUndo,
        Action::Move => {
            let here = case.seat.unwrap_or(CENTRE);
            let there = [OFFICE, SECOND_OFFICE, CENTRE, BELOW, BELOW_OFFICE, FAR_OFFICE];
            let near: Vec<Seat> = there.into_iter().filter(|s| s.organ == here.organ || flag).collect();
            let handler = other.then_some(rules::ids::PersonId(Id([b as u8; 16])));
            Command::Move { to: pick(&near, a), order: Id([90; 16]), handler }
        }
        Action::Inspect => Command::Inspect(Box::new(Inspection {
            at: now.plus_minutes(-(a as i64 % 600)),
            made_up: flag,
            registered_at: now.plus_minutes(-(b as i64 % 9_000)),
            people: [0u8, 1, 2].map(|n| if other { STAFF[n as usize].person().into_iter().collect() } else { Vec::new() }),
        })),
        Action::SeeNotice => Command::SeeNotice,
        Action::Order => {
            let unit = Owner::Unit(case.seat.unwrap_or(CENTRE).unit);
            let owner = case.handler.filter(|_| flag).map_or(unit, Owner::Person);
            let span = pick(&[Span::Hours(4), Span::WorkingDays(1), Span::WorkingDays(5)], b);
            Command::Order { grade: pick(Grade::ALL, a), owner, span, wanted: reason() }
        }
        Action::AnswerOrder => Command::AnswerOrder { order: 1 + a as u32 % 3, answer: reason() },
        Action::SettleOrder => Command::SettleOrder { order: 1 + a as u32 % 3, back: flag.then(|| (reason(), Span::WorkingDays(1))) },
    }
}

fn beginning() -> impl Strategy<Value = Scene> {
    let days =
        prop::sample::select(vec!["2024-06-20T09:00", "2025-09-26T18:30", "2026-04-10T12:00", "2026-05-06T09:00", "2026-11-20T23:59"]);
    let packs = prop::sample::select(vec!["national", "jindong", "shandong"]);
    let kinds = prop_oneof![3 => Just(Kind::Complaint), 3 => Just(Kind::Report), 1 => Just(Kind::Consultation), 1 => Just(Kind::Other)];
    (kinds, days, packs, 0..12u8, 0..4u8).prop_map(|(kind, day, id, special, opened)| {
        let mut r = registration(kind, Some(t(day)));
        match special {
            0 => (r.historical, r.platform_at) = (true, None),
            1 => r.knew_on = Some(d("2022-01-01")),
            2 if kind == Kind::Report => r.taken_from = Some(Origin::Clue(CaseId(Id([70; 16])))),
            3 if kind == Kind::Report => r.anonymous = true,
            _ => {}
        }
        let mut pack = pack(id);
        if special % 2 == 0 {
            pack.approvals = Approval::ALL.iter().copied().collect();
            pack.review = crate::review::two_grades();
            pack.follow_up = FollowUp { second_handling: true, rounds: 3, ..FollowUp::default() };
        }
        let scene = Scene::with(r, t(day), pack);
        // Long lives begin at a desk more often than chance alone would bring them there.
        let mut scene = if opened == 0 { scene } else { scene.open() };
        match (scene.case.regime, kind) {
            (Some(Regime::Order20 | Regime::Order121), Kind::Complaint) if opened == 1 => {
                scene.ok(OFFICER, Command::Accept).tell(Matter::Acceptance, Party::Submitter);
                scene.ok(OFFICER, respondent_consents(Consent::Mediation));
            }
            (Some(Regime::Order121), Kind::Complaint) if opened == 3 && special > 5 => {
                scene.ok(OFFICER, Command::Accept).tell(Matter::Acceptance, Party::Submitter);
                scene.ok(OFFICER, respondent_consents(Consent::Mediation));
                scene.ok(OFFICER, Command::Mediate { mode: Mode::InPerson, entrusted_to: None });
                scene.ok(OFFICER, Command::Agree { terms: sealed("terms"), amount: Fen(0), performed: false });
            }
            (Some(Regime::Order121), Kind::Complaint) if opened == 3 && matches!(special, 2 | 4) => {
                scene.ok(OFFICER, Command::Withdraw { reason: None, settled: false });
                let bad = Some(Satisfaction::Dissatisfied);
                scene.ok(
                    person(50, Role::Clerk, CENTRE),
                    Command::FollowUp { by: TellBy::Phone, satisfaction: bad, solved: None, reason: None },
                );
                if special == 4 {
                    let fair = Some(Satisfaction::Fair);
                    scene.ok(
                        person(52, Role::Clerk, CENTRE),
                        Command::FollowUp { by: TellBy::Phone, satisfaction: fair, solved: None, reason: None },
                    );
                }
            }
            (Some(Regime::Order121), Kind::Complaint) if opened == 2 => {
                scene.ok(OFFICER, Command::AskIdentity { by: scene.now.plus_minutes(3_000).date(), materials: sealed("materials") });
            }
            _ => {}
        }
        scene
    })
}

/// What a role must hold, told apart from `may`: by the place of the case alone.
fn holds(case: &Case, actor: &Actor) -> bool {
    // What an organisation outside may do, nobody else's role decides for it.
    if matches!(actor, Actor::Person { role: Role::Partner, .. }) && case.kind == Kind::Report {
        return false;
    }
    match actor {
        Actor::Person { role: Role::SecurityAdmin, .. } | Actor::Submitter | Actor::System => true,
        Actor::Person { role: Role::Clerk | Role::Supervisor, organ, .. } => {
            let at = [case.seat, case.intake, case.above.last().copied()];
            at.iter().flatten().any(|s| s.organ == *organ) || case.seat.is_none()
        }
        Actor::Person { unit, .. } => case.seat.is_some_and(|s| s.unit == *unit),
    }
}

fn allowed_by_role(actor: &Actor, action: Action) -> bool {
    match actor {
        Actor::Person { role, .. } => role_may(*role, action),
        Actor::Submitter => submitter_may(action),
        Actor::System => action.is_systems(),
    }
}

thread_local! {
    /// How often each action was accepted, so that the generator cannot quietly stop reaching something.
    static REACHED: RefCell<BTreeMap<&'static str, u32>> = const { RefCell::new(BTreeMap::new()) };
}

/// The pack's next version, every promise of it longer than it was.
fn next_version(pack: &mut Pack) {
    let mut next = pack.clone();
    next.version += 1;
    for clock in &mut next.clocks {
        clock.span = match clock.span {
            Span::Hours(n) => Span::Hours(n + 1),
            Span::WorkingDays(n) => Span::WorkingDays(n + 1),
            other => other,
        };
    }
    *pack = next.after(pack);
}

fn live(mut scene: Scene, draws: &[Draw]) -> Result<Scene, TestCaseError> {
    for (i, draw) in draws.iter().enumerate() {
        scene.now = scene.now.plus_minutes(draw.wait);
        if i == draws.len() / 4 {
            scene.calendar = &WITH_2027;
        }
        if i == draws.len() / 2 {
            next_version(&mut scene.pack);
        }
        let mut draw = draw.clone();
        // A bad review is worked on, or lives would seldom reach its end.
        let reviewing = scene.case.open_review().is_some() && i % 2 == 0;
        match next(&scene.case) {
            _ if draw.forward && i % 3 == 0 && scene.case.watch.notices.iter().any(|n| n.seen.is_empty()) => {
                draw.action = Action::SeeNotice
            }
            _ if reviewing && draw.flag && scene.case.review_step() == Some(Step::Rectify) => draw.action = Action::Rectify,
            _ if reviewing && draw.forward => draw.action = pick(&AFTERWARDS, draw.a),
            // Some of what happens is what has to happen next, so that lives reach their late parts.
            Some(next) if draw.forward => draw.action = pick(actions_of(next.step), draw.a),
            None if draw.forward && i % 3 == 0 => draw.action = pick(&AFTERWARDS, draw.a),
            // Little is left to do.
            None if i % 8 > 0 => continue,
            _ => {}
        }
        let command = command(&draw, &scene.case, scene.now);
        // Half of what goes forward is done by somebody who may, where anybody may.
        let able = |a: &&Actor| offers(&scene.case, a).contains(&(command.action(), Ok(())));
        let able = ((draw.forward || draw.action == Action::Rectify) && i % 2 == 0)
            .then(|| STAFF.iter().cycle().skip(draw.who).take(STAFF.len()).find(able))
            .flatten();
        let actor = able.copied().unwrap_or_else(|| actor(&draw, &scene.case));
        let effective = if draw.other { scene.now } else { scene.now.plus_minutes(-draw.back) };
        let before = scene.case.clone();
        let answer = scene.run_effective(actor, &command, effective);
        let action = command.action();
        prop_assert_eq!(action, draw.action);
        if answer.is_ok() {
            REACHED.with_borrow_mut(|r| *r.entry(action.code()).or_default() += 1);
            let offered = offers(&before, &actor);
            prop_assert!(offered.contains(&(action, Ok(()))), "{:?} was done but not offered: {:?}", action, offered);
            prop_assert!(allowed_by_role(&actor, action) && holds(&before, &actor), "{:?} by {:?}", command, actor);
            if let Command::Decide { approved, .. } = &command {
                prop_assert!(matches!(actor, Actor::Person { role: Role::Lead, .. }), "only the head decides");
                let proposer = before.proposal.as_ref().and_then(|p| p.1);
                prop_assert!(!approved || proposer != actor.person(), "approved their own proposal");
            }
        }
    }
    Ok(scene)
}

fn check(beginning: Scene, draws: &[Draw], merge_at: usize, unmerge_at: usize) -> Result<(), TestCaseError> {
    let scene = live(beginning, draws)?;
    let replayed = Case::replay(scene.facts.iter().map(|(s, f)| (*s, f)));
    prop_assert_eq!(replayed.as_ref(), Some(&scene.case));
    // A link put anywhere and undone anywhere later changes nothing but the count.
    let link = |event| rules::case::event::Fact { event, clocks: Vec::new() };
    let mut linked = scene.facts.clone();
    linked.retain(|(_, f)| !matches!(f.event, Event::Merged { .. } | Event::Unmerged));
    let plain = Case::replay(linked.iter().map(|(s, f)| (*s, f))).unwrap();
    let stamp = linked[0].0;
    let first = 1 + merge_at % linked.len();
    linked.insert(first, (stamp, link(Event::Merged { into: CaseId(Id([71; 16])) })));
    let second = first + 1 + unmerge_at % (linked.len() - first);
    linked.insert(second, (stamp, link(Event::Unmerged)));
    let undone = Case::replay(linked.iter().map(|(s, f)| (*s, f))).unwrap();
    prop_assert_eq!(Case { seq: plain.seq, ..undone }, plain);
    Ok(())
}

#[test]
fn any_life_of_any_case() {
    let config = ProptestConfig { cases: 1_000, max_shrink_iters: 4_000, failure_persistence: None, ..ProptestConfig::default() };
    let lives = (beginning(), prop::collection::vec(draw(), 1..120), any::<usize>(), any::<usize>());
    // The same lives every time: what is found once is found always. PROPTEST_CASES draws others.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner =
        if std::env::var_os("PROPTEST_CASES").is_some() { TestRunner::default() } else { TestRunner::new_with_rng(config, rng) };
    runner.run(&lives, |(scene, draws, merge_at, unmerge_at)| check(scene, &draws, merge_at, unmerge_at)).unwrap_or_else(|e| panic!("{e}"));
    REACHED.with_borrow(|reached| {
        println!("accepted: {reached:?}");
        let missed: Vec<_> = Action::ALL.iter().filter(|a| !reached.contains_key(a.code())).collect();
        assert!(missed.is_empty(), "never reached: {missed:?}");
    });
}
