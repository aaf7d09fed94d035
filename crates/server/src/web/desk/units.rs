//! Units: level by level from the top, searched as somebody types, taken out and brought in as a list; each on a page of its own, where it is
//! renamed, moved, merged or closed from a day on. Whoever administers sees how many cases there are and the numbers of those in the way,
//! nothing of any.

use super::account::{Asked, Sent};
use super::export::{self, Table};
use super::rows::address;
use super::{errors_of, label};
use crate::usecase::fields::Fields;
use crate::usecase::import::source::Unfit;
use crate::usecase::unit_list::{self, COLUMNS, Kinds, MAX_FILE, Report};
use crate::usecase::units::{self as usecase, Plan};
use crate::usecase::{Answer, Denied, organisation};
use crate::web::faults;
use crate::web::http::{Admins, Desk, Permit, SystemAdmins, Web, page, page_with, see_other_with};
use crate::web::i18n::Lang;
use crate::web::views::desk::Filter;
use crate::web::views::manage::CountCell;
use crate::web::views::parts::{ActionForm, Choice, Control, Errors, Field, Group, Link, Pager, Tag, Tone};
use crate::web::views::register::Brought;
use crate::web::views::units::{UnitPage, UnitRow, Units, VersionRow};
use axum::Form;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Path, Query};
use axum::http::StatusCode;
use rules::access::Role;
use rules::ids::{Id, UnitId};
use rules::pack::UnitKind;
use rules::text::fold;
use store::registry::{Directory, Unit};

/// Units on a page.
const PAGE: usize = 50;
/// Where the list is.
const PATH: &str = "/desk/units";

pub(super) async fn list(d: Desk<Admins>, Query(query): Asked) -> Web {
    let view = view(&d, &Fields::from_iter(query), &Fields::default(), Errors::default()).await?;
    Ok(page(&view))
}

fn unit_href(id: UnitId) -> String {
    format!("{PATH}/{id}")
}

/// The units of a page: what was searched for, or one level of the tree.
async fn view<P: Permit>(d: &Desk<P>, asked: &Fields, typed: &Fields, errors: Errors) -> Answer<Units> {
    let l = d.v.l.lang;
    let directory = &d.v.world.directory;
    let words = asked.get("q").trim();
    let kind = UnitKind::parse(asked.get("kind"));
    let closed = asked.ticked("closed");
    let at = Id::parse(asked.get("at")).map(UnitId).filter(|u| directory.units.contains_key(u));
    let first: usize = asked.get("after").parse().unwrap_or(0);
    let searching = !words.is_empty() || kind.is_some() || closed;
    let fits = |u: &&Unit| kind.is_none_or(|k| u.kind == k) && u.closed == closed;
    let (shown, more): (Vec<&Unit>, bool) = if searching {
        let mut found = directory.tree.found(words).filter_map(|id| directory.units.get(&id)).filter(fits).skip(first);
        let shown: Vec<&Unit> = found.by_ref().take(PAGE).collect();
        (shown, found.next().is_some())
    } else {
        let level = directory.tree.below(at);
        let shown = level.iter().skip(first).take(PAGE).filter_map(|id| directory.units.get(id)).collect();
        (shown, level.len() > first + PAGE)
    };
    let mut rows = Vec::with_capacity(shown.len());
    for unit in &shown {
        rows.push(row(d, unit).await?);
    }
    let step = |to: usize| address(PATH, asked, &[("after", &to.to_string())]);
    let pager = Pager {
        l,
        shown: l.t2("units-shown", "from", first + usize::from(!rows.is_empty()), "to", first + rows.len()),
        prev: if first > 0 { step(first.saturating_sub(PAGE)) } else { String::new() },
        next: if more { step(first + PAGE) } else { String::new() },
    };
    let kinds = UnitKind::ALL.iter().map(|k| Choice::new(k.code(), l.code("unit-kind", k.code()), asked.get("kind")));
    let all = std::iter::once(Choice::new("", l.t("filter-all"), asked.get("kind"))).chain(kinds).collect();
    let states = [("", "units-open"), ("1", "units-closed")].map(|(v, key)| Choice::new(v, l.t(key), asked.get("closed"))).to_vec();
    let admin = d.role == Role::SystemAdmin;
    Ok(Units {
        filter: Filter {
            action: PATH.into(),
            q: asked.get("q").to_owned(),
            selects: vec![("kind".into(), l.t("col-level"), all), ("closed".into(), l.t("col-state"), states)],
            hidden: Vec::new(),
        },
        trail: if searching { Vec::new() } else { trail(l, directory, at) },
        rows,
        exports: [("csv", "export-csv"), ("xlsx", "export-xlsx")]
            .map(|(e, key)| Link::new(format!("{PATH}/export.{e}"), l.t(key)))
            .to_vec(),
        form: admin.then(|| add_form(d, typed, errors)),
        bring: admin.then(|| bring_form(l, Errors::default())),
        brought: None,
        pager,
        l: d.layout(),
    })
}

/// The way from the top to the level shown; none at the top.
fn trail(l: Lang, directory: &Directory, at: Option<UnitId>) -> Vec<Link> {
    let Some(unit) = at.and_then(|id| directory.units.get(&id)) else { return Vec::new() };
    let mut out = vec![Link::new(PATH, l.t("units-top"))];
    out.extend(directory.path(unit.id).into_iter().map(|u| Link::new(format!("{PATH}?at={}", u.id), u.name.clone())));
    out.push(Link::new("", unit.name.clone()));
    out
}

fn state(l: Lang, directory: &Directory, u: &Unit) -> Tag {
    match u.merged_into.and_then(|id| directory.units.get(&id)) {
        Some(into) => Tag::new(Tone::Plain, l.t1("unit-merged", "unit", into.name.clone())),
        None if u.closed => Tag::new(Tone::Plain, l.t("units-closed")),
        None => Tag::default(),
    }
}

async fn row<P: Permit>(d: &Desk<P>, u: &Unit) -> Answer<UnitRow> {
    let l = d.v.l.lang;
    let directory = &d.v.world.directory;
    let below = directory.tree.below(Some(u.id)).len() as u64;
    let people = directory.tree.staff(u.id) as u64;
    let cell = |n: u64, href: String| CountCell { href: if n > 0 { href } else { String::new() }, n, tone: Tone::Plain };
    Ok(UnitRow {
        href: unit_href(u.id),
        name: u.name.clone(),
        code: u.code.clone(),
        kind: l.code("unit-kind", u.kind.code()),
        above: directory.path(u.id).iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(" › "),
        organ: directory.organs.get(&u.organ).map(|o| o.name.clone()).unwrap_or_default(),
        below: cell(below, format!("{PATH}?at={}", u.id)),
        people: cell(people, format!("/desk/people?unit={}", u.id)),
        open: usecase::told_cases(&d.v.app, d.v.locality, u.id).await?.unsigned_abs(),
        state: state(l, directory, u),
    })
}

fn select(l: Lang, choices: impl Iterator<Item = Choice>, typed: &str) -> Control {
    Control::Select(vec![Group {
        label: String::new(),
        choices: std::iter::once(Choice::new("", l.t("choose"), typed)).chain(choices).collect(),
    }])
}

fn add_form<P: Permit>(d: &Desk<P>, typed: &Fields, errors: Errors) -> ActionForm {
    let l = d.v.l.lang;
    let directory = &d.v.world.directory;
    let mut form = ActionForm::new(l, PATH, l.t("units-add"));
    let line = |name: &str| Field::text(l, name, label(l, name)).value(typed.get(name)).max(200).errors(&errors);
    let kinds = UnitKind::ALL.iter().map(|k| Choice::new(k.code(), l.code("unit-kind", k.code()), typed.get("unit_kind")));
    let organs = directory.organs.values().map(|o| Choice::new(o.id.to_string(), o.name.clone(), typed.get("organ")));
    form.fields = vec![
        line("unit_name").required().max(100),
        line("code").required().hint(l.t("hint-code")).max(40),
        Field::new(l, "unit_kind", label(l, "unit_kind"), select(l, kinds, typed.get("unit_kind")))
            .required()
            .hint(l.t("hint-unit-kind"))
            .errors(&errors),
        Field::new(l, "organ", label(l, "organ"), select(l, organs, typed.get("organ"))).required().errors(&errors),
        line("parent_unit").hint(l.t("hint-named")).max(100),
        line("phone"),
        line("address"),
    ];
    form.errors = errors;
    form
}

pub(super) async fn add(d: Desk<SystemAdmins>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    match organisation::add_unit(&d.v.app, &d.scope, &fields).await {
        Ok(()) => Ok(see_other_with(PATH, "flash-unit")),
        Err(Denied::Invalid(faults)) => {
            let view = view(&d, &Fields::default(), &fields, errors_of(d.v.l.lang, &faults)).await?;
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &view))
        }
        Err(other) => Err(other.into()),
    }
}

fn bring_form(l: Lang, errors: Errors) -> ActionForm {
    let mut form = ActionForm::new(l, format!("{PATH}/bring"), l.t("units-bring-go"));
    form.files = true;
    form.intro = l.t1("units-columns", "columns", COLUMNS.join(&l.t("list-comma")));
    let file = Control::File { accept: ".csv,.txt,.xlsx", max: MAX_FILE as u64, kept: Vec::new() };
    form.fields = vec![
        Field::new(l, "file", label(l, "file"), file)
            .required()
            .hint(l.t2("register-file-hint", "size", l.bytes(MAX_FILE as u64), "rows", unit_list::MAX_ROWS))
            .errors(&errors),
        Field::check(l, "only_check", l.t("register-only-check"), true).hint(l.t("units-only-check-hint")),
    ];
    form.errors = errors;
    form
}

/// The words by which a list names a kind: its code, and what it is called in each language.
fn kinds() -> Kinds {
    let mut out = Kinds::new();
    for k in UnitKind::ALL {
        out.insert(k.code().to_owned(), *k);
        out.extend(Lang::ALL.map(|l| (fold(&l.code("unit-kind", k.code())), *k)));
    }
    out
}

pub(super) async fn bring(d: Desk<SystemAdmins>, multipart: Result<Multipart, MultipartRejection>) -> Web {
    let l = d.v.l.lang;
    let mut errors = Errors::default();
    let (mut file, mut only_check) = (None, false);
    if let Ok(mut multipart) = multipart {
        while let Ok(Some(mut part)) = multipart.next_field().await {
            let Some(name) = part.file_name().map(str::to_owned) else {
                only_check |= part.name() == Some("only_check");
                continue;
            };
            let mut bytes = Vec::new();
            while let Ok(Some(chunk)) = part.chunk().await {
                bytes.extend_from_slice(&chunk);
                if bytes.len() > MAX_FILE {
                    errors.add("file", l.t("bad-file-large"));
                    break;
                }
            }
            if !errors.is_empty() {
                break;
            }
            file = Some((name, bytes)).filter(|(_, b)| !b.is_empty()).or(file);
        }
    }
    let mut brought = None;
    match file {
        _ if !errors.is_empty() => {}
        None => errors.add("file", l.t("bad-file-empty")),
        Some((name, bytes)) => match unit_list::bring(&d.v.app, &d.scope, (&name, bytes.into()), &kinds(), !only_check).await? {
            Ok(report) => brought = Some(told(l, &report, only_check)),
            Err(no) => errors.add("file", unreadable(l, &no)),
        },
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let d = refreshed(d);
    let mut view = view(&d, &Fields::default(), &Fields::default(), Errors::default()).await?;
    view.bring = Some(bring_form(l, errors));
    view.brought = brought;
    Ok(page_with(status, &view))
}

/// The same request with the registry as it is after a change.
fn refreshed<P: Permit>(mut d: Desk<P>) -> Desk<P> {
    if let Some(world) = d.v.app.world(d.v.locality) {
        d.v.world = world;
    }
    d
}

fn unreadable(l: Lang, no: &Unfit) -> String {
    match no.code {
        "units_column" => l.t1("register-no-column", "column", no.detail.as_str()),
        "units_rows" => l.t1("register-too-many", "n", no.detail.as_str()),
        code => l.t1(&format!("import-file-{}", code.replace('_', "-")), "detail", no.detail.as_str()),
    }
}

fn told(l: Lang, report: &Report, only_check: bool) -> Brought {
    let counts =
        [("units-n-new", report.new), ("units-n-changed", report.changed), ("units-n-same", report.same), ("units-n-bad", report.bad)];
    let done = counts.map(|(key, n)| l.t1(key, "n", n)).join(" · ");
    let rest = report.bad - report.faults.len();
    let fault = |f: &unit_list::Fault| (f.row.to_string(), COLUMNS[f.column].to_owned(), faults::beside_its_name(l, "unit_row", f.code));
    Brought {
        sentence: format!("{} {done}", l.t(if only_check { "units-would" } else { "units-did" })),
        faults: report.faults.iter().map(fault).collect(),
        more: if rest == 0 { String::new() } else { l.t1("register-more-bad", "n", rest) },
    }
}

fn table<P: Permit>(d: &Desk<P>) -> Table {
    let kind = |k: UnitKind| Lang::ZhCn.code("unit-kind", k.code());
    let heads = COLUMNS.iter().map(|c| (*c).to_owned()).collect();
    Table::new("units", heads, unit_list::rows(&d.v.world.directory, kind), d.v.app.clock().now())
}

pub(super) async fn export_csv(d: Desk<Admins>) -> Web {
    Ok(export::csv(&table(&d)))
}

pub(super) async fn export_xlsx(d: Desk<Admins>) -> Web {
    export::xlsx(&table(&d))
}

fn unit_of<P: Permit>(d: &Desk<P>, id: &str) -> Result<UnitId, Denied> {
    let id = Id::parse(id).map(UnitId).ok_or(Denied::NotFound)?;
    d.v.world.directory.units.contains_key(&id).then_some(id).ok_or(Denied::NotFound)
}

pub(super) async fn one(d: Desk<Admins>, Path(id): Path<String>) -> Web {
    let id = unit_of(&d, &id)?;
    Ok(page(&unit_page(&d, id, &Doing::default()).await?))
}

/// What somebody is in the middle of doing on the page of a unit.
#[derive(Debug, Default)]
struct Doing {
    what: &'static str,
    typed: Fields,
    errors: Errors,
    plan: Option<Plan>,
}

async fn unit_page<P: Permit>(d: &Desk<P>, id: UnitId, doing: &Doing) -> Answer<UnitPage> {
    let l = d.v.l.lang;
    let directory = &d.v.world.directory;
    let u = directory.units.get(&id).ok_or(Denied::NotFound)?;
    let none = String::new();
    let people = directory.tree.staff(id);
    let below = directory.tree.below(Some(id)).len();
    let people_href = if people > 0 { format!("/desk/people?unit={id}") } else { none.clone() };
    let below_href = if below > 0 { format!("{PATH}?at={id}") } else { none.clone() };
    let facts = vec![
        (label(l, "code"), u.code.clone(), none.clone()),
        (label(l, "unit_kind"), l.code("unit-kind", u.kind.code()), none.clone()),
        (label(l, "organ"), directory.organs.get(&u.organ).map(|o| o.name.clone()).unwrap_or_default(), none.clone()),
        (label(l, "phone"), u.phone.clone(), none.clone()),
        (label(l, "address"), u.address.clone(), none.clone()),
        (l.t("people"), people.to_string(), people_href),
        (l.t("col-below"), below.to_string(), below_href),
        (l.t("col-open-cases"), usecase::told_cases(&d.v.app, d.v.locality, id).await?.to_string(), none),
    ];
    let (mut notes, mut again) = (Vec::new(), 0);
    let clearing = usecase::clearing_of(&d.v.world, id);
    let today = d.v.app.clock().now().date();
    if let Some((_, c)) = clearing {
        let to = directory.units.get(&c.to);
        let link = to.map(|t| Link::new(unit_href(t.id), t.name.clone()));
        match c.ended {
            None if c.from > today => notes.push((Tone::Act, l.t1("unit-ends", "date", l.date(c.from)), link)),
            None => {
                again = 2;
                notes.push((Tone::Act, l.t("unit-clearing"), link));
            }
            Some(_) if c.left.is_empty() => notes.push((Tone::Good, l.t("unit-cleared"), link)),
            // Which ones their leads see: a report's number is nobody else's business (Art. 37).
            Some(_) => notes.push((Tone::Late, l.t("unit-left"), link)),
        }
    }
    let coming = directory.versions(id).iter().filter(|(from, _)| *from > today);
    notes.extend(coming.map(|(from, v)| (Tone::Act, l.t2("unit-coming", "date", l.date(*from), "name", v.name.clone()), None)));
    let mut forms = Vec::new();
    let runs = clearing.is_some_and(|(_, c)| c.ended.is_none());
    if d.role == Role::SystemAdmin && !runs && doing.plan.is_none() {
        if !u.closed {
            forms.push((l.t("unit-change"), change_form(d, u, doing)));
            if !usecase::is_intake(directory, id) {
                forms.push((l.t("unit-end"), end_form(d, u, doing)));
            }
        } else {
            forms.push((l.t("unit-hand-on"), hand_on_form(d, u, doing)));
        }
    }
    let link = |p: &Unit| Link::new(unit_href(p.id), p.name.clone());
    Ok(UnitPage {
        title: u.name.clone(),
        trail: directory.path(id).into_iter().map(link).collect(),
        state: state(l, directory, u),
        facts: facts.into_iter().filter(|f| !f.1.is_empty()).collect(),
        notes,
        history: history(d, u),
        confirm: doing.plan.as_ref().map(|p| (l.t("unit-confirm"), confirm_form(d, u, doing, p))),
        forms,
        again,
        l: d.layout(),
    })
}

/// Every version, the latest first, with the names of its own day.
fn history<P: Permit>(d: &Desk<P>, u: &Unit) -> Vec<VersionRow> {
    let l = d.v.l.lang;
    let directory = &d.v.world.directory;
    let row = |from: Option<jiff::civil::Date>, v: &Unit| VersionRow {
        from: from.map_or_else(|| l.t("unit-since-ever"), |f| l.date(f)),
        name: v.name.clone(),
        parent: v
            .parent
            .and_then(|p| from.map_or_else(|| directory.units.get(&p), |f| directory.unit_on(p, f)))
            .map(|p| p.name.clone())
            .unwrap_or_default(),
        place: [v.address.as_str(), v.phone.as_str()].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" · "),
        state: state(l, directory, v),
        why: v.why.clone(),
    };
    let versions = directory.versions(u.id);
    if versions.is_empty() {
        return vec![row(None, u)];
    }
    versions.iter().rev().map(|(from, v)| row(Some(*from), v)).collect()
}

/// A value as typed, or as it is.
fn value<'a>(doing: &'a Doing, what: &str, name: &str, now: &'a str) -> &'a str {
    if doing.what == what { doing.typed.get(name) } else { now }
}

fn errors(doing: &Doing, what: &str) -> Errors {
    if doing.what == what { doing.errors.clone() } else { Errors::default() }
}

/// From which day, and why: each form's own fields, as two forms stand on the page.
fn from_and_why<P: Permit>(d: &Desk<P>, doing: &Doing, what: &str, [day, why]: [&str; 2], errors: &Errors) -> [Field; 2] {
    let l = d.v.l.lang;
    let today = d.v.app.clock().now().date().to_string();
    [
        Field::new(l, day, label(l, day), Control::Date).value(value(doing, what, day, &today)).required().errors(errors),
        Field::text(l, why, label(l, why)).value(value(doing, what, why, "")).required().hint(l.t("hint-why")).max(200).errors(errors),
    ]
}

fn change_form<P: Permit>(d: &Desk<P>, u: &Unit, doing: &Doing) -> ActionForm {
    let l = d.v.l.lang;
    let errors = errors(doing, "change");
    let parent = u.parent.and_then(|p| d.v.world.directory.units.get(&p)).map_or("", |p| p.code.as_str());
    let line =
        |name: &str, now: &str| Field::text(l, name, label(l, name)).value(value(doing, "change", name, now)).max(200).errors(&errors);
    let mut form = ActionForm::new(l, format!("{}/change", unit_href(u.id)), l.t("unit-preview"));
    form.intro = l.t("unit-change-intro");
    form.fields = vec![
        line("unit_name", &u.name).required().max(100),
        line("parent_unit", parent).hint(l.t("hint-named")).max(100),
        line("phone", &u.phone).max(40),
        line("address", &u.address),
    ];
    form.fields.extend(from_and_why(d, doing, "change", ["since_day", "change_why"], &errors));
    form.errors = errors;
    form
}

fn to_field(l: Lang, doing: &Doing, what: &str, errors: &Errors) -> Field {
    let typed = value(doing, what, "to_unit", "");
    Field::text(l, "to_unit", label(l, "to_unit")).value(typed).hint(l.t("hint-to-unit")).max(100).errors(errors)
}

fn end_form<P: Permit>(d: &Desk<P>, u: &Unit, doing: &Doing) -> ActionForm {
    let l = d.v.l.lang;
    let errors = errors(doing, "end");
    let mut form = ActionForm::new(l, format!("{}/end", unit_href(u.id)), l.t("unit-preview"));
    form.intro = l.t("unit-end-intro");
    let merge = doing.what == "end" && doing.typed.ticked("merge");
    form.fields =
        vec![to_field(l, doing, "end", &errors).required(), Field::check(l, "merge", label(l, "merge"), merge).hint(l.t("hint-merge"))];
    form.fields.extend(from_and_why(d, doing, "end", ["end_day", "end_why"], &errors));
    form.errors = errors;
    form
}

fn hand_on_form<P: Permit>(d: &Desk<P>, u: &Unit, doing: &Doing) -> ActionForm {
    let l = d.v.l.lang;
    let errors = errors(doing, "hand-on");
    let mut form = ActionForm::new(l, format!("{}/hand-on", unit_href(u.id)), l.t("unit-hand-on"));
    form.fields = vec![
        to_field(l, doing, "hand-on", &errors).required(),
        Field::text(l, "end_why", label(l, "end_why")).value(value(doing, "hand-on", "end_why", "")).required().max(200).errors(&errors),
    ];
    form.errors = errors;
    form
}

/// What will move, and the word that does it.
fn confirm_form<P: Permit>(d: &Desk<P>, u: &Unit, doing: &Doing, plan: &Plan) -> ActionForm {
    let l = d.v.l.lang;
    let mut form = ActionForm::new(l, format!("{}/{}", unit_href(u.id), doing.what), l.t("unit-confirm-go"));
    let to = plan.to.and_then(|t| d.v.world.directory.units.get(&t)).map(|t| t.name.clone()).unwrap_or_default();
    let what = match (doing.what, plan.merge) {
        ("end", true) => l.t2("unit-will-merge", "name", u.name.clone(), "to", to),
        ("end", false) => l.t2("unit-will-clear", "name", u.name.clone(), "to", to),
        _ => l.t2("unit-will-change", "name", u.name.clone(), "to", plan.after.name.clone()),
    };
    let moves = l.t2("unit-moves", "people", plan.people, "below", plan.below);
    form.intro = [l.t1("unit-from-day", "date", l.date(plan.from)), what, moves].join(" ");
    form.danger = doing.what == "end";
    form.back = unit_href(u.id);
    let names = ["unit_name", "parent_unit", "phone", "address", "since_day", "change_why", "to_unit", "merge", "end_day", "end_why"];
    form.hidden = names.iter().map(|n| ((*n).to_owned(), doing.typed.get(n).to_owned())).filter(|(_, v)| !v.is_empty()).collect();
    form.hidden.push(("confirm".into(), "1".into()));
    form
}

pub(super) async fn change(d: Desk<SystemAdmins>, Path(id): Path<String>, Form(pairs): Sent) -> Web {
    let (id, typed) = (unit_of(&d, &id)?, Fields::from_iter(pairs));
    let done = if typed.ticked("confirm") {
        usecase::make_change(&d.v.app, &d.scope, id, &typed).await.map(|()| None)
    } else {
        usecase::plan_change(&d.v.app, &d.scope, id, &typed).await.map(Some)
    };
    answer(d, id, "change", typed, done).await
}

pub(super) async fn end(d: Desk<SystemAdmins>, Path(id): Path<String>, Form(pairs): Sent) -> Web {
    let (id, typed) = (unit_of(&d, &id)?, Fields::from_iter(pairs));
    let done = if typed.ticked("confirm") {
        usecase::make_end(&d.v.app, &d.scope, id, &typed).await.map(|()| None)
    } else {
        usecase::plan_end(&d.v.app, &d.scope, id, &typed).await.map(Some)
    };
    answer(d, id, "end", typed, done).await
}

pub(super) async fn hand_on(d: Desk<SystemAdmins>, Path(id): Path<String>, Form(pairs): Sent) -> Web {
    let (id, typed) = (unit_of(&d, &id)?, Fields::from_iter(pairs));
    let done = usecase::hand_on(&d.v.app, &d.scope, id, &typed).await.map(|()| None);
    answer(d, id, "hand-on", typed, done).await
}

/// The page with what will happen, with what is wrong, or as it is once it has happened.
async fn answer(d: Desk<SystemAdmins>, id: UnitId, what: &'static str, typed: Fields, done: Answer<Option<Plan>>) -> Web {
    let doing = Doing { what, typed, ..Doing::default() };
    match done {
        Ok(None) => Ok(see_other_with(&unit_href(id), "flash-unit-changed")),
        Ok(plan) => Ok(page(&unit_page(&d, id, &Doing { plan, ..doing }).await?)),
        Err(Denied::Invalid(faults)) => {
            let doing = Doing { errors: errors_of(d.v.l.lang, &faults), ..doing };
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &unit_page(&d, id, &doing).await?))
        }
        Err(other) => Err(other.into()),
    }
}
