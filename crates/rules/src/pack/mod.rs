//! Policy packs (政策包): a locality's way of working as data — its organs and units, its local clocks, its numbering. A pack may rest on
//! another (`based_on`) and then only says what differs. Every fault names the line, the field and the cure.

mod check;
mod clock;
mod handling;
mod leniency;
mod numbering;
mod organisation;

pub use clock::{LocalClock, Stop, Trigger};
pub use handling::{Approval, FollowUp};
pub use organisation::{Area, OrganDef, UnitDef, UnitKind};

use crate::calendar::Roll;
use crate::law::{Form, Kind};
use crate::leniency::Line;
use crate::numbering::Template;
use check::{Checker, RawPack};
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
    /// What follows a dissatisfied answer.
    pub follow_up: FollowUp,
    /// Areas of the locality.
    pub areas: Vec<Area>,
    /// Lines of the leniency list beside those of the law itself (JD4).
    pub leniency: Vec<Line>,
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
    /// The local clock of a clock name.
    #[must_use]
    pub fn local_clock(&self, name: &crate::clock::ClockName) -> Option<&LocalClock> {
        let id = name.0.strip_prefix("local:")?;
        self.clocks.iter().find(|c| c.id == id)
    }
}

/// A fault in a pack file: where, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {field}: {message}")]
pub struct PackError {
    /// File the fault is in.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Field, dotted.
    pub field: String,
    /// What is wrong and the cure.
    pub message: String,
}

/// Reads a pack. `file` names it in errors; `base` gives the pack it rests on by id.
///
/// # Errors
/// All faults found, each with its line and field.
pub fn parse(file: &str, text: &str, base: impl Fn(&str) -> Option<Pack>) -> Result<Pack, Vec<PackError>> {
    let mut check = Checker { file, text, faults: Vec::new() };
    let raw: RawPack = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(e) => {
            let at = e.span().map_or(0, |s| s.start);
            let field = check.field_at(at, e.message());
            check.fault(at, &field, e.message().to_owned());
            return Err(check.faults);
        }
    };
    let base = match raw.based_on.as_ref().map(|b| b.get_ref().as_str()) {
        None => None,
        Some(id) => match base(id) {
            Some(p) => Some(p),
            None => {
                let at = raw.based_on.as_ref().map_or(0, |b| b.span().start);
                check.fault(at, "based_on", format!("there is no pack `{id}`; name one that exists or leave the line out"));
                None
            }
        },
    };
    let pack = check.build(raw, base);
    if check.faults.is_empty() { Ok(pack) } else { Err(check.faults) }
}
