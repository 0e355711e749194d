//! The built-in convolution under other names, with its declarations in another order: the same derivation.

use deriver::derivation::Derivation;
use deriver::expr::TensorId;
use deriver::operator::{Operand, Route, TensorOp};

use crate::support::{derived, tensor, written};

const CONV: &str = r#"
layer conv "Convolution" (kernel [K, L], bias tie in {shared, untied, none} = shared)
  input  a[H, W]
  weight w[K, L]
  bias   b                                                  when tie == shared
  bias   b[H-K+1, W-L+1]                                    when tie == untied
  z[i, j] = sum(u, v) a[i+u-1, j+v-1] * w[u, v] + b         when tie == shared
  z[i, j] = sum(u, v) a[i+u-1, j+v-1] * w[u, v] + b[i, j]   when tie == untied
  z[i, j] = sum(u, v) a[i+u-1, j+v-1] * w[u, v]             when tie == none
"#;

const RENAMED: &str = r#"
layer glide "Other words" (patch [P, Q], offset kind in {one, each, no} = one)
  bias   off                  when kind == one
  bias   off[M-P+1, N-Q+1]    when kind == each
  weight ker[P, Q]
  input  img[M, N]
  out[row, col] = sum(down, right) img[row+down-1, col+right-1] * ker[down, right] + off  when kind == one
  out[row, col] = sum(down, right) img[row+down-1, col+right-1] * ker[down, right] + off[row, col]  when kind == each
  out[row, col] = sum(down, right) img[row+down-1, col+right-1] * ker[down, right]        when kind == no
"#;

/// Built-in names and the new ones.
const NAMES: [(&str, &str); 8] = [
    ("a", "img"),
    ("w", "ker"),
    ("b", "off"),
    ("z", "out"),
    ("delta", "delta"),
    ("grad_a", "grad_img"),
    ("grad_w", "grad_ker"),
    ("grad_b", "grad_off"),
];

fn new_name(old: &str) -> String {
    NAMES.iter().find(|n| n.0 == old).expect("a name of the built-in layer").1.to_string()
}

/// The tensor of the renamed derivation that this one of the built-in derivation corresponds to.
fn image(from: &Derivation, to: &Derivation, id: TensorId) -> TensorId {
    tensor(to, &new_name(&from.system.arena.tensor(id).name))
}

fn mapped(op: &TensorOp, map: &dyn Fn(TensorId) -> TensorId) -> TensorOp {
    let operand = |operand: Operand| match operand {
        Operand::Plain(t) => Operand::Plain(map(t)),
        // nothing in a convolution is a function of elements
        Operand::Each(..) => panic!("an expression of elements"),
    };
    let mut op = op.clone();
    match &mut op {
        TensorOp::Correlate(c) => (c.x, c.y) = (operand(c.x), operand(c.y)),
        TensorOp::Hadamard { factors, .. } => factors.iter_mut().for_each(|f| *f = operand(*f)),
        TensorOp::Place(p) => p.operands.iter_mut().for_each(|f| *f = operand(*f)),
        TensorOp::Contract(c) => c.operands.iter_mut().for_each(|f| *f = operand(*f)),
        TensorOp::Identity { of, .. }
        | TensorOp::Reshape { of, .. }
        | TensorOp::Sum { of, .. }
        | TensorOp::Broadcast { of, .. }
        | TensorOp::Upsample { of, .. }
        | TensorOp::WindowSum { of, .. }
        | TensorOp::WindowMax { of, .. } => *of = operand(*of),
        TensorOp::Route(Route { x, through, .. }) => (*x, *through) = (map(*x), map(*through)),
    }
    op
}

#[test]
fn names_and_order_do_not_matter() {
    for sizes in [[3, 3, 2, 2], [5, 4, 3, 2], [4, 3, 1, 3], [2, 2, 2, 2], [6, 6, 1, 1]] {
        for (tie, kind) in [("shared", "one"), ("untied", "each"), ("none", "no")] {
            let [h, w, k, l] = sizes;
            let own = CONV.replace("= shared)", &format!("= {tie})"));
            let other = RENAMED.replace("= one)", &format!("= {kind})"));
            let built_in = derived(&own, &format!("H={h} W={w} K={k} L={l}"));
            let renamed = derived(&other, &format!("M={h} N={w} P={k} Q={l}"));
            same(&built_in, &renamed);
        }
    }
}

fn same(built_in: &Derivation, renamed: &Derivation) {
    let (arena, other) = (&built_in.system.arena, &renamed.system.arena);
    let old = |id| written(arena, id, &new_name);
    let new = |id| written(other, id, &str::to_string);
    let map = |id| image(built_in, renamed, id);
    let z = built_in.system.output();
    let pairs = built_in.system.definitions[0].values.iter().zip(&renamed.system.definitions[0].values);
    pairs.for_each(|(&x, &y)| assert_eq!(old(x), new(y)));
    assert_eq!(built_in.gradients.list.len(), renamed.gradients.list.len());
    for gradient in &built_in.gradients.list {
        let twin = renamed.gradient(map(gradient.of)).expect("the same gradients");
        assert_eq!(gradient.entries.len(), twin.entries.len());
        gradient.entries.iter().zip(&twin.entries).for_each(|(&x, &y)| assert_eq!(old(x), new(y)));
        assert_eq!(gradient.starts, twin.starts);
        for (x, y) in gradient.steps.iter().zip(&twin.steps) {
            assert_eq!((x.through, x.definition, x.rules), (y.through, y.definition, y.rules));
            assert_eq!(old(x.partial), new(y.partial));
        }
    }
    assert_eq!(built_in.recognitions.len(), renamed.recognitions.len());
    let adjoints = built_in.gradients.list.iter().map(|g| g.adjoint);
    for target in adjoints.chain([z]) {
        let claim = |found: &Derivation, t| found.recognition(t).map(|r| r.parts.clone());
        let own = claim(built_in, target).map(|parts| parts.iter().map(|p| mapped(p, &map)).collect::<Vec<_>>());
        assert_eq!(own, claim(renamed, map(target)));
        assert!(own.is_some(), "{}", arena.tensor(target).name);
    }
}
