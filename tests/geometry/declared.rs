//! Several sets of parameters may fit a gradient; the ones to be named are those that the layer was
//! declared with. Where the kernel has several entries and several places along each axis, they are
//! those of the closed form.

use serde_json::Value;

use crate::case::{Layer, ask};
use crate::convolution::Conv;
use crate::grid;
use crate::textbook;

/// The fields that say which operator it is; how axes are lettered is free.
const FIELDS: [&str; 7] = ["operands", "rot180", "stride", "lhs_dilation", "rhs_dilation", "padding", "groups"];

/// Does every axis show its steps: is each entry of the kernel read at two places, and are all of them inside?
fn is_plain(conv: &Conv) -> bool {
    conv.axes.iter().all(|axis| {
        axis.kernel > 1 && axis.outputs() > 1 && axis.size > axis.reach() && axis.low.max(axis.high) <= axis.reach()
    })
}

/// The faults of the layers that show their steps, and how many those are.
fn undeclared(layers: Vec<Layer>) -> (Vec<String>, usize) {
    let conv = |layer| match layer {
        Layer::Conv(conv) => Some(conv).filter(is_plain),
        Layer::Pool(_) => None,
    };
    let all: Vec<Conv> = layers.into_iter().filter_map(conv).collect();
    let mut faults = Vec::new();
    for conv in &all {
        let line = conv.line();
        let answer = ask(&line, &[]).unwrap_or_else(|why| panic!("{line}: {why}"));
        let gradients = answer["gradients"].as_array().map_or(&[][..], Vec::as_slice);
        for (name, operator) in textbook::operators(conv, None) {
            let own = gradients.iter().find(|gradient| gradient["of"] == name);
            let told = own.and_then(|gradient| gradient["recognised"].as_array()).cloned().unwrap_or_default();
            let same = |other: &Value| FIELDS.iter().all(|field| operator[field] == other[field]);
            if !told.iter().any(same) {
                faults.push(format!("derive {line}: {name} is {told:?}, not {operator}"));
            }
        }
    }
    (faults, all.len())
}

fn check(layers: Vec<Layer>, least: usize) {
    let (faults, count) = undeclared(layers);
    assert!(faults.is_empty(), "{} faults in {count}:\n{}", faults.len(), faults[..faults.len().min(10)].join("\n"));
    assert!(count >= least, "only {count} show their steps");
}

#[test]
fn steps_are_named_as_declared() {
    check(grid::steps(), 20);
}

#[test]
fn padding_is_named_as_declared() {
    check([grid::padded(), grid::padded_unevenly(), grid::worded()].concat(), 60);
}

#[test]
fn groups_are_named_as_declared() {
    check([grid::channels(), grid::groups()].concat(), 50);
}
