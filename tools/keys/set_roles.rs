//! `keys_set_roles` · `POST /v2/keys.setRoles`

use crate::prelude::*;

/// Makes a key's roles exactly these and removes all others.
///
/// To keep them use `keys_add_roles`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetRoles {
    /// `key_…`.
    #[schemars(description = "")]
    pub key_id: KeyId,
    /// Names, not ids; `[]` removes all.
    #[schemars(length(max = 100), inner(length(min = 1, max = 128)))]
    pub roles: Vec<String>,
}

impl Operation for SetRoles {
    type Response = Data<Vec<Role>>;
    const NAME: &'static str = "keys_set_roles";
    const ENDPOINT: &'static str = "keys.setRoles";
    const TITLE: &'static str = "Set a key's roles";
    const TOOLSET: Toolset = Toolset::Keys;
    const EFFECT: Effect = Effect::Replace;
    const GRANTS: &'static [Grant] =
        &[Grant::api("update_key").or("keyspaces/*/keys/*#update_key")];
    const RECOVERY_HINT: &'static str = "Read its roles with keys_get_key; setting again is safe.";
}
