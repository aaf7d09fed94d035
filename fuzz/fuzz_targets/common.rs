//! What every target does with a file: opens it, reads it to its end, and reads each row under a mapping.

use fangxin::usecase::import::mapping::Mapping;
use fangxin::usecase::import::row;
use fangxin::usecase::import::source::{Input, Rows, Shape};
use fangxin::usecase::import::table::Table;
use rules::time::Instant;

const MAPPING: &str = "series = \"f\"\nkind = \"other\"\n[columns]\nnarrative = \"a\"\nsubmitted_at = \"b\"\namount = \"c\"\n";

pub fn read(name: &str, data: &[u8]) {
    // The first byte says how the file is laid out.
    let (skip, data) = data.split_first().map_or((0, data), |(first, rest)| (u32::from(*first) % 4, rest));
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
