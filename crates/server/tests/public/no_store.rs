//! No room and no database, as the pages show it: 503 with a clear sentence, what was typed on the page to be sent again, no receipt; and
//! as soon as there is room, or a database, the same form is taken.

use super::support::{Page, Town, png};
use super::{COMPLAINT, file, pair, with};
use fangxin::app::Place;
use std::net::SocketAddr;
use store::engine::Target;
use store::testing::{disk_full, on_postgres};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const SORRY: [&str; 3] = ["系统暂时不能办理", "没有收到您的提交，也没有生成回执", "您填写的内容都还在这一页"];

/// A form that could not be taken: its page says so and holds every word, to be sent to the same place.
fn kept(page: &Page, to: &str, typed: &[(&str, &str)]) {
    page.shows(503, &SORRY).shows(503, &[&format!("action=\"{to}\"")]);
    assert!(page.headers.contains_key("retry-after"));
    for (name, value) in typed {
        assert!(page.values(name).iter().any(|v| v == value), "{name} was lost");
    }
}

/// The fields a page asks to be sent again.
fn again(page: &Page, typed: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    typed.iter().map(|(name, _)| (*name, page.values(name).remove(0))).collect()
}

#[tokio::test]
async fn a_full_disk_is_said_and_nothing_typed_is_lost() {
    let mut town = Town::with_people().await;
    let office = town.unit(rules::pack::UnitKind::Office);
    let mut desk = town.browser();
    let session = town.person("second", rules::access::Role::Officer, office).await;
    desk.cookies.insert("fx-session".into(), session);
    let mut b = town.browser();
    file(&mut b, &COMPLAINT).await;
    let (number, _) = pair(&b);
    let (_, cases) = town.submission(&number).await;
    let token = cases[0].case.registration.token.clone();
    town.to_office(&token).await;
    disk_full(town.app.db(), true).await;

    // Pages there already have room for a few.
    let mut taken = town.cases().await;
    let mut refused = None;
    for n in 0..40 {
        let nonce: &'static str = format!("{n:032x}").leak();
        let typed = with(&COMPLAINT, &[("nonce", nonce)]);
        let mut other = town.browser();
        let page = other.post("/file/contact", &typed).await;
        if page.status.as_u16() != 303 {
            assert!(other.cookies.is_empty(), "no receipt");
            refused = Some((typed, page));
            break;
        }
        taken += 1;
    }
    let (typed, sorry) = refused.expect("the disk is full");
    kept(&sorry, "/file/contact", &typed);
    assert_eq!(town.cases().await, taken, "nothing half written");

    let note = format!("/desk/case/{token}/note");
    let long = "第二次电话无人接听。".repeat(400);
    let mut page = desk.post(&note, &[("note", &long)]).await;
    for _ in 0..40 {
        if page.status.as_u16() == 303 {
            page = desk.post(&note, &[("note", &long)]).await;
        }
    }
    kept(&page, &note, &[("note", &long)]);
    desk.get(&format!("/desk/case/{token}")).await.shows(200, &[COMPLAINT[2].1]);
    b.get("/track/case").await.shows(200, &[&number]);

    disk_full(town.app.db(), false).await;
    let fields = again(&sorry, &typed);
    let mut other = town.browser();
    file(&mut other, &fields.iter().map(|(n, v)| (*n, v.as_str())).collect::<Vec<_>>()).await;
    assert_eq!(town.cases().await, taken + 1, "with room it is taken, once");
    assert_eq!(desk.post(&note, &[("note", &long)]).await.status.as_u16(), 303);
}

/// Lets connections through to PostgreSQL for as long as it is held.
struct Way(JoinHandle<()>);

impl Way {
    async fn open(at: SocketAddr, to: String) -> (Self, SocketAddr) {
        let listener = TcpListener::bind(at).await.unwrap();
        let at = listener.local_addr().unwrap();
        let task = tokio::spawn(async move {
            let mut pairs = tokio::task::JoinSet::new();
            while let Ok((mut near, _)) = listener.accept().await {
                let mut far = TcpStream::connect(&to).await.unwrap();
                pairs.spawn(async move { tokio::io::copy_bidirectional(&mut near, &mut far).await });
            }
        });
        (Self(task), at)
    }

    /// Cuts every connection and lets no other in.
    async fn cut(self) {
        self.0.abort();
        let _ = self.0.await;
    }
}

#[test]
fn a_lost_database_is_said_and_nothing_typed_is_lost() {
    on_postgres(store::MIGRATIONS, async |db| {
        let Target::Url(url) = db.target() else { panic!("a test on PostgreSQL") };
        let host = url.split('@').nth(1).and_then(|rest| rest.split('/').next()).expect("user@host:port/name").to_owned();
        let (way, at) = Way::open(SocketAddr::from(([127, 0, 0, 1], 0)), host.clone()).await;
        let place = Place { target: Target::Url(url.replace(&host, &at.to_string())), dir: db.dir().to_owned() };
        let town = Town::with_people_at(&place).await;
        let mut b = town.browser();
        file(&mut b, &COMPLAINT).await;
        let (number, _) = pair(&b);

        way.cut().await;
        let typed = with(&COMPLAINT, &[("nonce", "ffffffffffffffffffffffffffffffff")]);
        let mut other = town.browser();
        let sorry = other.post("/file/contact", &typed).await;
        kept(&sorry, "/file/contact", &typed);
        assert!(other.cookies.is_empty(), "no receipt");
        b.get("/track/case").await.shows(503, &SORRY[..1]);
        let words: Vec<_> = typed.iter().filter(|(n, _)| !["name", "phone", "address", "publish"].contains(n)).copied().collect();
        let first = other.upload("/file", &words, &[("小票.png", png())]).await;
        first.shows(422, &["暂时收不下文件", COMPLAINT[1].1, COMPLAINT[2].1]);
        let secret = [("login", "officer"), ("password", super::support::PASSWORD)];
        other.post("/desk/sign-in", &secret).await.shows(503, &SORRY[..1]).hides(&[super::support::PASSWORD]);

        let (_way, _) = Way::open(at, host).await;
        b.get("/track/case").await.shows(200, &[&number]);
        let fields = again(&sorry, &typed);
        file(&mut other, &fields.iter().map(|(n, v)| (*n, v.as_str())).collect::<Vec<_>>()).await;
        assert_eq!(town.cases().await, 2);
    });
}
