//! `keys_remove_permissions` · `POST /v2/keys.removePermissions`

use crate::prelude::*;

/// Takes permissions away from a key.
///
/// Only direct ones; for those of a role use `keys_remove_roles`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RemovePermissions {
    /// `key_…`.
    #[schemars(description = "")]
    pub key_id: KeyId,
    /// Slugs, not ids.
    #[schemars(length(min = 1, max = 1000), inner(length(min = 1, max = 128), regex(pattern = SLUG)))]
    pub permissions: Vec<String>,
}

impl Operation for RemovePermissions {
    type Response = Data<Vec<Permission>>;
    const NAME: &'static str = "keys_remove_permissions";
    const ENDPOINT: &'static str = "keys.removePermissions";
    const TITLE: &'static str = "Remove permissions from a key";
    const TOOLSET: Toolset = Toolset::Keys;
    const EFFECT: Effect = Effect::Delete;
    const GRANTS: &'static [Grant] = &[
        Grant::api("update_key").or("keyspaces/*/keys/*#update_key"),
        Grant::rbac("remove_permission_from_key"),
    ];
    const RECOVERY_HINT: &'static str =
        "Read its permissions with keys_get_key; removing again is safe.";
}
