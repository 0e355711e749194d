//! The value of a tensor operator from its parameters alone, on arrays of numbers.

use super::evaluate::{Table, reduced_root};
use super::field::{Prime, Random};
use super::functions::Meaning;
use crate::expr::{Arena, ExprId, ExprKind, Number, Ties, index_of, offset_of};
use crate::index::Affine;
use crate::operator::{Contraction, Correlation, Operand, Route, Scale, TensorOp, Window};

/// Where the operands' numbers come from.
pub(super) struct Operands<'a> {
    pub(super) arena: &'a Arena,
    pub(super) table: &'a Table,
    pub(super) meaning: Meaning,
}

impl Operands<'_> {
    /// Shape and elements. What the operator does not read need not have a value (the poles of 1/a off the diagonal): any number
    /// stands for it, with which no result would be right that it goes into.
    fn array(&self, operand: Operand) -> Option<(Vec<usize>, Vec<Prime>)> {
        let shape = self.arena.tensor(operand.tensor()).shape.clone();
        let mut other = Random::new(0x5EED_0004);
        let values = match operand {
            Operand::Plain(t) => self.table.get(t.0 as usize).filter(|v| !v.is_empty())?.clone(),
            Operand::Each(template, t) => {
                let value = |offset| self.at(template, offset).unwrap_or_else(|| Prime::new(other.next()));
                (0..self.arena.tensor(t).len()).map(value).collect()
            }
        };
        Some((shape, values))
    }

    /// A template with the elements at `offset` in place of the first ones.
    fn at(&self, template: ExprId, offset: usize) -> Option<Prime> {
        Some(match self.arena.kind(template) {
            ExprKind::Number(n) => Prime::from_number(n),
            ExprKind::Symbol(s) => *self.table.get(s.tensor.0 as usize)?.get(offset)?,
            ExprKind::Sum(list) => {
                list.iter().try_fold(Prime::integer(0), |sum, &x| Some(sum.add(self.at(x, offset)?)))?
            }
            ExprKind::Product(c, list) => {
                list.iter().try_fold(Prime::from_number(c), |product, &x| Some(product.mul(self.at(x, offset)?)))?
            }
            ExprKind::Power(x, n) => match reduced_root(self.arena, self.meaning, x) {
                Some((degree, x)) => self.meaning.root_power(degree, self.at(x, offset)?, n)?,
                None => self.at(x, offset)?.power(n)?,
            },
            ExprKind::Call(f, x) => self.meaning.call(self.arena.function_name(f), f.order, self.at(x, offset)?)?.0,
            ExprKind::Max(_) | ExprKind::Chosen { .. } => return None, // maxima are of several elements
        })
    }

    /// The elements of the operator's result, which has this `shape`; `None` if some operand has no value.
    pub(super) fn evaluate(&self, op: &TensorOp, shape: &[usize]) -> Option<Vec<Prime>> {
        let len: usize = shape.iter().product();
        let zero = || vec![Prime::integer(0); len];
        match op {
            TensorOp::Identity { of, scale } => scaled(self.array(*of)?.1, scale, self.meaning),
            TensorOp::Sum { of, axes, scale } => {
                let (own, x) = self.array(*of)?;
                let mut out = zero();
                for (offset, &value) in x.iter().enumerate() {
                    let at = without(&index_of(&own, offset), axes);
                    let cell = &mut out[offset_of(shape, &at)];
                    *cell = cell.add(value);
                }
                scaled(out, scale, self.meaning)
            }
            TensorOp::Broadcast { of, axes, scale, .. } => {
                let (own, x) = self.array(*of)?;
                let out = (0..len).map(|offset| x[offset_of(&own, &without(&index_of(shape, offset), axes))]);
                scaled(out.collect(), scale, self.meaning)
            }
            TensorOp::Reshape { of, scale, .. } => {
                scaled(self.array(*of)?.1, scale, self.meaning).filter(|v| v.len() == len)
            }
            TensorOp::Hadamard { factors, scale } => {
                let mut product = vec![Prime::integer(1); len];
                for factor in factors {
                    let (_, values) = self.array(*factor)?;
                    product.iter_mut().zip(&values).for_each(|(p, x)| *p = p.mul(*x));
                }
                scaled(product, scale, self.meaning)
            }
            TensorOp::Contract(c) => self.contract(c, shape),
            TensorOp::Place(p) => {
                let arrays = p.operands.iter().map(|&o| self.array(o)).collect::<Option<Vec<_>>>()?;
                let mut out = zero();
                for number in 0..p.counts.iter().product() {
                    let letters: Vec<i64> = index_of(&p.counts, number).into_iter().map(|i| i as i64).collect();
                    let cell =
                        |own: &[usize], indices: &[Affine]| position(own, indices.iter().map(|f| f.value(&letters)));
                    let mut product = Prime::integer(1);
                    for ((own, x), reads) in arrays.iter().zip(&p.reads) {
                        product = product.mul(x[cell(own, reads)?]);
                    }
                    let place = cell(shape, &p.into)?;
                    out[place] = out[place].add(product);
                }
                scaled(out, &p.scale, self.meaning)
            }
            TensorOp::Upsample { of, window, count, scale } => {
                let (own, x) = self.array(*of)?;
                let mut out = zero();
                for (o, &value) in x.iter().enumerate() {
                    let at = index_of(&own, o);
                    let value = divided(value, window, &at, shape, count)?;
                    for m in cells(window, &at, shape) {
                        out[m] = out[m].add(value);
                    }
                }
                scaled(out, scale, self.meaning)
            }
            TensorOp::WindowSum { of, window, count, scale } => {
                let (own, x) = self.array(*of)?;
                let sum = |o| {
                    let at = index_of(shape, o);
                    let sum = cells(window, &at, &own).fold(Prime::integer(0), |sum, i| sum.add(x[i]));
                    divided(sum, window, &at, &own, count)
                };
                scaled((0..len).map(sum).collect::<Option<_>>()?, scale, self.meaning)
            }
            TensorOp::WindowMax { of, window } => {
                let (own, x) = self.array(*of)?;
                let largest = |o| {
                    let inside: Vec<Prime> = cells(window, &index_of(shape, o), &own).map(|i| x[i]).collect();
                    (!inside.is_empty()).then(|| self.meaning.largest(Ties::First, &inside).0)
                };
                (0..len).map(largest).collect()
            }
            TensorOp::Correlate(c) => self.correlate(c, shape),
            TensorOp::Route(route) => self.route(route, shape),
        }
    }

    /// Padded, spread, slid: by the letter of the parameters, channel by channel.
    fn correlate(&self, c: &Correlation, shape: &[usize]) -> Option<Vec<Prime>> {
        let ((x_shape, x), (y_shape, y)) = (self.array(c.x)?, self.array(c.y)?);
        let channels = Channels::of(c, [&x_shape, &y_shape, shape])?;
        let slid = |shape: &[usize]| shape[shape.len() - c.axes.len()..].to_vec();
        let (own, taps, places) = (slid(&x_shape), slid(&y_shape), slid(shape));
        // the padding behind has no part in the sums below, but must be what the sizes ask for
        let fits = c.axes.iter().enumerate().all(|(axis, p)| {
            let spread = (p.lhs_dilation * (own[axis] - 1) + 1) as i64 + p.low + p.high;
            spread == (p.stride * (places[axis] - 1) + p.rhs_dilation * (taps[axis] - 1) + 1) as i64
        });
        if !fits {
            return None;
        }
        // which element each tap meets at each place; the zeros of the padding and of the spreading are left out
        let mut meet = Vec::new();
        let indices: Vec<Vec<usize>> = (0..taps.iter().product()).map(|r| index_of(&taps, r)).collect();
        for m in 0..places.iter().product() {
            let at = index_of(&places, m);
            'taps: for (r, tap) in indices.iter().enumerate() {
                let mut place = 0usize;
                for (axis, p) in c.axes.iter().enumerate() {
                    let tap = if c.rot180 { taps[axis] - 1 - tap[axis] } else { tap[axis] };
                    let spread = (p.stride * at[axis] + p.rhs_dilation * tap) as i64 - p.low;
                    let dilation = p.lhs_dilation as i64;
                    if spread < 0 || spread % dilation != 0 || spread / dilation >= own[axis] as i64 {
                        continue 'taps;
                    }
                    place = place * own[axis] + (spread / dilation) as usize;
                }
                meet.push([m, place, r].map(|place| place as u32));
            }
        }
        let lengths = [own, taps, places].map(|s| s.iter().product::<usize>());
        let mut out = vec![Prime::integer(0); shape.iter().product()];
        for point in 0..channels.sizes.iter().product() {
            let blocks = channels.blocks(&index_of(&channels.sizes, point));
            let [of_x, of_y, of_out] = [0, 1, 2].map(|k| blocks[k] * lengths[k]);
            for meeting in &meet {
                let [m, place, r] = meeting.map(|place| place as usize);
                let cell = &mut out[of_out + m];
                *cell = cell.add(x[of_x + place].mul(y[of_y + r]));
            }
        }
        scaled(out, &c.scale, self.meaning)
    }

    fn route(&self, route: &Route, shape: &[usize]) -> Option<Vec<Prime>> {
        let ((own, x), (_, through)) =
            (self.array(Operand::Plain(route.x))?, self.array(Operand::Plain(route.through))?);
        let mut out = vec![Prime::integer(0); shape.iter().product()];
        for (o, value) in x.iter().enumerate() {
            let inside: Vec<usize> = cells(&route.window, &index_of(&own, o), shape).collect();
            let values: Vec<Prime> = inside.iter().map(|&i| through[i]).collect();
            if values.is_empty() {
                return None;
            }
            for (&i, share) in inside.iter().zip(self.meaning.largest(route.ties, &values).1) {
                out[i] = out[i].add(value.mul(share));
            }
        }
        Some(out)
    }

    /// One product for each assignment of all letters, added where the output's letters say.
    fn contract(&self, c: &Contraction, shape: &[usize]) -> Option<Vec<Prime>> {
        let arrays = c.operands.iter().map(|&o| self.array(o)).collect::<Option<Vec<_>>>()?;
        let mut letters: Vec<(u8, usize)> = c.output.iter().copied().zip(shape.iter().copied()).collect();
        for ((own, _), names) in arrays.iter().zip(&c.letters) {
            for (&name, &size) in names.iter().zip(own) {
                match letters.iter().find(|(l, _)| *l == name) {
                    None => letters.push((name, size)),
                    Some((_, known)) if *known == size => {}
                    Some(_) => return None, // one letter, two sizes
                }
            }
        }
        let sizes: Vec<usize> = letters.iter().map(|l| l.1).collect();
        // how far a step of each letter leads in a row-major array with these axes
        let steps = |names: &[u8], own: &[usize]| -> Vec<usize> {
            let mut steps = vec![0; letters.len()];
            let mut stride = 1;
            for (name, size) in names.iter().zip(own).rev() {
                let place = letters.iter().position(|(l, _)| l == name).expect("it was listed above");
                steps[place] += stride;
                stride *= size;
            }
            steps
        };
        let of_operands: Vec<Vec<usize>> = arrays.iter().zip(&c.letters).map(|((own, _), n)| steps(n, own)).collect();
        let of_output = steps(&c.output, shape);
        let mut out = vec![Prime::integer(0); shape.iter().product()];
        for point in 0..sizes.iter().product() {
            let at = index_of(&sizes, point);
            let along = |steps: &[usize]| at.iter().zip(steps).map(|(i, s)| i * s).sum::<usize>();
            let factors = arrays.iter().zip(&of_operands).map(|((_, x), steps)| x[along(steps)]);
            let cell = &mut out[along(&of_output)];
            *cell = cell.add(factors.fold(Prime::integer(1), Prime::mul));
        }
        scaled(out, &c.scale, self.meaning)
    }
}

/// The leading axes of a correlation: a list of letters for each tensor, each letter with what one step of it is worth.
struct Channels {
    /// How many values each letter takes.
    sizes: Vec<usize>,
    /// For the first operand, the kernel and the result: the letter's place in `sizes`, and how many blocks a step of it leads.
    steps: [Vec<(usize, usize)>; 3],
}

impl Channels {
    /// `None` if the letters do not fit the shapes.
    fn of(c: &Correlation, shapes: [&[usize]; 3]) -> Option<Channels> {
        let mut letters: Vec<(u8, usize)> = Vec::new();
        let mut steps = [Vec::new(), Vec::new(), Vec::new()];
        let lists = [&c.leading.x, &c.leading.y, &c.leading.out];
        for ((list, shape), steps) in lists.into_iter().zip(shapes).zip(&mut steps) {
            if list.len() + c.axes.len() != shape.len() {
                return None;
            }
            let mut stride = 1;
            for (names, &size) in list.iter().zip(shape).rev() {
                let parts = match *names.as_slice() {
                    [only] => vec![(only, size)],
                    // `(g c)`: the place in the group moves fastest
                    [group, place] if size % c.leading.groups == 0 => {
                        vec![(place, size / c.leading.groups), (group, c.leading.groups)]
                    }
                    _ => return None,
                };
                for (name, size) in parts {
                    let at = letters.iter().position(|(l, _)| *l == name).unwrap_or_else(|| {
                        letters.push((name, size));
                        letters.len() - 1
                    });
                    if letters[at].1 != size {
                        return None; // one letter, two sizes
                    }
                    steps.push((at, stride));
                    stride *= size;
                }
            }
        }
        Some(Channels { sizes: letters.into_iter().map(|(_, size)| size).collect(), steps })
    }

    /// The blocks that meet for these values of the letters.
    fn blocks(&self, values: &[usize]) -> [usize; 3] {
        std::array::from_fn(|k| self.steps[k].iter().map(|&(letter, step)| values[letter] * step).sum())
    }
}

fn scaled(values: Vec<Prime>, scale: &Scale, meaning: Meaning) -> Option<Vec<Prime>> {
    if scale.is_one() {
        return Some(values);
    }
    let factor = scale.roots.iter().try_fold(Prime::from_number(&scale.number), |factor, root| {
        let of = Prime::from_number(&root.of);
        Some(factor.mul(meaning.root_power(root.degree, of, root.exponent)?))
    })?;
    Some(values.iter().map(|v| v.mul(factor)).collect())
}

/// The row-major offset of these indices, if they are inside.
fn position(shape: &[usize], indices: impl Iterator<Item = i64>) -> Option<usize> {
    let inside = |(i, &size): (i64, &usize)| usize::try_from(i).ok().filter(|&i| i < size);
    Some(offset_of(shape, &indices.zip(shape).map(inside).collect::<Option<Vec<_>>>()?))
}

fn without(index: &[usize], axes: &[usize]) -> Vec<usize> {
    index.iter().enumerate().filter(|(axis, _)| !axes.contains(axis)).map(|(_, &i)| i).collect()
}

/// Row-major offsets, in reading order, of what window number `at` covers in a tensor of this `shape`.
fn cells<'a>(window: &'a Window, at: &[usize], shape: &'a [usize]) -> impl Iterator<Item = usize> + use<'a> {
    places(window, at).filter_map(move |place| {
        let inside = place.iter().zip(shape).all(|(&i, &n)| 0 <= i && i < n as i64);
        inside.then(|| offset_of(shape, &place.iter().map(|&i| i as usize).collect::<Vec<_>>()))
    })
}

/// All places of window number `at`, in reading order, those outside the tensor too.
fn places<'a>(window: &'a Window, at: &[usize]) -> impl Iterator<Item = Vec<i64>> + use<'a> {
    let begin: Vec<i64> =
        (0..at.len()).map(|axis| (at[axis] * window.stride[axis]) as i64 - window.padding[axis][0]).collect();
    (0..window.size.iter().product()).map(move |r| {
        let steps = index_of(&window.size, r);
        (0..steps.len()).map(|axis| begin[axis] + (steps[axis] * window.dilation[axis]) as i64).collect()
    })
}

/// Divided by how many places of window number `at` lie in the tensor with some lines around it; nothing if there are none.
fn divided(x: Prime, window: &Window, at: &[usize], shape: &[usize], around: &Option<Vec<[i64; 2]>>) -> Option<Prime> {
    let Some(around) = around else { return Some(x) };
    let counts = |place: &Vec<i64>| {
        let mut axes = place.iter().zip(shape).zip(around);
        axes.all(|((&i, &n), [low, high])| (-low..n as i64 + high).contains(&i))
    };
    match places(window, at).filter(counts).count() {
        0 => (x == Prime::integer(0)).then_some(x),
        count => Some(x.mul(Prime::from_number(&Number::fraction(1, count as i64)))),
    }
}
