//! Random small layers: affine reads with strides, offsets, gaps and coefficients, squares here and there.

use deriver::expr::Ties;
use proptest::prelude::*;

use crate::support::try_derive;

/// One axis: outputs, taps, stride, dilation, offset, rows left over.
type Axis = [i64; 6];

#[derive(Clone, Debug)]
struct Shape {
    axes: Vec<Axis>,
    coefficient: i64,
    op: &'static str,
    weighted: bool,
    reversed: bool,
    square_read: bool,
    square_all: bool,
    function: bool,
    filter: bool,
}

impl Shape {
    fn text(&self) -> String {
        let letters = [("i", "u"), ("j", "v")];
        let axes = || self.axes.iter().zip(letters);
        let list = |words: Vec<String>| words.join(", ");
        let size = |[m, k, s, d, o, left]: &Axis| (s * (m - 1) + d * (k - 1) + o + 1 + left).to_string();
        let input = list(self.axes.iter().map(size).collect());
        let kernel = list(self.axes.iter().map(|a| a[1].to_string()).collect());
        let own = list(axes().map(|(a, (i, _))| format!("{i} in 1..{}", a[0])).collect());
        let taps = list(axes().map(|(a, (_, u))| format!("{u} in 1..{}", a[1])).collect());
        let at = axes().map(|([_, _, s, d, o, _], (i, u))| format!("{s}*({i}-1) + {d}*({u}-1) + {}", o + 1));
        let at = list(at.collect());
        let tap = |(a, (_, u)): (&Axis, (&str, &str))| {
            if self.reversed { format!("{}-{u}", a[1] + 1) } else { u.to_string() }
        };
        let weight = if self.weighted { format!(" * w[{}]", list(axes().map(tap).collect())) } else { String::new() };
        let power = |squared: bool| if squared { "^2" } else { "" };
        let filter = if self.filter { " where u <= i" } else { "" };
        let read = format!("{}*a[{at}]{}{weight}", self.coefficient, power(self.square_read));
        let sum = format!("({}({taps}{filter}) {read}){}", self.op, power(self.square_all));
        let body = if self.function { format!("sigma({sum})") } else { sum };
        let declared = if self.weighted { format!(" weight w[{kernel}]\n") } else { String::new() };
        format!("layer random\n input a[{input}]\n{declared} z[{own}] = {body}\n")
    }
}

fn shapes() -> impl Strategy<Value = Shape> {
    let axis = [1..4_i64, 1..4, 1..4, 1..4, 0..3, 0..3];
    let flags = any::<[bool; 6]>();
    let op = prop_oneof![3 => Just("sum"), 1 => Just("mean"), 1 => Just("max")];
    (prop::collection::vec(axis, 1..=2), -2..4_i64, op, flags).prop_map(|(axes, coefficient, op, flags)| {
        let [weighted, reversed, square_read, square_all, function, filter] = flags;
        let function = function && op != "max"; // a function has no order that both sides could know
        Shape { axes, coefficient, op, weighted, reversed, square_read, square_all, function, filter }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_random_layer_derives_and_verifies(shape in shapes()) {
        let text = shape.text();
        for ties in [Ties::First, Ties::Split] {
            let derivation = try_derive(&text, "", ties);
            prop_assert!(derivation.is_ok(), "{}\n{}", derivation.err().unwrap_or_default(), text);
        }
    }
}
