//! How much the platform's own work lags behind, for those who look after the machine. Each count stops at a most, so that looking costs
//! little however bad it is.

use crate::engine::{Reader, Result};
use crate::scope::Scope;
use crate::{args, statements};
use rules::time::Instant;

statements! {
    LAG = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM unsequenced ORDER BY locality, stream, access, from_seq LIMIT $1) AS w";
    UNINDEXED = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM search_text WHERE NOT indexed ORDER BY locality, doc LIMIT $1) AS w";
    LEASE = "SELECT until FROM lease WHERE name = $1";
    IMPORTS = "SELECT COUNT(*) FROM import_job WHERE open AND locality = $1";
}

/// Stretches of streams that have no place in the log yet, at most `most`.
///
/// # Errors
/// Those of reading.
pub async fn lag(db: &mut Reader, most: i64) -> Result<i64> {
    db.one(LAG, args![most]).await?.get(0)
}

/// Texts the search index does not know yet, at most `most`.
///
/// # Errors
/// Those of reading.
pub async fn unindexed(db: &mut Reader, most: i64) -> Result<i64> {
    db.one(UNINDEXED, args![most]).await?.get(0)
}

/// Until when a lease holds; `None` for one nobody took yet.
///
/// # Errors
/// Those of reading.
pub async fn lease_until(db: &mut Reader, name: &str) -> Result<Option<Instant>> {
    db.opt(LEASE, args![name]).await?.map(|r| r.get(0)).transpose()
}

/// Imports of a locality that are under way or waiting.
///
/// # Errors
/// Those of reading.
pub async fn imports(db: &mut Reader, scope: &Scope) -> Result<i64> {
    db.one(IMPORTS, args![scope.locality()]).await?.get(0)
}
