//! JSON Lines: one object a line, its keys the columns. Values are text, numbers and truths; what is nested is no cell.

use super::source::{Bytes, Closed, Input, MAX_COLUMNS, Record, Unfit};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Read as _};

/// Most bytes of a line.
const MAX_LINE: u64 = 16 << 20;

/// An opened file.
#[derive(Debug)]
pub(super) struct Jsonl {
    lines: Lines,
    columns: BTreeMap<String, usize>,
    next: u64,
}

impl Jsonl {
    pub(super) fn open(input: &Input) -> Result<(Self, Vec<String>, u64), Closed> {
        let (mut header, mut columns, mut rows) = (Vec::new(), BTreeMap::new(), 0);
        let mut lines = Lines::open(input)?;
        while let Some((n, line)) = lines.next()? {
            rows += 1;
            let object = line.ok().and_then(|l| serde_json::from_slice::<Object>(&l).ok());
            let Some(object) = object else {
                // A first line that is no object says that the file is none of these; a later one is a bad row.
                if rows == 1 {
                    return Err(Unfit::of("json", n).into());
                }
                continue;
            };
            for (key, _) in object.0 {
                let key = key.trim().to_owned();
                if !columns.contains_key(&key) {
                    if header.len() == MAX_COLUMNS {
                        return Err(Unfit::new("columns").into());
                    }
                    columns.insert(key.clone(), header.len());
                    header.push(key);
                }
            }
        }
        if header.is_empty() {
            return Err(Unfit::new("empty").into());
        }
        Ok((Self { lines: Lines::open(input)?, columns, next: 0 }, header, rows))
    }

    pub(super) fn read(&mut self) -> io::Result<Option<Record>> {
        let Some((line, bytes)) = self.lines.next()? else { return Ok(None) };
        self.next += 1;
        let mut record = Record { row: self.next, line, cells: vec![String::new(); self.columns.len()], ..Record::default() };
        match bytes.map(|b| serde_json::from_slice::<Object>(&b)) {
            Err(TooLong) => record.broken = Some(("long_row", String::new())),
            Ok(Err(e)) => record.broken = Some(("json", e.column().to_string())),
            Ok(Ok(object)) => {
                let mut seen = vec![false; self.columns.len()];
                for (key, value) in object.0 {
                    let Some(at) = self.columns.get(key.trim()).copied() else { continue };
                    if std::mem::replace(&mut seen[at], true) {
                        record.faulty.push((at, "twice"));
                    }
                    // Numbers as they are written: none loses its last digits or its zeros.
                    match value.get().as_bytes().first() {
                        Some(b'"') => match serde_json::from_str(value.get()) {
                            Ok(text) => record.cells[at] = text,
                            Err(_) => record.faulty.push((at, "encoding")),
                        },
                        Some(b'[' | b'{') => record.faulty.push((at, "nested")),
                        _ if value.get() == "null" => {}
                        _ => value.get().clone_into(&mut record.cells[at]),
                    }
                }
            }
        }
        Ok(Some(record))
    }
}

struct TooLong;

/// A line with its number.
type Line = (u64, Result<Vec<u8>, TooLong>);

/// Lines that are not blank, with their numbers.
#[derive(Debug)]
struct Lines {
    reader: BufReader<Box<dyn Bytes>>,
    line: u64,
}

impl Lines {
    fn open(input: &Input) -> io::Result<Self> {
        let mut reader = BufReader::with_capacity(256 * 1024, input.open()?);
        if reader.fill_buf()?.starts_with(&[0xef, 0xbb, 0xbf]) {
            reader.consume(3);
        }
        Ok(Self { reader, line: 0 })
    }

    fn next(&mut self) -> io::Result<Option<Line>> {
        loop {
            let mut bytes = Vec::new();
            let read = (&mut self.reader).take(MAX_LINE).read_until(b'\n', &mut bytes)?;
            if read == 0 {
                return Ok(None);
            }
            self.line += 1;
            if read as u64 == MAX_LINE && bytes.last() != Some(&b'\n') {
                self.reader.skip_until(b'\n')?;
                return Ok(Some((self.line, Err(TooLong))));
            }
            if !bytes.trim_ascii().is_empty() {
                return Ok(Some((self.line, Ok(bytes))));
            }
        }
    }
}

/// The keys and values of an object in their order; a key that stands there twice is here twice.
struct Object(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Object;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Object(pairs))
            }
        }
        d.deserialize_map(Pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &str) -> Result<(Jsonl, Vec<String>, u64), Closed> {
        Jsonl::open(&Input::Memory("a.jsonl".into(), text.as_bytes().into()))
    }

    #[test]
    fn keys_are_columns_wherever_they_first_stand() {
        let text =
            "\u{feff}{\"a\":\"x\",\"b\":12.50}\n\n{\"b\":true,\"c\":null}\n{\"a\":1,\"a\":13812345678901234567}\nnot json\n{\"c\":[1]}";
        let (mut rows, header, n) = open(text).unwrap();
        assert_eq!((header, n), (vec!["a".into(), "b".into(), "c".into()], 5));
        let mut all = Vec::new();
        while let Some(r) = rows.read().unwrap() {
            all.push((r.row, r.line, r.cells.join("|"), r.faulty, r.broken.map(|b| b.0)));
        }
        assert_eq!(
            all,
            [
                (1, 1, "x|12.50|".into(), vec![], None),
                (2, 3, "|true|".into(), vec![], None),
                (3, 4, "13812345678901234567||".into(), vec![(0, "twice")], None),
                (4, 5, "||".into(), vec![], Some("json")),
                (5, 6, "||".into(), vec![(2, "nested")], None),
            ]
        );
    }

    #[test]
    fn what_is_no_such_file_is_told() {
        assert!(matches!(open("1\n"), Err(Closed::Unfit(u)) if u.code == "json"));
        assert!(matches!(open("\n\n"), Err(Closed::Unfit(u)) if u.code == "empty"));
        assert!(matches!(open("{}\n"), Err(Closed::Unfit(u)) if u.code == "empty"));
        let many: String = (0..=MAX_COLUMNS).map(|n| format!("{{\"k{n}\":1}}\n")).collect();
        assert!(matches!(open(&many), Err(Closed::Unfit(u)) if u.code == "columns"));
    }
}
