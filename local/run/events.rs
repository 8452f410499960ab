//! Verifications that wait to be written down.
//!
//! A verification that writes nothing else does not wait for the disk: its event is kept here, and
//! the writer puts many away together: at least every [`PATIENCE`], and as soon as they fill a slice.

use std::collections::VecDeque;
use std::mem::take;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use unkey_analytics::Event;

/// How long an event waits at most, while the writer keeps up.
pub(crate) const PATIENCE: Duration = Duration::from_millis(100);

/// How many events are written down at once: what comes meanwhile waits for that long, whether it
/// is to be written itself or finds a crowd.
const SLICE: usize = 8_192;

/// How many events wait at most. Beyond that, verifications take the way of those that write, and
/// so go at the pace at which events are written.
const CROWD: usize = 50_000;

/// Verifications that wait to be written down.
#[derive(Debug, Default)]
pub(crate) struct Events {
    // Held to push one event or to take many.
    waiting: Mutex<Waiting>,
}

/// Events in the order in which they came.
#[derive(Debug, Default)]
struct Waiting {
    /// None is empty.
    slices: VecDeque<Vec<Event>>,
    /// How many events they have.
    len: usize,
}

impl Events {
    /// Adds events. Whether the writer must be told: they are the first to wait, or fill a slice.
    pub(crate) fn add(&self, events: Vec<Event>) -> bool {
        let mut waiting = self.waiting();
        let before = waiting.len;
        for event in events {
            waiting.push(event);
        }
        let after = waiting.len;
        (before == 0 && after > 0) || (before < SLICE && after >= SLICE)
    }

    /// Whether too many wait.
    pub(crate) fn are_too_many(&self) -> bool {
        self.waiting().len >= CROWD
    }

    /// Whether they fill a slice, and so need not wait for others.
    pub(crate) fn fill_a_slice(&self) -> bool {
        self.waiting().len >= SLICE
    }

    /// Whether none wait.
    pub(crate) fn are_none(&self) -> bool {
        self.waiting().len == 0
    }

    /// Takes a slice of those that wait longest.
    pub(crate) fn take(&self) -> Vec<Event> {
        let mut waiting = self.waiting();
        let slice = waiting.slices.pop_front().unwrap_or_default();
        waiting.len -= slice.len();
        slice
    }

    /// Takes all that wait.
    pub(crate) fn take_all(&self) -> Vec<Event> {
        let all = take(&mut *self.waiting());
        all.slices.into_iter().flatten().collect()
    }

    /// Puts back what could not be written, before what came since. What is beyond the crowd is
    /// lost; the number of those is returned.
    pub(crate) fn put_back(&self, mut events: Vec<Event>) -> usize {
        let mut waiting = self.waiting();
        let beyond = (waiting.len + events.len()).saturating_sub(2 * CROWD);
        let lost = beyond.min(events.len());
        events.drain(..lost);
        waiting.len += events.len();
        while !events.is_empty() {
            let last = events.split_off(events.len().saturating_sub(SLICE));
            waiting.slices.push_front(last);
        }
        lost
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn push(&mut self, event: Event) {
        self.len += 1;
        match self.slices.back_mut() {
            Some(last) if last.len() < SLICE => last.push(event),
            _ => self.slices.push_back(vec![event]),
        }
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
        assert!(events.are_none());
        assert!(events.add(vec![event(3)]));
    }

    #[test]
    fn events_that_fill_a_slice_call_the_writer_and_are_taken_before_the_others() {
        let events = Events::default();
        events.add((1..SLICE).map(event).collect());
        assert!(!events.fill_a_slice());
        assert!(events.add(vec![event(SLICE)]));
        assert!(events.fill_a_slice());
        assert!(!events.add(vec![event(SLICE + 1)]));
        assert_eq!(events.take().len(), SLICE);
        assert_eq!(ids(&events.take_all()), [(SLICE + 1).to_string()]);
        assert!(events.are_none());
    }

    #[test]
    fn what_could_not_be_written_stands_before_what_came_since() {
        let events = Events::default();
        events.add(vec![event(1)]);
        let failed = events.take();
        events.add(vec![event(2)]);
        assert_eq!(events.put_back(failed), 0);
        assert_eq!(ids(&events.take_all()), ["1", "2"]);
    }

    #[test]
    fn a_disk_that_fails_for_long_costs_the_oldest_events_and_not_the_memory() {
        let events = Events::default();
        events.add((0..CROWD).map(event).collect());
        assert!(events.are_too_many());
        assert_eq!(events.put_back((0..2 * CROWD).map(event).collect()), CROWD);
        let slice = events.take();
        assert_eq!(
            (slice.len() <= SLICE, slice[0].request_id.as_str()),
            (true, "50000")
        );
        assert_eq!(events.put_back(slice), 0);
        assert_eq!(events.take_all().len(), 2 * CROWD);
        assert!(!events.are_too_many());
    }
}
