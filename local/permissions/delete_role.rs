//! `permissions_delete_role` · `POST /v2/permissions.deleteRole`

use unkey_tools::permissions::DeleteRole;

use super::find::find_role;
use crate::prelude::*;
use crate::store::Roles;

impl Apply for DeleteRole {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        schema::object(&["role"], &json!({"role": schema::role()}))
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Empty>, Failure> {
        cx.require_for_all("rbac", "delete_role")?;
        let role = find_role(cx, &self.role)?;
        let id = role.id.as_str();
        // Keys lose it with the row; its permissions stay.
        Roles(cx.db()).delete(id)?;
        cx.audit("role.delete", ("role", id))?;
        Ok(Empty {}.into())
    }
}
