//! The fenced blocks of a page, and a folder in which they are carried out.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// Programs that a `sh` block may use in the test; lines with others are left out.
const RUN: [&str; 2] = ["derive ", "mkdir "];

/// A fenced block.
pub(crate) struct Block {
    /// The line of the fence, from 1.
    pub(crate) line: usize,
    language: String,
    /// The file that it is, from `file=` in the info string.
    pub(crate) file: Option<String>,
    /// The program whose output it shows, from `output=`.
    pub(crate) output: Option<String>,
    pub(crate) text: String,
}

impl Block {
    /// The commands to run, each with what it is to print if the block says so.
    pub(crate) fn commands(&self) -> Vec<(String, Option<String>)> {
        match self.language.as_str() {
            "console" => {
                let mut found: Vec<(String, Option<String>)> = Vec::new();
                for line in self.text.lines() {
                    if let Some(command) = line.strip_prefix("$ ") {
                        found.push((command.to_string(), Some(String::new())));
                    } else {
                        let (_, Some(output)) = found.last_mut().expect("a console block begins with a command") else {
                            unreachable!("every command has an output");
                        };
                        output.push_str(line);
                        output.push('\n');
                    }
                }
                found
            }
            "sh" => {
                let ours = |line: &&str| RUN.iter().any(|program| line.starts_with(program));
                self.text.lines().filter(ours).map(|line| (line.to_string(), None)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// The fenced blocks of a text in Markdown, in their order.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<(String, Block)> = None;
    for (number, line) in text.lines().enumerate() {
        match &mut open {
            None => {
                let ticks: String = line.chars().take_while(|&c| c == '`').collect();
                if ticks.len() >= 3 {
                    let mut words = line[ticks.len()..].split_whitespace();
                    let language = words.next().unwrap_or_default().to_string();
                    let rest: Vec<&str> = words.collect();
                    let value = |key: &str| rest.iter().find_map(|w| w.strip_prefix(key)).map(str::to_string);
                    let (file, output) = (value("file="), value("output="));
                    open = Some((ticks, Block { line: number + 1, language, file, output, text: String::new() }));
                }
            }
            Some((ticks, _)) if line == ticks => found.extend(open.take().map(|(_, block)| block)),
            Some((_, block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
        }
    }
    assert!(open.is_none(), "a fence has no end");
    found
}

/// Is this what was expected, where `…` stands for anything?
pub(crate) fn matches(expected: &str, output: &str) -> bool {
    let (expected, mut rest) = (expected.trim_end(), output.trim_end());
    let parts: Vec<&str> = expected.split('…').collect();
    let [first, middle @ .., last] = parts.as_slice() else { return expected == rest };
    match rest.strip_prefix(first) {
        Some(after) => rest = after,
        None => return false,
    }
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// What a command did.
pub(crate) struct Output {
    pub(crate) success: bool,
    /// Both streams.
    pub(crate) text: String,
}

/// A folder that goes away.
pub(crate) struct Scratch(TempDir);

impl Scratch {
    pub(crate) fn new() -> Scratch {
        Scratch(tempfile::tempdir().expect("a folder"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("the folder is made");
        fs::write(path, text).expect("the file is written");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap_or_else(|e| panic!("{name} is read: {e}"))
    }

    /// Runs a line of a shell, at home in the folder.
    pub(crate) fn run(&self, line: &str) -> Output {
        let program = Path::new(env!("CARGO_BIN_EXE_derive")).parent().expect("the program is in a folder");
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1\n{line}")])
            .current_dir(self.path())
            .env("PATH", path)
            .env("HOME", self.path())
            .output()
            .expect("a shell runs");
        Output { success: output.status.success(), text: String::from_utf8_lossy(&output.stdout).into_owned() }
    }
}

#[test]
fn an_ellipsis_stands_for_anything() {
    assert!(matches("a\n", "a\n\n") && !matches("a", "b"));
    assert!(matches("…\nb\n…", "a\nb\nc") && matches("a…c", "abc") && matches("a…b…c", "a1b2c"));
    assert!(!matches("a…c", "abcd") && !matches("…b…b", "ab") && !matches("a…", "ba"));
}

#[test]
fn fences_hold_shorter_fences() {
    let found = blocks("````md file=a.md\n```sh\nderive x\n```\n````\n```sh\nderive y   # z\nls\n```\n");
    assert_eq!((found.len(), found[0].file.as_deref(), found[1].line), (2, Some("a.md"), 6));
    assert_eq!(found[1].commands(), [("derive y   # z".to_string(), None)]);
}
