//! Cancellations of the older protocols over HTTP: `notifications/cancelled` comes in a request of
//! its own, while the call hangs on another connection.
//!
//! No sessions are kept, so a call is known by who asked: root key, address, program and id. Two
//! programs of one user may be alike in all of it, as all begin to count at 1. Where two calls could
//! be meant, nothing is cancelled: a call that goes on too long is better than another's that ends.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;

/// How long a call that has ended may still be meant: its answer and the cancellation may have crossed.
/// Clients that begin to count at 1 with each connection use an id again soon.
const MEMORY: Duration = Duration::from_millis(250);

/// How many calls that have ended are remembered at most.
const MAX_ENDED: usize = 16_384;

/// How many calls under way can be cancelled at most.
const MAX_UNDER_WAY: usize = 16_384;

/// Who asked for what: a digest, since the parts hold a root key and are of any length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CallKey([u8; 32]);

impl CallKey {
    /// The key of a call with all that is known of it.
    pub(super) fn new(parts: &[&[u8]]) -> Self {
        let mut digest = Sha256::new();
        for part in parts {
            // With its length, so that no two lists of parts read the same.
            digest.update(part.len().to_le_bytes());
            digest.update(part);
        }
        Self(digest.finalize().into())
    }
}

/// The calls that can be cancelled.
#[derive(Clone, Debug, Default)]
pub(super) struct CancellableCalls(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    under_way: BTreeMap<CallKey, Vec<(u64, CancellationToken)>>,
    count: usize,
    last_number: u64,
    /// Those that ended lately, oldest first.
    ended: VecDeque<(Instant, CallKey)>,
}

/// A call under way; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct CancellableCall {
    calls: CancellableCalls,
    key: CallKey,
    number: u64,
    cancelled: CancellationToken,
}

impl CancellableCalls {
    /// Notes that a call begins; nothing where there are too many already.
    pub(super) fn begin(&self, key: CallKey) -> Option<CancellableCall> {
        let mut table = self.lock();
        if table.count >= MAX_UNDER_WAY {
            return None;
        }
        table.count += 1;
        table.last_number += 1;
        let number = table.last_number;
        let cancelled = CancellationToken::new();
        let call = (number, cancelled.clone());
        table.under_way.entry(key).or_default().push(call);
        drop(table);
        Some(CancellableCall {
            calls: self.clone(),
            key,
            number,
            cancelled,
        })
    }

    /// Cancels the call with this key, if it is the only one that can be meant.
    pub(super) fn cancel(&self, key: CallKey, now: Instant) {
        let mut table = self.lock();
        table.forget(now);
        if table.ended.iter().any(|(_, ended)| *ended == key) {
            return;
        }
        if let Some([(_, cancelled)]) = table.under_way.get(&key).map(Vec::as_slice) {
            cancelled.cancel();
        }
    }

    fn end(&self, key: CallKey, number: u64, now: Instant) {
        let mut table = self.lock();
        if let Some(calls) = table.under_way.get_mut(&key) {
            calls.retain(|(other, _)| *other != number);
            if calls.is_empty() {
                table.under_way.remove(&key);
            }
            table.count -= 1;
        }
        table.ended.push_back((now, key));
        table.forget(now);
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        // Nothing in here can leave the table half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn forget(&mut self, now: Instant) {
        let is_old = |(ended, _): &(Instant, CallKey)| now.duration_since(*ended) > MEMORY;
        while self.ended.len() > MAX_ENDED || self.ended.front().is_some_and(is_old) {
            self.ended.pop_front();
        }
    }
}

impl CancellableCall {
    /// Waits until the call is cancelled.
    pub(super) async fn cancelled(&self) {
        self.cancelled.cancelled().await;
    }
}

impl Drop for CancellableCall {
    fn drop(&mut self) {
        self.calls.end(self.key, self.number, Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str) -> CallKey {
        CallKey::new(&[b"key", id.as_bytes()])
    }

    fn is_cancelled(call: &CancellableCall) -> bool {
        call.cancelled.is_cancelled()
    }

    #[test]
    fn the_one_call_that_can_be_meant_is_cancelled() {
        let calls = CancellableCalls::default();
        let (call, other) = (
            calls.begin(key("1")).unwrap(),
            calls.begin(key("2")).unwrap(),
        );
        calls.cancel(key("1"), Instant::now());
        assert!(is_cancelled(&call) && !is_cancelled(&other));
    }

    #[test]
    fn where_two_calls_can_be_meant_neither_is_cancelled() {
        let calls = CancellableCalls::default();
        let (call, other) = (
            calls.begin(key("1")).unwrap(),
            calls.begin(key("1")).unwrap(),
        );
        calls.cancel(key("1"), Instant::now());
        assert!(!is_cancelled(&call) && !is_cancelled(&other));
        // A cancellation that arrives late may be meant for the call that has ended.
        drop(other);
        calls.cancel(key("1"), Instant::now());
        assert!(!is_cancelled(&call));
        calls.cancel(key("1"), Instant::now() + MEMORY * 2);
        assert!(is_cancelled(&call));
    }

    #[test]
    fn nothing_is_kept_of_calls_that_ended_long_ago() {
        let calls = CancellableCalls::default();
        let now = Instant::now();
        for id in 0..MAX_ENDED + 10 {
            calls.end(key(&id.to_string()), 0, now);
        }
        assert_eq!(calls.lock().ended.len(), MAX_ENDED);
        calls.cancel(key("x"), now + MEMORY * 2);
        let table = calls.lock();
        assert_eq!(
            (table.ended.len(), table.under_way.len(), table.count),
            (0, 0, 0)
        );
    }

    #[test]
    fn parts_that_run_together_are_told_apart() {
        assert_ne!(CallKey::new(&[b"ab", b"c"]), CallKey::new(&[b"a", b"bc"]));
    }
}
