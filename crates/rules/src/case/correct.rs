//! What happens to any case: clocks that end, calendars that arrive, material, corrections, links. A correction leaves the wrong entry
//! visible and recounts the clocks; a link (并案) moves nothing, so undoing it equals a replay without it.

use super::command::{Command, WhyNot};
use super::decide::{Out, ended, need, not_before};
use super::event::{Correction, Event, Matter};
use crate::clock::{Clock, ClockState, Statutory};
use crate::law::{Kind, Party, Regime};
use crate::pack::{Stop, Trigger};
use crate::time::Instant;

pub(super) fn decide(out: &mut Out<'_>, command: &Command) -> Result<(), WhyNot> {
    let (case, ctx) = (out.case, out.ctx);
    let at = ctx.effective;
    match command {
        Command::Lapse => {
            let ended = ended(case, ctx.now);
            need(!ended.is_empty(), WhyNot::Nothing)?;
            out.push(Event::ClockLapsed);
            for name in ended {
                out.lapse(name);
            }
        }
        Command::LoadCalendar => {
            let moved: Vec<Clock> = case.clocks.iter().filter(|c| c.follows_calendar()).filter_map(|c| recount(c, ctx)).collect();
            need(!moved.is_empty(), WhyNot::Nothing)?;
            out.push(Event::CalendarLoaded { calendar: ctx.calendar.version().to_owned() });
            for clock in moved {
                out.set(clock);
            }
        }
        Command::LoadPack => {
            let moved = super::repack::changes(case, ctx.pack, ctx.calendar, ctx.now);
            need(!moved.is_empty(), WhyNot::Nothing)?;
            out.push(Event::PackLoaded { pack: ctx.pack.id.clone(), version: ctx.pack.version });
            for change in moved {
                out.change(change);
            }
        }
        Command::ImportUndo => {
            out.push(Event::ImportUndone).void_all(at);
        }
        Command::AddEvidence { files, note } => {
            need(!files.is_empty() || note.is_some(), WhyNot::Nothing)?;
            out.push(Event::EvidenceAdded { files: files.clone(), note: note.clone() });
        }
        Command::Note { note, private } => {
            out.push(Event::Noted { note: note.clone(), private: *private });
        }
        Command::Correct { correction, reason } => {
            check_correction(out, correction)?;
            out.push(Event::Corrected { correction: correction.clone(), reason: reason.clone() });
            recount_corrected(out, correction);
        }
        Command::Merge { into, same_person, same_kind } => {
            need(*same_person && *same_kind, WhyNot::OtherPerson)?;
            out.push(Event::Merged { into: *into });
        }
        Command::Unmerge => {
            out.push(Event::Unmerged);
        }
        Command::Erase { reason } => {
            out.push(Event::Erased { reason: reason.clone() });
        }
        _ => super::intake::unreachable_command(),
    }
    Ok(())
}

/// The clock under the calendar now in force, if its due date or certainty changes; with the date the verdict on one that was stopped.
fn recount(clock: &Clock, ctx: &super::decide::Context<'_>) -> Option<Clock> {
    let fresh = clock.clone().recounted(ctx.calendar);
    let lapsed = match fresh.state {
        ClockState::Stopped(at) => fresh.due.at <= at,
        _ => clock.lapsed && fresh.due.at <= ctx.now,
    };
    (fresh.due != clock.due).then_some(Clock { lapsed, ..fresh })
}

fn check_correction(out: &Out<'_>, correction: &Correction) -> Result<(), WhyNot> {
    let (case, now) = (out.case, out.ctx.now);
    match correction {
        Correction::OrganReceipt { at, regime } => {
            need(*at <= now, WhyNot::Future)?;
            let old = case.organ_at.ok_or(WhyNot::NotReceived)?;
            need(*at != old, WhyNot::Nothing)?;
            let acts = case.desk_at.into_iter().chain(case.told.values().copied()).chain(not_before(case, Matter::Acceptance));
            let first_act = acts.min();
            need(first_act.is_none_or(|f| *at <= f), WhyNot::TooEarly)?;
            let right = Regime::of(case.kind, at.date(), case.registration.historical);
            // Crossing from one order to the other after a decision would change the ground it rests on.
            let undecided = case.decision.is_none() && case.filed.is_none();
            need(right == *regime && (Some(right) == case.regime || undecided), WhyNot::AlreadyDecided)
        }
        Correction::Respondent { respondent } => {
            need(*respondent != case.registration.respondent && !respondent.name.trim().is_empty(), WhyNot::Nothing)
        }
        Correction::Amount { amount } => {
            need(amount.is_none_or(|a| a.0 >= 0), WhyNot::Money)?;
            need(*amount != case.registration.amount, WhyNot::Nothing)
        }
        Correction::KnewOn { on } => {
            // Only a complaint can come too late (Art. 16(4)); a refusal on that ground stands on the day it was made with.
            need(case.kind == Kind::Complaint, WhyNot::OnlyComplaint)?;
            need(*on <= now.date(), WhyNot::Future)?;
            need(case.decision.is_none(), WhyNot::AlreadyDecided)?;
            need(Some(*on) != case.registration.knew_on, WhyNot::Nothing)
        }
        Correction::Recovered { recovered } => {
            let closing = case.closed.ok_or(WhyNot::NotClosed)?;
            need(recovered.0 >= 0, WhyNot::Money)?;
            need(closing.recovered != *recovered, WhyNot::Nothing)
        }
        Correction::Told { matter, party, at } => {
            need(*at <= now, WhyNot::Future)?;
            let told = case.told.get(&(*matter, *party)).ok_or(WhyNot::NothingToTell)?;
            let floor = not_before(case, *matter).or(case.organ_at);
            need(floor.is_none_or(|f| *at >= f), WhyNot::TooEarly)?;
            need(told != at, WhyNot::Nothing)
        }
    }
}

fn recount_corrected(out: &mut Out<'_>, correction: &Correction) {
    let (case, ctx) = (out.case, out.ctx);
    match correction {
        Correction::OrganReceipt { at, regime } => {
            let local = |c: &Clock| ctx.pack.promise(c).is_some_and(|l| l.start == Trigger::Organ);
            let by_law = |c: &Clock| [Statutory::L1, Statutory::L4, Statutory::L5, Statutory::L20].iter().any(|s| c.name == (*s).into());
            // A clock started anew since (a supplement, a return to the intake) does not hang on the receipt any more.
            for clock in case.clocks.iter().filter(|c| Some(c.start) == case.organ_at && (by_law(c) || local(c))) {
                let mut moved = Clock { start: *at, ..clock.clone() };
                if let Some(which) = Statutory::parse(&clock.name.0) {
                    which.basis(*regime).clone_into(&mut moved.basis);
                }
                let mut moved = moved.recounted(ctx.calendar);
                moved.lapsed = passed(&moved, ctx.now);
                out.set(moved);
            }
        }
        Correction::Told { matter, party, at } => {
            for clock in &case.clocks {
                if let Some(stop) = stopped_by(out, clock, *matter, *party, *at)
                    && clock.state != ClockState::Stopped(stop)
                {
                    let mut moved = Clock { state: ClockState::Stopped(stop), ..clock.clone() };
                    moved.lapsed = passed(&moved, ctx.now);
                    out.set(moved);
                }
            }
        }
        Correction::Respondent { .. } | Correction::Amount { .. } | Correction::KnewOn { .. } | Correction::Recovered { .. } => {}
    }
}

/// Whether the end of a clock passed before it was met.
fn passed(clock: &Clock, now: Instant) -> bool {
    match clock.state {
        ClockState::Running => clock.due.at <= now,
        ClockState::Stopped(at) => clock.due.at <= at,
        ClockState::Suspended(_) | ClockState::Void(_) => clock.lapsed,
    }
}

/// When a stopped clock was stopped if this matter was told to this party at `at`; `None` where it does not wait for telling it.
fn stopped_by(out: &Out<'_>, clock: &Clock, matter: Matter, party: Party, at: Instant) -> Option<Instant> {
    let case = out.case;
    let ClockState::Stopped(stopped) = clock.state else { return None };
    let decision = matches!(matter, Matter::Acceptance | Matter::Refusal);
    let submitter = party == Party::Submitter;
    match (Statutory::parse(&clock.name.0), out.ctx.pack.promise(clock).map(|l| l.stop)) {
        (Some(Statutory::L1), _) | (None, Some(Stop::Decided)) if decision && submitter => Some(at),
        // Both parties have to be told: the later one stops it.
        (Some(Statutory::L3), _) if matter == Matter::Termination => {
            Some(case.told.get(&(matter, party.other())).map_or(at, |other| at.max(*other)))
        }
        (Some(Statutory::L6), _) if matter == Matter::Filing && submitter => Some(at),
        // The first word to the person stops it, whatever it was about.
        (None, Some(Stop::Contacted)) if submitter => {
            let others = case.told.iter().filter(|((m, p), _)| *p == Party::Submitter && *m != matter).map(|(_, t)| *t);
            others.chain([at]).filter(|t| *t >= clock.start).min().or(Some(stopped))
        }
        _ => None,
    }
}
