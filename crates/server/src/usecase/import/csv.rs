//! Text with columns. Cut into rows and columns as bytes and decoded cell by cell, so that one badly encoded row is one bad row: in UTF-8
//! and GB18030 no byte of a longer character is a comma, semicolon, tab, quote or line break.

use super::source::{Bytes, Charset, Closed, Input, MAX_COLUMNS, Record, Shape, Unfit};
use super::table::{ROW_COLUMN, unguarded};
use csv::{ByteRecord, ReaderBuilder};
use encoding_rs::{Encoding, GB18030, UTF_8};
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// Most bytes of a row; beyond it nobody wrote a row.
const MAX_ROW: usize = 16 << 20;

/// An opened text.
#[derive(Debug)]
pub(super) struct Csv {
    reader: csv::Reader<BufReader<Box<dyn Bytes>>>,
    encoding: &'static Encoding,
    columns: usize,
    rows: u64,
    /// The column that says which row of another file this was.
    row_column: Option<usize>,
    unclosed: bool,
    /// Lines end in CR LF; the reader then begins a row at the LF of the line before.
    crlf: bool,
    next: u64,
}

impl std::fmt::Debug for Box<dyn Bytes> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bytes")
    }
}

impl Csv {
    pub(super) fn open(input: &Input, shape: &Shape) -> Result<(Self, Vec<String>, u64), Closed> {
        let scan = Scan::run(input, shape.delimiter)?;
        let encoding = match shape.charset {
            _ if scan.bom => UTF_8,
            Charset::Named(encoding) => encoding,
            Charset::Detect if scan.bad_utf8 > scan.bad_gb => GB18030,
            Charset::Detect => UTF_8,
        };
        let mut reader = reader(input, shape.delimiter, scan.bom)?;
        let mut first = ByteRecord::new();
        let mut above = 0;
        let header = loop {
            if !reader.read_byte_record(&mut first).map_err(io_error)? {
                return Err(Unfit::new("empty").into());
            }
            let cells: Vec<String> = first.iter().take(MAX_COLUMNS + 1).map(|c| decode(encoding, c).0.trim().to_owned()).collect();
            // A file of rejected rows has nothing above its header, whatever the file had that they come from.
            if above == shape.skip || cells.iter().any(|c| c == ROW_COLUMN) {
                break cells;
            }
            above += 1;
        };
        if first.iter().any(|c| decode(encoding, c).1) {
            return Err(Unfit::new("header_encoding").into());
        }
        let row_column = header.iter().position(|h| h == ROW_COLUMN);
        let rows = scan.records.saturating_sub(1 + u64::from(above));
        let columns = header.len();
        let opened = Self { reader, encoding, columns, rows, row_column, unclosed: scan.unclosed, crlf: scan.crlf, next: 0 };
        Ok((opened, header, rows))
    }

    pub(super) fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    pub(super) fn read(&mut self) -> io::Result<Option<Record>> {
        let mut bytes = ByteRecord::new();
        if !self.reader.read_byte_record(&mut bytes).map_err(io_error)? {
            return Ok(None);
        }
        self.next += 1;
        let line = bytes.position().map_or(0, csv::Position::line) + u64::from(self.crlf);
        let found = bytes.len();
        let (mut cells, mut faulty) = (Vec::with_capacity(found.min(MAX_COLUMNS)), Vec::new());
        for (i, cell) in bytes.iter().take(MAX_COLUMNS).enumerate() {
            let (text, bad) = decode(self.encoding, cell);
            // In a file of rejected rows a replacement character stands for what could not be read the first time.
            if bad || (self.row_column.is_some() && text.contains(char::REPLACEMENT_CHARACTER)) {
                faulty.push((i, "encoding"));
            }
            cells.push(if self.row_column.is_some() { unguarded(text) } else { text });
        }
        let broken = match self.columns {
            _ if self.unclosed && self.next == self.rows => Some(("unclosed", String::new())),
            _ if bytes.as_slice().len() > MAX_ROW => Some(("long_row", String::new())),
            expected if found != expected => Some(("ragged", format!("{found}/{expected}"))),
            _ => None,
        };
        let before = self.row_column.and_then(|i| cells.get(i)).and_then(|c| c.trim().parse().ok());
        Ok(Some(Record { row: before.unwrap_or(self.next), line, cells, faulty, broken }))
    }
}

fn reader(input: &Input, delimiter: u8, bom: bool) -> io::Result<csv::Reader<BufReader<Box<dyn Bytes>>>> {
    let mut file = input.open()?;
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
    fn run(input: &Input, delimiter: u8) -> io::Result<Self> {
        let mut head = Vec::new();
        input.open()?.take(64 * 1024).read_to_end(&mut head)?;
        let bom = head.starts_with(&[0xef, 0xbb, 0xbf]);
        let crlf = head.iter().position(|b| *b == b'\n').is_some_and(|n| n > 0 && head[n - 1] == b'\r');
        let mut reader = reader(input, delimiter, bom)?;
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
        scan.unclosed = ends_inside_a_quote(input, last + if bom { 3 } else { 0 }, delimiter)?;
        Ok(scan)
    }
}

/// Whether the row that begins at a byte and runs to the end of the file ends inside a quote.
fn ends_inside_a_quote(input: &Input, from: u64, delimiter: u8) -> io::Result<bool> {
    let mut file = input.open()?;
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
