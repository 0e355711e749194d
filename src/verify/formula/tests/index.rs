//! Numbers: written-out entries, chains, index forms, conditions, maxima.

use super::build::*;
use super::{On, Reason, Why};
use crate::expr::Ties;
use crate::formula::{Big, Condition, Equation, Extreme, Formula, Level, Relation};
use crate::verify::formula::Checked;

const CONV: &str = "layer conv\n input a[3,3]\n weight w[2,2]\n bias b\n \
                    z[i in 1..2,j in 1..2] = sum(u,v) a[i+u-1,j+v-1]*w[u,v] + b\n";
const POOL: &str = "layer pool\n input a[4]\n z[i in 1..3] = max(u in 1..2) a[i+u-1]\n";
const SOFTMAX: &str = "layer softmax\n input x[3]\n y[i] = exp(x[i]) / sum(l) exp(x[l])\n";

/// `a₁w₁ + … + b`, with the entries by their numbers.
fn written(on: &On, [x, y, other]: [&str; 3], pairs: &[(u32, u32)]) -> Formula {
    let terms = pairs.iter().map(|&(p, q)| product([on.entry(x, p), on.entry(y, q)]));
    let other = (!other.is_empty()).then(|| on.name(other));
    Formula::Sum(terms.chain(other).collect())
}

#[test]
fn entries_written_out() {
    let on = On::layer(CONV);
    let z22 = |pairs| written(&on, ["a", "w", "b"], pairs);
    on.holds(on.entry("z", 3), z22(&[(4, 0), (5, 1), (7, 2), (8, 3)]));
    on.differs(on.entry("z", 3), z22(&[(4, 0), (7, 1), (5, 2), (8, 3)])); // two indices exchanged
    on.differs(on.entry("z", 3), z22(&[(4, 0), (5, 1), (7, 2)])); // a term too few
    on.differs(on.entry("z", 3), written(&on, ["a", "w", ""], &[(4, 0), (5, 1), (7, 2), (8, 3)]));
    on.differs(on.entry("z", 3), negative_of(z22(&[(4, 0), (5, 1), (7, 2), (8, 3)])));
    let gradient = written(&on, ["delta", "w", ""], &[(0, 3), (1, 2), (2, 1), (3, 0)]);
    on.holds(on.entry("grad_a", 4), gradient.clone());
    on.holds(Formula::by_loss(on.entry("a", 4)), gradient.clone());
    on.differs(on.entry("grad_a", 5), gradient);
}

#[test]
fn chains_of_local_derivatives() {
    let on = On::layer(CONV);
    let through = |z: u32| product([on.entry("delta", z), Formula::derivative(on.entry("z", z), on.entry("a", 4))]);
    let chain = |terms: Vec<Formula>| {
        let last = written(&on, ["delta", "w", ""], &[(0, 3), (1, 2), (2, 1), (3, 0)]);
        Equation::chain(Formula::by_loss(on.entry("a", 4)), vec![Formula::Sum(terms), last])
    };
    assert_eq!(on.result(&chain((0..4).map(through).collect())), Ok(Checked::At(1)));
    assert!(matches!(on.result(&chain((0..3).map(through).collect())), Err(Reason::Differs(..))));
    on.holds(Formula::derivative(on.entry("z", 3), on.entry("a", 5)), on.entry("w", 1));
    on.holds(Formula::derivative(on.entry("z", 0), on.entry("a", 8)), Formula::integer(0));
    on.differs(Formula::derivative(on.entry("z", 3), on.entry("a", 5)), on.entry("w", 2));
}

#[test]
fn index_forms() {
    let on = On::layer(CONV);
    let z = |ranges: &str, a: &str| {
        let term = product([on.at("a", a), on.at("w", "u,v")]);
        sum([over(ranges, term), on.name("b")])
    };
    on.holds(on.at("z", "i,j"), z("u=1..2, v=1..2", "i+u-1,j+v-1"));
    on.differs(on.at("z", "i,j"), z("u=1..2, v=1..2", "i+v-1,j+u-1"));
    on.differs(on.at("z", "i,j"), z("u=1..2, v=1..1", "i+u-1,j+v-1"));
    on.fails(on.at("z", "i,j"), z("u=1..3, v=1..2", "i+u-1,j+v-1"), Reason::Outside("w".into(), 3));
    on.fails(on.at("z", "i,j"), z("u=0..2, v=1..2", "i+u-1,j+v-1"), Reason::Outside("a".into(), 0));
    on.fails(on.at("z", "i,j"), z("u=1..2, v=1..2", "i+u-1,k+v-1"), Reason::Unbound("k".into()));
    on.fails(on.at("z", "i,j"), z("u=1..2, j=1..2", "i+u-1,j"), Reason::BoundTwice("j".into()));
    // the gradient, with what cuts the sum off
    let within = |index: &str| Condition::Within(Formula::integer(1), affine(index), Formula::integer(2));
    let gradient = |conditions: Vec<Condition>| {
        let term = product([on.at("delta", "m-u+1,n-v+1"), on.at("w", "u,v")]);
        big(Big::Sum, "u=1..2, v=1..2", conditions, term)
    };
    on.holds(on.at("grad_a", "m,n"), gradient(vec![within("m-u+1"), within("n-v+1")]));
    on.fails(on.at("grad_a", "m,n"), gradient(vec![within("m-u+1")]), Reason::Outside("delta".into(), 0));
    // a letter whose range only the right side says
    let odd = On::layer("layer odd\n input a[2]\n weight w\n z[n in 1..4] = if n == 1 then a[1]*w else a[1]\n");
    odd.fails(odd.at("z", "2i-1"), odd.at("a", "1"), Reason::NoRange("i".into()));
}

#[test]
fn an_axis_in_groups_says_how_far_both_letters_run() {
    let on = On::layer("layer same\n input a[3]\n z[n in 1..6] = a[1]\n");
    let place = |count: i64, base: i64| {
        let group = sum([Formula::letter("g"), Formula::integer(-base)]);
        vec![sum([product([Formula::integer(count), group]), Formula::letter("c")])]
    };
    let z = |count, base| Formula::At(on.tensor("z"), Level::None, place(count, base));
    on.holds(z(2, 1), on.at("a", "1"));
    on.differs(z(2, 1), on.at("a", "c"));
    on.fails(z(2, 2), on.at("a", "1"), Reason::NoRange("g".into()));
}

#[test]
fn letters_are_not_captured() {
    let on = On::layer("layer cap\n input x[3]\n weight r\n z[i] = x[i] * (sum(k) x[k]*r)\n");
    let right = |letter: &str| {
        let scaled = product([on.at("x", letter), on.name("r")]);
        product([on.at("x", "i"), over(&format!("{letter}=1..3"), scaled)])
    };
    on.holds(on.at("z", "i"), right("k"));
    on.fails(on.at("z", "i"), right("r"), Reason::Captured("r".into()));
    let on_the_left = product([on.at("x", "r"), on.name("r")]);
    on.fails(on.at("z", "r"), on_the_left, Reason::Captured("r".into()));
}

#[test]
fn names_that_look_alike() {
    let mut on = On::layer(CONV);
    let w = on.tensor("w").0 as usize;
    on.glossary.entries[w].name.word = "a".to_string();
    on.fails(on.entry("z", 0), on.entry("w", 0), Reason::Ambiguous("a".into()));
    on.holds(on.entry("delta", 0), on.entry("delta", 0));
}

#[test]
fn printed_indices_begin_where_the_glossary_says() {
    let mut on = On::layer(CONV);
    on.glossary.index_base = 0;
    let z = |a: &str| sum([over("u=0..1, v=0..1", product([on.at("a", a), on.at("w", "u,v")])), on.name("b")]);
    on.holds(on.at("z", "i,j"), z("i+u,j+v"));
    on.fails(on.at("z", "i,j"), z("i+u-1,j+v-1"), Reason::Outside("a".into(), -1));
}

#[test]
fn functions_powers_and_quotients() {
    let on = On::layer(SOFTMAX);
    let exp = |index: &str| call("exp", 0, on.at("x", index));
    on.holds(on.at("y", "i"), quotient(exp("i"), over("l=1..3", exp("l"))));
    on.differs(on.at("y", "i"), quotient(exp("i"), over("l=1..2", exp("l"))));
    let inner = over("l=1..3", product([on.at("delta", "l"), on.at("y", "l")]));
    let gradient = |inner| product([on.at("y", "i"), sum([on.at("delta", "i"), negative_of(inner)])]);
    on.holds(on.at("grad_x", "i"), gradient(inner.clone()));
    on.differs(on.at("grad_x", "i"), gradient(negative_of(inner)));
    let on = On::layer("layer root\n input x[2]\n z[i] = sqrt(x[i])^3 / (1 + x[i]^2)\n");
    let above = Formula::Power(Box::new(on.at("x", "i")), crate::expr::Number::fraction(3, 2));
    let below = |sign: i64| sum([Formula::integer(sign), square(on.at("x", "i"))]);
    on.holds(on.at("z", "i"), quotient(above.clone(), below(1)));
    on.differs(on.at("z", "i"), quotient(above, below(-1)));
}

#[test]
fn kinks() {
    let on = On::layer("layer relu\n input x[3]\n z[i] = relu(x[i])\n");
    let zero = || Formula::integer(0);
    let times = |bracket: Formula| product([on.at("delta", "i"), bracket]);
    let x = || on.at("x", "i");
    on.holds(on.at("grad_x", "i"), times(bracket(x(), Relation::Greater, zero())));
    on.holds(on.at("grad_x", "i"), times(bracket(zero(), Relation::Less, x())));
    on.differs(on.at("grad_x", "i"), times(bracket(zero(), Relation::AtMost, x())));
    on.differs(on.at("grad_x", "i"), on.at("delta", "i"));
    // without an order nothing tells which case it is
    let cases = |relation: Relation| {
        let cut = (zero(), Condition::Compare(x(), relation, zero()));
        Formula::Cases(vec![cut, (x(), Condition::Compare(x(), Relation::Greater, zero()))])
    };
    on.holds_at(1, on.at("z", "i"), cases(Relation::AtMost));
    on.fails(on.at("z", "i"), cases(Relation::Less), Reason::NoCase);
}

#[test]
fn shares_of_maxima() {
    for ties in [Ties::First, Ties::Split, Ties::All] {
        let on = On::with(POOL, ties, |_| {});
        let share = |ties, a: u32, z: u32| Formula::Share(ties, Box::new(on.entry("a", a)), Box::new(on.entry("z", z)));
        let both = |ties| {
            let one = |z: u32| product([on.entry("delta", z), share(ties, 1, z)]);
            sum([one(0), one(1)])
        };
        on.holds(on.entry("grad_a", 1), both(ties));
        on.holds(Formula::derivative(on.entry("z", 2), on.entry("a", 3)), share(ties, 3, 2));
        for other in [Ties::First, Ties::Split, Ties::All].into_iter().filter(|other| *other != ties) {
            on.fails(on.entry("grad_a", 1), both(other), Reason::Ties);
        }
        on.fails(on.entry("grad_a", 1), share(ties, 3, 0), Reason::NoMaximum);
        on.fails(on.entry("grad_a", 1), share(ties, 1, 3), Reason::Outside("z".into(), 3));
        let largest = Formula::Extreme(Extreme::Largest, vec![on.entry("a", 1), on.entry("a", 2)]);
        let out = Formula::Share(ties, Box::new(on.entry("a", 2)), Box::new(largest));
        on.holds(Formula::derivative(on.entry("z", 1), on.entry("a", 2)), out);
        let plain = bracket(on.entry("a", 2), Relation::Equals, on.entry("z", 1));
        let left = Formula::derivative(on.entry("z", 1), on.entry("a", 2));
        if ties == Ties::All { on.holds(left, plain) } else { on.fails(left, plain, Reason::Ties) }
    }
}

#[test]
fn shares_of_equal_elements() {
    // two places that hold one value always: each is one argument, not both
    for value in ["x[1]", "x[1] - x[1]"] {
        let text = format!("layer same\n input x[2]\n p[i in 1..2] = {value}\n z = max(i) p[i]\n");
        let on = On::with(&text, Ties::Split, |_| {});
        let share = |largest| Formula::Share(Ties::Split, Box::new(on.entry("p", 1)), Box::new(largest));
        let slope = || Formula::derivative(on.name("z"), on.entry("p", 1));
        on.holds(slope(), share(on.name("z")));
        let all = Formula::Extreme(Extreme::Largest, vec![on.entry("p", 0), on.entry("p", 1)]);
        on.holds(slope(), share(all));
        on.holds(slope(), share(big(Big::Largest, "i=1..2", Vec::new(), on.at("p", "i"))));
        let both = Formula::Share(Ties::Split, Box::new(on.entry("x", 0)), Box::new(on.name("z")));
        on.differs(slope(), if value == "x[1]" { both } else { Formula::integer(1) });
    }
}

#[test]
fn steps_of_indices() {
    let on = On::layer("layer steps\n input x[3]\n z[i] = x[i] * step(i - 2)\n");
    let step = |index: &str| bracket(affine(index), Relation::Greater, Formula::integer(0));
    on.holds(on.at("z", "i"), product([on.at("x", "i"), step("i-2")]));
    on.differs(on.at("z", "i"), product([on.at("x", "i"), step("i-1")]));
}

#[test]
fn the_activation_below() {
    let on = On::layer(CONV);
    let error = |order: u32| {
        product([on.entry("grad_a", 8), call("sigma", order, Formula::At(on.tensor("z"), Level::Below, corner()))])
    };
    let left = Formula::At(on.tensor("delta"), Level::Below, corner());
    on.holds(left.clone(), error(1));
    on.differs(left, error(0));
    let own = Formula::At(on.tensor("delta"), Level::None, corner());
    on.fails(own, error(1), Reason::Outside("delta".into(), 3));
    on.fails(Formula::At(on.tensor("w"), Level::Below, corner()), error(1), Reason::Level("w".into()));
}

/// The indices of the last entry of the 3x3 input.
fn corner() -> Vec<Formula> {
    vec![Formula::integer(3), Formula::integer(3)]
}

#[test]
fn what_cannot_be_evaluated_says_why() {
    let on = On::layer(CONV);
    on.untold(on.entry("z", 0), Formula::Rounded(0.5), Why::Rounded);
    on.untold(on.entry("z", 0), quotient(on.entry("z", 0), Formula::integer(0)), Why::NoValue);
    on.untold(Formula::Loss, on.entry("z", 0), Why::NoValue);
}
