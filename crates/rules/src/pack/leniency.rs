//! `[[leniency]]`: lines of the leniency list beside those of the law itself (JD4).

use super::Pack;
use super::check::Checker;
use super::cure::Cure;
use crate::law::NotFiling;
use crate::leniency::Line;
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLine {
    id: Spanned<String>,
    ground: Spanned<String>,
    matter: Spanned<String>,
    conditions: Spanned<Vec<String>>,
    basis: String,
    source: String,
}

impl Checker<'_> {
    pub(super) fn leniency(&mut self, raw: Vec<Spanned<RawLine>>, base: Option<&Pack>) -> Vec<Line> {
        let mut lines = base.map(|b| b.leniency.clone()).unwrap_or_default();
        let mut seen = BTreeSet::new();
        for l in raw {
            let at = l.span().start;
            let l = l.into_inner();
            self.id("leniency.id", &l.id);
            let id = l.id.into_inner();
            if !seen.insert(id.clone()) || id.starts_with("law-") {
                self.fault(at, "leniency.id", Cure::TwiceOrLaw.of(&id));
            }
            let lenient = |s: &str| NotFiling::parse(s).filter(|g| g.is_leniency());
            let ground = self.coded("leniency.ground", &l.ground, lenient, "NF20-1, NF20-2", NotFiling::Minor);
            if l.conditions.get_ref().is_empty() || l.conditions.get_ref().iter().any(|c| c.trim().is_empty()) {
                self.fault(l.conditions.span().start, "leniency.conditions", Cure::Conditions.plain());
            }
            let line = Line {
                id,
                ground,
                conditions: l.conditions.into_inner(),
                basis: l.basis,
                source: l.source,
                matter: l.matter.get_ref().clone(),
            };
            if line.matter.trim().is_empty() || line.written().chars().count() > 200 {
                self.fault(l.matter.span().start, "leniency.matter", Cure::Matter.plain());
            }
            lines.retain(|k| k.id != line.id);
            lines.push(line);
        }
        lines
    }
}
