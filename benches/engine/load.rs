//! Many callers at once, and how long each call took.

use std::time::{Duration, Instant};
use std::{io, thread};

use crate::common::times::percentiles;
use crate::workload::Workload;

const CALLERS: u64 = 32;
const WARM_UP: Duration = Duration::from_millis(300);
const MEASURED: Duration = Duration::from_millis(1_500);

/// What a load met with.
pub(crate) struct Load {
    pub(crate) calls_per_second: f64,
    pub(crate) p50_us: f64,
    pub(crate) p99_us: f64,
}

impl Load {
    /// Has every caller ask about keys of chance, one request after the other. `connect` makes
    /// what a caller asks with.
    pub(crate) fn put<A>(
        keys: usize,
        workload: Workload,
        connect: impl Fn() -> io::Result<A> + Sync,
    ) -> io::Result<Self>
    where
        A: FnMut(&str) -> io::Result<()>,
    {
        let begin = Instant::now() + WARM_UP;
        let end = begin + MEASURED;
        let caller = &|seed| -> io::Result<Vec<Duration>> {
            let mut ask = connect()?;
            let mut random = fastrand::Rng::with_seed(seed);
            let mut times = Vec::new();
            loop {
                let body = workload.body(random.usize(..keys));
                let asked = Instant::now();
                if asked >= end {
                    return Ok(times);
                }
                ask(&body)?;
                if asked >= begin {
                    times.push(asked.elapsed());
                }
            }
        };
        let mut times = thread::scope(|scope| {
            let callers: Vec<_> = (0..CALLERS)
                .map(|seed| scope.spawn(move || caller(seed)))
                .collect();
            let mut all = Vec::new();
            for caller in callers {
                let times = caller.join();
                all.append(&mut times.map_err(|_| io::Error::other("a caller panicked"))??);
            }
            io::Result::Ok(all)
        })?;
        let (p50_us, p99_us) = percentiles(&mut times);
        #[expect(
            clippy::cast_precision_loss,
            reason = "a count of calls is far below 2^52"
        )]
        let calls = times.len() as f64;
        Ok(Self {
            calls_per_second: calls / MEASURED.as_secs_f64(),
            p50_us,
            p99_us,
        })
    }
}
