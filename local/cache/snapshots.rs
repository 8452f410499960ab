//! What was read from the database and may be read again: keys, their APIs, root keys, namespaces.
//!
//! A snapshot is valid for one *generation*. Every commit that changes what snapshots hold counts
//! the generation up, in the database itself, so that the commits of other processes do as well.
//! Each transaction reads its generation first and uses snapshots of no other, so what is in memory
//! is never older or newer than the transaction. `PRAGMA data_version` would tell of every commit,
//! and so throw everything away whenever a verification is recorded.

use std::hash::RandomState;
use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::{Cache, DefaultLifecycle};

use crate::cache::heap_size::HeapSize;

/// How many bytes the snapshots of a kind take: some 150,000 plain keys.
const CAPACITY: u64 = 128 << 20;

/// How many snapshots there are if they are plain keys.
const ESTIMATED_COUNT: usize = 150_000;

/// What a snapshot takes beside itself and its name, near enough: its place in the cache.
const OVERHEAD: usize = 96;

/// Snapshots of one kind, by name. Those that are used least go when there is no room for all.
pub(crate) struct Snapshots<T> {
    // Names are chosen by callers, so they are hashed with keys that nobody outside knows.
    cache: Cache<String, Entry<T>, ByBytes, RandomState>,
}

struct Entry<T> {
    generation: i64,
    bytes: u64,
    snapshot: Arc<T>,
}

/// Derived, it would ask for a `T` that can be cloned.
impl<T> Clone for Entry<T> {
    fn clone(&self) -> Self {
        Self {
            snapshot: Arc::clone(&self.snapshot),
            ..*self
        }
    }
}

#[derive(Clone)]
struct ByBytes;

impl<T> Weighter<String, Entry<T>> for ByBytes {
    fn weight(&self, _: &String, entry: &Entry<T>) -> u64 {
        entry.bytes
    }
}

impl<T> Default for Snapshots<T> {
    fn default() -> Self {
        Self {
            cache: Cache::with(
                ESTIMATED_COUNT,
                CAPACITY,
                ByBytes,
                RandomState::new(),
                DefaultLifecycle::default(),
            ),
        }
    }
}

impl<T: HeapSize> Snapshots<T> {
    /// The snapshot of that name, if there is one of that generation.
    pub(crate) fn get(&self, generation: i64, name: &str) -> Option<Arc<T>> {
        let entry = self.cache.get(name)?;
        (entry.generation == generation).then_some(entry.snapshot)
    }

    /// Keeps what was read under that name in a transaction of that generation.
    pub(crate) fn put(&self, generation: i64, name: &str, snapshot: Arc<T>) {
        let bytes = OVERHEAD + name.len() + snapshot.heap_size();
        let entry = Entry {
            generation,
            bytes: bytes.try_into().unwrap_or(u64::MAX),
            snapshot,
        };
        self.cache.insert(name.to_owned(), entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_valid_for_its_generation_alone() {
        let snapshots = Snapshots::<OfSize>::default();
        let get = |generation| Some(snapshots.get(generation, "a")?.number);
        snapshots.put(1, "a", of_size(8, 10));
        assert_eq!((get(1), get(2)), (Some(10), None));
        snapshots.put(2, "a", of_size(8, 20));
        assert_eq!((get(1), get(2)), (None, Some(20)));
    }

    #[test]
    fn what_is_kept_is_bounded_by_its_bytes() {
        let snapshots = Snapshots::default();
        for number in 0..1_000 {
            let name = number.to_string();
            snapshots.put(1, &name, of_size(1 << 20, number));
            // The same again takes the place of the first.
            snapshots.put(1, &name, of_size(1 << 20, number));
        }
        let found = |number: &usize| snapshots.get(1, &number.to_string()).is_some();
        let kept = (0..1_000).filter(found).count();
        assert!((16..=128).contains(&kept), "{kept}");
        assert!(snapshots.cache.weight() <= CAPACITY);
    }

    struct OfSize {
        bytes: usize,
        number: usize,
    }

    fn of_size(bytes: usize, number: usize) -> Arc<OfSize> {
        Arc::new(OfSize { bytes, number })
    }

    impl HeapSize for OfSize {
        fn heap_size(&self) -> usize {
            self.bytes
        }
    }
}
