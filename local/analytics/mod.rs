//! The `analytics` service.

mod get_verifications;
mod question;
