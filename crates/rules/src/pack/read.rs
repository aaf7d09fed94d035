//! From text to sections: every fault of writing at once. What cannot be read is told and taken out, so that the rest is still looked at.

use super::check::{Checker, RawPack};
use super::cure::{Cure, Said};
use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

/// Stands for what every pack must say and this one does not, so that the rest can be read.
const PLACEHOLDERS: &str = "id = \"x\"\nversion = 1\nname = \"x\"\nname_en = \"x\"\nsource = \"x\"\nvalid_from = \"2000-01-01\"\n";

/// Steps from the top of a file down to something in it.
enum Step {
    Key(String),
    Item(usize),
}

/// The sections of a pack; faults go to `check`, and `None` where nothing can be made of the text.
pub(super) fn read(check: &mut Checker<'_>) -> Option<RawPack> {
    let (mut top, errors) = DeTable::parse_recoverable(check.text);
    for e in &errors {
        tell(check, e);
    }
    if !errors.is_empty() {
        return None;
    }
    let placeholders = DeTable::parse(PLACEHOLDERS).ok()?;
    // What was taken out of a table is missing there from then on; that is told once.
    let mut taken: Vec<(usize, String)> = Vec::new();
    // Each round takes something out, so this ends.
    loop {
        let error = match RawPack::deserialize(Deserializer::from(top.clone())) {
            Ok(raw) => return Some(raw),
            Err(e) => e,
        };
        let at = error.span().map_or(0, |s| s.start);
        let missing = missing(error.message()).map(str::to_owned);
        if !missing.as_ref().is_some_and(|m| taken.contains(&(at, m.clone()))) {
            tell(check, &error);
        }
        match missing {
            Some(m) if placeholders.get_ref().contains_key(m.as_str()) && !top.get_ref().contains_key(m.as_str()) => {
                let (key, value) = placeholders.get_ref().iter().find(|(k, _)| k.get_ref() == m.as_str())?;
                top.get_mut().insert(key.clone(), value.clone());
            }
            _ => {
                let path = path_to(top.get_ref(), at)?;
                if let Some(section) = path.first().and_then(|s| if let Step::Key(k) = s { Some(k.clone()) } else { None }) {
                    check.spoiled.insert(section);
                }
                take(top.get_mut(), &path, &mut taken)?;
            }
        }
    }
}

fn tell(check: &mut Checker<'_>, e: &toml::de::Error) {
    let at = e.span().map_or(0, |s| s.start);
    let field = check.field_at(at, e.message());
    check.fault(at, &field, of_toml(e.message()));
}

/// What the reader of TOML says, as far as it is about fields.
fn of_toml(message: &str) -> Said {
    if let Some(field) = missing(message) {
        return Cure::Missing.of(field);
    }
    let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`'));
    match unknown {
        Some((field, rest)) => {
            let allowed = rest.split('`').skip(1).step_by(2).collect::<Vec<_>>().join(", ");
            Cure::UnknownField.among(field, allowed)
        }
        None => Cure::Toml.of(message),
    }
}

/// The field a message says is missing.
pub(super) fn missing(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.split('`').next()
}

/// The way to the smallest thing that covers `at`.
fn path_to(table: &DeTable<'_>, at: usize) -> Option<Vec<Step>> {
    let mut best: Option<(usize, Vec<Step>)> = None;
    let mut keep = |size: usize, path: Vec<Step>| {
        if best.as_ref().is_none_or(|(b, _)| size <= *b) {
            best = Some((size, path));
        }
    };
    for (key, value) in table.iter() {
        let here = || Step::Key(key.get_ref().to_string());
        for span in [key.span(), value.span()] {
            if span.contains(&at) {
                keep(span.len(), vec![here()]);
            }
        }
        if let Some(deeper) = inside(value, at) {
            let mut path = vec![here()];
            path.extend(deeper);
            keep(0, path);
        }
    }
    best.map(|(_, path)| path)
}

fn inside(value: &Spanned<DeValue<'_>>, at: usize) -> Option<Vec<Step>> {
    match value.get_ref() {
        DeValue::Table(t) => path_to(t, at),
        DeValue::Array(items) => items.iter().enumerate().find_map(|(n, item)| {
            let deeper = inside(item, at).or_else(|| item.span().contains(&at).then(Vec::new))?;
            Some(std::iter::once(Step::Item(n)).chain(deeper).collect())
        }),
        _ => None,
    }
}

/// Takes the thing at the end of a path out, and notes from where.
fn take(top: &mut DeTable<'_>, path: &[Step], taken: &mut Vec<(usize, String)>) -> Option<()> {
    fn from_value(value: &mut Spanned<DeValue<'_>>, path: &[Step], taken: &mut Vec<(usize, String)>) -> Option<()> {
        let at = value.span().start;
        match (value.get_mut(), path) {
            (DeValue::Table(t), [Step::Key(key)]) => {
                taken.push((at, key.clone()));
                t.remove(key.as_str()).map(|_| ())
            }
            (DeValue::Table(t), [Step::Key(key), rest @ ..]) => from_value(t.get_mut(key.as_str())?, rest, taken),
            (DeValue::Array(items), [Step::Item(n)]) => {
                let kept: Vec<_> = items.iter().enumerate().filter(|(i, _)| i != n).map(|(_, v)| v.clone()).collect();
                *items = kept.into_iter().collect();
                Some(())
            }
            (DeValue::Array(items), [Step::Item(n), rest @ ..]) => from_value(items.get_mut(*n)?, rest, taken),
            _ => None,
        }
    }
    match path {
        [Step::Key(key)] => {
            taken.push((0, key.clone()));
            top.remove(key.as_str()).map(|_| ())
        }
        [Step::Key(key), rest @ ..] => from_value(top.get_mut(key.as_str())?, rest, taken),
        _ => None,
    }
}
