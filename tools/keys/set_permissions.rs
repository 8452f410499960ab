//! `keys_set_permissions` · `POST /v2/keys.setPermissions`

use crate::prelude::*;

/// Makes a key's direct permissions exactly these and removes all others.
///
/// To keep them use `keys_add_permissions`. New slugs are created; what roles grant stays.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetPermissions {
    /// `key_…`.
    #[schemars(description = "")]
    pub key_id: KeyId,
    /// Slugs, not ids; `[]` removes all.
    #[schemars(inner(length(min = 1, max = 128), regex(pattern = SLUG)))]
    pub permissions: Vec<String>,
}

impl Operation for SetPermissions {
    type Response = Data<Vec<Permission>>;
    const NAME: &'static str = "keys_set_permissions";
    const ENDPOINT: &'static str = "keys.setPermissions";
    const TITLE: &'static str = "Set a key's permissions";
    const TOOLSET: Toolset = Toolset::Keys;
    const EFFECT: Effect = Effect::Replace;
    const GRANTS: &'static [Grant] = &[
        Grant::api("update_key").or("keyspaces/*/keys/*#update_key"),
        Grant::rbac("add_permission_to_key"),
        Grant::rbac("remove_permission_from_key"),
        Grant::rbac("create_permission")
            .or("rbac/permissions/*#create_permission")
            .when("new slugs"),
    ];
    const RECOVERY_HINT: &'static str =
        "Read its permissions with keys_get_key; setting again is safe.";
}
