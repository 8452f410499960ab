//! Why a call did not come to its end.

use std::sync::Arc;

use serde_json::Value;
use unkey_tools::Entry;

use super::Facts;
use crate::backend::Failure;
use crate::calls::Busy;
use crate::confirm::Unconfirmed;
use crate::policy;
use crate::secrets::Unanswered;

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
    /// Nobody has agreed to it.
    Unconfirmed(Unconfirmed),
    /// It was made, and failed; what helps to say why.
    Failed(Failure, Box<Facts>),
    /// It was carried out, and the secret that it brought could not be kept: what to do about it.
    Lost(String),
    /// A call to this tool, of which the one that was asked for is made, did not come to its end.
    Part(&'static Entry, Arc<Refusal>),
}

impl Refusal {
    /// A single mistake.
    pub(super) fn mistake(mistake: String) -> Self {
        Self::Mistakes(vec![mistake])
    }

    /// A call that was made and has no answer to show.
    pub(super) fn unanswered(unanswered: Unanswered, facts: Facts) -> Self {
        match unanswered {
            Unanswered::Failed(failure) => Self::Failed(failure, Box::new(facts)),
            Unanswered::Lost(what) => Self::Lost(what),
        }
    }
}

impl From<Busy> for Refusal {
    fn from(busy: Busy) -> Self {
        Self::Busy(busy)
    }
}

impl From<Unconfirmed> for Refusal {
    fn from(unconfirmed: Unconfirmed) -> Self {
        Self::Unconfirmed(unconfirmed)
    }
}

impl From<policy::Refused> for Refusal {
    fn from(refused: policy::Refused) -> Self {
        Self::Policy(refused)
    }
}
