//! Ten thousand rows with more than three hundred kinds of faults: each is told with its row, its column, its value and why, in a sentence; the
//! rows can be fetched, mended and sent again.

use crate::files::{job, press, sent, work};
use crate::town::{Page, Town};
use fangxin::usecase::import::job::Report;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use store::imports::State;

const ROWS: usize = 10_000;
/// Columns that become lines of the text; wide sheets have as many.
const NOTES: usize = 72;

/// Columns of the sheet with the fields they are, and a value that is right.
const FIELDS: [(&str, &str, &str); 18] = [
    ("编号", "external_id", ""), // each row has its own
    ("类型", "kind", "投诉"),
    ("标题", "title", "退卡"),
    ("内容", "narrative", "要求退卡"),
    ("提交时间", "submitted_at", "2026-05-01 08:00"),
    ("转来时间", "received_at", "2026-05-01 09:00"),
    ("答复", "answer", "已联系"),
    ("答复时间", "answered_at", "2026-05-02 09:00"),
    ("诉求", "demand", "退款"),
    ("金额", "amount", "12.50"),
    ("姓名", "name", "王某"),
    ("电话", "phone", "13812345678"),
    ("地址", "address", "清河路1号"),
    ("身份证", "id_number", ""),
    ("商家", "respondent_name", "某店"),
    ("商家地址", "respondent_address", "清河路9号"),
    ("信用代码", "respondent_uscc", ""),
    ("商家电话", "respondent_phone", "13900001111"),
];

/// What is wrong with one cell: the raw JSON that stands there, the code it is told with, and the value that is told.
struct Fault {
    column: String,
    json: String,
    code: &'static str,
    value: String,
}

fn fault(column: &str, json: impl Into<String>, code: &'static str, value: &str) -> Fault {
    Fault { column: column.to_owned(), json: json.into(), code, value: value.to_owned() }
}

/// Every kind of fault, one each: by column and code no two are the same.
fn faults() -> Vec<Fault> {
    let columns: Vec<String> = FIELDS.iter().map(|f| f.0.to_owned()).chain((1..=NOTES).map(|n| format!("备注{n}"))).collect();
    let mut all = Vec::new();
    for column in &columns {
        all.push(fault(column, "[\"一\",\"二\"]", "nested", ""));
        all.push(fault(column, "\"\\ud800\"", "encoding", ""));
        all.push(fault(column, format!("\"一\",\"{column}\":\"二\""), "twice", ""));
    }
    let long = |n: usize| format!("\"{}\"", "文".repeat(n + 1));
    for (column, most) in [("编号", 100), ("标题", 1_000), ("姓名", 60), ("地址", 300), ("商家", 200), ("商家地址", 300)] {
        all.push(fault(column, long(most), "text_too_long", ""));
    }
    for n in 1..=NOTES {
        all.push(fault(&format!("备注{n}"), long(1_000), "text_too_long", ""));
    }
    for column in ["提交时间", "转来时间", "答复时间"] {
        all.push(fault(column, "\"某天\"", "not_a_date", "某天"));
        all.push(fault(column, "\"2126-05-01\"", "future", "2126-05-01"));
        all.push(fault(column, "\"1826-05-01\"", "ancient", "1826-05-01"));
    }
    all.extend([
        fault("编号", "\"\"", "no_number", ""),
        fault("内容", "\"\",\"标题\":null", "no_text", ""),
        fault("转来时间", "\"2026-04-01\"", "before_submission", "2026-04-01"),
        fault("答复", "\"\"", "no_answer", ""),
        fault("答复时间", "\"\"", "no_answer_date", ""),
        fault("答复时间", "\"2026-04-01\"", "answer_early", "2026-04-01"),
        fault("类型", "\"\"", "no_kind", ""),
        fault("类型", "\"闲聊\"", "unknown_kind", "闲聊"),
        fault("诉求", "\"道歉\"", "unknown_demand", "道歉"),
        fault("金额", "\"十元\"", "money_not_a_number", "十元"),
        fault("金额", "-5", "money_negative", "-5"),
        fault("金额", "1.234", "money_too_precise", "1.234"),
        fault("金额", "99999999999999999999", "money_too_large", "99999999999999999999"),
    ]);
    all
}

/// A row as a line; what is wrong replaces the good value of its column. The first row names every column, the others leave out what need not
/// be there.
fn line(n: usize, wrong: Option<&Fault>) -> String {
    let column = wrong.map_or("", |w| w.column.as_str());
    let needed = ["编号", "类型", "内容", "提交时间"];
    // An answer and its time come together.
    let beside = if column.starts_with("答复") { ["答复", "答复时间"] } else { ["", ""] };
    let stands = |c: &str| n == 1 || c == column || needed.contains(&c) || beside.contains(&c);
    // 内容 wants 标题 empty too: its fault brings that with it.
    let skip = |c: &str| wrong.is_some_and(|w| w.code == "no_text" && c == "标题");
    let own = format!("\"R-{n}\"");
    let good = FIELDS.iter().map(|(c, f, v)| ((*c).to_owned(), if *f == "external_id" { own.clone() } else { format!("\"{v}\"") }));
    let notes = (1..=NOTES).map(|k| (format!("备注{k}"), "\"\"".to_owned()));
    let mut out = String::from("{");
    for (name, value) in good.chain(notes).filter(|(c, _)| stands(c) && !skip(c)) {
        let value = wrong.filter(|w| w.column == name).map_or(&value, |w| &w.json);
        let comma = if out.len() > 1 { "," } else { "" };
        write!(out, "{comma}\"{name}\":{value}").unwrap();
    }
    out + "}\n"
}

fn words(page: &Page) -> String {
    let text = page.text();
    let main = text.split("<main").nth(1).unwrap_or_default().to_owned();
    main.split('<').filter_map(|t| t.split_once('>')).map(|(_, t)| t.trim()).filter(|t| !t.is_empty()).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_three_hundred_kinds_of_faults_is_told_with_row_column_value_and_reason() {
    let faults = faults();
    let distinct: BTreeMap<(&str, &str), usize> = faults.iter().enumerate().map(|(i, f)| ((f.column.as_str(), f.code), i)).collect();
    assert_eq!(distinct.len(), faults.len(), "no kind stands there twice");
    assert!(faults.len() >= 300, "{}", faults.len());
    // Every seventh row is good.
    let wrong = |n: usize| (!n.is_multiple_of(7)).then(|| &faults[n % faults.len()]);
    let text: String = (1..=ROWS).map(|n| line(n, wrong(n))).collect();
    let good = (1..=ROWS).filter(|n| wrong(*n).is_none()).count();

    let town = Town::new().await;
    let mut clerk = town.browser("clerk");
    let at = sent(&mut clerk, "一万行.jsonl", &text).await;
    // What a column's name cannot tell is chosen by hand.
    let uses = FIELDS.iter().map(|f| f.1).chain((0..NOTES).map(|_| "note"));
    let uses: Vec<(String, &str)> = uses.enumerate().map(|(i, field)| (format!("c{i}"), field)).collect();
    let mut changed: Vec<(&str, &str)> = uses.iter().map(|(n, f)| (n.as_str(), *f)).collect();
    changed.extend([("series", "f"), ("historical", "1")]);
    let tried = press(&mut clerk, &at, "try", &changed).await;
    assert_eq!(tried.status.as_u16(), 303, "{}", words(&tried));
    // What the kinds and demands mean is asked once their columns are known.
    let page = clerk.get(&at).await;
    let text_of = page.text();
    let meaning = |value: &str, means: &str| {
        let name = text_of.split(&format!("value=\"{value}\"")).nth(1).unwrap_or_else(|| panic!("{value} is asked"));
        let name = name.split("name=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        (name, means.to_owned())
    };
    let meanings = [meaning("投诉", "complaint"), meaning("退款", "refund")];
    let changed: Vec<(&str, &str)> = meanings.iter().map(|(n, m)| (n.as_str(), m.as_str())).chain([("kind", "")]).collect();
    let checked = press(&mut clerk, &at, "check", &changed).await;
    assert_eq!(checked.status.as_u16(), 303, "{}", words(&checked));
    work(&town).await;
    let looked = job(&town, &at).await;
    assert_eq!(
        (looked.state, looked.done, looked.accepted, looked.rejected),
        (State::Draft, ROWS as i64, good as i64, (ROWS - good) as i64)
    );

    // The report: every kind with how often and where first.
    let report = Report::of(&looked);
    let mut expected: BTreeMap<(String, String), (u64, u64)> = BTreeMap::new();
    for n in 1..=ROWS {
        if let Some(f) = wrong(n) {
            let entry = expected.entry((f.column.clone(), f.code.to_owned())).or_insert((0, n as u64));
            entry.0 += 1;
        }
    }
    assert_eq!(expected.len(), faults.len(), "ten thousand rows hold every kind");
    let told: BTreeMap<(String, String), (u64, u64)> =
        report.kinds.iter().map(|k| ((k.column.clone(), k.code.clone()), (k.count, k.first))).collect();
    for (kind, counts) in &expected {
        assert_eq!(told.get(kind), Some(counts), "{kind:?}");
    }
    assert_eq!(told.len(), expected.len());
    for row in &report.rows {
        let f = wrong(usize::try_from(row.row).unwrap()).unwrap();
        assert_eq!((&row.column, row.code.as_str(), &row.value, row.line), (&f.column, f.code, &f.value, row.row), "row {}", row.row);
    }

    // The page says each in a sentence, in three languages; none is left as a code.
    for lang in ["zh-CN", "en", "zh-TW"] {
        clerk.cookies.insert("lang".into(), lang.into());
        let page = clerk.get(&at).await.text();
        let kinds = page.split("id=\"h-kinds\"").nth(1).unwrap().split("id=\"h-bad\"").next().unwrap();
        let reasons: Vec<&str> = kinds.split("<tr><th scope=\"row\">").skip(1).map(|r| r.split("</th>").next().unwrap()).collect();
        assert_eq!(reasons.len(), faults.len(), "{lang}");
        for reason in reasons {
            assert!(reason.chars().count() >= 3 && !reason.contains('_') && !reason.starts_with("import-"), "{lang}: {reason}");
        }
    }

    // The rejected rows, one by one, with the row they stood in.
    clerk.cookies.insert("lang".into(), "zh-CN".into());
    let csv = clerk.get(&format!("{at}/rejects")).await;
    let mut reader = csv_lines(&csv.text());
    let header = reader.remove(0);
    let row_at = header.iter().position(|h| h == "fangxin_row").unwrap();
    let reason_at = header.iter().position(|h| h == "fangxin_reason").unwrap();
    assert_eq!(reader.len(), ROWS - good);
    for record in &reader {
        let n: usize = record[row_at].parse().unwrap();
        let f = wrong(n).unwrap_or_else(|| panic!("row {n} was good"));
        assert!(record[reason_at].contains(&f.column), "row {n}: {} names {}", record[reason_at], f.column);
        let cell = &record[header.iter().position(|h| *h == f.column).unwrap()];
        assert!(cell.contains(&f.value), "row {n}: {} stands in its column, {cell}", f.value);
    }
}

/// Records of a CSV file as it is fetched.
fn csv_lines(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn the_good_rows_are_good_json() {
    let value: Value = serde_json::from_str(&line(1, None)).unwrap();
    assert_eq!(value.as_object().unwrap().len(), FIELDS.len() + NOTES);
}
