//! Maxima, and what their arguments get of their derivatives.

use super::{Evaluation, Reason, Source, Stop, Value, known, refuted};
use crate::expr::Ties;
use crate::formula::{Big, Extreme, Formula};
use crate::verify::field::Prime;
use crate::verify::forward::{Argument, Forward};

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
    /// An element is the arguments that it stands for. Of anything else it shows at the first point which arguments it is, where no
    /// two different ones are equal. One that stands in several places gets what all of them get.
    pub(super) fn share(&mut self, ties: Ties, argument: &Formula, largest: &Formula) -> Value<Prime> {
        let here = self.point;
        let first = self.checker.witness.points.first().filter(|p| !p.meaning.ordered);
        self.point = known(first)?;
        let found = (self.scalar(argument), self.arguments(largest));
        self.point = here;
        let (value, of) = (found.0?, found.1?);
        let element = self.is_element(argument);
        let named = |x: &Argument| x.1.is_some() && x.1 == element;
        let sign = if matches!(largest, Formula::Extreme(Extreme::Smallest, _)) { value.negate() } else { value };
        let is_it: Vec<bool> = match of.iter().any(named) {
            true => of.iter().map(named).collect(),
            false => of.iter().map(|x| x.0 == sign).collect(),
        };
        match is_it.iter().filter(|is_it| **is_it).count() {
            0 => return refuted(Reason::NoMaximum),
            1 => {}
            // values that are zero always cannot be told apart
            _ if element.is_some() && sign == Prime::integer(0) && !of.iter().any(named) => return Err(Stop::NoValue),
            _ => {}
        }
        if ties != self.checker.witness.ties {
            return refuted(Reason::Ties);
        }
        let values: Vec<Prime> = self.arguments(largest)?.into_iter().map(|x| x.0).collect();
        let (_, shares) = self.point.meaning.largest(ties, &values);
        let own = is_it.iter().zip(&shares).filter(|(is_it, _)| **is_it);
        Ok(own.fold(Prime::integer(0), |sum, (_, share)| sum.add(*share)))
    }

    /// The element that a formula is by its name.
    fn is_element(&mut self, formula: &Formula) -> Option<(usize, usize)> {
        if !matches!(formula, Formula::Name(..) | Formula::Entry(..) | Formula::At(..)) {
            return None;
        }
        match self.element(formula) {
            Ok((Source::Tensor(tensor), offset)) => Some((tensor, offset)),
            Ok((Source::Before | Source::Error, _)) | Err(_) => None,
        }
    }

    /// The arguments of a maximum that is written out, or that defines what is named; those of a minimum with their signs changed.
    fn arguments(&mut self, largest: &Formula) -> Value<Vec<Argument>> {
        if let Formula::Extreme(which, of) = largest {
            let turned = |x: Prime| if *which == Extreme::Smallest { x.negate() } else { x };
            return of.iter().map(|x| Ok((turned(self.scalar(x)?), self.is_element(x)))).collect();
        }
        if let Formula::Big(Big::Largest, bounds, body) = largest {
            let mut values = Vec::new();
            self.each_term(bounds, &mut |this| {
                values.push((this.scalar(body)?, this.is_element(body)));
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
                known(Forward::new(instance, &self.point.table, meaning, ties).arguments(definition, offset))
            }
            None => refuted(Reason::NoMaximum),
        }
    }
}
