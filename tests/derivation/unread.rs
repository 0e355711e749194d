//! Sentences on what no equation reads, read back and held against the windows that a layer was made of.

use deriver::document::Lang;
use deriver::expr::Ties;

use crate::reading::Axis;
use crate::support::{document_in, try_derive};

/// Along an axis: which entries of the input are read, and which of the kernel; counted from 1.
fn read([n, k, s, d, p]: Axis) -> [Vec<bool>; 2] {
    let outputs = (n + 2 * p - d * (k - 1) - 1) / s + 1;
    let (mut a, mut w) = (vec![false; n as usize], vec![false; k as usize]);
    for (i, u) in (0..outputs).flat_map(|i| (0..k).map(move |u| (i, u))) {
        let at = s * i + d * u - p;
        if (0..n).contains(&at) {
            a[at as usize] = true;
            w[u as usize] = true;
        }
    }
    [a, w]
}

pub(crate) fn layer(axes: &[Axis]) -> String {
    let list = |f: &dyn Fn(usize, Axis) -> String| {
        axes.iter().enumerate().map(|(place, axis)| f(place, *axis)).collect::<Vec<_>>().join(", ")
    };
    let (i, u) = (["i", "j"], ["u", "v"]);
    let at = |x: usize, [_, _, s, d, p]: Axis| format!("{s}*({}-1) + {d}*({}-1) + {}", i[x], u[x], 1 - p);
    let inside = axes.iter().enumerate().map(|(x, axis)| format!("{} in 1..{}", at(x, *axis), axis[0]));
    format!(
        "layer slide\n input a[{}]\n weight w[{}]\n z[{}] = sum({} where {}) a[{}] * w[{}]\n",
        list(&|_, axis| axis[0].to_string()),
        list(&|_, axis| axis[1].to_string()),
        list(&|x, [n, k, s, d, p]| format!("{} in 1..{}", i[x], (n + 2 * p - d * (k - 1) - 1) / s + 1)),
        list(&|x, axis| format!("{} in 1..{}", u[x], axis[1])),
        inside.collect::<Vec<_>>().join(" and "),
        list(&at),
        list(&|x, _| u[x].to_string()),
    )
}

/// How a language says that lines lie before, behind and between what is read, where its sentence begins and ends, and so on.
struct Phrases {
    lang: Lang,
    begin: fn(&str) -> String,
    end: &'static str,
    places: [&'static str; 3],
    more: fn(usize) -> String,
}

const PHRASES: [Phrases; 2] = [
    Phrases {
        lang: Lang::En,
        begin: |tensor| format!("Not all of {tensor} is read: "),
        end: ". The gradient is zero there.",
        places: [
            "before the first places that are read",
            "beyond the last places that are read",
            "between places that are read",
        ],
        more: |n| format!("{} more of this kind", ["", "one", "two", "three", "four", "five"][n]),
    },
    Phrases {
        lang: Lang::Zh,
        begin: |tensor| format!("{tensor}并非每处都被读到："),
        end: "，它们的梯度都是零。",
        places: ["在最先被读的位置之前", "在最后被读的位置之后", "在被读的位置之间"],
        more: |n| format!("另外{}组", ["", "一", "两", "三", "四", "五"][n]),
    },
];

/// The lines that a document says are not read, as pairs of an axis and an index, and how many more of a kind there are; before,
/// behind and between what is read.
fn claimed(document: &str, tensor: &str, phrases: &Phrases) -> [(Vec<(usize, usize)>, usize); 3] {
    let mut found: [(Vec<(usize, usize)>, usize); 3] = Default::default();
    let begin = (phrases.begin)(tensor);
    let Some(sentence) = document.lines().find_map(|line| line.trim().strip_prefix(&begin)) else { return found };
    let mut rest = sentence.strip_suffix(phrases.end).expect("the sentence ends as it should");
    while !rest.is_empty() {
        // the next kind is the one whose words come first
        let ends = phrases.places.iter().enumerate().filter_map(|(kind, words)| Some((rest.find(words)?, kind)));
        let (end, kind) = ends.min().expect("a place is named");
        let (lines, after) = (&rest[..end], &rest[end + phrases.places[kind].len()..]);
        found[kind].1 = (1..=5).find(|&n| lines.contains(&(phrases.more)(n))).unwrap_or(0);
        for name in lines.split(&format!("{tensor}[")).skip(1) {
            let inside = name.split(']').next().expect("a bracket closes");
            let number = |(axis, index): (usize, &str)| Some((axis, index.parse().ok()?));
            found[kind].0.push(inside.split(',').enumerate().find_map(number).expect("one index is a number"));
        }
        rest = after;
    }
    found
}

#[test]
fn what_is_said_not_to_be_read_lies_where_it_is_said_to_lie() {
    let one = itertools::iproduct!(1..=10, 1..=3, 1..=4, 1..=3, 0..=2).map(|(n, k, s, d, p)| vec![[n, k, s, d, p]]);
    let other = [[5, 2, 4, 2, 1], [3, 1, 2, 1, 0], [4, 2, 1, 1, 0], [2, 2, 2, 2, 1]];
    let two = itertools::iproduct!(3..=6, 1..=2, 1..=3, 1..=2, 0..=1, other)
        .map(|(n, k, s, d, p, o)| vec![[n, k, s, d, p], o]);
    let fits = |axes: &Vec<Axis>| axes.iter().all(|[n, k, _, d, p]| n + 2 * p > d * (k - 1));
    let mut sentences = 0;
    for axes in one.chain(two.step_by(3)).filter(fits) {
        let text = layer(&axes);
        let derivation = try_derive(&text, "", Ties::First).unwrap_or_else(|why| panic!("{why}\n{text}"));
        let along: Vec<[Vec<bool>; 2]> = axes.iter().map(|&axis| read(axis)).collect();
        let nothing = along.iter().any(|[a, _]| !a.contains(&true));
        for phrases in &PHRASES {
            let document = document_in(&derivation, phrases.lang);
            // Chinese sets blanks beside Latin letters only
            let document = if phrases.lang == Lang::Zh { document.replace(' ', "") } else { document };
            for (place, tensor) in ["a", "w"].into_iter().enumerate() {
                let claimed = claimed(&document, tensor, phrases);
                let mut true_of = [0; 3];
                for (axis, read) in along.iter().enumerate().filter(|_| !nothing) {
                    let read = &read[place];
                    let first = read.iter().position(|&r| r).expect("something is read");
                    let last = read.iter().rposition(|&r| r).expect("something is read");
                    for at in (0..read.len()).filter(|&at| !read[at]) {
                        let kind = if at < first {
                            0
                        } else if at > last {
                            1
                        } else {
                            2
                        };
                        true_of[kind] += 1;
                        let listed = claimed[kind].0.contains(&(axis, at + 1));
                        assert!(listed || claimed[kind].1 > 0, "{tensor}, axis {axis}, {at}: {claimed:?}\n{text}");
                    }
                }
                let counts = claimed.map(|(listed, more)| listed.len() + more);
                assert_eq!(counts, true_of, "{tensor} of\n{text}");
                sentences += usize::from(true_of != [0; 3]);
            }
        }
    }
    assert!(sentences > 300, "{sentences}");
}

#[test]
fn what_is_read_and_changes_nothing_is_not_called_unread() {
    let text = "layer steps\n input a[3]\n z[i in 1..2] = if i == 1 then sign(a[1]) else a[2]\n";
    let derivation = try_derive(text, "", Ties::First).expect("a derivation");
    let document = document_in(&derivation, Lang::En);
    assert!(document.contains("Not all of a is read: a[3] lies beyond the last places that are read."), "{document}");
    let derivation =
        try_derive("layer steps\n input a[3]\n z[i] = sign(a[i])\n", "", Ties::First).expect("a derivation");
    let document = document_in(&derivation, Lang::En);
    assert!(document.contains("The derivative of every output by a is zero"), "{document}");
}
