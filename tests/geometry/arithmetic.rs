//! The relationships 1 to 15 of "A guide to convolution arithmetic for deep learning" (Dumoulin and
//! Visin, 2016), over all small squares, and the figures of the guide one by one.
//!
//! Relationships 8 to 14 describe the transpose of a convolution as a convolution: that is what the
//! gradient of the input is recognised as, with zeros between the entries, and padding around them.

use serde_json::{Value, json};

use crate::case::ask;

/// Size of the input, kernel, stride, padding, dilation.
type Sizes = [i64; 5];

/// A number of the guide: when it holds, and the size of the output.
struct Forward {
    number: u8,
    holds: fn(Sizes) -> bool,
    output: fn(Sizes) -> i64,
}

fn floor_div(n: i64, by: i64) -> i64 {
    n.div_euclid(by)
}

const FORWARD: [Forward; 7] = [
    Forward { number: 1, holds: |[_, _, s, p, d]| (s, p, d) == (1, 0, 1), output: |[i, k, ..]| (i - k) + 1 },
    Forward { number: 2, holds: |[_, _, s, _, d]| (s, d) == (1, 1), output: |[i, k, _, p, _]| (i - k) + 2 * p + 1 },
    Forward { number: 3, holds: |[_, k, s, p, d]| (s, d) == (1, 1) && k % 2 == 1 && p == k / 2, output: |[i, ..]| i },
    Forward { number: 4, holds: |[_, k, s, p, d]| (s, d) == (1, 1) && p == k - 1, output: |[i, k, ..]| i + (k - 1) },
    Forward { number: 5, holds: |[_, _, _, p, d]| (p, d) == (0, 1), output: |[i, k, s, ..]| floor_div(i - k, s) + 1 },
    Forward { number: 6, holds: |[.., d]| d == 1, output: |[i, k, s, p, _]| floor_div(i + 2 * p - k, s) + 1 },
    Forward {
        number: 15,
        holds: |_| true,
        output: |[i, k, s, p, d]| floor_div(i + 2 * p - k - (k - 1) * (d - 1), s) + 1,
    },
];

/// A number of the guide about the transpose: when it holds, the padding p′ and the rows added at the
/// end, and the size of its output from the size of its input.
struct Transposed {
    number: u8,
    holds: fn(Sizes) -> bool,
    padding: fn(Sizes) -> [i64; 2],
    output: fn(i64, Sizes) -> i64,
}

/// (i + 2p − k) mod s
fn rest([i, k, s, p, _]: Sizes) -> i64 {
    (i + 2 * p - k).rem_euclid(s)
}

const TRANSPOSED: [Transposed; 7] = [
    Transposed {
        number: 8,
        holds: |[_, _, s, p, _]| (s, p) == (1, 0),
        padding: |[_, k, ..]| [k - 1, 0],
        output: |i, [_, k, ..]| i + (k - 1),
    },
    Transposed {
        number: 9,
        holds: |[_, _, s, ..]| s == 1,
        padding: |[_, k, _, p, _]| [k - p - 1, 0],
        output: |i, [_, k, _, p, _]| i + (k - 1) - 2 * p,
    },
    Transposed {
        number: 10,
        holds: |[_, k, s, p, _]| s == 1 && k % 2 == 1 && p == k / 2,
        padding: |[_, _, _, p, _]| [p, 0],
        output: |i, _| i,
    },
    Transposed {
        number: 11,
        holds: |[_, k, s, p, _]| s == 1 && p == k - 1,
        padding: |_| [0, 0],
        output: |i, [_, k, ..]| i - (k - 1),
    },
    Transposed {
        number: 12,
        holds: |sizes| sizes[3] == 0 && rest(sizes) == 0,
        padding: |[_, k, ..]| [k - 1, 0],
        output: |i, [_, k, s, ..]| s * (i - 1) + k,
    },
    Transposed {
        number: 13,
        holds: |sizes| rest(sizes) == 0,
        padding: |[_, k, _, p, _]| [k - p - 1, 0],
        output: |i, [_, k, s, p, _]| s * (i - 1) + k - 2 * p,
    },
    Transposed {
        number: 14,
        holds: |_| true,
        padding: |sizes| [sizes[1] - sizes[3] - 1, rest(sizes)],
        output: |i, sizes| sizes[2] * (i - 1) + rest(sizes) + sizes[1] - 2 * sizes[3],
    },
];

fn command([i, k, s, p, d]: Sizes) -> String {
    let option = |name: &str, n: i64, default: i64| if n == default { String::new() } else { format!(" --{name} {n}") };
    let steps = option("stride", s, 1) + &option("dilation", d, 1) + &option("padding", p, 0);
    format!("conv --input {i}x{i} --kernel {k}x{k}{steps} --bias none")
}

/// The sizes of a tensor in an answer.
fn shape(answer: &Value, name: &str) -> Value {
    let tensors = answer["tensors"].as_array().map_or(&[][..], Vec::as_slice);
    tensors.iter().find(|tensor| tensor["name"] == name).map_or(Value::Null, |tensor| tensor["shape"].clone())
}

/// The correlations that are claimed for the gradient of the input.
fn correlations(answer: &Value) -> Vec<Value> {
    let gradients = answer["gradients"].as_array().map_or(&[][..], Vec::as_slice);
    let own = gradients.iter().find(|gradient| gradient["of"] == "a");
    let all = own.and_then(|gradient| gradient["recognised"].as_array()).cloned().unwrap_or_default();
    all.into_iter().filter(|operator| operator["operator"] == "correlate").collect()
}

/// All that the guide says of one convolution, against an answer; how many of its sentences apply.
fn compare(sizes: Sizes) -> usize {
    let [i, k, s, p, d] = sizes;
    let line = command(sizes);
    let answer = ask(&line, &[]).unwrap_or_else(|why| panic!("{line}: {why}"));
    let mut applied = 0;
    for relationship in FORWARD.iter().filter(|relationship| (relationship.holds)(sizes)) {
        let o = (relationship.output)(sizes);
        assert_eq!(shape(&answer, "z"), json!([o, o]), "relationship {}: {line}", relationship.number);
        applied += 1;
    }
    let o = (FORWARD[6].output)(sizes);
    // one place of the kernel says nothing about its steps, and a kernel of one entry nothing about its spread
    let inside = (0..o * k).filter(|at| (0..i).contains(&(s * (at / k) + at % k - p))).count();
    // nor does a single product
    if o == 1 || k == 1 || d > 1 || inside < 2 {
        return applied;
    }
    let told = correlations(&answer);
    for relationship in TRANSPOSED.iter().filter(|relationship| (relationship.holds)(sizes)) {
        let Transposed { number, padding, output, .. } = relationship;
        assert_eq!(output(o, sizes), i, "relationship {number}: {line}");
        let [around, more] = padding(sizes);
        let pair = [around, around + more];
        let expected = |operator: &Value| {
            let fields = [
                ("operands", json!(["delta", "w"])),
                ("rot180", json!(true)),
                ("stride", json!([1, 1])),
                ("lhs_dilation", json!([s, s])),
                ("rhs_dilation", json!([1, 1])),
                ("padding", json!([pair, pair])),
                ("groups", json!(1)),
            ];
            fields.iter().all(|(key, value)| operator[key] == *value)
        };
        assert!(told.iter().any(expected), "relationship {number}: {line}: no padding {pair:?} in {told:?}");
        applied += 1;
    }
    applied
}

/// All squares up to seven with these paddings.
fn squares(paddings: std::ops::RangeInclusive<i64>) -> Vec<Sizes> {
    let mut list = Vec::new();
    for p in paddings {
        for (i, k) in [(4, 3), (5, 3), (5, 4), (6, 3), (7, 2), (7, 3), (5, 1), (2, 2), (4, 4)] {
            for s in 1..=3 {
                for d in 1..=2 {
                    if i + 2 * p > d * (k - 1) {
                        list.push([i, k, s, p, d]);
                    }
                }
            }
        }
    }
    list
}

#[test]
fn relationships_without_padding() {
    let applied: usize = squares(0..=0).into_iter().map(compare).sum();
    assert!(applied > 150, "{applied}");
}

#[test]
fn relationships_with_padding() {
    let applied: usize = squares(1..=3).into_iter().map(compare).sum();
    assert!(applied > 300, "{applied}");
}

/// The figures of the guide: what is convolved, and the sizes of the output.
const FIGURES: [(&str, Sizes, i64); 8] = [
    ("2.1 no padding, unit strides", [4, 3, 1, 0, 1], 2),
    ("2.2 arbitrary padding", [5, 4, 1, 2, 1], 6),
    ("2.3 half padding", [5, 3, 1, 1, 1], 5),
    ("2.4 full padding", [5, 3, 1, 2, 1], 7),
    ("2.5 no padding, strides", [5, 3, 2, 0, 1], 2),
    ("2.6 padding, strides", [5, 3, 2, 1, 1], 3),
    ("2.7 padding, strides, odd", [6, 3, 2, 1, 1], 3),
    ("5.1 dilated", [7, 3, 1, 0, 2], 3),
];

/// The figures that are padded, or not.
fn figures(padded: bool) {
    for (figure, sizes, output) in FIGURES.into_iter().filter(|(_, sizes, _)| (sizes[3] > 0) == padded) {
        assert_eq!((FORWARD[6].output)(sizes), output, "{figure}");
        assert!(compare(sizes) > 0, "{figure}");
    }
}

#[test]
fn figures_without_padding() {
    figures(false);
}

#[test]
fn figures_with_padding() {
    figures(true);
}

#[test]
fn poolings_have_the_sizes_of_relationship_7() {
    for kind in ["avg", "max"] {
        for [i, k, s, ..] in squares(0..=0).into_iter().filter(|sizes| sizes[4] == 1) {
            let line = format!("pool {kind} --input {i}x{i} --window {k}x{k} --stride {s}");
            let answer = ask(&line, &[]).unwrap_or_else(|why| panic!("{line}: {why}"));
            let o = floor_div(i - k, s) + 1;
            assert_eq!(shape(&answer, "z"), json!([o, o]), "{line}");
        }
    }
}

#[test]
fn the_transpose_has_the_size_of_the_input() {
    let figures = FIGURES.into_iter().map(|(_, sizes, _)| sizes);
    for sizes in squares(0..=2).into_iter().chain(figures).filter(|sizes| sizes[4] == 1) {
        let [i, k, s, p, _] = sizes;
        let (o, rest) = ((FORWARD[6].output)(sizes), rest(sizes));
        let line = command([o, k, s, p, 1]) + " --transposed";
        let line = if rest == 0 { line } else { format!("{line} --output-padding {rest}") };
        let answer = ask(&line, &[]).unwrap_or_else(|why| panic!("{line}: {why}"));
        assert_eq!(shape(&answer, "z"), json!([i, i]), "{line}");
    }
}
