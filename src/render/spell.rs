//! One walk over the math tree for all formats: a format says what its signs and frames are, and how it sets names, rows and scripts.

use super::signs::Column;
use crate::document::{Dots, Fence, Math, Matrix, Op};
use crate::formula::{self, Big, Glossary, Name};

/// Appends formulas to a text.
pub(super) struct Speller<'a, F> {
    pub(super) glossary: &'a Glossary,
    pub(super) out: &'a mut String,
    /// Of what the format keeps account.
    pub(super) format: F,
}

/// What stands below a name besides its own index.
#[derive(Clone, Copy)]
pub(super) enum Indices<'m> {
    Numbers(formula::Indices<'m>),
    Parts(&'m [Math]),
}

impl Indices<'_> {
    pub(super) const NONE: Indices<'static> = Indices::Parts(&[]);

    pub(super) fn len(self) -> usize {
        match self {
            Indices::Numbers(list) => list.len(),
            Indices::Parts(list) => list.len(),
        }
    }
}

/// What stands around and between the parts of a form.
pub(super) struct Frames {
    pub(super) fraction: [&'static str; 3],
    /// A fraction that is a number.
    pub(super) ratio: [&'static str; 3],
    pub(super) derivative: [&'static str; 3],
    /// Brackets as high as a line, and those that grow.
    pub(super) brackets: [[&'static str; 2]; 2],
    /// Around a function, and between it and its brackets.
    pub(super) call: [&'static str; 3],
    /// Around an absolute value, and what is rounded down and up.
    pub(super) fences: [[&'static str; 2]; 3],
    /// Before, between and after several signs with bounds.
    pub(super) signs: [&'static str; 3],
    /// A sign, its letter, the first value, the last one.
    pub(super) bounds: [&'static str; 5],
    /// A sign, and what stands below it.
    pub(super) under: [&'static str; 3],
    /// Around all ranges below a sign, and between those that differ.
    pub(super) ranges: [&'static str; 3],
    /// Between indices: a comma; between numbers and between parts that need none.
    pub(super) indices: [&'static str; 3],
    /// What has the value 1 where something holds: the sign, around the word for a rule, around the condition.
    pub(super) indicator: [&'static str; 5],
}

impl Frames {
    /// For a format that spells some forms in a way of its own.
    pub(super) const NONE: Frames = Frames {
        fraction: [""; 3],
        ratio: [""; 3],
        derivative: [""; 3],
        brackets: [[""; 2]; 2],
        call: [""; 3],
        fences: [[""; 2]; 3],
        signs: [""; 3],
        bounds: [""; 5],
        under: [""; 3],
        ranges: [""; 3],
        indices: [""; 3],
        indicator: [""; 5],
    };
}

/// What every speller has.
pub(super) trait Base<'a> {
    fn glossary(&self) -> &'a Glossary;
    fn put(&mut self, text: &str);
}

impl<'a, F> Base<'a> for Speller<'a, F> {
    fn glossary(&self) -> &'a Glossary {
        self.glossary
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }
}

/// A format's way of spelling, and the walk.
pub(super) trait Spell<'a>: Base<'a> + Sized {
    fn column(&self) -> Column;
    fn frames(&self) -> &'static Frames;

    /// A letter or a word with its marks, then what stands above and below it.
    fn name(&mut self, name: &Name, indices: Indices<'_>, commas: bool);
    /// What stands below a name for good: a letter in italics, a word upright.
    fn lowered(&mut self, index: &str);
    /// An upright word.
    fn word(&mut self, word: &str);
    /// A remark after an equation.
    fn text(&mut self, text: &str);
    /// Parts side by side.
    fn row(&mut self, parts: &[Math], tight: bool);
    /// A function by its name, without its primes.
    fn function(&mut self, name: &Name);
    /// A base with an index.
    fn subscript(&mut self, base: &Math, index: &Math);
    /// A base with an exponent.
    fn power(&mut self, base: &Math, exponent: &Math);
    /// An operator with its steps below it.
    fn stepped(&mut self, op: Op, steps: &str);
    /// What stands before and after what a root is of.
    fn root(&self, degree: u32) -> [String; 2];
    /// What stands before a matrix, between cells, between rows, and after them.
    fn matrix(&self, matrix: &Matrix) -> [&'static str; 4];
    /// The same around cases: between a value and its condition, between cases.
    fn cases(&self) -> [String; 4];

    fn math(&mut self, math: &Math) {
        let frames = self.frames();
        match math {
            Math::Element(tensor, offset) => {
                let glossary = self.glossary();
                let indices = Indices::Numbers(glossary.indices(*tensor, *offset));
                self.name(glossary.name(*tensor), indices, glossary.commas(*tensor));
            }
            Math::Indexed(tensor, level, indices) => {
                let name = self.glossary().indexed_name(*tensor, *level, indices.len());
                let commas = self.glossary().always_commas() || indices.iter().any(|i| !matches!(i, Math::Name(_)));
                self.name(&name, Indices::Parts(indices), commas);
            }
            Math::Name(name) => self.name(name, Indices::NONE, false),
            Math::Word(word) => self.word(word),
            Math::Text(text) => self.text(text),
            Math::Number(n) if n.is_integer() => self.digits(&n.to_string()),
            Math::Number(n) => {
                let (top, bottom) = n.parts();
                let [before, between, after] = frames.ratio;
                self.put(&format!("{before}{top}{between}{bottom}{after}"));
            }
            Math::Rounded(digits) => self.digits(digits),
            Math::Op(op) => self.op(*op, false),
            Math::Row(parts) => self.row(parts, false),
            Math::Fraction(top, bottom) => self.framed(frames.fraction, [top, bottom], Self::part),
            Math::Derivative(y, x) => self.framed(frames.derivative, [y, x], Self::inside),
            Math::Subscript(base, index) => self.subscript(base, index),
            Math::Power(base, exponent) => self.power(base, exponent),
            Math::Root(degree, inner) => {
                let [before, after] = self.root(*degree);
                self.framed([&before, &after], [inner], Self::math);
            }
            Math::Brackets(inner) => self.brackets(inner, math.is_tall()),
            Math::Call(function, order, argument) => {
                let [before, between, after] = frames.call;
                self.put(before);
                self.function(function);
                self.primes(*order);
                self.put(between);
                self.brackets(argument, math.is_tall());
                self.put(after);
            }
            Math::Matrix(matrix) => {
                let frame = self.matrix(matrix);
                self.grid(frame, matrix.columns, matrix.cells.iter());
            }
            Math::Cases(cases) => {
                let frame = self.cases();
                self.grid(
                    frame.each_ref().map(String::as_str),
                    2,
                    cases.iter().flat_map(|(value, holds)| [value, holds]),
                );
            }
            Math::Big { big, ranges, conditions } => self.big(*big, ranges, conditions),
            Math::Fenced(fence, inner) => {
                let own = match fence {
                    Fence::Bars => 0,
                    Fence::Floor => 1,
                    Fence::Ceil => 2,
                };
                self.framed(frames.fences[own], [inner], Self::math);
            }
            Math::Stepped(op, steps) if steps.is_empty() => self.stepped(*op, self.column().blank()),
            Math::Stepped(op, steps) => {
                let list: Vec<String> = steps.iter().map(usize::to_string).collect();
                self.stepped(*op, &list.join(","));
            }
            Math::Indicator(rule, condition) => self.indicator(*rule, condition),
            Math::Ones => self.put(self.column().ones()),
            Math::Blank => self.blank(),
            Math::Dots(dots) => self.dots(*dots),
        }
    }

    /// What stands below a name: its own index, then others.
    fn indices(&mut self, name: &Name, indices: Indices<'_>, commas: bool) {
        let [comma, digits, letters] = self.frames().indices;
        if let Some(index) = &name.index {
            self.lowered(index);
            self.put(if indices.len() > 0 { comma } else { "" });
        }
        match indices {
            Indices::Numbers(list) => {
                for (place, index) in list.enumerate() {
                    if place > 0 {
                        self.put(if commas { comma } else { digits });
                    }
                    self.integer(index);
                }
            }
            Indices::Parts(list) => {
                for (place, index) in list.iter().enumerate() {
                    if place > 0 {
                        self.put(if commas { comma } else { letters });
                    }
                    self.tight(index);
                }
            }
        }
    }

    /// Parts in a frame, which has a piece before each of them and one after the last.
    fn framed<const P: usize, const N: usize>(
        &mut self,
        frame: [&str; P],
        parts: [&Math; N],
        spell: fn(&mut Self, &Math),
    ) {
        self.enclosed(frame[0], |inside| {
            for (place, part) in parts.into_iter().enumerate() {
                inside.put(if place > 0 { frame[place] } else { "" });
                spell(inside, part);
            }
        });
        self.put(frame[P - 1]);
    }

    /// What follows an opening piece.
    fn enclosed(&mut self, open: &str, inner: impl FnOnce(&mut Self)) {
        self.put(open);
        inner(self);
    }

    /// Numerator or denominator.
    fn part(&mut self, math: &Math) {
        self.math(math);
    }

    /// What has an element of the format to itself.
    fn inside(&mut self, math: &Math) {
        self.math(math);
    }

    /// In an index: no space around operators.
    fn tight(&mut self, math: &Math) {
        if let Math::Row(parts) = math {
            self.row(parts, true);
        } else if let Math::Op(op) = math {
            self.op(*op, true);
        } else {
            self.math(math);
        }
    }

    /// What is smaller than the line that it belongs to.
    fn script(&mut self, inner: impl FnOnce(&mut Self)) {
        inner(self);
    }

    fn digits(&mut self, digits: &str) {
        self.put(digits);
    }

    /// Digit by digit: there are millions of indices.
    fn integer(&mut self, n: i64) {
        if n < 0 {
            return self.put(&n.to_string());
        }
        if n > 9 {
            self.integer(n / 10);
        }
        self.put(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"][(n % 10) as usize]);
    }

    /// A box for what was cut out.
    fn blank(&mut self) {
        self.put(self.column().blank());
    }

    fn op(&mut self, op: Op, _tight: bool) {
        self.put(self.column().op(op));
    }

    fn dots(&mut self, dots: Dots) {
        self.put(self.column().dots(dots));
    }

    fn primes(&mut self, order: u32) {
        (0..order).for_each(|_| self.put(self.column().prime()));
    }

    fn brackets(&mut self, inner: &Math, tall: bool) {
        self.framed(self.frames().brackets[usize::from(tall)], [inner], Self::math);
    }

    fn grid<'m>(&mut self, [open, cell, row, close]: [&str; 4], columns: usize, cells: impl Iterator<Item = &'m Math>) {
        self.enclosed(open, |inside| {
            for (place, math) in cells.enumerate() {
                let between = if place % columns == 0 { row } else { cell };
                inside.put(if place > 0 { between } else { "" });
                inside.inside(math);
            }
        });
        self.put(close);
    }

    /// One sign for each range, so that the bounds can stand where they belong; conditions go below the last.
    fn big(&mut self, big: Big, ranges: &[(Name, Math, Math)], conditions: &[Math]) {
        let (frames, sign) = (self.frames(), self.column().big(big));
        if big == Big::Largest || !conditions.is_empty() {
            let [before, between, after] = frames.under;
            self.put(&format!("{before}{sign}{between}"));
            self.script(|below| below.below(ranges, conditions));
            return self.put(after);
        }
        let [first, between, last] = if ranges.len() > 1 { frames.signs } else { [""; 3] };
        self.put(first);
        for (place, (letter, low, high)) in ranges.iter().enumerate() {
            self.put(if place > 0 { between } else { "" });
            let [before, below, equals, above, after] = frames.bounds;
            self.put(&format!("{before}{sign}{below}"));
            self.name(letter, Indices::NONE, false);
            self.put(equals);
            self.tight(low);
            self.put(above);
            self.above(high);
            self.put(after);
        }
        self.put(last);
    }

    /// The last value of a range, above its sign.
    fn above(&mut self, high: &Math) {
        self.tight(high);
    }

    /// What stands before, between and after the lines below a sign: ranges, and so many conditions.
    fn lines(&self, _ranges: bool, _conditions: usize) -> [String; 3] {
        Default::default()
    }

    /// Ranges and conditions in lines of their own.
    fn below(&mut self, ranges: &[(Name, Math, Math)], conditions: &[Math]) {
        let [before, between, after] = self.lines(!ranges.is_empty(), conditions.len());
        self.put(&before);
        self.ranges(ranges);
        for (place, condition) in conditions.iter().enumerate() {
            self.put(if place > 0 || !ranges.is_empty() { &between } else { "" });
            self.tight(condition);
        }
        self.put(&after);
    }

    /// `1 ≤ u,v ≤ 2`, with equal ranges told together.
    fn ranges(&mut self, ranges: &[(Name, Math, Math)]) {
        let [before, between, after] = if ranges.is_empty() { [""; 3] } else { self.frames().ranges };
        self.put(before);
        for (place, run) in ranges.chunk_by(|x, y| (&x.1, &x.2) == (&y.1, &y.2)).enumerate() {
            self.put(if place > 0 { between } else { "" });
            self.tight(&run[0].1);
            self.op(Op::AtMost, false);
            for (place, (letter, _, _)) in run.iter().enumerate() {
                self.put(if place > 0 { self.frames().indices[0] } else { "" });
                self.name(letter, Indices::NONE, false);
            }
            self.op(Op::AtMost, false);
            self.tight(&run[0].2);
        }
        self.put(after);
    }

    fn indicator(&mut self, rule: Option<&str>, condition: &Math) {
        let [sign, above, end, below, after] = self.frames().indicator;
        self.put(sign);
        self.put(&rule.map_or(String::new(), |word| format!("{above}{word}{end}")));
        self.put(below);
        self.tight(condition);
        self.put(after);
    }
}
