//! Files from elsewhere: those imported, the mapping of one, how far it has come and what was wrong with it.

use super::parts::{ActionForm, Choice, Empty, Errors, Field, Link, Pager, Tag};
use crate::web::layout::DeskLayout;
use askama::Template;

/// An import in the list.
#[derive(Clone, Debug, Default)]
pub struct ImportRow {
    /// Its page.
    pub href: String,
    /// Name of the file.
    pub name: String,
    /// When it was sent.
    pub at: String,
    /// By whom.
    pub who: String,
    /// What has come of it.
    pub state: Tag,
    /// Rows, and what became of them.
    pub counts: String,
}

/// A mapping kept for the next file.
#[derive(Clone, Debug, Default)]
pub struct KeptRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whose it is, and whether others may use it.
    pub about: String,
    /// Whether the reader may take it away.
    pub own: bool,
}

/// The list of imports, and the form that sends a file.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/import.html")]
pub struct Imports {
    /// Around the page.
    pub l: DeskLayout,
    /// Sending a file.
    pub form: ActionForm,
    /// Imports of the unit.
    pub rows: Vec<ImportRow>,
    /// To older ones.
    pub pager: Pager,
    /// Mappings of one's own and shared.
    pub kept: Vec<KeptRow>,
}

impl Imports {
    fn empty(&self) -> Empty {
        Empty { title: self.l.t("import-none"), text: self.l.t("import-none-text"), link: None }
    }
}

/// A column of the file, and what it is to be.
#[derive(Clone, Debug, Default)]
pub struct ColumnRow {
    /// Name of its field in the form.
    pub name: String,
    /// Its name in the file.
    pub column: String,
    /// What stands in it in the first row that has something.
    pub sample: String,
    /// What it can be.
    pub choices: Vec<Choice>,
    /// What is wrong with the choice.
    pub error: String,
}

/// A value found in a column, and what it means.
#[derive(Clone, Debug, Default)]
pub struct ValueRow {
    /// Names of the hidden field and of the choice.
    pub names: (String, String),
    /// The value.
    pub value: String,
    /// What it can mean.
    pub choices: Vec<Choice>,
}

/// Making a mapping.
#[derive(Clone, Debug, Default)]
pub struct Editor {
    /// Mappings to begin with.
    pub begin: Vec<Choice>,
    /// Columns.
    pub columns: Vec<ColumnRow>,
    /// Everything else.
    pub fields: Vec<Field>,
    /// Values by heading.
    pub values: Vec<(String, Vec<ValueRow>)>,
    /// Column names of the preview.
    pub preview_head: Vec<String>,
    /// The first rows as they would go in; the second part says what is wrong with one.
    pub preview: Vec<(Vec<String>, String)>,
    /// Keeping it for the next file.
    pub keep: Vec<Field>,
}

/// How far it has come.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    /// Rows done, and all.
    pub done: i64,
    /// All rows.
    pub total: i64,
    /// In words: rate and time left.
    pub words: String,
}

/// A fault of many rows, or a row with its fault.
#[derive(Clone, Debug, Default)]
pub struct FaultLine {
    /// Row of the file; the first one, for a kind of fault.
    pub row: String,
    /// Column.
    pub column: String,
    /// Value, where it says nothing about a person.
    pub value: String,
    /// What is wrong and what to write.
    pub reason: String,
    /// How many rows have it.
    pub count: String,
}

/// A button that asks something of the import.
#[derive(Clone, Debug, Default)]
pub struct Do {
    /// What is sent.
    pub what: String,
    /// The word on it.
    pub label: String,
    /// What it does.
    pub hint: String,
    /// It cannot be taken back.
    pub danger: bool,
}

/// One import.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "desk/import_job.html")]
pub struct ImportJob {
    /// Around the page.
    pub l: DeskLayout,
    /// Its address.
    pub href: String,
    /// Name of the file.
    pub name: String,
    /// What has come of it.
    pub state: Tag,
    /// Label and value.
    pub facts: Vec<(String, String)>,
    /// Sentences: why it stopped, what stands in the way.
    pub notes: Vec<String>,
    /// Mistakes in the mapping.
    pub errors: Errors,
    /// Making the mapping.
    pub editor: Option<Editor>,
    /// Under way.
    pub progress: Option<Progress>,
    /// What became of the rows: label, number.
    pub counts: Vec<(String, i64)>,
    /// Heading of the counts.
    pub counts_head: String,
    /// Kinds of faults.
    pub kinds: Vec<FaultLine>,
    /// The first bad rows.
    pub rows: Vec<FaultLine>,
    /// Cases worked on.
    pub cases: Vec<String>,
    /// What can be asked of it.
    pub acts: Vec<Do>,
    /// Files to fetch.
    pub links: Vec<Link>,
}
