//! What the tests share: a layer's text to its derivation, exact values of expressions, and dual numbers.

use std::collections::BTreeMap;
use std::ops::{Add, Mul, Sub};

use deriver::derivation::{Derivation, Options, derive};
use deriver::document::{Depth, Glossary, Lang, Measure, Notation, Request, Windows, narrate};
use deriver::expr::{Arena, ExprId, ExprKind, TensorId, Ties};
use deriver::layer::{Settings, bind};
use deriver::operator::{Correlation, TensorOp};
use deriver::render::{Alphabet, Text};
use deriver::syntax::parse;
use deriver::text::Source;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Pow, Zero};

/// An exact number.
pub(crate) type Q = BigRational;

/// The integer `n`.
pub(crate) fn q(n: i64) -> Q {
    Q::from(BigInt::from(n))
}

/// Sizes by letter: `N=3 K=2`.
fn settings(sizes: &str) -> Settings {
    let pair = |word: &str| {
        let (letter, value) = word.split_once('=').expect("letter=value");
        (letter.to_string(), value.parse().expect("an integer"))
    };
    Settings { sizes: sizes.split_whitespace().map(pair).collect(), ..Settings::default() }
}

/// Derives the layer in `text`, or says what went wrong.
pub(crate) fn try_derive(text: &str, sizes: &str, ties: Ties) -> Result<Derivation, String> {
    let file = parse(&Source::new("test", text)).map_err(|errors| format!("{errors:?}"))?;
    let instance = bind(&file.layers[0], &settings(sizes)).map_err(|refusal| refusal.to_string())?;
    derive(instance, &Options { ties, ..Options::default() }).map_err(|failure| failure.to_string())
}

/// Derives the layer in `text`, one that has no faults.
pub(crate) fn derived(text: &str, sizes: &str) -> Derivation {
    try_derive(text, sizes, Ties::First).unwrap_or_else(|why| panic!("{why}\n{text}\n{sizes}"))
}

/// The tensor called `name`.
pub(crate) fn tensor(derivation: &Derivation, name: &str) -> TensorId {
    let found = derivation.system.arena.tensors().find(|(_, tensor)| tensor.name == name);
    found.unwrap_or_else(|| panic!("no tensor `{name}`")).0
}

/// The only operator recognised for the gradient of `name`, which is a correlation.
pub(crate) fn correlation(derivation: &Derivation, name: &str) -> Correlation {
    single_correlation(derivation, derivation.adjoint(tensor(derivation, name)))
}

/// The only operator recognised for `target`, which is a correlation.
pub(crate) fn single_correlation(derivation: &Derivation, target: TensorId) -> Correlation {
    let recognition = derivation.recognition(target);
    match recognition.map(|r| r.parts.as_slice()) {
        Some([TensorOp::Correlate(correlation)]) => correlation.clone(),
        other => panic!("not one correlation: {other:?}"),
    }
}

/// The whole document as plain text, in English.
pub(crate) fn document(derivation: &Derivation) -> String {
    document_in(derivation, Lang::En)
}

/// The whole document as plain text.
pub(crate) fn document_in(derivation: &Derivation, lang: Lang) -> String {
    document_at(derivation, lang, Depth::default())
}

/// The same, told so slowly.
pub(crate) fn document_at(derivation: &Derivation, lang: Lang, depth: Depth) -> String {
    let notation = Notation::default();
    let glossary = Glossary::new(derivation, &notation);
    let request = Request {
        sections: Vec::new(),
        entries: None,
        depth,
        measure: Measure::Columns { line: 100 },
        notation,
        lang,
        command: String::new(),
        values: None,
        windows: Windows::default(),
        numbered: false,
        pictures: false,
    };
    let mut text = Text::new(Vec::new(), &glossary, Alphabet::Unicode, 10_000);
    narrate(derivation, &request, &mut text).expect("a vector takes everything");
    String::from_utf8(text.finish().expect("a vector takes everything")).expect("UTF-8")
}

/// A number and its derivative along one direction.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dual {
    pub(crate) value: Q,
    pub(crate) slope: Q,
}

impl Dual {
    /// A constant.
    pub(crate) fn constant(n: i64) -> Dual {
        Dual { value: q(n), slope: q(0) }
    }

    /// One divided by it.
    pub(crate) fn invert(&self) -> Dual {
        Dual { value: self.value.recip(), slope: -&self.slope / (&self.value * &self.value) }
    }

    /// The function that stands for `name` at this place.
    pub(crate) fn call(&self, name: &str) -> Dual {
        Dual { value: cubic(name, 0, &self.value), slope: cubic(name, 1, &self.value) * &self.slope }
    }

    /// The larger one, the first if they are equal.
    pub(crate) fn max(self, other: Dual) -> Dual {
        if other.value > self.value { other } else { self }
    }

    /// The smaller one, the first if they are equal.
    pub(crate) fn min(self, other: Dual) -> Dual {
        if other.value < self.value { other } else { self }
    }
}

impl<'a> Add<&'a Dual> for Dual {
    type Output = Dual;
    fn add(self, other: &'a Dual) -> Dual {
        Dual { value: self.value + &other.value, slope: self.slope + &other.slope }
    }
}

impl<'a> Sub<&'a Dual> for Dual {
    type Output = Dual;
    fn sub(self, other: &'a Dual) -> Dual {
        Dual { value: self.value - &other.value, slope: self.slope - &other.slope }
    }
}

impl<'a> Mul<&'a Dual> for Dual {
    type Output = Dual;
    fn mul(self, other: &'a Dual) -> Dual {
        let slope = &self.slope * &other.value + &self.value * &other.slope;
        Dual { value: self.value * &other.value, slope }
    }
}

/// `x³/3 − 2x² + c·x + 7` or its derivatives, with `c` the length of the name.
fn cubic(name: &str, order: u32, x: &Q) -> Q {
    let c = q(name.len() as i64);
    match order {
        0 => x * x * x / q(3) - q(2) * x * x + c * x + q(7),
        1 => x * x - q(4) * x + c,
        2 => q(2) * x - q(4),
        3 => q(2),
        _ => q(0),
    }
}

/// A number for each element of each tensor.
pub(crate) type Point = BTreeMap<TensorId, Vec<Q>>;

/// Different numbers for all elements, none of them zero, no two of them equal; defined tensors follow from the others.
pub(crate) fn point(derivation: &Derivation) -> Point {
    let mut state = 12_345_i64;
    let mut seen = 0;
    let mut draw = || {
        state = (state * 1_103 + 12_347) % 65_537;
        seen += 1;
        q(state % 7 + 1) + q(seen) / q(1_009)
    };
    let arena = &derivation.system.arena;
    let mut at: Point = arena.tensors().map(|(id, t)| (id, (0..t.len()).map(|_| draw()).collect())).collect();
    for definition in &derivation.system.definitions {
        let values = definition.values.iter().map(|&v| value(arena, v, &at)).collect();
        at.insert(definition.tensor, values);
    }
    at
}

/// The exact value of an expression.
pub(crate) fn value(arena: &Arena, id: ExprId, at: &Point) -> Q {
    let of = |list: &[ExprId]| -> Vec<Q> { list.iter().map(|&x| value(arena, x, at)).collect() };
    match arena.kind(id) {
        ExprKind::Number(n) => n.to_big(),
        ExprKind::Symbol(s) => at[&s.tensor][s.offset as usize].clone(),
        ExprKind::Sum(terms) => of(terms).into_iter().fold(Q::zero(), |sum, x| sum + x),
        ExprKind::Product(c, factors) => of(factors).into_iter().fold(c.to_big(), |product, x| product * x),
        ExprKind::Power(base, n) => {
            let power: Q = Pow::pow(value(arena, base, at), n.unsigned_abs());
            if n < 0 { power.recip() } else { power }
        }
        ExprKind::Call(f, x) => cubic(arena.function_name(f), f.order, &value(arena, x, at)),
        ExprKind::Max(list) => of(list).into_iter().max().expect("a maximum has arguments"),
        ExprKind::Chosen { ties, which, of: list, .. } => {
            let list = of(list);
            let best = list.iter().max().expect("a maximum has arguments");
            let winners: Vec<usize> = (0..list.len()).filter(|&i| list[i] == *best).collect();
            let which = which as usize;
            match ties {
                _ if !winners.contains(&which) => Q::zero(),
                Ties::First if winners[0] != which => Q::zero(),
                Ties::First | Ties::All => Q::one(),
                Ties::Split => q(winners.len() as i64).recip(),
            }
        }
    }
}

/// What an expression looks like, with tensors called by other names.
pub(crate) fn written(arena: &Arena, id: ExprId, name: &dyn Fn(&str) -> String) -> String {
    let all = |list: &[ExprId]| list.iter().map(|&x| written(arena, x, name)).collect::<Vec<_>>().join(" ");
    match arena.kind(id) {
        ExprKind::Number(n) => n.to_string(),
        ExprKind::Symbol(s) => format!("{}#{}", name(&arena.tensor(s.tensor).name), s.offset),
        ExprKind::Sum(terms) => format!("(+ {})", all(terms)),
        ExprKind::Product(c, factors) => format!("(* {c} {})", all(factors)),
        ExprKind::Power(base, n) => format!("(^ {} {n})", all(&[base])),
        ExprKind::Call(f, x) => format!("({}'{} {})", arena.function_name(f), f.order, all(&[x])),
        ExprKind::Max(list) => format!("(max {})", all(list)),
        ExprKind::Chosen { ties, which, of, .. } => format!("(chosen {ties:?} {which} {})", all(of)),
    }
}
