//! The `permissions` service: permissions and roles of the workspace.

mod create_permission;
mod create_role;
mod delete_permission;
mod delete_role;
mod get_permission;
mod get_role;
mod list_permissions;
mod list_roles;
mod set_role_permissions;

pub use create_permission::*;
pub use create_role::*;
pub use delete_permission::*;
pub use delete_role::*;
pub use get_permission::*;
pub use get_role::*;
pub use list_permissions::*;
pub use list_roles::*;
pub use set_role_permissions::*;
