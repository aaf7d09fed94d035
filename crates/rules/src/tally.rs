//! What a case adds to the figures (考核统计): a pure fold over its events. A figure counts *entries*: a case on a civil day (Asia/Shanghai, by
//! effective time) at the unit that was responsible then, with the set of what held of it there ([`Measure`]). An entry either has a measure
//! or not, so every figure is a number of entries and opens to exactly these.
//!
//! What is a part stands in the entry of its whole: "initial check in time" in the entry of "initial check due", "followed up again" in that
//! of "dissatisfied". So no rate exceeds 100 %, and a late event moves the day it belongs to. Nothing here reads the clock: a limit that
//! passes counts when the platform has noted it, on the day it passed.

use crate::case::event::{Event, Fact, Origin, Outcome, Proposal, Way};
use crate::case::{Case, Closing, Stamp};
use crate::clock::{Clock, ClockState, Statutory};
use crate::ids::UnitId;
use crate::law::{Kind, Level, NotFiling, Party, Satisfaction, Termination, coded};
use crate::money::Fen;
use crate::time::Instant;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

coded! {
    /// What may hold of a case at a unit on a day. The place in this list is its bit in stored entries: only ever add at the end.
    Measure {
        /// 接收: received on the platform; at the first desk
        Received = "received",
        /// sent on to a unit within two hours of being received
        SentIn2h = "sent_in_2h",
        /// bought online
        Online = "online",
        /// found to be the same matter as another case (并案)
        Repeated = "repeated",
        /// 分送: sent to a unit; at the desk that sent it
        Sent = "sent",
        /// returned by that unit for want of competence
        SentBack = "sent_back",
        /// 转办: arrived at a unit; at that unit
        Arrived = "arrived",
        /// the person heard from that unit within twenty-four hours
        HeardIn24h = "heard_in_24h",
        /// that unit is an organisation or business outside
        Outside = "outside",
        /// and the parties came to terms there
        OutsideSettled = "outside_settled",
        /// 初查: complaint accepted or refused and told, or the limit for that passed (L1)
        CheckDue = "check_due",
        /// in time
        CheckInTime = "check_in_time",
        /// 受理: complaint accepted
        Accepted = "accepted",
        /// 调解终结: mediation ended by agreement or termination
        MediationEnded = "mediation_ended",
        /// by agreement
        MediationAgreed = "mediation_agreed",
        /// withdrawn because the parties came to terms by themselves (和解撤诉)
        MediationSettled = "mediation_settled",
        /// 办结: closed for the first time
        Concluded = "concluded",
        /// in time: a refusal by L1, an accepted complaint by L2
        ConcludedInTime = "concluded_in_time",
        /// closed with an agreement
        ConcludedAgreed = "concluded_agreed",
        /// closed as settled by the parties themselves
        ConcludedSettled = "concluded_settled",
        /// 诉求不属实: found untrue at closing
        Untrue = "untrue",
        /// settled in the shop (ZJ7)
        AtShop = "at_shop",
        /// settled at the station
        AtStation = "at_station",
        /// settled in the district
        AtDistrict = "at_district",
        /// settled above the district
        AtAbove = "at_above",
        /// money was obtained for the consumer
        Recovering = "recovering",
        /// 核查: report verified, or the limit for that passed (L5)
        VerifyDue = "verify_due",
        /// in time
        VerifyInTime = "verify_in_time",
        /// the head decided on filing
        FilingDecided = "filing_decided",
        /// 立案: filed
        Filed = "filed",
        /// 查实: filed, or not filed under 程序规定 Art. 20 though there was a violation
        Substantiated = "substantiated",
        /// filed, and it came from a complaint (诉转案)
        FiledFromComplaint = "filed_from_complaint",
        /// 回访: the person was asked, or said by themselves, whether they are satisfied; once after each closing
        Asked = "asked",
        /// and gave an answer
        AskedValid = "asked_valid",
        /// 满意
        Satisfied = "satisfied",
        /// 基本满意
        Fair = "fair",
        /// 不满意
        Dissatisfied = "dissatisfied",
        /// handled again, closed and asked again
        Redone = "redone",
        /// 二次办理: taken up again
        Reopened = "reopened",
        /// asked whether the matter is solved, and an answer given
        SolvedSaid = "solved_said",
        /// and it is (解决)
        Solved = "solved",
        /// closed, for the first time, by an organisation or business outside
        ConcludedOutside = "concluded_outside",
    }
}

/// A set of measures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Measures(pub u64);

impl Measures {
    /// The bit of a measure.
    #[must_use]
    pub fn bit(measure: Measure) -> u64 {
        1 << measure as u32
    }
    /// Whether it is in the set.
    #[must_use]
    pub fn has(self, measure: Measure) -> bool {
        self.0 & Self::bit(measure) != 0
    }
    /// Puts it in the set.
    pub fn put(&mut self, measure: Measure) {
        self.0 |= Self::bit(measure);
    }
}

/// What holds of a case on a day at a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// What holds.
    pub measures: Measures,
    /// Money obtained for the consumer (挽回经济损失).
    pub recovered: Fen,
}

/// What a case adds to the figures. Its kind is that of today: a case put right counts as what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// What it asks for.
    pub kind: Kind,
    /// Channel without series.
    pub channel: String,
    /// Category; empty as long as cases have none.
    pub category: String,
    /// By day and unit.
    pub entries: BTreeMap<(Date, UnitId), Entry>,
}

/// One entry that comes or goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Civil day.
    pub day: Date,
    /// Unit.
    pub unit: UnitId,
    /// Before; none where there was no entry, or one of another kind, channel or category.
    pub before: Option<Entry>,
    /// After.
    pub after: Option<Entry>,
}

impl Contribution {
    fn same_slice(&self, other: &Self) -> bool {
        (self.kind, &self.channel, &self.category) == (other.kind, &other.channel, &other.category)
    }
}

/// What has to be done to the entries of a case: those that go, under what it was, and those that come, under what it is.
#[must_use]
pub fn delta(before: Option<&Contribution>, after: &Contribution) -> Vec<(bool, Change)> {
    let none = BTreeMap::new();
    let same = before.is_none_or(|b| b.same_slice(after));
    let had = before.map_or(&none, |b| &b.entries);
    if !same {
        let gone = had.iter().map(|((day, unit), e)| (false, Change { day: *day, unit: *unit, before: Some(*e), after: None }));
        let come = after.entries.iter().map(|((day, unit), e)| (true, Change { day: *day, unit: *unit, before: None, after: Some(*e) }));
        return gone.chain(come).collect();
    }
    let keys: BTreeSet<_> = had.keys().chain(after.entries.keys()).copied().collect();
    let change = |(day, unit)| {
        let (before, after) = (had.get(&(day, unit)).copied(), after.entries.get(&(day, unit)).copied());
        (before != after).then_some((true, Change { day, unit, before, after }))
    };
    keys.into_iter().filter_map(change).collect()
}

/// What the events of a case add, in the order they were recorded; `None` for a list that does not begin with a registration.
#[must_use]
pub fn contribution<'a>(facts: impl IntoIterator<Item = (Stamp, &'a Fact)>) -> Option<Contribution> {
    let mut facts = facts.into_iter();
    let (stamp, first) = facts.next()?;
    let Event::Registered(registration) = &first.event else { return None };
    let mut life = Life::begin(Case::register((**registration).clone(), &first.clocks), stamp);
    for (stamp, fact) in facts {
        life = life.step(stamp, fact);
    }
    Some(life.end())
}

/// What one sending led to.
struct Sending {
    at: Instant,
    from: Option<UnitId>,
    to: UnitId,
    outside: bool,
    returned: bool,
    heard: Option<Instant>,
    settled: bool,
}

/// What was said after a closing.
struct Asking {
    at: Instant,
    said: Option<Satisfaction>,
    solved: Option<bool>,
    redone: bool,
}

/// A case as it goes on, with the moments that count.
struct Life {
    case: Case,
    registered: Stamp,
    seats: Vec<(Instant, UnitId)>,
    sendings: Vec<Sending>,
    accepted: Option<Instant>,
    mediated: Option<(Instant, bool)>,
    withdrawn_or_settled: bool,
    said_settled: bool,
    first_closing: Option<Closing>,
    last_closing: Option<Closing>,
    was_accepted: bool,
    was_outside: bool,
    filing: Option<(Instant, bool, bool)>,
    reopened: Vec<Instant>,
    asked: Vec<Asking>,
    closings: usize,
    asked_since: Option<usize>,
}

impl Life {
    fn begin(case: Case, registered: Stamp) -> Self {
        Self {
            case,
            registered,
            seats: Vec::new(),
            sendings: Vec::new(),
            accepted: None,
            mediated: None,
            withdrawn_or_settled: false,
            said_settled: false,
            first_closing: None,
            last_closing: None,
            was_accepted: false,
            was_outside: false,
            filing: None,
            reopened: Vec::new(),
            asked: Vec::new(),
            closings: 0,
            asked_since: None,
        }
    }

    fn step(mut self, stamp: Stamp, fact: &Fact) -> Self {
        let at = stamp.effective_at;
        let here = self.case.seat.map(|s| s.unit);
        match &fact.event {
            Event::Sent { to, way, .. } => self.sendings.push(Sending {
                at,
                from: here,
                to: to.unit,
                outside: *way == Way::Outside,
                returned: false,
                heard: None,
                settled: false,
            }),
            Event::Returned { .. } => {
                if let Some(last) = self.sendings.iter_mut().rev().find(|s| Some(s.to) == here) {
                    last.returned = true;
                }
            }
            Event::Told { party: Party::Submitter, .. }
            | Event::Contacted { party: Party::Submitter, reached: true, .. }
            | Event::Asked { .. } => {
                if let Some(last) = self.sendings.iter_mut().rev().find(|s| Some(s.to) == here) {
                    last.heard = Some(last.heard.map_or(at, |t| t.min(at)));
                }
            }
            Event::Accepted { .. } => self.accepted = self.accepted.or(Some(at)),
            Event::Agreed { .. } => self.mediated = self.mediated.or(Some((at, true))),
            // What was never accepted was never mediated: its withdrawal is no termination of mediation.
            Event::Terminated { ground, .. } if self.accepted.is_some() && self.mediated.is_none() => {
                self.mediated = Some((at, false));
                self.withdrawn_or_settled = *ground == Termination::WithdrawnOrSettled;
            }
            Event::Withdrawn { settled, .. } => self.said_settled |= settled,
            Event::Decided { approved: true, proposal, .. } => {
                let decided = match proposal {
                    Proposal::File { .. } => Some((true, true)),
                    Proposal::NotFile { ground, .. } => {
                        Some((false, matches!(ground, NotFiling::Minor | NotFiling::FirstOffence | NotFiling::NoFault | NotFiling::Other)))
                    }
                    _ => None,
                };
                // A report handled again may be decided anew: the day stays, the decision is the last.
                if let Some((filed, found)) = decided {
                    self.filing = Some((self.filing.map_or(at, |(first, ..)| first), filed, found));
                }
            }
            Event::Reopened { .. } => self.reopened.push(at),
            Event::FollowedUp { satisfaction, solved, .. } => self.ask(at, *satisfaction, *solved),
            Event::Rated { satisfaction, .. } => self.ask(at, Some(*satisfaction), None),
            _ => {}
        }
        self.case = self.case.evolve(stamp, fact);
        if let Some(unit) = self.case.seat.map(|s| s.unit)
            && self.seats.last().is_none_or(|(_, u)| *u != unit)
        {
            self.seats.push((at, unit));
        }
        if let Event::Closed { outcome, .. } = &fact.event {
            self.close(*outcome);
        }
        self.last_closing = self.case.closed.or(self.last_closing);
        self
    }

    fn close(&mut self, outcome: Outcome) {
        self.closings += 1;
        if self.first_closing.is_none() {
            self.first_closing = self.case.closed;
            self.was_accepted = self.accepted.is_some();
            self.was_outside = self.case.outside;
        }
        let here = self.case.seat.map(|s| s.unit);
        if matches!(outcome, Outcome::Agreed | Outcome::Settled)
            && let Some(last) = self.sendings.last_mut().filter(|s| Some(s.to) == here)
        {
            last.settled = true;
        }
    }

    fn ask(&mut self, at: Instant, said: Option<Satisfaction>, solved: Option<bool>) {
        if self.closings == 0 {
            return;
        }
        if self.asked_since == Some(self.closings) {
            if let Some(last) = self.asked.last_mut() {
                last.said = said.or(last.said);
                last.solved = solved.or(last.solved);
            }
            return;
        }
        if self.asked_since.is_some()
            && let Some(before) = self.asked.last_mut()
        {
            before.redone = before.said == Some(Satisfaction::Dissatisfied);
        }
        self.asked_since = Some(self.closings);
        self.asked.push(Asking { at, said, solved, redone: false });
    }

    /// The unit that had it at a moment; before the first desk, the first.
    fn unit_at(&self, at: Instant) -> Option<UnitId> {
        let had = self.seats.iter().filter(|(from, _)| *from <= at).max_by_key(|(from, _)| *from);
        had.or(self.seats.first()).map(|(_, unit)| *unit)
    }

    fn end(mut self) -> Contribution {
        let r = &self.case.registration;
        let channel = r.channel.split_once(':').map_or(r.channel.as_str(), |(c, _)| c).to_owned();
        let mut out = Contribution { kind: self.case.kind, channel, category: String::new(), entries: BTreeMap::new() };
        // `max_by_key` takes the last of equals, so that what was recorded later at one moment holds.
        self.seats.sort_by_key(|(from, _)| *from);
        if !self.case.undone {
            self.intake(&mut out);
            self.on_the_way(&mut out);
            match self.case.kind {
                Kind::Complaint => self.complaint(&mut out),
                Kind::Report => self.report(&mut out),
                Kind::Consultation | Kind::Other => {}
            }
            self.closing(&mut out);
            self.afterwards(&mut out);
        }
        out
    }

    fn put(&self, out: &mut Contribution, at: Instant, unit: Option<UnitId>, measures: impl IntoIterator<Item = (Measure, bool)>) {
        let Some(unit) = unit.or_else(|| self.unit_at(at)) else { return };
        let entry = out.entries.entry((at.date(), unit)).or_default();
        measures.into_iter().filter(|(_, holds)| *holds).for_each(|(m, _)| entry.measures.put(m));
    }

    fn intake(&self, out: &mut Contribution) {
        let r = &self.case.registration;
        let Some((_, first)) = self.seats.first() else { return };
        let Some(at) = r.platform_at.or(self.case.organ_at).or((!r.historical).then_some(self.registered.effective_at)) else { return };
        let prompt = self.sendings.iter().any(|s| s.at.0 - at.0 <= 2 * HOUR_US);
        let online = r.details.order.is_some() || !r.details.platform.is_empty();
        let has = [
            (Measure::Received, true),
            (Measure::SentIn2h, prompt),
            (Measure::Online, online),
            (Measure::Repeated, self.case.merged_into.is_some()),
        ];
        self.put(out, at, Some(*first), has);
    }

    fn on_the_way(&self, out: &mut Contribution) {
        for s in &self.sendings {
            self.put(out, s.at, s.from, [(Measure::Sent, true), (Measure::SentBack, s.returned)]);
            let heard = s.heard.is_some_and(|t| t.0 - s.at.0 <= 24 * HOUR_US);
            let has = [
                (Measure::Arrived, true),
                (Measure::HeardIn24h, heard),
                (Measure::Outside, s.outside),
                (Measure::OutsideSettled, s.outside && s.settled),
            ];
            self.put(out, s.at, Some(s.to), has);
        }
    }

    /// A limit that was met, or has passed and was noted: the day is that of whichever came first.
    fn limit(&self, out: &mut Contribution, which: Statutory, due: Measure, in_time: Measure) {
        let Some(clock) = self.case.clock(&which.into()) else { return };
        let passed = Instant(clock.due.at.0 - 1);
        let (at, met) = match clock.state {
            ClockState::Stopped(at) if at < clock.due.at => (at, true),
            ClockState::Stopped(_) => (passed, false),
            _ if clock.lapsed => (passed, false),
            _ => return,
        };
        self.put(out, at, None, [(due, true), (in_time, met)]);
    }

    fn complaint(&self, out: &mut Contribution) {
        self.limit(out, Statutory::L1, Measure::CheckDue, Measure::CheckInTime);
        if let Some(at) = self.accepted {
            self.put(out, at, None, [(Measure::Accepted, true)]);
        }
        if let Some((at, agreed)) = self.mediated {
            let closed_settled = self.first_closing.is_some_and(|c| c.outcome == Outcome::Settled);
            let themselves = !agreed && self.withdrawn_or_settled && (self.said_settled || closed_settled);
            let has = [(Measure::MediationEnded, true), (Measure::MediationAgreed, agreed), (Measure::MediationSettled, themselves)];
            self.put(out, at, None, has);
        }
    }

    fn report(&self, out: &mut Contribution) {
        self.limit(out, Statutory::L5, Measure::VerifyDue, Measure::VerifyInTime);
        let clue = matches!(self.case.registration.taken_from, Some(Origin::Clue(_)));
        if let Some((at, filed, found)) = self.filing {
            let has = [
                (Measure::FilingDecided, true),
                (Measure::Filed, filed),
                (Measure::Substantiated, found),
                (Measure::FiledFromComplaint, filed && clue),
            ];
            self.put(out, at, None, has);
        }
    }

    /// The first closing counts, however often a case is handled again; level, truth and money are those of the last.
    fn closing(&self, out: &mut Contribution) {
        let (Some(first), Some(last)) = (self.first_closing, self.last_closing) else { return };
        let limits: &[Statutory] = match self.case.kind {
            Kind::Complaint if self.was_accepted => &[Statutory::L2, Statutory::L2b],
            Kind::Complaint => &[Statutory::L1],
            Kind::Report => &[Statutory::L5],
            Kind::Consultation | Kind::Other => &[],
        };
        let late = |c: &Clock| c.lapsed || c.met() == Some(false);
        let in_time = !limits.iter().any(|l| self.case.clock(&(*l).into()).is_some_and(late));
        let settled = matches!(last.outcome, Outcome::Agreed | Outcome::Settled);
        let level = |l: Level| settled && last.level == Some(l);
        let has = [
            (Measure::Concluded, true),
            (Measure::ConcludedInTime, in_time),
            (Measure::ConcludedAgreed, first.outcome == Outcome::Agreed),
            (Measure::ConcludedSettled, first.outcome == Outcome::Settled),
            (Measure::Untrue, last.untrue),
            (Measure::AtShop, level(Level::Shop)),
            (Measure::AtStation, level(Level::Station)),
            (Measure::AtDistrict, level(Level::District)),
            (Measure::AtAbove, level(Level::Above)),
            (Measure::Recovering, last.recovered.0 > 0),
            (Measure::ConcludedOutside, self.was_outside),
        ];
        self.put(out, first.at, None, has);
        let Some(unit) = self.unit_at(first.at) else { return };
        if let Some(entry) = out.entries.get_mut(&(first.at.date(), unit)) {
            entry.recovered = last.recovered;
        }
    }

    fn afterwards(&self, out: &mut Contribution) {
        for at in &self.reopened {
            self.put(out, *at, None, [(Measure::Reopened, true)]);
        }
        for a in &self.asked {
            let said = |s| a.said == Some(s);
            let has = [
                (Measure::Asked, true),
                (Measure::AskedValid, a.said.is_some()),
                (Measure::Satisfied, said(Satisfaction::Satisfied)),
                (Measure::Fair, said(Satisfaction::Fair)),
                (Measure::Dissatisfied, said(Satisfaction::Dissatisfied)),
                (Measure::Redone, a.redone),
                (Measure::SolvedSaid, a.solved.is_some()),
                (Measure::Solved, a.solved == Some(true)),
            ];
            self.put(out, a.at, None, has);
        }
    }
}

const HOUR_US: i64 = 3_600_000_000;
