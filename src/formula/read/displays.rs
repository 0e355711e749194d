//! Displays are found in what is written.

use super::tests::{layer, line};
use super::{Written, shown};

#[test]
fn displays_are_found() {
    let found = |written, text: &str| shown(written, text).into_iter().map(|s| (s.line, s.text)).collect::<Vec<_>>();
    let text = "Words a = b:\n\n    a = b·\n          c + d\n          + e    (tag)\n\n     x = y\n       = z\n     ⋮\n    \
                zz = u + (v\n        + w)\n\n    T  E\n    ─  ─\n    a  a = b\n";
    let wanted =
        [(3, "a = b·c + d + e".to_string()), (7, "x = y = z".to_string()), (10, "zz = u + (v + w)".to_string())];
    assert_eq!(found(Written::Text, text), wanted);
    let boxed =
        ["    ⎛   x₁    0  ⎞ ⎛ 1 ⎞       ⎛ x₂  0 ⎞", "    ⎜ x₂ + 1  -1 ⎟·⎝ 2 ⎠ + r = ⎝ 0   r ⎠", "    ⎝   0     0  ⎠"];
    let g = layer();
    let all: Vec<String> =
        shown(Written::Text, &boxed.join("\n")).iter().map(|s| line(&g, Written::Text, &s.text)).collect();
    assert_eq!(all, ["(+ (· (matrix3x2 x#1 0 (+ x#2 1) -1 0 0) (matrix2x1 1 2)) r) = (matrix2x2 x#2 0 0 r)"]);
    let latex = "\\begin{align*}\n  a &= b \\\\*\n  &= \\begin{pmatrix} c \\\\ d \\end{pmatrix} \\\\*\n  &\\quad  + e \\\\[1ex]\n  \\vdots & \\\\\n  x &= y \\tag{1}\n\\end{align*}\n\\begin{equation}\n\\label{l}\n  f = g\n\\end{equation}";
    let wanted = [
        (2, "a = b = \\begin{pmatrix} c \\\\ d \\end{pmatrix} \\quad  + e".to_string()),
        (6, "x = y \\tag{1}".to_string()),
        (9, "\\label{l}\n  f = g".to_string()),
    ];
    assert_eq!(found(Written::Latex, latex), wanted);
    let frames = "\\begin{equation*}\n  \\boxed{a = \\frac{b}{c}}\n\\end{equation*}\n\\begin{equation*}\n  \\boxed{\\begin{aligned}\n  a &= b \\\\\n  \
                  c &= d\n  \\end{aligned}}\n\\end{equation*}\n\\begin{equation*}\n\\boxed{a} = \\frac{b}{c}\n\\end{equation*}";
    let wanted = [
        (2, "a = \\frac{b}{c}".to_string()),
        (6, "a = b".to_string()),
        (7, "c = d".to_string()),
        (11, "\\boxed{a} = \\frac{b}{c}".to_string()),
    ];
    assert_eq!(found(Written::Latex, frames), wanted);
}
