//! The `keys` service: what the caller's own users hold.

mod create_key;
mod update_credits;
mod update_key;
mod verify_key;

pub use create_key::*;
pub use update_credits::*;
pub use update_key::*;
pub use verify_key::*;
