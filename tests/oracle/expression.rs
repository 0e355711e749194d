//! Expressions as the JSON spells them: a reader of its own, and their value at a point.

use std::collections::BTreeMap;

use num_bigint::BigInt;
use num_rational::BigRational;

use crate::array::{Array, cells, signed};
use crate::exact::{Number, Ties, whole};

/// The numbers behind the names.
pub(crate) struct Scope<T = BigRational> {
    /// Each tensor's entries.
    pub(crate) tensors: BTreeMap<String, Array<T>>,
    /// The smallest index that expressions use.
    pub(crate) base: i64,
}

impl<T> Scope<T> {
    fn tensor(&self, name: &str) -> Result<&Array<T>, String> {
        self.tensors.get(name).ok_or_else(|| format!("no tensor `{name}`"))
    }
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

    /// The value of an entry: every tensor is read with all its indices.
    pub(crate) fn value<T: Number>(&self, scope: &Scope<T>) -> Result<T, String> {
        self.at(scope, None)
    }

    /// The array that an expression of whole tensors makes, read element by element; numbers are repeated.
    pub(crate) fn each<T: Number>(&self, scope: &Scope<T>) -> Result<Array<T>, String> {
        let mut names = Vec::new();
        self.whole(&mut names);
        let mut shape: &[usize] = &[];
        for name in names {
            let own = &scope.tensor(name)?.shape;
            if shape.is_empty() {
                shape = own;
            } else if !own.is_empty() && own != shape {
                return Err(format!("`{name}` of shape {own:?} beside {shape:?}"));
            }
        }
        let data = cells(shape).iter().map(|cell| self.at(scope, Some(cell))).collect::<Result<_, _>>()?;
        Ok(Array { shape: shape.to_vec(), data })
    }

    /// The names that stand without indices.
    fn whole<'a>(&'a self, names: &mut Vec<&'a str>) {
        match self {
            Expr::Read(name, indices) if indices.is_empty() => names.push(name),
            Expr::Number(_) | Expr::Read(..) => {}
            Expr::Negate(x) => x.whole(names),
            Expr::Add(x, y) | Expr::Subtract(x, y) | Expr::Multiply(x, y) | Expr::Divide(x, y) | Expr::Power(x, y) => {
                x.whole(names);
                y.whole(names);
            }
            Expr::Call(_, arguments) => arguments.iter().for_each(|x| x.whole(names)),
        }
    }

    /// The value, where a name without indices is read at `cell` if there is one.
    fn at<T: Number>(&self, scope: &Scope<T>, cell: Option<&[usize]>) -> Result<T, String> {
        let negative = || T::of(&whole(-1));
        Ok(match self {
            Expr::Number(x) => T::of(x),
            Expr::Read(name, indices) => {
                let tensor = scope.tensor(name)?;
                let place: Vec<i64> = match cell {
                    Some(cell) if indices.is_empty() && !tensor.shape.is_empty() => signed(cell),
                    _ => indices.iter().map(|i| i - scope.base).collect(),
                };
                let entry = tensor.get(&place);
                entry.cloned().ok_or_else(|| format!("{indices:?} is outside of `{name}`"))?
            }
            Expr::Negate(x) => x.at(scope, cell)?.times(&negative()),
            Expr::Add(x, y) => x.at(scope, cell)?.plus(&y.at(scope, cell)?),
            Expr::Subtract(x, y) => x.at(scope, cell)?.plus(&y.at(scope, cell)?.times(&negative())),
            Expr::Multiply(x, y) => x.at(scope, cell)?.times(&y.at(scope, cell)?),
            Expr::Divide(x, y) => x.at(scope, cell)?.over(&y.at(scope, cell)?)?,
            Expr::Power(x, n) => x.at(scope, cell)?.power(&n.at(scope, cell)?)?,
            Expr::Call(name, arguments) => {
                let arguments = arguments.iter().map(|x| x.at(scope, cell)).collect::<Result<Vec<T>, _>>()?;
                call(name, &arguments)?
            }
        })
    }
}

/// The value of a call.
fn call<T: Number>(name: &str, arguments: &[T]) -> Result<T, String> {
    let wrong = || format!("`{name}` with {} arguments", arguments.len());
    match (name, arguments) {
        ("max", [first, rest @ ..]) => Ok(rest.iter().fold(first, |top, x| if x > top { x } else { top }).clone()),
        ("first" | "split" | "all", [k, list @ ..]) => {
            let k = k.place().filter(|k| (1..=list.len()).contains(k)).ok_or_else(wrong)?;
            let ties = Ties::named(name).ok_or_else(wrong)?;
            Ok(T::of(&ties.share(k - 1, &list.iter().collect::<Vec<_>>())))
        }
        (_, [x]) => T::function(name, x).ok_or_else(|| format!("no function `{name}`")),
        _ => Err(wrong()),
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

#[test]
fn whole_tensors_are_read_element_by_element() {
    let a = crate::array::matrix(&[&[1, 2], &[3, 4]]);
    let b = Array { shape: Vec::new(), data: vec![whole(5)] };
    let v = crate::array::vector(&[1, 2]);
    let tensors = BTreeMap::from([("a".to_owned(), a), ("b".to_owned(), b), ("v".to_owned(), v)]);
    let scope = Scope { tensors, base: 1 };
    let each = |text: &str| Expr::read(text)?.each(&scope);
    assert_eq!(each("b - a**2*a[1,2]"), Ok(crate::array::matrix(&[&[3, -3], &[-13, -27]])));
    assert_eq!(each("1 - v"), Ok(crate::array::vector(&[0, -1])));
    assert_eq!(each("2*b").map(|x| x.shape), Ok(Vec::new()));
    for text in ["a + v", "c", "a[1]"] {
        assert!(each(text).is_err(), "{text}");
    }
}
