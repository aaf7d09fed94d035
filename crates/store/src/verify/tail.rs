//! What stands across streams: the installation itself, links from one stream to another, idempotency keys, document numbers, the index.

use super::rows::{Cursor, Found, column_of, compare, shown};
use super::{At, Finding, PAGE, Run, tables};
use crate::args;
use crate::cases::Column;
use crate::engine::{Arg, FromValue as _, Query, Result, Row, Value};
use crate::submissions::Submission;
use rules::ids::{Id, Locality, OrganId};
use rules::time::Instant;
use std::collections::{BTreeMap, BTreeSet};

/// What is gathered stream by stream and judged many at a time or at the end.
#[derive(Default)]
pub(super) struct Ends {
    /// A stream refers to another of its locality.
    pub links: Vec<(Locality, Id, Id)>,
    /// Rows of `intake_key` that submissions make, not yet looked up.
    keys: Vec<(At, Vec<Column>)>,
    /// Those found.
    keys_found: i64,
    /// Those not found under their key.
    keys_missing: BTreeMap<(Locality, Id), Vec<Column>>,
    /// Papers by organ, form and year.
    pub papers: BTreeMap<(Locality, OrganId, &'static str, i64), i64>,
    /// Texts the index knows.
    pub indexed: BTreeMap<Locality, i64>,
    /// Localities of streams that could not be judged, so that what depends on all of them cannot be either.
    pub not_compared: BTreeSet<Locality>,
}

/// So many are looked up at a time.
const MANY: usize = 256;

impl Ends {
    pub fn is_full(&self) -> bool {
        self.links.len() >= MANY || self.keys.len() >= MANY
    }

    pub fn intake(&mut self, s: &Submission) {
        self.keys.push((At { locality: Some(s.locality), stream: Some(s.id.0) }, s.key_row()));
    }
}

impl Run<'_> {
    /// The database file and the schema's history.
    pub(super) async fn installation(&mut self) -> Result<()> {
        // FTS5 checks by the shape its index had when this connection last asked it something; asked now, it looks again.
        crate::search::count_indexed(&mut self.db, Locality(0)).await?;
        for row in self.db.all(tables::CHECK, &[]).await? {
            let said = shown_whole(row.value(0));
            if said != "ok" {
                self.notes.push(Finding::of("database", "file", At::default(), "integrity check", said));
            }
        }
        let mut versions = Cursor::new(&tables::SCHEMA_VERSION, PAGE);
        let mut rows = Vec::new();
        while let Some(key) = versions.peek(&mut self.db, &mut self.notes).await? {
            rows.extend(self.take(&mut versions, &key).await?);
        }
        let mut expected = Vec::new();
        for (migration, version) in crate::MIGRATIONS.iter().zip(1i64..) {
            let mut columns: Vec<Column> =
                vec![("version", version.into()), ("name", migration.name.into()), ("sha256", migration.sha256().into())];
            let row = rows.iter().find(|r| *column_of(r, "version") == Value::Int(version));
            if let Some(row) = row {
                let hash = Vec::<u8>::from_value(column_of(row, "hash")).unwrap_or_default();
                let right = |at: i64| migration.row_hash(version, Instant(at)) == hash;
                let known = columns.iter().all(|(c, v)| super::rows::same(v, column_of(row, c)));
                if known && !i64::from_value(column_of(row, "applied_at")).is_some_and(right) {
                    let key = format!("version={version}");
                    let what = "the row does not give its hash";
                    self.notes.push(Finding::of("schema_version", "applied_at, hash", At::default(), &key, what));
                }
            } else {
                columns.push(("hash", Arg::Null));
            }
            expected.push(columns);
        }
        let found = rows.into_iter().map(Found::from).collect();
        compare(&mut self.notes, &tables::SCHEMA_VERSION, At::default(), expected, found);
        Ok(())
    }

    /// Looks up what streams refer to.
    pub(super) async fn links(&mut self, ends: &mut Ends) -> Result<()> {
        let mut by_locality: BTreeMap<Locality, Vec<(Id, Id)>> = BTreeMap::new();
        for (locality, from, to) in ends.links.drain(..) {
            by_locality.entry(locality).or_default().push((from, to));
        }
        for (locality, links) in by_locality {
            for links in links.chunks(MANY) {
                let mut q = Query::new("SELECT stream FROM event WHERE locality = ? AND seq = 1", args![locality]);
                q.list(" AND stream IN (", links.iter().map(|(_, to)| *to), ")");
                let there: BTreeSet<Id> = self.db.query(&q).await?.iter().filter_map(|r| r.get(0).ok()).collect();
                for (from, to) in links.iter().filter(|(_, to)| !there.contains(to)) {
                    let at = At { locality: Some(locality), stream: Some(*to) };
                    let what = format!("stream {from} refers to it, and it is not there");
                    self.notes.push(Finding::of("event", "locality, stream, seq", at, "seq=1", what));
                }
            }
        }
        for keys in std::mem::take(&mut ends.keys).chunks(MANY) {
            let mut q = Query::new("SELECT key, locality, submission, body FROM intake_key WHERE", &[]);
            q.list(" key IN (", keys.iter().map(|(_, row)| row[0].1.clone()), ")");
            let mut rows = self.db.query(&q).await?;
            for (at, expected) in keys {
                match rows.iter().position(|r| super::rows::same(&expected[0].1, r.value(0))) {
                    Some(i) => {
                        ends.keys_found += 1;
                        let found = vec![rows.swap_remove(i).into()];
                        compare(&mut self.notes, &tables::INTAKE_KEY, *at, vec![expected.clone()], found);
                    }
                    None => {
                        if let (Some(locality), Some(stream)) = (at.locality, at.stream) {
                            ends.keys_missing.insert((locality, stream), expected.clone());
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// What can only be judged once every stream was seen.
    pub(super) async fn ends(&mut self, ends: Ends) -> Result<()> {
        self.sequences(&ends).await?;
        self.index(&ends).await?;
        self.intake_keys(ends).await
    }

    async fn sequences(&mut self, ends: &Ends) -> Result<()> {
        let mut expected: BTreeMap<Locality, Vec<Vec<Column>>> = BTreeMap::new();
        for ((locality, organ, form, year), last) in &ends.papers {
            expected.entry(*locality).or_default().push(vec![
                ("locality", locality.into()),
                ("organ", organ.into()),
                ("form", (*form).into()),
                ("year", year.into()),
                ("last", last.into()),
            ]);
        }
        let mut cursor = Cursor::new(&tables::SEQUENCE, PAGE);
        while let Some(key) = cursor.peek(&mut self.db, &mut self.notes).await? {
            let rows: Vec<Row> = self.take(&mut cursor, &key).await?;
            let at = At::from_values(&key);
            let made = at.locality.and_then(|l| expected.remove(&l)).unwrap_or_default();
            if at.locality.is_none_or(|l| !ends.not_compared.contains(&l)) {
                compare(&mut self.notes, &tables::SEQUENCE, at, made, rows.into_iter().map(Found::from).collect());
            }
        }
        for (locality, made) in expected.into_iter().filter(|(l, _)| !ends.not_compared.contains(l)) {
            compare(&mut self.notes, &tables::SEQUENCE, At { locality: Some(locality), stream: None }, made, Vec::new());
        }
        Ok(())
    }

    /// Whether the index knows more texts than there are: what was erased must be gone from it.
    async fn index(&mut self, ends: &Ends) -> Result<()> {
        for (locality, texts) in &ends.indexed {
            let known = crate::search::count_indexed(&mut self.db, *locality).await?;
            if known != *texts && !ends.not_compared.contains(locality) {
                let at = At { locality: Some(*locality), stream: None };
                let what = "the search index holds another number of texts than are marked; it is a cache and can be rebuilt";
                self.notes.push(Finding::of("search_index", "tokens", at, "all", what));
            }
        }
        Ok(())
    }

    /// Idempotency keys that no submission makes, and submissions without theirs.
    async fn intake_keys(&mut self, mut ends: Ends) -> Result<()> {
        let rows: i64 = self.db.one(tables::INTAKE_KEY_COUNT, &[]).await?.get(0)?;
        if rows == ends.keys_found && ends.keys_missing.is_empty() {
            return Ok(());
        }
        let mut cursor = Cursor::new(&tables::INTAKE_KEY, PAGE);
        while let Some(key) = cursor.peek(&mut self.db, &mut self.notes).await? {
            for row in self.take(&mut cursor, &key).await? {
                let at = At::from_values(&[column_of(&row, "locality").clone(), column_of(&row, "submission").clone()]);
                let made = match at.locality.zip(at.stream) {
                    Some((locality, stream)) => self.key_of(locality, stream).await?,
                    None => None,
                };
                let key = Vec::<u8>::from_value(column_of(&row, "key"));
                if made.is_some() && made == key {
                    continue;
                }
                let missing = at.locality.zip(at.stream).and_then(|s| ends.keys_missing.remove(&s));
                compare(&mut self.notes, &tables::INTAKE_KEY, at, missing.into_iter().collect(), vec![row.into()]);
            }
        }
        for ((locality, stream), expected) in ends.keys_missing {
            let at = At { locality: Some(locality), stream: Some(stream) };
            compare(&mut self.notes, &tables::INTAKE_KEY, at, vec![expected], Vec::new());
        }
        Ok(())
    }

    /// The key the events of a submission give.
    async fn key_of(&mut self, locality: Locality, stream: Id) -> Result<Option<Vec<u8>>> {
        let body = self.db.opt(tables::FIRST_BODY, args![locality, stream]).await?;
        let body = body.and_then(|r| r.get::<String>(0).ok());
        let body: serde_json::Value = body.and_then(|b| serde_json::from_str(&b).ok()).unwrap_or_default();
        Ok(body.get("key").and_then(|k| k.as_str()).and_then(crate::submissions::unhex))
    }
}

fn shown_whole(value: &Value) -> String {
    match value {
        Value::Text(t) => t.clone(),
        other => shown(other),
    }
}
