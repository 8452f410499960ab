//! Figures, and how they are told.

use crate::common::times::median;

/// What one round measured. What a transport does not have is NaN and printed as a dash.
#[derive(Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) p50_us: f64,
    pub(crate) p99_us: f64,
    pub(crate) calls_per_second: f64,
    pub(crate) list_ms: f64,
    pub(crate) rss_listed_mib: f64,
    pub(crate) rss_loaded_mib: f64,
}

impl Figures {
    pub(crate) const HEADER: &str =
        "                      p50 µs   p99 µs   calls/s   list ms   MiB listed   MiB loaded";

    pub(crate) const NONE: Self = Self {
        p50_us: f64::NAN,
        p99_us: f64::NAN,
        calls_per_second: f64::NAN,
        list_ms: f64::NAN,
        rss_listed_mib: f64::NAN,
        rss_loaded_mib: f64::NAN,
    };

    pub(crate) fn medians(rounds: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| {
            let mut values: Vec<f64> = rounds.iter().map(figure).collect();
            median(&mut values)
        };
        Self {
            p50_us: of(|round| round.p50_us),
            p99_us: of(|round| round.p99_us),
            calls_per_second: of(|round| round.calls_per_second),
            list_ms: of(|round| round.list_ms),
            rss_listed_mib: of(|round| round.rss_listed_mib),
            rss_loaded_mib: of(|round| round.rss_loaded_mib),
        }
    }

    pub(crate) fn row(&self, name: &str) -> String {
        let cell = |value: f64, width: usize, digits: usize| {
            if value.is_nan() {
                format!("{:>width$}", "-")
            } else {
                format!("{value:width$.digits$}")
            }
        };
        format!(
            "{name:<18}{}{}{}{}{}{}",
            cell(self.p50_us, 10, 1),
            cell(self.p99_us, 9, 1),
            cell(self.calls_per_second, 10, 0),
            cell(self.list_ms, 10, 1),
            cell(self.rss_listed_mib, 13, 1),
            cell(self.rss_loaded_mib, 13, 1),
        )
    }
}

/// The resident memory of a process in MiB; NaN where the system does not tell.
pub(crate) fn resident_mib(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let kib = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
    kib.map_or(f64::NAN, |kib| kib / 1024.0)
}
