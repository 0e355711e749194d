//! `...` written out: all leading axes of a layer's tensors, as many as its input has beside those that the text names.
//!
//! After this rewriting of the tree a layer has a fixed number of axes, and nothing later knows that the text left it open.

use std::collections::BTreeSet;

use crate::index::{AXES, BATCH, Letters};
use crate::syntax::ast::{
    Binding, Declaration, Definition, ELLIPSIS, Expr, ExprKind, Item, ItemKind, Layer, Name, Reduction, Variable,
};
use crate::text::{Diagnostic, Span};

/// Does the first input leave its leading axes open, and which axes does it name?
pub(super) fn input_axes(layer: &Layer) -> Option<(bool, &[Expr])> {
    let declared = layer.items.iter().find_map(|item| match &item.kind {
        ItemKind::Declaration(d) if d.role.flows_in() => Some(d),
        ItemKind::Declaration(_)
        | ItemKind::Definition(_)
        | ItemKind::Local(_)
        | ItemKind::Assumption(_)
        | ItemKind::Requirement(..) => None,
    })?;
    let open = declared.shape.first().is_some_and(is_ellipsis);
    Some((open, &declared.shape[usize::from(open)..]))
}

/// The name of a size that only `...` gives: no word of the language.
pub(super) fn is_open_size(name: &str) -> bool {
    name.starts_with(ELLIPSIS)
}

/// The layer with `lead` axes in every place of `...`.
pub(super) fn written_out(layer: &Layer, lead: usize) -> Layer {
    let mut layer = layer.clone();
    let names = Names::new(&layer, lead);
    layer.items.iter_mut().for_each(|item| names.item(item));
    layer
}

fn is_ellipsis(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Name(n) if n == ELLIPSIS)
}

struct Names {
    letters: Vec<String>,
    sizes: Vec<String>,
}

impl Names {
    fn new(layer: &Layer, lead: usize) -> Names {
        let mut used = BTreeSet::new();
        let binding = |b: &Binding| match b {
            Binding::One(name) => vec![name.text.clone()],
            Binding::Axes(names) => names.iter().map(|n| n.text.clone()).collect(),
        };
        used.extend(layer.parameters.iter().flat_map(|p| binding(&p.binding)));
        for item in &layer.items {
            match &item.kind {
                ItemKind::Declaration(d) => {
                    used.insert(d.name.text.clone());
                    d.shape.iter().for_each(|e| names_in(e, &mut used));
                }
                ItemKind::Definition(d) => {
                    used.insert(d.name.text.clone());
                    used.extend(d.variables.iter().map(|v| v.name.text.clone()));
                    names_in(&d.body, &mut used);
                }
                ItemKind::Local(local) => {
                    used.insert(local.name.text.clone());
                    used.extend(local.variables.iter().map(|v| v.text.clone()));
                    names_in(&local.body, &mut used);
                }
                ItemKind::Assumption(e) | ItemKind::Requirement(e, _) => names_in(e, &mut used),
            }
        }
        let axes_of_its_own = input_axes(layer).is_some_and(|(_, named)| !named.is_empty());
        // where the input has axes of its own, the leading ones are a batch
        let usual = if axes_of_its_own { BATCH } else { AXES };
        let mut letters = Letters::beside(used);
        Names {
            letters: (0..lead).map(|_| letters.give(usual)).collect(),
            sizes: (1..=lead).map(|k| format!("{ELLIPSIS}{k}")).collect(),
        }
    }

    fn item(&self, item: &mut Item) {
        match &mut item.kind {
            ItemKind::Declaration(Declaration { shape, .. }) => self.list(shape, &self.sizes),
            ItemKind::Definition(Definition { variables, body, .. }) => {
                self.variables(variables);
                self.expr(body);
            }
            ItemKind::Local(local) => self.expr(&mut local.body),
            ItemKind::Assumption(expr) | ItemKind::Requirement(expr, _) => self.expr(expr),
        }
    }

    /// Replaces a leading `...` by names.
    fn list(&self, list: &mut Vec<Expr>, names: &[String]) {
        if list.first().is_some_and(is_ellipsis) {
            let span = list[0].span;
            list.splice(..1, names.iter().map(|n| Expr { kind: ExprKind::Name(n.clone()), span }));
        }
        list.iter_mut().for_each(|e| self.expr(e));
    }

    fn variables(&self, variables: &mut Vec<Variable>) {
        if variables.first().is_some_and(|v| v.name.text == ELLIPSIS) {
            let span: Span = variables[0].name.span;
            // ranges follow from the reads
            variables.splice(
                ..1,
                self.letters.iter().map(|n| Variable { name: Name { text: n.clone(), span }, range: None }),
            );
        }
    }

    fn expr(&self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Number(_) | ExprKind::Name(_) => {}
            ExprKind::Read(_, indices) => self.list(indices, &self.letters),
            ExprKind::Call(_, arguments) => arguments.iter_mut().for_each(|e| self.expr(e)),
            ExprKind::Negate(x) | ExprKind::Not(x) | ExprKind::Each(x) | ExprKind::Perhaps(x) => self.expr(x),
            ExprKind::Binary(_, x, y) | ExprKind::Power(x, y) => {
                self.expr(x);
                self.expr(y);
            }
            ExprKind::Reduce(Reduction { variables, filter, body, .. }) => {
                self.variables(variables);
                filter.iter_mut().for_each(|f| self.expr(f));
                self.expr(body);
            }
            ExprKind::If(x, y, z) | ExprKind::Within(x, y, z) => {
                self.expr(x);
                self.expr(y);
                self.expr(z);
            }
        }
    }
}

/// `...` or `?` after something that is no element of a list, or where a layer has no such axes.
pub(super) fn stray(span: Span) -> Diagnostic {
    Diagnostic::new(span, "`...` and `?` stand after elements of a list only")
        .hint("such as `a[i..., j]`; the layer's parameters say of which axes, as in `kernel [K...]`")
}

/// Every name in an expression, and every variable that it brings.
pub(super) fn names_in(expr: &Expr, used: &mut BTreeSet<String>) {
    match &expr.kind {
        ExprKind::Number(_) => {}
        ExprKind::Name(name) => {
            used.insert(name.clone());
        }
        ExprKind::Read(name, list) | ExprKind::Call(name, list) => {
            used.insert(name.text.clone());
            list.iter().for_each(|e| names_in(e, used));
        }
        ExprKind::Negate(x) | ExprKind::Not(x) | ExprKind::Each(x) | ExprKind::Perhaps(x) => names_in(x, used),
        ExprKind::Binary(_, x, y) | ExprKind::Power(x, y) => {
            names_in(x, used);
            names_in(y, used);
        }
        ExprKind::Reduce(reduction) => {
            used.extend(reduction.variables.iter().map(|v| v.name.text.clone()));
            reduction.filter.iter().for_each(|f| names_in(f, used));
            names_in(&reduction.body, used);
        }
        ExprKind::If(x, y, z) | ExprKind::Within(x, y, z) => {
            names_in(x, used);
            names_in(y, used);
            names_in(z, used);
        }
    }
}
