//! The `deploy` service: container images in production.

mod create_deployment;
mod get_deployment;

pub use create_deployment::*;
pub use get_deployment::*;
