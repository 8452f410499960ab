//! The `apps` service: what is deployed.

mod app;
mod create_app;
mod delete_app;
mod get_app;
mod list_apps;
mod update_app;

pub use app::*;
pub use create_app::*;
pub use delete_app::*;
pub use get_app::*;
pub use list_apps::*;
pub use update_app::*;
