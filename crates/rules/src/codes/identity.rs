//! Documents by which a person says who they are (身份证件). GB 11643-1999 numbers are checked; the others have no check.

use super::{CodeError, hidden_debug, is_province, normalise};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";
/// Nobody alive was born before; a smaller year is a slip of the finger.
const FIRST_YEAR: i16 = 1850;

/// The kinds of identity document that forms 1 and 2 may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdKind {
    /// Resident identity card (居民身份证).
    Resident,
    /// Residence permit for Hong Kong, Macao and Taiwan residents (港澳台居民居住证): 81, 82, 83 in front.
    HmtResidence,
    /// Foreigner's permanent residence card of 2023 (外国人永久居留身份证): 9 in front.
    ForeignResidence,
    /// Passport (护照).
    Passport,
    /// Mainland travel permit for Hong Kong and Macao residents (港澳居民来往内地通行证).
    HkMacauPermit,
    /// Mainland travel permit for Taiwan residents (台湾居民来往大陆通行证).
    TaiwanPermit,
    /// Officer's or soldier's card (军官证、士兵证).
    Military,
    /// Any other (其他).
    Other,
}

impl IdKind {
    /// Every kind, in the order a form offers them.
    pub const ALL: [Self; 8] = [
        Self::Resident,
        Self::HmtResidence,
        Self::ForeignResidence,
        Self::Passport,
        Self::HkMacauPermit,
        Self::TaiwanPermit,
        Self::Military,
        Self::Other,
    ];
}

/// An 18-character identity number with a valid check character and a real date of birth. Personal: hidden in `Debug`,
/// no serde.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdNumber {
    number: String,
    kind: IdKind,
    birth: Date,
}

impl IdNumber {
    /// Reads a number in any case and width, with spaces. `today` is the civil date in Asia/Shanghai.
    ///
    /// # Errors
    /// [`CodeError::Empty`] or one of the `Id…` errors.
    pub fn parse(raw: &str, today: Date) -> Result<Self, CodeError> {
        let number = normalise(raw)?;
        if number.chars().count() != 18 {
            return Err(CodeError::IdLength);
        }
        let (body, last) = number.as_bytes().split_at(17);
        if !body.iter().all(u8::is_ascii_digit) || !matches!(last, [b'0'..=b'9' | b'X']) {
            return Err(CodeError::IdCharacter);
        }
        let kind = match &number[..2] {
            "81" | "82" | "83" => IdKind::HmtResidence,
            prefix if prefix.starts_with('9') => IdKind::ForeignResidence,
            prefix if is_province(prefix) => IdKind::Resident,
            _ => return Err(CodeError::IdArea),
        };
        let birth = birth_date(&number[6..14])?;
        if birth > today {
            return Err(CodeError::IdBirthDateFuture);
        }
        let sum: u32 = body.iter().zip(WEIGHTS).map(|(&b, w)| u32::from(b - b'0') * w).sum();
        if last[0] != CHECKS[(sum % 11) as usize] {
            return Err(CodeError::IdCheck);
        }
        Ok(Self { number, kind, birth })
    }

    /// The canonical 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// Which of the three documents with such numbers it belongs to.
    #[must_use]
    pub fn kind(&self) -> IdKind {
        self.kind
    }

    /// The date of birth in the number (PIPL 31: under 14 a guardian consents).
    #[must_use]
    pub fn birth_date(&self) -> Date {
        self.birth
    }
}

fn birth_date(digits: &str) -> Result<Date, CodeError> {
    let number = |part: &str| part.parse::<i16>().map_err(|_| CodeError::IdBirthDate);
    let (year, month, day) = (number(&digits[..4])?, number(&digits[4..6])?, number(&digits[6..])?);
    // Month and day have two digits and fit an i8.
    let date = Date::new(year, month as i8, day as i8).map_err(|_| CodeError::IdBirthDate)?;
    if year < FIRST_YEAR { Err(CodeError::IdBirthDate) } else { Ok(date) }
}

/// A document of any kind with its number. Personal: hidden in `Debug`, no serde.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdDocument {
    kind: IdKind,
    number: String,
}

impl IdDocument {
    /// Reads the number of a document of the kind the person named. Kinds with an 18-character number are checked as
    /// [`IdNumber`]; the others are letters and digits of a plausible length (military and other: also Chinese
    /// characters, hyphens and brackets).
    ///
    /// # Errors
    /// [`CodeError::Empty`], one of the `Id…` errors, or [`CodeError::DocumentShape`].
    pub fn parse(kind: IdKind, raw: &str, today: Date) -> Result<Self, CodeError> {
        let number = match kind {
            IdKind::Resident | IdKind::HmtResidence | IdKind::ForeignResidence => {
                let number = IdNumber::parse(raw, today)?;
                if number.kind != kind {
                    return Err(CodeError::IdKindMismatch);
                }
                number.number
            }
            IdKind::Passport | IdKind::HkMacauPermit | IdKind::TaiwanPermit => plain(raw, 5..=20, |c| c.is_ascii_alphanumeric())?,
            IdKind::Military | IdKind::Other => plain(raw, 4..=40, |c| c.is_alphanumeric() || matches!(c, '-' | '(' | ')' | '/' | '.'))?,
        };
        Ok(Self { kind, number })
    }

    /// The kind of document.
    #[must_use]
    pub fn kind(&self) -> IdKind {
        self.kind
    }

    /// The canonical number.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.number
    }
}

hidden_debug!(IdNumber, IdDocument);

fn plain(raw: &str, length: std::ops::RangeInclusive<usize>, allowed: fn(char) -> bool) -> Result<String, CodeError> {
    let number = normalise(raw)?;
    let fits = length.contains(&number.chars().count()) && number.chars().all(allowed);
    if fits { Ok(number) } else { Err(CodeError::DocumentShape) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;
    use rstest::rstest;

    const TODAY: Date = date(2026, 5, 20);

    fn with_check(body: &str) -> String {
        let sum: u32 = body.bytes().zip(WEIGHTS).map(|(b, w)| u32::from(b - b'0') * w).sum();
        format!("{body}{}", char::from(CHECKS[(sum % 11) as usize]))
    }

    #[rstest]
    #[case("11010519491231002X")]
    #[case("440524188001010014")]
    fn v_48_valid_identity_numbers(#[case] number: &str) {
        let id = IdNumber::parse(number, TODAY).unwrap();
        assert_eq!((id.as_str(), id.kind()), (number, IdKind::Resident));
    }

    #[test]
    fn v_48_invalid_identity_number() {
        assert_eq!(IdNumber::parse("110101199003070017", TODAY), Err(CodeError::IdCheck));
        assert!(IdNumber::parse("110101199003070011", TODAY).is_ok(), "the check expected is 1");
    }

    #[rstest]
    #[case("", CodeError::Empty)]
    #[case("110105194912310", CodeError::IdLength)]
    #[case("1101051949123100200", CodeError::IdLength)]
    #[case("1101051949X231002X", CodeError::IdCharacter)]
    #[case("11010519491231002Y", CodeError::IdCharacter)]
    #[case("11010519491231002张", CodeError::IdCharacter)]
    #[case("00010519491231002X", CodeError::IdArea)]
    #[case("66010519491231002X", CodeError::IdArea)]
    #[case("11010519491331002X", CodeError::IdBirthDate)]
    #[case("11010519490229002X", CodeError::IdBirthDate)]
    #[case("11010500011231002X", CodeError::IdBirthDate)]
    #[case("11010520260521002X", CodeError::IdBirthDateFuture)]
    #[case("110105194912310020", CodeError::IdCheck)]
    fn refused(#[case] number: &str, #[case] error: CodeError) {
        assert_eq!(IdNumber::parse(number, TODAY), Err(error));
    }

    #[test]
    fn born_today_is_not_the_future() {
        assert_eq!(IdNumber::parse(&with_check("11010520260520001"), TODAY).unwrap().birth_date(), TODAY);
    }

    #[rstest]
    #[case("81000019900307001", IdKind::HmtResidence)]
    #[case("82000019900307001", IdKind::HmtResidence)]
    #[case("83000019900307001", IdKind::HmtResidence)]
    #[case("91184019900307001", IdKind::ForeignResidence)]
    fn other_cards_have_the_same_check(#[case] body: &str, #[case] kind: IdKind) {
        let number = with_check(body);
        assert_eq!(IdNumber::parse(&number, TODAY).unwrap().kind(), kind);
        assert!(IdDocument::parse(kind, &number, TODAY).is_ok());
        assert_eq!(IdDocument::parse(IdKind::Resident, &number, TODAY), Err(CodeError::IdKindMismatch));
    }

    #[rstest]
    #[case("11010519491231002x")]
    #[case("110105 19491231 002X")]
    #[case("１１０１０５１９４９１２３１００２Ｘ")]
    fn spelling_is_normalised(#[case] number: &str) {
        assert_eq!(IdNumber::parse(number, TODAY).unwrap().as_str(), "11010519491231002X");
    }

    #[rstest]
    #[case(IdKind::Passport, " e1234 5678", Ok("E12345678"))]
    #[case(IdKind::HkMacauPermit, "H1234567800", Ok("H1234567800"))]
    #[case(IdKind::TaiwanPermit, "12345678", Ok("12345678"))]
    #[case(IdKind::Military, "军字第2001988号", Ok("军字第2001988号"))]
    #[case(IdKind::Other, "X-12(3)", Ok("X-12(3)"))]
    #[case(IdKind::Passport, "E12", Err(CodeError::DocumentShape))]
    #[case(IdKind::Passport, "护照12345", Err(CodeError::DocumentShape))]
    #[case(IdKind::Passport, "E1234567890123456789012", Err(CodeError::DocumentShape))]
    #[case(IdKind::Other, "<script>", Err(CodeError::DocumentShape))]
    #[case(IdKind::Other, " ", Err(CodeError::Empty))]
    fn documents_without_check(#[case] kind: IdKind, #[case] raw: &str, #[case] expected: Result<&str, CodeError>) {
        let parsed = IdDocument::parse(kind, raw, TODAY);
        assert_eq!(parsed.map(|d| (d.kind(), d.number)), expected.map(|n| (kind, n.to_owned())));
    }

    #[test]
    fn debug_hides_the_number() {
        let id = IdNumber::parse("11010519491231002X", TODAY).unwrap();
        let document = IdDocument::parse(IdKind::Resident, id.as_str(), TODAY).unwrap();
        assert_eq!(format!("{id:?} {document:?}"), "IdNumber(…) IdDocument(…)");
    }

    proptest! {
        #[test]
        fn any_text_is_safe(raw in any::<String>(), kind in prop::sample::select(&IdKind::ALL[..])) {
            let _ = IdDocument::parse(kind, &raw, TODAY);
        }

        #[test]
        fn one_wrong_digit_is_found(at in 0usize..17, to in b'0'..=b'9') {
            let right = "110101199003070011";
            let mut wrong = right.as_bytes().to_vec();
            wrong[at] = to;
            let wrong = String::from_utf8(wrong).unwrap();
            prop_assert_eq!(IdNumber::parse(&wrong, TODAY).is_ok(), wrong == right);
        }
    }
}
