//! Correlations with leading axes as formulas: one equation for all channels, `∂C/∂a_c = Σ_o δ_o * rot180(w_oc)`, and the letters
//! in it.

use itertools::Itertools;

use super::glossary::Glossary;
use super::math::{Math, Name, Op};
use super::operator::Operators;
use super::terms::{applied, is_additive, scaled, signed_sum};
use crate::derivation::Derivation;
use crate::expr::{Arena, Role, TensorId};
use crate::index::{Affine, Body, Definition, Instance};
use crate::operator::{Correlation, Leading, Operand, TensorOp};

/// A name for each letter of the leading axes.
type Names = Vec<(u8, String)>;

/// How many groups of channels a correlation keeps apart, and its leading axes as einops writes them, if it has any.
pub fn channels_text(derivation: &Derivation, glossary: &Glossary, c: &Correlation) -> (usize, Option<String>) {
    let text = || leading_text(&derivation.system.arena, &derivation.instance, c);
    (groups(glossary, c), (!c.leading.is_empty()).then(text))
}

/// The leading axes as einops writes them, operands before the result: `n c, o c -> n o`.
fn leading_text(arena: &Arena, instance: &Instance, c: &Correlation) -> String {
    // where an axis has two letters, that of the groups is known by its name
    let grouped = c.leading.out.iter().any(|axis| axis.len() > 1);
    let names = if grouped { usual(arena, c, letters(c)) } else { names(arena, instance, c) };
    let axis = |letters: &Vec<u8>| {
        let text = letters.iter().map(|l| name_of(&names, *l)).join(" ");
        if letters.len() > 1 { format!("({text})") } else { text }
    };
    let [x, y, out] = [&c.leading.x, &c.leading.y, &c.leading.out].map(|list| list.iter().map(axis).join(" "));
    // without axes nothing stands there
    format!("{x}, {y} -> {out}").split_whitespace().join(" ")
}

fn name_of(names: &Names, letter: u8) -> &str {
    names.iter().find(|(l, _)| *l == letter).map_or("", |(_, name)| name)
}

/// What the letters of leading axes are to a layer that slides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The kernel has no such axis: a batch.
    Batch,
    /// All three have it: groups.
    Group,
    /// Channels of the result.
    Results,
    /// Channels of what flows in.
    Inputs,
}

/// The meaning of a letter: errors are indexed as the layer's result is, so the parts of the operands say which of the layer and
/// its gradients this is.
pub(super) fn meaning(arena: &Arena, c: &Correlation, letter: u8) -> Meaning {
    let [x, y] = [c.x, c.y].map(|o| arena.tensor(o.tensor()).role);
    let has = |list: &Vec<Vec<u8>>| list.iter().flatten().any(|l| *l == letter);
    let (in_x, in_y, in_out) = (has(&c.leading.x), has(&c.leading.y), has(&c.leading.out));
    let (flows, kernel, result) = match (x == Role::Adjoint, y == Role::Adjoint, x == Role::Weight) {
        (true, false, _) => (in_out, in_y, in_x),
        (false, true, true) => (in_out, in_x, in_y),
        (false, true, false) => (in_x, in_out, in_y),
        (_, _, true) => (in_y, in_x, in_out),
        (_, _, false) => (in_x, in_y, in_out),
    };
    match (flows, kernel, result) {
        (true, true, true) => Meaning::Group,
        (_, false, _) => Meaning::Batch,
        (_, true, true) => Meaning::Results,
        (_, true, false) => Meaning::Inputs,
    }
}

/// The letters that the layer's own text has, or where it does not name every axis those that are usual.
fn names(arena: &Arena, instance: &Instance, c: &Correlation) -> Names {
    let letters = letters(c);
    if let Some(own) = own_names(arena, instance, c, &letters) {
        return own;
    }
    usual(arena, c, letters)
}

/// The letters of the leading axes, as they are met.
fn letters(c: &Correlation) -> Vec<u8> {
    let all = [&c.leading.x, &c.leading.y, &c.leading.out];
    all.iter().copied().flatten().flatten().copied().unique().collect()
}

fn usual(arena: &Arena, c: &Correlation, letters: Vec<u8>) -> Names {
    let mut taken: Vec<&str> = Vec::new();
    let names = letters.into_iter().map(|letter| {
        let free = usual_names(meaning(arena, c, letter)).find(|name| !taken.contains(name)).unwrap_or("x");
        taken.push(free);
        (letter, free.to_string())
    });
    names.collect()
}

fn usual_names(meaning: Meaning) -> impl Iterator<Item = &'static str> {
    let list = match meaning {
        Meaning::Batch => ["n", "m", "b"],
        Meaning::Group => ["g", "h", "e"],
        Meaning::Results => ["o", "p", "q"],
        Meaning::Inputs => ["c", "d", "f"],
    };
    list.into_iter().chain(["r", "s", "t", "k", "l"])
}

fn own_names(arena: &Arena, instance: &Instance, c: &Correlation, letters: &[u8]) -> Option<Names> {
    let of = |o: Operand| arena.tensor(o.tensor()).of.unwrap_or(o.tensor()).0 as usize;
    let (x, y) = (of(c.x), of(c.y));
    let has = |d: &Definition, t: usize| d.tensor == t || read(&d.body, t).is_some();
    let definition = instance.definitions.iter().find(|d| has(d, x) && has(d, y))?;
    let axis = |t: usize, axis: usize| -> Option<&str> {
        let slot = if definition.tensor == t {
            axis
        } else {
            // what takes one value only counts nothing beside another letter
            let terms = &read(&definition.body, t)?.get(axis)?.terms;
            let counting: Vec<_> = terms.iter().filter(|t| definition.loops[t.0].len() > 1).collect();
            match (terms.as_slice(), counting.as_slice()) {
                ([(slot, 1)], _) | (_, [(slot, 1)]) => *slot,
                _ => return None,
            }
        };
        definition.loops.get(slot).map(|l| l.name.as_str())
    };
    // the third tensor beside the operands, by its number of axes: a letter of the result alone stands there
    let rank = c.leading.out.len() + c.axes.len();
    let mut others = vec![definition.tensor];
    definition.body.reads(&mut |t| others.push(t));
    let third = others.into_iter().find(|&t| t != x && t != y && instance.tensors[t].shape.len() == rank);
    let grouped = || c.leading.x.iter().chain(&c.leading.y).chain(&c.leading.out);
    let of_operands = [(&c.leading.x, c.x), (&c.leading.y, c.y)];
    let has_one = |letter: u8| {
        of_operands.iter().all(|(axes, o)| {
            axes.iter().zip(&arena.tensor(o.tensor()).shape).all(|(letters, &n)| match *letters.as_slice() {
                [only] => only != letter || n == 1,
                [_, second] => second != letter || n == c.leading.groups,
                _ => true,
            })
        })
    };
    let single_groups = grouped().all(|letters| letters.len() < 2 || has_one(letters[1]));
    let mut list: Names = Vec::new();
    for &letter in letters {
        let alone = |list: &[Vec<u8>]| list.iter().position(|l| *l == [letter]);
        let in_x = alone(&c.leading.x).and_then(|place| axis(x, place));
        let in_y = || alone(&c.leading.y).and_then(|place| axis(y, place));
        let in_result = || alone(&c.leading.out).and_then(|place| axis(third?, place));
        // groups of one place each: the letter of the groups says all, if both operands have it
        let first = |list: &[Vec<u8>]| list.iter().position(|l| l.len() == 2 && l[0] == letter);
        let of_groups = || {
            let name = axis(x, first(&c.leading.x)?)?;
            (single_groups && axis(y, first(&c.leading.y)?) == Some(name)).then_some(name)
        };
        // and the second one none
        let free = || usual_names(meaning(arena, c, letter)).find(|name| list.iter().all(|(_, known)| known != name));
        let second = |axes: &Vec<u8>| axes.len() == 2 && axes[1] == letter;
        let unread = || if single_groups && grouped().any(second) { free() } else { None };
        let name = in_x.or_else(in_y).or_else(in_result).or_else(of_groups).or_else(unread)?;
        if list.iter().any(|(_, known)| known == name) {
            return None;
        }
        list.push((letter, name.to_string()));
    }
    Some(list)
}

/// The indices of the first read of a tensor.
pub(super) fn read(body: &Body, tensor: usize) -> Option<&[Affine]> {
    match body {
        Body::Read(t, indices) => (*t == tensor).then_some(indices.as_slice()),
        Body::Number(_) | Body::Index(_) | Body::Flat(..) => None,
        Body::Sum(parts) | Body::Product(parts) => parts.iter().find_map(|p| read(p, tensor)),
        Body::Power(x, _) | Body::Call(_, _, x) | Body::Reduce { body: x, .. } => read(x, tensor),
        Body::If(_, x, y) => read(x, tensor).or_else(|| read(y, tensor)),
    }
}

/// The letters of one correlation: those that the result has, and those that are summed over.
pub(super) struct Letters {
    pub(super) kept: Vec<(Meaning, Math)>,
    pub(super) summed: Vec<(Meaning, Math)>,
    /// How many groups or channels are kept apart.
    pub(super) groups: usize,
}

impl Operators<'_> {
    /// The sign of a sliding product, and the kernel after it: rotated, if the sign does not hold the rotation.
    pub(super) fn sliding(&self, c: &Correlation, kernel: Math) -> (Math, Math) {
        let turned = c.rot180 && self.says_rotation();
        let sign = Math::Op(self.glossary.notation().sliding.sign(c.rot180));
        (sign, if turned { applied("rot180", kernel) } else { kernel })
    }

    /// Is a rotated kernel written as such?
    pub(super) fn says_rotation(&self) -> bool {
        self.glossary.notation().sliding.says_rotation()
    }

    /// The letters with more than one value.
    pub(super) fn letters_of(&self, c: &Correlation) -> Letters {
        let names = names(self.arena, self.instance, c);
        let sizes = sizes(self.glossary, c);
        let mut letters = Letters { kept: Vec::new(), summed: Vec::new(), groups: groups(self.glossary, c) };
        for (letter, name) in &names {
            if size_of(&sizes, *letter) > 1 {
                let kept = c.leading.out.iter().flatten().any(|l| l == letter);
                let list = if kept { &mut letters.kept } else { &mut letters.summed };
                list.push((meaning(self.arena, c, *letter), Math::name(name)));
            }
        }
        letters
    }

    /// The indices of the result where operators are written channel by channel or entry by entry; none where they are written for whole tensors.
    pub(super) fn channel_indices(&self, parts: &[TensorOp], target: TensorId) -> Vec<Math> {
        let found = self.in_letters(parts, target).or_else(|| self.by_channel(parts, None));
        found.map_or_else(Vec::new, |(indices, _)| indices)
    }

    /// A tensor on the left of the equation that such operators are the right side of.
    pub(super) fn left_of(&self, parts: &[TensorOp], tensor: TensorId) -> Math {
        let level = (self.level)(tensor);
        match self.channel_indices(parts, tensor) {
            indices if indices.is_empty() => self.glossary.tensor(tensor, level),
            indices => self.glossary.indexed_at(tensor, level, indices),
        }
    }

    /// The indices of the result, and the sum of the operators, channel by channel; `None` where nothing has channels, or one of
    /// the operators cannot be written so. The result's letters may be given.
    pub(super) fn by_channel(&self, parts: &[TensorOp], given: Option<&[Vec<String>]>) -> Option<(Vec<Math>, Math)> {
        let first = self.leading_one(parts)?;
        let first_names = names(self.arena, self.instance, first);
        let spelled: Vec<Vec<String>> = match given {
            Some(given) => given.to_vec(),
            None => {
                let axis = |a: &Vec<u8>| a.iter().map(|l| name_of(&first_names, *l).to_string()).collect();
                first.leading.out.iter().map(axis).collect()
            }
        };
        let own = self.renamed(first, &spelled)?;
        let sizes = sizes(self.glossary, first);
        let left: Vec<Math> = first.leading.out.iter().map(|a| self.index(a, &first.leading, &own, &sizes)).collect();
        let mut terms = Vec::new();
        for part in parts {
            let mut row = match part {
                TensorOp::Correlate(c) => self.correlation_by_channel(c, &spelled)?,
                TensorOp::Broadcast { of, axes, scale, shape } => {
                    let kept: Vec<usize> = (0..shape.len()).filter(|a| !axes.contains(a)).collect();
                    let indices = kept.iter().map(|&a| left.get(a).cloned()).collect::<Option<Vec<Math>>>()?;
                    scaled(scale, vec![self.channel(*of, indices, &spelled)?])
                }
                TensorOp::Identity { of, scale } => scaled(scale, vec![self.channel(*of, left.clone(), &spelled)?]),
                TensorOp::Hadamard { factors, scale } => {
                    let mut row = Vec::new();
                    for factor in factors {
                        row.extend((!row.is_empty()).then_some(Math::Op(Op::Hadamard)));
                        row.push(self.channel(*factor, left.clone(), &spelled)?);
                    }
                    scaled(scale, row)
                }
                TensorOp::Sum { .. }
                | TensorOp::Reshape { .. }
                | TensorOp::Contract(_)
                | TensorOp::Upsample { .. }
                | TensorOp::WindowSum { .. }
                | TensorOp::WindowMax { .. }
                | TensorOp::Route(_) => return None,
            }
            .into_parts();
            let negative = matches!(row.first(), Some(Math::Op(Op::Negative)));
            if negative {
                row.remove(0);
            }
            terms.push((negative, row));
        }
        Some((left, signed_sum(terms)))
    }

    /// The first correlation with leading axes, also inside of what is shown as what gives it.
    fn leading_one<'b>(&'b self, parts: &'b [TensorOp]) -> Option<&'b Correlation> {
        let within = |o: &Operand| match o {
            Operand::Plain(t) => self.inside.and_then(|inside| inside(*t)).and_then(|parts| self.leading_one(parts)),
            Operand::Each(..) => None,
        };
        parts.iter().find_map(|part| match part {
            TensorOp::Correlate(c) if !c.leading.is_empty() => Some(c),
            TensorOp::Hadamard { factors, .. } => factors.iter().find_map(within),
            TensorOp::Identity { of, .. } => within(of),
            TensorOp::Correlate(_)
            | TensorOp::Sum { .. }
            | TensorOp::Broadcast { .. }
            | TensorOp::Reshape { .. }
            | TensorOp::Contract(_)
            | TensorOp::Upsample { .. }
            | TensorOp::WindowSum { .. }
            | TensorOp::WindowMax { .. }
            | TensorOp::Route(_) => None,
        })
    }

    /// A correlation's names with those of the result as they are given; `None` where its axes are others or names would clash.
    fn renamed(&self, c: &Correlation, result: &[Vec<String>]) -> Option<Names> {
        let out = &c.leading.out;
        if !out.iter().map(Vec::len).eq(result.iter().map(Vec::len)) {
            return None;
        }
        let given: Names = out.iter().flatten().copied().zip(result.iter().flatten().cloned()).collect();
        let mut list = names(self.arena, self.instance, c);
        for (letter, name) in &mut list {
            if let Some((_, new)) = given.iter().find(|(l, _)| l == letter) {
                name.clone_from(new);
            }
        }
        list.iter().map(|(_, name)| name).all_unique().then_some(list)
    }

    /// `Σ_o δ_o * rot180(w_oc)`.
    fn correlation_by_channel(&self, c: &Correlation, result: &[Vec<String>]) -> Option<Math> {
        let names = self.renamed(c, result)?;
        let sizes = sizes(self.glossary, c);
        let indices = |list: &[Vec<u8>]| list.iter().map(|a| self.index(a, &c.leading, &names, &sizes)).collect();
        let base = self.glossary.index_base;
        let summed = names.iter().filter(|(l, _)| !c.leading.out.iter().flatten().any(|o| o == l));
        let ranges: Vec<(Name, i64, i64)> = summed
            .map(|(l, name)| (Name::new(name), base, base + size_of(&sizes, *l) as i64 - 1))
            .filter(|(_, low, high)| high > low)
            .collect();
        let kernel = self.channel(c.y, indices(&c.leading.y), &[])?;
        let (sign, kernel) = self.sliding(c, kernel);
        let product = [self.channel(c.x, indices(&c.leading.x), &[])?, sign, kernel];
        let sum = (!ranges.is_empty()).then_some(Math::Sum { ranges, conditions: Vec::new() });
        Some(scaled(&c.scale, sum.into_iter().chain(product).collect()))
    }

    /// One channel of an operand.
    fn channel(&self, operand: Operand, indices: Vec<Math>, result: &[Vec<String>]) -> Option<Math> {
        let bracketed = |math: Math| {
            let several = matches!(&math, Math::Row(parts) if parts.len() > 1);
            if several { Math::Brackets(Box::new(math)) } else { math }
        };
        Some(match operand {
            Operand::Plain(t) => match self.inside.and_then(|inside| inside(t)) {
                // what has channels itself is written for the same ones
                Some(parts) if self.leading_one(parts).is_some() && !result.is_empty() => {
                    bracketed(self.by_channel(parts, Some(result))?.1)
                }
                Some(parts) => {
                    let whole = Math::Brackets(Box::new(self.wholes(parts)));
                    if indices.is_empty() {
                        return Some(whole);
                    }
                    Math::Subscript(Box::new(whole), Box::new(index_row(indices)))
                }
                None => self.glossary.indexed_at(t, (self.level)(t), indices),
            },
            Operand::Each(template, _) => {
                let at = |t: TensorId| self.glossary.indexed_at(t, (self.level)(t), indices.clone());
                let math = self.expression(template, false, &|s| at(s.tensor));
                let sum = matches!(&math, Math::Row(parts) if parts.iter().any(is_additive));
                if sum { Math::Brackets(Box::new(math)) } else { math }
            }
        })
    }

    /// The index of one axis: a letter, the only value, or `2(g-1)+c` for a place in a group.
    fn index(&self, letters: &[u8], leading: &Leading, names: &Names, sizes: &[(u8, usize)]) -> Math {
        let base = self.glossary.index_base;
        let name = |l: u8| Math::name(name_of(names, l));
        match *letters {
            [group, place] => {
                let places = size_of(sizes, place);
                if places == 1 || leading.groups == 1 {
                    return name(if places == 1 { group } else { place });
                }
                let from_zero = match base {
                    0 => vec![name(group)],
                    _ => vec![Math::Brackets(Box::new(Math::Row(vec![
                        name(group),
                        Math::Op(if base > 0 { Op::Minus } else { Op::Plus }),
                        Math::integer(base.abs()),
                    ])))],
                };
                let row = [Math::integer(places as i64)].into_iter().chain(from_zero);
                Math::Row(row.chain([Math::Op(Op::Plus), name(place)]).collect())
            }
            [only] if size_of(sizes, only) > 1 => name(only),
            _ => Math::integer(base),
        }
    }
}

/// Indices below a formula: commas keep them apart, as letters side by side would be a product.
pub(super) fn index_row(indices: Vec<Math>) -> Math {
    let mut row = Vec::new();
    for index in indices {
        row.extend((!row.is_empty()).then_some(Math::Op(Op::Comma)));
        row.push(index);
    }
    if row.len() == 1 { row.remove(0) } else { Math::Row(row) }
}

/// How many values each letter of the operands takes.
fn sizes(glossary: &Glossary, c: &Correlation) -> Vec<(u8, usize)> {
    let mut list = Vec::new();
    for (axes, operand) in [(&c.leading.x, c.x), (&c.leading.y, c.y)] {
        for (letters, &size) in axes.iter().zip(glossary.shape(operand.tensor())) {
            list.extend(letters.iter().copied().zip(c.leading.sizes(letters, size)));
        }
    }
    list
}

/// A letter of the result alone repeats it along that axis; it is a letter like any other.
fn size_of(sizes: &[(u8, usize)], letter: u8) -> usize {
    sizes.iter().find(|(l, _)| *l == letter).map_or(usize::MAX, |(_, size)| *size)
}

/// How many groups are kept apart: all values of the letters that the operands and the result share.
fn groups(glossary: &Glossary, c: &Correlation) -> usize {
    let sizes = sizes(glossary, c);
    c.leading.shared().into_iter().map(|l| size_of(&sizes, l)).product()
}
