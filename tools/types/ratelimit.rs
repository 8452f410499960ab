//! Rate limits that belong to a key or an identity.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::RatelimitId;

/// A rate limit to attach to a key or an identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-open" = true))]
pub struct NewRatelimit {
    /// Unique here.
    #[schemars(description = "", length(min = 3, max = 128))]
    pub name: String,
    /// Uses per window.
    #[schemars(description = "", range(min = 1))]
    pub limit: i64,
    /// In ms.
    #[schemars(range(min = 1000))]
    pub duration: i64,
    /// Check always, not only when named.
    pub auto_apply: bool,
}

/// A rate limit of a key or an identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Ratelimit {
    /// Names the limit.
    pub id: RatelimitId,
    /// Unique within the key or identity.
    pub name: String,
    /// Uses per window.
    pub limit: i64,
    /// Window in ms.
    pub duration: i64,
    /// Whether every verification checks it.
    pub auto_apply: bool,
}
