//! Reading tables in order of the stream their rows belong to, and comparing rows with what events make of them. Memory stays bounded: a page
//! of each table at a time.

use super::tables::{LOG, WAITING};
use super::{At, Finding, Notes};
use crate::cases::Column;
use crate::engine::{Arg, Error, Reader, Result, Row, Sql, Value};
use rules::ids::{Id, Locality};
use std::cmp::Ordering;
use std::collections::VecDeque;

/// How a key column is compared.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Int,
    Bytes,
    Text,
}
pub(super) use Part::{Bytes, Int, Text};

/// A table as `verify` walks it.
pub(super) struct Table {
    pub name: &'static str,
    /// Its rows from a key on, the key's columns first among the arguments, then the size of a page.
    pub page: Sql,
    /// The key; the columns that say which stream a row belongs to come first.
    pub key: &'static [(&'static str, Part)],
    /// How many of the key's columns say that.
    pub merge: usize,
}

impl Table {
    pub fn key_names(&self) -> String {
        // Positions of events and of the access log are walked apart, but which they are is part of the key.
        let access = matches!(self.name, "log" | "unsequenced").then_some("access");
        self.key.iter().map(|k| k.0).chain(access).collect::<Vec<_>>().join(", ")
    }
}

/// A row with some of its values replaced by what they can be compared with (a ciphertext by its hash).
pub(super) struct Found {
    row: Row,
    replaced: Option<(&'static str, Value)>,
}

impl From<Row> for Found {
    fn from(row: Row) -> Self {
        Self { row, replaced: None }
    }
}

impl Found {
    pub fn replacing(row: Row, column: &'static str, value: Value) -> Self {
        Self { row, replaced: Some((column, value)) }
    }

    pub fn value(&self, column: &str) -> &Value {
        match &self.replaced {
            Some((c, v)) if *c == column => v,
            _ => column_of(&self.row, column),
        }
    }
}

/// A column of a row by name; `NULL` where there is none.
pub(super) fn column_of<'a>(row: &'a Row, column: &str) -> &'a Value {
    row.columns().iter().position(|c| c == column).map_or(&Value::Null, |i| row.value(i))
}

/// Rows of a table in the order of its key.
pub(super) struct Cursor {
    pub table: &'static Table,
    rows: VecDeque<Row>,
    last: Option<Vec<Value>>,
    page: i64,
    done: bool,
    /// The engine could not read the rest.
    pub broken: bool,
}

impl Cursor {
    pub fn new(table: &'static Table, page: i64) -> Self {
        Self { table, rows: VecDeque::new(), last: None, page, done: false, broken: false }
    }

    fn key(&self, row: &Row) -> Vec<Value> {
        self.table.key.iter().map(|(name, _)| column_of(row, name).clone()).collect()
    }

    async fn fill(&mut self, db: &mut Reader, notes: &mut Notes) -> Result<()> {
        while self.rows.is_empty() && !self.done {
            let mut args: Vec<Arg<'static>> = match &self.last {
                Some(key) => key.iter().map(arg_of).collect(),
                None => self.table.key.iter().map(|(_, part)| least(*part)).collect(),
            };
            args.push(self.page.into());
            let rows = match db.all(self.table.page, &args).await {
                Ok(rows) => rows,
                Err(Error::Corrupt { table, column, row }) => {
                    let table = if table == "database" { self.table.name.to_owned() } else { table };
                    notes.push(Finding::of(&table, &column, At::default(), "the rest of the table", format!("cannot be read: {row}")));
                    (self.done, self.broken) = (true, true);
                    return Ok(());
                }
                Err(e) => return Err(e),
            };
            // A page begins with the row the one before ended with.
            let full = rows.len() as i64 >= self.page;
            let fresh = rows.into_iter().filter(|r| self.last.as_ref().is_none_or(|l| self.key(r) != *l));
            self.rows = fresh.collect();
            self.done = !full || self.rows.is_empty();
            if let Some(row) = self.rows.back() {
                self.last = Some(self.key(row));
            }
        }
        Ok(())
    }

    /// The stream of the next row.
    pub async fn peek(&mut self, db: &mut Reader, notes: &mut Notes) -> Result<Option<Vec<Value>>> {
        self.fill(db, notes).await?;
        Ok(self.rows.front().map(|r| self.stream(r)))
    }

    fn stream(&self, row: &Row) -> Vec<Value> {
        self.table.key[..self.table.merge].iter().map(|(name, _)| column_of(row, name).clone()).collect()
    }

    /// The rows of a stream. Rows of streams before it belong to none and are noted.
    pub async fn take(&mut self, db: &mut Reader, stream: &[Value], notes: &mut Notes) -> Result<Vec<Row>> {
        let mut out = Vec::new();
        loop {
            self.fill(db, notes).await?;
            let Some(row) = self.rows.pop_front() else { return Ok(out) };
            match order(&self.stream(&row), stream) {
                Ordering::Less => self.orphan(&row, notes),
                Ordering::Equal => out.push(row),
                Ordering::Greater => {
                    self.rows.push_front(row);
                    return Ok(out);
                }
            }
        }
    }

    /// Notes every row that is left: they belong to no stream.
    pub async fn drain(&mut self, db: &mut Reader, notes: &mut Notes) -> Result<()> {
        loop {
            self.fill(db, notes).await?;
            let Some(row) = self.rows.pop_front() else { return Ok(()) };
            self.orphan(&row, notes);
        }
    }

    fn orphan(&self, row: &Row, notes: &mut Notes) {
        let at = At::from_values(&self.stream(row));
        let key = describe(self.table, |c| column_of(row, c));
        notes.push(Finding::of(self.table.name, &self.table.key_names(), at, &key, "no events make this row"));
        // A place in the log, or in the queue for one, says that there was an entry.
        let entries = match (self.table.name, std::ptr::eq(self.table, &LOG[1]) || std::ptr::eq(self.table, &WAITING[1])) {
            ("log" | "unsequenced", false) => ("event", "locality, stream, seq"),
            ("log" | "unsequenced", true) => ("access_log", "locality, reader, seq"),
            _ => return,
        };
        notes.push(Finding::of(entries.0, entries.1, at, &key, "the whole stream is missing"));
    }
}

fn least(part: Part) -> Arg<'static> {
    match part {
        Int => Arg::Int(i64::MIN),
        Bytes => Arg::from(Vec::new()),
        Text => Arg::from(String::new()),
    }
}

pub(super) fn arg_of(value: &Value) -> Arg<'static> {
    match value {
        Value::Null => Arg::Null,
        Value::Int(v) => Arg::Int(*v),
        Value::Bool(v) => Arg::Bool(*v),
        Value::Real(v) => Arg::Real(*v),
        Value::Text(v) => Arg::from(v.clone()),
        Value::Bytes(v) => Arg::from(v.clone()),
    }
}

fn rank(v: &Value) -> u8 {
    match v {
        Value::Null => 0,
        Value::Bool(_) | Value::Int(_) | Value::Real(_) => 1,
        Value::Text(_) => 2,
        Value::Bytes(_) => 3,
    }
}

/// The order in which SQLite sorts values of any type; PostgreSQL's columns hold one type each.
pub(super) fn order(a: &[Value], b: &[Value]) -> Ordering {
    let pairs = a.iter().zip(b).map(|(a, b)| match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
        (Value::Bytes(a), Value::Bytes(b)) => a.cmp(b),
        (a, b) => rank(a).cmp(&rank(b)),
    });
    pairs.fold(Ordering::Equal, Ordering::then)
}

/// Whether a stored value is the one expected.
pub(super) fn same(expected: &Arg<'_>, stored: &Value) -> bool {
    match (expected, stored) {
        (Arg::Null, Value::Null) => true,
        (Arg::Int(a), Value::Int(b)) => a == b,
        (Arg::Bool(a), Value::Bool(b)) => a == b,
        (Arg::Bool(a), Value::Int(b)) => i64::from(*a) == *b,
        (Arg::Text(a), Value::Text(b)) => a == b,
        (Arg::Bytes(a), Value::Bytes(b)) => a[..] == b[..],
        _ => false,
    }
}

/// A key for people: ids and numbers, no personal value stands in one.
fn describe<'a>(table: &Table, value: impl Fn(&str) -> &'a Value) -> String {
    table.key.iter().map(|(name, _)| format!("{name}={}", shown(value(name)))).collect::<Vec<_>>().join(" ")
}

pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Int(v) => v.to_string(),
        Value::Bool(v) => v.to_string(),
        Value::Real(v) => v.to_string(),
        Value::Text(v) => v.chars().take(40).collect(),
        Value::Bytes(v) => v.iter().take(32).map(|b| format!("{b:02x}")).collect(),
    }
}

fn shown_arg(arg: &Arg<'_>) -> String {
    shown(&match arg {
        Arg::Null => Value::Null,
        Arg::Int(v) => Value::Int(*v),
        Arg::Bool(v) => Value::Bool(*v),
        Arg::Real(v) => Value::Real(*v),
        Arg::Text(v) => Value::Text(v.to_string()),
        Arg::Bytes(v) => Value::Bytes(v.to_vec()),
    })
}

/// Compares the rows a stream has in a table with those its events make, column by column.
pub(super) fn compare(notes: &mut Notes, table: &Table, at: At, expected: Vec<Vec<Column>>, found: Vec<Found>) {
    notes.counts.rows += found.len() as u64;
    let is_key = |name: &str| table.key.iter().any(|(k, _)| *k == name);
    let fits = |e: &[Column], f: &Found| e.iter().filter(|(c, _)| is_key(c)).all(|(c, v)| same(v, f.value(c)));
    let mut found: Vec<Option<Found>> = found.into_iter().map(Some).collect();
    let mut missing = Vec::new();
    for e in expected {
        match found.iter_mut().find(|f| f.as_ref().is_some_and(|f| fits(&e, f))).and_then(Option::take) {
            Some(f) => differences(notes, table, at, &e, &f),
            None => missing.push(e),
        }
    }
    let mut extra: Vec<Found> = found.into_iter().flatten().collect();
    // A row whose key was changed is missing here and too much there: what is most alike belongs together.
    for e in missing {
        let alike = |f: &Found| e.iter().filter(|(c, v)| same(v, f.value(c))).count();
        let best = (0..extra.len()).max_by_key(|i| alike(&extra[*i]));
        match best.filter(|i| alike(&extra[*i]) * 2 >= e.len()) {
            Some(i) => differences(notes, table, at, &e, &extra.swap_remove(i)),
            None => {
                let value = |c: &str| e.iter().find(|(name, _)| *name == c).map_or_else(String::new, |(_, v)| shown_arg(v));
                let key = table.key.iter().map(|(name, _)| format!("{name}={}", value(name))).collect::<Vec<_>>().join(" ");
                notes.push(Finding::of(table.name, &table.key_names(), at, &key, "the row is missing"));
            }
        }
    }
    for f in extra {
        let key = describe(table, |c| f.value(c));
        notes.push(Finding::of(table.name, &table.key_names(), at, &key, "no events make this row"));
    }
}

fn differences(notes: &mut Notes, table: &Table, at: At, expected: &[Column], found: &Found) {
    for (column, value) in expected {
        if !same(value, found.value(column)) {
            let key = describe(table, |c| found.value(c));
            notes.push(Finding::of(table.name, column, at, &key, "is not what the events make"));
        }
    }
}

impl At {
    /// From locality and stream as stored, whatever they hold.
    pub(super) fn from_values(stream: &[Value]) -> Self {
        let locality = match stream.first() {
            Some(Value::Int(v)) => Some(Locality(*v)),
            _ => None,
        };
        let stream = match stream.get(1) {
            Some(Value::Bytes(b)) => Id::from_slice(b),
            _ => None,
        };
        Self { locality, stream }
    }
}
