//! The oracle itself on trial: answers written by hand, which it must accept, and the same answers
//! spoilt in one place, each of which it must reject. The program's own answers are spoilt as well.

use serde_json::{Value, json};

use crate::array::cells;
use crate::cases::{Case, ask};
use crate::definitions::{Bias, Kind};
use crate::exact::{Draw, Ties};

/// `derive conv --input 2x3 --kernel 2x2`.
const CONV: &str = r#"{"schema": 1, "layer": "conv",
"tensors": [{"name": "a", "role": "input", "shape": [2,3]}, {"name": "w", "role": "weight", "shape": [2,2]},
  {"name": "b", "role": "bias", "shape": []}, {"name": "z", "role": "output", "shape": [1,2]},
  {"name": "delta", "role": "adjoint", "shape": [1,2]}],
"forward": [
  {"target": ["z",1,1], "value": "a[1,1]*w[1,1] + a[1,2]*w[1,2] + a[2,1]*w[2,1] + a[2,2]*w[2,2] + b"},
  {"target": ["z",1,2], "value": "a[1,2]*w[1,1] + a[1,3]*w[1,2] + a[2,2]*w[2,1] + a[2,3]*w[2,2] + b"}],
"gradients": [
  {"of": "a", "entries": [
    {"target": ["a",1,1], "value": "delta[1,1]*w[1,1]"},
    {"target": ["a",1,2], "value": "delta[1,1]*w[1,2] + delta[1,2]*w[1,1]"},
    {"target": ["a",1,3], "value": "delta[1,2]*w[1,2]"},
    {"target": ["a",2,1], "value": "delta[1,1]*w[2,1]"},
    {"target": ["a",2,2], "value": "delta[1,1]*w[2,2] + delta[1,2]*w[2,1]"},
    {"target": ["a",2,3], "value": "delta[1,2]*w[2,2]"}],
   "recognised": [{"operator": "correlate", "operands": ["delta","w"], "rot180": true, "stride": [1,1],
     "lhs_dilation": [1,1], "rhs_dilation": [1,1], "padding": [[1,1],[1,1]], "groups": 1,
     "latex": "…", "text": "…"}]},
  {"of": "w", "entries": [
    {"target": ["w",1,1], "value": "delta[1,1]*a[1,1] + delta[1,2]*a[1,2]"},
    {"target": ["w",1,2], "value": "delta[1,1]*a[1,2] + delta[1,2]*a[1,3]"},
    {"target": ["w",2,1], "value": "delta[1,1]*a[2,1] + delta[1,2]*a[2,2]"},
    {"target": ["w",2,2], "value": "delta[1,1]*a[2,2] + delta[1,2]*a[2,3]"}],
   "recognised": [{"operator": "correlate", "operands": ["a","delta"], "rot180": false, "stride": [1,1],
     "lhs_dilation": [1,1], "rhs_dilation": [1,1], "padding": [[0,0],[0,0]], "groups": 1,
     "latex": "…", "text": "…"}]},
  {"of": "b", "entries": [{"target": ["b"], "value": "delta[1,1] + delta[1,2]"}],
   "recognised": [{"operator": "sum", "operands": ["delta"], "axes": [0,1], "latex": "…", "text": "…"}]}],
"checks": {"equations": 13, "failed": 0, "method": "by hand", "error_bound": "0"}}"#;

/// `derive pool avg --input 1x3 --window 1x2 --stride 1`.
const AVERAGE: &str = r#"{"schema": 1, "layer": "pool-avg",
"tensors": [{"name": "a", "role": "input", "shape": [1,3]}, {"name": "z", "role": "output", "shape": [1,2]},
  {"name": "delta", "role": "adjoint", "shape": [1,2]}],
"forward": [{"target": ["z",1,1], "value": "(a[1,1] + a[1,2])/2"},
  {"target": ["z",1,2], "value": "1/2*a[1,2] + 1/2*a[1,3]"}],
"gradients": [{"of": "a", "entries": [
    {"target": ["a",1,1], "value": "delta[1,1]/2"},
    {"target": ["a",1,2], "value": "1/2*delta[1,1] + 1/2*delta[1,2]"},
    {"target": ["a",1,3], "value": "1/2*delta[1,2]"}],
   "recognised": [{"operator": "upsample", "operands": ["delta"], "window": [1,2], "stride": [1,1], "scale": "1/2",
     "latex": "…", "text": "…"}]}],
"checks": {"equations": 5, "failed": 0, "method": "by hand", "error_bound": "0"}}"#;

/// `derive pool max --input 1x3 --window 1x2 --stride 1`.
const MAXIMUM: &str = r#"{"schema": 1, "layer": "pool-max",
"tensors": [{"name": "a", "role": "input", "shape": [1,3]}, {"name": "z", "role": "output", "shape": [1,2]},
  {"name": "delta", "role": "adjoint", "shape": [1,2]}],
"forward": [{"target": ["z",1,1], "value": "max(a[1,1], a[1,2])"},
  {"target": ["z",1,2], "value": "max(a[1,2], a[1,3])"}],
"gradients": [{"of": "a", "entries": [
    {"target": ["a",1,1], "value": "delta[1,1]*first(1, a[1,1], a[1,2])"},
    {"target": ["a",1,2], "value": "delta[1,1]*first(2, a[1,1], a[1,2]) + delta[1,2]*first(1, a[1,2], a[1,3])"},
    {"target": ["a",1,3], "value": "delta[1,2]*first(2, a[1,2], a[1,3])"}],
   "recognised": [{"operator": "route", "operands": ["delta","a"], "window": [1,2], "stride": [1,1], "ties": "first",
     "latex": "…", "text": "…"}]}],
"checks": {"equations": 5, "failed": 0, "method": "by hand", "error_bound": "0"}}"#;

/// The samples with the cases that they answer.
fn samples() -> Vec<(Case, Value)> {
    let parse = |text: &str| serde_json::from_str(text).expect("a sample in JSON");
    let (input, window, stride) = ([1, 3], [1, 2], Some(&[1, 1][..]));
    vec![
        (Case::conv(&[2, 3], &[2, 2], Bias::Shared), parse(CONV)),
        (Case::pool(Kind::Average, &input, &window, stride), parse(AVERAGE)),
        (Case::pool(Kind::Max(Ties::First), &input, &window, stride), parse(MAXIMUM)),
    ]
}

fn faults(case: &Case, answer: &Value) -> Vec<String> {
    let points = case.trial.layer.points(&mut Draw::new("samples"));
    case.trial.faults(answer, &points)
}

/// The answer with another value at one place.
fn spoilt(answer: &Value, pointer: &str, value: Value) -> Value {
    let mut answer = answer.clone();
    let place = answer.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}"));
    assert_ne!(*place, value, "{pointer} is not changed");
    *place = value;
    answer
}

#[test]
fn true_answers_are_accepted() {
    for (case, answer) in samples() {
        assert_eq!(faults(&case, &answer), Vec::<String>::new(), "{}", case.line());
    }
}

#[test]
fn each_spoilt_answer_is_rejected() {
    let (a, w, b) = ("/gradients/0", "/gradients/1", "/gradients/2");
    let two_and_one = "delta[1,1]*w[2,1] + delta[1,2]*w[1,1]";
    let last = "delta[1,1]/2 + delta[1,2]";
    let first_again = "delta[1,1]*first(2, a[1,1], a[1,2]) + delta[1,2]*first(2, a[1,2], a[1,3])";
    let any = "delta[1,1]*all(2, a[1,1], a[1,2]) + delta[1,2]*all(1, a[1,2], a[1,3])";
    let table = [
        (0, "/schema".to_owned(), json!(2)),
        (0, "/tensors/0/shape".to_owned(), json!([3, 2])),
        (0, "/tensors/1/role".to_owned(), json!("input")),
        (0, "/tensors/3/name".to_owned(), json!("y")),
        (0, "/forward/0/target".to_owned(), json!(["z", 1, 2])),
        (0, "/forward/0/target".to_owned(), json!(["z", 0, 0])),
        (0, "/forward/0/value".to_owned(), json!("z[1,1]")),
        (0, "/forward/1/value".to_owned(), json!("a[1,2]*w[1,1] + a[1,3]*w[1,2]")),
        (0, format!("{a}/of"), json!("w")),
        (0, format!("{a}/entries/1/value"), json!("delta[1,1]*w[1,2]")),
        (0, format!("{a}/entries/1/value"), json!(two_and_one)),
        (0, format!("{a}/entries/1/value"), json!("delta[1,1]*w[1,2] - delta[1,2]*w[1,1]")),
        (0, format!("{a}/entries/1/value"), json!("delta[1,1]*w[1,2] + delta[1,2]*w[1,1] +")),
        (0, format!("{a}/entries/1/value"), json!(null)),
        (0, format!("{a}/entries/2/target"), json!(["a", 1, 4])),
        (0, format!("{a}/entries/2/target"), json!(["a", 1])),
        (0, format!("{a}/recognised"), json!([])),
        (0, format!("{a}/recognised/0/rot180"), json!(false)),
        (0, format!("{a}/recognised/0/padding"), json!([[0, 2], [1, 1]])),
        (0, format!("{a}/recognised/0/padding/1/1"), json!(2)),
        (0, format!("{a}/recognised/0/operands"), json!(["delta", "a"])),
        (0, format!("{a}/recognised/0/operands"), json!(["w", "delta"])),
        (0, format!("{a}/recognised/0/stride"), json!([1, 2])),
        (0, format!("{a}/recognised/0/rhs_dilation"), json!(null)),
        (0, format!("{w}/recognised/0/operator"), json!("convolve")),
        (0, format!("{w}/entries"), json!([])),
        (0, format!("{b}/entries/0/value"), json!("delta[1,1]")),
        (0, format!("{b}/entries/0/target"), json!(["b", 1])),
        (0, format!("{b}/recognised/0/axes"), json!([0])),
        (0, format!("{b}/recognised/0/latex"), json!("")),
        (0, "/checks/failed".to_owned(), json!(1)),
        (0, "/checks/equations".to_owned(), json!(12)),
        (1, format!("{a}/entries/1/value"), json!(last)),
        (1, format!("{a}/recognised/0/scale"), json!("1/4")),
        (1, format!("{a}/recognised/0/stride"), json!([1, 2])),
        (1, format!("{a}/recognised/0/window"), json!([1, 1])),
        (2, format!("{a}/entries/1/value"), json!(first_again)),
        (2, format!("{a}/entries/1/value"), json!(any)),
        (2, format!("{a}/recognised/0/ties"), json!("all")),
        (2, format!("{a}/recognised/0/ties"), json!("split")),
        (2, "/forward/1/value".to_owned(), json!("max(a[1,1], a[1,2], a[1,3])")),
    ];
    let samples = samples();
    for (which, pointer, value) in table {
        let (case, answer) = &samples[which];
        let answer = spoilt(answer, &pointer, value.clone());
        assert!(!faults(case, &answer).is_empty(), "{pointer} = {value} passed");
    }
}

#[test]
fn entries_that_are_left_out_or_given_twice_are_rejected() {
    for (case, answer) in samples() {
        for list in ["/forward", "/gradients/0/entries", "/tensors", "/gradients"] {
            let rows = answer.pointer(list).and_then(Value::as_array).expect("a list");
            let shorter = spoilt(&answer, list, json!(rows[1..]));
            assert!(!faults(&case, &shorter).is_empty(), "{}: {list} cut", case.line());
            let twice: Vec<&Value> = rows.iter().chain(&rows[..1]).collect();
            let longer = spoilt(&answer, list, json!(twice));
            assert!(!faults(&case, &longer).is_empty(), "{}: {list} doubled", case.line());
        }
    }
}

/// Spoils every entry of an answer in turn: one without its last term, one with its indices turned.
fn every_entry_spoilt(case: &Case, answer: &Value) {
    assert_eq!(faults(case, answer), Vec::<String>::new(), "{}", case.line());
    let gradients = answer["gradients"].as_array().map_or(0, Vec::len);
    let lists = (0..gradients).map(|k| format!("/gradients/{k}/entries")).chain(["/forward".to_owned()]);
    for list in lists {
        let rows = answer.pointer(&list).and_then(Value::as_array).map_or(0, Vec::len);
        for row in 0..rows {
            let pointer = format!("{list}/{row}/value");
            let text = answer.pointer(&pointer).and_then(Value::as_str).expect("an expression");
            let dropped = text.rsplit_once(" + ").map_or("0", |(rest, _)| rest);
            // [1,2] becomes [2,1]: outside of the tensor or another entry, wrong either way
            let turned = [("[1,2]", "[2,1]"), ("[2,1]", "[1,2]")]
                .into_iter()
                .find_map(|(from, to)| text.contains(from).then(|| text.replacen(from, to, 1)));
            for wrong in turned.iter().map(String::as_str).chain([dropped]) {
                let answer = spoilt(answer, &pointer, json!(wrong));
                assert!(!faults(case, &answer).is_empty(), "{}: {pointer} = {wrong} passed", case.line());
            }
        }
    }
}

#[test]
fn every_entry_of_a_sample_counts() {
    for (case, answer) in samples() {
        let tensors: usize = case.trial.layer.slots().iter().map(|slot| cells(&slot.shape).len()).sum();
        assert!(tensors > 0);
        every_entry_spoilt(&case, &answer);
    }
}

#[test]
fn every_entry_of_the_program_counts() {
    let stride = Some(&[1, 1][..]);
    for case in [
        Case::conv(&[3, 3], &[2, 2], Bias::Shared),
        Case::conv(&[3, 3], &[2, 2], Bias::Untied),
        Case::pool(Kind::Max(Ties::First), &[3, 3], &[2, 2], stride),
    ] {
        let answer = ask(&case.arguments).expect("an answer");
        every_entry_spoilt(&case, &answer);
    }
}
