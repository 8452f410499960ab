//! The counters of every rate limit, in memory.
//!
//! A counter is a number under a hash of what it counts, kept in the map of one window of one
//! duration. When a duration's window ends, the map of the window that no decision can need any
//! more is dropped whole: memory is bounded by the identifiers of the windows that still count,
//! and nothing ever walks over all counters. The maps are spread over shards, each behind a mutex
//! that is held for a few look-ups, so that threads seldom meet.

use std::cmp::Reverse;
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, BinaryHeap};
use std::hash::{BuildHasher, BuildHasherDefault, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::window::{Decision, Moment, decide};

/// More than the cores that will meet here, so that two threads seldom want the same one.
const SHARDS: usize = 64;

/// The window that is running and the one that carries over into it. A caller whose clock was read
/// just before the newest window began finds its own, and misses a carry-over that by then weighs
/// next to nothing.
const KEPT: usize = 2;

/// What a limit belongs to. Limits of a namespace and limits of keys never share a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Space<'a> {
    /// A rate-limit namespace, by its id.
    Namespace(&'a str),
    /// A limit of a key or an identity, by its name.
    Limit(&'a str),
}

/// One limit to check, and what to count if it passes.
///
/// The limit itself is no part of the counter: checks that differ in it alone share one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Check<'a> {
    /// Id of the workspace.
    pub(crate) workspace: &'a str,
    /// What the limit belongs to.
    pub(crate) space: Space<'a>,
    /// Who is limited.
    pub(crate) identifier: &'a str,
    /// Length of the window, ms.
    pub(crate) duration: i64,
    /// How much may be counted in a window; 0 refuses everything.
    pub(crate) limit: i64,
    /// How much to count; 0 only looks. Not negative.
    pub(crate) cost: i64,
}

/// All counters.
pub(crate) struct Limiter {
    halves: [RandomState; 2],
    shards: Box<[Mutex<Shard>]>,
}

impl Limiter {
    /// A limiter that has counted nothing.
    pub(crate) fn new() -> Self {
        Self {
            halves: [RandomState::new(), RandomState::new()],
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
        }
    }

    /// Checks one limit at `now` (Unix ms) and counts its cost if it passes.
    pub(crate) fn check(&self, now: i64, check: &Check<'_>) -> Decision {
        let moment = Moment::at(now, check.duration);
        let key = self.key(check);
        let Some(mut shard) = self.shard(key.shard()) else {
            return decide(moment, 0, 0, check.cost, 0);
        };
        let time_passed = shard.forget(now);
        let windows = shard.windows(moment);
        let count = windows.count(moment, key);
        let decision = decide(
            moment,
            count.current,
            count.previous,
            check.cost,
            check.limit,
        );
        if decision.passed && check.cost > 0 {
            windows.set(moment, key, count.current.saturating_add(check.cost));
        }
        drop(shard);
        if time_passed {
            self.forget(now);
        }
        decision
    }

    /// Checks several limits at `now` (Unix ms) and counts their costs if all pass, else none.
    ///
    /// Each decision is that limit's own. Where another one failed, what a passing one has left is
    /// what it had before. The same counter named twice has to bear both costs.
    pub(crate) fn check_all(&self, now: i64, checks: &[Check<'_>]) -> Vec<Decision> {
        if let [check] = checks {
            return vec![self.check(now, check)];
        }
        let keys: Vec<Key> = checks.iter().map(|check| self.key(check)).collect();
        // Everyone locks in the same order, so that no two wait for each other.
        let mut order: Vec<usize> = keys.iter().map(|key| key.shard()).collect();
        order.sort_unstable();
        order.dedup();
        let mut shards: BTreeMap<usize, MutexGuard<'_, Shard>> = order
            .into_iter()
            .filter_map(|index| Some((index, self.shard(index)?)))
            .collect();
        let mut time_passed = false;
        let mut counted = Vec::with_capacity(checks.len());
        let mut decisions = Vec::with_capacity(checks.len());
        for (check, key) in checks.iter().zip(keys) {
            let moment = Moment::at(now, check.duration);
            let Some(shard) = shards.get_mut(&key.shard()) else {
                continue;
            };
            time_passed |= shard.forget(now);
            let windows = shard.windows(moment);
            let Count { current, previous } = windows.count(moment, key);
            decisions.push(decide(moment, current, previous, check.cost, check.limit));
            windows.set(moment, key, current.saturating_add(check.cost));
            counted.push((key, moment, current));
        }
        if decisions.iter().any(|decision| !decision.passed) {
            // Backwards, so that a counter named twice ends as it began.
            for (key, moment, before) in counted.into_iter().rev() {
                if let Some(shard) = shards.get_mut(&key.shard()) {
                    shard.windows(moment).set(moment, key, before);
                }
            }
            for (decision, check) in decisions.iter_mut().zip(checks) {
                if decision.passed {
                    decision.remaining = decision.remaining.saturating_add(check.cost);
                }
            }
        }
        drop(shards);
        if time_passed {
            self.forget(now);
        }
        decisions
    }

    /// Frees what no decision from `now` (Unix ms) on can need, in every shard.
    ///
    /// A check does so in its own shard, and calls this when it finds that windows have ended there;
    /// whoever has nothing else to do may call it for the time when no checks come.
    pub(crate) fn forget(&self, now: i64) {
        for index in 0..SHARDS {
            if let Some(mut shard) = self.shard(index) {
                while shard.forget(now) {}
            }
        }
    }

    fn key(&self, check: &Check<'_>) -> Key {
        let [first, second] = &self.halves;
        // The duration, too: else one identifier's windows would all meet in one shard.
        let what = (
            check.workspace,
            check.space,
            check.identifier,
            check.duration,
        );
        Key(first.hash_one(what), second.hash_one(what))
    }

    fn shard(&self, index: usize) -> Option<MutexGuard<'_, Shard>> {
        // A counter is set in one step, so a thread that panicked left none half written.
        let shard = self.shards.get(index)?;
        Some(shard.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many counters are held.
    #[cfg(test)]
    fn len(&self) -> usize {
        let held = |shard: &Mutex<Shard>| {
            let shard = shard.lock().unwrap();
            let windows = shard.windows.values();
            windows
                .flat_map(|windows| windows.counts.iter().map(Counts::len))
                .sum::<usize>()
        };
        self.shards.iter().map(held).sum()
    }
}

impl std::fmt::Debug for Limiter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limiter").finish_non_exhaustive()
    }
}

/// What a counter counts: 128 bits under hash keys that nobody outside knows, in place of the
/// names, which may be long. Two names with the same bits do not happen, by chance or on purpose.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key(u64, u64);

impl Key {
    #[expect(clippy::cast_possible_truncation, reason = "less than SHARDS")]
    const fn shard(self) -> usize {
        (self.1 % SHARDS as u64) as usize
    }
}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0);
    }
}

/// Hashes what is a hash already.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // Only for completeness: a `Key` writes a whole number.
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[expect(
    clippy::disallowed_types,
    reason = "two look-ups on every request; never iterated, so its order cannot be seen"
)]
type Counts = std::collections::HashMap<Key, i64, BuildHasherDefault<Hashed>>;

/// What was counted in a window and in the one before.
struct Count {
    current: i64,
    previous: i64,
}

/// The counters of one duration: the newest window's, then those of the window before it.
#[derive(Default)]
struct Windows {
    newest: i64,
    counts: [Counts; KEPT],
}

impl Windows {
    /// Makes the window of `sequence` one of those kept.
    fn roll(&mut self, sequence: i64) {
        match sequence.saturating_sub(self.newest) {
            -1 | 0 => return,
            1 => {
                self.counts.rotate_right(1);
                if let Some(newest) = self.counts.first_mut() {
                    *newest = Counts::default();
                }
            }
            // All of it is past, or the clock was set back: then what it counted is in a future
            // that may never come.
            _ => self.counts = <[Counts; KEPT]>::default(),
        }
        self.newest = sequence;
    }

    fn window(&mut self, sequence: i64) -> Option<&mut Counts> {
        let age = usize::try_from(self.newest.checked_sub(sequence)?).ok()?;
        self.counts.get_mut(age)
    }

    fn count(&mut self, moment: Moment, key: Key) -> Count {
        let mut of = |sequence| {
            let counts = self.window(sequence)?;
            counts.get(&key).copied()
        };
        Count {
            current: of(moment.sequence).unwrap_or(0),
            previous: of(moment.sequence.saturating_sub(1)).unwrap_or(0),
        }
    }

    /// Sets a counter. One at 0 takes no room.
    fn set(&mut self, moment: Moment, key: Key, count: i64) {
        if let Some(counts) = self.window(moment.sequence) {
            if count == 0 {
                counts.remove(&key);
            } else {
                counts.insert(key, count);
            }
        }
    }

    /// When nothing in it can matter any more, Unix ms.
    fn over(&self, duration: i64) -> i64 {
        self.newest.saturating_add(2).saturating_mul(duration)
    }
}

/// A part of the counters.
#[derive(Default)]
struct Shard {
    /// By duration, ms.
    windows: BTreeMap<i64, Windows>,
    /// For each duration, when to see whether it is over; never later than it is.
    due: BinaryHeap<Reverse<(i64, i64)>>,
}

impl Shard {
    /// The windows of the moment's duration, with the moment's own among them.
    fn windows(&mut self, moment: Moment) -> &mut Windows {
        let Self { windows, due } = self;
        let windows = windows.entry(moment.duration).or_insert_with(|| {
            let new = Windows {
                newest: moment.sequence,
                ..Windows::default()
            };
            due.push(Reverse((new.over(moment.duration), moment.duration)));
            new
        });
        windows.roll(moment.sequence);
        windows
    }

    /// Looks at one duration that was due and frees it if it is over. Says whether there was one,
    /// so that there may be another. One a check is enough, since a check adds at most one.
    fn forget(&mut self, now: i64) -> bool {
        let Some(&Reverse((due, duration))) = self.due.peek() else {
            return false;
        };
        if due > now {
            return false;
        }
        self.due.pop();
        if let Some(windows) = self.windows.get(&duration) {
            let over = windows.over(duration);
            if over > now {
                self.due.push(Reverse((over, duration)));
            } else {
                self.windows.remove(&duration);
            }
        }
        true
    }
}

#[cfg(test)]
#[path = "limiter_tests.rs"]
mod tests;
