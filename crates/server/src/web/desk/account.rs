//! Signing in and out, the role acted in, one's own password and sessions.

use super::{errors_of, home_of, label};
use crate::usecase::fields::{Faults, Fields};
use crate::usecase::{Denied, people, second};
use crate::web::http::{
    Anyone, Desk, ROLE_COOKIE, SESSION_COOKIE, Visitor, Web, add_cookie, agent, cookie, page, page_with, see_other, see_other_with,
};
use crate::web::i18n::Lang;
use crate::web::views::desk::{Resume, SignIn};
use crate::web::views::manage::{Account, SessionRow};
use crate::web::views::parts::{ActionForm, Choice, Control, Errors, Field};
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use store::sessions::{self, Device};

/// A form as it was sent.
pub(super) type Sent = Form<Vec<(String, String)>>;
/// The query of an address.
pub(super) type Asked = Query<Vec<(String, String)>>;

/// What a held field's name begins with on the sign-in page.
pub(super) const HELD: &str = "held.";

/// A path of ours to go to after signing in; anything else goes to the desk.
pub(super) fn own_path(next: &str) -> String {
    let safe = next.starts_with("/desk")
        && !next.starts_with("/desk/sign-")
        && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
        && !next.contains("//");
    if safe { next.to_owned() } else { "/desk".to_owned() }
}

pub(super) async fn sign_in_page(v: Visitor, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let next = own_path(asked.get("next"));
    let session = cookie(&v.headers, SESSION_COOKIE).unwrap_or_default();
    if people::who(&v.app, session).await?.is_some_and(|w| !w.scopes.is_empty()) {
        return Ok(see_other(&next));
    }
    if second::is_awaited(&v.app, session).await? {
        return Ok(super::second::ask(&v, next, Vec::new(), None));
    }
    let ended = !session.is_empty() || (next != "/desk" && !asked.get("next").is_empty());
    let notice = if ended { v.l.t("sign-in-again") } else { String::new() };
    Ok(page(&SignIn { l: v.l, next, notice, ..SignIn::default() }))
}

/// The sign-in page for a form whose session ended while it was being filled: it carries along what was typed.
pub(super) fn sign_in_holding(v: &Visitor, path: &str, fields: &Fields) -> Web {
    let held = fields.0.iter().flat_map(|(k, values)| values.iter().map(move |x| (format!("{HELD}{k}"), x.clone()))).collect();
    let notice = v.l.t("bad-session");
    let view = SignIn { l: v.l.clone(), next: own_path(path), notice, held, ..SignIn::default() };
    Ok(page_with(StatusCode::UNAUTHORIZED, &view))
}

/// What is carried along through signing in, under names that begin with `prefix`.
pub(super) fn held(fields: &Fields, prefix: &str) -> Vec<(String, String)> {
    let all = fields.0.iter().filter_map(|(k, values)| k.strip_prefix(HELD).map(|k| (k, values)));
    all.flat_map(|(k, values)| values.iter().map(move |x| (format!("{prefix}{k}"), x.clone()))).collect()
}

pub(super) async fn sign_in(v: Visitor, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let next = own_path(fields.get("next"));
    let held = |prefix: &str| held(&fields, prefix);
    let (login, password) = (fields.get("login").trim(), fields.get("password"));
    let signed = people::sign_in(&v.app, login, password, &v.address, &agent(&v.headers)).await;
    let (status, key) = match signed {
        Ok(session) => {
            let mut r = if second::is_awaited(&v.app, &session).await? {
                super::second::ask(&v, next, held(HELD), None)
            } else {
                signed_in(&v, &next, held(""))
            };
            add_cookie(&mut r, SESSION_COOKIE, &session, None);
            return Ok(r);
        }
        Err(Denied::NotFound) => (StatusCode::UNPROCESSABLE_ENTITY, "bad-login"),
        Err(Denied::Throttled) => (StatusCode::TOO_MANY_REQUESTS, "bad-locked"),
        Err(other) => return Err(other.into()),
    };
    let mut errors = Errors::default();
    errors.add("login", v.l.t(key));
    let login = login.to_owned();
    Ok(page_with(status, &SignIn { held: held(HELD), l: v.l, login, next, notice: String::new(), errors }))
}

/// On to where one wanted to go, or back to the form that was being filled.
pub(super) fn signed_in(v: &Visitor, next: &str, held: Vec<(String, String)>) -> Response {
    if held.is_empty() { see_other(next) } else { page(&resume(v, next, held)) }
}

/// After signing in: back to the form, with what was typed.
fn resume(v: &Visitor, path: &str, held: Vec<(String, String)>) -> Resume {
    let mut form = ActionForm::new(v.l.lang, path, v.l.t("resume-go"));
    form.hidden = held;
    form.hidden.push(("resume".into(), "1".into()));
    Resume { l: v.l.clone(), form }
}

pub(super) async fn sign_out(d: Desk<Anyone>) -> Web {
    people::sign_out(&d.v.app, d.who.token).await?;
    let mut r = see_other("/desk/sign-in");
    add_cookie(&mut r, SESSION_COOKIE, "", Some(0));
    add_cookie(&mut r, ROLE_COOKIE, "", Some(0));
    Ok(r)
}

pub(super) async fn home(d: Desk<Anyone>) -> Web {
    Ok(see_other(home_of(d.role)))
}

pub(super) async fn account(d: Desk<Anyone>) -> Web {
    account_page(&d, StatusCode::OK, &Errors::default()).await
}

async fn account_page(d: &Desk<Anyone>, status: StatusCode, errors: &Errors) -> Web {
    let l = d.v.l.lang;
    let mut form = ActionForm::new(l, "/desk/account/password", l.t("account-password"));
    form.fields = vec![
        Field::password(l, "old", label(l, "old"), "current-password").required().errors(errors),
        Field::password(l, "new", label(l, "new"), "new-password").required().errors(errors),
        Field::password(l, "again", label(l, "again"), "new-password").required().errors(errors),
    ];
    form.errors = errors.clone();
    let mut db = d.v.app.db().read().await?;
    let all = sessions::of_person(&mut db, &d.scope, d.who.person.id, d.v.app.clock().now()).await?;
    drop(db);
    let row = |s: Device| SessionRow {
        since: l.stamp(s.since),
        last: l.stamp(s.seen),
        agent: device_words(l, &s),
        current: s.token == d.who.token,
        end: format!("/desk/account/sessions/{}/end", short(&s.token)),
    };
    let others = all.len() > 1;
    let sessions = all.into_iter().map(row).collect();
    let second = match d.v.world.directory.second.get(&d.who.person.id) {
        Some(left) => l.t1("second-on", "n", *left),
        None => l.t("second-off"),
    };
    let view = Account { l: d.layout(), login: d.who.person.login.clone(), roles: role_form(d), form, sessions, others, second };
    Ok(page_with(status, &view))
}

/// The choice between one's roles, for those who hold several.
fn role_form(d: &Desk<Anyone>) -> Option<ActionForm> {
    let l = d.v.l.lang;
    let units = &d.v.world.directory.units;
    let grants: Vec<_> = d.who.scopes.iter().filter_map(|s| s.grant()).map(|(_, g)| g).collect();
    if grants.len() < 2 {
        return None;
    }
    let acting = d.scope.grant().map_or(String::new(), |(_, g)| format!("{}.{}", g.role.code(), g.unit));
    let choice = |g: &store::scope::Grant| {
        let unit = units.get(&g.unit).map_or("", |u| u.name.as_str());
        Choice::new(format!("{}.{}", g.role.code(), g.unit), format!("{} · {unit}", l.code("role", g.role.code())), &acting)
    };
    let mut form = ActionForm::new(l, "/desk/role", l.t("role-go"));
    form.fields = vec![Field::new(l, "role", l.t("role-acting"), Control::Radio(grants.iter().map(choice).collect())).required()];
    Some(form)
}

pub(super) async fn role(d: Desk<Anyone>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let chosen = fields.get("role");
    let held = d.who.scopes.iter().filter_map(|s| s.grant()).find(|(_, g)| format!("{}.{}", g.role.code(), g.unit) == chosen);
    let (_, grant) = held.ok_or(Denied::NotFound)?;
    let mut r = see_other(home_of(grant.role));
    add_cookie(&mut r, ROLE_COOKIE, chosen, None);
    Ok(r)
}

pub(super) async fn password(d: Desk<Anyone>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let mut faults = Faults::default();
    if fields.get("new") != fields.get("again") {
        faults.add("again", "password_repeat");
    }
    let done = if faults.is_empty() {
        people::change_password(&d.v.app, &d.scope, d.who.token, fields.get("old"), fields.get("new").to_owned()).await
    } else {
        Err(Denied::Invalid(faults))
    };
    match done {
        Ok(()) => Ok(see_other_with("/desk/account", "flash-password")),
        Err(Denied::Invalid(mut faults)) => {
            faults.0.iter_mut().filter(|(f, _)| f == "password").for_each(|(f, _)| *f = "new".into());
            let errors = errors_of(d.v.l.lang, &faults);
            account_page(&d, StatusCode::UNPROCESSABLE_ENTITY, &errors).await
        }
        Err(Denied::Throttled) => {
            let mut errors = Errors::default();
            errors.add("old", d.v.l.t("bad-locked"));
            account_page(&d, StatusCode::TOO_MANY_REQUESTS, &errors).await
        }
        Err(other) => Err(other.into()),
    }
}

pub(super) async fn end_session(d: Desk<Anyone>, Path(id): Path<String>) -> Web {
    let mut db = d.v.app.db().read().await?;
    let all = sessions::of_person(&mut db, &d.scope, d.who.person.id, d.v.app.clock().now()).await?;
    drop(db);
    let found = all.into_iter().find(|s| short(&s.token) == id).ok_or(Denied::NotFound)?;
    people::sign_out(&d.v.app, found.token).await?;
    Ok(see_other_with("/desk/account", "flash-session-ended"))
}

pub(super) async fn end_others(d: Desk<Anyone>) -> Web {
    people::end_others(&d.v.app, &d.scope, d.who.token).await?;
    Ok(see_other_with("/desk/account", "flash-sessions-ended"))
}

/// A device in words: browser, system, network.
pub(super) fn device_words(l: Lang, s: &Device) -> String {
    let name = device(&s.agent).unwrap_or_else(|| l.t("session-unknown"));
    if s.network.is_empty() { name } else { format!("{name} · {}", l.t1("session-from", "network", &s.network)) }
}

/// Browser and system out of what a browser calls itself: `Edge · Windows`. The more particular names come first, as browsers also carry
/// the names of those they resemble.
fn device(agent: &str) -> Option<String> {
    const BROWSERS: [(&str, &str); 8] = [
        ("MicroMessenger", "WeChat"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("QQBrowser", "QQ"),
        ("HuaweiBrowser", "Huawei"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("HarmonyOS", "HarmonyOS"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ];
    let found = |names: &[(&str, &'static str)]| names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let words: Vec<&str> = [found(&BROWSERS), found(&SYSTEMS)].into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(" · "))
}

/// A name of a session for addresses: half of the hash of its cookie finds it among one's own and opens nothing.
pub(super) fn short(token: &[u8; 32]) -> String {
    token[..8].iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::{device, own_path};

    #[test]
    fn a_device_is_called_by_browser_and_system() {
        let edge =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0";
        assert_eq!(device(edge).unwrap(), "Edge · Windows");
        let phone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/604.1";
        assert_eq!(device(phone).unwrap(), "Safari · iPhone");
        assert_eq!((device(""), device("curl/8")), (None, None));
    }

    #[test]
    fn only_paths_of_the_desk_are_gone_to() {
        assert_eq!(own_path("/desk/case/abc/refuse?x=1"), "/desk/case/abc/refuse?x=1");
        for bad in
            ["https://evil.example", "//evil.example", "/desk//evil", "/desk\\evil", "/track", "", "/desk/sign-out", "/desk/\r\nX: y"]
        {
            assert_eq!(own_path(bad), "/desk", "{bad}");
        }
    }
}
