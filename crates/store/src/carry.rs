//! A store carried from one place to another, row by row in the order of the primary keys and a page at a time, so that its size does not
//! matter; and a digest of each table by which two stores are compared, whichever engine each is on.

use crate::engine::bulk::{Table, VERSIONS};
use crate::engine::{Db, Reader, Result, Tx, Value};
use crate::heads::hex;
use crate::search;
use rules::time::Instant;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Rows read and written at a time.
const PAGE: i64 = 2_000;
/// Texts indexed in one unit.
const INDEX: usize = 512;

/// Called after every page: the table, and how many of its rows are done.
pub type Progress<'a> = &'a mut (dyn FnMut(&str, u64) + Send);

/// How many rows a table has, and the sum of their hashes modulo 2^256: the same whatever their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Rows.
    pub rows: u64,
    limbs: [u64; 4],
}

impl Sum {
    fn add(&mut self, row: &[u8]) {
        let hash = Sha256::digest(row);
        let mut carry = false;
        for (limb, bytes) in self.limbs.iter_mut().zip(hash.chunks_exact(8)) {
            let more = bytes.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b));
            let (sum, over) = limb.overflowing_add(more);
            let (sum, over_again) = sum.overflowing_add(carry.into());
            (*limb, carry) = (sum, over || over_again);
        }
        self.rows += 1;
    }

    /// The digest in hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> String {
        self.limbs.iter().map(|l| hex(&l.to_le_bytes())).collect()
    }
}

/// A table with its sum.
pub type Summed = (String, Sum);

/// A row in bytes: each value behind its kind.
#[must_use]
pub fn encode(row: &[Value]) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    for value in row {
        let mut long = |kind: u8, bytes: &[u8]| {
            out.push(kind);
            out.extend((bytes.len() as u32).to_be_bytes());
            out.extend(bytes);
        };
        match value {
            Value::Text(v) => long(4, v.as_bytes()),
            Value::Bytes(v) => long(5, v),
            Value::Null => out.push(0),
            Value::Bool(v) => out.extend([1, u8::from(*v)]),
            Value::Int(v) => {
                out.push(2);
                out.extend(v.to_be_bytes());
            }
            Value::Real(v) => {
                out.push(3);
                out.extend(v.to_bits().to_be_bytes());
            }
        }
    }
    out
}

/// The row that [`encode`] made these bytes of; `None` if it made no such bytes.
#[must_use]
pub fn decode(mut bytes: &[u8]) -> Option<Vec<Value>> {
    fn take<'a>(bytes: &mut &'a [u8], n: usize) -> Option<&'a [u8]> {
        let (head, rest) = bytes.split_at_checked(n)?;
        *bytes = rest;
        Some(head)
    }
    let mut row = Vec::new();
    while let [kind, rest @ ..] = bytes {
        bytes = rest;
        row.push(match kind {
            0 => Value::Null,
            1 => Value::Bool(take(&mut bytes, 1)? == [1]),
            2 => Value::Int(i64::from_be_bytes(take(&mut bytes, 8)?.try_into().ok()?)),
            3 => Value::Real(f64::from_bits(u64::from_be_bytes(take(&mut bytes, 8)?.try_into().ok()?))),
            4 | 5 => {
                let len = u32::from_be_bytes(take(&mut bytes, 4)?.try_into().ok()?);
                let content = take(&mut bytes, len as usize)?.to_vec();
                if *kind == 4 { Value::Text(String::from_utf8(content).ok()?) } else { Value::Bytes(content) }
            }
            _ => return None,
        });
    }
    Some(row)
}

/// A table read from its beginning to its end.
pub struct Reading<'a> {
    table: &'a Table,
    last: Option<Vec<Value>>,
    /// Whether the engine's index knows a text is the engine's own affair.
    indexed: Option<usize>,
    done: bool,
}

impl<'a> Reading<'a> {
    /// At its beginning.
    #[must_use]
    pub fn new(table: &'a Table) -> Self {
        let indexed = (table.name == "search_text").then(|| table.columns.iter().position(|c| c.0 == "indexed")).flatten();
        Self { table, last: None, indexed, done: false }
    }

    /// The next rows, none at the end; each is added to `sum`.
    ///
    /// # Errors
    /// Those of reading.
    pub async fn page(&mut self, from: &mut Reader, sum: &mut Sum) -> Result<Vec<Vec<Value>>> {
        if self.done {
            return Ok(Vec::new());
        }
        let mut rows = from.rows_after(self.table, self.last.as_deref(), PAGE).await?;
        self.done = (rows.len() as i64) < PAGE;
        for row in &mut rows {
            if let Some(i) = self.indexed {
                row[i] = Value::Bool(false);
            }
            sum.add(&encode(row));
        }
        self.last = rows.last().cloned();
        Ok(rows)
    }
}

/// The sums of all tables of a store at one moment.
///
/// # Errors
/// Those of reading.
pub async fn sums(from: &mut Reader, tables: &[Table], progress: Progress<'_>) -> Result<Vec<Summed>> {
    let mut all = Vec::with_capacity(tables.len());
    for table in tables {
        let (mut reading, mut sum) = (Reading::new(table), Sum::default());
        while !reading.page(from, &mut sum).await?.is_empty() {
            progress(&table.name, sum.rows);
        }
        all.push((table.name.clone(), sum));
    }
    Ok(all)
}

/// Adds rows to a table of a store that is being filled.
///
/// # Errors
/// Those of writing.
pub async fn fill(to: &Db, tables: &Arc<[Table]>, at: usize, rows: Vec<Vec<Value>>) -> Result<()> {
    let tables = tables.clone();
    to.write(async move |tx: &mut Tx| tx.fill(&tables[at], &rows).await).await
}

/// Copies every row of one moment into a store that is being filled, and makes it a store of its own; the sums of what was read.
///
/// # Errors
/// Those of reading and writing; run it again from the beginning then.
pub async fn copy(from: &mut Reader, to: &Db, tables: &Arc<[Table]>, progress: Progress<'_>) -> Result<Vec<Summed>> {
    let (mut all, mut versions) = (Vec::with_capacity(tables.len()), Vec::new());
    for (at, table) in tables.iter().enumerate() {
        let (mut reading, mut sum) = (Reading::new(table), Sum::default());
        loop {
            let rows = reading.page(from, &mut sum).await?;
            if rows.is_empty() {
                break;
            }
            if table.name == VERSIONS {
                versions.extend(rows);
            } else {
                fill(to, tables, at, rows).await?;
            }
            progress(&table.name, sum.rows);
        }
        all.push((table.name.clone(), sum));
    }
    finish(to, tables, versions, progress).await?;
    Ok(all)
}

/// Builds the search index and opens the store to everybody.
///
/// # Errors
/// Those of writing.
pub async fn finish(to: &Db, tables: &Arc<[Table]>, versions: Vec<Vec<Value>>, progress: Progress<'_>) -> Result<()> {
    let mut indexed = 0;
    loop {
        match to.write(async move |tx: &mut Tx| search::index_pending(tx, INDEX).await).await? {
            0 => break,
            n => indexed += n as u64,
        }
        progress("search index", indexed);
    }
    to.filled(tables, versions).await
}

/// The moment for messages: the log's newest time is not the clock's.
#[must_use]
pub fn shown(at: Instant) -> String {
    at.civil().strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            any::<i32>().prop_map(|v| Value::Real(v.into())),
            ".{0,8}".prop_map(Value::Text),
            prop::collection::vec(any::<u8>(), 0..8).prop_map(Value::Bytes),
        ]
    }

    proptest! {
        #[test]
        fn a_row_reads_back_and_no_cut_one_does(row in prop::collection::vec(value(), 1..8)) {
            let bytes = encode(&row);
            prop_assert_eq!(decode(&bytes), Some(row.clone()));
            prop_assert_ne!(decode(&bytes[..bytes.len() - 1]), Some(row));
        }

        #[test]
        fn a_sum_knows_rows_and_not_their_order(mut rows in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 2..9)) {
            let of = |rows: &[Vec<u8>]| {
                let mut sum = Sum::default();
                rows.iter().for_each(|r| sum.add(r));
                sum
            };
            let before = of(&rows);
            rows.reverse();
            prop_assert_eq!(&of(&rows), &before);
            rows[0].push(7);
            prop_assert_ne!(of(&rows).digest(), before.digest());
        }
    }
}
