//! From a command to events, or the reason why not. Who may do it and when is decided in [`may`]; what follows from it in `intake`,
//! `handling` and `correct`.

use super::command::{Action, Command, WhyNot};
use super::event::{Event, Fact, Matter};
use super::{Case, Decision, Stage};
use crate::access::{Actor, role_may, submitter_may};
use crate::calendar::{Calendar, Exclusion};
use crate::clock::{self, Clock, ClockChange, ClockName, ClockState, Statutory};
use crate::law::{Kind, Party, Regime};
use crate::pack::{LocalClock, Pack, Stop, Trigger};
use crate::time::Instant;

/// What a decision needs to know besides the case: all of it plain data.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Now.
    pub now: Instant,
    /// When what is entered took effect; at most now.
    pub effective: Instant,
    /// Who acts.
    pub actor: Actor,
    /// The calendar in force.
    pub calendar: &'a Calendar,
    /// The locality's pack.
    pub pack: &'a Pack,
    /// Number of the paper the command issues, drawn in the same transaction.
    pub number: Option<&'a str>,
}

/// The answer of the rules.
pub type Answer = Result<Vec<Fact>, WhyNot>;

/// Decides a command on a case. Every answer leaves the case over, or with a next step (see `next`).
///
/// # Errors
/// Why the action is not allowed now.
pub fn decide(case: &Case, command: &Command, ctx: &Context<'_>) -> Answer {
    may(case, command.action(), &ctx.actor)?;
    if ctx.effective > ctx.now {
        return Err(WhyNot::Future);
    }
    if floor(case, command).is_some_and(|f| ctx.effective < f) {
        return Err(WhyNot::TooEarly);
    }
    let mut out = Out { case, ctx, facts: Vec::new() };
    match command {
        Command::Receive { .. }
        | Command::Send { .. }
        | Command::TakeBack { .. }
        | Command::Return { .. }
        | Command::Move { .. }
        | Command::Open
        | Command::Assign { .. }
        | Command::Urgent { .. }
        | Command::Reclassify { .. }
        | Command::Narrow { .. }
        | Command::SendElsewhere { .. }
        | Command::Dispute { .. }
        | Command::SettleDispute { .. }
        | Command::Answer { .. } => super::intake::decide(&mut out, command)?,
        Command::Lapse
        | Command::LoadCalendar
        | Command::LoadPack
        | Command::ImportUndo
        | Command::Correct { .. }
        | Command::Merge { .. }
        | Command::Unmerge
        | Command::Erase { .. }
        | Command::AddEvidence { .. }
        | Command::Note { .. } => super::correct::decide(&mut out, command)?,
        Command::Ask { .. }
        | Command::Reply { .. }
        | Command::Contact { .. }
        | Command::PreferMode { .. }
        | Command::Appoint { .. }
        | Command::EndAppointment { .. }
        | Command::Minutes { .. }
        | Command::IssueAgreement { .. }
        | Command::Advertising
        | Command::Feedback { .. }
        | Command::ShareCopy { .. }
        | Command::FollowUp { .. }
        | Command::Rate { .. }
        | Command::AskReopen { .. }
        | Command::Reopen { .. }
        | Command::DeclineReopen { .. }
        | Command::Group { .. }
        | Command::Ungroup => super::care::decide(&mut out, command)?,
        Command::Inspect(_) | Command::SeeNotice | Command::Order { .. } | Command::AnswerOrder { .. } | Command::SettleOrder { .. } => {
            super::supervise::decide(&mut out, command)?
        }
        Command::Regrade { .. }
        | Command::Rectify(_)
        | Command::AskWaiver { .. }
        | Command::DecideWaiver { .. }
        | Command::TakeUp { .. }
        | Command::Judge(_)
        | Command::AnswerCheck { .. } => super::review::decide(&mut out, command)?,
        _ => super::handling::decide(&mut out, command)?,
    }
    Ok(out.facts)
}

/// Before when a command cannot have taken effect: the receipt, and for what follows a decision the decision.
fn floor(case: &Case, command: &Command) -> Option<Instant> {
    use Command as C;
    let received = case.organ_at.or(case.registration.platform_at);
    match command {
        C::Receive { .. } | C::Correct { .. } | C::Lapse | C::LoadCalendar | C::LoadPack | C::Inspect(_) | C::SeeNotice => None,
        C::Tell { matter, .. } => not_before(case, *matter).or(received),
        C::Mediate { .. } | C::Agree { .. } | C::Terminate { .. } | C::Withdraw { .. } | C::Close { .. } => {
            received.max(not_before(case, Matter::Acceptance))
        }
        C::FollowUp { .. } | C::Rate { .. } | C::AskReopen { .. } | C::Reopen { .. } | C::DeclineReopen { .. } => case.closed.map(|c| c.at),
        _ => received,
    }
}

/// When what is told was decided: nobody can be told of it before.
pub(super) fn not_before(case: &Case, matter: Matter) -> Option<Instant> {
    let start = |which: Statutory| case.clock(&which.into()).map(|c| c.start);
    match matter {
        Matter::Acceptance | Matter::Refusal => case.decision.map(|d| match d {
            Decision::Accepted(at) | Decision::Refused(_, at) => at,
        }),
        Matter::Termination => start(Statutory::L3),
        Matter::Filing => start(Statutory::L6),
        _ => None,
    }
}

/// Events under construction, with the clock changes that follow from each.
pub(super) struct Out<'a> {
    pub case: &'a Case,
    pub ctx: &'a Context<'a>,
    pub facts: Vec<Fact>,
}

impl Out<'_> {
    /// Adds an event; clock changes that follow attach to it.
    pub fn push(&mut self, event: Event) -> &mut Self {
        self.facts.push(Fact { event, clocks: Vec::new() });
        self
    }

    /// Attaches a change of a clock to the last event.
    pub(super) fn change(&mut self, change: ClockChange) {
        if let Some(last) = self.facts.last_mut() {
            last.clocks.push(change);
        }
    }

    /// Starts (or restarts) a clock of law, where the regime has it.
    pub fn start(&mut self, which: Statutory, regime: Regime, at: Instant) -> &mut Self {
        if let Some(c) = clock::statutory(which, regime, at, self.ctx.pack.roll, self.ctx.calendar) {
            self.change(ClockChange::Set(c));
        }
        self
    }

    /// Starts the local clocks of a trigger.
    pub fn start_local(&mut self, trigger: Trigger, kind: Kind, urgent: bool, at: Instant) -> &mut Self {
        self.start_local_except(&[], trigger, kind, urgent, at)
    }

    /// Starts the local clocks of a trigger, but those named.
    pub fn start_local_except(&mut self, except: &[ClockName], trigger: Trigger, kind: Kind, urgent: bool, at: Instant) -> &mut Self {
        if !self.case.registration.historical {
            let pack = self.ctx.pack;
            for local in pack.clocks_on(trigger, kind, urgent).filter(|l| !except.contains(&ClockName::local(&l.id))) {
                self.change(ClockChange::Set(clock::local(pack, local, at, self.ctx.calendar)));
            }
        }
        self
    }

    /// Stops a clock of law that is open. What was out for testing until then is not counted.
    pub fn stop(&mut self, which: Statutory, at: Instant) -> &mut Self {
        let name = ClockName::from(which);
        if self.open(&name) {
            if let Some(clock) = self.case.clock(&name)
                && let ClockState::Suspended(after) = clock.state
            {
                let mut clock = Clock { state: ClockState::Running, ..clock.clone() };
                clock.exclusions.push(Exclusion { after, through: at.date().max(after) });
                self.change(ClockChange::Set(clock.recounted(self.ctx.calendar)));
            }
            self.change(ClockChange::Stop { name, at });
        }
        self
    }

    /// Stops the open local clocks that wait for `stop`.
    pub fn stop_local(&mut self, stop: Stop, at: Instant) -> &mut Self {
        let pack = self.ctx.pack;
        for name in self.open_local(|l| l.stop == stop) {
            debug_assert!(pack.local_clock(&name).is_some());
            self.change(ClockChange::Stop { name, at });
        }
        self
    }

    /// Voids every open clock but that of an open review, which waits for more than the closing.
    pub fn void_all(&mut self, at: Instant) -> &mut Self {
        let reviewed = self.case.open_review().and_then(|r| r.demanded.clock.as_ref());
        let names = self.case.clocks.iter().map(|c| &c.name).filter(|n| Some(*n) != reviewed && self.open(n));
        let names: Vec<ClockName> = names.cloned().collect();
        for name in names {
            self.change(ClockChange::Void { name, at });
        }
        self
    }

    /// Voids the open local clocks whose definition fits.
    pub fn void_local(&mut self, fits: impl Fn(&LocalClock) -> bool, at: Instant) -> &mut Self {
        for name in self.open_local(fits) {
            self.change(ClockChange::Void { name, at });
        }
        self
    }

    /// Voids a clock of law that is open.
    pub fn void(&mut self, which: Statutory, at: Instant) -> &mut Self {
        let name = ClockName::from(which);
        if self.open(&name) {
            self.change(ClockChange::Void { name, at });
        }
        self
    }

    /// Stops a clock by its name, if it is open.
    pub fn stop_named(&mut self, name: ClockName, at: Instant) -> &mut Self {
        if self.open(&name) {
            self.change(ClockChange::Stop { name, at });
        }
        self
    }

    /// Replaces a clock with a recounted one.
    pub fn set(&mut self, clock: clock::Clock) -> &mut Self {
        self.change(ClockChange::Set(clock));
        self
    }

    /// Lapses a clock.
    pub fn lapse(&mut self, name: ClockName) -> &mut Self {
        self.change(ClockChange::Lapse { name });
        self
    }

    /// Whether a clock is open once the changes so far are applied.
    fn open(&self, name: &ClockName) -> bool {
        let mut clocks = self.case.clocks.clone();
        self.facts.iter().flat_map(|f| &f.clocks).for_each(|c| c.apply(&mut clocks));
        clocks.iter().any(|c| c.name == *name && c.is_open())
    }

    /// The open local clocks whose definition fits.
    pub fn open_local(&self, fits: impl Fn(&LocalClock) -> bool) -> Vec<ClockName> {
        let mut clocks = self.case.clocks.clone();
        self.facts.iter().flat_map(|f| &f.clocks).for_each(|c| c.apply(&mut clocks));
        let pack = self.ctx.pack;
        let wanted = |c: &Clock| pack.promise(c).is_some_and(&fits);
        clocks.iter().filter(|c| c.is_open() && wanted(c)).map(|c| c.name.clone()).collect()
    }
}

/// The actions that make sense for a case, each with whether it is allowed now or why not: what a case page shows.
#[must_use]
pub fn offers(case: &Case, actor: &Actor) -> Vec<(Action, Result<(), WhyNot>)> {
    let by_role = |a: &&Action| match actor {
        Actor::Person { role, .. } => role_may(*role, **a),
        Actor::Submitter => submitter_may(**a),
        Actor::System => a.is_systems(),
    };
    let beside = |w: &WhyNot| {
        matches!(w, WhyNot::OnlyComplaint | WhyNot::OnlyReport | WhyNot::OnlyQuestion | WhyNot::Role | WhyNot::NoNotice | WhyNot::NoOrder)
    };
    let fits = |w: &Result<(), WhyNot>| !w.as_ref().is_err_and(beside);
    Action::ALL.iter().filter(by_role).map(|a| (*a, may(case, *a, actor))).filter(|(_, w)| fits(w)).collect()
}

/// Whether an action is allowed on a case in its present state to this actor; the facts of the command are checked by [`decide`].
///
/// # Errors
/// Why not.
pub fn may(case: &Case, action: Action, actor: &Actor) -> Result<(), WhyNot> {
    use Action as A;
    may_by_role(case, action, actor)?;
    let free_when_over = matches!(
        action,
        A::Note
            | A::Correct
            | A::Erase
            | A::AddEvidence
            | A::Merge
            | A::Unmerge
            | A::ImportUndo
            | A::Consent
            | A::Tell
            | A::Contact
            | A::FollowUp
            | A::Rate
            | A::AskReopen
            | A::Reopen
            | A::DeclineReopen
            | A::Group
            | A::Ungroup
            | A::LoadCalendar
            | A::SeeNotice
            | A::Lapse
            | A::Regrade
            | A::Rectify
            | A::AskWaiver
            | A::DecideWaiver
            | A::TakeUp
            | A::Judge
            | A::AnswerCheck
    );
    if (case.undone && action != A::Erase) || (case.closed.is_some() && !free_when_over) {
        return Err(WhyNot::Over);
    }
    let only = |kind: Kind, why: WhyNot| if case.kind == kind { Ok(()) } else { Err(why) };
    match action {
        A::Receive => need(case.organ_at.is_none(), WhyNot::AlreadyReceived),
        A::Send => {
            need(!case.with_unit, WhyNot::WithUnit)?;
            need(case.intake.is_some(), WhyNot::NotReceived).and_then(|()| undecided(case)).and_then(|()| no_proposal(case))
        }
        A::TakeBack => {
            need(case.with_unit || !case.above.is_empty(), WhyNot::NotWithUnit)?;
            // What the organ below has received is its own.
            need(case.with_unit || case.organ_at.is_none(), WhyNot::AlreadyReceived)?;
            undecided(case).and_then(|()| no_proposal(case))
        }
        A::Return => {
            need(case.with_unit || !case.above.is_empty(), WhyNot::NotWithUnit)?;
            undecided(case).and_then(|()| no_proposal(case))
        }
        A::Open => {
            need(case.with_unit, WhyNot::NotWithUnit)?;
            need(case.desk_at.is_none() || case.handler.is_none(), WhyNot::AlreadyOpened)
        }
        A::Move => need(case.with_unit, WhyNot::NotWithUnit),
        A::Assign => opened(case),
        A::Urgent => need(!case.urgent, WhyNot::AlreadyUrgent),
        A::Reclassify => need(!case.with_unit, WhyNot::WithUnit).and_then(|()| undecided(case)),
        A::Narrow => undecided(case),
        A::AskIdentity => {
            only(Kind::Complaint, WhyNot::OnlyComplaint)?;
            // Asking for papers, and refusing where they do not come, is new in Order 121 (Art. 10, 16(6)).
            need(case.regime.is_none_or(|r| r == Regime::Order121), WhyNot::NoSuchGround)?;
            ready(case)
                .and_then(|()| undecided(case))
                .and_then(|()| need(case.identity == super::Identity::NotAsked, WhyNot::IdentityAsked))
        }
        A::ProveIdentity => {
            only(Kind::Complaint, WhyNot::OnlyComplaint)?;
            undecided(case).and_then(|()| need(matches!(case.identity, super::Identity::Asked(_)), WhyNot::IdentityNotAsked))
        }
        A::Accept => {
            only(Kind::Complaint, WhyNot::OnlyComplaint)?;
            undecided(case).and_then(|()| ready(case)).and_then(|()| no_proposal(case))
        }
        A::Refuse => {
            only(Kind::Complaint, WhyNot::OnlyComplaint)?;
            undecided(case).and_then(|()| received(case)).and_then(|()| no_proposal(case))
        }
        A::Tell => {
            need(case.organ_at.is_some() || case.answered, WhyNot::NotReceived)?;
            need(case.closed.is_none() || !tellables(case).is_empty(), WhyNot::Over)
        }
        A::Consent => only(Kind::Complaint, WhyNot::OnlyComplaint),
        A::Mediate => mediable(case).and_then(|()| need(case.mediation.is_none(), WhyNot::AlreadyMediating)),
        A::AskRecusal => mediating(case),
        A::DecideRecusal => mediable(case).and_then(|()| need(case.recusal_open, WhyNot::NoRecusal)),
        A::TestingOut => {
            investigating(case)?;
            need(case.testing_out.is_none(), WhyNot::TestingOpen).and_then(|()| no_proposal(case))
        }
        A::TestingBack => investigating(case).and_then(|()| need(case.testing_out.is_some(), WhyNot::NoTesting)),
        A::Agree => mediating(case).and_then(|()| need(case.testing_out.is_none(), WhyNot::TestingOpen)).and_then(|()| no_proposal(case)),
        A::Terminate => {
            mediable(case).and_then(|()| need(case.testing_out.is_none(), WhyNot::TestingOpen)).and_then(|()| no_proposal(case))
        }
        A::FindClue => only(Kind::Complaint, WhyNot::OnlyComplaint).and_then(|()| accepted(case)),
        A::Verify => {
            only(Kind::Report, WhyNot::OnlyReport)?;
            ready(case).and_then(|()| undecided(case)).and_then(|()| need(!case.verifying, WhyNot::AlreadyVerifying))
        }
        A::Propose if case.kind == Kind::Complaint => {
            ready(case).and_then(|()| no_proposal(case))?;
            undecided(case).or_else(|_| mediable(case))
        }
        A::Propose => {
            only(Kind::Report, WhyNot::OnlyReport)?;
            need(case.filed.is_none(), WhyNot::AlreadyDecided)?;
            ready(case).and_then(|()| undecided(case)).and_then(|()| need(case.verifying, WhyNot::NotVerifying))?;
            need(case.testing_out.is_none(), WhyNot::TestingOpen).and_then(|()| no_proposal(case))
        }
        A::Decide => {
            need(matches!(case.kind, Kind::Complaint | Kind::Report), WhyNot::OnlyReport)?;
            need(case.proposal.is_some(), WhyNot::NoProposal)
        }
        A::SendElsewhere | A::Duplicate => {
            only(Kind::Report, WhyNot::OnlyReport)?;
            received(case).and_then(|()| undecided(case)).and_then(|()| no_proposal(case))
        }
        A::Supplement => {
            only(Kind::Report, WhyNot::OnlyReport)?;
            received(case).and_then(|()| undecided(case)).and_then(|()| need(case.testing_out.is_none(), WhyNot::TestingOpen))
        }
        A::Dispute => {
            only(Kind::Report, WhyNot::OnlyReport)?;
            received(case)
                .and_then(|()| undecided(case))
                .and_then(|()| no_proposal(case))
                .and_then(|()| need(!case.disputed, WhyNot::Disputed))
        }
        A::SettleDispute => only(Kind::Report, WhyNot::OnlyReport).and_then(|()| need(case.disputed, WhyNot::NotDisputed)),
        A::Answer => {
            // What is kept for the record only is answered whatever it asked for: no article refuses or terminates it.
            let question = matches!(case.kind, Kind::Consultation | Kind::Other) || case.registration.historical;
            need(question, WhyNot::OnlyQuestion)?;
            need(!case.answered, WhyNot::AlreadyAnswered).and_then(|()| undecided(case)).and_then(|()| no_proposal(case))
        }
        A::Withdraw => need(!case.withdrawn, WhyNot::AlreadyWithdrawn).and_then(|()| need(withdrawable(case), WhyNot::AlreadyDecided)),
        A::Close => {
            no_proposal(case)?;
            need(case.untold().is_empty(), WhyNot::Untold)?;
            need(matches!(case.stage(), Stage::Closing | Stage::Again), WhyNot::NotSettled)
        }
        A::Erase => need(case.is_over(), WhyNot::NotClosed).and_then(|()| need(!case.erased, WhyNot::AlreadyDone)),
        A::Merge => need(case.merged_into.is_none(), WhyNot::AlreadyMerged),
        A::Unmerge => need(case.merged_into.is_some(), WhyNot::NotMerged),
        A::ImportUndo => {
            let only_imported = undecided(case).is_ok() || (case.registration.historical && case.answered);
            need(!case.with_unit && case.handler.is_none() && only_imported, WhyNot::WorkedOn)
        }
        A::Ask | A::Contact => need(!case.erased, WhyNot::Erased).and_then(|()| need(!case.registration.historical, WhyNot::OnlyRecord)),
        A::Reply => need(case.open_questions().next().is_some(), WhyNot::NoQuestion),
        A::PreferMode => only(Kind::Complaint, WhyNot::OnlyComplaint).and_then(|()| need(case.settlement.is_none(), WhyNot::Settled)),
        A::Appoint => mediable(case).and_then(|()| no_proposal(case)),
        A::EndAppointment => {
            only(Kind::Complaint, WhyNot::OnlyComplaint).and_then(|()| need(case.appointment.is_some(), WhyNot::NoAppointment))
        }
        A::Minutes => only(Kind::Complaint, WhyNot::OnlyComplaint).and_then(|()| accepted(case)),
        A::IssueAgreement => {
            only(Kind::Complaint, WhyNot::OnlyComplaint)?;
            super::care::agreed(case).and_then(|()| need(!case.agreement_paper, WhyNot::AlreadyDone))
        }
        A::Advertising => {
            need(matches!(case.kind, Kind::Complaint | Kind::Report), WhyNot::OnlyReport)?;
            need(!case.registration.historical, WhyNot::OnlyRecord)?;
            need(!case.advertising, WhyNot::AlreadyDone)
        }
        A::Feedback => {
            only(Kind::Report, WhyNot::OnlyReport)?;
            need(!case.registration.anonymous, WhyNot::Anonymous)?;
            need(case.filed.is_some(), WhyNot::NoResult).and_then(|()| need(!case.feedback, WhyNot::AlreadyDone))
        }
        A::ShareCopy => need(!case.erased, WhyNot::Erased),
        A::FollowUp => {
            need(!case.registration.historical, WhyNot::OnlyRecord)?;
            need(case.closed.is_some(), WhyNot::NotClosed).and_then(|()| super::review::second_call(case, actor))?;
            need(actor.person() != case.handler || case.handler.is_none(), WhyNot::OwnCase)
        }
        A::Rate => {
            need(!case.registration.historical, WhyNot::OnlyRecord)?;
            need(case.closed.is_some(), WhyNot::NotClosed).and_then(|()| need(case.satisfaction.is_none(), WhyNot::AlreadyDone))
        }
        A::AskReopen => {
            super::care::reopenable(case)?;
            need(!case.reopen_asked, WhyNot::AlreadyDone).and_then(|()| need(!case.reopen_declined, WhyNot::Declined))
        }
        A::DeclineReopen => need(case.reopen_asked, WhyNot::NotAsked),
        A::Reopen => super::care::reopenable(case),
        A::Regrade | A::Rectify | A::AskWaiver | A::DecideWaiver | A::TakeUp | A::Judge | A::AnswerCheck => {
            super::review::may(case, action, actor)
        }
        A::Group => need(!case.undone, WhyNot::Over),
        A::Ungroup => need(case.group.is_some(), WhyNot::NoGroup),
        A::AddEvidence | A::Note | A::Correct => need(!case.erased, WhyNot::Erased),
        A::Lapse | A::LoadCalendar | A::LoadPack => Ok(()),
        A::Inspect => need(!case.registration.historical, WhyNot::OnlyRecord),
        A::SeeNotice => need(actor.person().is_some_and(|p| case.watch.unseen(p).next().is_some()), WhyNot::NoNotice),
        A::Order => {
            need(!case.registration.historical, WhyNot::OnlyRecord)?;
            need(case.seat.is_some() && case.organ_at.is_some(), WhyNot::NotReceived)
        }
        A::AnswerOrder => need(case.watch.to_answer(actor).next().is_some(), WhyNot::NoOrder),
        A::SettleOrder => need(case.watch.to_settle(actor).next().is_some(), WhyNot::NoOrder),
    }
}

/// Role, unit and organ: a clerk acts while the intake's organ has the case, everyone else only while their own unit has it.
fn may_by_role(case: &Case, action: Action, actor: &Actor) -> Result<(), WhyNot> {
    match actor {
        Actor::System => need(action.is_systems(), WhyNot::Role),
        Actor::Submitter => need(submitter_may(action), WhyNot::Role),
        Actor::Person { role, unit, organ, .. } => {
            need(role_may(*role, action), WhyNot::Role)?;
            use crate::access::Role;
            let holds = match role {
                // Until the organ below has received it, the intake above may have it back.
                Role::Clerk if action == Action::TakeBack && !case.with_unit && !case.above.is_empty() => {
                    case.above.last().is_some_and(|a| a.organ == *organ)
                }
                // An intake gives back only what another distributed to it.
                Role::Clerk
                    if action == Action::Return
                        && case.above.is_empty()
                        && case.seat.is_none_or(|s| s.unit != *unit || !case.with_unit) =>
                {
                    return Err(WhyNot::Role);
                }
                Role::Clerk
                    if matches!(
                        action,
                        Action::TakeBack
                            | Action::Urgent
                            | Action::Merge
                            | Action::Unmerge
                            | Action::FollowUp
                            | Action::Group
                            | Action::Ungroup
                            | Action::Order
                            | Action::SettleOrder
                            | Action::SeeNotice
                    ) =>
                {
                    case.intake.is_none_or(|i| i.organ == *organ)
                }
                Role::Clerk => case.seat.is_none_or(|s| s.unit == *unit || (!case.with_unit && s.organ == *organ)),
                Role::Officer | Role::Lead | Role::Partner => case.seat.is_some_and(|s| s.unit == *unit),
                Role::Supervisor => case.seat.or(case.intake).is_none_or(|s| s.organ == *organ),
                _ => true,
            };
            need(holds, WhyNot::OtherUnit)
        }
    }
}

pub(super) fn need(holds: bool, otherwise: WhyNot) -> Result<(), WhyNot> {
    if holds { Ok(()) } else { Err(otherwise) }
}

fn received(case: &Case) -> Result<(), WhyNot> {
    need(case.organ_at.is_some(), WhyNot::NotReceived)
}

fn opened(case: &Case) -> Result<(), WhyNot> {
    need(case.with_unit, WhyNot::NotWithUnit).and_then(|()| need(case.desk_at.is_some(), WhyNot::NotOpened))
}

/// Received by the organ and opened at a desk.
fn ready(case: &Case) -> Result<(), WhyNot> {
    opened(case).and_then(|()| received(case)).and_then(|()| need(!case.disputed, WhyNot::Disputed))
}

pub(super) fn no_proposal(case: &Case) -> Result<(), WhyNot> {
    need(case.proposal.is_none(), WhyNot::ProposalOpen)
}

/// Nothing decisive has happened yet.
pub(super) fn undecided(case: &Case) -> Result<(), WhyNot> {
    let decided = case.decision.is_some() || case.filed.is_some() || case.elsewhere || case.duplicate || case.answered;
    need(!decided, WhyNot::AlreadyDecided)
}

fn accepted(case: &Case) -> Result<(), WhyNot> {
    need(matches!(case.decision, Some(Decision::Accepted(_))), WhyNot::NotAccepted)
}

/// A complaint accepted and not yet settled.
fn mediable(case: &Case) -> Result<(), WhyNot> {
    need(case.kind == Kind::Complaint, WhyNot::OnlyComplaint)?;
    accepted(case).and_then(|()| need(case.settlement.is_none(), WhyNot::Settled))
}

fn mediating(case: &Case) -> Result<(), WhyNot> {
    mediable(case)?;
    need(case.mediation.is_some(), WhyNot::NotMediating).and_then(|()| need(!case.recusal_open, WhyNot::RecusalOpen))
}

/// Accepted complaint in mediation, or report under verification: where appraisal and testing happen.
fn investigating(case: &Case) -> Result<(), WhyNot> {
    match case.kind {
        Kind::Complaint => mediable(case),
        Kind::Report => opened(case).and_then(|()| need(case.verifying, WhyNot::NotVerifying)).and_then(|()| undecided(case)),
        _ => Err(WhyNot::OnlyComplaint),
    }
}

/// Until the end is settled a person may take their word back.
fn withdrawable(case: &Case) -> bool {
    let refused = matches!(case.decision, Some(Decision::Refused(..)));
    !refused && case.settlement.is_none() && case.filed.is_none() && !case.elsewhere && !case.duplicate && !case.answered
}

/// What may be told to whom now, for the telling form.
#[must_use]
pub fn tellables(case: &Case) -> Vec<(Matter, Party)> {
    let all = Matter::ALL.iter().flat_map(|m| Party::ALL.iter().map(|p| (*m, *p)));
    all.filter(|(m, p)| tellable(case, *m, *p).is_ok()).collect()
}

/// Whether a matter may be told now: what was decided, and a first contact while the case is open. After closing, what closed it.
pub(super) fn tellable(case: &Case, matter: Matter, party: Party) -> Result<(), WhyNot> {
    if matter != Matter::Contact && case.was_told(matter, party) {
        return Err(WhyNot::AlreadyTold);
    }
    let submitter = party == Party::Submitter;
    // The respondent never learns from us that there is a report (Art. 37).
    need(submitter || case.kind == Kind::Complaint, WhyNot::NothingToTell)?;
    let afterwards = matches!(matter, Matter::Agreement | Matter::Filing | Matter::Answer | Matter::Duplicate | Matter::Result);
    need(case.closed.is_none() || afterwards, WhyNot::Over)?;
    let arises = match matter {
        Matter::Contact => true,
        Matter::IdentityNotice => submitter && matches!(case.identity, super::Identity::Asked(_)),
        Matter::Acceptance => matches!(case.decision, Some(Decision::Accepted(_))),
        Matter::Refusal => submitter && matches!(case.decision, Some(Decision::Refused(..))),
        Matter::Termination => matches!(case.settlement, Some(super::Settlement::Terminated(_))),
        Matter::Agreement => matches!(case.settlement, Some(super::Settlement::Agreed(_))),
        Matter::Filing => submitter && case.filed.is_some(),
        Matter::Elsewhere => submitter && case.elsewhere,
        Matter::Answer => submitter && case.answered,
        Matter::Duplicate => submitter && case.duplicate,
        Matter::Result => submitter && case.feedback,
    };
    need(arises, WhyNot::NothingToTell)
}

/// Clocks of a case that have ended unmet at `now` and were not yet noted. A suspended clock does not end.
pub(super) fn ended(case: &Case, now: Instant) -> Vec<ClockName> {
    let ended = |c: &&clock::Clock| c.state == ClockState::Running && !c.lapsed && c.due.at <= now;
    case.clocks.iter().filter(ended).map(|c| c.name.clone()).collect()
}
