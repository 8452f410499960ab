//! `permissions_create_role` · `POST /v2/permissions.createRole`

use unkey_tools::permissions::{CreateRole, CreatedRole};
use unkey_tools::types::Role;

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
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<CreatedRole>, Failure> {
        cx.require_for_all("rbac", "create_role")?;
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
        cx.audit("role.create", ("role", role.id.as_str()))?;
        Ok(CreatedRole { role_id: role.id }.into())
    }
}
