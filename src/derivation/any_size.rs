//! A layer for every size: its program and gradients in letters, and derivations at sizes that are tried.

#![allow(clippy::wildcard_enum_match_arm)] // few of the kinds matter here

use std::collections::BTreeMap;

use super::{Derivation, Failure, Options, derive};
use crate::index::general::{Gradient, Program, Size, Term, gradient, gradients};
use crate::index::{Instance, Letters, Part};
use crate::verify::Random;

/// So many sizes are tried.
const EXAMPLES: usize = 6;
/// So often numbers are drawn for the letters.
const DRAWN: u64 = 4000;
/// Layers with more entries are not tried.
const MOST_ENTRIES: usize = 200;
/// So many cases are shown, each tried at so many sizes.
const CASES: usize = 6;
const CASE_EXAMPLES: usize = 2;

/// A layer for every size.
pub struct AnySize {
    /// Its definitions in letters.
    pub program: Program,
    /// Its gradients in letters.
    pub gradients: Vec<Gradient>,
    /// The numbers that its letters have in the derivation that it comes with.
    pub sizes: BTreeMap<String, i64>,
    /// The layer at other sizes that are tried.
    pub examples: Vec<Example>,
    /// For each condition that was taken to hold, the layer where it does not, if there is such a layer.
    pub aside: Vec<Option<Example>>,
    /// What it becomes where a letter is a number, or another letter.
    pub cases: Vec<Case>,
}

/// A layer at sizes that are tried.
pub struct Example {
    /// The number of each letter.
    pub sizes: BTreeMap<String, i64>,
    /// The layer with these numbers.
    pub derivation: Derivation,
}

/// What a layer becomes where a letter is a certain size.
pub struct Case {
    /// The letters that have a certain size, and that size.
    pub sizes: Vec<(String, Size)>,
    /// The layer then.
    pub program: Program,
    /// The first of its gradients.
    pub gradient: Gradient,
    /// The layer at sizes that are tried.
    pub examples: Vec<Example>,
}

/// Why a layer could not be derived for every size.
#[derive(Debug)]
pub enum Unsized {
    /// No numbers were found for the letters that satisfy all conditions.
    NoSizes,
    /// The derivation at some sizes failed.
    Failed(Failure),
}

/// The layer with numbers for its letters, if they fit it.
pub type Bind<'a> = dyn Fn(&BTreeMap<String, i64>) -> Option<Instance> + 'a;

impl AnySize {
    /// Derives the gradients, and the layer at several sizes, the first of which is given apart. Letters for indices are none of those that
    /// are avoided.
    ///
    /// # Errors
    /// If no sizes fit, or the derivation at some fails.
    pub fn derive(
        program: Program,
        avoided: &[String],
        bind: &Bind<'_>,
        options: &Options,
    ) -> Result<(Derivation, AnySize), Unsized> {
        let sizes = program.ledger.least.iter().map(|(letter, _)| letter.to_string());
        let names = program.tensors.iter().map(|t| t.name.clone());
        let derived = program.derived.iter().map(|(letter, _)| letter.to_string());
        let letters = Letters::beside(names.chain(sizes).chain(derived).chain(avoided.iter().cloned()));
        let gradients = gradients(&program, &letters);
        let mut trial = Trial { bind, options, random: Random::new(0x5EED_0007) };
        let mut examples = trial.examples(&program, EXAMPLES, &[], &|sizes| holds(&program, sizes))?;
        let aside = (0..program.ledger.taken.len()).map(|place| {
            let mut others = program.clone();
            let taken = others.ledger.taken.remove(place);
            let in_case = |sizes: &BTreeMap<String, i64>| {
                holds(&others, sizes) && taken.holds(&|l| sizes.get(l).copied()) == Some(false)
            };
            Ok(trial.examples(&program, 1, &[], &in_case)?.pop())
        });
        let aside = aside.collect::<Result<_, _>>()?;
        // the largest is shown
        let size = |e: &Example| e.derivation.instance.tensors.iter().flat_map(|t| &t.shape).sum::<usize>();
        let largest = (0..examples.len()).max_by_key(|&place| (size(&examples[place]), usize::MAX - place));
        let Some(largest) = largest else { return Err(Unsized::NoSizes) };
        let Example { sizes, derivation } = examples.remove(largest);
        let cases = cases(&program, &gradients, &letters, &mut trial)?;
        Ok((derivation, AnySize { program, gradients, sizes, examples, aside, cases }))
    }
}

/// Do these numbers satisfy all that is known of the letters?
fn holds(program: &Program, sizes: &BTreeMap<String, i64>) -> bool {
    program.ledger.holds(&|letter| sizes.get(letter).copied())
}

/// What simpler cases there are: options, which are no sizes of what is declared, at their smallest values, all together and one by one,
/// or the same as another letter; sizes that are 1, or equal. Those are kept in which the first gradient becomes shorter.
fn cases(
    program: &Program,
    gradients: &[Gradient],
    letters: &Letters,
    trial: &mut Trial<'_>,
) -> Result<Vec<Case>, Unsized> {
    let Some(first) = gradients.first() else { return Ok(Vec::new()) };
    let (tensor, whole) = (first.tensor, length(&first.bounded));
    let least = &program.ledger.least;
    let declared =
        |letter: &str| program.tensors.iter().any(|t| t.part != Part::Defined && t.shape.iter().any(|s| s.has(letter)));
    let (sizes, options): (Vec<_>, Vec<_>) =
        least.iter().map(|(l, n)| (l.to_string(), *n)).partition(|(l, _)| declared(l));
    let of_input =
        |letter: &str| program.tensors.iter().any(|t| t.part == Part::Input && t.shape.iter().any(|s| s.has(letter)));
    let one = Size::integer(1);
    let at_least = |(letter, least): &(String, i64)| (letter.clone(), Size::integer(*least));
    let ones: Vec<(String, Size)> = options.iter().filter(|(_, least)| *least > 0).map(at_least).collect();
    let noughts: Vec<(String, Size)> = options.iter().filter(|(_, least)| *least == 0).map(at_least).collect();
    let kernels: Vec<&String> = sizes.iter().map(|(l, _)| l).filter(|l| !of_input(l)).collect();
    let mut wanted: Vec<Vec<(String, Size)>> = Vec::new();
    if !ones.is_empty() || !noughts.is_empty() {
        wanted.push(ones.iter().chain(&noughts).cloned().collect());
    }
    wanted.extend(ones.iter().chain(&noughts).map(|case| vec![case.clone()]));
    let same = |letter: &String, other: &String| vec![(letter.clone(), Size::letter(other))];
    wanted.extend(ones.iter().flat_map(|(letter, _)| kernels.iter().map(|kernel| same(letter, kernel))));
    wanted.extend(kernels.iter().map(|kernel| vec![((*kernel).clone(), one.clone())]));
    let inputs = sizes.iter().map(|(l, _)| l).filter(|l| of_input(l));
    wanted.extend(inputs.flat_map(|input| kernels.iter().map(|kernel| same(kernel, input))));
    // so much around the input that every window that touches it is there
    let (simplest, plain) = (wanted.first().cloned(), ones.len() + noughts.len());
    if let ([(nought, _)], Some(simplest)) = (noughts.as_slice(), simplest) {
        let short = |sizes: &[(String, Size)]| {
            let with = sizes.iter().fold(program.clone(), |program, (letter, size)| program.with(letter, size));
            length(&gradient(&with, tensor, letters).bounded)
        };
        let full = kernels.iter().map(|kernel| {
            let around = (nought.clone(), Size::letter(kernel).sub(&one));
            ones.iter().cloned().chain([around]).collect::<Vec<_>>()
        });
        let best = full.map(|sizes| (short(&sizes), sizes)).min_by_key(|(length, _)| *length);
        if let Some((_, sizes)) = best.filter(|(length, _)| plain > 0 && *length < short(&simplest)) {
            wanted.insert(1, sizes);
        }
    }
    let mut cases: Vec<Case> = Vec::new();
    for sizes in wanted {
        if cases.len() == CASES || cases.iter().any(|c| c.sizes == sizes) {
            continue;
        }
        let with = sizes.iter().fold(program.clone(), |program, (letter, size)| program.with(letter, size));
        let gradient = gradient(&with, tensor, letters);
        if length(&gradient.bounded) >= whole {
            continue;
        }
        let in_case = |numbers: &BTreeMap<String, i64>| {
            let same = |(letter, size): &(String, Size)| {
                size.value(&|l| numbers.get(l).copied()) == numbers.get(letter).copied()
            };
            holds(program, numbers) && sizes.iter().all(same)
        };
        let examples = trial.examples(program, CASE_EXAMPLES, &sizes, &in_case)?;
        if !examples.is_empty() {
            cases.push(Case { sizes, program: with, gradient, examples });
        }
    }
    Ok(cases)
}

/// How much there is to read in a term.
fn length(term: &Term) -> usize {
    let mut length = 0;
    let mut of = |size: &Size| {
        length += size.terms().count();
        size.each_atom(&mut |_| length += 1);
    };
    let count = |term: &Term, of: &mut dyn FnMut(&Size)| {
        term.each(&mut |part| match part {
            Term::Size(size) => of(size),
            Term::Read(_, indices) => indices.iter().for_each(&mut *of),
            Term::Reduce(_, ranges, conditions, _) => {
                ranges.iter().for_each(|r| [&r.low, &r.high].into_iter().for_each(&mut *of));
                conditions.iter().for_each(|c| c.each_size(&mut |size| of(size)));
            }
            Term::If(condition, ..) => condition.each_size(&mut |size| of(size)),
            _ => {}
        });
    };
    count(term, &mut of);
    length
}

/// Numbers for letters that are tried.
struct Trial<'a> {
    bind: &'a Bind<'a>,
    options: &'a Options,
    random: Random,
}

impl Trial<'_> {
    /// The layer at several sizes that are wanted, small ones first. Some letters may be told to be the same as others.
    fn examples(
        &mut self,
        program: &Program,
        count: usize,
        fixed: &[(String, Size)],
        wanted: &dyn Fn(&BTreeMap<String, i64>) -> bool,
    ) -> Result<Vec<Example>, Unsized> {
        let mut examples: Vec<Example> = Vec::new();
        for round in 0..DRAWN {
            if examples.len() >= count {
                break;
            }
            let spread = 2 + round.min(600) / 100;
            let mut sizes = BTreeMap::new();
            for (letter, least) in &program.ledger.least {
                sizes.insert(letter.to_string(), least + (self.random.next() % spread) as i64);
            }
            for (letter, size) in fixed {
                let Some(value) = size.value(&|l| sizes.get(l).copied()) else { continue };
                sizes.insert(letter.clone(), value);
            }
            let Some(sizes) = complete(program, sizes) else { continue };
            if !wanted(&sizes) || examples.iter().any(|e| e.sizes == sizes) {
                continue;
            }
            let Some(instance) = (self.bind)(&sizes) else { continue };
            let entries = |t: &crate::index::TensorDecl| t.shape.iter().product::<usize>();
            if instance.tensors.iter().map(entries).sum::<usize>() > MOST_ENTRIES {
                continue;
            }
            match derive(instance, self.options) {
                Ok(derivation) => examples.push(Example { sizes, derivation }),
                // a window without an entry has no maximum and no mean
                Err(Failure::Expand(_) | Failure::NoValue { .. }) => {}
                Err(failure) => return Err(Unsized::Failed(failure)),
            }
        }
        Ok(examples)
    }
}

/// The numbers of the letters that follow from others, too; nothing where they would have none.
fn complete(program: &Program, mut sizes: BTreeMap<String, i64>) -> Option<BTreeMap<String, i64>> {
    for (letter, size) in &program.derived {
        let value = size.value(&|own| sizes.get(own).copied())?;
        sizes.insert(letter.to_string(), value);
    }
    Some(sizes)
}
