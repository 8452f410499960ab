//! The `keys` service.

mod add_permissions;
mod add_roles;
mod common;
mod create_key;
mod delete_key;
mod get_key;
mod migrate_keys;
mod remove_permissions;
mod remove_roles;
mod reroll_key;
mod set_permissions;
mod set_roles;
mod update_credits;
mod update_key;
mod verify_key;
mod whoami;

pub(crate) use common::attachments::put_ratelimits;
pub(crate) use common::permission::every_key;
