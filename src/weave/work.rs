//! Work for all cores: each piece by whoever is free, results in the order of the pieces.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Untrusted text may nest, and what recurses over it shall not depend on how much of a stack the system gives to a thread.
const STACK: usize = 16 << 20;

/// How often the memory that is in use is looked at.
const GLANCE: Duration = Duration::from_millis(50);

/// What the jobs may use together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// So many are done at once, if there are cores for them.
    pub at_once: usize,
    /// When no job has come to its end for so long, one takes too long.
    pub patience: Duration,
    /// When all of them are to be done, however often one comes to its end.
    pub until: Instant,
    /// Bytes of memory that the whole program may use, where the system tells how much it does.
    pub memory: u64,
}

/// Why there are no results.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stuck {
    /// A job takes too long.
    Slow,
    /// All jobs together take too long.
    Long,
    /// The jobs that are at work use too much memory.
    Large,
    /// A job panicked.
    Down,
}

/// Does `work` for every job. Threads that are at work cannot be stopped: after an error the caller is expected to end the program.
///
/// # Errors
/// The index of the first job that is not done, or of the one that panicked, and why.
pub fn in_parallel<J, R>(
    jobs: Vec<J>,
    limits: &Limits,
    work: impl Fn(&J) -> R + Send + Sync + 'static,
) -> Result<Vec<R>, (usize, Stuck)>
where
    J: Send + Sync + 'static,
    R: Send + 'static,
{
    let count = jobs.len();
    let (jobs, work, next) = (Arc::new(jobs), Arc::new(work), Arc::new(AtomicUsize::new(0)));
    let (sender, results) = mpsc::channel();
    let threads = thread::available_parallelism().map_or(1, usize::from).min(limits.at_once.max(1)).min(count);
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
        thread::Builder::new().stack_size(STACK).spawn(run).map_err(|_| (0, Stuck::Down))?;
    }
    let mut done: Vec<Option<R>> = (0..count).map(|_| None).collect();
    let first = |done: &[Option<R>]| done.iter().position(Option::is_none).unwrap_or(0);
    let mut left = count;
    let mut last = Instant::now();
    while left > 0 {
        if Instant::now() >= limits.until {
            return Err((first(&done), Stuck::Long));
        }
        match results.recv_timeout(GLANCE) {
            Ok((place, Some(result))) => {
                done[place] = Some(result);
                left -= 1;
                last = Instant::now();
            }
            Ok((place, None)) => return Err((place, Stuck::Down)),
            Err(_) if last.elapsed() >= limits.patience => return Err((first(&done), Stuck::Slow)),
            Err(_) if in_use().is_some_and(|bytes| bytes > limits.memory) => return Err((first(&done), Stuck::Large)),
            Err(_) => {}
        }
    }
    Ok(done.into_iter().map(|r| r.expect("each job was done once")).collect())
}

/// Bytes of memory that this program uses.
fn in_use() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let kib = text.lines().find_map(|l| l.strip_prefix("VmRSS:"))?.split_whitespace().next()?;
    Some(kib.parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(milliseconds: u64) -> Limits {
        let patience = Duration::from_millis(milliseconds);
        Limits { at_once: 8, patience, until: Instant::now() + Duration::from_secs(600), memory: u64::MAX }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn memory_is_watched() {
        let limits = Limits { memory: 1 << 16, ..limits(60_000) };
        let found = in_parallel(vec![0, 60_000], &limits, |&n| thread::sleep(Duration::from_millis(n)));
        assert_eq!(found, Err((1, Stuck::Large)));
    }

    #[test]
    fn results_come_in_the_order_of_the_jobs() {
        let jobs: Vec<u64> = (0..100).collect();
        let found = in_parallel(jobs.clone(), &limits(10_000), |n| {
            thread::sleep(Duration::from_micros((100 - n) * 10));
            n * n
        });
        assert_eq!(found, Ok(jobs.iter().map(|n| n * n).collect()));
        assert_eq!(in_parallel(Vec::<u64>::new(), &limits(1_000), |n| *n), Ok(Vec::new()));
    }

    #[test]
    fn a_job_that_does_not_end_is_named() {
        let found = in_parallel(vec![0, 1, 60_000], &limits(200), |&n| {
            thread::sleep(Duration::from_millis(n));
            n
        });
        assert_eq!(found, Err((2, Stuck::Slow)));
    }

    #[test]
    fn many_jobs_have_an_end_together() {
        let limits = Limits { at_once: 1, until: Instant::now() + Duration::from_millis(300), ..limits(60_000) };
        let found = in_parallel(vec![20u64; 1000], &limits, |&n| thread::sleep(Duration::from_millis(n)));
        assert!(matches!(found, Err((place, Stuck::Long)) if place > 0), "{found:?}");
    }

    #[test]
    fn a_job_that_panics_is_named_at_once() {
        let found = in_parallel(vec![0, 1, 2], &limits(60_000), |&n| assert_ne!(n, 1, "meant to happen"));
        assert_eq!(found, Err((1, Stuck::Down)));
    }
}
