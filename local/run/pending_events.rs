//! Events that wait to be written down.
//!
//! A verification that writes nothing else and a check of a rate limit do not wait for the disk: their
//! events are kept here, and the writer stores many at once: every [`FLUSH_INTERVAL`], and sooner where
//! there is a batch.

use std::collections::VecDeque;
use std::mem::take;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use unkey_analytics::Event;

/// How long an event waits at most, while the writer keeps up.
pub(crate) const FLUSH_INTERVAL: Duration = Duration::from_millis(100);

/// How many events are written in one transaction: requests that write wait for that long.
const BATCH: usize = 8_192;

/// From this many on, verifications are handed over to the writer, and so are answered at the pace at
/// which events are written.
const HIGH_WATER_MARK: usize = 50_000;

/// Events that wait to be written down, in the order in which they came.
#[derive(Debug, Default)]
pub(crate) struct PendingEvents {
    // Held to push one event or to take a batch.
    queue: Mutex<VecDeque<Event>>,
    /// How many events were not let in since that was last told.
    refused: AtomicUsize,
}

impl PendingEvents {
    /// Adds events. Whether the writer must be told: they are the first, or complete a batch.
    pub(crate) fn add(&self, events: Vec<Event>) -> bool {
        let mut queue = self.queue();
        let before = queue.len();
        queue.extend(events);
        let after = queue.len();
        (before == 0 && after > 0) || (before < BATCH && after >= BATCH)
    }

    /// Whether there is room for `count` more events, of what must not wait for the writer: rate limits
    /// go on while nothing can be written. Those without room are lost, and counted.
    pub(crate) fn have_room_for(&self, count: usize) -> bool {
        let have_room = !self.are_too_many();
        if !have_room {
            self.refused.fetch_add(count, Ordering::Relaxed);
        }
        have_room
    }

    /// How many had no room since this was last asked.
    pub(crate) fn take_refused(&self) -> usize {
        self.refused.swap(0, Ordering::Relaxed)
    }

    /// Whether there are so many that verifications must wait for the writer.
    pub(crate) fn are_too_many(&self) -> bool {
        self.queue().len() >= HIGH_WATER_MARK
    }

    /// Whether there is a batch, which need not wait for more.
    pub(crate) fn has_batch(&self) -> bool {
        self.queue().len() >= BATCH
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.queue().is_empty()
    }

    /// Takes a batch of the oldest.
    pub(crate) fn take_batch(&self) -> Vec<Event> {
        let mut queue = self.queue();
        let count = queue.len().min(BATCH);
        queue.drain(..count).collect()
    }

    /// Takes all.
    pub(crate) fn take_all(&self) -> Vec<Event> {
        take(&mut *self.queue()).into()
    }

    /// Puts back what could not be written, before what came since. The oldest beyond twice the
    /// high-water mark are lost; returns how many.
    pub(crate) fn put_back(&self, events: Vec<Event>) -> usize {
        let mut queue = self.queue();
        let beyond = (queue.len() + events.len()).saturating_sub(2 * HIGH_WATER_MARK);
        let lost = beyond.min(events.len());
        for event in events.into_iter().skip(lost).rev() {
            queue.push_front(event);
        }
        lost
    }

    fn queue(&self) -> MutexGuard<'_, VecDeque<Event>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use unkey_analytics::Verification;

    use super::*;

    pub(crate) fn verification(number: usize) -> Verification {
        Verification {
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

    fn event(number: usize) -> Event {
        Event::Verification(verification(number))
    }

    fn id(event: &Event) -> &str {
        match event {
            Event::Verification(verification) => &verification.request_id,
            Event::Ratelimit(check) => &check.request_id,
        }
    }

    fn ids(events: &[Event]) -> Vec<&str> {
        events.iter().map(id).collect()
    }

    #[test]
    fn only_the_first_to_wait_calls_the_writer() {
        let events = PendingEvents::default();
        assert!(!events.add(Vec::new()));
        assert!(events.add(vec![event(1)]));
        assert!(!events.add(vec![event(2)]));
        assert_eq!(ids(&events.take_batch()), ["1", "2"]);
        assert!(events.is_empty());
        assert!(events.add(vec![event(3)]));
    }

    #[test]
    fn events_that_complete_a_batch_call_the_writer_and_are_taken_before_the_others() {
        let events = PendingEvents::default();
        events.add((1..BATCH).map(event).collect());
        assert!(!events.has_batch());
        assert!(events.add(vec![event(BATCH)]));
        assert!(events.has_batch());
        assert!(!events.add(vec![event(BATCH + 1)]));
        assert_eq!(events.take_batch().len(), BATCH);
        assert_eq!(ids(&events.take_all()), [(BATCH + 1).to_string()]);
        assert!(events.is_empty());
    }

    #[test]
    fn what_could_not_be_written_stands_before_what_came_since() {
        let events = PendingEvents::default();
        events.add(vec![event(1)]);
        let failed = events.take_batch();
        events.add(vec![event(2)]);
        assert_eq!(events.put_back(failed), 0);
        assert_eq!(ids(&events.take_all()), ["1", "2"]);
    }

    #[test]
    fn a_disk_that_fails_for_long_costs_the_oldest_events_and_not_the_memory() {
        let events = PendingEvents::default();
        events.add((0..HIGH_WATER_MARK).map(event).collect());
        assert!(events.are_too_many());
        assert_eq!(
            events.put_back((0..2 * HIGH_WATER_MARK).map(event).collect()),
            HIGH_WATER_MARK
        );
        let batch = events.take_batch();
        assert_eq!((batch.len() <= BATCH, id(&batch[0])), (true, "50000"));
        assert_eq!(events.put_back(batch), 0);
        assert_eq!(events.take_all().len(), 2 * HIGH_WATER_MARK);
        assert!(!events.are_too_many());
    }

    #[test]
    fn what_cannot_wait_for_a_disk_that_fails_is_counted_once() {
        let events = PendingEvents::default();
        assert!(events.have_room_for(1));
        events.add((0..HIGH_WATER_MARK).map(event).collect());
        assert!(!events.have_room_for(1) && !events.have_room_for(3));
        assert_eq!((events.take_refused(), events.take_refused()), (4, 0));
        events.take_all();
        assert!(events.have_room_for(3));
        assert_eq!(events.take_refused(), 0);
    }
}
