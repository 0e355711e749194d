//! Operators on whole tensors, with the marks that say all of them: sizes, steps, rules.

use super::super::math::{Math, Op};
use super::{Binding, Resolver, alone, called, separated};
use crate::formula::Formula;
use crate::operator::Window;

impl Resolver<'_> {
    pub(super) fn apply(self, op: &crate::formula::Op, of: &[Formula], row: &mut Vec<Math>) {
        use crate::formula::Op as Apply;
        if let Apply::Spread(by) = op {
            self.write(&of[0], Binding::Atom, row);
            let by = alike(by);
            let list = separated(by.iter().map(|&n| Math::integer(n as i64)).collect(), Op::Comma);
            row.push(Math::Op(Op::Up));
            row.push(if by.len() == 1 { list } else { Math::Brackets(Box::new(list)) });
            return;
        }
        let arguments = || separated(self.list(of), Op::Comma);
        let word = |word: &'static str| called(Math::Word(word), arguments());
        let applied = match op {
            Apply::Transpose => {
                let mut inner = Vec::new();
                self.write(&of[0], Binding::Atom, &mut inner);
                Math::transposed(alone(inner))
            }
            Apply::Rot180 => word("rot180"),
            Apply::Spread(_) => return,
            Apply::Pad(around) => called(marked(Math::Word("pad"), vec![ends(around)]), arguments()),
            Apply::Vector => word("vec"),
            Apply::Reshape(shape) => called(marked(Math::Word("reshape"), vec![sizes(shape)]), arguments()),
            Apply::Upsample => word("upsample"),
            Apply::Route(window, ties) => {
                let mut marks = window_marks(window);
                marks.push(Math::Word(ties.word()));
                called(marked(Math::Word("route"), marks), arguments())
            }
            Apply::WindowMax(window) => called(marked(Math::Word("windowmax"), window_marks(window)), arguments()),
            Apply::Einsum(operands, result) => {
                let letters = |word: &String| (!word.is_empty()).then(|| Math::name(word));
                let mut marks = Vec::new();
                for (place, operand) in operands.iter().enumerate() {
                    marks.extend((place > 0).then_some(Math::Op(Op::Comma)));
                    marks.extend(letters(operand));
                }
                marks.push(Math::Op(Op::To));
                marks.extend(letters(result));
                called(Math::Subscript(Box::new(Math::Word("einsum")), Box::new(Math::Row(marks))), arguments())
            }
        };
        row.extend(applied.into_parts());
    }
}

/// A sign with its parameters below it.
pub(super) fn marked(sign: Math, marks: Vec<Math>) -> Math {
    Math::Subscript(Box::new(sign), Box::new(separated(marks, Op::Comma)))
}

/// One number, where all are alike.
pub(super) fn alike(list: &[usize]) -> Vec<usize> {
    if list.iter().all(|n| *n == list[0]) { list[..1].to_vec() } else { list.to_vec() }
}

/// `3×3`
pub(super) fn sizes(shape: &[usize]) -> Math {
    separated(shape.iter().map(|&n| Math::integer(n as i64)).collect(), Op::By)
}

/// Lines before and behind along each axis: one number an axis where both are equal throughout, else `0,1; 0,1`.
fn ends(around: &[[i64; 2]]) -> Math {
    if around.iter().all(|[low, high]| low == high) {
        return separated(around.iter().map(|p| Math::integer(p[0])).collect(), Op::By);
    }
    let axis = |p: &[i64; 2]| separated(p.iter().map(|&n| Math::integer(n)).collect(), Op::Comma);
    separated(around.iter().map(axis).collect(), Op::Semicolon)
}

/// The size of windows, and what of their step, spread and padding does not go without saying.
fn window_marks(window: &Window) -> Vec<Math> {
    let mut marks = vec![sizes(&window.size)];
    let mut further = |word: &'static str, math: Math| marks.push(Math::Row(vec![Math::Word(word), math]));
    if window.stride != window.size {
        further("step ", sizes(&alike(&window.stride)));
    }
    if window.dilation.iter().any(|&d| d != 1) {
        further("dilation ", sizes(&alike(&window.dilation)));
    }
    if window.padding.iter().any(|&p| p != [0, 0]) {
        further("pad ", ends(&window.padding));
    }
    marks
}
