//! `keys_get_key` · `POST /v2/keys.getKey`

use crate::prelude::*;

/// Returns a key's settings: owner, credits, limits, roles, permissions.
///
/// If you hold the key and not its id, use `keys_whoami`.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetKey {
    /// `key_…`, not the key itself.
    pub key_id: KeyId,
    /// Return `plaintext`, if recoverable: a secret.
    pub decrypt: Option<bool>,
}

impl Operation for GetKey {
    type Response = Data<Key>;
    const NAME: &'static str = "keys_get_key";
    const ENDPOINT: &'static str = "keys.getKey";
    const TITLE: &'static str = "Get key";
    const TOOLSET: Toolset = Toolset::Keys;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[
        Grant::api("read_key").or("keyspaces/*/keys/*#read_key"),
        Grant::api("decrypt_key")
            .or("keyspaces/*/keys/*#decrypt_key")
            .when("decrypt"),
    ];
    const RECOVERY_HINT: &'static str = "";
}
