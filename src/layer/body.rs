//! From the right-hand side of a definition to its [`Body`]: names resolved, options decided, every read noted for range inference.

use super::between::Between;
use super::ellipsis::stray;
use super::environment::{Decided, Environment, Scope};
use super::words::plural;
use crate::expr::{HIGHEST_ROOT, Number};
use crate::index::{Body, Condition, ReduceOp, TensorDecl, is_zero, power, product, root, too_long};
use crate::syntax::MOST_EXPONENT;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Name, Reduction, Variable};
use crate::text::{Diagnostic, Span, closest};

/// An index variable while its definition is being bound.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) name: String,
    pub(super) span: Span,
    /// Written or inferred.
    pub(super) range: Option<(i64, i64)>,
    /// What it follows from where other indices move it.
    pub(super) between: Option<Between>,
    /// Options that set a written range, for hints.
    pub(super) options: Vec<String>,
}

/// One index of one read.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) tensor: usize,
    /// Which axis; none where elements are counted in reading order.
    pub(super) axis: Option<usize>,
    /// Leading axes that have indices of their own, where elements are counted in what is left.
    pub(super) fixed: usize,
    pub(super) index: crate::index::Affine,
    pub(super) span: Span,
    /// Under a condition: such a read bounds no range.
    pub(super) guarded: bool,
}

impl Site {
    /// How many values the index may take.
    pub(super) fn extent(&self, tensors: &[TensorDecl]) -> i64 {
        let shape = &tensors[self.tensor].shape;
        self.axis.map_or_else(|| shape[self.fixed..].iter().product(), |axis| shape[axis]) as i64
    }

    /// What the index counts, in words.
    pub(super) fn axis_in_words(&self) -> String {
        self.axis.map_or_else(|| "in reading order".to_string(), |axis| format!("along axis {}", axis + 1))
    }
}

/// Turns expressions into bodies.
pub(super) struct Lowering<'a> {
    pub(super) environment: &'a Environment,
    pub(super) tensors: &'a [TensorDecl],
    /// Tensors that exist only under another choice of options, for better messages.
    pub(super) absent: &'a [String],
    /// The smallest index.
    pub(super) base: i64,
    /// Tensors of which a read outside counts as 0.
    pub(super) padded: Vec<usize>,
    /// The names in the right-hand side.
    pub(super) names: Vec<String>,
    pub(super) slots: Vec<Slot>,
    pub(super) sites: Vec<Site>,
    pub(super) scope: Scope,
    pub(super) guards: usize,
}

impl<'a> Lowering<'a> {
    pub(super) fn new(
        environment: &'a Environment,
        tensors: &'a [TensorDecl],
        absent: &'a [String],
        base: i64,
    ) -> Self {
        Lowering {
            environment,
            tensors,
            absent,
            base,
            padded: Vec::new(),
            names: Vec::new(),
            slots: Vec::new(),
            sites: Vec::new(),
            scope: Scope::new(),
            guards: 0,
        }
    }

    /// Brings a variable into sight and gives its slot.
    pub(super) fn variable(&mut self, variable: &Variable) -> Result<usize, Diagnostic> {
        let Name { text, span } = &variable.name;
        let taken = self.environment.numbers.contains_key(text)
            || self.environment.fractions.contains_key(text)
            || self.environment.choices.contains_key(text)
            || self.tensors.iter().any(|t| &t.name == text)
            || self.scope.iter().any(|(n, _)| n == text);
        if taken {
            return Err(
                Diagnostic::new(*span, format!("`{text}` already means something here")).hint("take another letter")
            );
        }
        let range = match &variable.range {
            Some((low, high)) => {
                let (first, last) = (self.environment.end(low, &self.scope)?, self.environment.end(high, &self.scope)?);
                if last < first {
                    return Err(self.empty(text, (low, high), (first, last)));
                }
                Some((first, last))
            }
            None => None,
        };
        let ends = variable.range.iter().flat_map(|(low, high)| [low, high]);
        let names = ends.filter_map(|e| if let ExprKind::Name(n) = &e.kind { Some(n) } else { None });
        let options = names.filter_map(|n| self.environment.origins.get(n).cloned()).collect();
        self.slots.push(Slot { name: text.clone(), span: *span, range, between: None, options });
        self.scope.push((text.clone(), self.slots.len() - 1));
        Ok(self.slots.len() - 1)
    }

    /// What to say of a range without values; where the input is too small for what slides over it, that is said.
    fn empty(&self, text: &str, (low, high): (&Expr, &Expr), (first, last): (i64, i64)) -> Diagnostic {
        let place = low.span.to(high.span);
        let origins = self.environment.set_by(high);
        if !origins.iter().any(|(o, _)| *o == "--input") {
            return Diagnostic::new(place, format!("the range {first}..{last} of `{text}` is empty"))
                .hint("a range goes up, from its first value to its last");
        }
        // what makes a window wide, and could be smaller
        let wide = origins.iter().filter(|(o, n)| *n > 1 && !["--input", "--stride", "--padding"].contains(o));
        let wide: std::collections::BTreeSet<&str> = wide.map(|(o, _)| *o).collect();
        let wide = wide.into_iter().collect::<Vec<_>>().join(" or ");
        let smaller = if wide.is_empty() { String::new() } else { format!(", or a smaller {wide}") };
        Diagnostic::new(place, format!("the input is too small: `{text}` would run over {first}..{last}"))
            .hint(format!("give a larger --input{smaller}"))
    }

    /// Brings every variable into sight that indices of reads use and nothing binds: they hold for all their values.
    pub(super) fn free_variables(&mut self, expr: &Expr, found: &mut Vec<usize>) -> Result<(), Diagnostic> {
        let reduction = if let ExprKind::Reduce(reduction) = &expr.kind { Some(reduction) } else { None };
        let bound: Vec<&str> =
            reduction.iter().flat_map(|r| &r.variables).map(|variable| variable.name.text.as_str()).collect();
        let body = reduction.map_or(expr, |reduction| &reduction.body);
        let ExprKind::Read(_, indices) = &body.kind else { return Ok(()) };
        self.free_indices(indices, &bound, found)
    }

    fn free_indices(&mut self, indices: &[Expr], bound: &[&str], found: &mut Vec<usize>) -> Result<(), Diagnostic> {
        for index in indices {
            if let ExprKind::Name(name) = &index.kind
                && !bound.contains(&name.as_str())
                && !self.environment.numbers.contains_key(name)
                && !self.scope.iter().any(|(n, _)| n == name)
            {
                let name = Name { text: name.clone(), span: index.span };
                found.push(self.variable(&Variable { name, range: None })?);
            }
        }
        Ok(())
    }

    /// The body that an expression means.
    pub(super) fn body(&mut self, expr: &Expr) -> Result<Body, Diagnostic> {
        match &expr.kind {
            ExprKind::Number(n) => Ok(Body::Number(Number::from(n.clone()))),
            ExprKind::Name(name) => self.name(name, expr.span),
            ExprKind::Read(name, indices) => self.read(name, indices, expr.span),
            ExprKind::Call(name, arguments) => self.call(name, arguments, expr),
            ExprKind::Negate(x) => {
                let x = self.body(x)?;
                Ok(product(vec![Body::Number(Number::integer(-1)), x]))
            }
            ExprKind::Binary(BinaryOp::Add | BinaryOp::Sub, ..) => self.sum(expr),
            ExprKind::Binary(BinaryOp::Mul | BinaryOp::Div, ..) => self.product(expr),
            ExprKind::Power(x, n) => {
                let base = self.body(x)?;
                self.raised(base, n, expr.span)
            }
            ExprKind::Reduce(reduction) => self.reduction(reduction, expr.span),
            ExprKind::If(condition, yes, no) => match self.environment.condition(condition, &self.scope)? {
                Decided::Always(true) => self.body(yes),
                Decided::Always(false) => self.body(no),
                Decided::Sometimes(condition) => {
                    self.guards += 1;
                    let branches = self.body(yes).and_then(|yes| Ok((yes, self.body(no)?)));
                    self.guards -= 1;
                    let (yes, no) = branches?;
                    Ok(Body::If(condition, Box::new(yes), Box::new(no)))
                }
            },
            ExprKind::Each(_) | ExprKind::Perhaps(_) => Err(stray(expr.span)),
            ExprKind::Not(_)
            | ExprKind::Within(..)
            | ExprKind::Binary(
                BinaryOp::Eq
                | BinaryOp::Ne
                | BinaryOp::Lt
                | BinaryOp::Le
                | BinaryOp::Gt
                | BinaryOp::Ge
                | BinaryOp::And
                | BinaryOp::Or,
                ..,
            ) => Err(Diagnostic::new(expr.span, "a condition is not a number").hint("write `if … then 1 else 0`")),
        }
    }

    fn name(&mut self, name: &str, span: Span) -> Result<Body, Diagnostic> {
        if let Some(place) = self.tensors.iter().position(|t| t.name == name) {
            return self.element(place, Vec::new(), span);
        }
        if self.absent.iter().any(|n| n == name) {
            return Err(Diagnostic::new(span, format!("`{name}` is not declared under these options"))
                .hint("give this line a `when` as well, or choose with `if … then … else …`"));
        }
        if let Some(value) = self.environment.fractions.get(name) {
            return Ok(Body::Number(value.clone()));
        }
        match self.environment.affine(&Expr { kind: ExprKind::Name(name.to_string()), span }, &self.scope) {
            Ok(index) => Ok(match index.as_constant() {
                Some(c) => Body::Number(Number::integer(c)),
                None => Body::Index(index),
            }),
            Err(error) => Err(match closest(name, self.tensors.iter().map(|t| t.name.as_str())) {
                Some(near) => {
                    Diagnostic::new(span, format!("`{name}` is not known here")).hint(format!("did you mean `{near}`?"))
                }
                None => error,
            }),
        }
    }

    fn read(&mut self, name: &Name, indices: &[Expr], span: Span) -> Result<Body, Diagnostic> {
        let Some(place) = self.tensors.iter().position(|t| t.name == name.text) else {
            let error = Diagnostic::new(name.span, format!("there is no tensor `{}` here", name.text));
            return Err(match closest(&name.text, self.tensors.iter().map(|t| t.name.as_str())) {
                _ if self.absent.contains(&name.text) => error.hint("it is declared only under other options"),
                Some(near) => error.hint(format!("did you mean `{near}`?")),
                None => error.hint("declare it as input, weight or bias, or define it on a line above"),
            });
        };
        let whole = Expr { kind: ExprKind::Read(name.clone(), indices.to_vec()), span };
        let mut plain = |this: &mut Self, whole: &Expr| {
            let ExprKind::Read(_, indices) = &whole.kind else { unreachable!("a read stays one") };
            this.plain_read(place, indices, span)
        };
        match self.rounded(&whole, &mut plain)? {
            Some(body) => Ok(body),
            None => self.plain_read(place, indices, span),
        }
    }

    fn plain_read(&mut self, place: usize, indices: &[Expr], span: Span) -> Result<Body, Diagnostic> {
        let mut affine = Vec::with_capacity(indices.len());
        for (axis, index) in indices.iter().enumerate() {
            let f = self.environment.affine(index, &self.scope)?;
            self.sites.push(Site {
                tensor: place,
                axis: Some(axis),
                fixed: 0,
                index: f.clone(),
                span: index.span,
                guarded: self.guards > 0 || self.padded.contains(&place),
            });
            affine.push(f);
        }
        let inside = self.inside(place, &affine);
        let read = self.element(place, affine, span)?;
        Ok(match inside {
            Some(condition) => Body::If(condition, Box::new(read), Box::new(Body::Number(Number::integer(0)))),
            None => read,
        })
    }

    /// Where indices lie inside a tensor of which a read outside counts as 0.
    fn inside(&self, place: usize, indices: &[crate::index::Affine]) -> Option<Condition> {
        let shape = self.padded.contains(&place).then(|| &self.tensors[place].shape)?;
        let along =
            indices.iter().zip(shape).map(|(f, &n)| Condition::Within(self.base, f.clone(), self.base + n as i64 - 1));
        along.reduce(|p, q| Condition::And(Box::new(p), Box::new(q)))
    }

    fn element(&mut self, place: usize, indices: Vec<crate::index::Affine>, span: Span) -> Result<Body, Diagnostic> {
        let tensor = &self.tensors[place];
        if tensor.shape.len() == indices.len() {
            return Ok(Body::Read(place, indices));
        }
        let error = Diagnostic::new(
            span,
            format!(
                "`{}` has {} and is read with {}",
                tensor.name,
                plural(tensor.shape.len(), "axis", "axes"),
                indices.len()
            ),
        );
        Err(error.hint(match tensor.shape.len() {
            0 => format!("it is one number: write `{}`", tensor.name),
            _ if indices.is_empty() => format!("write `{}[…]`", tensor.name),
            _ => "give one index for each axis".to_string(),
        }))
    }

    /// A chain of + and -, walked along its left spine, which may be long.
    fn sum(&mut self, expr: &Expr) -> Result<Body, Diagnostic> {
        let mut parts = Vec::new();
        let mut rest = expr;
        while let ExprKind::Binary(op @ (BinaryOp::Add | BinaryOp::Sub), x, y) = &rest.kind {
            let y = self.body(y)?;
            parts.push(if *op == BinaryOp::Add { y } else { product(vec![Body::Number(Number::integer(-1)), y]) });
            rest = x;
        }
        parts.push(self.body(rest)?);
        parts.reverse();
        // what an option leaves out is 0
        if parts.iter().any(|p| !is_zero(p)) {
            parts.retain(|p| !is_zero(p));
        }
        if parts.len() == 1 {
            return Ok(parts.remove(0));
        }
        let mut sum = Number::integer(0);
        for part in &parts {
            let Body::Number(n) = part else { return Ok(Body::Sum(parts)) };
            sum = sum.add(n);
            if sum.is_long() {
                return Err(too_long(expr.span));
            }
        }
        Ok(Body::Number(sum))
    }

    /// A chain of * and /, walked along its left spine.
    fn product(&mut self, expr: &Expr) -> Result<Body, Diagnostic> {
        let mut parts = Vec::new();
        let mut rest = expr;
        while let ExprKind::Binary(op @ (BinaryOp::Mul | BinaryOp::Div), x, y) = &rest.kind {
            let span = y.span;
            let y = self.body(y)?;
            parts.push(if *op == BinaryOp::Mul { y } else { power(y, -1, span)? });
            rest = x;
        }
        parts.push(self.body(rest)?);
        parts.reverse();
        let whole = product(parts);
        if matches!(&whole, Body::Product(parts) if matches!(parts[..], [_, Body::Number(_), ..])) {
            return Err(too_long(expr.span));
        }
        Ok(whole)
    }

    /// A power; where its exponent is a fraction, a whole power of a root.
    fn raised(&mut self, base: Body, exponent: &Expr, span: Span) -> Result<Body, Diagnostic> {
        let Body::Number(number) = self.body(exponent)? else {
            return Err(Diagnostic::new(exponent.span, "an exponent is a number")
                .hint("it may come from options only; other powers are written `exp(y * log(x))`"));
        };
        let (whole, degree) = number.parts();
        let limits = || {
            Diagnostic::new(exponent.span, "this exponent is too large").hint(format!(
                "exponents go from -{MOST_EXPONENT} to {MOST_EXPONENT}, over a denominator of at most {HIGHEST_ROOT}"
            ))
        };
        let small = |n: Number, most: u32| n.to_string().parse::<i32>().ok().filter(|n| n.unsigned_abs() <= most);
        let whole = small(whole, MOST_EXPONENT).ok_or_else(limits)?;
        let degree = small(degree, HIGHEST_ROOT).ok_or_else(limits)?.unsigned_abs();
        power(root(base, degree), whole, span)
    }

    fn reduction(&mut self, reduction: &Reduction, span: Span) -> Result<Body, Diagnostic> {
        let outer = self.scope.len();
        let mut reduction = reduction.clone();
        let mut slots = Vec::with_capacity(reduction.variables.len());
        for place in 0..reduction.variables.len() {
            let between = self.fix_ends(&mut reduction, place)?;
            let slot = self.variable(&reduction.variables[place])?;
            self.slots[slot].between = between;
            slots.push(slot);
        }
        let filter = match &reduction.filter {
            None => None,
            Some(filter) => match self.environment.condition(filter, &self.scope)? {
                Decided::Always(true) => None,
                Decided::Always(false) => {
                    return Err(Diagnostic::new(filter.span, "this never holds: nothing is left to reduce")
                        .hint("look at the condition, or take other sizes or options"));
                }
                Decided::Sometimes(condition) => Some(condition),
            },
        };
        self.guards += usize::from(filter.is_some());
        let body = self.body(&reduction.body);
        self.guards -= usize::from(filter.is_some());
        let body = Box::new(body?);
        self.scope.truncate(outer);
        if slots.is_empty() && filter.is_none() {
            return Ok(*body); // `...` stands for no axes here: one term
        }
        if slots.is_empty() {
            return Err(Diagnostic::new(span, "a reduction runs over at least one variable")
                .hint("as in `sum(u in 1..K) a[u]`"));
        }
        let op: ReduceOp = reduction.op;
        // terms that are 0 are left out of a sum
        let (body, filter) =
            if op == ReduceOp::Sum && !self.padded.is_empty() { without_zeros(*body, filter) } else { (*body, filter) };
        let body = Box::new(body);
        Ok(Body::Reduce { op, slots, filter, body })
    }
}

/// What is summed, without terms that a condition makes 0, and the condition.
fn without_zeros(body: Body, mut filter: Option<Condition>) -> (Body, Option<Condition>) {
    let mut opened = |part: Body| {
        let (c, x, y) = if let Body::If(c, x, y) = part { (c, x, y) } else { return part };
        if !is_zero(&y) {
            return Body::If(c, x, y);
        }
        filter = Some(match filter.take() {
            Some(f) => Condition::And(Box::new(f), Box::new(c)),
            None => c,
        });
        *x
    };
    let body =
        if let Body::Product(parts) = body { product(parts.into_iter().map(opened).collect()) } else { opened(body) };
    (body, filter)
}
