//! `permissions_create_permission` · `POST /v2/permissions.createPermission`

use crate::prelude::*;

/// Creates a permission that keys and roles can hold.
///
/// `keys_add_permissions` also creates missing ones.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CreatePermission {
    /// Label for people.
    #[schemars(length(min = 1, max = 512))]
    pub name: String,
    /// Such as `documents.read`.
    #[schemars(length(min = 1, max = 128), regex(pattern = SLUG))]
    pub slug: String,
    /// What it allows.
    #[schemars(description = "", length(max = 512))]
    pub description: Option<String>,
}

/// The new permission.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedPermission {
    /// Names the permission.
    pub permission_id: PermissionId,
}

impl Operation for CreatePermission {
    type Response = Data<CreatedPermission>;
    const NAME: &'static str = "permissions_create_permission";
    const ENDPOINT: &'static str = "permissions.createPermission";
    const TITLE: &'static str = "Create permission";
    const TOOLSET: Toolset = Toolset::Permissions;
    const EFFECT: Effect = Effect::Create;
    const GRANTS: &'static [Grant] = &[Grant::rbac("create_permission")];
    const RECOVERY_HINT: &'static str = "Ask for the slug with permissions_get_permission.";
}
