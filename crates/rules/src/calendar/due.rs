//! When a period ends. The first day is not counted (Order 121 art. 45, 民法典 201); it ends at 24:00 of its last day (民法典 203).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Calendar, DayKind, NoNotice, Roll, Span};
use crate::time::{Instant, date_from_days, days_of};

/// Time that is not counted, such as from commissioning a test to its result (Order 121 art. 22, 程序规定 art. 18):
/// the days `d` with `after < d ≤ through`. Exclusions may overlap; a day is left out once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Exclusion {
    /// The day it begins, itself counted.
    pub after: Date,
    /// The last day not counted.
    pub through: Date,
}

/// When a period ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Due {
    /// The last day, in Asia/Shanghai.
    pub on: Date,
    /// 24:00 of that day; for minutes and hours the exact instant.
    pub at: Instant,
    /// Some of the days are assumed, as no notice is loaded for their year: weekends and statutory holidays only. The date may move.
    pub provisional: bool,
}

/// What to do about a day without a notice.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unknown {
    Refuse,
    Assume,
}

/// How far one stretch between two exclusions goes.
enum Step {
    /// The period ends here.
    Done(i64),
    /// So much of it was used up.
    Used(i64),
}

/// The day `months` months after `start`: the same day of that month, or its last day if it has none (民法典 202). Not rolled.
#[must_use]
pub fn corresponding_day(start: Date, months: u32) -> Date {
    let total = i64::from(start.year()) * 12 + i64::from(start.month()) - 1 + i64::from(months);
    let (year, month) = (total.div_euclid(12), total.rem_euclid(12) + 1);
    if year > 9999 {
        return Date::MAX;
    }
    // In range: the year was checked above, the month is 1 to 12.
    let first = Date::constant(year as i16, month as i8, 1);
    Date::constant(first.year(), first.month(), start.day().min(first.days_in_month()))
}

impl Span {
    /// The last day of a period of natural days, months or years before it moves off a holiday; none for the other units.
    #[must_use]
    pub fn raw_end(self, start: Date, exclusions: &[Exclusion]) -> Option<Date> {
        let start_day = days_of(start);
        let length = match self {
            Self::NaturalDays(n) => i64::from(n),
            Self::Months(n) => days_of(corresponding_day(start, n)) - start_day,
            Self::Years(n) => days_of(corresponding_day(start, n.saturating_mul(12))) - start_day,
            Self::Minutes(_) | Self::Hours(_) | Self::WorkingDays(_) => return None,
        };
        let excluded = exclusions.iter().map(|e| (days_of(e.after), days_of(e.through)));
        sweep(start_day, length, excluded, |at, limit, left| Ok(plain(at, limit, left))).ok().map(date_from_days)
    }
}

impl Calendar {
    /// When a period that starts at `start` ends. `exclusions` lengthen it; `roll` says what a last day that is a holiday moves off
    /// (it concerns natural days, months and years: working days never end on one, and minutes and hours run through).
    ///
    /// # Errors
    /// [`NoNotice`] if a day that matters is not known.
    pub fn due(&self, start: Instant, span: Span, roll: Roll, exclusions: &[Exclusion]) -> Result<Due, NoNotice> {
        self.end(start, span, roll, exclusions, Unknown::Refuse)
    }

    /// As [`Calendar::due`]; where a day is not known, the answer assumes weekends and statutory holidays only and is marked provisional.
    #[must_use]
    pub fn due_or_provisional(&self, start: Instant, span: Span, roll: Roll, exclusions: &[Exclusion]) -> Due {
        self.due(start, span, roll, exclusions).unwrap_or_else(|NoNotice(_)| {
            let due = self.end(start, span, roll, exclusions, Unknown::Assume);
            // Assuming never asks for a notice; were it otherwise, a period without an end would still be shown as provisional.
            due.unwrap_or(Due { on: Date::MAX, at: Instant::end_of(Date::MAX), provisional: true })
        })
    }

    fn end(&self, start: Instant, span: Span, roll: Roll, exclusions: &[Exclusion], unknown: Unknown) -> Result<Due, NoNotice> {
        let provisional = unknown == Unknown::Assume;
        let last = match span {
            Span::Minutes(n) => return Ok(on_the_clock(start, i64::from(n), exclusions)),
            Span::Hours(n) => return Ok(on_the_clock(start, i64::from(n) * 60, exclusions)),
            Span::WorkingDays(n) => {
                let excluded = exclusions.iter().map(|e| (days_of(e.after), days_of(e.through)));
                sweep(day_number(start), i64::from(n), excluded, |at, limit, left| self.working(at, limit, left, unknown))?
            }
            Span::NaturalDays(_) | Span::Months(_) | Span::Years(_) => {
                let raw = span.raw_end(start.date(), exclusions).unwrap_or(Date::MAX);
                self.rolled(days_of(raw), roll, unknown)?
            }
        };
        let on = date_from_days(last);
        Ok(Due { on, at: Instant::end_of(on), provisional })
    }

    /// Goes `left` working days on from `at` (which is not counted), at most through `limit`.
    fn working(&self, at: i64, limit: i64, left: i64, unknown: Unknown) -> Result<Step, NoNotice> {
        if (self.first - 1..self.last()).contains(&at) {
            let used = self.ranked(at);
            match self.nth.get((used + left - 1) as usize).map(|i| self.first + i64::from(*i)) {
                Some(day) if day <= limit => return Ok(Step::Done(day)),
                _ if limit <= self.last() => return Ok(Step::Used(self.ranked(limit) - used)),
                _ => {}
            }
        }
        if unknown == Unknown::Refuse {
            return Err(self.first_unknown(at + 1));
        }
        let mut used = 0;
        for day in at + 1..=limit.min(days_of(Date::MAX)) {
            used += i64::from(self.day_or_assumed(date_from_days(day)).0.is_working());
            if used == left {
                return Ok(Step::Done(day));
            }
        }
        Ok(if limit < days_of(Date::MAX) { Step::Used(used) } else { Step::Done(days_of(Date::MAX)) })
    }

    /// The first day from `day` on that a period may end on.
    fn rolled(&self, mut day: i64, roll: Roll, unknown: Unknown) -> Result<i64, NoNotice> {
        while day < days_of(Date::MAX) {
            let date = date_from_days(day);
            let kind = match unknown {
                Unknown::Refuse => self.day(date)?,
                Unknown::Assume => self.day_or_assumed(date).0,
            };
            let moves = match roll {
                Roll::NonWorkday => !kind.is_working(),
                Roll::StatutoryHolidayOnly => matches!(kind, DayKind::Holiday(_)),
            };
            if !moves {
                break;
            }
            day += 1;
        }
        Ok(day)
    }
}

/// Goes `length` units on from `start`, leaving out the `excluded` stretches (`after < unit ≤ through`), in any order and overlapping.
/// `step` goes on inside one stretch that is counted. Allocates nothing.
fn sweep(
    start: i64,
    length: i64,
    excluded: impl Iterator<Item = (i64, i64)> + Clone,
    step: impl Fn(i64, i64, i64) -> Result<Step, NoNotice>,
) -> Result<i64, NoNotice> {
    let (mut at, mut left) = (start, length);
    while left > 0 {
        let ahead = excluded.clone().map(|(after, through)| (after.max(at), through)).filter(|(after, through)| through > after);
        let (limit, resume) = ahead.min().unwrap_or((i64::MAX, i64::MAX));
        if limit > at {
            match step(at, limit, left)? {
                Step::Done(end) => return Ok(end),
                Step::Used(used) => left -= used,
            }
        }
        at = resume;
    }
    Ok(at)
}

/// A stretch where every unit counts.
fn plain(at: i64, limit: i64, left: i64) -> Step {
    match at.saturating_add(left) {
        end if end <= limit => Step::Done(end),
        _ => Step::Used(limit - at),
    }
}

/// `days_of(start.date())` without building the date: most of the time a working-day answer takes would go into it.
fn day_number(start: Instant) -> i64 {
    let epoch = Instant::start_of(Date::constant(1970, 1, 1)).0;
    start.0.saturating_sub(epoch).div_euclid(86_400_000_000)
}

fn on_the_clock(start: Instant, minutes: i64, exclusions: &[Exclusion]) -> Due {
    let excluded = exclusions.iter().map(|e| (Instant::end_of(e.after).0, Instant::end_of(e.through).0));
    let end = sweep(start.0, minutes.saturating_mul(60_000_000), excluded, |at, limit, left| Ok(plain(at, limit, left)));
    // `plain` never asks for a notice; what lies beyond the last date there is ends with it.
    let at = Instant(end.unwrap_or(i64::MAX).min(Instant::end_of(Date::MAX).0 - 1));
    Due { on: at.date(), at, provisional: false }
}
