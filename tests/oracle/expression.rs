//! Expressions as the JSON spells them: a reader of its own, and their value at a point.
//!
//! `sigma` stands for any differentiable function, so a cubic and its exact derivative do for it.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};

use crate::array::Array;
use crate::exact::{Ties, whole};

/// The numbers behind the names.
pub(crate) struct Scope {
    /// Each tensor's entries.
    pub(crate) tensors: BTreeMap<String, Array<BigRational>>,
    /// The smallest index that expressions use.
    pub(crate) base: i64,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Expr {
    /// `3`
    Number(BigRational),
    /// `a[1,2]`; no indices for `b`
    Read(String, Vec<i64>),
    /// `-x`
    Negate(Box<Expr>),
    /// `x + y`
    Add(Box<Expr>, Box<Expr>),
    /// `x - y`
    Subtract(Box<Expr>, Box<Expr>),
    /// `x * y`
    Multiply(Box<Expr>, Box<Expr>),
    /// `x / y`
    Divide(Box<Expr>, Box<Expr>),
    /// `x ** n`
    Power(Box<Expr>, Box<Expr>),
    /// `max(x, y)`
    Call(String, Vec<Expr>),
}

impl Expr {
    /// Reads a whole expression; what is left over is an error.
    pub(crate) fn read(text: &str) -> Result<Expr, String> {
        let mut reader = Reader { rest: text };
        let expr = reader.sum().map_err(|why| format!("{why} in `{text}`"))?;
        match reader.rest.trim_start() {
            "" => Ok(expr),
            rest => Err(format!("`{rest}` left over in `{text}`")),
        }
    }

    /// The exact value.
    pub(crate) fn value(&self, scope: &Scope) -> Result<BigRational, String> {
        Ok(match self {
            Expr::Number(x) => x.clone(),
            Expr::Read(name, indices) => {
                let tensor = scope.tensors.get(name).ok_or_else(|| format!("no tensor `{name}`"))?;
                let cell: Vec<i64> = indices.iter().map(|i| i - scope.base).collect();
                let entry = tensor.get(&cell);
                entry.cloned().ok_or_else(|| format!("{indices:?} is outside of `{name}`"))?
            }
            Expr::Negate(x) => -x.value(scope)?,
            Expr::Add(x, y) => x.value(scope)? + y.value(scope)?,
            Expr::Subtract(x, y) => x.value(scope)? - y.value(scope)?,
            Expr::Multiply(x, y) => x.value(scope)? * y.value(scope)?,
            Expr::Divide(x, y) => {
                let y = y.value(scope)?;
                if y.is_zero() {
                    return Err("division by zero".to_owned());
                }
                x.value(scope)? / y
            }
            Expr::Power(x, n) => {
                let (x, n) = (x.value(scope)?, n.value(scope)?);
                let exponent = n.is_integer().then(|| n.to_i32()).flatten();
                let exponent = exponent.ok_or_else(|| format!("power with exponent {n}"))?;
                if x.is_zero() && exponent < 0 {
                    return Err("zero to a negative power".to_owned());
                }
                x.pow(exponent)
            }
            Expr::Call(name, arguments) => {
                let arguments = arguments.iter().map(|x| x.value(scope)).collect::<Result<Vec<_>, _>>()?;
                call(name, &arguments)?
            }
        })
    }
}

/// The value of a call.
fn call(name: &str, arguments: &[BigRational]) -> Result<BigRational, String> {
    let wrong = || format!("`{name}` with {} arguments", arguments.len());
    let one = || {
        if let [x] = arguments { Ok(x) } else { Err(wrong()) }
    };
    match name {
        "max" => arguments.iter().max().cloned().ok_or_else(wrong),
        "sigma" => one().map(|x| x.pow(3) + x),
        "dsigma" => one().map(|x| x.pow(2) * whole(3) + BigRational::one()),
        "first" | "split" | "all" => {
            let (k, list) = arguments.split_first().ok_or_else(wrong)?;
            let k = k.is_integer().then(|| k.to_usize()).flatten();
            let k = k.filter(|k| (1..=list.len()).contains(k)).ok_or_else(wrong)?;
            let ties = Ties::named(name).ok_or_else(wrong)?;
            Ok(ties.share(k - 1, &list.iter().collect::<Vec<_>>()))
        }
        _ => Err(format!("no function `{name}`")),
    }
}

/// Recursive descent, one function for each strength of binding.
struct Reader<'a> {
    rest: &'a str,
}

type Read<T> = Result<T, String>;

impl<'a> Reader<'a> {
    /// Takes `token` if it comes next. `*` is not the beginning of `**`.
    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start();
        let Some(after) = rest.strip_prefix(token) else {
            return false;
        };
        if token == "*" && after.starts_with('*') {
            return false;
        }
        self.rest = after;
        true
    }

    /// Takes the longest run of characters that fit.
    fn run(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest.trim_start();
        let end = rest.find(|c| !fits(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        self.rest = after;
        word
    }

    fn sum(&mut self) -> Read<Expr> {
        let mut left = self.product()?;
        loop {
            if self.take("+") {
                left = Expr::Add(Box::new(left), Box::new(self.product()?));
            } else if self.take("-") {
                left = Expr::Subtract(Box::new(left), Box::new(self.product()?));
            } else {
                return Ok(left);
            }
        }
    }

    fn product(&mut self) -> Read<Expr> {
        let mut left = self.signed()?;
        loop {
            if self.take("*") {
                left = Expr::Multiply(Box::new(left), Box::new(self.signed()?));
            } else if self.take("/") {
                left = Expr::Divide(Box::new(left), Box::new(self.signed()?));
            } else {
                return Ok(left);
            }
        }
    }

    fn signed(&mut self) -> Read<Expr> {
        if self.take("-") {
            return Ok(Expr::Negate(Box::new(self.signed()?)));
        }
        let base = self.atom()?;
        if self.take("**") {
            return Ok(Expr::Power(Box::new(base), Box::new(self.signed()?)));
        }
        Ok(base)
    }

    fn atom(&mut self) -> Read<Expr> {
        if self.take("(") {
            let inner = self.sum()?;
            return self.take(")").then_some(inner).ok_or("missing `)`".to_owned());
        }
        let digits = self.run(|c| c.is_ascii_digit());
        if !digits.is_empty() {
            let number: BigInt = digits.parse().map_err(|_| format!("bad number {digits}"))?;
            return Ok(Expr::Number(BigRational::from_integer(number)));
        }
        let name = self.run(|c| c.is_alphanumeric() || c == '_');
        if name.is_empty() {
            return Err(format!("nothing to read at `{}`", self.rest));
        }
        if self.take("(") {
            let arguments = self.list(")", Self::sum)?;
            return Ok(Expr::Call(name.to_owned(), arguments));
        }
        let indices = if self.take("[") { self.list("]", Self::index)? } else { Vec::new() };
        Ok(Expr::Read(name.to_owned(), indices))
    }

    fn index(&mut self) -> Read<i64> {
        let digits = self.run(|c| c.is_ascii_digit());
        digits.parse().map_err(|_| format!("bad index `{digits}`"))
    }

    fn list<T>(&mut self, close: &str, item: fn(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let mut items = vec![item(self)?];
        while self.take(",") {
            items.push(item(self)?);
        }
        self.take(close).then_some(items).ok_or_else(|| format!("missing `{close}`"))
    }
}

/// Reads and evaluates with `a = [[1,2],[3,4]]`, `b = 5`.
#[cfg(test)]
fn evaluate(text: &str, base: i64) -> Result<BigRational, String> {
    let a = crate::array::matrix(&[&[1, 2], &[3, 4]]);
    let b = Array { shape: Vec::new(), data: vec![whole(5)] };
    let tensors = BTreeMap::from([("a".to_owned(), a), ("b".to_owned(), b)]);
    Expr::read(text)?.value(&Scope { tensors, base })
}

#[test]
fn expressions_have_python_s_values() {
    let table: [(&str, i64, i64); 18] = [
        ("1 + 2*3", 7, 1),
        ("2 - 3 - 4", -5, 1),
        ("24/4/3", 2, 1),
        ("6*1/4", 3, 2),
        ("-2**2", -4, 1),
        ("(-2)**2", 4, 1),
        ("2**3**2", 512, 1),
        ("2**-1", 1, 2),
        ("2*-3", -6, 1),
        ("--3", 3, 1),
        ("a[2,1] * b", 15, 1),
        ("1/4*(a[1,2] + a[2,2])", 3, 2),
        ("max(a[1,1], b, a[2,2])", 5, 1),
        ("first(2, 1, 7, 7) + first(3, 1, 7, 7)", 1, 1),
        ("split(2, 1, 7, 7)", 1, 2),
        ("all(2, 1, 7, 7) + all(3, 1, 7, 7) + all(1, 1, 7, 7)", 2, 1),
        ("sigma(2)", 10, 1),
        ("dsigma(2)", 13, 1),
    ];
    for (text, p, q) in table {
        assert_eq!(evaluate(text, 1), Ok(crate::exact::ratio(p, q)), "{text}");
    }
    assert_eq!(evaluate("a[1,0]", 0), Ok(whole(3)));
}

#[test]
fn what_is_not_an_expression_is_refused() {
    for text in [
        "",
        "1 +",
        "a[1,1",
        "a[1]",
        "a[0,1]",
        "a[3,1]",
        "a",
        "b[1]",
        "c",
        "max()",
        "first(3, 1, 2)",
        "f(1)",
        "1 2",
        "1/0",
        "0**-1",
        "2**(1/2)",
        "a[-1,1]",
        "x^2",
        "1)",
    ] {
        assert!(evaluate(text, 1).is_err(), "{text}");
    }
}
