//! Definitions in index form as formulas: `z_{ij} = \sum_{u,v} a_{i+u-1,j+v-1} w_{uv} + b`.

use super::expression::over_root;
use super::glossary::Glossary;
use super::math::{Level, Math, Name, Op};
use crate::expr::{Number, TensorId, degree_of_root};
use crate::index::{Affine, Body, Comparison, Condition, Definition, ReduceOp};

/// Left-hand and right-hand side of a definition. Tensors of the definition's instance have the glossary's numbers.
pub(super) fn definition(glossary: &Glossary, d: &Definition) -> (Math, Math) {
    let writer = Writer { glossary, d };
    let own = (0..d.rank).map(|slot| Math::name(&d.loops[slot].name)).collect();
    let left = glossary.indexed(TensorId(d.tensor as u32), own);
    let mut row = Vec::new();
    writer.sum_level(&d.body, &mut row);
    (left, Math::Row(row))
}

struct Writer<'a> {
    glossary: &'a Glossary,
    d: &'a Definition,
}

impl Writer<'_> {
    /// In print indices start at the notation's base: with `k = k' + shift` for every variable, what is printed for an index
    /// `c + Σ n k` is `c + (Σ n − 1)·shift + Σ n k'`; for a plain number (a condition) the −1 is left out.
    fn affine(&self, f: &Affine, is_index: bool) -> Math {
        let shift = self.glossary.source_base - self.glossary.index_base;
        let f = &self.without_single_places(f);
        let weight: i64 = f.terms.iter().map(|t| t.1).sum::<i64>() - i64::from(is_index);
        let mut constant = f.constant + weight * shift;
        let mut row = Vec::new();
        if constant > 0 && f.terms.iter().all(|t| t.1 < 0) && !f.terms.is_empty() {
            row.push(Math::integer(constant)); // 5 − m reads better than −m + 5
            constant = 0;
        }
        // positive terms first, so that an index rarely begins with a minus
        let positive = f.terms.iter().filter(|t| t.1 > 0);
        for &(slot, c) in positive.chain(f.terms.iter().filter(|t| t.1 < 0)) {
            match (row.is_empty(), c < 0) {
                (true, false) => {}
                (true, true) => row.push(Math::Op(Op::Negative)),
                (false, false) => row.push(Math::Op(Op::Plus)),
                (false, true) => row.push(Math::Op(Op::Minus)),
            }
            if c.abs() != 1 {
                row.push(Math::integer(c.abs()));
            }
            row.push(Math::name(&self.d.loops[slot].name));
        }
        if row.is_empty() {
            return Math::integer(constant);
        }
        if constant != 0 {
            row.push(Math::Op(if constant < 0 { Op::Minus } else { Op::Plus }));
            row.push(Math::integer(constant.abs()));
        }
        if row.len() == 1 { row.remove(0) } else { Math::Row(row) }
    }

    /// An index that takes one value only is that value, where it is summed over or the left side shows no index.
    fn without_single_places(&self, f: &Affine) -> Affine {
        let hidden = self.glossary.is_single(TensorId(self.d.tensor as u32));
        let single = |slot: usize| (slot >= self.d.rank || hidden) && self.d.loops[slot].len() == 1;
        let constant = f.terms.iter().filter(|t| single(t.0)).map(|&(slot, c)| c * self.d.loops[slot].low).sum::<i64>();
        let terms = f.terms.iter().copied().filter(|t| !single(t.0)).collect();
        Affine { constant: f.constant + constant, terms }
    }

    fn sum_level(&self, body: &Body, row: &mut Vec<Math>) {
        match body {
            Body::Sum(parts) => {
                for (place, part) in parts.iter().enumerate() {
                    let (negative, rest) = without_sign(part);
                    match (place == 0, negative) {
                        (true, false) => {}
                        (true, true) => row.push(Math::Op(Op::Negative)),
                        (false, false) => row.push(Math::Op(Op::Plus)),
                        (false, true) => row.push(Math::Op(Op::Minus)),
                    }
                    self.product_level(&rest, row);
                }
            }
            Body::Number(_)
            | Body::Index(_)
            | Body::Read(..)
            | Body::Flat(..)
            | Body::Product(_)
            | Body::Power(..)
            | Body::Call(..)
            | Body::Reduce { .. }
            | Body::If(..) => {
                let (negative, rest) = without_sign(body);
                if negative {
                    row.push(Math::Op(Op::Negative));
                }
                self.product_level(&rest, row);
            }
        }
    }

    fn product_level(&self, body: &Body, row: &mut Vec<Math>) {
        match body {
            Body::Number(n) => row.push(Math::Number(n.clone())),
            Body::Index(f) => {
                let f = self.affine(f, false);
                row.push(if matches!(f, Math::Row(_)) { Math::Brackets(Box::new(f)) } else { f });
            }
            Body::Read(tensor, indices) => {
                let indices = indices.iter().map(|f| self.affine(f, true)).collect();
                row.push(self.glossary.indexed(TensorId(*tensor as u32), indices));
            }
            Body::Flat(tensor, index) => {
                // the entry of vec(a) with this number
                let tensor = TensorId(*tensor as u32);
                let list = vec![Math::Word("vec"), Math::Brackets(Box::new(self.glossary.tensor(tensor, Level::None)))];
                row.push(Math::Subscript(Box::new(Math::Row(list)), Box::new(self.affine(index, true))));
            }
            Body::Sum(_) => row.push(Math::Brackets(Box::new(self.whole(body)))),
            Body::Product(parts) => self.product(parts, row),
            Body::Power(x, n) if *n < 0 => {
                let mut below = Vec::new();
                if *n == -1 {
                    self.sum_level(x, &mut below)
                } else {
                    below.push(self.power(x, -n))
                }
                row.push(Math::Fraction(Box::new(Math::integer(1)), Box::new(Math::Row(below))));
            }
            Body::Power(x, n) => row.push(self.power(x, *n)),
            Body::Call(name, 0, x) if name == "step" => {
                let positive = Math::binary(self.whole(x), Op::Greater, Math::integer(0));
                row.push(Math::Indicator(Box::new(positive)));
            }
            Body::Call(name, 0, x) if let Some(degree) = degree_of_root(name) => {
                row.push(Math::Root(degree, Box::new(self.whole(x))));
            }
            Body::Call(name, order, x) => row.push(Math::Call(Name::new(name), *order, Box::new(self.whole(x)))),
            Body::Reduce { op, slots, filter, body } => self.reduction(*op, slots, filter.as_ref(), body, row),
            Body::If(condition, x, y) => {
                let cases = [(self.whole(x), self.condition(condition)), (self.whole(y), self.negated(condition))];
                row.push(Math::Cases(Box::new(cases)));
            }
        }
    }

    /// Reductions come last, so that their body is not taken for more than it is; quotients become fractions.
    fn product(&self, parts: &[Body], row: &mut Vec<Math>) {
        let reduces = |b: &Body| matches!(b, Body::Reduce { .. });
        let (below, above): (Vec<&Body>, Vec<&Body>) =
            parts.iter().partition(|b| matches!(b, Body::Power(_, n) if *n < 0));
        let last = above.iter().rposition(|b| reduces(b));
        let mut top = Vec::new();
        for (place, part) in above.iter().enumerate() {
            if reduces(part) && (Some(place) != last || place + 1 != above.len()) {
                top.push(Math::Brackets(Box::new(self.whole(part))));
            } else {
                self.product_level(part, &mut top);
            }
        }
        if below.is_empty() {
            row.append(&mut top);
            return;
        }
        if top.is_empty() {
            top.push(Math::integer(1));
        }
        let mut bottom = Vec::new();
        for part in &below {
            if let Body::Power(x, n) = part {
                match (*n, below.len()) {
                    (-1, 1) => self.sum_level(x, &mut bottom),
                    (-1, _) => self.product_level(x, &mut bottom),
                    (n, _) => bottom.push(self.power(x, -n)),
                }
            }
        }
        row.push(Math::Fraction(Box::new(Math::Row(top)), Box::new(Math::Row(bottom))));
    }

    fn whole(&self, body: &Body) -> Math {
        let mut row = Vec::new();
        self.sum_level(body, &mut row);
        Math::Row(row)
    }

    /// A power; that of a root has a fraction for its exponent.
    fn power(&self, x: &Body, n: i32) -> Math {
        let (x, exponent) = match x {
            Body::Call(name, 0, inner) if let Some(e) = degree_of_root(name).and_then(|q| over_root(n, q)) => {
                (&**inner, e)
            }
            Body::Number(_)
            | Body::Index(_)
            | Body::Read(..)
            | Body::Flat(..)
            | Body::Sum(_)
            | Body::Product(_)
            | Body::Power(..)
            | Body::Call(..)
            | Body::Reduce { .. }
            | Body::If(..) => (x, Number::integer(i64::from(n))),
        };
        let raised = |t: usize| self.glossary.name(TensorId(t as u32)).level != Level::None;
        let atom = matches!(x, Body::Call(..))
            || matches!(x, Body::Read(t, _) if !raised(*t))
            || matches!(x, Body::Number(n) if n.is_integer() && !n.is_negative());
        let base = if atom { self.whole(x) } else { Math::Brackets(Box::new(self.whole(x))) };
        Math::Power(Box::new(base), Box::new(Math::exponent(&exponent)))
    }

    fn reduction(&self, op: ReduceOp, slots: &[usize], filter: Option<&Condition>, body: &Body, row: &mut Vec<Math>) {
        let shift = self.glossary.source_base - self.glossary.index_base;
        let ranges: Vec<(Name, i64, i64)> = slots
            .iter()
            .map(|&s| &self.d.loops[s])
            .filter(|l| l.len() != 1)
            .map(|l| (Name::new(&l.name), l.low - shift, l.high - shift))
            .collect();
        let conditions = filter.map(|f| self.conditions(f)).unwrap_or_default();
        if ranges.is_empty() && conditions.is_empty() {
            return self.product_level(body, row); // one term
        }
        match op {
            ReduceOp::Sum => row.push(Math::Sum { ranges, conditions }),
            ReduceOp::Mean => {
                let count: usize = slots.iter().map(|&s| self.d.loops[s].len()).product();
                if conditions.is_empty() {
                    row.push(Math::Number(Number::fraction(1, count as i64)));
                    row.push(Math::Sum { ranges, conditions });
                } else {
                    // as many terms as the conditions leave
                    let sum = Math::Sum { ranges, conditions };
                    let mut top = vec![sum.clone()];
                    self.product_level(body, &mut top);
                    let bottom = Math::Row(vec![sum, Math::integer(1)]);
                    return row.push(Math::Fraction(Box::new(Math::Row(top)), Box::new(bottom)));
                }
            }
            ReduceOp::Max => row.push(Math::Largest { ranges, conditions }),
        }
        self.product_level(body, row);
    }

    /// The conditions that a conjunction holds.
    fn conditions(&self, condition: &Condition) -> Vec<Math> {
        match condition {
            Condition::And(p, q) => {
                let mut list = self.conditions(p);
                list.extend(self.conditions(q));
                list
            }
            Condition::Compare(..) | Condition::Within(..) | Condition::Or(..) | Condition::Not(_) => {
                vec![self.condition(condition)]
            }
        }
    }

    fn condition(&self, condition: &Condition) -> Math {
        match condition {
            Condition::Compare(f, comparison) => self.comparison(f, *comparison),
            Condition::Within(low, f, high) => {
                let shift = self.glossary.source_base - self.glossary.index_base;
                let (low, high) = (Math::integer(low - shift), Math::integer(high - shift));
                Math::Row(vec![low, Math::Op(Op::AtMost), self.affine(f, true), Math::Op(Op::AtMost), high])
            }
            Condition::And(p, q) => Math::Row(vec![self.condition(p), Math::Op(Op::Comma), self.condition(q)]),
            Condition::Or(p, q) => either(self.condition(p), self.condition(q)),
            Condition::Not(p) => self.negated(p),
        }
    }

    /// Where the condition does not hold.
    fn negated(&self, condition: &Condition) -> Math {
        match condition {
            Condition::Compare(f, comparison) => match comparison {
                Comparison::Zero => self.comparison(f, Comparison::NonZero),
                Comparison::NonZero => self.comparison(f, Comparison::Zero),
                Comparison::Negative => self.comparison(&opposite(f), Comparison::NotPositive),
                Comparison::NotPositive => self.comparison(&opposite(f), Comparison::Negative),
            },
            Condition::Within(low, f, high) => {
                let shift = self.glossary.source_base - self.glossary.index_base;
                let index = || self.affine(f, true);
                either(
                    Math::binary(index(), Op::Less, Math::integer(low - shift)),
                    Math::binary(index(), Op::Greater, Math::integer(high - shift)),
                )
            }
            Condition::And(p, q) => either(self.negated(p), self.negated(q)),
            Condition::Or(p, q) => Math::Row(vec![self.negated(p), Math::Op(Op::Comma), self.negated(q)]),
            Condition::Not(p) => self.condition(p),
        }
    }

    /// `f ≤ 0` with its negative terms brought to the right.
    fn comparison(&self, f: &Affine, comparison: Comparison) -> Math {
        let part = |sign: i64| {
            let terms = f.terms.iter().filter(|t| t.1 * sign > 0).map(|&(s, c)| (s, c * sign)).collect();
            Affine { constant: 0, terms }
        };
        let (mut left, mut right) = (part(1), part(-1));
        if right.terms.is_empty() || (f.constant > 0 && !left.terms.is_empty()) {
            right.constant = -f.constant;
            if f.constant > 0 && !right.terms.is_empty() {
                (left.constant, right.constant) = (f.constant, 0);
            }
        } else {
            left.constant = f.constant;
        }
        let op = match comparison {
            Comparison::Zero => Op::Equals,
            Comparison::NonZero => Op::Differs,
            Comparison::Negative => Op::Less,
            Comparison::NotPositive => Op::AtMost,
        };
        Math::binary(self.affine(&left, false), op, self.affine(&right, false))
    }
}

/// `p ∨ q`; a comma says "and", and holds less tightly.
fn either(p: Math, q: Math) -> Math {
    let side = |m: Math| {
        let joins = matches!(&m, Math::Row(parts) if parts.contains(&Math::Op(Op::Comma)));
        if joins { Math::Brackets(Box::new(m)) } else { m }
    };
    Math::binary(side(p), Op::Or, side(q))
}

/// `-f`.
fn opposite(f: &Affine) -> Affine {
    Affine { constant: -f.constant, terms: f.terms.iter().map(|&(slot, c)| (slot, -c)).collect() }
}

/// The numbers of a product as one, in front: two beside each other would be read as a mixed number.
fn gathered(body: &Body) -> Option<Body> {
    let Body::Product(parts) = body else { return None };
    let (numbers, others): (Vec<&Body>, Vec<&Body>) = parts.iter().partition(|p| matches!(p, Body::Number(_)));
    if numbers.len() < 2 {
        return None;
    }
    let product = numbers
        .iter()
        .fold(Number::integer(1), |product, n| if let Body::Number(n) = n { product.mul(n) } else { product });
    let mut parts: Vec<Body> = others.into_iter().cloned().collect();
    if !product.is_one() || parts.is_empty() {
        parts.insert(0, Body::Number(product));
    }
    Some(if parts.len() == 1 { parts.remove(0) } else { Body::Product(parts) })
}

/// Splits a leading −1 off.
fn without_sign(body: &Body) -> (bool, Body) {
    if let Some(body) = gathered(body) {
        return without_sign(&body);
    }
    if let Body::Number(n) = body
        && n.is_negative()
    {
        return (true, Body::Number(n.negate()));
    }
    if let Body::Product(parts) = body
        && let Some((Body::Number(n), rest)) = parts.split_first()
        && n.is_negative()
    {
        let size = n.negate();
        let mut parts: Vec<Body> = rest.to_vec();
        if !size.is_one() {
            parts.insert(0, Body::Number(size));
        }
        return (true, if parts.len() == 1 { parts.remove(0) } else { Body::Product(parts) });
    }
    (false, body.clone())
}
