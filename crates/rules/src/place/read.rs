//! Reading an address: the names in it one after the other, put together into chains that fit (浙江 + 金华 + 金东区), of which the last that
//! names a county counts — a platform's preset place stands before what the person wrote.

use super::names::Name;
use super::{Division, Gazetteer, Level};
use crate::text::fold_char;
use std::ops::Range;

/// Characters of a text that are read: an address is shorter.
const READ: usize = 400;
/// Characters that may separate two names which belong together.
const WIDEST_GAP: usize = 16;

/// What an answer rests on, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// The division's whole name stands there, the present or a former one, or a landmark's.
    Named,
    /// Several short names that fit one another: 绍兴柯桥.
    Chain,
    /// A short name with one of its townships: 兰溪游埠镇.
    Township,
    /// A short name alone at the beginning: 萧山机场路.
    Short,
}

/// Where an address is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The smallest division that is certain.
    pub division: Division,
    /// What it rests on.
    pub ground: Ground,
    /// Where what is certain leaves several: all of them.
    pub open: Vec<Division>,
    /// The names it was read from, in characters.
    pub span: Range<usize>,
}

/// Names that fit one another, from the largest division to the smallest.
#[derive(Clone, Debug)]
struct Chain {
    names: Vec<Name>,
    count: usize,
    full: bool,
    township: bool,
    /// Whether it begins with a province or city.
    from_above: bool,
    span: Range<usize>,
    last: Range<usize>,
}

impl Chain {
    fn reaches_county(&self) -> bool {
        self.names.iter().any(|n| n.division.level() == Level::County)
    }
    fn ground(&self) -> Ground {
        match self {
            Self { full: true, .. } => Ground::Named,
            Self { count: 2.., .. } => Ground::Chain,
            Self { township: true, .. } => Ground::Township,
            _ => Ground::Short,
        }
    }
    fn allows(&self, division: Division) -> bool {
        self.names.iter().any(|n| division.within(n.division) || n.division.within(division))
    }
}

impl Gazetteer {
    /// Where the address `text` is. `near` is the locality that asks: of several places of one name the one in it, or in its city or
    /// province, is meant, and a township alone is enough there.
    #[must_use]
    pub fn locate(&self, text: &str, near: Option<Division>) -> Option<Place> {
        let folded: Vec<char> = text.chars().take(READ).map(fold_char).collect();
        let chains = self.chains(&folded);
        let place = choose(&folded, chains).and_then(|c| settle(&c, near));
        self.down_to_township(&folded, place, near)
    }

    fn chains(&self, text: &[char]) -> Vec<Chain> {
        let mut chains: Vec<Chain> = Vec::new();
        let (mut at, mut end) = (0, 0);
        while at < text.len() {
            let Some((length, names)) = self.names.at(text, at).next() else {
                at += 1;
                continue;
            };
            let here = at..at + length;
            at = here.end;
            if let Some(next) = self.take(text, here.clone(), names, end, chains.last_mut()) {
                end = here.end;
                if let Taken::Begins(chain) = next {
                    chains.push(chain);
                }
            }
        }
        chains
    }

    /// Whether the name at `here` goes on with the last chain, begins one, or is no place at all.
    fn take(&self, text: &[char], here: Range<usize>, names: &[Name], end: usize, last: Option<&mut Chain>) -> Option<Taken> {
        let word = &text[here.clone()];
        let rest = &text[here.end..];
        let full = names.iter().any(|n| n.full);
        let common = common(word, full);
        let joined = separated(&text[end..here.start]);
        let another = self.names.at(text, here.end).next();
        let with_township = self.with_township(text, here.end, names);
        let mut open = None;
        if let Some(chain) = last {
            let deeper = |n: &&Name| chain.names.iter().any(|m| n.division != m.division && n.division.within(m.division));
            let deeper: Vec<Name> = names.iter().filter(deeper).copied().collect();
            let same: Vec<Name> = names.iter().filter(|n| chain.names.iter().any(|m| m.division == n.division)).copied().collect();
            let repeated = word == &text[chain.last.clone()] && !same.is_empty();
            let fits = joined || (full && !common) || !with_township.is_empty();
            if !deeper.is_empty() && fits && !repeated && (full || !begins_road(rest)) {
                let narrowed: Vec<Name> = deeper.iter().filter(|n| with_township.contains(n)).copied().collect();
                chain.names = if narrowed.is_empty() { deeper } else { narrowed };
                chain.count += 1;
                chain.full |= full;
                chain.township |= !with_township.is_empty();
                chain.span.end = here.end;
                chain.last = here;
                return Some(Taken::GoesOn);
            }
            if joined && !same.is_empty() {
                if same.len() < chain.names.len() {
                    chain.names = same;
                }
                chain.last = here;
                return Some(Taken::GoesOn);
            }
            open = Some(chain.reaches_county());
        }
        if (common && !(joined && here.start == 0 && (full || !with_township.is_empty())))
            || (!full && !joined && another.is_none() && with_township.is_empty())
        {
            return None;
        }
        if !full
            && another.is_none()
            && with_township.is_empty()
            && (begins_road(rest) || begins_thing(rest) || self.is_township(text, &here))
        {
            return None;
        }
        let leads = another
            .is_some_and(|(_, next)| next.iter().any(|n| names.iter().any(|m| n.division != m.division && n.division.within(m.division))));
        let from_above = names.iter().all(|n| n.division.level() < Level::County);
        let begins =
            if open.is_some() { full || leads || !with_township.is_empty() } else { full || joined || leads || !with_township.is_empty() };
        begins.then(|| {
            let township = !with_township.is_empty();
            let names = if township { with_township } else { names.to_vec() };
            Taken::Begins(Chain { names, count: 1, full, township, from_above, span: here.clone(), last: here })
        })
    }

    /// Of the counties meant, those with a township whose name stands at `at`.
    fn with_township(&self, text: &[char], at: usize, names: &[Name]) -> Vec<Name> {
        let mut found = Vec::new();
        for (_, townships) in self.townships.at(text, at) {
            for n in names.iter().filter(|n| n.division.level() == Level::County) {
                if !found.contains(n) && townships.iter().any(|t| t.division.within(n.division)) {
                    found.push(*n);
                }
            }
        }
        found
    }

    /// Whether the short name is only the beginning of a township's: 清水河镇.
    fn is_township(&self, text: &[char], here: &Range<usize>) -> bool {
        self.townships.at(text, here.start).any(|(length, names)| length > here.len() && names.iter().any(|n| n.full))
    }

    /// From county to township, where the text names one after it.
    fn down_to_township(&self, text: &[char], place: Option<Place>, near: Option<Division>) -> Option<Place> {
        let from = place.as_ref().map_or(0, |p| p.span.end);
        let area = place.as_ref().map(|p| p.division).or(near);
        let Some(area) = area.filter(|a| a.level() >= Level::City || place.is_some()) else { return place };
        let counties = place.as_ref().map(|p| p.open.clone()).unwrap_or_default();
        for at in from..text.len() {
            for (length, names) in self.townships.at(text, at) {
                let fits = |n: &&Name| n.division.within(area) && (counties.is_empty() || counties.iter().any(|c| n.division.within(*c)));
                // Without its ending, only right behind the county that holds it.
                let said = |n: &&Name| n.full || (at == from && place.is_some() && area.level() == Level::County);
                let mut found = names.iter().filter(fits).filter(said);
                if let (Some(township), None) = (found.next(), found.next()) {
                    let start = place.as_ref().map_or(at, |p| p.span.start);
                    let ground = place
                        .as_ref()
                        .map_or(Ground::Township, |p| if area.level() == Level::County { p.ground } else { Ground::Township });
                    return Some(Place { division: township.division, ground, open: Vec::new(), span: start..at + length });
                }
            }
        }
        place
    }
}

enum Taken {
    GoesOn,
    Begins(Chain),
}

/// The chain that counts: the last that names a county, unless what came before speaks against it.
fn choose(text: &[char], chains: Vec<Chain>) -> Option<Chain> {
    let mut chains = chains.into_iter();
    let mut chosen = chains.next()?;
    for mut next in chains {
        if !next.reaches_county() || (chosen.reaches_county() && next.ground() > chosen.ground()) {
            continue;
        }
        let fitting: Vec<Name> = next.names.iter().filter(|n| chosen.allows(n.division)).copied().collect();
        if !fitting.is_empty() {
            next.names = fitting;
        } else if chosen.reaches_county() && !next.from_above && !separated(&text[chosen.span.end..next.span.start]) {
            continue; // a road or market of that name elsewhere
        }
        if chosen.reaches_county() || next.ground() < Ground::Short {
            chosen = next;
        }
    }
    Some(chosen)
}

/// One division where one is certain; else what all that are possible have in common.
fn settle(chain: &Chain, near: Option<Division>) -> Option<Place> {
    let mut names = chain.names.clone();
    if names.iter().any(|n| n.full) {
        names.retain(|n| n.full);
    }
    for level in [Level::County, Level::City, Level::Province] {
        let Some(here) = near.and_then(|n| n.at(level)) else { continue };
        if names.len() > 1 && names.iter().any(|n| n.division.within(here)) {
            names.retain(|n| n.division.within(here));
        }
    }
    let highest = names.iter().map(|n| n.division.level()).min()?;
    // 吉林, 海南: the larger one of that name, unless a larger still was named.
    if chain.count == 1 && names.iter().filter(|n| n.division.level() == highest).count() == 1 {
        names.retain(|n| n.division.level() == highest);
    }
    let (first, others) = names.split_first()?;
    let common = [Level::County, Level::City, Level::Province].into_iter().filter_map(|l| first.division.at(l));
    let division = common.into_iter().find(|d| others.iter().all(|o| o.division.within(*d)))?;
    let open = if others.is_empty() { Vec::new() } else { names.iter().map(|n| n.division).collect() };
    Some(Place { division, ground: chain.ground(), open, span: chain.span.clone() })
}

/// Nothing between two names but what separates, or 市辖区, 中国.
fn separated(between: &[char]) -> bool {
    if between.len() > WIDEST_GAP {
        return false;
    }
    let text: String = between.iter().collect();
    text.replace("市辖区", "").replace("中国", "").chars().all(|c| !c.is_alphanumeric() || c == '县')
}

/// Names so common that only a city or province before them makes them a place: 东区, 城中区, 道县.
fn common(word: &[char], full: bool) -> bool {
    const DIRECTIONS: &str = "东西南北中新城郊矿上下";
    let direction = |c: &char| DIRECTIONS.contains(*c);
    match word {
        [_, '县' | '区' | '市']
        | ['市', '中', '区']
        | ['开', '发', '区']
        | ['新', '市', '区']
        | ['高', '新', '区']
        | ['滨', '海', '新', '区'] => true,
        [a, b] if !full => direction(a) && (direction(b) || matches!(b, '部' | '关' | '工')),
        [a, b, '区' | '县' | '市'] => direction(a) && (direction(b) || matches!(b, '关' | '工')),
        _ => false,
    }
}

/// Whether a short name is only the beginning of a road's: 绍兴路, 天台山西路, 余杭塘路.
fn begins_road(rest: &[char]) -> bool {
    let road = |s: &[char]| match s {
        ['街', '道', ..] => false,
        ['路' | '街' | '弄' | '巷', ..] | ['大', '道' | '街', ..] => true,
        _ => false,
    };
    let (one, two) = (rest.get(1..).unwrap_or_default(), rest.get(2..).unwrap_or_default());
    let named = |s: &[char]| road(s) && !matches!(s, [_, '镇' | '乡', ..]);
    road(rest)
        || (rest.first().is_some_and(|c| "东南西北中一二三四五六支环".contains(*c)) && road(one))
        || (rest.first().is_some_and(|c| "山塘江湖河港".contains(*c)) && (named(one) || named(two)))
}

/// Whether a short name is only the beginning of a thing's: 三江国际花园, 六合天寓, 凌云三区.
fn begins_thing(rest: &[char]) -> bool {
    const THINGS: [&str; 39] = [
        "街道", "镇", "乡", "村", "大桥", "江", "河", "山", "湖", "岛", "银行", "饭店", "大厦", "宾馆", "酒店", "集团", "国际", "花园",
        "天寓", "小区", "公寓", "商务", "一区", "二区", "三区", "四区", "五区", "花苑", "景苑", "名", "苑", "园", "广场", "之", "新村",
        "家园", "大学", "学院", "医院",
    ];
    let head: String = rest.iter().take(2).collect();
    THINGS.iter().any(|t| head.starts_with(t))
}
