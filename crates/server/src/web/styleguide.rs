//! `/styleguide`: every piece and every page in every state, from the same templates and the samples the tests look at. Nothing here is
//! about anybody; forms on sample pages lead to the real addresses, which ask for a sign-in.

use super::http::{Visitor, Web, page};
use super::layout::Layout;
use super::router::{For, Routes};
use super::views::parts::{ActionForm, ClockCard, Empty, ErrorSummary, EvidenceList, Field, Link, Pager, Qr, Tag, Timeline};
use super::views::samples::{self, State};
use crate::usecase::Denied;
use askama::Template;
use axum::extract::Path;
use axum::response::{Html, IntoResponse as _};

/// The routes of the guide.
pub fn routes(r: &mut Routes) {
    r.get("/styleguide", For::Public, guide);
    r.get("/styleguide/{page}/{state}", For::Public, sample);
}

/// A form control in its states: name of the state, field.
type Fields = Vec<(String, Vec<Field>)>;

/// Every piece in every state, and the way to every page.
#[derive(Debug, Template)]
#[template(path = "styleguide.html")]
pub(super) struct Guide {
    pub(super) l: Layout,
    pub(super) colours: Vec<(&'static str, &'static str)>,
    pub(super) tags: Vec<Tag>,
    pub(super) clocks: Vec<ClockCard>,
    pub(super) errors: ErrorSummary,
    pub(super) fields: Fields,
    pub(super) form: ActionForm,
    pub(super) timeline: Timeline,
    pub(super) evidence: Vec<EvidenceList>,
    pub(super) pager: Pager,
    pub(super) empty: Empty,
    pub(super) qr: Qr,
    pub(super) pages: Vec<(&'static str, Vec<Link>)>,
}

const STATES: [(&str, State); 3] = [("full", State::Full), ("empty", State::Empty), ("error", State::Error)];

async fn guide(v: Visitor) -> Web {
    let lang = v.l.lang;
    // A page whose state has another name than the rest (the error pages) is listed under the states it has.
    let mut pages: Vec<(&'static str, Vec<Link>)> = Vec::new();
    for (code, state) in STATES {
        for (name, _) in samples::pages(lang, state) {
            let link = Link::new(format!("/styleguide/{name}/{code}"), lang.code("guide-state", code));
            match pages.iter_mut().find(|(n, _)| *n == name) {
                Some((_, links)) => links.push(link),
                None => pages.push((name, vec![link])),
            }
        }
    }
    Ok(page(&samples::guide(v.l, pages)))
}

async fn sample(v: Visitor, Path((name, state)): Path<(String, String)>) -> Web {
    let (_, state) = STATES.into_iter().find(|(code, _)| *code == state).ok_or(Denied::NotFound)?;
    let found = samples::pages(v.l.lang, state).into_iter().find(|(n, _)| *n == name).ok_or(Denied::NotFound)?;
    Ok(Html(found.1).into_response())
}
