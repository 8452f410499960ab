//! Credits: how many uses a key has left, and when they come back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::Patch;

/// How many uses a key has left.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(description = "")]
pub struct Credits {
    /// Uses left.
    #[schemars(description = "", range(min = 0))]
    pub remaining: Patch<i64>,
    /// Resets them to `amount` at 00:00 UTC.
    pub refill: Option<Refill>,
}

/// When and to what a key's credits come back.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Refill {
    /// How often.
    #[schemars(description = "")]
    pub interval: RefillInterval,
    /// Credits then.
    #[schemars(description = "", range(min = 1))]
    pub amount: i64,
    /// Always and only with `monthly`.
    #[schemars(range(min = 1, max = 31))]
    pub refill_day: Option<i64>,
}

/// How often credits come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(description = "")]
pub enum RefillInterval {
    /// Every day.
    Daily,
    /// Once a month.
    Monthly,
}
