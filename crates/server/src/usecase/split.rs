//! Splitting (Order 121 Art. 9): one text that asks for a dispute to be resolved and points to a violation becomes two cases, handled
//! apart. A person marks which words belong to which; both count from the same receipt.

use super::act::{Done, load, new_number};
use super::fields::{Fields, Reader};
use super::more::More;
use super::submit::MAX_NARRATIVE;
use super::{Answer, Denied, Refusal, denied};
use crate::app::{App, World};
use crate::clock::new_id;
use rules::access::Actor;
use rules::case::command::{Action, Command, WhyNot};
use rules::case::decide::{Context, decide, may};
use rules::case::details::Details;
use rules::case::event::{Event, Fact, Origin, Registration, Respondent, Sealed, Submitter};
use rules::case::intake::register;
use rules::case::{Case, Stamp};
use rules::codes::CaseToken;
use rules::ids::CaseId;
use rules::law::Kind;
use rules::time::Instant;
use std::sync::Arc;
use store::cases::{self, Loaded};
use store::engine::{Arg, Sql, Tx};
use store::personal::{Envelope, random};
use store::projection::{self, Plain};
use store::scope::{Reason, Scope};
use store::search;
use store::submissions::{self, SubmissionEvent};

type Statements = Vec<(Sql, Vec<Arg<'static>>)>;

/// What a split did.
#[derive(Clone, Debug)]
pub struct Parted {
    /// What happened to the case that was split.
    pub done: Done,
    /// Token of the case taken out of it.
    pub sibling: String,
}

/// Splits a case that the intake has. Fields: `narrative`, the parts that stay with this case; `other_narrative`, the parts of the new
/// one; `kind`, what the new one is. `seen` is the number of events the page showed.
///
/// # Errors
/// [`Denied`]; nothing is written then.
pub async fn split(app: &App, scope: &Scope, token: &str, fields: &Fields, seen: Option<u32>) -> Answer<Parted> {
    for _ in 0..3 {
        match attempt(app, scope, token, fields, seen).await {
            // A random number was taken already, or somebody sealed a version first; prepare again.
            Err(Denied::Store(e)) if e.is_unique() => {}
            done => return done,
        }
    }
    Err(Denied::Stale)
}

/// Everything made before the unit of work.
#[derive(Debug)]
struct Split {
    from: CaseId,
    seen: Option<u32>,
    kept: Sealed,
    kept_folded: String,
    kept_statements: Statements,
    id: CaseId,
    registration: Registration,
    statements: Statements,
    blind: Vec<(&'static str, [u8; 16])>,
    plain: Plain,
}

async fn attempt(app: &App, scope: &Scope, token: &str, fields: &Fields, seen: Option<u32>) -> Answer<Parted> {
    let now = app.clock().now();
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let loaded = load(app, scope, token).await?;
    may(&loaded.case, Action::Narrow, &scope.actor()).map_err(Denied::Rule)?;
    let mut r = Reader::new(fields);
    let kept = r.need_block("narrative", MAX_NARRATIVE);
    let taken = r.need_block("other_narrative", MAX_NARRATIVE);
    let kind = r.need_code("kind", Kind::parse);
    if kind == Some(loaded.case.kind) {
        r.faults.add("kind", "same_kind");
    }
    // A complaint needs a person whose dispute it is (Art. 10).
    if kind == Some(Kind::Complaint) && loaded.case.registration.anonymous {
        r.faults.add("kind", "anonymous");
    }
    let kind = r.done(kind)?.ok_or(Denied::NotFound)?;
    let unit = Arc::new(prepare(app, scope, &loaded, seen, (&kept, &taken, kind), now).await?);
    let scope = scope.clone();
    app.db().write(async move |tx: &mut Tx| apply(tx, &scope, &world, &unit, now).await).await.map_err(denied)
}

async fn prepare(
    app: &App,
    scope: &Scope,
    loaded: &Loaded,
    seen: Option<u32>,
    (kept, taken, kind): (&str, &str, Kind),
    now: Instant,
) -> Answer<Split> {
    let mut rng = app.random();
    let from = &loaded.case.registration;
    let mut db = app.db().read().await?;
    let mut old = match Envelope::load(&mut db, app.keyring(), scope.locality(), loaded.id.0).await {
        Err(store::engine::Error::NotFound(_)) => return Err(Denied::Rule(WhyNot::Erased)),
        other => other?,
    };
    let mut open = async |v: &Option<Sealed>| match v {
        None => Ok(String::new()),
        Some(v) => old.open(&mut db, v).await,
    };
    let s = &from.submitter;
    let (name, phone, address) = (open(&s.name).await?, open(&s.phone).await?, open(&s.address).await?);
    let (id_number, title) = (open(&s.id_number).await?, open(&from.title).await?);
    let respondent_phone = open(&from.respondent.phone).await?;
    let late = open(&from.details.entered_late).await?;
    let more = More::open(&from.details, &mut db, &old).await?;
    drop(db);
    let shared = Plain {
        title: title.clone(),
        respondent_name: from.respondent.name.clone(),
        respondent_address: from.respondent.address.clone(),
        ..Plain::default()
    };
    let kept_plain = Plain { number: from.number.clone(), narrative: kept.to_owned(), ..shared.clone() };
    let kept_sealed = old.seal("narrative", kept, &mut rng);
    // The new case has a key of its own: erasing one leaves the other.
    let id = CaseId(new_id(now, &mut rng));
    let mut envelope = Envelope::new(app.keyring(), scope.locality(), id.0, &mut rng);
    let number = new_number(app, now);
    let complaint = kind == Kind::Complaint;
    let registration = Registration {
        submission: from.submission,
        kind,
        number: number.clone(),
        token: CaseToken::from_random(random(&mut rng)).to_string(),
        channel: from.channel.clone(),
        external_id: from.external_id.clone(),
        platform_at: from.platform_at,
        historical: from.historical,
        anonymous: from.anonymous,
        submitter: Submitter {
            name: envelope.seal_opt("name", &name, &mut rng),
            phone: envelope.seal_opt("phone", &phone, &mut rng),
            address: envelope.seal_opt("address", &address, &mut rng),
            id_number: envelope.seal_opt("id_number", &id_number, &mut rng),
        },
        respondent: Respondent { phone: envelope.seal_opt("respondent_phone", &respondent_phone, &mut rng), ..from.respondent.clone() },
        title: envelope.seal_opt("title", &title, &mut rng),
        narrative: envelope.seal_opt("narrative", taken, &mut rng),
        demands: if complaint { from.demands.clone() } else { Vec::new() },
        amount: from.amount,
        knew_on: from.knew_on,
        publish: complaint && from.publish,
        entrust: complaint && from.entrust,
        files: from.files.clone(),
        taken_from: Some(Origin::Split(loaded.id)),
        details: Details {
            entered_late: envelope.seal_opt("entered_late", &late, &mut rng),
            ..more.seal(kind, !from.anonymous, &from.files, &mut envelope)
        },
    };
    let plain = Plain { number, narrative: taken.to_owned(), name, phone, id_number, ..shared };
    Ok(Split {
        from: loaded.id,
        seen,
        kept: kept_sealed,
        kept_folded: projection::search_text(&kept_plain),
        kept_statements: old.statements(),
        id,
        registration,
        statements: envelope.statements(),
        blind: projection::blind(app.keyring(), &plain),
        plain,
    })
}

async fn apply(tx: &mut Tx, scope: &Scope, world: &World, unit: &Split, now: Instant) -> store::engine::Result<Parted> {
    let loaded = cases::load(tx, scope, unit.from).await?.ok_or(Refusal(Denied::NotFound))?;
    if unit.seen.is_some_and(|s| s != loaded.head().seq) {
        return Err(Refusal(Denied::Stale).into());
    }
    let refused = |why| Refusal(Denied::Rule(why));
    let ctx = |actor, effective| Context { now, effective, actor, calendar: &world.calendar, pack: &world.pack, number: None };
    let narrow = Command::Narrow { narrative: unit.kept.clone() };
    let facts = decide(&loaded.case, &narrow, &ctx(scope.actor(), now)).map_err(refused)?;
    let events = facts.iter().map(|f: &Fact| f.event.name()).collect();
    let after = cases::append(tx, &loaded, facts, scope.by(), now, now).await?;
    tx.batch(unit.kept_statements.clone()).await?;
    search::replace(tx, scope.locality(), unit.from, &unit.kept_folded).await?;

    let registered = register(unit.registration.clone(), &world.calendar, &world.pack);
    let mut case = Case::register(unit.registration.clone(), &registered.clocks);
    let mut facts = vec![(registered, unit.registration.platform_at.unwrap_or(now))];
    if let (Some(seat), Some(at)) = (loaded.case.intake, loaded.case.organ_at) {
        // The same receipt, so that neither case loses a day by the split.
        for fact in decide(&case, &Command::Receive { seat, at }, &ctx(Actor::System, at)).map_err(refused)? {
            case = case.evolve(Stamp { recorded_at: now, effective_at: at, actor: None }, &fact);
            facts.push((fact, at));
        }
    }
    debug_assert!(matches!(facts[0].0.event, Event::Registered(_)));
    let mut batch = cases::create(scope.locality(), unit.id, &facts, scope.by(), now)?.1;
    batch.extend(unit.statements.iter().cloned());
    batch.extend(projection::insert(scope.locality(), unit.id, &unit.plain, &unit.blind, projection::search_text(&unit.plain)));
    tx.batch(batch).await?;

    let platform = Scope::system(scope.locality(), Reason::Submit);
    let submission = submissions::load(tx, &platform, unit.registration.submission).await?.ok_or(Refusal(Denied::NotFound))?;
    submissions::append(tx, &submission, &SubmissionEvent::CaseAdded { case: unit.id }, scope.by(), now).await?;
    let done = Done {
        token: after.case.registration.token.clone(),
        events,
        paper: None,
        untold: after.case.untold(),
        still_seen: cases::visible(scope, &after.case),
    };
    Ok(Parted { done, sibling: unit.registration.token.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Place;
    use crate::clock::Clock;
    use crate::usecase::people::{self, NewPerson};
    use crate::usecase::setup::{self, NewLocality};
    use crate::usecase::submit::{self, Incoming, Part};
    use jiff::civil::datetime;
    use rules::access::Role;
    use rules::clock::Statutory;
    use rules::law::Demand;

    /// A locality with a clerk at its intake.
    async fn desk(app: &App) -> Scope {
        let new = NewLocality { code: "990101".into(), name: "某县".into(), pack_id: "demo-qinghe".into(), ..NewLocality::default() };
        let locality = setup::open_locality(app, &new).await.unwrap();
        let world = app.world(locality).unwrap();
        let unit = submit::intake_seat(&world).unwrap().unit;
        let clerk =
            NewPerson { login: "clerk".into(), name: "某某".into(), password: "long enough".into(), roles: vec![(Role::Clerk, unit)] };
        people::create(app, &Scope::system(locality, Reason::Setup), clerk).await.unwrap();
        let cookie = people::sign_in(app, "clerk", "long enough", "", "").await.unwrap();
        people::who(app, &cookie).await.unwrap().unwrap().scopes.remove(0)
    }

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[tokio::test]
    async fn v_70_one_text_becomes_a_complaint_and_a_report_from_one_receipt() {
        let dir = tempfile::tempdir().unwrap();
        let received = Instant::at(datetime(2026, 6, 1, 10, 0, 0, 0));
        let app = App::open(&Place::data(dir.path()), Clock::set(received)).await.unwrap();
        let clerk = desk(&app).await;
        let incoming = Incoming {
            channel: "web".into(),
            external_id: "nonce-for-a-test-1".into(),
            received_at: Some(received),
            parts: vec![Part {
                kind: Some(Kind::Complaint),
                narrative: "要求退款。另外这家店无证经营。".into(),
                demands: vec![Demand::Refund],
                ..Part::default()
            }],
            name: "王㛃".into(),
            phone: "13800000001".into(),
            respondent: ("某店".into(), "某路1号".into(), None, "13900000002".into()),
            ..Incoming::default()
        };
        let platform = Scope::system(clerk.locality(), Reason::Submit);
        let receipt = submit::submit(&app, &platform, &incoming, None).await.unwrap();
        let of_submission = async || {
            let mut db = app.db().read().await.unwrap();
            cases::of_submission(&mut db, &platform, receipt.submission).await.unwrap()
        };
        let token = of_submission().await[0].case.registration.token.clone();
        app.clock().move_to(received.plus_minutes(3 * 24 * 60));

        let same = fields(&[("narrative", "要求退款。"), ("other_narrative", "无证经营。"), ("kind", "complaint")]);
        assert!(matches!(split(&app, &clerk, &token, &same, None).await, Err(Denied::Invalid(_))));
        let empty = fields(&[("narrative", "要求退款。"), ("other_narrative", ""), ("kind", "report")]);
        assert!(matches!(split(&app, &clerk, &token, &empty, None).await, Err(Denied::Invalid(_))));
        let marked = fields(&[("narrative", "要求退款。"), ("other_narrative", "另外这家店无证经营。"), ("kind", "report")]);
        assert!(matches!(split(&app, &clerk, &token, &marked, Some(99)).await, Err(Denied::Stale)));
        assert_eq!(of_submission().await.len(), 1, "nothing was written");

        let parted = split(&app, &clerk, &token, &marked, None).await.unwrap();
        assert_eq!(parted.done.events, ["Narrowed"]);
        let all = of_submission().await;
        let [complaint, report] = [Kind::Complaint, Kind::Report].map(|k| all.iter().find(|l| l.case.kind == k).unwrap());
        assert_eq!(all.len(), 2);
        assert_eq!(report.case.registration.token, parted.sibling);
        assert_eq!(report.case.registration.taken_from, Some(Origin::Split(complaint.id)));
        assert_ne!(report.case.registration.number, complaint.case.registration.number);
        // 7 and 15 working days, both from the receipt on 2026-06-01, not from the split on the 4th.
        let due = |l: &Loaded, s: Statutory| l.case.clock(&s.into()).map(|c| (c.start, c.due.on.to_string()));
        assert_eq!(due(complaint, Statutory::L1), Some((received, "2026-06-10".into())));
        assert_eq!(due(report, Statutory::L5), Some((received, "2026-06-23".into())));
        assert_eq!((due(complaint, Statutory::L5), due(report, Statutory::L1)), (None, None));

        let opened = async |l: &Loaded| {
            let mut db = app.db().read().await.unwrap();
            let key = Envelope::load(&mut db, app.keyring(), l.locality, l.id.0).await.unwrap();
            let r = &l.case.registration;
            let mut texts = Vec::new();
            for sealed in [&r.submitter.name, &r.submitter.phone, &r.respondent.phone, &r.narrative] {
                texts.push(key.open(&mut db, sealed.as_ref().unwrap()).await.unwrap());
            }
            texts
        };
        assert_eq!(opened(complaint).await, ["王㛃", "13800000001", "13900000002", "要求退款。"]);
        assert_eq!(opened(report).await, ["王㛃", "13800000001", "13900000002", "另外这家店无证经营。"]);
        let mut progress = |_: &store::verify::Counts| {};
        let whole = store::verify::run(app.db(), app.keyring(), None, &mut progress).await.unwrap();
        assert!(whole.is_whole(), "{:?}", whole.findings);
    }
}
