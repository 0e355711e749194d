//! Compares what the program says with the definition, at given points, and lists every fault.

use std::collections::BTreeMap;

use num_rational::BigRational;
use serde_json::Value;

use crate::array::{Array, cells, position};
use crate::definitions::{Kind, Layer, Point, Slot, Truth};
use crate::expression::{Expr, Scope};
use crate::operators::apply;

type Numbers = Array<BigRational>;

/// A layer, and how the program was told to speak of it.
pub(crate) struct Trial {
    /// The layer by its definition.
    pub(crate) layer: Layer,
    /// Other names for `a`, `w`, `b`, `z`, `delta`.
    pub(crate) renamed: Vec<(String, String)>,
    /// The smallest index.
    pub(crate) base: i64,
}

impl Trial {
    /// The name that the program is to use.
    pub(crate) fn shown(&self, name: &str) -> String {
        let found = self.renamed.iter().find(|(from, _)| from == name);
        found.map_or(name, |(_, to)| to).to_owned()
    }

    /// The numbers of a point under the names shown, as far as the forward equations may read.
    fn sources(&self, point: &Point) -> Scope {
        let slots = self.layer.slots();
        let inputs = slots.iter().zip(&point.inputs).map(|(slot, x)| (self.shown(slot.name), x.clone()));
        let tensors: BTreeMap<String, Numbers> = inputs.collect();
        Scope { tensors, base: self.base }
    }

    /// The same with the output and its adjoint, which gradients may read as well.
    fn scope(&self, point: &Point) -> Scope {
        let mut scope = self.sources(point);
        scope.tensors.insert(self.shown("z"), self.layer.value(point));
        scope.tensors.insert(self.shown("delta"), point.delta.clone());
        scope
    }

    /// Every way in which the answer is wrong; empty if it is right at all the points.
    pub(crate) fn faults(&self, answer: &Value, points: &[Point]) -> Vec<String> {
        let mut faults = Vec::new();
        if answer["schema"].as_i64() != Some(1) {
            faults.push(format!("schema {}", answer["schema"]));
        }
        self.tensors(answer, &mut faults);
        let scopes: Vec<Scope> = points.iter().map(|point| self.scope(point)).collect();
        let output = self.layer.output();
        let all: Vec<Truth> = points.iter().map(|point| self.layer.truth(point)).collect();
        let truths: Vec<&Numbers> = all.iter().map(|truth| &truth.output).collect();
        let z = self.shown("z");
        let sources: Vec<Scope> = points.iter().map(|point| self.sources(point)).collect();
        self.entries(&answer["forward"], &z, &output, &sources, &truths, &mut faults);

        let slots = self.layer.slots();
        let mut equations = output.iter().product::<usize>();
        let told = answer["gradients"].as_array().map_or(&[][..], Vec::as_slice);
        if told.len() != slots.len() {
            faults.push(format!("{} gradients for {} tensors", told.len(), slots.len()));
        }
        for (which, slot) in slots.iter().enumerate() {
            let name = self.shown(slot.name);
            equations += slot.shape.iter().product::<usize>();
            let mut own = told.iter().filter(|gradient| gradient["of"] == name.as_str());
            let (Some(gradient), None) = (own.next(), own.next()) else {
                faults.push(format!("not exactly one gradient of {name}"));
                continue;
            };
            let truths: Vec<&Numbers> = all.iter().map(|truth| &truth.gradients[which]).collect();
            self.entries(&gradient["entries"], &name, &slot.shape, &scopes, &truths, &mut faults);
            self.recognised(&gradient["recognised"], slot, &scopes, &truths, &mut faults);
        }
        let checks = &answer["checks"];
        if checks["failed"].as_u64() != Some(0) {
            faults.push(format!("checks.failed is {}", checks["failed"]));
        }
        let counted = checks["equations"].as_u64().and_then(|n| usize::try_from(n).ok());
        if counted.is_none_or(|n| n < equations) {
            faults.push(format!("{} equations checked, of {equations} at least", checks["equations"]));
        }
        faults
    }

    /// The list of tensors: names, roles, shapes.
    fn tensors(&self, answer: &Value, faults: &mut Vec<String>) {
        let output = self.layer.output();
        let mut expected = self.layer.slots();
        expected.push(Slot { name: "z", role: "output", shape: output.clone() });
        expected.push(Slot { name: "delta", role: "adjoint", shape: output });
        let told = answer["tensors"].as_array().map_or(&[][..], Vec::as_slice);
        if told.len() != expected.len() {
            faults.push(format!("{} tensors listed, not {}", told.len(), expected.len()));
        }
        for Slot { name, role, shape } in expected {
            let name = self.shown(name);
            let shape = serde_json::json!(shape);
            let fits = |tensor: &&Value| tensor["role"] == role && tensor["shape"] == shape;
            let mut own = told.iter().filter(|tensor| tensor["name"] == name.as_str());
            if own.next().filter(fits).is_none() || own.next().is_some() {
                faults.push(format!("the tensors lack {role} {name} of shape {shape}, or list it twice"));
            }
        }
    }

    /// Entries of one tensor: each there once, none beyond, each with the true value everywhere.
    fn entries(
        &self,
        list: &Value,
        name: &str,
        shape: &[usize],
        scopes: &[Scope],
        truths: &[&Numbers],
        faults: &mut Vec<String>,
    ) {
        let mut seen = vec![0; shape.iter().product()];
        for entry in list.as_array().map_or(&[][..], Vec::as_slice) {
            let Some(at) = self.place(&entry["target"], name, shape) else {
                faults.push(format!("{} is no entry of {name}{shape:?}", entry["target"]));
                continue;
            };
            seen[at] += 1;
            let text = entry["value"].as_str().unwrap_or_default();
            let expr = match Expr::read(text) {
                Ok(expr) => expr,
                Err(why) => {
                    faults.push(format!("{}: {why}", entry["target"]));
                    continue;
                }
            };
            for (scope, truth) in scopes.iter().zip(truths) {
                let value = expr.value(scope);
                if value.as_ref() != Ok(&truth.data[at]) {
                    let truth = &truth.data[at];
                    faults.push(format!("{} = {text}: {value:?}, truly {truth}", entry["target"]));
                    break;
                }
            }
        }
        for (cell, count) in cells(shape).iter().zip(seen) {
            if count != 1 {
                faults.push(format!("{name}{cell:?} (from 0) is given {count} times"));
            }
        }
    }

    /// The row-major position that a target such as `["a",1,2]` names.
    fn place(&self, target: &Value, name: &str, shape: &[usize]) -> Option<usize> {
        let (head, indices) = target.as_array()?.split_first()?;
        let cell: Option<Vec<i64>> = indices.iter().map(|i| Some(i.as_i64()? - self.base)).collect();
        position(shape, &cell?).filter(|_| *head == name)
    }

    /// Operators: each alone gives the whole gradient, and what is expected is claimed.
    fn recognised(&self, list: &Value, slot: &Slot, scopes: &[Scope], truths: &[&Numbers], faults: &mut Vec<String>) {
        let operators = list.as_array().map_or(&[][..], Vec::as_slice);
        for operator in operators {
            for form in ["latex", "text"] {
                if operator[form].as_str().is_none_or(str::is_empty) {
                    faults.push(format!("gradient of {}: no {form} in {operator}", slot.name));
                }
            }
            for (scope, truth) in scopes.iter().zip(truths) {
                let result = apply(operator, scope, &slot.shape);
                if result.as_ref() != Ok(*truth) {
                    let why = result.err().unwrap_or_else(|| "other numbers".to_owned());
                    faults.push(format!("gradient of {}: {why} from {operator}", slot.name));
                    break;
                }
            }
        }
        // windows of one place pick entries out, and what they pick is put back
        let picks =
            matches!(self.layer.kind, Kind::Average | Kind::Max(_)) && self.layer.window.iter().all(|&k| k == 1);
        let put = |operator: &Value| operator["operator"] == "place" && picks;
        if !(operators.iter().any(put) || operators.iter().any(|operator| self.expected(operator, slot))) {
            faults.push(format!("gradient of {}: not the operator expected in {list}", slot.name));
        }
    }

    /// Whether an operator is what a reader expects for this gradient. Sizes of one leave several
    /// names for the same thing, and any of them will do.
    fn expected(&self, operator: &Value, slot: &Slot) -> bool {
        let is = |name: &str| operator["operator"] == name;
        let one = |sizes: &[usize]| sizes.iter().all(|&size| size == 1);
        let layer = &self.layer;
        let copies = one(&layer.window) && (one(&layer.stride) || one(&layer.output()));
        match (layer.kind, slot.name) {
            (Kind::Conv(_), "a" | "w") if one(&layer.input) => true,
            (Kind::Conv(_), "a") => is("correlate") && (one(&layer.window) || operator["rot180"] == true),
            (Kind::Conv(_), "w") => is("correlate"),
            (Kind::Conv(_), _) => is("sum") || is("identity"),
            (Kind::Average, _) => is("upsample") || copies && is("identity"),
            (Kind::Max(_), _) => is("route") || one(&layer.window) && is("upsample") || copies && is("identity"),
        }
    }
}
