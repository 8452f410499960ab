//! The `analytics` service: questions in SQL about past verifications.

mod get_verifications;

pub use get_verifications::*;
