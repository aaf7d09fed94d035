#![no_main]

#[expect(dead_code, reason = "each target does a part of it")]
mod common;

libfuzzer_sys::fuzz_target!(|data: &[u8]| common::mapping(data));
