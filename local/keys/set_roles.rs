//! `keys_set_roles` · `POST /v2/keys.setRoles`

use unkey_tools::keys::SetRoles;
use unkey_tools::types::Role;

use super::common::attachments::{connect_role, disconnect_role, find_roles, unique};
use super::common::find::find_specified_key;
use super::common::permission::on_key;
use crate::prelude::*;
use crate::store::Roles;

impl Apply for SetRoles {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        let roles = schema::list(100, &schema::role());
        schema::of_key("roles", &roles)
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Vec<Role>>, Failure> {
        let key = find_specified_key(cx, self.key_id.as_str())?;
        cx.require_permission(&on_key(cx, &key, "update_key"))?;
        let wanted = find_roles(cx, &unique(&self.roles))?;
        let table = Roles(cx.db());
        let attached = table.of_key(&key.id)?;
        for role in attached.iter().filter(|role| !among(&wanted, role)) {
            disconnect_role(cx, &key.id, role)?;
        }
        for role in wanted.iter().filter(|role| !among(&attached, role)) {
            connect_role(cx, &key.id, role)?;
        }
        Ok(table.of_key(&key.id)?.into())
    }
}

fn among(roles: &[Role], role: &Role) -> bool {
    roles.iter().any(|other| other.id == role.id)
}
