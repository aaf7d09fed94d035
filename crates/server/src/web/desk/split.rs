//! Splitting: a person marks which words stay and which become a case of their own (Order 121 Art. 9).

use super::case::title;
use super::{errors_of, label};
use crate::usecase::fields::Fields;
use crate::usecase::read::{self, Opened};
use crate::usecase::{Denied, split as usecase};
use crate::web::http::{Cases, Desk, Web, page, page_with, see_other_with};
use crate::web::views::desk::{Part, Sentence, Split};
use crate::web::views::parts::{Choice, Control, Errors, Field};
use axum::http::StatusCode;
use rules::case::command::Action;
use rules::case::decide::may;
use rules::law::Kind;
use rules::text::{picked, sentences};

pub(super) fn show(d: &Desk<Cases>, opened: &Opened, fields: &Fields, mut errors: Errors, mut status: StatusCode) -> Web {
    let l = d.v.l.lang;
    let case = &opened.loaded.case;
    let token = &case.registration.token;
    if let (Err(why), true) = (may(case, Action::Narrow, &d.scope.actor()), errors.is_empty()) {
        errors.add("", l.code("whynot", why.code()));
        status = StatusCode::CONFLICT;
    }
    let whole = opened.text(case.registration.narrative.as_ref());
    let typed = |name: &str, first: &str| if fields.0.contains_key(name) { fields.get(name).to_owned() } else { first.to_owned() };
    let area =
        |name: &'static str, first: &str| Field::area(l, name, l.t("split-text")).value(typed(name, first)).required().errors(&errors);
    let kinds = Kind::ALL.iter().filter(|k| **k != case.kind);
    let usual = if case.kind == Kind::Complaint { Kind::Report } else { Kind::Complaint };
    let chosen = typed("kind", usual.code());
    let kinds = kinds.map(|k| Choice::new(k.code(), l.code("kind", k.code()), &chosen)).collect();
    let pieces = sentences(whole);
    let ticked = |name: &str, n: usize, first: bool| match fields.0.contains_key("seen") {
        true => fields.all(name).iter().any(|v| v.parse() == Ok(n)),
        false => first,
    };
    let sentence =
        |(n, text): (usize, &&str)| Sentence { text: (*text).to_owned(), stays: ticked("stay", n, true), taken: ticked("go", n, false) };
    let stays = format!("{} · {}", l.t("split-stays"), l.code("kind", case.kind.code()));
    let parts = vec![
        Part { head: stays, fields: vec![area("narrative", whole)], take: "narrative".into() },
        Part {
            head: l.t("split-taken"),
            fields: vec![
                Field::new(l, "kind", label(l, "kind"), Control::Radio(kinds)).required().errors(&errors),
                area("other_narrative", ""),
            ],
            take: "other_narrative".into(),
        },
    ];
    let view = Split {
        case: format!("{} {} · {}", l.code("kind", case.kind.code()), case.registration.number, title(l, opened)),
        sentences: pieces.iter().enumerate().map(sentence).collect(),
        parts,
        action: super::action::address(token, Action::Narrow),
        seen: opened.loaded.head().seq,
        back: format!("/desk/case/{token}"),
        errors,
        l: d.layout(),
    };
    Ok(if status == StatusCode::OK { page(&view) } else { page_with(status, &view) })
}

pub(super) async fn act(d: &Desk<Cases>, token: &str, fields: &Fields, seen: Option<u32>) -> Web {
    let l = d.v.l.lang;
    if fields.ticked("compose") {
        // Both parts as they would be, before anything is saved.
        let opened = read::open(&d.v.app, &d.scope, token, &[], "action").await?;
        let pieces = sentences(opened.text(opened.loaded.case.registration.narrative.as_ref()));
        let part = |name: &str| {
            let chosen: Vec<usize> = fields.all(name).iter().filter_map(|n| n.parse().ok()).collect();
            vec![picked(&pieces, &chosen)]
        };
        let mut composed = fields.clone();
        composed.0.extend([("narrative".to_owned(), part("stay")), ("other_narrative".to_owned(), part("go"))]);
        return show(d, &opened, &composed, Errors::default(), StatusCode::OK);
    }
    let (status, errors) = match usecase::split(&d.v.app, &d.scope, token, fields, seen).await {
        Ok(_) => return Ok(see_other_with(&format!("/desk/case/{token}"), "flash-split")),
        Err(Denied::Invalid(faults)) => (StatusCode::UNPROCESSABLE_ENTITY, errors_of(l, &faults)),
        Err(denied @ (Denied::Stale | Denied::Rule(_))) => (StatusCode::CONFLICT, super::action::sentence(l, &denied)),
        Err(other) => return Err(other.into()),
    };
    let opened = read::open(&d.v.app, &d.scope, token, &[], "action").await?;
    show(d, &opened, fields, errors, status)
}
