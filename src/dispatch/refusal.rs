//! Why a call did not come to its end.

use crate::backend::Failure;
use crate::calls::Busy;

/// Why a call did not come to its end.
#[derive(Debug)]
pub enum Refusal {
    /// Mistakes that were found before anything was sent, each with what to do.
    Mistakes(Vec<String>),
    /// There is no room for it.
    Busy(Busy),
    /// It was made, and failed.
    Failed(Failure),
}

impl From<Busy> for Refusal {
    fn from(busy: Busy) -> Self {
        Self::Busy(busy)
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
