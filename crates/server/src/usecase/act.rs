//! An action on a case: load within scope, let the rules decide, write events, papers' numbers and projections together.

use super::fields::{Fields, Reader};
use super::order::{About, Other, command, meant};
use super::upload::{Claim, Held};
use super::{Answer, Denied, Refusal, denied, evidence};
use crate::app::{App, World};
use crate::clock::new_id;
use rules::case::command::{Action, Command};
use rules::case::decide::{Context, decide};
use rules::case::event::{Fact, Matter, Origin, Registration};
use rules::codes::{CaseToken, TrackingCode};
use rules::ids::CaseId;
use rules::law::{Form, Kind};
use rules::time::Instant;
use std::sync::Arc;
use store::cases::Loaded;
use store::engine::{Batch, Tx};
use store::personal::{Envelope, random};
use store::projection::Plain;
use store::scope::{Reason, Scope};
use store::submissions::{self, SubmissionEvent};
use store::{cases, numbers, projection, search};

/// What an action did.
#[derive(Clone, Debug)]
pub struct Done {
    /// Token of the case.
    pub token: String,
    /// Names of the events it made, in order.
    pub events: Vec<&'static str>,
    /// The paper it issued.
    pub paper: Option<Form>,
    /// What still has to be told.
    pub untold: Vec<(Matter, rules::law::Party)>,
    /// Whether the case still exists for whoever acted (a returned case does not).
    pub still_seen: bool,
}

/// Loads a case by the token in an address.
///
/// # Errors
/// [`Denied::NotFound`] if it does not exist for this scope.
pub async fn load(app: &App, scope: &Scope, token: &str) -> Answer<Loaded> {
    let mut db = app.db().read().await?;
    let id = cases::id_of_token(&mut db, scope, token).await?.ok_or(Denied::NotFound)?;
    cases::load(&mut db, scope, id).await?.ok_or(Denied::NotFound)
}

/// Takes an action on a case. `seen` is the number of events the page showed: if the case has moved on since, nothing happens.
///
/// # Errors
/// [`Denied`]; nothing is written then.
pub async fn act(app: &App, scope: &Scope, token: &str, action: Action, fields: &Fields, seen: Option<u32>) -> Answer<Done> {
    for _ in 0..3 {
        match attempt(app, scope, token, action, fields, seen, None).await {
            // Somebody sealed a value of the same field first; seal again as the next version.
            Err(Denied::Store(e)) if e.is_unique() => {}
            done => return done,
        }
    }
    Err(Denied::Stale)
}

/// Adds evidence to a case and its submission: the files are on disk, sealed under the submission's key.
///
/// # Errors
/// [`Denied`]; nothing is written then.
pub async fn add_evidence(app: &App, scope: &Scope, token: &str, fields: &Fields, held: Held) -> Answer<Done> {
    let (files, first) = (held.files.clone(), held.brings_key());
    let mut held = Some(held);
    for _ in 0..5 {
        let ready = match held.take() {
            Some(held) => held,
            None => evidence::held(app, &load(app, scope, token).await?).await?.with_files(files.clone()),
        };
        match attempt(app, scope, token, Action::AddEvidence, fields, None, Some(ready.claim())).await {
            // Others were added at the same moment: the names are sealed again, as the next versions.
            Err(Denied::Store(e)) if e.is_unique() && !first => {}
            Err(Denied::Store(e)) if e.is_unique() => break,
            done => return done,
        }
    }
    Err(Denied::Stale)
}

/// Takes an action together with files and whatever else is stored with it in the same transaction.
pub(super) async fn act_with(app: &App, scope: &Scope, token: &str, action: Action, fields: &Fields, with: Claim) -> Answer<Done> {
    attempt(app, scope, token, action, fields, None, Some(with)).await
}

#[derive(Debug)]
struct Unit {
    id: CaseId,
    command: Command,
    effective: Option<Instant>,
    seen: Option<u32>,
    statements: Batch,
    /// Search text after this action, where it changes.
    folded: Option<String>,
    evidence: Option<Claim>,
    /// A case taken out of this one, prepared: a clue found in mediation.
    spawned: Option<Spawned>,
}

#[derive(Debug)]
struct Spawned {
    id: CaseId,
    registration: Registration,
    plain: Plain,
    folded: String,
    statements: Batch,
}

async fn attempt(
    app: &App,
    scope: &Scope,
    token: &str,
    action: Action,
    fields: &Fields,
    seen: Option<u32>,
    evidence: Option<Claim>,
) -> Answer<Done> {
    let now = app.clock().now();
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let loaded = load(app, scope, token).await?;
    rules::case::decide::may(&loaded.case, action, &scope.actor()).map_err(Denied::Rule)?;
    let mut db = app.db().read().await?;
    let mut envelope = match Envelope::load(&mut db, app.keyring(), scope.locality(), loaded.id.0).await {
        Err(store::engine::Error::NotFound(_)) => return Err(Denied::Rule(rules::case::command::WhyNot::Erased)),
        other => other?,
    };
    let mut r = Reader::new(fields);
    let effective = r.moment("effective").map(|typed| meant(typed, &loaded.case, now));
    r.done(())?;
    let other = other_case(app, scope, &mut db, &loaded, fields).await?;
    let who = scope.grant().map(|(p, g)| (p, g.unit));
    let held = super::care::files_of(loaded.events.iter().map(|(_, f)| f));
    let about = About { case: &loaded.case, world: &world, now, actor: scope.actor(), who, other, files: held };
    let mut command = command(action, fields, &about, &mut envelope)?;
    match &mut command {
        Command::Receive { at, .. } if at.0 == i64::MIN => *at = now,
        Command::AddEvidence { files: ids, .. } => *ids = evidence.iter().flat_map(|e| &e.files).map(|f| f.id).collect(),
        _ => {}
    }
    let folded = changed_text(&command, &loaded, &envelope, &mut db).await?;
    let spawned = match &command {
        Command::FindClue { what } => Some(clue(app, scope, &loaded, &envelope.open(&mut db, what).await?, now)?),
        _ => None,
    };
    drop(db);
    let statements = envelope.statements();
    let unit = Arc::new(Unit { id: loaded.id, command, effective, seen, statements, folded, evidence, spawned });
    let scope = scope.clone();
    app.db().write(async move |tx: &mut Tx| apply(tx, &scope, &world, &unit, now).await).await.map_err(denied)
}

/// The other case a form names by its number, within the scope: id, kind, and whether the same person submitted it.
async fn other_case(app: &App, scope: &Scope, db: &mut store::engine::Reader, loaded: &Loaded, fields: &Fields) -> Answer<Option<Other>> {
    let number = ["of", "into", "by_case", "member"].into_iter().map(|f| fields.get(f).trim()).find(|n| !n.is_empty());
    let Some(number) = number else { return Ok(None) };
    let Some(id) = cases::id_of_number(db, scope, &number.to_ascii_uppercase()).await? else { return Ok(None) };
    if id == loaded.id {
        return Err(Denied::Rule(rules::case::command::WhyNot::Itself));
    }
    let Some(other) = cases::load(db, scope, id).await? else { return Ok(None) };
    let mine = super::read::person(app, db, loaded).await?;
    let theirs = super::read::person(app, db, &other).await?;
    let same_phone = !mine.1.is_empty() && mine.1 == theirs.1;
    let same_person = same_phone || other.case.registration.submission == loaded.case.registration.submission;
    let (over, merged) = (other.case.is_over(), other.case.merged_into.is_some());
    Ok(Some(Other { id, kind: other.case.kind, same_person, group: other.case.group, over, merged }))
}

/// The search text after a command that changes what it is made of.
async fn changed_text(command: &Command, loaded: &Loaded, envelope: &Envelope, db: &mut store::engine::Reader) -> Answer<Option<String>> {
    use rules::case::event::Correction;
    let r = &loaded.case.registration;
    let (narrative, respondent) = match command {
        Command::Narrow { narrative } => (Some(narrative.clone()), r.respondent.clone()),
        Command::Correct { correction: Correction::Respondent { respondent }, .. } => (r.narrative.clone(), respondent.clone()),
        _ => return Ok(None),
    };
    let mut plain =
        Plain { number: r.number.clone(), respondent_name: respondent.name, respondent_address: respondent.address, ..Plain::default() };
    if let Some(n) = &narrative {
        plain.narrative = envelope.open(db, n).await?;
    }
    if let Some(t) = &r.title {
        plain.title = envelope.open(db, t).await?;
    }
    Ok(Some(projection::search_text(&plain)))
}

/// A case of its own for a clue found in mediation (Order 121 Art. 27): no reporter, the complaint's respondent.
fn clue(app: &App, scope: &Scope, loaded: &Loaded, what: &str, now: Instant) -> Answer<Spawned> {
    let mut rng = app.random();
    let from = &loaded.case.registration;
    let id = CaseId(new_id(now, &mut rng));
    let mut envelope = Envelope::new(app.keyring(), scope.locality(), id.0, &mut rng);
    let number = new_number(app, now);
    let plain = Plain {
        number: number.clone(),
        narrative: what.to_owned(),
        respondent_name: from.respondent.name.clone(),
        respondent_address: from.respondent.address.clone(),
        ..Plain::default()
    };
    let registration = Registration {
        kind: Kind::Report,
        number,
        token: CaseToken::from_random(random(&mut rng)).to_string(),
        channel: "clue".into(),
        external_id: None,
        platform_at: Some(now),
        historical: false,
        anonymous: true,
        submitter: rules::case::event::Submitter::default(),
        respondent: rules::case::event::Respondent { phone: None, ..from.respondent.clone() },
        title: None,
        narrative: envelope.seal_opt("narrative", what, &mut rng),
        demands: Vec::new(),
        amount: None,
        knew_on: None,
        publish: false,
        entrust: false,
        files: from.files.clone(),
        taken_from: Some(Origin::Clue(loaded.id)),
        details: rules::case::details::Details::default(),
        // The organ itself is the source: the consumer's submission does not lead to it (Art. 37).
        submission: rules::ids::SubmissionId(id.0),
    };
    let folded = projection::search_text(&plain);
    Ok(Spawned { id, registration, plain, folded, statements: envelope.statements() })
}

/// A random case number with its year.
pub(super) fn new_number(app: &App, now: Instant) -> String {
    let code = TrackingCode::from_random(random(&mut app.random()));
    format!("{:02}-{}", now.date().year().rem_euclid(100), code.as_str())
}

async fn apply(tx: &mut Tx, scope: &Scope, world: &World, unit: &Unit, now: Instant) -> store::engine::Result<Done> {
    let loaded = cases::load(tx, scope, unit.id).await?.ok_or(Refusal(Denied::NotFound))?;
    // A limit that passed meanwhile is nobody's change of the case.
    let changed =
        |since: u32| loaded.events.iter().any(|(r, f)| r.seq > since && !matches!(f.event, rules::case::event::Event::ClockLapsed));
    if unit.seen.is_some_and(|s| s > loaded.head().seq || changed(s)) {
        return Err(Refusal(Denied::Stale).into());
    }
    // A clock that was set back, or another server's that is ahead, does not stop the work: what follows an event is not earlier than it.
    let now = now.max(loaded.head().recorded_at);
    let effective = unit.effective.unwrap_or(now);
    let paper = unit.command.paper(&loaded.case);
    let number = match paper {
        None => None,
        Some(form) => Some(draw_number(tx, world, &loaded, form, effective).await?),
    };
    let ctx = Context { now, effective, actor: scope.actor(), calendar: &world.calendar, pack: &world.pack, number: number.as_deref() };
    // Somebody may have closed the unit, or the case it is to be merged into, since the form was read.
    if let Command::Send { to, .. } = &unit.command
        && !store::organisation::takes(tx, scope, to.unit, now.date()).await?
    {
        return Err(Refusal(Denied::Rule(rules::case::command::WhyNot::UnitClosed)).into());
    }
    if let Command::Merge { into, .. } = &unit.command {
        let other = cases::load(tx, scope, *into).await?.ok_or(Refusal(Denied::NotFound))?.case;
        if other.is_over() != loaded.case.is_over() || other.merged_into.is_some() {
            return Err(Refusal(Denied::Stale).into());
        }
    }
    let mut facts = decide(&loaded.case, &unit.command, &ctx).map_err(|why| Refusal(Denied::Rule(why)))?;
    facts.extend(to_successor(&loaded, &facts, world, &ctx, scope));
    let events = facts.iter().map(|f: &Fact| f.event.name()).collect();
    let after = cases::append(tx, &loaded, facts, scope.by(), now, effective).await?;
    tx.batch(unit.statements.clone()).await?;
    if let Some(folded) = &unit.folded {
        search::replace(tx, scope.locality(), unit.id, folded).await?;
    }
    if let Some(evidence) = &unit.evidence {
        attach(tx, scope, evidence, now).await?;
    }
    if let Some(spawned) = &unit.spawned {
        spawn(tx, scope, world, &loaded, spawned, now).await?;
    }
    Ok(Done {
        token: after.case.registration.token.clone(),
        events,
        paper,
        untold: after.case.untold(),
        still_seen: cases::visible(scope, &after.case),
    })
}

/// What is handled again at a unit that is no more begins at its successor.
pub(super) fn to_successor(loaded: &Loaded, facts: &[Fact], world: &World, ctx: &Context<'_>, scope: &Scope) -> Vec<Fact> {
    use rules::case::event::Event;
    if !facts.iter().any(|f| matches!(f.event, Event::Reopened { .. })) {
        return Vec::new();
    }
    let successor = loaded.case.seat.and_then(|s| super::clearing::successor(world, s.unit));
    let Some((order, to)) = successor else { return Vec::new() };
    let stamp = rules::case::Stamp { recorded_at: ctx.now, effective_at: ctx.effective, actor: scope.actor().person() };
    let case = facts.iter().fold(loaded.case.clone(), |case, fact| case.evolve(stamp, fact));
    let ctx = Context { actor: rules::access::Actor::System, ..*ctx };
    decide(&case, &Command::Move { to, order, handler: None }, &ctx).unwrap_or_default()
}

/// The next document number of the organ that has the case, as its pack writes it.
async fn draw_number(tx: &mut Tx, world: &World, loaded: &Loaded, form: Form, at: Instant) -> store::engine::Result<String> {
    let seat = loaded.case.seat.ok_or(Refusal(Denied::Rule(rules::case::command::WhyNot::NotReceived)))?;
    let organ = world.directory.organs.get(&seat.organ).ok_or(Refusal(Denied::NotFound))?;
    let year = at.date().year();
    let n = numbers::next(tx, loaded.locality, seat.organ, form, year).await?;
    let class = world.pack.classes.get(&form).map_or("", String::as_str);
    Ok(world.pack.document.render(&organ.short, class, year, n))
}

/// Adds files to the submission of a case, in the same unit of work. The platform does it for whoever may add to the case.
async fn attach(tx: &mut Tx, scope: &Scope, evidence: &Claim, now: Instant) -> store::engine::Result<()> {
    if evidence.files.is_empty() {
        return tx.batch(evidence.statements.clone()).await.map(|_| ());
    }
    let platform = Scope::system(scope.locality(), Reason::Submit);
    let submission = submissions::load(tx, &platform, evidence.submission).await?.ok_or(Refusal(Denied::NotFound))?;
    if submission.erased {
        return Err(Refusal(Denied::Rule(rules::case::command::WhyNot::Erased)).into());
    }
    let event = SubmissionEvent::EvidenceAdded { files: evidence.files.clone() };
    submissions::append(tx, &submission, &event, scope.by(), now).await?;
    tx.batch(evidence.statements.clone()).await.map(|_| ())
}

async fn spawn(tx: &mut Tx, scope: &Scope, world: &World, from: &Loaded, s: &Spawned, now: Instant) -> store::engine::Result<()> {
    let mut facts = vec![(rules::case::intake::register(s.registration.clone(), &world.calendar, &world.pack), now)];
    let mut case = rules::case::Case::register(s.registration.clone(), &facts[0].0.clocks);
    let intake = from.case.intake.ok_or(Refusal(Denied::NotFound))?;
    let ctx =
        Context { now, effective: now, actor: rules::access::Actor::System, calendar: &world.calendar, pack: &world.pack, number: None };
    for fact in decide(&case, &Command::Receive { seat: intake, at: now }, &ctx).map_err(|w| Refusal(Denied::Rule(w)))? {
        case = case.evolve(rules::case::Stamp { recorded_at: now, effective_at: now, actor: None }, &fact);
        facts.push((fact, now));
    }
    let mut batch = cases::create(scope.locality(), s.id, &facts, scope.by(), now)?.1;
    batch.extend(s.statements.iter().cloned());
    batch.extend(projection::insert(scope.locality(), s.id, &s.plain, &[], &s.folded));
    tx.batch(batch).await.map(|_| ())
}
