//! The one order of everything committed: a leased sequencer gives events and access entries a gapless position and builds an RFC 6962
//! tree over their hashes. Whatever follows the log (feeds, tallies, proofs) follows positions only.

use crate::chain::Hash;
use crate::engine::{Reader, Result, Tx};
use crate::seal::Keyring;
use crate::tree::{Frontier, needed_for_root};
use crate::{args, statements};
use rules::ids::{Id, Locality};
use rules::time::Instant;
use std::collections::BTreeMap;

statements! {
    WAITING = "SELECT locality, stream, from_seq, to_seq, access FROM unsequenced ORDER BY locality, stream, access, from_seq LIMIT $1";
    DONE = "DELETE FROM unsequenced WHERE locality = $1 AND stream = $2 AND access = $3 AND from_seq = $4";
    EVENT_HASHES = "SELECT seq, hash FROM event WHERE locality = $1 AND stream = $2 AND seq >= $3 AND seq <= $4 ORDER BY seq";
    ACCESS_HASHES = "SELECT seq, hash FROM access_log WHERE locality = $1 AND reader = $2 AND seq >= $3 AND seq <= $4 ORDER BY seq";
    SIZE = "SELECT size, previous, root, at, signature FROM tree_head ORDER BY size DESC LIMIT 1";
    NODE = "SELECT hash FROM tree_node WHERE level = $1 AND idx = $2";
    INSERT_LOG = "INSERT INTO log (pos, locality, stream, seq, access, leaf) VALUES ($1, $2, $3, $4, $5, $6)";
    INSERT_NODE = "INSERT INTO tree_node (level, idx, hash) VALUES ($1, $2, $3)";
    INSERT_HEAD = "INSERT INTO tree_head (size, previous, root, at, signature) VALUES ($1, $2, $3, $4, $5)";
    POSITION = "SELECT pos FROM log WHERE access = FALSE AND locality = $1 AND stream = $2 AND seq = $3";
}

/// A signed tree head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeHead {
    /// Number of leaves.
    pub size: u64,
    /// Number of leaves of the head before; 0 for the first.
    pub previous: u64,
    /// Root hash.
    pub root: Hash,
    /// When it was signed.
    pub at: Instant,
    /// Ed25519 signature, purpose `tree-head`.
    pub signature: Vec<u8>,
}

impl TreeHead {
    /// The bytes that are signed.
    #[must_use]
    pub fn message(size: u64, previous: u64, root: &Hash, at: Instant) -> Vec<u8> {
        [&size.to_be_bytes()[..], &previous.to_be_bytes(), root, &at.0.to_be_bytes()].concat()
    }
}

/// The newest head.
///
/// # Errors
/// Those of reading.
pub async fn head(db: &mut Reader) -> Result<Option<TreeHead>> {
    let Some(r) = db.opt(SIZE, &[]).await? else { return Ok(None) };
    Ok(Some(TreeHead { size: r.get(0)?, previous: r.get(1)?, root: r.get(2)?, at: r.get(3)?, signature: r.get(4)? }))
}

/// Whether anything committed waits for its position.
///
/// # Errors
/// Those of reading.
pub async fn is_waiting(db: &mut Reader) -> Result<bool> {
    Ok(db.opt(WAITING, args![1i64]).await?.is_some())
}

/// Gives up to `limit` waiting stretches their positions. Call while holding the lease `sequencer`; two callers at once break a key
/// and one is run again. Returns how many leaves were added.
///
/// # Errors
/// Those of writing.
pub async fn run(tx: &mut Tx, keyring: &Keyring, now: Instant, limit: i64) -> Result<u64> {
    let waiting = tx.all(WAITING, args![limit]).await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let size = head(tx).await?.map_or(0, |h| h.size);
    let mut nodes: BTreeMap<(u32, u64), Hash> = BTreeMap::new();
    for (level, idx) in needed_for_root(size) {
        nodes.insert((level, idx), tx.one(NODE, args![level, idx as i64]).await?.get(0)?);
    }
    let mut frontier = Frontier::load(size, |l, i| nodes.get(&(l, i)).copied()).map_err(crate::engine::Error::internal)?;
    let mut batch = Vec::new();
    for r in &waiting {
        let (locality, stream, access): (Locality, Id, bool) = (r.get(0)?, r.get(1)?, r.get(4)?);
        let (from, to): (i64, i64) = (r.get(2)?, r.get(3)?);
        let hashes = tx.all(if access { ACCESS_HASHES } else { EVENT_HASHES }, args![locality, stream, from, to]).await?;
        for h in &hashes {
            let leaf: Hash = h.get(1)?;
            batch.push((INSERT_LOG, args![frontier.size() as i64, locality, stream, h.get::<i64>(0)?, access, leaf].to_vec()));
            frontier.append(&leaf, |n| batch.push((INSERT_NODE, args![n.level, n.index as i64, n.hash].to_vec())));
        }
        batch.push((DONE, args![locality, stream, access, from].to_vec()));
    }
    if frontier.size() > size {
        let root = frontier.root();
        let signature = keyring.sign("tree-head", &TreeHead::message(frontier.size(), size, &root, now));
        batch.push((INSERT_HEAD, args![frontier.size() as i64, size as i64, root, now, signature].to_vec()));
    }
    tx.batch(batch).await?;
    Ok(frontier.size() - size)
}

/// The position of an event, once it has one.
///
/// # Errors
/// Those of reading.
pub async fn position(db: &mut Reader, locality: Locality, stream: Id, seq: u32) -> Result<Option<u64>> {
    db.opt(POSITION, args![locality, stream, seq]).await?.map(|r| r.get(0)).transpose()
}
