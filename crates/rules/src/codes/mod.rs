//! Codes, numbers and addresses that carry their own proof: check digits are verified, spelling is normalised, and what is
//! kept is one canonical form. True inside this folder: bad input is an error with a stable code, never a panic; a personal
//! value never shows in `Debug`.

mod contact;
mod identity;
mod registered;
mod tokens;

pub use contact::{Email, Phone};
pub use identity::{IdDocument, IdKind, IdNumber};
pub use registered::{Division, Uscc};
pub use tokens::{CaseToken, ReceiptNumber, TrackingCode};

use crate::text::{half_width, is_invisible};

macro_rules! code_errors { ($($(#[$doc:meta])* $name:ident = $code:literal, $sentence:literal;)+) => {
    /// Why a code is refused.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
    pub enum CodeError { $($(#[$doc])* #[error($sentence)] $name,)+ }

    impl CodeError {
        /// Every error, so that a test can hold the translations against them.
        pub const ALL: &[Self] = &[$(Self::$name),+];

        /// The stable code by which this error is translated.
        #[must_use]
        pub const fn code(self) -> &'static str {
            match self { $(Self::$name => $code,)+ }
        }
    }
} }

code_errors! {
    /// Nothing but spaces.
    Empty = "code_empty", "nothing was given";
    /// A unified social credit code is 18 characters long.
    UsccLength = "uscc_length", "a unified social credit code has 18 characters";
    /// A character outside GB 32100's 31, or a letter in the division code.
    UsccCharacter = "uscc_character", "a unified social credit code has digits and letters other than I, O, S, V, Z";
    /// The eighteenth character is not the check of the others (GB 32100).
    UsccCheck = "uscc_check", "the last character does not fit the others";
    /// The seventeenth character is not the check of the organisation code (GB 11714).
    UsccOrganisationCheck = "uscc_organisation_check", "the organisation code inside does not fit its check character";
    /// An identity number is 18 characters long.
    IdLength = "id_length", "an identity number has 18 characters";
    /// Something else than 17 digits and a digit or X.
    IdCharacter = "id_character", "an identity number has 17 digits and a digit or X";
    /// No such province-level division.
    IdArea = "id_area", "the first digits are no division";
    /// No such day, or before 1850.
    IdBirthDate = "id_birth_date", "digits 7 to 14 are no date of birth";
    /// A date of birth after today.
    IdBirthDateFuture = "id_birth_date_future", "the date of birth lies in the future";
    /// The eighteenth character is not the check of the others (GB 11643).
    IdCheck = "id_check", "the last character does not fit the others";
    /// An identity number of another kind of document than said.
    IdKindMismatch = "id_kind_mismatch", "the number belongs to another kind of document";
    /// A document number that is too short, too long or has odd characters.
    DocumentShape = "document_shape", "this is no number of such a document";
    /// No telephone number.
    PhoneShape = "phone_shape", "this is no telephone number";
    /// A fixed line without its area code.
    PhoneAreaCodeMissing = "phone_area_code_missing", "a fixed line needs its area code";
    /// No e-mail address.
    EmailShape = "email_shape", "this is no e-mail address";
    /// Not six digits that begin with a province-level division.
    DivisionShape = "division_shape", "a division code has six digits and begins with a province";
    /// Not as long as such a number or code is.
    TokenLength = "token_length", "there are characters missing or too many";
    /// A character that the alphabet does not have.
    TokenCharacter = "token_character", "this character does not occur in such a number";
    /// The check character does not fit: something was mistyped.
    TokenCheck = "token_check", "the number does not fit its check character; please compare it again";
}

/// Half-width, upper case, without white space, control and bidi characters: how every code is read.
fn normalise(raw: &str) -> Result<String, CodeError> {
    let code: String = raw
        .chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace() && !c.is_control() && !is_invisible(*c) && *c != '\u{200b}')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    if code.is_empty() { Err(CodeError::Empty) } else { Ok(code) }
}

/// The province-level divisions of GB/T 2260 by their two digits.
fn is_province(digits: &str) -> bool {
    matches!(digits.parse::<u8>(), Ok(11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81 | 82))
}

/// A personal value's `Debug`: the type, never the value.
macro_rules! hidden_debug { ($($name:ident),+) => {$(
    impl std::fmt::Debug for $name {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(concat!(stringify!($name), "(…)"))
        }
    }
)+} }
use hidden_debug;

/// A code that goes through serde as its canonical text and is checked on the way in.
macro_rules! serde_as_text { ($($name:ident),+) => {$(
    impl serde::Serialize for $name {
        fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
            s.serialize_str(self.as_str())
        }
    }
    impl<'de> serde::Deserialize<'de> for $name {
        fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
            let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
            Self::parse(&text).map_err(serde::de::Error::custom)
        }
    }
)+} }
use serde_as_text;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn error_codes_are_distinct_snake_case() {
        let codes: std::collections::BTreeSet<_> = CodeError::ALL.iter().map(|e| e.code()).collect();
        assert_eq!(codes.len(), CodeError::ALL.len());
        assert!(codes.iter().all(|c| c.chars().all(|c| c.is_ascii_lowercase() || c == '_')));
    }
}
