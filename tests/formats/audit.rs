//! What a reader needs of a document, whatever is derived in it: every sign and letter of a displayed equation was introduced, by words before
//! it or right behind it or by an equation of its own; every equation with a label is pointed to; sums have no two signs in a row, and no
//! raised layer number stands where a square could be meant.

#![allow(clippy::wildcard_enum_match_arm)] // few of the kinds matter here

use std::collections::BTreeSet;

use deriver::document::{Block, Display, Glossary, Inline, Inlines, Level, Math, Name, Op};

/// What every reader knows, and words that mean what they say.
const KNOWN: [&str; 19] = [
    ":",
    "first",
    "split",
    "all",
    "step ",
    "dilation ",
    "padding ",
    "exp",
    "log",
    "sin",
    "cos",
    "tanh",
    "max",
    "min",
    "T",
    "e",
    "Φ",
    "φ",
    "sigmoid",
];

/// What is wrong with a document.
pub(crate) fn faults(blocks: &[Block], glossary: &Glossary) -> Vec<String> {
    let mut audit =
        Audit { glossary, introduced: KNOWN.map(String::from).into(), place: String::new(), faults: Vec::new() };
    for (place, block) in blocks.iter().enumerate() {
        audit.block(block, &blocks[place + 1..]);
    }
    audit.faults
}

/// The labels to which no words point.
pub(crate) fn unreferred(blocks: &[Block]) -> Vec<String> {
    let mut labels = BTreeSet::new();
    for block in blocks {
        match block {
            Block::Display(Display { label: Some(label), .. }) => {
                labels.insert(label.clone());
            }
            Block::Paragraph(text) => {
                for inline in text {
                    if let Inline::Reference(label) = inline
                        && !labels.remove(label)
                    {
                        labels.insert(format!("{label}, before it stands"));
                    }
                }
            }
            _ => {}
        }
    }
    labels.into_iter().collect()
}

struct Audit<'a> {
    glossary: &'a Glossary,
    introduced: BTreeSet<String>,
    /// What the display is called.
    place: String,
    faults: Vec<String>,
}

/// What is found in formulas.
#[derive(Default)]
struct Found {
    /// Letters of tensors, functions and signs.
    names: BTreeSet<String>,
    /// Letters that run in this formula, and those that index what is defined.
    bound: BTreeSet<String>,
}

impl Audit<'_> {
    fn block(&mut self, block: &Block, rest: &[Block]) {
        match block {
            Block::Header { .. } | Block::Closing(_) | Block::Title(_) | Block::Figure(_) | Block::Room(_) => {}
            Block::Heading(text) | Block::Subheading(text) | Block::Paragraph(text) => self.told(text),
            Block::Display(display) => {
                self.place.clone_from(&display.name);
                let mut found = Found::default();
                for row in &display.rows {
                    if let Some(left) = &row.left {
                        self.look(left, &mut found);
                        self.indices(left, &mut found);
                    }
                    self.look(&row.right, &mut found);
                    self.written_well(&row.right);
                }
                display.marks.iter().for_each(|text| self.told(text));
                let heads = display.rows.iter().filter_map(|row| row.left.as_ref());
                heads.for_each(|left| self.defined(left));
                self.behind(rest);
                self.check(&found);
            }
            // the results are read before they are derived: what they are made of is told around them
            Block::Table(table) => {
                self.place.clone_from(&table.name);
                table.marks.iter().for_each(|text| self.told(text));
                self.behind(rest);
                let mut found = Found::default();
                for math in table.rows.iter().flatten().flatten().filter_map(formula) {
                    self.look(math, &mut found);
                    self.indices(first(math), &mut found);
                    self.defined(first(math));
                }
                self.check(&found);
            }
        }
    }

    /// Words right behind a display explain its signs; those of definitions in a row are explained behind all of them.
    fn behind(&mut self, rest: &[Block]) {
        for block in rest {
            match block {
                Block::Paragraph(text) => self.told(text),
                Block::Display(display) if display.name.ends_with(".definition") => {}
                _ => break,
            }
        }
    }

    fn told(&mut self, text: &Inlines) {
        let mut found = Found::default();
        text.iter().filter_map(formula).for_each(|math| self.look(math, &mut found));
        self.introduced.extend(found.names);
    }

    /// An equation introduces what it gives, but for derivatives: these are told in words.
    fn defined(&mut self, left: &Math) {
        let mut found = Found::default();
        self.look(left, &mut found);
        self.indices(left, &mut found);
        let heads: Vec<String> = found.names.difference(&found.bound).cloned().collect();
        if let [head] = heads.as_slice()
            && !head.starts_with('∇')
        {
            self.introduced.insert(head.clone());
        }
    }

    fn check(&mut self, found: &Found) {
        for name in found.names.difference(&found.bound) {
            let bare = name.trim_start_matches('∇');
            // once one such sign was told, it is told of every letter
            let short = name.starts_with('∇') && self.introduced.iter().any(|i| i.starts_with('∇'));
            if !(self.introduced.contains(name) || short && self.introduced.contains(bare)) {
                self.faults.push(format!("{name} is not introduced in {}", self.place));
            }
        }
    }

    fn of(&self, name: &Name) -> String {
        let prefix = name.marks.prefix.map_or(String::new(), |p| format!("{p:?}"));
        let nabla = if name.nabla || !prefix.is_empty() { "∇" } else { "" };
        format!("{nabla}{}", name.spelled())
    }

    /// What stands in the indices of what is defined.
    fn indices(&self, left: &Math, found: &mut Found) {
        each(left, &mut |part| {
            if let Math::Indexed(_, _, indices) = part {
                for index in indices {
                    each(index, &mut |part| {
                        if let Math::Name(name) = part {
                            found.bound.insert(self.of(name));
                        }
                    });
                }
            }
        });
    }

    fn look(&self, math: &Math, found: &mut Found) {
        each(math, &mut |part| match part {
            Math::Element(tensor, _) => {
                found.names.insert(self.of(self.glossary.name(*tensor)));
            }
            Math::Indexed(tensor, ..) => {
                found.names.insert(self.of(self.glossary.name(*tensor)));
            }
            Math::Name(name) => {
                found.names.insert(self.of(name));
            }
            Math::Call(name, ..) => {
                found.names.insert(self.of(name));
            }
            Math::Word(word) => {
                found.names.insert((*word).to_string());
            }
            Math::Op(op @ (Op::Hadamard | Op::HadamardDivision | Op::Slide | Op::Star)) => {
                found.names.insert(format!("{op:?}"));
            }
            Math::Stepped(op, _) => {
                found.names.insert(format!("{op:?}"));
            }
            Math::Ones => {
                found.names.insert("1".to_string());
            }
            Math::Big { ranges, .. } => found.bound.extend(ranges.iter().map(|(name, ..)| self.of(name))),
            _ => {}
        });
        // what is compared below a sign runs too
        each(math, &mut |part| {
            if let Math::Big { conditions, .. } = part {
                conditions.iter().for_each(|condition| {
                    each(condition, &mut |part| {
                        if let Math::Name(name) = part {
                            found.bound.insert(self.of(name));
                        }
                    });
                });
            }
        });
    }

    fn written_well(&mut self, math: &Math) {
        let (mut levels, mut squares, mut twice) = (false, false, false);
        each(math, &mut |part| match part {
            Math::Element(tensor, _) => levels |= is_bare(self.glossary.name(*tensor)),
            Math::Indexed(tensor, level, _) => {
                levels |= matches!(level, Level::Number(_)) && is_bare(self.glossary.name(*tensor))
            }
            Math::Name(name) => levels |= is_bare(name),
            Math::Power(_, exponent) => squares |= matches!(**exponent, Math::Number(_)),
            Math::Row(parts) => {
                let sign = |part: &Math| matches!(part, Math::Op(Op::Plus | Op::Minus | Op::Negative));
                twice |= parts.windows(2).any(|pair| sign(&pair[0]) && sign(first(&pair[1])));
            }
            _ => {}
        });
        if levels && squares {
            self.faults.push(format!("a layer's number beside a square: {math:?}"));
        }
        if twice {
            self.faults.push(format!("two signs in a row: {math:?}"));
        }
    }
}

fn formula(inline: &Inline) -> Option<&Math> {
    match inline {
        Inline::Math(math) => Some(math),
        Inline::Text(_) | Inline::Reference(_) => None,
    }
}

/// Has it a layer's number without brackets?
fn is_bare(name: &Name) -> bool {
    matches!(name.level, Level::Number(_)) && name.marks.around.signs()[0].is_empty()
}

fn first(math: &Math) -> &Math {
    match math {
        Math::Row(parts) if !parts.is_empty() => first(&parts[0]),
        other => other,
    }
}

/// Every part of a formula.
fn each(math: &Math, visit: &mut dyn FnMut(&Math)) {
    visit(math);
    let mut all = |parts: &[Math]| parts.iter().for_each(|part| each(part, &mut *visit));
    match math {
        Math::Row(parts) | Math::Indexed(_, _, parts) => all(parts),
        Math::Matrix(matrix) => all(&matrix.cells),
        Math::Fraction(x, y) | Math::Subscript(x, y) | Math::Power(x, y) | Math::Derivative(x, y) => {
            each(x, visit);
            each(y, visit);
        }
        Math::Root(_, x) | Math::Brackets(x) | Math::Call(_, _, x) | Math::Indicator(_, x) | Math::Fenced(_, x) => {
            each(x, visit);
        }
        Math::Big { ranges, conditions, .. } => {
            for (_, low, high) in ranges {
                each(low, &mut *visit);
                each(high, &mut *visit);
            }
            conditions.iter().for_each(|part| each(part, &mut *visit));
        }
        Math::Cases(cases) => {
            for (value, condition) in cases {
                each(value, &mut *visit);
                each(condition, &mut *visit);
            }
        }
        _ => {}
    }
}
