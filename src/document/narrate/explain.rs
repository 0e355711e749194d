//! What is said of signs that a reader may not know by sight: once, after the first display that has one. A display that is chosen
//! alone takes what is said of its marks along.

use super::narrator::Narrator;
use super::signs::Sign;
use crate::document::resolve;
use crate::document::say::Sentence;
use crate::document::{Inlines, Math};
use crate::expr::Ties;
use crate::formula::Formula;

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
                marks.push(self.mark_explained(sign, &example));
            } else if !self.explained_signs.contains(&sign) {
                self.explained_signs.push(sign);
                text.push(self.explanation(sign, &example));
            }
        }
        (text, marks)
    }

    /// What an entry gets of a maximum is explained by one example throughout.
    fn mark_explained(&mut self, sign: Sign, example: &Formula) -> Inlines {
        let known = self.explained_marks.iter().find(|(known, _)| *known == sign && matches!(sign, Sign::Share(_)));
        if let Some((_, words)) = known {
            return words.clone();
        }
        let words = self.explanation(sign, example);
        self.explained_marks.push((sign, words.clone()));
        words
    }

    fn explanation(&self, sign: Sign, example: &Formula) -> Inlines {
        let slide = || Math::Op(resolve::sign(self.request.notation.sliding, false));
        let op = |op: crate::document::Op| Math::Op(op);
        self.say(match sign {
            Sign::Star => Sentence::SignOfCorrelation { sign: slide() },
            Sign::Step => Sentence::Step { sign: slide() },
            Sign::Rotation => Sentence::SignOfRotation { sign: Math::Word("rot180") },
            Sign::Product => Sentence::SignOfProduct { sign: op(crate::document::Op::Hadamard) },
            Sign::Quotient => Sentence::SignOfQuotient { sign: op(crate::document::Op::HadamardDivision) },
            Sign::Colon => Sentence::ColonExplained,
            Sign::Run => Sentence::RunExplained { run: self.math(example) },
            Sign::Diagonal => Sentence::Diag { sign: Math::Word("diag") },
            Sign::Einsum => Sentence::Einsum { sign: Math::Word("einsum") },
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
