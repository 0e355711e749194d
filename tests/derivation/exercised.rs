//! Exercises: the same seed gives the same sheet, what belongs in a blank makes an equation that holds, and what is shown with a mistake
//! does not hold. Sheets are read back as text, and evaluated by arithmetic that shares nothing with the program's.

#[path = "exercised/arrays.rs"]
mod arrays;

use std::collections::BTreeMap;

use deriver::derivation::{Derivation, Options, derive};
use deriver::document::{Depth, Glossary, Lang, Measure, Notation, Request, Sheet, Windows, exercises};
use deriver::expr::{ExprId, ExprKind, TensorId};
use deriver::formula::read::{Written, read};
use deriver::formula::{Equation, Formula};
use deriver::layer::{Setting, Settings, bind, builtins};
use deriver::render::{Alphabet, Text};
use deriver::syntax::parse;

use crate::nets::net;
use crate::support::{Point, derived, point};
use arrays::{Evaluator, with_gradients};

/// Options of a layer, by name.
type Named<'a> = &'a [(&'a str, &'a [i64])];

/// Layers, with the axes of their inputs and their options.
const LAYERS: &[(&str, &[i64], Named<'_>)] = &[
    ("conv", &[3, 3], &[("kernel", &[2, 2])]),
    ("conv", &[5, 4], &[("kernel", &[3, 2]), ("stride", &[2])]),
    ("conv", &[4, 4], &[("kernel", &[3, 3]), ("padding", &[1])]),
    (
        "conv",
        &[2, 2, 5],
        &[("kernel", &[3]), ("stride", &[2]), ("padding", &[1]), ("channels", &[2, 2]), ("batch", &[2])],
    ),
    ("conv-transposed", &[3], &[("kernel", &[2]), ("stride", &[2])]),
    ("pool-avg", &[4, 4], &[("window", &[2, 2])]),
    ("pool-avg", &[5], &[("window", &[3]), ("stride", &[1])]),
    ("dense", &[3], &[("output", &[2])]),
    ("dense", &[2, 3], &[("output", &[2])]),
];

fn layer(name: &str, input: &[i64], options: Named<'_>) -> Derivation {
    let source = builtins().iter().find(|b| b.name == name).expect("it is built in").source();
    let file = parse(&source).expect("built-in layers parse");
    let options = options.iter().map(|(name, list)| (name.to_string(), Setting::Axes(list.to_vec()))).collect();
    let settings = Settings { input: Some(input.to_vec()), options, ..Settings::default() };
    let instance = bind(&file.layers[0], &settings).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    // what surrounds the layer is no matter of exercises
    derive(instance, &Options { surroundings: false, ..Options::default() }).expect("it is derived")
}

fn layers() -> impl Iterator<Item = Derivation> {
    LAYERS.iter().map(|(name, input, options)| layer(name, input, options))
}

/// A sheet in text, and how many exercises are on it.
fn sheet(derivation: &Derivation, glossary: &Glossary, sheet: &Sheet, lang: Lang) -> (String, usize) {
    let request = Request {
        sections: Vec::new(),
        entries: None,
        depth: Depth::default(),
        measure: Measure::Columns { line: 2_000 },
        notation: Notation::default(),
        lang,
        command: String::new(),
        values: None,
        windows: Windows::default(),
        numbered: false,
        pictures: false,
    };
    let mut text = Text::new(Vec::new(), glossary, Alphabet::Unicode, 10_000);
    let made = exercises(derivation, &request, sheet, &mut text).expect("a vector takes everything");
    (String::from_utf8(text.finish().expect("a vector takes everything")).expect("UTF-8"), made)
}

/// What is asked, what is shown, and the answer in words and as equations, of each exercise.
#[derive(Debug, Default)]
struct Asked {
    task: String,
    shown: String,
    answer: String,
    result: String,
}

/// The exercises of a sheet with its key.
fn asked(text: &str) -> Vec<Asked> {
    let (sheet, key) = text.split_once("\nAnswers\n").expect("there is a key");
    let parts = |text: &str, word: &str| -> Vec<(String, String)> {
        let begun: Vec<&str> = text.split(&format!("\n{word} ")).skip(1).collect();
        let part = |part: &&str| {
            let (head, body) = part.split_once('\n').unwrap_or((part, ""));
            let words = head.split_once(['.', ':']).map_or("", |(_, words)| words.trim());
            let lines = body.lines().filter(|line| line.starts_with("    ")).map(str::trim);
            (words.to_string(), lines.collect::<Vec<_>>().join(" "))
        };
        begun.iter().map(part).collect()
    };
    let (tasks, answers) = (parts(sheet, "Exercise"), parts(key, "Answer"));
    assert_eq!(tasks.len(), answers.len(), "every exercise has its answer");
    let both = tasks.into_iter().zip(answers);
    both.map(|((task, shown), (answer, result))| Asked { task, shown, answer, result }).collect()
}

fn without_stop(answer: &str) -> &str {
    answer.strip_suffix('.').unwrap_or(answer)
}

#[test]
fn the_same_seed_gives_the_same_sheet() {
    let derivation = layer("conv", &[3, 3], &[("kernel", &[2, 2])]);
    let glossary = Glossary::new(&derivation, &Notation::default());
    let of = |seed, key| sheet(&derivation, &glossary, &Sheet { count: 12, seed, key }, Lang::En).0;
    assert_eq!(of(7, true), of(7, true));
    assert_ne!(of(7, true), of(8, true));
    // the key is a second part, and changes nothing before it; how the equations fared comes last
    let (with, without) = (of(7, true), of(7, false));
    let exercises =
        |text: &str| text.split("\nAnswers\n").next().expect("a text has a beginning").trim_end().to_string();
    assert_eq!(exercises(&with), exercises(without.split("\n\n# ").next().expect("it has a beginning")));
    assert!(!without.contains("Answer"));
}

#[test]
fn there_are_as_many_as_can_be_made() {
    let derivation = layer("conv", &[3], &[("kernel", &[2])]);
    let glossary = Glossary::new(&derivation, &Notation::default());
    let of = |count, lang| sheet(&derivation, &glossary, &Sheet { count, seed: 0, key: false }, lang);
    let (all, made) = of(10_000, Lang::En);
    assert!((20..200).contains(&made), "{made}");
    assert!(all.contains(&format!("Exercise {made}.")) && !all.contains(&format!("Exercise {}.", made + 1)));
    assert_eq!(of(5, Lang::En).1, 5);
    assert_eq!(of(10_000, Lang::Zh).1, made);
}

/// What belongs in a blank, the other of two, and what is shown with a mistake.
#[test]
fn what_belongs_in_a_blank_fits_and_a_mistake_is_one() {
    let mut counts = BTreeMap::<&str, usize>::new();
    let mut count = |what| *counts.entry(what).or_default() += 1;
    for derivation in layers() {
        let glossary = Glossary::new(&derivation, &Notation::default());
        let at = with_gradients(&derivation, point(&derivation));
        let evaluator = Evaluator { glossary: &glossary, at: &at };
        let holds = |text: &str| {
            let equation = read(&glossary, Written::Text, text).unwrap_or_else(|error| panic!("{error}: {text}"));
            evaluator.holds_everywhere(&equation.left, &equation.chain[0])
        };
        for seed in 0..4 {
            let (text, _) = sheet(&derivation, &glossary, &Sheet { count: 80, seed, key: true }, Lang::En);
            for Asked { task, shown, answer, result } in asked(&text) {
                let case = format!("{task} {shown} {answer} {result}\nseed {seed}, {}", derivation.instance.name);
                if let Some(pair) = task.strip_prefix("What belongs in the box, ") {
                    let (one, other) = pair.trim_end_matches('?').split_once(" or ").expect("there are two");
                    let right = without_stop(&answer);
                    assert!(holds(&shown.replace('□', right)), "{case}");
                    assert!(!holds(&shown.replace('□', if one == right { other } else { one })), "{case}");
                    count("either");
                } else if shown.contains('□') && answer.is_empty() {
                    let (before, after) = shown.split_once('□').expect("there is a box");
                    assert!(result.starts_with(before) && result.ends_with(after), "{case}");
                    assert!(holds(&result), "{case}");
                    count("mark");
                } else if shown.contains('□') {
                    assert!(holds(&shown.replace('□', without_stop(&answer))), "{case}");
                    count("blank");
                } else if task.starts_with("There is one mistake") {
                    assert!(!holds(&shown), "{case}");
                    assert!(holds(&result), "{case}");
                    count("mistake");
                } else if task.starts_with("The zeros") {
                    assert!(holds(&shown), "{case}");
                    count("zeros");
                } else {
                    assert!(shown.is_empty(), "{case}");
                }
            }
        }
    }
    for (what, least) in [("either", 20), ("mark", 10), ("blank", 200), ("mistake", 300), ("zeros", 5)] {
        assert!(counts.get(what).is_some_and(|&count| count >= least), "{counts:?}");
    }
}

/// The entry whose name is written here.
fn entry(glossary: &Glossary, name: &str) -> (TensorId, u32) {
    let equation = read(glossary, Written::Text, &format!("{name} = 0")).expect("it is a name");
    if let Formula::Entry(tensor, offset) = equation.left {
        (tensor, offset)
    } else {
        let Formula::Name(tensor, _) = equation.left else { panic!("{name} is no entry") };
        (tensor, 0)
    }
}

/// Does an expression hold this entry?
fn reads(derivation: &Derivation, id: ExprId, entry: (TensorId, u32)) -> bool {
    let kind = derivation.system.arena.kind(id);
    matches!(kind, ExprKind::Symbol(s) if (s.tensor, s.offset) == entry)
        || kind.children().iter().any(|&part| reads(derivation, part, entry))
}

#[test]
fn who_reads_an_entry_and_what_it_comes_to() {
    let (mut readers, mut numbers) = (0, 0);
    for derivation in layers() {
        let glossary = Glossary::new(&derivation, &Notation::default());
        let (text, _) = sheet(&derivation, &glossary, &Sheet { count: 80, seed: 1, key: true }, Lang::En);
        let mut at = Point::new();
        for display in text.split("\nExercises\n").next().expect("a text has a beginning").split("\n\n") {
            given(&glossary, display, &mut at);
        }
        let evaluator = Evaluator { glossary: &glossary, at: &at };
        for Asked { task, answer, result, .. } in asked(&text) {
            if let Some(asked) = task.strip_prefix("Which outputs read ") {
                let asked = entry(&glossary, asked.trim_end_matches('?'));
                let [definition] = derivation.system.definitions.as_slice() else { panic!("one definition") };
                let found = (0..definition.values.len()).filter(|&o| reads(&derivation, definition.values[o], asked));
                let found: Vec<_> = found.map(|offset| (definition.tensor, offset as u32)).collect();
                let named = without_stop(&answer).replace(" and ", ", ");
                let named: Vec<_> =
                    named.split(", ").filter(|name| *name != "None").map(|name| entry(&glossary, name)).collect();
                assert_eq!(named, found, "{task} {answer}");
                readers += 1;
            } else if task.starts_with("With the numbers") {
                let Equation { chain, .. } = read(&glossary, Written::Text, &result).expect("it can be read");
                let values = chain.iter().map(|member| evaluator.value(member, &BTreeMap::new(), None));
                let values: Vec<_> = values.collect();
                // of tensors with more than two axes the numbers were not taken
                if values[0].is_none() {
                    continue;
                }
                assert!(values.len() == 3 && values.iter().all(|v| *v == values[0]), "{result}: {values:?}");
                numbers += 1;
            }
        }
    }
    assert!(readers >= 40 && numbers >= 40, "{readers} {numbers}");
}

/// Takes the numbers of a tensor with at most two axes from where they are displayed.
fn given(glossary: &Glossary, display: &str, at: &mut Point) {
    let Some((name, _)) = display.split_once(" = ") else { return };
    let name = name.rsplit([' ', '\n']).next().unwrap_or_default();
    let tensors = (0..glossary.len() as u32).map(TensorId);
    let shown = |t: &TensorId| {
        read(glossary, Written::Text, &format!("{name} = 0"))
            .is_ok_and(|e| e.left == glossary.tensor(*t, deriver::formula::Level::None))
    };
    let Some(tensor) = tensors.into_iter().find(shown) else { return };
    let signs = |c: char| "⎛⎜⎝⎞⎟⎠()=".contains(c);
    let words = display.replace(signs, " ");
    let numbers: Vec<_> =
        words.split_whitespace().filter_map(|word| word.parse::<i64>().ok()).map(crate::support::q).collect();
    if numbers.len() == glossary.shape(tensor).iter().product::<usize>() {
        assert!(numbers.len() == 1 || numbers.iter().any(|n| *n != numbers[0]), "{display}");
        at.insert(tensor, numbers);
    }
}

/// Nets and layers of which not everything is a number: they have their exercises, and everything on a sheet was evaluated.
#[test]
fn what_is_on_a_sheet_holds_for_nets_and_own_layers() {
    let all = [
        net("conv 2x2 -> sigma -> pool max 2x2 -> flatten -> dense 2 -> softmax -> crossentropy", &[5, 5]),
        net("dense 2 -> relu -> dense 2 -> mse", &[3]),
        derived(
            "layer norm\n input x[N]\n m = sum(i) x[i] / N\n v = sum(i) (x[i] - m)^2\n z[i] = (x[i] - m) / sqrt(v)\n",
            "N=3",
        ),
        derived("layer gated\n input x[N]\n weight r[N]\n z[i] = x[N+1-i] * tanh(r[i]*x[i]) - r[i]\n", "N=4"),
    ];
    for derivation in all {
        let glossary = Glossary::new(&derivation, &Notation::default());
        for (seed, lang) in [(0, Lang::En), (1, Lang::Zh)] {
            let (text, made) = sheet(&derivation, &glossary, &Sheet { count: 60, seed, key: true }, lang);
            assert!(made >= 15, "{made}: {text}");
            assert!(text.contains("with a mistake on purpose, each of them refuted"), "{text}");
            assert!(!text.contains("not evaluated"), "{text}");
        }
    }
}
