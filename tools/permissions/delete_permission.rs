//! `permissions_delete_permission` · `POST /v2/permissions.deletePermission`

use crate::prelude::*;

/// Deletes a permission and takes it from every key and role.
///
/// Cannot be undone. To take it from one key use `keys_remove_permissions`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeletePermission {
    /// Slug or id.
    #[schemars(length(min = 1, max = 128), regex(pattern = SLUG))]
    pub permission: String,
}

impl Operation for DeletePermission {
    type Response = Data<Empty>;
    const NAME: &'static str = "permissions_delete_permission";
    const ENDPOINT: &'static str = "permissions.deletePermission";
    const TITLE: &'static str = "Delete permission";
    const TOOLSET: Toolset = Toolset::Permissions;
    const EFFECT: Effect = Effect::Delete;
    const GRANTS: &'static [Grant] = &[Grant::rbac("delete_permission")];
    const RECOVERY_HINT: &'static str =
        "Ask for it with permissions_get_permission: a 404 says that it is deleted.";
}
