//! Pages for those who work on cases. True inside this folder: the extractor in a handler's signature is the permission; a page reads,
//! an action goes through a use case, and what is refused comes back with the sentence that says why and with all that was typed.

mod account;
mod action;
mod admin;
mod appraisal;
mod beside;
mod case;
mod casefile;
mod channels;
mod destinations;
mod details;
mod entry;
mod erase;
mod evidence;
mod export;
mod followup;
mod forecast;
mod group;
mod health;
mod import;
mod inbox;
mod intake;
mod leading;
mod lists;
mod mail;
mod manage;
mod mechanisms;
mod orders;
mod overview;
mod pack;
pub(in crate::web) mod papers;
mod person;
mod phrases;
mod rates;
mod redact;
mod register;
mod reviews;
mod rows;
mod second;
mod split;
mod supervision;
mod team;
mod today;
mod undertaking;
mod units;
mod work;
mod zero;

pub(in crate::web) use destinations::MOST as MOST_OFFERED;

use super::faults;
use super::http::{
    Admins, Anyone, AuditAdmins, Cases, Figures, Handlers, Intake, Leads, Orderers, Overseers, Permit, Scorers, SecurityAdmins,
    Supervisors, SystemAdmins, Workers,
};
use super::i18n::Lang;
use super::layout::{Layout, NavItem};
use super::router::{For, Routes};
use super::views::parts::Errors;
use crate::usecase::fields::Faults;
use rules::access::Role;

const fn of<P: Permit>() -> For {
    For::Roles(P::ROLES)
}

/// The routes of this folder.
pub fn routes(r: &mut Routes) {
    r.get("/desk/sign-in", For::Public, account::sign_in_page);
    r.post("/desk/sign-in", For::Public, account::sign_in);
    r.post("/desk/sign-out", of::<Anyone>(), account::sign_out);
    r.get("/desk", of::<Anyone>(), account::home);
    r.get("/desk/account", of::<Anyone>(), account::account);
    admin::routes(r);
    r.post("/desk/account/password", of::<Anyone>(), account::password);
    r.post("/desk/account/sessions/{id}/end", of::<Anyone>(), account::end_session);
    r.post("/desk/role", of::<Anyone>(), account::role);

    r.get("/desk/queue", of::<Intake>(), inbox::queue);
    r.get("/desk/queue/export.csv", of::<Intake>(), inbox::export_csv);
    r.get("/desk/queue/export.xlsx", of::<Intake>(), inbox::export_xlsx);
    r.post("/desk/views", of::<Intake>(), inbox::save_view);
    r.post("/desk/views/{id}/drop", of::<Intake>(), inbox::drop_view);
    r.post("/desk/bulk/send", of::<Intake>(), inbox::send);
    r.post("/desk/bulk/group", of::<Intake>(), inbox::group);
    r.get("/desk/next", of::<Intake>(), inbox::next);
    r.get("/desk/ahead/{token}", of::<Intake>(), inbox::ahead);
    r.get("/desk/zero", of::<Intake>(), zero::show);
    r.post("/desk/zero", of::<Intake>(), zero::check);
    r.get("/desk/group/{group}", of::<Workers>(), group::show);
    r.post("/desk/group/{group}/add", of::<Workers>(), group::add);
    r.post("/desk/group/{group}/out", of::<Workers>(), group::out);
    r.post("/desk/group/{group}/answer", of::<Workers>(), group::answer);
    r.get("/desk/mine", of::<Handlers>(), lists::mine);
    r.get("/desk/search", of::<Cases>(), lists::search);
    r.get("/desk/approvals", of::<Leads>(), lists::approvals);
    work::routes(r);
    leading::routes(r);
    mail::routes(r);
    r.get("/desk/supervision", of::<Overseers>(), supervision::show);
    r.get("/desk/supervision/cases", of::<Overseers>(), supervision::list);
    r.get("/desk/supervision/export", of::<Overseers>(), supervision::export);
    r.get("/desk/forecast", of::<Overseers>(), forecast::show);
    r.get("/desk/forecast/cases", of::<Overseers>(), forecast::list);
    r.get("/desk/forecast/export", of::<Overseers>(), forecast::export);
    r.get("/desk/orders", of::<Cases>(), orders::list);
    r.post("/desk/orders", of::<Orderers>(), orders::give);
    r.post("/desk/orders/form", of::<Orderers>(), orders::form);
    r.get("/desk/orders/export", of::<Cases>(), orders::file);
    r.get("/desk/inspections", of::<Supervisors>(), orders::inspections);
    rates_routes(r);
    r.get("/desk/overview", of::<Supervisors>(), overview::overview);
    r.get("/desk/cases", of::<Supervisors>(), lists::of_organ);

    r.get("/desk/new", of::<Intake>(), entry::form);
    r.post("/desk/new", of::<Intake>(), entry::save);
    r.post("/desk/new/known", of::<Intake>(), entry::known);

    r.get("/desk/find", of::<Intake>(), intake::find_page);
    r.post("/desk/find", of::<Intake>(), intake::find);
    r.get("/desk/find/{id}/code", of::<Intake>(), intake::renew_page);
    r.post("/desk/find/{id}/code", of::<Intake>(), intake::renew);

    r.get("/desk/import", of::<Intake>(), import::list);
    r.upload("/desk/import", of::<Intake>(), import::send);
    r.post("/desk/import/mapping/{id}", of::<Intake>(), import::forget);
    r.get("/desk/import/{id}", of::<Intake>(), import::show);
    r.post("/desk/import/{id}", of::<Intake>(), import::act);
    r.get("/desk/import/{id}/mapping", of::<Intake>(), import::mapping_file);
    r.get("/desk/import/{id}/rejects", of::<Intake>(), import::rejects);

    r.get("/desk/case/{token}", of::<Cases>(), case::page);
    r.post("/desk/case/{token}/reveal", of::<Workers>(), case::reveal);
    r.post("/desk/case/{token}/claim", of::<Workers>(), inbox::still_on);
    r.get("/desk/case/{token}/paper/{form}", of::<Workers>(), papers::paper);
    r.get("/desk/case/{token}/evidence/{file}", of::<Workers>(), evidence::download);
    r.upload("/desk/case/{token}/evidence", of::<Workers>(), evidence::add);
    r.get("/desk/case/{token}/{action}", of::<Cases>(), action::form);
    r.post("/desk/case/{token}/{action}", of::<Cases>(), action::act);

    r.get("/desk/units", of::<Admins>(), units::list);
    r.post("/desk/units", of::<SystemAdmins>(), units::add);
    r.upload("/desk/units/bring", of::<SystemAdmins>(), units::bring);
    r.get("/desk/units/export.csv", of::<Admins>(), units::export_csv);
    r.get("/desk/units/export.xlsx", of::<Admins>(), units::export_xlsx);
    r.get("/desk/units/{id}", of::<Admins>(), units::one);
    r.post("/desk/units/{id}/change", of::<SystemAdmins>(), units::change);
    r.post("/desk/units/{id}/end", of::<SystemAdmins>(), units::end);
    r.post("/desk/units/{id}/hand-on", of::<SystemAdmins>(), units::hand_on);
    r.get("/desk/people", of::<Admins>(), manage::people);
    r.post("/desk/people", of::<SystemAdmins>(), manage::add_person);
    r.get("/desk/people/{id}/roles", of::<SecurityAdmins>(), manage::roles_page);
    r.post("/desk/people/{id}/roles", of::<SecurityAdmins>(), manage::set_roles);
    r.get("/desk/people/{id}/password", of::<SecurityAdmins>(), manage::reset_page);
    r.post("/desk/people/{id}/password", of::<SecurityAdmins>(), manage::reset);
    r.get("/desk/erase", of::<SecurityAdmins>(), erase::form);
    r.post("/desk/erase", of::<SecurityAdmins>(), erase::erase);
    r.get("/desk/notices", of::<SystemAdmins>(), manage::notices);
    r.post("/desk/notices", of::<SystemAdmins>(), manage::load_notice);
    r.post("/desk/notices/file", of::<SystemAdmins>(), manage::notice_file);
    pack::routes(r);
    r.get("/desk/register", of::<SystemAdmins>(), register::show);
    r.upload("/desk/register", of::<SystemAdmins>(), register::bring);
    r.get("/desk/register/export.csv", of::<SystemAdmins>(), register::export_csv);
    r.get("/desk/register/export.xlsx", of::<SystemAdmins>(), register::export_xlsx);
    r.get("/desk/access", of::<AuditAdmins>(), manage::access);
    r.get("/desk/verify", of::<AuditAdmins>(), manage::verify);
}

fn rates_routes(r: &mut Routes) {
    r.get("/desk/rates", of::<Figures>(), rates::show);
    r.get("/desk/rates/export", of::<Figures>(), rates::export);
    r.get("/desk/rates/cases", of::<Figures>(), rates::list);
    r.get("/desk/rates/cases/export", of::<Figures>(), rates::list_file);
    r.get("/desk/rates/late", of::<Figures>(), rates::late);
    r.post("/desk/rates/publish", of::<Supervisors>(), rates::publish);
    r.get("/desk/appraisal", of::<Scorers>(), appraisal::show);
    r.get("/desk/appraisal/export", of::<Scorers>(), appraisal::file);
    r.get("/desk/appraisal/cases", of::<Scorers>(), appraisal::cases);
    r.get("/desk/appraisal/contest", of::<Leads>(), appraisal::contest_page);
    r.post("/desk/appraisal/contest", of::<Leads>(), appraisal::contest);
    r.get("/desk/appraisal/contest/{id}", of::<Supervisors>(), appraisal::ruling_page);
    r.post("/desk/appraisal/contest/{id}", of::<Supervisors>(), appraisal::rule);
}

/// The menu of a role.
#[must_use]
pub fn nav(role: Role, l: &Layout) -> Vec<NavItem> {
    let items: &[(&str, &str)] = match role {
        Role::Clerk => &[
            ("/desk/queue", "nav-queue"),
            ("/desk/new", "nav-new"),
            ("/desk/find", "nav-find"),
            ("/desk/import", "nav-import"),
            ("/desk/mail", "mailin"),
            ("/desk/reviews", "reviews"),
            ("/desk/search", "nav-search"),
        ],
        Role::Officer => &[
            ("/desk/today", "today"),
            ("/desk/mine", "my-cases"),
            ("/desk/follow-up", "followup"),
            ("/desk/rates", "rates"),
            ("/desk/phrases", "phrases"),
            ("/desk/search", "nav-search"),
        ],
        Role::Lead => &[
            ("/desk/today", "today"),
            ("/desk/mine", "my-cases"),
            ("/desk/approvals", "approvals"),
            ("/desk/supervision", "sup-nav"),
            ("/desk/team", "team"),
            ("/desk/reviews", "reviews"),
            ("/desk/follow-up", "followup"),
            ("/desk/rates", "rates"),
            ("/desk/appraisal", "appraisal"),
            ("/desk/phrases", "phrases"),
            ("/desk/search", "nav-search"),
        ],
        Role::Partner => &[("/desk/today", "today"), ("/desk/mine", "my-cases"), ("/desk/search", "nav-search")],
        Role::Supervisor => &[
            ("/desk/supervision", "sup-nav"),
            ("/desk/orders", "sup-orders"),
            ("/desk/overview", "overview"),
            ("/desk/rates", "rates"),
            ("/desk/appraisal", "appraisal"),
            ("/desk/mechanisms", "mechanisms"),
            ("/desk/cases", "nav-cases"),
            ("/desk/pack", "pack-page"),
            ("/desk/search", "nav-search"),
        ],
        Role::SystemAdmin => &[
            ("/desk/units", "units"),
            ("/desk/people", "people"),
            ("/desk/register", "register"),
            ("/desk/notices", "notices"),
            ("/desk/pack", "pack-page"),
            ("/desk/outbox", "outbox"),
            ("/desk/health", "health"),
        ],
        Role::SecurityAdmin => &[
            ("/desk/people", "people"),
            ("/desk/second", "second"),
            ("/desk/channels", "channel-keys"),
            ("/desk/units", "units"),
            ("/desk/erase", "nav-erase"),
        ],
        Role::AuditAdmin => &[("/desk/access", "access"), ("/desk/verify", "verify")],
    };
    let here = |href: &str| l.path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '/']));
    let item = |(href, key): &(&str, &str)| NavItem { href: (*href).to_owned(), label: l.t(key), count: None, current: here(href) };
    items.iter().map(item).collect()
}

/// Where a role begins.
fn home_of(role: Role) -> &'static str {
    match role {
        Role::Clerk => "/desk/queue",
        Role::Officer | Role::Lead | Role::Partner => "/desk/today",
        Role::Supervisor => "/desk/overview",
        Role::SystemAdmin => "/desk/units",
        Role::SecurityAdmin => "/desk/people",
        Role::AuditAdmin => "/desk/access",
    }
}

/// The faults of a form as sentences, each naming its field: a desk form may have several of a kind.
fn errors_of(l: Lang, faults: &Faults) -> Errors {
    let mut out = Errors::default();
    for (field, code) in &faults.0 {
        out.add(field.clone(), l.t2("fault-of", "field", label(l, field), "fault", faults::beside_its_name(l, field, code)));
    }
    out
}

/// The label of a field.
fn label(l: Lang, name: &str) -> String {
    l.code("field", name)
}
