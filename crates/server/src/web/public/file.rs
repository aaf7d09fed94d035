//! Filing on two screens, without a session: each screen sends everything back. What is asked follows Order 121 Art. 10 for a complaint and
//! Art. 28 for a report; the person need not know which of the two it is.

use super::uploads::{self, Unread};
use super::{business, map};
use crate::app::App;
use crate::usecase::fields::{Faults, Fields};
use crate::usecase::more;
use crate::usecase::submit::{self, Fate, Incoming};
use crate::usecase::upload::{Held, Kept};
use crate::usecase::{Denied, limit};
use crate::web::faults;
use crate::web::http::{TRACK_COOKIE, Visitor, Web, add_cookie, page, page_with, see_other};
use crate::web::router::FORM_LIMIT;
use crate::web::views::parts::{Errors, FieldError, KeptFile};
use crate::web::views::public::{Draft, FileWhat, FileWho};
use crate::web::views::register::Found;
use axum::body::{Body, to_bytes};
use axum::extract::{Form, FromRequest as _, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use rules::law::Demand;
use rules::sketch::Sketch;
use store::personal::random;
use store::scope::{Reason, Scope};

/// Submissions from one network address in a quarter of an hour; many people may share one.
const MAX_PER_ADDRESS: i64 = 60;
/// Fields of the first screen.
const FIRST: [&str; 7] = ["narrative", "respondent_name", "respondent_address", "ask", "amount", "uscc", "evidence"];

pub(super) async fn begin(v: Visitor) -> Web {
    let draft = Draft { nonce: nonce(&v.app), ..Draft::default() };
    let (divisions, map) = (divisions(&v), Sketch::of(&v.world.pack.areas));
    Ok(page(&FileWhat { l: v.l, draft, max_file: crate::app::MAX_FILE, divisions, map, ..FileWhat::default() }))
}

/// The second screen has no address of its own: what it carries is in the form.
pub(super) async fn again(_v: Visitor) -> Response {
    see_other("/file")
}

/// 128 random bits that tie repeats of one filing together.
fn nonce(app: &App) -> String {
    let bytes: [u8; 16] = random(&mut app.random());
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn good_nonce(text: &str) -> bool {
    (16..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Everything typed so far, with the files kept.
fn draft(v: &Visitor, fields: &Fields, held: Option<&Held>) -> Draft {
    let text = |name: &str| fields.get(name).to_owned();
    let sent = text("nonce");
    let file = |held: &Held, f: &Kept| KeptFile { token: held.token(f), name: f.name.clone(), size: v.l.bytes(f.size) };
    Draft {
        nonce: if good_nonce(&sent) { sent } else { nonce(&v.app) },
        narrative: text("narrative"),
        respondent_name: text("respondent_name"),
        respondent_address: text("respondent_address"),
        uscc: text("uscc"),
        asks: fields.all("ask").iter().filter(|a| known(a)).cloned().collect(),
        amount: text("amount"),
        files: held.map(|h| h.files.iter().map(|f| file(h, f)).collect()).unwrap_or_default(),
        violation: text("violation"),
        name: text("name"),
        phone: text("phone"),
        address: text("address"),
        id_number: text("id_number"),
        knew_on: text("knew_on"),
        anonymous: fields.ticked("anonymous"),
        publish: fields.ticked("publish"),
        entrust: fields.ticked("entrust"),
        more: more::WHAT.iter().chain(&more::WHO).map(|name| ((*name).to_owned(), text(name))).filter(|(_, v)| !v.is_empty()).collect(),
    }
}

fn known(ask: &str) -> bool {
    Demand::parse(ask).is_some() || matches!(ask, "report" | "consult")
}

/// Areas of the locality as the pack lists them; else the divisions of its authorities, where there are several.
fn divisions(v: &Visitor) -> Vec<(String, String)> {
    let areas = &v.world.pack.areas;
    if !areas.is_empty() {
        return areas.iter().map(|a| (a.code.clone(), a.name.clone())).collect();
    }
    let organs = v.world.directory.organs.values().filter(|o| o.market_regulator && o.code.len() == 6);
    let all: Vec<_> = organs.map(|o| (o.code.clone(), o.name.clone())).collect();
    if all.len() > 1 { all } else { Vec::new() }
}

/// The first screen with what was typed.
fn first(v: Visitor, draft: Draft, errors: Errors) -> Response {
    first_with(v, draft, errors, Found::default())
}

/// The same with what the register has for the name.
fn first_with(v: Visitor, draft: Draft, errors: Errors, found: Found) -> Response {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (divisions, map) = (divisions(&v), Sketch::of(&v.world.pack.areas));
    let mut l = v.l;
    l.path = "/file".into();
    page_with(status, &FileWhat { l, draft, errors, sent: true, max_file: crate::app::MAX_FILE, divisions, found, map })
}

/// The second screen with what was typed on both.
fn second(v: Visitor, (draft, held): (Draft, Option<&Held>), errors: Errors, sent: bool, status: StatusCode) -> Response {
    let complaint = draft.asks.iter().any(|a| Demand::parse(a).is_some());
    let report = draft.asks.iter().any(|a| a == "report");
    let sent_files = held.map(|h| h.files.iter().map(|f| (f.id.to_string(), f.name.clone())).collect()).unwrap_or_default();
    let mut l = v.l;
    l.path = "/file".into();
    let view = FileWho {
        l,
        draft,
        errors,
        sent,
        complaint,
        may_be_anonymous: report && !complaint,
        both: report && complaint,
        needs_id: false,
        sent_files,
    };
    page_with(status, &view)
}

/// The faults of one screen.
fn of_screen(faults: &Faults, first: bool) -> Faults {
    Faults(
        faults
            .0
            .iter()
            .filter(|(field, _)| (FIRST.contains(&field.as_str()) || more::WHAT.contains(&field.as_str())) == first && field != "nonce")
            .cloned()
            .collect(),
    )
}

pub(super) async fn what(v: Visitor, multipart: Multipart) -> Result<Response, Unread> {
    let from = uploads::From { app: &v.app, locality: v.locality, lang: v.l.lang, address: &v.address };
    let mut sent = uploads::read(from, multipart, None).await?;
    let drop = sent.fields.get("drop").to_owned();
    if !drop.is_empty() {
        if let (Some(file), _) = Held::from_tokens(&v.app, v.locality, &[drop]).await
            && let (Some(id), Some(held)) = (file.files.first().map(|f| f.id), sent.held.as_mut())
        {
            held.remove(&v.app, id).await?;
        }
        let draft = draft(&v, &sent.fields, sent.held.as_ref());
        return Ok(first(v, draft, sent.errors));
    }
    if map::pointed(&v, &mut sent.fields) {
        let draft = draft(&v, &sent.fields, sent.held.as_ref());
        return Ok(first(v, draft, sent.errors));
    }
    if sent.fields.ticked("find") || !sent.fields.get("take").is_empty() {
        business::take(&v, &mut sent.fields).await?;
        let asked = sent.fields.ticked("find").then(|| sent.fields.get("respondent_name").to_owned());
        let found = match asked {
            Some(name) => business::found(&v, &name, true).await?,
            None => Found { buttons: true, ..Found::default() },
        };
        let draft = draft(&v, &sent.fields, sent.held.as_ref());
        return Ok(first_with(v, draft, sent.errors, found));
    }
    business::settle(&v, &mut sent.fields).await?;
    let mut errors = match submit::read_form(&sent.fields, v.app.clock().now()) {
        Ok(_) => Errors::default(),
        Err(all) => faults::errors(v.l.lang, &of_screen(&all, true)),
    };
    errors.0.append(&mut sent.errors.0);
    let draft = draft(&v, &sent.fields, sent.held.as_ref());
    if !errors.is_empty() {
        return Ok(first(v, draft, errors));
    }
    let back = !draft.name.is_empty() || !draft.phone.is_empty();
    Ok(second(v, (draft, sent.held.as_ref()), Errors::default(), back, StatusCode::OK))
}

/// The second screen comes with a file where a power of attorney is sent from it, and as a plain form from whoever wrote it down so.
pub(super) async fn who(v: Visitor, request: Request) -> Result<Response, Unread> {
    let multipart = request.headers().get(CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"multipart/"));
    let mut errors = Errors::default();
    let (fields, held) = if multipart {
        let Ok(multipart) = Multipart::from_request(request, &()).await else { return Err(Unread::Status(StatusCode::BAD_REQUEST)) };
        let from = uploads::From { app: &v.app, locality: v.locality, lang: v.l.lang, address: &v.address };
        let mut sent = uploads::read(from, multipart, None).await?;
        let before = sent.fields.all("kept").len();
        let power = sent.held.as_ref().filter(|h| h.files.len() > before).and_then(|h| h.files.last());
        if let Some(file) = power {
            sent.fields.0.insert("agent_power".into(), vec![file.id.to_string()]);
        }
        // A file that is not taken is this screen's; one that has gone meanwhile was the first one's.
        let gone = v.l.t("bad-kept");
        let screen = |e: FieldError| FieldError { field: if e.message == gone { e.field } else { "power".into() }, ..e };
        errors.0.extend(sent.errors.0.into_iter().map(screen));
        (sent.fields, sent.held)
    } else {
        // Words alone have the room of any form without files, not that of the files this route takes.
        let (parts, body) = request.into_parts();
        let Ok(words) = to_bytes(body, FORM_LIMIT).await else { return Err(Unread::Status(StatusCode::PAYLOAD_TOO_LARGE)) };
        let request = Request::from_parts(parts, Body::from(words));
        let Ok(Form(pairs)) = Form::<Vec<(String, String)>>::from_request(request, &()).await else {
            return Err(Unread::Status(StatusCode::UNPROCESSABLE_ENTITY));
        };
        let fields: Fields = pairs.into_iter().collect();
        let (held, lost) = Held::from_tokens(&v.app, v.locality, fields.all("kept")).await;
        if lost > 0 {
            errors.add("evidence", v.l.t("bad-kept"));
        }
        (fields, held)
    };
    Ok(contact(v, fields, held, errors).await.unwrap_or_else(IntoResponse::into_response))
}

async fn contact(v: Visitor, fields: Fields, held: Option<Held>, mut errors: Errors) -> Web {
    let draft = draft(&v, &fields, held.as_ref());
    if errors.of("power").is_some() {
        return Ok(second(v, (draft, held.as_ref()), errors, true, StatusCode::UNPROCESSABLE_ENTITY));
    }
    if fields.get("go") == "back" {
        return Ok(first(v, draft, Errors::default()));
    }
    let read = submit::read_form(&fields, v.app.clock().now());
    let incoming = match read {
        Ok(incoming) => incoming,
        Err(all) => {
            errors.0.extend(faults::errors(v.l.lang, &of_screen(&all, true)).0);
            if !errors.is_empty() {
                return Ok(first(v, draft, errors));
            }
            let mut errors = faults::errors(v.l.lang, &of_screen(&all, false));
            if !draft.asks.iter().any(|a| Demand::parse(a).is_some()) {
                // Only a complaint needs a name by law; who reports or asks is told what else there is.
                let key = if draft.asks.iter().any(|a| a == "report") { "bad-name-report" } else { "bad-name-consult" };
                let missing = all.0.iter().any(|(field, code)| field == "name" && code == "required");
                errors.0.iter_mut().filter(|e| missing && e.field == "name").for_each(|e| e.message = v.l.t(key));
            }
            if errors.is_empty() {
                // Only the mark of the form itself was wrong; the page has a new one.
                errors.add("", v.l.t("bad-nonce"));
            }
            return Ok(second(v, (draft, held.as_ref()), errors, true, StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    if !errors.is_empty() {
        return Ok(first(v, draft, errors));
    }
    let mut incoming = incoming;
    if !incoming.more.email.is_empty() {
        incoming.more.lang = v.l.lang.tag().to_owned();
    }
    match limit::pass(&v.app, "file-address", &v.address, MAX_PER_ADDRESS, 15).await {
        Err(Denied::Throttled) => {
            errors.add("", v.l.t("bad-busy"));
            return Ok(second(v, (draft, held.as_ref()), errors, true, StatusCode::TOO_MANY_REQUESTS));
        }
        other => other?,
    }
    send(v, incoming, held).await
}

async fn send(v: Visitor, incoming: Incoming, held: Option<Held>) -> Web {
    let scope = Scope::system(v.locality, Reason::Submit);
    let receipt = submit::submit(&v.app, &scope, &incoming, held).await?;
    let pair = format!("{}.{}", receipt.number, receipt.code.unwrap_or_default());
    // What was sent first counts; a page that was changed and sent once more says so.
    let to = if receipt.fate == Fate::Changed { "/receipt?again=1" } else { "/receipt" };
    let mut r = see_other(to).into_response();
    add_cookie(&mut r, super::receipt::COOKIE, &pair, Some(super::receipt::SHOWN_FOR));
    add_cookie(&mut r, TRACK_COOKIE, &pair, None);
    Ok(r)
}
