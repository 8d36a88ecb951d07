#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| server::http::oauth::callback::fuzz::query(data));
