//! Search for any substring, and the one module where the engines' SQL differs. A text is found if and only if
//! `fold(text).contains(fold(query))`: the engine's own index (FTS5; GIN) proposes candidates by characters and pairs of characters, and the
//! stored folded text decides. Each locality has its own lists in the index, so that none reads through those of another.
//!
//! Writing is split: the unit of work of a case stores the text ([`insert`], [`replace`], [`remove`]); [`index_pending`] brings many
//! texts at a time into the index (FTS5 writes out what it gathered at every savepoint, which a unit of work is, so indexing case by
//! case would cost several times as much). What is not indexed yet is read directly, so nothing is ever found late.
//!
//! Newest first. The newest texts are always read directly — a common word is found among them at once, and a rare one has few
//! candidates in the index. Every call examines a bounded number of texts and says where it stopped.

use crate::engine::{Arg, Engine, Error, Query, Reader, Result, Sql, Tx};
use crate::{args, statements};
use rules::ids::{CaseId, Locality};
use rules::text::{Query as Tokens, bigram_tokens, fold, query_tokens};
use std::collections::BTreeMap;

statements! {
    // PostgreSQL has a sequence; the first statement then only keeps the two alike.
    NEXT_DOC = "UPDATE search_doc SET last = last + 1 WHERE one = 1", postgres = "SELECT 1";
    INSERT = "INSERT INTO search_text (locality, case_id, doc, indexed, folded)
        VALUES ($1, $2, (SELECT last FROM search_doc WHERE one = 1), FALSE, $3)",
        postgres = "INSERT INTO search_text (locality, case_id, doc, indexed, folded) VALUES ($1, $2, nextval('search_doc'), FALSE, $3)";
    GET = "SELECT doc, indexed, folded FROM search_text WHERE locality = $1 AND case_id = $2";
    // The text guards against a rival between the reading and the writing.
    REPLACE = "UPDATE search_text SET folded = $4, indexed = FALSE WHERE locality = $1 AND case_id = $2 AND folded = $3 AND indexed = $5";
    DELETE = "DELETE FROM search_text WHERE locality = $1 AND case_id = $2 AND folded = $3 AND indexed = $4";
    PENDING = "SELECT locality, case_id, doc, folded FROM search_text WHERE NOT indexed ORDER BY locality, doc LIMIT $1";
    INDEXED = "UPDATE search_text SET indexed = TRUE WHERE locality = $1 AND case_id = $2 AND folded = $3 AND NOT indexed";
    INDEX_ADD = "INSERT INTO search_index (rowid, tokens) VALUES ($2, $3)",
        postgres = "INSERT INTO search_index (locality, doc, tokens) VALUES ($1, $2, array_to_tsvector(string_to_array($3, ' ')))";
    // What waits in PostgreSQL's index unsorted is read through by every search.
    TIDY = "SELECT 1", postgres = "SELECT gin_clean_pending_list('search_index_tokens')";
    // A store was filled from elsewhere: the next text gets the number after the last.
    SET_COUNTER = "UPDATE search_doc SET last = (SELECT COALESCE(MAX(doc), 0) FROM search_text) WHERE one = 1",
        postgres = "SELECT setval('search_doc', (SELECT COALESCE(MAX(doc), 0) + 1 FROM search_text), FALSE)";
    INDEX_DROP = "INSERT INTO search_index (search_index, rowid, tokens) VALUES ('delete', $2, $3)",
        postgres = "DELETE FROM search_index WHERE locality = $1 AND doc = $2 AND CAST($3 AS TEXT) IS NOT NULL";
}

/// Texts a call examines unless told otherwise.
pub const BUDGET: usize = 5_000;
/// So many of the newest texts are read directly before the index is asked: what is common is found among them.
const DIRECT: usize = 64;
/// Most candidates taken from the index, or texts read directly, at a time.
const BLOCK: usize = 512;
/// Query tokens handed to the index; the text decides anyway.
const MOST_TOKENS: usize = 24;
/// Characters of a token of `rules::text` that stand for the first of its pair.
const CHARACTER: usize = 4;
/// PostgreSQL's index knows no order, so a text carries tokens for the ranges of `doc` (2^bits wide) it lies in.
const WINDOWS: [u32; 3] = [10, 14, 18];

/// A range of PostgreSQL's index, and all ranges up to it. Found apart and without the order, or the planner walks the whole table by `doc`
/// in hope of an early end; by tokens alone, which name the locality, or it walks all of the locality. The texts are read last, and no
/// more than a block of them. What is materialized is looked for when it is wanted, so a range after a full one costs nothing.
macro_rules! range {
    ($n:literal, $all:literal) => {
        (
            concat!(
                "i",
                $n,
                " AS MATERIALIZED (SELECT doc FROM search_index WHERE tokens @@ CAST(CAST(? AS TEXT) AS TSQUERY)),
                n",
                $n,
                " AS MATERIALIZED (SELECT doc FROM i",
                $n,
                " WHERE doc <= ? ORDER BY doc DESC LIMIT ?), "
            ),
            concat!("n AS MATERIALIZED (", $all, " LIMIT ?) "),
        )
    };
}
const RANGES: [(&str, &str); 3] = [
    range!("0", "SELECT doc FROM n0"),
    range!("1", "SELECT doc FROM n0 UNION ALL SELECT doc FROM n1"),
    range!("2", "SELECT doc FROM n0 UNION ALL SELECT doc FROM n1 UNION ALL SELECT doc FROM n2"),
];

/// The statements that store the text of a **new** case, to be run in its unit of work (one after the other, or in its batch).
/// `folded` is `rules::text::fold` of the text.
#[must_use]
pub fn insert<'a>(locality: Locality, case: CaseId, folded: impl Into<Arg<'a>>) -> Vec<(Sql, Vec<Arg<'a>>)> {
    vec![(NEXT_DOC, vec![]), (INSERT, vec![locality.into(), case.into(), folded.into()])]
}

/// Stores the text of a case whether or not it has one already.
///
/// # Errors
/// [`Error::Conflict`] if a rival changed it meanwhile.
pub async fn replace(tx: &mut Tx, locality: Locality, case: CaseId, folded: &str) -> Result<()> {
    let Some(old) = stored(tx, locality, case).await? else {
        tx.batch(insert(locality, case, folded)).await?;
        return Ok(());
    };
    if old.folded == folded {
        return Ok(());
    }
    unindex(tx, locality, &old).await?;
    tx.exec_expect(REPLACE, args![locality, case, &old.folded, folded, old.indexed], 1).await
}

/// Removes the text of a case and all its traces in the index (erasure). Removing what is not there is no error.
///
/// # Errors
/// [`Error::Conflict`] if a rival changed it meanwhile.
pub async fn remove(tx: &mut Tx, locality: Locality, case: CaseId) -> Result<()> {
    let Some(old) = stored(tx, locality, case).await? else { return Ok(()) };
    unindex(tx, locality, &old).await?;
    tx.exec_expect(DELETE, args![locality, case, &old.folded, old.indexed], 1).await
}

/// Brings up to `most` waiting texts into the index, in a unit of work of its own; returns how many. One server at a time does
/// this (the sequencer's lease).
///
/// # Errors
/// [`Error::Conflict`] if a rival changed one of them meanwhile.
pub async fn index_pending(tx: &mut Tx, most: usize) -> Result<usize> {
    let rows = tx.all(PENDING, args![most as i64]).await?;
    let mut statements = Vec::with_capacity(rows.len() * 2);
    for row in &rows {
        let (locality, case, doc): (Locality, CaseId, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let folded: String = row.get(3)?;
        statements.push((INDEX_ADD, args![locality, doc, document(tx.engine(), locality, doc, &folded)].to_vec()));
        statements.push((INDEXED, args![locality, case, folded].to_vec()));
    }
    if !tx.batch(statements).await?.iter().all(|changed| *changed == 1) {
        return Err(Error::Conflict("a text changed while it was being indexed".into()));
    }
    if !rows.is_empty() {
        tx.all(TIDY, &[]).await?;
    }
    Ok(rows.len())
}

/// After a store was filled from elsewhere: new texts are numbered behind those that came.
pub(crate) async fn set_counter(tx: &mut Tx) -> Result<()> {
    tx.exec(SET_COUNTER, &[]).await.map(drop)
}

struct Stored {
    doc: i64,
    indexed: bool,
    folded: String,
}

async fn stored(tx: &mut Tx, locality: Locality, case: CaseId) -> Result<Option<Stored>> {
    let row = tx.opt(GET, args![locality, case]).await?;
    row.map(|row| Ok(Stored { doc: row.get(0)?, indexed: row.get(1)?, folded: row.get(2)? })).transpose()
}

async fn unindex(tx: &mut Tx, locality: Locality, old: &Stored) -> Result<()> {
    if old.indexed {
        let tokens = document(tx.engine(), locality, old.doc, &old.folded);
        tx.exec(INDEX_DROP, args![locality, old.doc, tokens]).await?;
    }
    Ok(())
}

/// What the index is told of a text: its locality, its characters and pairs of characters and, on PostgreSQL, its windows. Every token
/// begins with the locality; those of `rules::text` go on with `a` … `x`.
fn document(engine: Engine, locality: Locality, doc: i64, folded: &str) -> String {
    let place = place(locality);
    let mut out = format!("{place}z");
    if engine == Engine::Postgres {
        for bits in WINDOWS {
            out.push(' ');
            out.push_str(&window(&place, bits, doc));
        }
    }
    let mut last = String::new();
    for pair in bigram_tokens(folded) {
        // Sorted, so the pairs that begin with one character stand together.
        let first = &pair.as_str()[..CHARACTER];
        if first != last {
            last = first.to_owned();
            out.extend([" ", &place, first]);
        }
        out.extend([" ", &place, pair.as_str()]);
    }
    out
}

/// The locality in four characters: a six-digit number to the base of 36.
fn place(locality: Locality) -> String {
    let digit = |n: i64| char::from_digit((n % 36).unsigned_abs() as u32, 36).unwrap_or('0');
    [46_656, 1_296, 36, 1].map(|unit| digit(locality.0 / unit)).into_iter().collect()
}

fn window(place: &str, bits: u32, doc: i64) -> String {
    format!("{place}y{bits}w{:x}", doc >> bits)
}

/// What to find.
#[derive(Clone, Debug)]
pub struct Find<'a> {
    /// In which locality.
    pub locality: Locality,
    /// The text as the person typed it; it is folded here. An empty one finds everything.
    pub text: &'a str,
    /// Only texts older than this; [`Page::more`] of the page before.
    pub before: Option<i64>,
    /// At most so many hits.
    pub limit: usize,
    /// Further conditions — who may see what — on `s.locality` and `s.case_id`, beginning with `" AND "`.
    pub filter: Option<&'a Query>,
    /// At most about so many texts are examined; [`BUDGET`].
    pub budget: usize,
}

/// A case found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The case.
    pub case: CaseId,
    /// Its place in the order of search; newer is larger.
    pub doc: i64,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The hits, newest first.
    pub hits: Vec<Hit>,
    /// Where to go on, if not everything was examined.
    pub more: Option<i64>,
    /// The page ended because the budget was used up, not because it was full: the searcher must be told.
    pub out_of_budget: bool,
}

/// Finds texts that contain what is asked, newest first.
///
/// # Errors
/// Those of reading.
pub async fn find(reader: &mut Reader, find: &Find<'_>) -> Result<Page> {
    let folded = fold(find.text);
    // No text that holds a NUL is ever stored.
    if folded.contains('\0') {
        return Ok(Page::default());
    }
    let search = Search { find, tokens: query_tokens(&folded), folded };
    let (mut page, mut index) = (Page::default(), None);
    let (mut below, mut examined) = (find.before.unwrap_or(i64::MAX), 0);
    loop {
        let band = match &mut index {
            None if examined == 0 => search.direct(reader, below, DIRECT).await?,
            _ if search.tokens == Tokens::Empty => search.direct(reader, below, BLOCK).await?,
            None => {
                let descent = search.descent(reader, below).await?;
                search.indexed(reader, below, index.insert(descent)).await?
            }
            Some(descent) => search.indexed(reader, below, descent).await?,
        };
        examined += band.examined;
        page.hits.extend(band.hits);
        if page.hits.len() >= find.limit {
            let everything = page.hits.len() == find.limit && band.down_to.is_none();
            page.hits.truncate(find.limit);
            page.more = if everything { None } else { page.hits.last().map(|hit| hit.doc) };
            return Ok(page);
        }
        let Some(down_to) = band.down_to else { return Ok(page) };
        below = down_to;
        if examined >= find.budget {
            page.more = Some(below);
            page.out_of_budget = true;
            return Ok(page);
        }
    }
}

/// A stretch of texts examined, newest first.
struct Band {
    hits: Vec<Hit>,
    examined: usize,
    /// Everything from here up was examined; `None`: everything.
    down_to: Option<i64>,
}

/// How far the index was walked.
struct Descent {
    /// Most candidates to be taken at a time. Nearly every one is a hit, so a page's worth first; if not, more.
    block: usize,
    /// Which of [`WINDOWS`] is asked first.
    window: usize,
    /// The newest and the oldest text below where the walk began.
    ends: Option<(i64, i64)>,
    /// All texts not indexed yet, newest first, if they are few.
    waiting: Option<Vec<Candidate>>,
}

struct Search<'a> {
    find: &'a Find<'a>,
    folded: String,
    tokens: Tokens,
}

impl Search<'_> {
    /// The next newest texts, read directly.
    async fn direct(&self, reader: &mut Reader, below: i64, most: usize) -> Result<Band> {
        let mut q = self.select(reader.engine());
        q.push(
            " FROM search_text s WHERE s.locality = ? AND s.doc < ? ORDER BY s.doc DESC LIMIT ?",
            args![self.find.locality, below, most as i64],
        );
        Ok(band(rows(reader, &q).await?, most, None))
    }

    /// Where the walk begins.
    async fn descent(&self, reader: &mut Reader, below: i64) -> Result<Descent> {
        let locality = self.find.locality;
        let mut ends = None;
        if reader.engine() == Engine::Postgres {
            let newest = Query::new(
                "SELECT n.doc, o.doc FROM (SELECT doc FROM search_text WHERE locality = ? AND doc < ? ORDER BY doc DESC LIMIT 1) n,
                (SELECT doc FROM search_text WHERE locality = ? ORDER BY doc LIMIT 1) o",
                args![locality, below, locality],
            );
            ends = reader.query(&newest).await?.first().map(|row| Ok::<_, Error>((row.get(0)?, row.get(1)?))).transpose()?;
        }
        let waiting = self.waiting(reader, below, i64::MIN).await?;
        let waiting = (waiting.len() < BLOCK).then_some(waiting);
        Ok(Descent { block: (self.find.limit + 8).min(BLOCK), window: 0, ends, waiting })
    }

    /// The newest texts that the index does not know yet.
    async fn waiting(&self, reader: &mut Reader, below: i64, down_to: i64) -> Result<Vec<Candidate>> {
        let mut q = self.select(reader.engine());
        q.push(
            " FROM search_text s WHERE s.locality = ? AND NOT s.indexed AND s.doc < ? AND s.doc >= ? ORDER BY s.doc DESC LIMIT ?",
            args![self.find.locality, below, down_to, BLOCK as i64],
        );
        rows(reader, &q).await
    }

    /// The next candidates of the index, and what is not indexed yet among them.
    async fn indexed(&self, reader: &mut Reader, below: i64, descent: &mut Descent) -> Result<Band> {
        let candidates = self.candidates(reader, below, descent).await?;
        let waiting = match &descent.waiting {
            Some(all) => {
                let here = |c: &&Candidate| c.0 < below && candidates.down_to.is_none_or(|d| c.0 >= d);
                band(all.iter().filter(here).copied().collect(), usize::MAX, candidates.down_to)
            }
            None => {
                let rows = self.waiting(reader, below, candidates.down_to.unwrap_or(i64::MIN)).await?;
                band(rows, BLOCK, candidates.down_to)
            }
        };
        let down_to = candidates.down_to.max(waiting.down_to);
        // By `doc`, so that the two are merged and nothing comes twice.
        let mut hits: BTreeMap<i64, Hit> = BTreeMap::new();
        for hit in candidates.hits.into_iter().chain(waiting.hits) {
            if down_to.is_none_or(|d| hit.doc >= d) {
                hits.insert(hit.doc, hit);
            }
        }
        Ok(Band { hits: hits.into_values().rev().collect(), examined: candidates.examined + waiting.examined, down_to })
    }

    /// The next candidates of the index: everything from the end of the band up is looked at.
    async fn candidates(&self, reader: &mut Reader, below: i64, descent: &mut Descent) -> Result<Band> {
        let (locality, place) = (self.find.locality, place(self.find.locality));
        let block = descent.block;
        descent.block = (block * 2).min(BLOCK);
        let mut asked = 1;
        let (q, floor) = match reader.engine() {
            Engine::Sqlite => {
                let tokens = self.matching(" AND ", &place, None);
                let mut q = self.select(reader.engine());
                q.push(" FROM search_index CROSS JOIN search_text s ON s.locality = ? AND s.doc = search_index.rowid", args![locality]);
                q.push(" WHERE search_index MATCH ? AND search_index.rowid < ?", args![tokens, below]);
                q.push(" ORDER BY search_index.rowid DESC LIMIT ?", args![block as i64]);
                (q, None)
            }
            Engine::Postgres => {
                let Some((newest, oldest)) = descent.ends else { return Ok(Band { hits: vec![], examined: 0, down_to: None }) };
                // Three ranges in one question, the newest first.
                let mut q = Query::new("WITH ", &[]);
                let (mut top, mut floor) = (newest.min(below - 1), oldest);
                asked = 0;
                while asked < RANGES.len() && (asked == 0 || floor > oldest) {
                    let bits = WINDOWS[(descent.window + asked).min(WINDOWS.len() - 1)];
                    let tokens = self.matching(" & ", &place, Some(window(&place, bits, top)));
                    q.push(RANGES[asked].0, args![tokens, top, block as i64]);
                    floor = top >> bits << bits;
                    top = floor - 1;
                    asked += 1;
                }
                q.push(RANGES[asked - 1].1, args![block as i64]);
                q.append(&self.select(reader.engine()));
                // Behind a fence, or the planner joins by reading all texts through.
                q.push(
                    " FROM n CROSS JOIN LATERAL (SELECT * FROM search_text WHERE locality = ? AND doc = n.doc OFFSET 0) s ORDER BY n.doc DESC",
                    args![locality],
                );
                (q, Some(floor).filter(|floor| *floor > oldest))
            }
        };
        let found = rows(reader, &q).await?;
        if found.len() < block {
            // These ranges are done; what is older is looked for in wider ones.
            descent.window = (descent.window + asked).min(WINDOWS.len() - 1);
        }
        Ok(band(found, block, floor))
    }

    /// `doc`, case and whether the text truly contains what is asked and passes the filter.
    fn select(&self, engine: Engine) -> Query {
        let mut q = match engine {
            Engine::Sqlite => Query::new("SELECT s.doc, s.case_id, CASE WHEN instr(s.folded, ?) > 0", args![&self.folded]),
            Engine::Postgres => Query::new("SELECT s.doc, s.case_id, CASE WHEN strpos(s.folded, ?) > 0", args![&self.folded]),
        };
        if let Some(filter) = self.find.filter {
            q.append(filter);
        }
        q.push(" THEN TRUE ELSE FALSE END", &[]);
        q
    }

    /// The condition in the index's language.
    fn matching(&self, and: &str, place: &str, window: Option<String>) -> String {
        let mut all: Vec<String> = window.into_iter().collect();
        match &self.tokens {
            // Read directly, never through the index.
            Tokens::Empty => {}
            Tokens::Prefix(character) => all.push(format!("{place}{character}")),
            Tokens::All(tokens) => {
                let step = tokens.len().div_ceil(MOST_TOKENS);
                all.extend(tokens.iter().step_by(step.max(1)).map(|token| format!("{place}{token}")));
            }
        }
        all.join(and)
    }
}

/// Whether the index holds a text under its `doc`; without a text, whether it holds anything there. For `verify`: PostgreSQL compares every
/// token; FTS5, which cannot be asked for a document's tokens, is asked for up to 24 of them.
pub(crate) async fn is_indexed(reader: &mut Reader, locality: Locality, doc: i64, folded: Option<&str>) -> Result<bool> {
    let tokens = document(reader.engine(), locality, doc, folded.unwrap_or_default());
    let q = match reader.engine() {
        Engine::Sqlite => {
            let tokens: Vec<&str> = tokens.split(' ').take(if folded.is_some() { usize::MAX } else { 1 }).collect();
            let step = tokens.len().div_ceil(MOST_TOKENS);
            let some = tokens.into_iter().step_by(step.max(1)).collect::<Vec<_>>().join(" AND ");
            Query::new("SELECT 1 FROM search_index WHERE search_index MATCH ? AND rowid = ?", args![some, doc])
        }
        Engine::Postgres => {
            let mut q = Query::new("SELECT 1 FROM search_index WHERE locality = ? AND doc = ?", args![locality, doc]);
            if folded.is_some() {
                q.push(" AND tokens = array_to_tsvector(string_to_array(?, ' '))", args![tokens]);
            }
            q
        }
    };
    Ok(!reader.query(&q).await?.is_empty())
}

/// How many texts of a locality the index holds.
pub(crate) async fn count_indexed(reader: &mut Reader, locality: Locality) -> Result<i64> {
    let q = match reader.engine() {
        Engine::Sqlite => {
            Query::new("SELECT COUNT(*) FROM search_index WHERE search_index MATCH ?", args![format!("{}z", place(locality))])
        }
        Engine::Postgres => Query::new("SELECT COUNT(*) FROM search_index WHERE locality = ?", args![locality]),
    };
    reader.query(&q).await?.first().map_or(Ok(0), |row| row.get(0))
}

/// (doc, case, contained).
type Candidate = (i64, CaseId, bool);

/// Candidates in descending order of doc.
async fn rows(reader: &mut Reader, query: &Query) -> Result<Vec<Candidate>> {
    reader.query(query).await?.iter().map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).collect()
}

/// The band that `rows` cover, of which at most `limit` were asked for; fewer mean that they cover all down to `floor`.
fn band(rows: Vec<Candidate>, limit: usize, floor: Option<i64>) -> Band {
    let down_to = if rows.len() < limit { floor } else { rows.last().map(|row| row.0).max(floor) };
    let examined = rows.len();
    Band { hits: rows.into_iter().filter(|row| row.2).map(|(doc, case, _)| Hit { case, doc }).collect(), examined, down_to }
}

#[cfg(test)]
mod tests;
