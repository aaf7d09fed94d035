//! A mail that waits for a clerk.

use super::parts::Tag;
use crate::web::layout::DeskLayout;
use askama::Template;

/// A mail, opened.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "desk/mail.html")]
pub struct MailPage {
    /// Around the page.
    pub l: DeskLayout,
    /// Subject.
    pub title: String,
    /// Its state.
    pub tag: Tag,
    /// Name and address.
    pub from: String,
    /// When it came.
    pub at: String,
    /// Why it waits.
    pub why: String,
    /// What it says.
    pub text: String,
    /// Attachments: name and size.
    pub files: Vec<(String, String)>,
    /// Part of it could not be read.
    pub damaged: bool,
    /// Where the decision is sent.
    pub to: String,
    /// There is something a case could be made of.
    pub usable: bool,
}
