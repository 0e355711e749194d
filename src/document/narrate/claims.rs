//! What is displayed is evaluated as it is displayed, before it is handed on: the equations of one document, and how they fared.

use std::cell::RefCell;
use std::fmt;

use crate::document::block::Evaluated;
use crate::formula::Equation;
use crate::verify::formula::{Checked, Checker, Why};

/// A displayed equation that does not hold, or has no meaning as it is displayed: a bug in this program.
#[derive(Debug)]
pub struct Refutation(pub String);

impl fmt::Display for Refutation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refutation {}

/// The equations that were met and not handed on yet.
#[derive(Default)]
pub(super) struct Claims {
    evaluated: RefCell<Evaluated>,
    /// The first that does not hold.
    refuted: RefCell<Option<String>>,
}

impl Claims {
    /// Evaluates an equation; `show` spells it for a report.
    pub(super) fn claim(&self, checker: &Checker<'_>, equation: &Equation, show: impl FnOnce() -> String) {
        self.claim_for_all(&[checker], equation, show);
    }

    /// The same at the sizes of several checkers: it has to hold at each where it has a value.
    pub(super) fn claim_for_all(&self, checkers: &[&Checker<'_>], equation: &Equation, show: impl FnOnce() -> String) {
        let mut evaluated = self.evaluated.borrow_mut();
        let checked = checkers.iter().map(|checker| checker.check(equation)).reduce(|all, next| match (all, next) {
            (Err(refuted), _) | (_, Err(refuted)) => Err(refuted),
            (Ok(Checked::Not(_)), found) | (found, Ok(Checked::Not(_))) => found,
            (Ok(Checked::At(n)), Ok(Checked::At(m))) => Ok(Checked::At(n + m)),
        });
        match checked.unwrap_or(Ok(Checked::Not(Why::NoValue))) {
            Ok(Checked::At(_)) => evaluated.held += 1,
            Ok(Checked::Not(Why::Rounded)) => evaluated.leave_out("rounded numbers in it", 1),
            Ok(Checked::Not(Why::NoValue)) => evaluated.leave_out("no value where it was tried", 1),
            Err(refuted) => {
                let mut first = self.refuted.borrow_mut();
                if first.is_none() {
                    *first = Some(format!("a displayed equation does not hold: {refuted}: {}", show()));
                }
            }
        }
    }

    /// The same for an equation that is displayed with a mistake: it must not hold.
    pub(super) fn mistake(&self, checker: &Checker<'_>, equation: &Equation, show: impl FnOnce() -> String) {
        if checker.check(equation).is_err() {
            self.evaluated.borrow_mut().mistaken += 1;
            return;
        }
        let mut first = self.refuted.borrow_mut();
        if first.is_none() {
            *first = Some(format!("an equation that is displayed with a mistake has none: {}", show()));
        }
    }

    /// How those fared that were met since this was asked.
    pub(super) fn take(&self) -> Evaluated {
        self.evaluated.take()
    }

    /// The first equation that does not hold.
    pub(super) fn refutation(&self) -> Option<Refutation> {
        self.refuted.borrow().clone().map(Refutation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derivation::{Options, derive};
    use crate::document::Notation;
    use crate::expr::{Number, TensorId};
    use crate::formula::{Formula, Glossary, Level};
    use crate::layer::{Settings, bind};
    use crate::text::Source;

    /// Claims `z = …` of a layer `z = x w`, of two vectors; what is reported, or why it is refused.
    fn claimed(
        spoil: impl FnOnce(&mut Glossary),
        right: impl FnOnce([Formula; 3]) -> Formula,
    ) -> Result<String, String> {
        let text = "layer scale\n input x[2]\n weight w[2]\n z[i] = x[i] * w[i]\n";
        let file = crate::syntax::parse(&Source::new("test", text)).expect("it is a layer");
        let instance = bind(&file.layers[0], &Settings::default()).expect("it has all sizes");
        let derivation = derive(instance, &Options::default()).expect("it is derived");
        let mut glossary = Glossary::new(&derivation, &Notation::default());
        spoil(&mut glossary);
        let [x, w, z] = [0, 1, 2].map(|t| Formula::Name(TensorId(t), Level::None));
        let checker = Checker::new(&derivation.instance, &derivation.witness, &glossary);
        let claims = Claims::default();
        claims.claim(&checker, &Equation::new(z.clone(), right([x, w, z])), || "shown".to_string());
        claims
            .refutation()
            .map_or_else(|| Ok(claims.take().lines().join("; ")), |refutation| Err(refutation.to_string()))
    }

    #[test]
    fn what_does_not_hold_or_means_nothing_is_refused() {
        let told = |what: &str| Ok(what.to_string());
        let product = |x, w| Formula::Hadamard(vec![x, w]);
        assert_eq!(
            claimed(|_| {}, |[x, w, _]| product(x, w)),
            told("1 equation of this document evaluated as displayed, 0 failed")
        );
        let zero = |z| Formula::Quotient(Box::new(z), Box::new(Formula::integer(0)));
        assert_eq!(claimed(|_| {}, |[_, _, z]| zero(z)), told("1 equation not evaluated: no value where it was tried"));
        let alike = |glossary: &mut Glossary| glossary.entries[1].name.word = "x".to_string();
        let refused = [
            (claimed(|_| {}, |[x, _, _]| product(x.clone(), x)), "its value is another one"),
            (
                claimed(|_| {}, |[x, _, _]| Formula::Power(Box::new(x), Number::integer(2))),
                "an array stands where a number is needed",
            ),
            (claimed(|_| {}, |[_, _, _]| Formula::letter("i")), "nothing binds the letter i"),
            (claimed(alike, |[x, w, _]| product(x, w)), "two tensors are printed as x"),
        ];
        for (found, why) in refused {
            let message = found.expect_err(why);
            assert!(message.contains(why) && message.ends_with("shown"), "{message}");
        }
    }
}
