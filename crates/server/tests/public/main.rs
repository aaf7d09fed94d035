//! The public pages through the real router, on a store of their own: filing, receipt, tracking, lost numbers, setup, and bad input.

mod bad_input;
mod business;
mod care;
mod details;
mod filing;
mod front;
mod no_store;
mod photos;
mod polyglot;
#[path = "../support/mod.rs"]
mod support;
mod tracking;

use support::{Browser, Page};

/// A simple complaint as typed on both screens.
pub const COMPLAINT: [(&str, &str); 10] = [
    ("nonce", "0123456789abcdef0123456789abcdef"),
    ("narrative", "10月8日办了3800元年卡，11月15日去发现已经关门，要求退还剩余费用。"),
    ("respondent_name", "力量健身（文昌店）"),
    ("respondent_address", "清和县文昌路9号"),
    ("ask", "refund"),
    ("amount", "3800"),
    ("name", "陈晓"),
    ("phone", "13800006021"),
    ("address", "清和县城关街道1号"),
    ("publish", "1"),
];

/// The same with some fields changed; an empty value takes a field out, a name that is not there is added.
pub fn with(base: &[(&'static str, &'static str)], changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let mut out: Vec<_> = base.iter().filter(|(n, _)| !changes.iter().any(|(c, _)| c == n)).copied().collect();
    out.extend(changes.iter().filter(|(_, v)| !v.is_empty()));
    out
}

/// Files what was typed and loads the receipt.
pub async fn file(browser: &mut Browser, fields: &[(&str, &str)]) -> Page {
    let sent = browser.post("/file/contact", fields).await;
    assert_eq!((sent.status.as_u16(), sent.to()), (303, "/receipt"), "{}", sent.text());
    let receipt = browser.get("/receipt").await;
    receipt.shows(200, &["收到了", "/track?n="]);
    receipt
}

/// Receipt number and tracking code of the last filing.
pub fn pair(browser: &Browser) -> (String, String) {
    let (number, code) = browser.cookies["fx-track"].split_once('.').unwrap();
    (number.to_owned(), code.to_owned())
}
