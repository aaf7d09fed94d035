//! Evidence: what may be sent, sealed while it streams in, kept between the steps of a form without a session, attached to a submission,
//! read again. A file that is sent before its submission exists is sealed under the submission's own key, made with the first file; key and
//! file travel with the form as a sealed token, and nothing in the store refers to them until the form is submitted.

use super::{Answer, Denied, Refusal, denied};
use crate::app::{App, MAX_FILE};
use crate::clock::new_id;
use rules::case::command::Command;
use rules::case::decide::{Context, decide};
use rules::ids::{FileId, Id, Locality, SubmissionId};
use rules::text::clean_line;
use rules::time::Instant;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::engine::{Batch, Error, Tx};
use store::files::{Download, TooLarge, Upload};
use store::personal::{Envelope, hex, open_key, random};
use store::scope::Scope;
use store::seal::Place;
use store::submissions::{self, Evidence, SubmissionEvent};
use store::{access_log, cases};

/// Most files in one form.
pub const MAX_FILES: usize = 9;
/// Bytes looked at to know what a file is.
pub const HEAD: usize = 8192;
/// How long a file waits for its form, minutes; after that it must be sent again, and the sweep may take it later.
const WAITS: i64 = 12 * 60;
/// How often orphans are swept, minutes.
const SWEEP_EVERY: i64 = 6 * 60;
/// Field of the names of files in a submission.
const NAME: &str = "file_name";
/// Where a token is bound to.
const FORM: &str = "form";
const KEPT: &str = "kept";

/// A file kept for a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Id.
    pub id: FileId,
    /// Name as given, cleaned.
    pub name: String,
    /// Media type by its bytes.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes, hex.
    pub plain_sha256: String,
    sealed_sha256: String,
    at: Instant,
}

/// Why a file is not taken; the code of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// Not a kind of file that may be sent.
    Kind,
    /// Larger than [`MAX_FILE`].
    Large,
    /// More than [`MAX_FILES`].
    Many,
}

impl NotTaken {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Kind => "file_type",
            Self::Large => "file_large",
            Self::Many => "file_many",
        }
    }
}

/// The files of one submission that are on disk and not yet referred to, with the key they are sealed under.
#[derive(Debug)]
pub struct Held {
    submission: SubmissionId,
    envelope: Envelope,
    /// Most files there may be.
    most: usize,
    /// The files, in the order they were sent.
    pub files: Vec<Kept>,
}

impl Held {
    /// For a submission that is to be.
    #[must_use]
    pub fn new(app: &App, locality: Locality) -> Self {
        let submission = SubmissionId(new_id(app.clock().now(), &mut app.random()));
        let envelope = Envelope::new(app.keyring(), locality, submission.0, &mut app.random());
        Self { submission, envelope, most: MAX_FILES, files: Vec::new() }
    }

    /// Whether it brings the submission's key: whoever brings another one at the same moment sealed theirs under a key that is lost.
    #[must_use]
    pub(super) fn brings_key(&self) -> bool {
        self.envelope.wrapped().is_some()
    }

    /// With these files instead, which are sealed under the same key already.
    #[must_use]
    pub(super) fn with_files(self, files: Vec<Kept>) -> Self {
        Self { files, ..self }
    }

    /// With room for so many files.
    #[must_use]
    pub(super) fn with_room(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// The submission they belong to.
    #[must_use]
    pub(super) fn submission(&self) -> SubmissionId {
        self.submission
    }

    /// From the tokens a form sends back; `None` where there are none. The number says how many no longer count: too old, or not ours.
    pub async fn from_tokens(app: &App, locality: Locality, tokens: &[String]) -> (Option<Self>, usize) {
        let (mut held, mut lost): (Option<Self>, usize) = (None, 0);
        for token in tokens.iter().filter(|t| !t.is_empty()) {
            match Self::take(app, locality, held.as_ref(), token).await {
                Some((opened, kept)) => {
                    let held = held.get_or_insert(opened);
                    if !held.files.iter().any(|f| f.id == kept.id) {
                        held.files.push(kept);
                    }
                }
                None => lost += 1,
            }
        }
        (held, lost)
    }

    async fn take(app: &App, locality: Locality, held: Option<&Self>, token: &str) -> Option<(Self, Kept)> {
        let bytes = unhex(token)?;
        let (id, rest) = bytes.split_first_chunk::<16>()?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let (wrapped, sealed) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        let submission = SubmissionId(Id(*id));
        if held.is_some_and(|h| h.submission != submission) {
            return None;
        }
        let envelope = Envelope::resume(app.keyring(), locality, submission.0, wrapped).ok()?;
        let row: [&[u8]; 1] = [&submission.0.0];
        let plain = envelope.key().open(&Place { table: FORM, column: KEPT, row: &row }, sealed).ok()?;
        let kept: Kept = serde_json::from_slice(&plain).ok()?;
        let young = app.clock().now().0 - kept.at.0 < WAITS * 60_000_000;
        let there = young && app.files().read(kept.id, envelope.key()).await.is_ok();
        there.then_some((Self { submission, envelope, most: MAX_FILES, files: Vec::new() }, kept))
    }

    /// What the next step of the form sends back for a file.
    #[must_use]
    pub fn token(&self, kept: &Kept) -> String {
        let wrapped = self.envelope.wrapped().unwrap_or_default();
        // A wrapped key is some seventy bytes.
        let length = u16::try_from(wrapped.len()).unwrap_or_default();
        let plain = serde_json::to_vec(kept).unwrap_or_default();
        let row: [&[u8]; 1] = [&self.submission.0.0];
        let sealed = self.envelope.key().seal(&Place { table: FORM, column: KEPT, row: &row }, &plain, random(&mut self.envelope.source()));
        let all = [&self.submission.0.0[..], &length.to_be_bytes(), wrapped, &sealed].concat();
        all.iter().map(|b| format!("{b:02x}")).collect()
    }

    /// For a submission that is there: more evidence from its submitter.
    ///
    /// # Errors
    /// [`Denied::NotFound`] for another scope or an erased submission.
    pub async fn more(app: &App, scope: &Scope) -> Answer<Self> {
        Self::of(app, scope, scope.submission().ok_or(Denied::NotFound)?).await
    }

    /// For a submission that exists for a scope.
    pub(super) async fn of(app: &App, scope: &Scope, submission: SubmissionId) -> Answer<Self> {
        let mut db = app.db().read().await?;
        let loaded = Envelope::load(&mut db, app.keyring(), scope.locality(), submission.0).await;
        let envelope = match loaded {
            // A submission without files has no key yet.
            Err(Error::NotFound(_)) => Envelope::new(app.keyring(), scope.locality(), submission.0, &mut app.random()),
            other => other?,
        };
        let there = submissions::load(&mut db, scope, submission).await?.ok_or(Denied::NotFound)?;
        if there.erased {
            return Err(Denied::NotFound);
        }
        Ok(Self { submission, envelope, most: MAX_FILES, files: Vec::new() })
    }

    /// Begins a file by its name and its first [`HEAD`] bytes (all of them, if it is shorter).
    ///
    /// # Errors
    /// Inside `Ok`, why it is not taken; those of the disk.
    pub async fn begin(&self, app: &App, name: &str, head: &[u8]) -> Answer<Result<Receiving, NotTaken>> {
        if self.files.len() >= self.most {
            return Ok(Err(NotTaken::Many));
        }
        let Some(kind) = kind_of(name, head) else { return Ok(Err(NotTaken::Kind)) };
        let now = app.clock().now();
        let id = FileId(new_id(now, &mut app.random()));
        let upload = app.files().begin(id, self.envelope.key(), random(&mut app.random()), MAX_FILE).await?;
        let mut receiving = Receiving { id, upload, name: named(name, &kind), media_type: kind.media_type.to_owned(), at: now };
        match receiving.write(head).await? {
            Ok(()) => Ok(Ok(receiving)),
            Err(no) => Ok(Err(no)),
        }
    }

    /// Makes a file durable and keeps it.
    ///
    /// # Errors
    /// Those of the disk; the file is gone then.
    pub async fn finish(&mut self, receiving: Receiving) -> Answer<()> {
        let stored = receiving.upload.finish().await?;
        self.files.push(Kept {
            id: receiving.id,
            name: receiving.name,
            media_type: receiving.media_type,
            size: stored.size,
            plain_sha256: hex(&stored.sha256),
            sealed_sha256: hex(&stored.sealed_sha256),
            at: receiving.at,
        });
        Ok(())
    }

    /// Takes a file out of the form again.
    ///
    /// # Errors
    /// Those of the disk.
    pub async fn remove(&mut self, app: &App, id: FileId) -> Answer<()> {
        self.files.retain(|f| f.id != id);
        Ok(app.files().remove(id).await?)
    }

    /// The claim of the submission on its files, their names sealed.
    #[must_use]
    pub fn claim(mut self) -> Claim {
        let mut source = self.envelope.source();
        let envelope = &mut self.envelope;
        let claim = |f: &Kept| Evidence {
            id: f.id,
            name: envelope.seal(NAME, &f.name, &mut source),
            media_type: f.media_type.clone(),
            size: i64::try_from(f.size).unwrap_or(i64::MAX),
            plain_sha256: f.plain_sha256.clone(),
            sealed_sha256: f.sealed_sha256.clone(),
        };
        let files = self.files.iter().map(claim).collect();
        Claim { submission: self.submission, files, statements: self.envelope.statements() }
    }
}

/// Files a submission is about to refer to.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The submission under whose key they are sealed.
    pub submission: SubmissionId,
    /// The files, as its events name them.
    pub files: Vec<Evidence>,
    /// What has to be stored with them: the key, where it is new, and the names.
    pub statements: Batch,
}

/// A file on its way to the disk. Dropped, it leaves nothing behind.
#[derive(Debug)]
pub struct Receiving {
    id: FileId,
    upload: Upload,
    name: String,
    media_type: String,
    at: Instant,
}

impl Receiving {
    /// Adds bytes.
    ///
    /// # Errors
    /// Inside `Ok`, that it has become too large; those of the disk.
    pub async fn write(&mut self, bytes: &[u8]) -> Answer<Result<(), NotTaken>> {
        match self.upload.write(bytes).await {
            Ok(()) => Ok(Ok(())),
            Err(e) => match e.refusal::<TooLarge>() {
                Ok(_) => Ok(Err(NotTaken::Large)),
                Err(e) => Err(Denied::Store(e)),
            },
        }
    }
}

/// A kind of file that may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FileKind {
    media_type: &'static str,
    /// Endings it may have; the first is put on where none of them is there.
    endings: &'static [&'static str],
}

const fn kind(media_type: &'static str, endings: &'static [&'static str]) -> FileKind {
    FileKind { media_type, endings }
}

/// Pictures, PDF, sound, film: by their bytes alone.
const BY_BYTES: &[FileKind] = &[
    kind("image/jpeg", &["jpg", "jpeg", "jfif"]),
    kind("image/png", &["png"]),
    kind("image/gif", &["gif"]),
    kind("image/webp", &["webp"]),
    kind("image/heif", &["heic", "heif"]),
    kind("image/avif", &["avif"]),
    kind("image/bmp", &["bmp"]),
    kind("image/tiff", &["tif", "tiff"]),
    kind("application/pdf", &["pdf"]),
    kind("audio/mpeg", &["mp3"]),
    kind("audio/m4a", &["m4a"]),
    kind("audio/ogg", &["ogg", "oga", "opus"]),
    kind("audio/x-flac", &["flac"]),
    kind("audio/x-wav", &["wav"]),
    kind("audio/amr", &["amr"]),
    kind("audio/aac", &["aac"]),
    kind("video/mp4", &["mp4", "m4v"]),
    kind("video/quicktime", &["mov"]),
    kind("video/webm", &["webm"]),
    kind("video/x-matroska", &["mkv"]),
    kind("video/x-msvideo", &["avi"]),
    kind("video/x-ms-wmv", &["wmv"]),
    kind("video/mpeg", &["mpg", "mpeg"]),
    kind("video/x-flv", &["flv"]),
];

/// Office documents: a container by its bytes, the kind by its ending.
const OFFICE_ZIP: &[FileKind] = &[
    kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", &["docx"]),
    kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &["xlsx"]),
    kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", &["pptx"]),
    kind("application/vnd.oasis.opendocument.text", &["odt"]),
    kind("application/vnd.oasis.opendocument.spreadsheet", &["ods"]),
];
const OFFICE_OLE: &[FileKind] = &[
    kind("application/msword", &["doc", "wps"]),
    kind("application/vnd.ms-excel", &["xls", "et"]),
    kind("application/vnd.ms-powerpoint", &["ppt", "dps"]),
];
const OLE: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// What a file is by its bytes; `None` for what is not taken: programs, pages, scripts, drawings that can hold scripts, archives.
fn kind_of(name: &str, head: &[u8]) -> Option<FileKind> {
    let ending = name.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    let of = |list: &[FileKind]| list.iter().find(|k| k.endings.contains(&ending.as_str())).copied();
    if head.starts_with(&OLE) {
        return of(OFFICE_OLE);
    }
    if head.starts_with(b"PK\x03\x04") {
        // Every such document names its parts early; an archive renamed does not.
        let names = |part: &[u8]| head.windows(part.len()).any(|w| w == part);
        let office = names(b"[Content_Types].xml") || names(b"_rels/") || names(b"application/vnd.oasis.opendocument");
        return of(OFFICE_ZIP).filter(|_| office);
    }
    let media_type = infer::get(head)?.mime_type();
    BY_BYTES.iter().find(|k| k.media_type == media_type).copied()
}

/// The name a file is kept under: without folders, and with an ending that says what it is, so that nobody opens it as something else.
fn named(name: &str, kind: &FileKind) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let cut: String = last.chars().take(180).collect();
    let clean = clean_line(&cut, 180).unwrap_or_default();
    let ending = clean.rsplit_once('.').map(|(_, e)| e.to_ascii_lowercase()).unwrap_or_default();
    let clean = if clean.is_empty() { "file".to_owned() } else { clean };
    if kind.endings.contains(&ending.as_str()) { clean } else { format!("{clean}.{}", kind.endings[0]) }
}

fn unhex(s: &str) -> Option<Vec<u8>> {
    if !s.is_ascii() || !s.len().is_multiple_of(2) {
        return None;
    }
    (0..s.len()).step_by(2).map(|i| u8::from_str_radix(s.get(i..i + 2)?, 16).ok()).collect()
}

/// Adds evidence to a submission and tells each of its cases, with the words that came with it.
///
/// # Errors
/// [`Denied::NotFound`] for another scope; nothing is attached then.
pub async fn add(app: &App, scope: &Scope, held: Held, note: &str) -> Answer<usize> {
    let files = held.files.clone();
    if files.is_empty() {
        return Ok(0);
    }
    let first = held.brings_key();
    let mut held = Some(held);
    for _ in 0..5 {
        let ready = match held.take() {
            Some(held) => held,
            None => Held::more(app, scope).await?.with_files(files.clone()),
        };
        match attach(app, scope, ready, note).await {
            // Others were added at the same moment: the names are sealed again, as the next versions.
            Err(Denied::Store(e)) if e.is_unique() && !first => {}
            Err(Denied::Store(e)) if e.is_unique() => break,
            done => return done,
        }
    }
    Err(Denied::Stale)
}

async fn attach(app: &App, scope: &Scope, held: Held, note: &str) -> Answer<usize> {
    let now = app.clock().now();
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let Claim { submission: id, files, statements } = held.claim();
    let mut db = app.db().read().await?;
    let mut notes = Vec::new();
    for case in cases::of_submission(&mut db, scope, id).await? {
        match Envelope::load(&mut db, app.keyring(), scope.locality(), case.id.0).await {
            Err(Error::NotFound(_)) => {}
            other => {
                let mut sealing = other?;
                let note = sealing.seal_opt("note", note, &mut app.random());
                notes.push((case.id, note, sealing.statements()));
            }
        }
    }
    drop(db);
    let count = files.len();
    let scope = scope.clone();
    let unit = Arc::new((files, statements, notes));
    let apply = async move |tx: &mut Tx| {
        let (files, statements, notes) = &*unit;
        let submission = submissions::load(tx, &scope, id).await?.filter(|s| !s.erased).ok_or(Refusal(Denied::NotFound))?;
        submissions::append(tx, &submission, &SubmissionEvent::EvidenceAdded { files: files.clone() }, scope.by(), now).await?;
        tx.batch(statements).await?;
        for (case, note, statements) in notes {
            let Some(loaded) = cases::load(tx, &scope, *case).await? else { continue };
            let command = Command::AddEvidence { files: files.iter().map(|f| f.id).collect(), note: note.clone() };
            let ctx = Context { now, effective: now, actor: scope.actor(), calendar: &world.calendar, pack: &world.pack, number: None };
            // A case that can take nothing more (its import was undone) stays as it is.
            let Ok(facts) = decide(&loaded.case, &command, &ctx) else { continue };
            cases::append(tx, &loaded, facts, scope.by(), now, now).await?;
            tx.batch(statements).await?;
        }
        Ok(())
    };
    app.db().write(apply).await.map_err(denied)?;
    Ok(count)
}

/// Removes files that waited for a form nobody sent, a few times a day and by one server at a time.
///
/// # Errors
/// Those of the store and the disk.
pub async fn sweep(app: &App) -> Answer<u64> {
    let now = app.clock().now();
    // A name of its own for each try: the lease is taken anew only when it has ended.
    let (holder, until) = (new_id(now, &mut app.random()), now.plus_minutes(SWEEP_EVERY));
    let ours = app.db().write(async move |tx: &mut Tx| store::sessions::take_lease(tx, "orphans", holder, now, until).await).await?;
    if !ours {
        return Ok(0);
    }
    let mut db = app.db().read().await?;
    let mut known = submissions::file_ids(&mut db).await?;
    known.extend(store::imports::file_ids(&mut db).await?);
    known.extend(store::mail_in::file_ids(&mut db).await?);
    drop(db);
    super::erase::remove_files(app).await?;
    // Twice as long as a token lives: none that can still be sent is taken.
    Ok(app.files().sweep(known, now.plus_minutes(-2 * WAITS)).await?)
}

/// A piece of evidence as its owner sees it.
#[derive(Clone, Debug)]
pub struct Piece {
    /// What the submission knows of it.
    pub evidence: Evidence,
    /// Its name, opened; empty once it is destroyed.
    pub name: String,
    /// When it was added.
    pub added: Instant,
}

/// The evidence the person themselves sent: not what a desk has added since (Art. 37).
///
/// # Errors
/// [`Denied::NotFound`] for another scope.
pub async fn own(app: &App, scope: &Scope) -> Answer<Vec<Piece>> {
    let id = scope.submission().ok_or(Denied::NotFound)?;
    let mut db = app.db().read().await?;
    let submission = submissions::load(&mut db, scope, id).await?.ok_or(Denied::NotFound)?;
    let cases = cases::of_submission(&mut db, scope, id).await?;
    let by_desk = |file: FileId| {
        let of_event = |(r, f): &(store::chain::Recorded, rules::case::event::Fact)| match &f.event {
            rules::case::event::Event::EvidenceAdded { files, .. } => r.by.actor.is_some() && files.contains(&file),
            _ => false,
        };
        cases.iter().any(|c| c.events.iter().any(of_event))
    };
    let envelope = match Envelope::load(&mut db, app.keyring(), scope.locality(), id.0).await {
        Err(Error::NotFound(_)) => None,
        other => Some(other?),
    };
    let mut pieces = Vec::new();
    for (evidence, added) in submission.files.iter().filter(|(e, _)| !by_desk(e.id)) {
        let name = match &envelope {
            Some(envelope) => envelope.open(&mut db, &evidence.name).await?,
            None => String::new(),
        };
        pieces.push(Piece { evidence: evidence.clone(), name, added: *added });
    }
    Ok(pieces)
}

/// Opens a piece of the person's own evidence for reading; that it was read is noted first.
///
/// # Errors
/// [`Denied::NotFound`] for what is not theirs, or destroyed.
pub async fn read_own(app: &App, scope: &Scope, file: FileId) -> Answer<(Piece, Download)> {
    let piece = own(app, scope).await?.into_iter().find(|p| p.evidence.id == file).ok_or(Denied::NotFound)?;
    let id = scope.submission().ok_or(Denied::NotFound)?;
    let mut db = app.db().read().await?;
    let key = open_key(&mut db, app.keyring(), scope.locality(), id.0).await?.ok_or(Denied::NotFound)?;
    let case = cases::of_submission(&mut db, scope, id).await?.first().map(|c| c.id);
    drop(db);
    if let Some(case) = case {
        let (s, now) = (scope.clone(), app.clock().now());
        app.db().write(async move |tx: &mut Tx| access_log::note(tx, &s, case, "evidence", "track", now).await).await.map_err(denied)?;
    }
    let download = app.files().read(file, &key).await?;
    Ok((piece, download))
}
