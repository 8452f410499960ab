//! `permissions_get_role` · `POST /v2/permissions.getRole`

use crate::prelude::*;

/// Returns a role with its permissions.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GetRole {
    /// Name or id.
    #[schemars(length(min = 1, max = 128))]
    pub role: String,
}

impl Operation for GetRole {
    type Response = Data<Role>;
    const NAME: &'static str = "permissions_get_role";
    const ENDPOINT: &'static str = "permissions.getRole";
    const TITLE: &'static str = "Get role";
    const TOOLSET: Toolset = Toolset::Permissions;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::rbac("read_role")];
    const RECOVERY_HINT: &'static str = "";
}
