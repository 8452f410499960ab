//! The calls under way: how many there may be, in all and for each caller, and how they end when
//! the server stops.

mod limits;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

pub use self::limits::Limits;
use crate::root_key::Caller;

/// How long the answers of calls that were cut off may take to be made.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// The calls under way, of all transports and endpoints together. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Calls(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    limits: Limits,
    // Never held across an await.
    open: Mutex<Open>,
    tracker: TaskTracker,
    cut_off: CancellationToken,
}

/// A caller as the table knows it: a hash of the root key, which is not kept, or the engine's owner.
type Fingerprint = Option<[u8; 32]>;

#[derive(Debug, Default)]
struct Open {
    all: usize,
    /// Callers without a call have no entry.
    by_caller: BTreeMap<Fingerprint, usize>,
    stopping: bool,
}

/// The right to carry out one call, until it is dropped.
#[derive(Debug)]
pub struct Permit {
    calls: Calls,
    caller: Fingerprint,
    _token: TaskTrackerToken,
}

/// Why a call is not begun. Prints with what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// As many calls as the server carries out at once are under way.
    Server(usize),
    /// As many calls as one caller may have are under way.
    Caller(usize),
    /// The server is stopping.
    Stopping,
}

impl Calls {
    /// No call yet, and room for so many.
    pub fn new(limits: Limits) -> Self {
        Self(Arc::new(Shared {
            limits,
            open: Mutex::default(),
            tracker: TaskTracker::new(),
            cut_off: CancellationToken::new(),
        }))
    }

    /// Lets `caller` make a call.
    ///
    /// # Errors
    /// [`Busy`] where there is no room, or the server is stopping.
    pub fn admit(&self, caller: &Caller) -> Result<Permit, Busy> {
        let limits = self.0.limits;
        let caller = fingerprint(caller);
        let mut open = self.open();
        if open.stopping {
            return Err(Busy::Stopping);
        }
        // What a caller can mend is said first.
        let own = open.by_caller.get(&caller).copied().unwrap_or_default();
        if own >= limits.per_caller {
            return Err(Busy::Caller(limits.per_caller));
        }
        if open.all >= limits.all {
            return Err(Busy::Server(limits.all));
        }
        open.all += 1;
        open.by_caller.insert(caller, own + 1);
        drop(open);
        Ok(Permit {
            calls: self.clone(),
            caller,
            _token: self.0.tracker.token(),
        })
    }

    /// As many calls as one caller may have under way.
    pub fn most_of_one_caller(&self) -> usize {
        self.0.limits.per_caller.min(self.0.limits.all)
    }

    /// Has stopping wait for work that takes no place among the calls.
    pub fn track(&self) -> TaskTrackerToken {
        self.0.tracker.token()
    }

    /// Ends once the calls that are still under way are to be given up.
    pub async fn cut_off(&self) {
        self.0.cut_off.cancelled().await;
    }

    /// Begins no more calls, gives those under way `patience` to end, and then cuts them off.
    pub async fn stop(&self, patience: Duration) {
        self.open().stopping = true;
        self.0.tracker.close();
        if tokio::time::timeout(patience, self.0.tracker.wait())
            .await
            .is_ok()
        {
            return;
        }
        self.cut_short().await;
    }

    /// Begins no more calls, and cuts off those under way.
    pub async fn cut_short(&self) {
        self.open().stopping = true;
        self.0.tracker.close();
        self.0.cut_off.cancel();
        // A call that is stuck on its thread does not keep the process.
        let _ = tokio::time::timeout(LAST_WORDS, self.0.tracker.wait()).await;
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Busy {
    /// The names of the limits that can be reached, for the metrics.
    pub const LIMITS: [&str; 2] = [Self::CALLS, Self::CALLS_PER_CALLER];
    const CALLS: &str = "calls";
    const CALLS_PER_CALLER: &str = "calls_per_caller";

    /// The name of the limit that was reached, for the log and the metrics.
    pub const fn limit(self) -> Option<&'static str> {
        match self {
            Self::Server(_) => Some(Self::CALLS),
            Self::Caller(_) => Some(Self::CALLS_PER_CALLER),
            Self::Stopping => None,
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut open = self.calls.open();
        open.all = open.all.saturating_sub(1);
        if let Some(own) = open.by_caller.get_mut(&self.caller) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                open.by_caller.remove(&self.caller);
            }
        }
    }
}

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server(limit) => write!(
                f,
                "The server is busy: it carries out {limit} calls at once (--max-calls), and so \
                 many are under way. Nothing was sent.\n\
                 Next: wait a few seconds, then call again."
            ),
            Self::Caller(limit) => write!(
                f,
                "Too many calls at once: {limit} calls with this root key are under way, and one \
                 root key may have no more (--max-calls-per-caller). Nothing was sent.\n\
                 Next: wait until some of them have ended, then call again; make fewer at once."
            ),
            Self::Stopping => f.write_str(
                "The server is stopping. Nothing was sent.\n\
                 Next: wait until it runs again, then call again.",
            ),
        }
    }
}

fn fingerprint(caller: &Caller) -> Fingerprint {
    match caller {
        Caller::Key(root_key) => Some(Sha256::digest(root_key.reveal()).into()),
        Caller::Owner => None,
    }
}

#[cfg(test)]
mod tests {
    use ::http::{HeaderMap, HeaderValue};

    use super::*;
    use crate::root_key::RootKey;

    fn caller(name: &str) -> Caller {
        let key = HeaderValue::from_str(&format!("unkey_{name}")).unwrap();
        let headers = HeaderMap::from_iter([(::http::header::AUTHORIZATION, key)]);
        Caller::Key(RootKey::from_headers(&headers).unwrap())
    }

    fn calls(all: usize, per_caller: usize) -> Calls {
        Calls::new(Limits { all, per_caller })
    }

    #[test]
    fn a_caller_that_has_all_it_may_costs_another_nothing() {
        let calls = calls(4, 2);
        let first = calls.admit(&caller("a")).unwrap();
        let _second = calls.admit(&caller("a")).unwrap();
        assert_eq!(calls.admit(&caller("a")).unwrap_err(), Busy::Caller(2));
        let _other = calls.admit(&caller("b")).unwrap();
        drop(first);
        calls.admit(&caller("a")).unwrap();
    }

    #[test]
    fn all_callers_together_have_a_limit_too() {
        let calls = calls(2, 2);
        let _a = calls.admit(&caller("a")).unwrap();
        let owner = calls.admit(&Caller::Owner).unwrap();
        assert_eq!(calls.admit(&caller("b")).unwrap_err(), Busy::Server(2));
        drop(owner);
        calls.admit(&caller("b")).unwrap();
    }

    #[test]
    fn nothing_is_kept_of_a_caller_without_a_call() {
        let calls = calls(1000, 1000);
        let permits: Vec<Permit> = (0..500)
            .map(|name| calls.admit(&caller(&name.to_string())).unwrap())
            .collect();
        assert_eq!(calls.open().by_caller.len(), 500);
        drop(permits);
        assert!(calls.open().by_caller.is_empty());
        assert_eq!(calls.open().all, 0);
    }

    #[tokio::test]
    async fn stopping_waits_for_what_is_under_way_and_begins_nothing() {
        let calls = calls(2, 2);
        let permit = calls.admit(&Caller::Owner).unwrap();
        let stop = tokio::spawn({
            let calls = calls.clone();
            async move { calls.stop(Duration::from_hours(1)).await }
        });
        tokio::task::yield_now().await;
        assert_eq!(calls.admit(&Caller::Owner).unwrap_err(), Busy::Stopping);
        assert!(!stop.is_finished());
        drop(permit);
        stop.await.unwrap();
        assert!(!calls.0.cut_off.is_cancelled());
    }

    #[tokio::test]
    async fn what_does_not_end_in_time_is_cut_off() {
        let calls = calls(1, 1);
        let permit = calls.admit(&Caller::Owner).unwrap();
        let call = {
            let calls = calls.clone();
            async move {
                calls.cut_off().await;
                drop(permit);
            }
        };
        tokio::join!(calls.stop(Duration::from_millis(1)), call);
    }
}
