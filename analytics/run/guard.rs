//! Stops a question that takes too long or too much memory.

use std::cell::Cell;
use std::time::{Duration, Instant};

use crate::error::{QueryError, Result};
use crate::room::MOST_BYTES;

/// Watches over one question.
#[derive(Debug)]
pub(crate) struct Guard {
    started: Instant,
    limit: Duration,
    held: Cell<usize>,
}

impl Guard {
    pub(crate) fn new(limit: Duration) -> Self {
        Self {
            started: Instant::now(),
            limit,
            held: Cell::new(0),
        }
    }

    /// Whether the time is up.
    pub(crate) fn is_late(&self) -> bool {
        self.started.elapsed() >= self.limit
    }

    pub(crate) fn on_time(&self) -> Result<()> {
        if self.is_late() {
            Err(QueryError::timeout())
        } else {
            Ok(())
        }
    }

    /// Notes that memory is held from now on, and looks at the clock.
    pub(crate) fn hold(&self, bytes: usize) -> Result<()> {
        self.held.set(self.held.get().saturating_add(bytes));
        self.room_for(0)?;
        self.on_time()
    }

    /// Whether so much more would still be allowed.
    pub(crate) fn room_for(&self, bytes: usize) -> Result<()> {
        if self.held.get().saturating_add(bytes) > MOST_BYTES {
            Err(QueryError::memory())
        } else {
            Ok(())
        }
    }

    pub(crate) fn held(&self) -> usize {
        self.held.get()
    }

    /// Notes that what was taken since is given back.
    pub(crate) fn release_to(&self, held: usize) {
        self.held.set(held);
    }
}
