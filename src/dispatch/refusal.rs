//! Why a call did not come to its end.

use serde_json::Value;

use crate::backend::Failure;
use crate::calls::Busy;
use crate::policy;

/// Why a call did not come to its end.
#[derive(Debug)]
pub enum Refusal {
    /// Mistakes that were found before anything was sent, each with what to do.
    Mistakes(Vec<String>),
    /// The operator's policy forbids it.
    Policy(policy::Refused),
    /// The operator allows no more writes for now.
    Spent(policy::Spent),
    /// Writes are shown and not made: this is what would be sent.
    DryRun(Value),
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

impl From<policy::Refused> for Refusal {
    fn from(refused: policy::Refused) -> Self {
        Self::Policy(refused)
    }
}
