//! Random numbers that people read, say and type. Symbols are Crockford's base 32: no I, L, O, U; O is read as 0, I and L
//! as 1. The check symbol is a parity over GF(32): the sum of symbol × αⁱ is zero, and as α has order 31 every single wrong
//! symbol and every swap of two symbols, adjacent or not, is found. Randomness is an argument.

use super::{CodeError, hidden_debug, normalise, serde_as_text};
use std::fmt;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// α · v in GF(32) with the primitive polynomial x⁵ + x² + 1.
fn times_alpha(v: u8) -> u8 {
    let shifted = v << 1;
    if shifted & 32 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

/// The polynomial of the symbols at α by Horner's rule; zero for symbols that end with the right check symbol.
fn parity(symbols: &[u8]) -> u8 {
    symbols.iter().fold(0, |sum, &v| times_alpha(sum) ^ v)
}

/// The first `n` groups of five bits.
fn symbols(random: &[u8], n: usize) -> Vec<u8> {
    let bit = |i: usize| random[i / 8] >> (7 - i % 8) & 1;
    (0..n).map(|s| (0..5).fold(0, |v, b| v << 1 | bit(5 * s + b))).collect()
}

/// Appends the check symbol: the one that makes the parity zero.
fn with_check(mut symbols: Vec<u8>) -> Vec<u8> {
    symbols.push(times_alpha(parity(&symbols)));
    symbols
}

fn grouped(symbols: &[u8], group: usize) -> String {
    let text = |part: &[u8]| part.iter().map(|&v| char::from(ALPHABET[usize::from(v)])).collect::<String>();
    symbols.chunks(group).map(text).collect::<Vec<_>>().join("-")
}

/// Reads symbols in any case, width and grouping, O for 0, I and L for 1.
fn read(raw: &str, length: usize) -> Result<Vec<u8>, CodeError> {
    let text = normalise(raw)?;
    let dash = |c: &char| matches!(c, '-' | '‐' | '‑' | '–' | '—' | '−' | '_' | '.' | '·');
    let symbols = text
        .chars()
        .filter(|c| !dash(c))
        .map(|c| match c {
            'O' => Some(0),
            'I' | 'L' => Some(1),
            c => ALPHABET.iter().position(|&a| char::from(a) == c).map(|v| v as u8),
        })
        .collect::<Option<Vec<u8>>>()
        .ok_or(CodeError::TokenCharacter)?;
    match symbols.len() {
        n if n != length => Err(CodeError::TokenLength),
        _ if parity(&symbols) != 0 => Err(CodeError::TokenCheck),
        _ => Ok(symbols),
    }
}

/// The receipt number of a submission (回执号): 60 random bits and a check symbol, `7K2M-9P4Q-TDFX-8`. It tells nothing
/// of order or kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReceiptNumber(String);
serde_as_text!(ReceiptNumber);

impl ReceiptNumber {
    /// From random bytes.
    #[must_use]
    pub fn from_random(random: [u8; 8]) -> Self {
        Self(grouped(&with_check(symbols(&random, 12)), 4))
    }

    /// Reads what a person typed.
    ///
    /// # Errors
    /// [`CodeError::Empty`] or one of the `Token…` errors.
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        read(raw, 13).map(|s| Self(grouped(&s, 4)))
    }

    /// The canonical, grouped form: shown and stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The tracking code (查询码) that opens a submission together with its receipt number: 45 random bits and a check symbol,
/// `7K2M9-P4QTD`. A secret: hidden in `Debug`, no serde, no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct TrackingCode(String);
hidden_debug!(TrackingCode);

impl TrackingCode {
    /// From random bytes of a cryptographic source.
    #[must_use]
    pub fn from_random(random: [u8; 8]) -> Self {
        Self(grouped(&with_check(symbols(&random, 9)), 5))
    }

    /// Reads what a person typed.
    ///
    /// # Errors
    /// [`CodeError::Empty`] or one of the `Token…` errors; they tell a slip of the finger from a wrong code and
    /// nothing about the code.
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        read(raw, 10).map(|s| Self(grouped(&s, 5)))
    }

    /// The canonical, grouped form: printed once on the receipt, hashed for storage.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a case in addresses: 80 random bits, 16 lower-case symbols, not linked with any other case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseToken(String);
serde_as_text!(CaseToken);

impl CaseToken {
    /// From random bytes.
    #[must_use]
    pub fn from_random(random: [u8; 10]) -> Self {
        Self(grouped(&symbols(&random, 16), 16).to_ascii_lowercase())
    }

    /// Reads a token from an address: exactly as it was made, nothing is guessed.
    ///
    /// # Errors
    /// [`CodeError::TokenLength`] or [`CodeError::TokenCharacter`].
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        if raw.len() != 16 {
            return Err(CodeError::TokenLength);
        }
        let known = |b: u8| !b.is_ascii_uppercase() && ALPHABET.contains(&b.to_ascii_uppercase());
        if raw.bytes().all(known) { Ok(Self(raw.to_owned())) } else { Err(CodeError::TokenCharacter) }
    }

    /// The 16 symbols.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! show_text { ($($name:ident),+) => {$(
    impl fmt::Display for $name {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.0) }
    }
)+} }
show_text!(ReceiptNumber, CaseToken);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn symbols_of(number: &str) -> Vec<char> {
        number.chars().filter(|&c| c != '-').collect()
    }

    #[test]
    fn shapes() {
        let receipt = ReceiptNumber::from_random([0xff; 8]);
        assert_eq!(receipt.as_str(), "ZZZZ-ZZZZ-ZZZZ-".to_owned() + &receipt.as_str()[15..]);
        assert_eq!(receipt.as_str().len(), 16);
        assert_eq!(ReceiptNumber::from_random([0; 8]).to_string(), "0000-0000-0000-0");
        let code = TrackingCode::from_random([1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!((code.as_str().len(), format!("{code:?}")), (11, "TrackingCode(…)".to_owned()));
        assert_eq!(CaseToken::from_random([0xff; 10]).as_str(), "zzzzzzzzzzzzzzzz");
    }

    #[test]
    fn alpha_has_order_31() {
        let mut v = 1;
        for power in 1..=31 {
            v = times_alpha(v);
            assert_eq!(v == 1, power == 31);
        }
    }

    #[rstest]
    #[case("", CodeError::Empty)]
    #[case("0000-0000-0000", CodeError::TokenLength)]
    #[case("0000-0000-0000-00", CodeError::TokenLength)]
    #[case("0000-0000-0000-U", CodeError::TokenCharacter)]
    #[case("0000-0000-0000-零", CodeError::TokenCharacter)]
    #[case("0000-0000-0000-1", CodeError::TokenCheck)]
    fn refused(#[case] raw: &str, #[case] error: CodeError) {
        assert_eq!(ReceiptNumber::parse(raw), Err(error));
    }

    #[rstest]
    #[case("", CodeError::TokenLength)]
    #[case("zzzzzzzzzzzzzzzZ", CodeError::TokenCharacter)]
    #[case("zzzzzzzzzzzzzzzl", CodeError::TokenCharacter)]
    #[case("../../etc/passwd", CodeError::TokenCharacter)]
    #[case("案案案案案z", CodeError::TokenCharacter)]
    fn case_tokens_are_exact(#[case] raw: &str, #[case] error: CodeError) {
        assert_eq!(CaseToken::parse(raw), Err(error));
    }

    proptest! {
        #[test]
        fn read_back_however_spelt(random in any::<[u8; 8]>()) {
            let number = ReceiptNumber::from_random(random);
            let text = number.as_str();
            let wide: String = text.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
            let confused = text.replace('0', "o").replace('1', "L").to_lowercase();
            for spelt in [text, &text.replace('-', " "), &text.replace('-', ""), &wide, &confused, &text.replace('1', "I")] {
                prop_assert_eq!(&ReceiptNumber::parse(spelt), &Ok(number.clone()));
            }
            let json = serde_json::to_string(&number).unwrap();
            prop_assert_eq!(serde_json::from_str::<ReceiptNumber>(&json).unwrap(), number);
            let code = TrackingCode::from_random(random);
            prop_assert_eq!(TrackingCode::parse(&code.as_str().to_lowercase()), Ok(code));
        }

        #[test]
        fn tokens_read_back(random in any::<[u8; 10]>()) {
            let token = CaseToken::from_random(random);
            prop_assert_eq!(CaseToken::parse(token.as_str()), Ok(token));
        }

        #[test]
        fn every_slip_is_found(random in any::<[u8; 8]>()) {
            let right = symbols_of(ReceiptNumber::from_random(random).as_str());
            for at in 0..13 {
                for &to in ALPHABET {
                    let mut wrong = right.clone();
                    wrong[at] = char::from(to);
                    let text: String = wrong.iter().collect();
                    prop_assert_eq!(ReceiptNumber::parse(&text).is_ok(), wrong == right);
                }
                for other in at + 1..13 {
                    let mut swapped = right.clone();
                    swapped.swap(at, other);
                    let text: String = swapped.iter().collect();
                    prop_assert_eq!(ReceiptNumber::parse(&text).is_ok(), swapped == right);
                }
            }
        }

        #[test]
        fn any_text_is_safe(raw in any::<String>()) {
            let _ = (ReceiptNumber::parse(&raw), TrackingCode::parse(&raw), CaseToken::parse(&raw));
        }
    }
}
