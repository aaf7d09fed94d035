//! The units of a locality: level by level, searched, and each on a page of its own with its history.

use askama::Template;

use super::desk::Filter;
use super::manage::CountCell;
use super::parts::{ActionForm, Link, Pager, Tag, Tone};
use super::register::Brought;
use crate::web::layout::DeskLayout;

/// A unit of the list.
#[derive(Clone, Debug, Default)]
pub struct UnitRow {
    /// Its page.
    pub href: String,
    /// Its name.
    pub name: String,
    /// Its code.
    pub code: String,
    /// Centre, office, station, outside.
    pub kind: String,
    /// The units above it, the topmost first.
    pub above: String,
    /// For which organ it acts.
    pub organ: String,
    /// Units below it.
    pub below: CountCell,
    /// People with a role in it.
    pub people: CountCell,
    /// Open cases.
    pub open: u64,
    /// Closed, or part of another.
    pub state: Tag,
}

/// Units.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/units.html")]
pub struct Units {
    /// Around the page.
    pub l: DeskLayout,
    /// Narrowing.
    pub filter: Filter,
    /// The units above those shown.
    pub trail: Vec<Link>,
    /// Those it shows.
    pub rows: Vec<UnitRow>,
    /// The list as files.
    pub exports: Vec<Link>,
    /// Adding one; `None` when the reader may not.
    pub form: Option<ActionForm>,
    /// Bringing in a list; `None` when the reader may not.
    pub bring: Option<ActionForm>,
    /// What a list brought.
    pub brought: Option<Brought>,
    /// Backwards and forwards.
    pub pager: Pager,
}

/// A version of a unit.
#[derive(Clone, Debug, Default)]
pub struct VersionRow {
    /// From which day.
    pub from: String,
    /// Name.
    pub name: String,
    /// Under which unit.
    pub parent: String,
    /// Where, and its telephone.
    pub place: String,
    /// How it stands.
    pub state: Tag,
    /// Why.
    pub why: String,
}

/// One unit.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "desk/unit.html")]
pub struct UnitPage {
    /// Around the page.
    pub l: DeskLayout,
    /// Its name.
    pub title: String,
    /// The units above it.
    pub trail: Vec<Link>,
    /// How it stands.
    pub state: Tag,
    /// What there is to know: label, value, where it leads.
    pub facts: Vec<(String, String, String)>,
    /// What to know first.
    pub notes: Vec<(Tone, String, Option<Link>)>,
    /// How it was, the latest first.
    pub history: Vec<VersionRow>,
    /// What is about to be done, waiting for a word: heading and form.
    pub confirm: Option<(String, ActionForm)>,
    /// What can be done: heading, form, open.
    pub forms: Vec<(String, ActionForm)>,
    /// Something is under way: the page loads itself again after so many seconds.
    pub again: u32,
}
