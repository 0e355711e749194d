//! Placements of whole tensors: parts are written with runs of indices, `a[2:4]`, multiplied as matrices are, and put among zeros.

use super::Operators;
use super::contraction::{Piece, is_elementwise, pieces};
use crate::formula::tree::{Formula, Op};
use crate::operator::{Contraction, Operand, Placement, Run, Scale};

impl Operators<'_> {
    /// The placement applied to whole tensors, where its result has this shape; `None` where no signs say it.
    pub(super) fn placement(&self, p: &Placement, shape: &[usize]) -> Option<Formula> {
        let Some((reads, into)) = p.runs() else { return self.rearranged(p, shape) };
        // no sign puts something back to front, which only a second axis with the same letter asks for
        if into.iter().any(|run| matches!(run, Run::Steps { step, .. } if *step < 0)) {
            return None;
        }
        let letters = |runs: &[Run]| runs.iter().filter_map(|r| Some(r.letter()? as u8)).collect::<Vec<u8>>();
        let mut output = letters(&into);
        let diagonal = matches!(*output.as_slice(), [x, y] if x == y) && into.len() == 2;
        if diagonal {
            output.pop();
        }
        let own: Vec<Vec<u8>> = reads.iter().map(|runs| letters(runs)).collect();
        // a letter twice in a matrix is its diagonal
        let (own, twice): (Vec<Vec<u8>>, Vec<bool>) = own
            .into_iter()
            .map(|l| if matches!(*l.as_slice(), [x, y] if x == y) { (vec![l[0]], true) } else { (l, false) })
            .unzip();
        let parts: Vec<Formula> = (0..p.operands.len())
            .map(|o| {
                let part = self.part(p, p.operands[o], &reads[o])?;
                Some(if twice[o] { Formula::apply(Op::Diagonal, part) } else { part })
            })
            .collect::<Option<_>>()?;
        let c = Contraction { operands: p.operands.clone(), letters: own, output, scale: Scale::one() };
        let inner = self.product_of(p, &c, &parts, p.fills(shape) || diagonal)?;
        let inner = if diagonal { Formula::apply(Op::Diagonal, inner) } else { inner };
        Some(Formula::times(&p.scale, self.among_zeros(p, inner, &into, shape, diagonal)))
    }

    /// An operand at the places that are read.
    fn part(&self, p: &Placement, operand: Operand, runs: &[Run]) -> Option<Formula> {
        let shape = self.glossary.shape(operand.tensor());
        if runs.iter().zip(shape).all(|(&run, &size)| p.is_whole(run, size)) {
            return self.operand(operand);
        }
        if self.stands_for(operand.tensor()).is_some() {
            return None;
        }
        let base = self.glossary.index_base;
        let index = |(&run, &size): (&Run, &usize)| match run {
            _ if p.is_whole(run, size) => Formula::All,
            Run::At(place) => Formula::integer(place as i64 + base),
            Run::Steps { letter, first, step } => {
                let first = first as i64 + base;
                Formula::Run(first, first + step * (p.counts[letter] as i64 - 1), step)
            }
        };
        self.operand_at(operand, &runs.iter().zip(shape).map(index).collect::<Vec<_>>())
    }

    /// The parts as factors of one product. `sized`: where ones stand for what no factor has, the sizes around say how many.
    fn product_of(&self, p: &Placement, c: &Contraction, parts: &[Formula], sized: bool) -> Option<Formula> {
        if let Some(list) = pieces(c, self.glossary.rows()) {
            let ones = || {
                let several = c.output.first().filter(|_| c.output.len() == 1);
                match several {
                    Some(&letter) => Some(Formula::Ones(Some(vec![p.counts[letter as usize]]))),
                    None => sized.then_some(Formula::Ones(None)),
                }
            };
            let factor = |o: usize| parts.get(o).cloned().or_else(ones);
            let transposed = |f: Formula| Formula::apply(Op::Transpose, f);
            let written = |piece: Piece| {
                Some(match piece {
                    Piece::Factor { operand, transposed: false } => factor(operand)?,
                    Piece::Factor { operand, transposed: true } => transposed(factor(operand)?),
                    Piece::Total { .. } => return None,
                    Piece::Dot { left, right } if self.glossary.rows() => {
                        Formula::Product(vec![factor(left)?, transposed(factor(right)?)])
                    }
                    Piece::Dot { left, right } => Formula::Product(vec![transposed(factor(left)?), factor(right)?]),
                })
            };
            return Some(Formula::product(list.into_iter().map(written).collect::<Option<_>>()?));
        }
        if !is_elementwise(c) {
            return None;
        }
        let (numbers, arrays): (Vec<usize>, Vec<usize>) = (0..parts.len()).partition(|&o| c.letters[o].is_empty());
        let all = |list: Vec<usize>| list.into_iter().map(|o| parts[o].clone()).collect::<Vec<_>>();
        let mut factors = all(numbers);
        factors.push(Formula::hadamard(all(arrays)));
        Some(Formula::product(factors))
    }

    /// What is put into a part of a tensor of this shape, with zeros between and around.
    fn among_zeros(&self, p: &Placement, inner: Formula, into: &[Run], shape: &[usize], matrix: bool) -> Formula {
        if into.iter().zip(shape).all(|(&run, &size)| p.is_whole(run, size)) {
            return inner;
        }
        let many = |run: &Run| run.letter().map_or(1, |letter| p.counts[letter]);
        let running = into.iter().filter(|run| run.letter().is_some()).count();
        let inner = match into {
            _ if matrix || running == 0 || running == into.len() => inner,
            [row, _] => self.turned(inner, row.letter().is_none()),
            runs => Formula::apply(Op::Reshape(runs.iter().map(many).collect()), inner),
        };
        let step = |run: &Run| if let Run::Steps { step, .. } = run { step.unsigned_abs() as usize } else { 1 };
        let steps: Vec<usize> = into.iter().map(step).collect();
        let spread =
            if steps.iter().all(|&s| s == 1) { inner } else { Formula::apply(Op::Spread(steps.clone()), inner) };
        let ends = |((run, &size), &step): ((&Run, &usize), &usize)| {
            let (Run::At(first) | Run::Steps { first, .. }) = *run;
            [first as i64, size as i64 - 1 - (first + step * (many(run) - 1)) as i64]
        };
        let ends: Vec<[i64; 2]> = into.iter().zip(shape).zip(&steps).map(ends).collect();
        if ends.iter().all(|e| *e == [0, 0]) { spread } else { Formula::apply(Op::Pad(ends), spread) }
    }

    /// One tensor in a shape with an axis for each letter, these in another order, and in the shape of the result.
    fn rearranged(&self, p: &Placement, shape: &[usize]) -> Option<Formula> {
        let &[operand] = p.operands.as_slice() else { return None };
        // the letters of an axis from the one that moves slowest to the fastest
        let order = |indices: &[crate::index::Affine]| -> Vec<usize> {
            let axis = |f: &crate::index::Affine| {
                let mut terms = f.terms.clone();
                terms.sort_by_key(|t| std::cmp::Reverse(t.1));
                terms.into_iter().map(|t| t.0)
            };
            indices.iter().flat_map(axis).collect()
        };
        let (read, put) = (order(&p.reads[0]), order(&p.into));
        let word = |letters: &[usize]| letters.iter().map(|&l| (b'i' + l as u8) as char).collect::<String>();
        let sizes = |letters: &[usize]| letters.iter().map(|&l| p.counts[l]).collect::<Vec<usize>>();
        let reshaped = |to: &[usize], from: &[usize], x: Formula| {
            if to == from { x } else { Formula::apply(Op::Reshape(to.to_vec()), x) }
        };
        let split = reshaped(&sizes(&read), self.glossary.shape(operand.tensor()), self.operand(operand)?);
        let turned = Formula::apply(Op::Einsum(vec![word(&read)], word(&put)), split);
        Some(Formula::times(&p.scale, reshaped(shape, &sizes(&put), turned)))
    }
}
