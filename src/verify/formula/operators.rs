//! Operators on whole arrays, by their signs' parameters.

use super::array::Array;
use super::{Evaluation, Reason, Value, refuted};
use crate::expr::index_of;
use crate::formula::{Formula, Op};
use crate::verify::field::Prime;

impl Evaluation<'_, '_> {
    /// The operator applied to its operands.
    pub(super) fn apply(&mut self, op: &Op, operands: &[Formula], expected: Option<&[usize]>) -> Value<Array> {
        let arrays = operands.iter().map(|x| self.array(x, None)).collect::<Value<Vec<Array>>>()?;
        match (op, arrays.as_slice()) {
            (Op::Einsum(own, result), arrays) => self.einsum(arrays, own, result, expected),
            (Op::Route(window, ties), [x, through]) => {
                if *ties != self.checker.witness.ties {
                    return refuted(Reason::Ties);
                }
                self.route(x, through, window)
            }
            (Op::WindowMax(window), [x]) => self.window_max(x, window),
            (Op::Transpose, [x]) => self.transposed(x),
            (Op::Rot180, [x]) => Ok(x.clone().reversed()),
            (Op::Spread(distances), [x]) => self.spread(x, distances),
            (Op::Pad(lines), [x]) => self.padded(x, lines),
            (Op::Diagonal, [x]) => self.diagonal(x),
            (Op::Vector, [x]) => Ok(Array { shape: vec![x.len()], values: x.values.clone() }),
            (Op::Reshape(shape), [x]) if shape.iter().product::<usize>() == x.len() => {
                Ok(Array { shape: shape.clone(), values: x.values.clone() })
            }
            (Op::Reshape(shape), [x]) => refuted(Reason::Shapes(shape.clone(), x.shape.clone())),
            (Op::Upsample, [x]) => self.upsampled(x, expected),
            (
                Op::Route(..)
                | Op::WindowMax(_)
                | Op::Transpose
                | Op::Rot180
                | Op::Spread(_)
                | Op::Pad(_)
                | Op::Diagonal
                | Op::Vector
                | Op::Reshape(_)
                | Op::Upsample,
                _,
            ) => refuted(Reason::NoMeaning("an operator has another number of operands")),
        }
    }

    fn transposed(&self, x: &Array) -> Value<Array> {
        let [rows, columns] = match *x.shape.as_slice() {
            [] => return Ok(x.clone()),
            [size] => self.checker.as_matrix(size),
            [rows, columns] => [rows, columns],
            _ => return refuted(Reason::NoMeaning("an array with more than two axes is transposed")),
        };
        let values = (0..x.len()).map(|o| x.values[o % rows * columns + o / rows]).collect();
        let shape =
            if self.checker.as_matrix(x.len()) == [columns, rows] { vec![x.len()] } else { vec![columns, rows] };
        Ok(Array { shape, values })
    }

    /// A vector on the diagonal of a matrix; of a matrix, as far as it is square, what is there.
    fn diagonal(&self, x: &Array) -> Value<Array> {
        match *x.shape.as_slice() {
            [size] => Ok(x.gathered(vec![size; 2], |index| (index[0] == index[1]).then(|| vec![index[0]]))),
            [rows, columns] if rows == columns => Ok(x.gathered(vec![rows], |index| Some(vec![index[0]; 2]))),
            _ => refuted(Reason::NoMeaning("neither a vector nor a square matrix has a diagonal here")),
        }
    }

    fn spread(&self, x: &Array, distances: &[usize]) -> Value<Array> {
        let x = self.of_rank(x.clone(), distances.len())?;
        let shape = x.shape.iter().zip(distances).map(|(size, d)| size.saturating_sub(1) * d + 1).collect();
        let from = |index: &[usize]| {
            let place = |(i, d): (&usize, &usize)| i.is_multiple_of(*d).then(|| i / d);
            index.iter().zip(distances).map(place).collect()
        };
        Ok(x.gathered(shape, from))
    }

    fn padded(&self, x: &Array, lines: &[[i64; 2]]) -> Value<Array> {
        let x = self.of_rank(x.clone(), lines.len())?;
        let sizes = x.shape.iter().zip(lines).map(|(&size, [before, behind])| {
            usize::try_from(size as i64 + before + behind).ok().filter(|&size| size > 0)
        });
        let Some(shape) = sizes.collect::<Option<Vec<usize>>>() else {
            return refuted(Reason::NoMeaning("more is cut off than there is"));
        };
        let from = |index: &[usize]| {
            let place = |((i, [before, _]), &size): ((&usize, &[i64; 2]), &usize)| {
                usize::try_from(*i as i64 - before).ok().filter(|&place| place < size)
            };
            index.iter().zip(lines).zip(&x.shape).map(place).collect()
        };
        Ok(x.gathered(shape, from))
    }

    /// Each entry over a block, as large as the expected shape asks for.
    fn upsampled(&self, x: &Array, expected: Option<&[usize]>) -> Value<Array> {
        let Some(shape) = expected else { return refuted(Reason::NoMeaning("nothing says how large the blocks are")) };
        let x = self.of_rank(x.clone(), shape.len())?;
        if x.shape.iter().zip(shape).any(|(own, size)| size % own != 0) {
            return refuted(Reason::Shapes(shape.to_vec(), x.shape));
        }
        let from = |index: &[usize]| {
            Some(index.iter().zip(shape).zip(&x.shape).map(|((i, size), own)| i / (size / own)).collect())
        };
        Ok(x.gathered(shape.to_vec(), from))
    }

    /// The sum of products over all letters that the result lacks; along a letter that only the result has it is repeated.
    fn einsum(&self, arrays: &[Array], own: &[String], result: &str, expected: Option<&[usize]>) -> Value<Array> {
        let mut letters: Vec<(char, usize)> = Vec::new();
        let axes = arrays.iter().zip(own).flat_map(|(array, own)| own.chars().zip(array.shape.iter().copied()));
        let repeated = result.chars().zip(expected.unwrap_or_default().iter().copied());
        let fit = arrays.len() == own.len()
            && arrays.iter().zip(own).all(|(array, own)| own.chars().count() == array.shape.len());
        for (place, (letter, size)) in axes.map(|axis| (true, axis)).chain(repeated.map(|axis| (false, axis))) {
            match letters.iter().find(|(known, _)| *known == letter) {
                Some((_, known)) if place && *known != size => {
                    return refuted(Reason::Shapes(vec![*known], vec![size]));
                }
                Some(_) => {}
                None => letters.push((letter, size)),
            }
        }
        let slot = |letter: char| letters.iter().position(|(known, _)| *known == letter);
        let slots = |own: &str| own.chars().map(slot).collect::<Option<Vec<usize>>>();
        let (Some(out), Some(operands)) = (slots(result), own.iter().map(|o| slots(o)).collect::<Option<Vec<_>>>())
        else {
            return refuted(Reason::NoMeaning("nothing says how far a letter runs"));
        };
        if !fit {
            return refuted(Reason::NoMeaning("letters and axes are not as many"));
        }
        let sizes: Vec<usize> = letters.iter().map(|l| l.1).collect();
        let offset = |shape: &[usize], slots: &[usize], at: &[usize]| {
            shape.iter().zip(slots).fold(0, |offset, (&size, &slot)| offset * size + at[slot])
        };
        let shape: Vec<usize> = out.iter().map(|&slot| sizes[slot]).collect();
        let mut sum = Array::filled(&shape, Prime::integer(0));
        for number in 0..sizes.iter().product() {
            let at = index_of(&sizes, number);
            let product = arrays.iter().zip(&operands).fold(Prime::integer(1), |product, (array, slots)| {
                product.mul(array.values[offset(&array.shape, slots, &at)])
            });
            let cell = &mut sum.values[offset(&shape, &out, &at)];
            *cell = cell.add(product);
        }
        Ok(sum)
    }
}
