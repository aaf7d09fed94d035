//! What the platform does by itself: note clocks that ended, order the log and count it, bring the search index up to date, forget old sessions; and
//! recount due dates when a calendar notice arrives. Each is idempotent and harmless to run twice.

use super::{Answer, Denied, denied};
use crate::app::{App, World};
use rules::access::Actor;
use rules::calendar::{Calendar, Notice, parse_notice};
use rules::case::command::Command;
use rules::case::decide::{Context, decide};
use rules::clock::Clock;
use rules::ids::{CaseId, Locality};
use rules::time::Instant;
use std::sync::Arc;
use store::engine::Tx;
use store::registry::RegistryEvent;
use store::scope::{Reason, Scope};
use store::{cases, search, sessions};

/// Whoever holds it does the platform's own work: some server runs.
pub const WORK_LEASE: &str = "sweep";
/// How long a lease holds, minutes.
pub(super) const LEASE: i64 = 2;
/// Cases or stretches of the log taken at a time.
const BATCH: i64 = 500;

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Cases whose clocks were found ended.
    pub lapsed: usize,
    /// Leaves given a position.
    pub sequenced: u64,
}

/// Gives back what this server holds alone, so that the next one need not wait until that ends.
///
/// # Errors
/// Those of the store; the leases end by themselves then.
pub async fn let_go(app: &App) -> Answer<()> {
    let (holder, now) = (app.holder(), app.clock().now());
    for lease in [WORK_LEASE, "log", "import"] {
        app.db().write(async move |tx: &mut Tx| sessions::take_lease(tx, lease, holder, now, now).await).await?;
    }
    Ok(())
}

/// One round, if this server holds the lease. Runs until nothing is left to do.
///
/// # Errors
/// Those of the store; the next round goes on.
pub async fn round(app: &App) -> Answer<Round> {
    let now = app.clock().now();
    let holder = app.holder();
    let until = now.plus_minutes(LEASE);
    let ours = app.db().write(async move |tx: &mut Tx| sessions::take_lease(tx, WORK_LEASE, holder, now, until).await).await?;
    let mut did = Round::default();
    if !ours {
        return Ok(did);
    }
    loop {
        let found = lapse(app, now).await?;
        did.lapsed += found;
        if found < BATCH as usize {
            break;
        }
    }
    did.sequenced += super::tally::follow(app).await?;
    while app.db().write(async |tx: &mut Tx| search::index_pending(tx, 500).await).await? > 0 {}
    app.db().write(async move |tx: &mut Tx| sessions::sweep(tx, now, now.plus_minutes(-24 * 60)).await).await?;
    super::upload::sweep(app).await?;
    super::handover::round(app).await?;
    super::clearing::round(app).await?;
    super::packs::round(app).await?;
    super::supervise::round(app).await?;
    super::forecast::round(app).await?;
    Ok(did)
}

/// Notes the clocks that have ended unmet.
async fn lapse(app: &App, now: Instant) -> Answer<usize> {
    let mut db = app.db().read().await?;
    let ended = cases::ended(&mut db, now, BATCH).await?;
    drop(db);
    let found = ended.len();
    for (locality, id) in ended {
        let Some(world) = app.world(locality) else { continue };
        by_platform(app, &world, Scope::system(locality, Reason::Sweep), id, Command::Lapse, now).await?;
    }
    Ok(found)
}

/// The platform's own command on a case; nothing to do is no error.
pub(super) async fn by_platform(app: &App, world: &Arc<World>, scope: Scope, id: CaseId, command: Command, now: Instant) -> Answer<bool> {
    let world = world.clone();
    let unit = async move |tx: &mut Tx| {
        let Some(loaded) = cases::load(tx, &scope, id).await? else { return Ok(false) };
        let ctx = Context { now, effective: now, actor: Actor::System, calendar: &world.calendar, pack: &world.pack, number: None };
        match decide(&loaded.case, &command, &ctx) {
            Ok(facts) => cases::append(tx, &loaded, facts, scope.by(), now, now).await.map(|_| true),
            Err(_) => Ok(false),
        }
    };
    app.db().write(unit).await.map_err(denied)
}

/// A case whose due date a calendar notice moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Its number.
    pub number: String,
    /// Its token.
    pub token: String,
    /// The clock.
    pub clock: String,
    /// Due before.
    pub from: rules::calendar::Due,
    /// Due after.
    pub to: rules::calendar::Due,
    /// Whether it was met, before and after; none while it is open.
    pub met: Option<(bool, bool)>,
}

/// A notice with the calendar it makes, and the cases it moves.
#[derive(Debug)]
pub struct Preview {
    /// The notice.
    pub notice: Notice,
    /// Version of the calendar with it.
    pub version: String,
    /// Cases it moves.
    pub moved: Vec<Moved>,
}

/// Why a notice cannot be loaded: a sentence that names line and cure.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadNotice(pub String);

/// What loading a notice would change, without changing anything.
///
/// # Errors
/// A notice that cannot be read or does not fit; those of the store.
pub async fn preview(app: &App, locality: Locality, text: &str) -> Result<Preview, PreviewError> {
    let world = app.world(locality).ok_or(Denied::NotFound)?;
    let notice = parse_notice(text).map_err(|e| BadNotice(e.to_string()))?;
    let calendar = world.calendar.with_notice(&notice).map_err(|e| BadNotice(e.to_string()))?;
    let mut moved = Vec::new();
    for id in affected(app, locality, &notice).await? {
        let scope = Scope::system(locality, Reason::Calendar);
        let mut db = app.db().read().await.map_err(Denied::Store)?;
        let Some(loaded) = cases::load(&mut db, &scope, id).await.map_err(Denied::Store)? else { continue };
        moved.extend(moves(&loaded, &calendar));
    }
    Ok(Preview { version: calendar.version().to_owned(), notice, moved })
}

/// Why a preview failed.
#[derive(Debug, thiserror::Error)]
pub enum PreviewError {
    /// The notice itself.
    #[error(transparent)]
    Bad(#[from] BadNotice),
    /// The store.
    #[error(transparent)]
    Denied(#[from] Denied),
}

fn moves(loaded: &cases::Loaded, calendar: &Calendar) -> Vec<Moved> {
    let r = &loaded.case.registration;
    let moved = |c: &Clock| {
        let fresh = c.clone().recounted(calendar);
        let (number, token, clock) = (r.number.clone(), r.token.clone(), c.name.0.clone());
        (c.due != fresh.due).then(|| Moved { number, token, clock, from: c.due, to: fresh.due, met: c.met().zip(fresh.met()) })
    };
    loaded.case.clocks.iter().filter(|c| c.follows_calendar()).filter_map(moved).collect()
}

/// Cases with open clocks that end in December before the notice's year or later: a notice may also move days of that December; and cases
/// with clocks that were stopped under a provisional date.
async fn affected(app: &App, locality: Locality, notice: &Notice) -> Answer<Vec<CaseId>> {
    let scope = Scope::system(locality, Reason::Calendar);
    let from = Instant::start_of(jiff::civil::date(notice.year - 1, 12, 1));
    let mut found: Vec<CaseId> = Vec::new();
    let mut after = (Instant(i64::MIN), CaseId(rules::ids::Id::default()));
    let mut db = app.db().read().await?;
    loop {
        let page = cases::open_clocks(&mut db, &scope, from, after, BATCH).await?;
        let Some((id, at)) = page.last() else { break };
        after = (*at, *id);
        found.extend(page.iter().map(|(id, _)| *id));
    }
    let mut after = CaseId(rules::ids::Id::default());
    loop {
        let page = cases::stopped_provisional(&mut db, &scope, after, BATCH).await?;
        let Some(last) = page.last() else { break };
        after = *last;
        found.extend(page);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Loads a notice: an event in the registry, then an event in every case it moves. `progress` hears how many are done of how many.
/// Stopped in the middle, it goes on when run again: what has moved already does not move twice.
///
/// # Errors
/// As [`preview`].
pub async fn load_notice(app: &App, scope: &Scope, text: &str, mut progress: impl FnMut(usize, usize)) -> Result<usize, PreviewError> {
    let locality = scope.locality();
    let world = app.world(locality).ok_or(Denied::NotFound)?;
    let notice = parse_notice(text).map_err(|e| BadNotice(e.to_string()))?;
    let already = world.directory.notices.iter().any(|t| t == text);
    if !already {
        world.calendar.with_notice(&notice).map_err(|e| BadNotice(e.to_string()))?;
        let event = RegistryEvent::NoticeLoaded { year: notice.year, text: text.to_owned() };
        super::people::change(app, scope, vec![event], None).await?;
    }
    let world = app.world(locality).ok_or(Denied::NotFound)?;
    let ids = affected(app, locality, &notice).await?;
    let now = app.clock().now();
    let mut moved = 0;
    for (i, id) in ids.iter().enumerate() {
        let platform = Scope::system(locality, Reason::Calendar);
        moved += usize::from(by_platform(app, &world, platform, *id, Command::LoadCalendar, now).await?);
        progress(i + 1, ids.len());
    }
    Ok(moved)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Place;
    use crate::usecase::setup::{self, NewLocality};
    use crate::usecase::submit::{Incoming, Part, submit};
    use rules::case::Case;
    use rules::law::{Demand, Kind};

    /// Saturday 30 January 2027 is worked.
    const NOTICE: &str = r#"
year = 2027
number = "国办发明电〔2026〕0号"
issued = 2026-11-25
off = [
  { from = 2027-01-01, through = 2027-01-03, name = "元旦" },
  { from = 2027-02-05, through = 2027-02-11, name = "春节" },
  { from = 2027-04-03, through = 2027-04-05, name = "清明节" },
  { from = 2027-05-01, through = 2027-05-05, name = "劳动节" },
  { date = 2027-06-09, name = "端午节" },
  { date = 2027-09-15, name = "中秋节" },
  { from = 2027-10-01, through = 2027-10-07, name = "国庆节" },
]
work = [2027-01-30, 2027-02-20, 2027-04-24, 2027-05-08, 2027-09-26, 2027-10-09]
"#;

    fn at(text: &str) -> Instant {
        Instant::at(text.parse().unwrap())
    }

    async fn only_case(app: &App, scope: &Scope) -> Case {
        let mut db = app.db().read().await.unwrap();
        let open = store::queue::page(&mut db, scope, &store::queue::Filter::default(), None, 10).await.unwrap();
        cases::load(&mut db, scope, open[0].id).await.unwrap().unwrap().case
    }

    /// The promise to send within a working day is met by sending; the notice, loaded later, finds it met too late.
    #[tokio::test]
    async fn a_notice_recounts_what_was_stopped_under_a_provisional_date() {
        let dir = tempfile::tempdir().unwrap();
        let clock = crate::clock::Clock::set(at("2027-01-29T09:00"));
        let app = App::open(&Place::data(dir.path()), clock).await.unwrap();
        let new = NewLocality { code: "990101".into(), name: "某县".into(), pack_id: "demo-qinghe".into(), ..NewLocality::default() };
        let locality = setup::open_locality(&app, &new).await.unwrap();
        let scope = Scope::system(locality, Reason::Submit);
        let part =
            Part { kind: Some(Kind::Complaint), narrative: "要求退卡。".into(), demands: vec![Demand::Refund], ..Part::default() };
        let incoming =
            Incoming { channel: "web".into(), external_id: "nonce-of-a-test-01".into(), parts: vec![part], ..Incoming::default() };
        submit(&app, &scope, &incoming, None).await.unwrap();
        let verify = Scope::system(locality, Reason::Verify);
        let world = app.world(locality).unwrap();
        let office = world.directory.units.values().find(|u| u.kind == rules::pack::UnitKind::Office).unwrap();
        let to = rules::case::event::Seat { unit: office.id, organ: office.organ };
        let case = only_case(&app, &verify).await;
        let stopped: Vec<Clock> = {
            app.clock().move_to(at("2027-02-01T09:00"));
            let mut db = app.db().read().await.unwrap();
            let open = store::queue::page(&mut db, &verify, &store::queue::Filter::default(), None, 10).await.unwrap();
            drop(db);
            let id = open[0].id;
            let now = app.clock().now();
            let clerk = Actor::Person {
                id: rules::ids::PersonId(rules::ids::Id::default()),
                role: rules::access::Role::Clerk,
                unit: case.intake.unwrap().unit,
                organ: case.intake.unwrap().organ,
            };
            let (w, v) = (world.clone(), verify.clone());
            let command = Command::Send { to, relation: rules::case::command::Relation::Same, basis: "internal".into(), note: None };
            let unit = async move |tx: &mut Tx| {
                let loaded = cases::load(tx, &v, id).await?.unwrap();
                let ctx = Context { now, effective: now, actor: clerk, calendar: &w.calendar, pack: &w.pack, number: None };
                let facts = decide(&loaded.case, &command, &ctx).unwrap();
                cases::append(tx, &loaded, facts, v.by(), now, now).await.map(|_| ())
            };
            app.db().write(unit).await.unwrap();
            only_case(&app, &verify).await.clocks.into_iter().filter(|c| c.met().is_some()).collect()
        };
        let [sent] = stopped.as_slice() else { panic!("one clock is stopped by sending: {stopped:?}") };
        assert!(sent.due.provisional && sent.met() == Some(true) && sent.due.on.to_string() == "2027-02-01", "{sent:?}");

        let preview = preview(&app, locality, NOTICE).await.unwrap();
        let moved = preview.moved.iter().find(|m| m.clock == sent.name.0).expect("the preview shows it");
        assert_eq!((moved.to.on.to_string().as_str(), moved.to.provisional, moved.met), ("2027-01-30", false, Some((true, false))));
        load_notice(&app, &Scope::system(locality, Reason::Calendar), NOTICE, |_, _| {}).await.unwrap();
        let case = only_case(&app, &verify).await;
        let after = case.clock(&sent.name).unwrap();
        assert_eq!((after.met(), after.lapsed, after.due.provisional), (Some(false), true, false));
        let again = load_notice(&app, &Scope::system(locality, Reason::Calendar), NOTICE, |_, _| {}).await.unwrap();
        assert_eq!(again, 0, "run again, nothing moves twice");
        round(&app).await.unwrap();
        let whole = store::verify::run(app.db(), app.keyring(), None, &mut |_| {}).await.unwrap();
        assert!(whole.is_whole(), "{:?}", whole.findings);
    }
}
