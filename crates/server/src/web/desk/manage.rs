//! The three administrators, kept apart (三权分立): units, people and the calendar; roles and passwords; the logs. None of them sees a case.

use super::account::{Asked, Sent};
use super::rows::{PAGE, pager};
use super::{errors_of, label};
use crate::usecase::fields::{Faults, Fields, Reader};
use crate::usecase::health::VERIFIED;
use crate::usecase::organisation::{self, new_password, role_key};
use crate::usecase::people::{self as usecase, NewPerson};
use crate::usecase::sweep::{self, PreviewError};
use crate::usecase::{Answer, Denied};
use crate::web::http::{Admins, AuditAdmins, Desk, Permit, SecurityAdmins, SystemAdmins, Web, encode, page, page_with, see_other_with};
use crate::web::timeline::clocks::clock_name;
use crate::web::views::desk::{ActionPage, Filter};
use crate::web::views::manage::{AccessLog, AccessRow, Moved, NoticeRow, Notices, People, PersonRow, Verify};
use crate::web::views::parts::{ActionForm, Choice, Control, Errors, Field, Group, Link, Pager, Tag, Tone};
use axum::Form;
use axum::extract::{Multipart, Path, Query};
use axum::http::StatusCode;
use rules::access::Role;
use rules::calendar::parse_notice;
use rules::clock::ClockName;
use rules::ids::{Id, PersonId};
use rules::time::{Instant, days_of};
use store::registry::Person;
use store::{access_log, cases, last_time, sequencer, sessions};

/// Entries of the access log on a page.
const ENTRIES: i64 = 100;
/// Longest notice file, characters.
const MAX_NOTICE: usize = 20_000;

fn select(l: crate::web::i18n::Lang, choices: impl Iterator<Item = Choice>, typed: &str) -> Control {
    let choices = std::iter::once(Choice::new("", l.t("choose"), typed)).chain(choices).collect();
    Control::Select(vec![Group { label: String::new(), choices }])
}

/// Everything, or one of some choices.
fn all_or(l: crate::web::i18n::Lang, choices: impl Iterator<Item = Choice>, chosen: &str) -> Vec<Choice> {
    std::iter::once(Choice::new("", l.t("filter-all"), chosen)).chain(choices).collect()
}

pub(super) async fn people(d: Desk<Admins>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let view = people_view(&d, &asked, &Fields::default(), Errors::default()).await?;
    Ok(page(&view))
}

async fn people_view<P: Permit>(d: &Desk<P>, asked: &Fields, typed: &Fields, errors: Errors) -> Answer<People> {
    let l = d.v.l.lang;
    let directory = &d.v.world.directory;
    let now = d.v.app.clock().now();
    let (unit, role, after) = (asked.get("unit"), asked.get("role"), asked.get("after"));
    let words = rules::text::fold(asked.get("q").trim());
    let grants_of = |p: &Person| directory.roles.iter().filter(|(id, _)| *id == p.id).map(|(_, g)| g).collect::<Vec<_>>();
    let found = |p: &&Person| {
        let fits = |g: &&store::scope::Grant| (unit.is_empty() || g.unit.to_string() == unit) && (role.is_empty() || g.role.code() == role);
        let named = [&p.name, &p.login].iter().any(|s| rules::text::fold(s).contains(&words));
        named && p.login.as_str() > after && (unit.is_empty() && role.is_empty() || grants_of(p).iter().any(fits))
    };
    let mut people: Vec<&Person> = directory.people.values().filter(found).collect();
    people.sort_by(|a, b| a.login.cmp(&b.login));
    let most = PAGE.unsigned_abs() as usize;
    let next = people.get(most).map(|_| people[most - 1].login.clone());
    people.truncate(most);
    let pager = pager(l, "/desk/people", asked, people.len(), next);
    let mut db = d.v.app.db().read().await?;
    let mut rows = Vec::new();
    for p in people {
        let grants = grants_of(p);
        let mut units: Vec<String> = grants.iter().filter_map(|g| directory.units.get(&g.unit)).map(|u| u.name.clone()).collect();
        units.dedup();
        let roles: Vec<String> = grants.iter().map(|g| l.code("role", g.role.code())).collect();
        let last = sessions::of_person(&mut db, &d.scope, p.id, now).await?.first().map(|s| l.stamp(s.seen));
        let links: &[(&str, &str)] = match d.role {
            Role::SecurityAdmin => &[("roles", "people-roles"), ("password", "people-reset"), ("sessions", "people-sessions")],
            _ => &[("account", if p.active { "people-close" } else { "people-open" })],
        };
        let links = links.iter().map(|(what, key)| Link::new(format!("/desk/people/{}/{what}", p.id), l.t(key))).collect();
        rows.push(PersonRow {
            name: p.name.clone(),
            login: p.login.clone(),
            unit: units.join(&l.t("list-comma")),
            roles: if roles.is_empty() { l.t("people-no-role") } else { roles.join(&l.t("list-comma")) },
            state: if p.active { Tag::new(Tone::Good, l.t("people-active")) } else { Tag::new(Tone::Plain, l.t("people-gone")) },
            last: last.unwrap_or_else(|| "—".to_owned()),
            links,
        });
    }
    drop(db);
    let form = (d.role == Role::SystemAdmin).then(|| {
        let mut form = ActionForm::new(l, "/desk/people", l.t("people-add"));
        form.intro = l.t("people-add-intro");
        form.fields = vec![
            Field::text(l, "name", label(l, "name")).value(typed.get("name")).required().max(40).errors(&errors),
            Field::text(l, "login", l.t("login")).value(typed.get("login")).required().max(40).hint(l.t("hint-login")).errors(&errors),
        ];
        form.errors = errors;
        form
    });
    let staffed = |u: &store::registry::Unit| directory.tree.staff(u.id) > 0;
    let units = super::destinations::narrowing(directory, staffed, unit).into_iter();
    let roles = Role::ALL.iter().map(|r| Choice::new(r.code(), l.code("role", r.code()), role));
    let selects =
        vec![("role".to_owned(), l.t("col-roles"), all_or(l, roles, role)), ("unit".to_owned(), l.t("col-unit"), all_or(l, units, unit))];
    let filter = Filter { action: "/desk/people".into(), q: asked.get("q").to_owned(), selects, hidden: Vec::new() };
    Ok(People { rows, filter, pager, once: None, form, l: d.layout() })
}

pub(super) async fn add_person(d: Desk<SystemAdmins>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let mut r = Reader::new(&fields);
    let (name, login) = (r.line("name", 40), r.line("login", 40));
    let password = new_password(&d.v.app);
    let new = NewPerson { login: login.clone(), name, password: password.clone(), roles: Vec::new() };
    let made = match r.done(()) {
        Ok(()) => usecase::create(&d.v.app, &d.scope, new).await.map(|_| ()),
        Err(denied) => Err(denied),
    };
    match made {
        Ok(()) => {
            let fresh = refreshed(d);
            let mut view = people_view(&fresh, &Fields::default(), &Fields::default(), Errors::default()).await?;
            view.once = Some((login, password));
            Ok(page(&view))
        }
        Err(Denied::Invalid(faults)) => {
            let errors = errors_of(d.v.l.lang, &faults);
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &people_view(&d, &Fields::default(), &fields, errors).await?))
        }
        Err(other) => Err(other.into()),
    }
}

/// The same request with the registry as it is after a change.
fn refreshed<P: Permit>(mut d: Desk<P>) -> Desk<P> {
    if let Some(world) = d.v.app.world(d.v.locality) {
        d.v.world = world;
    }
    d
}

pub(super) fn person<P: Permit>(d: &Desk<P>, id: &str) -> Result<Person, Denied> {
    let id = Id::parse(id).map(PersonId).ok_or(Denied::NotFound)?;
    d.v.world.directory.people.get(&id).cloned().ok_or(Denied::NotFound)
}

pub(super) async fn roles_page(d: Desk<SecurityAdmins>, Path(id): Path<String>) -> Web {
    let person = person(&d, &id)?;
    Ok(page(&roles_view(&d, &person, None, Errors::default())))
}

fn roles_view(d: &Desk<SecurityAdmins>, person: &Person, typed: Option<&Fields>, errors: Errors) -> ActionPage {
    let l = d.v.l.lang;
    let directory = &d.v.world.directory;
    let nothing = Fields::default();
    let fields = typed.unwrap_or(&nothing);
    let held = directory.roles.iter().filter(|(p, _)| *p == person.id).map(|(_, g)| Choice {
        checked: typed.is_none_or(|t| t.all("held").contains(&role_key(g))),
        ..Choice::new(
            role_key(g),
            format!("{} · {}", l.code("role", g.role.code()), directory.units.get(&g.unit).map_or("", |u| &u.name)),
            "",
        )
    });
    let held: Vec<Choice> = held.collect();
    let roles = Role::ALL.iter().map(|r| Choice::new(r.code(), l.code("role", r.code()), fields.get("role")));
    let mut form = ActionForm::new(l, format!("/desk/people/{}/roles", person.id), l.t("roles-go"));
    form.intro = l.t("roles-intro");
    form.back = "/desk/people".into();
    if !held.is_empty() {
        form.fields.push(Field::new(l, "held", l.t("roles-held"), Control::Checks { choices: held, chips: false }));
    }
    form.fields.push(Field::new(l, "role", l.t("roles-add"), select(l, roles, fields.get("role"))).errors(&errors));
    form.fields.push(Field::text(l, "unit", l.t("col-unit")).value(fields.get("unit")).hint(l.t("hint-named")).max(100).errors(&errors));
    form.errors = errors;
    ActionPage {
        case: format!("{} · {}", person.name, person.login),
        title: l.t("people-roles"),
        facts: Vec::new(),
        stop: String::new(),
        form,
        l: d.layout(),
    }
}

pub(super) async fn set_roles(d: Desk<SecurityAdmins>, Path(id): Path<String>, Form(pairs): Sent) -> Web {
    let person = person(&d, &id)?;
    let fields = Fields::from_iter(pairs);
    match organisation::set_roles(&d.v.app, &d.scope, person.id, &fields).await {
        Ok(()) => Ok(see_other_with("/desk/people", "flash-roles")),
        Err(Denied::Invalid(faults)) => {
            let view = roles_view(&d, &person, Some(&fields), errors_of(d.v.l.lang, &faults));
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &view))
        }
        Err(other) => Err(other.into()),
    }
}

pub(super) async fn reset_page(d: Desk<SecurityAdmins>, Path(id): Path<String>) -> Web {
    let (l, person) = (d.v.l.lang, person(&d, &id)?);
    let mut form = ActionForm::new(l, format!("/desk/people/{}/password", person.id), l.t("people-reset"));
    form.intro = l.t("reset-intro");
    form.back = "/desk/people".into();
    form.danger = true;
    let case = format!("{} · {}", person.name, person.login);
    Ok(page(&ActionPage { case, title: l.t("people-reset"), facts: Vec::new(), stop: String::new(), form, l: d.layout() }))
}

pub(super) async fn reset(d: Desk<SecurityAdmins>, Path(id): Path<String>) -> Web {
    let person = person(&d, &id)?;
    let password = new_password(&d.v.app);
    usecase::reset_password(&d.v.app, &d.scope, person.id, password.clone()).await?;
    let mut view = people_view(&d, &Fields::default(), &Fields::default(), Errors::default()).await?;
    view.once = Some((person.login, password));
    Ok(page(&view))
}

pub(super) async fn notices(d: Desk<SystemAdmins>) -> Web {
    Ok(page(&notices_view(&d, "", None, Errors::default())))
}

fn notices_view(d: &Desk<SystemAdmins>, text: &str, preview: Option<Vec<Moved>>, errors: Errors) -> Notices {
    let l = d.v.l.lang;
    let loaded: Vec<i16> = d.v.world.directory.notices.iter().filter_map(|t| parse_notice(t).ok()).map(|n| n.year).collect();
    let row = |n: &rules::calendar::Notice| {
        let off: i64 = n.off.iter().map(|o| days_of(o.through) - days_of(o.from) + 1).sum();
        NoticeRow {
            year: n.year.to_string(),
            number: if n.number.is_empty() { l.t("notice-no-number") } else { n.number.clone() },
            days: l.t2("notice-days", "off", off, "work", n.work.len()),
            loaded: l.t(if loaded.contains(&n.year) { "notice-loaded" } else { "notice-builtin" }),
            state: Tag::new(Tone::Good, l.t("notice-in-force")),
        }
    };
    let mut rows: Vec<NoticeRow> = d.v.world.calendar.notices().iter().map(row).collect();
    rows.reverse();
    let confirm = preview.is_some();
    let mut form = ActionForm::new(l, "/desk/notices", l.t(if confirm { "notices-confirm" } else { "notices-try" }));
    if confirm {
        form.hidden = vec![("text".into(), text.to_owned()), ("confirm".into(), "1".into())];
        form.back = "/desk/notices".into();
    } else {
        let text = Field::new(l, "text", l.t("notices-text"), Control::Area { tall: true }).value(text);
        form.fields = vec![text.hint(l.t("notices-hint")).required().errors(&errors)];
    }
    let of_file = Errors(errors.0.iter().filter(|e| e.field == "notice").cloned().collect());
    form.errors = if of_file.is_empty() { errors } else { Errors::default() };
    let file = (!confirm).then(|| {
        let mut form = ActionForm::new(l, "/desk/notices/file", l.t("notices-try"));
        let accept = Control::File { accept: ".toml,.txt", max: MAX_NOTICE as u64 * 4, kept: Vec::new() };
        form.fields = vec![Field::new(l, "notice", l.t("notices-file"), accept).hint(l.t("notices-hint")).required().errors(&of_file)];
        form.files = true;
        form.errors = of_file;
        form
    });
    Notices { rows, preview, form: Some(form), file, l: d.layout() }
}

pub(super) async fn load_notice(d: Desk<SystemAdmins>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let text = fields.get("text").replace("\r\n", "\n");
    try_notice(d, text, fields.ticked("confirm")).await
}

/// A notice as a file: previewed as a pasted one is, and only its text goes on.
pub(super) async fn notice_file(d: Desk<SystemAdmins>, mut multipart: Multipart) -> Web {
    let mut text = None;
    while let Ok(Some(part)) = multipart.next_field().await {
        if part.name() == Some("notice") {
            text = part.bytes().await.ok().filter(|b| !b.is_empty()).and_then(|b| String::from_utf8(b.to_vec()).ok());
        }
    }
    match text {
        Some(text) => try_notice(d, text.trim_start_matches('\u{feff}').replace("\r\n", "\n"), false).await,
        None => {
            let mut errors = Errors::default();
            errors.add("notice", d.v.l.t("bad-notice-file"));
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &notices_view(&d, "", None, errors)))
        }
    }
}

async fn try_notice(d: Desk<SystemAdmins>, text: String, confirm: bool) -> Web {
    let l = d.v.l.lang;
    if text.chars().count() > MAX_NOTICE || text.trim().is_empty() {
        let mut faults = Faults::default();
        faults.add("text", if text.trim().is_empty() { "required" } else { "too_long" });
        return Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &notices_view(&d, &text, None, errors_of(l, &faults))));
    }
    let done = if confirm {
        sweep::load_notice(&d.v.app, &d.scope, &text, |_, _| {}).await.map(|_| None)
    } else {
        sweep::preview(&d.v.app, d.v.locality, &text).await.map(Some)
    };
    let teller = crate::web::timeline::Teller {
        lang: l,
        world: &d.v.world,
        now: d.v.app.clock().now(),
        reader: crate::web::timeline::Reader::Desk,
        papers: "",
    };
    match done {
        Ok(None) => Ok(see_other_with("/desk/notices", "flash-notice")),
        Ok(Some(preview)) => {
            let verdict = |met: Option<bool>| match met {
                None => String::new(),
                Some(met) => format!(" · {}", l.t(if met { "clock-met" } else { "clock-missed" })),
            };
            let moved = preview.moved.iter().map(|m| Moved {
                // Administrators see no case: the number names it, nothing opens it.
                case: Link::new("", m.number.clone()),
                clock: clock_name(l, &d.v.world.pack, &ClockName(m.clock.clone())),
                from: format!("{}{}", teller.due(&m.from), verdict(m.met.map(|v| v.0))),
                to: format!("{}{}", teller.due(&m.to), verdict(m.met.map(|v| v.1))),
                by: match days_of(m.to.on) - days_of(m.from.on) {
                    0 => "0".to_owned(),
                    days => format!("{days:+}"),
                },
            });
            let moved = moved.collect();
            Ok(page(&notices_view(&d, &text, Some(moved), Errors::default())))
        }
        Err(PreviewError::Bad(why)) => {
            let mut errors = Errors::default();
            errors.add("text", l.t1("bad-notice", "why", why.to_string()));
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &notices_view(&d, &text, None, errors)))
        }
        Err(PreviewError::Denied(denied)) => Err(denied.into()),
    }
}

pub(super) async fn access(d: Desk<AuditAdmins>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let l = d.v.l.lang;
    let q = asked.get("q").trim().to_owned();
    let from = asked.get("from").parse().map(Instant::start_of).unwrap_or(Instant(i64::MIN));
    let until = asked.get("after").parse().map_or(Instant(i64::MAX), Instant);
    let mut db = d.v.app.db().read().await?;
    let directory = &d.v.world.directory;
    let mut entries = Vec::new();
    if let Some(case) = cases::id_of_number(&mut db, &d.scope, &q.to_ascii_uppercase()).await? {
        entries = access_log::of_case(&mut db, &d.scope, case, 10 * ENTRIES).await?;
        entries.retain(|e| e.at >= from && e.at < until);
    } else {
        let words = rules::text::fold(&q);
        let named = |p: &&Person| rules::text::fold(&p.name).contains(&words) || p.login.contains(&words);
        for p in directory.people.values().filter(named) {
            entries.extend(access_log::latest(&mut db, &d.scope, p.id.0, from, until, ENTRIES).await?);
        }
    }
    entries.sort_by_key(|e| std::cmp::Reverse(e.at));
    let more = entries.len() as i64 > ENTRIES;
    entries.truncate(usize::try_from(ENTRIES).unwrap_or(usize::MAX));
    let mut rows = Vec::with_capacity(entries.len());
    for e in &entries {
        let number = cases::number_of(&mut db, &d.scope, e.case).await?.unwrap_or_default();
        let who = directory.people.get(&PersonId(e.reader)).map(|p| p.name.clone());
        let fields = e.fields.split(',').map(|f| label(l, f.split(':').next().unwrap_or_default())).collect::<Vec<_>>();
        rows.push(AccessRow {
            at: l.datetime(e.at),
            who: who.unwrap_or_else(|| l.t("access-submitter")),
            what: format!("{} · {}", l.code("purpose", &e.purpose), fields.join(&l.t("list-comma"))),
            case: Link::new("", number),
            seq: e.seq.into(),
        });
    }
    drop(db);
    let path = format!("/desk/access?q={}&from={}", encode(&q), encode(asked.get("from")));
    let next = entries.last().filter(|_| more).map_or_else(String::new, |last| format!("{path}&after={}", last.at.0));
    let prev = if asked.get("after").is_empty() { String::new() } else { path };
    let pager = Pager { l, shown: l.t1("access-shown", "n", rows.len()), prev, next };
    Ok(page(&AccessLog { q, from: asked.get("from").to_owned(), rows, pager, l: d.layout() }))
}

pub(super) async fn verify(d: Desk<AuditAdmins>) -> Web {
    let l = d.v.l.lang;
    let mut db = d.v.app.db().read().await?;
    let head = sequencer::head(&mut db).await?;
    let ran = last_time::of(&mut db, VERIFIED).await?;
    drop(db);
    let state = match &ran {
        None => Tag::new(Tone::Plain, l.t("verify-by-command")),
        Some((at, told)) if told == "whole" => Tag::new(Tone::Good, l.t1("verify-ran-whole", "at", l.datetime(*at))),
        Some((at, _)) => Tag::new(Tone::Late, l.t1("verify-ran-damaged", "at", l.datetime(*at))),
    };
    let view = Verify {
        state,
        about: head.as_ref().map_or_else(|| l.t("verify-no-head"), |h| l.t1("verify-signed", "at", l.datetime(h.at))),
        tree_size: head.as_ref().map_or(0, |h| h.size),
        tree_head: head.as_ref().map_or_else(String::new, |h| store::personal::hex(&h.root)),
        external: l.t("verify-external-none"),
        rows: Vec::new(),
        form: None,
        l: d.layout(),
    };
    Ok(page(&view))
}
