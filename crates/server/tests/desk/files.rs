//! Files at the intake desk: sent, described, tried, looked through, brought in, stopped, gone on with, taken back.

use crate::town::{Browser, Page, Town};
use axum::http::StatusCode;
use fangxin::usecase::import::job;
use rules::access::Role;
use rules::case::command::Action;
use rules::ids::Id;
use rust_xlsxwriter::Workbook;
use store::imports::{self, Job, State};
use store::scope::{Reason, Scope};

const HEADER: &str = "工单编号,诉求类型,工单标题,诉求内容,来电时间,来电人,来电号码,被反映单位,备注\n";

fn rows(from: usize, to: usize) -> String {
    let row = |n: usize| format!("GD-{n},投诉,退卡{n},第{n}件要求退卡,2026-05-{:02} 09:00,王某,13800000001,某店,\n", n % 28 + 1);
    HEADER.to_owned() + &(from..to).map(row).collect::<String>()
}

/// Sends a file and says where its page is.
pub async fn sent(b: &mut Browser, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let page = b.upload("/desk/import", &[], (name, bytes.as_ref())).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    page.to().to_owned()
}

/// The form of a draft as the page shows it, with what is pressed.
pub fn form(page: &Page, what: &str) -> Vec<(String, String)> {
    let text = page.text();
    let mut out = vec![("do".to_owned(), what.to_owned())];
    for select in text.split("<select ").skip(1) {
        let name = select.split("name=\"").nth(1).unwrap().split('"').next().unwrap();
        let options = select.split("</select>").next().unwrap();
        let chosen = options.split("<option ").skip(1).find(|o| o.split('>').next().unwrap().contains("selected")).unwrap_or("value=\"\"");
        out.push((name.to_owned(), chosen.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()));
    }
    for input in text.split("<input ").skip(1) {
        let tag = input.split('>').next().unwrap();
        let of = |name: &str| tag.split(&format!("{name}=\"")).nth(1).map(|v| v.split('"').next().unwrap().to_owned()).unwrap_or_default();
        if of("type") != "checkbox" || tag.contains("checked") {
            out.push((of("name"), of("value")));
        }
    }
    out
}

pub async fn press(b: &mut Browser, at: &str, what: &str, changed: &[(&str, &str)]) -> Page {
    let page = b.get(at).await;
    let mut fields = form(&page, what);
    for (name, value) in changed {
        fields.retain(|(n, _)| n != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    b.post(at, &fields).await
}

pub async fn job(town: &Town, at: &str) -> Job {
    let id = Id::parse(at.rsplit('/').next().unwrap()).unwrap();
    let mut db = town.app.db().read().await.unwrap();
    imports::by_id(&mut db, town.locality, id).await.unwrap().unwrap()
}

/// As the server does it beside the pages.
pub async fn work(town: &Town) {
    while job::round(&town.app).await.unwrap() {}
}

async fn counts(town: &Town, at: &str) -> (State, [i64; 5]) {
    let j = job(town, at).await;
    (j.state, [j.done, j.accepted, j.known, j.changed, j.rejected])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_finds_its_mapping_is_looked_through_and_comes_in_once() {
    let town = Town::new().await;
    let mut clerk = town.browser("clerk");
    let empty = clerk.get("/desk/import").await.text();
    assert!(empty.contains("还没有导入过文件"), "{empty}");
    let text = rows(1, 600) + "GD-900,闲聊,标题,内容,2026-05-01,,,,\nGD-901,投诉,标题,内容,某天,,13812345678,,\n";
    let at = sent(&mut clerk, "五月工单.csv", &text).await;
    // The columns of the shipped example are not all there: each is guessed by what it is called elsewhere.
    let page = clerk.get(&at).await;
    let shown = page.text();
    assert!(shown.contains("五月工单.csv") && shown.contains("GD-1") && shown.contains("退卡1"), "{shown}");
    assert!(shown.contains("<option value=\"external_id\" selected>") && shown.contains("<option value=\"phone\" selected>"), "{shown}");

    let checked = press(&mut clerk, &at, "check", &[("kk0", "complaint"), ("series", "may")]).await;
    assert_eq!(checked.status, StatusCode::SEE_OTHER, "{}", checked.text());
    let waiting = clerk.get(&at).await.text();
    assert!(waiting.contains("正在试跑") && waiting.contains("hx-trigger=\"every 2s\""), "{waiting}");
    work(&town).await;
    assert_eq!(counts(&town, &at).await, (State::Draft, [601, 599, 0, 0, 2]), "nothing stored");
    let shown = clerk.get(&at).await.text();
    assert!(shown.contains("将收下") && shown.contains("这个类别还没有对应") && shown.contains("闲聊"), "{shown}");
    assert!(shown.contains("不是日期") && shown.contains("某天"), "{shown}");
    assert!(clerk.get("/desk/queue").await.text().contains("没有待分送的来件"));

    assert_eq!(press(&mut clerk, &at, "start", &[]).await.status, StatusCode::SEE_OTHER);
    work(&town).await;
    assert_eq!(counts(&town, &at).await, (State::Done, [601, 599, 0, 0, 2]));
    let queue = clerk.get("/desk/queue").await.text();
    assert!(queue.contains("退卡"), "{queue}");

    let csv = clerk.get(&format!("{at}/rejects")).await;
    assert_eq!(csv.status, StatusCode::OK);
    let csv = csv.text();
    assert!(csv.starts_with("\u{feff}工单编号,") && csv.contains("fangxin_row,fangxin_reason"), "{csv}");
    assert_eq!(csv.lines().count(), 3, "{csv}");
    let mended = csv.replace("闲聊", "投诉").replace("某天", "2026-05-02");
    let map = clerk.get(&format!("{at}/mapping")).await.text();
    assert!(map.contains("series = \"may\""), "{map}");

    let again = sent(&mut clerk, "mended.csv", &mended).await;
    press(&mut clerk, &again, "start", &[("kk0", "complaint"), ("series", "may")]).await;
    work(&town).await;
    assert_eq!(counts(&town, &again).await, (State::Done, [2, 2, 0, 0, 0]));
    let twice = sent(&mut clerk, "twice.csv", &text).await;
    press(&mut clerk, &twice, "start", &[("kk0", "complaint"), ("series", "may")]).await;
    work(&town).await;
    let (_, [_, accepted, known, ..]) = counts(&town, &twice).await;
    assert_eq!((accepted, known), (0, 599), "a second time nothing is new");
    // By whom it came is in the log of each submission.
    let list = clerk.english().get("/desk/import").await.text();
    assert!(list.contains("599 taken") && list.contains("clerk先生"), "{list}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_is_said_to_be_wrong_at_its_columns_and_kept_and_shared() {
    let mut town = Town::new().await;
    let centre = town.centre();
    town.person("clerk2", &[(Role::Clerk, centre)]).await;
    let mut clerk = town.browser("clerk");
    let at = sent(&mut clerk, "x.csv", "a,b,c\n1,文,2026-05-01\n2,字,2026-05-02\n").await;
    let bad = press(&mut clerk, &at, "try", &[("c0", "external_id"), ("c1", "external_id"), ("kind", "")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = bad.text();
    for said in ["b：这一项已经由另一列对应了", "请指出哪一列是内容", "请选一个类别", "href=\"#f-c1\""] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    let good = [("c0", "external_id"), ("c1", "narrative"), ("c2", "submitted_at"), ("kind", "consultation"), ("series", "abc")];
    let unnamed = press(&mut clerk, &at, "keep", &good).await;
    assert_eq!(unnamed.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", unnamed.text());
    let kept = press(&mut clerk, &at, "keep", &[&good[..], &[("mapping_name", "三列表"), ("shared", "1")]].concat()).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());

    let mut second = town.browser("clerk2");
    let theirs = sent(&mut second, "y.csv", "a,b,c\n9,问,2026-05-03\n").await;
    let page = second.get(&theirs).await.text();
    assert!(page.contains("三列表") && page.contains("<option value=\"consultation\" selected>"), "chosen by itself: {page}");
    let list = second.get("/desk/import").await.text();
    assert!(list.contains("三列表") && list.contains("已共享") && !list.contains("/desk/import/mapping/"), "another's is not taken away");
    let own = clerk.get("/desk/import").await.text();
    let away = own.split("action=\"/desk/import/mapping/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(second.post(&format!("/desk/import/mapping/{away}"), &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(clerk.post(&format!("/desk/import/mapping/{away}"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(!second.get("/desk/import").await.text().contains("三列表"));

    assert_eq!(clerk.post(&at, &[("do", "discard")]).await.to(), "/desk/import");
    assert!(!job(&town, &at).await.file_kept, "the file is gone");
    for who in ["officer", "lead", "supervisor", "sysadmin", "audit"] {
        assert_eq!(town.browser(who).get(&theirs).await.status, StatusCode::NOT_FOUND, "{who}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_read_is_said_to_be_what_it_is() {
    let town = Town::new().await;
    let mut clerk = town.browser("clerk");
    let ole = [&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][..], &[0; 600]].concat();
    for (name, bytes, said) in [
        ("a.xls", ole, "旧版 Excel"),
        ("b.xlsx", b"PK\x03\x04 broken".to_vec(), "工作簿已损坏"),
        ("c.csv", b"%PDF-1.7 x".to_vec(), "这不是表格"),
        ("d.xls", b"<html></html>".to_vec(), "这是网页"),
        ("e.csv", Vec::new(), "文件"),
    ] {
        let page = clerk.upload("/desk/import", &[], (name, &bytes)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(page.text().contains(said), "{name}: {}", page.text());
    }
    assert!(clerk.get("/desk/import").await.text().contains("还没有导入过文件"), "nothing was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workbook_with_a_title_above_its_header_is_read_anew_as_set() {
    let town = Town::new().await;
    let mut clerk = town.browser("clerk");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "某县来件汇总").unwrap();
    for (c, (name, value)) in [("编号", "7"), ("内容", "要退款"), ("时间", "2026-05-01")].iter().enumerate() {
        sheet.write(1, c as u16, *name).unwrap();
        sheet.write(2, c as u16, *value).unwrap();
    }
    let at = sent(&mut clerk, "t.xlsx", book.save_to_buffer().unwrap()).await;
    assert!(clerk.get(&at).await.text().contains("某县来件汇总"));
    assert_eq!(press(&mut clerk, &at, "try", &[("skip", "1"), ("series", "t")]).await.status, StatusCode::SEE_OTHER);
    let page = clerk.get(&at).await.text();
    assert!(page.contains("<option value=\"narrative\" selected>") && page.contains("要退款"), "{page}");
    assert_eq!(press(&mut clerk, &at, "start", &[]).await.status, StatusCode::SEE_OTHER);
    work(&town).await;
    assert_eq!(counts(&town, &at).await, (State::Done, [1, 1, 0, 0, 0]));
}

/// A server that dies after rows were stored and before that was written down.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_stored_and_not_written_down_is_counted_once() {
    let town = Town::new().await;
    let mut clerk = town.browser("clerk");
    let twice = rows(1, 700) + &rows(1, 3)[HEADER.len()..];
    let at = sent(&mut clerk, "k.csv", &twice).await;
    press(&mut clerk, &at, "start", &[("kk0", "complaint"), ("series", "k")]).await;
    work(&town).await;
    assert_eq!(counts(&town, &at).await, (State::Done, [701, 699, 2, 0, 0]));
    // Put back to where the first stretch had been written down: the others are stored, and nobody knows.
    let mut back = job(&town, &at).await;
    (back.state, back.done, back.accepted, back.known) = (State::Running, 256, 256, 0);
    let unit = async move |tx: &mut store::engine::Tx| imports::update(tx, State::Done, &back).await;
    assert!(town.app.db().write(unit).await.unwrap());
    work(&town).await;
    assert_eq!(counts(&town, &at).await, (State::Done, [701, 699, 2, 0, 0]), "the same totals");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_taken_back_whole_or_says_who_stands_in_the_way_and_can_come_again() {
    let town = Town::new().await;
    let mut clerk = town.browser("clerk");
    let at = sent(&mut clerk, "u.csv", rows(1, 401)).await;
    press(&mut clerk, &at, "start", &[("kk0", "complaint"), ("series", "u")]).await;
    assert_eq!(clerk.post(&at, &[("do", "pause")]).await.status, StatusCode::SEE_OTHER);
    work(&town).await;
    assert_eq!(counts(&town, &at).await, (State::Paused, [0; 5]), "paused before a server took it up");
    assert!(clerk.get(&at).await.text().contains("已暂停"));
    clerk.post(&at, &[("do", "resume")]).await;
    work(&town).await;
    assert_eq!(counts(&town, &at).await, (State::Done, [400, 400, 0, 0, 0]));

    let scope = Scope::system(town.locality, Reason::Verify);
    let mut db = town.app.db().read().await.unwrap();
    let first = imports::brought(&mut db, &job(&town, &at).await, rules::ids::SubmissionId(Id::default()), 1).await.unwrap()[0];
    let token = store::cases::of_submission(&mut db, &scope, first).await.unwrap()[0].case.registration.token.clone();
    drop(db);
    town.send(&token).await;
    clerk.post(&at, &[("do", "undo")]).await;
    work(&town).await;
    let page = clerk.get(&at).await.text();
    assert!(page.contains("有 1 件已经有人办理，整批没有撤销"), "{page}");
    assert!(page.contains(&town.load(&token).await.case.registration.number), "{page}");
    assert_eq!(counts(&town, &at).await.0, State::Done, "nothing was taken back");

    town.act("clerk", &token, Action::TakeBack, &[("reason", "送错")]).await;
    clerk.post(&at, &[("do", "undo")]).await;
    work(&town).await;
    assert_eq!(counts(&town, &at).await.0, State::Undone);
    assert!(town.load(&token).await.case.undone);
    assert!(clerk.get("/desk/queue").await.text().contains("没有待分送的来件"), "the queue is empty again");

    let again = sent(&mut clerk, "u2.csv", rows(1, 401)).await;
    press(&mut clerk, &again, "check", &[("kk0", "complaint"), ("series", "u")]).await;
    work(&town).await;
    assert_eq!(counts(&town, &again).await, (State::Draft, [400, 400, 0, 0, 0]));
    press(&mut clerk, &again, "start", &[]).await;
    work(&town).await;
    assert_eq!(counts(&town, &again).await, (State::Done, [400, 400, 0, 0, 0]), "what was taken back comes in anew");
    town.pass(24 * 60 + 1);
    let page = clerk.get(&again).await.text();
    assert!(!page.contains("撤销这次导入"), "after a day it stays");
    clerk.post(&again, &[("do", "undo")]).await;
    assert_eq!(counts(&town, &again).await.0, State::Done);
    town.pass(8 * 24 * 60);
    job::sweep(&town.app).await.unwrap();
    assert!(!job(&town, &again).await.file_kept, "its file goes after a week");
}
