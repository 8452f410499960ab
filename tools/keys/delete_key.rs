//! `keys_delete_key` · `POST /v2/keys.deleteKey`

use crate::prelude::*;

/// Deletes a key; it stops working at once.
///
/// Cannot be undone. To switch it off for a while use `keys_update_key` with `enabled` false; to
/// replace a leaked one use `keys_reroll_key`.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeleteKey {
    /// `key_…`.
    #[schemars(description = "")]
    pub key_id: KeyId,
    /// Erase its record too; default false. Cannot be done later.
    pub permanent: Option<bool>,
}

impl Operation for DeleteKey {
    type Response = Data<Empty>;
    const NAME: &'static str = "keys_delete_key";
    const ENDPOINT: &'static str = "keys.deleteKey";
    const TITLE: &'static str = "Delete key";
    const TOOLSET: Toolset = Toolset::Keys;
    const EFFECT: Effect = Effect::Delete;
    const GRANTS: &'static [Grant] =
        &[Grant::api("delete_key").or("keyspaces/*/keys/*#delete_key")];
    const RECOVERY_HINT: &'static str =
        "Ask for it with keys_get_key: a 404 says that it is deleted.";
}
