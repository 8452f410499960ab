//! `keys_set_permissions` · `POST /v2/keys.setPermissions`

use std::collections::BTreeSet;

use unkey_tools::keys::SetPermissions;
use unkey_tools::types::{Permission, PermissionId};

use super::common::attachments::{
    Creation, connect_permission, disconnect_permission, find_or_create_permissions, unique,
};
use super::common::find::find_specified_key;
use super::common::permission::update_key_and;
use crate::prelude::*;
use crate::store::Permissions;

impl Apply for SetPermissions {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        let permissions = json!({"type": "array", "items": schema::permission()});
        schema::of_key("permissions", &permissions)
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Vec<Permission>>, Failure> {
        let key = find_specified_key(cx, self.key_id.as_str())?;
        let grants = ["add_permission_to_key", "remove_permission_from_key"];
        cx.require_permission(&update_key_and(cx, &key, &grants))?;
        let wanted =
            find_or_create_permissions(cx, &unique(&self.permissions), Creation::Explicit)?;
        let table = Permissions(cx.db());
        let attached = table.of_key(&key.id)?;
        let (stay, known) = (ids(&wanted), ids(&attached));
        for permission in &attached {
            if !stay.contains(&permission.id) {
                disconnect_permission(cx, &key.id, permission)?;
            }
        }
        for permission in &wanted {
            if !known.contains(&permission.id) {
                connect_permission(cx, &key.id, permission)?;
            }
        }
        Ok(table.of_key(&key.id)?.into())
    }
}

fn ids(permissions: &[Permission]) -> BTreeSet<&PermissionId> {
    permissions
        .iter()
        .map(|permission| &permission.id)
        .collect()
}
