//! Holds `grammar/layer.ebnf`, the parser, the printer and the examples together.
//!
//! The grammar file is read as data: its productions name the functions and the example files
//! that have to be there, and sentences are made from it that the parser has to take. The
//! rejected examples are snapshots of what a user is told.

#[path = "grammar/chains.rs"]
mod chains;
#[path = "grammar/ebnf.rs"]
mod ebnf;
#[path = "grammar/sentences.rs"]
mod sentences;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use deriver::syntax::ast::{ELLIPSIS, Expr, ExprKind, File, ItemKind};
use deriver::syntax::{parse, print};
use deriver::text::{Diagnostic, Source};
use proptest::prelude::*;

use ebnf::Grammar;
use sentences::Speaker;

fn read(text: &str) -> Result<File, Vec<Diagnostic>> {
    parse(&Source::new("test", text))
}

/// The tree of a text that has one.
#[track_caller]
fn tree(text: &str) -> File {
    read(text).unwrap_or_else(|diagnostics| panic!("rejected:\n{}", shown(text, &diagnostics)))
}

/// A tree without its places, for comparison.
fn shape(tree: &impl Debug) -> String {
    let text = format!("{tree:?}");
    let mut pieces = text.split("Span {");
    let first = pieces.next().unwrap_or_default().to_string();
    pieces.fold(first, |shape, piece| shape + piece.split_once('}').map_or("", |(_, rest)| rest))
}

/// Printing gives the same tree again, and from then on the same text.
#[track_caller]
fn check_printed(file: &File) {
    let printed = print(file);
    let again = tree(&printed);
    assert_eq!(shape(file), shape(&again), "printed as:\n{printed}");
    assert_eq!(printed, print(&again));
}

/// Diagnostics as text, with places as line and column.
fn shown(text: &str, diagnostics: &[Diagnostic]) -> String {
    let place = |offset: usize| {
        let before = &text[..offset];
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        format!("{}:{column}", before.matches('\n').count() + 1)
    };
    let mut lines = Vec::new();
    for diagnostic in diagnostics {
        let Diagnostic { message, span, label, hint, notes } = diagnostic;
        lines.push(format!("{}-{} {message}", place(span.start), place(span.end)));
        lines.push(format!("    label: {label}"));
        lines.extend(hint.iter().map(|hint| format!("    hint: {hint}")));
        lines.extend(notes.iter().map(|note| format!("    note at {}: {}", place(note.span.start), note.label)));
    }
    lines.join("\n")
}

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn contents(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All files under a folder, in order.
fn files_under(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(files_under(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// The examples in a file of that name: whole layer files with `---` between them.
fn examples(name: &str) -> Vec<String> {
    contents(root("grammar/examples").join(name)).split("---\n").map(str::to_string).collect()
}

fn grammar() -> Grammar {
    Grammar::new(&contents(root("grammar/layer.ebnf")))
}

/// The accepted examples of all productions.
fn accepted() -> Vec<String> {
    grammar().rules.keys().flat_map(|name| examples(&format!("{name}.ok"))).collect()
}

#[test]
fn every_production_is_a_function() {
    let code: String = files_under(&root("src/syntax")).iter().map(contents).collect();
    for name in grammar().rules.keys() {
        let function = format!("fn {}(", name.replace('-', "_"));
        let generic = function.replace('(', "<");
        assert!(code.contains(&function) || code.contains(&generic), "no parser function for `{name}`");
    }
}

#[test]
fn every_production_has_examples_and_every_example_a_production() {
    let wanted: BTreeSet<String> =
        grammar().rules.keys().flat_map(|name| [format!("{name}.ok"), format!("{name}.err")]).collect();
    let found: BTreeSet<String> = files_under(&root("grammar/examples"))
        .iter()
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(wanted, found);
}

#[test]
fn accepted_examples_are_accepted_and_print_as_themselves() {
    for text in accepted() {
        check_printed(&tree(&text));
    }
}

#[test]
fn lines_may_end_as_on_any_system() {
    for text in accepted() {
        let unix = shape(&tree(&text));
        assert_eq!(unix, shape(&tree(&text.replace('\n', "\r\n"))));
        assert_eq!(unix, shape(&tree(&format!("\u{feff}{}", text.trim_end()))));
    }
}

/// A text and what is said about it, for a snapshot.
fn reported(text: &str, diagnostics: &[Diagnostic]) -> String {
    let lines = text.lines().map(|line| format!("| {}\n", line.chars().take(60).collect::<String>()));
    lines.collect::<String>() + &format!("{}\n\n", shown(text, diagnostics))
}

/// Where snapshots of diagnostics are.
fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root("snapshots/diagnostics"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

#[test]
fn rejected_examples_say_what_is_wrong() {
    let settings = settings();
    for name in grammar().rules.keys() {
        let mut report = String::new();
        for text in examples(&format!("{name}.err")) {
            let Err(diagnostics) = read(&text) else { panic!("{name}.err: accepted:\n{text}") };
            report += &reported(&text, &diagnostics);
        }
        settings.bind(|| insta::assert_snapshot!(name.as_str(), report));
    }
}

#[test]
fn sentences_of_the_grammar_are_accepted() {
    let grammar = grammar();
    let mut speaker = Speaker::new(&grammar);
    for fuel in (0..50).cycle().take(1000) {
        let mut text = String::new();
        speaker.say(&grammar.rules["file"], fuel, false, &mut text);
        if chains::spaces_sizes(&text) {
            continue;
        }
        check_printed(&tree(&text));
    }
    assert_eq!(speaker.used.len(), grammar.rules.len() - 1, "all but `file` itself: {:?}", speaker.used);
}

#[test]
fn lines_break_where_the_grammar_says() {
    let grammar = grammar();
    let mut speaker = Speaker::new(&grammar);
    for fuel in (20..50).cycle().take(300) {
        let mut expression = String::new();
        speaker.say(&grammar.rules["expression"], fuel, false, &mut expression);
        let whole = shape(&tree(&format!("layer t\n  z = ({expression})")));
        let in_brackets = expression.replace(' ', " # (\n\n");
        assert_eq!(whole, shape(&tree(&format!("layer t\n  z = (\n{in_brackets}\n)"))), "{expression}");
        let breaks = ["+", "-", "*", "/", "^", "**", "..", "==", "<=", "and", "or", "then", "else", "where"];
        let (mut before, mut after) = (expression.clone(), expression.clone());
        for word in breaks {
            before = before.replace(&format!(" {word} "), &format!("\n  {word} "));
            after = after.replace(&format!(" {word} "), &format!(" {word}\n  "));
        }
        assert_eq!(whole, shape(&tree(&format!("layer t\n  z = {before}"))), "{before}");
        assert_eq!(whole, shape(&tree(&format!("layer t\n  z =\n  {after}"))), "{after}");
    }
}

/// The expressions directly inside one.
fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Number(_) | ExprKind::Name(_) => vec![],
        ExprKind::Read(_, parts) | ExprKind::Call(_, parts) => parts.iter().collect(),
        ExprKind::Negate(inner) | ExprKind::Not(inner) | ExprKind::Each(inner) | ExprKind::Perhaps(inner) => {
            vec![&**inner]
        }
        ExprKind::Binary(_, left, right) | ExprKind::Power(left, right) => vec![&**left, &**right],
        ExprKind::Within(index, first, last) => vec![&**index, &**first, &**last],
        ExprKind::If(condition, yes, no) => vec![&**condition, &**yes, &**no],
        ExprKind::Reduce(reduction) => {
            let ranges = reduction.variables.iter().filter_map(|variable| variable.range.as_ref());
            let ends = ranges.flat_map(|(first, last)| [first, last]);
            ends.chain(reduction.filter.as_deref()).chain([&*reduction.body]).collect()
        }
    }
}

/// The body of a layer's only definition.
fn body(file: &File) -> &Expr {
    let ItemKind::Definition(definition) = &file.layers[0].items[0].kind else { panic!("not a definition") };
    &definition.body
}

#[test]
fn places_hold_what_they_are_the_place_of() {
    let grammar = grammar();
    let mut speaker = Speaker::new(&grammar);
    for fuel in (20..50).cycle().take(200) {
        let mut text = String::from("layer t\n  z = ");
        speaker.say(&grammar.rules["expression"], fuel, false, &mut text);
        let file = tree(&text);
        assert_eq!(file.layers[0].span.end, text.trim_end().len());
        let mut left = vec![body(&file)];
        while let Some(expr) = left.pop() {
            let place = &text[expr.span.start..expr.span.end];
            if place == ELLIPSIS {
                assert!(matches!(&expr.kind, ExprKind::Name(name) if name == ELLIPSIS));
                continue; // no expression by itself
            }
            if matches!(expr.kind, ExprKind::Each(_) | ExprKind::Perhaps(_)) {
                left.extend(parts(expr));
                continue; // an element of a list only
            }
            let again = tree(&format!("layer t\n  z = ({place})"));
            assert_eq!(shape(&expr.kind), shape(&body(&again).kind), "{place}");
            left.extend(parts(expr));
        }
    }
}

#[test]
fn built_in_layers_are_accepted() {
    let files = files_under(&root("src/layer/builtin"));
    assert!(files.len() >= 3);
    for path in files {
        check_printed(&tree(&contents(path)));
    }
}

#[test]
fn two_layers_print_as_they_are_written() {
    let text = "\
layer pool \"Pooling\" (window [K, L], stride [S, T] = [K, L], mode in {mean, max} = mean, input n = 1 / 2)
  indices from 0
  input a[H, W]
  bias b[H-K+1] when not (mode == max or n > 1)
  z[i, j in 1..2*L] = sum(u, v in 1..u where u != v) -a[S*(i-1)+u, j]^2 / (K * L) - (n + 0.5)
  e = a[1, 1] / sum(k) e[k] * f(k, 2) + (sum(k) k) * if_else
  y = if n < 1 then (if n < 0 then 0 else 1) + 1 else 2

layer b
  z = 1
";
    let text = text.replace("{mean, max} = mean", "{flat, top} = flat").replace("mode == max", "mode == top");
    assert_eq!(print(&tree(&text)), text);
}

#[test]
fn no_text_is_too_deep_or_too_long() {
    let deep = ["(", "- ", "not ", "f(", "a[", "sum(u) ", "sum(u in 1..", "sum(u where ", "if x then y else ", "x + ("];
    let mut texts: Vec<String> = deep.iter().map(|piece| format!("layer t\n  z = {}", piece.repeat(100_000))).collect();
    texts.push(format!("layer t\n  z = x{}", " + x".repeat(100_000)));
    texts.push(format!("layer t\n  z = {}x{}", "(".repeat(99), " + x * x)".repeat(99).repeat(20)));
    texts.push(format!("layer t ({}", "(\n".repeat(100_000)));
    texts.push(format!("layer t\n  z[{}", "\n".repeat(100_000)));
    texts.push(format!("layer t\n  {} w", "wieght".repeat(100_000)));
    texts.push("layer t (\n".repeat(50_000));
    texts.push(format!("net t\n  {}", "dense 2 -> ".repeat(50_000)));
    texts.push(format!("net t\n  dense({}", "2,\n".repeat(50_000)));
    texts.push(format!("net t\n  input a[{}", "a-b,\n".repeat(50_000)));
    texts.push(format!("net t\n  dense {}", "3x".repeat(100_000)));
    texts.push("net t\n".repeat(50_000));
    for text in texts {
        let start = Instant::now();
        let Err(diagnostics) = read(&text) else { panic!("accepted: {text:.60}") };
        assert!(start.elapsed() < Duration::from_secs(2), "slow: {text:.60}");
        assert!(diagnostics[0].message.len() < 200);
    }
    // The longest and deepest there can be may be read, compared, printed and dropped.
    check_printed(&tree(&format!("layer t\n  z = x{}", " + x".repeat(2000))));
    check_printed(&tree(&format!("layer t\n  z = {}x{}", "(".repeat(99), " + x)".repeat(99))));
    check_printed(&tree(&format!("layer t\n  z = {}x", "sum(u where not u) ".repeat(49))));
}

/// Reads anything; what is said of it has to be drawable, and what is accepted printable.
fn survives(text: &str) {
    match read(text) {
        Ok(file) => check_printed(&file),
        Err(diagnostics) => {
            assert!(!diagnostics.is_empty());
            for diagnostic in diagnostics {
                let notes = diagnostic.notes.iter().map(|note| note.span);
                for span in notes.chain([diagnostic.span]) {
                    assert!(text.get(span.start..span.end).is_some(), "{diagnostic:?} in {text:?}");
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(text in any::<String>()) {
        survives(&text);
        survives(&format!("layer t\n  z = {text}"));
    }

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        survives(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_symbols_are_survived(symbols in proptest::collection::vec(proptest::sample::select(SYMBOLS), 0..60)) {
        survives(&symbols.join(" "));
        survives(&format!("layer t\n  z = 1\n  {}", symbols.concat()));
        survives(&format!("net t\n  dense 2 -> {}", symbols.join(" ")));
        survives(&format!("net t\n  dense 2 -> {}", symbols.concat()));
        chains::survives(&symbols.join(" "));
        chains::survives(&symbols.concat());
    }

    #[test]
    fn damaged_files_are_survived(
        example in 0_usize..1000, at in 0_usize..1000, cut in 0_usize..6, put in proptest::sample::select(SYMBOLS),
    ) {
        let files = accepted();
        let file = &files[example % files.len()];
        let chars: Vec<char> = file.chars().collect();
        let at = at % chars.len();
        let before: String = chars[..at].iter().collect();
        let after: String = chars.iter().skip(at + cut).collect();
        survives(&format!("{before}{put}{after}"));
    }
}

/// What damaged files are made of.
const SYMBOLS: &[&str] = &[
    "layer", "net", "input", "weight", "bias", "target", "loss", "assume", "as", "sum", "max", "mean", "if", "then",
    "else", "when", "where", "in", "and", "or", "not", "indices", "from", "a", "z", "0", "1.5", "(", ")", "[", "]",
    "{", "}", ",", "=", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "^", "**", "...", "..", ".", "->", "3x3",
    "x", "-", "×", "→", "\n", "\r\n", "#", "\"", "δ", "²", "\u{0}", "",
];
