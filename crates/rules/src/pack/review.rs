//! `[review]`: grades of dissatisfaction with who answers for each (SD4, HS3), and how cases are checked (SH6).

use super::Pack;
use super::check::Checker;
use super::clock::Stop;
use super::cure::Cure;
use crate::law::coded;
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;

coded! {
    /// Who answers for a bad review until its correction is recorded.
    Responsible {
        /// the head of the unit that had the case
        Lead = "lead",
        /// a supervisor of the organ
        Supervisor = "supervisor",
    }
}

/// A grade of dissatisfaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grade {
    /// Stable id, in events.
    pub id: String,
    /// In Chinese.
    pub name: String,
    /// In English.
    pub name_en: String,
    /// Who answers for it.
    pub responsible: Responsible,
    /// Id of the local clock that runs until the correction; one that stops at `corrected`.
    pub clock: Option<String>,
    /// Whether the person is to be visited.
    pub visit: bool,
    /// Whether the case is to be handled again, where that can be.
    pub again: bool,
}

/// A line of the sheet a checked case is judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// Stable id, in events.
    pub id: String,
    /// In Chinese.
    pub name: String,
    /// In English.
    pub name_en: String,
}

/// What follows a bad review, and how cases are checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Grades, the first given where nobody says another.
    pub grades: Vec<Grade>,
    /// The sheet of a spot check (抽查).
    pub criteria: Vec<Criterion>,
    /// Whether every case found untrue is checked again (复核), whoever is drawn.
    pub recheck_untrue: bool,
}

impl Default for Review {
    fn default() -> Self {
        let grade = Grade {
            id: "dissatisfied".into(),
            name: "不满意".into(),
            name_en: "Dissatisfied".into(),
            responsible: Responsible::Lead,
            clock: None,
            visit: false,
            again: false,
        };
        let criterion = |(id, name, name_en): (&str, &str, &str)| Criterion { id: id.into(), name: name.into(), name_en: name_en.into() };
        let criteria = [
            ("procedure", "程序", "Procedure"),
            ("limits", "时限", "Time limits"),
            ("told", "告知", "Telling the parties"),
            ("papers", "文书", "Papers"),
            ("satisfaction", "回访与满意", "Follow-up and satisfaction"),
        ];
        Self { grades: vec![grade], criteria: criteria.map(criterion).to_vec(), recheck_untrue: false }
    }
}

impl Review {
    /// The grade of an id.
    #[must_use]
    pub fn grade(&self, id: &str) -> Option<&Grade> {
        self.grades.iter().find(|g| g.id == id)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReview {
    #[serde(default)]
    grade: Vec<Spanned<RawGrade>>,
    #[serde(default)]
    criterion: Vec<Spanned<RawCriterion>>,
    recheck_untrue: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGrade {
    id: Spanned<String>,
    name: String,
    name_en: String,
    responsible: Spanned<String>,
    clock: Option<Spanned<String>>,
    #[serde(default)]
    visit: bool,
    #[serde(default)]
    again: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCriterion {
    id: Spanned<String>,
    name: String,
    name_en: String,
}

impl Checker<'_> {
    /// The section over what the pack rests on; a list that is given replaces the one below it. `clocks` are those of the whole pack.
    pub(super) fn review(&mut self, raw: Option<RawReview>, base: Option<&Pack>, clocks: &[super::LocalClock]) -> Review {
        let mut review = base.map(|b| b.review.clone()).unwrap_or_default();
        let Some(raw) = raw else { return review };
        let mut seen = BTreeSet::new();
        let mut grades = Vec::new();
        for g in raw.grade {
            let at = g.span().start;
            let g = g.into_inner();
            self.id("review.grade.id", &g.id);
            if !seen.insert(g.id.get_ref().clone()) {
                self.fault(at, "review.grade.id", Cure::Twice.of(g.id.get_ref()));
            }
            let allowed = Responsible::ALL.iter().map(|r| r.code()).collect::<Vec<_>>().join(", ");
            let responsible = self.coded("review.grade.responsible", &g.responsible, Responsible::parse, &allowed, Responsible::Lead);
            if let Some(c) = &g.clock
                && !clocks.iter().any(|k| k.id == *c.get_ref() && k.stop == Stop::Corrected)
            {
                self.fault(c.span().start, "review.grade.clock", Cure::NoClock.of(c.get_ref()));
            }
            let clock = g.clock.map(Spanned::into_inner);
            let (id, name, name_en) = (g.id.into_inner(), g.name, g.name_en);
            grades.push(Grade { id, name, name_en, responsible, clock, visit: g.visit, again: g.again });
        }
        let mut seen = BTreeSet::new();
        let mut criteria = Vec::new();
        for c in raw.criterion {
            let at = c.span().start;
            let c = c.into_inner();
            self.id("review.criterion.id", &c.id);
            if !seen.insert(c.id.get_ref().clone()) {
                self.fault(at, "review.criterion.id", Cure::Twice.of(c.id.get_ref()));
            }
            criteria.push(Criterion { id: c.id.into_inner(), name: c.name, name_en: c.name_en });
        }
        if !grades.is_empty() {
            review.grades = grades;
        }
        if !criteria.is_empty() {
            review.criteria = criteria;
        }
        review.recheck_untrue = raw.recheck_untrue.unwrap_or(review.recheck_untrue);
        review
    }
}
