//! Evidence (凭证): it belongs to the submission, its cases refer to it. Whoever may see a case may see what the case refers to; every
//! reading is in the access log before the first byte goes out.

use super::upload::Held;
use super::{Answer, Denied, denied};
use crate::app::App;
use rules::case::event::{Event, Origin};
use rules::ids::{FileId, SubmissionId};
use rules::time::Instant;
use store::access_log;
use store::cases::{self, Loaded};
use store::engine::{Reader, Tx};
use store::files::Download;
use store::personal::Envelope;
use store::scope::{Reason, Scope};
use store::submissions::{self, Evidence};

/// A piece of evidence a case refers to.
#[derive(Clone, Debug)]
pub struct Item {
    /// What its submission knows of it.
    pub evidence: Evidence,
    /// Name as given; empty where it was erased.
    pub name: String,
    /// When it was added.
    pub added_at: Instant,
}

/// Ids of the files a case refers to, in the order they came.
fn referred(loaded: &Loaded) -> Vec<FileId> {
    let mut ids = loaded.case.registration.files.clone();
    for (_, fact) in &loaded.events {
        if let Event::EvidenceAdded { files, .. } = &fact.event {
            ids.extend(files);
        }
    }
    ids
}

/// The submission whose evidence a case refers to: its own, or for a clue found in mediation that of the complaint it came from.
///
/// # Errors
/// Those of reading.
pub(super) async fn home(db: &mut Reader, loaded: &Loaded) -> store::engine::Result<SubmissionId> {
    let r = &loaded.case.registration;
    let Some(Origin::Clue(from)) = r.taken_from else { return Ok(r.submission) };
    let platform = Scope::system(loaded.locality, Reason::Evidence);
    let from = cases::load(db, &platform, from).await?;
    Ok(from.map_or(r.submission, |f| f.case.registration.submission))
}

/// The evidence of a case that its reader has opened within their scope.
///
/// # Errors
/// Those of reading.
pub async fn of_case(app: &App, loaded: &Loaded) -> Answer<Vec<Item>> {
    let ids = referred(loaded);
    // The evidence of an erased case is still that of its sibling, and only there.
    if ids.is_empty() || loaded.case.erased {
        return Ok(Vec::new());
    }
    let platform = Scope::system(loaded.locality, Reason::Evidence);
    let mut db = app.db().read().await?;
    let id = home(&mut db, loaded).await?;
    let Some(submission) = submissions::load(&mut db, &platform, id).await? else { return Ok(Vec::new()) };
    let envelope = Envelope::load(&mut db, app.keyring(), loaded.locality, id.0).await.ok();
    let mut out = Vec::new();
    for (evidence, added_at) in submission.files.into_iter().filter(|(f, _)| ids.contains(&f.id)) {
        let name = match &envelope {
            Some(envelope) => envelope.open(&mut db, &evidence.name).await?,
            None => String::new(),
        };
        out.push(Item { evidence, name, added_at });
    }
    Ok(out)
}

/// Opens a piece of evidence of a case for reading.
///
/// # Errors
/// [`Denied::NotFound`] for a file the case does not refer to, or whose key was destroyed.
pub async fn read(app: &App, scope: &Scope, loaded: &Loaded, file: FileId) -> Answer<(Item, Download)> {
    let item = of_case(app, loaded).await?.into_iter().find(|i| i.evidence.id == file).ok_or(Denied::NotFound)?;
    let mut db = app.db().read().await?;
    let id = home(&mut db, loaded).await?;
    let envelope = Envelope::load(&mut db, app.keyring(), loaded.locality, id.0).await.map_err(|_| Denied::NotFound)?;
    drop(db);
    let (s, case, now) = (scope.clone(), loaded.id, app.clock().now());
    let fields = format!("evidence:{file}");
    app.db().write(async move |tx: &mut Tx| access_log::note(tx, &s, case, &fields, "download", now).await).await.map_err(denied)?;
    let download = app.files().read(file, envelope.key()).await?;
    Ok((item, download))
}

/// What files added to a case are sealed under: the key of the submission they will belong to.
///
/// # Errors
/// [`Denied::NotFound`] if it was destroyed.
pub async fn held(app: &App, loaded: &Loaded) -> Answer<Held> {
    let platform = Scope::system(loaded.locality, Reason::Evidence);
    let mut db = app.db().read().await?;
    let id = home(&mut db, loaded).await?;
    drop(db);
    Held::of(app, &platform, id).await
}
