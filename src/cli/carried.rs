//! The directives of many documents carried out together: each once however often it occurs, within limits of time and memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::deriving::memory;
use super::directive::{Generated, MEMORY, Setting, generate};
use super::problem::Problem;
use super::progress::Progress;
use super::weaving::visible;
use crate::text::{Diagnostic, Source, Span};
use crate::weave::{Limits, Stuck, in_parallel};

/// When nothing has been finished for so long, a directive takes too long.
const PATIENCE: Duration = Duration::from_secs(60);
/// All directives of a run together take no longer.
const WHOLE: Duration = Duration::from_secs(600);

/// A directive's words, and where they stand.
pub(super) type Asked = (String, Setting);

/// What came of a directive; those that ask for the same share it.
pub(super) type Outcome = Arc<Result<Generated, Problem>>;

/// A directive that did not come to an end: the number of its document, its own number in there, and why.
pub(super) type Unfinished = ((usize, usize), Stuck);

/// Carries the directives of documents out, as many at once as there are cores, and memory for them. In a document that shows an
/// equation twice, its label stands at the first place only.
///
/// # Errors
/// The directive that has no end, wants too much or brings the program down. It may still be at work: the program is to end.
pub(super) fn carry_out(mut documents: Vec<Vec<Asked>>) -> Result<Vec<Vec<Outcome>>, Unfinished> {
    let until = Instant::now() + WHOLE;
    let mut outcomes = once(&documents, until)?;
    let mut again = false;
    for (list, made) in documents.iter_mut().zip(&outcomes) {
        let mut seen: BTreeSet<&String> = BTreeSet::new();
        for ((_, setting), outcome) in list.iter_mut().zip(made) {
            let Ok(generated) = outcome.as_ref() else { continue };
            let (taken, new): (Vec<&String>, Vec<&String>) = generated.labels.iter().partition(|l| seen.contains(l));
            again |= !taken.is_empty();
            setting.taken = taken.into_iter().cloned().collect();
            seen.extend(new);
        }
    }
    if again {
        outcomes = once(&documents, until)?;
    }
    Ok(outcomes)
}

fn once(documents: &[Vec<Asked>], until: Instant) -> Result<Vec<Vec<Outcome>>, Unfinished> {
    let mut jobs: BTreeMap<&Asked, usize> = BTreeMap::new();
    let mut ordered = Vec::new();
    for asked in documents.iter().flatten() {
        let count = jobs.len();
        jobs.entry(asked).or_insert_with(|| {
            ordered.push(asked.clone());
            count
        });
    }
    let available = memory();
    let at_once = usize::try_from(available / MEMORY).unwrap_or(usize::MAX).max(1);
    let limits = Limits { at_once, patience: PATIENCE, until, memory: u64::try_from(available).unwrap_or(u64::MAX) };
    // what the threads count is shown as long as it is waited for
    let progress = Progress::counted(ordered.len());
    let counter = progress.counter();
    let results = in_parallel(ordered, &limits, move |(words, setting)| {
        let outcome = Arc::new(generate(words, setting));
        counter.inc(1);
        outcome
    });
    drop(progress);
    let results = results.map_err(|(job, stuck)| {
        let wanted = |list: &Vec<Asked>| list.iter().position(|asked| jobs[asked] == job);
        let place = documents.iter().enumerate().find_map(|(number, list)| Some((number, wanted(list)?)));
        (place.expect("every directive stands somewhere"), stuck)
    })?;
    let of = |list: &Vec<Asked>| list.iter().map(|asked| results[jobs[asked]].clone()).collect();
    Ok(documents.iter().map(of).collect())
}

/// What is said, at its place, of a directive that did not come to an end.
pub(super) fn stuck(why: Stuck, source: Source, words: Span) -> Problem {
    let (message, hint) = match why {
        Stuck::Slow => (
            format!("this takes too long: more than {} seconds", PATIENCE.as_secs()),
            "take smaller sizes, or fewer entries",
        ),
        Stuck::Long => (
            format!(
                "the directives together take too long: more than {} seconds, and this is the first that is left",
                WHOLE.as_secs()
            ),
            "weave fewer documents at once, or take smaller sizes",
        ),
        Stuck::Large => ("this, or what is done beside it, takes too much memory".to_string(), "take smaller sizes"),
        Stuck::Down => {
            let line = line_of(&source, words);
            return Problem::Bug(format!("{}:{line}: this directive brings the program down", source.name));
        }
    };
    Problem::Text(source, vec![Diagnostic::new(words, message).hint(hint)])
}

/// What is wrong with a directive, said at its place in the document.
pub(super) fn told(problem: &Problem, words: Span) -> Diagnostic {
    match problem {
        Problem::Input { message, hint } => Diagnostic::new(words, visible(message)).hint(visible(hint)),
        Problem::Text(source, diagnostics) => {
            let first = &diagnostics[0];
            let name = source.name.strip_prefix("./").unwrap_or(&source.name);
            let place = match name.starts_with('<') {
                true => String::new(),
                false => format!("{name}:{}: ", line_of(source, first.span)),
            };
            let label = if first.label.is_empty() { String::new() } else { format!(": {}", first.label) };
            let mut told = Diagnostic::new(words, visible(&format!("{place}{}{label}", first.message)));
            told.hint.clone_from(&first.hint);
            told
        }
        Problem::Several(list) => told(&list[0], words),
        Problem::Bug(message) => Diagnostic::new(words, message.clone()),
    }
}

fn line_of(source: &Source, span: Span) -> usize {
    source.text.bytes().take(span.start).filter(|b| *b == b'\n').count() + 1
}
