//! Figures about times.

use std::time::Duration;

/// The value in the middle; NaN where there are none.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The p50 and p99 of `times`, in microseconds; NaN where there are none.
pub(crate) fn percentiles(times: &mut [Duration]) -> (f64, f64) {
    times.sort();
    let at = |percent: usize| {
        let time = times.get(times.len() * percent / 100);
        time.map_or(f64::NAN, |time| time.as_secs_f64() * 1e6)
    };
    (at(50), at(99))
}
