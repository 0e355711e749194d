//! Opens pages in Chromium without a window, all of them in one run, and measures how they are laid out.
//!
//! A test file includes this one by `#[path = "support/chromium.rs"] mod chromium;`. Where there is no Chromium that is said;
//! with `DERIVE_REQUIRE_CHROMIUM` in the environment it is a failure.

#[path = "left_out.rs"]
#[allow(clippy::duplicate_mod, reason = "each support file says by it what is left out")]
mod left_out;

use std::fs;
use std::path::Path;
use std::process::Command;

/// The script that measures and reports; it runs in the page around the pages, and none is put into them.
const SCRIPT: &str = include_str!("chromium_check.js");
const ENGINES: [&str; 2] = ["chromium", "chromium-browser"];
/// It talks to nobody, and keeps nothing.
const OPTIONS: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    // the pages are looked into from the page around them
    "--allow-file-access-from-files",
    "--dump-dom",
];

fn engine() -> Option<&'static str> {
    ENGINES.into_iter().find(|engine| Command::new(engine).arg("--version").output().is_ok_and(|o| o.status.success()))
}

/// Is there a browser?
///
/// # Panics
/// If there is none and `DERIVE_REQUIRE_CHROMIUM` is set.
pub(crate) fn has_engine() -> bool {
    let found = engine().is_some();
    if !found {
        left_out::missing("DERIVE_REQUIRE_CHROMIUM", "there is no chromium", "apt-get install chromium");
    }
    found
}

/// What is wrong with these pages, each a name and a text; nothing where there is no browser.
///
/// # Panics
/// If the browser does not do its work.
pub(crate) fn problems(pages: &[(String, String)]) -> Vec<String> {
    let Some(engine) = engine().filter(|_| has_engine()) else {
        has_engine();
        return Vec::new();
    };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut frames = String::new();
    for (name, text) in pages {
        fs::write(folder.path().join(format!("{name}.html")), text).expect("a page is written");
        frames += &format!("<iframe name=\"{name}\" src=\"{name}.html\" width=\"800\" height=\"600\"></iframe>\n");
    }
    let around = format!(
        "<!DOCTYPE html>\n<html><head><style>iframe{{border:0;display:block}}</style>\n<script>{SCRIPT}</script></head>\n\
         <body onload=\"report()\">\n{frames}<pre id=\"report\"></pre></body></html>\n"
    );
    let path = folder.path().join("around.html");
    fs::write(&path, around).expect("the page around is written");
    reported(&dumped(engine, &path, &folder.path().join("profile")))
}

/// The page as it is after the script has run.
fn dumped(engine: &str, page: &Path, profile: &Path) -> String {
    let mut command = Command::new(engine);
    command
        .args(OPTIONS)
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("file://{}", page.display()));
    let output = command.output().expect("chromium runs");
    assert!(output.status.success(), "chromium failed: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the page is UTF-8")
}

/// The lines of the report.
fn reported(page: &str) -> Vec<String> {
    let report = page.split("<pre id=\"report\">").nth(1).and_then(|rest| rest.split("</pre>").next());
    let report = report.expect("there is a report");
    let (lines, done) = report.trim().rsplit_once('\n').unwrap_or(("", report.trim()));
    assert_eq!(done, "done", "the script did not come to its end: {report}");
    lines.lines().map(str::to_owned).collect()
}
