//! Whom a question is asked for.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use crate::types::Dataset;

/// Whose events a question is about, and what its answer may take.
#[derive(Clone, Debug)]
pub struct QueryContext {
    /// What it is about.
    pub dataset: Dataset,
    /// Whose events are seen.
    pub workspace_id: String,
    /// The key spaces, or the namespaces of rate limits, whose events are seen; None for all.
    pub only_in: Option<Vec<String>>,
    /// What `now()` gives, in Unix milliseconds.
    pub now: i64,
    /// How many days back events are seen; 0 for all.
    pub retention_days: i64,
    /// How many rows a SELECT gives at most; 0 for any number.
    pub max_rows: u64,
    /// How many bytes an answer may have.
    pub max_bytes: usize,
    /// How long the answer may take.
    pub time_limit: Duration,
    /// Set when nobody waits for the answer any more: then it ends as if its time were over.
    pub abandoned: Arc<AtomicBool>,
}
