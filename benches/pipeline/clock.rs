//! Processor time, and medians over rounds.

use std::hint::black_box;

/// Processor time of this process, in seconds from some beginning.
#[cfg(unix)]
fn now() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// Elsewhere the time that passes has to do.
#[cfg(not(unix))]
fn now() -> f64 {
    static BEGINNING: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    BEGINNING.elapsed().as_secs_f64()
}

/// Seconds that `work` takes, without what letting go of its result takes.
pub fn time<T>(work: impl FnOnce() -> T) -> f64 {
    let start = now();
    let result = black_box(work());
    let seconds = now() - start;
    drop(result);
    seconds
}

/// The middle one; 0 of none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
