//! `keys_add_roles` · `POST /v2/keys.addRoles`

use unkey_tools::keys::AddRoles;
use unkey_tools::types::Role;

use super::common::attachments::{connect_role, find_roles, unique};
use super::common::find::find_specified_key;
use super::common::permission::update_key_and;
use crate::prelude::*;
use crate::store::Roles;

impl Apply for AddRoles {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        let roles = schema::list(100, &schema::role());
        schema::of_key("roles", &schema::at_least_one(roles))
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Vec<Role>>, Failure> {
        let key = find_specified_key(cx, self.key_id.as_str())?;
        cx.require_permission(&update_key_and(cx, &key, &["add_role_to_key"]))?;
        let wanted = find_roles(cx, &unique(&self.roles))?;
        // What it had, by name; then what is new, as it was sent.
        let mut attached = Roles(cx.db()).of_key(&key.id)?;
        for role in wanted {
            if !attached.iter().any(|known| known.id == role.id) {
                connect_role(cx, &key.id, &role)?;
                attached.push(role);
            }
        }
        Ok(attached.into())
    }
}
