//! A key that was just issued.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{KeyId, Secret};

/// The new key.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedKey {
    /// Names the key in every later call.
    pub key_id: KeyId,
    /// The key itself; unless it is recoverable it cannot be read again.
    #[schemars(extend("x-secret" = crate::secrets::KEY))]
    pub key: Secret,
}
