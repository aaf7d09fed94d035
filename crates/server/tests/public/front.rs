//! Behind a proxy that ends TLS: cookies, addresses shown, and whose network address a throttle counts.

use super::COMPLAINT;
use super::support::Town;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use fangxin::web::front::Front;
use fangxin::web::router::behind;
use http_body_util::BodyExt as _;
use rules::codes::ReceiptNumber;
use std::net::SocketAddr;
use tower::ServiceExt as _;

const PROXY: &str = "10.0.0.1";

fn service(town: &Town) -> Router {
    let front = Front { origin: Some("https://xf.example.gov.cn".parse().unwrap()), proxies: vec![PROXY.parse().unwrap()] };
    behind(town.app.clone(), front)
}

/// A request as a proxy forwards it, under a name of its own: `from` is what it says about the browser's address.
async fn ask(
    service: &Router,
    peer: &str,
    from: &str,
    path: &str,
    cookie: &str,
    form: Option<&[(&str, &str)]>,
) -> (StatusCode, HeaderMap, String) {
    let encode = fangxin::web::http::encode;
    let body = form.map(|f| f.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect::<Vec<_>>().join("&"));
    let mut request = Request::builder().uri(path).method(if body.is_some() { "POST" } else { "GET" });
    request = request.header(header::HOST, "127.0.0.1:8080").header("origin", "https://xf.example.gov.cn").header(header::COOKIE, cookie);
    request = request.header("x-forwarded-for", from).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let mut request = request.body(Body::from(body.unwrap_or_default())).unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 4711)));
    let (parts, body) = service.clone().oneshot(request).await.unwrap().into_parts();
    let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    (parts.status, parts.headers, text)
}

#[tokio::test]
async fn over_tls_cookies_are_locked_to_the_name_and_the_receipt_leads_to_it() {
    let town = Town::open().await;
    let service = service(&town);
    let (status, headers, text) = ask(&service, PROXY, "198.51.100.1", "/file/contact", "", Some(&COMPLAINT)).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{text}");
    assert_eq!(headers["strict-transport-security"], "max-age=31536000");
    let set: Vec<&str> = headers.get_all(header::SET_COOKIE).iter().map(|v| v.to_str().unwrap()).collect();
    assert!(
        set.len() >= 2 && set.iter().all(|c| c.starts_with("__Host-fx-") && c.ends_with("; Secure") && c.contains("; Path=/;")),
        "{set:?}"
    );
    let cookie = set.iter().map(|c| c.split(';').next().unwrap()).collect::<Vec<_>>().join("; ");
    let (status, _, text) = ask(&service, PROXY, "198.51.100.1", "/receipt", &cookie, None).await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.contains("https://xf.example.gov.cn/track?n="), "{text}");
    // A cookie that a neighbouring name could have set opens nothing.
    let (status, headers, _) = ask(&service, PROXY, "198.51.100.1", "/track/case", &cookie.replace("__Host-", ""), None).await;
    assert_eq!((status, headers[header::LOCATION].to_str().unwrap()), (StatusCode::SEE_OTHER, "/track"));
    assert_eq!(ask(&service, PROXY, "198.51.100.1", "/track/case", &cookie, None).await.0, StatusCode::OK);
}

#[tokio::test]
async fn without_an_origin_nothing_is_said_about_tls() {
    let town = Town::open().await;
    let page = town.browser().get("/prefs?large=1").await;
    assert!(!page.headers.contains_key("strict-transport-security"));
    assert!(page.headers[header::SET_COOKIE].to_str().unwrap().starts_with("large=1; Path=/; HttpOnly; SameSite=Lax"));
}

#[tokio::test]
async fn throttles_count_the_browsers_address_only_if_a_trusted_proxy_tells_it() {
    let town = Town::open().await;
    let service = service(&town);
    let guess = async |peer: &str, from: &str, n: u8| {
        let receipt = ReceiptNumber::from_random([n; 8]).to_string();
        ask(&service, peer, from, "/track", "", Some(&[("receipt", &receipt), ("secret", "00000-00000")])).await.0
    };
    for n in 0..60 {
        assert_eq!(guess(PROXY, "198.51.100.1", n).await, StatusCode::UNPROCESSABLE_ENTITY, "{n}");
    }
    assert_eq!(guess(PROXY, "198.51.100.1", 100).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        guess(PROXY, "192.0.2.66, 198.51.100.1", 101).await,
        StatusCode::TOO_MANY_REQUESTS,
        "what the browser says first is not believed"
    );
    assert_eq!(guess(PROXY, "198.51.100.2", 102).await, StatusCode::UNPROCESSABLE_ENTITY, "a neighbour behind the same proxy");
    // Whoever connects directly is whom they connect from, whatever they say.
    for n in 103..163 {
        assert_eq!(guess("203.0.113.9", &format!("198.51.100.{n}"), n).await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(guess("203.0.113.9", "198.51.100.250", 200).await, StatusCode::TOO_MANY_REQUESTS);
}
