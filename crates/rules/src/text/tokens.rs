//! Tokens for substring search: every pair of neighbouring scalars as one plain ASCII word, so that any engine's
//! word index finds candidates for any substring. The caller rechecks candidates with `contains`.

use std::fmt;

/// Stands after the last scalar: one past the last Unicode scalar, so it never meets a query.
const END: u32 = 0x11_0000;

/// Eight ASCII letters and digits: two scalars, four characters each. The first of four is a letter (26 · 36³ > 0x11_0001),
/// so no engine's parser takes a token for a number; tokens sort as their scalars do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token([u8; 8]);

impl Token {
    fn of(first: u32, second: u32) -> Self {
        let mut token = [0; 8];
        token[..4].copy_from_slice(&word(first));
        token[4..].copy_from_slice(&word(second));
        Self(token)
    }

    /// The token as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("made of ASCII letters and digits only")
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One scalar (or [`END`]) in four characters: a letter, then three base-36 digits.
fn word(scalar: u32) -> [u8; 4] {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let digit = |n: u32| DIGITS[(n % 36) as usize];
    [b'a' + (scalar / 46_656) as u8, digit(scalar / 1296), digit(scalar / 36), digit(scalar)]
}

/// The tokens of a folded text, sorted, each once. Every scalar begins exactly one token: its pair with the next, the last
/// one with an end mark. An empty text has none.
#[must_use]
pub fn bigram_tokens(folded: &str) -> Vec<Token> {
    let nexts = folded.chars().skip(1).map(u32::from).chain([END]);
    distinct(folded.chars().map(u32::from).zip(nexts))
}

/// What must be among a text's tokens for the text to contain the query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// Nothing asked: every text contains it.
    Empty,
    /// One scalar: some token begins with these four characters.
    Prefix(String),
    /// Two scalars or more: all these tokens, sorted, each once.
    All(Vec<Token>),
}

/// The tokens to look for, from a query folded as the text was.
///
/// ```
/// use rules::text::{Query, bigram_tokens, query_tokens};
/// let Query::All(tokens) = query_tokens("退款") else { panic!() };
/// assert!(tokens.iter().all(|t| bigram_tokens("要求退款").contains(t)));
/// ```
#[must_use]
pub fn query_tokens(folded_query: &str) -> Query {
    let mut scalars = folded_query.chars().map(u32::from);
    match (scalars.next(), scalars.next()) {
        (None, _) => Query::Empty,
        (Some(one), None) => Query::Prefix(word(one).iter().copied().map(char::from).collect()),
        _ => Query::All(distinct(folded_query.chars().map(u32::from).zip(folded_query.chars().skip(1).map(u32::from)))),
    }
}

fn distinct(pairs: impl Iterator<Item = (u32, u32)>) -> Vec<Token> {
    let mut keys: Vec<u64> = pairs.map(|(a, b)| u64::from(a) << 32 | u64::from(b)).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.into_iter().map(|key| Token::of((key >> 32) as u32, key as u32)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::fold;
    use proptest::prelude::*;

    fn may_contain(text: &[Token], query: &Query) -> bool {
        match query {
            Query::Empty => true,
            Query::Prefix(p) => text.iter().any(|t| t.as_str().starts_with(p)),
            Query::All(tokens) => tokens.iter().all(|t| text.binary_search(t).is_ok()),
        }
    }

    #[test]
    fn every_scalar_has_its_own_word_in_order() {
        let mut last = *b"    ";
        for c in ('\0'..=char::MAX).map(u32::from).chain([END]) {
            let word = word(c);
            assert!(word > last && word[0].is_ascii_lowercase() && word.iter().all(u8::is_ascii_alphanumeric));
            last = word;
        }
    }

    #[test]
    fn tokens_are_few_sorted_and_end_marked() {
        assert!(bigram_tokens("").is_empty());
        assert_eq!(bigram_tokens("a").len(), 1);
        assert_eq!(bigram_tokens("aaaa").len(), 2, "aa, and a with the end mark");
        assert_eq!(query_tokens("aaaa"), query_tokens("aa"));
        assert_eq!(query_tokens(""), Query::Empty);
        assert_eq!(bigram_tokens("a%")[1].as_str(), "a02pa011");
        assert!(!may_contain(&bigram_tokens("退款"), &query_tokens("款退")));
        assert!(may_contain(&bigram_tokens("吃𬭎'\"%_了"), &query_tokens("𬭎'\"%_")));
    }

    /// Few distinct characters, so that hits and near misses are common; astral, quotes, wildcards among them.
    fn text() -> impl Strategy<Value = String> {
        prop_oneof!["[ab退货貨𬭎😀'\"%_\\\\ ]{0,30}", any::<String>()]
    }

    proptest! {
        #[test]
        fn no_match_is_lost(text in text(), query in "[ab退货貨𬭎😀'\"%_\\\\ ]{0,3}") {
            let (text, query) = (fold(&text), fold(&query));
            if text.contains(&query) {
                prop_assert!(may_contain(&bigram_tokens(&text), &query_tokens(&query)));
            }
            if query.chars().count() <= 2 {
                prop_assert_eq!(text.contains(&query), may_contain(&bigram_tokens(&text), &query_tokens(&query)), "exact up to a pair");
            }
        }

        #[test]
        fn every_part_is_found(text in text(), from in 0usize..30, len in 0usize..12) {
            let folded = fold(&text);
            let part: String = folded.chars().skip(from).take(len).collect();
            prop_assert!(may_contain(&bigram_tokens(&folded), &query_tokens(&part)));
            prop_assert!(bigram_tokens(&folded).is_sorted());
        }
    }
}
