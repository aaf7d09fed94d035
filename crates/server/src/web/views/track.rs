//! What the tracking page has beside history and decisions: what is asked of the person, the time fixed for mediation, papers, what can be
//! said after closing, and who has looked.

use super::parts::{Field, Link};

/// A form of the tracking page, small enough to stand on it.
#[derive(Clone, Debug)]
pub struct Small {
    /// Where it is sent.
    pub action: String,
    /// Part of the ids on the page; sent along, so that a mistake is shown at its place.
    pub at: String,
    /// What is sent along beside it: names and values.
    pub hidden: Vec<(&'static str, String)>,
    /// What is asked.
    pub fields: Vec<Field>,
    /// The word on the button.
    pub submit: String,
    /// Something in it is wrong.
    pub wrong: bool,
}

/// A question of the desk.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// The question.
    pub text: String,
    /// By whom and when.
    pub about: String,
    /// The answer's form.
    pub form: Option<Small>,
}

/// The time fixed for mediation.
#[derive(Clone, Debug, Default)]
pub struct Meeting {
    /// When.
    pub when: String,
    /// In person, by telephone, …
    pub mode: String,
    /// Where, or the number or link.
    pub place: String,
    /// Who mediates.
    pub mediators: String,
    /// Until when a recusal may be asked for; empty where no day was named.
    pub recusal_by: String,
    /// Form 7; empty label where none was made out.
    pub paper: Link,
}

/// Who looked, a line.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// When.
    pub at: String,
    /// Unit and role.
    pub who: String,
    /// For what.
    pub what: String,
}

/// All of it for one case.
#[derive(Clone, Debug, Default)]
pub struct Care {
    /// Questions that wait for an answer.
    pub questions: Vec<Question>,
    /// The time fixed.
    pub meeting: Option<Meeting>,
    /// How the person would like to be mediated.
    pub mode: Option<Small>,
    /// Papers to read and print.
    pub papers: Vec<Link>,
    /// What the person said of the closing; empty for nothing yet.
    pub rated: String,
    /// To say it.
    pub rate: Option<Small>,
    /// It was asked to be handled again, and waits.
    pub again: bool,
    /// To ask for it.
    pub reopen: Option<Small>,
    /// Who has read the case.
    pub seen: Vec<Seen>,
}

/// A message of the page's inbox.
#[derive(Clone, Debug, Default)]
pub struct News {
    /// When.
    pub at: String,
    /// Of which case, where there are several.
    pub of: String,
    /// What happened.
    pub what: String,
    /// What may be done next; empty for nothing.
    pub next: String,
    /// Since the page was read last.
    pub new: bool,
}
