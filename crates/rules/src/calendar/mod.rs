//! Working days, holidays and periods (law: Order 121 art. 45, 民法典 200–204, 程序规定 art. 80). True inside this folder: a day is
//! known only if the State Council's notice for its year is loaded; what is computed without one says so.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::time::{Instant, date_from_days, days_of};

mod due;
mod notice;
mod proof;
mod span;
#[cfg(test)]
mod vectors;

pub use due::{Due, Exclusion, corresponding_day};
pub use notice::{Notice, NoticeError, Off, parse_notice};
pub use proof::{Mark, Proof, ProofDay};
pub use span::{Roll, Span, SpanError};

/// The notices the binary is built with.
const BUILTIN: &str = include_str!("../../../../data/calendar/cn-2004-2026.toml");

/// A day that would have to be known lies in this year, for which no State Council notice is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("no State Council notice for {0} is loaded, so the working days of that year are not known")]
pub struct NoNotice(
    /// The year of the first unknown day that is needed.
    pub i16,
);

/// What kind of day it is. `N` is the holiday's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayKind<N> {
    /// Monday to Friday, no holiday.
    Working,
    /// A Saturday or Sunday made a working day (调休上班).
    MakeUp,
    /// A plain Saturday or Sunday.
    Weekend,
    /// A holiday by a notice (weekend days and days in lieu inside its span included), or a statutory day where there is no notice.
    Holiday(N),
}

impl<N> DayKind<N> {
    /// Whether the day counts in periods of working days.
    pub fn is_working(&self) -> bool {
        matches!(self, Self::Working | Self::MakeUp)
    }
}

/// Why a notice cannot be added to a calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The notices before it are missing.
    #[error("this notice is for {year}, but the calendar ends with {}: load the notice for {expected} first", expected - 1)]
    Gap {
        /// Year of the notice.
        year: i16,
        /// The next year the calendar can take.
        expected: i16,
    },
    /// Before the first year of the calendar.
    #[error("this notice is for {year}, but the calendar begins with {first}")]
    TooEarly {
        /// Year of the notice.
        year: i16,
        /// First year of the calendar.
        first: i16,
    },
    /// Not one day would change.
    #[error("this notice for {year} is already loaded")]
    AlreadyLoaded {
        /// Year of the notice.
        year: i16,
    },
    /// A day that is a holiday by law is none in the notice, so it was copied wrongly.
    #[error("{date} ({name}) is a holiday by law but not in the notice: add it to `off`")]
    StatutoryDayMissing {
        /// The day.
        date: Date,
        /// Its holiday.
        name: String,
    },
    /// The notice contradicts itself.
    #[error("{problem}; {cure}")]
    Faulty {
        /// Stable code of the fault.
        code: &'static str,
        /// What is wrong.
        problem: String,
        /// What to do about it.
        cure: String,
    },
}

impl CalendarError {
    /// Stable code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Gap { .. } => "gap",
            Self::TooEarly { .. } => "too_early",
            Self::AlreadyLoaded { .. } => "already_loaded",
            Self::StatutoryDayMissing { .. } => "statutory_day_missing",
            Self::Faulty { code, .. } => code,
        }
    }
}

/// Days that are holidays by law alone (全国年节及纪念日放假办法), for years without a notice.
#[derive(Clone, Debug)]
struct Statutory {
    /// Month, day, name of those on the same date every year.
    fixed: Vec<(i8, i8, String)>,
    /// All of them, for years where the moving ones are known.
    years: BTreeMap<i16, Vec<Off>>,
}

impl Statutory {
    fn name(&self, date: Date) -> Option<&str> {
        match self.years.get(&date.year()) {
            Some(days) => days.iter().find(|o| o.from <= date && date <= o.through).map(|o| o.name.as_str()),
            None => self.fixed.iter().find(|(m, d, _)| (*m, *d) == (date.month(), date.day())).map(|(.., name)| name.as_str()),
        }
    }
}

/// The first year whose notices follow the 2024 revision, so that [`Statutory`] can be held against them.
const STATUTORY_SINCE: i16 = 2025;

const WORKING: u16 = 0;
const MAKE_UP: u16 = 1;
const WEEKEND: u16 = 2;
const HOLIDAY: u16 = 3;

/// The known working days of consecutive years, and the law's holidays for the years beside them. Immutable: loading a notice gives a
/// new calendar with a new version.
#[derive(Clone, Debug)]
pub struct Calendar {
    version: String,
    /// How many times a year already loaded was restated.
    revisions: u32,
    /// By year, without gaps.
    notices: Vec<Notice>,
    statutory: Statutory,
    /// Day number of the first known day.
    first: i64,
    /// What each known day is: one of the constants above, from `HOLIDAY` on an index into `names`.
    kinds: Vec<u16>,
    names: Vec<String>,
    /// `rank[i]` = number of working days among the first `i` known days.
    rank: Vec<u32>,
    /// Index of the k-th known working day.
    nth: Vec<u32>,
}

impl Calendar {
    /// The calendar the binary is built with: 2004–2026.
    pub fn builtin() -> &'static Self {
        static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| {
            // Cannot fail: the text is compiled in, and the tests of this folder read it.
            read_builtin(BUILTIN).expect("data/calendar is well formed")
        });
        &CALENDAR
    }

    /// Name of this state of the calendar, recorded with every due date: the last year loaded, and how often a year was restated,
    /// such as `cn-2026` or `cn-2026.1`.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The notices loaded, by year.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// What kind of day `date` is.
    ///
    /// # Errors
    /// [`NoNotice`] if the notice for its year is not loaded.
    pub fn day(&self, date: Date) -> Result<DayKind<&str>, NoNotice> {
        self.known(days_of(date)).ok_or(NoNotice(date.year()))
    }

    /// What kind of day `date` is, by weekends and statutory holidays alone where no notice is loaded.
    /// The second value says whether this is such an assumption.
    #[must_use]
    pub fn day_or_assumed(&self, date: Date) -> (DayKind<&str>, bool) {
        self.known(days_of(date)).map_or_else(|| (self.assumed(date), true), |kind| (kind, false))
    }

    /// Whether `date` is a working day.
    ///
    /// # Errors
    /// [`NoNotice`] if the notice for its year is not loaded.
    pub fn is_working(&self, date: Date) -> Result<bool, NoNotice> {
        self.day(date).map(|kind| kind.is_working())
    }

    /// Number of working days `d` with `after < d ≤ through`; negative if `through` is before `after`.
    ///
    /// # Errors
    /// [`NoNotice`] if one of these days is not known.
    pub fn working_days_between(&self, after: Date, through: Date) -> Result<i64, NoNotice> {
        let (a, b) = (days_of(after), days_of(through));
        let (from, to) = (a.min(b), a.max(b));
        if from == to {
            return Ok(0);
        }
        for needed in [from + 1, to] {
            if self.known(needed).is_none() {
                return Err(self.first_unknown(from + 1));
            }
        }
        let count = self.ranked(to) - self.ranked(from);
        Ok(if a <= b { count } else { -count })
    }

    /// Working days from the day after `now` through `due` (还有 n 个工作日): 0 on the last day, negative once it has passed.
    /// Days without a notice are assumed, as for [`Due::provisional`].
    #[must_use]
    pub fn working_days_left(&self, now: Instant, due: Date) -> i64 {
        let today = now.date();
        self.working_days_between(today, due).unwrap_or_else(|NoNotice(_)| {
            let (a, b) = (days_of(today), days_of(due));
            let count = (a.min(b) + 1..=a.max(b)).filter(|d| self.day_or_assumed(date_from_days(*d)).0.is_working()).count();
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            if a <= b { count } else { -count }
        })
    }

    /// A calendar with one more notice: for the year after the last one, or a full restatement of a year already loaded.
    /// It may also change days of the December before its year.
    ///
    /// # Errors
    /// [`CalendarError`] if the notice does not fit; nothing is taken from it then.
    pub fn with_notice(&self, notice: &Notice) -> Result<Self, CalendarError> {
        notice.check().map_err(|f| CalendarError::Faulty { code: f.code, problem: f.problem, cure: f.cure })?;
        self.check_statutory(notice)?;
        let (first, last) = (self.notices[0].year, self.last_year());
        let mut notices = self.notices.clone();
        let mut revisions = self.revisions;
        match notice.year {
            year if year < first => return Err(CalendarError::TooEarly { year, first }),
            year if year > last + 1 => return Err(CalendarError::Gap { year, expected: last + 1 }),
            year if year == last + 1 => notices.push(notice.clone()),
            year => match notices.iter_mut().find(|n| n.year == year) {
                Some(old) if old.same_days(notice) => return Err(CalendarError::AlreadyLoaded { year }),
                Some(old) => {
                    *old = notice.clone();
                    revisions += 1;
                }
                None => return Err(CalendarError::Gap { year, expected: last + 1 }),
            },
        }
        Ok(Self::build(notices, self.statutory.clone(), revisions))
    }

    fn check_statutory(&self, notice: &Notice) -> Result<(), CalendarError> {
        if notice.year < STATUTORY_SINCE {
            return Ok(());
        }
        let given: Vec<i64> = notice.off.iter().flat_map(Off::days).collect();
        let start = Date::constant(notice.year, 1, 1);
        for day in days_of(start)..days_of(start) + 366 {
            let date = date_from_days(day);
            if let Some(name) = self.statutory.name(date).filter(|_| date.year() == notice.year && !given.contains(&day)) {
                return Err(CalendarError::StatutoryDayMissing { date, name: name.to_owned() });
            }
        }
        Ok(())
    }

    /// `notices` is not empty, ordered by year and without gaps.
    fn build(notices: Vec<Notice>, statutory: Statutory, revisions: u32) -> Self {
        let (first_year, last_year) = (notices[0].year, notices[notices.len() - 1].year);
        let first = days_of(Date::constant(first_year, 1, 1));
        let end = days_of(Date::constant(last_year + 1, 1, 1));
        let mut kinds: Vec<u16> = (first..end).map(|d| if is_weekend(d) { WEEKEND } else { WORKING }).collect();
        let mut names: Vec<String> = Vec::new();
        let mut set = |day: i64, kind: u16| {
            // Days before the first year (its notice may rule the December before) stay unknown.
            if let Some(slot) = usize::try_from(day - first).ok().and_then(|i| kinds.get_mut(i)) {
                *slot = kind;
            }
        };
        for notice in &notices {
            for off in &notice.off {
                let known = names.iter().position(|n| *n == off.name).unwrap_or_else(|| {
                    names.push(off.name.clone());
                    names.len() - 1
                });
                off.days().for_each(|day| set(day, HOLIDAY + known as u16));
            }
            notice.work.iter().for_each(|date| set(days_of(*date), MAKE_UP));
        }
        let mut rank = Vec::with_capacity(kinds.len() + 1);
        let mut nth = Vec::new();
        for (i, kind) in kinds.iter().enumerate() {
            rank.push(nth.len() as u32);
            if *kind < WEEKEND {
                nth.push(i as u32);
            }
        }
        rank.push(nth.len() as u32);
        let version = if revisions == 0 { format!("cn-{last_year}") } else { format!("cn-{last_year}.{revisions}") };
        Self { version, revisions, notices, statutory, first, kinds, names, rank, nth }
    }

    fn last_year(&self) -> i16 {
        self.notices[self.notices.len() - 1].year
    }

    /// Number of the last known day.
    fn last(&self) -> i64 {
        self.first + self.kinds.len() as i64 - 1
    }

    fn known(&self, day: i64) -> Option<DayKind<&str>> {
        let kind = *self.kinds.get(usize::try_from(day - self.first).ok()?)?;
        Some(match kind {
            WORKING => DayKind::Working,
            MAKE_UP => DayKind::MakeUp,
            WEEKEND => DayKind::Weekend,
            name => DayKind::Holiday(&self.names[usize::from(name - HOLIDAY)]),
        })
    }

    fn assumed(&self, date: Date) -> DayKind<&str> {
        match self.statutory.name(date) {
            Some(name) => DayKind::Holiday(name),
            None if is_weekend(days_of(date)) => DayKind::Weekend,
            None => DayKind::Working,
        }
    }

    /// Known working days up to and including `day`, which is known or the day before the first known one.
    fn ranked(&self, day: i64) -> i64 {
        i64::from(self.rank[(day + 1 - self.first) as usize])
    }

    /// The error for a period that needs every day from `day` on until one that is not known.
    fn first_unknown(&self, day: i64) -> NoNotice {
        let unknown = if (self.first..=self.last()).contains(&day) { self.last() + 1 } else { day };
        NoNotice(date_from_days(unknown).year())
    }
}

fn is_weekend(day: i64) -> bool {
    matches!(date_from_days(day).weekday(), Weekday::Saturday | Weekday::Sunday)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCalendar {
    notice: Vec<notice::RawNotice>,
    statutory: Vec<RawStatutory>,
    fixed: Vec<RawFixed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStatutory {
    year: i16,
    days: Vec<Spanned<notice::RawOff>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFixed {
    day: String,
    name: String,
}

fn read_builtin(text: &str) -> Result<Calendar, String> {
    let raw: RawCalendar = toml::from_str(text).map_err(|e| e.to_string())?;
    let notices = raw.notice.iter().map(|n| n.read(text)).collect::<Result<Vec<_>, _>>().map_err(|e| e.to_string())?;
    if notices.is_empty() || notices.windows(2).any(|pair| pair[1].year != pair[0].year + 1) {
        return Err("the years must follow each other".to_owned());
    }
    let mut years = BTreeMap::new();
    for entry in &raw.statutory {
        let days = entry.days.iter().map(|o| notice::read_off(text, o)).collect::<Result<Vec<_>, _>>();
        years.insert(entry.year, days.map_err(|e| e.to_string())?);
    }
    let mut fixed = Vec::new();
    for entry in raw.fixed {
        let (month, day) = entry.day.split_once('-').ok_or_else(|| format!("{} is no day", entry.day))?;
        let number = |s: &str| s.parse::<i8>().map_err(|e| format!("{}: {e}", entry.day));
        fixed.push((number(month)?, number(day)?, entry.name.clone()));
    }
    Ok(Calendar::build(notices, Statutory { fixed, years }, 0))
}

#[cfg(test)]
mod tests;
