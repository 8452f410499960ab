//! What was read from the database and is kept in memory for as long as no commit changed it.

pub(crate) mod snapshots;
pub(crate) mod weigh;
