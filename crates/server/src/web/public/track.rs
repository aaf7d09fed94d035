//! The tracking page of a submission: every case, step, date and decision; more evidence, consents, withdrawal, papers.

use super::care::{Builder, Typed};
use super::uploads::{self, Unread};
use crate::usecase::fields::Fields;
use crate::usecase::read::{self, IDENTIFYING, Opened};
use crate::usecase::seen;
use crate::usecase::upload::{self, Held, Piece};
use crate::usecase::{Denied, act, more};
use crate::web::desk::papers;
use crate::web::faults;
use crate::web::http::{
    Submitter, TRACK_COOKIE, Visitor, Web, WebError, add_cookie, cookie, open_submission, page_with, see_other, see_other_with,
};
use crate::web::served::{self, How};
use crate::web::timeline::{Reader, Teller};
use crate::web::views::paper::Frame;
use crate::web::views::parts::{Errors, Evidence, Link, Tag, Tone};
use crate::web::views::public::{Agreement, Track, TrackCase, TrackSignIn, Withdraw};
use axum::extract::{Form, Multipart, Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rules::access::Actor;
use rules::case::Case;
use rules::case::command::Action;
use rules::case::decide::may;
use rules::case::event::Consent;
use rules::codes::ReceiptNumber;
use rules::ids::{FileId, Id};
use rules::law::{Kind, Party};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    /// Receipt number, from the QR code.
    #[serde(default)]
    n: String,
}

pub(super) async fn sign_in_page(v: Visitor, Query(asked): Query<Asked>) -> Web {
    let held = cookie(&v.headers, TRACK_COOKIE).and_then(|c| c.split_once('.')).map(|(number, _)| number);
    if held.is_some_and(|number| asked.n.is_empty() || asked.n == number) {
        return Ok(see_other("/track/case"));
    }
    let receipt = ReceiptNumber::parse(&asked.n).map(|n| n.to_string()).unwrap_or_default();
    Ok(page_with(StatusCode::OK, &TrackSignIn { l: v.l, receipt, errors: Errors::default() }))
}

pub(super) async fn sign_in(v: Visitor, Form(pairs): Form<Vec<(String, String)>>) -> Web {
    let fields: Fields = pairs.into_iter().collect();
    let (receipt, secret) = (fields.get("receipt").trim(), fields.get("secret").trim());
    let mut errors = Errors::default();
    for (name, value) in [("receipt", receipt), ("secret", secret)] {
        if value.is_empty() {
            errors.add(name, faults::sentence(v.l.lang, name, "required"));
        }
    }
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if errors.is_empty() {
        match open_submission(&v.app, receipt, secret, &v.address).await {
            Ok(_) => {
                let number = ReceiptNumber::parse(receipt).map_err(|_| Denied::NotFound)?;
                let mut r = see_other("/track/case").into_response();
                add_cookie(&mut r, TRACK_COOKIE, &format!("{number}.{}", plain(secret)), None);
                return Ok(r);
            }
            Err(Denied::NotFound) => errors.add("", v.l.t("bad-receipt-pair")),
            Err(Denied::Throttled) => {
                status = StatusCode::TOO_MANY_REQUESTS;
                errors.add("", v.l.t("bad-locked"));
            }
            Err(other) => return Err(WebError(other)),
        }
    }
    let mut l = v.l;
    l.path = "/track".into();
    Ok(page_with(status, &TrackSignIn { l, receipt: receipt.to_owned(), errors }))
}

/// A code or telephone number as a cookie can hold it.
fn plain(secret: &str) -> String {
    secret.chars().map(rules::text::half_width).filter(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '+').collect()
}

pub(super) async fn leave(_v: Visitor) -> Response {
    let mut r = see_other("/");
    add_cookie(&mut r, TRACK_COOKIE, "", Some(0));
    add_cookie(&mut r, super::receipt::COOKIE, "", Some(0));
    r
}

/// Nothing is shown here; whoever loads it again after a mistake goes back to the page.
pub(super) async fn back(_s: Submitter) -> Response {
    see_other("/track/case")
}

pub(super) async fn page(s: Submitter) -> Web {
    show(s, Errors::default(), &Typed::default(), StatusCode::OK).await
}

/// The page, with what was sent from it with a mistake.
pub(super) async fn show(s: Submitter, errors: Errors, typed: &Typed, status: StatusCode) -> Web {
    let flash = s.v.flash().unwrap_or_default();
    let id = s.scope.submission().ok_or(Denied::NotFound)?;
    let (submission, mut cases) = read::submission(&s.v.app, &s.scope, id).await?;
    cases.sort_by_key(|c| c.loaded.case.kind);
    // Of what was erased only that it was is shown, and on which ground.
    let gone = cases.iter().all(|c| c.loaded.case.erased);
    let pieces = if gone { Vec::new() } else { upload::own(&s.v.app, &s.scope).await? };
    let world = s.v.app.world(s.scope.locality()).ok_or(Denied::NotFound)?;
    let lang = s.v.l.lang;
    let mut shown = Vec::new();
    for (i, opened) in cases.iter().enumerate() {
        let papers = format!("/track/paper/{}", opened.loaded.case.registration.token);
        let teller = Teller { lang, world: &world, now: s.v.app.clock().now(), reader: Reader::Submitter, papers: &papers };
        let mut one = case(&teller, opened, i + 1);
        if !opened.loaded.case.erased {
            let looks = seen::by_whom(&s.v.app, &s.scope, &opened.loaded).await?;
            one.care = Builder { teller: &teller, opened, i: i + 1, typed }.care(&looks);
        }
        shown.push(one);
    }
    let received = match submission.received_at {
        _ if gone => String::new(),
        Some(at) => s.v.l.datetime(at),
        None => s.v.l.t("tl-unknown"),
    };
    let news = super::inbox::news(&s, id, &cases).await?;
    let mailed = cases.iter().any(|c| c.loaded.case.registration.details.email.is_some() && !c.loaded.case.erased);
    let open = cases.iter().any(|c| may(&c.loaded.case, Action::AddEvidence, &Actor::Submitter).is_ok());
    let mut l = s.v.l;
    l.path = "/track/case".into();
    let view = Track {
        number: submission.receipt.clone(),
        received,
        flash,
        cases: shown,
        waiting: None,
        evidence: pieces.iter().map(|p| evidence_line(&l, p)).collect(),
        power: open && cases.iter().any(more::lacks_power),
        add_to: if open && !submission.erased { "/track/evidence".into() } else { String::new() },
        errors,
        max_file: crate::app::MAX_FILE,
        news_new: news.iter().filter(|n| n.new).count(),
        news,
        mailed,
        l,
    };
    Ok(page_with(status, &view))
}

fn evidence_line(l: &crate::web::layout::Layout, p: &Piece) -> Evidence {
    let gone = p.name.is_empty();
    let href = if gone { String::new() } else { format!("/track/evidence/{}", p.evidence.id) };
    Evidence {
        original: served::original(&href, &p.evidence.media_type),
        href,
        name: if gone { l.t("event-Erased") } else { p.name.clone() },
        about: l.bytes(p.evidence.size.unsigned_abs()),
        added: l.stamp(p.added),
    }
}

/// One case of the page.
fn case(t: &Teller<'_>, opened: &Opened, i: usize) -> TrackCase {
    let case = &opened.loaded.case;
    let r = &case.registration;
    let lang = t.lang;
    if case.erased {
        return TrackCase {
            id: i.to_string(),
            title: lang.t("track-erased"),
            number: r.number.clone(),
            tag: Tag::new(Tone::Plain, lang.t("text-erased")),
            entries: t.erasure(opened),
            ..TrackCase::default()
        };
    }
    let sum = r.amount.map(|a| lang.money(a.0)).unwrap_or_default();
    let about = [r.respondent.name.as_str(), sum.as_str()].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" · ");
    let title = if about.is_empty() { lang.code("kind", case.kind.code()) } else { about };
    let withdrawable = may(case, Action::Withdraw, &Actor::Submitter).is_ok() && matches!(case.kind, Kind::Complaint | Kind::Report);
    let withdraw = if case.kind == Kind::Report { "track-withdraw-report" } else { "track-withdraw" };
    TrackCase {
        id: i.to_string(),
        kind: lang.code("kind", case.kind.code()),
        title,
        number: r.number.clone(),
        unit: t.seat(case.seat),
        tag: t.state_tag(case),
        clock: t.next_card(case, &i.to_string()),
        entries: t.entries(opened),
        decisions: t.decisions(opened),
        withdraw: if withdrawable { Link::new(format!("/track/withdraw/{}", r.token), lang.t(withdraw)) } else { Link::default() },
        agreements: agreements(lang, case),
        ..TrackCase::default()
    }
}

/// What the person has agreed to and may change.
fn agreements(lang: crate::web::i18n::Lang, case: &Case) -> Vec<Agreement> {
    if may(case, Action::Consent, &Actor::Submitter).is_err() || case.erased {
        return Vec::new();
    }
    let open = case.closed.is_none() && case.settlement.is_none();
    let asked = [Consent::Mediation, Consent::Entrust, Consent::Publish].into_iter().filter(|c| open || *c == Consent::Publish);
    let one = |c: Consent| Agreement {
        action: format!("/track/consent/{}", case.registration.token),
        code: c.code(),
        label: lang.code("consent", c.code()),
        given: case.consents_to(Party::Submitter, c),
    };
    asked.map(one).collect()
}

pub(super) async fn add_evidence(s: Submitter, multipart: Multipart) -> Result<Response, Unread> {
    let held = Held::more(&s.v.app, &s.scope).await?;
    let from = uploads::From { app: &s.v.app, locality: s.scope.locality(), lang: s.v.l.lang, address: &s.v.address };
    let mut sent = uploads::read(from, multipart, Some(held)).await?;
    let held = sent.held.take().filter(|h| !h.files.is_empty());
    if held.is_none() && sent.errors.is_empty() {
        sent.errors.add("evidence", s.v.l.t("bad-file-empty"));
    }
    if let Some(held) = held {
        // What was good is kept, whatever else was wrong.
        let note = if sent.fields.ticked("power") { more::POWER_NOTE } else { "" };
        upload::add(&s.v.app, &s.scope, held, note).await?;
    }
    if !sent.errors.is_empty() {
        let shown = show(s, sent.errors, &Typed::default(), StatusCode::UNPROCESSABLE_ENTITY).await;
        return Ok(shown.unwrap_or_else(IntoResponse::into_response));
    }
    Ok(see_other_with("/track/case", "track-added"))
}

pub(super) async fn evidence(s: Submitter, Path(file): Path<String>, Query(how): Query<How>) -> Web {
    let file = FileId(Id::parse(&file).ok_or(Denied::NotFound)?);
    let (piece, download) = upload::read_own(&s.v.app, &s.scope, file).await?;
    let again = async || Ok(upload::read_own(&s.v.app, &s.scope, file).await?.1);
    served::evidence((&piece.evidence, &piece.name), &how, download, again).await
}

/// The page that asks once more before withdrawing.
fn asking(s: Submitter, case: &Case, fields: &Fields, errors: Errors, status: StatusCode) -> Response {
    let mut l = s.v.l;
    let kind = l.code("kind", case.kind.code());
    let r = &case.registration;
    l.path = format!("/track/withdraw/{}", r.token);
    let view = Withdraw {
        case: format!("{kind} {} · {}", r.number, r.respondent.name),
        report: case.kind == Kind::Report,
        action: l.path.clone(),
        back: "/track/case".into(),
        reason: fields.get("reason").to_owned(),
        settled: fields.ticked("settled"),
        errors,
        l,
    };
    page_with(status, &view)
}

pub(super) async fn withdraw_page(s: Submitter, Path(token): Path<String>) -> Web {
    let loaded = act::load(&s.v.app, &s.scope, &token).await?;
    may(&loaded.case, Action::Withdraw, &Actor::Submitter).map_err(Denied::Rule)?;
    Ok(asking(s, &loaded.case, &Fields::default(), Errors::default(), StatusCode::OK))
}

pub(super) async fn withdraw(s: Submitter, Path(token): Path<String>, Form(pairs): Form<Vec<(String, String)>>) -> Web {
    let sent: Fields = pairs.into_iter().collect();
    // Only what this page asks; no other field of the command is the submitter's.
    let allowed = ["reason", "settled"].into_iter().map(|n| (n.to_owned(), sent.get(n).to_owned()));
    let fields: Fields = allowed.collect();
    let loaded = act::load(&s.v.app, &s.scope, &token).await?;
    match act::act(&s.v.app, &s.scope, &token, Action::Withdraw, &fields, None).await {
        Ok(_) => Ok(see_other_with("/track/case", "track-withdrawn")),
        Err(Denied::Invalid(all)) => {
            let errors = faults::errors(s.v.l.lang, &all);
            Ok(asking(s, &loaded.case, &fields, errors, StatusCode::UNPROCESSABLE_ENTITY))
        }
        // Pressed twice: it is withdrawn.
        Err(Denied::Rule(_)) if loaded.case.withdrawn => Ok(see_other_with("/track/case", "track-withdrawn")),
        Err(other) => Err(other.into()),
    }
}

pub(super) async fn consent(s: Submitter, Path(token): Path<String>, Form(pairs): Form<Vec<(String, String)>>) -> Web {
    let sent: Fields = pairs.into_iter().collect();
    let own = [("party", Party::Submitter.code()), ("consent", sent.get("consent")), ("given", sent.get("given"))];
    let fields: Fields = own.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    match act::act(&s.v.app, &s.scope, &token, Action::Consent, &fields, None).await {
        // Pressed twice: it is as they want it.
        Ok(_) | Err(Denied::Rule(rules::case::command::WhyNot::Nothing)) => Ok(see_other_with("/track/case", "track-consent")),
        Err(other) => Err(other.into()),
    }
}

pub(super) async fn paper(s: Submitter, Path((token, form)): Path<(String, String)>) -> Web {
    let opened = read::open(&s.v.app, &s.scope, &token, &IDENTIFYING, "paper").await?;
    if opened.erased {
        return Err(Denied::NotFound.into());
    }
    let world = s.v.app.world(s.scope.locality()).ok_or(Denied::NotFound)?;
    let frame = Frame { l: s.v.l, back: "/track/case".into() };
    papers::of(&opened, &form, frame, &world)
}
