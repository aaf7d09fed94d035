//! What the intake's clerk works with: entry, the queue with its tools, groups, the check at the end of a day.

use askama::Template;

use super::desk::CaseRow;
use super::parts::{Choice, CountLink, Empty, Errors, Field, Group as ChoiceGroup, Link, Pager, Tag};
use super::register::Found;
use crate::web::i18n::Lang;
use crate::web::layout::DeskLayout;

/// A case that may be the same matter, or an earlier one of the caller.
#[derive(Clone, Debug, Default)]
pub struct KnownRow {
    /// Opens it.
    pub href: String,
    /// Kind, number, what it is about.
    pub line: String,
    /// When it was received, and how long ago.
    pub received: String,
    /// Where it stands.
    pub state: String,
    /// Why it is shown.
    pub why: Vec<Tag>,
}

/// What is known of a caller while the form is being filled; also sent alone, to a script.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "desk/entry_known.html")]
pub struct Known {
    /// Language.
    pub l: Lang,
    /// Whether anything was looked up.
    pub looked: bool,
    /// Who the telephone belongs to, masked.
    pub name: String,
    /// Cases of this telephone.
    pub earlier: Vec<KnownRow>,
    /// What may be the same matter.
    pub like: Vec<KnownRow>,
    /// Tokens of those that are shown, sent back with the form: whoever saves has seen them.
    pub seen: String,
    /// Businesses of the register, where they were asked for without a script.
    pub found: Found,
}

/// Entry by telephone or at the counter.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/entry.html")]
pub struct Entry {
    /// Around the page.
    pub l: DeskLayout,
    /// Number of this form, so that it is stored once.
    pub nonce: String,
    /// Telephone or counter.
    pub by: Vec<Choice>,
    /// Complaint, report, consultation, each with its key.
    pub kinds: Vec<(Choice, &'static str)>,
    /// What is filled in, in the order it is told.
    pub main: Vec<Field>,
    /// The answer to a question.
    pub answer: Vec<Field>,
    /// What may be filled in besides.
    pub more: Vec<Field>,
    /// Whether the fold of that is open.
    pub open: bool,
    /// What is known of the caller.
    pub known: Known,
    /// What is wrong.
    pub errors: Errors,
}

/// It is stored: what is read out to the caller, and what is done next.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/entered.html")]
pub struct Entered {
    /// Around the page.
    pub l: DeskLayout,
    /// Heading.
    pub title: String,
    /// Receipt number.
    pub receipt: String,
    /// Tracking code.
    pub code: String,
    /// What became of it.
    pub fate: String,
    /// The next steps.
    pub links: Vec<Link>,
}

/// A row of the queue.
#[derive(Clone, Debug, Default)]
pub struct QueueRow {
    /// The case.
    pub row: CaseRow,
    /// Its token.
    pub token: String,
    /// Who is on it just now; empty for nobody.
    pub claim: String,
    /// Its group's page; empty where it is in none.
    pub group: String,
    /// What became of it when several were sent; empty otherwise.
    pub result: Tag,
}

/// A saved view.
#[derive(Clone, Debug, Default)]
pub struct ViewLink {
    /// Opens it.
    pub href: String,
    /// What it is called.
    pub name: String,
    /// Where it is thrown away; empty for another's.
    pub drop: String,
    /// For the whole unit.
    pub shared: bool,
}

/// The queue of the intake.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/inbox.html")]
pub struct Inbox {
    /// Around the page.
    pub l: DeskLayout,
    /// Heading.
    pub title: String,
    /// Numbers over the list.
    pub counts: Vec<CountLink>,
    /// Narrowing and order.
    pub filter: super::desk::Filter,
    /// Saved views.
    pub views: Vec<ViewLink>,
    /// The query that a new view keeps; empty where nothing is narrowed.
    pub query: String,
    /// The list as a file.
    pub exports: Vec<Link>,
    /// The rows.
    pub rows: Vec<QueueRow>,
    /// Where selected rows may be sent.
    pub units: Vec<ChoiceGroup>,
    /// On what ground.
    pub bases: Vec<Choice>,
    /// The case to begin with.
    pub first: String,
    /// Backwards and forwards.
    pub pager: Pager,
    /// What is said when there is no row.
    pub empty: Empty,
}

impl Inbox {
    /// More units than the choice shows: one may be named.
    fn is_large(&self) -> bool {
        self.units.iter().map(|g| g.choices.len()).sum::<usize>() > crate::web::desk::MOST_OFFERED
    }
}

/// What became of selected cases.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/bulk_done.html")]
pub struct BulkDone {
    /// Around the page.
    pub l: DeskLayout,
    /// Heading.
    pub title: String,
    /// How many were done, how many not.
    pub sentence: String,
    /// Each with its result.
    pub rows: Vec<QueueRow>,
    /// Ways on.
    pub links: Vec<Link>,
    /// What is wrong with the whole.
    pub errors: Errors,
}

/// A group of like cases (群体事件).
#[derive(Clone, Debug, Template)]
#[template(path = "desk/group.html")]
pub struct GroupPage {
    /// Around the page.
    pub l: DeskLayout,
    /// The group's address.
    pub address: String,
    /// Its members as this reader sees them.
    pub rows: Vec<QueueRow>,
    /// How they stand.
    pub counts: Vec<(String, usize)>,
    /// Whether this reader may add, take out and answer.
    pub works: bool,
    /// How the shared answer is given.
    pub answer: Vec<Field>,
    /// Adds another case.
    pub add: Field,
    /// What became of the last answer.
    pub results: String,
    /// What is wrong.
    pub errors: Errors,
}

/// A case left over at the end of a day.
#[derive(Clone, Debug, Default)]
pub struct LeftRow {
    /// The case.
    pub row: CaseRow,
    /// Its token: part of the names of its fields.
    pub token: String,
    /// Who must act.
    pub who: String,
    /// Why it is left.
    pub why: Vec<Choice>,
    /// The reason in words, once recorded.
    pub reason: String,
    /// Words beside it.
    pub note: String,
    /// No reason was given.
    pub missing: bool,
}

/// A check made before.
#[derive(Clone, Debug, Default)]
pub struct CheckRow {
    /// Opens it.
    pub href: String,
    /// The day.
    pub day: String,
    /// When and by whom.
    pub about: String,
    /// How many were left.
    pub left: usize,
}

/// The check at the end of a day (每日清零).
#[derive(Clone, Debug, Template)]
#[template(path = "desk/zero.html")]
pub struct Zero {
    /// Around the page.
    pub l: DeskLayout,
    /// The day.
    pub day: String,
    /// When it was checked and by whom; empty for what is now.
    pub checked: String,
    /// What is left.
    pub rows: Vec<LeftRow>,
    /// One reason for all that have none of their own.
    pub why_all: Vec<Choice>,
    /// How many by whoever must act.
    pub by_who: Vec<(String, usize)>,
    /// How many are left.
    pub total: u64,
    /// How many in each stage, each opening to its whole list.
    pub stages: Vec<CountLink>,
    /// That more are left than are shown; empty where all are.
    pub more: String,
    /// Checks made before.
    pub past: Vec<CheckRow>,
    /// What is wrong.
    pub errors: Errors,
}

macro_rules! safe { ($($t:ty),+ $(,)?) => { $(impl askama::filters::HtmlSafe for $t {})+ } }
safe!(Known);
