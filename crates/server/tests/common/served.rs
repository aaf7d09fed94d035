//! A county served by the built binary, and people who submit to it and keep what it promised.

use fangxin::app::{App, Place};
use fangxin::bench::client;
use fangxin::clock::Clock;
use fangxin::usecase::setup::{self, NewLocality};
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use store::engine::Target;

/// The form takes 60 submissions from one network address.
const PER_ADDRESS: u64 = 25;

/// A server in a process of its own.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

/// The arguments that name a place.
pub fn store_args(place: &Place) -> Vec<String> {
    let dir = place.dir.to_str().unwrap().to_owned();
    match &place.target {
        Target::Data(_) => vec!["--data".into(), dir],
        Target::Url(url) => vec!["--database".into(), url.clone(), "--keys".into(), dir],
    }
}

impl Server {
    /// Serves what lies at a place.
    pub fn start(place: &Place) -> Self {
        Self::under(&[], place)
    }

    /// The same under another program, such as `prlimit`, named with its arguments.
    pub fn under(program: &[&str], place: &Place) -> Self {
        let binary = std::env::var("FANGXIN_RELEASE_BIN").unwrap_or_else(|_| env!("CARGO_BIN_EXE_fangxin").into());
        let words = [program, &[binary.as_str()]].concat();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).args(["serve", "--listen", "127.0.0.1:0"]).args(store_args(place)).env("FANGXIN_LOG", "error");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let listening = lines.map_while(Result::ok).find_map(|l| l.strip_prefix("listening on http://").map(str::to_owned));
        let address = listening.expect("the server starts on what the last one left").parse().unwrap();
        Self { child, address }
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(mut self) {
        assert!(Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }

    /// Ends it as a power cut would.
    pub fn kill9(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Opens a county at a place.
pub async fn county(place: &Place) {
    let app = App::open(place, Clock::System).await.unwrap();
    let new = NewLocality { code: "990101".into(), name: "测试县".into(), pack_id: "demo-qinghe".into(), ..NewLocality::default() };
    setup::open_locality(&app, &new).await.unwrap();
    app.db().close().await;
}

/// Sends submission number `n`.
pub async fn send(address: SocketAddr, n: u64) -> std::io::Result<client::Reply> {
    let nonce = format!("crash{n:011}");
    let narrative = format!("第{n}件：购买的电饭煲第二天就不能加热，商家不肯退货。").repeat(8);
    let phone = format!("139{n:08}");
    let form: [(&str, &str); 9] = [
        ("nonce", &nonce),
        ("narrative", &narrative),
        ("respondent_name", "城东电器商店"),
        ("respondent_address", "文昌路8号"),
        ("ask", "refund"),
        ("name", "王测试"),
        ("phone", &phone),
        ("address", "滨河路9号"),
        ("go", "send"),
    ];
    let host = n / PER_ADDRESS;
    let from = Ipv4Addr::new(127, 1, u8::try_from(host / 250).unwrap(), u8::try_from(host % 250 + 1).unwrap());
    client::post(address, from, "/file/contact", &form).await
}

/// The receipt number and code in an acknowledgement.
pub fn receipt_in(reply: &client::Reply) -> String {
    let cookies = reply.head.lines().filter_map(|l| l.split_once(':')).filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    let receipt = cookies.filter_map(|(_, v)| v.trim().strip_prefix("fx-track=")).next().expect("an acknowledgement has a receipt");
    receipt.split(';').next().unwrap_or_default().to_owned()
}

/// Sends submission number `n` and gives its receipt number and code: the acknowledgement. `None` where nobody can know.
pub async fn submit(address: SocketAddr, n: u64) -> Option<String> {
    let reply = send(address, n).await.ok()?;
    assert_eq!(reply.status, 303, "submission {n}: {}", reply.text());
    Some(receipt_in(&reply))
}

/// Checks the record and gives the number of submissions, each of which has one case.
pub async fn whole(app: &App) -> u64 {
    let report = store::verify::run(app.db(), app.keyring(), Some(app.files()), &mut |_| {}).await.unwrap();
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
    assert_eq!(report.counts.cases, report.counts.submissions);
    report.counts.submissions
}
