//! By this a test says what it leaves out: at once on the terminal, and in a list that the last test file of a run prints.
//!
//! The list is a file under `target/left-out`, named after the process that runs the tests, so that a run has its own and nothing
//! is left from one that was stopped. A support file includes this one by `#[path = "left_out.rs"] mod left_out;`.
#![allow(dead_code, reason = "each test crate includes this file and uses a part of it")]

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Mutex;

/// The folder of the lists.
pub(crate) fn folder() -> PathBuf {
    // the programs of tests lie in target/<profile>/deps
    let program = std::env::current_exe().expect("a test knows its program");
    program.ancestors().nth(3).expect("it lies in a folder for builds").join("left-out")
}

/// The list of this run.
pub(crate) fn list() -> PathBuf {
    #[cfg(unix)]
    let run = std::os::unix::process::parent_id();
    #[cfg(not(unix))]
    let run = 0;
    folder().join(run.to_string())
}

/// Says that this test, or a part of it, is left out, and why; each reason is said once on the terminal, past the test harness,
/// which swallows what `eprintln!` writes.
pub(crate) fn left_out(why: &str) {
    static SAID: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let thread = std::thread::current();
    let line = format!("{} {}: {why}\n", env!("CARGO_CRATE_NAME"), thread.name().unwrap_or_default());
    fs::create_dir_all(folder()).expect("a folder for lists is made");
    let mut file = fs::OpenOptions::new().create(true).append(true).open(list()).expect("the list can be written");
    file.write_all(line.as_bytes()).expect("the list is written");
    let mut said = SAID.lock().expect("nobody panics here");
    if !said.iter().any(|before| before == why) {
        said.push(why.to_string());
        let _ = io::stderr().write_all(format!("left out: {why}\n").as_bytes());
    }
}

/// The same for a program that is not there.
///
/// # Panics
/// If the environment has `variable`: who sets it wants nothing left out.
pub(crate) fn missing(variable: &str, what: &str, remedy: &str) {
    let wanted = std::env::var_os(variable).is_some();
    assert!(!wanted, "{variable} is set, but {what}: install it ({remedy}) or unset the variable");
    left_out(what);
}
