//! When keys were last used, until that is written down.
//!
//! A use changes one number in one row, and a busy key is used again at once. The writer therefore
//! puts the latest use of each key away every [`PATIENCE`], not with every verification.

use std::collections::BTreeMap;
use std::mem::take;
use std::time::{Duration, Instant};

use unkey_analytics::Event;

/// How long a use waits at most.
const PATIENCE: Duration = Duration::from_secs(1);

/// How many keys wait at most.
const MANY: usize = 50_000;

/// The last use of each key, Unix ms, as far as it is not written down.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    latest: BTreeMap<String, i64>,
    due: Option<Instant>,
}

impl Uses {
    /// Notes the uses that `events` tell of. One whose transaction fails later was a use all the
    /// same.
    pub(crate) fn note(&mut self, events: &[Event], now: Instant) {
        for event in events {
            if let Some(latest) = self.latest.get_mut(&event.key_id) {
                *latest = event.time.max(*latest);
            } else {
                self.latest.insert(event.key_id.clone(), event.time);
            }
        }
        if !self.latest.is_empty() {
            self.due.get_or_insert(now + PATIENCE);
        }
    }

    /// When they are to be written down; `None` while there are none.
    pub(crate) const fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Whether they are to be written down now.
    pub(crate) fn are_due(&self, now: Instant) -> bool {
        self.latest.len() > MANY || self.due.is_some_and(|due| now >= due)
    }

    /// All of them, by key.
    pub(crate) const fn latest(&self) -> &BTreeMap<String, i64> {
        &self.latest
    }

    /// Waits once more: they could not be written.
    pub(crate) fn postpone(&mut self, now: Instant) {
        self.due = self.due.map(|_| now + PATIENCE);
    }

    /// Forgets them: they are on the disk.
    pub(crate) fn clear(&mut self) {
        drop(take(self));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::tests::event;

    #[test]
    fn the_latest_use_of_a_key_counts_and_waits_no_longer_than_the_first() {
        let mut uses = Uses::default();
        let start = Instant::now();
        assert!(!uses.are_due(start + 10 * PATIENCE));
        for (time, at) in [
            (5, start),
            (9, start + PATIENCE / 2),
            (7, start + PATIENCE / 2),
        ] {
            let used = Event {
                key_id: "key_1".to_owned(),
                time,
                ..event(1)
            };
            uses.note(&[used], at);
        }
        assert_eq!(uses.latest().get("key_1"), Some(&9));
        assert!(!uses.are_due(start + PATIENCE / 2));
        assert!(uses.are_due(start + PATIENCE));
        uses.clear();
        assert!(uses.latest().is_empty() && uses.due().is_none());
    }
}
