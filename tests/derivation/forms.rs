//! Index forms as one would write them: nothing that is zero, like terms together, conditions that complete each other as one.

use crate::support::{derived, document};

/// The body of a layer, its sizes, and lines of its document.
const FORMS: &[(&str, &str, &[&str])] = &[
    // a rotary embedding: conditions that are each other's opposites once the ranges are known
    (
        "input x[2*D]
  target c[D]
  target s[D]
  z[i in 1..2*D] = if i <= D then x[i]*c[i] - x[i+D]*s[i] else x[i]*c[i-D] + x[i-D]*s[i-D]",
        "D=2",
        &["∇x[m] = { δ[m]·c[m] + δ[m+2]·s[m]: m ≤ 2; δ[m]·c[m-2] - δ[m-2]·s[m-2]: 2 < m }"],
    ),
    // the derivative of a step is 0
    ("input x[N]\n  z[n] = x[n]*step(x[n])", "N=3", &["∇x[n] = δ[n]·[x[n] > 0]"]),
    // like terms; the text of the layer stays as it is
    ("input a[N]\n  bias e\n  z[i] = a[i]*e + e*a[i]", "N=4", &["z[i] = a[i]·e + e·a[i]", "∇a[i] = 2·δ[i]·e"]),
    ("input a[N]\n  z[i] = a[i]*a[i]*a[i]", "N=2", &["∇a[i] = 3·δ[i]·a[i]²"]),
    // bounds of a variable are its range; conditions without one stand outside
    (
        "input a[4]\n  weight w[2]\n  z[i in 1..4] = if i <= 2 then a[i]*w[1] else a[i]*w[2]",
        "",
        &[
            "∇a[i] = { δ[i]·w[1]: i ≤ 2; δ[i]·w[2]: 2 < i }",
            "∇w[m] = { ∑[i=1..2] δ[i]·a[i]: m = 1; ∑[i=3..4] δ[i]·a[i]: m ≠ 1 }",
        ],
    ),
    // a condition that never holds, a sum with one term or none, a factor 0
    (
        "input a[3]\n  z[i in 1..3] = a[i] + (sum(u in 1..2 where u > 2) a[u]) + 0*(sum(u) a[u]^2)",
        "",
        &["z[i] = a[i]", "∇a[i] = δ[i]"],
    ),
    (
        "input a[4]\n  z[i in 1..4] = a[i]^2 * (sum(u in 1..1 where i+u <= 3) a[i])",
        "",
        &["∇a[i] = { 3·δ[i]·a[i]²: i ≤ 2; 0: 2 < i }"],
    ),
    // signs stand in front
    (
        "input a[3]\n  bias b[3]\n  z[i in 1..3] = 1 + b[i] * (sum(u in 1..1) (-a[i]))",
        "",
        &["z[i] = 1 - b[i]·a[i]", "∇b[i] = -δ[i]·a[i]"],
    ),
    (
        "input a[4]\n  weight w[1]\n  bias b[5]\n  z[i in 1..4] = b[i] - b[i+1] * sum(u in 1..1) -w[u]*a[i+u-1]",
        "",
        &["z[i] = b[i] + b[i+1]·w[1]·a[i]"],
    ),
    ("input a[3]\n  z[i in 1..3] = -(mean(u in 1..1) (-a[i]))", "", &["z[i] = a[i]"]),
    // the error, then the factors as the definition has them
    (
        "input a[N]\n  weight w[N]\n  z[i] = sigmoid(w[i]*a[i])*a[i]^2",
        "N=2",
        &["∇w[i] = δ[i]·sigmoid(w[i]·a[i])(1 - sigmoid(w[i]·a[i]))·a[i]³"],
    ),
    // a constant root hides no operator
    (
        "input x[N,J]\n  weight W[K,J]\n  z[n,k] = (sum(j) W[k,j]*x[n,j]) / sqrt(2)",
        "N=2 J=2 K=2",
        &["δˡ⁻¹ = 1/√(2)·δˡ·Wˡ ⊙ σ′(zˡ⁻¹)", "∂C/∂Wˡ = 1/√(2)·(δˡ)ᵀ·xˡ⁻¹"],
    ),
    (
        "input q[N,D]\n  input k[M,D]\n  z[n,m] = -(sum(d) q[n,d]*k[m,d]) / (2*sqrt(D))",
        "N=2 M=3 D=5",
        &["∂C/∂kˡ⁻¹ = -1/(2·√(5))·(δˡ)ᵀ·qˡ⁻¹"],
    ),
    (
        "input a[5]\n  weight w[2]\n  z[i in 1..4] = sqrt(3) * (sum(u) a[i+u-1]*w[u]) + a[i]^2/sqrt(2)",
        "",
        &["∂C/∂wˡ = √(3)·aˡ⁻¹ * δˡ"],
    ),
    // whole powers of roots, where they have derivatives
    (
        "input x[N,D]\n  weight g[D]\n  m[n] = mean(d) x[n,d]^2\n  z[n,d] = g[d]*x[n,d]/sqrt(m[n])",
        "N=2 D=3",
        &["∂C/∂mˡ[n] = -1/2·(∑[d=1..3] δˡ[n,d]·zˡ[n,d])/mˡ[n]"],
    ),
    // entries that nothing reads may have no value where the layer has one
    (
        "input a[4]\n  weight w[1]\n  z[i in 1..2] = relu(w[1]) / a[i+1]",
        "",
        &["∇w[m] = ∑[i=1..2] (δ[i]·[w[1] > 0])/a[i+1]"],
    ),
    // letters of indices are no names
    (
        "input s[N,M]\n  p[i,j] = exp(s[i,j]) / sum(l) exp(s[i,l])",
        "N=1 M=2",
        &["(δ[i,m]·exp(s[i,m]))/(∑[r=1..2] exp(s[i,r]))"],
    ),
    (
        "input a[N]\n  r = sum(i) a[i]^2\n  z[i] = a[i] * sum(u) a[u]^2 * r",
        "N=3",
        &["∇a[m] = 2(∇r)·a[m] + δ[m]·∑[s=1..3] a[s]²·r + 2·∑[i=1..3] δ[i]·a[i]·a[m]·r"],
    ),
    (
        "input x[N]\n  weight r\n  z[i] = x[i] * (sum(k) x[k]*r)",
        "N=3",
        &["∇x[m] = δ[m]·∑[s=1..3] x[s]·r + ∑[i=1..3] δ[i]·x[i]·r"],
    ),
];

#[test]
fn index_forms_are_as_one_would_write_them() {
    for (body, sizes, lines) in FORMS {
        let document = document(&derived(&format!("layer form\n  {body}\n"), sizes));
        for line in *lines {
            assert!(
                document.lines().any(|l| l.trim() == *line || l.contains(&format!("= {line}"))),
                "{line}\n{document}"
            );
        }
    }
}

/// Roots that meet themselves and others in every way, where whole powers of them might be simplified: each derivation is checked, and
/// each line of its document, in the reading that its roots allow.
const ROOTS: [&str; 20] = [
    "z[n] = w/sqrt(x[n])/sqrt(x[n])",
    "z[n] = (w/sqrt(x[n]))^2",
    "z[n] = (sqrt(x[n]) + 1)*sqrt(x[n])",
    "z[n] = 1/(1 + sqrt(x[n]))",
    "z[n] = log(sqrt(x[n]))",
    "s = sum(n) x[n]^2\n  z[n] = log(x[n]/sqrt(s))",
    "s = sqrt(sum(n) x[n]^2)\n  z[n] = x[n]/s",
    "z[n] = x[n]/sqrt(sum(k) x[k]^2 + 1/1000)",
    "m = mean(n) x[n]\n  v = mean(n) (x[n] - m)^2\n  h[n] = (x[n] - m)/sqrt(v)\n  z[n] = h[n]/sqrt(v)",
    "m = mean(n) x[n]\n  v = mean(n) (x[n] - m)^2\n  z = sum(n) ((x[n] - m)/sqrt(v))^2",
    "z[n] = x[n]^(5/2)/sqrt(2)",
    "z[n] = x[n]/x[n]^(1/3)",
    "m = sum(k) x[k]^3\n  z[n] = x[n]/m^(1/3)/m^(2/3)",
    "c = (sum(n) x[n]^2)/(sqrt(sum(n) x[n]^2)*sqrt(sum(n) x[n]^4))\n  z = c*c",
    "z[n] = w^2/sqrt(w)/sqrt(x[n])/sqrt(w)",
    "z[n] = (w/w)^(-2/3)/sqrt(x[n] - w/x[n])",
    "z[n] = w*x[n]/(3/sqrt(2))*sqrt(w + w)",
    "s = sum(n) (w - x[n])*2\n  z[n] = w/s + (s - x[n])*x[n]^(-1/2)",
    "s = sum(n) x[n]^2/(w/sqrt(2))\n  z[n] = x[n]^2*s/w/((s - x[n])/sqrt(x[n] + x[n]))",
    "v[n in 1..N] = w/sqrt(2) + w\n  z[n in 1..N] = x[n]/(w/sqrt(w))/sqrt(2) + v[n]",
];

#[test]
fn roots_hold_wherever_they_stand() {
    for body in ROOTS {
        let document = document(&derived(&format!("layer roots\n  input x[N]\n  weight w\n  {body}\n"), "N=3"));
        assert!(document.contains("equations checked, 0 failed"), "{body}\n{document}");
    }
}
