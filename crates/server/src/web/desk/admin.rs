//! Routes of accounts and administration: second step, sessions, keys of channels, health.

use super::{account, channels, health, of, person, second};
use crate::web::http::{Anyone, Desk, SecurityAdmins, SystemAdmins, Web, page};
use crate::web::router::{For, Routes};
use crate::web::views::second::KeyMap;

pub(super) fn routes(r: &mut Routes) {
    r.get("/desk/sign-in/second", For::Public, second::back);
    r.post("/desk/sign-in/second", For::Public, second::pass);
    r.post("/desk/sign-in/leave", For::Public, second::leave);
    r.post("/desk/account/sessions/end", of::<Anyone>(), account::end_others);
    r.get("/desk/account/second", of::<Anyone>(), second::own);
    r.post("/desk/account/second", of::<Anyone>(), second::set_up);
    r.post("/desk/account/second/codes", of::<Anyone>(), second::codes);
    r.post("/desk/account/second/remove", of::<Anyone>(), second::remove);

    r.get("/desk/keys", of::<Anyone>(), keymap);

    r.get("/desk/second", of::<SecurityAdmins>(), second::admin);
    r.post("/desk/second", of::<SecurityAdmins>(), second::require);
    r.get("/desk/people/{id}/sessions", of::<SecurityAdmins>(), person::devices);
    r.post("/desk/people/{id}/sessions", of::<SecurityAdmins>(), person::end);
    r.post("/desk/people/{id}/second", of::<SecurityAdmins>(), person::reset_second);
    r.get("/desk/people/{id}/account", of::<SystemAdmins>(), person::account_page);
    r.post("/desk/people/{id}/account", of::<SystemAdmins>(), person::set_account);
    r.get("/desk/channels", of::<SecurityAdmins>(), channels::list);
    r.post("/desk/channels", of::<SecurityAdmins>(), channels::make);
    r.post("/desk/channels/{id}/rotate", of::<SecurityAdmins>(), channels::rotate);
    r.post("/desk/channels/{id}/revoke", of::<SecurityAdmins>(), channels::revoke);

    r.get("/desk/health", of::<SystemAdmins>(), health::page_of);
    r.get("/desk/health.json", of::<SystemAdmins>(), health::json);
}

/// The map of the keyboard as a page, for whoever has no script.
async fn keymap(d: Desk<Anyone>) -> Web {
    Ok(page(&KeyMap { l: d.layout() }))
}
