//! The tree: everything that is displayed, with a meaning of its own for each node and no layout.
//!
//! A formula stands for a number or for an array of numbers. Names in it are the names that are printed; letters are bound by the
//! sums around them or by the left side of the equation. Brackets, signs in front, fraction lines, line breaks and what is left out
//! for want of room are decided from it once, later.
//!
//! Two shapes mean the same if they are equal, if one is a vector and the other the matrix of one column that it is where vectors
//! are columns (of one row, where they are not), or if both have one entry. The sides of an equation have one shape. It goes down
//! the right side through sums, products and quotients entry by entry, factors of which all others are numbers, functions, sums
//! over letters and cases: signs such as 𝟏, upsample and the sliding product without steps take their sizes from it. It does not
//! go into the operands of an operator or of a sliding product.

use std::rc::Rc;

use super::name::Level;
pub use super::relation::Relation;
use crate::expr::{Number, TensorId, Ties};
use crate::index::Extreme;
use crate::operator::{RootPower, Scale, Window};

/// A formula, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub enum Formula {
    /// An exact number, of either sign.
    Number(Number),
    /// A number that was rounded: it stands after ≈.
    Rounded(f64),
    /// A letter that a sum around it or the left side of the equation binds. One of the left side runs along the axis that it stands
    /// alone for as an index, anywhere in the equation; in `n(g − 1) + c` the last takes n values, and g as many as fill the axis. None
    /// is bound twice, or looks like a tensor that is named in its scope.
    Letter(Letter),
    /// A whole tensor, by its printed name, which may say its layer: with the mark of the layer below an input is itself, and the
    /// output is what the activation below is applied to, whose result the first input is.
    Name(TensorId, Level),
    /// The entry of a tensor with this row-major offset, written with its indices.
    Entry(TensorId, u32),
    /// The entry of a tensor with these indices. With fewer than the tensor has axes, or with [`Formula::All`] or [`Formula::Run`] among them: the
    /// array that the open axes leave.
    At(TensorId, Level, Vec<Formula>),
    /// In the place of an index: the whole axis.
    All,
    /// In the place of an index: the places from the first number to the second, both as indices are, in steps that may lead back.
    Run(i64, i64, i64),
    /// The entry of a formula with these indices, such as `vec(a)_k`; fewer than it has axes leave an array, as in [`Formula::At`].
    Pick(Box<Formula>, Vec<Formula>),
    /// The sum of arrays of one shape. Numbers are added to each entry, unless arrays had to be multiplied for them.
    Sum(Vec<Formula>),
    /// The same number or array with its sign changed.
    Negative(Box<Formula>),
    /// The product of numbers, and of matrices and vectors as linear algebra has it: vectors are columns, or rows where the
    /// glossary says so. A number multiplies every entry. What stands before a derivative of an array by an array is summed with it
    /// over the axes of what is differentiated, from left to right.
    Product(Vec<Formula>),
    /// A number or array divided by a number.
    Quotient(Box<Formula>, Box<Formula>),
    /// A number, or each entry of an array, raised to a power.
    Power(Box<Formula>, Number),
    /// The root of this degree of a number or of each entry.
    Root(u32, Box<Formula>),
    /// The largest whole number that is not larger than a quotient of whole numbers.
    Floor(Box<Formula>),
    /// The smallest whole number that is not smaller than one.
    Ceil(Box<Formula>),
    /// A function of a number or of each entry, differentiated so many times.
    Call(String, u32, Box<Formula>),
    /// The sum, the largest or the product over all values of the letters for which the conditions hold.
    Big(Big, Box<Bounds>, Box<Formula>),
    /// The first whose condition holds; one does.
    Cases(Vec<(Formula, Condition)>),
    /// 1 where the condition holds, else 0; with `x > 0` for an array x, entry by entry. `[x = z]` of values, where z is a maximum
    /// and x one of its arguments, is a share by the rule that gives all of it to each of the largest.
    Bracket(Box<Condition>),
    /// What an argument gets of the derivative of a maximum, by the derivation's rule for ties: the argument, and the maximum, which
    /// is written out, or a name of something that is defined as one.
    Share(Ties, Box<Formula>, Box<Formula>),
    /// The largest, or the smallest, of a list.
    Extreme(Extreme, Vec<Formula>),
    /// The derivative of the loss by an entry or a whole tensor.
    ByLoss(Box<Formula>),
    /// The loss.
    Loss,
    /// The derivative of an entry by an entry, or of a whole tensor by a whole tensor, by the equation of the first: 0 where that does
    /// not name the second.
    Derivative(Box<Formula>, Box<Formula>),
    /// A literal matrix.
    Matrix(Box<Matrix>),
    /// The product entry by entry of arrays of one shape.
    Hadamard(Vec<Formula>),
    /// The quotient entry by entry; a number above is divided by each entry.
    HadamardQuotient(Box<Formula>, Box<Formula>),
    /// The second array slid over the first along all their axes.
    Slide(Box<Slide>),
    /// An array of ones of this shape; of the shape that fits, where none is given: in a product a vector.
    Ones(Option<Vec<usize>>),
    /// An operator on whole arrays.
    Apply(Op, Vec<Formula>),
    /// A sum of which only the first terms and the last are shown, with their number.
    Elided(Vec<Formula>),
}

/// A letter that is bound: its name.
pub type Letter = Rc<str>;

/// The letter that stands where a piece of a formula was cut out. Nothing binds it, so that what holds a blank can be no statement.
pub const BLANK: &str = "\u{25a1}";

/// What a big sign does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Big {
    /// Σ; of no terms 0.
    Sum,
    /// max; of no terms it has no value.
    Largest,
    /// Π; of no terms 1.
    Product,
}

/// What stands below a big sign.
#[derive(Clone, Debug, PartialEq)]
pub struct Bounds {
    /// The letters that it binds, with their values.
    pub ranges: Vec<Range>,
    /// Only terms for which all of these hold take part.
    pub conditions: Vec<Condition>,
}

/// A letter and its first and last value.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// The letter that is bound.
    pub letter: Letter,
    /// First value.
    pub low: Formula,
    /// Last value.
    pub high: Formula,
}

/// A condition on indices, or on values.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// A comparison.
    Compare(Formula, Relation, Formula),
    /// The second lies between the first and the third, both ends included.
    Within(Formula, Formula, Formula),
    /// The first, a whole number above 0, divides the second.
    Divides(Formula, Formula),
    /// All of them hold.
    And(Vec<Condition>),
    /// At least one holds.
    Or(Vec<Condition>),
}

/// A literal matrix, of which some lines may be left out. It means the whole matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// How many rows and columns it has.
    pub size: [usize; 2],
    /// The rows that are shown, by their numbers from 0 on, and where lines are left out.
    pub rows: Vec<Option<usize>>,
    /// The columns, likewise.
    pub columns: Vec<Option<usize>>,
    /// What is shown, row by row, without what is left out.
    pub cells: Vec<Formula>,
    /// The whole, where something is left out.
    pub whole: Option<Formula>,
}

/// `x ∗ y`: `out[m] = Σ_r x̂[step·m + r] · y[r]`, where `x̂` is x, with zeros around it where the rule says so.
///
/// Without a step zeros stand around x, equally many before and behind along each axis, as the sizes of both sides ask for. With one
/// along any axis there are none, and what a further step would not reach is left over. Inside an operand, where nothing asks for a
/// size, there are none either.
#[derive(Clone, Debug, PartialEq)]
pub struct Slide {
    /// What is slid over.
    pub x: Formula,
    /// What slides.
    pub y: Formula,
    /// Is the second turned by 180 degrees first, as the convolution of mathematics has it?
    pub turned: bool,
    /// How far the second moves from one result to the next along each axis; none where that is 1 throughout.
    pub steps: Vec<usize>,
}

/// An operator on whole arrays, with the parameters that stand at its sign.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// The transpose of a matrix; of a vector one that lies, or stands, where vectors stand, or lie.
    Transpose,
    /// Turned by 180 degrees: reversed along all axes.
    Rot180,
    /// Zeros between neighbours, so that they are so far apart along each axis.
    Spread(Vec<usize>),
    /// Zeros before and behind along each axis; a negative number of lines is cut off.
    Pad(Vec<[i64; 2]>),
    /// The matrix that has a vector for its diagonal, and zeros elsewhere; of a matrix the diagonal, a vector.
    Diagonal,
    /// The entries in reading order.
    Vector,
    /// The entries in reading order in another shape.
    Reshape(Vec<usize>),
    /// Each entry repeated over a block of the result, the blocks side by side: as large as the sizes of both sides ask for.
    Upsample,
    /// Each entry of the first goes to where its window of the second has its maximum, by the rule for ties; 0 elsewhere.
    Route(Window, Ties),
    /// The largest entry of each window.
    WindowMax(Window),
    /// The sum over products of entries that einsum's letters say: those of the operands, and those of the result.
    Einsum(Vec<String>, String),
}

/// `left = chain[0] = chain[1] = …`
#[derive(Clone, Debug, PartialEq)]
pub struct Equation {
    /// The left side. Letters in it that nothing binds run over the axes that they index.
    pub left: Formula,
    /// What it is equal to; at least one.
    pub chain: Vec<Formula>,
    /// How many of the chain, from the first, hold without the assumptions of the layer.
    pub unconditional: usize,
}

impl Equation {
    /// An equation with one right side, which holds without assumptions.
    pub fn new(left: Formula, right: Formula) -> Equation {
        Equation::chain(left, vec![right])
    }

    /// An equation with several right sides, which hold without assumptions.
    pub fn chain(left: Formula, chain: Vec<Formula>) -> Equation {
        Equation { left, unconditional: chain.len(), chain }
    }
}

impl Formula {
    /// In the place of an index: does it leave several places?
    pub fn is_open(&self) -> bool {
        matches!(self, Formula::All | Formula::Run(..))
    }

    /// A bound letter.
    pub fn letter(name: &str) -> Formula {
        Formula::Letter(Rc::from(name))
    }

    /// A whole number.
    pub fn integer(n: i64) -> Formula {
        Formula::Number(Number::integer(n))
    }

    /// A sum; of one term the term.
    pub fn sum(mut terms: Vec<Formula>) -> Formula {
        if terms.len() == 1 { terms.remove(0) } else { Formula::Sum(terms) }
    }

    /// The sum of these formulas; a number that all begin with stands before it.
    pub fn gathered(mut terms: Vec<Formula>) -> Formula {
        fn leading(formula: &Formula) -> Option<&Number> {
            if let Formula::Negative(of) = formula {
                return leading(of);
            }
            let Formula::Product(factors) = formula else { return None };
            let Some(Formula::Number(n)) = factors.first() else { return None };
            Some(n)
        }
        fn without(formula: Formula) -> Formula {
            if let Formula::Negative(of) = formula {
                return Formula::Negative(Box::new(without(*of)));
            }
            let Formula::Product(factors) = formula else { return formula };
            Formula::product(factors.into_iter().skip(1).collect())
        }
        let factor = leading(&terms[0]).filter(|_| terms.len() > 1).cloned();
        if let Some(factor) = factor
            && terms.iter().all(|t| leading(t) == Some(&factor))
        {
            terms = terms.into_iter().map(without).collect();
            return Formula::scaled(&factor, Formula::Sum(terms));
        }
        Formula::sum(terms)
    }

    /// A product; of one factor the factor, of none 1.
    pub fn product(mut factors: Vec<Formula>) -> Formula {
        match factors.len() {
            0 => Formula::integer(1),
            1 => factors.remove(0),
            _ => Formula::Product(factors),
        }
    }

    /// The product entry by entry; of one factor the factor.
    pub fn hadamard(mut factors: Vec<Formula>) -> Formula {
        if factors.len() == 1 { factors.remove(0) } else { Formula::Hadamard(factors) }
    }

    /// A number times a formula.
    pub fn scaled(scale: &Number, formula: Formula) -> Formula {
        if scale.is_one() {
            return formula;
        }
        if scale.is_negative() {
            return Formula::Negative(Box::new(Formula::scaled(&scale.negate(), formula)));
        }
        if let Formula::Product(mut factors) = formula {
            factors.insert(0, Formula::Number(scale.clone()));
            return Formula::Product(factors);
        }
        Formula::Product(vec![Formula::Number(scale.clone()), formula])
    }

    /// A constant factor of an operator times a formula.
    pub fn times(scale: &Scale, formula: Formula) -> Formula {
        if scale.roots.is_empty() {
            return Formula::scaled(&scale.number, formula);
        }
        if scale.is_negative() {
            return Formula::Negative(Box::new(Formula::times(&scale.negate(), formula)));
        }
        let constant = Formula::constant(scale);
        if let Formula::Product(mut factors) = formula {
            factors.insert(0, constant);
            return Formula::Product(factors);
        }
        Formula::Product(vec![constant, formula])
    }

    /// A constant factor that is not negative.
    pub fn constant(scale: &Scale) -> Formula {
        let (above, below) = scale.number.parts();
        let number = |n: Number| if n.is_one() { Vec::new() } else { vec![Formula::Number(n)] };
        let (mut above, mut below) = (number(above), number(below));
        for RootPower { of, degree, exponent } in &scale.roots {
            let root = Formula::Root(*degree, Box::new(Formula::Number(of.clone())));
            let power = match i64::from(exponent.abs()) {
                1 => root,
                n => Formula::Power(Box::new(root), Number::integer(n)),
            };
            if *exponent < 0 { below.push(power) } else { above.push(power) }
        }
        if above.is_empty() {
            above.push(Formula::integer(1));
        }
        let above = Formula::product(above);
        match below.is_empty() {
            true => above,
            false => Formula::Quotient(Box::new(above), Box::new(Formula::product(below))),
        }
    }

    /// An operator applied to one array.
    pub fn apply(op: Op, of: Formula) -> Formula {
        Formula::Apply(op, vec![of])
    }

    /// The derivative of the loss.
    pub fn by_loss(of: Formula) -> Formula {
        Formula::ByLoss(Box::new(of))
    }

    /// A derivative of one by another.
    pub fn derivative(of: Formula, by: Formula) -> Formula {
        Formula::Derivative(Box::new(of), Box::new(by))
    }

    /// This formula and every part of it, conditions and bounds too, from left to right.
    pub fn each<'a>(&'a self, meet: &mut impl FnMut(&'a Formula)) {
        meet(self);
        match self {
            Formula::Number(_)
            | Formula::Rounded(_)
            | Formula::Letter(_)
            | Formula::Name(..)
            | Formula::Entry(..)
            | Formula::All
            | Formula::Run(..)
            | Formula::Loss
            | Formula::Ones(_) => {}
            Formula::At(_, _, parts)
            | Formula::Sum(parts)
            | Formula::Product(parts)
            | Formula::Extreme(_, parts)
            | Formula::Hadamard(parts)
            | Formula::Apply(_, parts)
            | Formula::Elided(parts) => parts.iter().for_each(|p| p.each(meet)),
            Formula::Pick(x, parts) => {
                x.each(meet);
                parts.iter().for_each(|p| p.each(meet));
            }
            Formula::Negative(x)
            | Formula::Power(x, _)
            | Formula::Root(_, x)
            | Formula::Floor(x)
            | Formula::Ceil(x)
            | Formula::Call(_, _, x)
            | Formula::ByLoss(x) => x.each(meet),
            Formula::Quotient(x, y)
            | Formula::Share(_, x, y)
            | Formula::Derivative(x, y)
            | Formula::HadamardQuotient(x, y) => {
                x.each(meet);
                y.each(meet);
            }
            Formula::Big(_, bounds, body) => {
                for range in &bounds.ranges {
                    range.low.each(meet);
                    range.high.each(meet);
                }
                bounds.conditions.iter().for_each(|c| c.each(meet));
                body.each(meet);
            }
            Formula::Cases(cases) => {
                for (value, condition) in cases {
                    value.each(meet);
                    condition.each(meet);
                }
            }
            Formula::Bracket(condition) => condition.each(meet),
            Formula::Matrix(matrix) => matrix.cells.iter().for_each(|c| c.each(meet)),
            Formula::Slide(slide) => {
                slide.x.each(meet);
                slide.y.each(meet);
            }
        }
    }
}

impl Condition {
    /// Every formula in it and every part of them, from left to right.
    pub fn each<'a>(&'a self, meet: &mut impl FnMut(&'a Formula)) {
        match self {
            Condition::Compare(x, _, y) | Condition::Divides(x, y) => {
                x.each(meet);
                y.each(meet);
            }
            Condition::Within(low, x, high) => {
                low.each(meet);
                x.each(meet);
                high.each(meet);
            }
            Condition::And(parts) | Condition::Or(parts) => parts.iter().for_each(|c| c.each(meet)),
        }
    }
}
