//! `permissions_list_permissions` · `POST /v2/permissions.listPermissions`

use unkey_tools::Page;
use unkey_tools::permissions::ListPermissions;
use unkey_tools::types::Permission;

use crate::prelude::*;
use crate::store::Permissions;
use crate::wire::paging::page;

impl Apply for ListPermissions {
    const ACCESS: Access = Access::Read;

    fn schema() -> Value {
        schema::object(
            &[],
            &json!({
                "limit": schema::integer(1, 100),
                "cursor": schema::text(0, 1_024),
                "search": schema::text(0, 256),
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Page<Permission>, Failure> {
        cx.require_for_all("rbac", "read_permission")?;
        let limit = self.limit.unwrap_or(100);
        let from = self.cursor.unwrap_or_default();
        let table = Permissions(cx.db());
        let found = table.list(cx.workspace(), self.search.as_deref(), &from, limit + 1)?;
        Ok(page(found, limit, |permission| permission.id.as_str()))
    }
}
