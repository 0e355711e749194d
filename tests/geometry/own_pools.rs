//! The same poolings as layers that somebody writes, as far as the language can say them in one line.

use crate::case::{Layer, ask_layer};
use crate::exact::Ties;
use crate::pool_grid;
use crate::pooling::{Count, Kind, Layout, Pool};

/// The text of a pooling; none where the divisor varies with the padding, the exponent is a fraction, or ties have a word.
fn text(pool: &Pool) -> Option<String> {
    let plan = pool.plan();
    let lead: Vec<&str> = [pool.batch.map(|_| "n"), pool.channels.map(|_| "c")].into_iter().flatten().collect();
    let mut conditions = Vec::new();
    let mut read: Vec<String> = lead.iter().map(ToString::to_string).collect();
    let mut bound = Vec::new();
    let (rank, ceil) = match &pool.layout {
        Layout::Steps { axes, ceil } => {
            for (k, axis) in axes.iter().enumerate() {
                let at = format!("{}*(i{k}-1) + {}*(u{k}-1) + 1 - {}", axis.stride, axis.dilation, axis.low);
                conditions.push(format!("1 <= {at} and {at} <= {}", axis.size));
                bound.push(format!("u{k} in 1..{}", axis.kernel));
                read.push(at);
            }
            (axes.len(), *ceil)
        }
        Layout::Adaptive(sizes) => {
            for (k, [size, count]) in sizes.iter().enumerate() {
                conditions.push(format!("u{k}*{count} > (i{k}-1)*{size} and (u{k}-1)*{count} < i{k}*{size}"));
                bound.push(format!("u{k} in 1..{size}"));
                read.push(format!("u{k}"));
            }
            (sizes.len(), false)
        }
    };
    let of_window = match &pool.layout {
        Layout::Steps { axes, .. } => Some(axes.iter().map(|axis| axis.kernel).product::<i64>()),
        Layout::Adaptive(_) => None,
    };
    let (word, divisor) = match pool.kind {
        Kind::Average(Count::Padded) if ceil => return None,
        Kind::Average(Count::Padded) => of_window.map_or(("mean", None), |count| ("sum", Some(count))),
        Kind::Average(Count::Real) => ("mean", None),
        Kind::Average(Count::Fixed(divisor)) => ("sum", Some(divisor)),
        Kind::Max(Ties::First) => ("max", None),
        Kind::Max(Ties::Split | Ties::All) | Kind::Norm(_) => return None,
    };
    let letters = lead.iter().map(ToString::to_string).chain((0..rank).map(|k| format!("i{k}")));
    let ranges: Vec<String> =
        letters.zip(&plan.output).map(|(letter, size)| format!("{letter} in 1..{size}")).collect();
    let shape: Vec<String> = plan.slots[0].shape.iter().map(usize::to_string).collect();
    let divisor = divisor.map_or(String::new(), |divisor| format!(" / {divisor}"));
    Some(format!(
        "layer own\n  input a[{}]\n  z[{}] = {word}({} where {}) a[{}]{divisor}\n",
        shape.join(", "),
        ranges.join(", "),
        bound.join(", "),
        conditions.join(" and "),
        read.join(", ")
    ))
}

/// The faults of the poolings of some families; at least so many of them can be written.
fn check(file: &str, families: &[Vec<Layer>], least: usize) {
    let mut faults = Vec::new();
    let mut count = 0;
    for layer in families.iter().flatten() {
        let Layer::Pool(pool) = layer else { continue };
        let Some(text) = text(pool) else { continue };
        count += 1;
        let own = ask_layer(file, &text).map_or_else(|why| vec![why], |answer| layer.faults(&answer));
        faults.extend(own.first().map(|fault| format!("{}: {fault}\n{text}", layer.line())));
    }
    let first = &faults[..faults.len().min(8)];
    assert!(faults.is_empty(), "{} of {count} are wrong:\n{}", faults.len(), first.join("\n"));
    assert!(count >= least, "only {count} can be written");
}

#[test]
fn own_means() {
    let families = [
        pool_grid::means(),
        pool_grid::other_ranks(),
        pool_grid::padded_means(),
        pool_grid::padded_unevenly(),
        pool_grid::spread_means(),
        pool_grid::excluding_means(),
        pool_grid::divided_sums(),
    ];
    check("means", &families, 300);
}

#[test]
fn own_maxima() {
    let families =
        [pool_grid::maxima(), pool_grid::padded_maxima(), pool_grid::spread_maxima(), pool_grid::ceil_maxima()];
    check("maxima", &families, 80);
}

#[test]
fn own_pool_channels() {
    check("pool-channels", &[pool_grid::channels()], 40);
}

#[test]
fn own_adaptive_windows() {
    check("adaptive", &[pool_grid::adaptive()], 90);
}
