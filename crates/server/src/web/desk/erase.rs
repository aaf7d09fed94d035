//! Erasing a record: the security administrator enters a number and the ground, sees what would go — numbers and dates, nobody's name — and
//! confirms.

use super::account::Sent;
use super::errors_of;
use crate::usecase::Denied;
use crate::usecase::erase::{self, Line, Plan};
use crate::usecase::fields::{Faults, Fields, Reader};
use crate::web::http::{Desk, SecurityAdmins, Web, page, page_with, see_other_with};
use crate::web::views::desk::{ActionPage, Fact};
use crate::web::views::parts::{ActionForm, Errors, Field};
use axum::Form;
use axum::http::StatusCode;

fn asking(d: &Desk<SecurityAdmins>, typed: &Fields, errors: Errors) -> ActionPage {
    let l = d.v.l.lang;
    let mut form = ActionForm::new(l, "/desk/erase", l.t("erase-look"));
    form.intro = l.t("erase-intro");
    let line = |name: &str, max: u32| Field::text(l, name, super::label(l, name)).value(typed.get(name)).required().max(max);
    form.fields = vec![
        line("erase_number", 40).hint(l.t("erase-number-hint")).errors(&errors),
        line("erase_ground", 200).hint(l.t("erase-ground-hint")).errors(&errors),
    ];
    form.errors = errors;
    ActionPage { case: l.t("erase-lead"), title: l.t("nav-erase"), facts: Vec::new(), stop: String::new(), form, l: d.layout() }
}

fn confirming(d: &Desk<SecurityAdmins>, plan: &Plan, number: &str, ground: &str) -> ActionPage {
    let l = d.v.l.lang;
    let date = |at: Option<rules::time::Instant>| at.map_or_else(|| l.t("row-unknown-date"), |at| l.datetime(at));
    let fact = |label: String, value: String| Fact { label, value, ..Fact::default() };
    let state = |c: &Line| match c.stop {
        Some(why) => l.code("whynot", why.code()),
        None => l.t2("erase-dates", "received", date(c.received), "closed", date(c.closed)),
    };
    let mut facts: Vec<Fact> = plan.cases.iter().map(|c| fact(c.number.clone(), state(c))).collect();
    let files = if plan.whole { l.t1("erase-whole", "n", plan.files) } else { l.t("erase-part") };
    facts.push(fact(l.t("track-evidence"), files));
    facts.push(fact(super::label(l, "erase_ground"), ground.to_owned()));
    let mut form = ActionForm::new(l, "/desk/erase", l.t("erase-go"));
    form.intro = l.t("erase-final");
    form.hidden = [("erase_number", number), ("erase_ground", ground), ("confirm", "1")].map(|(k, v)| (k.into(), v.into())).to_vec();
    form.back = "/desk/erase".into();
    form.danger = true;
    let stop = if plan.cases.iter().any(|c| c.stop.is_some()) { l.t("erase-stop") } else { String::new() };
    ActionPage { case: l.t("nav-erase"), title: l.t("erase-sure"), facts, stop, form, l: d.layout() }
}

pub(super) async fn form(d: Desk<SecurityAdmins>) -> Web {
    Ok(page(&asking(&d, &Fields::default(), Errors::default())))
}

/// Looked for by POST: the number stands in no address and no log. Nothing goes before it was confirmed.
pub(super) async fn erase(d: Desk<SecurityAdmins>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let mut r = Reader::new(&fields);
    let (number, ground) = (r.need_line("erase_number", 40), r.need_line("erase_ground", 200));
    let answer = match r.done(()) {
        Ok(()) if fields.ticked("confirm") => erase::erase(&d.v.app, &d.scope, &number, &ground).await.map(|_| None),
        Ok(()) => erase::look(&d.v.app, &d.scope, &number).await.map(Some),
        Err(denied) => Err(denied),
    };
    let bad = |faults: &Faults| Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &asking(&d, &fields, errors_of(d.v.l.lang, faults))));
    match answer {
        Ok(None) => Ok(see_other_with("/desk/erase", "flash-erased")),
        Ok(Some(plan)) => Ok(page(&confirming(&d, &plan, &number, &ground))),
        Err(Denied::NotFound) => {
            let mut faults = Faults::default();
            faults.add("erase_number", "unknown");
            bad(&faults)
        }
        // It changed between the look and the confirmation: look again.
        Err(Denied::Rule(_)) => {
            let plan = erase::look(&d.v.app, &d.scope, &number).await?;
            Ok(page_with(StatusCode::CONFLICT, &confirming(&d, &plan, &number, &ground)))
        }
        Err(Denied::Invalid(faults)) => bad(&faults),
        Err(other) => Err(other.into()),
    }
}
