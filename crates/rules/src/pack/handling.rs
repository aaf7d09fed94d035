//! `approvals` and `[follow_up]`: what an officer may do alone, and what follows a dissatisfied answer.

use super::Pack;
use super::check::Checker;
use super::cure::Cure;
use crate::law::{Kind, coded};
use serde::Deserialize;
use std::collections::BTreeSet;
use toml::Spanned;

coded! {
    /// What an officer may do only with the head's approval, where the pack says so; filing and extending always need it.
    Approval {
        /// refusing a complaint
        Refuse = "refuse",
        /// terminating mediation
        Terminate = "terminate",
    }
}

/// The follow-up after closing (回访), and what follows an answer that is not satisfied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// Whether the case is handled again without anybody deciding so.
    pub second_handling: bool,
    /// How often a case can be handled again.
    pub rounds: u32,
    /// Whether every closed case is followed up, or as many as the unit chooses.
    pub every: bool,
    /// Kinds that are followed up.
    pub kinds: Vec<Kind>,
    /// Within how many days of closing, natural days; none where the locality gives no number.
    pub within_days: Option<u32>,
    /// Where the locality says so.
    pub source: String,
}

impl Default for FollowUp {
    fn default() -> Self {
        let (kinds, source) = (Kind::ALL.to_vec(), String::new());
        Self { second_handling: false, rounds: 2, every: false, kinds, within_days: None, source }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFollowUp {
    second_handling: Option<bool>,
    rounds: Option<Spanned<u32>>,
    every: Option<bool>,
    kinds: Option<Spanned<Vec<String>>>,
    within_days: Option<Spanned<u32>>,
    source: Option<String>,
}

impl Checker<'_> {
    pub(super) fn approvals(&mut self, list: &[Spanned<String>]) -> BTreeSet<Approval> {
        let allowed = Approval::ALL.iter().map(|a| a.code()).collect::<Vec<_>>().join(", ");
        list.iter().map(|a| self.coded("approvals", a, Approval::parse, &allowed, Approval::Refuse)).collect()
    }

    pub(super) fn follow_up(&mut self, raw: Option<RawFollowUp>, base: Option<&Pack>) -> FollowUp {
        let mut out = base.map(|b| b.follow_up.clone()).unwrap_or_default();
        let Some(raw) = raw else { return out };
        if let Some(rounds) = raw.rounds {
            if !(1..=9).contains(rounds.get_ref()) {
                self.fault(rounds.span().start, "follow_up.rounds", Cure::Between.among(rounds.get_ref(), "1–9"));
            }
            out.rounds = rounds.into_inner();
        }
        if let Some(kinds) = raw.kinds {
            out.kinds = self.kinds("follow_up.kinds", &kinds);
        }
        if let Some(days) = raw.within_days {
            if !(1..=366).contains(days.get_ref()) {
                self.fault(days.span().start, "follow_up.within_days", Cure::Between.among(days.get_ref(), "1–366"));
            }
            out.within_days = Some(days.into_inner());
        }
        out.second_handling = raw.second_handling.unwrap_or(out.second_handling);
        out.every = raw.every.unwrap_or(out.every);
        out.source = raw.source.unwrap_or(out.source);
        out
    }
}
