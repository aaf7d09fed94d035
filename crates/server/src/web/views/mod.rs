//! What each page shows, as plain data: strings already in the reader's language, flags, lists. Templates print them;
//! handlers fill them. No rule is decided here.

pub mod board;
pub mod casefile;
pub mod chart;
pub mod clerk;
pub mod desk;
mod filing;
pub mod import;
pub mod mail;
pub mod manage;
pub mod paper;
pub mod parts;
pub mod public;
pub mod rates;
pub mod register;
pub mod second;
pub mod track;
pub mod units;

pub(super) mod samples;
#[cfg(test)]
mod tests;
