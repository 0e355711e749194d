//! Every accepted page, laid out by Chromium: nothing is empty, nothing is wider than its place, and relations stand below each other.

#[path = "support/chromium.rs"]
mod chromium;

use std::fs;
use std::path::Path;

/// Bodies of pages, and what is reported of them.
fn faults() -> [(String, &'static str); 5] {
    let wide = "<mi>a</mi>".repeat(500);
    let rows = |[first, second]: [&str; 2]| {
        let row = |left: &str| format!("<mtr><mtd>{left}</mtd><mtd><mo>=</mo><mn>{left}</mn></mtd></mtr>");
        format!("<mtable>{}{}</mtable>", row(first), row(second))
    };
    let display =
        |formula: &str| format!("<div class=\"display\" style=\"overflow-x:auto\"><math>{formula}</math></div>");
    [
        ("<p>no formula</p>".to_owned(), "there is no formula in it"),
        (display(""), "display 1 is empty"),
        (format!("<p style=\"width:900px\">a</p>{}", display("<mi>a</mi>")), "wider than 800 pixels"),
        (display(&wide), "display 1 is wider than its box"),
        // centred cells, as a browser sets them by itself
        (display(&rows(["1", "100"])), "display 1 is not aligned"),
    ]
}

#[test]
fn what_is_wrong_is_reported() {
    if !chromium::has_engine() {
        return;
    }
    let page = |body: &str| {
        let math = "<math xmlns=\"http://www.w3.org/1998/Math/MathML\" display=\"block\">";
        format!("<!DOCTYPE html>\n<html><body>{}</body></html>", body.replace("<math>", math))
    };
    let sound = ("sound".to_owned(), page("<div class=\"display\"><math><mi>a</mi></math></div>"));
    let faulty = faults().into_iter().enumerate().map(|(number, (body, _))| (number.to_string(), page(&body)));
    let found = chromium::problems(&std::iter::once(sound).chain(faulty).collect::<Vec<_>>());
    assert!(!found.iter().any(|line| line.starts_with("sound")), "{found:?}");
    for (number, (body, problem)) in faults().iter().enumerate() {
        let said = |line: &String| line.starts_with(&format!("{number}: ")) && line.contains(problem);
        assert!(found.iter().any(said), "{problem} in {body}: {found:?}");
    }
}

/// Pages that tell in words that there is no picture.
const PICTURELESS: [&str; 2] = ["network-too-large", "window-nowhere"];

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
        // a formula for another page has no look of its own, and where there is no picture there are words alone
        .filter(|(name, text)| text.starts_with("<!DOCTYPE html>") && !PICTURELESS.contains(&name.as_str()))
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
