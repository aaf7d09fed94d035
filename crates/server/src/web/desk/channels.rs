//! Keys of channels, for the security administrator: made, changed, revoked; each told once.

use super::account::Sent;
use super::{errors_of, label};
use crate::usecase::Denied;
use crate::usecase::channel_keys::{self, CHANNELS, OVERLAP};
use crate::usecase::fields::Fields;
use crate::web::http::{Desk, SecurityAdmins, Web, page, page_with, see_other_with};
use crate::web::views::board::{Board, Button, Cell, Row, Section, Table};
use crate::web::views::parts::{ActionForm, Choice, Control, Errors, Field, Tag, Tone};
use crate::web::views::second::NewKey;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use rules::ids::Id;
use store::last_time;

pub(super) async fn list(d: Desk<SecurityAdmins>) -> Web {
    Ok(page(&view(&d, &Fields::default(), Errors::default()).await?))
}

async fn view(d: &Desk<SecurityAdmins>, typed: &Fields, errors: Errors) -> Result<Board, Denied> {
    let l = d.v.l.lang;
    let now = d.v.app.clock().now();
    let mut rows = Vec::new();
    let mut db = d.v.app.db().read().await?;
    for (id, key) in channel_keys::all(&d.v.world) {
        let state = match key.until {
            None => Tag::new(Tone::Good, l.t("key-works")),
            Some(until) if now < until => Tag::new(Tone::Soon, l.t1("key-until", "at", l.datetime(until))),
            Some(_) => Tag::new(Tone::Plain, l.t("key-over")),
        };
        let used = last_time::of(&mut db, &channel_keys::use_of(id)).await?;
        let button = |what: &str, label: String| Button { action: format!("/desk/channels/{id}/{what}"), hidden: Vec::new(), label };
        let mut buttons = vec![button("revoke", l.t("key-revoke"))];
        if key.until.is_none() {
            buttons.insert(0, button("rotate", l.t("key-rotate")));
        }
        let cells = vec![
            Cell::text(key.name.clone()),
            Cell::text(format!("{} · {}", l.code("channel", &key.channel), key.series)),
            Cell::text(l.t("key-submit-only")),
            Cell::text(l.stamp(key.made)),
            Cell::text(used.map_or_else(|| l.t("key-never"), |(at, _)| l.stamp(at))),
            Cell::tag(state),
        ];
        rows.push(Row { cells, buttons, ..Row::default() });
    }
    drop(db);
    let mut form = ActionForm::new(l, "/desk/channels", l.t("key-make"));
    form.intro = l.t("key-make-intro");
    let choices = CHANNELS.iter().map(|c| Choice::new(*c, l.code("channel", c), typed.get("key_channel"))).collect();
    form.fields = vec![
        Field::text(l, "key_name", label(l, "key_name")).value(typed.get("key_name")).required().max(60).errors(&errors),
        Field::new(l, "key_channel", label(l, "key_channel"), Control::Radio(choices)).required().errors(&errors),
        Field::text(l, "key_series", label(l, "key_series"))
            .value(typed.get("key_series"))
            .hint(l.t("key-series-hint"))
            .required()
            .max(40)
            .errors(&errors),
    ];
    form.errors = errors;
    let columns = ["field-key-name", "key-channel", "key-scope", "key-made", "key-used", "col-state"].map(|key| (l.t(key), false)).to_vec();
    let section = Section {
        id: "keys-of-channels".into(),
        head: l.t("channel-keys"),
        table: Some(Table { columns, rows, pick: None }),
        empty: l.t("key-none"),
        ..Section::default()
    };
    Ok(Board {
        title: l.t("channel-keys"),
        lead: l.t1("key-lead", "n", OVERLAP),
        form: Some((l.t("key-make"), form)),
        sections: vec![section],
        l: d.layout(),
        ..Board::default()
    })
}

fn told(d: &Desk<SecurityAdmins>, key: String) -> Web {
    Ok(page(&NewKey { key, l: d.layout() }))
}

pub(super) async fn make(d: Desk<SecurityAdmins>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    match channel_keys::make(&d.v.app, &d.scope, &fields).await {
        Ok(key) => told(&d, key),
        Err(Denied::Invalid(faults)) => {
            let view = view(&d, &fields, errors_of(d.v.l.lang, &faults)).await?;
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &view))
        }
        Err(other) => Err(other.into()),
    }
}

pub(super) async fn rotate(d: Desk<SecurityAdmins>, Path(id): Path<String>) -> Web {
    let id = Id::parse(&id).ok_or(Denied::NotFound)?;
    let key = channel_keys::rotate(&d.v.app, &d.scope, id).await?;
    told(&d, key)
}

pub(super) async fn revoke(d: Desk<SecurityAdmins>, Path(id): Path<String>) -> Web {
    let id = Id::parse(&id).ok_or(Denied::NotFound)?;
    channel_keys::revoke(&d.v.app, &d.scope, id).await?;
    Ok(see_other_with("/desk/channels", "flash-key-revoked"))
}
