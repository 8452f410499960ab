//! `permissions_get_role` · `POST /v2/permissions.getRole`

use unkey_tools::permissions::GetRole;
use unkey_tools::types::Role;

use super::find::find_role;
use crate::prelude::*;

impl Apply for GetRole {
    const ACCESS: Access = Access::Read;

    fn schema() -> Value {
        schema::object(&["role"], &json!({"role": schema::role()}))
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Role>, Failure> {
        cx.require_for_all("rbac", "read_role")?;
        Ok(find_role(cx, &self.role)?.into())
    }
}
