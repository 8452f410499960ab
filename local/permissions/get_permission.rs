//! `permissions_get_permission` · `POST /v2/permissions.getPermission`

use unkey_tools::permissions::GetPermission;
use unkey_tools::types::Permission;

use super::find::find_permission;
use crate::prelude::*;

impl Apply for GetPermission {
    const ACCESS: Access = Access::Read;

    fn schema() -> Value {
        schema::object(
            &["permission"],
            &json!({"permission": schema::permission()}),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Permission>, Failure> {
        cx.require_for_all("rbac", "read_permission")?;
        Ok(find_permission(cx, &self.permission)?.into())
    }
}
