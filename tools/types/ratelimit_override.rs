//! Limits of their own for some identifiers: overrides.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::OverrideId;

/// A limit of its own for an identifier, or for all that match a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RatelimitOverride {
    /// Names the override.
    pub override_id: OverrideId,
    /// Window in ms.
    pub duration: i64,
    /// The identifier or pattern as stored.
    pub identifier: String,
    /// Uses per window.
    pub limit: i64,
}
