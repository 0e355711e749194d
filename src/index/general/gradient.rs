//! The gradient for every size: `∂C/∂T[m] = Σ adjoint · (what multiplies the read) · [f = m]`, and what becomes of the bracket.
//!
//! Every step is an equivalence, and is kept, for readers. A letter with coefficient ±1 in `f = m` is substituted, and its range
//! becomes bounds of the others. Of one with another coefficient c what is left is that c divides; it is substituted by the quotient.

#![allow(clippy::wildcard_enum_match_arm)] // few of the kinds matter here

use super::bounds::bounded;
use super::condition::Condition;
use super::ledger::Ledger;
use super::program::{Definition, Program, Range, Term};
use super::size::Size;
use super::slope::slope;
use crate::expr::{Number, degree_of_root};
use crate::index::Part;
use crate::index::letters::{Letters, SUMMED, TARGETS};
use crate::syntax::ast::ReduceOp;

/// The gradient of a tensor, from the chain rule to its last form. All of them are equal for every size.
#[derive(Clone, Debug)]
pub struct Gradient {
    /// What it is differentiated by, by its place in [`Program::tensors`].
    pub tensor: usize,
    /// The letters of the gradient's own indices.
    pub ranges: Vec<Range>,
    /// The chain rule, with the equation `f = m` below the sum.
    pub chain: Term,
    /// With that solved.
    pub solved: Term,
    /// With bounds instead of conditions.
    pub bounded: Term,
}

/// The gradients of declared and of intermediate tensors, in the order of the tensors, but not of targets, nor of the output.
pub fn gradients(program: &Program, letters: &Letters) -> Vec<Gradient> {
    let wanted = |&t: &usize| t != program.output() && !matches!(program.tensors[t].part, Part::Target | Part::Data);
    (0..program.tensors.len()).filter(wanted).map(|t| gradient(program, t, letters)).collect()
}

/// A read of what is differentiated by, and the way to it from the root of its definition.
struct Site<'a> {
    definition: &'a Definition,
    indices: Vec<Size>,
    path: Path,
}

#[derive(Clone, Default)]
struct Path {
    before: Vec<Term>,
    after: Vec<Term>,
    ranges: Vec<Range>,
    conditions: Vec<Condition>,
}

/// The gradient of one tensor, by its place.
pub fn gradient(program: &Program, tensor: usize, letters: &Letters) -> Gradient {
    let mut sites = Vec::new();
    for definition in &program.definitions {
        find(&definition.body, tensor, definition, Path::default(), &mut sites);
    }
    let mut letters = letters.clone();
    let own = own_letters(program, tensor, &sites, &mut letters);
    let base = Size::integer(program.index_base);
    let ranges: Vec<Range> = own
        .iter()
        .zip(&program.tensors[tensor].shape)
        .map(|(letter, size)| Range {
            letter: letter.as_str().into(),
            low: base.clone(),
            high: size.add(&base).sub(&Size::integer(1)),
        })
        .collect();
    let mut ledger = program.ledger.clone();
    for range in &ranges {
        ledger = ledger.within(&range.letter, &range.low, &range.high);
    }
    let (mut chain, mut solved) = (Vec::new(), Vec::new());
    for site in sites {
        let terms = Site::terms(site, program, &ranges, &ledger, &letters);
        chain.push(terms.0);
        solved.push(terms.1);
    }
    let solved = Term::sum(solved);
    Gradient { tensor, bounded: bounded(&solved, &ledger), ranges, chain: Term::sum(chain), solved }
}

/// Letters for the gradient's own indices: those of the reads where they stand alone in each, others elsewhere.
fn own_letters(program: &Program, tensor: usize, sites: &[Site<'_>], letters: &mut Letters) -> Vec<String> {
    for site in sites {
        site.definition.ranges.iter().for_each(|r| letters.enter(&*r.letter));
        site.definition.body.each(&mut |part| {
            if let Term::Reduce(_, ranges, ..) = part {
                ranges.iter().for_each(|r| letters.enter(&*r.letter));
            }
        });
    }
    let mut own: Vec<String> = Vec::new();
    for axis in 0..program.tensors[tensor].shape.len() {
        let alone = |site: &Site<'_>| {
            let index = site.indices.get(axis)?;
            let ranges = site.definition.ranges.iter().chain(&site.path.ranges);
            ranges.map(|r| r.letter.to_string()).find(|l| *index == Size::letter(l))
        };
        let first = sites.first().and_then(alone);
        let same = first.filter(|l| sites.iter().all(|s| alone(s).as_ref() == Some(l)) && !own.contains(l));
        own.push(same.unwrap_or_else(|| letters.give(TARGETS)));
    }
    own
}

fn find<'a>(body: &Term, tensor: usize, d: &'a Definition, path: Path, sites: &mut Vec<Site<'a>>) {
    match body {
        Term::Number(_) | Term::Size(_) => {}
        Term::Read(t, indices) => {
            if *t == tensor {
                sites.push(Site { definition: d, indices: indices.clone(), path });
            }
        }
        Term::Sum(parts) => parts.iter().for_each(|p| find(p, tensor, d, path.clone(), sites)),
        Term::Product(parts) => {
            for (place, part) in parts.iter().enumerate() {
                let mut path = path.clone();
                path.before.extend_from_slice(&parts[..place]);
                path.after.splice(..0, parts[place + 1..].iter().cloned());
                find(part, tensor, d, path, sites);
            }
        }
        Term::Power(x, n) => {
            // of a root of degree q it is the power n/q
            let root =
                if let Term::Call(name, 0, inner) = &**x { degree_of_root(name).map(|q| (q, inner)) } else { None };
            let (degree, inner) = root.map_or((1, x), |(q, inner)| (i32::try_from(q).unwrap_or(1), inner));
            let mut path = path;
            path.before.push(Term::Number(Number::fraction(i64::from(*n), i64::from(degree))));
            match n - degree {
                0 => {}
                1 => path.before.push((**x).clone()),
                lower => path.before.push(Term::Power(x.clone(), lower)),
            }
            find(inner, tensor, d, path, sites);
        }
        Term::Call(name, order, x) => {
            let mut path = path;
            let whole = std::ptr::eq(body, &raw const d.body) && body.reduces();
            let value = if whole {
                Term::Read(d.tensor, d.ranges.iter().map(|r| Size::letter(&r.letter)).collect())
            } else {
                body.clone()
            };
            path.before.push(slope(name, *order, x, &value));
            find(x, tensor, d, path, sites);
        }
        Term::Extreme(_, parts) => {
            for part in parts {
                let mut path = path.clone();
                path.before.push(Term::Share(Box::new(part.clone()), Box::new(body.clone())));
                find(part, tensor, d, path, sites);
            }
        }
        // a share is 0 or 1 on all but a set of no volume
        Term::Share(..) => {}
        Term::Reduce(op, ranges, conditions, inner) => {
            let mut path = path;
            path.ranges.extend(ranges.iter().cloned());
            path.conditions.extend(conditions.iter().cloned());
            match op {
                ReduceOp::Sum => {}
                ReduceOp::Mean => path.before.push(Term::Power(Box::new(count(ranges, conditions)), -1)),
                ReduceOp::Max => {
                    let whole = std::ptr::eq(body, &raw const d.body);
                    let own = d.ranges.iter().map(|r| Size::letter(&r.letter)).collect();
                    let largest = if whole { Term::Read(d.tensor, own) } else { body.clone() };
                    path.before.push(Term::Share(inner.clone(), Box::new(largest)));
                }
            }
            find(inner, tensor, d, path, sites);
        }
        Term::If(condition, x, y) => {
            let mut yes = path.clone();
            yes.conditions.push(condition.clone());
            find(x, tensor, d, yes, sites);
            if let Some(otherwise) = condition.negated() {
                let mut no = path;
                no.conditions.push(otherwise);
                find(y, tensor, d, no, sites);
            }
        }
    }
}

/// How many values there are.
fn count(ranges: &[Range], conditions: &[Condition]) -> Term {
    if conditions.is_empty() {
        return Term::Size(ranges.iter().fold(Size::integer(1), |n, r| n.times(&r.len())));
    }
    Term::Reduce(ReduceOp::Sum, ranges.to_vec(), conditions.to_vec(), Box::new(Term::integer(1)))
}

impl Site<'_> {
    /// The contribution of the read by the chain rule, and the same with its equations solved.
    fn terms(self, program: &Program, targets: &[Range], ledger: &Ledger, letters: &Letters) -> (Term, Term) {
        let Site { definition, indices, path } = self;
        let mut letters = letters.clone();
        // a letter of the read that the gradient calls its own index by is the same one, where they are equal
        let free: Vec<Range> = definition.ranges.iter().chain(&path.ranges).cloned().collect();
        let same: Vec<&Range> = free.iter().filter(|r| targets.iter().any(|t| t.letter == r.letter)).collect();
        let sides = indices.iter().zip(targets).map(|(f, target)| (f.clone(), Size::letter(&target.letter)));
        let sides: Vec<(Size, Size)> = sides.filter(|(f, m)| f != m).collect();
        let equations: Vec<Size> = sides.iter().map(|(f, m)| f.sub(m)).collect();
        let bound: Vec<Range> = free.iter().filter(|r| !same.contains(r)).cloned().collect();
        let mut path = path;
        let letter = |r: &Range| Size::letter(&r.letter);
        path.conditions.extend(same.iter().map(|r| Condition::Within(r.low.clone(), letter(r), r.high.clone())));
        let mut inner = ledger.clone();
        for range in &bound {
            letters.enter(&*range.letter);
            inner = inner.within(&range.letter, &range.low, &range.high);
        }
        // factors have letters of their own for their sums
        let mut factors: Vec<Term> = Vec::new();
        let adjoint = definition.tensor;
        if !(program.loss && adjoint == program.output()) {
            let own = definition.ranges.iter().map(|r| Size::letter(&r.letter)).collect();
            factors.push(Term::Read(program.tensors.len() + adjoint, own));
        }
        for factor in path.before.iter().chain(&path.after) {
            let mut give = |letter: &str| {
                if letters.is_free(letter) {
                    letters.enter(letter);
                    return None;
                }
                Some(letters.give(SUMMED))
            };
            factors.push(factor.relettered(&mut give));
        }
        let product = Term::product(factors);
        let conditions = path.conditions.into_iter().flat_map(Condition::conjuncts);
        let conditions: Vec<Condition> = conditions.fold(Vec::new(), |mut all, next| {
            if !all.contains(&next) {
                all.push(next);
            }
            all
        });
        let kept: Vec<Condition> = conditions
            .iter()
            .map(|c| c.mapped(&|size| by_equation(size, &equations)))
            .filter(|c| !inner.follows(c))
            .collect();
        let brackets = sides.into_iter().map(|(f, m)| Condition::Equal(f, m));
        let chain = reduced(bound.clone(), brackets.chain(kept.iter().cloned()).collect(), product.clone());
        let pieces = pieces(kept, &inner);
        let whole =
            pieces.into_iter().map(|kept| solved(bound.clone(), equations.clone(), kept, product.clone(), ledger));
        (chain, Term::sum(whole.collect()))
    }
}

/// Conditions of which one says that one of several holds, no two at once, as one list for each of these: a sum over the whole is the sum
/// of the sums over its pieces.
fn pieces(conditions: Vec<Condition>, ledger: &Ledger) -> Vec<Vec<Condition>> {
    let Some(place) = conditions.iter().position(|c| matches!(c, Condition::Or(_))) else { return vec![conditions] };
    let mut rest = conditions;
    let Condition::Or(parts) = rest.remove(place) else { unreachable!("it was found to be one") };
    let parts: Vec<Vec<Condition>> = parts.into_iter().flat_map(either).map(Condition::conjuncts).collect();
    let supposed = |parts: &[&Vec<Condition>]| {
        let mut both = ledger.clone();
        parts.iter().flat_map(|p| p.iter()).for_each(|c| both.add(c));
        both
    };
    let apart = |x: &Vec<Condition>, y: &Vec<Condition>| supposed(&[x, y]).is_contradictory();
    let disjoint = (0..parts.len()).all(|i| (0..i).all(|j| apart(&parts[i], &parts[j])));
    if !disjoint {
        rest.insert(place, Condition::Or(parts.into_iter().map(Condition::And).collect()));
        return vec![rest];
    }
    parts.into_iter().flat_map(|part| pieces(rest.iter().cloned().chain(part).collect(), ledger)).collect()
}

/// The parts of which one holds.
fn either(condition: Condition) -> Vec<Condition> {
    if let Condition::Or(parts) = condition { parts.into_iter().flat_map(either).collect() } else { vec![condition] }
}

/// A size by an equation `e = 0`, where that makes it simpler.
fn by_equation(size: &Size, equations: &[Size]) -> Size {
    let mut size = size.clone();
    for equation in equations {
        for other in [size.sub(equation), size.add(equation)] {
            if other.letters().len() < size.letters().len() {
                size = other;
            }
        }
    }
    size
}

fn reduced(ranges: Vec<Range>, conditions: Vec<Condition>, body: Term) -> Term {
    if !ranges.is_empty() {
        return Term::Reduce(ReduceOp::Sum, ranges, conditions, Box::new(body));
    }
    if conditions.is_empty() {
        return body;
    }
    let condition =
        if conditions.len() == 1 { conditions.into_iter().next() } else { Some(Condition::And(conditions)) };
    Term::If(condition.expect("there is one"), Box::new(body), Box::new(Term::integer(0)))
}

/// The sum with its equations solved one after another.
fn solved(
    mut ranges: Vec<Range>,
    equations: Vec<Size>,
    mut conditions: Vec<Condition>,
    mut body: Term,
    outer: &Ledger,
) -> Term {
    let mut equations = equations;
    // what the layer itself asks of its letters is solved as well
    conditions.retain(|c| {
        if let Condition::Equal(x, y) = c {
            equations.push(x.sub(y));
        }
        !matches!(c, Condition::Equal(..))
    });
    while !equations.is_empty() {
        let Some((which, place)) = choice(&equations, &ranges, outer) else { break };
        let equation = equations.remove(which);
        let range = ranges.remove(place);
        let (c, rest) = equation.linear(&range.letter).expect("it was chosen for that");
        let positive = c.as_integer().map_or_else(|| outer.sign(&c) != Some(false), |c| c > 0);
        let (divisor, above) = if positive { (c, rest.negative()) } else { (c.negative(), rest) };
        let value = above.exactly(&divisor);
        if divisor.as_integer() != Some(1) {
            // n/d as n'/d + whole: what is left over has to be divided
            let left = value.terms().fold(Size::default(), |sum, (monomial, _)| {
                monomial.iter().fold(sum, |sum, (atom, _)| match atom {
                    super::size::Atom::Quotient(n, d) if **d == divisor => sum.add(n),
                    _ => sum,
                })
            });
            conditions.push(Condition::Divides(divisor.clone(), left));
        }
        conditions.push(if divisor.as_integer() == Some(1) {
            Condition::Within(range.low.clone(), value.clone(), range.high.clone())
        } else {
            let from_first = above.sub(&range.low.times(&divisor));
            Condition::Within(Size::integer(0), from_first, range.high.sub(&range.low).times(&divisor))
        });
        let change = |size: &Size| size.replaced(&range.letter, &value);
        body = body.mapped(&change);
        conditions = conditions.iter().map(|c| c.mapped(&change)).collect();
        equations = equations.iter().map(&change).filter(|e| !e.is_zero()).collect();
    }
    conditions.extend(equations.into_iter().map(|e| Condition::Equal(e, Size::default())));
    let mut inner = outer.clone();
    for range in &ranges {
        inner = inner.within(&range.letter, &range.low, &range.high);
    }
    let conditions = conditions.into_iter().flat_map(|c| remaining(c, &inner)).collect();
    reduced(ranges, conditions, body)
}

/// What is left of a condition where the ledger holds.
pub(super) fn remaining(condition: Condition, ledger: &Ledger) -> Vec<Condition> {
    match condition {
        Condition::Within(low, x, high) => {
            let (above, below) = (x.sub(&low), high.sub(&x));
            match (ledger.implies(&above), ledger.implies(&below)) {
                (true, true) => Vec::new(),
                (true, false) => vec![Condition::AtMost(x, high)],
                (false, true) => vec![Condition::AtMost(low, x)],
                (false, false) => vec![Condition::Within(low, x, high)],
            }
        }
        other if ledger.follows(&other) => Vec::new(),
        other => vec![other],
    }
}

/// Which equation is solved for which letter next: one with coefficient ±1, of a reduction sooner than of the output; else one whose
/// coefficient has a sign.
fn choice(equations: &[Size], ranges: &[Range], ledger: &Ledger) -> Option<(usize, usize)> {
    let solvable = |unit: bool| {
        equations.iter().enumerate().find_map(|(which, equation)| {
            // a quotient is worth it where it leaves something to sum over
            let others = ranges.iter().filter(|r| equation.has(&r.letter)).count() > 1;
            let fits = |range: &Range| {
                (unit || others)
                    && equation.linear(&range.letter).is_some_and(|(c, _)| match c.as_integer() {
                        Some(c) => c.abs() == 1 || !unit && c != 0,
                        None => !unit && ledger.sign(&c).is_some(),
                    })
            };
            // with a quotient left it is the output's letter that goes: the sum is over what is multiplied
            let place = if unit { ranges.iter().rposition(fits) } else { ranges.iter().position(fits) };
            place.map(|place| (which, place))
        })
    };
    solvable(true).or_else(|| solvable(false))
}
