//! Hash tables for grouping and joining. Their order is never seen.

use std::hash::BuildHasherDefault;

use rustc_hash::FxHasher;

#[expect(
    clippy::disallowed_types,
    reason = "grouping a million rows needs a hash table; results are ordered by first appearance"
)]
pub(crate) type Table<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<FxHasher>>;
