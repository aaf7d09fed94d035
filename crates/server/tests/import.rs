//! Importing files through the built binary: counts, bad rows, sending again, being killed in the middle.

mod common;

use common::{Database, Run, shared, start};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const MAPPING: &str = r#"series = "test"
historical = true
kind = "other"

[columns]
external_id = "编号"
title = "标题"
narrative = "内容"
submitted_at = "时间"
answer = "答复"
answered_at = "答复时间"
phone = "电话"
amount = "金额"

[kinds]
"#;
const HEADER: &str = "编号,标题,内容,时间,答复,答复时间,电话,金额\n";

/// A folder with a mapping and a store of its own.
struct Desk {
    dir: TempDir,
    store: Vec<String>,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("map.toml"), MAPPING).unwrap();
        let data = dir.path().join("data").to_str().unwrap().to_owned();
        Self { dir, store: vec!["--data".into(), data] }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn args<'a>(&'a self, file: &'a Path, mapping: &'a str, more: &[&'a str]) -> Vec<&'a str> {
        let mut args = vec!["import", file.to_str().unwrap(), "--mapping", mapping];
        args.extend(self.store.iter().map(String::as_str));
        args.extend_from_slice(more);
        args
    }

    fn import(&self, file: &Path, more: &[&str]) -> Run {
        let map = self.path("map.toml");
        common::run(&self.args(file, map.to_str().unwrap(), more))
    }

    fn verify(&self) {
        let mut args = vec!["verify"];
        args.extend(self.store.iter().map(String::as_str));
        let run = common::run(&args);
        assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    }
}

fn counts(accepted: u32, known: u32, changed: u32, rejected: u32) -> String {
    format!("accepted={accepted} already_known={known} changed={changed} rejected={rejected}\n")
}

fn rows(n: usize) -> String {
    let row = |i: usize| format!("{i},标题{i},\"第{i}封信，说了很多话。\n第二行\",2019/4/25 9:32:09,已办结,2019/5/10 14:56:53,,12.50\n");
    HEADER.to_owned() + &(1..=n).map(row).collect::<String>()
}

#[test]
fn once_and_again_and_changed() {
    let desk = Desk::new();
    let file = desk.file("a.csv", rows(40));
    let dry = desk.import(&file, &["--dry-run"]);
    assert_eq!(dry.success(), counts(40, 0, 0, 0));
    assert!(!desk.path("data").exists(), "a dry run makes nothing");
    let first = desk.import(&file, &[]);
    assert!(first.stderr.contains("locality 999999 was opened") && first.stderr.contains("40/40 rows"), "{}", first.stderr);
    assert_eq!(first.success(), counts(40, 0, 0, 0));
    assert_eq!(desk.import(&file, &[]).success(), counts(0, 40, 0, 0));
    assert_eq!(desk.import(&file, &["--json"]).success(), "{\"accepted\":0,\"already_known\":40,\"changed\":0,\"rejected\":0}\n");
    let other = desk.file("b.csv", rows(41).replace("第7封信", "另一封信"));
    assert_eq!(desk.import(&other, &["--dry-run"]).success(), counts(1, 39, 1, 0));
    assert_eq!(desk.import(&other, &[]).success(), counts(1, 39, 1, 0));
    assert_eq!(desk.import(&file, &["--series", "second"]).success(), counts(40, 0, 0, 0), "another series, other letters");
    let wrong = desk.import(&file, &["--locality", "330703"]);
    assert_eq!(wrong.code, Some(2), "{}", wrong.stderr);
    desk.verify();
}

#[test]
fn every_encoding_comes_out_the_same() {
    let text = rows(9).replace("标题3", "龘㛃䶮𬭎，“引号”");
    let gb = encoding_rs::GB18030.encode(&text).0.into_owned();
    let bom = [&[0xef, 0xbb, 0xbf], text.as_bytes()].concat();
    let desk = Desk::new();
    let crlf = text.replace("\n第二行", "第二行").replace('\n', "\r\n");
    assert_eq!(desk.import(&desk.file("u.csv", &text), &[]).success(), counts(9, 0, 0, 0));
    assert_eq!(desk.import(&desk.file("g.csv", gb.clone()), &[]).success(), counts(0, 9, 0, 0), "GB18030, found by looking");
    assert_eq!(desk.import(&desk.file("b.csv", bom), &[]).success(), counts(0, 9, 0, 0), "with a byte order mark");
    desk.file("map.toml", format!("encoding = \"gb18030\"\n{MAPPING}"));
    assert_eq!(desk.import(&desk.file("g.csv", gb), &[]).success(), counts(0, 9, 0, 0), "GB18030, named");
    let wrong = desk.import(&desk.file("u.csv", &text), &[]);
    assert_eq!(wrong.code, Some(2), "UTF-8 named GB18030: its columns are not there");
    desk.file("map.toml", MAPPING);
    let lines = desk.import(&desk.file("c.csv", crlf), &["--dry-run"]);
    assert_eq!(lines.success(), counts(0, 0, 9, 0), "one line fewer in each");
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let run = desk.import(&desk.file("w.csv", utf16), &[]);
    assert!(run.code == Some(2) && run.stderr.contains("UTF-16"), "{}", run.stderr);
}

/// Rows that are wrong, each with what is said about it.
const BAD: [(&str, &str); 14] = [
    ("1,,,2019/4/25 9:32:09,,,,", "column 内容: neither title nor text"),
    (",题,文,2019/4/25 9:32:09,,,,", "column 编号: the row has no number"),
    ("3,题,文,前天,,,,", "column 时间, value \"前天\": no date"),
    ("4,题,文,2019/2/30,,,,", "column 时间, value \"2019/2/30\": no date"),
    ("5,题,文,2119/2/3,,,,", "it lies in the future"),
    ("6,题,文,1819/2/3,,,,", "it lies before 1900"),
    ("7,题,文,2019/4/25,已办,,,", "column 答复时间: there is an answer, but not when"),
    ("8,题,文,2019/4/25,已办,2019/4/24,,", "column 答复时间, value \"2019/4/24\": the answer lies before the letter"),
    ("9,题,文,2019/4/25,,2019/5/1,,", "column 答复: there is a date of an answer"),
    ("10,题,文,2019/4/25,,,12,", "column 电话: "),
    ("11,题,文,2019/4/25,,,,-5", "column 金额, value \"-5\": "),
    ("12,题,文,2019/4/25,,,,十元", "column 金额, value \"十元\": "),
    ("13,题,文", "3 columns, the header has 8"),
    ("14,题,文,2019/4/25,,,,,,", "10 columns, the header has 8"),
];

#[test]
fn bad_rows_are_named_kept_and_can_be_mended() {
    let desk = Desk::new();
    let mut bytes = format!("{HEADER}100,好,的,2019-04-25T09:32,,,,\n").into_bytes();
    for (row, _) in BAD {
        bytes.extend_from_slice(row.as_bytes());
        bytes.push(b'\n');
    }
    bytes.extend_from_slice(b"15,\xff\xfe,x,2019/4/25,,,,\n");
    bytes.extend_from_slice("16,题,秘密的话13812345678,某天,,,13812345678,\n".as_bytes());
    bytes.extend_from_slice("17,题,\"从这里开始没有结束,2019/4/25,,,,\n18,题,文,2019/4/25,,,,\n".as_bytes());
    let file = desk.file("bad.csv", bytes);
    let rejects = desk.path("rejects.csv");
    let run = desk.import(&file, &["--rejects", rejects.to_str().unwrap()]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), counts(1, 0, 0, 17).as_str()), "{}", run.stderr);
    for (i, (_, said)) in BAD.iter().enumerate() {
        let begin = format!("row {} (line {})", i + 2, i + 3);
        assert!(run.stderr.lines().any(|l| l.starts_with(&begin) && l.contains(said)), "{begin} {said}\n{}", run.stderr);
    }
    assert!(run.stderr.contains("row 16 (line 17), column 标题: its bytes are not UTF-8"), "{}", run.stderr);
    assert!(run.stderr.contains("a quote opened in this row is never closed"), "{}", run.stderr);
    assert!(!run.stderr.contains("秘密") && !run.stderr.contains("13812345678"), "no personal value is told");

    let kept = std::fs::read_to_string(&rejects).unwrap();
    let header = kept.lines().next().unwrap();
    assert_eq!(header, "\u{feff}编号,标题,内容,时间,答复,答复时间,电话,金额,fangxin_row,fangxin_reason");
    assert!(kept.contains("秘密的话13812345678"), "to be mended it must be whole");
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&rejects).unwrap().permissions()) & 0o077, 0);

    let again = desk.import(&rejects, &["--rejects", desk.path("r2.csv").to_str().unwrap()]);
    assert_eq!(again.success(), counts(0, 0, 0, 17), "sent again unmended, nothing slips through");
    let same = desk.import(&rejects, &["--rejects", rejects.to_str().unwrap()]);
    assert!(same.code == Some(2) && same.stderr.contains("overwrite"), "{}", same.stderr);
    assert_eq!(std::fs::read_to_string(&rejects).unwrap(), kept, "the file being read is not written to");
    let mended = kept.replace("3,题,文,前天,", "3,题,文,2019/4/23,").replace("12,题,文,2019/4/25,,,,十元", "12,题,文,2019/4/25,,,,10元");
    let mended = desk.file("mended.csv", mended);
    assert_eq!(desk.import(&mended, &[]).success(), counts(2, 0, 0, 15));
    assert!(desk.path("data/rejects/mended.csv").exists(), "by default beside the store");
    desk.verify();
}

#[test]
fn rows_without_a_number_keep_theirs_when_mended() {
    let desk = Desk::new();
    desk.file(
        "map.toml",
        "series = \"plain\"\nhistorical = true\nkind = \"other\"\n[columns]\nnarrative = \"text\"\nsubmitted_at = \"when\"\n",
    );
    let file = desk.file("p.csv", "text,when\n第一,2019/1/1\n第二,某天\n第三,2019/1/3\n");
    let rejects = desk.path("r.csv");
    assert_eq!(desk.import(&file, &["--rejects", rejects.to_str().unwrap()]).success(), counts(2, 0, 0, 1));
    let mended = std::fs::read_to_string(&rejects).unwrap().replace("某天", "2019/1/2");
    assert_eq!(desk.import(&desk.file("m.csv", mended), &[]).success(), counts(1, 0, 0, 0));
    let whole = desk.file("w.csv", "text,when\n第一,2019/1/1\n第二,2019/1/2\n第三,2019/1/3\n");
    assert_eq!(desk.import(&whole, &[]).success(), counts(0, 3, 0, 0), "row 2 is row 2, wherever it came from");
}

#[test]
fn a_mapping_that_does_not_fit_names_line_and_column() {
    let desk = Desk::new();
    let file = desk.file("a.csv", "编号,标题\n1,题\n");
    let run = desk.import(&file, &[]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("map.toml:8: columns.narrative: the file has no column `内容`; it has 编号, 标题"), "{}", run.stderr);
    desk.file("map.toml", MAPPING.replace("title", "titel"));
    let run = desk.import(&file, &[]);
    assert!(run.code == Some(2) && run.stderr.contains("map.toml:7: columns.titel: no such field"), "{}", run.stderr);
    for (name, bytes) in [("empty.csv", ""), ("none.csv", "x")] {
        let path = desk.file(name, bytes);
        assert_eq!(desk.import(&path, &[]).code, Some(2));
    }
    assert_eq!(desk.import(Path::new("no-such-file.csv"), &[]).code, Some(2));
    assert!(!desk.path("data").exists());
}

#[test]
fn a_full_case_comes_in_with_its_clock() {
    let desk = Desk::new();
    let mapping = r#"series = "hotline"
[columns]
external_id = "id"
kind = "kind"
narrative = "text"
submitted_at = "at"
name = "name"
phone = "phone"
demand = "demand"
respondent_name = "shop"
[kinds]
"投诉" = "complaint"
"举报" = "report"
[demands]
"退款" = "refund"
"#;
    desk.file("map.toml", mapping);
    let text = "id,kind,text,at,name,phone,demand,shop\n1,投诉,退钱,2026-06-01 10:00,王㛃,13800000001,退款,某店\n\
        2,举报,有问题,2026-06-01 10:00,,,,某店\n3,表扬,很好,2026-06-01 10:00,,,,\n4,投诉,无日期,,,,,\n";
    let run = desk.import(&desk.file("k.csv", text), &[]);
    assert!(run.stderr.contains("column kind, value \"表扬\": not in the table [kinds]"), "{}", run.stderr);
    assert!(run.stderr.contains("column at: the date is missing"), "{}", run.stderr);
    assert_eq!(run.success(), counts(2, 0, 0, 2));
    desk.verify();
}

fn killed_in_the_middle(desk: &Desk) {
    const ROWS: usize = 1_500;
    let file = desk.file("big.csv", rows(ROWS));
    let map = desk.path("map.toml");
    for progress in [250, 750] {
        let mut first = start(&desk.args(&file, map.to_str().unwrap(), &[]));
        first.stderr_done(progress);
        first.kill9();
    }
    let run = desk.import(&file, &[]);
    let numbers: Vec<usize> = run.success().split(['=', ' ', '\n']).filter_map(|n| n.parse().ok()).collect();
    let [accepted, known, changed, rejected] = numbers[..] else { panic!("{numbers:?}") };
    assert_eq!((accepted + known, changed, rejected), (ROWS, 0, 0));
    assert!(known >= 750, "what was there before is known: {known}");
    assert_eq!(desk.import(&file, &[]).success(), counts(0, ROWS as u32, 0, 0));
    desk.verify();
}

#[test]
fn killed_in_the_middle_it_goes_on() {
    killed_in_the_middle(&Desk::new());
}

#[test]
fn asked_to_stop_it_counts_what_is_stored() {
    let desk = Desk::new();
    let file = desk.file("big.csv", rows(2_000));
    let map = desk.path("map.toml");
    let mut run = start(&desk.args(&file, map.to_str().unwrap(), &[]));
    run.stderr_done(250);
    assert_eq!(run.terminate(), Some(130), "{}", run.stderr());
    let told = run.rest();
    let stored: u32 = told.strip_prefix("accepted=").unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!((250..2_000).contains(&stored), "{told}");
    assert_eq!(desk.import(&file, &[]).success(), counts(2_000 - stored, stored, 0, 0));
}

#[test]
fn on_postgres_it_is_the_same() {
    let Some(database) = Database::new("import") else { return };
    let mut desk = Desk::new();
    let keys = desk.path("keys").to_str().unwrap().to_owned();
    desk.store = vec!["--database".into(), database.url(), "--keys".into(), keys];
    let file = desk.file("a.csv", rows(40));
    assert_eq!(desk.import(&file, &[]).success(), counts(40, 0, 0, 0));
    assert_eq!(desk.import(&file, &[]).success(), counts(0, 40, 0, 0));
    let other = desk.file("b.csv", rows(41).replace("第7封信", "另一封信"));
    assert_eq!(desk.import(&other, &[]).success(), counts(1, 39, 1, 0));
    killed_in_the_middle(&desk);
}

#[test]
fn the_real_letters_come_in() {
    let desk = Desk::new();
    let Some(letters) = shared("letters_train.csv") else { return };
    let run = common::run(&desk.args(&letters, "letters", &[]));
    assert_eq!(run.success(), counts(7_365, 0, 0, 3));
    assert_eq!(common::run(&desk.args(&letters, "letters", &[])).success(), counts(0, 7_365, 0, 3));
    let Some(replies) = shared("replies_gb18030.csv") else { return };
    assert_eq!(common::run(&desk.args(&replies, "replies", &[])).success(), counts(2_816, 0, 0, 0));
    desk.verify();
}

#[test]
fn the_real_workbook_comes_in() {
    let desk = Desk::new();
    let Some(topics) = shared("topics.xlsx") else { return };
    let args = desk.args(&topics, "topics", &[]);
    let mut first = start(&args);
    first.stderr_done(1_000);
    first.kill9();
    let run = common::run(&args);
    let numbers: Vec<u32> = run.success().split(['=', ' ', '\n']).filter_map(|n| n.parse().ok()).collect();
    assert_eq!((numbers[0] + numbers[1], numbers[2], numbers[3]), (4_326, 0, 0), "killed in the middle, nothing is lost or twice");
    assert_eq!(common::run(&args).success(), counts(0, 4_326, 0, 0));
    desk.verify();
}
