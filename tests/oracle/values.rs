//! Derivations worked in numbers: `--values FILE`, and the arrays that come back.

use std::fs;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::One;
use serde_json::{Map, Number, Value, json};

use crate::array::{Array, from_json, matrix, to_json};
use crate::cases::{Case, ask};
use crate::definitions::{Bias, Kind, Point};
use crate::exact::{Draw, Ties, ratio, whole};

type Numbers = Array<BigRational>;

/// Writes the numbers to a file of this name, and asks the program.
fn ask_with(case: Case, file: &str, values: &Value) -> Result<Value, String> {
    let path = format!("{}/oracle-{file}.json", env!("CARGO_TARGET_TMPDIR"));
    fs::write(&path, values.to_string()).map_err(|why| format!("{path}: {why}"))?;
    let mut arguments = case.arguments;
    arguments.extend(["--values".to_owned(), path]);
    ask(&arguments)
}

/// The array under `key` of the values, each entry in its one exact spelling.
fn told(answer: &Value, key: &str) -> Result<Numbers, String> {
    let value = answer["values"].get(key).ok_or_else(|| format!("no values.{key}"))?;
    let array = from_json(value).map_err(|why| format!("values.{key}: {why}"))?;
    let exact = to_json(&array, &mut |x| Value::String(x.to_string())).to_string();
    let plain = |text: String| text.replace('"', "");
    if plain(value.to_string()) == plain(exact.clone()) {
        return Ok(array);
    }
    Err(format!("values.{key}: {value} is not spelled {exact}"))
}

/// Writes rationals in the three ways that are allowed, each where it fits.
fn spell(x: &BigRational, draw: &mut Draw) -> Value {
    let number = |text: String| serde_json::from_str::<Number>(&text).map(Value::Number).expect("a number");
    let hundredths = x * whole(100);
    match draw.between(1, 2) {
        1 if x.is_integer() => number(x.to_string()),
        1 if hundredths.is_integer() => {
            let digits = hundredths.to_integer().magnitude().clone();
            let (units, rest) = (&digits / 100u32, &digits % 100u32);
            let sign = if *x < whole(0) { "-" } else { "" };
            number(format!("{sign}{units}.{rest:0>2}"))
        }
        _ => Value::String(x.to_string()),
    }
}

/// Runs a case with numbers and compares all the values; `delta` may be left out.
fn compare(case: Case, file: &str, point: &Point, with_delta: bool) {
    let mut draw = Draw::new(file);
    let layer = case.trial.layer.clone();
    let mut values = Map::new();
    for (slot, x) in layer.slots().iter().zip(&point.inputs) {
        values.insert(slot.name.to_owned(), to_json(x, &mut |x| spell(x, &mut draw)));
    }
    if with_delta {
        values.insert("delta".to_owned(), to_json(&point.delta, &mut |x| spell(x, &mut draw)));
    }
    let line = case.line();
    let answer = ask_with(case, file, &Value::Object(values)).unwrap_or_else(|why| panic!("{line}: {why}"));
    let truth = layer.truth(point);
    assert_eq!(told(&answer, "z"), Ok(truth.output), "{line}: z");
    for (slot, gradient) in layer.slots().iter().zip(truth.gradients) {
        let key = format!("grad_{}", slot.name);
        assert_eq!(told(&answer, &key), Ok(gradient), "{line}: {key}");
    }
}

#[test]
fn the_average_pooling_of_the_reference() {
    let case = Case::pool(Kind::Average, &[4, 4], &[2, 2], None);
    let answer = ask_with(case, "average", &json!({"delta": [[2, 8], [4, 6]]})).expect("an answer");
    let (half, one, three, two) = (ratio(1, 2), whole(1), ratio(3, 2), whole(2));
    let top = [half.clone(), half, two.clone(), two];
    let bottom = [one.clone(), one, three.clone(), three];
    let data = [&top, &top, &bottom, &bottom].into_iter().flatten().cloned().collect();
    assert_eq!(told(&answer, "grad_a"), Ok(Array { shape: vec![4, 4], data }));
}

#[test]
fn the_max_pooling_of_the_reference() {
    let a = json!([[9, 1, 1, 2], [2, 3, 3, 8], [1, 7, 4, 5], [2, "7/2", 5.5, 0.5]]);
    let expected = matrix(&[&[2, 0, 0, 0], &[0, 0, 0, 8], &[0, 4, 0, 0], &[0, 0, 6, 0]]);
    for ties in Ties::EACH {
        let case = Case::pool(Kind::Max(ties), &[4, 4], &[2, 2], None);
        let values = json!({"a": a, "delta": [[2, 8], [4, 6]]});
        let answer = ask_with(case, &format!("maximum-{}", ties.word()), &values).expect("an answer");
        assert_eq!(told(&answer, "grad_a"), Ok(expected.clone()));
    }
}

#[test]
fn the_convolution_of_a_worked_example() {
    let case = Case::conv(&[3, 3], &[2, 2], Bias::Shared);
    let values = json!({"a": [[1, 2, 3], [4, 5, 6], [7, 8, 9]], "w": [[1, 2], [3, 4]], "b": "-1/2",
        "delta": [[1, -1], [2, 0]]});
    let answer = ask_with(case, "worked", &values).expect("an answer");
    let z = Array::build(&[2, 2], |cell| whole([[37, 47], [67, 77]][cell[0]][cell[1]]) - ratio(1, 2));
    assert_eq!(told(&answer, "z"), Ok(z));
    assert_eq!(told(&answer, "grad_a"), Ok(matrix(&[&[1, 1, -2], &[5, 5, -4], &[6, 8, 0]])));
    assert_eq!(told(&answer, "grad_w"), Ok(matrix(&[&[7, 9], &[13, 15]])));
    assert_eq!(told(&answer, "grad_b"), Ok(Array { shape: Vec::new(), data: vec![whole(2)] }));
}

#[test]
fn convolutions_in_numbers() {
    for (k, (input, kernel)) in
        [([3, 3], [2, 2]), ([4, 5], [3, 1]), ([2, 3], [1, 1]), ([3, 2], [3, 2])].into_iter().enumerate()
    {
        for bias in Bias::EACH {
            let case = Case::conv(&input, &kernel, bias);
            let file = format!("conv-{k}-{}", bias.word());
            let point = case.trial.layer.points(&mut Draw::new(&file)).swap_remove(0);
            compare(case, &file, &point, true);
        }
    }
}

#[test]
fn poolings_in_numbers() {
    let maxima = Ties::EACH.map(Kind::Max);
    for (k, kind) in maxima.into_iter().chain([Kind::Average]).enumerate() {
        for (input, window, stride) in
            [([4, 4], [2, 2], None), ([5, 5], [3, 2], Some(&[1, 1][..])), ([5, 4], [2, 1], Some(&[3, 2][..]))]
        {
            let layer = Case::pool(kind, &input, &window, stride).trial.layer;
            for (n, point) in layer.points(&mut Draw::new("poolings")).iter().enumerate().step_by(5) {
                let file = format!("pool-{k}-{}-{n}", input[1] + window[0]);
                compare(Case::pool(kind, &input, &window, stride), &file, point, true);
            }
        }
    }
}

#[test]
fn without_delta_every_output_counts_once() {
    for (file, case) in [
        ("ones-conv", Case::conv(&[3, 4], &[2, 2], Bias::Shared)),
        ("ones-average", Case::pool(Kind::Average, &[4, 4], &[2, 2], None)),
        ("ones-max", Case::pool(Kind::Max(Ties::Split), &[4, 4], &[2, 2], None)),
    ] {
        let mut point = case.trial.layer.points(&mut Draw::new(file)).swap_remove(0);
        point.delta = Array::build(&case.trial.layer.output(), |_| BigRational::one());
        compare(case, file, &point, false);
    }
}

#[test]
fn large_numbers_and_decimals_stay_exact() {
    let huge: BigInt = "123456789012345678901234567890".parse().expect("digits");
    let case = Case::conv(&[2, 2], &[1, 2], Bias::Untied);
    let mut draw = Draw::new("huge");
    let mut point = case.trial.layer.points(&mut draw).swap_remove(0);
    point.inputs[0].data[0] = BigRational::from_integer(huge.clone());
    point.inputs[0].data[1] = BigRational::new(huge.clone(), BigInt::from(7));
    point.inputs[1].data[0] = BigRational::new(BigInt::one(), huge.clone());
    point.inputs[1].data[1] = ratio(-1, 10);
    point.delta.data[1] = BigRational::from_integer(huge.pow(3));
    compare(case, "huge", &point, true);
}

#[test]
fn the_index_base_does_not_change_the_numbers() {
    let case = Case::conv(&[3, 3], &[2, 2], Bias::Shared).based(0);
    let point = case.trial.layer.points(&mut Draw::new("base")).swap_remove(0);
    compare(case, "base", &point, true);
}

#[test]
fn a_decimal_is_no_exact_answer() {
    let answer = json!({"values": {"z": ["0.5", "2/4", "1/2", 3, "3"], "x": [0.5], "y": ["1/2", 3, "3"]}});
    for (key, right) in [("z", false), ("x", false), ("y", true), ("missing", false)] {
        assert_eq!(told(&answer, key).is_ok(), right, "{key}");
    }
}
