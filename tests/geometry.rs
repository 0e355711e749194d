//! Every option of convolutions and poolings, on thousands of small configurations, judged from outside.
//!
//! Each family is one test. What a layer computes is written out from its definition, term by term,
//! in exact rationals; its gradients are scattered back from that; and the program's equations and
//! operators are worked out from its JSON alone. Nothing here is shared with the crate. Most families
//! are asked a second time as layers that somebody writes. Besides: the worked examples, the
//! relationships of the guide to convolution arithmetic, and the popular mistakes, each of which the
//! judge must tell from the truth.
//!
//! A family that the program does not accept yet is ignored; `cargo test --test geometry -- --ignored`
//! tries them all, and a family is switched on by deleting the line above it.

#[path = "geometry/arithmetic.rs"]
mod arithmetic;
#[path = "oracle/array.rs"]
mod array;
#[path = "geometry/axis.rs"]
mod axis;
#[path = "geometry/case.rs"]
mod case;
#[path = "geometry/chained.rs"]
mod chained;
#[path = "geometry/convolution.rs"]
mod convolution;
#[path = "geometry/declared.rs"]
mod declared;
#[path = "oracle/exact.rs"]
#[expect(dead_code, reason = "shared with the oracle, which uses all of it")]
mod exact;
#[path = "oracle/expression.rs"]
mod expression;
#[path = "oracle/floats.rs"]
#[expect(dead_code, reason = "shared with the oracle, which uses all of it")]
mod floats;
#[path = "geometry/grid.rs"]
mod grid;
#[path = "geometry/judge.rs"]
mod judge;
#[path = "oracle/operators.rs"]
mod operators;
#[path = "geometry/own_layers.rs"]
mod own_layers;
#[path = "geometry/own_pools.rs"]
mod own_pools;
#[path = "geometry/plan.rs"]
mod plan;
#[path = "geometry/pool_grid.rs"]
mod pool_grid;
#[path = "geometry/pooling.rs"]
mod pooling;
#[path = "geometry/sample.rs"]
mod sample;
#[path = "geometry/slips.rs"]
mod slips;
#[path = "geometry/textbook.rs"]
mod textbook;
#[path = "oracle/windows.rs"]
mod windows;
#[path = "geometry/worked.rs"]
mod worked;

use case::Layer;
use convolution::Mode;

/// Fails with the first faults of all the configurations, and how many of them are wrong.
fn check(layers: &[Layer]) {
    let faults: Vec<Vec<String>> = layers.iter().map(Layer::judged).filter(|faults| !faults.is_empty()).collect();
    let first: Vec<&str> = faults.iter().map(|faults| faults[0].as_str()).take(15).collect();
    assert!(faults.is_empty(), "{} of {} configurations are wrong:\n{}", faults.len(), layers.len(), first.join("\n"));
}

/// One test for each family, and the list of them all.
macro_rules! families {
    ($($(#[$attribute:meta])* $name:ident: $layers:expr;)*) => {
        $(
            #[test]
            $(#[$attribute])*
            fn $name() {
                check(&$layers);
            }
        )*

        /// Every family by name.
        pub(crate) fn all_families() -> Vec<(&'static str, Vec<Layer>)> {
            vec![$((stringify!($name), $layers)),*]
        }
    };
}

families! {
    conv_in_the_plane: grid::steps();
    conv_along_a_line: grid::lines();
    conv_in_space: grid::spaces();
    conv_padded: grid::padded();
    conv_padded_unevenly: grid::padded_unevenly();
    conv_same_and_valid: grid::worded();
    conv_flipped: grid::flipped();
    conv_channels: grid::channels();
    conv_batches: grid::batches();
    conv_groups: grid::groups();
    conv_reflected: grid::borders(Mode::Reflect);
    conv_replicated: grid::borders(Mode::Replicate);
    conv_circular: grid::borders(Mode::Circular);
    conv_everything: grid::everything();
    conv_transposed: grid::transposed();
    conv_transposed_unevenly: grid::transposed_unevenly();
    conv_output_padding: grid::output_padding();
    conv_transposed_channels: grid::transposed_channels();
    pool_means: pool_grid::means();
    pool_maxima: pool_grid::maxima();
    pool_other_ranks: pool_grid::other_ranks();
    pool_padded_means: pool_grid::padded_means();
    pool_padded_unevenly: pool_grid::padded_unevenly();
    pool_spread_means: pool_grid::spread_means();
    pool_ceil_means: pool_grid::ceil_means();
    pool_excluding_means: pool_grid::excluding_means();
    pool_divided_sums: pool_grid::divided_sums();
    pool_padded_maxima: pool_grid::padded_maxima();
    pool_spread_maxima: pool_grid::spread_maxima();
    pool_ceil_maxima: pool_grid::ceil_maxima();
    pool_channels: pool_grid::channels();
    pool_adaptive: pool_grid::adaptive();
    pool_norms: pool_grid::norms();
    pool_ceil_norms: pool_grid::ceil_norms();
}

#[test]
fn there_are_thousands_of_configurations() {
    let lines: std::collections::BTreeSet<String> =
        all_families().iter().flat_map(|(_, layers)| layers.iter().map(Layer::line)).collect();
    assert!(lines.len() > 3500, "{}", lines.len());
}
