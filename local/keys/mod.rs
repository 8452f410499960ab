//! The `keys` service.

mod add_permissions;
mod add_roles;
mod attachments;
mod create_key;
mod credits;
mod delete_key;
mod find;
mod get_key;
mod issue;
mod limits;
mod migrate_keys;
mod migration;
mod remove_permissions;
mod remove_roles;
mod reroll_key;
mod set_permissions;
mod set_roles;
mod update_credits;
mod update_key;
mod verify_key;
mod whoami;

pub(crate) use attachments::put_ratelimits;
