//! The names a division goes by: its official name, the short one people use, the same with another ending, the one it had.

use super::{Division, Level};
use std::collections::HashMap;

/// A division under one of its names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub division: Division,
    /// Whether the name says what it is (海曙区), or is the short one (海曙).
    pub full: bool,
}

/// Names, found by the longest that stands at a place in a text.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_name: HashMap<String, Vec<Name>>,
    /// For the first two characters of a name the lengths names beginning so have, longest first, in characters.
    lengths: HashMap<[char; 2], Vec<usize>>,
}

const PROVINCE_ENDINGS: [&str; 5] = ["特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区"];
const ENDINGS: [&str; 14] = ["自治州", "自治县", "自治旗", "地区", "林区", "新区", "矿区", "特区", "盟", "市", "区", "县", "旗", "省"];
const PEOPLES: [&str; 52] = [
    "满族",
    "回族",
    "苗族",
    "侗族",
    "土家族",
    "壮族",
    "瑶族",
    "彝族",
    "藏族",
    "羌族",
    "布依族",
    "傣族",
    "景颇族",
    "白族",
    "哈尼族",
    "傈僳族",
    "朝鲜族",
    "蒙古族",
    "蒙古",
    "哈萨克",
    "哈萨克族",
    "柯尔克孜",
    "黎族",
    "畲族",
    "水族",
    "仡佬族",
    "各族",
    "土族",
    "撒拉族",
    "保安族",
    "东乡族",
    "裕固族",
    "达斡尔族",
    "鄂温克族",
    "鄂伦春族",
    "锡伯",
    "塔吉克",
    "独龙族",
    "怒族",
    "普米族",
    "佤族",
    "拉祜族",
    "布朗族",
    "纳西族",
    "仫佬族",
    "毛南族",
    "维吾尔",
    "回",
    "阿昌族",
    "德昂族",
    "基诺族",
    "京族",
];

/// Divisions of the tables that only hold others together and stand in no address.
pub(super) fn holds_together(name: &str) -> bool {
    matches!(name, "市辖区" | "县" | "省直辖县级行政区划" | "自治区直辖县级行政区划")
}

/// A name without what says what it is: 海曙区 → 海曙, 黔东南苗族侗族自治州 → 黔东南; none where less than two characters would be left.
pub(super) fn short(name: &str) -> Option<&str> {
    let long_enough = |s: &&str| s.chars().count() >= 2;
    if let Some(s) = PROVINCE_ENDINGS.iter().find_map(|e| name.strip_suffix(e)) {
        return Some(s).filter(long_enough);
    }
    let ending = ENDINGS.iter().find(|e| name.ends_with(**e))?;
    let mut rest = name.strip_suffix(ending)?;
    if ending.starts_with("自治") {
        while let Some(s) = PEOPLES.iter().filter_map(|p| rest.strip_suffix(p)).filter(long_enough).min_by_key(|s| s.len()) {
            rest = s;
        }
    }
    Some(rest).filter(long_enough)
}

impl Names {
    pub fn add(&mut self, name: &str, entry: Name) {
        let known = self.by_name.entry(name.to_owned()).or_default();
        if !known.iter().any(|k| k.division == entry.division) {
            known.push(entry);
        }
    }

    /// A province, city or county under its official and its short name.
    pub fn division(&mut self, name: &str, division: Division) {
        if holds_together(name) {
            return;
        }
        self.add(name, Name { division, full: true });
        if let Some(s) = short(name) {
            self.add(s, Name { division, full: false });
            if division.level() == Level::Province && !name.ends_with('市') {
                self.add(&format!("{s}省"), Name { division, full: true });
            }
        }
    }

    /// A county that no longer exists.
    pub fn former(&mut self, name: &str, division: Division) {
        self.add(name, Name { division, full: true });
        if let Some(s) = short(name) {
            self.add(s, Name { division, full: false });
        }
    }

    /// A county's name with another ending, where no division has that name: 兰溪县, 淮阳县, 印江县.
    pub fn other_endings(&mut self, counties: impl Iterator<Item = (Division, String)>) {
        let mut others = Vec::new();
        for (division, name) in counties {
            let stem = short(&name).unwrap_or_default();
            let endings = ["县", "市", "区"].map(|ending| format!("{stem}{ending}"));
            let free = endings.into_iter().filter(|other| !stem.is_empty() && !self.by_name.contains_key(other));
            others.extend(free.map(|other| (other, division)));
        }
        for (other, division) in others {
            self.add(&other, Name { division, full: true });
        }
    }

    /// A township under its whole name, and without its ending.
    pub fn township(&mut self, name: &str, division: Division) {
        let stem = ["街道办事处", "街道", "地区", "镇", "乡"].iter().find_map(|e| name.strip_suffix(e));
        if name.chars().count() >= 3 {
            self.add(name, Name { division, full: true });
        }
        if let Some(stem) = stem.filter(|s| s.chars().count() >= 2) {
            self.add(stem, Name { division, full: false });
        }
    }

    /// Called when all names are there.
    pub fn settle(&mut self) {
        for (name, known) in &mut self.by_name {
            known.sort_unstable();
            let mut chars = name.chars();
            if let (Some(a), Some(b)) = (chars.next(), chars.next()) {
                self.lengths.entry([a, b]).or_default().push(2 + chars.count());
            }
        }
        for lengths in self.lengths.values_mut() {
            lengths.sort_unstable_by(|a, b| b.cmp(a));
            lengths.dedup();
        }
    }

    /// The names that stand at `at`, longest first: how many characters, and whose they are.
    pub fn at<'a>(&'a self, text: &'a [char], at: usize) -> impl Iterator<Item = (usize, &'a [Name])> {
        let lengths = text.get(at..at + 2).and_then(|head| self.lengths.get(&[head[0], head[1]]));
        lengths.into_iter().flatten().filter_map(move |&length| {
            let name: String = text.get(at..at + length)?.iter().collect();
            self.by_name.get(&name).map(|known| (length, known.as_slice()))
        })
    }
}
