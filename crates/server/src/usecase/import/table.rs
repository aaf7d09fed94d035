//! A CSV file, row by row. Cut into rows and columns as bytes and decoded cell by cell, so that one badly encoded row is one bad row:
//! in UTF-8 and GB18030 no byte of a longer character is a comma, semicolon, tab, quote or line break.

use super::mapping::{Charset, Field, Mapping, MappingError};
use csv::{ByteRecord, ReaderBuilder};
use encoding_rs::{Encoding, GB18030, UTF_8};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Columns that a file of rejected rows has besides: the row it stood in, and why it was rejected.
pub const ROW_COLUMN: &str = "fangxin_row";
/// See [`ROW_COLUMN`].
pub const REASON_COLUMN: &str = "fangxin_reason";

/// Why a file cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The file itself.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Its first line.
    #[error("{0}")]
    Header(String),
    /// The mapping does not fit it.
    #[error(transparent)]
    Mapping(#[from] MappingError),
}

/// A row of the file.
#[derive(Clone, Debug)]
pub struct Record {
    /// Number of the row, from 1; the header is not counted. In a file of rejected rows the number it had first.
    pub row: u64,
    /// Line of the file it begins on, from 1.
    pub line: u64,
    /// Cells, decoded; a badly encoded one with replacement characters.
    pub cells: Vec<String>,
    /// Columns whose cell is badly encoded.
    pub undecodable: Vec<usize>,
    /// What is wrong with the row as a whole.
    pub broken: Option<String>,
}

/// An opened file.
#[derive(Debug)]
pub struct Table {
    reader: csv::Reader<BufReader<File>>,
    encoding: &'static Encoding,
    /// Column names.
    pub header: Vec<String>,
    /// Rows in the file, the header not counted.
    pub rows: u64,
    /// Columns nobody mentioned.
    pub unmentioned: Vec<String>,
    fields: BTreeMap<Field, usize>,
    pub(super) notes: Vec<usize>,
    row_column: Option<usize>,
    unclosed: bool,
    /// Lines end in CR LF; the reader then begins a row at the LF of the line before.
    crlf: bool,
    next: u64,
}

impl Table {
    /// Opens a file and holds its header against the mapping.
    ///
    /// # Errors
    /// [`Unreadable`]; a column the mapping names and the file lacks is a fault of the mapping, with its line.
    pub fn open(path: &Path, mapping: &Mapping) -> Result<Self, Unreadable> {
        let scan = Scan::run(path, mapping.delimiter)?;
        let encoding = match mapping.charset {
            _ if scan.bom => UTF_8,
            Charset::Named(encoding) => encoding,
            Charset::Detect if scan.bad_utf8 > scan.bad_gb => GB18030,
            Charset::Detect => UTF_8,
        };
        let mut reader = reader(path, mapping.delimiter, scan.bom)?;
        let mut first = ByteRecord::new();
        if !reader.read_byte_record(&mut first).map_err(io_error)? {
            return Err(Unreadable::Header("the file is empty; its first line must name the columns".into()));
        }
        let header: Vec<String> = first.iter().map(|c| decode(encoding, c).0.trim().to_owned()).collect();
        if first.iter().any(|c| decode(encoding, c).1) {
            let hint = "its first line is not in the encoding named; write encoding = \"auto\" in the mapping or save it as UTF-8";
            return Err(Unreadable::Header(hint.into()));
        }
        let find = |name: &str| header.iter().position(|h| h == name);
        let mut fields = BTreeMap::new();
        for (field, column) in &mapping.columns {
            let at = find(column.get_ref());
            let at = at.ok_or_else(|| mapping.missing_column(&Mapping::field_name(*field), column, &header))?;
            fields.insert(*field, at);
        }
        let mut notes = Vec::new();
        for column in &mapping.notes {
            notes.push(find(column.get_ref()).ok_or_else(|| mapping.missing_column("notes", column, &header))?);
        }
        let own = [ROW_COLUMN, REASON_COLUMN];
        let known = |i: usize, h: &str| {
            fields.values().any(|f| *f == i) || notes.contains(&i) || mapping.ignored.iter().any(|n| n == h) || own.contains(&h)
        };
        let unmentioned = header.iter().enumerate().filter(|(i, h)| !known(*i, h)).map(|(_, h)| h.clone()).collect();
        let row_column = find(ROW_COLUMN);
        let rows = scan.records.saturating_sub(1);
        Ok(Self {
            reader,
            encoding,
            header,
            rows,
            unmentioned,
            fields,
            notes,
            row_column,
            unclosed: scan.unclosed,
            crlf: scan.crlf,
            next: 0,
        })
    }

    /// Name of the encoding the file is read with.
    #[must_use]
    pub fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    /// Column of a field.
    #[must_use]
    pub fn column(&self, field: Field) -> Option<usize> {
        self.fields.get(&field).copied()
    }

    /// The next row.
    ///
    /// # Errors
    /// The file cannot be read on.
    pub fn read(&mut self) -> io::Result<Option<Record>> {
        let mut bytes = ByteRecord::new();
        if !self.reader.read_byte_record(&mut bytes).map_err(io_error)? {
            return Ok(None);
        }
        self.next += 1;
        let line = bytes.position().map_or(0, csv::Position::line) + u64::from(self.crlf);
        let (mut cells, mut undecodable) = (Vec::with_capacity(bytes.len()), Vec::new());
        for (i, cell) in bytes.iter().enumerate() {
            let (text, bad) = decode(self.encoding, cell);
            // In a file of rejected rows a replacement character stands for what could not be read the first time.
            if bad || (self.row_column.is_some() && text.contains(char::REPLACEMENT_CHARACTER)) {
                undecodable.push(i);
            }
            cells.push(text);
        }
        let found = cells.len();
        let broken = match self.header.len() {
            _ if self.unclosed && self.next == self.rows => Some("a quote opened in this row is never closed".to_owned()),
            expected if found != expected => Some(format!("{found} columns, the header has {expected}")),
            _ => None,
        };
        let before = self.row_column.and_then(|i| cells.get(i)).and_then(|c| c.trim().parse().ok());
        Ok(Some(Record { row: before.unwrap_or(self.next), line, cells, undecodable, broken }))
    }
}

fn reader(path: &Path, delimiter: u8, bom: bool) -> io::Result<csv::Reader<BufReader<File>>> {
    let mut file = File::open(path)?;
    if bom {
        file.seek(SeekFrom::Start(3))?;
    }
    let reader = BufReader::with_capacity(256 * 1024, file);
    Ok(ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(reader))
}

fn io_error(e: csv::Error) -> io::Error {
    match e.into_kind() {
        csv::ErrorKind::Io(e) => e,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn decode(encoding: &'static Encoding, bytes: &[u8]) -> (String, bool) {
    let (text, bad) = encoding.decode_without_bom_handling(bytes);
    (text.into_owned(), bad)
}

/// A first look at the whole file: how many rows there are, and which encoding fits more of them.
#[derive(Debug)]
struct Scan {
    bom: bool,
    records: u64,
    bad_utf8: u64,
    bad_gb: u64,
    /// The last row runs to the end of the file inside a quote.
    unclosed: bool,
    crlf: bool,
}

impl Scan {
    fn run(path: &Path, delimiter: u8) -> Result<Self, Unreadable> {
        let mut head = Vec::new();
        File::open(path)?.take(64 * 1024).read_to_end(&mut head)?;
        if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
            return Err(Unreadable::Header("the file is UTF-16; save it as CSV UTF-8".into()));
        }
        let bom = head.starts_with(&[0xef, 0xbb, 0xbf]);
        let crlf = head.iter().position(|b| *b == b'\n').is_some_and(|n| n > 0 && head[n - 1] == b'\r');
        let mut reader = reader(path, delimiter, bom)?;
        let mut scan = Self { bom, records: 0, bad_utf8: 0, bad_gb: 0, unclosed: false, crlf };
        let mut record = ByteRecord::new();
        let mut last = 0;
        while reader.read_byte_record(&mut record).map_err(io_error)? {
            scan.records += 1;
            last = record.position().map_or(0, csv::Position::byte);
            let bytes = record.as_slice();
            if std::str::from_utf8(bytes).is_err() {
                scan.bad_utf8 += 1;
                scan.bad_gb += u64::from(record.iter().any(|c| GB18030.decode_without_bom_handling(c).1));
            }
        }
        scan.unclosed = ends_inside_a_quote(path, last + if bom { 3 } else { 0 }, delimiter)?;
        Ok(scan)
    }
}

/// Whether the row that begins at a byte and runs to the end of the file ends inside a quote.
fn ends_inside_a_quote(path: &Path, from: u64, delimiter: u8) -> io::Result<bool> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let (mut quoted, mut cell_begins, mut closed) = (false, true, false);
    for byte in BufReader::new(file).bytes() {
        let byte = byte?;
        let was_closed = std::mem::take(&mut closed);
        match byte {
            b'"' if quoted => (quoted, closed) = (false, true),
            _ if quoted => {}
            // A doubled quote closes and opens again; in the middle of a bare cell a quote is just a character.
            b'"' if cell_begins || was_closed => quoted = true,
            b => {
                cell_begins = b == delimiter || matches!(b, b'\n' | b'\r');
                continue;
            }
        }
        cell_begins = false;
    }
    Ok(quoted)
}
