//! `--check`: what it prints and where, its exit statuses, and that the command it prints mends what it found.

use std::io::Write;
use std::process::Command;

use super::{CONV, Folder, place, told};

/// Runs a line as somebody would who pasted it into a shell.
fn paste(folder: &Folder, line: &str) {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_derive"));
    let path = std::env::join_paths(
        [program.parent().expect("it is in a folder").to_path_buf()]
            .into_iter()
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    let mut shell = Command::new("sh");
    shell.current_dir(folder.at("")).env("PATH", path.expect("paths are joined")).arg("-c").arg(line);
    told(shell.output().expect("a shell runs"), 0);
}

/// The commands at the end of a report: the lines that begin with two blanks and the program's name.
fn commands(report: &str) -> Vec<&str> {
    report.lines().filter_map(|l| l.strip_prefix("  ")).filter(|l| l.starts_with("derive ")).collect()
}

#[cfg(unix)]
#[test]
fn the_command_that_is_printed_mends_everything() {
    let names = [
        "a.md",
        "with blank.md",
        "it's.md",
        "two \"quotes\" 'and' more.md",
        "$HOME.md",
        "`id`.md",
        "a&b;c.md",
        "back\\slash.md",
        "-dash.md",
        "--force.md",
        "~.md",
        "!x.md",
        "#x.md",
        "*.md",
        "größe 漢字.md",
        "sub folder/a.md",
    ];
    for (host, paths) in [("github", vec!["."]), ("plain", vec!["--host", "plain", "."])] {
        let folder = Folder::new();
        for name in names {
            folder.write(name, place(CONV).as_bytes());
        }
        let check: Vec<&str> = std::iter::once("--check").chain(paths).collect();
        let before = folder.state();
        let report = folder.weave(&check, 1);
        assert_eq!((report.err.as_str(), folder.state() == before), ("", true), "{host}: it only looks");
        assert_eq!(commands(&report.out).len(), 1, "{}", report.out);
        paste(&folder, commands(&report.out)[0]);
        folder.weave(&check, 0);
        // some by hand, some stale
        for (n, name) in names.iter().enumerate() {
            let text = folder.read(name);
            let changed =
                if n % 2 == 0 { text.replace("partial", "d") } else { text.replace("--input 3x3", "--input 4x4") };
            assert_ne!(text, changed);
            folder.write(name, changed.as_bytes());
        }
        let report = folder.weave(&check, 1);
        assert_eq!(commands(&report.out).len(), 2, "{}", report.out);
        commands(&report.out).into_iter().for_each(|line| paste(&folder, line));
        folder.weave(&check, 0);
    }
}

/// The hint of a refusal is a command too, and it gives what this command would have given.
#[test]
fn the_hint_keeps_the_host() {
    let folder = Folder::with(&[("a b.md", &place(CONV))]);
    folder.weave(&["--host", "mdbook", "a b.md"], 0);
    folder.write("a b.md", folder.read("a b.md").replace("partial", "d").as_bytes());
    let text = folder.refused(&["--host", "mdbook", "a b.md"]);
    assert!(text.contains("derive weave --force --host mdbook 'a b.md'"), "{text}");
}

#[cfg(target_os = "linux")]
#[test]
fn names_need_not_be_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::with(&[("b.md", &place(CONV))]);
    let name = std::ffi::OsStr::from_bytes(b"gr\xf6sse.md");
    if std::fs::write(folder.at("").join(name), place(CONV)).is_err() {
        return; // this disk takes UTF-8 alone
    }
    let output = folder.command(&["--check", "."]).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(1));
    let out = output.stdout;
    let at = out.windows(9).rposition(|w| w == b"\n  derive").expect("a command") + 3;
    let line = std::ffi::OsStr::from_bytes(&out[at..]).to_os_string();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_derive")).parent().expect("a folder").to_path_buf();
    let status = Command::new("/bin/sh").current_dir(folder.at("")).env("PATH", program).arg("-c").arg(line).status();
    assert!(status.expect("a shell runs").success());
    folder.weave(&["--check", "."], 0);
}

/// The report as a whole.
#[test]
fn a_report_has_a_diff_then_a_list_then_a_command() {
    let one = "conv --input 3x3 --kernel 2x2 --only grad_b.chain";
    let folder = Folder::with(&[("a.md", &format!("a\n\n{}\n{}", place(one), place(one))), ("b.md", &place(one))]);
    folder.weave(&["."], 0);
    folder.write("a.md", folder.read("a.md").replacen("grad_b.chain", "grad_b.operator", 1).as_bytes());
    let report = folder.weave(&["--check", "."], 1);
    let lines: Vec<&str> = report.out.lines().collect();
    assert_eq!(lines[0], "a.md:3: stale: conv --input 3x3 --kernel 2x2 --only grad_b.operator");
    assert!(lines[1].starts_with("@@ -4,") && lines[1].ends_with(" @@"), "{}", report.out);
    assert!(lines.iter().any(|l| l.starts_with("-")) && lines.iter().any(|l| l.starts_with("+")), "{}", report.out);
    let end =
        ["", "not as they would be generated:", "  a.md (1 of 2 places)", "to renew them:", "  derive weave a.md"];
    assert_eq!(lines[lines.len() - 5..], end);
    assert_eq!(report.err, "");
}

#[test]
fn colour_is_for_terminals() {
    let folder = Folder::with(&[("a.md", &place(CONV))]);
    for (variable, value) in [("TERM", "xterm-256color"), ("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")] {
        let output = folder.command(&["--check", "a.md"]).env(variable, value).output().expect("the program runs");
        assert!(!told(output, 1).out.contains('\u{1b}'), "{variable}={value}");
    }
    // `script` of util-linux gives a terminal
    let program = shlex::try_quote(env!("CARGO_BIN_EXE_derive")).expect("a path");
    for (variable, coloured) in [("", true), ("NO_COLOR=1 ", false)] {
        let line = format!("{variable}{program} weave --check a.md");
        let mut script = Command::new("script");
        script.current_dir(folder.at("")).env_remove("NO_COLOR").args(["-qec", &line, "/dev/null"]);
        let Ok(output) = script.output() else { return };
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        if out.contains("not as they would be generated") {
            assert_eq!(out.contains("\u{1b}[32m+"), coloured, "{out:?}");
        }
    }
}

/// Nobody reads on, or nobody can be told: the status is what it would be.
#[cfg(target_os = "linux")]
#[test]
fn a_reader_may_go_away() {
    let folder = Folder::with(&[("a.md", &place(CONV))]);
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let output = folder.command(&["--check", "a.md"]).stdout(full()).output().expect("the program runs");
    assert_eq!(told(output, 1).err, "");
    let mut child = folder.command(&["--check", "a.md"]);
    let mut child = child.stdout(std::process::Stdio::piped()).spawn().expect("the program runs");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(1));
    let output = folder.command(&["a.md"]).stderr(full()).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(0));
    folder.weave(&["--check", "a.md"], 0);
}

/// A thousand directives in a hundred files, each of its own sizes.
#[test]
fn a_thousand_directives_take_a_moment() {
    let folder = Folder::new();
    for file in 0..100 {
        let places: String = (0..10)
            .map(|n| {
                let (height, width) = (2 + file % 10, 2 + file / 10);
                format!(
                    "{}\n",
                    place(&format!(
                        "conv --input {height}x{width} --kernel 2x2 --index-base {} --tag {n} --only grad_w.chain",
                        n % 2
                    ))
                )
            })
            .collect();
        folder.write(&format!("f{file}.md"), places.as_bytes());
    }
    let start = std::time::Instant::now();
    let told = folder.weave(&["."], 0);
    let woven = start.elapsed();
    assert!(told.err.ends_with("1000 of 1000 places renewed, in 100 of 100 documents\n"), "{}", told.err);
    folder.weave(&["--check", "."], 0);
    let both = start.elapsed();
    let _ = writeln!(std::io::stderr(), "1000 directives: woven in {woven:?}, compared in {:?}", both - woven);
    assert!(both.as_secs() < 60, "weaving took {woven:?}, both {both:?}");
}
