//! Permissions and roles.

mod permission;
mod role;

use unkey_tools::types::Role;

use super::sentences::{Sentences, id, listing};

/// How many roles are named.
const NAMED: usize = 5;

/// Says which of the roles grant nothing: whoever was given one may think otherwise.
pub(super) fn say_empty_roles(said: &mut Sentences, roles: &[Role]) {
    let is_empty = |role: &&Role| role.permissions.as_ref().is_none_or(Vec::is_empty);
    let empty: Vec<&str> = roles
        .iter()
        .filter(is_empty)
        .map(|role| id(&role.id))
        .collect();
    match empty.as_slice() {
        [] => {}
        [role] => said.say(format!(
            "{role} grants nothing: permissions_set_role_permissions changes that."
        )),
        roles if roles.len() <= NAMED => {
            said.say(format!("{} grant nothing.", listing(roles)));
        }
        roles => said.say(format!("{} of them grant nothing.", roles.len())),
    }
}
