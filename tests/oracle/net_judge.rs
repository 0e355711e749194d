//! Compares what the program says of a net with what is true of it, at given points, and lists every
//! fault. Equations are taken in the order in which they are told: each may read only what is known by then.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::array::{cells, position};
use crate::expression::{Expr, Scope};
use crate::net_expected::claims;
use crate::net_truth::{Floats, Point, Truth};
use crate::nets::Plan;
use crate::operators::apply;

/// A net, how the program was told to speak of it, and points with what is true there.
pub(crate) struct NetTrial {
    /// The chain.
    pub(crate) plan: Plan,
    /// The smallest index.
    pub(crate) base: i64,
    /// Is it one layer, of which the program speaks without stages?
    pub(crate) alone: bool,
    /// The name in the answer.
    pub(crate) title: &'static str,
    /// Points.
    pub(crate) points: Vec<(Point, Truth)>,
}

/// Are the numbers the same, but for rounding? Each is measured against the largest of its tensor.
fn agree(told: f64, truth: f64, whole: &Floats) -> bool {
    let largest = whole.data.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
    (told - truth).abs() <= 1e-9 * largest + 1e-14
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

impl NetTrial {
    /// Every way in which the answer is wrong.
    pub(crate) fn faults(&self, answer: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        let expected = [("schema", json!(1)), ("layer", json!(self.title)), ("index_base", json!(self.base))];
        for (key, value) in expected {
            if answer[key] != value {
                faults.push(format!("{key} is {}, not {value}", answer[key]));
            }
        }
        self.declarations(answer, &mut faults);
        let scope = |(point, truth): &(Point, Truth)| {
            let known = self.plan.tensors.iter().zip(&point.given).zip(&truth.values);
            let known = known.filter(|((_, given), _)| !given.data.is_empty());
            let tensors: BTreeMap<String, Floats> =
                known.map(|((tensor, _), x)| (tensor.name.clone(), x.clone())).collect();
            Scope { tensors, base: self.base }
        };
        let mut scopes: Vec<Scope<f64>> = self.points.iter().map(scope).collect();
        self.assumptions(answer, &scopes, &mut faults);
        self.forward(answer, &mut scopes, &mut faults);
        self.gradients(answer, &mut scopes, &mut faults);

        let equations: usize = self.plan.tensors.iter().map(|tensor| tensor.shape.iter().product::<usize>()).sum();
        let checks = &answer["checks"];
        let counted = checks["equations"].as_u64().and_then(|n| usize::try_from(n).ok());
        if checks["failed"] != 0 || counted.is_none_or(|n| n + self.plan.tensors[0].shape.len() < equations / 2) {
            faults.push(format!("checks are {checks}"));
        }
        faults
    }

    /// The lists of tensors and of stages.
    fn declarations(&self, answer: &Value, faults: &mut Vec<String>) {
        let layered = |mut entry: Value, layer: Option<u32>| {
            if let Some(layer) = layer {
                entry["layer"] = json!(layer);
            }
            entry
        };
        let plan = &self.plan;
        let plain =
            plan.tensors.iter().map(|t| layered(json!({"name": t.name, "role": t.role, "shape": t.shape}), t.layer));
        let is_listed = |k: &usize| match plan.tensors[*k].role {
            "intermediate" => true,
            role => role == "output" && !plan.loss,
        };
        let adjoints = (0..plan.tensors.len()).filter(is_listed).map(|k| {
            let t = &plan.tensors[k];
            let name = if self.alone && t.role == "output" { "delta" } else { &t.adjoint };
            layered(json!({"name": name, "role": "adjoint", "shape": t.shape}), t.layer)
        });
        let tensors: Vec<Value> = plain.chain(adjoints).collect();
        if answer["tensors"] != json!(tensors) {
            faults.push(format!("tensors are {}, not {}", answer["tensors"], json!(tensors)));
        }
        let name = |&k: &usize| plan.tensors[k].name.clone();
        let stages = plan.stages.iter().map(|stage| {
            let inputs: Vec<String> = stage.inputs.iter().map(name).collect();
            json!({"stage": stage.step.words(), "layer": stage.layer, "inputs": inputs, "output": name(&stage.output)})
        });
        let stages: Vec<Value> = if self.alone { Vec::new() } else { stages.collect() };
        if list(&answer["stages"]) != stages {
            faults.push(format!("stages are {}, not {}", answer["stages"], json!(stages)));
        }
    }

    /// What is assumed: one equation for each row of the target, true for distributions and for them alone.
    fn assumptions(&self, answer: &Value, scopes: &[Scope<f64>], faults: &mut Vec<String>) {
        let told = list(&answer["assumptions"]);
        let assuming =
            self.plan.stages.iter().find(|stage| matches!(stage.step.words().as_str(), "crossentropy" | "nll"));
        let rows = assuming.map_or(0, |stage| {
            let shape = &self.plan.tensors[stage.inputs[0]].shape;
            shape[..shape.len() - 1].iter().product()
        });
        if told.iter().map(Value::to_string).collect::<BTreeSet<_>>().len() != rows || told.len() != rows {
            faults.push(format!("{} assumptions for {rows} rows", told.len()));
        }
        for text in told.iter().map(|text| text.as_str().unwrap_or_default()) {
            let sides = text.split_once("==").map(|(left, right)| (Expr::read(left), Expr::read(right)));
            let Some((Ok(left), Ok(right))) = sides else {
                faults.push(format!("the assumption {text} is no equation"));
                continue;
            };
            for ((point, _), scope) in self.points.iter().zip(scopes) {
                let holds = left.value(scope).and_then(|left| Ok((left - right.value(scope)?).abs() < 1e-9));
                if holds != Ok(point.distribution) {
                    faults.push(format!(
                        "the assumption {text}: {holds:?} at a target that is a distribution: {}",
                        point.distribution
                    ));
                }
            }
        }
    }

    /// The forward equations; each tensor becomes known when all its entries are told.
    fn forward(&self, answer: &Value, scopes: &mut [Scope<f64>], faults: &mut Vec<String>) {
        let all = list(&answer["forward"]);
        let groups: Vec<&[Value]> = all.chunk_by(|x, y| x["target"][0] == y["target"][0]).collect();
        let given = |k: usize| {
            self.plan.has_gradient(k) && self.points.iter().all(|(point, _)| !point.given[k].data.is_empty())
        };
        let due = (0..self.plan.tensors.len()).filter(|&k| !given(k) && self.plan.tensors[k].role != "target");
        if groups.len() != due.clone().count() {
            faults.push(format!("the forward equations come in {} groups", groups.len()));
        }
        for k in due {
            let tensor = &self.plan.tensors[k];
            // a group that is missing has no entries, which is noticed
            let own = groups.iter().find(|group| group[0]["target"][0] == tensor.name.as_str());
            self.entries(own.copied().unwrap_or_default(), k, scopes, |truth| &truth.values[k], |_| true, faults);
            for (scope, (_, truth)) in scopes.iter_mut().zip(&self.points) {
                scope.tensors.insert(tensor.name.clone(), truth.values[k].clone());
            }
        }
        let order: Vec<&str> = groups.iter().filter_map(|group| group[0]["target"][0].as_str()).collect();
        let place = |name: &str| self.plan.tensors.iter().position(|tensor| tensor.name == name);
        if !order.is_sorted_by_key(|name| place(name)) {
            faults.push(format!("the forward equations come in the order {order:?}"));
        }
    }

    /// The gradients, in the order in which they are told.
    fn gradients(&self, answer: &Value, scopes: &mut [Scope<f64>], faults: &mut Vec<String>) {
        let plan = &self.plan;
        let know = |scopes: &mut [Scope<f64>], name: &str, k: usize| {
            for (scope, (_, truth)) in scopes.iter_mut().zip(&self.points) {
                scope.tensors.insert(name.to_owned(), truth.adjoints[k].clone());
            }
        };
        if !plan.loss {
            let end = plan.last();
            know(scopes, if self.alone { "delta" } else { &plan.tensors[end].adjoint }, end);
        }
        let mut left: BTreeSet<usize> = (0..plan.tensors.len()).filter(|&k| plan.has_gradient(k)).collect();
        for gradient in list(&answer["gradients"]) {
            let place = plan.tensors.iter().position(|tensor| gradient["of"] == tensor.name.as_str());
            let Some(k) = place.filter(|k| left.remove(k)) else {
                faults.push(format!("a gradient of {} that is not due", gradient["of"]));
                continue;
            };
            let tensor = &plan.tensors[k];
            if gradient["adjoint"] != tensor.adjoint.as_str() {
                faults.push(format!("the gradient of {} is called {}", tensor.name, gradient["adjoint"]));
            }
            self.entries(list(&gradient["entries"]), k, scopes, |truth| &truth.adjoints[k], |_| true, faults);
            self.recognised(&gradient["recognised"], k, scopes, |_| true, faults);
            let nothing = self.points.iter().all(|(_, truth)| truth.adjoints[k].data.iter().all(|x| x.abs() < 1e-14));
            let some = !list(&gradient["recognised"]).is_empty();
            let claimed = plan.expected(k).iter().any(|parts| claims(&gradient["recognised"], parts));
            if !(claimed || nothing || plan.picks(k) || some && plan.has_axes_of_one(k)) {
                faults.push(format!("gradient of {}: not what is expected in {}", tensor.name, gradient["recognised"]));
            }
            self.assuming(gradient, k, scopes, faults);
            know(scopes, &tensor.adjoint, k);
        }
        let left: Vec<&str> = left.into_iter().map(|k| plan.tensors[k].name.as_str()).collect();
        if !left.is_empty() {
            faults.push(format!("no gradient of {left:?}"));
        }
    }

    /// What a gradient is if the target is a distribution.
    fn assuming(&self, gradient: &Value, k: usize, scopes: &[Scope<f64>], faults: &mut Vec<String>) {
        let expected = self.plan.expected_assuming(k);
        if let Some(assuming) = gradient.get("assuming") {
            let holds = |point: &Point| point.distribution;
            self.entries(list(&assuming["entries"]), k, scopes, |truth| &truth.adjoints[k], holds, faults);
            self.recognised(&assuming["recognised"], k, scopes, holds, faults);
            if !self.points.iter().any(|(point, _)| point.distribution) {
                faults.push(format!("gradient of {}: nothing can be assumed", gradient["of"]));
            }
        }
        let told = &gradient["assuming"]["recognised"];
        if expected.is_some_and(|parts| !claims(told, &parts) && !self.plan.has_axes_of_one(k)) {
            faults.push(format!("gradient of {}: no p - y in {told}", gradient["of"]));
        }
    }

    /// Entries of one tensor: each there once, none beyond, each with the true value where it is to hold.
    fn entries(
        &self,
        told: &[Value],
        tensor: usize,
        scopes: &[Scope<f64>],
        of: impl Fn(&Truth) -> &Floats,
        holds: impl Fn(&Point) -> bool,
        faults: &mut Vec<String>,
    ) {
        let tensor = &self.plan.tensors[tensor];
        let mut seen = vec![0; tensor.shape.iter().product()];
        for entry in told {
            let place = || {
                let (head, indices) = entry["target"].as_array()?.split_first()?;
                let cell: Option<Vec<i64>> = indices.iter().map(|i| Some(i.as_i64()? - self.base)).collect();
                position(&tensor.shape, &cell?).filter(|_| *head == tensor.name.as_str())
            };
            let text = entry["value"].as_str().unwrap_or_default();
            let (Some(at), Ok(expr)) = (place(), Expr::read(text)) else {
                faults.push(format!("{} = {text} is no entry of {}", entry["target"], tensor.name));
                continue;
            };
            seen[at] += 1;
            for (scope, (point, truth)) in scopes.iter().zip(&self.points).filter(|(_, (point, _))| holds(point)) {
                let (value, whole) = (expr.value(scope), of(truth));
                if !value.as_ref().is_ok_and(|&value| agree(value, whole.data[at], whole)) {
                    let (truth, kind) = (whole.data[at], point.distribution);
                    faults.push(format!("{} = {text}: {value:?}, truly {truth} ({kind})", entry["target"]));
                    break;
                }
            }
        }
        for (cell, count) in cells(&tensor.shape).iter().zip(seen) {
            if count != 1 {
                faults.push(format!("{}{cell:?} (from 0) is given {count} times", tensor.name));
            }
        }
    }

    /// Operators: each alone gives the whole gradient where it is to hold.
    fn recognised(
        &self,
        operators: &Value,
        k: usize,
        scopes: &[Scope<f64>],
        holds: impl Fn(&Point) -> bool,
        faults: &mut Vec<String>,
    ) {
        let tensor = &self.plan.tensors[k];
        for operator in list(operators) {
            let parts = if operator["operator"] == "add" {
                list(&operator["operands"])
            } else {
                std::slice::from_ref(operator)
            };
            let worded = |part: &Value, form: &str| part[form].as_str().is_some_and(|text| !text.is_empty());
            if !parts.iter().all(|part| worded(part, "latex") && worded(part, "text")) {
                faults.push(format!("gradient of {}: no words for {operator}", tensor.name));
            }
            for (scope, (_, truth)) in scopes.iter().zip(&self.points).filter(|(_, (point, _))| holds(point)) {
                let whole = &truth.adjoints[k];
                let result = apply(operator, scope, &tensor.shape);
                let same = |told: &Floats| told.data.iter().zip(&whole.data).all(|(&x, &y)| agree(x, y, whole));
                if !result.as_ref().is_ok_and(same) {
                    let why = result.map_or_else(|why| why, |told| format!("{:?} for {:?}", told.data, whole.data));
                    faults.push(format!("gradient of {}: {why} from {operator}", tensor.name));
                    break;
                }
            }
        }
    }
}
