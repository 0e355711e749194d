//! Windows over an array: the largest entry of each, and where it stands.

use super::array::Array;
use super::{Evaluation, Reason, Value, refuted};
use crate::expr::index_of;
use crate::formula::Extreme;
use crate::operator::Window;
use crate::verify::field::Prime;

/// How many windows there are along each axis of an array.
fn count(window: &Window, shape: &[usize]) -> Option<Vec<usize>> {
    let along = |(axis, &size): (usize, &usize)| {
        let reach = (window.size.get(axis)?.checked_sub(1)? * window.dilation.get(axis)?) as i64 + 1;
        let [before, behind] = window.padding.get(axis)?;
        let room = size as i64 + before + behind - reach;
        let step = i64::try_from(*window.stride.get(axis)?).ok().filter(|&step| step > 0)?;
        (room >= 0).then(|| (room / step) as usize + 1)
    };
    shape.iter().enumerate().map(along).collect()
}

/// The offsets of the places of one window that lie in an array, in reading order.
fn places(window: &Window, at: &[usize], shape: &[usize]) -> Vec<usize> {
    shape.iter().enumerate().fold(vec![0], |offsets, (axis, &size)| {
        let start = (window.stride[axis] * at[axis]) as i64 - window.padding[axis][0];
        let places = (0..window.size[axis]).map(|r| start + (window.dilation[axis] * r) as i64);
        let inside: Vec<usize> = places.filter_map(|p| usize::try_from(p).ok().filter(|&p| p < size)).collect();
        offsets.iter().flat_map(|o| inside.iter().map(move |p| o * size + p)).collect()
    })
}

impl Evaluation<'_, '_> {
    fn windows(&self, window: &Window, shape: &[usize]) -> Value<Vec<usize>> {
        match count(window, shape).filter(|_| window.size.len() == shape.len()) {
            Some(count) => Ok(count),
            None => refuted(Reason::NoMeaning("windows do not fit the array that they go over")),
        }
    }

    pub(super) fn window_max(&self, x: &Array, window: &Window) -> Value<Array> {
        let shape = self.windows(window, &x.shape)?;
        let largest = |offset| {
            let places = places(window, &index_of(&shape, offset), &x.shape);
            self.extreme(Extreme::Largest, &places.into_iter().map(|p| x.values[p]).collect::<Vec<_>>())
        };
        let values = (0..shape.iter().product()).map(largest).collect::<Value<_>>()?;
        Ok(Array { shape, values })
    }

    /// Each entry of x goes to where its window of the other array has its maximum.
    pub(super) fn route(&self, x: &Array, through: &Array, window: &Window) -> Value<Array> {
        let most = self.windows(window, &through.shape)?;
        // there may be fewer windows than would fit; a number belongs to one
        let own = if x.shape.is_empty() { vec![1; most.len()] } else { x.shape.clone() };
        let fewer = own.len() == most.len() && own.iter().zip(&most).all(|(own, most)| own <= most);
        if !fewer && !self.checker.alike(&most, &x.shape) {
            return refuted(Reason::Shapes(most, x.shape.clone()));
        }
        let shape = if fewer { own } else { most };
        let mut out = Array::filled(&through.shape, Prime::integer(0));
        for (offset, &value) in x.values.iter().enumerate() {
            let places = places(window, &index_of(&shape, offset), &through.shape);
            let of: Vec<Prime> = places.iter().map(|&p| through.values[p]).collect();
            if of.is_empty() {
                continue;
            }
            self.comparable(&of)?;
            let (_, shares) = self.point.meaning.largest(self.checker.witness.ties, &of);
            for (place, share) in places.into_iter().zip(shares) {
                out.values[place] = out.values[place].add(value.mul(share));
            }
        }
        Ok(out)
    }
}
