//! Permissions.

use unkey_tools::permissions::{
    CreatePermission, CreatedPermission, DeletePermission, GetPermission, ListPermissions,
};
use unkey_tools::types::Permission;
use unkey_tools::{Data, Empty, Page};

use crate::summary::Summarise;
use crate::summary::page::say_page;
use crate::summary::sentences::{Sentences, id};

impl Summarise for CreatePermission {
    fn summarise(&self, answer: &Data<CreatedPermission>, said: &mut Sentences) {
        let permission = id(&answer.data.permission_id);
        said.say(format!(
            "Created {permission}, which no key and no role has yet: keys_add_permissions or \
             permissions_set_role_permissions gives its slug to one."
        ));
    }
}

impl Summarise for DeletePermission {
    fn summarise(&self, _: &Data<Empty>, said: &mut Sentences) {
        said.say("Deleted the permission: keys and roles that had it have it no longer.");
    }
}

impl Summarise for GetPermission {
    fn summarise(&self, answer: &Data<Permission>, said: &mut Sentences) {
        let permission = id(&answer.data.id);
        said.say(format!(
            "{permission} is a permission; a verification compares its slug letter by letter."
        ));
    }
}

impl Summarise for ListPermissions {
    fn summarise(&self, answer: &Page<Permission>, said: &mut Sentences) {
        say_page(said, answer, "permission", self.cursor.as_ref());
    }
}
