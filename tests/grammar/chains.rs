//! Chains of stages by themselves, as a command line gives them.

use std::fmt::Debug;

use deriver::syntax::ast::{Argument, ArgumentKind, Chain, Stage};
use deriver::syntax::{parse_chain, print_chain};
use deriver::text::{Diagnostic, Source};

use crate::sentences::Speaker;
use crate::{grammar, reported, settings, shape, shown, tree};

fn read(text: &str) -> Result<Chain, Vec<Diagnostic>> {
    parse_chain(&Source::new("chain", text))
}

#[track_caller]
fn chain(text: &str) -> Chain {
    read(text).unwrap_or_else(|diagnostics| panic!("rejected:\n{}", shown(text, &diagnostics)))
}

/// Whether a text has the word `x` between two sizes, or sizes with a blank before their `x`, which the grammar's notation cannot
/// exclude.
pub(crate) fn spaces_sizes(text: &str) -> bool {
    // brackets and commas are as good as blanks there
    let apart = |c: char| c.is_whitespace() || ['(', ')', ','].contains(&c);
    let words: Vec<&str> = text.split(apart).filter(|word| !word.is_empty()).collect();
    let numeric = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let goes_on = |word: &str| word.strip_prefix(['x', 'X']).is_some_and(numeric);
    words.windows(3).any(|three| numeric(three[0]) && ["x", "X"].contains(&three[1]) && numeric(three[2]))
        || words.windows(2).any(|two| numeric(two[0]) && goes_on(two[1]))
}

/// Reads anything; what is said of it has to be drawable, and what is accepted printable.
pub(crate) fn survives(text: &str) {
    match read(text) {
        Ok(chain) => check_printed(&chain),
        Err(diagnostics) => {
            assert_eq!(diagnostics.len(), 1);
            let notes = diagnostics[0].notes.iter().map(|note| note.span);
            for span in notes.chain([diagnostics[0].span]) {
                assert!(text.get(span.start..span.end).is_some(), "{diagnostics:?} in {text:?}");
            }
        }
    }
}

#[track_caller]
fn check_printed(parsed: &Chain) {
    let printed = print_chain(parsed);
    assert!(!printed.contains('\n'));
    assert_eq!(shape(parsed), shape(&chain(&printed)), "printed as: {printed}");
    // In a file it is the same.
    let file = tree(&format!("net t\n  {printed}"));
    assert_eq!(shape(parsed), shape(&file.nets[0].chain));
}

#[test]
fn sentences_of_the_grammar_are_chains() {
    let grammar = grammar();
    let mut speaker = Speaker::new(&grammar);
    let mut count = 0;
    for fuel in (5..40).cycle().take(700) {
        let mut text = String::new();
        speaker.say(&grammar.rules["chain"], fuel, false, &mut text);
        if spaces_sizes(&text) {
            continue;
        }
        count += 1;
        let parsed = chain(&text);
        check_printed(&parsed);
        let broken = [
            text.replace(" -> ", "\n  -> "),
            text.replace(" -> ", " -> # so\n\n  "),
            text.replace(" -> ", "->"),
            text.replace("( ", "(\n").replace(" , ", " ,\n").replace(" )", "\n)"),
            format!("# a comment\n\n{text}\n\n"),
        ];
        for broken in broken {
            assert_eq!(shape(&parsed), shape(&chain(&broken)), "{broken}");
        }
        assert_eq!(&text[parsed.span.start..parsed.span.end], text.trim());
        for stage in &parsed.stages {
            let place = &text[stage.span.start..stage.span.end];
            let alone = Stage { source: stage.source.clone(), ..chain(place).stages[0].clone() };
            assert_eq!(shape(&[stage]), shape(&[&alone]), "{place}");
            for Argument { kind, span } in &stage.arguments {
                let alone = format!("t {}", &text[span.start..span.end]);
                assert_eq!(format!("{kind:?}"), format!("{:?}", chain(&alone).stages[0].arguments[0].kind));
            }
        }
    }
    assert!(count > 650);
}

#[test]
fn chains_print_on_one_line_without_brackets() {
    let same = [
        "conv 3x3 -> sigma -> pool avg 2x2 -> flatten -> dense 2 -> softmax -> crossentropy",
        "input as x -> dense 4 -> tanh -> dense 4 -> add x",
        "leaky-relu 0.01 as h -> pool max 2x2x2 -> scale 2.0 -> add h",
        "conv 5x5 channels 1:6 -> leaky-relu -0.5 -> shift -2 -> scale 1/3 -> scale -1/3",
        "dense 2 as h -> dense 2 sharing h as g -> from h -> dense 2 sharing layer 1 -> add g",
    ];
    for text in same {
        assert_eq!(print_chain(&chain(text)), text);
    }
    assert_eq!(print_chain(&chain("dense 2->sigma->dense 2")), "dense 2 -> sigma -> dense 2");
    let brackets = "conv(kernel 3x3, bias none) as h -> leaky-relu 0.010 -> pool avg(2x2 stride 1) -> add h";
    let plain = "conv kernel 3x3 bias none as h -> leaky-relu 0.01 -> pool avg 2x2 stride 1 -> add h";
    assert_eq!(print_chain(&chain(brackets)), plain);
}

/// A stage in short: words as they are, sizes and numbers as Rust shows them.
fn short(stage: &Stage) -> String {
    fn text(part: impl Debug) -> String {
        format!(" {part:?}")
    }
    let arguments = stage.arguments.iter().map(|argument| match &argument.kind {
        ArgumentKind::Word(word) => format!(" {word}"),
        ArgumentKind::Sizes(sizes) => text(sizes),
        ArgumentKind::Pair(first, second) => format!(" {first}:{second}"),
        ArgumentKind::Number(number) => format!(" {number}"),
    });
    let label = stage.label.iter().map(|label| format!(" as {}", label.text));
    stage.name.text.clone() + &arguments.chain(label).collect::<String>()
}

#[test]
fn arguments_are_words_sizes_and_numbers() {
    let parsed = chain("input as x -> max-pool 2 03x4 0.25 bias none -> add(x, x1) as y");
    assert_eq!(parsed.source.as_ref().map(|name| name.text.as_str()), Some("x"));
    let stages: Vec<String> = parsed.stages.iter().map(short).collect();
    assert_eq!(stages, ["max-pool [2] [3, 4] 1/4 bias none", "add x x1 as y"]);
}

#[test]
fn nets_and_layers_share_a_file() {
    let text = "net b-c \"B\"\n  input a[n-1]\n  dense 2->a-b\n\nlayer a\n  z[..., i] = a[..., i-n]-b-c\nnet d\n  a";
    let file = tree(text);
    assert_eq!((file.layers.len(), file.nets.len()), (1, 2));
    assert_eq!(file.nets[0].title.as_deref(), Some("B"));
    assert_eq!(&text[file.nets[0].span.start..file.nets[0].span.end], text.split("\n\n").next().unwrap());
    let printed = "\
layer a
  z[..., i] = a[..., i-n] - b - c

net b-c \"B\"
  input a[n-1]
  dense 2 -> a-b

net d
  a
";
    assert_eq!(deriver::syntax::print(&file), printed);
}

#[test]
fn rejected_chains_say_what_is_wrong() {
    let texts = [
        "",
        " # nothing\n",
        "dense 2 -> -> sigma",
        "dense 2 ->",
        "-> dense 2",
        "dense 2 → sigma",
        "dense 2 |> sigma",
        "dense 2 > sigma",
        "dense 2 , sigma",
        "dense 2; sigma",
        "dense [2]",
        "conv 3 x 3",
        "conv 3×3",
        "conv 3 × 3",
        "dense 2 as",
        "dense 2 as -> sigma",
        "dense(2) dense-2",
        "dense 2 -> sigma\ndense 2",
        "dense 2\nweight w[3]",
        "input a[3] -> dense 2",
        "input -> dense 2",
        "net t\n  dense 2",
        "dense 2 -> layer foo",
        "dense 2\nlayer foo\n  z = 1",
        "'dense 2 -> sigma'",
        "\"dense 2\"",
        "3x3",
        "z = 2 * a",
    ];
    let report = texts.map(|text| match read(text) {
        Ok(_) => panic!("accepted: {text}"),
        Err(diagnostics) => reported(text, &diagnostics),
    });
    settings().bind(|| insta::assert_snapshot!("a-chain-alone", report.concat()));
}
