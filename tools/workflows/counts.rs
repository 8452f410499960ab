//! What answers of workflows have in common: counts, and what could not be looked at.

use super::KeyState;
use crate::prelude::*;

/// Something that is not in an answer, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unread {
    /// What it is: an API, or the name of a part.
    pub what: String,
    /// Why it could not be read.
    pub why: String,
}

/// How many keys are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub struct StateCounts {
    /// Would pass.
    pub valid: u64,
    /// Switched off.
    pub disabled: u64,
    /// Over.
    pub expired: u64,
    /// Without credits.
    pub usage_exceeded: u64,
}

impl StateCounts {
    /// Counts one more.
    pub const fn add(&mut self, state: KeyState) {
        let count = match state {
            KeyState::Valid => &mut self.valid,
            KeyState::Disabled => &mut self.disabled,
            KeyState::Expired => &mut self.expired,
            KeyState::UsageExceeded => &mut self.usage_exceeded,
        };
        *count += 1;
    }

    /// All of them.
    pub const fn total(&self) -> u64 {
        self.valid + self.disabled + self.expired + self.usage_exceeded
    }
}

/// How many there are of something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Count {
    /// Of what.
    pub of: String,
    /// How many.
    pub count: u64,
}
