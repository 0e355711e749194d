//! The arena: nodes in a vector, longer lists of children in one flat pool, each expression stored once.
//!
//! A node is 16 bytes, one or two children among them; more of them have 4 bytes each in the pool. The hash table holds ids only.
//! The symbols of a tensor are a block of consecutive ids, so reading an element costs an addition and no look-up.

use std::hash::{Hash, Hasher};

use hashbrown::{HashTable, hash_table::Entry};
use rustc_hash::FxHasher;

use super::{ExprId, Number, Role, Symbol, Tensor, TensorId};

/// How the derivative of a maximum treats equal largest arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Ties {
    /// The first in reading order gets all (what PyTorch's pooling does).
    #[default]
    First,
    /// Each gets an equal share.
    Split,
    /// Each gets all; not a subgradient when there is a tie.
    All,
}

impl Ties {
    /// The word for it, as the command line has it.
    pub fn word(self) -> &'static str {
        match self {
            Ties::First => "first",
            Ties::Split => "split",
            Ties::All => "all",
        }
    }
}

/// A function of one variable: a name and how often it was differentiated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Function {
    /// Place in the arena's table of function names.
    pub name: u32,
    /// 0 for the function itself, 1 for its derivative, …
    pub order: u32,
}

/// An expression taken apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ExprKind<'a> {
    /// A constant.
    Number(&'a Number),
    /// An element of a tensor.
    Symbol(Symbol),
    /// At least two sorted terms.
    Sum(&'a [ExprId]),
    /// A coefficient and sorted factors: at least two, or one with a coefficient other than 1.
    Product(&'a Number, &'a [ExprId]),
    /// A base (no number, product or power) and an exponent other than 0 and 1.
    Power(ExprId, i32),
    /// A function of an argument.
    Call(Function, ExprId),
    /// The largest of at least two arguments, in reading order.
    Max(&'a [ExprId]),
    /// How much of the derivative of `Max(of)` goes to argument number `which` (0-based).
    Chosen {
        /// The convention for ties.
        ties: Ties,
        /// Which argument.
        which: u32,
        /// The maximum itself.
        max: ExprId,
        /// The arguments of the maximum.
        of: &'a [ExprId],
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum Tag {
    Number,
    Symbol,
    Sum,
    Product,
    Power,
    Call,
    Max,
    ChosenFirst,
    ChosenSplit,
    ChosenAll,
}

/// `data` is a number id, a tensor id, an exponent, a function id or an argument number, as the tag says.
#[derive(Clone, Copy, Debug)]
struct Node {
    tag: Tag,
    /// How many children stand here; 0 where they are in the pool, or where there are none.
    own: u8,
    data: u32,
    /// The children; or the place of the first one in the pool and their number; of a symbol, its offset.
    pair: [ExprId; 2],
}

/// The largest exponent, in absolute value, that is ever made.
pub(super) const HIGHEST_EXPONENT: i32 = 1_000_000;

/// What has become too large to go on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// An exponent.
    Exponent,
    /// A number: it is longer than [`MOST_BITS`](super::MOST_BITS).
    Number,
}

/// The largest of what was made so far. What would be too large to make is replaced by something else, and noted here.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extremes {
    /// The largest absolute value of an exponent.
    pub(super) exponent: u32,
    /// Was there a number that is too long?
    pub(super) long: bool,
}

/// Where expressions live: see the module's page for the invariants.
#[derive(Debug)]
pub struct Arena {
    nodes: Vec<Node>,
    children: Vec<ExprId>,
    /// Hash and id: the hash is kept so that neither growth nor a failed look-up touches the nodes.
    seen: HashTable<(u32, u32)>,
    numbers: Vec<Number>,
    number_ids: HashTable<u32>,
    tensors: Vec<Tensor>,
    functions: Vec<String>,
    calls: Vec<Function>,
    /// The id of the number 1; `u32::MAX` while there is none.
    one: u32,
    pub(super) extremes: Extremes,
    closed: bool,
}

impl Default for Arena {
    fn default() -> Arena {
        Arena {
            nodes: Vec::new(),
            children: Vec::new(),
            seen: HashTable::new(),
            numbers: Vec::new(),
            number_ids: HashTable::new(),
            tensors: Vec::new(),
            functions: Vec::new(),
            calls: Vec::new(),
            one: u32::MAX,
            extremes: Extremes::default(),
            closed: false,
        }
    }
}

impl ExprKind<'_> {
    /// What it is made of.
    pub fn children(&self) -> &[ExprId] {
        match self {
            ExprKind::Number(_) | ExprKind::Symbol(_) => &[],
            ExprKind::Sum(of) | ExprKind::Product(_, of) | ExprKind::Max(of) | ExprKind::Chosen { of, .. } => of,
            ExprKind::Power(x, _) | ExprKind::Call(_, x) => std::slice::from_ref(x),
        }
    }
}

impl Arena {
    /// An empty arena.
    pub fn new() -> Arena {
        Arena::default()
    }

    /// Makes room for this many further expressions, so that a large expansion does not move what is there again and again.
    pub fn reserve(&mut self, expressions: usize) {
        self.nodes.reserve(expressions);
        self.children.reserve(expressions);
        self.seen.reserve(expressions, |&(short, _)| spread(short));
    }

    /// Was anything made so far with an exponent beyond `most`, or with a number that is too long? Where it was too large to be made
    /// at all, something else stands in its place: then nothing that was made since means anything.
    pub fn excess(&self, most: u32) -> Option<Excess> {
        match self.extremes {
            Extremes { long: true, .. } => Some(Excess::Number),
            Extremes { exponent, .. } => (exponent > most).then_some(Excess::Exponent),
        }
    }

    /// What `make` makes; `None` if something became too large to be made, of which then no note is kept.
    pub fn attempt<T>(&mut self, make: impl FnOnce(&mut Arena) -> Option<T>) -> Option<T> {
        let before = std::mem::take(&mut self.extremes);
        let made = make(self);
        let too_large = self.extremes.long || self.extremes.exponent >= HIGHEST_EXPONENT as u32;
        let exponent = if too_large { 0 } else { self.extremes.exponent };
        self.extremes = Extremes { exponent: before.exponent.max(exponent), ..before };
        made.filter(|_| !too_large)
    }

    /// Nothing is made any more: what finds the expressions that there are takes much room, and goes.
    pub fn close(&mut self) {
        self.seen = HashTable::new();
        self.closed = true;
    }

    /// How many expressions it holds.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Does it hold nothing?
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// A new tensor; its symbols are made with it.
    pub fn declare(&mut self, name: &str, role: Role, shape: Vec<usize>, of: Option<TensorId>) -> TensorId {
        let id = TensorId(self.tensors.len() as u32);
        let first = ExprId(self.nodes.len() as u32);
        let tensor = Tensor { name: name.to_string(), role, shape, of, first };
        let len = u32::try_from(tensor.len()).expect("sizes are bounded before a tensor is declared");
        self.nodes.extend((0..len).map(|offset| Node {
            tag: Tag::Symbol,
            own: 0,
            data: id.0,
            pair: [ExprId(offset), ExprId(0)],
        }));
        self.tensors.push(tensor);
        id
    }

    /// The tensors in the order of their declaration.
    pub fn tensors(&self) -> impl ExactSizeIterator<Item = (TensorId, &Tensor)> {
        self.tensors.iter().enumerate().map(|(i, t)| (TensorId(i as u32), t))
    }

    /// A tensor by its id.
    pub fn tensor(&self, id: TensorId) -> &Tensor {
        &self.tensors[id.0 as usize]
    }

    /// The function called `name`, differentiated `order` times.
    pub fn function(&mut self, name: &str, order: u32) -> Function {
        let place = self.functions.iter().position(|f| f == name).unwrap_or_else(|| {
            self.functions.push(name.to_string());
            self.functions.len() - 1
        });
        Function { name: place as u32, order }
    }

    /// The names of all functions that anything was made with.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.functions.iter().map(String::as_str)
    }

    /// The name of a function, without any mark of differentiation.
    pub fn function_name(&self, function: Function) -> &str {
        &self.functions[function.name as usize]
    }

    /// Takes an expression apart.
    pub fn kind(&self, id: ExprId) -> ExprKind<'_> {
        let node = &self.nodes[id.0 as usize];
        match node.tag {
            Tag::Number => ExprKind::Number(&self.numbers[node.data as usize]),
            Tag::Symbol => ExprKind::Symbol(Symbol { tensor: TensorId(node.data), offset: node.pair[0].0 }),
            Tag::Sum => ExprKind::Sum(self.list(node)),
            Tag::Product => ExprKind::Product(&self.numbers[node.data as usize], self.list(node)),
            Tag::Power => ExprKind::Power(self.list(node)[0], node.data as i32),
            Tag::Call => ExprKind::Call(self.calls[node.data as usize], self.list(node)[0]),
            Tag::Max => ExprKind::Max(self.list(node)),
            Tag::ChosenFirst => self.share_kind(Ties::First, node),
            Tag::ChosenSplit => self.share_kind(Ties::Split, node),
            Tag::ChosenAll => self.share_kind(Ties::All, node),
        }
    }

    fn share_kind(&self, ties: Ties, node: &Node) -> ExprKind<'_> {
        let max = self.list(node)[0];
        ExprKind::Chosen { ties, which: node.data, max, of: self.list(&self.nodes[max.0 as usize]) }
    }

    /// The element that an expression is, if it is one: most of what is asked for is.
    pub fn symbol(&self, id: ExprId) -> Option<Symbol> {
        let node = &self.nodes[id.0 as usize];
        (node.tag == Tag::Symbol).then_some(Symbol { tensor: TensorId(node.data), offset: node.pair[0].0 })
    }

    /// Is it a sum?
    pub(super) fn is_sum(&self, id: ExprId) -> bool {
        self.nodes[id.0 as usize].tag == Tag::Sum
    }

    /// Is it the constant 0?
    pub fn is_zero(&self, id: ExprId) -> bool {
        let node = &self.nodes[id.0 as usize];
        node.tag == Tag::Number && self.numbers[node.data as usize].is_zero()
    }

    /// The factors of a term, its coefficient left out: none for a number, itself for what is no product.
    pub(super) fn factors<'a>(&'a self, term: &'a ExprId) -> &'a [ExprId] {
        let node = &self.nodes[term.0 as usize];
        if node.tag == Tag::Product {
            self.list(node)
        } else if node.tag == Tag::Number {
            &[]
        } else {
            std::slice::from_ref(term)
        }
    }

    fn list<'a>(&'a self, node: &'a Node) -> &'a [ExprId] {
        children(node, &self.children)
    }

    /// The constant `value`.
    pub fn number(&mut self, value: Number) -> ExprId {
        let data = self.number_id(value);
        self.intern(Tag::Number, data, &[])
    }

    /// The coefficient of nearly every product.
    pub(super) fn one(&mut self) -> u32 {
        if self.one == u32::MAX { self.number_id(Number::integer(1)) } else { self.one }
    }

    pub(super) fn number_id(&mut self, value: Number) -> u32 {
        self.extremes.long |= value.is_long();
        let hash = hash_number(&value);
        let numbers = &self.numbers;
        if let Some(&id) = self.number_ids.find(hash, |&id| numbers[id as usize] == value) {
            return id;
        }
        let id = self.numbers.len() as u32;
        self.numbers.push(value);
        let numbers = &self.numbers;
        self.number_ids.insert_unique(hash, id, |&id| hash_number(&numbers[id as usize]));
        if numbers[id as usize].is_one() {
            self.one = id;
        }
        id
    }

    pub(super) fn call_id(&mut self, function: Function) -> u32 {
        let place = self.calls.iter().position(|&f| f == function).unwrap_or_else(|| {
            self.calls.push(function);
            self.calls.len() - 1
        });
        place as u32
    }

    /// Finds or stores the node. The caller has brought `data` and `children` into normal form.
    pub(super) fn intern(&mut self, tag: Tag, data: u32, children: &[ExprId]) -> ExprId {
        let (nodes, pool) = (&self.nodes, &self.children);
        let short = hash_node(tag, data, children);
        let same = |&(other, id): &(u32, u32)| {
            let node = &nodes[id as usize];
            other == short && node.tag == tag && node.data == data && self::children(node, pool) == children
        };
        let place = spread(short);
        let vacant = match self.seen.entry(place, same, |&(short, _)| spread(short)) {
            Entry::Occupied(found) => return ExprId(found.get().1),
            Entry::Vacant(vacant) => vacant,
        };
        assert!(!self.closed, "nothing is made in a closed arena");
        let id = u32::try_from(self.nodes.len()).expect("the size estimate keeps an arena below 2^32 expressions");
        let (own, pair) = match *children {
            [only] => (1, [only, ExprId(0)]),
            [first, second] => (2, [first, second]),
            _ => {
                let start = u32::try_from(self.children.len()).expect("the size estimate keeps the pool below 2^32");
                self.children.extend_from_slice(children);
                (0, [ExprId(start), ExprId(children.len() as u32)])
            }
        };
        self.nodes.push(Node { tag, own, data, pair });
        vacant.insert((short, id));
        ExprId(id)
    }
}

fn children<'a>(node: &'a Node, pool: &'a [ExprId]) -> &'a [ExprId] {
    match node.own {
        0 => &pool[node.pair[0].0 as usize..][..node.pair[1].0 as usize],
        own => &node.pair[..usize::from(own)],
    }
}

/// The bits of each of two children that choose a place beside their neighbours'.
const NEAR: u32 = 2;

/// The hash of two children keeps neighbours together: layers multiply elements that follow each other, and sixteen such products
/// then share the lines of memory that are looked up.
fn hash_node(tag: Tag, data: u32, children: &[ExprId]) -> u32 {
    let seed = u64::from(tag as u8) << 32 | u64::from(data);
    if let [ExprId(x), ExprId(y)] = *children {
        let far = mixed(seed, &[ExprId(x >> NEAR), ExprId(y >> NEAR)]);
        let low = (1 << NEAR) - 1;
        return ((far >> 16) as u32) << (2 * NEAR) | (x & low) << NEAR | (y & low);
    }
    (mixed(seed, children) >> 16) as u32
}

/// A folded multiplication for each pair of children. Ids are dense and alike, so every bit must reach every other.
fn mixed(seed: u64, children: &[ExprId]) -> u64 {
    let mut hash = fold(seed, 0x9E37_79B9_7F4A_7C15);
    for pair in children.chunks(2) {
        let second = pair.get(1).map_or(u32::MAX, |c| c.0);
        hash = fold(hash ^ (u64::from(pair[0].0) << 32 | u64::from(second)), 0xD6E8_FEB8_6659_FD93);
    }
    hash
}

/// The place in the table that 32 bits of a hash stand for: all of them reach the high bits, which tell neighbours apart.
fn spread(short: u32) -> u64 {
    u64::from(short) | u64::from(short.wrapping_mul(0x9E37_79B9)) << 32
}

fn fold(x: u64, y: u64) -> u64 {
    let product = u128::from(x) * u128::from(y);
    product as u64 ^ (product >> 64) as u64
}

fn hash_number(value: &Number) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}
