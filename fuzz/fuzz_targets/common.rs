//! What each target does with its bytes. `crates/server/tests/workbooks.rs` does the same with the seeds, so that a finding that was mended
//! stays mended.

use fangxin::usecase::import::draft::Draft;
use fangxin::usecase::import::mapping::Mapping;
use fangxin::usecase::import::row;
use fangxin::usecase::import::source::{Input, Rows, Shape};
use fangxin::usecase::import::table::Table;
use rules::time::Instant;
use std::io::{Cursor, Write as _};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const MAPPING: &str = "series = \"f\"\nkind = \"other\"\n[columns]\nnarrative = \"a\"\nsubmitted_at = \"b\"\namount = \"c\"\n";

/// A file: opened, read to its end, and each row read under a mapping. The first byte says how it is laid out.
pub fn file(name: &str, data: &[u8]) {
    let (skip, data) = data.split_first().map_or((0, data), |(first, rest)| (u32::from(*first) % 4, rest));
    laid_out(name, data, skip);
}

fn laid_out(name: &str, data: &[u8], skip: u32) {
    let file = Input::Memory(name.into(), data.into());
    if let Ok(mut rows) = Rows::open(&file, &Shape { skip, ..Shape::default() }) {
        while let Ok(Some(_)) = rows.read() {}
    }
    let Ok(mapping) = Mapping::parse("f", MAPPING) else { return };
    if let Ok(mut table) = Table::open(&file, &mapping) {
        while let Ok(Some(record)) = table.read() {
            let _ = row::read(&record, &table, &mapping, Instant(1_780_000_000_000_000));
        }
    }
}

/// A workbook: the bytes are the whole file where they begin as an archive does; else the sheet of a workbook that is whole around it, so that
/// the fuzzer gets past the archive's checksums.
pub fn workbook(data: &[u8]) {
    if data.starts_with(b"PK") {
        laid_out("a.xlsx", data, 0);
    } else if let Some(whole) = around(data) {
        laid_out("a.xlsx", &whole, 0);
    }
}

const TYPES: &str = "<Types/>";
const RELS: &str = "<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
const BOOK: &str = "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
const BOOK_RELS: &str = "<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";

fn around(data: &[u8]) -> Option<Vec<u8>> {
    // Two parts are the fuzzer's: the sheet, and the table of shared texts behind a zero byte.
    let mut parts = data.splitn(2, |b| *b == 0);
    let (sheet, strings) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let fixed =
        [("[Content_Types].xml", TYPES), ("_rels/.rels", RELS), ("xl/workbook.xml", BOOK), ("xl/_rels/workbook.xml.rels", BOOK_RELS)];
    let all =
        fixed.map(|(n, t)| (n, t.as_bytes())).into_iter().chain([("xl/worksheets/sheet1.xml", sheet), ("xl/sharedStrings.xml", strings)]);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in all {
        zip.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).ok()?;
        zip.write_all(bytes).ok()?;
    }
    Some(zip.finish().ok()?.into_inner())
}

/// A mapping; what the form makes of one, it makes again of its own.
pub fn mapping(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let header = ["a".to_owned(), "b".to_owned()];
    if let Ok(mapping) = Mapping::parse("f", &text) {
        assert!(!mapping.series.is_empty());
    }
    let draft = Draft::of(&text, &header);
    if draft.check().is_ok() {
        assert!(Mapping::parse("f", &draft.text()).is_ok(), "{}", draft.text());
        assert_eq!(Draft::of(&draft.text(), &header).columns, draft.columns);
    }
}

/// A mail: whatever the bytes are, what is taken from it is bounded and clean, and reading it twice gives the same.
pub fn mail(data: &[u8]) {
    use fangxin::usecase::mail::parse::{MAX_FILES, parse};
    let mail = parse(data);
    assert!(mail.files.len() <= MAX_FILES && (mail.beyond == 0 || mail.files.len() == MAX_FILES));
    assert!(mail.text.chars().count() <= 20_000 && mail.subject.chars().count() <= 200 && mail.name.chars().count() <= 60);
    for line in [&mail.subject, &mail.name].into_iter().chain(mail.files.iter().map(|f| &f.name)) {
        assert!(!line.contains(char::is_control), "{line:?}");
    }
    assert!(!mail.text.contains(|c: char| c.is_control() && c != '\n'), "{:?}", mail.text);
    // An address goes into the header of an answer: nothing in it may begin another.
    assert!(
        mail.from.iter().all(|a| a.contains('@') && !a.contains(|c: char| c.is_control() || c.is_whitespace() && !a.starts_with('"'))),
        "{:?}",
        mail.from
    );
    assert_eq!(mail, parse(data));
}
