//! The derivation worked in numbers, exact ones wherever that is possible.

use std::collections::BTreeMap;
use std::fmt;

use super::{Derivation, Value};
use crate::expr::{Arena, ExprId, ExprKind, Number, Role, System, Tensor, TensorId, Ties};
use crate::verify::Witness;

/// Numbers that the user gives: by tensor name, shape and row-major elements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Shape and elements of each tensor.
    pub tensors: BTreeMap<String, (Vec<usize>, Vec<Number>)>,
}

/// Numbers for tensors, as far as they follow from what was given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    /// Elements by tensor, row-major; declared, defined and adjoint tensors alike.
    pub of: BTreeMap<TensorId, Vec<Value>>,
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
    /// Two names of one tensor.
    Twice {
        /// The tensor.
        name: String,
        /// What it answers to as well.
        other: String,
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
            ValuesError::Twice { name, other } => {
                write!(f, "the values of `{name}` are given twice, also as those of `{other}`")
            }
            ValuesError::Shape { name, expected, found } => {
                write!(f, "`{name}` is {}, but its values are {}", shape_in_words(expected), shape_in_words(found))
            }
        }
    }
}

impl std::error::Error for ValuesError {}

impl Values {
    /// The numbers that follow where everything that is given is one.
    pub fn ones(derivation: &Derivation) -> Values {
        let arena = &derivation.system.arena;
        let declared = arena.tensors().filter(|(_, t)| is_declared(t.role));
        let ones = |t: &Tensor| (t.name.clone(), (t.shape.clone(), vec![Number::integer(1); t.len()]));
        let given = Given { tensors: declared.map(|(_, t)| ones(t)).collect() };
        Values::work_out(derivation, &given).unwrap_or_default()
    }

    /// Works every tensor out that follows from the given numbers: definitions forwards, then gradients backwards.
    ///
    /// # Errors
    /// If a name or a shape does not fit the layer.
    pub fn work_out(derivation: &Derivation, given: &Given) -> Result<Values, ValuesError> {
        let arena = &derivation.system.arena;
        let upstream = derivation.gradients.upstream;
        let settable = |id: TensorId, role: Role| id == upstream && !derivation.system.loss || is_declared(role);
        let mut values = Values::default();
        for (name, (shape, elements)) in &given.tensors {
            let found = arena.tensors().find(|(id, t)| {
                // the gradient from above has a name of its own in a net, and answers to `delta` as in a layer
                let called = &t.name == name || *id == upstream && *name == derivation.error;
                called && settable(*id, t.role)
            });
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
            if values.of.insert(id, elements.iter().cloned().map(Value::Exact).collect()).is_some() {
                return Err(ValuesError::Twice { name: tensor.name.clone(), other: derivation.error.clone() });
            }
        }
        if !values.of.contains_key(&upstream) {
            // of a loss it is 1 by definition
            values.upstream_assumed = !derivation.system.loss;
            values.of.insert(upstream, vec![Value::integer(1); arena.tensor(upstream).len()]);
        }
        for definition in &derivation.system.definitions {
            values.add(arena, definition.tensor, &definition.values);
        }
        for gradient in &derivation.gradients.list {
            values.add(arena, gradient.adjoint, gradient.shortest());
        }
        Ok(values)
    }

    fn add(&mut self, arena: &Arena, target: TensorId, entries: &[ExprId]) {
        let found: Option<Vec<Value>> = entries.iter().map(|&e| self.value(arena, e)).collect();
        if let Some(found) = found {
            self.of.insert(target, found);
        }
    }

    /// Do the given numbers break one of the layer's assumptions?
    pub fn break_assumptions(&self, derivation: &Derivation) -> bool {
        let System { arena, assumptions, .. } = &derivation.system;
        assumptions.iter().any(|relation| {
            let start = Value::integer(0);
            let sum = relation.symbols.iter().try_fold(start, |sum, &s| sum.add(&self.value(arena, s)?));
            sum.is_some_and(|sum| sum != Value::Exact(relation.value.clone()))
        })
    }

    /// The point at which what is displayed of these numbers is evaluated.
    pub fn witness(&self, derivation: &Derivation) -> Witness {
        fn all(values: &[Value]) -> Option<Vec<&Number>> {
            values.iter().map(|v| if let Value::Exact(n) = v { Some(n) } else { None }).collect()
        }
        let activation = derivation.witness.activation();
        let values = self.of.iter().map(|(&tensor, values)| (tensor, all(values)));
        Witness::of_values(&derivation.instance, derivation.ties, activation, values)
    }

    /// Is any of these numbers only approximate?
    pub fn any_approximate(&self) -> bool {
        self.of.values().flatten().any(|v| matches!(v, Value::Approximate(_)))
    }

    /// The value of an expression; `None` if it needs what is not given, or has none.
    pub fn value(&self, arena: &Arena, expr: ExprId) -> Option<Value> {
        match arena.kind(expr) {
            ExprKind::Number(n) => Some(Value::Exact(n.clone())),
            ExprKind::Symbol(s) => self.of.get(&s.tensor)?.get(s.offset as usize).cloned(),
            ExprKind::Sum(terms) => terms.iter().try_fold(Value::integer(0), |sum, &t| sum.add(&self.value(arena, t)?)),
            ExprKind::Product(c, factors) => {
                let start = Value::Exact(c.clone());
                factors.iter().try_fold(start, |product, &f| product.mul(&self.value(arena, f)?))
            }
            ExprKind::Power(base, n) => self.value(arena, base)?.power(n),
            ExprKind::Call(f, x) if f.order == 0 => self.value(arena, x)?.call(arena.function_name(f)),
            ExprKind::Call(..) => None, // a derivative of a function known by name only
            ExprKind::Max(of) => self.all(arena, of)?.into_iter().max_by(Value::order),
            ExprKind::Chosen { ties, which, of, .. } => {
                let of = self.all(arena, of)?;
                let best = of.iter().max_by(|x, y| x.order(y))?;
                let which = which as usize;
                let winners: Vec<usize> = (0..of.len()).filter(|&i| of[i].order(best).is_eq()).collect();
                Some(match ties {
                    _ if !winners.contains(&which) => Value::integer(0),
                    Ties::First => Value::integer(i64::from(winners[0] == which)),
                    Ties::Split => Value::Exact(Number::fraction(1, winners.len() as i64)),
                    Ties::All => Value::integer(1),
                })
            }
        }
    }

    fn all(&self, arena: &Arena, list: &[ExprId]) -> Option<Vec<Value>> {
        list.iter().map(|&x| self.value(arena, x)).collect()
    }
}

fn is_declared(role: Role) -> bool {
    matches!(role, Role::Input | Role::Data | Role::Weight | Role::Bias | Role::Target)
}
