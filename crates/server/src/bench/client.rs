//! The least of an HTTP client: one request per connection, for measuring and testing the server from outside its process.

use crate::web::http::encode;
use std::io::{Error, ErrorKind, Result};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Status code.
    pub status: u16,
    /// Header lines, as sent.
    pub head: String,
    /// Body.
    pub body: Vec<u8>,
}

impl Reply {
    /// The first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().filter_map(|l| l.split_once(':')).find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.trim())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

/// Asks for a page.
///
/// # Errors
/// A connection that fails or ends early.
pub async fn get(address: SocketAddr, path: &str, cookie: &str) -> Result<Reply> {
    ask(address, None, &format!("GET {path} HTTP/1.1\r\nCookie: {cookie}\r\n"), &[]).await
}

/// Sends a form from one of this machine's addresses (all of 127.0.0.0/8 are), as a browser on a page of the server would.
///
/// # Errors
/// As [`get`]: then nobody knows whether the form was taken.
pub async fn post(address: SocketAddr, from: Ipv4Addr, path: &str, form: &[(&str, &str)]) -> Result<Reply> {
    let pairs: Vec<String> = form.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect();
    let body = pairs.join("&");
    let head = format!(
        "POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\
         Origin: http://{address}\r\nSec-Fetch-Site: same-origin\r\n",
        body.len()
    );
    ask(address, Some(from), &head, body.as_bytes()).await
}

/// Sends a body of a kind, signed in.
///
/// # Errors
/// As [`post`].
pub async fn put(address: SocketAddr, path: &str, cookie: &str, kind: &str, body: &[u8]) -> Result<Reply> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCookie: {cookie}\r\n\
         Origin: http://{address}\r\nSec-Fetch-Site: same-origin\r\n",
        body.len()
    );
    ask(address, None, &head, body).await
}

async fn ask(address: SocketAddr, from: Option<Ipv4Addr>, head: &str, body: &[u8]) -> Result<Reply> {
    let socket = TcpSocket::new_v4()?;
    if let Some(from) = from {
        socket.bind((from, 0).into())?;
    }
    let mut stream = socket.connect(address).await?;
    stream.set_nodelay(true)?;
    let mut request = format!("{head}Host: {address}\r\nConnection: close\r\n\r\n").into_bytes();
    request.extend(body);
    stream.write_all(&request).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let early = || Error::from(ErrorKind::UnexpectedEof);
    let at = answer.windows(4).position(|w| w == b"\r\n\r\n").ok_or_else(early)?;
    let head = String::from_utf8_lossy(&answer[..at]).into_owned();
    let body = answer.split_off(at + 4);
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or_else(early)?;
    let reply = Reply { status, head, body };
    // A server that died while answering must not look as if it had answered.
    match reply.header("content-length").and_then(|n| n.parse::<usize>().ok()) {
        Some(n) if reply.body.len() == n => Ok(reply),
        None if reply.status == 304 || reply.header("transfer-encoding").is_some() => Ok(reply),
        _ => Err(early()),
    }
}
