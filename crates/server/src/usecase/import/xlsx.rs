//! A workbook's sheet, cell by cell and never whole. Before anything is taken apart the archive is read through once with nothing kept:
//! what it would unpack to, how many texts and cells it holds. The sheet is then read by a thread of its own, so that a fault in the library
//! is a broken workbook and not a broken server.

use super::source::{Bytes, Closed, Input, MAX_COLUMNS, Record, Shape, Unfit};
use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx as Workbook};
use std::io::{self, BufReader, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use zip::ZipArchive;

/// What a workbook may hold: more is split, or sent as CSV.
mod most {
    /// Bytes unpacked, all parts together.
    pub const UNPACKED: u64 = 256 << 20;
    /// Bytes of the table of shared texts; it alone is held in memory.
    pub const STRINGS: u64 = 64 << 20;
    /// Shared texts.
    pub const TEXTS: u64 = 2_000_000;
    /// Bytes of any other part but a sheet: styles, relations, names.
    pub const PART: u64 = 16 << 20;
    /// How many times larger a part of more than [`SMALL`] bytes may be than packed.
    pub const RATIO: u64 = 120;
    pub const SMALL: u64 = 8 << 20;
    /// Parts in the archive.
    pub const PARTS: usize = 2_000;
    /// Cells of the sheet.
    pub const CELLS: u64 = 10_000_000;
}

/// Rows on their way from the thread.
const AHEAD: usize = 64;
/// Whole numbers from here on have lost digits when they were typed as numbers.
const EXACT: f64 = 1e15;

/// An opened sheet.
#[derive(Debug)]
pub(super) struct Xlsx {
    rows: Receiver<Sent>,
    thread: Option<JoinHandle<()>>,
    columns: usize,
    /// Row of the sheet the header stands in, from 0.
    header_at: u32,
    ended: bool,
}

/// Cells of a row that hold something, by column.
type Cells = Vec<(u32, Value)>;

/// What the thread sends.
#[derive(Debug)]
enum Sent {
    Row(u32, Cells),
    Broken(Unfit),
    End,
}

#[derive(Debug)]
enum Value {
    Text(String),
    /// Cannot be taken for what it is, with the code of the reason.
    Faulty(String, &'static str),
}

impl Xlsx {
    pub(super) fn open(input: &Input, shape: &Shape) -> Result<(Self, Vec<String>, u64), Closed> {
        inspect(input)?;
        // Once through, so that a workbook that breaks off is known before its first row is taken.
        let mut first = Self::start(input, shape)?;
        let header = first.header(shape)?;
        let mut rows = 0;
        while first.next()?.is_some() {
            rows += 1;
        }
        let mut second = Self::start(input, shape)?;
        second.header(shape)?;
        Ok((second, header, rows))
    }

    fn start(input: &Input, shape: &Shape) -> io::Result<Self> {
        let (send, rows) = sync_channel(AHEAD);
        let (bytes, sheet) = (input.open()?, shape.sheet.clone());
        let work = move || {
            let end = match sheet_rows(bytes, sheet.as_deref(), &send) {
                Ok(()) => Sent::End,
                Err(unfit) => Sent::Broken(unfit),
            };
            // Nobody listens any more: the file was closed before its end.
            let _ = send.send(end);
        };
        let thread = std::thread::Builder::new().name("workbook".into()).spawn(work)?;
        Ok(Self { rows, thread: Some(thread), columns: 0, header_at: 0, ended: false })
    }

    fn receive(&mut self) -> Result<Option<(u32, Cells)>, Unfit> {
        if self.ended {
            return Ok(None);
        }
        match self.rows.recv() {
            Ok(Sent::Row(at, cells)) => Ok(Some((at, cells))),
            Ok(Sent::End) => {
                self.ended = true;
                Ok(None)
            }
            Ok(Sent::Broken(unfit)) => Err(unfit),
            // The thread ended without a word: the library gave up.
            Err(_) => Err(Unfit::new("broken")),
        }
    }

    fn header(&mut self, shape: &Shape) -> Result<Vec<String>, Unfit> {
        let (at, cells) = loop {
            match self.receive()? {
                None => return Err(Unfit::new("no_table")),
                Some((at, _)) if at < shape.skip => {}
                Some(row) => break row,
            }
        };
        let width = cells.last().map_or(0, |(c, _)| *c as usize + 1);
        if width > MAX_COLUMNS {
            return Err(Unfit::new("columns"));
        }
        let mut header = vec![String::new(); width];
        for (column, value) in cells {
            let (Value::Text(text) | Value::Faulty(text, _)) = value;
            header[column as usize] = text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        (self.header_at, self.columns) = (at, width);
        Ok(header)
    }

    fn next(&mut self) -> Result<Option<Record>, Unfit> {
        let Some((at, cells)) = self.receive()? else { return Ok(None) };
        let mut record = Record { row: u64::from(at - self.header_at), line: u64::from(at) + 1, ..Record::default() };
        record.cells = vec![String::new(); self.columns];
        for (column, value) in cells {
            let column = column as usize;
            let (text, fault) = match value {
                Value::Text(text) => (text, None),
                Value::Faulty(text, code) => (text, Some(code)),
            };
            if column >= self.columns {
                record.broken = Some(("ragged", format!("{}/{}", column + 1, self.columns)));
                continue;
            }
            record.faulty.extend(fault.map(|code| (column, code)));
            record.cells[column] = text;
        }
        Ok(Some(record))
    }

    pub(super) fn read(&mut self) -> io::Result<Option<Record>> {
        self.next().map_err(|unfit| io::Error::new(io::ErrorKind::InvalidData, unfit))
    }
}

impl Drop for Xlsx {
    fn drop(&mut self) {
        // With nobody to send to the thread ends at its next row.
        self.rows = sync_channel(0).1;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Reads through the archive, keeping nothing.
fn inspect(input: &Input) -> Result<(), Closed> {
    if parts(input)? > most::PARTS {
        return Err(Unfit::new("bomb").into());
    }
    let broken = |_| Closed::Unfit(Unfit::new("broken"));
    let mut zip = ZipArchive::new(BufReader::new(input.open()?)).map_err(broken)?;
    let name = |n: &str| n.to_ascii_lowercase().replace('\\', "/");
    let names = zip.file_names().map(|n| n.map(|n| name(&n))).collect::<Result<Vec<_>, _>>().map_err(broken)?;
    if names.iter().any(|n| n.ends_with("vbaproject.bin")) {
        return Err(Unfit::new("macros").into());
    }
    if names.iter().any(|n| n == "encryptedpackage") {
        return Err(Unfit::new("encrypted").into());
    }
    if !names.iter().any(|n| n == "[content_types].xml") || !names.iter().any(|n| n.ends_with("workbook.xml")) {
        return Err(Unfit::new("not_a_workbook").into());
    }
    let mut left = most::UNPACKED;
    for at in 0..zip.len() {
        let mut part = zip.by_index(at).map_err(broken)?;
        if part.encrypted() {
            return Err(Unfit::new("encrypted").into());
        }
        let (name, packed) = (name(&part.name().map_err(broken)?), part.compressed_size().max(1));
        let strings = name.ends_with("sharedstrings.xml");
        // Pictures and the like are never opened; what is, is XML.
        let xml = name.ends_with(".xml") || name.ends_with(".rels");
        let cap = match () {
            () if strings => most::STRINGS,
            () if xml && !name.contains("worksheets/") => most::PART,
            () => left,
        };
        let (mut size, mut watch) = (0, Watch::default());
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let n = part.read(&mut buffer).map_err(|_| Unfit::new("broken"))?;
            if n == 0 {
                break;
            }
            size += n as u64;
            left = left.saturating_sub(n as u64);
            if size > most::SMALL && size / packed > most::RATIO {
                return Err(Unfit::new("bomb").into());
            }
            if size > cap || left == 0 {
                return Err(Unfit::new(if strings { "strings" } else { "large" }).into());
            }
            // UTF-16 or UTF-32: nothing looked for would be found. No spreadsheet program writes it.
            if xml && size == n as u64 && buffer[..n.min(4)].iter().any(|b| matches!(b, 0 | 0xfe | 0xff)) {
                return Err(Unfit::new("broken").into());
            }
            if strings && watch.too_many(&buffer[..n]) {
                return Err(Unfit::new("strings").into());
            }
        }
    }
    Ok(())
}

/// Parts the archive's directory names, counted by their signature: the directory itself is read only if there are few.
fn parts(input: &Input) -> io::Result<usize> {
    let (mut found, mut last) = (0, 0_u32);
    let mut file = input.open()?;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            return Ok(found);
        }
        for byte in &buffer[..n] {
            last = last << 8 | u32::from(*byte);
            found += usize::from(last == 0x504b_0102);
        }
    }
}

/// The table of shared texts, seen while it streams by: the library makes room for as many as the table claims to hold.
#[derive(Default)]
struct Watch {
    kept: Vec<u8>,
    texts: u64,
}

impl Watch {
    /// Longest stretch looked at for one attribute.
    const REACH: usize = 64;

    fn too_many(&mut self, bytes: &[u8]) -> bool {
        let seen = self.kept.len();
        self.kept.extend_from_slice(bytes);
        let mut claims = 0;
        for at in 0..self.kept.len() {
            let rest = &self.kept[at..];
            // What was kept from before was counted then, unless it reached beyond it.
            self.texts += u64::from(rest.starts_with(b"<si") && at + 3 > seen);
            if rest.starts_with(b"niqueCount") {
                claims = claims.max(claimed(rest));
            }
        }
        self.kept.drain(..self.kept.len().saturating_sub(Self::REACH));
        self.texts > most::TEXTS || claims > most::TEXTS
    }
}

/// The number in `niqueCount="123"`: the largest there is where it is written as no program writes it, none where it is cut off.
fn claimed(attribute: &[u8]) -> u64 {
    let attribute = &attribute[..attribute.len().min(Watch::REACH)];
    let (quote, value) = match attribute.get(10..) {
        Some([b'=', quote @ (b'"' | b'\''), value @ ..]) => (quote, value),
        Some([b'='] | []) | None => return 0,
        Some([next, ..]) => return if *next == b'=' || next.is_ascii_whitespace() { u64::MAX } else { 0 },
    };
    match value.iter().position(|b| b == quote) {
        Some(end) => std::str::from_utf8(&value[..end]).ok().and_then(|d| d.parse().ok()).unwrap_or(u64::MAX),
        None if attribute.len() < Watch::REACH => 0,
        None => u64::MAX,
    }
}

/// Sends the rows of a sheet that hold anything.
fn sheet_rows(bytes: Box<dyn Bytes>, wanted: Option<&str>, out: &SyncSender<Sent>) -> Result<(), Unfit> {
    let broken = |_| Unfit::new("broken");
    let mut book: Workbook<_> = Workbook::new(BufReader::new(bytes)).map_err(broken)?;
    let sheets = book.sheets_metadata().to_vec();
    let name = match wanted {
        Some(wanted) => sheets.iter().find(|s| s.name == wanted).ok_or_else(|| Unfit::of("no_sheet", wanted))?,
        None => {
            let shown = |s: &&calamine::Sheet| s.typ == SheetType::WorkSheet && s.visible == SheetVisible::Visible;
            sheets.iter().find(shown).ok_or_else(|| Unfit::new("no_table"))?
        }
    };
    let mut reader = book.worksheet_cells_reader(&name.name).map_err(broken)?;
    let (mut row, mut cells, mut count): (u32, Cells, u64) = (0, Vec::new(), 0);
    loop {
        let cell = reader.next_cell().map_err(|_| Unfit::of("broken_row", row + 1))?;
        count += 1;
        if count > most::CELLS {
            return Err(Unfit::new("cells"));
        }
        let at = cell.as_ref().map(calamine::Cell::get_position);
        if at.is_none_or(|(r, _)| r != row) && !cells.is_empty() && out.send(Sent::Row(row, std::mem::take(&mut cells))).is_err() {
            return Ok(());
        }
        let (Some(cell), Some((r, column))) = (cell, at) else { return Ok(()) };
        // Cells stand in order; a workbook whose cells jump back was not written by a spreadsheet program.
        if r < row || cells.last().is_some_and(|(last, _)| column <= *last) || column > 16_383 {
            return Err(Unfit::of("broken_row", r.saturating_add(1)));
        }
        row = r;
        if let Some(value) = value(cell.get_value()) {
            cells.push((column, value));
        }
    }
}

/// A cell as the text a person would read in it; `None` if it is empty.
fn value(cell: &DataRef<'_>) -> Option<Value> {
    let text = match cell {
        DataRef::Empty => return None,
        DataRef::String(s) => s.clone(),
        DataRef::SharedString(s) => (*s).to_owned(),
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(f) if f.fract() == 0.0 && f.abs() >= EXACT => return Some(Value::Faulty(format!("{f:.0}"), "digits")),
        DataRef::Float(f) if f.fract() == 0.0 => format!("{f:.0}"),
        DataRef::Float(f) => decimal(*f),
        DataRef::Bool(b) => b.to_string(),
        DataRef::DateTime(at) if at.is_duration() || at.as_f64() < 1.0 => return Some(Value::Faulty(at.as_f64().to_string(), "duration")),
        DataRef::DateTime(at) => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
        }
        DataRef::DateTimeIso(s) | DataRef::DurationIso(s) => s.clone(),
        DataRef::Error(e) => return Some(Value::Faulty(e.to_string(), "formula")),
    };
    (!text.trim().is_empty()).then_some(Value::Text(text))
}

/// A fraction as Excel shows it: its fifteen digits, without the noise of binary fractions behind them.
fn decimal(f: f64) -> String {
    let short = f.to_string();
    let digits = short.bytes().filter(u8::is_ascii_digit).count();
    if digits <= 15 {
        return short;
    }
    let whole = format!("{:.0}", f.trunc().abs()).len();
    let rounded = format!("{f:.*}", 15_usize.saturating_sub(whole));
    rounded.trim_end_matches('0').trim_end_matches('.').to_owned()
}
