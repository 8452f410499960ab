//! The `ratelimit` service: limits for any identifier.

mod delete_override;
mod get_override;
mod limit;
mod list_overrides;
mod multi_limit;
mod set_override;

pub use delete_override::*;
pub use get_override::*;
pub use limit::*;
pub use list_overrides::*;
pub use multi_limit::*;
pub use set_override::*;
