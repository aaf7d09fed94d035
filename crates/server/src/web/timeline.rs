//! What happened to a case, said to people: its history line by line, what is still to come and by when, its decisions in full, its clocks
//! with their proofs. Shared by the tracking page and the desk; nothing is decided here, and what a submitter may not see is left out here.

mod care;
pub mod clocks;
mod decisions;
mod history;
pub mod review;
mod supervise;

use super::i18n::Lang;
use super::views::parts::{Tag, Tone};
use crate::app::World;
use rules::case::event::{Outcome, Seat};
use rules::case::{Case, Stage};
use rules::ids::{OrganId, PersonId, UnitId};
use rules::time::Instant;

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The person who submitted: every step, but not what is internal or would reveal a report or an investigation (Art. 37).
    Submitter,
    /// Whoever works on the case.
    Desk,
}

/// How a case is told: language, the locality's world, the time it is, and to whom.
#[derive(Clone, Copy, Debug)]
pub struct Teller<'a> {
    /// Language.
    pub lang: Lang,
    /// Units, people, pack, calendar.
    pub world: &'a World,
    /// Now.
    pub now: Instant,
    /// To whom.
    pub reader: Reader,
    /// Address before a form's code, where its paper is shown (`/track/paper/<token>`, `/desk/case/<token>/paper`).
    pub papers: &'a str,
}

impl Teller<'_> {
    /// Name of a unit; its id's absence from the registry shows as nothing.
    #[must_use]
    pub fn unit(&self, id: UnitId) -> String {
        self.world.directory.units.get(&id).map(|u| u.name.clone()).unwrap_or_default()
    }

    /// Name of a unit as it was at a time: a reorganisation renames no step that was taken before it.
    #[must_use]
    pub fn unit_at(&self, id: UnitId, at: Instant) -> String {
        self.world.directory.unit_on(id, at.date()).map(|u| u.name.clone()).unwrap_or_default()
    }

    /// Name of an organ.
    #[must_use]
    pub fn organ(&self, id: OrganId) -> String {
        self.world.directory.organs.get(&id).map(|o| o.name.clone()).unwrap_or_default()
    }

    /// Name of a person who signs in.
    #[must_use]
    pub fn person(&self, id: PersonId) -> String {
        self.world.directory.people.get(&id).map(|p| p.name.clone()).unwrap_or_default()
    }

    /// The unit that has a case, with its telephone: `城关市场监管所 · 0990-5501201`.
    #[must_use]
    pub fn seat(&self, seat: Option<Seat>) -> String {
        let unit = seat.and_then(|s| self.world.directory.units.get(&s.unit));
        let parts = unit.map(|u| [u.name.as_str(), u.phone.as_str()]).unwrap_or_default();
        parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" · ")
    }

    fn own(&self) -> bool {
        self.reader == Reader::Submitter
    }

    /// When something happened: short within this year, else with the year.
    fn at(&self, at: Instant) -> String {
        if at.date().year() == self.now.date().year() { self.lang.stamp(at) } else { self.lang.datetime(at) }
    }

    /// A day, with its year where it is not this one.
    fn day(&self, day: jiff::civil::Date) -> String {
        if day.year() == self.now.date().year() { self.lang.day(day) } else { self.lang.date(day) }
    }

    /// Where a case stands, in one word. The head's table is not the submitter's business: what waits there is still being verified.
    #[must_use]
    pub fn state_tag(&self, case: &Case) -> Tag {
        let stage = match case.stage() {
            Stage::Approval if self.own() => Stage::Verifying,
            s => s,
        };
        stage_tag(self.lang, stage, case.closed.map(|c| c.outcome))
    }
}

/// The word, mark and colour of a stage; a closed case shows how it ended.
#[must_use]
pub fn stage_tag(lang: Lang, stage: Stage, outcome: Option<Outcome>) -> Tag {
    let tone = match (stage, outcome) {
        (Stage::Closed, Some(Outcome::Refused | Outcome::Terminated)) => Tone::Late,
        (Stage::Closed, Some(Outcome::Withdrawn | Outcome::NotFiled | Outcome::Elsewhere | Outcome::Duplicate)) => Tone::Plain,
        (Stage::Closed, _) => Tone::Good,
        (Stage::Intake | Stage::Sent | Stage::Undone, _) => Tone::Plain,
        _ => Tone::Act,
    };
    let word = match (stage, outcome) {
        (Stage::Closed, Some(outcome)) => lang.code("outcome", outcome.code()),
        _ => lang.code("stage", stage.code()),
    };
    Tag::new(tone, word)
}

/// As [`stage_tag`], from the codes a list has.
#[must_use]
pub fn stage_tag_of(lang: Lang, stage: &str, outcome: Option<&str>) -> Tag {
    Stage::parse(stage).map(|s| stage_tag(lang, s, outcome.and_then(Outcome::parse))).unwrap_or_default()
}

/// 1 → 一 in Chinese; in English the digit: items of an article.
fn item(lang: Lang, n: usize) -> String {
    const CHINESE: [&str; 8] = ["一", "二", "三", "四", "五", "六", "七", "八"];
    match (lang, n.checked_sub(1).and_then(|i| CHINESE.get(i))) {
        (Lang::ZhCn | Lang::ZhTw, Some(c)) => (*c).to_owned(),
        _ => n.to_string(),
    }
}
