//! Which elements of the two operands of a correlation meet in one entry of its result.

use crate::expr::Arena;
use crate::operator::{Correlation, CorrelationAxis};

/// More letters than leading axes could have in any readable layer.
const LETTERS: usize = 32;

/// Lists pairs of elements, entry by entry; its lists are kept for the next entry.
#[derive(Default)]
pub(super) struct Meetings {
    next: Vec<(usize, usize)>,
    taps: Vec<(usize, usize)>,
}

impl Meetings {
    /// Puts the row-major offsets of the elements that meet in the result's entry `at` into `pairs`, in the order of the summed
    /// letters and then of the kernel's taps.
    pub(super) fn list(&mut self, arena: &Arena, c: &Correlation, at: &[usize], pairs: &mut Vec<(usize, usize)>) {
        let (x_shape, y_shape) = (&arena.tensor(c.x.tensor()).shape, &arena.tensor(c.y.tensor()).shape);
        let slid = c.axes.len();
        let (x_shape, x_slid) = x_shape.split_at(x_shape.len() - slid);
        let (y_shape, y_slid) = y_shape.split_at(y_shape.len() - slid);
        let (at, at_slid) = at.split_at(at.len() - slid);
        pairs.clear();
        if c.leading.is_empty() {
            pairs.push((0, 0));
        } else {
            self.channels(c, at, x_shape, y_shape, pairs);
        }
        for (axis, p) in c.axes.iter().enumerate() {
            let (n, k) = (x_slid[axis], y_slid[axis]);
            self.taps.clear();
            self.taps.extend((0..k).filter_map(|tap| {
                let place = place(p, at_slid[axis], tap, n)?;
                Some((place, if c.rot180 { k - 1 - tap } else { tap }))
            }));
            self.next.clear();
            for &(x, y) in pairs.iter() {
                self.next.extend(self.taps.iter().map(|&(i, j)| (x * n + i, y * k + j)));
            }
            std::mem::swap(pairs, &mut self.next);
        }
    }

    /// The same for the leading axes alone.
    fn channels(
        &mut self,
        c: &Correlation,
        at: &[usize],
        x_shape: &[usize],
        y_shape: &[usize],
        pairs: &mut Vec<(usize, usize)>,
    ) {
        let leading = &c.leading;
        let mut fixed = [None; LETTERS];
        let mut size = [1; LETTERS];
        // how far a step of each letter leads in each operand
        let mut steps = [[0; LETTERS]; 2];
        for (place, (list, shape)) in [(&leading.x, x_shape), (&leading.y, y_shape)].into_iter().enumerate() {
            let strides = strides(shape);
            for ((letters, &n), &stride) in list.iter().zip(shape).zip(&strides) {
                let sizes = leading.sizes(letters, n);
                let mut stride = stride;
                for (&letter, &own) in letters.iter().zip(&sizes).rev() {
                    size[letter as usize] = own;
                    steps[place][letter as usize] += stride;
                    stride *= own;
                }
            }
        }
        for (letters, &i) in leading.out.iter().zip(at) {
            match *letters.as_slice() {
                // an axis of two letters: the second has the size that its operand gave it
                [high, low] => {
                    fixed[high as usize] = Some(i / size[low as usize]);
                    fixed[low as usize] = Some(i % size[low as usize]);
                }
                _ => letters.iter().for_each(|&l| fixed[l as usize] = Some(i)),
            }
        }
        let sum = |steps: &[usize; LETTERS]| fixed.iter().zip(steps).map(|(i, s)| i.unwrap_or(0) * s).sum::<usize>();
        pairs.push((sum(&steps[0]), sum(&steps[1])));
        for &letter in leading.x.iter().chain(&leading.y).flatten() {
            if fixed[letter as usize].is_some() {
                continue;
            }
            fixed[letter as usize] = Some(0); // met again in the other operand it is done
            let (of_x, of_y) = (steps[0][letter as usize], steps[1][letter as usize]);
            self.next.clear();
            for &(x, y) in pairs.iter() {
                self.next.extend((0..size[letter as usize]).map(|i| (x + i * of_x, y + i * of_y)));
            }
            std::mem::swap(pairs, &mut self.next);
        }
    }
}

/// Which of the `n` elements along an axis tap number `tap` meets in result number `at`; `None` for a zero.
fn place(p: &CorrelationAxis, at: usize, tap: usize, n: usize) -> Option<usize> {
    let x = usize::try_from((p.stride * at + p.rhs_dilation * tap) as i64 - p.low).ok()?;
    (x.is_multiple_of(p.lhs_dilation) && x / p.lhs_dilation < n).then_some(x / p.lhs_dilation)
}

/// How far apart neighbours along each axis lie in reading order.
pub(super) fn strides(shape: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; shape.len()];
    for axis in (1..shape.len()).rev() {
        strides[axis - 1] = strides[axis] * shape[axis];
    }
    strides
}
