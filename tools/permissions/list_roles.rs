//! `permissions_list_roles` · `POST /v2/permissions.listRoles`

use crate::prelude::*;
use crate::reply::Page;

/// Lists the workspace's roles with their permissions, a page at a time.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ListRoles {
    /// Page size; default 100.
    #[schemars(description = "", range(min = 1, max = 100))]
    pub limit: Option<i64>,
    /// `pagination.cursor` of the last page.
    #[schemars(description = "", length(max = 1024))]
    pub cursor: Option<String>,
    /// Text in any field.
    #[schemars(description = "", length(max = 256))]
    pub search: Option<String>,
}

impl Operation for ListRoles {
    type Response = Page<Role>;
    const NAME: &'static str = "permissions_list_roles";
    const ENDPOINT: &'static str = "permissions.listRoles";
    const TITLE: &'static str = "List roles";
    const TOOLSET: Toolset = Toolset::Permissions;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::rbac("read_role")];
    const RECOVERY_HINT: &'static str = "";
    const NEWER: &'static [Newer] = &[Newer::field(
        "search",
        "leave it out, list all pages and look through them",
    )];
}
