//! What keys may do: the permissions and roles of a key.

use unkey_tools::Data;
use unkey_tools::keys::{
    AddPermissions, AddRoles, RemovePermissions, RemoveRoles, SetPermissions, SetRoles,
};
use unkey_tools::types::{KeyId, Permission, Role};

use crate::summary::Summarise;
use crate::summary::rbac::say_empty_roles;
use crate::summary::sentences::{Sentences, count, id};

impl Summarise for AddPermissions {
    fn summarise(&self, answer: &Data<Vec<Permission>>, said: &mut Sentences) {
        say_permissions(said, &self.key_id, answer);
        said.say("A slug that did not exist was created: look whether each is spelt as meant.");
    }
}

impl Summarise for RemovePermissions {
    fn summarise(&self, answer: &Data<Vec<Permission>>, said: &mut Sentences) {
        say_permissions(said, &self.key_id, answer);
        said.say("What its roles grant it still has.");
    }
}

impl Summarise for SetPermissions {
    fn summarise(&self, answer: &Data<Vec<Permission>>, said: &mut Sentences) {
        say_permissions(said, &self.key_id, answer);
        said.say("Others of its own are gone; what its roles grant it still has.");
    }
}

impl Summarise for AddRoles {
    fn summarise(&self, answer: &Data<Vec<Role>>, said: &mut Sentences) {
        say_roles(said, &self.key_id, answer);
    }
}

impl Summarise for RemoveRoles {
    fn summarise(&self, answer: &Data<Vec<Role>>, said: &mut Sentences) {
        say_roles(said, &self.key_id, answer);
        said.say("What it has of its own, or by roles that are left, it keeps.");
    }
}

impl Summarise for SetRoles {
    fn summarise(&self, answer: &Data<Vec<Role>>, said: &mut Sentences) {
        say_roles(said, &self.key_id, answer);
        said.say("Roles that were not sent it has no longer.");
    }
}

fn say_permissions(said: &mut Sentences, key: &KeyId, answer: &Data<Vec<Permission>>) {
    let own = count(answer.data.len(), "permission");
    said.say(format!("{} has {own} of its own now.", id(key)));
}

fn say_roles(said: &mut Sentences, key: &KeyId, answer: &Data<Vec<Role>>) {
    let roles = count(answer.data.len(), "role");
    said.say(format!("{} has {roles} now.", id(key)));
    say_empty_roles(said, &answer.data);
}
