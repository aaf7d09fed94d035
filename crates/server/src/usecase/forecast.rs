//! The forecast of a working day (逾期预测): what will probably end unmet today and in the next working days, and how earlier forecasts came
//! out. Made by the sweep on the first round of each working day.

use super::{Answer, denied};
use crate::app::App;
use rules::calendar::{Calendar, Roll, Span};
use rules::forecast::{AHEAD, History, Waited, age};
use rules::ids::Locality;
use rules::time::{Instant, date_from_days, days_of};
use store::engine::Tx;
use store::forecast::{self, Chance, Open, Seen, State};
use store::last_time;
use store::scope::{Reason, Scope};

/// Finished cases of each unit whose waiting times speak: the last ones, so that a unit that has become quicker is taken for quick.
const PAST: i64 = 300;
/// Cases or rows taken at a time.
const BATCH: i64 = 500;
/// Days for which single forecasts are kept, and for which their sums are.
const KEEP: (i32, i32) = (60, 400);

/// What the time of a locality's last forecast is kept as.
#[must_use]
pub fn made(locality: Locality) -> String {
    format!("forecast:{locality}")
}

/// Makes the day's forecasts where the day is a working day and has none; how many clocks were looked ahead for.
///
/// # Errors
/// Those of the store; the next round goes on.
pub async fn round(app: &App) -> Answer<usize> {
    let mut count = 0;
    for locality in app.localities() {
        let Some(world) = app.world(locality) else { continue };
        let now = app.clock().now();
        if !world.calendar.day_or_assumed(now.date()).0.is_working() {
            continue;
        }
        let mut db = app.db().read().await?;
        let last = last_time::of(&mut db, &made(locality)).await?;
        drop(db);
        if last.is_some_and(|(at, _)| at.date() >= now.date()) {
            continue;
        }
        while app.db().write(async move |tx: &mut Tx| forecast::settle(tx, locality, now, BATCH).await).await.map_err(denied)? > 0 {}
        count += make(app, locality, &world.calendar, now).await?;
    }
    Ok(count)
}

async fn make(app: &App, locality: Locality, calendar: &Calendar, now: Instant) -> Answer<usize> {
    let scope = Scope::system(locality, Reason::Sweep);
    let through = calendar.due_or_provisional(now, Span::WorkingDays(AHEAD as u32), Roll::default(), &[]).on;
    let mut history = History::default();
    let mut ahead = Vec::new();
    let mut db = app.db().read().await?;
    for unit in store::organisation::with_cases(&mut db, &scope).await? {
        for clock in forecast::ended(&mut db, &scope, unit, PAST).await? {
            history.add(unit, &clock.name, waited(calendar, &clock, now));
        }
        let mut after = None;
        loop {
            let (page, next) = forecast::open(&mut db, &scope, unit, after, BATCH).await?;
            for open in page {
                history.add(unit, &open.clock.name, waited(calendar, &open.clock, now));
                let soon = open.clock.state == State::Running && open.due_at > now && open.due_on <= through;
                ahead.extend(soon.then_some((unit, open)));
            }
            after = next;
            if after.is_none() {
                break;
            }
        }
    }
    drop(db);
    let chance = |(unit, open): &(_, Open)| {
        let start = open.clock.start;
        let ends = age(calendar, start, Instant::start_of(open.due_on));
        let chance = history.chance(*unit, &open.clock.name, age(calendar, start, now), ends)?;
        let (clock, organ) = (open.clock.name.clone(), open.organ?);
        Some(Chance { case: open.case, clock, organ, unit: *unit, due_at: open.due_at, due_on: open.due_on, chance })
    };
    let chances: Vec<Chance> = ahead.iter().filter_map(chance).collect();
    let made_on = now.date();
    for some in chances.chunks(BATCH as usize) {
        let some = some.to_vec();
        app.db().write(async move |tx: &mut Tx| forecast::put(tx, locality, made_on, &some).await).await.map_err(denied)?;
    }
    let days_before = move |n: i32| date_from_days(days_of(made_on) - i64::from(n));
    let done = async move |tx: &mut Tx| {
        forecast::finish(tx, locality, made_on, days_before(KEEP.0), days_before(KEEP.1)).await?;
        last_time::note(tx, &made(locality), now, "").await
    };
    app.db().write(done).await.map_err(denied)?;
    Ok(chances.len())
}

/// How long a clock was waited for, as far as is known.
fn waited(calendar: &Calendar, clock: &Seen, now: Instant) -> Waited {
    match clock.state {
        State::Stopped(at) => Waited::Ended(age(calendar, clock.start, at)),
        State::Void(at) | State::Suspended(at) => Waited::Seen(age(calendar, clock.start, at)),
        State::Running => Waited::Seen(age(calendar, clock.start, now)),
    }
}
