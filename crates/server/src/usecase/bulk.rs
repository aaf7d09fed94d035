//! Several cases at once: the same action on each, one after the other, each with its own result; saved views; what leaves as a file is in
//! the access log first.

use super::act;
use super::fields::{Faults, Fields};
use super::{Answer, Denied, denied};
use crate::app::App;
use crate::clock::new_id;
use rules::case::command::{Action, WhyNot};
use rules::ids::{CaseId, GroupId, Id};
use rules::text::clean_line;
use store::engine::Tx;
use store::queue::{self, Filter, Line};
use store::registry::{self, RegistryEvent, View};
use store::scope::Scope;
use store::{access_log, cases, clerk};

/// Most cases in one go.
pub const MOST: usize = 200;
/// Most rows of an exported list.
pub const EXPORT_MOST: usize = 5_000;
/// Rows read and noted at a time.
const BATCH: i64 = 500;

/// What became of one case.
#[derive(Debug)]
pub struct Each {
    /// Its line as it is now; none if it is not there for whoever asks.
    pub line: Option<Line>,
    /// Its token.
    pub token: String,
    /// Done, or why not.
    pub result: Answer<()>,
}

pub(super) fn chosen(tokens: &[String]) -> Vec<&str> {
    let mut out: Vec<&str> = Vec::new();
    for token in tokens.iter().map(|t| t.trim()).filter(|t| !t.is_empty()) {
        if !out.contains(&token) && out.len() < MOST {
            out.push(token);
        }
    }
    out
}

/// Sends each of these cases to one unit. What cannot be sent stays as it is and says why.
///
/// # Errors
/// Nothing is chosen, or no unit.
pub async fn send(app: &App, scope: &Scope, fields: &Fields) -> Answer<Vec<Each>> {
    let tokens = chosen(fields.all("case"));
    let mut faults = Faults::default();
    if tokens.is_empty() {
        faults.add("case", "required");
    }
    if ["to", "to_other"].iter().all(|f| fields.get(f).trim().is_empty()) {
        faults.add("to", "required");
    }
    if !faults.is_empty() {
        return Err(Denied::Invalid(faults));
    }
    let form: Fields = ["to", "to_other", "basis"].into_iter().map(|k| (k.to_owned(), fields.get(k).to_owned())).collect();
    let mut out = Vec::new();
    for token in tokens {
        let result = act::act(app, scope, token, Action::Send, &form, None).await.map(|_| ());
        out.push(Each { line: line(app, scope, token).await?, token: token.to_owned(), result });
    }
    Ok(out)
}

pub(super) async fn line(app: &App, scope: &Scope, token: &str) -> Answer<Option<Line>> {
    let mut db = app.db().read().await?;
    let Some(id) = cases::id_of_token(&mut db, scope, token).await? else { return Ok(None) };
    Ok(queue::lines_of(&mut db, scope, vec![id]).await?.pop())
}

/// Links these cases into a group: the one some of them are in already, or a new one. Each keeps its own clocks and outcome.
///
/// # Errors
/// Fewer than two, or members of two groups: which of them is meant a person has to say.
pub async fn group(app: &App, scope: &Scope, tokens: &[String]) -> Answer<GroupId> {
    let tokens = chosen(tokens);
    let mut lines = Vec::new();
    for token in tokens {
        lines.extend(line(app, scope, token).await?);
    }
    let mut faults = Faults::default();
    let mut there: Vec<GroupId> = lines.iter().filter_map(|l| l.group).collect();
    there.sort_unstable();
    there.dedup();
    if lines.len() < 2 {
        faults.add("case", "two");
    }
    if there.len() > 1 {
        faults.add("case", "two_groups");
    }
    if !faults.is_empty() {
        return Err(Denied::Invalid(faults));
    }
    let lead = lines.iter().find(|l| l.group.is_some()).unwrap_or(&lines[0]).clone();
    if lead.group.is_none() {
        act::act(app, scope, &lead.token, Action::Group, &Fields::default(), None).await?;
    }
    for other in lines.iter().filter(|l| l.id != lead.id && l.group.is_none()) {
        join(app, scope, &other.token, &lead.number).await?;
    }
    let loaded = act::load(app, scope, &lead.token).await?;
    loaded.case.group.ok_or(Denied::Rule(WhyNot::NoGroup))
}

/// Joins a case to the group of another, named by its number.
///
/// # Errors
/// [`Denied`].
pub async fn join(app: &App, scope: &Scope, token: &str, member: &str) -> Answer<()> {
    let form: Fields = [("member".to_owned(), member.to_owned())].into_iter().collect();
    act::act(app, scope, token, Action::Group, &form, None).await.map(|_| ())
}

/// A shared answer: every open member gets it by an event of its own — a question is answered and closed; who complains or reports is told,
/// and their case goes on by its own clocks.
///
/// # Errors
/// No words.
pub async fn answer(app: &App, scope: &Scope, members: &[Line], fields: &Fields) -> Answer<Vec<Each>> {
    let words = fields.get("answer").trim();
    if words.is_empty() {
        let mut faults = Faults::default();
        faults.add("answer", "required");
        return Err(Denied::Invalid(faults));
    }
    let mut out = Vec::new();
    for member in members.iter().filter(|m| m.closed_at.is_none()).take(MOST) {
        let pair = |k: &str, v: &str| (k.to_owned(), v.to_owned());
        let method = pair("method", fields.get("method"));
        let (action, form): (_, Fields) = if matches!(member.kind.as_str(), "consultation" | "other") {
            (Action::Answer, [pair("answer", words), method].into_iter().collect())
        } else {
            (Action::Contact, [pair("party", "submitter"), pair("reached", "yes"), pair("said", words), method].into_iter().collect())
        };
        let result = act::act(app, scope, &member.token, action, &form, None).await.map(|_| ());
        out.push(Each { line: line(app, scope, &member.token).await?, token: member.token.clone(), result });
    }
    Ok(out)
}

/// The rows of a list that leave as a file, at most [`EXPORT_MOST`]; that they were read is in the access log before they go.
///
/// # Errors
/// Those of the store.
pub async fn export(app: &App, scope: &Scope, filter: &Filter, words: &str) -> Answer<Vec<Line>> {
    let mut out: Vec<Line> = Vec::new();
    let (mut after, mut before) = (None, None);
    loop {
        let mut db = app.db().read().await?;
        let (lines, more) = if words.is_empty() {
            let lines = queue::page(&mut db, scope, filter, after, BATCH).await?;
            after = lines.last().map(|l| filter.sort.key(l)).map(|key| match filter.done {
                true => (lines[lines.len() - 1].sort_at, key.1),
                false => key,
            });
            let full = i64::try_from(lines.len()).is_ok_and(|n| n == BATCH);
            (lines, full)
        } else {
            let found = queue::search(&mut db, scope, filter, words, before, BATCH.unsigned_abs() as usize).await?;
            before = found.more;
            let more = before.is_some();
            (found.lines, more)
        };
        drop(db);
        note(app, scope, lines.iter().map(|l| l.id).collect()).await?;
        out.extend(lines);
        if !more || out.len() >= EXPORT_MOST {
            break;
        }
    }
    out.truncate(EXPORT_MOST);
    Ok(out)
}

async fn note(app: &App, scope: &Scope, ids: Vec<CaseId>) -> Answer<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let (s, now) = (scope.clone(), app.clock().now());
    let unit = async move |tx: &mut Tx| {
        for id in &ids {
            access_log::note(tx, &s, *id, "title,respondent_name", "export", now).await?;
        }
        Ok(())
    };
    app.db().write(unit).await.map_err(denied)
}

/// What a saved view may keep of an address: what narrows and orders, never words that were typed, and no place in the list.
const KEPT: [&str; 7] = ["kind", "channel", "series", "stage", "due", "historical", "sort"];

/// The part of a query that a view keeps.
#[must_use]
pub fn kept(query: &Fields) -> String {
    let plain = |v: &str| !v.is_empty() && v.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
    let pairs = KEPT.iter().filter(|k| plain(query.get(k)));
    pairs.map(|k| format!("{k}={}", query.get(k))).collect::<Vec<_>>().join("&")
}

/// Saves a view of the queue.
///
/// # Errors
/// No name, or nothing to keep.
pub async fn save_view(app: &App, scope: &Scope, name: &str, query: &Fields, shared: bool) -> Answer<()> {
    let (person, grant) = scope.grant().ok_or(Denied::NotFound)?;
    let mut faults = Faults::default();
    let name = clean_line(name, 40).unwrap_or_else(|_| {
        faults.add("name", "too_long");
        String::new()
    });
    if name.is_empty() && faults.is_empty() {
        faults.add("name", "required");
    }
    if !faults.is_empty() {
        return Err(Denied::Invalid(faults));
    }
    let id = new_id(app.clock().now(), &mut app.random());
    let view = View { id, owner: person, unit: grant.unit, shared, name, query: kept(query) };
    record(app, scope, RegistryEvent::ViewSet { view }).await
}

/// Throws a view away.
///
/// # Errors
/// [`Denied::NotFound`] for another's.
pub async fn drop_view(app: &App, scope: &Scope, id: Id) -> Answer<()> {
    let (person, _) = scope.grant().ok_or(Denied::NotFound)?;
    let mut db = app.db().read().await?;
    let own = clerk::views(&mut db, scope).await?.iter().any(|v| v.id == id && v.owner == person);
    drop(db);
    if own { record(app, scope, RegistryEvent::ViewGone { id }).await } else { Err(Denied::NotFound) }
}

/// Appends to the registry.
pub(super) async fn record(app: &App, scope: &Scope, event: RegistryEvent) -> Answer<()> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let (s, now, stream) = (scope.clone(), app.clock().now(), world.directory.registry);
    let unit = async move |tx: &mut Tx| registry::append(tx, &s, stream, std::slice::from_ref(&event), None, now).await;
    app.db().write(unit).await.map_err(denied)
}
