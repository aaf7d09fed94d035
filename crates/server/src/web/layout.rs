//! What every page has around its own content: language, type size, the locality's name, and on the desk the person
//! signed in with their menu. Views carry one as the field `l`, so that templates say `l.t("key")`.

use std::ops::Deref;

use askama::filters::HtmlSafeOutput;

use super::assets;
use super::i18n::Lang;
use super::keys::{self, Place};

/// Around a public page.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// The language of the page; its methods (`t`, `date`, `money`, …) are reachable from the layout.
    pub lang: Lang,
    /// Large type (20 px base), chosen by the reader.
    pub large: bool,
    /// The locality's name as its pack writes it.
    pub locality: String,
    /// Path and query of this page, to come back to after changing language or type size.
    pub path: String,
    /// Keys without a modifier are switched off, for whoever speaks to the machine or uses another aid.
    pub no_keys: bool,
}

impl Deref for Layout {
    type Target = Lang;

    fn deref(&self) -> &Lang {
        &self.lang
    }
}

impl Layout {
    /// The hashed address of an asset.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// An icon, inline and hidden from screen readers; an unknown name shows nothing (a test looks for those).
    #[must_use]
    pub fn icon(&self, name: &str) -> HtmlSafeOutput<&'static str> {
        icon(name)
    }

    /// The key for something in a place of the keyboard's table; empty for none.
    #[must_use]
    pub fn key(&self, place: Place, what: &str) -> &'static str {
        keys::key(place, what)
    }

    /// All keys for it, with a comma between them.
    #[must_use]
    pub fn keys(&self, place: Place, what: &str) -> String {
        keys::keys(place, what)
    }

    /// The map of the keyboard.
    #[must_use]
    pub fn key_map(&self) -> Vec<(String, Vec<(&'static str, String)>)> {
        keys::map(self.lang)
    }

    /// Whether `section` (a first path segment) is where this page lives, for the menu's mark.
    #[must_use]
    pub fn here(&self, section: &str) -> bool {
        self.path.trim_start_matches('/').split(['/', '?']).next() == Some(section)
    }
}

/// An entry of the desk's menu.
#[derive(Clone, Debug, Default)]
pub struct NavItem {
    /// Where it leads.
    pub href: String,
    /// Its word.
    pub label: String,
    /// How much is waiting there, when that is known.
    pub count: Option<u64>,
    /// Whether this is the page we are on.
    pub current: bool,
}

/// A sentence shown once on the page after an action.
#[derive(Clone, Debug, Default)]
pub struct Flash {
    /// What happened.
    pub text: String,
    /// True for something that did not work.
    pub bad: bool,
}

/// Around a desk page.
#[derive(Clone, Debug, Default)]
pub struct DeskLayout {
    /// Language, type size, locality, path.
    pub base: Layout,
    /// Name of the person signed in.
    pub person: String,
    /// Their unit and role, in words.
    pub role: String,
    /// The menu, by what the role may do.
    pub nav: Vec<NavItem>,
    /// What the last action did.
    pub flash: Option<Flash>,
}

impl Deref for DeskLayout {
    type Target = Layout;

    fn deref(&self) -> &Layout {
        &self.base
    }
}

macro_rules! icons {
    ($($name:literal),+ $(,)?) => {
        /// Every icon there is.
        #[cfg(test)]
        pub(crate) const ICONS: &[&str] = &[$($name),+];

        /// An icon, inline; nothing for a name there is none of.
        pub(crate) fn icon(name: &str) -> HtmlSafeOutput<&'static str> {
            HtmlSafeOutput(match name {
                $($name => include_str!(concat!("../../assets/icons/", $name, ".svg")).trim_ascii_end(),)+
                _ => "",
            })
        }
    };
}
icons!(
    "arrow-left",
    "arrow-right",
    "circle-check",
    "copy",
    "file-pen",
    "lock",
    "paperclip",
    "phone",
    "printer",
    "receipt-text",
    "triangle-alert",
);
