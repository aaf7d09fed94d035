//! A planted reporter. Two stores are made the same way, one of them with a report beside a complaint and a second report by somebody
//! else; every role crawls every page of both. Whoever may not know of the reports finds no byte of them and exactly the same pages; whoever
//! may, finds them. Neither the log, nor file names, nor the database's own bytes carry the reporter's name or phone.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use fangxin::app::{App, Place};
use fangxin::clock::Clock;
use fangxin::usecase::fields::Fields;
use fangxin::usecase::people::{self, NewPerson};
use fangxin::usecase::setup::{self, NewLocality};
use fangxin::usecase::submit::{Incoming, Part, submit};
use fangxin::usecase::{act, read};
use fangxin::web::router::{self, For, Route};
use http_body_util::BodyExt as _;
use rules::access::Role;
use rules::case::command::Action;
use rules::ids::{Locality, UnitId};
use rules::law::{Demand, Kind};
use rules::pack::UnitKind;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write};
use std::sync::{Arc, Mutex};
use store::scope::{Reason, Scope};
use tower::ServiceExt as _;

/// Words that stand in the reports only.
const CANARY_TEXT: &str = "金丝雀举报线索甲乙丙";
const CANARY_NAME: &str = "雀金丝";
const CANARY_PHONE: &str = "13912345671";
const CANARY_ADDRESS: &str = "雀鸣巷七十一号";
const CANARIES: [&str; 5] = [CANARY_TEXT, CANARY_NAME, CANARY_PHONE, CANARY_ADDRESS, "金丝雀补充说明"];
/// The complainant of the other case, whom the complaint's side does know.
const COMPLAINANT: &str = "张三丰";
const COMPLAINANT_PHONE: &str = "13800001234";
const PASSWORD: &str = "correct horse battery";

struct Town {
    _dir: tempfile::TempDir,
    dir: std::path::PathBuf,
    app: App,
    service: Router,
    locality: Locality,
    cookies: BTreeMap<&'static str, String>,
    scopes: BTreeMap<&'static str, Scope>,
    reports: Vec<String>,
    minutes: i64,
}

const START: rules::time::Instant = rules::time::Instant(1_793_000_000_000_000);

impl Town {
    fn tick(&mut self) {
        self.minutes += 1;
        self.app.clock().move_to(START.plus_minutes(self.minutes));
    }

    async fn act(&mut self, who: &'static str, token: &str, action: Action, fields: &[(&str, &str)]) {
        self.tick();
        let fields: Fields = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        act::act(&self.app, &self.scopes[who], token, action, &fields, None)
            .await
            .unwrap_or_else(|e| panic!("{who} {}: {e:?}", action.code()));
    }

    async fn submit(&mut self, incoming: Incoming) -> Vec<(Kind, String)> {
        self.tick();
        let mut incoming = incoming;
        incoming.received_at = Some(self.app.clock().now());
        let scope = Scope::system(self.locality, Reason::Submit);
        let receipt = submit(&self.app, &scope, &incoming, None).await.unwrap();
        let mut db = self.app.db().read().await.unwrap();
        let cases = store::cases::of_submission(&mut db, &scope, receipt.submission).await.unwrap();
        cases.iter().map(|c| (c.case.kind, c.case.registration.token.clone())).collect()
    }

    fn office(&self, n: usize) -> UnitId {
        let world = self.app.world(self.locality).unwrap();
        let organ = fangxin::usecase::submit::intake_seat(&world).unwrap().organ;
        let own = |u: &&store::registry::Unit| u.kind == UnitKind::Office && u.organ == organ;
        let mut offices: Vec<_> = world.directory.units.values().filter(own).collect();
        offices.sort_by(|a, b| a.code.cmp(&b.code));
        offices[n].id
    }

    /// An organisation outside.
    fn outside(&self) -> UnitId {
        let world = self.app.world(self.locality).unwrap();
        world.directory.units.values().find(|u| u.kind == UnitKind::Outside).unwrap().id
    }
}

fn complaint(name: &str, phone: &str, nonce: &str) -> Incoming {
    Incoming {
        channel: "web".into(),
        external_id: nonce.into(),
        parts: vec![Part {
            kind: Some(Kind::Complaint),
            narrative: "十月八日办的年卡，门店关门，要求退还剩余费用。".into(),
            demands: vec![Demand::Refund],
            ..Part::default()
        }],
        name: name.into(),
        phone: phone.into(),
        address: "清河路一号".into(),
        respondent: ("力健健身".into(), "清河路九号".into(), None, String::new()),
        ..Incoming::default()
    }
}

fn report(name: &str, phone: &str, address: &str, nonce: &str) -> Incoming {
    let part = Part { kind: Some(Kind::Report), narrative: format!("{CANARY_TEXT}：后厨使用过期原料。"), ..Part::default() };
    Incoming { parts: vec![part], address: address.into(), ..complaint(name, phone, nonce) }
}

async fn town(with_reports: bool) -> Town {
    let temp = tempfile::tempdir().unwrap();
    let dir = temp.path().to_owned();
    let app = App::open(&Place::data(&dir), Clock::set(START)).await.unwrap();
    let new = NewLocality { code: "990101".into(), name: "清和县".into(), pack_id: "demo-qinghe".into(), ..NewLocality::default() };
    let locality = setup::open_locality(&app, &new).await.unwrap();
    let service = router::router(app.clone());
    let mut t = Town {
        _dir: temp,
        dir,
        app,
        service,
        locality,
        cookies: BTreeMap::new(),
        scopes: BTreeMap::new(),
        reports: Vec::new(),
        minutes: 0,
    };
    people(&mut t).await;
    let platform: [(&'static str, usize); 3] = [("officer1", 0), ("officer2", 1), ("officer3", 2)];
    let first = t.submit(complaint(COMPLAINANT, COMPLAINANT_PHONE, "nonce0000000000a")).await[0].1.clone();
    let other = t.submit(complaint("李四光", "13800005678", "nonce0000000000b")).await[0].1.clone();
    for (token, (officer, n)) in [(&first, platform[0]), (&other, platform[2])] {
        let to = t.office(n).to_string();
        t.act("clerk", token, Action::Send, &[("to", &to), ("basis", "business")]).await;
        t.act(officer, token, Action::Open, &[]).await;
    }
    // The reporter's own complaint is with an organisation outside, too.
    let abroad = t.submit(complaint(COMPLAINANT, COMPLAINANT_PHONE, "nonce0000000000e")).await[0].1.clone();
    let to = t.outside().to_string();
    t.act("clerk", &abroad, Action::Send, &[("to", &to), ("basis", "business")]).await;
    t.act("partner", &abroad, Action::Open, &[]).await;
    // The clock stands where it would stand with the reports, so that pages may be compared.
    let both = complaint(COMPLAINANT, COMPLAINANT_PHONE, "nonce0000000000c");
    let mut both_parts = both.clone();
    if with_reports {
        both_parts.parts.extend(report("", "", "", "").parts);
    }
    let made = t.submit(both_parts).await;
    let mut reports: Vec<String> = made.iter().filter(|(k, _)| *k == Kind::Report).map(|(_, t)| t.clone()).collect();
    let complaint_token = made.iter().find(|(k, _)| *k == Kind::Complaint).unwrap().1.clone();
    let office1 = t.office(0).to_string();
    t.act("clerk", &complaint_token, Action::Send, &[("to", &office1), ("basis", "business")]).await;
    t.act("officer1", &complaint_token, Action::Open, &[]).await;
    t.act("officer1", &complaint_token, Action::Accept, &[]).await;
    if with_reports {
        reports.extend(t.submit(report(CANARY_NAME, CANARY_PHONE, CANARY_ADDRESS, "nonce0000000000d")).await.into_iter().map(|(_, t)| t));
        let office2 = t.office(1).to_string();
        for token in &reports {
            t.act("clerk", token, Action::Send, &[("to", &office2), ("basis", "violation")]).await;
            t.act("officer2", token, Action::Open, &[]).await;
            t.act("officer2", token, Action::Verify, &[("note", "金丝雀补充说明")]).await;
        }
    }
    t.reports = reports;
    // Later than the last act, and within the hours a session lives.
    t.app.clock().move_to(START.plus_minutes(300));
    t
}

async fn people(t: &mut Town) {
    let world = t.app.world(t.locality).unwrap();
    let centre = fangxin::usecase::submit::intake_seat(&world).unwrap().unit;
    let outside = t.outside();
    let (o1, o2, o3) = (t.office(0), t.office(1), t.office(2));
    let wanted: [(&'static str, Role, UnitId); 13] = [
        ("clerk", Role::Clerk, centre),
        ("officer1", Role::Officer, o1),
        ("colleague1", Role::Officer, o1),
        ("lead1", Role::Lead, o1),
        ("officer2", Role::Officer, o2),
        ("colleague2", Role::Officer, o2),
        ("lead2", Role::Lead, o2),
        ("officer3", Role::Officer, o3),
        ("partner", Role::Partner, outside),
        ("supervisor", Role::Supervisor, centre),
        ("sysadmin", Role::SystemAdmin, centre),
        ("secadmin", Role::SecurityAdmin, centre),
        ("audit", Role::AuditAdmin, centre),
    ];
    let scope = Scope::system(t.locality, Reason::Setup);
    for (login, role, unit) in wanted {
        // Ids follow the clock, and lists follow ids.
        t.tick();
        let new = NewPerson { login: login.into(), name: login.to_uppercase(), password: PASSWORD.into(), roles: vec![(role, unit)] };
        people::create(&t.app, &scope, new).await.unwrap();
        let cookie = people::sign_in(&t.app, login, PASSWORD, "192.0.2.1", "test").await.unwrap();
        let who = people::who(&t.app, &cookie).await.unwrap().unwrap();
        t.scopes.insert(login, who.scopes[0].clone());
        t.cookies.insert(login, format!("fx-session={cookie}"));
    }
}

/// A page as a reader gets it: status, headers and body in one text.
async fn get(t: &Town, cookie: &str, path: &str) -> (StatusCode, String, Vec<u8>) {
    ask(t, cookie, "GET", path).await
}

async fn ask(t: &Town, cookie: &str, method: &str, path: &str) -> (StatusCode, String, Vec<u8>) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "localhost")
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::empty())
        .unwrap();
    let response = t.service.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let headers: String = response.headers().iter().map(|(k, v)| format!("{k}: {}\n", String::from_utf8_lossy(v.as_bytes()))).collect();
    let body = response.into_body().collect().await.unwrap().to_bytes().to_vec();
    (status, headers, body)
}

/// The secret of a second step that is offered is new at every look, and so is its picture; the room on the disk is everybody's.
const NEW_AT_EVERY_LOOK: [(&str, &str); 5] = [
    ("<div class=\"qr\">", "</div>"),
    ("id=\"second-key\">", "</p>"),
    ("name=\"secret\" value=\"", "\""),
    ("<th scope=\"row\">磁盘剩余</th>", "</tr>"),
    ("\"check\":\"disk\",", "}"),
];

fn without(text: &str, from: &str, to: &str) -> String {
    let mut parts = text.split(from);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + from + part.split_once(to).map_or(part, |(_, rest)| rest))
}

/// Ids, tokens and numbers are random; they read `#` so that two stores can be compared.
fn normal(text: &str) -> String {
    let text = NEW_AT_EVERY_LOOK.iter().fold(text.to_owned(), |text, (from, to)| without(&text, from, to));
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars().chain(std::iter::once('\n')) {
        if c.is_ascii_alphanumeric() || c == '-' {
            word.push(c);
            continue;
        }
        // One token in some hundreds has no digit.
        let token = word.len() == 16 && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let random = token || word.len() >= 13 && word.bytes().any(|b| b.is_ascii_digit());
        out.push_str(if random { "#" } else { &word });
        word.clear();
        out.push(c);
    }
    out
}

fn links(body: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for part in body.split("href=\"").skip(1) {
        let link = part.split('"').next().unwrap_or_default().split('#').next().unwrap_or_default().replace("&amp;", "&");
        if link.starts_with('/') && !link.starts_with("//") && !link.contains("sign-out") {
            found.insert(link);
        }
    }
    found
}

/// A body as it can be read; what is packed (a case file, a workbook), unpacked.
fn words(body: &[u8]) -> String {
    let Ok(mut packed) = zip::ZipArchive::new(std::io::Cursor::new(body)) else { return String::from_utf8_lossy(body).into_owned() };
    let mut out = String::new();
    for i in 0..packed.len() {
        let mut part = packed.by_index(i).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        out += &format!("{}\n{}\n", part.name().unwrap(), String::from_utf8_lossy(&bytes));
    }
    out
}

/// Every page a reader can reach by links, and every address without placeholders: normalised address → status and pages.
async fn crawl(t: &Town, cookie: &str) -> BTreeMap<String, BTreeSet<(u16, String)>> {
    let plain = |r: &Route| r.method == "GET" && !r.path.contains('{');
    let mut todo: Vec<String> = router::table().iter().filter(|r| plain(r)).map(|r| r.path.to_owned()).collect();
    // Words of the reports, and of both the reports and the complaints.
    todo.extend(["后厨使用过期", "力健"].map(|q| format!("/desk/search?q={}", fangxin::web::http::encode(q))));
    let mut seen: BTreeSet<String> = todo.iter().cloned().collect();
    let mut pages: BTreeMap<String, BTreeSet<(u16, String)>> = BTreeMap::new();
    while let Some(path) = todo.pop() {
        let (status, headers, body) = get(t, cookie, &path).await;
        // Random numbers pack into more or fewer bytes by themselves, and so does the picture of a secret; the bodies are compared anyway.
        let headers: String = headers.lines().filter(|h| !h.starts_with("content-length")).map(|h| format!("{h}\n")).collect();
        let body = words(&body);
        // The guide's links lead to what its samples made up.
        let found = if path.starts_with("/styleguide") { BTreeSet::new() } else { links(&body) };
        for link in found {
            if seen.insert(link.clone()) {
                assert!(seen.len() < 3_000, "a crawl without end");
                todo.push(link);
            }
        }
        pages.entry(normal(&path)).or_default().insert((status.as_u16(), normal(&format!("{headers}{body}"))));
    }
    pages
}

fn assert_no_canary(what: &str, text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{what} carries {canary:?}");
    }
}

/// Each placeholder filled with a token.
fn filled(path: &str, token: &str) -> String {
    path.replace("{token}", token)
        .replace("{action}", "note")
        .replace("{form}", "report")
        .replace("{file}", &"0".repeat(32))
        .replace("{id}", token)
}

#[derive(Clone, Default)]
struct LogSink(Arc<Mutex<Vec<u8>>>);
impl Write for LogSink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planted_reporter_is_found_only_by_those_who_may() {
    let log = LogSink::default();
    let sink = log.clone();
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || sink.clone()).init();
    let (with, without) = (town(true).await, town(false).await);
    assert_eq!(with.reports.len(), 2);

    // Whoever may not know: no byte, and the same pages with and without.
    // The auditor first: what the others read from here on is theirs to see.
    for who in ["audit", "officer1", "colleague1", "lead1", "colleague2", "officer3", "sysadmin", "secadmin", "nobody"] {
        let nobody = String::new();
        let (a, b) = (with.cookies.get(who).unwrap_or(&nobody), without.cookies.get(who).unwrap_or(&nobody));
        let (seen, expected) = (crawl(&with, a).await, crawl(&without, b).await);
        let inside = seen.iter().filter(|(p, pages)| p.starts_with("/desk/") && pages.iter().any(|(s, _)| *s == 200)).count();
        assert!(who == "nobody" || inside >= 3, "{who} was not signed in: {inside} pages");
        for (path, pages) in &seen {
            pages.iter().for_each(|(_, text)| assert_no_canary(&format!("{who} {path}"), text));
            assert_eq!(Some(pages), expected.get(path), "{who} sees another {path} because of a report");
        }
        assert_eq!(seen.len(), expected.len(), "{who} reaches other pages because of a report");
        guessed(&with, who, a).await;
    }

    // The supervisor may know that it exists, and no more.
    for (path, pages) in crawl(&with, &with.cookies["supervisor"]).await {
        pages.iter().for_each(|(_, text)| assert_no_canary(&format!("supervisor {path}"), text));
    }

    // Whoever may, finds it.
    for who in ["clerk", "officer2", "lead2"] {
        let pages = crawl(&with, &with.cookies[who]).await;
        let case = get(&with, &with.cookies[who], &format!("/desk/case/{}", with.reports[1])).await;
        assert_eq!(case.0, StatusCode::OK, "{who}");
        let found = pages.values().flatten().any(|(_, text)| text.contains(CANARY_TEXT));
        assert!(found, "{who} is entitled to the report and does not find it");
    }
    let opened = read::open(&with.app, &with.scopes["officer2"], &with.reports[1], &["name", "phone", "address"], "test").await.unwrap();
    let texts: BTreeSet<&str> = opened.texts.values().map(String::as_str).collect();
    assert!(texts.contains(CANARY_NAME) && texts.contains(CANARY_ADDRESS), "the handler can read who reported");

    lists_agree_with_visibility(&with).await;
    left_behind(&with, &log).await;
}

/// Who sees a case is said twice, once for a case and once as SQL for lists (`cases::visible`, `queue::within`): both say the same.
async fn lists_agree_with_visibility(t: &Town) {
    use store::queue::{Filter, page};
    let platform = Scope::system(t.locality, Reason::Verify);
    let mut db = t.app.db().read().await.unwrap();
    let all = |done| Filter { done, ..Filter::default() };
    let mut everything = page(&mut db, &platform, &all(false), None, 1_000).await.unwrap();
    everything.extend(page(&mut db, &platform, &all(true), None, 1_000).await.unwrap());
    assert!(everything.len() >= 5);
    for (who, scope) in &t.scopes {
        let mut listed = BTreeSet::new();
        for done in [false, true] {
            listed.extend(page(&mut db, scope, &all(done), None, 1_000).await.unwrap().into_iter().map(|l| l.id));
        }
        for line in &everything {
            let loaded = store::cases::load(&mut db, &platform, line.id).await.unwrap().unwrap();
            let seen = store::cases::visible(scope, &loaded.case);
            assert_eq!(seen, listed.contains(&line.id), "{who}: the list and the rule differ on a {}", line.kind);
        }
    }
}

/// A report's own address, guessed, answers as an address that does not exist; nothing can be done there.
async fn guessed(t: &Town, who: &str, cookie: &str) {
    let before = events(t).await;
    for route in router::table().iter().filter(|r| r.path.contains("{token}")) {
        for report in &t.reports {
            let (status, headers, body) = ask(t, cookie, route.method, &filled(route.path, report)).await;
            let (status0, headers0, body0) = ask(t, cookie, route.method, &filled(route.path, "0123456789abcdef")).await;
            let text = |h: &str, b: &[u8]| normal(&format!("{h}{}", String::from_utf8_lossy(b)));
            assert_no_canary(&format!("{who} {} {}", route.method, route.path), &text(&headers, &body));
            assert_eq!(
                (status, text(&headers, &body)),
                (status0, text(&headers0, &body0)),
                "{who} can tell by {} {} that a report exists",
                route.method,
                route.path
            );
            assert!(matches!(route.who, For::Public) || !status.is_success(), "{who} {} {}: {status}", route.method, route.path);
        }
    }
    assert_eq!(before, events(t).await, "{who} changed a report by guessing its address");
}

async fn events(t: &Town) -> Vec<u32> {
    let scope = Scope::system(t.locality, Reason::Verify);
    let mut db = t.app.db().read().await.unwrap();
    let mut out = Vec::new();
    for token in &t.reports {
        let id = store::cases::id_of_token(&mut db, &scope, token).await.unwrap().unwrap();
        out.push(store::cases::load(&mut db, &scope, id).await.unwrap().unwrap().head().seq);
    }
    out
}

/// The log, the names of files and the bytes of the database: no name and no phone in clear; words of the report only where the
/// search text may hold them.
async fn left_behind(t: &Town, log: &LogSink) {
    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(!logged.is_empty(), "the log was captured");
    assert_no_canary("the log", &logged);
    for secret in [COMPLAINANT, COMPLAINANT_PHONE] {
        assert!(!logged.contains(secret), "the log carries {secret}");
    }
    let mut folders = vec![t.dir.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let path = entry.path();
            assert_no_canary("a file name", &path.to_string_lossy());
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            for secret in [CANARY_NAME, CANARY_PHONE, CANARY_ADDRESS, COMPLAINANT, COMPLAINANT_PHONE] {
                let found = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
                assert!(!found, "{} holds {secret} in clear", path.display());
            }
        }
    }
}
