//! How the math tree and running text are spelled in Typst: a table of formulas and one of sentences, all of which compile too.

#[path = "support/typst.rs"]
mod typst;

use std::collections::BTreeMap;

use deriver::derivation::{Derivation, Options, derive};
use deriver::document::{
    Block, Display, Dots, Glossary, Inline, Level, Math, Matrix, Name, Notation, Op, Row, Sink, Table,
};
use deriver::expr::{Number, TensorId};
use deriver::formula::Big;
use deriver::layer::{Settings, bind};
use deriver::render::Typst;
use deriver::text::Source;

/// A layer with one index of one digit, and one whose indices need commas.
fn derivation() -> Derivation {
    let text = "layer t \"T\"\n input a[N]\n weight w[M, M]\n z[i] = a[i] * w[i, i]\n";
    let file = deriver::syntax::parse(&Source::new("test", text)).expect("it parses");
    let sizes = BTreeMap::from([("N".to_string(), 3), ("M".to_string(), 12)]);
    let instance = bind(&file.layers[0], &Settings { sizes, ..Settings::default() }).expect("it binds");
    derive(instance, &Options::default()).expect("it is derived")
}

/// What is written of some blocks, without the rules that they call for.
fn written(derivation: &Derivation, blocks: Vec<Block>) -> String {
    let glossary = Glossary::new(derivation, &Notation::default());
    let mut typst = Typst::new(Vec::new(), &glossary, false);
    for block in blocks {
        typst.block(block).expect("a vector takes all");
    }
    let text = String::from_utf8(typst.finish().expect("a vector takes all")).expect("Typst is UTF-8");
    let body = text.strip_prefix("#[\n").and_then(|t| t.strip_suffix("]\n")).expect("the fragment is closed");
    let mut inside = false;
    let mut kept = String::new();
    for line in body.split_inclusive('\n') {
        let begins = ["#show math", "#let long"].iter().any(|rule| line.starts_with(rule));
        let single = ["// ", "#set ", "#show par", "#let numbered"].iter().any(|rule| line.starts_with(rule));
        if !inside && !begins && !single {
            kept.push_str(line);
        }
        inside = (inside || begins) && line != "})\n";
    }
    kept
}

fn tensor(derivation: &Derivation, name: &str) -> TensorId {
    derivation.system.arena.tensors().find(|(_, t)| t.name == name).expect("there is such a tensor").0
}

fn name(word: &str) -> Math {
    Math::name(word)
}

fn level(word: &str, level: Level) -> Math {
    Math::Name(Box::new(Name { level, ..Name::new(word) }))
}

fn row<const N: usize>(parts: [Math; N]) -> Math {
    Math::Row(parts.into())
}

fn brackets(math: Math) -> Math {
    Math::Brackets(Box::new(math))
}

fn boxed<R>(make: impl FnOnce(Box<Math>, Box<Math>) -> R, x: Math, y: Math) -> R {
    make(Box::new(x), Box::new(y))
}

fn call(word: &str, order: u32, argument: Math) -> Math {
    Math::Call(Box::new(Name::new(word)), order, Box::new(argument))
}

fn big(big: Big, ranges: Vec<(Name, Math, Math)>, conditions: Vec<Math>) -> Math {
    Math::Big { big, ranges, conditions }
}

fn range(letter: &str, high: i64) -> (Name, Math, Math) {
    (Name::new(letter), Math::integer(1), Math::integer(high))
}

/// Formulas and how they are spelled.
fn formulas(derivation: &Derivation) -> Vec<(Math, &'static str)> {
    let (a, w) = (tensor(derivation, "a"), tensor(derivation, "w"));
    let op = Math::Op;
    let i_plus_1 = || row([name("i"), op(Op::Plus), Math::integer(1)]);
    let fifth = || Math::number(&Number::fraction(1, 5));
    let pair = || row([name("x"), op(Op::Comma), name("y")]);
    vec![
        // elements
        (Math::Element(a, 2), "a_3"),
        (Math::Element(w, 13), "w_(2,2)"),
        (Math::Indexed(w, Level::None, vec![name("i"), name("j")]), "w_(i j)"),
        (Math::Indexed(w, Level::None, vec![i_plus_1(), Math::integer(2)]), "w_(i+1,2)"),
        (
            Math::Indexed(
                w,
                Level::None,
                vec![row([Math::integer(2), name("i"), op(Op::Minus), name("u")]), name("j")],
            ),
            "w_(2 i-u,j)",
        ),
        (Math::Indexed(w, Level::None, vec![Math::Word(":"), name("j")]), "w_(\":\",j)"),
        // names
        (level("delta", Level::Below), "delta^(l-1)"),
        (level("W", Level::This), "W^l"),
        (level("a", Level::Number(12)), "a^(12)"),
        (Math::Name(Box::new(Name { nabla: true, ..Name::new("a") })), "nabla a"),
        (name("kernel_w"), "italic(\"kernel_w\")"),
        (name("Theta"), "Theta"),
        // products: letters do not run together, and no bracket follows a letter or an index at once
        (row([name("a"), name("b")]), "a b"),
        (row([Math::Element(a, 0), brackets(i_plus_1())]), "a_1 (i + 1)"),
        (row([name("delta"), brackets(i_plus_1())]), "delta (i + 1)"),
        (row([Math::integer(2), name("a"), op(Op::Times), Math::integer(3)]), "2 a ⋅ 3"),
        (row([name("a"), op(Op::Slide), name("b"), op(Op::Hadamard), name("c")]), "a ∗ b ⊙ c"),
        (row([name("a"), op(Op::HadamardDivision), name("b")]), "a ⊘ b"),
        (row([op(Op::Negative), name("a"), op(Op::Minus), name("b")]), "-a - b"),
        (row([op(Op::Slide)]), "∗"),
        (row([name("a"), op(Op::AtMost), name("b"), op(Op::Differs), name("c")]), "a <= b != c"),
        (row([name("a"), op(Op::Less), name("b"), op(Op::Greater), name("c")]), "a < b > c"),
        (row([name("a"), op(Op::To), name("b"), op(Op::Equals), name("c")]), "a -> b = c"),
        // words and functions
        (row([Math::Word("rot180"), brackets(level("w", Level::This))]), "op(\"rot180\")(w^l)"),
        (row([Math::Word("max"), brackets(pair())]), "max(x, y)"),
        (row([name("p"), Math::Word(" or "), name("q")]), "p \" or \" q"),
        (call("sigma", 1, level("z", Level::Below)), "sigma'(z^(l-1))"),
        (call("exp", 0, row([op(Op::Negative), name("x")])), "exp(-x)"),
        (call("relu", 2, name("x")), "op(\"relu\")''(x)"),
        (row([name("a"), Math::Text("\"16\" \\ terms, #1".into())]), "a quad \"\\\"16\\\" \\\\ terms, #1\""),
        // numbers
        (row([fifth(), name("a")]), "inline(1/5) a"),
        (
            row([
                Math::Rounded("1.2340".into()),
                op(Op::Times),
                boxed(Math::Power, Math::integer(10), Math::integer(-7)),
            ]),
            "1.2340 ⋅ 10^(-7)",
        ),
        // fractions: a comma in an argument is one of the formula's
        (Math::derivative(name("C"), Math::Element(w, 0)), "frac(partial C, partial w_(1,1))"),
        (boxed(Math::Fraction, pair(), brackets(pair())), "frac(x\\, y, (x, y))"),
        // bases
        (Math::transposed(level("W", Level::Number(2))), "(W^2)^T"),
        (Math::transposed(name("W")), "W^T"),
        (boxed(Math::Power, Math::Element(a, 0), Math::integer(2)), "attach(a_1, t: 2)"),
        (boxed(Math::Power, level("a", Level::This), Math::integer(2)), "attach(a^l, t: 2)"),
        (
            boxed(Math::Subscript, row([Math::Word("vec"), brackets(name("a"))]), name("k")),
            "attach(op(\"vec\")(a), b: k)",
        ),
        (boxed(Math::Subscript, Math::Word("einsum"), pair()), "op(\"einsum\")_(x, y)"),
        (boxed(Math::Subscript, level("p", Level::Number(4)), name("i")), "p^4_i"),
        // sums
        (big(Big::Sum, vec![range("u", 2), range("v", 12)], vec![]), "sum_(u=1)^2 sum_(v=1)^(12)"),
        (
            big(Big::Sum, vec![range("u", 2), range("v", 2)], vec![row([name("i"), op(Op::AtMost), i_plus_1()])]),
            "sum_(1 <= u,v <= 2 \\ i <= i+1)",
        ),
        (
            row([big(Big::Largest, vec![range("u", 2), range("v", 3)], Vec::new()), name("a")]),
            "max_(1 <= u <= 2, space 1 <= v <= 3) a",
        ),
        // the rest
        (Math::Indicator(None, Box::new(row([name("x"), op(Op::Greater), Math::integer(0)]))), "bold(1)_([x > 0])"),
        (Math::transposed(Math::Ones), "bold(1)^T"),
        (Math::Dots(Dots::Diagonal), "dots.down"),
        (
            Math::Matrix(Matrix { columns: 2, cells: vec![name("a"), pair(), Math::Dots(Dots::Down), name("d")] }),
            "mat(a, x\\, y; dots.v, d)",
        ),
        (Math::Matrix(Matrix { columns: 1, cells: vec![fifth(), name("d")] }), "mat(row-gap: #0.5em, inline(1/5); d)"),
        (
            Math::Cases(vec![
                (name("a"), row([name("x"), op(Op::Less), name("y")])),
                (name("b"), row([name("x"), op(Op::Equals), name("y")])),
            ]),
            "cases(a\",\" & quad x < y, b\",\" & quad x = y)",
        ),
    ]
}

#[test]
fn formulas_are_spelled_so() {
    let derivation = derivation();
    for (math, wanted) in formulas(&derivation) {
        let text = written(&derivation, vec![Block::Paragraph(vec![Inline::Math(math.clone())])]);
        assert_eq!(text.trim_end(), format!("${wanted}$"), "{math:?}");
    }
}

#[test]
fn every_formula_compiles() {
    let derivation = derivation();
    let display = |(math, _)| {
        let rows = vec![Row { left: None, equals: false, right: math }];
        Block::Display(Display { rows, ..Display::default() })
    };
    let text = written(&derivation, formulas(&derivation).into_iter().map(display).collect());
    assert_eq!(typst::problems(&[("formulas".to_owned(), text)]), Vec::<String>::new());
}

/// Sentences and how they are spelled.
const SENTENCES: [(&str, &str); 12] = [
    ("input 3\u{d7}3, a \u{2192} b", "input 3\u{d7}3, a \u{2192} b"),
    ("a_1 * b_2 #x $5 @y <z> [w] `v` ~ \\", "a\\_1 \\* b\\_2 \\#x \\$5 \\@y \\<z> \\[w\\] \\`v\\` \\~ \\\\"),
    ("= no heading", "\\= no heading"),
    ("- no list", "\\- no list"),
    ("+ no list", "\\+ no list"),
    ("/ no: term", "\\/ no: term"),
    ("12. no list", "12\\. no list"),
    ("12.5 is a number", "12.5 is a number"),
    ("2: dense 2, sigma", "2: dense 2, sigma"),
    ("no // comment, no /* one", "no /\\/ comment, no /\\* one"),
    ("--set = 2 - 1 + 3 / 4", "\\-\\-set = 2 - 1 + 3 / 4"),
    ("\u{5377}\u{79ef} \u{201c}a\u{201d}", "\u{5377}\u{79ef} \u{201c}a\u{201d}"),
];

#[test]
fn sentences_are_spelled_so() {
    let derivation = derivation();
    for (sentence, wanted) in SENTENCES {
        let inlines = vec![Inline::Text(sentence.to_string())];
        assert_eq!(written(&derivation, vec![Block::Paragraph(inlines.clone())]), format!("{wanted}\n"));
        let table = Table {
            head: vec![inlines.clone(), Vec::new()],
            rows: vec![vec![Vec::new(), inlines]],
            ..Table::default()
        };
        let text = written(&derivation, vec![Block::Table(table)]);
        assert!(
            text.contains(&format!("  [{wanted}], [],\n")) && text.contains(&format!("  [], [{wanted}],\n")),
            "{text}"
        );
    }
}

#[test]
fn a_long_line_is_broken_where_no_markup_begins() {
    let derivation = derivation();
    for mark in ["=", "-", "+", "/", "1."] {
        let sentence = format!("word {mark} ").repeat(40);
        let text = written(&derivation, vec![Block::Paragraph(vec![Inline::Text(sentence)])]);
        assert!(text.lines().count() > 1 && text.lines().all(|line| line.starts_with("word")), "{text}");
    }
    let sum = Math::Row((0..60).flat_map(|_| [Math::Op(Op::Plus), name("a")]).skip(1).collect());
    let text = written(&derivation, vec![Block::Paragraph(vec![Inline::Math(sum), Inline::Text(" is long".into())])]);
    assert!(text.lines().count() > 1 && text.lines().all(|line| line.len() < 130), "{text}");
}

#[test]
fn displays_are_numbered_split_or_kept_together() {
    let derivation = derivation();
    let row = |left: Option<&str>, right: Math| Row { left: left.map(name), equals: true, right };
    let display = |rows: Vec<Row>, label: Option<&str>| {
        written(
            &derivation,
            vec![Block::Display(Display { rows, label: label.map(str::to_owned), ..Display::default() })],
        )
    };
    assert_eq!(display(vec![row(Some("a"), name("b"))], None), "$\n  a = b\n$\n");
    assert_eq!(display(vec![row(Some("a"), name("b"))], Some("eq:x")), "#numbered($\n  a = b\n$) <eq:x>\n");
    let goes_on = Row { left: None, equals: false, right: Math::Row(vec![Math::Op(Op::Plus), name("c")]) };
    let equation = || vec![row(Some("a"), name("b")), goes_on.clone()];
    let two = "$\n  a &= b \\\n  &quad \"\" + c \\ \\\n  a &= b \\\n  &quad \"\" + c\n$\n";
    assert_eq!(display([equation(), equation()].concat(), None), two);
    let dots = || vec![Row { left: Some(Math::Dots(Dots::Down)), equals: false, right: Math::Row(Vec::new()) }];
    let many = display([equation(), equation(), dots(), equation()].concat(), None);
    let part = "  a &= b \\\n  &quad \"\" + c";
    assert_eq!(many, format!("#long($\n{part}\n$, $\n{part} \\ \\\n  dots.v &\n$, $\n{part}\n$)\n"));
    let short = display((0..7).map(|_| row(Some("a"), name("b"))).collect(), None);
    assert_eq!(short, format!("#long($\n{}  a &= b\n$)\n", "  a &= b \\\n".repeat(6)));
}
