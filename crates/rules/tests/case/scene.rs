//! A case with everything around it that a decision needs. After every accepted command the invariants of all cases are checked.

use jiff::civil::{Date, DateTime};
use rules::access::{Actor, Role};
use rules::calendar::Calendar;
use rules::case::command::{Action, Command, Relation, WhyNot};
use rules::case::decide::{Context, decide, may};
use rules::case::event::{self, Event, Fact, Matter, Registration, Respondent, SCHEMA, Sealed, Seat, Submitter};
use rules::case::intake::register;
use rules::case::next::{Step, next};
use rules::case::{Case, Stage, Stamp};
use rules::clock::{Clock, ClockName, ClockState};
use rules::ids::{Id, OrganId, PersonId, SubmissionId, UnitId};
use rules::law::{Ground, Kind, Party, TellBy, Termination};
use rules::pack::Pack;
use rules::time::Instant;
use std::sync::LazyLock;

pub const COUNTY: OrganId = OrganId(Id([1; 16]));
pub const OTHER_ORGAN: OrganId = OrganId(Id([2; 16]));
pub const CENTRE: Seat = Seat { unit: UnitId(Id([11; 16])), organ: COUNTY };
pub const OFFICE: Seat = Seat { unit: UnitId(Id([12; 16])), organ: COUNTY };
pub const SECOND_OFFICE: Seat = Seat { unit: UnitId(Id([13; 16])), organ: COUNTY };
/// The intake of an organ below that has one of its own, and its office.
const BELOW_ORGAN: OrganId = OrganId(Id([3; 16]));
pub const BELOW: Seat = Seat { unit: UnitId(Id([14; 16])), organ: BELOW_ORGAN };
pub const BELOW_OFFICE: Seat = Seat { unit: UnitId(Id([15; 16])), organ: BELOW_ORGAN };
/// An organisation outside that answers to the county's organ.
pub const BANK: Seat = Seat { unit: UnitId(Id([16; 16])), organ: COUNTY };
/// A unit of another organ.
pub const FAR_OFFICE: Seat = Seat { unit: UnitId(Id([21; 16])), organ: OTHER_ORGAN };

pub const CLERK: Actor = person(31, Role::Clerk, CENTRE);
pub const OFFICER: Actor = person(32, Role::Officer, OFFICE);
pub const LEAD: Actor = person(33, Role::Lead, OFFICE);
pub const SECOND_OFFICER: Actor = person(34, Role::Officer, SECOND_OFFICE);
pub const BELOW_CLERK: Actor = person(41, Role::Clerk, BELOW);
pub const BELOW_OFFICER: Actor = person(42, Role::Officer, BELOW_OFFICE);
pub const PARTNER: Actor = person(43, Role::Partner, BANK);
pub const FAR_OFFICER: Actor = person(35, Role::Officer, FAR_OFFICE);

pub const fn person(n: u8, role: Role, seat: Seat) -> Actor {
    Actor::Person { id: PersonId(Id([n; 16])), role, unit: seat.unit, organ: seat.organ }
}

pub fn t(text: &str) -> Instant {
    let civil: DateTime = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
    Instant::at(civil)
}

pub fn d(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn sealed(field: &str) -> Sealed {
    Sealed { field: field.to_owned(), version: 1, hash: "ab".repeat(32) }
}

pub fn name(clock: &str) -> ClockName {
    ClockName(clock.to_owned())
}

/// A shipped pack, what it rests on read from beside it.
pub fn pack(id: &str) -> Pack {
    let path = format!("{}/../../data/packs/{id}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    rules::pack::parse(id, &text, |base| Some(pack(base))).unwrap()
}

pub fn registration(kind: Kind, platform_at: Option<Instant>) -> Registration {
    Registration {
        submission: SubmissionId(Id([9; 16])),
        kind,
        number: "T2026-0001".into(),
        token: "tok".into(),
        channel: "web".into(),
        external_id: None,
        platform_at,
        historical: false,
        anonymous: false,
        submitter: Submitter { name: Some(sealed("name")), ..Submitter::default() },
        respondent: Respondent { name: "某某超市".into(), ..Respondent::default() },
        title: None,
        narrative: Some(sealed("narrative")),
        demands: Vec::new(),
        amount: None,
        knew_on: None,
        publish: false,
        entrust: false,
        files: Vec::new(),
        taken_from: None,
        details: rules::case::details::Details::default(),
    }
}

/// A notice for 2027 as it may come.
const NOTICE_2027: &str = r#"
year = 2027
number = "国办发明电〔2026〕0号"
issued = 2026-11-25
off = [
  { from = 2027-01-01, through = 2027-01-03, name = "元旦" },
  { from = 2027-02-05, through = 2027-02-11, name = "春节" },
  { from = 2027-04-03, through = 2027-04-05, name = "清明节" },
  { from = 2027-05-01, through = 2027-05-05, name = "劳动节" },
  { date = 2027-06-09, name = "端午节" },
  { date = 2027-09-15, name = "中秋节" },
  { from = 2027-10-01, through = 2027-10-07, name = "国庆节" },
]
work = [2027-01-30, 2027-02-20, 2027-04-24, 2027-05-08, 2027-09-26, 2027-10-09]
"#;

/// The calendar once that notice is loaded.
pub static WITH_2027: LazyLock<Calendar> = LazyLock::new(|| {
    let notice = rules::calendar::parse_notice(NOTICE_2027).unwrap();
    Calendar::builtin().with_notice(&notice).unwrap()
});

#[derive(Clone, Debug)]
pub struct Scene {
    pub case: Case,
    pub facts: Vec<(Stamp, Fact)>,
    pub pack: Pack,
    pub calendar: &'static Calendar,
    pub now: Instant,
    papers: u32,
}

impl Scene {
    pub fn with(registration: Registration, now: Instant, pack: Pack) -> Self {
        let calendar = Calendar::builtin();
        let fact = register(registration, calendar, &pack);
        let Event::Registered(r) = &fact.event else { unreachable!() };
        let case = Case::register((**r).clone(), &fact.clocks);
        let stamp = Stamp { recorded_at: now, effective_at: now, actor: None };
        let scene = Self { case, facts: vec![(stamp, fact)], pack, calendar, now, papers: 0 };
        scene.check();
        scene
    }

    /// Submitted on the platform at `at`, under the national pack.
    pub fn new(kind: Kind, at: &str) -> Self {
        Self::with(registration(kind, Some(t(at))), t(at), pack("national"))
    }

    /// Submitted, received by the county organ, sent to its office and opened there, all at `at`.
    pub fn opened(kind: Kind, at: &str) -> Self {
        Self::new(kind, at).open()
    }

    pub fn accepted(received: &str, accepted: &str) -> Self {
        let mut s = Self::opened(Kind::Complaint, received);
        s.at(accepted).ok(OFFICER, Command::Accept).tell(Matter::Acceptance, Party::Submitter);
        s
    }

    /// Accepted and in mediation.
    pub fn mediating(received: &str, accepted: &str) -> Self {
        let mut s = Self::accepted(received, accepted);
        s.ok(OFFICER, respondent_consents(event::Consent::Mediation));
        s.ok(OFFICER, Command::Mediate { mode: event::Mode::Phone, entrusted_to: None });
        s
    }

    pub fn verifying(received: &str) -> Self {
        let mut s = Self::opened(Kind::Report, received);
        s.ok(OFFICER, Command::Verify { note: None });
        s
    }

    pub fn open(mut self) -> Self {
        self.receive().send(OFFICE).ok(OFFICER, Command::Open);
        self
    }

    pub fn at(&mut self, at: &str) -> &mut Self {
        self.now = t(at);
        self
    }

    pub fn receive(&mut self) -> &mut Self {
        let at = self.now;
        self.ok(CLERK, Command::Receive { seat: CENTRE, at })
    }

    pub fn send(&mut self, to: Seat) -> &mut Self {
        let relation = relation(&self.case, to);
        let clerk = if self.case.seat.is_some_and(|s| s.organ == BELOW.organ) { BELOW_CLERK } else { CLERK };
        self.ok(clerk, Command::Send { to, relation, basis: "business".into(), note: None })
    }

    pub fn tell(&mut self, matter: Matter, party: Party) -> &mut Self {
        self.ok(OFFICER, Command::Tell { matter, party, by: TellBy::Phone, proof: None })
    }

    pub fn run(&mut self, actor: Actor, command: &Command) -> Result<(), WhyNot> {
        self.run_effective(actor, command, self.now)
    }

    pub fn run_effective(&mut self, actor: Actor, command: &Command, effective: Instant) -> Result<(), WhyNot> {
        let number = command.paper(&self.case).map(|_| format!("第{}号", self.papers + 1));
        let (calendar, pack) = (self.calendar, &self.pack);
        let ctx = Context { now: self.now, effective, actor, calendar, pack, number: number.as_deref() };
        let facts = decide(&self.case, command, &ctx)?;
        assert!(!facts.is_empty(), "{command:?} was allowed and did nothing");
        self.papers += u32::from(number.is_some());
        let stamp = Stamp { recorded_at: self.now, effective_at: effective, actor: actor.person() };
        for fact in facts {
            self.case = self.case.clone().evolve(stamp, &fact);
            self.facts.push((stamp, fact));
        }
        self.check();
        Ok(())
    }

    #[track_caller]
    pub fn ok(&mut self, actor: Actor, command: Command) -> &mut Self {
        if let Err(why) = self.run(actor, &command) {
            panic!("{command:?} refused: {why:?} at {:?}", self.case.stage());
        }
        self
    }

    #[track_caller]
    pub fn ok_effective(&mut self, actor: Actor, command: Command, effective: &str) -> &mut Self {
        if let Err(why) = self.run_effective(actor, &command, t(effective)) {
            panic!("{command:?} refused: {why:?} at {:?}", self.case.stage());
        }
        self
    }

    #[track_caller]
    pub fn no(&mut self, actor: Actor, command: Command, why: WhyNot) -> &mut Self {
        let before = self.case.clone();
        assert_eq!(self.run(actor, &command), Err(why), "{command:?}");
        assert_eq!(self.case, before, "a refusal changes nothing");
        self
    }

    #[track_caller]
    pub fn clock(&self, clock: &str) -> &Clock {
        self.case.clock(&name(clock)).unwrap_or_else(|| panic!("no clock {clock}: {:?}", self.case.clocks))
    }

    pub fn has_clock(&self, clock: &str) -> bool {
        self.case.clock(&name(clock)).is_some()
    }

    #[track_caller]
    pub fn due(&self, clock: &str) -> String {
        self.clock(clock).due.on.to_string()
    }

    pub fn last(&self) -> &Event {
        &self.facts[self.facts.len() - 1].1.event
    }

    /// What holds for every case after every event.
    pub fn check(&self) {
        let case = &self.case;
        let (_, fact) = &self.facts[self.facts.len() - 1];
        let text = serde_json::to_string(fact).unwrap();
        let read = event::read(SCHEMA, &text).unwrap_or_else(|e| panic!("{e}: {text}"));
        assert_eq!(&read, fact);
        assert_eq!(serde_json::to_string(&read).unwrap(), text, "bytes survive reading");
        assert_eq!(case.seq as usize, self.facts.len());
        for clock in &case.clocks {
            let reviewed = case.open_review().and_then(|r| r.demanded.clock.as_ref()) == Some(&clock.name);
            if case.is_over() && !reviewed {
                assert!(!clock.is_open(), "{:?} is open although the case is over", clock.name);
            }
            if case.registration.historical {
                panic!("{:?} runs for a historical case", clock.name);
            }
            if let ClockState::Stopped(at) = clock.state {
                assert_eq!(clock.met(), Some(at < clock.due.at));
                assert_eq!(clock.lapsed, clock.met() == Some(false), "{:?}", clock.name);
            }
            assert!(matches!(clock.state, ClockState::Suspended(_)) <= case.testing_out.is_some(), "{:?} stands still", clock.name);
        }
        match next(case) {
            None => assert!(case.is_over()),
            Some(n) => assert!(possible(case, n.step), "{:?} comes next at {:?}, but nobody can: {case:?}", n.step, case.stage()),
        }
        assert_eq!(case.is_over(), matches!(case.stage(), Stage::Closed | Stage::Undone));
        self.check_figures();
    }
}

/// How a seat of this scene stands to the organ that has the case.
pub fn relation(case: &Case, to: Seat) -> Relation {
    let same = case.seat.is_some_and(|s| s.organ == to.organ);
    match to {
        BANK if same => Relation::Outside,
        _ if same => Relation::Same,
        BELOW => Relation::Intake,
        BELOW_OFFICE => Relation::PastIntake,
        FAR_OFFICE => Relation::Below,
        _ => Relation::Other,
    }
}

/// What takes a step.
pub fn actions_of(step: Step) -> &'static [Action] {
    match step {
        Step::Receive => &[Action::Receive],
        Step::Send => &[Action::Send],
        Step::Open => &[Action::Open],
        Step::Decide => &[Action::Accept, Action::Refuse],
        Step::Tell => &[Action::Tell],
        Step::StartMediation => &[Action::Mediate, Action::Terminate],
        Step::DecideRecusal => &[Action::DecideRecusal],
        Step::AwaitTesting => &[Action::TestingBack],
        Step::Mediate => &[Action::Agree, Action::Terminate],
        Step::MustTerminate => &[Action::Terminate],
        Step::Verify => &[Action::Verify],
        Step::Propose => &[Action::Propose],
        Step::Approve => &[Action::Decide],
        Step::SettleDispute => &[Action::SettleDispute],
        Step::Answer => &[Action::Answer],
        Step::SettleOrReturn => &[Action::Withdraw, Action::Return],
        Step::Close | Step::HandleAgain => &[Action::Close],
        Step::Feedback => &[Action::Feedback],
    }
}

/// Whether somebody where the case is can take the step.
fn possible(case: &Case, step: Step) -> bool {
    let seat = case.seat.unwrap_or(CENTRE);
    let roles: &[Role] = if case.outside { &[Role::Partner] } else { &[Role::Clerk, Role::Officer, Role::Lead] };
    let staff: Vec<Actor> = roles.iter().map(|role| person(99, *role, seat)).collect();
    actions_of(step).iter().all(|a| staff.iter().any(|s| may(case, *a, s).is_ok()))
}

pub fn tell(matter: Matter, party: Party) -> Command {
    Command::Tell { matter, party, by: TellBy::Phone, proof: None }
}

pub fn respondent_consents(to: event::Consent) -> Command {
    Command::Consent { party: Party::Respondent, to, given: true }
}

pub fn refuse(ground: Ground) -> Command {
    Command::Refuse { ground, body: None, factors: Vec::new(), reason: sealed("reason"), handed_to: None }
}

pub fn terminate(ground: Termination) -> Command {
    Command::Terminate { ground, conduct: None, reason: sealed("reason") }
}

pub fn close(outcome: event::Outcome) -> Command {
    Command::Close { outcome, untrue: false, level: None, recovered: rules::money::Fen(0), summary: None }
}
