//! Clocks said to people: the next date, every clock with its state, and the proof of a date day by day.

use super::{Reader, Teller};
use crate::web::i18n::Lang;
use crate::web::views::desk::ClockRow;
use crate::web::views::parts::{ClockCard, DayKind, DayProof, ProofDay, Tag, Tone};
use rules::calendar::{Calendar, DayKind as Kind, Due, Mark, Span};
use rules::case::next::{Next, Step, Who, awaits_identity, next};
use rules::case::{Case, Identity};
use rules::clock::{Clock, ClockName, ClockState};
use rules::time::Instant;

/// Working days before its end on which a clock is shown as soon due.
const SOON: i64 = 2;

/// What is left of a clock, or how far it is beyond: for lists and cards alike. A provisional date is marked.
#[must_use]
pub fn clock_tag(lang: Lang, due_at: Instant, provisional: bool, now: Instant, calendar: &Calendar) -> Tag {
    // A period of days ends at 24:00, which is the next day's first instant.
    let on = Instant(due_at.0 - 1).date();
    let today = now.date();
    let (tone, text) = if now >= due_at {
        (Tone::Late, overrun(lang, due_at, now, calendar))
    } else if on == today {
        let whole = Instant::end_of(on) == due_at;
        let time = due_at.civil().time();
        let text = if whole {
            lang.t("clock-today")
        } else {
            lang.t1("clock-today-until", "time", format!("{:02}:{:02}", time.hour(), time.minute()))
        };
        (Tone::Soon, text)
    } else {
        match calendar.working_days_left(now, on) {
            0 => (Tone::Soon, lang.t1("clock-left-days", "n", rules::time::days_of(on) - rules::time::days_of(today))),
            n => (if n <= SOON { Tone::Soon } else { Tone::Plain }, lang.t1("clock-left", "n", n)),
        }
    };
    let text = if provisional { format!("{text}{}", lang.t("clock-provisional")) } else { text };
    Tag::new(tone, text)
}

fn overrun(lang: Lang, due_at: Instant, now: Instant, calendar: &Calendar) -> String {
    let last = Instant(due_at.0 - 1).date();
    match -calendar.working_days_left(now, last) {
        n if n > 0 => lang.t1("clock-late", "n", n),
        _ => lang.t1("clock-late-time", "time", lang.elapsed((now.0 - due_at.0) / 60_000_000)),
    }
}

/// Length of a period in words.
#[must_use]
pub fn span(lang: Lang, span: Span) -> String {
    match span {
        Span::Minutes(n) => lang.span(n.into(), "min"),
        Span::Hours(n) => lang.span(n.into(), "h"),
        Span::WorkingDays(n) => lang.span(n.into(), "wd"),
        Span::NaturalDays(n) => lang.span(n.into(), "nd"),
        Span::Months(n) => lang.span(n.into(), "month"),
        Span::Years(n) => lang.span(n.into(), "year"),
    }
}

/// The name of a clock: the law's by its code, a locality's as its pack writes it.
#[must_use]
pub fn clock_name(lang: Lang, pack: &rules::pack::Pack, name: &ClockName) -> String {
    match pack.local_clock(name) {
        Some(local) if lang == Lang::En => local.name_en.clone(),
        Some(local) => local.name.clone(),
        None if rules::case::supervise::order_of(name).is_some() => lang.t("sup-clock"),
        None => lang.code("clock", &name.0),
    }
}

/// What a clock rests on: the article, or the locality's own promise.
#[must_use]
pub fn basis(lang: Lang, pack: &rules::pack::Pack, clock: &Clock) -> String {
    if clock.name.is_statutory() {
        return lang.code("article", &clock.basis);
    }
    if rules::case::supervise::order_of(&clock.name).is_some() {
        return lang.t("sup-clock-basis");
    }
    match pack.promise(clock) {
        Some(local) if lang.is_chinese() => lang.t1("clock-local", "source", &local.source),
        _ => lang.t("clock-local-short"),
    }
}

/// A weekend day or holiday in words, for a square of the proof.
fn why(lang: Lang, date: jiff::civil::Date, kind: &Kind<String>) -> String {
    match kind {
        Kind::Working => String::new(),
        Kind::MakeUp | Kind::Weekend => lang.weekday(date).to_owned(),
        Kind::Holiday(name) => holiday(lang, name),
    }
}

/// The name of a holiday; the notices are Chinese.
fn holiday(lang: Lang, name: &str) -> String {
    const NAMES: [(&str, &str); 7] = [
        ("元旦", "new-year"),
        ("春节", "spring"),
        ("清明", "qingming"),
        ("劳动", "labour"),
        ("端午", "dragon-boat"),
        ("中秋", "mid-autumn"),
        ("国庆", "national"),
    ];
    if lang.is_chinese() {
        return name.to_owned();
    }
    let words: Vec<String> = NAMES.iter().filter(|(zh, _)| name.contains(zh)).map(|(_, code)| lang.code("holiday", code)).collect();
    if words.is_empty() { name.to_owned() } else { words.join(", ") }
}

/// How the date of a clock came about, day by day.
#[must_use]
pub fn day_proof(lang: Lang, pack: &rules::pack::Pack, clock: &Clock, calendar: &Calendar) -> DayProof {
    let proof = clock.proof(calendar);
    let start = proof.start.date();
    let total = span(lang, clock.total_span());
    let sentence = match clock.total_span() {
        Span::Minutes(_) | Span::Hours(_) => lang.t2("proof-clock", "from", lang.datetime(proof.start), "span", total),
        Span::WorkingDays(_) => lang.t2("proof-working", "from", lang.day(start), "span", total),
        _ => lang.t2("proof-natural", "from", lang.day(start), "span", total),
    };
    let mut days = Vec::with_capacity(proof.days.len() + 1);
    if !proof.days.is_empty() {
        days.push(ProofDay { date: start, kind: DayKind::Start, n: 0, why: String::new() });
    }
    let working = matches!(clock.total_span(), Span::WorkingDays(_));
    for d in &proof.days {
        let due = d.date == proof.due.on;
        let (kind, n, note) = match d.mark {
            Mark::Counted(n) if due => (DayKind::Due, n, String::new()),
            Mark::Counted(n) if working && d.kind == Kind::MakeUp => (DayKind::MakeUp, n, why(lang, d.date, &d.kind)),
            Mark::Counted(n) => (DayKind::Counted, n, String::new()),
            Mark::Excluded => (DayKind::Excluded, 0, lang.t("proof-testing")),
            Mark::Skipped | Mark::Rolled => (DayKind::Off, 0, why(lang, d.date, &d.kind)),
            Mark::Corresponding if due => (DayKind::Due, 0, String::new()),
            Mark::Corresponding => (DayKind::Off, 0, why(lang, d.date, &d.kind)),
            Mark::Moved => (DayKind::Due, 0, lang.t("proof-moved")),
        };
        days.push(ProofDay { date: d.date, kind, n, why: note });
    }
    let assumed = proof.days.iter().find(|d| d.assumed).map(|d| d.date.year());
    let provisional = assumed.filter(|_| proof.due.provisional).map(|y| lang.t1("proof-provisional", "year", y.to_string()));
    DayProof { l: lang, sentence, basis: basis(lang, pack, clock), days, provisional: provisional.unwrap_or_default() }
}

impl Teller<'_> {
    /// The last day of a clock, or its last minute where it runs by the hour.
    #[must_use]
    pub fn due(&self, due: &Due) -> String {
        if Instant::end_of(due.on) == due.at { self.day(due.on) } else { self.at(due.at) }
    }

    /// The next date of a case, the largest thing on its page; `None` when it is over.
    #[must_use]
    pub fn next_card(&self, case: &Case, id: &str) -> Option<ClockCard> {
        let next = next(case)?;
        let lang = self.lang;
        let what = self.next_sentence(case, &next);
        let note = self.note(case, &next);
        let (tone, when, rest, proof) = match next.clock {
            None => (Tone::Plain, lang.t("clock-none"), String::new(), None),
            Some(c) => {
                let proof = Some(day_proof(lang, &self.world.pack, c, &self.world.calendar));
                match c.state {
                    ClockState::Suspended(on) => {
                        (Tone::Plain, lang.t("clock-suspended"), lang.t1("clock-suspended-since", "date", self.day(on)), proof)
                    }
                    _ => {
                        let tag = clock_tag(lang, c.due.at, c.due.provisional, self.now, &self.world.calendar);
                        let tone = if tag.tone == Tone::Plain { Tone::Act } else { tag.tone };
                        (tone, self.due(&c.due), tag.text, proof)
                    }
                }
            }
        };
        Some(ClockCard { l: lang, id: id.to_owned(), tone, what, when, rest, note, proof })
    }

    fn next_sentence(&self, case: &Case, next: &Next<'_>) -> String {
        let unit = case.seat.map(|s| self.unit(s.unit)).filter(|u| !u.is_empty());
        let unit = unit.unwrap_or_else(|| self.lang.code("who", next.who.code()));
        if self.reader == Reader::Desk {
            let who = match next.who {
                Who::Lead => format!("{unit} {}", self.lang.code("who", "lead")),
                _ => unit,
            };
            return self.lang.t2("next-desk", "who", who, "step", self.lang.code("step", next.step.code()));
        }
        let step = match next.step {
            // The head's table is not the submitter's business.
            Step::Approve | Step::SettleDispute => Step::Propose,
            s => s,
        };
        self.lang.t1(&format!("next-{}", step.code().replace('_', "-")), "unit", unit)
    }

    /// Under the next date: papers the person owes, or the local promise beside the law's limit.
    fn note(&self, case: &Case, next: &Next<'_>) -> String {
        if let (Identity::Asked(by), true) = (case.identity, awaits_identity(case)) {
            let key = if self.reader == Reader::Desk { "clock-identity-desk" } else { "clock-identity" };
            return self.lang.t1(key, "date", self.day(by));
        }
        let shown = next.clock.map(|c| &c.name);
        let mut others: Vec<&Clock> = case.clocks.iter().filter(|c| c.is_open() && Some(&c.name) != shown).collect();
        others.sort_by_key(|c| c.due.at);
        let line = |c: &&Clock| {
            let tag = clock_tag(self.lang, c.due.at, c.due.provisional, self.now, &self.world.calendar);
            let name = clock_name(self.lang, &self.world.pack, &c.name);
            format!("{name}{}{} ({})", self.lang.t("list-colon"), self.due(&c.due), tag.text)
        };
        others.first().map(line).unwrap_or_default()
    }

    /// Every clock of a case with its state, statutory and local side by side, the open ones first by their end.
    #[must_use]
    pub fn clock_rows(&self, case: &Case) -> Vec<ClockRow> {
        let mut clocks: Vec<&Clock> = case.clocks.iter().collect();
        clocks.sort_by_key(|c| (!c.is_open(), c.due.at));
        clocks.into_iter().map(|c| self.clock_row(c)).collect()
    }

    fn clock_row(&self, c: &Clock) -> ClockRow {
        let lang = self.lang;
        let (state, due) = match c.state {
            ClockState::Running => (clock_tag(lang, c.due.at, c.due.provisional, self.now, &self.world.calendar), self.due(&c.due)),
            ClockState::Suspended(_) => (Tag::new(Tone::Plain, lang.t("clock-suspended")), self.due(&c.due)),
            ClockState::Stopped(at) if c.met() == Some(true) => (Tag::new(Tone::Good, lang.t("clock-met")), self.at(at)),
            ClockState::Stopped(at) => (Tag::new(Tone::Late, lang.t("clock-missed")), self.at(at)),
            ClockState::Void(at) => (Tag::new(Tone::Plain, lang.t("clock-void")), self.at(at)),
        };
        let mut detail = Vec::new();
        if let Some(extension) = c.extension {
            detail.push(lang.t1("clock-extended", "span", span(lang, extension)));
        }
        if let ClockState::Suspended(on) = c.state {
            detail.push(lang.t1("clock-suspended-since", "date", self.day(on)));
        }
        for e in &c.exclusions {
            detail.push(lang.t2("clock-excluded", "from", self.day(e.after), "to", self.day(e.through)));
        }
        ClockRow {
            name: clock_name(lang, &self.world.pack, &c.name),
            basis: basis(lang, &self.world.pack, c),
            due,
            state,
            detail: detail.join(" · "),
            proof: Some(day_proof(lang, &self.world.pack, c, &self.world.calendar)),
        }
    }
}
