//! Lengths of time as rules and packs write them, and what happens when the last day is no working day.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A length of time. Its text form, also used in JSON and in packs: `30min`, `24h`, `7wd` (工作日), `60nd` (自然日), `3mo`, `3y`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Span {
    /// Minutes on the clock; holidays count.
    Minutes(u32),
    /// Hours on the clock; holidays count (民法典 201).
    Hours(u32),
    /// Working days by the State Council's notices (工作日): make-up days count, bridge days do not.
    WorkingDays(u32),
    /// Calendar days (自然日); a last day that is no working day moves on, see [`Roll`].
    NaturalDays(u32),
    /// Calendar months, ending on the corresponding day (民法典 202); the last day moves on as for natural days.
    Months(u32),
    /// Years, ending on the corresponding day (民法典 202); the last day moves on as for natural days.
    Years(u32),
}

/// Name, constructor, most.
type Unit = (&'static str, fn(u32) -> Span, u32);

/// Units of the text form, with the longest period of each that is accepted: a hundred years.
const UNITS: [Unit; 6] = [
    ("min", Span::Minutes, 52_596_000),
    ("h", Span::Hours, 876_600),
    ("wd", Span::WorkingDays, 36_525),
    ("nd", Span::NaturalDays, 36_525),
    ("mo", Span::Months, 1_200),
    ("y", Span::Years, 100),
];

/// Why a text is no [`Span`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    /// Not a whole number followed by a known unit.
    #[error("\"{0}\" is not a period: write a whole number and a unit without a space, such as 30min, 24h, 7wd, 60nd, 3mo or 3y")]
    Unreadable(String),
    /// Zero, or more than a hundred years.
    #[error("\"{0}\" is out of range: a period is at least 1 and at most a hundred years")]
    OutOfRange(String),
}

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        let text = text.trim();
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let found = UNITS.iter().find(|(name, ..)| *name == unit).filter(|_| !number.is_empty());
        let Some((_, make, most)) = found else {
            return Err(SpanError::Unreadable(text.chars().take(40).collect()));
        };
        match number.parse::<u32>() {
            Ok(n) if (1..=*most).contains(&n) => Ok(make(n)),
            _ => Err(SpanError::OutOfRange(text.chars().take(40).collect())),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Minutes(n) => write!(f, "{n}min"),
            Self::Hours(n) => write!(f, "{n}h"),
            Self::WorkingDays(n) => write!(f, "{n}wd"),
            Self::NaturalDays(n) => write!(f, "{n}nd"),
            Self::Months(n) => write!(f, "{n}mo"),
            Self::Years(n) => write!(f, "{n}y"),
        }
    }
}

impl TryFrom<String> for Span {
    type Error = SpanError;

    fn try_from(text: String) -> Result<Self, SpanError> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

/// What a last day moves off, to the first day after, when a period of natural days, months or years ends on it
/// (Order 121 art. 45, 民法典 203). The article says 法定节假日; whether a plain weekend is one is disputed, hence the two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    /// Every day that is no working day, plain weekends included (the default).
    #[default]
    NonWorkday,
    /// Only the days a notice gives as a holiday (the weekend days inside its span included), never a plain weekend.
    StatutoryHolidayOnly,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips() {
        for text in ["30min", "24h", "7wd", "60nd", "3mo", "3y"] {
            let span: Span = text.parse().unwrap();
            assert_eq!(span.to_string(), text);
            assert_eq!(serde_json::to_string(&span).unwrap(), format!("\"{text}\""));
            assert_eq!(serde_json::from_str::<Span>(&format!("\"{text}\"")).unwrap(), span);
        }
        assert_eq!(" 7wd ".parse(), Ok(Span::WorkingDays(7)));
    }

    #[test]
    fn bad_text_is_refused_with_a_reason() {
        for text in ["", "wd", "7", "7 wd", "7WD", "-7wd", "7.5h", "3m", "七wd", "7wd7"] {
            assert!(matches!(text.parse::<Span>(), Err(SpanError::Unreadable(_))), "{text}");
        }
        for text in ["0wd", "36526nd", "99999999999999999999h", "101y"] {
            assert!(matches!(text.parse::<Span>(), Err(SpanError::OutOfRange(_))), "{text}");
        }
        assert!(serde_json::from_str::<Span>("\"0wd\"").is_err());
    }
}
