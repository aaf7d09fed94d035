//! A file held against a mapping: which of its columns is what.

use super::mapping::{Field, Mapping, MappingError};
use super::source::{Closed, Input, Record, Rows, Unfit};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

/// Columns that a file of rejected rows has besides: the row it stood in, and why it was rejected.
pub const ROW_COLUMN: &str = "fangxin_row";
/// See [`ROW_COLUMN`].
pub const REASON_COLUMN: &str = "fangxin_reason";

/// What a spreadsheet program takes for a formula when a cell begins with it.
fn is_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A cell of a file of rejected rows: what a spreadsheet program would run stands behind an apostrophe.
#[must_use]
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if is_formula(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// The cell as it was before [`guarded`].
pub(in crate::usecase) fn unguarded(cell: String) -> String {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest.to_owned(),
        _ => cell,
    }
}

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The disk.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The file itself.
    #[error("{0}")]
    Unfit(#[from] Unfit),
    /// The mapping does not fit it.
    #[error(transparent)]
    Mapping(#[from] MappingError),
}

impl From<Closed> for Unreadable {
    fn from(closed: Closed) -> Self {
        match closed {
            Closed::Io(e) => Self::Io(e),
            Closed::Unfit(u) => Self::Unfit(u),
        }
    }
}

/// An opened file.
#[derive(Debug)]
pub struct Table {
    source: Rows,
    /// Columns nobody mentioned.
    pub unmentioned: Vec<String>,
    fields: BTreeMap<Field, usize>,
    pub(super) notes: Vec<usize>,
}

impl Table {
    /// Opens a file and holds its header against the mapping.
    ///
    /// # Errors
    /// [`Unreadable`]; a column the mapping names and the file lacks is a fault of the mapping, with its line.
    pub fn open(input: &Input, mapping: &Mapping) -> Result<Self, Unreadable> {
        let source = Rows::open(input, &mapping.shape)?;
        let header = &source.header;
        let find = |name: &str| header.iter().position(|h| h == name);
        let mut fields = BTreeMap::new();
        for (field, column) in &mapping.columns {
            let at = find(column.get_ref());
            let at = at.ok_or_else(|| mapping.missing_column(&format!("columns.{}", field.name()), column, header))?;
            fields.insert(*field, at);
        }
        let mut notes = Vec::new();
        for column in &mapping.notes {
            notes.push(find(column.get_ref()).ok_or_else(|| mapping.missing_column("notes", column, header))?);
        }
        let own = [ROW_COLUMN, REASON_COLUMN];
        let known = |i: usize, h: &str| {
            fields.values().any(|f| *f == i) || notes.contains(&i) || mapping.ignored.iter().any(|n| n == h) || own.contains(&h)
        };
        let unmentioned = header.iter().enumerate().filter(|(i, h)| !known(*i, h)).map(|(_, h)| h.clone()).collect();
        Ok(Self { source, unmentioned, fields, notes })
    }

    /// Column names.
    #[must_use]
    pub fn header(&self) -> &[String] {
        &self.source.header
    }

    /// Rows in the file, the header not counted.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.source.rows
    }

    /// Name of the encoding the file is read with.
    #[must_use]
    pub fn encoding(&self) -> &'static str {
        self.source.encoding()
    }

    /// Column of a field.
    #[must_use]
    pub fn column(&self, field: Field) -> Option<usize> {
        self.fields.get(&field).copied()
    }

    /// Whether anything is read from a column.
    pub(super) fn reads(&self, column: usize) -> bool {
        self.fields.values().any(|f| *f == column) || self.notes.contains(&column)
    }

    /// The next row.
    ///
    /// # Errors
    /// The file cannot be read on.
    pub fn read(&mut self) -> io::Result<Option<Record>> {
        self.source.read()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_kept_from_it_and_comes_back_as_it_was() {
        for cell in ["=1+1", "-5", "+86 13800000000", "@a", "'=x", "''-1", "\t=1", "plain", "'quoted'", "", "1-2"] {
            let kept = guarded(cell);
            assert!(!kept.starts_with(['=', '+', '-', '@', '\t']), "{cell}");
            assert_eq!(unguarded(kept.into_owned()), cell);
        }
        assert_eq!(guarded("1-2"), "1-2");
    }
}
