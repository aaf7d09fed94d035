//! Fangxin's storage: SQLite and PostgreSQL behind one facade. True inside this crate: it alone speaks SQL, one text serves
//! both engines, and time, ids and randomness are arguments.

pub mod access_log;
pub mod arrangement;
pub mod backup;
pub mod carry;
pub mod cases;
pub mod chain;
pub mod clerk;
pub mod engine;
pub mod files;
pub mod forecast;
pub mod heads;
pub mod health;
pub mod imports;
pub mod last_time;
pub mod mail_in;
pub mod numbers;
pub mod organisation;
pub mod outbox;
pub mod personal;
pub mod projection;
pub mod queue;
pub mod random;
pub mod recount;
pub mod register;
pub mod registry;
pub mod rewrap;
pub mod scope;
pub mod seal;
pub mod search;
pub mod second;
pub mod sequencer;
pub mod sessions;
pub mod submissions;
pub mod supervision;
pub mod tally;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod tree;
pub mod undertakings;
pub mod verify;

/// The schema's history.
pub const MIGRATIONS: &[engine::migrate::Migration] = &[
    engine::migrate::Migration { name: "first", text: include_str!("migrations/0001.sql") },
    engine::migrate::Migration { name: "search", text: include_str!("migrations/search.sql") },
    engine::migrate::Migration { name: "desks", text: include_str!("migrations/0003.sql") },
    engine::migrate::Migration { name: "places", text: include_str!("migrations/0004.sql") },
    engine::migrate::Migration { name: "counts", text: include_str!("migrations/0005.sql") },
    engine::migrate::Migration { name: "clerks", text: include_str!("migrations/clerks.sql") },
    engine::migrate::Migration { name: "desk work", text: include_str!("migrations/desk_work.sql") },
    engine::migrate::Migration { name: "imports", text: include_str!("migrations/imports.sql") },
    engine::migrate::Migration { name: "business", text: include_str!("migrations/business.sql") },
    engine::migrate::Migration { name: "accounts", text: include_str!("migrations/accounts.sql") },
    engine::migrate::Migration { name: "register", text: include_str!("migrations/register.sql") },
    engine::migrate::Migration { name: "orders", text: include_str!("migrations/orders.sql") },
    engine::migrate::Migration { name: "mail", text: include_str!("migrations/mail.sql") },
    engine::migrate::Migration { name: "organisation", text: include_str!("migrations/organisation.sql") },
    engine::migrate::Migration { name: "supervision", text: include_str!("migrations/supervision.sql") },
    engine::migrate::Migration { name: "forecast", text: include_str!("migrations/forecast.sql") },
    engine::migrate::Migration { name: "tallies", text: include_str!("migrations/tallies.sql") },
    engine::migrate::Migration { name: "undertakings", text: include_str!("migrations/undertakings.sql") },
];
