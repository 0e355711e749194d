//! The picture of connections: its lines are the terms of the equations, counted again from what the JSON form says; it is inside
//! its own frame; and as SVG it is sound XML without a blank line.

use std::collections::BTreeSet;
use std::io;

use deriver::derivation::Derivation;
use deriver::document::{
    Block, Depth, Entries, Figure, Glossary, Lang, Math, Measure, Notation, Request, Section, Sink, Step, Windows,
    narrate, style,
};
use deriver::expr::{Role, TensorId};
use deriver::render::{Shown, json, svg};
use serde_json::Value;

use crate::nets::net;
use crate::support::derived;

/// Keeps the figures of a document.
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

fn figures(derivation: &Derivation, parts: Vec<Section>) -> Vec<Figure> {
    let measure = Measure::Columns { line: 100 };
    let notation = Notation::default();
    let request = Request {
        sections: parts,
        entries: None,
        depth: Depth::default(),
        measure,
        notation,
        lang: Lang::En,
        command: String::new(),
        values: None,
        windows: Windows::default(),
        numbered: false,
        pictures: false,
    };
    let mut figures = Figures::default();
    narrate(derivation, &request, &mut figures).expect("nothing is written");
    figures.0
}

/// The picture of a derivation that is small enough for one.
fn figure(derivation: &Derivation) -> Figure {
    let mut list = figures(derivation, vec![Section::Network]);
    assert_eq!(list.len(), 1);
    list.remove(0)
}

fn glossary(derivation: &Derivation) -> Glossary {
    Glossary::new(derivation, &Notation::default())
}

/// `a[1,2]`, as the JSON form spells it.
fn spelled(glossary: &Glossary, tensor: TensorId, offset: u32) -> String {
    let indices: Vec<String> = glossary.indices(tensor, offset).map(|i| i.to_string()).collect();
    let name = glossary.code(tensor);
    if indices.is_empty() { name.to_string() } else { format!("{name}[{}]", indices.join(",")) }
}

type Lines = BTreeSet<(String, String, String)>;

/// From, to and weight of every line of the picture.
fn drawn(derivation: &Derivation, figure: &Figure) -> Lines {
    let glossary = glossary(derivation);
    let node = |n: usize| spelled(&glossary, figure.nodes[n].entry.0, figure.nodes[n].entry.1);
    let lines = figure.edges.iter().map(|edge| {
        let weight = match &edge.weight {
            Some(Math::Element(tensor, offset)) => spelled(&glossary, *tensor, *offset),
            _ => String::new(),
        };
        (node(edge.from), node(edge.to), weight)
    });
    let set: Lines = lines.collect();
    assert_eq!(set.len(), figure.edges.len(), "no line is drawn twice");
    set
}

/// The same, from the text of the equations: the entries and the weight of each term.
fn written(derivation: &Derivation) -> Lines {
    let mut bytes = Vec::new();
    let shown = Shown { sections: vec![Section::Forward], entries: Entries::All };
    json(derivation, &glossary(derivation), None, &shown, &mut bytes).expect("a vector takes everything");
    let document: Value = serde_json::from_slice(&bytes).expect("JSON");
    let role = |word: &str| {
        let name = word.split('[').next().unwrap_or(word);
        let arena = &derivation.system.arena;
        arena.tensors().find(|(_, t)| t.name == name).map(|(_, t)| t.role)
    };
    let mut lines = Lines::new();
    for equation in document["forward"].as_array().expect("equations") {
        let target = equation["target"].as_array().expect("a target");
        let indices: Vec<String> = target[1..].iter().map(Value::to_string).collect();
        let name = target[0].as_str().expect("a name");
        let to = if indices.is_empty() { name.to_string() } else { format!("{name}[{}]", indices.join(",")) };
        for term in equation["value"].as_str().expect("a value").split([' ', '(', ')']).filter(|t| t.len() > 1) {
            let words: Vec<&str> = term.split('*').map(|w| w.trim_end_matches(',')).collect();
            let of = |wanted: &[Role]| {
                words.iter().filter(|w| role(w).is_some_and(|r| wanted.contains(&r))).copied().collect::<Vec<_>>()
            };
            let weights = of(&[Role::Weight]);
            for from in of(&[Role::Input, Role::Intermediate, Role::Output]) {
                lines.insert((from.to_string(), to.clone(), weights.concat()));
            }
        }
    }
    lines
}

const SMOOTH: &str =
    "layer smooth (kernel K)\n  input a[N]\n  weight w[K]\n  bias b\n  z[i] = sum(u) a[i+u-1] * w[u] + b\n";

/// Layers and nets, and how many lines they have.
fn samples() -> Vec<(Derivation, usize)> {
    vec![
        (net("conv(kernel 2x2, bias none)", &[3, 3]), 16),
        (net("conv 3x3", &[6, 6]), 144),
        (net("pool avg 2x2", &[4, 4]), 16),
        (net("pool max 2x2", &[4, 4]), 16),
        (net("pool max(window 2x2, stride 1)", &[3, 3]), 16),
        (net("dense 2", &[3]), 6),
        (net("dense 2", &[2, 3]), 12),
        (net("dense 2 -> sigma -> dense 2 -> sigma", &[2]), 12),
        (net("dense 3 as h -> tanh -> dense 3 -> add h", &[3]), 27),
        (net("conv 3x3 -> sigmoid -> pool avg 2x2 -> flatten -> dense 2 -> softmax -> crossentropy", &[6, 6]), 194),
        (derived(SMOOTH, "N=5 K=3"), 9),
        (derived(&std::fs::read_to_string("tests/data/softmax.derive").expect("a layer"), "n=3"), 12),
    ]
}

#[test]
fn every_line_is_a_term_and_every_term_is_a_line() {
    for (derivation, count) in samples() {
        let figure = figure(&derivation);
        assert_eq!(drawn(&derivation, &figure), written(&derivation), "{:?}", figure.title);
        assert_eq!(figure.edges.len(), count, "{:?}", figure.title);
    }
}

#[test]
fn lines_look_alike_where_they_share_a_weight() {
    for (derivation, _) in samples() {
        let figure = figure(&derivation);
        for (place, edge) in figure.edges.iter().enumerate().filter(|(_, e)| e.style > 0) {
            for other in &figure.edges[..place] {
                let together = figure.nodes[edge.to].entry.0 == figure.nodes[other.to].entry.0;
                assert_eq!(edge.style == other.style && together, edge.weight == other.weight && together);
            }
            assert!(figure.legend.iter().any(|k| k.style == edge.style && Some(&k.label) == edge.weight.as_ref()));
        }
    }
    let convolution = figure(&net("conv(kernel 2x2, bias none)", &[3, 3]));
    assert_eq!(convolution.legend.len(), 4);
    let dense = figure(&net("dense 2", &[3]));
    assert!(dense.edges.iter().all(|e| e.style == 0 && e.label.is_some()) && dense.legend.is_empty());
    let large = figure(&net("dense 6", &[6]));
    assert!(large.edges.iter().all(|e| e.style == 0 && e.label.is_none()), "there is no room for 36 labels");
}

#[test]
fn no_two_styles_look_alike() {
    let looks: BTreeSet<String> = (0..=16).map(|n| format!("{:?}", style(n))).collect();
    assert_eq!(looks.len(), 17);
    let dashes: BTreeSet<&[i32]> = (1..=9).map(|n| style(n).dash).collect();
    assert_eq!(dashes.len(), 9, "the weights of a 3×3 kernel are told apart without colours");
}

#[test]
fn everything_is_inside_the_frame_and_no_node_touches_another() {
    for (derivation, _) in samples() {
        let figure = figure(&derivation);
        let inside = |(x, y): (i32, i32)| (0..=figure.size.0).contains(&x) && (0..=figure.size.1).contains(&y);
        for (place, node) in figure.nodes.iter().enumerate() {
            let (x, y) = node.at;
            assert!(inside((x - figure.radii.0, y - figure.radii.1)));
            assert!(inside((x + figure.radii.0, y + figure.radii.1)));
            for other in &figure.nodes[..place] {
                let apart =
                    ((other.at.0 - x).abs() - 2 * figure.radii.0).max((other.at.1 - y).abs() - 2 * figure.radii.1);
                assert!(apart > 0, "{:?}", figure.title);
            }
        }
        for stroke in figure.edges.iter().flat_map(|e| &e.path) {
            let ends = stroke.steps.iter().map(|s| match s {
                Step::Line(end) | Step::Curve(_, _, end) => *end,
            });
            assert!(ends.chain([stroke.start]).all(inside));
        }
        assert!(figure.legend.iter().all(|k| inside(k.line.0) && inside(k.at)));
    }
}

#[test]
fn a_picture_is_drawn_only_where_it_was_asked_for() {
    let small = net("dense 2", &[3]);
    assert_eq!(figures(&small, Vec::new()).len(), 0);
    assert_eq!(figures(&small, vec![Section::Forward]).len(), 0);
    assert_eq!(figures(&small, vec![Section::Forward, Section::Network]).len(), 1);
    assert_eq!(
        figures(&net("pool avg 7x7", &[7, 7]), vec![Section::Network]).len(),
        0,
        "it would have 49 nodes in a column"
    );
}

#[test]
fn an_svg_is_sound_xml_without_a_blank_line() {
    for (derivation, _) in samples() {
        let figure = figure(&derivation);
        let text = svg(&figure, &glossary(&derivation));
        assert!(text.lines().all(|line| !line.trim().is_empty()), "{text}");
        assert!(text.starts_with("<svg ") && text.ends_with("</svg>"));
        let document = roxmltree::Document::parse(&text).unwrap_or_else(|e| panic!("{e}\n{text}"));
        let root = document.root_element();
        assert_eq!(root.attribute("role"), Some("img"));
        let count = |tag: &str| document.descendants().filter(|n| n.has_tag_name((SVG, tag))).count();
        let filled = |tag: &str| {
            let child = root.children().find(|n| n.has_tag_name((SVG, tag)));
            assert!(child.and_then(|n| n.text()).is_some_and(|t| !t.is_empty()), "<{tag}> says something");
        };
        filled("title");
        filled("desc");
        assert_eq!(count("circle") + count("ellipse"), figure.nodes.len());
        let strokes: usize = figure.edges.iter().map(|e| e.path.len()).sum();
        let heads = figure.edges.iter().filter(|e| e.head.is_some()).count();
        assert_eq!(count("path"), strokes + heads + figure.legend.len());
        let labels = figure.edges.iter().filter(|e| e.label.is_some()).count();
        assert_eq!(count("text"), figure.nodes.len() + labels + figure.legend.len());
        assert_eq!(count("script") + count("image") + count("use"), 0);
    }
}

const SVG: &str = "http://www.w3.org/2000/svg";
