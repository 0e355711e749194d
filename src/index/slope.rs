//! Derivatives of functions in index form, read off their table.

use super::program::Body;
use crate::expr::{Number, Slope, degree_of_root, elementary, slope_of_root};

/// The derivative of a function, differentiated `order` times, at an argument: for a function with this `value`.
pub(super) fn slope_in_index_form(name: &str, order: u32, argument: &Body, value: &Body) -> Body {
    if let Some(degree) = degree_of_root(name).filter(|_| order == 0) {
        let (share, exponent) = slope_of_root(degree);
        return Body::Product(vec![Body::Number(share), Body::Power(Box::new(value.clone()), exponent)]);
    }
    match elementary(name) {
        Some(row) if order == 0 => built_in_index_form(row.slope, argument, value),
        Some(_) | None => Body::Call(name.to_string(), order + 1, Box::new(argument.clone())),
    }
}

fn built_in_index_form(slope: Slope, x: &Body, y: &Body) -> Body {
    let all = |list: &[Slope]| list.iter().map(|&s| built_in_index_form(s, x, y)).collect::<Vec<_>>();
    match slope {
        Slope::Argument => x.clone(),
        Slope::Value => y.clone(),
        Slope::Integer(n) => Body::Number(Number::integer(n)),
        Slope::Sum(list) => Body::Sum(all(list)),
        Slope::Product(list) => Body::Product(all(list)),
        Slope::Power(base, n) => Body::Power(Box::new(built_in_index_form(*base, x, y)), n),
        Slope::Call(name) => Body::Call(name.to_string(), 0, Box::new(x.clone())),
    }
}
