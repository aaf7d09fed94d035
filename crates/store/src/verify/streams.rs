//! Every stream of events: its chain, its place in the log, and the rows its events make.

use super::blame::{self, Around, KnownIds};
use super::rows::{Cursor, Found, column_of, compare, shown};
use super::tail::Ends;
use super::tree::Tree;
use super::{At, Finding, PAGE, Run, tables};
use crate::args;
use crate::cases::{self, Column, Loaded};
use crate::chain::{Family, Hash, Recorded};
use crate::engine::{Arg, Error, FromValue as _, Result, Row, Value};
use crate::personal::{self, hex};
use crate::projection;
use crate::register;
use crate::submissions::Submission;
use crate::supervision;
use crate::tree::leaf_hash;
use crate::undertakings;
use rules::case::Case;
use rules::case::event::{Sealed, paper_of};
use rules::ids::{Id, Locality};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Expected rows by table.
pub(super) type Expected = BTreeMap<&'static str, Vec<Vec<Column>>>;

/// The rows a stream has, by table.
type Rows = BTreeMap<&'static str, Vec<Row>>;

impl Run<'_> {
    pub(super) async fn streams(&mut self, tree: &Tree) -> Result<Ends> {
        let mut events = Cursor::new(&tables::EVENT, PAGE);
        let mut log = Cursor::new(&tables::LOG[0], PAGE);
        let mut waiting = Cursor::new(&tables::WAITING[0], PAGE);
        let mut by_stream: Vec<Cursor> = tables::BY_STREAM.iter().map(|t| Cursor::new(t, PAGE)).collect();
        let mut by_locality: Vec<Cursor> = tables::BY_LOCALITY.iter().map(|t| Cursor::new(t, PAGE)).collect();
        let mut ends = Ends::default();
        let mut known = (None, KnownIds::default());
        let mut streams = 0u64;
        while let Some(key) = events.peek(&mut self.db, &mut self.notes).await? {
            let recorded = self.take(&mut events, &key).await?;
            let at = At::from_values(&key);
            let mut rows = Rows::new();
            for cursor in &mut by_stream {
                rows.insert(cursor.table.name, self.take(cursor, &key).await?);
            }
            let positions = self.take(&mut log, &key).await?;
            let stretches = self.take(&mut waiting, &key).await?;
            if known.0 != at.locality {
                known = (at.locality, self.known_ids(at.locality).await?);
            }
            let (chain, hashes, whole) = self.chain(at, &recorded, &positions, &stretches, &rows, &known.1);
            self.places(tree, at, false, &hashes, &positions, &stretches);
            let family = chain.first().and_then(|r| Family::parse(&r.family));
            let registry = match (family, at.locality) {
                (Some(Family::Registry), Some(l)) => {
                    let mut all = Vec::new();
                    for cursor in &mut by_locality {
                        all.push((cursor.table, self.take(cursor, &[Value::Int(l.0)]).await?));
                    }
                    Some(all)
                }
                _ => None,
            };
            if whole && let (Some(family), Some(locality), Some(stream)) = (family, at.locality, at.stream) {
                if let Some(registry) = registry {
                    self.registry(locality, stream, &chain, registry);
                }
                self.judge(family, locality, stream, chain, rows, &mut ends).await?;
            } else {
                self.notes.counts.not_compared += 1;
                ends.not_compared.extend(at.locality);
            }
            streams += 1;
            if streams.is_multiple_of(256) {
                (self.progress)(&self.notes.counts);
            }
            if ends.is_full() {
                self.links(&mut ends).await?;
            }
        }
        for cursor in by_stream.iter_mut().chain(&mut by_locality).chain([&mut log, &mut waiting]) {
            cursor.drain(&mut self.db, &mut self.notes).await?;
        }
        self.links(&mut ends).await?;
        Ok(ends)
    }

    async fn known_ids(&mut self, locality: Option<Locality>) -> Result<KnownIds> {
        let Some(locality) = locality else { return Ok(KnownIds::default()) };
        let mut ids = KnownIds::default();
        for r in self.db.all(tables::LOCALITY_ROWS, args![i64::MIN, 100_000i64]).await? {
            ids.localities.extend(r.get::<Locality>(0));
        }
        for (sql, into) in [(tables::PEOPLE_IDS, &mut ids.people), (tables::UNIT_IDS, &mut ids.units), (tables::ORGAN_IDS, &mut ids.organs)]
        {
            into.extend(self.db.all(sql, args![locality]).await?.iter().filter_map(|r| r.get::<Id>(0).ok()));
        }
        Ok(ids)
    }

    /// Checks a chain; returns the events that can be read, their hashes as stored and as their columns give them, and whether nothing
    /// is wrong with them.
    fn chain(
        &mut self,
        at: At,
        rows: &[Row],
        positions: &[Row],
        stretches: &[Row],
        beside: &Rows,
        ids: &KnownIds,
    ) -> (Vec<Recorded>, BTreeMap<i64, [Hash; 2]>, bool) {
        let mut whole = true;
        let mut chain = Vec::with_capacity(rows.len());
        for row in rows {
            self.notes.counts.events += 1;
            match Recorded::from_row(row) {
                Ok(r) => chain.push(r),
                Err(e) => {
                    whole = false;
                    let column = if let Error::Corrupt { column, .. } = &e { column.as_str() } else { "?" };
                    let key = format!("seq={}", shown(column_of(row, "seq")));
                    self.notes.push(Finding::of("event", column, at, &key, "is of another kind"));
                }
            }
        }
        let leaves: BTreeMap<i64, Hash> = positions
            .iter()
            .filter_map(|p| Some((i64::from_value(column_of(p, "seq"))?, Hash::from_value(column_of(p, "leaf"))?)))
            .collect();
        let head = beside.get("cases").and_then(|c| Hash::from_value(column_of(c.first()?, "head")));
        let computed: Vec<Hash> = chain.iter().map(Recorded::computed_hash).collect();
        for (i, r) in chain.iter().enumerate() {
            let before = i.checked_sub(1).and_then(|b| chain.get(b));
            let after = chain.get(i + 1);
            let key = format!("seq={}", r.seq);
            let next_is = before.map_or(1, |b| b.seq + 1);
            let follows = r.seq == next_is;
            if !follows {
                let row = format!("seq={next_is}..{}", i64::from(r.seq) - 1);
                self.notes.push(Finding::of("event", "locality, stream, seq", at, &row, "events are missing before this one"));
                whole = false;
            }
            let mut witnesses: Vec<Hash> = leaves.get(&i64::from(r.seq)).copied().into_iter().collect();
            witnesses.extend(after.filter(|a| a.seq == r.seq + 1).map(|a| a.prev));
            witnesses.extend(head.filter(|_| after.is_none()));
            if computed[i] != r.hash {
                let column = blame::event(r, &Around { before, after, witnesses, follows }, ids);
                self.notes.push(Finding::of("event", &column, at, &key, "the event does not give its hash"));
                whole = false;
            } else if follows && before.map_or(r.prev != [0; 32], |b| ![b.hash, computed[i - 1]].contains(&r.prev)) {
                self.notes.push(Finding::of("event", "prev, hash", at, &key, "the event does not follow the one before"));
                whole = false;
            } else if before.is_some_and(|b| b.recorded_at >= r.recorded_at) && whole {
                self.notes.push(Finding::of("event", "recorded_at", at, &key, "recorded before the event before it"));
                whole = false;
            } else if Family::parse(&r.family).is_none() || before.is_some_and(|b| b.family != r.family) {
                self.notes.push(Finding::of("event", "family", at, &key, "does not belong to this stream"));
                whole = false;
            }
        }
        whole &= self.end_of_chain(at, chain.last().map_or(0, |r| i64::from(r.seq)), positions, stretches, beside);
        let hashes = chain.iter().zip(computed).map(|(r, c)| (i64::from(r.seq), [r.hash, c])).collect();
        (chain, hashes, whole)
    }

    /// Whether others know of events after the last.
    fn end_of_chain(&mut self, at: At, last: i64, positions: &[Row], stretches: &[Row], beside: &Rows) -> bool {
        let number = |row: &Row, column: &str| i64::from_value(column_of(row, column));
        let placed = positions.iter().filter_map(|p| number(p, "seq")).chain(stretches.iter().filter_map(|s| number(s, "to_seq"))).max();
        let told = ["cases", "submission"].iter().find_map(|t| number(beside.get(t)?.first()?, "seq"));
        // Two who agree are right; a row that says otherwise is judged by itself.
        let cut = placed.is_some_and(|p| p > last) && told.is_none_or(|t| t != last);
        if cut {
            let row = format!("seq={}", last + 1);
            self.notes.push(Finding::of("event", "locality, stream, seq", at, &row, "the end of the stream is missing"));
        }
        !cut
    }

    /// Whether every entry of a chain has one position or waits for it. `hashes`: as stored and as its columns give it.
    pub(super) fn places(
        &mut self,
        tree: &Tree,
        at: At,
        access: bool,
        hashes: &BTreeMap<i64, [Hash; 2]>,
        positions: &[Row],
        stretches: &[Row],
    ) {
        let is_access = |row: &Row| super::rows::same(&Arg::Bool(access), column_of(row, "access"));
        let mut placed = BTreeSet::new();
        for row in positions {
            let seq = i64::from_value(column_of(row, "seq"));
            let key = format!("pos={} seq={}", shown(column_of(row, "pos")), shown(column_of(row, "seq")));
            if !is_access(row) {
                self.notes.push(Finding::of("log", "access", at, &key, "is neither yes nor no"));
            }
            match seq.and_then(|s| Some((s, hashes.get(&s)?))) {
                None => {
                    self.notes.push(Finding::of("log", "locality, stream, seq, access", at, &key, "a position without its entry"));
                }
                Some((seq, right)) => {
                    placed.insert(seq);
                    self.place(tree, at, if access { "access_log" } else { "event" }, row, right);
                }
            }
        }
        for row in stretches {
            let key = format!("from_seq={}", shown(column_of(row, "from_seq")));
            let mut note = |column: &str, what: &str| self.notes.push(Finding::of("unsequenced", column, at, &key, what));
            if !is_access(row) {
                note("access", "is neither yes nor no");
            }
            let (from, to) = (i64::from_value(column_of(row, "from_seq")), i64::from_value(column_of(row, "to_seq")));
            let last = hashes.keys().next_back().copied().unwrap_or(0);
            match from.zip(to) {
                Some((from, to)) if 1 <= from && from <= to && to <= last => {
                    if !(from..=to).all(|seq| placed.insert(seq)) {
                        note("from_seq, to_seq", "entries that have a position, or wait twice");
                    }
                }
                _ => note("from_seq, to_seq, access", "these entries are not there"),
            }
        }
        for (seq, hash) in hashes.iter().filter(|(s, _)| !placed.contains(s)) {
            let key = format!("seq={seq}");
            let (table, columns) = if hash.iter().any(|h| tree.missing_rows.contains(&leaf_hash(h))) {
                ("log", "pos, locality, stream, seq, access, leaf")
            } else {
                ("unsequenced", "locality, stream, from_seq, to_seq, access")
            };
            self.notes.push(Finding::of(table, columns, at, &key, "an entry has no position and does not wait for one"));
        }
    }

    /// Compares the rows of a stream whose events are whole.
    async fn judge(
        &mut self,
        family: Family,
        locality: Locality,
        stream: Id,
        chain: Vec<Recorded>,
        rows: Rows,
        ends: &mut Ends,
    ) -> Result<()> {
        let at = At { locality: Some(locality), stream: Some(stream) };
        let mut expected = Expected::new();
        let mut erased = false;
        let mut needs_key = false;
        let mut case = None;
        match family {
            Family::Registry => self.notes.counts.registries += 1,
            Family::Business => match register::row_of(locality, stream, &chain) {
                Err(e) => {
                    self.unreadable(at, &e);
                    return Ok(());
                }
                Ok(row) => {
                    self.notes.counts.businesses += 1;
                    expected.insert("business", row.into_iter().collect());
                }
            },
            Family::Undertaking => match undertakings::from_events(locality, stream, &chain) {
                Err(e) => {
                    self.unreadable(at, &e);
                    return Ok(());
                }
                Ok(loaded) => {
                    expected.insert("undertaking", loaded.iter().map(undertakings::row).collect());
                    expected.insert("undertaking_link", loaded.iter().flat_map(undertakings::link_rows).collect());
                }
            },
            Family::Submission => match Submission::from_events(locality, rules::ids::SubmissionId(stream), &chain) {
                Err(e) => {
                    self.unreadable(at, &e);
                    return Ok(());
                }
                Ok(s) => {
                    self.notes.counts.submissions += 1;
                    erased = s.erased;
                    expected.insert("submission", vec![s.row()]);
                    expected.insert("evidence", s.evidence_rows());
                    ends.intake(&s);
                    ends.links.extend(s.cases.iter().map(|c| (locality, stream, c.0)));
                    self.evidence_files(at, &s).await?;
                }
            },
            Family::Case => match Loaded::from_events(locality, rules::ids::CaseId(stream), chain.clone()) {
                Err(e) => {
                    self.unreadable(at, &e);
                    return Ok(());
                }
                Ok(loaded) => {
                    self.notes.counts.cases += 1;
                    (erased, needs_key) = (loaded.case.erased, true);
                    let registered = cases::registered_at(&loaded);
                    expected.insert("cases", vec![cases::row(locality, loaded.id, &loaded.case, loaded.head(), registered)]);
                    expected.insert("clock", loaded.case.clocks.iter().map(|c| cases::clock_row(locality, loaded.id, c)).collect());
                    expected.insert("marker", cases::marker_rows(&loaded));
                    expected.insert("supervision", supervision::rows(&loaded));
                    let submission = loaded.case.registration.submission.0;
                    // A clue found in mediation has no submission: it is its own source.
                    ends.links.extend((submission != stream).then_some((locality, stream, submission)));
                    papers(&loaded, ends);
                    case = Some(loaded.case);
                }
            },
        }
        let sealed = self.references(at, &chain);
        let opened = self.sealed(at, &rows, &sealed, erased, needs_key);
        if let (Some(case), Some(opened)) = (&case, &opened) {
            self.projected(locality, stream, case, opened, &mut expected);
        }
        // Where the key is lost nobody can say what they must be.
        let lost = case.is_some() && opened.is_none() && !erased;
        for (table, found) in rows {
            let lossy = matches!(table, "blind" | "case_title" | "search_text");
            if matches!(table, "stream_key" | "sealed") || (lossy && lost) {
                continue;
            }
            if table == "search_text" {
                self.indexed(at, &found, ends).await?;
            }
            let Some(definition) = tables::BY_STREAM.iter().find(|t| t.name == table) else { continue };
            let found = found.into_iter().map(Found::from).collect();
            compare(&mut self.notes, definition, at, expected.remove(table).unwrap_or_default(), found);
        }
        Ok(())
    }

    fn unreadable(&mut self, at: At, e: &Error) {
        self.notes.push(Finding::of("event", "body", at, "", format!("the events cannot be read: {e}")));
        self.notes.counts.not_compared += 1;
    }

    /// The sealed values that events refer to, wherever they stand in a body; and whether the type beside a body is the one in it.
    fn references(&mut self, at: At, chain: &[Recorded]) -> BTreeMap<(String, u32), String> {
        let mut found = BTreeMap::new();
        for r in chain {
            let body: serde_json::Value = serde_json::from_str(&r.body).unwrap_or_default();
            let key = format!("seq={}", r.seq);
            if body.get("t").and_then(|t| t.as_str()) != Some(&r.name) {
                self.notes.push(Finding::of("event", "type", at, &key, "is not the type in the body"));
            }
            let mut todo = vec![&body];
            while let Some(value) = todo.pop() {
                match value {
                    serde_json::Value::Array(all) => todo.extend(all),
                    serde_json::Value::Object(all) => match sealed_in(all) {
                        Some(s) => {
                            let before = found.insert((s.field, s.version), s.hash.clone());
                            if before.is_some_and(|b| b != s.hash) {
                                self.notes.push(Finding::of("event", "body", at, &key, "two events give one sealed value two hashes"));
                            }
                        }
                        None => todo.extend(all.values()),
                    },
                    _ => {}
                }
            }
        }
        found
    }

    /// Compares keys and sealed values with what events refer to, and opens them. `None` where the key is gone.
    fn sealed(
        &mut self,
        at: At,
        rows: &Rows,
        references: &BTreeMap<(String, u32), String>,
        erased: bool,
        needs_key: bool,
    ) -> Option<BTreeMap<(String, u32), String>> {
        let (locality, stream) = at.locality.zip(at.stream)?;
        let none = Vec::new();
        let found = rows.get("sealed").unwrap_or(&none);
        self.notes.counts.sealed += references.len() as u64;
        let hashed = |row: &Row| Vec::<u8>::from_value(column_of(row, "ciphertext")).map(|c| hex(&Sha256::digest(c).into()));
        let compared = found.iter().map(|row| {
            let hash = hashed(row).map_or(Value::Null, Value::Text);
            Found::replacing(row.clone(), "ciphertext", hash)
        });
        let expected = references.iter().map(|((field, version), hash)| {
            vec![
                ("locality", locality.into()),
                ("stream", stream.into()),
                ("field", field.clone().into()),
                ("version", (*version).into()),
                ("ciphertext", hash.clone().into()),
            ]
        });
        if let Some(table) = tables::BY_STREAM.iter().find(|t| t.name == "sealed") {
            compare(&mut self.notes, table, at, expected.collect(), compared.collect());
        }
        let keys = rows.get("stream_key").unwrap_or(&none);
        let key = format!("stream={stream}");
        let mut note = |what: &str| self.notes.push(Finding::of("stream_key", "locality, stream", at, &key, what));
        let needed = (needs_key || !references.is_empty()) && !erased;
        let row = match (keys.first(), erased) {
            (Some(_), true) => {
                note("the key must be gone: the values were erased");
                return None;
            }
            (None, _) => {
                if needed {
                    note("the key is missing: its values cannot be read any more");
                }
                return None;
            }
            (Some(row), false) => row,
        };
        let wrapped = Vec::<u8>::from_value(column_of(row, "wrapped")).unwrap_or_default();
        let Ok(unwrapped) = personal::unwrap_key(self.keyring, locality, stream, &wrapped) else {
            self.notes.push(Finding::of("stream_key", "wrapped", at, &key, "the key does not open"));
            return None;
        };
        let mut opened = BTreeMap::new();
        for row in found {
            let parts = (String::from_value(column_of(row, "field")), u32::from_value(column_of(row, "version")), hashed(row));
            let (Some(field), Some(version), Some(hash)) = parts else { continue };
            if references.get(&(field.clone(), version)) != Some(&hash) {
                continue;
            }
            let sealed = Sealed { field, version, hash };
            let ciphertext = Vec::<u8>::from_value(column_of(row, "ciphertext")).unwrap_or_default();
            match personal::open_value(&unwrapped, locality, stream, &sealed, &ciphertext) {
                Ok(plain) => {
                    self.notes.counts.opened += 1;
                    opened.insert((sealed.field, sealed.version), plain);
                }
                Err(_) => {
                    let row = format!("field={} version={}", sealed.field, sealed.version);
                    self.notes.push(Finding::of("sealed", "ciphertext", at, &row, "does not open with the key of its stream"));
                }
            }
        }
        Some(opened)
    }

    /// What is kept plain or comparable of a case.
    fn projected(
        &mut self,
        locality: Locality,
        stream: Id,
        case: &Case,
        opened: &BTreeMap<(String, u32), String>,
        expected: &mut Expected,
    ) {
        let plain = projection::plain(case, |s| opened.get(&(s.field.clone(), s.version)).cloned());
        let blinds = projection::blind(self.keyring, &plain).into_iter().map(|(kind, hash)| {
            vec![("locality", locality.into()), ("case_id", stream.into()), ("kind", kind.into()), ("hash", hash.into())]
        });
        expected.insert("blind", blinds.collect());
        let row = |column: &'static str, text: String| -> Vec<Column> {
            vec![("locality", locality.into()), ("case_id", stream.into()), (column, text.into())]
        };
        let folded = projection::search_text(&plain);
        expected.insert("case_title", (!plain.title.is_empty()).then(|| row("title", plain.title)).into_iter().collect());
        expected.insert("search_text", vec![row("folded", folded)]);
    }

    /// Whether the index finds a text under its place, and no other.
    async fn indexed(&mut self, at: At, found: &[Row], ends: &mut Ends) -> Result<()> {
        for row in found {
            let (doc, folded) = (i64::from_value(column_of(row, "doc")), String::from_value(column_of(row, "folded")));
            let (Some(doc), Some(folded), Some(locality)) = (doc, folded, at.locality) else { continue };
            let indexed = bool::from_value(column_of(row, "indexed")).unwrap_or_default();
            if indexed {
                *ends.indexed.entry(locality).or_insert(0) += 1;
            }
            if crate::search::is_indexed(&mut self.db, locality, doc, indexed.then_some(&folded)).await? != indexed {
                let what = "the search index does not agree with the text; it is a cache and can be rebuilt";
                self.notes.push(Finding::of("search_index", "tokens, doc, indexed", at, &format!("doc={doc}"), what));
            }
        }
        Ok(())
    }

    /// The files of a submission lie where they must and are as they were sealed.
    async fn evidence_files(&mut self, at: At, s: &Submission) -> Result<()> {
        let Some(files) = self.files else { return Ok(()) };
        for (f, _) in &s.files {
            self.notes.counts.files += 1;
            let row = format!("id={}", f.id);
            match files.sealed_hash(f.id).await {
                Ok(Some((_, hash))) if hex(&hash) == f.sealed_sha256 => {}
                Ok(None) if s.erased => {}
                Ok(Some(_)) => self.notes.push(Finding::of("files", "content", at, &row, "the file is not the one that was sealed")),
                Ok(None) => self.notes.push(Finding::of("files", "content", at, &row, "the file is missing")),
                Err(e) => self.notes.push(Finding::of("files", "content", at, &row, format!("cannot be read: {e}"))),
            }
        }
        Ok(())
    }
}

/// A reference to a sealed value, if an object is one.
fn sealed_in(object: &serde_json::Map<String, serde_json::Value>) -> Option<Sealed> {
    let text = |key: &str| object.get(key).and_then(|v| v.as_str()).map(str::to_owned);
    let version = object.get("version")?.as_u64()?.try_into().ok()?;
    (object.len() == 3).then_some(Sealed { field: text("field")?, version, hash: text("hash")? })
}

/// Counts the numbered papers of a case: organ that had it, form, year in which it took effect.
fn papers(loaded: &Loaded, ends: &mut Ends) {
    let mut before: Option<Case> = None;
    for (r, fact) in &loaded.events {
        let stamp = rules::case::Stamp { recorded_at: r.recorded_at, effective_at: r.effective_at, actor: r.by.actor };
        let case = match before {
            None => Case::replay([(stamp, fact)]),
            Some(case) => Some(case.evolve(stamp, fact)),
        };
        if let (Some((form, _)), Some(seat)) = (paper_of(&fact.event), case.as_ref().and_then(|c| c.seat)) {
            let year = i64::from(r.effective_at.date().year());
            *ends.papers.entry((loaded.locality, seat.organ, form.code(), year)).or_insert(0) += 1;
        }
        before = case;
    }
}
