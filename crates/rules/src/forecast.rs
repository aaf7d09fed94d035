//! Forecast (逾期预测): how likely an open clock is to end unmet, from how long clocks of its name were waited for before. Only past waiting
//! times speak here; no law is in it and nothing is decided by it.
//!
//! The chance is the product-limit estimate of Kaplan and Meier (1958) over working days, conditional on the age the clock has. A unit with
//! few clocks of its own leans on all units, and a day seen seldom on all days, each with the weight of [`LEAN`] clocks.

use crate::calendar::Calendar;
use crate::clock::ClockName;
use crate::ids::UnitId;
use crate::time::Instant;
use std::collections::HashMap;

/// Ended clocks of a name below which nothing is forecast.
pub const LEAST: u64 = 30;
/// What the wider experience weighs, in clocks.
pub const LEAN: f64 = 20.0;
/// Days lived by clocks that tell something about a day by themselves.
const ENOUGH: u64 = 5;
/// A clock with at least this chance is said to become late, in permille.
pub const SAID_LATE: u16 = 500;
/// Working days a forecast looks ahead, after the day it is made on.
pub const AHEAD: i64 = 5;
/// Bands of chances, each of 100 ‰.
pub const BANDS: usize = 10;

/// The band of a chance: 0 for 0–99 ‰ … 9 for 900–1000 ‰.
#[must_use]
pub fn band(chance: u16) -> usize {
    usize::from(chance / 100).min(BANDS - 1)
}

/// The days a clock was or is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// Stopped by what it waited for on this working day of its life (its first day is 0).
    Ended(u32),
    /// Seen open through all of this many working days, and no longer: it still runs, or it was made void.
    Seen(u32),
}

/// The working day of its life on which a clock that began at `start` stands on the day of `now`; 0 on its first.
#[must_use]
pub fn age(calendar: &Calendar, start: Instant, now: Instant) -> u32 {
    u32::try_from(calendar.working_days_left(start, now.date()).max(0)).unwrap_or(u32::MAX)
}

/// What was seen on each working day of the lives of clocks.
#[derive(Clone, Debug, Default)]
struct Life {
    /// Per day: ended on it, and seen for the last time at its end.
    days: Vec<(u64, u64)>,
    ended: u64,
    /// Days lived through by all of them.
    lived: u64,
}

impl Life {
    fn add(&mut self, waited: Waited) {
        let (day, ended) = match waited {
            Waited::Ended(day) => (day, true),
            // Seen through no whole day says nothing.
            Waited::Seen(0) => return,
            Waited::Seen(days) => (days - 1, false),
        };
        // Beyond two years of working days one day is as good as another.
        let day = day.min(500) as usize;
        if self.days.len() <= day {
            self.days.resize(day + 1, (0, 0));
        }
        self.lived += day as u64 + 1;
        if ended {
            self.days[day].0 += 1;
            self.ended += 1;
        } else {
            self.days[day].1 += 1;
        }
    }

    /// Ended on a day, and open at its beginning.
    fn on(&self, day: usize) -> (f64, f64) {
        let open: u64 = self.days.iter().skip(day).map(|(e, s)| e + s).sum();
        (self.days.get(day).map_or(0.0, |d| d.0 as f64), open as f64)
    }

    /// Share that ends on a day like this one or later; where too little was seen of those, with the days just before.
    fn near(&self, day: usize) -> f64 {
        let usual = if self.lived == 0 { 0.0 } else { self.ended as f64 / self.lived as f64 };
        let (mut open, mut ended, mut lived) = (0, 0, 0);
        for (d, (e, s)) in self.days.iter().enumerate().rev() {
            open += e + s;
            ended += e;
            lived += open;
            if d <= day && lived >= ENOUGH {
                break;
            }
        }
        (ended as f64 + usual) / (lived as f64 + 1.0)
    }
}

/// Past waiting times, by clock, and by unit and clock.
#[derive(Clone, Debug, Default)]
pub struct History {
    all: HashMap<ClockName, Life>,
    own: HashMap<(UnitId, ClockName), Life>,
}

impl History {
    /// Adds a clock of a unit.
    pub fn add(&mut self, unit: UnitId, clock: &ClockName, waited: Waited) {
        self.all.entry(clock.clone()).or_default().add(waited);
        self.own.entry((unit, clock.clone())).or_default().add(waited);
    }

    /// Clocks of this name that were seen to end.
    #[must_use]
    pub fn ended(&self, clock: &ClockName) -> u64 {
        self.all.get(clock).map_or(0, |l| l.ended)
    }

    /// Chance in permille that a clock now `age` working days old is still open at the end of day `due` of its life. `None` where fewer than
    /// [`LEAST`] such clocks have ended.
    #[must_use]
    pub fn chance(&self, unit: UnitId, clock: &ClockName, age: u32, due: u32) -> Option<u16> {
        let all = self.all.get(clock).filter(|l| l.ended >= LEAST)?;
        let own = self.own.get(&(unit, clock.clone()));
        let mut open = 1.0;
        for day in age..=due.max(age) {
            let (ended, seen) = all.on(day as usize);
            let wide = (ended + LEAN * all.near(day as usize)) / (seen + LEAN);
            let (ended, seen) = own.map_or((0.0, 0.0), |o| o.on(day as usize));
            open *= 1.0 - (ended + LEAN * wide) / (seen + LEAN);
        }
        Some((open * 1000.0).round().clamp(0.0, 1000.0) as u16)
    }
}

/// How forecasts of one band came out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Came {
    /// Forecasts of which it is known.
    pub known: u64,
    /// Sum of their chances, permille.
    pub chances: u64,
    /// Of them, ended unmet.
    pub late: u64,
}

/// How well forecasts hit (命中率).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// Said to become late, and known.
    pub said: u64,
    /// Of them, became late.
    pub said_late: u64,
    /// Became late, said or not.
    pub late: u64,
    /// All that are known.
    pub known: u64,
}

impl Hits {
    /// Sums the bands.
    #[must_use]
    pub fn of(bands: &[Came; BANDS]) -> Self {
        let mut out = Self::default();
        for (i, came) in bands.iter().enumerate() {
            out.known += came.known;
            out.late += came.late;
            if i >= band(SAID_LATE) {
                out.said += came.known;
                out.said_late += came.late;
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Id;
    use proptest::prelude::*;

    fn unit(n: u8) -> UnitId {
        UnitId(Id([n; 16]))
    }
    fn l1() -> ClockName {
        ClockName("L1".into())
    }

    #[test]
    fn nothing_is_forecast_from_too_little() {
        let mut h = History::default();
        for _ in 0..LEAST - 1 {
            h.add(unit(1), &l1(), Waited::Ended(3));
        }
        assert_eq!(h.chance(unit(1), &l1(), 0, 7), None);
        h.add(unit(2), &l1(), Waited::Ended(3));
        assert!(h.chance(unit(1), &l1(), 0, 7).is_some());
        assert_eq!(h.chance(unit(1), &ClockName("L2".into()), 0, 7), None);
    }

    #[test]
    fn what_always_ends_on_its_third_day_is_late_once_that_has_passed() {
        let mut h = History::default();
        for _ in 0..2_000 {
            h.add(unit(1), &l1(), Waited::Ended(3));
        }
        assert!(h.chance(unit(1), &l1(), 0, 7).unwrap() < 20);
        assert!(h.chance(unit(1), &l1(), 0, 2).unwrap() > 970, "before its third day nothing ends");
        assert_eq!(h.chance(unit(1), &l1(), 5, 6), Some(0), "nobody has ever seen its fifth day: the last one seen speaks");
    }

    #[test]
    fn a_slow_unit_is_told_from_a_quick_one() {
        let mut h = History::default();
        for n in 0..400 {
            h.add(unit(1), &l1(), Waited::Ended(1 + n % 3));
            h.add(unit(2), &l1(), Waited::Ended(6 + n % 5));
        }
        let (quick, slow, new) = (h.chance(unit(1), &l1(), 0, 7), h.chance(unit(2), &l1(), 0, 7), h.chance(unit(3), &l1(), 0, 7));
        assert!(quick < Some(60) && slow > Some(500), "{quick:?} {slow:?}");
        assert!(quick < new && new < slow, "a unit without clocks of its own stands between: {new:?}");
    }

    /// Open clocks are not ended clocks: leaving them out would make everything look quick.
    #[test]
    fn those_still_open_count() {
        let (mut seen, mut blind) = (History::default(), History::default());
        for n in 0..300 {
            let waited = if n % 3 == 0 { Waited::Ended(2) } else { Waited::Seen(9) };
            seen.add(unit(1), &l1(), waited);
            if n % 3 == 0 {
                blind.add(unit(1), &l1(), waited);
            }
        }
        let (seen, blind) = (seen.chance(unit(1), &l1(), 0, 7).unwrap(), blind.chance(unit(1), &l1(), 0, 7).unwrap());
        assert!(seen.abs_diff(667) < 60, "{seen}");
        assert!(blind < 100, "{blind}");
    }

    /// Most are quick; the few that are not stay.
    #[test]
    fn those_left_over_are_likely_to_stay() {
        let mut h = History::default();
        for n in 0..34 {
            h.add(unit(1), &l1(), if n < 30 { Waited::Ended(1) } else { Waited::Seen(5) });
        }
        let (new, left) = (h.chance(unit(1), &l1(), 0, 7).unwrap(), h.chance(unit(1), &l1(), 5, 7).unwrap());
        assert!(new < 300 && left > 800, "{new} {left}");
    }

    /// Against a life whose chances are known: each day the same share ends.
    #[test]
    fn a_constant_share_gives_its_power() {
        let mut h = History::default();
        // 2^14 clocks, half of what is open ends each day.
        let mut open = 1_u32 << 14;
        for day in 0..14 {
            open /= 2;
            for _ in 0..open {
                h.add(unit(1), &l1(), Waited::Ended(day));
            }
        }
        for (age, due) in [(0, 0), (0, 2), (3, 5), (5, 8)] {
            let expected = 1000.0 * 0.5_f64.powi(due as i32 - age as i32 + 1);
            let chance = f64::from(h.chance(unit(1), &l1(), age, due).unwrap());
            assert!((chance - expected).abs() < 8.0, "{age}..{due}: {chance} {expected}");
        }
    }

    #[test]
    fn hits_are_counted_from_the_middle_band_on() {
        let mut bands = [Came::default(); BANDS];
        bands[2] = Came { known: 100, chances: 25_000, late: 20 };
        bands[5] = Came { known: 10, chances: 5_500, late: 6 };
        bands[9] = Came { known: 4, chances: 3_900, late: 4 };
        assert_eq!(Hits::of(&bands), Hits { said: 14, said_late: 10, late: 30, known: 114 });
        assert_eq!([band(0), band(99), band(100), band(499), band(SAID_LATE), band(1000)], [0, 0, 1, 4, 5, 9]);
    }

    #[test]
    fn age_is_counted_in_working_days() {
        let c = Calendar::builtin();
        let at = |d| Instant::start_of(d).plus_minutes(600);
        let friday = at(jiff::civil::date(2026, 6, 5));
        assert_eq!(age(c, friday, friday), 0);
        assert_eq!(age(c, friday, at(jiff::civil::date(2026, 6, 7))), 0, "a weekend is no working day");
        assert_eq!(age(c, friday, at(jiff::civil::date(2026, 6, 8))), 1);
        assert_eq!(age(c, friday, at(jiff::civil::date(2026, 6, 1))), 0, "never negative");
    }

    proptest! {
        #[test]
        fn a_later_end_is_never_likelier_to_be_missed(
            lives in prop::collection::vec((0..3_u8, 0..30_u32, any::<bool>()), 30..200),
            age in 0..40_u32, left in 0..40_u32, of in 0..4_u8,
        ) {
            let mut h = History::default();
            for (u, days, ended) in lives {
                h.add(unit(u), &l1(), if ended { Waited::Ended(days) } else { Waited::Seen(days) });
            }
            if let Some(chance) = h.chance(unit(of), &l1(), age, age + left) {
                let later = h.chance(unit(of), &l1(), age, age + left + 1).unwrap();
                prop_assert!(chance <= 1000 && later <= chance);
            }
        }
    }
}
