//! The second step at sign-in (两步验证): a code of an authenticator program after the password, and recovery codes for the day the phone is
//! lost. The secret is sealed, recovery codes are kept as keyed hashes; each code is good once.

use super::fields::{Faults, Fields};
use super::people::{IDLE, change_person, knows_password, sign_out, token_of};
use super::totp::{self, SECRET};
use super::{Answer, Denied, denied, limit};
use crate::app::{App, World};
use crate::clock::new_id;
use rules::access::Role;
use rules::codes::TrackingCode;
use rules::ids::{Locality, PersonId};
use store::arrangement::{Arrangement, SecondStep};
use store::engine::{Error, Tx};
use store::personal::{Envelope, random};
use store::registry::{RegistryEvent, credential_digest};
use store::scope::{Reason, Scope};
use store::seal::Place;
use store::second::{self, Kept};
use store::sessions;

/// Recovery codes that are made at a time.
pub const CODES: usize = 10;
/// Wrong codes allowed per person in a window of so many minutes.
const TRIES: i64 = 10;
const WINDOW: i64 = 15;

/// The roles that are acted in only after a second step.
#[must_use]
pub fn required(world: &World) -> Vec<Role> {
    let found = world.directory.arrangements.values().find_map(|a| match a {
        Arrangement::SecondStep(s) => Some(s.roles.clone()),
        _ => None,
    });
    found.unwrap_or_default()
}

/// Whether somebody has a role that asks for a second step, and none is set up.
#[must_use]
pub fn is_missing(world: &World, person: PersonId) -> bool {
    !world.directory.second.contains_key(&person) && is_asked(world, person)
}

/// Whether a role of somebody asks for a second step.
#[must_use]
pub fn is_asked(world: &World, person: PersonId) -> bool {
    let roles = required(world);
    world.directory.roles.iter().any(|(p, g)| *p == person && roles.contains(&g.role))
}

/// Which roles ask for a second step from now on, by the security administrator.
///
/// # Errors
/// Those of the store.
pub async fn require(app: &App, scope: &Scope, fields: &Fields) -> Answer<()> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let roles: Vec<Role> = Role::ALL.iter().copied().filter(|r| fields.all("role").iter().any(|v| v == r.code())).collect();
    let known = world.directory.arrangements.iter().find(|(_, a)| matches!(a, Arrangement::SecondStep(_)));
    let id = known.map_or_else(|| new_id(app.clock().now(), &mut app.random()), |(id, _)| *id);
    let arrangement = Arrangement::SecondStep(SecondStep { roles });
    super::people::change(app, scope, vec![RegistryEvent::Arranged { id, arrangement }], None).await
}

/// A secret for a new authenticator, as it is typed.
#[must_use]
pub fn new_secret(app: &App) -> String {
    totp::written(&random::<SECRET>(&mut app.random()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(text.get(i..i + 2)?, 16).ok()).collect()
}

/// Bound to the person: the row of another does not open.
fn place(row: &[u8; 16]) -> [&[u8]; 1] {
    [&row[..]]
}

fn seal(app: &App, locality: Locality, person: PersonId, secret: &[u8; SECRET]) -> String {
    let envelope = Envelope::new(app.keyring(), locality, person.0, &mut app.random());
    let row = place(&person.0.0);
    let sealed = envelope.key().seal(&Place { table: "second_step", column: "sealed", row: &row }, secret, random(&mut app.random()));
    format!("{}.{}", hex(envelope.wrapped().unwrap_or_default()), hex(&sealed))
}

fn open(app: &App, locality: Locality, person: PersonId, sealed: &str) -> Result<Vec<u8>, Error> {
    let corrupt = || Error::Corrupt { table: "second_step".into(), column: "sealed".into(), row: format!("person={person}") };
    let (wrapped, sealed) = sealed.split_once('.').and_then(|(w, s)| Some((unhex(w)?, unhex(s)?))).ok_or_else(corrupt)?;
    let envelope = Envelope::resume(app.keyring(), locality, person.0, &wrapped)?;
    let row = place(&person.0.0);
    Ok(envelope.key().open(&Place { table: "second_step", column: "sealed", row: &row }, &sealed)?.to_vec())
}

fn keyed(app: &App, person: PersonId, code: &TrackingCode) -> String {
    hex(&app.keyring().blind("recovery-code", &format!("{person}/{}", code.as_str())))
}

/// Fresh recovery codes, as they are read and as they are kept.
fn fresh_codes(app: &App, person: PersonId) -> (Vec<String>, Vec<String>) {
    let codes: Vec<TrackingCode> = (0..CODES).map(|_| TrackingCode::from_random(random(&mut app.random()))).collect();
    (codes.iter().map(|c| c.as_str().to_owned()).collect(), codes.iter().map(|c| keyed(app, person, c)).collect())
}

fn wrong(field: &str, code: &str) -> Denied {
    let mut faults = Faults::default();
    faults.add(field, code);
    Denied::Invalid(faults)
}

/// Sets up one's own second step: the password, and a code that shows that the authenticator has the secret. Every other session ends.
/// The recovery codes are told once.
///
/// # Errors
/// [`Denied::Invalid`] with what is wrong, [`Denied::Throttled`] after too many tries.
pub async fn set_up(app: &App, scope: &Scope, token: [u8; 32], fields: &Fields) -> Answer<Vec<String>> {
    let (person, _) = scope.grant().ok_or(Denied::NotFound)?;
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    if world.directory.second.contains_key(&person) {
        return Err(wrong("otp", "second_there"));
    }
    let secret = totp::read(fields.get("secret")).ok_or_else(|| wrong("otp", "code_wrong"))?;
    limit::pass(app, "second-set-up", &person.to_string(), TRIES, WINDOW).await?;
    let now = app.clock().now();
    let step = totp::matching(&secret, &digits(fields.get("otp")), now);
    let mut faults = Faults::default();
    if !knows_password(app, scope, person, fields.get("password")).await? {
        faults.add("password", "password_wrong");
    }
    let Some(step) = step.filter(|_| faults.is_empty()) else {
        if step.is_none() {
            faults.add("otp", "code_wrong");
        }
        return Err(Denied::Invalid(faults));
    };
    let locality = scope.locality();
    let sealed = seal(app, locality, person, &secret);
    let (shown, codes) = fresh_codes(app, person);
    let event = RegistryEvent::SecondStepSet { person, digest: credential_digest(&sealed), codes, used: false };
    change_person(app, scope, (person, token), vec![event], Some(sealed)).await?;
    app.db().write(async move |tx: &mut Tx| second::use_step(tx, locality, person, step).await).await.map_err(denied)?;
    Ok(shown)
}

/// Six digits however they were typed: grouped, or in full width.
fn digits(typed: &str) -> String {
    rules::text::fold(typed).chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

/// Whether a code is right: one of the authenticator's that was not used yet, or a recovery code, which is used up with it. Wrong ones are
/// counted.
async fn spend(app: &App, locality: Locality, person: PersonId, typed: &str) -> Answer<bool> {
    let now = app.clock().now();
    let key = app.keyring().blind("throttle-second", &person.to_string());
    let window = now.plus_minutes(-WINDOW);
    let mut db = app.db().read().await?;
    if sessions::counted(&mut db, key, window).await? >= TRIES {
        return Err(Denied::Throttled);
    }
    let kept = second::of(&mut db, locality, person).await?.ok_or(Denied::NotFound)?;
    drop(db);
    let secret = open(app, locality, person, &kept.sealed)?;
    let right = match (totp::matching(&secret, &digits(typed), now), TrackingCode::parse(typed)) {
        (Some(step), _) => {
            app.db().write(async move |tx: &mut Tx| second::use_step(tx, locality, person, step).await).await.map_err(denied)?
        }
        (None, Ok(code)) => recover(app, locality, person, keyed(app, person, &code)).await?,
        (None, Err(_)) => false,
    };
    let count = async move |tx: &mut Tx| match right {
        true => sessions::forgive(tx, key).await,
        false => sessions::count(tx, key, now, window).await.map(|_| ()),
    };
    app.db().write(count).await.map_err(denied)?;
    Ok(right)
}

/// Uses a recovery code, once however often it is sent.
async fn recover(app: &App, locality: Locality, person: PersonId, code: String) -> Answer<bool> {
    let world = app.world(locality).ok_or(Denied::NotFound)?;
    let (registry, now, scope) = (world.directory.registry, app.clock().now(), Scope::system(locality, Reason::SignIn));
    let unit = async move |tx: &mut Tx| {
        let Some(Kept { sealed, mut codes }) = second::of(tx, locality, person).await? else { return Ok(false) };
        let Some(at) = codes.iter().position(|c| *c == code) else { return Ok(false) };
        codes.remove(at);
        let event = RegistryEvent::SecondStepSet { person, digest: credential_digest(&sealed), codes, used: true };
        store::registry::append(tx, &scope, registry, &[event], Some(&sealed), now).await?;
        Ok(true)
    };
    let used = app.db().write(unit).await.map_err(denied)?;
    if used {
        app.refresh().await?;
    }
    Ok(used)
}

/// Whether a session cookie waits for its second step.
///
/// # Errors
/// Those of the store.
pub async fn is_awaited(app: &App, cookie: &str) -> Answer<bool> {
    let Some(token) = token_of(cookie) else { return Ok(false) };
    let mut db = app.db().read().await?;
    Ok(sessions::find_waiting(&mut db, token, app.clock().now()).await?.is_some())
}

/// Does the second step of a session that waits for it.
///
/// # Errors
/// [`Denied::NotFound`] for a session that does not wait, [`Denied::Invalid`] for a wrong or used code, [`Denied::Throttled`] after too many.
pub async fn pass(app: &App, cookie: &str, typed: &str) -> Answer<()> {
    let now = app.clock().now();
    let token = token_of(cookie).ok_or(Denied::NotFound)?;
    let mut db = app.db().read().await?;
    let session = sessions::find_waiting(&mut db, token, now).await?.ok_or(Denied::NotFound)?;
    drop(db);
    if !spend(app, session.locality, session.person, typed).await? {
        return Err(wrong("otp", "code_wrong"));
    }
    app.db().write(async move |tx: &mut Tx| sessions::admit(tx, token, now, now.plus_minutes(IDLE)).await).await.map_err(denied)
}

/// Ends a session that waits for its second step; whether it was one.
///
/// # Errors
/// Those of the store.
pub async fn give_up(app: &App, cookie: &str) -> Answer<bool> {
    let waits = is_awaited(app, cookie).await?;
    if let Some(token) = token_of(cookie).filter(|_| waits) {
        sign_out(app, token).await?;
    }
    Ok(waits)
}

/// Gives one's second step up, by password and code, for good or for another telephone: whose role asks for it sets it up anew before
/// anything else. Every other session ends.
///
/// # Errors
/// [`Denied::Invalid`] with what is wrong, [`Denied::Throttled`] after too many tries.
pub async fn remove(app: &App, scope: &Scope, token: [u8; 32], fields: &Fields) -> Answer<()> {
    let (person, _) = scope.grant().ok_or(Denied::NotFound)?;
    limit::pass(app, "second-remove", &person.to_string(), TRIES, WINDOW).await?;
    if !knows_password(app, scope, person, fields.get("password")).await? {
        return Err(wrong("password", "password_wrong"));
    }
    if !spend(app, scope.locality(), person, fields.get("last_otp")).await? {
        return Err(wrong("last_otp", "code_wrong"));
    }
    change_person(app, scope, (person, token), vec![RegistryEvent::SecondStepGone { person }], None).await
}

/// New recovery codes in place of the old ones, by a code of the authenticator; told once.
///
/// # Errors
/// As [`remove`].
pub async fn renew_codes(app: &App, scope: &Scope, token: [u8; 32], fields: &Fields) -> Answer<Vec<String>> {
    let (person, _) = scope.grant().ok_or(Denied::NotFound)?;
    if !spend(app, scope.locality(), person, fields.get("otp")).await? {
        return Err(wrong("otp", "code_wrong"));
    }
    let mut db = app.db().read().await?;
    let Kept { sealed, .. } = second::of(&mut db, scope.locality(), person).await?.ok_or(Denied::NotFound)?;
    drop(db);
    let (shown, codes) = fresh_codes(app, person);
    let event = RegistryEvent::SecondStepSet { person, digest: credential_digest(&sealed), codes, used: false };
    change_person(app, scope, (person, token), vec![event], Some(sealed)).await?;
    Ok(shown)
}

/// Takes somebody's second step away because they lost it, by the security administrator; every session of theirs ends. Nobody does it for
/// themselves.
///
/// # Errors
/// [`Denied::NotFound`] for whoever has none, and for oneself.
pub async fn reset(app: &App, scope: &Scope, person: PersonId) -> Answer<()> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let me = scope.grant().is_some_and(|(me, _)| me == person);
    if me || !world.directory.second.contains_key(&person) {
        return Err(Denied::NotFound);
    }
    change_person(app, scope, (person, [0; 32]), vec![RegistryEvent::SecondStepGone { person }], None).await
}
