//! Blanks in entries and in index forms: a factor, a term, a bound, an index or a part of one is cut out.

use super::super::narrator::Narrator;
use super::affine::Affine;
use super::draw::shuffled;
use super::exercise::{Exercise, Form, Shown, Source};
use crate::document::Inlines;
use crate::document::say::Sentence;
use crate::expr::Number;
use crate::formula::{BLANK, Equation, Formula, Level, Op};
use crate::verify::Random;

/// A formula with blanks, all of them for the same piece, and that piece.
pub(super) type Cut = (Formula, Formula);

/// Of a larger tensor not every entry is tried in a blank.
const MOST_TRIED: usize = 64;

impl Narrator<'_> {
    /// A blank in one entry, or in an index form.
    pub(super) fn blank(&self, source: &Source, random: &mut Random) -> Option<Exercise> {
        let cuts = if source.form == Form::Index {
            index_cuts(source.right(), self.glossary.index_base)
        } else {
            pieces(source.right())
        };
        let (right, piece) = shuffled(random, cuts).into_iter().find(|cut| self.is_only(source, cut))?;
        let mut count = 0;
        right.each(&mut |part| count += usize::from(*part == blank()));
        let task = match count {
            1 => Sentence::FillBox,
            count => Sentence::FillBoxes { count },
        };
        Some(self.cut(source, self.say(task), right, &piece))
    }

    /// An exercise about this blank.
    pub(super) fn cut(&self, source: &Source, task: Inlines, right: Formula, piece: &Formula) -> Exercise {
        Exercise {
            task,
            shown: Some(Shown::Cut(source.with(right), None, source.equation.clone())),
            answer: self.say(Sentence::InBox { piece: self.math(piece) }),
            result: None,
            in_numbers: false,
            room: 0,
        }
    }

    /// Does nothing else fit the blanks that stands to reason?
    pub(super) fn is_only(&self, source: &Source, (right, piece): &Cut) -> bool {
        let holds = |other: Formula| {
            let filled = right.replaced(&blank(), &other);
            other != *piece && self.checker.check(&source.with(filled)).is_ok()
        };
        !self.others(source, piece).into_iter().any(holds)
    }

    /// What else might be written in the place of a piece.
    fn others(&self, source: &Source, piece: &Formula) -> Vec<Formula> {
        let arena = &self.derivation.system.arena;
        if let Formula::Entry(tensor, _) = piece {
            let entries = 0..self.glossary.shape(*tensor).iter().product::<usize>().min(MOST_TRIED);
            entries.map(|offset| self.element(*tensor, offset)).collect()
        } else if let Formula::Name(..) = piece {
            let named = arena.tensors().map(|(id, _)| self.glossary.tensor(id, Level::None));
            let turned = [Op::Rot180, Op::Transpose].map(|op| Formula::apply(op, piece.clone()));
            named.chain(turned).collect()
        } else if let Formula::Number(n) = piece {
            let two = Number::integer(2);
            let near = (-2..=2).map(|by| n.add(&Number::integer(by)));
            near.chain([n.mul(&two), n.mul(&Number::fraction(1, 2)), n.negate()]).map(Formula::Number).collect()
        } else if let Some(index) = Affine::of(piece) {
            let near = (-2..=2).map(|by| index.plus(by)).chain(index.turned()).map(|other| other.formula());
            let letters = letters(&source.equation).into_iter();
            near.chain(index.without_steps(self.glossary.index_base).map(|other| other.formula()))
                .chain(letters)
                .collect()
        } else if let Formula::Apply(Op::Rot180 | Op::Transpose, of) = piece {
            of.clone()
        } else {
            Vec::new()
        }
    }
}

/// The letter that is printed as a box.
pub(super) fn blank() -> Formula {
    Formula::letter(BLANK)
}

/// The letters of an equation, each once.
fn letters(equation: &Equation) -> Vec<Formula> {
    let mut found = Vec::new();
    let mut meet = |part: &Formula| {
        if matches!(part, Formula::Letter(_)) && !found.contains(part) {
            found.push(part.clone());
        }
    };
    equation.left.each(&mut meet);
    equation.chain[0].each(&mut meet);
    found
}

/// A factor or a term cut out, one at a time.
pub(super) fn pieces(formula: &Formula) -> Vec<Cut> {
    let is_factor = |f: &Formula| {
        matches!(f, Formula::Number(n) if !n.is_negative() && !n.is_one())
            || matches!(f, Formula::Entry(..) | Formula::Name(..) | Formula::ByLoss(_) | Formula::Call(..))
    };
    let is_term = |f: &Formula| matches!(f, Formula::Entry(..) | Formula::Name(..) | Formula::ByLoss(_));
    formula.changed(&|part| {
        let cut = |parts: &[Formula], is_piece: &dyn Fn(&Formula) -> bool| {
            let places = (0..parts.len()).filter(|&place| is_piece(&parts[place]));
            places.map(|place| (with_blank(part, place), parts[place].clone())).collect()
        };
        if let Formula::Product(factors) | Formula::Hadamard(factors) = part {
            // the sign of a product is that of its number
            let signed = matches!(&factors[0], Formula::Number(n) if n.is_negative());
            if signed { Vec::new() } else { cut(factors, &is_factor) }
        } else if let Formula::Sum(terms) = part {
            cut(terms, &is_term)
        } else {
            Vec::new()
        }
    })
}

/// A formula with a blank in the place of one of its parts.
pub(super) fn with_blank(formula: &Formula, place: usize) -> Formula {
    let mut formula = formula.clone();
    *formula.parts_mut().swap_remove(place) = blank();
    formula
}

/// A bound, an index, or a number in one cut out; an index wherever it stands, for a condition would tell it else.
fn index_cuts(right: &Formula, base: i64) -> Vec<Cut> {
    let first = Number::integer(base);
    let mut cuts = right.changed(&|part| {
        if let Formula::Big(_, bounds, _) = part {
            let mut formula = part.clone();
            let parts = formula.parts_mut().into_iter().take(bounds.parts()).map(|part| part.clone()).enumerate();
            // that most letters begin with the first index goes without saying
            let numbers = parts.filter(|(_, part)| matches!(part, Formula::Number(n) if *n != first));
            numbers.map(|(place, number)| (with_blank(part, place), number)).collect()
        } else if let Formula::At(_, _, indices) = part {
            let letters = (0..indices.len()).filter(|&place| matches!(indices[place], Formula::Letter(_)));
            letters.map(|place| (with_blank(part, place), indices[place].clone())).collect()
        } else {
            Vec::new()
        }
    });
    for index in indices(right) {
        cuts.push((right.replaced(&index, &blank()), index.clone()));
        let numbers = index.changed(&|part| {
            let cut = matches!(part, Formula::Number(n) if !n.is_negative());
            if cut { vec![(blank(), part.clone())] } else { Vec::new() }
        });
        cuts.extend(numbers.into_iter().map(|(with_blank, number)| (right.replaced(&index, &with_blank), number)));
    }
    cuts
}

/// The indices that are more than a letter or a number, each once.
pub(super) fn indices(formula: &Formula) -> Vec<Formula> {
    let mut found: Vec<Formula> = Vec::new();
    formula.each(&mut |part| {
        if let Formula::At(_, _, list) | Formula::Pick(_, list) = part {
            for index in list {
                let affine = matches!(index, Formula::Sum(_) | Formula::Product(_)) && Affine::of(index).is_some();
                if affine && !found.contains(index) {
                    found.push(index.clone());
                }
            }
        }
    });
    found
}
