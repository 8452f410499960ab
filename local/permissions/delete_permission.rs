//! `permissions_delete_permission` · `POST /v2/permissions.deletePermission`

use unkey_tools::permissions::DeletePermission;

use super::find::find_permission;
use crate::prelude::*;
use crate::store::Permissions;

impl Apply for DeletePermission {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        schema::object(
            &["permission"],
            &json!({"permission": schema::permission()}),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Empty>, Failure> {
        cx.require_for_all("rbac", "delete_permission")?;
        let permission = find_permission(cx, &self.permission)?;
        let id = permission.id.as_str();
        // Keys and roles lose it with the row.
        Permissions(cx.db()).delete(id)?;
        cx.audit("permission.delete", ("permission", id))?;
        Ok(Empty {}.into())
    }
}
