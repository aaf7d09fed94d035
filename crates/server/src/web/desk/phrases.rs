//! Phrases (用语): one's own, the unit's, everybody's; kept here, offered beside every form.

use super::account::{Asked, Sent};
use super::{errors_of, label};
use crate::usecase::fields::Fields;
use crate::usecase::read::Opened;
use crate::usecase::{Denied, phrases};
use crate::web::http::{Desk, Permit, Web, Workers, page, page_with, see_other_with};
use crate::web::views::board::{Board, Button, Cell, Row, Section, Table};
use crate::web::views::parts::{ActionForm, Choice, Control, Errors, Field, Link};
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use rules::ids::Id;
use store::arrangement::Owner;

fn owner_code(owner: Owner) -> &'static str {
    match owner {
        Owner::Person(_) => "person",
        Owner::Unit(_) => "unit",
        Owner::All => "all",
    }
}

pub(super) async fn list(d: Desk<Workers>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let found = phrases::of(&d.v.world, &d.scope)
        .into_iter()
        .find(|(id, p)| id.to_string() == asked.get("edit") && phrases::keeps(&d.scope, p.owner));
    let typed = found.map_or_else(Fields::default, |(id, p)| {
        let pairs = [
            ("id", id.to_string()),
            ("phrase_name", p.name.clone()),
            ("phrase_text", p.text.clone()),
            ("phrase_owner", owner_code(p.owner).into()),
        ];
        pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
    });
    Ok(page(&view(&d, &typed, Errors::default())))
}

fn view(d: &Desk<Workers>, typed: &Fields, errors: Errors) -> Board {
    let l = d.v.l.lang;
    let row = |(id, p): (Id, &store::arrangement::Phrase)| {
        let keeps = phrases::keeps(&d.scope, p.owner);
        let name = if keeps { Cell::link(format!("/desk/phrases?edit={id}"), &p.name) } else { Cell::text(&p.name) };
        let gone = Button { action: "/desk/phrases".into(), hidden: vec![("remove".into(), id.to_string())], label: l.t("remove") };
        Row {
            cells: vec![name, Cell::text(&p.text), Cell::text(l.code("phrase-owner", owner_code(p.owner)))],
            buttons: if keeps { vec![gone] } else { Vec::new() },
            ..Row::default()
        }
    };
    let rows = phrases::of(&d.v.world, &d.scope).into_iter().map(row).collect();
    let columns = ["phrase-col-name", "phrase-col-text", "phrase-col-owner"].into_iter().map(|key| (l.t(key), false)).collect();
    let section = Section {
        id: "phrases".into(),
        head: l.t("phrases-list"),
        table: Some(Table { columns, rows, pick: None }),
        empty: l.t("phrases-none"),
        ..Section::default()
    };
    let mut form = ActionForm::new(l, "/desk/phrases", l.t("phrases-go"));
    form.hidden = vec![("id".into(), typed.get("id").to_owned())];
    let person = d.scope.grant().map(|(p, g)| (Owner::Person(p), Owner::Unit(g.unit)));
    let owners = person.into_iter().flat_map(|(p, u)| [p, u, Owner::All]).filter(|o| phrases::keeps(&d.scope, *o));
    let chosen = if typed.get("phrase_owner").is_empty() { "person" } else { typed.get("phrase_owner") };
    let owners = owners.map(|o| Choice::new(owner_code(o), l.code("phrase-owner", owner_code(o)), chosen)).collect();
    let fields = phrases::FIELDS.map(|f| format!("{{{f}}} {}", l.code("phrase-field", f))).join(&l.t("list-comma"));
    form.fields = vec![
        Field::text(l, "phrase_name", label(l, "phrase_name")).value(typed.get("phrase_name")).required().max(40).errors(&errors),
        Field::area(l, "phrase_text", label(l, "phrase_text"))
            .value(typed.get("phrase_text"))
            .required()
            .hint(l.t1("hint-phrase-text", "fields", fields))
            .errors(&errors),
        Field::new(l, "phrase_owner", label(l, "phrase_owner"), Control::Radio(owners)).required().errors(&errors),
    ];
    form.errors = errors;
    let editing = !typed.get("id").is_empty();
    Board {
        title: l.t("phrases"),
        lead: l.t("phrases-lead"),
        notes: if editing {
            vec![(
                crate::web::views::parts::Tone::Act,
                l.t1("phrases-editing", "name", typed.get("phrase_name")),
                Some(Link::new("/desk/phrases", l.t("phrases-add"))),
            )]
        } else {
            Vec::new()
        },
        sections: vec![section],
        form: Some((l.t(if editing { "phrases-change" } else { "phrases-add" }), form)),
        l: d.layout(),
        ..Board::default()
    }
}

pub(super) async fn save(d: Desk<Workers>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let done = match Id::parse(fields.get("remove")) {
        Some(id) => phrases::remove(&d.v.app, &d.scope, id).await,
        None => phrases::save(&d.v.app, &d.scope, &fields).await,
    };
    match done {
        Ok(()) => Ok(see_other_with("/desk/phrases", "flash-phrases")),
        Err(Denied::Invalid(faults)) => Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &view(&d, &fields, errors_of(d.v.l.lang, &faults)))),
        Err(other) => Err(other.into()),
    }
}

/// The phrases of someone's desk filled from a case: name and words.
pub(super) fn filled<P: Permit>(d: &Desk<P>, opened: &Opened) -> Vec<(String, String)> {
    let l = d.v.l.lang;
    let r = &opened.loaded.case.registration;
    let unit = d.scope.grant().and_then(|(_, g)| d.v.world.directory.units.get(&g.unit)).map(|u| u.name.clone()).unwrap_or_default();
    let values = [
        ("name", opened.text(r.submitter.name.as_ref()).to_owned()),
        ("number", r.number.clone()),
        ("respondent", r.respondent.name.clone()),
        ("amount", r.amount.map_or_else(String::new, |a| l.money(a.0))),
        ("unit", unit),
        ("me", d.who.person.name.clone()),
        ("today", l.date(d.v.app.clock().now().date())),
    ];
    phrases::of(&d.v.world, &d.scope).into_iter().map(|(_, p)| (p.name.clone(), phrases::fill(&p.text, &values))).collect()
}
