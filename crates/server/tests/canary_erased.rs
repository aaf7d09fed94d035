//! A canary is erased. Afterwards no byte of it is left: not on a page, in a paper, in search, lists, blind indexes, titles or files, and the
//! record is whole. Of one case of two only its own goes; with the last the evidence.

#[path = "support/mod.rs"]
#[expect(dead_code, reason = "this program uses its part of what is shared")]
mod support;

use fangxin::app::Place;
use fangxin::usecase::erase;
use fangxin::usecase::lost::{self, Request};
use fangxin::usecase::submit::{Fate, Incoming, Part, Receipt, submit};
use fangxin::usecase::upload::Held;
use fangxin::usecase::{Denied, evidence};
use fangxin::web::http::open_submission;
use rules::access::Role;
use rules::case::command::{Action, WhyNot};
use rules::law::{Demand, Kind};
use rules::pack::UnitKind;
use store::cases::Loaded;
use store::engine::Value;
use store::scope::{Reason, Scope};
use store::testing::TestDb;
use support::{Browser, Town, png};

const NAME: &str = "雀金丝";
const PHONE: &str = "13912345671";
const ADDRESS: &str = "雀鸣巷七十一号";
const TITLE: &str = "金丝雀来信标题";
const FIRST: &str = "金丝雀甲乙丙退卡";
const SECOND: &str = "金丝雀丁戊己退货";
const REMARK: &str = "金丝雀内部备注";
const FILE: &str = "金丝雀小票.png";
const BYTES: &[u8] = b"CANARY-BYTES-OF-A-FILE";
const ALL: [&str; 8] = [NAME, PHONE, ADDRESS, TITLE, FIRST, SECOND, REMARK, FILE];
const GROUND: &str = "个人信息保护法第四十七条第一款第（三）项";

struct Scene {
    town: Town,
    receipt: Receipt,
    incoming: Incoming,
    clerk: Browser,
    security: Browser,
    submitter: Browser,
}

fn part(narrative: &str) -> Part {
    let (kind, demands) = (Some(Kind::Complaint), vec![Demand::Refund]);
    Part { kind, title: TITLE.into(), narrative: format!("{narrative}，要求退款。"), demands, ..Part::default() }
}

/// A submission of two complaints with one piece of evidence, each read and noted by the desk.
async fn scene(db: &TestDb) -> Scene {
    let mut town = Town::with_people_at(&Place { target: db.target().clone(), dir: db.dir().to_owned() }).await;
    let centre = town.unit(UnitKind::Centre);
    let signed = |town: &Town, cookie: String| {
        let mut b = town.browser();
        b.cookies.insert("fx-session".into(), cookie);
        b
    };
    let security = town.person("security", Role::SecurityAdmin, centre).await;
    let clerk = town.person("clerk2", Role::Clerk, centre).await;
    let (security, clerk) = (signed(&town, security), signed(&town, clerk));
    let incoming = Incoming {
        channel: "web".into(),
        external_id: "nonce-of-the-canary-1".into(),
        parts: vec![part(FIRST), part(SECOND)],
        name: NAME.into(),
        phone: PHONE.into(),
        address: ADDRESS.into(),
        respondent: ("力健健身".into(), "清河路九号".into(), None, String::new()),
        ..Incoming::default()
    };
    let mut held = Held::new(&town.app, town.locality);
    let receiving = held.begin(&town.app, FILE, &[png(), BYTES.to_vec()].concat()).await.unwrap().unwrap();
    held.finish(receiving).await.unwrap();
    let platform = Scope::system(town.locality, Reason::Submit);
    let receipt = submit(&town.app, &platform, &incoming, Some(held)).await.unwrap();
    let mut submitter = town.browser();
    submitter.cookies.insert("fx-track".into(), format!("{}.{}", receipt.number, receipt.code.as_deref().unwrap()));
    let scene = Scene { town, receipt, incoming, clerk, security, submitter };
    for case in scene.cases().await {
        scene.town.act("clerk", &case.case.registration.token, Action::Note, &[("note", REMARK)]).await;
    }
    scene
}

impl Scene {
    async fn cases(&self) -> Vec<Loaded> {
        let mut cases = self.town.submission(&self.receipt.number).await.1;
        cases.sort_by_key(|c| c.id);
        cases
    }

    async fn withdraw_all(&mut self) {
        let scope = open_submission(&self.town.app, &self.receipt.number, self.receipt.code.as_deref().unwrap(), "").await.unwrap();
        self.town.scopes.insert("submitter", scope);
        for case in self.cases().await {
            self.town.act("submitter", &case.case.registration.token, Action::Withdraw, &[]).await;
        }
    }

    async fn erased(&self) -> bool {
        self.town.submission(&self.receipt.number).await.0.erased
    }

    async fn whole(&self) {
        fangxin::usecase::sweep::round(&self.town.app).await.unwrap();
        let app = &self.town.app;
        let report = store::verify::run(app.db(), app.keyring(), Some(app.files()), &mut |_| {}).await.unwrap();
        assert!(report.findings.is_empty(), "{:#?}", report.findings);
    }

    /// Every text and byte string of the tables that hold what people wrote.
    async fn rows(&self, db: &TestDb) -> Vec<Vec<u8>> {
        let mut out = Vec::new();
        for (column, table) in
            [("body", "event"), ("folded", "search_text"), ("title", "case_title"), ("respondent", "cases"), ("fields", "access_log")]
        {
            for row in db.rows(format!("SELECT {column} FROM {table}")).await {
                match row.value(0) {
                    Value::Text(t) => out.push(t.clone().into_bytes()),
                    Value::Bytes(b) => out.push(b.clone()),
                    _ => {}
                }
            }
        }
        out
    }
}

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|w| w == word.as_bytes())
}

/// Bytes of all files below a directory, with their names.
fn files_below(dir: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let (mut folders, mut out) = (vec![dir.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                out.push((path.display().to_string(), std::fs::read(&path).unwrap()));
            }
        }
    }
    out
}

store::both_engines! {
    async fn of_two_cases_one_goes_and_with_the_second_everything(db: TestDb) {
        let mut s = scene(&db).await;
        let mut cases = s.cases().await;
        // Made in one instant, they come in any order.
        if !s.clerk.get(&format!("/desk/case/{}", cases[0].case.registration.token)).await.text().contains(FIRST) {
            cases.reverse();
        }
        let token = |n: usize| cases[n].case.registration.token.clone();
        let number = |n: usize| cases[n].case.registration.number.clone();
        let receipt = s.receipt.number.clone();
        let file = s.town.submission(&receipt).await.0.files[0].0.id;
        let path = db.dir().join("files").join(&file.to_string()[..2]).join(&file.to_string()[2..]);
        let sealed = std::fs::read(&path).unwrap();
        s.clerk.get(&format!("/desk/case/{}", token(0))).await.shows(200, &[FIRST, REMARK, FILE]);

        // Who may: nobody but the security administrator; what is not there and what is not over.
        s.clerk.get("/desk/erase").await.shows(404, &[]);
        s.security.get("/desk/erase").await.shows(200, &["删除依据"]);
        let asked = |n: &str| [("erase_number".to_owned(), n.to_owned()), ("erase_ground".to_owned(), GROUND.to_owned())];
        let confirmed = |n: &str| {
            let mut fields = asked(n).to_vec();
            fields.push(("confirm".into(), "1".into()));
            fields
        };
        let post = async |b: &mut Browser, fields: &[(String, String)]| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
            b.post("/desk/erase", &fields).await
        };
        post(&mut s.security, &asked("26-AAAAAAAAAAAA")).await.shows(422, &["没有这个编号", GROUND]);
        post(&mut s.security, &asked(&number(0))[..1]).await.shows(422, &["删除依据：这一项要填", &number(0)]);
        post(&mut s.security, &asked(&number(0))).await.shows(200, &["什么也没有删"]);
        post(&mut s.security, &confirmed(&number(0))).await.shows(409, &["什么也没有删"]);
        s.withdraw_all().await;

        // The first of two.
        let page = post(&mut s.security, &asked(&number(0))).await;
        page.shows(200, &[&number(0), "凭证保留", GROUND]).hides(&ALL).hides(&[&number(1), "力健"]);
        assert!(!s.cases().await.iter().any(|c| c.case.erased), "nothing goes before it is confirmed");
        assert_eq!(post(&mut s.security, &confirmed(&number(0))).await.status.as_u16(), 303);
        s.security.get("/desk/erase").await.shows(200, &["已删除"]);
        assert!(!s.erased().await);
        s.whole().await;
        s.submitter.get("/track/case").await.shows(200, &["记录已经删除", GROUND, &number(1), FILE]).hides(&[FIRST]);
        s.clerk.get(&format!("/desk/case/{}", token(0))).await.shows(200, &[GROUND]).hides(&[FIRST, REMARK, FILE, NAME]);
        s.clerk.get(&format!("/desk/case/{}", token(1))).await.shows(200, &[SECOND, FILE]);
        s.clerk.get(&format!("/desk/case/{}/evidence/{file}", token(0))).await.shows(404, &[]);
        assert!(holds(&s.clerk.get(&format!("/desk/case/{}/evidence/{file}", token(1))).await.bytes, "CANARY-BYTES"));
        assert!(holds(&s.submitter.get(&format!("/track/evidence/{file}")).await.bytes, "CANARY-BYTES"));

        // The last, by the receipt number.
        let page = post(&mut s.security, &asked(&receipt)).await;
        page.shows(200, &[&number(1), "1 件凭证"]).hides(&ALL).hides(&[&number(0)]);
        assert_eq!(post(&mut s.security, &confirmed(&receipt)).await.status.as_u16(), 303);
        post(&mut s.security, &asked(&receipt)).await.shows(200, &["什么也没有删"]);
        assert!(s.erased().await && !path.exists());
        s.whole().await;

        // The person sees that it was erased, when and on which ground; the desk no more than the course of the case.
        let page = s.submitter.get("/track/case").await;
        page.shows(200, &["记录已经删除", GROUND, "2026"]).hides(&ALL).hides(&["力健", "您提交了投诉"]);
        for path in [format!("/track/evidence/{file}"), format!("/track/paper/{}/complaint", token(0))] {
            s.submitter.get(&path).await.shows(404, &[]);
        }
        for path in ["/desk/queue?done=1".into(), format!("/desk/case/{}", token(1)), format!("/desk/case/{}/paper/complaint", token(1))] {
            s.clerk.get(&path).await.hides(&ALL);
        }
        for words in ["金丝雀", NAME, PHONE, "退卡"] {
            let found = s.clerk.get(&format!("/desk/search?q={}", fangxin::web::http::encode(words))).await;
            found.shows(200, &[]).hides(&[&number(0), &number(1), FIRST, SECOND, TITLE]);
        }
        s.clerk.post("/desk/find", &[("words", &receipt)]).await.shows(200, &[&receipt]).hides(&ALL).hides(&["补发"]);
        s.clerk.post("/desk/find", &[("words", PHONE)]).await.hides(&[&receipt]);
        let request = Request { locality: s.town.locality, name: NAME.into(), phone: PHONE.into(), words: String::new(), address: String::new() };
        assert!(!lost::look(&s.town.app, &request).await.unwrap());
        assert!(matches!(open_submission(&s.town.app, &receipt, PHONE, "").await, Err(Denied::NotFound)));
        assert!(evidence::of_case(&s.town.app, &s.cases().await[1]).await.unwrap().is_empty());

        // Sent once more it is known, and stays erased.
        let platform = Scope::system(s.town.locality, Reason::Submit);
        let mut again = s.incoming.clone();
        again.parts.truncate(1);
        assert_eq!(submit(&s.town.app, &platform, &again, None).await.unwrap().fate, Fate::Changed);
        assert_eq!(s.town.cases().await, 2);

        // The process ended between the commit and the removal of the file: the next start removes it.
        std::fs::write(&path, &sealed).unwrap();
        s.whole().await;
        erase::remove_files(&s.town.app).await.unwrap();
        assert!(!path.exists());

        let mut reader = s.town.app.db().read().await.unwrap();
        let log = store::access_log::of_case(&mut reader, &Scope::system(s.town.locality, Reason::Verify), cases[1].id, 100).await.unwrap();
        drop(reader);
        assert!(log.iter().any(|a| a.purpose == "erase" && Some(a.reader) == s.town.scopes["security"].grant().map(|(p, _)| p.0)));
        for row in s.rows(&db).await {
            assert!(!ALL.iter().any(|c| holds(&row, c)), "{}", String::from_utf8_lossy(&row));
        }
        for table in ["stream_key", "blind", "case_title"] {
            assert_eq!(db.rows(format!("SELECT 1 FROM {table}")).await.len(), 0, "{table}");
        }
        s.whole().await;
        s.town.app.db().close().await;
        db.close().await;
        for (name, bytes) in files_below(db.dir()) {
            for canary in ALL.iter().copied().chain(["CANARY-BYTES"]) {
                assert!(!holds(&bytes, canary) && !name.contains(canary), "{name} holds {canary}");
            }
        }
    }

    /// Two administrators erase a case each, at once: whoever is second takes the evidence along.
    async fn two_at_once_leave_nothing(db: TestDb) {
        let mut s = scene(&db).await;
        s.withdraw_all().await;
        let numbers: Vec<String> = s.cases().await.iter().map(|c| c.case.registration.number.clone()).collect();
        let (app, scope) = (&s.town.app, &s.town.scopes["security"]);
        let both = futures_util::future::join(erase::erase(app, scope, &numbers[0], GROUND), erase::erase(app, scope, &numbers[1], GROUND)).await;
        assert_eq!((both.0.unwrap(), both.1.unwrap()), (1, 1));
        assert!(s.erased().await);
        assert!(matches!(erase::erase(app, scope, &numbers[0], GROUND).await, Err(Denied::Rule(WhyNot::AlreadyDone))));
        assert!(matches!(erase::erase(app, &s.town.scopes["clerk"], &numbers[0], GROUND).await, Err(Denied::NotFound)));
        s.whole().await;
    }
}
