//! How much two texts share: for showing a person what may be the same matter, never for deciding it.

use super::{bigram_tokens, fold};
use std::collections::BTreeSet;

/// From how many percent on two texts are called alike.
pub const ALIKE: u32 = 40;

/// Pairs of characters that two texts share, in percent of those that either has; 0 for a text too short to tell.
#[must_use]
pub fn likeness(a: &str, b: &str) -> u32 {
    let tokens = |text: &str| bigram_tokens(&fold(text)).into_iter().collect::<BTreeSet<_>>();
    let (a, b) = (tokens(a), tokens(b));
    if a.len() < 4 || b.len() < 4 {
        return 0;
    }
    let shared = a.intersection(&b).count();
    u32::try_from(shared * 100 / (a.len() + b.len() - shared)).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("店关门了，要求退卡里的余额", "店关门了，要求退卡里的余额", 100)]
    #[case("店关门了，要求退卡里的余额", "完全是另外一回事情呀", 0)]
    #[case("退卡", "退卡", 0)]
    #[case("", "", 0)]
    fn the_same_is_all_alike_and_another_is_not(#[case] a: &str, #[case] b: &str, #[case] percent: u32) {
        assert_eq!(likeness(a, b), percent);
        assert_eq!(likeness(b, a), percent);
    }

    #[test]
    fn the_same_matter_told_again_is_alike_and_a_like_shop_is_not() {
        let first = "上周三在你们那的健身房办了年卡，现在关门了联系不上，要求退还余额1200元";
        let again = "健身房关门了联系不上，年卡余额1200元要求退还，上周三在那里办的";
        let other = "上周在水果店买的葡萄烂了一半，店家不肯换";
        assert!(likeness(first, again) >= ALIKE, "{}", likeness(first, again));
        assert!(likeness(first, other) < ALIKE / 2, "{}", likeness(first, other));
    }
}
