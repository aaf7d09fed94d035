//! `[[organ]]`, `[[unit]]`, `[[area]]`: who handles cases, and the places of the locality.

use super::Pack;
use super::check::Checker;
use super::cure::Cure;
use crate::law::{Level, coded};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

coded! {
    /// What a unit is (design.md: each unit acts for an organ).
    UnitKind {
        /// 投诉举报处理中心: the unified intake
        Centre = "centre",
        /// 市场监管所: a dispatched office, acting in the organ's name (Order 121 Art. 30)
        Office = "office",
        /// 维权联络站
        Station = "station",
        /// 科室 or department
        Department = "department",
        /// any outside organisation: post, bank, school, another department
        Outside = "outside",
        /// 放心消费单位: a business of the network
        Trusted = "trusted",
    }
}

impl UnitKind {
    /// Whether it belongs to no organ: its people answer, settle or return and decide nothing of law.
    #[must_use]
    pub fn is_outside(self) -> bool {
        matches!(self, Self::Outside | Self::Trusted)
    }
}

/// Where what a unit settles counts as settled (ZJ7), per kind of unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levels(BTreeMap<UnitKind, Level>);

impl Default for Levels {
    fn default() -> Self {
        Self(UnitKind::ALL.iter().map(|k| (*k, usual_level(*k))).collect())
    }
}

impl Levels {
    /// The level of a kind of unit.
    #[must_use]
    pub fn of(&self, kind: UnitKind) -> Level {
        self.0.get(&kind).copied().unwrap_or_else(|| usual_level(kind))
    }
}

fn usual_level(kind: UnitKind) -> Level {
    match kind {
        UnitKind::Trusted => Level::Shop,
        UnitKind::Station => Level::Station,
        UnitKind::Centre | UnitKind::Office | UnitKind::Department | UnitKind::Outside => Level::District,
    }
}

/// An organ (机关) as a pack lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganDef {
    /// Code, unique in the pack.
    pub code: String,
    /// Full name.
    pub name: String,
    /// 机关代字 used in document numbers.
    pub short: String,
    /// Division the organ is responsible for.
    pub division: String,
    /// Whether it handles complaints and reports as a market regulator.
    pub market_regulator: bool,
    /// Code of the organ above it, whose intake distributes to it (Order 121 Art. 13, 41).
    pub parent: Option<String>,
}

/// A unit (机构) as a pack lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitDef {
    /// Code, unique in the pack.
    pub code: String,
    /// Name.
    pub name: String,
    /// What it is.
    pub kind: UnitKind,
    /// Code of the organ it acts for.
    pub organ: String,
    /// Code of the unit above it.
    pub parent: Option<String>,
    /// Telephone shown to consumers.
    pub phone: String,
    /// Address shown to consumers.
    pub address: String,
}

/// An area of the locality (街道、乡镇, or a division below it), to be chosen as the place where something happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// Its code: six, nine or twelve digits (GB/T 2260, GB/T 10114).
    pub code: String,
    /// Its name.
    pub name: String,
    /// Longitude and latitude of its middle in millionths of a degree, for the sketch.
    pub point: Option<(i32, i32)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawArea {
    code: String,
    name: String,
    lon: Option<f64>,
    lat: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOrgan {
    code: String,
    name: String,
    short: String,
    division: Spanned<String>,
    #[serde(default)]
    market_regulator: bool,
    parent: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawUnit {
    code: String,
    name: String,
    kind: Spanned<String>,
    organ: Spanned<String>,
    parent: Option<Spanned<String>>,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    address: String,
}

impl Checker<'_> {
    /// `[levels]`: kind of unit = level.
    pub(super) fn levels(&mut self, raw: Option<BTreeMap<String, Spanned<String>>>, base: Option<&Pack>) -> Levels {
        let mut levels = base.map(|b| b.levels.clone()).unwrap_or_default();
        let allowed = Level::ALL.iter().map(|l| l.code()).collect::<Vec<_>>().join(", ");
        for (kind, level) in raw.unwrap_or_default() {
            let read = self.coded("levels", &level, Level::parse, &allowed, Level::District);
            match UnitKind::parse(&kind) {
                Some(kind) => _ = levels.0.insert(kind, read),
                None => {
                    let kinds = UnitKind::ALL.iter().map(|k| k.code()).collect::<Vec<_>>().join(", ");
                    self.fault(level.span().start, "levels", Cure::Unknown.among(&kind, kinds));
                }
            }
        }
        levels
    }

    pub(super) fn organs(&mut self, raw: Vec<Spanned<RawOrgan>>) -> Vec<OrganDef> {
        let mut seen = BTreeSet::new();
        raw.into_iter()
            .map(|o| {
                let at = o.span().start;
                let o = o.into_inner();
                if let Some(p) = o.parent.as_ref().filter(|p| !seen.contains(p.get_ref()) && !self.spoiled.contains("organ")) {
                    self.fault(p.span().start, "organ.parent", Cure::ListBefore.of(p.get_ref()));
                }
                if !seen.insert(o.code.clone()) {
                    self.fault(at, "organ.code", Cure::Twice.of(&o.code));
                }
                let parent = o.parent.map(Spanned::into_inner);
                let division = o.division.get_ref();
                if division.len() != 6 || !division.bytes().all(|b| b.is_ascii_digit()) {
                    self.fault(o.division.span().start, "organ.division", Cure::Division.plain());
                }
                let division = o.division.into_inner();
                OrganDef { code: o.code, name: o.name, short: o.short, division, market_regulator: o.market_regulator, parent }
            })
            .collect()
    }

    pub(super) fn units(&mut self, raw: Vec<Spanned<RawUnit>>, organs: &[OrganDef]) -> Vec<UnitDef> {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut units = Vec::with_capacity(raw.len());
        for u in raw {
            let at = u.span().start;
            let u = u.into_inner();
            let allowed = UnitKind::ALL.iter().map(|k| k.code()).collect::<Vec<_>>().join(", ");
            let kind = self.coded("unit.kind", &u.kind, UnitKind::parse, &allowed, UnitKind::Office);
            if !organs.iter().any(|o| o.code == *u.organ.get_ref()) && !self.spoiled.contains("organ") {
                self.fault(u.organ.span().start, "unit.organ", Cure::NoOrgan.of(u.organ.get_ref()));
            }
            if let Some(p) = &u.parent
                && !seen.contains(p.get_ref())
                && !self.spoiled.contains("unit")
            {
                self.fault(p.span().start, "unit.parent", Cure::ListBefore.of(p.get_ref()));
            }
            if !seen.insert(u.code.clone()) {
                self.fault(at, "unit.code", Cure::Twice.of(&u.code));
            }
            units.push(UnitDef {
                code: u.code,
                name: u.name,
                kind,
                organ: u.organ.into_inner(),
                parent: u.parent.map(Spanned::into_inner),
                phone: u.phone,
                address: u.address,
            });
        }
        units
    }

    pub(super) fn areas(&mut self, raw: Vec<Spanned<RawArea>>) -> Vec<Area> {
        let mut seen = BTreeSet::new();
        let mut areas = Vec::with_capacity(raw.len());
        for a in raw {
            let at = a.span().start;
            let a = a.into_inner();
            if ![6, 9, 12].contains(&a.code.len()) || !a.code.bytes().all(|b| b.is_ascii_digit()) {
                self.fault(at, "area.code", Cure::AreaCode.plain());
            }
            if !seen.insert(a.code.clone()) {
                self.fault(at, "area.code", Cure::Twice.of(&a.code));
            }
            let fits = |degrees: f64, most: f64| degrees.abs() <= most;
            #[expect(clippy::cast_possible_truncation, reason = "at most 180 million")]
            let point = match (a.lon, a.lat) {
                (Some(lon), Some(lat)) if fits(lon, 180.0) && fits(lat, 90.0) => {
                    Some(((lon * 1e6).round() as i32, (lat * 1e6).round() as i32))
                }
                (None, None) => None,
                _ => {
                    self.fault(at, "area.lon", Cure::Degrees.plain());
                    None
                }
            };
            areas.push(Area { code: a.code, name: a.name, point });
        }
        areas
    }
}
