//! Notices on their way (通知): a row for each channel, written in the transaction of the event it tells of, sent afterwards. What it says is
//! made from the event when it is sent; the row holds no word of it and no address. And up to when a person has read theirs on the page.

use crate::cases::Loaded;
use crate::engine::{Arg, Batch, Reader, Result, Row, Sql, Tx};
use crate::scope::Scope;
use crate::{args, statements};
use rules::case::notice::{Step, step};
use rules::ids::{CaseId, Id, Locality, SubmissionId};
use rules::time::Instant;

statements! {
    INSERT = "INSERT INTO outbox (locality, case_id, seq, channel, step, state, attempts, due_at, created_at, done_at, error)
        VALUES ($1, $2, $3, $4, $5, 'waiting', 0, $6, $6, NULL, '')";
    DUE = "SELECT locality, case_id, seq, channel, step, state, attempts, due_at, created_at, done_at, error, '' FROM outbox
        WHERE state = 'waiting' AND due_at <= $1 ORDER BY due_at LIMIT $2";
    TRY = "UPDATE outbox SET attempts = attempts + 1, due_at = $6
        WHERE locality = $1 AND case_id = $2 AND seq = $3 AND channel = $4 AND state = 'waiting' AND attempts = $5";
    DONE = "UPDATE outbox SET state = $5, done_at = $6, error = $7
        WHERE locality = $1 AND case_id = $2 AND seq = $3 AND channel = $4 AND state = 'waiting'";
    BOUNCED = "UPDATE outbox SET state = 'failed', error = 'bounced'
        WHERE locality = $1 AND case_id = $2 AND seq = $3 AND channel = $4 AND state = 'sent'";
    RETRY = "UPDATE outbox SET state = 'waiting', attempts = 0, due_at = $5, created_at = $5, done_at = NULL, error = ''
        WHERE locality = $1 AND case_id = $2 AND seq = $3 AND channel = $4 AND state = 'failed'";
    RETRY_ALL = "UPDATE outbox SET state = 'waiting', attempts = 0, due_at = $2, created_at = $2, done_at = NULL, error = ''
        WHERE locality = $1 AND state = 'failed'";
    LIST = "SELECT o.locality, o.case_id, o.seq, o.channel, o.step, o.state, o.attempts, o.due_at, o.created_at, o.done_at, o.error, c.number
        FROM outbox AS o JOIN cases AS c ON c.locality = o.locality AND c.id = o.case_id
        WHERE o.locality = $1 AND o.state = $2 AND (o.created_at, o.case_id, o.seq) < ($3, $4, $5) AND c.kind <> 'report'
        ORDER BY o.created_at DESC, o.case_id DESC, o.seq DESC LIMIT $6";
    COUNT = "SELECT COUNT(*) FROM (SELECT 1 FROM outbox AS o JOIN cases AS c ON c.locality = o.locality AND c.id = o.case_id
        WHERE o.locality = $1 AND o.state = $2 AND c.kind <> 'report' LIMIT $3) AS few";
    FAILED_OF = "SELECT locality, case_id, seq, channel, step, state, attempts, due_at, created_at, done_at, error, '' FROM outbox
        WHERE locality = $1 AND case_id = $2 AND state = 'failed' ORDER BY seq";
    READ_AT = "SELECT read_at FROM notice_read WHERE locality = $1 AND submission = $2";
    SET_READ = "INSERT INTO notice_read (locality, submission, read_at) VALUES ($1, $2, $3)
        ON CONFLICT (locality, submission) DO UPDATE SET read_at = excluded.read_at";
}

/// The channel of e-mail; a transport for messages to telephones gets one of its own.
pub const MAIL: &str = "mail";

/// States of a notice, in the order a list shows them.
pub const STATES: [&str; 3] = ["failed", "waiting", "sent"];

/// A notice on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of `outbox`")]
pub struct Notice {
    pub locality: Locality,
    pub case: CaseId,
    /// The event it tells of.
    pub seq: u32,
    pub channel: String,
    pub step: String,
    pub state: String,
    pub attempts: i64,
    pub due_at: Instant,
    pub created_at: Instant,
    pub done_at: Option<Instant>,
    /// Why it was not sent: a code or the status of the mail server; no address.
    pub error: String,
    /// Number of the case, in lists.
    pub number: String,
}

fn notice(r: &Row) -> Result<Notice> {
    Ok(Notice {
        locality: r.get(0)?,
        case: r.get(1)?,
        seq: r.get(2)?,
        channel: r.get(3)?,
        step: r.get(4)?,
        state: r.get(5)?,
        attempts: r.get(6)?,
        due_at: r.get(7)?,
        created_at: r.get(8)?,
        done_at: r.get(9)?,
        error: r.get(10)?,
        number: r.get(11)?,
    })
}

/// The statements that queue the notices of a case's events from the one after `seq`.
pub(crate) fn queue(after: &Loaded, seq: u32) -> Batch {
    let r = &after.case.registration;
    if r.details.email.is_none() || r.historical || after.case.erased || after.case.undone {
        return Batch::new();
    }
    let fresh = after.events.iter().filter(|(event, _)| event.seq > seq);
    let steps = fresh.filter_map(|(event, fact)| step(&fact.event).map(|s| (event, s)));
    let row = |(event, s): (&crate::chain::Recorded, Step)| {
        (INSERT, args![after.locality, after.id, event.seq, MAIL, s.code(), event.recorded_at].to_vec())
    };
    steps.map(row).collect()
}

/// The notices that are due, the oldest first.
///
/// # Errors
/// Those of reading.
pub async fn due(db: &mut Reader, now: Instant, limit: i64) -> Result<Vec<Notice>> {
    db.all(DUE, args![now, limit]).await?.iter().map(notice).collect()
}

/// Takes a notice for an attempt and sets when the next would be; false if another server did.
///
/// # Errors
/// Those of writing.
pub async fn attempt(tx: &mut Tx, n: &Notice, next: Instant) -> Result<bool> {
    Ok(tx.exec(TRY, args![n.locality, n.case, n.seq, n.channel.as_str(), n.attempts, next]).await? == 1)
}

/// Notes what came of a notice for good: `sent`, or `failed` with why.
///
/// # Errors
/// Those of writing.
pub async fn done(tx: &mut Tx, n: &Notice, state: &str, error: &str, now: Instant) -> Result<()> {
    tx.exec(DONE, args![n.locality, n.case, n.seq, n.channel.as_str(), state, now, error]).await.map(|_| ())
}

/// The statement that marks a mail that was sent as failed: it came back. To run with what brings the news.
#[must_use]
pub fn bounced(locality: Locality, case: CaseId, seq: u32) -> (Sql, Vec<Arg<'static>>) {
    (BOUNCED, args![locality, case, seq, MAIL].to_vec())
}

/// Sends a failed notice again.
///
/// # Errors
/// Those of writing.
pub async fn retry(tx: &mut Tx, scope: &Scope, case: CaseId, seq: u32, channel: &str, now: Instant) -> Result<u64> {
    tx.exec(RETRY, args![scope.locality(), case, seq, channel, now]).await
}

/// Sends every failed notice again.
///
/// # Errors
/// Those of writing.
pub async fn retry_all(tx: &mut Tx, scope: &Scope, now: Instant) -> Result<u64> {
    tx.exec(RETRY_ALL, args![scope.locality(), now]).await
}

/// Notices in a state, the newest first, after a place in that order. Those of reports are seen on the report alone: whoever looks after the
/// machine learns of none (Art. 37).
///
/// # Errors
/// Those of reading.
pub async fn list(db: &mut Reader, scope: &Scope, state: &str, before: Option<(Instant, CaseId, u32)>, limit: i64) -> Result<Vec<Notice>> {
    let (at, case, seq) = before.unwrap_or((Instant(i64::MAX), CaseId(Id([255; 16])), u32::MAX));
    db.all(LIST, args![scope.locality(), state, at, case, seq, limit]).await?.iter().map(notice).collect()
}

/// How many notices are in a state, counted up to `most`.
///
/// # Errors
/// Those of reading.
pub async fn count(db: &mut Reader, scope: &Scope, state: &str, most: i64) -> Result<i64> {
    db.one(COUNT, args![scope.locality(), state, most]).await?.get(0)
}

/// The notices of a case that could not be sent.
///
/// # Errors
/// Those of reading.
pub async fn failed_of(db: &mut Reader, scope: &Scope, case: CaseId) -> Result<Vec<Notice>> {
    db.all(FAILED_OF, args![scope.locality(), case]).await?.iter().map(notice).collect()
}

/// Up to when the person has read their notices.
///
/// # Errors
/// Those of reading.
pub async fn read_at(db: &mut Reader, scope: &Scope, submission: SubmissionId) -> Result<Option<Instant>> {
    db.opt(READ_AT, args![scope.locality(), submission]).await?.map(|r| r.get(0)).transpose()
}

/// The person has read their notices up to now.
///
/// # Errors
/// Those of writing.
pub async fn set_read(tx: &mut Tx, scope: &Scope, submission: SubmissionId, now: Instant) -> Result<()> {
    tx.exec(SET_READ, args![scope.locality(), submission, now]).await.map(|_| ())
}
