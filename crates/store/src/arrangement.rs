//! What a locality arranges for its work beside who is who: absences with their deputies, phrases for writing, hand-overs of cases, keys of
//! channels, who signs in with a second step. Records of the registry, set and ended by its events.

use crate::registry::Directory;
use crate::scope::{Grant, Scope};
use jiff::civil::Date;
use rules::access::Role;
use rules::ids::{CaseId, OrganId, PersonId, UnitId};
use rules::law::Kind;
use rules::rate::{Counts, Sums};
use rules::time::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One arrangement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "a", rename_all = "snake_case")]
pub enum Arrangement {
    /// A head is away, and who decides meanwhile.
    Absence(Absence),
    /// Words that are written often.
    Phrase(Phrase),
    /// All open cases of a person go to others.
    Handover(Handover),
    /// A unit is closed or becomes part of another, and its open cases go over.
    Clearing(Clearing),
    /// Another system may hand submissions in.
    ChannelKey(ChannelKey),
    /// Who must do a second step at sign-in.
    SecondStep(SecondStep),
    /// Open cases are counted by another version of the pack.
    Recount(Recount),
    /// The figures of a month as they were published.
    Published(Published),
    /// A case that moved a unit's score is contested.
    Contest(Contest),
}

/// The open cases are recounted by the version of the pack now in force, one after the other, however often the program is started meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recount {
    /// Id of the pack.
    pub pack: String,
    /// Its version.
    pub version: u32,
    /// By order of; none by command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
    /// When it was ordered.
    pub at: Instant,
    /// First day it may begin: that of the version.
    pub from: Date,
    /// Open clocks looked at so far.
    #[serde(default)]
    pub seen: u64,
    /// Cases whose clocks changed.
    #[serde(default)]
    pub moved: u64,
    /// Where the next round begins, in the order of due dates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<(Instant, CaseId)>,
    /// When it was done or stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Instant>,
    /// Whether somebody stopped it before it was done.
    #[serde(default)]
    pub stopped: bool,
}

/// The figures of a month of an organ's units as they were published; they stay as they were, whatever comes late.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Whose units.
    pub organ: OrganId,
    /// Which month, `YYYY-MM`.
    pub month: String,
    /// By unit and kind: entries in the order of `Measure::ALL`, then money obtained in fen.
    pub sums: BTreeMap<UnitId, BTreeMap<Kind, Vec<i64>>>,
    /// Of units with cases left out of their score: the figures it was made from, as above.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub appraised: BTreeMap<UnitId, BTreeMap<Kind, Vec<i64>>>,
    /// Scores of the units, hundredths of a point.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub scores: BTreeMap<UnitId, i64>,
    /// Position of the log they were counted up to.
    pub pos: u64,
    /// Who published them.
    pub by: PersonId,
    /// When.
    pub at: Instant,
}

impl Published {
    /// The figures of units.
    #[must_use]
    pub fn of(organ: OrganId, month: String, by_unit: &BTreeMap<UnitId, Counts>, (pos, by, at): (u64, PersonId, Instant)) -> Self {
        let sums = by_unit.iter().map(|(u, c)| (*u, Self::flat(c))).collect();
        Self { organ, month, sums, appraised: BTreeMap::new(), scores: BTreeMap::new(), pos, by, at }
    }

    /// Figures as they are kept.
    #[must_use]
    pub fn flat(counts: &Counts) -> BTreeMap<Kind, Vec<i64>> {
        counts.0.iter().map(|(k, s)| (*k, s.entries.iter().copied().chain([s.recovered]).collect())).collect()
    }

    /// The figures of a unit; measures that came later count zero.
    #[must_use]
    pub fn counts(&self, unit: UnitId) -> Counts {
        Self::read(self.sums.get(&unit))
    }

    /// The figures a unit's score was made from: without the cases left out.
    #[must_use]
    pub fn appraised(&self, unit: UnitId) -> Counts {
        Self::read(self.appraised.get(&unit).or(self.sums.get(&unit)))
    }

    fn read(kept: Option<&BTreeMap<Kind, Vec<i64>>>) -> Counts {
        let sums = |numbers: &Vec<i64>| {
            let (recovered, entries) = numbers.split_last().map_or((0, &[][..]), |(last, rest)| (*last, rest));
            let mut sums = Sums { recovered, ..Sums::default() };
            sums.entries.iter_mut().zip(entries).for_each(|(mine, n)| *mine = *n);
            sums
        };
        Counts(kept.into_iter().flatten().map(|(k, n)| (*k, sums(n))).collect())
    }
}

/// A unit says that a case should not count against it, and what was decided. Words name no person: the registry is not erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contest {
    /// Which unit.
    pub unit: UnitId,
    /// The case.
    pub case: CaseId,
    /// The month whose score it moved, `YYYY-MM`.
    pub month: String,
    /// The ground, a code of the pack's exclusions.
    pub ground: String,
    /// Why, in words.
    pub reason: String,
    /// Who contested it.
    pub by: PersonId,
    /// When.
    pub at: Instant,
    /// What was decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Ruling>,
}

/// A decision on a contest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// Whether the case is left out.
    pub left_out: bool,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub by: PersonId,
    /// When.
    pub at: Instant,
    /// The unit's score before and after, hundredths of a point.
    pub score: (i64, i64),
}

/// A key by which another system hands submissions in, and may do nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelKey {
    /// What the system is called.
    pub name: String,
    /// Channel its submissions are of.
    pub channel: String,
    /// Series their numbers belong to; the same after the key was changed.
    pub series: String,
    /// SHA-256 of the key, hex.
    pub digest: String,
    /// When it was made.
    pub made: Instant,
    /// Until when it works, once another has taken its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

impl ChannelKey {
    /// Whether it works at a moment.
    #[must_use]
    pub fn works(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// The roles that are acted in only after a second step at sign-in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondStep {
    /// Which.
    pub roles: Vec<Role>,
}

/// A head of a unit is away and has a deputy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Who is away.
    pub person: PersonId,
    /// Head of which unit.
    pub unit: UnitId,
    /// Who decides meanwhile.
    pub deputy: PersonId,
    /// First day.
    pub from: Date,
    /// Last day.
    pub through: Date,
}

impl Absence {
    /// Whether it lasts on a day.
    #[must_use]
    pub fn lasts(&self, on: Date) -> bool {
        self.from <= on && on <= self.through
    }
}

/// Whose phrase it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// One person's own.
    Person(PersonId),
    /// A unit's.
    Unit(UnitId),
    /// Everybody's.
    All,
}

/// Words that are written often, with fields in braces that are filled from the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// Whose.
    pub owner: Owner,
    /// What it is called.
    pub name: String,
    /// Its words.
    pub text: String,
}

/// All open cases of a person in a unit go to others, one after the other, however often the program is started meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// From whom.
    pub from: PersonId,
    /// In which unit.
    pub unit: UnitId,
    /// To whom, in turn.
    pub to: Vec<PersonId>,
    /// By order of.
    pub by: PersonId,
    /// When it was ordered.
    pub at: Instant,
    /// Open cases there were then.
    pub total: i64,
    /// When the last of them had gone over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Instant>,
    /// Cases that could not go over, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<String>,
}

impl Handover {
    /// The scope in which it is carried out: that of the head who ordered it, as long as they are one.
    #[must_use]
    pub fn scope(&self, directory: &Directory) -> Option<Scope> {
        let is_head = |(p, g): &(PersonId, Grant)| *p == self.by && g.unit == self.unit && g.role == Role::Lead;
        let grant = directory.roles.iter().chain(&directory.deputies).find(|held| is_head(held)).map(|(_, g)| *g)?;
        let active = directory.people.get(&self.by).is_some_and(|p| p.active);
        active.then(|| Scope::person(directory.locality, self.by, grant))
    }
}

/// A unit is closed, or becomes part of another, from a day on; its open cases go over, one after the other, however often the program is
/// started meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clearing {
    /// Which unit.
    pub unit: UnitId,
    /// Who has its work from then on: another unit, or the intake.
    pub to: UnitId,
    /// Its people, with their roles, absences, phrases and views, go along.
    pub merge: bool,
    /// Why.
    pub why: String,
    /// By order of.
    pub by: PersonId,
    /// When it was ordered.
    pub at: Instant,
    /// From which day.
    pub from: Date,
    /// Open cases there were when it was ordered.
    pub total: i64,
    /// When the last of them had gone over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Instant>,
    /// Cases that could not go over, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<String>,
}

/// The roles that deputies hold on a day: each that of the head they stand in for.
pub(crate) fn deputies<'a>(
    arrangements: impl IntoIterator<Item = &'a Arrangement>,
    roles: &[(PersonId, Grant)],
    on: Date,
) -> Vec<(PersonId, Grant)> {
    let mut out = Vec::new();
    for arrangement in arrangements {
        let Arrangement::Absence(a) = arrangement else { continue };
        let held = roles.iter().find(|(p, g)| *p == a.person && g.unit == a.unit && g.role == Role::Lead);
        let already =
            |out: &[(PersonId, Grant)]| roles.iter().chain(out).any(|(p, g)| *p == a.deputy && g.unit == a.unit && g.role == Role::Lead);
        if let Some((_, grant)) = held
            && a.lasts(on)
            && !already(&out)
        {
            out.push((a.deputy, *grant));
        }
    }
    out
}
