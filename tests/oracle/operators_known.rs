//! Worked examples for the meaning of the operators, taken from what frameworks compute, so that
//! the oracle's own reading of the parameters is pinned before it judges anything.

use std::collections::BTreeMap;

use num_rational::BigRational;
use serde_json::{Value, json};

use crate::array::{Array, matrix, vector};
use crate::exact::{ratio, whole};
use crate::expression::Scope;
use crate::operators::apply;

type Numbers = Array<BigRational>;
type Entries<'a> = &'a [i64];

/// Applies an operator to named tensors.
fn work(operator: &Value, tensors: &[(&str, Numbers)], shape: &[usize]) -> Result<Numbers, String> {
    let named = tensors.iter().map(|(name, tensor)| ((*name).to_owned(), tensor.clone()));
    let tensors: BTreeMap<String, Numbers> = named.collect();
    apply(operator, &Scope { tensors, base: 1 }, shape)
}

/// A correlation of `x` and `y` along one axis.
fn slide(rot180: bool, stride: i64, dilations: [i64; 2], padding: [i64; 2]) -> Value {
    json!({"operator": "correlate", "operands": ["x", "y"], "rot180": rot180, "stride": [stride],
        "lhs_dilation": [dilations[0]], "rhs_dilation": [dilations[1]], "padding": [padding], "groups": 1})
}

#[test]
fn correlations_match_known_gradients() {
    // x, y, operator, result. By rows: a leftover row; gaps; padding beyond the kernel, so a crop;
    // stride and dilation with a common divisor; gradients of w with padding and with a crop
    let table: [(Entries, Entries, Value, Entries); 6] = [
        (&[1, 10], &[1, 2, 3], slide(true, 1, [2, 1], [2, 3]), &[1, 2, 13, 20, 30, 0]),
        (&[1, 10], &[1, 2], slide(true, 1, [3, 1], [1, 3]), &[1, 2, 0, 10, 20, 0, 0]),
        (&[1, 2, 3, 4, 5, 6, 7], &[1, 2], slide(true, 1, [1, 1], [-2, -2]), &[10, 13]),
        (&[1, 10], &[1, 2], slide(true, 1, [2, 2], [2, 3]), &[1, 0, 12, 0, 20, 0]),
        (&[5, 7], &[1, 2, 3, 4, 5, 6, 7], slide(false, 1, [1, 1], [3, 3]), &[55, 43]),
        (&[1, 2, 3, 4, 5, 6, 7], &[1, 10], slide(false, 1, [1, 3], [0, -2]), &[41, 52]),
    ];
    for (x, y, operator, expected) in table {
        let tensors = [("x", vector(x)), ("y", vector(y))];
        assert_eq!(work(&operator, &tensors, &[expected.len()]), Ok(vector(expected)), "{operator}");
    }
}

#[test]
fn a_square_correlation_and_its_rotation() {
    let a = matrix(&[&[1, 2, 3], &[4, 5, 6], &[7, 8, 9]]);
    let tensors = [("a", a), ("w", matrix(&[&[1, 2], &[3, 4]])), ("delta", matrix(&[&[1, -1], &[2, 0]]))];
    let slide = |operands: [&str; 2], rot180: bool, pad: i64| {
        json!({"operator": "correlate", "operands": operands, "rot180": rot180, "stride": [1, 1],
            "lhs_dilation": [1, 1], "rhs_dilation": [1, 1], "padding": [[pad, pad], [pad, pad]], "groups": 1})
    };
    let forward = work(&slide(["a", "w"], false, 0), &tensors, &[2, 2]);
    assert_eq!(forward, Ok(matrix(&[&[37, 47], &[67, 77]])));
    let true_convolution = work(&slide(["a", "w"], true, 0), &tensors, &[2, 2]);
    assert_eq!(true_convolution, Ok(matrix(&[&[23, 33], &[53, 63]])));
    let grad_a = work(&slide(["delta", "w"], true, 1), &tensors, &[3, 3]);
    assert_eq!(grad_a, Ok(matrix(&[&[1, 1, -2], &[5, 5, -4], &[6, 8, 0]])));
    let grad_w = work(&slide(["a", "delta"], false, 0), &tensors, &[2, 2]);
    assert_eq!(grad_w, Ok(matrix(&[&[7, 9], &[13, 15]])));
    assert!(work(&slide(["delta", "w"], true, 0), &tensors, &[3, 3]).is_err(), "wrong shape");
    assert!(work(&slide(["delta", "v"], true, 1), &tensors, &[3, 3]).is_err(), "unknown operand");
}

#[test]
fn axes_before_the_spatial_ones() {
    // two groups of one channel each, a kernel of one entry: the gradients of a grouped convolution
    let two = |rows: [&[i64]; 2]| matrix(&rows);
    let w = Array::build(&[2, 1, 1], |cell| whole([5, 6][cell[0]]));
    let tensors = [("a", two([&[1, 2], &[3, 4]])), ("w", w), ("delta", two([&[1, 10], &[100, 1000]]))];
    let slide = |operands: [&str; 2], leading: &str| {
        json!({"operator": "correlate", "operands": operands, "rot180": false, "stride": [1], "lhs_dilation": [1],
            "rhs_dilation": [1], "padding": [[0, 0]], "groups": 2, "leading": leading})
    };
    let grad_a = work(&slide(["delta", "w"], "(g o), (g o) c -> (g c)"), &tensors, &[2, 2]);
    assert_eq!(grad_a, Ok(matrix(&[&[5, 50], &[600, 6000]])));
    let grad_w = work(&slide(["a", "delta"], "(g c), (g o) -> (g o) c"), &tensors, &[2, 1, 1]);
    assert_eq!(grad_w.map(|x| x.data), Ok(vec![whole(21), whole(4300)]));
    // without groups every channel meets every other
    let whole_sum = work(&slide(["a", "delta"], "c, (g o) -> (g o) c"), &tensors, &[2, 2, 1]);
    assert_eq!(whole_sum.map(|x| x.data), Ok([21, 43, 2100, 4300].map(whole).to_vec()));
    assert!(work(&slide(["delta", "w"], "o, o c -> c"), &tensors, &[2, 2]).is_err(), "the groups are nowhere");
}

#[test]
fn windows_that_are_padded_and_spread() {
    let tensors = [("a", matrix(&[&[1, 5, 2], &[7, 3, 9]])), ("delta", matrix(&[&[1, 10], &[100, 1000]]))];
    let route = json!({"operator": "route", "operands": ["delta", "a"], "window": [2], "stride": [2], "dilation": [2],
        "padding": [[1, 1]], "ties": "first"});
    // each row by itself: windows at -1, 1 and 1, 3, of which only 1 is inside
    assert_eq!(work(&route, &tensors, &[2, 3]), Ok(matrix(&[&[0, 11, 0], &[0, 1100, 0]])));
    let upsample =
        json!({"operator": "upsample", "operands": ["delta"], "window": [3], "stride": [2], "padding": [[1, 1]]});
    assert_eq!(work(&upsample, &tensors, &[2, 3]), Ok(matrix(&[&[1, 11, 10], &[100, 1100, 1000]])));
}

#[test]
fn sums_products_and_copies() {
    let x = matrix(&[&[1, 2, 3], &[4, 5, 6]]);
    let tensors = [("x", x.clone()), ("v", vector(&[1, 10]))];
    let total = Array { shape: Vec::new(), data: vec![whole(21)] };
    let sum = |axes: &[i64]| json!({"operator": "sum", "operands": ["x"], "axes": axes});
    assert_eq!(work(&sum(&[0, 1]), &tensors, &[]), Ok(total));
    assert_eq!(work(&sum(&[0]), &tensors, &[3]), Ok(vector(&[5, 7, 9])));
    assert_eq!(work(&sum(&[1]), &tensors, &[2]), Ok(vector(&[6, 15])));
    assert!(work(&sum(&[2]), &tensors, &[2, 3]).is_err());
    let half = json!({"operator": "identity", "operands": ["x"], "scale": "1/2"});
    let halves = Array::build(&[2, 3], |cell| x.at(cell) * ratio(1, 2));
    assert_eq!(work(&half, &tensors, &[2, 3]), Ok(halves));
    let squares = json!({"operator": "hadamard", "operands": ["x", "x"]});
    assert_eq!(work(&squares, &tensors, &[2, 3]), Ok(matrix(&[&[1, 4, 9], &[16, 25, 36]])));
    let product = json!({"operator": "contract", "operands": ["v", "x"], "einsum": "i,ij->j"});
    assert_eq!(work(&product, &tensors, &[3]), Ok(vector(&[41, 52, 63])));
    let unequal = json!({"operator": "contract", "operands": ["v", "x"], "einsum": "j,ij->i"});
    assert!(work(&unequal, &tensors, &[2]).is_err());
    assert!(work(&json!({"operator": "guess", "operands": ["x"]}), &tensors, &[2, 3]).is_err());
}

#[test]
fn pooling_gradients() {
    let a = vector(&[2, 2, 1, 5]);
    let tensors = [("a", a), ("delta", vector(&[1, 10, 100])), ("two", vector(&[3, 5]))];
    let route = |ties: &str| json!({"operator": "route", "operands": ["delta", "a"], "window": [2], "stride": [1], "ties": ties});
    assert_eq!(work(&route("first"), &tensors, &[4]), Ok(vector(&[1, 10, 0, 100])));
    assert_eq!(work(&route("all"), &tensors, &[4]), Ok(vector(&[1, 11, 0, 100])));
    let shared = Array { shape: vec![4], data: vec![ratio(1, 2), ratio(21, 2), whole(0), whole(100)] };
    assert_eq!(work(&route("split"), &tensors, &[4]), Ok(shared));
    assert!(work(&route("last"), &tensors, &[4]).is_err());
    let upsample = |window: i64, stride: i64| json!({"operator": "upsample", "operands": ["two"], "window": [window], "stride": [stride], "scale": "1"});
    assert_eq!(work(&upsample(2, 2), &tensors, &[5]), Ok(vector(&[3, 3, 5, 5, 0])), "leftover");
    assert_eq!(work(&upsample(2, 1), &tensors, &[3]), Ok(vector(&[3, 8, 5])), "overlap");
    assert_eq!(work(&upsample(1, 2), &tensors, &[3]), Ok(vector(&[3, 0, 5])), "gap");
}

#[test]
fn shares_of_windows_that_are_cut_off() {
    let tensors = [("delta", vector(&[3, 6, 12])), ("a", vector(&[1, 2, 3, 4, 5, 6]))];
    let spread = |around: [i64; 2]| {
        json!({"operator": "upsample", "operands": ["delta/D"], "window": [3], "stride": [3],
        "padding": [[1, 2]], "count_within": [around], "scale": "1"})
    };
    assert_eq!(work(&spread([1, 1]), &tensors, &[6]), Ok(vector(&[1, 1, 2, 2, 2, 6])));
    let real = Array {
        shape: vec![6],
        data: [(3, 2), (3, 2), (2, 1), (2, 1), (2, 1), (12, 1)].map(|(p, q)| ratio(p, q)).to_vec(),
    };
    assert_eq!(work(&spread([0, 0]), &tensors, &[6]), Ok(real));
    let mean = json!({"operator": "window_mean", "operands": ["a"], "window": [3], "stride": [3], "padding": [[1, 2]],
        "count_within": [[1, 1]]});
    assert_eq!(work(&mean, &tensors, &[3]), Ok(vector(&[1, 4, 3])));
}

#[test]
fn shapes_that_change_and_sums_of_operators() {
    let x = matrix(&[&[1, 2, 3], &[4, 5, 6]]);
    let tensors = [("x", x), ("v", vector(&[1, 10])), ("c", Array { shape: Vec::new(), data: vec![whole(7)] })];
    let reshape = json!({"operator": "reshape", "operands": ["x"], "scale": "-1"});
    assert_eq!(work(&reshape, &tensors, &[6]), Ok(vector(&[-1, -2, -3, -4, -5, -6])));
    assert_eq!(work(&reshape, &tensors, &[3, 2]), Ok(matrix(&[&[-1, -2], &[-3, -4], &[-5, -6]])));
    assert!(work(&reshape, &tensors, &[5]).is_err());
    let broadcast = |axes: &[i64]| json!({"operator": "broadcast", "operands": ["v"], "axes": axes});
    assert_eq!(work(&broadcast(&[0]), &tensors, &[3, 2]), Ok(matrix(&[&[1, 10], &[1, 10], &[1, 10]])));
    assert_eq!(work(&broadcast(&[1]), &tensors, &[2, 3]), Ok(matrix(&[&[1, 1, 1], &[10, 10, 10]])));
    assert!(work(&broadcast(&[1]), &tensors, &[3, 2]).is_err());
    let windows =
        json!({"operator": "window_sum", "operands": ["x"], "window": [2, 2], "stride": [1, 1], "scale": "1"});
    assert_eq!(work(&windows, &tensors, &[1, 2]), Ok(matrix(&[&[12, 16]])));
    let contract =
        |operands: &[&str], einsum: &str| json!({"operator": "contract", "operands": operands, "einsum": einsum});
    assert_eq!(work(&contract(&["v", "c"], "i,->i"), &tensors, &[2]), Ok(vector(&[7, 70])));
    let repeated = |einsum: &str, axes: &[i64]| {
        let mut operator = contract(&["v"], einsum);
        operator["axes"] = json!(axes);
        operator
    };
    assert_eq!(work(&repeated("i->i", &[0]), &tensors, &[2, 2]), Ok(matrix(&[&[1, 10], &[1, 10]])));
    assert_eq!(work(&repeated("i->", &[0]), &tensors, &[3]), Ok(vector(&[11, 11, 11])));
    assert!(work(&contract(&["v"], "i->ji"), &tensors, &[2, 2]).is_err());
    // half of what stands in the second row, multiplied and turned, at every other place
    let place = json!({"operator": "place", "operands": ["x", "v"], "reads": [["1", "2-i"], ["i"]], "into": ["2*i+1"],
        "sizes": {"i": 2}, "scale": "1/2"});
    assert_eq!(
        work(&place, &tensors, &[5]),
        Ok(Array { shape: vec![5], data: vec![whole(0), whole(3), whole(0), whole(25), whole(0)] })
    );
    let parts = json!({"operator": "place", "operands": ["x"], "reads": [["i", "j"]], "into": ["2*j", "i"],
        "sizes": {"i": 2, "j": 2}});
    assert_eq!(work(&parts, &tensors, &[3, 2]), Ok(matrix(&[&[1, 4], &[0, 0], &[2, 5]])));
    assert!(work(&parts, &tensors, &[2, 2]).is_err());
    let three = json!({"operator": "hadamard", "operands": ["v", "1 - v", "v**2"]});
    assert_eq!(work(&three, &tensors, &[2]), Ok(vector(&[0, -9000])));
    let add = json!({"operator": "add", "operands": [three, contract(&["v", "c"], "i,->i")], "scale": "2"});
    assert_eq!(work(&add, &tensors, &[2]), Ok(vector(&[14, -17860])));
    assert!(work(&json!({"operator": "hadamard", "operands": ["v", "x"]}), &tensors, &[2]).is_err());
    assert!(work(&json!({"operator": "add", "operands": []}), &tensors, &[2]).is_err());
}
