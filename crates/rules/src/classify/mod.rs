//! The learner: what a letter is about, told from the characters it is written in. Linear, sparse, deterministic; every answer comes with a
//! probability, with the pieces of text it rests on, and may be none at all.
//!
//! A text is a list of fields (title, body). Its features are the pieces of one to three characters of each field, told apart by field. For
//! each class a piece weighs as much as its share of documents differs between that class and the others (log-count ratio; Wang & Manning,
//! ACL 2012), each field is brought to unit length, and a linear separator with squared hinge loss is found by dual coordinate descent (Hsieh
//! et al., ICML 2008). Margins become probabilities by one slope and one shift per class, learned on folds the separator has not seen.

mod features;
mod measure;
mod model;
mod separate;
#[cfg(test)]
mod tests;

pub use measure::{Scores, coverage_at, scores};
pub use model::{Answer, Model, ModelError, Reason, Settings, train};
