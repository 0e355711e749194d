//! Conditions on the letters of a sum as its bounds: `1 ≤ m + p − s(i − 1) ≤ K` is `⌈(m + p − K)/s⌉ + 1 ≤ i ≤ ⌊(m + p − 1)/s⌋ + 1`.

#![allow(clippy::wildcard_enum_match_arm)] // few of the kinds matter here

use std::collections::BTreeSet;
use std::rc::Rc;

use super::condition::Condition;
use super::ledger::Ledger;
use super::program::{Range, Term};
use super::size::{Atom, Size};
use crate::syntax::ast::ReduceOp;

/// The term with bounds where its sums have conditions that bound one letter.
pub(super) fn bounded(term: &Term, ledger: &Ledger) -> Term {
    let all = |parts: &[Term]| parts.iter().map(|p| bounded(p, ledger)).collect();
    match term {
        Term::Number(_) | Term::Size(_) | Term::Read(..) | Term::Extreme(..) | Term::Share(..) => term.clone(),
        Term::Sum(parts) => Term::sum(all(parts)),
        Term::Product(parts) => Term::Product(all(parts)),
        Term::Power(x, n) => Term::Power(Box::new(bounded(x, ledger)), *n),
        Term::Call(name, order, x) => Term::Call(name.clone(), *order, Box::new(bounded(x, ledger))),
        Term::If(c, x, _) if ledger.follows(c) => bounded(x, ledger),
        Term::If(c, _, y) if never(c, ledger) => bounded(y, ledger),
        Term::If(c, x, y) => {
            let mut conditions = by_letter(c.clone().conjuncts(), ledger);
            let condition = if conditions.len() == 1 { conditions.remove(0) } else { Condition::And(conditions) };
            Term::If(condition, Box::new(bounded(x, ledger)), Box::new(bounded(y, ledger)))
        }
        Term::Reduce(ReduceOp::Sum, ranges, conditions, body) => {
            let (mut ranges, conditions) = sum(ranges, conditions, ledger);
            let mut conditions = by_letter(conditions, ledger);
            let mut body = (**body).clone();
            // a letter that is left one value is that value
            while let Some(place) = ranges.iter().position(|r| rounded_down(&r.low) == rounded_down(&r.high)) {
                let range = ranges.remove(place);
                let value =
                    if range.low.terms().count() <= range.high.terms().count() { range.low } else { range.high };
                let change = |size: &Size| size.replaced(&range.letter, &value);
                ranges =
                    ranges.into_iter().map(|r| Range { low: change(&r.low), high: change(&r.high), ..r }).collect();
                conditions = conditions.iter().map(|c| c.mapped(&change)).collect();
                body = body.mapped(&change);
            }
            if ranges.is_empty() && conditions.is_empty() {
                return bounded(&body, ledger);
            }
            let mut inner = ledger.clone();
            for range in &ranges {
                inner = inner.within(&range.letter, &range.low, &range.high);
            }
            Term::Reduce(ReduceOp::Sum, ranges, conditions, Box::new(bounded(&body, &inner)))
        }
        Term::Reduce(op, ranges, conditions, body) => {
            Term::Reduce(*op, ranges.clone(), conditions.clone(), Box::new(bounded(body, ledger)))
        }
    }
}

/// Does the condition never hold, as far as can be shown?
fn never(condition: &Condition, ledger: &Ledger) -> bool {
    let mut both = ledger.clone();
    both.add(condition);
    both.is_contradictory()
}

/// Comparisons that speak of one letter with a range, linearly, as the values between which it lies: `3 − h ≤ 1` is `2 ≤ h`.
fn by_letter(conditions: Vec<Condition>, ledger: &Ledger) -> Vec<Condition> {
    let mut ranges: Vec<(Rc<str>, Vec<Size>, Vec<Size>)> = Vec::new();
    let mut left = Vec::new();
    for condition in conditions {
        let halves: Vec<Size> = match &condition {
            Condition::AtMost(x, y) => vec![y.sub(x)],
            Condition::Within(low, x, high) => vec![x.sub(low), high.sub(x)],
            _ => Vec::new(),
        };
        let letters: BTreeSet<Rc<str>> = halves.iter().flat_map(Size::letters).filter(|l| ledger.is_index(l)).collect();
        let found = letters.first().filter(|_| letters.len() == 1 && !halves.is_empty()).and_then(|letter| {
            let bound = |half: &Size| {
                let (c, rest) = half.linear(letter).filter(|(c, _)| !c.is_zero())?;
                let rises = c.as_integer().map_or_else(|| ledger.sign(&c), |c| Some(c > 0))?;
                Some(if rises { (true, rest.negative().ceil(&c)) } else { (false, rest.floor(&c.negative())) })
            };
            Some((letter.clone(), halves.iter().map(bound).collect::<Option<Vec<_>>>()?))
        });
        let Some((letter, bounds)) = found else {
            left.push(condition);
            continue;
        };
        let place = ranges.iter().position(|(own, ..)| *own == letter).unwrap_or_else(|| {
            ranges.push((letter, Vec::new(), Vec::new()));
            ranges.len() - 1
        });
        for (is_low, value) in bounds {
            let list = if is_low { &mut ranges[place].1 } else { &mut ranges[place].2 };
            list.push(value);
        }
    }
    let mut between = Vec::new();
    for (letter, lows, highs) in ranges {
        let own = Size::letter(&letter);
        let lows: Vec<Size> = lows.into_iter().filter(|low| !ledger.implies(&own.sub(low))).collect();
        let highs: Vec<Size> = highs.into_iter().filter(|high| !ledger.implies(&high.sub(&own))).collect();
        match (lows.is_empty(), highs.is_empty()) {
            (true, true) => {}
            (false, true) => between.push(Condition::AtMost(ledger.largest(lows), own)),
            (true, false) => between.push(Condition::AtMost(own, ledger.smallest(highs))),
            (false, false) => between.push(Condition::Within(ledger.largest(lows), own, ledger.smallest(highs))),
        }
    }
    between.extend(left);
    between
}

/// Ranges and conditions with what bounds a letter as its bounds. A bound may speak of other letters of the sum: then these come before.
fn sum(ranges: &[Range], conditions: &[Condition], ledger: &Ledger) -> (Vec<Range>, Vec<Condition>) {
    let mut ranges = ranges.to_vec();
    // (x, y): the range of x speaks of y
    let mut after: Vec<(usize, usize)> = Vec::new();
    let mut left = Vec::new();
    for condition in conditions {
        let halves: Vec<Size> = match condition {
            Condition::AtMost(x, y) => vec![y.sub(x)],
            Condition::Within(low, x, high) => vec![x.sub(low), high.sub(x)],
            Condition::Equal(..)
            | Condition::Differs(..)
            | Condition::Divides(..)
            | Condition::And(_)
            | Condition::Or(_) => {
                left.push(condition.clone());
                continue;
            }
        };
        let Some(moved) = (0..ranges.len()).find_map(|place| bound(&halves, place, &ranges, &after, ledger)) else {
            left.push(condition.clone());
            continue;
        };
        for Bound { place, is_low, value } in moved {
            let letters = value.letters();
            let others = (0..ranges.len()).filter(|&other| letters.contains(&ranges[other].letter));
            after.extend(others.map(|other| (place, other)));
            let mut inner = ledger.clone();
            for range in ranges.iter().filter(|r| letters.contains(&r.letter)) {
                inner = inner.within(&range.letter, &range.low, &range.high);
            }
            let range = &mut ranges[place];
            let known = |difference: Size| inner.implies(&difference);
            if is_low {
                if !known(range.low.sub(&value)) {
                    let beaten = known(value.sub(&range.low));
                    range.low = if beaten { value } else { Size::max([range.low.clone(), value]) };
                }
            } else if !known(value.sub(&range.high)) {
                let beaten = known(range.high.sub(&value));
                range.high = if beaten { value } else { Size::min([range.high.clone(), value]) };
            }
        }
    }
    (in_order(ranges, &after), left)
}

/// A bound of a range.
struct Bound {
    place: usize,
    is_low: bool,
    value: Size,
}

/// The bounds that sizes that are at least 0 set to a letter; `None` where they set none, or speak of letters that speak of it.
fn bound(
    halves: &[Size],
    place: usize,
    ranges: &[Range],
    after: &[(usize, usize)],
    ledger: &Ledger,
) -> Option<Vec<Bound>> {
    let letter = &ranges[place].letter;
    let of = |x: &Size| {
        let (c, rest) = x.linear(letter).filter(|(c, _)| !c.is_zero())?;
        let speaks = (0..ranges.len()).any(|other| rest.has(&ranges[other].letter) && reaches(other, place, after));
        if speaks || ranges.iter().any(|r| c.has(&r.letter)) {
            return None;
        }
        Some(match c.as_integer().map_or_else(|| ledger.sign(&c), |c| Some(c > 0))? {
            true => Bound { place, is_low: true, value: rest.negative().ceil(&c) },
            false => Bound { place, is_low: false, value: rest.floor(&c.negative()) },
        })
    };
    halves.iter().map(of).collect()
}

/// Does the range of `from` speak of `to`, itself or by others?
fn reaches(from: usize, to: usize, after: &[(usize, usize)]) -> bool {
    after.iter().any(|&(x, y)| x == from && (y == to || reaches(y, to, after)))
}

/// Every range behind those that it speaks of, else as they were.
fn in_order(ranges: Vec<Range>, after: &[(usize, usize)]) -> Vec<Range> {
    fn place(at: usize, after: &[(usize, usize)], placed: &mut Vec<usize>) {
        if placed.contains(&at) {
            return;
        }
        after.iter().filter(|(x, _)| *x == at).for_each(|&(_, y)| place(y, after, placed));
        placed.push(at);
    }
    let mut placed = Vec::new();
    (0..ranges.len()).for_each(|at| place(at, after, &mut placed));
    placed.into_iter().map(|place| ranges[place].clone()).collect()
}

/// `⌈n/d⌉` as `⌊(n − 1)/d⌋ + 1`, so that equal sizes are seen to be that.
fn rounded_down(size: &Size) -> Size {
    size.with_atoms(&|atom| match atom {
        Atom::Ceil(n, d) => Some(n.sub(&Size::integer(1)).floor(d).add(&Size::integer(1))),
        _ => None,
    })
}
