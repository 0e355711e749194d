//! The languages in which a derivation is told.

use super::chinese::Chinese;
use super::english::English;
use super::sentences::Sentences;

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese, in simplified characters.
    Zh,
}

impl Lang {
    pub(super) fn sentences(self) -> &'static dyn Sentences {
        match self {
            Lang::En => &English,
            Lang::Zh => &Chinese,
        }
    }
}
