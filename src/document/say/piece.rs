//! What may stand in a place of a sentence.

use crate::document::{Inline, Inlines, Math};

/// What stands in a place.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Words(Inlines),
    Number(usize),
    List(Vec<Piece>),
}

impl From<Inlines> for Piece {
    fn from(words: Inlines) -> Piece {
        Piece::Words(words)
    }
}

impl From<Math> for Piece {
    fn from(math: Math) -> Piece {
        Piece::Words(vec![Inline::Math(math)])
    }
}

impl From<String> for Piece {
    fn from(text: String) -> Piece {
        Piece::Words(vec![Inline::Text(text)])
    }
}

impl From<usize> for Piece {
    fn from(number: usize) -> Piece {
        Piece::Number(number)
    }
}

impl From<bool> for Piece {
    fn from(holds: bool) -> Piece {
        Piece::Number(usize::from(holds))
    }
}

macro_rules! lists {
    ($($of:ty),*) => {
        $(impl From<Vec<$of>> for Piece {
            fn from(list: Vec<$of>) -> Piece {
                Piece::List(list.into_iter().map(Piece::from).collect())
            }
        })*
    };
}
lists!(Inlines, Math, String, usize);
