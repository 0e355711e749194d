//! What a recognised operator means: each is worked out from its own parameters and nothing else.

use num_rational::BigRational;
use num_traits::{One, Zero};
use serde_json::Value;

use crate::array::{Array, cells, scalar, signed};
use crate::exact::{Number, Ties};
use crate::expression::{Expr, Scope};
use crate::windows::{Leading, Windows};

/// The array that an operator object describes; `shape` is the shape that the result is to have.
pub(crate) fn apply<T: Number>(operator: &Value, scope: &Scope<T>, shape: &[usize]) -> Result<Array<T>, String> {
    let name = operator["operator"].as_str().ok_or("an operator without a name")?;
    let result = if name == "add" {
        add(operator, scope, shape)?
    } else {
        let operands = operands(operator, scope)?;
        match (name, operands.as_slice()) {
            ("correlate", [over, kernel]) => correlate(operator, over, kernel)?,
            ("sum", [x]) => sum(operator, x)?,
            ("identity", [x]) => x.clone(),
            ("hadamard", [first, rest @ ..]) if !rest.is_empty() && rest.iter().all(|x| x.shape == first.shape) => {
                let product = |cell: &[usize]| rest.iter().fold(first.at(cell).clone(), |p, x| p.times(x.at(cell)));
                Array::build(&first.shape, product)
            }
            ("contract", _) => contract(operator, &operands, shape)?,
            ("place", _) => place(operator, &operands, shape)?,
            ("reshape", [x]) if x.data.len() == shape.iter().product::<usize>() => {
                Array { shape: shape.to_vec(), data: x.data.clone() }
            }
            ("broadcast", [x]) => broadcast(operator, x, shape)?,
            ("window_sum", [x]) => window_sum(operator, x, shape)?,
            ("upsample", [delta]) => upsample(operator, delta, shape)?,
            ("window_mean", [x]) => {
                let windows = Windows::read(operator, shape.len())?;
                divided(operator, &window_sum(operator, x, shape)?, &windows, &x.shape)?
            }
            ("route", [delta, a]) => route(operator, delta, a)?,
            _ => return Err(format!("no operator `{name}` on {} such operands", operands.len())),
        }
    };
    if result.shape != shape {
        return Err(format!("`{name}` makes shape {:?}, not {shape:?}", result.shape));
    }
    let factor = match operator.get("scale") {
        None => return Ok(result),
        Some(scale) => T::of(&scalar(scale).ok_or_else(|| format!("bad scale {scale}"))?),
    };
    Ok(Array::build(shape, |cell| result.at(cell).times(&factor)))
}

fn zero<T: Number>() -> T {
    T::of(&BigRational::zero())
}

/// The sum of what several operators make.
fn add<T: Number>(operator: &Value, scope: &Scope<T>, shape: &[usize]) -> Result<Array<T>, String> {
    let parts = operator["operands"].as_array().filter(|parts| parts.len() > 1);
    let mut total = Array::build(shape, |_| zero::<T>());
    for part in parts.ok_or("a sum without operands")? {
        let part = apply(part, scope, shape)?;
        for (total, x) in total.data.iter_mut().zip(&part.data) {
            *total = total.plus(x);
        }
    }
    Ok(total)
}

/// Names of tensors, or expressions of whole tensors.
fn operands<T: Number>(operator: &Value, scope: &Scope<T>) -> Result<Vec<Array<T>>, String> {
    let texts = operator["operands"].as_array().ok_or("an operator without operands")?;
    // `x/D`: what D counts is said by the operator
    let plain = |text: &'_ Value| {
        let text = text.as_str()?;
        let counted = operator["operator"] == "upsample" && operator.get("count_within").is_some();
        if counted { text.strip_suffix("/D").map(str::to_owned) } else { Some(text.to_owned()) }
    };
    let read = |text: &Value| Expr::read(&plain(text).ok_or("an operand that is no text")?)?.each(scope);
    texts.iter().map(read).collect()
}

/// A list of integers, one for each axis and none below `least`.
pub(crate) fn integers(operator: &Value, key: &str, rank: usize, least: i64) -> Result<Vec<i64>, String> {
    let read = || operator[key].as_array()?.iter().map(Value::as_i64).collect::<Option<Vec<_>>>();
    read()
        .filter(|list| list.len() == rank && list.iter().all(|&x| x >= least))
        .ok_or_else(|| format!("bad `{key}`: {}", operator[key]))
}

/// The `padding` of each axis: low and high, negative where it crops.
pub(crate) fn pads(operator: &Value, key: &str, rank: usize) -> Result<Vec<[i64; 2]>, String> {
    let pair = |pair: &Value| match pair.as_array()?.as_slice() {
        [low, high] => Some([low.as_i64()?, high.as_i64()?]),
        _ => None,
    };
    let read = || operator[key].as_array()?.iter().map(pair).collect::<Option<Vec<_>>>();
    read().filter(|list| list.len() == rank).ok_or_else(|| format!("bad `{key}`: {}", operator[key]))
}

/// A place in one operand, and a place in the other.
type Pair = (Vec<i64>, Vec<i64>);

/// Slides `kernel`, spread and perhaps rotated, over `over`, spread and padded, along the last axes;
/// what becomes of the axes before them is said by `leading`.
fn correlate<T: Number>(operator: &Value, over: &Array<T>, kernel: &Array<T>) -> Result<Array<T>, String> {
    let leading = Leading::read(operator, &over.shape, &kernel.shape)?;
    let rank = leading.rank;
    let rotated = operator["rot180"].as_bool().ok_or("no `rot180`")?;
    let stride = integers(operator, "stride", rank, 1)?;
    let left = integers(operator, "lhs_dilation", rank, 1)?;
    let right = integers(operator, "rhs_dilation", rank, 1)?;
    let padding = pads(operator, "padding", rank)?;
    let taps_shape = &kernel.shape[kernel.shape.len() - rank..];
    let (rows, taps) = (signed(&over.shape[over.shape.len() - rank..]), signed(taps_shape));
    let size = |axis: usize| {
        let padded = (rows[axis] - 1) * left[axis] + 1 + padding[axis][0] + padding[axis][1];
        let room = padded - (taps[axis] - 1) * right[axis] - 1;
        usize::try_from(room.div_euclid(stride[axis]) + 1)
    };
    let spatial = (0..rank).map(size).collect::<Result<Vec<_>, _>>();
    let spatial = spatial.map_err(|_| "the kernel does not fit".to_owned())?;
    // for each place of the result, what is read there
    let taps_of_kernel = cells(taps_shape);
    let read = |o: &Vec<usize>| -> Vec<Pair> {
        let o = signed(o);
        let pair = |r: &Vec<usize>| {
            let r = signed(r);
            let place = |axis: usize| {
                let at = o[axis] * stride[axis] + r[axis] * right[axis] - padding[axis][0];
                let row = at.div_euclid(left[axis]);
                (at.rem_euclid(left[axis]) == 0 && (0..rows[axis]).contains(&row)).then_some(row)
            };
            let at: Option<Vec<i64>> = (0..rank).map(place).collect();
            let tap = (0..rank).map(|axis| if rotated { taps[axis] - 1 - r[axis] } else { r[axis] }).collect();
            at.map(|at| (at, tap))
        };
        taps_of_kernel.iter().filter_map(pair).collect()
    };
    let reads: Vec<(Vec<usize>, Vec<Pair>)> = cells(&spatial).into_iter().map(|o| (o.clone(), read(&o))).collect();

    let shape: Vec<usize> = leading.result_shape().into_iter().chain(spatial).collect();
    let mut result = Array::build(&shape, |_| zero::<T>());
    for [before_over, before_kernel, before_result] in leading.places() {
        for (o, reads) in &reads {
            let target: Vec<usize> = before_result.iter().chain(o).copied().collect();
            for (at, tap) in reads {
                let full = |before: &[usize], rest: &[i64]| [&signed(before), rest].concat();
                let (x, y) = (over.get(&full(&before_over, at)), kernel.get(&full(&before_kernel, tap)));
                let (x, y) = x.zip(y).ok_or("`leading` leads out of an operand")?;
                accumulate(&mut result, &target, &x.times(y));
            }
        }
    }
    Ok(result)
}

/// The axes listed that are to be kept, of `rank` axes.
fn kept(operator: &Value, rank: usize) -> Result<Vec<usize>, String> {
    let listed = operator["axes"].as_array().ok_or("no `axes`")?;
    let axes: Option<Vec<u64>> = listed.iter().map(Value::as_u64).collect();
    let axes = axes.ok_or("bad `axes`")?;
    let gone = |axis: &usize| axes.contains(&u64::try_from(*axis).expect("a small rank"));
    if (0..rank).filter(gone).count() != axes.len() {
        return Err(format!("axes {axes:?} of a tensor of rank {rank}"));
    }
    Ok((0..rank).filter(|axis| !gone(axis)).collect())
}

/// Sums over the axes listed.
fn sum<T: Number>(operator: &Value, x: &Array<T>) -> Result<Array<T>, String> {
    let kept = kept(operator, x.shape.len())?;
    let shape: Vec<usize> = kept.iter().map(|&axis| x.shape[axis]).collect();
    let mut result = Array::build(&shape, |_| zero::<T>());
    for cell in cells(&x.shape) {
        let target: Vec<usize> = kept.iter().map(|&axis| cell[axis]).collect();
        accumulate(&mut result, &target, x.at(&cell));
    }
    Ok(result)
}

/// Repeats along the axes of the result that are listed.
fn broadcast<T: Number>(operator: &Value, x: &Array<T>, shape: &[usize]) -> Result<Array<T>, String> {
    let kept = kept(operator, shape.len())?;
    let own: Vec<usize> = kept.iter().map(|&axis| shape[axis]).collect();
    if own != x.shape {
        return Err(format!("shape {:?} cannot be repeated to {shape:?}", x.shape));
    }
    Ok(Array::build(shape, |cell| x.at(&kept.iter().map(|&axis| cell[axis]).collect::<Vec<_>>()).clone()))
}

/// Sums each window of `x`.
fn window_sum<T: Number>(operator: &Value, x: &Array<T>, shape: &[usize]) -> Result<Array<T>, String> {
    let windows = Windows::read(operator, shape.len())?;
    let mut result = Array::build(shape, |_| zero::<T>());
    for o in cells(shape) {
        for place in windows.places(&o, &x.shape)? {
            accumulate(&mut result, &o, x.at(&place));
        }
    }
    Ok(result)
}

/// Products summed over every letter of `einsum` that is not in its result, which is repeated along `axes`.
fn contract<T: Number>(operator: &Value, operands: &[Array<T>], shape: &[usize]) -> Result<Array<T>, String> {
    let text = operator["einsum"].as_str().ok_or("no `einsum`")?.replace(' ', "");
    let (inputs, output) = text.split_once("->").ok_or("an `einsum` without `->`")?;
    let words: Vec<&str> = inputs.split(',').collect();
    let mut letters: Vec<(char, usize)> = Vec::new();
    let axes = words.iter().zip(operands).flat_map(|(word, operand)| word.chars().zip(&operand.shape));
    for (letter, &size) in axes {
        match letters.iter().find(|known| known.0 == letter) {
            Some(known) if known.1 != size => return Err(format!("two sizes for `{letter}`")),
            Some(_) => {}
            None => letters.push((letter, size)),
        }
    }
    let fits = words.iter().zip(operands).all(|(word, x)| word.chars().count() == x.shape.len());
    let find = |letter: char| letters.iter().position(|known| known.0 == letter);
    let kept: Option<Vec<usize>> = output.chars().map(find).collect();
    let kept = kept.filter(|_| fits && words.len() == operands.len()).ok_or("bad `einsum`")?;
    let sizes: Vec<usize> = letters.iter().map(|known| known.1).collect();
    let inner: Vec<usize> = kept.iter().map(|&k| sizes[k]).collect();
    let mut result = Array::build(&inner, |_| zero::<T>());
    for cell in cells(&sizes) {
        let mut term = T::of(&BigRational::one());
        for (word, operand) in words.iter().zip(operands) {
            let at: Vec<usize> = word.chars().filter_map(find).map(|k| cell[k]).collect();
            term = term.times(operand.at(&at));
        }
        let target: Vec<usize> = kept.iter().map(|&k| cell[k]).collect();
        accumulate(&mut result, &target, &term);
    }
    let repeated: Vec<u64> =
        operator.get("axes").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_u64).collect();
    if repeated.is_empty() {
        return Ok(result);
    }
    if repeated.len() + inner.len() != shape.len() {
        return Err("bad `axes`".to_owned());
    }
    let own = |at: &[usize]| -> Vec<usize> {
        at.iter().enumerate().filter(|(axis, _)| !repeated.contains(&(*axis as u64))).map(|(_, &i)| i).collect()
    };
    Ok(Array::build(shape, |at| result.at(&own(at)).clone()))
}

/// A product for all values of the letters in `sizes`: of entries at `reads`, added to the entry at `into`.
fn place<T: Number>(operator: &Value, operands: &[Array<T>], shape: &[usize]) -> Result<Array<T>, String> {
    let sizes = operator["sizes"].as_object().ok_or("no `sizes`")?;
    let letters: Vec<&String> = sizes.keys().collect();
    let counts: Option<Vec<usize>> = sizes.values().map(|n| usize::try_from(n.as_u64()?).ok()).collect();
    let index = |text: &Value, cell: &[usize]| -> Option<i64> {
        let text = text.as_str()?.replace('-', "+-");
        text.split('+').filter(|term| !term.is_empty()).try_fold(0, |sum, term| {
            let (sign, term) = term.strip_prefix('-').map_or((1, term), |rest| (-1, rest));
            let (factor, name) = term.split_once('*').unwrap_or(("1", term));
            let value = match letters.iter().position(|letter| *letter == name) {
                Some(letter) => i64::try_from(cell[letter]).ok()?,
                None => name.parse().ok()?,
            };
            Some(sum + sign * factor.parse::<i64>().ok()? * value)
        })
    };
    let at = |list: &Value, cell: &[usize]| -> Option<Vec<i64>> {
        list.as_array()?.iter().map(|text| index(text, cell)).collect()
    };
    let mut result = Array::build(shape, |_| zero::<T>());
    for cell in cells(&counts.ok_or("bad `sizes`")?) {
        let mut term = T::of(&BigRational::one());
        for (operand, reads) in operands.iter().zip(operator["reads"].as_array().ok_or("no `reads`")?) {
            let place = at(reads, &cell).ok_or_else(|| format!("bad `reads`: {reads}"))?;
            term = term.times(operand.get(&place).ok_or("`reads` leads out of an operand")?);
        }
        let place = at(&operator["into"], &cell).ok_or("bad `into`")?;
        let place = crate::array::position(shape, &place).ok_or("`into` leads out of the result")?;
        result.data[place] = result.data[place].plus(&term);
    }
    Ok(result)
}

/// Spreads each entry of `delta` over its window; windows that overlap add up.
fn upsample<T: Number>(operator: &Value, delta: &Array<T>, shape: &[usize]) -> Result<Array<T>, String> {
    if delta.shape.len() != shape.len() {
        return Err("upsample between different ranks".to_owned());
    }
    let windows = Windows::read(operator, shape.len())?;
    let shares = divided(operator, delta, &windows, shape);
    let delta = if operator.get("count_within").is_some() { &shares? } else { delta };
    let mut result = Array::build(shape, |_| zero::<T>());
    for o in cells(&delta.shape) {
        for place in windows.inside(&o, shape) {
            accumulate(&mut result, &place, delta.at(&o));
        }
    }
    Ok(result)
}

/// Each entry divided by how many places of its window lie within `shape`, extended as `count_within` says.
fn divided<T: Number>(operator: &Value, x: &Array<T>, windows: &Windows, shape: &[usize]) -> Result<Array<T>, String> {
    let around = pads(operator, "count_within", shape.len())?;
    let mut result = Array::build(&x.shape, |_| zero::<T>());
    for o in cells(&x.shape) {
        let share = match windows.within(&o, shape, &around) {
            0 => BigRational::zero(),
            n => BigRational::new(1.into(), n.into()),
        };
        accumulate(&mut result, &o, &x.at(&o).times(&T::of(&share)));
    }
    Ok(result)
}

/// Sends each entry of `delta` to the maxima of its window of `a`.
fn route<T: Number>(operator: &Value, delta: &Array<T>, a: &Array<T>) -> Result<Array<T>, String> {
    if delta.shape.len() != a.shape.len() {
        return Err("route between different ranks".to_owned());
    }
    let windows = Windows::read(operator, a.shape.len())?;
    let ties = operator["ties"].as_str().and_then(Ties::named);
    let ties = ties.ok_or_else(|| format!("bad `ties`: {}", operator["ties"]))?;
    let mut result = Array::build(&a.shape, |_| zero::<T>());
    for o in cells(&delta.shape) {
        let places = windows.places(&o, &a.shape)?;
        let seen: Vec<&T> = places.iter().map(|place| a.at(place)).collect();
        for (k, place) in places.iter().enumerate() {
            accumulate(&mut result, place, &T::of(&ties.share(k, &seen)).times(delta.at(&o)));
        }
    }
    Ok(result)
}

fn accumulate<T: Number>(array: &mut Array<T>, cell: &[usize], amount: &T) {
    let at = crate::array::position(&array.shape, &signed(cell)).expect("a cell of the array");
    array.data[at] = array.data[at].plus(amount);
}
