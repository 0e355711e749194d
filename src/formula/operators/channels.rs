//! Correlations with leading axes as formulas: one equation for all channels, `∂C/∂a_c = Σ_o δ_o ∗ rot180(w_oc)`, and the letters
//! in it.

use itertools::Itertools;

use super::lettered::read;
use super::slide::{Along, slide};
use super::whole::{big_sum, range, scaled_first};
use super::{Operators, Written};
use crate::expr::{Arena, Role, TensorId};
use crate::formula::glossary::Glossary;
use crate::formula::name::Level;
use crate::formula::tree::Formula;
use crate::index::{Definition, Instance, Letters as Allocator};
use crate::operator::{Correlation, Leading, Operand, TensorOp};

/// A name for each letter of the leading axes.
type Names = Vec<(u8, String)>;

/// How many groups of channels a correlation keeps apart, and its leading axes as einops writes them, operands before the result, if
/// it has any: `n c, o c -> n o`.
pub fn channels_text(
    arena: &Arena,
    instance: &Instance,
    glossary: &Glossary,
    c: &Correlation,
) -> (usize, Option<String>) {
    if c.leading.is_empty() {
        return (groups(glossary, c), None);
    }
    let chooser = Chooser { arena, instance, glossary };
    // where an axis has two letters, that of the groups is known by its name
    let grouped = c.leading.out.iter().any(|axis| axis.len() > 1);
    let names = if grouped { chooser.usual(c, letters(c)) } else { chooser.names(c) };
    let axis = |letters: &Vec<u8>| {
        let text = letters.iter().map(|l| name_of(&names, *l)).join(" ");
        if letters.len() > 1 { format!("({text})") } else { text }
    };
    let [x, y, out] = [&c.leading.x, &c.leading.y, &c.leading.out].map(|list| list.iter().map(axis).join(" "));
    // without axes nothing stands there
    (groups(glossary, c), Some(format!("{x}, {y} -> {out}").split_whitespace().join(" ")))
}

fn name_of(names: &Names, letter: u8) -> &str {
    names.iter().find(|(l, _)| *l == letter).map_or("", |(_, name)| name)
}

/// What the letters of leading axes are to a layer that slides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The kernel has no such axis: a batch.
    Batch,
    /// All three have it: groups.
    Group,
    /// Channels of the result.
    Results,
    /// Channels of what flows in.
    Inputs,
}

/// The letters of one correlation: those that the result has, and those that are summed over.
pub struct Letters {
    /// Those of the result.
    pub kept: Vec<(Meaning, Formula)>,
    /// Those that are summed over.
    pub summed: Vec<(Meaning, Formula)>,
    /// How many groups or channels are kept apart.
    pub groups: usize,
}

/// The letters of the leading axes, as they are met.
fn letters(c: &Correlation) -> Vec<u8> {
    let all = [&c.leading.x, &c.leading.y, &c.leading.out];
    all.iter().copied().flatten().flatten().copied().unique().collect()
}

/// Names the letters of leading axes.
#[derive(Clone, Copy)]
struct Chooser<'a> {
    arena: &'a Arena,
    instance: &'a Instance,
    glossary: &'a Glossary,
}

impl Chooser<'_> {
    /// The meaning of a letter: errors are indexed as the layer's result is, so the parts of the operands say which of the layer and
    /// its gradients this is.
    fn meaning(self, c: &Correlation, letter: u8) -> Meaning {
        let [x, y] = [c.x, c.y].map(|o| self.arena.tensor(o.tensor()).role);
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
    fn names(self, c: &Correlation) -> Names {
        let letters = letters(c);
        let own = self.own(c, &letters);
        let free = self.glossary.letters();
        own.filter(|own| own.iter().all(|(_, name)| free.is_free(name))).unwrap_or_else(|| self.usual(c, letters))
    }

    fn usual(self, c: &Correlation, letters: Vec<u8>) -> Names {
        let mut given = self.glossary.letters();
        letters.into_iter().map(|letter| (letter, self.usual_name(c, letter, &mut given))).collect()
    }

    fn usual_name(self, c: &Correlation, letter: u8, given: &mut Allocator) -> String {
        given.give(match self.meaning(c, letter) {
            Meaning::Batch => ["n", "m", "b"],
            Meaning::Group => ["g", "h", "e"],
            Meaning::Results => ["o", "p", "q"],
            Meaning::Inputs => ["c", "d", "f"],
        })
    }

    fn own(self, c: &Correlation, letters: &[u8]) -> Option<Names> {
        let of = |o: Operand| self.arena.tensor(o.tensor()).of.unwrap_or(o.tensor()).0 as usize;
        let (x, y) = (of(c.x), of(c.y));
        let has = |d: &Definition, t: usize| d.tensor == t || read(&d.body, t).is_some();
        let definition = self.instance.definitions.iter().find(|d| has(d, x) && has(d, y))?;
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
        let third = others.into_iter().find(|&t| t != x && t != y && self.instance.tensors[t].shape.len() == rank);
        let grouped = || c.leading.x.iter().chain(&c.leading.y).chain(&c.leading.out);
        let of_operands = [(&c.leading.x, c.x), (&c.leading.y, c.y)];
        let has_one = |letter: u8| {
            of_operands.iter().all(|(axes, o)| {
                axes.iter().zip(&self.arena.tensor(o.tensor()).shape).all(|(letters, &n)| match *letters.as_slice() {
                    [only] => only != letter || n == 1,
                    [_, second] => second != letter || n == c.leading.groups,
                    _ => true,
                })
            })
        };
        let single_groups = grouped().all(|letters| letters.len() < 2 || has_one(letters[1]));
        let mut given = self.glossary.letters();
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
            let second = |axes: &Vec<u8>| axes.len() == 2 && axes[1] == letter;
            let name = match in_x.or_else(in_y).or_else(in_result).or_else(of_groups) {
                Some(name) => name.to_string(),
                None if single_groups && grouped().any(second) => self.usual_name(c, letter, &mut given),
                None => return None,
            };
            if list.iter().any(|(_, known)| *known == name) {
                return None;
            }
            given.enter(name.as_str());
            list.push((letter, name));
        }
        Some(list)
    }
}

impl Operators<'_> {
    fn chooser(&self) -> Chooser<'_> {
        Chooser { arena: self.arena, instance: self.instance, glossary: self.glossary }
    }

    /// The letters with more than one value.
    pub fn letters_of(&self, c: &Correlation) -> Letters {
        let chooser = self.chooser();
        let sizes = sizes(self.glossary, c);
        let mut letters = Letters { kept: Vec::new(), summed: Vec::new(), groups: groups(self.glossary, c) };
        for (letter, name) in &chooser.names(c) {
            if size_of(&sizes, *letter) > 1 {
                let kept = c.leading.out.iter().flatten().any(|l| l == letter);
                let list = if kept { &mut letters.kept } else { &mut letters.summed };
                list.push((chooser.meaning(c, *letter), Formula::letter(name)));
            }
        }
        letters
    }

    /// The indices of the result, and the sum of the operators, channel by channel; `None` where nothing has channels, or one of
    /// the operators cannot be written so. The result's letters may be given.
    pub fn by_channel(&self, parts: &[TensorOp], target: TensorId, given: Option<&[Vec<String>]>) -> Option<Written> {
        let first = self.leading_one(parts)?;
        let first_names = self.chooser().names(first);
        let spelled: Vec<Vec<String>> = match given {
            Some(given) => given.to_vec(),
            None => {
                let axis = |a: &Vec<u8>| a.iter().map(|l| name_of(&first_names, *l).to_string()).collect();
                first.leading.out.iter().map(axis).collect()
            }
        };
        let own = self.renamed(first, &spelled)?;
        let sizes = sizes(self.glossary, first);
        let left: Vec<Formula> =
            first.leading.out.iter().map(|a| self.index(a, &first.leading, &own, &sizes)).collect();
        let channels = |operand: Operand| self.channel(operand, &left, &spelled);
        let mut terms = Vec::new();
        for part in parts {
            terms.push(match part {
                TensorOp::Correlate(c) => self.correlation_by_channel(c, &spelled, target)?,
                TensorOp::Broadcast { of, axes, scale, shape } => {
                    let kept: Vec<usize> = (0..shape.len()).filter(|a| !axes.contains(a)).collect();
                    let indices = kept.iter().map(|&a| left.get(a).cloned()).collect::<Option<Vec<Formula>>>()?;
                    Formula::times(scale, self.channel(*of, &indices, &spelled)?)
                }
                TensorOp::Identity { of, scale } => Formula::times(scale, channels(*of)?),
                TensorOp::Hadamard { factors, scale } => {
                    let factors = factors.iter().map(|f| channels(*f)).collect::<Option<Vec<_>>>()?;
                    Formula::times(scale, Formula::hadamard(factors))
                }
                TensorOp::Sum { .. }
                | TensorOp::Reshape { .. }
                | TensorOp::Contract(_)
                | TensorOp::Place(_)
                | TensorOp::Upsample { .. }
                | TensorOp::WindowSum { .. }
                | TensorOp::WindowMax { .. }
                | TensorOp::Route(_) => return None,
            });
        }
        Some((left, Formula::gathered(terms)))
    }

    /// The first correlation with leading axes, also inside of what is shown as what gives it.
    fn leading_one<'b>(&'b self, parts: &'b [TensorOp]) -> Option<&'b Correlation> {
        let within = |o: &Operand| match o {
            Operand::Plain(t) => self.stands_for(*t).and_then(|parts| self.leading_one(parts)),
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
            | TensorOp::Place(_)
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
        let mut list = self.chooser().names(c);
        for (letter, name) in &mut list {
            if let Some((_, new)) = given.iter().find(|(l, _)| l == letter) {
                name.clone_from(new);
            }
        }
        list.iter().map(|(_, name)| name).all_unique().then_some(list)
    }

    /// `Σ_o δ_o ∗ rot180(w_oc)`.
    fn correlation_by_channel(&self, c: &Correlation, result: &[Vec<String>], target: TensorId) -> Option<Formula> {
        let names = self.renamed(c, result)?;
        let sizes = sizes(self.glossary, c);
        let indices = |list: &[Vec<u8>]| -> Vec<Formula> {
            list.iter().map(|a| self.index(a, &c.leading, &names, &sizes)).collect()
        };
        let base = self.glossary.index_base;
        let summed = names.iter().filter(|(l, _)| !c.leading.out.iter().flatten().any(|o| o == l));
        let ranges = summed
            .map(|(l, name)| (name, size_of(&sizes, *l)))
            .filter(|(_, size)| *size > 1)
            .map(|(name, size)| range(name, base, size))
            .collect();
        let slid = |tensor: TensorId| {
            let shape = self.glossary.shape(tensor);
            &shape[shape.len() - c.axes.len()..]
        };
        let axes = Along::of(&c.axes, slid(c.x.tensor()), slid(c.y.tensor()), slid(target));
        let (x, y) = (self.operand_at(c.x, &indices(&c.leading.x))?, self.operand_at(c.y, &indices(&c.leading.y))?);
        let product = scaled_first(&c.scale, slide(self.glossary, x, y, c.rot180, &axes));
        Some(big_sum(ranges, product))
    }

    /// One channel of an operand.
    fn channel(&self, operand: Operand, indices: &[Formula], result: &[Vec<String>]) -> Option<Formula> {
        let Operand::Plain(t) = operand else { return self.operand_at(operand, indices) };
        match self.stands_for(t) {
            // what has channels itself is written for the same ones
            Some(parts) if self.leading_one(parts).is_some() && !result.is_empty() => {
                Some(self.by_channel(parts, t, Some(result))?.1)
            }
            Some(parts) => {
                let whole = self.wholes(parts, self.glossary.shape(t))?;
                Some(if indices.is_empty() { whole } else { Formula::Pick(Box::new(whole), indices.to_vec()) })
            }
            None => Some(self.glossary.indexed_at(t, (self.level)(t), indices.to_vec())),
        }
    }

    /// The index of one axis: a letter, the only value, or `2(g-1)+c` for a place in a group.
    fn index(&self, letters: &[u8], leading: &Leading, names: &Names, sizes: &[(u8, usize)]) -> Formula {
        let base = self.glossary.index_base;
        let name = |l: u8| Formula::letter(name_of(names, l));
        match *letters {
            [group, place] => {
                let places = size_of(sizes, place);
                if places == 1 || leading.groups == 1 {
                    return name(if places == 1 { group } else { place });
                }
                let from_zero = match base {
                    0 => name(group),
                    _ => Formula::Sum(vec![name(group), Formula::integer(-base)]),
                };
                let before = Formula::Product(vec![Formula::integer(places as i64), from_zero]);
                Formula::Sum(vec![before, name(place)])
            }
            [only] if size_of(sizes, only) > 1 => name(only),
            _ => Formula::integer(base),
        }
    }

    /// The tensor with the marks of its layer, one channel of it where such operators are written so.
    pub fn left_of(&self, parts: &[TensorOp], tensor: TensorId) -> Formula {
        let indices = self.written(parts, tensor).map_or_else(Vec::new, |(indices, _)| indices);
        self.glossary.indexed_at(tensor, (self.level)(tensor), indices)
    }

    /// The error of the layer below at these indices, as the activation's derivative has it.
    pub fn below(&self, tensor: TensorId, indices: &[Formula]) -> Formula {
        self.glossary.indexed_at(tensor, Level::Below, indices.to_vec())
    }
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
