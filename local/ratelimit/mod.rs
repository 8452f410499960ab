//! The `ratelimit` service.

mod limit;
mod namespace;
