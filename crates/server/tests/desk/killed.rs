//! A file at a desk of the real server, which is killed while it brings it in and while it takes it back: the next one goes on, and the totals
//! are those of a file nobody disturbed. On both engines from one body.

use crate::common::{self, Database, Running, shared, start};
use crate::files::form;
use crate::town::{PASSWORD, Page};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use fangxin::app::{App, Place};
use fangxin::clock::{Clock, new_id};
use fangxin::usecase::people::{self, NewPerson};
use fangxin::usecase::setup::{self, NewLocality};
use fangxin::usecase::submit::intake_seat;
use rules::access::Role;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use store::engine::{Target, Tx};
use store::scope::{Reason, Scope};
use store::sessions::take_lease;

/// A server with a store, which can be killed and started again, and a clerk signed in to it.
struct Site {
    place: Place,
    store: Vec<String>,
    server: Option<Running>,
    address: String,
    cookie: String,
}

impl Site {
    /// A county with one clerk, served.
    async fn new(place: Place, store: Vec<String>) -> Self {
        let app = App::open(&place, Clock::System).await.unwrap();
        let new = NewLocality { code: "990101".into(), name: "清和县".into(), pack_id: "demo-qinghe".into(), ..NewLocality::default() };
        let locality = setup::open_locality(&app, &new).await.unwrap();
        let centre = intake_seat(&app.world(locality).unwrap()).unwrap().unit;
        let clerk =
            NewPerson { login: "clerk".into(), name: "陈明".into(), password: PASSWORD.into(), roles: vec![(Role::Clerk, centre)] };
        people::create(&app, &Scope::system(locality, Reason::Setup), clerk).await.unwrap();
        app.db().close().await;
        let mut site = Self { place, store, server: None, address: String::new(), cookie: String::new() };
        site.serve();
        let signed = site.ask("POST", "/desk/sign-in", FORM, format!("login=clerk&password={}", PASSWORD.replace(' ', "+")).as_bytes());
        assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text());
        let cookies = signed.headers.get_all("set-cookie").iter().filter_map(|c| c.to_str().ok());
        site.cookie = cookies.filter_map(|c| c.split(';').next()).collect::<Vec<_>>().join("; ");
        site
    }

    fn serve(&mut self) {
        let mut args = vec!["serve", "--listen", "127.0.0.1:0"];
        args.extend(self.store.iter().map(String::as_str));
        let mut server = start(&args);
        self.address = server.until("listening on http://").rsplit_once("http://").unwrap().1.trim().to_owned();
        self.server = Some(server);
    }

    /// Killed and started again. What the dead one had taken for itself would be free after two minutes; here it is at once.
    async fn kill(&mut self) {
        self.server.take().unwrap().kill9();
        assert!(self.free(5).await);
        self.serve();
    }

    /// Asked to end and started again: what it had taken for itself is free at once.
    async fn restart(&mut self) {
        assert_eq!(self.server.take().unwrap().terminate(), Some(0));
        assert!(self.free(0).await, "it let go of everything");
        self.serve();
    }

    /// Whether the platform's own work is free in so many minutes for whoever comes first; it is free afterwards.
    async fn free(&self, minutes: i64) -> bool {
        let app = App::open(&self.place, Clock::System).await.unwrap();
        let now = app.clock().now();
        let (then, somebody) = (now.plus_minutes(minutes), new_id(now, &mut app.random()));
        let mut free = true;
        for lease in ["import", "sweep"] {
            free &= app.db().write(async move |tx: &mut Tx| take_lease(tx, lease, somebody, then, now).await).await.unwrap();
        }
        app.db().close().await;
        free
    }

    /// One request; HTTP/1.0, so that the answer ends with the connection.
    fn ask(&self, method: &str, path: &str, kind: &str, body: &[u8]) -> Page {
        let mut http = TcpStream::connect(&self.address).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.0\r\nHost: {0}\r\nOrigin: http://{0}\r\nSec-Fetch-Site: same-origin\r\nCookie: {1}\r\n\
             Accept-Language: zh-CN\r\nContent-Type: {kind}\r\nContent-Length: {2}\r\n\r\n",
            self.address,
            self.cookie,
            body.len()
        );
        http.write_all(head.as_bytes()).unwrap();
        http.write_all(body).unwrap();
        let mut answer = Vec::new();
        http.read_to_end(&mut answer).unwrap();
        let at = answer.windows(4).position(|w| w == b"\r\n\r\n").expect("an answer");
        let head = String::from_utf8_lossy(&answer[..at]).into_owned();
        let mut headers = HeaderMap::new();
        for (name, value) in head.lines().filter_map(|l| l.split_once(": ")) {
            headers.append(HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_str(value).unwrap());
        }
        let status = StatusCode::from_bytes(head.split(' ').nth(1).unwrap().as_bytes()).unwrap();
        Page { status, headers, body: answer.split_off(at + 4) }
    }

    fn get(&self, path: &str) -> Page {
        self.ask("GET", path, FORM, &[])
    }

    /// Sends a file and says where its page is.
    fn send(&self, name: &str, bytes: &[u8]) -> String {
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        let body = [head.as_bytes(), bytes, b"\r\n--b--\r\n"].concat();
        let page = self.ask("POST", "/desk/import", "multipart/form-data; boundary=b", &body);
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
        page.to().to_owned()
    }

    /// Presses a button of the import's page, everything else as the page has filled it in.
    fn press(&self, at: &str, what: &str, changed: &[(&str, &str)]) {
        let mut fields = form(&self.get(at), what);
        for (name, value) in changed {
            fields.retain(|(n, _)| n != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let encode = fangxin::web::http::encode;
        let body = fields.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect::<Vec<_>>().join("&");
        let page = self.ask("POST", at, FORM, body.as_bytes());
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{what}: {}", page.text());
    }

    /// Looks at the import until it has come past so many rows, or until nobody works on it any more: how far it came then.
    fn past(&self, at: &str, rows: u64) -> u64 {
        loop {
            let page = self.get(at).text();
            let Some(bar) = page.split("<progress ").nth(1) else { return u64::MAX };
            let done = bar.split("value=\"").nth(1).and_then(|v| v.split('"').next()).and_then(|v| v.parse().ok()).unwrap();
            if done >= rows {
                return done;
            }
        }
    }

    /// The import once nobody works on it: its page, and rows taken, known, changed and rejected.
    fn ended(&self, at: &str) -> (String, Vec<u64>) {
        assert_eq!(self.past(at, u64::MAX), u64::MAX);
        let page = self.get(at).text();
        let counts = page.split("<td class=\"num\">").skip(1).map(|n| n.split('<').next().unwrap().parse().unwrap()).collect();
        (page, counts)
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Looked through, brought in with a death, a rest and a restart on the way, brought in again, taken back with a death on the way, and looked through
/// once more.
async fn the_whole_way(mut site: Site, name: &str, bytes: &[u8], rows: u64, changed: &[(&str, &str)]) {
    let at = site.send(name, bytes);
    site.press(&at, "check", changed);
    assert_eq!(site.ended(&at).1, [rows, 0, 0, 0], "looked through");

    site.press(&at, "start", &[]);
    let first = site.past(&at, rows / 8);
    assert!(first < rows, "it was killed on the way, at {first}");
    site.kill().await;
    site.past(&at, first + 1);
    site.ask("POST", &at, FORM, b"do=pause");
    let (page, counts) = site.ended(&at);
    assert!(page.contains("value=\"resume\"") && counts[0] > 0 && counts[0] < rows, "it rests: {counts:?}");
    site.press(&at, "resume", &[]);
    let second = site.past(&at, counts[0] + 1);
    assert!(second < rows, "ended on the way, at {second}");
    site.restart().await;
    assert_eq!(site.ended(&at).1, [rows, 0, 0, 0], "the same totals, as if nothing had happened");

    let again = site.send(name, bytes);
    site.press(&again, "start", changed);
    assert_eq!(site.ended(&again).1, [0, rows, 0, 0], "a second time nothing is new");
    site.press(&again, "undo", &[]);
    assert!(site.ended(&again).0.contains("已撤销"), "taking back what brought nothing takes nothing away");

    site.press(&at, "undo", &[]);
    site.kill().await;
    let (page, _) = site.ended(&at);
    assert!(page.contains("已撤销") && !page.contains("已经有人办理"), "taken back whole");
    assert!(site.get("/desk/queue").text().contains("没有待分送的来件"));
    let third = site.send(name, bytes);
    site.press(&third, "check", changed);
    assert_eq!(site.ended(&third).1, [rows, 0, 0, 0], "what was taken back would come in anew");

    assert_eq!(site.server.take().unwrap().terminate(), Some(0));
    let mut args = vec!["verify"];
    args.extend(site.store.iter().map(String::as_str));
    let run = common::run(&args);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
}

fn letters(rows: u64) -> String {
    let row = |n: u64| format!("L-{n},第{n}件,第{n}件：要求退还剩余费用。,2026-05-{:02} 09:00\n", n % 28 + 1);
    "编号,标题,内容,时间\n".to_owned() + &(1..=rows).map(row).collect::<String>()
}

fn on_disk(dir: &Path) -> (Place, Vec<String>) {
    (Place::data(dir), vec!["--data".into(), dir.to_str().unwrap().into()])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_import_killed_on_the_way_comes_to_the_same_on_sqlite() {
    let dir = tempfile::tempdir().unwrap();
    let (place, store) = on_disk(dir.path());
    the_whole_way(Site::new(place, store).await, "来信.csv", letters(1_500).as_bytes(), 1_500, &[("kind", "other")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_import_killed_on_the_way_comes_to_the_same_on_postgres() {
    let Some(database) = Database::new("desk") else { return };
    let dir = tempfile::tempdir().unwrap();
    let place = Place { target: Target::Url(database.url()), dir: dir.path().to_owned() };
    let store = vec!["--database".into(), database.url(), "--keys".into(), dir.path().to_str().unwrap().into()];
    the_whole_way(Site::new(place, store).await, "来信.csv", letters(1_500).as_bytes(), 1_500, &[("kind", "other")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_real_workbook_comes_in_at_a_desk_killed_on_the_way_twice_and_taken_back() {
    let Some(topics) = shared("topics.xlsx") else { return };
    let dir = tempfile::tempdir().unwrap();
    let (place, store) = on_disk(dir.path());
    the_whole_way(Site::new(place, store).await, "topics.xlsx", &std::fs::read(topics).unwrap(), 4_326, &[]).await;
}
