//! Fields as they were sent: read once, with every fault collected so that a form can say all that is wrong at once.

use jiff::civil::{Date, DateTime};
use rules::money::{Fen, MoneyError};
use rules::text::{clean_block, clean_line};
use rules::time::Instant;
use std::collections::BTreeMap;

/// What is wrong with a field: field name and a stable code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(pub Vec<(String, String)>);

impl Faults {
    /// Adds a fault.
    pub fn add(&mut self, field: &str, code: &str) {
        self.0.push((field.to_owned(), code.to_owned()));
    }
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A form as sent: each name with its values in order.
#[derive(Clone, Debug, Default)]
pub struct Fields(pub BTreeMap<String, Vec<String>>);

impl FromIterator<(String, String)> for Fields {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        let mut map: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (k, v) in pairs {
            map.entry(k).or_default().push(v);
        }
        Self(map)
    }
}

impl Fields {
    /// The first value of a name, or nothing.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).and_then(|v| v.first()).map_or("", String::as_str)
    }
    /// All values of a name.
    #[must_use]
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }
    /// Whether a box is ticked.
    #[must_use]
    pub fn ticked(&self, name: &str) -> bool {
        matches!(self.get(name), "1" | "on" | "yes" | "true")
    }
}

/// Reads fields and collects what is wrong.
#[derive(Debug)]
pub struct Reader<'a> {
    fields: &'a Fields,
    /// Faults so far.
    pub faults: Faults,
}

impl<'a> Reader<'a> {
    /// Over a form.
    #[must_use]
    pub fn new(fields: &'a Fields) -> Self {
        Self { fields, faults: Faults::default() }
    }

    /// The form itself.
    #[must_use]
    pub fn fields(&self) -> &'a Fields {
        self.fields
    }

    /// One line of at most `max` characters; empty if not given.
    pub fn line(&mut self, name: &str, max: usize) -> String {
        clean_line(self.fields.get(name), max).unwrap_or_else(|_| {
            self.faults.add(name, "too_long");
            String::new()
        })
    }

    /// One line that must be given.
    pub fn need_line(&mut self, name: &str, max: usize) -> String {
        let before = self.faults.0.len();
        let line = self.line(name, max);
        if line.is_empty() && self.faults.0.len() == before {
            self.faults.add(name, "required");
        }
        line
    }

    /// Text of at most `max` characters; empty if not given.
    pub fn block(&mut self, name: &str, max: usize) -> String {
        clean_block(self.fields.get(name), max).unwrap_or_else(|_| {
            self.faults.add(name, "too_long");
            String::new()
        })
    }

    /// Text that must be given.
    pub fn need_block(&mut self, name: &str, max: usize) -> String {
        let before = self.faults.0.len();
        let block = self.block(name, max);
        if block.is_empty() && self.faults.0.len() == before {
            self.faults.add(name, "required");
        }
        block
    }

    /// A coded value that must be one of a list.
    pub fn need_code<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let found = parse(self.fields.get(name).trim());
        if found.is_none() {
            self.faults.add(name, if self.fields.get(name).trim().is_empty() { "required" } else { "choose" });
        }
        found
    }

    /// A coded value that may be missing.
    pub fn code<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        if self.fields.get(name).trim().is_empty() { None } else { self.need_code(name, parse) }
    }

    /// Coded values, any number.
    pub fn codes<T>(&mut self, name: &str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let mut out = Vec::new();
        for v in self.fields.all(name) {
            match parse(v.trim()) {
                Some(t) => out.push(t),
                None => self.faults.add(name, "choose"),
            }
        }
        out
    }

    /// Money; nothing if not given.
    pub fn money(&mut self, name: &str) -> Option<Fen> {
        match Fen::parse(self.fields.get(name)) {
            Ok(f) => Some(f),
            Err(MoneyError::Empty) => None,
            Err(e) => {
                self.faults.add(name, e.code());
                None
            }
        }
    }

    /// A date that must be given.
    pub fn need_date(&mut self, name: &str) -> Option<Date> {
        let text = self.fields.get(name).trim();
        let found = text.parse::<Date>().ok().filter(|d| (1900..=2200).contains(&d.year()));
        if found.is_none() {
            self.faults.add(name, if text.is_empty() { "required" } else { "date" });
        }
        found
    }

    /// A date that may be missing.
    pub fn date(&mut self, name: &str) -> Option<Date> {
        if self.fields.get(name).trim().is_empty() { None } else { self.need_date(name) }
    }

    /// A day that lies behind and within a lifetime of memory; `None` if not given.
    pub fn past_date(&mut self, name: &str, today: Date) -> Option<Date> {
        let day = self.date(name)?;
        let wrong = match day {
            _ if day > today => "date_future",
            _ if day.year() < 1990 => "date_ancient",
            _ => return Some(day),
        };
        self.faults.add(name, wrong);
        None
    }

    /// When something took effect: `YYYY-MM-DDTHH:MM` in Asia/Shanghai; `None` if not given, which means now.
    pub fn moment(&mut self, name: &str) -> Option<Instant> {
        let text = self.fields.get(name).trim();
        if text.is_empty() {
            return None;
        }
        let civil = text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(|d| d.at(0, 0, 0, 0)));
        match civil {
            Ok(c) if (1900..=2200).contains(&c.year()) => Some(Instant::at(c)),
            _ => {
                self.faults.add(name, "date");
                None
            }
        }
    }

    /// The value, or the faults collected.
    ///
    /// # Errors
    /// All that was wrong.
    pub fn done<T>(self, value: T) -> Result<T, super::Denied> {
        if self.faults.is_empty() { Ok(value) } else { Err(super::Denied::Invalid(self.faults)) }
    }
}
