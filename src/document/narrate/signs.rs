//! What the signs and the functions of whole tensors in a net are: said once, where they are first met.

use std::io;

use super::Narrator;
use crate::document::math::{Math, Op};
use crate::formula::Formula;

/// What a reader may not know by sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Met {
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
    /// Entries repeated along further axes.
    Broadcast,
}

impl Narrator<'_> {
    /// What is new in these formulas of a net.
    pub(super) fn explain_met(&mut self, formulas: &[Formula]) -> io::Result<()> {
        let formulas: Vec<Math> = formulas.iter().map(|f| self.math(f)).collect();
        self.explain_star(formulas.iter())?;
        let mut new: Vec<(Met, Math)> = Vec::new();
        for formula in &formulas {
            formula.each(&mut |part| {
                if let Some(met) = met(part)
                    && !self.met.contains(&met)
                {
                    self.met.push(met);
                    new.push((met, part.clone()));
                }
            });
        }
        new.into_iter().try_for_each(|(met, sign)| self.paragraph(self.say.met(met, sign)))
    }
}

fn met(part: &Math) -> Option<Met> {
    match part {
        Math::Op(Op::Hadamard) => Some(Met::Product),
        Math::Op(Op::HadamardDivision) => Some(Met::Quotient),
        Math::Word(":") => Some(Met::Colon),
        Math::Word("vec") => Some(Met::Vector),
        Math::Word("reshape") => Some(Met::Reshape),
        Math::Word("broadcast") => Some(Met::Broadcast),
        Math::Op(_)
        | Math::Word(_)
        | Math::Element(..)
        | Math::Indexed(..)
        | Math::Name(_)
        | Math::Text(_)
        | Math::Number(_)
        | Math::Rounded(_)
        | Math::Row(_)
        | Math::Fraction(..)
        | Math::Subscript(..)
        | Math::Power(..)
        | Math::Root(..)
        | Math::Brackets(_)
        | Math::Call(..)
        | Math::Matrix(_)
        | Math::Big { .. }
        | Math::Indicator(..)
        | Math::Absolute(_)
        | Math::Stepped(..)
        | Math::Ones
        | Math::Derivative(..)
        | Math::Dots(_)
        | Math::Cases(_) => None,
    }
}
