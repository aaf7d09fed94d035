//! Money: integer fen (分), read as people write it, shown in digits and in capital Chinese numerals (人民币大写).

use crate::text::half_width;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount in fen (1/100 yuan). Input is never negative; a difference may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

/// Why an amount is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Nothing but spaces.
    #[error("no amount was given")]
    Empty,
    /// Something else than digits with the usual signs around them.
    #[error("this is no amount; write it in digits, such as 3800 or 3,800.00")]
    NotANumber,
    /// Below zero.
    #[error("an amount is not negative")]
    Negative,
    /// A part of a fen.
    #[error("an amount has at most two decimals")]
    TooPrecise,
    /// More than ten thousand million yuan (100 亿元).
    #[error("this amount is too large")]
    TooLarge,
}

impl MoneyError {
    /// Every error, so that a test can hold the translations against them.
    pub const ALL: [Self; 5] = [Self::Empty, Self::NotANumber, Self::Negative, Self::TooPrecise, Self::TooLarge];

    /// The stable code by which this error is translated.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "money_empty",
            Self::NotANumber => "money_not_a_number",
            Self::Negative => "money_negative",
            Self::TooPrecise => "money_too_precise",
            Self::TooLarge => "money_too_large",
        }
    }
}

impl Fen {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount accepted from people: 10,000,000,000 yuan.
    pub const MAX_INPUT: Self = Self(1_000_000_000_000);

    /// Reads what a person typed: `3800`, `3,800.00`, `３８００元`, `¥3,800`, `1.2万`, `3千元`. Chinese numerals are not read.
    ///
    /// ```
    /// use rules::money::Fen;
    /// assert_eq!(Fen::parse("¥3,800"), Ok(Fen(380_000)));
    /// ```
    ///
    /// # Errors
    /// [`MoneyError`].
    pub fn parse(raw: &str) -> Result<Self, MoneyError> {
        let text: String = raw.chars().map(half_width).filter(|c| !c.is_whitespace()).collect();
        let text = text.to_ascii_uppercase();
        let (minus, text) = strip_minus(strip_currency(&text));
        let (minus, text) = if minus { (true, strip_currency(text)) } else { strip_minus(text) };
        let text = strip_unit(text);
        if text.is_empty() {
            return Err(if raw.trim().is_empty() { MoneyError::Empty } else { MoneyError::NotANumber });
        }
        let (digits, scale) = [("万", 1_000_000), ("萬", 1_000_000), ("千", 100_000), ("仟", 100_000)]
            .iter()
            .find_map(|&(unit, fen)| text.strip_suffix(unit).map(|digits| (digits, fen)))
            .unwrap_or((text, 100));
        let fen = decimal(digits, scale)?;
        if minus && fen > 0 {
            return Err(MoneyError::Negative);
        }
        Ok(Self(fen))
    }

    /// The sum, unless it overflows.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, unless it overflows.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// A multiple, unless it overflows.
    #[must_use]
    pub fn checked_mul(self, times: i64) -> Option<Self> {
        self.0.checked_mul(times).map(Self)
    }

    /// The sum of many, unless it overflows.
    pub fn checked_sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }

    /// Capital numerals as payment papers want them (《支付结算办法》附一《正确填写票据和结算凭证的基本规定》): 整 after 元
    /// only; one 零 for any run of zeros inside; 零 after 元 when the yuan or the jiao digit is zero.
    ///
    /// ```
    /// assert_eq!(rules::money::Fen(140_950).rmb(), "壹仟肆佰零玖元伍角");
    /// ```
    #[must_use]
    pub fn rmb(self) -> String {
        let fen = self.0.unsigned_abs();
        let (yuan, jiao, rest) = (fen / 100, fen / 10 % 10, fen % 10);
        let mut text = String::new();
        if self.0 < 0 {
            text.push('负');
        }
        if yuan > 0 {
            push_integer(&mut text, yuan);
            text.push('元');
        }
        if jiao == 0 && rest == 0 {
            text.push_str(if yuan > 0 { "整" } else { "零元整" });
            return text;
        }
        if yuan > 0 && (yuan % 10 == 0 || jiao == 0) {
            text.push('零');
        }
        if jiao > 0 {
            text.push_str(CAPITALS[jiao as usize]);
            text.push('角');
        }
        if rest > 0 {
            text.push_str(CAPITALS[rest as usize]);
            text.push('分');
        }
        text
    }
}

impl fmt::Display for Fen {
    /// Yuan with separators and two decimals: `3,800.00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fen = self.0.unsigned_abs();
        let yuan = (fen / 100).to_string();
        let mut text = String::with_capacity(yuan.len() * 4 / 3 + 4);
        if self.0 < 0 {
            text.push('-');
        }
        for (i, digit) in yuan.chars().enumerate() {
            if i > 0 && (yuan.len() - i).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        f.pad(&format!("{text}.{:02}", fen % 100))
    }
}

fn strip_currency(text: &str) -> &str {
    ["人民币", "RMB", "CNY", "¥"].iter().find_map(|sign| text.strip_prefix(sign)).map_or(text, |rest| rest.trim_start_matches([':', '¥']))
}

fn strip_unit(text: &str) -> &str {
    ["元整", "元正", "圆整", "元", "圆", "块钱", "块", "RMB", "CNY"].iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text)
}

fn strip_minus(text: &str) -> (bool, &str) {
    text.strip_prefix(['-', '−', '负']).map_or((false, text), |rest| (true, rest))
}

/// Digits with separators and a decimal point, times `scale` (a power of ten), exactly.
fn decimal(text: &str, scale: i64) -> Result<i64, MoneyError> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits_only = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let whole = ungroup(whole)?;
    if !digits_only(&whole) || !digits_only(part) || (whole.is_empty() && part.is_empty()) {
        return Err(MoneyError::NotANumber);
    }
    let mut fen = 0_i64;
    for b in whole.bytes() {
        fen = fen * 10 + i64::from(b - b'0');
        if fen > Fen::MAX_INPUT.0 {
            return Err(MoneyError::TooLarge);
        }
    }
    fen *= scale; // at most 10¹² · 10⁶, below 2⁶³
    let mut unit = scale;
    for b in part.trim_end_matches('0').bytes() {
        unit /= 10;
        if unit == 0 {
            return Err(MoneyError::TooPrecise);
        }
        fen += i64::from(b - b'0') * unit;
    }
    if fen > Fen::MAX_INPUT.0 { Err(MoneyError::TooLarge) } else { Ok(fen) }
}

/// Without thousands separators, which must stand where they belong: `3,80` may be a decimal comma, so it is refused.
fn ungroup(whole: &str) -> Result<String, MoneyError> {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let mut rest = groups.peekable();
    if rest.peek().is_none() {
        return Ok(first.to_owned());
    }
    if !(1..=3).contains(&first.len()) || !rest.all(|g| g.len() == 3) {
        return Err(MoneyError::NotANumber);
    }
    Ok(whole.replace(',', ""))
}

const CAPITALS: [&str; 10] = ["零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"];

/// A positive whole number: 亿 (of anything), then 万, then the last four digits.
fn push_integer(text: &mut String, n: u64) {
    for (size, unit) in [(100_000_000, '亿'), (10_000, '万')] {
        if n >= size {
            push_integer(text, n / size);
            text.push(unit);
            let rest = n % size;
            if rest > 0 {
                if rest < size / 10 {
                    text.push('零');
                }
                push_integer(text, rest);
            }
            return;
        }
    }
    let mut gap = false;
    for (size, unit) in [(1000, "仟"), (100, "佰"), (10, "拾"), (1, "")] {
        let digit = n / size % 10;
        if digit == 0 {
            gap = n >= size;
            continue;
        }
        if gap {
            text.push('零');
            gap = false;
        }
        text.push_str(CAPITALS[digit as usize]);
        text.push_str(unit);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("3,800.00", 380_000)]
    #[case("3800", 380_000)]
    #[case("３８００元", 380_000)]
    #[case("３，８００．５", 380_050)]
    #[case("¥3,800", 380_000)]
    #[case("￥ 3,800 元整", 380_000)]
    #[case("RMB 3800", 380_000)]
    #[case("3800rmb", 380_000)]
    #[case("人民币：3800元", 380_000)]
    #[case("3800块", 380_000)]
    #[case("1.2万", 1_200_000)]
    #[case("1.2万元", 1_200_000)]
    #[case("1.23456万", 1_234_560)]
    #[case("3千", 300_000)]
    #[case("0.5", 50)]
    #[case(".5", 50)]
    #[case("5.", 500)]
    #[case("0", 0)]
    #[case("-0", 0)]
    #[case("007", 700)]
    #[case("1.2300", 123)]
    #[case("10000000000", 1_000_000_000_000)]
    #[case("1000000万", 1_000_000_000_000)]
    fn reads(#[case] raw: &str, #[case] fen: i64) {
        assert_eq!(Fen::parse(raw), Ok(Fen(fen)));
    }

    #[rstest]
    #[case("", MoneyError::Empty)]
    #[case(" \u{3000}", MoneyError::Empty)]
    #[case("元", MoneyError::NotANumber)]
    #[case("-", MoneyError::NotANumber)]
    #[case(".", MoneyError::NotANumber)]
    #[case("万", MoneyError::NotANumber)]
    #[case("三千八", MoneyError::NotANumber)]
    #[case("1e5", MoneyError::NotANumber)]
    #[case("NaN", MoneyError::NotANumber)]
    #[case("3,80", MoneyError::NotANumber)]
    #[case(",800", MoneyError::NotANumber)]
    #[case("1,0000", MoneyError::NotANumber)]
    #[case("1.2.3", MoneyError::NotANumber)]
    #[case("3万5", MoneyError::NotANumber)]
    #[case("$100", MoneyError::NotANumber)]
    #[case("--5", MoneyError::NotANumber)]
    #[case("=1+1", MoneyError::NotANumber)]
    #[case("-5", MoneyError::Negative)]
    #[case("－5元", MoneyError::Negative)]
    #[case("¥-5", MoneyError::Negative)]
    #[case("-¥5", MoneyError::Negative)]
    #[case("1.234", MoneyError::TooPrecise)]
    #[case("1.2345678万", MoneyError::TooPrecise)]
    #[case("10000000000.01", MoneyError::TooLarge)]
    #[case("1000001万", MoneyError::TooLarge)]
    #[case("99999999999999999999999999", MoneyError::TooLarge)]
    fn refuses(#[case] raw: &str, #[case] error: MoneyError) {
        assert_eq!(Fen::parse(raw), Err(error));
    }

    #[test]
    fn a_megabyte_of_digits_is_too_large() {
        assert_eq!(Fen::parse(&"9".repeat(1 << 20)), Err(MoneyError::TooLarge));
    }

    #[rstest]
    #[case(0, "0.00")]
    #[case(5, "0.05")]
    #[case(380_000, "3,800.00")]
    #[case(99_999, "999.99")]
    #[case(100_000, "1,000.00")]
    #[case(123_456_789_012, "1,234,567,890.12")]
    #[case(-380_050, "-3,800.50")]
    #[case(i64::MIN, "-92,233,720,368,547,758.08")]
    fn shows(#[case] fen: i64, #[case] text: &str) {
        assert_eq!(Fen(fen).to_string(), text);
    }

    // The first six are the examples of 《正确填写票据和结算凭证的基本规定》.
    #[rstest]
    #[case(140_950, "壹仟肆佰零玖元伍角")]
    #[case(600_714, "陆仟零柒元壹角肆分")]
    #[case(168_032, "壹仟陆佰捌拾元零叁角贰分")]
    #[case(10_700_053, "壹拾万柒仟元零伍角叁分")]
    #[case(1_640_902, "壹万陆仟肆佰零玖元零贰分")]
    #[case(32_504, "叁佰贰拾伍元零肆分")]
    #[case(0, "零元整")]
    #[case(1, "壹分")]
    #[case(10, "壹角")]
    #[case(53, "伍角叁分")]
    #[case(100, "壹元整")]
    #[case(1_000, "壹拾元整")]
    #[case(1_005, "壹拾元零伍分")]
    #[case(10_100, "壹佰零壹元整")]
    #[case(100_100, "壹仟零壹元整")]
    #[case(101_000, "壹仟零壹拾元整")]
    #[case(380_000, "叁仟捌佰元整")]
    #[case(1_000_000, "壹万元整")]
    #[case(1_000_100, "壹万零壹元整")]
    #[case(1_010_000, "壹万零壹佰元整")]
    #[case(10_000_000, "壹拾万元整")]
    #[case(10_050_000, "壹拾万零伍佰元整")]
    #[case(100_000_000, "壹佰万元整")]
    #[case(10_000_000_000, "壹亿元整")]
    #[case(10_000_000_500, "壹亿零伍元整")]
    #[case(10_005_000_000, "壹亿零伍万元整")]
    #[case(10_010_000_100, "壹亿零壹拾万零壹元整")]
    #[case(12_345_678_901, "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元零壹分")]
    #[case(1_000_000_000_000, "壹佰亿元整")]
    #[case(-100, "负壹元整")]
    fn capitals(#[case] fen: i64, #[case] text: &str) {
        assert_eq!(Fen(fen).rmb(), text);
    }

    #[test]
    fn arithmetic_is_checked() {
        assert_eq!(Fen(1).checked_add(Fen(2)), Some(Fen(3)));
        assert_eq!(Fen(1).checked_sub(Fen(2)), Some(Fen(-1)));
        assert_eq!(Fen(5).checked_mul(3), Some(Fen(15)));
        assert_eq!(Fen::checked_sum([Fen(1), Fen(2), Fen(3)]), Some(Fen(6)));
        assert_eq!(Fen(i64::MAX).checked_add(Fen(1)), None);
        assert_eq!(Fen(i64::MIN).checked_sub(Fen(1)), None);
        assert_eq!(Fen(i64::MAX).checked_mul(2), None);
        assert_eq!(Fen::checked_sum([Fen(i64::MAX), Fen(1)]), None);
    }

    #[test]
    fn serde_is_the_bare_number_and_codes_are_distinct() {
        assert_eq!(serde_json::to_string(&Fen(380_000)).unwrap(), "380000");
        assert_eq!(serde_json::from_str::<Fen>("380000").unwrap(), Fen(380_000));
        let codes: std::collections::BTreeSet<_> = MoneyError::ALL.iter().map(|e| e.code()).collect();
        assert_eq!(codes.len(), MoneyError::ALL.len());
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(fen in 0..=Fen::MAX_INPUT.0) {
            prop_assert_eq!(Fen::parse(&Fen(fen).to_string()), Ok(Fen(fen)));
        }

        #[test]
        fn any_text_is_safe(raw in prop_oneof![any::<String>(), "[0-9,.万千元¥-]{0,20}"]) {
            if let Ok(fen) = Fen::parse(&raw) {
                prop_assert!((Fen::ZERO..=Fen::MAX_INPUT).contains(&fen));
            }
        }

        #[test]
        fn capitals_never_stammer(fen in any::<i64>()) {
            let text = Fen(fen).rmb();
            let bad = ["零零", "零元零", "零万", "零亿", "零佰", "零拾"];
            prop_assert!(!bad.iter().any(|b| text.contains(b)), "{}", text);
        }
    }
}
