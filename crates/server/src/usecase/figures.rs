//! Figures for those who lead: whose units they may see, publishing a month, contesting a case that moved a score and deciding on it.

use super::fields::{Fields, Reader};
use super::people::change;
use super::{Answer, Denied};
use crate::app::{App, World};
use crate::clock::new_id;
use jiff::civil::Date;
use rules::access::Role;
use rules::ids::{CaseId, Id, OrganId, UnitId};
use rules::law::Kind;
use rules::pack::{Scoring, UnitKind};
use rules::rate::{Counts, Part, Window};
use rules::tally::Measure;
use std::collections::{BTreeMap, BTreeSet};
use store::arrangement::{Arrangement, Contest, Published, Ruling};
use store::engine::Reader as Db;
use store::registry::{Directory, RegistryEvent};
use store::scope::Scope;
use store::tally::{self, Filter};

/// Longest reason, characters.
const MAX_REASON: usize = 500;

/// Whether the figures of a unit are somebody's business: a supervisor's those of the organ's units, a head's those of their unit and what is
/// below it, an officer's those of their unit.
#[must_use]
pub fn reaches(world: &World, scope: &Scope, unit: UnitId) -> bool {
    let Some((_, grant)) = scope.grant() else { return false };
    match grant.role {
        Role::Supervisor => world.directory.units.get(&unit).is_some_and(|u| u.organ == grant.organ),
        Role::Lead => is_within(world, unit, grant.unit),
        Role::Officer => unit == grant.unit,
        _ => false,
    }
}

/// Whether a unit is another or stands below it.
#[must_use]
pub fn is_within(world: &World, unit: UnitId, top: UnitId) -> bool {
    unit == top || world.directory.path(unit).iter().any(|u| u.id == top)
}

/// Of each month, by its first day: trusted businesses that concluded a complaint in it, and those open at its end (ODR企业活跃度).
pub fn active(
    world: &World,
    here: impl Fn(UnitId) -> bool,
    months: impl Iterator<Item = Date>,
    figures: &BTreeMap<String, BTreeMap<UnitId, Counts>>,
) -> Vec<(i64, i64)> {
    let directory = &world.directory;
    let network: Vec<UnitId> = directory.units.values().filter(|u| u.kind == UnitKind::Trusted && here(u.id)).map(|u| u.id).collect();
    let concluded = Part { kinds: &[Kind::Complaint], measures: &[Measure::ConcludedOutside] };
    let of = |month: Date| {
        let (end, of_month) = (month.last_of_month(), figures.get(&tally::month(month)));
        let begun = |u: UnitId| directory.versions(u).first().is_none_or(|(from, _)| *from <= end);
        let open = network.iter().filter(|u| begun(**u) && directory.unit_on(**u, end).is_some_and(|v| !v.closed)).count();
        let busy = |u: &&UnitId| of_month.and_then(|m| m.get(u)).is_some_and(|c| c.of(&concluded) > 0);
        (network.iter().filter(busy).count() as i64, open as i64)
    };
    months.map(of).collect()
}

/// What was published of a month.
pub fn published<'a>(directory: &'a Directory, month: &'a str) -> impl Iterator<Item = &'a Published> {
    directory.arrangements.values().filter_map(move |a| match a {
        Arrangement::Published(p) if p.month == month => Some(p),
        _ => None,
    })
}

/// What an organ published of a month.
#[must_use]
pub fn published_by<'a>(directory: &'a Directory, organ: OrganId, month: &'a str) -> Option<&'a Published> {
    published(directory, month).find(|p| p.organ == organ)
}

/// A month by its code, `YYYY-MM`.
#[must_use]
pub fn month_window(month: &str) -> Option<Window> {
    let from: Date = format!("{month}-01").parse().ok()?;
    (month.len() == 7).then_some(Window { from, through: from.last_of_month() })
}

/// Contests of a month that wait for the supervisor: before it is published each is decided, for afterwards no score moves.
#[must_use]
pub fn undecided(world: &World, scope: &Scope, month: &str) -> usize {
    contests(&world.directory, month).filter(|(_, c)| c.decided.is_none() && reaches(world, scope, c.unit)).count()
}

/// Publishes the figures of a month that is over: they are recorded as they stand, and stay.
///
/// # Errors
/// [`Denied::NotFound`] for a month that is not over, published already, or with a contest that is not decided.
pub async fn publish(app: &App, scope: &Scope, month: &str) -> Answer<()> {
    let (me, grant) = scope.grant().ok_or(Denied::NotFound)?;
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let window = month_window(month).ok_or(Denied::NotFound)?;
    let now = app.clock().now();
    if now.date() <= window.through || published_by(&world.directory, grant.organ, month).is_some() || undecided(&world, scope, month) > 0 {
        return Err(Denied::NotFound);
    }
    let mut db = app.db().snapshot().await?;
    let pos = tally::counted(&mut db).await?.pos;
    let mut by_unit = tally::by_unit(&mut db, scope, window, &Filter::default()).await?;
    drop(db);
    by_unit.retain(|unit, _| reaches(&world, scope, *unit));
    let found = scores(app, scope, month).await?;
    let appraised = found.iter().filter(|(unit, s)| by_unit.get(unit) != Some(&s.counts));
    let figures = Published {
        appraised: appraised.map(|(unit, s)| (*unit, Published::flat(&s.counts))).collect(),
        scores: found.iter().filter_map(|(unit, s)| Some((*unit, s.points?))).collect(),
        ..Published::of(grant.organ, month.to_owned(), &by_unit, (pos, me, now))
    };
    let id = new_id(now, &mut app.random());
    change(app, scope, vec![RegistryEvent::Arranged { id, arrangement: Arrangement::Published(figures) }], None).await
}

/// A unit's score of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    /// Hundredths of a point; none where no rate of it has a denominator.
    pub points: Option<i64>,
    /// The figures it comes from, with what was left out taken off.
    pub counts: Counts,
}

/// The score of figures under a pack's weights, hundredths of a point. A rate with nothing below takes no part: the others' weights fill
/// the hundred.
#[must_use]
pub fn score(scoring: &Scoring, counts: &Counts) -> Option<i64> {
    let (mut sum, mut weight) = (0i64, 0i64);
    for w in &scoring.weights {
        let value = scoring.rate(&w.rate).and_then(|r| r.of(counts).percent);
        if let Some(percent) = value {
            sum += percent * i64::from(w.points);
            weight += i64::from(w.points);
        }
    }
    (weight > 0).then(|| (2 * sum + weight) / (2 * weight))
}

/// Contests of a month, by id.
pub fn contests<'a>(directory: &'a Directory, month: &'a str) -> impl Iterator<Item = (Id, &'a Contest)> {
    directory.arrangements.iter().filter_map(move |(id, a)| match a {
        Arrangement::Contest(c) if c.month == month => Some((*id, c)),
        _ => None,
    })
}

/// Cases left out of a unit's score of a month.
#[must_use]
pub fn left_out(directory: &Directory, month: &str, unit: UnitId) -> BTreeSet<CaseId> {
    let out = |(_, c): (Id, &Contest)| (c.unit == unit && c.decided.as_ref().is_some_and(|r| r.left_out)).then_some(c.case);
    contests(directory, month).filter_map(out).collect()
}

/// Figures of a unit and month without the entries of some cases.
///
/// # Errors
/// Those of reading.
pub async fn without(
    db: &mut Db,
    scope: &Scope,
    window: Window,
    unit: UnitId,
    counts: &Counts,
    cases: &BTreeSet<CaseId>,
) -> Answer<Counts> {
    let mut counts = counts.clone();
    if cases.is_empty() {
        return Ok(counts);
    }
    for (kind, line) in tally::entries_of(db, scope, window, unit, cases).await? {
        let sums = counts.0.entry(kind).or_default();
        for m in Measure::ALL.iter().filter(|m| line.measures.has(**m)) {
            sums.entries[*m as usize] -= 1;
        }
        sums.recovered -= line.recovered;
    }
    Ok(counts)
}

/// The scores of every unit somebody may see that has figures in a month; of a published month as they were then.
///
/// # Errors
/// Those of reading.
pub async fn scores(app: &App, scope: &Scope, month: &str) -> Answer<BTreeMap<UnitId, Score>> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let window = month_window(month).ok_or(Denied::NotFound)?;
    let grant = scope.grant().map(|(_, g)| g);
    if let Some(p) = grant.and_then(|g| published_by(&world.directory, g.organ, month)) {
        let units = p.sums.keys().filter(|u| reaches(&world, scope, **u));
        return Ok(units.map(|u| (*u, Score { points: p.scores.get(u).copied(), counts: p.appraised(*u) })).collect());
    }
    let mut db = app.db().read().await?;
    let mut out = BTreeMap::new();
    for (unit, counts) in tally::by_unit(&mut db, scope, window, &Filter::default()).await? {
        if reaches(&world, scope, unit) {
            let counts = without(&mut db, scope, window, unit, &counts, &left_out(&world.directory, month, unit)).await?;
            out.insert(unit, Score { points: score(&world.pack.scoring, &counts), counts });
        }
    }
    Ok(out)
}

/// Whether a head may contest a case: it counts in their unit's figures of a month that is not published, and is not contested yet.
///
/// # Errors
/// Those of reading.
pub async fn may_contest(app: &App, scope: &Scope, case: CaseId, month: &str) -> Answer<bool> {
    let (_, grant) = scope.grant().ok_or(Denied::NotFound)?;
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let window = month_window(month).ok_or(Denied::NotFound)?;
    let known = contests(&world.directory, month).any(|(_, c)| c.case == case && c.unit == grant.unit);
    if known || published_by(&world.directory, grant.organ, month).is_some() {
        return Ok(false);
    }
    let mut db = app.db().read().await?;
    Ok(!tally::entries_of(&mut db, scope, window, grant.unit, &BTreeSet::from([case])).await?.is_empty())
}

/// A head contests a case that counts in their unit's score of a month.
///
/// # Errors
/// [`Denied::Invalid`] with what is wrong; [`Denied::NotFound`] for a case that does not count there, or is contested already.
pub async fn contest(app: &App, scope: &Scope, case: CaseId, fields: &Fields) -> Answer<()> {
    let (me, grant) = scope.grant().ok_or(Denied::NotFound)?;
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let (month, unit) = (fields.get("month").to_owned(), grant.unit);
    if !may_contest(app, scope, case, &month).await? {
        return Err(Denied::NotFound);
    }
    let mut r = Reader::new(fields);
    let ground = r.need_code("ground", |s| world.pack.scoring.exclusions.iter().find(|e| e.code == s).map(|e| e.code.clone()));
    let reason = r.need_block("reason", MAX_REASON);
    r.done(())?;
    let ground = ground.ok_or(Denied::NotFound)?;
    let now = app.clock().now();
    let contest = Contest { unit, case, month, ground, reason, by: me, at: now, decided: None };
    let id = new_id(now, &mut app.random());
    change(app, scope, vec![RegistryEvent::Arranged { id, arrangement: Arrangement::Contest(contest) }], None).await
}

/// The supervisor decides on a contest; the score before and after is recorded with it.
///
/// # Errors
/// [`Denied::Invalid`] with what is wrong; [`Denied::NotFound`] for what is decided already, or of another organ.
pub async fn rule(app: &App, scope: &Scope, id: Id, fields: &Fields) -> Answer<()> {
    let (me, grant) = scope.grant().ok_or(Denied::NotFound)?;
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let Some(Arrangement::Contest(contest)) = world.directory.arrangements.get(&id) else { return Err(Denied::NotFound) };
    let closed = published_by(&world.directory, grant.organ, &contest.month).is_some();
    if closed || contest.decided.is_some() || !reaches(&world, scope, contest.unit) {
        return Err(Denied::NotFound);
    }
    let mut r = Reader::new(fields);
    let left_out_now = r.need_code("ruling", |s| match s {
        "out" => Some(true),
        "stays" => Some(false),
        _ => None,
    });
    let reason = r.need_block("reason", MAX_REASON);
    r.done(())?;
    let left_out_now = left_out_now.ok_or(Denied::NotFound)?;
    let window = month_window(&contest.month).ok_or(Denied::NotFound)?;
    let mut db = app.db().read().await?;
    let counts = tally::by_unit(&mut db, scope, window, &Filter::default()).await?.remove(&contest.unit).unwrap_or_default();
    let mut out = left_out(&world.directory, &contest.month, contest.unit);
    let before = without(&mut db, scope, window, contest.unit, &counts, &out).await?;
    if left_out_now {
        out.insert(contest.case);
    }
    let after = without(&mut db, scope, window, contest.unit, &counts, &out).await?;
    drop(db);
    let points = |c: &Counts| score(&world.pack.scoring, c).unwrap_or(0);
    let ruling = Ruling { left_out: left_out_now, reason, by: me, at: app.clock().now(), score: (points(&before), points(&after)) };
    let arrangement = Arrangement::Contest(Contest { decided: Some(ruling), ..contest.clone() });
    change(app, scope, vec![RegistryEvent::Arranged { id, arrangement }], None).await
}
