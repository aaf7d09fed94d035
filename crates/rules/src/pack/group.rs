//! `[groups]`: from how many people on like complaints are a group (群体性投诉). No national number exists, so it is the locality's to say
//! (law.md 2.11).

use super::Pack;
use super::check::Checker;
use super::cure::Cure;
use serde::Deserialize;
use toml::Spanned;

/// When like complaints become a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    /// Distinct complainants from which each tier begins, rising.
    pub people: Vec<u32>,
    /// Within how many days of each other, of the narrowest look.
    pub days: u32,
    /// Where the locality says so; empty for the program's own default.
    pub source: String,
}

impl Default for Groups {
    fn default() -> Self {
        Self { people: vec![5, 10, 30], days: 7, source: String::new() }
    }
}

impl Groups {
    /// The tier of so many distinct complainants about the same business, from 1; none below the first (V-77: one person five times over is
    /// one).
    #[must_use]
    pub fn tier(&self, people: usize) -> Option<usize> {
        let reached = self.people.iter().filter(|p| **p as usize <= people).count();
        Some(reached).filter(|n| *n > 0)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGroups {
    people: Spanned<Vec<u32>>,
    days: Spanned<u32>,
    source: String,
}

impl Checker<'_> {
    pub(super) fn groups(&mut self, raw: Option<RawGroups>, base: Option<&Pack>) -> Groups {
        let Some(raw) = raw else { return base.map(|b| b.groups.clone()).unwrap_or_default() };
        let people = raw.people.get_ref();
        if people.first().is_none_or(|p| *p < 2) || people.windows(2).any(|w| w[0] >= w[1]) {
            self.fault(raw.people.span().start, "groups.people", Cure::RisingPeople.plain());
        }
        if !(1..=366).contains(raw.days.get_ref()) {
            self.fault(raw.days.span().start, "groups.days", Cure::Between.among(raw.days.get_ref(), "1–366"));
        }
        Groups { people: raw.people.into_inner(), days: raw.days.into_inner(), source: raw.source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v_77_five_people_are_a_group_and_one_five_times_is_not() {
        let groups = Groups::default();
        assert_eq!([1, 4, 5, 9, 10, 30].map(|n| groups.tier(n)), [None, None, Some(1), Some(1), Some(2), Some(3)]);
    }
}
