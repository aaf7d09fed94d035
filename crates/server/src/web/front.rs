//! What stands before this server: the address people know it by, and the proxies that forward their requests. Nothing a request says about
//! where it comes from is believed unless it was sent by a proxy that was named.

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{COOKIE, HOST, SET_COOKIE, STRICT_TRANSPORT_SECURITY};
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::Response;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;

/// What a browser takes only over TLS, from this very host and for all of it (RFC 6265bis): no neighbour can set such a cookie.
const HOST_PREFIX: &str = "__Host-";
/// For a year browsers come back over TLS only.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Scheme, name and port by which people reach the service: `https://xf.example.gov.cn`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    text: String,
    secure: bool,
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "an origin is scheme and name, such as https://xf.example.gov.cn".to_owned();
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let (scheme, authority) = uri.scheme_str().zip(uri.authority()).ok_or_else(wrong)?;
        let bare = matches!(uri.path(), "" | "/") && uri.query().is_none() && !authority.as_str().contains('@');
        if !bare || !matches!(scheme, "http" | "https") {
            return Err(wrong());
        }
        Ok(Self { text: format!("{scheme}://{authority}"), secure: scheme == "https" })
    }
}

/// The address and the proxies in front of this server.
#[derive(Clone, Debug, Default)]
pub struct Front {
    /// How people reach it; none where they reach it directly.
    pub origin: Option<Origin>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub proxies: Vec<IpAddr>,
}

/// The network address a request came from, for throttles.
#[derive(Clone, Copy, Debug)]
pub struct Sender(pub IpAddr);

impl Front {
    fn is_secure(&self) -> bool {
        self.origin.as_ref().is_some_and(|o| o.secure)
    }

    /// Scheme, name and port as people type them, without a slash at the end.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_ref().map(|o| o.text.as_str())
    }

    /// The start of an address of this site: the origin that was named, else the host the browser asked for.
    #[must_use]
    pub fn base(&self, headers: &HeaderMap) -> String {
        let host = headers.get(HOST).and_then(|h| h.to_str().ok()).unwrap_or_default();
        let plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b':' | b'-' | b'[' | b']'));
        match self.origin() {
            Some(origin) => origin.to_owned(),
            None if host.is_empty() || !plain => String::new(),
            None => format!("http://{host}"),
        }
    }

    /// Whoever sent a request: the connection's other end, or — where that is a trusted proxy — the last hop before the trusted ones.
    fn sender(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut sender = peer.to_canonical();
        let hops = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(','));
        let hops: Vec<&str> = hops.collect();
        for hop in hops.into_iter().rev() {
            if !self.proxies.iter().any(|p| p.to_canonical() == sender) {
                break;
            }
            let Some(before) = address(hop) else { break };
            sender = before;
        }
        sender
    }
}

/// An address as a proxy writes it, with or without a port.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let found = hop.parse().or_else(|_| hop.parse::<SocketAddr>().map(|a| a.ip()));
    found.or_else(|_| hop.trim_matches(['[', ']']).parse()).ok().map(|a: IpAddr| a.to_canonical())
}

/// Layer: notes who sent a request; over TLS, cookies that no neighbour can set or read, and no way back to plain HTTP.
pub async fn front(State(front): State<Arc<Front>>, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        let sender = Sender(front.sender(peer.ip(), request.headers()));
        request.extensions_mut().insert(sender);
    }
    request.extensions_mut().insert(Arc::clone(&front));
    if !front.is_secure() {
        return next.run(request).await;
    }
    own_cookies(request.headers_mut());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let cookies: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().filter_map(locked).collect();
    headers.remove(SET_COOKIE);
    for cookie in cookies {
        headers.append(SET_COOKIE, cookie);
    }
    headers.insert(STRICT_TRANSPORT_SECURITY, HSTS);
    response
}

/// Leaves only our own cookies of a request, under the names the pages know.
fn own_cookies(headers: &mut HeaderMap) {
    let all = headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';'));
    let own = all.filter_map(|c| c.trim().strip_prefix(HOST_PREFIX)).collect::<Vec<_>>().join("; ");
    headers.remove(COOKIE);
    if let Ok(own) = HeaderValue::from_str(&own) {
        headers.insert(COOKIE, own);
    }
}

/// A cookie as a browser takes it over TLS only.
fn locked(cookie: &HeaderValue) -> Option<HeaderValue> {
    let cookie = cookie.to_str().ok()?;
    HeaderValue::from_str(&format!("{HOST_PREFIX}{cookie}; Secure")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_origin_is_scheme_and_name_only() {
        let origin = |s: &str| s.parse::<Origin>().map(|o| (o.text, o.secure));
        assert_eq!(origin("https://xf.example.gov.cn"), Ok(("https://xf.example.gov.cn".into(), true)));
        assert_eq!(origin("https://xf.example.gov.cn:8443/"), Ok(("https://xf.example.gov.cn:8443".into(), true)));
        assert_eq!(origin("http://10.0.0.5:8080"), Ok(("http://10.0.0.5:8080".into(), false)));
        for bad in ["xf.example.gov.cn", "https://", "https://a/b", "https://a?b", "https://u@a", "ftp://a", "", "https://a b"] {
            assert!(origin(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_sender_is_the_last_hop_that_no_trusted_proxy_could_forge() {
        let front = Front { origin: None, proxies: vec![ip("10.0.0.1"), ip("10.0.0.2")] };
        let sender = |peer: &str, said: &[&str]| {
            let mut headers = HeaderMap::new();
            for s in said {
                headers.append("x-forwarded-for", s.parse().unwrap());
            }
            front.sender(ip(peer), &headers).to_string()
        };
        // Nobody is believed who was not named.
        assert_eq!(sender("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(sender("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(sender("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        // What a person wrote before the proxies did is not looked at.
        assert_eq!(sender("10.0.0.1", &["192.0.2.66, 198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(sender("10.0.0.1", &["192.0.2.66", "198.51.100.1,10.0.0.2"]), "198.51.100.1");
        assert_eq!(sender("10.0.0.1", &["198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(sender("10.0.0.1", &["[2001:db8::7]:4711"]), "2001:db8::7");
        assert_eq!(sender("10.0.0.1", &["[2001:db8::7]"]), "2001:db8::7");
        // Nothing readable: the proxy itself.
        assert_eq!(sender("10.0.0.1", &["unknown"]), "10.0.0.1");
        assert_eq!(sender("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(sender("10.0.0.1", &["10.0.0.2"]), "10.0.0.2");
    }
}
