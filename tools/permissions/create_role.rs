//! `permissions_create_role` · `POST /v2/permissions.createRole`

use crate::prelude::*;

/// Creates a role: a named set of permissions to give to keys.
///
/// Give it to keys with `keys_add_roles`.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CreateRole {
    /// Such as `billing-admin`.
    #[schemars(description = "", length(min = 1, max = 128))]
    pub name: String,
    /// Who it is for.
    #[schemars(description = "", length(max = 512))]
    pub description: Option<String>,
    /// Slugs; new ones are created.
    #[schemars(inner(length(min = 1, max = 128), regex(pattern = SLUG)))]
    pub permissions: Option<Vec<String>>,
}

/// The new role.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedRole {
    /// Names the role.
    pub role_id: RoleId,
}

impl Operation for CreateRole {
    type Response = Data<CreatedRole>;
    const NAME: &'static str = "permissions_create_role";
    const ENDPOINT: &'static str = "permissions.createRole";
    const TITLE: &'static str = "Create role";
    const TOOLSET: Toolset = Toolset::Permissions;
    const EFFECT: Effect = Effect::Create;
    const GRANTS: &'static [Grant] = &[
        Grant::rbac("create_role"),
        Grant::rbac("add_permission_to_role").when("permissions"),
        Grant::rbac("create_permission").when("new slugs"),
    ];
    const RECOVERY_HINT: &'static str = "Ask for the name with permissions_get_role.";
    const NEWER: &'static [Newer] = &[Newer::field(
        "permissions",
        "leave it out; give keys the permissions themselves with keys_add_permissions, or the role \
         its permissions in the dashboard",
    )];
}
