//! The `environments` service: where and how apps run.

mod environment;
mod get_environment;
mod list_environment_variables;
mod list_environments;
mod remove_variables;
mod set_environment_variables;
mod update_settings;

pub use environment::*;
pub use get_environment::*;
pub use list_environment_variables::*;
pub use list_environments::*;
pub use remove_variables::*;
pub use set_environment_variables::*;
pub use update_settings::*;
