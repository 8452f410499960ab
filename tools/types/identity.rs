//! Identities: one owner of many keys.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use serde_with::skip_serializing_none;

use super::{IdentityId, Ratelimit};

/// The owner of a key, shared by all its keys.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Identity {
    /// Names the identity.
    pub id: IdentityId,
    /// The caller's own id of the owner.
    pub external_id: String,
    /// Free data.
    pub meta: Option<Map<String, Value>>,
    /// Limits that all its keys share.
    pub ratelimits: Option<Vec<Ratelimit>>,
}
