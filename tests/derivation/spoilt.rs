//! Verification can fail: one thing spoilt at a time is found.

use deriver::derivation::Derivation;
use deriver::expr::Number;
use deriver::index::Body;
use deriver::operator::TensorOp;
use deriver::recognise::Recognition;
use deriver::verify::{Claims, Verdict, verify};

use crate::support::{derived, tensor};

const SLIDE: &str = "layer slide\n input a[6]\n weight w[3]\n bias b\n z[i] = sum(u) a[i+u-1]*w[u] + b\n";
const LARGEST: &str = "layer largest\n input a[6]\n z[i in 1..3] = max(u in 1..2) a[2*(i-1)+u]\n";
const CHAIN: &str = "layer chain\n input a[4]\n weight w[2]\n h[i] = sum(u) a[i+u-1]*w[u]\n z[i] = sigma(h[i])\n";

/// The verdict on a derivation as it is now.
pub(crate) fn verdict(d: &Derivation) -> Verdict {
    let (verdict, _) = verify(Claims {
        instance: &d.instance,
        system: &d.system,
        gradients: &d.gradients,
        index_form: &d.index_form,
        recognitions: &d.recognitions,
        assuming: &d.assuming,
        ties: d.ties,
        activation: d.below.as_ref().map(|_| "sigma"),
    });
    verdict
}

/// Spoils a fresh derivation, and expects a failure that says where.
fn refuted(text: &str, what: &str, spoil: impl Fn(&mut Derivation)) {
    let mut derivation = derived(text, "");
    assert_eq!(verdict(&derivation).failures, Vec::<String>::new());
    spoil(&mut derivation);
    let failures = verdict(&derivation).failures;
    assert!(failures.iter().any(|f| f.contains(what)), "`{what}` is not among {failures:?}\n{text}");
}

/// Drops a step, and moves the beginnings of the later ones.
fn drop_step(derivation: &mut Derivation, gradient: usize, step: usize) {
    let gradient = &mut derivation.gradients.list[gradient];
    gradient.steps.remove(step);
    gradient.starts.iter_mut().filter(|s| **s as usize > step).for_each(|s| *s -= 1);
}

fn recognised<'a>(derivation: &'a mut Derivation, name: &str) -> &'a mut Recognition {
    let adjoint = derivation.adjoint(tensor(derivation, name));
    let found = derivation.recognitions.iter_mut().find(|(target, _)| *target == adjoint);
    &mut found.unwrap_or_else(|| panic!("nothing is recognised for {name}")).1
}

#[test]
fn what_is_right_passes() {
    for text in [SLIDE, LARGEST, CHAIN] {
        let derivation = derived(text, "");
        assert_eq!(verdict(&derivation), derivation.verdict);
        assert!(derivation.verdict.failures.is_empty());
        assert!(derivation.verdict.forward > 0 && derivation.verdict.entries > 0 && derivation.verdict.partials > 0);
    }
}

#[test]
fn gradient_entries_that_changed_places() {
    for text in [SLIDE, LARGEST, CHAIN] {
        let count = derived(text, "").gradients.list.iter().map(|g| g.entries.len()).collect::<Vec<_>>();
        for (place, _) in count.iter().enumerate().filter(|(_, n)| **n > 1) {
            refuted(text, "gradient entry", |d| d.gradients.list[place].entries.swap(0, 1));
        }
    }
}

#[test]
fn a_step_too_few() {
    for text in [SLIDE, LARGEST, CHAIN] {
        let gradients = derived(text, "").gradients.list;
        for (place, gradient) in gradients.iter().enumerate() {
            for step in [0, gradient.steps.len() - 1] {
                refuted(text, "local derivatives of gradient entry", |d| drop_step(d, place, step));
            }
        }
    }
}

#[test]
fn a_step_through_another_equation() {
    refuted(SLIDE, "local derivatives of gradient entry 0 of `a`", |d| d.gradients.list[0].steps[0].through += 1);
}

#[test]
fn forward_values_that_changed_places() {
    for text in [SLIDE, LARGEST, CHAIN] {
        refuted(text, "equation 0 of", |d| d.system.definitions[0].values.swap(0, 1));
    }
}

#[test]
fn a_correlation_with_another_parameter() {
    for name in ["a", "w"] {
        let spoil = |change: fn(&mut deriver::operator::Correlation)| {
            refuted(SLIDE, "the operator recognised for", |d| {
                let TensorOp::Correlate(correlation) = &mut recognised(d, name).parts[0] else {
                    panic!("a correlation")
                };
                change(correlation);
            });
        };
        spoil(|c| c.rot180 = !c.rot180);
        spoil(|c| c.axes[0].low += 1);
        spoil(|c| c.axes[0].low -= 1);
        spoil(|c| c.axes[0].stride = 2);
        spoil(|c| c.axes[0].lhs_dilation = 2);
        spoil(|c| c.axes[0].rhs_dilation = 2);
        spoil(|c| c.scale = Number::integer(2).into());
        spoil(|c| (c.x, c.y) = (c.y, c.x));
    }
}

#[test]
fn channels_that_changed_places() {
    let text = "layer l\n input a[2, 4, 3]\n weight w[4, 2, 2]
 z[n, o in 1..4, i] = if o <= 2 then sum(c, u) a[n, c, i+u-1] * w[o, c, u] else sum(c, u) a[n, c+2, i+u-1] * w[o, c, u]\n";
    for name in ["a", "w"] {
        let spoil = |change: fn(&mut deriver::operator::Leading)| {
            refuted(text, "the operator recognised for", |d| {
                let TensorOp::Correlate(correlation) = &mut recognised(d, name).parts[0] else {
                    panic!("a correlation")
                };
                change(&mut correlation.leading);
            });
        };
        spoil(|l| l.groups = 4);
        spoil(|l| l.groups = 3);
        spoil(|l| l.x.reverse());
        spoil(|l| drop(l.y.pop()));
        spoil(|l| l.x[1].reverse());
        spoil(|l| l.out.iter_mut().for_each(|letters| letters.reverse()));
    }
}

#[test]
fn padding_behind_that_the_sizes_do_not_allow() {
    for name in ["a", "w"] {
        refuted(SLIDE, "the operator recognised for", |d| {
            if let TensorOp::Correlate(correlation) = &mut recognised(d, name).parts[0] {
                correlation.axes[0].high += 1;
            }
        });
    }
}

#[test]
fn an_operator_too_few_or_too_many() {
    refuted(SLIDE, "the operator recognised for", |d| recognised(d, "b").parts.clear());
    refuted(SLIDE, "the operator recognised for", |d| {
        let parts = &mut recognised(d, "b").parts;
        parts.push(parts[0].clone());
    });
    refuted(LARGEST, "the operator recognised for", |d| {
        let TensorOp::Route(route) = &mut recognised(d, "a").parts[0] else { panic!("a route") };
        route.window.size[0] = 1;
    });
    refuted(CHAIN, "the operator recognised for", |d| {
        let TensorOp::Hadamard { scale, .. } = &mut recognised(d, "h").parts[0] else { panic!("a product") };
        *scale = Number::integer(-1).into();
    });
}

#[test]
fn an_index_formula_that_is_wrong() {
    for text in [SLIDE, CHAIN] {
        for place in 0..derived(text, "").index_form.definitions.len() {
            refuted(text, "index form of the gradient", |d| {
                let body = &mut d.index_form.definitions[place].body;
                *body = Body::Product(vec![Body::Number(Number::integer(2)), body.clone()]);
            });
        }
    }
    // an index range that ends too early
    refuted(SLIDE, "index form of the gradient of `b`", |d| {
        d.index_form.definitions[2].loops[0].high -= 1;
    });
}

#[test]
fn ties_of_another_convention() {
    refuted(LARGEST, "gradient", |d| d.ties = deriver::expr::Ties::All);
}
