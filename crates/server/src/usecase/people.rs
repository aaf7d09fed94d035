//! People who sign in: the first administrator, accounts, passwords, sessions. Passwords are argon2id; wrong ones are counted per login and
//! per address of the network.

use super::fields::Faults;
use super::{Answer, Denied, denied};
use crate::app::App;
use crate::clock::new_id;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Argon2, PasswordHash};
use rules::access::Role;
use rules::ids::{Locality, PersonId, UnitId};
use rules::time::Instant;
use sha2::{Digest, Sha256};
use std::net::IpAddr;
use store::engine::Tx;
use store::personal::random;
use store::queue::{self, Filter};
use store::random::Source;
use store::registry::{Person, RegistryEvent};
use store::scope::{Grant, Reason, Scope};
use store::sessions::{self, Begun};

/// Wrong passwords allowed per login in a window, and per network address.
const LOGIN_TRIES: i64 = 10;
const ADDRESS_TRIES: i64 = 50;
/// Length of the window, minutes.
const WINDOW: i64 = 15;
/// A session ends after so many minutes without use.
pub(super) const IDLE: i64 = 8 * 60;
/// Minutes to do the second step in.
const SECOND: i64 = 10;
/// Shortest password, characters.
pub const MIN_PASSWORD: usize = 10;

/// The argon2id text of a password, its salt from `source`. Slow on purpose; run it off the async threads.
///
/// # Errors
/// A fault of the library.
pub async fn hash(password: String, mut source: Source) -> Answer<String> {
    let salt: [u8; 16] = random(&mut source);
    let made =
        tokio::task::spawn_blocking(move || Argon2::default().hash_password_with_salt(password.as_bytes(), &salt).map(|h| h.to_string()));
    let made = made.await.map_err(store::engine::Error::internal)?;
    made.map_err(|e| Denied::Store(store::engine::Error::internal(e)))
}

async fn verify(password: String, text: String) -> bool {
    let check = move || PasswordHash::new(&text).is_ok_and(|h| Argon2::default().verify_password(password.as_bytes(), &h).is_ok());
    tokio::task::spawn_blocking(check).await.unwrap_or(false)
}

/// A hash to check against when the login is unknown, so that both take as long.
async fn decoy() -> String {
    static DECOY: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
    DECOY.get_or_init(|| async { hash("no such person".into(), Source::System).await.unwrap_or_default() }).await.clone()
}

fn window_start(now: Instant) -> Instant {
    now.plus_minutes(-WINDOW)
}

/// Signs in: a new session and the cookie's value. Whoever has a second step does it next; until then the session opens nothing.
///
/// # Errors
/// [`Denied::NotFound`] for a wrong pair (never which half), [`Denied::Throttled`] after too many.
pub async fn sign_in(app: &App, login: &str, password: &str, address: &str, agent: &str) -> Answer<String> {
    let now = app.clock().now();
    let login = rules::text::fold(login.trim());
    let keys = [app.keyring().blind("throttle-login", &login), app.keyring().blind("throttle-address", address)];
    let mut db = app.db().read().await?;
    for (key, most) in keys.iter().zip([LOGIN_TRIES, ADDRESS_TRIES]) {
        if sessions::counted(&mut db, *key, window_start(now)).await? >= most {
            return Err(Denied::Throttled);
        }
    }
    let found = sessions::login(&mut db, &login).await?;
    drop(db);
    let text = match &found {
        Some(l) => l.hash.clone(),
        None => decoy().await,
    };
    let right = verify(password.to_owned(), text).await;
    let found = found.filter(|l| l.active && right);
    let Some(login) = found else {
        let count = async move |tx: &mut Tx| {
            for key in keys {
                sessions::count(tx, key, now, window_start(now)).await?;
            }
            Ok(())
        };
        app.db().write(count).await?;
        return Err(Denied::NotFound);
    };
    let cookie: [u8; 32] = random(&mut app.random());
    let token: [u8; 32] = Sha256::digest(cookie).into();
    let mut db = app.db().read().await?;
    let waiting = store::second::of(&mut db, login.locality, login.person).await?.is_some();
    drop(db);
    let session = Begun {
        token,
        locality: login.locality,
        person: login.person,
        expires: now.plus_minutes(if waiting { SECOND } else { IDLE }),
        agent: agent.chars().take(200).collect(),
        network: network(address),
        waiting,
    };
    app.db()
        .write(async move |tx: &mut Tx| {
            sessions::forgive(tx, keys[0]).await?;
            sessions::begin(tx, &session, now).await
        })
        .await?;
    Ok(store::personal::hex(&cookie))
}

/// The network of an address, which is enough to know a place again: three quarters of an IPv4 address, three groups of an IPv6 one.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V4(a)) => format!("{}.{}.{}.*", a.octets()[0], a.octets()[1], a.octets()[2]),
        Ok(IpAddr::V6(a)) => format!("{:x}:{:x}:{:x}:*", a.segments()[0], a.segments()[1], a.segments()[2]),
        Err(_) => String::new(),
    }
}

/// Who a session cookie belongs to, and the scopes they may act in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Locality.
    pub locality: Locality,
    /// Person.
    pub person: Person,
    /// One scope per role.
    pub scopes: Vec<Scope>,
    /// Hash of the cookie.
    pub token: [u8; 32],
}

/// The person behind a session cookie; moves the end of the session on.
///
/// # Errors
/// Those of the store; a cookie that is none is `Ok(None)`.
pub async fn who(app: &App, cookie: &str) -> Answer<Option<SignedIn>> {
    let Some(token) = token_of(cookie) else { return Ok(None) };
    let now = app.clock().now();
    let mut db = app.db().read().await?;
    let Some(session) = sessions::find(&mut db, token, now).await? else { return Ok(None) };
    drop(db);
    let Some(world) = app.world(session.locality) else { return Ok(None) };
    let scopes = session.scopes(&world.directory);
    let Some(person) = world.directory.people.get(&session.person).filter(|p| p.active).cloned() else { return Ok(None) };
    if now.0 - session.seen_at.0 > 60 * 1_000_000 {
        app.db().write(async move |tx: &mut Tx| sessions::seen(tx, token, now, now.plus_minutes(IDLE)).await).await?;
    }
    Ok(Some(SignedIn { locality: session.locality, person, scopes, token }))
}

/// The hash of a session's cookie; `None` for what cannot be one.
pub(super) fn token_of(cookie: &str) -> Option<[u8; 32]> {
    if cookie.len() != 64 || !cookie.is_ascii() {
        return None;
    }
    let mut bytes = [0u8; 32];
    for (i, b) in bytes.iter_mut().enumerate() {
        *b = u8::from_str_radix(&cookie[2 * i..2 * i + 2], 16).ok()?;
    }
    Some(Sha256::digest(bytes).into())
}

/// Ends a session.
///
/// # Errors
/// Those of the store.
pub async fn sign_out(app: &App, token: [u8; 32]) -> Answer<()> {
    app.db().write(async move |tx: &mut Tx| sessions::end(tx, token).await).await.map_err(denied)
}

/// A person to be made.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Login name.
    pub login: String,
    /// Name.
    pub name: String,
    /// Password in clear, kept nowhere.
    pub password: String,
    /// Roles with their units.
    pub roles: Vec<(Role, UnitId)>,
}

/// Checks what was typed for a new person.
#[must_use]
pub fn check_person(p: &NewPerson) -> Faults {
    let mut faults = Faults::default();
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if p.login.len() < 3 || p.login.len() > 40 || !p.login.chars().all(good) {
        faults.add("login", "login_shape");
    }
    if p.name.is_empty() {
        faults.add("name", "required");
    }
    if p.password.chars().count() < MIN_PASSWORD {
        faults.add("password", "password_short");
    }
    faults
}

/// Makes a person with roles and a password.
///
/// # Errors
/// [`Denied::Invalid`] with what is wrong; a login that is taken too.
pub async fn create(app: &App, scope: &Scope, new: NewPerson) -> Answer<PersonId> {
    let faults = check_person(&new);
    if !faults.is_empty() {
        return Err(Denied::Invalid(faults));
    }
    let now = app.clock().now();
    let id = PersonId(new_id(now, &mut app.random()));
    let secret = hash(new.password, app.random()).await?;
    let digest = store::personal::hex(&Sha256::digest(secret.as_bytes()).into());
    let person = Person { id, login: rules::text::fold(&new.login), name: new.name, active: true };
    let mut events = vec![RegistryEvent::PersonSet { person }];
    events.extend(new.roles.into_iter().map(|(role, unit)| RegistryEvent::RoleGiven { person: id, role, unit }));
    events.push(RegistryEvent::CredentialSet { person: id, digest });
    match change(app, scope, events, Some(secret)).await {
        Err(Denied::Store(e)) if e.is_unique() => {
            let mut faults = Faults::default();
            faults.add("login", "login_taken");
            Err(Denied::Invalid(faults))
        }
        other => other.map(|()| id),
    }
}

/// Sets a password; every session of the person ends, but `keep`.
async fn set_password(app: &App, scope: &Scope, person: PersonId, password: String, keep: [u8; 32]) -> Answer<()> {
    if password.chars().count() < MIN_PASSWORD {
        let mut faults = Faults::default();
        faults.add("password", "password_short");
        return Err(Denied::Invalid(faults));
    }
    let secret = hash(password, app.random()).await?;
    let digest = store::personal::hex(&Sha256::digest(secret.as_bytes()).into());
    let events = vec![RegistryEvent::CredentialSet { person, digest }];
    change_person(app, scope, (person, keep), events, Some(secret)).await
}

/// Gives somebody a new password; every session of theirs ends.
///
/// # Errors
/// [`Denied::Invalid`] for one that is too short.
pub async fn reset_password(app: &App, scope: &Scope, person: PersonId, password: String) -> Answer<()> {
    set_password(app, scope, person, password, [0; 32]).await
}

/// Whether this is somebody's password.
///
/// # Errors
/// Those of the store.
pub(super) async fn knows_password(app: &App, scope: &Scope, person: PersonId, password: &str) -> Answer<bool> {
    let mut db = app.db().read().await?;
    let text = sessions::credential(&mut db, scope, person).await?.unwrap_or_default();
    drop(db);
    Ok(verify(password.to_owned(), text).await)
}

/// Changes one's own password; every other session of one's own ends. `token` is the one it is changed in.
///
/// # Errors
/// [`Denied::Invalid`] if the old one is wrong or the new one too short, [`Denied::Throttled`] after too many tries.
pub async fn change_password(app: &App, scope: &Scope, token: [u8; 32], old: &str, new: String) -> Answer<()> {
    let (person, _) = scope.grant().ok_or(Denied::NotFound)?;
    super::limit::pass(app, "change-password", &person.to_string(), LOGIN_TRIES, WINDOW).await?;
    if !knows_password(app, scope, person, old).await? {
        let mut faults = Faults::default();
        faults.add("old", "password_wrong");
        return Err(Denied::Invalid(faults));
    }
    set_password(app, scope, person, new, token).await
}

/// Ends every session of one's own but the one it is asked in.
///
/// # Errors
/// Those of the store.
pub async fn end_others(app: &App, scope: &Scope, token: [u8; 32]) -> Answer<()> {
    let (person, _) = scope.grant().ok_or(Denied::NotFound)?;
    let s = scope.clone();
    app.db().write(async move |tx: &mut Tx| sessions::end_all(tx, &s, person, token).await).await.map_err(denied)
}

/// Ends a session of somebody, or all of them, by whoever may.
///
/// # Errors
/// [`Denied::NotFound`] for one that is not theirs.
pub async fn end_sessions(app: &App, scope: &Scope, person: PersonId, which: Option<[u8; 32]>) -> Answer<()> {
    let now = app.clock().now();
    let Some(token) = which else {
        let s = scope.clone();
        return app.db().write(async move |tx: &mut Tx| sessions::end_all(tx, &s, person, [0; 32]).await).await.map_err(denied);
    };
    let mut db = app.db().read().await?;
    let theirs = sessions::of_person(&mut db, scope, person, now).await?.iter().any(|d| d.token == token);
    drop(db);
    if theirs { sign_out(app, token).await } else { Err(Denied::NotFound) }
}

/// Closes an account, or opens it again; with it every session ends. Whoever still has cases hands them over first, and nobody closes
/// their own.
///
/// # Errors
/// [`Denied::Invalid`] with what is in the way.
pub async fn set_active(app: &App, scope: &Scope, person: PersonId, active: bool) -> Answer<()> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let person = world.directory.people.get(&person).cloned().ok_or(Denied::NotFound)?;
    let mut faults = Faults::default();
    if scope.grant().is_some_and(|(me, _)| me == person.id) {
        faults.add("account", "own_account");
    } else if !active {
        let open = Filter { handler: Some(person.id), ..Filter::default() };
        let mut db = app.db().read().await?;
        if queue::count(&mut db, &Scope::system(scope.locality(), Reason::Setup), &open, 1).await? > 0 {
            faults.add("account", "has_cases");
        }
    }
    if !faults.is_empty() {
        return Err(Denied::Invalid(faults));
    }
    let id = person.id;
    let events = vec![RegistryEvent::PersonSet { person: Person { active, ..person } }];
    change_person(app, scope, (id, [0; 32]), events, None).await
}

/// Appends to the registry and reads it anew.
///
/// # Errors
/// Those of the store.
pub async fn change(app: &App, scope: &Scope, events: Vec<RegistryEvent>, secret: Option<String>) -> Answer<()> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let (registry, now, s) = (world.directory.registry, app.clock().now(), scope.clone());
    let unit = async move |tx: &mut Tx| store::registry::append(tx, &s, registry, &events, secret.as_deref(), now).await;
    app.db().write(unit).await.map_err(denied)?;
    app.refresh().await.map_err(Denied::Store)
}

/// Appends to the registry what changes how somebody signs in or what they may, and ends every session of theirs but `keep` with it.
///
/// # Errors
/// Those of the store.
pub(super) async fn change_person(
    app: &App,
    scope: &Scope,
    (person, keep): (PersonId, [u8; 32]),
    events: Vec<RegistryEvent>,
    secret: Option<String>,
) -> Answer<()> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let (registry, now, s) = (world.directory.registry, app.clock().now(), scope.clone());
    let unit = async move |tx: &mut Tx| {
        store::registry::append(tx, &s, registry, &events, secret.as_deref(), now).await?;
        sessions::end_all(tx, &s, person, keep).await
    };
    app.db().write(unit).await.map_err(denied)?;
    app.refresh().await.map_err(Denied::Store)
}

/// Whether a role may be held beside others: the three administrators are kept apart (三权分立).
#[must_use]
pub fn compatible(held: &[Grant], role: Role) -> bool {
    let admin = |r: Role| matches!(r, Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin);
    held.iter().all(|g| g.role == role || !(admin(g.role) || admin(role)))
}
