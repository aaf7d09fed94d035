//! Playing the stories: all their steps in the order of time, each through its use case, on a clock set by hand.

use super::DemoError;
use super::cast::{self, Cast};
use super::plot::{self, Next, Story, Who};
use super::words::{Dice, Words};
use crate::app::{App, Place};
use crate::clock::Clock;
use crate::simulate::{Plan, Simulation};
use crate::usecase::fields::Fields;
use crate::usecase::upload::{self, Held};
use crate::usecase::{act, register, split, submit, sweep};
use rules::access::Role;
use rules::case::command::Action;
use rules::codes::TrackingCode;
use rules::law::Kind;
use rules::time::{Instant, date_from_days, days_of};
use std::collections::BTreeMap;
use std::path::Path;
use store::random::Source;
use store::scope::{Reason, Scope};
use store::{cases, submissions};

/// Pictures and papers handed in as evidence; drawn for the demonstration.
const EVIDENCE: [(&str, &[u8]); 2] = [("付款小票.png", include_bytes!("receipt.png")), ("服务合同.pdf", include_bytes!("contract.pdf"))];

/// Invented businesses of the first locality.
const REGISTER: &[u8] = include_bytes!("register.csv");

/// A story as far as it has been played.
#[derive(Debug, Default)]
struct Played {
    /// Tokens of its cases, by the kind they were submitted as.
    tokens: BTreeMap<Kind, String>,
    /// Numbers, likewise.
    numbers: BTreeMap<Kind, String>,
    submitter: Option<Scope>,
    receipt: Option<(String, String)>,
}

/// Seed of the stories, of the simulated people and of everything random.
const SEED: u64 = 20_260_415;

/// Makes the demonstration in a new directory, with so many simulated cases around its stories; gives the lines of receipts to try.
///
/// # Errors
/// [`DemoError`].
pub(super) async fn build(dir: &Path, now: Instant, cases: u64, say: &mut impl FnMut(&str)) -> Result<String, DemoError> {
    let mut words = Words::read().map_err(|e| DemoError::Store(store::engine::Error::internal(e)))?;
    let mut dice = Dice::new(SEED);
    let first_day = plot::workdays_before(now.date(), plot::LONGEST_AGO);
    let clock = Clock::set(Instant::start_of(first_day));
    let app = App::open_with(&Place::data(dir), clock, Source::seeded(SEED)).await?;
    let casts = cast::assemble(&app, &mut words, &mut dice).await?;
    if let Some(first) = casts.first() {
        let setup = Scope::system(first.locality, Reason::Setup);
        // The list comes with the program; were it not readable, the demonstration would go without a register.
        let brought = register::bring(&app, &setup, "register.csv", REGISTER.into(), true).await?;
        debug_assert!(brought.is_ok_and(|r| r.bad == 0), "the demonstration's register is whole");
    }
    say("people are there, now their cases");
    let stories = plot::stories(&casts, &mut words, &mut dice, now);
    let mut order: Vec<(Instant, usize, usize)> = Vec::new();
    for (s, story) in stories.iter().enumerate() {
        order.push((story.at, s, 0));
        order.extend(story.steps.iter().enumerate().map(|(i, step)| (step.at, s, i + 1)));
    }
    order.sort_unstable();
    let mut played: Vec<Played> = stories.iter().map(|_| Played::default()).collect();
    // Yesterday is the last day on which simulated people write: today has its stories.
    let last = date_from_days(days_of(now.date()) - 1);
    let places = casts.iter().zip([6, 1]).map(|(c, part)| (c.locality, part, c.prefix.to_owned())).collect();
    let plan = Plan { places, cases, seed: SEED, from: first_day, to: last, password: cast::PASSWORD.to_owned() };
    let mut simulation = Simulation::begin(&app, plan).await?;
    let mut told = 0;
    let mut progress = |done: u64, of: u64| {
        if done >= told + 250 {
            told = done;
            say(&format!("{done}/{of} cases"));
        }
    };
    for (at, s, step) in order {
        // Everything that comes before it, and the platform's nights.
        simulation.until(at, &mut progress).await?;
        let story = &stories[s];
        let cast = &casts[story.place];
        match step {
            0 => played[s] = begin(&app, cast, story).await?,
            i => {
                let step = &story.steps[i - 1];
                let what = format!("step {i}, {}", step.next.name());
                let fields = resolve(&step.fields, cast, &story.unit, &stories, &played);
                let play = go(&app, cast, story, &played[s], step, &fields).await;
                let sibling = play.map_err(|cause| DemoError::Story { story: story.tag, step: what, cause })?;
                if let Some((kind, token)) = sibling {
                    played[s].tokens.insert(kind, token);
                }
            }
        }
    }
    simulation.until(now, &mut progress).await?;
    sweep::round(&app).await?;
    let shown = stories.iter().zip(&played).filter(|(s, _)| s.shown);
    let receipts = shown.filter_map(|(s, p)| p.receipt.as_ref().map(|(number, code)| format!("{number}  {code}  {}\n", s.tag)));
    let receipts = receipts.collect();
    // Whoever serves it now need not wait until the leases end.
    sweep::let_go(&app).await?;
    app.db().close().await;
    Ok(receipts)
}

/// Submits a story's letter, with its evidence.
async fn begin(app: &App, cast: &Cast, story: &Story) -> Result<Played, DemoError> {
    let platform = Scope::system(cast.locality, Reason::Submit);
    let held = if story.evidence { Some(evidence(app, Held::new(app, cast.locality)).await?) } else { None };
    let receipt = submit::submit(app, &platform, &story.incoming, held).await?;
    let mut db = app.db().read().await?;
    let mut played = Played::default();
    for case in cases::of_submission(&mut db, &platform, receipt.submission).await? {
        played.tokens.insert(case.case.kind, case.case.registration.token.clone());
        played.numbers.insert(case.case.kind, case.case.registration.number.clone());
    }
    if let Some(code) = &receipt.code {
        let found = submissions::by_receipt(&mut db, &receipt.number).await?;
        let keyed = TrackingCode::parse(code).ok().map(|c| submit::keyed_code(app, &receipt.number, &c));
        played.submitter = found.zip(keyed).and_then(|(f, k)| f.open_by_code(&k));
        played.receipt = Some((receipt.number, code.clone()));
    }
    Ok(played)
}

async fn evidence(app: &App, mut held: Held) -> Result<Held, DemoError> {
    for (name, bytes) in EVIDENCE {
        // Pictures and PDF are taken; were one not, the story goes without it.
        if let Ok(receiving) = held.begin(app, name, bytes).await? {
            held.finish(receiving).await?;
        }
    }
    Ok(held)
}

/// Fields as a form sends them; `@tag` stands for the number of another story's case, `#unit` for the story's own unit.
fn resolve(fields: &[(&'static str, String)], cast: &Cast, unit: &str, stories: &[Story], played: &[Played]) -> Fields {
    let value = |v: &String| match v.strip_prefix('@') {
        None if v == plot::OWN_UNIT => cast.units.get(unit).map(ToString::to_string).unwrap_or_default(),
        None if v == plot::ITS_INTAKE => cast.intake_below.map(|u| u.to_string()).unwrap_or_default(),
        None => v.clone(),
        Some(tag) => {
            let other = stories.iter().zip(played).find(|(s, _)| s.tag == tag);
            other.and_then(|(_, p)| p.numbers.values().next().cloned()).unwrap_or_default()
        }
    };
    fields.iter().map(|(k, v)| ((*k).to_owned(), value(v))).collect()
}

/// Plays one step; gives the case it split off, if any.
async fn go(
    app: &App,
    cast: &Cast,
    story: &Story,
    played: &Played,
    step: &plot::Step,
    fields: &Fields,
) -> Result<Option<(Kind, String)>, String> {
    let at_unit = |role: Role| cast.units.get(&story.unit).and_then(|u| cast.scope(role, *u));
    let scope = match step.who {
        Who::Clerk => cast.scope(Role::Clerk, cast.centre),
        Who::Officer => at_unit(Role::Officer),
        Who::Lead => at_unit(Role::Lead),
        Who::Supervisor => cast.scope(Role::Supervisor, cast.centre),
        Who::ItsClerk => cast.intake_below.and_then(|u| cast.scope(Role::Clerk, u)),
        Who::Submitter => played.submitter.as_ref(),
    };
    let scope = scope.ok_or("nobody to do it")?;
    let token = played.tokens.get(&step.kind).ok_or("no such case")?;
    let said = |d: crate::usecase::Denied| match d {
        crate::usecase::Denied::Invalid(faults) => format!("{:?}", faults.0),
        crate::usecase::Denied::Store(e) => e.to_string(),
        other => other.code().to_owned(),
    };
    match step.next {
        Next::Act(Action::AddEvidence) => {
            let held = Held::more(app, scope).await.map_err(said)?;
            let held = evidence(app, held).await.map_err(|e| e.to_string())?;
            upload::add(app, scope, held, fields.get("note")).await.map(|_| None).map_err(said)
        }
        Next::Act(action) => act::act(app, scope, token, action, fields, None).await.map(|_| None).map_err(said),
        Next::Split(kind) => {
            let parted = split::split(app, scope, token, fields, None).await.map_err(said)?;
            Ok(Some((kind, parted.sibling)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use jiff::civil::datetime;
    use rstest::rstest;
    use rules::case::Stage;
    use rules::case::event::Outcome;
    use std::collections::BTreeSet;
    use store::queue::{self, Filter};

    /// Whatever day and hour it is started: after midnight in a holiday, on a working morning, in a year without a notice.
    #[rstest]
    #[case(datetime(2026, 10, 1, 0, 5, 0, 0))]
    #[case(datetime(2026, 11, 23, 9, 30, 0, 0))]
    #[case(datetime(2027, 2, 7, 12, 0, 0, 0))]
    #[tokio::test]
    async fn it_can_be_made_on_any_day_and_shows_every_state(#[case] today: jiff::civil::DateTime) {
        let dir = tempfile::tempdir().unwrap();
        let now = Instant::at(today);
        let receipts = build(dir.path(), now, 40, &mut |_| {}).await.unwrap();
        assert_eq!(receipts.lines().count(), 3);
        let app = App::open(&Place::data(dir.path()), Clock::set(now)).await.unwrap();
        let (mut stages, mut outcomes, mut cases) = (BTreeSet::new(), BTreeSet::new(), 0);
        for locality in app.localities() {
            let scope = Scope::system(locality, Reason::Setup);
            for done in [false, true] {
                let mut db = app.db().read().await.unwrap();
                let lines = queue::page(&mut db, &scope, &Filter { done, ..Filter::default() }, None, 500).await.unwrap();
                cases += lines.len();
                for line in lines {
                    assert!(line.registered_at <= now);
                    stages.insert(line.stage);
                    outcomes.extend(line.outcome);
                }
            }
        }
        assert!(cases >= 150, "{cases}");
        let missing: Vec<_> = Stage::ALL.iter().filter(|s| **s != Stage::Undone && !stages.contains(s.code())).collect();
        assert!(missing.is_empty(), "{missing:?}");
        let missing: Vec<_> = Outcome::ALL.iter().filter(|o| !outcomes.contains(o.code())).collect();
        assert!(missing.is_empty(), "{missing:?}");
        let mut progress = |_: &store::verify::Counts| {};
        let found = store::verify::run(app.db(), app.keyring(), Some(app.files()), &mut progress).await.unwrap();
        assert!(found.is_whole(), "{:?}", found.findings);
    }
}
