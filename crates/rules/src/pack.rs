//! Policy packs (政策包): a locality's way of working as data — its organs and units, its local clocks, its numbering. A pack may rest on
//! another (`based_on`) and then only says what differs. Every fault names the line, the field and the cure.

use crate::calendar::{Roll, Span};
use crate::law::{Form, Kind, NotFiling, coded};
use crate::leniency::Line;
use crate::numbering::Template;
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

coded! {
    /// What starts a local clock.
    Trigger {
        /// received by the platform
        Platform = "platform",
        /// received by the competent organ
        Organ = "organ",
        /// sent to a unit
        Sent = "sent",
        /// opened at the unit's desk
        Desk = "desk",
        /// marked urgent
        Urgent = "urgent",
        /// complaint accepted
        Accepted = "accepted",
        /// to be handled again (二次办理)
        Reopened = "reopened",
    }
}

coded! {
    /// What stops a local clock.
    Stop {
        /// sent to a unit
        Sent = "sent",
        /// the person was first contacted, or told anything
        Contacted = "contacted",
        /// accepted or refused and told; a report decided
        Decided = "decided",
        /// agreement or termination; a report verified
        Settled = "settled",
        /// answered (consultation, other)
        Answered = "answered",
        /// closed
        Closed = "closed",
    }
}

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

coded! {
    /// What an officer may do only with the head's approval, where the pack says so; filing and extending always need it.
    Approval {
        /// refusing a complaint
        Refuse = "refuse",
        /// terminating mediation
        Terminate = "terminate",
    }
}

/// What follows when a person asked after closing (回访) is not satisfied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// Whether the case is handled again without anybody deciding so.
    pub second_handling: bool,
    /// How often a case can be handled again.
    pub rounds: u32,
}

impl Default for FollowUp {
    fn default() -> Self {
        Self { second_handling: false, rounds: 2 }
    }
}

/// A local promise counted beside the law's limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalClock {
    /// Stable id; the clock is named `local:<id>`.
    pub id: String,
    /// Name in Chinese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// Kinds it applies to.
    pub kinds: Vec<Kind>,
    /// Only for cases marked urgent.
    pub urgent_only: bool,
    /// What starts it.
    pub start: Trigger,
    /// What stops it.
    pub stop: Stop,
    /// Its length.
    pub span: Span,
    /// Where the locality says so.
    pub source: String,
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPack {
    id: Spanned<String>,
    version: u32,
    name: String,
    name_en: String,
    division: Option<Spanned<i64>>,
    source: String,
    valid_from: Spanned<String>,
    based_on: Option<Spanned<String>>,
    roll: Option<Spanned<String>>,
    numbering: Option<RawNumbering>,
    approvals: Option<Vec<Spanned<String>>>,
    follow_up: Option<FollowUp>,
    #[serde(default)]
    clock: Vec<Spanned<RawClock>>,
    #[serde(default)]
    area: Vec<Spanned<RawArea>>,
    #[serde(default)]
    leniency: Vec<Spanned<RawLine>>,
    #[serde(default)]
    organ: Vec<Spanned<RawOrgan>>,
    #[serde(default)]
    unit: Vec<Spanned<RawUnit>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNumbering {
    document: Option<Spanned<String>>,
    #[serde(default)]
    classes: BTreeMap<String, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawClock {
    id: Spanned<String>,
    name: String,
    name_en: String,
    kinds: Spanned<Vec<String>>,
    #[serde(default)]
    urgent_only: bool,
    start: Spanned<String>,
    stop: Spanned<String>,
    span: Spanned<String>,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawArea {
    code: String,
    name: String,
    lon: Option<f64>,
    lat: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLine {
    id: Spanned<String>,
    ground: Spanned<String>,
    matter: Spanned<String>,
    conditions: Spanned<Vec<String>>,
    basis: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOrgan {
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
struct RawUnit {
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

/// Class words of forms that packs recorded before they were issued do not know.
const LATER_FORMS: [(Form, &str); 3] = [(Form::Appointment, "调通"), (Form::Agreement, "调"), (Form::Result, "举告")];

struct Checker<'a> {
    file: &'a str,
    text: &'a str,
    faults: Vec<PackError>,
}

impl Checker<'_> {
    fn fault(&mut self, at: usize, field: &str, message: String) {
        let line = self.text.as_bytes()[..at.min(self.text.len())].iter().filter(|b| **b == b'\n').count() + 1;
        self.faults.push(PackError { file: self.file.to_owned(), line, field: field.to_owned(), message });
    }

    /// The field a reader's error is about: the one it says is missing, or the key of the line, under its table.
    fn field_at(&self, at: usize, message: &str) -> String {
        let at = (0..=at.min(self.text.len())).rev().find(|i| self.text.is_char_boundary(*i)).unwrap_or(0);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |n| at + n);
        let above = &self.text[..end];
        let header = |l: &&str| l.starts_with('[');
        let table = above.lines().rev().map(str::trim).find(header).map(|l| l.trim_matches(|c| "[] ".contains(c)));
        let missing = message.strip_prefix("missing field `").and_then(|m| m.split('`').next());
        let line = above.lines().next_back().unwrap_or_default();
        let key = line.split_once('=').map(|(key, _)| key.trim()).filter(|k| !k.is_empty() && !k.starts_with('['));
        match (table, missing.or(key)) {
            (Some(table), Some(key)) => format!("{table}.{key}"),
            (None, Some(key)) => key.to_owned(),
            (Some(table), None) => table.to_owned(),
            (None, None) => "toml".to_owned(),
        }
    }

    fn id(&mut self, field: &str, id: &Spanned<String>) {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if id.get_ref().is_empty() || !id.get_ref().bytes().all(fits) {
            self.fault(id.span().start, field, "use lower-case letters, digits and `-`".into());
        }
    }

    /// Parses a coded value, or notes a fault that lists what is allowed and returns `fallback`.
    fn coded<T: Copy>(&mut self, field: &str, value: &Spanned<String>, parse: impl Fn(&str) -> Option<T>, allowed: &str, fallback: T) -> T {
        parse(value.get_ref()).unwrap_or_else(|| {
            self.fault(value.span().start, field, format!("`{}` is not known; write one of {allowed}", value.get_ref()));
            fallback
        })
    }

    fn build(&mut self, raw: RawPack, base: Option<Pack>) -> Pack {
        self.id("id", &raw.id);
        let valid_from = raw.valid_from.get_ref().parse().unwrap_or_else(|_| {
            self.fault(raw.valid_from.span().start, "valid_from", "write a date as YYYY-MM-DD".into());
            jiff::civil::date(2000, 1, 1)
        });
        if let Some(d) = &raw.division
            && !(100_000..=999_999).contains(d.get_ref())
        {
            self.fault(d.span().start, "division", "a division code has six digits (GB/T 2260)".into());
        }
        let roll = match &raw.roll {
            None => base.as_ref().map_or(Roll::default(), |b| b.roll),
            Some(r) => match r.get_ref().as_str() {
                "non_workday" => Roll::NonWorkday,
                "statutory_holiday_only" => Roll::StatutoryHolidayOnly,
                _ => {
                    self.fault(r.span().start, "roll", "write `non_workday` or `statutory_holiday_only`".into());
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
        let areas = self.areas(raw.area);
        let approvals = raw.approvals.map(|list| self.approvals(&list));
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
            follow_up: raw.follow_up.or(base.as_ref().map(|b| b.follow_up)).unwrap_or_default(),
            areas: if areas.is_empty() { base.as_ref().map(|b| b.areas.clone()).unwrap_or_default() } else { areas },
            leniency,
            organs,
            units: if units.is_empty() { base.map(|b| b.units).unwrap_or_default() } else { units },
        }
    }

    fn approvals(&mut self, list: &[Spanned<String>]) -> BTreeSet<Approval> {
        let allowed = Approval::ALL.iter().map(|a| a.code()).collect::<Vec<_>>().join(", ");
        list.iter().map(|a| self.coded("approvals", a, Approval::parse, &allowed, Approval::Refuse)).collect()
    }

    fn numbering(&mut self, raw: Option<RawNumbering>, base: Option<&Pack>) -> (Template, BTreeMap<Form, String>) {
        let mut document = base.map(|b| b.document.clone());
        let mut classes = base.map(|b| b.classes.clone()).unwrap_or_default();
        if let Some(raw) = raw {
            if let Some(t) = &raw.document {
                match Template::parse(t.get_ref()) {
                    Ok(t) => document = Some(t),
                    Err(e) => self.fault(t.span().start, "numbering.document", e.to_string()),
                }
            }
            for (form, class) in raw.classes {
                match Form::parse(&form) {
                    Some(f) => {
                        classes.insert(f, class.into_inner());
                    }
                    None => {
                        let allowed = Form::ALL.iter().map(|f| f.code()).collect::<Vec<_>>().join(", ");
                        self.fault(class.span().start, "numbering.classes", format!("`{form}` is no form; write one of {allowed}"));
                    }
                }
            }
        }
        for (form, class) in LATER_FORMS {
            classes.entry(form).or_insert_with(|| class.to_owned());
        }
        if let Some(missing) = Form::ALL.iter().find(|f| !classes.contains_key(f)) {
            self.fault(0, "numbering.classes", format!("the class word of form `{}` is missing", missing.code()));
        }
        let document = document.unwrap_or_else(|| {
            self.fault(0, "numbering.document", "a template for document numbers is missing".into());
            Template::default()
        });
        (document, classes)
    }

    fn organs(&mut self, raw: Vec<Spanned<RawOrgan>>) -> Vec<OrganDef> {
        let mut seen = BTreeSet::new();
        raw.into_iter()
            .map(|o| {
                let at = o.span().start;
                let o = o.into_inner();
                if let Some(p) = o.parent.as_ref().filter(|p| !seen.contains(p.get_ref())) {
                    self.fault(p.span().start, "organ.parent", format!("list the organ `{}` before this one", p.get_ref()));
                }
                if !seen.insert(o.code.clone()) {
                    self.fault(at, "organ.code", format!("`{}` is given twice", o.code));
                }
                let parent = o.parent.map(Spanned::into_inner);
                let division = o.division.get_ref();
                if division.len() != 6 || !division.bytes().all(|b| b.is_ascii_digit()) {
                    self.fault(o.division.span().start, "organ.division", "a division code has six digits (GB/T 2260)".into());
                }
                let division = o.division.into_inner();
                OrganDef { code: o.code, name: o.name, short: o.short, division, market_regulator: o.market_regulator, parent }
            })
            .collect()
    }

    fn units(&mut self, raw: Vec<Spanned<RawUnit>>, organs: &[OrganDef]) -> Vec<UnitDef> {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut units = Vec::with_capacity(raw.len());
        for u in raw {
            let at = u.span().start;
            let u = u.into_inner();
            let allowed = UnitKind::ALL.iter().map(|k| k.code()).collect::<Vec<_>>().join(", ");
            let kind = self.coded("unit.kind", &u.kind, UnitKind::parse, &allowed, UnitKind::Office);
            if !organs.iter().any(|o| o.code == *u.organ.get_ref()) {
                self.fault(u.organ.span().start, "unit.organ", format!("there is no organ `{}` in this pack", u.organ.get_ref()));
            }
            if let Some(p) = &u.parent
                && !seen.contains(p.get_ref())
            {
                self.fault(p.span().start, "unit.parent", format!("list the unit `{}` before this one", p.get_ref()));
            }
            if !seen.insert(u.code.clone()) {
                self.fault(at, "unit.code", format!("`{}` is given twice", u.code));
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

    fn areas(&mut self, raw: Vec<Spanned<RawArea>>) -> Vec<Area> {
        let mut seen = BTreeSet::new();
        let mut areas = Vec::with_capacity(raw.len());
        for a in raw {
            let at = a.span().start;
            let a = a.into_inner();
            if ![6, 9, 12].contains(&a.code.len()) || !a.code.bytes().all(|b| b.is_ascii_digit()) {
                self.fault(at, "area.code", "an area's code has six, nine or twelve digits (GB/T 2260, GB/T 10114)".into());
            }
            if !seen.insert(a.code.clone()) {
                self.fault(at, "area.code", format!("`{}` is given twice", a.code));
            }
            let fits = |degrees: f64, most: f64| degrees.abs() <= most;
            #[expect(clippy::cast_possible_truncation, reason = "at most 180 million")]
            let point = match (a.lon, a.lat) {
                (Some(lon), Some(lat)) if fits(lon, 180.0) && fits(lat, 90.0) => {
                    Some(((lon * 1e6).round() as i32, (lat * 1e6).round() as i32))
                }
                (None, None) => None,
                _ => {
                    self.fault(at, "area.lon", "write both lon and lat in degrees, or neither".into());
                    None
                }
            };
            areas.push(Area { code: a.code, name: a.name, point });
        }
        areas
    }

    fn leniency(&mut self, raw: Vec<Spanned<RawLine>>, base: Option<&Pack>) -> Vec<Line> {
        let mut lines = base.map(|b| b.leniency.clone()).unwrap_or_default();
        let mut seen = BTreeSet::new();
        for l in raw {
            let at = l.span().start;
            let l = l.into_inner();
            self.id("leniency.id", &l.id);
            let id = l.id.into_inner();
            if !seen.insert(id.clone()) || id.starts_with("law-") {
                self.fault(at, "leniency.id", format!("`{id}` is given twice, or is one of the law's own lines (`law-…`)"));
            }
            let lenient = |s: &str| NotFiling::parse(s).filter(|g| g.is_leniency());
            let ground = self.coded("leniency.ground", &l.ground, lenient, "NF20-1, NF20-2", NotFiling::Minor);
            if l.conditions.get_ref().is_empty() || l.conditions.get_ref().iter().any(|c| c.trim().is_empty()) {
                self.fault(l.conditions.span().start, "leniency.conditions", "write at least one condition; each must hold".into());
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
                self.fault(l.matter.span().start, "leniency.matter", "name the matter; with its basis at most 200 characters".into());
            }
            lines.retain(|k| k.id != line.id);
            lines.push(line);
        }
        lines
    }

    fn clocks(&mut self, raw: Vec<Spanned<RawClock>>, base: Option<&Pack>) -> Vec<LocalClock> {
        let mut clocks = base.map(|b| b.clocks.clone()).unwrap_or_default();
        let mut seen = BTreeSet::new();
        for c in raw {
            let at = c.span().start;
            let c = c.into_inner();
            self.id("clock.id", &c.id);
            let id = c.id.into_inner();
            if !seen.insert(id.clone()) {
                self.fault(at, "clock.id", format!("`{id}` is given twice"));
            }
            let kinds: Vec<Kind> = c.kinds.get_ref().iter().filter_map(|k| Kind::parse(k)).collect();
            if kinds.len() != c.kinds.get_ref().len() || kinds.is_empty() {
                self.fault(c.kinds.span().start, "clock.kinds", "write one or more of complaint, report, consultation, other".into());
            }
            let starts = Trigger::ALL.iter().map(|t| t.code()).collect::<Vec<_>>().join(", ");
            let stops = Stop::ALL.iter().map(|t| t.code()).collect::<Vec<_>>().join(", ");
            let start = self.coded("clock.start", &c.start, Trigger::parse, &starts, Trigger::Organ);
            let stop = self.coded("clock.stop", &c.stop, Stop::parse, &stops, Stop::Closed);
            let span = c.span.get_ref().parse::<Span>().unwrap_or_else(|_| {
                self.fault(c.span.span().start, "clock.span", "write a length such as 30min, 24h, 3wd or 60nd".into());
                Span::WorkingDays(1)
            });
            clocks.retain(|k| k.id != id);
            clocks.push(LocalClock {
                id,
                name: c.name,
                name_en: c.name_en,
                kinds,
                urgent_only: c.urgent_only,
                start,
                stop,
                span,
                source: c.source,
            });
        }
        clocks
    }
}
