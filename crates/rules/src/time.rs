//! Instants and civil dates. Instants are microseconds since 1970-01-01T00:00Z; civil dates are read in
//! Asia/Shanghai, which has kept UTC+8 without summer time since 1991, so no time-zone database is needed.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// Microseconds east of UTC of the only civil time Fangxin uses (Asia/Shanghai).
const SHANGHAI_US: i64 = 8 * 3_600 * 1_000_000;
const DAY_US: i64 = 86_400 * 1_000_000;

/// A point in time, microseconds UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    /// The civil date in Asia/Shanghai.
    #[must_use]
    pub fn date(self) -> Date {
        date_from_days((self.0 + SHANGHAI_US).div_euclid(DAY_US))
    }

    /// Date and time of day in Asia/Shanghai, to the microsecond.
    #[must_use]
    pub fn civil(self) -> DateTime {
        let us = (self.0 + SHANGHAI_US).rem_euclid(DAY_US);
        let s = us / 1_000_000;
        let time = jiff::civil::time((s / 3600) as i8, (s / 60 % 60) as i8, (s % 60) as i8, (us % 1_000_000 * 1000) as i32);
        self.date().to_datetime(time)
    }

    /// The first instant of `date` in Asia/Shanghai.
    #[must_use]
    pub fn start_of(date: Date) -> Self {
        Self(days_of(date) * DAY_US - SHANGHAI_US)
    }

    /// The instant a period ending on `date` ends: 24:00 of that day (民法典 203).
    #[must_use]
    pub fn end_of(date: Date) -> Self {
        Self(Self::start_of(date).0 + DAY_US)
    }

    /// An instant from a civil date and time in Asia/Shanghai.
    #[must_use]
    pub fn at(civil: DateTime) -> Self {
        let t = civil.time();
        let us = (i64::from(t.hour()) * 3600 + i64::from(t.minute()) * 60 + i64::from(t.second())) * 1_000_000
            + i64::from(t.subsec_nanosecond()) / 1000;
        Self(Self::start_of(civil.date()).0 + us)
    }

    /// This instant moved by a number of minutes.
    #[must_use]
    pub fn plus_minutes(self, minutes: i64) -> Self {
        Self(self.0 + minutes * 60_000_000)
    }
}

/// Days since 1970-01-01 (negative before).
#[must_use]
pub fn days_of(date: Date) -> i64 {
    // Howard Hinnant's days_from_civil.
    let (y, m, d) = (i64::from(date.year()), i64::from(date.month()), i64::from(date.day()));
    let y = if m <= 2 { y - 1 } else { y };
    let era = y.div_euclid(400);
    let yoe = y - era * 400;
    let doy = (153 * (if m > 2 { m - 3 } else { m + 9 }) + 2) / 5 + d - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

/// The date a number of days after 1970-01-01; clamped to jiff's range (years −9999…9999).
#[must_use]
pub fn date_from_days(days: i64) -> Date {
    let days = days.clamp(days_of(Date::MIN), days_of(Date::MAX));
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z - era * 146_097;
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let d = doy - (153 * mp + 2) / 5 + 1;
    let m = if mp < 10 { mp + 3 } else { mp - 9 };
    let y = yoe + era * 400 + i64::from(m <= 2);
    Date::constant(y as i16, m as i8, d as i8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, datetime};

    #[test]
    fn dates_round_trip_and_agree_with_jiff() {
        for days in (-200_000..200_000).step_by(17) {
            let d = date_from_days(days);
            assert_eq!(days_of(d), days);
            let jiff = date(1970, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            assert_eq!(d, jiff);
        }
    }

    #[test]
    fn shanghai_midnight() {
        let i = Instant::at(datetime(2026, 4, 15, 0, 0, 0, 0));
        assert_eq!(i.date(), date(2026, 4, 15));
        assert_eq!(Instant(i.0 - 1).date(), date(2026, 4, 14));
        assert_eq!(Instant::end_of(date(2026, 4, 14)), i);
        assert_eq!(Instant::at(datetime(2026, 4, 15, 13, 5, 6, 7_000)).civil(), datetime(2026, 4, 15, 13, 5, 6, 7_000));
    }
}
