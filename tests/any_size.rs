//! Letters for sizes: what is derived for every size is right at each that is tried, and sizes of results are what the arithmetic of
//! convolutions says.

use std::collections::BTreeMap;

use deriver::derivation::{Options, derive};
use deriver::document::{Glossary, Notation};
use deriver::expr::Ties;
use deriver::formula::AnySize;
use deriver::index::Letters;
use deriver::index::general::{Program, Size, gradients};
use deriver::layer::{Amount, Setting, Settings, bind, builtins, general};
use deriver::syntax::{ast, parse};
use deriver::text::Source;
use deriver::verify::formula::{Checked, Checker};

/// Layers and their options: sizes with x between them, letters and numbers.
const LAYERS: &[&str] = &[
    "conv input=H kernel=K",
    "conv input=H kernel=K bias=none",
    "conv input=H kernel=K flip=yes",
    "conv input=H kernel=3 padding=1",
    "conv input=7 kernel=K stride=s",
    "conv input=H kernel=K stride=s",
    "conv input=H kernel=K stride=2",
    "conv input=H kernel=K padding=p",
    "conv input=H kernel=K padding=p,q",
    "conv input=H kernel=K dilation=d",
    "conv input=H kernel=K dilation=2 padding=p",
    "conv input=H kernel=K stride=s padding=p",
    "conv input=H kernel=K stride=s dilation=s padding=p",
    "conv input=H kernel=K stride=s padding=p dilation=d",
    "conv input=H kernel=K padding=same",
    "conv input=H kernel=K stride=s padding=same",
    "conv input=H kernel=K padding=p padding_mode=reflect",
    "conv input=H kernel=K padding=p padding_mode=replicate",
    "conv input=H kernel=K padding=p padding_mode=circular",
    "conv input=HxW kernel=KxL",
    "conv input=HxH kernel=KxK stride=s",
    "conv input=HxW kernel=KxL stride=sxt padding=p",
    "conv input=HxW kernel=K dilation=dxe",
    "conv input=HxW kernel=2xL bias=untied",
    "conv input=DxHxW kernel=KxLxM",
    "conv input=CxH kernel=K channels=CxO",
    "conv input=CxH kernel=K channels=CxO stride=s padding=p",
    "conv input=CxH kernel=K channels=CxO groups=G",
    "conv input=CxH kernel=K channels=CxC groups=C",
    "conv input=NxH kernel=K batch=N stride=s",
    "conv input=NxCxHxW kernel=K batch=N channels=CxO",
    "conv-transposed input=H kernel=K",
    "conv-transposed input=H kernel=K stride=s",
    "conv-transposed input=H kernel=K stride=s padding=p",
    "conv-transposed input=H kernel=K stride=s padding=p dilation=d output_padding=q",
    "conv-transposed input=HxW kernel=KxL stride=2",
    "conv-transposed input=CxH kernel=K channels=CxO groups=G",
    "pool-avg input=H window=K",
    "pool-avg input=H window=K stride=s",
    "pool-avg input=H window=K stride=s padding=p",
    "pool-avg input=H window=K stride=s padding=p exclude_padding=yes",
    "pool-avg input=H window=K stride=s ceil=yes",
    "pool-avg input=HxW window=KxL stride=s",
    "pool-avg input=H window=K dilation=d",
    "pool-avg-adaptive input=H output=O",
    "pool-max input=H window=K",
    "pool-max input=H window=K stride=s",
    "pool-max input=H window=K stride=s padding=p",
    "pool-max input=H window=K stride=s ceil=yes",
    "pool-max input=HxW window=K stride=s",
    "pool-lp input=H window=K stride=s norm=2",
    "pool-lp input=H window=K norm=3",
    "dense input=N output=M",
    "dense input=BxN output=M",
    "dense input=N output=3 bias=none",
    "softmax input=N",
    "log-softmax input=N",
    "tanh input=N",
    "relu input=NxM",
    "sigmoid input=N",
    "mse input=N",
    "crossentropy input=N",
];

/// So many sizes are tried of each; `ANY_SIZES` sets another number.
const SIZES: usize = 85;

fn layer(name: &str) -> ast::Layer {
    let builtin = builtins().iter().find(|b| b.name == name).expect(name);
    parse(&builtin.source()).expect("built-in layers are sound").layers.remove(0)
}

/// `conv input=HxW kernel=K`
fn settings(words: &str) -> (ast::Layer, Settings<Amount>) {
    let mut words = words.split(' ');
    let layer = layer(words.next().expect("there is a name"));
    let mut settings = Settings::<Amount>::default();
    for word in words {
        let (option, value) = word.split_once('=').expect(word);
        let least = i64::from(!option.contains("padding"));
        let amount = |text: &str| text.parse().map_or_else(|_| Amount::Letter(text.to_string(), least), Amount::Number);
        let setting = if option == "input" {
            settings.input = Some(value.split('x').map(amount).collect());
            continue;
        } else if let Some((before, behind)) = value.split_once(',') {
            Setting::Sides(vec![(amount(before), amount(behind))])
        } else if value.len() > 3 && !value.contains('x') || value == "yes" {
            Setting::Word(value.to_string())
        } else {
            Setting::Axes(value.split('x').map(amount).collect())
        };
        settings.options.insert(option.to_string(), setting);
    }
    (layer, settings)
}

/// The same as what the letters that follow from others stand for.
fn complete(program: &Program, mut sizes: BTreeMap<String, i64>) -> Option<BTreeMap<String, i64>> {
    for (letter, size) in &program.derived {
        let value = size.value(&|own| sizes.get(own).copied())?;
        sizes.insert(letter.to_string(), value);
    }
    Some(sizes)
}

#[test]
fn what_is_derived_for_every_size_holds_at_each() {
    let options = Options { surroundings: false, ..Options::default() };
    let (mut tried, mut wrong) = (0, Vec::new());
    let mut unevaluated = 0;
    let wanted = std::env::var("ANY_SIZES").map_or(SIZES, |n| n.parse().expect("ANY_SIZES is a number"));
    for words in LAYERS {
        let (layer, settings) = settings(words);
        let program = match general(&layer, &settings) {
            Ok(program) => program,
            Err(refusal) => panic!("{words}: {refusal}"),
        };
        let names = program.tensors.iter().map(|t| t.name.clone());
        let given = program.given();
        let derived = program.derived.iter().map(|(letter, _)| letter.to_string());
        let letters = Letters::beside(names.chain(given.iter().map(ToString::to_string)).chain(derived));
        let gradients = gradients(&program, &letters);
        let mut random = 7u64;
        let mut seen: Vec<BTreeMap<String, i64>> = Vec::new();
        for round in 0..40 * wanted {
            if seen.len() == wanted {
                break;
            }
            // single layers with few letters have few small sizes
            let spread = 3 + round / (4 * wanted);
            let draw = |least: i64, random: &mut u64| {
                *random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                least + (*random >> 33) as i64 % spread as i64
            };
            let ledger = &program.ledger;
            let sizes = ledger.least.iter().map(|(l, least)| (l.to_string(), draw(*least, &mut random))).collect();
            let Some(sizes) = complete(&program, sizes) else { continue };
            if seen.contains(&sizes) || !ledger.holds(&|letter| sizes.get(letter).copied()) {
                continue;
            }
            let numbers = settings.at(&|letter| sizes.get(letter).copied()).expect("every letter has a number");
            let Ok(instance) = bind(&layer, &numbers) else { continue };
            if instance.tensors.iter().any(|t| t.shape.iter().product::<usize>() > 160) {
                continue;
            }
            let instance = if instance.loss { deriver::layer::loss_alone(instance) } else { instance };
            let Ok(derivation) = derive(instance, &options) else { continue };
            let shapes = program.tensors.iter().map(|t| &t.shape);
            for (shape, tensor) in shapes.zip(&derivation.instance.tensors) {
                let shape: Vec<_> = shape.iter().map(|s| s.value(&|l| sizes.get(l).copied())).collect();
                let own: Vec<_> = tensor.shape.iter().map(|&n| Some(n as i64)).collect();
                assert_eq!(shape, own, "{words} at {sizes:?}: the shape of {}", tensor.name);
            }
            let glossary = Glossary::new(&derivation, &Notation::default());
            let numbers = sizes.iter().map(|(letter, n)| (letter.as_str().into(), *n)).collect();
            let checker = Checker::new(&derivation.instance, &derivation.witness, &glossary).at_sizes(numbers);
            let writer = AnySize::new(&glossary, Ties::First, &program);
            let definitions = program.definitions.iter().map(|d| writer.equation(d.tensor, &d.ranges, &[&d.body]));
            let told = gradients.iter().map(|g| {
                writer.equation(program.tensors.len() + g.tensor, &g.ranges, &[&g.chain, &g.solved, &g.bounded])
            });
            for equation in definitions.chain(told) {
                match checker.check(&equation) {
                    Ok(Checked::At(_)) => {}
                    Ok(Checked::Not(_)) => unevaluated += 1,
                    Err(refuted) => wrong.push(format!("{words} at {sizes:?}: {refuted}: {equation:?}")),
                }
            }
            seen.push(sizes);
            tried += 1;
        }
        assert!(seen.len() > 4, "{words}: tried at {} sizes only", seen.len());
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(4)].join("\n"));
    println!("{tried} configurations, {unevaluated} equations without a value");
    assert!(tried >= wanted * 45 && unevaluated < tried / 50, "{tried} tried, {unevaluated} not evaluated");
}

/// The size of the result, without letters that stand for what follows from others.
fn size_of_result(words: &str) -> Size {
    let (layer, settings) = settings(words);
    let program = general(&layer, &settings).unwrap_or_else(|refusal| panic!("{words}: {refusal}"));
    let size = &program.tensors[program.output()].shape[0];
    size.with(&|letter| program.derived.iter().find(|(own, _)| **own == *letter).map(|(_, size)| size.clone()))
}

/// The relationships of V. Dumoulin and F. Visin, A guide to convolution arithmetic for deep learning (arXiv 1603.07285), by their
/// numbers there, with H for what flows in, K for the kernel, s, p, d, and q for what a transposed convolution has more at the end.
#[test]
fn sizes_of_results_are_those_of_the_arithmetic_of_convolutions() {
    let [h, k, s, p, d, q, n] = ["H", "K", "s", "p", "d", "q", "n"].map(Size::letter);
    let one = Size::integer(1);
    // in these the kernel has 2n + 1 places
    let half = |size: Size| {
        size.with(&|letter| match letter {
            "K" => Some(n.plus(&n, 1).add(&one)),
            "p" => Some(n.clone()),
            _ => None,
        })
    };
    let full = |size: Size| size.with(&|letter| (letter == "p").then(|| k.sub(&one)));
    let around = h.plus(&p, 2);
    let spread = d.times(&k.sub(&one)).add(&one);
    let plain = size_of_result("conv input=H kernel=K padding=p");
    let back = size_of_result("conv-transposed input=H kernel=K padding=p");
    let strided = s.times(&h.sub(&one)).add(&k);
    for (number, found, wanted) in [
        (1, size_of_result("conv input=H kernel=K"), h.sub(&k).add(&one)),
        (2, plain.clone(), around.sub(&k).add(&one)),
        (3, half(plain.clone()), h.clone()),
        (4, full(plain), h.add(&k).sub(&one)),
        (5, size_of_result("conv input=H kernel=K stride=s"), h.sub(&k).floor(&s).add(&one)),
        (6, size_of_result("conv input=H kernel=K stride=s padding=p"), around.sub(&k).floor(&s).add(&one)),
        (7, size_of_result("pool-max input=H window=K stride=s"), h.sub(&k).floor(&s).add(&one)),
        (8, size_of_result("conv-transposed input=H kernel=K"), h.add(&k).sub(&one)),
        (9, back.clone(), h.add(&k).sub(&one).plus(&p, -2)),
        (10, half(back.clone()), h.clone()),
        (11, full(back), h.sub(&k).add(&one)),
        (12, size_of_result("conv-transposed input=H kernel=K stride=s"), strided.clone()),
        (13, size_of_result("conv-transposed input=H kernel=K stride=s padding=p"), strided.plus(&p, -2)),
        (
            14,
            size_of_result("conv-transposed input=H kernel=K stride=s padding=p output_padding=q"),
            strided.plus(&p, -2).add(&q),
        ),
        (
            15,
            size_of_result("conv input=H kernel=K stride=s padding=p dilation=d"),
            around.sub(&spread).floor(&s).add(&one),
        ),
    ] {
        assert_eq!(found, wanted, "relationship {number}");
    }
}

/// Letters of the layer's own text make way for those that are given.
#[test]
fn a_letter_keeps_its_name() {
    let (layer, settings) = settings("conv input=i kernel=u stride=m");
    let program = general(&layer, &settings).expect("it is a layer");
    let d = &program.definitions[0];
    assert_eq!(*program.tensors[0].shape, [Size::letter("i")]);
    assert!(!["i", "u", "m"].contains(&&*d.ranges[0].letter));
    let source = Source::new("own", "layer x\n input a[N]\n weight w[M]\n z[i] = sum(u) a[i+u-1]*w[u]\n");
    let own = parse(&source).expect("it is a layer").layers.remove(0);
    let program = general(&own, &Settings::default()).expect("what is not set stays a letter");
    let least: Vec<_> = program.ledger.least.iter().map(|(l, n)| (l.to_string(), *n)).collect();
    assert_eq!(least, [("N".to_string(), 1), ("M".to_string(), 1)]);
}
