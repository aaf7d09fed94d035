//! The API for other systems (docs/API.md): JSON in and out, mistakes as problem documents (RFC 9457) with stable codes. True inside this
//! file: a key is the only permission, and it hands submissions in and does nothing else.

use super::front::Sender;
use super::http::status_of;
use super::router::{For, Routes};
use crate::app::App;
use crate::usecase::channel_keys::{hand_in, show};
use crate::usecase::fields::{Faults, Fields};
use crate::usecase::submit::Fate;
use crate::usecase::{Denied, more};
use axum::Extension;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

/// The fields a submission may have beside those of `more`.
const FIELDS: [&str; 16] = [
    "narrative",
    "respondent_name",
    "respondent_address",
    "uscc",
    "ask",
    "amount",
    "knew_on",
    "violation",
    "name",
    "phone",
    "address",
    "id_number",
    "anonymous",
    "publish",
    "entrust",
    "received_at",
];

/// The routes of the API.
pub fn routes(r: &mut Routes) {
    r.get("/healthz", For::Public, alive);
    r.post("/api/v1/submissions", For::Public, submit);
}

/// Whether the process answers; nothing about what it holds.
async fn alive() -> &'static str {
    "ok\n"
}

/// An answer that is not an error.
fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

fn problem(status: StatusCode, code: &str, more: Value) -> Response {
    let mut body =
        json!({ "type": "about:blank", "title": status.canonical_reason().unwrap_or("Error"), "status": status.as_u16(), "code": code });
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    let mut r = (status, [(CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response();
    match status {
        StatusCode::UNAUTHORIZED => r.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            r.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"))
        }
        _ => None,
    };
    r
}

/// What a layer or the router said no with, as a problem document; everything else as it is.
#[must_use]
pub fn in_words_of_the_api(response: Response) -> Response {
    let status = response.status();
    let ours = response.headers().get(CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"application/"));
    if ours || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let code = match status {
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::FORBIDDEN => "other_site",
        StatusCode::REQUEST_TIMEOUT => "timeout",
        s if s.is_client_error() => "request",
        _ => "internal",
    };
    problem(status, code, json!({}))
}

fn denial(denied: &Denied) -> Response {
    let status = status_of(denied);
    if let Denied::Store(e) = denied {
        tracing::error!(code = e.code(), cause = %e, "a submission of another system was not stored");
    }
    match denied {
        Denied::Invalid(Faults(faults)) => {
            let faults: Vec<Value> = faults.iter().map(|(field, code)| json!({ "field": field, "code": code })).collect();
            problem(status, "invalid", json!({ "faults": faults }))
        }
        other => problem(status, other.code(), json!({})),
    }
}

/// The fields of a JSON object: words, numbers, yes and no, and lists of words.
fn fields(body: &[u8]) -> Result<Fields, Box<Response>> {
    let Ok(Value::Object(object)) = serde_json::from_slice(body) else {
        return Err(Box::new(problem(StatusCode::BAD_REQUEST, "not_json", json!({}))));
    };
    let mut faults = Faults::default();
    let mut out = Fields::default();
    for (name, value) in object {
        let known = FIELDS.iter().chain(&more::WHAT).chain(&more::WHO).any(|n| *n == name);
        let word = |v: Value| match v {
            Value::String(s) => Some(s),
            Value::Number(n) => Some(n.to_string()),
            _ => None,
        };
        let values = match value {
            Value::Null | Value::Bool(false) => Some(Vec::new()),
            Value::Bool(true) => Some(vec!["1".to_owned()]),
            Value::Array(all) => all.into_iter().map(word).collect(),
            one => word(one).map(|w| vec![w]),
        };
        match values {
            Some(values) if known => {
                out.0.insert(name, values);
            }
            Some(_) => faults.add(&name.chars().take(60).collect::<String>(), "unknown_field"),
            None => faults.add(&name.chars().take(60).collect::<String>(), "field_type"),
        }
    }
    if faults.is_empty() { Ok(out) } else { Err(Box::new(denial(&Denied::Invalid(faults)))) }
}

async fn submit(State(app): State<App>, sender: Option<Extension<Sender>>, headers: HeaderMap, body: Bytes) -> Response {
    let address = sender.map(|Extension(s)| s.0.to_string()).unwrap_or_default();
    let header = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let shown = header(AUTHORIZATION.as_str()).strip_prefix("Bearer ").unwrap_or_default().trim();
    let key = match show(&app, shown, &address).await {
        Ok(key) => key,
        Err(Denied::NotFound) => return problem(StatusCode::UNAUTHORIZED, "key", json!({})),
        Err(other) => return denial(&other),
    };
    let fields = match fields(&body) {
        Ok(fields) => fields,
        Err(response) => return *response,
    };
    match hand_in(&app, &key, header("idempotency-key").trim(), &fields).await {
        Ok(receipt) => {
            let told = |status| json!({ "receipt": receipt.number, "status": status });
            match receipt.fate {
                Fate::Accepted => answer(StatusCode::CREATED, &told("accepted")),
                Fate::AlreadyKnown => answer(StatusCode::OK, &told("known")),
                Fate::Changed => problem(StatusCode::CONFLICT, "changed", json!({ "receipt": receipt.number })),
            }
        }
        Err(denied) => denial(&denied),
    }
}
