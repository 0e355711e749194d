//! What is read is what is written: tables of text, LaTeX, and the tree that both stand for.

use std::cell::OnceCell;

use super::super::glossary::{Conventions, Glossary, Printed, Sliding};
use super::super::name::{Around, Level, Marks, Name};
use super::super::tree::{Condition, Formula, Relation};
use super::{ReadError, Written, read};

/// A glossary of names with shapes: `∇` before one is a gradient, `d.` a prefix, `@1` after it a layer, `/x` a derivative by x.
pub(super) fn glossary(names: &[(&str, &[usize])], change: impl FnOnce(&mut Conventions)) -> Glossary {
    let mut conventions = Conventions {
        sliding: Sliding::Framework,
        columns: true,
        rows: false,
        in_net: names.iter().any(|(name, _)| name.contains('@')),
        bold: false,
        commas: false,
        loss: "C".to_string(),
    };
    change(&mut conventions);
    let entry = |(name, shape): &(&str, &[usize])| {
        let (rest, level) = name
            .split_once('@')
            .map_or((*name, Level::None), |(rest, level)| (rest, Level::Number(level.parse().expect("a number"))));
        let (nabla, rest) = rest.strip_prefix('∇').map_or((false, rest), |rest| (true, rest));
        let (prefix, word) = rest.split_once('.').map_or((None, rest), |(prefix, word)| (prefix.chars().next(), word));
        Printed {
            name: Name { nabla, level, marks: Marks { prefix, ..Marks::default() }, ..Name::new(word).split() },
            code: (*name).to_string(),
            shape: shape.to_vec(),
            commas: false,
            partial_by: None,
            error: false,
            single: false,
        }
    };
    Glossary {
        entries: names.iter().map(entry).collect(),
        conventions,
        others: Vec::new(),
        letters: OnceCell::new(),
        index_base: 1,
        source_base: 1,
    }
}

/// The tensors of a layer.
pub(super) fn layer() -> Glossary {
    let names: &[(&str, &[usize])] = &[
        ("a", &[3, 3]),
        ("w", &[2, 2]),
        ("z", &[2, 2]),
        ("x", &[3]),
        ("v", &[12]),
        ("r", &[]),
        ("s", &[]),
        ("delta", &[2, 2]),
        ("∇a", &[3, 3]),
        ("∇r", &[]),
        ("q", &[2, 3, 4]),
    ];
    glossary(names, |_| {})
}

/// The tree in one line: operators before their operands, letters with a quote, entries by the printed indices.
fn told(g: &Glossary, f: &Formula) -> String {
    let all = |name: &str, parts: &[Formula]| {
        format!("({name} {})", parts.iter().map(|p| told(g, p)).collect::<Vec<_>>().join(" "))
    };
    let level = |level: &Level| match level {
        Level::None => String::new(),
        Level::This => "^l".to_string(),
        Level::Below => "^l-1".to_string(),
        Level::Number(n) => format!("^{n}"),
    };
    let one = |name: &str, x: &Formula| format!("({name} {})", told(g, x));
    let two = |name: &str, x: &Formula, y: &Formula| format!("({name} {} {})", told(g, x), told(g, y));
    let list = |parts: &[Formula]| parts.iter().map(|p| told(g, p)).collect::<Vec<_>>().join(",");
    match f {
        Formula::Number(n) => n.to_string(),
        Formula::Rounded(x) => format!("~{x}"),
        Formula::Letter(l) => format!("'{l}"),
        Formula::Name(t, l) => format!("{}{}", g.code(*t), level(l)),
        Formula::Entry(t, offset) => {
            let indices: Vec<String> = g.indices(*t, *offset).map(|i| i.to_string()).collect();
            format!("{}#{}", g.code(*t), indices.join(","))
        }
        Formula::At(t, l, indices) => format!("{}{}[{}]", g.code(*t), level(l), list(indices)),
        Formula::All => ":".to_string(),
        Formula::Run(first, last, step) => format!("{first}:{last}:{step}"),
        Formula::Pick(x, indices) => format!("(pick {} {})", told(g, x), list(indices)),
        Formula::Sum(parts) => all("+", parts),
        Formula::Negative(x) => one("-", x),
        Formula::Product(parts) => all("·", parts),
        Formula::Quotient(x, y) => two("/", x, y),
        Formula::Power(x, n) => format!("(^ {} {n})", told(g, x)),
        Formula::Root(degree, x) => one(&format!("root{degree}"), x),
        Formula::Floor(x) => one("floor", x),
        Formula::Ceil(x) => one("ceil", x),
        Formula::Call(name, order, x) => one(&format!("{name}{}", "'".repeat(*order as usize)), x),
        Formula::Big(big, bounds, body) => {
            let ranges =
                bounds.ranges.iter().map(|r| format!("{}={}..{}", r.letter, told(g, &r.low), told(g, &r.high)));
            let conditions = bounds.conditions.iter().map(|c| held(g, c));
            let below: Vec<String> = ranges.chain(conditions).collect();
            format!("({big:?}[{}] {})", below.join(", "), told(g, body))
        }
        Formula::Cases(cases) => {
            let cases: Vec<String> = cases.iter().map(|(x, c)| format!("{} if {}", told(g, x), held(g, c))).collect();
            format!("(cases {})", cases.join("; "))
        }
        Formula::Bracket(c) => format!("[{}]", held(g, c)),
        Formula::Share(ties, x, y) => two(&format!("share{ties:?}"), x, y),
        Formula::Extreme(which, parts) => all(&format!("{which:?}"), parts),
        Formula::ByLoss(x) => one("∂", x),
        Formula::Loss => "C".to_string(),
        Formula::Derivative(x, y) => two("∂", x, y),
        Formula::Matrix(m) => all(&format!("matrix{}x{}", m.size[0], m.size[1]), &m.cells),
        Formula::Hadamard(parts) => all("⊙", parts),
        Formula::HadamardQuotient(x, y) => two("⊘", x, y),
        Formula::Slide(s) => two(&format!("∗{}{:?}", if s.turned { "turned" } else { "" }, s.steps), &s.x, &s.y),
        Formula::Ones(shape) => format!("ones{shape:?}"),
        Formula::Apply(op, parts) => all(&format!("{op:?}"), parts),
        Formula::Elided(parts) => all("elided", parts),
    }
}

fn held(g: &Glossary, condition: &Condition) -> String {
    let many = |parts: &[Condition], sign: &str| parts.iter().map(|c| held(g, c)).collect::<Vec<_>>().join(sign);
    match condition {
        Condition::Compare(x, relation, y) => {
            let sign = match relation {
                Relation::Equals => "=",
                Relation::Differs => "≠",
                Relation::Less => "<",
                Relation::AtMost => "≤",
                Relation::Greater => ">",
            };
            format!("{}{sign}{}", told(g, x), told(g, y))
        }
        Condition::Within(x, y, z) => format!("{}≤{}≤{}", told(g, x), told(g, y), told(g, z)),
        Condition::Divides(d, n) => format!("{}|{}", told(g, d), told(g, n)),
        Condition::And(parts) => format!("({})", many(parts, " and ")),
        Condition::Or(parts) => format!("({})", many(parts, " or ")),
    }
}

pub(super) fn line(g: &Glossary, written: Written, text: &str) -> String {
    match read(g, written, text) {
        Ok(equation) => {
            let sides = std::iter::once(&equation.left).chain(&equation.chain);
            sides.map(|f| told(g, f)).collect::<Vec<_>>().join(" = ")
        }
        Err(error) => format!("{error}"),
    }
}

/// Text, LaTeX and the tree of each; an empty form is not tried.
#[track_caller]
fn same(g: &Glossary, cases: &[[&str; 3]]) {
    for [text, latex, wanted] in cases {
        for (written, form) in [(Written::Text, text), (Written::Latex, latex)] {
            if !form.is_empty() {
                assert_eq!(line(g, written, form), *wanted, "{written:?}: {form}");
            }
        }
    }
}

#[test]
fn scalars() {
    same(
        &layer(),
        &[
            ["z₁₁ = 2·a₁₂", "z_{11} = 2a_{12}", "z#1,1 = (· 2 a#1,2)"],
            ["s = v₁₂", "s = v_{12}", "s = v#12"],
            ["s = q[1,2,3] - 1", "s = q_{1,2,3} - 1", "s = (+ q#1,2,3 -1)"],
            ["s = -1/2·1/√(r)", "s = -\\tfrac{1}{2} \\cdot \\frac{1}{\\sqrt{r}}", "s = (- (· 1/2 (/ 1 (root2 r))))"],
            ["s = 1/4(a₁₁ + a₁₂)", "s = \\tfrac{1}{4}(a_{11} + a_{12})", "s = (· 1/4 (+ a#1,1 a#1,2))"],
            ["s = (1 - σ′(z₁₁))²", "s = (1 - \\sigma'(z_{11}))^{2}", "s = (^ (+ 1 (- (sigma' z#1,1))) 2)"],
            ["s = -x₁/r", "s = -\\frac{x_{1}}{r}", "s = (- (/ x#1 r))"],
            ["s = x₁^(3/2) + x₂²", "s = {x_{1}}^{3/2} + {x_{2}}^{2}", "s = (+ (^ x#1 3/2) (^ x#2 2))"],
            ["s = ∛(r)·³√(r)", "s = \\sqrt[3]{r}\\sqrt[3]{r}", "s = (· (root3 r) (root3 r))"],
            ["∇a₁₁ = ∇r·x₁", "\\nabla a_{11} = \\nabla rx_{1}", "∇a#1,1 = (· ∇r x#1)"],
            [
                "∇a₁₁ = ∂C/∂z₁₁·∂z₁₁/∂a₁₁",
                "\\nabla a_{11} = \\frac{\\partial C}{\\partial z_{11}}\\frac{\\partial z_{11}}{\\partial a_{11}}",
                "∇a#1,1 = (· (∂ z#1,1) (∂ z#1,1 a#1,1))",
            ],
            ["C = r·exp(-s)", "C = r\\exp(-s)", "C = (· r (exp (- s)))"],
            ["s = r(1 - r)", "s = r(1 - r)", "s = (· r (+ 1 (- r)))"],
            ["s ≈ 1.25·10⁻³", "s \\approx 1.25 \\cdot 10^{-3}", "s = ~0.00125"],
            ["s = max(r, x₁)", "s = \\max(r, x_{1})", "s = (Largest r x#1)"],
            ["s = r  (a remark)", "s = r \\quad\\text{(a remark)}", "s = r"],
            [
                "s = |r - |x₁||²·sin(r)",
                "s = {\\left|r - \\left|x_{1}\\right|\\right|}^{2}\\sin(r)",
                "s = (· (^ (abs (+ r (- (abs x#1)))) 2) (sin r))",
            ],
            [
                "s = |r·|x₁||·|-x₂|",
                "s = \\left|r\\left|x_{1}\\right|\\right|\\left|-x_{2}\\right|",
                "s = (· (abs (· r (abs x#1))) (abs (- x#2)))",
            ],
            [
                "s = [x₁ > 0]·split[a₂₂ = z₁₁]",
                "s = \\mathbf{1}_{[x_{1} > 0]}\\mathbf{1}^{\\text{split}}_{[a_{22} = z_{11}]}",
                "s = (· [x#1>0] (shareSplit a#2,2 z#1,1))",
            ],
        ],
    );
}

#[test]
fn bound_letters_are_no_tensors() {
    same(
        &layer(),
        &[
            // the sum takes all that follows, and its letter is no tensor there
            [
                "x[m] = r·∑[r=1..3] x[r]·r + r",
                "x_{m} = r\\sum_{r=1}^{3} x_{r}r + r",
                "x['m] = (+ (· r (Sum[r=1..3] (· x['r] 'r))) r)",
            ],
            ["x[r] = r·s", "x_{r} = rs", "x['r] = (· 'r s)"],
            // but a function may be called as a letter is
            ["x[r] = r′(s)", "x_{r} = r'(s)", "x['r] = (r' s)"],
            ["x[i] = 3·i - 1", "x_{i} = 3i - 1", "x['i] = (+ (· 3 'i) -1)"],
            [
                "a[m,n] = ∑[u=1..2, v=1..2, 1 ≤ m - u + 1 ≤ 2] δ[m-u+1,n]·w[u,v]",
                "a_{mn} = \\sum_{\\substack{1 \\le u,v \\le 2 \\\\ 1 \\le m-u+1 \\le 2}} \\delta_{m-u+1,n}w_{uv}",
                "a['m,'n] = (Sum[u=1..2, v=1..2, 1≤(+ 'm (- 'u) 1)≤2] (· delta[(+ 'm (- 'u) 1),'n] w['u,'v]))",
            ],
            [
                "s = ∑[i=1..2] ∑[j=1..2] w[i,j]",
                "s = \\sum_{i=1}^{2} \\sum_{j=1}^{2} w_{ij}",
                "s = (Sum[i=1..2, j=1..2] w['i,'j])",
            ],
            [
                "x[i] = max[u=1..2] (x[u] + 1)·x[i]",
                "x_{i} = \\max_{1 \\le u \\le 2} (x_{u} + 1)x_{i}",
                "x['i] = (Largest[u=1..2] (· (+ x['u] 1) x['i]))",
            ],
            ["s = ∑[r=1..3] r[1]", "s = \\sum_{r=1}^{3} r_{1}", ""],
            ["s = x[m]", "s = x_{m}", ""],
        ]
        .map(|case: [&str; 3]| if case[2].is_empty() { ["", "", ""] } else { case }),
    );
    let g = layer();
    assert_eq!(line(&g, Written::Latex, "s = x_{m}"), "at 7: nothing binds the letter m");
    assert_eq!(line(&g, Written::Text, "s = x[m]"), "at 6: nothing binds the letter m");
    let taken = "r is a letter of a sum here, and no tensor";
    assert_eq!(line(&g, Written::Latex, "s = \\sum_{r=1}^{3} r_{1}"), format!("at 19: {taken}"));
    // a letter with a number of its own
    assert_eq!(line(&g, Written::Text, "s = ∑[r₁=1..3] x[r₁]·r₁"), "s = (Sum[r1=1..3] (· x['r1] 'r1))");
    assert_eq!(line(&g, Written::Latex, "s = \\sum_{r_{1}=1}^{3} x_{r_{1}}"), "s = (Sum[r1=1..3] x['r1])");
}

#[test]
fn whole_tensors() {
    same(
        &layer(),
        &[
            ["w = (a + 1) * δ", "w = (a + 1) \\ast \\delta", "w = (∗[] (+ a 1) delta)"],
            [
                "δˡ⁻¹ = δˡ * rot180(wˡ) ⊙ σ′(zˡ⁻¹)",
                "\\delta^{l-1} = \\delta^{l} \\ast \\mathrm{rot180}(w^{l}) \\odot \\sigma'(z^{l-1})",
                "delta^l-1 = (⊙ (∗[] delta^l (Rot180 w^l)) (sigma' z^l-1))",
            ],
            ["z = a ∗[2] w", "z = a \\ast_{2} w", "z = (∗[2, 2] a w)"],
            ["z = a ∗[2,1] w", "z = a \\ast_{2,1} w", "z = (∗[2, 1] a w)"],
            ["a = δ↑2 ∗ w", "a = \\delta{\\uparrow}2 \\ast w", "a = (∗[] (Spread([2, 2]) delta) w)"],
            ["a = δ↑(2,1)", "a = \\delta{\\uparrow}(2,1)", "a = (Spread([2, 1]) delta)"],
            ["z = pad[1×2](w)", "z = \\operatorname{pad}_{1\\times 2}(w)", "z = (Pad([[1, 1], [2, 2]]) w)"],
            ["z = pad[0,-1;0,1](w)", "z = \\operatorname{pad}_{0,-1;\\,0,1}(w)", "z = (Pad([[0, -1], [0, 1]]) w)"],
            ["s = (δˡ)ᵀ·xˡ/r", "s = \\frac{(\\delta^{l})^{T}x^{l}}{r}", ""],
            [
                "( x₁  x₂ ) ∗[2] ( r ) = x",
                "\\begin{pmatrix} x_{1} & x_{2} \\end{pmatrix} \\ast_{2} \\begin{pmatrix} r \\end{pmatrix} = x",
                "(∗[2] (matrix1x2 x#1 x#2) (matrix1x1 r)) = x",
            ],
            ["z = aᵀ·𝟏[3×2]", "z = a^{T}\\mathbf{1}_{3\\times 2}", "z = (· (Transpose a) onesSome([3, 2]))"],
            ["z = -w ⊘ δ", "z = -w \\oslash \\delta", "z = (- (⊘ w delta))"],
            ["s = vec(a)[4]", "s = {\\operatorname{vec}(a)}_{4}", "s = (pick (Vector a) 4)"],
            ["x[j] = a[1,j]", "x_{j} = a_{1,j}", "x['j] = a[1,'j]"],
            ["x = a[1,:]", "x = a_{1,\\mathrm{:}}", "x = a[1,:]"],
            ["x = a[1,3:1:-1]", "x = a_{1,3\\mathrm{:}1\\mathrm{:}-1}", "x = a[1,3:1:-1]"],
            [
                "a = route[2×2, step 1, first](δ, a)",
                "a = \\operatorname{route}_{2\\times 2,\\,\\text{step }1,\\,\\text{first}}(\\delta, a)",
                "a = (Route(Window { size: [2, 2], stride: [1, 1], dilation: [1, 1], padding: [[0, 0], [0, 0]] }, First) delta a)",
            ],
            [
                "a = einsum[ij,jk→ik](w, z)",
                "a = {\\mathrm{einsum}}_{ij,jk \\to ik}(w, z)",
                "a = (Einsum([\"ij\", \"jk\"], \"ik\") w z)",
            ],
            ["(a₁₁  a₁₂; 0  -1) = w", "\\begin{pmatrix} a_{11} & a_{12} \\\\ 0 & -1 \\end{pmatrix} = w", "(matrix2x2 a#1,1 a#1,2 0 -1) = w"],
            ["1/s( x₁  -x₂ )(x₁; x₂) = r", "\\frac{1}{s}\\begin{pmatrix} x_{1} & -x_{2} \\end{pmatrix}\\begin{pmatrix} x_{1} \\\\[0.5ex] x_{2} \\end{pmatrix} = r", "(· (/ 1 s) (matrix1x2 x#1 (- x#2)) (matrix2x1 x#1 x#2)) = r"],
        ]
        .map(|case: [&str; 3]| if case[2].is_empty() { ["", "", ""] } else { case }),
    );
}

#[test]
fn cases_and_conditions() {
    same(
        &layer(),
        &[
            [
                "x[i] = { x[i]: i ≤ 2; -x[i]: 2 < i }",
                "x_{i} = \\begin{cases} x_{i}, & i \\le 2 \\\\ -x_{i}, & 2 < i \\end{cases}",
                "x['i] = (cases x['i] if 'i≤2; (- x['i]) if 2<'i)",
            ],
            [
                "x[i] = { { 1: i = 1; 2: i ≠ 1 }: (1 ≤ i, i < 3) ∨ i = 3; 0: i > 3 }",
                "x_{i} = \\begin{cases} \\begin{cases} 1, & i = 1 \\\\ 2, & i \\ne 1 \\end{cases}, & (1 \\le i, i < 3) \\lor i = 3 \\\\ 0, & i > 3 \\end{cases}",
                "x['i] = (cases (cases 1 if 'i=1; 2 if 'i≠1) if ((1≤'i and 'i<3) or 'i=3); 0 if 'i>3)",
            ],
        ],
    );
}

#[test]
fn names_of_nets_and_notations() {
    let names: &[(&str, &[usize])] = &[
        ("W@1", &[2, 2]),
        ("W@2", &[2, 2]),
        ("z@1", &[2]),
        ("z@12", &[2]),
        ("s@1", &[]),
        ("s", &[]),
        ("delta@2", &[2]),
    ];
    same(
        &glossary(names, |_| {}),
        &[
            ["z¹ = W²·δ²", "z^{1} = W^{2}\\delta^{2}", "z@1 = (· W@2 delta@2)"],
            ["z¹² = (W¹)ᵀ·δ²", "z^{12} = (W^{1})^{T}\\delta^{2}", "z@12 = (· (Transpose W@1) delta@2)"],
            ["s¹ = s²·W¹₁₂", "s^{1} = s^{2}W^{1}_{12}", "s@1 = (· (^ s 2) W@1#1,2)"],
            ["s = z¹₂²", "s = {z^{1}_{2}}^{2}", "s = (^ z@1#2 2)"],
        ],
    );
    let mut g = glossary(&[("d.W@1", &[2, 2]), ("W@1", &[2, 2]), ("D.theta@1", &[2]), ("out@1", &[2])], |c| {
        c.loss = "Gamma".to_string();
        c.sliding = Sliding::Convolution;
    });
    g.entries.iter_mut().for_each(|e| e.name.marks.around = Around::Round);
    same(
        &g,
        &[
            ["dW^(1)[1,2] = 1", "\\mathit{dW}^{(1)}_{1,2} = 1", "d.W@1#1,2 = 1"],
            [
                "𝐃𝛉^(1) = 𝐨𝐮𝐭^(1)",
                "\\boldsymbol{D\\theta}^{(1)} = \\boldsymbol{\\mathit{out}}^{(1)}",
                "D.theta@1 = out@1",
            ],
            ["Dθ^(1)₁ = 1", "\\mathit{D\\theta}^{(1)}_{1} = 1", "D.theta@1#1 = 1"],
            [
                "out^(1)₂ = ∂Γ/∂W^(1)[1,1]",
                "\\mathit{out}^{(1)}_{2} = \\frac{\\partial\\Gamma}{\\partial W^{(1)}_{1,1}}",
                "out@1#2 = (∂ W@1#1,1)",
            ],
            [
                "W^(1) = W^(1) ∗ W^(1) ⋆ W^(1)",
                "W^{(1)} = W^{(1)} \\ast W^{(1)} \\star W^{(1)}",
                "W@1 = (∗[] (∗turned[] W@1 W@1) W@1)",
            ],
        ],
    );
}

#[test]
fn what_cannot_be_read_is_told() {
    let g = layer();
    let text: &[(&str, &str)] = &[
        ("s = ", "at 4: a formula should stand here, not the end"),
        ("s", "at 1: `=` should stand here, not the end"),
        ("s = r r", "at 6: `r` cannot be read here"),
        ("s = 1/2/r", "at 7: two strokes in a row: brackets should say which is meant"),
        ("s = a₄₁", "at 5: there is no entry with these indices"),
        ("s = y", "at 4: nothing is called y here"),
        ("s = σ′", "at 4: nothing is called σ here"),
        ("s = (r", "at 6: a bracket is not closed"),
        ("z = a ⋆ w", "at 6: the sign star has no meaning in this notation"),
        ("s = x₁₂₃₄", "at 5: there is no entry with these indices"),
        ("s = q₁₂", "at 5: these digits can be several indices, or one"),
        ("z = a + -w", "at 8: a formula does not begin with the sign minus"),
        ("s = r[1]", "at 5: there are more indices than axes"),
        ("s = r + ⋯ + x₃  (9 terms)", "at 8: terms of this sum are left out"),
        ("s = ½", "at 4: `½` has no meaning here"),
        ("a = (a₁₁ ⋯; ⋮ ⋱)", "at 13: lines of this matrix are left out"),
    ];
    for (form, wanted) in text {
        assert_eq!(line(&g, Written::Text, form), *wanted, "{form}");
    }
    let latex: &[(&str, &str)] = &[
        ("s = \\foo r", "at 4: the command \\foo has no meaning here"),
        ("s = r2", "at 5: a number after another factor needs a sign between them"),
        ("s = q_{2i}", "at 5: these can be several indices, or one"),
        ("s = \\frac{1}{0}", "at 4: this divides by 0"),
        ("s = {r", "at 6: a bracket is not closed"),
        ("s = r^{r}", "at 7: an exponent is a number, or T"),
    ];
    for (form, wanted) in latex {
        assert_eq!(line(&g, Written::Latex, form), *wanted, "{form}");
    }
    for deep in ["(".repeat(9999), format!("s = {}r", "(-".repeat(50)), "s_{".repeat(999), "√(".repeat(500)] {
        for written in [Written::Text, Written::Ascii, Written::Latex] {
            assert!(matches!(read(&g, written, &deep), Err(ReadError { .. })));
        }
    }
}

#[test]
fn ascii_is_read_too() {
    let g = layer();
    let cases: &[(&str, &str)] = &[
        (
            "grad a_11 = del C/del z_11 del z_11/del a_11 + delta_12*0",
            "∇a#1,1 = (+ (· (∂ z#1,1) (∂ z#1,1 a#1,1)) (· delta#1,2 0))",
        ),
        ("delta^(l-1) = delta^l * rot180(w) .* sigma'(z)", "delta^l-1 = (⊙ (∗[] delta^l (Rot180 w)) (sigma' z))"),
        (
            "z[i,j] = sum[u=1..2, 1 <= i - u <= 2] a[i,2u+1] w[u,j]",
            "z['i,'j] = (Sum[u=1..2, 1≤(+ 'i (- 'u))≤2] (· a['i,(+ (· 2 'u) 1)] w['u,'j]))",
        ),
        ("s = sqrt(r)^2 + root5(r)", "s = (+ (^ (root2 r) 2) (root5 r))"),
        ("a = w[2:1:-1,:] + diag(z[1,1:2])", "a = (+ w[2:1:-1,:] (Diagonal z[1,1:2:1]))"),
        ("a = pad[1x2](spread[2](w)) ones[3x3]", "a = (· (Pad([[1, 1], [2, 2]]) (Spread([2, 2]) w)) onesSome([3, 3]))"),
    ];
    for (form, wanted) in cases {
        assert_eq!(line(&g, Written::Ascii, form), *wanted, "{form}");
    }
}
