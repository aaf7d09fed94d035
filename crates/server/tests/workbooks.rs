//! Workbooks and JSON Lines: what comes out of good ones, what is said about bad ones, and that nothing a file holds brings a reader down.

#[path = "../../../fuzz/fuzz_targets/common.rs"]
mod fuzzed;

use fangxin::usecase::import::mapping::{self, Mapping};
use fangxin::usecase::import::row::{self, Bad};
use fangxin::usecase::import::source::{Closed, Input, Rows, Shape};
use fangxin::usecase::import::table::Table;
use fangxin::usecase::submit::Incoming;
use proptest::prelude::*;
use rules::time::Instant;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn now() -> Instant {
    Instant::at("2026-06-01T12:00".parse().unwrap())
}

fn input(name: &str, bytes: impl Into<Vec<u8>>) -> Input {
    Input::Memory(name.into(), bytes.into().into())
}

/// Everything a file yields under a mapping.
fn read(input: &Input, mapping: &str) -> Vec<Result<Incoming, Box<Bad>>> {
    let mapping = Mapping::parse("test", mapping).unwrap();
    let mut table = Table::open(input, &mapping).unwrap();
    let mut out = Vec::new();
    while let Some(record) = table.read().unwrap() {
        out.push(row::read(&record, &table, &mapping, now()));
    }
    assert_eq!(out.len() as u64, table.rows());
    out
}

fn cells(input: &Input, shape: &Shape) -> Vec<Vec<String>> {
    let mut rows = Rows::open(input, shape).unwrap();
    let mut out = vec![rows.header.clone()];
    while let Some(r) = rows.read().unwrap() {
        out.push(r.cells);
    }
    out
}

const MAP: &str = r#"series = "t"
[columns]
external_id = "编号"
kind = "类型"
narrative = "内容"
submitted_at = "时间"
phone = "电话"
amount = "金额"
[kinds]
"投诉" = "complaint"
"#;

fn workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let hidden = book.add_worksheet();
    hidden.set_name("说明").unwrap().set_hidden(true).write(0, 0, "不要读这里").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("工单").unwrap().set_active(true);
    for (c, name) in ["编号", "类型", "内容", "时间", "电话", "金额"].iter().enumerate() {
        sheet.write(0, c as u16, *name).unwrap();
    }
    let dates = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    let when = ExcelDateTime::from_ymd(2026, 5, 3).unwrap().and_hms(9, 32, 9).unwrap();
    sheet.write(1, 0, 1001).unwrap();
    sheet.write(1, 1, "投诉").unwrap();
    sheet.write(1, 2, "要求退卡。\n第二行").unwrap();
    sheet.write_with_format(1, 3, &when, &dates).unwrap();
    sheet.write(1, 4, 13_812_345_678_i64).unwrap();
    sheet.write(1, 5, 0.1 + 0.2 + 12.0).unwrap();
    // Row 3 of the sheet is empty.
    sheet.write(3, 0, "A-7").unwrap();
    sheet.write(3, 1, "投诉").unwrap();
    sheet.write(3, 2, "第二件").unwrap();
    sheet.write(3, 3, "2026年5月4日").unwrap();
    sheet.write(4, 0, 123_456_789_012_345_678_f64).unwrap();
    sheet.write(4, 2, "编号太长").unwrap();
    sheet.write(5, 0, 9).unwrap();
    sheet.write(5, 2, "多一格").unwrap();
    sheet.write(5, 9, "x").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_is_read_as_a_person_would_read_it() {
    let all = read(&input("a.xlsx", workbook()), MAP);
    let first = all[0].as_ref().unwrap();
    assert_eq!((first.external_id.as_str(), first.phone.as_str()), ("1001", "13812345678"));
    assert_eq!(first.parts[0].narrative, "要求退卡。\n第二行");
    assert_eq!(first.parts[0].amount.unwrap().0, 1230, "12.3, without the noise of binary fractions");
    assert_eq!(first.received_at, Some(Instant::at("2026-05-03T09:32:09".parse().unwrap())));
    assert_eq!(all[1].as_ref().unwrap().external_id, "A-7");
    let bad: Vec<_> = all[2..].iter().map(|r| r.as_ref().unwrap_err()).map(|b| (b.row, b.line, b.column.as_str(), b.code)).collect();
    assert_eq!(bad, [(4, 5, "编号", "digits"), (5, 6, "", "ragged")], "rows as the sheet counts them");
}

#[test]
fn a_sheet_can_be_named_and_rows_above_the_header_left_out() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("一").unwrap().write(0, 0, "别的").unwrap();
    let sheet = book.add_worksheet().set_name("二").unwrap();
    sheet.write(0, 0, "某市工单汇总表").unwrap();
    sheet.write(2, 0, "编号").unwrap().write(2, 1, "内容").unwrap();
    sheet.write(3, 0, "1").unwrap().write(3, 1, "文").unwrap();
    let file = input("b.xlsx", book.save_to_buffer().unwrap());
    let shape = Shape { sheet: Some("二".into()), skip: 1, ..Shape::default() };
    assert_eq!(cells(&file, &shape), [["编号", "内容"], ["1", "文"]]);
    let none = Rows::open(&file, &Shape { sheet: Some("三".into()), ..Shape::default() }).unwrap_err();
    assert!(matches!(none, Closed::Unfit(u) if u.code == "no_sheet"));
    let csv = input("b.csv", "某市工单汇总表\n编号,内容\n1,文\n");
    assert_eq!(cells(&csv, &Shape { skip: 1, ..Shape::default() }), [["编号", "内容"], ["1", "文"]]);
}

#[test]
fn the_same_rows_are_the_same_in_every_format() {
    let csv = input("a.csv", "编号,类型,内容,时间,电话,金额\n1,投诉,一,2026-05-01 08:00:00,13812345678,12.50\n2,投诉,二,2026-05-01,,\n");
    let json = "{\"编号\":1,\"类型\":\"投诉\",\"内容\":\"一\",\"时间\":\"2026-05-01T08:00\",\"电话\":13812345678,\"金额\":12.50}\n\
        {\"编号\":\"2\",\"类型\":\"投诉\",\"内容\":\"二\",\"时间\":\"2026/5/1\",\"电话\":null}\n";
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let rows = [
        ["编号", "类型", "内容", "时间", "电话", "金额"],
        ["1", "投诉", "一", "2026-5-1 8:00", "13812345678", "12.5"],
        ["2", "投诉", "二", "2026.5.1", "", ""],
    ];
    for (r, row) in rows.iter().enumerate() {
        for (c, cell) in row.iter().enumerate() {
            sheet.write(r as u32, c as u16, *cell).unwrap();
        }
    }
    let all = |i: &Input| read(i, MAP).into_iter().map(|r| format!("{:?}", r.unwrap())).collect::<Vec<_>>();
    assert_eq!(all(&csv), all(&input("a.jsonl", json)));
    assert_eq!(all(&csv), all(&input("a.xlsx", book.save_to_buffer().unwrap())));
}

// ---- bad workbooks

/// An archive with these parts.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const TYPES: &[u8] = br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const RELS: &[u8] = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &[u8] = br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const BOOK_RELS: &[u8] = br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

/// A workbook with this sheet and these further parts.
fn hand_made(sheet: &[u8], more: &[(&str, &[u8])]) -> Vec<u8> {
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    parts.extend_from_slice(more);
    archive(&parts)
}

fn sheet(rows: &str) -> Vec<u8> {
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").into_bytes()
}

const ROWS: &str =
    r#"<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>x</t></is></c></row>"#;

fn refused(bytes: Vec<u8>) -> &'static str {
    match Rows::open(&input("a.xlsx", bytes), &Shape::default()) {
        Ok(mut rows) => {
            while rows.read().unwrap().is_some() {}
            "read"
        }
        Err(Closed::Unfit(u)) => {
            assert!(u.to_string().len() > u.code.len() + 5, "a sentence: {u}");
            u.code
        }
        Err(Closed::Io(e)) => panic!("{e}"),
    }
}

#[test]
fn a_bad_workbook_is_told_what_it_is() {
    assert_eq!(refused(hand_made(&sheet(ROWS), &[])), "read");
    assert_eq!(refused(hand_made(&sheet(ROWS), &[("xl/vbaProject.bin", b"x")])), "macros");
    assert_eq!(refused(archive(&[("word/document.xml", b"<a/>"), ("[Content_Types].xml", TYPES)])), "not_a_workbook");
    assert_eq!(refused(archive(&[("EncryptedPackage", b"x")])), "encrypted");
    let whole = workbook();
    assert_eq!(refused(whole[..whole.len() / 2].to_vec()), "broken");
    assert_eq!(refused(b"PK\x03\x04 and nothing more".to_vec()), "broken");
    assert_eq!(refused(hand_made(&sheet(""), &[])), "no_table");
    assert_eq!(refused(hand_made(b"<worksheet><sheetData><row r=\"1\"><c r=\"A1\"", &[])), "broken_row");
    let back = ROWS.replace("r=\"2\"", "r=\"5\"").replace("A2", "A5") + &ROWS.replace("r=\"1\"", "r=\"3\"").replace("A1", "A3");
    assert_eq!(refused(hand_made(&sheet(&back), &[])), "broken_row", "cells that jump back");
    let far = ROWS.replace("r=\"2\"", "r=\"42949672960\"").replace("A2", "A42949672960");
    assert_eq!(refused(hand_made(&sheet(&far), &[])), "broken", "a row number beyond any");
    let wide: String = (0..600).map(|n| format!("<c t=\"inlineStr\"><is><t>{n}</t></is></c>")).collect();
    assert_eq!(refused(hand_made(&sheet(&format!("<row r=\"1\">{wide}</row>")), &[])), "columns");
}

#[test]
fn a_bomb_is_not_unpacked() {
    let zeros = vec![b' '; 20 << 20];
    let blank = [b"<worksheet><sheetData>".as_slice(), &zeros, ROWS.as_bytes(), b"</sheetData></worksheet>"].concat();
    assert_eq!(refused(hand_made(&blank, &[])), "bomb", "unpacks to a thousand times its size");
    assert_eq!(refused(hand_made(&sheet(ROWS), &[("xl/media/a.png", &zeros)])), "bomb", "wherever it lies");
    let claim = br#"<sst xmlns="x" count="1" uniqueCount="99999999999999"><si><t>a</t></si></sst>"#;
    assert_eq!(refused(hand_made(&sheet(ROWS), &[("xl/sharedStrings.xml", claim)])), "strings", "room for what is only claimed");
    let claim = br#"<sst uniqueCount   =   "99999999999999"><si><t>a</t></si></sst>"#;
    assert_eq!(refused(hand_made(&sheet(ROWS), &[("xl/SharedStrings.xml", claim)])), "strings");
    let many: Vec<(String, Vec<u8>)> = (0..2_100).map(|n| (format!("x/{n}"), Vec::new())).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(n, b)| (n.as_str(), b.as_slice())).collect();
    assert_eq!(refused(hand_made(&sheet(ROWS), &many)), "bomb", "more parts than any workbook");
}

#[test]
fn a_part_larger_than_any_is_not_read_on() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let styles = vec![b'x'; 17 << 20];
    for (name, bytes) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELS),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS),
        ("xl/worksheets/sheet1.xml", &sheet(ROWS)),
        ("xl/styles.xml", &styles),
    ] {
        zip.start_file(name, plain).unwrap();
        zip.write_all(bytes).unwrap();
    }
    assert_eq!(refused(zip.finish().unwrap().into_inner()), "large");
}

// ---- the mappings that come with the program

/// A sheet as an example mapping expects it, with its rows.
fn example(name: &str, rows: &[&[(&str, &str)]]) -> Vec<Result<Incoming, Box<Bad>>> {
    let text = mapping::shipped(name).unwrap();
    assert!(text.starts_with("# EXAMPLE."), "{name}");
    let parsed = Mapping::parse(name, &text).unwrap();
    let mut columns: Vec<String> = parsed.columns.values().map(|c| c.get_ref().clone()).collect();
    columns.extend(parsed.notes.iter().map(|c| c.get_ref().clone()));
    columns.extend(parsed.ignored.iter().cloned());
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (c, column) in columns.iter().enumerate() {
        sheet.write(0, c as u16, column).unwrap();
    }
    for (r, row) in rows.iter().enumerate() {
        for (column, value) in *row {
            let c = columns.iter().position(|name| name == column).unwrap_or_else(|| panic!("{name}: {column}"));
            sheet.write(r as u32 + 1, c as u16, *value).unwrap();
        }
    }
    let file = input("a.xlsx", book.save_to_buffer().unwrap());
    assert!(Table::open(&file, &parsed).unwrap().unmentioned.is_empty(), "{name}: every column is mentioned");
    read(&file, &text)
}

fn kinds(all: &[Result<Incoming, Box<Bad>>]) -> Vec<&'static str> {
    all.iter().map(|r| r.as_ref().map_or_else(|b| b.code, |i| i.parts[0].kind.unwrap().code())).collect()
}

#[test]
fn the_example_mappings_read_the_sheets_they_describe() {
    let sheet = example(
        "hotline-12345",
        &[
            &[
                ("工单编号", "GD-1"),
                ("诉求类型", "投诉"),
                ("工单标题", "退卡"),
                ("诉求内容", "要求退卡"),
                ("来电时间", "2026-05-01 09:00"),
                ("派单时间", "2026-05-01 10:00"),
                ("来电人", "王某"),
                ("来电号码", "13800000001"),
                ("被反映单位", "某店"),
                ("诉求目的", "退款"),
                ("涉及金额", "380元"),
                ("紧急程度", "一般"),
            ],
            &[("工单编号", "GD-2"), ("诉求类型", "表扬"), ("诉求内容", "很好"), ("来电时间", "2026-05-01 09:00")],
            &[("工单编号", "GD-3"), ("诉求类型", "闲聊"), ("诉求内容", "喂"), ("来电时间", "2026-05-01 09:00")],
            &[("工单编号", "GD-4"), ("诉求类型", "投诉"), ("诉求内容", "没有时间")],
        ],
    );
    assert_eq!(kinds(&sheet), ["complaint", "other", "unknown_kind", "no_date"]);
    let first = sheet[0].as_ref().unwrap();
    assert_eq!(first.parts[0].narrative, "要求退卡\n紧急程度：一般");
    assert_eq!(first.organ_at, Some(Instant::at("2026-05-01T10:00".parse().unwrap())));
    let sheet = example(
        "national-platform",
        &[
            &[
                ("登记编号", "N1"),
                ("信息类型", "投诉"),
                ("问题描述", "假货"),
                ("登记时间", "2026-05-01"),
                ("统一社会信用代码", "91330100799655058B"),
                ("投诉请求", "退还货款和服务费用"),
            ],
            &[("登记编号", "N2"), ("信息类型", "举报"), ("问题描述", "假货"), ("登记时间", "2026-05-01")],
            &[
                ("登记编号", "N3"),
                ("信息类型", "投诉"),
                ("问题描述", "假货"),
                ("登记时间", "2026-05-01"),
                ("统一社会信用代码", "91330100799655058C"),
            ],
        ],
    );
    assert_eq!(kinds(&sheet), ["complaint", "report", "uscc_check"]);
    let sheet = example(
        "zhexiaobao",
        &[&[
            ("投诉编号", "Z1"),
            ("投诉内容", "退款"),
            ("提交时间", "2026/5/1 9:00"),
            ("消费者手机", "13800000001"),
            ("消费者诉求", "退货退款"),
            ("争议金额", "1,299.00"),
        ]],
    );
    assert_eq!(kinds(&sheet), ["complaint"]);
    assert_eq!(sheet[0].as_ref().unwrap().parts[0].amount.unwrap().0, 129_900);
    let sheet = example(
        "minhuwowei",
        &[
            &[
                ("受理编码", "M1"),
                ("信件目的", "检举控告"),
                ("信件标题", "无照经营"),
                ("登记时间", "2026-05-01 08:30"),
                ("交办时间", "2026-05-01 08:00"),
            ],
            &[("受理编码", "M2"), ("信件目的", "咨询"), ("信件内容", "如何"), ("登记时间", "2026-05-01 08:30")],
        ],
    );
    assert_eq!(kinds(&sheet), ["before_submission", "consultation"]);
}

// ---- whatever the bytes

/// Opens and reads to the end, whatever it is; only a panic or an endless row would fail.
fn survive(name: &str, bytes: Vec<u8>, shape: &Shape) {
    let file = input(name, bytes);
    if let Ok(mut rows) = Rows::open(&file, shape) {
        while let Ok(Some(_)) = rows.read() {}
    }
    let mapping = Mapping::parse("m", MAP).unwrap();
    if let Ok(mut table) = Table::open(&file, &mapping) {
        while let Ok(Some(record)) = table.read() {
            let _ = row::read(&record, &table, &mapping, now());
        }
    }
}

const CSV: &str = "编号,类型,内容,时间,电话,金额\n1,投诉,\"一,\n二\",2026-05-01 08:00:00,13812345678,12.50\n";
const JSONL: &str = "{\"编号\":1,\"类型\":\"投诉\",\"内容\":\"一\\u4e00\",\"时间\":\"2026-05-01\"}\n{\"编号\":[1,{}],\"内容\":null}\n";

/// Bytes of a good file with some of them changed, cut out or doubled.
fn mutated(good: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let edit = (any::<prop::sample::Index>(), 0..4_u8, any::<u8>(), 1..40_usize);
    prop::collection::vec(edit, 1..12).prop_map(move |edits| {
        let mut bytes = good.clone();
        for (at, how, byte, n) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            let end = (at + n).min(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => drop(bytes.drain(at..end)),
                2 => drop(bytes.splice(at..at, std::iter::repeat_n(byte, n))),
                _ => {
                    let copy = bytes[at..end].to_vec();
                    drop(bytes.splice(end..end, copy));
                }
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..2_000), skip in 0..3_u32) {
        for name in ["a.csv", "a.jsonl", "a.xlsx"] {
            survive(name, bytes.clone(), &Shape { skip, ..Shape::default() });
        }
        let _ = Mapping::parse("m", &String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn a_damaged_text_is_survived(csv in mutated(CSV.into()), json in mutated(JSONL.into())) {
        survive("a.csv", csv, &Shape::default());
        survive("a.jsonl", json, &Shape::default());
    }

    #[test]
    fn a_damaged_mapping_is_survived(bytes in mutated(MAP.into())) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Err(e) = Mapping::parse("m", &text) {
            prop_assert!(e.line >= 1 && !e.message.is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_workbook_is_survived(bytes in mutated(workbook())) {
        survive("a.xlsx", bytes, &Shape::default());
    }

    /// The damage lies inside the archive, where the checksum is right again.
    #[test]
    fn a_damaged_sheet_is_survived(bytes in mutated(sheet(ROWS)), strings in mutated(b"<sst uniqueCount=\"2\"><si><t>a</t></si><si><r><t>b</t></r></si></sst>".to_vec()), styles in mutated(b"<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy\"/></numFmts><cellXfs><xf numFmtId=\"164\"/></cellXfs></styleSheet>".to_vec())) {
        survive("a.xlsx", hand_made(&bytes, &[("xl/sharedStrings.xml", &strings), ("xl/styles.xml", &styles)]), &Shape::default());
    }
}

#[test]
fn behind_the_last_row_there_is_none_however_often_it_is_asked() {
    for (name, bytes) in [("a.xlsx", workbook()), ("a.csv", CSV.into()), ("a.jsonl", JSONL.into())] {
        let mut rows = Rows::open(&input(name, bytes), &Shape::default()).unwrap();
        while rows.read().unwrap().is_some() {}
        assert!(rows.read().unwrap().is_none() && rows.read().unwrap().is_none(), "{name}");
    }
}

/// What the fuzzers begin with, and what they have found and was mended.
#[test]
fn every_seed_of_the_fuzzers_is_survived() {
    let seeds = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    let mut run = 0;
    for folder in std::fs::read_dir(&seeds).unwrap() {
        let folder = folder.unwrap().path();
        let target = folder.file_name().unwrap().to_str().unwrap().to_owned();
        for seed in std::fs::read_dir(&folder).unwrap() {
            let data = std::fs::read(seed.unwrap().path()).unwrap();
            match target.as_str() {
                "csv" => fuzzed::file("a.csv", &data),
                "jsonl" => fuzzed::file("a.jsonl", &data),
                "xlsx" => fuzzed::workbook(&data),
                "mapping" => fuzzed::mapping(&data),
                "mail" => fuzzed::mail(&data),
                other => panic!("nobody runs the seeds of {other}"),
            }
            run += 1;
        }
    }
    assert!(run >= 4, "{run}");
}
