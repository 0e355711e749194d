//! The checks at one point after another, generic over the field.

use super::evaluate::evaluate;
use super::field::{Field, Prime, Random};
use super::forward::Forward;
use super::operator::Operands;
use super::{Claims, Domain, Verdict};
use crate::expr::{Arena, ExprId, ExprKind, Number, TensorId};
use crate::layer::{Body, Instance, Part, ReduceOp};

/// How many evaluations of expressions all the points that give every argument its turn may take.
const MOST_EVALUATIONS: u64 = 2_000_000;

/// Does any definition take a maximum, which needs an ordered field?
pub(super) fn needs_order(instance: &Instance) -> bool {
    fn has_max(body: &Body) -> bool {
        match body {
            Body::Number(_) | Body::Index(_) | Body::Read(..) => false,
            Body::Sum(parts) | Body::Product(parts) => parts.iter().any(has_max),
            Body::Power(x, _) | Body::Call(_, _, x) => has_max(x),
            Body::Reduce { op, body, .. } => *op == ReduceOp::Max || has_max(body),
            Body::If(_, x, y) => has_max(x) || has_max(y),
        }
    }
    instance.definitions.iter().any(|d| has_max(&d.body))
}

pub(super) fn over_prime_field(claims: Claims<'_>) -> Verdict {
    let mut random = Random::new(0x5EED_0001);
    let mut verdict = Verdict { points: 2, domain: Domain::PrimeField, ..Verdict::default() };
    for _ in 0..verdict.points {
        point(claims, &mut verdict, &mut |_| Prime::new(random.next()));
    }
    verdict
}

pub(super) fn over_integers(claims: Claims<'_>) -> Verdict {
    let mut random = Random::new(0x5EED_0002);
    let turns = turns(claims);
    let points = 2 + turns.map_or(0, |turns| turns as usize);
    let mut verdict = Verdict { points, domain: Domain::Integers, ..Verdict::default() };
    point(claims, &mut verdict, &mut |_| Number::integer((random.next() % 20_001) as i64 - 10_000));
    point(claims, &mut verdict, &mut |_| Number::integer(1 + (random.next() % 3) as i64));
    if let Some(turns) = turns {
        // elements that lie less than `turns` apart have different values, and each is the largest at one point
        for turn in 0..turns {
            point(claims, &mut verdict, &mut |offset| Number::integer(1 + ((offset as u64 + turn) % turns) as i64));
        }
    }
    verdict
}

/// How many points let every argument of every maximum be the largest in turn: as many as the arguments of one lie apart, in
/// reading order. `None` if there would be too many; then random points have to do.
fn turns(claims: Claims<'_>) -> Option<u64> {
    let arena = &claims.system.arena;
    let offset = |id: &ExprId| if let ExprKind::Symbol(s) = arena.kind(*id) { Some(u64::from(s.offset)) } else { None };
    let mut widest = 1;
    for id in (0..arena.len() as u32).map(ExprId) {
        if let ExprKind::Max(of) = arena.kind(id) {
            let offsets: Option<Vec<u64>> = of.iter().map(offset).collect();
            let (low, high) = offsets?.into_iter().fold((u64::MAX, 0), |(low, high), o| (low.min(o), high.max(o)));
            widest = widest.max(high - low + 1);
        }
    }
    (widest * arena.len() as u64 <= MOST_EVALUATIONS).then_some(widest)
}

/// A number for every element: `of[tensor][offset]`, by the arena's tensors.
struct Point<'a, F> {
    arena: &'a Arena,
    of: Vec<Vec<F>>,
}

impl<F: Field> Point<'_, F> {
    fn symbol(&self, id: ExprId) -> Option<F> {
        if let ExprKind::Symbol(s) = self.arena.kind(id) {
            self.of.get(s.tensor.0 as usize)?.get(s.offset as usize).cloned()
        } else {
            None
        }
    }
}

/// Every check at one random point; all elements, defined ones and adjoints too, are independent: each equation is an identity.
fn point<F: Field>(claims: Claims<'_>, verdict: &mut Verdict, draw: &mut dyn FnMut(usize) -> F) {
    let Claims { instance, system, gradients, index_form, recognitions, ties } = claims;
    let arena = &system.arena;
    let of = arena.tensors().map(|(_, t)| (0..t.len()).map(&mut *draw).collect()).collect();
    let mut point: Point<'_, F> = Point { arena, of };
    let values = evaluate(arena, |id| point.symbol(id));
    let value = |id: ExprId| values[id.0 as usize].as_ref();
    // every point makes the same checks: they are counted once
    let mut failures = std::mem::take(&mut verdict.failures);
    *verdict = Verdict { points: verdict.points, domain: verdict.domain, ..Verdict::default() };
    let mut fail = |what: String| {
        if failures.len() < 20 {
            failures.push(what);
        }
    };

    // forward mode: values of the equations, and ∂C/∂x = Σ_o adjoint_o · ∂z_o/∂x for every element x of every tensor
    let mut slopes: Vec<Vec<F>> =
        instance.tensors.iter().map(|t| vec![F::integer(0); t.shape.iter().product()]).collect();
    for (source, expanded) in instance.definitions.iter().zip(&system.definitions) {
        let adjoint = adjoint_of(claims, expanded.tensor);
        let mut forward = Forward::new(instance, &point.of, ties);
        forward.run(source, |offset, expected, tangents| {
            verdict.forward += 1;
            if expected.as_ref() != value(expanded.values[offset]) {
                fail(format!("equation {offset} of `{}`", instance.tensors[source.tensor].name));
            }
            let weight = &point.of[adjoint.0 as usize][offset];
            for (tensor, place, slope) in tangents {
                let cell = &mut slopes[*tensor as usize][*place as usize];
                *cell = cell.add(&slope.mul(weight));
            }
        });
    }

    for gradient in &gradients.list {
        let name = &arena.tensor(gradient.of).name;
        let expected = &slopes[gradient.of.0 as usize];
        verdict.entries += gradient.entries.len();
        verdict.partials += gradient.steps.len();
        for (offset, &entry) in gradient.entries.iter().enumerate() {
            if value(entry) != Some(&expected[offset]) {
                fail(format!("gradient entry {offset} of `{name}`"));
            }
            let steps = gradient.steps_of(offset).iter().try_fold(F::integer(0), |sum, step| {
                let through = system.definitions[step.definition as usize].tensor;
                let weight = &point.of[adjoint_of(claims, through).0 as usize][step.through as usize];
                Some(sum.add(&value(step.partial)?.mul(weight)))
            });
            if steps.as_ref() != Some(&expected[offset]) {
                fail(format!("steps of gradient entry {offset} of `{name}`"));
            }
        }
    }

    for definition in &index_form.definitions {
        let of = definition.tensor - instance.tensors.len();
        Forward::new(index_form, &point.of, ties).run(definition, |offset, found, _| {
            verdict.index_form += 1;
            if found.as_ref() != Some(&slopes[of][offset]) {
                fail(format!("index form of the gradient of `{}`, entry {offset}", instance.tensors[of].name));
            }
        });
    }

    for (target, recognition) in recognitions {
        let entries = entries_of(claims, *target);
        let shape = &arena.tensor(*target).shape;
        let operands = Operands { arena, symbol: &|id| point.symbol(id) };
        let sum = recognition.parts.iter().try_fold(vec![F::integer(0); entries.len()], |sum, op| {
            let part = operands.evaluate(op, shape)?;
            Some(sum.iter().zip(&part).map(|(x, y)| x.add(y)).collect())
        });
        verdict.operators += entries.len();
        let agrees = sum.is_some_and(|s| s.iter().zip(entries).all(|(x, &e)| Some(x) == value(e)));
        if !agrees {
            fail(format!("the operator recognised for `{}`", arena.tensor(*target).name));
        }
    }
    drop(values);
    if instance.definitions.len() > 1 && !whole_source(claims, &mut point, draw) {
        fail("the composed gradients against forward mode through the whole source".to_string());
    }
    verdict.failures = failures;
}

fn adjoint_of(claims: Claims<'_>, tensor: TensorId) -> TensorId {
    let list = &claims.gradients.list;
    list.iter().find(|g| g.of == tensor).map_or(claims.gradients.upstream, |g| g.adjoint)
}

/// The expressions of a defined tensor or of an adjoint.
fn entries_of<'a>(claims: Claims<'a>, target: TensorId) -> &'a [ExprId] {
    let gradient = claims.gradients.list.iter().find(|g| g.adjoint == target).map(|g| &g.entries);
    gradient.or_else(|| claims.system.definition(target).map(|d| &d.values)).expect("a recognition names what it gives")
}

/// Intermediates take the values that the equations give them; the derivative of the loss along a random direction must come out
/// the same by forward mode through all definitions and by the composed gradients.
fn whole_source<F: Field>(claims: Claims<'_>, point: &mut Point<'_, F>, draw: &mut dyn FnMut(usize) -> F) -> bool {
    let Claims { instance, system, gradients, ties, .. } = claims;
    let mut direction: Vec<Vec<F>> =
        instance.tensors.iter().map(|t| (0..t.shape.iter().product::<usize>()).map(&mut *draw).collect()).collect();
    for definition in &instance.definitions {
        let (mut values, mut slopes) = (Vec::new(), Vec::new());
        Forward::new(instance, &point.of, ties).run(definition, |_, value, tangents| {
            values.push(value);
            slopes.push(
                tangents.iter().fold(F::integer(0), |sum, (t, o, slope)| {
                    sum.add(&slope.mul(&direction[*t as usize][*o as usize]))
                }),
            );
        });
        let Some(values) = values.into_iter().collect::<Option<Vec<F>>>() else { return true }; // no value here: nothing to compare
        point.of[definition.tensor] = values;
        direction[definition.tensor] = slopes;
    }
    let dot = |x: &[F], y: &[F]| x.iter().zip(y).fold(F::integer(0), |sum, (x, y)| sum.add(&x.mul(y)));
    let forward = dot(&point.of[gradients.upstream.0 as usize], &direction[instance.output()]);
    let mut backward = F::integer(0);
    for gradient in &gradients.list {
        let values = evaluate(&system.arena, |id| point.symbol(id));
        let Some(entries) = gradient.entries.iter().map(|e| values[e.0 as usize].clone()).collect::<Option<Vec<F>>>()
        else {
            return false;
        };
        if instance.tensors[gradient.of.0 as usize].part != Part::Defined {
            backward = backward.add(&dot(&entries, &direction[gradient.of.0 as usize]));
        }
        point.of[gradient.adjoint.0 as usize] = entries;
    }
    forward == backward
}
