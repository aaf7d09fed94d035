//! Receipt, sending and what the intake can end by itself. Nothing moves sideways (Order 121 Art. 41): the intake distributes, a unit
//! without authority returns; sending inside an organ never restarts a clock of law.

use super::command::{Command, Relation, WhyNot};
use super::decide::{Out, need};
use super::event::{Event, Matter, Outcome, Registration, Seat, Way};
use super::{Case, Stage};
use crate::access::Actor;
use crate::clock::{self, ClockChange, Statutory};
use crate::law::{Kind, Party, Regime};
use crate::money::Fen;
use crate::pack::{Pack, Stop, Trigger};
use crate::time::Instant;

/// The first event of a case, with the local clocks that the platform's receipt starts.
#[must_use]
pub fn register(registration: Registration, calendar: &crate::calendar::Calendar, pack: &Pack) -> super::event::Fact {
    let mut clocks = Vec::new();
    if let (Some(at), false) = (registration.platform_at, registration.historical) {
        let local = pack.clocks_on(Trigger::Platform, registration.kind, false);
        clocks.extend(local.map(|l| ClockChange::Set(clock::local(pack, l, at, calendar))));
    }
    super::event::Fact { event: Event::Registered(Box::new(registration)), clocks }
}

pub(super) fn decide(out: &mut Out<'_>, command: &Command) -> Result<(), WhyNot> {
    let (case, ctx) = (out.case, out.ctx);
    let at = ctx.effective;
    match command {
        Command::Receive { seat, at } => {
            need(*at <= ctx.now, WhyNot::Future)?;
            if let Actor::Person { organ, .. } = ctx.actor {
                need(seat.organ == organ, WhyNot::OtherUnit)?;
            }
            receive(out, case, *seat, *at);
        }
        Command::Send { to, relation, basis, note } => {
            let same = case.seat.is_some_and(|s| s.organ == to.organ);
            need(*relation != Relation::Other && matches!(relation, Relation::Same | Relation::Outside) == same, WhyNot::Sideways)?;
            need(*relation != Relation::PastIntake, WhyNot::ItsIntake)?;
            need(*relation != Relation::Outside || case.kind != Kind::Report, WhyNot::ReportStays)?;
            need(case.organ_at.is_some() || !same, WhyNot::NotReceived)?;
            let way = match relation {
                Relation::Intake => Way::Intake,
                Relation::Outside => Way::Outside,
                _ => Way::Unit,
            };
            out.push(Event::Sent { to: *to, way, basis: basis.clone(), note: note.clone() }).stop_local(Stop::Sent, at);
            if !same {
                // The competent organ's own receipt starts its clocks (Art. 15); until it opens the case none of law runs.
                void_receipt(out, at);
            }
            if way == Way::Intake {
                promise_to_send(out, at);
            } else {
                out.start_local(Trigger::Sent, case.kind, case.urgent, at);
            }
        }
        Command::TakeBack { reason } => {
            let to = origin(case)?;
            out.push(Event::TakenBack { to, reason: reason.clone() });
            back_at_intake(out, to, at);
        }
        Command::Return { reason } => {
            let to = origin(case)?;
            out.push(Event::Returned { to, reason: reason.clone() });
            back_at_intake(out, to, at);
        }
        Command::Move { to, order, handler } => {
            let from = case.seat.ok_or(WhyNot::NotWithUnit)?;
            need(from.unit != to.unit, WhyNot::Nothing)?;
            need(from.organ == to.organ, WhyNot::Sideways)?;
            out.push(Event::Moved { to: *to, order: *order, handler: *handler });
            if case.intake == Some(*to) {
                super::decide::undecided(case).and_then(|()| super::decide::no_proposal(case))?;
                back_at_intake(out, *to, at);
            }
        }
        Command::Open => {
            let handler = ctx.actor.person().ok_or(WhyNot::Role)?;
            if case.desk_at.is_some() {
                // It came with a unit's work: the clocks of its first opening run on.
                out.push(Event::Opened { handler });
                return Ok(());
            }
            if case.organ_at.is_none() {
                let seat = case.seat.ok_or(WhyNot::NotWithUnit)?;
                receive(out, case, seat, at);
            }
            // Whoever opens it has it: no promise to send it runs on.
            out.push(Event::Opened { handler }).stop_local(Stop::Sent, at).start_local(Trigger::Desk, case.kind, case.urgent, at);
        }
        Command::Assign { handler } => {
            need(case.handler != Some(*handler), WhyNot::Nothing)?;
            out.push(Event::Assigned { handler: *handler });
        }
        Command::Urgent { reason } => {
            out.push(Event::MarkedUrgent { reason: reason.clone() }).start_local(Trigger::Urgent, case.kind, true, at);
        }
        Command::Reclassify { kind, reason } => {
            need(*kind != case.kind, WhyNot::SameKind)?;
            let on = case.organ_at.unwrap_or(at).date();
            let regime = Regime::of(*kind, on, case.registration.historical);
            out.push(Event::Reclassified { kind: *kind, regime, reason: reason.clone() });
            Statutory::ALL.iter().for_each(|s| {
                out.void(*s, at);
            });
            out.void_local(|l| !l.kinds.contains(kind), at);
            if let Some(received) = case.organ_at {
                let running = out.open_local(|l| l.start == Trigger::Organ);
                start_statutory(out, *kind, regime, received);
                out.start_local_except(&running, Trigger::Organ, *kind, case.urgent, received);
            }
        }
        Command::Narrow { narrative } => {
            out.push(Event::Narrowed { narrative: narrative.clone() });
        }
        Command::SendElsewhere { department, handed_over, reason } => {
            let event = Event::SentElsewhere { department: department.clone(), handed_over: *handed_over, reason: reason.clone() };
            out.push(event).void(Statutory::L8, at).stop_local(Stop::Decided, at);
            void_receipt(out, at);
        }
        Command::Dispute { with, reason } => {
            let regime = case.regime.unwrap_or(Regime::None);
            out.push(Event::AuthorityDisputed { with: with.clone(), reason: reason.clone() }).start(Statutory::L8, regime, at);
        }
        Command::SettleDispute { ours } => {
            out.push(Event::AuthoritySettled { ours: *ours }).stop(Statutory::L8, at);
        }
        Command::Answer { answer, channel, told_by, proof } => {
            out.push(Event::Answered { answer: answer.clone(), channel: *channel }).stop_local(Stop::Answered, at);
            if let Some(by) = told_by {
                let told = Event::Told { matter: Matter::Answer, party: Party::Submitter, by: *by, proof: proof.clone() };
                out.push(told).stop_local(Stop::Contacted, at);
            }
            close(out, Outcome::Answered, at);
        }
        _ => unreachable_command(),
    }
    Ok(())
}

/// `decide` routes each command to the module that handles it; there is no other caller.
pub(super) fn unreachable_command() {
    debug_assert!(false, "a command was routed to a module that does not handle it");
}

fn receive(out: &mut Out<'_>, case: &Case, seat: Seat, at: Instant) {
    let regime = Regime::of(case.kind, at.date(), case.registration.historical);
    out.push(Event::ReceivedByOrgan { seat, at, regime });
    start_statutory(out, case.kind, regime, at);
    out.start_local(Trigger::Organ, case.kind, case.urgent, at);
}

/// The clock of law that starts with the competent organ's receipt.
fn start_statutory(out: &mut Out<'_>, kind: Kind, regime: Regime, at: Instant) {
    match kind {
        Kind::Complaint => out.start(Statutory::L1, regime, at),
        Kind::Report => out.start(verification(out.case), regime, at),
        Kind::Consultation | Kind::Other => return,
    };
    if out.case.advertising {
        out.start(Statutory::L20, regime, at);
    }
}

/// Voids what the competent organ's receipt started.
fn void_receipt(out: &mut Out<'_>, at: Instant) {
    out.void(Statutory::L1, at).void(Statutory::L4, at).void(Statutory::L5, at).void(Statutory::L20, at);
}

/// The limit of verification: L4 for a case opened from a clue found in mediation (Order 121 Art. 27), else L5.
pub(super) fn verification(case: &Case) -> Statutory {
    if matches!(case.registration.taken_from, Some(super::event::Origin::Clue(_))) { Statutory::L4 } else { Statutory::L5 }
}

/// Where a case goes back to: from a unit to its intake, from an intake to the one above that distributed it.
fn origin(case: &Case) -> Result<Seat, WhyNot> {
    let above = if case.with_unit { case.intake } else { case.above.last().copied() };
    above.ok_or(WhyNot::NotWithUnit)
}

/// Back at the intake the promise to send starts again; what the unit promised no longer applies. Clocks of law run on, unless another
/// organ gives it back: then the intake's organ records its own receipt.
fn back_at_intake(out: &mut Out<'_>, to: Seat, at: Instant) {
    let case = out.case;
    if case.seat.is_some_and(|s| s.organ != to.organ) {
        void_receipt(out, at);
    }
    out.void_local(|l| matches!(l.start, Trigger::Sent | Trigger::Desk), at);
    promise_to_send(out, at);
}

/// An intake that has a case promises to send it on.
fn promise_to_send(out: &mut Out<'_>, at: Instant) {
    let case = out.case;
    if case.registration.historical {
        return;
    }
    let pack = out.ctx.pack;
    for local in pack.clocks.iter().filter(|c| c.stop == Stop::Sent && c.kinds.contains(&case.kind) && (case.urgent || !c.urgent_only)) {
        out.set(clock::local(pack, local, at, out.ctx.calendar));
    }
}

/// Closes a case whose end needs no further words: nothing was found, nothing recovered.
pub(super) fn close(out: &mut Out<'_>, outcome: Outcome, at: Instant) {
    out.push(Event::Closed { outcome, untrue: false, level: None, recovered: Fen(0), summary: None });
    out.stop_local(Stop::Closed, at).void_all(at);
    debug_assert!(out.case.stage() != Stage::Closed);
}
