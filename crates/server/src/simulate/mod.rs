//! The simulated locality: consumers, clerks, officers, heads and supervisors who write, decide, forget and fall ill, only ever through the use
//! cases. What is due next stands in a queue in order of time; what is done is chosen from what the case asks for then. The same seed on a
//! store of the same seed makes the same log, byte for byte: one act at a time, all randomness from two streams.

mod hand;
mod letters;
mod shares;
mod town;

use crate::app::App;
use crate::demo::words::{Dice, Words};
use crate::usecase::fields::Fields;
use crate::usecase::submit::{self, Incoming, Part};
use crate::usecase::{Denied, act, sweep};
use hand::{Move, Nature, Open};
use jiff::civil::Date;
use letters::{Letter, Style};
use rules::access::Role;
use rules::case::command::Action;
use rules::case::event::Outcome;
use rules::codes::TrackingCode;
use rules::ids::Locality;
use rules::law::Kind;
use rules::time::{Instant, date_from_days, days_of};
use shares::{Shares, drawn};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use store::scope::{Reason, Scope};
use store::{cases, submissions};
use town::{Staff, Town};

/// Refusals in a row after which nobody tries a case any more.
const PATIENCE: u8 = 6;
/// People who may write again.
const KNOWN: usize = 200;
/// A shop that gets one of this many letters gets many.
const BURSTS: usize = 400;

/// Why a simulation ended early.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// A use case could not do it.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] store::engine::Error),
    /// The words that come with the program are not whole.
    #[error("{0}")]
    Words(#[from] toml::de::Error),
}

/// What is simulated.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Localities that are open, each with its part of the letters and with what the logins made there begin with.
    pub places: Vec<(Locality, u32, String)>,
    /// Cases.
    pub cases: u64,
    /// The people's seed.
    pub seed: u64,
    /// First and last day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Password of everybody made.
    pub password: String,
}

/// What was counted on the way; what the log says must be the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Submissions sent.
    pub submissions: u64,
    /// Cases they made.
    pub cases: u64,
    /// Acts done.
    pub acts: u64,
    /// Cases closed, each time counted.
    pub closed: u64,
    /// What somebody tried and was told cannot be done, by action and reason.
    pub refused: BTreeMap<(&'static str, &'static str), u64>,
    /// Cases nobody could bring further.
    pub stuck: u64,
}

#[derive(Clone, Copy, Debug)]
enum Due {
    /// The platform's night, and the letters of the day that begins.
    Midnight,
    /// A time at which a pack has all open work looked at.
    Inspection,
    Letter,
    /// Somebody at a desk does what is next.
    Turn(u64),
    /// The person who wrote does something.
    Person(u64, Action),
    /// The clerk asks after closing.
    FollowUp(u64),
}

/// Many letters about one shop.
#[derive(Debug)]
struct Burst {
    trade: usize,
    shop: String,
    left: usize,
    until: Instant,
}

/// A simulation under way.
#[derive(Debug)]
pub struct Simulation {
    app: App,
    plan: Plan,
    towns: Vec<Town>,
    words: Words,
    style: Style,
    shares: Shares,
    queue: BTreeMap<(Instant, u64), Due>,
    turns: u64,
    open: BTreeMap<u64, Open>,
    dice: Dice,
    bursts: Vec<Burst>,
    known: VecDeque<(String, String, String)>,
    /// Letters still to come and the weight of the days they are spread over.
    weight_left: u64,
    tally: Tally,
}

impl Simulation {
    /// Settles the people and puts the first day into the queue. The clock must not stand behind `plan.from`.
    ///
    /// # Errors
    /// Those of the use cases.
    pub async fn begin(app: &App, plan: Plan) -> Result<Self, Failed> {
        let (mut words, style, shares) = (Words::read()?, Style::read()?, Shares::read()?);
        let days: Vec<Date> = (days_of(plan.from)..=days_of(plan.to)).map(date_from_days).collect();
        let first = plan.places.first().and_then(|p| app.world(p.0)).ok_or(Denied::NotFound)?;
        let weight_left = days.iter().map(|d| shares.weight(&first.calendar, *d)).sum();
        let working = days.iter().filter(|d| first.calendar.day_or_assumed(**d).0.is_working()).count().max(1) as u64;
        let parts: u32 = plan.places.iter().map(|p| p.1).sum();
        let mut towns = Vec::new();
        for (locality, part, prefix) in &plan.places {
            let a_day = plan.cases * u64::from(*part) / u64::from(parts.max(1)) / working;
            let staff = Staff { prefix, password: &plan.password, a_day, seed: plan.seed, ill: shares.mistakes.ill_week.into() };
            towns.push(Town::settle(app, *locality, staff, &mut words).await?);
        }
        let dice = Dice::new(plan.seed);
        let queue = BTreeMap::from([((Instant::start_of(plan.from), 0), Due::Midnight)]);
        let (app, open, bursts, known) = (app.clone(), BTreeMap::new(), Vec::new(), VecDeque::new());
        let tally = Tally::default();
        Ok(Self { app, plan, towns, words, style, shares, queue, turns: 0, open, dice, bursts, known, weight_left, tally })
    }

    /// What was counted so far.
    #[must_use]
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Lets everything happen that is due by `until`, and leaves the clock there. `say` hears how many cases there are of how many.
    ///
    /// # Errors
    /// Those of the use cases; a store in which half of it has happened.
    pub async fn until(&mut self, until: Instant, mut say: impl FnMut(u64, u64)) -> Result<(), Failed> {
        while let Some(entry) = self.queue.first_entry() {
            let at = entry.key().0;
            if at > until {
                break;
            }
            let due = entry.remove();
            self.app.clock().move_to(at);
            match due {
                Due::Midnight => {
                    say(self.tally.cases, self.plan.cases);
                    sweep::round(&self.app).await?;
                    self.app.refresh().await?;
                    self.day(at);
                }
                Due::Inspection => {
                    sweep::round(&self.app).await?;
                }
                Due::Letter => self.letter(at).await?,
                Due::Turn(n) => self.turn(n, at).await?,
                Due::Person(n, action) => self.person(n, action, at).await?,
                Due::FollowUp(n) => self.follow_up(n, at).await?,
            }
        }
        self.app.clock().move_to(until);
        Ok(())
    }

    fn push(&mut self, at: Instant, due: Due) {
        self.turns += 1;
        self.queue.insert((at, self.turns), due);
    }

    /// The letters of a day, by its part of what is left.
    fn day(&mut self, midnight: Instant) {
        let day = midnight.date();
        let Some(world) = self.towns.first().and_then(|t| self.app.world(t.locality)) else { return };
        if day <= self.plan.to {
            let weight = self.shares.weight(&world.calendar, day);
            let left = self.plan.cases.saturating_sub(self.tally.cases);
            // Rounded by chance, so that few letters are spread over many days as well.
            let share = left * weight;
            let whole = share / self.weight_left.max(1);
            let rest = (share % self.weight_left.max(1)) as usize;
            let last = day == self.plan.to;
            let count = if last { left } else { whole + u64::from(self.dice.below(self.weight_left.max(1) as usize) < rest) };
            self.weight_left = self.weight_left.saturating_sub(weight);
            for _ in 0..count {
                let minute = self.shares.hour(&mut self.dice) * 60 + self.dice.below(60) as i64;
                let at = Instant(midnight.plus_minutes(minute).0 + self.dice.below(60_000_000) as i64);
                self.push(at, Due::Letter);
            }
        }
        let worlds = self.towns.iter().filter_map(|t| self.app.world(t.locality));
        let times: BTreeSet<_> = worlds.flat_map(|w| w.pack.supervision.inspections.clone()).collect();
        for time in times {
            self.push(Instant::at(day.to_datetime(time)), Due::Inspection);
        }
        self.push(Instant::start_of(date_from_days(days_of(day) + 1)), Due::Midnight);
    }

    /// Somebody writes.
    async fn letter(&mut self, at: Instant) -> Result<(), Failed> {
        if self.tally.cases >= self.plan.cases {
            return Ok(());
        }
        let number = self.tally.submissions + 1;
        let mut dice = Dice::new(self.plan.seed ^ number.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let parts: Vec<(usize, u32)> = self.plan.places.iter().map(|p| p.1).enumerate().collect();
        let place = drawn(&mut dice, parts.into_iter()).unwrap_or(0);
        let k = &self.shares.kinds;
        let all = [(0, k.complaint), (1, k.report), (2, k.consultation), (3, k.other), (4, k.both)];
        let kinds: &[Kind] = match drawn(&mut dice, all.into_iter()) {
            Some(4) if self.tally.cases + 2 <= self.plan.cases => &[Kind::Complaint, Kind::Report],
            Some(1) => &[Kind::Report],
            Some(2) => &[Kind::Consultation],
            Some(3) => &[Kind::Other],
            _ => &[Kind::Complaint],
        };
        let bought = date_from_days(days_of(at.date()) - 2 - dice.below(40) as i64);
        let (trade, shop, many) = self.shop(&mut dice, at);
        let letter = self.style.letter(&self.words, &mut dice, &self.words.trade[trade], &shop, many, bought);
        // Somebody who complains is taken for somebody who asks.
        let wrong = kinds == [Kind::Complaint] && dice.below(10_000) < self.shares.mistakes.wrong_kind as usize;
        let incoming = self.incoming(&mut dice, number, (kinds, wrong), &letter, (at, bought));
        let locality = self.towns[place].locality;
        let platform = Scope::system(locality, Reason::Submit);
        let receipt = submit::submit(&self.app, &platform, &incoming, None).await?;
        self.tally.submissions += 1;
        let mut db = self.app.db().read().await?;
        let made = cases::of_submission(&mut db, &platform, receipt.submission).await?;
        let submitter = match receipt.code.as_deref().and_then(|c| TrackingCode::parse(c).ok()) {
            Some(code) => {
                let keyed = submit::keyed_code(&self.app, &receipt.number, &code);
                submissions::by_receipt(&mut db, &receipt.number).await?.and_then(|f| f.open_by_code(&keyed))
            }
            None => None,
        };
        drop(db);
        let pace = self.shares.pace(&mut dice);
        for case in made {
            self.tally.cases += 1;
            let n = self.tally.cases;
            let own = dice.below(usize::MAX) as u64;
            let nature = Nature::of(&mut dice, &self.shares.outcomes, &self.shares.mistakes, wrong.then_some(Kind::Complaint));
            let unit = self.towns[place].unit_for(&mut dice, case.case.kind == Kind::Complaint && !wrong);
            let quick = matches!(case.case.kind, Kind::Consultation | Kind::Other);
            if nature.withdrawn && submitter.is_some() {
                self.push(at.plus_minutes(pace * 3 / 10), Due::Person(n, Action::Withdraw));
            }
            let open = Open {
                token: case.case.registration.token.clone(),
                place,
                dice: Dice::new(own),
                nature,
                letter: letter.clone(),
                submitter: submitter.clone(),
                pace: if quick { pace / 6 } else { pace },
                unit,
                plan: None,
                refused: 0,
                afterwards: 0,
            };
            self.open.insert(n, open);
            self.plan(n, &case.case, at);
        }
        Ok(())
    }

    /// Which shop a letter is about: one that many write about these days, or any.
    fn shop(&mut self, dice: &mut Dice, at: Instant) -> (usize, String, bool) {
        self.bursts.retain(|b| b.left > 0 && b.until > at);
        if !self.bursts.is_empty() && dice.below(3) == 0 {
            let i = dice.below(self.bursts.len());
            let burst = &mut self.bursts[i];
            burst.left -= 1;
            return (burst.trade, burst.shop.clone(), true);
        }
        let first = self.shares.trade(dice);
        let trade = self.words.trade.iter().position(|t| t.shops.first() == Some(&first)).unwrap_or(0);
        let name = dice.pick(&self.words.trade[trade].shops).clone();
        let street = self.words.street(dice);
        // The same name stands over several doors.
        let shop = if dice.below(3) == 0 {
            format!("{name}（{}店）", street.trim_end_matches(|c: char| c.is_ascii_digit() || c == '号'))
        } else {
            name
        };
        if dice.below(BURSTS) == 0 {
            let until = at.plus_minutes((3 + dice.below(8) as i64) * 24 * 60);
            self.bursts.push(Burst { trade, shop: shop.clone(), left: 12 + dice.below(50), until });
        }
        (trade, shop, false)
    }

    fn incoming(
        &mut self,
        dice: &mut Dice,
        number: u64,
        (kinds, wrong): (&[Kind], bool),
        letter: &Letter,
        (at, bought): (Instant, Date),
    ) -> Incoming {
        let asked = (dice.pick(&self.words.question).ask.clone(), dice.pick(&self.words.other).ask.clone());
        let ask = |kind: Kind, dice: &mut Dice| match kind {
            Kind::Consultation if !wrong => self.style.question(dice, &asked.0),
            Kind::Other => self.style.question(dice, &asked.1),
            Kind::Report => letter.violation.clone(),
            _ => letter.complaint.clone(),
        };
        let mut parts = Vec::new();
        for kind in kinds {
            let complaint = *kind == Kind::Complaint && !wrong;
            let kind = if wrong { Kind::Consultation } else { *kind };
            let demands = if complaint { letter.demands.clone() } else { Vec::new() };
            let (amount, knew_on) = (complaint.then_some(letter.amount), complaint.then_some(bought));
            parts.push(Part { kind: Some(kind), narrative: ask(kind, dice), demands, amount, knew_on, ..Part::default() });
        }
        let anonymous = kinds == [Kind::Report] && dice.below(4) == 0;
        let question = matches!(kinds, [Kind::Consultation | Kind::Other]);
        // One in twenty has written before.
        let again = dice.below(20) == 0 && !self.known.is_empty();
        let who = if again {
            self.known[dice.below(self.known.len())].clone()
        } else {
            let phone = format!("199{:08}", (number * 7_919 + 10_000_000) % 100_000_000);
            (self.words.person(dice), phone, self.words.street(dice))
        };
        if !again {
            self.known.push_back(who.clone());
            if self.known.len() > KNOWN {
                self.known.pop_front();
            }
        }
        let (name, phone, address) = if anonymous { Default::default() } else { who };
        let against = (letter.shop.clone(), self.words.street(dice), None, String::new());
        Incoming {
            channel: self.shares.channel(dice),
            external_id: format!("simulated{:x}n{number:08}", self.plan.seed),
            received_at: Some(at),
            parts,
            name,
            phone,
            address,
            anonymous,
            publish: dice.below(3) > 0,
            entrust: dice.below(4) == 0,
            respondent: if question && !wrong { Default::default() } else { against },
            ..Incoming::default()
        }
    }

    /// Looks at what a case asks for now and says who does it when. A case that asks for nothing more is let go.
    fn plan(&mut self, n: u64, case: &rules::case::Case, now: Instant) {
        let Some(open) = self.open.get_mut(&n) else { return };
        let town = &self.towns[open.place];
        let Some(world) = self.app.world(town.locality) else { return };
        open.plan = hand::choose(open, case, (town, &world.pack.approvals), (&self.style, &self.words), now);
        match &open.plan {
            Some(planned) => {
                let at = planned.at;
                self.push(at, Due::Turn(n));
            }
            None => self.closed(n, case, now),
        }
    }

    /// After closing: the person says how it was, the clerk asks.
    fn closed(&mut self, n: u64, case: &rules::case::Case, now: Instant) {
        self.tally.closed += u64::from(case.closed.is_some());
        let Some(open) = self.open.get_mut(&n) else { return };
        let (satisfied, asked) = (open.nature.satisfied, open.nature.followed_up && case.closed.is_some() && !case.followed_up);
        let all = self.app.world(self.towns[open.place].locality).is_some_and(|w| w.pack.follow_up.second_handling);
        let rates = open.submitter.is_some() && case.satisfaction.is_none() && open.dice.below(6) == 0;
        let (first, second) = (1 + open.dice.below(4) as i64, 60 * 24 * (1 + open.dice.below(6) as i64));
        let mut after = Vec::new();
        if rates {
            after.push((now.plus_minutes(first * 60), Due::Person(n, Action::Rate)));
        }
        if !satisfied && open.submitter.is_some() && case.rounds == 0 && case.filed != Some(true) {
            after.push((now.plus_minutes(second), Due::Person(n, Action::AskReopen)));
        }
        if (asked || all) && !case.followed_up {
            after.push((now.plus_minutes(second + 200), Due::FollowUp(n)));
        }
        open.afterwards = after.len() as u8;
        if after.is_empty() {
            self.open.remove(&n);
        }
        for (at, due) in after {
            self.push(at, due);
        }
    }

    async fn look(&self, open: &Open) -> Result<cases::Loaded, Failed> {
        let scope = Scope::system(self.towns[open.place].locality, Reason::Setup);
        Ok(act::load(&self.app, &scope, &open.token).await?)
    }

    /// Somebody at a desk does what was planned, if they are there; and sees what comes next.
    async fn turn(&mut self, n: u64, at: Instant) -> Result<(), Failed> {
        let Some(Open { plan: Some(planned), place, .. }) = self.open.get(&n) else { return Ok(()) };
        let (planned, place) = (planned.clone(), *place);
        // Somebody has looked anew since.
        if planned.at != at {
            return Ok(());
        }
        let (who, when) = self.towns[place].free(&self.app, &mut self.words, planned.unit, planned.role, at).await?;
        let Some(open) = self.open.get_mut(&n) else { return Ok(()) };
        if when > at {
            open.plan = Some(Move { at: when, ..planned });
            self.push(when, Due::Turn(n));
            return Ok(());
        }
        open.plan = None;
        let takes = 2 + open.dice.below(8) as i64;
        let token = open.token.clone();
        let scope = self.towns[place].scope(&self.app, (planned.unit, planned.role, who), at.plus_minutes(takes)).await?;
        let done = self.act(&scope, &token, planned).await?;
        self.after(n, done, at).await
    }

    /// Does it; whether it could be done.
    async fn act(&mut self, scope: &Scope, token: &str, planned: Move) -> Result<bool, Failed> {
        let fields: Fields = planned.fields.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        match act::act(&self.app, scope, token, planned.action, &fields, None).await {
            Ok(_) => {
                self.tally.acts += 1;
                Ok(true)
            }
            Err(Denied::Store(e)) => Err(e.into()),
            Err(said) => {
                *self.tally.refused.entry((planned.action.code(), said.code())).or_default() += 1;
                Ok(false)
            }
        }
    }

    async fn after(&mut self, n: u64, done: bool, at: Instant) -> Result<(), Failed> {
        let Some(open) = self.open.get(&n) else { return Ok(()) };
        let case = self.look(open).await?.case;
        let Some(open) = self.open.get_mut(&n) else { return Ok(()) };
        open.refused = if done { 0 } else { open.refused + 1 };
        if open.refused > PATIENCE {
            self.tally.stuck += 1;
            self.open.remove(&n);
            return Ok(());
        }
        if done && case.open_questions().next().is_some() && open.submitter.is_some() && open.dice.below(4) > 0 {
            // Most answer, some late.
            let at = at.plus_minutes(60 * (2 + open.dice.below(120) as i64));
            self.push(at, Due::Person(n, Action::Reply));
        }
        self.plan(n, &case, at);
        Ok(())
    }

    /// The person who wrote does something; what is no longer possible they let be.
    async fn person(&mut self, n: u64, action: Action, at: Instant) -> Result<(), Failed> {
        let Some(open) = self.open.get_mut(&n) else { return Ok(()) };
        let Some(scope) = open.submitter.clone() else { return Ok(()) };
        let said = |list: &[String], dice: &mut Dice| dice.pick(list).clone();
        let fields = match action {
            Action::Reply => vec![("reply", said(&self.style.reply, &mut open.dice))],
            Action::Withdraw => vec![("reason", said(&self.style.withdraw, &mut open.dice)), ("settled", "1".to_owned())],
            Action::AskReopen => vec![("reason", said(&self.style.again, &mut open.dice))],
            _ => vec![("satisfaction", if open.nature.satisfied { "satisfied" } else { "dissatisfied" }.to_owned())],
        };
        let (token, place) = (open.token.clone(), open.place);
        let was_over = open.plan.is_none();
        let case = self.look(&self.open[&n]).await?.case;
        if rules::case::decide::may(&case, action, &scope.actor()).is_err() {
            self.less(n);
            return Ok(());
        }
        let unit = self.towns[place].centre.unit;
        let done = self.act(&scope, &token, Move { role: Role::Clerk, unit, action, fields, at }).await?;
        match action {
            // Reopening is for the head to decide.
            Action::AskReopen if done => {
                let unit = case.seat.map_or(unit, |s| s.unit);
                let fields = vec![("reason", "来件反映的情况需要再次联系双方。".to_owned())];
                let planned = Move { role: Role::Lead, unit, action: Action::Reopen, fields, at: at.plus_minutes(60 * 20) };
                if let Some(open) = self.open.get_mut(&n).filter(|_| !case.outside) {
                    open.plan = Some(planned);
                    self.push(at.plus_minutes(60 * 20), Due::Turn(n));
                }
                self.less(n);
            }
            // What was planned for it no longer fits; whoever has it looks anew.
            Action::Withdraw if done && !was_over => {
                let case = self.look(&self.open[&n]).await?.case;
                self.plan(n, &case, at);
            }
            _ => self.less(n),
        }
        Ok(())
    }

    /// One thing less to come after closing; when nothing is, the case is let go.
    fn less(&mut self, n: u64) {
        let Some(open) = self.open.get_mut(&n) else { return };
        open.afterwards = open.afterwards.saturating_sub(1);
        if open.plan.is_none() && open.afterwards == 0 {
            self.open.remove(&n);
        }
    }

    async fn follow_up(&mut self, n: u64, at: Instant) -> Result<(), Failed> {
        let Some(open) = self.open.get(&n) else { return Ok(()) };
        let (place, satisfied, token) = (open.place, open.nature.satisfied, open.token.clone());
        let case = self.look(open).await?.case;
        let unit = case.intake.map_or(self.towns[place].centre.unit, |i| i.unit);
        let (who, when) = self.towns[place].free(&self.app, &mut self.words, unit, Role::Clerk, at).await?;
        if when > at {
            self.push(when, Due::FollowUp(n));
            return Ok(());
        }
        let scope = self.towns[place].scope(&self.app, (unit, Role::Clerk, who), at.plus_minutes(4)).await?;
        if case.closed.is_none() || rules::case::decide::may(&case, Action::FollowUp, &scope.actor()).is_err() {
            self.less(n);
            return Ok(());
        }
        let mut fields = vec![("method", "phone".to_owned())];
        fields.push(("satisfaction", if satisfied { "satisfied" } else { "dissatisfied" }.to_owned()));
        if !satisfied {
            fields.push(("reason", "答复与承诺不一致。".to_owned()));
        }
        let settled = case.closed.is_some_and(|c| matches!(c.outcome, Outcome::Agreed | Outcome::Settled));
        let solved = settled || satisfied && case.kind != Kind::Complaint;
        fields.push(("solved", if solved { "yes" } else { "no" }.to_owned()));
        let done = self.act(&scope, &token, Move { role: Role::Clerk, unit, action: Action::FollowUp, fields, at }).await?;
        if let Some(open) = self.open.get_mut(&n).filter(|_| done) {
            // Whoever was heard is content the second time.
            open.nature.satisfied = true;
        }
        let case = self.look(&self.open[&n]).await?.case;
        if done && case.closed.is_none() {
            self.plan(n, &case, at);
        } else {
            self.less(n);
        }
        Ok(())
    }
}

/// Opens a locality of a pack for the simulation, named by the pack or, where that names none, as an invented one.
///
/// # Errors
/// Those of the use case: a pack that is not there.
pub async fn open_place(app: &App, pack: &str) -> Result<Locality, Failed> {
    use crate::usecase::setup::{self, NewLocality};
    let texts = setup::pack_texts(pack).unwrap_or_default();
    let pack_id = pack.to_owned();
    let pack = crate::app::pack_of(&texts)?;
    let new = NewLocality {
        code: pack.division.map_or("990303".to_owned(), |d| d.to_string()),
        name: if pack.division.is_some() { pack.name.clone() } else { "模拟县".to_owned() },
        name_en: if pack.division.is_some() { pack.name_en.clone() } else { "Simulated County".to_owned() },
        organ: "模拟县市场监督管理局".to_owned(),
        short: "模拟".to_owned(),
        pack_id,
    };
    Ok(setup::open_locality(app, &new).await?)
}
