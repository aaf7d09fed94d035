//! The index of a case file that is taken along: stands by itself, without this server.

use super::desk::CasePage;
use super::parts::{ActionForm, Link, Timeline};
use crate::web::layout::DeskLayout;
use askama::Template;

/// A piece of evidence in a case file.
#[derive(Clone, Debug, Default)]
pub struct FileRow {
    /// Where it lies in the file.
    pub href: String,
    /// Its name as given; empty where it was erased.
    pub name: String,
    /// Kind and size.
    pub about: String,
    /// When it was added.
    pub added: String,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
}

/// The index.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/casefile.html")]
pub struct CaseFile {
    /// The case as its page shows it, with every personal value in full.
    pub page: CasePage,
    /// Its papers.
    pub papers: Vec<Link>,
    /// Its evidence.
    pub files: Vec<FileRow>,
    /// By whom and when it was made.
    pub made: String,
}

impl CaseFile {
    fn timeline(&self) -> Timeline {
        Timeline { l: self.page.l.lang, entries: self.page.entries.clone() }
    }
}

/// Blacking out parts of a picture: boxes are drawn over it, or typed.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/redact.html")]
pub struct Redact {
    /// Around the page.
    pub l: DeskLayout,
    /// The case's kind, number and title.
    pub case: String,
    /// Where the picture is shown from.
    pub picture: String,
    /// Its name.
    pub name: String,
    /// The boxes.
    pub form: ActionForm,
}

/// Signing with a finger or a pen; without a script the signed sheet is photographed.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/sign.html")]
pub struct Sign {
    /// Around the page.
    pub l: DeskLayout,
    /// The case's kind, number and title.
    pub case: String,
    /// What the drawn signature is called among the evidence.
    pub file_name: String,
    /// The form that adds it to the evidence.
    pub form: ActionForm,
}
