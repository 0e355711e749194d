//! What can be written on the right-hand side, against what it means: each layer's numbers and derivatives are compared with those of a
//! function that is written here, at points where both are exact.

use std::collections::BTreeMap;

use deriver::derivation::{Given, Value, Values};
use deriver::expr::Number;

use crate::support::{derived, tensor, try_derive};

/// A text, its sizes, what is given, and what comes out of that. What comes out is linear in each single entry.
struct Case {
    text: &'static str,
    sizes: &'static str,
    given: &'static [(&'static str, &'static [usize])],
    output: &'static str,
    value: fn(&BTreeMap<&str, Vec<i64>>) -> Vec<i64>,
}

/// An entry, or 0 outside; counted from 1.
fn at(list: &[i64], k: i64) -> i64 {
    usize::try_from(k - 1).ok().and_then(|k| list.get(k)).copied().unwrap_or(0)
}

const CASES: [Case; 12] = [
    Case {
        text: "layer nearest\n input a[N]\n z[i in 1..2*N] = a[floor((i+1)/2)]\n",
        sizes: "N=3",
        given: &[("a", &[3])],
        output: "z",
        value: |x| (0..6).map(|i| x["a"][i / 2]).collect(),
    },
    Case {
        text: "layer shuffle\n input a[C, H]\n z[i in 1..C*H] = a[i - C*floor((i-1)/C), ceil(i/C)]\n",
        sizes: "C=3 H=2",
        given: &[("a", &[3, 2])],
        output: "z",
        value: |x| (0..6).map(|i| x["a"][(i % 3) * 2 + i / 3]).collect(),
    },
    Case {
        text: "layer nested\n input a[N]\n z[i in 1..N] = a[floor((floor(i/2)+3)/2)] * a[i]\n",
        sizes: "N=5",
        given: &[("a", &[5])],
        output: "z",
        value: |x| (1..=5).map(|i: i64| at(&x["a"], (i / 2 + 3) / 2) * at(&x["a"], i)).collect(),
    },
    Case {
        text: "layer groups\n input a[N]\n z[g in 1..3] = sum(i where floor((i-1)/2) == g-1) a[i]\n",
        sizes: "N=6",
        given: &[("a", &[6])],
        output: "z",
        value: |x| x["a"].chunks(2).map(|two| two.iter().sum()).collect(),
    },
    Case {
        text: "layer sides\n input a[N]\n z[i in 1..N] = sum(j where floor(j/2) < i and i-1 <= ceil(j/3) and not floor(j/2) == 1) a[j]\n",
        sizes: "N=6",
        given: &[("a", &[6])],
        output: "z",
        value: |x| {
            let keeps = |i: i64, j: i64| j / 2 < i && i - 1 <= (j + 2) / 3 && j / 2 != 1;
            (1..=6).map(|i| (1..=6).filter(|&j| keeps(i, j)).map(|j| at(&x["a"], j)).sum()).collect()
        },
    },
    Case {
        text: "layer half\n input a[N]\n z[i in 1..N] = floor(i/2) * a[i]\n",
        sizes: "N=4",
        given: &[("a", &[4])],
        output: "z",
        value: |x| (1..=4).map(|i| i / 2 * at(&x["a"], i)).collect(),
    },
    Case {
        text: "layer running\n input a[N]\n z[i in 1..N] = sum(j in 1..i) j * a[j]\n",
        sizes: "N=4",
        given: &[("a", &[4])],
        output: "z",
        value: |x| (1..=4).map(|i| (1..=i).map(|j| j * at(&x["a"], j)).sum()).collect(),
    },
    Case {
        text: "layer pairs\n input a[N]\n z = sum(i in 1..N-1, j in i+1..N) a[i] * a[j]\n",
        sizes: "N=4",
        given: &[("a", &[4])],
        output: "z",
        value: |x| vec![(1..=4).map(|i| (i + 1..=4).map(|j| at(&x["a"], i) * at(&x["a"], j)).sum::<i64>()).sum()],
    },
    Case {
        text: "layer window\n input a[N]\n weight w[3]\n z[i in 1..N-2] = sum(j in i..i+2, k in j..j) a[k] * w[j-i+1]\n",
        sizes: "N=5",
        given: &[("a", &[5]), ("w", &[3])],
        output: "z",
        value: |x| (1..=3).map(|i| (i..=i + 2).map(|j| at(&x["a"], j) * at(&x["w"], j - i + 1)).sum()).collect(),
    },
    Case {
        text: "layer padded\n input a[N] padded\n weight w[3]\n z[i in 0..N+1-1] = sum(u) a[i+u-1] * w[u] + a[i-1]\n indices from 0\n",
        sizes: "N=4",
        given: &[("a", &[4]), ("w", &[3])],
        output: "z",
        value: |x| {
            let sum = |i: i64| (1..=3).map(|u| at(&x["a"], i + u - 1) * at(&x["w"], u)).sum::<i64>();
            (0..=4).map(|i| sum(i) + at(&x["a"], i)).collect()
        },
    },
    Case {
        text: "layer short (kernel K, step S = 2)\n input a[H] padded\n weight w[K]\n let O = floor((H-1)/S) + 1\n \
               let r[u, i] = S*(i-1)+u-1\n let twice[i] = 2 * a[i]\n \
               z[i in 1..O] = sum(u) twice[r[u, i]] * w[u]\n",
        sizes: "H=5 K=3",
        given: &[("a", &[5]), ("w", &[3])],
        output: "z",
        value: |x| {
            let term = |i: i64, u: i64| 2 * at(&x["a"], 2 * (i - 1) + u - 1) * at(&x["w"], u);
            (1..=3).map(|i| (1..=3).map(|u| term(i, u)).sum()).collect()
        },
    },
    Case {
        text: "layer of-weights\n weight v[N]\n weight g\n w[i] = g * v[i]\n",
        sizes: "N=3",
        given: &[("v", &[3]), ("g", &[])],
        output: "w",
        value: |x| x["v"].iter().map(|v| v * x["g"][0]).collect(),
    },
];

#[test]
fn what_is_written_is_what_is_computed_and_differentiated() {
    for Case { text, sizes, given, output, value } in CASES {
        let derivation = derived(text, sizes);
        let mut draw = 2_i64;
        let mut next = || {
            draw = (draw * 31 + 7) % 101;
            draw - 50
        };
        let size = |shape: &[usize]| shape.iter().product::<usize>();
        let point: BTreeMap<&str, Vec<i64>> =
            given.iter().map(|&(name, shape)| (name, (0..size(shape)).map(|_| next()).collect())).collect();
        let out = value(&point);
        let delta: Vec<i64> = out.iter().map(|_| next()).collect();
        let shape = derivation.system.arena.tensor(tensor(&derivation, output)).shape.clone();
        let numbers = |list: &[i64]| list.iter().map(|&n| Number::integer(n)).collect::<Vec<_>>();
        let mut told = Given::default();
        for &(name, shape) in given {
            told.tensors.insert(name.to_string(), (shape.to_vec(), numbers(&point[name])));
        }
        told.tensors.insert("delta".to_string(), (shape, numbers(&delta)));
        let values = Values::work_out(&derivation, &told).unwrap_or_else(|why| panic!("{why}\n{text}"));
        let exact = |list: &[i64]| list.iter().map(|&n| Value::Exact(Number::integer(n))).collect::<Vec<_>>();
        assert_eq!(values.of[&tensor(&derivation, output)], exact(&out), "{text}");
        for &(name, _) in given {
            // by one entry more, the outputs change by the derivative
            let slope = |k: usize| {
                let both = [1, -1].map(|by| {
                    let mut moved = point.clone();
                    moved.get_mut(name).expect("it is given")[k] += by;
                    value(&moved)
                });
                let change = both[0].iter().zip(&both[1]).map(|(x, y)| (x - y) / 2);
                change.zip(&delta).map(|(change, delta)| change * delta).sum::<i64>()
            };
            let wanted: Vec<i64> = (0..point[name].len()).map(slope).collect();
            let of = tensor(&derivation, name);
            assert_eq!(values.of[&derivation.adjoint(of)], exact(&wanted), "{name} of {text}");
        }
    }
}

#[test]
fn what_cannot_be_is_said() {
    for (text, message) in [
        ("layer t\n input a[N]\n z[i in 1..2*N] = a[floor((i+3)/2)]\n", "index 5 is outside axis 1 of `a`"),
        (
            "layer t\n input a[N] padded\n input b[N]\n z[i] = b[floor((i+3)/2)+2] + a[i]\n",
            "index 5 is outside axis 1 of `b`",
        ),
        ("layer t\n input a[N]\n z[i] = a[ceil(i/2)]\n", "the range of `i` does not follow"),
        ("layer t\n input a[N]\n z[i in 1..N] = sum(j in i..i-1) a[j]\n", "the range of `j` is empty"),
        ("layer t\n input a[N]\n z[i in 1..N, j in 1..i] = a[j]\n", "not indices"),
        ("layer t\n input a[N]\n z[i in 1..N] = a[floor(i/0)]\n", "a divisor is at least 1"),
        ("layer t\n input a[N]\n z[i in 1..N] = max(j in i+1..N) a[j]\n", "a maximum or a mean of nothing"),
        ("layer t\n input a[N]\n let x = a[i]\n z[i] = x\n", "`i` is not known here"),
        ("layer t\n input a[N]\n let x[i] = a[i]\n z[i] = x\n", "stands for something with 1 index"),
        ("layer t\n input a[N]\n let x[i] = a[i]\n z[x] = a[x]\n", "already means something here"),
        ("layer t\n input a[N]\n let x = 1\n let x = 2\n z[i] = a[i]\n", "twice"),
        ("layer t\n target y[N]\n z[i] = y[i]\n", "nothing that a gradient is asked for"),
        ("layer t\n weight w[N]\n loss C = sum(i) w[i]^2\n", "this loss has no input"),
    ] {
        let why = try_derive(text, "N=4", deriver::expr::Ties::First).expect_err(text);
        assert!(why.contains(message), "{text}\n{why}");
    }
}
