//! Definitions in index form as formulas: `z_{ij} = \sum_{u,v} a_{i+u-1,j+v-1} w_{uv} + b`.

use std::rc::Rc;

use super::glossary::Glossary;
use super::name::Level;
use super::scalar::{applied, over_root};
use super::tree::{Big, Bounds, Condition, Equation, Formula, Range, Relation};
use crate::expr::{Number, TensorId, degree_of_root};
use crate::index::{self, Affine, Body, Comparison, Definition, ReduceOp};

/// A definition as an equation. Tensors of the definition's instance have the glossary's numbers.
pub fn definition(glossary: &Glossary, d: &Definition) -> Equation {
    based(glossary, d, glossary.source_base, &|_| Level::None, false)
}

/// The same for a definition whose indices start at `base`, with tensors marked with their layers; a number that all terms of a sum
/// begin with may be written before it.
pub(super) fn based(
    glossary: &Glossary,
    d: &Definition,
    base: i64,
    level: &dyn Fn(TensorId) -> Level,
    gather: bool,
) -> Equation {
    let d = &d.clone().lettered(&glossary.letters());
    let writer = Writer { glossary, d, shift: base - glossary.index_base, level, gather };
    let own = (0..d.rank).map(|slot| writer.affine(&Affine::variable(slot), true)).collect();
    let tensor = TensorId(d.tensor as u32);
    Equation::new(glossary.indexed_at(tensor, level(tensor), own), writer.body(&d.body))
}

/// How a definition reads other tensors, as it is printed.
pub struct Readings {
    /// The letter of each slot.
    pub letters: Vec<Formula>,
    /// The tensors it reads in their order, each index as it is and as it is printed.
    pub reads: Vec<(TensorId, Vec<(Affine, Formula)>)>,
}

/// How a definition reads other tensors, as [`definition`] prints it.
pub fn readings(glossary: &Glossary, d: &Definition) -> Readings {
    let d = &d.clone().lettered(&glossary.letters());
    let shift = glossary.source_base - glossary.index_base;
    let writer = Writer { glossary, d, shift, level: &|_| Level::None, gather: false };
    let mut reads = Vec::new();
    d.body.indexed_reads(&mut |tensor, indices| {
        let printed = |f: &Affine| (f.clone(), writer.affine(f, true));
        reads.push((TensorId(tensor as u32), indices.iter().map(printed).collect()));
    });
    Readings { letters: d.loops.iter().map(|l| Formula::letter(&l.name)).collect(), reads }
}

struct Writer<'a> {
    glossary: &'a Glossary,
    d: &'a Definition,
    /// How much larger an index is in the definition than in print.
    shift: i64,
    level: &'a dyn Fn(TensorId) -> Level,
    gather: bool,
}

impl Writer<'_> {
    /// In print indices start at the notation's base: with `k = k' + shift` for every variable, what is printed for an index
    /// `c + Σ n k` is `c + (Σ n − 1)·shift + Σ n k'`; for a plain number (a condition) the −1 is left out.
    fn affine(&self, f: &Affine, is_index: bool) -> Formula {
        let f = &self.without_single_places(f);
        let weight: i64 = f.terms.iter().map(|t| t.1).sum::<i64>() - i64::from(is_index);
        self.affine_in_print(f.constant + weight * self.shift, &f.terms)
    }

    fn affine_in_print(&self, constant: i64, letters: &[(usize, i64)]) -> Formula {
        let term =
            |&(slot, c): &(usize, i64)| Formula::scaled(&Number::integer(c), Formula::letter(&self.d.loops[slot].name));
        // positive terms first, so that an index rarely begins with a minus; 5 − m reads better than −m + 5
        let rises = letters.iter().any(|t| t.1 > 0);
        let number = (constant != 0 || letters.is_empty()).then(|| Formula::integer(constant));
        let first = number.clone().filter(|_| constant > 0 && !rises);
        let last = number.filter(|_| first.is_none());
        let up = letters.iter().filter(|t| t.1 > 0).map(term);
        let down = letters.iter().filter(|t| t.1 < 0).map(term);
        Formula::sum(first.into_iter().chain(up).chain(down).chain(last).collect())
    }

    /// An index that takes one value only is that value, where it is summed over or the left side shows no index.
    fn without_single_places(&self, f: &Affine) -> Affine {
        let hidden = self.glossary.is_single(TensorId(self.d.tensor as u32));
        let single = |slot: usize| (slot >= self.d.rank || hidden) && self.d.loops[slot].len() == 1;
        let constant = f.terms.iter().filter(|t| single(t.0)).map(|&(slot, c)| c * self.d.loops[slot].low).sum::<i64>();
        let terms = f.terms.iter().copied().filter(|t| !single(t.0)).collect();
        Affine { constant: f.constant + constant, terms }
    }

    fn body(&self, body: &Body) -> Formula {
        match body {
            Body::Number(n) => Formula::Number(n.clone()),
            Body::Index(f) => self.affine(f, false),
            Body::Read(tensor, indices) => {
                let indices = indices.iter().map(|f| self.affine(f, true)).collect();
                let tensor = TensorId(*tensor as u32);
                self.glossary.indexed_at(tensor, (self.level)(tensor), indices)
            }
            // the entry of vec(a) with this number
            Body::Flat(tensor, index) => {
                let tensor = TensorId(*tensor as u32);
                let whole = self.glossary.tensor(tensor, (self.level)(tensor));
                let entries = Formula::apply(super::Op::Vector, whole);
                Formula::Pick(Box::new(entries), vec![self.affine(index, true)])
            }
            Body::Sum(parts) => {
                let terms = parts.iter().map(|p| self.body(p)).collect();
                if self.gather { Formula::gathered(terms) } else { Formula::Sum(terms) }
            }
            Body::Product(parts) => self.product(parts),
            Body::Power(x, n) if *n < 0 => {
                Formula::Quotient(Box::new(Formula::integer(1)), Box::new(self.power(x, -n)))
            }
            Body::Power(x, n) => self.power(x, *n),
            Body::Call(name, 0, x) => applied(name, self.body(x)),
            Body::Call(name, order, x) => Formula::Call(name.clone(), *order, Box::new(self.body(x))),
            Body::Extreme(which, parts) => Formula::Extreme(*which, parts.iter().map(|p| self.body(p)).collect()),
            Body::Reduce { op, slots, filter, body } => self.reduction(*op, slots, filter.as_ref(), body),
            Body::If(condition, x, y) => Formula::Cases(vec![
                (self.body(x), self.condition(condition)),
                (self.body(y), self.condition(&index::Condition::Not(Box::new(condition.clone())))),
            ]),
        }
    }

    /// Numbers come first as one, reductions last, so that their body is not taken for more than it is; quotients become fractions.
    fn product(&self, parts: &[Body]) -> Formula {
        let mut number = Number::integer(1);
        let (mut above, mut sums, mut below) = (Vec::new(), Vec::new(), Vec::new());
        for part in parts {
            if let Body::Number(n) = part {
                number = number.mul(n);
            } else if let Body::Power(x, n) = part
                && *n < 0
            {
                below.push(self.power(x, -n));
            } else {
                let list = if matches!(part, Body::Reduce { .. }) { &mut sums } else { &mut above };
                list.push(self.body(part));
            }
        }
        above.append(&mut sums);
        if below.is_empty() {
            return if above.is_empty() {
                Formula::Number(number)
            } else {
                Formula::scaled(&number, Formula::product(above))
            };
        }
        let quotient = Formula::Quotient(Box::new(Formula::product(above)), Box::new(Formula::product(below)));
        Formula::scaled(&number, quotient)
    }

    /// A power; that of a root has a fraction for its exponent.
    fn power(&self, x: &Body, n: i32) -> Formula {
        if n == 1 {
            return self.body(x);
        }
        let rooted = if let Body::Call(name, 0, inner) = x {
            degree_of_root(name).and_then(|q| over_root(n, q)).map(|exponent| (&**inner, exponent))
        } else {
            None
        };
        let (x, exponent) = rooted.unwrap_or_else(|| (x, Number::integer(i64::from(n))));
        Formula::Power(Box::new(self.body(x)), exponent)
    }

    fn reduction(&self, op: ReduceOp, slots: &[usize], filter: Option<&index::Condition>, body: &Body) -> Formula {
        let shift = self.shift;
        let loops = slots.iter().map(|&s| &self.d.loops[s]).filter(|l| l.len() != 1);
        let ranges: Vec<Range> = loops
            .map(|l| Range {
                letter: Rc::from(l.name.as_str()),
                low: Formula::integer(l.low - shift),
                high: Formula::integer(l.high - shift),
            })
            .collect();
        let conditions =
            filter.map_or_else(Vec::new, |f| f.conjuncts().into_iter().map(|c| self.condition(c)).collect());
        if ranges.is_empty() {
            // one term, if any; a mean or a maximum has one
            let holds = filter.filter(|_| op == ReduceOp::Sum);
            return holds.map_or_else(
                || self.body(body),
                |f| {
                    let otherwise = self.condition(&index::Condition::Not(Box::new(f.clone())));
                    Formula::Cases(vec![(self.body(body), self.condition(f)), (Formula::integer(0), otherwise)])
                },
            );
        }
        let counted = conditions.is_empty();
        let bounds = Box::new(Bounds { ranges, conditions });
        let sum = |body: Formula| Formula::Big(Big::Sum, bounds.clone(), Box::new(body));
        match op {
            ReduceOp::Sum => sum(self.body(body)),
            ReduceOp::Mean if counted => {
                let count: usize = slots.iter().map(|&s| self.d.loops[s].len()).product();
                Formula::scaled(&Number::fraction(1, count as i64), sum(self.body(body)))
            }
            // as many terms as the conditions leave
            ReduceOp::Mean => Formula::Quotient(Box::new(sum(self.body(body))), Box::new(sum(Formula::integer(1)))),
            ReduceOp::Max => Formula::Big(Big::Largest, bounds, Box::new(self.body(body))),
        }
    }

    fn condition(&self, condition: &index::Condition) -> Condition {
        match condition {
            index::Condition::Compare(f, comparison) => self.comparison(f, *comparison),
            index::Condition::Within(low, f, high) => {
                let shift = self.shift;
                let bound = |n: &i64| Formula::integer(n - shift);
                Condition::Within(bound(low), self.affine(f, true), bound(high))
            }
            index::Condition::And(p, q) => Condition::And(vec![self.condition(p), self.condition(q)]),
            index::Condition::Or(p, q) => Condition::Or(vec![self.condition(p), self.condition(q)]),
            index::Condition::Not(p) => self.negated(p),
        }
    }

    /// Where the condition does not hold.
    fn negated(&self, condition: &index::Condition) -> Condition {
        match condition {
            index::Condition::Compare(f, comparison) => match comparison {
                Comparison::Zero => self.comparison(f, Comparison::NonZero),
                Comparison::NonZero => self.comparison(f, Comparison::Zero),
                Comparison::Negative => self.comparison(&opposite(f), Comparison::NotPositive),
                Comparison::NotPositive => self.comparison(&opposite(f), Comparison::Negative),
            },
            index::Condition::Within(low, f, high) => {
                let shift = self.shift;
                let compared = |relation, bound: &i64| {
                    Condition::Compare(self.affine(f, true), relation, Formula::integer(bound - shift))
                };
                Condition::Or(vec![compared(Relation::Less, low), compared(Relation::Greater, high)])
            }
            index::Condition::And(p, q) => Condition::Or(vec![self.negated(p), self.negated(q)]),
            index::Condition::Or(p, q) => Condition::And(vec![self.negated(p), self.negated(q)]),
            index::Condition::Not(p) => self.condition(p),
        }
    }

    /// `f ≤ 0` with its negative terms brought to the right.
    fn comparison(&self, f: &Affine, comparison: Comparison) -> Condition {
        let part = |sign: i64| {
            let terms = f.terms.iter().filter(|t| t.1 * sign > 0).map(|&(s, c)| (s, c * sign)).collect();
            Affine { constant: 0, terms }
        };
        let (mut left, mut right) = (part(1), part(-1));
        if right.terms.is_empty() || (f.constant > 0 && !left.terms.is_empty()) {
            right.constant = -f.constant;
            if f.constant > 0 && !right.terms.is_empty() {
                (left.constant, right.constant) = (f.constant, 0);
            }
        } else {
            left.constant = f.constant;
        }
        let relation = match comparison {
            Comparison::Zero => Relation::Equals,
            Comparison::NonZero => Relation::Differs,
            Comparison::Negative => Relation::Less,
            Comparison::NotPositive => Relation::AtMost,
        };
        Condition::Compare(self.affine(&left, false), relation, self.affine(&right, false))
    }
}

/// `-f`.
fn opposite(f: &Affine) -> Affine {
    Affine { constant: -f.constant, terms: f.terms.iter().map(|&(slot, c)| (slot, -c)).collect() }
}
