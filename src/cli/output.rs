//! Where a document goes: the standard output, or a file that is replaced as a whole or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::problem::Problem;

/// Large enough that a document of many megabytes takes few system calls.
const BUFFER: usize = 1 << 18;

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
        Problem::input(
            format!("{} cannot be written: {error}", path.display()),
            "nothing was changed; check the folder and its permissions",
        )
    })
}

/// A temporary file in the same folder, then a rename: the target is the old text or the new, never half of it.
fn to_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // through a symbolic link the file it names is replaced, not the link
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
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

/// What a file made in the ordinary way would have: temporary files are private.
fn new_file_permissions(folder: &Path) -> io::Result<fs::Permissions> {
    let probe = tempfile::Builder::new().prefix(".derive-").make_in(folder, |path| fs::File::create_new(path))?;
    Ok(probe.as_file().metadata()?.permissions())
}
