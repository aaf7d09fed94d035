#![no_main]

#[expect(dead_code, reason = "each target does a part of it")]
mod common;

libfuzzer_sys::fuzz_target!(
    init: {
        // A fault of the library ends the thread it reads in, and is told as a broken workbook: only a fault elsewhere is a finding.
        let abort = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().name() != Some("workbook") {
                abort(info);
            }
        }));
    },
    |data: &[u8]| common::workbook(data)
);
