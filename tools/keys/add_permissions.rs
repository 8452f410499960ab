//! `keys_add_permissions` · `POST /v2/keys.addPermissions`

use crate::prelude::*;

/// Gives a key more permissions and keeps those it has.
///
/// A new slug is created: check the spelling with `permissions_list_permissions`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AddPermissions {
    /// `key_…`.
    #[schemars(description = "")]
    pub key_id: KeyId,
    /// Slugs such as `documents.read`, not ids.
    #[schemars(length(min = 1, max = 1000), inner(length(min = 1, max = 128), regex(pattern = SLUG)))]
    pub permissions: Vec<String>,
}

impl Operation for AddPermissions {
    type Response = Data<Vec<Permission>>;
    const NAME: &'static str = "keys_add_permissions";
    const ENDPOINT: &'static str = "keys.addPermissions";
    const TITLE: &'static str = "Add permissions to a key";
    const TOOLSET: Toolset = Toolset::Keys;
    const EFFECT: Effect = Effect::Add;
    const GRANTS: &'static [Grant] = &[
        Grant::api("update_key").or("keyspaces/*/keys/*#update_key"),
        Grant::rbac("add_permission_to_key"),
        Grant::rbac("create_permission")
            .or("rbac/permissions/*#create_permission")
            .when("new slugs"),
    ];
    const RECOVERY_HINT: &'static str =
        "Read its permissions with keys_get_key; adding again is safe.";
}
