//! Placements fitted to the terms that they write: along which axes of the result and of the factors one letter runs, and in which
//! steps; or, where entries are only put in another order, into which letters the axes fall apart.

use super::observe::{Group, Row};
use crate::expr::{Arena, Number, index_of};
use crate::operator::{Affine, Operand, Placement, Run, Scale, TensorOp};

/// More terms than this are not looked into.
const MOST_TERMS: usize = 1 << 16;
/// So many placements next to each other still say something.
const MOST_PIECES: usize = 4;

/// What a group multiplies, and its rows: all of them where there is one element in each.
pub(super) struct Terms<'a> {
    pub(super) shape: &'a [usize],
    pub(super) operands: Vec<Operand>,
    pub(super) rows: Vec<Row>,
    pub(super) scale: Scale,
}

/// A term for each pair of an entry and an element in it; none if they are too many.
pub(super) fn rows_of_pairs(pairs: impl ExactSizeIterator<Item = (u32, u32)>) -> Vec<Row> {
    if pairs.len() > MOST_TERMS {
        return Vec::new();
    }
    pairs.map(|(m, x)| Row { target: m as usize, offsets: vec![x as usize], coefficient: Number::integer(1) }).collect()
}

/// What one axis of the result or of a factor is at in each row.
struct Column {
    first: usize,
    step: usize,
    /// The number of the step that each row is at; none where all rows are at one place.
    steps: Vec<usize>,
}

impl Column {
    fn of(values: Vec<usize>) -> Column {
        let first = values.iter().copied().min().unwrap_or(0);
        let step = values.iter().fold(0, |step, v| num_integer::gcd(step, v - first));
        let steps = if step == 0 { Vec::new() } else { values.iter().map(|v| (v - first) / step).collect() };
        Column { first, step, steps }
    }
}

impl Terms<'_> {
    /// A letter for each axis along which the rows move, the same for those that move together.
    pub(super) fn fit(&self, arena: &Arena) -> Option<Placement> {
        self.fitted(arena, &self.rows.iter().collect::<Vec<_>>())
    }

    fn fitted(&self, arena: &Arena, rows: &[&Row]) -> Option<Placement> {
        let mut letters: Vec<Vec<usize>> = Vec::new();
        let mut index = |shape: &[usize], axis: usize, offset: &dyn Fn(&Row) -> usize| {
            let column = Column::of(rows.iter().map(|row| index_of(shape, offset(row))[axis]).collect());
            if column.step == 0 {
                return Affine::constant(column.first as i64);
            }
            let last = *column.steps.iter().max().expect("a column that moves has rows");
            let turned = || column.steps.iter().map(|s| last - s);
            let (step, first) = (column.step as i64, column.first as i64);
            let known = |l: &Vec<usize>| *l == column.steps || turned().eq(l.iter().copied());
            let letter = letters.iter().position(known).unwrap_or_else(|| {
                letters.push(column.steps.clone());
                letters.len() - 1
            });
            let back = letters[letter] != column.steps;
            let (constant, step) = if back { (first + step * last as i64, -step) } else { (first, step) };
            Affine { constant, terms: vec![(letter, step)] }
        };
        let into = (0..self.shape.len()).map(|axis| index(self.shape, axis, &|row| row.target)).collect();
        let of_operand = |(place, operand): (usize, &Operand)| {
            let own = &arena.tensor(operand.tensor()).shape;
            (0..own.len()).map(|axis| index(own, axis, &|row| row.offsets[place])).collect()
        };
        let reads: Vec<Vec<Affine>> = self.operands.iter().enumerate().map(of_operand).collect();
        let counts: Vec<usize> = letters.iter().map(|l| l.iter().max().map_or(0, |most| most + 1)).collect();
        let number = counts.iter().try_fold(1, |n: usize, count| n.checked_mul(*count));
        number.filter(|&n| n > 0 && n <= MOST_TERMS)?;
        let found = Placement { operands: self.operands.clone(), counts, reads, into, scale: self.scale.clone() };
        (!rows.is_empty() && !self.is_plain(arena, &found)).then_some(found)
    }

    /// Is it what a contraction says: whole axes, and each of the result another letter?
    fn is_plain(&self, arena: &Arena, p: &Placement) -> bool {
        let whole = |indices: &[Affine], shape: &[usize]| {
            indices.iter().zip(shape).all(|(f, &n)| n == 1 || Run::of(f).is_some_and(|run| p.is_whole(run, n)))
        };
        let of_operand = |(o, reads): (&Operand, &Vec<Affine>)| whole(reads, &arena.tensor(o.tensor()).shape);
        let letters: Vec<usize> = p.into.iter().flat_map(|f| f.terms.iter().map(|t| t.0)).collect();
        let distinct = letters.iter().enumerate().all(|(place, l)| !letters[..place].contains(l));
        distinct && whole(&p.into, self.shape) && p.operands.iter().zip(&p.reads).all(of_operand)
    }

    /// Placements side by side along one axis of the result, each of neighbours.
    pub(super) fn pieces(&self, arena: &Arena) -> Option<Vec<TensorOp>> {
        (0..self.shape.len()).find_map(|axis| self.pieces_along(arena, axis))
    }

    fn pieces_along(&self, arena: &Arena, axis: usize) -> Option<Vec<TensorOp>> {
        let mut lines: Vec<Vec<&Row>> = vec![Vec::new(); self.shape[axis]];
        for row in &self.rows {
            lines[index_of(self.shape, row.target)[axis]].push(row);
        }
        let lines: Vec<Vec<&Row>> = lines.into_iter().filter(|rows| !rows.is_empty()).collect();
        let most = MOST_PIECES.min(lines.len().div_ceil(2));
        let mut pieces = Vec::new();
        let mut from = 0;
        while from < lines.len() {
            let exact = |rows: &[&Row]| {
                let found = self.fitted(arena, rows)?;
                let unit = |f: &Affine| f.terms.iter().all(|t| t.1.abs() == 1);
                let all = found.counts.iter().product::<usize>() == rows.len();
                (all && found.into.iter().chain(found.reads.iter().flatten()).all(unit)).then_some(found)
            };
            let mut rows = lines[from].clone();
            let mut piece = exact(&rows)?;
            from += 1;
            while from < lines.len() {
                rows.extend(&lines[from]);
                let Some(longer) = exact(&rows) else { break };
                piece = longer;
                from += 1;
            }
            pieces.push(TensorOp::Place(piece));
            if pieces.len() > most {
                return None;
            }
        }
        (pieces.len() > 1).then_some(pieces)
    }

    /// The axes taken apart into letters, where all entries of one tensor are put in another order: the places of the letters in
    /// reading order tell how far apart each letter's values lie in the other.
    pub(super) fn rearranged(&self, arena: &Arena) -> Option<Placement> {
        let &[operand] = self.operands.as_slice() else { return None };
        let own = &arena.tensor(operand.tensor()).shape;
        let total: usize = self.shape.iter().product();
        let mut from = vec![None; total];
        self.rows.iter().for_each(|row| from[row.target] = Some(row.offsets[0]));
        let from = from.into_iter().collect::<Option<Vec<usize>>>()?;
        if self.rows.len() != total || own.iter().product::<usize>() != total || from[0] != 0 {
            return None;
        }
        // each letter: how far apart in the result, how many values, how far apart in the operand
        let mut letters: Vec<[usize; 3]> = Vec::new();
        let mut apart = 1;
        while apart < total {
            let step = from[apart];
            let count = (1..total / apart).take_while(|k| from[k * apart] == k * step).count() + 1;
            letters.push([apart, count, step]);
            apart *= count;
            if !total.is_multiple_of(apart) {
                return None;
            }
        }
        for (shape, side) in [(self.shape, 0), (own.as_slice(), 2)] {
            for boundary in super::meetings::strides(shape) {
                let cut = |l: &[usize; 3]| l[side] < boundary && boundary < l[side] * l[1];
                let Some(place) = letters.iter().position(cut) else { continue };
                let [apart, count, step] = letters[place];
                let first = boundary / letters[place][side];
                if !boundary.is_multiple_of(letters[place][side]) || !count.is_multiple_of(first) {
                    return None;
                }
                letters.splice(place..=place, [[apart, first, step], [apart * first, count / first, step * first]]);
            }
        }
        // the first letter moves slowest
        letters.reverse();
        let indices = |shape: &[usize], side: usize| -> Vec<Affine> {
            let axis = |(&stride, &size): (&usize, &usize)| {
                let inside = letters.iter().enumerate().filter(|(_, l)| stride <= l[side] && l[side] < stride * size);
                Affine { constant: 0, terms: inside.map(|(place, l)| (place, (l[side] / stride) as i64)).collect() }
            };
            super::meetings::strides(shape).iter().zip(shape).map(axis).collect()
        };
        let counts = letters.iter().map(|l| l[1]).collect();
        let (reads, into) = (vec![indices(own, 2)], indices(self.shape, 0));
        Some(Placement { operands: vec![operand], counts, reads, into, scale: self.scale.clone() })
    }
}

/// A group whose coefficients take few values, taken apart by them.
pub(super) fn by_coefficient(arena: &Arena, shape: &[usize], group: &Group, operand: Operand) -> Option<Vec<TensorOp>> {
    let mut apart: Vec<(&Number, Vec<(u32, u32)>)> = Vec::new();
    for (&pair, number) in group.pairs.iter().zip(&group.varying) {
        match apart.iter().position(|(known, _)| *known == number) {
            Some(place) => apart[place].1.push(pair),
            None if apart.len() == MOST_PIECES => return None,
            None => apart.push((number, vec![pair])),
        }
    }
    let part = |(number, pairs): (&Number, Vec<(u32, u32)>)| {
        let scale = Scale { number: number.clone(), roots: group.scale.roots.clone() };
        let rows = rows_of_pairs(pairs.into_iter());
        Terms { shape, operands: vec![operand], rows, scale }.fit(arena).map(TensorOp::Place)
    };
    apart.into_iter().map(part).collect()
}
