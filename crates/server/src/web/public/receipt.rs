//! The receipt: number and code once, the dates to expect. It comes after the form by a redirect, and can be loaded again for some minutes.

use crate::usecase::read;
use crate::web::http::{Visitor, Web, WebError, cookie, open_submission, page, see_other};
use crate::web::timeline::{Reader, Teller, clocks};
use crate::web::views::parts::Qr;
use crate::web::views::public::{DateLine, Receipt};
use axum::extract::Query;
use rules::case::Case;
use rules::clock::{Clock, Statutory};
use rules::law::Kind;
use rules::pack::Stop;
use serde::Deserialize;

use crate::usecase::Denied;

/// Cookie that holds receipt number and code until the receipt is not shown any more.
pub(super) const COOKIE: &str = "fx-receipt";
/// For so long the receipt can be loaded again, seconds.
pub(super) const SHOWN_FOR: i64 = 15 * 60;

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    again: Option<String>,
}

pub(super) async fn receipt(v: Visitor, Query(asked): Query<Asked>) -> Web {
    let pair = cookie(&v.headers, COOKIE).and_then(|c| c.split_once('.'));
    let Some((number, code)) = pair.map(|(a, b)| (a.to_owned(), b.to_owned())) else { return Ok(see_other("/track")) };
    let scope = match open_submission(&v.app, &number, &code, &v.address).await {
        Ok(scope) => scope,
        Err(Denied::NotFound) => return Ok(see_other("/track")),
        Err(d) => return Err(WebError(d)),
    };
    let id = scope.submission().ok_or(Denied::NotFound)?;
    let (submission, mut cases) = read::submission(&v.app, &scope, id).await?;
    cases.sort_by_key(|c| c.loaded.case.kind);
    let world = v.app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let teller = Teller { lang: v.l.lang, world: &world, now: v.app.clock().now(), reader: Reader::Submitter, papers: "" };
    let mut dates: Vec<DateLine> = Vec::new();
    for opened in &cases {
        for line in expected(&teller, &opened.loaded.case, cases.len() > 1) {
            if !dates.iter().any(|d| d.when == line.when && d.what == line.what) {
                dates.push(line);
            }
        }
    }
    let track_url = format!("{}/track?n={number}", v.front.base(&v.headers));
    let view = Receipt {
        code,
        qr: Qr::of(&track_url),
        track_url,
        received: v.l.datetime(submission.received_at.unwrap_or(submission.recorded_at)),
        about: cases.iter().map(|c| v.l.code("kind", c.loaded.case.kind.code())).collect(),
        dates,
        files: submission.files.len(),
        anonymous: cases.iter().all(|c| c.loaded.case.registration.anonymous),
        notice: if asked.again.is_some() { v.l.t("receipt-again") } else { String::new() },
        number,
        l: v.l,
    };
    Ok(page(&view))
}

/// The dates of one case to expect, from its clocks; what starts later is said as a length.
fn expected(t: &Teller<'_>, case: &Case, several: bool) -> Vec<DateLine> {
    let lang = t.lang;
    let prefix = if several { format!("{}{}", lang.code("kind", case.kind.code()), lang.t("list-colon")) } else { String::new() };
    let line = |c: &Clock, what: String| {
        let mark = if c.due.provisional { lang.t("clock-provisional") } else { String::new() };
        let span = clocks::span(lang, c.span);
        let basis = format!("{}{}{span}", clocks::basis(lang, &t.world.pack, c), lang.t("list-comma"));
        DateLine { when: format!("{}{mark}", t.due(&c.due)), what, basis }
    };
    let mut out = Vec::new();
    let stops = |c: &&Clock, stop: Stop| t.world.pack.promise(c).is_some_and(|l| l.stop == stop);
    if let Some(c) = case.clocks.iter().find(|c| stops(c, Stop::Sent)) {
        out.push(line(c, lang.t("come-send")));
    }
    match case.kind {
        Kind::Complaint => {
            let first = case.clock(&Statutory::L1.into());
            out.extend(first.map(|c| line(c, format!("{prefix}{}", lang.t("come-decide")))));
            let regime = case.regime.unwrap_or(rules::law::Regime::None);
            if let Some(span) = Statutory::L2.span(regime) {
                let when = lang.t1("receipt-after-acceptance", "span", clocks::span(lang, span));
                let basis = lang.code("article", Statutory::L2.basis(regime));
                out.push(DateLine { when, what: format!("{prefix}{}", lang.t("receipt-mediation")), basis });
            }
        }
        Kind::Report => {
            let first = case.clock(&Statutory::L5.into());
            out.extend(first.map(|c| line(c, format!("{prefix}{}", lang.t("come-verify")))));
        }
        Kind::Consultation | Kind::Other => {
            let answer = case.clocks.iter().find(|c| stops(c, Stop::Answered) || stops(c, Stop::Closed));
            out.extend(answer.map(|c| line(c, format!("{prefix}{}", lang.t("come-answer")))));
        }
    }
    out
}
