//! Permissions and roles, and which keys have them.

mod permissions;
mod roles;

pub(crate) use permissions::*;
pub(crate) use roles::*;
