//! Accounts through the router: the second step at sign-in, sessions, closing, keys of channels with the API they open, health.

use crate::town::{Browser, PASSWORD, Page, Town};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use fangxin::usecase::people::{self, NewPerson};
use fangxin::usecase::totp;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use store::scope::{Reason, Scope};
use tower::ServiceExt as _;

fn shows(page: &Page, texts: &[&str]) {
    let text = page.text();
    for wanted in texts {
        assert!(text.contains(wanted), "{wanted} is not on the page ({}):\n{text}", page.status);
    }
}

fn code_now(town: &Town, secret: &str) -> String {
    totp::code(&totp::read(secret).unwrap(), totp::step(town.app.clock().now()))
}

fn person(town: &Town, login: &str) -> String {
    town.app.world(town.locality).unwrap().directory.people.values().find(|p| p.login == login).unwrap().id.to_string()
}

/// Names of the registry's events, in order.
async fn registry(town: &Town) -> Vec<String> {
    let world = town.app.world(town.locality).unwrap();
    let mut db = town.app.db().read().await.unwrap();
    let all = store::chain::stream(&mut db, town.locality, world.directory.registry).await.unwrap();
    all.into_iter().map(|r| r.name).collect()
}

/// Sets the second step up for whoever uses the browser; the secret and the recovery codes.
async fn set_up(town: &Town, b: &mut Browser) -> (String, Vec<String>) {
    let page = b.get("/desk/account/second").await;
    let secret = page.value("secret");
    assert_eq!(secret.len(), 32, "{}", page.text());
    let done = b.post("/desk/account/second", &[("secret", &secret), ("password", PASSWORD), ("otp", &code_now(town, &secret))]).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    let text = done.text();
    let list = text.split("id=\"codes\">").nth(1).unwrap().split("</ol>").next().unwrap();
    let codes = list.split("<li>").skip(1).map(|c| c.split('<').next().unwrap().to_owned()).collect();
    (secret, codes)
}

async fn sign_in(town: &Town, login: &str) -> (Browser, Page) {
    let mut b = town.browser("nobody");
    let page = b.post("/desk/sign-in?next=/desk/mine", &[("login", login), ("password", PASSWORD), ("next", "/desk/mine")]).await;
    (b, page)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_step_is_set_up_asked_for_and_used_once() {
    let town = Town::new().await;
    let mut officer = town.browser("officer");
    let elsewhere = officer.clone();
    let (mut other, _) = sign_in(&town, "officer").await;
    let page = officer.get("/desk/account/second").await;
    shows(&page, &["<svg viewBox", "一、用验证器扫码"]);
    let secret = page.value("secret");
    // Wrong in both: said at both fields, and the same secret is shown again.
    let wrong = officer.post("/desk/account/second", &[("secret", &secret), ("password", "nonsense"), ("otp", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&wrong, &["密码：不对", &secret]);
    let (secret, codes) = set_up(&town, &mut officer).await;
    assert_eq!(codes.len(), 10);
    shows(&officer.get("/desk/account").await, &["还有 10 个恢复码"]);
    assert!(other.get("/desk/mine").await.to().starts_with("/desk/sign-in"), "what was signed in without it is signed out");
    drop(elsewhere);

    // The password alone opens nothing.
    let (mut b, page) = sign_in(&town, "officer").await;
    shows(&page, &["输入验证码", "/desk/mine"]);
    assert!(b.get("/desk/mine").await.to().starts_with("/desk/sign-in"));
    shows(&b.get("/desk/sign-in").await, &["输入验证码"]);
    // The step was used to set it up: it is not good a second time.
    let used = b.post("/desk/sign-in/second", &[("next", "/desk/mine"), ("otp", &code_now(&town, &secret))]).await;
    assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&used, &["已经用过"]);
    town.pass(1);
    let code = code_now(&town, &secret);
    let done = b.post("/desk/sign-in/second", &[("next", "/desk/mine"), ("otp", &code)]).await;
    assert_eq!(done.to(), "/desk/mine");
    assert_eq!(b.get("/desk/mine").await.status, StatusCode::OK);
    // Another sign-in with the same code, as somebody who looked over the shoulder would.
    let (mut thief, _) = sign_in(&town, "officer").await;
    assert_eq!(thief.post("/desk/sign-in/second", &[("otp", &code)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // A recovery code works once, in any writing.
    let typed = codes[3].to_lowercase().replace('-', " ");
    let done = thief.post("/desk/sign-in/second", &[("next", "/desk/mine"), ("otp", &typed)]).await;
    assert_eq!(done.to(), "/desk/mine", "{}", done.text());
    let (mut again, _) = sign_in(&town, "officer").await;
    assert_eq!(again.post("/desk/sign-in/second", &[("otp", &codes[3])]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&b.get("/desk/account").await, &["还有 9 个恢复码"]);
    // Guessing ends.
    let mut last = StatusCode::OK;
    for n in 0..12 {
        last = again.post("/desk/sign-in/second", &[("otp", &format!("{n:06}"))]).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    town.pass(16);

    // Given up by password and code; wrong ones are told at their fields.
    let wrong = b.post("/desk/account/second/remove", &[("password", PASSWORD), ("last_otp", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&wrong, &["id=\"f-last_otp-e\""]);
    let gone = b.post("/desk/account/second/remove", &[("password", PASSWORD), ("last_otp", &code_now(&town, &secret))]).await;
    assert_eq!(gone.to(), "/desk/account", "{}", gone.text());
    let (_, page) = sign_in(&town, "officer").await;
    assert_eq!(page.to(), "/desk/mine");
    let events = registry(&town).await;
    assert_eq!(events.iter().filter(|e| *e == "SecondStepSet").count(), 2, "set up, and a recovery code used");
    assert_eq!(events.iter().filter(|e| *e == "SecondStepGone").count(), 1);
    let whole = store::verify::run(town.app.db(), town.app.keyring(), None, &mut |_| {}).await.unwrap();
    assert!(whole.is_whole(), "{:?}", whole.findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_survives_both_steps_of_signing_in() {
    let town = Town::new().await;
    let mut officer = town.browser("officer");
    let (secret, _) = set_up(&town, &mut officer).await;
    town.pass(1);
    let mut b = town.browser("nobody");
    let form = [("login", "officer"), ("password", PASSWORD), ("next", "/desk/phrases"), ("held.text", "写了一半")];
    let page = b.post("/desk/sign-in", &form).await;
    shows(&page, &["输入验证码", "held.text", "写了一半"]);
    let wrong = b.post("/desk/sign-in/second", &[("otp", "1"), ("next", "/desk/phrases"), ("held.text", "写了一半")]).await;
    shows(&wrong, &["held.text", "写了一半"]);
    let code = code_now(&town, &secret);
    let back = b.post("/desk/sign-in/second", &[("otp", &code), ("next", "/desk/phrases"), ("held.text", "写了一半")]).await;
    shows(&back, &["已重新登录", "写了一半"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_may_ask_for_it_and_only_the_security_administrator_resets_it() {
    let town = Town::new().await;
    let (mut officer, mut security, mut system) = (town.browser("officer"), town.browser("secadmin"), town.browser("sysadmin"));
    assert_eq!(security.post("/desk/second", &[("role", "officer")]).await.to(), "/desk/second");
    shows(&security.get("/desk/second").await, &["要求两步验证的角色：", "应开未开"]);
    // Nothing else is to be had before it is set up.
    assert_eq!(officer.get("/desk/mine").await.to(), "/desk/account/second");
    assert_eq!(town.browser("lead").get("/desk/mine").await.status, StatusCode::OK);
    set_up(&town, &mut officer).await;
    assert_eq!(officer.get("/desk/mine").await.status, StatusCode::OK);
    let id = person(&town, "officer");
    let path = format!("/desk/people/{id}/second");
    assert_eq!(system.post(&path, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.browser("lead").post(&path, &[]).await.status, StatusCode::NOT_FOUND);
    shows(&security.get(&format!("/desk/people/{id}/sessions")).await, &["重置两步验证"]);
    assert_eq!(security.post(&path, &[]).await.status, StatusCode::SEE_OTHER);
    assert!(officer.get("/desk/account").await.to().starts_with("/desk/sign-in"), "every session ends with the reset");
    let (mut officer, page) = sign_in(&town, "officer").await;
    assert_eq!(page.to(), "/desk/mine", "the password alone, once more");
    assert_eq!(officer.get("/desk/mine").await.to(), "/desk/account/second", "and set up again at once");
    // Nobody resets their own.
    let mut own = town.browser("secadmin");
    set_up(&town, &mut own).await;
    let own_id = person(&town, "secadmin");
    assert_eq!(own.post(&format!("/desk/people/{own_id}/second"), &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_seen_and_ended() {
    let town = Town::new().await;
    let mut here = town.browser("officer");
    let (mut phone, _) = sign_in(&town, "officer").await;
    let (mut tablet, _) = sign_in(&town, "officer").await;
    shows(&here.get("/desk/account").await, &["退出其他所有设备"]);
    // A change of one's password ends the others, not this one.
    let new = "another long password";
    let changed = here.post("/desk/account/password", &[("old", PASSWORD), ("new", new), ("again", new)]).await;
    assert_eq!(changed.to(), "/desk/account", "{}", changed.text());
    assert!(phone.get("/desk/mine").await.to().starts_with("/desk/sign-in"));
    assert_eq!(here.get("/desk/mine").await.status, StatusCode::OK);
    let form = [("login", "officer"), ("password", new), ("next", "/desk/mine")];
    assert_eq!(tablet.post("/desk/sign-in", &form).await.to(), "/desk/mine");
    assert_eq!(here.post("/desk/account/sessions/end", &[]).await.to(), "/desk/account");
    assert!(tablet.get("/desk/mine").await.to().starts_with("/desk/sign-in"));
    // The security administrator sees devices and ends one or all.
    assert_eq!(phone.post("/desk/sign-in", &form).await.to(), "/desk/mine");
    let (path, mut security) = (format!("/desk/people/{}/sessions", person(&town, "officer")), town.browser("secadmin"));
    let page = security.get(&path).await;
    shows(&page, &["officer先生", "网络 192.0.2.*", "全部退出"]);
    assert!(!page.text().contains("192.0.2.1"), "a network, not an address");
    assert_eq!(security.post(&path, &[("session", "all")]).await.to(), path);
    for b in [&mut here, &mut phone] {
        assert!(b.get("/desk/mine").await.to().starts_with("/desk/sign-in"));
    }
    // A changed role ends them, and so does a closed account, which then cannot sign in.
    assert_eq!(phone.post("/desk/sign-in", &form).await.to(), "/desk/mine");
    let (id, office) = (person(&town, "officer"), town.office(0));
    let roles = [("held", format!("officer.{office}")), ("role", "lead".to_owned()), ("unit", office.to_string())];
    let roles: Vec<(&str, &str)> = roles.iter().map(|(k, v)| (*k, v.as_str())).collect();
    assert_eq!(security.post(&format!("/desk/people/{id}/roles"), &roles).await.status, StatusCode::SEE_OTHER);
    assert!(phone.get("/desk/mine").await.to().starts_with("/desk/sign-in"));
    assert_eq!(phone.post("/desk/sign-in", &form).await.to(), "/desk/mine");
    let (mut system, account) = (town.browser("sysadmin"), format!("/desk/people/{id}/account"));
    shows(&system.get(&account).await, &["停用账号"]);
    assert_eq!(system.post(&account, &[("active", "0")]).await.to(), "/desk/people");
    assert!(phone.get("/desk/mine").await.to().starts_with("/desk/sign-in"));
    assert_eq!(phone.post("/desk/sign-in", &form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(system.post(&account, &[("active", "1")]).await.to(), "/desk/people");
    assert_eq!(phone.post("/desk/sign-in", &form).await.to(), "/desk/mine");
    let own = format!("/desk/people/{}/account", person(&town, "sysadmin"));
    assert_eq!(system.post(&own, &[("active", "0")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_cases_hands_them_over_before_their_account_closes() {
    let town = Town::new().await;
    town.opened(rules::law::Kind::Complaint).await;
    let account = format!("/desk/people/{}/account", person(&town, "officer"));
    let refused = town.browser("sysadmin").post(&account, &[("active", "0")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&refused, &["请负责人先交接"]);
    assert_eq!(town.browser("officer").get("/desk/mine").await.status, StatusCode::OK);
}

struct Answer {
    status: StatusCode,
    kind: String,
    body: Value,
}

async fn hand_in(town: &Town, key: &str, number: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post("/api/v1/submissions")
        .header(header::HOST, "localhost")
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", number);
    let response = town.service.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let kind = parts.headers.get(header::CONTENT_TYPE).map_or("", |v| v.to_str().unwrap()).to_owned();
    let bytes = body.collect().await.unwrap().to_bytes();
    Answer { status: parts.status, kind, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
}

/// The example of the documentation: what is sent, as it stands there.
fn example() -> String {
    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/API.md")).unwrap();
    docs.split("```json\n").nth(1).unwrap().split("```").next().unwrap().to_owned()
}

async fn make_key(security: &mut Browser) -> String {
    let form = [("key_name", "12345热线"), ("key_channel", "hotline"), ("key_series", "hotline-12345")];
    let page = security.post("/desk/channels", &form).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    page.text().split("id=\"once\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_system_hands_submissions_in_with_its_key() {
    let town = Town::new().await;
    let mut security = town.browser("secadmin");
    shows(&security.get("/desk/channels").await, &["还没有密钥"]);
    let bad = security.post("/desk/channels", &[("key_name", "热线"), ("key_series", "Bad Series")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&bad, &["只用小写字母、数字和短横线", "value=\"Bad Series\""]);
    let key = make_key(&mut security).await;
    let list = security.get("/desk/channels").await;
    shows(&list, &["12345热线", "没有用过"]);
    assert!(!list.text().contains(&key), "shown once");
    assert_eq!(town.browser("sysadmin").get("/desk/channels").await.status, StatusCode::NOT_FOUND);

    let first = hand_in(&town, &key, "SQ20260601-0007", example()).await;
    assert_eq!((first.status, &first.body["status"]), (StatusCode::CREATED, &json!("accepted")), "{}", first.body);
    let again = hand_in(&town, &key, "SQ20260601-0007", example()).await;
    assert_eq!((again.status, &again.body["status"]), (StatusCode::OK, &json!("known")));
    assert_eq!(again.body["receipt"], first.body["receipt"]);
    let other = hand_in(&town, &key, "SQ20260601-0007", example().replace("299.00", "289.00")).await;
    assert_eq!((other.status, &other.body["code"]), (StatusCode::CONFLICT, &json!("changed")), "{}", other.body);
    shows(&security.get("/desk/channels").await, &["06-01 09:00"]);
    // It went the way of every submission: the intake has it, under the channel of the key.
    let queue = town.browser("clerk").get("/desk/queue").await;
    shows(&queue, &["12345 热线"]);

    for (body, status, code) in [
        ("nonsense".to_owned(), 400, "not_json"),
        ("[]".to_owned(), 400, "not_json"),
        (json!({ "ask": ["refund"] }).to_string(), 422, "invalid"),
        (example().replace("refund", "revenge"), 422, "invalid"),
        (json!({ "admin": true }).to_string(), 422, "invalid"),
        (json!({ "narrative": { "x": 1 } }).to_string(), 422, "invalid"),
        ("x".repeat(4_000_000), 413, "too_large"),
    ] {
        let answer = hand_in(&town, &key, "SQ-1", body).await;
        assert_eq!((answer.status.as_u16(), answer.body["code"].as_str()), (status, Some(code)), "{}", answer.body);
        assert_eq!(answer.kind, "application/problem+json");
    }
    let faults = hand_in(&town, &key, "", json!({ "ask": ["refund"], "received_at": "2027-01-01T00:00" }).to_string()).await;
    let all = faults.body["faults"].as_array().unwrap();
    for (field, code) in [("narrative", "required"), ("received_at", "date_future"), ("idempotency_key", "number_shape")] {
        assert!(all.contains(&json!({ "field": field, "code": code })), "{field}: {all:?}");
    }
    // A key opens nothing else, and no key opens nothing.
    for wrong in ["", "fxk_00", &key[..key.len() - 1], PASSWORD] {
        let answer = hand_in(&town, wrong, "SQ-2", example()).await;
        assert_eq!((answer.status, &answer.body["code"]), (StatusCode::UNAUTHORIZED, &json!("key")));
    }
    let request = Request::get("/desk/queue").header(header::HOST, "localhost").header(header::AUTHORIZATION, format!("Bearer {key}"));
    let response = town.service.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let whole = store::verify::run(town.app.db(), town.app.keyring(), None, &mut |_| {}).await.unwrap();
    assert!(whole.is_whole(), "{:?}", whole.findings);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_replaced_with_an_overlap_revoked_at_once_and_throttled() {
    let town = Town::new().await;
    let mut security = town.browser("secadmin");
    let old = make_key(&mut security).await;
    let id = |text: &str, what: &str| {
        let path = text.split("/desk/channels/").find(|p| p.split('"').next().unwrap().ends_with(what)).unwrap();
        path.split('/').next().unwrap().to_owned()
    };
    let first = id(&security.get("/desk/channels").await.text(), "/rotate");
    let page = security.post(&format!("/desk/channels/{first}/rotate"), &[]).await;
    let new = page.text().split("id=\"once\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert_ne!(old, new);
    let sent = hand_in(&town, &old, "A-1", example()).await;
    assert_eq!(sent.status, StatusCode::CREATED);
    let same = hand_in(&town, &new, "A-1", example()).await;
    assert_eq!((same.status, &same.body["receipt"]), (StatusCode::OK, &sent.body["receipt"]), "numbers stay in their series");
    assert_eq!(security.post(&format!("/desk/channels/{first}/rotate"), &[]).await.status, StatusCode::NOT_FOUND);
    town.pass(7 * 24 * 60);
    assert_eq!(hand_in(&town, &old, "A-2", example()).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(hand_in(&town, &new, "A-2", example()).await.status, StatusCode::CREATED);
    let mut throttled = None;
    for n in 0..70 {
        let answer = hand_in(&town, &new, &format!("B-{n}"), "{}").await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            throttled = Some(answer.body["code"].clone());
            break;
        }
    }
    assert_eq!(throttled, Some(json!("throttled")));
    town.pass(2);
    // Signing in ended with the week; the same security administrator signs in again.
    let (mut security, _) = sign_in(&town, "secadmin").await;
    let second = id(&security.get("/desk/channels").await.text(), "/rotate");
    assert_eq!(security.post(&format!("/desk/channels/{second}/revoke"), &[]).await.to(), "/desk/channels");
    assert_eq!(hand_in(&town, &new, "A-3", example()).await.status, StatusCode::UNAUTHORIZED);
    let events = registry(&town).await;
    assert!(events.iter().any(|e| e == "ArrangementEnded") && events.iter().filter(|e| *e == "Arranged").count() == 3, "{events:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_is_told_to_the_system_administrator_alone() {
    let town = Town::new().await;
    let mut system = town.browser("sysadmin");
    shows(&system.get("/desk/health").await, &["SQLite", "磁盘剩余", "没有记录", "fangxin verify"]);
    fangxin::usecase::sweep::round(&town.app).await.unwrap();
    let told: Value = serde_json::from_slice(&system.get("/desk/health.json").await.body).unwrap();
    let of = |code: &str| told["checks"].as_array().unwrap().iter().find(|c| c["check"] == code).unwrap().clone();
    assert_eq!((&of("sweep")["state"], &of("sweep")["found"]), (&json!("good"), &json!("2026-06-01T09:00:00")));
    assert_eq!(of("log")["found"], json!({ "under": 1_000 }), "told in orders of size");
    assert_eq!(of("verify")["state"], json!("soon"));
    assert_eq!(of("calendar")["found"]["year"], json!(2026));
    town.pass(20);
    let told: Value = serde_json::from_slice(&system.get("/desk/health.json").await.body).unwrap();
    assert_eq!(told["state"], json!("bad"), "the platform's own work has stopped: {told}");
    for login in ["clerk", "officer", "secadmin", "audit"] {
        assert_eq!(town.browser(login).get("/desk/health.json").await.status, StatusCode::NOT_FOUND, "{login}");
    }
    let alive = town.browser("nobody").get("/healthz").await;
    assert_eq!((alive.status, alive.text().as_str()), (StatusCode::OK, "ok\n"));
}

/// Friday 29 January 2027 is followed by a worked Saturday.
const NOTICE: &str = r#"
year = 2027
number = "国办发明电〔2026〕0号"
issued = 2026-11-25
off = [
  { from = 2027-01-01, through = 2027-01-03, name = "元旦" },
  { from = 2027-02-05, through = 2027-02-11, name = "春节" },
  { from = 2027-04-03, through = 2027-04-05, name = "清明节" },
  { from = 2027-05-01, through = 2027-05-05, name = "劳动节" },
  { date = 2027-06-09, name = "端午节" },
  { date = 2027-09-15, name = "中秋节" },
  { from = 2027-10-01, through = 2027-10-07, name = "国庆节" },
]
work = [2027-01-30, 2027-02-20, 2027-04-24, 2027-05-08, 2027-09-26, 2027-10-09]
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_sent_as_a_file_shown_with_the_days_it_moves_and_confirmed() {
    let town = Town::new().await;
    town.app.clock().move_to(crate::town::at("2027-01-27T09:00"));
    town.case(rules::law::Kind::Complaint).await;
    // Everybody's session is over by then.
    let (mut system, _) = sign_in(&town, "sysadmin").await;
    let none = system.upload("/desk/notices/file", &[], ("a.toml", b"")).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    shows(&none, &["UTF-8"]);
    let page = system.ask("POST", "/desk/notices/file", Some("multipart/form-data; boundary=b"), {
        let head = "--b\r\nContent-Disposition: form-data; name=\"notice\"; filename=\"2027.toml\"\r\n\r\n";
        Body::from(format!("{head}{NOTICE}\r\n--b--\r\n"))
    });
    let page = page.await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    // The seventh working day after the 27th was beyond the statutory holidays; with Saturday the 30th worked it is the day before them.
    shows(&page, &["相差天数", ">-5<", "加载并重新计算"]);
    let loaded = system.post("/desk/notices", &[("text", NOTICE), ("confirm", "1")]).await;
    assert_eq!(loaded.to(), "/desk/notices");
    assert!(registry(&town).await.iter().any(|e| e == "NoticeLoaded"));
    shows(&system.get("/desk/notices").await, &["国办发明电〔2026〕0号"]);
}

/// A bureau of any size: fifty people to a page, forwards and back, nobody twice and nobody left out.
#[tokio::test(flavor = "multi_thread")]
async fn people_stand_on_pages() {
    let town = Town::new().await;
    let scope = Scope::system(town.locality, Reason::Setup);
    for n in 0..45 {
        let new = NewPerson { login: format!("many{n:02}"), name: format!("李{n}"), password: PASSWORD.into(), roles: Vec::new() };
        people::create(&town.app, &scope, new).await.unwrap();
    }
    let mut system = town.browser("sysadmin");
    let (first, last) = (system.get("/desk/people").await, system.get("/desk/people?after=many40").await);
    let shown = |p: &crate::town::Page, login: &str| p.text().contains(&format!(">{login}<"));
    let next = first.text().split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let second = system.get(&next).await;
    let all: Vec<String> = town.app.world(town.locality).unwrap().directory.people.values().map(|p| p.login.clone()).collect();
    assert_eq!(all.len(), 55);
    assert_eq!(all.iter().filter(|l| shown(&first, l)).count(), 50);
    assert!(all.iter().all(|l| shown(&first, l) != shown(&second, l)), "each on one page");
    assert!(second.text().contains("rel=\"prev\""));
    assert!(!shown(&last, "many40") && shown(&last, "many41"));
    shows(&system.get("/desk/people?q=many44").await, &["many44"]);
}
