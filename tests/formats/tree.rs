//! What a formula is made of, whatever it is written in: signs, words, what is raised and lowered, fractions, roots, rows of cells. How it
//! looks is left out, but for bold letters, which mean something.

/// A part of a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Node {
    /// A letter, a digit, a word or a mark.
    Sign(String),
    Sub(Vec<Node>),
    Sup(Vec<Node>),
    /// Top and bottom.
    Fraction(Vec<Node>, Vec<Node>),
    /// Degree, and what stands below the sign.
    Root(Vec<Node>, Vec<Node>),
    /// Cells with [`CELL`] between them, rows with [`ROW`].
    Rows(Vec<Node>),
}

/// Between the cells of a row, and at what rows are aligned at.
pub(crate) const CELL: &str = "&";
/// Between rows.
pub(crate) const ROW: &str = "\u{23ce}";

pub(crate) fn sign(text: impl Into<String>) -> Node {
    Node::Sign(text.into())
}

/// Each of these as a sign.
pub(crate) fn signs(text: &str) -> impl Iterator<Item = Node> + '_ {
    text.chars().map(|c| sign(common(c)))
}

/// A word; what is none is the sign that it is, and a Greek letter stands by itself.
pub(crate) fn word(text: &str) -> Vec<Node> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let greek = |c: char| ('\u{391}'..='\u{3c9}').contains(&c);
    if text.chars().count() < 4 && text.chars().any(greek) || text.bytes().all(|b| b.is_ascii_digit()) {
        return signs(&text).collect();
    }
    match text.chars().count() {
        0 => Vec::new(),
        1 => signs(&text).collect(),
        _ => vec![sign(text)],
    }
}

/// The same in bold.
pub(crate) fn bold(list: Vec<Node>) -> Vec<Node> {
    let bolder = |node| match node {
        Node::Sign(one) if one == "1" => sign(ONES),
        Node::Sign(word) => Node::Sign(format!("bold {word}")),
        other @ (Node::Sub(_) | Node::Sup(_) | Node::Fraction(..) | Node::Root(..) | Node::Rows(_)) => other,
    };
    list.into_iter().map(bolder).collect()
}

/// The vector of ones.
pub(crate) const ONES: &str = "\u{1d7cf}";

/// One character for all that look alike.
pub(crate) fn common(c: char) -> char {
    match c {
        '-' => '\u{2212}',
        '*' => '\u{2217}',
        '\'' => '\u{2032}',
        '\u{b7}' => '\u{22c5}',
        other => other,
    }
}

/// The Greek letters by their names, which LaTeX and Typst have in common.
pub(crate) fn greek(name: &str) -> Option<char> {
    const SMALL: [&str; 25] = [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
        "xi", "omicron", "pi", "rho", "", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    ];
    let place = SMALL.iter().position(|small| !small.is_empty() && small.eq_ignore_ascii_case(name))?;
    let first = if name.starts_with(|c: char| c.is_ascii_uppercase()) { 0x391 } else { 0x3b1 };
    char::from_u32(first + place as u32)
}

/// Functions that LaTeX and Typst have a name for.
pub(crate) const FUNCTIONS: [&str; 9] = ["exp", "log", "tanh", "sin", "cos", "max", "min", "sinh", "cosh"];

/// A formula in one line, in which two are compared: what is lowered before what is raised, wherever both stand.
pub(crate) fn line(list: &[Node]) -> String {
    let mut out = Vec::new();
    spell(list, &mut out);
    out.join(" ")
}

fn spell(list: &[Node], out: &mut Vec<String>) {
    let script = |node: &Node| matches!(node, Node::Sub(_) | Node::Sup(_));
    for run in list.chunk_by(|a, b| script(a) && script(b)) {
        let (lower, rest): (Vec<&Node>, Vec<&Node>) = run.iter().partition(|node| matches!(node, Node::Sub(_)));
        for node in lower.into_iter().chain(rest) {
            let (before, parts): (&str, Vec<&[Node]>) = match node {
                Node::Sign(sign) => {
                    out.push(sign.clone());
                    continue;
                }
                Node::Sub(inner) => ("_", vec![inner]),
                Node::Sup(inner) => ("^", vec![inner]),
                Node::Fraction(top, bottom) => ("fraction", vec![top, bottom]),
                Node::Root(degree, inner) => ("root", vec![degree, inner]),
                Node::Rows(inner) => ("rows", vec![inner]),
            };
            out.push(before.to_string());
            for part in parts {
                out.push("{".to_string());
                spell(part, out);
                out.push("}".to_string());
            }
        }
    }
}

/// Lines one below the other, if there are several.
pub(crate) fn stacked(list: Vec<Node>) -> Vec<Node> {
    if list.contains(&sign(ROW)) { vec![Node::Rows(list)] } else { list }
}

/// The rows of a display: nothing is said of where they are aligned, and empty ones are none.
pub(crate) fn rows(list: Vec<Node>) -> Vec<Vec<Node>> {
    let (cell, row) = (sign(CELL), sign(ROW));
    let rows = list.split(|node| *node == row);
    let rows = rows.map(|part| part.iter().filter(|node| **node != cell).cloned().collect::<Vec<_>>());
    rows.filter(|part| !part.is_empty()).collect()
}
