//! Work for all cores: each piece by whoever is free, results in the order of the pieces.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Does `work` for every job. When no job has come to its end for `patience` the index of the first unfinished one is the error: the
/// threads that are still at work cannot be stopped, so the caller is expected to end the program.
///
/// # Errors
/// The index of a job that took too long, or whose thread went down.
pub fn in_parallel<J, R>(
    jobs: Vec<J>,
    patience: Duration,
    work: impl Fn(&J) -> R + Send + Sync + 'static,
) -> Result<Vec<R>, usize>
where
    J: Send + Sync + 'static,
    R: Send + 'static,
{
    let count = jobs.len();
    let (jobs, work, next) = (Arc::new(jobs), Arc::new(work), Arc::new(AtomicUsize::new(0)));
    let (sender, results) = mpsc::channel();
    let threads = thread::available_parallelism().map_or(1, usize::from).min(count);
    for _ in 0..threads {
        let (jobs, work, next, sender) = (jobs.clone(), work.clone(), next.clone(), sender.clone());
        thread::spawn(move || {
            loop {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let Some(job) = jobs.get(place) else { return };
                if sender.send((place, work(job))).is_err() {
                    return; // nobody waits any longer
                }
            }
        });
    }
    drop(sender);
    let mut done: Vec<Option<R>> = (0..count).map(|_| None).collect();
    for _ in 0..count {
        match results.recv_timeout(patience) {
            Ok((place, result)) => done[place] = Some(result),
            Err(_) => return Err(done.iter().position(Option::is_none).unwrap_or(0)),
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
        let found = in_parallel(jobs.clone(), Duration::from_secs(10), |n| {
            thread::sleep(Duration::from_micros((100 - n) * 10));
            n * n
        });
        assert_eq!(found, Ok(jobs.iter().map(|n| n * n).collect()));
        assert_eq!(in_parallel(Vec::<u64>::new(), Duration::from_secs(1), |n| *n), Ok(Vec::new()));
    }

    #[test]
    fn a_job_that_does_not_end_is_named() {
        let found = in_parallel(vec![0, 1, 60_000], Duration::from_millis(200), |&n| {
            thread::sleep(Duration::from_millis(n));
            n
        });
        assert_eq!(found, Err(2));
    }
}
