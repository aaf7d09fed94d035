//! The register of businesses (经营主体名录) of a locality: public facts as a registration authority gives them. One stream of events per
//! business, each event the whole of it from a day on, so that nothing that was known is overwritten. A business is known by its unified
//! social credit code; a natural person has none and cannot stand here.
//!
//! Looking up as typed: every end of every name (and its code) is a word of its own, so what stands anywhere in a name is the head of a word,
//! and a search is one descent into an ordered index, the same on both engines. The row decides; words are a cache.

use crate::cases::Column;
use crate::chain::{self, Draft, Family, Hash, Recorded};
use crate::engine::{Arg, Batch, Error, Reader, Result, Row, Sql, Tx};
use crate::scope::Scope;
use crate::{args, statements};
use jiff::civil::Date;
use rules::codes::Uscc;
use rules::ids::{Id, Locality};
use rules::text::fold;
use rules::time::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A business as it is from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Business {
    /// Unified social credit code: by it the business is known.
    pub uscc: Uscc,
    /// Registered name.
    pub name: String,
    /// Names over its doors and of its shops on platforms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Place of business.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Division code, six digits; empty where the list does not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub division: String,
    /// What it is, in the authority's own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// Cancelled or revoked: kept, and no longer offered.
    #[serde(default)]
    pub closed: bool,
}

/// What happened to a business in the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t")]
pub enum BusinessEvent {
    /// It is like this from a day on.
    BusinessSet {
        /// First day.
        from: Date,
        /// The business.
        business: Business,
    },
}

impl BusinessEvent {
    /// Stable name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::BusinessSet { .. } => "BusinessSet",
        }
    }
}

/// Schema version of these events.
const SCHEMA: u16 = 1;
/// Characters a word keeps: a longer search looks among what begins alike.
const WORD: usize = 16;
/// Fewest characters that are looked up.
pub const LEAST: usize = 2;
/// Words read for one look-up: one business has several.
const READ: i64 = 64;

statements! {
    SET = "INSERT INTO business (locality, id, uscc, name, aliases, address, division, kind, closed, valid_from)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (locality, id) DO UPDATE SET uscc = excluded.uscc, name = excluded.name,
        aliases = excluded.aliases, address = excluded.address, division = excluded.division, kind = excluded.kind,
        closed = excluded.closed, valid_from = excluded.valid_from";
    GET = "SELECT uscc, name, aliases, address, division, kind, closed FROM business WHERE locality = $1 AND id = $2";
    LIST = "SELECT uscc, name, aliases, address, division, kind, closed FROM business
        WHERE locality = $1 AND uscc > $2 ORDER BY uscc LIMIT $3";
    FOUND = "SELECT b.uscc, b.name, b.aliases, b.address, b.division, b.kind, b.closed FROM business_word w
        JOIN business b ON b.locality = w.locality AND b.id = w.business
        WHERE w.locality = $1 AND w.word >= $2 AND w.word < $3 ORDER BY w.word, w.business LIMIT $4";
    INSERT_WORD = "INSERT INTO business_word (locality, word, business) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    DELETE_WORD = "DELETE FROM business_word WHERE locality = $1 AND word = $2 AND business = $3";
}

/// The id of a business: its stream. It follows from the code, so that a list brought in twice finds the same one.
#[must_use]
pub fn id_of(locality: Locality, uscc: &Uscc) -> Id {
    let hash: Hash = chain::digest("fangxin/business/1", &[&locality.0.to_be_bytes(), uscc.as_str().as_bytes()]);
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    Id(id)
}

fn business(r: &Row) -> Result<Business> {
    Ok(Business {
        uscc: Uscc::parse(&r.get::<String>(0)?).map_err(|_| r.corrupt(0, "not a credit code"))?,
        name: r.get(1)?,
        aliases: serde_json::from_str(&r.get::<String>(2)?).map_err(|_| r.corrupt(2, "not a list of names"))?,
        address: r.get(3)?,
        division: r.get(4)?,
        kind: r.get(5)?,
        closed: r.get(6)?,
    })
}

/// The row a business has: for writing and for `verify`.
fn row(locality: Locality, id: Id, from: Date, b: &Business) -> Vec<Column> {
    vec![
        ("locality", locality.into()),
        ("id", id.into()),
        ("uscc", b.uscc.as_str().to_owned().into()),
        ("name", b.name.clone().into()),
        ("aliases", serde_json::to_string(&b.aliases).unwrap_or_default().into()),
        ("address", b.address.clone().into()),
        ("division", b.division.clone().into()),
        ("kind", b.kind.clone().into()),
        ("closed", b.closed.into()),
        ("valid_from", from.into()),
    ]
}

/// The row the events of a business make; `None` for a stream without one.
///
/// # Errors
/// An event that cannot be read.
pub(crate) fn row_of(locality: Locality, id: Id, chain: &[Recorded]) -> Result<Option<Vec<Column>>> {
    let Some(last) = chain.last() else { return Ok(None) };
    let BusinessEvent::BusinessSet { from, business } = serde_json::from_str(&last.body).map_err(Error::internal)?;
    Ok(Some(row(locality, id, from, &business)))
}

/// What it is found by.
fn words(b: &Business) -> BTreeSet<Vec<u8>> {
    if b.closed {
        return BTreeSet::new();
    }
    let names = std::iter::once(&b.name).chain(&b.aliases).map(|n| fold(n));
    let mut out: BTreeSet<Vec<u8>> = names.flat_map(|n| ends(&n)).collect();
    out.insert(fold(b.uscc.as_str()).into_bytes());
    out
}

/// Every end of a name that is long enough to be asked for, cut to the length of a word.
fn ends(name: &str) -> Vec<Vec<u8>> {
    let letters: Vec<char> = name.chars().collect();
    let cut = |from: usize| letters[from..].iter().take(WORD).collect::<String>().into_bytes();
    (0..letters.len().saturating_sub(LEAST - 1)).map(cut).collect()
}

/// What setting a business did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// It was not here.
    New,
    /// It was here and is now different.
    Changed,
    /// It is as it was.
    Same,
}

/// What setting a business would do; writes nothing.
///
/// # Errors
/// Those of reading.
pub async fn compare(db: &mut Reader, scope: &Scope, business: &Business) -> Result<Set> {
    Ok(match get(db, scope, &business.uscc).await? {
        None => Set::New,
        Some(before) if before == *business => Set::Same,
        Some(_) => Set::Changed,
    })
}

/// Sets a business from a day on, with what it is found by.
///
/// # Errors
/// A conflict if someone else changed it meanwhile; those of writing.
pub async fn set(tx: &mut Tx, scope: &Scope, business: &Business, from: Date, now: Instant) -> Result<Set> {
    let locality = scope.locality();
    let id = id_of(locality, &business.uscc);
    let before = get(tx, scope, &business.uscc).await?;
    let done = match &before {
        None => Set::New,
        Some(before) if before == business => return Ok(Set::Same),
        Some(_) => Set::Changed,
    };
    let head = chain::head(tx, locality, id).await?;
    let event = BusinessEvent::BusinessSet { from, business: business.clone() };
    let body = serde_json::to_string(&event).map_err(Error::internal)?;
    let draft = Draft { name: event.name(), schema: SCHEMA, body, effective_at: now };
    let recorded = chain::link(locality, Family::Business, id, head, vec![draft], scope.by(), now);
    let mut batch: Batch = chain::store(&recorded);
    let (old, new) = (before.as_ref().map(words).unwrap_or_default(), words(business));
    let word = |sql: Sql, word: &Vec<u8>| -> (Sql, Vec<Arg<'static>>) { (sql, args![locality, word.clone(), id].to_vec()) };
    batch.extend(old.difference(&new).map(|w| word(DELETE_WORD, w)));
    batch.extend(new.difference(&old).map(|w| word(INSERT_WORD, w)));
    batch.push((SET, row(locality, id, from, business).into_iter().map(|(_, v)| v).collect()));
    tx.batch(batch).await?;
    Ok(done)
}

/// The business of a code, if the register has it.
///
/// # Errors
/// Those of reading.
pub async fn get(db: &mut Reader, scope: &Scope, uscc: &Uscc) -> Result<Option<Business>> {
    let locality = scope.locality();
    db.opt(GET, args![locality, id_of(locality, uscc)]).await?.as_ref().map(business).transpose()
}

/// Businesses in the order of their codes, after one.
///
/// # Errors
/// Those of reading.
pub async fn list(db: &mut Reader, scope: &Scope, after: &str, limit: i64) -> Result<Vec<Business>> {
    db.all(LIST, args![scope.locality(), after, limit]).await?.iter().map(business).collect()
}

/// Businesses one of whose names contains what was typed, or whose code begins with it; those whose name begins with it first. Fewer than
/// [`LEAST`] characters find nothing. What has been cancelled is not found.
///
/// # Errors
/// Those of reading.
pub async fn find(db: &mut Reader, scope: &Scope, typed: &str, limit: usize) -> Result<Vec<Business>> {
    let asked = fold(typed.trim());
    if asked.chars().count() < LEAST || asked.contains('\0') {
        return Ok(Vec::new());
    }
    let from: Vec<u8> = asked.chars().take(WORD).collect::<String>().into_bytes();
    // No text in UTF-8 has this byte.
    let to = [&from[..], &[0xff]].concat();
    let mut found: Vec<(u8, Business)> = Vec::new();
    for r in db.all(FOUND, args![scope.locality(), from, to, READ]).await? {
        let b = business(&r)?;
        let rank = [&b.name].into_iter().chain(&b.aliases).map(|n| fold(n)).fold(3, |best: u8, n| match n.find(&asked) {
            Some(0) => 0,
            Some(_) => best.min(1),
            None => best,
        });
        let rank = if rank == 3 && fold(b.uscc.as_str()).starts_with(&asked) { 2 } else { rank };
        if rank < 3 && !b.closed && found.iter().all(|(_, f)| f.uscc != b.uscc) {
            found.push((rank, b));
        }
    }
    found.sort_by(|a, b| (a.0, &a.1.name, &a.1.uscc).cmp(&(b.0, &b.1.name, &b.1.uscc)));
    found.truncate(limit);
    Ok(found.into_iter().map(|(_, b)| b).collect())
}

impl Business {
    /// Whether it goes by a name, however it is written.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        let asked = fold(name.trim());
        std::iter::once(&self.name).chain(&self.aliases).any(|n| fold(n) == asked)
    }
}
