//! The head's people: who has how much, one person's cases with reassigning in bulk, hand-over of all of them, absences and deputies.

use super::account::{Asked, Sent};
use super::export;
use super::rows::{CAP, due, tag, title_of};
use super::today::{as_file, export_links};
use super::{errors_of, label};
use crate::usecase::fields::Fields;
use crate::usecase::{Answer, Denied, absence, handover, units};
use crate::web::http::{Desk, Leads, Web, page, page_with, see_other, see_other_with};
use crate::web::i18n::Lang;
use crate::web::views::board::{Board, Button, Cell, Pick, Row, Section, Table};
use crate::web::views::parts::{ActionForm, Choice, Control, Errors, Field, Group, Link, Tag, Tone};
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use rules::case::Stage;
use rules::ids::{Id, PersonId, UnitId};
use store::arrangement::{Arrangement, Handover};
use store::engine::Error;
use store::queue::{self, Filter};

/// Rows of one person's cases that can be chosen at a time.
const ROWS: i64 = 200;

fn unit(d: &Desk<Leads>) -> Answer<UnitId> {
    d.scope.grant().map(|(_, g)| g.unit).ok_or(Denied::NotFound)
}

fn name(d: &Desk<Leads>, person: PersonId) -> String {
    d.v.world.directory.people.get(&person).map(|p| p.name.clone()).unwrap_or_default()
}

fn people_choices(d: &Desk<Leads>, people: &[PersonId], typed: &str) -> Vec<Choice> {
    people.iter().map(|p| Choice::new(p.to_string(), name(d, *p), typed)).collect()
}

fn select(l: Lang, choices: Vec<Choice>, typed: &str) -> Control {
    let choices = std::iter::once(Choice::new("", l.t("choose"), typed)).chain(choices).collect();
    Control::Select(vec![Group { label: String::new(), choices }])
}

pub(super) async fn team(d: Desk<Leads>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    if let Some(person) = Id::parse(asked.get("person")).map(PersonId) {
        let view = person_view(&d, person, asked.get("due"), String::new(), Vec::new()).await?;
        return Ok(page(&view));
    }
    let l = d.v.l.lang;
    let section = Section {
        id: "load".into(),
        head: l.t("team-load"),
        table: Some(load_table(&d).await?),
        empty: l.t("team-nobody"),
        ..Section::default()
    };
    let links = [("/desk/handover", "handover"), ("/desk/absence", "absence"), ("/desk/reopen", "reopen")];
    let view = Board {
        title: l.t("team"),
        lead: l.t("team-lead"),
        links: links.into_iter().map(|(href, key)| Link::new(href, l.t(key))).chain(export_links(l, "/desk/team/export")).collect(),
        sections: vec![section, fresh(&d).await?],
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

/// Who has how much.
async fn load_table(d: &Desk<Leads>) -> Answer<Table> {
    let l = d.v.l.lang;
    let columns =
        [("col-name", false), ("team-open", true), ("due-late", true), ("due-today", true), ("due-week", true), ("team-approval", true)];
    let mut rows = Vec::new();
    for person in absence::staff(&d.v.world, unit(d)?) {
        rows.push(load(d, person).await?);
    }
    let columns = columns.into_iter().map(|(key, num)| (l.t(key), num)).collect();
    Ok(Table { columns, rows, pick: None })
}

/// The same as a file; one person's open cases where a person is asked for.
pub(super) async fn team_file(d: Desk<Leads>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let now = d.v.app.clock().now();
    if let Some(person) = Id::parse(asked.get("person")).map(PersonId) {
        let mut filter = Filter { handler: Some(person), ..Filter::default() };
        due(&mut filter, asked.get("due"), now);
        return as_file(&d, &filter, asked.get("as")).await;
    }
    export::file_of(&export::of_board("team", &load_table(&d).await?, now), asked.get("as"))
}

/// One person's numbers, each leading to the cases behind it.
async fn load(d: &Desk<Leads>, person: PersonId) -> Result<Row, Error> {
    let now = d.v.app.clock().now();
    let base = Filter { handler: Some(person), ..Filter::default() };
    let mut db = d.v.app.db().read().await?;
    let mut cells = vec![Cell::link(format!("/desk/team?person={person}"), name(d, person))];
    for which in ["", "late", "today", "week", "approval"] {
        let mut filter = base.clone();
        due(&mut filter, which, now);
        if which == "approval" {
            filter.stages = vec![Stage::Approval.code()];
        }
        let n = queue::count(&mut db, &d.scope, &filter, CAP).await?;
        let href = if n == 0 { String::new() } else { format!("/desk/team?person={person}&due={which}") };
        let tag = if which == "late" && n > 0 { Tag::new(Tone::Late, d.v.l.t("late-word")) } else { Tag::default() };
        cells.push(Cell { text: n.to_string(), href, tag });
    }
    Ok(Row { cells, ..Row::default() })
}

/// What nobody of the unit has opened yet.
async fn fresh(d: &Desk<Leads>) -> Result<Section, Error> {
    let l = d.v.l.lang;
    let filter = Filter { stages: vec![Stage::Sent.code()], ..Filter::default() };
    let mut db = d.v.app.db().read().await?;
    let n = queue::count(&mut db, &d.scope, &filter, CAP).await?;
    let all = (n > 0).then(|| Link::new("/desk/mine?show=new", l.t1("today-all", "n", n)));
    Ok(Section {
        id: "new".into(),
        head: l.t("mine-new"),
        all,
        empty: if n == 0 { l.t("today-new-none") } else { l.t("team-new") },
        ..Section::default()
    })
}

/// One person's open cases, to be chosen and given to another.
async fn person_view(d: &Desk<Leads>, person: PersonId, which: &str, error: String, done: Vec<handover::Given>) -> Answer<Board> {
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let staff = absence::staff(&d.v.world, unit(d)?);
    let mut filter = Filter { handler: Some(person), ..Filter::default() };
    due(&mut filter, which, now);
    if which == "approval" {
        filter.stages = vec![Stage::Approval.code()];
    }
    let mut db = d.v.app.db().read().await?;
    let lines = queue::page(&mut db, &d.scope, &filter, None, ROWS).await?;
    let all = queue::count(&mut db, &d.scope, &Filter { handler: Some(person), ..Filter::default() }, CAP).await?;
    drop(db);
    let others: Vec<PersonId> = staff.into_iter().filter(|p| *p != person).collect();
    let mut choices = vec![Choice::new("", l.t("choose"), "")];
    choices.extend(people_choices(d, &others, ""));
    let pick = Pick {
        action: "/desk/team/assign".into(),
        name: "case".into(),
        hidden: vec![("person".into(), person.to_string()), ("due".into(), which.into())],
        select: ("handler".into(), l.t("team-give-to")),
        choices,
        submit: l.t("team-give"),
        error,
    };
    let row = |line: &queue::Line| Row {
        value: line.id.to_string(),
        cells: vec![
            Cell::link(format!("/desk/case/{}", line.token), title_of(l, line)),
            Cell::tag(tag(l, &d.v.world, line, now)),
            Cell::text(format!("{} {}", l.code("kind", &line.kind), line.number)),
            Cell::text(l.code("stage", &line.stage)),
        ],
        buttons: Vec::new(),
    };
    let columns = ["col-case", "col-clock", "col-kind", "col-state"].into_iter().map(|key| (l.t(key), false)).collect();
    let mut notes = Vec::new();
    if !done.is_empty() {
        let stayed = done.iter().filter(|g| g.stop.is_some()).count();
        let text = l.t2("team-given", "n", done.len() - stayed, "stayed", stayed);
        notes.push((if stayed == 0 { Tone::Act } else { Tone::Soon }, text, None));
        for g in done.iter().filter(|g| g.stop.is_some()) {
            let why = g.stop.map_or(String::new(), |w| l.code("whynot", w.code()));
            notes.push((Tone::Soon, format!("{} · {why}", g.line.number), None));
        }
    }
    if all > i64::try_from(lines.len()).unwrap_or(0) && which.is_empty() {
        notes.push((Tone::Plain, l.t2("team-more", "shown", lines.len(), "all", all), None));
    }
    let section = Section {
        id: "cases".into(),
        head: l.t1("team-cases", "n", lines.len()),
        all: Some(Link::new("/desk/team", l.t("team"))),
        table: Some(Table { columns, rows: lines.iter().map(row).collect(), pick: Some(pick) }),
        empty: l.t("team-no-cases"),
        ..Section::default()
    };
    let form = (all > 0).then(|| (l.t("handover-all"), handover_form(d, Some(person), &Fields::default(), Errors::default())));
    Ok(Board {
        title: name(d, person),
        lead: l.t("team-person-lead"),
        notes,
        sections: vec![section],
        form,
        l: d.layout(),
        ..Board::default()
    })
}

pub(super) async fn assign(d: Desk<Leads>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let Some(person) = Id::parse(fields.get("person")).map(PersonId) else { return Ok(see_other("/desk/team")) };
    let which = fields.get("due").to_owned();
    match handover::assign(&d.v.app, &d.scope, &fields).await {
        Ok(done) => Ok(page(&person_view(&d, person, &which, String::new(), done).await?)),
        Err(Denied::Invalid(faults)) => {
            let errors = errors_of(d.v.l.lang, &faults);
            let words = errors.0.iter().map(|e| e.message.clone()).collect::<Vec<_>>().join(" ");
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &person_view(&d, person, &which, words, Vec::new()).await?))
        }
        Err(other) => Err(other.into()),
    }
}

fn handover_form(d: &Desk<Leads>, from: Option<PersonId>, typed: &Fields, errors: Errors) -> ActionForm {
    let l = d.v.l.lang;
    let staff = d.scope.grant().map(|(_, g)| absence::staff(&d.v.world, g.unit)).unwrap_or_default();
    let mut form = ActionForm::new(l, "/desk/handover", l.t("handover-go"));
    form.intro = l.t("handover-intro");
    let chosen = from.map_or_else(|| typed.get("from_person").to_owned(), |p| p.to_string());
    match from {
        Some(_) => form.hidden.push(("from_person".into(), chosen.clone())),
        None => {
            let control = select(l, people_choices(d, &staff, &chosen), &chosen);
            form.fields.push(Field::new(l, "from_person", label(l, "from_person"), control).required().errors(&errors));
        }
    }
    let to = people_choices(d, &staff, "").into_iter().filter(|c| from.is_none() || c.value != chosen);
    let to = to.map(|c| Choice { checked: typed.all("to_person").contains(&c.value), ..c }).collect();
    let field = Field::new(l, "to_person", label(l, "to_person"), Control::Checks { choices: to, chips: true });
    form.fields.push(field.required().hint(l.t("hint-to-person")).errors(&errors));
    form.errors = errors;
    form
}

pub(super) async fn handovers(d: Desk<Leads>) -> Web {
    Ok(page(&handovers_view(&d, &Fields::default(), Errors::default()).await?))
}

async fn handovers_view(d: &Desk<Leads>, typed: &Fields, errors: Errors) -> Answer<Board> {
    let l = d.v.l.lang;
    let all = handover::of_unit(&d.v.world, unit(d)?);
    let running = all.iter().any(|(_, h)| h.ended.is_none());
    let mut rows = Vec::new();
    for (id, h) in all.into_iter().take(50) {
        rows.push(handover_row(d, id, h).await?);
    }
    let columns = ["handover-from", "handover-to", "col-at", "col-state"].into_iter().map(|key| (l.t(key), false)).collect();
    let section = Section {
        id: "handovers".into(),
        head: l.t("handover-list"),
        table: Some(Table { columns, rows, pick: None }),
        empty: l.t("handover-empty"),
        ..Section::default()
    };
    Ok(Board {
        title: l.t("handover"),
        lead: l.t("handover-lead"),
        sections: std::iter::once(section).chain(clearing_left(d, unit(d)?)).collect(),
        form: Some((l.t("handover-all"), handover_form(d, None, typed, errors))),
        again: if running { 2 } else { 0 },
        l: d.layout(),
        ..Board::default()
    })
}

/// What could not go over when this unit or one that it follows was closed: its numbers are for the heads of both.
fn clearing_left(d: &Desk<Leads>, unit: UnitId) -> Option<Section> {
    let (l, directory) = (d.v.l.lang, &d.v.world.directory);
    let name = |id: UnitId| Cell::text(directory.units.get(&id).map(|u| u.name.clone()).unwrap_or_default());
    let last = |id: Id, of: UnitId| units::clearing_of(&d.v.world, of).is_some_and(|(latest, _)| latest == id);
    let ours = directory.arrangements.iter().filter_map(|(id, a)| match a {
        Arrangement::Clearing(c) if (c.unit == unit || c.to == unit) && !c.left.is_empty() && last(*id, c.unit) => Some(c),
        _ => None,
    });
    let cells = |c: &store::arrangement::Clearing| {
        vec![name(c.unit), name(c.to), Cell::text(l.stamp(c.at)), Cell::text(c.left.join(&l.t("list-comma")))]
    };
    let rows: Vec<Row> = ours.map(|c| Row { cells: cells(c), ..Row::default() }).collect();
    let columns = ["handover-from", "handover-to", "col-at", "col-number"].into_iter().map(|key| (l.t(key), false)).collect();
    (!rows.is_empty()).then(|| Section {
        id: "clearings".into(),
        head: l.t("clearing-left"),
        table: Some(Table { columns, rows, pick: None }),
        ..Section::default()
    })
}

/// One order with how far it is.
async fn handover_row(d: &Desk<Leads>, id: Id, h: &Handover) -> Answer<Row> {
    let l = d.v.l.lang;
    let state = match h.ended {
        Some(_) if h.left.is_empty() => Tag::new(Tone::Good, l.t1("handover-done", "n", h.total)),
        Some(_) => Tag::new(Tone::Soon, l.t1("handover-left", "numbers", h.left.join(&l.t("list-comma")))),
        None => {
            let open = handover::open_cases(&d.v.app, &d.scope, h.from).await?;
            Tag::new(Tone::Act, l.t2("handover-progress", "done", (h.total - open).max(0), "total", h.total))
        }
    };
    let waits = h.ended.is_none() && h.scope(&d.v.world.directory).is_none();
    let resume =
        Button { action: "/desk/handover/resume".into(), hidden: vec![("id".into(), id.to_string())], label: l.t("handover-resume") };
    let to = h.to.iter().map(|p| name(d, *p)).collect::<Vec<_>>().join(&l.t("list-comma"));
    Ok(Row {
        cells: vec![
            Cell::text(name(d, h.from)),
            Cell::text(to),
            Cell::text(format!("{} · {}", l.stamp(h.at), name(d, h.by))),
            Cell::tag(state),
        ],
        buttons: if waits { vec![resume] } else { Vec::new() },
        ..Row::default()
    })
}

pub(super) async fn hand_over(d: Desk<Leads>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    match handover::order(&d.v.app, &d.scope, &fields).await {
        Ok(()) => Ok(see_other_with("/desk/handover", "flash-handover")),
        Err(Denied::Invalid(faults)) => {
            let view = handovers_view(&d, &fields, errors_of(d.v.l.lang, &faults)).await?;
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &view))
        }
        Err(other) => Err(other.into()),
    }
}

pub(super) async fn resume(d: Desk<Leads>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let Some(id) = Id::parse(fields.get("id")) else { return Ok(see_other("/desk/handover")) };
    handover::resume(&d.v.app, &d.scope, id).await?;
    Ok(see_other_with("/desk/handover", "flash-handover"))
}

pub(super) async fn absences(d: Desk<Leads>) -> Web {
    Ok(page(&absences_view(&d, &Fields::default(), Errors::default())?))
}

fn absences_view(d: &Desk<Leads>, typed: &Fields, errors: Errors) -> Answer<Board> {
    let l = d.v.l.lang;
    let (me, grant) = d.scope.grant().ok_or(Denied::NotFound)?;
    let today = d.v.app.clock().now().date();
    let state = |a: &store::arrangement::Absence| match () {
        () if a.lasts(today) => Tag::new(Tone::Act, l.t("absence-now")),
        () if a.through < today => Tag::new(Tone::Plain, l.t("absence-past")),
        () => Tag::new(Tone::Plain, l.t("absence-coming")),
    };
    let row = |(id, a): (Id, &store::arrangement::Absence)| Row {
        cells: vec![
            Cell::text(name(d, a.person)),
            Cell::text(name(d, a.deputy)),
            Cell::text(l.t2("absence-days", "from", l.date(a.from), "through", l.date(a.through))),
            Cell::tag(state(a)),
        ],
        buttons: if a.through < today {
            Vec::new()
        } else {
            vec![Button { action: "/desk/absence".into(), hidden: vec![("end".into(), id.to_string())], label: l.t("absence-end") }]
        },
        ..Row::default()
    };
    let rows = absence::of_unit(&d.v.world, grant.unit).into_iter().take(50).map(row).collect();
    let columns = ["absence-who", "absence-deputy", "absence-when", "col-state"].into_iter().map(|key| (l.t(key), false)).collect();
    let section = Section {
        id: "absences".into(),
        head: l.t("absence-list"),
        table: Some(Table { columns, rows, pick: None }),
        empty: l.t("absence-none"),
        ..Section::default()
    };
    let mut form = ActionForm::new(l, "/desk/absence", l.t("absence-go"));
    form.intro = l.t("absence-intro");
    let who = if typed.get("absent").is_empty() { me.to_string() } else { typed.get("absent").to_owned() };
    let heads = select(l, people_choices(d, &absence::heads(&d.v.world, grant.unit), &who), &who);
    let deputies = select(l, people_choices(d, &absence::staff(&d.v.world, grant.unit), typed.get("deputy")), typed.get("deputy"));
    let day = |field: &'static str| Field::new(l, field, label(l, field), Control::Date).value(typed.get(field)).required().errors(&errors);
    form.fields = vec![
        Field::new(l, "absent", label(l, "absent"), heads).required().errors(&errors),
        Field::new(l, "deputy", label(l, "deputy"), deputies).required().errors(&errors),
        day("from_day"),
        day("through_day"),
    ];
    form.errors = errors;
    Ok(Board {
        title: l.t("absence"),
        lead: l.t("absence-lead"),
        sections: vec![section],
        form: Some((l.t("absence-add"), form)),
        l: d.layout(),
        ..Board::default()
    })
}

pub(super) async fn set_absence(d: Desk<Leads>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let done = match Id::parse(fields.get("end")) {
        Some(id) => absence::end(&d.v.app, &d.scope, id).await,
        None => absence::set(&d.v.app, &d.scope, &fields).await,
    };
    match done {
        Ok(()) => Ok(see_other_with("/desk/absence", "flash-absence")),
        Err(Denied::Invalid(faults)) => {
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &absences_view(&d, &fields, errors_of(d.v.l.lang, &faults))?))
        }
        Err(other) => Err(other.into()),
    }
}
