//! Mails that came in: what became of each, once by its key. Of a mail that became a submission or a reply nothing else is kept here; of one
//! that waits for a clerk its sender, subject and bytes are, sealed under a key of its own. None of it is part of the record: what a mail
//! brought is in the submission's own chain.

use crate::cases::{self, Loaded};
use crate::chain::Hash;
use crate::engine::{Arg, Error, Reader, Result, Row, Sql, Tx};
use crate::personal::Envelope;
use crate::scope::Scope;
use crate::seal::Keyring;
use crate::{args, statements};
use rules::ids::{CaseId, FileId, Id, Locality, PersonId, SubmissionId};
use rules::time::Instant;

statements! {
    INSERT = "INSERT INTO mail_in (locality, id, mail_key, state, reason, wrapped, head, file_kept, size, files, refused, submission, maybe,
        received_at, person, decided_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, NULL, NULL)";
    KNOWN = "SELECT state FROM mail_in WHERE locality = $1 AND mail_key = $2";
    ONE = "SELECT locality, id, mail_key, state, reason, wrapped, head, file_kept, size, files, refused, submission, maybe, received_at, person,
        decided_at FROM mail_in WHERE locality = $1 AND id = $2";
    LIST = "SELECT locality, id, mail_key, state, reason, wrapped, head, file_kept, size, files, refused, submission, maybe, received_at, person,
        decided_at FROM mail_in WHERE locality = $1 AND state = $2 AND id < $3 ORDER BY id DESC LIMIT $4";
    OF_SUBMISSION = "SELECT locality, id, mail_key, state, reason, wrapped, head, file_kept, size, files, refused, submission, maybe,
        received_at, person, decided_at FROM mail_in WHERE locality = $1 AND submission = $2 ORDER BY id";
    COUNT = "SELECT COUNT(*) FROM (SELECT 1 FROM mail_in WHERE locality = $1 AND state = $2 LIMIT $3) AS few";
    DECIDE = "UPDATE mail_in SET state = $3, submission = $4, files = $5, refused = $6, wrapped = NULL, head = NULL, file_kept = FALSE,
        person = $7, decided_at = $8 WHERE locality = $1 AND id = $2 AND state IN ('held', 'unreadable')";
    FILES = "SELECT id FROM mail_in WHERE file_kept";
}

/// States, in the order a list shows them: waits for a clerk, could not be read, became a submission, went to its case, needs nothing, thrown
/// away.
pub const STATES: [&str; 6] = ["held", "unreadable", "taken", "reply", "ignored", "dropped"];

/// A mail that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of `mail_in`")]
pub struct MailIn {
    pub locality: Locality,
    /// Also the id of the file with its bytes.
    pub id: Id,
    pub key: Hash,
    pub state: String,
    /// Why it is in this state: a code.
    pub reason: String,
    /// Key of sender, subject and bytes, wrapped.
    pub wrapped: Option<Vec<u8>>,
    /// Sender and subject, sealed.
    pub head: Option<Vec<u8>>,
    pub file_kept: bool,
    pub size: i64,
    /// Attachments taken, and not taken.
    pub files: i64,
    pub refused: i64,
    pub submission: Option<SubmissionId>,
    /// Number of a case it may belong to.
    pub maybe: String,
    pub received_at: Instant,
    pub person: Option<PersonId>,
    pub decided_at: Option<Instant>,
}

fn mail(r: &Row) -> Result<MailIn> {
    Ok(MailIn {
        locality: r.get(0)?,
        id: r.get(1)?,
        key: r.get(2)?,
        state: r.get(3)?,
        reason: r.get(4)?,
        wrapped: r.get(5)?,
        head: r.get(6)?,
        file_kept: r.get(7)?,
        size: r.get(8)?,
        files: r.get(9)?,
        refused: r.get(10)?,
        submission: r.get(11)?,
        maybe: r.get(12)?,
        received_at: r.get(13)?,
        person: r.get(14)?,
        decided_at: r.get(15)?,
    })
}

/// The statement that notes a mail, to run with what it brings.
#[must_use]
pub fn insert(m: &MailIn) -> (Sql, Vec<Arg<'static>>) {
    let m = m.clone();
    let (kept, size, files) = (m.file_kept, m.size, m.files);
    let row = args![
        m.locality,
        m.id,
        m.key,
        m.state,
        m.reason,
        m.wrapped,
        m.head,
        kept,
        size,
        files,
        m.refused,
        m.submission,
        m.maybe,
        m.received_at
    ];
    (INSERT, row.to_vec())
}

/// What became of the mail with this key, if it came before.
///
/// # Errors
/// Those of reading.
pub async fn known(db: &mut Reader, scope: &Scope, key: &Hash) -> Result<Option<String>> {
    db.opt(KNOWN, args![scope.locality(), key]).await?.map(|r| r.get(0)).transpose()
}

/// A mail by its id.
///
/// # Errors
/// Those of reading.
pub async fn one(db: &mut Reader, scope: &Scope, id: Id) -> Result<Option<MailIn>> {
    db.opt(ONE, args![scope.locality(), id]).await?.map(|r| mail(&r)).transpose()
}

/// Mails in a state, the newest first, before one.
///
/// # Errors
/// Those of reading.
pub async fn list(db: &mut Reader, scope: &Scope, state: &str, before: Option<Id>, limit: i64) -> Result<Vec<MailIn>> {
    db.all(LIST, args![scope.locality(), state, before.unwrap_or(Id([255; 16])), limit]).await?.iter().map(mail).collect()
}

/// The mails that brought a submission and what was added to it.
///
/// # Errors
/// Those of reading.
pub async fn of_submission(db: &mut Reader, scope: &Scope, submission: SubmissionId) -> Result<Vec<MailIn>> {
    db.all(OF_SUBMISSION, args![scope.locality(), submission]).await?.iter().map(mail).collect()
}

/// How many mails are in a state, counted up to `most`.
///
/// # Errors
/// Those of reading.
pub async fn count(db: &mut Reader, scope: &Scope, state: &str, most: i64) -> Result<i64> {
    db.one(COUNT, args![scope.locality(), state, most]).await?.get(0)
}

/// The statement that settles a mail that waited: what it became, by whom. What was kept of it here goes.
#[must_use]
pub fn decide(
    m: &MailIn,
    state: &str,
    submission: Option<SubmissionId>,
    counts: (i64, i64),
    by: PersonId,
    now: Instant,
) -> (Sql, Vec<Arg<'static>>) {
    (DECIDE, args![m.locality, m.id, state.to_owned(), submission, counts.0, counts.1, by, now].to_vec())
}

/// Settles a mail that waited; false if somebody else did.
///
/// # Errors
/// Those of writing.
pub async fn settle(tx: &mut Tx, m: &MailIn, state: &str, by: PersonId, now: Instant) -> Result<bool> {
    let (sql, args) = decide(m, state, None, (0, 0), by, now);
    Ok(tx.exec(sql, &args).await? == 1)
}

/// The files mails are kept in: what the sweep of orphans may not take.
///
/// # Errors
/// Those of reading.
pub async fn file_ids(db: &mut Reader) -> Result<Vec<FileId>> {
    db.all(FILES, &[]).await?.iter().map(|r| r.get(0)).collect()
}

/// The mark by which a notice is known again when it is answered: which case and event it told of, and that this installation sent it.
#[must_use]
pub fn mark(keyring: &Keyring, locality: Locality, case: CaseId, seq: u32) -> String {
    let proof = keyring.blind("mail-mark", &format!("{locality}/{case}/{seq}"));
    let proof: String = proof.iter().map(|b| format!("{b:02x}")).collect();
    format!("{case}.{seq}.{proof}")
}

/// The case and event a mark of ours names; none where it is not ours.
#[must_use]
pub fn read_mark(keyring: &Keyring, locality: Locality, text: &str) -> Option<(CaseId, u32)> {
    let mut parts = text.splitn(3, '.');
    let (case, seq) = (CaseId(parts.next().and_then(Id::parse)?), parts.next()?.parse().ok()?);
    (text == mark(keyring, locality, case, seq)).then_some((case, seq))
}

/// Whose answer a mail is that refers to a mark of ours.
#[derive(Clone, Debug)]
pub enum Answers {
    /// That of the person who submitted the case: what they may reach, and the case.
    Own(Scope, Box<Loaded>),
    /// Somebody else's, about the case of this number.
    Other(String),
}

/// Reads a mark. It opens the case only together with the address the notice was sent to; whoever else quotes it is told nothing.
///
/// # Errors
/// Those of reading.
pub async fn answered(db: &mut Reader, platform: &Scope, keyring: &Keyring, text: &str, sender: &str) -> Result<Option<Answers>> {
    let locality = platform.locality();
    let Some((case, _)) = read_mark(keyring, locality, text) else { return Ok(None) };
    let Some(loaded) = cases::load(db, platform, case).await? else { return Ok(None) };
    let number = loaded.case.registration.number.clone();
    let Some(email) = &loaded.case.registration.details.email else { return Ok(Some(Answers::Other(number))) };
    let address = match Envelope::load(db, keyring, locality, case.0).await {
        Ok(envelope) => envelope.open(db, email).await?,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(e) => return Err(e),
    };
    if !address.eq_ignore_ascii_case(sender) {
        return Ok(Some(Answers::Other(number)));
    }
    let scope = Scope::submitter(locality, loaded.case.registration.submission);
    Ok(Some(Answers::Own(scope, Box::new(loaded))))
}
