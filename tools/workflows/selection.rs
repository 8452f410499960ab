//! Which keys are meant.

use serde_json::{Map, Value};

use crate::prelude::*;

/// Which keys are meant: those that all of these are true of.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Selection {
    /// Ids or names; default all.
    #[schemars(inner(length(min = 1, max = 256)))]
    pub apis: Option<Vec<String>>,
    /// Owner.
    #[schemars(description = "", length(min = 1, max = 255))]
    pub external_id: Option<String>,
    /// Part of the name.
    #[schemars(length(min = 1, max = 255))]
    pub name: Option<String>,
    /// First characters.
    #[schemars(length(min = 1, max = 255))]
    pub start: Option<String>,
    /// Recoverable keys only.
    #[schemars(length(min = 1, max = 255))]
    pub last_four: Option<String>,
    /// What a verification would say now.
    pub state: Option<KeyState>,
    /// Role's name.
    #[schemars(description = "", length(min = 1, max = 255))]
    pub role: Option<String>,
    /// Permission's slug.
    #[schemars(description = "", length(min = 1, max = 255))]
    pub permission: Option<String>,
    /// Fields of `meta` and their values.
    #[schemars(description = "")]
    pub meta: Option<Map<String, Value>>,
    /// Expires within N days.
    #[schemars(description = "", range(min = 0))]
    pub expiring_in_days: Option<i64>,
    /// Never used.
    #[schemars(description = "")]
    pub never_used: Option<bool>,
    /// Not used for N days.
    #[schemars(description = "", range(min = 0))]
    pub unused_for_days: Option<i64>,
    /// No credits left.
    #[schemars(description = "")]
    pub out_of_credits: Option<bool>,
    /// No owner.
    #[schemars(description = "")]
    pub without_owner: Option<bool>,
}

/// What a verification that asks for nothing more would answer.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum KeyState {
    /// It would pass.
    Valid,
    /// It is switched off.
    Disabled,
    /// Its time is over.
    Expired,
    /// It has no credits left.
    UsageExceeded,
}

impl KeyState {
    /// The word in a verification's answer.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Valid => "VALID",
            Self::Disabled => "DISABLED",
            Self::Expired => "EXPIRED",
            Self::UsageExceeded => "USAGE_EXCEEDED",
        }
    }

    /// What a verification of `key` would answer at `now`, Unix ms.
    pub fn of(key: &Key, now: i64) -> Self {
        let remaining = key.credits.as_ref().map(|credits| &credits.remaining);
        if !key.enabled {
            Self::Disabled
        } else if key.expires.is_some_and(|expires| now > expires) {
            Self::Expired
        } else if let Some(Patch::Set(..=0)) = remaining {
            Self::UsageExceeded
        } else {
            Self::Valid
        }
    }
}
