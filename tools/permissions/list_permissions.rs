//! `permissions_list_permissions` · `POST /v2/permissions.listPermissions`

use crate::prelude::*;
use crate::reply::Page;

/// Lists the workspace's permissions, a page at a time.
///
/// While `pagination.hasMore` is true, call again with its `cursor`.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ListPermissions {
    /// Page size; default 100.
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<i64>,
    /// `pagination.cursor` of the page before.
    pub cursor: Option<String>,
    /// Text in the id, name, slug or description. Older and embedded servers refuse it.
    pub search: Option<String>,
}

impl Operation for ListPermissions {
    type Response = Page<Permission>;
    const NAME: &'static str = "permissions_list_permissions";
    const ENDPOINT: &'static str = "permissions.listPermissions";
    const TITLE: &'static str = "List permissions";
    const TOOLSET: Toolset = Toolset::Permissions;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::rbac("read_permission")];
    const AFTERMATH: &'static str = "";
}
