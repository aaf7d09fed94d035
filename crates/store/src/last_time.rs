//! When something last happened, for those who look after the machine: a key of a channel was used, the store was verified.

use crate::engine::{Reader, Result, Tx};
use crate::{args, statements};
use rules::time::Instant;

statements! {
    SET = "INSERT INTO last_time (name, at, detail) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET at = excluded.at, detail = excluded.detail WHERE last_time.at < excluded.at";
    GET = "SELECT at, detail FROM last_time WHERE name = $1";
}

/// Notes that something happened; what is later stays.
///
/// # Errors
/// Those of writing.
pub async fn note(tx: &mut Tx, name: &str, at: Instant, detail: &str) -> Result<()> {
    tx.exec(SET, args![name, at, detail]).await.map(|_| ())
}

/// When it last happened, and what was said of it.
///
/// # Errors
/// Those of reading.
pub async fn of(db: &mut Reader, name: &str) -> Result<Option<(Instant, String)>> {
    db.opt(GET, args![name]).await?.map(|r| Ok((r.get(0)?, r.get(1)?))).transpose()
}
