//! Products of arrays: linear algebra, ones that fit, and derivatives of arrays by arrays.

use super::array::Array;
use super::{Evaluation, Reason, Source, Stop, Value, known, refuted};
use crate::formula::{Formula, Op};
use crate::verify::field::Prime;

/// A derivative of an array by an array with more entries is not written out.
const MOST_SLOPES: usize = 1 << 20;

/// A factor: an array, or a vector of as many ones as fit, standing or lying.
enum Factor {
    Array(Array),
    Ones { lying: bool },
}

/// A vector of ones, where vectors lie or stand.
fn ones(factor: &Formula, rows: bool) -> Option<Factor> {
    let (formula, turned) =
        if let Formula::Apply(Op::Transpose, of) = factor { (of.first()?, true) } else { (factor, false) };
    (*formula == Formula::Ones(None)).then_some(Factor::Ones { lying: rows != turned })
}

impl Evaluation<'_, '_> {
    /// The product of factors that are not all numbers. There are as many ones as make the sizes of both sides fit.
    pub(super) fn product(&mut self, factors: &[Formula], expected: Option<&[usize]>) -> Value<Array> {
        let mut scale = Prime::integer(1);
        let mut wholes: Vec<&Formula> = Vec::new();
        for factor in factors {
            match self.scalar(factor) {
                Ok(number) => scale = scale.mul(number),
                Err(Stop::Array) => wholes.push(factor),
                Err(stop) => return Err(stop),
            }
        }
        if let [only] = wholes.as_slice()
            && (**only == Formula::Ones(None) || ones(only, self.checker.glossary.rows()).is_none())
        {
            return Ok(self.array(only, expected)?.scaled(scale));
        }
        let mut running: Option<Factor> = None;
        let mut rest = wholes.into_iter().peekable();
        while let Some(factor) = rest.next() {
            if let (Some(Factor::Array(before)), Formula::Derivative(of, by)) = (&running, factor) {
                running = Some(Factor::Array(self.contracted(before, of, by)?));
                continue;
            }
            let mut factor = self.factor(factor)?;
            // such as the product of two vectors
            if let Factor::Array(Array { shape, values }) = &factor
                && shape.is_empty()
            {
                scale = scale.mul(values[0]);
                continue;
            }
            let Some(before) = running else {
                running = Some(factor);
                continue;
            };
            // a row of ones is as long as what follows it is high
            if let (Factor::Ones { lying: true }, Some(next)) = (&factor, rest.peek()) {
                let next = self.factor(next)?;
                factor = Factor::Array(self.multiplied(factor, next, None, false)?);
                rest.next();
            }
            let last = rest.peek().is_none();
            running = Some(Factor::Array(self.multiplied(before, factor, expected, last)?));
        }
        let product = match running {
            None => Array::number(Prime::integer(1)),
            Some(Factor::Array(array)) => array,
            Some(ones) => self.multiplied(Factor::Array(Array::number(Prime::integer(1))), ones, expected, true)?,
        };
        Ok(self.fitted(product, expected)?.scaled(scale))
    }

    /// A product in the shape that is expected, where that is the same matrix.
    fn fitted(&self, product: Array, expected: Option<&[usize]>) -> Value<Array> {
        match expected {
            Some(shape)
                if shape.len() <= 2
                    && product.shape.len() <= 2
                    && self.size(shape)? == self.size(&product.shape)? =>
            {
                Ok(Array { shape: shape.to_vec(), ..product })
            }
            _ => Ok(product),
        }
    }

    fn factor(&mut self, factor: &Formula) -> Value<Factor> {
        match ones(factor, self.checker.glossary.rows()) {
            Some(ones) => Ok(ones),
            None => Ok(Factor::Array(self.array(factor, None)?)),
        }
    }

    fn size(&self, shape: &[usize]) -> Value<[usize; 2]> {
        match *shape {
            [] => Ok([1, 1]),
            [size] => Ok(self.checker.as_matrix(size)),
            [rows, columns] => Ok([rows, columns]),
            _ => refuted(Reason::NoMeaning("a product of arrays with more than two axes")),
        }
    }

    /// A matrix as the vector or the number that it is.
    fn plain(&self, [rows, columns]: [usize; 2], values: Vec<Prime>) -> Array {
        let shape = match [rows, columns] {
            [1, 1] => Vec::new(),
            size if size == self.checker.as_matrix(values.len()) => vec![values.len()],
            size => size.to_vec(),
        };
        Array { shape, values }
    }

    /// The product of two; what is expected is so of the whole product.
    fn multiplied(&self, x: Factor, y: Factor, expected: Option<&[usize]>, last: bool) -> Value<Array> {
        let unknown = || Reason::NoMeaning("nothing says how many ones these are");
        let size = expected.map(|shape| self.size(shape)).transpose()?;
        match (x, y) {
            (Factor::Array(x), Factor::Array(y)) => {
                let ([rows, middle], [below, columns]) = (self.size(&x.shape)?, self.size(&y.shape)?);
                if middle != below {
                    // one number multiplies every entry
                    return match (x.len(), y.len()) {
                        (1, _) => Ok(y.scaled(x.values[0])),
                        (_, 1) => Ok(x.scaled(y.values[0])),
                        _ => refuted(Reason::Shapes(vec![middle, columns], y.shape)),
                    };
                }
                let entry = |offset: usize| {
                    let (r, c) = (offset / columns, offset % columns);
                    (0..middle).fold(Prime::integer(0), |sum, k| {
                        sum.add(x.values[r * middle + k].mul(y.values[k * columns + c]))
                    })
                };
                Ok(self.plain([rows, columns], (0..rows * columns).map(entry).collect()))
            }
            // the sum of the rows, or one row over and over
            (Factor::Ones { lying }, Factor::Array(y)) => {
                let [rows, columns] = self.size(&y.shape)?;
                if lying {
                    let sum = |c: usize| (0..rows).fold(Prime::integer(0), |sum, r| sum.add(y.values[r * columns + c]));
                    return Ok(self.plain([1, columns], (0..columns).map(sum).collect()));
                }
                let Some([repeated, _]) = size else { return refuted(unknown()) };
                if rows != 1 {
                    return refuted(Reason::Shapes(vec![1, columns], y.shape));
                }
                Ok(self.plain([repeated, columns], y.values.repeat(repeated)))
            }
            (Factor::Array(x), Factor::Ones { lying }) if x.len() == 1 => {
                let Some(size) = size.filter(|_| last) else { return refuted(unknown()) };
                let fits = if lying { size[0] == 1 } else { size[1] == 1 };
                if !fits {
                    return refuted(Reason::Shapes(size.to_vec(), vec![]));
                }
                Ok(self.plain(size, vec![x.values[0]; size[0] * size[1]]))
            }
            (Factor::Array(x), Factor::Ones { lying }) => {
                let [rows, columns] = self.size(&x.shape)?;
                if !lying {
                    let sum = |r: usize| {
                        x.values[r * columns..(r + 1) * columns].iter().fold(Prime::integer(0), |sum, v| sum.add(*v))
                    };
                    return Ok(self.plain([rows, 1], (0..rows).map(sum).collect()));
                }
                let Some([_, repeated]) = size.filter(|_| last) else { return refuted(unknown()) };
                if columns != 1 {
                    return refuted(Reason::Shapes(vec![rows, 1], x.shape));
                }
                let values = x.values.iter().flat_map(|&v| std::iter::repeat_n(v, repeated)).collect();
                Ok(self.plain([rows, repeated], values))
            }
            (Factor::Ones { lying: false }, Factor::Ones { lying: true }) => match size.filter(|_| last) {
                Some(size) => Ok(self.plain(size, vec![Prime::integer(1); size[0] * size[1]])),
                None => refuted(unknown()),
            },
            (Factor::Ones { .. }, Factor::Ones { .. }) => refuted(unknown()),
        }
    }

    /// What stands before a derivative of arrays, summed with it over the axes of what is differentiated.
    fn contracted(&mut self, before: &Array, of: &Formula, by: &Formula) -> Value<Array> {
        let (of, by) = (self.places(of)?, self.places(by)?);
        let lead = before.shape.len().checked_sub(of.shape.len());
        let Some(lead) = lead.filter(|&lead| before.shape[lead..] == of.shape) else {
            return refuted(Reason::Shapes(of.shape, before.shape.clone()));
        };
        let lead = &before.shape[..lead];
        let shape: Vec<usize> = lead.iter().chain(&by.shape).copied().collect();
        let mut out = Array::filled(&shape, Prime::integer(0));
        let width = by.offsets.len();
        let mut column = vec![None; by.offsets.iter().max().map_or(0, |&o| o + 1)];
        by.offsets.iter().enumerate().for_each(|(place, &o)| column[o] = Some(place));
        for (y, &offset) in of.offsets.iter().enumerate() {
            self.each_slope((of.source, offset), by.source, &mut |element, slope| {
                let Some(Some(x)) = column.get(element) else { return };
                for row in 0..before.len() / of.offsets.len() {
                    let cell = &mut out.values[row * width + x];
                    *cell = cell.add(before.values[row * of.offsets.len() + y].mul(slope));
                }
            })?;
        }
        Ok(out)
    }

    /// Calls `each` with the elements of a tensor that an element depends on, and how much.
    fn each_slope(&self, of: (Source, usize), by: Source, each: &mut dyn FnMut(usize, Prime)) -> Value<()> {
        let (Source::Tensor(tensor), Source::Tensor(x)) = (of.0, by) else {
            let slope = self.slope(of, (by, of.1))?; // element by element
            each(of.1, slope);
            return Ok(());
        };
        let firsts = &self.checker.witness.firsts;
        let definition = self.checker.defining.get(tensor).copied().flatten();
        match (definition, firsts.get(x), firsts.get(x + 1)) {
            (Some(definition), Some(&first), Some(&end)) => {
                let own = first as usize..end as usize;
                let found = known(self.point.tapes.get(definition))?.equation(of.1);
                found.filter(|(e, _)| own.contains(e)).for_each(|(e, s)| each(e - own.start, s));
                Ok(())
            }
            _ => self.slope(of, (by, 0)).map(|_| ()),
        }
    }

    /// A derivative of an array by an array: the axes of the first, then those of the second.
    pub(super) fn jacobian(&mut self, of: &Formula, by: &Formula) -> Value<Array> {
        if *of == Formula::Loss {
            return self.whole(&Formula::by_loss(by.clone()), None);
        }
        let (rows, columns) = (self.places(of)?, self.places(by)?);
        let len = rows.offsets.len();
        if len * columns.offsets.len() > MOST_SLOPES {
            return Err(Stop::NoValue);
        }
        let shape: Vec<usize> = rows.shape.iter().chain(&rows.shape).copied().collect();
        let mut unit = Array::filled(&shape, Prime::integer(0));
        (0..len).for_each(|k| unit.values[k * (len + 1)] = Prime::integer(1));
        self.contracted(&unit, of, by)
    }
}
