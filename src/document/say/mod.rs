//! What can be said: the sentences, each with what stands in its places. A language is a table with a row for each of them, so that
//! which sentence is said is decided where the derivation is known, once for all languages.

mod chinese;
mod declared;
mod english;
mod language;
mod numbers;
mod parts;
mod piece;
mod sentence;
mod template;
#[cfg(test)]
mod tests;
mod titles;

pub use language::Lang;
pub(in crate::document) use sentence::Sentence;
