//! `permissions_create_permission` · `POST /v2/permissions.createPermission`

use unkey_tools::permissions::{CreatePermission, CreatedPermission};
use unkey_tools::types::Permission;

use crate::prelude::*;
use crate::store::Permissions;

impl Apply for CreatePermission {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        schema::object(
            &["name", "slug"],
            &json!({
                "name": schema::text(1, 512),
                "slug": schema::permission(),
                "description": schema::text(0, 512),
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<CreatedPermission>, Failure> {
        cx.require_for_all("rbac", "create_permission")?;
        let table = Permissions(cx.db());
        if table.has_slug(cx.workspace(), &self.slug)? {
            return Err(Code::PermissionExists.because(format!(
                "A permission with slug '{}' already exists in this workspace",
                self.slug
            )));
        }
        let permission = Permission {
            id: cx.new_id("perm")?.into(),
            name: self.name,
            slug: self.slug,
            description: self.description.filter(|text| !text.is_empty()),
        };
        table.insert(cx.workspace(), &permission, cx.now())?;
        cx.audit("permission.create", ("permission", permission.id.as_str()))?;
        Ok(CreatedPermission {
            permission_id: permission.id,
        }
        .into())
    }
}
