//! The readers of the three languages of formulas, each with the same formulas, and with what they have to refuse.

use crate::tree::{line, rows};
use crate::{latex, mathml, plain, typst};

/// What is read, in LaTeX, Typst and MathML, and as a line of signs.
const FORMULAS: [(&str, &str, &str, &str); 14] = [
    (
        "\\delta^{l-1}_{12}",
        "delta^(l-1)_(12)",
        "<msubsup><mi>δ</mi><mn>12</mn><mrow><mi>l</mi><mo>−</mo><mn>1</mn></mrow></msubsup>",
        "δ _ { 1 2 } ^ { l − 1 }",
    ),
    (
        "{W^{2}}^{T}",
        "attach(W^2, t: T)",
        "<msup><msup><mi>W</mi><mn>2</mn></msup><mi>T</mi></msup>",
        "W ^ { 2 } ^ { T }",
    ),
    (
        "a_{1} \\left(b\\right)",
        "a_1 (b)",
        "<msub><mi>a</mi><mn>1</mn></msub><mo>&#x2062;</mo><mo>(</mo><mi>b</mi><mo>)</mo>",
        "a _ { 1 } ( b )",
    ),
    (
        "\\tfrac{1}{12} x",
        "inline(1/12) x",
        "<mfrac><mn>1</mn><mn>12</mn></mfrac><mi>x</mi>",
        "fraction { 1 } { 1 2 } x",
    ),
    (
        "\\frac{\\partial C}{x,y}",
        "frac(partial C, x\\, y)",
        "<mfrac><mrow><mi>∂</mi><mi>C</mi></mrow><mrow><mi>x</mi><mo>,</mo><mi>y</mi></mrow></mfrac>",
        "fraction { ∂ C } { x , y }",
    ),
    (
        "2^{-1/2}",
        "2^(-1\\/2)",
        "<msup><mn>2</mn><mrow><mo>−</mo><mn>1</mn><mo>/</mo><mn>2</mn></mrow></msup>",
        "2 ^ { − 1 / 2 }",
    ),
    (
        "\\sqrt{x} \\sqrt[3]{y}",
        "sqrt(x) root(3, y)",
        "<msqrt><mi>x</mi></msqrt><mroot><mi>y</mi><mn>3</mn></mroot>",
        "root { 2 } { x } root { 3 } { y }",
    ),
    ("\\sigma''(z)", "sigma''(z)", "<mi>σ</mi><mo>″</mo><mo>(</mo><mi>z</mi><mo>)</mo>", "σ ′ ′ ( z )"),
    (
        "\\begin{pmatrix} a & b \\\\[0.5ex] c & \\vdots \\end{pmatrix}",
        "mat(row-gap: #0.5em, a, b; c, dots.v)",
        "<mo>(</mo><mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr><mtr><mtd><mi>c</mi></mtd><mtd><mi>⋮</mi></mtd></mtr></mtable><mo>)</mo>",
        "( rows { a & b ⏎ c & ⋮ } )",
    ),
    (
        "\\begin{cases} a, & x < 0 \\\\ b, & x = 0 \\end{cases}",
        "cases(a\",\" & quad x < 0, b\",\" & quad x = 0)",
        "<mo>{</mo><mtable><mtr><mtd><mi>a</mi><mo>,</mo></mtd><mtd><mi>x</mi><mo>&lt;</mo><mn>0</mn></mtd></mtr>\
         <mtr><mtd><mi>b</mi><mo>,</mo></mtd><mtd><mi>x</mi><mo>=</mo><mn>0</mn></mtd></mtr></mtable>",
        "{ rows { a , & x < 0 ⏎ b , & x = 0 }",
    ),
    (
        "\\sum_{i=1}^{10} \\mathit{in\\_x}",
        "sum_(i=1)^(10) italic(\"in_x\")",
        "<munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mn>10</mn></munderover><mi>in_x</mi>",
        "∑ _ { i = 1 } ^ { 1 0 } in_x",
    ),
    (
        "\\mathbf{1}^{\\text{first}}_{[x \\ne y]}",
        "bold(1)^\"first\"_([x != y])",
        "<msubsup><mn>𝟏</mn><mrow><mo>[</mo><mi>x</mi><mo>≠</mo><mi>y</mi><mo>]</mo></mrow><mtext>first</mtext></msubsup>",
        "𝟏 _ { [ x ≠ y ] } ^ { first }",
    ),
    (
        "\\boldsymbol{d\\delta} \\mathrm{rot180}(w)",
        "bold(d delta) op(\"rot180\")(w)",
        "<mi>𝐝𝛅</mi><mi>rot180</mi><mo>(</mo><mi>w</mi><mo>)</mo>",
        "bold d bold δ rot180 ( w )",
    ),
    (
        "\\left|x\\right| \\ast y \\quad\\text{a  b}",
        "abs(x) ∗ y quad \"a b\"",
        "<mo>|</mo><mi>x</mi><mo>|</mo><mo>∗</mo><mi>y</mi><mtext>a b</mtext>",
        "| x | ∗ y a b",
    ),
];

#[test]
fn all_readers_see_the_same() {
    for (tex, typ, xml, wanted) in FORMULAS {
        let read = [latex::read(tex), typst::read(typ), mathml::read(&format!("<math>{xml}</math>"))];
        for (formula, source) in read.into_iter().zip([tex, typ, xml]) {
            assert_eq!(formula.as_ref().map(|list| line(list)), Ok(wanted.to_string()), "{source}");
        }
    }
}

#[test]
fn what_typst_takes_together_is_together() {
    for (text, wanted) in [
        ("a_1(x)", "a _ { 1 ( x ) }"),
        ("a/b c", "fraction { a } { b } c"),
        ("a b/(c + d)", "a fraction { b } { c + d }"),
        ("a_(1,2)/b", "fraction { a _ { 1 , 2 } } { b }"),
    ] {
        assert_eq!(typst::read(text).map(|list| line(&list)), Ok(wanted.to_string()), "{text}");
    }
}

#[test]
fn what_is_no_formula_is_refused() {
    for text in ["ab", "x1", "(a", "frac(a)", "sqrt(a, b)", "frac(a, b, c)", "\"a", "a #b", "a)"] {
        assert!(typst::read(text).is_err(), "{text}");
    }
    for text in ["{a", "a}", "\\deltax", "\\frac{a}", "\\begin{pmatrix} a", "\\sqrt[3{a}"] {
        assert!(latex::read(text).is_err(), "{text}");
    }
    for text in ["<math><mfrac><mi>a</mi></mfrac></math>", "<math><mi>a</math>", "<math><b>a</b></math>"] {
        assert!(mathml::read(text).is_err(), "{text}");
    }
}

#[test]
fn rows_of_displays() {
    let list = latex::read("a &= b \\\\ \\\\[1ex] &\\quad + c").expect("it is LaTeX");
    let rows: Vec<String> = rows(list).iter().map(|row| line(row)).collect();
    assert_eq!(rows, ["a = b", "+ c"]);
}

#[test]
fn signs_of_text_have_others_in_ascii() {
    for (unicode, ascii) in [
        ("δˡ⁻¹[i] = ∑[u=1..2] a₁₂·w₃", "delta^(l-1)[i] = sum[u=1..2] a_12 w_3"),
        ("⎛ a₁ ⎞ ⊙ ( σ′(z)² )", "[ a_1 ] .* [ sigma'(z)^2 ]"),
        ("x ⋆ y * z", "x (*) y * z"),
    ] {
        assert_eq!(plain::bare(unicode), plain::bare(ascii), "{unicode}");
    }
}
