//! Sliding products with all that belongs to them: steps, zeros between and around, what is cut off.

use crate::formula::glossary::Glossary;
use crate::formula::tree::{Formula, Op, Slide};
use crate::operator::CorrelationAxis;

/// One axis along which something slides: the parameters, and the sizes of both operands and of the result.
pub(super) struct Along {
    axis: CorrelationAxis,
    x: usize,
    y: usize,
    out: usize,
}

impl Along {
    /// The axes of operands and result of these shapes.
    pub(super) fn of(axes: &[CorrelationAxis], x: &[usize], y: &[usize], out: &[usize]) -> Vec<Along> {
        let sizes = x.iter().zip(y).zip(out);
        axes.iter().zip(sizes).map(|(&axis, ((&x, &y), &out))| Along { axis, x, y, out }).collect()
    }

    /// How many lines there are, zeros between them counted.
    fn spread(&self) -> i64 {
        (self.axis.lhs_dilation * (self.x - 1) + 1) as i64
    }

    /// How far the second operand reaches.
    fn reach(&self) -> i64 {
        (self.axis.rhs_dilation * (self.y - 1) + 1) as i64
    }

    /// A step counts where there are several results.
    fn step(&self) -> usize {
        if self.out > 1 { self.axis.stride } else { 1 }
    }

    /// Does the sign without marks mean these zeros around?
    fn goes_without_saying(&self, stepped: bool, sized: bool) -> bool {
        let CorrelationAxis { low, high, .. } = self.axis;
        if !stepped && !sized {
            return low == 0 && high == 0;
        }
        if stepped {
            // what a further step would not reach is left over
            return low == 0 && (-(self.step() as i64) < high && high <= 0);
        }
        low == high && low >= 0 && low + high == self.out as i64 - 1 + self.reach() - self.spread()
    }
}

/// `x ∗ y` with its marks.
pub(super) fn slide(glossary: &Glossary, x: Formula, y: Formula, rot180: bool, axes: &[Along]) -> Formula {
    sliding(glossary, x, y, (rot180, true), axes)
}

/// The same; where it is not `sized`, nothing around it says what size it has, and all zeros are written.
pub(super) fn sliding(
    glossary: &Glossary,
    x: Formula,
    y: Formula,
    (rot180, sized): (bool, bool),
    axes: &[Along],
) -> Formula {
    let says_rotation = glossary.conventions().sliding.says_rotation();
    let stepped = axes.iter().any(|a| a.step() > 1);
    let spread = |formula: Formula, by: Vec<usize>| {
        if by.iter().all(|&n| n == 1) { formula } else { Formula::apply(Op::Spread(by), formula) }
    };
    let apart = |dilation: usize, size: usize| if size > 1 { dilation } else { 1 };
    let x = spread(x, axes.iter().map(|a| apart(a.axis.lhs_dilation, a.x)).collect());
    let x = if axes.iter().all(|a| a.goes_without_saying(stepped, sized)) {
        x
    } else {
        // with steps, what is left over behind needs no mark
        let left_over = |a: &Along| stepped && -(a.step() as i64) < a.axis.high && a.axis.high < 0;
        let ends = axes.iter().map(|a| [a.axis.low, if left_over(a) { 0 } else { a.axis.high }]);
        Formula::apply(Op::Pad(ends.collect()), x)
    };
    let y = if rot180 && says_rotation { Formula::apply(Op::Rot180, y) } else { y };
    let y = spread(y, axes.iter().map(|a| apart(a.axis.rhs_dilation, a.y)).collect());
    let steps = if stepped { axes.iter().map(Along::step).collect() } else { Vec::new() };
    Formula::Slide(Box::new(Slide { x, y, turned: rot180 && !says_rotation, steps }))
}
