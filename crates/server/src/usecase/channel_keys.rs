//! Keys of channels: another system — the 12345 hotline, a platform, a partner — hands submissions in with a key, and may do nothing else.
//! A key is told once and kept as its SHA-256; it is a record of the registry, so that making, changing and revoking it stands in the log.

use super::fields::{Fields, Reader};
use super::limit;
use super::people::change;
use super::submit::{self, Incoming, Receipt};
use super::{Answer, Denied};
use crate::app::{App, World};
use crate::clock::new_id;
use rules::ids::{Id, Locality};
use rules::law::Demand;
use rules::time::Instant;
use sha2::{Digest as _, Sha256};
use store::arrangement::{Arrangement, ChannelKey};
use store::engine::Tx;
use store::last_time;
use store::personal::{hex, random};
use store::registry::RegistryEvent;
use store::scope::{Reason, Scope};

/// Kinds of system that may have a key: codes of channels.
pub const CHANNELS: [&str; 4] = ["hotline", "national", "platform", "partner"];
/// What every key begins with, so that one that was published by mistake is known for what it is.
const MARK: &str = "fxk_";
/// Days an old key works beside the one that took its place.
pub const OVERLAP: i64 = 7;
/// Submissions with one key in a minute, and wrong keys from one network address in a quarter of an hour.
const PER_MINUTE: i64 = 60;
const WRONG: i64 = 30;

/// The keys of a locality that are not revoked, by name.
#[must_use]
pub fn all(world: &World) -> Vec<(Id, &ChannelKey)> {
    let keys = world.directory.arrangements.iter().filter_map(|(id, a)| match a {
        Arrangement::ChannelKey(key) => Some((*id, key)),
        _ => None,
    });
    let mut keys: Vec<_> = keys.collect();
    keys.sort_by(|(_, a), (_, b)| (&a.name, b.made).cmp(&(&b.name, a.made)));
    keys
}

/// The name under which the last use of a key is noted.
#[must_use]
pub fn use_of(id: Id) -> String {
    format!("channel-key/{id}")
}

fn digest(key: &str) -> String {
    hex(&Sha256::digest(key.as_bytes()).into())
}

fn new_key(app: &App) -> String {
    format!("{MARK}{}", hex(&random(&mut app.random())))
}

/// Makes a key from a form; the key itself is told once.
///
/// # Errors
/// [`Denied::Invalid`] with what is wrong.
pub async fn make(app: &App, scope: &Scope, fields: &Fields) -> Answer<String> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let mut r = Reader::new(fields);
    let name = r.need_line("key_name", 60);
    let channel = r.need_code("key_channel", |c| CHANNELS.contains(&c).then(|| c.to_owned()));
    let series = r.need_line("key_series", 40);
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !series.is_empty() && !series.bytes().all(good) {
        r.faults.add("key_series", "series_shape");
    } else if all(&world).iter().any(|(_, k)| k.series == series && Some(&k.channel) == channel.as_ref()) {
        r.faults.add("key_series", "series_taken");
    }
    r.done(())?;
    let Some(channel) = channel else { return Err(Denied::NotFound) };
    let (key, now) = (new_key(app), app.clock().now());
    let made = ChannelKey { name, channel, series, digest: digest(&key), made: now, until: None };
    let event = RegistryEvent::Arranged { id: new_id(now, &mut app.random()), arrangement: Arrangement::ChannelKey(made) };
    change(app, scope, vec![event], None).await?;
    Ok(key)
}

fn find(world: &World, id: Id) -> Answer<ChannelKey> {
    all(world).into_iter().find(|(known, _)| *known == id).map(|(_, key)| key.clone()).ok_or(Denied::NotFound)
}

/// A new key in the place of another, which goes on working for [`OVERLAP`] days. Numbers stay in the same series.
///
/// # Errors
/// [`Denied::NotFound`] for one that is revoked or has been replaced already.
pub async fn rotate(app: &App, scope: &Scope, id: Id) -> Answer<String> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let old = find(&world, id)?;
    if old.until.is_some() {
        return Err(Denied::NotFound);
    }
    let (key, now) = (new_key(app), app.clock().now());
    let fresh = ChannelKey { digest: digest(&key), made: now, ..old.clone() };
    let old = ChannelKey { until: Some(now.plus_minutes(OVERLAP * 24 * 60)), ..old };
    let events = vec![
        RegistryEvent::Arranged { id, arrangement: Arrangement::ChannelKey(old) },
        RegistryEvent::Arranged { id: new_id(now, &mut app.random()), arrangement: Arrangement::ChannelKey(fresh) },
    ];
    change(app, scope, events, None).await?;
    Ok(key)
}

/// Revokes a key at once.
///
/// # Errors
/// [`Denied::NotFound`] for one that is not there.
pub async fn revoke(app: &App, scope: &Scope, id: Id) -> Answer<()> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    find(&world, id)?;
    change(app, scope, vec![RegistryEvent::ArrangementEnded { id }], None).await
}

/// A key that was shown, and what it is for.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Where its submissions go.
    pub locality: Locality,
    id: Id,
    key: ChannelKey,
}

/// Looks a key up, whatever locality it is of, and counts its use.
///
/// # Errors
/// [`Denied::NotFound`] for one that does not work, [`Denied::Throttled`] after too many of those from one address, or too many uses of one.
pub async fn show(app: &App, key: &str, address: &str) -> Answer<Shown> {
    let (now, wanted) = (app.clock().now(), digest(key));
    let found = app.localities().into_iter().find_map(|locality| {
        let world = app.world(locality)?;
        let fits = |(_, k): &(Id, &ChannelKey)| k.digest == wanted && k.works(now);
        all(&world).into_iter().find(fits).map(|(id, key)| Shown { locality, id, key: key.clone() })
    });
    let Some(shown) = found else {
        limit::pass(app, "wrong-key-address", address, WRONG, 15).await?;
        return Err(Denied::NotFound);
    };
    limit::pass(app, "channel-key", &shown.id.to_string(), PER_MINUTE, 1).await?;
    note_use(app, &shown, now).await?;
    Ok(shown)
}

/// When a key was last used is kept to the minute.
async fn note_use(app: &App, shown: &Shown, now: Instant) -> Answer<()> {
    let name = use_of(shown.id);
    let mut db = app.db().read().await?;
    let last = last_time::of(&mut db, &name).await?;
    drop(db);
    if last.is_none_or(|(at, _)| now.0 - at.0 >= 60 * 1_000_000) {
        app.db().write(async move |tx: &mut Tx| last_time::note(tx, &name, now, "").await).await?;
    }
    Ok(())
}

/// Hands a submission in with a key: the public form's fields, under the other system's own number.
///
/// # Errors
/// [`Denied::Invalid`] with every fault; those of the store.
pub async fn hand_in(app: &App, shown: &Shown, number: &str, fields: &Fields) -> Answer<Receipt> {
    let now = app.clock().now();
    let mut r = Reader::new(fields);
    let received_at = r.moment("received_at");
    if received_at.is_some_and(|at| at > now) {
        r.faults.add("received_at", "date_future");
    }
    if number.is_empty() || number.len() > 100 || !number.bytes().all(|b| b.is_ascii_graphic()) {
        r.faults.add("idempotency_key", "number_shape");
    }
    for ask in fields.all("ask") {
        if Demand::parse(ask).is_none() && !matches!(ask.as_str(), "report" | "consult") {
            r.faults.add("ask", "choose");
        }
    }
    // The form's own mark; the number takes its place.
    let mut form = fields.clone();
    form.0.insert("nonce".into(), vec!["0".repeat(32)]);
    let incoming = match submit::read_form(&form, now) {
        Ok(incoming) => incoming,
        Err(faults) => {
            r.faults.0.extend(faults.0);
            Incoming::default()
        }
    };
    r.done(())?;
    let incoming = Incoming {
        channel: shown.key.channel.clone(),
        series: Some(shown.key.series.clone()),
        external_id: number.to_owned(),
        received_at,
        ..incoming
    };
    submit::submit(app, &Scope::system(shown.locality, Reason::Channel), &incoming, None).await
}
