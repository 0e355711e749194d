//! Where a document goes: the standard output, or a file that is replaced as a whole or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::problem::Problem;

/// Large enough that a document of many megabytes takes few system calls.
const BUFFER: usize = 1 << 18;

/// A longer chain of symbolic links is a circle.
const MOST_LINKS: usize = 40;

/// Lets `write` produce the document. A reader that has gone away is no problem.
pub(super) fn produce(
    path: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Problem> {
    let Some(path) = path else {
        let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
        return match write(&mut out).and_then(|()| out.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) => {
                Err(Problem::input(format!("the standard output cannot be written: {error}"), "is the disk full?"))
            }
            Ok(()) => Ok(()),
        };
    };
    to_file(path, write).map_err(|error| {
        // the name of the temporary file tells a user nothing
        let text = error.to_string();
        let words = text.split(" at path ").next().unwrap_or(&text);
        Problem::input(
            format!("{} cannot be written: {words}", path.display()),
            "nothing was changed; check the folder and its permissions",
        )
    })
}

/// A temporary file in the same folder, then a rename: the target is the old text or the new, never half of it.
fn to_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // through a symbolic link the file it names is replaced, not the link
    let target = followed(path)?;
    let metadata = fs::metadata(&target).ok();
    if metadata.as_ref().is_some_and(|m| !m.is_file()) {
        // a device or a pipe cannot be replaced, only written to; a folder gives the system's own message
        let mut out = BufWriter::with_capacity(BUFFER, fs::OpenOptions::new().write(true).open(&target)?);
        return write(&mut out).and_then(|()| out.flush());
    }
    let folder = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new().prefix(".derive-").tempfile_in(folder)?;
    let mut out = BufWriter::with_capacity(BUFFER, temporary.as_file_mut());
    write(&mut out)?;
    out.flush()?;
    drop(out);
    match metadata {
        Some(metadata) => fs::set_permissions(temporary.path(), metadata.permissions())?,
        None => fs::set_permissions(temporary.path(), new_file_permissions(folder)?)?,
    }
    temporary.as_file().sync_all()?;
    temporary.persist(&target).map_err(|e| e.error)?;
    Ok(())
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
    let probe = tempfile::Builder::new().prefix(".derive-").make_in(folder, |path| fs::File::create_new(path))?;
    Ok(probe.as_file().metadata()?.permissions())
}
