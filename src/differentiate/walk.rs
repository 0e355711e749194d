//! The walk itself: from the right-hand side of each equation down to its symbols, then the contributions sorted by symbol.

use rustc_hash::FxHashSet;

use super::fold::Folds;
use super::roots::Roots;
use super::rules::slope;
use super::{Gradient, Rule, Rules, Step};
use crate::expr::{Arena, ExprId, ExprKind, Number, Role, System, TensorId, Ties};

/// A contribution before sorting: to which symbol, and the step.
pub(super) struct Contribution {
    symbol: ExprId,
    step: Step,
}

/// Every local derivative of every equation, in the order of the equations.
///
/// Whole powers of roots become powers of what is under them where there are `roots`; `None` where that cannot be checked.
pub(super) fn walk(system: &mut System, ties: Ties, mut roots: Option<Roots>) -> Option<Vec<Contribution>> {
    let mut found = Vec::new();
    for (place, definition) in system.definitions.iter().enumerate() {
        let from = found.len();
        let mut folds = Folds::new(&system.arena, definition);
        for (offset, &value) in definition.values.iter().enumerate() {
            let one = system.arena.number(Number::integer(1));
            let start =
                Step { through: offset as u32, definition: place as u16, rules: Rules::default(), partial: one };
            descend(&mut system.arena, value, start, ties, &mut found);
        }
        if !folds.is_empty() {
            // what a layer has computed already stands by its name in its derivatives
            add_up(&mut system.arena, &mut found, from);
            for contribution in &mut found[from..] {
                contribution.step.partial = folds.fold(&mut system.arena, contribution.step.partial);
            }
        }
        if let Some(roots) = &mut roots {
            for contribution in &mut found[from..] {
                contribution.step.partial = roots.reduce(&mut system.arena, contribution.step.partial);
            }
            if !Roots::are_apart(&system.arena, definition, found[from..].iter().map(|c| c.step.partial)) {
                return None;
            }
        }
    }
    Some(found)
}

/// Adds up the contributions, from a place on, of one equation to one symbol: what folds may have come apart in the walk.
fn add_up(arena: &mut Arena, found: &mut Vec<Contribution>, from: usize) {
    let mut rest: Vec<Contribution> = found.drain(from..).collect();
    rest.sort_by_key(|c| (c.step.through, c.symbol));
    for run in rest.chunk_by(|x, y| x.step.through == y.step.through && x.symbol == y.symbol) {
        let mut step = run[0].step;
        if run.len() > 1 {
            let partials: Vec<ExprId> = run.iter().map(|c| c.step.partial).collect();
            step.partial = arena.sum(&partials);
            step.rules = run.iter().fold(step.rules, |rules, c| rules.union(c.step.rules)).with(Rule::Sum);
        }
        found.push(Contribution { symbol: run[0].symbol, step });
    }
}

/// Hands the adjoint `step.partial` of `expr` down to the symbols in it, one rule for each kind of expression.
fn descend(arena: &mut Arena, expr: ExprId, step: Step, ties: Ties, found: &mut Vec<Contribution>) {
    match arena.kind(expr) {
        ExprKind::Number(_) | ExprKind::Chosen { .. } => {} // constant, or constant wherever it has a derivative
        ExprKind::Symbol(_) => {
            let rules = if step.rules == Rules::default() { step.rules.with(Rule::Itself) } else { step.rules };
            found.push(Contribution { symbol: expr, step: Step { rules, ..step } });
        }
        ExprKind::Sum(terms) => {
            let len = terms.len();
            for place in 0..len {
                let child = child(arena, expr, place);
                descend(arena, child, Step { rules: step.rules.with(Rule::Sum), ..step }, ties, found);
            }
        }
        ExprKind::Product(coefficient, factors) => {
            let (coefficient, len) = (coefficient.clone(), factors.len());
            for place in 0..len {
                let factor = child(arena, expr, place);
                let partial = product_but_one(arena, &coefficient, expr, place, step.partial);
                descend(arena, factor, Step { partial, rules: step.rules.with(Rule::Product), ..step }, ties, found);
            }
        }
        ExprKind::Power(base, n) => {
            let lower = arena.power(base, n - 1).expect("the base of a power is no constant");
            let n = arena.number(Number::integer(i64::from(n)));
            let partial = arena.product(&[n, lower, step.partial]);
            descend(arena, base, Step { partial, rules: step.rules.with(Rule::Power), ..step }, ties, found);
        }
        ExprKind::Call(function, argument) => {
            let derivative = slope(arena, function, argument, expr);
            let partial = arena.product(&[derivative, step.partial]);
            descend(arena, argument, Step { partial, rules: step.rules.with(Rule::Chain), ..step }, ties, found);
        }
        ExprKind::Max(arguments) => {
            let arguments = arguments.to_vec();
            let mut met = FxHashSet::default();
            for (which, &argument) in arguments.iter().enumerate() {
                // one that stands in several places gets all their shares at once
                if !met.insert(argument) {
                    continue;
                }
                let chosen = arena.chosen(ties, which, expr);
                let partial = arena.product(&[chosen, step.partial]);
                descend(arena, argument, Step { partial, rules: step.rules.with(Rule::Maximum), ..step }, ties, found);
            }
        }
    }
}

/// A term of a sum or a factor of a product, fetched by place so that the arena stays free to grow.
fn child(arena: &Arena, expr: ExprId, place: usize) -> ExprId {
    match arena.kind(expr) {
        ExprKind::Sum(list) | ExprKind::Product(_, list) => list[place],
        ExprKind::Number(_)
        | ExprKind::Symbol(_)
        | ExprKind::Power(..)
        | ExprKind::Call(..)
        | ExprKind::Max(_)
        | ExprKind::Chosen { .. } => unreachable!("only sums and products are fetched from"),
    }
}

/// `outer · coefficient · Π factors`, the factor at `place` left out.
fn product_but_one(arena: &mut Arena, coefficient: &Number, product: ExprId, place: usize, outer: ExprId) -> ExprId {
    let ExprKind::Product(_, factors) = arena.kind(product) else { unreachable!("the caller holds a product") };
    if let &[x, y] = factors
        && coefficient.is_one()
    {
        let other = if place == 0 { y } else { x };
        return if is_one(arena, outer) { other } else { arena.product(&[outer, other]) };
    }
    let mut rest: Vec<ExprId> = factors.iter().enumerate().filter(|&(i, _)| i != place).map(|(_, &f)| f).collect();
    rest.push(outer);
    rest.push(arena.number(coefficient.clone()));
    arena.product(&rest)
}

fn is_one(arena: &Arena, id: ExprId) -> bool {
    matches!(arena.kind(id), ExprKind::Number(n) if n.is_one())
}

/// Contributions sorted by symbol, those of one symbol in the order of the equations.
pub(super) struct BySymbol {
    /// Where the steps of each symbol begin, by symbol id; symbols of other tensors have none.
    starts: Vec<u32>,
    steps: Vec<Step>,
}

/// Counting sort: linear, and stable, which keeps the order of the equations.
pub(super) fn by_symbol(raw: &[Contribution], tensors: &[(TensorId, Vec<usize>, Role)], system: &System) -> BySymbol {
    let end = tensors.iter().map(|t| system.arena.tensor(t.0)).map(|t| t.first.0 as usize + t.len()).max().unwrap_or(0);
    let mut starts = vec![0u32; end + 1];
    for c in raw {
        starts[c.symbol.0 as usize + 1] += 1;
    }
    for i in 1..starts.len() {
        starts[i] += starts[i - 1];
    }
    let mut next = starts.clone();
    let mut steps = raw.first().map(|c| vec![c.step; raw.len()]).unwrap_or_default();
    for c in raw {
        let place = &mut next[c.symbol.0 as usize];
        steps[*place as usize] = c.step;
        *place += 1;
    }
    BySymbol { starts, steps }
}

/// The gradient of one tensor: steps through the same equation added up, and every entry the sum of adjoint times step.
pub(super) fn gradient(
    system: &mut System,
    of: TensorId,
    len: usize,
    adjoints: &[TensorId],
    sorted: &BySymbol,
    loss: Option<TensorId>,
) -> Gradient {
    let first = system.arena.tensor(of).first.0 as usize;
    let System { arena, definitions, .. } = system;
    let is_loss = loss.map(|t| arena.tensor(t).first);
    let mut result = Gradient {
        of,
        adjoint: adjoints[of.0 as usize],
        entries: Vec::with_capacity(len),
        steps: Vec::with_capacity((sorted.starts[first + len] - sorted.starts[first]) as usize),
        starts: Vec::with_capacity(len + 1),
        simplified: None,
        assuming: None,
    };
    let upstream: Vec<ExprId> = definitions.iter().map(|d| arena.tensor(adjoints[d.tensor.0 as usize]).first).collect();
    let mut terms = Vec::new();
    for symbol in first..first + len {
        result.starts.push(result.steps.len() as u32);
        terms.clear();
        let steps = &sorted.steps[sorted.starts[symbol] as usize..sorted.starts[symbol + 1] as usize];
        for run in steps.chunk_by(|x, y| x.definition == y.definition && x.through == y.through) {
            let mut step = run[0];
            if run.len() > 1 {
                let partials: Vec<ExprId> = run.iter().map(|s| s.partial).collect();
                step.partial = arena.sum(&partials);
                step.rules = run.iter().fold(step.rules, |rules, s| rules.union(s.rules)).with(Rule::Sum);
            }
            if arena.is_zero(step.partial) {
                continue;
            }
            let adjoint = ExprId(upstream[step.definition as usize].0 + step.through);
            terms.push(if is_loss == Some(adjoint) {
                step.partial // ∂C/∂C = 1
            } else if is_one(arena, step.partial) {
                adjoint
            } else {
                arena.product(&[adjoint, step.partial])
            });
            result.steps.push(step);
        }
        result.entries.push(arena.sum(&terms));
    }
    result.starts.push(result.steps.len() as u32);
    result
}
