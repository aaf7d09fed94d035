//! Notices of the State Council's General Office, and the file an operator loads when a new one is issued.

use std::ops::Range;

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};
use toml::{Spanned, Value};

use crate::time::{date_from_days, days_of};

/// A yearly notice 《国务院办公厅关于……部分节假日安排的通知》.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The year the notice arranges. Some of its days may lie in the December before.
    pub year: i16,
    /// Document number, such as `国办发明电〔2025〕7号`; empty only in the built-in data, where not known for certain.
    pub number: String,
    /// Numbers of later notices whose changes are already in the lists.
    #[serde(default)]
    pub amended_by: Vec<String>,
    /// Day the notice was signed; absent only in the built-in data.
    pub issued: Option<Date>,
    /// Holidays, the weekend days inside their spans included.
    pub off: Vec<Off>,
    /// Saturdays and Sundays that are working days (调休上班).
    pub work: Vec<Date>,
}

/// One holiday of a notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Off {
    /// First day off.
    pub from: Date,
    /// Last day off.
    pub through: Date,
    /// Name, such as `春节`.
    pub name: String,
}

impl Off {
    /// Day numbers of the span.
    pub(super) fn days(&self) -> impl Iterator<Item = i64> + use<> {
        days_of(self.from)..=days_of(self.through)
    }
}

/// A notice file that cannot be loaded: where, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}; {cure}")]
pub struct NoticeError {
    /// Line of the file, counted from 1.
    pub line: usize,
    /// Stable code for programs.
    pub code: &'static str,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub cure: String,
}

/// What is wrong with a [`Notice`], whatever it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    place: Place,
    pub(super) code: &'static str,
    pub(super) problem: String,
    pub(super) cure: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Year,
    Number,
    Issued,
    Off(usize),
    Work(usize),
}

fn fault<T>(place: Place, code: &'static str, problem: impl Into<String>, cure: impl Into<String>) -> Result<T, Fault> {
    Err(Fault { place, code, problem: problem.into(), cure: cure.into() })
}

/// Longest holiday believed; the longest so far had ten days (春节 2020).
const LONGEST_HOLIDAY: i64 = 31;

impl Notice {
    /// Checks that the notice can be what the State Council issued.
    pub(super) fn check(&self) -> Result<(), Fault> {
        if !(1949..=9998).contains(&self.year) {
            return fault(Place::Year, "year", format!("{} is no year of a notice", self.year), "write the year the notice arranges");
        }
        if self.number.trim().is_empty() {
            let cure = "copy it from the head of the notice, such as 国办发明电〔2025〕7号";
            return fault(Place::Number, "number", "the document number is missing", cure);
        }
        match self.issued {
            None => return fault(Place::Issued, "issued", "the day of issue is missing", "copy it from the foot of the notice"),
            Some(d) if d.year() != self.year && d.year() != self.year - 1 => {
                let problem = format!("a notice for {} was not issued on {d}", self.year);
                return fault(Place::Issued, "issued", problem, "copy the day from the foot of the notice");
            }
            Some(_) => {}
        }
        self.check_days()
    }

    /// Whether both rule the same days the same way, however they are grouped and named.
    pub(super) fn same_days(&self, other: &Self) -> bool {
        let days = |n: &Self| {
            let mut days: Vec<(i64, bool)> = n.off.iter().flat_map(Off::days).map(|d| (d, false)).collect();
            days.extend(n.work.iter().map(|d| (days_of(*d), true)));
            days.sort_unstable();
            days
        };
        days(self) == days(other)
    }

    pub(super) fn check_days(&self) -> Result<(), Fault> {
        if self.off.is_empty() {
            return fault(Place::Year, "off_empty", "the notice gives no day off", "list the holidays in `off`");
        }
        let mut seen: Vec<i64> = Vec::new();
        for (i, off) in self.off.iter().enumerate() {
            let at = Place::Off(i);
            if off.name.trim().is_empty() {
                return fault(at, "name", "the holiday has no name", "add name = \"春节\" or whichever it is");
            }
            if off.from > off.through {
                return fault(at, "order", format!("{} is after {}", off.from, off.through), "write the first day as `from`");
            }
            if days_of(off.through) - days_of(off.from) >= LONGEST_HOLIDAY {
                let problem = format!("a holiday from {} through {} is too long to be true", off.from, off.through);
                return fault(at, "too_long", problem, "check both days against the notice");
            }
            for day in off.days() {
                self.check_day(at, day, &mut seen)?;
            }
        }
        for (i, &day) in self.work.iter().enumerate() {
            let at = Place::Work(i);
            self.check_day(at, days_of(day), &mut seen)?;
            if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
                let problem = format!("{day} is no Saturday or Sunday, so it cannot be a make-up working day");
                return fault(at, "weekday", problem, "check the day against the notice");
            }
        }
        Ok(())
    }

    fn check_day(&self, at: Place, day: i64, seen: &mut Vec<i64>) -> Result<(), Fault> {
        let date = date_from_days(day);
        if date.year() != self.year && !(date.year() == self.year - 1 && date.month() == 12) {
            let problem = format!("{date} is neither in {} nor in the December before", self.year);
            return fault(at, "other_year", problem, "correct the day or the year of the notice");
        }
        if seen.contains(&day) {
            return fault(at, "twice", format!("{date} is given twice"), "leave it in one place only");
        }
        seen.push(day);
        Ok(())
    }
}

/// Reads a notice file: TOML with `year`, `number`, `issued`, `off` (a list of `{ date, name }` or `{ from, through, name }`),
/// `work` (a list of dates) and, when it restates a year that was changed later, `amended_by` (a list of numbers).
///
/// # Errors
/// Names the line, what is wrong there and what to do.
pub fn parse_notice(text: &str) -> Result<Notice, NoticeError> {
    let raw: RawNotice = toml::from_str(text).map_err(|e| syntax(text, &e))?;
    let notice = raw.read(text)?;
    notice.check().map_err(|f| {
        let span = match f.place {
            Place::Year => raw.year.span(),
            Place::Number => raw.number.as_ref().map_or(0..0, Spanned::span),
            Place::Issued => raw.issued.as_ref().map_or(0..0, Spanned::span),
            Place::Off(i) => raw.off.get(i).map_or(0..0, Spanned::span),
            Place::Work(i) => raw.work.get(i).map_or(0..0, Spanned::span),
        };
        at(text, span, f.code, f.problem, f.cure)
    })?;
    Ok(notice)
}

fn syntax(text: &str, e: &toml::de::Error) -> NoticeError {
    let cure =
        "a notice file has year, number, issued, off = [{ from = 2026-02-15, through = 2026-02-23, name = \"春节\" }], work = [2026-02-14]";
    at(text, e.span().unwrap_or(0..0), "syntax", e.message().to_owned(), cure)
}

fn at(text: &str, span: Range<usize>, code: &'static str, problem: impl Into<String>, cure: impl Into<String>) -> NoticeError {
    let line = 1 + text.bytes().take(span.start).filter(|b| *b == b'\n').count();
    NoticeError { line, code, problem: problem.into(), cure: cure.into() }
}

/// A notice as written, with the places for error messages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNotice {
    year: Spanned<i16>,
    number: Option<Spanned<String>>,
    #[serde(default)]
    amended_by: Vec<String>,
    issued: Option<Spanned<Value>>,
    off: Vec<Spanned<RawOff>>,
    work: Vec<Spanned<Value>>,
}

/// A holiday as written: `date`, or `from` and `through`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawOff {
    date: Option<Value>,
    from: Option<Value>,
    through: Option<Value>,
    name: String,
}

impl RawNotice {
    pub(super) fn read(&self, text: &str) -> Result<Notice, NoticeError> {
        let date = |v: &Spanned<Value>| read_date(text, v.span(), v.get_ref());
        Ok(Notice {
            year: *self.year.get_ref(),
            number: self.number.as_ref().map(|n| n.get_ref().clone()).unwrap_or_default(),
            amended_by: self.amended_by.clone(),
            issued: self.issued.as_ref().map(date).transpose()?,
            off: self.off.iter().map(|o| read_off(text, o)).collect::<Result<_, _>>()?,
            work: self.work.iter().map(date).collect::<Result<_, _>>()?,
        })
    }
}

pub(super) fn read_off(text: &str, off: &Spanned<RawOff>) -> Result<Off, NoticeError> {
    let raw = off.get_ref();
    let (from, through) = match (&raw.date, &raw.from, &raw.through) {
        (Some(date), None, None) => (date, date),
        (None, Some(from), Some(through)) => (from, through),
        _ => return Err(at(text, off.span(), "off", "a holiday needs its days", "write either `date`, or both `from` and `through`")),
    };
    let read = |v| read_date(text, off.span(), v);
    Ok(Off { from: read(from)?, through: read(through)?, name: raw.name.clone() })
}

fn read_date(text: &str, span: Range<usize>, value: &Value) -> Result<Date, NoticeError> {
    let written = match value {
        Value::String(s) => s.clone(),
        Value::Datetime(d) => d.to_string(),
        other => other.to_string(),
    };
    let form =
        written.len() == 10 && written.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    match written.parse::<Date>() {
        Ok(date) if form => Ok(date),
        _ => Err(at(text, span, "date", format!("{written} is no date"), "write it as 2026-02-15")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const GOOD: &str = r#"year = 2027
number = "国办发明电〔2026〕7号"
issued = 2026-11-04
off = [
  { date = "2027-01-01", name = "元旦" },
  { from = 2027-02-05, through = 2027-02-11, name = "春节" },
]
work = [2027-01-31, "2027-02-14"]
"#;

    #[test]
    fn a_notice_file_is_read() {
        let notice = parse_notice(GOOD).unwrap();
        assert_eq!((notice.year, notice.number.as_str(), notice.issued), (2027, "国办发明电〔2026〕7号", Some(date(2026, 11, 4))));
        assert_eq!(notice.off[1].days().count(), 7);
        assert_eq!(notice.work, [date(2027, 1, 31), date(2027, 2, 14)]);
        let json = serde_json::to_string(&notice).unwrap();
        assert_eq!(serde_json::from_str::<Notice>(&json).unwrap(), notice);
    }

    #[test]
    fn every_fault_names_its_line_and_a_cure() {
        for (from, to, line, code) in [
            ("year = 2027", "year = 12", 1, "year"),
            ("year = 2027", "yaer = 2027", 1, "syntax"),
            ("year = 2027", "year = \"2027\"", 1, "syntax"),
            ("\"国办发明电〔2026〕7号\"", "\" \"", 2, "number"),
            ("issued = 2026-11-04", "issued = 2024-11-04", 3, "issued"),
            ("issued = 2026-11-04", "issued = \"4 Nov\"", 3, "date"),
            ("\"2027-01-01\"", "\"2027-1-1\"", 5, "date"),
            ("\"2027-01-01\"", "\"2028-01-01\"", 5, "other_year"),
            ("date = \"2027-01-01\", ", "", 5, "off"),
            ("name = \"春节\"", "name = \"\"", 6, "name"),
            ("through = 2027-02-11", "through = 2027-02-01", 6, "order"),
            ("through = 2027-02-11", "through = 2027-04-11", 6, "too_long"),
            ("from = 2027-02-05", "from = 2027-02-30", 6, "syntax"),
            ("work = [2027-01-31", "work = [2027-02-06", 8, "twice"),
            ("work = [2027-01-31", "work = [2027-02-01", 8, "weekday"),
            ("work = [2027-01-31", "work = [2027-01-31,,", 8, "syntax"),
        ] {
            let text = GOOD.replace(from, to);
            assert_ne!(text, GOOD, "{from}");
            let e = parse_notice(&text).expect_err(to);
            assert_eq!((e.line, e.code), (line, code), "{to}: {e}");
            assert!(!e.cure.is_empty() && e.to_string().starts_with(&format!("line {line}: ")));
        }
        assert_eq!(parse_notice(&GOOD.replace("issued = 2026-11-04\n", "")).unwrap_err().code, "issued");
        assert_eq!(parse_notice("").unwrap_err().line, 1);
    }
}
