//! Values in and out of the database: five kinds, the same on both engines.

use super::error::{Broken, Error, Result};
use rules::ids::{CaseId, FileId, Id, Locality, OrganId, PersonId, SubmissionId, UnitId};
use rules::time::Instant;
use std::borrow::Cow;
use std::sync::Arc;

/// An argument of a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Arg<'a> {
    /// SQL `NULL`.
    Null,
    /// `BIGINT`.
    Int(i64),
    /// `BOOLEAN`.
    Bool(bool),
    /// `DOUBLE PRECISION`.
    Real(f64),
    /// `TEXT`, without NUL characters.
    Text(Cow<'a, str>),
    /// `BYTEA`.
    Bytes(Cow<'a, [u8]>),
}

impl Arg<'_> {
    pub(crate) fn to_owned_arg(&self) -> Arg<'static> {
        match self {
            Self::Null => Arg::Null,
            Self::Int(v) => Arg::Int(*v),
            Self::Bool(v) => Arg::Bool(*v),
            Self::Real(v) => Arg::Real(*v),
            Self::Text(v) => Arg::Text(Cow::Owned(v.clone().into_owned())),
            Self::Bytes(v) => Arg::Bytes(Cow::Owned(v.clone().into_owned())),
        }
    }
}

/// PostgreSQL cannot hold NUL in a text; so that both engines agree, neither takes it.
pub(super) fn check_args(name: &str, args: &[Arg<'_>]) -> Result<()> {
    match args.iter().position(|a| matches!(a, Arg::Text(t) if t.as_bytes().contains(&0))) {
        None => Ok(()),
        Some(i) => Err(Error::Constraint { broken: Broken::Value, name: format!("{name}: argument {} holds a NUL character", i + 1) }),
    }
}

/// Arguments in order, each turned by `Arg::from`: `args![locality, case, "text", None::<i64>]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::engine::Arg::from($value)),*] };
}

macro_rules! arg_from { ($($ty:ty => |$v:ident| $body:expr),+ $(,)?) => {$(
    impl<'a> From<$ty> for Arg<'a> { fn from($v: $ty) -> Self { $body } }
    impl<'a> From<&$ty> for Arg<'a> { fn from(value: &$ty) -> Self { let $v = *value; $body } }
)+} }
fn id_arg<'a>(id: Id) -> Arg<'a> {
    Arg::Bytes(Cow::Owned(id.0.to_vec()))
}
arg_from! {
    i64 => |v| Arg::Int(v),
    i32 => |v| Arg::Int(v.into()),
    u32 => |v| Arg::Int(v.into()),
    u16 => |v| Arg::Int(v.into()),
    u8 => |v| Arg::Int(v.into()),
    bool => |v| Arg::Bool(v),
    f64 => |v| Arg::Real(v),
    Instant => |v| Arg::Int(v.0),
    Locality => |v| Arg::Int(v.0),
    Id => |v| id_arg(v),
    SubmissionId => |v| id_arg(v.0),
    CaseId => |v| id_arg(v.0),
    PersonId => |v| id_arg(v.0),
    UnitId => |v| id_arg(v.0),
    OrganId => |v| id_arg(v.0),
    FileId => |v| id_arg(v.0),
    jiff::civil::Date => |v| Arg::Text(Cow::Owned(v.to_string())),
}
impl<'a> From<&'a str> for Arg<'a> {
    fn from(v: &'a str) -> Self {
        Self::Text(Cow::Borrowed(v))
    }
}
impl From<String> for Arg<'_> {
    fn from(v: String) -> Self {
        Self::Text(Cow::Owned(v))
    }
}
impl<'a> From<&'a String> for Arg<'a> {
    fn from(v: &'a String) -> Self {
        Self::Text(Cow::Borrowed(v))
    }
}
impl<'a> From<&'a [u8]> for Arg<'a> {
    fn from(v: &'a [u8]) -> Self {
        Self::Bytes(Cow::Borrowed(v))
    }
}
impl From<Vec<u8>> for Arg<'_> {
    fn from(v: Vec<u8>) -> Self {
        Self::Bytes(Cow::Owned(v))
    }
}
impl<'a> From<&'a Vec<u8>> for Arg<'a> {
    fn from(v: &'a Vec<u8>) -> Self {
        Self::Bytes(Cow::Borrowed(v))
    }
}
impl<const N: usize> From<[u8; N]> for Arg<'_> {
    fn from(v: [u8; N]) -> Self {
        Self::Bytes(Cow::Owned(v.to_vec()))
    }
}
impl<'a, const N: usize> From<&'a [u8; N]> for Arg<'a> {
    fn from(v: &'a [u8; N]) -> Self {
        Self::Bytes(Cow::Borrowed(v))
    }
}
impl<'a, T: Into<Arg<'a>>> From<Option<T>> for Arg<'a> {
    fn from(v: Option<T>) -> Self {
        v.map_or(Self::Null, Into::into)
    }
}

/// A value of a result row, as the engine gave it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// SQL `NULL`.
    Null,
    /// An integer; on SQLite also a boolean.
    Int(i64),
    /// A boolean (PostgreSQL).
    Bool(bool),
    /// A floating-point number.
    Real(f64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl Value {
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Int(_) => "integer",
            Self::Bool(_) => "boolean",
            Self::Real(_) => "real",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
        }
    }
}

/// A row of a result. Columns are read by position; one that does not fit is an [`Error::Corrupt`] naming table, column and row.
#[derive(Clone, Debug)]
pub struct Row {
    shape: Arc<Shape>,
    values: Vec<Value>,
}

/// What the rows of one result share.
#[derive(Debug)]
pub(super) struct Shape {
    pub statement: String,
    pub table: String,
    pub columns: Vec<String>,
}

impl Shape {
    pub fn new(name: &str, text: &str, columns: Vec<String>) -> Arc<Self> {
        Arc::new(Self { statement: name.to_owned(), table: table_of(text).to_owned(), columns })
    }
}

/// The first table a statement names.
fn table_of(text: &str) -> &str {
    let mut words = text.split(|c: char| c.is_whitespace() || c == '(' || c == ')' || c == ',').filter(|w| !w.is_empty());
    while let Some(word) = words.next() {
        if ["FROM", "INTO", "UPDATE"].iter().any(|k| word.eq_ignore_ascii_case(k)) {
            return words.next().unwrap_or("?");
        }
    }
    "?"
}

impl Row {
    pub(super) fn new(shape: Arc<Shape>, values: Vec<Value>) -> Self {
        Self { shape, values }
    }

    /// The column at `index` as `T`.
    ///
    /// # Errors
    /// [`Error::Corrupt`] if the value does not fit `T`.
    pub fn get<T: FromValue>(&self, index: usize) -> Result<T> {
        let value = self.values.get(index).unwrap_or(&Value::Null);
        T::from_value(value).ok_or_else(|| self.corrupt(index, &format!("{} does not fit {}", value.kind(), short_name::<T>())))
    }

    /// The raw value at `index`, `Null` beyond the end.
    #[must_use]
    pub fn value(&self, index: usize) -> &Value {
        self.values.get(index).unwrap_or(&Value::Null)
    }

    /// All values.
    #[must_use]
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The names of the columns.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.shape.columns
    }

    /// The error that says the column at `index` of this row is damaged, and why: also for values that fit their type but not
    /// their meaning. `why` must not hold the value.
    #[must_use]
    pub fn corrupt(&self, index: usize, why: &str) -> Error {
        let mut row = String::new();
        for (column, value) in self.shape.columns.iter().zip(&self.values).take(index) {
            match value {
                Value::Int(v) => row += &format!("{column}={v} "),
                Value::Bytes(b) => {
                    if let Some(id) = Id::from_slice(b) {
                        row += &format!("{column}={id} ");
                    }
                }
                _ => {}
            }
        }
        let column = self.shape.columns.get(index).map_or("?", String::as_str).to_owned();
        Error::Corrupt { table: self.shape.table.clone(), column, row: format!("{row}in {}: {why}", self.shape.statement) }
    }
}

fn short_name<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    if name.contains('<') { name } else { name.rsplit("::").next().unwrap_or(name) }
}

/// A type that can be read from a column.
pub trait FromValue: Sized {
    /// `None` if the value does not fit.
    fn from_value(value: &Value) -> Option<Self>;
}

macro_rules! from_value { ($($ty:ty => |$v:ident| $body:expr),+ $(,)?) => {$(
    impl FromValue for $ty { fn from_value($v: &Value) -> Option<Self> { $body } }
)+} }
fn int(v: &Value) -> Option<i64> {
    if let Value::Int(i) = v { Some(*i) } else { None }
}
fn text(v: &Value) -> Option<&str> {
    if let Value::Text(s) = v { Some(s) } else { None }
}
fn bytes(v: &Value) -> Option<&[u8]> {
    if let Value::Bytes(b) = v { Some(b) } else { None }
}
from_value! {
    i64 => |v| int(v),
    i32 => |v| int(v)?.try_into().ok(),
    u32 => |v| int(v)?.try_into().ok(),
    u16 => |v| int(v)?.try_into().ok(),
    u8 => |v| int(v)?.try_into().ok(),
    u64 => |v| int(v)?.try_into().ok(),
    bool => |v| match v { Value::Bool(b) => Some(*b), Value::Int(0) => Some(false), Value::Int(1) => Some(true), _ => None },
    f64 => |v| match v { Value::Real(r) => Some(*r), Value::Int(i) => Some(*i as f64), _ => None },
    String => |v| text(v).map(str::to_owned),
    Vec<u8> => |v| bytes(v).map(<[u8]>::to_vec),
    Instant => |v| int(v).map(Instant),
    Locality => |v| int(v).map(Locality),
    Id => |v| Id::from_slice(bytes(v)?),
    SubmissionId => |v| Id::from_value(v).map(SubmissionId),
    CaseId => |v| Id::from_value(v).map(CaseId),
    PersonId => |v| Id::from_value(v).map(PersonId),
    UnitId => |v| Id::from_value(v).map(UnitId),
    OrganId => |v| Id::from_value(v).map(OrganId),
    FileId => |v| Id::from_value(v).map(FileId),
    jiff::civil::Date => |v| text(v).filter(|t| t.len() == 10)?.parse().ok(),
}
impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: &Value) -> Option<Self> {
        bytes(value)?.try_into().ok()
    }
}
impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_does_not_fit_names_itself() {
        let columns = ["locality", "case_id", "name"].map(String::from).to_vec();
        let shape = Shape::new("CASE", "select a, b, c\nfrom cases c where x = $1", columns);
        let row = Row::new(shape, vec![Value::Int(371_425), Value::Bytes(vec![7; 16]), Value::Text("张三".into())]);
        assert_eq!(row.get::<Locality>(0).unwrap(), Locality(371_425));
        let Error::Corrupt { table, column, row } = row.get::<i64>(2).unwrap_err() else { panic!() };
        assert_eq!((table.as_str(), column.as_str()), ("cases", "name"));
        assert_eq!(row, "locality=371425 case_id=07070707070707070707070707070707 in CASE: text does not fit i64");
    }

    #[test]
    fn dates_are_ten_characters() {
        let date = jiff::civil::date(2026, 4, 5);
        assert_eq!(Arg::from(date), Arg::Text("2026-04-05".into()));
        assert_eq!(jiff::civil::Date::from_value(&Value::Text("2026-04-05".into())), Some(date));
        assert_eq!(jiff::civil::Date::from_value(&Value::Text("2026-4-5".into())), None);
        assert_eq!(Option::<i64>::from_value(&Value::Null), Some(None));
        assert_eq!(i64::from_value(&Value::Null), None);
    }
}
