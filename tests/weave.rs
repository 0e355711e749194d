//! `derive weave` from outside: documents of every format in folders of their own, woven, compared, refused, and killed at work.
//!
//! Exit status: 0 done or fresh, 1 stale (with `--check`), 2 refused, and then no file has changed.

#[path = "weave/checked.rs"]
mod checked;
#[path = "weave/documents.rs"]
mod documents;
#[path = "weave/files.rs"]
mod files;
#[path = "weave/killed.rs"]
mod killed;
#[path = "support/left_out.rs"]
mod left_out;
#[path = "weave/refused.rs"]
mod refused;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use tempfile::TempDir;

/// A directive that gives little, fast.
const CONV: &str = "conv --input 3x3 --kernel 2x2 --part weight";
/// Formats by the ends of their names: how a marker begins, how it ends, and the bare end marker.
const FORMATS: [(&str, &str, &str, &str); 5] = [
    ("md", "<!-- derive: ", " -->", "<!-- /derive -->"),
    ("tex", "% derive: ", "", "% /derive"),
    ("typ", "// derive: ", "", "// /derive"),
    ("rst", ".. derive: ", "", ".. /derive"),
    ("svg", "<?derive ", "?>", "<?end-derive?>"),
];

/// A folder with files, which the program runs in.
struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a folder is made"))
    }

    /// A folder with these files; the folders that they are in are made.
    fn with(files: &[(&str, &str)]) -> Folder {
        let folder = Folder::new();
        files.iter().for_each(|(name, text)| folder.write(name, text.as_bytes()));
        folder
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("its folder is made");
        fs::write(path, bytes).expect("a file is written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.at(name)).expect("the file is there and UTF-8")
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_derive"));
        command.current_dir(self.0.path()).arg("weave").args(words);
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
            command.env_remove(variable);
        }
        command
    }

    /// Weaves, which ends with this status.
    #[track_caller]
    fn weave(&self, words: &[&str], status: i32) -> Told {
        told(self.command(words).output().expect("the program runs"), status)
    }

    /// Weaves what must be refused: nothing is printed, and no file is touched or left behind. Gives the message.
    #[track_caller]
    fn refused(&self, words: &[&str]) -> String {
        let before = self.state();
        let told = self.weave(words, 2);
        assert_eq!(told.out, "", "{words:?}");
        assert!(told.err.starts_with("error: ") && !told.err.contains("panicked"), "{words:?}: {}", told.err);
        assert_eq!(self.state(), before, "{words:?} was refused and changed files: {}", told.err);
        told.err
    }

    /// All files with their bytes and the times of their last change.
    fn state(&self) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.0.path().to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("the folder is read") {
                let entry = entry.expect("an entry is read");
                let kind = entry.file_type().expect("the system knows its type");
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    let time = entry.metadata().and_then(|m| m.modified()).expect("the system knows the time");
                    found.insert(entry.path(), (fs::read(entry.path()).unwrap_or_default(), time));
                }
            }
        }
        found
    }

    /// The names of all files, hidden ones too.
    fn names(&self) -> Vec<String> {
        let name = |path: &PathBuf| path.strip_prefix(self.0.path()).expect("inside").display().to_string();
        self.state().keys().map(name).collect()
    }
}

/// What the program said.
struct Told {
    out: String,
    err: String,
}

#[track_caller]
fn told(output: Output, status: i32) -> Told {
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let err = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(status), "stdout: {out}\nstderr: {err}");
    Told { out, err }
}

/// A marked place of Markdown, with nothing in it.
fn place(directive: &str) -> String {
    format!("<!-- derive: {directive} -->\n<!-- /derive -->\n")
}

/// A place in the format that files with this ending have.
fn place_in(ending: &str, directive: &str) -> String {
    let (_, begin, close, end) = FORMATS.iter().find(|(name, ..)| *name == ending).expect("the format is in the table");
    format!("{begin}{directive}{close}\n{end}\n")
}

/// A directive that the format takes.
fn directive_in(ending: &str) -> &'static str {
    if ending == "svg" { "conv --input 3x3 --kernel 2x2" } else { CONV }
}

/// Permissions and links.
#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).expect("the file is there").permissions().mode() & 0o7777
}

#[cfg(unix)]
fn set_mode(path: &Path, bits: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(bits)).expect("permissions are set");
}
