#![no_main]

//! The bytes are a whole file where they begin as an archive does; else the sheet of a workbook that is whole around it, so that the fuzzer
//! gets past the archive's checksums.

mod common;

use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const TYPES: &str = "<Types/>";
const RELS: &str = "<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
const BOOK: &str = "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
const BOOK_RELS: &str = "<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";

fn around(data: &[u8]) -> Option<Vec<u8>> {
    // Two parts are the fuzzer's: the sheet, and the table of shared texts behind a zero byte.
    let mut parts = data.splitn(2, |b| *b == 0);
    let (sheet, strings) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let fixed = [("[Content_Types].xml", TYPES), ("_rels/.rels", RELS), ("xl/workbook.xml", BOOK), ("xl/_rels/workbook.xml.rels", BOOK_RELS)];
    let all = fixed.map(|(n, t)| (n, t.as_bytes())).into_iter().chain([("xl/worksheets/sheet1.xml", sheet), ("xl/sharedStrings.xml", strings)]);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in all {
        zip.start_file(name, SimpleFileOptions::default().compression_method(CompressionMethod::Stored)).ok()?;
        zip.write_all(bytes).ok()?;
    }
    Some(zip.finish().ok()?.into_inner())
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if data.starts_with(b"PK") {
        common::read("a.xlsx", &[b"\0", data].concat());
    } else if let Some(whole) = around(data) {
        common::read("a.xlsx", &[b"\0", whole.as_slice()].concat());
    }
});
