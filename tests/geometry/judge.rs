//! Compares an answer in JSON with the definition, and lists every fault. Equations are taken in the
//! order in which they are told, so that tensors in between (a padded input) are chained: their
//! values come from their forward equations, their adjoints from their gradients.

use std::collections::BTreeMap;

use num_rational::BigRational;
use serde_json::{Value, json};

use crate::array::{Array, cells, position};
use crate::exact::Number;
use crate::expression::{Expr, Scope};
use crate::operators::apply;
use crate::plan::{Plan, Point};

/// Numbers that can be compared with the truth.
pub(crate) trait Same: Number {
    /// Are they the same, but for rounding where there is any?
    fn same(&self, truth: &Self) -> bool;
}

impl Same for BigRational {
    fn same(&self, truth: &Self) -> bool {
        self == truth
    }
}

impl Same for f64 {
    fn same(&self, truth: &Self) -> bool {
        (self - truth).abs() <= 1e-9 * (1.0 + truth.abs())
    }
}

fn same<T: Same>(told: &Array<T>, truth: &Array<T>) -> bool {
    told.shape == truth.shape && told.data.iter().zip(&truth.data).all(|(told, truth)| told.same(truth))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The operators of which one is to be claimed for the gradient of a tensor.
pub(crate) type Claims = Vec<(&'static str, &'static [&'static str])>;

/// Every way in which an answer is wrong at these points.
pub(crate) fn faults<T: Same>(plan: &Plan, claims: &Claims, answer: &Value, points: &[Point]) -> Vec<String> {
    let mut faults = Vec::new();
    if answer["schema"] != 1 {
        faults.push(format!("schema {}", answer["schema"]));
    }
    let shapes = declared(plan, answer, &mut faults);
    let checks = &answer["checks"];
    let counted = checks["equations"].as_u64().and_then(|n| usize::try_from(n).ok());
    if checks["failed"] != 0 || counted.is_none_or(|n| n < plan.equations()) {
        faults.push(format!("checks are {checks}, for {} equations at least", plan.equations()));
    }
    let Some(shapes) = shapes else {
        return faults;
    };
    for point in points {
        if let Err(why) = at_point::<T>(plan, claims, answer, &shapes, &point.to(), &mut faults) {
            faults.push(why);
        }
        if !faults.is_empty() {
            break;
        }
    }
    faults
}

type Shapes = BTreeMap<String, Vec<usize>>;

/// The shapes of the tensors that are listed, if those of the layer are among them as they should be.
fn declared(plan: &Plan, answer: &Value, faults: &mut Vec<String>) -> Option<Shapes> {
    let told = list(&answer["tensors"]);
    let own = plan.slots.iter().map(|slot| json!({"name": slot.name, "role": slot.role, "shape": slot.shape}));
    let last = [("z", "output"), ("delta", "adjoint")];
    let last = last.map(|(name, role)| json!({"name": name, "role": role, "shape": plan.output}));
    for tensor in own.chain(last) {
        let fits = |other: &&Value| ["role", "shape"].iter().all(|key| other[*key] == tensor[*key]);
        let mut named = told.iter().filter(|other| other["name"] == tensor["name"]);
        if named.next().filter(fits).is_none() || named.next().is_some() {
            faults.push(format!("the tensors lack {tensor}, or list it twice: {}", answer["tensors"]));
        }
    }
    let known = |tensor: &Value| {
        let name = tensor["name"].as_str().unwrap_or_default();
        plan.slots.iter().any(|slot| slot.name == name) || matches!(name, "z" | "delta")
    };
    for tensor in told.iter().filter(|tensor| !known(tensor)) {
        if tensor["role"] != "intermediate" && tensor["role"] != "adjoint" {
            faults.push(format!("what is {tensor}?"));
        }
    }
    let size = |n: &Value| n.as_u64().and_then(|n| usize::try_from(n).ok());
    let shape = |tensor: &Value| {
        let shape = list(&tensor["shape"]).iter().map(size).collect::<Option<Vec<usize>>>()?;
        Some((tensor["name"].as_str()?.to_owned(), shape))
    };
    faults.is_empty().then(|| told.iter().map(shape).collect::<Option<Shapes>>()).flatten()
}

/// The array that entries of one tensor make: each there once, none beyond.
fn entries<T: Same>(list: &[&Value], name: &str, shape: &[usize], scope: &Scope<T>) -> Result<Array<T>, String> {
    let mut found: Vec<Option<T>> = vec![None; shape.iter().product()];
    for entry in list {
        let target = &entry["target"];
        let place = || {
            let (head, indices) = target.as_array()?.split_first()?;
            let cell: Option<Vec<i64>> = indices.iter().map(|i| Some(i.as_i64()? - scope.base)).collect();
            position(shape, &cell?).filter(|_| *head == name)
        };
        let at = place().ok_or_else(|| format!("{target} is no entry of {name}{shape:?}"))?;
        let text = entry["value"].as_str().unwrap_or_default();
        let value = Expr::read(text)?.value(scope).map_err(|why| format!("{target} = {text}: {why}"))?;
        if found[at].replace(value).is_some() {
            return Err(format!("{target} is given twice"));
        }
    }
    let missing = || found.iter().zip(cells(shape)).find(|(x, _)| x.is_none()).map(|(_, cell)| cell);
    match missing() {
        Some(cell) => Err(format!("{name}{cell:?} (from 0) is not given")),
        None => Ok(Array { shape: shape.to_vec(), data: found.into_iter().flatten().collect() }),
    }
}

fn at_point<T: Same>(
    plan: &Plan,
    claims: &Claims,
    answer: &Value,
    shapes: &Shapes,
    point: &Point<T>,
    faults: &mut Vec<String>,
) -> Result<(), String> {
    let names = plan.slots.iter().map(|slot| slot.name.to_owned());
    let tensors = names.zip(point.inputs.iter().cloned()).collect();
    let mut scope = Scope { tensors, base: answer["index_base"].as_i64().unwrap_or(1) };
    let shape_of = |name: &str| shapes.get(name).ok_or_else(|| format!("`{name}` is not among the tensors"));

    // forward: first whatever is between, then the output
    let mut names: Vec<&str> = Vec::new();
    for entry in list(&answer["forward"]) {
        let name = entry["target"][0].as_str().unwrap_or_default();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    for name in names {
        if name != "z" && scope.tensors.contains_key(name) {
            return Err(format!("{name} is computed, but it is given"));
        }
        let own: Vec<&Value> = list(&answer["forward"]).iter().filter(|entry| entry["target"][0] == name).collect();
        let value = entries(&own, name, shape_of(name)?, &scope)?;
        scope.tensors.insert(name.to_owned(), value);
    }
    let truth = plan.value(point)?;
    if !scope.tensors.get("z").is_some_and(|z| same(z, &truth)) {
        faults.push("z has other values".to_owned());
    }

    scope.tensors.insert("delta".to_owned(), point.delta.clone());
    let truths = plan.gradients(point)?;
    let mut seen: Vec<&str> = Vec::new();
    for gradient in list(&answer["gradients"]) {
        let name = gradient["of"].as_str().unwrap_or_default();
        if seen.contains(&name) {
            return Err(format!("two gradients of {name}"));
        }
        seen.push(name);
        let shape = shape_of(name)?;
        let own: Vec<&Value> = list(&gradient["entries"]).iter().collect();
        let value = entries(&own, name, shape, &scope)?;
        let slot = plan.slots.iter().position(|slot| slot.name == name);
        if slot.is_some_and(|slot| !same(&value, &truths[slot])) {
            faults.push(format!("the gradient of {name} has other values"));
        }
        let recognised = list(&gradient["recognised"]);
        for operator in recognised {
            let result =
                apply(operator, &scope, shape).map_err(|why| format!("gradient of {name}: {why} from {operator}"))?;
            if !same(&result, &value) {
                faults.push(format!("the gradient of {name} is not {operator}"));
            }
        }
        let dead = value.data.iter().all(|x| x.same(&T::of(&crate::exact::whole(0))));
        let expected = claims.iter().filter(|(of, _)| *of == name && !dead);
        for (_, kinds) in expected {
            if !recognised.iter().any(|operator| kinds.iter().any(|kind| operator["operator"] == *kind)) {
                faults.push(format!(
                    "the gradient of {name} is recognised as none of {kinds:?}: {}",
                    gradient["recognised"]
                ));
            }
        }
        let adjoint = gradient["adjoint"].as_str().map_or_else(|| format!("grad_{name}"), str::to_owned);
        scope.tensors.insert(adjoint, value);
    }
    for slot in &plan.slots {
        if !seen.contains(&slot.name) {
            faults.push(format!("no gradient of {}", slot.name));
        }
    }
    Ok(())
}
