//! The pack of a locality from day to day: a text is read with all its faults, what it would move among the open cases is looked at before it is
//! made, and then it holds from a day on. Cases keep the version their clocks were started under, unless their recount is ordered.

use super::people::change;
use super::{Answer, Denied, setup, sweep};
use crate::app::{App, World};
use crate::clock::new_id;
use jiff::civil::Date;
use rules::access::Actor;
use rules::calendar::Due;
use rules::case::command::Command;
use rules::case::repack;
use rules::clock::ClockChange;
use rules::ids::{CaseId, Id, Locality};
use rules::pack::{self, Pack, PackError};
use rules::time::Instant;
use std::collections::BTreeMap;
use store::arrangement::{Arrangement, Recount};
use store::cases;
use store::registry::RegistryEvent;
use store::scope::{Reason, Scope};

/// Longest text of a pack, characters.
pub const MAX_TEXT: usize = 400_000;
/// Open clocks read at a time.
const BATCH: i64 = 500;
/// Batches of one round of a recount.
const BATCHES: usize = 10;
/// Open clocks looked at for one page of a preview.
const LOOK: u64 = 5_000;
/// Cases listed on one page of a preview.
const LISTED: usize = 100;

/// A pack that was read, with the texts it is made of, base first.
#[derive(Clone, Debug)]
pub struct Read {
    /// The pack.
    pub pack: Pack,
    /// Its texts.
    pub texts: Vec<String>,
}

/// Reads a pack. What it rests on is looked for among `beside` (texts by id), then among the packs of the program.
///
/// # Errors
/// Every fault found, each with its file, line, field and cure.
pub fn read(file: &str, text: &str, beside: &BTreeMap<String, String>) -> Result<Read, Vec<PackError>> {
    let mut known: Vec<Pack> = Vec::new();
    let mut texts = Vec::new();
    let mut chain = vec![(file.to_owned(), text.to_owned())];
    while let Some(id) = setup::rests_on(&chain[chain.len() - 1].1) {
        let next = beside.get(&id).cloned().or_else(|| setup::pack_text(&id).map(str::to_owned));
        // A pack that rests on itself, or on one that is not there, is told when it is read.
        let Some(next) = next.filter(|_| chain.len() < 10) else { break };
        chain.push((format!("{id}.toml"), next));
    }
    for (file, text) in chain.into_iter().rev() {
        known.push(pack::parse(&file, &text, |id| known.iter().find(|p| p.id == id).cloned())?);
        texts.push(text);
    }
    let pack = known.pop().ok_or_else(Vec::new)?;
    Ok(Read { pack, texts })
}

/// What is wrong with making a pack the next version here, as codes of sentences.
#[must_use]
pub fn unfit(world: &World, next: &Pack, from: Date, today: Date) -> Vec<(&'static str, &'static str)> {
    let mut out = Vec::new();
    let latest = world.directory.packs.last();
    let newest = latest.and_then(|(_, texts)| crate::app::pack_of(texts).ok());
    if newest.is_some_and(|p| p.id == next.id && p.version >= next.version) {
        out.push(("text", "pack_version"));
    }
    if from < today {
        out.push(("from", "past_day"));
    } else if latest.is_some_and(|(last, _)| from <= *last) {
        // A day has one version, and one that was in force stays what it was.
        out.push(("from", "pack_day"));
    }
    out
}

/// What another version does to a clock of an open case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Number of the case.
    pub number: String,
    /// The clock.
    pub clock: String,
    /// Due now.
    pub from: Due,
    /// Due then; none where it is not counted any more.
    pub to: Option<Due>,
}

/// A stretch of the open cases under another version.
#[derive(Clone, Debug, Default)]
pub struct Stretch {
    /// Open clocks looked at.
    pub seen: u64,
    /// What moves, in the order of due dates.
    pub moved: Vec<Moved>,
    /// Cases that go over to the version with no date of theirs moving.
    pub same: u64,
    /// Where the next stretch begins; none at the end.
    pub after: Option<(Instant, CaseId)>,
}

/// What a version would change among the open cases, from `after` on: a stretch that is short enough to be waited for. Nothing is changed.
///
/// # Errors
/// Those of reading.
pub async fn preview(app: &App, locality: Locality, next: &Pack, after: Option<(Instant, CaseId)>) -> Answer<Stretch> {
    let world = app.world(locality).ok_or(Denied::NotFound)?;
    let scope = Scope::system(locality, Reason::Pack);
    let now = app.clock().now();
    let mut out = Stretch::default();
    let mut at = after.unwrap_or((Instant(i64::MIN), CaseId(Id::default())));
    let mut db = app.db().read().await?;
    loop {
        let page = cases::open_clocks(&mut db, &scope, Instant(i64::MIN), at, BATCH).await?;
        for (id, due) in &page {
            if at == (*due, *id) {
                continue;
            }
            (at, out.seen) = ((*due, *id), out.seen + 1);
            let Some(loaded) = cases::load(&mut db, &scope, *id).await? else { continue };
            let case = &loaded.case;
            // A case is looked at once, at the first of its open clocks.
            if case.clocks.iter().filter(|c| c.is_open()).map(|c| c.due.at).min() != Some(*due) {
                continue;
            }
            let changes = repack::changes(case, next, &world.calendar, now);
            let mut still = !changes.is_empty();
            for change in changes {
                let Some(old) = case.clock(change.name()) else { continue };
                let to = if let ClockChange::Set(c) = &change { Some(c.due) } else { None };
                if to != Some(old.due) {
                    still = false;
                    let number = case.registration.number.clone();
                    out.moved.push(Moved { number, clock: old.name.0.clone(), from: old.due, to });
                }
            }
            out.same += u64::from(still);
            if out.moved.len() >= LISTED {
                out.after = Some(at);
                return Ok(out);
            }
        }
        if (page.len() as i64) < BATCH {
            return Ok(out);
        }
        if out.seen >= LOOK {
            out.after = Some(at);
            return Ok(out);
        }
    }
}

/// Makes a pack the version from a day on; with `recount`, the open cases are counted by it from that day. One transaction.
///
/// # Errors
/// [`Denied::Invalid`] with what is wrong.
pub async fn make(app: &App, scope: &Scope, read: Read, from: Date, recount: bool) -> Answer<()> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let now = app.clock().now();
    let mut faults = super::fields::Faults::default();
    for (field, code) in unfit(&world, &read.pack, from, now.date()) {
        faults.add(field, code);
    }
    if !faults.is_empty() {
        return Err(Denied::Invalid(faults));
    }
    let (pack_id, version) = (read.pack.id.clone(), read.pack.version);
    let mut events = vec![RegistryEvent::PackSet { from, pack_id, version, texts: read.texts }];
    if recount {
        events.push(order(app, scope, &read.pack, from));
    }
    change(app, scope, events, None).await
}

fn order(app: &App, scope: &Scope, pack: &Pack, from: Date) -> RegistryEvent {
    let at = app.clock().now();
    let (by, pack, version) = (scope.grant().map(|(p, _)| p), pack.id.clone(), pack.version);
    let recount = Recount { pack, version, by, at, from, seen: 0, moved: 0, after: None, ended: None, stopped: false };
    RegistryEvent::Arranged { id: new_id(at, &mut app.random()), arrangement: Arrangement::Recount(recount) }
}

/// The recounts that were ordered, newest first.
#[must_use]
pub fn recounts(world: &World) -> Vec<(Id, &Recount)> {
    let all = world.directory.arrangements.iter().filter_map(|(id, a)| if let Arrangement::Recount(r) = a { Some((*id, r)) } else { None });
    let mut out: Vec<_> = all.collect();
    out.sort_by_key(|(_, r)| std::cmp::Reverse(r.at));
    out
}

/// Orders that the open cases be counted by the version in force: for one that was made for new cases only, or whose recount was stopped.
///
/// # Errors
/// [`Denied::Invalid`] while one is under way.
pub async fn order_recount(app: &App, scope: &Scope) -> Answer<()> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    if recounts(&world).iter().any(|(_, r)| r.ended.is_none()) {
        let mut faults = super::fields::Faults::default();
        faults.add("open", "recount_running");
        return Err(Denied::Invalid(faults));
    }
    let event = order(app, scope, &world.pack, app.clock().now().date());
    change(app, scope, vec![event], None).await
}

/// Stops a recount; what has been recounted stays so.
///
/// # Errors
/// [`Denied::NotFound`] for one that is not under way.
pub async fn stop(app: &App, scope: &Scope, id: Id) -> Answer<()> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let known = recounts(&world).into_iter().find(|(known, r)| *known == id && r.ended.is_none());
    let (_, recount) = known.ok_or(Denied::NotFound)?;
    let arrangement = Arrangement::Recount(Recount { ended: Some(app.clock().now()), stopped: true, ..recount.clone() });
    change(app, scope, vec![RegistryEvent::Arranged { id, arrangement }], None).await
}

/// One round of every recount that is due; the number of cases whose clocks changed.
///
/// # Errors
/// Those of the store; the next round goes on.
pub async fn round(app: &App) -> Answer<u64> {
    let mut moved = 0;
    for locality in app.localities() {
        let Some(world) = app.world(locality) else { continue };
        let today = app.clock().now().date();
        let due = recounts(&world).into_iter().find(|(_, r)| r.ended.is_none() && r.from <= today);
        if let Some((id, recount)) = due {
            moved += carry_out(app, &world, id, recount.clone()).await?;
        }
    }
    Ok(moved)
}

async fn carry_out(app: &App, world: &std::sync::Arc<World>, id: Id, mut recount: Recount) -> Answer<u64> {
    let locality = world.directory.locality;
    let scope = Scope::system(locality, Reason::Pack);
    let (now, before) = (app.clock().now(), recount.moved);
    // Another version has come meanwhile: its own order, if there is one, does it.
    if (&world.pack.id, world.pack.version) == (&recount.pack, recount.version) {
        for _ in 0..BATCHES {
            let after = recount.after.unwrap_or((Instant(i64::MIN), CaseId(Id::default())));
            let mut db = app.db().read().await?;
            let page = cases::open_clocks(&mut db, &scope, Instant(i64::MIN), after, BATCH).await?;
            drop(db);
            for (case, due) in &page {
                let scope = Scope::system(locality, Reason::Pack);
                recount.moved += u64::from(sweep::by_platform(app, world, scope, *case, Command::LoadPack, now).await?);
                (recount.after, recount.seen) = (Some((*due, *case)), recount.seen + 1);
            }
            if (page.len() as i64) < BATCH {
                recount.ended = Some(now);
                break;
            }
        }
    } else {
        (recount.ended, recount.stopped) = (Some(now), true);
    }
    let moved = recount.moved - before;
    // Somebody may have stopped it while this round ran.
    let stopped = app.world(locality).is_some_and(|w| recounts(&w).iter().any(|(known, r)| *known == id && r.ended.is_some()));
    if !stopped {
        change(app, &scope, vec![RegistryEvent::Arranged { id, arrangement: Arrangement::Recount(recount) }], None).await?;
    }
    debug_assert_eq!(scope.actor(), Actor::System);
    Ok(moved)
}
