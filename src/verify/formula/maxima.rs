//! Maxima, and what their arguments get of their derivatives.

use std::rc::Rc;

use super::kept::{Maximum, Named};
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
        let found = (self.scalar(argument), self.maximum(largest));
        self.point = here;
        let (value, of) = (found.0?, found.1?);
        let element = self.is_element(argument);
        let sign = if matches!(largest, Formula::Extreme(Extreme::Smallest, _)) { value.negate() } else { value };
        let named = element.map_or(&[][..], |element| of.named(element));
        let alike = || of.values.iter().enumerate().filter(|(_, x)| **x == sign).map(|(place, _)| place as u32);
        let places = if named.is_empty() { alike().collect() } else { named.iter().map(|n| n.1).collect::<Vec<u32>>() };
        match places.len() {
            0 => return refuted(Reason::NoMaximum),
            1 => {}
            // values that are zero always cannot be told apart
            _ if element.is_some() && sign == Prime::integer(0) && named.is_empty() => return Err(Stop::NoValue),
            _ => {}
        }
        if ties != self.checker.witness.ties {
            return refuted(Reason::Ties);
        }
        let here = self.maximum(largest)?;
        Ok(places.iter().fold(Prime::integer(0), |sum, &place| sum.add(here.shares[place as usize])))
    }

    /// A maximum at this point. One that is named stands in as many equations as it has arguments, and is kept.
    fn maximum(&mut self, largest: &Formula) -> Value<Rc<Maximum>> {
        let made = |this: &mut Self| {
            let of = this.arguments(largest)?;
            let values: Vec<Prime> = of.iter().map(|x| x.0).collect();
            let shares = this.point.meaning.largest(this.checker.witness.ties, &values).1;
            let mut named: Vec<Named> = (0..).zip(&of).filter_map(|(place, x)| Some((x.1?, place))).collect();
            named.sort_unstable();
            Ok(Rc::new(Maximum { named, values, shares }))
        };
        if !matches!(largest, Formula::Name(..) | Formula::Entry(..) | Formula::At(..)) {
            return made(self);
        }
        let (Source::Tensor(tensor), offset) = self.element(largest)? else { return made(self) };
        let key = (std::ptr::from_ref(self.point).addr(), tensor, offset);
        let found = self.checker.maxima.borrow().known.get(&key).cloned();
        if let Some(found) = found {
            return Ok(found);
        }
        let found = made(self)?;
        self.checker.maxima.borrow_mut().keep(key, &found);
        Ok(found)
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
        let place = if let Source::Tensor(t) = source { self.checker.defining.get(t).copied().flatten() } else { None };
        let definition = place.map(|place| &instance.definitions[place]);
        match definition.filter(|d| d.body.is_maximum()) {
            Some(definition) => {
                let (meaning, ties) = (self.point.meaning, self.checker.witness.ties);
                let joints = std::mem::take(&mut self.checker.maxima.borrow_mut().joints);
                let mut forward = Forward::new(instance, &self.point.table, meaning, ties).with(joints);
                let found = forward.arguments(definition, offset);
                self.checker.maxima.borrow_mut().joints = forward.into_joints();
                known(found)
            }
            None => refuted(Reason::NoMaximum),
        }
    }
}
