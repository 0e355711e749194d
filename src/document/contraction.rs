//! Contractions in the notation of linear algebra: products of matrices and vectors, transposed where that is needed.
//!
//! Vectors are columns, or where the notation wants it rows. Where no letter is summed and all factors have the same ones, the
//! product is elementwise. What has neither form (letters that are shared but not summed, tensors of more axes) is written entry by
//! entry, see `lettered`; here it is left to einsum.

use super::math::{Math, Name, Op};
use super::operator::Operators;
use super::terms::{bracketed, divisor};
use crate::operator::{Contraction, Operand};

/// A part of a product, from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// An operand, perhaps transposed.
    Factor { operand: usize, transposed: bool },
    /// The sum of all entries of a vector.
    Total { operand: usize },
    /// The scalar product of two vectors.
    Dot { left: usize, right: usize },
}

/// The contraction as a product, vectors being columns or rows; `None` if it has no such form.
pub(super) fn pieces(c: &Contraction, rows: bool) -> Option<Vec<Piece>> {
    let pieces = of_columns(c)?;
    Some(if rows { lying(c, pieces) } else { pieces })
}

/// The same product of vectors that are rows: each stands for the column transposed, and a result that is a vector is transposed as
/// a whole, which turns the order of its factors around.
fn lying(c: &Contraction, mut pieces: Vec<Piece>) -> Vec<Piece> {
    let vector = c.output.len() == 1;
    let is_factor = |p: &Piece| matches!(p, Piece::Factor { operand, .. } if !c.letters[*operand].is_empty());
    let places: Vec<usize> = (0..pieces.len()).filter(|&p| is_factor(&pieces[p])).collect();
    for &place in &places {
        if let Piece::Factor { operand, transposed } = &mut pieces[place] {
            *transposed ^= (c.letters[*operand].len() == 1) ^ vector;
        }
    }
    if vector {
        let turned: Vec<Piece> = places.iter().rev().map(|&p| pieces[p]).collect();
        places.into_iter().zip(turned).for_each(|(place, piece)| pieces[place] = piece);
    }
    pieces
}

fn of_columns(c: &Contraction) -> Option<Vec<Piece>> {
    let ranks = c.letters.iter().all(|l| l.len() <= 2) && c.output.len() <= 2;
    let repeats = |l: &Vec<u8>| l.len() == 2 && l[0] == l[1];
    if !ranks || c.letters.iter().any(repeats) || repeats(&c.output) {
        return None;
    }
    // vectors that no letter of the result touches are numbers, and come first
    let mut row = Vec::new();
    let (numbers, mut rest): (Vec<usize>, Vec<usize>) = (0..c.letters.len()).partition(|&o| c.letters[o].is_empty());
    let inner = |o: usize| c.letters[o].len() == 1 && !c.output.contains(&c.letters[o][0]);
    if !c.output.is_empty() {
        while let Some(left) = rest.iter().copied().find(|&o| inner(o)) {
            let letter = c.letters[left][0];
            let mates: Vec<usize> =
                rest.iter().copied().filter(|&o| o != left && c.letters[o].contains(&letter)).collect();
            match mates.as_slice() {
                [] => row.push(Piece::Total { operand: left }),
                [right] if inner(*right) => row.push(Piece::Dot { left, right: *right }),
                [_] => break, // it meets a matrix
                _ => return None,
            }
            rest.retain(|&o| o != left && !mates.contains(&o));
        }
    }
    let numbers = numbers.into_iter().map(|operand| Piece::Factor { operand, transposed: false });
    row.splice(..0, numbers);
    let product = match rest.as_slice() {
        [] if c.output.is_empty() || !row.is_empty() => Vec::new(),
        [] => return None,
        &[o] => single(c, o)?,
        &[x, y] => pair(c, x, y).or_else(|| pair(c, y, x))?,
        _ => return None,
    };
    // a total after what it multiplies: p Σ y
    let totals = row.iter().any(|p| matches!(p, Piece::Total { .. }));
    Some(if totals { product.into_iter().chain(row).collect() } else { row.into_iter().chain(product).collect() })
}

fn single(c: &Contraction, o: usize) -> Option<Vec<Piece>> {
    let letters = &c.letters[o];
    let transposed = letters.iter().rev().eq(c.output.iter()) && letters.len() == 2;
    (*letters == c.output || transposed).then(|| vec![Piece::Factor { operand: o, transposed }])
}

/// `x y` with one summed letter between them, or `x yᵀ` with none.
fn pair(c: &Contraction, x: usize, y: usize) -> Option<Vec<Piece>> {
    let (lx, ly) = (&c.letters[x], &c.letters[y]);
    let shared: Vec<u8> = lx.iter().copied().filter(|l| ly.contains(l)).collect();
    let free = |letters: &[u8]| letters.iter().copied().filter(|l| !shared.contains(l)).collect::<Vec<_>>();
    let result: Vec<u8> = free(lx).into_iter().chain(free(ly)).collect();
    if result != c.output {
        return None;
    }
    let factor = |operand, transposed| Piece::Factor { operand, transposed };
    match shared.as_slice() {
        // an outer product
        [] if lx.len() == 1 && ly.len() == 1 => Some(vec![factor(x, false), factor(y, true)]),
        &[s] if !c.output.contains(&s) => {
            // the summed letter comes last on the left and first on the right; a vector on the left lies down
            let left = if lx.len() == 1 { true } else { lx[0] == s };
            let right = ly.len() == 2 && ly[1] == s;
            if lx.len() == 1 && ly.len() == 2 {
                return None; // a vector before a matrix would come out as a row
            }
            Some(vec![factor(x, left), factor(y, right)])
        }
        _ => None,
    }
}

/// Is each entry a product of the entries with the same indices, and of numbers?
pub(super) fn is_elementwise(c: &Contraction) -> bool {
    let distinct = (1..c.output.len()).all(|place| !c.output[..place].contains(&c.output[place]));
    distinct && c.letters.iter().all(|l| l.is_empty() || *l == c.output)
}

impl Operators<'_> {
    /// What the letters of a contraction say: `None` where neither a product of matrices nor an elementwise one says it.
    pub(super) fn contraction_as(&self, c: &Contraction) -> Option<As> {
        if c.operands.iter().all(|o| self.glossary.is_single(o.tensor())) {
            return Some(As::Other);
        }
        if let Some(pieces) = pieces(c, self.glossary.rows()) {
            let axes = |o: usize| !c.letters[o].is_empty();
            let tensors = pieces.iter().map(|piece| match *piece {
                Piece::Factor { operand, .. } => usize::from(axes(operand)),
                Piece::Total { .. } => 0,
                Piece::Dot { .. } => 2,
            });
            return Some(if tensors.sum::<usize>() > 1 { As::Matrices } else { As::Other });
        }
        is_elementwise(c).then_some(As::Elementwise)
    }

    /// The operands of a contraction that are single numbers.
    pub(super) fn numbers(&self, c: &Contraction) -> Vec<Math> {
        let numbers = c.operands.iter().zip(&c.letters).filter(|(_, letters)| letters.is_empty());
        numbers.map(|(o, _)| self.operand(*o)).collect()
    }

    /// A contraction of whole tensors, its scale left out.
    pub(super) fn contraction(&self, c: &Contraction) -> Vec<Math> {
        let operand = |o: usize| bracketed(self.operand(c.operands[o]));
        if c.operands.iter().all(|o| self.glossary.is_single(o.tensor())) {
            return (0..c.operands.len()).map(operand).collect();
        }
        let divides = |o: usize| {
            let number = c.letters[o].is_empty().then(|| self.operand(c.operands[o]));
            number.as_ref().and_then(divisor).cloned()
        };
        let divisors: Vec<Math> = (0..c.operands.len()).filter_map(divides).collect();
        let mut row = if let Some(list) = pieces(c, self.glossary.rows()) {
            let is_divisor = |p: &Piece| matches!(p, Piece::Factor { operand, .. } if divides(*operand).is_some());
            list.into_iter().filter(|p| !is_divisor(p)).flat_map(|p| self.piece(c, p)).collect()
        } else if is_elementwise(c) {
            let (numbers, tensors): (Vec<usize>, Vec<usize>) =
                (0..c.operands.len()).filter(|&o| divides(o).is_none()).partition(|&o| c.letters[o].is_empty());
            let mut row: Vec<Math> = numbers.into_iter().map(operand).collect();
            let tensors: Vec<Operand> = tensors.into_iter().map(|o| c.operands[o]).collect();
            row.extend(self.elementwise(&tensors));
            row
        } else {
            return self.einsum(c);
        };
        if divisors.is_empty() {
            return row;
        }
        if row.is_empty() {
            row.push(Math::integer(1));
        }
        vec![Math::Fraction(Box::new(Math::Row(row)), Box::new(product(divisors)))]
    }

    fn piece(&self, c: &Contraction, piece: Piece) -> Vec<Math> {
        let operand = |o: usize| bracketed(self.operand(c.operands[o]));
        match piece {
            Piece::Factor { operand: o, transposed } => {
                vec![if transposed { Math::transposed(operand(o)) } else { operand(o) }]
            }
            Piece::Total { operand: o } => {
                let letter = Name::new("j");
                let base = self.glossary.index_base;
                let size = self.glossary.shape(c.operands[o].tensor())[0];
                let range = (letter.clone(), base, base + size as i64 - 1);
                let indices = vec![Math::Name(letter)];
                let element = match c.operands[o] {
                    Operand::Plain(t) => self.glossary.indexed(t, indices),
                    Operand::Each(template, _) => {
                        self.expression(template, false, &|s| self.glossary.indexed(s.tensor, indices.clone()))
                    }
                };
                vec![Math::Sum { ranges: vec![range], conditions: Vec::new() }, element]
            }
            Piece::Dot { left, right } => {
                let (x, y) = (operand(left), operand(right));
                let lying = self.glossary.rows();
                let product = if lying { vec![x, Math::transposed(y)] } else { vec![Math::transposed(x), y] };
                vec![Math::Brackets(Box::new(Math::Row(product)))]
            }
        }
    }

    /// `einsum_{ij,jk→ik}(x, y)`
    fn einsum(&self, c: &Contraction) -> Vec<Math> {
        let mut arguments = Vec::new();
        for operand in &c.operands {
            arguments.extend((!arguments.is_empty()).then_some(Math::Op(Op::Comma)));
            arguments.push(bracketed(self.operand(*operand)));
        }
        let spec = c.einsum();
        let (from, to) = spec.split_once("->").unwrap_or((&spec, ""));
        let mut letters = Vec::new();
        for (place, word) in from.split(',').enumerate() {
            letters.extend((place > 0).then_some(Math::Op(Op::Comma)));
            letters.extend((!word.is_empty()).then(|| Math::name(word)));
        }
        letters.push(Math::Op(Op::To));
        letters.extend((!to.is_empty()).then(|| Math::name(to)));
        let word = Math::Subscript(Box::new(Math::Word("einsum")), Box::new(Math::Row(letters)));
        vec![word, Math::Brackets(Box::new(Math::Row(arguments)))]
    }
}

/// What a contraction of whole tensors is in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum As {
    /// A product of matrices or vectors.
    Matrices,
    /// An elementwise product, perhaps with numbers.
    Elementwise,
    /// A transpose, a multiple, a product of numbers.
    Other,
}

/// Factors side by side; sums among them in brackets.
pub(super) fn product(mut factors: Vec<Math>) -> Math {
    if factors.len() == 1 {
        return factors.remove(0);
    }
    Math::Row(factors.into_iter().map(bracketed).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Arena, Number, Role};
    use crate::operator::Operand;

    fn contraction(spec: &str) -> Contraction {
        let (inputs, output) = spec.split_once("->").unwrap();
        let letters: Vec<Vec<u8>> = inputs.split(',').map(|w| w.bytes().collect()).collect();
        let mut arena = Arena::new();
        let operands = letters.iter().map(|_| Operand::Plain(arena.declare("x", Role::Input, vec![], None))).collect();
        Contraction { operands, letters, output: output.bytes().collect(), scale: Number::integer(1) }
    }

    fn spelled(spec: &str, rows: bool) -> Option<String> {
        let c = contraction(spec);
        let name = |o: usize| ["A", "B", "C"][o].to_string();
        let spell = |p: &Piece| match *p {
            Piece::Factor { operand, transposed } => name(operand) + if transposed { "'" } else { "" },
            Piece::Total { operand } => format!("sum({})", name(operand)),
            Piece::Dot { left, right } => format!("({}'{})", name(left), name(right)),
        };
        Some(pieces(&c, rows)?.iter().map(spell).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn products_are_spelled() {
        for (spec, expected) in [
            ("k,kj->j", "B' A"),
            ("j,kj->k", "B A"),
            ("k,j->kj", "A B'"),
            ("k,j->jk", "B A'"),
            ("nk,kj->nj", "A B"),
            ("nj,kj->nk", "A B'"),
            ("nk,nj->kj", "A' B"),
            ("ij->ji", "A'"),
            ("i,i->", "A' B"),
            ("i,j->i", "A sum(B)"),
            ("j,i,j->i", "(A'C) B"),
            ("ij,jk->ki", "B' A'"),
            ("i,,i->", "B A' C"),
            (",i->i", "A B"),
        ] {
            assert_eq!(spelled(spec, false).as_deref(), Some(expected), "{spec}");
        }
        for spec in ["ni,nj,ni->nj", "abc->acb", "ii->i", "n,n->n"] {
            assert_eq!(spelled(spec, false), None, "{spec}");
            assert_eq!(spelled(spec, true), None, "{spec}");
        }
    }

    #[test]
    fn elementwise_products_have_the_letters_of_the_result() {
        for spec in ["n,n->n", "ij,,ij->ij", "abc,abc->abc", ",abc->abc"] {
            assert!(is_elementwise(&contraction(spec)), "{spec}");
        }
        for spec in ["i,j->i", "ij,j->ij", "ij,ji->ij", "ij,ij->i", "ii,ii->ii", "n,n->"] {
            assert!(!is_elementwise(&contraction(spec)), "{spec}");
        }
    }

    #[test]
    fn rows_turn_the_order_around() {
        for (spec, expected) in [
            ("k,kj->j", "A B"),
            ("j,kj->k", "A B'"),
            ("k,j->kj", "A' B"),
            ("k,j->jk", "B' A"),
            ("nk,kj->nj", "A B"),
            ("ij->ji", "A'"),
            ("i,i->", "A B'"),
            ("i,j->i", "A sum(B)"),
            ("j,i,j->i", "(A'C) B"),
            ("i,,i->", "B A C'"),
            (",i->i", "A B"),
        ] {
            assert_eq!(spelled(spec, true).as_deref(), Some(expected), "{spec}");
        }
    }
}
