//! When keys were last used, until that is written down.
//!
//! A use changes one number in one row, and a busy key is used again at once. The writer therefore
//! stores the latest uses every [`FLUSH_INTERVAL`], not with every verification: all of them where
//! they are few, else a part, in the order of the keys' ids, so that neighbours are written to the
//! same pages of the database. The next part begins where the last one ended.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::time::{Duration, Instant};

use unkey_analytics::Event;

/// How often uses are written down.
const FLUSH_INTERVAL: Duration = Duration::from_secs(1);

/// Up to this many are written at once.
const FEW: usize = 1_000;

/// Of more than [`FEW`], this part is written at once.
const PART: usize = 10;

/// The last use of each key, Unix ms, as far as it is not written down.
#[derive(Debug, Default)]
pub(crate) struct LastUsed {
    latest: BTreeMap<String, i64>,
    /// Where to go on: keys after this one are next.
    after: String,
    due: Option<Instant>,
}

impl LastUsed {
    /// Notes the uses that `events` tell of. One whose transaction fails later was a use all the
    /// same.
    pub(crate) fn note(&mut self, events: &[Event], now: Instant) {
        let verifications = events.iter().filter_map(|event| match event {
            Event::Verification(verification) => Some(verification),
            Event::Ratelimit(_) => None,
        });
        for verification in verifications {
            if let Some(latest) = self.latest.get_mut(&verification.key_id) {
                *latest = verification.time.max(*latest);
            } else {
                let key_id = verification.key_id.clone();
                self.latest.insert(key_id, verification.time);
            }
        }
        if !self.latest.is_empty() {
            self.due.get_or_insert(now + FLUSH_INTERVAL);
        }
    }

    /// When some are to be written down; `None` while there are none.
    pub(crate) const fn due(&self) -> Option<Instant> {
        self.due
    }

    /// How many are to be written down now.
    pub(crate) fn due_now(&self, now: Instant) -> usize {
        if self.due.is_some_and(|due| now >= due) {
            FEW.max(self.latest.len() / PART)
        } else {
            0
        }
    }

    /// The next `count`, by key.
    pub(crate) fn next(&self, count: usize) -> impl Iterator<Item = (&String, &i64)> {
        let after = self.after.as_str();
        let beyond = (Bound::Excluded(after), Bound::Unbounded);
        let before = (Bound::Unbounded, Bound::Included(after));
        let beyond = self.latest.range::<str, _>(beyond);
        beyond
            .chain(self.latest.range::<str, _>(before))
            .take(count)
    }

    /// Forgets the next `count`: they are on the disk.
    pub(crate) fn forget(&mut self, count: usize, now: Instant) {
        let written: Vec<String> = self.next(count).map(|(key, _)| key.clone()).collect();
        for key in &written {
            self.latest.remove(key);
        }
        self.after = written.into_iter().last().unwrap_or_default();
        self.due = (!self.latest.is_empty()).then_some(now + FLUSH_INTERVAL);
    }

    /// Tries again later: they could not be written.
    pub(crate) fn postpone(&mut self, now: Instant) {
        self.due = self.due.map(|_| now + FLUSH_INTERVAL);
    }
}

#[cfg(test)]
mod tests {
    use unkey_analytics::Verification;

    use super::*;
    use crate::run::pending_events::tests::verification;

    fn used(key: &str, time: i64) -> Event {
        Event::Verification(Verification {
            key_id: key.to_owned(),
            time,
            ..verification(1)
        })
    }

    #[test]
    fn the_latest_use_of_a_key_counts_and_waits_no_longer_than_the_first() {
        let mut uses = LastUsed::default();
        let start = Instant::now();
        assert_eq!(uses.due_now(start + 10 * FLUSH_INTERVAL), 0);
        for (time, at) in [
            (5, start),
            (9, start + FLUSH_INTERVAL / 2),
            (7, start + FLUSH_INTERVAL / 2),
        ] {
            uses.note(&[used("key_1", time)], at);
        }
        assert_eq!(
            uses.next(9).collect::<Vec<_>>(),
            [(&"key_1".to_owned(), &9)]
        );
        assert_eq!(uses.due_now(start + FLUSH_INTERVAL / 2), 0);
        assert_eq!(uses.due_now(start + FLUSH_INTERVAL), FEW);
        uses.forget(FEW, start + FLUSH_INTERVAL);
        assert!(uses.next(9).next().is_none() && uses.due().is_none());
    }

    #[test]
    fn of_many_keys_each_has_its_turn() {
        let mut uses = LastUsed::default();
        let mut now = Instant::now();
        let keys: Vec<String> = (0..30_000).map(|key| format!("key_{key:05}")).collect();
        let all: Vec<Event> = keys.iter().map(|key| used(key, 1)).collect();
        uses.note(&all, now);
        let mut written = Vec::new();
        for _ in 0..3 {
            now += FLUSH_INTERVAL;
            let count = uses.due_now(now);
            written.extend(uses.next(count).map(|(key, _)| key.clone()));
            uses.forget(count, now);
            // What was written is used again, and has to wait for the others.
            uses.note(&all[..1], now);
        }
        assert_eq!(written, keys[..written.len()]);
        assert_eq!(written.len(), 3_000 + 2_700 + 2_430);
        uses.forget(usize::MAX, now);
        assert!(uses.due().is_none());
    }
}
