//! Blacking out parts of a picture for the other side, and signing on a screen: both end as evidence of the case.

use super::account::Sent;
use super::action::{address, form_for};
use super::{case, errors_of, label};
use crate::usecase::fields::Fields;
use crate::usecase::read::{self, Opened};
use crate::usecase::{Answer, Denied, evidence, picture, redact as usecase};
use crate::web::http::{Desk, Permit, Web, Workers, page, page_with, see_other_with};
use crate::web::views::casefile::{Redact, Sign};
use crate::web::views::parts::{ActionForm, Choice, Control, Errors, Field};
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use rules::case::command::Action;
use rules::case::decide::may;
use rules::ids::{FileId, Id};
use std::collections::BTreeMap;

fn file_of(file: &str) -> Result<FileId, Denied> {
    Id::parse(file).map(FileId).ok_or(Denied::NotFound)
}

pub(super) async fn form(d: Desk<Workers>, Path((token, file)): Path<(String, String)>) -> Web {
    Ok(page(&view(&d, &token, file_of(&file)?, "", Errors::default()).await?))
}

async fn view(d: &Desk<Workers>, token: &str, file: FileId, typed: &str, errors: Errors) -> Result<Redact, Denied> {
    let l = d.v.l.lang;
    let opened = read::open(&d.v.app, &d.scope, token, &[], "action").await?;
    may(&opened.loaded.case, Action::AddEvidence, &d.scope.actor()).map_err(Denied::Rule)?;
    let items = evidence::of_case(&d.v.app, &opened.loaded).await?;
    let item = items.into_iter().find(|i| i.evidence.id == file && picture::is_shown(&i.evidence.media_type)).ok_or(Denied::NotFound)?;
    let mut form = ActionForm::new(l, format!("/desk/case/{token}/redact/{file}"), l.t("redact-go"));
    form.fields = vec![Field::area(l, "boxes", label(l, "boxes")).value(typed).hint(l.t("hint-boxes")).required().errors(&errors)];
    form.back = format!("/desk/case/{token}");
    form.errors = errors;
    let r = &opened.loaded.case.registration;
    Ok(Redact {
        case: format!("{} {} · {}", l.code("kind", opened.loaded.case.kind.code()), r.number, case::title(l, &opened)),
        picture: format!("/desk/case/{token}/evidence/{file}"),
        name: item.name,
        form,
        l: d.layout(),
    })
}

pub(super) async fn redact(d: Desk<Workers>, Path((token, file)): Path<(String, String)>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let file = file_of(&file)?;
    let boxes = fields.get("boxes");
    match usecase::redact(&d.v.app, &d.scope, &token, file, boxes).await {
        Ok(copy) => {
            // Straight on to showing it, with both files chosen.
            let to = format!("{}?original={file}&copy={copy}", address(&token, Action::ShareCopy));
            Ok(see_other_with(&to, "flash-redacted"))
        }
        Err(Denied::Invalid(faults)) => {
            let view = view(&d, &token, file, boxes, errors_of(d.v.l.lang, &faults)).await?;
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &view))
        }
        Err(other) => Err(other.into()),
    }
}

pub(super) async fn sign(d: Desk<Workers>, Path(token): Path<String>) -> Web {
    let l = d.v.l.lang;
    let opened = read::open(&d.v.app, &d.scope, &token, &[], "action").await?;
    may(&opened.loaded.case, Action::AddEvidence, &d.scope.actor()).map_err(Denied::Rule)?;
    let mut form = form_for(&d, &opened.loaded, Action::AddEvidence, &Fields::default(), Errors::default());
    form.submit = l.t("sign-go");
    let r = &opened.loaded.case.registration;
    let case = format!("{} {} · {}", l.code("kind", opened.loaded.case.kind.code()), r.number, case::title(l, &opened));
    Ok(page(&Sign { case, file_name: l.t("sign-file"), form, l: d.layout() }))
}

/// Says which files are to choose from: the form counts them, their names are sealed.
pub(super) async fn name_files<P: Permit>(d: &Desk<P>, opened: &Opened, form: &mut ActionForm) -> Answer<()> {
    let items = evidence::of_case(&d.v.app, &opened.loaded).await?;
    let names: BTreeMap<String, String> = items.into_iter().map(|i| (i.evidence.id.to_string(), i.name)).collect();
    for field in &mut form.fields {
        let choices: Vec<&mut Choice> = match &mut field.control {
            Control::Select(groups) => groups.iter_mut().flat_map(|g| &mut g.choices).collect(),
            Control::Radio(choices) => choices.iter_mut().collect(),
            _ => Vec::new(),
        };
        for choice in choices {
            if let Some(name) = names.get(&choice.value).filter(|n| !n.is_empty()) {
                choice.label = format!("{} · {name}", choice.label);
            }
        }
    }
    Ok(())
}
