//! The `identities` service: owners of keys.

mod create_identity;
mod delete_identity;
mod get_identity;
mod list_identities;
mod update_identity;

pub use create_identity::*;
pub use delete_identity::*;
pub use get_identity::*;
pub use list_identities::*;
pub use update_identity::*;
