//! `keys_remove_roles` · `POST /v2/keys.removeRoles`

use crate::prelude::*;

/// Takes roles away from a key, with the permissions they grant.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RemoveRoles {
    /// `key_…`.
    #[schemars(description = "")]
    pub key_id: KeyId,
    /// Names, not ids.
    #[schemars(length(min = 1, max = 100), inner(length(min = 1, max = 128)))]
    pub roles: Vec<String>,
}

impl Operation for RemoveRoles {
    type Response = Data<Vec<Role>>;
    const NAME: &'static str = "keys_remove_roles";
    const ENDPOINT: &'static str = "keys.removeRoles";
    const TITLE: &'static str = "Remove roles from a key";
    const TOOLSET: Toolset = Toolset::Keys;
    const EFFECT: Effect = Effect::Delete;
    const GRANTS: &'static [Grant] =
        &[Grant::api("update_key").or("keyspaces/*/keys/*#update_key")];
    const RECOVERY_HINT: &'static str = "Read its roles with keys_get_key; removing again is safe.";
}
