//! Mapping files: which column of a file is what. Every fault names the line, the field and the cure.

use super::source::{Charset, Shape};
use encoding_rs::Encoding;
use rules::law::{Demand, Kind};
use rust_embed::RustEmbed;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// The mappings in the program.
#[derive(RustEmbed)]
#[folder = "../../data/mappings/"]
struct Shipped;

/// A shipped mapping by name.
#[must_use]
pub fn shipped(name: &str) -> Option<String> {
    let name = name.strip_suffix(".toml").unwrap_or(name);
    let file = Shipped::get(&format!("{name}.toml"))?;
    String::from_utf8(file.data.into_owned()).ok()
}

/// Names of the shipped mappings.
pub fn names() -> impl Iterator<Item = String> {
    Shipped::iter().filter_map(|file| file.strip_suffix(".toml").map(str::to_owned))
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "named as in the mapping file")]
pub enum Field {
    ExternalId,
    Kind,
    Title,
    Narrative,
    SubmittedAt,
    ReceivedAt,
    Answer,
    AnsweredAt,
    Demand,
    Amount,
    Name,
    Phone,
    Address,
    IdNumber,
    RespondentName,
    RespondentAddress,
    RespondentUscc,
    RespondentPhone,
}

impl Field {
    /// All of them, as they are named in a mapping.
    pub const ALL: [(&'static str, Self); 18] = [
        ("external_id", Self::ExternalId),
        ("kind", Self::Kind),
        ("title", Self::Title),
        ("narrative", Self::Narrative),
        ("submitted_at", Self::SubmittedAt),
        ("received_at", Self::ReceivedAt),
        ("answer", Self::Answer),
        ("answered_at", Self::AnsweredAt),
        ("demand", Self::Demand),
        ("amount", Self::Amount),
        ("name", Self::Name),
        ("phone", Self::Phone),
        ("address", Self::Address),
        ("id_number", Self::IdNumber),
        ("respondent_name", Self::RespondentName),
        ("respondent_address", Self::RespondentAddress),
        ("respondent_uscc", Self::RespondentUscc),
        ("respondent_phone", Self::RespondentPhone),
    ];

    /// The field of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(n, _)| *n == name).map(|(_, f)| *f)
    }

    /// Its name in a mapping.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, f)| *f == self).map_or("", |(n, _)| n)
    }

    /// Whether its values say nothing about a person, so that a bad one may be shown.
    #[must_use]
    pub fn is_plain(self) -> bool {
        matches!(self, Self::Kind | Self::SubmittedAt | Self::ReceivedAt | Self::AnsweredAt | Self::Demand | Self::Amount)
    }
}

/// A validated mapping.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// Series of the file: with the number in it, what makes a row the same row again.
    pub series: String,
    /// How the file is laid out.
    pub shape: Shape,
    /// Kept for the record only: no clock, nothing overdue.
    pub historical: bool,
    /// Kind of every row, or of those whose cell is empty.
    pub kind: Option<Kind>,
    /// Column names by field.
    pub columns: BTreeMap<Field, Spanned<String>>,
    /// Columns kept as lines under the narrative.
    pub notes: Vec<Spanned<String>>,
    /// Columns left out on purpose.
    pub ignored: Vec<String>,
    /// Cell values of the kind column.
    pub kinds: BTreeMap<String, Kind>,
    /// Cell values of the demand column.
    pub demands: BTreeMap<String, Demand>,
    file: String,
    text: String,
}

/// A fault in a mapping: where, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {field}: {message}")]
pub struct MappingError {
    /// File the fault is in.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Field, dotted.
    pub field: String,
    /// What is wrong and the cure.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    series: Spanned<String>,
    encoding: Option<Spanned<String>>,
    delimiter: Option<Spanned<String>>,
    sheet: Option<String>,
    #[serde(default)]
    skip: u32,
    #[serde(default)]
    historical: bool,
    kind: Option<Spanned<String>>,
    columns: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    notes: Vec<Spanned<String>>,
    #[serde(default)]
    ignored: Vec<String>,
    #[serde(default)]
    kinds: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    demands: BTreeMap<String, Spanned<String>>,
}

impl Mapping {
    /// Reads a mapping; `file` names it in errors.
    ///
    /// # Errors
    /// The first fault, with its line and field.
    pub fn parse(file: &str, text: &str) -> Result<Self, MappingError> {
        let at = |at: usize, field: &str, message: String| fault(file, text, at, field, message);
        let raw: Raw = toml::from_str(text).map_err(|e| {
            let message = e.message().to_owned();
            let missing = message.strip_prefix("missing field `").and_then(|m| m.split('`').next()).map(str::to_owned);
            let start = e.span().map_or(0, |s| s.start);
            let field = missing.unwrap_or_else(|| key_at(text, start));
            at(start, &field, message)
        })?;
        let series = raw.series.get_ref().clone();
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
        if series.is_empty() || series.len() > 40 || !series.bytes().all(fits) {
            return Err(at(raw.series.span().start, "series", "use up to 40 lower-case letters, digits, `-` and `_`".into()));
        }
        let charset = match raw.encoding.as_ref().map(|e| (e.span().start, e.get_ref().to_ascii_lowercase())) {
            None => Charset::Detect,
            Some((_, name)) if name == "auto" => Charset::Detect,
            Some((start, name)) => match Encoding::for_label(name.as_bytes()) {
                Some(e) if e == encoding_rs::UTF_8 => Charset::Named(e),
                Some(e) if e == encoding_rs::GB18030 || e == encoding_rs::GBK => Charset::Named(encoding_rs::GB18030),
                _ => return Err(at(start, "encoding", "write utf-8, gb18030 or auto".into())),
            },
        };
        let delimiter = match &raw.delimiter {
            None => b',',
            Some(d) => match d.get_ref().as_str() {
                "," => b',',
                ";" => b';',
                "\t" => b'\t',
                _ => return Err(at(d.span().start, "delimiter", "write \",\", \";\" or \"\\t\"".into())),
            },
        };
        let kinds_allowed = || Kind::ALL.iter().map(|k| k.code()).collect::<Vec<_>>().join(", ");
        let kind_of = |field: &str, k: &Spanned<String>| {
            Kind::parse(k.get_ref()).ok_or_else(|| at(k.span().start, field, format!("write one of {}", kinds_allowed())))
        };
        let kind = raw.kind.as_ref().map(|k| kind_of("kind", k)).transpose()?;
        let mut columns = BTreeMap::new();
        for (name, column) in raw.columns {
            let Some(field) = Field::parse(&name) else {
                let all = Field::ALL.iter().map(|(n, _)| *n).collect::<Vec<_>>().join(", ");
                return Err(at(column.span().start, &format!("columns.{name}"), format!("no such field; there are {all}")));
            };
            columns.insert(field, column);
        }
        let has = |f: Field| columns.contains_key(&f);
        let top = text.find("[columns]").unwrap_or(0);
        if !has(Field::Narrative) && !has(Field::Title) {
            return Err(at(top, "columns.narrative", "name the column of the text, or of the title".into()));
        }
        if kind.is_none() && !has(Field::Kind) {
            return Err(at(0, "kind", "say what the rows are: kind = \"other\", or columns.kind with a table [kinds]".into()));
        }
        if has(Field::Answer) != has(Field::AnsweredAt) {
            return Err(at(top, "columns.answered_at", "an answer and its date go together: name both columns".into()));
        }
        if has(Field::Answer) && !raw.historical {
            return Err(at(top, "historical", "answers come only with historical = true".into()));
        }
        let mut kinds = BTreeMap::new();
        for (value, k) in &raw.kinds {
            kinds.insert(value.trim().to_owned(), kind_of(&format!("kinds.{value}"), k)?);
        }
        let mut demands = BTreeMap::new();
        for (value, d) in &raw.demands {
            let allowed = || Demand::ALL.iter().map(|d| d.code()).collect::<Vec<_>>().join(", ");
            let demand = Demand::parse(d.get_ref());
            let demand = demand.ok_or_else(|| at(d.span().start, &format!("demands.{value}"), format!("write one of {}", allowed())))?;
            demands.insert(value.trim().to_owned(), demand);
        }
        Ok(Self {
            series,
            shape: Shape { charset, delimiter, sheet: raw.sheet.filter(|s| !s.trim().is_empty()), skip: raw.skip },
            historical: raw.historical,
            kind,
            columns,
            notes: raw.notes,
            ignored: raw.ignored,
            kinds,
            demands,
            file: file.to_owned(),
            text: text.to_owned(),
        })
    }

    /// A column the file does not have, as a fault of the mapping.
    pub(super) fn missing_column(&self, field: &str, column: &Spanned<String>, header: &[String]) -> MappingError {
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let message = format!("the file has no column `{}`; it has {}", column.get_ref(), header.join(", "));
        fault(&self.file, &self.text, column.span().start, field, message)
    }
}

fn fault(file: &str, text: &str, at: usize, field: &str, message: String) -> MappingError {
    let line = text.as_bytes()[..at.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1;
    MappingError { file: file.to_owned(), line, field: field.to_owned(), message }
}

/// The key of the line a byte stands in.
fn key_at(text: &str, at: usize) -> String {
    let before = &text.as_bytes()[..at.min(text.len())];
    let start = before.iter().rposition(|b| *b == b'\n').map_or(0, |p| p + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    line.split_once('=').map_or("toml", |(key, _)| key.trim()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "series = \"s\"\nkind = \"other\"\nhistorical = true\n[columns]\ntitle = \"题\"\nanswer = \"答\"\nanswered_at = \"时\"\n";

    #[test]
    fn the_shipped_mappings_are_whole() {
        for name in names() {
            let mapping = Mapping::parse(&name, &shipped(&name).unwrap()).unwrap();
            assert_eq!(mapping.series, name);
        }
        assert!(shipped("letters.toml").is_some() && shipped("none").is_none());
    }

    #[test]
    fn every_fault_names_line_and_field() {
        for (from, to, line, field) in [
            ("\"s\"", "\"S 1\"", 1, "series"),
            ("series", "serie", 1, "serie"),
            ("\"other\"", "\"letter\"", 2, "kind"),
            ("kind = \"other\"\n", "", 1, "kind"),
            ("true", "\"yes\"", 3, "historical"),
            ("historical = true", "encoding = \"latin1\"", 3, "encoding"),
            ("historical = true", "delimiter = \"|\"", 3, "delimiter"),
            ("historical = true\n", "", 3, "historical"),
            ("title =", "tilte =", 5, "columns.tilte"),
            ("title = \"题\"\n", "", 4, "columns.narrative"),
            ("answered_at = \"时\"\n", "", 4, "columns.answered_at"),
            ("[columns]", "[columns", 4, "toml"),
        ] {
            let text = GOOD.replacen(from, to, 1);
            assert_ne!(text, GOOD, "{from}");
            let e = Mapping::parse("m.toml", &text).expect_err(to);
            assert_eq!((e.line, e.field.as_str()), (line, field), "{to}: {e}");
        }
        assert!(Mapping::parse("m.toml", GOOD).is_ok());
    }
}
