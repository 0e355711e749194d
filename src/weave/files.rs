//! Files that are replaced as a whole or not at all, one or many together.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Large enough that a document of many megabytes takes few system calls.
const BUFFER: usize = 1 << 18;
/// A longer chain of symbolic links is a circle.
const MOST_LINKS: usize = 40;
/// What temporary files begin with; the number of the process follows.
const PREFIX: &str = ".derive-";

/// A file that is written beside its target, and takes its place when all is well.
pub struct Staged {
    target: PathBuf,
    temporary: NamedTempFile,
}

impl Staged {
    /// Writes what is to be in `path`, on the disk before this returns. A file that is there keeps its permissions; a symbolic
    /// link stays one.
    ///
    /// # Errors
    /// Those of the system and of `write`. Nothing is left behind.
    pub fn new(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Staged> {
        let target = followed(path)?;
        let metadata = fs::metadata(&target).ok();
        let folder = folder_of(&target);
        let mut temporary = tempfile::Builder::new().prefix(&own_prefix()).tempfile_in(folder)?;
        let mut out = BufWriter::with_capacity(BUFFER, temporary.as_file_mut());
        write(&mut out)?;
        out.flush()?;
        drop(out);
        let permissions = match metadata {
            Some(metadata) => metadata.permissions(),
            None => new_file_permissions(folder)?,
        };
        fs::set_permissions(temporary.path(), permissions)?;
        temporary.as_file().sync_all()?;
        Ok(Staged { target, temporary })
    }

    /// Puts the file in its place.
    ///
    /// # Errors
    /// Those of the system; the target is then as it was.
    pub fn commit(self) -> io::Result<()> {
        self.temporary.persist(&self.target).map(drop).map_err(|e| e.error)
    }
}

/// Writes to a device or a pipe, which cannot be replaced; says whether `path` is one.
///
/// # Errors
/// Those of the system and of `write`. A folder gives the system's own message.
pub fn write_through(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, fs::OpenOptions::new().write(true).open(followed(path)?)?);
    write(&mut out).and_then(|()| out.flush())
}

/// Is there something at `path` that is no file?
///
/// # Errors
/// A circle of symbolic links.
pub fn is_special(path: &Path) -> io::Result<bool> {
    Ok(fs::metadata(followed(path)?).is_ok_and(|m| !m.is_file()))
}

/// Removes temporary files that a process which was killed has left beside `path`.
pub fn remove_leftovers(path: &Path) {
    let Ok(target) = followed(path) else { return };
    let Ok(entries) = fs::read_dir(folder_of(&target)) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|n| n.strip_prefix(PREFIX)?.split_once('-')).map(|(process, _)| process);
        let dead = process.is_some_and(|p| p.bytes().all(|b| b.is_ascii_digit()) && is_dead(p));
        if dead {
            // somebody else may have been faster
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Where the system tells which processes there are; elsewhere nothing is taken for dead.
fn is_dead(process: &str) -> bool {
    Path::new("/proc/self").exists() && !Path::new("/proc").join(process).exists()
}

fn own_prefix() -> String {
    format!("{PREFIX}{}-", std::process::id())
}

fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The file that a chain of symbolic links names, whether it is there yet or not.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&target) {
            Ok(next) => target = target.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => return Ok(target), // no link
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

/// What a file made in the ordinary way would have: temporary files are private.
fn new_file_permissions(folder: &Path) -> io::Result<fs::Permissions> {
    let probe = tempfile::Builder::new().prefix(&own_prefix()).make_in(folder, |path| fs::File::create_new(path))?;
    Ok(probe.as_file().metadata()?.permissions())
}
