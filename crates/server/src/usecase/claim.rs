//! Who is on which case just now. A claim warns whoever comes second and locks nothing; it ends by itself.

use super::{Answer, denied};
use crate::app::App;
use rules::ids::{CaseId, PersonId};
use rules::time::Instant;
use store::clerk;
use store::engine::Tx;
use store::scope::Scope;

/// Claims a case for whoever has opened it, unless somebody else is on it; returns that somebody, and since when at the latest they are.
///
/// # Errors
/// Those of the store.
pub async fn take(app: &App, scope: &Scope, case: CaseId) -> Answer<Option<(PersonId, Instant)>> {
    let Some((me, _)) = scope.grant() else { return Ok(None) };
    let now = app.clock().now();
    let mut db = app.db().read().await?;
    let there = clerk::claimed(&mut db, scope, case, now).await?;
    drop(db);
    match there {
        Some((who, until)) if who != me => return Ok(Some((who, until.plus_minutes(-clerk::CLAIM_MINUTES)))),
        // Fresh enough: nothing to write.
        Some((_, until)) if until.plus_minutes(-clerk::CLAIM_MINUTES / 2) > now => return Ok(None),
        _ => {}
    }
    let s = scope.clone();
    app.db().write(async move |tx: &mut Tx| clerk::claim(tx, &s, case, now).await).await.map_err(denied)?;
    Ok(None)
}

/// Gives a claim back: the case has gone on.
///
/// # Errors
/// Those of the store.
pub async fn release(app: &App, scope: &Scope, case: CaseId) -> Answer<()> {
    let s = scope.clone();
    app.db().write(async move |tx: &mut Tx| clerk::release(tx, &s, case).await).await.map_err(denied)
}
