//! How often something may be asked from one place: counted before it is done, so that a flood costs little.

use super::{Answer, Denied};
use crate::app::App;
use store::engine::Tx;
use store::sessions;

/// Counts one more of `what` from `whom` (a network address, a telephone: kept only as a keyed hash) and refuses beyond `most` in a window
/// of `minutes`.
///
/// # Errors
/// [`Denied::Throttled`].
pub async fn pass(app: &App, what: &str, whom: &str, most: i64, minutes: i64) -> Answer<()> {
    let now = app.clock().now();
    let key = app.keyring().blind(what, whom);
    let window = now.plus_minutes(-minutes);
    let mut db = app.db().read().await?;
    if sessions::counted(&mut db, key, window).await? >= most {
        return Err(Denied::Throttled);
    }
    drop(db);
    app.db().write(async move |tx: &mut Tx| sessions::count(tx, key, now, window).await).await?;
    Ok(())
}
