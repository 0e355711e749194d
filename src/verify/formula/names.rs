//! The names in an equation, looked at before anything has a value: is every letter bound, does none look like a tensor in its scope,
//! and does every tensor's name say which one it is?

use super::{Checker, Reason, Refuted};
use crate::expr::TensorId;
use crate::formula::{Condition, Equation, Formula, Letter, Level, Op};

/// What was found.
pub(super) struct Names {
    /// The letters of the left side that nothing binds, and how many values each takes.
    free: Vec<(Letter, Option<usize>)>,
    /// Is there a rounded number in the left side, and in each member of the chain?
    pub(super) rounded: Vec<bool>,
    base: i64,
}

impl Names {
    /// The free letters with their first and last values.
    pub(super) fn letters(&self) -> Result<Vec<(Letter, [i64; 2])>, Refuted> {
        let range = |(letter, size): &(Letter, Option<usize>)| match size {
            Some(size) => Ok((letter.clone(), [self.base, self.base + *size as i64 - 1])),
            None => Err(Refuted { member: None, reason: Reason::NoRange(letter.to_string()) }),
        };
        self.free.iter().map(range).collect()
    }
}

/// Looks at all names of an equation.
pub(super) fn look(checker: &Checker<'_>, equation: &Equation) -> Result<Names, Refuted> {
    let bound: Vec<Letter> = checker.sizes.iter().map(|(letter, _)| letter.clone()).collect();
    let mut look = Look { checker, free: Vec::new(), bound, rounded: false };
    let whose = |member: Option<usize>| move |reason| Refuted { member, reason };
    look.collect(&equation.left);
    let mut rounded = Vec::with_capacity(1 + equation.chain.len());
    look.formula(&equation.left).map_err(whose(None))?;
    rounded.push(look.rounded);
    for (member, right) in equation.chain.iter().enumerate() {
        look.rounded = false;
        look.formula(right).map_err(whose(Some(member)))?;
        rounded.push(look.rounded);
    }
    Ok(Names { free: look.free, rounded, base: checker.glossary.index_base })
}

/// `n(g − 1) + c`, the place c of group g where each has n: both letters, and n.
fn grouped(index: &Formula, base: i64) -> Option<(&Letter, &Letter, usize)> {
    let Formula::Sum(parts) = index else { return None };
    let [Formula::Product(before), Formula::Letter(within)] = parts.as_slice() else { return None };
    let [Formula::Number(count), group] = before.as_slice() else { return None };
    // its groups are counted from 0
    let group = if base == 0 {
        group
    } else {
        let Formula::Sum(parts) = group else { return None };
        parts.first().filter(|_| parts[1..] == [Formula::integer(-base)])?
    };
    let Formula::Letter(group) = group else { return None };
    Some((group, within, usize::try_from(count.as_integer()?).ok()?))
}

struct Look<'c, 'a> {
    checker: &'c Checker<'a>,
    free: Vec<(Letter, Option<usize>)>,
    bound: Vec<Letter>,
    rounded: bool,
}

impl<'a> Look<'_, 'a> {
    /// The letters of the left side that nothing in it binds.
    fn collect(&mut self, left: &Formula) {
        let mut bound: Vec<Letter> = Vec::new();
        left.each(&mut |part| {
            if let Formula::Big(_, bounds, _) = part {
                bound.extend(bounds.ranges.iter().map(|r| r.letter.clone()));
            } else if let Formula::Letter(letter) = part
                && !bound.contains(letter)
                && !self.bound.contains(letter)
                && !self.is_free(letter)
            {
                self.free.push((letter.clone(), None));
            }
        });
    }

    fn runs(&mut self, letter: &Letter, length: usize) {
        if let Some((_, known)) = self.free.iter_mut().find(|(own, _)| own == letter) {
            *known = known.or(Some(length));
        }
    }

    fn is_free(&self, letter: &Letter) -> bool {
        self.free.iter().any(|(own, _)| own == letter)
    }

    fn formulas(&mut self, parts: &[Formula]) -> Result<(), Reason> {
        parts.iter().try_for_each(|part| self.formula(part))
    }

    fn formula(&mut self, formula: &Formula) -> Result<(), Reason> {
        match formula {
            Formula::Number(_) | Formula::All | Formula::Run(..) | Formula::Loss | Formula::Ones(_) => Ok(()),
            Formula::Rounded(_) => {
                self.rounded = true;
                Ok(())
            }
            Formula::Letter(letter) if self.bound.contains(letter) || self.is_free(letter) => Ok(()),
            Formula::Letter(letter) => Err(Reason::Unbound(letter.to_string())),
            Formula::Name(tensor, level) => self.tensor(*tensor, *level).map(|_| ()),
            Formula::Entry(tensor, offset) => {
                self.clear(*tensor, Level::None)?;
                if (*offset as usize) < self.checker.lengths[tensor.0 as usize] {
                    Ok(())
                } else {
                    Err(self.outside(*tensor, i64::from(*offset)))
                }
            }
            Formula::At(tensor, level, indices) => {
                let shape = self.tensor(*tensor, *level)?;
                self.indices(indices, shape)
            }
            Formula::Pick(x, indices) => {
                self.formula(x)?;
                let shape = self.list_of(x).map(|len| vec![len]);
                self.indices(indices, &shape.unwrap_or_default())
            }
            Formula::Sum(parts)
            | Formula::Product(parts)
            | Formula::Extreme(_, parts)
            | Formula::Hadamard(parts)
            | Formula::Apply(_, parts)
            | Formula::Elided(parts) => self.formulas(parts),
            Formula::Negative(x)
            | Formula::Power(x, _)
            | Formula::Root(_, x)
            | Formula::Floor(x)
            | Formula::Ceil(x)
            | Formula::Call(_, _, x)
            | Formula::ByLoss(x) => self.formula(x),
            Formula::Quotient(x, y)
            | Formula::Share(_, x, y)
            | Formula::Derivative(x, y)
            | Formula::HadamardQuotient(x, y) => {
                self.formula(x)?;
                self.formula(y)
            }
            Formula::Big(_, bounds, body) => {
                let outside = self.bound.len();
                for range in &bounds.ranges {
                    self.formula(&range.low)?;
                    self.formula(&range.high)?;
                    if self.bound.contains(&range.letter) || self.is_free(&range.letter) {
                        return Err(Reason::BoundTwice(range.letter.to_string()));
                    }
                    self.bound.push(range.letter.clone());
                }
                bounds.conditions.iter().try_for_each(|c| self.condition(c))?;
                self.formula(body)?;
                self.bound.truncate(outside);
                Ok(())
            }
            Formula::Cases(cases) => cases.iter().try_for_each(|(value, condition)| {
                self.formula(value)?;
                self.condition(condition)
            }),
            Formula::Bracket(condition) => self.condition(condition),
            Formula::Matrix(matrix) => {
                self.formulas(&matrix.cells)?;
                matrix.whole.as_ref().map_or(Ok(()), |whole| self.formula(whole))
            }
            Formula::Slide(slide) => {
                self.formula(&slide.x)?;
                self.formula(&slide.y)
            }
        }
    }

    fn condition(&mut self, condition: &Condition) -> Result<(), Reason> {
        match condition {
            Condition::Compare(x, _, y) | Condition::Divides(x, y) => {
                self.formula(x)?;
                self.formula(y)
            }
            Condition::Within(low, x, high) => [low, x, high].into_iter().try_for_each(|part| self.formula(part)),
            Condition::And(parts) | Condition::Or(parts) => parts.iter().try_for_each(|part| self.condition(part)),
        }
    }

    /// A letter that stands alone as an index says how far it runs; so do both where an axis is told in groups.
    fn indices(&mut self, indices: &[Formula], shape: &[usize]) -> Result<(), Reason> {
        for (place, index) in indices.iter().enumerate() {
            if let (Formula::Letter(letter), Some(&size)) = (index, shape.get(place)) {
                self.runs(letter, size);
            } else if let Some((group, within, count)) = grouped(index, self.checker.glossary.index_base)
                && let Some(groups) = shape.get(place).and_then(|size| size.checked_div(count))
            {
                self.runs(group, groups);
                self.runs(within, count);
            }
            self.formula(index)?;
        }
        Ok(())
    }

    /// How many entries a whole tensor has that is written as a list.
    fn list_of(&self, formula: &Formula) -> Option<usize> {
        let Formula::Apply(Op::Vector, of) = formula else { return None };
        let [Formula::Name(tensor, level)] = of.as_slice() else { return None };
        Some(self.checker.shape(self.checker.source(*tensor, *level)?).iter().product())
    }

    /// Does a name say which tensor it is?
    fn clear(&self, tensor: TensorId, level: Level) -> Result<(), Reason> {
        let Checker { glossary, ambiguous, .. } = self.checker;
        if ambiguous[tensor.0 as usize] {
            return Err(Reason::Ambiguous(glossary.name(tensor).word.clone()));
        }
        let mut letters = self.bound.iter().chain(self.free.iter().map(|(letter, _)| letter));
        match letters.find(|letter| level == Level::None && glossary.is_name_of(letter, tensor)) {
            Some(letter) => Err(Reason::Captured(letter.to_string())),
            None => Ok(()),
        }
    }

    /// The shape of a tensor whose name is clear.
    fn tensor(&self, tensor: TensorId, level: Level) -> Result<&'a [usize], Reason> {
        self.clear(tensor, level)?;
        match self.checker.source(tensor, level) {
            Some(source) => Ok(self.checker.shape(source)),
            None => Err(Reason::Level(self.checker.glossary.name(tensor).word.clone())),
        }
    }

    fn outside(&self, tensor: TensorId, offset: i64) -> Reason {
        Reason::Outside(self.checker.glossary.name(tensor).word.clone(), offset)
    }
}
