//! The `keys` service: what the caller's own users hold.

mod add_permissions;
mod add_roles;
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

pub use add_permissions::*;
pub use add_roles::*;
pub use create_key::*;
pub use delete_key::*;
pub use get_key::*;
pub use migrate_keys::*;
pub use remove_permissions::*;
pub use remove_roles::*;
pub use reroll_key::*;
pub use set_permissions::*;
pub use set_roles::*;
pub use update_credits::*;
pub use update_key::*;
pub use verify_key::*;
pub use whoami::*;
