//! The words of pictures, read back in both languages and held against the numbers that the layers were made of: how large the grids
//! are, what the frame covers, which cells are zeros, how many nodes, lines and weights there are, and why a picture is left out.

use deriver::derivation::Derivation;
use deriver::document::{Block, Depth, Inline, Inlines, Lang, Measure, Notation, Request, Section, Windows, narrate};
use deriver::expr::Ties;

use crate::blocks::Blocks;
use crate::reading::{Axis, Slide, numbers, numbers_between, occurrences, outputs, slides};
use crate::support::try_derive;
use crate::unread::layer;

fn told(derivation: &Derivation, section: Section, lang: Lang) -> Vec<Block> {
    let request = Request {
        sections: vec![section],
        entries: None,
        depth: Depth::default(),
        measure: Measure::ARTICLE,
        notation: Notation::default(),
        lang,
        command: String::new(),
        values: None,
        windows: Windows::default(),
        numbered: false,
        pictures: false,
    };
    let mut blocks = Blocks::default();
    narrate(derivation, &request, &mut blocks).expect("nothing is written");
    blocks.0
}

/// The words; a formula is its letters as they are named in the tree.
fn words(inlines: &Inlines) -> String {
    let piece = |inline: &Inline| match inline {
        Inline::Text(words) => words.clone(),
        Inline::Math(math) => format!("<{math:?}>"),
        Inline::Reference(label) => label.clone(),
    };
    inlines.iter().map(piece).collect()
}

/// Layers of one and two axes in which every entry of the kernel meets something and nothing stands in a single place.
fn samples() -> Vec<Vec<Axis>> {
    let one = itertools::iproduct!(3..=8, 2..=3, 1..=3, 1..=2, 0..=2).map(|(n, k, s, d, p)| vec![[n, k, s, d, p]]);
    let other = [[4, 2, 2, 1, 1], [5, 2, 1, 2, 0]];
    let two = itertools::iproduct!(3..=6, 2..=3, 1..=2, 1..=2, 0..=1, other)
        .map(|(n, k, s, d, p, o)| vec![[n, k, s, d, p], o]);
    let large = [
        vec![[14, 2, 1, 1, 0]],
        vec![[15, 2, 1, 1, 0]],
        vec![[13, 3, 1, 1, 1]],
        vec![[7, 2, 1, 1, 0], [6, 2, 1, 1, 0]],
    ];
    let plain = |axes: &Vec<Axis>| {
        axes.iter().all(|axis| {
            let [n, k, _, d, p] = *axis;
            n + 2 * p > d * (k - 1) && outputs(*axis) > 1 && !occurrences(*axis)[1].contains(&0)
        })
    };
    one.chain(two.step_by(3)).chain(large).filter(plain).collect()
}

fn derivation(axes: &[Axis]) -> Derivation {
    let text = layer(axes);
    try_derive(&text, "", Ties::First).unwrap_or_else(|why| panic!("{why}\n{text}"))
}

/// Cells of the grid along an axis, those that are cut off too.
fn cells(slide: &Slide) -> i64 {
    (slide.n - 1) * slide.spread + 1 + slide.low.max(0) + slide.high.max(0)
}

/// First and last cell that a window covers along an axis, counted from 1.
fn covered(slide: &Slide, result: i64) -> [i64; 2] {
    let first = slide.stride * (result - 1) + (-slide.low).max(0) + 1;
    [first, first + (slide.k - 1) * slide.dilation]
}

#[test]
fn windows_are_described_as_they_lie() {
    let (mut described, mut too_large, mut with_zeros) = (0, 0, 0);
    for axes in samples() {
        let derivation = derivation(&axes);
        for lang in [Lang::En, Lang::Zh] {
            for block in told(&derivation, Section::Window, lang) {
                let english = lang == Lang::En;
                let Block::Figure(figure) = block else {
                    if let Block::Paragraph(text) = &block {
                        let said = words(text);
                        assert_eq!(
                            numbers_between(
                                &said,
                                if english { "at most " } else { "最多画" },
                                if english { " cells" } else { "个格子" }
                            ),
                            Some(vec![14]),
                            "{said}"
                        );
                        let wide = axes.iter().flat_map(|&axis| slides(axis)).any(|s| cells(&s) > 14 || s.out > 14);
                        assert!(wide, "{axes:?}: {said}");
                        too_large += 1;
                    }
                    continue;
                };
                let which = ["z.window", "grad_a.window", "grad_w.window"].iter().position(|name| *name == figure.name);
                let which = which.expect("one of three");
                let along: Vec<Slide> = axes.iter().map(|&axis| slides(axis)[which]).collect();
                let caption = words(&figure.caption);
                let case = format!("{axes:?}, {}: {} {caption}", figure.name, figure.alt);
                // either of the two may be called the kernel
                let factors = figure.grids.cells.iter().filter(|cell| cell.factor.is_some()).count() as i64;
                if factors != along.iter().map(|s| s.k).product::<i64>() {
                    continue;
                }
                described += 1;
                let said = numbers(
                    &figure.alt.replace("one of", "").replace("一种", "").replace("一行", "行").replace("有零", ""),
                );
                // in a row of cells nothing is said of columns
                let result = &said[said.len() - axes.len()..];
                let mut truth: Vec<i64> = along.iter().map(cells).collect();
                for (slide, &result) in along.iter().zip(result) {
                    assert!((1..=slide.out).contains(&result), "{case}");
                    truth.extend(covered(slide, result));
                }
                truth.extend(along.iter().map(|s| s.out));
                truth.extend(result);
                assert_eq!(said, truth, "{case}");
                let between = along.iter().any(|s| s.spread > 1);
                let around = along.iter().any(|s| s.low > 0 || s.high > 0);
                with_zeros += usize::from(between || around);
                let claims = match lang {
                    Lang::En => [
                        "some of them zeros",
                        "between its entries",
                        " around ",
                        "crossed",
                        "shaded",
                        "rotated by 180 degrees",
                    ],
                    Lang::Zh => ["其中有零", "元素之间", "四周", "打叉", "涂灰", "旋转180度"],
                };
                let whole = format!("{}{}", figure.alt, caption.replace(' ', ""));
                let whole = if english { format!("{} {caption}", figure.alt) } else { whole };
                let truths = [
                    between || around,
                    between,
                    around,
                    along.iter().any(|s| s.low < 0 || s.high < 0),
                    along.iter().any(|s| s.dilation > 1),
                    which == 1,
                ];
                for (claim, truth) in claims.into_iter().zip(truths) {
                    assert_eq!(whole.contains(claim), truth, "{claim}: {case}");
                }
            }
        }
    }
    assert!(described > 300 && too_large > 4 && with_zeros > 100, "{described}, {too_large}, {with_zeros}");
}

#[test]
fn connections_are_counted() {
    let (mut counted, mut too_large) = (0, 0);
    for axes in samples() {
        let derivation = derivation(&axes);
        let product = |of: &dyn Fn(Axis) -> usize| axes.iter().map(|&axis| of(axis)).product::<usize>();
        let columns = [product(&|axis| axis[0] as usize), product(&|axis| outputs(axis) as usize)];
        let lines = product(&|axis| occurrences(axis)[1].iter().sum());
        // how many lines each entry of the kernel stands on
        let uses = axes.iter().fold(vec![1], |uses: Vec<usize>, &axis| {
            uses.iter()
                .flat_map(|before| occurrences(axis)[1].iter().map(move |more| before * more).collect::<Vec<_>>())
                .collect()
        });
        let shared = uses.iter().filter(|&&count| count > 1).count();
        for lang in [Lang::En, Lang::Zh] {
            let english = lang == Lang::En;
            for block in told(&derivation, Section::Network, lang) {
                if let Block::Paragraph(text) = &block {
                    let mut said = numbers(&words(text));
                    said.sort_unstable();
                    assert_eq!(said, [12, 40, 400], "{}", words(text));
                    assert!(columns.iter().any(|&nodes| nodes > 40) || lines > 400, "{axes:?}");
                    too_large += 1;
                }
                let Block::Figure(figure) = block else { continue };
                let caption = words(&figure.caption);
                let case = format!("{axes:?}: {} {caption}", figure.alt);
                let said = numbers(&figure.alt.replace("one of", "").replace("一种", ""));
                let mut truth: Vec<i64> = columns.iter().map(|&nodes| nodes as i64).chain([lines as i64]).collect();
                if figure.alt.contains(if english { "look alike" } else { "线型" }) {
                    truth.push(shared as i64);
                }
                assert_eq!(said, truth, "{case}");
                let own = caption.contains(if english {
                    "No two lines share a weight"
                } else {
                    "任何两条连线都不共用权重"
                });
                let alike = caption.contains(if english {
                    "Lines that look alike share a weight"
                } else {
                    "样式相同的连线共用同一个权重"
                });
                assert!(!own || shared == 0, "{case}");
                assert!(!alike || shared > 0, "{case}");
                counted += 1;
            }
        }
    }
    assert!(counted > 200 && too_large > 1, "{counted}, {too_large}");
}
