//! Files that are replaced as a whole or not at all, one or many together.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

/// Large enough that a document of many megabytes takes few system calls.
const BUFFER: usize = 1 << 18;
/// A longer chain of symbolic links is a circle.
const MOST_LINKS: usize = 40;
/// What the names of temporary files begin with, the number of the process and a hyphen follow, then
const PREFIX: &str = ".derive-";
/// so many letters and digits, and at last
const RANDOM: usize = 6;
/// this.
const SUFFIX: &str = ".tmp";

/// A file that is written beside its target, and takes its place when all is well. It is closed, so that any number may wait.
pub struct Staged {
    target: PathBuf,
    temporary: TempPath,
}

impl Staged {
    /// Writes what is to be in `path`, on the disk before this returns. A file that is there keeps its permissions, and its owner
    /// where the system allows it; a symbolic link stays one.
    ///
    /// # Errors
    /// Those of the system and of `write`, and a file that may not be written though its folder may. Nothing is left behind.
    pub fn new(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Staged> {
        let target = followed(path)?;
        let metadata = fs::metadata(&target).ok();
        if metadata.as_ref().is_some_and(|m| m.permissions().readonly()) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
        }
        let folder = folder_of(&target);
        let mut temporary = named(&own_prefix()).tempfile_in(folder)?;
        let mut out = BufWriter::with_capacity(BUFFER, temporary.as_file_mut());
        write(&mut out)?;
        out.flush()?;
        drop(out);
        let permissions = match &metadata {
            Some(metadata) => {
                keep_owner(temporary.path(), metadata)?;
                metadata.permissions()
            }
            None => new_file_permissions(folder)?,
        };
        fs::set_permissions(temporary.path(), permissions)?;
        temporary.as_file().sync_all()?;
        Ok(Staged { target, temporary: temporary.into_temp_path() })
    }

    /// Puts the file in its place, for good.
    ///
    /// # Errors
    /// Those of the system; the target is then as it was.
    pub fn commit(self) -> io::Result<()> {
        let folder = folder_of(&self.target).to_path_buf();
        self.put()?;
        sync(&folder);
        Ok(())
    }

    fn put(self) -> io::Result<()> {
        self.temporary.persist(&self.target).map_err(|e| e.error)
    }
}

/// Puts many files in their places.
///
/// # Errors
/// The number of files that were put in their places before the first that was not, and what the system says of that one.
pub fn commit_all(files: Vec<Staged>) -> Result<(), (usize, io::Error)> {
    let folders: BTreeSet<PathBuf> = files.iter().map(|f| folder_of(&f.target).to_path_buf()).collect();
    let done = files.into_iter().enumerate().try_for_each(|(before, file)| file.put().map_err(|e| (before, e)));
    folders.iter().for_each(|folder| sync(folder));
    done
}

/// The new names in a folder reach the disk. Not every system can do that, and the files are whole without it.
fn sync(folder: &Path) {
    let _ = fs::File::open(folder).and_then(|f| f.sync_all());
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

/// Removes temporary files that processes which were killed have left beside `paths`.
pub fn remove_leftovers<'a>(paths: impl IntoIterator<Item = &'a Path>) {
    let targets = paths.into_iter().filter_map(|path| followed(path).ok());
    let folders: BTreeSet<PathBuf> = targets.map(|target| folder_of(&target).to_path_buf()).collect();
    for entry in folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten() {
        if entry.file_name().to_str().and_then(maker).is_some_and(is_dead) {
            // somebody else may have been faster
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The number of the process that made a temporary file; none if this is the name of another file.
fn maker(name: &str) -> Option<&str> {
    let (process, random) = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.split_once('-')?;
    let digits = !process.is_empty() && process.bytes().all(|b| b.is_ascii_digit());
    (digits && random.len() == RANDOM && random.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(process)
}

/// Where the system tells which processes there are; elsewhere nothing is taken for dead.
fn is_dead(process: &str) -> bool {
    Path::new("/proc/self").exists() && !Path::new("/proc").join(process).exists()
}

fn own_prefix() -> String {
    format!("{PREFIX}{}-", std::process::id())
}

fn named(prefix: &str) -> tempfile::Builder<'_, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix).suffix(SUFFIX).rand_bytes(RANDOM);
    builder
}

fn folder_of(target: &Path) -> &Path {
    target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The file that a chain of symbolic links names, whether it is there yet or not.
///
/// # Errors
/// A circle of links.
pub fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&target) {
            Ok(next) => target = target.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => return Ok(target), // no link
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

/// A new file belongs to whoever runs the program: another owner or group can be kept by the superuser and by members of the group.
#[cfg(unix)]
fn keep_owner(temporary: &Path, old: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, chown};
    let new = fs::metadata(temporary)?;
    if new.gid() != old.gid() {
        let _ = chown(temporary, None, Some(old.gid()));
    }
    if new.uid() != old.uid() {
        let _ = chown(temporary, Some(old.uid()), None);
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// What a file made in the ordinary way would have: temporary files are private.
fn new_file_permissions(folder: &Path) -> io::Result<fs::Permissions> {
    let prefix = own_prefix();
    let probe = named(&prefix).make_in(folder, |path| fs::File::create_new(path))?;
    Ok(probe.as_file().metadata()?.permissions())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_temporary_files_are_taken_for_such() {
        assert_eq!(
            named(&own_prefix()).tempfile().ok().and_then(|file| {
                let name = file.path().file_name()?.to_str()?.to_string();
                maker(&name).map(str::to_string)
            }),
            Some(std::process::id().to_string())
        );
        for name in [
            ".derive-1-backup",
            ".derive-1-notes.tmp.tmp",
            ".derive--abcdef.tmp",
            ".derive-x1-abcdef.tmp",
            "derive-1-abcdef.tmp",
        ] {
            assert_eq!(maker(name), None, "{name}");
        }
    }
}
