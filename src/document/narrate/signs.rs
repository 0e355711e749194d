//! The signs of formulas that a reader may not know by sight: said once, after the first display that has one. A display that is
//! chosen alone takes what is said of its marks along.

use super::narrator::Narrator;
use crate::document::resolve;
use crate::document::say::Sentence;
use crate::document::{Inlines, Math};
use crate::expr::Ties;
use crate::formula::{Formula, Op};

/// What a reader may not know by sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// The sliding product.
    Star,
    /// The product entry by entry.
    Product,
    /// The quotient entry by entry.
    Quotient,
    /// A colon in the place of an index.
    Colon,
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
    fn is_mark(self) -> bool {
        match self {
            Sign::Star | Sign::Product | Sign::Quotient | Sign::Colon | Sign::Vector | Sign::Reshape => false,
            Sign::Spread
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
    fn of(formula: &Formula) -> Option<Sign> {
        match formula {
            Formula::All => Some(Sign::Colon),
            Formula::Hadamard(_) => Some(Sign::Product),
            Formula::HadamardQuotient(..) => Some(Sign::Quotient),
            Formula::Slide(slide) if slide.steps.is_empty() => Some(Sign::Star),
            Formula::Slide(_) => Some(Sign::Step),
            Formula::Ones(Some(_)) => Some(Sign::Ones),
            Formula::Share(ties, ..) => Some(Sign::Share(*ties)),
            Formula::Apply(op, _) => match op {
                Op::Vector => Some(Sign::Vector),
                Op::Reshape(_) => Some(Sign::Reshape),
                Op::Spread(_) => Some(Sign::Spread),
                Op::Pad(_) => Some(Sign::Pad),
                Op::Upsample => Some(Sign::Upsample),
                Op::Route(_, ties) => Some(Sign::Route(*ties)),
                Op::WindowMax(_) => Some(Sign::WindowMax),
                Op::Transpose | Op::Rot180 | Op::Einsum(..) => None,
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
            | Formula::Call(..)
            | Formula::Big(..)
            | Formula::Cases(_)
            | Formula::Bracket(_)
            | Formula::Extreme(..)
            | Formula::ByLoss(_)
            | Formula::Loss
            | Formula::Derivative(..)
            | Formula::Matrix(_)
            | Formula::Ones(None)
            | Formula::Elided(_) => None,
        }
    }
}

impl Narrator<'_> {
    /// Notes what is new in a formula that is about to be displayed.
    pub(super) fn meet(&self, formula: &Formula) {
        formula.each(&mut |part| {
            if let Some(sign) = Sign::of(part) {
                let mut new = self.new_signs.borrow_mut();
                if !new.iter().any(|(known, _)| *known == sign) {
                    new.push((sign, part.clone()));
                }
            }
        });
    }

    /// What is to be said after the display that was noted: running text, and what belongs to its marks.
    pub(super) fn explained(&mut self) -> (Vec<Inlines>, Vec<Inlines>) {
        let (mut text, mut marks) = (Vec::new(), Vec::new());
        for (sign, example) in self.new_signs.take() {
            if sign.is_mark() {
                marks.push(self.explanation(sign, &example));
            } else if !self.explained_signs.contains(&sign) {
                // one layer's page speaks of its products as it comes to them
                let usual = sign != Sign::Star && !self.net;
                self.explained_signs.push(sign);
                text.extend((!usual).then(|| self.explanation(sign, &example)));
            }
        }
        (text, marks)
    }

    fn explanation(&self, sign: Sign, example: &Formula) -> Inlines {
        let slide = || Math::Op(resolve::sign(self.request.notation.sliding, false));
        let op = |op: crate::document::Op| Math::Op(op);
        self.say(match sign {
            Sign::Star => Sentence::SignOfCorrelation { sign: slide() },
            Sign::Step => Sentence::Step { sign: slide() },
            Sign::Product => Sentence::SignOfProduct { sign: op(crate::document::Op::Hadamard) },
            Sign::Quotient => Sentence::SignOfQuotient { sign: op(crate::document::Op::HadamardDivision) },
            Sign::Colon => Sentence::ColonExplained,
            Sign::Vector => Sentence::Vec { sign: Math::Word("vec") },
            Sign::Reshape => Sentence::Reshape { sign: Math::Word("reshape") },
            Sign::Upsample => Sentence::Upsample { sign: Math::Word("upsample") },
            Sign::Route(Ties::First) => Sentence::RouteToFirst { sign: Math::Word("route") },
            Sign::Route(Ties::Split) => Sentence::RouteSplit { sign: Math::Word("route") },
            Sign::Route(Ties::All) => Sentence::RouteToAll { sign: Math::Word("route") },
            Sign::WindowMax => Sentence::WindowMax { sign: Math::Word("windowmax") },
            Sign::Pad => Sentence::Pad { sign: Math::Word("pad") },
            Sign::Spread => Sentence::Spread { sign: op(crate::document::Op::Up) },
            Sign::Ones => Sentence::Ones { sign: self.math(example) },
            Sign::Share(Ties::First) => Sentence::ShareOfFirst { sign: self.math(example) },
            Sign::Share(Ties::Split) => Sentence::ShareSplit { sign: self.math(example) },
            Sign::Share(Ties::All) => Sentence::ShareOfAll { sign: self.math(example) },
        })
    }
}
