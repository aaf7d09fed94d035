//! What leaders start, follow and close: draws to be checked, meetings, topics, special actions. Each step is an event of its stream; where
//! it is about a case, the case has an event too, in the same transaction.

use super::fields::{Faults, Fields, Reader};
use super::{Answer, Denied, Refusal, act, denied};
use crate::app::{App, World};
use crate::clock::new_id;
use jiff::civil::Date;
use rules::access::{Actor, Role};
use rules::calendar::Span;
use rules::case::command::{Action, Command};
use rules::case::decide::{Context, decide, may};
use rules::case::review::Checked;
use rules::case::supervise::{Grade, OrderState, Owner};
use rules::ids::{CaseId, Id, OrganId, PersonId, UnitId};
use rules::law::{Demand, Kind};
use rules::sample::{self, Draw};
use rules::time::Instant;
use rules::undertaking::{Brief, Event, Mechanism, Opened, Proposal, Rule, Taken, Task, Undertaking, Verdict, Why, propose};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::cases::Marker;
use store::engine::{Batch, Tx};
use store::personal::Envelope;
use store::queue::{self, Filter, Line};
use store::scope::{Grant, Scope};
use store::undertakings::{self, Loaded};
use store::{cases, sequencer};

/// Most cases taken up or drawn in one go.
pub const MOST: usize = 200;
/// Most candidates of a draw.
pub const CANDIDATES: usize = 5_000;
/// Longest report, minutes, characters.
const TEXT: usize = 10_000;
/// Days of a window from which topics are proposed, and of the longest comparison.
pub const DAYS: i64 = 30;

/// Loads one as it exists for a scope.
///
/// # Errors
/// [`Denied::NotFound`] if it does not.
pub async fn load(app: &App, scope: &Scope, id: Id) -> Answer<Loaded> {
    let mut db = app.db().read().await?;
    undertakings::load(&mut db, scope, id).await?.ok_or(Denied::NotFound)
}

fn organ(scope: &Scope) -> Answer<OrganId> {
    scope.grant().map(|(_, g)| g.organ).ok_or(Denied::NotFound)
}

/// Units of one's organ and those outside that answer to it, by code.
#[must_use]
pub fn units(world: &World, organ: OrganId) -> Vec<UnitId> {
    let mut all: Vec<_> = world.directory.units.values().filter(|u| u.organ == organ && !u.closed).collect();
    all.sort_by(|a, b| a.code.cmp(&b.code));
    all.into_iter().map(|u| u.id).collect()
}

fn people(world: &World, fits: impl Fn(&Grant) -> bool) -> Vec<PersonId> {
    let active = |p: &PersonId| world.directory.people.get(p).is_some_and(|p| p.active);
    let held = world.directory.roles.iter().filter(|(_, g)| fits(g)).map(|(p, _)| *p).filter(active);
    held.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Who may chair or answer for one: supervisors and heads of the organ.
#[must_use]
pub fn owners(world: &World, organ: OrganId) -> Vec<PersonId> {
    people(world, |g| g.organ == organ && matches!(g.role, Role::Supervisor | Role::Lead))
}

/// Who may check cases: supervisors and the intake of the organ, who see them.
#[must_use]
pub fn reviewers(world: &World, organ: OrganId) -> Vec<PersonId> {
    people(world, |g| g.organ == organ && matches!(g.role, Role::Supervisor | Role::Clerk))
}

/// Whether somebody may check a case: not who had it, and nobody of the unit that had it. Supervisors are of the organ, not of a unit.
#[must_use]
pub fn may_check(world: &World, reviewer: PersonId, taken: &Taken) -> bool {
    let works = |g: &Grant| Some(g.unit) == taken.unit && g.role != Role::Supervisor;
    let of_unit = world.directory.roles.iter().any(|(p, g)| *p == reviewer && works(g));
    taken.handler != Some(reviewer) && !of_unit
}

/// What is written in one go.
#[derive(Debug)]
struct Unit {
    id: Id,
    begins: bool,
    events: Vec<Event>,
    kind: Mechanism,
    judged: Option<(CaseId, Checked)>,
    ordered: Option<Ordered>,
    statements: Batch,
}

/// The order (督办) that a decision about a case becomes.
#[derive(Debug)]
struct Ordered {
    case: CaseId,
    /// Its number, if nobody orders anything else first.
    number: u32,
    command: Command,
}

fn why(why: Why) -> Denied {
    if why == Why::Role {
        return Denied::NotFound;
    }
    let mut faults = Faults::default();
    faults.add("", why.code());
    Denied::Invalid(faults)
}

async fn write(app: &App, scope: &Scope, unit: Unit) -> Answer<Loaded> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let (scope, unit, now) = (scope.clone(), Arc::new(unit), app.clock().now());
    app.db().write(async move |tx: &mut Tx| apply(tx, &scope, &world, &unit, now).await).await.map_err(denied)
}

async fn apply(tx: &mut Tx, scope: &Scope, world: &World, unit: &Unit, now: Instant) -> store::engine::Result<Loaded> {
    let before = if unit.begins { None } else { undertakings::load(tx, scope, unit.id).await? };
    let mut state: Option<Undertaking> = before.as_ref().map(|l| l.state.clone());
    for event in &unit.events {
        let next = match (&state, event) {
            (None, Event::UndertakingOpened(opened)) if unit.begins => {
                let (_, grant) = scope.grant().filter(|(_, g)| g.role == Role::Supervisor).ok_or(Refusal(Denied::NotFound))?;
                Undertaking::begin((**opened).clone(), grant.organ, now)
            }
            (Some(state), event) => {
                state.may(event, &scope.actor(), now.date()).map_err(|w| Refusal(why(w)))?;
                state.clone().evolve(event, now)
            }
            _ => return Err(Refusal(Denied::NotFound).into()),
        };
        state = Some(next);
    }
    let after = undertakings::append(tx, scope, unit.id, before.as_ref(), &unit.events, now).await?;
    for event in &unit.events {
        let Event::CasesTaken { cases } = event else { continue };
        for taken in cases {
            let command = Command::TakeUp { by: unit.id, mechanism: unit.kind };
            on_case(tx, scope, world, taken.case, &command, now).await?;
        }
    }
    if let Some((case, checked)) = &unit.judged {
        on_case(tx, scope, world, *case, &Command::Judge(checked.clone()), now).await?;
    }
    if let Some(o) = &unit.ordered {
        order(tx, scope, world, o, now).await?;
    }
    tx.batch(unit.statements.clone()).await?;
    Ok(after)
}

/// Whoever leads orders it, as from the list of orders.
async fn order(tx: &mut Tx, scope: &Scope, world: &World, o: &Ordered, now: Instant) -> store::engine::Result<()> {
    let loaded = cases::load(tx, scope, o.case).await?.ok_or(Refusal(Denied::NotFound))?;
    if loaded.case.watch.orders.len() + 1 != o.number as usize {
        return Err(Refusal(Denied::Stale).into());
    }
    let now = now.max(loaded.head().recorded_at);
    let ctx = Context { now, effective: now, actor: scope.actor(), calendar: &world.calendar, pack: &world.pack, number: None };
    let facts = decide(&loaded.case, &o.command, &ctx).map_err(|w| Refusal(Denied::Rule(w)))?;
    cases::append(tx, &loaded, facts, scope.by(), now, now).await.map(|_| ())
}

/// What supervision leaves on a case is the platform's step, by order of whoever acts.
async fn on_case(tx: &mut Tx, scope: &Scope, world: &World, id: CaseId, command: &Command, now: Instant) -> store::engine::Result<()> {
    let loaded = cases::load(tx, scope, id).await?.ok_or(Refusal(Denied::NotFound))?;
    let now = now.max(loaded.head().recorded_at);
    let ctx = Context { now, effective: now, actor: Actor::System, calendar: &world.calendar, pack: &world.pack, number: None };
    let mut facts = decide(&loaded.case, command, &ctx).map_err(|w| Refusal(Denied::Rule(w)))?;
    facts.extend(act::to_successor(&loaded, &facts, world, &ctx, scope));
    cases::append(tx, &loaded, facts, scope.by(), now, now).await.map(|_| ())
}

/// The cases a form names: by number, one a line, or all of a list (the first [`MOST`]).
async fn named(app: &App, scope: &Scope, r: &mut Reader<'_>, list: Option<Filter>) -> Answer<Vec<Line>> {
    let mut db = app.db().read().await?;
    if let Some(filter) = list {
        return Ok(queue::page(&mut db, scope, &filter, None, MOST as i64).await?);
    }
    let text = r.block("case_numbers", 6_000);
    let mut ids = Vec::new();
    for number in text.split([' ', '\n', ',', '，', '、', ';', '；', '\t']).map(str::trim).filter(|n| !n.is_empty()).take(MOST + 1) {
        match cases::id_of_number(&mut db, scope, &number.to_ascii_uppercase()).await? {
            Some(id) if !ids.contains(&id) => ids.push(id),
            Some(_) => {}
            None => r.faults.add("case_numbers", "no_such_case"),
        }
    }
    if ids.len() > MOST {
        r.faults.add("case_numbers", "too_many_cases");
    }
    let lines = queue::lines_of(&mut db, scope, ids.clone()).await?;
    if lines.len() < ids.len() {
        r.faults.add("case_numbers", "no_such_case");
    }
    Ok(lines)
}

fn taken(line: &Line) -> Taken {
    Taken { case: line.id, unit: line.unit, handler: line.handler }
}

/// The rule of a topic from a form.
fn rule(r: &mut Reader<'_>) -> Rule {
    Rule {
        respondent: r.line("rule_respondent", 100),
        demand: r.code("rule_demand", Demand::parse).map_or_else(String::new, |d| d.code().to_owned()),
        unit: r.code("rule_unit", |s| Id::parse(s).map(UnitId)),
        words: r.line("rule_words", 30),
    }
}

/// Starts one from a form; `list` are the cases of a list that are taken up as a whole.
///
/// # Errors
/// What is missing or impossible, field by field.
pub async fn open(app: &App, scope: &Scope, kind: Mechanism, fields: &Fields, list: Option<Filter>) -> Answer<Id> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let (me, grant) = scope.grant().filter(|(_, g)| g.role == Role::Supervisor).ok_or(Denied::NotFound)?;
    let (now, id) = (app.clock().now(), new_id(app.clock().now(), &mut app.random()));
    let mut r = Reader::new(fields);
    let title = r.need_line("theme", 60);
    let about = r.block("about", 2_000);
    let from = r.date("from_day").unwrap_or_else(|| now.date());
    let until = r.date("until_day");
    if until.is_some_and(|u| u < from) {
        r.faults.add("until_day", "before_first");
    }
    let one_of = |all: Vec<PersonId>| move |s: &str| Id::parse(s).map(PersonId).filter(|p| all.contains(p));
    let owner = r.code("owner", one_of(owners(&world, grant.organ))).unwrap_or(me);
    let ours = units(&world, grant.organ);
    let attending = r.codes("units", |s| Id::parse(s).map(UnitId).filter(|u| ours.contains(u)));
    let mut opened = Opened { kind, title, about, from, until, owner, units: attending, draw: None, rule: None };
    let mut events = Vec::new();
    if kind == Mechanism::Check {
        let (draw, drawn) = drawing(app, scope, fields, &mut r).await?;
        r.done(())?;
        let chosen = fields.all("reviewers").iter().filter_map(|s| Id::parse(s).map(PersonId)).collect::<Vec<_>>();
        let all = reviewers(&world, grant.organ);
        let pool: Vec<PersonId> = all.iter().copied().filter(|p| chosen.is_empty() || chosen.contains(p)).collect();
        opened.draw = Some(draw);
        events.push(Event::UndertakingOpened(Box::new(opened)));
        events.push(Event::CasesTaken { cases: drawn.iter().map(taken).collect() });
        events.extend(shared_out(&world, &pool, &drawn.iter().map(taken).collect::<Vec<_>>()));
    } else {
        if matches!(kind, Mechanism::Topic | Mechanism::Action) {
            opened.rule = Some(rule(&mut r)).filter(|rule| !rule.is_empty());
        }
        let lines = named(app, scope, &mut r, list).await?;
        r.done(())?;
        events.push(Event::UndertakingOpened(Box::new(opened)));
        if !lines.is_empty() {
            events.push(Event::CasesTaken { cases: lines.iter().map(taken).collect() });
        }
    }
    write(app, scope, Unit { id, begins: true, events, kind, judged: None, ordered: None, statements: Batch::new() }).await?;
    Ok(id)
}

/// Gives each case to one of the pool in turn who may check it; what nobody may check stays without.
fn shared_out(world: &World, pool: &[PersonId], cases: &[Taken]) -> Vec<Event> {
    let mut by: Vec<(PersonId, Vec<CaseId>)> = pool.iter().map(|p| (*p, Vec::new())).collect();
    for taken in cases {
        let fewest = by.iter_mut().filter(|(p, _)| may_check(world, *p, taken)).min_by_key(|(_, held)| held.len());
        fewest.into_iter().for_each(|(_, held)| held.push(taken.case));
    }
    by.into_iter().filter(|(_, cases)| !cases.is_empty()).map(|(reviewer, cases)| Event::ReviewerNamed { cases, reviewer }).collect()
}

/// What a draw is narrowed by.
pub const NARROWED: [&str; 7] = ["unit", "kind", "outcome", "state", "found", "ended_from", "ended_until"];

/// Draws from the form's candidates: those of one period, unit, kind, state; found untrue, dissatisfied.
async fn drawing(app: &App, scope: &Scope, fields: &Fields, r: &mut Reader<'_>) -> Answer<(Draw, Vec<Line>)> {
    let wanted = r.need_code("wanted", |s| s.parse::<u32>().ok().filter(|n| (1..=200).contains(n)));
    let seed = r.line("seed", 64);
    let seed = if seed.is_empty() { new_id(app.clock().now(), &mut app.random()).to_string() } else { seed };
    let (from, until) = (r.date("ended_from"), r.date("ended_until"));
    if from.zip(until).is_some_and(|(from, until)| until < from) {
        r.faults.add("ended_until", "before_first");
    }
    let open = fields.get("state") == "open";
    let filter = Filter {
        done: !open,
        historical: Some(false),
        kind: Some(fields.get("kind").to_owned()).filter(|k| Kind::parse(k).is_some()),
        unit: Id::parse(fields.get("unit")).map(UnitId),
        ended_from: from.map(Instant::start_of).filter(|_| !open),
        ended_before: until.map(Instant::end_of).filter(|_| !open),
        untrue: fields.get("found") == "untrue",
        ..Filter::default()
    };
    let mut db = app.db().read().await?;
    let position = sequencer::head(&mut db).await?.map_or(0, |h| i64::try_from(h.size).unwrap_or(i64::MAX));
    let mut lines: Vec<Line> = Vec::new();
    if fields.get("found") == "dissatisfied" {
        let all = (filter.ended_from.unwrap_or(Instant(i64::MIN)), filter.ended_before.unwrap_or(Instant(i64::MAX)));
        for marker in [Marker::Review, Marker::Corrected, Marker::Waived] {
            let found = queue::marked(&mut db, scope, &filter, marker, all, CANDIDATES as i64).await?;
            lines.extend(found.into_iter().map(|(_, line)| line));
        }
    } else {
        let mut after = None;
        loop {
            let page = queue::page(&mut db, scope, &filter, after, 500).await?;
            after = page.last().map(|l| filter.sort.key(l));
            let full = page.len() == 500;
            lines.extend(page);
            if !full || lines.len() > CANDIDATES {
                break;
            }
        }
    }
    drop(db);
    let outcome = fields.get("outcome");
    lines.retain(|l| outcome.is_empty() || l.outcome.as_deref() == Some(outcome));
    if lines.len() > CANDIDATES {
        r.faults.add("ended_from", "too_many_candidates");
    } else if lines.is_empty() && r.faults.is_empty() {
        r.faults.add("wanted", "no_candidates");
    }
    let candidates: Vec<(String, Line)> = lines.into_iter().map(|l| (l.number.clone(), l)).collect();
    let wanted = wanted.unwrap_or(1);
    let drawn = sample::draw(&candidates, &seed, wanted as usize, digest);
    let chosen = NARROWED.iter().map(|n| ((*n).to_owned(), fields.get(n).to_owned())).filter(|(_, v)| !v.is_empty()).collect();
    let population = u32::try_from(candidates.len()).unwrap_or(u32::MAX);
    Ok((Draw { seed, filter: chosen, position, population, wanted }, drawn))
}

/// SHA-256 of a text: what a draw orders its candidates by.
#[must_use]
pub fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// The steps of one beside starting it, as addresses name them.
pub const STEPS: [&str; 8] = ["cases", "drop", "task", "end", "reviewer", "check", "minutes", "close"];

/// Takes a step from a form.
///
/// # Errors
/// What is missing or impossible, field by field; what the rules do not allow now.
pub async fn step(app: &App, scope: &Scope, id: Id, step: &str, fields: &Fields) -> Answer<()> {
    for _ in 0..3 {
        match attempt(app, scope, id, step, fields).await {
            // Somebody sealed a value of the same field first; seal again as the next version.
            Err(Denied::Store(e)) if e.is_unique() => {}
            done => return done,
        }
    }
    Err(Denied::Stale)
}

async fn attempt(app: &App, scope: &Scope, id: Id, step: &str, fields: &Fields) -> Answer<()> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let (now, organ) = (app.clock().now(), organ(scope)?);
    let loaded = load(app, scope, id).await?;
    let state = &loaded.state;
    let mut r = Reader::new(fields);
    let held = |s: &str| Id::parse(s).map(CaseId).filter(|c| state.held(*c).is_some());
    let (mut judged, mut ordered, mut statements) = (None, None, Batch::new());
    let events = match step {
        "cases" => {
            let lines = if fields.ticked("by_rule") {
                let new = collected(app, scope, state).await?;
                let mut db = app.db().read().await?;
                queue::lines_of(&mut db, scope, new.into_iter().take(MOST).collect()).await?
            } else {
                named(app, scope, &mut r, None).await?
            };
            let new: Vec<Taken> = lines.iter().map(taken).filter(|t| state.held(t.case).is_none()).collect();
            if new.is_empty() && r.faults.is_empty() {
                r.faults.add("case_numbers", if lines.is_empty() { "required" } else { "undertaking_already" });
            }
            vec![Event::CasesTaken { cases: new }]
        }
        "drop" => r.need_code("case", held).map(|case| Event::CaseDropped { case }).into_iter().collect(),
        "task" => {
            let ours = units(&world, organ);
            let what = r.need_block("what_to_do", 1_000);
            let unit = r.need_code("task_unit", |s| Id::parse(s).map(UnitId).filter(|u| ours.contains(u)));
            let case = r.code("case", held);
            let due = r.need_date("task_due");
            let id = new_id(now, &mut app.random());
            if let (Some(case), Some(unit), Some(due), true) = (case, unit, due, r.faults.is_empty()) {
                let found = to_order(app, scope, case, unit, due, &what, now).await?;
                (ordered, statements) = found.map_or((None, Batch::new()), |(o, s)| (Some(o), s));
            }
            let order = ordered.as_ref().map(|o| o.number);
            unit.zip(due).map(|(unit, due)| Event::TaskSet(Task { id, what, unit, case, due, order })).into_iter().collect()
        }
        "end" => {
            let task = r.need_code("task", Id::parse);
            let done = r.need_code("ended", |s| match s {
                "done" => Some(true),
                "let_go" => Some(false),
                _ => None,
            });
            let note = r.need_block("result_note", 2_000);
            let work = task.and_then(|t| state.tasks.iter().find(|w| w.task.id == t));
            if let (Some(true), Some(work)) = (done, work)
                && order_state(app, scope, &work.task).await?.is_some_and(|s| matches!(s, OrderState::Open | OrderState::Answered))
            {
                r.faults.add("ended", Why::OrderOpen.code());
            }
            task.zip(done).map(|(task, done)| Event::TaskEnded { task, done, note }).into_iter().collect()
        }
        "reviewer" => {
            let all = reviewers(&world, organ);
            let case = r.need_code("case", held);
            let reviewer = r.need_code("reviewer", |s| Id::parse(s).map(PersonId).filter(|p| all.contains(p)));
            let pair = case.zip(reviewer);
            if pair.is_some_and(|(c, p)| state.held(c).is_some_and(|h| !may_check(&world, p, &h.taken))) {
                r.faults.add("reviewer", Why::OwnUnit.code());
            }
            pair.map(|(case, reviewer)| Event::ReviewerNamed { cases: vec![case], reviewer }).into_iter().collect()
        }
        "check" => {
            let case = r.need_code("case", held);
            let verdict = r.need_code("verdict", Verdict::parse);
            let criteria = &world.pack.review.criteria;
            let unmet = r.codes("unmet", |s| criteria.iter().find(|c| c.id == s).map(|c| c.id.clone()));
            let fault = verdict.is_some_and(|v| v != Verdict::Right);
            let note = if fault { r.need_block("check_note", 2_000) } else { r.block("check_note", 2_000) };
            if fault && unmet.is_empty() {
                r.faults.add("unmet", "required");
            } else if verdict == Some(Verdict::Right) && !unmet.is_empty() {
                r.faults.add("verdict", "fault_named");
            }
            let pair = case.zip(verdict).filter(|_| r.faults.is_empty());
            if let Some((case, verdict)) = pair {
                let mut db = app.db().read().await?;
                let mut envelope = match Envelope::load(&mut db, app.keyring(), scope.locality(), case.0).await {
                    Err(store::engine::Error::NotFound(_)) => return Err(Denied::Rule(rules::case::command::WhyNot::Erased)),
                    other => other?,
                };
                let note = envelope.seal_opt("check_note", &note, &mut app.random());
                statements = envelope.statements();
                judged = Some((case, Checked { check: id, verdict, unmet: unmet.clone(), note }));
            }
            pair.map(|(case, verdict)| Event::CaseChecked { case, verdict, unmet }).into_iter().collect()
        }
        "minutes" => vec![Event::MinutesWritten { text: r.need_block("minutes_text", TEXT) }],
        "close" => vec![Event::UndertakingClosed { report: r.need_block("report", TEXT) }],
        _ => return Err(Denied::NotFound),
    };
    r.done(())?;
    let kind = state.opened.kind;
    write(app, scope, Unit { id, begins: false, events, kind, judged, ordered, statements }).await.map(|_| ())
}

/// The order that a decision about a case becomes, where the case is open at the unit that is to act.
async fn to_order(
    app: &App,
    scope: &Scope,
    case: CaseId,
    unit: UnitId,
    due: Date,
    what: &str,
    now: Instant,
) -> Answer<Option<(Ordered, Batch)>> {
    let mut db = app.db().read().await?;
    let Some(loaded) = cases::load(&mut db, scope, case).await? else { return Ok(None) };
    let there = loaded.case.seat.is_some_and(|s| s.unit == unit);
    if !there || may(&loaded.case, Action::Order, &scope.actor()).is_err() || due < now.date() {
        return Ok(None);
    }
    let Ok(number) = u32::try_from(loaded.case.watch.orders.len() + 1) else { return Ok(None) };
    let mut envelope = Envelope::load(&mut db, app.keyring(), scope.locality(), case.0).await?;
    let Some(wanted) = envelope.seal_opt("order_wanted", what, &mut app.random()) else { return Ok(None) };
    let days = (due - now.date()).get_days().unsigned_abs();
    let hours = (Instant::end_of(due).0 - now.0) / 3_600_000_000;
    let span = if days == 0 { Span::Hours(u32::try_from(hours).unwrap_or(1).max(1)) } else { Span::NaturalDays(days) };
    let command = Command::Order { grade: Grade::Supervise, owner: Owner::Unit(unit), span, wanted };
    Ok(Some((Ordered { case, number, command }, envelope.statements())))
}

/// Where the order of a decision stands; `None` without one, or where its case does not exist for the reader.
///
/// # Errors
/// Those of reading.
pub async fn order_state(app: &App, scope: &Scope, task: &Task) -> Answer<Option<OrderState>> {
    let Some((case, n)) = task.case.zip(task.order) else { return Ok(None) };
    let mut db = app.db().read().await?;
    let loaded = cases::load(&mut db, scope, case).await?;
    Ok(loaded.and_then(|l| l.case.watch.numbered().find(|(i, _)| *i == n).map(|(_, o)| o.state)))
}

/// What may be worth a topic: the last [`DAYS`] days against those before. Whether more cases fell in them than are looked at.
///
/// # Errors
/// Those of reading.
pub async fn proposals(app: &App, scope: &Scope) -> Answer<(Vec<Proposal>, bool)> {
    let now = app.clock().now();
    let middle = now.plus_minutes(-DAYS * 24 * 60);
    let start = now.plus_minutes(-2 * DAYS * 24 * 60);
    let mut db = app.db().read().await?;
    let briefs = undertakings::between(&mut db, scope, organ(scope)?, start, Instant(i64::MAX)).await?;
    let capped = briefs.len() as i64 == undertakings::WINDOW;
    Ok((propose(&briefs, middle, 5), capped))
}

/// Equal windows around a topic's first day: how long each is, the cases before and after by its rule.
#[derive(Clone, Debug, Default)]
pub struct Windows {
    /// Days in each.
    pub days: i64,
    /// Cases before, oldest first.
    pub before: Vec<Brief>,
    /// Cases after, oldest first.
    pub after: Vec<Brief>,
    /// More fell in them than are looked at.
    pub capped: bool,
}

/// The cases by a topic's rule before and after it began; `None` without a rule, or before its first day is over.
///
/// # Errors
/// Those of reading.
pub async fn windows(app: &App, scope: &Scope, state: &Undertaking) -> Answer<Option<Windows>> {
    let Some(rule) = &state.opened.rule else { return Ok(None) };
    let (now, start) = (app.clock().now(), Instant::start_of(state.opened.from));
    let last = state.closed.as_ref().map_or(now, |(at, _)| *at);
    let days = ((last.0 - start.0) / 86_400_000_000).min(DAYS);
    if days < 1 {
        return Ok(None);
    }
    let (from, until) = (start.plus_minutes(-days * 24 * 60), start.plus_minutes(days * 24 * 60));
    let mut db = app.db().read().await?;
    let mut briefs = undertakings::between(&mut db, scope, state.organ, from, until).await?;
    let capped = briefs.len() as i64 == undertakings::WINDOW;
    briefs.retain(|b| rule.fits(b));
    briefs.reverse();
    let (before, after) = briefs.into_iter().partition(|b| b.at < start);
    Ok(Some(Windows { days, before, after, capped }))
}

/// Cases that came since a topic began, belong to it by its rule and are not linked yet.
///
/// # Errors
/// Those of reading.
pub async fn collected(app: &App, scope: &Scope, state: &Undertaking) -> Answer<Vec<CaseId>> {
    let Some(rule) = state.opened.rule.as_ref().filter(|_| state.closed.is_none()) else { return Ok(Vec::new()) };
    let mut db = app.db().read().await?;
    let from = Instant::start_of(state.opened.from);
    let briefs = undertakings::between(&mut db, scope, state.organ, from, Instant(i64::MAX)).await?;
    Ok(briefs.iter().filter(|b| rule.fits(b) && state.held(b.case).is_none()).map(|b| b.case).collect())
}

/// Whether what is still to be done is late on a day.
#[must_use]
pub fn is_late(next_due: Option<Date>, today: Date) -> bool {
    next_due.is_some_and(|due| due < today)
}
