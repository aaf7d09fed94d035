//! Imports as a desk runs them: the file lies sealed beside the evidence, a server that holds the lease works through it a stretch at a time,
//! and after each stretch it is written down how far it came. Killed in the middle, the next server goes on; what was stored twice is
//! recognised, and counted once.

use super::draft::{self, Draft, Use};
use super::mapping::{Field, Mapping, MappingError};
use super::row::{self, Bad};
use super::source::{Input, Record, Rows};
use super::table::{Table, Unreadable};
use crate::app::{App, World};
use crate::clock::new_id;
use crate::usecase::submit::{Fate, Incoming};
use crate::usecase::{Answer, Denied, Refusal, denied};
use rules::access::Actor;
use rules::case::command::{Command, WhyNot};
use rules::case::decide::{Context, decide};
use rules::case::event::Fact;
use rules::ids::{Id, SubmissionId};
use rules::time::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use store::engine::Tx;
use store::files::TooLarge;
use store::imports::{self, Job, State};
use store::personal::{Envelope, random};
use store::scope::{Reason, Scope};
use store::{cases, sessions};
use tokio::task::JoinSet;

/// Most bytes of a file sent to a desk.
pub const MAX_FILE: u64 = 50 * 1024 * 1024;
/// Rows between two marks of how far it has come.
const STRETCH: usize = 256;
/// How long a server keeps the work without writing down progress, minutes.
const LEASE: i64 = 2;
/// How long an import can be taken back, minutes.
pub const UNDO_WITHIN: i64 = 24 * 60;
/// How long a file lies there with nothing done, minutes: to fetch its rejected rows, or to go on.
const FILE_KEPT: i64 = 7 * 24 * 60;
/// Kinds of faults told apart, bad rows and case numbers kept to be shown.
const MOST_KINDS: usize = 1_000;
const MOST_ROWS: usize = 100;
const MOST_CASES: usize = 100;

/// What was seen in a file; nothing of it says anything about a person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Column names.
    pub header: Vec<String>,
    /// Name of the encoding or format.
    pub read_as: String,
    /// Whether every row has been looked at.
    pub checked: bool,
    /// Faults by column and code: how many, and the first row.
    pub kinds: Vec<FaultKind>,
    /// The first bad rows.
    pub rows: Vec<FaultRow>,
    /// Cases that stand in the way of taking it back: they were worked on.
    pub worked_on: Vec<String>,
    /// How many those are.
    pub worked_on_count: u64,
    /// Why it could not go on: the code of a sentence, and what is particular.
    pub failed: Option<(String, String)>,
}

/// One kind of fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "named by its type")]
pub struct FaultKind {
    pub column: String,
    pub code: String,
    pub count: u64,
    pub first: u64,
}

/// One bad row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "named by its type")]
pub struct FaultRow {
    pub row: u64,
    pub line: u64,
    pub column: String,
    pub value: String,
    pub code: String,
}

impl Report {
    /// The report of an import.
    #[must_use]
    pub fn of(job: &Job) -> Self {
        serde_json::from_str(&job.report).unwrap_or_default()
    }

    fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn forget_faults(&mut self) {
        (self.kinds, self.rows) = (Vec::new(), Vec::new());
    }

    /// Adds a bad row. Beyond so many kinds they are counted together.
    pub fn add(&mut self, bad: &Bad) {
        let full = self.kinds.len() == MOST_KINDS;
        let at = self.kinds.iter().position(|k| k.column == bad.column && k.code == bad.code);
        match at.or_else(|| full.then_some(MOST_KINDS - 1)) {
            Some(at) => self.kinds[at].count += 1,
            None => {
                let (column, code) = (bad.column.clone(), bad.code.to_owned());
                self.kinds.push(FaultKind { column, code, count: 1, first: bad.row });
            }
        }
        if self.rows.len() < MOST_ROWS {
            let (column, value) = (bad.column.clone(), bad.value.clone());
            self.rows.push(FaultRow { row: bad.row, line: bad.line, column, value, code: bad.code.to_owned() });
        }
    }
}

/// Why a file is not taken, or an import cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// The file.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Larger than [`MAX_FILE`].
    #[error("too large")]
    Large,
    /// The store, or it does not exist for whoever asks.
    #[error(transparent)]
    Denied(#[from] Denied),
}

impl From<store::engine::Error> for NotTaken {
    fn from(e: store::engine::Error) -> Self {
        match e.refusal::<TooLarge>() {
            Ok(_) => Self::Large,
            Err(e) => Self::Denied(Denied::Store(e)),
        }
    }
}

impl From<MappingError> for NotTaken {
    fn from(e: MappingError) -> Self {
        Self::Unreadable(e.into())
    }
}

/// Does something with a file where waiting blocks nobody.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Answer<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Denied::Store(store::engine::Error::internal(e)))
}

/// Keeps a file that was sent, with the mapping that fits it best, as a draft.
///
/// # Errors
/// [`NotTaken`]; nothing is kept then.
pub async fn keep(app: &App, scope: &Scope, name: &str, bytes: Vec<u8>) -> Result<Job, NotTaken> {
    let (person, grant) = scope.grant().ok_or(Denied::NotFound)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(NotTaken::Large);
    }
    let known = known_mappings(app, scope).await?;
    let input = Input::Memory(name.to_owned(), bytes.into());
    let looked = input.clone();
    let (mapping, report, total) = aside(move || draft::fitting(&looked, &known)).await??;
    let (now, size) = (app.clock().now(), if let Input::Memory(_, b) = &input { b.len() } else { 0 });
    let id = new_id(now, &mut app.random());
    let envelope = Envelope::new(app.keyring(), scope.locality(), id, &mut app.random());
    let mut job = Job {
        locality: scope.locality(),
        id,
        person,
        unit: grant.unit,
        name: rules::text::clean_line(name, 200).unwrap_or_default(),
        size: i64::try_from(size).unwrap_or(i64::MAX),
        wrapped: envelope.wrapped().unwrap_or_default().to_vec(),
        file_kept: true,
        mapping,
        state: State::Draft,
        total: i64::try_from(total).unwrap_or(i64::MAX),
        done: 0,
        accepted: 0,
        known: 0,
        changed: 0,
        rejected: 0,
        report: report.text(),
        created_at: now,
        started_at: None,
        changed_at: now,
    };
    if job.name.is_empty() {
        job.name = "file".into();
    }
    let mut upload = app.files().begin(job.file(), envelope.key(), random(&mut app.random()), MAX_FILE).await?;
    if let Input::Memory(_, bytes) = &input {
        upload.write(bytes).await?;
    }
    upload.finish().await?;
    let kept = job.clone();
    app.db().write(async move |tx: &mut Tx| imports::create(tx, &kept).await).await?;
    Ok(job)
}

/// Texts of the mappings a clerk may choose from, by key: their own and those others share, the newest first; those of the program.
///
/// # Errors
/// Those of reading.
pub async fn known_mappings(app: &App, scope: &Scope) -> Answer<Vec<(String, String, String)>> {
    let mut db = app.db().read().await?;
    let mut kept = imports::mappings(&mut db, scope).await?;
    kept.sort_by_key(|k| std::cmp::Reverse(k.changed_at));
    let kept = kept.into_iter().map(|k| (k.id.to_string(), k.name, k.text));
    let shipped = super::mapping::names().filter_map(|n| super::mapping::shipped(&n).map(|text| (n.clone(), n, text)));
    Ok(kept.chain(shipped).collect())
}

/// The file of an import, opened.
///
/// # Errors
/// [`Denied::NotFound`] once it is gone.
pub async fn file(app: &App, job: &Job) -> Answer<Input> {
    if !job.file_kept {
        return Err(Denied::NotFound);
    }
    let envelope = Envelope::resume(app.keyring(), job.locality, job.id, &job.wrapped)?;
    let mut download = app.files().read(job.file(), envelope.key()).await?;
    let mut bytes = Vec::with_capacity(usize::try_from(job.size).unwrap_or(0).min(MAX_FILE as usize));
    while let Some(chunk) = download.next().await? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(Input::Memory(job.name.clone(), bytes.into()))
}

/// An import that exists for a scope.
///
/// # Errors
/// [`Denied::NotFound`]
pub async fn load(app: &App, scope: &Scope, id: Id) -> Answer<Job> {
    let mut db = app.db().read().await?;
    imports::load(&mut db, scope, id).await?.ok_or(Denied::NotFound)
}

/// What a clerk asks of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Look at every row, store nothing.
    Check,
    /// Store the rows.
    Start,
    /// Stop for now.
    Pause,
    /// Go on.
    Resume,
    /// Take it back.
    Undo,
}

impl Ask {
    /// By its code in a form.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Some(match code {
            "check" => Self::Check,
            "start" => Self::Start,
            "pause" => Self::Pause,
            "resume" => Self::Resume,
            "undo" => Self::Undo,
            _ => return None,
        })
    }
}

/// Whether an import can still be taken back.
#[must_use]
pub fn can_undo(job: &Job, now: Instant) -> bool {
    let began = job.started_at.unwrap_or(job.created_at);
    matches!(job.state, State::Done | State::Paused) && job.started_at.is_some() && now < began.plus_minutes(UNDO_WITHIN)
}

/// Does what was asked; a server takes it up from there.
///
/// # Errors
/// [`Denied::Stale`] if it is not in a state for that any more.
pub async fn ask(app: &App, scope: &Scope, id: Id, ask: Ask) -> Answer<()> {
    let now = app.clock().now();
    let mut job = load(app, scope, id).await?;
    let was = job.state;
    let mut report = Report::of(&job);
    match (ask, was) {
        (Ask::Check, State::Draft) => {
            report.checked = false;
            start_over(&mut job, &mut report);
            job.state = State::Checking;
        }
        (Ask::Start, State::Draft) => {
            start_over(&mut job, &mut report);
            (job.state, job.started_at) = (State::Running, Some(now));
        }
        (Ask::Pause, State::Running) => job.state = State::Paused,
        (Ask::Pause, State::Checking) => job.state = State::Draft,
        (Ask::Resume, State::Paused) if job.file_kept => job.state = State::Running,
        (Ask::Undo, _) if can_undo(&job, now) => {
            (report.worked_on, report.worked_on_count) = (Vec::new(), 0);
            job.state = State::Undoing;
        }
        _ => return Err(Denied::Stale),
    }
    report.failed = None;
    (job.report, job.changed_at) = (report.text(), now);
    save(app, was, job).await
}

fn start_over(job: &mut Job, report: &mut Report) {
    (job.done, job.accepted, job.known, job.changed, job.rejected) = (0, 0, 0, 0, 0);
    report.forget_faults();
}

/// Stores an import as it is now, unless somebody was faster.
///
/// # Errors
/// [`Denied::Stale`]
pub async fn save(app: &App, was: State, job: Job) -> Answer<()> {
    let unit = async move |tx: &mut Tx| match imports::update(tx, was, &job).await? {
        true => Ok(()),
        false => Err(Refusal(Denied::Stale).into()),
    };
    app.db().write(unit).await.map_err(denied)
}

/// Sets the mapping of a draft. Where the file is laid out otherwise than thought, its columns are others, and the mapping is laid over them
/// as far as it goes: then the answer is false, and the clerk looks again.
///
/// # Errors
/// [`NotTaken`]: [`Denied::Invalid`] names each field that is not right.
pub async fn set_draft(app: &App, scope: &Scope, id: Id, draft: Draft) -> Result<bool, NotTaken> {
    let mut job = load(app, scope, id).await?;
    if job.state != State::Draft {
        return Err(Denied::Stale.into());
    }
    let was = Report::of(&job);
    let checked = draft.check();
    let input = file(app, &job).await?;
    let shape = draft.shape();
    let rows = aside(move || Rows::open(&input, &shape).map(|r| (r.rows, r.header.clone(), r.encoding().to_owned()))).await?;
    let (total, header, read_as) = rows.map_err(Unreadable::from)?;
    let same = header == was.header;
    let (draft, total) = if same { (draft, total) } else { (draft.over(&header, &known_mappings(app, scope).await?), total) };
    if same {
        checked.map_err(Denied::Invalid)?;
        Mapping::parse(&job.name, &draft.text())?;
    }
    let mut report = Report { header, read_as, ..Report::default() };
    start_over(&mut job, &mut report);
    job.total = i64::try_from(total).unwrap_or(i64::MAX);
    (job.mapping, job.report, job.changed_at) = (draft.text(), report.text(), app.clock().now());
    save(app, State::Draft, job).await?;
    Ok(same)
}

/// The beginning of a file, for making a mapping.
#[derive(Debug, Default)]
pub struct Look {
    /// The first rows.
    pub records: Vec<Record>,
    /// What they come to under the mapping; none while it is not whole.
    pub read: Option<Vec<Result<Incoming, Box<Bad>>>>,
    /// Values found in the column of kinds, and in that of demands.
    pub values: Vec<Vec<String>>,
}

/// Looks at the first rows of a file under a mapping being made.
///
/// # Errors
/// [`NotTaken`]
pub async fn look(app: &App, job: &Job, draft: &Draft, most: usize) -> Result<Look, NotTaken> {
    let (input, draft, now) = (file(app, job).await?, draft.clone(), app.clock().now());
    let name = job.name.clone();
    let look = aside(move || {
        let shape = draft.shape();
        let mut rows = Rows::open(&input, &shape)?;
        let mut look = Look::default();
        while look.records.len() < most {
            let Some(record) = rows.read()? else { break };
            look.records.push(record);
        }
        let coded = [Field::Kind, Field::Demand].map(|f| draft.columns.iter().find(|(_, u)| *u == Use::Field(f)).map_or("", |(c, _)| c));
        look.values = draft::values(&input, &shape, &coded)?;
        if draft.check().is_ok()
            && let Ok(mapping) = Mapping::parse(&name, &draft.text())
        {
            let table = Table::open(&input, &mapping)?;
            look.read = Some(look.records.iter().map(|r| row::read(r, &table, &mapping, now)).collect());
        }
        Ok::<_, Unreadable>(look)
    });
    Ok(look.await??)
}

/// The rows of an import that were not taken, one after the other, with the columns they had.
#[derive(Debug)]
pub struct Rejects {
    table: Table,
    mapping: Mapping,
    now: Instant,
    left: i64,
}

impl Rejects {
    /// Of an import whose file is still there: the rows it has come past.
    ///
    /// # Errors
    /// [`NotTaken`]
    pub async fn of(app: &App, job: &Job) -> Result<Self, NotTaken> {
        let (input, mapping) = (file(app, job).await?, Mapping::parse(&job.name, &job.mapping)?);
        let opening = mapping.clone();
        let table = aside(move || Table::open(&input, &opening)).await??;
        Ok(Self { table, mapping, now: job.started_at.unwrap_or_else(|| app.clock().now()), left: job.done })
    }

    /// What separates columns in the file of rejected rows: as the mapping says, with which they are sent again.
    #[must_use]
    pub fn delimiter(&self) -> u8 {
        self.mapping.shape.delimiter
    }

    /// Column names.
    #[must_use]
    pub fn header(&self) -> &[String] {
        self.table.header()
    }

    /// The next ones; nothing at the end.
    ///
    /// # Errors
    /// The file cannot be read on.
    pub async fn next(self) -> Answer<Option<(Self, Vec<(Record, Box<Bad>)>)>> {
        let Self { table, mapping, now, left } = self;
        let most = STRETCH.min(usize::try_from(left).unwrap_or(0));
        let (table, mapping, lines) = stretch(table, mapping, now, most).await?;
        let lines = lines.map_err(|e| Denied::Store(e.into()))?;
        if lines.is_empty() {
            return Ok(None);
        }
        let left = left - lines.len() as i64;
        let bad = lines.into_iter().filter_map(|(record, read)| read.err().map(|bad| (record, bad))).collect();
        Ok(Some((Self { table, mapping, now, left }, bad)))
    }
}

/// Takes a draft away, with its file.
///
/// # Errors
/// [`Denied::Stale`] once rows were stored.
pub async fn discard(app: &App, scope: &Scope, id: Id) -> Answer<()> {
    let mut job = load(app, scope, id).await?;
    let was = job.state;
    if !matches!(was, State::Draft | State::Failed) || job.accepted > 0 {
        return Err(Denied::Stale);
    }
    let file = job.file();
    (job.state, job.file_kept, job.changed_at) = (State::Failed, false, app.clock().now());
    job.report = Report { failed: Some(("discarded".into(), String::new())), ..Report::default() }.text();
    save(app, was, job).await?;
    Ok(app.files().remove(file).await?)
}

/// A row read from the file.
type Line = (Record, Result<Incoming, Box<Bad>>);

/// Reads the next rows where waiting blocks nobody.
async fn stretch(mut table: Table, mapping: Mapping, now: Instant, most: usize) -> Answer<(Table, Mapping, io::Result<Vec<Line>>)> {
    aside(move || {
        let mut lines = Vec::with_capacity(most);
        let read = loop {
            if lines.len() == most {
                break Ok(lines);
            }
            match table.read() {
                Ok(Some(record)) => {
                    let read = row::read(&record, &table, &mapping, now);
                    lines.push((record, read));
                }
                Ok(None) => break Ok(lines),
                Err(e) => break Err(e),
            }
        };
        (table, mapping, read)
    })
    .await
}

/// Works on what is open, if this server holds the lease. Returns whether it did anything.
///
/// # Errors
/// Those of the store; the next round goes on.
pub async fn round(app: &App) -> Answer<bool> {
    let mut db = app.db().read().await?;
    let open = imports::open(&mut db).await?;
    drop(db);
    let mut worked = false;
    for (locality, id) in open {
        if !hold(app).await? {
            return Ok(worked);
        }
        let mut db = app.db().read().await?;
        let Some(job) = imports::by_id(&mut db, locality, id).await? else { continue };
        drop(db);
        worked = true;
        match job.state {
            State::Checking => check(app, job).await?,
            State::Running => run(app, job).await?,
            State::Undoing => undo(app, job).await?,
            _ => {}
        }
    }
    Ok(worked)
}

/// Removes the files of imports that nobody has touched for a while.
///
/// # Errors
/// Those of the store or the disk; the next round goes on.
pub async fn sweep(app: &App) -> Answer<usize> {
    let then = app.clock().now().plus_minutes(-FILE_KEPT);
    let mut db = app.db().read().await?;
    let old = imports::old_files(&mut db, then).await?;
    drop(db);
    let count = old.len();
    for (locality, id) in old {
        app.files().remove(rules::ids::FileId(id)).await?;
        app.db().write(async move |tx: &mut Tx| imports::forget_file(tx, locality, id).await).await?;
    }
    Ok(count)
}

async fn hold(app: &App) -> Answer<bool> {
    let (holder, now) = (app.holder(), app.clock().now());
    let until = now.plus_minutes(LEASE);
    Ok(app.db().write(async move |tx: &mut Tx| sessions::take_lease(tx, "import", holder, now, until).await).await?)
}

/// Writes down how far it came; what is asked of it by now.
async fn mark(app: &App, job: &mut Job, report: &Report) -> Answer<Option<State>> {
    (job.report, job.changed_at) = (report.text(), app.clock().now());
    let held = hold(app).await?;
    let now = job.clone();
    let state = app.db().write(async move |tx: &mut Tx| imports::progress(tx, &now).await).await?;
    Ok(state.filter(|_| held))
}

/// Ends a stage of an import; whoever paused it in the last moment wins.
async fn end(app: &App, mut job: Job, report: &Report, state: State) -> Answer<()> {
    let was = job.state;
    (job.state, job.report, job.changed_at) = (state, report.text(), app.clock().now());
    match save(app, was, job).await {
        Err(Denied::Stale) => Ok(()),
        other => other,
    }
}

async fn fail(app: &App, job: Job, mut report: Report, state: State, why: (&str, String)) -> Answer<()> {
    report.failed = Some((why.0.to_owned(), why.1));
    end(app, job, &report, state).await
}

/// Opens the file of an import where it has to be read on.
async fn opened(app: &App, job: &Job) -> Result<(Table, Mapping), (&'static str, String)> {
    let input = file(app, job).await.map_err(|_| ("file_gone", String::new()))?;
    let mapping = Mapping::parse(&job.name, &job.mapping).map_err(|e| ("mapping", e.to_string()))?;
    let (opening, done) = (mapping.clone(), job.done);
    let table = aside(move || {
        let mut table = Table::open(&input, &opening)?;
        for _ in 0..done {
            table.read()?;
        }
        Ok::<_, Unreadable>(table)
    });
    match table.await {
        Ok(Ok(table)) => Ok((table, mapping)),
        Ok(Err(Unreadable::Unfit(unfit))) => Err((unfit.code, unfit.detail)),
        Ok(Err(other)) => Err(("mapping", other.to_string())),
        Err(_) => Err(("broken", String::new())),
    }
}

/// Looks at every row, and in the store whether it is there already.
async fn check(app: &App, mut job: Job) -> Answer<()> {
    let mut report = Report::of(&job);
    let world = app.world(job.locality).ok_or(Denied::NotFound)?;
    let Some(scope) = job.scope(&world.directory) else { return fail(app, job, report, State::Draft, ("no_longer", String::new())).await };
    // What rows of this file will be in the store is known only to whoever read it from the beginning.
    start_over(&mut job, &mut report);
    let (mut table, mut mapping) = match opened(app, &job).await {
        Ok(opened) => opened,
        Err(why) => return fail(app, job, report, State::Draft, why).await,
    };
    let mut seen = BTreeMap::new();
    loop {
        let (t, m, lines) = stretch(table, mapping, app.clock().now(), STRETCH).await?;
        (table, mapping) = (t, m);
        let Ok(lines) = lines else { return fail(app, job, report, State::Draft, ("broken", String::new())).await };
        if lines.is_empty() {
            break;
        }
        let mut db = app.db().read().await?;
        for (_, read) in lines {
            job.done += 1;
            match read {
                Ok(incoming) => {
                    let body = incoming.body(&[]);
                    let before = seen.insert(incoming.external_id.clone(), body);
                    let fate = match before {
                        Some(b) if b == body => Fate::AlreadyKnown,
                        Some(_) => Fate::Changed,
                        None => super::fate(&mut db, &scope, incoming).await?,
                    };
                    count(&mut job, fate);
                }
                Err(bad) => {
                    job.rejected += 1;
                    report.add(&bad);
                }
            }
        }
        drop(db);
        if mark(app, &mut job, &report).await? != Some(State::Checking) {
            return Ok(());
        }
    }
    report.checked = true;
    end(app, job, &report, State::Draft).await
}

fn count(job: &mut Job, fate: Fate) {
    match fate {
        Fate::Accepted => job.accepted += 1,
        Fate::AlreadyKnown => job.known += 1,
        Fate::Changed => job.changed += 1,
    }
}

/// Stores the rows, with the rights of the clerk who sent them.
async fn run(app: &App, mut job: Job) -> Answer<()> {
    let mut report = Report::of(&job);
    let world = app.world(job.locality).ok_or(Denied::NotFound)?;
    let Some(scope) = job.scope(&world.directory) else { return fail(app, job, report, State::Paused, ("no_longer", String::new())).await };
    let (mut table, mut mapping) = match opened(app, &job).await {
        Ok(opened) => opened,
        Err(why) => return fail(app, job, report, State::Paused, why).await,
    };
    let mut db = app.db().read().await?;
    // Stored when a server died, but not yet written down: those come again as known, and are this import's own.
    let mut unmarked = imports::count(&mut db, &job).await? - job.accepted;
    drop(db);
    // Rows are judged as of one moment, however long it takes and however often it is taken up again.
    let now = job.started_at.unwrap_or_else(|| app.clock().now());
    loop {
        let (t, m, lines) = stretch(table, mapping, now, STRETCH).await?;
        (table, mapping) = (t, m);
        let Ok(lines) = lines else { return fail(app, job, report, State::Paused, ("broken", String::new())).await };
        if lines.is_empty() {
            break;
        }
        let mut flying: JoinSet<Answer<Fate>> = JoinSet::new();
        for (_, read) in lines {
            job.done += 1;
            match read {
                Ok(incoming) => {
                    let (app, scope, id) = (app.clone(), scope.clone(), job.id);
                    flying.spawn(async move { super::send(&app, &scope, incoming, Some(id)).await });
                }
                Err(bad) => {
                    job.rejected += 1;
                    report.add(&bad);
                }
            }
        }
        while let Some(landed) = flying.join_next().await {
            // Nothing of this stretch is marked as done: it is sent again, and what arrived is recognised.
            let fate = landed.map_err(|e| Denied::Store(store::engine::Error::internal(e)))??;
            let own = fate == Fate::AlreadyKnown && unmarked > 0;
            unmarked -= i64::from(own);
            count(&mut job, if own { Fate::Accepted } else { fate });
        }
        if mark(app, &mut job, &report).await? != Some(State::Running) {
            return Ok(());
        }
    }
    end(app, job, &report, State::Done).await
}

/// Takes an import back: all of it, or nothing and the numbers of the cases somebody has worked on.
async fn undo(app: &App, job: Job) -> Answer<()> {
    let mut report = Report::of(&job);
    let world = app.world(job.locality).ok_or(Denied::NotFound)?;
    let Some(scope) = job.scope(&world.directory) else { return fail(app, job, report, State::Done, ("no_longer", String::new())).await };
    let platform = Scope::system(job.locality, Reason::Import);
    let mut after = SubmissionId(Id::default());
    loop {
        let mut db = app.db().read().await?;
        let found = imports::brought(&mut db, &job, after, STRETCH as i64).await?;
        let Some(last) = found.last() else { break };
        after = *last;
        for submission in found {
            for loaded in cases::of_submission(&mut db, &platform, submission).await? {
                if undoable(&loaded.case, &world, app.clock().now()).is_err() {
                    report.worked_on_count += 1;
                    if report.worked_on.len() < MOST_CASES {
                        report.worked_on.push(loaded.case.registration.number.clone());
                    }
                }
            }
        }
        drop(db);
        if !hold(app).await? {
            return Ok(());
        }
    }
    if report.worked_on_count > 0 {
        return end(app, job, &report, State::Done).await;
    }
    let mut after = SubmissionId(Id::default());
    loop {
        let mut db = app.db().read().await?;
        let found = imports::brought(&mut db, &job, after, STRETCH as i64).await?;
        drop(db);
        let Some(last) = found.last() else { break };
        after = *last;
        for submission in found {
            let (scope, platform, world, now) = (scope.clone(), platform.clone(), world.clone(), app.clock().now());
            let unit = async move |tx: &mut Tx| {
                let mut stay = Vec::new();
                for loaded in cases::of_submission(tx, &platform, submission).await? {
                    match undoable(&loaded.case, &world, now) {
                        Ok(facts) if facts.is_empty() => {}
                        Ok(facts) => cases::append(tx, &loaded, facts, scope.by(), now, now).await.map(|_| ())?,
                        Err(_) => stay.push(loaded.case.registration.number.clone()),
                    }
                }
                Ok(stay)
            };
            // Somebody took a case up between the look and now: it stays, and is named.
            let stay = app.db().write(unit).await.map_err(denied)?;
            report.worked_on_count += stay.len() as u64;
            report.worked_on.extend(stay);
        }
        if !hold(app).await? {
            return Ok(());
        }
    }
    end(app, job, &report, State::Undone).await
}

/// What taking a case back records: nothing where that is done already.
fn undoable(case: &rules::case::Case, world: &World, now: Instant) -> Result<Vec<Fact>, WhyNot> {
    let ctx = Context { now, effective: now, actor: Actor::System, calendar: &world.calendar, pack: &world.pack, number: None };
    if case.undone { Ok(Vec::new()) } else { decide(case, &Command::ImportUndo, &ctx) }
}

/// Keeps a mapping for the next file: under the name it has, where it is the clerk's own.
///
/// # Errors
/// Those of the store.
pub async fn keep_mapping(app: &App, scope: &Scope, name: &str, text: String, shared: bool) -> Answer<()> {
    let (person, grant) = scope.grant().ok_or(Denied::NotFound)?;
    let (now, locality) = (app.clock().now(), scope.locality());
    let mut db = app.db().read().await?;
    let own = imports::mappings(&mut db, scope).await?.into_iter().find(|k| k.person == person && k.name == name);
    drop(db);
    let id = own.map_or_else(|| new_id(now, &mut app.random()), |k| k.id);
    let kept = imports::Kept { id, person, unit: grant.unit, name: name.to_owned(), text, shared, changed_at: now };
    Ok(app.db().write(async move |tx: &mut Tx| imports::keep(tx, locality, &kept).await).await?)
}

/// Forgets a mapping of one's own.
///
/// # Errors
/// [`Denied::NotFound`] for another's.
pub async fn forget_mapping(app: &App, scope: &Scope, id: Id) -> Answer<()> {
    let (person, _) = scope.grant().ok_or(Denied::NotFound)?;
    let locality = scope.locality();
    let mut db = app.db().read().await?;
    let own = imports::mappings(&mut db, scope).await?.into_iter().any(|k| k.id == id && k.person == person);
    drop(db);
    if !own {
        return Err(Denied::NotFound);
    }
    Ok(app.db().write(async move |tx: &mut Tx| imports::drop_mapping(tx, locality, id).await).await?)
}
