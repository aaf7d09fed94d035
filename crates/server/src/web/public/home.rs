//! The first page, the choices a browser keeps (language, large type, locality), and the privacy notice.

use crate::app::{App, World};
use crate::usecase::submit::intake_seat;
use crate::web::http::{PLACE_COOKIE, Visitor, Web, add_cookie, lobby, page, see_other};
use crate::web::i18n::{KEYS_COOKIE, LANG_COOKIE, LARGE_COOKIE, Lang};
use crate::web::timeline::clocks::span;
use crate::web::views::parts::{Link, Tone};
use crate::web::views::public::{Home, Message, Privacy};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use rules::law::Kind;
use rules::pack::{Stop, Trigger};
use serde::Deserialize;
use store::registry::{Organ, Unit};

/// A year, seconds.
const YEAR: i64 = 365 * 24 * 3600;
/// The national hotline of market regulation.
const HOTLINE: &str = "12315";

pub(super) async fn home(State(app): State<App>, headers: HeaderMap, visitor: Result<Visitor, Response>) -> Web {
    let v = match visitor {
        Ok(v) => v,
        // A store without a locality says how to begin.
        Err(_) if app.localities().is_empty() => return Ok(empty(&app, &headers)),
        Err(other) => return Ok(other),
    };
    let lang = v.l.lang;
    let here = v.locality;
    let others = app.localities();
    let place = |code: &rules::ids::Locality| {
        let world = app.world(*code)?;
        let name = if lang == Lang::En { &world.directory.name_en } else { &world.directory.name };
        Some((Link::new(format!("/prefs?at={code}&back=/"), name), *code == here))
    };
    let places = if others.len() > 1 { others.iter().filter_map(place).collect() } else { Vec::new() };
    let organ = intake(&v.world).map(|(o, _)| o.name.clone()).unwrap_or_default();
    Ok(page(&Home { dispatch_within: dispatch(lang, &v.world), organ, hotline: HOTLINE.into(), places, l: v.l }))
}

fn empty(app: &App, headers: &HeaderMap) -> Response {
    let l = lobby(app, headers, "/");
    let text = vec![l.t("empty-store-text"), l.t("empty-store-how")];
    page(&Message { tone: Tone::Plain, title: l.t("empty-store"), text, links: Vec::new(), l }).into_response()
}

/// The organ that answers for the service, and its unified intake.
pub(super) fn intake(world: &World) -> Option<(&Organ, &Unit)> {
    let seat = intake_seat(world)?;
    Some((world.directory.organs.get(&seat.organ)?, world.directory.units.get(&seat.unit)?))
}

/// How soon the locality promises to send a complaint to a unit; empty where it promises nothing.
pub(super) fn dispatch(lang: Lang, world: &World) -> String {
    let promise = world.pack.clocks_on(Trigger::Organ, Kind::Complaint, false).find(|c| c.stop == Stop::Sent);
    promise.map(|c| span(lang, c.span)).unwrap_or_default()
}

/// What a browser is asked to keep.
#[derive(Debug, Deserialize)]
pub(super) struct Prefs {
    lang: Option<String>,
    large: Option<String>,
    keys: Option<String>,
    at: Option<String>,
    #[serde(default)]
    back: String,
}

pub(super) async fn prefs(State(app): State<App>, Query(prefs): Query<Prefs>) -> Response {
    let mut r = see_other(local(&prefs.back));
    if let Some(lang) = prefs.lang.as_deref().and_then(Lang::parse) {
        add_cookie(&mut r, LANG_COOKIE, lang.tag(), Some(YEAR));
    }
    if let Some(large) = &prefs.large {
        add_cookie(&mut r, LARGE_COOKIE, if large == "1" { "1" } else { "0" }, Some(YEAR));
    }
    if let Some(keys) = &prefs.keys {
        add_cookie(&mut r, KEYS_COOKIE, if keys == "0" { "0" } else { "1" }, Some(YEAR));
    }
    let place = prefs.at.as_deref().and_then(|at| at.parse().ok()).map(rules::ids::Locality);
    if let Some(place) = place.filter(|p| app.localities().contains(p)) {
        add_cookie(&mut r, PLACE_COOKIE, &place.to_string(), Some(YEAR));
    }
    r
}

/// A path of this site; the first page for anything that could lead elsewhere.
fn local(path: &str) -> &str {
    let plain = path.bytes().all(|b| (0x21..0x7f).contains(&b) && b != b'\\');
    if path.starts_with('/') && !path.starts_with("//") && plain { path } else { "/" }
}

pub(super) async fn privacy(v: Visitor) -> Web {
    let found = intake(&v.world);
    let organ = found.map(|(o, _)| o.name.clone()).unwrap_or_default();
    let unit = found.map(|(_, u)| [u.name.as_str(), u.phone.as_str(), u.address.as_str()]).unwrap_or_default();
    let contact = unit.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" · ");
    Ok(page(&Privacy { organ, contact, l: v.l }))
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn only_ways_on_this_site_are_followed() {
        for good in ["/", "/track?n=1", "/file"] {
            assert_eq!(local(good), good);
        }
        for bad in ["", "//evil.example", "https://evil.example", "/\\evil.example", "/a b", "/\r\nSet-Cookie:x", "javascript:1"] {
            assert_eq!(local(bad), "/", "{bad}");
        }
    }
}
