//! Pages of the desk that gather lists: one's day, the people of a unit, arrangements, calls to make.

use super::parts::{ActionForm, Choice, CountLink, Link, Tag, Tone};
use crate::web::layout::DeskLayout;
use askama::Template;

/// A page of sections.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "desk/board.html")]
pub struct Board {
    /// Around the page.
    pub l: DeskLayout,
    /// Heading.
    pub title: String,
    /// What the page is for.
    pub lead: String,
    /// Numbers over the lists.
    pub counts: Vec<CountLink>,
    /// Pages that belong to it.
    pub links: Vec<Link>,
    /// What to know first.
    pub notes: Vec<(Tone, String, Option<Link>)>,
    /// Narrowing of the lists, where they can be narrowed: a GET form.
    pub narrow: Option<super::desk::Filter>,
    /// A figure before the sections.
    pub chart: Option<super::chart::BeforeAfter>,
    /// The sections.
    pub sections: Vec<Section>,
    /// Something to fill in, with its heading.
    pub form: Option<(String, ActionForm)>,
    /// Something is under way: the page loads itself again after so many seconds.
    pub again: u32,
}

impl Board {
    /// Nothing to look at yet, so what can be filled in stands open.
    fn is_bare(&self) -> bool {
        self.sections.iter().all(|s| s.items.is_empty() && s.table.as_ref().is_none_or(|t| t.rows.is_empty()))
    }
    #[expect(clippy::unused_self, reason = "templates call what belongs to the page")]
    fn has_buttons(&self, t: &Table) -> bool {
        t.rows.iter().any(|r| !r.buttons.is_empty())
    }
    #[expect(clippy::unused_self, reason = "templates call what belongs to the page")]
    fn is_num(&self, t: &Table, n: &usize) -> bool {
        t.columns.get(*n).is_some_and(|c| c.1)
    }
    #[expect(clippy::unused_self, reason = "templates call what belongs to the page")]
    fn label<'a>(&self, t: &'a Table, n: &usize) -> &'a str {
        t.columns.get(*n).map_or("", |c| c.0.as_str())
    }
}

/// A section: a list or a table, and what is said when there is nothing in it.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// Anchor, unique on the page.
    pub id: String,
    /// Heading.
    pub head: String,
    /// All of it, elsewhere: the number as a link.
    pub all: Option<Link>,
    /// A list.
    pub items: Vec<Item>,
    /// A table.
    pub table: Option<Table>,
    /// What is said when there is nothing.
    pub empty: String,
}

/// A line of a list, opening a case.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// Opens it.
    pub href: String,
    /// What it is about.
    pub title: String,
    /// More about it.
    pub line: String,
    /// When, or how its clock stands.
    pub tag: Tag,
}

/// A table; with `pick`, rows are chosen and sent together.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Headings; numbers stand to the right.
    pub columns: Vec<(String, bool)>,
    /// Rows.
    pub rows: Vec<Row>,
    /// What is done with the rows chosen.
    pub pick: Option<Pick>,
}

/// A row.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Its value when it is chosen.
    pub value: String,
    /// Its cells, the first its heading.
    pub cells: Vec<Cell>,
    /// Buttons: address, hidden fields, words.
    pub buttons: Vec<Button>,
}

/// A cell.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// Words or a number.
    pub text: String,
    /// Opens what it is about; empty for nothing.
    pub href: String,
    /// How it stands.
    pub tag: Tag,
}

impl Cell {
    /// Words.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
    /// Words that open something.
    #[must_use]
    pub fn link(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self { text: text.into(), href: href.into(), ..Self::default() }
    }
    /// A state.
    #[must_use]
    pub fn tag(tag: Tag) -> Self {
        Self { tag, ..Self::default() }
    }
}

/// A button of a row: a form of its own.
#[derive(Clone, Debug, Default)]
pub struct Button {
    /// Where it is sent.
    pub action: String,
    /// What goes along.
    pub hidden: Vec<(String, String)>,
    /// Its word.
    pub label: String,
}

/// What is done with the rows chosen.
#[derive(Clone, Debug, Default)]
pub struct Pick {
    /// Where it is sent.
    pub action: String,
    /// Name of the rows' boxes.
    pub name: String,
    /// What goes along.
    pub hidden: Vec<(String, String)>,
    /// Name and label of the choice.
    pub select: (String, String),
    /// The choices.
    pub choices: Vec<Choice>,
    /// The button's word.
    pub submit: String,
    /// What was wrong the last time.
    pub error: String,
}
