//! What a submission may say beyond the nine things everyone is asked: for whom it is made, what was bought and where.

use super::event::{Sealed, Submitter};
use crate::ids::FileId;
use crate::law::coded;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

coded! {
    /// How far an agent (受托人) may go (Order 121 Art. 11).
    Powers {
        /// 一般授权: to act, not to dispose of the claim
        General = "general",
        /// 特别授权: also to change or waive the claim and to settle
        Special = "special",
    }
}

/// An agent with power of attorney (Order 121 Art. 11; the power names matters, powers and term, and is signed).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Who acts.
    pub who: Submitter,
    /// How far.
    pub powers: Powers,
    /// Last day of the power, where it names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The power of attorney among the evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub power: Option<FileId>,
}

/// Where it happened, as the person gave it: words, a division, a point (WGS-84, millionths of a degree).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Address in words, sealed: it may be a home.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Sealed>,
    /// Division code chosen from the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub division: Option<String>,
    /// Longitude and latitude in millionths of a degree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<(i32, i32)>,
}

/// Everything beyond the plain complaint or report; all of it optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// Agent with power of attorney (Art. 11).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<Agent>,
    /// Parent or guardian of a person under fourteen (PIPL Art. 31).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guardian: Option<Submitter>,
    /// The two representatives of a joint complaint (Art. 12).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub representatives: Vec<Submitter>,
    /// How many complain together (Art. 12); zero where it is no joint complaint.
    #[serde(skip_serializing_if = "none")]
    pub joint: u32,
    /// Order number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Sealed>,
    /// Platform it was bought on, as written.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub platform: String,
    /// Shop on the platform, as written.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub shop: String,
    /// Day of the purchase or service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bought_on: Option<Date>,
    /// Where it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// E-mail address of whoever submitted, for notices; opened only at sending and for who may see the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Sealed>,
    /// Language notices are written in, a BCP 47 tag; empty for the first language.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub lang: String,
    /// Why a desk entered it on a later day than it was received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entered_late: Option<Sealed>,
}

impl Details {
    /// Whether nothing of it was given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn none(n: &u32) -> bool {
    *n == 0
}
