//! The `identities` service.

mod create_identity;
mod delete_identity;
mod find;
mod get_identity;
mod list_identities;
mod permission;
mod sized_meta;
mod update_identity;
