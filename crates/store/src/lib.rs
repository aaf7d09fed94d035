//! Fangxin's storage: SQLite and PostgreSQL behind one facade. True inside this crate: it alone speaks SQL, one text serves
//! both engines, and time, ids and randomness are arguments.

pub mod engine;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

/// The schema's history.
pub const MIGRATIONS: &[engine::migrate::Migration] = &[];
