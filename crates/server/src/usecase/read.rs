//! Reading a case: sealed values are opened only for whoever may see it, and every such reading is noted before the answer goes out.

use super::{Answer, Denied, denied};
use crate::app::App;
use rules::access::Role;
use rules::case::event::Sealed;
use rules::ids::SubmissionId;
use rules::privacy::{Personal, mask};
use std::collections::{BTreeMap, BTreeSet};
use store::access_log;
use store::cases::{self, Loaded};
use store::engine::{Reader, Tx};
use store::personal::Envelope;
use store::scope::Scope;
use store::submissions::{self, Submission};

/// A case opened for someone.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The case with its events.
    pub loaded: Loaded,
    /// Opened texts by field and version: narrative, reasons, answers, notes; personal values masked unless revealed.
    pub texts: BTreeMap<(String, u32), String>,
    /// Whether its personal values were destroyed.
    pub erased: bool,
}

/// Fields that identify a person: masked unless asked for one by one.
pub const IDENTIFYING: [&str; 15] = [
    "email",
    "name",
    "phone",
    "address",
    "id_number",
    "respondent_phone",
    "agent_name",
    "agent_phone",
    "rep1_name",
    "rep1_phone",
    "rep2_name",
    "rep2_phone",
    "guardian_name",
    "guardian_phone",
    "place_address",
];

impl Opened {
    /// An opened text, or an empty one where it was erased or may not be seen.
    #[must_use]
    pub fn text(&self, sealed: Option<&Sealed>) -> &str {
        sealed.and_then(|s| self.texts.get(&(s.field.clone(), s.version))).map_or("", String::as_str)
    }
}

/// Opens a case for a desk or its submitter. Fields in `reveal` are shown in full, the other identifying ones masked; what was opened is
/// in the access log before this returns. Supervisors see neither narrative nor person.
///
/// # Errors
/// [`Denied::NotFound`] if it does not exist for this scope.
pub async fn open(app: &App, scope: &Scope, token: &str, reveal: &[&str], purpose: &str) -> Answer<Opened> {
    let loaded = super::act::load(app, scope, token).await?;
    open_loaded(app, scope, loaded, reveal, purpose).await
}

/// As [`open`], for a case already loaded within the scope.
///
/// # Errors
/// Those of the store.
pub async fn open_loaded(app: &App, scope: &Scope, loaded: Loaded, reveal: &[&str], purpose: &str) -> Answer<Opened> {
    let without_texts = scope.grant().is_some_and(|(_, g)| g.role == Role::Supervisor);
    let own = scope.submission().is_some();
    let mut db = app.db().read().await?;
    let envelope = match Envelope::load(&mut db, app.keyring(), scope.locality(), loaded.id.0).await {
        Err(store::engine::Error::NotFound(_)) => return Ok(Opened { loaded, texts: BTreeMap::new(), erased: true }),
        other => other?,
    };
    let mut texts = BTreeMap::new();
    let mut opened: BTreeSet<String> = BTreeSet::new();
    // What was ordered and answered is between supervision and the owner.
    let readable = |s: &Sealed| !without_texts || s.field.starts_with("order_");
    for sealed in references(&loaded, own).into_iter().filter(readable) {
        let plain = envelope.open(&mut db, &sealed).await?;
        let kind = personal_kind(&sealed.field);
        let shown = match kind {
            Some(kind) if !reveal.contains(&sealed.field.as_str()) => mask(kind, &plain),
            _ => {
                opened.insert(sealed.field.clone());
                plain
            }
        };
        texts.insert((sealed.field.clone(), sealed.version), shown);
    }
    drop(db);
    let fields = opened.into_iter().collect::<Vec<_>>().join(",");
    if !fields.is_empty() {
        let (s, id, purpose, now) = (scope.clone(), loaded.id, purpose.to_owned(), app.clock().now());
        app.db().write(async move |tx: &mut Tx| access_log::note(tx, &s, id, &fields, &purpose, now).await).await.map_err(denied)?;
    }
    Ok(Opened { loaded, texts, erased: false })
}

fn personal_kind(field: &str) -> Option<Personal> {
    match field {
        "name" => Some(Personal::Name),
        "phone" | "respondent_phone" => Some(Personal::Phone),
        "address" => Some(Personal::Address),
        "id_number" => Some(Personal::IdNumber),
        _ => super::more::personal_kind(field),
    }
}

/// Every sealed value the events of a case refer to; for the submitter only those of events shown to them.
fn references(loaded: &Loaded, own: bool) -> Vec<Sealed> {
    let mut out = Vec::new();
    for (recorded, fact) in &loaded.events {
        if own && !fact.event.shown_to_submitter() {
            continue;
        }
        if let Ok(value) = serde_json::from_str::<serde_json::Value>(&recorded.body) {
            collect(&value, &mut out);
        }
    }
    out
}

fn collect(value: &serde_json::Value, out: &mut Vec<Sealed>) {
    match value {
        serde_json::Value::Object(map) => {
            if map.len() == 3
                && let Ok(sealed) = serde_json::from_value::<Sealed>(value.clone())
            {
                out.push(sealed);
                return;
            }
            map.values().for_each(|v| collect(v, out));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|v| collect(v, out)),
        _ => {}
    }
}

/// Name and phone of the person behind a case, for comparing inside a use case; never shown.
///
/// # Errors
/// Those of the store.
pub(super) async fn person(app: &App, db: &mut Reader, loaded: &Loaded) -> Answer<(String, String)> {
    let s = &loaded.case.registration.submitter;
    let Ok(envelope) = Envelope::load(db, app.keyring(), loaded.locality, loaded.id.0).await else {
        return Ok(Default::default());
    };
    let mut open = async |v: &Option<Sealed>| match v {
        None => Ok(String::new()),
        Some(v) => envelope.open(db, v).await,
    };
    Ok((open(&s.name).await?, open(&s.phone).await?))
}

/// A submission opened for its submitter: itself, and its cases with their texts.
///
/// # Errors
/// [`Denied::NotFound`] for another scope.
pub async fn submission(app: &App, scope: &Scope, id: SubmissionId) -> Answer<(Submission, Vec<Opened>)> {
    let mut db = app.db().read().await?;
    let submission = submissions::load(&mut db, scope, id).await?.ok_or(Denied::NotFound)?;
    let cases = cases::of_submission(&mut db, scope, id).await?;
    drop(db);
    let mut opened = Vec::new();
    for loaded in cases {
        opened.push(open_loaded(app, scope, loaded, &[], "track").await?);
    }
    Ok((submission, opened))
}
