//! The server: use cases, pages, channels, jobs, command line.

pub mod web;
