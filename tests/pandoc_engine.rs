//! pandoc takes plain Markdown and LaTeX as they are written, every formula of them, and words in formulas stay whole. What it loses
//! is kept here too, for the page on formats says so.

#[path = "support/left_out.rs"]
mod left_out;
#[path = "support/typst.rs"]
mod typst;

use std::io::Write;
use std::process::{Command, Stdio};

const CASES: [&str; 6] = [
    "conv --input 3x3 --kernel 2x2",
    "conv --input 3x3 --kernel 2x2 --lang zh --part forward,input",
    "conv --input 6x6 --kernel 3x3 --stride 2 --entries few",
    "pool max --input 4x4 --window 2x2",
    "net --input 6x6 'conv 3x3 -> sigmoid -> pool avg 2x2 -> flatten -> dense 2 -> softmax -> crossentropy'",
    "conv --input 3x3 --kernel 2x2 --only grad_a.operator --tag 4",
];

fn has_pandoc() -> bool {
    let found = Command::new("pandoc").arg("--version").output().is_ok_and(|o| o.status.success());
    if !found {
        left_out::missing("DERIVE_REQUIRE_PANDOC", "there is no pandoc", "on Debian: pandoc");
    }
    found
}

fn derived(words: &str, format: &str) -> String {
    let words = shlex::split(words).expect("the words are quoted well");
    let output = Command::new(env!("CARGO_BIN_EXE_derive")).args(words).args(["--format", format]).output();
    let output = output.expect("the program runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("the document is UTF-8")
}

/// What pandoc makes of a text. It tells on stderr which formulas it cannot convert.
fn converted(text: &str, arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new("pandoc");
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("pandoc starts");
    child.stdin.take().expect("a pipe").write_all(text.as_bytes()).expect("pandoc reads");
    let output = child.wait_with_output().expect("pandoc ends");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let made = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() && told.is_empty() { Ok(made) } else { Err(told) }
}

#[test]
fn pandoc_converts_every_formula() {
    if !has_pandoc() {
        return;
    }
    let mut wrong = Vec::new();
    for words in CASES {
        let mut counts = Vec::new();
        for (format, from) in [("markdown", "markdown"), ("latex", "latex")] {
            let text = derived(words, format);
            for to in [&["-t", "html", "--mathml"][..], &["-t", "docx", "-o", "/dev/null"], &["-t", "latex"]] {
                let mut arguments = vec!["-f", from];
                arguments.extend_from_slice(to);
                match converted(&text, &arguments) {
                    Ok(made) if to.contains(&"html") => counts.push(made.matches("<math ").count()),
                    Ok(_) => {}
                    Err(told) => wrong.push(format!("{words}, {format} to {to:?}: {told}")),
                }
            }
        }
        // in LaTeX the signs in running text are formulas too
        assert!(counts.iter().all(|&count| count > 0) && counts[0] <= counts[counts.len() - 1], "{words}: {counts:?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_pandoc_keeps_and_what_it_loses() {
    if !has_pandoc() {
        return;
    }
    let html = |words, format| {
        converted(&derived(words, format), &["-f", format, "-t", "html", "--mathml"]).expect("it converts")
    };
    // a word is found by who looks for it, or has the page read aloud; in LaTeX it falls into letters
    assert!(html(CASES[5], "markdown").contains(">rot180<"));
    assert!(!html(CASES[5], "latex").contains(">rot180<"));
    // a number of one's own stands in the source that goes along, and is not shown
    let shown = html(CASES[5], "markdown").split("<annotation").next().expect("there is a formula").to_string();
    assert!(!shown.contains("(4)") && !shown.contains(">4<"), "{shown}");
    // an equation is found by its label
    assert!(html(CASES[5], "markdown").contains("id=\"eq:conv-3x3-2x2-input\""));
}

#[test]
fn typst_takes_what_pandoc_writes_but_for_one_sign() {
    if !has_pandoc() || !typst::has_engine() {
        return;
    }
    let formats = Command::new("pandoc").arg("--list-output-formats").output().expect("pandoc runs").stdout;
    if !String::from_utf8_lossy(&formats).lines().any(|format| format == "typst") {
        left_out::left_out("this pandoc writes no Typst: it takes 3.1.2 or newer");
        return;
    }
    for (place, words) in CASES.into_iter().enumerate() {
        let text = derived(words, "markdown");
        let made = converted(&text, &["-f", "markdown", "-t", "typst", "-s", "-V", "title=x"]).expect("it converts");
        // the name that the sign had before Typst 0.14
        let names = format!("{place}.typ");
        let problems = typst::problems(&[(names, made.replace("dot.circle", "dot.o"))]);
        assert!(problems.is_empty(), "{words}: {problems:?}");
    }
}
