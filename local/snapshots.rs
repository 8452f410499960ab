//! What was read from the database and may be read again: keys, root keys, namespaces.
//!
//! A snapshot is valid for one *generation*. Every commit that changes what snapshots hold counts
//! the generation up, in the database itself, so that the commits of other processes do as well.
//! Which generation a request needs, `freshness.rs` knows or its transaction says. A snapshot is
//! therefore never older than the last commit that this process acknowledged.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, PoisonError, RwLock};

/// More than the cores that will meet here.
const SHARDS: usize = 16;

/// How many snapshots a shard holds. Those of keys that hold much metadata are large.
const CAPACITY: usize = 4_096;

#[expect(
    clippy::disallowed_types,
    reason = "a look-up on every request; never iterated, so its order cannot be seen"
)]
type Shard<T> = std::collections::HashMap<String, (i64, Arc<T>)>;

/// Snapshots of one kind, by name.
pub(crate) struct Snapshots<T> {
    hasher: RandomState,
    shards: [RwLock<Shard<T>>; SHARDS],
}

impl<T> Default for Snapshots<T> {
    fn default() -> Self {
        Self {
            hasher: RandomState::new(),
            shards: std::array::from_fn(|_| RwLock::default()),
        }
    }
}

impl<T> Snapshots<T> {
    /// The snapshot of that name, if there is one of that generation.
    pub(crate) fn get(&self, generation: i64, name: &str) -> Option<Arc<T>> {
        let shard = self.shard(name)?.read();
        let shard = shard.unwrap_or_else(PoisonError::into_inner);
        let (known, snapshot) = shard.get(name)?;
        (*known == generation).then(|| Arc::clone(snapshot))
    }

    /// Keeps what was read under that name in a transaction of that generation.
    pub(crate) fn put(&self, generation: i64, name: &str, snapshot: Arc<T>) {
        let Some(shard) = self.shard(name) else {
            return;
        };
        // Entries are replaced whole, so a thread that panicked left none half written.
        let mut shard = shard.write().unwrap_or_else(PoisonError::into_inner);
        if shard.len() >= CAPACITY {
            shard.retain(|_, (known, _)| *known == generation);
        }
        if shard.len() >= CAPACITY {
            shard.clear();
        }
        shard.insert(name.to_owned(), (generation, snapshot));
    }

    #[expect(clippy::cast_possible_truncation, reason = "less than SHARDS")]
    fn shard(&self, name: &str) -> Option<&RwLock<Shard<T>>> {
        let index = self.hasher.hash_one(name) % SHARDS as u64;
        self.shards.get(index as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_valid_for_its_generation_alone() {
        let snapshots = Snapshots::default();
        snapshots.put(1, "a", Arc::new(10));
        assert_eq!(snapshots.get(1, "a").as_deref(), Some(&10));
        assert_eq!(snapshots.get(2, "a"), None);
        snapshots.put(2, "a", Arc::new(20));
        assert_eq!(snapshots.get(2, "a").as_deref(), Some(&20));
    }

    #[test]
    fn many_names_do_not_fill_the_memory() {
        let snapshots = Snapshots::default();
        for name in 0..2 * SHARDS * CAPACITY {
            snapshots.put(1, &name.to_string(), Arc::new(name));
        }
        let held: usize = snapshots
            .shards
            .iter()
            .map(|s| s.read().unwrap().len())
            .sum();
        assert!(held <= SHARDS * CAPACITY);
    }
}
