//! From formulas to what is set: every equation is evaluated on its way.

use super::super::layout::equation as equation_rows;
use super::super::math::Math;
use super::super::resolve::{Mark, Resolver};
use super::super::{Inlines, Row};
use super::narrator::{Narrator, TERMS_IN_SUM};
use super::request::Entries;
use crate::document::say::Sentence;
use crate::expr::{ExprId, ExprKind, Symbol};
use crate::formula::{Equation, Formula, Glossary, Scalars};
use crate::verify::formula::Checker;

impl Narrator<'_> {
    /// The formula as it is set.
    pub(super) fn math(&self, formula: &Formula) -> Math {
        self.set(self.glossary, formula)
    }

    /// The same for another glossary.
    pub(super) fn set(&self, glossary: &Glossary, formula: &Formula) -> Math {
        Resolver { glossary, count: &|count| self.term_count(count), hidden: None }.math(formula)
    }

    /// An equation as it is set in a line of text.
    pub(super) fn stated(&self, equation: &Equation) -> Math {
        self.claim(equation);
        self.set_equation(equation)
    }

    pub(super) fn set_equation(&self, equation: &Equation) -> Math {
        Resolver { glossary: self.glossary, count: &|count| self.term_count(count), hidden: None }.equation(equation)
    }

    /// After an elided sum.
    fn term_count(&self, count: usize) -> String {
        self.request.lang.text(Sentence::TermCount { count })
    }

    /// An equation in rows, each member of its chain broken where it is too wide for a line.
    pub(super) fn rows_of(&self, equation: Equation) -> Vec<Row> {
        self.claim(&equation);
        self.in_rows(equation)
    }

    /// The same for an equation that was evaluated.
    pub(super) fn in_rows(&self, equation: Equation) -> Vec<Row> {
        let left = self.math(&equation.left);
        // each formula goes as its rows come: some have a million terms
        let chain = equation.chain.into_iter().map(|f| self.math(&f)).collect();
        equation_rows(self.glossary, self.request.measure, left, chain)
    }

    /// The same with a blank in the place of a mark, or with blanks in the equation itself: what it is whole was evaluated.
    pub(super) fn rows_hiding(&self, equation: Equation, hidden: Option<Mark>) -> Vec<Row> {
        let resolver = Resolver { glossary: self.glossary, count: &|count| self.term_count(count), hidden };
        let left = resolver.math(&equation.left);
        let chain = equation.chain.iter().map(|f| resolver.math(f)).collect();
        equation_rows(self.glossary, self.request.measure, left, chain)
    }

    /// What is displayed with a mistake is evaluated as well.
    pub(super) fn claim_mistake(&self, equation: &Equation) {
        self.claims.mistake(&self.checker, equation, || format!("{equation:?}"));
    }

    /// What is displayed is evaluated as it is displayed.
    pub(super) fn claim(&self, equation: &Equation) {
        if self.sizes.is_empty() {
            return self.claim_with(self.worked.as_ref().unwrap_or(&self.checker), self.glossary, equation);
        }
        equation.chain.iter().for_each(|formula| self.meet(formula));
        let checkers: Vec<&Checker<'_>> = self.sizes.iter().collect();
        self.claims.claim_for_all(&checkers, equation, || {
            let count = |_: usize| String::new();
            format!("{:?}", Resolver { glossary: self.glossary, count: &count, hidden: None }.equation(equation))
        });
    }

    /// The same for what another checker knows.
    pub(super) fn claim_with(&self, checker: &Checker<'_>, glossary: &Glossary, equation: &Equation) {
        equation.chain.iter().for_each(|formula| self.meet(formula));
        self.claims.claim(checker, equation, || {
            let count = |_: usize| String::new();
            format!("{:?}", Resolver { glossary, count: &count, hidden: None }.equation(equation))
        });
    }

    /// An expression of this derivation.
    pub(super) fn scalar(&self, id: ExprId) -> Formula {
        let symbol = |s: Symbol| self.glossary.element(s.tensor, s.offset);
        Scalars { arena: &self.derivation.system.arena, maxima: self.maxima, symbol: &symbol }.formula(id)
    }

    /// The same; a sum with more terms than fit a page is elided unless all was asked for.
    pub(super) fn expression(&self, id: ExprId) -> Formula {
        match (self.elided(id), self.scalar(id)) {
            (Some(_), Formula::Sum(terms)) => Formula::Elided(terms),
            (_, formula) => formula,
        }
    }

    /// The terms of a sum that is not written out.
    pub(super) fn elided(&self, id: ExprId) -> Option<&[ExprId]> {
        let ExprKind::Sum(terms) = self.derivation.system.arena.kind(id) else { return None };
        (terms.len() > TERMS_IN_SUM && self.request.entries != Some(Entries::All)).then_some(terms)
    }

    /// What the number of terms after an elided sum is, where one of these expressions is the first such sum.
    pub(super) fn counts<'b>(&mut self, mut of: impl Iterator<Item = &'b ExprId>) -> Inlines {
        if self.counts_explained || !of.any(|&id| self.elided(id).is_some()) {
            return Inlines::new();
        }
        self.counts_explained = true;
        self.say(Sentence::CountsExplained)
    }
}
