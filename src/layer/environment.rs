//! What the names of a layer stand for outside its tensors: sizes, parameters, choices; and the integers, affine indices and
//! conditions made of them.

use std::collections::{BTreeMap, BTreeSet};

use num_traits::ToPrimitive;

use super::ellipsis::{is_open_size, names_in, stray};
use crate::expr::Number;
use crate::index::{Affine, Comparison, Condition};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind};
use crate::text::{Diagnostic, Span, closest};

/// Sizes and parameters by name, and the words chosen for choices.
#[derive(Debug, Default)]
pub(super) struct Environment {
    /// Sizes and numeric parameters.
    pub(super) numbers: BTreeMap<String, i64>,
    /// Parameters that are no integers: they can stand wherever a number can, but in no index.
    pub(super) fractions: BTreeMap<String, Number>,
    /// For each choice: the chosen word, and all words it could be.
    pub(super) choices: BTreeMap<String, (String, Vec<String>)>,
    /// How a user sets a number: `--kernel`, `--input`, …; for hints.
    pub(super) origins: BTreeMap<String, String>,
}

/// Index variables in sight, innermost last.
pub(super) type Scope = Vec<(String, usize)>;

/// Does an expression name an index that is in sight?
pub(super) fn depends(expr: &Expr, scope: &Scope) -> bool {
    let mut names = BTreeSet::new();
    names_in(expr, &mut names);
    scope.iter().any(|(name, _)| names.contains(name.as_str()))
}

/// The quotient that an expression rounds, as what is rounded down: `floor(x/y)` is x and y, `ceil(x/y)` x + y - 1 and y. `None` where
/// nothing is rounded.
pub(super) fn quotient(
    expr: &Expr,
    environment: &Environment,
    scope: &Scope,
) -> Result<Option<(Affine, i64)>, Diagnostic> {
    let ExprKind::Call(name, arguments) = &expr.kind else { return Ok(None) };
    let word = name.text.as_str();
    if !["floor", "ceil"].contains(&word) {
        return Ok(None);
    }
    let [Expr { kind: ExprKind::Binary(BinaryOp::Div, x, y), .. }] = arguments.as_slice() else {
        return Err(Diagnostic::new(expr.span, format!("`{word}` rounds a quotient of numbers"))
            .hint(format!("write it as `{word}((H-K)/S)`")));
    };
    let (mut top, divisor) = (environment.affine(x, scope)?, environment.integer(y)?);
    if divisor < 1 {
        let larger = environment.set_by(y).first().map_or("number", |(option, _)| option);
        return Err(Diagnostic::new(y.span, format!("a divisor is at least 1, and this is {divisor}"))
            .hint(format!("give a larger {larger}")));
    }
    if word == "ceil" {
        top.constant = top.constant.checked_add(divisor - 1).ok_or_else(|| {
            Diagnostic::new(expr.span, "this index is too large").hint("sizes and indices must fit in 64 bits")
        })?;
    }
    Ok(Some((top, divisor)))
}

/// A condition, as far as it can be decided before any index has a value.
pub(super) enum Decided {
    /// It holds, or not, whatever the indices.
    Always(bool),
    /// It depends on indices.
    Sometimes(Condition),
}

impl Environment {
    /// Has the name a meaning here: a size, a parameter, a choice or one of its words?
    pub(super) fn knows(&self, name: &str) -> bool {
        let words = || self.choices.values().any(|(_, words)| words.iter().any(|w| w == name));
        self.numbers.contains_key(name)
            || self.fractions.contains_key(name)
            || self.choices.contains_key(name)
            || words()
    }

    /// An integer that depends on no index variable.
    pub(super) fn integer(&self, expr: &Expr) -> Result<i64, Diagnostic> {
        let value = self.affine(expr, &Scope::new())?;
        Ok(value.as_constant().expect("without variables in sight nothing varies"))
    }

    /// An affine function of the index variables in sight.
    pub(super) fn affine(&self, expr: &Expr, scope: &Scope) -> Result<Affine, Diagnostic> {
        let too_large =
            || Diagnostic::new(expr.span, "this index is too large").hint("sizes and indices must fit in 64 bits");
        match &expr.kind {
            ExprKind::Number(n) if n.is_integer() => {
                n.to_integer().to_i64().map(Affine::constant).ok_or_else(too_large)
            }
            ExprKind::Number(_) => Err(Diagnostic::new(expr.span, "an index must be an integer")
                .hint("`floor` and `ceil` round quotients of sizes, as in `floor((H-K)/S)`")),
            ExprKind::Name(name) => self.name(name, expr.span, scope),
            ExprKind::Negate(x) => self.affine(x, scope)?.scaled(-1).ok_or_else(too_large),
            ExprKind::Binary(BinaryOp::Add, x, y) => {
                self.affine(x, scope)?.add_scaled(&self.affine(y, scope)?, 1).ok_or_else(too_large)
            }
            ExprKind::Binary(BinaryOp::Sub, x, y) => {
                self.affine(x, scope)?.add_scaled(&self.affine(y, scope)?, -1).ok_or_else(too_large)
            }
            ExprKind::Binary(BinaryOp::Mul, x, y) => {
                let (f, g) = (self.affine(x, scope)?, self.affine(y, scope)?);
                match (f.as_constant(), g.as_constant()) {
                    (Some(c), _) => g.scaled(c).ok_or_else(too_large),
                    (_, Some(c)) => f.scaled(c).ok_or_else(too_large),
                    (None, None) => Err(Diagnostic::new(expr.span, "a product of two index variables is not affine")
                        .hint("an index is a sum of variables, each times a number, plus a number")),
                }
            }
            ExprKind::Binary(BinaryOp::Div, x, y) => {
                let divisor = self.integer(y)?;
                match self.affine(x, scope)?.as_constant() {
                    Some(c) if divisor != 0 && c % divisor == 0 => Ok(Affine::constant(c / divisor)),
                    Some(c) => {
                        let error = Diagnostic::new(expr.span, format!("{c}/{divisor} is not an integer"));
                        let origins: BTreeSet<&str> = self.set_by(expr).into_iter().map(|(o, _)| o).collect();
                        if origins.is_empty() {
                            return Err(
                                error.hint("`floor` and `ceil` round quotients of sizes, as in `floor((H-K)/S)`")
                            );
                        }
                        let origins = origins.into_iter().collect::<Vec<_>>().join(" and ");
                        Err(error.hint(format!("choose {origins} so that it is")))
                    }
                    None => Err(Diagnostic::new(expr.span, "a quotient of index variables is not affine")
                        .hint("round it, as in `a[floor(i/2)]`, or let a `where` pick the index: `sum(h where i == 2*h) a[h]`")),
                }
            }
            ExprKind::Call(name, _) if ["floor", "ceil"].contains(&name.text.as_str()) => {
                let (top, divisor) = quotient(expr, self, scope)?.expect("it is rounded");
                match top.as_constant() {
                    Some(top) => Ok(Affine::constant(top.div_euclid(divisor))),
                    None => Err(Diagnostic::new(expr.span, "an index is not rounded here").hint(
                        "in a condition it stands by itself on one side of a comparison, as in `floor(i/2) == j`",
                    )),
                }
            }
            ExprKind::Call(name, arguments) if name.text == "min" => {
                let values = arguments.iter().map(|x| self.integer(x)).collect::<Result<Vec<_>, _>>()?;
                Ok(Affine::constant(values.into_iter().min().expect("a call has arguments")))
            }
            // an option decides which index it is
            ExprKind::If(condition, yes, no) => match self.condition(condition, scope)? {
                Decided::Always(true) => self.affine(yes, scope),
                Decided::Always(false) => self.affine(no, scope),
                Decided::Sometimes(_) => Err(Diagnostic::new(expr.span, "an index must be affine")
                    .hint("let a `where` pick the index instead, as in `sum(h where …) a[h]`")),
            },
            ExprKind::Power(x, n) => {
                let base = self.integer(x)?;
                let value = u32::try_from(self.integer(n)?).ok().and_then(|n| base.checked_pow(n));
                value.map(Affine::constant).ok_or_else(too_large)
            }
            ExprKind::Each(_) | ExprKind::Perhaps(_) => Err(stray(expr.span)),
            ExprKind::Binary(..) | ExprKind::Not(_) | ExprKind::Within(..) => {
                Err(Diagnostic::new(expr.span, "a condition cannot be an index").hint("use `if … then … else …`"))
            }
            ExprKind::Read(..) | ExprKind::Call(..) | ExprKind::Reduce(_) => {
                Err(Diagnostic::new(expr.span, "an index must be affine")
                    .hint("an index is a sum of variables, each times a number, plus a number"))
            }
        }
    }

    /// An end of a range, which no index in sight may move.
    pub(super) fn end(&self, expr: &Expr, scope: &Scope) -> Result<i64, Diagnostic> {
        if depends(expr, scope) {
            return Err(Diagnostic::new(expr.span, "the ends of a range are numbers and sizes, not indices")
                .hint("let the index run from a fixed number and add: `sum(u in 0..1) a[i+u]`; or pick with `where`"));
        }
        self.integer(expr)
    }

    /// The options that set numbers in an expression, each with the number.
    pub(super) fn set_by(&self, expr: &Expr) -> Vec<(&str, i64)> {
        let mut names = BTreeSet::new();
        names_in(expr, &mut names);
        names.iter().filter_map(|n| Some((self.origins.get(n)?.as_str(), *self.numbers.get(n)?))).collect()
    }

    fn name(&self, name: &str, span: Span, scope: &Scope) -> Result<Affine, Diagnostic> {
        if let Some((_, slot)) = scope.iter().rev().find(|(n, _)| n == name) {
            return Ok(Affine::variable(*slot));
        }
        if let Some(&value) = self.numbers.get(name) {
            return Ok(Affine::constant(value));
        }
        if self.choices.contains_key(name) {
            return Err(Diagnostic::new(span, format!("`{name}` is a choice, not a number"))
                .hint("a choice is compared with its words, in a `when` or an `if`"));
        }
        if let Some(value) = self.fractions.get(name) {
            return Err(Diagnostic::new(span, format!("`{name}` is {value}, and an index must be an integer"))
                .hint("a parameter with decimals can stand where values are worked with"));
        }
        let known = scope.iter().map(|(n, _)| n.as_str()).chain(self.numbers.keys().map(String::as_str));
        let known = known.filter(|n| !is_open_size(n));
        let error = Diagnostic::new(span, format!("`{name}` is not known here"));
        Err(match closest(name, known) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint(format!(
                "a size is set with `--size {name}=…`; an index variable stands in `sum(…)` or on the left"
            )),
        })
    }

    /// A condition on options (decided at once) and index variables (left standing).
    pub(super) fn condition(&self, expr: &Expr, scope: &Scope) -> Result<Decided, Diagnostic> {
        match &expr.kind {
            ExprKind::Not(x) => Ok(match self.condition(x, scope)? {
                Decided::Always(b) => Decided::Always(!b),
                Decided::Sometimes(c) => Decided::Sometimes(Condition::Not(Box::new(c))),
            }),
            ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), x, y) => {
                let (p, q) = (self.condition(x, scope)?, self.condition(y, scope)?);
                // `true or q` and `false and q` are decided by p; otherwise p drops out
                let deciding = *op == BinaryOp::Or;
                Ok(match (p, q) {
                    (Decided::Always(b), q) => {
                        if b == deciding {
                            Decided::Always(b)
                        } else {
                            q
                        }
                    }
                    (p, Decided::Always(b)) => {
                        if b == deciding {
                            Decided::Always(b)
                        } else {
                            p
                        }
                    }
                    (Decided::Sometimes(p), Decided::Sometimes(q)) => {
                        let (p, q) = (Box::new(p), Box::new(q));
                        Decided::Sometimes(if deciding { Condition::Or(p, q) } else { Condition::And(p, q) })
                    }
                })
            }
            ExprKind::Binary(op, x, y) => {
                if let Some(held) = self.choice(*op, x, y)? {
                    return Ok(Decided::Always(held));
                }
                match self.rounded(*op, x, y, scope)? {
                    Some(condition) => Ok(Decided::Sometimes(condition)),
                    None => self.comparison(*op, expr, x, y, scope),
                }
            }
            ExprKind::Within(x, first, last) => {
                let index = self.affine(x, scope)?;
                let condition = Condition::Within(self.integer(first)?, index.clone(), self.integer(last)?);
                Ok(if index.as_constant().is_some() {
                    Decided::Always(condition.holds(&[]))
                } else {
                    Decided::Sometimes(condition)
                })
            }
            ExprKind::Each(_) | ExprKind::Perhaps(_) => Err(stray(expr.span)),
            ExprKind::Number(_)
            | ExprKind::Name(_)
            | ExprKind::Read(..)
            | ExprKind::Call(..)
            | ExprKind::Negate(_)
            | ExprKind::Power(..)
            | ExprKind::Reduce(_)
            | ExprKind::If(..) => {
                Err(Diagnostic::new(expr.span, "this is not a condition").hint("compare with ==, !=, <, <=, > or >="))
            }
        }
    }

    /// `tie == shared`: the comparison of a choice with one of its words; `None` if no choice stands on the left.
    fn choice(&self, op: BinaryOp, x: &Expr, y: &Expr) -> Result<Option<bool>, Diagnostic> {
        let ExprKind::Name(name) = &x.kind else { return Ok(None) };
        let Some((chosen, words)) = self.choices.get(name) else { return Ok(None) };
        let ExprKind::Name(word) = &y.kind else {
            return Err(Diagnostic::new(y.span, format!("`{name}` is one of {}", words.join(", ")))
                .hint(format!("such as `{name} == {}`", words[0])));
        };
        if !words.contains(word) {
            let error = Diagnostic::new(y.span, format!("`{name}` is never `{word}`"));
            return Err(error.hint(format!("it is one of {}", words.join(", "))));
        }
        match op {
            BinaryOp::Eq => Ok(Some(chosen == word)),
            BinaryOp::Ne => Ok(Some(chosen != word)),
            BinaryOp::Add
            | BinaryOp::Sub
            | BinaryOp::Mul
            | BinaryOp::Div
            | BinaryOp::Lt
            | BinaryOp::Le
            | BinaryOp::Gt
            | BinaryOp::Ge
            | BinaryOp::And
            | BinaryOp::Or => Err(Diagnostic::new(x.span.to(y.span), "a choice can only be compared with == and !=")
                .hint(format!("such as `{name} == {word}`"))),
        }
    }

    /// The comparison of a rounded quotient of indices, by itself on one side, with an index; `None` where none is.
    fn rounded(&self, op: BinaryOp, x: &Expr, y: &Expr, scope: &Scope) -> Result<Option<Condition>, Diagnostic> {
        let is = |e: &Expr| matches!(&e.kind, ExprKind::Call(f, _) if ["floor", "ceil"].contains(&f.text.as_str()));
        let moves = |e: &Expr| is(e) && depends(e, scope);
        let (call, other, op) = if moves(x) {
            (x, y, op)
        } else if moves(y) {
            let turned = match op {
                BinaryOp::Lt => BinaryOp::Gt,
                BinaryOp::Le => BinaryOp::Ge,
                BinaryOp::Gt => BinaryOp::Lt,
                BinaryOp::Ge => BinaryOp::Le,
                BinaryOp::Eq
                | BinaryOp::Ne
                | BinaryOp::Add
                | BinaryOp::Sub
                | BinaryOp::Mul
                | BinaryOp::Div
                | BinaryOp::And
                | BinaryOp::Or => op,
            };
            (y, x, turned)
        } else {
            return Ok(None);
        };
        let Some((top, divisor)) = quotient(call, self, scope)? else { return Ok(None) };
        let large =
            || Diagnostic::new(call.span, "this index is too large").hint("sizes and indices must fit in 64 bits");
        let bound = self.affine(other, scope)?.scaled(divisor).ok_or_else(large)?;
        // bound ≤ top says that the quotient is at least the index; top ≤ bound + divisor - 1 that it is at most that
        let below = bound.add_scaled(&top, -1).ok_or_else(large)?;
        let mut above = top.add_scaled(&bound, -1).ok_or_else(large)?;
        above.constant -= divisor - 1;
        let not_positive = |f: Affine| Condition::Compare(f, Comparison::NotPositive);
        let positive = |f: Affine| Condition::Not(Box::new(Condition::Compare(f, Comparison::NotPositive)));
        let equal = |below, above| Condition::And(Box::new(not_positive(below)), Box::new(not_positive(above)));
        Ok(Some(match op {
            BinaryOp::Eq => equal(below, above),
            BinaryOp::Ne => Condition::Not(Box::new(equal(below, above))),
            BinaryOp::Lt => positive(below),
            BinaryOp::Le => not_positive(above),
            BinaryOp::Gt => positive(above),
            BinaryOp::Ge => not_positive(below),
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::And | BinaryOp::Or => {
                return Ok(None);
            }
        }))
    }

    fn comparison(&self, op: BinaryOp, whole: &Expr, x: &Expr, y: &Expr, scope: &Scope) -> Result<Decided, Diagnostic> {
        // every comparison becomes one of `difference` with 0; > and >= swap the sides
        let (left, right, comparison) = match op {
            BinaryOp::Eq => (x, y, Comparison::Zero),
            BinaryOp::Ne => (x, y, Comparison::NonZero),
            BinaryOp::Lt => (x, y, Comparison::Negative),
            BinaryOp::Le => (x, y, Comparison::NotPositive),
            BinaryOp::Gt => (y, x, Comparison::Negative),
            BinaryOp::Ge => (y, x, Comparison::NotPositive),
            BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul | BinaryOp::Div | BinaryOp::And | BinaryOp::Or => {
                return Err(
                    Diagnostic::new(whole.span, "this is not a condition").hint("compare with ==, !=, <, <=, > or >=")
                );
            }
        };
        // what a tensor holds is not known when equations are written out
        let index = |x: &Expr| {
            let value = matches!(x.kind, ExprKind::Read(..) | ExprKind::Call(..) | ExprKind::Reduce(_));
            self.affine(x, scope).map_err(|d| {
                if value {
                    Diagnostic::new(x.span, "a condition speaks of indices, not of what a tensor holds")
                        .hint("where a value decides, write it with `maximum(x, y)`, `relu(x)`, or `step(x)`, which is 1 for x > 0 and else 0")
                } else {
                    d
                }
            })
        };
        let difference = index(left)?.add_scaled(&index(right)?, -1);
        let difference = difference.ok_or_else(|| {
            Diagnostic::new(whole.span, "this index is too large").hint("sizes and indices must fit in 64 bits")
        })?;
        let condition = Condition::Compare(difference.clone(), comparison);
        Ok(if difference.as_constant().is_some() {
            Decided::Always(condition.holds(&[]))
        } else {
            Decided::Sometimes(condition)
        })
    }
}
