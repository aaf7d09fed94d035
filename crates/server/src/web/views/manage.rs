//! What supervisors and administrators see: numbers that open to their cases, units, people, who read what, calendar
//! notices, verification, one's own account.

use askama::Template;

use super::desk::Filter;
use super::parts::{ActionForm, CountLink, Empty, Link, Pager, Tag, Tone};
use crate::web::layout::DeskLayout;

/// A number of a table, leading to what it counts.
#[derive(Clone, Debug, Default)]
pub struct CountCell {
    /// Where; empty for nothing to show.
    pub href: String,
    /// How many.
    pub n: u64,
    /// Mark.
    pub tone: Tone,
}

/// A unit and its numbers.
#[derive(Clone, Debug, Default)]
pub struct CountRow {
    /// The unit.
    pub name: String,
    /// One number per column.
    pub cells: Vec<CountCell>,
}

/// Counts by unit and state.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "desk/overview.html")]
pub struct Overview {
    /// Around the page.
    pub l: DeskLayout,
    /// As of when.
    pub as_of: String,
    /// The large numbers.
    pub counts: Vec<CountLink>,
    /// States, the table's columns.
    pub columns: Vec<String>,
    /// Units.
    pub rows: Vec<CountRow>,
    /// Sums.
    pub total: CountRow,
}

impl Overview {
    fn empty(&self) -> Empty {
        Empty { title: self.l.t("overview-none"), text: String::new(), link: None }
    }
}

/// A person of the desk.
#[derive(Clone, Debug, Default)]
pub struct PersonRow {
    /// Name.
    pub name: String,
    /// Login.
    pub login: String,
    /// Unit.
    pub unit: String,
    /// Roles, in words.
    pub roles: String,
    /// Active, locked, gone.
    pub state: Tag,
    /// Last signed in.
    pub last: String,
    /// Change, reset the password, lock.
    pub links: Vec<Link>,
}

/// People.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "desk/people.html")]
pub struct People {
    /// Around the page.
    pub l: DeskLayout,
    /// Narrowing.
    pub filter: Filter,
    /// Those it leaves.
    pub rows: Vec<PersonRow>,
    /// Onward.
    pub pager: Pager,
    /// A password made for someone, shown once: login and password.
    pub once: Option<(String, String)>,
    /// Adding one; `None` when the reader may not.
    pub form: Option<ActionForm>,
}

impl People {
    /// Whether this reader may change anybody.
    fn has_links(&self) -> bool {
        self.rows.iter().any(|r| !r.links.is_empty())
    }
}

/// A reading of personal data.
#[derive(Clone, Debug, Default)]
pub struct AccessRow {
    /// When.
    pub at: String,
    /// Who, of which unit.
    pub who: String,
    /// What was read: fields, in words.
    pub what: String,
    /// Of which case.
    pub case: Link,
    /// Place in the reader's chain.
    pub seq: u64,
}

/// Who read what personal data.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/access_log.html")]
pub struct AccessLog {
    /// Around the page.
    pub l: DeskLayout,
    /// Words searched for (person or case number), and from which date.
    pub q: String,
    /// From this date (`YYYY-MM-DD`).
    pub from: String,
    /// Readings, newest first.
    pub rows: Vec<AccessRow>,
    /// Backwards and forwards.
    pub pager: Pager,
}

impl AccessLog {
    fn empty(&self) -> Empty {
        Empty { title: self.l.t("access-none"), text: String::new(), link: None }
    }
}

/// A calendar notice that is loaded.
#[derive(Clone, Debug, Default)]
pub struct NoticeRow {
    /// Its year.
    pub year: String,
    /// Number of the notice (国办发明电〔2025〕…); "not filled" in words.
    pub number: String,
    /// How many holidays and make-up working days.
    pub days: String,
    /// Since when it is loaded, and by whom.
    pub loaded: String,
    /// In force, provisional.
    pub state: Tag,
}

/// A clock that a new notice would move.
#[derive(Clone, Debug, Default)]
pub struct Moved {
    /// Which case.
    pub case: Link,
    /// Which clock.
    pub clock: String,
    /// From which date.
    pub from: String,
    /// To which.
    pub to: String,
    /// By how many days, with its sign.
    pub by: String,
}

/// Calendar notices: what is loaded; a preview before a new one takes effect.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "desk/notices.html")]
pub struct Notices {
    /// Around the page.
    pub l: DeskLayout,
    /// What is loaded.
    pub rows: Vec<NoticeRow>,
    /// The preview of a file just sent: which clocks would move.
    pub preview: Option<Vec<Moved>>,
    /// Pasting a notice, or confirming the preview.
    pub form: Option<ActionForm>,
    /// Sending it as a file.
    pub file: Option<ActionForm>,
}

/// A line of the last verification.
#[derive(Clone, Debug, Default)]
pub struct CheckRow {
    /// What was checked.
    pub name: String,
    /// How many.
    pub n: u64,
    /// How it stands.
    pub state: Tag,
    /// What was found: case and column.
    pub detail: String,
}

/// How the last verification of chains, tree and rows ended.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "desk/verify.html")]
pub struct Verify {
    /// Around the page.
    pub l: DeskLayout,
    /// Whole, damaged, never run.
    pub state: Tag,
    /// When it ran and how long it took.
    pub about: String,
    /// Size of the tree.
    pub tree_size: u64,
    /// Its head, hexadecimal.
    pub tree_head: String,
    /// Last head sent off the machine; says so when none.
    pub external: String,
    /// What was checked.
    pub rows: Vec<CheckRow>,
    /// Running it now; `None` when the reader may not.
    pub form: Option<ActionForm>,
}

/// A session.
#[derive(Clone, Debug, Default)]
pub struct SessionRow {
    /// Since when.
    pub since: String,
    /// Last used.
    pub last: String,
    /// Browser, in words.
    pub agent: String,
    /// The one this page belongs to.
    pub current: bool,
    /// Where it is ended (POST).
    pub end: String,
}

/// One's own account.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/account.html")]
pub struct Account {
    /// Around the page.
    pub l: DeskLayout,
    /// Login.
    pub login: String,
    /// The choice between one's roles; `None` for who holds one.
    pub roles: Option<ActionForm>,
    /// Changing the password.
    pub form: ActionForm,
    /// Sessions.
    pub sessions: Vec<SessionRow>,
    /// There are others than this one.
    pub others: bool,
    /// How the second step at sign-in stands, in words.
    pub second: String,
}
