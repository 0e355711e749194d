//! A layer for every size: what it computes, its gradients, each from the chain rule to the bounds of its sums, what was assumed, and
//! what becomes of it in simpler cases. Every equation is evaluated at several sizes.

#![allow(clippy::wildcard_enum_match_arm)] // few of the kinds matter here

use std::io;

use super::narrator::Narrator;
use super::request::{Depth, Section};
use crate::derivation::AnySize;
use crate::document::resolve::Resolver;
use crate::document::say::Sentence;
use crate::document::{Block, Display, Fence, Inline, Inlines, Math, Op, Row};
use crate::expr::{Role, TensorId};
use crate::formula::{self, Condition, Equation, Formula, written_size};
use crate::index::Part;
use crate::index::general::{Gradient, Program, Range, Size, Term};
use crate::verify::formula::Checker;

impl<'a> Narrator<'a> {
    /// `aside` tells of each case that was left aside what is known there, `cases` of each case that is shown.
    pub(super) fn for_every_size(
        &mut self,
        any: &AnySize,
        aside: &[Option<Checker<'_>>],
        cases: &[Vec<Checker<'_>>],
    ) -> io::Result<()> {
        self.header()?;
        let title = self.any_size_title(&any.program);
        self.block(Block::Title(title))?;
        if self.wants(Section::Summary) {
            self.heading(Sentence::ResultHeading);
            self.defined_for_every_size(&any.program)?;
            self.assumed(any, aside)?;
            self.results_for_every_size(any)?;
        } else if self.wants(Section::Forward) {
            self.heading(Sentence::ForwardHeading);
            self.defined_for_every_size(&any.program)?;
            self.assumed(any, aside)?;
        }
        for gradient in &any.gradients {
            let tensor = TensorId(gradient.tensor as u32);
            let role = self.derivation.system.arena.tensor(tensor).role;
            if self.request.depth != Depth::Brief && self.wants(Section::of(role)) {
                self.slowly_for_every_size(any, gradient, role)?;
            }
        }
        if self.wants(Section::Summary) {
            self.simpler_cases(any, cases)?;
        }
        self.end()
    }

    fn writer(&self, program: &Program) -> formula::AnySize<'a> {
        formula::AnySize::new(self.glossary, self.derivation.ties, program)
    }

    /// `H × W`, as a formula in a line of text.
    fn size_in_letters(&self, shape: &[Size]) -> Inlines {
        if shape.is_empty() {
            return self.say(Sentence::OneNumber);
        }
        let sizes = shape.iter().map(|size| {
            let formula = written_size(size, &[]);
            let bare = shape.len() == 1 || !matches!(formula, Formula::Sum(_) | Formula::Negative(_));
            if bare { self.math(&formula) } else { Math::Brackets(Box::new(self.math(&formula))) }
        });
        let product = sizes.reduce(|x, y| Math::binary(x, Op::By, y));
        product.map(Inline::Math).into_iter().collect()
    }

    fn any_size_title(&self, program: &Program) -> Inlines {
        let (lang, instance) = (self.request.lang, &self.derivation.instance);
        let layer = lang.title(instance.title.as_deref().unwrap_or(&instance.name), false);
        let shown = program.tensors.iter().enumerate().filter(|(place, t)| {
            let wanted = matches!(t.part, Part::Input | Part::Weight) || *place == program.output();
            wanted && !t.shape.is_empty()
        });
        let sized = |(place, t): (usize, &crate::index::general::Tensor)| {
            let role = self.derivation.system.arena.tensor(TensorId(place as u32)).role;
            self.say(Sentence::Sized { role: lang.role(role), size: self.size_in_letters(&t.shape) })
        };
        self.say(Sentence::TitleForEverySize { layer, sizes: shown.map(sized).collect() })
    }

    /// What the layer reads and gives, its definitions, and the sizes that follow from others.
    fn defined_for_every_size(&mut self, program: &Program) -> io::Result<()> {
        let lang = self.request.lang;
        let mut read = Vec::new();
        for (place, t) in program.tensors.iter().enumerate() {
            let tensor = TensorId(place as u32);
            let role = self.derivation.system.arena.tensor(tensor).role;
            if matches!(role, Role::Input | Role::Weight | Role::Bias) {
                let size = self.size_in_letters(&t.shape);
                read.push(self.say(Sentence::Reads { role: lang.role(role), tensor: self.bare(tensor), size }));
            }
        }
        let size = self.size_in_letters(&program.tensors[program.output()].shape);
        let way = match program.definitions.len() - 1 {
            0 => Inlines::new(),
            count => self.say(Sentence::OnTheWay { count }),
        };
        let output = self.bare(TensorId(program.output() as u32));
        self.tell(Sentence::LayerTakes { read, output, size, way })?;
        let writer = self.writer(program);
        for d in &program.definitions {
            self.about(TensorId(d.tensor as u32), "definition");
            self.display(writer.equation(d.tensor, &d.ranges, &[&d.body]), None)?;
        }
        if !program.derived.is_empty() {
            self.tell(Sentence::SizesThatFollow { count: program.derived.len() })?;
            self.topic = "sizes".to_string();
            let rows: Vec<Row> =
                program.derived.iter().flat_map(|(l, size)| self.rows_of(size_equation(l, size))).collect();
            self.rows(rows)?;
        }
        self.explain(0..self.derivation.instance.definitions.len())
    }

    /// What the letters may stand for.
    fn assumed(&mut self, any: &AnySize, aside: &[Option<Checker<'_>>]) -> io::Result<()> {
        let (program, ledger) = (&any.program, &any.program.ledger);
        let writer = self.writer(program);
        let mut conditions: Vec<Math> = Vec::new();
        let mut least: Vec<i64> = ledger.least.iter().map(|(_, least)| *least).collect();
        least.sort_unstable();
        least.dedup();
        for value in least.into_iter().rev() {
            let letters = ledger.least.iter().filter(|(_, own)| *own == value);
            let list = letters.map(|(letter, _)| Math::name(&**letter)).reduce(|x, y| Math::binary(x, Op::Comma, y));
            let number = self.math(&Formula::integer(value));
            conditions.extend(list.map(|list| Math::binary(list, Op::AtLeast, number)));
        }
        let follows = |size: &Size| program.derived.iter().any(|(letter, _)| size.has(letter));
        for fact in ledger.facts.iter().filter(|f| !follows(f)) {
            conditions.push(self.condition_in_line(&writer.at_most(fact)));
        }
        for (d, n) in &ledger.divides {
            let condition = Condition::Divides(written_size(d, &[]), written_size(n, &[]));
            conditions.push(self.condition_in_line(&condition));
        }
        for (taken, checker) in ledger.taken.iter().zip(aside) {
            if checker.as_ref().is_some_and(|c| !self.holds_there(any, c)) {
                conditions.push(self.condition_in_line(&writer.condition_of_sizes(taken)));
            }
        }
        let count = 1 + any.examples.len();
        self.tell(Sentence::LettersStandFor { conditions })?;
        self.tell(Sentence::TriedAtSizes { count })
    }

    /// Do definitions and gradients hold in a case that was left aside?
    fn holds_there(&self, any: &AnySize, checker: &Checker<'_>) -> bool {
        let writer = self.writer(&any.program);
        let tensors = any.program.tensors.len();
        let definitions = any.program.definitions.iter().map(|d| writer.equation(d.tensor, &d.ranges, &[&d.body]));
        let gradients = any.gradients.iter().map(|g| writer.equation(tensors + g.tensor, &g.ranges, &[&g.bounded]));
        definitions.chain(gradients).all(|equation| checker.check(&equation).is_ok())
    }

    fn results_for_every_size(&mut self, any: &AnySize) -> io::Result<()> {
        let writer = self.writer(&any.program);
        let tensors = any.program.tensors.len();
        if let Some(first) = self.derivation.gradients.list.first() {
            self.notation(first)?;
        }
        let equation = |g: &Gradient| writer.equation(tensors + g.tensor, &g.ranges, &[&g.bounded]);
        let equations: Vec<Equation> = any.gradients.iter().map(equation).collect();
        self.signs_of_sizes(&equations)?;
        self.tell(Sentence::Gradients { count: any.gradients.len() })?;
        let rows: Vec<Row> = equations.into_iter().flat_map(|equation| self.rows_of(equation)).collect();
        self.topic = "summary".to_string();
        self.block(Block::Display(Display { rows, boxed: true, ..Display::default() }))
    }

    /// What rounding and division are written as, where they are.
    fn signs_of_sizes(&mut self, equations: &[Equation]) -> io::Result<()> {
        let (mut down, mut up, mut divides) = (false, false, false);
        for formula in equations.iter().flat_map(|e| &e.chain) {
            formula.each(&mut |part| {
                down |= matches!(part, Formula::Floor(_));
                up |= matches!(part, Formula::Ceil(_));
                if let Formula::Big(_, bounds, _) = part {
                    divides |= bounds.conditions.iter().any(|c| matches!(c, Condition::Divides(..)));
                }
            });
        }
        let x = || Box::new(Math::name("x"));
        if down || up {
            let (floor, ceil) = (Math::Fenced(Fence::Floor, x()), Math::Fenced(Fence::Ceil, x()));
            self.tell(Sentence::SignsOfRounding { floor, ceil, x: *x() })?;
        }
        if divides {
            let condition = Math::binary(Math::name("d"), Op::Divides, Math::name("n"));
            self.tell(Sentence::SignOfDivision { condition, d: Math::name("d"), n: Math::name("n") })?;
        }
        Ok(())
    }

    /// A gradient from the chain rule to its bounds.
    fn slowly_for_every_size(&mut self, any: &AnySize, gradient: &Gradient, role: Role) -> io::Result<()> {
        let writer = self.writer(&any.program);
        let tensor = TensorId(gradient.tensor as u32);
        self.heading(Sentence::GradientHeading { role: self.request.lang.role(role), tensor: self.bare(tensor) });
        let left = any.program.tensors.len() + gradient.tensor;
        let equation = |term: &Term| writer.equation(left, &gradient.ranges, &[term]);
        let entry = self.math(&writer.entry(gradient.tensor, &gradient.ranges));
        let solved = gradient.solved != gradient.chain;
        self.tell(match solved {
            true => Sentence::ReadersByEquation { entry: entry.clone() },
            false => Sentence::ReadersAreKnown { entry: entry.clone() },
        })?;
        self.about_gradient(tensor, "chain");
        self.display(equation(&gradient.chain), None)?;
        if solved {
            let letters = |term: &Term| summed(term).into_iter().map(|r| r.letter).collect::<Vec<_>>();
            let left = letters(&gradient.solved);
            let gone: Vec<Math> =
                letters(&gradient.chain).iter().filter(|l| !left.contains(l)).map(|l| Math::name(&**l)).collect();
            let divisors = divisors(&gradient.solved);
            let divisors: Vec<Math> = divisors.iter().map(|d| self.math(&written_size(d, &[]))).collect();
            self.tell(match divisors.is_empty() {
                true => Sentence::SolvedFor { one: gone.len() == 1, letters: gone },
                false => Sentence::SolvedWhereDivisible { letters: gone, divisors },
            })?;
            self.about_gradient(tensor, "solved");
            self.display(equation(&gradient.solved), None)?;
        }
        if gradient.bounded != gradient.solved {
            self.tell(Sentence::ConditionsAsBounds)?;
            self.about_gradient(tensor, "index");
            self.display(equation(&gradient.bounded), None)?;
        }
        Ok(())
    }

    /// A table of what the first gradient becomes where a letter is a number, or another letter.
    fn simpler_cases(&mut self, any: &AnySize, checkers: &[Vec<Checker<'_>>]) -> io::Result<()> {
        let Some(first) = any.gradients.first().filter(|_| !any.cases.is_empty()) else { return Ok(()) };
        self.heading(Sentence::SimplerCasesHeading);
        let entry = self.math(&self.writer(&any.program).entry(first.tensor, &first.ranges));
        self.tell(Sentence::SimplerCases { entry: entry.clone() })?;
        for (case, checkers) in any.cases.iter().zip(checkers) {
            let writer = self.writer(&case.program);
            let gradient = &case.gradient;
            let left = case.program.tensors.len() + gradient.tensor;
            let equation = writer.equation(left, &gradient.ranges, &[&gradient.bounded]);
            let checkers: Vec<&Checker<'_>> = checkers.iter().collect();
            self.claims.claim_for_all(&checkers, &equation, || format!("{equation:?}"));
            let stated = |(letter, size): (&str, &Size)| self.set_equation(&size_equation(letter, size));
            let when = case.sizes.iter().map(|(letter, size)| stated((letter.as_str(), size))).collect();
            let sizes: Vec<Math> = case.program.derived.iter().map(|(l, size)| stated((l, size))).collect();
            self.tell(match sizes.is_empty() {
                true => Sentence::InCase { when },
                false => Sentence::InCaseWith { when, sizes },
            })?;
            self.topic = "cases".to_string();
            let rows = self.in_rows(equation);
            self.rows(rows)?;
        }
        Ok(())
    }

    /// A condition as it is set in a line of text.
    fn condition_in_line(&self, condition: &Condition) -> Math {
        Resolver { glossary: self.glossary, count: &|_| String::new(), hidden: None }.condition(condition)
    }
}

fn size_equation(letter: &str, size: &Size) -> Equation {
    Equation::new(Formula::letter(letter), written_size(size, &[]))
}

/// The ranges of the sums of a term that stand outermost.
fn summed(term: &Term) -> Vec<Range> {
    match term {
        Term::Reduce(_, ranges, ..) => ranges.clone(),
        Term::Sum(parts) => parts.iter().flat_map(summed).collect(),
        _ => Vec::new(),
    }
}

/// What has to divide something, in the sums of a term.
fn divisors(term: &Term) -> Vec<Size> {
    let mut found = Vec::new();
    term.each(&mut |part| {
        let conditions: &[crate::index::general::Condition] = match part {
            Term::Reduce(_, _, conditions, _) => conditions,
            Term::If(condition, ..) => std::slice::from_ref(condition),
            _ => &[],
        };
        for condition in conditions.iter().cloned().flat_map(crate::index::general::Condition::conjuncts) {
            if let crate::index::general::Condition::Divides(d, _) = condition
                && !found.contains(&d)
            {
                found.push(d);
            }
        }
    });
    found
}
