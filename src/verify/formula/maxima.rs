//! Maxima, and what their arguments get of their derivatives.

use super::{Evaluation, Reason, Source, Stop, Value, known, refuted};
use crate::expr::Ties;
use crate::formula::{Big, Extreme, Formula};
use crate::verify::field::Prime;
use crate::verify::forward::Forward;

impl Evaluation<'_, '_> {
    /// The largest or the smallest of some numbers; of none there is no such.
    pub(super) fn extreme(&self, which: Extreme, of: &[Prime]) -> Value<Prime> {
        self.comparable(of)?;
        let turned = |x: &Prime| if which == Extreme::Smallest { x.negate() } else { *x };
        let of: Vec<Prime> = of.iter().map(turned).collect();
        if of.is_empty() {
            return Err(Stop::NoValue);
        }
        Ok(turned(&self.point.meaning.largest(self.checker.witness.ties, &of).0))
    }

    /// What an argument gets of the derivative of a maximum.
    ///
    /// Which argument it is shows at the first point, where no two different ones are equal. One that stands in several places gets
    /// what all of them get.
    pub(super) fn share(&mut self, ties: Ties, argument: &Formula, largest: &Formula) -> Value<Prime> {
        let here = self.point;
        let first = self.checker.witness.points.first().filter(|p| !p.meaning.ordered);
        self.point = known(first)?;
        let found = (self.scalar(argument), self.arguments(largest));
        self.point = here;
        let (value, of) = (found.0?, found.1?);
        let sign = if matches!(largest, Formula::Extreme(Extreme::Smallest, _)) { value.negate() } else { value };
        if !of.contains(&sign) {
            return refuted(Reason::NoMaximum);
        }
        // entries that are zero always cannot be told apart
        let entry = matches!(argument, Formula::Entry(..) | Formula::At(..));
        if entry && sign == Prime::integer(0) && of.iter().filter(|x| **x == sign).count() > 1 {
            return Err(Stop::NoValue);
        }
        if ties != self.checker.witness.ties {
            return refuted(Reason::Ties);
        }
        let values = self.arguments(largest)?;
        let (_, shares) = self.point.meaning.largest(ties, &values);
        let own = of.iter().zip(&shares).filter(|(x, _)| **x == sign);
        Ok(own.fold(Prime::integer(0), |sum, (_, share)| sum.add(*share)))
    }

    /// The arguments of a maximum that is written out, or that defines what is named; those of a minimum with their signs changed.
    fn arguments(&mut self, largest: &Formula) -> Value<Vec<Prime>> {
        if let Formula::Extreme(which, of) = largest {
            let values = of.iter().map(|x| self.scalar(x)).collect::<Value<Vec<Prime>>>()?;
            let turned = |x: Prime| if *which == Extreme::Smallest { x.negate() } else { x };
            return Ok(values.into_iter().map(turned).collect());
        }
        if let Formula::Big(Big::Largest, bounds, body) = largest {
            let mut values = Vec::new();
            self.each_term(bounds, &mut |this| {
                values.push(this.scalar(body)?);
                Ok(())
            })?;
            return Ok(values);
        }
        if !matches!(largest, Formula::Name(..) | Formula::Entry(..) | Formula::At(..)) {
            return refuted(Reason::NoMaximum);
        }
        let instance = self.checker.instance;
        let (source, offset) = self.element(largest)?;
        let definition = instance.definitions.iter().find(|d| Source::Tensor(d.tensor) == source);
        match definition.filter(|d| d.body.is_maximum()) {
            Some(definition) => {
                let (meaning, ties) = (self.point.meaning, self.checker.witness.ties);
                let mut forward = Forward::new(instance, &self.point.table, meaning, ties).values_only();
                known(forward.arguments(definition, offset))
            }
            None => refuted(Reason::NoMaximum),
        }
    }
}
