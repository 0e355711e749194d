//! The math tree spelled in LaTeX.

use super::escape;
use crate::document::{Math, Matrix, Op, is_letter};
use crate::formula::{Glossary, Name};
use crate::render::signs::Column;
use crate::render::spell::{self, Frames, Indices, Spell};

/// There is nothing to keep account of.
type Speller<'a> = spell::Speller<'a, ()>;

/// Appends a formula to a text.
pub(super) fn formula(math: &Math, glossary: &Glossary, out: &mut String) {
    Speller { glossary, out, format: () }.math(math);
}

const FRAMES: Frames = Frames {
    fraction: ["\\frac{", "}{", "}"],
    ratio: ["\\tfrac{", "}{", "}"],
    derivative: ["\\frac{\\partial ", "}{\\partial ", "}"],
    brackets: [["(", ")"], ["\\left(", "\\right)"]],
    fences: [["\\left|", "\\right|"], ["\\left\\lfloor ", "\\right\\rfloor"], ["\\left\\lceil ", "\\right\\rceil"]],
    bounds: ["", "_{", "=", "}^{", "} "],
    under: ["", "_{", "} "],
    ranges: ["", ",\\ ", ""],
    indices: [",", "", ""],
    indicator: ["\\mathbf{1}", "^{\\text{", "}}", "_{[", "]}"],
    ..Frames::NONE
};

impl<'a> Spell<'a> for Speller<'a> {
    fn column(&self) -> Column {
        Column::Latex
    }

    fn frames(&self) -> &'static Frames {
        &FRAMES
    }

    /// A letter, a command for a Greek letter, or a word in italics.
    fn name(&mut self, n: &Name, indices: Indices<'_>, commas: bool) {
        self.separate(n);
        if n.nabla {
            self.out.push_str(self.column().nabla());
        }
        let letter = is_letter(&n.word);
        let alone = letter && n.marks.prefix.is_none();
        if n.marks.bold {
            self.out.push_str("\\boldsymbol{");
        }
        if !alone {
            self.out.push_str("\\mathit{"); // one name, not a product
        }
        self.out.extend(n.marks.prefix);
        if letter && n.word.len() > 1 {
            self.out.push('\\');
        }
        if alone {
            self.out.push_str(&n.word)
        } else {
            self.out.push_str(&n.word.replace('_', "\\_"))
        }
        if !alone {
            self.out.push('}');
        }
        if n.marks.bold {
            self.out.push('}');
        }
        if let Some(layer) = n.layer() {
            self.out.push_str(&format!("^{{{layer}}}"));
        }
        if n.index.is_none() && indices.len() == 0 {
            return;
        }
        self.out.push_str("_{");
        self.indices(n, indices, commas);
        self.out.push('}');
    }

    fn lowered(&mut self, index: &str) {
        self.out.push_str(&if is_greek(index) {
            format!("\\{index}")
        } else if is_letter(index) || index.bytes().all(|b| b.is_ascii_digit()) {
            index.to_string()
        } else {
            format!("\\mathrm{{{}}}", index.replace('_', "\\_"))
        });
    }

    fn word(&mut self, word: &str) {
        // in a formula a space counts only inside text
        let command = if word.contains(' ') { "text" } else { "mathrm" };
        self.out.push_str(&format!("\\{command}{{{word}}}"));
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(" \\quad\\text{");
        escape(text, self.out);
        self.out.push('}');
    }

    fn row(&mut self, parts: &[Math], tight: bool) {
        if let ([Math::Op(op)], false) = (parts, tight) {
            // an operator spoken of, not used: no space on either side
            return self.out.push_str(&format!("{{{}}}", self.column().op(*op)));
        }
        for (place, part) in parts.iter().enumerate() {
            let counted = place > 0 && matches!(parts[place - 1], Math::Number(_));
            if counted && matches!(part, Math::Word(_)) && !tight {
                self.out.push_str("\\,");
            }
            if tight { self.tight(part) } else { self.math(part) }
        }
    }

    fn op(&mut self, op: Op, tight: bool) {
        let sign = self.column().op(op);
        self.out.push_str(if tight && matches!(op, Op::Plus | Op::Minus | Op::Equals | Op::Comma) {
            sign.trim()
        } else if tight && op == Op::By {
            sign.trim_start()
        } else {
            sign
        });
    }

    /// A letter in italics; a word upright, by TeX's own command where there is one.
    fn function(&mut self, n: &Name) {
        self.separate(n);
        match n.word.as_str() {
            word @ ("exp" | "log" | "tanh" | "sin" | "cos") => self.out.push_str(&format!("\\{word}")),
            word if is_letter(word) => self.name(n, Indices::NONE, false),
            word => self.out.push_str(&format!("\\mathrm{{{}}}", word.replace('_', "\\_"))),
        }
    }

    fn subscript(&mut self, base: &Math, index: &Math) {
        let word = matches!(base, Math::Word(_) | Math::Ones);
        self.framed(if word { ["", "_{"] } else { ["{", "}_{"] }, [base], Self::math);
        self.tight(index);
        self.out.push('}');
    }

    fn power(&mut self, base: &Math, exponent: &Math) {
        // an exponent of a bracket stands at the bracket, not at the height of what is inside
        let bracket = matches!(base, Math::Brackets(_))
            || matches!(base, Math::Row(parts) if matches!(parts.as_slice(), [Math::Brackets(_)]));
        let frame = if bracket { ["", "^{", "}"] } else { ["{", "}^{", "}"] };
        self.framed(frame, [base, exponent], Self::math);
    }

    fn stepped(&mut self, op: Op, steps: &str) {
        self.out.push_str(&format!("{}_{{{steps}}} ", self.column().op(op).trim_end()));
    }

    fn root(&self, degree: u32) -> [String; 2] {
        let degree = if degree == 2 { String::new() } else { format!("[{degree}]") };
        [format!("\\sqrt{degree}{{"), "}".to_string()]
    }

    fn matrix(&self, matrix: &Matrix) -> [&'static str; 4] {
        // fractions in neighbouring rows would touch
        let next_row = match &matrix.cells {
            cells if cells.iter().any(|c| matches!(c, Math::Derivative(..))) => " \\\\[1.2ex] ",
            cells if cells.iter().any(Math::is_tall) => " \\\\[0.5ex] ",
            _ => " \\\\ ",
        };
        ["\\begin{pmatrix} ", " & ", next_row, " \\end{pmatrix}"]
    }

    fn cases(&self) -> [String; 4] {
        ["\\begin{cases} ", ", & ", " \\\\ ", " \\end{cases}"].map(String::from)
    }

    fn lines(&self, _ranges: bool, conditions: usize) -> [String; 3] {
        (if conditions > 0 { ["\\substack{", " \\\\ ", "}"] } else { [""; 3] }).map(String::from)
    }
}

impl Speller<'_> {
    /// A Greek letter's command must not run into a letter that follows.
    fn separate(&mut self, next: &Name) {
        let ends_command = self.out.as_bytes().last().is_some_and(u8::is_ascii_alphabetic)
            && self.out.rfind('\\').is_some_and(|at| self.out[at + 1..].bytes().all(|b| b.is_ascii_alphabetic()));
        let marked = || next.nabla || next.marks.bold || next.marks.prefix.is_none() && is_greek(&next.word);
        if ends_command && !marked() {
            self.out.push(' ');
        }
    }
}

fn is_greek(word: &str) -> bool {
    is_letter(word) && word.len() > 1
}
