//! The checks at one point after another.

use super::evaluate::{Evaluator, Table};
use super::field::{Prime, Random};
use super::forward::Forward;
use super::functions::Meaning;
use super::operator::Operands;
use super::tape::{Tape, first_elements};
use super::verdict::STRUCTURE_POINTS;
use super::witness::{Below, Known, Witness, first_input};
use super::{Claims, Verdict};
use crate::differentiate::Gradient;
use crate::expr::{ExprId, ExprKind, Relation, TensorId, elementary};
use crate::index::{Body, Instance, Part, ReduceOp};
use crate::recognise::Recognition;

/// How often another point is drawn where something has no value.
const ATTEMPTS: usize = 6;
/// This many failures are listed.
const MOST_FAILURES: usize = 20;

/// Everything, at every point; some of them are kept.
pub(super) fn check(claims: Claims<'_>) -> (Verdict, Witness) {
    let mut random = Random::new(0x5EED_0001);
    let mut verdict = Verdict::default();
    let mut points = Vec::new();
    // what holds only under assumptions is tried where they hold, all else anywhere
    let conditional = claims.gradients.list.iter().any(|g| g.assuming.is_some()) || !claims.assuming.is_empty();
    let assumed = [false, true].into_iter().take(if conditional { 2 } else { 1 });
    for assumed in assumed {
        for number in 1..=STRUCTURE_POINTS {
            let place = Place { ordered: false, assumed, kept: number == STRUCTURE_POINTS };
            points.extend(run(claims, place, &mut verdict, &mut |_| {
                let mut random = Random::new(random.next());
                Box::new(move |_| Prime::new(random.next()))
            }));
        }
        if !needs_order(claims.instance) {
            continue;
        }
        // anywhere; crowded, so that ties and kinks occur; and each tensor constant, so that they also occur behind other layers
        for kind in 0..3 {
            let place = Place { ordered: true, assumed, kept: kind == 1 };
            points.extend(run(claims, place, &mut verdict, &mut |attempt| {
                let mut random = Random::new(random.next());
                let early = attempt < ATTEMPTS / 2;
                Box::new(move |tensor| match (kind, early) {
                    (0, true) => Prime::new(random.next()),
                    (0, false) => Prime::new(random.next() >> 4), // a positive number
                    (1, true) => Prime::integer((random.next() % 4) as i64 - 1),
                    (1, false) => Prime::integer(1 + (random.next() % 3) as i64),
                    _ => Prime::integer(1 + tensor as i64),
                })
            }));
        }
    }
    let firsts = first_elements(claims.instance);
    (verdict, Witness { points, firsts, ties: claims.ties, activation: claims.activation.map(str::to_string) })
}

/// Does any definition take a maximum, or a function that asks for a sign?
fn needs_order(instance: &Instance) -> bool {
    fn asks(body: &Body) -> bool {
        match body {
            Body::Number(_) | Body::Index(_) | Body::Read(..) | Body::Flat(..) => false,
            Body::Extreme(..) => true,
            Body::Sum(parts) | Body::Product(parts) => parts.iter().any(asks),
            Body::Call(name, _, x) => elementary(name).is_some_and(|row| row.kink.is_some()) || asks(x),
            Body::Power(x, _) => asks(x),
            Body::Reduce { op, body, .. } => *op == ReduceOp::Max || asks(body),
            Body::If(_, x, y) => asks(x) || asks(y),
        }
    }
    instance.definitions.iter().any(|d| asks(&d.body))
}

/// Draws a number for an element of a tensor, given the tensor's place.
type Draw<'a> = dyn FnMut(usize) -> Prime + 'a;

/// What is asked of a point.
#[derive(Clone, Copy)]
struct Place {
    /// Do functions that ask for a sign look at the number, or at nothing but what is abstractly known?
    ordered: bool,
    /// Do the layer's assumptions hold at it?
    assumed: bool,
    /// Is it kept for what is displayed?
    kept: bool,
}

/// One point, if it is to be kept; another is drawn where something has no value.
fn run(
    claims: Claims<'_>,
    place: Place,
    verdict: &mut Verdict,
    new_draw: &mut dyn FnMut(usize) -> Box<Draw<'static>>,
) -> Option<Known> {
    let mut without_value = None;
    for attempt in 0..ATTEMPTS {
        let mut draw = new_draw(attempt);
        match Point::new(claims, place, &mut *draw) {
            Ok(point) => {
                verdict.ordered |= place.ordered;
                return point.check(verdict);
            }
            Err(tensor) => without_value = Some(claims.instance.tensors[tensor].name.clone()),
        }
    }
    if !place.ordered {
        verdict.without_value = without_value;
    }
    None
}

/// A point: numbers for all tensors but adjoints, and their derivatives along a direction.
struct Point<'a> {
    claims: Claims<'a>,
    meaning: Meaning,
    place: Place,
    table: Table,
    direction: Table,
    /// What the activation below is applied to.
    before: Option<Vec<Prime>>,
    /// The number of each tensor's first element.
    firsts: Vec<u32>,
    /// The tangents of every equation, definition by definition.
    tapes: Vec<Tape>,
    /// A number for every equation, definition by definition: local derivatives are compared in a sum with these weights, in
    /// which two wrong ones cannot make up for each other.
    weights: Table,
}

impl<'a> Point<'a> {
    /// Declared tensors and the upstream gradient drawn, defined ones computed from the source.
    ///
    /// # Errors
    /// With the place of the first tensor that has no value.
    fn new(claims: Claims<'a>, place: Place, draw: &mut Draw<'_>) -> Result<Point<'a>, usize> {
        let meaning = Meaning { ordered: place.ordered, reduced: claims.gradients.reduced };
        let Claims { instance, system, gradients, ties, activation, .. } = claims;
        let firsts = first_elements(instance);
        let mut table: Table = vec![Vec::new(); system.arena.tensors().len()];
        let mut direction: Table = vec![Vec::new(); instance.tensors.len()];
        let mut slopes = Random::new(0x5EED_0003);
        for (place, tensor) in instance.tensors.iter().enumerate() {
            if tensor.part != Part::Defined {
                let len: usize = tensor.shape.iter().product();
                table[place] = (0..len).map(|_| draw(place)).collect();
                direction[place] = (0..len).map(|_| Prime::new(slopes.next())).collect();
            }
        }
        // the first input is what the activation below makes of what was drawn
        let input = first_input(instance).filter(|_| activation.is_some());
        let mut before = input.map(|input| table[input].clone());
        if let (Some(input), Some(name), Some(before)) = (input, activation, &before) {
            let values = before.iter().map(|&x| Some(meaning.call(name, 0, x)?.0));
            table[input] = values.collect::<Option<_>>().ok_or(input)?;
        }
        let given = input.map(|input| table[input].clone());
        for relation in system.assumptions.iter().filter(|_| place.assumed) {
            restrict(claims, relation, &mut table);
        }
        if input.is_some_and(|input| given.as_ref() != Some(&table[input])) {
            before = None; // an assumption on the input itself moved it
        }
        // what is given beside the input does not vary
        for (place, tensor) in instance.tensors.iter().enumerate() {
            if matches!(tensor.part, Part::Target | Part::Data) {
                direction[place].fill(Prime::integer(0));
            }
        }
        let upstream = gradients.upstream.0 as usize;
        let len = system.arena.tensor(gradients.upstream).len();
        table[upstream] =
            if system.loss { vec![Prime::integer(1); len] } else { (0..len).map(|_| draw(upstream)).collect() };
        let mut tapes = Vec::with_capacity(instance.definitions.len());
        let mut weights: Table = Vec::with_capacity(instance.definitions.len());
        for definition in &instance.definitions {
            let (mut values, mut along) = (Vec::new(), Vec::new());
            let mut tape = Tape::default();
            Forward::new(instance, &table, meaning, ties).run(definition, |_, value, tangents| {
                values.push(value);
                along.push(tangents.iter().fold(Prime::integer(0), |sum, (t, o, slope)| {
                    sum.add(slope.mul(direction[*t as usize][*o as usize]))
                }));
                tape.push(&firsts, tangents);
            });
            table[definition.tensor] = values.into_iter().collect::<Option<_>>().ok_or(definition.tensor)?;
            direction[definition.tensor] = along;
            weights.push((0..tape.len()).map(|_| Prime::new(slopes.next())).collect());
            tapes.push(tape);
        }
        Ok(Point { claims, meaning, place, table, direction, before, firsts, tapes, weights })
    }

    /// Every check, and what was found out on the way, if it is to be kept.
    fn check(mut self, verdict: &mut Verdict) -> Option<Known> {
        let Claims { instance, system, gradients, index_form, recognitions, assuming, ties, .. } = self.claims;
        let arena = &system.arena;
        // every point makes the same checks: they are counted once
        let mut count = Verdict { points: verdict.points + 1, ordered: verdict.ordered, ..Verdict::default() };
        count.failures = std::mem::take(&mut verdict.failures);
        count.without_value = verdict.without_value.take();
        let mut evaluator = Evaluator::new(arena, self.meaning);
        for definition in &system.definitions {
            for (offset, &value) in definition.values.iter().enumerate() {
                count.forward += 1;
                if evaluator.value(&self.table, value) != Some(self.table[definition.tensor.0 as usize][offset]) {
                    fail(&mut count, || format!("equation {offset} of `{}`", arena.tensor(definition.tensor).name));
                }
            }
        }

        // forward mode: ∂C/∂x = Σ_o adjoint_o · ∂z_o/∂x for every element x of every tensor, from the last definition to the first
        let elements = self.firsts.last().map_or(0, |&all| all as usize);
        let mut slopes = vec![Prime::integer(0); elements];
        let mut mixed = slopes.clone();
        let own = |firsts: &[u32], of: usize| firsts[of] as usize..firsts[of + 1] as usize;
        let mut gradient_of = vec![None; instance.tensors.len()];
        gradients.list.iter().for_each(|g| gradient_of[g.of.0 as usize] = Some(g));
        for (place, source) in instance.definitions.iter().enumerate().rev() {
            let adjoint = match gradient_of[source.tensor] {
                None => gradients.upstream,
                Some(gradient) => {
                    let expected = [&slopes, &mixed].map(|t| &t[own(&self.firsts, source.tensor)]);
                    self.gradient(gradient, expected, &mut evaluator, &mut count);
                    gradient.adjoint
                }
            };
            let weights = self.table[adjoint.0 as usize].iter().zip(&self.weights[place]);
            for (equation, (&weight, &other)) in weights.enumerate() {
                for (element, slope) in self.tapes[place].equation(equation) {
                    slopes[element] = slopes[element].add(slope.mul(weight));
                    mixed[element] = mixed[element].add(slope.mul(other));
                }
            }
            debug_assert_eq!(system.definitions[place].tensor.0 as usize, source.tensor);
        }
        for gradient in &gradients.list {
            let of = gradient.of.0 as usize;
            if instance.tensors[of].part != Part::Defined {
                let expected = [&slopes, &mixed].map(|t| &t[own(&self.firsts, of)]);
                self.gradient(gradient, expected, &mut evaluator, &mut count);
            }
        }

        drop(evaluator); // it is large

        for definition in &index_form.definitions {
            let of = definition.tensor - instance.tensors.len();
            Forward::new(index_form, &self.table, self.meaning, ties).values_only().run(
                definition,
                |offset, found, _| {
                    count.index_form += 1;
                    if found != Some(slopes[self.firsts[of] as usize + offset]) {
                        fail(&mut count, || {
                            format!("index form of the gradient of `{}`, entry {offset}", instance.tensors[of].name)
                        });
                    }
                },
            );
        }
        for (target, recognition) in recognitions.iter().chain(assuming.iter().filter(|_| self.place.assumed)) {
            self.operator(*target, recognition, &mut count);
        }
        self.whole(&slopes, &mut count);
        *verdict = count;
        self.place.kept.then(|| self.known())
    }

    /// What is kept of the point once all is checked.
    fn known(self) -> Known {
        let below = self.before.and_then(|before| {
            let Claims { instance, gradients, activation, .. } = self.claims;
            let input = first_input(instance)?;
            let adjoint = gradients.list.iter().find(|g| g.of.0 as usize == input)?.adjoint;
            Below::new(self.meaning, activation?, before, &self.table[adjoint.0 as usize])
        });
        let Place { assumed, .. } = self.place;
        Known { meaning: self.meaning, assumed, table: self.table, tapes: self.tapes, below, given: false }
    }

    /// Each form of each entry against forward mode, and the local derivatives in the sum with other weights; then the adjoint is
    /// known.
    fn gradient(
        &mut self,
        gradient: &Gradient,
        [expected, mixed]: [&[Prime]; 2],
        evaluator: &mut Evaluator<'_>,
        count: &mut Verdict,
    ) {
        let Claims { system, .. } = self.claims;
        let name = &system.arena.tensor(gradient.of).name;
        count.partials += gradient.steps.len();
        let assuming = gradient.assuming.as_ref().filter(|_| self.place.assumed);
        let forms = [Some(&gradient.entries), gradient.simplified.as_ref(), assuming];
        for form in forms.into_iter().flatten() {
            count.entries += form.len();
            for (offset, &entry) in form.iter().enumerate() {
                if evaluator.value(&self.table, entry) != Some(expected[offset]) {
                    fail(count, || format!("gradient entry {offset} of `{name}`"));
                }
            }
        }
        for (offset, &mixed) in mixed.iter().enumerate() {
            let steps = gradient.steps_of(offset).iter().try_fold(Prime::integer(0), |sum, step| {
                let weight = self.weights[step.definition as usize].get(step.through as usize)?;
                Some(sum.add(evaluator.value(&self.table, step.partial)?.mul(*weight)))
            });
            if steps != Some(mixed) {
                fail(count, || format!("local derivatives of gradient entry {offset} of `{name}`"));
            }
        }
        self.table[gradient.adjoint.0 as usize] = expected.to_vec();
    }

    fn operator(&self, target: TensorId, recognition: &Recognition, count: &mut Verdict) {
        let arena = &self.claims.system.arena;
        let tensor = arena.tensor(target);
        let operands = Operands { arena, table: &self.table, meaning: self.meaning };
        let sum = recognition.parts.iter().try_fold(vec![Prime::integer(0); tensor.len()], |sum, op| {
            let part = operands.evaluate(op, &tensor.shape)?;
            (part.len() == sum.len()).then(|| sum.iter().zip(&part).map(|(x, y)| x.add(*y)).collect::<Vec<_>>())
        });
        count.operators += tensor.len();
        if sum.as_ref() != Some(&self.table[target.0 as usize]) {
            fail(count, || format!("the operator recognised for `{}`", tensor.name));
        }
    }

    /// The derivative of the loss along the direction: by forward mode through all definitions, and by the gradients.
    fn whole(&self, slopes: &[Prime], count: &mut Verdict) {
        let Claims { instance, gradients, .. } = self.claims;
        let dot = |x: &[Prime], y: &[Prime]| x.iter().zip(y).fold(Prime::integer(0), |sum, (x, y)| sum.add(x.mul(*y)));
        let forward = dot(&self.table[gradients.upstream.0 as usize], &self.direction[instance.output()]);
        let declared = instance.tensors.iter().enumerate().filter(|(_, t)| t.part != Part::Defined);
        let backward = declared.fold(Prime::integer(0), |sum, (t, _)| {
            sum.add(dot(&slopes[self.firsts[t] as usize..], &self.direction[t]))
        });
        if forward != backward {
            fail(count, || "the composed gradients against forward mode through the whole source".to_string());
        }
    }
}

fn fail(count: &mut Verdict, what: impl FnOnce() -> String) {
    if count.failures.len() < MOST_FAILURES {
        count.failures.push(what());
    }
}

/// Moves the last element of an assumed sum so that the assumption holds.
fn restrict(claims: Claims<'_>, relation: &Relation, table: &mut Table) {
    let symbol = |id: &ExprId| {
        let ExprKind::Symbol(s) = claims.system.arena.kind(*id) else { return None };
        Some((s.tensor.0 as usize, s.offset as usize))
    };
    let places: Option<Vec<(usize, usize)>> = relation.symbols.iter().map(symbol).collect();
    let places = places.expect("assumptions are about elements");
    let Some((&(tensor, offset), others)) = places.split_last() else { return };
    let sum = others.iter().fold(Prime::integer(0), |sum, &(t, o)| sum.add(table[t][o]));
    table[tensor][offset] = Prime::from_number(&relation.value).add(sum.negate());
}
