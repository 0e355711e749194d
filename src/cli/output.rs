//! Where a document goes: the standard output, or a file that is replaced as a whole or not at all.

use std::io::{self, BufWriter, Seek, Write};
use std::path::Path;

use tempfile::{SpooledData, SpooledTempFile};

use super::problem::Problem;
use crate::document::Refutation;
use crate::weave::{Staged, is_special, write_through};

/// Large enough that a document of many megabytes takes few system calls.
const BUFFER: usize = 1 << 18;
/// More than this of a document for the standard output is held on disk.
const HELD: usize = 1 << 20;

/// Lets `write` produce the document. A reader that has gone away is no problem.
pub(super) fn produce(
    path: Option<&Path>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Problem> {
    let Some(path) = path else {
        // nothing is printed of a document that is refused in the end
        let mut held = SpooledTempFile::new(HELD);
        let whole = || {
            let mut buffer = BufWriter::with_capacity(BUFFER, &mut held);
            write(&mut buffer)?;
            buffer.flush()?;
            drop(buffer);
            held.rewind()?;
            let mut out = io::stdout().lock();
            match held.into_inner() {
                SpooledData::InMemory(text) => out.write_all(text.get_ref())?,
                SpooledData::OnDisk(mut file) => io::copy(&mut file, &mut out).map(|_| ())?,
            }
            out.flush()
        };
        return match whole() {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Err(error) if is_refutation(&error) => Err(Problem::Bug(error.to_string())),
            Err(error) => {
                Err(Problem::input(format!("the standard output cannot be written: {error}"), "is the disk full?"))
            }
            Ok(()) => Ok(()),
        };
    };
    to_file(path, write)
        .map_err(|error| if is_refutation(&error) { Problem::Bug(error.to_string()) } else { unwritten(path, &error) })
}

/// Did a displayed equation fail its check?
pub(super) fn is_refutation(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<Refutation>())
}

/// The file cannot be written.
pub(super) fn unwritten(path: &Path, error: &io::Error) -> Problem {
    // the name of the temporary file tells a user nothing
    let text = error.to_string();
    let words = text.split(" at path ").next().unwrap_or(&text);
    Problem::input(
        format!("{} cannot be written: {words}", path.display()),
        "nothing was changed; check the permissions of the file and of its folder",
    )
}

/// A temporary file in the same folder, then a rename: the target is the old text or the new, never half of it.
fn to_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if is_special(path)? {
        return write_through(path, write);
    }
    Staged::new(path, write)?.commit()
}
