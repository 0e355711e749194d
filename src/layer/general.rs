//! A layer for every size: its syntax tree and settings with letters to a [`Program`].
//!
//! What an option decides is decided here, as in [`bind`](super::bind). Where a size is a letter, a condition on sizes that may hold
//! or not is taken as for letters about which nothing is known: an equation as not holding, `x > y` by what the ledger says, else as
//! holding. What was taken so is noted in the ledger; the checks at numbers tell whether it was needed.

#![allow(clippy::wildcard_enum_match_arm)] // few of the kinds matter here

mod infer;

use std::rc::Rc;

use super::bind::with_axes;
use super::environment_of_letters::{Environment, Scope};
use super::{Amount, Refusal, Settings, packs};
use crate::expr::{HIGHEST_ROOT, Number, degree_of_root, root_name};
use crate::index::general::{Condition, Definition, Ledger, Program, Range, Size, Tensor, Term};
use crate::index::{Extreme, Letters, Part, ReduceOp};
use crate::syntax::ast::{self, BinaryOp, Expr, ExprKind, ItemKind, Name, Reduction, Role, Variable};
use crate::text::{Diagnostic, Span};

/// Gives a layer its letters and options.
///
/// # Errors
/// [`Refusal::Setting`] where a letter cannot be one or the settings do not fit, [`Refusal::Text`] where the layer's text is wrong, or says what
/// has no form for every size.
pub fn general(layer: &ast::Layer, settings: &Settings<Amount>) -> Result<Program, Refusal> {
    let (layer, settings) = packs::written_out(layer, settings)?;
    let layer = with_axes(&layer, &settings)?;
    let mut ledger = Ledger::default();
    let environment = Environment::new(&layer, &settings, &mut ledger)?;
    let mut general = General {
        environment,
        program: Program {
            tensors: Vec::new(),
            definitions: Vec::new(),
            index_base: layer.index_base,
            loss: false,
            ledger,
            derived: Vec::new(),
        },
    };
    for item in &layer.items {
        general.item(item).map_err(|d| Refusal::Text(vec![d]))?;
    }
    let program = general.program;
    let given = program.given();
    if let Some(tensor) = program.tensors.iter().find(|t| given.contains(t.name.as_str())) {
        let message = format!("`{}` is a tensor of layer `{}`", tensor.name, layer.name.text);
        return Err(Refusal::setting(message, "take another letter for the size"));
    }
    let names = program.tensors.iter().map(|t| t.name.clone()).chain(given.iter().map(ToString::to_string));
    let mut letters = Letters::beside(names);
    Ok(program.named(&mut letters))
}

struct General {
    environment: Environment,
    program: Program,
}

impl General {
    fn item(&mut self, item: &ast::Item) -> Result<(), Diagnostic> {
        if let Some(when) = &item.when
            && !self.environment.decide(when, &mut self.program.ledger)?
        {
            return Ok(());
        }
        match &item.kind {
            ItemKind::Declaration(d) if d.padded => {
                Err(Diagnostic::new(item.span, "what is read outside a tensor is not taken as 0 for every size yet")
                    .hint(
                        "leave `padded` out and say with `where` which reads there are, or give numbers for the sizes",
                    ))
            }
            ItemKind::Declaration(d) => {
                let part = match d.role {
                    Role::Input => Part::Input,
                    Role::Data => Part::Data,
                    Role::Weight => Part::Weight,
                    Role::Bias => Part::Bias,
                    Role::Target => Part::Target,
                };
                let shape = d.shape.iter().map(|e| self.environment.size(e, &Scope::new(), &mut self.program.ledger));
                let shape = shape.collect::<Result<Vec<_>, _>>()?;
                for size in &shape {
                    self.program.ledger.suppose(size.add(&Size::integer(-1)));
                }
                self.program.tensors.push(Tensor { name: d.name.text.clone(), part, shape });
                Ok(())
            }
            ItemKind::Definition(d) => self.definition(d),
            ItemKind::Assumption(_) => Ok(()),
            ItemKind::Local(_) => Err(Diagnostic::new(item.span, "a `let` is not taken for every size yet")
                .hint("write out what it stands for, or give numbers for the sizes")),
            ItemKind::Requirement(e, _) => {
                let condition = self.environment.condition(e, &Scope::new(), &mut self.program.ledger)?;
                condition.conjuncts().into_iter().for_each(|c| suppose(c, &mut self.program.ledger));
                Ok(())
            }
        }
    }

    fn definition(&mut self, d: &ast::Definition) -> Result<(), Diagnostic> {
        let names = self.program.tensors.iter().map(|t| t.name.clone()).chain([d.name.text.clone()]);
        let sizes = self.program.ledger.least.iter().map(|(letter, _)| letter.to_string());
        let mut lowering = Lowering {
            environment: &self.environment,
            program: &self.program,
            ledger: self.program.ledger.clone(),
            letters: Letters::beside(names.chain(sizes)),
            scope: Scope::new(),
            variables: Vec::new(),
            reads: Vec::new(),
            guards: 0,
        };
        for variable in &d.variables {
            lowering.variable(variable)?;
        }
        let rank = d.variables.len();
        let body = lowering.term(&d.body)?;
        lowering.infer()?;
        let ranges = lowering.ranges(0..rank);
        let body = lowering.filled(body).settled();
        let variables: Vec<Rc<str>> = lowering.variables.iter().map(|v| v.letter.clone()).collect();
        let mut ledger = lowering.ledger.without(&|letter| variables.iter().any(|v| **v == *letter));
        for range in &ranges {
            ledger.suppose(range.high.sub(&range.low));
        }
        suppose_ranges(&body, &ledger.clone(), &mut ledger);
        self.program.ledger = ledger;
        self.program.loss = d.loss;
        let shape = ranges.iter().map(Range::len).collect();
        self.program.tensors.push(Tensor { name: d.name.text.clone(), part: Part::Defined, shape });
        self.program.definitions.push(Definition { tensor: self.program.tensors.len() - 1, ranges, body });
        Ok(())
    }
}

/// No range of a reduction is empty.
fn suppose_ranges(body: &Term, inner: &Ledger, ledger: &mut Ledger) {
    body.each(&mut |part| {
        if let Term::Reduce(_, ranges, ..) = part {
            for range in ranges {
                let size = range.high.sub(&range.low);
                if !inner.implies(&size) {
                    ledger.suppose(size);
                }
            }
        }
    });
}

fn suppose(condition: Condition, ledger: &mut Ledger) {
    match condition {
        Condition::AtMost(x, y) => ledger.suppose(y.sub(&x)),
        Condition::Equal(x, y) => {
            ledger.suppose(x.sub(&y));
            ledger.suppose(y.sub(&x));
        }
        Condition::Differs(..) => ledger.taken.push(condition),
        Condition::Within(low, x, high) => {
            ledger.suppose(x.sub(&low));
            ledger.suppose(high.sub(&x));
        }
        Condition::Divides(d, n) => ledger.suppose_divides(d, n),
        Condition::And(parts) => parts.into_iter().for_each(|p| suppose(p, ledger)),
        Condition::Or(_) => ledger.taken.push(condition),
    }
}

/// An index variable: its letter, and its range, written or inferred.
struct Bound {
    letter: Rc<str>,
    span: Span,
    range: Option<(Size, Size)>,
}

/// One index of one read.
struct Read {
    tensor: usize,
    axis: usize,
    index: Size,
    span: Span,
    guarded: bool,
}

struct Lowering<'a> {
    environment: &'a Environment,
    program: &'a Program,
    ledger: Ledger,
    letters: Letters,
    scope: Scope,
    variables: Vec<Bound>,
    reads: Vec<Read>,
    guards: usize,
}

impl Lowering<'_> {
    fn variable(&mut self, variable: &Variable) -> Result<usize, Diagnostic> {
        let Name { text, span } = &variable.name;
        let range = match &variable.range {
            Some((low, high)) => Some((self.size(low)?, self.size(high)?)),
            None => None,
        };
        let letter = if self.letters.is_free(text) && !self.variables.iter().any(|v| *v.letter == **text) {
            self.letters.enter(text);
            text.clone()
        } else {
            let after = Letters::after(text);
            self.letters.give(after.iter().map(String::as_str))
        };
        if let Some((low, high)) = &range {
            self.ledger = self.ledger.within(&letter, low, high);
        }
        self.scope.push((text.clone(), letter.clone()));
        self.variables.push(Bound { letter: Rc::from(letter), span: *span, range });
        Ok(self.variables.len() - 1)
    }

    fn size(&mut self, expr: &Expr) -> Result<Size, Diagnostic> {
        self.environment.size(expr, &self.scope, &mut self.ledger)
    }

    fn term(&mut self, expr: &Expr) -> Result<Term, Diagnostic> {
        match &expr.kind {
            ExprKind::Number(n) => Ok(Term::Number(Number::from(n.clone()))),
            ExprKind::Name(name) => {
                if let Some(place) = self.program.tensors.iter().position(|t| &t.name == name) {
                    return self.element(place, &[], expr.span);
                }
                if let Some(value) = self.environment.fractions.get(name) {
                    return Ok(Term::Number(value.clone()));
                }
                let size = self.size(expr)?;
                Ok(size.as_integer().map_or_else(|| Term::Size(size.clone()), Term::integer))
            }
            ExprKind::Read(name, indices) => {
                let place = self.program.tensors.iter().position(|t| t.name == name.text).ok_or_else(|| {
                    Diagnostic::new(name.span, format!("there is no tensor `{}` here", name.text))
                        .hint("declare it as input, weight or bias, or define it on a line above")
                })?;
                self.element(place, indices, expr.span)
            }
            ExprKind::Call(name, arguments) => self.call(name, arguments, expr.span),
            ExprKind::Negate(x) => Ok(Term::product(vec![Term::integer(-1), self.term(x)?])),
            ExprKind::Binary(BinaryOp::Add, x, y) => Ok(Term::sum(vec![self.term(x)?, self.term(y)?])),
            ExprKind::Binary(BinaryOp::Sub, x, y) => {
                let (x, y) = (self.term(x)?, self.term(y)?);
                Ok(Term::sum(vec![x, Term::product(vec![Term::integer(-1), y])]))
            }
            ExprKind::Binary(BinaryOp::Mul, x, y) => Ok(Term::product(vec![self.term(x)?, self.term(y)?])),
            ExprKind::Binary(BinaryOp::Div, x, y) => {
                let (x, y) = (self.term(x)?, self.term(y)?);
                Ok(Term::product(vec![x, raised(y, -1)]))
            }
            ExprKind::Power(x, n) => {
                let Term::Number(number) = self.term(n)? else {
                    return Err(Diagnostic::new(n.span, "an exponent is a number")
                        .hint("set it: for every size only the sizes stay open"));
                };
                let (whole, degree) = number.parts();
                let small = |n: Number| n.as_integer().and_then(|n| i32::try_from(n).ok());
                let (whole, degree) = small(whole)
                    .zip(small(degree))
                    .ok_or_else(|| Diagnostic::new(n.span, "this exponent is too large").hint("take a smaller one"))?;
                let degree = u32::try_from(degree).ok().filter(|d| *d <= HIGHEST_ROOT).ok_or_else(|| {
                    Diagnostic::new(n.span, "this exponent is too large").hint("take a smaller denominator")
                })?;
                let base = self.term(x)?;
                let root = if degree == 1 { base } else { Term::Call(root_name(degree), 0, Box::new(base)) };
                Ok(raised(root, whole))
            }
            ExprKind::Reduce(reduction) => self.reduction(reduction),
            ExprKind::If(condition, x, y) => {
                let condition = self.environment.condition(condition, &self.scope, &mut self.ledger)?;
                match self.environment.decided(&condition, &self.scope, &mut self.ledger) {
                    Some(true) => self.term(x),
                    Some(false) => self.term(y),
                    None => {
                        self.guards += 1;
                        let both = self.term(x).and_then(|x| Ok((x, self.term(y)?)));
                        self.guards -= 1;
                        let (x, y) = both?;
                        Ok(Term::If(condition, Box::new(x), Box::new(y)))
                    }
                }
            }
            _ => Err(Diagnostic::new(expr.span, "a condition is not a number").hint("write `if … then 1 else 0`")),
        }
    }

    fn element(&mut self, place: usize, indices: &[Expr], span: Span) -> Result<Term, Diagnostic> {
        let tensor = &self.program.tensors[place];
        if tensor.shape.len() != indices.len() {
            return Err(Diagnostic::new(span, format!("`{}` has {} axes", tensor.name, tensor.shape.len()))
                .hint("give one index for each axis"));
        }
        let mut list = Vec::with_capacity(indices.len());
        for (axis, expr) in indices.iter().enumerate() {
            let index = self.size(expr)?;
            let guarded = self.guards > 0;
            self.reads.push(Read { tensor: place, axis, index: index.clone(), span: expr.span, guarded });
            list.push(index);
        }
        Ok(Term::Read(place, list))
    }

    fn call(&mut self, name: &Name, arguments: &[Expr], span: Span) -> Result<Term, Diagnostic> {
        let extreme = match name.text.as_str() {
            "maximum" => Some(Extreme::Largest),
            "minimum" => Some(Extreme::Smallest),
            _ => None,
        };
        if ["floor", "ceil", "min"].contains(&name.text.as_str()) {
            let whole = Expr { kind: ExprKind::Call(name.clone(), arguments.to_vec()), span };
            return Ok(Term::Size(self.size(&whole)?));
        }
        if let (Some(extreme), [x, y]) = (extreme, arguments) {
            return Ok(Term::Extreme(extreme, vec![self.term(x)?, self.term(y)?]));
        }
        let [argument] = arguments else {
            return Err(Diagnostic::new(span, format!("`{}` has no form for every size", name.text))
                .hint("give numbers for the sizes"));
        };
        let argument = Box::new(self.term(argument)?);
        Ok(match degree_of_root(&name.text) {
            Some(degree) => Term::Call(root_name(degree), 0, argument),
            None => Term::Call(name.text.clone(), 0, argument),
        })
    }

    fn reduction(&mut self, reduction: &Reduction) -> Result<Term, Diagnostic> {
        let outer = self.scope.len();
        let own: Vec<usize> = reduction.variables.iter().map(|v| self.variable(v)).collect::<Result<_, _>>()?;
        let mut conditions = Vec::new();
        if let Some(filter) = &reduction.filter {
            let condition = self.environment.condition(filter, &self.scope, &mut self.ledger)?;
            for part in condition.conjuncts() {
                if !self.ledger.follows(&part) && !conditions.contains(&part) {
                    conditions.push(part);
                }
            }
        }
        self.guards += usize::from(!conditions.is_empty());
        let body = self.term(&reduction.body);
        self.guards -= usize::from(!conditions.is_empty());
        let body = body?;
        self.scope.truncate(outer);
        if own.is_empty() && conditions.is_empty() {
            return Ok(body);
        }
        // the ranges are filled in when all of them are known
        let ranges = own.iter().map(|&place| Range {
            letter: self.variables[place].letter.clone(),
            low: Size::default(),
            high: Size::default(),
        });
        let op: ReduceOp = reduction.op;
        Ok(Term::Reduce(op, ranges.collect(), conditions, Box::new(body)))
    }

    fn range(&self, letter: &str) -> (Size, Size) {
        let bound = self.variables.iter().find(|v| *v.letter == *letter);
        bound.and_then(|v| v.range.clone()).unwrap_or_default()
    }

    fn ranges(&self, places: std::ops::Range<usize>) -> Vec<Range> {
        let of = |v: &Bound| {
            let (low, high) = v.range.clone().unwrap_or_default();
            Range { letter: v.letter.clone(), low, high }
        };
        self.variables[places].iter().map(of).collect()
    }

    /// The term with the ranges of its reductions.
    fn filled(&self, term: Term) -> Term {
        let all = |parts: Vec<Term>| parts.into_iter().map(|p| self.filled(p)).collect();
        let part = |x: Box<Term>| Box::new(self.filled(*x));
        match term {
            Term::Number(_) | Term::Size(_) | Term::Read(..) => term,
            Term::Sum(parts) => Term::Sum(all(parts)),
            Term::Product(parts) => Term::Product(all(parts)),
            Term::Power(x, n) => Term::Power(part(x), n),
            Term::Call(name, order, x) => Term::Call(name, order, part(x)),
            Term::Extreme(which, parts) => Term::Extreme(which, all(parts)),
            Term::Share(x, y) => Term::Share(part(x), part(y)),
            Term::If(c, x, y) => Term::If(c, part(x), part(y)),
            Term::Reduce(op, mut ranges, conditions, body) => {
                for range in &mut ranges {
                    (range.low, range.high) = self.range(&range.letter);
                }
                // conditions that the ranges decide, now that they are known
                let conditions: Vec<Condition> = conditions.into_iter().filter(|c| !self.ledger.follows(c)).collect();
                let body = part(body);
                if op == ReduceOp::Sum && conditions.is_empty() && matches!(*body, Term::Number(_)) {
                    let count = ranges.iter().fold(Size::integer(1), |n, r| n.times(&r.len()));
                    let size = count.as_integer().map_or_else(|| Term::Size(count.clone()), Term::integer);
                    return Term::product(vec![*body, size]);
                }
                Term::Reduce(op, ranges, conditions, body)
            }
        }
    }
}

fn raised(base: Term, exponent: i32) -> Term {
    match base {
        base if exponent == 1 => base,
        Term::Number(n) => {
            n.power(exponent).map_or_else(|| Term::Power(Box::new(Term::Number(n)), exponent), Term::Number)
        }
        Term::Power(x, inner) => Term::Power(x, inner * exponent),
        base => Term::Power(Box::new(base), exponent),
    }
}
