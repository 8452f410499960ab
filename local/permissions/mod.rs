//! The `permissions` service: permissions and roles.

mod create_permission;
mod create_role;
mod delete_permission;
mod delete_role;
mod find;
mod get_permission;
mod get_role;
mod list_permissions;
mod list_roles;
mod role_permissions;
mod set_role_permissions;
