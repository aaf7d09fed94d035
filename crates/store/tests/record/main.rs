//! The record on both engines: what is written is whole, what is changed is found, what is asked is found by an index.

mod carry;
mod columns;
mod damage;
mod forecast;
mod plans;
mod register;
mod statements;
mod tallies;
mod tamper;
mod weeks;
mod world;
mod writers;
