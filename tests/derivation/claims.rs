//! The parameters of recognised correlations: strided, dilated, reversed and in three dimensions.

use deriver::expr::TensorId;
use deriver::operator::{Correlation, CorrelationAxis, Operand};

use crate::support::{correlation, derived, single_correlation, tensor};

/// Input length, kernel length, stride, dilation; at least two outputs and two taps.
const SIZES: [[i64; 4]; 14] = [
    [5, 2, 1, 1],
    [6, 3, 1, 1],
    [4, 2, 2, 1],
    [7, 3, 2, 1],
    [8, 3, 2, 1],  // a row left over
    [9, 2, 3, 1],  // a row left over and gaps between the windows
    [10, 2, 3, 1], // two rows left over
    [12, 5, 3, 1],
    [6, 2, 1, 2],
    [9, 3, 1, 2],
    [11, 3, 1, 4],
    [9, 3, 2, 2],
    [12, 3, 2, 3],
    [100, 4, 3, 2],
];

const SLIDE: &str = "layer slide
  input a[N]
  weight w[K]
  z[i in 1..M] = sum(u in 1..K) a[S*(i-1) + D*(u-1) + 1] * w[u]
";

fn plain(x: TensorId, y: TensorId, rot180: bool, axis: [i64; 5], found: &Correlation) {
    assert_eq!((found.x, found.y), (Operand::Plain(x), Operand::Plain(y)));
    assert_eq!(found.rot180, rot180);
    assert!(found.scale.is_one());
    let [stride, lhs, rhs, low, high] = axis;
    let [stride, lhs_dilation, rhs_dilation] = [stride, lhs, rhs].map(|n| usize::try_from(n).expect("positive"));
    assert_eq!(found.axes, [CorrelationAxis { stride, lhs_dilation, rhs_dilation, low, high }]);
}

#[test]
fn strided_and_dilated_by_the_user() {
    for [n, k, s, d] in SIZES {
        let m = (n - d * (k - 1) - 1) / s + 1;
        assert!(m > 1 && k > 1, "stride and dilation can be told apart");
        // the numbers stand in the text: products of letters are no affine indices otherwise
        let text =
            SLIDE.replace("S*", &format!("{s}*")).replace("D*", &format!("{d}*")).replace("1..M", &format!("1..{m}"));
        let derivation = derived(&text, &format!("N={n} K={k}"));
        let [a, w, z] = ["a", "w", "z"].map(|name| tensor(&derivation, name));
        let delta = derivation.adjoint(z);
        let reach = d * (k - 1);
        // forwards: what is left over is cropped
        plain(a, w, false, [s, 1, d, 0, s * (m - 1) + reach + 1 - n], &single_correlation(&derivation, z));
        // the errors are spread by the stride; what no window covers is padding behind
        plain(delta, w, true, [1, s, d, reach, n - 1 - s * (m - 1)], &correlation(&derivation, "a"));
        // stride and dilation change places
        plain(a, delta, false, [d, 1, s, 0, s * (m - 1) + reach + 1 - n], &correlation(&derivation, "w"));
    }
}

#[test]
fn a_true_convolution() {
    let text = "layer flip\n input a[N]\n weight w[K]\n z[i in 1..N-K+1] = sum(u in 1..K) a[i+u-1] * w[K+1-u]\n";
    for (n, k) in [(5, 2), (6, 3), (8, 5)] {
        let derivation = derived(text, &format!("N={n} K={k}"));
        let [a, w, z] = ["a", "w", "z"].map(|name| tensor(&derivation, name));
        plain(a, w, true, [1, 1, 1, 0, 0], &single_correlation(&derivation, z));
        plain(derivation.adjoint(z), w, false, [1, 1, 1, k - 1, k - 1], &correlation(&derivation, "a"));
    }
}

#[test]
fn padding_by_a_condition() {
    let text = "layer same
 input a[N]
 weight w[3]
 z[i in 1..N] = sum(u in 1..3 where 1 <= i+u-2 and i+u-2 <= N) a[i+u-2] * w[u]
";
    let derivation = derived(text, "N=6");
    let [a, w, z] = ["a", "w", "z"].map(|name| tensor(&derivation, name));
    let delta = derivation.adjoint(z);
    plain(a, w, false, [1, 1, 1, 1, 1], &single_correlation(&derivation, z));
    plain(delta, w, true, [1, 1, 1, 1, 1], &correlation(&derivation, "a"));
    plain(a, delta, false, [1, 1, 1, 1, 1], &correlation(&derivation, "w"));
}

#[test]
fn three_dimensions() {
    let text = "layer cube
 input a[X, Y, Z]
 weight w[K, L, M]
 z[i, j, k] = sum(u, v, t) a[i+u-1, j+v-1, k+t-1] * w[u, v, t]
";
    let derivation = derived(text, "X=4 Y=3 Z=5 K=2 L=2 M=3");
    let [a, w, z] = ["a", "w", "z"].map(|name| tensor(&derivation, name));
    let delta = derivation.adjoint(z);
    let axes = |pads: [i64; 3]| {
        pads.map(|pad| CorrelationAxis { stride: 1, lhs_dilation: 1, rhs_dilation: 1, low: pad, high: pad }).to_vec()
    };
    let input = correlation(&derivation, "a");
    assert_eq!((input.x, input.y, input.rot180), (Operand::Plain(delta), Operand::Plain(w), true));
    assert_eq!(input.axes, axes([1, 1, 2]));
    let weight = correlation(&derivation, "w");
    assert_eq!((weight.x, weight.y, weight.rot180), (Operand::Plain(a), Operand::Plain(delta), false));
    assert_eq!(weight.axes, axes([0, 0, 0]));
}
