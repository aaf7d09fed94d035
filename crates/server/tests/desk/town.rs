//! A town to test in: a store of its own, the router that serves it, people of every role, and browsers that keep their cookies.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use fangxin::app::{App, Place};
use fangxin::clock::Clock;
use fangxin::usecase::act;
use fangxin::usecase::fields::Fields;
use fangxin::usecase::people::{self, NewPerson};
use fangxin::usecase::setup::{self, NewLocality};
use fangxin::usecase::submit::{Incoming, Part, submit};
use fangxin::web::router;
use http_body_util::BodyExt as _;
use rules::access::Role;
use rules::case::command::Action;
use rules::ids::{Locality, UnitId};
use rules::law::{Demand, Kind};
use rules::pack::UnitKind;
use rules::time::Instant;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use store::scope::{Reason, Scope};
use tower::ServiceExt as _;

pub const PASSWORD: &str = "correct horse battery";
/// A Monday morning under Order 121, in a year whose holiday notice is out.
pub const START: &str = "2026-06-01T09:00";

pub fn at(text: &str) -> Instant {
    let civil: jiff::civil::DateTime = text.parse().unwrap();
    Instant::at(civil)
}

pub struct Town {
    _dir: Option<tempfile::TempDir>,
    pub app: App,
    pub service: Router,
    pub locality: Locality,
    pub scopes: BTreeMap<&'static str, Scope>,
    cookies: BTreeMap<&'static str, String>,
    nonce: AtomicI64,
    /// Receipt number and code of the last submission.
    last: Mutex<String>,
}

impl Town {
    /// A county with its units and one person of each role, two officers and two offices among them.
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut town = Self::at(&Place::data(dir.path())).await;
        town._dir = Some(dir);
        town
    }

    /// The same at a place, of whichever engine; its directory is somebody else's.
    pub async fn at(place: &Place) -> Self {
        let app = App::open(place, Clock::set(at(START))).await.unwrap();
        let new = NewLocality {
            code: "990101".into(),
            name: "清和县".into(),
            name_en: "Qinghe".into(),
            pack_id: "demo-qinghe".into(),
            ..NewLocality::default()
        };
        let locality = setup::open_locality(&app, &new).await.unwrap();
        let service = router::router(app.clone());
        let mut town = Self {
            _dir: None,
            app,
            service,
            locality,
            scopes: BTreeMap::new(),
            cookies: BTreeMap::new(),
            nonce: AtomicI64::new(1),
            last: Mutex::default(),
        };
        let (centre, o1, o2) = (town.centre(), town.office(0), town.office(1));
        let wanted: [(&'static str, Role, UnitId); 10] = [
            ("clerk", Role::Clerk, centre),
            ("officer", Role::Officer, o1),
            ("colleague", Role::Officer, o1),
            ("lead", Role::Lead, o1),
            ("stranger", Role::Officer, o2),
            ("supervisor", Role::Supervisor, centre),
            ("sysadmin", Role::SystemAdmin, centre),
            ("secadmin", Role::SecurityAdmin, centre),
            ("secadmin2", Role::SecurityAdmin, centre),
            ("audit", Role::AuditAdmin, centre),
        ];
        for (login, role, unit) in wanted {
            town.person(login, &[(role, unit)]).await;
        }
        town
    }

    /// A person who has signed in.
    pub async fn person(&mut self, login: &'static str, roles: &[(Role, UnitId)]) {
        let scope = Scope::system(self.locality, Reason::Setup);
        let new = NewPerson { login: login.into(), name: format!("{login}先生"), password: PASSWORD.into(), roles: roles.to_vec() };
        people::create(&self.app, &scope, new).await.unwrap();
        let cookie = people::sign_in(&self.app, login, PASSWORD, "192.0.2.1", "test").await.unwrap();
        let who = people::who(&self.app, &cookie).await.unwrap().unwrap();
        self.scopes.insert(login, who.scopes[0].clone());
        self.cookies.insert(login, cookie);
    }

    fn unit(&self, kind: UnitKind, n: usize) -> UnitId {
        let world = self.app.world(self.locality).unwrap();
        let organ = fangxin::usecase::submit::intake_seat(&world).unwrap().organ;
        let mut all: Vec<_> = world.directory.units.values().filter(|u| u.kind == kind && u.organ == organ).collect();
        all.sort_by(|a, b| a.code.cmp(&b.code));
        all[n].id
    }
    pub fn centre(&self) -> UnitId {
        self.unit(UnitKind::Centre, 0)
    }
    pub fn office(&self, n: usize) -> UnitId {
        self.unit(UnitKind::Office, n)
    }

    /// The clock moves on.
    pub fn pass(&self, minutes: i64) {
        self.app.clock().move_to(self.app.clock().now().plus_minutes(minutes));
    }

    /// A browser signed in as somebody; `nobody` has not signed in.
    pub fn browser(&self, login: &str) -> Browser {
        let mut b = Browser { service: self.service.clone(), cookies: BTreeMap::new() };
        if let Some(cookie) = self.cookies.get(login) {
            b.cookies.insert("fx-session".into(), cookie.clone());
        }
        b
    }

    /// A browser signed in to the last submission.
    pub fn submitter(&self) -> Browser {
        let pair = self.last.lock().unwrap().clone();
        Browser { service: self.service.clone(), cookies: BTreeMap::from([("fx-track".into(), pair)]) }
    }

    pub async fn submit(&self, mut incoming: Incoming) -> Vec<(Kind, String)> {
        incoming.received_at = Some(self.app.clock().now());
        incoming.external_id = format!("nonce{:016}", self.nonce.fetch_add(1, Ordering::Relaxed));
        let scope = Scope::system(self.locality, Reason::Submit);
        let receipt = submit(&self.app, &scope, &incoming, None).await.unwrap();
        *self.last.lock().unwrap() = format!("{}.{}", receipt.number, receipt.code.unwrap());
        let mut db = self.app.db().read().await.unwrap();
        let cases = store::cases::of_submission(&mut db, &scope, receipt.submission).await.unwrap();
        cases.iter().map(|c| (c.case.kind, c.case.registration.token.clone())).collect()
    }

    /// A case of a kind, as the public form makes it.
    pub async fn case(&self, kind: Kind) -> String {
        self.submit(incoming(kind)).await[0].1.clone()
    }

    /// An action by its use case.
    pub async fn act(&self, who: &str, token: &str, action: Action, fields: &[(&str, &str)]) {
        let fields: Fields = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let done = act::act(&self.app, &self.scopes[who], token, action, &fields, None).await;
        done.unwrap_or_else(|e| panic!("{who} {}: {e:?}", action.code()));
    }

    /// Sent to the first office and opened there by `officer`.
    pub async fn opened(&self, kind: Kind) -> String {
        let token = self.case(kind).await;
        self.send(&token).await;
        self.act("officer", &token, Action::Open, &[]).await;
        token
    }

    pub async fn send(&self, token: &str) {
        let to = self.office(0).to_string();
        self.act("clerk", token, Action::Send, &[("to", &to), ("basis", "internal")]).await;
    }

    pub async fn load(&self, token: &str) -> store::cases::Loaded {
        act::load(&self.app, &Scope::system(self.locality, Reason::Verify), token).await.unwrap()
    }
}

pub fn incoming(kind: Kind) -> Incoming {
    Incoming {
        channel: "web".into(),
        parts: vec![Part {
            kind: Some(kind),
            narrative: "十月八日在门店办了年卡，关门了，要求退还剩余费用。".into(),
            demands: if kind == Kind::Complaint { vec![Demand::Refund] } else { Vec::new() },
            amount: Some(rules::money::Fen(380_000)),
            ..Part::default()
        }],
        name: "陈晓明".into(),
        phone: "13812346021".into(),
        address: "清河路一号".into(),
        respondent: ("力量健身".into(), "清河路九号".into(), None, "13900001111".into()),
        ..Incoming::default()
    }
}

/// A browser: keeps cookies, follows nothing by itself.
#[derive(Clone)]
pub struct Browser {
    service: Router,
    pub cookies: BTreeMap<String, String>,
}

/// What came back.
#[derive(Debug)]
pub struct Page {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Page {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
    pub fn to(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |v| v.to_str().unwrap())
    }
    /// The value of the first field of that name.
    pub fn value(&self, name: &str) -> String {
        let text = self.text();
        let mark = format!("name=\"{name}\" value=\"");
        text.split(&mark).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
    }
}

fn encoded(s: &str) -> String {
    fangxin::web::http::encode(s)
}

impl Browser {
    pub fn english(mut self) -> Self {
        self.cookies.insert("lang".into(), "en".into());
        self
    }

    pub async fn get(&mut self, path: &str) -> Page {
        self.ask("GET", path, None, Body::empty()).await
    }

    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = fields.iter().map(|(k, v)| format!("{}={}", encoded(k), encoded(v))).collect::<Vec<_>>().join("&");
        self.ask("POST", path, Some("application/x-www-form-urlencoded"), Body::from(body)).await
    }

    /// A form with one file.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], file: (&str, &[u8])) -> Page {
        let mut body = Vec::new();
        for (k, v) in fields {
            body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{k}\"\r\n\r\n{v}\r\n").into_bytes());
        }
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\n\r\n", file.0).into_bytes());
        body.extend(file.1);
        body.extend(b"\r\n--b--\r\n");
        self.ask("POST", path, Some("multipart/form-data; boundary=b"), Body::from(body)).await
    }

    /// On to where a 303 leads, until a page comes.
    pub async fn follow(&mut self, page: Page) -> Page {
        let mut page = page;
        for _ in 0..5 {
            if page.status != StatusCode::SEE_OTHER {
                return page;
            }
            let to = page.to().to_owned();
            page = self.get(&to).await;
        }
        panic!("it goes in circles");
    }

    pub async fn ask(&mut self, method: &str, path: &str, kind: Option<&str>, body: Body) -> Page {
        let cookies = self.cookies.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("; ");
        let mut request =
            Request::builder().method(method).uri(path).header(header::HOST, "localhost").header("sec-fetch-site", "same-origin");
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies);
        }
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let response = self.service.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let (pair, rest) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name)
            } else {
                self.cookies.insert(name.into(), value.into())
            };
        }
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        Page { status: parts.status, headers: parts.headers, body }
    }
}
