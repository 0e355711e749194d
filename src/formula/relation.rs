//! How two sides of a condition compare.

/// How two sides compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `=`
    Equals,
    /// `≠`
    Differs,
    /// `<`
    Less,
    /// `≤`
    AtMost,
    /// `>`
    Greater,
}
