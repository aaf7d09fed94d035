//! A case (诉求): its state is the list of its events. [`decide`](decide::decide) turns a command into events or says why not;
//! [`Case::evolve`] applies an event and cannot fail. Both are pure.

pub mod care;
pub mod command;
mod correct;
pub mod decide;
pub mod details;
pub mod event;
pub mod handling;
pub mod intake;
mod name;
pub mod next;
pub mod notice;
pub mod repack;
pub mod review;
pub mod supervise;

use crate::clock::Clock;
use crate::ids::{CaseId, GroupId, PersonId, UnitId};
use crate::law::{Ground, Kind, Level, Party, Regime, Satisfaction, Termination, coded};
use crate::money::Fen;
use crate::time::Instant;
use event::{Consent, Correction, Event, Fact, Matter, Mode, Outcome, Proposal, Registration, Seat, Way};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// When something was recorded, when it took effect, and who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Recorded by this installation; never goes back within a case.
    pub recorded_at: Instant,
    /// Took effect (a visit entered a day later has yesterday's).
    pub effective_at: Instant,
    /// Person who acted; none for the submitter and the system.
    pub actor: Option<PersonId>,
}

/// The decision on a complaint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Accepted at this time.
    Accepted(Instant),
    /// Refused on this ground.
    Refused(Ground, Instant),
}

/// How mediation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// By agreement on this sum.
    Agreed(Fen),
    /// Without one.
    Terminated(Termination),
}

/// How a case was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// How it ended.
    pub outcome: Outcome,
    /// Found untrue.
    pub untrue: bool,
    /// Where it was settled.
    pub level: Option<Level>,
    /// Money obtained for the consumer.
    pub recovered: Fen,
    /// When.
    pub at: Instant,
}

/// Identity papers under Art. 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Identity {
    /// Not asked for.
    #[default]
    NotAsked,
    /// Asked for, to be provided by this day.
    Asked(Date),
    /// Proved.
    Proved,
}

coded! {
    /// Where a case stands, in one word for lists and pages; derived from the state, never stored as an event.
    Stage {
        /// at the intake, to be sent
        Intake = "intake",
        /// sent, not yet opened by the unit
        Sent = "sent",
        /// opened: a complaint to be accepted or refused, a question to be answered
        Deciding = "deciding",
        /// decided, somebody still has to be told
        Telling = "telling",
        /// accepted, in mediation
        Mediating = "mediating",
        /// report being verified
        Verifying = "verifying",
        /// waits for the head
        Approval = "approval",
        /// settled or decided, to be closed
        Closing = "closing",
        /// closed before, being handled again (二次办理)
        Again = "again",
        /// closed
        Closed = "closed",
        /// its import was undone
        Undone = "undone",
    }
}

/// The state of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// How it was registered, as corrected.
    pub registration: Registration,
    /// What it asks for now.
    pub kind: Kind,
    /// Rules it is handled under; none before the organ's receipt.
    pub regime: Option<Regime>,
    /// The unified intake it belongs to and returns to.
    pub intake: Option<Seat>,
    /// The intakes of organs above that distributed it to that one, the nearest last: where it returns to.
    pub above: Vec<Seat>,
    /// The unit that has it now.
    pub seat: Option<Seat>,
    /// Received by the competent organ.
    pub organ_at: Option<Instant>,
    /// Opened at the unit's desk.
    pub desk_at: Option<Instant>,
    /// Officer in charge.
    pub handler: Option<PersonId>,
    /// Whether it is with a unit (sent and not returned).
    pub with_unit: bool,
    /// Whether that is an organisation outside, which decides nothing of law.
    pub outside: bool,
    /// Marked urgent.
    pub urgent: bool,
    /// Identity papers.
    pub identity: Identity,
    /// Accepted or refused.
    pub decision: Option<Decision>,
    /// Consents of the parties.
    pub consents: BTreeMap<(Party, Consent), bool>,
    /// Mediation under way, and whether a recusal is undecided.
    pub mediation: Option<Mode>,
    /// A recusal waits to be decided.
    pub recusal_open: bool,
    /// Appraisal or testing out since this day.
    pub testing_out: Option<Date>,
    /// How mediation ended.
    pub settlement: Option<Settlement>,
    /// Verification of the report has started.
    pub verifying: bool,
    /// What waits for the head, and who proposed it.
    pub proposal: Option<(Proposal, Option<PersonId>)>,
    /// The head's decision on filing.
    pub filed: Option<bool>,
    /// Report for another department.
    pub elsewhere: bool,
    /// Duplicate report, not handled again.
    pub duplicate: bool,
    /// Authority disputed between organs.
    pub disputed: bool,
    /// Question or request answered.
    pub answered: bool,
    /// Withdrawn by the person.
    pub withdrawn: bool,
    /// What was told to whom, and when first.
    pub told: BTreeMap<(Matter, Party), Instant>,
    /// How it was closed.
    pub closed: Option<Closing>,
    /// Questions to the person in order, and whether they were answered.
    pub questions: Vec<bool>,
    /// How the person would like to be mediated.
    pub preferred_mode: Option<Mode>,
    /// Time of mediation, fixed and not yet past.
    pub appointment: Option<(Instant, Mode)>,
    /// The agreement was made out (form 9).
    pub agreement_paper: bool,
    /// About an advertisement (L20).
    pub advertising: bool,
    /// The result was made out for the reporter (form 10).
    pub feedback: bool,
    /// What the person said of the present closing.
    pub satisfaction: Option<Satisfaction>,
    /// Somebody asked after the present closing.
    pub followed_up: bool,
    /// The person asks for it to be handled again.
    pub reopen_asked: bool,
    /// That was declined.
    pub reopen_declined: bool,
    /// Being handled again since then.
    pub again: Option<Instant>,
    /// How often it was handled again.
    pub rounds: u32,
    /// Bad reviews in order; at most the last is open.
    pub reviews: Vec<review::Review>,
    /// A check found a fault and its unit has not answered.
    pub check_open: bool,
    /// Group it belongs to.
    pub group: Option<GroupId>,
    /// Case that leads it (并案).
    pub merged_into: Option<CaseId>,
    /// Its import was undone.
    pub undone: bool,
    /// Personal values destroyed.
    pub erased: bool,
    /// Notices of inspections and orders (督查督办).
    pub watch: supervise::Watch,
    /// The last unit that opened it, wherever it went since.
    pub taken_on: Option<UnitId>,
    /// Its clocks in order of first start.
    pub clocks: Vec<Clock>,
    /// Number of events so far.
    pub seq: u32,
}

impl Case {
    /// The state after registration.
    #[must_use]
    pub fn register(registration: Registration, fact_clocks: &[crate::clock::ClockChange]) -> Self {
        let mut consents = BTreeMap::new();
        if registration.kind == Kind::Complaint {
            // Complaining is asking to be mediated (Order 121 Art. 3); the person may take it back.
            consents.insert((Party::Submitter, Consent::Mediation), true);
            consents.insert((Party::Submitter, Consent::Entrust), registration.entrust);
            consents.insert((Party::Submitter, Consent::Publish), registration.publish);
        }
        let mut clocks = Vec::new();
        fact_clocks.iter().for_each(|c| c.apply(&mut clocks));
        Self {
            kind: registration.kind,
            registration,
            regime: None,
            intake: None,
            above: Vec::new(),
            seat: None,
            organ_at: None,
            desk_at: None,
            handler: None,
            with_unit: false,
            outside: false,
            urgent: false,
            identity: Identity::NotAsked,
            decision: None,
            consents,
            mediation: None,
            recusal_open: false,
            testing_out: None,
            settlement: None,
            verifying: false,
            proposal: None,
            filed: None,
            elsewhere: false,
            duplicate: false,
            disputed: false,
            answered: false,
            withdrawn: false,
            told: BTreeMap::new(),
            closed: None,
            questions: Vec::new(),
            preferred_mode: None,
            appointment: None,
            agreement_paper: false,
            advertising: false,
            feedback: false,
            satisfaction: None,
            followed_up: false,
            reopen_asked: false,
            reopen_declined: false,
            again: None,
            rounds: 0,
            reviews: Vec::new(),
            check_open: false,
            group: None,
            merged_into: None,
            undone: false,
            erased: false,
            watch: supervise::Watch::default(),
            taken_on: None,
            clocks,
            seq: 1,
        }
    }

    /// The state from its events; `None` for a list that does not begin with a registration.
    #[must_use]
    pub fn replay<'a>(facts: impl IntoIterator<Item = (Stamp, &'a Fact)>) -> Option<Self> {
        let mut facts = facts.into_iter();
        let (_, first) = facts.next()?;
        let Event::Registered(registration) = &first.event else { return None };
        let start = Self::register((**registration).clone(), &first.clocks);
        Some(facts.fold(start, |case, (stamp, fact)| case.evolve(stamp, fact)))
    }

    /// The state after one more event. Total: whatever was decided can be applied.
    #[must_use]
    pub fn evolve(mut self, stamp: Stamp, fact: &Fact) -> Self {
        self.seq += 1;
        let at = stamp.effective_at;
        fact.clocks.iter().for_each(|c| c.apply(&mut self.clocks));
        self.evolve_review(&fact.event, stamp.actor, at);
        match &fact.event {
            Event::Registered(_) | Event::Noted { .. } | Event::EvidenceAdded { .. } | Event::ClueFound { .. } => {}
            Event::ClockLapsed | Event::CalendarLoaded { .. } | Event::PackLoaded { .. } => {}
            Event::Contacted { .. } | Event::MinutesTaken { .. } | Event::CopyShared { .. } => {}
            Event::ReviewOpened(_) | Event::Regraded { .. } | Event::Rectified(_) | Event::TakenUp { .. } => {}
            Event::WaiverAsked { .. } | Event::WaiverDecided { .. } => {}
            Event::Checked(checked) => self.check_open = checked.verdict != review::Verdict::Right,
            Event::CheckAnswered { .. } => self.check_open = false,
            Event::Asked { .. } => self.questions.push(false),
            Event::Replied { question, .. } => {
                if let Some(answered) = self.questions.get_mut((*question as usize).wrapping_sub(1)) {
                    *answered = true;
                }
            }
            Event::ModePreferred { mode } => self.preferred_mode = Some(*mode),
            Event::Appointed { at, mode, .. } => self.appointment = Some((*at, *mode)),
            Event::AppointmentEnded { .. } => self.appointment = None,
            Event::AgreementIssued { .. } => self.agreement_paper = true,
            Event::MarkedAdvertising => self.advertising = true,
            Event::FeedbackIssued { .. } => self.feedback = true,
            Event::FollowedUp { satisfaction, .. } => {
                self.followed_up = true;
                self.satisfaction = satisfaction.or(self.satisfaction);
            }
            Event::Rated { satisfaction, .. } => self.satisfaction = Some(*satisfaction),
            Event::ReopenAsked { .. } => self.reopen_asked = true,
            Event::ReopenDeclined { .. } => (self.reopen_asked, self.reopen_declined) = (false, true),
            Event::Reopened { .. } => self.take_back_end(at),
            Event::Supervised(what) => self.watch.evolve(stamp, what),
            Event::Grouped { group } => self.group = Some(*group),
            Event::Ungrouped => self.group = None,
            Event::ReceivedByOrgan { seat, at, regime } => {
                self.organ_at = Some(*at);
                self.regime = Some(*regime);
                self.intake = self.intake.or(Some(*seat));
                if self.seat.is_none_or(|s| s.organ != seat.organ) {
                    self.seat = Some(*seat);
                }
            }
            Event::Sent { to, way, .. } => {
                if self.seat.is_some_and(|s| s.organ != to.organ) {
                    self.organ_at = None;
                    self.regime = None;
                }
                if *way == Way::Intake {
                    self.above.extend(self.intake);
                    self.intake = Some(*to);
                }
                self.put(*to, *way != Way::Intake);
                self.outside = *way == Way::Outside;
            }
            Event::Moved { to, handler, .. } => {
                // The work of the old unit, its responsibility included, is the new one's.
                if self.taken_on.is_some() && self.taken_on == self.seat.map(|s| s.unit) {
                    self.taken_on = Some(to.unit);
                }
                if self.intake == Some(*to) {
                    self.put(*to, false);
                } else {
                    // What was begun stays begun; whoever opens it there goes on with it.
                    (self.seat, self.handler, self.outside) = (Some(*to), *handler, false);
                    self.watch.go_along(to.unit);
                }
            }
            Event::TakenBack { to, .. } | Event::Returned { to, .. } => {
                if self.seat.is_some_and(|s| s.organ != to.organ) {
                    // An organ without authority gives it back: its receipt counts no longer, the other records its own.
                    self.organ_at = None;
                    self.regime = None;
                }
                if self.above.last() == Some(to) {
                    self.intake = self.above.pop();
                }
                self.put(*to, false);
            }
            Event::Opened { handler } => {
                self.desk_at = self.desk_at.or(Some(at));
                self.taken_on = self.seat.map(|s| s.unit);
                self.handler = Some(*handler);
            }
            Event::Assigned { handler } => {
                self.watch.hand_on(self.handler, *handler);
                self.handler = Some(*handler);
            }
            Event::MarkedUrgent { .. } => self.urgent = true,
            Event::Reclassified { kind, regime, .. } => {
                self.kind = *kind;
                self.regime = self.regime.map(|_| *regime);
                (self.verifying, self.disputed, self.testing_out) = (false, false, None);
                if *kind == Kind::Complaint {
                    self.consents.entry((Party::Submitter, Consent::Mediation)).or_insert(true);
                }
            }
            Event::Narrowed { narrative } => self.registration.narrative = Some(narrative.clone()),
            Event::IdentityAsked { by, .. } => self.identity = Identity::Asked(*by),
            Event::IdentityProved => self.identity = Identity::Proved,
            Event::Accepted { .. } => self.decision = Some(Decision::Accepted(at)),
            Event::Refused { ground, .. } => self.decision = Some(Decision::Refused(*ground, at)),
            Event::Told { matter, party, .. } => {
                self.told.entry((*matter, *party)).or_insert(at);
            }
            Event::Consented { party, to, given } => {
                self.consents.insert((*party, *to), *given);
            }
            Event::MediationStarted { mode, .. } => self.mediation = Some(*mode),
            Event::RecusalAsked { .. } => self.recusal_open = true,
            Event::RecusalDecided { .. } => self.recusal_open = false,
            Event::TestingOut { on, .. } => self.testing_out = Some(*on),
            Event::TestingBack { .. } => self.testing_out = None,
            Event::Agreed { amount, .. } => {
                self.settlement = Some(Settlement::Agreed(*amount));
                self.appointment = None;
            }
            Event::Terminated { ground, .. } => {
                self.settlement = Some(Settlement::Terminated(*ground));
                (self.proposal, self.appointment) = (None, None);
            }
            Event::VerificationStarted { .. } => self.verifying = true,
            Event::Proposed(p) => self.proposal = Some((p.clone(), stamp.actor)),
            Event::Decided { approved, proposal, .. } => {
                self.proposal = None;
                match proposal {
                    Proposal::File { .. } if *approved => self.filed = Some(true),
                    Proposal::NotFile { .. } if *approved => self.filed = Some(false),
                    _ => {}
                }
            }
            Event::SentElsewhere { .. } => self.elsewhere = true,
            Event::FoundDuplicate { .. } => self.duplicate = true,
            Event::Supplemented { .. } => {}
            Event::AuthorityDisputed { .. } => self.disputed = true,
            Event::AuthoritySettled { .. } => self.disputed = false,
            Event::Answered { .. } => self.answered = true,
            Event::Withdrawn { .. } => self.withdrawn = true,
            Event::Closed { outcome, untrue, level, recovered, .. } => {
                let closing = Closing { outcome: *outcome, untrue: *untrue, level: *level, recovered: *recovered, at };
                self.closed = Some(closing);
                (self.again, self.appointment) = (None, None);
                self.watch.end();
                if self.kind == Kind::Complaint {
                    self.proposal = None;
                }
            }
            Event::Corrected { correction, .. } => self.put_right(correction),
            Event::Merged { into } => self.merged_into = Some(*into),
            Event::Unmerged => self.merged_into = None,
            Event::ImportUndone => {
                self.undone = true;
                self.watch.end();
            }
            Event::Erased { .. } => self.erased = true,
        }
        self
    }

    /// At another desk, where nobody has opened it.
    fn put(&mut self, seat: Seat, with_unit: bool) {
        (self.seat, self.with_unit, self.outside) = (Some(seat), with_unit, false);
        self.watch.go_along(seat.unit);
        (self.desk_at, self.handler) = (None, None);
    }

    /// Handled again: what ended it is taken back where the law leaves that to the organ. An agreement, a termination and a filed report
    /// stand; the person's own withdrawal does not.
    fn take_back_end(&mut self, at: Instant) {
        self.closed = None;
        (self.satisfaction, self.followed_up) = (None, false);
        (self.reopen_asked, self.reopen_declined) = (false, false);
        self.rounds += 1;
        let taken_back: &[Matter] = match () {
            () if matches!(self.decision, Some(Decision::Refused(..))) => {
                self.decision = None;
                &[Matter::Refusal]
            }
            () if self.elsewhere => {
                self.elsewhere = false;
                &[Matter::Elsewhere]
            }
            () if self.duplicate => {
                self.duplicate = false;
                &[Matter::Duplicate]
            }
            () if self.answered => {
                self.answered = false;
                &[Matter::Answer]
            }
            () if self.filed == Some(false) => {
                (self.filed, self.feedback) = (None, false);
                &[Matter::Filing, Matter::Result]
            }
            () if self.settlement.is_some() => {
                self.again = Some(at);
                &[]
            }
            () => {
                self.withdrawn = false;
                &[]
            }
        };
        self.told.retain(|(matter, _), _| !taken_back.contains(matter));
    }

    fn put_right(&mut self, correction: &Correction) {
        match correction {
            Correction::OrganReceipt { at, regime } => {
                self.organ_at = Some(*at);
                self.regime = Some(*regime);
            }
            Correction::Respondent { respondent } => self.registration.respondent = respondent.clone(),
            Correction::Amount { amount } => self.registration.amount = *amount,
            Correction::KnewOn { on } => self.registration.knew_on = Some(*on),
            Correction::Recovered { recovered } => {
                if let Some(c) = &mut self.closed {
                    c.recovered = *recovered;
                }
            }
            Correction::Told { matter, party, at } => {
                self.told.insert((*matter, *party), *at);
            }
        }
    }

    /// Whether it is finished: closed, or its import undone.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.closed.is_some() || self.undone
    }

    /// Whether it waits for the person: a question is open, or identity papers were asked for and nothing is decided.
    #[must_use]
    pub fn awaits_person(&self) -> bool {
        let papers = matches!(self.identity, Identity::Asked(_)) && self.stage() == Stage::Deciding;
        !self.is_over() && (papers || self.open_questions().next().is_some())
    }

    /// The unit that answers for it (首问负责, 首接负责): the one that took it on last; until a unit has, the intake that was asked first. A
    /// case that was sent and that nobody has opened stays with whoever sent it. None once it is over.
    #[must_use]
    pub fn responsible(&self) -> Option<UnitId> {
        if self.is_over() {
            return None;
        }
        // What an intake distributed is its own until the organ below has received it.
        let above = self.above.last().filter(|_| self.organ_at.is_none());
        self.taken_on.or(above.map(|s| s.unit)).or(self.intake.map(|s| s.unit))
    }

    /// Whether a party's consent is recorded as given.
    #[must_use]
    pub fn consents_to(&self, party: Party, to: Consent) -> bool {
        self.consents.get(&(party, to)).copied().unwrap_or(false)
    }

    /// The questions the person has not answered yet, by their number from 1.
    pub fn open_questions(&self) -> impl Iterator<Item = u32> {
        (1u32..).zip(&self.questions).filter(|(_, answered)| !**answered).map(|(n, _)| n)
    }

    /// Whether a party was told of a matter.
    #[must_use]
    pub fn was_told(&self, matter: Matter, party: Party) -> bool {
        self.told.contains_key(&(matter, party))
    }

    /// Who still has to be told what, in the order of the law.
    #[must_use]
    pub fn untold(&self) -> Vec<(Matter, Party)> {
        let mut duties = Vec::new();
        match self.decision {
            Some(Decision::Accepted(_)) => duties.push((Matter::Acceptance, Party::Submitter)),
            Some(Decision::Refused(..)) => duties.push((Matter::Refusal, Party::Submitter)),
            None => {}
        }
        if let Some(Settlement::Terminated(_)) = self.settlement {
            duties.extend([(Matter::Termination, Party::Submitter), (Matter::Termination, Party::Respondent)]);
        }
        let reachable = !self.registration.anonymous;
        if self.filed.is_some() && self.regime == Some(Regime::Order20) && reachable {
            duties.push((Matter::Filing, Party::Submitter));
        }
        if self.advertising && reachable {
            // 广告法 Art. 53: the result is told, whatever it is.
            match (self.filed, self.settlement) {
                (Some(_), _) => duties.push((Matter::Result, Party::Submitter)),
                (_, Some(Settlement::Agreed(_))) => duties.push((Matter::Agreement, Party::Submitter)),
                _ => {}
            }
        }
        if self.elsewhere && reachable {
            duties.push((Matter::Elsewhere, Party::Submitter));
        }
        duties.retain(|(m, p)| !self.was_told(*m, *p));
        duties
    }

    /// Where it stands.
    #[must_use]
    pub fn stage(&self) -> Stage {
        let settled = self.settlement.is_some() || self.filed.is_some() || self.elsewhere || self.duplicate || self.answered;
        match () {
            () if self.undone => Stage::Undone,
            () if self.closed.is_some() => Stage::Closed,
            () if self.proposal.is_some() => Stage::Approval,
            () if !self.untold().is_empty() => Stage::Telling,
            () if self.again.is_some() => Stage::Again,
            () if settled || matches!(self.decision, Some(Decision::Refused(..))) => Stage::Closing,
            () if matches!(self.decision, Some(Decision::Accepted(_))) => Stage::Mediating,
            () if !self.with_unit => Stage::Intake,
            () if self.desk_at.is_none() => Stage::Sent,
            () if self.verifying => Stage::Verifying,
            () => Stage::Deciding,
        }
    }

    /// The open clock that ends first: what work goes to, law or local promise alike.
    #[must_use]
    pub fn tightest(&self) -> Option<&Clock> {
        self.clocks.iter().filter(|c| c.state == crate::clock::ClockState::Running).min_by_key(|c| (c.due.at, &c.name))
    }

    /// A clock by name.
    #[must_use]
    pub fn clock(&self, name: &crate::clock::ClockName) -> Option<&Clock> {
        self.clocks.iter().find(|c| c.name == *name)
    }
}
