//! Every route with every role, from the router itself: whoever a route is not for is sent to sign in or finds nothing there, and other
//! methods do nothing. The matrix and the uses of the platform's own scope are written down and compared.

use crate::town::{Browser, Town};
use axum::body::Body;
use axum::http::StatusCode;
use fangxin::web::router::{For, Route, table};
use rules::access::Role;
use rules::case::command::Action;
use rules::law::Kind;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Who asks at a desk, or has not signed in at all.
const WHO: [(&str, Option<Role>); 8] = [
    ("clerk", Some(Role::Clerk)),
    ("officer", Some(Role::Officer)),
    ("lead", Some(Role::Lead)),
    ("supervisor", Some(Role::Supervisor)),
    ("sysadmin", Some(Role::SystemAdmin)),
    ("secadmin", Some(Role::SecurityAdmin)),
    ("audit", Some(Role::AuditAdmin)),
    ("nobody", None),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Compares a generated file with what it should be, or writes it.
fn generated(name: &str, text: &str) {
    let path = root().join("generated").join(name);
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(there, text, "generated/{name} is old: UPDATE_GENERATED=1 cargo test -p fangxin --test desk");
}

fn permitted(route: &Route, role: Option<Role>) -> bool {
    match (route.who, role) {
        (For::Public, _) => true,
        (For::Submitter, _) => false,
        (For::Roles(roles), Some(role)) => roles.contains(&role),
        (For::Roles(_), None) => false,
    }
}

#[test]
fn the_matrix_of_routes_is_written_down() {
    let mut out =
        String::from("# route × role; generated, do not edit (UPDATE_GENERATED=1 cargo test -p fangxin --test desk)\nmethod\tpath");
    for role in Role::ALL {
        write!(out, "\t{}", role.code()).unwrap();
    }
    out.push_str("\tsubmitter\tanybody\n");
    for route in table() {
        write!(out, "{}\t{}", route.method, route.path).unwrap();
        for role in Role::ALL {
            out.push_str(if permitted(&route, Some(*role)) { "\tyes" } else { "\t-" });
        }
        out.push_str(if matches!(route.who, For::Submitter | For::Public) { "\tyes" } else { "\t-" });
        out.push_str(if route.who == For::Public { "\tyes\n" } else { "\t-\n" });
    }
    generated("routes.txt", &out);
}

/// The source without its tests.
fn live(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned()
}

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    let mut all: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
    all.sort();
    for path in all {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "tests" {
            sources(&path, out);
        } else if name.ends_with(".rs") && name != "tests.rs" && name != "testing.rs" {
            out.push(path);
        }
    }
}

#[test]
fn every_use_of_the_platforms_own_scope_is_written_down() {
    let mut out = String::from(
        "# where the platform itself reads or writes: file, reason; generated, do not edit (UPDATE_GENERATED=1 cargo test -p fangxin --test desk)\n",
    );
    for part in ["crates/store/src", "crates/server/src"] {
        let mut files = Vec::new();
        sources(&root().join(part), &mut files);
        for file in files {
            let text = live(&file);
            let name = file.strip_prefix(root()).unwrap().to_string_lossy().replace("../", "");
            for use_ in text.split("Scope::system(").skip(1) {
                let inside = use_.split(';').next().unwrap_or_default();
                let reason = inside
                    .split("Reason::")
                    .nth(1)
                    .map_or("given", |r| r.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default());
                writeln!(out, "{name}\t{reason}").unwrap();
            }
        }
    }
    generated("system-scopes.txt", &out);
}

struct Places {
    token: String,
    file: String,
    person: String,
    submission: String,
    group: String,
    import: String,
    unit: String,
}

fn filled(path: &str, p: &Places) -> String {
    let id = if path.starts_with("/desk/people") {
        &p.person
    } else if path.starts_with("/desk/find") {
        &p.submission
    } else if path.starts_with("/desk/import") {
        &p.import
    } else if path.starts_with("/desk/units") {
        &p.unit
    } else {
        &p.file
    };
    let path = path.replace("{action}", "note").replace("{form}", "complaint").replace("{file}", &p.file);
    let path = path.replace("{kind}", "meeting").replace("{step}", "task").replace("{which}", "before");
    path.replace("{token}", &p.token).replace("{id}", id).replace("{group}", &p.group)
}

async fn scene() -> (Town, Places) {
    let town = Town::new().await;
    let token = town.opened(Kind::Complaint).await;
    town.act("officer", &token, Action::Accept, &[]).await;
    town.act("officer", &token, Action::Group, &[]).await;
    let png = b"\x89PNG\r\n\x1a\n0000000000000000";
    let sent = town.submitter().upload("/track/evidence", &[], ("a.png", png)).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let page = town.browser("officer").get(&format!("/desk/case/{token}")).await.text();
    let file = page.split(&format!("/desk/case/{token}/evidence/")).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let world = town.app.world(town.locality).unwrap();
    let person = world.directory.people.values().find(|p| p.login == "colleague").unwrap().id.to_string();
    let case = town.load(&token).await.case;
    let (submission, group) = (case.registration.submission.to_string(), case.group.unwrap().0.to_string());
    let job = fangxin::usecase::import::job::keep(&town.app, &town.scopes["clerk"], "a.csv", "内容\n文\n".into()).await.unwrap();
    let unit = world.directory.units.values().find(|u| u.kind == rules::pack::UnitKind::Office).unwrap().id.to_string();
    (town, Places { token, file, person, submission, group, import: job.id.to_string(), unit })
}

async fn request(b: &mut Browser, route: &Route, path: &str) -> crate::town::Page {
    match route.method {
        "GET" => b.get(path).await,
        _ if path.ends_with("/evidence") => b.upload(path, &[], ("a.txt", b"x")).await,
        _ => b.post(path, &[]).await,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_only_whom_it_is_for() {
    let (town, places) = scene().await;
    for route in table() {
        // What ends one's own session has a test of its own.
        if matches!(
            route.path,
            "/desk/sign-out" | "/desk/account/password" | "/desk/account/sessions/{id}/end" | "/desk/account/sessions/end"
        ) {
            continue;
        }
        let path = filled(route.path, &places);
        for (login, role) in WHO {
            let mut b = town.browser(login);
            let page = request(&mut b, &route, &path).await;
            let what = format!("{} {path} as {login}: {}", route.method, page.status);
            let to_sign_in = page.status == StatusCode::SEE_OTHER && page.to().starts_with("/desk/sign-in");
            let to_track = page.status == StatusCode::SEE_OTHER && page.to().starts_with("/track");
            match (route.who, permitted(&route, role)) {
                (For::Public, _) => assert!(!to_sign_in, "{what}"),
                (For::Submitter, _) => assert!(to_track || page.status == StatusCode::NOT_FOUND, "{what}"),
                (For::Roles(_), true) => {
                    assert!(!to_sign_in && page.status != StatusCode::NOT_FOUND || dead_end(&route), "{what}");
                    assert!(!page.status.is_server_error(), "{what}");
                }
                (For::Roles(_), false) if role.is_none() => assert!(to_sign_in, "{what}"),
                (For::Roles(_), false) => assert_eq!(page.status, StatusCode::NOT_FOUND, "{what}"),
            }
        }
        // The submitter, signed in to their submission and nowhere else.
        let mut b = town.submitter();
        let page = request(&mut b, &route, &path).await;
        let what = format!("{} {path} as submitter: {}", route.method, page.status);
        let to_sign_in = page.status == StatusCode::SEE_OTHER && page.to().starts_with("/desk/sign-in");
        match route.who {
            For::Public => assert!(!to_sign_in, "{what}"),
            For::Roles(_) => assert!(to_sign_in, "{what}"),
            For::Submitter => {
                assert!(page.status != StatusCode::NOT_FOUND && page.to() != "/track", "{what}");
                assert!(!page.status.is_server_error(), "{what}");
            }
        }
    }
}

/// Routes that answer 404 even to whom they are for when sent nothing.
fn dead_end(route: &Route) -> bool {
    matches!(
        route.path,
        "/desk/role"
            | "/desk/led/{id}"
            | "/desk/led/{id}/window/{which}"
            | "/desk/led/{id}/{step}"
            | "/desk/import/mapping/{id}"
            | "/desk/mail/{id}"
            | "/desk/mail/{id}/raw"
            | "/desk/units/{id}/hand-on"
            | "/desk/people/{id}/second"
            | "/desk/channels/{id}/rotate"
            | "/desk/channels/{id}/revoke"
            | "/desk/rates/cases"
            | "/desk/rates/cases/export"
            | "/desk/rates/late"
            | "/desk/rates/publish"
            | "/desk/appraisal/cases"
            | "/desk/appraisal/contest"
            | "/desk/appraisal/contest/{id}"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn other_methods_do_nothing() {
    let (town, places) = scene().await;
    let before = town.load(&places.token).await.head().seq;
    let paths: BTreeSet<&str> = table().iter().map(|r| r.path).collect();
    for path in paths {
        let filled = filled(path, &places);
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"] {
            for login in ["clerk", "officer", "lead", "sysadmin", "secadmin", "nobody"] {
                let page = town.browser(login).ask(method, &filled, None, Body::empty()).await;
                assert!(page.status.is_client_error(), "{method} {filled} as {login}: {}", page.status);
            }
        }
        let head = town.browser("officer").ask("HEAD", &filled, None, Body::empty()).await;
        assert!(head.body.is_empty(), "HEAD {filled}");
    }
    assert_eq!(town.load(&places.token).await.head().seq, before);
}

/// A form sent from another site does nothing, whoever's browser it is.
#[tokio::test(flavor = "multi_thread")]
async fn forms_of_other_sites_are_refused() {
    let (town, places) = scene().await;
    let before = town.load(&places.token).await.head().seq;
    let path = format!("/desk/case/{}/note", places.token);
    let request = axum::http::Request::post(&path)
        .header("host", "localhost")
        .header("origin", "https://evil.example")
        .header("sec-fetch-site", "cross-site")
        .header("cookie", format!("fx-session={}", town.browser("officer").cookies["fx-session"]))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from("note=x"))
        .unwrap();
    let response = tower::ServiceExt::oneshot(town.service.clone(), request).await.unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(town.load(&places.token).await.head().seq, before);
}
