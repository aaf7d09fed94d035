//! Drawing cases at random so that anyone can draw them again (抽查): the seed is shown beside the draw, and the order of the candidates
//! follows from it and from their numbers alone. For each candidate take SHA-256 of `<seed>\n<number>` (UTF-8) as hex; the smallest `n`
//! are drawn. On any machine: `while read n; do printf '%s\n%s' "$SEED" "$n" | sha256sum | sed "s/-/$n/"; done < numbers | sort | head -n N`.

use std::cmp::Ordering;

/// What a draw was made from, as recorded with it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Draw {
    /// The seed, shown to everybody.
    pub seed: String,
    /// How the candidates were narrowed: name and value of each choice.
    pub filter: Vec<(String, String)>,
    /// Position of the log at which the candidates were read.
    pub position: i64,
    /// How many there were.
    pub population: u32,
    /// How many were wanted.
    pub wanted: u32,
}

/// The `wanted` candidates with the smallest digest, in that order; `digest` is SHA-256 of `<seed>\n<number>`, handed in because this crate
/// computes no hashes. Candidates with the same number are one.
#[must_use]
pub fn draw<T: Clone>(candidates: &[(String, T)], seed: &str, wanted: usize, digest: impl Fn(&str) -> [u8; 32]) -> Vec<T> {
    let mut keyed: Vec<([u8; 32], &str, &T)> =
        candidates.iter().map(|(number, t)| (digest(&format!("{seed}\n{number}")), number.as_str(), t)).collect();
    keyed.sort_by(|a, b| match a.0.cmp(&b.0) {
        Ordering::Equal => a.1.cmp(b.1),
        other => other,
    });
    keyed.dedup_by(|a, b| a.1 == b.1);
    keyed.into_iter().take(wanted).map(|(_, _, t)| t.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Any function of the text does for the order; the real one is tested where it is made.
    fn digest(text: &str) -> [u8; 32] {
        use std::hash::{DefaultHasher, Hash as _, Hasher as _};
        let mut h = DefaultHasher::new();
        text.hash(&mut h);
        let mut out = [0u8; 32];
        out[..8].copy_from_slice(&h.finish().to_be_bytes());
        out
    }

    fn numbered(n: usize) -> Vec<(String, usize)> {
        (0..n).map(|i| (format!("26-{i:05}"), i)).collect()
    }

    #[test]
    fn the_same_seed_draws_the_same_whatever_the_order_of_the_candidates() {
        let all = numbered(500);
        let mut turned = all.clone();
        turned.reverse();
        let drawn = draw(&all, "seed", 20, digest);
        assert_eq!(drawn.len(), 20);
        assert_eq!(drawn, draw(&turned, "seed", 20, digest));
        assert_ne!(drawn, draw(&all, "another", 20, digest));
        assert_eq!(draw(&all, "seed", 5, digest), drawn[..5], "fewer are the first of more");
    }

    #[test]
    fn no_more_than_there_are_and_each_once() {
        let twice = [numbered(3), numbered(3)].concat();
        let mut drawn = draw(&twice, "seed", 10, digest);
        drawn.sort_unstable();
        assert_eq!(drawn, [0, 1, 2]);
        assert!(draw(&Vec::<(String, u8)>::new(), "seed", 10, digest).is_empty());
    }
}
