//! The math tree: what a formula is made of, with every bracket, sign and break already in place.

use crate::derivation::Value;
use crate::expr::{Number, TensorId};
use crate::formula::{Big, Level, Name};

/// A formula, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub enum Math {
    /// An element of a tensor by row-major offset: `a_{12}`.
    Element(TensorId, u32),
    /// An element by letters, perhaps with its layer: `a_{i+u-1,j+v-1}`, `δ^l_{ij}`.
    Indexed(TensorId, Level, Vec<Math>),
    /// A whole tensor, the loss, an index, a function: one letter or word in italics.
    Name(Box<Name>),
    /// An upright word: `rot180`.
    Word(&'static str),
    /// Running text inside a formula: a remark after an equation.
    Text(String),
    /// A number that is not negative; a fraction is set as one.
    Number(Number),
    /// A rounded number that is not negative, as it is shown.
    Rounded(String),
    /// An operator or a relation, with its usual spacing.
    Op(Op),
    /// Parts side by side; neighbours without an operator between them are multiplied.
    Row(Vec<Math>),
    /// Numerator and denominator.
    Fraction(Box<Math>, Box<Math>),
    /// Base and index: `vec(a)_k`.
    Subscript(Box<Math>, Box<Math>),
    /// Base and exponent.
    Power(Box<Math>, Box<Math>),
    /// A root: its degree, and what stands below the sign.
    Root(u32, Box<Math>),
    /// In round brackets.
    Brackets(Box<Math>),
    /// A function applied: name, number of primes, argument.
    Call(Box<Name>, u32, Box<Math>),
    /// A matrix in round brackets.
    Matrix(Matrix),
    /// A big sign, such as that of a sum, over ranges, each with a letter and its bounds, and conditions below it.
    Big {
        /// Which sign.
        big: Big,
        /// Letter, first value, last value.
        ranges: Vec<(Name, Math, Math)>,
        /// Further conditions.
        conditions: Vec<Math>,
    },
    /// 1 where the condition holds, else 0; of a maximum, with the word for the rule that decides between equal ones.
    Indicator(Option<&'static str>, Box<Math>),
    /// Between signs that stand for an operation.
    Fenced(Fence, Box<Math>),
    /// An operator with numbers below it, its step along each axis or along all; with a blank, where there are none.
    Stepped(Op, Vec<usize>),
    /// A vector of ones.
    Ones,
    /// A box for what was cut out.
    Blank,
    /// `∂y/∂x`.
    Derivative(Box<Math>, Box<Math>),
    /// Dots for what is left out.
    Dots(Dots),
    /// One of several by a condition, in the signs of any language: values, and where each holds.
    Cases(Vec<(Math, Math)>),
}

/// Signs around a formula that stand for an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fence {
    /// `|x|`
    Bars,
    /// `⌊x⌋`
    Floor,
    /// `⌈x⌉`
    Ceil,
}

/// Operators and relations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `+`
    Plus,
    /// `-` between terms.
    Minus,
    /// `-` before a first term.
    Negative,
    /// A dot for a product whose factors would run together.
    Times,
    /// The sliding product; or the convolution of mathematics.
    Slide,
    /// The sliding product, where the sign before this one is the convolution.
    Star,
    /// The elementwise product.
    Hadamard,
    /// The elementwise quotient.
    HadamardDivision,
    /// `=`
    Equals,
    /// `≤`
    AtMost,
    /// `≥`
    AtLeast,
    /// `<`
    Less,
    /// `>`
    Greater,
    /// `≠`
    Differs,
    /// `∣`, divides
    Divides,
    /// `∨`
    Or,
    /// `→`
    To,
    /// `,` between indices or conditions.
    Comma,
    /// `/` in a fraction that stands raised.
    Over,
    /// `≈`
    About,
    /// `×` between sizes.
    By,
    /// `:` between the first place of a run and the last.
    Colon,
    /// `;` between the axes of a list.
    Semicolon,
    /// An arrow up before how far neighbours are spread apart.
    Up,
    /// A bracket whose other one may stand in another line.
    Open,
    /// The other one.
    Close,
}

/// Dots of the four directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dots {
    /// Between operators.
    Centre,
    /// The same for so many terms of a sum inside something, which are counted after the equation.
    Terms(u32),
    /// Down a column.
    Down,
    /// Down and to the right.
    Diagonal,
}

/// A matrix, its cells row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Number of columns.
    pub columns: usize,
    /// The cells.
    pub cells: Vec<Math>,
}

impl Matrix {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.cells.len() / self.columns.max(1)
    }
}

impl Math {
    /// A bare name.
    pub fn name(word: impl Into<String>) -> Math {
        Math::Name(Box::new(Name::new(word)))
    }

    /// The same with fractions as `(m + 1)/s`, for where there is little room.
    #[must_use]
    #[allow(clippy::wildcard_enum_match_arm, reason = "what holds no fraction stays")]
    pub(super) fn on_one_line(self) -> Math {
        let part = |x: Box<Math>| Box::new(x.on_one_line());
        let operand = |x: Math| {
            let several = |m: &Math| matches!(m, Math::Row(parts) if parts.iter().any(|p| matches!(p, Math::Op(_))));
            if several(&x) { Math::Brackets(Box::new(x)) } else { x }
        };
        match self {
            Math::Fraction(x, y) => {
                let divisor = y.on_one_line();
                let product = matches!(divisor, Math::Row(_)) && !matches!(operand(divisor.clone()), Math::Brackets(_));
                let divisor = if product { Math::Brackets(Box::new(divisor)) } else { operand(divisor) };
                Math::Row(vec![operand(x.on_one_line()), Math::Op(Op::Over), divisor])
            }
            Math::Row(parts) => Math::Row(parts.into_iter().map(Math::on_one_line).collect()),
            Math::Brackets(x) => Math::Brackets(part(x)),
            Math::Fenced(fence, x) => Math::Fenced(fence, part(x)),
            other => other,
        }
    }

    /// A number of either sign.
    pub fn integer(n: i64) -> Math {
        Math::number(&Number::integer(n))
    }

    /// A number of either sign.
    pub fn number(n: &Number) -> Math {
        if n.is_negative() {
            Math::Row(vec![Math::Op(Op::Negative), Math::Number(n.negate())])
        } else {
            Math::Number(n.clone())
        }
    }

    /// A number of a worked example; approximate ones are rounded to four decimals, very small and very large ones to four digits.
    pub fn value(value: &Value) -> Math {
        match value {
            Value::Exact(n) => Math::number(n),
            Value::Approximate(x) => {
                let size = x.abs();
                let shown = if size != 0.0 && !(1e-3..1e6).contains(&size) {
                    let text = format!("{size:.3e}");
                    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
                    let power = Math::Power(
                        Box::new(Math::integer(10)),
                        Box::new(Math::integer(exponent.parse().unwrap_or(0))),
                    );
                    Math::Row(vec![Math::Rounded(digits.to_string()), Math::Op(Op::Times), power])
                } else {
                    Math::Rounded(format!("{size:.4}"))
                };
                if *x < 0.0 { Math::Row(vec![Math::Op(Op::Negative), shown]) } else { shown }
            }
        }
    }

    /// A matrix transposed; a name that carries a number already is put in brackets first.
    pub fn transposed(math: Math) -> Math {
        let plain = matches!(&math, Math::Name(n) if n.level == Level::None && !n.nabla)
            || matches!(math, Math::Matrix(_) | Math::Ones);
        let base = if plain { math } else { Math::Brackets(Box::new(math)) };
        Math::Power(Box::new(base), Box::new(Math::name("T")))
    }

    /// A number as an exponent: a fraction in one line.
    pub fn exponent(n: &Number) -> Math {
        if n.is_integer() {
            return Math::number(n);
        }
        let (top, bottom) = n.parts();
        Math::binary(Math::number(&top), Op::Over, Math::Number(bottom)).flat()
    }

    /// `∂y/∂x`.
    pub fn derivative(y: Math, x: Math) -> Math {
        Math::Derivative(Box::new(y), Box::new(x))
    }

    /// The parts of a row; anything else is one part.
    pub fn into_parts(self) -> Vec<Math> {
        if let Math::Row(parts) = self { parts } else { vec![self] }
    }

    /// A row without rows inside.
    #[must_use]
    pub fn flat(self) -> Math {
        let inner = |part| if matches!(part, Math::Row(_)) { Math::flat(part).into_parts() } else { vec![part] };
        Math::Row(self.into_parts().into_iter().flat_map(inner).collect())
    }

    /// This formula and every part of it, from left to right.
    pub fn each(&self, meet: &mut impl FnMut(&Math)) {
        meet(self);
        match self {
            Math::Element(..)
            | Math::Name(_)
            | Math::Word(_)
            | Math::Text(_)
            | Math::Number(_)
            | Math::Rounded(_)
            | Math::Op(_)
            | Math::Stepped(..)
            | Math::Ones
            | Math::Blank
            | Math::Dots(_) => {}
            Math::Indexed(_, _, parts) | Math::Row(parts) | Math::Matrix(Matrix { cells: parts, .. }) => {
                parts.iter().for_each(|part| part.each(meet));
            }
            Math::Big { ranges, conditions, .. } => {
                ranges.iter().for_each(|(_, low, high)| [low, high].into_iter().for_each(|bound| bound.each(meet)));
                conditions.iter().for_each(|part| part.each(meet));
            }
            Math::Fraction(x, y) | Math::Subscript(x, y) | Math::Power(x, y) | Math::Derivative(x, y) => {
                x.each(meet);
                y.each(meet);
            }
            Math::Root(_, x) | Math::Brackets(x) | Math::Call(_, _, x) | Math::Indicator(_, x) | Math::Fenced(_, x) => {
                x.each(meet);
            }
            Math::Cases(cases) => {
                for (value, condition) in cases.iter() {
                    value.each(meet);
                    condition.each(meet);
                }
            }
        }
    }

    /// Is it higher than a line of text?
    pub fn is_tall(&self) -> bool {
        if let Math::Row(parts) = self {
            parts.iter().any(Math::is_tall)
        } else if let Math::Power(of, _) | Math::Subscript(of, _) | Math::Root(_, of) | Math::Fenced(_, of) = self {
            of.is_tall()
        } else if let Math::Brackets(inner) | Math::Call(_, _, inner) = self {
            // a fraction that is a number is set small
            !matches!(**inner, Math::Number(_)) && inner.is_tall()
        } else if let Math::Number(n) = self {
            !n.is_integer()
        } else {
            matches!(
                self,
                Math::Fraction(..) | Math::Derivative(..) | Math::Matrix(_) | Math::Cases(_) | Math::Big { .. }
            )
        }
    }

    /// The same with what it holds changed, where that may be a long sum: in a fraction, in brackets, below a root, raised.
    #[must_use]
    pub(super) fn within(mut self, change: &mut dyn FnMut(Math) -> Math) -> Math {
        let mut renew = |part: &mut Math| *part = change(std::mem::replace(part, Math::Ones));
        if let Math::Fraction(top, bottom) = &mut self {
            renew(top);
            renew(bottom);
        } else if let Math::Brackets(inner)
        | Math::Fenced(_, inner)
        | Math::Call(_, _, inner)
        | Math::Root(_, inner)
        | Math::Power(inner, _) = &mut self
        {
            renew(inner);
        }
        self
    }

    /// Is it an operator, or a relation?
    pub fn is_operator(&self) -> bool {
        matches!(self, Math::Op(_) | Math::Stepped(..))
    }

    /// Two parts with an operator between them.
    pub fn binary(left: Math, op: Op, right: Math) -> Math {
        Math::Row(vec![left, Math::Op(op), right])
    }
}
