//! Fangxin (放心). Data goes one way: channel → submission → intake → dispatch → desk → close. Only `usecase/*` opens a transaction;
//! pages only show and ask.

pub mod app;
pub mod bench;
pub mod cli;
pub mod clock;
pub mod demo;
pub mod simulate;
pub mod usecase;
pub mod web;
