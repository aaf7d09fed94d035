//! `[[clock]]`: local promises counted beside the law's limits.

use super::Pack;
use super::check::Checker;
use super::cure::Cure;
use crate::calendar::Span;
use crate::law::{Kind, coded};
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;

coded! {
    /// What starts a local clock.
    Trigger {
        /// received by the platform
        Platform = "platform",
        /// received by the competent organ
        Organ = "organ",
        /// sent to a unit
        Sent = "sent",
        /// opened at the unit's desk
        Desk = "desk",
        /// marked urgent
        Urgent = "urgent",
        /// complaint accepted
        Accepted = "accepted",
        /// to be handled again (二次办理)
        Reopened = "reopened",
        /// the person is not satisfied: started by the grade of the review that names it
        Reviewed = "reviewed",
    }
}

coded! {
    /// What stops a local clock.
    Stop {
        /// sent to a unit
        Sent = "sent",
        /// the person was first contacted, or told anything
        Contacted = "contacted",
        /// accepted or refused and told; a report decided
        Decided = "decided",
        /// agreement or termination; a report verified
        Settled = "settled",
        /// answered (consultation, other)
        Answered = "answered",
        /// closed
        Closed = "closed",
        /// the correction after a bad review was recorded
        Corrected = "corrected",
    }
}

/// A local promise counted beside the law's limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalClock {
    /// Stable id; the clock is named `local:<id>`.
    pub id: String,
    /// Name in Chinese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// Kinds it applies to.
    pub kinds: Vec<Kind>,
    /// Only for cases marked urgent.
    pub urgent_only: bool,
    /// What starts it.
    pub start: Trigger,
    /// What stops it.
    pub stop: Stop,
    /// Its length.
    pub span: Span,
    /// Where the locality says so.
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawClock {
    id: Spanned<String>,
    name: String,
    name_en: String,
    kinds: Spanned<Vec<String>>,
    #[serde(default)]
    urgent_only: bool,
    start: Spanned<String>,
    stop: Spanned<String>,
    span: Spanned<String>,
    source: String,
}

impl Checker<'_> {
    pub(super) fn clocks(&mut self, raw: Vec<Spanned<RawClock>>, base: Option<&Pack>) -> Vec<LocalClock> {
        let mut clocks = base.map(|b| b.clocks.clone()).unwrap_or_default();
        let mut seen = BTreeSet::new();
        for c in raw {
            let at = c.span().start;
            let c = c.into_inner();
            self.id("clock.id", &c.id);
            let id = c.id.into_inner();
            if !seen.insert(id.clone()) {
                self.fault(at, "clock.id", Cure::Twice.of(&id));
            }
            let kinds = self.kinds("clock.kinds", &c.kinds);
            let starts = Trigger::ALL.iter().map(|t| t.code()).collect::<Vec<_>>().join(", ");
            let stops = Stop::ALL.iter().map(|t| t.code()).collect::<Vec<_>>().join(", ");
            let start = self.coded("clock.start", &c.start, Trigger::parse, &starts, Trigger::Organ);
            let stop = self.coded("clock.stop", &c.stop, Stop::parse, &stops, Stop::Closed);
            let span = c.span.get_ref().parse::<Span>().unwrap_or_else(|_| {
                self.fault(c.span.span().start, "clock.span", Cure::Length.of(c.span.get_ref()));
                Span::WorkingDays(1)
            });
            clocks.retain(|k| k.id != id);
            clocks.push(LocalClock {
                id,
                name: c.name,
                name_en: c.name_en,
                kinds,
                urgent_only: c.urgent_only,
                start,
                stop,
                span,
                source: c.source,
            });
        }
        clocks
    }
}
