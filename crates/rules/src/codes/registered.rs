//! What the state has registered: businesses (GB 32100-2015) and divisions (GB/T 2260).

use super::{CodeError, is_province, normalise, serde_as_text};
use crate::ids::Locality;
use std::fmt;

/// GB 32100's 31 characters: no I, O, S, V, Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// 3^(i−1) mod 31.
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// GB 11714's weights of the organisation code.
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, both check characters verified.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uscc(String);
serde_as_text!(Uscc);

impl Uscc {
    /// Reads a code in any case and width, with spaces.
    ///
    /// # Errors
    /// [`CodeError::Empty`] or one of the `Uscc…` errors.
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        let code = normalise(raw)?;
        if code.chars().count() != 18 {
            return Err(CodeError::UsccLength);
        }
        let value = |c: u8| ALPHABET.iter().position(|&a| a == c).map(|v| v as u32);
        let values: Vec<u32> = code.bytes().map(value).collect::<Option<_>>().ok_or(CodeError::UsccCharacter)?;
        let bytes = code.as_bytes();
        if !bytes[2..8].iter().all(u8::is_ascii_digit) {
            return Err(CodeError::UsccCharacter);
        }
        let sum: u32 = values.iter().zip(WEIGHTS).map(|(v, w)| v * w).sum();
        if values[17] != (31 - sum % 31) % 31 {
            return Err(CodeError::UsccCheck);
        }
        if bytes[16] != organisation_check(&bytes[8..16]) {
            return Err(CodeError::UsccOrganisationCheck);
        }
        Ok(Self(code))
    }

    /// The canonical 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// GB 11714's check character of the eight before it; letters count from A = 10.
fn organisation_check(body: &[u8]) -> u8 {
    let value = |c: u8| u32::from(if c.is_ascii_digit() { c - b'0' } else { c - b'A' + 10 });
    let sum: u32 = body.iter().zip(ORGANISATION_WEIGHTS).map(|(&c, w)| value(c) * w).sum();
    match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        n => b'0' + n as u8,
    }
}

/// A division code (行政区划代码, GB/T 2260): six digits, of which the first two are a province-level division.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Division(u32);

impl Division {
    /// Reads six digits in any width, with spaces.
    ///
    /// # Errors
    /// [`CodeError::Empty`] or [`CodeError::DivisionShape`].
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        let code = normalise(raw)?;
        if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) || !is_province(&code[..2]) {
            return Err(CodeError::DivisionShape);
        }
        code.parse().map(Self).map_err(|_| CodeError::DivisionShape)
    }

    /// The code as a locality's number.
    #[must_use]
    pub fn locality(self) -> Locality {
        Locality(i64::from(self.0))
    }
}

impl fmt::Display for Division {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    const REAL: [&str; 7] = [
        "91330100799655058B",
        "9144030071526726XG",
        "914403001922038216",
        "91110108717743469K",
        "11100000MB0143028R",
        "11500000MB1730128J",
        "113204820141411706",
    ];

    #[test]
    fn v_46_valid_credit_codes() {
        for code in REAL {
            assert_eq!(Uscc::parse(code).map(|c| c.0), Ok(code.to_owned()));
        }
    }

    #[rstest]
    #[case("91330100799655058A", CodeError::UsccCheck)]
    #[case("9133010079965505BB", CodeError::UsccCheck)]
    #[case("9133010079965505B", CodeError::UsccLength)]
    #[case("9133010079965505888", CodeError::UsccLength)]
    #[case("91330I00799655058B", CodeError::UsccCharacter)]
    #[case("9133010079965505OB", CodeError::UsccCharacter)]
    #[case("S1330100799655058B", CodeError::UsccCharacter)]
    #[case("9133010079965505VB", CodeError::UsccCharacter)]
    #[case("9133010079965505ZB", CodeError::UsccCharacter)]
    #[case("91A30100799655058B", CodeError::UsccCharacter)]
    #[case("九1330100799655058", CodeError::UsccLength)]
    #[case("九1330100799655058B", CodeError::UsccCharacter)]
    #[case("91330100799655059Y", CodeError::UsccCheck)]
    #[case("  ", CodeError::Empty)]
    fn v_47_invalid_credit_codes(#[case] code: &str, #[case] error: CodeError) {
        assert_eq!(Uscc::parse(code), Err(error));
    }

    #[rstest]
    #[case("91330100799655058b")]
    #[case(" 9133 0100 7996 5505 8b\t")]
    #[case("９１３３０１００７９９６５５０５８ｂ")]
    fn v_47_lower_case_and_width_are_normalised(#[case] code: &str) {
        assert_eq!(Uscc::parse(code).unwrap().as_str(), "91330100799655058B");
    }

    #[test]
    fn the_inner_check_counts_by_itself() {
        // Same organisation code with a wrong check character, outer check recomputed to fit.
        let values = |s: &str| s.bytes().map(|b| ALPHABET.iter().position(|&a| a == b).unwrap() as u32).collect::<Vec<_>>();
        let body = "91330100799655059";
        let sum: u32 = values(body).iter().zip(WEIGHTS).map(|(v, w)| v * w).sum();
        let code = format!("{body}{}", char::from(ALPHABET[((31 - sum % 31) % 31) as usize]));
        assert_eq!(Uscc::parse(&code), Err(CodeError::UsccOrganisationCheck));
    }

    #[test]
    fn serde_checks() {
        let code: Uscc = serde_json::from_str("\"91330100799655058b\"").unwrap();
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"91330100799655058B\"");
        assert!(serde_json::from_str::<Uscc>("\"91330100799655058A\"").is_err());
    }

    #[rstest]
    #[case("330703", Ok("330703"))]
    #[case(" ３７００００ ", Ok("370000"))]
    #[case("33070", Err(CodeError::DivisionShape))]
    #[case("3307031", Err(CodeError::DivisionShape))]
    #[case("990703", Err(CodeError::DivisionShape))]
    #[case("33O703", Err(CodeError::DivisionShape))]
    #[case("三三", Err(CodeError::DivisionShape))]
    #[case("", Err(CodeError::Empty))]
    fn divisions(#[case] raw: &str, #[case] expected: Result<&str, CodeError>) {
        assert_eq!(Division::parse(raw).map(|d| d.to_string()), expected.map(str::to_owned));
    }

    #[test]
    fn a_division_is_a_locality() {
        assert_eq!(Division::parse("330703").unwrap().locality(), Locality(330_703));
    }

    proptest! {
        #[test]
        fn any_text_is_safe(raw in any::<String>()) {
            let _ = Uscc::parse(&raw);
            let _ = Division::parse(&raw);
        }

        #[test]
        fn one_wrong_character_is_found(code in prop::sample::select(&REAL[..]), at in 0usize..18, to in prop::sample::select(&ALPHABET[..])) {
            let mut wrong = code.as_bytes().to_vec();
            wrong[at] = to;
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert_eq!(Uscc::parse(&wrong).is_ok(), wrong == code);
        }
    }
}
