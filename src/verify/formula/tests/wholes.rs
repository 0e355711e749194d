//! Arrays: sliding products, linear algebra, shapes, derivatives of arrays, windows, matrices.

use super::build::*;
use super::{On, Reason};
use crate::expr::Ties;
use crate::formula::{Formula, Matrix, Op, Slide};
use crate::operator::Window;

const CONV: &str = "layer conv\n input a[3,3]\n weight w[2,2]\n bias b\n \
                    z[i in 1..2,j in 1..2] = sum(u,v) a[i+u-1,j+v-1]*w[u,v] + b\n";
const STRIDED: &str = "layer strided\n input a[6]\n weight w[3]\n z[i in 1..2] = sum(u) a[2*(i-1)+u]*w[u]\n";
const DENSE: &str = "layer dense\n input a[2,3]\n weight W[4,3]\n bias b[4]\n \
                     z[n,k] = sum(j) W[k,j]*a[n,j] + b[k]\n";
const VECTOR: &str = "layer vector\n input a[3]\n weight W[2,3]\n bias b[2]\n z[k] = sum(j) W[k,j]*a[j] + b[k]\n";
const POOL: &str =
    "layer pool\n input a[4,4]\n z[i in 1..2,j in 1..2] = max(u in 1..2,v in 1..2) a[2*(i-1)+u,2*(j-1)+v]\n";

fn shapes<const N: usize, const M: usize>(needed: [usize; N], found: [usize; M]) -> Reason {
    Reason::Shapes(needed.into(), found.into())
}

fn rotated(x: Formula) -> Formula {
    Formula::apply(Op::Rot180, x)
}

fn spread(x: Formula, distances: &[usize]) -> Formula {
    Formula::apply(Op::Spread(distances.to_vec()), x)
}

fn pad(x: Formula, lines: &[[i64; 2]]) -> Formula {
    Formula::apply(Op::Pad(lines.to_vec()), x)
}

#[test]
fn sliding_products() {
    let on = On::layer(CONV);
    let [a, w, delta] = ["a", "w", "delta"].map(|name| on.name(name));
    let turned = |x: &Formula, y: &Formula| {
        Formula::Slide(Box::new(Slide { x: x.clone(), y: y.clone(), turned: true, steps: Vec::new() }))
    };
    on.holds(on.name("z"), sum([slide(a.clone(), w.clone(), &[]), on.name("b")]));
    on.holds(on.name("grad_a"), slide(delta.clone(), rotated(w.clone()), &[]));
    on.holds(on.name("grad_a"), turned(&delta, &w));
    on.holds(on.name("grad_w"), slide(a.clone(), delta.clone(), &[]));
    on.holds(Formula::by_loss(on.name("w")), slide(a.clone(), delta.clone(), &[1, 1]));
    on.differs(on.name("grad_a"), slide(delta.clone(), w.clone(), &[]));
    on.differs(on.name("grad_a"), slide(w.clone(), delta.clone(), &[]));
    on.differs(on.name("grad_w"), negative_of(slide(a.clone(), delta.clone(), &[])));
    on.fails(on.name("grad_w"), slide(delta.clone(), a.clone(), &[1, 1]), shapes([2, 2], [3, 3]));
    on.fails(on.name("z"), slide(a.clone(), on.name("b"), &[]), Reason::Zeros(-1)); // a number is one place
    // what stands around is not said inside of something else
    let twice = slide(slide(a.clone(), w.clone(), &[]), w.clone(), &[]);
    on.fails(on.name("z"), twice, Reason::Zeros(1));
    // the error of the layer below, as one line
    let chain = [delta.clone(), Formula::derivative(on.name("z"), on.name("a"))];
    let slope = call("sigma", 1, on.below("z"));
    let through = Formula::derivative(on.below("a"), on.below("z"));
    on.holds(on.below("delta"), hadamard([product(chain.clone()), slope.clone()]));
    on.holds(on.below("delta"), product([chain[0].clone(), chain[1].clone(), through]));
    on.holds(on.below("delta"), hadamard([slide(delta.clone(), rotated(w.clone()), &[]), slope]));
    on.differs(on.below("delta"), slide(delta, rotated(w), &[]));
    on.holds(on.below("a"), call("sigma", 0, on.below("z")));
}

#[test]
fn steps_have_to_be_said() {
    let on = On::layer(STRIDED);
    let [a, w, delta] = ["a", "w", "delta"].map(|name| on.name(name));
    on.holds(on.name("z"), slide(a.clone(), w.clone(), &[2])); // the last entry is not read
    on.fails(on.name("z"), slide(a.clone(), w.clone(), &[]), Reason::Zeros(-2));
    on.fails(on.name("z"), slide(a.clone(), w.clone(), &[1]), shapes([2], [4]));
    let full = |zeros: [i64; 2]| slide(pad(spread(delta.clone(), &[2]), &[zeros]), rotated(w.clone()), &[1]);
    on.holds(on.name("grad_a"), full([2, 3]));
    on.differs(on.name("grad_a"), full([3, 2]));
    on.fails(on.name("grad_a"), full([2, 2]), shapes([6], [5]));
    let plain = slide(delta.clone(), rotated(w.clone()), &[]);
    on.differs(on.name("grad_a"), plain);
    on.fails(on.name("grad_a"), slide(spread(delta.clone(), &[2]), rotated(w), &[]), Reason::Zeros(5));
    on.holds(on.name("grad_w"), slide(pad(a.clone(), &[[0, -1]]), spread(delta.clone(), &[2]), &[]));
    on.fails(on.name("grad_w"), slide(a, spread(delta, &[2]), &[]), Reason::Zeros(-1));
}

#[test]
fn linear_algebra() {
    let on = On::columns(DENSE);
    let [a, w, delta] = ["a", "W", "delta"].map(|name| on.name(name));
    let z = |product| sum([product, product_of_ones(&on)]);
    on.holds(on.name("z"), z(product([a.clone(), transposed(w.clone())])));
    on.fails(on.name("z"), z(product([a.clone(), w.clone()])), shapes([3, 3], [4, 3]));
    on.holds(on.name("grad_a"), product([delta.clone(), w.clone()]));
    on.holds(on.name("grad_W"), product([transposed(delta.clone()), a.clone()]));
    on.fails(on.name("grad_W"), product([transposed(a.clone()), delta.clone()]), shapes([4, 3], [3, 4]));
    on.holds(on.name("grad_b"), product([transposed(delta.clone()), ones()]));
    on.fails(on.name("grad_b"), product([delta.clone(), ones()]), shapes([4], [2]));
    on.holds(on.name("grad_b"), over("n=1..2", on.at("delta", "n")));
    on.holds(on.name("grad_b"), over("n=1..2", on.at("delta", "n,:")));
    on.differs(on.name("grad_b"), over("n=1..1", on.at("delta", "n,:")));
    on.holds(on.at("grad_a", "n"), product([transposed(w.clone()), on.at("delta", "n")]));
    on.holds(on.at("grad_a", "n,:"), product([transposed(w.clone()), on.at("delta", "n,:")]));
    on.fails(on.at("grad_a", "n"), product([w.clone(), on.at("delta", "n")]), shapes([3, 1], [4]));
    // where vectors are rows
    let on = On::with(DENSE, Ties::First, |c| c.rows = true);
    on.holds(on.name("grad_b"), product([ones(), delta.clone()]));
    on.holds(on.at("grad_a", "n"), product([on.at("delta", "n"), w]));
    on.holds(on.name("z"), sum([product([a, transposed(on.name("W"))]), product([transposed(ones()), on.name("b")])]));
}

/// `𝟏 bᵀ`
fn product_of_ones(on: &On) -> Formula {
    product([ones(), transposed(on.name("b"))])
}

#[test]
fn vectors_and_numbers() {
    let on = On::columns(VECTOR);
    let [a, w, delta] = ["a", "W", "delta"].map(|name| on.name(name));
    on.holds(on.name("z"), sum([product([w.clone(), a.clone()]), on.name("b")]));
    on.holds(on.name("grad_W"), product([delta.clone(), transposed(a.clone())]));
    on.fails(on.name("grad_W"), product([delta.clone(), a.clone()]), shapes([1, 1], [3]));
    on.fails(on.name("grad_b"), product([transposed(delta.clone()), delta.clone()]), shapes([2], []));
    on.fails(on.name("grad_b"), on.entry("delta", 0), shapes([2], []));
    on.fails(on.name("grad_b"), transposed(delta.clone()), shapes([2], [1, 2]));
    let both = sum([delta.clone(), product([transposed(delta.clone()), delta.clone()])]);
    on.fails(on.name("grad_b"), both, shapes([2], []));
    on.fails(on.name("grad_b"), square(delta.clone()), Reason::NoMeaning("an array stands where a number is needed"));
    on.holds(on.name("grad_b"), delta);

    let on = On::columns("layer rep\n input x[3]\n weight c[2]\n z[l] = sum(i) x[l]*c[i]\n");
    let inner = || product([transposed(on.name("delta")), on.name("x")]);
    on.fails(on.name("grad_c"), inner(), shapes([2], []));
    on.holds(on.name("grad_c"), product([inner(), ones()]));
    let many = On::columns("layer many\n input x[2]\n weight W[3, 2]\n z[l] = sum(i, j) x[l]*W[i,j]\n");
    let inner_of_many = || product([transposed(many.name("delta")), many.name("x")]);
    many.holds(many.name("grad_W"), product([inner_of_many(), ones(), transposed(ones())]));
    many.fails(many.name("grad_W"), product([inner_of_many(), ones()]), shapes([3, 2], []));
    on.holds(on.name("grad_x"), product([on.name("delta"), transposed(ones()), on.name("c")]));
    on.fails(on.name("z"), product([on.name("x"), on.name("c")]), shapes([1, 1], [2]));
    let einsum = Op::Einsum(vec!["l".into(), "l".into()], "i".into());
    on.holds(on.name("grad_c"), Formula::Apply(einsum, vec![on.name("delta"), on.name("x")]));
}

#[test]
fn entry_by_entry() {
    let on = On::layer("layer gate\n input a[2,2]\n weight g[2,2]\n weight s\n z[i,j] = s * a[i,j]^2 / g[i,j]\n");
    let [a, g, delta] = ["a", "g", "delta"].map(|name| on.name(name));
    let divided = |above: Formula| Formula::HadamardQuotient(Box::new(above), Box::new(g.clone()));
    let squares = || hadamard([a.clone(), a.clone()]);
    on.holds(on.name("z"), product([on.name("s"), divided(squares())]));
    on.holds(
        on.name("grad_a"),
        product([Formula::integer(2), on.name("s"), divided(hadamard([delta.clone(), a.clone()]))]),
    );
    on.differs(on.name("grad_a"), product([Formula::integer(2), divided(hadamard([delta.clone(), a.clone()]))]));
    on.fails(on.name("grad_a"), hadamard([on.name("s"), a.clone()]), shapes([], [2, 2]));
    let slope = negative_of(product([on.name("s"), hadamard([delta.clone(), divided(divided(squares()))])]));
    on.holds(on.name("grad_g"), slope);
    on.holds(on.name("z"), sum([on.name("z"), ones(), negative_of(ones())]));
    let added = Reason::NoMeaning("a number is added to an array");
    on.fails(on.name("z"), sum([on.name("z"), Formula::integer(1), Formula::integer(-1)]), added);
    // a matrix of numbers and a bias that is one: that of a worked example
    let zeros = matrix([2, 2], vec![Formula::integer(0); 4]);
    on.holds(on.name("z"), sum([on.name("z"), sum([zeros, Formula::integer(0)])]));
    let inverse = divided(Formula::integer(1));
    on.holds(on.name("z"), product([on.name("s"), hadamard([squares(), inverse])]));
}

#[test]
fn derivatives_of_arrays() {
    let on = On::layer("layer chain\n input a[3]\n weight w[2]\n h[i] = sum(u) a[i+u-1]*w[u]\n z[i] = h[i]^2\n");
    let d = |y: &str, x: &str| Formula::derivative(on.name(y), on.name(x));
    on.holds(on.name("grad_w"), product([on.name("delta"), d("z", "h"), d("h", "w")]));
    on.holds(on.name("grad_h"), product([Formula::integer(2), hadamard([on.name("delta"), on.name("h")])]));
    on.differs(on.name("grad_a"), product([on.name("delta"), d("h", "a")]));
    on.fails(on.name("grad_w"), product([on.name("a"), d("h", "w")]), shapes([2], [3]));
    on.holds(Formula::derivative(on.at("h", "i"), on.name("w")), vector_of(&on));
}

/// `(a_i a_{i+1})`
fn vector_of(on: &On) -> Formula {
    matrix([1, 2], vec![on.at("a", "i"), on.at("a", "i+1")])
}

#[test]
fn windows() {
    let on = On::layer(POOL);
    let window = Window { size: vec![2, 2], stride: vec![2, 2], dilation: vec![1, 1], padding: vec![[0, 0], [0, 0]] };
    let route = |window: Window, ties| Formula::Apply(Op::Route(window, ties), vec![on.name("delta"), on.name("a")]);
    on.holds(on.name("z"), Formula::apply(Op::WindowMax(window.clone()), on.name("a")));
    on.holds(on.name("grad_a"), route(window.clone(), Ties::First));
    on.fails(on.name("grad_a"), route(window.clone(), Ties::Split), Reason::Ties);
    let narrow = Window { size: vec![2, 1], ..window.clone() };
    on.differs(on.name("grad_a"), route(narrow, Ties::First));
    let dense = Window { stride: vec![1, 1], ..window };
    on.differs(on.name("grad_a"), route(dense, Ties::First));
    on.differs(on.name("grad_a"), Formula::apply(Op::Upsample, on.name("delta")));

    let on = On::layer("layer average\n input a[4]\n z[i in 1..2] = mean(u in 1..2) a[2*(i-1)+u]\n");
    let up = |x| Formula::apply(Op::Upsample, x);
    on.holds(on.name("grad_a"), quotient(up(on.name("delta")), Formula::integer(2)));
    on.holds(on.name("grad_a"), up(quotient(on.name("delta"), Formula::integer(2))));
    on.differs(on.name("grad_a"), up(on.name("delta")));
    on.fails(on.name("z"), up(on.name("a")), shapes([2], [4]));
}

#[test]
fn literal_matrices() {
    let on = On::layer(CONV);
    let cells = |name: &str, offsets: &[u32]| offsets.iter().map(|&o| on.entry(name, o)).collect::<Vec<_>>();
    on.holds(on.name("z"), matrix([2, 2], cells("z", &[0, 1, 2, 3])));
    on.differs(on.name("z"), matrix([2, 2], cells("z", &[0, 2, 1, 3])));
    on.fails(on.name("z"), matrix([1, 4], cells("z", &[0, 1, 2, 3])), shapes([2, 2], [1, 4]));
    let small = matrix([2, 2], cells("w", &[3, 2, 1, 0]));
    on.holds(on.name("grad_a"), slide(on.name("delta"), small, &[]));
    // lines that are left out
    let shown = |cells, whole| {
        let lines = vec![Some(0), None, Some(2)];
        Formula::Matrix(Box::new(Matrix { size: [3, 3], rows: lines.clone(), columns: lines, cells, whole }))
    };
    on.holds(on.name("a"), shown(cells("a", &[0, 2, 6, 8]), Some(on.name("a"))));
    on.differs(on.name("a"), shown(cells("a", &[0, 1, 6, 8]), Some(on.name("a"))));
    on.differs(on.name("a"), shown(cells("a", &[0, 2, 6, 8]), Some(on.name("grad_a"))));
    let lost = Reason::NoMeaning("nothing says what a matrix leaves out");
    on.fails(on.name("a"), shown(cells("a", &[0, 2, 6, 8]), None), lost);
    // a vector is drawn as a row, or where there are products as a column
    let on = On::layer(STRIDED);
    let drawn = |on: &On| vec![on.entry("z", 0), on.entry("z", 1)];
    on.holds(on.name("z"), matrix([1, 2], drawn(&on)));
    on.fails(on.name("z"), matrix([2, 1], drawn(&on)), shapes([2], [2, 1]));
    let on = On::columns(STRIDED);
    on.holds(on.name("z"), matrix([2, 1], drawn(&on)));
    on.fails(on.name("z"), matrix([1, 2], drawn(&on)), shapes([2], [1, 2]));
}

#[test]
fn entries_in_reading_order() {
    let on = On::layer("layer flat\n input a[2,3]\n z[k] = flat(a, k)\n");
    let list = || Formula::apply(Op::Vector, on.name("a"));
    on.holds(on.name("z"), list());
    on.holds(on.at("z", "k"), Formula::Pick(Box::new(list()), vec![affine("k")]));
    on.holds(on.name("grad_a"), Formula::apply(Op::Reshape(vec![2, 3]), on.name("delta")));
    on.fails(on.name("grad_a"), Formula::apply(Op::Reshape(vec![3, 2]), on.name("delta")), shapes([2, 3], [3, 2]));
}
