//! The documents under a path: named ones, and those of a folder that git would not ignore.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::markers::{Syntax, WORD, has_marker};

/// A larger file is no document.
pub const MOST_BYTES: usize = 32 << 20;

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
    /// It is a device, a pipe or the like.
    NoFile,
}

impl Document {
    /// Is the file still what was read, or already `wanted`? Somebody may write to it at the same time.
    ///
    /// # Errors
    /// Those of the system.
    pub fn is_current(&self, wanted: &str) -> io::Result<bool> {
        let now = fs::read(&self.path)?;
        Ok(now == self.text.as_bytes() || now == wanted.as_bytes())
    }
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
    // to open a pipe would be to wait for somebody who writes into it
    if !fs::metadata(path).map_err(Unread::System)?.is_file() {
        return Err(Unread::NoFile);
    }
    let mut file = fs::File::open(path).map_err(Unread::System)?;
    let mut bytes = Vec::new();
    file.by_ref().take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(Unread::System)?;
    if bytes.len() > MOST_BYTES {
        let marked = has_word(bytes, file).map_err(Unread::System)?;
        return if marked { Err(Unread::TooLarge) } else { Ok(None) };
    }
    if !holds_word(&bytes) {
        return Ok(None);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(Document { path: path.to_path_buf(), syntax, text })),
        Err(error) if has_marker(&String::from_utf8_lossy(error.as_bytes()), syntax) => Err(Unread::NotUtf8),
        Err(_) => Ok(None),
    }
}

fn holds_word(bytes: &[u8]) -> bool {
    bytes.windows(WORD.len()).any(|w| w == WORD)
}

/// Does a file hold the word? `begin` was read already; the rest is looked at piece by piece.
fn has_word(begin: Vec<u8>, mut file: fs::File) -> io::Result<bool> {
    let mut piece = begin;
    loop {
        if holds_word(&piece) {
            return Ok(true);
        }
        // the word may lie across two pieces
        piece.drain(..piece.len().saturating_sub(WORD.len() - 1));
        let kept = piece.len();
        file.by_ref().take(1 << 20).read_to_end(&mut piece)?;
        if piece.len() == kept {
            return Ok(false);
        }
    }
}
