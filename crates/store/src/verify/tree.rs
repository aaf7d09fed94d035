//! The log's positions, the tree over them and its signed heads. A damaged node is named by comparing each node with its children as
//! they are stored, so that the damage is not carried up to the root.

use super::rows::{Cursor, column_of, shown};
use super::{At, Finding, PAGE, Run, tables};
use crate::args;
use crate::chain::Hash;
use crate::engine::{Error, FromValue as _, Result, Row, Value};
use crate::sequencer::TreeHead;
use crate::tree::{leaf_hash, node_hash};
use rules::time::Instant;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What the walk over the tree tells those that look at single events.
#[derive(Default)]
pub(super) struct Tree {
    /// Positions whose log row and node belong to each other's place.
    swapped: BTreeSet<i64>,
    /// Positions without a node, told already.
    missing_nodes: BTreeSet<i64>,
    /// Leaf nodes whose log row is missing.
    pub missing_rows: BTreeSet<Hash>,
}

/// Positions with the hash of their leaf and their node, where these differ.
type Odd = BTreeMap<i64, (Option<Hash>, Option<Hash>)>;

/// Positions that do not fit their node, kept to see which belong to each other.
const MOST_ODD: usize = 10_000;

/// The nodes of one level, from the left.
struct Level {
    level: i64,
    rows: VecDeque<(i64, Value)>,
    next: i64,
    done: bool,
}

impl Level {
    fn new(level: i64) -> Self {
        // A negative index is seen as well.
        Self { level, rows: VecDeque::new(), next: i64::MIN, done: false }
    }

    async fn peek(&mut self, run: &mut Run<'_>) -> Result<Option<i64>> {
        if self.rows.is_empty() && !self.done {
            let rows = match run.db.all(tables::NODES, args![self.level, self.next, PAGE]).await {
                Ok(rows) => rows,
                Err(Error::Corrupt { row, .. }) => {
                    run.notes.push(Finding::of(
                        "tree_node",
                        "hash",
                        At::default(),
                        "the rest of a level",
                        format!("cannot be read: {row}"),
                    ));
                    Vec::new()
                }
                Err(e) => return Err(e),
            };
            self.done = (rows.len() as i64) < PAGE;
            for r in rows {
                // An index that is no number is greater than every number, and ends the walk: the count of nodes tells.
                let Value::Int(idx) = *r.value(1) else { continue };
                self.next = idx.saturating_add(1);
                self.rows.push_back((idx, r.value(2).clone()));
            }
        }
        Ok(self.rows.front().map(|r| r.0))
    }

    /// The node at `idx`; those before it are too many.
    async fn take(&mut self, run: &mut Run<'_>, idx: i64) -> Result<Option<Value>> {
        while let Some(at) = self.peek(run).await? {
            if at > idx {
                return Ok(None);
            }
            let node = self.rows.pop_front();
            if at == idx {
                run.notes.counts.tree_nodes += 1;
                return Ok(node.map(|n| n.1));
            }
            too_many(run, self.level, at);
        }
        Ok(None)
    }
}

fn too_many(run: &mut Run<'_>, level: i64, idx: i64) {
    run.notes.push(Finding::of("tree_node", "level, idx", At::default(), &format!("level={level} idx={idx}"), "the tree has no such node"));
}

fn hash_of(value: &Value) -> Option<Hash> {
    Hash::from_value(value)
}

impl Run<'_> {
    pub(super) async fn tree(&mut self) -> Result<Tree> {
        let mut tree = Tree::default();
        let mut log = Cursor::new(&tables::POSITION, PAGE);
        let mut heads = Heads { cursor: Cursor::new(&tables::HEAD, PAGE), before: 0, told: false };
        let mut levels = vec![Level::new(0)];
        let (mut peaks, mut odd) = (Vec::new(), Odd::new());
        let (mut size, mut cut) = (0i64, false);
        loop {
            let position = match log.peek(&mut self.db, &mut self.notes).await?.as_deref() {
                Some([Value::Int(p)]) => Some(*p),
                _ => None,
            };
            let leaf_node = levels[0].peek(self).await?;
            let Some(at) = position.into_iter().chain(leaf_node).min() else { break };
            let row = if position == Some(at) { self.take(&mut log, &[Value::Int(at)]).await?.pop() } else { None };
            if at < 0 {
                if row.is_some() {
                    self.notes.push(Finding::of("log", "pos", At::default(), &format!("pos={at}"), "positions begin at 0"));
                } else {
                    levels[0].take(self, at).await?;
                    too_many(self, 0, at);
                }
                continue;
            }
            if at != size {
                let row = format!("pos={size}..{}", at - 1);
                self.notes.push(Finding::of("log", "pos", At::default(), &row, "these positions are missing"));
                // Without leaves and nodes the tree cannot be followed; a stray position after its end can be let be.
                cut = leaf_node.is_some();
                break;
            }
            let node = if leaf_node == Some(at) { levels[0].take(self, at).await? } else { None };
            let hash = self.leaf(&mut tree, &mut odd, at, row.as_ref(), node.as_ref());
            self.grow(&mut levels, &mut peaks, at, hash).await?;
            size += 1;
            heads.reached(self, size, &peaks).await?;
            if size % 65_536 == 0 {
                (self.progress)(&self.notes.counts);
            }
        }
        self.notes.counts.positions = size.unsigned_abs();
        // What stands at a place may be what another place lacks.
        let lacking: BTreeMap<Hash, i64> = odd.iter().filter_map(|(at, (_, node))| Some(((*node)?, *at))).collect();
        for (at, (leaf, _)) in &odd {
            if leaf.is_some_and(|l| lacking.get(&l).is_some_and(|other| other != at)) {
                tree.swapped.insert(*at);
            }
        }
        if let Some(next) = log.peek(&mut self.db, &mut self.notes).await?
            && !matches!(next[..], [Value::Int(_)])
        {
            self.notes.push(Finding::of("log", "pos", At::default(), "a position", "is no number"));
        }
        if !cut {
            self.rest(levels, heads, size).await?;
        }
        Ok(tree)
    }

    /// What stands at a position: the log's leaf, the tree's node, or both.
    fn leaf(&mut self, tree: &mut Tree, odd: &mut Odd, at: i64, row: Option<&Row>, node: Option<&Value>) -> Hash {
        let leaf = row.and_then(|r| hash_of(column_of(r, "leaf"))).map(|l| leaf_hash(&l));
        let stored = node.and_then(hash_of);
        if row.is_none() {
            self.notes.push(Finding::of("log", "pos", At::default(), &format!("pos={at}"), "this position is missing"));
            tree.missing_rows.extend(stored);
        }
        if node.is_none() {
            let row = format!("level=0 idx={at}");
            self.notes.push(Finding::of("tree_node", "level, idx", At::default(), &row, "the node is missing"));
            tree.missing_nodes.insert(at);
        }
        if row.is_some() && node.is_some() && (leaf != stored || leaf.is_none()) && odd.len() < MOST_ODD {
            odd.insert(at, (leaf, stored));
        }
        stored.or(leaf).unwrap_or([0; 32])
    }

    /// Adds a leaf and compares the nodes it completes.
    async fn grow(&mut self, levels: &mut Vec<Level>, peaks: &mut Vec<Hash>, at: i64, leaf: Hash) -> Result<()> {
        let (mut level, mut idx, mut hash) = (0usize, at, leaf);
        while idx & 1 == 1 {
            let Some(left) = peaks.pop() else { break };
            (level, idx, hash) = (level + 1, idx / 2, node_hash(&left, &hash));
            if levels.len() == level {
                levels.push(Level::new(level as i64));
            }
            let row = format!("level={level} idx={idx}");
            match levels[level].take(self, idx).await? {
                None => self.notes.push(Finding::of("tree_node", "level, idx", At::default(), &row, "the node is missing")),
                Some(stored) if hash_of(&stored) != Some(hash) => {
                    self.notes.push(Finding::of("tree_node", "hash", At::default(), &row, "is not what the nodes below it make"));
                }
                Some(_) => {}
            }
        }
        peaks.push(hash);
        Ok(())
    }

    /// Nodes and heads beyond the tree.
    async fn rest(&mut self, mut levels: Vec<Level>, mut heads: Heads, size: i64) -> Result<()> {
        for level in &mut levels {
            while let Some(idx) = level.peek(self).await? {
                level.rows.pop_front();
                too_many(self, level.level, idx);
            }
        }
        for r in self.db.all(tables::NODE_COUNTS, &[]).await? {
            let known = matches!(r.value(0), Value::Int(l) if *l >= 0 && *l < levels.len() as i64);
            let row = format!("level={}", shown(r.value(0)));
            if !known {
                self.notes.push(Finding::of("tree_node", "level, idx", At::default(), &row, "the tree has no such level"));
            } else if !matches!((r.value(2), r.value(3)), (Value::Int(_), Value::Int(_))) {
                self.notes.push(Finding::of("tree_node", "idx", At::default(), &row, "an index is no number"));
            }
        }
        heads.end(self, size).await
    }

    /// Whether an event's place in log and tree is right.
    pub(super) fn place(&mut self, tree: &Tree, at: At, entries: &str, row: &Row, right: &[Hash; 2]) {
        let leaf = hash_of(column_of(row, "leaf"));
        let node = hash_of(column_of(row, "node"));
        let pos = column_of(row, "pos");
        let key = format!("pos={} seq={}", shown(pos), shown(column_of(row, "seq")));
        let fits_tree = leaf.is_some_and(|l| node == Some(leaf_hash(&l)));
        let position = i64::from_value(pos);
        let position_is = |set: &BTreeSet<i64>| position.is_some_and(|p| set.contains(&p));
        let mut note = |table: &str, column: &str, what: &str| self.notes.push(Finding::of(table, column, at, &key, what));
        match (leaf.is_some_and(|l| right.contains(&l)), fits_tree) {
            (true, true) => {}
            (true, false) if position_is(&tree.missing_nodes) => {}
            (true, false) if *column_of(row, "node") == Value::Null || position_is(&tree.swapped) => {
                note("log", "pos", "another leaf belongs to this position")
            }
            (true, false) => note("tree_node", "hash", "is not the hash of the leaf"),
            (false, true) => {
                note("log", "locality, stream, seq", "the position belongs to another entry");
                // Whoever rewrites a chain to its end cannot rewrite the log.
                note(entries, "hash", "the log has another hash: the entry was rewritten, or its position is another's");
            }
            (false, false) if right.iter().any(|r| node == Some(leaf_hash(r))) => note("log", "leaf", "is not the hash of the event"),
            (false, false) => note("log", "locality, stream, seq, leaf", "the position does not fit the event"),
        }
    }
}

/// The signed heads, in order of size.
struct Heads {
    cursor: Cursor,
    before: i64,
    /// Whether it was said that the log does not give a signed root.
    told: bool,
}

impl Heads {
    /// Checks the heads of this size.
    async fn reached(&mut self, run: &mut Run<'_>, size: i64, peaks: &[Hash]) -> Result<()> {
        while let Some(next) = self.cursor.peek(&mut run.db, &mut run.notes).await? {
            match next[..] {
                [Value::Int(s)] if s < size => self.none_such(run, &next).await?,
                [Value::Int(s)] if s == size => {
                    let mut newest_first = peaks.iter().rev();
                    let last = newest_first.next().copied().unwrap_or([0; 32]);
                    let root = newest_first.fold(last, |right, left| node_hash(left, &right));
                    for row in run.take(&mut self.cursor, &next).await? {
                        self.check(run, size, &root, &row);
                    }
                    self.before = size;
                }
                _ => return Ok(()),
            }
        }
        Ok(())
    }

    fn check(&mut self, run: &mut Run<'_>, size: i64, root: &Hash, row: &Row) {
        run.notes.counts.tree_heads += 1;
        let stored = hash_of(column_of(row, "root"));
        let number = |c: &str| i64::from_value(column_of(row, c));
        let signature = Vec::<u8>::from_value(column_of(row, "signature")).unwrap_or_default();
        let (at, previous) = (number("at"), number("previous"));
        let signs = |root: Option<Hash>, previous: Option<i64>| {
            let (Some(root), Some(previous), Some(at)) = (root, previous, at) else { return false };
            let message = TreeHead::message(size.unsigned_abs(), previous.unsigned_abs(), &root, Instant(at));
            run.keyring.sign("tree-head", &message)[..] == signature[..]
        };
        let whole = signs(stored, previous) && previous.is_some_and(|p| p >= 0);
        let (root_fits, before_fits) = (stored == Some(*root), previous == Some(self.before));
        let key = format!("size={size}");
        let found = match (whole, root_fits, before_fits) {
            (true, true, true) => return,
            (true, true, false) => ("tree_head", "size".to_owned(), "a head before this one is missing or has another size"),
            (true, false, _) if self.told => return,
            (true, false, _) => {
                self.told = true;
                ("log", "leaf".to_owned(), "the log does not give this signed root: it was changed, cut or rewritten")
            }
            _ if signs(Some(*root), previous) => ("tree_head", "root".to_owned(), "the signature is over another root"),
            _ if signs(stored, Some(self.before)) => ("tree_head", "previous".to_owned(), "the signature is over another size"),
            _ => {
                let mut columns = vec!["at", "signature"];
                columns.extend((!root_fits).then_some("root"));
                columns.extend((!before_fits).then_some("previous"));
                columns.extend((!root_fits && !before_fits).then_some("size"));
                ("tree_head", columns.join(", "), "the signature is not over this head")
            }
        };
        run.notes.push(Finding::of(found.0, &found.1, At::default(), &key, found.2));
    }

    async fn none_such(&mut self, run: &mut Run<'_>, size: &[Value]) -> Result<()> {
        run.take(&mut self.cursor, size).await?;
        let row = format!("size={}", size.first().map(shown).unwrap_or_default());
        run.notes.push(Finding::of("tree_head", "size", At::default(), &row, "the log never had a head of this size"));
        Ok(())
    }

    async fn end(&mut self, run: &mut Run<'_>, size: i64) -> Result<()> {
        while let Some(next) = self.cursor.peek(&mut run.db, &mut run.notes).await? {
            self.none_such(run, &next).await?;
        }
        if self.before != size {
            let row = format!("size={size}");
            run.notes.push(Finding::of("tree_head", "size", At::default(), &row, "the head over the whole log is missing"));
        }
        Ok(())
    }
}
