//! The `apis` service: the namespaces that hold keys.

mod create_api;
mod delete_api;
mod get_api;
mod list_keys;

pub use create_api::*;
pub use delete_api::*;
pub use get_api::*;
pub use list_keys::*;
