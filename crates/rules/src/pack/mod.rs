//! Policy packs (政策包): a locality's way of working as data — its organs and units, its local clocks, its numbering. A pack may rest on
//! another (`based_on`) and then only says what differs. Every fault names the line, the field and the cure.

mod check;
mod clock;
mod cure;
mod entries;
mod group;
mod handling;
mod leniency;
mod mechanism;
mod numbering;
mod organisation;
mod read;
mod review;
mod scoring;
mod supervision;

pub use clock::{LocalClock, Stop, Trigger};
pub use cure::{Cure, Said};
pub use entries::{Entry, Section, Value};
pub use group::Groups;
pub use handling::{Approval, FollowUp};
pub use mechanism::{Declared, Mechanism};
pub use organisation::{Area, Levels, OrganDef, UnitDef, UnitKind};
pub use review::{Criterion, Grade, Responsible, Review};
pub use scoring::{Exclusion, Population, Scoring, Weight};
pub use supervision::{LadderStep, Rung, Since, Supervision};

use crate::calendar::Roll;
use crate::clock::{Clock, ClockName};
use crate::law::{Form, Kind};
use crate::leniency::Line;
use crate::numbering::Template;
use check::Checker;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A validated pack with what it rests on already merged in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    /// Stable id.
    pub id: String,
    /// Version; a change of a pack is a new version from a day on.
    pub version: u32,
    /// Name in Chinese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// Its division code, where it is one locality.
    pub division: Option<i64>,
    /// Where the policy is described.
    pub source: String,
    /// First day it applies.
    pub valid_from: Date,
    /// What a natural-day period does at its end (Order 121 Art. 45; law.md 1.10).
    pub roll: Roll,
    /// Document number template.
    pub document: Template,
    /// Class word per form, for the template's `{class}`.
    pub classes: BTreeMap<Form, String>,
    /// Local clocks.
    pub clocks: Vec<LocalClock>,
    /// What needs the head's approval.
    pub approvals: BTreeSet<Approval>,
    /// Follow-up after closing, and what follows a dissatisfied answer.
    pub follow_up: FollowUp,
    /// From how many people on like complaints are a group.
    pub groups: Groups,
    /// Where what a unit settles counts as settled.
    pub levels: Levels,
    /// Mechanisms declared, on or off.
    pub mechanisms: BTreeMap<Mechanism, Declared>,
    /// Id of the pack it rests on.
    pub based_on: Option<String>,
    /// Clocks of earlier versions, by basis and id: cases that began under them go on with them.
    pub former: BTreeMap<(String, String), LocalClock>,
    /// How rates are counted and units scored.
    pub scoring: Scoring,
    /// What follows a bad review, and how cases are checked.
    pub review: Review,
    /// Areas of the locality.
    pub areas: Vec<Area>,
    /// Lines of the leniency list beside those of the law itself (JD4).
    pub leniency: Vec<Line>,
    /// How the locality supervises.
    pub supervision: Supervision,
    /// Organs.
    pub organs: Vec<OrganDef>,
    /// Units.
    pub units: Vec<UnitDef>,
}

impl Pack {
    /// Local clocks that `trigger` starts for a case.
    pub fn clocks_on(&self, trigger: Trigger, kind: Kind, urgent: bool) -> impl Iterator<Item = &LocalClock> {
        self.clocks.iter().filter(move |c| c.start == trigger && c.kinds.contains(&kind) && (urgent || !c.urgent_only))
    }
    /// What a clock of this pack rests on: `pack:<id>@<version>`.
    #[must_use]
    pub fn basis(&self) -> String {
        format!("pack:{}@{}", self.id, self.version)
    }
    /// The local clock of a clock name, as it is now or was last.
    #[must_use]
    pub fn local_clock(&self, name: &ClockName) -> Option<&LocalClock> {
        let id = name.0.strip_prefix("local:")?;
        let before = || self.former.iter().filter(|((_, i), _)| i == id).map(|(_, c)| c).next_back();
        self.clocks.iter().find(|c| c.id == id).or_else(before)
    }
    /// What a running clock was promised as: under the version it was started with, where that is another than this.
    #[must_use]
    pub fn promise(&self, clock: &Clock) -> Option<&LocalClock> {
        let id = clock.name.0.strip_prefix("local:")?;
        self.former.get(&(clock.basis.clone(), id.to_owned())).or_else(|| self.local_clock(&clock.name))
    }
    /// The same pack, knowing the clocks of an earlier version.
    #[must_use]
    pub fn after(mut self, earlier: &Self) -> Self {
        let (basis, own) = (earlier.basis(), self.basis());
        if basis != own {
            let clocks = earlier.clocks.iter().map(|c| ((basis.clone(), c.id.clone()), c.clone()));
            self.former.extend(clocks);
        }
        self.former.extend(earlier.former.iter().filter(|((b, _), _)| *b != own).map(|(k, c)| (k.clone(), c.clone())));
        self
    }
}

/// A fault in a pack file: where, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {field}: {said}")]
pub struct PackError {
    /// File the fault is in.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Field, dotted.
    pub field: String,
    /// What is wrong and the cure.
    pub said: Said,
}

/// Reads a pack. `file` names it in errors; `base` gives the pack it rests on by id.
///
/// # Errors
/// All faults found, each with its line and field.
pub fn parse(file: &str, text: &str, base: impl Fn(&str) -> Option<Pack>) -> Result<Pack, Vec<PackError>> {
    let mut check = Checker { file, text, faults: Vec::new(), spoiled: BTreeSet::new() };
    let Some(raw) = read::read(&mut check) else { return Err(check.faults) };
    let base = match raw.based_on.as_ref().map(|b| b.get_ref().as_str()) {
        None => None,
        Some(id) => match base(id) {
            Some(p) => Some(p),
            None => {
                let at = raw.based_on.as_ref().map_or(0, |b| b.span().start);
                check.fault(at, "based_on", Cure::NoPack.of(id));
                None
            }
        },
    };
    let pack = check.build(raw, base);
    check.faults.sort_by_key(|f| f.line);
    if check.faults.is_empty() { Ok(pack) } else { Err(check.faults) }
}
