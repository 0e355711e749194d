//! Packs written out: `K...` as one name for each axis that a layer works along, `N?` as an axis or as none.
//!
//! How many axes a layer works along follows from what the user sets: from an option with a number for each axis, else from the
//! input. After this rewriting of the tree a layer has a fixed number of axes, and nothing later knows that its text had not.

use std::collections::{BTreeMap, BTreeSet};

use num_rational::BigRational;

use super::ellipsis::{input_axes, names_in};
use super::words::plural;
use super::{Refusal, Setting, Settings};
use crate::index::Letters;
use crate::syntax::ast::{
    BinaryOp, Binding, ELLIPSIS, Expr, ExprKind, Item, ItemKind, Layer, Local, Name, PERHAPS, Parameter, Variable,
};

/// The layer with its packs written out, and the settings with a number for each name of it.
///
/// # Errors
/// [`Refusal::Setting`] if options disagree on the number of axes, or nothing tells it.
pub(super) fn written_out<N: Clone>(layer: &Layer, settings: &Settings<N>) -> Result<(Layer, Settings<N>), Refusal> {
    let mut packs = Packs::of(layer, settings);
    if packs.names.is_empty() && packs.optional.is_empty() {
        return Ok((layer.clone(), settings.clone()));
    }
    if !packs.names.is_empty() {
        packs.rank = rank(layer, settings, &packs)?;
    }
    packs.choose_letters(layer);
    let mut layer = layer.clone();
    let mut settings = settings.clone();
    for parameter in &layer.parameters {
        if let Some(setting) = settings.options.get_mut(&parameter.option.text) {
            spread(setting, parameter, packs.rank);
        }
    }
    layer.parameters.retain_mut(|p| packs.parameter(p));
    layer.items = layer.items.into_iter().flat_map(|item| packs.each_item(item)).collect();
    Ok((layer, settings))
}

/// The name before `...`, if one is.
pub(super) fn pack(name: &str) -> Option<&str> {
    name.strip_suffix(ELLIPSIS).filter(|n| !n.is_empty())
}

/// The options that are not given and would each add an axis.
pub(super) fn axes_to_add<'a>(layer: &'a Layer, settings: &Settings) -> Vec<&'a str> {
    let adds = |p: &&Parameter| bound(p).iter().any(|n| optional(&n.text).is_some());
    let open = layer.parameters.iter().filter(adds).map(|p| p.option.text.as_str());
    open.filter(|o| !settings.options.contains_key(*o)).collect()
}

/// The name before `?`.
pub(super) fn optional(name: &str) -> Option<&str> {
    name.strip_suffix(PERHAPS)
}

/// The names that a parameter binds.
pub(super) fn bound(parameter: &Parameter) -> &[Name] {
    match &parameter.binding {
        Binding::One(name) => std::slice::from_ref(name),
        Binding::Axes(names) => names,
    }
}

/// A number for each name of a parameter: one for all axes, or one for each; before and behind each axis if it binds two packs.
fn spread<N: Clone>(setting: &mut Setting<N>, parameter: &Parameter, rank: usize) {
    let packs = bound(parameter).iter().filter(|n| pack(&n.text).is_some()).count();
    let values: Vec<N> = match setting {
        Setting::Axes(values) if packs > 1 && (values.len() == 1 || values.len() == rank) => {
            let each = |k: usize| values[if values.len() == 1 { 0 } else { k }].clone();
            (0..packs * rank).map(|k| each(k % rank)).collect()
        }
        Setting::Sides(sides) if packs == 2 && (sides.len() == 1 || sides.len() == rank) => {
            let each = |k: usize| sides[if sides.len() == 1 { 0 } else { k }].clone();
            (0..rank).map(|k| each(k).0).chain((0..rank).map(|k| each(k).1)).collect()
        }
        Setting::Axes(_) | Setting::Sides(_) | Setting::Fraction(_) | Setting::Word(_) => return,
    };
    *setting = Setting::Axes(values);
}

/// The option that tells how many axes the layer works along, with that number: the first with a number for each.
///
/// # Errors
/// [`Refusal::Setting`] if another option says otherwise.
pub(super) fn said<N>(layer: &Layer, settings: &Settings<N>) -> Result<Option<(String, usize)>, Refusal> {
    let mut said: Option<(String, usize)> = None;
    for parameter in &layer.parameters {
        let count = match settings.options.get(&parameter.option.text) {
            Some(Setting::Axes(values)) => values.len(),
            Some(Setting::Sides(sides)) => sides.len(),
            Some(Setting::Fraction(_) | Setting::Word(_)) | None => continue,
        };
        if count < 2 || !bound(parameter).iter().any(|n| pack(&n.text).is_some()) {
            continue;
        }
        let option = &parameter.option.text;
        match &said {
            None => said = Some((option.clone(), count)),
            Some((other, known)) if *known != count => {
                let message = format!(
                    "--{option} has {}, but --{other} has {known}",
                    plural(count, "number for an axis", "numbers, one for each axis")
                );
                return Err(Refusal::setting(message, "give one number for all axes, or one for each of them"));
            }
            Some(_) => {}
        }
    }
    Ok(said)
}

/// How many axes the layer works along.
fn rank<N>(layer: &Layer, settings: &Settings<N>, packs: &Packs) -> Result<usize, Refusal> {
    if let Some((_, count)) = said(layer, settings)? {
        return Ok(count);
    }
    let shape = packs.input(layer);
    let others = shape.iter().filter(|e| !matches!(e.kind, ExprKind::Each(_)) && !packs.drops(e)).count();
    let given = settings.input.as_ref().map_or(0, Vec::len);
    // only what has an option for each axis needs one at least
    let some = layer.parameters.iter().flat_map(bound).any(|n| pack(&n.text).is_some());
    if given > others || given == others && settings.input.is_some() && !some {
        return Ok(given - others);
    }
    let message = format!("layer `{}` needs --input", layer.name.text);
    Err(Refusal::setting(message, "give one size for each axis, such as --input 4x4"))
}

#[derive(Default)]
struct Packs {
    /// The names that stand for one for each axis, with what stands for them.
    names: BTreeMap<String, Vec<String>>,
    /// Those of them that are index variables.
    variables: BTreeSet<String>,
    /// The names of index variables, in the order in which they choose their letters: those of the output first.
    order: Vec<String>,
    /// Names of axes that may be missing, and whether they are.
    optional: BTreeMap<String, bool>,
    rank: usize,
}

impl Packs {
    fn of<N>(layer: &Layer, settings: &Settings<N>) -> Packs {
        let mut packs = Packs::default();
        for parameter in &layer.parameters {
            let setting = settings.options.get(&parameter.option.text);
            let given = setting.is_some() || !parameter.default.is_empty();
            // fewer numbers than axes: those of the last, as `channels 6` is for what goes out where no channels come in
            let numbers = match setting {
                Some(Setting::Axes(values)) => values.len(),
                Some(_) | None => usize::MAX,
            };
            let skipped = bound(parameter).len().saturating_sub(numbers);
            for (place, name) in bound(parameter).iter().enumerate() {
                let given = given && place >= skipped;
                if let Some(pack) = pack(&name.text) {
                    packs.names.insert(pack.to_string(), Vec::new());
                } else if let Some(axis) = optional(&name.text) {
                    packs.optional.insert(axis.to_string(), !given);
                }
            }
        }
        for item in layer.items.iter().rev() {
            match &item.kind {
                ItemKind::Declaration(d) => {
                    for size in &d.shape {
                        if let ExprKind::Each(inner) = &size.kind
                            && let ExprKind::Name(name) = &inner.kind
                        {
                            packs.names.insert(name.clone(), Vec::new());
                        }
                    }
                }
                ItemKind::Definition(d) => {
                    packs.note_variables(&d.variables);
                    packs.note(&d.body);
                }
                ItemKind::Local(local) => {
                    if let Some(name) = pack(&local.name.text) {
                        packs.names.insert(name.to_string(), Vec::new());
                    }
                    packs.note(&local.body);
                }
                ItemKind::Assumption(e) | ItemKind::Requirement(e, _) => packs.note(e),
            }
        }
        packs
    }

    fn note_variables(&mut self, variables: &[Variable]) {
        for name in variables.iter().filter_map(|v| pack(&v.name.text)) {
            self.names.insert(name.to_string(), Vec::new());
            if self.variables.insert(name.to_string()) {
                self.order.push(name.to_string());
            }
        }
    }

    fn note(&mut self, expr: &Expr) {
        if let ExprKind::Reduce(reduction) = &expr.kind {
            self.note_variables(&reduction.variables);
        }
        each_part(expr, &mut |part| self.note(part));
    }

    fn input<'a>(&self, layer: &'a Layer) -> &'a [Expr] {
        input_axes(layer).map_or(&[], |(_, shape)| shape)
    }

    /// The members of packs: sizes are numbered, index variables take the letters that follow.
    fn choose_letters(&mut self, layer: &Layer) {
        let mut used: BTreeSet<String> = layer.parameters.iter().flat_map(bound).map(|n| n.text.clone()).collect();
        for item in &layer.items {
            match &item.kind {
                ItemKind::Declaration(d) => {
                    used.insert(d.name.text.clone());
                }
                ItemKind::Definition(d) => {
                    used.insert(d.name.text.clone());
                    used.extend(d.variables.iter().map(|v| v.name.text.trim_end_matches(PERHAPS).to_string()));
                    names_in(&d.body, &mut used);
                }
                ItemKind::Local(local) => {
                    used.insert(local.name.text.trim_end_matches(ELLIPSIS).to_string());
                    used.extend(local.variables.iter().map(|v| v.text.clone()));
                    names_in(&local.body, &mut used);
                }
                ItemKind::Assumption(e) | ItemKind::Requirement(e, _) => names_in(e, &mut used),
            }
        }
        let mut letters = Letters::beside(used.into_iter().chain(self.names.keys().cloned()));
        let sizes = self.names.keys().filter(|n| !self.variables.contains(*n)).cloned();
        let names: Vec<String> = self.order.iter().cloned().chain(sizes).collect();
        for name in names {
            let members: Vec<String> = if self.variables.contains(&name) {
                let after = Letters::after(&name);
                let rest = (1..self.rank).map(|_| letters.give(after.iter().map(String::as_str)));
                std::iter::once(name.clone()).chain(rest).take(self.rank).collect()
            } else {
                (1..=self.rank).map(|k| format!("{name}{k}")).collect()
            };
            members.iter().for_each(|m| letters.enter(m));
            self.names.insert(name, members);
        }
    }

    /// The parameter with its packs written out; false if nothing of it is there.
    fn parameter(&self, parameter: &mut Parameter) -> bool {
        if let Binding::Axes(names) = &mut parameter.binding {
            *names = std::mem::take(names)
                .into_iter()
                .flat_map(|n| {
                    let texts = match (pack(&n.text), optional(&n.text)) {
                        (Some(pack), _) => self.names[pack].clone(),
                        (None, Some(axis)) if self.optional[axis] => Vec::new(),
                        (None, Some(axis)) => vec![axis.to_string()],
                        (None, None) => vec![n.text.clone()],
                    };
                    texts.into_iter().map(move |text| Name { text, span: n.span })
                })
                .collect();
        }
        self.list(&mut parameter.default);
        parameter.choices.iter_mut().for_each(|c| self.list(&mut c.value));
        !bound(parameter).is_empty()
    }

    /// An item, or a local definition for each axis.
    fn each_item(&self, mut item: Item) -> Vec<Item> {
        if let ItemKind::Local(local) = &item.kind
            && let Some(members) = pack(&local.name.text).map(|name| &self.names[name])
        {
            let along = |(axis, text): (usize, &String)| {
                let name = Name { text: text.clone(), span: local.name.span };
                let mut local = Local { name, body: self.along(&local.body, axis), ..local.clone() };
                self.expr(&mut local.body);
                Item { kind: ItemKind::Local(local), ..item.clone() }
            };
            return members.iter().enumerate().map(along).collect();
        }
        self.item(&mut item);
        vec![item]
    }

    fn item(&self, item: &mut Item) {
        match &mut item.kind {
            ItemKind::Declaration(d) => self.list(&mut d.shape),
            ItemKind::Definition(d) => {
                self.variables(&mut d.variables);
                self.expr(&mut d.body);
            }
            ItemKind::Local(local) => self.expr(&mut local.body),
            ItemKind::Assumption(e) => self.expr(e),
            ItemKind::Requirement(e, _) => self.condition(e),
        }
    }

    /// Does an element speak of an axis that is missing, or has it the letter of one?
    fn drops(&self, element: &Expr) -> bool {
        let ExprKind::Perhaps(inner) = &element.kind else { return false };
        let mut names = BTreeSet::new();
        names_in(inner, &mut names);
        names.iter().any(|n| self.missing(n))
    }

    fn missing(&self, name: &str) -> bool {
        let is = |n: &str| self.optional.get(n).copied().unwrap_or(false);
        is(name) || is(&name.to_uppercase())
    }

    fn list(&self, list: &mut Vec<Expr>) {
        let mut all = Vec::with_capacity(list.len());
        for mut element in std::mem::take(list) {
            if self.drops(&element) {
                continue;
            }
            if let ExprKind::Each(inner) = &element.kind {
                all.extend((0..self.rank).map(|axis| self.along(inner, axis)));
                continue;
            }
            if let ExprKind::Perhaps(inner) = element.kind {
                element = *inner;
            }
            self.expr(&mut element);
            all.push(element);
        }
        *list = all;
    }

    /// The expression for one axis.
    fn along(&self, expr: &Expr, axis: usize) -> Expr {
        let mut expr = expr.clone();
        self.rename(&mut expr, axis);
        expr
    }

    fn rename(&self, expr: &mut Expr, axis: usize) {
        let name = if let ExprKind::Read(name, _) = &mut expr.kind {
            Some(&mut name.text)
        } else if let ExprKind::Name(name) = &mut expr.kind {
            Some(name)
        } else {
            None
        };
        if let Some(name) = name
            && let Some(members) = self.names.get(name)
        {
            name.clone_from(&members[axis]);
        }
        each_part_mut(expr, &mut |part| self.rename(part, axis));
    }

    fn variables(&self, variables: &mut Vec<Variable>) {
        let written = std::mem::take(variables).into_iter().flat_map(|v| {
            let named = |text: String, range| Variable { name: Name { text, span: v.name.span }, range };
            if let Some(pack) = pack(&v.name.text) {
                let range = |axis| v.range.as_ref().map(|(x, y)| (self.along(x, axis), self.along(y, axis)));
                let all = self.names[pack].iter().enumerate();
                return all.map(|(axis, name)| named(name.clone(), range(axis))).collect::<Vec<_>>();
            }
            match optional(&v.name.text) {
                Some(axis) if self.missing(axis) => Vec::new(),
                Some(axis) => vec![named(axis.to_string(), v.range)],
                None => vec![v],
            }
        });
        *variables = written.collect();
    }

    /// A condition, which has to hold along every axis if it ends in `...`.
    fn condition(&self, condition: &mut Expr) {
        let ExprKind::Each(inner) = &condition.kind else { return self.expr(condition) };
        let along = (0..self.rank).map(|axis| self.along(inner, axis));
        let both = |p: Expr, q: Expr| {
            let span = p.span;
            Expr { kind: ExprKind::Binary(BinaryOp::And, Box::new(p), Box::new(q)), span }
        };
        let always = || {
            let one =
                || Box::new(Expr { kind: ExprKind::Number(BigRational::from_integer(1.into())), span: condition.span });
            Expr { kind: ExprKind::Binary(BinaryOp::Eq, one(), one()), span: condition.span }
        };
        *condition = along.reduce(both).unwrap_or_else(always);
    }

    fn expr(&self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Read(_, indices) => self.list(indices),
            ExprKind::Reduce(reduction) => {
                self.variables(&mut reduction.variables);
                if let Some(filter) = &mut reduction.filter {
                    self.condition(filter);
                }
                self.expr(&mut reduction.body);
            }
            ExprKind::Number(_)
            | ExprKind::Name(_)
            | ExprKind::Call(..)
            | ExprKind::Negate(_)
            | ExprKind::Binary(..)
            | ExprKind::Power(..)
            | ExprKind::If(..)
            | ExprKind::Not(_)
            | ExprKind::Within(..)
            | ExprKind::Each(_)
            | ExprKind::Perhaps(_) => each_part_mut(expr, &mut |part| self.expr(part)),
        }
    }
}

/// Calls `visit` with the expressions directly inside one.
fn each_part(expr: &Expr, visit: &mut dyn FnMut(&Expr)) {
    match &expr.kind {
        ExprKind::Number(_) | ExprKind::Name(_) => {}
        ExprKind::Read(_, list) | ExprKind::Call(_, list) => list.iter().for_each(visit),
        ExprKind::Negate(x) | ExprKind::Not(x) | ExprKind::Each(x) | ExprKind::Perhaps(x) => visit(x),
        ExprKind::Binary(_, x, y) | ExprKind::Power(x, y) => [x, y].into_iter().for_each(|e| visit(e)),
        ExprKind::If(x, y, z) | ExprKind::Within(x, y, z) => [x, y, z].into_iter().for_each(|e| visit(e)),
        ExprKind::Reduce(reduction) => {
            reduction.filter.iter().for_each(|f| visit(f));
            visit(&reduction.body);
        }
    }
}

/// The same, to change them.
fn each_part_mut(expr: &mut Expr, visit: &mut dyn FnMut(&mut Expr)) {
    match &mut expr.kind {
        ExprKind::Number(_) | ExprKind::Name(_) => {}
        ExprKind::Read(_, list) | ExprKind::Call(_, list) => list.iter_mut().for_each(visit),
        ExprKind::Negate(x) | ExprKind::Not(x) | ExprKind::Each(x) | ExprKind::Perhaps(x) => visit(x),
        ExprKind::Binary(_, x, y) | ExprKind::Power(x, y) => [x, y].into_iter().for_each(|e| visit(e)),
        ExprKind::If(x, y, z) | ExprKind::Within(x, y, z) => [x, y, z].into_iter().for_each(|e| visit(e)),
        ExprKind::Reduce(reduction) => {
            reduction.filter.iter_mut().for_each(|f| visit(f));
            visit(&mut reduction.body);
        }
    }
}
