//! What surrounds the decision: questions and contacts, appointments, records and agreements on paper, results a law orders to be told,
//! and what comes after closing — follow-up (回访, Order 121 Art. 26), handling again (二次办理), groups of like cases.

use super::command::{Command, WhyNot};
use super::decide::{Out, need};
use super::event::Event;
use super::handling::number;
use super::intake::verification;
use super::{Case, Settlement};
use crate::access::Actor;
use crate::clock::Statutory;
use crate::law::{Kind, Party, Regime, Satisfaction};
use crate::pack::{Stop, Trigger};
use crate::time::Instant;

pub(super) fn decide(out: &mut Out<'_>, command: &Command) -> Result<(), WhyNot> {
    let (case, ctx) = (out.case, out.ctx);
    let at = ctx.effective;
    match command {
        Command::Ask { question } => {
            out.push(Event::Asked { question: question.clone() });
        }
        Command::Reply { question, reply } => {
            need(case.open_questions().any(|open| open == *question), WhyNot::NoQuestion)?;
            out.push(Event::Replied { question: *question, reply: reply.clone() });
        }
        Command::Contact { party, by, reached, what } => {
            out.push(Event::Contacted { party: *party, by: *by, reached: *reached, what: what.clone() });
            if *reached && *party == Party::Submitter {
                out.stop_local(Stop::Contacted, at);
            }
        }
        Command::PreferMode { mode } => {
            need(case.preferred_mode != Some(*mode), WhyNot::Nothing)?;
            out.push(Event::ModePreferred { mode: *mode });
        }
        Command::Appoint { at: when, mode, place, mediators, recusal_by } => {
            need(*when > ctx.now, WhyNot::TooEarly)?;
            need(recusal_by.is_none_or(|d| d <= when.date() && d >= at.date()), WhyNot::DayOutside)?;
            let number = number(out, command)?;
            let (mediators, recusal_by) = (mediators.clone(), *recusal_by);
            out.push(Event::Appointed { at: *when, mode: *mode, place: place.clone(), mediators, recusal_by, number });
        }
        Command::EndAppointment { attendance } => {
            out.push(Event::AppointmentEnded { attendance: *attendance });
        }
        Command::Minutes { minutes, signed, files } => {
            out.push(Event::MinutesTaken { minutes: minutes.clone(), signed: signed.clone(), files: files.clone() });
        }
        Command::IssueAgreement { signed, files } => {
            let number = number(out, command)?;
            out.push(Event::AgreementIssued { number, signed: signed.clone(), files: files.clone() });
        }
        Command::Advertising => {
            out.push(Event::MarkedAdvertising);
            if let (Some(received), Some(regime)) = (case.organ_at, case.regime) {
                out.start(Statutory::L20, regime, received);
            }
        }
        Command::Feedback { law, result } => {
            let number = number(out, command)?;
            out.push(Event::FeedbackIssued { law: *law, result: result.clone(), number });
        }
        Command::ShareCopy { of, copy, with } => {
            need(of != copy, WhyNot::Itself)?;
            // Nothing of a report reaches the business it is about (Art. 37).
            need(case.kind == Kind::Complaint || *with == Party::Submitter, WhyNot::OnlyComplaint)?;
            out.push(Event::CopyShared { of: *of, copy: *copy, with: *with });
        }
        Command::FollowUp { by, satisfaction, solved, reason } => {
            out.push(Event::FollowedUp { by: *by, satisfaction: *satisfaction, solved: *solved, reason: reason.clone() });
            let bad = *satisfaction == Some(Satisfaction::Dissatisfied);
            if bad {
                super::review::open(out, at);
            }
            let again = bad && ctx.pack.follow_up.second_handling;
            if let Some(reason) = reason.as_ref().filter(|_| again && reopenable(case).is_ok() && rounds_left(out)) {
                reopen(out, reason.clone(), at);
            }
        }
        Command::Rate { satisfaction, reason } => {
            out.push(Event::Rated { satisfaction: *satisfaction, reason: reason.clone() });
            if *satisfaction == Satisfaction::Dissatisfied {
                super::review::open(out, at);
            }
        }
        Command::AskReopen { reason } => {
            need(rounds_left(out), WhyNot::RoundsUsed)?;
            out.push(Event::ReopenAsked { reason: reason.clone() });
        }
        Command::Reopen { reason } => {
            need(rounds_left(out), WhyNot::RoundsUsed)?;
            reopen(out, reason.clone(), at);
        }
        Command::DeclineReopen { reason } => {
            out.push(Event::ReopenDeclined { reason: reason.clone() });
        }
        Command::Group { group } => {
            need(case.group != Some(*group), WhyNot::InGroup)?;
            out.push(Event::Grouped { group: *group });
        }
        Command::Ungroup => {
            out.push(Event::Ungrouped);
        }
        _ => super::intake::unreachable_command(),
    }
    Ok(())
}

pub(super) fn rounds_left(out: &Out<'_>) -> bool {
    out.case.rounds < out.ctx.pack.follow_up.rounds
}

/// Closed, and with something left to handle again.
pub(super) fn reopenable(case: &Case) -> Result<(), WhyNot> {
    need(!case.registration.historical, WhyNot::OnlyRecord)?;
    need(case.closed.is_some(), WhyNot::NotClosed)?;
    need(!case.erased, WhyNot::Erased)?;
    need(case.filed != Some(true), WhyNot::PenaltyCase)
}

/// What was ended without a decision on the matter is owed one again, with the limit of law running from here; what was decided and is
/// taken back has met its limit already and runs under the pack's promise only.
pub(super) fn reopen(out: &mut Out<'_>, reason: super::event::Sealed, at: Instant) {
    let case = out.case;
    let regime = case.regime.unwrap_or(Regime::None);
    out.push(Event::Reopened { reason });
    let undecided = case.decision.is_none() && case.filed.is_none() && !case.answered && case.organ_at.is_some();
    match case.kind {
        Kind::Complaint if undecided => {
            out.start(Statutory::L1, regime, at);
        }
        Kind::Report if undecided => {
            out.start(verification(case), regime, at);
        }
        _ => {}
    }
    out.start_local(Trigger::Reopened, case.kind, case.urgent, at);
}

/// Whether a mediation agreement can be made out now (Art. 24).
pub(super) fn agreed(case: &Case) -> Result<(), WhyNot> {
    need(matches!(case.settlement, Some(Settlement::Agreed(_))), WhyNot::NoAgreement)
}

/// Whether whoever acts reads a private note: its author alone.
#[must_use]
pub fn reads_private(author: Option<crate::ids::PersonId>, reader: &Actor) -> bool {
    author.is_some() && author == reader.person()
}
