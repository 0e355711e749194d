//! Formulas that are numbers. Nothing is allocated on the way: most of what is displayed is such a formula.

use super::{Evaluation, Reason, Source, Stop, Value, known, refuted};
use crate::expr::{Number, TensorId, degree_of_root, elementary, root_name};
use crate::formula::{Big, Extreme, Formula, Level, Op};
use crate::verify::field::Prime;

impl Evaluation<'_, '_> {
    /// The value of a number; [`Stop::Array`] where an array is needed on the way.
    pub(super) fn scalar(&mut self, formula: &Formula) -> Value<Prime> {
        match formula {
            Formula::Number(number) => Ok(Prime::from_number(number)),
            Formula::Rounded(_) => Err(Stop::NoValue),
            Formula::Letter(_) | Formula::Floor(_) | Formula::Ceil(_) => Ok(Prime::integer(self.index(formula)?)),
            Formula::Entry(tensor, offset) => {
                known(self.point.table.get(tensor.0 as usize).and_then(|values| values.get(*offset as usize)).copied())
            }
            Formula::Name(..) | Formula::At(..) => {
                let (source, offset) = self.element(formula)?;
                Ok(self.values(source)?[offset])
            }
            Formula::Pick(x, indices) => self.pick(x, indices),
            Formula::Sum(parts) | Formula::Elided(parts) => {
                let mut sum = Prime::integer(0);
                for part in parts {
                    sum = sum.add(self.scalar(part)?);
                }
                Ok(sum)
            }
            Formula::Negative(x) => Ok(self.scalar(x)?.negate()),
            Formula::Product(parts) | Formula::Hadamard(parts) => {
                let mut product = Prime::integer(1);
                for part in parts {
                    product = product.mul(self.scalar(part)?);
                }
                Ok(product)
            }
            Formula::Quotient(x, y) => {
                let x = self.scalar(x)?;
                Ok(x.mul(self.raised(y, -1)?))
            }
            Formula::HadamardQuotient(..) => {
                let (top, below) = divided(formula);
                let mut value = self.scalar(top)?;
                for (y, times) in below {
                    value = value.mul(self.raised(y, -times)?);
                }
                Ok(value)
            }
            Formula::Power(x, exponent) => {
                if let Some((degree, x, n)) = self.power_of_root(formula) {
                    let x = self.scalar(x)?;
                    return known(self.root_power(degree, x, n));
                }
                if let Some(n) = whole(exponent) {
                    return self.raised(x, n);
                }
                let x = self.scalar(x)?;
                known(self.power(x, exponent))
            }
            Formula::Root(degree, x) => {
                let x = self.scalar(x)?;
                known(self.function(&root_name(*degree), 0, x))
            }
            Formula::Call(name, order, x) => {
                let x = self.scalar(x)?;
                known(self.function(name, *order, x))
            }
            Formula::Big(Big::Largest, bounds, body) => {
                let mut values = Vec::new();
                self.each_term(bounds, &mut |this| {
                    values.push(this.scalar(body)?);
                    Ok(())
                })?;
                self.extreme(Extreme::Largest, &values)
            }
            Formula::Big(big, bounds, body) => {
                let product = *big == Big::Product;
                let mut value = Prime::integer(i64::from(product));
                self.each_term(bounds, &mut |this| {
                    let term = this.scalar(body)?;
                    value = if product { value.mul(term) } else { value.add(term) };
                    Ok(())
                })?;
                Ok(value)
            }
            Formula::Cases(cases) => {
                for (value, condition) in cases {
                    if self.holds(condition)? {
                        return self.scalar(value);
                    }
                }
                refuted(Reason::NoCase)
            }
            Formula::Bracket(condition) => self.bracket(condition),
            Formula::Share(ties, argument, largest) => self.share(*ties, argument, largest),
            Formula::Extreme(which, of) => {
                // a bound is a whole number; a maximum of values is what the point takes it for
                let size = Some(()).filter(|()| !self.checker.sizes.is_empty()).and_then(|()| self.integer(formula));
                if let Some(n) = size {
                    return Ok(Prime::integer(n));
                }
                let values = of.iter().map(|x| self.scalar(x)).collect::<Value<Vec<Prime>>>()?;
                self.extreme(*which, &values)
            }
            Formula::ByLoss(x) => {
                let (source, offset) = self.element(x)?;
                let Some(adjoint) = self.checker.by_loss(source) else {
                    return refuted(Reason::NoMeaning("the loss is differentiated by what it is not a function of"));
                };
                Ok(self.values(adjoint)?[offset])
            }
            Formula::Loss if self.checker.instance.loss => {
                Ok(self.values(Source::Tensor(self.checker.instance.output()))?[0])
            }
            Formula::Loss => Err(Stop::NoValue),
            Formula::Derivative(of, by) if **of == Formula::Loss => {
                let (source, offset) = self.element(by)?;
                let adjoint = self.checker.by_loss(source).unwrap_or(source);
                Ok(self.values(adjoint)?[offset])
            }
            Formula::Derivative(of, by) => {
                let (of, by) = (self.element(of)?, self.element(by)?);
                self.slope(of, by)
            }
            Formula::All | Formula::Run(..) => refuted(Reason::NoMeaning("a whole axis stands where no index does")),
            Formula::Matrix(_) | Formula::Slide(_) | Formula::Ones(_) | Formula::Apply(..) => Err(Stop::Array),
        }
    }

    /// A number to a whole power. A root is met with the whole exponent, above and below lines.
    pub(super) fn raised(&mut self, formula: &Formula, n: i32) -> Value<Prime> {
        if let Some((degree, x, k)) = self.power_of_root(formula) {
            let (x, n) = (self.scalar(x)?, known(k.checked_mul(n))?);
            return known(self.root_power(degree, x, n));
        }
        if let Formula::Product(parts) = formula {
            let mut product = Prime::integer(1);
            for part in parts {
                product = product.mul(self.raised(part, n)?);
            }
            return Ok(product);
        }
        if let Formula::Quotient(x, y) = formula {
            let (x, y) = (self.raised(x, n)?, self.raised(y, -n)?);
            return Ok(x.mul(y));
        }
        if let Formula::Power(x, exponent) = formula
            && let Some(k) = whole(exponent)
        {
            return self.raised(x, known(k.checked_mul(n))?);
        }
        if let Formula::Negative(x) = formula {
            let (sign, x) = (known(Prime::integer(-1).power(n))?, self.raised(x, n)?);
            return Ok(x.mul(sign));
        }
        known(self.scalar(formula)?.power(n))
    }

    /// The degree of a root, what is under it, and the power that it is raised to, where such powers are read as powers of that.
    pub(super) fn power_of_root<'f>(&self, formula: &'f Formula) -> Option<(u32, &'f Formula, i32)> {
        let (degree, x, n) = if let Formula::Root(degree, x) = formula {
            (*degree, x, 1)
        } else if let Formula::Power(base, exponent) = formula {
            let (above, below) = exponent.parts();
            if let Formula::Root(degree, x) = &**base
                && below.is_one()
            {
                (*degree, x, whole(&above)?)
            } else {
                (below_degree(&below).filter(|degree| *degree > 1)?, base, whole(&above)?)
            }
        } else {
            return None;
        };
        self.point.meaning.reduced.then_some((degree, &**x, n))
    }

    /// A power of a root; what a user gave has none that would follow exactly.
    pub(super) fn root_power(&self, degree: u32, x: Prime, n: i32) -> Option<Prime> {
        self.point.meaning.root_power(degree, x, n).filter(|_| !self.point.given)
    }

    /// Which element is named.
    pub(super) fn element(&mut self, formula: &Formula) -> Value<(Source, usize)> {
        if let Formula::Entry(tensor, offset) = formula {
            return Ok((Source::Tensor(tensor.0 as usize), *offset as usize));
        }
        let (tensor, level, indices) = named(formula)?;
        let source = self.source(tensor, level)?;
        let shape = self.checker.shape(source);
        if indices.is_empty() && self.checker.is_number(tensor, source) {
            return Ok((source, 0));
        }
        if indices.len() > shape.len() {
            return refuted(Reason::NoMeaning("there are more indices than axes"));
        }
        if indices.len() < shape.len() || indices.iter().any(Formula::is_open) {
            return Err(Stop::Array);
        }
        let mut offset = 0;
        for (index, &size) in indices.iter().zip(shape) {
            offset = offset * size + self.place(tensor, index, size)?;
        }
        Ok((source, offset))
    }

    pub(super) fn source(&self, tensor: TensorId, level: Level) -> Value<Source> {
        match self.checker.source(tensor, level) {
            Some(source) => Ok(source),
            None => refuted(Reason::Level(self.checker.glossary.name(tensor).word.clone())),
        }
    }

    /// The place on an axis that an index says.
    pub(super) fn place(&self, tensor: TensorId, index: &Formula, size: usize) -> Value<usize> {
        let index = self.index(index)?;
        let place = usize::try_from(index - self.checker.glossary.index_base).ok().filter(|&place| place < size);
        match place {
            Some(place) => Ok(place),
            None => refuted(Reason::Outside(self.checker.glossary.name(tensor).word.clone(), index)),
        }
    }

    /// The entry of a tensor that is written as a list, by its number; of anything else by way of arrays.
    fn pick(&mut self, x: &Formula, indices: &[Formula]) -> Value<Prime> {
        let (Formula::Apply(Op::Vector, of), [index]) = (x, indices) else { return Err(Stop::Array) };
        let [Formula::Name(tensor, level)] = of.as_slice() else { return Err(Stop::Array) };
        if index.is_open() {
            return Err(Stop::Array);
        }
        let values = self.values(self.source(*tensor, *level)?)?;
        Ok(values[self.place(*tensor, index, values.len())?])
    }

    /// The value of a function; that of a known one differentiated once is its slope.
    pub(super) fn function(&self, name: &str, order: u32, x: Prime) -> Option<Prime> {
        let exact = matches!(name, "relu" | "step" | "abs" | "sign")
            || self.checker.witness.activation.as_deref() == Some(name);
        if self.point.given && !(exact && self.comparable(&[x]).is_ok()) {
            return None; // of what a user gave only this follows exactly
        }
        let is_known = elementary(name).is_some() || degree_of_root(name).is_some();
        match (is_known, order) {
            (false, _) | (true, 0) => Some(self.point.meaning.call(name, order, x)?.0),
            (true, 1) => Some(self.point.meaning.call(name, 0, x)?.1),
            (true, _) => None,
        }
    }

    /// A power; with a fraction for its exponent the power of a root.
    pub(super) fn power(&self, x: Prime, exponent: &Number) -> Option<Prime> {
        let (above, below) = exponent.parts();
        let x = if below.is_one() { x } else { self.function(&root_name(below_degree(&below)?), 0, x)? };
        x.power(whole(&above)?)
    }

    /// ∂(an element)/∂(an element), of what the first one's own equation says; 0 where it does not have the second.
    pub(super) fn slope(&self, of: (Source, usize), by: (Source, usize)) -> Value<Prime> {
        let instance = self.checker.instance;
        match (of, by) {
            ((Source::Tensor(t), offset), (Source::Before, place)) => {
                let input = crate::verify::witness::first_input(instance);
                if input != Some(t) || offset != place {
                    return Ok(Prime::integer(0));
                }
                let name = self.checker.witness.activation.as_deref();
                known(self.function(known(name)?, 1, self.values(Source::Before)?[place]))
            }
            ((Source::Tensor(t), offset), (Source::Tensor(x), place)) if x < instance.tensors.len() => {
                let Some(definition) = self.checker.defining.get(t).copied().flatten() else {
                    return refuted(Reason::NoMeaning("what has no equation is differentiated"));
                };
                let element = self.checker.witness.firsts[x] + place as u32;
                Ok(known(self.point.tapes.get(definition))?.slope(offset, element))
            }
            _ => refuted(Reason::NoMeaning("a derivative of, or by, an error")),
        }
    }
}

/// What is divided, and what by, entry by entry: each with how often.
pub(super) fn divided(mut formula: &Formula) -> (&Formula, Vec<(&Formula, i32)>) {
    let mut below: Vec<(&Formula, i32)> = Vec::new();
    while let Formula::HadamardQuotient(x, y) = formula {
        match below.iter_mut().find(|(known, _)| *known == &**y) {
            Some((_, times)) => *times += 1,
            None => below.push((y, 1)),
        }
        formula = x;
    }
    (formula, below)
}

/// A tensor, its mark and the indices after it.
pub(super) fn named(formula: &Formula) -> Value<(TensorId, Level, &[Formula])> {
    if let Formula::At(tensor, level, indices) = formula {
        Ok((*tensor, *level, indices))
    } else if let Formula::Name(tensor, level) = formula {
        Ok((*tensor, *level, &[]))
    } else {
        refuted(Reason::NoMeaning("something other than a name is differentiated"))
    }
}

/// An exponent without a denominator.
fn whole(n: &Number) -> Option<i32> {
    i32::try_from(n.as_integer()?).ok()
}

fn below_degree(below: &Number) -> Option<u32> {
    u32::try_from(below.as_integer()?).ok()
}
