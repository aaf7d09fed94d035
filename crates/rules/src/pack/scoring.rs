//! How a locality counts its rates and scores its units: which version of a formula, which weights, what is left out of appraisal. None of
//! it is law (law.md §3 marks it as practice), so all of it is the pack's.

use super::check::Checker;
use super::cure::Cure;
use crate::rate;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// A rate that makes part of a unit's score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weight {
    /// Id of the rate.
    pub rate: String,
    /// Points of a hundred.
    pub points: u32,
}

/// A ground on which a case is left out of a unit's score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    /// Stable code.
    pub code: String,
    /// In Chinese.
    pub name: String,
    /// In English.
    pub name_en: String,
    /// Where it is from.
    pub source: String,
}

/// How many people live there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Population {
    /// People.
    pub people: i64,
    /// Who counted them, and when.
    pub source: String,
}

/// How rates are counted and units scored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scoring {
    /// Versions used, by id of the rate; the highest where none is named but for those below.
    pub versions: BTreeMap<String, u32>,
    /// Below this many in the denominator a rate says that it rests on few cases.
    pub few: i64,
    /// People living there (常住人口), if a source says so.
    pub population: Option<Population>,
    /// What makes the score; a hundred points in all.
    pub weights: Vec<Weight>,
    /// What is left out.
    pub exclusions: Vec<Exclusion>,
}

impl Default for Scoring {
    fn default() -> Self {
        let weight = |rate: &str, points| Weight { rate: rate.into(), points };
        Self {
            // law.md §3: formula 2 is the default; "satisfied" is what the person called so.
            versions: BTreeMap::from([("mediation".into(), 2), ("satisfied".into(), 1)]),
            few: 20,
            population: None,
            // 响应率 / 解决率 / 满意率 at .30/.35/.35 (law.md §3); SD5 names answer, closing and satisfaction.
            weights: vec![weight("heard", 30), weight("concluded", 35), weight("satisfied", 35)],
            exclusions: vec![Exclusion {
                code: "unreasonable".into(),
                name: "不合理诉求".into(),
                name_en: "Unreasonable request".into(),
                source: "66号文".into(),
            }],
        }
    }
}

impl Scoring {
    /// The rates a locality uses, each in its version.
    pub fn rates(&self) -> impl Iterator<Item = &'static rate::Rate> {
        rate::RATES.iter().filter(|r| self.versions.get(r.id).copied().unwrap_or(1) == r.version)
    }
    /// A rate in the version used.
    #[must_use]
    pub fn rate(&self, id: &str) -> Option<&'static rate::Rate> {
        self.rates().find(|r| r.id == id)
    }
}

/// `[scoring]` as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawScoring {
    #[serde(default)]
    versions: BTreeMap<String, Spanned<u32>>,
    few: Option<Spanned<i64>>,
    population: Option<Spanned<RawPopulation>>,
    weights: Option<Spanned<BTreeMap<String, u32>>>,
    exclusion: Option<Vec<Spanned<RawExclusion>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPopulation {
    people: i64,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawExclusion {
    code: Spanned<String>,
    name: String,
    name_en: String,
    source: String,
}

impl Checker<'_> {
    /// What a pack says, over what the one it rests on says.
    pub(super) fn scoring(&mut self, raw: Option<RawScoring>, base: Option<&Scoring>) -> Scoring {
        let mut scoring = base.cloned().unwrap_or_default();
        let Some(raw) = raw else { return scoring };
        for (id, version) in raw.versions {
            if rate::find(&id, *version.get_ref()).is_none() {
                let known: Vec<String> = rate::RATES.iter().map(|r| format!("{} = {}", r.id, r.version)).collect();
                let said = Cure::Unknown.among(format!("{id} = {}", version.get_ref()), known.join(", "));
                self.fault(version.span().start, "scoring.versions", said);
            }
            scoring.versions.insert(id, version.into_inner());
        }
        if let Some(few) = raw.few {
            if *few.get_ref() < 0 {
                self.fault(few.span().start, "scoring.few", Cure::Between.among(few.get_ref(), "≥ 0"));
            }
            scoring.few = few.into_inner();
        }
        if let Some(population) = raw.population {
            let at = population.span().start;
            let RawPopulation { people, source } = population.into_inner();
            if people <= 0 {
                self.fault(at, "scoring.population", Cure::Between.among(people, "≥ 1"));
            }
            scoring.population = Some(Population { people, source });
        }
        if let Some(weights) = raw.weights {
            let at = weights.span().start;
            let weights = weights.into_inner();
            if let Some(id) = weights.keys().find(|id| !rate::RATES.iter().any(|r| r.id == **id)) {
                self.fault(at, "scoring.weights", Cure::NoRate.of(id));
            }
            if weights.values().sum::<u32>() != 100 {
                self.fault(at, "scoring.weights", Cure::Hundred.plain());
            }
            scoring.weights = weights.into_iter().map(|(rate, points)| Weight { rate, points }).collect();
        }
        if let Some(exclusions) = raw.exclusion {
            scoring.exclusions.clear();
            for e in exclusions {
                let at = e.span().start;
                let e = e.into_inner();
                self.id("scoring.exclusion.code", &e.code);
                let code = e.code.into_inner();
                if scoring.exclusions.iter().any(|x| x.code == code) {
                    self.fault(at, "scoring.exclusion.code", Cure::Twice.of(&code));
                }
                scoring.exclusions.push(Exclusion { code, name: e.name, name_en: e.name_en, source: e.source });
            }
        }
        scoring
    }
}
