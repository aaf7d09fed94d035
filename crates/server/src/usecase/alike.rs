//! What a case may be one matter with (并案): other cases of the same person and kind that are open or over as it is, with why each is
//! offered. Cases of other people are a group, never merged. Telephone, order number and words are compared, not shown.

use super::related;
use super::{Answer, read};
use crate::app::App;
use rules::text::{ALIKE, fold, likeness};
use std::cmp::Reverse;
use store::cases::{self, Loaded};
use store::engine::{Error, Reader};
use store::personal::Envelope;
use store::queue::{self, Line};
use store::scope::Scope;

/// Why a case is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It came with the same submission.
    Submission,
    /// The same order.
    Order,
    /// About the same business.
    Business,
    /// Told in much the same words: in percent.
    Words(u32),
    /// From the same telephone.
    Phone,
}

/// A case it may be one matter with.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The case.
    pub line: Line,
    /// Why, the strongest first.
    pub why: Vec<Reason>,
}

/// Candidates for merging a case into, those with most reasons first.
///
/// # Errors
/// Those of reading.
pub async fn of(app: &App, scope: &Scope, loaded: &Loaded) -> Answer<Vec<Candidate>> {
    let related = related::of(app, scope, loaded).await?;
    let mut db = app.db().read().await?;
    let siblings = cases::of_submission(&mut db, scope, loaded.case.registration.submission).await?;
    let siblings = siblings.iter().map(|s| s.id).filter(|id| *id != loaded.id && related.person.iter().all(|p| p.id != *id));
    let siblings = queue::lines_of(&mut db, scope, siblings.collect()).await?;
    let mine = words(app, &mut db, loaded).await?;
    let mut out = Vec::new();
    for line in related.person.into_iter().chain(siblings) {
        let Some(other) = cases::load(&mut db, scope, line.id).await? else { continue };
        let (a, b) = (&loaded.case, &other.case);
        if a.kind != b.kind || a.is_over() != b.is_over() || b.merged_into.is_some() || b.registration.historical {
            continue;
        }
        let theirs = words(app, &mut db, &other).await?;
        let mut why = Vec::new();
        if a.registration.submission == b.registration.submission {
            why.push(Reason::Submission);
        }
        if !mine.1.is_empty() && fold(&mine.1) == fold(&theirs.1) {
            why.push(Reason::Order);
        }
        let (one, two) = (&a.registration.respondent, &b.registration.respondent);
        if fold(one.name.trim()) == fold(two.name.trim()) || (one.uscc.is_some() && one.uscc == two.uscc) {
            why.push(Reason::Business);
        }
        let percent = likeness(&mine.0, &theirs.0);
        if percent >= ALIKE {
            why.push(Reason::Words(percent));
        }
        let phone = read::person(app, &mut db, loaded).await?.1;
        if !phone.is_empty() && phone == read::person(app, &mut db, &other).await?.1 {
            why.push(Reason::Phone);
        }
        out.push(Candidate { line, why });
    }
    out.sort_by_key(|c| (Reverse(c.why.len()), Reverse(c.line.registered_at)));
    Ok(out)
}

/// What a case tells, and its order number; nothing once it is erased.
async fn words(app: &App, db: &mut Reader, loaded: &Loaded) -> Answer<(String, String)> {
    let envelope = match Envelope::load(db, app.keyring(), loaded.locality, loaded.id.0).await {
        Err(Error::NotFound(_)) => return Ok(Default::default()),
        other => other?,
    };
    let r = &loaded.case.registration;
    let mut out = (String::new(), String::new());
    if let Some(narrative) = &r.narrative {
        out.0 = envelope.open(db, narrative).await?;
    }
    if let Some(order) = &r.details.order {
        out.1 = envelope.open(db, order).await?;
    }
    Ok(out)
}
