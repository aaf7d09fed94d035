//! A bad review (差评) and what it leads to: a grade with somebody who answers for it, a visit where the grade asks for one, handling again,
//! a second call by somebody else, and a recorded correction (整改) — or an approved reason why none is due. Nothing else ends it (SD4, HS3).
//! Also what supervision leaves on a case: that it was taken up, checked, and what its unit says to that (SH6, BJ2).

use super::Case;
use super::command::{Command, WhyNot};
use super::decide::{Out, need};
use super::event::{Event, Sealed};
use crate::access::{Actor, Role};
use crate::clock::{self, ClockChange, ClockName};
use crate::ids::{Id, PersonId};
use crate::law::coded;
use crate::pack::{Grade, Responsible};
use crate::time::Instant;
use serde::{Deserialize, Serialize};

/// What a review demands: the grade of the pack as it was when it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demanded {
    /// Id of the grade in the pack.
    pub grade: String,
    /// Who answers for it.
    pub responsible: Responsible,
    /// The person is to be visited.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub visit: bool,
    /// The case is to be handled again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
    /// The clock that runs until the correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockName>,
}

/// What was wrong and what was changed (整改).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// What was wrong.
    pub wrong: Sealed,
    /// What was changed.
    pub changed: Sealed,
    /// By whom, in words: staff, a unit.
    pub who: String,
}

coded! {
    /// What a check of a case found.
    Verdict {
        /// nothing to find fault with
        Right = "right",
        /// a slight fault
        Slight = "slight",
        /// a grave fault
        Grave = "grave",
        /// to be handled again
        Again = "again",
    }
}

coded! {
    /// What a leader takes a case up in.
    Mechanism {
        /// spot check (抽查) or re-check (复核)
        Check = "check",
        /// dispatching meeting on a theme (专题调度)
        Meeting = "meeting",
        /// topic of the month (每月一题)
        Topic = "topic",
        /// special action (专项治理)
        Action = "action",
    }
}

/// A check of the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The draw it belongs to.
    pub check: Id,
    /// What was found.
    pub verdict: Verdict,
    /// Criteria that were not met, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unmet: Vec<String>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Sealed>,
}

/// How a review ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// When.
    pub at: Instant,
    /// With a correction; else with an approved reason why none was due.
    pub corrected: bool,
}

/// A bad review of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// What its grade demands.
    pub demanded: Demanded,
    /// Since when.
    pub opened_at: Instant,
    /// Who heard it; none where the person said it on their page.
    pub first_by: Option<PersonId>,
    /// The person was visited.
    pub visited: bool,
    /// The case was handled again.
    pub handled: bool,
    /// Somebody else has called again.
    pub second: bool,
    /// A reason why no correction is due waits for approval, given by.
    pub waiver: Option<Option<PersonId>>,
    /// How it ended.
    pub end: Option<End>,
}

coded! {
    /// What an open review waits for.
    Step {
        /// a visit
        Visit = "visit",
        /// to be handled again
        Again = "again",
        /// the second call, by somebody else
        FollowUp = "follow_up",
        /// the correction
        Rectify = "rectify",
        /// approval of the reason why none is due
        Approval = "approval",
    }
}

impl Case {
    /// The review that has not ended.
    #[must_use]
    pub fn open_review(&self) -> Option<&Review> {
        self.reviews.last().filter(|r| r.end.is_none())
    }

    /// What the open review waits for.
    #[must_use]
    pub fn review_step(&self) -> Option<Step> {
        let r = self.open_review()?;
        Some(match () {
            () if r.waiver.is_some() => Step::Approval,
            () if r.demanded.visit && !r.visited => Step::Visit,
            () if (r.demanded.again && !r.handled) || self.closed.is_none() => Step::Again,
            () if !r.second => Step::FollowUp,
            () => Step::Rectify,
        })
    }

    /// Applies what an event means for the reviews; called for every event.
    pub(super) fn evolve_review(&mut self, event: &Event, by: Option<PersonId>, at: Instant) {
        if let Event::ReviewOpened(demanded) = event {
            self.reviews.push(Review {
                demanded: demanded.clone(),
                opened_at: at,
                first_by: by,
                visited: false,
                handled: false,
                second: false,
                waiver: None,
                end: None,
            });
            return;
        }
        let Some(r) = self.reviews.last_mut().filter(|r| r.end.is_none()) else { return };
        match event {
            Event::Regraded { demanded, .. } => r.demanded = demanded.clone(),
            Event::Contacted { party, by, reached: true, .. } => {
                use crate::law::{Party, TellBy};
                r.visited |= *party == Party::Submitter && *by == TellBy::InPerson;
            }
            Event::Reopened { .. } => (r.handled, r.second) = (true, false),
            Event::FollowedUp { .. } => r.second = true,
            Event::Rectified(_) => r.end = Some(End { at, corrected: true }),
            Event::WaiverAsked { .. } => r.waiver = Some(by),
            Event::WaiverDecided { granted, .. } => {
                r.waiver = None;
                r.end = granted.then_some(End { at, corrected: false });
            }
            _ => {}
        }
    }
}

/// Whether somebody may call a second time although the present closing was followed up: for an open review, and not who heard it.
pub(super) fn second_call(case: &Case, actor: &Actor) -> Result<(), WhyNot> {
    match case.open_review() {
        Some(r) if !r.second => need(r.first_by.is_none() || r.first_by != actor.person(), WhyNot::SameCaller),
        _ => need(!case.followed_up, WhyNot::AlreadyDone),
    }
}

/// Whether an action of this family is allowed now.
pub(super) fn may(case: &Case, action: super::command::Action, actor: &Actor) -> Result<(), WhyNot> {
    use super::command::Action as A;
    match action {
        A::TakeUp => return need(!case.undone && !case.erased, WhyNot::Over),
        A::Judge => return need(!case.erased, WhyNot::Erased),
        A::AnswerCheck => return need(case.check_open, WhyNot::NoCheck),
        _ => {}
    }
    let r = case.open_review().ok_or(WhyNot::NoReview)?;
    match action {
        A::Rectify => {
            match case.review_step() {
                Some(Step::Visit) => return Err(WhyNot::NotVisited),
                Some(Step::Again) => return Err(WhyNot::NotHandledAgain),
                Some(Step::FollowUp) => return Err(WhyNot::NotCalledAgain),
                Some(Step::Approval) => return Err(WhyNot::ProposalOpen),
                Some(Step::Rectify) | None => {}
            }
            let answers = match r.demanded.responsible {
                Responsible::Lead => matches!(actor, Actor::Person { role: Role::Lead | Role::Supervisor, .. }),
                Responsible::Supervisor => matches!(actor, Actor::Person { role: Role::Supervisor, .. }),
            };
            need(answers, WhyNot::NotResponsible)
        }
        A::AskWaiver => need(r.waiver.is_none(), WhyNot::ProposalOpen),
        A::DecideWaiver => {
            let by = r.waiver.ok_or(WhyNot::NoProposal)?;
            need(by.is_none() || by != actor.person(), WhyNot::OwnProposal)
        }
        _ => Ok(()),
    }
}

pub(super) fn decide(out: &mut Out<'_>, command: &Command) -> Result<(), WhyNot> {
    let at = out.ctx.effective;
    match command {
        Command::Regrade { grade, reason } => {
            let grade = out.ctx.pack.review.grade(grade).ok_or(WhyNot::NoGrade)?;
            let open = out.case.open_review().ok_or(WhyNot::NoReview)?;
            need(open.demanded.grade != grade.id, WhyNot::Nothing)?;
            let (since, before) = (open.opened_at, open.demanded.clock.clone());
            let demanded = demanded(out, grade);
            let after = demanded.clock.clone();
            out.push(Event::Regraded { demanded, reason: reason.clone() });
            if before != after {
                before.into_iter().for_each(|name| out.change(ClockChange::Void { name, at }));
                start_limit(out, grade, since);
            }
        }
        Command::Rectify(correction) => {
            let clock = out.case.open_review().and_then(|r| r.demanded.clock.clone());
            out.push(Event::Rectified(correction.clone()));
            clock.into_iter().for_each(|name| out.change(ClockChange::Stop { name, at }));
        }
        Command::AskWaiver { reason } => {
            out.push(Event::WaiverAsked { reason: reason.clone() });
        }
        Command::DecideWaiver { granted, reason } => {
            let clock = out.case.open_review().and_then(|r| r.demanded.clock.clone()).filter(|_| *granted);
            out.push(Event::WaiverDecided { granted: *granted, reason: reason.clone() });
            clock.into_iter().for_each(|name| out.change(ClockChange::Void { name, at }));
        }
        Command::TakeUp { by, mechanism } => {
            out.push(Event::TakenUp { by: *by, mechanism: *mechanism });
        }
        Command::Judge(checked) => {
            out.push(Event::Checked(checked.clone()));
            if let (Verdict::Again, Some(note)) = (checked.verdict, &checked.note)
                && super::care::reopenable(out.case).is_ok()
                && super::care::rounds_left(out)
            {
                super::care::reopen(out, note.clone(), at);
            }
        }
        Command::AnswerCheck { answer } => {
            out.push(Event::CheckAnswered { answer: answer.clone() });
        }
        _ => super::intake::unreachable_command(),
    }
    Ok(())
}

/// A dissatisfied person opens a review, unless one is open; kept-for-the-record cases have none.
pub(super) fn open(out: &mut Out<'_>, at: Instant) {
    let case = out.case;
    let Some(grade) = out.ctx.pack.review.grades.first() else { return };
    if case.open_review().is_some() || case.registration.historical || case.closed.is_none() {
        return;
    }
    let demanded = demanded(out, grade);
    out.push(Event::ReviewOpened(demanded));
    start_limit(out, grade, at);
}

fn demanded(out: &Out<'_>, grade: &Grade) -> Demanded {
    let possible = super::care::reopenable(out.case).is_ok() && super::care::rounds_left(out);
    let handled = out.case.open_review().is_some_and(|r| r.handled);
    Demanded {
        grade: grade.id.clone(),
        responsible: grade.responsible,
        visit: grade.visit,
        again: grade.again && (possible || handled),
        clock: grade.clock.as_deref().map(ClockName::local),
    }
}

fn start_limit(out: &mut Out<'_>, grade: &Grade, at: Instant) {
    let pack = out.ctx.pack;
    let local = grade.clock.as_deref().and_then(|id| pack.local_clock(&ClockName::local(id)));
    if let Some(local) = local {
        let clock = clock::local(pack, local, at, out.ctx.calendar);
        out.change(ClockChange::Set(clock));
    }
}
