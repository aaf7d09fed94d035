//! Fangxin's pure domain. True inside this crate: no I/O, no clock, no randomness — time, ids and calendars
//! are arguments; every statutory rule cites its article; the same inputs always give the same answer.

pub mod access;
pub mod calendar;
pub mod case;
pub mod classify;
pub mod clock;
pub mod codes;
pub mod forecast;
pub mod ids;
pub mod jurisdiction;
pub mod law;
pub mod leniency;
pub mod money;
pub mod numbering;
pub mod pack;
pub mod place;
pub mod privacy;
pub mod rate;
pub mod sample;
pub mod sketch;
pub mod tally;
pub mod text;
pub mod time;
pub mod undertaking;
