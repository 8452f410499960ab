//! The `apis` service.

mod create_api;
mod delete_api;
mod find;
mod get_api;
mod list_keys;

pub(crate) use find::*;
