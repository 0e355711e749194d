//! The sheet: which exercises are drawn and in which order, and how they and their answers are told.

use std::io;

use super::super::narrator::Narrator;
use super::super::request::Section;
use super::draw::shuffled;
use super::exercise::{Exercise, Form, Shown, Source};
use super::slips::Cause;
use crate::document::say::Sentence;
use crate::document::{Block, Display, Row};
use crate::expr::TensorId;
use crate::verify::Random;

/// What is wanted of a worksheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// How many exercises.
    pub count: usize,
    /// What decides which: the same seed gives the same sheet.
    pub seed: u64,
    /// Do the answers follow?
    pub key: bool,
}

/// Kinds of exercises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Entry,
    Index,
    Whole,
    Number,
    Readers,
    Terms,
    Mistake,
}

const KINDS: [Kind; 7] =
    [Kind::Entry, Kind::Index, Kind::Whole, Kind::Number, Kind::Readers, Kind::Terms, Kind::Mistake];

/// What one exercise of a kind can be made from.
enum Candidate {
    Equation(Source),
    Entry(TensorId, usize),
}

impl Candidate {
    /// What it is about: two exercises in a row on the same would answer each other.
    fn about(&self) -> (TensorId, Option<usize>) {
        match self {
            Candidate::Equation(source) => (source.of, source.offset),
            Candidate::Entry(tensor, offset) => (*tensor, Some(*offset)),
        }
    }
}

impl Narrator<'_> {
    /// The sheet; how many exercises are on it. Of none nothing is written.
    pub(in crate::document::narrate) fn exercises(&mut self, sheet: &Sheet, random: &mut Random) -> io::Result<usize> {
        let list = self.draw(sheet.count, random);
        if list.is_empty() {
            return Ok(0);
        }
        self.header()?;
        self.block(Block::Title(self.title()))?;
        self.heading(if self.net { Sentence::NetHeading } else { Sentence::ForwardHeading });
        self.given(&list)?;
        self.heading(Sentence::ExercisesHeading);
        for (place, exercise) in list.iter().enumerate() {
            self.exercise(place + 1, exercise)?;
        }
        if sheet.key {
            self.heading(Sentence::AnswersHeading);
            for (place, exercise) in list.iter().enumerate() {
                self.answer(place + 1, exercise)?;
            }
        }
        self.end()?;
        Ok(list.len())
    }

    /// Kind by kind in turn, each time in another order, until there are enough or no more.
    fn draw(&self, count: usize, random: &mut Random) -> Vec<Exercise> {
        let sources = self.askable(random);
        let mut pools: Vec<(Kind, Vec<Candidate>)> =
            KINDS.iter().map(|&kind| (kind, self.candidates(kind, &sources, random))).collect();
        let (mut list, mut used, mut causes) = (Vec::new(), Vec::new(), Vec::new());
        while list.len() < count && pools.iter().any(|(_, pool)| !pool.is_empty()) {
            pools = shuffled(random, pools);
            for (kind, pool) in &mut pools {
                while list.len() < count && !pool.is_empty() {
                    let fresh = pool.iter().position(|c| !used.contains(&c.about())).unwrap_or(0);
                    let candidate = pool.remove(fresh);
                    let again = |exercise: &Exercise| list.iter().any(|before: &Exercise| before.asks_as(exercise));
                    if let Some(exercise) =
                        self.made(*kind, &candidate, &mut causes, random).filter(|made| !again(made))
                    {
                        used.push(candidate.about());
                        list.push(exercise);
                        break;
                    }
                }
            }
        }
        list
    }

    /// What exercises of a kind can be made from, in the order in which they are tried.
    fn candidates(&self, kind: Kind, sources: &[Source], random: &mut Random) -> Vec<Candidate> {
        let of = |wanted: &dyn Fn(&Source) -> bool| -> Vec<Candidate> {
            sources.iter().filter(|s| wanted(s)).cloned().map(Candidate::Equation).collect()
        };
        let all = match kind {
            Kind::Entry | Kind::Number => of(&|s| s.form == Form::Entry),
            Kind::Terms => of(&|s| s.form == Form::Entry && self.derivation.gradient_with(s.of).is_some()),
            Kind::Index => of(&|s| s.form == Form::Index),
            Kind::Whole => of(&|s| s.form == Form::Whole),
            // an entry is easy to mend: it comes where there is nothing else
            Kind::Mistake => {
                let [rules, entries] = [false, true].map(|entry| of(&|s| (s.form == Form::Entry) == entry));
                return [shuffled(random, rules), shuffled(random, entries)].into_iter().flatten().collect();
            }
            Kind::Readers => {
                let role = |tensor: TensorId| self.derivation.system.arena.tensor(tensor).role;
                let entries = self.read_entries(|tensor| self.wants(Section::of(role(tensor))), random);
                entries.into_iter().map(|(tensor, offset)| Candidate::Entry(tensor, offset)).collect()
            }
        };
        shuffled(random, all)
    }

    /// An exercise made from a candidate, if there is one; `causes` are those of the mistakes on the sheet.
    fn made(
        &self,
        kind: Kind,
        candidate: &Candidate,
        causes: &mut Vec<Cause>,
        random: &mut Random,
    ) -> Option<Exercise> {
        match (candidate, kind) {
            (Candidate::Entry(tensor, offset), _) => self.who_reads(*tensor, *offset),
            (Candidate::Equation(source), Kind::Entry | Kind::Index) => self.blank(source, random),
            (Candidate::Equation(source), Kind::Whole) => self.blank_in_whole(source, random),
            (Candidate::Equation(source), Kind::Number) => self.compute(source, random),
            (Candidate::Equation(source), Kind::Terms) => self.which_terms(source, random),
            (Candidate::Equation(source), Kind::Mistake) => self.mistake(source, causes, random),
            (Candidate::Equation(_), Kind::Readers) => None,
        }
    }

    fn exercise(&mut self, number: usize, exercise: &Exercise) -> io::Result<()> {
        self.tell(Sentence::Exercise { number, task: exercise.task.clone() })?;
        if let Some(shown) = &exercise.shown {
            let rows = match shown {
                Shown::Cut(equation, hidden, whole) => {
                    self.claim(whole);
                    self.rows_hiding(equation.clone(), *hidden)
                }
                Shown::Mistaken(equation) => {
                    self.claim_mistake(equation);
                    self.in_rows(equation.clone())
                }
            };
            self.told(format!("exercise.{number}"), rows)?;
        }
        if exercise.room > 0 { self.block(Block::Room(exercise.room)) } else { Ok(()) }
    }

    fn answer(&mut self, number: usize, exercise: &Exercise) -> io::Result<()> {
        self.tell(match exercise.answer.is_empty() {
            true => Sentence::AnswerFollows { number },
            false => Sentence::Answer { number, answer: exercise.answer.clone() },
        })?;
        let Some(result) = &exercise.result else { return Ok(()) };
        if exercise.in_numbers {
            self.worked = self.at_numbers();
        }
        let rows = self.chained(result.clone());
        self.worked = None;
        self.told(format!("answer.{number}"), rows)
    }

    /// Rows whose signs were explained already.
    fn told(&mut self, name: String, rows: Vec<Row>) -> io::Result<()> {
        self.topic = name;
        self.new_signs.take();
        self.block(Block::Display(Display { rows, ..Display::default() }))
    }
}
