//! Types that more than one operation names.

mod bare_secret;
mod container;
mod created_key;
mod credits;
mod id;
mod identity;
mod key;
mod patch;
mod permission;
mod ratelimit;
mod ratelimit_override;
mod role;
mod secret;
mod text;
mod time;

pub use bare_secret::bare_secret;
pub use container::*;
pub use created_key::*;
pub use credits::*;
pub use id::*;
pub use identity::*;
pub use key::*;
pub use patch::*;
pub use permission::*;
pub use ratelimit::*;
pub use ratelimit_override::*;
pub use role::*;
pub use secret::*;
pub use text::*;
pub use time::*;
