//! `permissions_delete_permission` · `POST /v2/permissions.deletePermission`

use unkey_tools::permissions::DeletePermission;

use super::find::find_permission;
use crate::prelude::*;
use crate::store::Permissions;

impl Apply for DeletePermission {
    const ACCESS: Access = Access::Write;

    fn rule() -> Value {
        let permission = rules::pattern(3, 255, rules::NAME);
        rules::object(&["permission"], &json!({"permission": permission}))
    }

    fn apply(self, work: &mut Work<'_>) -> Result<Nothing, Failure> {
        work.require(&Need::everywhere("rbac", "delete_permission"))?;
        let permission = find_permission(work, &self.permission)?;
        let id = permission.id.as_str();
        // Keys and roles lose it with the row.
        Permissions(work.db()).delete(id)?;
        work.audit("permission.delete", ("permission", id))?;
        Ok(Empty {}.into())
    }
}
