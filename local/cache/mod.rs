//! What was read from the database and is kept in memory for as long as no commit changed it.

pub(crate) mod heap_size;
pub(crate) mod snapshots;
