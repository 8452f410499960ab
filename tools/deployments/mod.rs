//! The `deployments` service: versions of apps that run.

mod create_deployment;
mod deployment;
mod get_deployment;
mod list_deployments;
mod promote_deployment;
mod rollback_deployment;
mod start_deployment;
mod stop_deployment;

pub use create_deployment::*;
pub use deployment::*;
pub use get_deployment::*;
pub use list_deployments::*;
pub use promote_deployment::*;
pub use rollback_deployment::*;
pub use start_deployment::*;
pub use stop_deployment::*;
