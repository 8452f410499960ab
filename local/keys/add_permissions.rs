//! `keys_add_permissions` · `POST /v2/keys.addPermissions`

use std::collections::BTreeSet;

use unkey_tools::keys::AddPermissions;
use unkey_tools::types::Permission;

use super::common::attachments::{
    Creation, connect_permission, find_or_create_permissions, unique,
};
use super::common::find::find_specified_key;
use super::common::permission::update_key_and;
use crate::prelude::*;
use crate::store::Permissions;

impl Apply for AddPermissions {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        let permissions = schema::at_least_one(schema::list(1_000, &schema::permission()));
        schema::of_key("permissions", &permissions)
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Vec<Permission>>, Failure> {
        let key = find_specified_key(cx, self.key_id.as_str())?;
        cx.require_permission(&update_key_and(cx, &key, &["add_permission_to_key"]))?;
        let wanted =
            find_or_create_permissions(cx, &unique(&self.permissions), Creation::Explicit)?;
        // What it had, by slug; then what is new, as it was sent.
        let mut attached = Permissions(cx.db()).of_key(&key.id)?;
        let known: BTreeSet<_> = attached.iter().map(|known| known.id.clone()).collect();
        for permission in wanted {
            if !known.contains(&permission.id) {
                connect_permission(cx, &key.id, &permission)?;
                attached.push(permission);
            }
        }
        Ok(attached.into())
    }
}
