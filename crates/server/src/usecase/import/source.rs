//! What a file is by its bytes, whatever its name says, and how its rows are read: text with columns, a workbook, or one object a line. Every
//! size is bounded before anything is taken apart.

use super::csv::Csv;
use super::jsonl::Jsonl;
use super::xlsx::Xlsx;
use encoding_rs::Encoding;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most columns a file may have.
pub const MAX_COLUMNS: usize = 500;
/// Bytes looked at to know what a file is.
const HEAD: u64 = 64 * 1024;
const OLE: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// What can be read from the beginning as often as needed.
pub trait Bytes: Read + Seek + Send {}
impl<T: Read + Seek + Send> Bytes for T {}

/// A file to be read: on the disk, or sent and held in memory while it is read.
#[derive(Clone, Debug)]
pub enum Input {
    /// On the disk.
    File(PathBuf),
    /// Its name and its bytes.
    Memory(String, Arc<[u8]>),
}

impl Input {
    /// Opens it at its beginning.
    ///
    /// # Errors
    /// It cannot be opened.
    pub fn open(&self) -> io::Result<Box<dyn Bytes>> {
        Ok(match self {
            Self::File(path) => Box::new(File::open(path)?),
            Self::Memory(_, bytes) => Box::new(Cursor::new(bytes.clone())),
        })
    }

    fn ending(&self) -> String {
        let name = match self {
            Self::File(path) => path.as_path(),
            Self::Memory(name, _) => Path::new(name),
        };
        name.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
    }
}

/// Why a file cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.english())]
pub struct Unfit {
    /// Stable code, for the sentence in the reader's language.
    pub code: &'static str,
    /// What is particular: a row, a name.
    pub detail: String,
}

impl Unfit {
    pub(super) fn new(code: &'static str) -> Self {
        Self { code, detail: String::new() }
    }

    pub(super) fn of(code: &'static str, detail: impl ToString) -> Self {
        Self { code, detail: detail.to_string() }
    }

    fn english(&self) -> String {
        let detail = &self.detail;
        match self.code {
            "empty" => "the file is empty; its first line must name the columns".into(),
            "utf16" => "the file is UTF-16; save it as CSV UTF-8".into(),
            "header_encoding" => {
                "its first line is not in the encoding named; write encoding = \"auto\" in the mapping or save it as UTF-8".into()
            }
            "columns" => format!("it has more than {MAX_COLUMNS} columns; leave out what is not needed"),
            "encrypted" => "it is protected by a password; take the password off and save it again".into(),
            "old_excel" => "it is an old Excel file (.xls); save it as .xlsx or CSV".into(),
            "macros" => "it holds macros (.xlsm); save it as .xlsx without them".into(),
            "not_a_workbook" => "it is an archive but no Excel workbook; save the table as .xlsx or CSV".into(),
            "broken" => "the workbook is broken; open it in a spreadsheet program and save it again".into(),
            "broken_row" => format!("the workbook is broken at row {detail}; open it in a spreadsheet program and save it again"),
            "bomb" => "unpacked it would be far larger than any workbook; it is not opened".into(),
            "large" => "unpacked it is too large; split it, or save it as CSV".into(),
            "strings" => "it holds too many texts; split it, or save it as CSV".into(),
            "cells" => "it holds too many cells; split it, or save it as CSV".into(),
            "no_sheet" => format!("it has no sheet {detail:?}; write the name of one of its sheets as sheet in the mapping"),
            "no_table" => "it holds no sheet with rows".into(),
            "page" => "it is a web page, not a table; open it in a spreadsheet program and save it as .xlsx".into(),
            "binary" => "it is no table; send CSV, XLSX or JSON Lines".into(),
            "json_array" => "it is one JSON document; write one object on each line".into(),
            "json" => format!("line {detail} is no JSON object; write one object on each line"),
            other => other.into(),
        }
    }
}

/// Why nothing can be read.
#[derive(Debug, thiserror::Error)]
pub enum Closed {
    /// The disk.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The file.
    #[error("{0}")]
    Unfit(#[from] Unfit),
}

/// How the bytes of a text are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Charset {
    /// As the mapping says; a UTF-8 byte order mark outweighs it.
    Named(&'static Encoding),
    /// UTF-8 or GB18030, whichever fits more rows.
    #[default]
    Detect,
}

/// How a file is laid out, as far as it does not tell itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Encoding of a text.
    pub charset: Charset,
    /// What separates columns of a text.
    pub delimiter: u8,
    /// Sheet of a workbook; else its first that is shown.
    pub sheet: Option<String>,
    /// Rows above the one that names the columns.
    pub skip: u32,
}

impl Default for Shape {
    fn default() -> Self {
        Self { charset: Charset::Detect, delimiter: b',', sheet: None, skip: 0 }
    }
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text with columns.
    Csv,
    /// A workbook.
    Xlsx,
    /// One JSON object a line.
    Jsonl,
}

impl Format {
    /// Looks at the first bytes of a file.
    ///
    /// # Errors
    /// It is nothing rows can be read from.
    pub fn of(input: &Input) -> Result<Self, Closed> {
        let mut head = Vec::new();
        input.open()?.take(HEAD).read_to_end(&mut head)?;
        if head.starts_with(&OLE) {
            return Err(Unfit::new(if is_encrypted(input)? { "encrypted" } else { "old_excel" }).into());
        }
        if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
            return Ok(Self::Xlsx);
        }
        if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
            return Err(Unfit::new("utf16").into());
        }
        if head.contains(&0) || head.starts_with(b"%PDF") {
            return Err(Unfit::new("binary").into());
        }
        let text = head.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(&head).trim_ascii_start();
        let json = matches!(input.ending().as_str(), "jsonl" | "ndjson" | "json");
        match text.first() {
            None => Err(Unfit::new("empty").into()),
            Some(b'<') => Err(Unfit::new("page").into()),
            Some(b'[') if json => Err(Unfit::new("json_array").into()),
            Some(b'{') => Ok(Self::Jsonl),
            _ if json => Err(Unfit::of("json", 1).into()),
            _ => Ok(Self::Csv),
        }
    }
}

/// Whether an OLE container holds an encrypted workbook: its directory names the stream, in UTF-16.
fn is_encrypted(input: &Input) -> io::Result<bool> {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut reader = BufReader::with_capacity(1 << 20, input.open()?);
    let mut kept: Vec<u8> = Vec::new();
    loop {
        let block = reader.fill_buf()?;
        if block.is_empty() {
            return Ok(false);
        }
        kept.extend_from_slice(block);
        let read = block.len();
        reader.consume(read);
        if kept.windows(name.len()).any(|w| w == name) {
            return Ok(true);
        }
        kept.drain(..kept.len().saturating_sub(name.len()));
    }
}

/// A row of the file.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// Number of the row, from 1; the header is not counted. In a file of rejected rows the number it had first.
    pub row: u64,
    /// Line of the file, or row of the sheet, it begins on, from 1.
    pub line: u64,
    /// Cells as text; a badly encoded one with replacement characters.
    pub cells: Vec<String>,
    /// Columns whose cell cannot be taken for what it is, and the code of the reason.
    pub faulty: Vec<(usize, &'static str)>,
    /// What is wrong with the row as a whole: a code and what is particular.
    pub broken: Option<(&'static str, String)>,
}

/// The rows of an opened file.
#[derive(Debug)]
pub struct Rows {
    source: Source,
    /// Column names, each once.
    pub header: Vec<String>,
    /// Rows in the file, the header not counted.
    pub rows: u64,
}

#[derive(Debug)]
enum Source {
    Csv(Csv),
    Xlsx(Xlsx),
    Jsonl(Jsonl),
}

impl Rows {
    /// Opens a file and reads through it once: how many rows there are, and whether they can be read to the end.
    ///
    /// # Errors
    /// [`Closed`]
    pub fn open(input: &Input, shape: &Shape) -> Result<Self, Closed> {
        let (source, header, rows) = match Format::of(input)? {
            Format::Csv => Csv::open(input, shape).map(|(s, header, rows)| (Source::Csv(s), header, rows))?,
            Format::Xlsx => Xlsx::open(input, shape).map(|(s, header, rows)| (Source::Xlsx(s), header, rows))?,
            Format::Jsonl => Jsonl::open(input).map(|(s, header, rows)| (Source::Jsonl(s), header, rows))?,
        };
        if header.len() > MAX_COLUMNS {
            return Err(Unfit::new("columns").into());
        }
        Ok(Self { source, header: each_once(header), rows })
    }

    /// Name of the encoding the file is read with.
    #[must_use]
    pub fn encoding(&self) -> &'static str {
        match &self.source {
            Source::Csv(s) => s.encoding(),
            Source::Xlsx(_) => "XLSX",
            Source::Jsonl(_) => "JSON Lines",
        }
    }

    /// The next row.
    ///
    /// # Errors
    /// The file cannot be read on.
    pub fn read(&mut self) -> io::Result<Option<Record>> {
        match &mut self.source {
            Source::Csv(s) => s.read(),
            Source::Xlsx(s) => s.read(),
            Source::Jsonl(s) => s.read(),
        }
    }
}

/// Names of columns that can be told apart: one without a name is called by its place, a second of the same name gets a number.
fn each_once(header: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(header.len());
    for (i, name) in header.into_iter().enumerate() {
        let name = if name.is_empty() { format!("#{}", i + 1) } else { name };
        let mut unique = name.clone();
        let mut n = 2;
        while out.contains(&unique) {
            unique = format!("{name} #{n}");
            n += 1;
        }
        out.push(unique);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str, bytes: &[u8]) -> &'static str {
        match Format::of(&Input::Memory(name.into(), bytes.into())) {
            Ok(Format::Csv) => "csv",
            Ok(Format::Xlsx) => "xlsx",
            Ok(Format::Jsonl) => "jsonl",
            Err(Closed::Unfit(u)) => u.code,
            Err(Closed::Io(e)) => panic!("{e}"),
        }
    }

    #[test]
    fn a_file_is_what_its_bytes_are() {
        let ole = |text: &str| [&OLE[..], &[0; 2000], &text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>()].concat();
        for (name, bytes, what) in [
            ("a.xlsx", "编号,标题\n".as_bytes().to_vec(), "csv"),
            ("a.csv", b"PK\x03\x04rest".to_vec(), "xlsx"),
            ("a.csv", b"{\"a\":1}\n".to_vec(), "jsonl"),
            ("a.jsonl", b"\xef\xbb\xbf \n{\"a\":1}\n".to_vec(), "jsonl"),
            ("a.json", b"[{\"a\":1}]".to_vec(), "json_array"),
            ("a.json", b"hello".to_vec(), "json"),
            ("a.xlsx", ole("EncryptedPackage"), "encrypted"),
            ("a.xls", ole("Workbook"), "old_excel"),
            ("a.xls", b"<html><table>".to_vec(), "page"),
            ("a.csv", b"%PDF-1.7".to_vec(), "binary"),
            ("a.csv", b"\x89PNG\r\n\x1a\n\0\0".to_vec(), "binary"),
            ("a.csv", b"\xff\xfea\0".to_vec(), "utf16"),
            ("a.csv", b"".to_vec(), "empty"),
            ("a.csv", b"\xef\xbb\xbf\r\n".to_vec(), "empty"),
        ] {
            assert_eq!(code(name, &bytes), what, "{name} {bytes:?}");
        }
    }

    #[test]
    fn names_of_columns_can_be_told_apart() {
        let names = |n: &[&str]| each_once(n.iter().map(ToString::to_string).collect());
        assert_eq!(names(&["a", "", "a", "a", "#2"]), ["a", "#2", "a #2", "a #3", "#2 #2"]);
    }
}
