//! Supervision of a case (督查督办): what an inspection tells whom (通知), and orders to act and answer (催办, 督办). An order has a clock of
//! its own beside the law's, so that every list, the sweep and my day know its end.

use super::command::{Command, WhyNot};
use super::decide::{Out, need};
use super::event::{Event, Sealed};
use super::{Case, Stage, Stamp};
use crate::access::{Actor, Role};
use crate::calendar::{Calendar, Roll, Span};
use crate::clock::{Clock, ClockName, ClockState};
use crate::ids::{PersonId, UnitId};
use crate::law::coded;
use crate::pack::{LadderStep, Rung, Since, Supervision as Section};
use crate::time::Instant;
use serde::{Deserialize, Serialize};

coded! {
    /// How strict an order is.
    Grade {
        /// 催办: an urging
        Urge = "urge",
        /// 督办: under supervision until answered
        Supervise = "supervise",
    }
}

coded! {
    /// Why an inspection tells somebody.
    Why {
        /// waiting at the intake, not sent
        Undispatched = "undispatched",
        /// its limit is near
        Soon = "soon",
        /// its limit has passed
        Late = "late",
    }
}

/// Who has to carry out an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// Whoever of this unit.
    Unit(UnitId),
    /// This person.
    Person(PersonId),
}

/// What happened in the supervision of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Supervised {
    /// An inspection told people of it.
    Noticed {
        /// The inspection, by the time it was due.
        inspection: Instant,
        /// Made up for later than it was due.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        made_up: bool,
        /// Why.
        why: Why,
        /// The clock, where one is near or past its end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clock: Option<ClockName>,
        /// Step of the ladder, from 1.
        step: u32,
        /// Who was told.
        to: Vec<PersonId>,
    },
    /// Somebody told has seen it.
    Seen {
        /// Which notice of the case, from 1.
        notice: u32,
    },
    /// An order.
    Ordered {
        /// How strict.
        grade: Grade,
        /// Who has to carry it out.
        owner: Owner,
        /// The unit it comes from, whose people accept or send back the answer.
        from: UnitId,
        /// What is to be done and answered.
        wanted: Sealed,
    },
    /// The owner answered.
    Answered {
        /// Which order of the case, from 1.
        order: u32,
        /// The answer.
        answer: Sealed,
    },
    /// The answer does not do.
    SentBack {
        /// Which order.
        order: u32,
        /// Why.
        reason: Sealed,
    },
    /// The answer does; the order is closed.
    Accepted {
        /// Which order.
        order: u32,
    },
}

/// A notice as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of `Supervised::Noticed`")]
pub struct Given {
    pub inspection: Instant,
    pub why: Why,
    pub clock: Option<ClockName>,
    pub step: u32,
    pub to: Vec<PersonId>,
    /// Who of them has seen it.
    pub seen: Vec<PersonId>,
    /// When it was recorded.
    pub at: Instant,
}

coded! {
    /// Where an order stands.
    OrderState {
        /// the owner has to answer
        Open = "open",
        /// answered: who gave it has to look
        Answered = "answered",
        /// accepted
        Accepted = "accepted",
        /// the case ended first
        Ended = "ended",
    }
}

/// An order as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields of `Supervised::Ordered`")]
pub struct Order {
    pub grade: Grade,
    pub owner: Owner,
    pub from: UnitId,
    pub wanted: Sealed,
    /// Who gave it.
    pub by: Option<PersonId>,
    /// When.
    pub at: Instant,
    /// The last answer.
    pub answer: Option<Sealed>,
    /// Why the last answer was sent back.
    pub sent_back: Option<Sealed>,
    pub state: OrderState,
}

/// The supervision of a case as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    /// Notices, in order.
    pub notices: Vec<Given>,
    /// Orders, in order.
    pub orders: Vec<Order>,
}

impl Watch {
    pub(super) fn evolve(&mut self, stamp: Stamp, what: &Supervised) {
        match what {
            Supervised::Noticed { inspection, why, clock, step, to, .. } => self.notices.push(Given {
                inspection: *inspection,
                why: *why,
                clock: clock.clone(),
                step: *step,
                to: to.clone(),
                seen: Vec::new(),
                at: stamp.recorded_at,
            }),
            Supervised::Seen { notice } => {
                if let (Some(n), Some(person)) = (self.notices.get_mut((*notice as usize).wrapping_sub(1)), stamp.actor) {
                    n.seen.push(person);
                }
            }
            Supervised::Ordered { grade, owner, from, wanted } => self.orders.push(Order {
                grade: *grade,
                owner: *owner,
                from: *from,
                wanted: wanted.clone(),
                by: stamp.actor,
                at: stamp.recorded_at,
                answer: None,
                sent_back: None,
                state: OrderState::Open,
            }),
            Supervised::Answered { order, answer } => self.order(*order, |o| {
                (o.answer, o.state) = (Some(answer.clone()), OrderState::Answered);
            }),
            Supervised::SentBack { order, reason } => self.order(*order, |o| {
                (o.sent_back, o.state) = (Some(reason.clone()), OrderState::Open);
            }),
            Supervised::Accepted { order } => self.order(*order, |o| o.state = OrderState::Accepted),
        }
    }

    fn order(&mut self, n: u32, change: impl FnOnce(&mut Order)) {
        if let Some(order) = self.orders.get_mut((n as usize).wrapping_sub(1)) {
            change(order);
        }
    }

    /// The case is over: what was ordered has nothing left to be done on.
    pub(super) fn end(&mut self) {
        let open = |o: &&mut Order| matches!(o.state, OrderState::Open | OrderState::Answered);
        self.orders.iter_mut().filter(open).for_each(|o| o.state = OrderState::Ended);
    }

    /// The case is at another unit: what it was ordered to do, the unit that has it now has to.
    pub(super) fn go_along(&mut self, unit: UnitId) {
        let open = |o: &&mut Order| o.state == OrderState::Open;
        self.orders.iter_mut().filter(open).for_each(|o| o.owner = Owner::Unit(unit));
    }

    /// Another handler has it: what one was ordered to do, the other has to.
    pub(super) fn hand_on(&mut self, from: Option<PersonId>, to: PersonId) {
        let Some(from) = from else { return };
        let theirs = |o: &&mut Order| o.state == OrderState::Open && o.owner == Owner::Person(from);
        self.orders.iter_mut().filter(theirs).for_each(|o| o.owner = Owner::Person(to));
    }

    /// Orders by their number from 1.
    pub fn numbered(&self) -> impl Iterator<Item = (u32, &Order)> {
        (1u32..).zip(&self.orders)
    }

    /// The notices this person was told and has not seen, by their number from 1.
    pub fn unseen(&self, person: PersonId) -> impl Iterator<Item = u32> {
        let waits = move |n: &Given| n.to.contains(&person) && !n.seen.contains(&person);
        (1u32..).zip(&self.notices).filter(move |(_, n)| waits(n)).map(|(i, _)| i)
    }

    /// The open orders whoever acts has to answer, by their number.
    pub fn to_answer(&self, actor: &Actor) -> impl Iterator<Item = u32> {
        let actor = *actor;
        let mine = move |owner: Owner| match (owner, actor) {
            (Owner::Unit(u), Actor::Person { unit, .. }) => u == unit,
            (Owner::Person(p), Actor::Person { id, .. }) => p == id,
            _ => false,
        };
        self.numbered().filter(move |(_, o)| o.state == OrderState::Open && mine(o.owner)).map(|(n, _)| n)
    }

    /// The answered orders whoever acts has to accept or send back: those of their unit, and all to a supervisor.
    pub fn to_settle(&self, actor: &Actor) -> impl Iterator<Item = u32> {
        let (unit, all) = match actor {
            Actor::Person { unit, role, .. } => (Some(*unit), *role == Role::Supervisor),
            _ => (None, false),
        };
        let ours = move |o: &Order| all || Some(o.from) == unit;
        self.numbered().filter(move |(_, o)| o.state == OrderState::Answered && ours(o)).map(|(n, _)| n)
    }
}

/// The clock of an order.
#[must_use]
pub fn order_clock(order: u32) -> ClockName {
    ClockName(format!("order:{order}"))
}

/// The number of the order a clock belongs to.
#[must_use]
pub fn order_of(clock: &ClockName) -> Option<u32> {
    clock.0.strip_prefix("order:")?.parse().ok()
}

/// An inspection as it comes to a case, with whom each step would tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// When it was due.
    pub at: Instant,
    /// Made up for later.
    pub made_up: bool,
    /// When the case was recorded first, from which its waiting counts if nobody received it.
    pub registered_at: Instant,
    /// People by step: handler, heads, supervisors.
    pub people: [Vec<PersonId>; 3],
}

impl Inspection {
    /// Whom a rung tells: where there is nobody, the next above.
    fn told(&self, rung: Rung) -> Vec<PersonId> {
        let from = Rung::ALL.iter().position(|r| *r == rung).unwrap_or_default();
        self.people[from..].iter().find(|p| !p.is_empty()).cloned().unwrap_or_default()
    }
}

/// Why a case would be told of at `now`: waiting at the intake, or the nearest clock near or past its end. Orders count by their own clock.
#[must_use]
pub fn why(case: &Case, now: Instant, section: &Section, calendar: &Calendar) -> Option<(Why, Option<ClockName>)> {
    if case.is_over() || case.registration.historical {
        return None;
    }
    let near = case.tightest().filter(|c| c.due.at <= section.soon(now, calendar));
    match near {
        Some(c) if c.due.at <= now => Some((Why::Late, Some(c.name.clone()))),
        _ if case.stage() == Stage::Intake => Some((Why::Undispatched, None)),
        Some(c) => Some((Why::Soon, Some(c.name.clone()))),
        None => None,
    }
}

fn after(start: Instant, span: Option<Span>, calendar: &Calendar) -> Instant {
    span.map_or(start, |s| calendar.due_or_provisional(start, s, Roll::default(), &[]).at)
}

/// The step of the ladder whose turn it is, from 1: the one after the last that told of the same thing, if its own time has come. Each
/// inspection takes one step at most.
#[must_use]
pub fn step(
    case: &Case,
    inspection: &Inspection,
    now: Instant,
    section: &Section,
    calendar: &Calendar,
) -> Option<(Why, Option<ClockName>, u32)> {
    let (why, clock) = why(case, now, section, calendar)?;
    // A clock that is first near and then past its end is the same trouble; a clock that was set anew is another.
    let since = clock.as_ref().and_then(|n| case.clock(n)).map(|c| c.start);
    let same = |n: &&Given| n.clock == clock && since.is_none_or(|s| n.at >= s);
    let last = case.watch.notices.iter().rev().find(same);
    if case.watch.notices.iter().any(|n| n.inspection >= inspection.at) {
        return None;
    }
    let done = last.map_or(0, |n| n.step) as usize;
    let comes = |s: &LadderStep| match (why, s.since) {
        (Why::Undispatched, _) => {
            let waiting = case.organ_at.unwrap_or(inspection.registered_at);
            s.undispatched.is_some_and(|span| after(waiting, Some(span), calendar) <= now)
        }
        (Why::Soon | Why::Late, Since::Soon) => true,
        (Why::Soon, Since::Late) => false,
        (Why::Late, Since::Late) => {
            let due = clock.as_ref().and_then(|n| case.clock(n)).map(|c| c.due.at);
            due.is_some_and(|d| after(d, s.after, calendar) <= now)
        }
    };
    let next = match section.steps.get(done) {
        Some(s) => comes(s).then_some(done + 1),
        // Daily urging (每日催办): the last step again, once a day.
        None => last.filter(|n| section.daily_urging && n.inspection.date() < inspection.at.date()).map(|_| section.steps.len()),
    }?;
    Some((why, clock, u32::try_from(next).ok()?))
}

pub(super) fn decide(out: &mut Out<'_>, command: &Command) -> Result<(), WhyNot> {
    let (case, ctx) = (out.case, out.ctx);
    let section = &ctx.pack.supervision;
    match command {
        Command::Inspect(i) => {
            let (why, clock, step) = step(case, i, ctx.now, section, ctx.calendar).ok_or(WhyNot::Nothing)?;
            let rung = section.steps.get(step as usize - 1).map_or(Rung::Supervisor, |s| s.to);
            let to = i.told(rung);
            need(!to.is_empty(), WhyNot::Nothing)?;
            out.push(Event::Supervised(Supervised::Noticed { inspection: i.at, made_up: i.made_up, why, clock, step, to }));
        }
        Command::SeeNotice => {
            let person = ctx.actor.person().ok_or(WhyNot::NoNotice)?;
            let unseen: Vec<u32> = case.watch.unseen(person).collect();
            need(!unseen.is_empty(), WhyNot::NoNotice)?;
            for notice in unseen {
                out.push(Event::Supervised(Supervised::Seen { notice }));
            }
        }
        Command::Order { grade, owner, span, wanted } => {
            let Actor::Person { unit, .. } = ctx.actor else { return Err(WhyNot::Role) };
            let n = u32::try_from(case.watch.orders.len() + 1).map_err(|_| WhyNot::Nothing)?;
            out.push(Event::Supervised(Supervised::Ordered { grade: *grade, owner: *owner, from: unit, wanted: wanted.clone() }));
            run(out, n, *span);
        }
        Command::AnswerOrder { order, answer } => {
            need(case.watch.to_answer(&ctx.actor).any(|n| n == *order), WhyNot::NoOrder)?;
            out.push(Event::Supervised(Supervised::Answered { order: *order, answer: answer.clone() }));
            out.stop_named(order_clock(*order), ctx.effective);
        }
        Command::SettleOrder { order, back } => {
            need(case.watch.to_settle(&ctx.actor).any(|n| n == *order), WhyNot::NoOrder)?;
            match back {
                None => {
                    out.push(Event::Supervised(Supervised::Accepted { order: *order }));
                }
                Some((reason, span)) => {
                    out.push(Event::Supervised(Supervised::SentBack { order: *order, reason: reason.clone() }));
                    run(out, *order, *span);
                }
            }
        }
        _ => super::intake::unreachable_command(),
    }
    Ok(())
}

/// The clock of an order runs from now.
fn run(out: &mut Out<'_>, order: u32, span: Span) {
    let ctx = out.ctx;
    let clock = Clock::start(order_clock(order), "order".into(), ctx.effective, span, ctx.pack.roll, ctx.calendar);
    debug_assert!(clock.state == ClockState::Running);
    out.set(clock);
}
