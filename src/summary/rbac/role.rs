//! Roles.

use unkey_tools::permissions::{
    CreateRole, CreatedRole, DeleteRole, GetRole, ListRoles, SetRolePermissions,
};
use unkey_tools::types::{Permission, Role};
use unkey_tools::{Data, Empty, Page};

use super::say_empty_roles;
use crate::summary::Summarise;
use crate::summary::page::say_page;
use crate::summary::sentences::{Sentences, count, id};

impl Summarise for CreateRole {
    fn summarise(&self, answer: &Data<CreatedRole>, said: &mut Sentences) {
        let role = id(&answer.data.role_id);
        let permissions = self.permissions.as_deref().unwrap_or_default();
        if permissions.is_empty() {
            said.say(format!(
                "Created {role}, which grants nothing yet: permissions_set_role_permissions changes \
                 that."
            ));
        } else {
            let permissions = count(permissions.len(), "permission");
            said.say(format!("Created {role}, which grants {permissions}."));
        }
        said.say("No key has it yet: keys_add_roles gives it to one, by its name.");
    }
}

impl Summarise for DeleteRole {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        said.say("Deleted the role: no key has it any longer; Unkey's caches may take minutes.");
        said.say("The permissions that it granted stay, for keys that have them otherwise.");
    }
}

impl Summarise for GetRole {
    fn summarise(&self, answer: &Data<Role>, said: &mut Sentences) {
        let role = &answer.data;
        match role.permissions.as_deref() {
            None | Some([]) => say_empty_roles(said, std::slice::from_ref(role)),
            Some(permissions) => {
                let permissions = count(permissions.len(), "permission");
                said.say(format!("{} grants {permissions}.", id(&role.id)));
            }
        }
    }
}

impl Summarise for ListRoles {
    fn summarise(&self, answer: &Page<Role>, said: &mut Sentences) {
        say_page(said, answer, "role", self.cursor.as_ref());
        say_empty_roles(said, &answer.data);
    }
}

impl Summarise for SetRolePermissions {
    fn summarise(&self, answer: &Data<Vec<Permission>>, said: &mut Sentences) {
        let role = id(&self.role_id);
        said.say(if answer.data.is_empty() {
            format!("{role} grants nothing now.")
        } else {
            format!(
                "{role} grants {} now.",
                count(answer.data.len(), "permission")
            )
        });
        said.say("What it granted before and was not sent is gone, for all keys that have it; Unkey's caches may take minutes.");
    }
}
