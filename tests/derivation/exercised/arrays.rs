//! The values of formulas in exact arithmetic, worked out here once more and in the plainest way: whole arrays, what lies outside is an
//! error, zeros around a sliding product as many as the sizes of both sides ask for.

use std::collections::BTreeMap;

use deriver::derivation::Derivation;
use deriver::expr::TensorId;
use deriver::formula::{Condition, Formula, Glossary, Op, Relation, Slide};
use num_traits::{Pow, Zero};

use crate::support::{Point, Q, q, value};

/// Numbers in a shape.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    pub(crate) values: Vec<Q>,
}

/// The numbers of a point, with the gradients that belong to them.
pub(crate) fn with_gradients(derivation: &Derivation, mut at: Point) -> Point {
    for gradient in &derivation.gradients.list {
        let entries = gradient.entries.iter().map(|&e| value(&derivation.system.arena, e, &at)).collect();
        at.insert(gradient.adjoint, entries);
    }
    at
}

pub(crate) struct Evaluator<'a> {
    pub(crate) glossary: &'a Glossary,
    pub(crate) at: &'a Point,
}

/// Values of letters.
type Scope = BTreeMap<String, i64>;

impl Array {
    fn number(n: Q) -> Array {
        Array { shape: Vec::new(), values: vec![n] }
    }

    /// Every index, row by row.
    fn indices(shape: &[usize]) -> Vec<Vec<i64>> {
        shape.iter().fold(vec![Vec::new()], |all, &size| {
            let longer =
                |index: &Vec<i64>| (0..size as i64).map(|i| [index.as_slice(), &[i]].concat()).collect::<Vec<_>>();
            all.iter().flat_map(longer).collect()
        })
    }

    fn get(&self, index: &[i64]) -> Option<&Q> {
        let inside = index.iter().zip(&self.shape).all(|(&i, &size)| (0..size as i64).contains(&i));
        let offset = index.iter().zip(&self.shape).fold(0, |offset, (&i, &size)| offset * size as i64 + i);
        inside.then(|| &self.values[offset as usize])
    }

    fn of(shape: Vec<usize>, entry: impl Fn(&[i64]) -> Option<Q>) -> Option<Array> {
        let values = Array::indices(&shape).iter().map(|index| entry(index)).collect::<Option<_>>()?;
        Some(Array { shape, values })
    }

    /// Entry by entry; a number goes with every entry.
    fn with(&self, other: &Array, op: impl Fn(&Q, &Q) -> Q) -> Option<Array> {
        match (self.shape.is_empty(), other.shape.is_empty()) {
            (_, true) => Array::of(self.shape.clone(), |i| Some(op(self.get(i)?, &other.values[0]))),
            (true, _) => Array::of(other.shape.clone(), |i| Some(op(&self.values[0], other.get(i)?))),
            (false, false) if self.shape == other.shape => {
                Array::of(self.shape.clone(), |i| Some(op(self.get(i)?, other.get(i)?)))
            }
            (false, false) => None,
        }
    }

    /// The product of matrices; vectors are columns.
    fn times(&self, other: &Array) -> Option<Array> {
        if self.shape.is_empty() || other.shape.is_empty() {
            return self.with(other, |x, y| x * y);
        }
        let column = |shape: &[usize]| match *shape {
            [n] => Some([n, 1]),
            [n, m] => Some([n, m]),
            _ => None,
        };
        let ([rows, inner], [second, columns]) = (column(&self.shape)?, column(&other.shape)?);
        if inner != second {
            return None;
        }
        let entry = |i: i64, j: i64| {
            (0..inner).fold(Q::zero(), |sum, k| {
                sum + &self.values[i as usize * inner + k] * &other.values[k * columns + j as usize]
            })
        };
        let shape = if other.shape.len() == 1 { vec![rows] } else { vec![rows, columns] };
        Array::of(shape, |i| Some(entry(i[0], i.get(1).copied().unwrap_or(0))))
    }
}

impl Evaluator<'_> {
    /// The value of a formula at these letters, of this shape if that is known; nothing where it makes no sense.
    pub(crate) fn value(&self, formula: &Formula, scope: &Scope, shape: Option<&[usize]>) -> Option<Array> {
        let go = |f: &Formula| self.value(f, scope, shape);
        match formula {
            Formula::Number(n) => Some(Array::number(n.to_big())),
            Formula::Letter(letter) => Some(Array::number(q(*scope.get(&**letter)?))),
            Formula::Entry(tensor, offset) => Some(Array::number(self.at.get(tensor)?.get(*offset as usize)?.clone())),
            Formula::Name(tensor, _) => self.at(*tensor, &[], scope),
            Formula::At(tensor, _, indices) => self.at(*tensor, indices, scope),
            Formula::Sum(terms) => {
                let first = go(&terms[0])?;
                terms[1..].iter().try_fold(first, |sum, term| sum.with(&go(term)?, |x, y| x + y))
            }
            Formula::Negative(of) => go(of)?.with(&Array::number(q(-1)), |x, y| x * y),
            Formula::Product(factors) => {
                // a sliding product among numbers has the shape of the whole
                let numbers = factors.iter().filter(|f| self.value(f, scope, None).is_some_and(|a| a.shape.is_empty()));
                let inner = if numbers.count() + 1 == factors.len() { shape } else { None };
                // as long a vector of ones as the result is high
                let ones = || Array::of(vec![*shape?.first()?], |_| Some(q(1)));
                let factor =
                    |f: &Formula| if matches!(f, Formula::Ones(None)) { ones() } else { self.value(f, scope, inner) };
                let first = factor(&factors[0])?;
                factors[1..].iter().try_fold(first, |product, f| product.times(&factor(f)?))
            }
            Formula::Quotient(top, bottom) => go(top)?.with(&self.value(bottom, scope, None)?, |x, y| x / y),
            Formula::Power(base, n) => {
                let n: i32 = n.to_string().parse().ok()?;
                go(base)?.with(&Array::number(q(0)), |x, _| Pow::pow(x, n))
            }
            Formula::Hadamard(factors) => {
                let first = go(&factors[0])?;
                factors[1..].iter().try_fold(first, |product, f| product.with(&go(f)?, |x, y| x * y))
            }
            Formula::Big(deriver::formula::Big::Sum, bounds, body) => {
                let mut scopes = vec![scope.clone()];
                for range in &bounds.ranges {
                    let [low, high] = [&range.low, &range.high].map(|bound| self.whole(bound, scope));
                    let (low, high) = (low?, high?);
                    let with = |scope: Scope| (low..=high).map(move |i| (scope.clone(), i));
                    let set = |(mut scope, i): (Scope, i64)| {
                        scope.insert(range.letter.to_string(), i);
                        scope
                    };
                    scopes = scopes.into_iter().flat_map(with).map(set).collect();
                }
                let mut sum = Array::number(q(0));
                for scope in scopes {
                    if bounds
                        .conditions
                        .iter()
                        .map(|c| self.holds(c, &scope))
                        .collect::<Option<Vec<_>>>()?
                        .contains(&false)
                    {
                        continue;
                    }
                    sum = sum.with(&self.value(body, &scope, shape)?, |x, y| x + y)?;
                }
                Some(sum)
            }
            Formula::Slide(slide) => self.slide(slide, scope, shape?),
            Formula::Ones(Some(shape)) => Array::of(shape.clone(), |_| Some(q(1))),
            Formula::Apply(op, of) => self.apply(op, self.value(&of[0], scope, None)?, shape),
            Formula::Rounded(_)
            | Formula::All
            | Formula::Run(..)
            | Formula::Pick(..)
            | Formula::Root(..)
            | Formula::Call(..)
            | Formula::Big(..)
            | Formula::Cases(_)
            | Formula::Bracket(_)
            | Formula::Share(..)
            | Formula::Extreme(..)
            | Formula::ByLoss(_)
            | Formula::Floor(_)
            | Formula::Ceil(_)
            | Formula::Loss
            | Formula::Derivative(..)
            | Formula::Matrix(_)
            | Formula::HadamardQuotient(..)
            | Formula::Ones(None)
            | Formula::Elided(_) => None,
        }
    }

    fn whole(&self, formula: &Formula, scope: &Scope) -> Option<i64> {
        self.value(formula, scope, None)?.values[0].to_string().parse().ok()
    }

    fn holds(&self, condition: &Condition, scope: &Scope) -> Option<bool> {
        let of = |f: &Formula| self.whole(f, scope);
        Some(match condition {
            Condition::Within(low, x, high) => (of(low)?..=of(high)?).contains(&of(x)?),
            Condition::Compare(x, relation, y) => match relation {
                Relation::Equals => of(x)? == of(y)?,
                Relation::Differs => of(x)? != of(y)?,
                Relation::Less => of(x)? < of(y)?,
                Relation::AtMost => of(x)? <= of(y)?,
                Relation::Greater => of(x)? > of(y)?,
            },
            Condition::Divides(d, n) => of(n)?.checked_rem(of(d)?)? == 0,
            Condition::And(parts) => {
                !parts.iter().map(|c| self.holds(c, scope)).collect::<Option<Vec<_>>>()?.contains(&false)
            }
            Condition::Or(parts) => {
                parts.iter().map(|c| self.holds(c, scope)).collect::<Option<Vec<_>>>()?.contains(&true)
            }
        })
    }

    /// A tensor, or what its first indices leave of it.
    fn at(&self, tensor: TensorId, indices: &[Formula], scope: &Scope) -> Option<Array> {
        let shape = self.glossary.shape(tensor);
        let whole = Array { shape: shape.to_vec(), values: self.at.get(&tensor)?.clone() };
        if self.glossary.is_single(tensor) {
            return Some(Array::number(whole.values[0].clone()));
        }
        let base = self.glossary.index_base;
        let fixed: Vec<Option<i64>> = (0..shape.len())
            .map(|axis| match indices.get(axis) {
                None | Some(Formula::All) => Some(None),
                Some(index) => self.whole(index, scope).map(|i| Some(i - base)),
            })
            .collect::<Option<_>>()?;
        let open = (0..shape.len()).filter(|&axis| fixed[axis].is_none()).map(|axis| shape[axis]).collect();
        Array::of(open, |index| {
            let mut rest = index.iter();
            let full: Vec<i64> = fixed.iter().map(|i| i.or_else(|| rest.next().copied())).collect::<Option<_>>()?;
            whole.get(&full).cloned()
        })
    }

    fn slide(&self, slide: &Slide, scope: &Scope, out: &[usize]) -> Option<Array> {
        let (x, y) = (self.value(&slide.x, scope, None)?, self.value(&slide.y, scope, None)?);
        if x.shape.len() != out.len() || y.shape.len() != out.len() {
            return None;
        }
        let step = |axis: usize| slide.steps.get(axis).map_or(1, |&s| s as i64);
        let mut low = vec![0; out.len()];
        for axis in 0..out.len() {
            let [out, x, y] = [out[axis], x.shape[axis], y.shape[axis]].map(|n| n as i64);
            let missing = step(axis) * (out - 1) + y - x;
            match slide.steps.is_empty() {
                true if missing < 0 || missing % 2 != 0 => return None,
                true => low[axis] = missing / 2,
                false if missing > 0 || missing <= -step(axis) => return None,
                false => {}
            }
        }
        Array::of(out.to_vec(), |m| {
            Some(Array::indices(&y.shape).iter().fold(Q::zero(), |sum, r| {
                let place: Vec<i64> = (0..m.len()).map(|a| step(a) * m[a] + r[a] - low[a]).collect();
                let turned: Vec<i64> = (0..r.len()).map(|a| y.shape[a] as i64 - 1 - r[a]).collect();
                let weight = y.get(if slide.turned { &turned } else { r });
                sum + x.get(&place).cloned().unwrap_or_else(Q::zero) * weight.expect("it is inside")
            }))
        })
    }

    fn apply(&self, op: &Op, x: Array, out: Option<&[usize]>) -> Option<Array> {
        match op {
            Op::Rot180 => Some(Array { values: x.values.iter().rev().cloned().collect(), ..x }),
            Op::Transpose => match *x.shape.as_slice() {
                [n] => Some(Array { shape: vec![1, n], ..x }),
                [n, m] => Array::of(vec![m, n], |i| x.get(&[i[1], i[0]]).cloned()),
                _ => None,
            },
            Op::Spread(by) => {
                let shape = x.shape.iter().zip(by).map(|(n, by)| by * (n - 1) + 1).collect();
                Array::of(shape, |i| {
                    let falls = i.iter().zip(by).all(|(i, by)| i % *by as i64 == 0);
                    let place: Vec<i64> = i.iter().zip(by).map(|(i, by)| i / *by as i64).collect();
                    if falls { x.get(&place).cloned() } else { Some(Q::zero()) }
                })
            }
            Op::Pad(lines) => {
                let size = |(n, [low, high]): (&usize, &[i64; 2])| usize::try_from(*n as i64 + low + high).ok();
                let shape = x.shape.iter().zip(lines).map(size).collect::<Option<_>>()?;
                Array::of(shape, |i| {
                    let place: Vec<i64> = i.iter().zip(lines).map(|(i, [low, _])| i - low).collect();
                    Some(x.get(&place).cloned().unwrap_or_else(Q::zero))
                })
            }
            Op::Upsample => Array::of(out?.to_vec(), |i| {
                let block = |a: usize| i[a] * x.shape[a] as i64 / out.expect("it was there")[a] as i64;
                x.get(&(0..i.len()).map(block).collect::<Vec<_>>()).cloned()
            }),
            Op::Diagonal | Op::Vector | Op::Reshape(_) | Op::Route(..) | Op::WindowMax(_) | Op::Einsum(..) => None,
        }
    }

    /// Does `left = right` hold at all values of the letters of the left side?
    pub(crate) fn holds_everywhere(&self, left: &Formula, right: &Formula) -> bool {
        let (tensor, indices) = if let Formula::At(tensor, _, indices) = left {
            (*tensor, indices.as_slice())
        } else if let Formula::Name(tensor, _) | Formula::Entry(tensor, _) = left {
            (*tensor, [].as_slice())
        } else {
            panic!("{left:?} is the left side of no such equation")
        };
        let shape = self.glossary.shape(tensor);
        let scopes = Array::indices(&shape[..indices.len()]).into_iter().map(|index| {
            let named = indices.iter().zip(index).map(|(letter, i)| {
                let Formula::Letter(letter) = letter else { panic!("{letter:?} is no letter") };
                (letter.to_string(), i + self.glossary.index_base)
            });
            named.collect::<Scope>()
        });
        scopes.into_iter().all(|scope| {
            let left = self.value(left, &scope, None).expect("a tensor has a value");
            let number = |array: &Array| (array.values.len() == 1).then(|| array.values[0].clone());
            let right = self.value(right, &scope, Some(&left.shape));
            right.is_some_and(|right| right == left || number(&right).is_some() && number(&right) == number(&left))
        })
    }
}
