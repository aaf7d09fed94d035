//! After a change of the master key: the keys of cases and submissions wrapped anew, a page at a time. What they sealed is not touched.
//! Stopped, it goes on from the beginning and passes over what is done.

use crate::engine::{Db, Result, Row, Tx};
use crate::personal::{Random, key_row, random};
use crate::seal::{Keyring, Place};
use crate::{args, statements};
use rules::ids::{Id, Locality};

statements! {
    PAGE = "SELECT locality, stream, wrapped FROM stream_key WHERE (locality, stream) > ($1, $2) ORDER BY locality, stream LIMIT $3";
    UPDATE = "UPDATE stream_key SET wrapped = $3 WHERE locality = $1 AND stream = $2 AND wrapped = $4";
}

/// Keys read at a time.
const KEYS: i64 = 1_000;

/// Wraps every key that is not under the current master key; how many there were. `progress` hears how many were looked at.
///
/// # Errors
/// A key that does not open; those of writing.
pub async fn all(db: &Db, keyring: &Keyring, source: &mut (dyn Random + Send), progress: &mut (dyn FnMut(u64) + Send)) -> Result<u64> {
    let (mut last, mut looked, mut done) = ((Locality(i64::MIN), Id([0; 16])), 0, 0);
    loop {
        let rows = db.read().await?.all(PAGE, args![last.0, last.1, KEYS]).await?;
        let mut batch = Vec::new();
        for row in &rows {
            last = (row.get(0)?, row.get(1)?);
            batch.extend(anew(keyring, row, source)?);
        }
        looked += rows.len() as u64;
        done += batch.len() as u64;
        db.write(async move |tx: &mut Tx| tx.batch(&batch).await).await?;
        progress(looked);
        if (rows.len() as i64) < KEYS {
            return Ok(done);
        }
    }
}

fn anew(
    keyring: &Keyring,
    row: &Row,
    source: &mut (dyn Random + Send),
) -> Result<Option<(crate::engine::Sql, Vec<crate::engine::Arg<'static>>)>> {
    let (locality, stream, wrapped): (Locality, Id, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let key = key_row(locality, stream);
    let place = Place { table: "stream_key", column: "wrapped", row: &[&key] };
    let new = keyring.rewrap(&place, &wrapped, random(source))?;
    // One that was destroyed meanwhile stays destroyed.
    Ok(new.map(|new| (UPDATE, args![locality, stream, new, wrapped].to_vec())))
}
