//! How the installation is: a page for whoever looks after it, and the same for a program that watches it.

use crate::usecase::health::{Check, Found, State, look};
use crate::web::http::{Desk, SystemAdmins, Web, page};
use crate::web::i18n::Lang;
use crate::web::views::board::{Board, Cell, Row, Section, Table};
use crate::web::views::parts::{Link, Tag, Tone};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse as _;
use serde_json::{Value, json};

fn tone(state: State) -> Tone {
    match state {
        State::Good => Tone::Good,
        State::Soon => Tone::Soon,
        State::Bad => Tone::Late,
    }
}

fn found(l: Lang, c: &Check) -> String {
    match &c.found {
        Found::Word(w) => w.clone(),
        Found::Count(n) => n.to_string(),
        Found::Few(n) => l.t1("health-few", "n", *n),
        Found::Bytes(n) => l.bytes(*n),
        Found::Minutes(n) => l.elapsed(*n),
        Found::At(at) => l.datetime(*at),
        Found::Year(year, days) => l.t2("health-year", "year", year.to_string(), "days", *days),
        Found::Never => l.t("health-never"),
    }
}

pub(super) async fn page_of(d: Desk<SystemAdmins>) -> Web {
    let l = d.v.l.lang;
    let checks = look(&d.v.app, &d.scope).await?;
    let row = |c: &Check| {
        let what = if c.state == State::Good { String::new() } else { l.code("health-do", c.code) };
        let state = Tag::new(tone(c.state), l.code("health-state", c.state.code()));
        let cells = vec![Cell::text(l.code("health", c.code)), Cell::text(found(l, c)), Cell::tag(state), Cell::text(what)];
        Row { cells, ..Row::default() }
    };
    let worst = checks.iter().map(|c| c.state).max().unwrap_or(State::Good);
    let columns = ["health-what", "health-found", "col-state", "health-todo"].map(|key| (l.t(key), false)).to_vec();
    let table = Table { columns, rows: checks.iter().map(row).collect(), pick: None };
    let section = Section { id: "checks".into(), head: l.t("health-checks"), table: Some(table), ..Section::default() };
    let note_tone = if worst == State::Good { Tone::Act } else { tone(worst) };
    let view = Board {
        title: l.t("health"),
        lead: l.t1("health-lead", "at", l.datetime(d.v.app.clock().now())),
        notes: vec![(note_tone, l.code("health-all", worst.code()), None)],
        links: vec![Link::new("/desk/health.json", l.t("health-json"))],
        sections: vec![section],
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

pub(super) async fn json(d: Desk<SystemAdmins>) -> Web {
    let checks = look(&d.v.app, &d.scope).await?;
    let worst = checks.iter().map(|c| c.state).max().unwrap_or(State::Good);
    let value = |c: &Check| match &c.found {
        Found::Word(w) => json!(w),
        Found::Count(n) | Found::Minutes(n) => json!(n),
        Found::Few(n) => json!({ "under": n }),
        Found::Bytes(n) => json!(n),
        Found::At(at) => json!(at.civil().to_string()),
        Found::Year(year, days) => json!({ "year": year, "days": days }),
        Found::Never => Value::Null,
    };
    let all: Vec<Value> = checks.iter().map(|c| json!({ "check": c.code, "state": c.state.code(), "found": value(c) })).collect();
    let body = json!({ "state": worst.code(), "checks": all }).to_string();
    Ok(([(CONTENT_TYPE, "application/json")], body).into_response())
}
