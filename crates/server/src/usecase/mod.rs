//! Use cases: what people and channels ask of Fangxin, each in one transaction. True inside this folder: only here is a unit of work
//! opened; each use case takes a scope, lets `rules` decide, and writes state, events and access log together.

pub mod absence;
pub mod act;
pub mod alike;
pub mod bulk;
pub mod care;
pub mod channel_keys;
pub mod claim;
pub mod clearing;
pub mod entry;
pub mod erase;
pub mod evidence;
pub mod fields;
pub mod figures;
pub mod forecast;
pub mod handover;
pub mod health;
pub mod import;
pub mod limit;
pub mod lost;
pub mod mail;
pub mod more;
pub mod order;
pub mod organisation;
pub mod packs;
pub mod people;
pub mod phrases;
pub mod picture;
pub mod read;
pub mod recover;
pub mod redact;
pub mod register;
pub mod related;
pub mod review;
pub mod second;
pub mod seen;
pub mod setup;
pub mod split;
pub mod submit;
pub mod supervise;
pub mod sweep;
pub mod tally;
pub mod totp;
pub mod undertakings;
pub mod unit_list;
pub mod units;
pub mod upload;
pub mod zero;

use fields::Faults;
use rules::case::command::WhyNot;
use store::engine::Error;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Denied {
    /// It does not exist for whoever asks: 404.
    #[error("not found")]
    NotFound,
    /// The rules say no: 409, with the sentence for the code.
    #[error("not allowed: {}", .0.code())]
    Rule(WhyNot),
    /// What was typed is not complete or not possible: 422, field by field.
    #[error("invalid input")]
    Invalid(Faults),
    /// Somebody changed the case since the page was loaded: 409.
    #[error("changed meanwhile")]
    Stale,
    /// Too many attempts: 429.
    #[error("too many attempts")]
    Throttled,
    /// The store could not do it: 503 when it may work later, else 500.
    #[error(transparent)]
    Store(#[from] Error),
}

impl Denied {
    /// Stable code for programs and for the sentence shown to people.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Rule(why) => why.code(),
            Self::Invalid(_) => "invalid",
            Self::Stale => "stale",
            Self::Throttled => "throttled",
            Self::Store(e) => e.code(),
        }
    }
}

/// What a unit of work says no with; travels through the store unchanged.
#[derive(Debug, thiserror::Error)]
#[error("denied")]
pub(crate) struct Refusal(pub Denied);

impl From<Refusal> for Error {
    fn from(r: Refusal) -> Self {
        Self::refuse(r)
    }
}

/// The store's error, or what the unit said no with.
pub(crate) fn denied(e: Error) -> Denied {
    match e.refusal::<Refusal>() {
        Ok(r) => r.0,
        Err(e) => Denied::Store(e),
    }
}

/// The result of a use case.
pub type Answer<T> = Result<T, Denied>;
