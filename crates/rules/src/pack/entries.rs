//! A pack line by line: what it says, by section and key, with the source of each value; so that it can be shown in words, and two can be laid
//! side by side.

use super::{Grade, LadderStep, LocalClock, Mechanism, Pack};
use crate::calendar::{Roll, Span};
use crate::law::coded;
use std::collections::BTreeMap;

coded! {
    /// The parts of a pack, in the order people read them.
    Section {
        /// id, version, name
        Head = "head",
        /// local clocks
        Clocks = "clocks",
        /// mechanisms on or off
        Mechanisms = "mechanisms",
        /// follow-up, approvals, groups, levels
        Handling = "handling",
        /// how rates are counted and units scored
        Scoring = "scoring",
        /// inspections, the ladder, orders
        Supervision = "supervision",
        /// grades of dissatisfaction, the sheet of a check
        Review = "review",
        /// document numbers
        Numbering = "numbering",
        /// lines of the leniency list
        Leniency = "leniency",
        /// organs, units, areas: how many, and the organs by name
        Organisation = "organisation",
    }
}

/// One thing a pack says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where in the pack.
    pub section: Section,
    /// Which: a field's code, the id of a clock, a mechanism, a line.
    pub key: String,
    /// What it says.
    pub value: Value,
    /// Where the locality says so; empty where the pack as a whole is the source.
    pub source: String,
}

/// What an entry says, to be put into words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Words of the pack itself.
    Text(String),
    /// A number.
    Number(u64),
    /// Yes or no.
    Switch(bool),
    /// Words of the pack, or times of day; none of them is "none".
    Words(Vec<String>),
    /// The same in Chinese and in English.
    Named(String, String),
    /// Lengths of time.
    Spans(Vec<Span>),
    /// A step of the ladder.
    Step(LadderStep),
    /// A grade of dissatisfaction.
    Grade(Grade),
    /// Codes of a family of words.
    Codes(&'static str, Vec<&'static str>),
    /// What a last day off moves to.
    Roll(Roll),
    /// A local clock.
    Clock(LocalClock),
    /// A mechanism: whether it is on.
    Mechanism(Mechanism, bool),
}

impl Value {
    /// Short, in codes: for the command line.
    #[must_use]
    pub fn plain(&self) -> String {
        match self {
            Self::Text(t) => t.clone(),
            Self::Number(n) => n.to_string(),
            Self::Switch(on) => on.to_string(),
            Self::Words(words) => words.join(", "),
            Self::Named(_, name) => name.clone(),
            Self::Spans(spans) => spans.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            Self::Step(s) => {
                let after = s.after.map(|a| format!(" for {a}")).unwrap_or_default();
                let waiting = s.undispatched.map(|u| format!(", not sent for {u}")).unwrap_or_default();
                format!("tells the {} from {}{after}{waiting}", s.to.code(), s.since.code())
            }
            Self::Grade(g) => {
                let visit = if g.visit { ", visit" } else { "" };
                let again = if g.again { ", again" } else { "" };
                let clock = g.clock.as_ref().map(|c| format!(", within {c}")).unwrap_or_default();
                format!("{} ({}{visit}{again}{clock})", g.name_en, g.responsible.code())
            }
            Self::Codes(_, codes) => codes.join(", "),
            Self::Roll(Roll::NonWorkday) => "non_workday".to_owned(),
            Self::Roll(Roll::StatutoryHolidayOnly) => "statutory_holiday_only".to_owned(),
            Self::Clock(c) => {
                let kinds: Vec<&str> = c.kinds.iter().map(|k| k.code()).collect();
                let urgent = if c.urgent_only { ", urgent only" } else { "" };
                format!("{} from {} to {} ({}{urgent})", c.span, c.start.code(), c.stop.code(), kinds.join(", "))
            }
            Self::Mechanism(m, on) => match (on, m.built()) {
                (false, _) => "off".to_owned(),
                (true, true) => "on".to_owned(),
                (true, false) => "on, declared only".to_owned(),
            },
        }
    }
}

impl Pack {
    /// What the pack says, in order.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let mut out = Vec::new();
        let mut add = |section, key: &str, value, source: &str| {
            out.push(Entry { section, key: key.to_owned(), value, source: source.to_owned() });
        };
        add(Section::Head, "version", Value::Number(self.version.into()), "");
        add(Section::Head, "source", Value::Text(self.source.clone()), "");
        add(Section::Head, "valid_from", Value::Text(self.valid_from.to_string()), "");
        add(Section::Head, "roll", Value::Roll(self.roll), "");
        for c in &self.clocks {
            add(Section::Clocks, &c.id, Value::Clock(c.clone()), &c.source);
        }
        for d in self.mechanisms.values() {
            add(Section::Mechanisms, d.mechanism.code(), Value::Mechanism(d.mechanism, d.on), &d.source);
        }
        let f = &self.follow_up;
        add(Section::Handling, "follow_up_every", Value::Switch(f.every), &f.source);
        add(Section::Handling, "follow_up_kinds", Value::Codes("kind", f.kinds.iter().map(|k| k.code()).collect()), &f.source);
        if let Some(days) = f.within_days {
            add(Section::Handling, "follow_up_within", Value::Number(days.into()), &f.source);
        }
        add(Section::Handling, "second_handling", Value::Switch(f.second_handling), &f.source);
        add(Section::Handling, "rounds", Value::Number(f.rounds.into()), &f.source);
        add(Section::Handling, "approvals", Value::Codes("action", self.approvals.iter().map(|a| a.code()).collect()), "");
        let people: Vec<String> = self.groups.people.iter().map(ToString::to_string).collect();
        add(Section::Handling, "group_people", Value::Text(people.join(" / ")), &self.groups.source);
        add(Section::Handling, "group_days", Value::Number(self.groups.days.into()), &self.groups.source);
        for kind in super::UnitKind::ALL {
            let level = Value::Codes("level", vec![self.levels.of(*kind).code()]);
            add(Section::Handling, &format!("level:{}", kind.code()), level, "");
        }
        let s = &self.scoring;
        for (id, version) in &s.versions {
            add(Section::Scoring, &format!("formula:{id}"), Value::Number((*version).into()), "");
        }
        add(Section::Scoring, "few", Value::Number(s.few.unsigned_abs()), "");
        if let Some(p) = &s.population {
            add(Section::Scoring, "population", Value::Number(p.people.unsigned_abs()), &p.source);
        }
        for w in &s.weights {
            add(Section::Scoring, &format!("weight:{}", w.rate), Value::Number(w.points.into()), "");
        }
        for x in &s.exclusions {
            add(Section::Scoring, &format!("exclusion:{}", x.code), Value::Text(x.name.clone()), &x.source);
        }
        let (s, times) = (&self.supervision, |t: &jiff::civil::Time| format!("{:02}:{:02}", t.hour(), t.minute()));
        add(Section::Supervision, "inspections", Value::Words(s.inspections.iter().map(times).collect()), &s.source);
        if !s.inspections.is_empty() {
            add(Section::Supervision, "working_days", Value::Switch(s.working_days), &s.source);
            for (n, step) in s.steps.iter().enumerate() {
                add(Section::Supervision, &format!("step:{}", n + 1), Value::Step(*step), &s.source);
            }
            add(Section::Supervision, "daily_urging", Value::Switch(s.daily_urging), &s.source);
        }
        add(Section::Supervision, "due_soon", Value::Spans(vec![s.due_soon]), &s.source);
        add(Section::Supervision, "zero_check", Value::Words(s.zero_check.iter().map(times).collect()), &s.source);
        add(Section::Supervision, "order_spans", Value::Spans(s.order_spans.clone()), &s.source);
        for (n, grade) in self.review.grades.iter().enumerate() {
            let key = if n == 0 { "grade".to_owned() } else { format!("grade:{}", grade.id) };
            add(Section::Review, &key, Value::Grade(grade.clone()), "");
        }
        for c in &self.review.criteria {
            add(Section::Review, &format!("criterion:{}", c.id), Value::Named(c.name.clone(), c.name_en.clone()), "");
        }
        add(Section::Review, "recheck_untrue", Value::Switch(self.review.recheck_untrue), "");
        add(Section::Numbering, "document", Value::Text(self.document.to_string()), "");
        for (form, class) in &self.classes {
            add(Section::Numbering, &format!("form:{}", form.code()), Value::Text(class.clone()), "");
        }
        for line in &self.leniency {
            add(Section::Leniency, &line.id, Value::Text(format!("{}：{}", line.matter, line.conditions.join("；"))), &line.source);
        }
        for o in &self.organs {
            add(Section::Organisation, &format!("organ:{}", o.code), Value::Text(o.name.clone()), "");
        }
        add(Section::Organisation, "units", Value::Number(self.units.len() as u64), "");
        add(Section::Organisation, "areas", Value::Number(self.areas.len() as u64), "");
        out
    }

    /// Where this pack says something else than `other`: what `other` says, and what this one does.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<(Option<Entry>, Option<Entry>)> {
        let of = |pack: &Self| -> BTreeMap<(Section, String), Entry> {
            let entries = pack.entries().into_iter().filter(|e| e.section != Section::Head || e.key == "roll");
            entries.map(|e| ((e.section, e.key.clone()), e)).collect()
        };
        let (mut ours, theirs) = (of(self), of(other));
        let mut out = Vec::new();
        for (key, their) in theirs {
            let our = ours.remove(&key);
            if our.as_ref().is_none_or(|o| o.value != their.value) {
                out.push((Some(their), our));
            }
        }
        out.extend(ours.into_values().map(|our| (None, Some(our))));
        out.sort_by_key(|(a, b)| b.as_ref().or(a.as_ref()).map(|e| (e.section, e.key.clone())));
        out
    }
}
