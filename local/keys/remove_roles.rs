//! `keys_remove_roles` · `POST /v2/keys.removeRoles`

use unkey_tools::keys::RemoveRoles;
use unkey_tools::types::Role;

use super::common::attachments::{disconnect_role, find_roles, unique};
use super::common::find::find_specified_key;
use super::common::permission::on_key;
use crate::prelude::*;
use crate::store::Roles;

impl Apply for RemoveRoles {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        let roles = schema::list(100, &schema::role());
        schema::of_key("roles", &schema::at_least_one(roles))
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Vec<Role>>, Failure> {
        let key = find_specified_key(cx, self.key_id.as_str())?;
        cx.require_permission(&on_key(cx, &key, "update_key"))?;
        let unwanted = find_roles(cx, &unique(&self.roles))?;
        let (removed, left): (Vec<_>, Vec<_>) = Roles(cx.db())
            .of_key(&key.id)?
            .into_iter()
            .partition(|role| unwanted.iter().any(|other| other.id == role.id));
        for role in &removed {
            disconnect_role(cx, &key.id, role)?;
        }
        Ok(left.into())
    }
}
