//! Reading a pack file: what every section shares — where a fault is, ids, coded values — and how the sections are merged into what the
//! pack rests on.

use super::clock::RawClock;
use super::cure::{Cure, Said};
use super::group::RawGroups;
use super::handling::RawFollowUp;
use super::leniency::RawLine;
use super::mechanism::RawMechanism;
use super::numbering::RawNumbering;
use super::organisation::{RawArea, RawOrgan, RawUnit};
use super::read::missing;
use super::review::RawReview;
use super::scoring::RawScoring;
use super::supervision::RawSupervision;
use super::{Pack, PackError};
use crate::calendar::Roll;
use crate::law::Kind;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPack {
    pub(super) id: Spanned<String>,
    pub(super) version: u32,
    pub(super) name: String,
    pub(super) name_en: String,
    pub(super) division: Option<Spanned<i64>>,
    pub(super) source: String,
    pub(super) valid_from: Spanned<String>,
    pub(super) based_on: Option<Spanned<String>>,
    pub(super) roll: Option<Spanned<String>>,
    pub(super) numbering: Option<RawNumbering>,
    pub(super) approvals: Option<Vec<Spanned<String>>>,
    pub(super) follow_up: Option<RawFollowUp>,
    pub(super) supervision: Option<RawSupervision>,
    pub(super) groups: Option<RawGroups>,
    pub(super) levels: Option<BTreeMap<String, Spanned<String>>>,
    #[serde(default)]
    pub(super) mechanism: Vec<Spanned<RawMechanism>>,
    pub(super) scoring: Option<RawScoring>,
    pub(super) review: Option<RawReview>,
    #[serde(default)]
    pub(super) clock: Vec<Spanned<RawClock>>,
    #[serde(default)]
    pub(super) area: Vec<Spanned<RawArea>>,
    #[serde(default)]
    pub(super) leniency: Vec<Spanned<RawLine>>,
    #[serde(default)]
    pub(super) organ: Vec<Spanned<RawOrgan>>,
    #[serde(default)]
    pub(super) unit: Vec<Spanned<RawUnit>>,
}

pub(super) struct Checker<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
    pub(super) faults: Vec<PackError>,
    /// Sections with something in them that could not be read, so that what refers to it is no fault of its own.
    pub(super) spoiled: BTreeSet<String>,
}

impl Checker<'_> {
    pub(super) fn fault(&mut self, at: usize, field: &str, said: Said) {
        let line = self.text.as_bytes()[..at.min(self.text.len())].iter().filter(|b| **b == b'\n').count() + 1;
        self.faults.push(PackError { file: self.file.to_owned(), line, field: field.to_owned(), said });
    }

    /// The field a reader's error is about: the one it says is missing, or the key of the line, under its table.
    pub(super) fn field_at(&self, at: usize, message: &str) -> String {
        let at = (0..=at.min(self.text.len())).rev().find(|i| self.text.is_char_boundary(*i)).unwrap_or(0);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |n| at + n);
        let above = &self.text[..end];
        let header = |l: &&str| l.starts_with('[');
        let table = above.lines().rev().map(str::trim).find(header).map(|l| l.trim_matches(|c| "[] ".contains(c)));
        let missing = missing(message);
        let line = above.lines().next_back().unwrap_or_default();
        let key = line.split_once('=').map(|(key, _)| key.trim()).filter(|k| !k.is_empty() && !k.starts_with('['));
        match (table, missing.or(key)) {
            (Some(table), Some(key)) => format!("{table}.{key}"),
            (None, Some(key)) => key.to_owned(),
            (Some(table), None) => table.to_owned(),
            (None, None) => "toml".to_owned(),
        }
    }

    pub(super) fn id(&mut self, field: &str, id: &Spanned<String>) {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if id.get_ref().is_empty() || !id.get_ref().bytes().all(fits) {
            self.fault(id.span().start, field, Cure::Id.plain());
        }
    }

    /// Byte at which the first header of a section stands, 0 where there is none.
    pub(super) fn line_of(&self, section: &str) -> usize {
        let header = |l: &str| l.trim_matches(|c| "[] ".contains(c)) == section && l.starts_with('[');
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            if header(line.trim()) {
                return at;
            }
            at += line.len();
        }
        0
    }

    /// A list of kinds of case, not empty.
    pub(super) fn kinds(&mut self, field: &str, list: &Spanned<Vec<String>>) -> Vec<Kind> {
        let kinds: Vec<Kind> = list.get_ref().iter().filter_map(|k| Kind::parse(k)).collect();
        if kinds.len() != list.get_ref().len() || kinds.is_empty() {
            self.fault(list.span().start, field, Cure::Kinds.plain());
        }
        kinds
    }

    /// Parses a coded value, or notes a fault that lists what is allowed and returns `fallback`.
    pub(super) fn coded<T: Copy>(
        &mut self,
        field: &str,
        value: &Spanned<String>,
        parse: impl Fn(&str) -> Option<T>,
        allowed: &str,
        fallback: T,
    ) -> T {
        parse(value.get_ref()).unwrap_or_else(|| {
            self.fault(value.span().start, field, Cure::Unknown.among(value.get_ref(), allowed));
            fallback
        })
    }

    pub(super) fn build(&mut self, raw: RawPack, base: Option<Pack>) -> Pack {
        self.id("id", &raw.id);
        let valid_from = raw.valid_from.get_ref().parse().unwrap_or_else(|_| {
            self.fault(raw.valid_from.span().start, "valid_from", Cure::Date.plain());
            jiff::civil::date(2000, 1, 1)
        });
        if let Some(d) = &raw.division
            && !(100_000..=999_999).contains(d.get_ref())
        {
            self.fault(d.span().start, "division", Cure::Division.plain());
        }
        let roll = match &raw.roll {
            None => base.as_ref().map_or(Roll::default(), |b| b.roll),
            Some(r) => match r.get_ref().as_str() {
                "non_workday" => Roll::NonWorkday,
                "statutory_holiday_only" => Roll::StatutoryHolidayOnly,
                _ => {
                    self.fault(r.span().start, "roll", Cure::Unknown.among(r.get_ref(), "non_workday, statutory_holiday_only"));
                    Roll::default()
                }
            },
        };
        let (document, classes) = self.numbering(raw.numbering, base.as_ref());
        let mut organs = self.organs(raw.organ);
        if let Some(base) = base.as_ref().filter(|_| organs.is_empty()) {
            organs.clone_from(&base.organs);
        }
        let units = self.units(raw.unit, &organs);
        let clocks = self.clocks(raw.clock, base.as_ref());
        let leniency = self.leniency(raw.leniency, base.as_ref());
        let supervision = self.supervision(raw.supervision, base.as_ref());
        let scoring = self.scoring(raw.scoring, base.as_ref().map(|b| &b.scoring));
        let review = self.review(raw.review, base.as_ref(), &clocks);
        let areas = self.areas(raw.area);
        let approvals = raw.approvals.map(|list| self.approvals(&list));
        let follow_up = self.follow_up(raw.follow_up, base.as_ref());
        let groups = self.groups(raw.groups, base.as_ref());
        let levels = self.levels(raw.levels, base.as_ref());
        let mechanisms = self.mechanisms(raw.mechanism, base.as_ref());
        self.in_step(&mechanisms, &follow_up);
        Pack {
            id: raw.id.into_inner(),
            version: raw.version,
            name: raw.name,
            name_en: raw.name_en,
            division: raw.division.map(Spanned::into_inner),
            source: raw.source,
            valid_from,
            roll,
            document,
            classes,
            clocks,
            approvals: approvals.or_else(|| base.as_ref().map(|b| b.approvals.clone())).unwrap_or_default(),
            follow_up,
            groups,
            levels,
            mechanisms,
            based_on: raw.based_on.map(Spanned::into_inner),
            former: BTreeMap::new(),
            scoring,
            review,
            areas: if areas.is_empty() { base.as_ref().map(|b| b.areas.clone()).unwrap_or_default() } else { areas },
            leniency,
            supervision,
            organs,
            units: if units.is_empty() { base.map(|b| b.units).unwrap_or_default() } else { units },
        }
    }
}
