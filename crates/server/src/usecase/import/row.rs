//! From a row of a file to a submission: every cell checked, nothing decided.

use super::mapping::{Field, Mapping};
use super::source::Record;
use super::table::Table;
use crate::usecase::submit::{Incoming, Part};
use jiff::civil::Date;
use rules::codes::{CodeError, IdNumber, Phone, Uscc};
use rules::money::{Fen, MoneyError};
use rules::text::{clean_block, clean_line};
use rules::time::Instant;

/// Longest text of an imported letter or answer, characters: history is not refused for its length.
const MAX_TEXT: usize = 200_000;
/// Longest title.
const MAX_TITLE: usize = 1_000;
/// Longest number under which a file knows a row.
const MAX_ID: usize = 100;

/// Why a row was not taken. The reason carries no personal value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// Row, from 1, the header not counted.
    pub row: u64,
    /// Line of the file it begins on.
    pub line: u64,
    /// Column; empty where it is about the whole row.
    pub column: String,
    /// What is in it, shortened; empty where it may be about a person.
    pub value: String,
    /// Stable code of what is wrong, for the sentence in the reader's language.
    pub code: &'static str,
    /// What is wrong and what to write, in English.
    pub reason: String,
}

impl std::fmt::Display for Bad {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "row {} (line {})", self.row, self.line)?;
        if !self.column.is_empty() {
            write!(f, ", column {}", self.column)?;
        }
        if !self.value.is_empty() {
            write!(f, ", value {:?}", self.value)?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// Reads a row.
///
/// # Errors
/// The first thing wrong with it.
pub fn read(record: &Record, table: &Table, mapping: &Mapping, now: Instant) -> Result<Incoming, Box<Bad>> {
    let r = Row { record, table };
    if let Some((code, detail)) = &record.broken {
        return Err(r.whole(code, &broken(code, detail)));
    }
    if let Some((at, code)) = record.faulty.iter().find(|(at, _)| table.reads(*at)) {
        return Err(r.bad_at(*at, String::new(), code, &faulty(code, table.encoding())));
    }
    let external_id = match table.column(Field::ExternalId) {
        None => record.row.to_string(),
        Some(_) => r.line(Field::ExternalId, MAX_ID)?,
    };
    if external_id.is_empty() {
        return Err(r.bad(Field::ExternalId, "no_number", "the row has no number; without one it could not be recognised when sent again"));
    }
    let title = r.line(Field::Title, MAX_TITLE)?;
    let mut narrative = r.block(Field::Narrative)?;
    if title.is_empty() && narrative.is_empty() {
        let field = if table.column(Field::Narrative).is_some() { Field::Narrative } else { Field::Title };
        return Err(r.bad(field, "no_text", "neither title nor text: write at least one of them"));
    }
    for at in &table.notes {
        let value = r.cleaned_line(*at, MAX_TITLE)?;
        if !value.is_empty() {
            narrative = format!("{narrative}\n{}：{value}", table.header()[*at]).trim().to_owned();
        }
    }
    let submitted_at = r.moment(Field::SubmittedAt, now)?;
    if submitted_at.is_none() && !mapping.historical && table.column(Field::SubmittedAt).is_some() {
        return Err(r.bad(Field::SubmittedAt, "no_date", "the date is missing; clocks cannot be counted without it"));
    }
    let organ_at = r.moment(Field::ReceivedAt, now)?;
    if let (Some(organ), Some(platform)) = (organ_at, submitted_at)
        && organ < platform
    {
        return Err(r.bad(Field::ReceivedAt, "before_submission", "it lies before the day of submission"));
    }
    let part = Part {
        kind: Some(r.kind(mapping)?),
        title,
        narrative,
        demands: r.demand(mapping)?.into_iter().collect(),
        amount: r.amount()?,
        knew_on: None,
        answered: r.answered(submitted_at, now)?,
    };
    Ok(Incoming {
        channel: "file".into(),
        series: Some(mapping.series.clone()),
        external_id,
        received_at: submitted_at,
        organ_at,
        historical: mapping.historical,
        parts: vec![part],
        name: r.line(Field::Name, 60)?,
        phone: r.code(Field::Phone, |v| Phone::parse(v).map(|p| p.as_str().to_owned()))?,
        address: r.line(Field::Address, 300)?,
        id_number: r.code(Field::IdNumber, |v| IdNumber::parse(v, now.date()).map(|i| i.as_str().to_owned()))?,
        respondent: (
            r.line(Field::RespondentName, 200)?,
            r.line(Field::RespondentAddress, 300)?,
            Some(r.code(Field::RespondentUscc, |v| Uscc::parse(v).map(|u| u.as_str().to_owned()))?).filter(|u| !u.is_empty()),
            r.code(Field::RespondentPhone, |v| Phone::parse(v).map(|p| p.as_str().to_owned()))?,
        ),
        ..Incoming::default()
    })
}

/// What is wrong with a row as a whole, in English.
fn broken(code: &str, detail: &str) -> String {
    let (found, expected) = detail.split_once('/').unwrap_or_default();
    match code {
        "unclosed" => "a quote opened in this row is never closed".into(),
        "ragged" => format!("{found} columns, the header has {expected}"),
        "long_row" => "it is longer than any row".into(),
        "json" => format!("no JSON object, at character {detail}"),
        other => other.into(),
    }
}

/// Why a cell cannot be taken for what it is, in English.
fn faulty(code: &str, encoding: &str) -> String {
    match code {
        "encoding" => format!("its bytes are not {encoding}; save the file in one encoding"),
        "digits" => "a number this long has lost its last digits; type it as text".into(),
        "duration" => "a time without a day; write the day too".into(),
        "formula" => "its formula has no result; write the value".into(),
        "nested" => "a list or an object; write text".into(),
        "twice" => "the line holds it twice".into(),
        other => other.into(),
    }
}

struct Row<'a> {
    record: &'a Record,
    table: &'a Table,
}

impl Row<'_> {
    fn cell(&self, field: Field) -> &str {
        self.table.column(field).and_then(|i| self.record.cells.get(i)).map_or("", |c| c.trim())
    }

    fn whole(&self, code: &'static str, reason: &str) -> Box<Bad> {
        let (row, line) = (self.record.row, self.record.line);
        Box::new(Bad { row, line, column: String::new(), value: String::new(), code, reason: reason.to_owned() })
    }

    fn bad_at(&self, column: usize, value: String, code: &'static str, reason: &str) -> Box<Bad> {
        let column = self.table.header().get(column).cloned().unwrap_or_default();
        Box::new(Bad { column, value, ..*self.whole(code, reason) })
    }

    fn bad(&self, field: Field, code: &'static str, reason: &str) -> Box<Bad> {
        let plain = field.is_plain().then(|| self.cell(field).chars().take(40).collect());
        match self.table.column(field) {
            Some(at) => self.bad_at(at, plain.unwrap_or_default(), code, reason),
            None => self.whole(code, reason),
        }
    }

    fn line(&self, field: Field, most: usize) -> Result<String, Box<Bad>> {
        self.table.column(field).map_or_else(|| Ok(String::new()), |at| self.cleaned_line(at, most))
    }

    fn cleaned_line(&self, at: usize, most: usize) -> Result<String, Box<Bad>> {
        let cell = self.record.cells.get(at).map_or("", String::as_str);
        clean_line(cell, most).map_err(|e| self.bad_at(at, String::new(), e.code(), &e.to_string()))
    }

    fn block(&self, field: Field) -> Result<String, Box<Bad>> {
        clean_block(self.cell(field), MAX_TEXT).map_err(|e| self.bad(field, e.code(), &e.to_string()))
    }

    fn code(&self, field: Field, parse: impl Fn(&str) -> Result<String, CodeError>) -> Result<String, Box<Bad>> {
        match self.cell(field) {
            "" => Ok(String::new()),
            value => parse(value).map_err(|e| self.bad(field, e.code(), &e.to_string())),
        }
    }

    fn kind(&self, mapping: &Mapping) -> Result<rules::law::Kind, Box<Bad>> {
        let value = self.cell(Field::Kind);
        if value.is_empty() {
            return mapping.kind.ok_or_else(|| self.bad(Field::Kind, "no_kind", "the kind is missing"));
        }
        let found = mapping.kinds.get(value).copied().or_else(|| rules::law::Kind::parse(value));
        found.ok_or_else(|| self.bad(Field::Kind, "unknown_kind", "not in the table [kinds] of the mapping"))
    }

    fn demand(&self, mapping: &Mapping) -> Result<Option<rules::law::Demand>, Box<Bad>> {
        let value = self.cell(Field::Demand);
        if value.is_empty() {
            return Ok(None);
        }
        let found = mapping.demands.get(value).copied().or_else(|| rules::law::Demand::parse(value));
        found.map(Some).ok_or_else(|| self.bad(Field::Demand, "unknown_demand", "not in the table [demands] of the mapping"))
    }

    fn amount(&self) -> Result<Option<Fen>, Box<Bad>> {
        match Fen::parse(self.cell(Field::Amount)) {
            Ok(fen) => Ok(Some(fen)),
            Err(MoneyError::Empty) => Ok(None),
            Err(e) => Err(self.bad(Field::Amount, e.code(), &e.to_string())),
        }
    }

    fn moment(&self, field: Field, now: Instant) -> Result<Option<Instant>, Box<Bad>> {
        let value = self.cell(field);
        if value.is_empty() {
            return Ok(None);
        }
        let at =
            moment(value).ok_or_else(|| self.bad(field, "not_a_date", "no date: write it as 2019-04-25 09:32:09 or 2019/4/25 9:32:09"))?;
        if at > now {
            return Err(self.bad(field, "future", "it lies in the future"));
        }
        if at.date().year() < 1900 {
            return Err(self.bad(field, "ancient", "it lies before 1900"));
        }
        Ok(Some(at))
    }

    fn answered(&self, submitted_at: Option<Instant>, now: Instant) -> Result<Option<(String, Instant)>, Box<Bad>> {
        let answer = self.block(Field::Answer)?;
        let at = self.moment(Field::AnsweredAt, now)?;
        match (answer.is_empty(), at) {
            (true, None) => Ok(None),
            (true, Some(_)) => Err(self.bad(Field::Answer, "no_answer", "there is a date of an answer, but no answer")),
            (false, None) => Err(self.bad(Field::AnsweredAt, "no_answer_date", "there is an answer, but not when it was given")),
            (false, Some(at)) if submitted_at.is_some_and(|s| at < s) => {
                Err(self.bad(Field::AnsweredAt, "answer_early", "the answer lies before the letter"))
            }
            (false, Some(at)) => Ok(Some((answer, at))),
        }
    }
}

/// A moment as people write it, year first: `2019/4/25 9:32:09`, `2019-04-25T09:32`, `2019.4.25`, `2019年4月25日 9时32分`.
fn moment(text: &str) -> Option<Instant> {
    let plain: String = text.chars().map(rules::text::half_width).collect();
    let (date, time) = match plain.find([' ', 'T', '日', '\u{3000}']) {
        Some(at) => {
            let rest = plain[at..].trim_start_matches([' ', 'T', '日', '\u{3000}']);
            (&plain[..at], rest)
        }
        None => (plain.as_str(), ""),
    };
    let numbers = |text: &str, marks: &[char]| -> Option<Vec<i32>> {
        let text = text.trim_end_matches(marks);
        text.split(marks).map(|n| n.parse().ok().filter(|_| n.len() <= 4 && n.bytes().all(|b| b.is_ascii_digit()))).collect()
    };
    let date = numbers(date, &['-', '/', '.', '年', '月'])?;
    let [year, month, day] = date[..] else { return None };
    let time = if time.is_empty() { vec![0, 0] } else { numbers(time, &[':', '：', '时', '分', '秒'])? };
    let (hour, minute, second) = match time[..] {
        [h, m] => (h, m, 0),
        [h, m, s] => (h, m, s),
        _ => return None,
    };
    if !(1000..=9999).contains(&year) {
        return None;
    }
    let small = |n: i32| i8::try_from(n).ok();
    let date = Date::new(i16::try_from(year).ok()?, small(month)?, small(day)?).ok()?;
    let time = jiff::civil::Time::new(small(hour)?, small(minute)?, small(second)?, 0).ok()?;
    Some(Instant::at(date.to_datetime(time)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::datetime;

    #[test]
    fn moments_as_people_write_them() {
        let at = Instant::at(datetime(2019, 4, 25, 9, 32, 9, 0));
        for text in ["2019/4/25 9:32:09", "2019-04-25 09:32:09", "2019-04-25T09:32:09", "2019.4.25 9:32:09", "2019年4月25日9时32分9秒"]
        {
            assert_eq!(moment(text), Some(at), "{text}");
        }
        assert_eq!(moment("2019/9/9"), Some(Instant::at(datetime(2019, 9, 9, 0, 0, 0, 0))));
        assert_eq!(moment("２０１９年９月９日"), moment("2019/9/9"));
        for text in ["", "昨天", "2019", "2019/13/1", "2019/2/30", "25/4/2019", "2019/4/25 25:00", "2019/4/25 9", "19/4/25", "2019/-4/25"]
        {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
