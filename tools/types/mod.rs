//! Types that more than one operation names.

mod credits;
mod id;
mod identity;
mod patch;
mod ratelimit;
mod secret;

pub use credits::*;
pub use id::*;
pub use identity::*;
pub use patch::*;
pub use ratelimit::*;
pub use secret::*;
