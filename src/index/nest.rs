//! Loops under a condition: for each variable the values that the condition may leave it, given those of the variables before it.
//!
//! The bounds come from interval arithmetic: variables further in stand for their whole ranges. So no tuple that satisfies the
//! condition is left out, and of those that do not hardly any is met where the condition is made of affine functions, as between an
//! output and the few entries that are spread over it. The cost is that of the terms, not that of the ranges.

use super::affine::Affine;
use super::condition::{Comparison, Condition};
use super::program::{Definition, Loop};

/// Variables that run, the last one fastest.
#[derive(Clone, Debug)]
pub struct Nest {
    levels: Vec<Level>,
}

#[derive(Clone, Debug)]
struct Level {
    slot: usize,
    range: (i64, i64),
    limit: Option<Limit>,
}

/// Bounds for the variable of a level.
#[derive(Clone, Debug)]
enum Limit {
    /// `known + coefficient·x` lies in the range: `known` of the variables further out, those further in taken off the range.
    Affine { known: Affine, coefficient: i64, range: (i64, i64) },
    /// All of them.
    And(Vec<Limit>),
    /// At least one.
    Or(Vec<Limit>),
}

/// No number.
const EMPTY: (i64, i64) = (1, 0);
/// So far from every index that it bounds nothing, and still no sum of two overflows.
const FAR: i64 = i64::MAX / 4;

impl Nest {
    /// The slots of a definition in this order; all other variables of the condition run further out.
    pub fn new(definition: &Definition, slots: &[usize], filter: Option<&Condition>) -> Nest {
        let level = |(place, &slot): (usize, &usize)| {
            let Loop { low, high, .. } = definition.loops[slot];
            let site = Site { definition, slot, inner: &slots[place + 1..] };
            let told = |c: &Condition| place == 0 || c.variables().contains(&slot);
            let limit = filter.and_then(|f| site.all_of(f, &told));
            Level { slot, range: (low, high), limit }
        };
        Nest { levels: slots.iter().enumerate().map(level).collect() }
    }

    /// How many variables run.
    pub fn depth(&self) -> usize {
        self.levels.len()
    }

    /// The variable of a level.
    pub fn slot(&self, level: usize) -> usize {
        self.levels[level].slot
    }

    /// The first and last value of the first run of those that the variable of a level may have where the others before it have
    /// those in `at`.
    pub fn first(&self, level: usize, at: &[i64]) -> (i64, i64) {
        self.levels[level].run(at, -FAR)
    }

    /// The first run after this value, if there is one: a condition may leave several.
    pub fn next(&self, level: usize, at: &[i64], value: i64) -> Option<(i64, i64)> {
        let level = &self.levels[level];
        let several = level.limit.as_ref().is_some_and(Limit::has_several) && value < level.range.1;
        several.then(|| level.run(at, value + 1)).filter(|(low, high)| low <= high)
    }
}

impl Level {
    fn run(&self, at: &[i64], from: i64) -> (i64, i64) {
        let (low, high) = self.range;
        let Some(limit) = &self.limit else { return (low.max(from), high) };
        let (first, last) = limit.run(at, low.max(from));
        (first, last.min(high))
    }
}

impl Limit {
    /// May it leave several runs of values?
    fn has_several(&self) -> bool {
        match self {
            Limit::Affine { .. } => false,
            Limit::And(parts) => parts.iter().any(Limit::has_several),
            Limit::Or(_) => true,
        }
    }

    /// The first run of values from `from` on, up to its last or to where it would be told anew.
    fn run(&self, at: &[i64], from: i64) -> (i64, i64) {
        match self {
            Limit::Affine { known, coefficient, range } => {
                let known = known.value(at);
                let (low, high) = (range.0 - known, range.1 - known);
                let (first, last) = match coefficient {
                    0 if low <= 0 && 0 <= high => (-FAR, FAR),
                    0 => EMPTY,
                    c if *c > 0 => (ceil(low, *c), high.div_euclid(*c)),
                    c => (ceil(-high, -c), (-low).div_euclid(-c)),
                };
                (first.max(from), last)
            }
            Limit::And(parts) => {
                let mut from = from;
                loop {
                    let both = |(low, high): (i64, i64), own: (i64, i64)| (low.max(own.0), high.min(own.1));
                    let runs = || parts.iter().map(|part| part.run(at, from));
                    let (low, high) = runs().fold((from, FAR), both);
                    // where the runs that each part tells first do not meet, later ones may
                    if low <= high || low == from || runs().any(|(low, high)| low > high) {
                        return (low, high);
                    }
                    from = low;
                }
            }
            Limit::Or(parts) => {
                let runs = parts.iter().map(|p| p.run(at, from)).filter(|(low, high)| low <= high);
                runs.min_by_key(|run| run.0).unwrap_or(EMPTY)
            }
        }
    }
}

fn ceil(n: i64, by: i64) -> i64 {
    -(-n).div_euclid(by)
}

/// Where a limit is made: for this variable, with these further in.
struct Site<'a> {
    definition: &'a Definition,
    slot: usize,
    inner: &'a [usize],
}

impl Site<'_> {
    /// Those parts of the condition that are wanted; the others say nothing here.
    fn all_of(&self, condition: &Condition, wanted: &dyn Fn(&Condition) -> bool) -> Option<Limit> {
        let mut parts: Vec<Limit> =
            condition.conjuncts().into_iter().filter(|c| wanted(c)).filter_map(|c| self.limit(c)).collect();
        if parts.len() > 1 { Some(Limit::And(parts)) } else { parts.pop() }
    }

    /// `None` where the condition bounds nothing.
    fn limit(&self, condition: &Condition) -> Option<Limit> {
        match condition {
            Condition::Compare(f, comparison) => match comparison {
                Comparison::Zero => self.affine(f, (0, 0)),
                Comparison::NotPositive => self.affine(f, (-FAR, 0)),
                Comparison::Negative => self.affine(f, (-FAR, -1)),
                Comparison::NonZero => None,
            },
            Condition::Within(low, f, high) => self.affine(f, (*low, *high)),
            Condition::And(..) => self.all_of(condition, &|_| true),
            Condition::Or(p, q) => Some(Limit::Or(vec![self.limit(p)?, self.limit(q)?])),
            Condition::Not(_) => None,
        }
    }

    fn affine(&self, f: &Affine, (low, high): (i64, i64)) -> Option<Limit> {
        let mut known = f.clone();
        known.terms.retain(|(slot, _)| *slot != self.slot && !self.inner.contains(slot));
        let inner = Affine {
            constant: 0,
            terms: f.terms.iter().filter(|(slot, _)| self.inner.contains(slot)).copied().collect(),
        };
        let range = |slot: usize| (self.definition.loops[slot].low, self.definition.loops[slot].high);
        let (least, most) = inner.bounds(range)?;
        let small = |n: i64| (n.abs() < FAR / 4).then_some(n);
        // what is near the ends of the numbers bounds nothing
        known.bounds(range).and_then(|(a, b)| small(a).and(small(b)))?;
        let range = (low - small(most)?, high - small(least)?);
        Some(Limit::Affine { known, coefficient: f.coefficient(self.slot), range })
    }
}

/// More tuples than this are not counted one by one.
const MOST_COUNTED: u128 = 1 << 22;

/// How many tuples of the slots satisfy all conditions: exactly where variables that conditions tie together have few tuples, else
/// at most so many.
pub(super) fn count(definition: &Definition, slots: &[usize], conditions: &[&Condition]) -> u128 {
    let all: Vec<&Condition> = conditions.iter().flat_map(|c| c.conjuncts()).collect();
    if all.iter().any(|c| c.variables().is_empty() && !c.holds(&[])) {
        return 0;
    }
    // classes of variables that conditions tie together
    let mut class: Vec<usize> = (0..definition.loops.len()).collect();
    for condition in &all {
        let tied = condition.variables();
        for &slot in &tied {
            let (to, from) = (class[tied[0]], class[slot]);
            class.iter_mut().filter(|c| **c == from).for_each(|c| *c = to);
        }
    }
    let mut product = 1u128;
    for root in 0..class.len() {
        let own: Vec<usize> = slots.iter().copied().filter(|&s| class[s] == root).collect();
        let tuples = own.iter().fold(1u128, |n, &s| n.saturating_mul(definition.loops[s].len() as u128));
        let about = |c: &&&Condition| c.variables().iter().any(|&slot| class[slot] == root);
        let conditions: Vec<&Condition> = all.iter().filter(about).copied().collect();
        let counted = if conditions.is_empty() || tuples > MOST_COUNTED {
            tuples
        } else {
            let mut at: Vec<i64> = definition.loops.iter().map(|l| l.low).collect();
            satisfying(definition, &own, &conditions, &mut at)
        };
        product = product.saturating_mul(counted);
    }
    product
}

fn satisfying(definition: &Definition, slots: &[usize], conditions: &[&Condition], at: &mut [i64]) -> u128 {
    let Some((&slot, rest)) = slots.split_first() else {
        return u128::from(conditions.iter().all(|c| c.holds(at)));
    };
    let Loop { low, high, .. } = definition.loops[slot];
    let mut sum = 0;
    for value in low..=high {
        at[slot] = value;
        sum += satisfying(definition, rest, conditions, at);
    }
    sum
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::index::Body;

    fn affine() -> impl Strategy<Value = Affine> {
        (-6..=6i64, prop::collection::vec(-3..=3i64, 4)).prop_map(|(constant, coefficients)| Affine {
            constant,
            terms: coefficients.into_iter().enumerate().filter(|(_, c)| *c != 0).collect(),
        })
    }

    fn condition() -> impl Strategy<Value = Condition> {
        let comparison = prop::sample::select(vec![
            Comparison::Zero,
            Comparison::Zero,
            Comparison::NonZero,
            Comparison::Negative,
            Comparison::NotPositive,
        ]);
        let leaf = prop_oneof![
            (affine(), comparison).prop_map(|(f, c)| Condition::Compare(f, c)),
            (-4..=4i64, affine(), 0..=4i64).prop_map(|(low, f, n)| Condition::Within(low, f, low + n)),
        ];
        leaf.prop_recursive(3, 8, 2, |inner| {
            let pair = || (inner.clone(), inner.clone()).prop_map(|(p, q)| (Box::new(p), Box::new(q)));
            prop_oneof![
                3 => pair().prop_map(|(p, q)| Condition::And(p, q)),
                1 => pair().prop_map(|(p, q)| Condition::Or(p, q)),
                1 => inner.clone().prop_map(|p| Condition::Not(Box::new(p))),
            ]
        })
    }

    fn visit(nest: &Nest, level: usize, at: &mut Vec<i64>, met: &mut Vec<Vec<i64>>) {
        if level == nest.depth() {
            return met.push(at.clone());
        }
        let mut run = Some(nest.first(level, at));
        while let Some((low, high)) = run {
            for value in low..=high {
                at[nest.slot(level)] = value;
                visit(nest, level + 1, at, met);
            }
            run = nest.next(level, at, high);
        }
    }

    proptest! {
        /// Two variables are given, two run: whatever satisfies the condition is met, in the same order, and counted.
        #[test]
        fn nothing_that_satisfies_a_condition_is_left_out(condition in condition(), ranges in prop::collection::vec((-3..=3i64, 0..=4i64), 4)) {
            let loops = ranges.iter().map(|&(low, n)| Loop { name: String::new(), low, high: low + n }).collect();
            let definition = Definition { tensor: 0, loops, rank: 2, body: Body::Index(Affine::default()) };
            let (plain, narrow) = (Nest::new(&definition, &[2, 3], None), Nest::new(&definition, &[2, 3], Some(&condition)));
            let mut total = 0;
            let mut given = Vec::new();
            visit(&Nest::new(&definition, &[0, 1], None), 0, &mut vec![0; 4], &mut given);
            for at in given {
                let mut wanted = Vec::new();
                visit(&plain, 0, &mut at.clone(), &mut wanted);
                let mut met = Vec::new();
                visit(&narrow, 0, &mut at.clone(), &mut met);
                wanted.retain(|at| condition.holds(at));
                met.retain(|at| condition.holds(at));
                prop_assert_eq!(&met, &wanted);
                total += wanted.len() as u128;
            }
            prop_assert_eq!(count(&definition, &[0, 1, 2, 3], &[&condition]), total);
        }
    }

    #[test]
    fn what_is_spread_over_an_output_is_met_without_detours() {
        // 2·(h − 1) + u = i, with i given
        let affine = Affine { constant: -2, terms: vec![(0, -1), (1, 2), (2, 1)] };
        let condition = Condition::Compare(affine, Comparison::Zero);
        let loops = [("i", 40), ("h", 20), ("u", 3)].map(|(name, high)| Loop { name: name.into(), low: 1, high });
        let definition = Definition { tensor: 0, loops: loops.into(), rank: 1, body: Body::Index(Affine::default()) };
        let mut met = Vec::new();
        visit(&Nest::new(&definition, &[1, 2], Some(&condition)), 0, &mut vec![7, 0, 0], &mut met);
        assert_eq!(met, [vec![7, 3, 3], vec![7, 4, 1]]);
    }
}
