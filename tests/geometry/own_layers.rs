//! The same convolutions as layers that somebody writes: the program is told nothing but the
//! definition in its own language, so what holds of the command's options must hold of these too.

use crate::axis::Axis;
use crate::case::{Layer, ask_layer};
use crate::convolution::{Bias, Conv, Mode};
use crate::grid;

/// `a[n,c,i1]`, or the name alone.
fn entry(name: &str, indices: &[String]) -> String {
    if indices.is_empty() { name.to_owned() } else { format!("{name}[{}]", indices.join(", ")) }
}

/// The equations of the input padded along one axis after the other, and the name of the last of them.
fn borders(conv: &Conv, before: &[String]) -> (String, String) {
    let (mut text, mut last) = (String::new(), "a".to_owned());
    let shape = conv.plan().slots[0].shape.clone();
    let mut sizes: Vec<i64> = shape.iter().filter_map(|&size| i64::try_from(size).ok()).collect();
    for (k, axis) in conv.axes.iter().enumerate() {
        let (low, size) = (axis.low, axis.size);
        // the places from 1 on, where i counts from the first padded row
        let (under, over) = match conv.mode {
            Mode::Reflect => (format!("{} - i{k}", low + 2), format!("{} - i{k}", 2 * size + low)),
            Mode::Replicate => ("1".to_owned(), size.to_string()),
            Mode::Circular => (format!("i{k} + {}", size - low), format!("i{k} - {}", low + size)),
            Mode::Zeros => continue,
        };
        sizes[before.len() + k] += low + axis.high;
        let letters: Vec<String> =
            before.iter().cloned().chain((0..conv.axes.len()).map(|k| format!("i{k}"))).collect();
        let ranges: Vec<String> =
            letters.iter().zip(&sizes).map(|(letter, size)| format!("{letter} in 1..{size}")).collect();
        let at = |place: &str| {
            let mut indices = letters.clone();
            place.clone_into(&mut indices[before.len() + k]);
            entry(&last, &indices)
        };
        let inside = at(&format!("i{k} - {low}"));
        let inside =
            if axis.high > 0 { format!("if i{k} > {} then {} else {inside}", low + size, at(&over)) } else { inside };
        let value = if low > 0 { format!("if i{k} <= {low} then {} else {inside}", at(&under)) } else { inside };
        text += &format!("  p{k}[{}] = {value}\n", ranges.join(", "));
        last = format!("p{k}");
    }
    (text, last)
}

/// The text of a layer of one group.
fn text(conv: &Conv) -> String {
    let axes: Vec<(usize, &Axis)> = conv.axes.iter().enumerate().collect();
    let each = |word: &dyn Fn(usize, &Axis) -> String| axes.iter().map(|&(k, axis)| word(k, axis)).collect::<Vec<_>>();
    let leading = |word: &str, is_there: bool| is_there.then(|| word.to_owned()).into_iter().collect::<Vec<_>>();
    let (sample, has_channels) = (leading("n", conv.batch.is_some()), conv.channels.is_some());
    let (inward, outward) = (leading("c", has_channels), leading("o", has_channels));
    let pair =
        if conv.transposed { [inward.clone(), outward.clone()] } else { [outward.clone(), inward.clone()] }.concat();

    let zeros = conv.mode == Mode::Zeros;
    // where the kernel is meets where it reads
    let far = |place: &'static str| {
        move |k: usize, axis: &Axis| {
            format!(
                "{}*({place}{k}-1) + {}*(u{k}-1) + 1 - {}",
                axis.stride,
                axis.dilation,
                if zeros { axis.low } else { 0 }
            )
        }
    };
    let (read, filter) = if conv.transposed {
        (each(&|k, _| format!("h{k}")), each(&|k, axis| format!("{} == i{k}", far("h")(k, axis))))
    } else {
        let inside = |k: usize, axis: &Axis| {
            let at = far("i")(k, axis);
            format!("1 <= {at} and {at} <= {}", axis.size)
        };
        let padded = zeros && conv.axes.iter().any(|axis| (axis.low, axis.high) != (0, 0));
        (each(&far("i")), if padded { each(&inside) } else { Vec::new() })
    };
    let mut bound = leading("c in 1..", has_channels);
    bound.iter_mut().for_each(|range| *range += &conv.channels.map_or(String::new(), |(inward, _)| inward.to_string()));
    if conv.transposed {
        bound.extend(each(&|k, axis| format!("h{k} in 1..{}", axis.size)));
    }
    bound.extend(each(&|k, axis| format!("u{k} in 1..{}", axis.kernel)));
    let filter = if filter.is_empty() { String::new() } else { format!(" where {}", filter.join(" and ")) };
    let taps = each(&|k, axis| if conv.flip { format!("{}-u{k}", axis.kernel + 1) } else { format!("u{k}") });

    let plan = conv.plan();
    let mut text = "layer own\n".to_owned();
    for slot in &plan.slots {
        let shape: Vec<String> = slot.shape.iter().map(usize::to_string).collect();
        text += &format!("  {} {}\n", slot.role, entry(slot.name, &shape));
    }
    let place = [sample.clone(), outward.clone(), each(&|k, _| format!("i{k}"))].concat();
    let ranges: Vec<String> =
        place.iter().zip(&plan.output).map(|(letter, size)| format!("{letter} in 1..{size}")).collect();
    let bias = match conv.bias {
        Bias::Shared => format!(" + {}", entry("b", &outward)),
        Bias::Untied => format!(" + {}", entry("b", &place[sample.len()..])),
        Bias::None => String::new(),
    };
    let (border, read_from) = borders(conv, &[sample.clone(), inward.clone()].concat());
    text += &border;
    let product =
        format!("{} * {}", entry(&read_from, &[sample, inward, read].concat()), entry("w", &[pair, taps].concat()));
    text + &format!("  {} = sum({}{filter}) {product}{bias}\n", entry("z", &ranges), bound.join(", "))
}

/// The faults of the convolutions of some families, each written as a layer; what is to be claimed is left out, or not.
fn check(file: &str, families: &[Vec<Layer>], claimed: bool) {
    let conv = |layer: &Layer| match layer {
        Layer::Conv(conv) => Some(conv.clone()).filter(|conv| conv.groups == 1),
        Layer::Pool(_) => None,
    };
    let all: Vec<Conv> = families.iter().flatten().filter_map(conv).collect();
    let mut faults = Vec::new();
    for conv in &all {
        let (line, text, layer) = (conv.line(), text(conv), Layer::from(conv.clone()));
        let claims = if claimed { layer.claims() } else { Vec::new() };
        let own = ask_layer(file, &text).map_or_else(|why| vec![why], |answer| layer.faults_with(&answer, &claims));
        faults.extend(own.first().map(|fault| format!("{line}: {fault}\n{text}")));
    }
    let first = &faults[..faults.len().min(8)];
    assert!(faults.is_empty(), "{} of {} are wrong:\n{}", faults.len(), all.len(), first.join("\n"));
}

#[test]
fn own_lines_and_spaces() {
    check("lines", &[grid::lines(), grid::spaces()], true);
}

#[test]
fn own_padding() {
    check("padding", &[grid::padded(), grid::padded_unevenly(), grid::worded()], true);
}

#[test]
fn own_true_convolutions() {
    check("flipped", &[grid::flipped()], true);
}

#[test]
fn own_transposed() {
    check("transposed", &[grid::transposed(), grid::transposed_unevenly(), grid::output_padding()], true);
}

fn channelled() -> [Vec<Layer>; 4] {
    [grid::channels(), grid::batches(), grid::everything(), grid::transposed_channels()]
}

#[test]
fn own_channels() {
    check("channels", &channelled(), false);
}

#[test]
fn own_channels_are_recognised() {
    check("recognised-channels", &channelled(), true);
}

#[test]
fn own_borders() {
    check("borders", &Mode::BORDERS.map(grid::borders), false);
}
