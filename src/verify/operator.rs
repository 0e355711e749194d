//! The value of a tensor operator from its parameters alone, on arrays of numbers.

use super::field::{Field, stand_in};
use crate::expr::{Arena, ExprId, Number, Ties, index_of, offset_of};
use crate::recognise::{Correlation, Operand, Route, TensorOp, Window};

/// Where the operands' numbers come from.
pub(super) struct Operands<'a, F> {
    pub(super) arena: &'a Arena,
    /// The value of each symbol.
    pub(super) symbol: &'a dyn Fn(ExprId) -> Option<F>,
}

impl<F: Field> Operands<'_, F> {
    fn array(&self, operand: Operand) -> Option<(Vec<usize>, Vec<F>)> {
        let tensor = self.arena.tensor(operand.tensor());
        let plain = (0..tensor.len()).map(|i| (self.symbol)(tensor.at(i)));
        let values = match operand {
            Operand::Plain(_) => plain.collect::<Option<Vec<F>>>()?,
            Operand::Mapped(f, _) => {
                let name = self.arena.function_name(f);
                plain.map(|x| x.map(|x| stand_in(name, f.order, &x))).collect::<Option<Vec<F>>>()?
            }
        };
        Some((tensor.shape.clone(), values))
    }

    /// The elements of the operator's result, which has this `shape`; `None` if some operand has no value.
    pub(super) fn evaluate(&self, op: &TensorOp, shape: &[usize]) -> Option<Vec<F>> {
        let len: usize = shape.iter().product();
        let zero = || vec![F::integer(0); len];
        match op {
            TensorOp::Identity { of, scale } => Some(scaled(self.array(*of)?.1, scale)),
            TensorOp::Sum { of, axes, scale } => {
                let (own, x) = self.array(*of)?;
                let mut out = zero();
                for (offset, value) in x.iter().enumerate() {
                    let at = without(&index_of(&own, offset), axes);
                    let cell = &mut out[offset_of(shape, &at)];
                    *cell = cell.add(value);
                }
                Some(scaled(out, scale))
            }
            TensorOp::Broadcast { of, axes, scale } => {
                let (own, x) = self.array(*of)?;
                let out = (0..len).map(|offset| x[offset_of(&own, &without(&index_of(shape, offset), axes))].clone());
                Some(scaled(out.collect(), scale))
            }
            TensorOp::Hadamard { x, y, scale } => {
                let ((_, x), (_, y)) = (self.array(*x)?, self.array(*y)?);
                Some(scaled(x.iter().zip(&y).map(|(x, y)| x.mul(y)).collect(), scale))
            }
            TensorOp::Upsample { of, window, scale } => {
                let (own, x) = self.array(*of)?;
                let mut out = zero();
                for (o, value) in x.iter().enumerate() {
                    for m in cells(window, &index_of(&own, o), shape) {
                        out[m] = out[m].add(value);
                    }
                }
                Some(scaled(out, scale))
            }
            TensorOp::WindowSum { of, window, scale } => {
                let (own, x) = self.array(*of)?;
                let sum = |o| cells(window, &index_of(shape, o), &own).fold(F::integer(0), |sum, i| sum.add(&x[i]));
                Some(scaled((0..len).map(sum).collect(), scale))
            }
            TensorOp::WindowMax { of, window } => {
                let (own, x) = self.array(*of)?;
                let largest = |o| {
                    let mut inside = cells(window, &index_of(shape, o), &own).map(|i| x[i].clone());
                    let first = inside.next()?;
                    inside.try_fold(first, |best, x| Some(if x.order(&best)?.is_gt() { x } else { best }))
                };
                (0..len).map(largest).collect()
            }
            TensorOp::Correlate(c) => self.correlate(c, shape),
            TensorOp::Route(route) => self.route(route, shape),
        }
    }

    /// Padded, spread, slid: by the letter of the parameters, one axis list at a time.
    fn correlate(&self, c: &Correlation, shape: &[usize]) -> Option<Vec<F>> {
        let ((x_shape, x), (y_shape, y)) = (self.array(c.x)?, self.array(c.y)?);
        // the padding behind has no part in the sums below, but must be what the sizes ask for
        let fits = c.axes.iter().enumerate().all(|(axis, p)| {
            let spread = (p.lhs_dilation * (x_shape[axis] - 1) + 1) as i64 + p.low + p.high;
            spread == (p.stride * (shape[axis] - 1) + p.rhs_dilation * (y_shape[axis] - 1) + 1) as i64
        });
        if !fits {
            return None;
        }
        let mut out = vec![F::integer(0); shape.iter().product()];
        for (m, cell) in out.iter_mut().enumerate() {
            let at = index_of(shape, m);
            'taps: for (r, tap) in y.iter().enumerate() {
                let r = index_of(&y_shape, r);
                let mut place = 0usize;
                for axis in 0..at.len() {
                    let p = c.axes[axis];
                    let r = if c.rot180 { y_shape[axis] - 1 - r[axis] } else { r[axis] };
                    let spread = (p.stride * at[axis] + p.rhs_dilation * r) as i64 - p.low;
                    let dilation = p.lhs_dilation as i64;
                    if spread < 0 || spread % dilation != 0 || spread / dilation >= x_shape[axis] as i64 {
                        continue 'taps; // a zero of the padding or of the spreading
                    }
                    place = place * x_shape[axis] + (spread / dilation) as usize;
                }
                *cell = cell.add(&x[place].mul(tap));
            }
        }
        Some(scaled(out, &c.scale))
    }

    fn route(&self, route: &Route, shape: &[usize]) -> Option<Vec<F>> {
        let ((own, x), (_, through)) =
            (self.array(Operand::Plain(route.x))?, self.array(Operand::Plain(route.through))?);
        let mut out = vec![F::integer(0); shape.iter().product()];
        for (o, value) in x.iter().enumerate() {
            let inside: Vec<usize> = cells(&route.window, &index_of(&own, o), shape).collect();
            let mut best = *inside.first()?;
            for &i in &inside {
                if through[i].order(&through[best])?.is_gt() {
                    best = i;
                }
            }
            let winners: Vec<usize> = inside.into_iter().filter(|&i| through[i] == through[best]).collect();
            let (kept, share) = match route.ties {
                Ties::First => (&winners[..1], F::integer(1)),
                Ties::Split => (winners.as_slice(), F::integer(winners.len() as i64).invert()?),
                Ties::All => (winners.as_slice(), F::integer(1)),
            };
            for &i in kept {
                out[i] = out[i].add(&value.mul(&share));
            }
        }
        Some(out)
    }
}

fn scaled<F: Field>(values: Vec<F>, scale: &Number) -> Vec<F> {
    if scale.is_one() {
        return values;
    }
    let factor = F::from_number(scale);
    values.iter().map(|v| v.mul(&factor)).collect()
}

fn without(index: &[usize], axes: &[usize]) -> Vec<usize> {
    index.iter().enumerate().filter(|(axis, _)| !axes.contains(axis)).map(|(_, &i)| i).collect()
}

/// Row-major offsets, in reading order, of what window number `at` covers in a tensor of this `shape`.
fn cells<'a>(window: &'a Window, at: &[usize], shape: &'a [usize]) -> impl Iterator<Item = usize> + use<'a> {
    let begin: Vec<usize> = at.iter().zip(&window.stride).map(|(o, s)| o * s).collect();
    let count: usize = window.size.iter().product();
    (0..count).filter_map(move |r| {
        let index: Vec<usize> = index_of(&window.size, r).iter().zip(&begin).map(|(r, b)| r + b).collect();
        index.iter().zip(shape).all(|(i, n)| i < n).then(|| offset_of(shape, &index))
    })
}
