//! Expressions in the layer language's own syntax, which for sums, products, powers and calls is also Python's.
//!
//! Indicators are calls as well: `first(k, x1, …, xm)` is 1 where argument number k (from 1) is the first maximum of the list,
//! `split` its equal share among all maxima, `all` 1 for every maximum; else 0.

use std::fmt::Write;

use crate::expr::{Arena, ExprId, ExprKind, Number, degree_of_root};
use crate::formula::Glossary;

/// The terms of a sum as they are written: a positive one first, so that no sum begins with a minus without need.
fn in_order(arena: &Arena, terms: &[ExprId]) -> Vec<ExprId> {
    let mut list = terms.to_vec();
    if list.first().is_some_and(|&t| is_negative(arena, t))
        && let Some(place) = list.iter().position(|&t| !is_negative(arena, t))
    {
        list[..=place].rotate_right(1);
    }
    list
}

/// Is it written with a minus in front?
fn is_negative(arena: &Arena, id: ExprId) -> bool {
    matches!(arena.kind(id), ExprKind::Number(c) | ExprKind::Product(c, _) if c.is_negative())
}

/// Appends `id`, written as code, to `out`.
pub fn code(arena: &Arena, glossary: &Glossary, id: ExprId, out: &mut String) {
    Coder { arena, glossary, whole: false }.write(id, false, out);
}

/// The same with whole tensors in place of their elements: `dsigma(z)`, `1 - a`.
pub fn whole_code(arena: &Arena, glossary: &Glossary, id: ExprId, out: &mut String) {
    Coder { arena, glossary, whole: true }.write(id, false, out);
}

struct Coder<'a> {
    whole: bool,
    arena: &'a Arena,
    glossary: &'a Glossary,
}

impl Coder<'_> {
    /// `tight`: a factor or a base is wanted, so sums and signs get brackets.
    fn write(&self, id: ExprId, tight: bool, out: &mut String) {
        match self.arena.kind(id) {
            ExprKind::Number(n) if tight && (n.is_negative() || !n.is_integer()) => push(out, format_args!("({n})")),
            ExprKind::Number(n) => push(out, format_args!("{n}")),
            ExprKind::Symbol(s) => {
                out.push_str(self.glossary.code(s.tensor));
                if self.whole {
                    return;
                }
                let mut open = '[';
                for i in self.glossary.indices(s.tensor, s.offset) {
                    out.push(open);
                    open = ',';
                    push(out, format_args!("{i}"));
                }
                if open == ',' {
                    out.push(']');
                }
            }
            ExprKind::Sum(_) | ExprKind::Product(..) if tight => {
                out.push('(');
                self.write(id, false, out);
                out.push(')');
            }
            ExprKind::Sum(terms) => {
                for (place, term) in in_order(self.arena, terms).into_iter().enumerate() {
                    self.term(term, place == 0, out);
                }
            }
            ExprKind::Product(..) => self.term(id, true, out),
            ExprKind::Power(base, n) => match self.root(base) {
                Some((degree, inner)) => self.power(inner, &Number::fraction(n.into(), degree.into()), out),
                None => self.power(base, &Number::integer(n.into()), out),
            },
            ExprKind::Call(..) if let Some((degree, inner)) = self.root(id) => {
                self.power(inner, &Number::fraction(1, degree.into()), out);
            }
            ExprKind::Call(f, x) => {
                for _ in 0..f.order {
                    out.push('d');
                }
                out.push_str(self.arena.function_name(f));
                out.push('(');
                self.write(x, false, out);
                out.push(')');
            }
            ExprKind::Max(of) => {
                out.push_str("max(");
                self.list(of, out);
            }
            ExprKind::Chosen { ties, which, of, .. } => {
                push(out, format_args!("{}({}, ", ties.word(), which + 1));
                self.list(of, out);
            }
        }
    }

    /// The degree of a root, and of what it is one.
    fn root(&self, id: ExprId) -> Option<(u32, ExprId)> {
        let ExprKind::Call(f, x) = self.arena.kind(id) else { return None };
        Some((degree_of_root(self.arena.function_name(f)).filter(|_| f.order == 0)?, x))
    }

    fn power(&self, base: ExprId, exponent: &Number, out: &mut String) {
        // a power to the left of another would be read as its exponent
        let raised = matches!(self.arena.kind(base), ExprKind::Power(..)) || self.root(base).is_some();
        out.push_str(if raised { "(" } else { "" });
        self.write(base, true, out);
        out.push_str(if raised { ")" } else { "" });
        out.push_str("**");
        self.exponent(exponent, out);
    }

    fn exponent(&self, n: &Number, out: &mut String) {
        if n.is_integer() && !n.is_negative() {
            push(out, format_args!("{n}"));
        } else {
            push(out, format_args!("({n})"));
        }
    }

    fn list(&self, of: &[ExprId], out: &mut String) {
        for (place, &x) in of.iter().enumerate() {
            if place > 0 {
                out.push_str(", ");
            }
            self.write(x, false, out);
        }
        out.push(')');
    }

    fn term(&self, term: ExprId, first: bool, out: &mut String) {
        let negative = is_negative(self.arena, term);
        out.push_str(match (first, negative) {
            (true, false) => "",
            (true, true) => "-",
            (false, false) => " + ",
            (false, true) => " - ",
        });
        if let ExprKind::Number(c) = self.arena.kind(term) {
            push(out, format_args!("{}", if negative { c.negate() } else { c.clone() }));
        } else if let ExprKind::Product(c, factors) = self.arena.kind(term) {
            self.product(c, factors, out);
        } else {
            self.write(term, false, out);
        }
    }

    /// Without the sign.
    fn product(&self, c: &Number, factors: &[ExprId], out: &mut String) {
        let mut star = "";
        if !c.is_one() {
            let size = if c.is_negative() { c.negate() } else { c.clone() };
            if !size.is_one() {
                push(out, format_args!("{size}"));
                star = "*";
            }
        }
        for &factor in factors {
            out.push_str(star);
            star = "*";
            self.write(factor, true, out);
        }
    }
}

/// Writing to a string cannot fail.
fn push(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(arguments);
}
