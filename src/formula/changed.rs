//! Formulas changed in a place: a piece replaced, and all that one change of one piece makes of a formula.

use super::tree::{Bounds, Condition, Formula};

impl Formula {
    /// Its parts, from left to right, those of its bounds and conditions among them.
    pub fn parts_mut(&mut self) -> Vec<&mut Formula> {
        match self {
            Formula::Number(_)
            | Formula::Rounded(_)
            | Formula::Letter(_)
            | Formula::Name(..)
            | Formula::Entry(..)
            | Formula::All
            | Formula::Run(..)
            | Formula::Loss
            | Formula::Ones(_) => Vec::new(),
            Formula::At(_, _, parts)
            | Formula::Sum(parts)
            | Formula::Product(parts)
            | Formula::Extreme(_, parts)
            | Formula::Hadamard(parts)
            | Formula::Apply(_, parts)
            | Formula::Elided(parts) => parts.iter_mut().collect(),
            Formula::Pick(x, parts) => std::iter::once(&mut **x).chain(parts).collect(),
            Formula::Negative(x)
            | Formula::Power(x, _)
            | Formula::Root(_, x)
            | Formula::Floor(x)
            | Formula::Ceil(x)
            | Formula::Call(_, _, x)
            | Formula::ByLoss(x) => vec![x],
            Formula::Quotient(x, y)
            | Formula::Share(_, x, y)
            | Formula::Derivative(x, y)
            | Formula::HadamardQuotient(x, y) => vec![x, y],
            Formula::Big(_, bounds, body) => {
                let ranges = bounds.ranges.iter_mut().flat_map(|range| [&mut range.low, &mut range.high]);
                let conditions = bounds.conditions.iter_mut().flat_map(Condition::parts_mut);
                ranges.chain(conditions).chain([&mut **body]).collect()
            }
            Formula::Cases(cases) => {
                let mut parts = Vec::new();
                for (value, condition) in cases {
                    parts.push(value);
                    parts.extend(condition.parts_mut());
                }
                parts
            }
            Formula::Bracket(condition) => condition.parts_mut(),
            Formula::Matrix(matrix) => matrix.cells.iter_mut().collect(),
            Formula::Slide(slide) => vec![&mut slide.x, &mut slide.y],
        }
    }

    /// The same with one formula in the place of another, wherever that stands.
    #[must_use]
    pub fn replaced(&self, old: &Formula, new: &Formula) -> Formula {
        if self == old {
            return new.clone();
        }
        let mut formula = self.clone();
        formula.parts_mut().into_iter().for_each(|part| *part = part.replaced(old, new));
        formula
    }

    /// The formulas that come of it when one of its parts, or itself, becomes each of what `change` makes of that.
    pub fn changed<T>(&self, change: &dyn Fn(&Formula) -> Vec<(Formula, T)>) -> Vec<(Formula, T)> {
        let mut all = change(self);
        let count = self.clone().parts_mut().len();
        for place in 0..count {
            let mut whole = self.clone();
            let part = whole.parts_mut().swap_remove(place).clone();
            for (part, with) in part.changed(change) {
                let mut whole = self.clone();
                *whole.parts_mut().swap_remove(place) = part;
                all.push((whole, with));
            }
        }
        all
    }
}

impl Bounds {
    /// How many of the parts of a big sign are its bounds and conditions: they come before what it stands before.
    pub fn parts(&self) -> usize {
        let mut conditions = self.conditions.clone();
        2 * self.ranges.len() + conditions.iter_mut().map(|condition| condition.parts_mut().len()).sum::<usize>()
    }
}

impl Condition {
    /// The formulas in it, from left to right.
    pub fn parts_mut(&mut self) -> Vec<&mut Formula> {
        match self {
            Condition::Compare(x, _, y) | Condition::Divides(x, y) => vec![x, y],
            Condition::Within(low, x, high) => vec![low, x, high],
            Condition::And(parts) | Condition::Or(parts) => parts.iter_mut().flat_map(Condition::parts_mut).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formula::{Big, Range};

    #[test]
    fn each_place_is_changed_by_itself() {
        let [i, j, one, two] = [Formula::letter("i"), Formula::letter("j"), Formula::integer(1), Formula::integer(2)];
        let sum = |low: &Formula, high: &Formula, index: &Formula, above: &Formula| {
            let ranges = vec![Range { letter: "i".into(), low: low.clone(), high: high.clone() }];
            let conditions = vec![Condition::Within(one.clone(), index.clone(), above.clone())];
            Formula::Big(Big::Sum, Box::new(Bounds { ranges, conditions }), Box::new(index.clone()))
        };
        let formula = sum(&one, &two, &i, &two);
        assert_eq!(formula.replaced(&i, &j), sum(&one, &two, &j, &two));
        let doubled = |part: &Formula| if *part == two { vec![(j.clone(), "two")] } else { Vec::new() };
        let expected = [sum(&one, &j, &i, &two), sum(&one, &two, &i, &j)].map(|formula| (formula, "two"));
        assert_eq!(formula.changed(&doubled), expected);
    }
}
