//! Calls: which functions the layer language knows, and what a call of each of them means.

use std::collections::BTreeSet;

use super::body::{Lowering, Site};
use super::ellipsis::names_in;
use super::words::plural;
use crate::expr::{ELEMENTARY, Number, degree_of_root, elementary};
use crate::index::{Affine, Body, Extreme, root};
use crate::syntax::ast::{Expr, ExprKind, Name};
use crate::text::{Diagnostic, Span, closest};

/// The name of the function that reads a tensor in reading order.
const FLAT: &str = "flat";
/// Functions that make indices and sizes.
const OF_INDICES: [&str; 3] = ["floor", "ceil", "min"];
/// Functions of two values.
const EXTREMES: [(&str, Extreme); 2] = [("maximum", Extreme::Largest), ("minimum", Extreme::Smallest)];

/// Has a function of this name a meaning in the layer language?
pub fn is_function(name: &str) -> bool {
    let extreme = EXTREMES.iter().any(|(known, _)| *known == name);
    let known = elementary(name).is_some() || degree_of_root(name).is_some();
    name == FLAT || OF_INDICES.contains(&name) || extreme || known
}

/// What other languages call what is said otherwise here.
const OTHERWISE: [(&str, &str); 15] = [
    ("ln", "log(x)"),
    ("sgn", "sign(x)"),
    ("heaviside", "step(x)"),
    ("logistic", "sigmoid(x)"),
    ("square", "x^2"),
    ("silu", "x * sigmoid(x)"),
    ("swish", "x * sigmoid(x)"),
    ("gelu", "x * Phi(x)"),
    ("erf", "2 * Phi(sqrt(2) * x) - 1"),
    ("erfc", "2 - 2 * Phi(sqrt(2) * x)"),
    ("tan", "sin(x) / cos(x)"),
    ("sinh", "(exp(x) - exp(-x)) / 2"),
    ("cosh", "(exp(x) + exp(-x)) / 2"),
    ("log1p", "log(1 + x)"),
    ("expm1", "exp(x) - 1"),
];

/// What may be meant by the name of a function that is not known: a question, or how it is written.
pub fn instead_of(name: &str) -> Option<String> {
    if let Some((_, formula)) = OTHERWISE.iter().find(|(other, _)| *other == name) {
        return Some(format!("write `{formula}`"));
    }
    let known = ELEMENTARY.iter().map(|row| row.name).chain(EXTREMES.map(|(known, _)| known)).chain(["sqrt"]);
    Some(format!("did you mean `{}`?", closest(name, known)?))
}

impl Lowering<'_> {
    /// The body that a call means.
    pub(super) fn call(&mut self, name: &Name, arguments: &[Expr], whole: &Expr) -> Result<Body, Diagnostic> {
        if name.text == FLAT {
            return self.flat(name, arguments, whole.span);
        }
        if OF_INDICES.contains(&name.text.as_str()) {
            return self.of_indices(&name.text, whole);
        }
        let wrong = |wanted: &str, usage: String| {
            let message = format!("`{}` takes {wanted}, not {}", name.text, arguments.len());
            Err(Diagnostic::new(whole.span, message).hint(usage))
        };
        if let Some((known, extreme)) = EXTREMES.iter().find(|(known, _)| *known == name.text) {
            let [x, y] = arguments else {
                return wrong("two arguments", format!("write it as `{known}(x, y)`"));
            };
            return Ok(match [self.body(x)?, self.body(y)?] {
                [Body::Number(x), Body::Number(y)] => Body::Number(match extreme {
                    Extreme::Largest => x.max(y),
                    Extreme::Smallest => x.min(y),
                }),
                values => Body::Extreme(*extreme, values.into()),
            });
        }
        let [argument] = arguments else {
            let near = Some(&name.text).filter(|name| !is_function(name)).and_then(|name| instead_of(name));
            return wrong("one argument", near.unwrap_or_else(|| format!("write it as `{}(x)`", name.text)));
        };
        let argument = self.body(argument)?;
        Ok(match degree_of_root(&name.text) {
            Some(degree) => root(argument, degree),
            None => Body::Call(name.text.clone(), 0, Box::new(argument)),
        })
    }

    /// `flat(a, k)`: the element number `k` of `a` in reading order; `flat(a[n], k)`: the same of what is left of `a` at `n`.
    fn flat(&mut self, name: &Name, arguments: &[Expr], span: Span) -> Result<Body, Diagnostic> {
        let usage = "write `flat(a, k)`: the element number `k` of the tensor `a` in reading order; `flat(a[n], k)` for one example";
        let wrong = || Diagnostic::new(span, format!("`{}` takes a tensor and an index", name.text)).hint(usage);
        let [whole, index] = arguments else { return Err(wrong()) };
        let (tensor, leading) = if let ExprKind::Read(tensor, indices) = &whole.kind {
            (&tensor.text, indices.as_slice())
        } else {
            let ExprKind::Name(tensor) = &whole.kind else { return Err(wrong()) };
            (tensor, &[][..])
        };
        let Some(place) = self.tensors.iter().position(|t| &t.name == tensor) else {
            return Err(Diagnostic::new(whole.span, format!("there is no tensor `{tensor}` here")).hint(usage));
        };
        let shape = &self.tensors[place].shape;
        if shape.len() < leading.len() {
            let message = format!("`{tensor}` has {}", plural(shape.len(), "axis", "axes"));
            return Err(Diagnostic::new(whole.span, message).hint("give indices for leading axes only"));
        }
        let mut number = self.site(place, None, leading.len(), index)?;
        for (axis, leading) in leading.iter().enumerate() {
            let own = self.site(place, Some(axis), 0, leading)?;
            let step = shape[axis + 1..].iter().product::<usize>() as i64;
            // indices and numbers are counted from the same base
            let moved = number.add_scaled(&own, step).and_then(|mut f| {
                f.constant = f.constant.checked_sub(step.checked_mul(self.base)?)?;
                Some(f)
            });
            number = moved.ok_or_else(|| {
                Diagnostic::new(span, "this index is too large").hint("sizes and indices must fit in 64 bits")
            })?;
        }
        Ok(Body::Flat(place, number))
    }

    /// Takes note of an index of a read.
    fn site(&mut self, tensor: usize, axis: Option<usize>, fixed: usize, index: &Expr) -> Result<Affine, Diagnostic> {
        let f = self.environment.affine(index, &self.scope)?;
        self.sites.push(Site { tensor, axis, fixed, index: f.clone(), span: index.span, guarded: self.guards > 0 });
        Ok(f)
    }

    /// `floor`, `ceil` and `min`: integers that depend on sizes and options.
    fn of_indices(&mut self, name: &str, expr: &Expr) -> Result<Body, Diagnostic> {
        let mut names = BTreeSet::new();
        names_in(expr, &mut names);
        if self.tensors.iter().any(|t| names.contains(&t.name)) {
            let error = Diagnostic::new(expr.span, format!("`{name}` is for sizes and indices, not for values"));
            return Err(error.hint(match name {
                "min" => "the smaller of two values is `minimum(x, y)`, the smallest of many `-max(u in 1..K) -a[u]`",
                _ => "a value is not rounded: where it decides, `step(x)` is 1 for x > 0 and else 0",
            }));
        }
        let mut plain = |this: &mut Self, expr: &Expr| Ok(Body::Index(this.environment.affine(expr, &this.scope)?));
        if let Some(body) = self.rounded(expr, &mut plain)? {
            return Ok(body);
        }
        let index = self.environment.affine(expr, &self.scope)?;
        Ok(index.as_constant().map_or(Body::Index(index), |c| Body::Number(Number::integer(c))))
    }
}
