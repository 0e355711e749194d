//! Popular mistakes: the judge accepts the truth on every configuration, and tells each mistake from it.

use std::sync::LazyLock;

use num_rational::BigRational;
use num_traits::One;
use serde_json::Value;

use crate::all_families;
use crate::case::Layer;
use crate::convolution::{Conv, Mode};
use crate::exact::Ties;
use crate::plan::{Entry, Plan};
use crate::pooling::{Count, Kind, Layout, Pool, Window, windows_at_steps};
use crate::sample;
use crate::textbook::{self, Slip};

/// The whole grid, drawn once.
static GRID: LazyLock<Vec<(&str, Vec<Layer>)>> = LazyLock::new(all_families);

#[test]
fn true_answers_are_accepted_on_the_whole_grid() {
    for (family, layers) in GRID.iter() {
        for layer in layers {
            let plan = layer.plan();
            let operators = layer.operators();
            let claims = if operators.is_empty() { Vec::new() } else { layer.claims() };
            let faults = layer.faults_with(&sample::answer(&plan, &operators), &claims);
            assert!(faults.is_empty(), "{family}: {}: {}", layer.line(), faults.join("\n"));
        }
    }
}

fn convolutions() -> Vec<&'static Conv> {
    let conv = |layer: &'static Layer| match layer {
        Layer::Conv(conv) => Some(conv),
        Layer::Pool(_) => None,
    };
    GRID.iter().flat_map(|(_, layers)| layers).filter_map(conv).collect()
}

fn poolings() -> Vec<&'static Pool> {
    let pool = |layer: &'static Layer| match layer {
        Layer::Conv(_) => None,
        Layer::Pool(pool) => Some(pool),
    };
    GRID.iter().flat_map(|(_, layers)| layers).filter_map(pool).collect()
}

/// Does the judge find fault with the operators that this omission leads to, where they are others?
fn is_broken(conv: &Conv, slip: Slip) -> bool {
    let operators: Vec<(&str, Value)> = textbook::operators(conv, Some(slip));
    let differs = operators != textbook::operators(conv, None);
    differs && !Layer::from(conv.clone()).faults(&sample::answer(&conv.plan(), &operators)).is_empty()
}

/// Each omission, and on how many configurations it is to be told from the truth; the rest of the grid is not tried then.
const SLIPS: [(Slip, usize); 10] = [
    (Slip::LeftoverInInput, 100),
    (Slip::CropInWeight, 100),
    (Slip::NegativePadding, 100),
    (Slip::Stuffing, 100),
    (Slip::Dilation, 100),
    (Slip::Padding, 100),
    (Slip::Rotation, 100),
    (Slip::Channels, 100),
    (Slip::FlippedWeight, 100),
    (Slip::OutputPadding, 100),
];

#[test]
fn omissions_in_the_gradients_of_convolutions_are_found() {
    for (slip, enough) in SLIPS {
        let broken = convolutions().into_iter().filter(|conv| is_broken(conv, slip));
        let count = broken.take(enough).count();
        assert_eq!(count, enough, "{slip:?}");
    }
}

#[test]
fn a_border_that_is_dropped_is_found() {
    for mode in Mode::BORDERS {
        // the gradient of the padded input, cut off where it should be folded back
        let own = convolutions().into_iter().filter(|conv| conv.mode == mode);
        let wrong = own
            .filter(|conv| found(&Layer::from((*conv).clone()), &Conv { mode: Mode::Zeros, ..(*conv).clone() }.plan()));
        let count = wrong.count();
        assert!(count > 50, "{mode:?}: {count}");
    }
}

/// Is it found that the gradients are those of another plan, or all of it where even the output has another shape?
fn found(layer: &Layer, other: &Plan) -> bool {
    let plan = layer.plan();
    let forward = if plan.output == other.output { &plan } else { other };
    // nothing is claimed, so that a fault is one of the equations
    !layer.faults_with(&sample::spliced(forward, other, &[]), &Vec::new()).is_empty()
}

/// The pooling with other windows along each axis, if they are other windows.
fn with_windows(pool: &Pool, windows: impl Fn(usize, &[Window]) -> Vec<Window>) -> Option<Plan> {
    let own = pool.windows();
    let other: Vec<Vec<Window>> = own.iter().enumerate().map(|(axis, own)| windows(axis, own)).collect();
    (other != own).then(|| pool.plan_with(&other))
}

/// A mistake: the plan that it leads to, where it leads to another one.
type Mistake = fn(&Pool) -> Option<Plan>;

/// The mean always divides by the size of the full window.
fn full_divisor(pool: &Pool) -> Option<Plan> {
    let Kind::Average(_) = pool.kind else {
        return None;
    };
    let mean = Pool { kind: Kind::Average(Count::Padded), ..pool.clone() };
    let full = |window: &Window| Window { padded: window.full, ..window.clone() };
    let windows: Vec<Vec<Window>> = mean.windows().iter().map(|own| own.iter().map(full).collect()).collect();
    Some(mean.plan_with(&windows)).filter(|plan| *plan != pool.plan())
}

/// Cells beyond the padding count too.
fn overhang_counted(pool: &Pool) -> Option<Plan> {
    if pool.kind != Kind::Average(Count::Padded) {
        return None;
    }
    with_windows(pool, |_, own| own.iter().map(|window| Window { padded: window.full, ..window.clone() }).collect())
}

/// A last window that begins in the padding is kept.
fn window_not_dropped(pool: &Pool) -> Option<Plan> {
    let Layout::Steps { axes, ceil: true } = &pool.layout else {
        return None;
    };
    with_windows(pool, |k, _| {
        let axis = &axes[k];
        let up = -(-axis.room()).div_euclid(axis.stride) + 1;
        windows_at_steps(axis, up)
    })
}

/// Adaptive windows are all ⌊H/O⌋ long and touch.
fn equal_windows(pool: &Pool) -> Option<Plan> {
    let Layout::Adaptive(sizes) = &pool.layout else {
        return None;
    };
    with_windows(pool, |k, _| {
        let [size, count] = sizes[k];
        let length = (size / count).max(1);
        let window = |o: i64| Window {
            cells: (o * length..(o + 1) * length).filter(|at| *at < size).collect(),
            padded: length,
            full: length,
        };
        (0..count).map(window).collect()
    })
}

/// Another convention for ties.
fn ties(pool: &Pool, change: impl Fn(Vec<usize>) -> (Vec<usize>, Ties)) -> Option<Plan> {
    let Kind::Max(Ties::First) = pool.kind else {
        return None;
    };
    let mut plan = pool.plan();
    for entry in &mut plan.entries {
        if let Entry::Max(places, _) = entry {
            let (places, ties) = change(places.clone());
            *entry = Entry::Max(places, ties);
        }
    }
    Some(plan)
}

fn all_ties(pool: &Pool) -> Option<Plan> {
    ties(pool, |places| (places, Ties::All))
}

/// The last of equal entries wins: the first, where the window is read backwards.
fn last_tie(pool: &Pool) -> Option<Plan> {
    ties(pool, |places| (places.into_iter().rev().collect(), Ties::First))
}

/// A clipped window of powers is taken as it is, where the definition takes the mean of what it has times the full size.
fn clipped_norm(pool: &Pool) -> Option<Plan> {
    let Kind::Norm(_) = pool.kind else {
        return None;
    };
    let mut plan = pool.plan();
    for entry in &mut plan.entries {
        if let Entry::Norm(_, _, factor) = entry {
            *factor = BigRational::one();
        }
    }
    Some(plan).filter(|plan| *plan != pool.plan())
}

/// Each mistake, and how many configurations it breaks at least.
const MISTAKES: [(&str, Mistake, usize); 7] = [
    ("full divisor", full_divisor, 100),
    ("overhang counted", overhang_counted, 20),
    ("window not dropped", window_not_dropped, 50),
    ("equal windows", equal_windows, 50),
    ("all ties", all_ties, 100),
    ("last tie", last_tie, 100),
    ("clipped norm", clipped_norm, 5),
];

#[test]
fn mistakes_in_poolings_are_found() {
    let poolings = poolings();
    for (name, mistake, least) in MISTAKES {
        let wrong = |pool: &&Pool| mistake(pool).is_some_and(|plan| found(&Layer::from((*pool).clone()), &plan));
        let count = poolings.iter().copied().filter(wrong).count();
        assert!(count >= least, "{name} breaks {count} configurations");
    }
}
