//! Folding for search: one scalar in, one scalar out, so that positions in the folded text are positions in the original.

use std::collections::HashMap;
use std::sync::OnceLock;

/// Traditional → simplified, one to one; source and licence in `data/text/README.md`.
const TRADITIONAL: &str = include_str!("../../../../data/text/traditional.txt");

/// Scalars per page of the table.
const PAGE: usize = 256;
/// No scalar from here on has width, case or whitespace to fold (a test holds every scalar against this).
const CASED_END: u32 = 0x2_0000;

/// Every fold with all its steps already composed: a page index by the high bits, 0 for a page that changes nothing.
struct Table {
    index: Vec<u16>,
    pages: Vec<[char; PAGE]>,
}

impl Table {
    fn build() -> Self {
        let simplified: HashMap<char, char> = TRADITIONAL
            .lines()
            .filter_map(|line| {
                let mut pair = line.chars();
                Some((pair.next()?, pair.next()?))
            })
            .filter(|&(from, _)| from != '#')
            .collect();
        let mut table = Self { index: vec![0; 0x11_0000 / PAGE], pages: Vec::new() };
        for from in ('\0'..).take_while(|&c| u32::from(c) < CASED_END) {
            table.set(from, closed(from, &simplified));
        }
        for &from in simplified.keys().filter(|&&c| u32::from(c) >= CASED_END) {
            table.set(from, closed(from, &simplified));
        }
        table
    }

    fn set(&mut self, from: char, to: char) {
        if from == to {
            return;
        }
        let (page, at) = split(from);
        if self.index[page] == 0 {
            let first = (page * PAGE) as u32;
            self.pages.push(std::array::from_fn(|i| char::from_u32(first + i as u32).unwrap_or(char::REPLACEMENT_CHARACTER)));
            self.index[page] = self.pages.len() as u16; // at most 4,352 pages
        }
        self.pages[usize::from(self.index[page]) - 1][at] = to;
    }

    fn get(&self, c: char) -> char {
        let (page, at) = split(c);
        match self.index[page] {
            0 => c,
            n => self.pages[usize::from(n) - 1][at],
        }
    }
}

fn split(c: char) -> (usize, usize) {
    (c as usize / PAGE, c as usize % PAGE)
}

/// All steps applied until nothing changes, so that folding twice is folding once (薴 → 苧 → 苎 becomes 薴 → 苎).
fn closed(from: char, simplified: &HashMap<char, char>) -> char {
    let mut c = from;
    loop {
        let narrow = half_width(c);
        let blank = if narrow.is_control() || narrow.is_whitespace() { ' ' } else { narrow };
        // The first scalar of the full mapping is the simple mapping (only İ has a second, a combining dot).
        let lower = blank.to_lowercase().next().unwrap_or(blank);
        let next = simplified.get(&lower).copied().unwrap_or(lower);
        if next == c {
            return c;
        }
        c = next;
    }
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(Table::build)
}

/// The half-width form of a full-width sign (Ａ → A, １ → 1, ￥ → ¥, ideographic space → space); others unchanged.
#[must_use]
pub fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '￠' => '¢',
        '￡' => '£',
        '￥' => '¥',
        _ => c,
    }
}

/// Folds one scalar to one scalar: full-width to half-width, upper to lower case, traditional to simplified,
/// control and white space to a plain space. Idempotent.
#[must_use]
pub fn fold_char(c: char) -> char {
    table().get(c)
}

/// Folds every scalar of a text by [`fold_char`]; the number of scalars stays the same.
///
/// ```
/// assert_eq!(rules::text::fold("退貨Ａ１\n"), "退货a1 ");
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    let table = table();
    let mut folded = String::with_capacity(text.len());
    folded.extend(text.chars().map(|c| table.get(c)));
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("ＡＢＣ　１２３！", "abc 123!")]
    #[case("消費者權益保護", "消费者权益保护")]
    #[case("消费者权益保护", "消费者权益保护")]
    #[case("頭髮與發財", "头发与发财")]
    #[case("薴", "苎")]
    #[case("İSTANBUL ẞ Σ", "istanbul ß σ")]
    #[case("a\tb\r\nc\u{0}d\u{85}e\u{2028}f\u{a0}g", "a b  c d e f g")]
    #[case("㛃䶮𬭎😀👨‍👩‍👧", "㛃䶮𬭎😀👨‍👩‍👧")]
    #[case("", "")]
    fn folds(#[case] text: &str, #[case] folded: &str) {
        assert_eq!(fold(text), folded);
    }

    #[test]
    fn every_scalar_folds_once_and_for_all() {
        for c in '\0'..=char::MAX {
            let once = fold_char(c);
            assert_eq!(fold_char(once), once, "{c:?} U+{:04X}", u32::from(c));
            assert!(!once.is_control() && (once == ' ' || !once.is_whitespace()), "U+{:04X}", u32::from(c));
            let lower = once.to_lowercase().next().unwrap();
            assert_eq!(lower, once, "upper case left: U+{:04X}", u32::from(c));
            assert_eq!(half_width(once), once);
        }
    }

    #[test]
    fn the_data_is_whole_and_first_candidates_only() {
        let pairs: Vec<_> = TRADITIONAL.lines().filter(|l| !l.starts_with('#')).collect();
        assert_eq!(pairs.len(), 3222);
        assert!(pairs.iter().all(|l| l.chars().count() == 2), "one pair a line");
        assert!(pairs.is_sorted(), "sorted, so no character twice");
        for pair in pairs {
            let mut chars = pair.chars();
            let (from, to) = (chars.next().unwrap(), chars.next().unwrap());
            assert_eq!(fold_char(from), fold_char(to));
        }
    }

    proptest! {
        #[test]
        fn a_part_stays_a_part(text in any::<String>(), from in 0usize..40, len in 0usize..10) {
            let part: String = text.chars().skip(from).take(len).collect();
            let folded = fold(&text);
            prop_assert_eq!(folded.chars().count(), text.chars().count());
            prop_assert!(folded.contains(&fold(&part)));
            prop_assert_eq!(fold(&folded), folded);
        }
    }
}
