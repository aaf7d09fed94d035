//! Erasure (删除, 个人信息保护法 Art. 47): by the security administrator, who sees no case and is shown numbers and dates only. The key of each
//! case is destroyed with its blind indexes, title and search text; with the last of them the key of the submission, and after the commit the
//! files of its evidence. What happened, when and on which ground stays in the log.

use super::{Answer, Denied, Refusal, denied};
use crate::app::{App, World};
use rules::access::role_may;
use rules::case::command::{Action, Command, WhyNot};
use rules::case::decide::{Context, decide, may};
use rules::codes::ReceiptNumber;
use rules::ids::{CaseId, FileId, SubmissionId};
use rules::time::Instant;
use std::sync::Arc;
use store::cases::{self, Loaded};
use store::engine::{Reader, Tx};
use store::scope::{Reason, Scope};
use store::{access_log, personal, search, submissions};

/// One case that would be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number.
    pub number: String,
    /// When the platform received it; none where nobody knows.
    pub received: Option<Instant>,
    /// When it was closed.
    pub closed: Option<Instant>,
    /// Why it cannot be erased now.
    pub stop: Option<WhyNot>,
}

/// What would be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The cases, oldest first.
    pub cases: Vec<Line>,
    /// Whether nothing of the submission would be left, so that its evidence goes too.
    pub whole: bool,
    /// Pieces of evidence that go then.
    pub files: usize,
}

/// What was asked for, found: the cases and the submission whose evidence they refer to.
struct Found {
    cases: Vec<Loaded>,
    home: SubmissionId,
}

fn permitted(scope: &Scope) -> Answer<()> {
    let may = scope.grant().is_some_and(|(_, g)| role_may(g.role, Action::Erase));
    if may { Ok(()) } else { Err(Denied::NotFound) }
}

fn platform(scope: &Scope) -> Scope {
    Scope::system(scope.locality(), Reason::Erase)
}

/// By the number of one case, or by a receipt number all of the submission's that are not erased yet.
async fn find(db: &mut Reader, scope: &Scope, number: &str) -> store::engine::Result<Option<Found>> {
    let all = platform(scope);
    if let Ok(receipt) = ReceiptNumber::parse(number)
        && let Some(home) = submissions::id_of_receipt(db, &all, receipt.as_str()).await?
    {
        let mut cases = cases::of_submission(db, &all, home).await?;
        if cases.iter().any(|c| !c.case.erased) {
            cases.retain(|c| !c.case.erased);
        }
        return Ok(Some(Found { cases, home }));
    }
    let Some(id) = cases::id_of_number(db, &all, &number.to_ascii_uppercase()).await? else { return Ok(None) };
    let Some(loaded) = cases::load(db, &all, id).await? else { return Ok(None) };
    let home = super::evidence::home(db, &loaded).await?;
    Ok(Some(Found { cases: vec![loaded], home }))
}

/// Whether every case that refers to the evidence of a submission is erased or in `going`: its own, and the clues found in them.
async fn nothing_left(db: &mut Reader, scope: &Scope, home: SubmissionId, going: &[CaseId]) -> store::engine::Result<bool> {
    let gone = |c: &Loaded| c.case.erased || going.contains(&c.id);
    for case in cases::of_submission(db, scope, home).await? {
        if !gone(&case) || !cases::clues_of(db, scope, &case).await?.iter().all(gone) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What erasing by a number would destroy, without destroying it.
///
/// # Errors
/// [`Denied::NotFound`] where nothing has this number, and for who may not erase.
pub async fn look(app: &App, scope: &Scope, number: &str) -> Answer<Plan> {
    permitted(scope)?;
    let mut db = app.db().read().await?;
    let found = find(&mut db, scope, number).await?.ok_or(Denied::NotFound)?;
    let going: Vec<CaseId> = found.cases.iter().map(|c| c.id).collect();
    let whole = nothing_left(&mut db, &platform(scope), found.home, &going).await?;
    let submission = submissions::load(&mut db, &platform(scope), found.home).await?;
    let line = |c: &Loaded| Line {
        number: c.case.registration.number.clone(),
        received: c.case.registration.platform_at,
        closed: c.case.closed.map(|c| c.at),
        stop: may(&c.case, Action::Erase, &scope.actor()).err(),
    };
    let files = submission.map_or(0, |s| s.files.len());
    Ok(Plan { cases: found.cases.iter().map(line).collect(), whole, files: if whole { files } else { 0 } })
}

/// Erases by the number of a case or a receipt number, on a ground that the log keeps and the tracking page shows.
///
/// # Errors
/// [`Denied::NotFound`] as [`look`]; [`Denied::Rule`] if one of the cases is not over. Nothing is erased then.
pub async fn erase(app: &App, scope: &Scope, number: &str, reason: &str) -> Answer<usize> {
    permitted(scope)?;
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let now = app.clock().now();
    let unit = Arc::new((scope.clone(), number.to_owned(), Command::Erase { reason: reason.to_owned() }));
    let work = async move |tx: &mut Tx| {
        let (scope, number, command) = &*unit;
        apply(tx, scope, &world, number, command, now).await
    };
    let (cases, files) = app.db().write(work).await.map_err(denied)?;
    for file in files {
        // What cannot be removed now is taken by the next round: the key is gone already.
        if let Err(e) = app.files().remove(file).await {
            tracing::warn!(code = e.code(), cause = %e, "a file of an erased submission could not be removed yet");
        }
    }
    Ok(cases)
}

async fn apply(
    tx: &mut Tx,
    scope: &Scope,
    world: &World,
    number: &str,
    command: &Command,
    now: Instant,
) -> store::engine::Result<(usize, Vec<FileId>)> {
    let (locality, all) = (scope.locality(), platform(scope));
    let home = find(tx, scope, number).await?.ok_or(Refusal(Denied::NotFound))?.home;
    submissions::hold(tx, locality, home).await?;
    // Read again, now that nobody else erases a part of it.
    let found = find(tx, scope, number).await?.ok_or(Refusal(Denied::NotFound))?;
    for loaded in &found.cases {
        let now = now.max(loaded.head().recorded_at);
        let ctx = Context { now, effective: now, actor: scope.actor(), calendar: &world.calendar, pack: &world.pack, number: None };
        let facts = decide(&loaded.case, command, &ctx).map_err(|why| Refusal(Denied::Rule(why)))?;
        cases::append(tx, loaded, facts, scope.by(), now, now).await?;
        tx.batch(personal::erase_statements(locality, loaded.id)).await?;
        search::remove(tx, locality, loaded.id).await?;
        access_log::note(tx, scope, loaded.id, "record", "erase", now).await?;
    }
    let mut files = Vec::new();
    if nothing_left(tx, &all, home, &[]).await?
        && let Some(submission) = submissions::load(tx, &all, home).await?
    {
        submissions::erase(tx, &submission, scope.by(), now.max(submission.head.recorded_at)).await?;
        files.extend(submission.files.iter().map(|(f, _)| f.id));
    }
    Ok((found.cases.len(), files))
}

/// Removes the files of erased submissions that are still there: the process may have ended between the commit and their removal.
///
/// # Errors
/// Those of the store and the disk.
pub async fn remove_files(app: &App) -> Answer<()> {
    let mut db = app.db().read().await?;
    let files = submissions::erased_files(&mut db).await?;
    drop(db);
    for file in files {
        app.files().remove(file).await?;
    }
    Ok(())
}
