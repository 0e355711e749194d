//! Formulas that are arrays. The shape that a formula should have, where one is known, goes down to the signs that depend on it.

use super::array::Array;
use super::scalar::{divided, named};
use super::{Evaluation, Reason, Source, Stop, Value, known, refuted};
use crate::expr::TensorId;
use crate::formula::{Big, Condition, Formula, Matrix, Relation};
use crate::verify::field::Prime;

/// Some elements of a tensor, as an array.
pub(super) struct Places {
    pub(super) source: Source,
    pub(super) shape: Vec<usize>,
    pub(super) offsets: Vec<usize>,
}

type Shape<'a> = Option<&'a [usize]>;

impl Evaluation<'_, '_> {
    /// The value of a formula that may be an array.
    pub(super) fn array(&mut self, formula: &Formula, expected: Shape<'_>) -> Value<Array> {
        match self.scalar(formula) {
            Err(Stop::Array) => self.whole(formula, expected),
            number => number.map(Array::number),
        }
    }

    /// The same where an array is met on the way.
    pub(super) fn whole(&mut self, formula: &Formula, expected: Shape<'_>) -> Value<Array> {
        match formula {
            Formula::Name(..) | Formula::At(..) => {
                let Places { source, shape, offsets } = self.places(formula)?;
                self.read(source, shape, &offsets)
            }
            Formula::ByLoss(x) => {
                let Places { source, shape, offsets } = self.places(x)?;
                match self.checker.by_loss(source) {
                    Some(adjoint) => self.read(adjoint, shape, &offsets),
                    None => refuted(Reason::NoMeaning("the loss is differentiated by what it is not a function of")),
                }
            }
            Formula::Derivative(of, by) => self.jacobian(of, by),
            Formula::Pick(x, indices) => {
                let x = self.array(x, None)?;
                let (shape, offsets) = self.open(TensorId(0), indices, &x.shape)?;
                Ok(Array { shape, values: offsets.into_iter().map(|o| x.values[o]).collect() })
            }
            Formula::Sum(parts) | Formula::Elided(parts) => self.sum(parts, expected),
            Formula::Negative(x) => Ok(self.array(x, expected)?.scaled(Prime::integer(-1))),
            Formula::Product(factors) => self.product(factors, expected),
            Formula::Hadamard(factors) => self.hadamard(factors, expected),
            Formula::Quotient(x, y) => {
                let x = self.array(x, expected)?;
                match self.raised(y, -1) {
                    Ok(inverse) => return Ok(x.scaled(inverse)),
                    Err(Stop::Array) => {}
                    Err(stop) => return Err(stop),
                }
                let y = self.inverses(y, 1, None)?;
                if y.len() != 1 {
                    return refuted(Reason::NoMeaning("something is divided by an array"));
                }
                Ok(x.scaled(y.values[0]))
            }
            Formula::HadamardQuotient(..) => {
                let (top, below) = divided(formula);
                let (mut factor, mut inverse) = (Prime::integer(1), None);
                for (y, times) in below {
                    match self.raised(y, -times) {
                        Ok(number) => factor = factor.mul(number),
                        Err(Stop::Array) => {
                            let own = self.inverses(y, times, expected)?;
                            inverse = Some(match inverse.take() {
                                None => own,
                                Some(others) => self.entrywise(others, &own, Prime::mul)?,
                            });
                        }
                        Err(stop) => return Err(stop),
                    }
                }
                let Some(inverse) = inverse else { return Ok(self.array(top, expected)?.scaled(factor)) };
                let (shape, inverse) = (inverse.shape.clone(), inverse.scaled(factor));
                match self.scalar(top) {
                    Ok(number) => Ok(inverse.scaled(number)),
                    Err(Stop::Array) => {
                        let above = self.whole(top, Some(&shape))?;
                        self.entrywise(above, &inverse, Prime::mul)
                    }
                    Err(stop) => Err(stop),
                }
            }
            Formula::Power(..) if let Some((degree, x, n)) = self.power_of_root(formula) => {
                let x = self.array(x, expected)?;
                known(x.map(|x| self.root_power(degree, x, n)))
            }
            Formula::Power(x, exponent) => {
                self.number_of(x).and_then(|x| known(self.power(x, exponent))).map(Array::number)
            }
            Formula::Floor(_) | Formula::Ceil(_) => Ok(Array::number(self.scalar(formula)?)),
            Formula::Root(degree, x) => {
                let x = self.array(x, expected)?;
                let name = crate::expr::root_name(*degree);
                known(x.map(|x| self.function(&name, 0, x)))
            }
            Formula::Call(name, order, x) => {
                let x = self.array(x, expected)?;
                known(x.map(|x| self.function(name, *order, x)))
            }
            Formula::Big(Big::Sum, bounds, body) => {
                let mut sum: Option<Array> = None;
                self.each_term(bounds, &mut |this| {
                    let term = this.array(body, expected)?;
                    sum = Some(match sum.take() {
                        None => term,
                        Some(sum) => this.entrywise(sum, &term, Prime::add)?,
                    });
                    Ok(())
                })?;
                Ok(sum.unwrap_or_else(|| Array::filled(expected.unwrap_or_default(), Prime::integer(0))))
            }
            Formula::Big(Big::Largest | Big::Product, _, body) => {
                self.number_of(body)?;
                refuted(Reason::NoMeaning("a maximum or a product of arrays"))
            }
            Formula::Cases(cases) => {
                for (value, condition) in cases {
                    if self.holds(condition)? {
                        return self.array(value, expected);
                    }
                }
                refuted(Reason::NoCase)
            }
            Formula::Matrix(matrix) => self.matrix(matrix, expected),
            Formula::Slide(slide) => self.slide(slide, expected),
            Formula::Ones(Some(shape)) => Ok(Array::filled(shape, Prime::integer(1))),
            Formula::Ones(None) => match expected {
                Some(shape) => Ok(Array::filled(shape, Prime::integer(1))),
                None => refuted(Reason::NoMeaning("nothing says how many ones these are")),
            },
            Formula::Apply(op, operands) => self.apply(op, operands, expected),
            // entry by entry, where each is positive
            Formula::Bracket(condition) if let Condition::Compare(x, Relation::Greater, zero) = &**condition => {
                if *zero != Formula::integer(0) {
                    return refuted(Reason::NoMeaning("an array is compared with another number than 0"));
                }
                let x = self.array(x, expected)?;
                known(x.map(|x| self.function("step", 0, x)))
            }
            Formula::Bracket(_) | Formula::Share(..) | Formula::Extreme(..) => {
                refuted(Reason::NoMeaning("an array stands where a number is compared"))
            }
            Formula::Number(_)
            | Formula::Rounded(_)
            | Formula::Letter(_)
            | Formula::Entry(..)
            | Formula::All
            | Formula::Run(..)
            | Formula::Loss => refuted(Reason::NoMeaning("a number stands where an array is needed")),
        }
    }

    /// One divided by each entry so many times; see [`raised`](Self::raised).
    fn inverses(&mut self, formula: &Formula, times: i32, expected: Option<&[usize]>) -> Value<Array> {
        if let Some((degree, x, n)) = self.power_of_root(formula) {
            let x = self.array(x, expected)?;
            return known(x.map(|x| self.root_power(degree, x, -n * times)));
        }
        known(self.array(formula, expected)?.map(|x| x.invert()?.power(times)))
    }

    /// The value of what has to be a number.
    fn number_of(&mut self, formula: &Formula) -> Value<Prime> {
        match self.array(formula, None)? {
            Array { values, .. } if values.len() == 1 => Ok(values[0]),
            _ => refuted(Reason::NoMeaning("an array stands where a number is needed")),
        }
    }

    fn read(&self, source: Source, shape: Vec<usize>, offsets: &[usize]) -> Value<Array> {
        let values = self.values(source)?;
        Ok(Array { shape, values: offsets.iter().map(|&o| values[o]).collect() })
    }

    /// The elements that a name with fewer indices than axes stands for.
    pub(super) fn places(&mut self, formula: &Formula) -> Value<Places> {
        if let Formula::Entry(tensor, offset) = formula {
            let source = Source::Tensor(tensor.0 as usize);
            return Ok(Places { source, shape: Vec::new(), offsets: vec![*offset as usize] });
        }
        let (tensor, level, indices) = named(formula)?;
        let source = self.source(tensor, level)?;
        let (shape, offsets) = if indices.is_empty() && self.checker.is_number(tensor, source) {
            (Vec::new(), vec![0])
        } else {
            self.open(tensor, indices, self.checker.shape(source))?
        };
        Ok(Places { source, shape, offsets })
    }

    /// The axes that indices leave open, and the offsets of what they leave.
    fn open(&self, tensor: TensorId, indices: &[Formula], shape: &[usize]) -> Value<(Vec<usize>, Vec<usize>)> {
        if indices.len() > shape.len() {
            return refuted(Reason::NoMeaning("there are more indices than axes"));
        }
        let (mut left, mut offsets) = (Vec::new(), vec![0]);
        for (axis, &size) in shape.iter().enumerate() {
            let places = match indices.get(axis) {
                None | Some(Formula::All) => {
                    left.push(size);
                    (0..size).collect()
                }
                Some(Formula::Run(first, last, step)) => {
                    let ahead = (last - first).checked_div(*step).filter(|n| *n >= 0 && *n < size as i64);
                    let Some(ahead) = ahead.filter(|n| first + n * step == *last) else {
                        return refuted(Reason::NoMeaning("the steps do not lead from the first place to the last"));
                    };
                    let at = |n: i64| self.place(tensor, &Formula::integer(first + n * step), size);
                    let places = (0..=ahead).map(at).collect::<Value<Vec<usize>>>()?;
                    left.push(places.len());
                    places
                }
                Some(index) => {
                    vec![self.place(tensor, index, size)?]
                }
            };
            offsets = offsets.into_iter().flat_map(|o| places.iter().map(move |p| o * size + p)).collect();
        }
        Ok((left, offsets))
    }

    /// What plain numbers add is added to each entry.
    fn sum(&mut self, parts: &[Formula], expected: Shape<'_>) -> Value<Array> {
        let mut number = Prime::integer(0);
        let mut arrays: Vec<&Formula> = Vec::new();
        for part in parts {
            match self.scalar(part) {
                Ok(value) => number = number.add(value),
                Err(Stop::Array) => arrays.push(part),
                Err(stop) => return Err(stop),
            }
        }
        let sum = self.all(&arrays, expected, Prime::add)?;
        let number_itself = |part: &Formula| {
            let part = if let Formula::Negative(x) = part { x } else { part };
            matches!(part, Formula::Number(_))
        };
        // matrices of numbers stand where those of letters would, and beside these a bias stands by itself
        let mut drawn = false;
        parts.iter().for_each(|part| part.each(&mut |part| drawn |= matches!(part, Formula::Matrix(_))));
        if sum.len() > 1 && !drawn && parts.iter().any(number_itself) {
            return refuted(Reason::NoMeaning("a number is added to an array"));
        }
        known(sum.map(|x| Some(x.add(number))))
    }

    fn hadamard(&mut self, factors: &[Formula], expected: Shape<'_>) -> Value<Array> {
        self.all(&factors.iter().collect::<Vec<_>>(), expected, Prime::mul)
    }

    /// Arrays of one shape, joined entry by entry. Where none is expected the first that needs none says it.
    fn all(&mut self, parts: &[&Formula], expected: Shape<'_>, join: fn(Prime, Prime) -> Prime) -> Value<Array> {
        let mut shape = expected.map(<[usize]>::to_vec);
        for part in parts {
            if shape.is_none() {
                shape = self.array(part, None).ok().map(|array| array.shape);
            }
        }
        let mut joined: Option<Array> = None;
        for part in parts {
            let array = self.array(part, shape.as_deref())?;
            joined = Some(match joined {
                None => array,
                Some(joined) => self.entrywise(joined, &array, join)?,
            });
        }
        joined.ok_or(Stop::Array)
    }

    fn entrywise(&self, mut x: Array, y: &Array, join: fn(Prime, Prime) -> Prime) -> Value<Array> {
        if !self.checker.alike(&x.shape, &y.shape) {
            return refuted(Reason::Shapes(x.shape, y.shape.clone()));
        }
        x.values.iter_mut().zip(&y.values).for_each(|(x, y)| *x = join(*x, *y));
        Ok(x)
    }

    /// A literal matrix: what is shown, or where lines are left out the whole, which each cell shown must agree with.
    fn matrix(&mut self, matrix: &Matrix, expected: Shape<'_>) -> Value<Array> {
        let size = matrix.size;
        // where vectors are neither columns nor rows, they are drawn as one row
        let glossary = self.checker.glossary;
        let vector = size[0] == 1 && !glossary.columns() && !glossary.rows() && expected.is_none_or(|e| e.len() != 2);
        let shape = if vector { vec![size[1]] } else { size.to_vec() };
        let lines = |lines: &[Option<usize>]| lines.iter().flatten().copied().collect::<Vec<_>>();
        let (rows, columns) = (lines(&matrix.rows), lines(&matrix.columns));
        if matrix.cells.len() != rows.len() * columns.len() {
            return refuted(Reason::NoMeaning("a matrix has too few cells, or too many"));
        }
        let whole = matrix.whole.as_ref().map(|whole| self.array(whole, Some(&size))).transpose()?;
        let complete = rows.iter().copied().eq(0..size[0]) && columns.iter().copied().eq(0..size[1]);
        let mut array = match whole {
            Some(whole) if whole.shape.len() == 1 && size.contains(&1) && whole.len() == size[0] * size[1] => {
                Array { shape, ..whole }
            }
            Some(whole) => self.checker.shaped(whole, &shape)?,
            None if complete => Array::filled(&shape, Prime::integer(0)),
            None => return refuted(Reason::NoMeaning("nothing says what a matrix leaves out")),
        };
        let places = rows.iter().flat_map(|r| columns.iter().map(move |c| r * size[1] + c));
        for (place, cell) in places.zip(&matrix.cells) {
            let value = self.number_of(cell)?;
            match array.values.get_mut(place) {
                Some(entry) if matrix.whole.is_none() => *entry = value,
                Some(entry) if *entry == value => {}
                Some(_) => return refuted(Reason::Differs(Vec::new(), Some(place))),
                None => return refuted(Reason::NoMeaning("a cell lies outside its matrix")),
            }
        }
        Ok(array)
    }
}
