//! A panic is a bug of ours. It costs the caller the one call, and is told in the log.

pub(crate) mod faults;

use std::panic::{self, AssertUnwindSafe};
use std::thread;

use futures_util::FutureExt as _;
use tracing::{Level, enabled, error};

use crate::observe;

/// The work broke off with a panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panicked;

/// Logs where a panic happens, and not its message: that may quote what a caller sent.
pub fn log_places() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let place = place.as_deref().unwrap_or("unknown");
        let thread = thread::current();
        // A bug is told where there is no log too.
        if !enabled!(Level::ERROR) {
            observe::tell(format!("unkey-mcp: a bug, at {place}: please report it\n"));
        }
        error!(
            place,
            thread = thread.name().unwrap_or("unnamed"),
            "a panic, which is a bug: please report it with this line"
        );
    }));
}

/// Waits for `work`, which may panic.
///
/// # Errors
/// [`Panicked`] where it did. What `work` held is dropped; what it shares with others (locks, counts)
/// must be whole at every moment, as ours are.
pub async fn caught<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    AssertUnwindSafe(work)
        .catch_unwind()
        .await
        .map_err(|_| Panicked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_caught_and_what_ends_well_is_handed_on() {
        assert_eq!(caught(async { 7 }).await, Ok(7));
        let broken = caught(async {
            tokio::task::yield_now().await;
            panic!("on purpose");
        });
        assert_eq!(broken.await, Err::<(), _>(Panicked));
    }
}
