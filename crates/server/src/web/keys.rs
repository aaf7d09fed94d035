//! The keyboard of the desk in one table: pages take the keys of their buttons from it, the script its own, the map on `?` all of them.
//! Keys work outside of fields only, and can be switched off (WCAG 2.1.4).

use super::i18n::Lang;
use rules::case::command::Action;

/// Where a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On every page of the desk.
    Everywhere,
    /// In lists, approvals and follow-up among them.
    List,
    /// In the intake's queue.
    Queue,
    /// While a submission is entered.
    Entry,
    /// On the page of a case.
    Case,
    /// While something is written.
    Writing,
    /// Before a paper.
    Paper,
}

impl Place {
    /// Every place, in the order of the map.
    pub const ALL: [Self; 7] = [Self::Everywhere, Self::List, Self::Queue, Self::Entry, Self::Case, Self::Writing, Self::Paper];

    /// Stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::List => "list",
            Self::Queue => "queue",
            Self::Entry => "entry",
            Self::Case => "case",
            Self::Writing => "writing",
            Self::Paper => "paper",
        }
    }
}

/// One key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// As it stands on a keyboard.
    pub key: &'static str,
    /// What it does: a code, or the code of an action on a case.
    pub what: &'static str,
    /// Where.
    pub place: Place,
}

const fn of(place: Place, key: &'static str, what: &'static str) -> Key {
    Key { key, what, place }
}

/// All of them.
pub const TABLE: &[Key] = &[
    of(Place::Everywhere, "?", "help"),
    of(Place::Everywhere, "/", "search"),
    of(Place::List, "j", "next"),
    of(Place::List, "k", "previous"),
    of(Place::List, "Enter", "open"),
    of(Place::Queue, "n", "new"),
    of(Place::Queue, "b", "begin"),
    of(Place::Entry, "F2", "complaint"),
    of(Place::Entry, "F4", "report"),
    of(Place::Entry, "F8", "consultation"),
    of(Place::Entry, "F9", "save"),
    of(Place::Entry, "Ctrl Enter", "save"),
    of(Place::Case, ".", "next_case"),
    of(Place::Case, "a", "accept"),
    of(Place::Case, "r", "refuse"),
    of(Place::Case, "i", "ask_identity"),
    of(Place::Case, "q", "prove_identity"),
    of(Place::Case, "t", "tell"),
    of(Place::Case, "y", "consent"),
    of(Place::Case, "m", "mediate"),
    of(Place::Case, "g", "agree"),
    of(Place::Case, "e", "terminate"),
    of(Place::Case, "v", "verify"),
    of(Place::Case, "o", "propose"),
    of(Place::Case, "d", "decide"),
    of(Place::Case, "w", "answer"),
    of(Place::Case, "c", "close"),
    of(Place::Case, "s", "send"),
    of(Place::Case, "u", "return"),
    of(Place::Case, "u", "take_back"),
    of(Place::Case, "x", "urgent"),
    of(Place::Case, "n", "note"),
    of(Place::Case, "f", "add_evidence"),
    of(Place::Case, "l", "open"),
    of(Place::Writing, "Alt 1–9", "phrase"),
    of(Place::Paper, "b", "back"),
    of(Place::Paper, "p", "print"),
];

/// The key for something in a place; empty for none.
#[must_use]
pub fn key(place: Place, what: &str) -> &'static str {
    TABLE.iter().find(|k| k.place == place && k.what == what).map_or("", |k| k.key)
}

/// All keys for something in a place, with a comma between them.
#[must_use]
pub fn keys(place: Place, what: &str) -> String {
    TABLE.iter().filter(|k| k.place == place && k.what == what).map(|k| k.key).collect::<Vec<_>>().join(",")
}

/// The key of an action on a case; empty for most.
#[must_use]
pub fn of_action(action: Action) -> &'static str {
    key(Place::Case, action.code())
}

/// The map: each place with its keys, in words.
#[must_use]
pub fn map(l: Lang) -> Vec<(String, Vec<(&'static str, String)>)> {
    let words = |k: &Key| match Action::parse(k.what) {
        Some(action) if k.place == Place::Case => l.code("action", action.code()),
        _ => l.code("keys-do", &format!("{}-{}", k.place.code(), k.what)),
    };
    let of_place = |place: &Place| {
        let here = TABLE.iter().filter(|k| k.place == *place);
        (l.code("keys-in", place.code()), here.map(|k| (k.key, words(k))).collect())
    };
    Place::ALL.iter().map(of_place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_key_means_two_things_that_are_offered_together() {
        let mut seen = BTreeSet::new();
        for k in TABLE {
            // Giving back and taking back are never offered together.
            let fresh = seen.insert((k.place.code(), k.key));
            assert!(fresh || k.what == "take_back", "{} {}", k.place.code(), k.key);
        }
        let everywhere: Vec<&str> = TABLE.iter().filter(|k| matches!(k.place, Place::Everywhere | Place::List)).map(|k| k.key).collect();
        for k in TABLE.iter().filter(|k| !matches!(k.place, Place::Everywhere | Place::List)) {
            assert!(!everywhere.contains(&k.key), "{} works everywhere", k.key);
        }
    }

    #[test]
    fn every_key_is_called_something_in_every_language() {
        for l in Lang::ALL {
            for (place, keys) in map(l) {
                assert!(!place.contains('_') && !keys.is_empty(), "{place}");
                for (key, words) in keys {
                    assert!(!words.contains('_') && (l == Lang::En || !words.is_ascii()), "{key}: {words}");
                }
            }
        }
    }

    /// A key that stands in a template or a script beside this table would be a second truth.
    #[test]
    fn pages_and_scripts_take_their_keys_from_the_table() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut dirs = vec![root.join("templates"), root.join("assets")];
        while let Some(dir) = dirs.pop() {
            for entry in std::fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    dirs.push(path);
                    continue;
                }
                let Ok(text) = std::fs::read_to_string(&path) else { continue };
                // What a field's own script does with Enter is the field's.
                let of_desk = path.ends_with("app.js") || path.ends_with("clerk.js") || path.extension().is_some_and(|e| e == "html");
                for mark in ["data-key=\"", "data-fkey=\"", "event.key === \"", "<kbd aria-hidden=\"true\">"] {
                    for rest in text.split(mark).skip(1).filter(|_| of_desk) {
                        let value = rest.split(['"', '<']).next().unwrap();
                        assert!(value.starts_with("{{"), "{}: {mark}{value}", path.display());
                    }
                }
            }
        }
    }
}
