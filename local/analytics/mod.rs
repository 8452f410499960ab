//! The `analytics` service.

mod get_ratelimits;
mod get_verifications;
mod question;
