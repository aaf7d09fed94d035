//! Signing in: sessions, throttles, leases. None of it is part of the record. Passwords are argon2id texts made and checked by the server;
//! here they are only kept.

use crate::engine::{Reader, Result, Tx};
use crate::registry::Directory;
use crate::scope::{Grant, Scope};
use crate::{args, statements};
use rules::ids::{Id, Locality, PersonId};
use rules::time::Instant;

statements! {
    CREDENTIAL = "SELECT p.locality, p.id, p.active, c.hash FROM person p JOIN credential c ON c.locality = p.locality AND c.person = p.id
        WHERE p.login = $1";
    CREDENTIALS = "SELECT COUNT(*) FROM credential";
    CREDENTIAL_OF = "SELECT hash FROM credential WHERE locality = $1 AND person = $2";
    INSERT = "INSERT INTO session (token, locality, person, created_at, seen_at, expires_at, agent, network, waiting)
        VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8)";
    BY_TOKEN = "SELECT locality, person, seen_at, expires_at, waiting FROM session WHERE token = $1";
    ADMIT = "UPDATE session SET waiting = FALSE, seen_at = $2, expires_at = $3 WHERE token = $1";
    SEEN = "UPDATE session SET seen_at = $2, expires_at = $3 WHERE token = $1";
    DELETE = "DELETE FROM session WHERE token = $1";
    DELETE_OF = "DELETE FROM session WHERE locality = $1 AND person = $2 AND token <> $3";
    OF_PERSON = "SELECT token, created_at, seen_at, agent, network FROM session
        WHERE locality = $1 AND person = $2 AND waiting = FALSE AND expires_at > $3 ORDER BY seen_at DESC";
    OPEN = "SELECT COUNT(*) FROM session WHERE locality = $1 AND waiting = FALSE AND expires_at > $2";
    EXPIRED = "DELETE FROM session WHERE expires_at <= $1";
    COUNT = "INSERT INTO throttle (key, since, count) VALUES ($1, $2, 1) ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN throttle.since > $3 THEN throttle.count + 1 ELSE 1 END,
        since = CASE WHEN throttle.since > $3 THEN throttle.since ELSE $2 END RETURNING count";
    PEEK = "SELECT count FROM throttle WHERE key = $1 AND since > $2";
    CLEAR = "DELETE FROM throttle WHERE key = $1";
    STALE = "DELETE FROM throttle WHERE since <= $1";
    // A lease ten minutes longer than anybody now takes one was taken by a clock that ran ahead: nobody waits for that.
    TAKE = "INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET holder = excluded.holder,
        until = excluded.until WHERE lease.holder = excluded.holder OR lease.until <= $4
        OR lease.until > excluded.until + 600000000";
}

/// A login found: whose it is and the argon2id text to check.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named by its type")]
pub struct Login {
    pub locality: Locality,
    pub person: PersonId,
    pub active: bool,
    pub hash: String,
}

/// Looks a login name up.
///
/// # Errors
/// Those of reading.
pub async fn login(db: &mut Reader, login: &str) -> Result<Option<Login>> {
    let Some(r) = db.opt(CREDENTIAL, args![login]).await? else { return Ok(None) };
    Ok(Some(Login { locality: r.get(0)?, person: r.get(1)?, active: r.get(2)?, hash: r.get(3)? }))
}

/// Whether anybody can sign in yet.
///
/// # Errors
/// Those of reading.
pub async fn anybody(db: &mut Reader) -> Result<bool> {
    Ok(db.one(CREDENTIALS, &[]).await?.get::<i64>(0)? > 0)
}

/// The argon2id text of a person, to change their password.
///
/// # Errors
/// Those of reading.
pub async fn credential(db: &mut Reader, scope: &Scope, person: PersonId) -> Result<Option<String>> {
    db.opt(CREDENTIAL_OF, args![scope.locality(), person]).await?.map(|r| r.get(0)).transpose()
}

/// A session to begin.
#[derive(Clone, Debug)]
pub struct Begun {
    /// SHA-256 of the random cookie.
    pub token: [u8; 32],
    /// Locality.
    pub locality: Locality,
    /// Whose.
    pub person: PersonId,
    /// When it ends unless it is used.
    pub expires: Instant,
    /// What the browser calls itself.
    pub agent: String,
    /// The network it comes from, not the whole address.
    pub network: String,
    /// Whether its second step is still to be done; until then it opens nothing.
    pub waiting: bool,
}

/// Begins a session.
///
/// # Errors
/// Those of writing.
pub async fn begin(tx: &mut Tx, s: &Begun, now: Instant) -> Result<()> {
    let values = args![s.token, s.locality, s.person, now, s.expires, s.agent.as_str(), s.network.as_str(), s.waiting];
    tx.exec(INSERT, values).await.map(|_| ())
}

/// A live session.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "named by its type")]
pub struct Session {
    pub locality: Locality,
    pub person: PersonId,
    pub seen_at: Instant,
}

/// The session of a cookie, if it has not expired and its second step is done.
///
/// # Errors
/// Those of reading.
pub async fn find(db: &mut Reader, token: [u8; 32], now: Instant) -> Result<Option<Session>> {
    at_step(db, token, now, false).await
}

/// The session of a cookie that waits for its second step.
///
/// # Errors
/// Those of reading.
pub async fn find_waiting(db: &mut Reader, token: [u8; 32], now: Instant) -> Result<Option<Session>> {
    at_step(db, token, now, true).await
}

async fn at_step(db: &mut Reader, token: [u8; 32], now: Instant, waiting: bool) -> Result<Option<Session>> {
    let Some(r) = db.opt(BY_TOKEN, args![token]).await? else { return Ok(None) };
    let live = r.get::<Instant>(3)? > now && r.get::<bool>(4)? == waiting;
    Ok(if live { Some(Session { locality: r.get(0)?, person: r.get(1)?, seen_at: r.get(2)? }) } else { None })
}

/// The second step of a session is done.
///
/// # Errors
/// Those of writing.
pub async fn admit(tx: &mut Tx, token: [u8; 32], now: Instant, expires: Instant) -> Result<()> {
    tx.exec(ADMIT, args![token, now, expires]).await.map(|_| ())
}

impl Session {
    /// The scopes the person may act in, one per role they hold themselves or as a deputy.
    #[must_use]
    pub fn scopes(&self, directory: &Directory) -> Vec<Scope> {
        let active = directory.people.get(&self.person).is_some_and(|p| p.active);
        let of_person = |(p, g): &(PersonId, Grant)| (*p == self.person && active).then_some(*g);
        directory
            .roles
            .iter()
            .chain(&directory.deputies)
            .filter_map(of_person)
            .map(|g| Scope::person(self.locality, self.person, g))
            .collect()
    }
}

/// Moves the end of a session on.
///
/// # Errors
/// Those of writing.
pub async fn seen(tx: &mut Tx, token: [u8; 32], now: Instant, expires: Instant) -> Result<()> {
    tx.exec(SEEN, args![token, now, expires]).await.map(|_| ())
}

/// Ends a session.
///
/// # Errors
/// Those of writing.
pub async fn end(tx: &mut Tx, token: [u8; 32]) -> Result<()> {
    tx.exec(DELETE, args![token]).await.map(|_| ())
}

/// Ends all sessions of a person but one, which may be none of theirs.
///
/// # Errors
/// Those of writing.
pub async fn end_all(tx: &mut Tx, scope: &Scope, person: PersonId, keep: [u8; 32]) -> Result<()> {
    tx.exec(DELETE_OF, args![scope.locality(), person, keep]).await.map(|_| ())
}

/// A device that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Hash of its cookie.
    pub token: [u8; 32],
    /// Since when.
    pub since: Instant,
    /// Last used.
    pub seen: Instant,
    /// What the browser calls itself.
    pub agent: String,
    /// The network it signed in from.
    pub network: String,
}

/// The devices a person is signed in on, the last used first.
///
/// # Errors
/// Those of reading.
pub async fn of_person(db: &mut Reader, scope: &Scope, person: PersonId, now: Instant) -> Result<Vec<Device>> {
    let rows = db.all(OF_PERSON, args![scope.locality(), person, now]).await?;
    let device =
        |r: &crate::engine::Row| Ok(Device { token: r.get(0)?, since: r.get(1)?, seen: r.get(2)?, agent: r.get(3)?, network: r.get(4)? });
    rows.iter().map(device).collect()
}

/// How many devices of a locality are signed in.
///
/// # Errors
/// Those of reading.
pub async fn open(db: &mut Reader, scope: &Scope, now: Instant) -> Result<i64> {
    db.one(OPEN, args![scope.locality(), now]).await?.get(0)
}

/// Forgets sessions and throttles that have expired.
///
/// # Errors
/// Those of writing.
pub async fn sweep(tx: &mut Tx, now: Instant, throttles_before: Instant) -> Result<()> {
    tx.exec(EXPIRED, args![now]).await?;
    tx.exec(STALE, args![throttles_before]).await.map(|_| ())
}

/// Counts one more attempt under `key` in the window that began after `window_start`, and returns how many there were.
///
/// # Errors
/// Those of writing.
pub async fn count(tx: &mut Tx, key: [u8; 16], now: Instant, window_start: Instant) -> Result<i64> {
    tx.one(COUNT, args![key, now, window_start]).await?.get(0)
}

/// How many attempts there were under `key` in the window.
///
/// # Errors
/// Those of reading.
pub async fn counted(db: &mut Reader, key: [u8; 16], window_start: Instant) -> Result<i64> {
    db.opt(PEEK, args![key, window_start]).await?.map_or(Ok(0), |r| r.get(0))
}

/// Forgets the attempts under `key`.
///
/// # Errors
/// Those of writing.
pub async fn forgive(tx: &mut Tx, key: [u8; 16]) -> Result<()> {
    tx.exec(CLEAR, args![key]).await.map(|_| ())
}

/// Takes or renews a lease; of several servers one holds it.
///
/// # Errors
/// Those of writing.
pub async fn take_lease(tx: &mut Tx, name: &str, holder: Id, now: Instant, until: Instant) -> Result<bool> {
    Ok(tx.exec(TAKE, args![name, holder, until, now]).await? == 1)
}
