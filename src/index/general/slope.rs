//! Derivatives of functions, read off their table, for every size.

use super::program::Term;
use crate::expr::{Number, Slope, degree_of_root, elementary, slope_of_root};

/// The derivative of a function, differentiated `order` times, at an argument: for a function with this `value`.
pub(super) fn slope(name: &str, order: u32, argument: &Term, value: &Term) -> Term {
    if let Some(degree) = degree_of_root(name).filter(|_| order == 0) {
        let (share, exponent) = slope_of_root(degree);
        return Term::Product(vec![Term::Number(share), Term::Power(Box::new(value.clone()), exponent)]);
    }
    match elementary(name) {
        Some(row) if order == 0 => built_in(row.slope, argument, value),
        Some(_) | None => Term::Call(name.to_string(), order + 1, Box::new(argument.clone())),
    }
}

fn built_in(slope: Slope, x: &Term, y: &Term) -> Term {
    let all = |list: &[Slope]| list.iter().map(|&s| built_in(s, x, y)).collect::<Vec<_>>();
    match slope {
        Slope::Argument => x.clone(),
        Slope::Value => y.clone(),
        Slope::Integer(n) => Term::Number(Number::integer(n)),
        Slope::Sum(list) => Term::Sum(all(list)),
        Slope::Product(list) => Term::Product(all(list)),
        Slope::Power(base, n) => Term::Power(Box::new(built_in(*base, x, y)), n),
        Slope::Call(name) => Term::Call(name.to_string(), 0, Box::new(x.clone())),
    }
}
