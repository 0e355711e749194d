//! Observe: scalar terms as rows of indices, grouped by signature.
//!
//! Only a sample of rows is kept for fitting two-factor relations; extents along an axis are gathered from all rows.

use crate::expr::{Arena, ExprId, ExprKind, Function, Number, TensorId, Ties};

/// Which factors a term multiplies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Atom {
    /// An element of a tensor.
    Element(TensorId),
    /// A function of an element.
    Mapped(Function, TensorId),
    /// The maximum of elements of a tensor.
    Max(TensorId),
    /// The indicator of a maximum among elements of a tensor.
    Chosen(TensorId, Ties),
}

/// One term: entry, then for each factor the offset of its element, or of the first element for a maximum or an indicator.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) target: usize,
    pub(super) offsets: Vec<usize>,
}

/// All terms with one signature.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) atoms: Vec<Atom>,
    pub(super) scale: Number,
    /// A sample, in order of the terms.
    pub(super) sample: Vec<Row>,
    /// Every row, for groups with a single element as factor; else empty.
    pub(super) pairs: Vec<(u32, u32)>,
    /// Arguments of the sampled maxima and indicators, in the order of `sample`.
    pub(super) arguments: Vec<Vec<ExprId>>,
}

/// At most this many signatures make a readable sum of operators.
const MOST_GROUPS: usize = 4;
/// Entries and terms of an entry that are sampled: enough to meet every corner and to be affinely independent.
const SAMPLE: usize = 48;

/// Groups the terms of all entries by signature; `None` if a term is no product of elements, or there are no terms.
pub(super) fn observe(arena: &Arena, shape: &[usize], entries: &[ExprId]) -> Option<Vec<Group>> {
    debug_assert_eq!(shape.iter().product::<usize>(), entries.len());
    let mut groups: Vec<Group> = Vec::new();
    let mut seen_entries = Sample::new(entries.len());
    for (target, entry) in entries.iter().enumerate() {
        let sampled_entry = seen_entries.takes(target);
        let (scale, terms) = terms_of(arena, entry);
        let mut seen_terms = Sample::new(terms.len());
        for (place, term) in terms.iter().enumerate() {
            let sampled = sampled_entry && seen_terms.takes(place);
            let (own, factors) = factors_of(arena, term)?;
            if let Some(group) = matching(arena, &groups, factors) {
                let group = &mut groups[group];
                if (scale.is_one() && own != &group.scale) || (!scale.is_one() && own.mul(scale) != group.scale) {
                    return None;
                }
                group.add(arena, target, factors, sampled);
            } else {
                let atoms = factors.iter().map(|&f| atom(arena, f)).collect::<Option<Vec<_>>>()?;
                if groups.len() == MOST_GROUPS {
                    return None;
                }
                let scale = own.mul(scale);
                let mut group = Group { atoms, scale, sample: Vec::new(), pairs: Vec::new(), arguments: Vec::new() };
                group.add(arena, target, factors, true);
                groups.push(group);
            }
        }
    }
    (!groups.is_empty()).then_some(groups)
}

/// The terms of an entry, and the coefficient in front of all of them.
fn terms_of<'a>(arena: &'a Arena, entry: &'a ExprId) -> (&'a Number, &'a [ExprId]) {
    const ONE: Number = Number::Small(num_rational::Ratio::new_raw(1, 1));
    match arena.kind(*entry) {
        ExprKind::Sum(terms) => (&ONE, terms),
        ExprKind::Product(c, [only]) => match arena.kind(*only) {
            ExprKind::Sum(terms) => (c, terms),
            ExprKind::Number(_)
            | ExprKind::Symbol(_)
            | ExprKind::Product(..)
            | ExprKind::Power(..)
            | ExprKind::Call(..)
            | ExprKind::Max(_)
            | ExprKind::Chosen { .. } => (&ONE, std::slice::from_ref(entry)),
        },
        ExprKind::Number(n) if n.is_zero() => (&ONE, &[]),
        ExprKind::Number(_)
        | ExprKind::Symbol(_)
        | ExprKind::Product(..)
        | ExprKind::Power(..)
        | ExprKind::Call(..)
        | ExprKind::Max(_)
        | ExprKind::Chosen { .. } => (&ONE, std::slice::from_ref(entry)),
    }
}

/// Coefficient and factors of a term; `None` for a constant.
fn factors_of<'a>(arena: &'a Arena, term: &'a ExprId) -> Option<(&'a Number, &'a [ExprId])> {
    const ONE: Number = Number::Small(num_rational::Ratio::new_raw(1, 1));
    match arena.kind(*term) {
        ExprKind::Number(_) => None,
        ExprKind::Product(c, factors) => Some((c, factors)),
        ExprKind::Symbol(_)
        | ExprKind::Sum(_)
        | ExprKind::Power(..)
        | ExprKind::Call(..)
        | ExprKind::Max(_)
        | ExprKind::Chosen { .. } => Some((&ONE, std::slice::from_ref(term))),
    }
}

fn matching(arena: &Arena, groups: &[Group], factors: &[ExprId]) -> Option<usize> {
    groups
        .iter()
        .position(|g| g.atoms.len() == factors.len() && g.atoms.iter().zip(factors).all(|(a, &f)| a.fits(arena, f)))
}

/// The element that a factor is, or is a function of.
fn element(arena: &Arena, id: ExprId) -> Option<(TensorId, usize)> {
    if let ExprKind::Symbol(s) = arena.kind(id) { Some((s.tensor, s.offset as usize)) } else { None }
}

fn atom(arena: &Arena, factor: ExprId) -> Option<Atom> {
    match arena.kind(factor) {
        ExprKind::Symbol(s) => Some(Atom::Element(s.tensor)),
        ExprKind::Call(f, x) => element(arena, x).map(|(t, _)| Atom::Mapped(f, t)),
        ExprKind::Max(of) => element(arena, of[0]).map(|(t, _)| Atom::Max(t)),
        ExprKind::Chosen { ties, of, .. } => element(arena, of[0]).map(|(t, _)| Atom::Chosen(t, ties)),
        ExprKind::Number(_) | ExprKind::Sum(_) | ExprKind::Product(..) | ExprKind::Power(..) => None,
    }
}

impl Atom {
    fn fits(&self, arena: &Arena, factor: ExprId) -> bool {
        match (self, arena.kind(factor)) {
            (Atom::Element(t), ExprKind::Symbol(s)) => s.tensor == *t,
            _ => atom(arena, factor).as_ref() == Some(self),
        }
    }
}

impl Group {
    fn add(&mut self, arena: &Arena, target: usize, factors: &[ExprId], sampled: bool) {
        if let [Atom::Element(_)] = self.atoms.as_slice()
            && let Some((_, offset)) = element(arena, factors[0])
        {
            self.pairs.push((target as u32, offset as u32));
        }
        if !sampled {
            return;
        }
        let mut offsets = Vec::with_capacity(factors.len());
        for &factor in factors {
            let inner = match arena.kind(factor) {
                ExprKind::Call(_, x) => x,
                ExprKind::Max(of) | ExprKind::Chosen { of, .. } => {
                    self.arguments.push(of.to_vec());
                    of[0]
                }
                ExprKind::Number(_)
                | ExprKind::Symbol(_)
                | ExprKind::Sum(_)
                | ExprKind::Product(..)
                | ExprKind::Power(..) => factor,
            };
            offsets.push(element(arena, inner).map_or(0, |(_, offset)| offset));
        }
        self.sample.push(Row { target, offsets });
    }
}

/// Which places of a list are sampled: all of a short one; of a long one the first, the last and a fixed scatter.
struct Sample {
    len: usize,
    next: usize,
    state: u64,
}

impl Sample {
    fn new(len: usize) -> Sample {
        Sample { len, next: 0, state: 0x9E37_79B9_7F4A_7C15 }
    }

    fn takes(&mut self, place: usize) -> bool {
        if self.len <= SAMPLE || place + 1 == self.len {
            return true;
        }
        if place < self.next {
            return false;
        }
        // steps of varying length, so that no axis of the tensor is met at one index only
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mean = self.len / SAMPLE;
        self.next = place + 1 + (self.state >> 33) as usize % (2 * mean);
        true
    }
}
