//! Where the roots of a definition stand: whether one may meet itself in a product, as in `√x/√x`.

use std::collections::BTreeSet;

use super::program::{Body, Definition};
use crate::expr::degree_of_root;

/// The tensors that are read under a root.
type Root = BTreeSet<usize>;

impl Definition {
    /// Has each product of this definition one root at most of what may be the same? Two that read the same tensors may be the same.
    pub fn roots_stand_apart(&self) -> bool {
        roots(&self.body).is_some()
    }
}

/// The roots in a body; `None` if one may meet itself in a product or a power.
fn roots(body: &Body) -> Option<Vec<Root>> {
    let all = |parts: &[&Body]| parts.iter().map(|p| roots(p)).collect::<Option<Vec<Vec<Root>>>>();
    match body {
        Body::Number(_) | Body::Index(_) | Body::Read(..) | Body::Flat(..) => Some(Vec::new()),
        Body::Sum(parts) | Body::Extreme(_, parts) => Some(all(&parts.iter().collect::<Vec<_>>())?.concat()),
        Body::If(_, x, y) => Some(all(&[x, y])?.concat()),
        Body::Reduce { body, .. } => roots(body),
        Body::Product(parts) => {
            let mut met: Vec<Root> = Vec::new();
            for found in all(&parts.iter().collect::<Vec<_>>())? {
                if found.iter().any(|root| met.contains(root)) {
                    return None;
                }
                met.extend(found);
            }
            Some(met)
        }
        Body::Power(x, _) => {
            let found = roots(x)?;
            let plain = matches!(**x, Body::Call(..) | Body::Product(_) | Body::Power(..));
            (found.is_empty() || plain).then_some(found)
        }
        Body::Call(name, order, x) => {
            let mut found = roots(x)?;
            if *order == 0 && degree_of_root(name).is_some() {
                let mut read = Root::new();
                x.reads(&mut |tensor| {
                    read.insert(tensor);
                });
                found.push(read);
            }
            Some(found)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::Loop;

    #[test]
    fn a_root_that_may_meet_itself_is_found() {
        let read = |tensor: usize| Body::Read(tensor, Vec::new());
        let root = |x: Body| Body::Call("sqrt".to_string(), 0, Box::new(x));
        let power = |x: Body, n: i32| Body::Power(Box::new(x), n);
        let over = |x: Body, y: Body| Body::Product(vec![x, power(y, -1)]);
        let apart = |body: Body| {
            let loops: Vec<Loop> = Vec::new();
            Definition { tensor: 9, loops, rank: 0, body }.roots_stand_apart()
        };
        assert!(apart(over(read(0), root(read(1)))));
        assert!(apart(over(root(read(0)), Body::Product(vec![root(read(1)), read(1)]))));
        assert!(apart(Body::Sum(vec![root(read(0)), root(read(0))])));
        assert!(!apart(over(root(read(0)), root(read(0)))));
        assert!(!apart(Body::Product(vec![Body::Sum(vec![root(read(0)), read(1)]), root(read(0))])));
        assert!(!apart(power(Body::Sum(vec![root(read(0)), read(1)]), 2)));
    }
}
