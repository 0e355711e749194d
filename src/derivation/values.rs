//! The derivation worked in exact numbers.

use std::collections::BTreeMap;
use std::fmt;

use super::Derivation;
use crate::expr::{Arena, ExprId, ExprKind, Number, Role, TensorId, Ties};

/// Numbers that the user gives: by tensor name, shape and row-major elements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Shape and elements of each tensor.
    pub tensors: BTreeMap<String, (Vec<usize>, Vec<Number>)>,
}

/// Numbers for tensors, as far as they follow from what was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    /// Elements by tensor, row-major; declared, defined and adjoint tensors alike.
    pub of: BTreeMap<TensorId, Vec<Number>>,
    /// Was the upstream gradient left out, and so taken as all ones?
    pub upstream_assumed: bool,
}

/// Why the numbers do not fit the layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValuesError {
    /// No declared tensor has that name.
    Unknown {
        /// The name.
        name: String,
        /// Names that numbers may be given for.
        known: Vec<String>,
    },
    /// The shape is another one.
    Shape {
        /// The tensor.
        name: String,
        /// Its shape.
        expected: Vec<usize>,
        /// The shape given.
        found: Vec<usize>,
    },
}

fn shape_in_words(shape: &[usize]) -> String {
    if shape.is_empty() {
        "a number".to_string()
    } else {
        shape.iter().map(usize::to_string).collect::<Vec<_>>().join("x")
    }
}

impl fmt::Display for ValuesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValuesError::Unknown { name, known } => {
                write!(f, "values are given for `{name}`, but the layer reads {}", known.join(", "))
            }
            ValuesError::Shape { name, expected, found } => {
                write!(f, "`{name}` is {}, but its values are {}", shape_in_words(expected), shape_in_words(found))
            }
        }
    }
}

impl std::error::Error for ValuesError {}

impl Values {
    /// Works every tensor out that follows from the given numbers: definitions forwards, then gradients backwards.
    ///
    /// # Errors
    /// If a name or a shape does not fit the layer.
    pub fn work_out(derivation: &Derivation, given: &Given) -> Result<Values, ValuesError> {
        let arena = &derivation.system.arena;
        let upstream = derivation.gradients.upstream;
        let settable =
            |id: TensorId, role: Role| id == upstream || matches!(role, Role::Input | Role::Weight | Role::Bias);
        let mut values = Values::default();
        for (name, (shape, elements)) in &given.tensors {
            let found = arena.tensors().find(|(id, t)| &t.name == name && settable(*id, t.role));
            let Some((id, tensor)) = found else {
                let known = arena.tensors().filter(|(id, t)| settable(*id, t.role)).map(|(_, t)| t.name.clone());
                return Err(ValuesError::Unknown { name: name.clone(), known: known.collect() });
            };
            if &tensor.shape != shape {
                return Err(ValuesError::Shape {
                    name: name.clone(),
                    expected: tensor.shape.clone(),
                    found: shape.clone(),
                });
            }
            values.of.insert(id, elements.clone());
        }
        if !values.of.contains_key(&upstream) {
            values.upstream_assumed = true;
            values.of.insert(upstream, vec![Number::integer(1); arena.tensor(upstream).len()]);
        }
        for definition in &derivation.system.definitions {
            values.add(arena, definition.tensor, &definition.values);
        }
        for gradient in &derivation.gradients.list {
            values.add(arena, gradient.adjoint, &gradient.entries);
        }
        Ok(values)
    }

    fn add(&mut self, arena: &Arena, target: TensorId, entries: &[ExprId]) {
        let found: Option<Vec<Number>> = entries.iter().map(|&e| self.value(arena, e)).collect();
        if let Some(found) = found {
            self.of.insert(target, found);
        }
    }

    /// The exact value of an expression; `None` if it needs what is not given, or has none.
    pub fn value(&self, arena: &Arena, expr: ExprId) -> Option<Number> {
        match arena.kind(expr) {
            ExprKind::Number(n) => Some(n.clone()),
            ExprKind::Symbol(s) => self.of.get(&s.tensor)?.get(s.offset as usize).cloned(),
            ExprKind::Sum(terms) => {
                terms.iter().try_fold(Number::integer(0), |sum, &t| Some(sum.add(&self.value(arena, t)?)))
            }
            ExprKind::Product(c, factors) => {
                factors.iter().try_fold(c.clone(), |product, &f| Some(product.mul(&self.value(arena, f)?)))
            }
            ExprKind::Power(base, n) => self.value(arena, base)?.power(n),
            ExprKind::Call(..) => None, // a function known by name only has no value
            ExprKind::Max(of) => self.all(arena, of)?.into_iter().max(),
            ExprKind::Chosen { ties, which, of } => {
                let of = self.all(arena, of)?;
                let best = of.iter().max()?;
                let which = which as usize;
                let winners: Vec<usize> = (0..of.len()).filter(|&i| &of[i] == best).collect();
                Some(match ties {
                    _ if !winners.contains(&which) => Number::integer(0),
                    Ties::First => Number::integer(i64::from(winners[0] == which)),
                    Ties::Split => Number::fraction(1, winners.len() as i64),
                    Ties::All => Number::integer(1),
                })
            }
        }
    }

    fn all(&self, arena: &Arena, list: &[ExprId]) -> Option<Vec<Number>> {
        list.iter().map(|&x| self.value(arena, x)).collect()
    }
}
