//! `permissions_delete_role` · `POST /v2/permissions.deleteRole`

use crate::prelude::*;

/// Deletes a role and takes it from every key; its permissions stay.
///
/// Cannot be undone. To take it from one key use `keys_remove_roles`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeleteRole {
    /// Name or id.
    #[schemars(length(min = 1, max = 128))]
    pub role: String,
}

impl Operation for DeleteRole {
    type Response = Data<Empty>;
    const NAME: &'static str = "permissions_delete_role";
    const ENDPOINT: &'static str = "permissions.deleteRole";
    const TITLE: &'static str = "Delete role";
    const TOOLSET: Toolset = Toolset::Permissions;
    const EFFECT: Effect = Effect::Delete;
    const GRANTS: &'static [Grant] = &[Grant::rbac("delete_role")];
    const RECOVERY_HINT: &'static str =
        "Ask for it with permissions_get_role: a 404 says that it is deleted.";
}
