//! The connections that are open, and which of them goes when there are too many.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use prometheus_client::metrics::gauge::Gauge;
use tokio::time::Instant;

use super::activity::Activity;

/// How long a client may keep the server waiting before its connection can be closed for another's:
/// one that has connected and is about to send is left alone.
const PATIENCE: Duration = Duration::from_millis(20);

/// A bounded number of connections.
#[derive(Debug)]
pub(super) struct Pool {
    limit: usize,
    open: Mutex<Open>,
    /// How many there are, for the metrics.
    counted: Gauge,
}

#[derive(Debug, Default)]
struct Open {
    next: u64,
    connections: BTreeMap<u64, Arc<Activity>>,
}

/// A connection's place in the pool, which it leaves when it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    pool: Arc<Pool>,
    id: u64,
    pub(super) activity: Arc<Activity>,
    /// Whether another connection was closed for it.
    pub(super) displaced_another: bool,
}

impl Pool {
    /// A pool of at most `limit` connections, which `counted` counts with others.
    pub(super) fn new(limit: usize, counted: Gauge) -> Self {
        Self {
            limit,
            open: Mutex::default(),
            counted,
        }
    }

    /// A place for a new connection. Where all are taken, one is closed whose client keeps the server
    /// waiting; where the server works for all of them, there is none.
    pub(super) fn admit(self: &Arc<Self>) -> Option<Slot> {
        let mut open = self.open();
        let full = open.connections.len() >= self.limit;
        if full && !open.close_one(Instant::now(), self.limit) {
            return None;
        }
        let id = open.next;
        open.next += 1;
        let activity = Arc::new(Activity::opened());
        open.connections.insert(id, activity.clone());
        self.counted.inc();
        Some(Slot {
            pool: self.clone(),
            id,
            activity,
            displaced_another: full,
        })
    }

    /// Closes a connection whose client keeps the server waiting.
    pub(super) fn close_one(&self) {
        self.open().close_one(Instant::now(), self.limit);
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Closes the connection that has been idle longest, since whoever has been answered loses least; or
    /// of those on which a request is on its way the one that waits longest, where they are half of all
    /// or the others are none. So idle clients do not keep out those that send, nor slow ones those that
    /// keep a connection.
    fn close_one(&mut self, now: Instant, limit: usize) -> bool {
        let (mut sending, mut first) = (0, [None; 2]);
        for (id, activity) in &self.connections {
            let Some(waiting) = activity.waiting() else {
                continue;
            };
            sending += usize::from(waiting.sending);
            if now.saturating_duration_since(waiting.since) >= PATIENCE {
                let [idle, slow] = &mut first;
                let first = if waiting.sending { slow } else { idle };
                let this = (waiting.since, *id);
                *first = Some(first.map_or(this, |other| this.min(other)));
            }
        }
        let [idle, slow] = first;
        let chosen = if sending * 2 >= limit {
            slow.or(idle)
        } else {
            idle.or(slow)
        };
        let Some(activity) = chosen.and_then(|(_, id)| self.connections.remove(&id)) else {
            return false;
        };
        activity.close();
        true
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.pool.open().connections.remove(&self.id);
        self.pool.counted.dec();
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_connection_that_the_server_works_for_is_never_closed_for_another() {
        let pool = Arc::new(Pool::new(1, Gauge::default()));
        let first = pool.admit().unwrap();
        first.activity.request_began(false);
        tokio::time::sleep(PATIENCE).await;
        assert!(pool.admit().is_none());
        drop(first);
        assert!(!pool.admit().unwrap().displaced_another);
    }

    #[tokio::test]
    async fn the_client_that_keeps_the_server_waiting_longest_goes_first() {
        let pool = Arc::new(Pool::new(2, Gauge::default()));
        let first = pool.admit().unwrap();
        let second = pool.admit().unwrap();
        // It was opened first, but has just been answered.
        tokio::time::sleep(PATIENCE).await;
        first.activity.request_began(false);
        first.activity.answered();
        assert!(pool.admit().unwrap().displaced_another);
        second.activity.closing().await;
    }

    #[tokio::test]
    async fn a_client_that_never_had_an_answer_goes_before_one_that_had() {
        let pool = Arc::new(Pool::new(2, Gauge::default()));
        let used = pool.admit().unwrap();
        used.activity.request_began(false);
        used.activity.answered();
        tokio::time::sleep(PATIENCE / 2).await;
        let idle = pool.admit().unwrap();
        tokio::time::sleep(PATIENCE).await;
        assert!(pool.admit().unwrap().displaced_another);
        idle.activity.closing().await;
    }

    #[tokio::test]
    async fn a_client_that_sends_outlasts_those_that_were_answered() {
        let pool = Arc::new(Pool::new(4, Gauge::default()));
        let slow = pool.admit().unwrap();
        slow.activity.request_began(true);
        slow.activity.awaits_body();
        tokio::time::sleep(PATIENCE).await;
        let mut answered = Vec::new();
        for _ in 0..20 {
            let place = pool.admit().unwrap();
            place.activity.request_began(false);
            place.activity.answered();
            answered.push(place);
            tokio::time::sleep(PATIENCE).await;
        }
        assert!(slow.activity.closing().now_or_never().is_none());
        assert!(answered[0].activity.closing().now_or_never().is_some());
    }

    #[tokio::test]
    async fn of_clients_that_send_and_take_half_of_all_places_the_slowest_goes() {
        let pool = Arc::new(Pool::new(4, Gauge::default()));
        let kept = pool.admit().unwrap();
        kept.activity.request_began(false);
        kept.activity.answered();
        let mut sending = Vec::new();
        for _ in 0..20 {
            tokio::time::sleep(PATIENCE).await;
            sending.push(pool.admit().unwrap());
        }
        assert!(kept.activity.closing().now_or_never().is_none());
        assert!(sending[0].activity.closing().now_or_never().is_some());
    }

    #[tokio::test]
    async fn a_client_that_has_only_just_connected_is_left_alone() {
        let pool = Arc::new(Pool::new(1, Gauge::default()));
        let _first = pool.admit().unwrap();
        assert!(pool.admit().is_none());
    }
}
