//! Which column of a chained row was changed. The hash only says that one was; a value that was changed can be found by putting in its place
//! what it must have been — by the rows beside it, the program, the registry — until the hash comes out.

use crate::access_log::Access;
use crate::chain::{By, Family, Hash, Recorded};
use rules::ids::{Id, Locality, OrganId, PersonId, UnitId};
use rules::time::Instant;

/// What the rows beside a chained row say about it.
pub(super) struct Around<'a, T> {
    /// The row before it.
    pub before: Option<&'a T>,
    /// The row after it.
    pub after: Option<&'a T>,
    /// Its hash as others have it: the row after it, the log, the case's head.
    pub witnesses: Vec<Hash>,
    /// Whether its number is the next; if not, it may belong to another stream.
    pub follows: bool,
}

/// Ids of the registry that may stand in `actor`, `unit`, `organ`.
#[derive(Default)]
pub(super) struct KnownIds {
    pub localities: Vec<Locality>,
    pub people: Vec<Id>,
    pub units: Vec<Id>,
    pub organs: Vec<Id>,
}

/// The columns that explain why an event does not give its hash, joined by `, `.
pub(super) fn event(r: &Recorded, around: &Around<'_, Recorded>, ids: &KnownIds) -> String {
    let computed = r.computed_hash();
    if around.witnesses.contains(&computed) {
        return "hash".into();
    }
    let explains = |change: &dyn Fn(&mut Recorded)| {
        let mut other = r.clone();
        change(&mut other);
        other.computed_hash() == r.hash
    };
    let prev = around.before.map_or([0; 32], |b| b.hash);
    let seq = around.before.map_or(1, |b| b.seq + 1);
    let tag = serde_json::from_str::<serde_json::Value>(&r.body).ok().and_then(|b| Some(b.get("t")?.as_str()?.to_owned()));
    let beside = [around.before, around.after];
    let people = ids.people.iter().map(|p| Some(PersonId(*p))).chain([None]);
    let units = ids.units.iter().map(|u| Some(UnitId(*u))).chain([None]);
    let organs = ids.organs.iter().map(|o| Some(OrganId(*o))).chain([None]);
    let times = times(r.recorded_at, r.effective_at, around.before.map(|b| b.recorded_at), around.after.map(|a| a.recorded_at));
    let mut effective = times.clone();
    effective.extend(beside.iter().flatten().map(|b| b.effective_at));
    if explains(&|e| e.prev = prev) {
        return "prev".into();
    }
    if explains(&|e| e.seq = seq) {
        return "seq".into();
    }
    if tag.is_some_and(|t| explains(&|e| e.name.clone_from(&t))) {
        return "type".into();
    }
    if (1..=16).any(|s| explains(&|e| e.schema = s)) {
        return "schema".into();
    }
    if Family::ALL.iter().any(|f| explains(&|e| f.code().clone_into(&mut e.family))) {
        return "family".into();
    }
    if ids.localities.iter().any(|l| explains(&|e| e.locality = *l)) {
        return "locality".into();
    }
    if people.clone().any(|p| explains(&|e| e.by = By { actor: p, ..e.by })) {
        return "actor".into();
    }
    if units.clone().any(|u| explains(&|e| e.by = By { unit: u, ..e.by })) {
        return "unit".into();
    }
    if organs.clone().any(|o| explains(&|e| e.by = By { organ: o, ..e.by })) {
        return "organ".into();
    }
    if times.iter().any(|t| explains(&|e| e.recorded_at = *t)) {
        return "recorded_at".into();
    }
    if effective.iter().any(|t| explains(&|e| e.effective_at = *t)) {
        return "effective_at".into();
    }
    if !r.body.starts_with('{') || serde_json::from_str::<serde_json::Value>(&r.body).is_err() {
        return "body".into();
    }
    if !around.follows {
        return "locality, stream, seq".into();
    }
    left(&around.witnesses, &r.hash, "recorded_at, effective_at, body")
}

/// The columns that explain why an entry of the access log does not give its hash, joined by `, `.
pub(super) fn access(r: &Access, around: &Around<'_, Access>) -> String {
    if around.witnesses.contains(&r.computed_hash()) {
        return "hash".into();
    }
    let explains = |change: &dyn Fn(&mut Access)| {
        let mut other = r.clone();
        change(&mut other);
        other.computed_hash() == r.hash
    };
    let prev = around.before.map_or([0; 32], |b| b.hash);
    let seq = around.before.map_or(1, |b| b.seq + 1);
    let beside = [around.before, around.after];
    if explains(&|e| e.prev = prev) {
        return "prev".into();
    }
    if explains(&|e| e.seq = seq) {
        return "seq".into();
    }
    let kinds = ["person", "submitter"].into_iter().chain(beside.iter().flatten().map(|b| b.reader_kind.as_str()));
    if kinds.into_iter().any(|k| explains(&|e| k.clone_into(&mut e.reader_kind))) {
        return "reader_kind".into();
    }
    if beside.iter().flatten().any(|b| explains(&|e| e.case = b.case)) {
        return "case_id".into();
    }
    if beside.iter().flatten().any(|b| explains(&|e| e.fields.clone_from(&b.fields))) {
        return "fields".into();
    }
    if beside.iter().flatten().any(|b| explains(&|e| e.purpose.clone_from(&b.purpose))) {
        return "purpose".into();
    }
    let times = times(r.at, r.at, around.before.map(|b| b.at), around.after.map(|a| a.at));
    if times.iter().any(|t| explains(&|e| e.at = *t)) {
        return "at".into();
    }
    if !around.follows {
        return "locality, reader, seq".into();
    }
    left(&around.witnesses, &r.hash, "at, reader_kind, case_id, fields, purpose")
}

/// Instants that may have stood where another stands now.
fn times(own: Instant, other: Instant, before: Option<Instant>, after: Option<Instant>) -> Vec<Instant> {
    let beside = [Some(own), Some(other), before, after];
    beside.into_iter().flatten().flat_map(|t| (-3..=3).map(move |d| Instant(t.0.saturating_add(d)))).collect()
}

/// What is left if nothing explains it: the hash too, unless somebody else has it as it stands.
fn left(witnesses: &[Hash], hash: &Hash, columns: &str) -> String {
    if witnesses.contains(hash) { columns.to_owned() } else { format!("{columns}, hash") }
}
