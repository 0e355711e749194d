//! Each rule of differentiation on a tiny layer of its own, against dual numbers through a definition written here.

use std::collections::BTreeSet;

use deriver::derivation::Derivation;
use deriver::differentiate::RULES;
use deriver::expr::{Role, Ties};

use crate::support::{Dual, derived, point, q, tensor, try_derive, value};

/// Declared tensors in order, with elements, to the outputs.
type Forward = fn(&[Vec<Dual>]) -> Vec<Dual>;

/// A layer, the rules that its steps have to name, and the same layer in Rust.
struct Case {
    items: &'static str,
    rules: &'static [&'static str],
    forward: Forward,
}

fn each(n: usize, f: impl Fn(usize) -> Dual) -> Vec<Dual> {
    (0..n).map(f).collect()
}

const A: usize = 0;
const B: usize = 1;
const C: usize = 2;

const CASES: [Case; 15] = [
    Case {
        items: "input a[3]\n z[i in 1..3] = a[4-i]",
        rules: &["identity"],
        forward: |t| each(3, |i| t[A][2 - i].clone()),
    },
    Case {
        items: "input a[3]\n input b[3]\n z[i] = a[i] + b[i]",
        rules: &["sum rule"],
        forward: |t| each(3, |i| t[A][i].clone() + &t[B][i]),
    },
    Case {
        items: "input a[4]\n z[i] = sum(u in 1..2) (2*a[i+u-1] - 1/3)",
        rules: &["sum rule", "product rule"],
        forward: |t| {
            let third = Dual::constant(3).invert();
            each(3, |i| (t[A][i].clone() + &t[A][i + 1]) * &Dual::constant(2) - &third - &third)
        },
    },
    Case {
        items: "input a[3]\n input b[3]\n input c[3]\n z[i] = 5*a[i]*b[i]*c[i]",
        rules: &["product rule"],
        forward: |t| each(3, |i| t[A][i].clone() * &t[B][i] * &t[C][i] * &Dual::constant(5)),
    },
    Case {
        items: "input a[2]\n weight b[2]\n z[i] = a[i]*b[i]",
        rules: &["product rule"],
        forward: |t| each(2, |i| t[A][i].clone() * &t[B][i]),
    },
    Case {
        items: "input a[2]\n weight b[3]\n z = (sum(i) a[i]) * (sum(k) b[k])",
        rules: &["product rule", "sum rule"],
        forward: |t| {
            let sum = |list: &[Dual]| list.iter().fold(Dual::constant(0), |sum, x| sum + x);
            vec![sum(&t[A]) * &sum(&t[B])]
        },
    },
    Case {
        items: "input a[3]\n z[i] = a[i]^3",
        rules: &["power rule"],
        forward: |t| each(3, |i| t[A][i].clone() * &t[A][i] * &t[A][i]),
    },
    Case {
        items: "input a[3]\n z[i in 1..2] = (a[i] + 2*a[i+1])^-2",
        rules: &["power rule", "sum rule", "product rule"],
        forward: |t| {
            each(2, |i| {
                let x = (t[A][i + 1].clone() * &Dual::constant(2) + &t[A][i]).invert();
                x.clone() * &x
            })
        },
    },
    Case {
        items: "input a[2]\n input b[2]\n z[i] = a[i]/b[i]",
        rules: &["power rule", "product rule"],
        forward: |t| each(2, |i| t[A][i].clone() * &t[B][i].invert()),
    },
    Case {
        items: "input a[3]\n z[i] = sigma(a[i])",
        rules: &["chain rule"],
        forward: |t| each(3, |i| t[A][i].call("sigma")),
    },
    Case {
        items: "input a[2]\n z[i] = sigma(rho(a[i]^2) * a[i])",
        rules: &["chain rule", "power rule", "product rule", "sum rule"],
        forward: |t| each(2, |i| ((t[A][i].clone() * &t[A][i]).call("rho") * &t[A][i]).call("sigma")),
    },
    Case {
        items: "input a[5]\n z[i] = max(u in 1..2) a[i+u-1]",
        rules: &["derivative of a maximum"],
        forward: |t| each(4, |i| t[A][i].clone().max(t[A][i + 1].clone())),
    },
    Case {
        items: "input a[4]\n weight b[2]\n z[i] = max(u in 1..3) (a[i+u-1] * b[i])^2",
        rules: &["derivative of a maximum", "product rule", "power rule"],
        forward: |t| {
            each(2, |i| {
                let term = |u: usize| {
                    let x = t[A][i + u].clone() * &t[B][i];
                    x.clone() * &x
                };
                term(0).max(term(1)).max(term(2))
            })
        },
    },
    Case {
        items: "input a[3]\n weight b[3]\n z[i] = maximum(a[i], b[i])*minimum(a[i]^2, 3*b[i])",
        rules: &["derivative of a maximum", "product rule", "power rule"],
        forward: |t| {
            each(3, |i| {
                let (a, b) = (&t[A][i], &t[B][i]);
                a.clone().max(b.clone()) * &(a.clone() * a).min(b.clone() * &Dual::constant(3))
            })
        },
    },
    Case {
        items: "input a[3]\n z[i in 1..3] = a[i]*a[4-i]*a[2]",
        rules: &["product rule", "power rule"],
        forward: |t| each(3, |i| t[A][i].clone() * &t[A][2 - i] * &t[A][1]),
    },
];

/// Compares every gradient entry and every step with a dual number seeded at that element.
fn compare(derivation: &Derivation, case: &Case) {
    let arena = &derivation.system.arena;
    let at = point(derivation);
    let is_declared = |role| matches!(role, Role::Input | Role::Weight | Role::Bias);
    let declared: Vec<_> = arena.tensors().filter(|(_, t)| is_declared(t.role)).map(|(id, _)| id).collect();
    let upstream = &at[&derivation.gradients.upstream];
    for (place, id) in declared.iter().enumerate() {
        let gradient = derivation.gradient(*id).expect("a gradient for each declared tensor");
        assert_eq!(gradient.entries.len(), at[id].len());
        for entry in 0..at[id].len() {
            let mut seeded: Vec<Vec<Dual>> = declared
                .iter()
                .map(|t| at[t].iter().map(|v| Dual { value: v.clone(), slope: q(0) }).collect())
                .collect();
            seeded[place][entry].slope = q(1);
            let out = (case.forward)(&seeded);
            assert_eq!(out.len(), upstream.len(), "{}", case.items);
            let expected = out.iter().zip(upstream).fold(q(0), |sum, (z, delta)| sum + &z.slope * delta);
            assert_eq!(value(arena, gradient.entries[entry], &at), expected, "entry {entry}: {}", case.items);
            let mut seen = vec![q(0); out.len()];
            for step in gradient.steps_of(entry) {
                seen[step.through as usize] += value(arena, step.partial, &at);
            }
            let slopes: Vec<_> = out.into_iter().map(|z| z.slope).collect();
            assert_eq!(seen, slopes, "steps of entry {entry}: {}", case.items);
        }
    }
}

#[test]
fn every_rule_is_met_and_right() {
    let mut met = BTreeSet::new();
    for case in &CASES {
        let derivation = derived(&format!("layer tiny\n {}\n", case.items), "");
        compare(&derivation, case);
        let steps = derivation.gradients.list.iter().flat_map(|g| &g.steps);
        let named: BTreeSet<&str> = steps.flat_map(|step| step.rules.iter()).map(|row| row.name).collect();
        for rule in case.rules {
            assert!(named.contains(rule), "{rule} is not among {named:?}: {}", case.items);
        }
        met.extend(case.rules);
    }
    let all: BTreeSet<&str> = RULES.iter().map(|row| row.name).collect();
    assert_eq!(met, all, "a rule of the table has no case here");
}

#[test]
fn rules_that_are_not_used_are_not_named() {
    let names = |items: &str| -> BTreeSet<&str> {
        let derivation = derived(&format!("layer tiny\n {items}\n"), "");
        let steps = derivation.gradients.list.iter().flat_map(|g| g.steps.clone()).collect::<Vec<_>>();
        steps.iter().flat_map(|step| step.rules.iter()).map(|row| row.name).collect()
    };
    assert_eq!(names("input a[3]\n z[i] = a[i]"), BTreeSet::from(["identity"]));
    assert_eq!(names("input a[3]\n z[i] = a[i]^3"), BTreeSet::from(["power rule"]));
    assert_eq!(names("input a[3]\n z[i] = sigma(a[i])"), BTreeSet::from(["chain rule"]));
    assert_eq!(names("input a[3]\n z = max(i) a[i]"), BTreeSet::from(["derivative of a maximum"]));
}

#[test]
fn equal_maxima_share_as_the_convention_says() {
    let shares_of = |body: &str, ties: Ties| {
        let text = format!("layer top\n input a[3]\n z = {body}\n");
        let derivation = try_derive(&text, "", ties).expect("a derivation");
        let mut at = point(&derivation);
        let a = tensor(&derivation, "a");
        at.insert(a, vec![q(1), q(4), q(4)]);
        at.insert(derivation.gradients.upstream, vec![q(6)]);
        let entries = &derivation.gradient(a).expect("a gradient").entries;
        entries.iter().map(|&e| value(&derivation.system.arena, e, &at)).collect::<Vec<_>>()
    };
    for body in ["max(i) a[i]", "maximum(a[2], a[3])", "minimum(a[2], a[3])"] {
        assert_eq!(shares_of(body, Ties::First), [q(0), q(6), q(0)], "{body}");
        assert_eq!(shares_of(body, Ties::Split), [q(0), q(3), q(3)], "{body}");
        assert_eq!(shares_of(body, Ties::All), [q(0), q(6), q(6)], "{body}");
    }
    // the first is the one that is written first
    assert_eq!(shares_of("maximum(a[3], a[2])", Ties::First), [q(0), q(0), q(6)]);
}
