//! Whole cases through `decide` and `evolve`: what people do, in the order they do it, and what the law makes of it. One test program,
//! so that what the scenarios share is compiled once.

mod care;
mod complaint;
mod golden;
mod intake;
mod local;
mod organisation;
mod other;
mod properties;
mod report;
mod review;
mod scene;
mod supervise;
mod tallies;
