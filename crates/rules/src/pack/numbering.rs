//! `[numbering]`: document numbers.

use super::Pack;
use super::check::Checker;
use super::cure::Cure;
use crate::law::Form;
use crate::numbering::Template;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// Class words of forms that packs recorded before they were issued do not know.
const LATER_FORMS: [(Form, &str); 3] = [(Form::Appointment, "调通"), (Form::Agreement, "调"), (Form::Result, "举告")];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawNumbering {
    document: Option<Spanned<String>>,
    #[serde(default)]
    classes: BTreeMap<String, Spanned<String>>,
}

impl Checker<'_> {
    pub(super) fn numbering(&mut self, raw: Option<RawNumbering>, base: Option<&Pack>) -> (Template, BTreeMap<Form, String>) {
        let mut document = base.map(|b| b.document.clone());
        let mut classes = base.map(|b| b.classes.clone()).unwrap_or_default();
        if let Some(raw) = raw {
            if let Some(t) = &raw.document {
                match Template::parse(t.get_ref()) {
                    Ok(t) => document = Some(t),
                    Err(e) => self.fault(t.span().start, "numbering.document", Cure::Template.of(e)),
                }
            }
            for (form, class) in raw.classes {
                match Form::parse(&form) {
                    Some(f) => {
                        classes.insert(f, class.into_inner());
                    }
                    None => {
                        let allowed = Form::ALL.iter().map(|f| f.code()).collect::<Vec<_>>().join(", ");
                        self.fault(class.span().start, "numbering.classes", Cure::Unknown.among(&form, allowed));
                    }
                }
            }
        }
        for (form, class) in LATER_FORMS {
            classes.entry(form).or_insert_with(|| class.to_owned());
        }
        if let Some(missing) = Form::ALL.iter().find(|f| !classes.contains_key(f)) {
            self.fault(0, "numbering.classes", Cure::NoClass.of(missing.code()));
        }
        let document = document.unwrap_or_else(|| {
            self.fault(0, "numbering.document", Cure::NoTemplate.plain());
            Template::default()
        });
        (document, classes)
    }
}
