//! `permissions_set_role_permissions` · `POST /v2/permissions.setRolePermissions`

use crate::prelude::*;

/// Makes a role's permissions exactly these and removes all others.
///
/// Every key with the role gains and loses them. New slugs are created.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SetRolePermissions {
    /// `role_…`, not its name: see `permissions_get_role`.
    #[schemars(length(min = 3, max = 255), regex(pattern = REFERENCE))]
    pub role_id: RoleId,
    /// Slugs, not ids; `[]` removes all.
    #[schemars(inner(length(min = 1, max = 128), regex(pattern = SLUG)))]
    pub permissions: Vec<String>,
}

impl Operation for SetRolePermissions {
    type Response = Data<Vec<Permission>>;
    const NAME: &'static str = "permissions_set_role_permissions";
    const ENDPOINT: &'static str = "permissions.setRolePermissions";
    const TITLE: &'static str = "Set a role's permissions";
    const TOOLSET: Toolset = Toolset::Permissions;
    const EFFECT: Effect = Effect::Replace;
    const GRANTS: &'static [Grant] = &[
        Grant::rbac("add_permission_to_role"),
        Grant::rbac("remove_permission_from_role"),
        Grant::rbac("create_permission")
            .or("rbac/permissions/*#create_permission")
            .when("new slugs"),
    ];
    const RECOVERY_HINT: &'static str =
        "Read the role with permissions_get_role; setting again is safe.";
    const NEWER: &'static [Newer] = &[Newer::operation(
        "give keys the permissions themselves with `keys_add_permissions`, and take them with `keys_remove_permissions`",
    )];
}
