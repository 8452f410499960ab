//! The `ratelimit` service: limits for any identifier.

mod multi_limit;

pub use multi_limit::*;
