//! The `domains` service: names at which apps answer.

mod create_domain;
mod delete_domain;
mod domain;
mod get_domain;
mod list_domains;
mod verify_domain;

pub use create_domain::*;
pub use delete_domain::*;
pub use domain::*;
pub use get_domain::*;
pub use list_domains::*;
pub use verify_domain::*;
