//! What the names of a layer stand for where sizes are letters: sizes, choices and fractions; and the sizes and conditions made of them.

#![allow(clippy::wildcard_enum_match_arm)] // few of the kinds matter here

use std::collections::BTreeMap;

use super::ellipsis::stray;
use super::{Amount, Refusal, Setting, Settings};
use crate::expr::Number;
use crate::index::general::{Condition, Ledger, Size};
use crate::syntax::ast::{self, BinaryOp, Binding, Expr, ExprKind, ItemKind};
use crate::text::{Diagnostic, Span, closest};
use num_traits::ToPrimitive;

/// Index variables in sight and the letter of each, innermost last.
pub(super) type Scope = Vec<(String, String)>;

/// Sizes and parameters by name, and the words chosen for choices.
#[derive(Debug, Default)]
pub(super) struct Environment {
    pub(super) sizes: BTreeMap<String, Size>,
    pub(super) fractions: BTreeMap<String, Number>,
    choices: BTreeMap<String, (String, Vec<String>)>,
    /// The name of a size that is not set is its letter.
    open: Vec<String>,
}

impl Environment {
    /// What the names stand for under these settings; what is known of the letters goes to the ledger.
    pub(super) fn new(
        layer: &ast::Layer,
        settings: &Settings<Amount>,
        ledger: &mut Ledger,
    ) -> Result<Environment, Refusal> {
        let mut environment = Environment::default();
        for (letter, least) in settings.letters() {
            ledger.letter(&letter, least);
        }
        let input = layer.items.iter().find_map(|item| match &item.kind {
            ItemKind::Declaration(d) if d.role.flows_in() => Some(d),
            _ => None,
        });
        if let Some((declared, sizes)) = input.zip(settings.input.as_ref()) {
            if declared.shape.len() != sizes.len() {
                let message = format!(
                    "--input has {} sizes, but the input `{}` of layer `{}` has {} axes",
                    sizes.len(),
                    declared.name.text,
                    layer.name.text,
                    declared.shape.len()
                );
                return Err(Refusal::setting(message, "give one size for each axis"));
            }
            for (axis, size) in declared.shape.iter().zip(sizes) {
                let ExprKind::Name(name) = &axis.kind else { continue };
                environment.set(name, of(size))?;
            }
        }
        for (name, size) in &settings.sizes {
            environment.set(name, of(size))?;
        }
        for option in settings.options.keys() {
            if !layer.parameters.iter().any(|p| &p.option.text == option) {
                let near = closest(option, layer.parameters.iter().map(|p| p.option.text.as_str()));
                let hint = near
                    .map_or_else(|| "look at its first line".to_string(), |near| format!("did you mean `--{near}`?"));
                let message = format!("layer `{}` has no option `--{option}`", layer.name.text);
                return Err(Refusal::setting(message, hint));
            }
        }
        for parameter in &layer.parameters {
            environment.parameter(layer, parameter, settings, ledger)?;
        }
        for item in &layer.items {
            let ItemKind::Declaration(d) = &item.kind else { continue };
            for axis in &d.shape {
                let ExprKind::Name(name) = &axis.kind else { continue };
                if !environment.sizes.contains_key(name) && !environment.choices.contains_key(name) {
                    ledger.letter(name, 1);
                    environment.sizes.insert(name.clone(), Size::letter(name));
                    environment.open.push(name.clone());
                }
            }
        }
        Ok(environment)
    }

    fn set(&mut self, name: &str, size: Size) -> Result<(), Refusal> {
        match self.sizes.insert(name.to_string(), size.clone()) {
            Some(other) if other != size => Err(Refusal::setting(
                format!("`{name}` is given two sizes"),
                format!("the axes called `{name}` have one size: give the same letter or number"),
            )),
            Some(_) | None => Ok(()),
        }
    }

    fn parameter(
        &mut self,
        layer: &ast::Layer,
        parameter: &ast::Parameter,
        settings: &Settings<Amount>,
        ledger: &mut Ledger,
    ) -> Result<(), Refusal> {
        let setting = settings.options.get(&parameter.option.text);
        let option = parameter.option.text.replace('_', "-");
        let names: &[ast::Name] = match &parameter.binding {
            Binding::One(name) => std::slice::from_ref(name),
            Binding::Axes(names) => names,
        };
        let words: Vec<String> = parameter.choices.iter().map(|c| c.word.text.clone()).collect();
        let numeric = parameter.choices.iter().all(|c| !c.value.is_empty());
        if !numeric {
            let word = match (setting, parameter.default.first().map(|d| &d.kind)) {
                (Some(Setting::Word(word)), _) => word.clone(),
                (None, Some(ExprKind::Name(word))) => word.clone(),
                (Some(_) | None, _) => String::new(),
            };
            if !words.contains(&word) {
                let message = format!("--{option} takes a word");
                return Err(Refusal::setting(message, format!("one of {}", words.join(", "))));
            }
            self.choices.insert(names[0].text.clone(), (word, words));
            return Ok(());
        }
        let values_of = |list: &[Expr], own: &Environment, ledger: &mut Ledger| {
            let values: Result<Vec<Size>, Diagnostic> =
                list.iter().map(|e| own.size(e, &Scope::new(), ledger)).collect();
            values.map_err(|d| Refusal::Text(vec![d]))
        };
        let values = match setting {
            Some(Setting::Axes(list)) => list.iter().map(of).collect(),
            Some(Setting::Word(word)) if words.contains(word) => {
                let choice = parameter.choices.iter().find(|c| &c.word.text == word).expect("it is one of the words");
                values_of(&choice.value, self, ledger)?
            }
            Some(Setting::Fraction(value)) if names.len() == 1 => {
                self.fractions.insert(names[0].text.clone(), value.clone());
                return Ok(());
            }
            Some(Setting::Word(word)) if !words.is_empty() => {
                let hint = format!("numbers, letters, or one of {}", words.join(", "));
                return Err(Refusal::setting(format!("--{option} cannot be `{word}`"), hint));
            }
            Some(_) => {
                let message = format!("--{option} takes numbers or letters");
                return Err(Refusal::setting(message, format!("such as --{option} 2")));
            }
            None if names.iter().all(|n| self.sizes.contains_key(&n.text)) => return Ok(()),
            None if let [Expr { kind: ExprKind::Number(n), .. }] = parameter.default.as_slice()
                && !n.is_integer() =>
            {
                self.fractions.insert(names[0].text.clone(), Number::from(n.clone()));
                return Ok(());
            }
            None if parameter.default.is_empty() => {
                let message = format!("layer `{}` needs --{option}", layer.name.text);
                return Err(Refusal::setting(message, format!("such as --{option} K, or a number")));
            }
            None => values_of(&parameter.default, self, ledger)?,
        };
        if values.len() != 1 && values.len() != names.len() {
            let message = format!("--{option} has {} sizes, but there are {} axes", values.len(), names.len());
            return Err(Refusal::setting(message, "give one for all axes, or one for each"));
        }
        for (place, name) in names.iter().enumerate() {
            self.set(&name.text, values[if values.len() == 1 { 0 } else { place }].clone())?;
        }
        Ok(())
    }

    /// A size or an index.
    pub(super) fn size(&self, expr: &Expr, scope: &Scope, ledger: &mut Ledger) -> Result<Size, Diagnostic> {
        let wrong = |message: &str| {
            Diagnostic::new(expr.span, message).hint("an index is a sum of variables, each times a size, plus a size")
        };
        match &expr.kind {
            ExprKind::Number(n) if n.is_integer() => {
                n.to_integer().to_i64().map(Size::integer).ok_or_else(|| wrong("this index is too large"))
            }
            ExprKind::Number(_) => Err(wrong("an index must be an integer")),
            ExprKind::Name(name) => self.name(name, expr.span, scope),
            ExprKind::Negate(x) => Ok(self.size(x, scope, ledger)?.negative()),
            ExprKind::Binary(BinaryOp::Add, x, y) => {
                Ok(self.size(x, scope, ledger)?.add(&self.size(y, scope, ledger)?))
            }
            ExprKind::Binary(BinaryOp::Sub, x, y) => {
                Ok(self.size(x, scope, ledger)?.sub(&self.size(y, scope, ledger)?))
            }
            ExprKind::Binary(BinaryOp::Mul, x, y) => {
                Ok(self.size(x, scope, ledger)?.times(&self.size(y, scope, ledger)?))
            }
            ExprKind::Binary(BinaryOp::Div, x, y) => {
                let (n, d) = (self.size(x, scope, ledger)?, self.size(y, scope, ledger)?);
                if d.is_zero() {
                    return Err(wrong("nothing is divided by 0"));
                }
                if let (Some(n), Some(d)) = (n.as_integer(), d.as_integer())
                    && n % d != 0
                {
                    return Err(Diagnostic::new(expr.span, format!("{n}/{d} is not an integer"))
                        .hint("choose sizes so that it is"));
                }
                ledger.suppose_divides(d.clone(), n.clone());
                Ok(n.exactly(&d))
            }
            ExprKind::Call(name, arguments) => self.rounded(&name.text, arguments, expr.span, scope, ledger),
            ExprKind::If(condition, x, y) => {
                let condition = self.condition(condition, scope, ledger)?;
                match self.decided(&condition, scope, ledger) {
                    Some(true) => self.size(x, scope, ledger),
                    Some(false) => self.size(y, scope, ledger),
                    None => Err(wrong("an index must be affine")),
                }
            }
            ExprKind::Power(x, n) => {
                let base = self.size(x, scope, ledger)?;
                let n = self.size(n, scope, ledger)?.as_integer().filter(|n| (0..=8).contains(n));
                let n = n.ok_or_else(|| wrong("a power of a size is at most the 8th"))?;
                Ok((0..n).fold(Size::integer(1), |product, _| product.times(&base)))
            }
            ExprKind::Each(_) | ExprKind::Perhaps(_) => Err(stray(expr.span)),
            ExprKind::Binary(..) | ExprKind::Not(_) | ExprKind::Within(..) => {
                Err(wrong("a condition cannot be an index"))
            }
            ExprKind::Read(..) | ExprKind::Reduce(_) => Err(wrong("an index must be affine")),
        }
    }

    fn rounded(
        &self,
        word: &str,
        arguments: &[Expr],
        span: Span,
        scope: &Scope,
        ledger: &mut Ledger,
    ) -> Result<Size, Diagnostic> {
        match (word, arguments) {
            ("floor" | "ceil", [Expr { kind: ExprKind::Binary(BinaryOp::Div, x, y), .. }]) => {
                let (n, d) = (self.size(x, scope, ledger)?, self.size(y, scope, ledger)?);
                if d.as_integer().is_some_and(|d| d < 1) {
                    return Err(Diagnostic::new(y.span, "a divisor is at least 1").hint("give a larger number"));
                }
                ledger.suppose(d.add(&Size::integer(-1)));
                Ok(if word == "floor" { n.floor(&d) } else { n.ceil(&d) })
            }
            ("min" | "max", _) if !arguments.is_empty() => {
                let list = arguments.iter().map(|x| self.size(x, scope, ledger)).collect::<Result<Vec<_>, _>>()?;
                Ok(if word == "min" { ledger.smallest(list) } else { ledger.largest(list) })
            }
            _ => Err(Diagnostic::new(span, "an index must be affine")
                .hint("`floor` and `ceil` round quotients, as in `floor((H-K)/S)`")),
        }
    }

    fn name(&self, name: &str, span: Span, scope: &Scope) -> Result<Size, Diagnostic> {
        if let Some((_, letter)) = scope.iter().rev().find(|(n, _)| n == name) {
            return Ok(Size::letter(letter));
        }
        if let Some(size) = self.sizes.get(name) {
            return Ok(size.clone());
        }
        let known = scope.iter().map(|(n, _)| n.as_str()).chain(self.sizes.keys().map(String::as_str));
        let error = Diagnostic::new(span, format!("`{name}` is not known here"));
        Err(match closest(name, known) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint("an index variable stands in `sum(…)` or on the left; a size in a shape"),
        })
    }

    /// A condition.
    pub(super) fn condition(&self, expr: &Expr, scope: &Scope, ledger: &mut Ledger) -> Result<Condition, Diagnostic> {
        let always = |held: bool| if held { Condition::And(Vec::new()) } else { Condition::Or(Vec::new()) };
        match &expr.kind {
            ExprKind::Not(x) => {
                let condition = self.condition(x, scope, ledger)?;
                condition.negated().ok_or_else(|| Diagnostic::new(expr.span, "this has no opposite for every size"))
            }
            ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), x, y) => {
                let both = vec![self.condition(x, scope, ledger)?, self.condition(y, scope, ledger)?];
                Ok(if *op == BinaryOp::And { Condition::And(both) } else { Condition::Or(both) })
            }
            ExprKind::Within(x, low, high) => Ok(Condition::Within(
                self.size(low, scope, ledger)?,
                self.size(x, scope, ledger)?,
                self.size(high, scope, ledger)?,
            )),
            ExprKind::Binary(op, x, y) => {
                if let ExprKind::Name(name) = &x.kind
                    && let Some((chosen, words)) = self.choices.get(name)
                {
                    let ExprKind::Name(word) = &y.kind else {
                        return Err(Diagnostic::new(y.span, format!("`{name}` is one of {}", words.join(", "))));
                    };
                    if !words.contains(word) {
                        return Err(Diagnostic::new(y.span, format!("`{name}` is never `{word}`"))
                            .hint(format!("it is one of {}", words.join(", "))));
                    }
                    return Ok(always((chosen == word) == (*op == BinaryOp::Eq)));
                }
                let (x, y) = (self.size(x, scope, ledger)?, self.size(y, scope, ledger)?);
                let one = Size::integer(1);
                Ok(match op {
                    BinaryOp::Eq => Condition::Equal(x, y),
                    BinaryOp::Ne => Condition::Differs(x, y),
                    BinaryOp::Le => Condition::AtMost(x, y),
                    BinaryOp::Lt => Condition::AtMost(x.add(&one), y),
                    BinaryOp::Ge => Condition::AtMost(y, x),
                    BinaryOp::Gt => Condition::AtMost(y.add(&one), x),
                    _ => {
                        return Err(Diagnostic::new(expr.span, "this is not a condition")
                            .hint("compare with ==, !=, <, <=, > or >="));
                    }
                })
            }
            _ => Err(Diagnostic::new(expr.span, "this is not a condition").hint("compare with ==, !=, <, <=, > or >=")),
        }
    }

    /// A condition on sizes alone.
    pub(super) fn decide(&self, expr: &Expr, ledger: &mut Ledger) -> Result<bool, Diagnostic> {
        let scope = Scope::new();
        let condition = self.condition(expr, &scope, ledger)?;
        Ok(self.decided(&condition, &scope, ledger).unwrap_or(true))
    }

    /// Does it hold? Without index variables in it that is decided, and what was taken noted.
    pub(super) fn decided(&self, condition: &Condition, scope: &Scope, ledger: &mut Ledger) -> Option<bool> {
        if let Some(held) = ledger.decided(condition) {
            return Some(held);
        }
        let mut varies = false;
        condition.each_size(&mut |size| varies |= scope.iter().any(|(_, letter)| size.has(letter)));
        if varies {
            return None;
        }
        let parts = |parts: &[Condition], ledger: &mut Ledger| {
            parts.iter().map(|p| self.decided(p, scope, ledger).unwrap_or(true)).collect::<Vec<_>>()
        };
        Some(match condition {
            Condition::And(list) => parts(list, ledger).iter().all(|held| *held),
            Condition::Or(list) => parts(list, ledger).iter().any(|held| *held),
            // of letters of which nothing is known no two are equal
            Condition::Equal(x, y) => {
                let taken = Condition::Differs(x.clone(), y.clone());
                if !ledger.taken.contains(&taken) {
                    ledger.taken.push(taken);
                }
                false
            }
            Condition::Differs(..) | Condition::AtMost(..) | Condition::Within(..) | Condition::Divides(..) => {
                if !ledger.taken.contains(condition) {
                    ledger.taken.push(condition.clone());
                }
                true
            }
        })
    }
}

fn of(amount: &Amount) -> Size {
    match amount {
        Amount::Number(n) => Size::integer(*n),
        Amount::Letter(letter, _) => Size::letter(letter),
    }
}
