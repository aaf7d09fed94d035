//! Finding a submission at the counter or on the telephone, and giving its submitter a new tracking code: only the clerk of the intake,
//! only after the identity was checked, every look noted, the new code told once.

use super::{Answer, Denied, Refusal, denied};
use crate::app::App;
use rules::codes::{Phone, ReceiptNumber, TrackingCode};
use rules::ids::{CaseId, SubmissionId};
use rules::privacy::{Personal, mask};
use std::collections::BTreeSet;
use store::access_log;
use store::cases::{self, Loaded};
use store::engine::Tx;
use store::personal::{find_blind, random};
use store::scope::Scope;
use store::submissions::{self, Submission, SubmissionEvent};

/// Most submissions shown for one telephone number.
const MOST: i64 = 50;

/// A submission found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The submission.
    pub submission: Submission,
    /// Its cases, as far as they exist for the clerk.
    pub cases: Vec<Loaded>,
    /// Name of the person, masked; empty where there is none.
    pub name: String,
    /// Their telephone, masked.
    pub phone: String,
}

/// Finds submissions by receipt number, or by the telephone number given at filing. That it was looked for is in the access log.
///
/// # Errors
/// [`Denied::NotFound`] for neither a receipt number nor a telephone number.
pub async fn find(app: &App, scope: &Scope, words: &str) -> Answer<Vec<Found>> {
    let mut db = app.db().read().await?;
    let mut ids: Vec<SubmissionId> = Vec::new();
    if let Ok(number) = ReceiptNumber::parse(words) {
        ids.extend(submissions::id_of_receipt(&mut db, scope, number.as_str()).await?);
    } else if let Ok(phone) = Phone::parse(words) {
        for id in find_blind(&mut db, scope, "phone", app.keyring().blind("phone", phone.main()), MOST).await? {
            ids.extend(cases::load(&mut db, scope, id).await?.map(|c| c.case.registration.submission));
        }
    } else {
        return Err(Denied::NotFound);
    }
    drop(db);
    let unique: BTreeSet<SubmissionId> = ids.into_iter().collect();
    let mut out = Vec::new();
    for id in unique.into_iter().rev() {
        out.extend(open(app, scope, id).await?);
    }
    note(app, scope, out.iter().flat_map(|f| f.cases.iter().map(|c| c.id)).collect(), "receipt", "find").await?;
    Ok(out)
}

/// A submission with its cases, its person masked; `None` if it does not exist for this scope.
///
/// # Errors
/// Those of reading.
pub async fn open(app: &App, scope: &Scope, id: SubmissionId) -> Answer<Option<Found>> {
    let mut db = app.db().read().await?;
    let Some(submission) = submissions::load(&mut db, scope, id).await? else { return Ok(None) };
    let cases = cases::of_submission(&mut db, scope, id).await?;
    let (mut name, mut phone) = (String::new(), String::new());
    for case in &cases {
        let (n, p) = super::read::person(app, &mut db, case).await?;
        if !n.is_empty() || !p.is_empty() {
            (name, phone) = (mask(Personal::Name, &n), mask(Personal::Phone, &p));
            break;
        }
    }
    Ok((!cases.is_empty()).then_some(Found { submission, cases, name, phone }))
}

async fn note(app: &App, scope: &Scope, ids: Vec<CaseId>, fields: &'static str, purpose: &'static str) -> Answer<()> {
    let (scope, now) = (scope.clone(), app.clock().now());
    let unit = async move |tx: &mut Tx| {
        for id in &ids {
            access_log::note(tx, &scope, *id, fields, purpose, now).await?;
        }
        Ok(())
    };
    app.db().write(unit).await.map_err(denied)
}

/// Gives a submission a new tracking code; the old one opens nothing from then on. Returned once, kept only as a keyed hash.
///
/// # Errors
/// [`Denied::NotFound`] if it does not exist for this scope.
pub async fn renew_code(app: &App, scope: &Scope, id: SubmissionId) -> Answer<(String, String)> {
    let found = open(app, scope, id).await?.ok_or(Denied::NotFound)?;
    let code = TrackingCode::from_random(random(&mut app.random()));
    let keyed = super::submit::keyed_code(app, &found.submission.receipt, &code);
    let event = SubmissionEvent::CodeRenewed { code: keyed.iter().map(|b| format!("{b:02x}")).collect() };
    note(app, scope, found.cases.iter().map(|c| c.id).collect(), "tracking_code", "renew").await?;
    let (s, now) = (scope.clone(), app.clock().now());
    let unit = async move |tx: &mut Tx| {
        // Nobody can be told any more whose it was.
        let submission = submissions::load(tx, &s, id).await?.filter(|s| !s.erased).ok_or(Refusal(Denied::NotFound))?;
        submissions::append(tx, &submission, &event, s.by(), now).await
    };
    app.db().write(unit).await.map_err(denied)?;
    Ok((found.submission.receipt, code.as_str().to_owned()))
}
