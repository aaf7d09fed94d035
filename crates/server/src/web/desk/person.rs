//! A person's sign-ins, for the security administrator: on which devices, and that they end; their second step, when it is lost. And the
//! closing of an account, for the system administrator.

use super::account::{Sent, device_words, short};
use super::errors_of;
use super::manage::person;
use crate::usecase::fields::Fields;
use crate::usecase::{Denied, people, second};
use crate::web::http::{Desk, SecurityAdmins, SystemAdmins, Web, page, page_with, see_other_with};
use crate::web::views::board::{Board, Button, Cell, Row, Section, Table};
use crate::web::views::desk::ActionPage;
use crate::web::views::parts::{ActionForm, Errors, Link, Tone};
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use store::registry::Person;
use store::sessions;

pub(super) async fn devices(d: Desk<SecurityAdmins>, Path(id): Path<String>) -> Web {
    let (l, person) = (d.v.l.lang, person(&d, &id)?);
    let mut db = d.v.app.db().read().await?;
    let all = sessions::of_person(&mut db, &d.scope, person.id, d.v.app.clock().now()).await?;
    drop(db);
    let action = format!("/desk/people/{}/sessions", person.id);
    let button = |value: String, label: String| Button { action: action.clone(), hidden: vec![("session".into(), value)], label };
    let mut rows = Vec::new();
    for s in &all {
        let cells = vec![Cell::text(device_words(l, s)), Cell::text(l.stamp(s.since)), Cell::text(l.stamp(s.seen))];
        let own = s.token == d.who.token;
        let buttons = if own { Vec::new() } else { vec![button(short(&s.token), l.t("session-end"))] };
        rows.push(Row { cells, buttons, ..Row::default() });
    }
    if rows.len() > 1 {
        let cells = vec![Cell::text(l.t("sessions-all")), Cell::default(), Cell::default()];
        rows.push(Row { cells, buttons: vec![button("all".into(), l.t("sessions-end-all"))], ..Row::default() });
    }
    let columns = ["col-device", "col-since", "col-seen"].map(|key| (l.t(key), false)).to_vec();
    let section = Section {
        id: "devices".into(),
        head: l.t("account-sessions"),
        table: Some(Table { columns, rows, pick: None }),
        empty: l.t("sessions-none"),
        ..Section::default()
    };
    let has = d.v.world.directory.second.contains_key(&person.id);
    let note = match (has, second::is_missing(&d.v.world, person.id)) {
        (true, _) => (Tone::Act, l.t("second-person-on"), None),
        (false, true) => (Tone::Late, l.t("second-person-missing"), None),
        (false, false) => (Tone::Act, l.t("second-person-off"), None),
    };
    let form = (has && person.id != d.who.person.id).then(|| {
        let mut form = ActionForm::new(l, format!("/desk/people/{}/second", person.id), l.t("second-reset"));
        form.intro = l.t("second-reset-intro");
        form.danger = true;
        (l.t("second-reset"), form)
    });
    let view = Board {
        title: l.t1("sessions-of", "name", &person.name),
        lead: person.login.clone(),
        notes: vec![note],
        links: vec![Link::new("/desk/people", l.t("people"))],
        form,
        sections: vec![section],
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

pub(super) async fn end(d: Desk<SecurityAdmins>, Path(id): Path<String>, Form(pairs): Sent) -> Web {
    let person = person(&d, &id)?;
    let fields = Fields::from_iter(pairs);
    let mut db = d.v.app.db().read().await?;
    let all = sessions::of_person(&mut db, &d.scope, person.id, d.v.app.clock().now()).await?;
    drop(db);
    let which = match fields.get("session") {
        "all" => None,
        one => Some(all.iter().find(|s| short(&s.token) == one).map(|s| s.token)),
    };
    let path = format!("/desk/people/{}/sessions", person.id);
    match which {
        None => people::end_sessions(&d.v.app, &d.scope, person.id, None).await?,
        Some(Some(token)) => people::end_sessions(&d.v.app, &d.scope, person.id, Some(token)).await?,
        // It has ended by itself meanwhile.
        Some(None) => {}
    }
    Ok(see_other_with(&path, "flash-session-ended"))
}

pub(super) async fn reset_second(d: Desk<SecurityAdmins>, Path(id): Path<String>) -> Web {
    let person = person(&d, &id)?;
    second::reset(&d.v.app, &d.scope, person.id).await?;
    Ok(see_other_with(&format!("/desk/people/{}/sessions", person.id), "flash-second-reset"))
}

pub(super) async fn account_page(d: Desk<SystemAdmins>, Path(id): Path<String>) -> Web {
    let person = person(&d, &id)?;
    Ok(page(&account_view(&d, &person, Errors::default())))
}

fn account_view(d: &Desk<SystemAdmins>, person: &Person, errors: Errors) -> ActionPage {
    let l = d.v.l.lang;
    let (title, intro) = match person.active {
        true => ("people-close", "people-close-intro"),
        false => ("people-open", "people-open-intro"),
    };
    let mut form = ActionForm::new(l, format!("/desk/people/{}/account", person.id), l.t(title));
    form.intro = l.t(intro);
    form.hidden = vec![("active".into(), if person.active { "0" } else { "1" }.into())];
    form.back = "/desk/people".into();
    form.danger = person.active;
    form.errors = errors;
    let case = format!("{} · {}", person.name, person.login);
    ActionPage { case, title: l.t(title), facts: Vec::new(), stop: String::new(), form, l: d.layout() }
}

pub(super) async fn set_account(d: Desk<SystemAdmins>, Path(id): Path<String>, Form(pairs): Sent) -> Web {
    let person = person(&d, &id)?;
    let active = match Fields::from_iter(pairs).get("active") {
        "1" => true,
        "0" => false,
        _ => return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &account_view(&d, &person, Errors::default()))),
    };
    match people::set_active(&d.v.app, &d.scope, person.id, active).await {
        Ok(()) => Ok(see_other_with("/desk/people", if active { "flash-account-open" } else { "flash-account-closed" })),
        Err(Denied::Invalid(faults)) => {
            let mut errors = errors_of(d.v.l.lang, &faults);
            errors.0.iter_mut().for_each(|e| e.field.clear());
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &account_view(&d, &person, errors)))
        }
        Err(other) => Err(other.into()),
    }
}
