//! Mail. Out: notices of decisive steps, queued with their events and sent afterwards. In: mails become submissions, or what they answer is
//! added to its case. True inside this folder: an address is opened only to send to it or to compare it, and stands in no log; nothing is
//! answered that a machine wrote.

pub mod config;
pub mod desk;
pub mod imap;
mod notice;
pub mod parse;
pub mod send;
pub mod spool;
pub mod take;

pub use notice::said;
pub use parse::parse;

use super::{Answer, Denied};
use crate::app::App;
use config::Config;
use send::Mailer;
use std::sync::Arc;
use std::time::Duration;
use store::engine::Tx;
use store::sessions;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

/// Seconds between two looks at what is to be sent, and into the spool.
const ROUND: Duration = Duration::from_secs(2);

/// Sends and fetches until asked to stop. `base` is the address people know the site by, empty where none was named.
pub async fn run(app: App, config: Config, base: String, mut stopped: watch::Receiver<bool>) {
    let config = Arc::new(config);
    let fetching = tokio::spawn(fetch(app.clone(), config.clone(), stopped.clone()));
    let mailer = match Mailer::new(&config, &base) {
        Ok(mailer) => mailer,
        Err(cause) => {
            tracing::error!(%cause, "mail cannot be sent as it is set up");
            return;
        }
    };
    let mut tick = interval(ROUND);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => break,
            _ = tick.tick() => {}
        }
        match send::round(&app, &mailer).await {
            Ok(did) if did != send::Round::default() => tracing::info!(sent = did.sent, failed = did.failed, later = did.later, "notices"),
            Ok(_) => {}
            Err(e) => tracing::warn!(code = e.code(), cause = %e, "notices could not be sent yet"),
        }
        if let Some(spool) = config.intake.as_ref().and_then(|i| i.spool.as_ref())
            && let Err(e) = spool::round(&app, &config, spool).await
        {
            tracing::warn!(code = e.code(), cause = %e, "mails of the spool could not be taken yet");
        }
    }
    fetching.abort();
}

/// Empties the mailbox, look by look.
async fn fetch(app: App, config: Arc<Config>, mut stopped: watch::Receiver<bool>) {
    let Some(imap) = config.intake.as_ref().and_then(|i| i.imap.as_ref()) else { return };
    let mut tick = interval(Duration::from_secs(imap.every.max(1)));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => return,
            _ = tick.tick() => {}
        }
        match imap::round(&app, &config, imap).await {
            Ok(0) => {}
            Ok(taken) => tracing::info!(taken, "mails taken from the mailbox"),
            Err(e) => tracing::warn!(cause = %e, "the mailbox could not be read yet"),
        }
    }
}

/// The locality mails come in for.
fn locality(app: &App, config: &Config) -> Answer<rules::ids::Locality> {
    let intake = config.intake.as_ref().ok_or(Denied::NotFound)?;
    intake.place(&app.localities()).ok_or(Denied::NotFound)
}

/// How long a server keeps the work without a sign of it, minutes.
const LEASE: i64 = 2;

/// Whether this server may do a piece of the work now: one does at a time, until it lets go.
async fn ours(app: &App, what: &'static str) -> Answer<bool> {
    let (holder, now) = (app.holder(), app.clock().now());
    let until = now.plus_minutes(LEASE);
    Ok(app.db().write(async move |tx: &mut Tx| sessions::take_lease(tx, what, holder, now, until).await).await?)
}

/// Lets others do it.
async fn let_go(app: &App, what: &'static str) -> Answer<()> {
    let (holder, now) = (app.holder(), app.clock().now());
    app.db().write(async move |tx: &mut Tx| sessions::take_lease(tx, what, holder, now, now).await).await?;
    Ok(())
}
