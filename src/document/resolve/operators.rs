//! Operators on whole tensors, with the marks that say all of them: sizes, steps, rules.

use super::super::math::{Math, Op};
use super::marks::{alike, alone, ends, marked, separated, sizes, window_marks};
use super::{Binding, Mark, Resolver, called};
use crate::formula::Formula;

impl Resolver<'_> {
    pub(super) fn apply(self, op: &crate::formula::Op, of: &[Formula], row: &mut Vec<Math>) {
        use crate::formula::Op as Apply;
        if let Apply::Spread(by) = op {
            self.write(&of[0], Binding::Atom, row);
            let by = alike(by);
            let list = separated(by.iter().map(|&n| Math::integer(n as i64)).collect(), Op::Comma);
            row.push(Math::Op(Op::Up));
            row.push(match by.len() {
                _ if self.hidden == Some(Mark::Spread) => Math::Blank,
                1 => list,
                _ => Math::Brackets(Box::new(list)),
            });
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
            Apply::Pad(around) => {
                let lines = if self.hidden == Some(Mark::Pad) { Math::Blank } else { ends(around) };
                called(marked(Math::Word("pad"), vec![lines]), arguments())
            }
            Apply::Diagonal => word("diag"),
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
