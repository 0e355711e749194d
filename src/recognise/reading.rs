//! What a reader expects of a reading where two are true, and what keeps entries from having one.

/// Which of two true readings is given, where one size in three is 1 and a product of matrices is also a correlation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Favourite {
    /// The correlation.
    Correlation(Slide),
    /// The product.
    Product,
}

/// How a reader expects a kernel to move. Where several steps would explain the terms, these are tried first; nothing is claimed
/// for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slide {
    /// Along so many of the last axes.
    pub axes: usize,
    /// For the first few of them the steps `[f, r, k]` of what flows in, of the result and of the kernel: an entry of the kernel at
    /// `u` takes what flows in at `h` to the result at `i` with `f·h = r·i + k·u` but for a constant and signs.
    pub steps: [[i64; 3]; 3],
}

impl Default for Slide {
    fn default() -> Slide {
        Slide { axes: 0, steps: [[1; 3]; 3] }
    }
}

/// Why entries are no operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// All entries are zero.
    Zero,
    /// Their terms have other factors than elements and functions of one index.
    Factors,
    /// Their terms are products of too many kinds.
    Kinds,
    /// The coefficients vary, and not as a count in windows would.
    Coefficients,
    /// The elements that meet in an entry are not those of evenly spaced windows, nor of whole axes.
    Spacing,
    /// The factors are paired in no way that an operator pairs them.
    Pairing,
    /// As they stand they are no operator, and multiplied out they would have too many terms to look further.
    Terms,
}
