//! The second step at sign-in: after the password, on one's own account, and for the security administrator, who says which roles need it.

use super::account::{HELD, Sent, held, own_path, signed_in};
use super::errors_of;
use crate::usecase::fields::Fields;
use crate::usecase::{Denied, second, totp};
use crate::web::http::{
    Anyone, Desk, SESSION_COOKIE, SecurityAdmins, Visitor, Web, add_cookie, cookie, encode, page, page_with, see_other, see_other_with,
};
use crate::web::views::board::{Board, Cell, Row, Section, Table};
use crate::web::views::desk::SignIn;
use crate::web::views::parts::{ActionForm, Choice, Control, Errors, Field, Link, Qr, Tag, Tone};
use crate::web::views::second::{AskSecond, Second, code_field};
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use rules::access::Role;

/// The page that asks for the code.
pub(super) fn ask(v: &Visitor, next: String, held: Vec<(String, String)>, wrong: Option<(StatusCode, &str)>) -> Response {
    let mut errors = Errors::default();
    if let Some((_, key)) = wrong {
        errors.add("otp", v.l.t(key));
    }
    page_with(wrong.map_or(StatusCode::OK, |(status, _)| status), &AskSecond { l: v.l.clone(), next, held, errors })
}

/// The address alone is that of signing in, which knows who waits for a code.
pub(super) async fn back(v: Visitor) -> Web {
    super::account::sign_in_page(v, Query(Vec::new())).await
}

pub(super) async fn pass(v: Visitor, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let next = own_path(fields.get("next"));
    let session = cookie(&v.headers, SESSION_COOKIE).unwrap_or_default();
    match second::pass(&v.app, session, fields.get("otp")).await {
        Ok(()) => Ok(signed_in(&v, &next, held(&fields, ""))),
        // The time for it has passed: from the beginning, with what was being filled.
        Err(Denied::NotFound) => {
            let (notice, held) = (v.l.t("sign-in-again"), held(&fields, HELD));
            Ok(page(&SignIn { l: v.l, next, notice, held, ..SignIn::default() }))
        }
        Err(Denied::Invalid(_)) => Ok(ask(&v, next, held(&fields, HELD), Some((StatusCode::UNPROCESSABLE_ENTITY, "bad-code-wrong")))),
        Err(Denied::Throttled) => Ok(ask(&v, next, held(&fields, HELD), Some((StatusCode::TOO_MANY_REQUESTS, "bad-locked")))),
        Err(other) => Err(other.into()),
    }
}

/// Leaves a session that waits for its code.
pub(super) async fn leave(v: Visitor) -> Web {
    let mut r = see_other("/desk");
    if second::give_up(&v.app, cookie(&v.headers, SESSION_COOKIE).unwrap_or_default()).await? {
        add_cookie(&mut r, SESSION_COOKIE, "", Some(0));
    }
    Ok(r)
}

pub(super) async fn own(d: Desk<Anyone>) -> Web {
    Ok(page(&own_view(&d, &Fields::default(), &Errors::default(), "")))
}

/// The page of one's own second step. `failed` names the form whose mistakes these are.
fn own_view(d: &Desk<Anyone>, typed: &Fields, errors: &Errors, failed: &str) -> Second {
    let l = d.v.l.lang;
    let person = &d.who.person;
    let left = d.v.world.directory.second.get(&person.id).copied();
    let of = |form: &str| if failed == form { errors.clone() } else { Errors::default() };
    let password = |e: &Errors| Field::password(l, "password", l.t("password"), "current-password").required().errors(e);
    let mut view = Second { asked: second::is_asked(&d.v.world, person.id), left, l: d.layout(), ..Second::default() };
    if left.is_some() {
        let (renew, remove) = (of("codes"), of("remove"));
        let mut form = ActionForm::new(l, "/desk/account/second/codes", l.t("second-renew-go"));
        form.intro = l.t("second-renew-intro");
        form.fields = vec![code_field(l, &renew)];
        form.errors = renew;
        view.form = Some(form);
        let mut form = ActionForm::new(l, "/desk/account/second/remove", l.t("second-remove"));
        form.intro = l.t(if view.asked { "second-remove-asked" } else { "second-remove-intro" });
        form.danger = true;
        let mut code = code_field(l, &remove);
        // Both forms stand on one page, and a field's id is its name.
        code.name = "last_otp".into();
        code.error = remove.of("last_otp").map(str::to_owned);
        form.fields = vec![password(&remove), code];
        form.errors = remove;
        view.remove = Some(form);
        return view;
    }
    // What was shown and could not be confirmed is shown again, so that the authenticator need not be set up twice.
    let secret = totp::read(typed.get("secret")).map_or_else(|| second::new_secret(&d.v.app), |s| totp::written(&s));
    let Some(bytes) = totp::read(&secret) else { return view };
    let label = encode(&format!("{} {}", d.v.l.locality, person.login));
    let groups = secret.as_bytes().chunks(4).map(|c| String::from_utf8_lossy(c).into_owned()).collect::<Vec<_>>().join(" ");
    view.secret = Some((Qr::of(&totp::address(&encode("放心"), &label, &bytes)), groups));
    let mistakes = of("");
    let mut form = ActionForm::new(l, "/desk/account/second", l.t("second-confirm-go"));
    form.hidden = vec![("secret".into(), secret)];
    form.fields = vec![password(&mistakes), code_field(l, &mistakes).hint(l.t("second-code-hint"))];
    form.errors = mistakes;
    view.form = Some(form);
    view
}

/// The page with what is wrong, or with the codes that were made.
fn answered(d: Desk<Anyone>, typed: &Fields, failed: &str, done: Result<Vec<String>, Denied>) -> Web {
    match done {
        Ok(codes) => {
            let mut d = d;
            if let Some(world) = d.v.app.world(d.v.locality) {
                d.v.world = world;
            }
            let view =
                Second { codes, left: d.v.world.directory.second.get(&d.who.person.id).copied(), l: d.layout(), ..Second::default() };
            Ok(page(&view))
        }
        Err(Denied::Invalid(faults)) => {
            let errors = errors_of(d.v.l.lang, &faults);
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &own_view(&d, typed, &errors, failed)))
        }
        Err(Denied::Throttled) => {
            let mut errors = Errors::default();
            errors.add("", d.v.l.t("bad-locked"));
            Ok(page_with(StatusCode::TOO_MANY_REQUESTS, &own_view(&d, typed, &errors, failed)))
        }
        // Nothing is set up that could be changed.
        Err(Denied::NotFound) => Ok(see_other("/desk/account/second")),
        Err(other) => Err(other.into()),
    }
}

pub(super) async fn set_up(d: Desk<Anyone>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let done = second::set_up(&d.v.app, &d.scope, d.who.token, &fields).await;
    answered(d, &fields, "", done)
}

pub(super) async fn codes(d: Desk<Anyone>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let done = second::renew_codes(&d.v.app, &d.scope, d.who.token, &fields).await;
    answered(d, &fields, "codes", done)
}

pub(super) async fn remove(d: Desk<Anyone>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    match second::remove(&d.v.app, &d.scope, d.who.token, &fields).await {
        Ok(()) => Ok(see_other_with("/desk/account", "flash-second-gone")),
        Err(denied) => answered(d, &fields, "remove", Err(denied)),
    }
}

/// Which roles need it, and who has it.
pub(super) async fn admin(d: Desk<SecurityAdmins>) -> Web {
    let l = d.v.l.lang;
    let directory = &d.v.world.directory;
    let asked = second::required(&d.v.world);
    let choice = |r: &Role| Choice { checked: asked.contains(r), ..Choice::new(r.code(), l.code("role", r.code()), "") };
    let mut form = ActionForm::new(l, "/desk/second", l.t("second-require-go"));
    form.intro = l.t("second-require-intro");
    let choices = Role::ALL.iter().map(choice).collect();
    form.fields = vec![Field::new(l, "role", l.t("second-require"), Control::Checks { choices, chips: false })];
    let mut rows = Vec::new();
    for p in directory.people.values().filter(|p| p.active) {
        let state = match (directory.second.get(&p.id), second::is_asked(&d.v.world, p.id)) {
            (Some(n), _) => Tag::new(Tone::Good, l.t1("second-state-on", "n", *n)),
            (None, true) => Tag::new(Tone::Late, l.t("second-state-missing")),
            (None, false) => Tag::new(Tone::Plain, l.t("second-state-off")),
        };
        let mut roles: Vec<String> =
            directory.roles.iter().filter(|(id, _)| *id == p.id).map(|(_, g)| l.code("role", g.role.code())).collect();
        roles.dedup();
        let roles = Cell::text(roles.join(&l.t("list-comma")));
        let cells = vec![Cell::link(format!("/desk/people/{}/sessions", p.id), p.name.clone()), roles, Cell::tag(state)];
        rows.push(Row { cells, ..Row::default() });
    }
    let columns = ["col-name", "col-roles", "second"].map(|key| (l.t(key), false)).to_vec();
    let section =
        Section { id: "who".into(), head: l.t("second-who"), table: Some(Table { columns, rows, pick: None }), ..Section::default() };
    let named = |r: &Role| l.code("role", r.code());
    let note = match asked.as_slice() {
        [] => (Tone::Soon, l.t("second-nobody"), None),
        roles => (Tone::Act, l.t1("second-asked-of", "roles", roles.iter().map(named).collect::<Vec<_>>().join(&l.t("list-comma"))), None),
    };
    let view = Board {
        title: l.t("second"),
        lead: l.t("second-lead"),
        notes: vec![note],
        form: Some((l.t("second-require"), form)),
        sections: vec![section],
        links: vec![Link::new("/desk/people", l.t("people"))],
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

pub(super) async fn require(d: Desk<SecurityAdmins>, Form(pairs): Sent) -> Web {
    second::require(&d.v.app, &d.scope, &Fields::from_iter(pairs)).await?;
    Ok(see_other_with("/desk/second", "flash-second-required"))
}
