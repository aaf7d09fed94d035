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
    INSERT = "INSERT INTO session (token, locality, person, created_at, seen_at, expires_at, agent) VALUES ($1, $2, $3, $4, $4, $5, $6)";
    BY_TOKEN = "SELECT locality, person, seen_at, expires_at FROM session WHERE token = $1";
    SEEN = "UPDATE session SET seen_at = $2, expires_at = $3 WHERE token = $1";
    DELETE = "DELETE FROM session WHERE token = $1";
    DELETE_OF = "DELETE FROM session WHERE locality = $1 AND person = $2";
    OF_PERSON = "SELECT token, created_at, seen_at, agent FROM session WHERE locality = $1 AND person = $2 ORDER BY seen_at DESC";
    EXPIRED = "DELETE FROM session WHERE expires_at <= $1";
    COUNT = "INSERT INTO throttle (key, since, count) VALUES ($1, $2, 1) ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN throttle.since > $3 THEN throttle.count + 1 ELSE 1 END,
        since = CASE WHEN throttle.since > $3 THEN throttle.since ELSE $2 END RETURNING count";
    PEEK = "SELECT count FROM throttle WHERE key = $1 AND since > $2";
    CLEAR = "DELETE FROM throttle WHERE key = $1";
    STALE = "DELETE FROM throttle WHERE since <= $1";
    TAKE = "INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE SET holder = excluded.holder,
        until = excluded.until WHERE lease.holder = excluded.holder OR lease.until <= $4";
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

/// Begins a session. `token` is the SHA-256 of the random cookie.
///
/// # Errors
/// Those of writing.
pub async fn begin(
    tx: &mut Tx,
    token: [u8; 32],
    locality: Locality,
    person: PersonId,
    now: Instant,
    expires: Instant,
    agent: &str,
) -> Result<()> {
    tx.exec(INSERT, args![token, locality, person, now, expires, agent]).await.map(|_| ())
}

/// A live session.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "named by its type")]
pub struct Session {
    pub locality: Locality,
    pub person: PersonId,
    pub seen_at: Instant,
}

/// The session of a cookie, if it has not expired.
///
/// # Errors
/// Those of reading.
pub async fn find(db: &mut Reader, token: [u8; 32], now: Instant) -> Result<Option<Session>> {
    let Some(r) = db.opt(BY_TOKEN, args![token]).await? else { return Ok(None) };
    let live = r.get::<Instant>(3)? > now;
    Ok(if live { Some(Session { locality: r.get(0)?, person: r.get(1)?, seen_at: r.get(2)? }) } else { None })
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

/// Ends all sessions of a person.
///
/// # Errors
/// Those of writing.
pub async fn end_all(tx: &mut Tx, scope: &Scope, person: PersonId) -> Result<()> {
    tx.exec(DELETE_OF, args![scope.locality(), person]).await.map(|_| ())
}

/// The sessions of a person: hash of the cookie, begun, last seen, browser.
///
/// # Errors
/// Those of reading.
pub async fn of_person(db: &mut Reader, scope: &Scope, person: PersonId) -> Result<Vec<([u8; 32], Instant, Instant, String)>> {
    let rows = db.all(OF_PERSON, args![scope.locality(), person]).await?;
    rows.iter().map(|r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))).collect()
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
