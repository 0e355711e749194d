//! Work for all cores: each piece by whoever is free, results in the order of the pieces.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Untrusted text may nest, and what recurses over it shall not depend on how much of a stack the system gives to a thread.
const STACK: usize = 16 << 20;

/// Why there are no results: the index of a job, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stuck {
    /// It takes too long.
    Slow(usize),
    /// It panicked.
    Down(usize),
}

/// Does `work` for every job, as many at once as there are cores, and no more than `most`. When no job has come to its end for
/// `patience` the first unfinished one is the error: the threads that are still at work cannot be stopped, so the caller is expected
/// to end the program.
///
/// # Errors
/// The job that took too long, or that went down.
pub fn in_parallel<J, R>(
    jobs: Vec<J>,
    most: usize,
    patience: Duration,
    work: impl Fn(&J) -> R + Send + Sync + 'static,
) -> Result<Vec<R>, Stuck>
where
    J: Send + Sync + 'static,
    R: Send + 'static,
{
    let count = jobs.len();
    let (jobs, work, next) = (Arc::new(jobs), Arc::new(work), Arc::new(AtomicUsize::new(0)));
    let (sender, results) = mpsc::channel();
    let threads = thread::available_parallelism().map_or(1, usize::from).min(most.max(1)).min(count);
    let mut done: Vec<Option<R>> = (0..count).map(|_| None).collect();
    for _ in 0..threads {
        let (jobs, work, next, sender) = (jobs.clone(), work.clone(), next.clone(), sender.clone());
        let run = move || {
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(job) = jobs.get(place) else { return };
                // what a job has left half done is seen by nobody: its result is not used
                let result = catch_unwind(AssertUnwindSafe(|| work(job)));
                if sender.send((place, result.ok())).is_err() {
                    return; // nobody waits any longer
                }
            }
        };
        thread::Builder::new().stack_size(STACK).spawn(run).map_err(|_| Stuck::Down(0))?;
    }
    drop(sender);
    for _ in 0..count {
        match results.recv_timeout(patience) {
            Ok((place, Some(result))) => done[place] = Some(result),
            Ok((place, None)) => return Err(Stuck::Down(place)),
            Err(_) => return Err(Stuck::Slow(done.iter().position(Option::is_none).unwrap_or(0))),
        }
    }
    Ok(done.into_iter().map(|r| r.expect("each job was done once")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_jobs() {
        let jobs: Vec<u64> = (0..100).collect();
        let found = in_parallel(jobs.clone(), 8, Duration::from_secs(10), |n| {
            thread::sleep(Duration::from_micros((100 - n) * 10));
            n * n
        });
        assert_eq!(found, Ok(jobs.iter().map(|n| n * n).collect()));
        assert_eq!(in_parallel(Vec::<u64>::new(), 8, Duration::from_secs(1), |n| *n), Ok(Vec::new()));
    }

    #[test]
    fn a_job_that_does_not_end_is_named() {
        let found = in_parallel(vec![0, 1, 60_000], 8, Duration::from_millis(200), |&n| {
            thread::sleep(Duration::from_millis(n));
            n
        });
        assert_eq!(found, Err(Stuck::Slow(2)));
    }

    #[test]
    fn a_job_that_panics_is_named_at_once() {
        let found = in_parallel(vec![0, 1, 2], 1, Duration::from_secs(60), |&n| assert_ne!(n, 1, "meant to happen"));
        assert_eq!(found, Err(Stuck::Down(1)));
    }
}
