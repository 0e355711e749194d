//! Every accepted page, laid out by Chromium: nothing is empty, nothing is wider than its place, and relations stand below each other.

#[path = "support/chromium.rs"]
mod chromium;

use std::fs;
use std::path::Path;

/// What is wrong with a page of this body.
fn problems(body: &str) -> String {
    let math = "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\">";
    let text = format!("<!DOCTYPE html>\n<html><body>{}</body></html>", body.replace("<math>", math));
    chromium::problems(&[("case".to_owned(), text)]).join("\n")
}

#[track_caller]
fn reports(body: &str, problem: &str) {
    if chromium::has_engine() {
        let found = problems(body);
        assert!(found.contains(problem), "{body}: {found}");
    }
}

#[test]
fn what_is_wrong_is_reported() {
    assert_eq!(problems("<div class=\"display\"><math><mi>a</mi></math></div>"), "");
    reports("<p>no formula</p>", "there is no formula in it");
    reports("<div class=\"display\"><math></math></div>", "display 1 is empty");
    reports(
        "<p style=\"width:900px\">a</p><div class=\"display\"><math><mi>a</mi></math></div>",
        "wider than 800 pixels",
    );
    let wide =
        format!("<div class=\"display\" style=\"overflow-x:auto\"><math>{}</math></div>", "<mi>a</mi>".repeat(500));
    reports(&wide, "display 1 is wider than its box");
    let rows =
        ["1", "100"].map(|left| format!("<mtr><mtd>{left}</mtd><mtd><mo>=</mo><mn>{left}</mn></mtd></mtr>")).concat();
    reports(&format!("<div class=\"display\"><math><mtable>{rows}</mtable></math></div>"), "display 1 is not aligned");
}

/// Every accepted page, as name and text, in order of names.
fn snapshots() -> Vec<(String, String)> {
    const SUFFIX: &str = ".snap.html";
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots").join("html");
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{} is read: {error}", folder.display()));
    let mut found: Vec<(String, String)> = entries
        .map(|entry| entry.expect("an entry of the folder is read").path())
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.strip_suffix(SUFFIX)?.to_owned();
            Some((name, fs::read_to_string(&path).expect("a snapshot is UTF-8 text")))
        })
        .filter(|(_, text)| text.starts_with("<!DOCTYPE html>"))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "{} holds no *{SUFFIX}", folder.display());
    found
}

#[test]
fn every_page_is_laid_out_well() {
    let problems = chromium::problems(&snapshots());
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}
