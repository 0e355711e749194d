//! What a recognised operator means: each is worked out from its own parameters and nothing else.

use num_rational::BigRational;
use num_traits::{One, Zero};
use serde_json::Value;

use crate::array::{Array, cells, scalar, signed};
use crate::exact::Ties;
use crate::expression::Scope;

type Numbers = Array<BigRational>;

/// The array that an operator object describes; `shape` is the shape that the result is to have.
pub(crate) fn apply(operator: &Value, scope: &Scope, shape: &[usize]) -> Result<Numbers, String> {
    let name = operator["operator"].as_str().ok_or("an operator without a name")?;
    let operands = operands(operator, scope)?;
    let result = match (name, operands.as_slice()) {
        ("correlate", [over, kernel]) => correlate(operator, over, kernel)?,
        ("sum", [x]) => sum(operator, x)?,
        ("identity", [x]) => (*x).clone(),
        ("hadamard", [x, y]) if x.shape == y.shape => Array::build(&x.shape, |cell| x.at(cell) * y.at(cell)),
        ("contract", _) => contract(operator, &operands)?,
        ("upsample", [delta]) => upsample(operator, delta, shape)?,
        ("route", [delta, a]) => route(operator, delta, a)?,
        _ => {
            return Err(format!("no operator `{name}` on {} such operands", operands.len()));
        }
    };
    if result.shape != shape {
        return Err(format!("`{name}` makes shape {:?}, not {shape:?}", result.shape));
    }
    let factor = match operator.get("scale") {
        None => return Ok(result),
        Some(scale) => scalar(scale).ok_or_else(|| format!("bad scale {scale}"))?,
    };
    Ok(Array::build(shape, |cell| result.at(cell) * &factor))
}

fn operands<'a>(operator: &Value, scope: &'a Scope) -> Result<Vec<&'a Numbers>, String> {
    let names = operator["operands"].as_array().ok_or("an operator without operands")?;
    let find = |name: &Value| {
        let tensor = name.as_str().and_then(|name| scope.tensors.get(name));
        tensor.ok_or_else(|| format!("no operand {name}"))
    };
    names.iter().map(find).collect()
}

/// A list of integers, one for each axis and none below `least`.
fn integers(operator: &Value, key: &str, rank: usize, least: i64) -> Result<Vec<i64>, String> {
    let read = || operator[key].as_array()?.iter().map(Value::as_i64).collect::<Option<Vec<_>>>();
    read()
        .filter(|list| list.len() == rank && list.iter().all(|&x| x >= least))
        .ok_or_else(|| format!("bad `{key}`: {}", operator[key]))
}

fn pads(operator: &Value, rank: usize) -> Result<Vec<[i64; 2]>, String> {
    let pair = |pair: &Value| match pair.as_array()?.as_slice() {
        [low, high] => Some([low.as_i64()?, high.as_i64()?]),
        _ => None,
    };
    let read = || operator["padding"].as_array()?.iter().map(pair).collect::<Option<Vec<_>>>();
    read().filter(|list| list.len() == rank).ok_or_else(|| format!("bad `padding`: {}", operator["padding"]))
}

/// Slides `kernel`, spread and perhaps rotated, over `over`, spread and padded.
fn correlate(operator: &Value, over: &Numbers, kernel: &Numbers) -> Result<Numbers, String> {
    let rank = over.shape.len();
    if kernel.shape.len() != rank {
        return Err("operands of different rank".to_owned());
    }
    if operator["groups"].as_i64() != Some(1) {
        return Err(format!("groups {} are not covered", operator["groups"]));
    }
    let rotated = operator["rot180"].as_bool().ok_or("no `rot180`")?;
    let stride = integers(operator, "stride", rank, 1)?;
    let left = integers(operator, "lhs_dilation", rank, 1)?;
    let right = integers(operator, "rhs_dilation", rank, 1)?;
    let padding = pads(operator, rank)?;
    let (rows, taps) = (signed(&over.shape), signed(&kernel.shape));
    let size = |axis: usize| {
        let padded = (rows[axis] - 1) * left[axis] + 1 + padding[axis][0] + padding[axis][1];
        let room = padded - (taps[axis] - 1) * right[axis] - 1;
        usize::try_from(room.div_euclid(stride[axis]) + 1)
    };
    let shape = (0..rank).map(size).collect::<Result<Vec<_>, _>>();
    let shape = shape.map_err(|_| "the kernel does not fit".to_owned())?;
    let taps_of_kernel = cells(&kernel.shape);
    Ok(Array::build(&shape, |o| {
        let o = signed(o);
        let mut total = BigRational::zero();
        for r in &taps_of_kernel {
            let place = |axis: usize| {
                let at = o[axis] * stride[axis] + signed(r)[axis] * right[axis] - padding[axis][0];
                (at.rem_euclid(left[axis]) == 0).then(|| at.div_euclid(left[axis]))
            };
            let tap: Vec<usize> = match rotated {
                true => r.iter().zip(&kernel.shape).map(|(&r, &k)| k - 1 - r).collect(),
                false => r.clone(),
            };
            if let Some(x) = (0..rank).map(place).collect::<Option<Vec<_>>>().and_then(|at| over.get(&at)) {
                total += x * kernel.at(&tap);
            }
        }
        total
    }))
}

/// Sums over the axes listed.
fn sum(operator: &Value, x: &Numbers) -> Result<Numbers, String> {
    let rank = x.shape.len();
    let listed = operator["axes"].as_array().ok_or("no `axes`")?;
    let axes: Option<Vec<u64>> = listed.iter().map(Value::as_u64).collect();
    let axes = axes.ok_or("bad `axes`")?;
    let gone = |axis: &usize| axes.contains(&u64::try_from(*axis).expect("a small rank"));
    if (0..rank).filter(gone).count() != axes.len() {
        return Err(format!("axes {axes:?} of a tensor of rank {rank}"));
    }
    let kept: Vec<usize> = (0..rank).filter(|axis| !gone(axis)).collect();
    let shape: Vec<usize> = kept.iter().map(|&axis| x.shape[axis]).collect();
    let mut result = Array::build(&shape, |_| BigRational::zero());
    for cell in cells(&x.shape) {
        let target: Vec<usize> = kept.iter().map(|&axis| cell[axis]).collect();
        accumulate(&mut result, &target, x.at(&cell));
    }
    Ok(result)
}

/// Products summed over every letter of `einsum` that is not in its result.
fn contract(operator: &Value, operands: &[&Numbers]) -> Result<Numbers, String> {
    let text = operator["einsum"].as_str().ok_or("no `einsum`")?.replace(' ', "");
    let (inputs, output) = text.split_once("->").ok_or("an `einsum` without `->`")?;
    let words: Vec<&str> = inputs.split(',').collect();
    let mut letters: Vec<(char, usize)> = Vec::new();
    for (word, operand) in words.iter().zip(operands) {
        for (letter, &size) in word.chars().zip(&operand.shape) {
            match letters.iter().find(|known| known.0 == letter) {
                Some(known) if known.1 != size => return Err(format!("two sizes for `{letter}`")),
                Some(_) => {}
                None => letters.push((letter, size)),
            }
        }
    }
    let fits = words.iter().zip(operands).all(|(word, x)| word.chars().count() == x.shape.len());
    let find = |letter: char| letters.iter().position(|known| known.0 == letter);
    let kept: Option<Vec<usize>> = output.chars().map(find).collect();
    let kept = kept.filter(|_| fits && words.len() == operands.len()).ok_or("bad `einsum`")?;
    let sizes: Vec<usize> = letters.iter().map(|known| known.1).collect();
    let shape: Vec<usize> = kept.iter().map(|&k| sizes[k]).collect();
    let mut result = Array::build(&shape, |_| BigRational::zero());
    for cell in cells(&sizes) {
        let mut term = BigRational::one();
        for (word, operand) in words.iter().zip(operands) {
            let at: Vec<usize> = word.chars().filter_map(find).map(|k| cell[k]).collect();
            term *= operand.at(&at);
        }
        let target: Vec<usize> = kept.iter().map(|&k| cell[k]).collect();
        accumulate(&mut result, &target, &term);
    }
    Ok(result)
}

/// Spreads each entry of `delta` over its window; windows that overlap add up.
fn upsample(operator: &Value, delta: &Numbers, shape: &[usize]) -> Result<Numbers, String> {
    let rank = shape.len();
    if delta.shape.len() != rank {
        return Err("upsample between different ranks".to_owned());
    }
    let window = integers(operator, "window", rank, 1)?;
    let stride = integers(operator, "stride", rank, 1)?;
    Ok(Array::build(shape, |m| {
        let m = signed(m);
        let mut total = BigRational::zero();
        for x in cells(&delta.shape) {
            let offset = |axis: usize| m[axis] - stride[axis] * signed(&x)[axis];
            if (0..rank).all(|axis| (0..window[axis]).contains(&offset(axis))) {
                total += delta.at(&x);
            }
        }
        total
    }))
}

/// Sends each entry of `delta` to the maxima of its window of `a`.
fn route(operator: &Value, delta: &Numbers, a: &Numbers) -> Result<Numbers, String> {
    let rank = a.shape.len();
    if delta.shape.len() != rank {
        return Err("route between different ranks".to_owned());
    }
    let window = integers(operator, "window", rank, 1)?;
    let stride = integers(operator, "stride", rank, 1)?;
    let ties = operator["ties"].as_str().and_then(Ties::named);
    let ties = ties.ok_or_else(|| format!("bad `ties`: {}", operator["ties"]))?;
    let window: Vec<usize> = window.iter().filter_map(|&k| usize::try_from(k).ok()).collect();
    let mut result = Array::build(&a.shape, |_| BigRational::zero());
    for x in cells(&delta.shape) {
        let place = |r: &Vec<usize>| -> Vec<i64> {
            let offset = signed(r);
            (0..rank).map(|axis| stride[axis] * signed(&x)[axis] + offset[axis]).collect()
        };
        let places: Vec<Vec<i64>> = cells(&window).iter().map(place).collect();
        let seen: Option<Vec<&BigRational>> = places.iter().map(|place| a.get(place)).collect();
        let seen = seen.ok_or_else(|| format!("window {x:?} leaves the input"))?;
        for (k, place) in places.iter().enumerate() {
            let target: Vec<usize> = place.iter().filter_map(|&i| usize::try_from(i).ok()).collect();
            accumulate(&mut result, &target, &(ties.share(k, &seen) * delta.at(&x)));
        }
    }
    Ok(result)
}

fn accumulate(array: &mut Numbers, cell: &[usize], amount: &BigRational) {
    let at = crate::array::position(&array.shape, &signed(cell)).expect("a cell of the array");
    array.data[at] += amount;
}
