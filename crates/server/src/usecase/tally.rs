//! The order of the log, and the figures counted from it: what was committed gets its position, then the next stretch is counted. Often and
//! cheap — nothing is written where nothing waits — so that figures follow what people do within two seconds.

use super::{Answer, figures};
use crate::app::App;
use rules::ids::Locality;
use std::collections::BTreeMap;
use store::engine::{Error, Tx};
use store::{sequencer, sessions, tally};

/// Stretches sequenced at a time.
const BATCH: i64 = 500;
/// Positions counted at a time: a transaction of some thousand small rows.
const STRETCH: u64 = 1_000;
/// Stretches sequenced before figures are counted, so that neither waits for the other while much comes in.
const TURN: usize = 4;

/// Sequences and counts until nothing is left, if this server holds the lease. Returns how many leaves were given a position.
///
/// # Errors
/// Those of the store; the next round goes on.
pub async fn follow(app: &App) -> Answer<u64> {
    let mut sequenced = 0;
    while waits(app).await? && lease(app).await? {
        for _ in 0..TURN {
            let (keys, now) = (app.clone(), app.clock().now());
            let added = app.db().write(async move |tx: &mut Tx| sequencer::run(tx, keys.keyring(), now, BATCH).await).await?;
            sequenced += added;
            if added == 0 {
                break;
            }
        }
        while count(app).await? {}
    }
    Ok(sequenced)
}

async fn waits(app: &App) -> Answer<bool> {
    let mut db = app.db().read().await?;
    let size = sequencer::head(&mut db).await?.map_or(0, |h| h.size);
    Ok(tally::counted(&mut db).await?.pos < size || sequencer::is_waiting(&mut db).await?)
}

async fn lease(app: &App) -> Answer<bool> {
    let (holder, now) = (app.holder(), app.clock().now());
    let until = now.plus_minutes(super::sweep::LEASE);
    Ok(app.db().write(async move |tx: &mut Tx| sessions::take_lease(tx, "log", holder, now, until).await).await?)
}

/// Counts one stretch; whether there was one.
async fn count(app: &App) -> Answer<bool> {
    let mut db = app.db().read().await?;
    let worlds: BTreeMap<Locality, _> = app.localities().into_iter().filter_map(|l| app.world(l).map(|w| (l, w))).collect();
    let is_published = |l: Locality, month: &str| worlds.get(&l).is_some_and(|w| figures::published(&w.directory, month).next().is_some());
    let stretch = tally::next(&mut db, STRETCH, is_published).await?;
    drop(db);
    if stretch.is_empty() {
        return Ok(false);
    }
    let now = app.clock().now();
    match app.db().write(async move |tx: &mut Tx| tally::apply(tx, &stretch, now).await).await {
        // Another server, whose lease had ended, counted it meanwhile.
        Err(Error::Conflict(_)) => Ok(true),
        done => Ok(done.map(|()| true)?),
    }
}
