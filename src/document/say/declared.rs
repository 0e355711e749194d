//! How sentences are declared, and how a language gives each its words.

/// Declares the sentences, with their places and what stands there. A `bool` or a number may also choose between two wordings; words
/// in a place are sentences themselves, or parts of some.
macro_rules! sentences {
    ($($(#[$doc:meta])* $name:ident $({ $($place:ident: $kind:ty),* })?,)*) => {
        /// A sentence, or a part of one.
        #[derive(Clone, Debug)]
        pub(in crate::document) enum Sentence {
            $($(#[$doc])* $name $({ $($place: $kind),* })?,)*
        }

        /// Which sentence it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Key {
            $($name,)*
        }

        impl Sentence {
            /// The row of the tables, and what stands in its places.
            pub(super) fn taken_apart(self) -> (Key, Vec<(&'static str, Piece)>) {
                match self {
                    $(Sentence::$name $({ $($place),* })? => {
                        (Key::$name, vec![$($((stringify!($place), Piece::from($place))),*)?])
                    })*
                }
            }
        }

        /// Every sentence, with its places and their types.
        #[cfg(test)]
        pub(super) const ALL: &[(Key, &[(&str, &str)])] =
            &[$((Key::$name, &[$($((stringify!($place), stringify!($kind))),*)?]),)*];
    };
}

/// The table of a language: the template of each sentence, with its places in braces. What a place may say of how it is filled is
/// told in `template.rs`.
macro_rules! table {
    ($($name:ident: $template:literal,)*) => {
        /// The row of a sentence.
        pub(super) fn row(key: Key) -> &'static str {
            match key {
                $(Key::$name => $template,)*
            }
        }
    };
}
pub(super) use {sentences, table};
