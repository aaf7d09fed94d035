//! How good answers are: F1 by class, and how much can be answered at a wanted precision.

use std::collections::BTreeMap;

/// Scores of answers against what is right.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// Mean F1 over classes, each counting the same.
    pub macro_f1: f64,
    /// Mean F1 weighted by how often a class is right.
    pub weighted_f1: f64,
    /// Precision, recall, F1 and number by class.
    pub classes: BTreeMap<String, (f64, f64, f64, usize)>,
}

/// Scores pairs of what is right and what was answered.
#[must_use]
pub fn scores<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Scores {
    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new(); // hits, answered, right
    for (right, answered) in pairs {
        counts.entry(right).or_default()[2] += 1;
        counts.entry(answered).or_default()[1] += 1;
        if right == answered {
            counts.entry(right).or_default()[0] += 1;
        }
    }
    let ratio = |n: usize, of: usize| if of == 0 { 0.0 } else { n as f64 / of as f64 };
    let f1 = |[hits, answered, right]: [usize; 3]| ratio(2 * hits, answered + right);
    let all: usize = counts.values().map(|c| c[2]).sum();
    let weighted: f64 = counts.values().map(|c| f1(*c) * c[2] as f64).sum();
    Scores {
        macro_f1: counts.values().map(|c| f1(*c)).sum::<f64>() / counts.len().max(1) as f64,
        weighted_f1: if all == 0 { 0.0 } else { weighted / all as f64 },
        classes: counts.iter().map(|(name, c)| ((*name).to_owned(), (ratio(c[0], c[1]), ratio(c[0], c[2]), f1(*c), c[2]))).collect(),
    }
}

/// The largest share of answers, surest first, of which at least `precision` are right, and the probability of the last of them.
/// `answers` are probability and whether it is right.
#[must_use]
pub fn coverage_at(precision: f64, answers: &[(f64, bool)]) -> (f64, f64) {
    let mut sorted = answers.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut right, mut best, mut least) = (0_usize, 0_usize, 1.0);
    for (i, (probability, hit)) in sorted.iter().enumerate() {
        right += usize::from(*hit);
        if right as f64 >= precision * (i + 1) as f64 {
            (best, least) = (i + 1, *probability);
        }
    }
    (best as f64 / sorted.len().max(1) as f64, least)
}
