//! Work on several units at the same time, with the same results as one after the other.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Enough for the deepest evaluation that is followed; it is taken from the system only as far as it is used.
const STACK_BYTES: usize = 512 << 20;

/// `work` for each of `0..count`, on up to `jobs` threads at a time, with the results in the order of their numbers. Even
/// one job runs on a thread of its own, for evaluation follows references to any depth that a configuration has and
/// needs the stack; only where no thread can be had, the caller's own does the work.
pub(super) fn map<T: Send>(jobs: usize, count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return done;
            }
            done.push((number, work(number)));
        }
    };
    let mut all: Vec<(usize, T)> = thread::scope(|scope| {
        let spawn = |_| {
            let builder = thread::Builder::new().name("check".into()).stack_size(STACK_BYTES);
            builder.spawn_scoped(scope, worker).ok()
        };
        // All are begun before the first is waited for.
        let workers: Vec<_> = (0..jobs.clamp(1, count.max(1))).filter_map(spawn).collect();
        if workers.is_empty() {
            return worker();
        }
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    all.sort_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_their_numbers() {
        for jobs in [0, 1, 2, 7, 500] {
            assert_eq!(map(jobs, 100, |number| number * 2), (0..100).map(|number| number * 2).collect::<Vec<_>>());
        }
        assert!(map(4, 0, |number| number).is_empty());
    }
}
