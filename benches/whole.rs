//! Benchmarks: the parts of a large derivation, and whole ones, in this process. `cargo bench`.
//!
//! Whole-process times of the two bars (224x224 by 3x3 with every entry, 3x3 by 2x2) are measured from outside:
//! `time target/release/derive conv --input 224x224 --kernel 3x3 --entries all > /dev/null`.

use deriver::derivation::{Derivation, Options, derive};
use deriver::document::{Depth, Entries, Glossary, Lang, Measure, Notation, Request, Windows, narrate};
use deriver::index::Instance;
use deriver::layer::{Known, NetSettings, Setting, Settings, bind, builtins, link};
use deriver::render::Latex;
use deriver::syntax::{ast, parse, parse_chain};
use deriver::text::Source;

fn main() {
    divan::main();
}

fn convolution(input: i64, kernel: i64) -> Instance {
    let layer = builtins().iter().find(|b| b.name == "conv").expect("conv is built in");
    let file = deriver::syntax::parse(&layer.source()).expect("built-in layers parse");
    let mut settings = Settings { input: Some(vec![input, input]), ..Settings::default() };
    settings.options.insert("kernel".to_string(), Setting::Axes(vec![kernel, kernel]));
    bind(&file.layers[0], &settings).expect("the kernel fits")
}

/// A chain of layers over an input of these sizes.
fn net(chain: &str, input: &[i64]) -> Instance {
    let layers: Vec<ast::Layer> =
        builtins().iter().flat_map(|b| parse(&b.source()).expect("built-in layers parse").layers).collect();
    let known: Vec<Known<'_>> = layers.iter().map(|layer| Known { layer, same_text: false }).collect();
    let chain = parse_chain(&Source::new("bench", chain)).expect("the chain parses");
    let span = chain.span;
    let name = ast::Name { text: "net".to_string(), span };
    link(&ast::Net { name, title: None, inputs: Vec::new(), chain, span }, &known, &NetSettings::sized(input))
        .expect("the stages fit")
}

fn derived(input: i64, kernel: i64) -> Derivation {
    derive(convolution(input, kernel), &Options::default()).expect("the layer derives")
}

fn latex(derivation: &Derivation) -> usize {
    let notation = Notation::default();
    let glossary = Glossary::new(derivation, &notation);
    let request = Request {
        sections: Vec::new(),
        entries: Some(Entries::All),
        depth: Depth::default(),
        measure: Measure::ARTICLE,
        notation,
        lang: Lang::En,
        command: String::new(),
        values: None,
        windows: Windows::default(),
        numbered: false,
        pictures: false,
    };
    let mut sink = Latex::new(Vec::new(), &glossary, false, Lang::En);
    narrate(derivation, &request, &mut sink).expect("memory can be written");
    sink.finish().expect("memory can be written").len()
}

/// 3x3 by 2x2: everything from the bound layer to LaTeX.
#[divan::bench]
fn small(bencher: divan::Bencher<'_, '_>) {
    bencher.bench(|| latex(&derived(3, 2)));
}

/// Cost for each term should not grow with the size.
#[divan::bench(args = [56, 112, 224], sample_count = 5, sample_size = 1)]
fn derivation(bencher: divan::Bencher<'_, '_>, input: i64) {
    bencher.bench(|| derived(input, 3));
}

#[divan::bench(args = [56, 112, 224], sample_count = 5, sample_size = 1)]
fn typesetting(bencher: divan::Bencher<'_, '_>, input: i64) {
    let derivation = derived(input, 3);
    bencher.bench(|| latex(&derivation));
}

/// Time should grow with the number of layers, no faster.
#[divan::bench(args = [1, 5, 20, 40], sample_count = 5, sample_size = 1)]
fn dense_layers(bencher: divan::Bencher<'_, '_>, layers: usize) {
    let chain = vec!["dense 32 -> tanh"; layers].join(" -> ");
    bencher.bench(|| latex(&derive(net(&chain, &[32]), &Options::default()).expect("the net derives")));
}

/// Like LeNet-5, with one channel in every layer.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn convolutional_net(bencher: divan::Bencher<'_, '_>) {
    const CHAIN: &str = "conv 5x5 -> tanh -> pool avg 2x2 -> conv 5x5 -> tanh -> pool avg 2x2 -> flatten -> dense 120 -> tanh \
                         -> dense 84 -> tanh -> dense 10 -> softmax -> crossentropy";
    bencher.bench(|| latex(&derive(net(CHAIN, &[28, 28]), &Options::default()).expect("the net derives")));
}
