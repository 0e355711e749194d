//! The syntax tree of the layer language: faithful to the text, every node with its place, no meaning yet.

use num_rational::BigRational;

use crate::text::Span;

/// A word with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The word as written.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// What `...` is as the name of a variable or of an index: all the leading axes at once, however many there are.
///
/// At the end of a name it makes one of it for each axis that a layer works along: `K...`.
pub const ELLIPSIS: &str = "...";

/// At the end of a name: an axis that is there only if its size is given, `N?`.
pub const PERHAPS: &str = "?";

/// A whole file: layers and nets, each in the order of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct File {
    /// The layers.
    pub layers: Vec<Layer>,
    /// The nets.
    pub nets: Vec<Net>,
}

/// One `net`: what flows in, and the chain of stages it flows through.
#[derive(Clone, Debug, PartialEq)]
pub struct Net {
    /// What the net is called.
    pub name: Name,
    /// A title for readers, written as a string after the name.
    pub title: Option<String>,
    /// `input a[6, 6]`, as far as they are written.
    pub inputs: Vec<Declaration>,
    /// The stages.
    pub chain: Chain,
    /// From `net` to the end of the chain.
    pub span: Span,
}

/// `input as x -> dense 4 -> tanh -> add x`.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// A name for what flows in, for stages that read it again.
    pub source: Option<Name>,
    /// At least one stage.
    pub stages: Vec<Stage>,
    /// The whole chain.
    pub span: Span,
}

/// A stage of a chain: `conv 3x3`, `pool avg 2x2`, `conv(kernel 3x3, bias none) as h`.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// `from x ->` before it: what it reads instead of what comes out of the stage before.
    pub source: Option<Name>,
    /// The layer's name, or its first word.
    pub name: Name,
    /// Further words of the layer's name, sizes, options and their values, names of results to be read; brackets and commas
    /// around them have no meaning of their own.
    pub arguments: Vec<Argument>,
    /// `sharing h`: whose weights it uses.
    pub sharing: Option<Sharing>,
    /// `as h`: a name for what comes out.
    pub label: Option<Name>,
    /// The whole stage.
    pub span: Span,
}

/// The stage whose weights another uses too.
#[derive(Clone, Debug, PartialEq)]
pub enum Sharing {
    /// `sharing h`: the one whose result has this name.
    Result(Name),
    /// `sharing layer 1`: the one of this number, with the place of the number.
    Layer(i64, Span),
}

/// A word or numbers after a stage's name.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// Which of them.
    pub kind: ArgumentKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of argument.
#[derive(Clone, Debug, PartialEq)]
pub enum ArgumentKind {
    /// `avg`, `kernel`, `none`, `x`.
    Word(String),
    /// `2`, `3x3`.
    Sizes(Vec<i64>),
    /// `3:8`, what comes in and what goes out.
    Pair(i64, i64),
    /// `0.01`, `-1`, `1/3`.
    Number(BigRational),
}

/// One `layer` with its parameters and items.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// What the layer is called.
    pub name: Name,
    /// A title for readers, written as a string after the name.
    pub title: Option<String>,
    /// Parameters in brackets after the name.
    pub parameters: Vec<Parameter>,
    /// The smallest index: 1 unless `indices from 0` says otherwise.
    pub index_base: i64,
    /// Declarations and definitions in the order of the text.
    pub items: Vec<Item>,
    /// From `layer` to the end of the last item.
    pub span: Span,
}

/// A parameter: `window [K, L]`, `stride s = 1`, `bias tie in {shared, untied} = shared`, or just `p = 0`.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The option that sets it; the variable's own name where only one word is written.
    pub option: Name,
    /// The variable, or one variable for each axis.
    pub binding: Binding,
    /// The words it may take, when it is a choice; empty for a number.
    pub choices: Vec<Choice>,
    /// Value when nothing is given: one for all axes, or one for each. A word, for a choice.
    pub default: Vec<Expr>,
    /// The whole parameter.
    pub span: Span,
}

/// A word that a parameter may take.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The word.
    pub word: Name,
    /// What it stands for where the parameter is a number: `same = [floor(K/2)...]`. Empty for a word that is only itself.
    pub value: Vec<Expr>,
}

/// What a parameter binds. In brackets a name may end in [`ELLIPSIS`] or in [`PERHAPS`].
#[derive(Clone, Debug, PartialEq)]
pub enum Binding {
    /// One variable.
    One(Name),
    /// A variable for each axis.
    Axes(Vec<Name>),
}

/// A line of a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Declaration or definition.
    pub kind: ItemKind,
    /// `when …`: the item exists only if this holds.
    pub when: Option<Expr>,
    /// The whole item.
    pub span: Span,
}

/// The kinds of item.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemKind {
    /// `weight w[K, L]`.
    Declaration(Declaration),
    /// `z[i, j] = …`.
    Definition(Definition),
    /// `let O = …`.
    Local(Local),
    /// `assume sum(i) y[..., i] == 1`: what readers may take as given; the comparison.
    Assumption(Expr),
    /// `require (P < H)... "the padding is too wide"`: what has to hold, and what is wrong where it does not.
    Requirement(Expr, Option<String>),
}

/// The part that a declared tensor plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// What flows into the layer.
    Input,
    /// What flows in from outside: no gradient is asked for.
    Data,
    /// A parameter that multiplies.
    Weight,
    /// A parameter that is added.
    Bias,
    /// Given to a loss beside what flows in: no gradient is asked for.
    Target,
}

impl Role {
    /// Does it flow in, with or without a gradient?
    pub fn flows_in(self) -> bool {
        matches!(self, Role::Input | Role::Data)
    }
}

/// A name that is short for an expression: `let r[i, u] = S*(i-1) + u`.
#[derive(Clone, Debug, PartialEq)]
pub struct Local {
    /// Its name; one for each axis that the layer works along if it ends in [`ELLIPSIS`].
    pub name: Name,
    /// The letters that stand for indices.
    pub variables: Vec<Name>,
    /// What it is short for.
    pub body: Expr,
}

/// A declared tensor; no axes for a scalar.
#[derive(Clone, Debug, PartialEq)]
pub struct Declaration {
    /// Its part.
    pub role: Role,
    /// Its name.
    pub name: Name,
    /// Its size along each axis; the first may be the name [`ELLIPSIS`].
    pub shape: Vec<Expr>,
    /// Does a read outside count as 0?
    pub padded: bool,
}

/// A defined tensor: `z[i, j in 1..Q] = body`; no variables for a scalar.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Its name.
    pub name: Name,
    /// Is it the loss itself, whose derivatives are wanted? Then the text says `loss C = …`.
    pub loss: bool,
    /// One variable for each axis; the first may be [`ELLIPSIS`], and names may end in it or in [`PERHAPS`].
    pub variables: Vec<Variable>,
    /// The right-hand side.
    pub body: Expr,
}

/// An index variable, with its range if one is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Its name.
    pub name: Name,
    /// First and last value, both included.
    pub range: Option<(Expr, Expr)>,
}

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The kinds of expression. Conditions are expressions of the comparison and logic kinds.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `3`, `0.25`: exact.
    Number(BigRational),
    /// A variable, a size, a parameter, a choice or a scalar tensor.
    Name(String),
    /// `a[i+u-1, j+v-1]`; the first index may be the name [`ELLIPSIS`].
    Read(Name, Vec<Expr>),
    /// `sigma(x)`.
    Call(Name, Vec<Expr>),
    /// `-x`.
    Negate(Box<Expr>),
    /// `x + y`, `x == y`, `p and q`, …
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `x^2`, `x^-1`, `x^(1/p)`: base and exponent.
    Power(Box<Expr>, Box<Expr>),
    /// `sum(u, v in 1..L where u <= v) body`.
    Reduce(Reduction),
    /// `if p then x else y`.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `not p`.
    Not(Box<Expr>),
    /// `x in 1..K`: both ends are included.
    Within(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `(i+u-1)...`, only as an element of a list or as a filter: one for each axis that the layer works along.
    Each(Box<Expr>),
    /// `c?`, only as an element of a list: there if the sizes it goes with are given.
    Perhaps(Box<Expr>),
}

/// `sum`, `max` or `mean` over ranges.
#[derive(Clone, Debug, PartialEq)]
pub struct Reduction {
    /// Which one.
    pub op: ReduceOp,
    /// What runs; the first may be [`ELLIPSIS`].
    pub variables: Vec<Variable>,
    /// `where …`: terms for which this fails are left out.
    pub filter: Option<Box<Expr>>,
    /// What is reduced: reaches as far as products and quotients do.
    pub body: Box<Expr>,
}

/// The three reductions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReduceOp {
    /// Sum of the terms.
    Sum,
    /// Largest term.
    Max,
    /// Sum of the terms divided by their number.
    Mean,
}

/// Operators written between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `and`
    And,
    /// `or`
    Or,
}
