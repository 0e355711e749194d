//! Random small layers in the layer language, right by construction as far as that is easy, the same for a seed on every run.
//!
//! Sums over strided, dilated, padded and mirrored reads, contractions in all patterns of letters, elementwise expressions, normalisations
//! in several steps, branches, maxima, means, functions, quotients, powers, and minus signs wherever one may stand; and names of tensors
//! and indices that are those of other things.

#[path = "random_layers/definitions.rs"]
mod definitions;
#[path = "random_layers/expressions.rs"]
mod expressions;

use std::collections::BTreeSet;

use crate::random::{self, Draw};

/// All tensors together have at most so many entries.
const MOST_ENTRIES: i64 = 200;
/// All equations together have at most so many terms.
const MOST_TERMS: i64 = 2_000;

/// The layer of a seed, with a first line such as `# N:3 K:2`: the sizes for its letters.
pub(crate) fn random_layer(seed: u64) -> String {
    let attempts = (0..).map(|attempt| Maker::new(seed ^ attempt << 48).layer());
    attempts.flatten().next().expect("some attempt is small enough")
}

/// A tensor that can be read.
struct Tensor {
    name: String,
    shape: Vec<i64>,
}

/// An index variable in sight: it runs over `size` values from the base.
struct Variable {
    name: String,
    size: i64,
    /// It is an index by itself, along an axis of its own size, where nothing guards the read: its range need not be written.
    plain: bool,
}

/// A layer while it is made.
struct Maker {
    draw: Draw,
    /// The first index: 0 or 1.
    base: i64,
    tensors: Vec<Tensor>,
    /// Declarations and definitions, in the order of the text.
    items: Vec<String>,
    /// Letters for sizes.
    letters: Vec<(String, i64)>,
    /// Names of tensors and sizes, and what no tensor may be called.
    used: BTreeSet<String>,
    /// Names of indices in the present definition.
    indices: BTreeSet<String>,
    /// Names of indices in those before.
    past: BTreeSet<String>,
    /// Index variables in sight.
    scope: Vec<Variable>,
    /// Conditions around what is being made.
    guards: usize,
    entries: i64,
    terms: i64,
}

impl Maker {
    fn new(seed: u64) -> Maker {
        let mut draw = Draw::new(seed);
        let base = i64::from(!draw.chance(10));
        Maker {
            draw,
            base,
            tensors: Vec::new(),
            items: Vec::new(),
            letters: Vec::new(),
            used: ["delta".to_string()].into(),
            indices: BTreeSet::new(),
            past: BTreeSet::new(),
            scope: Vec::new(),
            guards: 0,
            entries: 0,
            terms: 0,
        }
    }

    /// The whole, unless it has become too large.
    fn layer(mut self) -> Option<String> {
        let count = self.draw.one_of(&[1, 1, 1, 1, 2, 2, 3]);
        for _ in 0..count {
            self.some_definition();
        }
        if self.draw.chance(10) {
            self.loss();
        }
        let input = self.items.iter().any(|item| item.starts_with("input"));
        if !input || self.entries > MOST_ENTRIES || self.terms > MOST_TERMS {
            return None;
        }
        let base = if self.base == 0 { "  indices from 0\n" } else { "" };
        let lines = self.items.iter().map(|line| format!("  {line}\n"));
        let sizes: String = self.letters.iter().map(|(letter, size)| format!(" {letter}:{size}")).collect();
        Some(format!("#{sizes}\nlayer random\n{base}{}", lines.collect::<String>()))
    }

    /// A new name for a tensor. Indices of other definitions may be called so.
    fn name(&mut self) -> String {
        let (used, indices) = (&mut self.used, &self.indices);
        let name = random::name(&mut self.draw, |name| !used.contains(name) && !indices.contains(name));
        used.insert(name.clone());
        name
    }

    fn size(&mut self) -> i64 {
        self.draw.one_of(&[1, 2, 2, 2, 2, 3, 3, 3, 4, 5])
    }

    /// The index of an entry, of which `place` come before it.
    fn at(&self, place: i64) -> i64 {
        self.base + place
    }

    /// A size in a declaration: a number, a letter, a letter and a number.
    fn declared_size(&mut self, size: i64) -> String {
        if self.letters.len() < 4 && self.draw.chance(15) {
            let free = |name: &str| [&self.used, &self.indices, &self.past].iter().all(|set| !set.contains(name));
            let usual = self.draw.one_of(&["N", "M", "K", "H", "W", "D", "J", "L"]);
            let usual = (self.draw.chance(60) && free(usual)).then(|| usual.to_string());
            let letter = usual.unwrap_or_else(|| random::name(&mut self.draw, free));
            self.used.insert(letter.clone());
            self.letters.push((letter.clone(), size));
            return letter;
        }
        self.known_size(size)
    }

    /// A size where it can be written with letters that are there.
    fn known_size(&mut self, size: i64) -> String {
        let letters: Vec<&(String, i64)> = self.letters.iter().filter(|(_, value)| *value <= size).collect();
        if letters.is_empty() || self.draw.chance(20) {
            return size.to_string();
        }
        match letters[self.draw.below(letters.len())] {
            (letter, value) if *value == size => letter.clone(),
            (letter, value) => format!("{letter}+{}", size - value),
        }
    }

    /// Declares a tensor and gives its place. The first is an input.
    fn declare(&mut self, shape: &[i64]) -> usize {
        let name = self.name();
        // a layer has an input
        let first = self.items.iter().all(|item| !item.starts_with("input"));
        let role = match (first, shape.is_empty()) {
            (true, _) => "input",
            (false, true) => self.draw.one_of(&["bias", "weight", "weight", "input"]),
            (false, false) => {
                self.draw.one_of(&["weight", "weight", "weight", "weight", "input", "input", "bias", "bias", "target"])
            }
        };
        let sizes: Vec<String> = shape.iter().map(|&size| self.declared_size(size)).collect();
        let sizes = if shape.is_empty() { String::new() } else { format!("[{}]", sizes.join(", ")) };
        self.items.push(format!("{role} {name}{sizes}"));
        self.tensor(name, shape.to_vec())
    }

    fn tensor(&mut self, name: String, shape: Vec<i64>) -> usize {
        self.entries += shape.iter().product::<i64>();
        self.tensors.push(Tensor { name, shape });
        self.tensors.len() - 1
    }

    /// Brings an index variable into sight and gives its place.
    fn bind(&mut self, size: i64) -> usize {
        let free = |name: &str| !self.used.contains(name) && self.scope.iter().all(|v| v.name != name);
        let usual =
            self.draw.one_of(&["i", "j", "k", "l", "n", "m", "u", "v", "r", "s", "p", "q", "t", "h", "o", "c", "g"]);
        let usual = (self.draw.chance(60) && free(usual)).then(|| usual.to_string());
        let name = usual.unwrap_or_else(|| random::name(&mut self.draw, free));
        self.indices.insert(name.clone());
        self.scope.push(Variable { name, size, plain: false });
        self.scope.len() - 1
    }

    /// The variables from `first` on as they stand in brackets, which takes them out of sight.
    fn unbind(&mut self, first: usize) -> String {
        let variables: Vec<Variable> = self.scope.drain(first..).collect();
        let written = variables.into_iter().map(|v| {
            if v.plain && self.draw.chance(70) {
                return v.name;
            }
            let last = self.at(v.size - 1);
            let last = if self.base == 1 { self.known_size(last) } else { last.to_string() };
            format!("{} in {}..{last}", v.name, self.base)
        });
        written.collect::<Vec<_>>().join(", ")
    }

    /// Adds a definition over the variables in sight, which are those of the new tensor.
    fn define(&mut self, body: &str) -> usize {
        let shape = self.scope.iter().map(|v| v.size).collect();
        let variables = self.unbind(0);
        let variables = if variables.is_empty() { variables } else { format!("[{variables}]") };
        let name = self.name();
        self.items.push(format!("{name}{variables} = {body}"));
        self.past.append(&mut self.indices);
        self.tensor(name, shape)
    }

    /// How many values all variables in sight have together.
    fn span(&self) -> i64 {
        self.scope.iter().map(|v| v.size).product()
    }
}
