//! Observe: scalar terms as rows of indices, grouped by signature.
//!
//! Only a sample of rows is kept for fitting relations of several factors; extents along an axis are gathered from all rows.

use rustc_hash::FxHashMap;

use super::Obstacle;
use crate::expr::{Arena, ExprId, ExprKind, Number, Substitution, TensorId, Ties, degree_of_root};
use crate::operator::{Operand, RootPower, Scale};

/// Which factors a term multiplies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Atom {
    /// An element of a tensor.
    Element(TensorId),
    /// An expression of the elements at one index, given for the first elements.
    Each(ExprId, TensorId),
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
    /// Roots left out.
    pub(super) coefficient: Number,
}

/// What a factor is to an operator, if it is one element or an expression of one.
pub(super) fn operand(atom: &Atom) -> Option<Operand> {
    match atom {
        Atom::Element(t) => Some(Operand::Plain(*t)),
        Atom::Each(e, t) => Some(Operand::Each(*e, *t)),
        Atom::Max(_) | Atom::Chosen(..) => None,
    }
}

/// All terms with one signature.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) atoms: Vec<Atom>,
    pub(super) scale: Scale,
    /// A sample, in order of the terms.
    pub(super) sample: Vec<Row>,
    /// Every row, for groups with a single element as factor; else empty.
    pub(super) pairs: Vec<(u32, u32)>,
    /// The coefficient of each of the pairs, roots left out, where they are not all that of `scale`; else empty.
    pub(super) varying: Vec<Number>,
    /// Have terms of several factors other coefficients than `scale`?
    pub(super) uneven: bool,
    /// Arguments of the sampled maxima and indicators, in the order of `sample`.
    pub(super) arguments: Vec<Vec<ExprId>>,
}

/// At most this many signatures make a readable sum of operators.
const MOST_GROUPS: usize = 4;
/// More factors than this are no product that a reader would recognise.
const MOST_FACTORS: usize = 6;
/// Entries and terms of an entry that are sampled: enough to meet every corner and to be affinely independent.
const SAMPLE: usize = 48;

/// Groups the terms of all entries by signature.
///
/// # Errors
/// If a term is no product of elements, or there are no terms.
pub(super) fn observe(arena: &mut Arena, shape: &[usize], entries: &[ExprId]) -> Result<Vec<Group>, Obstacle> {
    debug_assert_eq!(shape.iter().product::<usize>(), entries.len());
    let mut groups: Vec<Group> = Vec::new();
    // zeros would crowd out what there is to see
    let is_zero = |arena: &Arena, entry: ExprId| matches!(arena.kind(entry), ExprKind::Number(n) if n.is_zero());
    let mut seen_entries = Sample::new(entries.iter().filter(|&&e| !is_zero(arena, e)).count());
    let mut seen = 0;
    let mut atoms = Atoms::default();
    let (mut terms, mut factors) = (Vec::new(), Vec::new());
    for (target, &entry) in entries.iter().enumerate() {
        if is_zero(arena, entry) {
            continue;
        }
        let sampled_entry = seen_entries.takes(seen);
        seen += 1;
        let scale = terms_of(arena, entry, &mut terms);
        let mut seen_terms = Sample::new(terms.len());
        for (place, &term) in terms.iter().enumerate() {
            let sampled = sampled_entry && seen_terms.takes(place);
            let own = factors_of(arena, term, &mut factors).ok_or(Obstacle::Factors)?;
            let matching = |g: &Group, atoms: &mut Atoms, arena: &mut Arena| {
                g.atoms.len() == factors.len() && g.atoms.iter().zip(&factors).all(|(a, &f)| atoms.fits(arena, a, f))
            };
            let own = if scale.is_one() { own } else { own.times(&scale) };
            let alike = |g: &Group| g.scale.roots == own.roots;
            let found = (0..groups.len()).find(|&g| alike(&groups[g]) && matching(&groups[g], &mut atoms, arena));
            if let Some(group) = found {
                let group = &mut groups[group];
                if !matches!(group.atoms.as_slice(), [Atom::Element(_)]) {
                    group.uneven |= own != group.scale;
                } else if own != group.scale || !group.varying.is_empty() {
                    if group.varying.is_empty() {
                        group.varying = vec![group.scale.number.clone(); group.pairs.len()];
                    }
                    group.varying.push(own.number.clone());
                }
                group.add(arena, &atoms, (target, &own.number), &factors, sampled);
            } else {
                if factors.len() > MOST_FACTORS || groups.len() == MOST_GROUPS {
                    return Err(Obstacle::Kinds);
                }
                let list = factors.iter().map(|&f| atoms.atom(arena, f)).collect::<Option<Vec<_>>>();
                let list = list.ok_or(Obstacle::Factors)?;
                let mut group = Group {
                    atoms: list,
                    scale: own,
                    sample: Vec::new(),
                    pairs: Vec::new(),
                    varying: Vec::new(),
                    uneven: false,
                    arguments: Vec::new(),
                };
                let number = group.scale.number.clone();
                group.add(arena, &atoms, (target, &number), &factors, true);
                groups.push(group);
            }
        }
    }
    if groups.is_empty() { Err(Obstacle::Zero) } else { Ok(groups) }
}

/// The entries with the terms of other groups left out.
pub(super) fn terms_of_group(arena: &mut Arena, group: &Group, entries: &[ExprId]) -> Vec<ExprId> {
    let mut atoms = Atoms::default();
    let (mut terms, mut factors, mut own) = (Vec::new(), Vec::new(), Vec::new());
    let mut result = Vec::with_capacity(entries.len());
    for &entry in entries {
        let scale = terms_of(arena, entry, &mut terms);
        own.clear();
        for &term in &terms {
            let is_of = factors_of(arena, term, &mut factors).is_some_and(|own| own.roots == group.scale.roots)
                && group.atoms.len() == factors.len()
                && group.atoms.iter().zip(&factors).all(|(a, &f)| atoms.fits(arena, a, f));
            if is_of {
                own.push(arena.scale(&scale, term));
            }
        }
        result.push(arena.sum(&own));
    }
    result
}

const ONE: Number = Number::Small(num_rational::Ratio::new_raw(1, 1));

/// Puts the terms of an entry into `terms`; gives the coefficient in front of all of them.
pub(super) fn terms_of(arena: &Arena, entry: ExprId, terms: &mut Vec<ExprId>) -> Number {
    terms.clear();
    if let ExprKind::Sum(list) = arena.kind(entry) {
        terms.extend_from_slice(list);
    } else if let ExprKind::Product(c, &[only]) = arena.kind(entry)
        && let ExprKind::Sum(list) = arena.kind(only)
    {
        terms.extend_from_slice(list);
        return c.clone();
    } else if !matches!(arena.kind(entry), ExprKind::Number(n) if n.is_zero()) {
        terms.push(entry);
    }
    ONE
}

/// Puts the factors of a term into `factors`, powers of elements one by one; gives its coefficient. `None` for a constant.
fn factors_of(arena: &Arena, term: ExprId, factors: &mut Vec<ExprId>) -> Option<Scale> {
    factors.clear();
    let mut scale = Scale::from(ONE);
    let mut add = |f: ExprId, scale: &mut Scale| {
        if arena.symbol(f).is_some() {
            return factors.push(f);
        }
        let (base, n) = arena.base_and_exponent(f);
        if n > 0 && n != 1 && matches!(arena.kind(base), ExprKind::Symbol(_)) {
            factors.extend(std::iter::repeat_n(base, usize::try_from(n).unwrap_or(0).min(MOST_FACTORS + 1)));
        } else if let Some((of, degree)) = root_of_number(arena, base) {
            scale.roots.push(RootPower { of: of.clone(), degree, exponent: n });
        } else {
            factors.push(f);
        }
    };
    if let ExprKind::Product(c, list) = arena.kind(term) {
        scale.number = c.clone();
        list.iter().for_each(|&f| add(f, &mut scale));
    } else if matches!(arena.kind(term), ExprKind::Number(_)) {
        return None;
    } else {
        add(term, &mut scale);
    }
    (!factors.is_empty()).then_some(scale)
}

/// What a root is taken of, and its degree, if that is a number.
fn root_of_number(arena: &Arena, id: ExprId) -> Option<(&Number, u32)> {
    let ExprKind::Call(function, x) = arena.kind(id) else { return None };
    let ExprKind::Number(of) = arena.kind(x) else { return None };
    Some((of, degree_of_root(arena.function_name(function)).filter(|_| function.order == 0)?))
}

/// The element that a factor is.
pub(super) fn element(arena: &Arena, id: ExprId) -> Option<(TensorId, usize)> {
    if let ExprKind::Symbol(s) = arena.kind(id) { Some((s.tensor, s.offset as usize)) } else { None }
}

/// What factors are made of, found once for each.
#[derive(Default)]
struct Atoms {
    known: FxHashMap<ExprId, Option<(Atom, usize)>>,
    /// For each index, expressions with their symbols moved to the first elements.
    moved: FxHashMap<usize, Substitution>,
}

impl Atoms {
    fn fits(&mut self, arena: &mut Arena, atom: &Atom, factor: ExprId) -> bool {
        match arena.symbol(factor) {
            Some(s) => *atom == Atom::Element(s.tensor),
            None => self.atom(arena, factor).as_ref() == Some(atom),
        }
    }

    fn atom(&mut self, arena: &mut Arena, factor: ExprId) -> Option<Atom> {
        match arena.kind(factor) {
            ExprKind::Symbol(s) => Some(Atom::Element(s.tensor)),
            ExprKind::Max(of) => element(arena, of[0]).map(|(t, _)| Atom::Max(t)),
            ExprKind::Chosen { ties, of, .. } => element(arena, of[0]).map(|(t, _)| Atom::Chosen(t, ties)),
            ExprKind::Number(_)
            | ExprKind::Sum(_)
            | ExprKind::Product(..)
            | ExprKind::Power(..)
            | ExprKind::Call(..) => {
                if let Some(found) = self.known.get(&factor) {
                    return found.map(|(atom, _)| atom);
                }
                let found = self.elementwise(arena, factor);
                self.known.insert(factor, found);
                found.map(|(atom, _)| atom)
            }
        }
    }

    /// An expression in which all elements have one index, and its tensors one shape.
    fn elementwise(&mut self, arena: &mut Arena, factor: ExprId) -> Option<(Atom, usize)> {
        let mut common = None;
        if !only_index(arena, factor, &mut common) {
            return None;
        }
        let (tensor, offset) = common?;
        let first = |s: ExprId, arena: &Arena| element(arena, s).map(|(t, _)| arena.tensor(t).first);
        let firsts: FxHashMap<ExprId, ExprId> = {
            let mut symbols = Vec::new();
            symbols_in(arena, factor, &mut symbols);
            symbols.into_iter().filter_map(|s| Some((s, first(s, arena)?))).collect()
        };
        let moved = self.moved.entry(offset).or_default();
        let template = moved.apply(arena, factor, &|s| firsts.get(&s).copied())?;
        Some((Atom::Each(template, tensor), offset))
    }

    /// The offset of the element that a factor is, or is made of.
    fn offset(&self, arena: &Arena, factor: ExprId) -> usize {
        match arena.kind(factor) {
            ExprKind::Symbol(s) => s.offset as usize,
            ExprKind::Max(of) | ExprKind::Chosen { of, .. } => element(arena, of[0]).map_or(0, |(_, offset)| offset),
            ExprKind::Number(_)
            | ExprKind::Sum(_)
            | ExprKind::Product(..)
            | ExprKind::Power(..)
            | ExprKind::Call(..) => self.known.get(&factor).copied().flatten().map_or(0, |(_, offset)| offset),
        }
    }
}

/// Do all symbols have the index of the first one found, in tensors of its shape?
fn only_index(arena: &Arena, expr: ExprId, common: &mut Option<(TensorId, usize)>) -> bool {
    match arena.kind(expr) {
        ExprKind::Number(_) => true,
        ExprKind::Symbol(s) => match *common {
            None => {
                *common = Some((s.tensor, s.offset as usize));
                true
            }
            Some((t, offset)) => offset == s.offset as usize && arena.tensor(t).shape == arena.tensor(s.tensor).shape,
        },
        ExprKind::Sum(list) | ExprKind::Product(_, list) => list.iter().all(|&x| only_index(arena, x, common)),
        ExprKind::Power(x, _) | ExprKind::Call(_, x) => only_index(arena, x, common),
        ExprKind::Max(_) | ExprKind::Chosen { .. } => false,
    }
}

fn symbols_in(arena: &Arena, expr: ExprId, found: &mut Vec<ExprId>) {
    match arena.kind(expr) {
        ExprKind::Number(_) => {}
        ExprKind::Symbol(_) => found.push(expr),
        ExprKind::Sum(list) | ExprKind::Product(_, list) | ExprKind::Max(list) | ExprKind::Chosen { of: list, .. } => {
            list.iter().for_each(|&x| symbols_in(arena, x, found));
        }
        ExprKind::Power(x, _) | ExprKind::Call(_, x) => symbols_in(arena, x, found),
    }
}

impl Group {
    /// What keeps these terms from being an operator, where none of the candidates was one.
    pub(super) fn obstacle(&self) -> Obstacle {
        match self.atoms.as_slice() {
            _ if self.uneven || !self.varying.is_empty() => Obstacle::Coefficients,
            [_] | [Atom::Element(_), Atom::Chosen(..)] => Obstacle::Spacing,
            _ => Obstacle::Pairing,
        }
    }

    fn add(
        &mut self,
        arena: &Arena,
        atoms: &Atoms,
        (target, coefficient): (usize, &Number),
        factors: &[ExprId],
        sampled: bool,
    ) {
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
            if let ExprKind::Max(of) | ExprKind::Chosen { of, .. } = arena.kind(factor) {
                self.arguments.push(of.to_vec());
            }
            offsets.push(atoms.offset(arena, factor));
        }
        self.sample.push(Row { target, offsets, coefficient: coefficient.clone() });
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
