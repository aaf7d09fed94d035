//! Submissions (来件): what arrives, once. The same key and body give the same receipt; the same key with another body is told, never
//! silently kept or dropped. Its submitter reaches all its cases by receipt number and code.

use crate::chain::{self, By, Draft, Family, Hash, Head, Recorded, digest};
use crate::engine::{Arg, Batch, Reader, Result, Tx};
use crate::scope::Scope;
use crate::{args, statements};
use rules::ids::{CaseId, FileId, Id, Locality, SubmissionId};
use rules::time::Instant;
use serde::{Deserialize, Serialize};

/// A piece of evidence as its submission knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Id.
    pub id: FileId,
    /// Name as given, sealed in the submission.
    pub name: rules::case::event::Sealed,
    /// Media type found by looking at the bytes, not the one claimed.
    pub media_type: String,
    /// Bytes before sealing.
    pub size: i64,
    /// SHA-256 of the bytes, hex.
    pub plain_sha256: String,
    /// SHA-256 of the sealed file, hex.
    pub sealed_sha256: String,
}

/// What happened to a submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t")]
#[expect(clippy::large_enum_variant, reason = "the large one is the first event of every submission; the rest are rare")]
pub enum SubmissionEvent {
    /// It arrived.
    Received {
        /// Receipt number, for its submitter.
        receipt: String,
        /// Keyed hash of the tracking code; none where nobody holds one (imports).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// Channel.
        channel: String,
        /// Series of a file or system.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        series: Option<String>,
        /// Number in that series.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        external_id: Option<String>,
        /// Idempotency key, hex.
        key: String,
        /// Hash of what was sent, hex.
        body: String,
        /// Received by the platform; none where nobody knows.
        received_at: Option<Instant>,
        /// The cases it yields.
        cases: Vec<CaseId>,
        /// Evidence.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<Evidence>,
    },
    /// The same key came with another body; nothing was replaced, the difference is kept for a person to look at.
    ChangeSeen {
        /// Hash of the other body, hex.
        body: String,
    },
    /// A case was taken out of it later: split, or found as a clue.
    CaseAdded {
        /// The case.
        case: CaseId,
    },
    /// More evidence.
    EvidenceAdded {
        /// Files.
        files: Vec<Evidence>,
    },
    /// A new tracking code was issued after the old was lost.
    CodeRenewed {
        /// Keyed hash of the new code.
        code: String,
    },
    /// Its key was destroyed when the last of its cases was erased: names and content of its evidence are gone.
    Erased,
}

/// Schema version of submission events.
pub const SCHEMA: u16 = 1;

impl SubmissionEvent {
    /// Stable name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Received { .. } => "Received",
            Self::ChangeSeen { .. } => "ChangeSeen",
            Self::CaseAdded { .. } => "CaseAdded",
            Self::EvidenceAdded { .. } => "EvidenceAdded",
            Self::CodeRenewed { .. } => "CodeRenewed",
            Self::Erased => "Erased",
        }
    }
}

statements! {
    INSERT = "INSERT INTO submission (locality, id, receipt, code, channel, series, external_id, received_at, recorded_at, seq)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    UPDATE = "UPDATE submission SET code = $4, seq = $5 WHERE locality = $1 AND id = $2 AND seq = $3";
    INSERT_KEY = "INSERT INTO intake_key (key, locality, submission, body) VALUES ($1, $2, $3, $4)";
    KEY = "SELECT locality, submission, body FROM intake_key WHERE key = $1";
    BY_RECEIPT = "SELECT locality, id, code FROM submission WHERE receipt = $1";
    FILES = "SELECT id FROM evidence";
    ERASED = "SELECT locality, stream FROM event WHERE family = 'submission' AND type = 'Erased' ORDER BY locality, stream";
    FILES_OF = "SELECT id FROM evidence WHERE locality = $1 AND submission = $2 ORDER BY id";
    HOLD = "UPDATE submission SET seq = seq WHERE locality = $1 AND id = $2";
    INSERT_EVIDENCE = "INSERT INTO evidence (locality, id, submission, media_type, size, plain_sha256, sealed_sha256, added_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
}

/// The idempotency key of a submission: one per locality, channel, series and number there.
#[must_use]
pub fn intake_key(locality: Locality, channel: &str, series: &str, external_id: &str) -> Hash {
    digest("fangxin/intake/1", &[&locality.0.to_be_bytes(), channel.as_bytes(), series.as_bytes(), external_id.as_bytes()])
}

/// What an idempotency key says about a submission that arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Not seen before.
    New,
    /// The same was received before, as this submission.
    Same(SubmissionId),
    /// Something else was received before under this key.
    Changed(SubmissionId),
}

/// Looks an idempotency key up.
///
/// # Errors
/// Those of reading.
pub async fn known(db: &mut Reader, key: &Hash, body: &Hash) -> Result<Known> {
    let Some(row) = db.opt(KEY, args![key]).await? else { return Ok(Known::New) };
    let submission = row.get(1)?;
    Ok(if row.get::<Hash>(2)? == *body { Known::Same(submission) } else { Known::Changed(submission) })
}

fn corrupt(id: SubmissionId, why: &str) -> crate::engine::Error {
    crate::engine::Error::Corrupt { table: "event".into(), column: "body".into(), row: format!("submission={id}: {why}") }
}

fn draft(event: &SubmissionEvent, effective_at: Instant) -> Result<Draft> {
    let body = serde_json::to_string(event).map_err(crate::engine::Error::internal)?;
    Ok(Draft { name: event.name(), schema: SCHEMA, body, effective_at })
}

/// The state of a submission as its events tell.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of `submission`, and what it yields")]
pub struct Submission {
    pub locality: Locality,
    pub id: SubmissionId,
    pub receipt: String,
    pub code: Option<String>,
    pub channel: String,
    pub series: Option<String>,
    pub external_id: Option<String>,
    pub key: String,
    pub body: String,
    pub received_at: Option<Instant>,
    pub recorded_at: Instant,
    pub cases: Vec<CaseId>,
    pub files: Vec<(Evidence, Instant)>,
    /// Hashes of other bodies that came under the same key.
    pub changes: Vec<String>,
    /// Whether its key was destroyed.
    pub erased: bool,
    pub head: Head,
}

impl Submission {
    /// From its events.
    ///
    /// # Errors
    /// An event that cannot be read, or a stream that does not begin with a receipt.
    pub fn from_events(locality: Locality, id: SubmissionId, recorded: &[Recorded]) -> Result<Self> {
        let parse = |r: &Recorded| serde_json::from_str(&r.body).map_err(|e| corrupt(id, &format!("seq={}: {e}", r.seq)));
        let events = recorded.iter().map(parse).collect::<Result<Vec<SubmissionEvent>>>()?;
        Self::replay(locality, id, recorded.iter().zip(events))
    }

    fn replay<'a>(locality: Locality, id: SubmissionId, events: impl Iterator<Item = (&'a Recorded, SubmissionEvent)>) -> Result<Self> {
        let mut state: Option<Self> = None;
        for (r, event) in events {
            let head = Head { seq: r.seq, hash: r.hash, recorded_at: r.recorded_at };
            match (event, &mut state) {
                (SubmissionEvent::Received { receipt, code, channel, series, external_id, key, body, received_at, cases, files }, None) => {
                    let files = files.into_iter().map(|f| (f, r.recorded_at)).collect();
                    let recorded_at = r.recorded_at;
                    state = Some(Self {
                        locality,
                        id,
                        receipt,
                        code,
                        channel,
                        series,
                        external_id,
                        key,
                        body,
                        received_at,
                        recorded_at,
                        cases,
                        files,
                        changes: Vec::new(),
                        erased: false,
                        head,
                    });
                }
                (SubmissionEvent::ChangeSeen { body }, Some(s)) => {
                    s.changes.push(body);
                    s.head = head;
                }
                (SubmissionEvent::CaseAdded { case }, Some(s)) => {
                    s.cases.push(case);
                    s.head = head;
                }
                (SubmissionEvent::EvidenceAdded { files }, Some(s)) => {
                    s.files.extend(files.into_iter().map(|f| (f, r.recorded_at)));
                    s.head = head;
                }
                (SubmissionEvent::Erased, Some(s)) => {
                    s.erased = true;
                    s.head = head;
                }
                (SubmissionEvent::CodeRenewed { code }, Some(s)) => {
                    s.code = Some(code);
                    s.head = head;
                }
                _ => return Err(corrupt(id, &format!("seq={}: out of order", r.seq))),
            }
        }
        state.ok_or_else(|| corrupt(id, "no events"))
    }

    /// The row of `submission` its events make.
    pub(crate) fn row(&self) -> Vec<crate::cases::Column> {
        vec![
            ("locality", self.locality.into()),
            ("id", self.id.into()),
            ("receipt", self.receipt.clone().into()),
            ("code", self.code.as_deref().and_then(unhex).into()),
            ("channel", self.channel.clone().into()),
            ("series", self.series.clone().into()),
            ("external_id", self.external_id.clone().into()),
            ("received_at", self.received_at.into()),
            ("recorded_at", self.recorded_at.into()),
            ("seq", self.head.seq.into()),
        ]
    }

    /// The row of `intake_key` its events make.
    pub(crate) fn key_row(&self) -> Vec<crate::cases::Column> {
        vec![
            ("key", unhex(&self.key).into()),
            ("locality", self.locality.into()),
            ("submission", self.id.into()),
            ("body", unhex(&self.body).into()),
        ]
    }

    /// The rows of `evidence` its events make.
    pub(crate) fn evidence_rows(&self) -> Vec<Vec<crate::cases::Column>> {
        self.files.iter().map(|(f, at)| evidence_row(self.locality, self.id, f, *at)).collect()
    }
}

fn evidence_row(locality: Locality, submission: SubmissionId, f: &Evidence, at: Instant) -> Vec<crate::cases::Column> {
    vec![
        ("locality", locality.into()),
        ("id", f.id.into()),
        ("submission", submission.into()),
        ("media_type", f.media_type.clone().into()),
        ("size", f.size.into()),
        ("plain_sha256", unhex(&f.plain_sha256).into()),
        ("sealed_sha256", unhex(&f.sealed_sha256).into()),
        ("added_at", at.into()),
    ]
}

/// Bytes of a hex string; `None` if it is none.
pub(crate) fn unhex(s: &str) -> Option<Vec<u8>> {
    if !s.len().is_multiple_of(2) {
        return None;
    }
    (0..s.len()).step_by(2).map(|i| u8::from_str_radix(s.get(i..i + 2)?, 16).ok()).collect()
}

fn values(columns: Vec<crate::cases::Column>) -> Vec<Arg<'static>> {
    columns.into_iter().map(|(_, v)| v).collect()
}

/// The statements that store a new submission.
///
/// # Errors
/// An event that cannot be written down; a fault of the program.
pub fn create(locality: Locality, id: SubmissionId, event: &SubmissionEvent, by: By, now: Instant) -> Result<(Submission, Batch)> {
    let recorded = chain::link(locality, Family::Submission, id.0, Head::NEW, vec![draft(event, now)?], by, now);
    let submission = Submission::replay(locality, id, recorded.iter().map(|r| (r, event.clone())))?;
    let mut batch = chain::store(&recorded);
    batch.push((INSERT, values(submission.row())));
    batch.push((INSERT_KEY, values(submission.key_row())));
    batch.extend(submission.evidence_rows().into_iter().map(|r| (INSERT_EVIDENCE, values(r))));
    Ok((submission, batch))
}

/// Appends an event to a submission.
///
/// # Errors
/// A conflict if someone else was first.
pub async fn append(tx: &mut Tx, submission: &Submission, event: &SubmissionEvent, by: By, now: Instant) -> Result<()> {
    let (locality, id) = (submission.locality, submission.id);
    let recorded = chain::link(locality, Family::Submission, id.0, submission.head, vec![draft(event, now)?], by, now);
    let code = match event {
        SubmissionEvent::CodeRenewed { code } => Some(code.clone()),
        _ => submission.code.clone(),
    };
    let seq = submission.head.seq;
    tx.exec_expect(UPDATE, args![locality, id, seq, code.as_deref().and_then(unhex), seq + 1], 1).await?;
    let mut batch = chain::store(&recorded);
    if let SubmissionEvent::EvidenceAdded { files } = event {
        let at = recorded[0].recorded_at;
        batch.extend(files.iter().map(|f| (INSERT_EVIDENCE, values(evidence_row(locality, id, f, at)))));
    }
    tx.batch(batch).await.map(|_| ())
}

/// Holds a submission until the end of the transaction, so that of two erasures of its cases the second sees the first.
///
/// # Errors
/// Those of writing.
pub async fn hold(tx: &mut Tx, locality: Locality, id: SubmissionId) -> Result<()> {
    tx.exec(HOLD, args![locality, id]).await.map(|_| ())
}

/// Erases a submission: its key is destroyed, so that names and content of its evidence open no more. The files themselves are removed
/// after the commit, see [`erased_files`].
///
/// # Errors
/// A conflict if someone else was first.
pub async fn erase(tx: &mut Tx, submission: &Submission, by: By, now: Instant) -> Result<()> {
    append(tx, submission, &SubmissionEvent::Erased, by, now).await?;
    tx.batch(vec![crate::personal::destroy_key(submission.locality, submission.id.0)]).await.map(|_| ())
}

/// The files of erased submissions, on the whole installation. Asked of the events: a key that was lost some other way may be restored.
///
/// # Errors
/// Those of reading.
pub async fn erased_files(db: &mut Reader) -> Result<Vec<FileId>> {
    let mut files = Vec::new();
    for erased in db.all(ERASED, &[]).await? {
        let (locality, id): (Locality, SubmissionId) = (erased.get(0)?, erased.get(1)?);
        for row in db.all(FILES_OF, args![locality, id]).await? {
            files.push(row.get(0)?);
        }
    }
    Ok(files)
}

/// Loads a submission that exists for this scope: its submitter's, or the intake's and the platform's.
///
/// # Errors
/// Those of reading.
pub async fn load(db: &mut Reader, scope: &Scope, id: SubmissionId) -> Result<Option<Submission>> {
    let own = scope.submission() == Some(id) || scope.is_system();
    let intake = scope.grant().is_some_and(|(_, g)| g.role == rules::access::Role::Clerk);
    if !(own || intake) {
        return Ok(None);
    }
    let recorded = chain::stream(db, scope.locality(), id.0).await?;
    if recorded.is_empty() {
        return Ok(None);
    }
    Submission::from_events(scope.locality(), id, &recorded).map(Some)
}

/// A receipt number looked up: who it belongs to and the keyed hash of its code. Throttle before asking.
#[derive(Clone, Debug)]
pub struct Receipt {
    locality: Locality,
    id: SubmissionId,
    code: Option<Vec<u8>>,
}

/// Looks a receipt number up.
///
/// # Errors
/// Those of reading.
pub async fn by_receipt(db: &mut Reader, receipt: &str) -> Result<Option<Receipt>> {
    let Some(r) = db.opt(BY_RECEIPT, args![receipt]).await? else { return Ok(None) };
    Ok(Some(Receipt { locality: r.get(0)?, id: r.get(1)?, code: r.get(2)? }))
}

/// The submission behind a receipt number, for the clerk who finds it at the counter; [`load`] decides what may be seen of it.
///
/// # Errors
/// Those of reading.
pub async fn id_of_receipt(db: &mut Reader, scope: &Scope, receipt: &str) -> Result<Option<SubmissionId>> {
    let found = by_receipt(db, receipt).await?;
    Ok(found.filter(|r| r.locality == scope.locality()).map(|r| r.id))
}

impl Receipt {
    /// The submitter's scope, if this is the keyed hash of the right code.
    #[must_use]
    pub fn open_by_code(&self, keyed: &[u8]) -> Option<Scope> {
        let same =
            self.code.as_deref().is_some_and(|c| c.len() == keyed.len() && c.iter().zip(keyed).fold(0, |d, (a, b)| d | (a ^ b)) == 0);
        same.then(|| Scope::submitter(self.locality, self.id))
    }

    /// The submitter's scope, if a case of this submission has this blind index (the phone given at filing).
    ///
    /// # Errors
    /// Those of reading.
    pub async fn open_by_phone(&self, db: &mut Reader, phone: [u8; 16]) -> Result<Option<Scope>> {
        let scope = Scope::submitter(self.locality, self.id);
        let with_phone = crate::personal::find_blind(db, &scope, "phone", phone, 200).await?;
        for row in db.all(crate::cases::OF_SUBMISSION, args![self.locality, self.id]).await? {
            if with_phone.contains(&row.get::<CaseId>(0)?) {
                return Ok(Some(scope));
            }
        }
        Ok(None)
    }

    /// Its locality.
    #[must_use]
    pub fn locality(&self) -> Locality {
        self.locality
    }
}

/// Every file that a submission refers to, on the whole installation: what the sweep of orphans may not take.
///
/// # Errors
/// Those of reading.
pub async fn file_ids(db: &mut Reader) -> Result<std::collections::HashSet<FileId>> {
    db.all(FILES, &[]).await?.iter().map(|r| r.get(0)).collect()
}

/// The stream id of a submission.
#[must_use]
pub fn stream_of(id: SubmissionId) -> Id {
    id.0
}
