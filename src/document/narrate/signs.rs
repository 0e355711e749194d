//! The signs of formulas that a reader may not know by sight.

use crate::expr::Ties;
use crate::formula::{Formula, Op};

/// What a reader may not know by sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// The sliding product.
    Star,
    /// A kernel that is turned.
    Rotation,
    /// The product entry by entry.
    Product,
    /// The quotient entry by entry.
    Quotient,
    /// A colon in the place of an index.
    Colon,
    /// From one place to another in the place of an index.
    Run,
    /// A diagonal.
    Diagonal,
    /// Axes by letters.
    Einsum,
    /// All entries in a vector.
    Vector,
    /// The same entries in another shape.
    Reshape,
    /// Zeros between neighbours.
    Spread,
    /// Lines of zeros added, or lines cut off.
    Pad,
    /// The step of a sliding product.
    Step,
    /// Ones in a shape.
    Ones,
    /// Entries repeated over blocks.
    Upsample,
    /// Entries that go to maxima.
    Route(Ties),
    /// The largest entries of windows.
    WindowMax,
    /// What an entry gets of a maximum.
    Share(Ties),
}

impl Sign {
    /// Does it belong to an equation, also where that stands alone? The usual signs are explained in running text only.
    pub(super) fn is_mark(self) -> bool {
        match self {
            Sign::Star
            | Sign::Rotation
            | Sign::Product
            | Sign::Quotient
            | Sign::Colon
            | Sign::Vector
            | Sign::Reshape => false,
            Sign::Run
            | Sign::Diagonal
            | Sign::Einsum
            | Sign::Spread
            | Sign::Pad
            | Sign::Step
            | Sign::Ones
            | Sign::Upsample
            | Sign::Route(_)
            | Sign::WindowMax
            | Sign::Share(_) => true,
        }
    }

    /// What a node has to be explained for.
    pub(super) fn of(formula: &Formula) -> Option<Sign> {
        match formula {
            Formula::All => Some(Sign::Colon),
            Formula::Run(..) => Some(Sign::Run),
            Formula::Hadamard(_) => Some(Sign::Product),
            Formula::HadamardQuotient(..) => Some(Sign::Quotient),
            Formula::Slide(slide) if slide.steps.is_empty() => Some(Sign::Star),
            Formula::Slide(_) => Some(Sign::Step),
            Formula::Ones(_) => Some(Sign::Ones),
            Formula::Share(ties, ..) => Some(Sign::Share(*ties)),
            Formula::Apply(op, _) => match op {
                Op::Diagonal => Some(Sign::Diagonal),
                Op::Vector => Some(Sign::Vector),
                Op::Reshape(_) => Some(Sign::Reshape),
                Op::Spread(_) => Some(Sign::Spread),
                Op::Pad(_) => Some(Sign::Pad),
                Op::Upsample => Some(Sign::Upsample),
                Op::Route(_, ties) => Some(Sign::Route(*ties)),
                Op::WindowMax(_) => Some(Sign::WindowMax),
                Op::Einsum(..) => Some(Sign::Einsum),
                Op::Rot180 => Some(Sign::Rotation),
                Op::Transpose => None,
            },
            Formula::Number(_)
            | Formula::Rounded(_)
            | Formula::Letter(_)
            | Formula::Name(..)
            | Formula::Entry(..)
            | Formula::At(..)
            | Formula::Pick(..)
            | Formula::Sum(_)
            | Formula::Negative(_)
            | Formula::Product(_)
            | Formula::Quotient(..)
            | Formula::Power(..)
            | Formula::Root(..)
            | Formula::Floor(_)
            | Formula::Ceil(_)
            | Formula::Call(..)
            | Formula::Big(..)
            | Formula::Cases(_)
            | Formula::Bracket(_)
            | Formula::Extreme(..)
            | Formula::ByLoss(_)
            | Formula::Loss
            | Formula::Derivative(..)
            | Formula::Matrix(_)
            | Formula::Elided(_) => None,
        }
    }
}
