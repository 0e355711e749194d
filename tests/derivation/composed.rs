//! Layers of several definitions, and how derivations grow with their sizes.

use deriver::expr::Role;

use crate::support::{Dual, derived, point, q, tensor, value, written};

const SHARES: &str = "layer shares
  input a[N]
  e[i] = rho(a[i])
  p[i] = e[i] / (sum(k) e[k])
";

#[test]
fn a_sum_in_the_denominator() {
    for n in [1, 2, 5] {
        let derivation = derived(SHARES, &format!("N={n}"));
        assert!(derivation.verdict.failures.is_empty());
        assert!(derivation.verdict.equations() > 0);
        let arena = &derivation.system.arena;
        let [a, e, p] = ["a", "e", "p"].map(|name| tensor(&derivation, name));
        assert_eq!([a, e, p].map(|t| arena.tensor(t).role), [Role::Input, Role::Intermediate, Role::Output]);
        assert_eq!(derivation.gradients.list.iter().map(|g| g.of).collect::<Vec<_>>(), [e, a]);
        let names = [e, a, p].map(|t| arena.tensor(derivation.adjoint(t)).name.as_str());
        assert_eq!(names, ["grad_e", "grad_a", "delta"]);

        // definitions forwards and gradients backwards, against dual numbers through the whole
        let mut at = point(&derivation);
        for definition in &derivation.system.definitions {
            let values = definition.values.iter().map(|&x| value(arena, x, &at)).collect();
            at.insert(definition.tensor, values);
        }
        for gradient in &derivation.gradients.list {
            let values = gradient.entries.iter().map(|&x| value(arena, x, &at)).collect();
            at.insert(gradient.adjoint, values);
        }
        for entry in 0..n {
            let seeded =
                at[&a].iter().enumerate().map(|(i, v)| Dual { value: v.clone(), slope: q((i == entry).into()) });
            let exps: Vec<Dual> = seeded.map(|x| x.call("rho")).collect();
            let total = exps.iter().fold(Dual::constant(0), |sum, x| sum + x).invert();
            let out: Vec<Dual> = exps.into_iter().map(|x| x * &total).collect();
            assert_eq!(out.iter().map(|z| z.value.clone()).collect::<Vec<_>>(), at[&p]);
            let upstream = &at[&derivation.gradients.upstream];
            let expected = out.iter().zip(upstream).fold(q(0), |sum, (z, delta)| sum + &z.slope * delta);
            assert_eq!(at[&derivation.adjoint(a)][entry], expected, "entry {entry} of {n}");
        }
    }
}

#[test]
fn an_intermediate_that_is_read_twice_and_one_that_is_not_read() {
    let text = "layer paths
  input a[3]
  weight w[3]
  h[i] = w[i] * a[i]
  idle[i] = a[i]^2
  g[i] = sigma(h[i])
  z[i] = g[i] * h[i]
";
    let derivation = derived(text, "");
    let names: Vec<&str> =
        derivation.gradients.list.iter().map(|g| derivation.system.arena.tensor(g.of).name.as_str()).collect();
    assert_eq!(names, ["g", "idle", "h", "a", "w"]);
    let idle = derivation.gradient(tensor(&derivation, "idle")).expect("a gradient");
    assert!(idle.entries.iter().all(|&e| derivation.system.arena.is_zero(e)) && idle.steps.is_empty());
}

#[test]
fn expressions_grow_with_the_number_of_terms() {
    let slide = "layer slide\n input a[N]\n weight w[3]\n z[i] = sum(u) a[i+u-1]*w[u]\n";
    let mean = "layer means\n input a[N]\n z[i in 1..N-2] = mean(u in 1..3) a[i+u-1]\n";
    let largest = "layer largest\n input a[N]\n z[i in 1..N-2] = max(u in 1..3) a[i+u-1]\n";
    let odd = "layer odd\n input a[N]\n z[i in 1..N-2] = sum(u in 1..3 where u != 2) a[i+u-1]^2\n";
    for text in [slide, mean, largest, odd] {
        let count = |n: usize| derived(text, &format!("N={n}")).system.arena.len();
        let [small, middle, large] = [count(40), count(80), count(160)];
        // twice the further outputs make twice the further expressions, up to those at the two ends
        let (first, second) = (middle - small, large - middle);
        assert!(second.abs_diff(2 * first) <= 16, "{small}, {middle}, {large}\n{text}");
        assert!(large < 160 * 30, "{large}\n{text}");
    }
    // two dimensions: the number of outputs counts
    let plane = "layer plane\n input a[N, 10]\n weight w[2, 2]\n z[i, j] = sum(u, v) a[i+u-1, j+v-1]*w[u, v]\n";
    let count = |n: usize| derived(plane, &format!("N={n}")).system.arena.len();
    assert_eq!(count(40) - count(20), 2 * (count(20) - count(10)));
}

#[test]
fn a_factor_before_a_function_that_gives_its_own_slope() {
    let derivation = derived("layer twice\n input z[2]\n a[i] = 2*exp(z[i])\n", "");
    let gradient = derivation.gradient(tensor(&derivation, "z")).expect("a gradient");
    // a' = 2 exp(z) is a itself, not 2a
    let product = |&e: &_| written(&derivation.system.arena, e, &str::to_string);
    assert_eq!(gradient.shortest().iter().map(product).collect::<Vec<_>>(), ["(* 1 delta#0 a#0)", "(* 1 delta#1 a#1)"]);
}

#[test]
fn an_assumption_has_its_own_value() {
    let text = "layer counts
  input p[n]
  target y[n]
  q[i] = exp(p[i]) / (sum(k) exp(p[k]))
  loss C = -(sum(i) y[i]*log(q[i]))
  assume sum(i) y[i] == 2
";
    let derivation = derived(text, "n=3");
    let gradient = derivation.gradient(tensor(&derivation, "p")).expect("a gradient");
    let entries = gradient.assuming.as_ref().expect("the assumption helps");
    let words: Vec<String> = entries.iter().map(|&e| written(&derivation.system.arena, e, &str::to_string)).collect();
    assert_eq!(words, ["(+ (* 2 q#0) (* -1 y#0))", "(+ (* 2 q#1) (* -1 y#1))", "(+ (* 2 q#2) (* -1 y#2))"]);
}

/// An activation by itself has none below it.
#[test]
fn an_activation_is_not_told_to_stand_on_another() {
    for (body, has_one_below) in [
        ("input z[N]\n  a[i] = f(z[i])", false),
        ("input x[N,M]\n  y[i,j] = x[i,j] * sigmoid(x[i,j])", false),
        ("input z[N]\n  a[i] = f(z[N+1-i])", true),
        ("input z[N]\n  weight w\n  a[i] = w*f(z[i])", true),
        ("input z[N]\n  a[i] = exp(z[i]) / sum(j) exp(z[j])", true),
    ] {
        assert_eq!(
            derived(&format!("layer x\n  {body}\n"), if body.contains('M') { "N=2 M=2" } else { "N=2" })
                .below
                .is_some(),
            has_one_below,
            "{body}"
        );
    }
}
