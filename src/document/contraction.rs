//! Contractions in the notation of linear algebra: products of matrices and vectors, transposed where that is needed.
//!
//! Vectors are columns, or where the notation wants it rows. What has no such form (letters that are shared but not summed, tensors of more axes) is left to einsum.

use crate::recognise::Contraction;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::{Arena, Number, Role};
    use crate::recognise::Operand;

    fn spelled(spec: &str, rows: bool) -> Option<String> {
        let (inputs, output) = spec.split_once("->").unwrap();
        let letters: Vec<Vec<u8>> = inputs.split(',').map(|w| w.bytes().collect()).collect();
        let mut arena = Arena::new();
        let operands = letters.iter().map(|_| Operand::Plain(arena.declare("x", Role::Input, vec![], None))).collect();
        let c = Contraction { operands, letters, output: output.bytes().collect(), scale: Number::integer(1) };
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
