//! Contractions in the notation of linear algebra: products of matrices and vectors, transposed where that is needed.
//!
//! Vectors are columns, or where the notation wants it rows. Where no letter is summed and all factors have the same ones, the
//! product is elementwise. A letter of the result alone has a vector of ones. What has neither form (letters that are shared but not
//! summed, tensors of more axes) is written entry by entry.

use super::Operators;
use super::whole::{big_sum, range};
use crate::formula::tree::{Formula, Op};
use crate::operator::{Contraction, Operand};

/// A part of a product, from left to right. Operands beyond those of the contraction are vectors of ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// An operand, perhaps transposed.
    Factor { operand: usize, transposed: bool },
    /// The sum of all entries of a vector.
    Total { operand: usize },
    /// The scalar product of two vectors.
    Dot { left: usize, right: usize },
}

/// What a contraction of whole tensors is in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum As {
    /// A product of matrices or vectors.
    Matrices,
    /// An elementwise product, perhaps with numbers.
    Elementwise,
    /// A transpose, a multiple, a product of numbers.
    Other,
}

/// The letters of each operand, vectors of ones for letters of the result alone behind them.
fn letters(c: &Contraction) -> Vec<Vec<u8>> {
    let missing = c.repeated().into_iter().map(|axis| vec![c.output[axis]]);
    c.letters.iter().cloned().chain(missing).collect()
}

/// The contraction as a product, vectors being columns or rows; `None` if it has no such form.
pub(super) fn pieces(c: &Contraction, rows: bool) -> Option<Vec<Piece>> {
    let letters = letters(c);
    let pieces = of_columns(&letters, &c.output)?;
    Some(if rows { lying(&letters, &c.output, pieces) } else { pieces })
}

/// The same product of vectors that are rows: each stands for the column transposed, and a result that is a vector is transposed as
/// a whole, which turns the order of its factors around.
fn lying(letters: &[Vec<u8>], output: &[u8], mut pieces: Vec<Piece>) -> Vec<Piece> {
    let vector = output.len() == 1;
    let is_factor = |p: &Piece| matches!(p, Piece::Factor { operand, .. } if !letters[*operand].is_empty());
    let places: Vec<usize> = (0..pieces.len()).filter(|&p| is_factor(&pieces[p])).collect();
    for &place in &places {
        if let Piece::Factor { operand, transposed } = &mut pieces[place] {
            *transposed ^= (letters[*operand].len() == 1) ^ vector;
        }
    }
    if vector {
        let turned: Vec<Piece> = places.iter().rev().map(|&p| pieces[p]).collect();
        places.into_iter().zip(turned).for_each(|(place, piece)| pieces[place] = piece);
    }
    pieces
}

fn of_columns(letters: &[Vec<u8>], output: &[u8]) -> Option<Vec<Piece>> {
    let ranks = letters.iter().all(|l| l.len() <= 2) && output.len() <= 2;
    let repeats = |l: &[u8]| l.len() == 2 && l[0] == l[1];
    if !ranks || letters.iter().any(|l| repeats(l)) || repeats(output) {
        return None;
    }
    // vectors that no letter of the result touches are numbers, and come first
    let mut row = Vec::new();
    let (numbers, mut rest): (Vec<usize>, Vec<usize>) = (0..letters.len()).partition(|&o| letters[o].is_empty());
    let inner = |o: usize| letters[o].len() == 1 && !output.contains(&letters[o][0]);
    if !output.is_empty() {
        while let Some(left) = rest.iter().copied().find(|&o| inner(o)) {
            let letter = letters[left][0];
            let mates: Vec<usize> =
                rest.iter().copied().filter(|&o| o != left && letters[o].contains(&letter)).collect();
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
        [] if output.is_empty() => Vec::new(),
        [] => return None,
        &[o] => single(letters, output, o)?,
        &[x, y] => pair(letters, output, x, y).or_else(|| pair(letters, output, y, x))?,
        _ => return None,
    };
    // a total after what it multiplies: p Σ y
    let totals = row.iter().any(|p| matches!(p, Piece::Total { .. }));
    Some(if totals { product.into_iter().chain(row).collect() } else { row.into_iter().chain(product).collect() })
}

fn single(letters: &[Vec<u8>], output: &[u8], o: usize) -> Option<Vec<Piece>> {
    let letters = &letters[o];
    let transposed = letters.iter().rev().eq(output.iter()) && letters.len() == 2;
    (*letters == output || transposed).then(|| vec![Piece::Factor { operand: o, transposed }])
}

/// `x y` with one summed letter between them, or `x yᵀ` with none.
fn pair(letters: &[Vec<u8>], output: &[u8], x: usize, y: usize) -> Option<Vec<Piece>> {
    let (lx, ly) = (&letters[x], &letters[y]);
    let shared: Vec<u8> = lx.iter().copied().filter(|l| ly.contains(l)).collect();
    let free = |letters: &[u8]| letters.iter().copied().filter(|l| !shared.contains(l)).collect::<Vec<_>>();
    let result: Vec<u8> = free(lx).into_iter().chain(free(ly)).collect();
    if result != output {
        return None;
    }
    let factor = |operand, transposed| Piece::Factor { operand, transposed };
    match shared.as_slice() {
        // an outer product
        [] if lx.len() == 1 && ly.len() == 1 => Some(vec![factor(x, false), factor(y, true)]),
        &[s] if !output.contains(&s) => {
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
    distinct && c.repeated().is_empty() && c.letters.iter().all(|l| l.is_empty() || *l == c.output)
}

/// Is it the diagonal of a matrix?
fn is_diagonal(c: &Contraction) -> bool {
    let ([own], &[letter]) = (c.letters.as_slice(), c.output.as_slice()) else { return false };
    *own == [letter, letter]
}

impl Operators<'_> {
    /// The matrix that this takes the diagonal of.
    pub fn diagonal_of(&self, c: &Contraction) -> Option<Operand> {
        is_diagonal(c).then(|| c.operands[0])
    }

    fn of_numbers(&self, c: &Contraction) -> bool {
        c.operands.iter().all(|o| self.glossary.is_single(o.tensor()))
    }

    /// What the letters of a contraction say: `None` where neither a product of matrices nor an elementwise one says it.
    pub fn contraction_as(&self, c: &Contraction) -> Option<As> {
        if self.of_numbers(c) {
            return c.repeated().is_empty().then_some(As::Other);
        }
        if let Some(pieces) = pieces(c, self.glossary.rows()) {
            let axes = |o: usize| o >= c.letters.len() || !c.letters[o].is_empty();
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
    pub fn numbers(&self, c: &Contraction) -> Vec<Formula> {
        let numbers = c.operands.iter().zip(&c.letters).filter(|(_, letters)| letters.is_empty());
        numbers.filter_map(|(o, _)| self.operand(*o)).collect()
    }

    /// A contraction of whole tensors; what is divided by goes below a line.
    pub(super) fn contraction(&self, c: &Contraction) -> Option<Formula> {
        let all = |list: &[Operand]| list.iter().map(|o| self.operand(*o)).collect::<Option<Vec<Formula>>>();
        if self.of_numbers(c) {
            let product = c.repeated().is_empty().then(|| all(&c.operands)).flatten()?;
            return Some(Formula::times(&c.scale, Formula::product(product)));
        }
        if is_diagonal(c) {
            return Some(Formula::times(&c.scale, Formula::apply(Op::Diagonal, self.operand(c.operands[0])?)));
        }
        let divides = |o: usize| {
            let number = o < c.letters.len() && c.letters[o].is_empty();
            number.then(|| self.divisor(c.operands[o])).flatten()
        };
        let divisors: Vec<Operand> = (0..c.operands.len()).filter_map(divides).collect();
        let product = if let Some(list) = pieces(c, self.glossary.rows()) {
            let is_divisor = |p: &Piece| matches!(p, Piece::Factor { operand, .. } if divides(*operand).is_some());
            let kept = list.into_iter().filter(|p| !is_divisor(p));
            Formula::product(kept.map(|p| self.piece(c, p)).collect::<Option<_>>()?)
        } else if is_elementwise(c) {
            let (numbers, tensors): (Vec<usize>, Vec<usize>) =
                (0..c.operands.len()).filter(|&o| divides(o).is_none()).partition(|&o| c.letters[o].is_empty());
            let mut numbers = all(&numbers.into_iter().map(|o| c.operands[o]).collect::<Vec<_>>())?;
            let tensors: Vec<Operand> = tensors.into_iter().map(|o| c.operands[o]).collect();
            numbers.push(self.elementwise(&tensors)?);
            Formula::product(numbers)
        } else {
            return None;
        };
        if divisors.is_empty() {
            return Some(Formula::times(&c.scale, product));
        }
        let below = Formula::product(all(&divisors)?);
        Some(Formula::times(&c.scale, Formula::Quotient(Box::new(product), Box::new(below))))
    }

    /// The factors of a product of matrices, and which are transposed; `None` where there is more to it.
    pub(super) fn factors(&self, c: &Contraction) -> Option<Vec<(usize, bool)>> {
        let own = |piece: Piece| match piece {
            Piece::Factor { operand, transposed } if operand < c.operands.len() => Some((operand, transposed)),
            Piece::Factor { .. } | Piece::Total { .. } | Piece::Dot { .. } => None,
        };
        pieces(c, self.glossary.rows())?.into_iter().map(own).collect()
    }

    fn piece(&self, c: &Contraction, piece: Piece) -> Option<Formula> {
        let operand = |o: usize| match c.operands.get(o) {
            Some(operand) => self.operand(*operand),
            None => Some(Formula::Ones(None)),
        };
        let transposed = |f: Formula| Formula::apply(Op::Transpose, f);
        Some(match piece {
            Piece::Factor { operand: o, transposed: true } => transposed(operand(o)?),
            Piece::Factor { operand: o, transposed: false } => operand(o)?,
            Piece::Total { operand: o } => {
                let (of, base) = (c.operands[o], self.glossary.index_base);
                let letter = self.letters_beside(&[]).of(self, of.tensor(), 0);
                let size = self.glossary.shape(of.tensor())[0];
                big_sum(vec![range(&letter, base, size)], self.operand_at(of, &[Formula::letter(&letter)])?)
            }
            Piece::Dot { left, right } => {
                let (x, y) = (operand(left)?, operand(right)?);
                let lying = self.glossary.rows();
                Formula::Product(if lying { vec![x, transposed(y)] } else { vec![transposed(x), y] })
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Arena, Role};

    fn contraction(spec: &str) -> Contraction {
        let (inputs, output) = spec.split_once("->").unwrap();
        let letters: Vec<Vec<u8>> = inputs.split(',').map(|w| w.bytes().collect()).collect();
        let mut arena = Arena::new();
        let operands = letters.iter().map(|_| Operand::Plain(arena.declare("x", Role::Input, vec![], None))).collect();
        Contraction { operands, letters, output: output.bytes().collect(), scale: crate::operator::Scale::one() }
    }

    fn spelled(spec: &str, rows: bool) -> Option<String> {
        let c = contraction(spec);
        let name = |o: usize| ["A", "B", "C"].get(o).filter(|_| o < c.operands.len()).unwrap_or(&"1").to_string();
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
            // repeated along an axis that no operand has
            ("l,l->i", "(A'B) 1"),
            ("i->ij", "A 1'"),
            ("j->ij", "1 A'"),
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
