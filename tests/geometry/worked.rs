//! Worked examples, as frameworks compute them: each row is a layer, numbers for what it reads, and
//! the numbers that come out. The definitions must give them, and so must the program with `--values`.

use std::fs;

use num_rational::BigRational;
use serde_json::Value;

use crate::array::{Array, from_json};
use crate::axis::Axis;
use crate::case::{Layer, ask};
use crate::convolution::{Bias, Conv, Mode};
use crate::exact::Ties;
use crate::plan::Point;
use crate::pooling::{Count, Kind, Pool};

/// What it shows, the layer, what is given, what comes out.
type Row = (&'static str, fn() -> Layer, &'static str, &'static str);

fn line(axis: Axis) -> Conv {
    Conv { bias: Bias::None, ..Conv::new(vec![axis]) }
}

fn border(mode: Mode) -> Layer {
    Conv { mode, ..line(Axis::new(3, 3).padded(1, 1)) }.into()
}

fn pool(kind: Kind, axis: Axis, ceil: bool) -> Layer {
    Pool::new(kind, vec![axis], ceil).into()
}

/// A mean of three with one row of padding, rounded up.
fn ceil_mean(count: Count) -> Layer {
    pool(Kind::Average(count), Axis::new(6, 3).steps(3, 1).padded(1, 1), true)
}

const SQUARE: &str = r#"{"a":[[1,2,3],[4,5,6],[7,8,9]],"w":[[1,2],[3,4]],"delta":[[1,-1],[2,0]]}"#;
const BORDER: &str = r#"{"a":[1,2,3],"w":[1,2,4],"delta":[1,10,100]}"#;
const SIX: &str = r#"{"a":[1,2,3,4,5,6],"delta":[3,6,12]}"#;

const ROWS: [Row; 20] = [
    (
        "correlation",
        || Conv { bias: Bias::None, ..Conv::new(vec![Axis::new(3, 2); 2]) }.into(),
        SQUARE,
        r#"{"z":[[37,47],[67,77]],"grad_a":[[1,1,-2],[5,5,-4],[6,8,0]],"grad_w":[[7,9],[13,15]]}"#,
    ),
    (
        "true convolution",
        || Conv { flip: true, bias: Bias::None, ..Conv::new(vec![Axis::new(3, 2); 2]) }.into(),
        SQUARE,
        r#"{"z":[[23,33],[53,63]],"grad_a":[[4,-1,-3],[10,5,-1],[4,2,0]],"grad_w":[[15,13],[9,7]]}"#,
    ),
    (
        "a leftover row",
        || line(Axis::new(6, 3).steps(2, 1)).into(),
        r#"{"a":[1,2,3,4,5,6],"w":[1,2,3],"delta":[1,10]}"#,
        r#"{"grad_a":[1,2,13,20,30,0]}"#,
    ),
    (
        "more leftover rows than one",
        || line(Axis::new(7, 2).steps(3, 1)).into(),
        r#"{"a":[1,2,3,4,5,6,7],"w":[1,2],"delta":[1,10]}"#,
        r#"{"grad_w":[41,52],"grad_a":[1,2,0,10,20,0,0]}"#,
    ),
    (
        "padding beyond the kernel's reach",
        || line(Axis::new(2, 2).padded(3, 3)).into(),
        r#"{"a":[5,7],"w":[1,2],"delta":[1,2,3,4,5,6,7]}"#,
        r#"{"grad_a":[10,13],"grad_w":[55,43]}"#,
    ),
    (
        "the same size",
        || Conv { word: Some("same"), ..line(Axis::new(3, 2).padded(0, 1)) }.into(),
        r#"{"a":[1,2,3],"w":[1,2],"delta":[1,10,100]}"#,
        r#"{"z":[5,8,3],"grad_a":[1,12,120]}"#,
    ),
    (
        "every other row is never read",
        || line(Axis::new(6, 2).steps(2, 2)).into(),
        r#"{"a":[1,2,3,4,5,6],"w":[1,2],"delta":[1,10]}"#,
        r#"{"grad_a":[1,0,12,0,20,0]}"#,
    ),
    (
        "entries of the kernel that see padding alone",
        || line(Axis::new(1, 5).padded(2, 2)).into(),
        r#"{"a":[3],"w":[1,2,3,4,5],"delta":[2]}"#,
        r#"{"z":[9],"grad_a":[6],"grad_w":[0,0,6,0,0]}"#,
    ),
    (
        "groups",
        || Conv { channels: Some((2, 2)), groups: 2, ..line(Axis::new(2, 1)) }.into(),
        r#"{"a":[[1,2],[3,4]],"w":[[[5]],[[6]]],"delta":[[1,10],[100,1000]]}"#,
        r#"{"grad_a":[[5,50],[600,6000]],"grad_w":[[[21]],[[4300]]]}"#,
    ),
    ("a mirror", || border(Mode::Reflect), BORDER, r#"{"grad_a":[12,525,240]}"#),
    ("the edge repeated", || border(Mode::Replicate), BORDER, r#"{"grad_a":[13,124,640]}"#),
    ("a circle", || border(Mode::Circular), BORDER, r#"{"grad_a":[412,124,241]}"#),
    (
        "transposed, with output padding",
        || {
            let axis = Axis { extra: 1, ..Axis::new(2, 2).steps(2, 1) };
            Conv { transposed: true, bias: Bias::Shared, ..line(axis) }.into()
        },
        r#"{"a":[1,2],"w":[3,4],"b":100,"delta":[1,10,100,1000,10000]}"#,
        r#"{"z":[103,104,106,108,100],"grad_a":[43,4300],"grad_w":[201,2010],"grad_b":11111}"#,
    ),
    ("padding counts", || ceil_mean(Count::Padded), SIX, r#"{"z":[1,4,3],"grad_a":[1,1,2,2,2,6]}"#),
    ("padding does not count", || ceil_mean(Count::Real), SIX, r#"{"z":["3/2",4,6],"grad_a":["3/2","3/2",2,2,2,12]}"#),
    (
        "the first of equal entries",
        || pool(Kind::Max(Ties::First), Axis::new(4, 2), false),
        r#"{"a":[2,2,1,5],"delta":[1,10,100]}"#,
        r#"{"z":[2,2,5],"grad_a":[1,10,0,100]}"#,
    ),
    (
        "equal entries share",
        || pool(Kind::Max(Ties::Split), Axis::new(4, 2), false),
        r#"{"a":[2,2,1,5],"delta":[1,10,100]}"#,
        r#"{"z":[2,2,5],"grad_a":["1/2","21/2",0,100]}"#,
    ),
    (
        "a norm with a window that leaves the input",
        || pool(Kind::Norm(2), Axis::new(3, 2).steps(2, 1), true),
        r#"{"a":[3,4,5],"delta":[1,1]}"#,
        r#"{"z":[5,7.0710678118654755]}"#,
    ),
    (
        "adaptive windows",
        || Pool::adaptive(Kind::Average(Count::Padded), vec![[5, 3]]).into(),
        r#"{"a":[1,2,3,4,5],"delta":[6,60,600]}"#,
        r#"{"grad_a":[3,23,20,320,300]}"#,
    ),
    (
        "one window for all",
        || Pool::adaptive(Kind::Average(Count::Padded), vec![[2, 1], [2, 1]]).into(),
        r#"{"a":[[1,2],[3,5]],"delta":[[8]]}"#,
        r#"{"z":[["11/4"]],"grad_a":[[2,2],[2,2]]}"#,
    ),
];

fn object(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// The numbers of an object under a name.
fn numbers(object: &Value, name: &str) -> Array<BigRational> {
    from_json(&object[name]).unwrap_or_else(|why| panic!("{name}: {why}"))
}

#[test]
fn the_definitions_give_the_worked_examples() {
    for (title, layer, given, expected) in ROWS {
        let (plan, given, expected) = (layer().plan(), object(given), object(expected));
        let inputs = plan.slots.iter().map(|slot| numbers(&given, slot.name)).collect();
        let point: Point<f64> = Point { inputs, delta: numbers(&given, "delta") }.to();
        let mut told = vec![("z".to_owned(), plan.value(&point).expect(title))];
        let gradients = plan.gradients(&point).expect(title);
        told.extend(plan.slots.iter().zip(gradients).map(|(slot, x)| (format!("grad_{}", slot.name), x)));
        for name in expected.as_object().into_iter().flat_map(|object| object.keys()) {
            let value = &told.iter().find(|(own, _)| own == name).expect(name).1;
            let truth = Point { inputs: Vec::new(), delta: numbers(&expected, name) }.to::<f64>().delta;
            let near = |x: &f64, y: &f64| (x - y).abs() < 1e-12;
            let same = value.shape == truth.shape && value.data.iter().zip(&truth.data).all(|(x, y)| near(x, y));
            assert!(same, "{title}: {name} is {value:?}");
        }
    }
}

/// Are these the same numbers? Exact ones digit by digit, written as numbers or as text; roots but for rounding.
fn agree(told: &Value, expected: &Value) -> bool {
    let plain = |value: &Value| value.to_string().replace('"', "");
    match (told, expected) {
        (Value::Array(told), Value::Array(expected)) => {
            told.len() == expected.len() && told.iter().zip(expected).all(|(told, expected)| agree(told, expected))
        }
        (Value::Number(told), Value::Number(expected)) => {
            let near = |x: f64, y: f64| (x - y).abs() < 1e-12;
            plain(&told.clone().into()) == plain(&expected.clone().into())
                || !expected.is_i64() && told.as_f64().zip(expected.as_f64()).is_some_and(|(x, y)| near(x, y))
        }
        (Value::Array(_), _) | (_, Value::Array(_)) => false,
        _ => plain(told) == plain(expected),
    }
}

/// Runs the program on a row, and compares what comes out.
fn ask_for(row: &Row) -> Result<(), String> {
    let (title, layer, given, expected) = row;
    let line = layer().line();
    let path = format!("{}/geometry-{}.json", env!("CARGO_TARGET_TMPDIR"), title.replace(' ', "-"));
    fs::write(&path, given).map_err(|why| format!("{path}: {why}"))?;
    let answer = ask(&line, &["--values", &path]).map_err(|why| format!("{title}: derive {line}: {why}"))?;
    for (name, value) in object(expected).as_object().into_iter().flatten() {
        let told = &answer["values"][name];
        if !agree(told, value) {
            return Err(format!("{title}: derive {line}: {name} is {told}, not {value}"));
        }
    }
    Ok(())
}

#[test]
fn the_program_works_the_first_example() {
    assert_eq!(ask_for(&ROWS[0]), Ok(()));
}

#[test]
fn the_program_works_the_examples() {
    let faults: Vec<String> = ROWS.iter().filter_map(|row| ask_for(row).err()).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn exact_numbers_are_compared_digit_by_digit() {
    let same = |told: &str, expected: &str| agree(&object(told), &object(expected));
    assert!(same(r#"["1/2",3]"#, r#"["1/2","3"]"#) && same("[5,2.5000000000000004]", "[5.0,2.5]"));
    for (told, expected) in
        [("[0.5]", r#"["1/2"]"#), ("[3.0]", "[3]"), ("[1]", "[[1]]"), ("[1,2]", "[1]"), ("null", "1")]
    {
        assert!(!same(told, expected), "{told} {expected}");
    }
}
