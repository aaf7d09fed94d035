//! The access log: one chain per reader.

use super::blame::{self, Around};
use super::rows::{Cursor, column_of, shown};
use super::tree::Tree;
use super::{At, Finding, PAGE, Run, tables};
use crate::access_log::Access;
use crate::chain::Hash;
use crate::engine::{Error, FromValue as _, Result, Row};
use std::collections::BTreeMap;

impl Run<'_> {
    pub(super) async fn access(&mut self, tree: &Tree) -> Result<()> {
        let mut entries = Cursor::new(&tables::ACCESS_LOG, PAGE);
        let mut log = Cursor::new(&tables::LOG[1], PAGE);
        let mut waiting = Cursor::new(&tables::WAITING[1], PAGE);
        let mut readers = 0u64;
        while let Some(key) = entries.peek(&mut self.db, &mut self.notes).await? {
            let rows = self.take(&mut entries, &key).await?;
            let positions = self.take(&mut log, &key).await?;
            let stretches = self.take(&mut waiting, &key).await?;
            let at = At::from_values(&key);
            let hashes = self.access_chain(at, &rows, &positions, &stretches);
            self.places(tree, at, true, &hashes, &positions, &stretches);
            readers += 1;
            if readers.is_multiple_of(256) {
                (self.progress)(&self.notes.counts);
            }
        }
        log.drain(&mut self.db, &mut self.notes).await?;
        waiting.drain(&mut self.db, &mut self.notes).await
    }

    fn access_chain(&mut self, at: At, rows: &[Row], positions: &[Row], stretches: &[Row]) -> BTreeMap<i64, [Hash; 2]> {
        let mut chain = Vec::with_capacity(rows.len());
        for row in rows {
            self.notes.counts.access_entries += 1;
            match Access::from_row(row) {
                Ok(entry) => chain.push(entry),
                Err(e) => {
                    let column = if let Error::Corrupt { column, .. } = &e { column.as_str() } else { "?" };
                    let key = format!("seq={}", shown(column_of(row, "seq")));
                    self.notes.push(Finding::of("access_log", column, at, &key, "is of another kind"));
                }
            }
        }
        let leaves: BTreeMap<i64, Hash> = positions
            .iter()
            .filter_map(|p| Some((i64::from_value(column_of(p, "seq"))?, Hash::from_value(column_of(p, "leaf"))?)))
            .collect();
        let computed: Vec<Hash> = chain.iter().map(Access::computed_hash).collect();
        let mut in_order = true;
        for (i, entry) in chain.iter().enumerate() {
            let before = i.checked_sub(1).and_then(|b| chain.get(b));
            let after = chain.get(i + 1);
            let key = format!("seq={}", entry.seq);
            let next_is = before.map_or(1, |b| b.seq + 1);
            let follows = entry.seq == next_is;
            let mut note = |column: &str, what: &str| self.notes.push(Finding::of("access_log", column, at, &key, what));
            if !follows {
                note("locality, reader, seq", "entries are missing before this one");
            }
            let mut witnesses: Vec<Hash> = leaves.get(&i64::from(entry.seq)).copied().into_iter().collect();
            witnesses.extend(after.filter(|a| a.seq == entry.seq + 1).map(|a| a.prev));
            if computed[i] != entry.hash {
                let column = blame::access(entry, &Around { before, after, witnesses, follows });
                note(&column, "the entry does not give its hash");
                in_order = false;
            } else if follows && before.map_or(entry.prev != [0; 32], |b| ![b.hash, computed[i - 1]].contains(&entry.prev)) {
                note("prev, hash", "the entry does not follow the one before");
            } else if in_order && before.is_some_and(|b| b.at >= entry.at) {
                note("at", "read before the entry before it");
            }
        }
        let last = chain.last().map_or(0, |e| i64::from(e.seq));
        let number = |row: &Row, column: &str| i64::from_value(column_of(row, column));
        let placed = positions.iter().filter_map(|p| number(p, "seq")).chain(stretches.iter().filter_map(|s| number(s, "to_seq"))).max();
        if placed.is_some_and(|p| p > last) {
            let row = format!("seq={}", last + 1);
            self.notes.push(Finding::of("access_log", "locality, reader, seq", at, &row, "the end of the chain is missing"));
        }
        chain.iter().zip(computed).map(|(e, c)| (i64::from(e.seq), [e.hash, c])).collect()
    }
}
