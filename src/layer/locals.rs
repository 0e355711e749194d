//! Local definitions: `let O = floor((H-K)/S) + 1` and `let r[i, u] = S*(i-1) + u` are short for what stands behind `=`, wherever their
//! names stand. Nothing later knows of them.

use std::collections::{BTreeMap, BTreeSet};

use super::moving::replace;
use super::words::plural;
use crate::syntax::ast::{Expr, ExprKind, Item, ItemKind, Local, Name, Variable};
use crate::text::Diagnostic;

/// The local definitions of a layer so far.
#[derive(Default)]
pub(super) struct Locals {
    of: BTreeMap<String, (Vec<String>, Expr)>,
}

impl Locals {
    pub(super) fn has(&self, name: &str) -> bool {
        self.of.contains_key(name)
    }

    /// From here on the name stands for its right-hand side, in which local names are written out.
    ///
    /// # Errors
    /// If that speaks of what is neither one of its own letters nor known where it stands.
    pub(super) fn define(&mut self, local: &Local, known: impl Fn(&str) -> bool) -> Result<(), Diagnostic> {
        let variables: Vec<String> = local.variables.iter().map(|v| v.text.clone()).collect();
        if let Some(name) = local.variables.iter().find(|v| known(&v.text)) {
            let message = format!("`{}` already means something here", name.text);
            return Err(Diagnostic::new(name.span, message).hint("take another letter"));
        }
        let mut bound: BTreeSet<String> = variables.iter().cloned().collect();
        if let Some((name, span)) = unknown(&local.body, &mut bound, &known) {
            let own = local.name.text.as_str();
            return Err(Diagnostic::new(span, format!("`{name}` is not known here"))
                .hint(format!("what indices decide is told in brackets, as in `let {own}[{name}] = …`")));
        }
        self.of.insert(local.name.text.clone(), (variables, local.body.clone()));
        Ok(())
    }

    /// The item with local names written out.
    ///
    /// # Errors
    /// Where one is read as what it is not.
    pub(super) fn written_out(&self, item: &Item) -> Result<Item, Diagnostic> {
        let mut item = item.clone();
        if self.of.is_empty() {
            return Ok(item);
        }
        match &mut item.kind {
            ItemKind::Declaration(d) => d.shape.iter_mut().try_for_each(|e| self.expand(e))?,
            ItemKind::Definition(d) => {
                self.variables(&mut d.variables)?;
                self.expand(&mut d.body)?;
            }
            ItemKind::Local(local) => self.expand(&mut local.body)?,
            ItemKind::Assumption(e) | ItemKind::Requirement(e, _) => self.expand(e)?,
        }
        item.when.iter_mut().try_for_each(|e| self.expand(e))?;
        Ok(item)
    }

    fn variables(&self, variables: &mut [Variable]) -> Result<(), Diagnostic> {
        for Variable { name: Name { text, span }, range } in variables {
            if self.has(text) {
                let message = format!("`{text}` already means something here");
                return Err(Diagnostic::new(*span, message).hint("take another letter"));
            }
            range.iter_mut().try_for_each(|(x, y)| [x, y].into_iter().try_for_each(|e| self.expand(e)))?;
        }
        Ok(())
    }

    fn expand(&self, expr: &mut Expr) -> Result<(), Diagnostic> {
        match &mut expr.kind {
            ExprKind::Number(_) => return Ok(()),
            ExprKind::Name(_) => {}
            ExprKind::Read(_, list) | ExprKind::Call(_, list) => list.iter_mut().try_for_each(|e| self.expand(e))?,
            ExprKind::Negate(x) | ExprKind::Not(x) | ExprKind::Each(x) | ExprKind::Perhaps(x) => self.expand(x)?,
            ExprKind::Binary(_, x, y) | ExprKind::Power(x, y) => {
                self.expand(x)?;
                self.expand(y)?;
            }
            ExprKind::If(x, y, z) | ExprKind::Within(x, y, z) => {
                [x, y, z].into_iter().try_for_each(|e| self.expand(e))?;
            }
            ExprKind::Reduce(reduction) => {
                self.variables(&mut reduction.variables)?;
                reduction.filter.iter_mut().try_for_each(|f| self.expand(f))?;
                self.expand(&mut reduction.body)?;
            }
        }
        let (name, given) = if let ExprKind::Read(name, list) = &expr.kind {
            (&name.text, list.clone())
        } else {
            let ExprKind::Name(name) = &expr.kind else { return Ok(()) };
            (name, Vec::new())
        };
        let Some((variables, body)) = self.of.get(name) else { return Ok(()) };
        if variables.len() != given.len() {
            let wanted = plural(variables.len(), "index", "indices");
            let message = format!("`{name}` stands for something with {wanted}, and is read with {}", given.len());
            let usage = match variables.as_slice() {
                [] => format!("write `{name}`"),
                list => format!("write `{name}[{}]`", list.join(", ")),
            };
            return Err(Diagnostic::new(expr.span, message).hint(usage));
        }
        // all at once: an index that is read may have the letter of another
        let held = |k: usize| format!("={k}");
        let mut body = body.clone();
        for (k, variable) in variables.iter().enumerate() {
            let own = Expr { kind: ExprKind::Name(held(k)), span: expr.span };
            replace(&mut body, variable, &own);
        }
        for (k, index) in given.iter().enumerate() {
            replace(&mut body, &held(k), index);
        }
        *expr = body;
        Ok(())
    }
}

/// A name that nothing gives a meaning, with its place.
fn unknown(
    expr: &Expr,
    bound: &mut BTreeSet<String>,
    known: &impl Fn(&str) -> bool,
) -> Option<(String, crate::text::Span)> {
    match &expr.kind {
        ExprKind::Number(_) => None,
        ExprKind::Name(name) => (!bound.contains(name) && !known(name)).then(|| (name.clone(), expr.span)),
        ExprKind::Read(_, list) | ExprKind::Call(_, list) => list.iter().find_map(|e| unknown(e, bound, known)),
        ExprKind::Negate(x) | ExprKind::Not(x) | ExprKind::Each(x) | ExprKind::Perhaps(x) => unknown(x, bound, known),
        ExprKind::Binary(_, x, y) | ExprKind::Power(x, y) => [x, y].iter().find_map(|e| unknown(e, bound, known)),
        ExprKind::If(x, y, z) | ExprKind::Within(x, y, z) => [x, y, z].iter().find_map(|e| unknown(e, bound, known)),
        ExprKind::Reduce(reduction) => {
            bound.extend(reduction.variables.iter().map(|v| v.name.text.clone()));
            let ends = reduction.variables.iter().filter_map(|v| v.range.as_ref()).flat_map(|(x, y)| [x, y]);
            let inside = ends.chain(reduction.filter.as_deref()).chain([&*reduction.body]);
            inside.into_iter().find_map(|e| unknown(e, bound, known))
        }
    }
}
