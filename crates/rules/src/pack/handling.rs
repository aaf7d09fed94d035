//! `approvals` and `[follow_up]`: what an officer may do alone, and what follows a dissatisfied answer.

use super::check::Checker;
use crate::law::coded;
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

/// What follows when a person asked after closing (回访) is not satisfied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    /// Whether the case is handled again without anybody deciding so.
    pub second_handling: bool,
    /// How often a case can be handled again.
    pub rounds: u32,
}

impl Default for FollowUp {
    fn default() -> Self {
        Self { second_handling: false, rounds: 2 }
    }
}

impl Checker<'_> {
    pub(super) fn approvals(&mut self, list: &[Spanned<String>]) -> BTreeSet<Approval> {
        let allowed = Approval::ALL.iter().map(|a| a.code()).collect::<Vec<_>>().join(", ");
        list.iter().map(|a| self.coded("approvals", a, Approval::parse, &allowed, Approval::Refuse)).collect()
    }
}
