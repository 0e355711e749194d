//! Expressions of an arena as formulas: of entries, and of whole tensors entry by entry.

use rustc_hash::FxHashMap;

use super::tree::{Condition, Formula, Relation};
use crate::expr::{Arena, ExprId, ExprKind, Number, Symbol, System, degree_of_root};
use crate::index::{Extreme, Instance};

/// The maxima that some equation names: each with the symbol that is defined as it.
pub type Maxima = FxHashMap<ExprId, Symbol>;

/// Which defined element is which maximum, where its definition says so.
pub fn maxima(system: &System, instance: &Instance) -> Maxima {
    let mut found = Maxima::default();
    let named = system.definitions.iter().zip(&instance.definitions).filter(|(_, source)| source.body.is_maximum());
    for (definition, _) in named {
        for (offset, &value) in definition.values.iter().enumerate() {
            if let ExprKind::Max(_) = system.arena.kind(value) {
                found.entry(value).or_insert(Symbol { tensor: definition.tensor, offset: offset as u32 });
            }
        }
    }
    found
}

/// The exponent of what is below a root of degree `q`, where the root is raised to `n`; `None` where that is whole: the square of a
/// root says that there is a root.
pub(super) fn over_root(n: i32, q: u32) -> Option<Number> {
    Some(Number::fraction(i64::from(n), i64::from(q))).filter(|exponent| !exponent.is_integer())
}

/// Makes formulas of expressions that may hold shares of known maxima.
#[derive(Clone, Copy)]
pub struct Scalars<'a> {
    /// Where the expressions live.
    pub arena: &'a Arena,
    /// What is called by a name where it is a maximum.
    pub maxima: &'a Maxima,
    /// How a symbol is shown.
    pub symbol: &'a dyn Fn(Symbol) -> Formula,
}

impl Scalars<'_> {
    /// The expression.
    pub fn formula(&self, id: ExprId) -> Formula {
        match self.arena.kind(id) {
            ExprKind::Number(n) => Formula::Number(n.clone()),
            ExprKind::Symbol(s) => (self.symbol)(s),
            ExprKind::Sum(terms) => {
                let mut terms: Vec<Formula> = terms.iter().map(|&t| self.formula(t)).collect();
                // what is taken away as a whole is told last
                if terms.iter().any(is_group) {
                    terms.sort_by_key(is_group);
                }
                Formula::Sum(terms)
            }
            ExprKind::Product(c, factors) => self.product(c, factors),
            ExprKind::Power(base, n) if n < 0 => {
                Formula::Quotient(Box::new(Formula::integer(1)), Box::new(self.power(base, -n)))
            }
            ExprKind::Power(base, n) => self.power(base, n),
            ExprKind::Call(f, x) if f.order == 0 => applied(self.arena.function_name(f), self.formula(x)),
            ExprKind::Call(f, x) => {
                Formula::Call(self.arena.function_name(f).to_string(), f.order, Box::new(self.formula(x)))
            }
            ExprKind::Max(of) => self.largest(of),
            ExprKind::Chosen { ties, which, max, of } => {
                let share = |x: Formula, of: Formula| Formula::Share(ties, Box::new(x), Box::new(of));
                if let Some(named) = self.maxima.get(&max) {
                    return share(self.formula(of[which as usize]), (self.symbol)(*named));
                }
                match self.smallest(of) {
                    Some(of) => share(of[which as usize].clone(), Formula::Extreme(Extreme::Smallest, of)),
                    None => share(self.formula(of[which as usize]), self.largest(of)),
                }
            }
        }
    }

    fn largest(&self, of: &[ExprId]) -> Formula {
        Formula::Extreme(Extreme::Largest, of.iter().map(|&x| self.formula(x)).collect())
    }

    /// What −max(−x, −y) is the smallest of, where each part has a minus that can go.
    fn smallest(&self, of: &[ExprId]) -> Option<Vec<Formula>> {
        let opposite = |&id: &ExprId| {
            if let ExprKind::Number(n) = self.arena.kind(id) {
                (n.is_negative() || n.is_zero()).then(|| Formula::Number(n.negate()))
            } else if let ExprKind::Product(c, factors) = self.arena.kind(id) {
                c.is_negative().then(|| self.product(&c.negate(), factors))
            } else {
                None
            }
        };
        of.iter().map(opposite).collect()
    }

    /// Negative powers go below a fraction line.
    fn product(&self, c: &Number, factors: &[ExprId]) -> Formula {
        // nearly every product of a layer
        if c.is_one() && factors.iter().all(|&f| self.arena.symbol(f).is_some()) {
            return Formula::product(factors.iter().map(|&f| self.formula(f)).collect());
        }
        let size = if c.is_negative() { c.negate() } else { c.clone() };
        // −max(−x, −y) is min(x, y)
        let smallest = |f: &ExprId| if let ExprKind::Max(of) = self.arena.kind(*f) { self.smallest(of) } else { None };
        let count = factors.iter().filter_map(smallest).count();
        let turned = count > 0 && c.is_negative() == (count % 2 == 1);
        let negative = c.is_negative() && !turned;
        let factor = |f: ExprId| match smallest(&f).filter(|_| turned) {
            Some(of) => Formula::Extreme(Extreme::Smallest, of),
            None => self.formula(f),
        };
        let below = |f: &ExprId| matches!(self.arena.kind(*f), ExprKind::Power(_, n) if n < 0);
        let product = if factors.iter().any(below) {
            let (above, under) = size.parts();
            let part = |n: Number| (!n.is_one()).then_some(Formula::Number(n));
            let (mut top, mut bottom): (Vec<Formula>, Vec<Formula>) =
                (part(above).into_iter().collect(), part(under).into_iter().collect());
            for &id in factors {
                if let ExprKind::Power(base, n) = self.arena.kind(id)
                    && n < 0
                {
                    bottom.push(self.power(base, -n));
                } else {
                    top.push(factor(id));
                }
            }
            Formula::Quotient(Box::new(Formula::product(top)), Box::new(Formula::product(bottom)))
        } else {
            let number = (!size.is_one()).then_some(Formula::Number(size));
            Formula::product(number.into_iter().chain(factors.iter().map(|&f| factor(f))).collect())
        };
        if negative { Formula::Negative(Box::new(product)) } else { product }
    }

    /// A power; that of a root has a fraction for its exponent.
    fn power(&self, base: ExprId, n: i32) -> Formula {
        if n == 1 {
            return self.formula(base);
        }
        let rooted = if let ExprKind::Call(f, x) = self.arena.kind(base)
            && f.order == 0
        {
            degree_of_root(self.arena.function_name(f)).and_then(|q| over_root(n, q)).map(|exponent| (x, exponent))
        } else {
            None
        };
        let (base, exponent) = rooted.unwrap_or_else(|| (base, Number::integer(i64::from(n))));
        Formula::Power(Box::new(self.formula(base)), exponent)
    }

    /// The expression entry by entry, where symbols stand for whole tensors: products and quotients have the signs for that. `None`
    /// where there is no usual way to write it.
    pub fn whole(&self, id: ExprId) -> Option<Formula> {
        Some(match self.arena.kind(id) {
            ExprKind::Number(_) | ExprKind::Symbol(_) => self.formula(id),
            ExprKind::Sum(terms) => {
                // a number is added to each entry: so many ones are
                let term = |&t: &ExprId| {
                    if let ExprKind::Number(n) = self.arena.kind(t) { Some(ones(n)) } else { self.whole(t) }
                };
                Formula::Sum(terms.iter().map(term).collect::<Option<_>>()?)
            }
            ExprKind::Product(c, factors) => self.whole_product(c, factors)?,
            ExprKind::Power(..) => self.whole_product(&Number::integer(1), &[id])?,
            ExprKind::Call(f, x) if f.order == 0 => applied(self.arena.function_name(f), self.whole(x)?),
            ExprKind::Call(f, x) => {
                Formula::Call(self.arena.function_name(f).to_string(), f.order, Box::new(self.whole(x)?))
            }
            ExprKind::Max(_) | ExprKind::Chosen { .. } => return None,
        })
    }

    fn whole_product(&self, c: &Number, factors: &[ExprId]) -> Option<Formula> {
        let negative = c.is_negative();
        let size = if negative { c.negate() } else { c.clone() };
        let (mut above, mut below) = (Vec::new(), Vec::new());
        for &factor in factors {
            let (base, n) =
                if let ExprKind::Power(base, n) = self.arena.kind(factor) { (base, n) } else { (factor, 1) };
            if n.unsigned_abs() > MOST_REPEATED {
                return None;
            }
            let list = if n < 0 { &mut below } else { &mut above };
            for _ in 0..n.unsigned_abs() {
                list.push(self.whole(base)?);
            }
        }
        let top = if above.is_empty() {
            ones(&size)
        } else {
            above[0] = Formula::scaled(&size, above[0].clone());
            Formula::hadamard(above)
        };
        let divide = |x: Formula, y: Formula| Formula::HadamardQuotient(Box::new(x), Box::new(y));
        let product = below.into_iter().fold(top, divide);
        Some(if negative { Formula::Negative(Box::new(product)) } else { product })
    }
}

/// This number in every entry.
fn ones(n: &Number) -> Formula {
    let size = if n.is_negative() { n.negate() } else { n.clone() };
    let ones = Formula::scaled(&size, Formula::Ones(None));
    if n.is_negative() { Formula::Negative(Box::new(ones)) } else { ones }
}

/// A tensor is written so often as a factor of itself, at most.
const MOST_REPEATED: u32 = 3;

/// A function by its usual sign, where it has one.
pub(super) fn applied(function: &str, x: Formula) -> Formula {
    if function == "step" {
        return Formula::Bracket(Box::new(Condition::Compare(x, Relation::Greater, Formula::integer(0))));
    }
    match degree_of_root(function) {
        Some(degree) => Formula::Root(degree, Box::new(x)),
        None => Formula::Call(function.to_string(), 0, Box::new(x)),
    }
}

/// Is it a sum with a minus before it?
fn is_group(term: &Formula) -> bool {
    matches!(term, Formula::Negative(x) if matches!(**x, Formula::Sum(_)))
}
