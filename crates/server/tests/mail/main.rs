//! Mail against a real server: notices go out, mails come in, once each; loops and floods end.

mod post;
#[expect(dead_code, reason = "what every test of pages shares; each uses a part of it")]
#[path = "../support/mod.rs"]
mod support;

use fangxin::app::Place;
use fangxin::usecase::act;
use fangxin::usecase::mail::config::Config;
use fangxin::usecase::mail::send::{self, Mailer, Round};
use fangxin::usecase::mail::{imap, spool};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart, header::ContentType};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use post::Post;
use rules::access::Role;
use rules::case::command::Action;
use rules::case::event::Event;
use rules::law::Kind;
use rules::pack::UnitKind;
use store::both_engines;
use store::cases::{self, Loaded};
use store::mail_in;
use store::outbox;
use store::queue::{self, Filter};
use store::scope::{Reason, Scope};
use store::testing::TestDb;
use support::{Town, png};

/// The town, its post, and how it is reached.
struct Scene {
    town: Town,
    post: Post,
    config: Config,
}

const US: &str = "tousu@qinghe.example";
const CHEN: &str = "chen@home.example";

impl Scene {
    async fn open(db: &TestDb) -> Self {
        Self::over(Town::with_people_at(&Place { target: db.target().clone(), dir: db.dir().to_owned() }).await)
    }

    fn over(town: Town) -> Self {
        let post = Post::start();
        let config = config(&post, town.dir(), false);
        Self { town, post, config }
    }

    fn mailer(&self) -> Mailer {
        Mailer::new(&self.config, "https://xf.example").unwrap()
    }

    async fn send(&self) -> Round {
        send::round(&self.town.app, &self.mailer()).await.unwrap()
    }

    async fn fetch(&self) -> usize {
        let imap = self.config.intake.as_ref().unwrap().imap.as_ref().unwrap();
        imap::round(&self.town.app, &self.config, imap).await.unwrap()
    }

    async fn post(&self, message: Message) {
        let to = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1").port(self.post.smtp).build::<Tokio1Executor>();
        to.send(message).await.unwrap();
    }

    fn scope(&self) -> Scope {
        Scope::system(self.town.locality, Reason::Verify)
    }

    async fn cases(&self) -> Vec<Loaded> {
        let mut db = self.town.app.db().read().await.unwrap();
        let mut out = Vec::new();
        for line in queue::page(&mut db, &self.scope(), &Filter { either: true, ..Filter::default() }, None, 600).await.unwrap() {
            out.extend(cases::load(&mut db, &self.scope(), line.id).await.unwrap());
        }
        out
    }

    async fn mails(&self, state: &str) -> Vec<mail_in::MailIn> {
        let mut db = self.town.app.db().read().await.unwrap();
        mail_in::list(&mut db, &self.scope(), state, None, 1_000).await.unwrap()
    }

    async fn notices(&self, state: &str) -> Vec<outbox::Notice> {
        let mut db = self.town.app.db().read().await.unwrap();
        outbox::list(&mut db, &self.scope(), state, None, 1_000).await.unwrap()
    }

    async fn whole(&self) {
        let app = &self.town.app;
        let found = store::verify::run(app.db(), app.keyring(), Some(app.files()), &mut |_| {}).await.unwrap();
        assert!(found.is_whole(), "{:?}", found.findings);
    }
}

fn config(post: &Post, dir: &std::path::Path, tls: bool) -> Config {
    let password = dir.join("password");
    std::fs::write(&password, post::PASSWORD).unwrap();
    let (port, tls) = if tls { (post.imaps, "tls") } else { (post.imap, "none") };
    Config::parse(&format!(
        "[mail]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\nfrom = \"放心 <{US}>\"\n[mail.intake]\nspool = \"{}\"\n\
         [mail.intake.imap]\nhost = \"localhost\"\nport = {port}\ntls = \"{tls}\"\nca = \"{}\"\nuser = \"tousu\"\npassword_file = \"{}\"\n",
        post.smtp,
        dir.join("spool").display(),
        post.ca().display(),
        password.display(),
    ))
    .unwrap()
}

fn letter(from: &str, subject: &str) -> lettre::message::MessageBuilder {
    let from: Mailbox = format!("陈晓 <{from}>").parse().unwrap();
    Message::builder().from(from).to(US.parse().unwrap()).subject(subject).message_id(None)
}

fn plain(from: &str, subject: &str, text: &str) -> Message {
    letter(from, subject).header(ContentType::TEXT_PLAIN).body(text.to_owned()).unwrap()
}

fn with_files(from: &str, subject: &str, files: usize) -> Message {
    let mut parts = MultiPart::mixed().singlepart(SinglePart::plain("投诉：健身卡退不了，要求退款。".to_owned()));
    for n in 0..files {
        parts = parts.singlepart(Attachment::new(format!("照片{n}.png")).body(png(), ContentType::parse("image/png").unwrap()));
    }
    letter(from, subject).multipart(parts).unwrap()
}

/// A header of a mail as it arrived.
fn header(raw: &[u8], name: &str) -> String {
    let text = String::from_utf8_lossy(raw);
    let head = text.split("\r\n\r\n").next().unwrap().replace("\r\n ", " ");
    let line = head.lines().find(|l| l.to_ascii_lowercase().starts_with(&format!("{}:", name.to_ascii_lowercase())));
    line.and_then(|l| l.split_once(':')).map(|(_, v)| v.trim().to_owned()).unwrap_or_default()
}

fn read(raw: &[u8]) -> fangxin::usecase::mail::parse::Mail {
    fangxin::usecase::mail::parse(raw)
}

/// What somebody answers to a mail they got.
fn answer(raw: &[u8], from: &str, text: &str) -> Message {
    let id = header(raw, "Message-ID");
    letter(from, "Re: 来件").in_reply_to(id.clone()).references(id).header(ContentType::TEXT_PLAIN).body(text.to_owned()).unwrap()
}

both_engines! {

async fn a_mail_with_two_pictures_becomes_a_submission_once_and_is_answered_with_its_code(db: TestDb) {
    let s = Scene::open(&db).await;
    s.post(with_files(CHEN, "健身卡", 2)).await;
    assert_eq!(s.fetch().await, 1);
    let [case] = s.cases().await.try_into().unwrap();
    let r = &case.case.registration;
    assert_eq!((case.case.kind, r.channel.as_str(), r.files.len(), r.anonymous), (Kind::Complaint, "email", 2, false));
    // The mail was moved; what is put back is known again.
    assert_eq!((s.post.count("tousu", ""), s.post.count("tousu", ".Fangxin")), (0, 1));
    assert_eq!(s.fetch().await, 0);
    let row = &s.mails("taken").await[0];
    assert_eq!((row.files, row.refused, row.submission), (2, 0, Some(r.submission)));
    assert_eq!(s.send().await, Round { sent: 1, failed: 0, later: 0 });
    let got = s.post.take("chen");
    let mail = read(&got[0]);
    assert!(mail.subject.contains(&r.number) && mail.text.contains("查询码："), "{}", mail.text);
    assert!(!mail.text.contains("健身") && !mail.text.contains("陈晓"), "no word of it, no name: {}", mail.text);
    assert_eq!(header(&got[0], "Auto-Submitted"), "auto-generated");
    // The code opens the page.
    let code = mail.text.split("查询码：").nth(1).unwrap().split('。').next().unwrap().to_owned();
    let receipt = mail.text.split("回执号：").nth(1).unwrap().split('，').next().unwrap().to_owned();
    let mut browser = s.town.browser();
    assert_eq!(browser.post("/track", &[("receipt", &receipt), ("secret", &code)]).await.to(), "/track/case");
    browser.get("/track/case").await.shows(200, &["消息", "我们已收到您的来件"]);
    s.whole().await;
}

async fn the_mailbox_is_read_over_tls(db: TestDb) {
    let mut s = Scene::open(&db).await;
    s.config = config(&s.post, s.town.dir(), true);
    s.post(plain(CHEN, "问题", "请问怎么投诉？")).await;
    assert_eq!(s.fetch().await, 1);
    assert_eq!(s.cases().await.len(), 1);
}

async fn what_was_stored_and_not_moved_is_not_stored_again(db: TestDb) {
    let s = Scene::open(&db).await;
    let message = with_files(CHEN, "健身卡", 1);
    s.post(message.clone()).await;
    assert_eq!(s.fetch().await, 1);
    // The server died before the mail was moved: it still lies there.
    s.post(message.clone()).await;
    assert_eq!(s.fetch().await, 0, "known by its Message-ID");
    assert_eq!(s.post.count("tousu", ".Fangxin"), 2);
    // By another way in it is another mail, but one way in takes it once.
    let spool = s.config.intake.as_ref().unwrap().spool.clone().unwrap();
    for n in 0..2 {
        std::fs::create_dir_all(spool.join("new")).unwrap();
        std::fs::write(spool.join("new").join(format!("{n}.eml")), message.formatted()).unwrap();
    }
    assert_eq!(spool::round(&s.town.app, &s.config, &spool).await.unwrap(), 2);
    assert_eq!(s.cases().await.len(), 2);
    assert_eq!(std::fs::read_dir(spool.join("done")).unwrap().count(), 2);
    s.whole().await;
}

async fn an_answer_goes_to_its_case_and_only_from_the_address_it_was_sent_to(db: TestDb) {
    let s = Scene::open(&db).await;
    s.post(plain(CHEN, "投诉健身房", "投诉：健身卡退不了。")).await;
    s.fetch().await;
    s.send().await;
    s.post.take("chen");
    let [case] = s.cases().await.try_into().unwrap();
    let (token, number) = (case.case.registration.token.clone(), case.case.registration.number.clone());
    s.town.to_office(&token).await;
    s.town.act("officer", &token, Action::Ask, &[("question", "卡号是多少？")]).await;
    s.send().await;
    let asked = s.post.take("chen").pop().unwrap();
    assert!(read(&asked).text.contains("有问题要问您") && !read(&asked).text.contains("卡号"));
    s.post(answer(&asked, CHEN, "卡号是 77。\r\n\r\n放心 <tousu@qinghe.example> 于2026年写道：\r\n> 旧")).await;
    s.town.later(1);
    assert_eq!(s.fetch().await, 1);
    let [case] = s.cases().await.try_into().unwrap();
    assert!(case.case.open_questions().next().is_none());
    assert!(case.events.iter().any(|(_, f)| matches!(f.event, Event::Replied { .. })));
    // With attachments, and no question open: as evidence.
    let more = Message::builder()
        .from(CHEN.parse().unwrap())
        .to(US.parse().unwrap())
        .subject("照片")
        .in_reply_to(header(&asked, "Message-ID"))
        .multipart(MultiPart::mixed().singlepart(SinglePart::plain("补充照片".to_owned())).singlepart(Attachment::new("a.png".into()).body(png(), ContentType::parse("image/png").unwrap())))
        .unwrap();
    s.post(more).await;
    s.town.later(1);
    s.fetch().await;
    let [case] = s.cases().await.try_into().unwrap();
    assert!(case.events.iter().any(|(_, f)| matches!(&f.event, Event::EvidenceAdded { files, .. } if files.len() == 1)));
    assert_eq!(s.mails("reply").await.len(), 2);
    // Somebody else answers the same mail: it is theirs, and may belong to it.
    s.post(answer(&asked, "li@else.example", "我也要说。")).await;
    s.fetch().await;
    let all = s.cases().await;
    assert_eq!(all.len(), 2);
    assert_eq!(s.mails("taken").await.iter().filter(|m| m.maybe == number).count(), 1);
    s.whole().await;
}

async fn two_hundred_attachments_are_taken_and_those_beyond_are_counted(db: TestDb) {
    let s = Scene::open(&db).await;
    s.post(with_files(CHEN, "很多照片", 203)).await;
    assert_eq!(s.fetch().await, 1);
    let [case] = s.cases().await.try_into().unwrap();
    assert_eq!(case.case.registration.files.len(), 200);
    let row = &s.mails("taken").await[0];
    assert_eq!((row.files, row.refused), (200, 3));
    let mut browser = s.town.browser();
    browser.cookies.insert("fx-session".into(), fangxin::usecase::people::sign_in(&s.town.app, "clerk", support::PASSWORD, "192.0.2.1", "t").await.unwrap());
    browser.get(&format!("/desk/case/{}", case.case.registration.token)).await.shows(200, &["有 3 个没有收下", "电子邮件"]);
    browser.get("/desk/mail?state=taken").await.shows(200, &["200 个，另有 3 个没有收下"]);
}

async fn two_automatic_answers_end(db: TestDb) {
    let s = Scene::open(&db).await;
    s.post(plain(CHEN, "投诉", "投诉：健身卡退不了。")).await;
    let mut rounds = 0;
    // It says nothing of being one: it answers whatever comes, as a new mail, with the same words.
    loop {
        s.fetch().await;
        s.send().await;
        let got = s.post.take("chen");
        if got.is_empty() {
            break;
        }
        rounds += 1;
        assert!(rounds < 20, "it goes round and round");
        s.post(plain(CHEN, "自动回复", "我在休假，回来后答复您。")).await;
        s.town.later(1);
    }
    assert!(rounds <= 3 && s.cases().await.len() <= 3, "{rounds}");
    assert_eq!(s.mails("held").await.len(), 1);
    // One that says so makes nothing at all, and neither does one that threads: no notice is sent of it.
    let before = s.cases().await.len();
    let text = format!("From: {CHEN}\r\nMessage-ID: <x1@home.example>\r\nAuto-Submitted: auto-replied\r\nSubject: x\r\n\r\nx");
    fangxin::usecase::mail::take::take(&s.town.app, &s.config, s.town.locality, "m", text.as_bytes()).await.unwrap();
    assert_eq!((s.cases().await.len(), s.mails("ignored").await.len()), (before, 1));
    assert_eq!(s.send().await, Round::default());
}

async fn a_flood_from_one_sender_waits_for_a_clerk_who_takes_one_in_and_throws_one_away(db: TestDb) {
    let s = Scene::open(&db).await;
    for n in 0..500 {
        let raw = plain(CHEN, &format!("第{n}封"), &format!("投诉第{n}次")).formatted();
        fangxin::usecase::mail::take::take(&s.town.app, &s.config, s.town.locality, "m", &raw).await.unwrap();
        let now = s.town.app.clock().now();
        s.town.app.clock().move_to(rules::time::Instant(now.0 + 1_000_000));
    }
    assert_eq!((s.cases().await.len(), s.mails("held").await.len()), (10, 490));
    // Somebody else is not held up by it.
    let raw = plain("li@else.example", "投诉", "投诉别的").formatted();
    fangxin::usecase::mail::take::take(&s.town.app, &s.config, s.town.locality, "m", &raw).await.unwrap();
    assert_eq!(s.cases().await.len(), 11);
    let mut clerk = s.town.browser();
    clerk.cookies.insert("fx-session".into(), fangxin::usecase::people::sign_in(&s.town.app, "clerk", support::PASSWORD, "192.0.2.1", "t").await.unwrap());
    clerk.get("/desk/mail").await.shows(200, &["等待决定", "同一发件人来信太多", CHEN, "第499封"]);
    let held = s.mails("held").await;
    let page = clerk.get(&format!("/desk/mail/{}", held[0].id)).await;
    page.shows(200, &["投诉第499次", "登记为来件", "下载原信"]);
    clerk.get(&format!("/desk/mail/{}/raw", held[0].id)).await.shows(200, &["Message-ID"]);
    assert_eq!(clerk.post(&format!("/desk/mail/{}", held[0].id), &[("go", "take")]).await.to(), "/desk/mail");
    assert_eq!(clerk.post(&format!("/desk/mail/{}", held[1].id), &[("go", "drop")]).await.to(), "/desk/mail");
    assert_eq!(clerk.get(&format!("/desk/mail/{}", held[1].id)).await.status, 404);
    assert_eq!((s.cases().await.len(), s.mails("held").await.len(), s.mails("dropped").await.len()), (12, 488, 1));
    clerk.get("/desk/mail/export.csv?state=held").await.shows(200, &["第33封", CHEN]);
    s.whole().await;
}

async fn a_flood_under_many_names_waits_and_nothing_of_it_is_lost_nor_answered(db: TestDb) {
    let mut s = Scene::open(&db).await;
    s.config.intake.as_mut().unwrap().per_hour = 20;
    s.post(plain(CHEN, "投诉健身房", "投诉：健身卡退不了。")).await;
    s.fetch().await;
    s.send().await;
    let first = s.post.take("chen").pop().unwrap();
    for n in 0..60 {
        let raw = plain(&format!("u{n}@forged.example"), &format!("第{n}封"), &format!("投诉第{n}次")).formatted();
        fangxin::usecase::mail::take::take(&s.town.app, &s.config, s.town.locality, "m", &raw).await.unwrap();
    }
    assert_eq!((s.cases().await.len(), s.mails("held").await.len()), (20, 41), "each is a case or waits");
    assert!(s.mails("held").await.iter().all(|m| m.reason == "many" && m.file_kept));
    assert_eq!(s.notices("waiting").await.len(), 19, "nothing goes to those that wait");
    // Who answers a notice of ours is not held up by it.
    s.post(answer(&first, CHEN, "补充：卡号 77。")).await;
    s.town.later(1);
    s.fetch().await;
    assert_eq!(s.mails("reply").await.len(), 1);
    // An hour later mails are taken in again.
    s.town.later(61);
    s.post(plain("li@else.example", "投诉", "投诉别的")).await;
    s.fetch().await;
    assert_eq!(s.cases().await.len(), 21);
    s.whole().await;
}

async fn a_notice_that_comes_back_is_seen_to_have_failed(db: TestDb) {
    let mut s = Scene::open(&db).await;
    s.post(plain(CHEN, "投诉健身房", "投诉：健身卡退不了。")).await;
    s.fetch().await;
    s.send().await;
    let notice = s.post.take("chen").pop().unwrap();
    let report = |id: &str, action: &str, own: &str| {
        format!(
            "From: MAILER-DAEMON@mx.example\r\nMessage-ID: <{own}@mx.example>\r\nSubject: x\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
             Final-Recipient: rfc822; {CHEN}\r\nAction: {action}\r\nStatus: 5.1.1\r\n\
             --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {id}\r\n\r\n--b--\r\n"
        )
    };
    let id = header(&notice, "Message-ID");
    let forged = id.replace("@", "0@");
    for (id, action, own, failed) in [(&id, "delayed", "a", 0), (&forged, "failed", "b", 0), (&id, "failed", "c", 1), (&id, "failed", "c", 1)] {
        let raw = report(id, action, own);
        fangxin::usecase::mail::take::take(&s.town.app, &s.config, s.town.locality, "m", raw.as_bytes()).await.unwrap();
        assert_eq!(s.notices("failed").await.len(), failed, "{action} {own}");
    }
    assert_eq!((s.cases().await.len(), s.mails("held").await.len(), s.mails("ignored").await.len()), (1, 0, 3));
    let mut system = s.town.browser();
    let cookie = s.town.person("sysadmin", Role::SystemAdmin, s.town.unit(UnitKind::Centre)).await;
    system.cookies.insert("fx-session".into(), cookie);
    let page = system.get("/desk/outbox").await;
    page.shows(200, &["邮件被退回，未能送达"]);
    assert!(!page.text().contains(CHEN), "no address");
    s.whole().await;
}

async fn what_cannot_be_read_is_kept_and_seen(db: TestDb) {
    let s = Scene::open(&db).await;
    let spool = s.config.intake.as_ref().unwrap().spool.clone().unwrap();
    std::fs::create_dir_all(spool.join("new")).unwrap();
    let broken: [(&str, &[u8]); 3] = [("a", b""), ("b", &[0xff; 400]), ("c", b"Subject: x\r\n\r\nno sender")];
    for (name, raw) in broken {
        std::fs::write(spool.join("new").join(name), raw).unwrap();
    }
    assert_eq!(spool::round(&s.town.app, &s.config, &spool).await.unwrap(), 3);
    assert_eq!((s.mails("unreadable").await.len(), s.cases().await.len()), (3, 0));
    assert_eq!(std::fs::read_dir(spool.join("failed")).unwrap().count(), 3);
    let mut clerk = s.town.browser();
    clerk.cookies.insert("fx-session".into(), fangxin::usecase::people::sign_in(&s.town.app, "clerk", support::PASSWORD, "192.0.2.1", "t").await.unwrap());
    clerk.get("/desk/mail?state=unreadable").await.shows(200, &["读不出", "发件人不明"]);
    // Words without a sender can still be registered.
    let with_words = s.mails("unreadable").await.into_iter().find(|m| m.size == 23).unwrap();
    clerk.post(&format!("/desk/mail/{}", with_words.id), &[("go", "take")]).await;
    assert_eq!(s.cases().await.len(), 1);
}

async fn a_server_that_is_down_gets_it_later_once_and_one_that_refuses_is_shown(db: TestDb) {
    let mut s = Scene::open(&db).await;
    for (n, to) in [CHEN, "gone@home.example", "later@home.example"].into_iter().enumerate() {
        let raw = plain(to, "投诉", &format!("投诉：第{n}件")).formatted();
        fangxin::usecase::mail::take::take(&s.town.app, &s.config, s.town.locality, "m", &raw).await.unwrap();
    }
    s.post.close_smtp();
    assert_eq!(s.send().await, Round { sent: 0, failed: 0, later: 3 });
    assert_eq!(s.send().await, Round::default(), "not before its delay");
    s.post.open_smtp();
    s.town.later(2);
    assert_eq!(s.send().await, Round { sent: 1, failed: 1, later: 1 });
    assert_eq!(s.post.take("chen").len(), 1);
    // For now means for a while.
    for minutes in [6, 16, 61, 181, 361, 721, 1_441] {
        s.town.later(minutes);
        s.send().await;
    }
    assert_eq!(s.post.take("chen").len(), 0, "once");
    let failed = s.notices("failed").await;
    assert_eq!(failed.iter().map(|n| n.error.as_str()).collect::<std::collections::BTreeSet<_>>(), ["451", "550"].into());
    let centre = s.town.unit(UnitKind::Centre);
    let cookie = s.town.person("sysadmin", Role::SystemAdmin, centre).await;
    let mut admin = s.town.browser();
    admin.cookies.insert("fx-session".into(), cookie);
    let page = admin.get("/desk/outbox").await;
    page.shows(200, &["没有发出", "邮件服务器答复 550", "全部再发一次"]).hides(&["gone@", "later@", "投诉："]);
    admin.get("/desk/outbox/export.csv?state=failed").await.shows(200, &["550"]);
    assert_eq!(admin.post("/desk/outbox", &[("which", "")]).await.to(), "/desk/outbox");
    assert_eq!((s.notices("failed").await.len(), s.notices("waiting").await.len()), (0, 2));
    s.send().await;
    // Who handles the case sees that the person was not told.
    let failed = s.notices("failed").await;
    let case = s.cases().await.into_iter().find(|c| c.id == failed[0].case).unwrap();
    let mut clerk = s.town.browser();
    clerk.cookies.insert("fx-session".into(), fangxin::usecase::people::sign_in(&s.town.app, "clerk", support::PASSWORD, "192.0.2.1", "t").await.unwrap());
    clerk.get(&format!("/desk/case/{}", case.case.registration.token)).await.shows(200, &["一封通知邮件没有发出"]);
}

/// Of a report a mail says nothing that a question would not say too; the page says it.
async fn a_mail_does_not_show_that_somebody_reported(db: TestDb) {
    let s = Scene::open(&db).await;
    for (from, word) in [("a@home.example", "举报"), ("b@home.example", "请问")] {
        let raw = plain(from, word, &format!("{word}：某店没有执照。")).formatted();
        fangxin::usecase::mail::take::take(&s.town.app, &s.config, s.town.locality, "m", &raw).await.unwrap();
    }
    for case in s.cases().await {
        s.town.to_office(&case.case.registration.token).await;
    }
    s.send().await;
    let words = |who: &str, number: &str| -> Vec<String> {
        let mails = s.post.take(who);
        let same = |raw: &Vec<u8>| {
            let mail = read(raw);
            let text = mail.text.lines().filter(|l| !l.contains("查询码") && !l.contains("/track")).collect::<Vec<_>>().join("\n");
            format!("{}\n{text}", mail.subject).replace(number, "")
        };
        // Two of the same moment come in either order.
        let mut all: Vec<String> = mails.iter().map(same).collect();
        all.sort();
        all
    };
    let cases = s.cases().await;
    let number = |kind: Kind| cases.iter().find(|c| c.case.kind == kind).unwrap().case.registration.number.clone();
    let (report, question) = (words("a", &number(Kind::Report)), words("b", &number(Kind::Other)));
    assert!(report.len() >= 2 && report == question, "{report:#?} {question:#?}");
    assert!(!report.concat().contains("举报：") && !report.concat().contains("核查"));
}

async fn whoever_left_an_address_on_the_form_is_told_and_reads_it_on_the_page_too(db: TestDb) {
    let s = Scene::open(&db).await;
    let form = [
        ("nonce", "0123456789abcdef0123456789abcdef"),
        ("narrative", "10月8日办了3800元年卡，关门了，要求退还剩余费用。"),
        ("respondent_name", "力量健身"),
        ("respondent_address", "文昌路9号"),
        ("ask", "refund"),
        ("name", "陈晓"),
        ("phone", "13800006021"),
        ("address", "城关街道1号"),
        ("email", "chen＠home.example"),
    ];
    let mut browser = s.town.browser();
    let mut wrong = form;
    wrong[8].1 = "chen";
    browser.post("/file/contact", &wrong).await.shows(422, &["请写完整的电子邮箱", "value=\"chen\""]);
    assert_eq!(browser.post("/file/contact", &form).await.to(), "/receipt");
    assert_eq!(s.send().await.sent, 1);
    let got = s.post.take("chen");
    assert!(!read(&got[0]).text.contains("查询码："), "the code is on the page of whoever filed");
    browser.get("/track/case").await.shows(200, &["我们已收到您的来件", "也会发到您留下的电子邮箱"]);
    let [case] = s.cases().await.try_into().unwrap();
    let token = case.case.registration.token.clone();
    s.town.to_office(&token).await;
    browser.get("/track/case").await.shows(200, &["新", "已分送到办理单位"]);
    let again = browser.get("/track/case").await;
    again.hides(&["class=\"tag act\">1 新"]);
    s.town.act("officer", &token, Action::Accept, &[]).await;
    s.town.later(1);
    assert_eq!(s.send().await.sent, 2);
    let got = s.post.take("chen");
    assert!(got.iter().any(|raw| read(raw).text.contains("您的投诉已受理")), "{:?}", got.iter().map(|g| read(g).text).collect::<Vec<_>>());
    // A notice is no telling: the law's is still to come.
    let loaded = act::load(&s.town.app, &s.town.scopes["officer"], &token).await.unwrap();
    assert!(!loaded.case.untold().is_empty());
}
}
