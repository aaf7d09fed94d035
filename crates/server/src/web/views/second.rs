//! What administrators and account holders are told once: the second step at sign-in, keys of channels.

use super::parts::{ActionForm, Errors, Field, Qr};
use crate::web::layout::{DeskLayout, Layout};
use askama::Template;

/// The code after the password. POST `/desk/sign-in/second`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "desk/second_ask.html")]
pub struct AskSecond {
    /// Around the page.
    pub l: Layout,
    /// Where to go afterwards (a path of ours).
    pub next: String,
    /// A form that was being filled when the session ended.
    pub held: Vec<(String, String)>,
    /// What is wrong.
    pub errors: Errors,
}

impl AskSecond {
    fn code_field(&self) -> Field {
        code_field(self.l.lang, &self.errors).hint(self.l.t("second-ask-hint"))
    }
}

/// The field for a code; phones and browsers offer the one they know.
#[must_use]
pub fn code_field(l: crate::web::i18n::Lang, errors: &Errors) -> Field {
    let mut field = Field::text(l, "otp", l.t("second-code")).required().max(20).auto("one-time-code").errors(errors);
    field.secret = true;
    field
}

/// One's own second step.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "desk/second.html")]
pub struct Second {
    /// Around the page.
    pub l: DeskLayout,
    /// A role asks for it, and nothing else is to be had before.
    pub asked: bool,
    /// Recovery codes just made, shown once.
    pub codes: Vec<String>,
    /// How many recovery codes are left; `None` where nothing is set up.
    pub left: Option<usize>,
    /// The picture for the authenticator, and the secret in groups, where it is being set up.
    pub secret: Option<(Qr, String)>,
    /// Setting it up, or making new recovery codes.
    pub form: Option<ActionForm>,
    /// Giving it up.
    pub remove: Option<ActionForm>,
}

/// A key of a channel, told once.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "desk/new_key.html")]
pub struct NewKey {
    /// Around the page.
    pub l: DeskLayout,
    /// The key.
    pub key: String,
}

/// The map of the keyboard.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "desk/keys.html")]
pub struct KeyMap {
    /// Around the page.
    pub l: DeskLayout,
}
