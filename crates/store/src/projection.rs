//! What of a case is kept plain or comparable beside its sealed values — search text, blind indexes, title — computed in one place for
//! writing and for `verify`. All of it is destroyed by erasure.

use crate::engine::{Arg, Sql};
use crate::seal::Keyring;
use crate::{personal, search};
use rules::case::Case;
use rules::case::event::Sealed;
use rules::ids::{CaseId, Locality};
use rules::text::fold;

/// The opened values a projection is made of; empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the case's own fields")]
pub struct Plain {
    pub number: String,
    pub title: String,
    pub narrative: String,
    pub respondent_name: String,
    pub respondent_address: String,
    pub name: String,
    pub phone: String,
    pub id_number: String,
}

/// The plain values that the state of a case refers to, opened by `open`; what cannot be opened is empty.
#[must_use]
pub fn plain(case: &Case, mut open: impl FnMut(&Sealed) -> Option<String>) -> Plain {
    let r = &case.registration;
    let mut open = |sealed: &Option<Sealed>| sealed.as_ref().and_then(&mut open).unwrap_or_default();
    Plain {
        number: r.number.clone(),
        title: open(&r.title),
        narrative: open(&r.narrative),
        respondent_name: r.respondent.name.clone(),
        respondent_address: r.respondent.address.clone(),
        name: open(&r.submitter.name),
        phone: open(&r.submitter.phone),
        id_number: open(&r.submitter.id_number),
    }
}

/// The text that search looks through: number, title, narrative and the respondent, not the person. Lines keep a match from running
/// from one field into the next.
#[must_use]
pub fn search_text(p: &Plain) -> String {
    let parts = [&p.number, &p.title, &p.respondent_name, &p.respondent_address, &p.narrative];
    let lines: Vec<&str> = parts.into_iter().map(String::as_str).filter(|s| !s.is_empty()).collect();
    // A private-use character stands between fields: nobody types it, so no query matches across.
    fold(&lines.join("\u{e000}"))
}

/// Blind indexes: kind and keyed hash.
#[must_use]
pub fn blind(keyring: &Keyring, p: &Plain) -> Vec<(&'static str, [u8; 16])> {
    let given = |s: &'_ str| !s.is_empty();
    personal::blind_hashes(
        keyring,
        Some(p.name.as_str()).filter(|s| given(s)),
        Some(p.phone.as_str()).filter(|s| given(s)),
        Some(p.id_number.as_str()).filter(|s| given(s)),
    )
}

/// The statements that store the projection of a new case. `folded` is [`search_text`], made beforehand.
#[must_use]
pub fn insert<'a>(
    locality: Locality,
    case: CaseId,
    p: &Plain,
    blind: &[(&'static str, [u8; 16])],
    folded: impl Into<Arg<'a>>,
) -> Vec<(Sql, Vec<Arg<'a>>)> {
    let mut batch: Vec<(Sql, Vec<Arg<'a>>)> = personal::blind_statements(locality, case, blind);
    if !p.title.is_empty() {
        batch.push(personal::title_statement(locality, case, &p.title));
    }
    batch.extend(search::insert(locality, case, folded));
    batch
}
