//! Between HTTP and use cases: who asks (extractors whose type is the permission), how answers and errors become pages, and what every
//! response carries.

use super::front::{Front, Sender};
use super::i18n::{KEYS_COOKIE, LANG_COOKIE, LARGE_COOKIE, Lang};
use super::layout::{DeskLayout, Flash, Layout};
use super::views::parts::ActionForm;
use super::views::public::ErrorPage;
use crate::app::{App, World};
use crate::usecase::people::{self, SignedIn};
use crate::usecase::{Denied, second, submit};
use askama::Template;
use axum::body::{Body, HttpBody as _, to_bytes};
use axum::extract::{Form, FromRequest as _, FromRequestParts, Request, State};
use axum::http::header::{CACHE_CONTROL, COOKIE, HeaderName, LOCATION, RETRY_AFTER, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use rules::access::Role;
use rules::codes::{Phone, ReceiptNumber, TrackingCode};
use rules::ids::Locality;
use std::marker::PhantomData;
use std::sync::Arc;
use store::scope::Scope;
use store::{sessions, submissions};

/// Cookie of a desk session.
pub const SESSION_COOKIE: &str = "fx-session";
/// Cookie that opens a submission for its submitter: receipt number and code, or phone.
pub const TRACK_COOKIE: &str = "fx-track";
/// Cookie of the role acted in, for those who hold several: `<role>.<unit>`.
pub const ROLE_COOKIE: &str = "fx-role";
/// Cookie of the locality looked at, where there are several.
pub const PLACE_COOKIE: &str = "fx-at";
/// Cookie of the sentence shown once after an action.
pub const FLASH_COOKIE: &str = "fx-flash";

/// A page as a response.
#[must_use]
pub fn page<T: Template>(template: &T) -> Response {
    page_with(StatusCode::OK, template)
}

/// A page with another status: a form with its mistakes is 422.
#[must_use]
pub fn page_with<T: Template>(status: StatusCode, template: &T) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(e) => WebError::from(Denied::Store(store::engine::Error::internal(e))).into_response(),
    }
}

/// On to another page after a POST.
#[must_use]
pub fn see_other(path: &str) -> Response {
    let to = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response()
}

/// On to another page, with a sentence shown there once; `key` is a key of the translations.
#[must_use]
pub fn see_other_with(path: &str, key: &str) -> Response {
    let mut r = see_other(path);
    add_cookie(&mut r, FLASH_COOKIE, key, Some(60));
    r
}

/// Sets a cookie for this site only. `seconds` of `None` means until the browser closes, `Some(0)` deletes.
pub fn add_cookie(r: &mut Response, name: &str, value: &str, seconds: Option<i64>) {
    let age = seconds.map_or(String::new(), |s| format!("; Max-Age={s}"));
    let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{age}");
    if let Ok(v) = HeaderValue::from_str(&cookie) {
        r.headers_mut().append(SET_COOKIE, v);
    }
}

/// The value of a cookie.
#[must_use]
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    all.filter_map(|c| c.trim().split_once('=')).find(|(n, _)| *n == name).map(|(_, v)| v)
}

/// What a handler fails with; an outer layer writes the page in the reader's language.
#[derive(Debug)]
pub struct WebError(pub Denied);

impl From<Denied> for WebError {
    fn from(d: Denied) -> Self {
        Self(d)
    }
}
impl From<store::engine::Error> for WebError {
    fn from(e: store::engine::Error) -> Self {
        Self(Denied::Store(e))
    }
}

/// What went wrong, carried from the handler to the layer that writes the page.
#[derive(Clone, Debug)]
struct ErrorInfo {
    code: &'static str,
}

/// The status of a denial.
#[must_use]
pub fn status_of(d: &Denied) -> StatusCode {
    match d {
        Denied::NotFound => StatusCode::NOT_FOUND,
        Denied::Rule(_) | Denied::Stale => StatusCode::CONFLICT,
        Denied::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Denied::Throttled => StatusCode::TOO_MANY_REQUESTS,
        Denied::Store(e) if e.is_retryable() => StatusCode::SERVICE_UNAVAILABLE,
        Denied::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let status = status_of(&self.0);
        if let Denied::Store(e) = &self.0 {
            tracing::error!(code = e.code(), cause = %e, "a request failed");
        }
        let mut r = status.into_response();
        r.extensions_mut().insert(ErrorInfo { code: self.0.code() });
        r
    }
}

/// The result of a handler.
pub type Web = Result<Response, WebError>;

/// What was typed, carried from the form that could not be taken to the page that says so.
#[derive(Clone, Debug)]
struct Typed {
    action: String,
    fields: Vec<(String, String)>,
}

/// Fields whose value no page repeats.
const SECRET_FIELDS: [&str; 7] = ["password", "repeat", "old", "new", "again", "secret", "otp"];

/// Layer: a form of words that could not be taken just now (503: no room, no database) is handed on, to be sent again as it was typed.
/// `most` is the size in bytes above which nothing is kept.
pub async fn keep_typed(most: usize, request: Request, next: Next) -> Response {
    let kind = request.headers().get(axum::http::header::CONTENT_TYPE).cloned();
    let form = kind.filter(|k| k.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let small = request.body().size_hint().upper().is_some_and(|n| n <= most as u64);
    let Some(kind) = form.filter(|_| small && request.method() == axum::http::Method::POST) else { return next.run(request).await };
    let (parts, body) = request.into_parts();
    let action = parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    let Ok(bytes) = to_bytes(body, most).await else { return StatusCode::BAD_REQUEST.into_response() };
    let mut response = next.run(Request::from_parts(parts, Body::from(bytes.clone()))).await;
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        let sent = Request::post("/").header(axum::http::header::CONTENT_TYPE, kind).body(Body::from(bytes));
        if let Ok(sent) = sent
            && let Ok(Form(fields)) = Form::<Vec<(String, String)>>::from_request(sent, &()).await
            && !fields.iter().any(|(name, _)| SECRET_FIELDS.contains(&name.as_str()))
        {
            response.extensions_mut().insert(Typed { action, fields });
        }
    }
    response
}

/// Layer: pages for errors, in the reader's language, whoever made them (handlers, limits, csrf, unknown addresses).
pub async fn error_pages(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.uri().path().starts_with("/api/") {
        return super::api::in_words_of_the_api(next.run(request).await);
    }
    let layout = layout_of(&app, request.headers(), request.uri().path(), request.uri().query());
    let (path, method) = (request.uri().path().to_owned(), request.method().clone());
    let response = next.run(request).await;
    let status = response.status();
    let has_body = response.headers().contains_key(axum::http::header::CONTENT_TYPE) && !status.is_server_error() && status != 413;
    let plain = response.headers().get(axum::http::header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/plain"));
    if !(status.is_client_error() || status.is_server_error()) || (has_body && !plain) {
        return response;
    }
    if method == axum::http::Method::HEAD {
        return response;
    }
    let code = response.extensions().get::<ErrorInfo>().map(|e| e.code).unwrap_or_default();
    // The address of a page may hold a token; only its first part is worth a line.
    let place = path.split('/').nth(1).unwrap_or_default();
    tracing::info!(status = status.as_u16(), code, place, %method, "error page");
    let shown = match status.as_u16() {
        405 => 404,
        422 => 400,
        408 => 503,
        s => s,
    };
    let key = format!("whynot-{}", code.replace('_', "-"));
    let detail = if !code.is_empty() && layout.lang.has(&key) { layout.lang.t(&key) } else { String::new() };
    let again = response.extensions().get::<Typed>().map(|typed| {
        let mut form = ActionForm::new(layout.lang, typed.action.as_str(), layout.t("error-again"));
        form.intro = layout.t("error-kept");
        form.hidden.clone_from(&typed.fields);
        form
    });
    let view = ErrorPage { l: layout, status: shown, reference: String::new(), detail, again };
    let mut page = page_with(status, &view);
    if status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::TOO_MANY_REQUESTS {
        page.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
    }
    page
}

/// Layer: what every response carries. Nothing inline, nothing from elsewhere, not framed, not guessed at, not kept by shared caches.
pub async fn guard(request: Request, next: Next) -> Response {
    let told = request.method() == axum::http::Method::GET && cookie(request.headers(), FLASH_COOKIE).is_some();
    let mut r = next.run(request).await;
    let is_page = r.headers().get(axum::http::header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/html"));
    if told && is_page {
        // The sentence of the last action is shown on one page, not on every page of the next minute.
        add_cookie(&mut r, FLASH_COOKIE, "", Some(0));
    }
    let h = r.headers_mut();
    let set = |h: &mut HeaderMap, name: &'static str, value: &'static str| {
        h.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    };
    set(
        h,
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
    );
    set(h, "x-content-type-options", "nosniff");
    set(h, "referrer-policy", "same-origin");
    set(h, "x-frame-options", "DENY");
    set(h, "cross-origin-opener-policy", "same-origin");
    set(h, "permissions-policy", "camera=(), microphone=(), geolocation=(self)");
    h.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    r
}

fn query_value<'a>(query: Option<&'a str>, name: &str) -> Option<&'a str> {
    query?.split('&').filter_map(|p| p.split_once('=')).find(|(n, _)| *n == name).map(|(_, v)| v)
}

/// The locality of a request: `?at=`, the cookie, else the first.
fn locality_of(app: &App, headers: &HeaderMap, query: Option<&str>) -> Option<Locality> {
    let here = app.localities();
    let asked = query_value(query, "at").or_else(|| cookie(headers, PLACE_COOKIE));
    let asked = asked.and_then(|v| v.parse().ok()).map(Locality).filter(|l| here.contains(l));
    asked.or_else(|| here.first().copied())
}

fn layout_of(app: &App, headers: &HeaderMap, path: &str, query: Option<&str>) -> Layout {
    let accept = headers.get("accept-language").and_then(|v| v.to_str().ok());
    let lang = Lang::choose(query_value(query, "lang"), cookie(headers, LANG_COOKIE), accept);
    let world = locality_of(app, headers, query).and_then(|l| app.world(l));
    let locality = world.map(|w| if lang == Lang::En { w.directory.name_en.clone() } else { w.directory.name.clone() });
    Layout {
        lang,
        large: cookie(headers, LARGE_COOKIE) == Some("1"),
        no_keys: cookie(headers, KEYS_COOKIE) == Some("0"),
        locality: locality.unwrap_or_default(),
        path: query.map_or(path.to_owned(), |q| format!("{path}?{q}")),
    }
}

/// Around a page that is there before any locality is.
#[must_use]
pub fn lobby(app: &App, headers: &HeaderMap, path: &str) -> Layout {
    layout_of(app, headers, path, None)
}

/// A request by anybody: the locality looked at, language, network address.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The application.
    pub app: App,
    /// Around the page.
    pub l: Layout,
    /// Locality.
    pub locality: Locality,
    /// Its world.
    pub world: Arc<World>,
    /// Network address, for throttles.
    pub address: String,
    /// How people reach this server.
    pub front: Arc<Front>,
    /// Headers.
    pub headers: HeaderMap,
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let query = parts.uri.query();
        let l = layout_of(app, &parts.headers, parts.uri.path(), query);
        let found = locality_of(app, &parts.headers, query).and_then(|l| app.world(l).map(|w| (l, w)));
        // An empty store has nothing to show until its first administrator has been made.
        let Some((locality, world)) = found else { return Err(StatusCode::SERVICE_UNAVAILABLE.into_response()) };
        let address = parts.extensions.get::<Sender>().map(|s| s.0.to_string()).unwrap_or_default();
        let front = parts.extensions.get::<Arc<Front>>().cloned().unwrap_or_default();
        Ok(Self { app: app.clone(), l, locality, world, address, front, headers: parts.headers.clone() })
    }
}

impl Visitor {
    /// The sentence the last action left, to be shown once.
    #[must_use]
    pub fn flash(&self) -> Option<String> {
        let key = cookie(&self.headers, FLASH_COOKIE)?;
        let key: String = key.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(60).collect();
        self.l.lang.has(&key).then(|| self.l.lang.t(&key))
    }
}

/// How often a wrong code or phone may be tried for one receipt, and from one network address, within a quarter of an hour.
const TRACK_TRIES: i64 = 10;
const TRACK_TRIES_ADDRESS: i64 = 60;

/// Opens a submission by receipt number and code, or phone.
///
/// # Errors
/// [`Denied::NotFound`] for a wrong pair, [`Denied::Throttled`] after too many.
pub async fn open_submission(app: &App, receipt: &str, secret: &str, address: &str) -> Result<Scope, Denied> {
    let now = app.clock().now();
    let window = now.plus_minutes(-15);
    let Ok(number) = ReceiptNumber::parse(receipt) else { return Err(Denied::NotFound) };
    let keys = [app.keyring().blind("throttle-track", number.as_str()), app.keyring().blind("throttle-track-address", address)];
    let mut db = app.db().read().await?;
    for (key, most) in keys.iter().zip([TRACK_TRIES, TRACK_TRIES_ADDRESS]) {
        if sessions::counted(&mut db, *key, window).await? >= most {
            return Err(Denied::Throttled);
        }
    }
    let mut scope = None;
    if let Some(found) = submissions::by_receipt(&mut db, number.as_str()).await? {
        if let Ok(code) = TrackingCode::parse(secret) {
            scope = found.open_by_code(&submit::keyed_code(app, number.as_str(), &code));
        }
        if let (None, Ok(phone)) = (&scope, Phone::parse(secret)) {
            scope = found.open_by_phone(&mut db, app.keyring().blind("phone", phone.main())).await?;
        }
    }
    drop(db);
    if scope.is_none() {
        let count = async move |tx: &mut store::engine::Tx| {
            for key in keys {
                sessions::count(tx, key, now, window).await?;
            }
            Ok(())
        };
        app.db().write(count).await?;
    }
    scope.ok_or(Denied::NotFound)
}

/// The submitter of a submission, by the cookie that signing in to it left.
#[derive(Clone, Debug)]
pub struct Submitter {
    /// The request.
    pub v: Visitor,
    /// Scope of the submission.
    pub scope: Scope,
    /// Receipt number.
    pub receipt: String,
}

impl FromRequestParts<App> for Submitter {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let v = Visitor::from_request_parts(parts, app).await?;
        let value = cookie(&parts.headers, TRACK_COOKIE).and_then(|c| c.split_once('.'));
        let Some((receipt, secret)) = value.map(|(a, b)| (a.to_owned(), b.to_owned())) else { return Err(see_other("/track")) };
        match open_submission(app, &receipt, &secret, &v.address).await {
            Ok(scope) => Ok(Self { v, scope, receipt }),
            Err(Denied::NotFound) => {
                let mut r = see_other("/track");
                add_cookie(&mut r, TRACK_COOKIE, "", Some(0));
                Err(r)
            }
            Err(d) => Err(WebError(d).into_response()),
        }
    }
}

/// Roles a desk page is for; the type in a handler's signature is the permission.
pub trait Permit: Send + Sync + 'static {
    /// The roles.
    const ROLES: &'static [Role];
}

macro_rules! permits { ($($(#[$doc:meta])* $name:ident = [$($role:ident),+];)+) => {$(
    $(#[$doc])*
    #[derive(Clone, Copy, Debug)]
    pub struct $name;
    impl Permit for $name {
        const ROLES: &'static [Role] = &[$(Role::$role),+];
    }
)+} }
permits! {
    /// Whoever signed in.
    Anyone = [Clerk, Officer, Lead, Partner, Supervisor, SystemAdmin, SecurityAdmin, AuditAdmin];
    /// Whoever sees cases.
    Cases = [Clerk, Officer, Lead, Partner, Supervisor];
    /// Whoever works on cases.
    Workers = [Clerk, Officer, Lead, Partner];
    /// The unified intake.
    Intake = [Clerk];
    /// Those who have cases of their own.
    Handlers = [Officer, Lead, Partner];
    /// Whose units have figures: their own unit's, or all of the organ.
    Figures = [Officer, Lead, Supervisor];
    /// Who sees the scores of units.
    Scorers = [Lead, Supervisor];
    /// Heads of units.
    Leads = [Lead];
    /// Those who answer for the work of others.
    Overseers = [Lead, Supervisor];
    /// Those who may give an order to act and answer.
    Orderers = [Clerk, Lead, Supervisor];
    /// Supervisors.
    Supervisors = [Supervisor];
    /// Those who answer for how work is done: the intake that calls, heads, supervisors.
    Stewards = [Clerk, Lead, Supervisor];
    /// Units, people, calendar.
    SystemAdmins = [SystemAdmin];
    /// Whoever reads the pack.
    PackReaders = [Supervisor, SystemAdmin];
    /// Roles and sessions.
    SecurityAdmins = [SecurityAdmin];
    /// The logs.
    AuditAdmins = [AuditAdmin];
    /// Organisation, for those who run the installation.
    Admins = [SystemAdmin, SecurityAdmin];
}

/// A request by a person who signed in, acting in a role of `P`.
#[derive(Clone, Debug)]
pub struct Desk<P: Permit> {
    /// The request.
    pub v: Visitor,
    /// The person, with all their scopes.
    pub who: SignedIn,
    /// The scope acted in.
    pub scope: Scope,
    /// Its role.
    pub role: Role,
    permit: PhantomData<P>,
}

impl<P: Permit> FromRequestParts<App> for Desk<P> {
    type Rejection = Response;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let mut v = Visitor::from_request_parts(parts, app).await?;
        let session = cookie(&parts.headers, SESSION_COOKIE).unwrap_or_default();
        let who = match people::who(app, session).await {
            Ok(Some(who)) => who,
            Ok(None) => {
                // A form whose session ended while it was being filled comes back after signing in; its draft is on the device.
                let back = parts.uri.path_and_query().map_or("/desk", |p| p.as_str());
                let to = if parts.method == axum::http::Method::GET { back } else { back.split('?').next().unwrap_or("/desk") };
                return Err(see_other(&format!("/desk/sign-in?next={}", encode(to))));
            }
            Err(d) => return Err(WebError(d).into_response()),
        };
        let permitted = |s: &&Scope| s.grant().is_some_and(|(_, g)| P::ROLES.contains(&g.role));
        let chosen = cookie(&parts.headers, ROLE_COOKIE).unwrap_or_default();
        let is_chosen = |s: &&Scope| s.grant().is_some_and(|(_, g)| format!("{}.{}", g.role.code(), g.unit) == chosen);
        let acting = who.scopes.iter().find(is_chosen).or(who.scopes.first());
        // The page of another role does not exist for the role acted in, unless another of the person's own roles opens it.
        let scope = acting.filter(|s| permitted(s)).or_else(|| who.scopes.iter().find(permitted)).cloned();
        let Some(scope) = scope else { return Err(WebError(Denied::NotFound).into_response()) };
        let role = scope.grant().map_or(Role::Officer, |(_, g)| g.role);
        if v.locality != who.locality
            && let Some(world) = app.world(who.locality)
        {
            v.locality = who.locality;
            v.l.locality = if v.l.lang == Lang::En { world.directory.name_en.clone() } else { world.directory.name.clone() };
            v.world = world;
        }
        // Whose role asks for a second step at sign-in sets it up before anything else.
        let path = parts.uri.path();
        if second::is_missing(&v.world, who.person.id) && !path.starts_with("/desk/account") && path != "/desk/sign-out" {
            return Err(see_other("/desk/account/second"));
        }
        Ok(Self { v, who, scope, role, permit: PhantomData })
    }
}

impl<P: Permit> Desk<P> {
    /// Around a desk page: who, in which role, with the menu of that role.
    #[must_use]
    pub fn layout(&self) -> DeskLayout {
        let lang = self.v.l.lang;
        let unit = self.scope.grant().and_then(|(_, g)| self.v.world.directory.units.get(&g.unit)).map(|u| u.name.clone());
        let role = format!("{} · {}", unit.unwrap_or_default(), lang.code("role", self.role.code()));
        let flash = self.v.flash().map(|text| Flash { text, bad: false });
        DeskLayout {
            base: self.v.l.clone(),
            person: self.who.person.name.clone(),
            role,
            nav: super::desk::nav(self.role, &self.v.l),
            flash,
        }
    }
}

/// Percent-encodes a path for a query value.
#[must_use]
pub fn encode(s: &str) -> String {
    use std::fmt::Write as _;
    s.bytes().fold(String::new(), |mut out, b| {
        if b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.') {
            out.push(char::from(b));
        } else {
            let _ = write!(out, "%{b:02X}");
        }
        out
    })
}

/// The browser's name, for the list of sessions.
#[must_use]
pub fn agent(headers: &HeaderMap) -> String {
    headers.get(USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
}
