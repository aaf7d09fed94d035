//! How a locality supervises (督查): when it looks at all open work, whom it tells in which order, when a limit counts as near. A pack
//! without the section inspects nothing.

use super::Pack;
use super::check::Checker;
use super::cure::Cure;
use crate::calendar::{Calendar, Roll, Span};
use crate::law::coded;
use crate::time::Instant;
use jiff::civil::Time;
use serde::Deserialize;
use toml::Spanned;

coded! {
    /// Whom a step of the ladder tells.
    Rung {
        /// 承办人: whoever has the case in hand, else the heads of its unit; at the intake its clerks
        Handler = "handler",
        /// 负责人: the heads of the unit that has it
        Head = "head",
        /// 督导: the organ's supervisors
        Supervisor = "supervisor",
    }
}

coded! {
    /// From when a step of the ladder applies to a clock.
    Since {
        /// its limit is near
        Soon = "soon",
        /// its limit has passed
        Late = "late",
    }
}

/// A step of the ladder (通知).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LadderStep {
    /// Whom it tells.
    pub to: Rung,
    /// From when on.
    pub since: Since,
    /// How long the limit has to have passed, for [`Since::Late`].
    pub after: Option<Span>,
    /// How long a case has to have waited at the intake to be told as not sent; none never.
    pub undispatched: Option<Span>,
}

/// How a locality supervises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Supervision {
    /// Times of day at which all open work is looked at (一日两查), in order; none for a locality that does not.
    pub inspections: Vec<Time>,
    /// Whether that happens on working days only.
    pub working_days: bool,
    /// From how long before its end a limit is near.
    pub due_soon: Span,
    /// By when the day's zero check (每日流转清零) is to be made.
    pub zero_check: Option<Time>,
    /// Whether, beyond the last step, its people are told again every day.
    pub daily_urging: bool,
    /// Periods an order may give its owner.
    pub order_spans: Vec<Span>,
    /// The ladder (三通知), first step first.
    pub steps: Vec<LadderStep>,
    /// Where the locality says so.
    pub source: String,
}

impl Default for Supervision {
    fn default() -> Self {
        let step = |to, since, after, undispatched| LadderStep { to, since, after, undispatched: Some(undispatched) };
        Self {
            inspections: Vec::new(),
            working_days: true,
            due_soon: Span::WorkingDays(2),
            zero_check: None,
            daily_urging: false,
            order_spans: vec![Span::Hours(24), Span::WorkingDays(1), Span::WorkingDays(3), Span::WorkingDays(5)],
            steps: vec![
                step(Rung::Handler, Since::Soon, None, Span::Hours(2)),
                step(Rung::Head, Since::Late, None, Span::WorkingDays(1)),
                step(Rung::Supervisor, Since::Late, Some(Span::WorkingDays(1)), Span::WorkingDays(2)),
            ],
            source: String::new(),
        }
    }
}

impl Supervision {
    /// Up to when an end counts as near, seen from `now`.
    #[must_use]
    pub fn soon(&self, now: Instant, calendar: &Calendar) -> Instant {
        calendar.due_or_provisional(now, self.due_soon, Roll::default(), &[]).at
    }

    /// The inspections that fall due after `after` and not after `now`, in order; at most the last `most`.
    #[must_use]
    pub fn inspections_between(&self, after: Instant, now: Instant, calendar: &Calendar, most: usize) -> Vec<Instant> {
        let mut out = Vec::new();
        let mut day = now.date();
        while Instant::end_of(day) > after && out.len() < most && !self.inspections.is_empty() {
            if !self.working_days || calendar.day_or_assumed(day).0.is_working() {
                let at = self.inspections.iter().rev().map(|t| Instant::at(day.to_datetime(*t)));
                out.extend(at.filter(|at| *at <= now && *at > after));
            }
            day = match day.yesterday() {
                Ok(before) => before,
                Err(_) => break,
            };
        }
        out.truncate(most);
        out.reverse();
        out
    }
}

/// The section as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSupervision {
    inspections: Option<Spanned<Vec<String>>>,
    working_days: Option<bool>,
    due_soon: Option<Spanned<String>>,
    zero_check: Option<Spanned<String>>,
    daily_urging: Option<bool>,
    order_spans: Option<Spanned<Vec<String>>>,
    source: Option<String>,
    #[serde(default)]
    step: Vec<Spanned<RawStep>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStep {
    to: Spanned<String>,
    since: Spanned<String>,
    after: Option<Spanned<String>>,
    undispatched: Option<Spanned<String>>,
}

impl Checker<'_> {
    /// The section merged into that of the pack below: what is not written stays, a ladder that is written replaces the whole.
    pub(super) fn supervision(&mut self, raw: Option<RawSupervision>, base: Option<&Pack>) -> Supervision {
        let mut out = base.map(|b| b.supervision.clone()).unwrap_or_default();
        let Some(raw) = raw else { return out };
        if let Some(times) = raw.inspections {
            let at = times.span().start;
            out.inspections = times.into_inner().iter().filter_map(|t| self.time_of_day("supervision.inspections", at, t)).collect();
            if !out.inspections.is_sorted_by(|a, b| a < b) {
                self.fault(at, "supervision.inspections", Cure::TimesInOrder.plain());
            }
        }
        out.working_days = raw.working_days.unwrap_or(out.working_days);
        out.daily_urging = raw.daily_urging.unwrap_or(out.daily_urging);
        if let Some(s) = raw.due_soon {
            out.due_soon = self.length("supervision.due_soon", s.span().start, s.get_ref()).unwrap_or(out.due_soon);
        }
        if let Some(t) = raw.zero_check {
            out.zero_check = self.time_of_day("supervision.zero_check", t.span().start, t.get_ref());
        }
        if let Some(spans) = raw.order_spans {
            let at = spans.span().start;
            out.order_spans = spans.into_inner().iter().filter_map(|s| self.length("supervision.order_spans", at, s)).collect();
            if out.order_spans.is_empty() {
                self.fault(at, "supervision.order_spans", Cure::OrderSpans.plain());
            }
        }
        out.source = raw.source.unwrap_or(out.source);
        if !raw.step.is_empty() {
            out.steps = raw.step.into_iter().map(|s| self.step(s.into_inner())).collect();
        }
        out
    }

    fn step(&mut self, raw: RawStep) -> LadderStep {
        let to = self.coded("supervision.step.to", &raw.to, Rung::parse, "handler, head, supervisor", Rung::Handler);
        let since = self.coded("supervision.step.since", &raw.since, Since::parse, "soon, late", Since::Late);
        if let Some(after) = raw.after.as_ref().filter(|_| since == Since::Soon) {
            self.fault(after.span().start, "supervision.step.after", Cure::AfterWithLate.plain());
        }
        let mut span = |field: &str, s: Option<Spanned<String>>| s.and_then(|s| self.length(field, s.span().start, s.get_ref()));
        let after = span("supervision.step.after", raw.after);
        let undispatched = span("supervision.step.undispatched", raw.undispatched);
        LadderStep { to, since, after, undispatched }
    }

    fn time_of_day(&mut self, field: &str, at: usize, text: &str) -> Option<Time> {
        let time = text.split_once(':').and_then(|(h, m)| Time::new(h.parse().ok()?, m.parse().ok()?, 0, 0).ok());
        if time.is_none() {
            self.fault(at, field, Cure::TimeOfDay.of(text));
        }
        time
    }

    fn length(&mut self, field: &str, at: usize, text: &str) -> Option<Span> {
        let span = text.parse().ok();
        if span.is_none() {
            self.fault(at, field, Cure::Length.of(text));
        }
        span
    }
}
