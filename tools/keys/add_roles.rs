//! `keys_add_roles` · `POST /v2/keys.addRoles`

use crate::prelude::*;

/// Gives a key more roles and keeps those it has.
///
/// They must exist: `permissions_create_role`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddRoles {
    /// `key_…`.
    #[schemars(description = "")]
    pub key_id: KeyId,
    /// Names, not ids.
    #[schemars(length(min = 1, max = 100), inner(length(min = 1, max = 128)))]
    pub roles: Vec<String>,
}

impl Operation for AddRoles {
    type Response = Data<Vec<Role>>;
    const NAME: &'static str = "keys_add_roles";
    const ENDPOINT: &'static str = "keys.addRoles";
    const TITLE: &'static str = "Add roles to a key";
    const TOOLSET: Toolset = Toolset::Keys;
    const EFFECT: Effect = Effect::Add;
    const GRANTS: &'static [Grant] = &[
        Grant::api("update_key").or("keyspaces/*/keys/*#update_key"),
        Grant::rbac("add_role_to_key"),
    ];
    const RECOVERY_HINT: &'static str = "Read its roles with keys_get_key; adding again is safe.";
}
