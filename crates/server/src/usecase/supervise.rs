//! Supervision (督查督办): inspections at the pack's times, each telling whom the ladder says; and orders, given one by one or many at once.

use super::bulk::{self, Each};
use super::fields::{Faults, Fields, Reader};
use super::order::{About, Ask, Spec, one, spec, text, yes};
use super::{Answer, Denied, absence, act, denied};
use crate::app::{App, World};
use rules::access::{Actor, Role};
use rules::calendar::Span;
use rules::case::command::{Action, Command};
use rules::case::decide::{Context, decide};
use rules::case::supervise::{Grade, Inspection, Owner, Why, why};
use rules::case::{Case, Stage};
use rules::ids::{CaseId, OrganId, PersonId, UnitId};
use rules::time::Instant;
use std::sync::Arc;
use store::cases;
use store::engine::Tx;
use store::personal::Envelope;
use store::queue::{self, Filter};
use store::registry::RegistryEvent;
use store::scope::{Reason, Scope};
use store::supervision::{self, Inspected};

/// Cases looked at in one transaction.
const BATCH: i64 = 100;
/// Inspections looked for that were not made while nothing ran: beyond these nobody asks any more.
const MOST_MISSED: usize = 20;
/// A first inspection looks back so far, minutes: a day.
const FIRST: i64 = 24 * 60;

/// The fields of an action of this family.
#[must_use]
pub fn specs(action: Action) -> Vec<Spec> {
    match action {
        Action::Order => vec![
            spec("order_grade", one("sup-grade", Grade::ALL, Grade::code), true),
            spec("order_owner", Ask::One("sup-owner", vec!["handler", "unit"]), true),
            spec("order_span", Ask::Span, true),
            spec("order_wanted", Ask::Text, true),
        ],
        Action::AnswerOrder => vec![spec("order_answer", Ask::Text, true)],
        Action::SettleOrder => vec![
            spec("order_settled", Ask::One("sup-settled", vec!["yes", "no"]), true),
            spec("order_reason", Ask::Text, false),
            spec("order_span", Ask::Span, false),
        ],
        _ => Vec::new(),
    }
}

/// Reads a command of this family; faults are left with the reader.
pub(super) fn command(action: Action, r: &mut Reader<'_>, about: &About<'_>, envelope: &mut Envelope) -> Option<Command> {
    let (case, actor) = (about.case, about.actor);
    let spans = &about.world.pack.supervision.order_spans;
    let span = |s: &str| s.parse::<Span>().ok().filter(|s| spans.contains(s));
    match action {
        Action::SeeNotice => Some(Command::SeeNotice),
        Action::Order => {
            let grade = r.need_code("order_grade", Grade::parse);
            let owner = r.need_code("order_owner", |s| owner(s, case));
            let span = r.need_code("order_span", span);
            let wanted = text(r, "order_wanted", envelope);
            grade.zip(owner).zip(span).zip(wanted).map(|(((grade, owner), span), wanted)| Command::Order { grade, owner, span, wanted })
        }
        Action::AnswerOrder => {
            let order = case.watch.to_answer(&actor).next().unwrap_or_default();
            text(r, "order_answer", envelope).map(|answer| Command::AnswerOrder { order, answer })
        }
        Action::SettleOrder => {
            let order = case.watch.to_settle(&actor).next().unwrap_or_default();
            match r.need_code("order_settled", yes)? {
                true => Some(Command::SettleOrder { order, back: None }),
                false => {
                    let again = r.need_code("order_span", span);
                    let reason = text(r, "order_reason", envelope);
                    reason.zip(again).map(|back| Command::SettleOrder { order, back: Some(back) })
                }
            }
        }
        _ => None,
    }
}

/// Whoever has the case in hand, or the unit where nobody has.
fn owner(word: &str, case: &Case) -> Option<Owner> {
    let unit = case.seat.map(|s| Owner::Unit(s.unit));
    match word {
        "handler" => case.handler.map(Owner::Person).or(unit),
        "unit" => unit,
        _ => None,
    }
}

/// Gives each of these cases the same order. What cannot be ordered stays as it is and says why.
///
/// # Errors
/// Nothing chosen, or fields missing.
pub async fn order(app: &App, scope: &Scope, fields: &Fields) -> Answer<Vec<Each>> {
    let tokens = bulk::chosen(fields.all("case"));
    let mut faults = Faults::default();
    if tokens.is_empty() {
        faults.add("case", "required");
    }
    for field in specs(Action::Order).iter().map(|s| s.name).filter(|f| fields.get(f).trim().is_empty()) {
        faults.add(field, "required");
    }
    if !faults.is_empty() {
        return Err(Denied::Invalid(faults));
    }
    let form: Fields = specs(Action::Order).iter().map(|s| (s.name.to_owned(), fields.get(s.name).to_owned())).collect();
    let mut out = Vec::new();
    for token in tokens {
        let result = act::act(app, scope, token, Action::Order, &form, None).await.map(|_| ());
        out.push(Each { line: bulk::line(app, scope, token).await?, token: token.to_owned(), result });
    }
    Ok(out)
}

/// Every inspection whose time has come, once each; the number of inspections made. Several that were missed are made up for by one, which
/// names the others. Ended in between, the next round goes on: a case that was told of is not told of again.
///
/// # Errors
/// Those of the store; the next round goes on.
pub async fn round(app: &App) -> Answer<usize> {
    let mut made = 0;
    for locality in app.localities() {
        let Some(world) = app.world(locality) else { continue };
        let section = &world.pack.supervision;
        if section.inspections.is_empty() {
            continue;
        }
        let now = app.clock().now();
        let scope = Scope::system(locality, Reason::Sweep);
        for organ in world.directory.organs.values().filter(|o| o.intake_unit.is_some()) {
            let mut db = app.db().read().await?;
            let last = supervision::last(&mut db, &scope, organ.id).await?;
            drop(db);
            let since = last.unwrap_or(now.plus_minutes(-FIRST));
            let mut due = section.inspections_between(since, now, &world.calendar, MOST_MISSED);
            // A locality that has never inspected has missed nothing.
            let Some(at) = due.pop() else { continue };
            let missed = if last.is_some() { due } else { Vec::new() };
            inspect(app, &world, organ.id, at, missed).await?;
            made += 1;
        }
    }
    Ok(made)
}

/// What one inspection needs everywhere.
#[derive(Debug)]
struct Round {
    scope: Scope,
    world: Arc<World>,
    at: Instant,
    now: Instant,
    made_up: bool,
}

async fn inspect(app: &App, world: &Arc<World>, organ: OrganId, at: Instant, missed: Vec<Instant>) -> Answer<()> {
    let now = app.clock().now();
    // An hour late is no delay of the sweep any more.
    let made_up = !missed.is_empty() || now >= at.plus_minutes(60);
    let scope = Scope::system(world.directory.locality, Reason::Sweep);
    let round = Arc::new(Round { scope: scope.clone(), world: world.clone(), at, now, made_up });
    let mut found = Inspected { steps: vec![0; world.pack.supervision.steps.len()], missed, ..Inspected::default() };
    let mut db = app.db().read().await?;
    let units = store::organisation::with_cases(&mut db, &scope).await?;
    drop(db);
    let ours = |u: &&UnitId| world.directory.units.get(u).is_some_and(|u| u.organ == organ);
    let soon = world.pack.supervision.soon(now, &world.calendar);
    for unit in units.iter().filter(ours) {
        let due = Filter { unit: Some(*unit), due_before: Some(Instant(soon.0 + 1)), historical: Some(false), ..Filter::default() };
        let intake = Filter { unit: Some(*unit), stages: vec![Stage::Intake.code()], historical: Some(false), ..Filter::default() };
        // What is near or late at the intake is in both; it counts once.
        for (filter, undispatched) in [(due, false), (intake, true)] {
            let mut after = None;
            loop {
                let mut db = app.db().read().await?;
                let lines = queue::page(&mut db, &scope, &filter, after, BATCH).await?;
                drop(db);
                after = lines.last().map(|l| filter.sort.key(l));
                let full = lines.len() as i64 == BATCH;
                let fresh = lines.iter().filter(|l| !undispatched || l.due_at.is_none_or(|d| d > soon));
                let ids: Vec<CaseId> = fresh.map(|l| l.id).collect();
                let r = round.clone();
                let done = app.db().write(async move |tx: &mut Tx| tell(tx, &r, &ids).await).await.map_err(denied)?;
                for (why, step) in done {
                    match why {
                        Why::Undispatched => found.undispatched += 1,
                        Why::Soon => found.soon += 1,
                        Why::Late => found.late += 1,
                    }
                    if let Some(n) = step.and_then(|s| found.steps.get_mut(s as usize - 1)) {
                        *n += 1;
                    }
                }
                if !full {
                    break;
                }
            }
        }
    }
    super::people::change(app, &scope, vec![RegistryEvent::Inspected { organ, at, found }], None).await
}

/// Looks at these cases: why each is told of, and the step that was taken, in this inspection or before it was interrupted.
async fn tell(tx: &mut Tx, round: &Round, ids: &[CaseId]) -> store::engine::Result<Vec<(Why, Option<u32>)>> {
    let mut out = Vec::new();
    for id in ids {
        let Some(loaded) = cases::load(tx, &round.scope, *id).await? else { continue };
        let world = &round.world;
        let Some((why, _)) = why(&loaded.case, round.now, &world.pack.supervision, &world.calendar) else { continue };
        if let Some(told) = loaded.case.watch.notices.iter().rev().find(|n| n.inspection == round.at) {
            out.push((told.why, Some(told.step)));
            continue;
        }
        let inspection = Inspection {
            at: round.at,
            made_up: round.made_up,
            registered_at: cases::registered_at(&loaded),
            people: people(world, &loaded.case),
        };
        let now = round.now.max(loaded.head().recorded_at);
        let ctx = Context { now, effective: now, actor: Actor::System, calendar: &world.calendar, pack: &world.pack, number: None };
        let facts = decide(&loaded.case, &Command::Inspect(Box::new(inspection)), &ctx).unwrap_or_default();
        let step = facts.iter().find_map(|f| match &f.event {
            rules::case::event::Event::Supervised(rules::case::supervise::Supervised::Noticed { step, .. }) => Some(*step),
            _ => None,
        });
        if !facts.is_empty() {
            cases::append(tx, &loaded, facts, round.scope.by(), now, now).await?;
        }
        out.push((why, step));
    }
    Ok(out)
}

/// Whom the steps of the ladder tell of a case: who has it in hand, the heads of its unit, the organ's supervisors. At the intake it is in the
/// hand of the clerks. A report is told to nobody who does not see it anyway (Art. 37).
fn people(world: &World, case: &Case) -> [Vec<PersonId>; 3] {
    let Some(seat) = case.seat else { return Default::default() };
    let with = |role: Role, unit: Option<UnitId>| {
        let held = world.directory.roles.iter();
        let held = held.filter(|(_, g)| g.role == role && g.organ == seat.organ && unit.is_none_or(|u| g.unit == u)).map(|(p, _)| *p);
        let mut out: Vec<PersonId> = held.filter(|p| world.directory.people.get(p).is_some_and(|p| p.active)).collect();
        out.sort_unstable();
        out.dedup();
        out
    };
    let heads = absence::heads(world, seat.unit);
    let active = |p: &PersonId| world.directory.people.get(p).is_some_and(|p| p.active);
    let handlers = match case.handler.filter(active) {
        Some(handler) => vec![handler],
        None if !case.with_unit => with(Role::Clerk, Some(seat.unit)),
        None => heads.clone(),
    };
    [handlers, heads, with(Role::Supervisor, None)]
}
