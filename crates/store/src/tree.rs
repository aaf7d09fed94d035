//! The Merkle tree of RFC 6962 §2.1 over 32-byte leaf inputs (event hashes). Pure: complete nodes are kept by the caller under
//! (level, index) — level 0 are leaf hashes, node (l, i) covers the leaves i·2^l … (i+1)·2^l − 1 — and are never changed once written.

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// A complete node to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Height above the leaves.
    pub level: u32,
    /// Place among the nodes of its level.
    pub index: u64,
    /// Its hash.
    pub hash: Hash,
}

/// A node that had to be there was not: stored nodes were lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the tree node at level {level}, index {index} is missing")]
pub struct Missing {
    /// Height above the leaves.
    pub level: u32,
    /// Place among the nodes of its level.
    pub index: u64,
}

/// The hash of a leaf: SHA-256(0x00 ‖ input).
#[must_use]
pub fn leaf_hash(input: &[u8]) -> Hash {
    Sha256::new_with_prefix([0]).chain_update(input).finalize().into()
}

/// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new_with_prefix([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The right edge of a growing tree: its complete subtrees, largest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The frontier of a tree of `size` leaves from its stored nodes (those that [`needed_for_root`] names).
    ///
    /// # Errors
    /// A node is missing.
    pub fn load(size: u64, mut get: impl FnMut(u32, u64) -> Option<Hash>) -> Result<Self, Missing> {
        let peaks = needed_for_root(size).into_iter().map(|(level, index)| get(level, index).ok_or(Missing { level, index }));
        Ok(Self { size, peaks: peaks.collect::<Result<_, _>>()? })
    }

    /// The number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf input and hands every node it completes, the leaf's own first, to `store`.
    pub fn append(&mut self, input: &[u8], mut store: impl FnMut(Node)) {
        let mut node = Node { level: 0, index: self.size, hash: leaf_hash(input) };
        store(node);
        while node.index & 1 == 1 {
            // An odd node has a left sibling, and that is the last peak.
            let Some(left) = self.peaks.pop() else { break };
            node = Node { level: node.level + 1, index: node.index / 2, hash: node_hash(&left, &node.hash) };
            store(node);
        }
        self.peaks.push(node.hash);
        self.size += 1;
    }

    /// The tree head: SHA-256 of nothing for an empty tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return Sha256::digest([]).into() };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }
}

/// The stored nodes (level, index) whose hashes make the root of a tree of `size` leaves, largest first.
#[must_use]
pub fn needed_for_root(size: u64) -> Vec<(u32, u64)> {
    (0..64).rev().filter(|level| size >> level & 1 == 1).map(|level| (level, (size >> level) - 1)).collect()
}

/// The stored nodes [`inclusion`] will ask for.
#[must_use]
pub fn needed_for_inclusion(index: u64, size: u64) -> Vec<(u32, u64)> {
    asked(|get| inclusion(index, size, get).is_ok())
}

/// The stored nodes [`consistency`] will ask for.
#[must_use]
pub fn needed_for_consistency(old: u64, new: u64) -> Vec<(u32, u64)> {
    asked(|get| consistency(old, new, get).is_ok())
}

fn asked(run: impl FnOnce(&mut dyn FnMut(u32, u64) -> Option<Hash>) -> bool) -> Vec<(u32, u64)> {
    let mut asked = Vec::new();
    run(&mut |level, index| {
        asked.push((level, index));
        Some([0; 32])
    });
    asked
}

/// The proof that leaf `index` is in the tree of `size` leaves: the siblings from the leaf up (RFC 6962 §2.1.1). Empty if `index`
/// is not in the tree.
///
/// # Errors
/// A stored node is missing.
pub fn inclusion(index: u64, size: u64, mut get: impl FnMut(u32, u64) -> Option<Hash>) -> Result<Vec<Hash>, Missing> {
    let mut proof = Vec::new();
    if index < size {
        let (mut begin, mut end) = (0, size);
        while end - begin > 1 {
            let middle = begin + split(end - begin);
            if index < middle {
                proof.push(subtree(middle, end, &mut get)?);
                end = middle;
            } else {
                proof.push(subtree(begin, middle, &mut get)?);
                begin = middle;
            }
        }
        proof.reverse();
    }
    Ok(proof)
}

/// The proof that the tree of `old` leaves is a beginning of the tree of `new` leaves (RFC 6962 §2.1.2). Empty if `old` is 0,
/// equal to `new` or larger.
///
/// # Errors
/// A stored node is missing.
pub fn consistency(old: u64, new: u64, mut get: impl FnMut(u32, u64) -> Option<Hash>) -> Result<Vec<Hash>, Missing> {
    let mut proof = Vec::new();
    if old == 0 || old >= new {
        return Ok(proof);
    }
    let (mut begin, mut end) = (0, new);
    let mut whole = true;
    while old != end {
        let middle = begin + split(end - begin);
        if old <= middle {
            proof.push(subtree(middle, end, &mut get)?);
            end = middle;
        } else {
            proof.push(subtree(begin, middle, &mut get)?);
            begin = middle;
            whole = false;
        }
    }
    if !whole {
        proof.push(subtree(begin, end, &mut get)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Whether `proof` shows that the leaf with this input stands at `index` of the tree of `size` leaves with this root.
#[must_use]
pub fn verify_inclusion(input: &[u8], index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    // RFC 9162 §2.1.3.2.
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, leaf_hash(input));
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `old` leaves with `old_root` is a beginning of the tree of `new` leaves with `new_root`.
#[must_use]
pub fn verify_consistency(old: u64, new: u64, proof: &[Hash], old_root: &Hash, new_root: &Hash) -> bool {
    // RFC 9162 §2.1.4.2.
    if old == 0 || old >= new {
        return proof.is_empty() && (old == 0 || (old == new && old_root == new_root));
    }
    let mut path = proof.iter();
    let first = if old.is_power_of_two() { Some(old_root) } else { path.next() };
    let Some(first) = first else { return false };
    let (mut node, mut last) = (old - 1, new - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && new_hash == *new_root
}

/// The hash of the leaves `begin … end − 1`, put together from stored nodes. `begin` is a multiple of a power of two not below the
/// number of leaves, as every range in a proof is.
fn subtree(begin: u64, end: u64, get: &mut impl FnMut(u32, u64) -> Option<Hash>) -> Result<Hash, Missing> {
    let leaves = end - begin;
    if leaves.is_power_of_two() {
        let level = leaves.trailing_zeros();
        let index = begin >> level;
        return get(level, index).ok_or(Missing { level, index });
    }
    let middle = begin + split(leaves);
    Ok(node_hash(&subtree(begin, middle, get)?, &subtree(middle, end, get)?))
}

/// The largest power of two below `leaves` (which is at least 2).
fn split(leaves: u64) -> u64 {
    1 << (63 - (leaves - 1).leading_zeros())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn input(i: u64) -> Hash {
        Sha256::digest(i.to_be_bytes()).into()
    }

    /// RFC 6962 §2.1, word for word.
    fn mth(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Sha256::digest([]).into(),
            [one] => leaf_hash(one),
            many => {
                let k = many.len().next_power_of_two() / 2;
                node_hash(&mth(&many[..k]), &mth(&many[k..]))
            }
        }
    }

    /// RFC 6962 §2.1.1, word for word.
    fn path(m: usize, leaves: &[Hash]) -> Vec<Hash> {
        if leaves.len() == 1 {
            return vec![];
        }
        let k = leaves.len().next_power_of_two() / 2;
        let (mut proof, other) = if m < k { (path(m, &leaves[..k]), &leaves[k..]) } else { (path(m - k, &leaves[k..]), &leaves[..k]) };
        proof.push(mth(other));
        proof
    }

    /// RFC 6962 §2.1.2, word for word.
    fn proof(m: usize, leaves: &[Hash]) -> Vec<Hash> {
        fn subproof(m: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
            if m == leaves.len() {
                return if whole { vec![] } else { vec![mth(leaves)] };
            }
            let k = leaves.len().next_power_of_two() / 2;
            if m <= k {
                let mut p = subproof(m, &leaves[..k], whole);
                p.push(mth(&leaves[k..]));
                p
            } else {
                let mut p = subproof(m - k, &leaves[k..], false);
                p.push(mth(&leaves[..k]));
                p
            }
        }
        subproof(m, leaves, true)
    }

    struct Stored {
        leaves: Vec<Hash>,
        nodes: HashMap<(u32, u64), Hash>,
        frontier: Frontier,
    }

    fn grown(size: u64) -> Stored {
        let mut s = Stored { leaves: vec![], nodes: HashMap::new(), frontier: Frontier::default() };
        for i in 0..size {
            s.leaves.push(input(i));
            s.frontier.append(&input(i), |n| assert!(s.nodes.insert((n.level, n.index), n.hash).is_none()));
        }
        s
    }

    #[test]
    fn every_small_tree_agrees_with_the_rfc() {
        let s = grown(70);
        let get = |l, i| s.nodes.get(&(l, i)).copied();
        for size in 0..=70usize {
            let root = mth(&s.leaves[..size]);
            let frontier = Frontier::load(size as u64, get).unwrap();
            assert_eq!((frontier.root(), frontier.size()), (root, size as u64));
            for i in 0..size {
                let p = inclusion(i as u64, size as u64, get).unwrap();
                assert_eq!(p, path(i, &s.leaves[..size]));
                assert!(verify_inclusion(&s.leaves[i], i as u64, size as u64, &p, &root));
                assert!(!verify_inclusion(&s.leaves[i], i as u64 + 1, size as u64, &p, &root));
                let needed = needed_for_inclusion(i as u64, size as u64);
                assert_eq!(inclusion(i as u64, size as u64, |l, x| needed.contains(&(l, x)).then(|| get(l, x))?).unwrap(), p);
            }
            for old in 0..=size {
                let p = consistency(old as u64, size as u64, get).unwrap();
                if old > 0 {
                    assert_eq!(p, proof(old, &s.leaves[..size]));
                }
                assert!(verify_consistency(old as u64, size as u64, &p, &mth(&s.leaves[..old]), &root));
                if old > 0 && old < size {
                    assert!(!verify_consistency(old as u64, size as u64, &p, &input(0), &root));
                    assert!(!verify_consistency(old as u64, size as u64, &p, &mth(&s.leaves[..old]), &input(0)));
                }
            }
        }
    }

    #[test]
    fn the_first_node_of_the_rfc_test_data() {
        // Certificate Transparency's reference tree: the empty leaf, then 0x00.
        assert_eq!(hex(&leaf_hash(&[])), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        let mut f = Frontier::default();
        assert_eq!(hex(&f.root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        f.append(&[], |_| ());
        f.append(&[0], |_| ());
        assert_eq!(hex(&f.root()), "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
    }

    fn hex(h: &Hash) -> String {
        h.iter().map(|b| format!("{b:02x}")).collect()
    }

    #[test]
    fn a_lost_node_is_named() {
        assert_eq!(inclusion(0, 4, |l, _| (l == 0).then_some([0; 32])), Err(Missing { level: 1, index: 1 }));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn larger_trees_agree_with_ct_merkle(size in 1u64..1500, a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>()) {
            let s = grown(size);
            let get = |l, i| s.nodes.get(&(l, i)).copied();
            let mut oracle = ct_merkle::mem_backed_tree::MemoryBackedTree::<Sha256, Hash>::new();
            s.leaves.iter().for_each(|l| oracle.push(*l));
            let root = s.frontier.root();
            let head = oracle.root();
            prop_assert_eq!(&root[..], &head.as_bytes()[..]);
            let index = a.index(size as usize) as u64;
            let p = inclusion(index, size, get).unwrap();
            prop_assert_eq!(p.concat(), oracle.prove_inclusion(index as usize).as_bytes().to_vec());
            prop_assert!(verify_inclusion(&input(index), index, size, &p, &root));
            let old = b.index(size as usize) as u64 + 1;
            let p = consistency(old, size, get).unwrap();
            prop_assert_eq!(p.concat(), oracle.prove_consistency((size - old) as usize).as_bytes().to_vec());
            prop_assert!(verify_consistency(old, size, &p, &mth(&s.leaves[..old as usize]), &root));
        }

        #[test]
        fn a_changed_proof_fails(size in 2u64..300, at in any::<prop::sample::Index>(), which in any::<prop::sample::Index>(), bit in 0usize..256) {
            let s = grown(size);
            let index = at.index(size as usize) as u64;
            let mut p = inclusion(index, size, |l, i| s.nodes.get(&(l, i)).copied()).unwrap();
            let n = which.index(p.len());
            p[n][bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!verify_inclusion(&input(index), index, size, &p, &s.frontier.root()));
        }
    }
}
