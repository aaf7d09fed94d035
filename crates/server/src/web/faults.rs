//! What is wrong with a form, said at its fields. A fault is a field and a stable code; its sentence is the one for this field and code, or
//! for the code alone.

use super::i18n::Lang;
use super::views::parts::Errors;
use crate::usecase::fields::Faults;

/// The mistakes of a form in the reader's language: `bad-<field>-<code>` where there is such a sentence; for what is missing `bad-<field>`;
/// else `bad-<code>`.
#[must_use]
pub fn errors(lang: Lang, faults: &Faults) -> Errors {
    let mut out = Errors::default();
    for (field, code) in &faults.0 {
        out.add(field.as_str(), sentence(lang, field, code));
    }
    out
}

/// The sentence for one fault on a form that names the field beside it: never the public form's own sentence for what is missing there.
#[must_use]
pub fn beside_its_name(lang: Lang, field: &str, code: &str) -> String {
    let (field, code) = (field.replace('_', "-"), code.replace('_', "-"));
    let keys = [format!("bad-{field}-{code}"), format!("bad-{code}")];
    keys.iter().find(|key| lang.has(key)).map_or_else(|| lang.t("bad-choose"), |key| lang.t(key))
}

/// The sentence for one fault.
#[must_use]
pub fn sentence(lang: Lang, field: &str, code: &str) -> String {
    let (field, code) = (field.replace('_', "-"), code.replace('_', "-"));
    let exact = format!("bad-{field}-{code}");
    let missing = matches!(code.as_str(), "required" | "too-short").then(|| format!("bad-{field}"));
    let general = format!("bad-{code}");
    [Some(exact), missing, Some(general)]
        .into_iter()
        .flatten()
        .find(|key| lang.has(key))
        .map_or_else(|| lang.t("bad-choose"), |key| lang.t(&key))
}
