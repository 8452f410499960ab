//! `permissions_create_role` · `POST /v2/permissions.createRole`

use unkey_tools::permissions::{CreateRole, CreatedRole};
use unkey_tools::types::Role;

use super::role_permissions::{connect, find_or_create};
use crate::prelude::*;
use crate::store::Roles;

impl Apply for CreateRole {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        schema::object(
            &["name"],
            &json!({
                "name": schema::role(),
                "description": schema::text(0, 512),
                "permissions": {"type": "array", "items": schema::permission()},
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<CreatedRole>, Failure> {
        cx.require_for_all("rbac", "create_role")?;
        let slugs = self.permissions.unwrap_or_default();
        if !slugs.is_empty() {
            cx.require_for_all("rbac", "add_permission_to_role")?;
        }
        let create = RequiredPermission::everywhere("rbac", "create_permission");
        let permissions = find_or_create(cx, slugs, &create)?;
        let table = Roles(cx.db());
        if table.has_name(cx.workspace(), &self.name)? {
            return Err(Code::RoleExists.because(format!(
                "A role with name '{}' already exists in this workspace",
                self.name
            )));
        }
        let role = Role {
            id: cx.new_id("role")?.into(),
            name: self.name,
            description: self.description.filter(|text| !text.is_empty()),
            permissions: None,
        };
        table.insert(cx.workspace(), &role, cx.now())?;
        let id = role.id.as_str();
        cx.audit("role.create", ("role", id))?;
        for permission in &permissions {
            connect(cx, id, permission)?;
        }
        Ok(CreatedRole { role_id: role.id }.into())
    }
}
