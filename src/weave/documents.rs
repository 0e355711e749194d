//! The documents under a path: named ones, and those of a folder that git would not ignore.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::markers::Syntax;

/// A larger file is no document.
const MOST_BYTES: u64 = 32 << 20;

/// A document as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Where it is.
    pub path: PathBuf,
    /// Its format.
    pub syntax: Syntax,
    /// Its text.
    pub text: String,
}

/// Why a path is not woven.
#[derive(Debug)]
pub enum Unread {
    /// The system says so.
    System(io::Error),
    /// Its name does not end like that of a document.
    Unknown,
    /// It has markers, and is not UTF-8.
    NotUtf8,
    /// It is too large.
    TooLarge,
}

/// The documents at `path`, sorted by name: the file itself, or the files in the folder that hold a marker's word.
///
/// # Errors
/// The paths that cannot be read, each with the reason. Files of a folder that hold no marker are left alone whatever they are.
pub fn documents(path: &Path) -> Result<Vec<Document>, Vec<(PathBuf, Unread)>> {
    let one = |error| vec![(path.to_path_buf(), error)];
    let metadata = fs::metadata(path).map_err(|e| one(Unread::System(e)))?;
    if !metadata.is_dir() {
        let syntax = Syntax::of(path).ok_or_else(|| one(Unread::Unknown))?;
        let found = read(path, syntax).map_err(one)?;
        return Ok(found.into_iter().collect());
    }
    let mut found = Vec::new();
    let mut wrong = Vec::new();
    // git's rules hold in a folder that is no repository too
    let walk = ignore::WalkBuilder::new(path).require_git(false).sort_by_file_name(Ord::cmp).build();
    for entry in walk {
        match entry {
            Err(error) => {
                let words = error.to_string();
                wrong.push((path.to_path_buf(), Unread::System(io::Error::other(words))));
            }
            Ok(entry) if entry.file_type().is_some_and(|t| t.is_file()) => {
                let Some(syntax) = Syntax::of(entry.path()) else { continue };
                // `.` is walked without telling so
                let path = entry.path().strip_prefix("./").unwrap_or(entry.path()).to_path_buf();
                match read(&path, syntax) {
                    Ok(document) => found.extend(document),
                    Err(error) => wrong.push((path, error)),
                }
            }
            Ok(_) => {}
        }
    }
    if wrong.is_empty() { Ok(found) } else { Err(wrong) }
}

/// A file, if it holds a marker's word.
fn read(path: &Path, syntax: Syntax) -> Result<Option<Document>, Unread> {
    if fs::metadata(path).map_err(Unread::System)?.len() > MOST_BYTES {
        return Err(Unread::TooLarge);
    }
    let bytes = fs::read(path).map_err(Unread::System)?;
    let word = syntax.word().as_bytes();
    if !bytes.windows(word.len()).any(|w| w == word) {
        return Ok(None);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(Document { path: path.to_path_buf(), syntax, text })),
        Err(_) => Err(Unread::NotUtf8),
    }
}
