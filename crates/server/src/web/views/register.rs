//! The register of businesses: what is offered while one is named, and the page of those who keep it.

use askama::Template;

use super::desk::Filter;
use super::parts::{ActionForm, Link, Pager, Tag};
use crate::web::i18n::Lang;
use crate::web::layout::DeskLayout;

/// A business that was found.
#[derive(Clone, Debug, Default)]
pub struct FoundRow {
    /// Credit code: what a choice sends.
    pub uscc: String,
    /// Registered name.
    pub name: String,
    /// The other name it was found by; empty where the registered one says it.
    pub also: String,
    /// Where it is.
    pub address: String,
}

/// Businesses that what was typed may mean; sent alone to a script, or as buttons in the form where there is none.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "parts/found.html")]
pub struct Found {
    /// Language.
    pub l: Lang,
    /// Something was looked up: finding nothing is said.
    pub looked: bool,
    /// Each is a button that sends the choice.
    pub buttons: bool,
    /// What was found.
    pub rows: Vec<FoundRow>,
}

/// A business in the register.
#[derive(Clone, Debug, Default)]
pub struct BusinessRow {
    /// Credit code.
    pub uscc: String,
    /// Registered name.
    pub name: String,
    /// Its other names.
    pub aliases: String,
    /// Where it is.
    pub address: String,
    /// What it is.
    pub kind: String,
    /// Whether it is there still.
    pub state: Tag,
}

/// What a list did, or would do.
#[derive(Clone, Debug, Default)]
pub struct Brought {
    /// The whole in a sentence.
    pub sentence: String,
    /// Rows that were not taken: row, column, why.
    pub faults: Vec<(String, String, String)>,
    /// How many more there are; empty for none.
    pub more: String,
}

/// The register.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/register.html")]
pub struct Register {
    /// Around the page.
    pub l: DeskLayout,
    /// Narrowing.
    pub filter: Filter,
    /// Brings a list in.
    pub form: ActionForm,
    /// What the list that was just sent did.
    pub brought: Option<Brought>,
    /// The rows.
    pub rows: Vec<BusinessRow>,
    /// The list as a file.
    pub exports: Vec<Link>,
    /// Backwards and forwards.
    pub pager: Pager,
}

macro_rules! safe { ($($t:ty),+ $(,)?) => { $(impl askama::filters::HtmlSafe for $t {})+ } }
safe!(Found);
