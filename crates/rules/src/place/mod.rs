//! Place: from an address as people write it to a division (行政区划) of GB/T 2260 and GB/T 10114 — with present and former names, short names
//! (义乌, 浙江金华多湖街道) and landmarks; what stays ambiguous stays open.

mod names;
mod read;
#[cfg(test)]
mod tests;

pub use read::{Ground, Place};

use names::{Name, Names};
use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

/// Codes and names; source and licence in `data/divisions/README.md`.
const DIVISIONS: &str = include_str!("../../../../data/divisions/divisions.csv");
/// Counties that no longer exist and what became of them.
const FORMER: &str = include_str!("../../../../data/divisions/former.csv");
/// Markets and places that addresses name instead of a county.
const LANDMARKS: &str = include_str!("../../../../data/divisions/landmarks.csv");

/// What a division is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// 省级: two digits
    Province,
    /// 地级: four digits
    City,
    /// 县级: six digits
    County,
    /// 乡级: nine digits
    Township,
}

/// A division by its code: two digits for a province, four for a city, six for a county (GB/T 2260), nine for a township (GB/T 10114).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Division(u32);

impl Division {
    /// Reads a code of 2, 4, 6 or 9 digits; whether there is such a division is the gazetteer's to say.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let fits = matches!(code.len(), 2 | 4 | 6 | 9) && !code.starts_with('0') && code.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| code.parse().ok().map(Self)).flatten()
    }
    /// What it is.
    #[must_use]
    pub fn level(self) -> Level {
        match self.0 {
            0..100 => Level::Province,
            100..10_000 => Level::City,
            10_000..1_000_000 => Level::County,
            _ => Level::Township,
        }
    }
    /// The division above it of this level, or itself; none where it stands higher.
    #[must_use]
    pub fn at(self, level: Level) -> Option<Self> {
        let (mut code, mut here) = (self.0, self.level());
        while here > level {
            (code, here) = match here {
                Level::Township => (code / 1_000, Level::County),
                Level::County => (code / 100, Level::City),
                Level::City | Level::Province => (code / 100, Level::Province),
            };
        }
        (here == level).then_some(Self(code))
    }
    /// Whether it is `other` or lies in it.
    #[must_use]
    pub fn within(self, other: Self) -> bool {
        self.at(other.level()) == Some(other)
    }
}

impl fmt::Display for Division {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// All divisions and the names they go by.
#[derive(Debug)]
pub struct Gazetteer {
    official: HashMap<Division, String>,
    names: Names,
    townships: Names,
}

impl Gazetteer {
    /// The one compiled into the program.
    #[must_use]
    pub fn standard() -> &'static Self {
        static STANDARD: OnceLock<Gazetteer> = OnceLock::new();
        STANDARD.get_or_init(|| Self::build(DIVISIONS, FORMER, LANDMARKS))
    }

    fn build(divisions: &str, former: &str, landmarks: &str) -> Self {
        let official: HashMap<Division, String> =
            table(divisions).filter_map(|(code, name)| Some((Division::parse(code)?, name.to_owned()))).collect();
        let (mut names, mut townships) = (Names::default(), Names::default());
        for (&division, name) in &official {
            match division.level() {
                Level::Township => townships.township(name, division),
                _ => names.division(name, division),
            }
        }
        for (name, rest) in table(former) {
            let codes = rest.split(',').nth(1).unwrap_or_default();
            for division in codes.split(' ').filter_map(Division::parse) {
                names.former(name, division);
            }
        }
        let counties = official.iter().filter(|(d, _)| d.level() == Level::County);
        names.other_endings(counties.map(|(d, n)| (*d, n.clone())));
        for (name, code) in table(landmarks) {
            if let Some(division) = Division::parse(code) {
                names.add(name, Name { division, full: true });
            }
        }
        names.settle();
        townships.settle();
        Self { official, names, townships }
    }

    /// The official name of a division.
    #[must_use]
    pub fn name(&self, division: Division) -> Option<&str> {
        self.official.get(&division).map(String::as_str)
    }

    /// The whole name from the province down: 浙江省金华市金东区多湖街道. Divisions that only hold others together (市辖区) are left out.
    #[must_use]
    pub fn full_name(&self, division: Division) -> String {
        let levels = [Level::Province, Level::City, Level::County, Level::Township];
        let above = levels.into_iter().filter_map(|l| division.at(l)).filter_map(|d| self.name(d));
        above.filter(|n| !names::holds_together(n)).collect()
    }
}

/// The lines of a table after its head, split at the first comma.
fn table(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.lines().skip(1).filter_map(|line| line.split_once(','))
}
