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

/// Cases of a stage shown with a reason of their own; the rest share one.
pub const SHOWN: i64 = 200;
/// Cases read at a time.
const AT_A_TIME: i64 = 500;
/// What is left at the end of a day: not sent, or sent and not opened, each with who must act.
const STAGES: [(Stage, &str); 2] = [(Stage::Intake, "clerk"), (Stage::Sent, "unit")];

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

fn of(stage: Stage) -> Filter {
    // Letters kept for the record are no work.
    Filter { historical: Some(false), stages: vec![stage.code()], ..Filter::default() }
}

/// How many are left in each stage.
///
/// # Errors
/// Those of reading.
pub async fn counts(app: &App, scope: &Scope) -> Answer<Vec<(Stage, i64)>> {
    let mut db = app.db().read().await?;
    let mut out = Vec::new();
    for (stage, _) in STAGES {
        out.push((stage, queue::count(&mut db, scope, &of(stage), i64::MAX).await?));
    }
    Ok(out)
}

/// What is left now, what is due first first: the first [`SHOWN`] of each stage, or all of it.
///
/// # Errors
/// Those of reading.
pub async fn left(app: &App, scope: &Scope, all: bool) -> Answer<Vec<Rest>> {
    let mut db = app.db().read().await?;
    let mut out = Vec::new();
    for (stage, who) in STAGES {
        let filter = of(stage);
        let mut after = None;
        loop {
            let lines = queue::page(&mut db, scope, &filter, after, if all { AT_A_TIME } else { SHOWN }).await?;
            let full = lines.len() as i64 == AT_A_TIME;
            after = lines.last().map(|l| filter.sort.key(l));
            out.extend(lines.into_iter().map(|line| Rest { line, who }));
            if !all || !full {
                break;
            }
        }
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

/// Records the check of today. Every case that is left needs a reason, its own or the one for all; what was sent meanwhile is not left any
/// more.
///
/// # Errors
/// Cases without a reason, each by its field; those that no page shows by the field for all.
pub async fn check(app: &App, scope: &Scope, fields: &Fields) -> Answer<usize> {
    let (_, grant) = scope.grant().ok_or(Denied::NotFound)?;
    let rest = left(app, scope, true).await?;
    let mut faults = Faults::default();
    let mut named = Vec::new();
    for r in &rest {
        match why(fields, &r.line.token) {
            Some(why) => named.push(Left { case: r.line.id, who: r.who.to_owned(), why: why.to_owned() }),
            None => {
                let own = format!("why_{}", r.line.token);
                faults.add(if fields.0.contains_key(&own) { &own } else { "why_all" }, "required");
            }
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
