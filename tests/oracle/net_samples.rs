//! The judge of nets on trial: an answer written by hand, which it must accept, and answers spoilt in
//! one place, each of which it must reject.

use serde_json::{Map, Value, json};

use crate::array::Array;
use crate::cases::ask;
use crate::definitions::Bias;
use crate::exact::Ties;
use crate::net_cases::Net;
use crate::net_judge::NetTrial;
use crate::net_truth::Spread;
use crate::nets::Step;

/// `derive net --input 2 'softmax -> crossentropy'`.
const SOFTMAX: &str = r#"{"schema": 1, "layer": "net", "index_base": 1,
"tensors": [{"name": "z1", "role": "input", "shape": [2], "layer": 1},
  {"name": "p1", "role": "intermediate", "shape": [2], "layer": 1}, {"name": "y", "role": "target", "shape": [2]},
  {"name": "C", "role": "output", "shape": []}, {"name": "grad_p1", "role": "adjoint", "shape": [2], "layer": 1}],
"stages": [{"stage": "softmax", "layer": 1, "inputs": ["z1"], "output": "p1"},
  {"stage": "crossentropy", "layer": 1, "inputs": ["p1"], "output": "C"}],
"assumptions": ["y[1] + y[2] == 1"],
"forward": [{"target": ["p1",1], "value": "exp(z1[1])/(exp(z1[1]) + exp(z1[2]))"},
  {"target": ["p1",2], "value": "1/(exp(z1[1] - z1[2]) + 1)"},
  {"target": ["C"], "value": "-y[1]*log(p1[1]) - y[2]*log(p1[2])"}],
"gradients": [
  {"of": "p1", "adjoint": "grad_p1", "entries": [
    {"target": ["p1",1], "value": "-y[1]/p1[1]"}, {"target": ["p1",2], "value": "-y[2]/p1[2]"}],
   "recognised": [{"operator": "hadamard", "operands": ["y","p1**(-1)"], "scale": "-1", "latex": "…", "text": "…"}]},
  {"of": "z1", "adjoint": "delta1", "entries": [
    {"target": ["z1",1], "value": "p1[1]*(y[1] + y[2]) - y[1]"},
    {"target": ["z1",2], "value": "p1[1]*p1[2]*(grad_p1[2] - grad_p1[1])"}],
   "recognised": [{"operator": "add", "operands": [
     {"operator": "contract", "operands": ["y","p1"], "einsum": "k,j->j", "latex": "…", "text": "…"},
     {"operator": "identity", "operands": ["y"], "scale": "-1", "latex": "…", "text": "…"}]}],
   "assuming": {"entries": [
     {"target": ["z1",1], "value": "p1[1] - y[1]"}, {"target": ["z1",2], "value": "y[1] - p1[1]"}],
    "recognised": [{"operator": "add", "operands": [
     {"operator": "identity", "operands": ["p1"], "latex": "…", "text": "…"},
     {"operator": "identity", "operands": ["y"], "scale": "-1", "latex": "…", "text": "…"}]}]}}],
"checks": {"equations": 20, "failed": 0, "method": "by hand", "error_bound": "0"}}"#;

/// Nets with their answers: the one by hand, and some of the program.
fn samples() -> Vec<(Net, Value)> {
    use Step::{Add, As, Avg, Conv, CrossEntropy, Dense, Flatten, LogSoftmax, Max, Nll, Relu, Sigma, Softmax, Tanh};
    let nets = [
        Net::new(&[3], &[Dense(2), Tanh, Dense(3), Softmax, CrossEntropy]),
        Net::new(&[3, 2], &[As("x"), Dense(2), Sigma, Add("x"), LogSoftmax, Nll]),
        Net::new(&[5, 5], &[Conv([2, 2], Bias::Shared), Tanh, Avg([2, 2], None), Flatten, Dense(2)]),
        Net::new(&[3, 3], &[Max([2, 2], Some([1, 1])), Relu, Flatten, Softmax]).spread(Spread::Unit),
    ];
    let by_hand = (Net::new(&[2], &[Softmax, CrossEntropy]), serde_json::from_str(SOFTMAX).expect("a sample in JSON"));
    let told = nets.into_iter().map(|net| {
        let answer = ask(&net.arguments()).expect("an answer");
        (net, answer)
    });
    [by_hand].into_iter().chain(told).collect()
}

/// The answer with another value at one place.
fn spoilt(answer: &Value, pointer: &str, value: Value) -> Value {
    let mut answer = answer.clone();
    let place = answer.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}"));
    assert_ne!(*place, value, "{pointer} is not changed");
    *place = value;
    answer
}

/// Asserts that the judge objects to another value at one place.
fn rejected(trial: &NetTrial, answer: &Value, pointer: &str, value: Value) {
    let wrong = spoilt(answer, pointer, value.clone());
    assert!(!trial.faults(&wrong).is_empty(), "{pointer} = {value} passed");
}

/// Every place of the answer at which `fits` holds, as a pointer.
fn places(value: &Value, fits: &impl Fn(&Value) -> bool, at: &str, found: &mut Vec<String>) {
    if fits(value) {
        found.push(at.to_owned());
    }
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, x)| places(x, fits, &format!("{at}/{key}"), found)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(k, x)| places(x, fits, &format!("{at}/{k}"), found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn found(answer: &Value, fits: impl Fn(&Value) -> bool) -> Vec<String> {
    let mut pointers = Vec::new();
    places(answer, &fits, "", &mut pointers);
    assert!(!pointers.is_empty(), "nothing to spoil");
    pointers
}

/// A sum without its last term.
fn dropped(text: &str) -> Option<&str> {
    let balanced = |text: &str| text.matches('(').count() == text.matches(')').count();
    let cuts = text.match_indices(" + ").chain(text.match_indices(" - ")).map(|(at, _)| &text[..at]);
    cuts.filter(|rest| balanced(rest)).max_by_key(|rest| rest.len())
}

#[test]
fn true_answers_are_accepted() {
    for (net, answer) in samples() {
        assert_eq!(net.trial().faults(&answer), Vec::<String>::new(), "{net:?}");
    }
}

#[test]
fn every_equation_counts() {
    for (net, answer) in samples() {
        let trial = net.trial();
        for list in found(&answer, |value| value[0].get("target").is_some()) {
            let rows = answer.pointer(&list).and_then(Value::as_array).expect("a list");
            rejected(&trial, &answer, &list, json!(rows[1..]));
            rejected(&trial, &answer, &list, json!(rows.iter().chain(&rows[..1]).collect::<Vec<_>>()));
            for (k, row) in rows.iter().enumerate() {
                let (pointer, text) = (format!("{list}/{k}/value"), row["value"].as_str().expect("an expression"));
                if text != "0" {
                    rejected(&trial, &answer, &pointer, json!(format!("-({text})")));
                }
                rejected(&trial, &answer, &pointer, json!(format!("{text} + 1/1000000")));
                if let Some(rest) = dropped(text) {
                    rejected(&trial, &answer, &pointer, json!(rest));
                }
                let next = &rows[(k + 1) % rows.len()];
                if next["target"][0] == row["target"][0] && next["value"] != row["value"] {
                    let mut swapped = rows.clone();
                    swapped[k]["value"] = next["value"].clone();
                    swapped[(k + 1) % rows.len()]["value"] = row["value"].clone();
                    rejected(&trial, &answer, &list, json!(swapped));
                }
            }
        }
    }
}

/// An operator with something else in one field, for every field that can be so spoilt.
fn mutants(operator: &Map<String, Value>) -> Vec<Value> {
    let mut all = Vec::new();
    let mut with = |key: &str, value: Value| {
        let mut mutant = operator.clone();
        mutant.insert(key.to_owned(), value);
        all.push(Value::Object(mutant));
    };
    with("operator", json!("guess"));
    with("scale", json!("7/3"));
    if let Some(operands) = operator["operands"].as_array() {
        with("operands", json!(operands[1..]));
        with("operands", json!(operands.iter().chain(&operands[..1]).collect::<Vec<_>>()));
        if operands.iter().all(Value::is_string) {
            let negated = format!("-({})", operands[0].as_str().unwrap_or_default());
            with("operands", json!([&[json!(negated)], &operands[1..]].concat()));
        }
    }
    let einsum = operator.get("einsum").and_then(Value::as_str).and_then(|text| text.split_once("->"));
    if let Some((inputs, output)) = einsum {
        let turned = |word: &str| word.chars().rev().collect::<String>();
        let (first, rest) = inputs.split_once(',').expect("two operands");
        if output.len() > 1 {
            with("einsum", json!(format!("{inputs}->{}", turned(output))));
        }
        if first.len() > 1 {
            with("einsum", json!(format!("{},{rest}->{output}", turned(first))));
        }
        with("einsum", json!(format!("{inputs}->{}", &output[1..])));
        with("einsum", json!(inputs));
    }
    for (key, value) in [
        ("axes", json!([])),
        ("axes", json!([1])),
        ("ties", json!("last")),
        ("window", json!([1, 2])),
        ("stride", json!([1, 3])),
        ("padding", json!([[0, 1], [0, 0]])),
        ("groups", json!(2)),
    ] {
        if operator.get(key).is_some_and(|old| *old != value) {
            with(key, value);
        }
    }
    if let Some(rotated) = operator.get("rot180").and_then(Value::as_bool) {
        with("rot180", json!(!rotated));
    }
    all
}

#[test]
fn every_operator_counts() {
    for (net, answer) in samples() {
        let trial = net.trial();
        for pointer in found(&answer, |value| value.get("operator").is_some()) {
            let operator = answer.pointer(&pointer).and_then(Value::as_object).expect("an operator");
            for mutant in mutants(operator) {
                rejected(&trial, &answer, &pointer, mutant);
            }
        }
        for pointer in found(&answer, |value| value[0].get("operator").is_some()) {
            if pointer.ends_with("recognised") {
                rejected(&trial, &answer, &pointer, json!([]));
            }
        }
    }
}

#[test]
fn everything_about_the_equations_counts() {
    for (net, answer) in samples() {
        let trial = net.trial();
        for (list, cut) in [("/tensors", 1), ("/stages", 1), ("/gradients", 1), ("/forward", 1)] {
            let rows = answer.pointer(list).and_then(Value::as_array).expect("a list");
            rejected(&trial, &answer, list, json!(rows[cut..]));
            let turned: Vec<&Value> = rows.iter().rev().collect();
            if rows.len() > 1 {
                rejected(&trial, &answer, list, json!(turned));
            }
        }
        for field in ["/gradients/0/adjoint", "/gradients/0/of", "/tensors/0/name", "/stages/0/output", "/layer"] {
            rejected(&trial, &answer, field, json!("other"));
        }
        rejected(&trial, &answer, "/checks/failed", json!(1));
        rejected(&trial, &answer, "/index_base", json!(0));
        if let Some(told) = answer["assumptions"].as_array() {
            rejected(&trial, &answer, "/assumptions", json!(told[1..]));
            rejected(&trial, &answer, "/assumptions/0", json!("y[1] == 1"));
        }
    }
}

#[test]
fn what_is_assumed_is_not_told_without() {
    for (net, answer) in samples() {
        let Some(k) =
            answer["gradients"].as_array().and_then(|all| all.iter().position(|g| g.get("assuming").is_some()))
        else {
            continue;
        };
        let (trial, assuming) = (net.trial(), answer["gradients"][k]["assuming"].clone());
        rejected(&trial, &answer, &format!("/gradients/{k}/entries"), assuming["entries"].clone());
        rejected(&trial, &answer, &format!("/gradients/{k}/recognised"), assuming["recognised"].clone());
        rejected(&trial, &answer, &format!("/gradients/{k}/assuming"), json!({}));
    }
}

#[test]
fn the_conventions_at_kinks_and_ties_count() {
    let relu = Net::new(&[4], &[Step::Relu, Step::LeakyRelu(Some(50))]).spread(Spread::Coarse);
    let answer = ask(&relu.arguments()).expect("an answer");
    let mut trial = relu.trial();
    assert_eq!(trial.faults(&answer), Vec::<String>::new());
    // a point where every entry is at the kink, and an answer that takes the derivative from the right
    let mut point = trial.points[0].0.clone();
    point.given[0] = Array { shape: vec![4], data: vec![0.0; 4] };
    point.upstream = Array { shape: vec![4], data: vec![1.0; 4] };
    let truth = trial.plan.truth(&point);
    assert_eq!((truth.adjoints[1].data[0], truth.adjoints[0].data[0]), (0.5, 0.0));
    trial.points = vec![(point, truth)];
    assert_eq!(trial.faults(&answer), Vec::<String>::new());
    for pointer in ["/gradients/0/entries/0/value", "/gradients/1/entries/0/value"] {
        let text = answer.pointer(pointer).and_then(Value::as_str).expect("an expression");
        let (from, name) = if pointer.contains("ts/0") { ("step(a1[1])", "a1[1]") } else { ("step(z1[1])", "z1[1]") };
        let right = text.replace(from, &format!("all(1, {name}, 0)"));
        rejected(&trial, &answer, pointer, json!(right));
    }

    let pool = Net::new(&[3, 3], &[Step::Max([2, 2], Some([1, 1])), Step::Sigma]).tied(Ties::First);
    let answer = ask(&pool.arguments()).expect("an answer");
    let trial = pool.trial();
    let (list, route) = ("/gradients/1/entries", "/gradients/1/recognised/0/ties");
    let told = answer.pointer(list).expect("entries").to_string();
    for ties in ["all", "split"] {
        let other: Value = serde_json::from_str(&told.replace("first(", &format!("{ties}("))).expect("JSON");
        rejected(&trial, &answer, list, other);
        rejected(&trial, &answer, route, json!(ties));
    }
}
