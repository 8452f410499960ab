//! Verifications that wait to be written down.
//!
//! A verification that writes nothing else does not wait for the disk: its event is kept here, and
//! the writer puts all of them away together, at least every [`PATIENCE`].

use std::mem::replace;
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
        // Room for as many again, found before anyone has to wait for it.
        let room = Vec::with_capacity(self.waiting().len());
        replace(&mut *self.waiting(), room)
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn event(number: usize) -> Event {
        Event {
            request_id: number.to_string(),
            time: 0,
            workspace_id: String::new(),
            key_space_id: String::new(),
            identity_id: String::new(),
            external_id: String::new(),
            key_id: String::new(),
            region: String::new(),
            outcome: String::new(),
            tags: Vec::new(),
            spent_credits: 0,
            latency: 0.0,
        }
    }

    fn ids(events: &[Event]) -> Vec<&str> {
        events
            .iter()
            .map(|event| event.request_id.as_str())
            .collect()
    }

    #[test]
    fn only_the_first_to_wait_calls_the_writer() {
        let events = Events::default();
        assert!(!events.add(Vec::new()));
        assert!(events.add(vec![event(1)]));
        assert!(!events.add(vec![event(2)]));
        assert_eq!(ids(&events.take()), ["1", "2"]);
        assert!(events.add(vec![event(3)]));
    }

    #[test]
    fn what_could_not_be_written_stands_before_what_came_since() {
        let events = Events::default();
        events.add(vec![event(1)]);
        let failed = events.take();
        events.add(vec![event(2)]);
        assert_eq!(events.put_back(failed), 0);
        assert_eq!(ids(&events.take()), ["1", "2"]);
    }

    #[test]
    fn a_disk_that_fails_for_long_costs_the_oldest_events_and_not_the_memory() {
        let events = Events::default();
        events.add((0..CROWD).map(event).collect());
        assert!(events.are_crowded());
        assert_eq!(events.put_back((0..2 * CROWD).map(event).collect()), CROWD);
        assert_eq!(events.take().len(), 2 * CROWD);
        assert!(!events.are_crowded());
    }
}
