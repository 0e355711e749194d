//! Displays for web pages: formulas of bounded size, their rows in TeX that KaTeX and MathJax both know; and which equations any
//! page sets apart.

use super::latex::formula;
use crate::document::{Glossary, Row};

/// The longest formula in bytes, unless one row is longer: where MathJax puts in what a command stands for, it refuses a
/// formula of more than 5120 characters.
const LENGTH: usize = 4500;

/// A row, its sides spelled.
struct Spelled {
    left: Option<String>,
    equals: bool,
    right: String,
}

impl Spelled {
    fn new(row: &Row, glossary: &Glossary) -> Spelled {
        let spell = |math| formula(math, glossary).trim().to_string();
        Spelled { left: row.left.as_ref().map(spell), equals: row.equals, right: spell(&row.right) }
    }

    /// With the marks that may be put around it.
    fn length(&self) -> usize {
        self.left.as_ref().map_or(0, String::len) + self.right.len() + " &\\quad  \\\\[1ex]\n".len()
    }

    /// As the only row of a formula; where nothing stands on the left, an operator still has something to bind to.
    fn alone(&self) -> String {
        let relation = if self.equals { "= " } else { "" };
        format!("{} {relation}{}", self.left.as_deref().unwrap_or("{}"), self.right)
    }

    fn aligned(&self, next: Option<&Spelled>) -> String {
        let left = self.left.as_ref().map_or(String::new(), |left| format!("{left} "));
        let relation = match (self.equals, &self.left) {
            (true, _) => "= ",
            (false, None) => "\\quad ",
            (false, Some(_)) => "",
        };
        // equations of several rows are set apart
        let end =
            next.map_or("", |next| if next.left.is_some() && self.left.is_none() { " \\\\[1ex]" } else { " \\\\" });
        format!("{left}&{relation}{}{end}", self.right)
    }
}

/// The formulas of a display, each as the lines of its rows: at most `most` of them, cut between equations where that can be.
/// Pages do not break, so that nothing is said of where they may.
pub(super) fn formulas(rows: &[Row], glossary: &Glossary, most: usize) -> Vec<Vec<String>> {
    let rows: Vec<Spelled> = rows.iter().map(|row| Spelled::new(row, glossary)).collect();
    let lines = |part: &[Spelled]| match part {
        [row] => vec![row.alone()],
        part => part.iter().enumerate().map(|(place, row)| row.aligned(part.get(place + 1))).collect(),
    };
    parts(&rows, most).into_iter().map(lines).collect()
}

/// Is the equation that begins in this row set apart from the one before? Where one of the two has several rows.
pub(super) fn is_apart(rows: &[Row], place: usize) -> bool {
    let goes_on = |at: usize| rows.get(at).is_some_and(|row| row.left.is_none());
    place > 0 && !goes_on(place) && (goes_on(place - 1) || goes_on(place + 1))
}

/// Lines with a number, in an environment of their own that TeX takes where no other is around it.
pub(super) fn tagged(mut lines: Vec<String>, tag: &str) -> Vec<String> {
    let name = if lines.len() > 1 { "align*" } else { "equation*" };
    if let Some(line) = lines.last_mut() {
        line.push_str(&format!(" \\tag{{{tag}}}"));
    }
    lines.insert(0, format!("\\begin{{{name}}}"));
    lines.push(format!("\\end{{{name}}}"));
    lines
}

/// Several lines in an environment that aligns them.
pub(super) fn aligned(mut lines: Vec<String>) -> Vec<String> {
    if lines.len() > 1 {
        lines.insert(0, "\\begin{aligned}".to_string());
        lines.push("\\end{aligned}".to_string());
    }
    lines
}

fn parts(rows: &[Spelled], most: usize) -> Vec<&[Spelled]> {
    let fits = |part: &[Spelled]| part.len() <= most && part.iter().map(Spelled::length).sum::<usize>() <= LENGTH;
    let mut list: Vec<&[Spelled]> = Vec::new();
    let (mut start, mut end) = (0, 0);
    for equation in rows.chunk_by(|_, next| next.left.is_none()) {
        // what is too long by itself is cut row by row
        let step = if fits(equation) { equation.len() } else { 1 };
        if step == 1 && equation.len() > 1 && end > start {
            list.push(&rows[start..end]);
            start = end;
        }
        for piece in equation.chunks(step) {
            if end > start && !fits(&rows[start..end + piece.len()]) {
                list.push(&rows[start..end]);
                start = end;
            }
            end += piece.len();
        }
    }
    if end > start {
        list.push(&rows[start..end]);
    }
    list
}

#[cfg(test)]
mod tests {
    use super::{LENGTH, Spelled, parts};

    fn lengths(equations: &[usize], most: usize, right: &str) -> Vec<usize> {
        let row = |first: bool| Spelled { left: first.then(String::new), equals: true, right: right.to_string() };
        let rows: Vec<Spelled> = equations.iter().flat_map(|&n| (0..n).map(move |i| row(i == 0))).collect();
        parts(&rows, most).iter().map(|p| p.len()).collect()
    }

    #[test]
    fn displays_are_cut_between_equations() {
        assert_eq!(lengths(&[3, 3, 3], 7, "a"), [6, 3]);
        assert_eq!(lengths(&[1; 10], 4, "a"), [4, 4, 2]);
        assert_eq!(lengths(&[2, 9, 1], 4, "a"), [2, 4, 4, 2]);
        assert_eq!(lengths(&[], 4, "a"), [0; 0]);
    }

    #[test]
    fn formulas_are_not_too_long() {
        let third = "a".repeat(LENGTH / 3);
        assert_eq!(lengths(&[1; 5], 40, &third), [2, 2, 1]);
        assert_eq!(lengths(&[1, 3], 40, &third), [1, 2, 1]);
        assert_eq!(lengths(&[1, 1], 40, &"a".repeat(2 * LENGTH)), [1, 1]);
    }
}
