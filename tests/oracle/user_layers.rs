//! Layers that a user writes: the same mathematics under other names must give the same gradients
//! and the same operators, since nothing may depend on which layer it is.

use std::fs;

use serde_json::Value;

use crate::cases::{Case, ask};
use crate::definitions::{Bias, Kind, Layer};
use crate::exact::Draw;
use crate::judge::Trial;

/// The text of the built-in convolution.
const CONV: &str = include_str!("../../src/layer/builtin/conv.derive");

/// New names for everything that the built-in text declares, its sizes apart.
const NAMES: [(&str, &str); 9] = [
    ("conv", "glide"),
    ("a", "img"),
    ("w", "ker"),
    ("b", "off"),
    ("z", "out"),
    ("i", "row"),
    ("j", "col"),
    ("u", "down"),
    ("v", "right"),
];

/// New names for the sizes.
const SIZES: [(&str, &str); 3] = [("H", "M"), ("K", "F"), ("S", "Jump")];

/// Replaces whole words, in what is neither a comment nor a string.
fn reworded(text: &str, names: &[(&str, &str)]) -> String {
    let mut result = String::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        for (k, part) in line.split('"').enumerate() {
            if k > 0 {
                result.push('"');
            }
            if k % 2 == 1 {
                result.push_str(part);
                continue;
            }
            let mut rest = part;
            while !rest.is_empty() {
                let word = |c: char| c.is_alphanumeric() || c == '_';
                let end = rest.find(|c| !word(c)).unwrap_or(rest.len()).max(1);
                let (token, after) = rest.split_at(end);
                let found = names.iter().find(|(from, _)| *from == token);
                result.push_str(found.map_or(token, |(_, to)| to));
                rest = after;
            }
        }
        result.push('\n');
    }
    result
}

/// Asks for the layer in `text` with these sizes.
fn ask_layer(file: &str, text: &str, sizes: &str) -> Result<Value, String> {
    let path = format!("{}/oracle-{file}.derive", env!("CARGO_TARGET_TMPDIR"));
    fs::write(&path, text).map_err(|why| format!("{path}: {why}"))?;
    let mut arguments = vec!["layer".to_owned(), path];
    arguments.extend(sizes.split_whitespace().map(str::to_owned));
    ask(&arguments)
}

/// The faults of a layer in `text`, compared with a definition.
fn faults(layer: Layer, renamed: &[(&str, &str)], text: &str, file: &str, sizes: &str) -> Vec<String> {
    let renamed = renamed.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
    let trial = Trial { layer, renamed, base: 1 };
    match ask_layer(file, text, sizes) {
        Ok(answer) => trial.faults(&answer, &trial.layer.points(&mut Draw::new(file))),
        Err(why) => vec![format!("{why}\n{text}")],
    }
}

/// The operators of every gradient under the original names, without their typeset forms.
fn operators(answer: &Value, names: &[(&str, &str)]) -> Vec<Value> {
    let gradients = answer["gradients"].as_array().expect("gradients");
    let mut lists: Vec<Value> = gradients.iter().map(|gradient| gradient["recognised"].clone()).collect();
    for operator in lists.iter_mut().filter_map(Value::as_array_mut).flatten() {
        let fields = operator.as_object_mut().expect("an operator");
        fields.retain(|key, _| key != "latex" && key != "text");
        for operand in fields.get_mut("operands").and_then(Value::as_array_mut).into_iter().flatten() {
            let found = names.iter().find(|(_, to)| *operand == *to);
            *operand = found.map_or(operand.clone(), |(from, _)| Value::from(*from));
        }
    }
    lists
}

#[test]
fn the_built_in_convolution_under_other_names() {
    let layer = Case::conv(&[3, 3], &[2, 2], Bias::Shared).trial.layer;
    let all: Vec<(&str, &str)> = NAMES.iter().chain(&SIZES).copied().collect();
    for (file, names, sizes) in [
        ("same", &[][..], "--input 3x3 --kernel 2x2"),
        ("tensors", &NAMES[..], "--input 3x3 --kernel 2x2"),
        ("everything", &all[..], "--input 3x3 --kernel 2"),
    ] {
        let text = reworded(CONV, names);
        let faults = faults(layer.clone(), names, &text, file, sizes);
        assert!(faults.is_empty(), "{file}:\n{}", faults.join("\n"));
    }
}

#[test]
fn recognition_does_not_know_the_layer() {
    for (input, kernel) in [([3, 3], [2, 2]), ([5, 4], [3, 2]), ([4, 3], [1, 3]), ([2, 2], [2, 2])] {
        let [[rows, columns], [height, width]] = [input, kernel];
        let case = Case::conv(&input, &kernel, Bias::Shared);
        let built_in = ask(&case.arguments).expect("the built-in layer");
        let sizes = format!("--input {rows}x{columns} --kernel {height}x{width}");
        let file = format!("unknown-{rows}-{height}");
        let own = ask_layer(&file, &reworded(CONV, &NAMES), &sizes).expect("the same layer renamed");
        assert_eq!(operators(&built_in, &[]), operators(&own, &NAMES), "{}", case.line());
    }
}

#[test]
fn layers_written_from_nothing() {
    let slide = "layer slide\n  input  s[N]\n  weight k[M]\n  y[t] = sum(u) s[t+u-1] * k[u]\n";
    let kind = Kind::Conv(Bias::None);
    let layer = Layer { kind, input: vec![5], window: vec![2], stride: vec![1], dilation: vec![1] };
    let names = [("a", "s"), ("w", "k"), ("z", "y")];
    let mut faults_found = faults(layer, &names, slide, "slide", "--size N=5,M=2");

    let shrink = "layer shrink\n  input p[M, N]\n  q[x, y] = mean(r in 1..2, c in 1..3) p[2*(x-1)+r, 3*(y-1)+c]\n";
    let layer =
        Layer { kind: Kind::Average, input: vec![5, 6], window: vec![2, 3], stride: vec![2, 3], dilation: vec![1, 1] };
    faults_found.extend(faults(layer, &[("a", "p"), ("z", "q")], shrink, "shrink", "--size M=5,N=6"));
    assert!(faults_found.is_empty(), "{}", faults_found.join("\n"));
}

#[test]
fn words_are_replaced_whole() {
    let text = "# a comment on a\nlayer conv \"a title\"\n  input  a[H]\n  z[i] = 2*a[i] + ab\n";
    let expected = "layer glide \"a title\"\n  input  img[H]\n  out[row] = 2*img[row] + ab\n";
    assert_eq!(reworded(text, &NAMES), expected);
}
