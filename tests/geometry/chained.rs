//! The judge chains what stands between the input and the output: an answer with a padded input,
//! written by hand, is accepted, and each way to spoil the chain is found.

use serde_json::{Value, json};

use crate::axis::Axis;
use crate::case::Layer;
use crate::convolution::{Bias, Conv, Mode};

/// A mirror on both sides of three entries, and a kernel of three.
fn layer() -> Layer {
    Conv { mode: Mode::Reflect, bias: Bias::None, ..Conv::new(vec![Axis::new(3, 3).padded(1, 1)]) }.into()
}

fn entries(name: &str, values: &[&str]) -> Value {
    let entry = |(k, value): (usize, &&str)| json!({"target": [name, k + 1], "value": value});
    values.iter().enumerate().map(entry).collect()
}

/// The answer, where the adjoint of the padded input has this name.
fn answer(adjoint: &str) -> Value {
    let tensor = |name: &str, role: &str, size: usize| json!({"name": name, "role": role, "shape": [size]});
    let padded = ["a[2]", "a[1]", "a[2]", "a[3]", "a[2]"];
    let outputs = [1, 2, 3].map(|o| format!("p[{o}]*w[1] + p[{}]*w[2] + p[{}]*w[3]", o + 1, o + 2));
    let outputs: Vec<&str> = outputs.iter().map(String::as_str).collect();
    let of_padded = [
        "delta[1]*w[1]",
        "delta[1]*w[2] + delta[2]*w[1]",
        "delta[1]*w[3] + delta[2]*w[2] + delta[3]*w[1]",
        "delta[2]*w[3] + delta[3]*w[2]",
        "delta[3]*w[3]",
    ];
    let of_a = ["#[2]", "#[1] + #[3] + #[5]", "#[4]"].map(|text| text.replace('#', adjoint));
    let of_a: Vec<&str> = of_a.iter().map(String::as_str).collect();
    let of_w = [1, 2, 3].map(|r| format!("delta[1]*p[{r}] + delta[2]*p[{}] + delta[3]*p[{}]", r + 1, r + 2));
    let of_w: Vec<&str> = of_w.iter().map(String::as_str).collect();
    let forward = [entries("p", &padded), entries("z", &outputs)];
    let forward: Vec<Value> = forward.into_iter().filter_map(|list| list.as_array().cloned()).flatten().collect();
    let slide = |operands: [&str; 2], rot180: bool, pad: i64| {
        json!([{"operator": "correlate", "operands": operands, "rot180": rot180, "stride": [1], "lhs_dilation": [1],
            "rhs_dilation": [1], "padding": [[pad, pad]], "groups": 1}])
    };
    json!({"schema": 1, "index_base": 1,
        "tensors": [tensor("a", "input", 3), tensor("w", "weight", 3), tensor("p", "intermediate", 5),
            tensor("z", "output", 3), tensor("delta", "adjoint", 3), tensor(adjoint, "adjoint", 5)],
        "forward": forward,
        "gradients": [
            {"of": "p", "adjoint": adjoint, "entries": entries("p", &of_padded), "recognised": slide(["delta", "w"], true, 2)},
            {"of": "a", "adjoint": "grad_a", "entries": entries("a", &of_a), "recognised": []},
            {"of": "w", "adjoint": "grad_w", "entries": entries("w", &of_w), "recognised": slide(["p", "delta"], false, 0)}],
        "checks": {"equations": 99, "failed": 0}})
}

#[test]
fn a_padded_input_is_chained() {
    for adjoint in ["grad_p", "e"] {
        let faults = layer().faults(&answer(adjoint));
        assert!(faults.is_empty(), "{faults:?}");
    }
}

#[test]
fn a_spoilt_chain_is_found() {
    let spoilt: [(&str, Value); 12] = [
        ("/forward/0/value", json!("a[1]")),
        ("/forward/5/value", json!("p[1]*w[1] + p[2]*w[2]")),
        ("/gradients/0/entries/4/value", json!("0")),
        ("/gradients/0/entries/4/target", json!(["p", 4])),
        ("/gradients/0/adjoint", json!("grad_q")),
        ("/gradients/0/recognised/0/padding", json!([[1, 3]])),
        ("/gradients/1/entries/1/value", json!("grad_p[3]")),
        ("/gradients/1/entries/1/value", json!("grad_p[1] + grad_p[3]")),
        ("/gradients/2/recognised/0/operands", json!(["a", "delta"])),
        ("/gradients/2/of", json!("a")),
        ("/tensors/2/shape", json!([4])),
        ("/tensors/0/role", json!("weight")),
    ];
    for (pointer, value) in spoilt {
        let mut answer = answer("grad_p");
        *answer.pointer_mut(pointer).expect(pointer) = value.clone();
        assert!(!layer().faults(&answer).is_empty(), "{pointer} = {value} passed");
    }
}
