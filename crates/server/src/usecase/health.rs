//! How the installation is, for whoever looks after the machine: each thing with how it stands. What to do about it is the page's to say.

use super::Answer;
use crate::app::App;
use rules::calendar::Calendar;
use rules::time::{Instant, days_of};
use store::engine::Engine;
use store::scope::Scope;
use store::{health, last_time, outbox, sessions};

/// Counts stop here.
const MOST: i64 = 10_000;
/// Under this much room work may stop soon, bytes: a few of the largest files with their forms.
const ROOM_SOON: u64 = 5 * 1024 * 1024 * 1024;
const ROOM_LATE: u64 = 512 * 1024 * 1024;
/// The name under which the last verification is noted.
pub const VERIFIED: &str = "verify";

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// As it should be.
    Good,
    /// Somebody should look at it.
    Soon,
    /// Somebody must do something now.
    Bad,
}

impl State {
    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Soon => "soon",
            Self::Bad => "bad",
        }
    }

    fn over(n: i64, soon: i64, bad: i64) -> Self {
        match n {
            n if n >= bad => Self::Bad,
            n if n >= soon => Self::Soon,
            _ => Self::Good,
        }
    }
}

/// What was found about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Words that are the same in every language: a version, a name.
    Word(String),
    /// A number of things.
    Count(i64),
    /// Fewer than need be told apart. Counted exactly, what waits would tell that a report came (Art. 37).
    Few(i64),
    /// A size, bytes.
    Bytes(u64),
    /// Minutes.
    Minutes(i64),
    /// A moment.
    At(Instant),
    /// The last year whose notice is known, and the days until the first without one.
    Year(i16, i64),
    /// It never happened, or cannot be told.
    Never,
}

/// One thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Stable code.
    pub code: &'static str,
    /// How it stands.
    pub state: State,
    /// What was found.
    pub found: Found,
}

/// Looks at everything.
///
/// # Errors
/// Those of reading: a database that does not answer is told by that.
pub async fn look(app: &App, scope: &Scope) -> Answer<Vec<Check>> {
    let now = app.clock().now();
    let check = |code, state, found| Check { code, state, found };
    let minutes = |from: Instant| (now.0 - from.0) / 60_000_000;
    let mut db = app.db().read().await?;
    let engine = match db.engine() {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    };
    let lag = health::lag(&mut db, MOST).await?;
    let unindexed = health::unindexed(&mut db, MOST).await?;
    // The lease of a round is taken as it begins.
    let round = health::lease_until(&mut db, super::sweep::WORK_LEASE).await?.map(|until| until.plus_minutes(-super::sweep::LEASE));
    let imports = health::imports(&mut db, scope).await?;
    let verified = last_time::of(&mut db, VERIFIED).await?;
    let unsent = outbox::count(&mut db, scope, "failed", MOST).await?;
    let signed_in = sessions::open(&mut db, scope, now).await?;
    drop(db);
    let mut out = vec![
        check("version", State::Good, Found::Word(env!("CARGO_PKG_VERSION").to_owned())),
        check("uptime", State::Good, Found::Minutes(minutes(app.started()))),
        check("database", State::Good, Found::Word(engine.to_owned())),
        match round {
            Some(at) => check("sweep", State::over(minutes(at), 5, 15), Found::At(at)),
            None => check("sweep", State::Soon, Found::Never),
        },
        check("log", State::over(lag, 1_000, MOST), waiting(lag, 1_000)),
        check("index", State::over(unindexed, 2_000, MOST), waiting(unindexed, 2_000)),
        check("mail", State::over(unsent, 1, MOST), Found::Count(unsent)),
        check("imports", State::Good, Found::Count(imports)),
        disk(app),
        match &verified {
            None => check("verify", State::Soon, Found::Never),
            Some((at, told)) if told != "whole" => check("verify", State::Bad, Found::At(*at)),
            Some((at, _)) => check("verify", State::over(minutes(*at) / (24 * 60), 35, 120), Found::At(*at)),
        },
    ];
    if let Some(world) = app.world(scope.locality()) {
        out.push(calendar(&world.calendar, now));
    }
    out.push(check("sessions", State::Good, Found::Count(signed_in)));
    Ok(out)
}

fn waiting(n: i64, many: i64) -> Found {
    if n < many { Found::Few(many) } else { Found::Count(n) }
}

fn disk(app: &App) -> Check {
    let (state, found) = match rustix::fs::statvfs(app.dir()) {
        Ok(s) => {
            let free = s.f_bavail.saturating_mul(s.f_frsize);
            let state = match free {
                f if f < ROOM_LATE => State::Bad,
                f if f < ROOM_SOON => State::Soon,
                _ => State::Good,
            };
            (state, Found::Bytes(free))
        }
        Err(_) => (State::Soon, Found::Never),
    };
    Check { code: "disk", state, found }
}

/// The State Council's notice for a year comes out in the autumn before; without it due dates of that year are provisional.
fn calendar(calendar: &Calendar, now: Instant) -> Check {
    let today = now.date();
    let years: Vec<i16> = calendar.notices().iter().map(|n| n.year).collect();
    let last = (today.year()..).take_while(|y| years.contains(y)).last().unwrap_or(today.year() - 1);
    let days = days_of(jiff::civil::date(last + 1, 1, 1)) - days_of(today);
    let state = match days {
        d if d <= 0 => State::Bad,
        d if d <= 45 => State::Soon,
        _ => State::Good,
    };
    Check { code: "calendar", state, found: Found::Year(last, days) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::at(text.parse().unwrap())
    }

    #[test]
    fn a_missing_notice_is_told_before_the_year_begins() {
        let built_in = Calendar::builtin();
        let last = built_in.notices().iter().map(|n| n.year).max().unwrap();
        let on = |month_day: &str| calendar(built_in, at(&format!("{last}-{month_day}T09:00")));
        assert_eq!(on("06-01").state, State::Good);
        assert_eq!((on("12-01").state, on("12-01").found), (State::Soon, Found::Year(last, 31)));
        let after = calendar(built_in, at(&format!("{}-01-02T09:00", last + 1)));
        assert_eq!((after.state, after.found), (State::Bad, Found::Year(last, -1)));
    }

    #[test]
    fn counts_stand_as_their_limits_say() {
        assert_eq!([0, 4, 5, 14, 15].map(|n| State::over(n, 5, 15).code()), ["good", "good", "soon", "soon", "bad"]);
    }
}
