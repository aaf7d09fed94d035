//! The check at the end of a day (每日流转清零): what the intake has not sent, what was sent and not opened, who must act and why it is
//! left. The check is an event of the registry; words beside a reason are a note of the case.

use super::fields::{Faults, Fields};
use super::{Answer, Denied, act, bulk};
use crate::app::App;
use rules::case::Stage;
use rules::case::command::Action;
use store::queue::{self, Filter, Line};
use store::registry::{Left, RegistryEvent};
use store::scope::Scope;

/// Most cases named by one check.
pub const MOST: i64 = 200;

/// Why a case is left over: stable codes, `zero-why-<code>` in the translations.
pub const WHY: [&str; 7] = ["late_in_day", "unclear_unit", "more_needed", "disputed", "not_opened", "too_many", "other"];

/// A case that is left.
#[derive(Clone, Debug)]
pub struct Rest {
    /// The case.
    pub line: Line,
    /// Who must act: `clerk` while it is at the intake, `unit` once it was sent.
    pub who: &'static str,
}

/// What is left now: not sent, or sent and not opened; letters kept for the record are no work.
///
/// # Errors
/// Those of reading.
pub async fn left(app: &App, scope: &Scope) -> Answer<Vec<Rest>> {
    let mut db = app.db().read().await?;
    let mut out = Vec::new();
    for (stage, who) in [(Stage::Intake, "clerk"), (Stage::Sent, "unit")] {
        let filter = Filter { historical: Some(false), stages: vec![stage.code()], ..Filter::default() };
        let lines = queue::page(&mut db, scope, &filter, None, MOST).await?;
        out.extend(lines.into_iter().map(|line| Rest { line, who }));
    }
    Ok(out)
}

/// The reason given for a case: its own, or the one given for all.
#[must_use]
pub fn why(fields: &Fields, token: &str) -> Option<&'static str> {
    let own = fields.get(&format!("why_{token}")).trim();
    let said = if own.is_empty() { fields.get("why_all").trim() } else { own };
    WHY.into_iter().find(|w| *w == said)
}

/// Records the check of today. Every case that is left needs a reason; what was sent meanwhile is not left any more.
///
/// # Errors
/// Cases without a reason, each by its field.
pub async fn check(app: &App, scope: &Scope, fields: &Fields) -> Answer<usize> {
    let (_, grant) = scope.grant().ok_or(Denied::NotFound)?;
    let rest = left(app, scope).await?;
    let mut faults = Faults::default();
    let mut named = Vec::new();
    for r in &rest {
        match why(fields, &r.line.token) {
            Some(why) => named.push(Left { case: r.line.id, who: r.who.to_owned(), why: why.to_owned() }),
            None => faults.add(&format!("why_{}", r.line.token), "required"),
        }
    }
    if !faults.is_empty() {
        return Err(Denied::Invalid(faults));
    }
    for r in &rest {
        let words = fields.get(&format!("note_{}", r.line.token)).trim();
        if !words.is_empty() {
            let form: Fields = [("note".to_owned(), words.to_owned())].into_iter().collect();
            act::act(app, scope, &r.line.token, Action::Note, &form, None).await?;
        }
    }
    let left = named.len();
    let open = u32::try_from(left).unwrap_or(u32::MAX);
    let event = RegistryEvent::DayChecked { unit: grant.unit, on: app.clock().now().date(), open, left: named };
    bulk::record(app, scope, event).await?;
    Ok(left)
}
