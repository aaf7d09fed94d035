//! What has to happen next, by whom and by when. A case that is not over always has an answer here.

use super::event::{Matter, Proposal};
use super::{Case, Identity, Stage};
use crate::clock::{Clock, Statutory};
use crate::law::{Kind, Party, coded};

coded! {
    /// The next step of a case.
    Step {
        /// the intake records the organ's receipt
        Receive = "receive",
        /// the intake sends it to a unit
        Send = "send",
        /// the unit opens it
        Open = "open",
        /// the unit accepts or refuses and tells
        Decide = "decide",
        /// the unit tells what was decided
        Tell = "tell",
        /// the parties' consent is asked for and mediation starts
        StartMediation = "start_mediation",
        /// a recusal is decided
        DecideRecusal = "decide_recusal",
        /// the result of appraisal or testing is awaited
        AwaitTesting = "await_testing",
        /// mediation to agreement or termination
        Mediate = "mediate",
        /// the limit has passed: mediation must be terminated (Art. 23(5))
        MustTerminate = "must_terminate",
        /// verification starts
        Verify = "verify",
        /// the officer proposes filing or not
        Propose = "propose",
        /// the head decides
        Approve = "approve",
        /// a dispute of authority is settled
        SettleDispute = "settle_dispute",
        /// an answer is given
        Answer = "answer",
        /// the organisation outside records a settlement or returns it
        SettleOrReturn = "settle_or_return",
        /// the result is made out for the reporter (form 10)
        Feedback = "feedback",
        /// handled again, and closed with what was done
        HandleAgain = "handle_again",
        /// the case is closed
        Close = "close",
    }
}

coded! {
    /// Who acts next.
    Who {
        /// the unified intake
        Intake = "intake",
        /// the unit that has it
        Unit = "unit",
        /// its head
        Lead = "lead",
    }
}

/// The next step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next<'a> {
    /// What.
    pub step: Step,
    /// By whom.
    pub who: Who,
    /// The clock that waits for it, where there is one.
    pub clock: Option<&'a Clock>,
    /// Who has to be told what, for [`Step::Tell`].
    pub tell: Option<(Matter, Party)>,
}

/// The next step, or `None` when the case is over.
#[must_use]
pub fn next(case: &Case) -> Option<Next<'_>> {
    let (step, who) = match case.stage() {
        Stage::Closed | Stage::Undone => return None,
        Stage::Intake if case.organ_at.is_none() => (Step::Receive, Who::Intake),
        Stage::Intake if case.disputed => (Step::SettleDispute, Who::Intake),
        Stage::Intake => (Step::Send, Who::Intake),
        Stage::Sent => (Step::Open, Who::Unit),
        Stage::Approval => (Step::Approve, Who::Lead),
        // It came with another unit's work and is in nobody's hand.
        _ if case.with_unit && case.desk_at.is_some() && case.handler.is_none() => (Step::Open, Who::Unit),
        Stage::Deciding if case.outside && case.kind == Kind::Complaint => (Step::SettleOrReturn, Who::Unit),
        Stage::Telling if case.untold().first() == Some(&(Matter::Result, Party::Submitter)) && !case.feedback => {
            (Step::Feedback, Who::Unit)
        }
        Stage::Telling => (Step::Tell, Who::Unit),
        Stage::Again => (Step::HandleAgain, Who::Unit),
        Stage::Closing => (Step::Close, Who::Unit),
        Stage::Verifying if case.disputed => (Step::SettleDispute, Who::Unit),
        Stage::Verifying if case.testing_out.is_some() => (Step::AwaitTesting, Who::Unit),
        Stage::Verifying => (Step::Propose, Who::Unit),
        Stage::Mediating => (mediation_step(case), Who::Unit),
        Stage::Deciding if case.disputed => (Step::SettleDispute, Who::Unit),
        Stage::Deciding => match case.kind {
            Kind::Complaint => (Step::Decide, Who::Unit),
            Kind::Report => (Step::Verify, Who::Unit),
            Kind::Consultation | Kind::Other => (Step::Answer, Who::Unit),
        },
    };
    let tell = if step == Step::Tell { case.untold().first().copied() } else { None };
    Some(Next { step, who, clock: waiting_clock(case, step), tell })
}

fn mediation_step(case: &Case) -> Step {
    let limit = [Statutory::L2, Statutory::L2b].iter().filter_map(|s| case.clock(&(*s).into()));
    match () {
        () if case.testing_out.is_some() => Step::AwaitTesting,
        () if limit.clone().any(|c| c.lapsed) => Step::MustTerminate,
        () if case.recusal_open => Step::DecideRecusal,
        () if case.mediation.is_none() => Step::StartMediation,
        () => Step::Mediate,
    }
}

/// The clock that ends first among those the step can meet; else the tightest of all.
fn waiting_clock(case: &Case, step: Step) -> Option<&Clock> {
    let law: &[Statutory] = match step {
        Step::Decide => &[Statutory::L1],
        Step::Tell | Step::Feedback => &[Statutory::L1, Statutory::L3, Statutory::L6, Statutory::L20],
        Step::StartMediation | Step::Mediate | Step::MustTerminate | Step::DecideRecusal | Step::AwaitTesting => {
            &[Statutory::L2, Statutory::L2b, Statutory::L5, Statutory::L4]
        }
        Step::Verify | Step::Propose => &[Statutory::L5, Statutory::L4],
        Step::Approve => match case.proposal.as_ref().map(|p| &p.0) {
            Some(Proposal::Refuse { .. }) => &[Statutory::L1],
            Some(Proposal::Terminate { .. }) => &[Statutory::L2, Statutory::L2b],
            Some(Proposal::Extend { .. } | Proposal::File { .. } | Proposal::NotFile { .. }) | None => &[Statutory::L5, Statutory::L4],
        },
        Step::SettleDispute => &[Statutory::L8],
        _ => &[],
    };
    let by_law = law.iter().filter_map(|s| case.clock(&(*s).into())).filter(|c| c.is_open()).min_by_key(|c| c.due.at);
    by_law.or_else(|| case.tightest())
}

/// Whether identity papers are awaited from the person, for the tracking page.
#[must_use]
pub fn awaits_identity(case: &Case) -> bool {
    matches!(case.identity, Identity::Asked(_)) && case.decision.is_none() && !case.is_over()
}
