//! How a due date came about, day by day, so that anyone can check it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Calendar, DayKind, Due, Exclusion, Roll, Span};
use crate::time::{Instant, date_from_days, days_of};

/// How a due date was computed: what went in, which calendar, and every day that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The instant the period starts; its day is not counted.
    pub start: Instant,
    /// The length.
    pub span: Span,
    /// What a last day moves off.
    pub roll: Roll,
    /// Time not counted.
    pub exclusions: Vec<Exclusion>,
    /// [`Calendar::version`].
    pub calendar: String,
    /// For natural days, months and years: the last day before it moved.
    pub raw: Option<Date>,
    /// The result.
    pub due: Due,
    /// For working and natural days: every day from the day after the start through the due day. For months and years: the days left
    /// out, then every day from the corresponding day on. For minutes and hours: empty, they run on the clock.
    pub days: Vec<ProofDay>,
}

/// One day of a [`Proof`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofDay {
    /// The day.
    pub date: Date,
    /// What kind of day it is.
    pub kind: DayKind<String>,
    /// How it was treated.
    pub mark: Mark,
    /// No notice is loaded for it: its kind is assumed from weekends and statutory holidays alone.
    pub assumed: bool,
}

/// How a day was treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// It counts, as this one of the period (from 1).
    Counted(u32),
    /// No working day, in a period of working days.
    Skipped,
    /// Inside an exclusion.
    Excluded,
    /// The corresponding day on which a period of months or years ends (民法典 202), moved on by the days left out, if any.
    Corresponding,
    /// After the last day proper, passed over because that one and this one are holidays.
    Rolled,
    /// After the last day proper, the first day that is no holiday: the due day.
    Moved,
}

impl Proof {
    /// Whether `calendar` gives exactly this proof from its inputs.
    #[must_use]
    pub fn holds(&self, calendar: &Calendar) -> bool {
        calendar.proof(self.start, self.span, self.roll, &self.exclusions) == *self
    }
}

impl Calendar {
    /// The proof of [`Calendar::due_or_provisional`].
    #[must_use]
    pub fn proof(&self, start: Instant, span: Span, roll: Roll, exclusions: &[Exclusion]) -> Proof {
        let due = self.due_or_provisional(start, span, roll, exclusions);
        let raw = span.raw_end(start.date(), exclusions);
        let mut proof =
            Proof { start, span, roll, exclusions: exclusions.to_vec(), calendar: self.version().to_owned(), raw, due, days: Vec::new() };
        if matches!(span, Span::Minutes(_) | Span::Hours(_)) {
            return proof;
        }
        let mut counted = 0;
        for day in days_of(start.date()) + 1..=days_of(due.on) {
            let date = date_from_days(day);
            let (kind, assumed) = self.day_or_assumed(date);
            let excluded = exclusions.iter().any(|e| e.after < date && date <= e.through);
            let mark = match raw {
                Some(raw) if date > raw => Some(if date < due.on { Mark::Rolled } else { Mark::Moved }),
                _ if excluded => Some(Mark::Excluded),
                Some(raw) if matches!(span, Span::Months(_) | Span::Years(_)) => (date == raw).then_some(Mark::Corresponding),
                None if !kind.is_working() => Some(Mark::Skipped),
                _ => {
                    counted += 1;
                    Some(Mark::Counted(counted))
                }
            };
            if let Some(mark) = mark {
                proof.days.push(ProofDay { date, kind: kind.owned(), mark, assumed });
            }
        }
        proof
    }
}

impl DayKind<&str> {
    fn owned(self) -> DayKind<String> {
        match self {
            Self::Working => DayKind::Working,
            Self::MakeUp => DayKind::MakeUp,
            Self::Weekend => DayKind::Weekend,
            Self::Holiday(name) => DayKind::Holiday(name.to_owned()),
        }
    }
}
