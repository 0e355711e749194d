//! Texts of the kind `notation`.
#![no_main]

#[path = "../../tests/support/whole_way.rs"]
mod whole_way;

libfuzzer_sys::fuzz_target!(|text: &str| {
    // whether it is accepted or refused is all the same here
    let _ = whole_way::of_kind("notation", text);
});
