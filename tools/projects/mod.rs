//! The `projects` service: groups of apps.

mod create_project;
mod delete_project;
mod get_project;
mod list_projects;
mod project;
mod update_project;

pub use create_project::*;
pub use delete_project::*;
pub use get_project::*;
pub use list_projects::*;
pub use project::*;
pub use update_project::*;
