//! A mapping being made: for each column of a file what it is, as a form shows it and as a mapping file says it; and what fits a file that
//! nobody has described yet.

use super::job::Report;
use super::mapping::{Field, Mapping};
use super::source::{Charset, Input, Rows, Shape};
use super::table::{Table, Unreadable};
use crate::usecase::fields::{Faults, Fields};
use rules::law::{Demand, Kind};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use toml::Value;

/// Distinct values of a coded column that are asked about.
pub const MOST_VALUES: usize = 40;
/// Rows looked at for them.
const ROWS_FOR_VALUES: usize = 2_000;

/// What a column is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// Not read.
    #[default]
    None,
    /// A line under the text.
    Note,
    /// A field.
    Field(Field),
}

impl Use {
    /// Its code in a form.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Note => "note",
            Self::Field(f) => f.name(),
        }
    }

    fn parse(code: &str) -> Self {
        match code {
            "note" => Self::Note,
            other => Field::parse(other).map_or(Self::None, Self::Field),
        }
    }
}

/// A mapping being made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "named as in the mapping file")]
pub struct Draft {
    pub series: String,
    pub kind: String,
    pub historical: bool,
    pub encoding: String,
    pub delimiter: String,
    pub sheet: String,
    pub skip: String,
    /// Column and use, in the order of the file.
    pub columns: Vec<(String, Use)>,
    pub kinds: BTreeMap<String, String>,
    pub demands: BTreeMap<String, String>,
}

fn words(table: &toml::Table, key: &str) -> String {
    table.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn pairs(table: &toml::Table, key: &str) -> BTreeMap<String, String> {
    let pairs = table.get(key).and_then(Value::as_table).into_iter().flatten();
    pairs.filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned()))).collect()
}

impl Draft {
    /// What a mapping says of the columns of a file. What is no mapping says nothing.
    #[must_use]
    pub fn of(text: &str, header: &[String]) -> Self {
        let table: toml::Table = text.parse().unwrap_or_default();
        let by_column: BTreeMap<String, Use> =
            pairs(&table, "columns").into_iter().filter_map(|(f, c)| Some((c, Use::Field(Field::parse(&f)?)))).collect();
        let notes: BTreeSet<&str> = table.get("notes").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let used = |h: &String| by_column.get(h).copied().or_else(|| notes.contains(h.as_str()).then_some(Use::Note)).unwrap_or_default();
        Self {
            series: words(&table, "series"),
            kind: words(&table, "kind"),
            historical: table.get("historical").and_then(Value::as_bool).unwrap_or_default(),
            encoding: words(&table, "encoding"),
            delimiter: words(&table, "delimiter"),
            sheet: words(&table, "sheet"),
            skip: table.get("skip").and_then(Value::as_integer).map(|n| n.to_string()).unwrap_or_default(),
            columns: header.iter().map(|h| (h.clone(), used(h))).collect(),
            kinds: pairs(&table, "kinds"),
            demands: pairs(&table, "demands"),
        }
    }

    /// Columns a mapping names and a file does not have.
    #[must_use]
    pub fn missing(text: &str, header: &[String]) -> Vec<String> {
        let table: toml::Table = text.parse().unwrap_or_default();
        pairs(&table, "columns").into_values().filter(|c| !header.contains(c)).collect()
    }

    /// As a form was sent: `c0`, `c1`, … for the columns, `kv0` and `kk0` for the values of kinds, `dv0` and `dd0` for those of demands.
    #[must_use]
    pub fn sent(fields: &Fields, header: &[String]) -> Self {
        let columns = header.iter().enumerate().map(|(i, h)| (h.clone(), Use::parse(fields.get(&format!("c{i}"))))).collect();
        let values = |value: &str, code: &str| {
            let pair = |i| (fields.get(&format!("{value}{i}")).to_owned(), fields.get(&format!("{code}{i}")).to_owned());
            (0..MOST_VALUES * 2).map(pair).filter(|(v, c)| !v.is_empty() && !c.is_empty()).collect()
        };
        let text = |name: &str| fields.get(name).trim().to_owned();
        Self {
            series: text("series"),
            kind: text("kind"),
            historical: fields.ticked("historical"),
            encoding: text("encoding"),
            delimiter: fields.get("delimiter").to_owned(),
            sheet: text("sheet"),
            skip: text("skip"),
            columns,
            kinds: values("kv", "kk"),
            demands: values("dv", "dd"),
        }
    }

    /// How the file is laid out.
    #[must_use]
    pub fn shape(&self) -> Shape {
        let charset = match self.encoding.as_str() {
            "utf-8" => Charset::Named(encoding_rs::UTF_8),
            "gb18030" => Charset::Named(encoding_rs::GB18030),
            _ => Charset::Detect,
        };
        let delimiter = self.delimiter.bytes().next().filter(|b| matches!(b, b';' | b'\t')).unwrap_or(b',');
        let sheet = Some(self.sheet.clone()).filter(|s| !s.trim().is_empty());
        Shape { charset, delimiter, sheet, skip: self.skip.parse::<u16>().unwrap_or(0).into() }
    }

    /// The same laid over other columns: those of the same name keep their use, the others are guessed.
    #[must_use]
    pub fn over(self, header: &[String], known: &[(String, String, String)]) -> Self {
        let before: BTreeMap<&String, Use> = self.columns.iter().map(|(c, u)| (c, *u)).collect();
        let kept = |c: &String| before.get(c).copied().unwrap_or_default();
        let columns: Vec<_> = header.iter().map(|c| (c.clone(), kept(c))).collect();
        let columns = if columns.iter().any(|(_, u)| *u != Use::None) { columns } else { guess(header, known).columns };
        Self { columns, ..self }
    }

    /// What is missing or impossible, field by field.
    ///
    /// # Errors
    /// Every fault.
    pub fn check(&self) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
        if self.series.is_empty() {
            faults.add("series", "required");
        } else if self.series.len() > 40 || !self.series.bytes().all(fits) {
            faults.add("series", "series");
        }
        let mut seen = BTreeSet::new();
        for (i, (_, used)) in self.columns.iter().enumerate() {
            if matches!(used, Use::Field(_)) && !seen.insert(*used) {
                faults.add(&format!("c{i}"), "column_twice");
            }
        }
        let has = |f: Field| seen.contains(&Use::Field(f));
        if !has(Field::Narrative) && !has(Field::Title) {
            faults.add("c0", "no_text_column");
        }
        if self.kind.is_empty() && !has(Field::Kind) {
            faults.add("kind", "no_kind_column");
        } else if !self.kind.is_empty() && Kind::parse(&self.kind).is_none() {
            faults.add("kind", "choose");
        }
        if has(Field::Answer) != has(Field::AnsweredAt) {
            faults.add("c0", "answer_alone");
        }
        if has(Field::Answer) && !self.historical {
            faults.add("historical", "answer_historical");
        }
        if !self.skip.is_empty() && self.skip.parse::<u16>().is_err() {
            faults.add("skip", "number");
        }
        if !["", ",", ";", "\t"].contains(&self.delimiter.as_str()) {
            faults.add("delimiter", "choose");
        }
        if !["", "auto", "utf-8", "gb18030"].contains(&self.encoding.as_str()) {
            faults.add("encoding", "choose");
        }
        let coded = self.kinds.values().all(|k| Kind::parse(k).is_some()) && self.demands.values().all(|d| Demand::parse(d).is_some());
        if !coded {
            faults.add("kind", "choose");
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// As a mapping file.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("series = {}\n", quoted(&self.series));
        let mut line = |key: &str, value: &str| {
            if !value.is_empty() {
                let _ = writeln!(out, "{key} = {}", quoted(value));
            }
        };
        line("kind", &self.kind);
        line("encoding", &self.encoding);
        line("delimiter", &self.delimiter);
        line("sheet", &self.sheet);
        if self.historical {
            out.push_str("historical = true\n");
        }
        if let Ok(skip @ 1..) = self.skip.parse::<u16>() {
            let _ = writeln!(out, "skip = {skip}");
        }
        let list = |wanted: Use| {
            let of = self.columns.iter().filter(|(_, u)| *u == wanted).map(|(c, _)| quoted(c)).collect::<Vec<_>>();
            of.join(", ")
        };
        let _ = write!(out, "notes = [{}]\nignored = [{}]\n\n[columns]\n", list(Use::Note), list(Use::None));
        for (column, used) in &self.columns {
            if let Use::Field(field) = used {
                let _ = writeln!(out, "{} = {}", field.name(), quoted(column));
            }
        }
        for (name, table) in [("kinds", &self.kinds), ("demands", &self.demands)] {
            if !table.is_empty() {
                let _ = write!(out, "\n[{name}]\n");
                for (value, code) in table {
                    let _ = writeln!(out, "{} = {}", quoted(value), quoted(code));
                }
            }
        }
        out
    }
}

/// As TOML writes a text on one line, as a key or as a value.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => drop(write!(out, "\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

/// The mapping that fits a file best, and what was seen of it: one that knows all the columns it names; else one guessed from what such
/// columns are called elsewhere. A guess need not be whole.
///
/// # Errors
/// The file cannot be read.
pub fn fitting(input: &Input, known: &[(String, String, String)]) -> Result<(String, Report, u64), Unreadable> {
    let rows = Rows::open(input, &Shape::default())?;
    let mut best: Option<(usize, Table, &str)> = None;
    for (key, _, text) in known {
        let Ok(mapping) = Mapping::parse(key, text) else { continue };
        let named = mapping.columns.len() + mapping.notes.len();
        if best.as_ref().is_some_and(|(n, ..)| *n >= named)
            || (mapping.shape == Shape::default() && !Draft::missing(text, &rows.header).is_empty())
        {
            continue;
        }
        if let Ok(table) = Table::open(input, &mapping) {
            best = Some((named, table, text));
        }
    }
    let seen = |header: &[String], read_as: &str| Report { header: header.to_vec(), read_as: read_as.to_owned(), ..Report::default() };
    Ok(match best {
        Some((_, table, text)) => (text.to_owned(), seen(table.header(), table.encoding()), table.rows()),
        None => (guess(&rows.header, known).text(), seen(&rows.header, rows.encoding()), rows.rows),
    })
}

/// Parts of names by which columns are commonly called.
const COMMON: [(&str, Field); 24] = [
    ("编号", Field::ExternalId),
    ("单号", Field::ExternalId),
    ("标题", Field::Title),
    ("主题", Field::Title),
    ("内容", Field::Narrative),
    ("描述", Field::Narrative),
    ("详情", Field::Narrative),
    ("时间", Field::SubmittedAt),
    ("日期", Field::SubmittedAt),
    ("类型", Field::Kind),
    ("类别", Field::Kind),
    ("姓名", Field::Name),
    ("联系人", Field::Name),
    ("商家电话", Field::RespondentPhone),
    ("电话", Field::Phone),
    ("手机", Field::Phone),
    ("商家地址", Field::RespondentAddress),
    ("地址", Field::Address),
    ("商家", Field::RespondentName),
    ("企业", Field::RespondentName),
    ("信用代码", Field::RespondentUscc),
    ("身份证", Field::IdNumber),
    ("金额", Field::Amount),
    ("诉求", Field::Demand),
];

/// Which field a column of this name is.
type Finds<'a> = &'a dyn Fn(&str) -> Option<Field>;

fn guess(header: &[String], known: &[(String, String, String)]) -> Draft {
    let mut elsewhere: BTreeMap<String, Field> = BTreeMap::new();
    for (key, _, text) in known {
        if let Ok(mapping) = Mapping::parse(key, text) {
            elsewhere.extend(mapping.columns.iter().map(|(f, c)| (c.get_ref().clone(), *f)));
        }
    }
    let mut taken = BTreeSet::new();
    let mut columns: Vec<(String, Use)> = header.iter().map(|h| (h.clone(), Use::None)).collect();
    let common = |h: &str| COMMON.iter().find(|(part, _)| h.contains(part)).map(|(_, f)| *f);
    let by_name: [Finds<'_>; 3] = [&|h| elsewhere.get(h).copied(), &Field::parse, &common];
    for find in by_name {
        for (column, used) in columns.iter_mut().filter(|(_, u)| *u == Use::None) {
            // An answer comes only with what is kept for the record; nobody guesses that.
            let found = find(column).filter(|f| !matches!(f, Field::Answer | Field::AnsweredAt) && taken.insert(*f));
            *used = found.map_or(Use::None, Use::Field);
        }
    }
    Draft { series: "file".into(), kind: "other".into(), columns, ..Draft::default() }
}

/// The distinct values of a column in the first rows of a file, most frequent first.
///
/// # Errors
/// The file cannot be read.
pub fn values(input: &Input, shape: &Shape, columns: &[&str]) -> Result<Vec<Vec<String>>, Unreadable> {
    let mut rows = Rows::open(input, shape)?;
    let at: Vec<Option<usize>> = columns.iter().map(|c| rows.header.iter().position(|h| h == c)).collect();
    let mut counted: Vec<BTreeMap<String, usize>> = vec![BTreeMap::new(); columns.len()];
    for _ in 0..ROWS_FOR_VALUES {
        let Some(record) = rows.read()? else { break };
        for (counts, at) in counted.iter_mut().zip(&at) {
            let value = at.and_then(|i| record.cells.get(i)).map(|c| c.trim()).unwrap_or_default();
            let room = counts.len() < MOST_VALUES * 4;
            // A long value is no code.
            if !value.is_empty() && value.chars().count() <= 30 && (room || counts.contains_key(value)) {
                *counts.entry(value.to_owned()).or_default() += 1;
            }
        }
    }
    let sorted = |counts: BTreeMap<String, usize>| {
        let mut all: Vec<_> = counts.into_iter().collect();
        all.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        all.into_iter().map(|(v, _)| v).take(MOST_VALUES).collect()
    };
    Ok(counted.into_iter().map(sorted).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usecase::import::mapping;

    fn known() -> Vec<(String, String, String)> {
        mapping::names().map(|n| (n.clone(), n.clone(), mapping::shipped(&n).unwrap())).collect()
    }

    fn file(text: &str) -> Input {
        Input::Memory("a.csv".into(), text.as_bytes().into())
    }

    #[test]
    fn what_a_mapping_says_it_says_again() {
        for (name, _, text) in known() {
            let parsed = Mapping::parse(&name, &text).unwrap();
            let mut header: Vec<String> = parsed.columns.values().map(|c| c.get_ref().clone()).collect();
            header.extend(parsed.notes.iter().map(|c| c.get_ref().clone()));
            let draft = Draft::of(&text, &header);
            draft.check().unwrap();
            let again = Mapping::parse(&name, &draft.text()).unwrap();
            assert_eq!(Draft::of(&draft.text(), &header), draft, "{name}");
            assert_eq!((again.series, again.kind, again.historical), (parsed.series, parsed.kind, parsed.historical), "{name}");
            assert_eq!((again.kinds, again.demands, again.shape), (parsed.kinds, parsed.demands, parsed.shape), "{name}");
        }
    }

    #[test]
    fn quotes_and_breaks_in_names_of_columns_do_no_harm() {
        let header = vec!["a\"b".to_owned(), "c\nd".into(), "'\\".into()];
        let mut draft = Draft { series: "s".into(), kind: "other".into(), ..Draft::of("", &header) };
        draft.columns[0].1 = Use::Field(Field::Narrative);
        draft.columns[1].1 = Use::Note;
        draft.kinds.insert("投\"诉\n\u{7f}".into(), "complaint".into());
        assert_eq!(Draft::of(&draft.text(), &header), draft);
        Mapping::parse("m", &draft.text()).unwrap();
    }

    #[test]
    fn a_file_finds_its_mapping_or_a_guess() {
        let text = "投诉编号,业务类型,投诉主题,投诉内容,提交时间,消费者姓名,消费者手机,消费者地址,消费者诉求,争议金额,经营者名称,经营地址,信用代码,经营者电话,行业分类,消费方式,ODR企业\n";
        let (found, report, _) = fitting(&file(text), &known()).unwrap();
        assert_eq!(Draft::of(&found, &report.header).series, "zhexiaobao");
        let (guessed, report, rows) =
            fitting(&file("来信编号,来信人姓名,问题描述,联系手机,备注,商家电话\n1,王,文,,,\n"), &known()).unwrap();
        let draft = Draft::of(&guessed, &report.header);
        let uses: Vec<&str> = draft.columns.iter().map(|(_, u)| u.code()).collect();
        assert_eq!((uses, rows), (vec!["external_id", "name", "narrative", "phone", "", "respondent_phone"], 1));
        draft.check().unwrap();
    }

    #[test]
    fn what_is_missing_is_said_at_its_field() {
        let header = vec!["a".to_owned(), "b".into()];
        let mut draft = Draft::of("", &header);
        draft.columns[0].1 = Use::Field(Field::Answer);
        draft.columns[1].1 = Use::Field(Field::Answer);
        let faults = draft.check().unwrap_err().0;
        let codes: Vec<&str> = faults.iter().map(|(_, c)| c.as_str()).collect();
        assert_eq!(codes, ["required", "column_twice", "no_text_column", "no_kind_column", "answer_alone", "answer_historical"]);
    }
}
