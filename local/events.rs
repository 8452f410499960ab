//! Verifications that wait to be written down.
//!
//! A verification that writes nothing else does not wait for the disk: its event is kept here, and
//! the writer puts all of them away together, at least every [`PATIENCE`].

use std::mem::take;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use unkey_analytics::Event;

/// How long an event waits at most.
pub(crate) const PATIENCE: Duration = Duration::from_millis(100);

/// How many events wait at most. Beyond that, verifications take the way of those that write, and
/// so go at the pace at which events are written.
const CROWD: usize = 50_000;

/// Verifications that wait to be written down.
#[derive(Debug, Default)]
pub(crate) struct Events {
    // Held to push one event or to take all.
    waiting: Mutex<Vec<Event>>,
}

impl Events {
    /// Adds events. Whether they are the first to wait: then the writer must be told.
    pub(crate) fn add(&self, events: Vec<Event>) -> bool {
        let mut waiting = self.waiting();
        let first = waiting.is_empty() && !events.is_empty();
        waiting.extend(events);
        first
    }

    /// Whether too many wait.
    pub(crate) fn are_crowded(&self) -> bool {
        self.waiting().len() >= CROWD
    }

    /// Takes all that wait.
    pub(crate) fn take(&self) -> Vec<Event> {
        take(&mut *self.waiting())
    }

    /// Puts back what could not be written, before what came since. What is beyond the crowd is
    /// lost; the number of those is returned.
    pub(crate) fn put_back(&self, mut events: Vec<Event>) -> usize {
        let mut waiting = self.waiting();
        events.append(&mut waiting);
        let lost = events.len().saturating_sub(2 * CROWD);
        events.drain(..lost);
        *waiting = events;
        lost
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Event>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
