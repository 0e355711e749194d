//! Correlations with channels, a batch and groups: their terms are written down by hand and recognised again.

use itertools::Itertools;

use super::{Favourite, Slide, recognise};
use crate::expr::{Arena, ExprId, Role, TensorId, offset_of};
use crate::operator::{Correlation, CorrelationAxis, Leading, Operand, TensorOp};

/// A layer that slides, with as many places along each axis as the kernel leaves.
#[derive(Clone)]
struct Layer {
    batch: Option<usize>,
    groups: usize,
    /// Channels of the input and of the output; of all groups together. None: neither tensor has such an axis.
    channels: Option<[usize; 2]>,
    /// Has the kernel an axis for the channels of the input?
    inner: bool,
    input: Vec<usize>,
    kernel: Vec<usize>,
    stride: usize,
    dilation: usize,
}

fn layer(channels: [usize; 2], input: &[usize], kernel: &[usize]) -> Layer {
    let (input, kernel) = (input.to_vec(), kernel.to_vec());
    Layer { batch: None, groups: 1, channels: Some(channels), inner: true, input, kernel, stride: 1, dilation: 1 }
}

/// The layer's terms: the entries of the result, of the input's gradient and of the kernel's.
struct Terms {
    arena: Arena,
    /// Input, kernel, error, result, and the two gradients.
    tensors: [TensorId; 6],
    entries: [Vec<Vec<ExprId>>; 3],
}

impl Layer {
    fn terms(&self) -> Terms {
        let axes = self.input.iter().zip(&self.kernel);
        let places: Vec<usize> = axes.map(|(n, k)| (n - self.dilation * (k - 1) - 1) / self.stride + 1).collect();
        let batch: Vec<usize> = self.batch.into_iter().collect();
        let (ins, outs) = self.channels.map_or((vec![], vec![]), |[c, o]| (vec![c], vec![o]));
        let [of_group, results] = self.channels.map_or([1, 1], |c| c.map(|n| n / self.groups));
        let inner = if self.inner && self.channels.is_some() { vec![of_group] } else { vec![] };
        let a_shape = [&batch[..], &ins, &self.input].concat();
        let w_shape = [&outs[..], &inner, &self.kernel].concat();
        let z_shape = [&batch[..], &outs, &places].concat();
        let mut arena = Arena::new();
        let a = arena.declare("a", Role::Input, a_shape.clone(), None);
        let w = arena.declare("w", Role::Weight, w_shape.clone(), None);
        let z = arena.declare("z", Role::Output, z_shape.clone(), None);
        let delta = arena.declare("delta", Role::Adjoint, z_shape.clone(), Some(z));
        let of_a = arena.declare("grad_a", Role::Adjoint, a_shape.clone(), Some(a));
        let of_w = arena.declare("grad_w", Role::Adjoint, w_shape.clone(), Some(w));
        let empty = |t: TensorId, arena: &Arena| vec![Vec::new(); arena.tensor(t).len()];
        let mut entries = [empty(z, &arena), empty(a, &arena), empty(w, &arena)];
        let ranges = [&[self.batch.unwrap_or(1), self.groups, results, of_group], &places[..], &self.kernel].concat();
        for at in ranges.iter().map(|&n| 0..n).multi_cartesian_product() {
            let (outer, slid) = at.split_at(4);
            let (m, r) = slid.split_at(places.len());
            let read: Vec<usize> = m.iter().zip(r).map(|(m, r)| self.stride * m + self.dilation * r).collect();
            let (c, o) = (outer[1] * of_group + outer[3], outer[1] * results + outer[2]);
            let n = &outer[..batch.len()];
            let channel = |c: usize| if self.channels.is_some() { vec![c] } else { vec![] };
            let inner = &outer[3..3 + inner.len()];
            let offsets = [
                offset_of(&a_shape, &[n, &channel(c), &read].concat()),
                offset_of(&w_shape, &[&channel(o)[..], inner, r].concat()),
                offset_of(&z_shape, &[n, &channel(o), m].concat()),
            ];
            let [x, y, d] =
                [(a, 0), (w, 1), (delta, 2)].map(|(t, k): (TensorId, usize)| arena.tensor(t).at(offsets[k]));
            entries[0][offsets[2]].push(arena.product(&[x, y]));
            entries[1][offsets[0]].push(arena.product(&[d, y]));
            entries[2][offsets[1]].push(arena.product(&[x, d]));
        }
        Terms { arena, tensors: [a, w, delta, z, of_a, of_w], entries }
    }

    /// The leading axes of the result, of the input's gradient and of the kernel's, after everything else was checked.
    #[track_caller]
    fn found(&self) -> [String; 3] {
        let mut terms = self.terms();
        let [a, w, delta, ..] = terms.tensors;
        let reach: Vec<i64> = self.kernel.iter().map(|k| (self.dilation * (k - 1)) as i64).collect();
        let over = |axis: usize| {
            let n = self.input[axis] as i64 - reach[axis] - 1;
            n % self.stride as i64
        };
        let axis = |stride, lhs_dilation, rhs_dilation, low, high| CorrelationAxis {
            stride,
            lhs_dilation,
            rhs_dilation,
            low,
            high,
        };
        let (s, d) = (self.stride, self.dilation);
        let all = 0..reach.len();
        let forward = all.clone().map(|k| axis(s, 1, d, 0, -over(k))).collect();
        let back = all.clone().map(|k| axis(1, s, d, reach[k], reach[k] + over(k))).collect();
        let kernel = all.map(|k| axis(d, 1, s, 0, -over(k))).collect();
        let expected = [(a, w, false, forward), (delta, w, true, back), (a, delta, false, kernel)];
        let mut which = 0;
        expected.map(|(x, y, rot180, axes): (_, _, _, Vec<CorrelationAxis>)| {
            let found = terms.recognised(which, self.kernel.len()).expect("it is a correlation");
            which += 1;
            assert_eq!((found.x, found.y, found.rot180), (Operand::Plain(x), Operand::Plain(y), rot180));
            assert_eq!(found.axes, axes);
            spelled(&found.leading)
        })
    }
}

impl Terms {
    fn recognised(&mut self, which: usize, slid: usize) -> Option<Correlation> {
        let target = self.tensors[3 + which];
        let sums: Vec<ExprId> = self.entries[which].iter().map(|terms| self.arena.sum(terms)).collect();
        let found =
            recognise(&mut self.arena, target, &sums, Favourite::Correlation(Slide { axes: slid, ..Slide::default() }))
                .ok()?;
        match found.parts.as_slice() {
            [TensorOp::Correlate(c)] => Some(c.clone()),
            _ => None,
        }
    }
}

/// Letters in the order in which they are met, and how many groups there are.
fn spelled(leading: &Leading) -> String {
    let all = [&leading.x, &leading.y, &leading.out];
    let seen: Vec<u8> = all.into_iter().flatten().flatten().copied().unique().collect();
    let letter = |l: &u8| (b'a' + seen.iter().position(|s| s == l).unwrap() as u8) as char;
    let axis = |letters: &Vec<u8>| {
        let text: String = letters.iter().map(letter).collect();
        if letters.len() > 1 { format!("({text})") } else { text }
    };
    let list = |axes: &Vec<Vec<u8>>| axes.iter().map(axis).collect::<String>();
    let groups = if leading.groups > 1 { format!(" {}", leading.groups) } else { String::new() };
    format!("{},{}->{}{groups}", list(&leading.x), list(&leading.y), list(&leading.out))
}

#[test]
fn channels_and_a_batch() {
    for (c, o) in [(2, 3), (3, 3), (3, 1), (1, 3), (1, 1), (2, 1)] {
        for (input, kernel) in [(&[4, 5][..], &[2, 3][..]), (&[5], &[2]), (&[3, 3, 4], &[2, 2, 2]), (&[3, 3], &[3, 3])]
        {
            let plain = layer([c, o], input, kernel);
            if kernel != [3, 3] {
                assert_eq!(plain.found(), ["a,ba->b", "a,ab->b", "a,b->ba"], "{c}:{o} {input:?}");
                for n in [1, 2, 3] {
                    let found = Layer { batch: Some(n), ..plain.clone() }.found();
                    assert_eq!(found, ["ab,cb->ac", "ab,bc->ac", "ab,ac->cb"], "{n}: {c}:{o} {input:?}");
                }
            } else {
                // one place: any stride and spreading fits, and either operand may slide
                (0..3).for_each(|which| assert!(plain.terms().recognised(which, 2).is_some(), "{c}:{o} {which}"));
            }
        }
    }
    let none = Layer { channels: None, ..layer([1, 1], &[4, 5], &[2, 3]) };
    assert_eq!(none.found(), [",->", ",->", ",->"]);
    assert_eq!(Layer { batch: Some(2), ..none }.found(), ["a,->a", "a,->a", "a,a->"]);
}

#[test]
fn strides_and_dilation() {
    for (stride, dilation) in [(2, 1), (1, 2), (2, 2), (3, 2)] {
        let plain = Layer { stride, dilation, ..layer([2, 3], &[8, 9], &[2, 3]) };
        assert_eq!(plain.found(), ["a,ba->b", "a,ab->b", "a,b->ba"]);
        let grouped = Layer { batch: Some(2), groups: 2, channels: Some([4, 2]), ..plain };
        assert_eq!(grouped.found(), ["a(bc),(bd)c->a(bd) 2", "a(bc),(bc)d->a(bd) 2", "a(bc),a(bd)->(bd)c 2"]);
    }
}

#[test]
fn groups() {
    let all = ["(ab),(ac)b->(ac)", "(ab),(ab)c->(ac)", "(ab),(ac)->(ac)b"];
    let batched = ["a(bc),(bd)c->a(bd)", "a(bc),(bc)d->a(bd)", "a(bc),a(bd)->(bd)c"];
    for (groups, c, o) in
        [(2, 4, 6), (2, 4, 4), (2, 2, 4), (2, 4, 2), (3, 6, 3), (4, 4, 4), (4, 8, 8), (4, 4, 8), (2, 2, 2)]
    {
        for (input, kernel) in [(&[4, 5][..], &[2, 3][..]), (&[5], &[2]), (&[3, 3, 3], &[2, 2, 2])] {
            let own = |list: [&str; 3]| list.map(|text| format!("{text} {groups}"));
            let grouped = Layer { groups, ..layer([c, o], input, kernel) };
            assert_eq!(grouped.found(), own(all), "{groups}: {c}:{o} {input:?}");
            for n in [1, 2, 4] {
                let found = Layer { batch: Some(n), ..grouped.clone() }.found();
                assert_eq!(found, own(batched), "{n}, {groups}: {c}:{o} {input:?}");
            }
        }
    }
}

#[test]
fn a_kernel_for_each_channel() {
    // without an axis of one place in the kernel
    let each = Layer { groups: 3, inner: false, ..layer([3, 3], &[4, 5], &[2, 3]) };
    assert_eq!(each.found(), ["a,a->a", "a,a->a", "a,a->a"]);
    assert_eq!(Layer { batch: Some(2), ..each.clone() }.found(), ["ab,b->ab", "ab,b->ab", "ab,ab->b"]);
    let several = Layer { channels: Some([3, 6]), batch: Some(2), ..each };
    assert_eq!(several.found(), ["ab,(bc)->a(bc) 3", "a(bc),(bc)->ab 3", "ab,a(bc)->(bc) 3"]);
}

#[test]
fn long_lists_are_sampled() {
    let wide = Layer { batch: Some(2), groups: 2, ..layer([8, 12], &[9, 10], &[3, 3]) };
    assert_eq!(wide.found(), ["a(bc),(bd)c->a(bd) 2", "a(bc),(bc)d->a(bd) 2", "a(bc),a(bd)->(bd)c 2"]);
}

#[test]
fn one_term_that_is_missing_or_elsewhere_is_noticed() {
    let plain = Layer { batch: Some(2), ..layer([4, 6], &[4, 4], &[2, 2]) };
    for layer in [plain.clone(), Layer { groups: 2, ..plain }] {
        for which in 0..3 {
            let whole = layer.terms();
            let (first, last) = (0, whole.entries[which].len() - 1);
            for place in [first, last] {
                let mut less = layer.terms();
                less.entries[which][place].pop();
                assert!(less.recognised(which, 2).is_none(), "a term is missing");
                let mut moved = layer.terms();
                let term = moved.entries[which][place].pop().expect("there are terms");
                moved.entries[which][last / 2].push(term);
                assert!(moved.recognised(which, 2).is_none(), "a term is at another place");
            }
        }
    }
}

#[test]
fn what_does_not_slide_is_a_product() {
    // z[n, o] = Σ w[o, c] a[n, c]
    let mut arena = Arena::new();
    for (n, c, o) in [(2, 3, 4), (2, 2, 2), (1, 3, 4), (2, 1, 3), (2, 3, 1)] {
        let a = arena.declare("a", Role::Input, vec![n, c], None);
        let w = arena.declare("w", Role::Weight, vec![o, c], None);
        let z = arena.declare("z", Role::Output, vec![n, o], None);
        let entries: Vec<ExprId> = (0..n * o)
            .map(|at| {
                let terms: Vec<ExprId> = (0..c)
                    .map(|k| {
                        let pair = [arena.tensor(a).at(at / o * c + k), arena.tensor(w).at(at % o * c + k)];
                        arena.product(&pair)
                    })
                    .collect();
                arena.sum(&terms)
            })
            .collect();
        let found = recognise(&mut arena, z, &entries, Favourite::Product).expect("it is a product");
        assert!(matches!(found.parts.as_slice(), [TensorOp::Contract(_)]), "{n} {c} {o}: {found:?}");
    }
}
