//! The `analytics` service: questions in SQL about what happened.

mod get_gateway_requests;
mod get_ratelimits;
mod get_runtime_logs;
mod get_verifications;

pub use get_gateway_requests::*;
pub use get_ratelimits::*;
pub use get_runtime_logs::*;
pub use get_verifications::*;
