//! Two meanings of the same operators: what was recognised and confirmed, written as a formula, holds.

use super::On;
use super::build::*;
use crate::derivation::{Given, Values};
use crate::expr::{Number, Ties};
use crate::formula::{Equation, Extreme, Formula, Level, Op};
use crate::layer::Setting;
use crate::operator::{Correlation, Operand, TensorOp};
use crate::verify::formula::{Checked, Checker, Why};

type Options<'a> = &'a [(&'a str, &'a [i64])];

/// Convolutions, transposed ones too: their options, over inputs of these sizes.
const GEOMETRIES: [(&str, &[i64], Options<'_>); 6] = [
    ("conv", &[5, 4], &[("kernel", &[3, 2])]),
    ("conv", &[7, 6], &[("kernel", &[3, 2]), ("stride", &[2, 3])]),
    ("conv", &[6], &[("kernel", &[3]), ("dilation", &[2]), ("padding", &[3])]),
    ("conv", &[6, 6], &[("kernel", &[2]), ("dilation", &[1, 2]), ("stride", &[2, 1]), ("padding", &[1, 0])]),
    ("conv-transposed", &[3, 4], &[("kernel", &[3]), ("stride", &[2]), ("padding", &[1])]),
    ("conv-transposed", &[3], &[("kernel", &[2]), ("stride", &[3]), ("output_padding", &[1])]),
];

const POOLS: [(&[i64], Options<'_>); 4] = [
    (&[4, 6], &[("window", &[2, 3])]),
    (&[5, 5], &[("window", &[3]), ("stride", &[2, 1])]),
    (&[6], &[("window", &[3]), ("stride", &[2]), ("padding", &[1])]),
    (&[7], &[("window", &[3]), ("stride", &[1]), ("dilation", &[2]), ("padding", &[1])]),
];

fn built(name: &str, input: &[i64], options: Options<'_>, ties: Ties) -> On {
    let layer = crate::layer::builtins().iter().find(|b| b.name == name).expect("the layer ships with the program");
    let options = options.iter().map(|(name, axes)| (name.to_string(), Setting::Axes(axes.to_vec()))).collect();
    let settings = crate::layer::Settings { input: Some(input.to_vec()), options, ..Default::default() };
    On::set(layer.text, &settings, ties, |_| {})
}

fn plain(operand: Operand) -> Formula {
    Formula::Name(operand.tensor(), Level::None)
}

fn correlated(c: &Correlation) -> Formula {
    let spread = |x, by: Vec<usize>| Formula::apply(Op::Spread(by), x);
    let x = spread(plain(c.x), c.axes.iter().map(|a| a.lhs_dilation).collect());
    let x = Formula::apply(Op::Pad(c.axes.iter().map(|a| [a.low, a.high]).collect()), x);
    let y = spread(plain(c.y), c.axes.iter().map(|a| a.rhs_dilation).collect());
    let y = if c.rot180 { Formula::apply(Op::Rot180, y) } else { y };
    let steps: Vec<usize> = c.axes.iter().map(|a| a.stride).collect();
    Formula::times(&c.scale, slide(x, y, &steps))
}

#[test]
fn correlations() {
    for (name, input, options) in GEOMETRIES {
        let on = built(name, input, options, Ties::First);
        let mut seen = 0;
        for (target, recognition) in &on.derivation.recognitions {
            let sums = |part: &TensorOp| matches!(part, TensorOp::Sum { .. });
            if recognition.parts.iter().any(sums) {
                continue; // that of the bias
            }
            let parts = recognition.parts.iter().map(|part| {
                if let TensorOp::Correlate(c) = part {
                    seen += 1;
                    correlated(c)
                } else {
                    plain(Operand::Plain(part.tensors()[0]))
                }
            });
            let parts = parts.collect();
            on.holds(Formula::Name(*target, Level::None), Formula::sum(parts));
        }
        assert_eq!(seen, 3, "{name} {input:?}");
    }
}

#[test]
fn windows_of_all_kinds() {
    for ties in [Ties::First, Ties::Split, Ties::All] {
        for (input, options) in POOLS {
            let on = built("pool-max", input, options, ties);
            let mut seen = 0;
            for (target, recognition) in &on.derivation.recognitions {
                let left = Formula::Name(*target, Level::None);
                let [part] = recognition.parts.as_slice() else { panic!("{recognition:?}") };
                let of = part.tensors().into_iter().map(|t| plain(Operand::Plain(t))).collect();
                let op = if let TensorOp::Route(r) = part {
                    Op::Route(r.window.clone(), r.ties)
                } else if let TensorOp::WindowMax { window, .. } = part {
                    Op::WindowMax(window.clone())
                } else {
                    panic!("{part:?}")
                };
                let right = Formula::Apply(op, of);
                on.holds(left, right);
                seen += 1;
            }
            assert_eq!(seen, 2, "{input:?}");
        }
    }
}

#[test]
fn minima() {
    let on = On::layer("layer least\n input a[4]\n z[i in 1..3] = -(max(u in 1..2) -a[i+u-1])\n");
    let least = |which| Formula::Extreme(which, vec![on.entry("a", 1), on.entry("a", 2)]);
    on.holds(on.entry("z", 1), least(Extreme::Smallest));
    on.differs(on.entry("z", 1), least(Extreme::Largest));
    let share = |a| Formula::Share(Ties::First, Box::new(on.entry("a", a)), Box::new(least(Extreme::Smallest)));
    on.holds(Formula::derivative(on.entry("z", 1), on.entry("a", 2)), share(2));
    on.differs(Formula::derivative(on.entry("z", 1), on.entry("a", 2)), share(1));
}

#[test]
fn what_holds_under_assumptions() {
    let on = On::layer(
        "layer entropy\n input x[3]\n target y[3]\n assume sum(i) y[i] == 1\n \
         p[i] = exp(x[i]) / sum(l) exp(x[l])\n loss C = -sum(i) y[i] * log(p[i])\n",
    );
    let long = sum([product([on.name("p"), over("i=1..3", on.at("y", "i"))]), negative_of(on.name("y"))]);
    let short = sum([on.name("p"), negative_of(on.name("y"))]);
    let chain = |unconditional| Equation {
        unconditional,
        ..Equation::chain(on.name("grad_x"), vec![long.clone(), short.clone()])
    };
    assert_eq!(on.result(&chain(1)), Ok(Checked::At(1)));
    assert!(on.result(&chain(2)).is_err());
    on.holds(Formula::Loss, on.name("C"));
}

#[test]
fn numbers_of_a_worked_example() {
    let on = On::layer("layer worked\n input a[2]\n weight w[2]\n z[i] = a[i] * w[i]\n h[i] = relu(z[i])\n");
    let numbers = |list: [Number; 2]| (vec![2], list.to_vec());
    let whole = |x, y| [Number::integer(x), Number::integer(y)];
    let given = Given {
        tensors: [("a", whole(3, -1)), ("w", [Number::fraction(1, 2), Number::integer(5)]), ("delta", whole(1, 4))]
            .into_iter()
            .map(|(name, list)| (name.to_string(), numbers(list)))
            .collect(),
    };
    let witness = Values::work_out(&on.derivation, &given).expect("the values fit").witness(&on.derivation);
    let checker = Checker::new(&on.derivation.instance, &witness, &on.glossary);
    let result = |left: Formula, cells: [Number; 2]| {
        let right = matrix([1, 2], cells.into_iter().map(Formula::Number).collect());
        checker.check(&Equation::new(left, right)).map_err(|refuted| refuted.reason)
    };
    let z = || [Number::fraction(3, 2), Number::integer(-5)];
    assert_eq!(result(on.name("z"), z()), Ok(Checked::At(1)));
    assert!(
        result(on.name("z"), {
            let [x, y] = z();
            [y, x]
        })
        .is_err()
    );
    assert_eq!(result(hadamard([on.name("a"), on.name("w")]), z()), Ok(Checked::At(1)));
    assert_eq!(result(on.name("grad_w"), whole(3, 0)), Ok(Checked::At(1)));
    // a fraction has no order here, and nothing says what exp is
    assert_eq!(result(call("relu", 0, on.name("z")), z()), Ok(Checked::Not(Why::NoValue)));
    assert_eq!(result(call("exp", 0, on.name("a")), z()), Ok(Checked::Not(Why::NoValue)));
}
