//! Answers as the program should give them, written from the definition: the judge must accept them,
//! and must reject them once anything in them is wrong.

use serde_json::{Value, json};

use num_rational::BigRational;
use num_traits::One;

use crate::exact::whole;
use crate::plan::{Entry, Plan};

/// The indices from 1 of a row-major position.
fn indices(shape: &[usize], mut at: usize) -> Vec<usize> {
    let mut indices: Vec<usize> = Vec::new();
    for &size in shape.iter().rev() {
        indices.push(at % size + 1);
        at /= size;
    }
    indices.reverse();
    indices
}

/// The entry of a tensor at a row-major position, as `a[1,2]`.
fn read(name: &str, shape: &[usize], at: usize) -> String {
    let indices: Vec<String> = indices(shape, at).iter().map(usize::to_string).collect();
    if indices.is_empty() { name.to_owned() } else { format!("{name}[{}]", indices.join(",")) }
}

fn target(name: &str, shape: &[usize], at: usize) -> Value {
    Value::Array([json!(name)].into_iter().chain(indices(shape, at).into_iter().map(Value::from)).collect())
}

fn sum(terms: &[String]) -> String {
    if terms.is_empty() { "0".to_owned() } else { terms.join(" + ") }
}

fn product(factor: &BigRational, factors: &[String]) -> String {
    let number = (!factor.is_one()).then(|| factor.to_string());
    number.into_iter().chain(factors.iter().cloned()).collect::<Vec<_>>().join("*")
}

/// A true answer, which claims these operators: the name of a tensor, and the operator.
pub(crate) fn answer(plan: &Plan, operators: &[(&str, Value)]) -> Value {
    spliced(plan, plan, operators)
}

/// An answer whose forward equations are those of one plan, and whose gradients are those of another.
pub(crate) fn spliced(forward: &Plan, backward: &Plan, operators: &[(&str, Value)]) -> Value {
    let mut tensors: Vec<Value> =
        forward.slots.iter().map(|slot| json!({"name": slot.name, "role": slot.role, "shape": slot.shape})).collect();
    for (name, role) in [("z", "output"), ("delta", "adjoint")] {
        tensors.push(json!({"name": name, "role": role, "shape": forward.output}));
    }
    let equations = forward.entries.iter().enumerate();
    let equations = equations
        .map(|(at, entry)| json!({"target": target("z", &forward.output, at), "value": value(forward, entry)}));
    let equations: Vec<Value> = equations.collect();
    let gradients = backward.slots.iter().zip(slopes(backward)).map(|(slot, slopes)| {
        let entry = |(at, terms): (usize, &Vec<String>)| json!({"target": target(slot.name, &slot.shape, at), "value": sum(terms)});
        let entries: Vec<Value> = slopes.iter().enumerate().map(entry).collect();
        let own: Vec<&Value> = operators.iter().filter(|(of, _)| *of == slot.name).map(|(_, operator)| operator).collect();
        json!({"of": slot.name, "adjoint": format!("grad_{}", slot.name), "entries": entries, "recognised": own})
    });
    let gradients: Vec<Value> = gradients.collect();
    json!({"schema": 1, "layer": "sample", "index_base": 1, "tensors": tensors, "forward": equations,
        "gradients": gradients, "checks": {"equations": forward.equations(), "failed": 0}})
}

fn value(plan: &Plan, entry: &Entry) -> String {
    let slot = |(slot, at): (usize, usize)| read(plan.slots[slot].name, &plan.slots[slot].shape, at);
    match entry {
        Entry::Sum(terms) => {
            let one = |term: &crate::plan::Term| {
                product(&term.factor, &term.reads.iter().map(|&read| slot(read)).collect::<Vec<_>>())
            };
            sum(&terms.iter().map(one).collect::<Vec<_>>())
        }
        Entry::Max(places, _) => {
            format!("max({})", places.iter().map(|&at| slot((0, at))).collect::<Vec<_>>().join(", "))
        }
        Entry::Norm(places, p, factor) => format!("({})**(1/{p})", powers(plan, places, *p, factor)),
    }
}

fn powers(plan: &Plan, places: &[usize], p: i64, factor: &BigRational) -> String {
    let power = |&at: &usize| format!("{}**{p}", read("a", &plan.slots[0].shape, at));
    format!("({factor})*({})", places.iter().map(power).collect::<Vec<_>>().join(" + "))
}

/// The terms of each gradient's entries.
fn slopes(plan: &Plan) -> Vec<Vec<Vec<String>>> {
    let slot = |(slot, at): (usize, usize)| read(plan.slots[slot].name, &plan.slots[slot].shape, at);
    let empty = |slot: &crate::plan::Slot| vec![Vec::new(); slot.shape.iter().product()];
    let mut terms: Vec<Vec<Vec<String>>> = plan.slots.iter().map(empty).collect();
    for (o, entry) in plan.entries.iter().enumerate() {
        let delta = read("delta", &plan.output, o);
        match entry {
            Entry::Sum(list) => {
                for term in list {
                    for (k, &(to, at)) in term.reads.iter().enumerate() {
                        let others = term.reads.iter().enumerate().filter(|(other, _)| *other != k);
                        let factors: Vec<String> =
                            [delta.clone()].into_iter().chain(others.map(|(_, &read)| slot(read))).collect();
                        terms[to][at].push(product(&term.factor, &factors));
                    }
                }
            }
            Entry::Max(places, ties) => {
                let window = places.iter().map(|&at| slot((0, at))).collect::<Vec<_>>().join(", ");
                for (k, &at) in places.iter().enumerate() {
                    terms[0][at].push(format!("{delta}*{}({}, {window})", ties.word(), k + 1));
                }
            }
            Entry::Norm(places, p, factor) => {
                let outer = format!("({})**(1/{p} - 1)", powers(plan, places, *p, factor));
                for &at in places {
                    let inner = format!("{}**{}", slot((0, at)), whole(p - 1));
                    terms[0][at].push(format!("{delta}*({factor})*{outer}*{inner}"));
                }
            }
        }
    }
    terms
}
