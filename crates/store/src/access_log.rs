//! Who read what personal data: one chain per reader, committed before the answer goes out, not part of a case's version.

use crate::chain::{Hash, digest};
use crate::engine::{Reader, Result, Row, Tx};
use crate::scope::Scope;
use crate::{args, statements};
use rules::access::Role;
use rules::ids::{CaseId, Id, Locality, UnitId};
use rules::time::Instant;

/// An entry of the access log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of `access_log`, described in the migration")]
pub struct Access {
    pub locality: Locality,
    pub reader: Id,
    pub seq: u32,
    pub at: Instant,
    pub reader_kind: String,
    pub case: CaseId,
    pub fields: String,
    pub purpose: String,
    pub prev: Hash,
    pub hash: Hash,
}

statements! {
    INSERT = "INSERT INTO access_log (locality, reader, seq, at, reader_kind, case_id, fields, purpose, prev, hash)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    HEAD = "SELECT seq, hash, at FROM access_log WHERE locality = $1 AND reader = $2 ORDER BY seq DESC LIMIT 1";
    OF_CASE = "SELECT locality, reader, seq, at, reader_kind, case_id, fields, purpose, prev, hash FROM access_log
        WHERE locality = $1 AND case_id = $2 ORDER BY at DESC LIMIT $3";
    OF_READER = "SELECT locality, reader, seq, at, reader_kind, case_id, fields, purpose, prev, hash FROM access_log
        WHERE locality = $1 AND reader = $2 ORDER BY seq";
    LATEST_OF_READER = "SELECT locality, reader, seq, at, reader_kind, case_id, fields, purpose, prev, hash FROM access_log
        WHERE locality = $1 AND reader = $2 AND at < $3 AND at >= $4 ORDER BY seq DESC LIMIT $5";
    INSERT_UNSEQUENCED = "INSERT INTO unsequenced (locality, stream, from_seq, to_seq, access) VALUES ($1, $2, $3, $4, $5)";
}

impl Access {
    /// The hash its fields must have.
    #[must_use]
    pub fn computed_hash(&self) -> Hash {
        digest(
            "fangxin/access/1",
            &[
                &self.prev,
                &self.locality.0.to_be_bytes(),
                &self.reader.0,
                &self.seq.to_be_bytes(),
                &self.at.0.to_be_bytes(),
                self.reader_kind.as_bytes(),
                &self.case.0.0,
                self.fields.as_bytes(),
                self.purpose.as_bytes(),
            ],
        )
    }

    /// Reads a row.
    ///
    /// # Errors
    /// A value that does not fit.
    pub fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            locality: row.get(0)?,
            reader: row.get(1)?,
            seq: row.get(2)?,
            at: row.get(3)?,
            reader_kind: row.get(4)?,
            case: row.get(5)?,
            fields: row.get(6)?,
            purpose: row.get(7)?,
            prev: row.get(8)?,
            hash: row.get(9)?,
        })
    }
}

/// The reader a scope stands for: a person in a role of a unit, or the submitter of a submission. The platform itself reads without a line.
/// The kind of a person says in which role of which unit, as it is at that time: `person:officer:<unit>`; older lines say `person` alone.
#[must_use]
pub fn reader_of(scope: &Scope) -> Option<(Id, String)> {
    match (scope.grant(), scope.submission()) {
        (Some((person, grant)), _) => Some((person.0, format!("person:{}:{}", grant.role.code(), grant.unit))),
        (None, Some(submission)) => Some((submission.0, "submitter".to_owned())),
        _ => None,
    }
}

impl Access {
    /// Whether a person who signed in has read.
    #[must_use]
    pub fn is_person(&self) -> bool {
        self.reader_kind.split(':').next() == Some("person")
    }

    /// The role and the unit in which a person has read; none in lines from before they were noted.
    #[must_use]
    pub fn acted_in(&self) -> Option<(Role, UnitId)> {
        let mut parts = self.reader_kind.split(':').skip(1);
        Role::parse(parts.next()?).zip(Id::parse(parts.next()?).map(UnitId))
    }
}

/// Notes that the bearer of a scope reads these fields of a case.
///
/// # Errors
/// Those of writing; nothing may be shown then.
pub async fn note(tx: &mut Tx, scope: &Scope, case: CaseId, fields: &str, purpose: &str, now: Instant) -> Result<()> {
    let Some((reader, kind)) = reader_of(scope) else { return Ok(()) };
    let locality = scope.locality();
    let last = tx.opt(HEAD, args![locality, reader]).await?;
    let (seq, prev, at): (u32, Hash, Instant) = match last {
        None => (0, [0; 32], Instant(i64::MIN)),
        Some(r) => (r.get(0)?, r.get(1)?, r.get(2)?),
    };
    let mut entry = Access {
        locality,
        reader,
        seq: seq + 1,
        at: Instant(now.0.max(at.0.saturating_add(1))),
        reader_kind: kind,
        case,
        fields: fields.to_owned(),
        purpose: purpose.to_owned(),
        prev,
        hash: [0; 32],
    };
    entry.hash = entry.computed_hash();
    let row = args![
        locality,
        reader,
        entry.seq,
        entry.at,
        entry.reader_kind.as_str(),
        case,
        entry.fields.as_str(),
        entry.purpose.as_str(),
        entry.prev,
        entry.hash
    ];
    tx.batch(vec![(INSERT, row.to_vec()), (INSERT_UNSEQUENCED, args![locality, reader, entry.seq, entry.seq, true].to_vec())]).await?;
    Ok(())
}

/// Who read a case, newest first.
///
/// # Errors
/// Those of reading.
pub async fn of_case(db: &mut Reader, scope: &Scope, case: CaseId, limit: i64) -> Result<Vec<Access>> {
    db.all(OF_CASE, args![scope.locality(), case, limit]).await?.iter().map(Access::from_row).collect()
}

/// The chain of one reader, oldest first.
///
/// # Errors
/// Those of reading.
pub async fn of_reader(db: &mut Reader, scope: &Scope, reader: Id) -> Result<Vec<Access>> {
    db.all(OF_READER, args![scope.locality(), reader]).await?.iter().map(Access::from_row).collect()
}

/// The latest entries of one reader, newest first: from `from` on, before `until`.
///
/// # Errors
/// Those of reading.
pub async fn latest(db: &mut Reader, scope: &Scope, reader: Id, from: Instant, until: Instant, limit: i64) -> Result<Vec<Access>> {
    let args = args![scope.locality(), reader, until, from, limit];
    db.all(LATEST_OF_READER, args).await?.iter().map(Access::from_row).collect()
}
