//! The first administrator of an empty store, by the one-time link that the terminal shows.

use crate::app::App;
use crate::usecase::Denied;
use crate::usecase::fields::{Faults, Fields};
use crate::usecase::people::{MIN_PASSWORD, NewPerson, check_person};
use crate::usecase::setup::{self, NewLocality, check_locality};
use crate::web::faults;
use crate::web::http::{Web, lobby, page, page_with, see_other_with};
use crate::web::layout::Layout;
use crate::web::views::desk::FirstAdmin;
use crate::web::views::parts::{ActionForm, Choice, Control, Errors, Field, Group};
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};

pub(super) async fn setup_page(State(app): State<App>, headers: HeaderMap, Path(token): Path<String>) -> Web {
    setup::check(&app, &token).await?;
    let l = lobby(&app, &headers, "/setup");
    let place = app.localities().is_empty();
    let form = form(&l, &token, place, &Fields::default(), Errors::default());
    Ok(page(&FirstAdmin { l, form }))
}

pub(super) async fn setup(
    State(app): State<App>,
    headers: HeaderMap,
    Path(token): Path<String>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Web {
    setup::check(&app, &token).await?;
    let fields: Fields = pairs.into_iter().collect();
    let place = app.localities().is_empty();
    let text = |name: &str| fields.get(name).trim().to_owned();
    let locality = NewLocality {
        code: text("place_code"),
        name: text("place_name"),
        name_en: text("place_name_en"),
        pack_id: text("place_pack_id"),
        organ: text("place_organ"),
        short: text("place_short"),
    };
    let password = fields.get("password").to_owned();
    let person = NewPerson { login: text("login"), name: text("person_name"), password: password.clone(), roles: Vec::new() };
    let mut wrong = of_form(check_person(&person));
    if password != fields.get("repeat") {
        wrong.add("repeat", "password_repeat");
    }
    if place {
        wrong.0.extend(of_place(check_locality(&locality)).0);
    }
    if wrong.is_empty() {
        match setup::finish(&app, &token, locality, person).await {
            Ok(_) => return Ok(see_other_with("/desk/sign-in", "setup-done")),
            // What nobody could know before: a code or a login that is taken.
            Err(Denied::Invalid(late)) => wrong = of_form(late),
            Err(other) => return Err(other.into()),
        }
    }
    let l = lobby(&app, &headers, "/setup");
    let mut errors = Errors::default();
    for (field, code) in &wrong.0 {
        let fault = faults::beside_its_name(l.lang, field, code);
        errors.add(field.as_str(), l.t2("fault-of", "field", l.t(label(field)), "fault", fault));
    }
    let form = form(&l, &token, place, &fields, errors);
    Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &FirstAdmin { l, form }))
}

/// The use case's fields by the names they have in the form.
fn of_form(faults: Faults) -> Faults {
    let name = |field: String| match field.as_str() {
        "code" => "place_code".to_owned(),
        "name" => "person_name".to_owned(),
        _ => field,
    };
    Faults(faults.0.into_iter().map(|(field, code)| (name(field), code)).collect())
}

fn of_place(faults: Faults) -> Faults {
    Faults(faults.0.into_iter().map(|(field, code)| (format!("place_{field}"), code)).collect())
}

/// The key of a field's label.
fn label(field: &str) -> &'static str {
    match field {
        "place_code" => "setup-code",
        "place_name" => "setup-place",
        "place_name_en" => "setup-place-en",
        "place_pack_id" => "setup-pack",
        "place_organ" => "setup-organ",
        "place_short" => "setup-short",
        "person_name" => "setup-person",
        "password" => "password",
        "repeat" => "setup-repeat",
        _ => "login",
    }
}

fn form(l: &Layout, token: &str, place: bool, fields: &Fields, errors: Errors) -> ActionForm {
    let lang = l.lang;
    let mut form = ActionForm::new(lang, format!("/setup/{token}"), l.t("setup-go"));
    let line = |name: &str| Field::text(lang, name, l.t(label(name))).value(fields.get(name)).errors(&errors).max(100);
    if place {
        let chosen = fields.get("place_pack_id");
        let chosen = if chosen.is_empty() { "national" } else { chosen };
        let choices = setup::shipped().map(|id| Choice::new(id, lang.code("pack", id), chosen)).collect();
        // A pack that lists its organs needs none from us; the others cannot begin without one.
        let organ = |name: &str| if setup::lists_organs(chosen) { line(name) } else { line(name).required() };
        let packs = Control::Select(vec![Group { label: String::new(), choices }]);
        form.fields.extend([
            line("place_code").hint(l.t("setup-code-hint")).required(),
            line("place_name").required(),
            line("place_name_en"),
            Field::new(lang, "place_pack_id", l.t(label("place_pack_id")), packs).hint(l.t("setup-pack-hint")).required().errors(&errors),
            organ("place_organ").hint(l.t("setup-organ-hint")),
            organ("place_short").hint(l.t("setup-short-hint")),
        ]);
    }
    form.fields.extend([
        line("person_name").required().auto("name"),
        line("login").hint(l.t("setup-login-hint")).required().auto("username"),
        Field::password(lang, "password", l.t(label("password")), "new-password")
            .hint(l.t1("setup-password-hint", "n", MIN_PASSWORD))
            .required()
            .errors(&errors),
        Field::password(lang, "repeat", l.t(label("repeat")), "new-password").required().errors(&errors),
    ]);
    form.errors = errors;
    form
}
