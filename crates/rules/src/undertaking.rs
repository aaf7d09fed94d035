//! What a leader starts, follows and closes: a draw of cases to be checked (抽查、复核, SH6), a dispatching meeting on a theme (专题调度), a
//! topic of the month (每月一题), a special action (专项治理; BJ1, BJ2). One object with cases, tasks with a unit and a day, and a report at
//! its end; its state is the list of its events. Words about a case stand in the case, sealed; what stands here is about work.

use crate::access::{Actor, Role};
pub use crate::case::review::{Mechanism, Verdict};
use crate::ids::{CaseId, Id, OrganId, PersonId, UnitId};
use crate::law::coded;
use crate::sample::Draw;
use crate::time::Instant;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Most cases one of them holds.
pub const MOST_CASES: usize = 1_000;

/// How it begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// What it is.
    pub kind: Mechanism,
    /// Theme or title.
    pub title: String,
    /// What it is for, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// Day of the meeting; first day of a topic or an action; day of the draw.
    pub from: Date,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Who chairs or answers for it.
    pub owner: PersonId,
    /// Units that attend or work on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitId>,
    /// How the cases were drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw: Option<Draw>,
    /// Which new cases belong to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Rule>,
}

/// Which cases a topic is about: every condition that is given must hold. Reports are never among them: their number would tell of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Name of the respondent, as written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub respondent: String,
    /// Code of a demand.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub demand: String,
    /// Unit that has it: the area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Words in the title or the respondent's name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
}

/// What a rule looks at in a case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "columns of `cases`")]
pub struct Brief {
    pub case: CaseId,
    pub at: Instant,
    pub respondent: String,
    pub demands: Vec<String>,
    pub unit: Option<UnitId>,
    pub title: String,
}

impl Rule {
    /// Whether it says anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a case belongs to it.
    #[must_use]
    pub fn fits(&self, b: &Brief) -> bool {
        (self.respondent.is_empty() || self.respondent == b.respondent)
            && (self.demand.is_empty() || b.demands.contains(&self.demand))
            && (self.unit.is_none() || self.unit == b.unit)
            && (self.words.is_empty() || b.title.contains(&self.words) || b.respondent.contains(&self.words))
            && !self.is_empty()
    }
}

/// A case that was taken up, with who had it then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// Which.
    pub case: CaseId,
    /// Unit that had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
    /// Officer who had it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<PersonId>,
}

/// A decision of a meeting, a measure of a topic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Which.
    pub id: Id,
    /// What is to be done.
    pub what: String,
    /// By which unit.
    pub unit: UnitId,
    /// About which case; none for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// Until when.
    pub due: Date,
    /// The order (督办) it became in its case, by number from 1; none where there was no open case of that unit to order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
}

/// What happened to it. Names and fields are stable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t")]
pub enum Event {
    /// Started.
    UndertakingOpened(Box<Opened>),
    /// Cases were taken up.
    CasesTaken {
        /// Which.
        cases: Vec<Taken>,
    },
    /// A case was taken out again.
    CaseDropped {
        /// Which.
        case: CaseId,
    },
    /// Something is to be done.
    TaskSet(Task),
    /// It was done, or need not be.
    TaskEnded {
        /// Which.
        task: Id,
        /// Done; else let go.
        done: bool,
        /// What was done, or why not.
        note: String,
    },
    /// Somebody is to check cases.
    ReviewerNamed {
        /// Which.
        cases: Vec<CaseId>,
        /// Who.
        reviewer: PersonId,
    },
    /// A case was checked; the words stand in the case.
    CaseChecked {
        /// Which.
        case: CaseId,
        /// What was found.
        verdict: Verdict,
        /// Criteria that were not met, by id.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        unmet: Vec<String>,
    },
    /// What was said and decided, in words.
    MinutesWritten {
        /// The minutes.
        text: String,
    },
    /// Closed, with a report.
    UndertakingClosed {
        /// The report.
        report: String,
    },
}

impl Event {
    /// Stable name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::UndertakingOpened(_) => "UndertakingOpened",
            Self::CasesTaken { .. } => "CasesTaken",
            Self::CaseDropped { .. } => "CaseDropped",
            Self::TaskSet(_) => "TaskSet",
            Self::TaskEnded { .. } => "TaskEnded",
            Self::ReviewerNamed { .. } => "ReviewerNamed",
            Self::CaseChecked { .. } => "CaseChecked",
            Self::MinutesWritten { .. } => "MinutesWritten",
            Self::UndertakingClosed { .. } => "UndertakingClosed",
        }
    }
}

/// A case in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Who had it when it was taken up.
    pub taken: Taken,
    /// Who checks it.
    pub reviewer: Option<PersonId>,
    /// What was found, with the criteria not met.
    pub checked: Option<(Verdict, Vec<String>)>,
}

/// A task and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// What.
    pub task: Task,
    /// Done or let go, when, with what words.
    pub ended: Option<(bool, Instant, String)>,
}

/// The state of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undertaking {
    /// How it began.
    pub opened: Opened,
    /// The organ whose it is.
    pub organ: OrganId,
    /// When it was recorded.
    pub opened_at: Instant,
    /// Its cases, in the order they were taken up.
    pub cases: Vec<Held>,
    /// Its tasks, in the order they were set.
    pub tasks: Vec<Work>,
    /// The minutes.
    pub minutes: String,
    /// When it was closed, with its report.
    pub closed: Option<(Instant, String)>,
}

coded! {
    /// Why something is not possible.
    Why {
        /// not for this role, unit or person
        Role = "role",
        /// it is closed
        Closed = "undertaking_closed",
        /// no such case, task
        Unknown = "undertaking_unknown",
        /// it has that already
        Already = "undertaking_already",
        /// that day is past
        Past = "date_past",
        /// only in a check
        OnlyCheck = "only_check",
        /// whoever had the case, or is of its unit, does not check it
        OwnUnit = "own_unit",
        /// the order it became is not accepted yet
        OrderOpen = "order_open",
        /// tasks are open
        TasksOpen = "tasks_open",
        /// cases are not checked yet
        Unchecked = "unchecked",
        /// minutes are missing
        NoMinutes = "no_minutes",
        /// more cases than one holds
        TooMany = "too_many_cases",
    }
}

impl Undertaking {
    /// The state after its first event.
    #[must_use]
    pub fn begin(opened: Opened, organ: OrganId, at: Instant) -> Self {
        Self { opened, organ, opened_at: at, cases: Vec::new(), tasks: Vec::new(), minutes: String::new(), closed: None }
    }

    /// The state after one more event. Total.
    #[must_use]
    pub fn evolve(mut self, event: &Event, at: Instant) -> Self {
        match event {
            Event::UndertakingOpened(_) => {}
            Event::CasesTaken { cases } => {
                self.cases.extend(cases.iter().map(|t| Held { taken: *t, reviewer: None, checked: None }));
            }
            Event::CaseDropped { case } => self.cases.retain(|h| h.taken.case != *case),
            Event::TaskSet(task) => self.tasks.push(Work { task: task.clone(), ended: None }),
            Event::TaskEnded { task, done, note } => {
                let found = self.tasks.iter_mut().find(|w| w.task.id == *task);
                found.into_iter().for_each(|w| w.ended = Some((*done, at, note.clone())));
            }
            Event::ReviewerNamed { cases, reviewer } => {
                let named = self.cases.iter_mut().filter(|h| cases.contains(&h.taken.case));
                named.for_each(|h| h.reviewer = Some(*reviewer));
            }
            Event::CaseChecked { case, verdict, unmet } => {
                let found = self.cases.iter_mut().find(|h| h.taken.case == *case);
                found.into_iter().for_each(|h| h.checked = Some((*verdict, unmet.clone())));
            }
            Event::MinutesWritten { text } => self.minutes.clone_from(text),
            Event::UndertakingClosed { report } => self.closed = Some((at, report.clone())),
        }
        self
    }

    /// A case in it.
    #[must_use]
    pub fn held(&self, case: CaseId) -> Option<&Held> {
        self.cases.iter().find(|h| h.taken.case == case)
    }

    /// Units it concerns: those that attend, that have a task, whose cases are checked.
    #[must_use]
    pub fn units(&self) -> Vec<UnitId> {
        let checked = self.cases.iter().filter(|_| self.opened.kind == Mechanism::Check).filter_map(|h| h.taken.unit);
        let mut all: Vec<UnitId> = self.opened.units.iter().copied().chain(self.tasks.iter().map(|w| w.task.unit)).chain(checked).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The day on which what is still to be done is due first: an open task, else its last day.
    #[must_use]
    pub fn next_due(&self) -> Option<Date> {
        let open = self.tasks.iter().filter(|w| w.ended.is_none()).map(|w| w.task.due);
        open.chain(self.opened.until).min().filter(|_| self.closed.is_none())
    }

    /// Whether an event may follow, by whom, today. Opening is decided by role alone.
    ///
    /// # Errors
    /// Why not.
    pub fn may(&self, event: &Event, actor: &Actor, today: Date) -> Result<(), Why> {
        let need = |holds: bool, why: Why| if holds { Ok(()) } else { Err(why) };
        let Actor::Person { id, role, unit, organ } = actor else { return Err(Why::Role) };
        need(*organ == self.organ, Why::Role)?;
        need(self.closed.is_none(), Why::Closed)?;
        let leads = *role == Role::Supervisor;
        match event {
            Event::UndertakingOpened(_) => Err(Why::Already),
            Event::CasesTaken { cases } => {
                need(leads, Why::Role)?;
                need(self.cases.len() + cases.len() <= MOST_CASES, Why::TooMany)?;
                need(!cases.is_empty() && cases.iter().all(|t| self.held(t.case).is_none()), Why::Already)
            }
            Event::CaseDropped { case } => {
                need(leads, Why::Role)?;
                // What was drawn stays drawn.
                need(self.opened.draw.is_none(), Why::Already)?;
                need(self.held(*case).is_some(), Why::Unknown)
            }
            Event::TaskSet(task) => {
                need(leads, Why::Role)?;
                need(task.due >= today, Why::Past)?;
                need(task.case.is_none_or(|c| self.held(c).is_some()), Why::Unknown)
            }
            Event::TaskEnded { task, done, .. } => {
                let work = self.tasks.iter().find(|w| w.task.id == *task).ok_or(Why::Unknown)?;
                let theirs = *role == Role::Lead && *unit == work.task.unit && *done;
                need(leads || theirs, Why::Role)?;
                need(work.ended.is_none(), Why::Already)
            }
            Event::ReviewerNamed { cases, reviewer } => {
                need(leads, Why::Role)?;
                need(self.opened.kind == Mechanism::Check, Why::OnlyCheck)?;
                for case in cases {
                    let held = self.held(*case).ok_or(Why::Unknown)?;
                    need(held.taken.handler != Some(*reviewer), Why::OwnUnit)?;
                    need(held.checked.is_none(), Why::Already)?;
                }
                Ok(())
            }
            Event::CaseChecked { case, .. } => {
                need(self.opened.kind == Mechanism::Check, Why::OnlyCheck)?;
                let held = self.held(*case).ok_or(Why::Unknown)?;
                need(held.reviewer == Some(*id), Why::Role)?;
                // A supervisor is of the organ wherever they sit: what the intake itself answered could be checked by nobody else.
                let of_unit = !leads && held.taken.unit == Some(*unit);
                need(held.taken.handler != Some(*id) && !of_unit, Why::OwnUnit)?;
                need(held.checked.is_none(), Why::Already)
            }
            Event::MinutesWritten { .. } => need(leads, Why::Role),
            Event::UndertakingClosed { .. } => {
                need(leads, Why::Role)?;
                need(self.tasks.iter().all(|w| w.ended.is_some()), Why::TasksOpen)?;
                let check = self.opened.kind == Mechanism::Check;
                need(!check || self.cases.iter().all(|h| h.checked.is_some()), Why::Unchecked)?;
                need(self.opened.kind != Mechanism::Meeting || !self.minutes.is_empty(), Why::NoMinutes)
            }
        }
    }
}

/// Something that may be worth a topic: cases of one kind in a window, and in the window of the same length before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Which cases.
    pub rule: Rule,
    /// How many in the window.
    pub now: u32,
    /// How many in the window before.
    pub before: u32,
    /// At how many units.
    pub units: u32,
}

/// Fewer cases than this are no pattern.
const LEAST: u32 = 3;

/// What stands out among the cases of two windows, the later from `middle` on: by respondent, by demand, by unit. More cases first; of as
/// many, those that grew more.
#[must_use]
pub fn propose(briefs: &[Brief], middle: Instant, most: usize) -> Vec<Proposal> {
    use std::collections::{BTreeMap, BTreeSet};
    type Counted = (u32, u32, BTreeSet<Option<UnitId>>);
    let mut by: BTreeMap<(u8, String), Counted> = BTreeMap::new();
    for b in briefs {
        let respondent = Some((0, b.respondent.clone())).filter(|(_, name)| !name.is_empty());
        let demands = b.demands.iter().map(|d| (1, d.clone()));
        let unit = b.unit.map(|u| (2, u.to_string()));
        for key in respondent.into_iter().chain(demands).chain(unit) {
            let counted = by.entry(key).or_default();
            if b.at >= middle {
                counted.0 += 1;
                counted.2.insert(b.unit);
            } else {
                counted.1 += 1;
            }
        }
    }
    let rule = |(family, value): (u8, String)| match family {
        0 => Rule { respondent: value, ..Rule::default() },
        1 => Rule { demand: value, ..Rule::default() },
        _ => Rule { unit: Id::parse(&value).map(UnitId), ..Rule::default() },
    };
    let mut out: Vec<Proposal> = Vec::new();
    for family in 0..3u8 {
        let of = by.iter().filter(|((f, _), c)| *f == family && c.0 >= LEAST);
        let mut all: Vec<Proposal> = of
            .map(|(key, (now, before, units))| Proposal {
                rule: rule(key.clone()),
                now: *now,
                before: *before,
                units: u32::try_from(units.len()).unwrap_or(u32::MAX),
            })
            .collect();
        all.sort_by_key(|p| (std::cmp::Reverse(p.now), p.before));
        out.extend(all.into_iter().take(most));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const ORGAN: OrganId = OrganId(Id([1; 16]));
    const OFFICE: UnitId = UnitId(Id([2; 16]));
    const CENTRE: UnitId = UnitId(Id([3; 16]));
    const CASE: CaseId = CaseId(Id([4; 16]));
    const HANDLER: PersonId = PersonId(Id([5; 16]));
    const LEADER: PersonId = PersonId(Id([6; 16]));
    const REVIEWER: PersonId = PersonId(Id([7; 16]));
    const TODAY: Date = date(2026, 6, 1);

    fn actor(id: PersonId, role: Role, unit: UnitId) -> Actor {
        Actor::Person { id, role, unit, organ: ORGAN }
    }
    fn supervisor() -> Actor {
        actor(LEADER, Role::Supervisor, CENTRE)
    }

    fn new(kind: Mechanism) -> Undertaking {
        let opened = Opened {
            kind,
            title: "预付卡退费".into(),
            about: String::new(),
            from: TODAY,
            until: None,
            owner: LEADER,
            units: vec![OFFICE],
            draw: None,
            rule: None,
        };
        Undertaking::begin(opened, ORGAN, Instant(0))
            .evolve(&Event::CasesTaken { cases: vec![Taken { case: CASE, unit: Some(OFFICE), handler: Some(HANDLER) }] }, Instant(1))
    }

    fn task(due: Date) -> Event {
        Event::TaskSet(Task { id: Id([9; 16]), what: "逐件退费".into(), unit: OFFICE, case: Some(CASE), due, order: None })
    }

    #[test]
    fn a_meeting_ends_with_minutes_and_every_decision_carried_out() {
        let m = new(Mechanism::Meeting);
        assert_eq!(m.may(&task(date(2026, 5, 31)), &supervisor(), TODAY), Err(Why::Past));
        assert_eq!(m.may(&task(TODAY), &actor(HANDLER, Role::Lead, OFFICE), TODAY), Err(Why::Role));
        let m = m.evolve(&task(date(2026, 6, 5)), Instant(2));
        assert_eq!((m.next_due(), m.units()), (Some(date(2026, 6, 5)), vec![OFFICE]));
        let close = Event::UndertakingClosed { report: "已了结".into() };
        assert_eq!(m.may(&close, &supervisor(), TODAY), Err(Why::TasksOpen));
        let end = |done| Event::TaskEnded { task: Id([9; 16]), done, note: "已退".into() };
        let lead = actor(HANDLER, Role::Lead, OFFICE);
        assert_eq!(m.may(&end(false), &lead, TODAY), Err(Why::Role), "only who set it lets it go");
        assert_eq!(m.may(&end(true), &actor(REVIEWER, Role::Lead, CENTRE), TODAY), Err(Why::Role));
        assert_eq!(m.may(&end(true), &lead, TODAY), Ok(()));
        let m = m.evolve(&end(true), Instant(3));
        assert_eq!(m.may(&close, &supervisor(), TODAY), Err(Why::NoMinutes));
        let m = m.evolve(&Event::MinutesWritten { text: "议定一项".into() }, Instant(4));
        assert_eq!(m.may(&close, &supervisor(), TODAY), Ok(()));
        let m = m.evolve(&close, Instant(5));
        assert_eq!(m.may(&task(TODAY), &supervisor(), TODAY), Err(Why::Closed));
    }

    #[test]
    fn a_case_is_checked_by_the_reviewer_who_is_not_of_its_unit() {
        let c = new(Mechanism::Check);
        let name = |reviewer| Event::ReviewerNamed { cases: vec![CASE], reviewer };
        assert_eq!(c.may(&name(HANDLER), &supervisor(), TODAY), Err(Why::OwnUnit));
        let c = c.evolve(&name(REVIEWER), Instant(2));
        let judge = Event::CaseChecked { case: CASE, verdict: Verdict::Slight, unmet: vec!["told".into()] };
        assert_eq!(c.may(&judge, &supervisor(), TODAY), Err(Why::Role));
        assert_eq!(c.may(&judge, &actor(REVIEWER, Role::Clerk, OFFICE), TODAY), Err(Why::OwnUnit));
        assert_eq!(c.may(&judge, &actor(REVIEWER, Role::Supervisor, OFFICE), TODAY), Ok(()), "of the organ, not of the unit");
        assert_eq!(c.may(&judge, &actor(REVIEWER, Role::Clerk, CENTRE), TODAY), Ok(()));
        assert_eq!(c.may(&Event::UndertakingClosed { report: String::new() }, &supervisor(), TODAY), Err(Why::Unchecked));
        let c = c.evolve(&judge, Instant(3));
        assert_eq!(c.may(&judge, &actor(REVIEWER, Role::Clerk, CENTRE), TODAY), Err(Why::Already));
        assert_eq!(c.may(&Event::UndertakingClosed { report: String::new() }, &supervisor(), TODAY), Ok(()));
    }

    fn brief(n: u8, at: i64, respondent: &str, demand: &str) -> Brief {
        let demands = vec![demand.to_owned()];
        let unit = Some(UnitId(Id([n % 2; 16])));
        Brief { case: CaseId(Id([n; 16])), at: Instant(at), respondent: respondent.into(), demands, unit, title: String::new() }
    }

    #[test]
    fn what_is_many_and_grew_is_proposed_first_and_few_are_not() {
        let mut all: Vec<Brief> = (0..5).map(|n| brief(n, 100, "力健健身", "refund")).collect();
        all.extend((5..9).map(|n| brief(n, 100, "好邻居超市", "repair")));
        all.extend((9..12).map(|n| brief(n, 10, "好邻居超市", "repair")));
        all.extend((12..14).map(|n| brief(n, 100, "少见商行", "other")));
        let found = propose(&all, Instant(50), 5);
        let names: Vec<&str> = found.iter().map(|p| p.rule.respondent.as_str()).filter(|r| !r.is_empty()).collect();
        assert_eq!(names, ["力健健身", "好邻居超市"]);
        assert_eq!((found[0].now, found[0].before, found[0].units), (5, 0, 2));
        assert_eq!((found[1].now, found[1].before), (4, 3));
        assert!(all.iter().filter(|b| found[0].rule.fits(b)).count() == 5 && !Rule::default().fits(&all[0]));
    }

    #[test]
    fn events_read_back_as_they_were_written() {
        let events = [
            Event::UndertakingOpened(Box::new(new(Mechanism::Topic).opened)),
            task(TODAY),
            Event::CaseChecked { case: CASE, verdict: Verdict::Right, unmet: Vec::new() },
        ];
        for event in events {
            let text = serde_json::to_string(&event).unwrap();
            assert!(text.starts_with(&format!("{{\"t\":\"{}\"", event.name())), "{text}");
            assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
        }
    }
}
