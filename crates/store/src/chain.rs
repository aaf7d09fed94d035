//! Chains of events: canonical bytes, hashes, reading and appending. `UNIQUE(locality, stream, seq)` is also the optimistic version of a stream.

use crate::engine::{Arg, Reader, Result, Row, Sql, Tx};
use crate::{args, statements};
use rules::ids::{Id, Locality, OrganId, PersonId, UnitId};
use rules::time::Instant;
use sha2::{Digest, Sha256};

/// A SHA-256 value.
pub type Hash = [u8; 32];

/// What a stream is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// A case (诉求).
    Case,
    /// A submission (来件).
    Submission,
    /// The registry of a locality.
    Registry,
    /// A business in a locality's register (经营主体名录).
    Business,
    /// What a leader started: a draw to be checked, a meeting, a topic, a special action.
    Undertaking,
}

impl Family {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [Self::Case, Self::Submission, Self::Registry, Self::Business, Self::Undertaking];
}

impl Family {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Submission => "submission",
            Self::Registry => "registry",
            Self::Business => "business",
            Self::Undertaking => "undertaking",
        }
    }
    /// From the stable code.
    #[must_use]
    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.code() == s)
    }
}

/// Who acts, for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct By {
    /// The person who signed in; none for the submitter and the platform.
    pub actor: Option<PersonId>,
    /// Their unit.
    pub unit: Option<UnitId>,
    /// Its organ.
    pub organ: Option<OrganId>,
}

/// An event to be appended.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Type name.
    pub name: &'static str,
    /// Schema version of the body.
    pub schema: u16,
    /// The body as it will be stored and hashed.
    pub body: String,
    /// When it took effect.
    pub effective_at: Instant,
}

/// An event as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of `event`, described in the migration")]
pub struct Recorded {
    pub locality: Locality,
    pub stream: Id,
    pub seq: u32,
    pub family: String,
    pub name: String,
    pub schema: u16,
    pub recorded_at: Instant,
    pub effective_at: Instant,
    pub by: By,
    pub body: String,
    pub prev: Hash,
    pub hash: Hash,
}

/// The end of a stream, from which the next event continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of the last event; 0 for a stream that does not exist yet.
    pub seq: u32,
    /// Its hash; zeros for a stream that does not exist yet.
    pub hash: Hash,
    /// When it was recorded.
    pub recorded_at: Instant,
}

impl Head {
    /// Before the first event.
    pub const NEW: Self = Self { seq: 0, hash: [0; 32], recorded_at: Instant(i64::MIN) };
}

statements! {
    INSERT = "INSERT INTO event (locality, stream, seq, family, type, schema, recorded_at, effective_at, actor, unit, organ, body, prev, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    INSERT_UNSEQUENCED = "INSERT INTO unsequenced (locality, stream, from_seq, to_seq, access) VALUES ($1, $2, $3, $4, $5)";
    STREAM = "SELECT locality, stream, seq, family, type, schema, recorded_at, effective_at, actor, unit, organ, body, prev, hash
        FROM event WHERE locality = $1 AND stream = $2 ORDER BY seq";
    HEAD = "SELECT seq, hash, recorded_at FROM event WHERE locality = $1 AND stream = $2 ORDER BY seq DESC LIMIT 1";
}

/// Length-prefixed fields under a domain: no two different lists of fields give the same bytes.
#[must_use]
pub fn digest(domain: &str, fields: &[&[u8]]) -> Hash {
    let mut h = Sha256::new();
    for field in std::iter::once(domain.as_bytes()).chain(fields.iter().copied()) {
        h.update((field.len() as u64).to_be_bytes());
        h.update(field);
    }
    h.finalize().into()
}

impl Recorded {
    /// The hash its fields must have.
    #[must_use]
    pub fn computed_hash(&self) -> Hash {
        let optional = |id: Option<Id>| id.map(|i| i.0.to_vec()).unwrap_or_default();
        digest(
            "fangxin/event/1",
            &[
                &self.prev,
                &self.locality.0.to_be_bytes(),
                &self.stream.0,
                &self.seq.to_be_bytes(),
                self.family.as_bytes(),
                self.name.as_bytes(),
                &self.schema.to_be_bytes(),
                &self.recorded_at.0.to_be_bytes(),
                &self.effective_at.0.to_be_bytes(),
                &optional(self.by.actor.map(|p| p.0)),
                &optional(self.by.unit.map(|u| u.0)),
                &optional(self.by.organ.map(|o| o.0)),
                self.body.as_bytes(),
            ],
        )
    }

    /// Reads a row of [`STREAM`].
    ///
    /// # Errors
    /// A value that does not fit, naming the row.
    pub fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            locality: row.get(0)?,
            stream: row.get(1)?,
            seq: row.get(2)?,
            family: row.get(3)?,
            name: row.get(4)?,
            schema: row.get(5)?,
            recorded_at: row.get(6)?,
            effective_at: row.get(7)?,
            by: By { actor: row.get(8)?, unit: row.get(9)?, organ: row.get(10)? },
            body: row.get(11)?,
            prev: row.get(12)?,
            hash: row.get(13)?,
        })
    }

    pub(crate) fn insert(&self) -> (Sql, Vec<Arg<'static>>) {
        let args = args![
            self.locality,
            self.stream,
            self.seq,
            self.family.clone(),
            self.name.clone(),
            self.schema,
            self.recorded_at,
            self.effective_at,
            self.by.actor,
            self.by.unit,
            self.by.organ,
            self.body.clone(),
            self.prev,
            self.hash
        ];
        (INSERT, args.to_vec())
    }
}

/// Chains drafts onto a stream: recorded time never goes back, each event carries the hash of the one before.
#[must_use]
pub fn link(locality: Locality, family: Family, stream: Id, head: Head, drafts: Vec<Draft>, by: By, now: Instant) -> Vec<Recorded> {
    let mut head = head;
    let mut events = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let recorded_at = Instant(now.0.max(head.recorded_at.0.saturating_add(1)));
        let mut event = Recorded {
            locality,
            stream,
            seq: head.seq + 1,
            family: family.code().to_owned(),
            name: draft.name.to_owned(),
            schema: draft.schema,
            recorded_at,
            effective_at: draft.effective_at,
            by,
            body: draft.body,
            prev: head.hash,
            hash: [0; 32],
        };
        event.hash = event.computed_hash();
        head = Head { seq: event.seq, hash: event.hash, recorded_at };
        events.push(event);
    }
    events
}

/// The statements that store linked events and leave them for the sequencer.
#[must_use]
pub(crate) fn store(events: &[Recorded]) -> Vec<(Sql, Vec<Arg<'static>>)> {
    let mut batch: Vec<_> = events.iter().map(Recorded::insert).collect();
    if let (Some(first), Some(last)) = (events.first(), events.last()) {
        batch.push((INSERT_UNSEQUENCED, args![first.locality, first.stream, first.seq, last.seq, false].to_vec()));
    }
    batch
}

/// All events of a stream, oldest first.
///
/// # Errors
/// Those of reading.
pub async fn stream(db: &mut Reader, locality: Locality, stream: Id) -> Result<Vec<Recorded>> {
    db.all(STREAM, args![locality, stream]).await?.iter().map(Recorded::from_row).collect()
}

/// The end of a stream.
///
/// # Errors
/// Those of reading.
pub async fn head(db: &mut Reader, locality: Locality, stream: Id) -> Result<Head> {
    Ok(match db.opt(HEAD, args![locality, stream]).await? {
        None => Head::NEW,
        Some(row) => Head { seq: row.get(0)?, hash: row.get(1)?, recorded_at: row.get(2)? },
    })
}

/// Appends to a stream that has no rows of its own besides the events.
///
/// # Errors
/// Those of writing; a conflict if someone else appended first.
pub(crate) async fn append(tx: &mut Tx, events: &[Recorded]) -> Result<()> {
    tx.batch(store(events)).await.map(|_| ())
}
