//! At the counter and on the telephone: finding a submission by its receipt number or telephone, and a new tracking code for who lost it.

use super::account::Sent;
use super::rows::row;
use crate::usecase::Denied;
use crate::usecase::fields::Fields;
use crate::usecase::recover::{self, Found};
use crate::web::http::{Desk, Intake, Web, page, page_with};
use crate::web::views::desk::{ActionPage, Fact, Find, FoundRow, NewCode};
use crate::web::views::parts::{ActionForm, Errors, Field};
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use rules::ids::{Id, SubmissionId};
use store::queue;

fn form(d: &Desk<Intake>, words: &str, errors: Errors) -> ActionForm {
    let l = d.v.l.lang;
    let mut form = ActionForm::new(l, "/desk/find", l.t("find-go"));
    form.fields = vec![Field::text(l, "words", l.t("find-words")).value(words).hint(l.t("find-hint")).required().max(60).errors(&errors)];
    form.errors = errors;
    form
}

pub(super) async fn find_page(d: Desk<Intake>) -> Web {
    Ok(page(&Find { form: form(&d, "", Errors::default()), searched: false, found: Vec::new(), l: d.layout() }))
}

/// Looked for by POST: a telephone number stands in no address and no log.
pub(super) async fn find(d: Desk<Intake>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let words = fields.get("words").trim();
    let found = match recover::find(&d.v.app, &d.scope, words).await {
        Ok(found) => found,
        Err(Denied::NotFound) => {
            let mut errors = Errors::default();
            errors.add("words", d.v.l.t("bad-find"));
            let view = Find { form: form(&d, words, errors), searched: false, found: Vec::new(), l: d.layout() };
            return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &view));
        }
        Err(other) => return Err(other.into()),
    };
    let mut rows = Vec::new();
    for f in found {
        rows.push(found_row(&d, f).await?);
    }
    Ok(page(&Find { form: form(&d, words, Errors::default()), searched: true, found: rows, l: d.layout() }))
}

async fn found_row(d: &Desk<Intake>, found: Found) -> Result<FoundRow, store::engine::Error> {
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let mut db = d.v.app.db().read().await?;
    let lines = queue::lines_of(&mut db, &d.scope, found.cases.iter().map(|c| c.id).collect()).await?;
    let about = [found.name, found.phone].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" · ");
    let received = found.submission.received_at.map_or_else(|| l.t("row-unknown-date"), |at| l.datetime(at));
    Ok(FoundRow {
        receipt: found.submission.receipt,
        about: format!("{received} · {about}"),
        rows: lines.iter().map(|line| row(l, &d.v.world, line, now)).collect(),
        // Letters from a file have no submitter who tracks them; what was erased nobody's any more.
        renew: if found.submission.code.is_some() && !found.submission.erased {
            format!("/desk/find/{}/code", found.submission.id.0)
        } else {
            String::new()
        },
    })
}

async fn opened(d: &Desk<Intake>, id: &str) -> Result<Found, Denied> {
    let id = SubmissionId(Id::parse(id).ok_or(Denied::NotFound)?);
    let found = recover::open(&d.v.app, &d.scope, id).await?.ok_or(Denied::NotFound)?;
    if found.submission.code.is_none() || found.submission.erased { Err(Denied::NotFound) } else { Ok(found) }
}

fn renew_view(d: &Desk<Intake>, found: &Found, errors: Errors) -> ActionPage {
    let l = d.v.l.lang;
    let mut form = ActionForm::new(l, format!("/desk/find/{}/code", found.submission.id.0), l.t("renew-go"));
    form.intro = l.t("renew-intro");
    form.back = "/desk/find".into();
    form.fields = vec![Field::check(l, "checked", l.t("renew-checked"), false).required().errors(&errors)];
    form.errors = errors;
    let fact = |name: &str, value: &str| Fact { label: super::label(l, name), value: value.to_owned(), ..Fact::default() };
    ActionPage {
        case: found.submission.receipt.clone(),
        title: l.t("renew-title"),
        facts: vec![fact("name", &found.name), fact("phone", &found.phone)],
        stop: String::new(),
        form,
        l: d.layout(),
    }
}

pub(super) async fn renew_page(d: Desk<Intake>, Path(id): Path<String>) -> Web {
    let found = opened(&d, &id).await?;
    Ok(page(&renew_view(&d, &found, Errors::default())))
}

pub(super) async fn renew(d: Desk<Intake>, Path(id): Path<String>, Form(pairs): Sent) -> Web {
    let found = opened(&d, &id).await?;
    if !Fields::from_iter(pairs).ticked("checked") {
        let mut errors = Errors::default();
        errors.add("checked", d.v.l.t("bad-checked"));
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &renew_view(&d, &found, errors)));
    }
    let (receipt, code) = recover::renew_code(&d.v.app, &d.scope, found.submission.id).await?;
    Ok(page(&NewCode { receipt, code, l: d.layout() }))
}
