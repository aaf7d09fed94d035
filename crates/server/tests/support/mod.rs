//! What the tests of pages share: a town with people, opened by the same use cases as a real one, and a browser that keeps its cookies.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use fangxin::app::{App, Place};
use fangxin::clock::Clock;
use fangxin::usecase::act;
use fangxin::usecase::fields::Fields;
use fangxin::usecase::people::{self, NewPerson};
use fangxin::usecase::setup::{self, NewLocality};
use fangxin::web::router;
use http_body_util::BodyExt as _;
use jiff::civil::{DateTime, datetime};
use rules::access::Role;
use rules::case::command::Action;
use rules::ids::{Locality, UnitId};
use rules::pack::UnitKind;
use rules::time::Instant;
use std::collections::BTreeMap;
use std::path::PathBuf;
use store::cases::Loaded;
use store::scope::{Reason, Scope};
use store::submissions::Submission;
use tower::ServiceExt as _;

/// When a town's clock stands at first: a Friday afternoon before the long holidays.
pub const START: DateTime = datetime(2026, 9, 25, 14, 2, 0, 0);
/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// A store with one locality and its people, and the application over it.
pub struct Town {
    dir: PathBuf,
    /// Removed with the town, where the directory is its own.
    _own: Option<tempfile::TempDir>,
    pub app: App,
    pub service: Router,
    pub locality: Locality,
    /// One scope per login: `clerk`, `officer`, `lead`.
    pub scopes: BTreeMap<&'static str, Scope>,
}

impl Town {
    /// An empty store.
    pub async fn empty() -> Self {
        let own = tempfile::tempdir().unwrap();
        Self::at(&Place::data(own.path()), Some(own)).await
    }

    /// A store at a place of the test's.
    pub async fn at(place: &Place, own: Option<tempfile::TempDir>) -> Self {
        let app = App::open(place, Clock::set(Instant::at(START))).await.unwrap();
        let service = router::router(app.clone());
        Self { dir: place.dir.clone(), _own: own, app, service, locality: Locality(0), scopes: BTreeMap::new() }
    }

    /// A county with offices; nobody signs in yet.
    pub async fn open() -> Self {
        Self::empty().await.opened().await
    }

    async fn opened(mut self) -> Self {
        let new = NewLocality { code: "990101".into(), name: "清和县".into(), pack_id: "demo-qinghe".into(), ..NewLocality::default() };
        self.locality = setup::open_locality(&self.app, &new).await.unwrap();
        self
    }

    /// A county with a clerk at the centre, and an officer and a head at its first office.
    pub async fn with_people() -> Self {
        Self::open().await.peopled().await
    }

    /// The same at a place of the test's.
    pub async fn with_people_at(place: &Place) -> Self {
        Self::at(place, None).await.opened().await.peopled().await
    }

    async fn peopled(mut self) -> Self {
        let town = &mut self;
        let (centre, office) = (town.unit(UnitKind::Centre), town.unit(UnitKind::Office));
        for (login, role, unit) in [("clerk", Role::Clerk, centre), ("officer", Role::Officer, office), ("lead", Role::Lead, office)] {
            town.person(login, role, unit).await;
        }
        self
    }

    /// Makes a person, signs them in, and keeps their scope under the login; the value of their session cookie.
    pub async fn person(&mut self, login: &'static str, role: Role, unit: UnitId) -> String {
        let scope = Scope::system(self.locality, Reason::Setup);
        let new = NewPerson { login: login.into(), name: format!("王{login}"), password: PASSWORD.into(), roles: vec![(role, unit)] };
        people::create(&self.app, &scope, new).await.unwrap();
        let cookie = people::sign_in(&self.app, login, PASSWORD, "192.0.2.1", "test").await.unwrap();
        let who = people::who(&self.app, &cookie).await.unwrap().unwrap();
        self.scopes.insert(login, who.scopes[0].clone());
        cookie
    }

    /// The first unit of a kind in the organ of the intake, by code.
    pub fn unit(&self, kind: UnitKind) -> UnitId {
        let world = self.app.world(self.locality).unwrap();
        let organ = fangxin::usecase::submit::intake_seat(&world).unwrap().organ;
        let mut units: Vec<_> = world.directory.units.values().filter(|u| u.kind == kind && u.organ == organ).collect();
        units.sort_by(|a, b| a.code.cmp(&b.code));
        units[0].id
    }

    /// Moves the clock on by minutes.
    pub fn later(&self, minutes: i64) {
        let now = self.app.clock().now();
        self.app.clock().move_to(now.plus_minutes(minutes));
    }

    /// Acts on a case as somebody; names of the events that followed.
    pub async fn act(&self, who: &str, token: &str, action: Action, fields: &[(&str, &str)]) -> Vec<&'static str> {
        self.later(1);
        let fields: Fields = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let done = act::act(&self.app, &self.scopes[who], token, action, &fields, None).await;
        done.unwrap_or_else(|e| panic!("{who} {}: {e:?}", action.code())).events
    }

    /// Sends a case to the first office, which opens it.
    pub async fn to_office(&self, token: &str) {
        let office = self.unit(UnitKind::Office).to_string();
        self.act("clerk", token, Action::Send, &[("to", &office), ("basis", "business")]).await;
        self.act("officer", token, Action::Open, &[]).await;
    }

    /// The submission behind a receipt number, with its cases by kind.
    pub async fn submission(&self, receipt: &str) -> (Submission, Vec<Loaded>) {
        let mut db = self.app.db().read().await.unwrap();
        let scope = Scope::system(self.locality, Reason::Verify);
        let id = store::submissions::id_of_receipt(&mut db, &scope, receipt).await.unwrap().expect("the receipt is there");
        let submission = store::submissions::load(&mut db, &scope, id).await.unwrap().unwrap();
        let mut cases = store::cases::of_submission(&mut db, &scope, id).await.unwrap();
        cases.sort_by_key(|c| c.case.kind);
        (submission, cases)
    }

    /// How many cases the store has.
    pub async fn cases(&self) -> usize {
        let mut db = self.app.db().read().await.unwrap();
        let scope = Scope::system(self.locality, Reason::Verify);
        let mut found = 0;
        for done in [false, true] {
            let filter = store::queue::Filter { done, ..store::queue::Filter::default() };
            found += store::queue::count(&mut db, &scope, &filter, 10_000).await.unwrap();
        }
        usize::try_from(found).unwrap()
    }

    /// A browser that has been nowhere yet.
    pub fn browser(&self) -> Browser {
        Browser { service: self.service.clone(), cookies: BTreeMap::new(), lang: "zh-CN" }
    }

    /// Where keys, database and files lie.
    pub fn dir(&self) -> &std::path::Path {
        &self.dir
    }
}

/// A page as it came back.
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Page {
    /// Its text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// Where it leads on to.
    pub fn to(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// Fails unless the status is this one and every text is there.
    #[track_caller]
    pub fn shows(&self, status: u16, texts: &[&str]) -> &Self {
        let text = self.text();
        assert_eq!(self.status.as_u16(), status, "{}", self.words());
        for wanted in texts {
            assert!(text.contains(wanted), "{wanted} is not on the page:\n{}", self.words());
        }
        self
    }

    /// Fails if any of these texts is there.
    #[track_caller]
    pub fn hides(&self, texts: &[&str]) -> &Self {
        let text = self.text();
        for unwanted in texts {
            assert!(!text.contains(unwanted), "{unwanted} is on the page:\n{}", self.words());
        }
        self
    }

    /// What a reader sees, for the message of a test.
    fn words(&self) -> String {
        let text = self.text();
        let main = text.split("<main").nth(1).unwrap_or(&text);
        let words = main.split('<').filter_map(|t| t.split_once('>')).map(|(_, t)| t.trim()).filter(|t| !t.is_empty());
        words.collect::<Vec<_>>().join(" | ").chars().take(4000).collect()
    }

    /// Values of the inputs of a name.
    pub fn values(&self, name: &str) -> Vec<String> {
        let text = self.text();
        let inputs = text.split("<input").skip(1).filter_map(|i| i.split('>').next());
        let named = inputs.filter(|i| i.contains(&format!("name=\"{name}\"")));
        named.filter_map(|i| i.split("value=\"").nth(1).and_then(|v| v.split('"').next()).map(str::to_owned)).collect()
    }
}

/// A browser: follows nothing by itself, keeps cookies.
#[derive(Clone)]
pub struct Browser {
    service: Router,
    pub cookies: BTreeMap<String, String>,
    pub lang: &'static str,
}

/// A file to send: name and bytes.
pub type Upload<'a> = (&'a str, Vec<u8>);

impl Browser {
    async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Page {
        let cookies = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join("; ");
        let request = request.header(header::COOKIE, cookies).header("accept-language", self.lang).header(header::HOST, "fangxin.example");
        let response = self.service.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        for set in parts.headers.get_all(header::SET_COOKIE) {
            let first = set.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = first.split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let bytes = body.collect().await.map(|b| b.to_bytes().to_vec()).unwrap_or_default();
        Page { status: parts.status, headers: parts.headers, bytes }
    }

    /// Loads a page.
    pub async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let encode = fangxin::web::http::encode;
        let body = fields.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect::<Vec<_>>().join("&");
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.header("sec-fetch-site", "same-origin"), Body::from(body)).await
    }

    /// Sends a form with files under `evidence`.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], files: &[Upload<'_>]) -> Page {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes());
        }
        for (name, bytes) in files {
            let head = format!("--edge\r\nContent-Disposition: form-data; name=\"evidence\"; filename=\"{name}\"\r\n\r\n");
            body.extend(head.into_bytes());
            body.extend_from_slice(bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--edge--\r\n");
        let request = Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
        self.send(request.header("sec-fetch-site", "same-origin"), Body::from(body)).await
    }
}

/// A small picture.
pub fn png() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend([0; 200]);
    bytes
}
