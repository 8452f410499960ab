//! What was read from the database and may be read again: keys, their APIs, root keys, namespaces.
//!
//! A snapshot is valid for one *generation*. Every commit that changes what snapshots hold counts
//! the generation up, in the database itself, so that the commits of other processes do as well.
//! Each transaction reads its generation first and uses snapshots of no other, so what is in memory
//! is never older or newer than the transaction. `PRAGMA data_version` would tell of every commit,
//! and so throw everything away whenever a verification is recorded.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, PoisonError, RwLock};

use crate::cache::heap_size::HeapSize;

/// More than the cores that will meet here.
const SHARDS: usize = 16;

/// How many bytes the snapshots of a shard take: 128 MiB in all, which is some 150,000 plain keys.
const CAPACITY: usize = 8 << 20;

/// What a snapshot takes beside itself and its name, near enough: its place in the table.
const PLACE: usize = 96;

#[expect(
    clippy::disallowed_types,
    reason = "a look-up on every request; never iterated, so its order cannot be seen"
)]
type Table<T> = std::collections::HashMap<String, Entry<T>>;

struct Entry<T> {
    generation: i64,
    bytes: usize,
    snapshot: Arc<T>,
}

struct Shard<T> {
    table: Table<T>,
    bytes: usize,
}

/// Snapshots of one kind, by name.
pub(crate) struct Snapshots<T> {
    hasher: RandomState,
    shards: [RwLock<Shard<T>>; SHARDS],
}

impl<T> Default for Snapshots<T> {
    fn default() -> Self {
        Self {
            hasher: RandomState::new(),
            shards: std::array::from_fn(|_| RwLock::new(Shard::new())),
        }
    }
}

impl<T> Snapshots<T> {
    /// The snapshot of that name, if there is one of that generation.
    pub(crate) fn get(&self, generation: i64, name: &str) -> Option<Arc<T>> {
        let shard = self.shard(name)?.read();
        let shard = shard.unwrap_or_else(PoisonError::into_inner);
        let entry = shard.table.get(name)?;
        (entry.generation == generation).then(|| Arc::clone(&entry.snapshot))
    }

    /// Keeps what was read under that name in a transaction of that generation.
    pub(crate) fn put(&self, generation: i64, name: &str, snapshot: Arc<T>)
    where
        T: HeapSize,
    {
        let Some(shard) = self.shard(name) else {
            return;
        };
        let entry = Entry {
            generation,
            bytes: PLACE + name.len() + snapshot.heap_size(),
            snapshot,
        };
        // Entries are replaced whole, so a thread that panicked left none half written.
        let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
        shard.put(name, entry);
    }

    #[expect(clippy::cast_possible_truncation, reason = "less than SHARDS")]
    fn shard(&self, name: &str) -> Option<&RwLock<Shard<T>>> {
        let index = self.hasher.hash_one(name) % SHARDS as u64;
        self.shards.get(index as usize)
    }
}

impl<T> Shard<T> {
    fn new() -> Self {
        Self {
            table: Table::new(),
            bytes: 0,
        }
    }

    fn put(&mut self, name: &str, entry: Entry<T>) {
        if self.bytes + entry.bytes > CAPACITY {
            self.table
                .retain(|_, known| known.generation == entry.generation);
            self.bytes = self.table.values().map(|known| known.bytes).sum();
        }
        if self.bytes + entry.bytes > CAPACITY {
            self.table.clear();
            self.bytes = 0;
        }
        self.bytes += entry.bytes;
        if let Some(before) = self.table.insert(name.to_owned(), entry) {
            self.bytes -= before.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_valid_for_its_generation_alone() {
        let snapshots = Snapshots::<i32>::default();
        snapshots.put(1, "a", Arc::new(10));
        assert_eq!(snapshots.get(1, "a").as_deref(), Some(&10));
        assert_eq!(snapshots.get(2, "a"), None);
        snapshots.put(2, "a", Arc::new(20));
        assert_eq!(snapshots.get(2, "a").as_deref(), Some(&20));
    }

    #[test]
    fn what_is_kept_is_bounded_by_its_bytes() {
        let snapshots = Snapshots::default();
        let held = || -> (usize, usize) {
            let shards = snapshots.shards.iter().map(|shard| {
                let shard = shard.read().unwrap();
                let bytes: usize = shard.table.values().map(|entry| entry.bytes).sum();
                assert_eq!(bytes, shard.bytes);
                (shard.table.len(), bytes)
            });
            shards.fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1))
        };
        let large = |number: usize| Arc::new(Large(1 << 20, number));
        for number in 0..1_000 {
            snapshots.put(1, &number.to_string(), large(number));
            // The same again takes the place of the first.
            snapshots.put(1, &number.to_string(), large(number));
        }
        let (count, bytes) = held();
        assert!((16..=128).contains(&count), "{count}");
        assert!(bytes <= SHARDS * CAPACITY, "{bytes}");
        assert_eq!(snapshots.get(1, "999").map(|kept| kept.1), Some(999));
    }

    #[derive(Debug)]
    struct Large(usize, usize);

    impl HeapSize for Large {
        fn heap_size(&self) -> usize {
            self.0
        }
    }

    impl HeapSize for i32 {
        fn heap_size(&self) -> usize {
            size_of::<Self>()
        }
    }
}
