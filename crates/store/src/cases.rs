//! Cases: loading by scope, appending what the rules decided, and the rows derived from it. The derived rows are computed in one place
//! (`row`, `clock_row`), used by writing and by `verify` alike.

use crate::chain::{self, By, Draft, Family, Hash, Head, Recorded};
use crate::engine::{Arg, Batch, Error, Reader, Result, Tx};
use crate::outbox;
use crate::scope::Scope;
use crate::supervision;
use crate::{args, statements};
use rules::access::Role;
use rules::case::event::{self, Event, Fact, SCHEMA};
use rules::case::{Case, Stage, Stamp};
use rules::clock::{Clock, ClockState};
use rules::ids::{CaseId, Locality};
use rules::law::Kind;
use rules::time::Instant;

/// Version of the derived rows; raised when [`row`] or [`clock_row`] changes, so that old rows are projected anew.
pub const PROJECTION: i64 = 1;

/// What desks are reminded of by a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Marker {
    /// An appointment is fixed, at its time.
    Appointment,
    /// A question to the person is open, since it was asked.
    Asked,
    /// The person has answered, and nobody at a desk has done anything since.
    Replied,
    /// The person asks for it to be handled again.
    Reopen,
    /// Its present closing was followed up (回访).
    Followed,
    /// A bad review is open, since then.
    Review,
    /// Its last bad review ended with a correction (整改).
    Corrected,
    /// Its last bad review ended with an approved reason why no correction was due.
    Waived,
}

impl Marker {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Appointment => "appointment",
            Self::Asked => "asked",
            Self::Replied => "replied",
            Self::Reopen => "reopen",
            Self::Followed => "followed",
            Self::Review => "review",
            Self::Corrected => "corrected",
            Self::Waived => "waived",
        }
    }
}

/// A case with its events.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Locality.
    pub locality: Locality,
    /// Id.
    pub id: CaseId,
    /// Events as recorded, each with what its body says, oldest first.
    pub events: Vec<(Recorded, Fact)>,
    /// State after the last.
    pub case: Case,
}

impl Loaded {
    /// The end of its chain.
    #[must_use]
    pub fn head(&self) -> Head {
        self.events.last().map_or(Head::NEW, |(r, _)| Head { seq: r.seq, hash: r.hash, recorded_at: r.recorded_at })
    }

    /// From recorded events.
    ///
    /// # Errors
    /// An event this program cannot read, or a stream that does not begin with a registration.
    pub fn from_events(locality: Locality, id: CaseId, recorded: Vec<Recorded>) -> Result<Self> {
        let mut events = Vec::with_capacity(recorded.len());
        for r in recorded {
            let fact = event::read(r.schema, &r.body).map_err(|e| Error::Corrupt {
                table: "event".into(),
                column: "body".into(),
                row: format!("case={id} seq={}: {e}", r.seq),
            })?;
            events.push((r, fact));
        }
        let case = Case::replay(events.iter().map(|(r, f)| (stamp(r), f)));
        let case = case.ok_or_else(|| Error::Corrupt {
            table: "event".into(),
            column: "type".into(),
            row: format!("case={id}: its first event is no registration"),
        })?;
        Ok(Self { locality, id, events, case })
    }
}

pub(crate) fn stamp(r: &Recorded) -> Stamp {
    Stamp { recorded_at: r.recorded_at, effective_at: r.effective_at, actor: r.by.actor }
}

statements! {
    BY_TOKEN = "SELECT id FROM cases WHERE token = $1 AND locality = $2";
    BY_NUMBER = "SELECT id FROM cases WHERE locality = $1 AND number = $2";
    BY_RESPONDENT = "SELECT id FROM cases WHERE locality = $1 AND respondent = $2 ORDER BY id DESC LIMIT $3";
    NUMBER_OF = "SELECT number FROM cases WHERE locality = $1 AND id = $2";
    OF_SUBMISSION = "SELECT id FROM cases WHERE locality = $1 AND submission = $2 ORDER BY id";
    CLUES = "SELECT id FROM cases WHERE locality = $1 AND channel = 'clue' AND series IS NULL AND id > $2 ORDER BY id";
    INSERT = "INSERT INTO cases (locality, id, submission, token, number, kind, regime, stage, done, historical, urgent, channel, series,
        organ, unit, intake_organ, intake_unit, handler, with_unit, platform_at, organ_at, desk_at, registered_at, due_at, due_clock, provisional,
        sort_at, respondent, demands, amount, outcome, untrue, level, recovered, closed_at, merged_into, erased, seq, head,
        last_recorded_at, projection, group_id, above_organ, asked, responsible)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
        $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45)";
    UPDATE = "UPDATE cases SET kind = $4, regime = $5, stage = $6, done = $7, urgent = $8, organ = $9, unit = $10, intake_organ = $11,
        intake_unit = $12, handler = $13, with_unit = $14, organ_at = $15, desk_at = $16, due_at = $17, due_clock = $18, provisional = $19,
        sort_at = $20, respondent = $21, amount = $22, outcome = $23, untrue = $24, level = $25, recovered = $26, closed_at = $27,
        merged_into = $28, erased = $29, seq = $30, head = $31, last_recorded_at = $32, projection = $33, group_id = $34,
        above_organ = $35, asked = $36, responsible = $37
        WHERE locality = $1 AND id = $2 AND seq = $3";
    UPSERT_CLOCK = "INSERT INTO clock (locality, case_id, name, basis, start_at, span, due_at, due_on, provisional, calendar, state, state_at, lapsed)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (locality, case_id, name) DO UPDATE SET basis = excluded.basis, start_at = excluded.start_at, span = excluded.span,
        due_at = excluded.due_at, due_on = excluded.due_on, provisional = excluded.provisional, calendar = excluded.calendar,
        state = excluded.state, state_at = excluded.state_at, lapsed = excluded.lapsed";
    INSERT_CLOCK = "INSERT INTO clock (locality, case_id, name, basis, start_at, span, due_at, due_on, provisional, calendar, state, state_at, lapsed)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    UPSERT_MARKER = "INSERT INTO marker (locality, case_id, kind, at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (locality, case_id, kind) DO UPDATE SET at = excluded.at";
    DELETE_MARKER = "DELETE FROM marker WHERE locality = $1 AND case_id = $2 AND kind = $3";
    ENDED = "SELECT DISTINCT locality, case_id FROM (SELECT locality, case_id FROM clock
        WHERE state = 'running' AND NOT lapsed AND due_at <= $1 ORDER BY due_at LIMIT $2) AS ended";
    OPEN_CLOCKS = "SELECT case_id, due_at FROM clock WHERE locality = $1 AND (state = 'running' OR state = 'suspended')
        AND due_at >= $2 AND (due_at, case_id) > ($3, $4) ORDER BY due_at, case_id LIMIT $5";
    STOPPED_PROVISIONAL = "SELECT DISTINCT case_id FROM clock WHERE locality = $1 AND case_id > $2 AND provisional AND state = 'stopped'
        ORDER BY case_id LIMIT $3";
}

/// One column of a derived row: name and value.
pub(crate) type Column = (&'static str, Arg<'static>);

/// The row of `cases` that the events of a case make.
pub(crate) fn row(locality: Locality, id: CaseId, case: &Case, head: Head, registered_at: Instant) -> Vec<Column> {
    let r = &case.registration;
    let (channel, series) = match r.channel.split_once(':') {
        Some((c, s)) => (c, Some(s)),
        None => (r.channel.as_str(), None),
    };
    let tightest = case.tightest();
    let due_at = tightest.map(|c| c.due.at);
    let closed_at = case.closed.map(|c| c.at);
    let sort_at = if case.is_over() { closed_at } else { due_at }.unwrap_or(registered_at);
    let demands = r.demands.iter().map(|d| d.code()).collect::<Vec<_>>().join(",");
    vec![
        ("locality", locality.into()),
        ("id", id.into()),
        ("submission", r.submission.into()),
        ("token", r.token.clone().into()),
        ("number", r.number.clone().into()),
        ("kind", case.kind.code().into()),
        ("regime", case.regime.map(|x| x.code()).into()),
        ("stage", case.stage().code().into()),
        ("done", case.is_over().into()),
        ("historical", r.historical.into()),
        ("urgent", case.urgent.into()),
        ("channel", channel.to_owned().into()),
        ("series", series.map(str::to_owned).into()),
        ("organ", case.seat.map(|s| s.organ).into()),
        ("unit", case.seat.map(|s| s.unit).into()),
        ("intake_organ", case.intake.map(|s| s.organ).into()),
        ("intake_unit", case.intake.map(|s| s.unit).into()),
        ("handler", case.handler.into()),
        ("with_unit", case.with_unit.into()),
        ("platform_at", r.platform_at.into()),
        ("organ_at", case.organ_at.into()),
        ("desk_at", case.desk_at.into()),
        ("registered_at", registered_at.into()),
        ("due_at", due_at.into()),
        ("due_clock", tightest.map(|c| c.name.0.clone()).into()),
        ("provisional", tightest.is_some_and(|c| c.due.provisional).into()),
        ("sort_at", sort_at.into()),
        ("respondent", r.respondent.name.clone().into()),
        ("demands", demands.into()),
        ("amount", r.amount.map(|a| a.0).into()),
        ("outcome", case.closed.map(|c| c.outcome.code()).into()),
        ("untrue", case.closed.map(|c| c.untrue).into()),
        ("level", case.closed.and_then(|c| c.level).map(|l| l.code()).into()),
        ("recovered", case.closed.map(|c| c.recovered.0).into()),
        ("closed_at", closed_at.into()),
        ("merged_into", case.merged_into.into()),
        ("erased", case.erased.into()),
        ("seq", head.seq.into()),
        ("head", head.hash.into()),
        ("last_recorded_at", head.recorded_at.into()),
        ("projection", PROJECTION.into()),
        ("group_id", case.group.map(|g| g.0).into()),
        ("above_organ", case.above.last().map(|s| s.organ).into()),
        ("asked", case.awaits_person().into()),
        ("responsible", case.responsible().into()),
    ]
}

/// The row of `clock` that a clock makes.
pub(crate) fn clock_row(locality: Locality, id: CaseId, clock: &Clock) -> Vec<Column> {
    let (state, state_at) = match clock.state {
        ClockState::Running => ("running", None),
        ClockState::Suspended(on) => ("suspended", Some(Instant::start_of(on))),
        ClockState::Stopped(at) => ("stopped", Some(at)),
        ClockState::Void(at) => ("void", Some(at)),
    };
    vec![
        ("locality", locality.into()),
        ("case_id", id.into()),
        ("name", clock.name.0.clone().into()),
        ("basis", clock.basis.clone().into()),
        ("start_at", clock.start.into()),
        ("span", clock.total_span().to_string().into()),
        ("due_at", clock.due.at.into()),
        ("due_on", clock.due.on.into()),
        ("provisional", clock.due.provisional.into()),
        ("calendar", clock.calendar.clone().into()),
        ("state", state.into()),
        ("state_at", state_at.into()),
        ("lapsed", clock.lapsed.into()),
    ]
}

/// What a desk is reminded of by a case, and the time it goes by.
#[must_use]
pub fn markers(loaded: &Loaded) -> Vec<(Marker, Instant)> {
    let case = &loaded.case;
    let mut out = Vec::new();
    let last = |wanted: fn(&Event) -> bool| loaded.events.iter().rev().find(|(_, f)| wanted(&f.event)).map(|(r, _)| r.recorded_at);
    if !case.is_over() {
        out.extend(case.appointment.map(|(at, _)| (Marker::Appointment, at)));
        let asked = loaded.events.iter().filter(|(_, f)| matches!(f.event, Event::Asked { .. }));
        let open = case.open_questions().next().and_then(|n| asked.clone().nth(n as usize - 1));
        out.extend(open.map(|(r, _)| (Marker::Asked, r.recorded_at)));
        // Until somebody at a desk does something about the case, an answer is news.
        let since = loaded.events.iter().rev().take_while(|(r, _)| r.by.actor.is_none());
        let replied = since.filter(|(_, f)| matches!(f.event, Event::Replied { .. })).last();
        out.extend(replied.map(|(r, _)| (Marker::Replied, r.recorded_at)));
    }
    if case.closed.is_some() && case.reopen_asked {
        out.extend(last(|e| matches!(e, Event::ReopenAsked { .. })).map(|at| (Marker::Reopen, at)));
    }
    if case.closed.is_some() && case.followed_up {
        out.extend(last(|e| matches!(e, Event::FollowedUp { .. })).map(|at| (Marker::Followed, at)));
    }
    out.extend(case.reviews.last().map(|r| match r.end {
        None => (Marker::Review, r.opened_at),
        Some(end) if end.corrected => (Marker::Corrected, end.at),
        Some(end) => (Marker::Waived, end.at),
    }));
    out
}

/// The rows of `marker` that a case makes.
pub(crate) fn marker_rows(loaded: &Loaded) -> Vec<Vec<Column>> {
    let row = |(kind, at): (Marker, Instant)| {
        vec![("locality", loaded.locality.into()), ("case_id", loaded.id.into()), ("kind", kind.code().into()), ("at", at.into())]
    };
    markers(loaded).into_iter().map(row).collect()
}

fn values(columns: Vec<Column>) -> Vec<Arg<'static>> {
    columns.into_iter().map(|(_, v)| v).collect()
}

fn drafts<'a>(facts: impl Iterator<Item = (&'a Fact, Instant)>) -> Result<Vec<Draft>> {
    let draft = |(f, effective_at): (&Fact, Instant)| {
        let body = serde_json::to_string(f).map_err(Error::internal)?;
        Ok(Draft { name: f.event.name(), schema: SCHEMA, body, effective_at })
    };
    facts.map(draft).collect()
}

/// The statements that register a new case with its first events, each with when it took effect, and the case they make.
///
/// # Errors
/// A fact that cannot be written down; a fault of the program.
pub fn create(locality: Locality, id: CaseId, facts: &[(Fact, Instant)], by: By, now: Instant) -> Result<(Loaded, Batch)> {
    let recorded = chain::link(locality, Family::Case, id.0, Head::NEW, drafts(facts.iter().map(|(f, at)| (f, *at)))?, by, now);
    let mut batch = chain::store(&recorded);
    // The state is that of the facts themselves: what reading their bodies back would give, without reading them back.
    let events: Vec<_> = recorded.into_iter().zip(facts.iter().map(|(f, _)| f.clone())).collect();
    let case = Case::replay(events.iter().map(|(r, f)| (stamp(r), f)));
    let case = case.ok_or_else(|| Error::Internal("a new case begins with its registration".into()))?;
    let loaded = Loaded { locality, id, events, case };
    debug_assert!(loaded.events.iter().all(|(r, f)| event::read(r.schema, &r.body).is_ok_and(|read| read == *f)));
    batch.push((INSERT, values(row(locality, id, &loaded.case, loaded.head(), registered_at(&loaded)))));
    batch.extend(loaded.case.clocks.iter().map(|c| (INSERT_CLOCK, values(clock_row(locality, id, c)))));
    batch.extend(outbox::queue(&loaded, 0));
    Ok((loaded, batch))
}

/// When a case was recorded first.
#[must_use]
pub fn registered_at(loaded: &Loaded) -> Instant {
    loaded.events.first().map_or(Instant(0), |(r, _)| r.recorded_at)
}

/// Appends what the rules decided and brings the derived rows up to date.
///
/// # Errors
/// [`Error::Conflict`] if someone else was first; the unit is run again.
pub async fn append(tx: &mut Tx, loaded: &Loaded, facts: Vec<Fact>, by: By, now: Instant, effective: Instant) -> Result<Loaded> {
    let (locality, id, head) = (loaded.locality, loaded.id, loaded.head());
    let recorded = chain::link(locality, Family::Case, id.0, head, drafts(facts.iter().map(|f| (f, effective)))?, by, now);
    let mut batch = chain::store(&recorded);
    let mut case = loaded.case.clone();
    let mut events = loaded.events.clone();
    for (r, fact) in recorded.into_iter().zip(facts) {
        case = case.evolve(stamp(&r), &fact);
        events.push((r, fact));
    }
    for clock in &case.clocks {
        if loaded.case.clock(&clock.name) != Some(clock) {
            batch.push((UPSERT_CLOCK, values(clock_row(locality, id, clock))));
        }
    }
    let after = Loaded { locality, id, events, case };
    let (had, has) = (markers(loaded), markers(&after));
    let gone = had.iter().filter(|(kind, _)| !has.iter().any(|(k, _)| k == kind));
    batch.extend(gone.map(|(kind, _)| (DELETE_MARKER, args![locality, id, kind.code()].to_vec())));
    let set = has.iter().filter(|m| !had.contains(m));
    batch.extend(set.map(|(kind, at)| (UPSERT_MARKER, args![locality, id, kind.code(), *at].to_vec())));
    batch.extend(supervision::changes(loaded, &after));
    batch.extend(outbox::queue(&after, head.seq));
    tx.exec_expect(UPDATE, &update_args(&after, head.seq), 1).await?;
    tx.batch(batch).await?;
    Ok(after)
}

/// Columns of `cases` that change after registration, in the order of [`UPDATE`].
const CHANGING: [&str; 34] = [
    "kind",
    "regime",
    "stage",
    "done",
    "urgent",
    "organ",
    "unit",
    "intake_organ",
    "intake_unit",
    "handler",
    "with_unit",
    "organ_at",
    "desk_at",
    "due_at",
    "due_clock",
    "provisional",
    "sort_at",
    "respondent",
    "amount",
    "outcome",
    "untrue",
    "level",
    "recovered",
    "closed_at",
    "merged_into",
    "erased",
    "seq",
    "head",
    "last_recorded_at",
    "projection",
    "group_id",
    "above_organ",
    "asked",
    "responsible",
];

fn update_args(after: &Loaded, seq_before: u32) -> Vec<Arg<'static>> {
    let mut args: Vec<Arg<'static>> = vec![after.locality.into(), after.id.into(), seq_before.into()];
    let row = row(after.locality, after.id, &after.case, after.head(), registered_at(after));
    args.extend(row.into_iter().filter(|(name, _)| CHANGING.contains(name)).map(|(_, v)| v));
    args
}

/// The id behind a token in an address, whoever asks; what may be seen of it is decided by [`load`].
///
/// # Errors
/// Those of reading.
pub async fn id_of_token(db: &mut Reader, scope: &Scope, token: &str) -> Result<Option<CaseId>> {
    db.opt(BY_TOKEN, args![token, scope.locality()]).await?.map(|r| r.get(0)).transpose()
}

/// Loads a case, if it exists for this scope. A case outside the scope is as if it did not exist.
///
/// # Errors
/// Those of reading.
pub async fn load(db: &mut Reader, scope: &Scope, id: CaseId) -> Result<Option<Loaded>> {
    let recorded = chain::stream(db, scope.locality(), id.0).await?;
    if recorded.first().is_none_or(|r| r.family != Family::Case.code()) {
        return Ok(None);
    }
    let loaded = Loaded::from_events(scope.locality(), id, recorded)?;
    Ok(visible(scope, &loaded.case).then_some(loaded))
}

/// The cases of a submission that exist for this scope.
///
/// # Errors
/// Those of reading.
pub async fn of_submission(db: &mut Reader, scope: &Scope, submission: rules::ids::SubmissionId) -> Result<Vec<Loaded>> {
    let mut cases = Vec::new();
    for row in db.all(OF_SUBMISSION, args![scope.locality(), submission]).await? {
        cases.extend(load(db, scope, row.get(0)?).await?);
    }
    Ok(cases)
}

/// The cases for clues found in the mediation of a case: they refer to the evidence of its submission, and lead to it by themselves only
/// (Order 121 Art. 27, 37).
///
/// # Errors
/// Those of reading.
pub async fn clues_of(db: &mut Reader, scope: &Scope, from: &Loaded) -> Result<Vec<Loaded>> {
    let mut clues = Vec::new();
    if !from.events.iter().any(|(_, f)| matches!(f.event, event::Event::ClueFound { .. })) {
        return Ok(clues);
    }
    for row in db.all(CLUES, args![from.locality, from.id]).await? {
        let clue = load(db, scope, row.get(0)?).await?;
        clues.extend(clue.filter(|c| c.case.registration.taken_from == Some(event::Origin::Clue(from.id))));
    }
    Ok(clues)
}

/// Whether a case exists for a scope. Clerks see what their organ's intake handles or has distributed to one below; officers their unit's complaints, and of its
/// reports only those nobody or they themselves have in hand (Art. 37: not for unrelated staff); heads their unit's; supervisors their
/// organ's; administrators none. Outside the organ nobody sees a
/// report.
#[must_use]
pub fn visible(scope: &Scope, case: &Case) -> bool {
    if scope.is_system() {
        return true;
    }
    if let Some(submission) = scope.submission() {
        return case.registration.submission == submission;
    }
    let Some((person, grant)) = scope.grant() else { return false };
    let seat = case.seat;
    match grant.role {
        Role::Clerk => {
            let distributed = case.above.last().is_some_and(|a| a.organ == grant.organ);
            case.intake.is_none_or(|i| i.organ == grant.organ) || distributed || seat.is_some_and(|s| s.unit == grant.unit)
        }
        Role::Officer => {
            let ours = seat.is_some_and(|s| s.unit == grant.unit) && case.with_unit;
            ours && (case.kind != Kind::Report || case.handler.is_none_or(|h| h == person))
        }
        Role::Lead => seat.is_some_and(|s| s.unit == grant.unit) && case.with_unit,
        Role::Partner => seat.is_some_and(|s| s.unit == grant.unit) && case.with_unit && case.kind != Kind::Report,
        Role::Supervisor => seat.is_some_and(|s| s.organ == grant.organ),
        Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin => false,
    }
}

/// Cases with clocks that have ended unmet by `now`, at most `limit`.
///
/// # Errors
/// Those of reading.
pub async fn ended(db: &mut Reader, now: Instant, limit: i64) -> Result<Vec<(Locality, CaseId)>> {
    db.all(ENDED, args![now, limit]).await?.iter().map(|r| Ok((r.get(0)?, r.get(1)?))).collect()
}

/// Open clocks that end at `from` or later, in order, `limit` at a time after `after`: what a new calendar notice may move.
///
/// # Errors
/// Those of reading.
pub async fn open_clocks(
    db: &mut Reader,
    scope: &Scope,
    from: Instant,
    after: (Instant, CaseId),
    limit: i64,
) -> Result<Vec<(CaseId, Instant)>> {
    let args = args![scope.locality(), from, after.0, after.1, limit];
    db.all(OPEN_CLOCKS, args).await?.iter().map(|r| Ok((r.get(0)?, r.get(1)?))).collect()
}

/// Cases with clocks that were stopped while their end was provisional, in order, `limit` at a time after `after`: whether they were met a
/// notice may change. Reads through the clocks of the locality, once a year.
///
/// # Errors
/// Those of reading.
pub async fn stopped_provisional(db: &mut Reader, scope: &Scope, after: CaseId, limit: i64) -> Result<Vec<CaseId>> {
    db.all(STOPPED_PROVISIONAL, args![scope.locality(), after, limit]).await?.iter().map(|r| r.get(0)).collect()
}

/// Stages that count as open work, for lists.
#[must_use]
pub fn is_open_stage(stage: Stage) -> bool {
    !matches!(stage, Stage::Closed | Stage::Undone)
}

/// The hash at the end of a case, for receipts.
#[must_use]
pub fn head_hash(loaded: &Loaded) -> Hash {
    loaded.head().hash
}

/// The id behind a case number, whoever asks; what may be seen of it is decided by [`load`].
///
/// # Errors
/// Those of reading.
pub async fn id_of_number(db: &mut Reader, scope: &Scope, number: &str) -> Result<Option<CaseId>> {
    db.opt(BY_NUMBER, args![scope.locality(), number]).await?.map(|r| r.get(0)).transpose()
}

/// The newest cases about a business of exactly this name, at most `limit`; the ids of cases a scope may not see are among them, so they are
/// for [`crate::queue::lines_of`], which leaves those out.
///
/// # Errors
/// Those of reading.
pub async fn ids_of_respondent(db: &mut Reader, scope: &Scope, name: &str, limit: i64) -> Result<Vec<CaseId>> {
    db.all(BY_RESPONDENT, args![scope.locality(), name, limit]).await?.iter().map(|r| r.get(0)).collect()
}

/// The number of a case, for the access log: it names the case to whoever audits and opens nothing.
///
/// # Errors
/// Those of reading.
pub async fn number_of(db: &mut Reader, scope: &Scope, id: CaseId) -> Result<Option<String>> {
    db.opt(NUMBER_OF, args![scope.locality(), id]).await?.map(|r| r.get(0)).transpose()
}
