//! The signs of formulas that a reader may not know by sight: said once, after the first display that has one. A display that is
//! chosen alone takes what is said of its marks along.

use super::Narrator;
use crate::document::resolve::sign;
use crate::document::say::Sentence;
use crate::document::{Inlines, Math};
use crate::expr::Ties;
use crate::formula::{Formula, Op};

/// What a reader may not know by sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Met {
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

impl Met {
    /// Does it belong to an equation, also where that stands alone? The usual signs are explained in running text only.
    fn is_mark(self) -> bool {
        match self {
            Met::Star | Met::Product | Met::Quotient | Met::Colon | Met::Vector | Met::Reshape => false,
            Met::Spread
            | Met::Pad
            | Met::Step
            | Met::Ones
            | Met::Upsample
            | Met::Route(_)
            | Met::WindowMax
            | Met::Share(_) => true,
        }
    }
}

/// What a node has to be explained for.
fn met(formula: &Formula) -> Option<Met> {
    match formula {
        Formula::All => Some(Met::Colon),
        Formula::Hadamard(_) => Some(Met::Product),
        Formula::HadamardQuotient(..) => Some(Met::Quotient),
        Formula::Slide(slide) if slide.steps.is_empty() => Some(Met::Star),
        Formula::Slide(_) => Some(Met::Step),
        Formula::Ones(Some(_)) => Some(Met::Ones),
        Formula::Share(ties, ..) => Some(Met::Share(*ties)),
        Formula::Apply(op, _) => match op {
            Op::Vector => Some(Met::Vector),
            Op::Reshape(_) => Some(Met::Reshape),
            Op::Spread(_) => Some(Met::Spread),
            Op::Pad(_) => Some(Met::Pad),
            Op::Upsample => Some(Met::Upsample),
            Op::Route(_, ties) => Some(Met::Route(*ties)),
            Op::WindowMax(_) => Some(Met::WindowMax),
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

impl Narrator<'_> {
    /// Notes what is new in a formula that is about to be displayed.
    pub(super) fn meet(&self, formula: &Formula) {
        formula.each(&mut |part| {
            if let Some(met) = met(part) {
                let mut new = self.new.borrow_mut();
                if !new.iter().any(|(known, _)| *known == met) {
                    new.push((met, part.clone()));
                }
            }
        });
    }

    /// What is to be said after the display that was noted: running text, and what belongs to its marks.
    pub(super) fn explained(&mut self) -> (Vec<Inlines>, Vec<Inlines>) {
        let (mut text, mut marks) = (Vec::new(), Vec::new());
        for (met, example) in self.new.take() {
            if met.is_mark() {
                marks.push(self.explanation(met, &example));
            } else if !self.met.contains(&met) {
                // one layer's page speaks of its products as it comes to them
                let usual = met != Met::Star && self.derivation.instance.stages.is_empty();
                self.met.push(met);
                text.extend((!usual).then(|| self.explanation(met, &example)));
            }
        }
        (text, marks)
    }

    fn explanation(&self, met: Met, example: &Formula) -> Inlines {
        let slide = || Math::Op(sign(self.request.notation.sliding, false));
        let op = |op: crate::document::Op| Math::Op(op);
        self.say(match met {
            Met::Star => Sentence::SignOfCorrelation { sign: slide() },
            Met::Step => Sentence::Step { sign: slide() },
            Met::Product => Sentence::SignOfProduct { sign: op(crate::document::Op::Hadamard) },
            Met::Quotient => Sentence::SignOfQuotient { sign: op(crate::document::Op::HadamardDivision) },
            Met::Colon => Sentence::ColonExplained,
            Met::Vector => Sentence::Vec { sign: Math::Word("vec") },
            Met::Reshape => Sentence::Reshape { sign: Math::Word("reshape") },
            Met::Upsample => Sentence::Upsample { sign: Math::Word("upsample") },
            Met::Route(Ties::First) => Sentence::RouteToFirst { sign: Math::Word("route") },
            Met::Route(Ties::Split) => Sentence::RouteSplit { sign: Math::Word("route") },
            Met::Route(Ties::All) => Sentence::RouteToAll { sign: Math::Word("route") },
            Met::WindowMax => Sentence::WindowMax { sign: Math::Word("windowmax") },
            Met::Pad => Sentence::Pad { sign: Math::Word("pad") },
            Met::Spread => Sentence::Spread { sign: op(crate::document::Op::Up) },
            Met::Ones => Sentence::Ones { sign: self.math(example) },
            Met::Share(Ties::First) => Sentence::ShareOfFirst { sign: self.math(example) },
            Met::Share(Ties::Split) => Sentence::ShareSplit { sign: self.math(example) },
            Met::Share(Ties::All) => Sentence::ShareOfAll { sign: self.math(example) },
        })
    }
}
