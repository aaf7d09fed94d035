//! What a unit does with a case: accept or refuse, tell, mediate, verify, propose, close.

use super::command::{Command, WhyNot};
use super::decide::{Out, need, tellable};
use super::event::{Consent, Event, Matter, Outcome, Proposal};
use super::intake::{close, verification};
use super::{Case, Decision, Identity, Settlement};
use crate::access::{Actor, Role};
use crate::calendar::Exclusion;
use crate::clock::{ClockName, ClockState, Statutory, complaint_barred};
use crate::law::{
    Body, Conduct, Factor, Form, Ground, Kind, Level, Party, REGULATION_FROM, Regime, TellBy, Termination, absence_ends_mediation,
};
use crate::money::Fen;
use crate::pack::{Approval, Stop, Trigger};
use crate::time::Instant;
use jiff::civil::Date;

/// The clocks that stand still while appraisal or testing is out (Order 121 Art. 22; 程序规定 Art. 18).
const PAUSED_BY_TESTING: [Statutory; 4] = [Statutory::L2, Statutory::L2b, Statutory::L4, Statutory::L5];

pub(super) fn decide(out: &mut Out<'_>, command: &Command) -> Result<(), WhyNot> {
    let (case, ctx) = (out.case, out.ctx);
    let at = ctx.effective;
    let regime = case.regime.unwrap_or(Regime::None);
    match command {
        Command::AskIdentity { by, materials } => {
            // The notice does not stop the seven working days (law.md 1.3), so its last day may not lie behind them.
            let last = case.clock(&Statutory::L1.into()).map_or(*by, |c| c.due.on);
            need(*by >= at.date() && *by <= last, WhyNot::DayOutside)?;
            let number = number(out, command)?.unwrap_or_default();
            out.push(Event::IdentityAsked { number, by: *by, materials: materials.clone() });
        }
        Command::ProveIdentity => {
            out.push(Event::IdentityProved);
        }
        Command::Accept => {
            let number = number(out, command)?;
            out.push(Event::Accepted { number }).start(Statutory::L2, regime, at).start(Statutory::L2b, regime, at);
            out.start_local(Trigger::Accepted, case.kind, case.urgent, at);
        }
        Command::Refuse { ground, body, factors, reason, handed_to } => {
            need_approval(out, Approval::Refuse)?;
            check_refusal(out, regime, *ground, *body, factors)?;
            let number = number(out, command)?;
            out.push(Event::Refused {
                ground: *ground,
                body: *body,
                factors: factors.clone(),
                reason: reason.clone(),
                handed_to: handed_to.clone(),
                number,
            });
        }
        Command::Tell { matter, party, by, proof } => tell(out, *matter, *party, *by, proof.clone())?,
        Command::Consent { party, to, given } => {
            need(case.consents.get(&(*party, *to)) != Some(given), WhyNot::Nothing)?;
            let own = ctx.actor != Actor::Submitter || *party == Party::Submitter;
            need(own, WhyNot::Role)?;
            need(case.closed.is_none() || *to == Consent::Publish, WhyNot::Over)?;
            out.push(Event::Consented { party: *party, to: *to, given: *given });
        }
        Command::Mediate { mode, entrusted_to } => {
            // Both orders mediate only with both parties' consent (Order 121 Art. 18, Order 20 Art. 16).
            if regime != Regime::None {
                let both = [Party::Submitter, Party::Respondent].iter().all(|p| case.consents_to(*p, Consent::Mediation));
                need(both, WhyNot::NoConsent)?;
            }
            if entrusted_to.is_some() {
                let consents = [Party::Submitter, Party::Respondent].map(|p| case.consents_to(p, Consent::Entrust));
                need(may_entrust(regime, at.date(), consents), WhyNot::NoEntrustConsent)?;
            }
            out.push(Event::MediationStarted { mode: *mode, entrusted_to: entrusted_to.clone() });
        }
        Command::AskRecusal { party, reason } => {
            out.push(Event::RecusalAsked { party: *party, reason: reason.clone() });
        }
        Command::DecideRecusal { granted } => {
            out.push(Event::RecusalDecided { granted: *granted });
        }
        Command::TestingOut { institution, on } => testing_out(out, institution, *on)?,
        Command::TestingBack { on, result } => testing_back(out, *on, result)?,
        Command::Agree { terms, amount, performed } => {
            need(amount.0 >= 0, WhyNot::Money)?;
            out.push(Event::Agreed { terms: terms.clone(), amount: *amount, performed: *performed });
            out.stop(Statutory::L2, at).stop(Statutory::L2b, at).stop_local(Stop::Settled, at);
        }
        Command::Terminate { ground, conduct, reason } => {
            need_approval(out, Approval::Terminate)?;
            check_termination(case, regime, *ground, *conduct, at)?;
            let number = number(out, command)?;
            terminate(out, *ground, *conduct, Some(reason.clone()), number);
        }
        Command::FindClue { what } => {
            out.push(Event::ClueFound { what: what.clone() });
        }
        Command::Verify { note } => {
            out.push(Event::VerificationStarted { note: note.clone() });
        }
        Command::Propose(proposal) => {
            check_proposal(out, proposal)?;
            out.push(Event::Proposed(proposal.clone()));
        }
        Command::Decide { approved, reason } => head_decides(out, command, *approved, reason.clone())?,
        Command::Duplicate { of, same_reporter, same_respondent, new_facts } => {
            need(*same_reporter && *same_respondent && !new_facts, WhyNot::NotDuplicate)?;
            out.push(Event::FoundDuplicate { of: *of });
            close(out, Outcome::Duplicate, at);
        }
        Command::Supplement { by, at: received } => {
            need(*received <= ctx.now, WhyNot::Future)?;
            let limit = verification(case);
            let last = case.organ_at.max(case.clock(&limit.into()).map(|c| c.start));
            need(last.is_none_or(|l| *received >= l), WhyNot::TooEarly)?;
            out.push(Event::Supplemented { by: *by, at: *received }).start(limit, regime, *received);
        }
        Command::Withdraw { reason, settled } => withdraw(out, command, reason.clone(), *settled)?,
        Command::Close { outcome, untrue, level, recovered, summary } => {
            check_closing(case, *outcome, *level, *recovered)?;
            need(case.again.is_none() || summary.is_some(), WhyNot::SummaryMissing)?;
            let (outcome, untrue, level, recovered) = (*outcome, *untrue, *level, *recovered);
            out.push(Event::Closed { outcome, untrue, level, recovered, summary: summary.clone() });
            out.stop_local(Stop::Closed, at).void_all(at);
        }
        _ => super::intake::unreachable_command(),
    }
    Ok(())
}

/// The number drawn for the paper of a command; a paper without one is a fault of the program.
pub(super) fn number(out: &Out<'_>, command: &Command) -> Result<Option<String>, WhyNot> {
    let form: Option<Form> = command.paper(out.case);
    match (form, out.ctx.number) {
        (None, _) => Ok(None),
        (Some(_), Some(n)) => Ok(Some(n.to_owned())),
        (Some(_), None) => Err(WhyNot::NumberMissing),
    }
}

fn check_refusal(out: &Out<'_>, regime: Regime, ground: Ground, body: Option<Body>, factors: &[Factor]) -> Result<(), WhyNot> {
    let (case, ctx) = (out.case, out.ctx);
    need(Ground::of(regime).contains(&ground), WhyNot::NoSuchGround)?;
    match ground {
        Ground::AlreadyHandled => need(body.is_some_and(|b| b.bars(regime)), WhyNot::BodyMissing)?,
        Ground::TooLate => {
            // Complaining is what counts, not when the organ came to have it.
            let made_on = [case.organ_at, case.registration.platform_at].into_iter().flatten().min().unwrap_or(ctx.now).date();
            let in_time = case.registration.knew_on.is_some_and(|k| !complaint_barred(k, made_on, ctx.calendar));
            need(!in_time, WhyNot::NotTooLate)?;
        }
        // Refusing verification shows itself when the notice's last day has passed (Art. 10, 16(6)).
        Ground::Identity => need(matches!(case.identity, Identity::Asked(by) if ctx.effective.date() > by), WhyNot::IdentityRunning)?,
        _ => {}
    }
    need(body.is_none() || ground == Ground::AlreadyHandled, WhyNot::NoSuchGround)?;
    need(factors.is_empty() || ground == Ground::NotConsumption, WhyNot::NoSuchGround)
}

fn tell(out: &mut Out<'_>, matter: Matter, party: Party, by: TellBy, proof: Option<super::event::Sealed>) -> Result<(), WhyNot> {
    let (case, at) = (out.case, out.ctx.effective);
    tellable(case, matter, party)?;
    out.push(Event::Told { matter, party, by, proof });
    if party == Party::Submitter {
        out.stop_local(Stop::Contacted, at);
    }
    if party == Party::Submitter && matches!(matter, Matter::Acceptance | Matter::Refusal) {
        // L1 is met by deciding and telling (Art. 15), whichever is later.
        out.stop(Statutory::L1, at).stop_local(Stop::Decided, at);
    }
    // Handled and told (广告法 Art. 53): a first contact or an acceptance is neither.
    if party == Party::Submitter && !matches!(matter, Matter::Contact | Matter::IdentityNotice | Matter::Acceptance) {
        out.stop(Statutory::L20, at);
    }
    match matter {
        Matter::Refusal => close(out, Outcome::Refused, at),
        Matter::Elsewhere => close(out, Outcome::Elsewhere, at),
        Matter::Termination => {
            // Both have to be told: the later telling stops it, whichever was entered last.
            if let Some(other) = case.told.get(&(Matter::Termination, party.other())) {
                out.stop(Statutory::L3, at.max(*other));
            }
        }
        Matter::Filing => {
            out.stop(Statutory::L6, at);
        }
        _ => {}
    }
    Ok(())
}

/// Entrusting mediation needs both parties' consent under Order 121 (Art. 19) and since 2024-07-01 by 条例 Art. 46(4); Order 20 alone
/// asked for none (V-71).
#[must_use]
pub fn may_entrust(regime: Regime, on: Date, consents: [bool; 2]) -> bool {
    consents == [true, true] || (regime == Regime::Order20 && on < REGULATION_FROM)
}

fn testing_out(out: &mut Out<'_>, institution: &str, on: Date) -> Result<(), WhyNot> {
    let case = out.case;
    need(on <= out.ctx.now.date(), WhyNot::Future)?;
    let paused: Vec<_> = PAUSED_BY_TESTING.iter().filter_map(|s| case.clock(&(*s).into())).filter(|c| c.is_open()).cloned().collect();
    need(paused.iter().all(|c| on >= c.start.date()), WhyNot::TooEarly)?;
    out.push(Event::TestingOut { institution: institution.to_owned(), on });
    for mut clock in paused {
        clock.state = ClockState::Suspended(on);
        out.set(clock);
    }
    Ok(())
}

fn testing_back(out: &mut Out<'_>, on: Date, result: &super::event::Sealed) -> Result<(), WhyNot> {
    let (case, ctx) = (out.case, out.ctx);
    let since = case.testing_out.ok_or(WhyNot::NoTesting)?;
    need(on <= ctx.now.date(), WhyNot::Future)?;
    need(on >= since, WhyNot::TooEarly)?;
    out.push(Event::TestingBack { on, result: result.clone() });
    for clock in &case.clocks {
        if let ClockState::Suspended(after) = clock.state {
            let mut clock = clock.clone();
            clock.exclusions.push(Exclusion { after, through: on });
            clock.state = ClockState::Running;
            let mut clock = clock.recounted(ctx.calendar);
            // A limit that had passed before the pause stays passed; one that the pause moved runs again.
            clock.lapsed = clock.lapsed && clock.due.at <= ctx.now;
            out.set(clock);
        }
    }
    Ok(())
}

fn check_termination(
    case: &Case,
    regime: Regime,
    ground: Termination,
    conduct: Option<(Party, Conduct)>,
    at: Instant,
) -> Result<(), WhyNot> {
    need(Termination::of(regime).contains(&ground), WhyNot::NoSuchGround)?;
    match ground {
        Termination::AbsentOrRefused => need(conduct.is_some_and(|(p, c)| absence_ends_mediation(regime, p, c)), WhyNot::ConductMissing),
        Termination::LimitPassed => {
            let passed = [Statutory::L2, Statutory::L2b].iter().filter_map(|s| case.clock(&(*s).into())).any(|c| c.due.at <= at);
            need(passed, WhyNot::LimitNotPassed)
        }
        _ => need(conduct.is_none(), WhyNot::NoSuchGround),
    }
}

fn terminate(
    out: &mut Out<'_>,
    ground: Termination,
    conduct: Option<(Party, Conduct)>,
    reason: Option<super::event::Sealed>,
    number: Option<String>,
) {
    let at = out.ctx.effective;
    let regime = out.case.regime.unwrap_or(Regime::None);
    out.push(Event::Terminated { ground, conduct, reason, number });
    out.stop(Statutory::L2, at).stop(Statutory::L2b, at).stop_local(Stop::Settled, at).start(Statutory::L3, regime, at);
}

/// Where the pack wants it, an officer proposes and the head decides.
fn need_approval(out: &Out<'_>, what: Approval) -> Result<(), WhyNot> {
    let officer = matches!(out.ctx.actor, Actor::Person { role: Role::Officer, .. });
    need(!officer || !out.ctx.pack.approvals.contains(&what), WhyNot::NeedsApproval)
}

fn check_proposal(out: &Out<'_>, proposal: &Proposal) -> Result<(), WhyNot> {
    let (case, at) = (out.case, out.ctx.effective);
    let regime = case.regime.unwrap_or(Regime::None);
    let report = need(case.kind == Kind::Report, WhyNot::OnlyReport).and_then(|()| need(case.verifying, WhyNot::NotVerifying));
    match proposal {
        Proposal::File { .. } => report,
        Proposal::Refuse { ground, body, factors, .. } => {
            need(case.kind == Kind::Complaint, WhyNot::OnlyComplaint)?;
            need(case.decision.is_none(), WhyNot::AlreadyDecided)?;
            check_refusal(out, regime, *ground, *body, factors)
        }
        Proposal::Terminate { ground, conduct, .. } => {
            need(matches!(case.decision, Some(Decision::Accepted(_))), WhyNot::NotAccepted)?;
            need(case.testing_out.is_none(), WhyNot::TestingOpen)?;
            check_termination(case, regime, *ground, *conduct, at)
        }
        Proposal::NotFile { ground, leniency, .. } => {
            report?;
            let named = leniency.as_ref().is_some_and(|l| !l.trim().is_empty());
            need(ground.is_leniency() == named, WhyNot::LeniencyMissing)
        }
        Proposal::Extend { clock, .. } => report.and_then(|()| extendable(case, clock, at).map(|_| ())),
    }
}

/// A clock of law that may still be extended: the law provides for it, it was not yet extended and has not ended.
fn extendable<'a>(case: &'a Case, name: &ClockName, at: Instant) -> Result<(&'a crate::clock::Clock, crate::calendar::Span), WhyNot> {
    let extension = Statutory::parse(&name.0).and_then(Statutory::extension).ok_or(WhyNot::NotExtendable)?;
    let clock = case.clock(name).filter(|c| c.is_open() && c.extension.is_none() && at < c.due.at).ok_or(WhyNot::NotExtendable)?;
    Ok((clock, extension))
}

fn head_decides(out: &mut Out<'_>, command: &Command, approved: bool, reason: Option<super::event::Sealed>) -> Result<(), WhyNot> {
    let (case, ctx) = (out.case, out.ctx);
    let at = ctx.effective;
    let (proposal, proposer) = case.proposal.clone().ok_or(WhyNot::NoProposal)?;
    // Nobody approves their own proposal; taking it back must stay possible where a unit has one head.
    need(!approved || proposer.is_none() || proposer != ctx.actor.person(), WhyNot::OwnProposal)?;
    let regime = case.regime.unwrap_or(Regime::None);
    out.push(Event::Decided { approved, proposal: proposal.clone(), reason });
    match proposal {
        _ if !approved => {}
        Proposal::Refuse { ground, body, factors, reason, handed_to } => {
            check_refusal(out, regime, ground, body, &factors)?;
            let number = number(out, command)?;
            out.push(Event::Refused { ground, body, factors, reason, handed_to, number });
        }
        Proposal::Terminate { ground, conduct, reason } => {
            check_termination(case, regime, ground, conduct, at)?;
            let number = number(out, command)?;
            terminate(out, ground, conduct, Some(reason), number);
        }
        Proposal::File { .. } | Proposal::NotFile { .. } => {
            out.stop(Statutory::L5, at).stop(Statutory::L4, at).stop_local(Stop::Decided, at).stop_local(Stop::Settled, at);
            if !case.registration.anonymous {
                out.start(Statutory::L6, regime, at);
            }
        }
        Proposal::Extend { clock, .. } => {
            let (clock, extension) = extendable(case, &clock, at)?;
            let mut clock = clock.clone();
            clock.extension = Some(extension);
            out.set(clock.recounted(ctx.calendar));
        }
    }
    Ok(())
}

/// A complaint's withdrawal ends it, or its mediation (TM-1); a report's does not stop verification.
fn withdraw(out: &mut Out<'_>, command: &Command, reason: Option<super::event::Sealed>, settled: bool) -> Result<(), WhyNot> {
    let (case, at) = (out.case, out.ctx.effective);
    // An organisation outside records that both sides settled, nothing else.
    let outsider = matches!(out.ctx.actor, Actor::Person { role: Role::Partner, .. });
    need(settled || !outsider, WhyNot::Role)?;
    let number = number(out, command)?;
    out.push(Event::Withdrawn { reason: reason.clone(), settled });
    match (case.kind, case.decision) {
        (Kind::Report, _) => {}
        (Kind::Complaint, Some(Decision::Accepted(_))) => {
            terminate(out, Termination::WithdrawnOrSettled, None, reason, number);
        }
        _ => close(out, if settled { Outcome::Settled } else { Outcome::Withdrawn }, at),
    }
    Ok(())
}

fn check_closing(case: &Case, outcome: Outcome, level: Option<Level>, recovered: Fen) -> Result<(), WhyNot> {
    need(recovered.0 >= 0, WhyNot::Money)?;
    let follows = match outcome {
        Outcome::Agreed => matches!(case.settlement, Some(Settlement::Agreed(_))),
        Outcome::Terminated => matches!(case.settlement, Some(Settlement::Terminated(_))) && !case.withdrawn,
        // What mediation did not bring, handling it again may.
        Outcome::Settled if case.again.is_some() => true,
        Outcome::Withdrawn | Outcome::Settled => case.settlement == Some(Settlement::Terminated(Termination::WithdrawnOrSettled)),
        Outcome::Filed => case.filed == Some(true),
        Outcome::NotFiled => case.filed == Some(false),
        Outcome::Refused => matches!(case.decision, Some(Decision::Refused(..))),
        Outcome::Elsewhere => case.elsewhere,
        Outcome::Duplicate => case.duplicate,
        Outcome::Answered => case.answered,
    };
    need(follows, WhyNot::WrongOutcome)?;
    need(level.is_some() || outcome != Outcome::Agreed, WhyNot::LevelMissing)?;
    let obtainable = matches!(outcome, Outcome::Agreed | Outcome::Settled | Outcome::Filed);
    need(recovered.0 == 0 || obtainable, WhyNot::Money)
}

/// Outcomes a case may be closed with now, for the closing form.
#[must_use]
pub fn possible_outcomes(case: &Case) -> Vec<Outcome> {
    let fits = |o: &&Outcome| !matches!(check_closing(case, **o, Some(Level::Shop), Fen(0)), Err(WhyNot::WrongOutcome));
    Outcome::ALL.iter().filter(fits).copied().collect()
}
