//! `keys_remove_permissions` · `POST /v2/keys.removePermissions`

use unkey_tools::keys::RemovePermissions;
use unkey_tools::types::Permission;

use super::common::attachments::disconnect_permission;
use super::common::find::find_specified_key;
use super::common::permission::update_key_and;
use crate::prelude::*;
use crate::store::Permissions;

impl Apply for RemovePermissions {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        let permissions = schema::at_least_one(schema::list(1_000, &schema::permission()));
        schema::of_key("permissions", &permissions)
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Vec<Permission>>, Failure> {
        let key = find_specified_key(cx, self.key_id.as_str())?;
        cx.require_permission(&update_key_and(cx, &key, &["remove_permission_from_key"]))?;
        let table = Permissions(cx.db());
        for slug in &self.permissions {
            if table.find_exact(cx.workspace(), slug)?.is_none() {
                return Err(
                    Code::PermissionNotFound.because(format!("Permission '{slug}' was not found."))
                );
            }
        }
        let (unwanted, left): (Vec<_>, Vec<_>) = table
            .of_key(&key.id)?
            .into_iter()
            .partition(|permission| self.permissions.contains(&permission.slug));
        for permission in &unwanted {
            disconnect_permission(cx, &key.id, permission)?;
        }
        Ok(left.into())
    }
}
