//! `permissions_get_permission` · `POST /v2/permissions.getPermission`

use crate::prelude::*;

/// Returns a permission.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GetPermission {
    /// Slug or id.
    #[schemars(length(min = 1, max = 128), regex(pattern = SLUG))]
    pub permission: String,
}

impl Operation for GetPermission {
    type Response = Data<Permission>;
    const NAME: &'static str = "permissions_get_permission";
    const ENDPOINT: &'static str = "permissions.getPermission";
    const TITLE: &'static str = "Get permission";
    const TOOLSET: Toolset = Toolset::Permissions;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::rbac("read_permission")];
    const RECOVERY_HINT: &'static str = "";
}
