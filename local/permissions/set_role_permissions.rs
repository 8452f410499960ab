//! `permissions_set_role_permissions` · `POST /v2/permissions.setRolePermissions`

use unkey_tools::permissions::SetRolePermissions;
use unkey_tools::types::Permission;

use super::find::unknown_role;
use super::role_permissions::{connect, disconnect, find_or_create};
use crate::prelude::*;
use crate::store::{Permissions, Roles};

impl Apply for SetRolePermissions {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        schema::object(
            &["roleId", "permissions"],
            &json!({
                "roleId": schema::pattern(3, 255, "^[a-zA-Z0-9_-]+$"),
                "permissions": {"type": "array", "items": schema::permission()},
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Vec<Permission>>, Failure> {
        cx.require_for_all("rbac", "add_permission_to_role")?;
        cx.require_for_all("rbac", "remove_permission_from_role")?;
        let role_id = self.role_id.as_str();
        // By its id alone: a name may be another role's id.
        if !Roles(cx.db()).has_id(cx.workspace(), role_id)? {
            return Err(unknown_role());
        }
        let create = cx.to_create_permissions();
        let wanted = find_or_create(cx, self.permissions, &create)?;
        let known = Permissions(cx.db()).of_role(role_id)?;
        for permission in known.iter().filter(|known| !among(&wanted, known)) {
            disconnect(cx, role_id, permission)?;
        }
        for permission in wanted.iter().filter(|wanted| !among(&known, wanted)) {
            connect(cx, role_id, permission)?;
        }
        Ok(wanted.into())
    }
}

fn among(permissions: &[Permission], permission: &Permission) -> bool {
    permissions.iter().any(|other| other.id == permission.id)
}
