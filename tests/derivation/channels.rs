//! Layers that slide with channels, a batch and groups: what is claimed, and how it is written.

use deriver::document::Notation;
use deriver::expr::TensorId;
use deriver::formula::{Glossary, channels_text};
use deriver::operator::TensorOp;

use crate::support::{correlation, derived, document, single_correlation, tensor};

/// The groups and the leading axes of the result, of the gradient of `a` and of that of `w`.
fn leading(text: &str, sizes: &str) -> [(usize, String); 3] {
    let derivation = derived(text, sizes);
    let glossary = Glossary::new(&derivation, &Notation::default());
    let adjoint = |name: &str| derivation.adjoint(tensor(&derivation, name));
    [tensor(&derivation, "z"), adjoint("a"), adjoint("w")].map(|target: TensorId| {
        let found = single_correlation(&derivation, target);
        let (groups, leading) = channels_text(&derivation.system.arena, &derivation.instance, &glossary, &found);
        (groups, leading.unwrap_or_default())
    })
}

#[track_caller]
fn has(text: &str, sizes: &str, lines: &[&str]) {
    let written = document(&derived(text, sizes));
    let plain: Vec<&str> = written.split_whitespace().collect();
    let plain = plain.join(" ");
    for line in lines {
        assert!(plain.contains(line), "`{line}` is not in\n{written}");
    }
}

const CHANNELS: &str = "layer l
 input a[C, H, W]
 weight w[O, C, K, L]
 z[o, i, j] = sum(c, u, v) a[c, i+u-1, j+v-1] * w[o, c, u, v]
";

const BATCH: &str = "layer l
 input a[N, C, H]
 weight w[O, C, K]
 z[n, o, i in 1..2] = sum(c, u) a[n, c, 2*i+u-2] * w[o, c, u]
";

const GROUPS: &str = "layer l
 input a[N, 4, H]
 weight w[6, C, K]
 z[n, o in 1..6, i] = if o <= 3 then sum(c, u) a[n, c, i+u-1] * w[o, c, u]
                                else sum(c, u) a[n, c+2, i+u-1] * w[o, c, u]
";

#[test]
fn the_letters_are_those_of_the_text() {
    for sizes in ["C=2 O=3", "C=1 O=3", "C=3 O=1", "C=3 O=3", "C=1 O=1"] {
        let found = leading(CHANNELS, &format!("{sizes} H=4 W=5 K=2 L=3"));
        assert_eq!(found, ["c, o c -> o", "o, o c -> c", "c, o -> o c"].map(|l| (1, l.to_string())), "{sizes}");
        for n in 1..=3 {
            let found = leading(BATCH, &format!("{sizes} N={n} H=5 K=2"));
            let expected = ["n c, o c -> n o", "n o, o c -> n c", "n c, n o -> o c"];
            assert_eq!(found, expected.map(|l| (1, l.to_string())), "{n}: {sizes}");
        }
    }
    let each = "layer l\n input a[C, H]\n weight w[C, K]\n z[c, i] = sum(u) a[c, i+u-1] * w[c, u]\n";
    assert_eq!(leading(each, "C=3 H=5 K=2"), ["c, c -> c"; 3].map(|l| (3, l.to_string())));
    let shared = "layer l\n input a[C, H]\n weight w[K]\n z[i] = sum(c, u) a[c, i+u-1] * w[u]\n";
    assert_eq!(leading(shared, "C=3 H=5 K=2"), ["c, ->", ", -> c", "c, ->"].map(|l| (1, l.to_string())));
}

#[test]
fn groups_are_taken_apart() {
    let expected = ["n (g c), (g o) c -> n (g o)", "n (g o), (g o) c -> n (g c)", "n (g c), n (g o) -> (g o) c"];
    for n in 1..=2 {
        let found = leading(GROUPS, &format!("N={n} C=2 H=4 K=2"));
        assert_eq!(found, expected.map(|l| (2, l.to_string())), "{n}");
    }
}

#[test]
fn one_equation_for_all_channels() {
    has(
        CHANNELS,
        "C=2 O=3 H=4 W=5 K=2 L=3",
        &[
            "z[o] = ∑[c=1..2] a[c] * w[o,c]",
            "For every c such products are summed over the kernels' channels (o).",
            "(∑[o=1..3] δˡ[o] * rot180(wˡ[o,c])) ⊙ σ′(zˡ⁻¹[c])",
            "There is one such product for every c and o.",
            "∂C/∂wˡ[o,c] = aˡ⁻¹[c] * δˡ[o]",
        ],
    );
    has(
        BATCH,
        "N=2 C=2 O=3 H=5 K=2",
        &[
            "z[n,o] = ∑[c=1..2] a[n,c] *[2] w[o,c]",
            "For every c and o such products are summed over the batch (n).",
            "∂C/∂wˡ[o,c] = ∑[n=1..2] pad[0,-1](aˡ⁻¹[n,c]) * δˡ[n,o]↑2",
        ],
    );
    // a letter with one value is that value
    has(
        BATCH,
        "N=1 C=1 O=3 H=5 K=2",
        &["z[1,o] = a[1,1] *[2] w[o,1]", "∂C/∂wˡ[o,1] = pad[0,-1](aˡ⁻¹[1,1]) * δˡ[1,o]↑2"],
    );
    has(
        GROUPS,
        "N=2 C=2 H=4 K=2",
        &[
            "z[n,3(g-1)+o] = ∑[c=1..2] a[n,2(g-1)+c] * w[3(g-1)+o,c]",
            "The channels fall into two groups (g) that are kept apart",
            "δˡ⁻¹[n,2(g-1)+c] = (∑[o=1..3] δˡ[n,3(g-1)+o] * rot180(wˡ[3(g-1)+o,c]))",
            "∂C/∂wˡ[3(g-1)+o,c] = ∑[n=1..2] aˡ⁻¹[n,2(g-1)+c] * δˡ[n,3(g-1)+o]",
        ],
    );
}

#[test]
fn a_bias_for_each_channel_is_written_with_its_letter() {
    let text = "layer l
 input a[C, H]
 weight w[O, C, K]
 bias b[O]
 z[o, i] = sum(c, u) a[c, i+u-1] * w[o, c, u] + b[o]
";
    let derivation = derived(text, "C=2 O=3 H=5 K=2");
    let z = derivation.recognition(tensor(&derivation, "z")).expect("both parts are recognised");
    assert!(matches!(z.parts.as_slice(), [TensorOp::Correlate(_), TensorOp::Broadcast { .. }]), "{z:?}");
    has(text, "C=2 O=3 H=5 K=2", &["z[o] = ∑[c=1..2] a[c] * w[o,c] + b[o]", "This is the sum along one axis of δ"]);
}

#[test]
fn any_number_of_axes_slides() {
    let text = "layer l
 input a[C, X, Y, Z]
 weight w[O, C, K, L, M]
 z[o, i, j, k] = sum(c, u, v, t) a[c, i+u-1, j+v-1, k+t-1] * w[o, c, u, v, t]
";
    let derivation = derived(text, "C=2 O=2 X=3 Y=3 Z=4 K=2 L=1 M=2");
    for name in ["a", "w"] {
        assert_eq!(correlation(&derivation, name).axes.len(), 3, "{name}");
    }
}
