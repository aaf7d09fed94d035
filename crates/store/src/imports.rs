//! Imports of files at a desk: how far each has come, which submissions it brought, and the mappings kept for the next. None of it is part of
//! the record: what an import brings is in the submissions' own chains, with who brought it.

use crate::engine::{Arg, Reader, Result, Row, Sql, Tx};
use crate::registry::Directory;
use crate::scope::{Grant, Scope};
use crate::{args, statements};
use rules::access::Role;
use rules::ids::{FileId, Id, Locality, PersonId, SubmissionId, UnitId};
use rules::time::Instant;

statements! {
    INSERT = "INSERT INTO import_job (locality, id, person, unit, name, size, wrapped, file_kept, mapping, state, open, total, done, accepted,
        known, changed, rejected, report, created_at, started_at, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, TRUE, $8, $9, FALSE, $10, 0, 0, 0, 0, 0, $12, $11, NULL, $11)";
    JOB = "SELECT locality, id, person, unit, name, size, wrapped, file_kept, mapping, state, total, done, accepted, known, changed, rejected,
        report, created_at, started_at, changed_at FROM import_job WHERE locality = $1 AND id = $2";
    JOBS = "SELECT locality, id, person, unit, name, size, wrapped, file_kept, mapping, state, total, done, accepted, known, changed, rejected,
        report, created_at, started_at, changed_at FROM import_job WHERE locality = $1 AND unit = $2 AND id < $3 ORDER BY id DESC LIMIT $4";
    OPEN = "SELECT locality, id FROM import_job WHERE open ORDER BY id LIMIT 20";
    UPDATE = "UPDATE import_job SET mapping = $4, state = $5, open = $6, total = $7, done = $8, accepted = $9, known = $10, changed = $11,
        rejected = $12, report = $13, started_at = $14, changed_at = $15, file_kept = $16, name = $17
        WHERE locality = $1 AND id = $2 AND state = $3";
    PROGRESS = "UPDATE import_job SET done = $3, accepted = $4, known = $5, changed = $6, rejected = $7, report = $8, changed_at = $9
        WHERE locality = $1 AND id = $2 RETURNING state";
    FILES = "SELECT id FROM import_job WHERE file_kept";
    OLD_FILES = "SELECT locality, id FROM import_job WHERE file_kept AND NOT open AND changed_at < $1";
    FORGET_FILE = "UPDATE import_job SET file_kept = FALSE WHERE locality = $1 AND id = $2";
    LINK = "INSERT INTO import_row (locality, submission, job) VALUES ($1, $2, $3)";
    LINKED = "SELECT r.job, j.state FROM import_row r JOIN import_job j ON j.locality = r.locality AND j.id = r.job
        WHERE r.locality = $1 AND r.submission = $2";
    ROWS = "SELECT submission FROM import_row WHERE locality = $1 AND job = $2 AND submission > $3 ORDER BY submission LIMIT $4";
    COUNT = "SELECT COUNT(*) FROM import_row WHERE locality = $1 AND job = $2";
    MAPPINGS = "SELECT id, person, unit, name, text, shared, changed_at FROM import_mapping WHERE locality = $1 ORDER BY name";
    KEEP = "INSERT INTO import_mapping (locality, id, person, unit, name, text, shared, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (locality, id) DO UPDATE SET name = excluded.name, text = excluded.text, shared = excluded.shared,
        changed_at = excluded.changed_at";
    DROP_MAPPING = "DELETE FROM import_mapping WHERE locality = $1 AND id = $2";
}

/// What has come of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Sent; its mapping is being made.
    Draft,
    /// Every row is being looked at; nothing is stored.
    Checking,
    /// Rows are being stored.
    Running,
    /// Stopped for now.
    Paused,
    /// At its end.
    Done,
    /// Being taken back.
    Undoing,
    /// Taken back.
    Undone,
    /// Could not go on; the report says why.
    Failed,
}

impl State {
    const ALL: [(&'static str, Self); 8] = [
        ("draft", Self::Draft),
        ("checking", Self::Checking),
        ("running", Self::Running),
        ("paused", Self::Paused),
        ("done", Self::Done),
        ("undoing", Self::Undoing),
        ("undone", Self::Undone),
        ("failed", Self::Failed),
    ];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(_, s)| *s == self).map_or("", |(c, _)| c)
    }

    fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().find(|(c, _)| *c == code).map(|(_, s)| *s)
    }

    /// Whether a server works on it.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Checking | Self::Running | Self::Undoing)
    }
}

/// An import.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of `import_job`")]
pub struct Job {
    pub locality: Locality,
    pub id: Id,
    pub person: PersonId,
    pub unit: UnitId,
    /// Name of the file as it was sent.
    pub name: String,
    pub size: i64,
    /// Key of the file, wrapped.
    pub wrapped: Vec<u8>,
    /// Whether the file is still there.
    pub file_kept: bool,
    pub mapping: String,
    pub state: State,
    pub total: i64,
    pub done: i64,
    pub accepted: i64,
    pub known: i64,
    pub changed: i64,
    pub rejected: i64,
    /// What was seen in the file and came of it, JSON; no personal value.
    pub report: String,
    pub created_at: Instant,
    pub started_at: Option<Instant>,
    pub changed_at: Instant,
}

fn job(r: &Row) -> Result<Job> {
    let state: String = r.get(9)?;
    let bad = || crate::engine::Error::Corrupt { table: "import_job".into(), column: "state".into(), row: state.clone() };
    Ok(Job {
        locality: r.get(0)?,
        id: r.get(1)?,
        person: r.get(2)?,
        unit: r.get(3)?,
        name: r.get(4)?,
        size: r.get(5)?,
        wrapped: r.get(6)?,
        file_kept: r.get(7)?,
        mapping: r.get(8)?,
        state: State::parse(&state).ok_or_else(bad)?,
        total: r.get(10)?,
        done: r.get(11)?,
        accepted: r.get(12)?,
        known: r.get(13)?,
        changed: r.get(14)?,
        rejected: r.get(15)?,
        report: r.get(16)?,
        created_at: r.get(17)?,
        started_at: r.get(18)?,
        changed_at: r.get(19)?,
    })
}

impl Job {
    /// The file is kept under the import's own id.
    #[must_use]
    pub fn file(&self) -> FileId {
        FileId(self.id)
    }

    /// The scope of the clerk who sent it, if they still hold that role: an import goes on with the rights of whoever began it.
    #[must_use]
    pub fn scope(&self, directory: &Directory) -> Option<Scope> {
        let active = directory.people.get(&self.person).is_some_and(|p| p.active);
        let held = |(p, g): &&(PersonId, Grant)| *p == self.person && g.unit == self.unit && g.role == Role::Clerk;
        directory.roles.iter().find(held).filter(|_| active).map(|(p, g)| Scope::person(self.locality, *p, *g))
    }
}

/// Who may see an import: the clerks of the unit it was sent in.
fn unit_of(scope: &Scope) -> Option<(PersonId, UnitId)> {
    scope.grant().filter(|(_, g)| g.role == Role::Clerk).map(|(p, g)| (p, g.unit))
}

/// Keeps a new import.
///
/// # Errors
/// Those of writing.
pub async fn create(tx: &mut Tx, j: &Job) -> Result<()> {
    let a = args![
        j.locality,
        j.id,
        j.person,
        j.unit,
        j.name.as_str(),
        j.size,
        j.wrapped.as_slice(),
        j.mapping.as_str(),
        j.state.code(),
        j.total,
        j.created_at,
        j.report.as_str()
    ];
    tx.exec(INSERT, a).await.map(|_| ())
}

/// An import that exists for this scope.
///
/// # Errors
/// Those of reading.
pub async fn load(db: &mut Reader, scope: &Scope, id: Id) -> Result<Option<Job>> {
    let Some((_, unit)) = unit_of(scope) else { return Ok(None) };
    Ok(by_id(db, scope.locality(), id).await?.filter(|j| j.unit == unit))
}

/// An import, for the server that works on it.
///
/// # Errors
/// Those of reading.
pub async fn by_id(db: &mut Reader, locality: Locality, id: Id) -> Result<Option<Job>> {
    db.opt(JOB, args![locality, id]).await?.map(|r| job(&r)).transpose()
}

/// Imports of the unit acted in, newest first; `before` is the last one seen.
///
/// # Errors
/// Those of reading.
pub async fn list(db: &mut Reader, scope: &Scope, before: Option<Id>, limit: i64) -> Result<Vec<Job>> {
    let Some((_, unit)) = unit_of(scope) else { return Ok(Vec::new()) };
    let before = before.unwrap_or(Id([0xff; 16]));
    db.all(JOBS, args![scope.locality(), unit, before, limit]).await?.iter().map(job).collect()
}

/// Imports a server should be working on.
///
/// # Errors
/// Those of reading.
pub async fn open(db: &mut Reader) -> Result<Vec<(Locality, Id)>> {
    db.all(OPEN, &[]).await?.iter().map(|r| Ok((r.get(0)?, r.get(1)?))).collect()
}

/// Stores an import as it is now, if it is still in the state it was in.
///
/// # Errors
/// Those of writing.
pub async fn update(tx: &mut Tx, was: State, j: &Job) -> Result<bool> {
    let a = args![
        j.locality,
        j.id,
        was.code(),
        j.mapping.as_str(),
        j.state.code(),
        j.state.is_open(),
        j.total,
        j.done,
        j.accepted,
        j.known,
        j.changed,
        j.rejected,
        j.report.as_str(),
        j.started_at,
        j.changed_at,
        j.file_kept,
        j.name.as_str()
    ];
    Ok(tx.exec(UPDATE, a).await? == 1)
}

/// Stores how far it has come, whatever was asked of it meanwhile, and says what that is.
///
/// # Errors
/// Those of writing.
pub async fn progress(tx: &mut Tx, j: &Job) -> Result<Option<State>> {
    let a = args![j.locality, j.id, j.done, j.accepted, j.known, j.changed, j.rejected, j.report.as_str(), j.changed_at];
    let Some(r) = tx.opt(PROGRESS, a).await? else { return Ok(None) };
    Ok(State::parse(&r.get::<String>(0)?))
}

/// The files of imports: what the sweep of orphans may not take.
///
/// # Errors
/// Those of reading.
pub async fn file_ids(db: &mut Reader) -> Result<Vec<FileId>> {
    db.all(FILES, &[]).await?.iter().map(|r| r.get(0)).collect()
}

/// Imports whose file has lain there since before `then` with nothing done.
///
/// # Errors
/// Those of reading.
pub async fn old_files(db: &mut Reader, then: Instant) -> Result<Vec<(Locality, Id)>> {
    db.all(OLD_FILES, args![then]).await?.iter().map(|r| Ok((r.get(0)?, r.get(1)?))).collect()
}

/// Notes that the file of an import is gone.
///
/// # Errors
/// Those of writing.
pub async fn forget_file(tx: &mut Tx, locality: Locality, id: Id) -> Result<()> {
    tx.exec(FORGET_FILE, args![locality, id]).await.map(|_| ())
}

/// The statement that says which import brought a submission, to be stored with it.
#[must_use]
pub fn link(locality: Locality, submission: SubmissionId, job: Id) -> (Sql, Vec<Arg<'static>>) {
    (LINK, args![locality, submission, job].to_vec())
}

/// Which import brought a submission, and what has come of that.
///
/// # Errors
/// Those of reading.
pub async fn brought_by(db: &mut Reader, locality: Locality, submission: SubmissionId) -> Result<Option<(Id, State)>> {
    let Some(r) = db.opt(LINKED, args![locality, submission]).await? else { return Ok(None) };
    let id = r.get(0)?;
    Ok(State::parse(&r.get::<String>(1)?).map(|state| (id, state)))
}

/// Submissions an import brought, in their order, after one of them.
///
/// # Errors
/// Those of reading.
pub async fn brought(db: &mut Reader, job: &Job, after: SubmissionId, limit: i64) -> Result<Vec<SubmissionId>> {
    db.all(ROWS, args![job.locality, job.id, after, limit]).await?.iter().map(|r| r.get(0)).collect()
}

/// How many submissions an import brought.
///
/// # Errors
/// Those of reading.
pub async fn count(db: &mut Reader, job: &Job) -> Result<i64> {
    db.one(COUNT, args![job.locality, job.id]).await?.get(0)
}

/// A mapping kept for the next file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of `import_mapping`")]
pub struct Kept {
    pub id: Id,
    pub person: PersonId,
    pub unit: UnitId,
    pub name: String,
    pub text: String,
    pub shared: bool,
    pub changed_at: Instant,
}

/// The mappings a clerk may use: their own, and those that others share.
///
/// # Errors
/// Those of reading.
pub async fn mappings(db: &mut Reader, scope: &Scope) -> Result<Vec<Kept>> {
    let Some((person, _)) = unit_of(scope) else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    for r in db.all(MAPPINGS, args![scope.locality()]).await? {
        let kept = Kept {
            id: r.get(0)?,
            person: r.get(1)?,
            unit: r.get(2)?,
            name: r.get(3)?,
            text: r.get(4)?,
            shared: r.get(5)?,
            changed_at: r.get(6)?,
        };
        if kept.shared || kept.person == person {
            out.push(kept);
        }
    }
    Ok(out)
}

/// Keeps a mapping, or the next version of one.
///
/// # Errors
/// Those of writing.
pub async fn keep(tx: &mut Tx, locality: Locality, k: &Kept) -> Result<()> {
    let a = args![locality, k.id, k.person, k.unit, k.name.as_str(), k.text.as_str(), k.shared, k.changed_at];
    tx.exec(KEEP, a).await.map(|_| ())
}

/// Forgets a mapping.
///
/// # Errors
/// Those of writing.
pub async fn drop_mapping(tx: &mut Tx, locality: Locality, id: Id) -> Result<()> {
    tx.exec(DROP_MAPPING, args![locality, id]).await.map(|_| ())
}
