//! The commands for the embedded engine's operator: what Unkey offers in its dashboard alone.
//!
//! They work on the engine's file, while a server uses it or while none does.

mod api;
mod assignment;
mod expiry;
mod export;
mod permission;
mod root_key;

pub use self::api::ApiChanges;
pub use self::assignment::{Assignment, Task, run};
pub(crate) use self::expiry::expiry;
pub(crate) use self::permission::permissions;
