//! Blanks in equations for whole tensors: an operand, whether it is turned, and the marks of the signs.

use super::super::narrator::Narrator;
use super::blanks::{Cut, blank, pieces, with_blank};
use super::draw::{below, shuffled};
use super::exercise::{Exercise, Shown, Source};
use crate::document::resolve::Mark;
use crate::document::say::Sentence;
use crate::formula::{Formula, Op};
use crate::operator::TensorOp;
use crate::verify::Random;

/// Makes an exercise about an equation.
type Maker<'a> = fn(&Narrator<'a>, &Source, &mut Random) -> Option<Exercise>;

impl<'a> Narrator<'a> {
    /// A blank in an equation for whole tensors, or a question about what it leaves to its reader.
    pub(super) fn blank_in_whole(&self, source: &Source, random: &mut Random) -> Option<Exercise> {
        // an operand is easy to find: it is asked for where there is nothing else
        let first: Vec<Maker<'a>> = vec![Self::turned_blank, Self::mark_blank, Self::lines_asked];
        let mut kinds = shuffled(random, first).into_iter().chain([Self::operand_blank as Maker<'a>]);
        kinds.find_map(|kind| kind(self, source, random))
    }

    /// An operand that is turned or transposed, or that might be.
    fn turned_blank(&self, source: &Source, random: &mut Random) -> Option<Exercise> {
        let says_rotation = self.glossary.conventions().sliding.says_rotation();
        let cuts: Vec<Cut> = source.right().changed(&|part| {
            if let Formula::Apply(Op::Rot180 | Op::Transpose, _) = part {
                vec![(blank(), part.clone())]
            } else if let Formula::Slide(slide) = part
                && says_rotation
                && matches!(slide.y, Formula::Name(..) | Formula::At(..))
            {
                vec![(with_blank(part, 1), slide.y.clone())]
            } else {
                Vec::new()
            }
        });
        let (right, piece) = shuffled(random, cuts).into_iter().find(|cut| self.is_only(source, cut))?;
        let other =
            if let Formula::Apply(_, of) = &piece { of[0].clone() } else { Formula::apply(Op::Rot180, piece.clone()) };
        let filled = source.with(right.replaced(&blank(), &other));
        if self.checker.check(&filled).is_ok() {
            return None;
        }
        let mut either = [self.math(&piece), self.math(&other)];
        if below(random, 2) == 0 {
            either.reverse();
        }
        let [one, other] = either;
        Some(self.cut(source, self.say(Sentence::FillEither { one, other }), right, &piece))
    }

    /// How far neighbours are apart, how many lines are added, the step: where the formula has one such mark.
    fn mark_blank(&self, source: &Source, random: &mut Random) -> Option<Exercise> {
        let mut marks = Vec::new();
        source.right().each(&mut |part| marks.extend(mark_of(part)));
        let single = |mark: &Mark| marks.iter().filter(|m| *m == mark).count() == 1;
        let all = [Mark::Spread, Mark::Pad, Mark::Step].into_iter().filter(single).collect();
        let mark = shuffled(random, all).into_iter().find(|&mark| {
            let others = source.right().changed(&|part| other_marks(part, mark));
            others.into_iter().all(|(right, ())| self.checker.check(&source.with(right)).is_err())
        })?;
        Some(Exercise {
            task: self.say(Sentence::FillBox),
            shown: Some(Shown::Cut(source.equation.clone(), Some(mark), source.equation.clone())),
            answer: Vec::new(),
            result: Some(source.equation.clone()),
            in_numbers: false,
            room: 0,
        })
    }

    /// How many lines of zeros are understood.
    fn lines_asked(&self, source: &Source, _: &mut Random) -> Option<Exercise> {
        let [TensorOp::Correlate(c)] = self.derivation.recognition(source.of)?.parts.as_slice() else { return None };
        let mut marks = Vec::new();
        source.right().each(&mut |part| marks.extend(mark_of(part)));
        let lines = c.axes.first()?.low;
        let alike = c.axes.iter().all(|axis| axis.low == lines && axis.high == lines);
        let count = usize::try_from(lines).ok().filter(|&n| n > 0 && alike)?;
        if marks.contains(&Mark::Pad) || marks.contains(&Mark::Step) {
            return None;
        }
        Some(Exercise {
            task: self.say(Sentence::LinesAsked { x: self.operand(c.x), along_one: c.axes.len() == 1 }),
            shown: Some(Shown::Cut(source.equation.clone(), None, source.equation.clone())),
            answer: self.say(Sentence::LinesFound { count, along_one: c.axes.len() == 1 }),
            result: None,
            in_numbers: false,
            room: 1,
        })
    }

    /// An operand, or a number.
    fn operand_blank(&self, source: &Source, random: &mut Random) -> Option<Exercise> {
        let operands = source.right().changed(&|part| {
            let Formula::Slide(slide) = part else { return Vec::new() };
            let sides = [&slide.x, &slide.y].into_iter().enumerate();
            let named = sides.filter(|(_, side)| matches!(side, Formula::Name(..)));
            named.map(|(place, side)| (with_blank(part, place), side.clone())).collect()
        });
        let cuts = pieces(source.right()).into_iter().chain(operands).collect();
        let (right, piece) = shuffled(random, cuts).into_iter().find(|cut| self.is_only(source, cut))?;
        Some(self.cut(source, self.say(Sentence::FillBox), right, &piece))
    }
}

/// The mark of an operator.
fn mark_of(part: &Formula) -> Option<Mark> {
    if let Formula::Apply(Op::Spread(_), _) = part {
        Some(Mark::Spread)
    } else if let Formula::Apply(Op::Pad(_), _) = part {
        Some(Mark::Pad)
    } else {
        matches!(part, Formula::Slide(slide) if !slide.steps.is_empty()).then_some(Mark::Step)
    }
}

/// The part with a mark that is one more, and one less.
fn other_marks(part: &Formula, mark: Mark) -> Vec<(Formula, ())> {
    let near = |n: &usize, by: i64| (*n as i64 + by).max(1) as usize;
    let with = |by: i64| {
        let mut other = part.clone();
        if let Formula::Apply(Op::Spread(list), _) = &mut other {
            list.iter_mut().for_each(|n| *n = near(n, by));
        } else if let Formula::Apply(Op::Pad(list), _) = &mut other {
            list.iter_mut().flatten().for_each(|n| *n += by);
        } else if let Formula::Slide(slide) = &mut other {
            slide.steps.iter_mut().for_each(|n| *n = near(n, by));
        }
        other
    };
    let others = if mark_of(part) == Some(mark) { vec![with(-1), with(1)] } else { Vec::new() };
    others.into_iter().filter(|other| other != part).map(|other| (other, ())).collect()
}
