//! `permissions_list_roles` · `POST /v2/permissions.listRoles`

use unkey_tools::Page;
use unkey_tools::permissions::ListRoles;
use unkey_tools::types::Role;

use crate::prelude::*;
use crate::store::Roles;
use crate::wire::paging::page;

impl Apply for ListRoles {
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

    fn apply(self, cx: &mut Context<'_>) -> Result<Page<Role>, Failure> {
        cx.require_for_all("rbac", "read_role")?;
        let limit = self.limit.unwrap_or(100);
        let from = self.cursor.unwrap_or_default();
        let table = Roles(cx.db());
        let found = table.list(cx.workspace(), self.search.as_deref(), &from, limit + 1)?;
        Ok(page(found, limit, |role| role.id.as_str()))
    }
}
