//! The picture of a window: what it covers are the terms of the chosen entry, cells lie side by side inside the frame, and as SVG it is
//! sound XML.

use std::io;

use deriver::derivation::Derivation;
use deriver::document::{
    Block, Depth, Figure, Glossary, Lang, Look, Math, Measure, Notation, Op, Request, Section, Sink, Windows, narrate,
    windows,
};
use deriver::render::svg;

use crate::nets::net;

#[derive(Default)]
struct Figures(Vec<Figure>);

impl Sink for Figures {
    fn block(&mut self, block: Block) -> io::Result<()> {
        if let Block::Figure(figure) = block {
            self.0.push(*figure);
        }
        Ok(())
    }
}

fn figures(derivation: &Derivation, parts: Vec<Section>, at: Option<Vec<i64>>) -> Vec<Figure> {
    drawn(derivation, parts, at, false)
}

fn drawn(derivation: &Derivation, parts: Vec<Section>, at: Option<Vec<i64>>, pictures: bool) -> Vec<Figure> {
    let request = Request {
        sections: parts,
        entries: None,
        depth: Depth::default(),
        measure: Measure::ARTICLE,
        notation: Notation::default(),
        lang: Lang::En,
        command: String::new(),
        values: None,
        windows: Windows { at, only: None },
        numbered: false,
        pictures,
    };
    let mut figures = Figures::default();
    narrate(derivation, &request, &mut figures).expect("nothing is written");
    figures.0
}

/// Layers, and how many pictures there are of each.
fn samples() -> Vec<(Derivation, usize)> {
    vec![
        (net("conv(kernel 2x2, bias none)", &[3, 3]), 3),
        (net("conv(kernel 3x3, stride 2, bias none)", &[5, 5]), 3),
        (net("conv(kernel 3x3, stride 2, bias none)", &[6, 6]), 3),
        (net("conv(kernel 3x3, padding 1, bias none)", &[3, 3]), 3),
        (net("conv(kernel 2x2, dilation 2, bias none)", &[5, 5]), 3),
        (net("conv(kernel 3x2, stride 2x1, dilation 1x2, padding 1, bias none)", &[6, 5]), 3),
        (net("conv(kernel 2x2, bias none)", &[14, 14]), 2),
        (net("conv(kernel 3, stride 2, bias none)", &[7]), 3),
        (net("pool max 2x2", &[4, 4]), 2),
        (net("pool avg(window 3x2, stride 2x1)", &[5, 5]), 2),
        (net("dense 2", &[3]), 0),
    ]
}

/// The terms of a sum, each as its two factors in either order.
fn terms(of: &Math) -> Vec<[String; 2]> {
    let parts = if let Math::Row(parts) = of { parts.as_slice() } else { std::slice::from_ref(of) };
    let terms = parts.split(|p| matches!(p, Math::Op(Op::Plus)));
    terms.map(|t| pair(&t[0], &t[1])).collect()
}

fn pair(x: &Math, y: &Math) -> [String; 2] {
    let mut pair = [format!("{x:?}"), format!("{y:?}")];
    pair.sort();
    pair
}

#[test]
fn what_is_covered_are_the_terms() {
    for (derivation, count) in samples() {
        let figures = figures(&derivation, vec![Section::Window], None);
        assert_eq!(figures.len(), count, "{:?}", derivation.instance.title);
        for figure in figures.iter().filter(|f| f.grids.cells.iter().any(|c| c.factor.is_some())) {
            let covered = figure.grids.cells.iter().filter(|c| c.look == Look::Covered);
            let mut covered: Vec<[String; 2]> =
                covered.map(|c| pair(&c.label.math, &c.factor.as_ref().expect("a kernel lies over it").math)).collect();
            let (_, right) = figure.grids.equation.as_ref().expect("an equation");
            // a long sum is not written out
            if !format!("{right:?}").contains("Dots") {
                let mut written = terms(right);
                covered.sort();
                written.sort();
                assert_eq!(covered, written, "{}", figure.name);
            }
        }
    }
}

#[test]
fn cells_lie_side_by_side_and_everything_inside() {
    for (derivation, _) in samples() {
        for figure in figures(&derivation, vec![Section::Window], None) {
            let inside = |(x, y): (i32, i32)| (0..=figure.size.0).contains(&x) && (0..=figure.size.1).contains(&y);
            let cells = &figure.grids.cells;
            for (place, cell) in cells.iter().enumerate() {
                let ((left, top), (right, bottom)) = cell.corners;
                assert!(inside((left, top)) && inside((right, bottom)) && left < right && top < bottom);
                for note in std::iter::once(&cell.label).chain(&cell.factor) {
                    assert!((left..right).contains(&note.at.0) && (top..bottom).contains(&note.at.1));
                }
                for other in &cells[..place] {
                    let ((l, t), (r, b)) = other.corners;
                    assert!(r <= left || right <= l || b <= top || bottom <= t, "{}: cells overlap", figure.name);
                }
            }
            for note in &figure.grids.notes {
                assert!(inside(note.at));
                let over = |c: &&deriver::document::Cell| {
                    let ((left, top), (right, bottom)) = c.corners;
                    (left..right).contains(&note.at.0) && (top..bottom).contains(&note.at.1)
                };
                assert!(!cells.iter().any(|c| over(&c)), "{}: a note lies over a cell", figure.name);
            }
            assert_eq!(cells.iter().filter(|c| c.look == Look::Chosen).count(), 1);
            for &(from, to) in &figure.grids.frames {
                assert!(inside(from) && inside(to));
                let covered = cells.iter().filter(|c| matches!(c.look, Look::Covered | Look::CoveredZero));
                let within = |(x, y): (i32, i32)| (from.0..=to.0).contains(&x) && (from.1..=to.1).contains(&y);
                assert!(covered.into_iter().all(|c| within(c.corners.0) && within(c.corners.1)));
            }
        }
    }
}

#[test]
fn pictures_belong_to_the_sections_that_were_asked_for() {
    let layer = net("conv(kernel 2x2, bias none)", &[3, 3]);
    let names = |parts: Vec<Section>| figures(&layer, parts, None).into_iter().map(|f| f.name).collect::<Vec<_>>();
    assert_eq!(names(Vec::new()), Vec::<String>::new());
    assert_eq!(names(vec![Section::Weight]), Vec::<String>::new());
    assert_eq!(names(vec![Section::Window, Section::Forward]).len(), 1);
    assert_eq!(names(vec![Section::Window, Section::Weight]).len(), 1);
    assert_eq!(names(vec![Section::Window]).len(), 3);
    let found = windows(&layer, &Notation::default(), &[Section::Window, Section::Input]);
    assert!(found.iter().all(|w| w.range == [(1, 3), (1, 3)]), "{found:?}");
}

#[test]
fn the_entry_is_the_one_that_was_asked_for() {
    let layer = net("conv(kernel 3x3, stride 2, bias none)", &[5, 5]);
    let glossary = Glossary::new(&layer, &Notation::default());
    for (row, column) in [(1, 1), (2, 3), (5, 4)] {
        let list = figures(&layer, vec![Section::Window, Section::Input], Some(vec![row, column]));
        let chosen = list[0].grids.cells.iter().find(|c| c.look == Look::Chosen).expect("one is chosen");
        let Math::Derivative(_, by) = &chosen.label.math else { panic!("{:?}", chosen.label.math) };
        let Math::Element(tensor, offset) = **by else { panic!("an entry: {by:?}") };
        assert!(glossary.indices(tensor, offset).eq([row, column]));
    }
}

#[test]
fn an_svg_is_sound_xml() {
    for (derivation, _) in samples() {
        let glossary = Glossary::new(&derivation, &Notation::default());
        for figure in figures(&derivation, vec![Section::Window], None) {
            let text = svg(&figure, &glossary);
            assert!(text.lines().all(|line| !line.trim().is_empty()), "{text}");
            let document = roxmltree::Document::parse(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
            let count = |tag: &str| document.descendants().filter(|n| n.tag_name().name() == tag).count();
            assert_eq!(count("rect"), figure.grids.cells.len() + figure.grids.frames.len());
            let factors = figure.grids.cells.iter().filter(|c| c.factor.is_some()).count();
            assert_eq!(count("text"), figure.grids.cells.len() + factors + figure.grids.notes.len());
        }
    }
}

#[test]
fn pictures_that_belong_to_the_text_show_what_is_new() {
    let names = |chain: &str, input: &[i64], parts: Vec<Section>| -> Vec<String> {
        let derivation = net(chain, input);
        assert!(figures(&derivation, parts.clone(), None).is_empty(), "{chain}");
        drawn(&derivation, parts, None, true).into_iter().map(|f| f.name).collect()
    };
    let all = Vec::new;
    let none: [&str; 0] = [];
    // a net of one layer is a net: its connections, if it is small
    assert_eq!(names("dense 2", &[3], all()), ["network"]);
    assert_eq!(names("dense 2", &[3], vec![Section::Weight]), none);
    assert_eq!(names("dense 20", &[30], all()), none);
    assert_eq!(names("sigmoid", &[3], all()), none);
    let names = |text: &str, sizes: &str| -> Vec<String> {
        let derivation = crate::support::derived(text, sizes);
        let list = drawn(&derivation, Vec::new(), None, true);
        assert!(list.iter().all(|f| f.inset && f.grids.equation.is_none()), "{text}");
        list.into_iter().map(|f| f.name).collect()
    };
    // the gradient of the weight slides as the layer does
    let plain = "layer t\n  input a[H]\n  weight w[K]\n  z[i] = sum(u) a[i+u-1]*w[u]\n";
    assert_eq!(names(plain, "H=4 K=2"), ["z.window", "grad_a.window"]);
    // in steps it does not
    let steps = "layer t\n  input a[H]\n  weight w[K]\n  z[i] = sum(u) a[2*i+u-2]*w[u]\n";
    assert_eq!(names(steps, "H=5 K=3"), ["z.window", "grad_a.window", "grad_w.window"]);
    assert_eq!(names("layer t\n  input a[N]\n  z[i] = a[N+1-i]\n", "N=3"), none);
}
