//! How the units of a locality stand to each other: the tree as it is, what a unit was on a day, and what a case may be sent to. Made with the
//! [`Directory`] when the registry is read, so that no request walks all units.

use crate::engine::{Reader, Result};
use crate::registry::{Directory, Unit};
use crate::scope::{Grant, Scope};
use crate::{args, statements};
use jiff::civil::Date;
use rules::case::command::Relation;
use rules::case::event::Seat;
use rules::ids::{Id, OrganId, PersonId, UnitId};
use rules::text::fold;
use std::collections::BTreeMap;

statements! {
    UNIT_TAKES = "SELECT closed FROM unit WHERE locality = $1 AND id = $2 AND valid_from <= $3 ORDER BY valid_from DESC LIMIT 1";
    NEXT_UNIT = "SELECT unit FROM cases WHERE locality = $1 AND unit > $2 ORDER BY unit LIMIT 1";
}

/// The tree of units and their versions.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// Units directly below each, by code; under none the topmost. Closed ones are not among them.
    below: BTreeMap<Option<UnitId>, Vec<UnitId>>,
    /// Every version of a unit that has several or is still to come, oldest first.
    versions: BTreeMap<UnitId, Vec<(Date, Unit)>>,
    /// How many people hold a role in a unit.
    staff: BTreeMap<UnitId, usize>,
    /// What search looks through, by code: id, folded name and code.
    words: Vec<(UnitId, String)>,
    by_code: BTreeMap<String, UnitId>,
}

impl Tree {
    pub(crate) fn new(units: &BTreeMap<UnitId, Unit>, all: Vec<(Date, Unit)>, roles: &[(PersonId, Grant)]) -> Self {
        let mut tree = Self::default();
        let mut order: Vec<&Unit> = units.values().collect();
        order.sort_by(|a, b| a.code.cmp(&b.code));
        for unit in order {
            tree.by_code.insert(fold(&unit.code), unit.id);
            tree.words.push((unit.id, format!("{}\u{e000}{}", fold(&unit.name), fold(&unit.code))));
            if !unit.closed {
                let parent = unit.parent.filter(|p| units.get(p).is_some_and(|p| !p.closed));
                tree.below.entry(parent).or_default().push(unit.id);
            }
        }
        for (from, unit) in all {
            tree.versions.entry(unit.id).or_default().push((from, unit));
        }
        tree.versions.retain(|id, versions| versions.len() > 1 || !units.contains_key(id));
        let mut held: Vec<_> = roles.iter().map(|(person, g)| (g.unit, *person)).collect();
        held.sort_unstable();
        held.dedup();
        for (unit, _) in held {
            *tree.staff.entry(unit).or_default() += 1;
        }
        tree
    }

    /// The units directly below one, by code; below none the topmost.
    #[must_use]
    pub fn below(&self, parent: Option<UnitId>) -> &[UnitId] {
        self.below.get(&parent).map_or(&[], Vec::as_slice)
    }

    /// How many people hold a role in a unit.
    #[must_use]
    pub fn staff(&self, unit: UnitId) -> usize {
        self.staff.get(&unit).copied().unwrap_or_default()
    }

    /// Units whose name or code contains the words, by code, closed ones too.
    pub fn found(&self, words: &str) -> impl Iterator<Item = UnitId> {
        let words = fold(words.trim());
        self.words.iter().filter(move |(_, text)| text.contains(&words)).map(|(id, _)| *id)
    }

    /// The unit of a code.
    #[must_use]
    pub fn of_code(&self, code: &str) -> Option<UnitId> {
        self.by_code.get(&fold(code.trim())).copied()
    }
}

impl Directory {
    /// A unit as it was on a day; before its first day as it was first.
    #[must_use]
    pub fn unit_on(&self, id: UnitId, on: Date) -> Option<&Unit> {
        let Some(versions) = self.tree.versions.get(&id) else { return self.units.get(&id) };
        versions.iter().rev().find(|(from, _)| *from <= on).or(versions.first()).map(|(_, u)| u)
    }

    /// Every version of a unit, oldest first, each with its first day; one alone has none to be told.
    #[must_use]
    pub fn versions(&self, id: UnitId) -> &[(Date, Unit)] {
        self.tree.versions.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The units above one, topmost first.
    #[must_use]
    pub fn path(&self, id: UnitId) -> Vec<&Unit> {
        let up = |u: &&Unit| u.parent.and_then(|p| self.units.get(&p));
        let mut path: Vec<&Unit> = std::iter::successors(self.units.get(&id), up).skip(1).take(16).collect();
        path.reverse();
        path
    }

    /// How a destination stands to the organ that has a case.
    #[must_use]
    pub fn relation(&self, from: OrganId, to: Seat) -> Relation {
        let outside = self.units.get(&to.unit).is_some_and(|u| u.kind.is_outside());
        if from == to.organ {
            return if outside { Relation::Outside } else { Relation::Same };
        }
        let above = std::iter::successors(self.organs.get(&to.organ), |o| o.parent.and_then(|p| self.organs.get(&p))).skip(1).take(8);
        if outside || !above.into_iter().any(|o| o.id == from) {
            return Relation::Other;
        }
        match self.organs.get(&to.organ).and_then(|o| o.intake_unit) {
            None => Relation::Below,
            Some(intake) if intake == to.unit => Relation::Intake,
            Some(_) => Relation::PastIntake,
        }
    }
}

/// Whether a unit takes cases on a day, as the registry stands in this transaction.
///
/// # Errors
/// Those of reading.
pub async fn takes(db: &mut Reader, scope: &Scope, unit: UnitId, on: Date) -> Result<bool> {
    let row = db.opt(UNIT_TAKES, args![scope.locality(), unit, on]).await?;
    row.map_or(Ok(false), |r| r.get::<bool>(0).map(|closed| !closed))
}

/// The units that have or had a case: one look at the index for each, however many units there are.
///
/// # Errors
/// Those of reading.
pub async fn with_cases(db: &mut Reader, scope: &Scope) -> Result<Vec<UnitId>> {
    let mut out: Vec<UnitId> = Vec::new();
    loop {
        let after = out.last().copied().unwrap_or(UnitId(Id([0; 16])));
        let Some(row) = db.opt(NEXT_UNIT, args![scope.locality(), after]).await? else { return Ok(out) };
        out.push(row.get(0)?);
    }
}
