//! The inbox of the tracking page: the same notices that go out by mail, for whoever left no address, and for whoever did.

use crate::usecase::mail::said;
use crate::usecase::read::Opened;
use crate::usecase::{Answer, denied};
use crate::web::http::Submitter;
use crate::web::views::track::News;
use rules::case::notice::step;
use rules::ids::SubmissionId;
use rules::time::Instant;
use store::engine::Tx;
use store::outbox;

/// Messages shown; those before them are in the history.
const MOST: usize = 30;

/// The messages of a submission, the newest first. They count as read from now on.
pub(super) async fn news(s: &Submitter, submission: SubmissionId, cases: &[Opened]) -> Answer<Vec<News>> {
    let l = s.v.l.lang;
    let mut db = s.v.app.db().read().await?;
    let read = outbox::read_at(&mut db, &s.scope, submission).await?;
    drop(db);
    let mut found: Vec<(Instant, News)> = Vec::new();
    for opened in cases.iter().filter(|c| !c.loaded.case.erased) {
        let case = &opened.loaded.case;
        let of = l.t2("news-of", "kind", l.code("kind", case.kind.code()), "number", case.registration.number.as_str());
        for (recorded, fact) in &opened.loaded.events {
            let Some(step) = step(&fact.event) else { continue };
            let (what, next) = said(l, case, step);
            let at = recorded.recorded_at;
            // What came with the filing itself was read with the receipt.
            let new = at > read.unwrap_or(opened.loaded.events[0].0.recorded_at);
            found.push((at, News { at: l.stamp(at), of: if cases.len() > 1 { of.clone() } else { String::new() }, what, next, new }));
        }
    }
    found.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    found.truncate(MOST);
    let newest = found.first().map(|(at, _)| *at);
    if let Some(newest) = newest.filter(|at| read.is_none_or(|r| r < *at)) {
        let scope = s.scope.clone();
        let unit = async move |tx: &mut Tx| outbox::set_read(tx, &scope, submission, newest).await;
        s.v.app.db().write(unit).await.map_err(denied)?;
    }
    // What may be done next is said of the last step only: the ones before it are past.
    let mut said_next = std::collections::BTreeSet::new();
    let last = |(_, mut news): (Instant, News)| {
        if !said_next.insert(news.of.clone()) {
            news.next.clear();
        }
        news
    };
    Ok(found.into_iter().map(last).collect())
}
